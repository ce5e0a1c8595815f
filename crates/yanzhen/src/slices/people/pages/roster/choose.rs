//! The first step: a file. Nothing of it is written as files of people yet.

use super::{LARGEST, is_forms, is_roster, planned, read, steps};
use crate::slices::people::roster::upload;
use crate::slices::places::Desk;
use crate::slices::places::pages::Sent;
use crate::slices::places::pages::import::{FaultLine, fault_line};
use askama::Template;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use platform::attachments;
use platform::kit::{Faults, Step};
use platform::page::Page;
use platform::web::{Answer, Failure, Html};
use tables::Workbook;

#[derive(Template)]
#[template(path = "people/pages/roster/choose.html")]
struct ChoosePage {
    page: Page,
    faults: Faults,
    largest: String,
    steps: Vec<Step>,
    unread: Vec<FaultLine>,
}

pub async fn choose(desk: Desk) -> Answer<Response> {
    let page = desk.page("import").await?;
    Ok(chooser(page, Faults::new(), Vec::new()))
}

fn chooser(mut page: Page, faults: Faults, unread: Vec<FaultLine>) -> Response {
    page.path = "/people/import".to_owned();
    let bad = !faults.is_empty() || !unread.is_empty();
    let status = if bad { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let largest = page.tn("最大 {n} MB，.xlsx、.csv、.lrmx、.lrm 或多份审批表的 .zip", LARGEST >> 20);
    let steps = steps(&page, 0);
    (status, Html(ChoosePage { page, faults, largest, steps, unread })).into_response()
}

/// Takes a file in, sealed.
pub async fn upload(desk: Desk, request: Request) -> Answer<Response> {
    let sent = Sent::read(request, LARGEST).await?;
    let page = desk.page("import").await?;
    let mut faults = Faults::new();
    let file = match &sent.file {
        Some((name, bytes)) if is_roster(name) || is_forms(name) => Some((name.as_str(), bytes.as_slice())),
        Some((name, _)) if name.to_lowercase().ends_with(".xls") => {
            faults.add("file", page.t("旧版 .xls 读不了；请用表格软件另存为 .xlsx"));
            None
        }
        Some(_) => {
            faults.add("file", page.t("只收 .xlsx、.csv 名册和 .lrmx、.lrm、.zip 审批表"));
            None
        }
        None => {
            faults.add("file", page.t("请选一个文件"));
            None
        }
    };
    let Some((name, bytes)) = file else { return Ok(chooser(page, faults, Vec::new())) };
    // A browser may send the path, and a name may hold what does not show.
    let name: String =
        name.rsplit(['/', '\\']).next().unwrap_or(name).chars().filter(|c| !c.is_control()).collect();
    let name = name.trim();
    let plan = match planned(&desk, name, bytes).await? {
        Ok(plan) => plan,
        Err(fault) => return Ok(chooser(page.clone(), faults, vec![fault_line(&page, &fault)])),
    };
    if let Err(fault) = read(name, bytes.to_vec(), plan.clone()).await? {
        return Ok(chooser(page.clone(), faults, vec![fault_line(&page, &fault)]));
    }
    let mut event = desk.caller.event("people.upload", "upload", "", desk.caller.part.code());
    event.note = format!("{} bytes", bytes.len());
    let id = upload::keep(&desk.db, event, &desk.caller.part, (name, bytes), &plan).await?;
    Ok(Redirect::to(&format!("/people/import/{id}")).into_response())
}

/// A workbook whose heads are right, to be filled in.
pub async fn template(desk: Desk) -> Answer<Response> {
    let heads = [
        ("乡镇", 12.0),
        ("村", 14.0),
        ("姓名", 10.0),
        ("性别", 6.0),
        ("出生年月", 12.0),
        ("身份证号", 22.0),
        ("民族", 8.0),
        ("籍贯", 16.0),
        ("政治面貌", 12.0),
        ("入党时间", 12.0),
        ("参加工作时间", 14.0),
        ("学历", 10.0),
        ("职务", 24.0),
        ("任职时间", 12.0),
        ("手机", 14.0),
        ("来源", 14.0),
        ("熟悉专业和特长", 20.0),
        ("现在去向", 14.0),
        ("就业情况", 14.0),
        ("意向", 14.0),
    ];
    let (names, widths): (Vec<&str>, Vec<f64>) = heads.into_iter().unzip();
    let mut book = Workbook::default();
    let made = book.sheet("名册", &names, &widths, Vec::new()).and_then(|()| book.bytes());
    let bytes = made.map_err(|e| Failure::Internal(e.to_string()))?;
    let name = kernel::word(kernel::key!("村干部名册模板"), desk.visitor.lang);
    let mime = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    Ok(attachments::download(&format!("{name}.xlsx"), mime, bytes))
}
