//! The county's joint reviews.

use crate::slices::places::Desk;
use crate::slices::posts::pages::day_text;
use crate::slices::reviews::store::{self, Listed};
use askama::Template;
use axum::response::{IntoResponse, Response};
use platform::page::Page;
use platform::web::{Answer, Html};

/// A review as listed.
pub struct Line {
    pub l: Listed,
    pub sent: String,
    pub due: String,
    pub clock: String,
    pub tone: &'static str,
}

impl Line {
    fn all_signed(&self) -> bool {
        self.l.seats > 0 && self.l.signed == self.l.seats
    }
}

#[derive(Template)]
#[template(path = "reviews/pages/list.html")]
struct ListPage {
    page: Page,
    lines: Vec<Line>,
}

/// The most reviews on the page.
const MOST: u64 = 100;

pub async fn show(desk: Desk) -> Answer<Response> {
    let page = desk.page("pools").await?;
    let mut lines = Vec::new();
    for l in store::list(&desk.db, MOST).await? {
        let (clock, tone) = super::clock(&desk, &page, &l.review.due_on).await?;
        lines.push(Line {
            sent: day_text(&l.review.sent_on),
            due: day_text(&l.review.due_on),
            clock,
            tone,
            l,
        });
    }
    Ok(Html(ListPage { page, lines }).into_response())
}
