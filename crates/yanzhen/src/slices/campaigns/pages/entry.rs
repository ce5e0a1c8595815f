//! One application: who, by which route, each condition and material with what was found, what came of each stage.

use super::entries::{education, stage_title};
use super::{entry as found, text};
use crate::slices::campaigns::deciding::{self, Verdict};
use crate::slices::campaigns::eligibility::{Check, Judged};
use crate::slices::campaigns::marking;
use crate::slices::campaigns::model::{Campaign, Entry, Faults as Found, Standing};
use crate::slices::campaigns::noticing::{self, Chosen};
use crate::slices::campaigns::store::asks::{self, Ask};
use crate::slices::campaigns::store::entries::{self, Secret};
use crate::slices::campaigns::store::steps;
use crate::slices::campaigns::{actions, entering};
use crate::slices::people::say::{age, source};
use crate::slices::places::Desk;
use crate::slices::places::pages::{day_text, moment_text, status};
use crate::slices::places::store::{self as places, today};
use crate::slices::posts::pages::day_text as on;
use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::msg;
use platform::access::{Action, Authorized, Part};
use platform::kit::{Choice, Event, Faults};
use platform::page::Page;
use platform::web::{Answer, Html};
use policy::campaigns::Work;
use std::collections::HashMap;

/// A condition as it is read.
struct Rule {
    id: String,
    title: String,
    basis: String,
    asks: String,
    figure: String,
    judged: Judged,
    said: String,
    declared: bool,
    exception: bool,
}

/// A material as it is read.
struct Material {
    id: String,
    title: String,
    hint: String,
    verdict: String,
    note: String,
    needed: bool,
}

#[derive(Template)]
#[template(path = "campaigns/pages/entry.html")]
struct EntryPage {
    page: Page,
    e: Authorized<Entry>,
    c: Authorized<Campaign>,
    stage: String,
    education: String,
    political: String,
    source: String,
    years: String,
    identity: String,
    phone: String,
    secret: Secret,
    when: String,
    rules: Vec<Rule>,
    materials: Vec<Material>,
    twins: Vec<(i64, String, String, bool)>,
    villages: Vec<Choice>,
    events: Vec<Event>,
    /// Stage, what came of it, its tone, why, by whom.
    steps: Vec<(String, &'static str, &'static str, String, String)>,
    /// The score so far, sentence by sentence.
    scored: Vec<String>,
    may_check: bool,
    may_decide: bool,
    may_choose: bool,
    may_withdraw: bool,
    may_answer: bool,
    runs: bool,
    given: Verdict,
    chosen: Chosen,
    faults: Faults,
    /// What the applicant asked: with when it came, by when it is answered, and who answered.
    asks: Vec<(Ask, String, String)>,
    inspections: bool,
    /// Signed inspections are there.
    inspected: bool,
    may_print: bool,
    /// The day from which the probation may be passed, while that stage runs.
    probation: String,
}

pub async fn show(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    render(&desk, id, Verdict::default(), Chosen { on: today(), ..Chosen::default() }, Found::new()).await
}

/// Whom a condition means, source groups by their titles.
fn asks(condition: &policy::campaigns::Condition, people: &policy::people::People, day: &str) -> String {
    let mut out = policy::campaigns::asks(condition);
    for group in people.source_groups_on(day) {
        out = out.replace(&group.id, &group.title);
    }
    out
}

fn act_title(page: &Page, act: &str) -> String {
    match act {
        "applied" => page.t("公开页面报名"),
        "entered" => page.t("代为登记"),
        "recommended" => page.t("被推荐"),
        "agreed" => page.t("本人同意报名"),
        "corrected" => page.t("本人改了报名信息"),
        "asked" => page.t("本人要求说明或复核"),
        "answered" => page.t("答复本人"),
        "passed" => page.t("通过"),
        "out" => page.t("未通过"),
        "chosen" => page.t("决定选用"),
        _ => "",
    }
    .to_owned()
}

