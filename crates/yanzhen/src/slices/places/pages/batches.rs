//! What was imported, by whom, and taking it back.

use super::moment_text;
use super::status;
use crate::slices::places::batch::{self, Batch};
use crate::slices::places::desk::Desk;
use crate::slices::places::{facts, registry, store};
use askama::Template;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect, Response};
use kernel::msg;
use platform::access::{Action, Authorized, Part};
use platform::kit::{Link, Pager, thousands};
use platform::page::Page;
use platform::web::{Answer, Html};
use serde::Deserialize;
use std::collections::HashMap;

/// A batch as listed.
pub struct Line {
    pub id: i64,
    pub file: String,
    pub when: String,
    pub by: String,
    pub rows: String,
    pub cells: String,
    pub undone: String,
    pub can_undo: bool,
}

pub fn line(b: &Batch) -> Line {
    Line {
        id: b.id,
        file: b.file.clone(),
        when: moment_text(b.at),
        by: b.by.clone(),
        rows: thousands(b.rows.unsigned_abs()),
        cells: thousands(b.cells.unsigned_abs()),
        undone: b.undone_at.map(moment_text).unwrap_or_default(),
        can_undo: b.can_undo(),
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// From 1.
    pub page: u64,
}

#[derive(Template)]
#[template(path = "places/pages/batches.html")]
struct BatchesPage {
    page: Page,
    lines: Vec<Line>,
    pager: Pager,
}

pub async fn list(desk: Desk, Query(asked): Query<Asked>) -> Answer<Response> {
    let page = desk.page("import").await?;
    let offset = asked.page.clamp(1, 1 << 20) * 50 - 50;
    let (found, all) = batch::list(&desk.db, batch::KIND, &desk.caller.part, offset).await?;
    let pager = Pager::new(asked.page, all, Link::new("/facts/batches"));
    Ok(Html(BatchesPage { lines: found.iter().map(line).collect(), pager, page }).into_response())
}

/// A cell of a batch.
pub struct CellLine {
    pub code: String,
    pub village: String,
    pub fact: String,
    pub was: String,
    pub value: String,
    /// It had changed since, so that undoing left it.
    pub left: bool,
}

#[derive(Template)]
#[template(path = "places/pages/batch.html")]
struct BatchPage {
    page: Page,
    batch: Line,
    cells: Vec<CellLine>,
    left: usize,
    pager: Pager,
    fault: String,
}

async fn found(desk: &Desk, id: i64) -> Answer<Authorized<Batch>> {
    Ok(desk.caller.authorize(Action::ImportFacts, batch::find(&desk.db, batch::KIND, id).await?)?)
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
    let written = batch::written(&desk.db, batch).await?;
    let packs = facts::packs(&desk.db, &store::today()).await?;
    let wanted = facts::wanted(&packs);
    let villages = registry::villages(&desk.db, &Part::County).await?;
    let names: HashMap<&str, &str> = villages.iter().map(|v| (v.code.as_str(), v.short.as_str())).collect();
    let path = format!("/facts/batches/{}", batch.id);
    let pager = Pager::new(at, written.cells.len() as u64, Link::new(&path));
    let cells = written.cells.iter().skip(pager.offset() as usize).take(50).map(|c| CellLine {
        code: c.code.clone(),
        village: names.get(c.code.as_str()).map_or_else(|| c.code.clone(), |n| (*n).to_owned()),
        fact: wanted.iter().find(|f| f.id == c.fact).map_or_else(|| c.fact.clone(), |f| f.label.clone()),
        was: c.was.as_ref().map(|w| w.value.clone()).unwrap_or_default(),
        value: c.value.clone(),
        left: written.left.iter().any(|(code, fact)| *code == c.code && *fact == c.fact),
    });
    let cells = cells.collect();
    let status = status(refused.is_some());
    let fault = refused.map(|m| page.m(&m)).unwrap_or_default();
    page.path = path;
    let html = BatchPage { batch: line(batch), cells, left: written.left.len(), pager, fault, page };
    Ok((status, Html(html)).into_response())
}

/// Takes a batch back where nothing changed since.
pub async fn undo(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    let batch = found(&desk, id).await?;
    let event = desk.caller.event("facts.undo", "village", &id.to_string(), &batch.part);
    let mut tx = desk.db.write(event).await?;
    let Some((restored, left)) = batch::undo(&mut tx, &batch).await? else {
        tx.rollback().await?;
        let why = match batch.undone_at {
            Some(_) => msg!("这一批已经撤销过了"),
            None => msg!("过了 24 小时，不能整批撤销；请逐项改正，或导入改好的表"),
        };
        return render(&desk, &batch, 1, Some(why)).await;
    };
    tx.event().note = format!("{restored} restored, {left} left");
    let packs = facts::packs(&desk.db, &store::today()).await?;
    if let Some(adopted) = facts::colouring(&packs) {
        let part = Part::parse(&batch.part).unwrap_or(Part::County);
        facts::propose(&mut tx, adopted, &part).await?;
    }
    tx.commit().await?;
    Ok(Redirect::to(&format!("/facts/batches/{id}")).into_response())
}
