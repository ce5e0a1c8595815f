//! Appeals: where one is made for a village or a person, the list, the answer.

use super::day_text;
use super::results::correctable;
use super::why::placed;
use crate::slices::appraisals::appeals::{self, Answer as Answered, Appeal, AppealState};
use crate::slices::appraisals::correcting::{self, Corrected, Correction};
use crate::slices::appraisals::given::Given;
use crate::slices::appraisals::store;
use crate::slices::calendar::store::calendar;
use crate::slices::places::Desk;
use crate::slices::places::facts::adopted;
use crate::slices::places::pages::{moment_text, score_text, status};
use crate::slices::places::store::today;
use askama::Template;
use axum::Form;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect, Response};
use kernel::{Day, msg};
use platform::access::{Action, Authorized};
use platform::kit::{Choice, Faults};
use platform::page::Page;
use platform::web::{Answer, Failure, Html};
use serde::Deserialize;
use std::collections::HashMap;

/// An appeal as listed.
pub struct Line {
    pub id: i64,
    pub who: String,
    pub round: String,
    pub what: String,
    pub state: &'static str,
    pub tone: &'static str,
    pub due: String,
    pub near: &'static str,
}

#[derive(Template)]
#[template(path = "appraisals/pages/appeals.html")]
struct ListPage {
    page: Page,
    lines: Vec<Line>,
    waiting: usize,
}

/// The appeals of the caller's part.
pub async fn list(desk: Desk) -> Answer<Response> {
    let (page, db) = (desk.page("rounds").await?, &desk.db);
    let all = appeals::list(db, 0, &desk.caller.part).await?;
    let calendar = calendar(db).await?;
    let now = today().parse::<Day>().map_err(|_| Failure::NotFound)?;
    let mut rounds = HashMap::new();
    let mut lines = Vec::new();
    for a in &all {
        if let std::collections::hash_map::Entry::Vacant(slot) = rounds.entry(a.round)
            && let Some(round) = store::find(db, a.round).await?
        {
            let pack = adopted(db, round.pack).await?;
            slot.insert((round, pack));
        }
        let Some((round, pack)) = rounds.get(&a.round) else { continue };
        let who = store::subject(db, round, &a.code).await?;
        let waits = a.state == AppealState::Asked;
        let left =
            a.due_on.parse::<Day>().map(|d| calendar.workdays_between(now, d).days).unwrap_or_default();
        let indicator = pack.indicators.iter().find(|i| i.id == a.indicator);
        lines.push(Line {
            id: a.id,
            who: who.map(|p| format!("{} {}", p.subject.township_name, p.subject.name)).unwrap_or_default(),
            round: round.title.clone(),
            what: indicator.map_or_else(|| page.t("整个结果").to_owned(), |i| format!("{} {}", i.id, i.name)),
            state: page.t(a.state.title()),
            tone: a.state.tone(),
            due: match (waits, left) {
                (false, _) => String::new(),
                (true, 0) => page.t("今天到期").to_owned(),
                (true, n) if n > 0 => page.tn("剩 {n} 个工作日", n),
                (true, n) => page.tn("超期 {n} 个工作日", -n),
            },
            near: if left < 0 {
                "stop"
            } else if left <= 2 {
                "warn"
            } else {
                ""
            },
        });
    }
    let waiting = all.iter().filter(|a| a.state == AppealState::Asked).count();
    Ok(Html(ListPage { lines, waiting, page }).into_response())
}

#[derive(Template)]
#[template(path = "appraisals/pages/appeal-new.html")]
struct NewPage {
    page: Page,
    round: i64,
    title: String,
    code: String,
    who: String,
    indicators: Vec<Choice>,
    text: String,
    faults: Faults,
}

/// An appeal as a form gives it.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct Asked {
    pub code: String,
    pub indicator: String,
    pub text: String,
}

