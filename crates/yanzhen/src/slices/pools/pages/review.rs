//! The review of a quarter: everybody in a pool with the parts of the growth score, and whom the lowest share proposes to warn.

use super::tabs;
use crate::slices::places::Desk;
use crate::slices::places::pages::{score_text, status};
use crate::slices::places::store::today;
use crate::slices::pools::model::{Member, Score, is_quarter, quarter_of};
use crate::slices::pools::reviewing::{self, Fault, Typed};
use crate::slices::pools::rules::pools_of;
use crate::slices::pools::store;
use askama::Template;
use axum::Form;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect, Response};
use platform::access::Action;
use platform::kit::{Choice, Faults, Link, Pager};
use platform::page::Page;
use platform::web::{Answer, Html};
use serde::Deserialize;
use std::collections::HashMap;

/// A part of the score.
pub struct Head {
    pub id: String,
    pub title: String,
    pub full: String,
    pub hint: String,
}

/// A person with what is typed of each part.
pub struct Row {
    pub m: Member,
    pub place: String,
    /// As typed, and what is wrong with it.
    pub cells: Vec<(String, String)>,
    pub total: String,
    pub by: String,
}

/// Somebody whom the review proposes to warn, or who was warned.
pub struct Low {
    pub s: Score,
    pub total: String,
    pub warned: String,
}

#[derive(Template)]
#[template(path = "pools/pages/review.html")]
struct ReviewPage {
    page: Page,
    tabs: Vec<Choice>,
    quarter: String,
    before: String,
    after: String,
    heads: Vec<Head>,
    rows: Vec<Row>,
    scored: usize,
    all: usize,
    low: Vec<Low>,
    percent: String,
    /// The score whose warning was refused, by its id.
    refused: i64,
    pager: Pager,
    may: bool,
    bad: usize,
    faults: Faults,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    quarter: String,
    page: u64,
}

/// The quarter so many before or after.
fn near(quarter: &str, by: i32) -> String {
    let (year, n) = quarter.split_once("-Q").unwrap_or((quarter, "1"));
    let at = year.parse::<i32>().unwrap_or(2000) * 4 + n.parse::<i32>().unwrap_or(1) - 1 + by;
    format!("{:04}-Q{}", at.div_euclid(4), at.rem_euclid(4) + 1)
}

/// What a form brought back: marks as typed and their faults, a warning that was refused.
#[derive(Default)]
struct Back {
    typed: HashMap<i64, Typed>,
    faults: Vec<Fault>,
    warning: Option<(i64, Faults)>,
}

pub async fn show(desk: Desk, Query(asked): Query<Asked>) -> Answer<Response> {
    render(&desk, asked, Back::default()).await
}

