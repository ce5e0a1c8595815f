//! What an office's seats are asked, what they answered, and what the reader did.

use crate::slices::places::Desk;
use crate::slices::places::pages::moment_text;
use crate::slices::posts::pages::day_text;
use crate::slices::reviews::store;
use askama::Template;
use axum::extract::Query;
use axum::response::{IntoResponse, Response};
use kernel::key;
use platform::audit;
use platform::kit::{Link, Pager};
use platform::page::Page;
use platform::web::{Answer, Html};
use serde::Deserialize;

/// A seat as listed.
pub struct Line {
    pub a: store::Asked,
    pub sent: String,
    pub due: String,
    pub clock: String,
    pub tone: &'static str,
    pub reminded: String,
}

#[derive(Template)]
#[template(path = "reviews/pages/seat-list.html")]
struct ListPage {
    page: Page,
    done: bool,
    lines: Vec<Line>,
}

pub async fn show(desk: Desk) -> Answer<Response> {
    list(&desk, false).await
}

/// What was signed.
pub async fn done(desk: Desk) -> Answer<Response> {
    list(&desk, true).await
}

async fn list(desk: &Desk, done: bool) -> Answer<Response> {
    let mut page = desk.page(if done { "seat-done" } else { "seat" }).await?;
    page.path = if done { "/seat/done" } else { "/seat" }.to_owned();
    let mut lines = Vec::new();
    for a in store::of_unit(&desk.db, &desk.caller.unit).await? {
        if a.is_open() == done {
            continue;
        }
        let (clock, tone) = super::clock(desk, &page, &a.review.due_on).await?;
        lines.push(Line {
            sent: day_text(&a.review.sent_on),
            due: day_text(&a.review.due_on),
            reminded: day_text(&a.seat.reminded_on),
            clock,
            tone,
            a,
        });
    }
    Ok(Html(ListPage { page, done, lines }).into_response())
}

/// Acts of seats, each with what it is called.
const ACTS: [(&str, &str); 10] = [
    ("reviews.take", key!("领取名单")),
    ("reviews.answer", key!("答复")),
    ("reviews.answer-several", key!("一并答无异议")),
    ("reviews.undo", key!("撤销")),
    ("reviews.reveal", key!("查看完整证件号")),
    ("reviews.packet-out", key!("下载材料包")),
    ("reviews.packet-in", key!("导入答复包")),
    ("reviews.sign", key!("签发")),
    ("login", key!("登录")),
    ("logout", key!("退出登录")),
];

#[derive(Template)]
#[template(path = "reviews/pages/acts.html")]
struct ActsPage {
    page: Page,
    /// When, what, from where.
    lines: Vec<(String, &'static str, String)>,
    pager: Pager,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    page: u64,
}

const SIZE: u64 = 50;

/// What the reader's own account did in joint reviews.
pub async fn acts(desk: Desk, Query(asked): Query<Asked>) -> Answer<Response> {
    let mut page = desk.page("seat-acts").await?;
    page.path = "/seat/acts".to_owned();
    let filter = audit::Filter {
        account: Some(desk.caller.account),
        action: "reviews.".to_owned(),
        ..audit::Filter::default()
    };
    let at = asked.page.saturating_sub(1);
    let (entries, all) = audit::page(&desk.db, &filter, i64::try_from(at).unwrap_or(0), SIZE as i64).await?;
    let lines = entries.into_iter().map(|e| {
        let word =
            ACTS.iter().find(|(act, _)| *act == e.event.action).map_or(key!("其他"), |(_, word)| word);
        (moment_text(e.at), page.t(word), e.event.address)
    });
    let lines = lines.collect();
    let pager = Pager::new(asked.page.max(1), all.unsigned_abs(), Link::new("/seat/acts"));
    Ok(Html(ActsPage { page, lines, pager }).into_response())
}