async fn new_page(desk: &Desk, id: i64, asked: Asked, faults: Faults) -> Answer<Response> {
    let placed = placed(desk, id, &asked.code).await?;
    let page = desk.page("rounds").await?;
    let pack = adopted(&desk.db, placed.round.pack).await?;
    let choices =
        pack.indicators.iter().map(|i| Choice::new(&i.id, format!("{} {}", i.id, i.name))).collect();
    let html = NewPage {
        round: id,
        title: placed.round.title.clone(),
        code: asked.code.clone(),
        who: format!("{} {}", placed.subject.township_name, placed.subject.name),
        indicators: Choice::pick(choices, &asked.indicator),
        text: asked.text,
        faults,
        page,
    };
    let status = status(!html.faults.is_empty());
    Ok((status, Html(html)).into_response())
}

/// Where an office appeals for a village or person of its own.
pub async fn new(desk: Desk, Path(id): Path<i64>, Query(asked): Query<Asked>) -> Answer<Response> {
    if asked.code.is_empty() {
        return choose(&desk, id).await;
    }
    new_page(&desk, id, asked, Faults::new()).await
}

/// Whoever names no subject is led to where one is chosen.
async fn choose(desk: &Desk, id: i64) -> Answer<Response> {
    let seen = super::seen(desk, id).await?;
    Ok(Redirect::to(&format!("/rounds/{}/results", seen.round.id)).into_response())
}

/// Appeals.
pub async fn create(desk: Desk, Path(id): Path<i64>, Form(asked): Form<Asked>) -> Answer<Response> {
    if asked.code.is_empty() {
        return choose(&desk, id).await;
    }
    let placed = placed(&desk, id, &asked.code).await?;
    match appeals::ask(&desk.db, &desk.caller, &placed, &asked.indicator, &asked.text).await? {
        Ok(appeal) => Ok(Redirect::to(&format!("/appeals/{appeal}")).into_response()),
        Err(found) => {
            let faults = Faults::told(found, desk.visitor.lang);
            new_page(&desk, id, asked, faults).await
        }
    }
}

#[derive(Template)]
#[template(path = "appraisals/pages/appeal.html")]
struct OnePage {
    page: Page,
    a: Authorized<Appeal>,
    round_title: String,
    who: String,
    what: String,
    state: &'static str,
    tone: &'static str,
    asked_at: String,
    answered_at: String,
    due: String,
    /// Why this caller may not answer; empty if it may.
    barred: String,
    may_answer: bool,
    columns: Vec<Choice>,
    form: AnswerForm,
    faults: Faults,
}

/// An answer as a form gives it.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct AnswerForm {
    pub column: String,
    pub value: String,
    pub text: String,
}

async fn found(desk: &Desk, id: i64, action: Action) -> Answer<Authorized<Appeal>> {
    Ok(desk.caller.authorize(action, appeals::find(&desk.db, id).await?)?)
}

