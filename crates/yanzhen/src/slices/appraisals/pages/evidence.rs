//! Files that prove a mark: the office's own, and seen by whoever leads the round.

use super::Opened;
use super::marks::Asked;
use crate::slices::appraisals::{sheet, store, tally};
use crate::slices::places::Desk;
use crate::slices::places::pages::Sent;
use axum::extract::{Path, Request};
use axum::response::{IntoResponse, Redirect, Response};
use kernel::msg;
use platform::access::{Action, Org, Target};
use platform::attachments::{self, Attachment, NewFile};
use platform::audit::Outcome;
use platform::db::Db;
use platform::kit::Link;
use platform::web::{Answer, Failure};

/// A file of a round, where whoever leads the round stands.
struct Proof {
    file: Attachment,
    /// The round's own part: empty for the county's.
    part: String,
}

impl Target for Proof {
    fn org(&self) -> Org<'_> {
        Org { township: &self.part, village: "" }
    }
}

async fn found(db: &Db, id: i64) -> Answer<Option<Attachment>> {
    Ok(attachments::find(db, id).await?.filter(|a| a.kind == tally::EVIDENCE))
}

/// A file of the sheet: its record says which cell it proves.
async fn own(desk: &Desk, opened: &Opened, id: i64) -> Answer<Attachment> {
    let file = found(&desk.db, id).await?.ok_or(Failure::NotFound)?;
    let (code, column) = cell_of(&file);
    let here = file.record == tally::evidence_record(&opened.sheet, &code, &column);
    let subject = store::subject(&desk.db, &opened.round, &code).await?;
    let town = &opened.sheet.township;
    let within = subject.is_some_and(|s| town.is_empty() || s.subject.township == *town);
    if here && within { Ok(file) } else { Err(Failure::NotFound) }
}

fn cell_of(file: &Attachment) -> (String, String) {
    let mut parts = file.record.split('/').skip(1).map(str::to_owned);
    (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
}

fn back(id: i64, code: &str, column: &str, said: &str) -> Response {
    let link = Link::new(format!("/sheets/{id}/cell")).with("code", code).with("column", column);
    Redirect::to(&link.with("said", said).to_string()).into_response()
}

/// Adds a file to a cell.
pub async fn add(desk: Desk, Path(id): Path<i64>, request: Request) -> Answer<Response> {
    let opened = Opened::of(&desk, id).await?;
    let sent = Sent::read(request, desk.limit()).await?;
    let asked =
        Asked { code: sent.text("code").into(), column: sent.text("column").into(), ..Asked::default() };
    let subject = store::subject(&desk.db, &opened.round, &asked.code).await?.map(|p| p.subject);
    let town = &opened.sheet.township;
    let subject = subject.filter(|s| town.is_empty() || s.township == *town);
    let column = opened.columns.iter().find(|c| c.id == asked.column);
    let (Some(subject), Some(column)) = (subject, column) else {
        return Err(Failure::Bad(msg!("没有这一格")));
    };
    sheet::open(&opened.round, &opened.sheet).map_err(Failure::Bad)?;
    let Some((name, bytes)) = &sent.file else { return Err(Failure::Bad(msg!("请选一个文件"))) };
    let record = tally::evidence_record(&opened.sheet, &subject.code, &column.id);
    let file = NewFile { name, bytes, kind: tally::EVIDENCE, record: &record, part: &subject.township };
    let round = opened.round.id.to_string();
    let event = desk.caller.event("round.evidence", "round", &round, &subject.township);
    attachments::store(&desk.db, event, desk.limit(), file).await?.map_err(Failure::Bad)?;
    Ok(back(id, &subject.code, &column.id, "file"))
}

/// Gives a file of the own sheet out. An audited read.
pub async fn give(desk: Desk, Path((id, attachment)): Path<(i64, i64)>) -> Answer<Response> {
    let opened = Opened::of(&desk, id).await?;
    let file = own(&desk, &opened, attachment).await?;
    out(&desk, &file).await
}

/// Takes a file away while the sheet is open; the history keeps its hash.
pub async fn end(desk: Desk, Path((id, attachment)): Path<(i64, i64)>) -> Answer<Response> {
    let opened = Opened::of(&desk, id).await?;
    let file = own(&desk, &opened, attachment).await?;
    sheet::open(&opened.round, &opened.sheet).map_err(Failure::Bad)?;
    let round = opened.round.id.to_string();
    let event = desk.caller.event("round.evidence.end", "round", &round, &file.part);
    let mut tx = desk.db.write(event).await?;
    attachments::end(&mut tx, &[(file.id, file.hash.clone())]).await?;
    tx.commit().await?;
    let (code, column) = cell_of(&file);
    Ok(back(id, &code, &column, "gone"))
}

/// Gives a file out to whoever leads its round. An audited read.
pub async fn give_leader(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    let db = &desk.db;
    let mut proof = None;
    if let Some(file) = found(db, id).await? {
        let round = file.record.split('/').next().and_then(|r| r.parse().ok()).unwrap_or_default();
        proof = store::find(db, round).await?.map(|r| Proof { file, part: r.part });
    }
    let proof = desk.caller.authorize(Action::ManageRounds, proof)?;
    out(&desk, &proof.file).await
}

async fn out(desk: &Desk, file: &Attachment) -> Answer<Response> {
    let Some((file, bytes)) = attachments::open(&desk.db, file.id).await? else {
        return Err(Failure::NotFound);
    };
    let round = file.record.split('/').next().unwrap_or_default();
    let mut event = desk.caller.event("attachment.download", "round", round, &file.part);
    event.note = format!("attachment {}", file.id);
    desk.db.record(event, Outcome::Done).await?;
    Ok(attachments::download(&file.name, &file.mime, bytes))
}
