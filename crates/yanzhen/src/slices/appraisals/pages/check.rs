//! The second pair of eyes: marks that another person of the same office confirms.

use super::Opened;
use crate::slices::appraisals::actions_sheet;
use crate::slices::appraisals::{sheet, store};
use crate::slices::places::Desk;
use crate::slices::places::pages::moment_text;
use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::{Message, Score};
use platform::page::Page;
use platform::web::{Answer, Html};
use std::collections::HashMap;

/// A mark that waits.
pub struct Line {
    /// `code/column/revision`.
    pub key: String,
    pub subject: String,
    pub town: String,
    pub column: String,
    pub mark: String,
    pub note: String,
    pub by: String,
    pub own: bool,
}

#[derive(Template)]
#[template(path = "appraisals/pages/check.html")]
struct CheckPage {
    page: Page,
    id: i64,
    round: String,
    lines: Vec<Line>,
    confirmable: usize,
    shut: String,
    faults: Vec<String>,
}

pub async fn show(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    let opened = Opened::of(&desk, id).await?;
    render(&desk, &opened, Vec::new()).await
}

async fn render(desk: &Desk, opened: &Opened, faults: Vec<Message>) -> Answer<Response> {
    let db = &desk.db;
    let mut page = desk.page("sheets").await?;
    page.path = format!("/sheets/{}/check", opened.sheet.id);
    let second: Vec<&sheet::Column> = opened.columns.iter().filter(|c| c.second).collect();
    let subjects = store::subjects(db, opened.round.id, &opened.sheet.township).await?;
    let named: HashMap<&str, _> = subjects.iter().map(|s| (s.code.as_str(), s)).collect();
    let mut marks = match second.is_empty() {
        true => Vec::new(),
        false => store::marks_of(db, &opened.sheet, "").await?,
    };
    marks.retain(|m| {
        m.mark.is_some() && m.checked_by.is_empty() && second.iter().any(|c| c.id == m.indicator)
    });
    marks.sort_by(|a, b| (&a.indicator, &a.code).cmp(&(&b.indicator, &b.code)));
    let lines: Vec<Line> = marks
        .iter()
        .filter_map(|m| {
            let subject = named.get(m.code.as_str())?;
            let name = second.iter().find(|c| c.id == m.indicator).map_or("", |c| c.name.as_str());
            Some(Line {
                key: format!("{}/{}/{}", m.code, m.indicator, m.rev),
                subject: subject.name.clone(),
                town: subject.township_name.clone(),
                column: format!("{} {name}", m.indicator),
                mark: m.mark.map(|m| Score(m).to_string()).unwrap_or_default(),
                note: m.note.clone(),
                by: format!("{}，{}", m.by, moment_text(m.at)),
                own: m.by_account == Some(desk.caller.account),
            })
        })
        .collect();
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let html = CheckPage {
        id: opened.sheet.id,
        round: opened.round.title.clone(),
        confirmable: lines.iter().filter(|l| !l.own).count(),
        shut: opened.shut(&page),
        faults: faults.iter().map(|m| page.m(m)).collect(),
        lines,
        page,
    };
    Ok((status, Html(html)).into_response())
}

/// Confirms what was ticked.
pub async fn confirm(
    desk: Desk,
    Path(id): Path<i64>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let opened = Opened::of(&desk, id).await?;
    let cells: Vec<actions_sheet::Seen> = fields
        .iter()
        .filter(|(name, _)| name == "id")
        .filter_map(|(_, key)| {
            let mut parts = key.split('/').map(str::to_owned);
            Some((parts.next()?, parts.next()?, parts.next()?.parse().ok()?))
        })
        .collect();
    match actions_sheet::confirm(&desk.db, &desk.caller, &opened.sheet, &opened.columns, &cells).await? {
        Ok(n) => Ok(Redirect::to(&format!("/sheets/{id}?said=checked-{n}")).into_response()),
        Err(why) => render(&desk, &opened, why).await,
    }
}
