//! Imports of people that were written, and taking them back.

use crate::slices::people::roster::batch::{self, KIND, Written};
use crate::slices::places::batch::{self as all, Batch};
use crate::slices::places::pages::batches::{Asked, Line, line};
use crate::slices::places::{Desk, store as registry};
use crate::slices::posts::Rulebook;
use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::msg;
use platform::access::{Action, Authorized, Part};
use platform::kit::{Link, Pager};
use platform::page::Page;
use platform::web::{Answer, Html};
use std::collections::HashMap;

#[derive(Template)]
#[template(path = "people/pages/roster/batches.html")]
struct BatchesPage {
    page: Page,
    lines: Vec<Line>,
    pager: Pager,
}

pub async fn list(desk: Desk, Query(asked): Query<Asked>) -> Answer<Response> {
    let page = desk.page("import").await?;
    let offset = asked.page.clamp(1, 1 << 20) * 50 - 50;
    let (found, n) = all::list(&desk.db, KIND, &desk.caller.part, offset).await?;
    let pager = Pager::new(asked.page, n, Link::new("/people/batches"));
    Ok(Html(BatchesPage { lines: found.iter().map(line).collect(), pager, page }).into_response())
}

/// A person of a batch.
struct PersonLine {
    person: i64,
    name: String,
    village: String,
    added: bool,
    left: String,
    /// Whether the file is there: undoing takes new ones away.
    stands: bool,
}

#[derive(Template)]
#[template(path = "people/pages/roster/batch.html")]
struct BatchPage {
    page: Page,
    batch: Line,
    people: Vec<PersonLine>,
    left: usize,
    pager: Pager,
    fault: String,
    upload: i64,
}

async fn found(desk: &Desk, id: i64) -> Answer<Authorized<Batch>> {
    Ok(desk.caller.authorize(Action::ImportPeople, all::find(&desk.db, KIND, id).await?)?)
}

pub async fn show(desk: Desk, Path(id): Path<i64>, Query(asked): Query<Asked>) -> Answer<Response> {
    let batch = found(&desk, id).await?;
    render(&desk, &batch, asked.page, None).await
}

async fn render(
    desk: &Desk,
    batch: &Authorized<Batch>,
    at: u64,
    refused: Option<kernel::Message>,
) -> Answer<Response> {
    let mut page = desk.page("import").await?;
    let path = format!("/people/batches/{}", batch.id);
    let offset = at.clamp(1, 1 << 20) * 50 - 50;
    let (written, n) = batch::written(&desk.db, batch, offset, 50).await?;
    let villages = registry::villages_ever(&desk.db, &Part::County).await?;
    let names: HashMap<&str, &str> = villages.iter().map(|v| (v.code.as_str(), v.short.as_str())).collect();
    let of = |w: Written| PersonLine {
        village: names.get(w.village.as_str()).map_or(String::new(), |n| (*n).to_owned()),
        left: w.left.iter().map(|what| page.w(what).to_owned()).collect::<Vec<_>>().join("、"),
        stands: !w.name.is_empty(),
        person: w.person,
        name: w.name,
        added: w.added,
    };
    let people = written.into_iter().map(of).collect();
    let left = batch::left(&desk.db, batch).await?;
    let status = if refused.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let fault = refused.map(|m| page.m(&m)).unwrap_or_default();
    let upload = batch::upload(&desk.db, batch).await?;
    let pager = Pager::new(at, n, Link::new(&path));
    page.path = path;
    let html = BatchPage { batch: line(batch), people, left, pager, fault, upload, page };
    Ok((status, Html(html)).into_response())
}

/// Takes a batch back where nothing changed since.
pub async fn undo(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    let batch = found(&desk, id).await?;
    let rules = Rulebook::read(&desk.db, &registry::today()).await?;
    let event = desk.caller.event("people.import-undo", "batch", &id.to_string(), &batch.part);
    let mut tx = desk.db.write(event).await?;
    let Some(done) = batch::undo(&mut tx, &batch, &rules).await? else {
        tx.rollback().await?;
        let why = match batch.undone_at {
            Some(_) => msg!("这一批已经撤销过了"),
            None => msg!("过了 24 小时，不能整批撤销；请逐项改正，或导入改好的表"),
        };
        return render(&desk, &batch, 1, Some(why)).await;
    };
    tx.event().note = format!("{} restored, {} left", done.restored, done.left);
    tx.commit().await?;
    Ok(Redirect::to(&format!("/people/batches/{id}")).into_response())
}
