//! What is done to a draft.

use super::draft::{Refused, render};
use super::sheets::{Unsaved, tab_of};
use super::{LARGEST, draft_of, read_book};
use crate::slices::packs::actions::{self, Changed, LONGEST, Moved};
use crate::slices::packs::look::look;
use crate::slices::packs::model::{Act, Draft};
use crate::slices::places::Desk;
use crate::slices::places::pages::Sent;
use axum::Form;
use axum::extract::{Path, Request};
use axum::response::{IntoResponse, Redirect, Response};
use kernel::{Message, msg};
use platform::access::Authorized;
use platform::web::{Answer, Failure};
use policy::{Edit, Files, Section, Source};
use serde::Deserialize;
use std::collections::HashMap;

fn there(draft: &Draft, part: &str, at: &str) -> Response {
    Redirect::to(&format!("/packs/drafts/{}?part={part}{at}", draft.id)).into_response()
}

/// The draft as it stands by now, and what the caller typed beside it.
async fn stale(desk: &Desk, id: i64, part: &str, form: &'static str, unsaved: Unsaved) -> Answer<Response> {
    let draft = draft_of(desk, id).await?;
    let message = msg!("{name} 刚改过这份草稿，您的没有存；请看过现在的再存一次", name = &draft.edited.name);
    let why = message.text(desk.visitor.lang);
    render(desk, &draft, part, Refused { why, form, unsaved, ..Refused::default() }).await
}

/// A form of a row as sent.
struct Row {
    rev: i64,
    section: Section,
    /// The row; `None` for a new one.
    at: Option<usize>,
    act: String,
    was: Option<String>,
    cells: Vec<(String, String)>,
}

fn row(fields: &HashMap<String, String>) -> Option<Row> {
    let text = |name: &str| fields.get(name).map_or("", |v| v.trim());
    let at = text("row").parse().ok();
    let mut cells: Vec<(String, String)> = fields
        .iter()
        .filter_map(|(k, v)| Some((k.strip_prefix("c.")?.to_owned(), v.trim().to_owned())))
        .collect();
    cells.sort();
    Some(Row {
        rev: text("rev").parse().unwrap_or(0),
        section: Section::by_id(text("section"))?,
        was: at.map(|_: usize| text("was").to_owned()),
        at,
        act: text("act").to_owned(),
        cells,
    })
}

/// The files after what a row's form asks for: what was typed is written before the row moves.
fn made(files: &Files, row: &Row) -> Result<(Files, String), Message> {
    if row.cells.iter().any(|(_, v)| v.chars().count() > LONGEST) {
        return Err(msg!("一格最多 {n} 个字", n = LONGEST));
    }
    let (section, cells) = (row.section, row.cells.clone());
    let Some(at) = row.at else { return files.edited(&Edit::Add { section, cells }) };
    if row.act == "drop" {
        return files.edited(&Edit::Drop { section, row: at });
    }
    let (written, first) = files.edited(&Edit::Set { section, row: at, cells })?;
    let up = match row.act.as_str() {
        "up" => true,
        "down" => false,
        _ => return Ok((written, first)),
    };
    let (moved, then) = written.edited(&Edit::Move { section, row: at, up })?;
    let words = [first, then].into_iter().filter(|w| !w.is_empty()).collect::<Vec<_>>().join("；");
    Ok((moved, words))
}

/// Writes a row, adds one, takes one out, moves one.
pub async fn edit(
    desk: Desk,
    Path(id): Path<i64>,
    Form(fields): Form<HashMap<String, String>>,
) -> Answer<Response> {
    let draft = draft_of(&desk, id).await?;
    let Some(row) = row(&fields) else {
        let why = msg!("表单没有传完整，请再提交一次").text(desk.visitor.lang);
        return render(&desk, &draft, "", Refused { why, form: "edit", ..Refused::default() }).await;
    };
    let part = tab_of(row.section);
    let unsaved = || Unsaved { section: Some(row.section), was: row.was.clone(), cells: row.cells.clone() };
    let make = |files: &Files| made(files, &row);
    match actions::change(&desk.db, &desk.caller, &draft, (row.rev, "pack.draft.edit"), make).await? {
        Changed::Done | Changed::Nothing => {
            let at = row.at.map_or_else(|| "new".to_owned(), |at| at.to_string());
            Ok(there(&draft, part, &format!("#r-{}-{at}", row.section.id())))
        }
        Changed::Refused(why) => {
            let why = why.text(desk.visitor.lang);
            let refused = Refused { why, form: "edit", unsaved: unsaved(), ..Refused::default() };
            render(&desk, &draft, part, refused).await
        }
        Changed::Stale => stale(&desk, id, part, "edit", unsaved()).await,
    }
}

