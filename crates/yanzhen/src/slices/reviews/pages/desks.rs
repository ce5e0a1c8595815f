//! Which office answers for each seat, and who signs.

use crate::slices::places::Desk;
use crate::slices::places::store::today;
use crate::slices::reviews::rules::review_of;
use crate::slices::reviews::store::desks;
use askama::Template;
use axum::Form;
use axum::response::{IntoResponse, Redirect, Response};
use platform::access::Role;
use platform::account::AccountFilter;
use platform::kit::Choice;
use platform::page::Page;
use platform::web::{Answer, Html};
use std::collections::{BTreeSet, HashMap};

/// A seat as the form shows it.
pub struct Line {
    pub id: String,
    pub title: String,
    pub optional: bool,
    pub needs: Vec<&'static str>,
    pub units: Vec<Choice>,
    pub heads: Vec<Choice>,
}

impl Line {
    fn shown(&self, page: &Page) -> String {
        let words: Vec<&str> = self.needs.iter().map(|n| page.t(n)).collect();
        words.join(if page.lang == kernel::Lang::En { ", " } else { "、" })
    }
}

#[derive(Template)]
#[template(path = "reviews/pages/desks.html")]
struct DesksPage {
    page: Page,
    lines: Vec<Line>,
    units: usize,
}

/// The county's accounts of review seats: office, account, name.
async fn accounts(desk: &Desk) -> Answer<Vec<(String, i64, String)>> {
    let filter = AccountFilter { role: Role::ReviewSeat.id(), ..AccountFilter::default() };
    let (rows, _) = desk.app.at.accounts().list(filter, 0, 1000).await?;
    let mut out = Vec::new();
    for a in rows.into_iter().filter(|a| a.closed_at.is_none()) {
        for r in a.roles.iter().filter(|r| r.role == Role::ReviewSeat && r.county == desk.caller.county) {
            out.push((r.unit.clone(), a.id, a.name.clone()));
        }
    }
    out.sort();
    Ok(out)
}

pub async fn show(desk: Desk) -> Answer<Response> {
    let page = desk.page("pools").await?;
    let day = today();
    let rules = review_of(&desk.db, &day).await?;
    let accounts = accounts(&desk).await?;
    let units: BTreeSet<&str> = accounts.iter().map(|(unit, ..)| unit.as_str()).collect();
    let kept: HashMap<String, desks::Desk> =
        desks::all(&desk.db).await?.into_iter().map(|d| (d.seat.clone(), d)).collect();
    let lines = rules.seats_on(&day).into_iter().map(|s| {
        let own = kept.get(&s.id).cloned().unwrap_or_default();
        let head = own.head.map(|h| h.to_string()).unwrap_or_default();
        let unit_choices = units.iter().map(|u| Choice::new(*u, *u)).collect();
        let heads = accounts
            .iter()
            .map(|(unit, id, name)| Choice::new(id.to_string(), format!("{name}（{unit}）")))
            .collect();
        Line {
            id: s.id.clone(),
            title: s.title.clone(),
            optional: s.optional,
            needs: s.needs.iter().map(|n| n.title()).collect(),
            units: Choice::pick(unit_choices, &own.unit),
            heads: Choice::pick(heads, &head),
        }
    });
    let html = DesksPage { lines: lines.collect(), units: units.len(), page };
    Ok(Html(html).into_response())
}

/// Keeps it. What is no office or nobody of that office is passed over: the form offers none.
pub async fn save(desk: Desk, Form(fields): Form<HashMap<String, String>>) -> Answer<Response> {
    let day = today();
    let rules = review_of(&desk.db, &day).await?;
    let accounts = accounts(&desk).await?;
    let kept: HashMap<String, desks::Desk> =
        desks::all(&desk.db).await?.into_iter().map(|d| (d.seat.clone(), d)).collect();
    let mut tx = desk.db.write(desk.caller.event("reviews.seats", "review-desk", "", "")).await?;
    for s in rules.seats_on(&day) {
        let Some(unit) = fields.get(&format!("unit.{}", s.id)) else { continue };
        let unit = accounts.iter().map(|(u, ..)| u).find(|u| *u == unit).cloned().unwrap_or_default();
        let head = fields.get(&format!("head.{}", s.id)).and_then(|h| h.parse::<i64>().ok());
        let head = accounts.iter().find(|(u, id, _)| Some(*id) == head && *u == unit);
        let new = desks::Desk {
            seat: s.id.clone(),
            unit,
            head: head.map(|h| h.1),
            head_name: head.map(|h| h.2.clone()).unwrap_or_default(),
        };
        let was = kept.get(&s.id);
        if was.map_or(new.unit.is_empty(), |was| *was == new) {
            continue;
        }
        let said = |d: &desks::Desk| format!("{} {}", d.unit, d.head_name).trim().to_owned();
        tx.changed(&s.id, "unit", was.map(said), Some(said(&new)));
        desks::put(&tx, &new, &desk.caller.name).await?;
    }
    tx.commit().await?;
    Ok(Redirect::to("/reviews/seats").into_response())
}