async fn render(desk: &Desk, id: i64, given: Verdict, chosen: Chosen, faults: Found) -> Answer<Response> {
    let mut page = desk.page("pools").await?;
    page.path = format!("/entries/{id}");
    let (e, c, stages) = found(desk, id, Action::ViewCampaigns).await?;
    let case = deciding::case(&desk.db, &c, &e).await?;
    let now = stages.iter().find(|s| s.seq == c.stage).filter(|_| e.stage == c.stage);
    let runs = actions::runs(&desk.caller, &c);
    let running = e.standing == Standing::Running;
    let may = desk.caller.may(Action::EnterEntries);
    let work = now.map(|s| s.work);
    let groups = crate::slices::people::pages::rules(&desk.db, &c.township).await?;
    let rules = case
        .conditions(&c, &e)
        .into_iter()
        .map(|l| Rule {
            id: l.condition.id.clone(),
            title: l.condition.title.clone(),
            basis: l.condition.basis.clone(),
            asks: asks(l.condition, &groups, &c.rules_on),
            figure: page.m(&l.figure),
            said: l
                .check
                .map(|k| format!("{}　{} {}", k.note, k.by, day_text(k.at)).trim().to_owned())
                .unwrap_or_default(),
            judged: l.judged,
            declared: l.condition.declared,
            exception: l.condition.exception,
        })
        .collect();
    let materials = case
        .papers(&c)
        .into_iter()
        .map(|p| Material {
            id: p.material.id.clone(),
            title: p.material.title.clone(),
            hint: p.material.hint.clone(),
            verdict: p.check.as_ref().map(|k| k.verdict.clone()).unwrap_or_default(),
            note: p.check.map(|k| k.note).unwrap_or_default(),
            needed: p.material.needed,
        })
        .collect();
    let events = entries::LOG.of(&desk.db, e.id).await?;
    let events = events
        .iter()
        .map(|h| {
            let what = format!("{}　{}", act_title(&page, &h.act), h.note);
            Event::past(moment_text(h.at), what.trim()).by(format!("{} {}", h.unit, h.by).trim())
        })
        .collect();
    let steps = steps::steps(&desk.db, e.id).await?;
    let steps = steps
        .iter()
        .map(|s| {
            let (word, tone) =
                if s.passed { (page.t("通过"), "ok") } else { (page.t("未通过"), "stop") };
            let by = format!("{} {} {}", s.unit, s.by, day_text(s.at));
            (stage_title(&stages, s.stage), word, tone, s.reason.clone(), by)
        })
        .collect();
    let mut scored = Vec::new();
    if stages.iter().any(|s| s.work.is_paper() && e.stage >= s.seq)
        && let Some(all) = marking::standings(&desk.db, &c, e.stage).await?
        && let Some(i) = all.entries.iter().position(|o| o.id == e.id)
    {
        scored = all.explain(i).iter().map(|m| all.named(&page.m(m))).collect();
    }
    let villages = match work {
        Some(Work::Qualify) if e.person.is_none() && running => {
            let town = Part::Township(e.township.clone());
            let all = places::villages(&desk.db, &town).await?;
            let picked = if given.village.is_empty() { &e.village } else { &given.village };
            Choice::pick(all.into_iter().map(|v| Choice::new(v.code, v.short)).collect(), picked)
        }
        _ => Vec::new(),
    };
    let number = case.secret.identity.parse::<standards::IdentityNumber>().ok();
    let refused = !faults.is_empty();
    let html = EntryPage {
        stage: stage_title(&stages, e.stage),
        education: education(&e),
        political: standards::label_of(&standards::POLITICAL_STATUS, &e.political)
            .unwrap_or_default()
            .to_owned(),
        source: source(&groups, &e.source, &c.rules_on),
        years: age(&e.birth, c.apply_to.get(..10).unwrap_or_default())
            .map(|n| page.tn("{n} 周岁", n))
            .unwrap_or_default(),
        identity: number.map(|n| n.masked()).unwrap_or_default(),
        phone: secrets::mask_phone(&case.secret.form.phone),
        when: moment_text(e.at),
        twins: entries::twins(&desk.db, &e).await?,
        may_check: may && running && work.is_some_and(|w| w <= Work::Qualify),
        may_decide: running
            && work.is_some_and(|w| w == Work::Qualify && may || w > Work::Qualify && runs)
            && !work.is_some_and(|w| w.is_paper() || w == Work::Decide),
        may_choose: running && runs && work == Some(Work::Decide),
        may_answer: may,
        may_withdraw: may && matches!(e.standing, Standing::Running | Standing::Recommended),
        inspections: e.person.is_some() && stages.iter().any(|s| s.work == Work::Inspect && e.stage >= s.seq),
        asks: asks::of(&desk.db, e.id)
            .await?
            .into_iter()
            .map(|a| {
                let when = match a.is_open() {
                    true => page.tn("{n}前答复", on(&a.due_on)),
                    false => format!("{} {}", on(&a.answered_on), a.answered_by),
                };
                (a.clone(), moment_text(a.at), when)
            })
            .collect(),
        inspected: !deciding::inspected(&desk.db, &c, &e).await?.is_empty(),
        may_print: may && !matches!(e.standing, Standing::Recommended | Standing::Withdrawn),
        probation: now
            .filter(|s| s.work == Work::Probation && running)
            .and_then(deciding::probation_ends)
            .map(|d| on(&d.to_string()))
            .unwrap_or_default(),
        runs,
        rules,
        materials,
        villages,
        events,
        steps,
        scored,
        secret: case.secret.clone(),
        given,
        chosen,
        faults: Faults::told(faults, page.lang),
        e,
        c,
        page,
    };
    Ok((status(refused), Html(html)).into_response())
}

