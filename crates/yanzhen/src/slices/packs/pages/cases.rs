//! A pack's own cases, run: each with its clause, and where it comes out otherwise, what was expected and what came.

use super::{draft_of, kept_of};
use crate::slices::packs::look::{Look, Ran, look};
use crate::slices::places::Desk;
use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use kernel::Severity;
use platform::page::Page;
use platform::web::{Answer, Html};

/// A case as shown.
struct Case {
    title: String,
    clause: String,
    place: String,
    /// What was compared, and how it came out.
    failures: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "packs/pages/cases.html")]
struct CasesPage {
    page: Page,
    title: String,
    version: String,
    back: String,
    cases: Vec<Case>,
    failing: usize,
    /// Faults that keep the cases from being run.
    faults: usize,
}

fn case(page: &Page, ran: &Ran) -> Case {
    let failures = ran.failures.iter().map(|(code, what, how)| {
        let subject = if code.is_empty() { String::new() } else { format!("{code} ") };
        (format!("{subject}{what}"), page.m(how))
    });
    Case {
        title: ran.title.clone(),
        clause: ran.clause.clone(),
        place: ran.place.clone(),
        failures: failures.collect(),
    }
}

async fn render(desk: &Desk, named: (&str, &str), back: String, look: &Look) -> Answer<Response> {
    let page = desk.page("packs").await?;
    let html = CasesPage {
        title: named.0.to_owned(),
        version: named.1.to_owned(),
        back,
        cases: look.cases.iter().map(|c| case(&page, c)).collect(),
        failing: look.failing(),
        faults: look.count(Severity::Fault),
        page,
    };
    Ok(Html(html).into_response())
}

pub async fn of_pack(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    let kept = kept_of(&desk, id).await?;
    let look = look(&kept.files).await?;
    render(&desk, (&kept.title, &kept.version), format!("/packs/{id}"), &look).await
}

pub async fn of_draft(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    let draft = draft_of(&desk, id).await?;
    let look = look(&draft.files).await?;
    render(&desk, (&draft.title, &draft.version), format!("/packs/drafts/{id}"), &look).await
}
