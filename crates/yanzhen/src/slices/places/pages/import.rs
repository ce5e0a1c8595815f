//! Facts from a table: choose a file, check what it would do, then write it in one go.

use super::facts::frame;
use super::{Sent, limit};
use crate::slices::places::batch::{self, Import};
use crate::slices::places::facts::{self, Adopted, Entry};
use crate::slices::places::import::{self, Before, Report, Role, role_id};
use crate::slices::places::model::Village;
use crate::slices::places::{registry, store};
use askama::Template;
use axum::extract::{Path, Query, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::{Fault, key, msg};
use platform::access::Caller;
use platform::attachments::{self, Attachment, NewFile};
use platform::db::Db;
use platform::kit::{Choice, Faults, Link, Pager, Step};
use platform::page::Page;
use platform::web::{Answer, App, Client, Failure, Html, Visitor};
use policy::Fact;
use std::collections::HashMap;
use tables::Table;

/// A table of facts is no larger.
const LARGEST: u64 = 8 << 20;
/// Faults listed on the page; the table that is given back carries all.
const LISTED: usize = 500;

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

pub async fn choose(State(app): State<App>, visitor: Visitor, Client(caller): Client) -> Answer<Response> {
    let (_, db) = app.county(&caller).await?;
    let page = frame(&app, &visitor, &caller, &db, "import").await?;
    Ok(chooser(&app, page, Faults::new(), "", "", Vec::new()))
}

fn steps(page: &Page, now: usize) -> Vec<Step> {
    Step::line([page.t("选文件"), page.t("对列"), page.t("核对"), page.t("导入")], now)
}

fn chooser(
    app: &App,
    mut page: Page,
    faults: Faults,
    period: &str,
    source: &str,
    unread: Vec<FaultLine>,
) -> Response {
    page.path = "/facts/import".to_owned();
    let good = faults.is_empty() && unread.is_empty();
    let status = if good { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let (period, source) = (period.to_owned(), source.to_owned());
    let largest = page.tn("最大 {n} MB，.xlsx 或 .csv", limit(app).min(LARGEST) >> 20);
    let steps = steps(&page, 0);
    (status, Html(ImportPage { page, faults, period, source, largest, steps, unread })).into_response()
}

fn asked_faults(page: &Page, period: &str, source: &str) -> Faults {
    let mut faults = Faults::new();
    if !facts::is_period(period) {
        faults.add("period", page.t("时期写成 2025、2025-06、2025-Q3 或 2025-H1；没有时期就空着"));
    }
    if source.is_empty() || source.chars().count() > 120 {
        faults.add("source", page.t("请写明出处，例如文件名、台账名或经办人"));
    }
    faults
}

/// Takes a file in. Nothing of it is written as facts yet.
pub async fn upload(
    State(app): State<App>,
    visitor: Visitor,
    Client(caller): Client,
    request: Request,
) -> Answer<Response> {
    let (_, db) = app.county(&caller).await?;
    let most = limit(&app).min(LARGEST);
    let sent = Sent::read(request, most).await?;
    let (period, source) = (sent.text("period").to_owned(), sent.text("source").to_owned());
    let page = frame(&app, &visitor, &caller, &db, "import").await?;
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
        return Ok(chooser(&app, page, faults, &period, &source, Vec::new()));
    };
    if let Err(fault) = read(name, bytes).await? {
        return Ok(chooser(&app, page.clone(), faults, &period, &source, vec![fault_line(&page, &fault)]));
    }
    let event = caller.event("facts.upload", "import", &caller.account.to_string(), caller.part.code());
    let record = caller.account.to_string();
    let new = NewFile { name, bytes, kind: "import", record: &record, part: caller.part.code() };
    match attachments::store(&db, event, most, new).await? {
        Ok(id) => {
            let link =
                Link::new(format!("/facts/import/{id}")).with("period", &period).with("source", &source);
            Ok(Redirect::to(&link.to_string()).into_response())
        }
        Err(why) => {
            faults.add("file", page.m(&why));
            Ok(chooser(&app, page, faults, &period, &source, Vec::new()))
        }
    }
}

async fn read(name: &str, bytes: &[u8]) -> Answer<Result<Table, Fault>> {
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

/// A column and what it may be taken for.
pub struct ColumnLine {
    pub name: String,
    pub field: String,
    pub taken: String,
    pub skipped: bool,
    pub choices: Vec<Choice>,
}

/// A row of the preview.
pub struct RowLine {
    pub row: u32,
    /// `ok`, `stop` or nothing.
    pub state: &'static str,
    pub word: String,
    pub village: String,
    pub township: String,
    pub code: String,
    pub told: String,
}

#[derive(Template)]
#[template(path = "places/pages/preview.html")]
struct PreviewPage {
    page: Page,
    id: i64,
    file: String,
    rows_all: usize,
    report: Report,
    faults: Faults,
    period: String,
    source: String,
    columns: Vec<ColumnLine>,
    /// Columns that nobody knows, each in quotes.
    skipped: String,
    chosen: Vec<(String, String)>,
    shows: Vec<Choice>,
    rows: Vec<RowLine>,
    pager: Pager,
    listed: Vec<FaultLine>,
    more: usize,
    bad: usize,
    writing: usize,
    corrected: String,
    steps: Vec<Step>,
}

/// An uploaded table with everything that it is checked against.
struct Opened {
    db: Db,
    file: Attachment,
    table: Table,
    packs: Vec<Adopted>,
    villages: Vec<Village>,
    values: HashMap<(String, String), Vec<(String, String)>>,
}

impl Opened {
    /// The caller's own upload, made in the part it acts for now.
    async fn of(app: &App, caller: &Caller, id: i64) -> Answer<Opened> {
        let (_, db) = app.county(caller).await?;
        let own = |a: &Attachment| {
            a.kind == "import" && a.record == caller.account.to_string() && a.part == caller.part.code()
        };
        let Some((file, bytes)) = attachments::open(&db, id).await?.filter(|(a, _)| own(a)) else {
            return Err(Failure::NotFound);
        };
        let table = read(&file.name, &bytes).await?.map_err(|f| Failure::Bad(f.reason))?;
        let packs = facts::packs(&db, &store::today()).await?;
        let villages = registry::villages(&db, &caller.part).await?;
        let values = facts::values_of(&db, &caller.part).await?;
        Ok(Opened { db, file, table, packs, villages, values })
    }

    fn wanted(&self) -> Vec<&Fact> {
        facts::wanted(&self.packs)
    }

    fn check(&self, caller: &Caller, period: &str, chosen: &HashMap<String, String>) -> Report {
        let wanted = self.wanted();
        let before = Before {
            villages: &self.villages,
            facts: &wanted,
            values: &self.values,
            period,
            whole: caller.part == platform::access::Part::County,
        };
        import::check(&self.table, import::columns(&self.table, &wanted, chosen), &before)
    }
}

fn text<'a>(asked: &'a HashMap<String, String>, name: &str) -> &'a str {
    asked.get(name).map_or("", |v| v.trim())
}

