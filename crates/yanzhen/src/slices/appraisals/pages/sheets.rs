//! The mark sheets of the caller's office.

use super::flash;
use crate::slices::appraisals::model::{Round, Sheet, State};
use crate::slices::appraisals::sheet::columns;
use crate::slices::appraisals::{store, tally};
use crate::slices::calendar;
use crate::slices::places::Desk;
use crate::slices::places::facts::adopted;
use crate::slices::places::store::today;
use askama::Template;
use axum::extract::Query;
use axum::response::{IntoResponse, Response};
use kernel::{Day, msg};
use platform::kit::thousands;
use platform::page::Page;
use platform::web::{Answer, Html};
use serde::Deserialize;

/// A sheet as listed.
pub struct Line {
    pub id: i64,
    pub round: String,
    pub year: String,
    pub unit: String,
    pub state: &'static str,
    pub tone: &'static str,
    pub filled: String,
    pub of: String,
    /// Of a hundred, for the bar.
    pub share: usize,
    pub unchecked: usize,
    pub due: String,
    pub clock: String,
    pub clock_tone: &'static str,
    pub note: String,
}

#[derive(Template)]
#[template(path = "appraisals/pages/sheets.html")]
struct SheetsPage {
    page: Page,
    lines: Vec<Line>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    said: String,
}

/// Where a sheet stands, in a word, with its colour.
pub fn standing(round: &Round, sheet: &Sheet) -> (&'static str, &'static str) {
    match (round.state, sheet.submitted_at) {
        (State::Entering, None) if !sheet.note.is_empty() => (kernel::key!("退回修改"), "warn"),
        (State::Entering, None) => (kernel::key!("正在填"), "info"),
        (_, Some(_)) => (kernel::key!("已提交"), "ok"),
        (_, None) => (kernel::key!("锁定时没有提交"), "stop"),
    }
}

/// How long there is until a sheet's last day, and how pressing it is.
pub async fn clock(desk: &Desk, page: &Page, sheet: &Sheet) -> Answer<(String, &'static str)> {
    let (Ok(due), Ok(now)) = (sheet.due_on.parse::<Day>(), today().parse::<Day>()) else {
        return Ok((String::new(), ""));
    };
    let calendar = calendar::calendar(&desk.db).await?;
    let left = calendar.workdays_between(now, due).days;
    Ok(match left {
        _ if due < now => (page.t("已超期").to_owned(), "stop"),
        _ if due == now => (page.t("今天到期").to_owned(), "warn"),
        n => (page.m(&msg!("还有 {n} 个工作日", n = n)), if n <= 2 { "warn" } else { "" }),
    })
}

pub async fn list(desk: Desk, Query(asked): Query<Asked>) -> Answer<Response> {
    let mut page = desk.page("sheets").await?;
    page.flash = flash(&page, &asked.said);
    let (db, caller) = (&desk.db, &desk.caller);
    let mut lines = Vec::new();
    for (sheet, round) in store::sheets_for(db, &caller.unit, caller.part.township()).await? {
        let pack = adopted(db, round.pack).await?;
        let columns = columns(&pack, &sheet.rater);
        let done = tally::done_of(db, &sheet, &pack, &columns).await?;
        let (state, tone) = standing(&round, &sheet);
        let open = round.state == State::Entering && sheet.submitted_at.is_none();
        let (clock, clock_tone) = if open { clock(&desk, &page, &sheet).await? } else { Default::default() };
        lines.push(Line {
            id: sheet.id,
            state: page.t(state),
            tone,
            filled: thousands(done.filled as u64),
            of: thousands(done.of as u64),
            share: (done.filled * 100).checked_div(done.of).unwrap_or(100),
            unchecked: done.unchecked,
            note: if sheet.submitted_at.is_none() { sheet.note } else { String::new() },
            round: round.title,
            year: round.year,
            unit: sheet.unit,
            due: sheet.due_on,
            clock,
            clock_tone,
        });
    }
    Ok(Html(SheetsPage { page, lines }).into_response())
}
