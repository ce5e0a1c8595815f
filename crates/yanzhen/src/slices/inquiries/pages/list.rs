//! What was asked: answers that wait, links that wait, calls to be made again, and what was before.

use super::on;
use crate::slices::inquiries::actions::{self, Decision};
use crate::slices::inquiries::model::State;
use crate::slices::inquiries::store::{self, Show};
use crate::slices::inquiries::{Inquiry, due};
use crate::slices::places::Desk;
use crate::slices::places::store::today;
use crate::slices::pools;
use crate::slices::posts::pages::day_text;
use askama::Template;
use axum::Form;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::key;
use platform::access::Action;
use platform::kit::{Choice, Faults, Link, Pager};
use platform::page::Page;
use platform::web::{Answer, Html};
use serde::Deserialize;

/// An inquiry as read.
pub struct Line {
    pub i: Inquiry,
    pub state: &'static str,
    pub tone: &'static str,
    /// When it was asked, and by whom.
    pub asked: String,
    /// When it was answered; empty for not.
    pub answered: String,
    /// What is to come: the last day of a link, the day to call again.
    pub next: String,
    /// Who decided, and why.
    pub decided: String,
}

#[derive(Template)]
#[template(path = "inquiries/pages/list.html")]
struct ListPage {
    page: Page,
    tabs: Vec<Choice>,
    shown: Vec<Choice>,
    shown_now: Show,
    due: u64,
    days: u32,
    waiting: u64,
    open: u64,
    again: u64,
    /// Whether links can be handed out here.
    links: bool,
    lines: Vec<Line>,
    pager: Pager,
    /// The inquiry whose form was refused.
    refused: i64,
    faults: Faults,
}

impl ListPage {
    fn shows(&self, id: &str) -> bool {
        self.shown_now.id() == id
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    show: String,
    page: u64,
}

fn title(show: Show) -> &'static str {
    match show {
        Show::Answered => key!("已填，待采用"),
        Show::Open => key!("链接已发，未填"),
        Show::Again => key!("要再打电话"),
        Show::Past => key!("以前问过的"),
    }
}

fn line(page: &Page, i: Inquiry, day: &str) -> Line {
    let state = i.state_on(day);
    Line {
        state: page.t(state.title()),
        tone: state.tone(),
        asked: format!("{} {}", on(Some(i.at)), i.by),
        answered: on(i.answered_at),
        next: match (i.until.as_str(), i.again_on.as_str()) {
            ("", "") => String::new(),
            ("", again) => page.tn("{n}再打", day_text(again)),
            _ if state != State::Open => String::new(),
            (until, _) => page.tn("{n}前可以填", day_text(until)),
        },
        decided: format!("{} {}", on(i.decided_at), i.decided_by).trim().to_owned(),
        i,
    }
}

pub async fn show(desk: Desk, Query(asked): Query<Asked>) -> Answer<Response> {
    render(&desk, asked, 0, Faults::default()).await
}

async fn render(desk: &Desk, asked: Asked, refused: i64, faults: Faults) -> Answer<Response> {
    let page = desk.page("pools").await?;
    let (db, part, day) = (&desk.db, &desk.caller.part, today());
    let mut counts = Vec::new();
    for show in Show::ALL {
        counts.push(store::count(db, part, show, &day).await?);
    }
    let show = Show::by_id(&asked.show).unwrap_or_else(|| {
        // What waits for somebody comes first.
        Show::ALL.into_iter().zip(&counts).find(|(_, n)| **n > 0).map_or(Show::Answered, |(show, _)| show)
    });
    let of = |show: Show| counts[Show::ALL.iter().position(|s| *s == show).unwrap_or_default()];
    let pager = Pager::new(asked.page, of(show), Link::new("/inquiries").with("show", show.id()));
    let found = store::list(db, part, show, &day, (pager.offset(), pager.size)).await?;
    let (due, days) = due(db, part).await?;
    let shown = Show::ALL.into_iter().map(|s| {
        let href = Link::new("/inquiries").with("show", s.id()).to_string();
        Choice::new(href, format!("{} {}", page.t(title(s)), of(s))).on(s == show)
    });
    let waiting = pools::store::waiting(db, part).await?;
    let html = ListPage {
        tabs: pools::tabs(&page, "/inquiries", waiting, desk.caller.may(Action::RunReviews)),
        shown: shown.collect(),
        shown_now: show,
        due,
        days,
        waiting: of(Show::Answered),
        open: of(Show::Open),
        again: of(Show::Again),
        links: desk.app.at.settings.public_address(&desk.county.code).is_some(),
        lines: found.into_iter().map(|i| line(&page, i, &day)).collect(),
        pager,
        refused,
        faults,
        page,
    };
    let status = if refused > 0 { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok((status, Html(html)).into_response())
}

/// Why an answer is not taken over.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Given {
    reason: String,
}

async fn decide(desk: Desk, id: i64, what: Decision, reason: &str) -> Answer<Response> {
    let inquiry = desk.caller.authorize(Action::EditPeople, store::find(&desk.db, id).await?)?;
    let show = if what == Decision::Revoke { Show::Open } else { Show::Answered };
    match actions::decide(&desk.db, &desk.caller, &inquiry, what, reason).await? {
        Ok(()) => {
            let link = Link::new("/inquiries").with("show", show.id()).to_string();
            Ok(Redirect::to(&link).into_response())
        }
        Err(found) => {
            let asked = Asked { show: show.id().to_owned(), page: 1 };
            render(&desk, asked, id, Faults::told(found, desk.visitor.lang)).await
        }
    }
}

/// Takes an answer over into the person's file.
pub async fn accept(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    decide(desk, id, Decision::Accept, "").await
}

/// Does not take an answer over.
pub async fn refuse(desk: Desk, Path(id): Path<i64>, Form(given): Form<Given>) -> Answer<Response> {
    decide(desk, id, Decision::Refuse, &given.reason).await
}

/// Takes a link back.
pub async fn revoke(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    decide(desk, id, Decision::Revoke, "").await
}