/// Shows what a table would do.
pub async fn preview(
    State(app): State<App>,
    visitor: Visitor,
    Client(caller): Client,
    Path(id): Path<i64>,
    Query(asked): Query<HashMap<String, String>>,
) -> Answer<Response> {
    let opened = Opened::of(&app, &caller, id).await?;
    let page = frame(&app, &visitor, &caller, &opened.db, "import").await?;
    let faults = match asked.contains_key("source") {
        true => asked_faults(&page, text(&asked, "period"), text(&asked, "source")),
        false => Faults::new(),
    };
    Ok(render(page, &caller, &opened, id, &asked, faults))
}

fn render(
    page: Page,
    caller: &Caller,
    opened: &Opened,
    id: i64,
    asked: &HashMap<String, String>,
    faults: Faults,
) -> Response {
    let period = text(asked, "period");
    let period = if facts::is_period(period) { period } else { "" };
    let report = opened.check(caller, period, asked);
    let wanted = opened.wanted();
    let mut chosen: Vec<(String, String)> =
        report.columns.iter().enumerate().map(|(i, c)| (format!("m{i}"), role_id(c.role, &wanted))).collect();
    let columns = columns(&page, &report, &wanted);
    let mut link =
        Link::new(format!("/facts/import/{id}")).with("period", period).with("source", text(asked, "source"));
    // Only what the reader chose himself travels in addresses.
    chosen.retain(|(name, _)| asked.contains_key(name));
    for (name, value) in &chosen {
        link = link.with(name, value);
    }
    let corrected = link.to_string().replacen(&format!("/{id}"), &format!("/{id}/corrected.xlsx"), 1);
    let show = match text(asked, "show") {
        s @ ("bad" | "writing") => s,
        _ => "",
    };
    let (bad, writing) = (report.bad(), report.writing());
    let part = |id: &str, word: &'static str, n: usize| {
        Choice::new(link.with("show", id).to_string(), format!("{} {n}", page.t(word))).on(show == id)
    };
    let shows = vec![
        part("", key!("全部"), report.rows.len()),
        part("bad", key!("有错"), bad),
        part("writing", key!("可导入"), writing),
    ];
    let rows: Vec<&import::Checked> = report
        .rows
        .iter()
        .filter(|r| match show {
            "bad" => !r.faults.is_empty(),
            "writing" => r.faults.is_empty() && !r.changes.is_empty(),
            _ => true,
        })
        .collect();
    let at = text(asked, "page").parse().unwrap_or(1);
    let pager = Pager::new(at, rows.len() as u64, link.with("show", show));
    let lines =
        rows.iter().skip(pager.offset() as usize).take(50).map(|r| row_line(&page, r, opened, &wanted));
    let rows = lines.collect();
    let all = report.faults();
    let listed: Vec<FaultLine> = all.iter().take(LISTED).map(|f| fault_line(&page, f)).collect();
    let more = all.len() - listed.len();
    let unknown =
        |c: &&import::Column| c.role == Role::Skip && !c.name.is_empty() && c.name != import::FAULTS;
    let skipped = report.columns.iter().filter(unknown);
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let mut page = page;
    page.path = link.to_string();
    let html = PreviewPage {
        id,
        file: opened.file.name.clone(),
        rows_all: report.rows.len(),
        faults,
        period: period.to_owned(),
        source: text(asked, "source").to_owned(),
        skipped: skipped.map(|c| format!("“{}”", c.name)).collect(),
        columns,
        chosen,
        shows,
        rows,
        pager,
        listed,
        more,
        bad,
        writing,
        corrected,
        steps: steps(&page, 2),
        report,
        page,
    };
    (status, Html(html)).into_response()
}

