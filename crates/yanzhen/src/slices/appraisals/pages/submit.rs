//! A sheet as a whole: what is still in the way, submitting it, asking to have it back.

use super::sheets::standing;
use super::{Opened, flash};
use crate::slices::appraisals::actions_sheet::{self, straight};
use crate::slices::appraisals::model::State;
use crate::slices::appraisals::sheet::{Done, cells};
use crate::slices::appraisals::{store, tally};
use crate::slices::places::Desk;
use crate::slices::places::pages::moment_text;
use askama::Template;
use axum::Form;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::{Message, Score};
use platform::page::Page;
use platform::web::{Answer, Html};
use serde::Deserialize;

/// A township that owes something.
pub struct Gap {
    pub name: String,
    pub left: usize,
    pub href: String,
}

#[derive(Template)]
#[template(path = "appraisals/pages/submit.html")]
struct SubmitPage {
    page: Page,
    id: i64,
    round: String,
    unit: String,
    state: &'static str,
    tone: &'static str,
    done: Done,
    gaps: Vec<Gap>,
    /// Column, its name, the mark, how many of how many.
    same: Vec<(String, String, String, usize, usize)>,
    shut: String,
    submitted: String,
    may_ask: bool,
    note: String,
    reason: String,
    faults: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    said: String,
}

pub async fn show(desk: Desk, Path(id): Path<i64>, Query(asked): Query<Asked>) -> Answer<Response> {
    let opened = Opened::of(&desk, id).await?;
    render(&desk, &opened, &asked.said, (String::new(), String::new()), Vec::new()).await
}

async fn render(
    desk: &Desk,
    opened: &Opened,
    said: &str,
    (note, reason): (String, String),
    faults: Vec<Message>,
) -> Answer<Response> {
    let db = &desk.db;
    let mut page = desk.page("sheets").await?;
    page.flash = flash(&page, said);
    page.path = format!("/sheets/{}/submit", opened.sheet.id);
    let Opened { sheet, round, pack, columns } = opened;
    let towns = tally::towns(db, sheet).await?;
    let excused = tally::excused(db, sheet, pack, columns).await?;
    let counts = tally::counts(db, sheet, columns, &excused).await?;
    let gaps = towns.iter().filter_map(|t| {
        let left = tally::done(pack, columns, &towns, &counts, &t.code).left();
        let href = opened.at(&t.code).with("todo", "1").to_string();
        (left > 0).then(|| Gap { name: t.name.clone(), left, href })
    });
    let gaps: Vec<Gap> = gaps.collect();
    let shut = opened.shut(&page);
    let mut same = Vec::new();
    if shut.is_empty() {
        let subjects = store::subjects(db, round.id, &sheet.township).await?;
        let found = cells(db, sheet, columns, "").await?;
        for s in straight(columns, &subjects, &found) {
            let name = columns.iter().find(|c| c.id == s.column).map(|c| c.name.clone());
            same.push((s.column, name.unwrap_or_default(), Score(s.mark).to_string(), s.same, s.filled));
        }
    }
    let (state, tone) = standing(round, sheet);
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let html = SubmitPage {
        id: sheet.id,
        round: round.title.clone(),
        unit: sheet.unit.clone(),
        state: page.t(state),
        tone,
        done: tally::done(pack, columns, &towns, &counts, ""),
        gaps,
        same,
        submitted: match sheet.submitted_at {
            Some(at) => format!("{}，{}", sheet.submitted_by, moment_text(at)),
            None => String::new(),
        },
        may_ask: sheet.submitted_at.is_some() && matches!(round.state, State::Entering | State::Checking),
        note: if note.is_empty() && sheet.submitted_at.is_some() { sheet.note.clone() } else { note },
        faults: faults.iter().map(|m| page.m(m)).collect(),
        reason,
        shut,
        page,
    };
    Ok((status, Html(html)).into_response())
}

/// The sentence of a form.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    note: String,
    reason: String,
}

/// Submits the sheet.
pub async fn submit(desk: Desk, Path(id): Path<i64>, Form(typed): Form<Typed>) -> Answer<Response> {
    let opened = Opened::of(&desk, id).await?;
    let Opened { sheet, pack, columns, .. } = &opened;
    match actions_sheet::submit(&desk.db, &desk.caller, sheet, pack, columns, &typed.note).await? {
        Ok(()) => Ok(Redirect::to(&format!("/sheets/{id}/submit?said=submitted")).into_response()),
        Err(why) => render(&desk, &opened, "", (typed.note, String::new()), why).await,
    }
}

/// Asks to have the sheet back.
pub async fn ask(desk: Desk, Path(id): Path<i64>, Form(typed): Form<Typed>) -> Answer<Response> {
    let opened = Opened::of(&desk, id).await?;
    match actions_sheet::ask_back(&desk.db, &desk.caller, &opened.sheet, &typed.reason).await? {
        Ok(()) => Ok(Redirect::to(&format!("/sheets/{id}/submit?said=asked")).into_response()),
        Err(why) => render(&desk, &opened, "", (String::new(), typed.reason), why).await,
    }
}