/// What every other form of the page carries.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    rev: String,
    part: String,
    reason: String,
}

impl Typed {
    fn rev(&self) -> i64 {
        self.rev.trim().parse().unwrap_or(0)
    }
}

async fn stepped(desk: &Desk, id: i64, typed: &Typed, undo: bool) -> Answer<Response> {
    let draft = draft_of(desk, id).await?;
    match actions::step(&desk.db, &desk.caller, &draft, typed.rev(), undo).await? {
        Changed::Done | Changed::Nothing => Ok(there(&draft, &typed.part, "")),
        Changed::Refused(why) => refuse(desk, &draft, typed, "edit", &why).await,
        Changed::Stale => stale(desk, id, &typed.part, "edit", Unsaved::default()).await,
    }
}

async fn refuse(
    desk: &Desk,
    draft: &Authorized<Draft>,
    typed: &Typed,
    form: &'static str,
    why: &Message,
) -> Answer<Response> {
    let (why, reason) = (why.text(desk.visitor.lang), typed.reason.clone());
    render(desk, draft, &typed.part, Refused { why, form, reason, ..Refused::default() }).await
}

/// Undoes the last step.
pub async fn undo(desk: Desk, Path(id): Path<i64>, Form(typed): Form<Typed>) -> Answer<Response> {
    stepped(&desk, id, &typed, true).await
}

/// Does the last undone step again.
pub async fn redo(desk: Desk, Path(id): Path<i64>, Form(typed): Form<Typed>) -> Answer<Response> {
    stepped(&desk, id, &typed, false).await
}

/// Takes a workbook in over the draft's files, as one step.
pub async fn book(desk: Desk, Path(id): Path<i64>, request: Request) -> Answer<Response> {
    let draft = draft_of(&desk, id).await?;
    let sent = Sent::read(request, desk.limit().min(LARGEST)).await?;
    let typed =
        Typed { rev: sent.text("rev").to_owned(), part: sent.text("part").to_owned(), ..Typed::default() };
    let file = sent.file.filter(|(name, _)| name.to_lowercase().ends_with(".xlsx"));
    let Some((name, bytes)) = file else {
        return refuse(&desk, &draft, &typed, "book", &msg!("请选办法的工作簿，.xlsx")).await;
    };
    let book = read_book(bytes).await?;
    if !book.unread.is_empty() {
        let why = msg!("工作簿读不成，草稿没有动；逐条改好再传").text(desk.visitor.lang);
        let refused = Refused { why, form: "book", found: book.faults, ..Refused::default() };
        return render(&desk, &draft, &typed.part, refused).await;
    }
    let make = |files: &Files| {
        if book.files == Files::from(&Source::of(files)) {
            return Ok((files.clone(), String::new()));
        }
        if book.files.id() != files.id() {
            return Err(msg!("这是另一部办法（{id}）的工作簿，不能换到这份草稿里", id = book.files.id()));
        }
        Ok((book.files.clone(), format!("用工作簿“{name}”换掉全部内容")))
    };
    match actions::change(&desk.db, &desk.caller, &draft, (typed.rev(), "pack.draft.book"), make).await? {
        Changed::Done | Changed::Nothing => Ok(there(&draft, &typed.part, "")),
        Changed::Refused(why) => refuse(&desk, &draft, &typed, "book", &why).await,
        Changed::Stale => stale(&desk, id, &typed.part, "book", Unsaved::default()).await,
    }
}

/// Submits, sends back, approves, drops.
pub async fn act(
    desk: Desk,
    Path((id, act)): Path<(i64, String)>,
    Form(typed): Form<Typed>,
) -> Answer<Response> {
    let draft = draft_of(&desk, id).await?;
    let act = Act::by_id(&act).ok_or(Failure::NotFound)?;
    let look = look(&draft.files).await?;
    let asked = (typed.rev(), act);
    match actions::act(&desk.db, &desk.caller, &draft, asked, &look, &typed.reason).await? {
        Moved::Done(Some(pack)) => Ok(Redirect::to(&format!("/packs/{pack}")).into_response()),
        Moved::Done(None) if act == Act::Drop => Ok(Redirect::to("/packs").into_response()),
        Moved::Done(None) => Ok(there(&draft, &typed.part, "")),
        Moved::Refused(why) => refuse(&desk, &draft, &typed, "act", &why).await,
        Moved::Stale => stale(&desk, id, &typed.part, "act", Unsaved::default()).await,
    }
}
