//! Facts from a table, the first step: a file, where it is from and what period it is of.

use super::Sent;
use super::status;
use crate::slices::places::desk::Desk;
use crate::slices::places::{import, period};
use askama::Template;
use axum::extract::Request;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::Fault;
use platform::attachments::{self, NewFile};
use platform::kit::{Faults, Link, Step};
use platform::page::Page;
use platform::web::{Answer, Failure, Html};
use tables::Table;

/// A table of facts is no larger.
const LARGEST: u64 = 8 << 20;

#[derive(Template)]
#[template(path = "places/pages/import.html")]
struct ImportPage {
    page: Page,
    faults: Faults,
    period: String,
    source: String,
    largest: String,
    steps: Vec<Step>,
    unread: Vec<FaultLine>,
}

pub async fn choose(desk: Desk) -> Answer<Response> {
    Ok(chooser(&desk, desk.page("import").await?, Faults::new(), "", "", Vec::new()))
}

pub fn steps(page: &Page, now: usize) -> Vec<Step> {
    Step::line([page.t("选文件"), page.t("对列"), page.t("核对"), page.t("导入")], now)
}

fn chooser(
    desk: &Desk,
    mut page: Page,
    faults: Faults,
    period: &str,
    source: &str,
    unread: Vec<FaultLine>,
) -> Response {
    page.path = "/facts/import".to_owned();
    let status = status(!faults.is_empty() || !unread.is_empty());
    let (period, source) = (period.to_owned(), source.to_owned());
    let largest = page.tn("最大 {n} MB，.xlsx 或 .csv", desk.limit().min(LARGEST) >> 20);
    let steps = steps(&page, 0);
    (status, Html(ImportPage { page, faults, period, source, largest, steps, unread })).into_response()
}

pub fn asked_faults(page: &Page, period: &str, source: &str) -> Faults {
    let mut faults = Faults::new();
    if !period::is_period(period) {
        faults.add("period", page.t("时期写成 2025、2025-06、2025-Q3 或 2025-H1；没有时期就空着"));
    }
    if source.is_empty() || source.chars().count() > 120 {
        faults.add("source", page.t("请写明出处，例如文件名、台账名或经办人"));
    }
    faults
}

/// Takes a file in. Nothing of it is written as facts yet.
pub async fn upload(desk: Desk, request: Request) -> Answer<Response> {
    let caller = &desk.caller;
    let most = desk.limit().min(LARGEST);
    let sent = Sent::read(request, most).await?;
    let (period, source) = (sent.text("period").to_owned(), sent.text("source").to_owned());
    let page = desk.page("import").await?;
    let mut faults = asked_faults(&page, &period, &source);
    let is_table = |name: &str| [".xlsx", ".csv"].iter().any(|e| name.to_lowercase().ends_with(e));
    let file = match &sent.file {
        Some((name, bytes)) if is_table(name) => Some((name.as_str(), bytes.as_slice())),
        Some(_) => {
            faults.add("file", page.t("只收 .xlsx 和 .csv；请用表格软件另存为 xlsx"));
            None
        }
        None => {
            faults.add("file", page.t("请选一个文件"));
            None
        }
    };
    let (Some((name, bytes)), true) = (file, faults.is_empty()) else {
        return Ok(chooser(&desk, page, faults, &period, &source, Vec::new()));
    };
    if let Err(fault) = read(name, bytes).await? {
        return Ok(chooser(&desk, page.clone(), faults, &period, &source, vec![fault_line(&page, &fault)]));
    }
    let event = caller.event("facts.upload", "import", &caller.account.to_string(), caller.part.code());
    let record = caller.account.to_string();
    let new = NewFile { name, bytes, kind: "import", record: &record, part: caller.part.code() };
    match attachments::store(&desk.db, event, most, new).await? {
        Ok(id) => {
            let link =
                Link::new(format!("/facts/import/{id}")).with("period", &period).with("source", &source);
            Ok(Redirect::to(&link.to_string()).into_response())
        }
        Err(why) => {
            faults.add("file", page.m(&why));
            Ok(chooser(&desk, page, faults, &period, &source, Vec::new()))
        }
    }
}

pub async fn read(name: &str, bytes: &[u8]) -> Answer<Result<Table, Fault>> {
    let (name, bytes) = (name.to_owned(), bytes.to_vec());
    let done = tokio::task::spawn_blocking(move || import::read(&name, &bytes)).await;
    let done = done.map_err(|e| Failure::Internal(e.to_string()))?;
    Ok(done.map(|(table, _)| table).map_err(|f| *f))
}

/// A fault as the page lists it.
pub struct FaultLine {
    pub row: u32,
    pub column: String,
    pub value: String,
    pub reason: String,
    pub mend: String,
}

pub fn fault_line(page: &Page, fault: &Fault) -> FaultLine {
    FaultLine {
        row: fault.row,
        column: fault.column.clone(),
        value: fault.value.clone(),
        reason: page.m(&fault.reason),
        mend: fault.mend.as_ref().map(|m| page.m(m)).unwrap_or_default(),
    }
}
