//! What was imported, by whom, and taking it back.

use super::facts::frame;
use crate::slices::places::batch::{self, Batch};
use crate::slices::places::{facts, registry, store};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::msg;
use platform::access::{Action, Authorized, Caller, Part};
use platform::db::Db;
use platform::kit::{Link, Pager};
use platform::page::Page;
use platform::web::{Answer, App, Client, Html, Visitor};
use serde::Deserialize;
use std::collections::HashMap;

/// A batch as listed.
pub struct Line {
    pub id: i64,
    pub file: String,
    pub when: String,
    pub by: String,
    pub rows: i64,
    pub cells: i64,
    pub undone: String,
    pub can_undo: bool,
}

fn line(b: &Batch) -> Line {
    let moment = |ms: i64| {
        let at = jiff::Timestamp::from_millisecond(ms).unwrap_or_default();
        at.to_zoned(jiff::tz::TimeZone::system()).strftime("%Y-%m-%d %H:%M").to_string()
    };
    Line {
        id: b.id,
        file: b.file.clone(),
        when: moment(b.at),
        by: b.by.clone(),
        rows: b.rows,
        cells: b.cells,
        undone: b.undone_at.map(moment).unwrap_or_default(),
        can_undo: b.can_undo(),
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    page: u64,
}

#[derive(Template)]
#[template(path = "places/pages/batches.html")]
struct BatchesPage {
    page: Page,
    lines: Vec<Line>,
    pager: Pager,
}

pub async fn list(
    State(app): State<App>,
    visitor: Visitor,
    Client(caller): Client,
    Query(asked): Query<Asked>,
) -> Answer<Response> {
    let (_, db) = app.county(&caller).await?;
    let page = frame(&app, &visitor, &caller, &db, "import").await?;
    let offset = asked.page.clamp(1, 1 << 20) * 50 - 50;
    let (found, all) = batch::list(&db, &caller.part, offset).await?;
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

async fn found(app: &App, caller: &Caller, id: i64) -> Answer<(Db, Authorized<Batch>)> {
    let (_, db) = app.county(caller).await?;
    let batch = caller.authorize(Action::ImportFacts, batch::find(&db, id).await?)?;
    Ok((db, batch))
}

pub async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Client(caller): Client,
    Path(id): Path<i64>,
    Query(asked): Query<Asked>,
) -> Answer<Response> {
    let (db, batch) = found(&app, &caller, id).await?;
    render(&app, &visitor, &caller, &db, &batch, asked.page, None).await
}

async fn render(
    app: &App,
    visitor: &Visitor,
    caller: &Caller,
    db: &Db,
    batch: &Authorized<Batch>,
    at: u64,
    refused: Option<kernel::Message>,
) -> Answer<Response> {
    let mut page = frame(app, visitor, caller, db, "import").await?;
    let written = batch::written(db, batch).await?;
    let packs = facts::packs(db, &store::today()).await?;
    let wanted = facts::wanted(&packs);
    let villages = registry::villages(db, &Part::County).await?;
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
    let status = if refused.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let fault = refused.map(|m| page.m(&m)).unwrap_or_default();
    page.path = path;
    let html = BatchPage { batch: line(batch), cells, left: written.left.len(), pager, fault, page };
    Ok((status, Html(html)).into_response())
}

/// Takes a batch back where nothing changed since.
pub async fn undo(
    State(app): State<App>,
    visitor: Visitor,
    Client(caller): Client,
    Path(id): Path<i64>,
) -> Answer<Response> {
    let (db, batch) = found(&app, &caller, id).await?;
    let mut tx = db.write(caller.event("facts.undo", "village", &id.to_string(), &batch.part)).await?;
    let Some((restored, left)) = batch::undo(&mut tx, &batch).await? else {
        tx.rollback().await?;
        let why = match batch.undone_at {
            Some(_) => msg!("这一批已经撤销过了"),
            None => msg!("过了 24 小时，不能整批撤销；请逐项改正，或导入改好的表"),
        };
        return render(&app, &visitor, &caller, &db, &batch, 1, Some(why)).await;
    };
    tx.event().note = format!("{restored} restored, {left} left");
    let packs = facts::packs(&db, &store::today()).await?;
    if let Some(adopted) = facts::colouring(&packs) {
        let part = Part::parse(&batch.part).unwrap_or(Part::County);
        facts::propose(&mut tx, adopted, &part).await?;
    }
    tx.commit().await?;
    Ok(Redirect::to(&format!("/facts/batches/{id}")).into_response())
}
