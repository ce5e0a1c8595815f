//! Proposals: of one round, or of all; grouped by rule, with counts and sums.

use super::{Line, actions, line, packs};
use crate::slices::appraisals::model::Seen;
use crate::slices::appraisals::pages::seen;
use crate::slices::places::Desk;
use crate::slices::places::store as places;
use crate::slices::rewards::actions::runs;
use crate::slices::rewards::model::{is_money, yuan};
use crate::slices::rewards::store::{self, Filter, Group, Stage};
use askama::Template;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Response};
use kernel::msg;
use platform::access::Authorized;
use platform::kit::{Choice, Link, Pager};
use platform::page::{Flash, Page};
use platform::web::{Answer, Html};
use serde::Deserialize;

/// A rule's numbers as shown.
pub struct Rule {
    pub g: Group,
    pub action: String,
    pub target: String,
    /// The rule in words.
    pub when: String,
    pub href: String,
    pub proposed: String,
    pub carried: String,
}

#[derive(Template)]
#[template(path = "rewards/pages/list.html")]
struct ListPage {
    page: Page,
    round: Option<Authorized<Seen>>,
    title: String,
    rules: Vec<Rule>,
    lines: Vec<Line>,
    tabs: Vec<Choice>,
    towns: Vec<Choice>,
    actions: Vec<Choice>,
    years: Vec<Choice>,
    /// Where the filter's form goes.
    path: String,
    stage: &'static str,
    consequence: String,
    /// The batch of a decision that may be taken back today.
    batch: Option<i64>,
    narrowed: bool,
    clear: String,
    pager: Pager,
    open: i64,
    due: u64,
    void: i64,
    carried: i64,
    proposed_sum: String,
    carried_sum: String,
    /// Sums may be ticked and decided for together.
    may_pick: bool,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    stage: String,
    township: String,
    action: String,
    rule: String,
    year: String,
    batch: Option<i64>,
    page: u64,
    /// What the last act came to: `decided`, `revoked`.
    said: String,
}

/// The proposals of all rounds: what waits first.
pub async fn over_rounds(desk: Desk, Query(asked): Query<Asked>) -> Answer<Response> {
    show(desk, None, asked).await
}

/// The proposals of a round.
pub async fn of_round(desk: Desk, Path(id): Path<i64>, Query(asked): Query<Asked>) -> Answer<Response> {
    let round = seen(&desk, id).await?;
    show(desk, Some(round), asked).await
}

async fn show(desk: Desk, round: Option<Authorized<Seen>>, asked: Asked) -> Answer<Response> {
    let mut page = desk.page("rewards").await?;
    let (db, part) = (&desk.db, &desk.caller.part);
    let stage = match Stage::by_id(&asked.stage) {
        Some(stage) => stage,
        // All rounds are looked at for what waits; a round for what it came to.
        None if round.is_none() => Stage::Open,
        None => Stage::All,
    };
    let filter = Filter {
        round: round.as_ref().map(|r| r.round.id),
        year: asked.year.clone(),
        township: asked.township.clone(),
        action: asked.action.clone(),
        consequence: asked.rule.clone(),
        stage,
        batch: asked.batch,
    };
    let path = round.as_ref().map_or("/rewards".to_owned(), |r| format!("/rounds/{}/proposals", r.round.id));
    let base = Link::new(&*path)
        .with("township", &asked.township)
        .with("action", &asked.action)
        .with("year", &asked.year);
    let link = base.with("stage", stage.id()).with("rule", &asked.rule);
    let groups = store::groups(db, &filter, part).await?;
    let total = store::count(db, &filter, part).await?;
    let pager = Pager::new(asked.page, total, link.clone());
    let found = store::list(db, &filter, part, pager.size, pager.offset()).await?;
    let packs = packs(db, groups.iter().map(|g| g.pack).collect()).await?;
    let mut tabs = Vec::new();
    for s in Stage::ALL {
        let n = store::count(db, &Filter { stage: s, ..filter.clone() }, part).await?;
        if n > 0 || s == stage || matches!(s, Stage::Open | Stage::Carried | Stage::All) {
            let href = base.with("stage", s.id()).with("rule", &asked.rule).to_string();
            tabs.push(Choice::new(href, page.t(s.title())).hint(n.to_string()).on(s == stage));
        }
    }
    let due = store::count(db, &Filter { stage: Stage::Due, ..filter.clone() }, part).await?;
    let towns = places::townships(db, part).await?;
    let towns = towns.into_iter().map(|t| Choice::new(t.code, t.name)).collect();
    let years = store::years(db).await?.into_iter().map(|y| Choice::new(&*y, &*y)).collect();
    let sum = |f: fn(&Group) -> i64| yuan(groups.iter().map(f).sum());
    let rules = groups
        .iter()
        .map(|g| {
            let rule = packs.get(&g.pack).and_then(|p| {
                let c = p.consequences.iter().find(|c| c.id == g.consequence)?;
                Some(p.condition_text(&c.when))
            });
            Rule {
                action: page.w(policy::action_text(&g.action)),
                target: page.w(policy::target_text(&g.applies_to)),
                when: rule.unwrap_or_default(),
                href: base.with("stage", "all").with("rule", &g.consequence).to_string(),
                proposed: if is_money(&g.action) { yuan(g.proposed_sum) } else { String::new() },
                carried: if is_money(&g.action) { yuan(g.carried_sum) } else { String::new() },
                g: g.clone(),
            }
        })
        .collect();
    let count = |f: fn(&Group) -> i64| groups.iter().map(f).sum::<i64>();
    page.flash = match asked.said.as_str() {
        "decided" => Some(Flash { text: page.t("决定已写下；当天可以撤回").into(), undo: None }),
        "revoked" => Some(Flash { text: page.t("决定已撤回，经过都留着").into(), undo: None }),
        _ => None,
    };
    let may_pick = round.as_ref().is_some_and(|r| runs(&desk.caller, &r.round.part))
        && found.iter().any(|p| is_money(&p.action) && p.state.is_open());
    let title = match &round {
        Some(r) => r.round.title.clone(),
        None => page.t("任用激励").to_owned(),
    };
    let narrowed = !(asked.township.is_empty()
        && asked.action.is_empty()
        && asked.rule.is_empty()
        && asked.year.is_empty());
    let html = ListPage {
        open: count(|g| g.open),
        carried: count(|g| g.carried),
        void: count(|g| g.void),
        due,
        proposed_sum: sum(|g| g.proposed_sum),
        carried_sum: sum(|g| g.carried_sum),
        rules,
        lines: found.into_iter().filter_map(|p| Some(line(&page, packs.get(&p.pack)?, p))).collect(),
        tabs,
        towns: Choice::pick(towns, &asked.township),
        actions: actions(&page, &asked.action),
        years: Choice::pick(years, &asked.year),
        clear: Link::new(&*path).with("stage", stage.id()).to_string(),
        path,
        stage: stage.id(),
        consequence: asked.rule,
        batch: asked.batch,
        narrowed,
        pager,
        may_pick,
        title,
        round,
        page,
    };
    Ok(Html(html).into_response())
}

impl ListPage {
    fn picks(&self, line: &Line) -> bool {
        self.may_pick && is_money(&line.p.action) && line.p.state.is_open()
    }

    fn stopped(&self) -> String {
        self.page
            .m(&msg!("{n} 条依法或按办法不能提出，列在“依法不能提出”里，写明原因和合法途径", n = self.void))
    }
}
