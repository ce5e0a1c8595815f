//! The tally (C3): how many were adjusted, warned, talked to, raised, awarded, by year, township and source; each number leads to
//! the list behind it.

use super::actions as choices;
use crate::slices::people::pages::forms::failed;
use crate::slices::places::Desk;
use crate::slices::places::pages::file_day;
use crate::slices::places::store::{self as places, today};
use crate::slices::rewards::model::{is_money, yuan};
use crate::slices::rewards::store::{self, By, Counted, Filter, Stage};
use askama::Template;
use axum::extract::Query;
use axum::response::{IntoResponse, Response};
use documents::{Cell, Column, Imprint, Roster};
use kernel::{Day, Quantity, key, msg};
use platform::attachments;
use platform::audit::Outcome;
use platform::kit::{Choice, Link};
use platform::page::Page;
use platform::web::{Answer, Failure, Html};
use serde::Deserialize;
use std::collections::BTreeMap;

/// A row: its name, a number and a link for each action, the sum of money.
pub struct Row {
    pub name: String,
    pub cells: Vec<(i64, String)>,
    pub all: i64,
    pub sum: String,
    cents: i64,
}

#[derive(Template)]
#[template(path = "rewards/pages/tally.html")]
struct TallyPage {
    page: Page,
    bys: Vec<Choice>,
    stages: Vec<Choice>,
    years: Vec<Choice>,
    towns: Vec<Choice>,
    heads: Vec<String>,
    first: &'static str,
    rows: Vec<Row>,
    foot: Option<Row>,
    by: &'static str,
    stage: &'static str,
    workbook: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    by: String,
    stage: String,
    year: String,
    township: String,
}

/// The tally as asked for.
struct Tally {
    by: By,
    filter: Filter,
    /// The actions that occur, in the packs' order.
    actions: Vec<&'static str>,
    rows: Vec<Row>,
}

async fn tally(desk: &Desk, page: &Page, asked: &Asked) -> Answer<Tally> {
    let part = &desk.caller.part;
    let by = By::by_id(&asked.by).unwrap_or(By::Township);
    let stage = match Stage::by_id(&asked.stage) {
        Some(stage @ (Stage::Carried | Stage::Open | Stage::Due | Stage::Refused | Stage::Void)) => stage,
        _ => Stage::Carried,
    };
    let filter =
        Filter { year: asked.year.clone(), township: asked.township.clone(), stage, ..Filter::default() };
    let counted = store::tally(&desk.db, &filter, part, by).await?;
    let names = names(desk, page, by, &filter).await?;
    let actions: Vec<&'static str> = policy::ACTIONS
        .iter()
        .map(|(id, _)| *id)
        .filter(|id| counted.iter().any(|c| c.action == *id))
        .collect();
    let mut keys: Vec<&str> = counted.iter().map(|c| c.key.as_str()).collect();
    keys.dedup();
    let rows = keys
        .into_iter()
        .map(|key| {
            let own: Vec<&Counted> = counted.iter().filter(|c| c.key == key).collect();
            let base = Link::new("/rewards")
                .with("stage", stage.id())
                .with("year", if by == By::Year { key } else { &asked.year })
                .with("township", if by == By::Township { key } else { &asked.township })
                .with("rule", if by == By::Source { key } else { "" });
            let cell = |action: &&str| {
                let n = own.iter().find(|c| c.action == *action).map_or(0, |c| c.n);
                (n, base.with("action", action).to_string())
            };
            let cents = own.iter().filter(|c| is_money(&c.action)).map(|c| c.sum).sum();
            Row {
                name: names.get(key).cloned().unwrap_or_else(|| key.to_owned()),
                cells: actions.iter().map(cell).collect(),
                all: own.iter().map(|c| c.n).sum(),
                sum: yuan(cents),
                cents,
            }
        })
        .collect();
    Ok(Tally { by, filter, actions, rows })
}

/// What keys are called: townships by name, rules by action, clause and whom they hit.
async fn names(desk: &Desk, page: &Page, by: By, filter: &Filter) -> Answer<BTreeMap<String, String>> {
    Ok(match by {
        By::Year => BTreeMap::new(),
        By::Township => {
            let towns = places::townships(&desk.db, &desk.caller.part).await?;
            towns.into_iter().map(|t| (t.code, t.name)).collect()
        }
        By::Source => {
            let groups = store::groups(&desk.db, filter, &desk.caller.part).await?;
            let name = |g: &store::Group| {
                let target = page.w(policy::target_text(&g.applies_to));
                format!("{} {}（{target}）", page.w(policy::action_text(&g.action)), g.basis)
            };
            groups.iter().map(|g| (g.consequence.clone(), name(g))).collect()
        }
    })
}

fn first(page: &Page, by: By) -> &'static str {
    match by {
        By::Year => page.t("年度"),
        By::Township => page.t("乡镇"),
        By::Source => page.t("来源"),
    }
}

