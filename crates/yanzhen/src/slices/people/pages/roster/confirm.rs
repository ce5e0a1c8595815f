//! The last step: what the preview showed is written, or the file given back with its faults beside it.

use super::Opened;
use super::preview::render;
use crate::slices::people::roster::check::Checked;
use crate::slices::people::roster::write::{self, Import};
use crate::slices::places::Desk;
use crate::slices::places::import::FAULTS;
use crate::slices::places::pages::Sent;
use axum::extract::{Path, Request};
use axum::response::{IntoResponse, Redirect, Response};
use kernel::{Lang, msg};
use platform::attachments;
use platform::web::{Answer, Failure};
use std::collections::HashMap;
use tables::{SheetCell, Workbook};

/// Writes the rows without faults; one transaction, one batch.
pub async fn confirm(desk: Desk, Path(id): Path<i64>, request: Request) -> Answer<Response> {
    let sent = Sent::read(request, 0).await?;
    let mut opened = Opened::of(&desk, id).await?;
    let page = desk.page("import").await?;
    let mut event = desk.caller.event("people.import", "batch", "", desk.caller.part.code());
    event.note = format!("upload {id}");
    // What stands now, not when the page was shown: nobody else writes from here on.
    let mut tx = desk.db.write(event).await?;
    let (report, known) = opened.report(&desk).await?;
    let refused = if report.mark() != sent.text("mark") {
        page.t("核对以后档案有了变化，下面是现在的样子；请再看一遍再导入")
    } else if report.writing() == 0 {
        page.t("没有要写入的：有错的行之外，都和已有的一样")
    } else {
        ""
    };
    if !refused.is_empty() {
        tx.rollback().await?;
        // Pressed twice: what the first press wrote is shown.
        if let Some(batch) = opened.upload.batch.filter(|_| report.writing() == 0) {
            return Ok(Redirect::to(&format!("/people/batches/{batch}")).into_response());
        }
        return render(&desk, &opened, &report, &HashMap::new(), refused).await;
    }
    let source = msg!("名册导入：{file}", file = &opened.upload.name).text(Lang::Zh);
    let file = opened.upload.name.as_str();
    let import = Import {
        upload: id,
        file,
        source,
        report: &report,
        known: &known,
        limit: desk.app.at.settings.attachment_bytes,
    };
    let Some(batch) = write::write(&mut tx, &desk.caller, &import).await? else {
        tx.rollback().await?;
        let why = page.t("核对以后档案有了变化，下面是现在的样子；请再看一遍再导入");
        return render(&desk, &opened, &report, &HashMap::new(), why).await;
    };
    tx.event().record = batch.to_string();
    tx.commit().await?;
    Ok(Redirect::to(&format!("/people/batches/{batch}")).into_response())
}

/// Gives the rows back with their faults beside them.
pub async fn corrected(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    let mut opened = Opened::of(&desk, id).await?;
    let (report, _) = opened.report(&desk).await?;
    let event =
        desk.caller.event("people.import-corrected", "upload", &id.to_string(), desk.caller.part.code());
    desk.db.record(event, platform::audit::Outcome::Done).await?;
    let lang = desk.visitor.lang;
    let made = if opened.read.sheets.is_empty() {
        forms(&report.rows, lang)
    } else {
        sheets(&opened, &report.rows, lang)
    };
    let bytes = made.map_err(|e| Failure::Internal(e.to_string()))?;
    let name = &opened.upload.name;
    let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem);
    let word = msg!("带批注").text(lang);
    let mime = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    Ok(attachments::download(&format!("{stem}（{word}）.xlsx"), mime, bytes))
}

fn said(row: &Checked, lang: Lang) -> String {
    let faults = row.row.faults.iter().map(|f| format!("{}：{}", f.column, f.explanation(lang)));
    faults.collect::<Vec<_>>().join("\n")
}

/// The sheets as they came, each row with what is wrong with it.
fn sheets(opened: &Opened, rows: &[Checked], lang: Lang) -> std::io::Result<Vec<u8>> {
    let mut book = Workbook::default();
    for (at, (sheet, taken)) in opened.read.sheets.iter().zip(&opened.upload.plan.sheets).enumerate() {
        let Some(heads) = taken.heads.as_ref().filter(|_| taken.take) else { continue };
        let kept: Vec<_> = heads.columns.iter().filter(|c| c.name != FAULTS).collect();
        let mut names: Vec<&str> = kept.iter().map(|c| c.name.as_str()).collect();
        names.push(FAULTS);
        let mut widths = vec![14.0; kept.len()];
        widths.push(60.0);
        let lines = rows.iter().filter(|r| r.row.sheet == at).map(|checked| {
            let found = sheet.rows.binary_search_by_key(&checked.row.row, |(row, _)| *row);
            let cells = found.map_or(&[][..], |i| sheet.rows[i].1.as_slice());
            let cell = |c: u32| cells.get(c as usize).map_or("", |c| c.text.trim());
            let mut line: Vec<SheetCell> = kept.iter().map(|c| cell(c.at).into()).collect();
            line.push(said(checked, lang).as_str().into());
            line
        });
        let name = if sheet.name.is_empty() { "改正" } else { sheet.name.as_str() };
        book.sheet(name, &names, &widths, lines.collect::<Vec<_>>())?;
    }
    book.bytes()
}

/// Forms are files: the workbook says what is wrong with which.
fn forms(rows: &[Checked], lang: Lang) -> std::io::Result<Vec<u8>> {
    let mut book = Workbook::default();
    let line =
        |r: &Checked| vec![r.row.file.as_str().into(), r.row.name().into(), said(r, lang).as_str().into()];
    book.sheet(
        "审批表",
        &["文件", "姓名", FAULTS],
        &[40.0, 12.0, 60.0],
        rows.iter().map(line).collect::<Vec<_>>(),
    )?;
    book.bytes()
}
