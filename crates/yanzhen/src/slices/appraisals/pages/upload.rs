//! A mark sheet as a workbook: given out to be filled in, taken back after what it changes was seen.

use super::Opened;
use super::marks::Asked;
use crate::slices::appraisals::book::{self, Frame, Report};
use crate::slices::appraisals::model::Subject;
use crate::slices::appraisals::sheet::{Cell, Entry, cells, enter, open};
use crate::slices::appraisals::store;
use crate::slices::places::Desk;
use crate::slices::places::pages::import::{FaultLine, fault_line};
use crate::slices::places::pages::{Sent, file_day};
use askama::Template;
use axum::extract::{Path, Query, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::{Message, msg};
use platform::attachments::{self, NewFile};
use platform::audit::Outcome;
use platform::page::Page;
use platform::web::{Answer, Failure, Html};
use std::collections::HashMap;

/// A workbook is no larger.
const LARGEST: u64 = 8 << 20;
/// Changes and faults listed on the page.
const LISTED: usize = 500;
/// The kind of attachments that are workbooks sent in.
const KIND: &str = "round-sheet";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// What a workbook is checked against.
struct Known {
    subjects: Vec<Subject>,
    cells: HashMap<(String, String), Cell>,
    township: String,
}

impl Known {
    async fn of(desk: &Desk, opened: &Opened, township: &str) -> Answer<Known> {
        let sheet = &opened.sheet;
        let township = if sheet.township.is_empty() { township } else { &sheet.township };
        let subjects = store::subjects(&desk.db, sheet.round, township).await?;
        let cells = cells(&desk.db, sheet, &opened.columns, township).await?;
        Ok(Known { subjects, cells, township: township.to_owned() })
    }

    fn frame<'a>(&'a self, opened: &'a Opened) -> Frame<'a> {
        Frame {
            round: &opened.round,
            sheet: &opened.sheet,
            pack: &opened.pack,
            columns: &opened.columns,
            subjects: &self.subjects,
            cells: &self.cells,
            township: &self.township,
        }
    }
}

/// The sheet as a workbook. An audited read.
pub async fn download(desk: Desk, Path(id): Path<i64>, Query(asked): Query<Asked>) -> Answer<Response> {
    let opened = Opened::of(&desk, id).await?;
    let page = desk.page("sheets").await?;
    let known = Known::of(&desk, &opened, &asked.township).await?;
    if known.subjects.is_empty() {
        return Err(Failure::NotFound);
    }
    let bytes = known.frame(&opened).write(&page).map_err(|e| Failure::Internal(e.to_string()))?;
    let round = opened.round.id.to_string();
    let mut event = desk.caller.event("round.sheet.export", "round", &round, &known.township);
    event.note = format!("sheet {id}, {} rows", known.subjects.len());
    desk.db.record(event, Outcome::Done).await?;
    let towns: Vec<&str> = known.subjects.iter().map(|s| s.township_name.as_str()).collect();
    let town = match towns.iter().all(|t| *t == towns[0]) {
        true => towns[0],
        false => page.t("全部乡镇"),
    };
    let name = format!("{}-{town}-{}-{}.xlsx", opened.sheet.unit, page.t("评分表"), file_day());
    Ok(attachments::download(&name, XLSX, bytes))
}

#[derive(Template)]
#[template(path = "appraisals/pages/upload.html")]
struct UploadPage {
    page: Page,
    id: i64,
    attachment: i64,
    round: String,
    file: String,
    report: Report,
    /// Cells without a value before.
    new: usize,
    conflicts: usize,
    /// Column of a change: id and name.
    columns: HashMap<String, String>,
    listed: Vec<FaultLine>,
    more: usize,
    mark: String,
    fault: String,
    shut: String,
    back: String,
}

/// Takes a workbook in. Nothing of it is written yet.
pub async fn upload(desk: Desk, Path(id): Path<i64>, request: Request) -> Answer<Response> {
    let opened = Opened::of(&desk, id).await?;
    let most = desk.limit().min(LARGEST);
    let sent = Sent::read(request, most).await?;
    open(&opened.round, &opened.sheet).map_err(Failure::Bad)?;
    let Some((name, bytes)) = &sent.file else { return Err(Failure::Bad(msg!("请选一个文件"))) };
    if !name.to_lowercase().ends_with(".xlsx") {
        return Err(Failure::Bad(msg!("只收 .xlsx；请用下载的评分表填写")));
    }
    let record = id.to_string();
    let round = opened.round.id.to_string();
    let event = desk.caller.event("round.sheet.upload", "round", &round, &opened.sheet.township);
    let file = NewFile { name, bytes, kind: KIND, record: &record, part: &opened.sheet.township };
    let attachment = attachments::store(&desk.db, event, most, file).await?.map_err(Failure::Bad)?;
    let link = platform::kit::Link::new(format!("/sheets/{id}/upload/{attachment}"));
    Ok(Redirect::to(&link.with("township", sent.text("township")).to_string()).into_response())
}

/// The workbook as it was sent in for this sheet, and what it would do now.
async fn read(desk: &Desk, opened: &Opened, attachment: i64, township: &str) -> Answer<(String, Report)> {
    let own = |a: &attachments::Attachment| a.kind == KIND && a.record == opened.sheet.id.to_string();
    let found = attachments::open(&desk.db, attachment).await?.filter(|(a, _)| own(a));
    let (file, bytes) = found.ok_or(Failure::NotFound)?;
    let known = Known::of(desk, opened, township).await?;
    let report = book::read(&file.name, &bytes, &known.frame(opened));
    Ok((file.name, report))
}

/// Shows what a workbook would change, and everything that is wrong with it.
pub async fn preview(
    desk: Desk,
    Path((id, attachment)): Path<(i64, i64)>,
    Query(asked): Query<Asked>,
) -> Answer<Response> {
    let opened = Opened::of(&desk, id).await?;
    let (file, report) = read(&desk, &opened, attachment, &asked.township).await?;
    render(&desk, &opened, attachment, &asked.township, file, report, None).await
}

async fn render(
    desk: &Desk,
    opened: &Opened,
    attachment: i64,
    township: &str,
    file: String,
    report: Report,
    fault: Option<Message>,
) -> Answer<Response> {
    let mut page = desk.page("sheets").await?;
    let status = if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    page.path = platform::kit::Link::new(format!("/sheets/{}/upload/{attachment}", opened.sheet.id))
        .with("township", township)
        .to_string();
    let listed: Vec<FaultLine> = report.faults.iter().take(LISTED).map(|f| fault_line(&page, f)).collect();
    let html = UploadPage {
        id: opened.sheet.id,
        attachment,
        round: opened.round.title.clone(),
        new: report.changes.iter().filter(|c| c.was.is_empty()).count(),
        conflicts: report.changes.iter().filter(|c| c.before.is_some()).count(),
        columns: opened.columns.iter().map(|c| (c.id.clone(), c.label())).collect(),
        more: report.faults.len() - listed.len(),
        listed,
        mark: report.mark(),
        fault: fault.map(|m| page.m(&m)).unwrap_or_default(),
        shut: opened.shut(&page),
        back: opened.at(township).to_string(),
        file,
        report,
        page,
    };
    Ok((status, Html(html)).into_response())
}

impl UploadPage {
    fn label(&self, column: &str) -> &str {
        self.columns.get(column).map_or("", String::as_str)
    }

    fn shown(&self) -> &[book::Change] {
        &self.report.changes[..self.report.changes.len().min(LISTED)]
    }

    fn township(&self) -> &str {
        self.page.path.split_once("township=").map_or("", |(_, t)| t)
    }
}

/// Writes what was shown. What a colleague changed since the download is written only where the sender says so.
pub async fn confirm(
    desk: Desk,
    Path((id, attachment)): Path<(i64, i64)>,
    request: Request,
) -> Answer<Response> {
    let sent = Sent::read(request, 0).await?;
    let opened = Opened::of(&desk, id).await?;
    let township = sent.text("township").to_owned();
    let (file, report) = read(&desk, &opened, attachment, &township).await?;
    let over = sent.text("over") == "1";
    let entries: Vec<Entry> =
        report.changes.iter().filter(|c| over || c.before.is_none()).map(book::Change::entry).collect();
    let fault = if !report.faults.is_empty() {
        Some(msg!("还有错没有改；改好再传"))
    } else if report.mark() != sent.text("mark") {
        Some(msg!("表里的分刚才有变化，下面是现在的样子，请再看一眼"))
    } else if entries.is_empty() {
        Some(msg!("没有要写入的格"))
    } else {
        None
    };
    if fault.is_some() {
        return render(&desk, &opened, attachment, &township, file, report, fault).await;
    }
    let Opened { sheet, round, pack, .. } = &opened;
    let entered = enter(&desk.db, &desk.caller, round, sheet, pack, &entries).await?;
    if let Some(first) = entered.refused.first() {
        let (saved, why) = (entered.saved.len(), first.reason.clone());
        let fault = msg!(
            "写入了 {saved} 格，{n} 格没有写：{why}",
            saved = saved,
            n = entered.refused.len(),
            why = why
        );
        let (file, report) = read(&desk, &opened, attachment, &township).await?;
        return render(&desk, &opened, attachment, &township, file, report, Some(fault)).await;
    }
    let said = format!("book-{}-{}", entered.changed, entered.seq);
    Ok(Redirect::to(&opened.at(&township).with("said", &said).to_string()).into_response())
}