fn columns(page: &Page, report: &Report, wanted: &[&Fact]) -> Vec<ColumnLine> {
    let word = |role: Role| match role {
        Role::Code => page.t("代码").to_owned(),
        Role::Name => page.t("村").to_owned(),
        Role::Township => page.t("乡镇").to_owned(),
        Role::Fact(i) => wanted[i].label.clone(),
        Role::Skip => page.t("略过").to_owned(),
    };
    let roles: Vec<Role> = [Role::Skip, Role::Code, Role::Name, Role::Township]
        .into_iter()
        .chain((0..wanted.len()).map(Role::Fact))
        .collect();
    let lines = report.columns.iter().enumerate().map(|(i, c)| ColumnLine {
        name: c.name.clone(),
        field: format!("m{i}"),
        taken: word(c.role),
        skipped: c.role == Role::Skip,
        choices: roles.iter().map(|r| Choice::new(role_id(*r, wanted), word(*r)).on(*r == c.role)).collect(),
    });
    lines.collect()
}

fn row_line(page: &Page, row: &import::Checked, opened: &Opened, wanted: &[&Fact]) -> RowLine {
    let (state, word) = match (row.faults.is_empty(), row.changes.is_empty()) {
        (false, _) => ("stop", page.t("✕ 有错")),
        (true, false) => ("ok", page.t("✓ 可导入")),
        (true, true) => ("", page.t("没有变化，略过")),
    };
    let village = row.village.map(|v| &opened.villages[v]);
    let told = if row.faults.is_empty() {
        let said = row.changes.iter().map(|c| {
            let was = c.was.as_deref().unwrap_or_else(|| page.t("空"));
            format!("{}：{was} → {}", wanted[c.fact].label, c.value)
        });
        said.collect::<Vec<_>>().join("；")
    } else {
        let said =
            row.faults.iter().map(|f| format!("{}“{}”：{}", f.column, f.value, f.explanation(page.lang)));
        said.collect::<Vec<_>>().join("；")
    };
    RowLine {
        row: row.row,
        state,
        word: word.to_owned(),
        village: village.map(|v| v.short.clone()).unwrap_or_default(),
        township: village.map(|v| v.township_name.clone()).unwrap_or_default(),
        code: village.map(|v| v.code.clone()).unwrap_or_default(),
        told,
    }
}

