//! One version: as a document, as a workbook, and the beginning of the next.

use super::library::{Line, parts, towns, version};
use super::{kept_of, library};
use crate::slices::packs::actions::{self, Begun};
use crate::slices::places::Desk;
use crate::slices::places::facts;
use crate::slices::places::model::FOREVER;
use crate::slices::places::pages::{day_text, status};
use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use platform::access::Action;
use platform::kit::{Choice, Faults};
use platform::page::Page;
use platform::web::{Answer, Failure, Html};
use policy::{Files, Format, Source, document, workbook};
use serde::Deserialize;

/// Another version of the same pack.
struct Sibling {
    id: i64,
    version: String,
    from: String,
    now: bool,
    here: bool,
}

#[derive(Template)]
#[template(path = "packs/pages/pack.html")]
struct PackPage {
    page: Page,
    pack: Line,
    hash: String,
    adopted: String,
    text: String,
    siblings: Vec<Sibling>,
    cases: usize,
    may_manage: bool,
    faults: Faults,
    typed: Typed,
    parts: Vec<Choice>,
}

/// What the form of a new draft carries.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    version: String,
    from: String,
    part: String,
}

/// The document's body: escaped by the one who wrote it, without its frame and styles.
fn body(html: &str) -> &str {
    let inner = html.split_once("</h1>\n").map_or("", |(_, rest)| rest);
    inner.rsplit_once("</main>").map_or("", |(inner, _)| inner)
}

pub async fn show(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    render(&desk, id, Faults::new(), None).await
}

async fn render(desk: &Desk, id: i64, faults: Faults, typed: Option<Typed>) -> Answer<Response> {
    let mut page = desk.page("packs").await?;
    page.path = format!("/packs/{id}");
    let (adopted, line) = version(desk, &page, id).await?;
    let kept = kept_of(desk, id).await?;
    let every = facts::every(&desk.db, FOREVER).await?;
    let now = facts::packs(&desk.db, &crate::slices::places::store::today()).await?;
    let siblings = every
        .iter()
        .filter(|p| p.pack.id == adopted.pack.id && p.part == adopted.part)
        .map(|p| Sibling {
            id: p.id,
            version: p.pack.version.clone(),
            from: p.from.clone(),
            now: now.iter().any(|n| n.id == p.id),
            here: p.id == id,
        })
        .collect();
    let html = document(&adopted.pack).render(Format::Html);
    let text = body(&html)
        .replace("<table>", "<table class=\"yz-tbl is-tight\">")
        .replace("class=\"table\"", "class=\"yz-wrap\" tabindex=\"0\"");
    let typed = typed.unwrap_or_else(|| Typed { part: kept.part.clone(), ..Typed::default() });
    let status = status(!faults.is_empty());
    let html = PackPage {
        pack: line,
        hash: kept.hash.clone(),
        adopted: format!("{} {}", day_text(kept.at), kept.by),
        text,
        siblings,
        cases: kept.files.cases().count(),
        may_manage: desk.caller.may(Action::ManagePacks),
        faults,
        parts: parts(&page, &towns(desk).await?, &typed.part),
        typed,
        page,
    };
    Ok((status, Html(html)).into_response())
}

/// Begins a draft of the next version.
pub async fn begin(desk: Desk, Path(id): Path<i64>, Form(typed): Form<Typed>) -> Answer<Response> {
    let base = kept_of(&desk, id).await?;
    let asked = (typed.version.trim(), typed.from.trim(), typed.part.trim());
    let mut faults = Faults::new();
    if !asked.2.is_empty() && !library::towns(&desk).await?.contains_key(asked.2) {
        faults.add("part", kernel::word(kernel::key!("请选全县或一个乡镇"), desk.visitor.lang));
        return render(&desk, id, faults, Some(typed)).await;
    }
    match actions::begin(&desk.db, &desk.caller, &base, asked).await? {
        Begun::Done(draft) => Ok(Redirect::to(&format!("/packs/drafts/{draft}")).into_response()),
        Begun::Faulty(found) => {
            for (field, why) in found {
                faults.add(field, why.text(desk.visitor.lang));
            }
            render(&desk, id, faults, Some(typed)).await
        }
    }
}

/// A pack as a workbook.
pub fn as_book(files: &Files, name: &str) -> Answer<Response> {
    let bytes = workbook(&Source::of(files)).map_err(|e| Failure::Internal(e.to_string()))?;
    const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    Ok(platform::attachments::download(name, XLSX, bytes))
}

pub async fn book(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    let kept = kept_of(&desk, id).await?;
    as_book(&kept.files, &format!("{} {}.xlsx", kept.title, kept.version))
}
