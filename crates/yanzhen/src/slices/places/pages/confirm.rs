//! Facts from a table, the last step: written, or given back with their faults.

use super::Sent;
use super::import::asked_faults;
use super::preview::{Opened, render, text};
use crate::slices::places::batch::{self, Import};
use crate::slices::places::desk::Desk;
use crate::slices::places::facts::{self, Entry};
use crate::slices::places::{import, period, store};
use axum::extract::{Path, Query, Request};
use axum::response::{IntoResponse, Redirect, Response};
use kernel::msg;
use platform::attachments;
use platform::web::{Answer, Failure};
use std::collections::HashMap;

/// Gives the uploaded rows back with their faults beside them.
pub async fn corrected(
    desk: Desk,
    Path(id): Path<i64>,
    Query(asked): Query<HashMap<String, String>>,
) -> Answer<Response> {
    let opened = Opened::of(&desk, id).await?;
    let lang = desk.visitor.lang;
    let period = Some(text(&asked, "period")).filter(|p| period::is_period(p)).unwrap_or_default();
    let report = opened.check(&desk, period, &asked);
    let bytes =
        import::annotated(&opened.table, &report, lang).map_err(|e| Failure::Internal(e.to_string()))?;
    let stem = opened.file.name.rsplit_once('.').map_or(opened.file.name.as_str(), |(stem, _)| stem);
    let word = msg!("带批注").text(lang);
    let mime = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    Ok(attachments::download(&format!("{stem}（{word}）.xlsx"), mime, bytes))
}

/// Writes what the preview showed: all of it, or the rows without faults; one transaction, one batch.
pub async fn confirm(desk: Desk, Path(id): Path<i64>, request: Request) -> Answer<Response> {
    let sent = Sent::read(request, 0).await?;
    let opened = Opened::of(&desk, id).await?;
    let Desk { db, caller, .. } = &desk;
    let page = desk.page("import").await?;
    let (period, source) = (sent.text("period"), sent.text("source"));
    let mut faults = asked_faults(&page, period, source);
    if !faults.is_empty() {
        return Ok(render(page, &desk, &opened, id, sent.fields(), faults));
    }
    let mut event = caller.event("facts.import", "village", "", caller.part.code());
    event.note = format!("attachment {id}");
    let mut tx = db.write(event).await?;
    // What stands now, not when the page was shown.
    let opened = Opened { values: facts::values_of(db, &caller.part).await?, ..opened };
    let report = opened.check(&desk, period, sent.fields());
    if report.hopeless() || (report.bad() > 0 && sent.text("good_only") != "1") {
        faults.add("good_only", page.t("还有错没有改；改好再传，或选“只导入没有错的行”"));
    } else if report.good().next().is_none() {
        faults.add("good_only", page.t("没有要写入的：有错的行之外，都和已有的一样"));
    }
    if !faults.is_empty() {
        tx.rollback().await?;
        return Ok(render(page, &desk, &opened, id, sent.fields(), faults));
    }
    let wanted = opened.wanted();
    let day = store::today();
    let entries: Vec<Entry> = report
        .good()
        .map(|c| Entry {
            code: c.code.clone(),
            fact: wanted[c.fact].id.clone(),
            period: c.period.clone(),
            value: c.value.clone(),
            source: source.to_owned(),
            day: day.clone(),
            evidence: None,
        })
        .collect();
    let import =
        Import { file: &opened.file.name, attachment: id, rows: report.writing(), entries: &entries };
    let batch = batch::write(&mut tx, caller, &import).await?;
    tx.event().record = batch.to_string();
    if let Some(adopted) = facts::colouring(&opened.packs) {
        facts::propose(&mut tx, adopted, &caller.part).await?;
    }
    tx.commit().await?;
    Ok(Redirect::to(&format!("/facts/batches/{batch}")).into_response())
}