async fn again(
    desk: &Desk,
    id: i64,
    done: Result<(), Found>,
    given: Verdict,
    chosen: Chosen,
) -> Answer<Response> {
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/entries/{id}")).into_response()),
        Err(faults) => render(desk, id, given, chosen, faults).await,
    }
}

/// Notes what was found of a condition or a material.
pub async fn check(
    desk: Desk,
    Path(id): Path<i64>,
    Form(sent): Form<HashMap<String, String>>,
) -> Answer<Response> {
    let (e, c, _) = found(&desk, id, Action::EnterEntries).await?;
    let check = Check {
        kind: text(&sent, "kind"),
        item: text(&sent, "item"),
        verdict: text(&sent, "verdict"),
        note: text(&sent, "note"),
        by: String::new(),
        at: 0,
    };
    let done = deciding::check(&desk.db, &desk.caller, &c, &e, &check).await?;
    again(&desk, id, done, Verdict::default(), Chosen::default()).await
}

/// Decides the stage for this applicant.
pub async fn decide(
    desk: Desk,
    Path(id): Path<i64>,
    Form(sent): Form<HashMap<String, String>>,
) -> Answer<Response> {
    let (e, c, _) = found(&desk, id, Action::EnterEntries).await?;
    let given = Verdict {
        passed: text(&sent, "verdict") == "passed",
        reason: text(&sent, "reason"),
        village: text(&sent, "village"),
    };
    if !matches!(text(&sent, "verdict").as_str(), "passed" | "out") {
        return render(&desk, id, given, Chosen::default(), vec![("verdict", msg!("请选一个意见"))]).await;
    }
    let done = deciding::decide(&desk.db, &desk.caller, &c, &e, &given).await?;
    again(&desk, id, done, given, Chosen::default()).await
}

/// Chooses this applicant by the decision of a meeting.
pub async fn choose(
    desk: Desk,
    Path(id): Path<i64>,
    Form(sent): Form<HashMap<String, String>>,
) -> Answer<Response> {
    let (e, c, _) = found(&desk, id, Action::RunCampaigns).await?;
    let chosen = Chosen { by: text(&sent, "by"), on: text(&sent, "on"), meeting: text(&sent, "meeting") };
    let done = noticing::choose(&desk.db, &desk.caller, &c, &e, &chosen).await?;
    again(&desk, id, done.map(|_| ()), Verdict::default(), chosen).await
}

/// Withdraws at the applicant's word.
pub async fn withdraw(
    desk: Desk,
    Path(id): Path<i64>,
    Form(sent): Form<HashMap<String, String>>,
) -> Answer<Response> {
    let (e, _, _) = found(&desk, id, Action::EnterEntries).await?;
    let done = entering::withdraw(&desk.db, &desk.caller, &e, &text(&sent, "word")).await?;
    again(&desk, id, done, Verdict::default(), Chosen::default()).await
}

/// Answers what the applicant asked.
pub async fn answer(
    desk: Desk,
    Path(id): Path<i64>,
    Form(sent): Form<HashMap<String, String>>,
) -> Answer<Response> {
    let (e, _, _) = found(&desk, id, Action::EnterEntries).await?;
    let ask = text(&sent, "ask").parse().unwrap_or_default();
    let done = deciding::answer(&desk.db, &desk.caller, &e, ask, &text(&sent, "answer")).await?;
    let chosen = Chosen { on: today(), ..Chosen::default() };
    again(&desk, id, done, Verdict::default(), chosen).await
}