async fn render(desk: &Desk, asked: Asked, back: Back) -> Answer<Response> {
    let mut page = desk.page("pools").await?;
    let (db, part, day) = (&desk.db, &desk.caller.part, today());
    let now = quarter_of(&day);
    let quarter = if is_quarter(&asked.quarter) { asked.quarter.clone() } else { now.clone() };
    let link = Link::new("/pools/review").with("quarter", &quarter);
    page.path = link.to_string();
    let pools = pools_of(db, part.code(), &day).await?;
    let pieces = pools.scores_on(&day);
    let members = store::members(db, part, &[], &day).await?;
    let scores = store::scores(db, part, &quarter).await?;
    let of: HashMap<i64, &Score> = scores.iter().map(|s| (s.person, s)).collect();
    let towns: HashMap<String, String> = crate::slices::places::store::villages(db, part)
        .await?
        .into_iter()
        .map(|v| (v.code, format!("{} {}", v.township_name, v.short)))
        .collect();
    let pager = Pager::new(asked.page, members.len() as u64, link);
    let all = members.len();
    let rows = members
        .into_iter()
        .skip(pager.offset() as usize)
        .take(pager.size as usize)
        .map(|m| {
            let score = of.get(&m.id);
            let typed = back.typed.get(&m.id);
            let cells = pieces.iter().map(|p| {
                let kept = score.and_then(|s| s.parts.get(&p.id)).map(|n| score_text(*n));
                let value = typed.and_then(|t| t.get(&p.id)).cloned().or(kept).unwrap_or_default();
                let fault = back.faults.iter().find(|f| f.0 == m.id && f.1 == p.id);
                (value, fault.map(|f| page.m(&f.2)).unwrap_or_default())
            });
            Row {
                cells: cells.collect(),
                total: score.map(|s| score_text(s.total)).unwrap_or_default(),
                by: score.map(|s| s.by.clone()).unwrap_or_default(),
                place: towns.get(&m.village).cloned().unwrap_or_default(),
                m,
            }
        })
        .collect();
    let proposed = reviewing::proposed(&pools, &scores);
    let scored = scores.len();
    let mut low: Vec<Score> =
        scores.into_iter().filter(|s| proposed.contains(&s.id) || !s.warned_by.is_empty()).collect();
    low.sort_by_key(|s| (s.total, s.id));
    let (refused, faults) = back.warning.unwrap_or_default();
    let bad = back.faults.len();
    let html = ReviewPage {
        tabs: tabs(
            &page,
            "/pools/review",
            store::waiting(db, part).await?,
            desk.caller.may(Action::RunReviews),
        ),
        before: near(&quarter, -1),
        after: if quarter < now { near(&quarter, 1) } else { String::new() },
        heads: pieces
            .iter()
            .map(|p| Head {
                id: p.id.clone(),
                title: p.title.clone(),
                full: kernel::Quantity(i128::from(p.full) * 10_000).to_string(),
                hint: p.hint.clone(),
            })
            .collect(),
        rows,
        scored,
        all,
        low: low
            .into_iter()
            .map(|s| Low {
                total: score_text(s.total),
                warned: format!("{} {}", crate::slices::posts::pages::day_text(&s.warned_on), s.warned_by),
                s,
            })
            .collect(),
        percent: (pools.warn_percent.0 / kernel::MILLION).to_string(),
        refused,
        pager,
        may: desk.caller.may(Action::ManagePools),
        bad,
        faults,
        quarter,
        page,
    };
    let refused = html.bad > 0 || !html.faults.is_empty();
    Ok((status(refused), Html(html)).into_response())
}

/// Saves the marks of a page: `s.PERSON.PART` as typed.
pub async fn enter(
    desk: Desk,
    Query(asked): Query<Asked>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let day = today();
    let quarter = if is_quarter(&asked.quarter) { asked.quarter.clone() } else { quarter_of(&day) };
    let mut typed: HashMap<i64, Typed> = HashMap::new();
    for (name, value) in fields {
        let mut parts = name.splitn(3, '.');
        if let (Some("s"), Some(person), Some(piece)) = (parts.next(), parts.next(), parts.next())
            && let Ok(person) = person.parse()
        {
            typed.entry(person).or_default().insert(piece.to_owned(), value);
        }
    }
    let members = store::members(&desk.db, &desk.caller.part, &[], &day).await?;
    match reviewing::enter(&desk.db, &desk.caller, &members, &quarter, &typed).await? {
        Ok(_) => {
            let page = asked.page.max(1).to_string();
            let link = Link::new("/pools/review").with("quarter", &quarter).with("page", &page);
            Ok(Redirect::to(&link.to_string()).into_response())
        }
        Err(faults) => render(&desk, asked, Back { typed, faults, warning: None }).await,
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Warning {
    by: String,
    reason: String,
}

/// Confirms a warning.
pub async fn warn(desk: Desk, Path(id): Path<i64>, Form(given): Form<Warning>) -> Answer<Response> {
    let score = desk.caller.authorize(Action::ManagePools, store::score(&desk.db, id).await?)?;
    let asked = Asked { quarter: score.quarter.clone(), page: 1 };
    match reviewing::warn(&desk.db, &desk.caller, &score, &given.by, &given.reason).await? {
        Ok(()) => {
            let link = Link::new("/pools/review").with("quarter", &score.quarter).to_string();
            Ok(Redirect::to(&format!("{link}#low")).into_response())
        }
        Err(found) => {
            let faults = Faults::told(found, desk.visitor.lang);
            render(&desk, asked, Back { warning: Some((id, faults)), ..Back::default() }).await
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn quarters_follow_each_other() {
        assert_eq!(
            (super::near("2026-Q1", -1), super::near("2026-Q4", 1)),
            ("2025-Q4".into(), "2027-Q1".into())
        );
        assert_eq!(super::near("2026-Q2", 1), "2026-Q3");
    }
}
