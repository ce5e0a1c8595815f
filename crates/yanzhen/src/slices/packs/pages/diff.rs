//! What changed between two versions, in words.

use super::{draft_of, kept_of};
use crate::slices::packs::store::Kept;
use crate::slices::places::Desk;
use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use kernel::Severity;
use platform::page::Page;
use platform::web::{Answer, Failure, Html};
use policy::{Files, Op, Pack, Source, changes};

/// A change as shown.
struct Line {
    class: &'static str,
    sign: &'static str,
    what: String,
    field: String,
    was: String,
    new: String,
}

#[derive(Template)]
#[template(path = "packs/pages/diff.html")]
struct DiffPage {
    page: Page,
    title: String,
    /// Where each is read, and its version.
    before: (String, String),
    after: (String, String),
    lines: Vec<Line>,
    /// Faults that keep the new one from being read.
    faults: usize,
    same: bool,
}

fn line(page: &Page, c: policy::Change) -> Line {
    let (class, sign) = match c.op {
        Op::Add => ("add", page.t("增")),
        Op::Drop => ("del", page.t("删")),
        Op::Set => ("mod", page.t("改")),
    };
    Line { class, sign, what: c.what, field: c.field, was: c.was, new: c.new }
}

fn read(files: &Files) -> (Option<Pack>, usize) {
    let (pack, found) = Pack::read(&Source::rules_of(files));
    (pack, found.iter().filter(|f| f.severity == Severity::Fault).count())
}

async fn render(
    desk: &Desk,
    base: &Kept,
    files: &Files,
    title: &str,
    after: (String, String),
) -> Answer<Response> {
    let page = desk.page("packs").await?;
    let (was, _) = read(&base.files);
    let was = was.ok_or_else(|| Failure::Internal(format!("the stored pack {} has faults", base.id)))?;
    let (new, faults) = read(files);
    let lines: Vec<Line> = new
        .as_ref()
        .map(|new| changes(&was, new))
        .unwrap_or_default()
        .into_iter()
        .map(|c| line(&page, c))
        .collect();
    let html = DiffPage {
        title: title.to_owned(),
        before: (format!("/packs/{}", base.id), base.version.clone()),
        after,
        same: new.is_some_and(|new| new.hash == was.hash),
        lines,
        faults,
        page,
    };
    Ok(Html(html).into_response())
}

pub async fn of_packs(desk: Desk, Path((id, other)): Path<(i64, i64)>) -> Answer<Response> {
    let (base, new) = (kept_of(&desk, id).await?, kept_of(&desk, other).await?);
    let after = (format!("/packs/{other}"), new.version.clone());
    render(&desk, &base, &new.files, &new.title, after).await
}

pub async fn of_draft(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    let draft = draft_of(&desk, id).await?;
    let base = kept_of(&desk, draft.base).await?;
    let after = (format!("/packs/drafts/{id}"), draft.version.clone());
    render(&desk, &base, &draft.files, &draft.title, after).await
}