async fn one(desk: &Desk, id: i64, form: AnswerForm, faults: Faults) -> Answer<Response> {
    let a = found(desk, id, Action::ViewRounds).await?;
    let (page, db) = (desk.page("rounds").await?, &desk.db);
    let Some(round) = store::find(db, a.round).await? else { return Err(Failure::NotFound) };
    let pack = adopted(db, round.pack).await?;
    let who = store::subject(db, &round, &a.code).await?;
    let leads = super::leads(desk, &round);
    let barred = match appeals::impartial(db, &desk.caller, &a).await? {
        Ok(()) => String::new(),
        Err(why) => page.m(&why),
    };
    let given = Given::of(db, &round).await?;
    let own = |key: &str| {
        let (c, r) = key.split_once('/').unwrap_or((key, ""));
        let of = pack.indicators.iter().position(|i| i.id == a.indicator);
        a.indicator.is_empty()
            || c == a.indicator
            || (r.is_empty()
                && of.is_some_and(|at| {
                    crate::slices::appraisals::collect::facts_of(&pack, at)
                        .iter()
                        .any(|f| pack.facts[*f].id == c)
                }))
    };
    let columns = correctable(&pack)
        .into_iter()
        .filter(|(key, _)| own(key))
        .map(|(key, label)| {
            let (c, r) = key.split_once('/').unwrap_or((&key, ""));
            let now = given.value(&a.code, c, r).unwrap_or_default();
            let now = if r.is_empty() { now } else { now.parse().map(score_text).unwrap_or(now) };
            Choice::new(key, format!("{label}（{now}）"))
        })
        .collect();
    let indicator = pack.indicators.iter().find(|i| i.id == a.indicator);
    let html = OnePage {
        round_title: round.title.clone(),
        who: who.map(|p| format!("{} {}", p.subject.township_name, p.subject.name)).unwrap_or_default(),
        what: indicator.map_or_else(|| page.t("整个结果").to_owned(), |i| format!("{} {}", i.id, i.name)),
        state: page.t(a.state.title()),
        tone: a.state.tone(),
        asked_at: moment_text(a.at),
        answered_at: a.answered_at.map(moment_text).unwrap_or_default(),
        due: day_text(&a.due_on),
        may_answer: leads && a.state == AppealState::Asked && barred.is_empty(),
        barred: if leads && a.state == AppealState::Asked { barred } else { String::new() },
        columns: Choice::pick(columns, &form.column),
        form,
        faults,
        a,
        page,
    };
    let status = status(!html.faults.is_empty());
    Ok((status, Html(html)).into_response())
}

pub async fn show(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    one(&desk, id, AnswerForm::default(), Faults::new()).await
}

/// Answers: `uphold` with a correction, `reject` with a reason.
pub async fn answer(
    desk: Desk,
    Path((id, act)): Path<(i64, String)>,
    Form(form): Form<AnswerForm>,
) -> Answer<Response> {
    let appeal = found(&desk, id, Action::AnswerAppeal).await?;
    let Some(round) = store::find(&desk.db, appeal.round).await? else { return Err(Failure::NotFound) };
    // The round is the county's or the township's that runs it: who rates does not answer.
    let round = desk.caller.authorize(Action::AnswerAppeal, Some(round))?;
    let lang = desk.visitor.lang;
    let mut faults = Faults::new();
    let back = Redirect::to(&format!("/appeals/{id}"));
    if act == "reject" {
        match appeals::reject(&desk.db, &desk.caller, &appeal, &form.text).await? {
            Ok(()) => return Ok(back.into_response()),
            Err(why) => faults.add("text", why.text(lang)),
        }
        return one(&desk, id, form, faults).await;
    }
    if act != "uphold" {
        return Err(Failure::NotFound);
    }
    if let Err(why) = appeals::impartial(&desk.db, &desk.caller, &appeal).await? {
        faults.add("text", why.text(lang));
        return one(&desk, id, form, faults).await;
    }
    let Some((column, rater)) = form.column.split_once('/') else {
        faults.add("column", msg!("请选要更正的一项").text(lang));
        return one(&desk, id, form, faults).await;
    };
    let correction = Correction {
        code: appeal.code.clone(),
        column: column.to_owned(),
        rater: rater.to_owned(),
        value: form.value.clone(),
    };
    let answer = Answered { appeal: (*appeal).clone(), text: form.text.trim().to_owned() };
    match correcting::correct(&desk.db, &desk.caller, &round, &correction, &form.text, Some(&answer)).await? {
        Corrected::Done(_) => return Ok(back.into_response()),
        // The answer is the correction's reason.
        Corrected::Faulty(found) => {
            let named = found.into_iter().map(|(f, why)| (if f == "reason" { "text" } else { f }, why));
            faults = Faults::told(named, lang);
        }
        Corrected::Stale => faults.add("value", msg!("别人刚改过，请看一看再改").text(lang)),
    }
    one(&desk, id, form, faults).await
}