/// The row of sums under the others.
fn foot(page: &Page, t: &Tally, base: &Link) -> Option<Row> {
    if t.rows.is_empty() {
        return None;
    }
    let total = |at: usize| t.rows.iter().map(|r| r.cells[at].0).sum();
    let cents = t.rows.iter().map(|r| r.cents).sum();
    let cells = t.actions.iter().enumerate();
    Some(Row {
        name: page.t("合计").to_owned(),
        cells: cells.map(|(at, action)| (total(at), base.with("action", action).to_string())).collect(),
        all: t.rows.iter().map(|r| r.all).sum(),
        sum: yuan(cents),
        cents,
    })
}

pub async fn show(desk: Desk, Query(asked): Query<Asked>) -> Answer<Response> {
    let page = desk.page("rewards").await?;
    let t = tally(&desk, &page, &asked).await?;
    let (by, stage) = (t.by, t.filter.stage);
    let here = Link::new("/tally")
        .with("by", by.id())
        .with("stage", stage.id())
        .with("year", &asked.year)
        .with("township", &asked.township);
    let list = Link::new("/rewards")
        .with("stage", stage.id())
        .with("year", &asked.year)
        .with("township", &asked.township);
    let choice = |b: &By| Choice::new(here.with("by", b.id()).to_string(), page.t(b.title())).on(*b == by);
    let stages = [Stage::Carried, Stage::Due, Stage::Open, Stage::Refused, Stage::Void];
    let cut =
        |s: &Stage| Choice::new(here.with("stage", s.id()).to_string(), page.t(s.title())).on(*s == stage);
    let years = store::years(&desk.db).await?.into_iter().map(|y| Choice::new(&*y, &*y)).collect();
    let towns = places::townships(&desk.db, &desk.caller.part).await?;
    let towns = towns.into_iter().map(|t| Choice::new(t.code, t.name)).collect();
    let workbook = Link::new("/tally.xlsx")
        .with("by", by.id())
        .with("stage", stage.id())
        .with("year", &asked.year)
        .with("township", &asked.township);
    let titles = choices(&page, "");
    let head =
        |id: &&str| titles.iter().find(|c| c.value == *id).map(|c| c.label.clone()).unwrap_or_default();
    let html = TallyPage {
        bys: By::ALL.iter().map(choice).collect(),
        stages: stages.iter().map(cut).collect(),
        years: Choice::pick(years, &asked.year),
        towns: Choice::pick(towns, &asked.township),
        heads: t.actions.iter().map(head).collect(),
        first: first(&page, by),
        foot: foot(&page, &t, &list),
        rows: t.rows,
        by: by.id(),
        stage: stage.id(),
        workbook: workbook.to_string(),
        page,
    };
    Ok(Html(html).into_response())
}

/// The same as a workbook. An audited read.
pub async fn workbook(desk: Desk, Query(asked): Query<Asked>) -> Answer<Response> {
    let page = desk.page("rewards").await?;
    let t = tally(&desk, &page, &asked).await?;
    let as_of: Day = today().parse().map_err(|_| Failure::NotFound)?;
    let mut columns = vec![Column::of(first(&page, t.by), 12)];
    columns.extend(t.actions.iter().map(|a| Column::of(&page.w(policy::action_text(a)), 5)));
    columns.extend([Column::of(page.t(key!("合计")), 5), Column::of(page.t(key!("金额（元）")), 8)]);
    let end = foot(&page, &t, &Link::new(""));
    let row = |r: &Row| {
        let mut row = vec![Cell::text(&r.name)];
        row.extend(r.cells.iter().map(|(n, _)| Cell::Whole(*n)));
        row.extend([Cell::Whole(r.all), Cell::Number(Quantity(i128::from(r.cents) * 10_000))]);
        row
    };
    let title = page.m(&msg!("{place}结果运用统计", place = desk.county.name.as_str()));
    let mut notes = vec![page.m(&msg!("统计口径：{stage}。", stage = page.t(t.filter.stage.title())))];
    if !asked.year.is_empty() {
        notes.push(page.m(&msg!("年度：{year}。", year = asked.year.as_str())));
    }
    let roster = Roster {
        title: title.clone(),
        unit: desk.caller.unit.clone(),
        as_of,
        columns,
        fixed: 1,
        rows: t.rows.iter().chain(&end).map(row).collect(),
        notes,
        imprint: Imprint {
            printed_by: desk.caller.name.clone(),
            printed_at: platform::now().datetime(),
            pack: None,
            synthetic: desk.county.demo,
        },
    };
    let bytes = tokio::task::spawn_blocking(move || roster.xlsx()).await;
    let bytes = bytes.map_err(|e| Failure::Internal(e.to_string()))?.map_err(failed)?;
    let mut event = desk.caller.event("proposal.export", "county", "", desk.caller.part.code());
    event.note = format!("tally {} {}", t.by.id(), t.filter.stage.id());
    desk.db.record(event, Outcome::Done).await?;
    let format = documents::Format::Xlsx;
    let name = format!("{title}-{}.{}", file_day(), format.extension());
    Ok(attachments::download(&name, format.media_type(), bytes))
}