/// Gives the uploaded rows back with their faults beside them.
pub async fn corrected(
    State(app): State<App>,
    visitor: Visitor,
    Client(caller): Client,
    Path(id): Path<i64>,
    Query(asked): Query<HashMap<String, String>>,
) -> Answer<Response> {
    let opened = Opened::of(&app, &caller, id).await?;
    let period = Some(text(&asked, "period")).filter(|p| facts::is_period(p)).unwrap_or_default();
    let report = opened.check(&caller, period, &asked);
    let bytes = import::annotated(&opened.table, &report, visitor.lang)
        .map_err(|e| Failure::Internal(e.to_string()))?;
    let stem = opened.file.name.rsplit_once('.').map_or(opened.file.name.as_str(), |(stem, _)| stem);
    let word = msg!("带批注").text(visitor.lang);
    let mime = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    Ok(attachments::download(&format!("{stem}（{word}）.xlsx"), mime, bytes))
}

/// Writes what the preview showed: all of it, or the rows without faults; one transaction, one batch.
pub async fn confirm(
    State(app): State<App>,
    visitor: Visitor,
    Client(caller): Client,
    Path(id): Path<i64>,
    request: Request,
) -> Answer<Response> {
    let sent = Sent::read(request, 0).await?;
    let opened = Opened::of(&app, &caller, id).await?;
    let page = frame(&app, &visitor, &caller, &opened.db, "import").await?;
    let (period, source) = (sent.text("period"), sent.text("source"));
    let mut faults = asked_faults(&page, period, source);
    if !faults.is_empty() {
        return Ok(render(page, &caller, &opened, id, sent.fields(), faults));
    }
    let mut event = caller.event("facts.import", "village", "", caller.part.code());
    event.note = format!("attachment {id}");
    let mut tx = opened.db.write(event).await?;
    // What stands now, not when the page was shown.
    let opened = Opened { values: facts::values_of(&opened.db, &caller.part).await?, ..opened };
    let report = opened.check(&caller, period, sent.fields());
    if report.hopeless() || (report.bad() > 0 && sent.text("good_only") != "1") {
        faults.add("good_only", page.t("还有错没有改；改好再传，或选“只导入没有错的行”"));
    } else if report.good().next().is_none() {
        faults.add("good_only", page.t("没有要写入的：有错的行之外，都和已有的一样"));
    }
    if !faults.is_empty() {
        tx.rollback().await?;
        return Ok(render(page, &caller, &opened, id, sent.fields(), faults));
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
    let batch = batch::write(&mut tx, &caller, &import).await?;
    tx.event().record = batch.to_string();
    if let Some(adopted) = facts::colouring(&opened.packs) {
        facts::propose(&mut tx, adopted, &caller.part).await?;
    }
    tx.commit().await?;
    Ok(Redirect::to(&format!("/facts/batches/{batch}")).into_response())
}
