//! Links for those who were picked in the list of people: shown once, to be sent on.

use crate::slices::inquiries::actions::{self, DAYS, Link as Made, MOST};
use crate::slices::people::Picked;
use crate::slices::places::Desk;
use askama::Template;
use axum::Form;
use axum::response::{IntoResponse, Response};
use kernel::msg;
use platform::page::Page;
use platform::web::{Answer, Failure, Html};

/// A link with its whole address.
pub struct Line {
    pub made: Made,
    pub href: String,
}

#[derive(Template)]
#[template(path = "inquiries/pages/links.html")]
struct LinksPage {
    page: Page,
    lines: Vec<Line>,
    /// Name, place and message a line, with tabs between: to be pasted into a table.
    table: String,
    days: u32,
    /// Those picked who are not in use any more.
    left: usize,
}

/// Makes a link for each of those picked.
pub async fn make(desk: Desk, Form(fields): Form<Vec<(String, String)>>) -> Answer<Response> {
    let page = desk.page("pools").await?;
    let address = desk.app.at.settings.public_address(&desk.county.code).ok_or_else(|| {
        Failure::Bad(msg!(
            "还不能发链接：请管理员在设置里写上公开页面的地址（public_address）；可以先打电话核实"
        ))
    })?;
    let typed = fields.iter().find(|(n, _)| n == "days").map_or("14", |(_, v)| v.as_str());
    let days = typed.parse().ok().filter(|d| DAYS.contains(d));
    let days = days.ok_or_else(|| Failure::Bad(msg!("链接可以用 7、14 或 30 天")))?;
    let ids = Picked::read(&fields)?.people(&desk).await?;
    if ids.len() > MOST {
        return Err(Failure::Bad(msg!("一次最多发 {most} 人，这里有 {n} 人", most = MOST, n = ids.len())));
    }
    let made = actions::ask(&desk.db, &desk.caller, &ids, days).await?;
    if made.is_empty() {
        return Err(Failure::Bad(msg!("勾选的人都不在册，没有发出链接")));
    }
    let lines: Vec<Line> =
        made.into_iter().map(|made| Line { href: format!("{address}/q/{}", made.letters), made }).collect();
    let table = lines.iter().map(|l| {
        // What people receive is Chinese, whoever sends it.
        let text = format!(
            "{}请您填一下现在的去向和打算（只问三件事，{days} 天内有效，填一次用完）：{}",
            desk.caller.unit, l.href
        );
        format!("{}\t{}\t{text}", l.made.name, l.made.place)
    });
    let table = table.collect::<Vec<_>>().join("\n");
    let left = ids.len() - lines.len();
    let mut response = Html(LinksPage { page, lines, table, days, left }).into_response();
    let never = axum::http::HeaderValue::from_static("no-store");
    response.headers_mut().insert(axum::http::header::CACHE_CONTROL, never);
    Ok(response)
}
