//! Vacancies one by one, and those foreseen.

use super::{views, why_text};
use crate::slices::places::Desk;
use crate::slices::places::store::today;
use crate::slices::posts::pages::day_text;
use crate::slices::vacancies::model::Seat;
use crate::slices::vacancies::store::{self, gather};
use askama::Template;
use axum::extract::Query;
use axum::response::{IntoResponse, Response};
use kernel::Day;
use platform::kit::{Choice, Link, Pager};
use platform::page::Page;
use platform::web::{Answer, Failure, Html};
use serde::Deserialize;

/// A vacancy as a row.
pub struct Row {
    pub seat: Seat,
    pub why: String,
    pub days: Option<i64>,
    pub due: String,
    pub late: bool,
    /// The chain has somebody to look at.
    pub chained: bool,
}

#[derive(Template)]
#[template(path = "vacancies/pages/list.html")]
struct ListPage {
    page: Page,
    views: Vec<Choice>,
    ahead: bool,
    rows: Vec<Row>,
    all: usize,
    late: usize,
    moved: usize,
    long: usize,
    motions: u64,
    waiting: u64,
    pager: Pager,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    township: String,
    page: u64,
}

/// Seats that are empty today.
pub async fn show(desk: Desk, Query(asked): Query<Asked>) -> Answer<Response> {
    render(&desk, &asked, false).await
}

/// Seats that will be.
pub async fn ahead(desk: Desk, Query(asked): Query<Asked>) -> Answer<Response> {
    render(&desk, &asked, true).await
}

/// Days after which a vacancy is a long one: the plan's.
fn is_long(seat: &Seat, day: &str) -> bool {
    !seat.due.is_empty() && seat.due.as_str() < day
}

async fn render(desk: &Desk, asked: &Asked, ahead: bool) -> Answer<Response> {
    let path = if ahead { "/vacancies/ahead" } else { "/vacancies" };
    let mut page = desk.page("pools").await?;
    let link = Link::new(path).with("township", &asked.township);
    page.path = link.clone().with("page", &asked.page.to_string()).to_string();
    let (db, part, day) = (&desk.db, &desk.caller.part, today());
    let now: Day = day.parse().map_err(|_| Failure::NotFound)?;
    let known = gather::seats(db, part, &day).await?;
    let (empty, soon): (Vec<&Seat>, Vec<&Seat>) = known.seats.iter().partition(|s| s.is_empty());
    let mut rows: Vec<Row> = if ahead { &soon } else { &empty }
        .iter()
        .filter(|s| asked.township.is_empty() || s.township == asked.township)
        .map(|s| Row {
            why: why_text(&page, s),
            days: s.days(now),
            due: day_text(&s.due),
            late: s.late(&day),
            chained: !known.chains.of(&s.village).steps_on(&s.post, &day).is_empty(),
            seat: (*s).clone(),
        })
        .collect();
    rows.sort_by_key(|r| (!r.late, std::cmp::Reverse(r.days), r.seat.key()));
    let all = rows.len();
    let pager = Pager::new(asked.page, all as u64, link);
    let (motions, waiting) = store::count(db, part).await?;
    let html = ListPage {
        views: views(&page, path, soon.len()),
        ahead,
        all,
        late: empty.iter().filter(|s| s.late(&day)).count(),
        moved: known.seats.iter().filter(|s| s.motion.is_some()).count(),
        long: empty.iter().filter(|s| is_long(s, &day)).count(),
        motions,
        waiting,
        rows: rows.into_iter().skip(pager.offset() as usize).take(pager.size as usize).collect(),
        pager,
        page,
    };
    Ok(Html(html).into_response())
}
