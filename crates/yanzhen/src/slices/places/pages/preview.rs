//! Facts from a table, the second step: what it would write, and everything that is wrong with it.

use super::import::{FaultLine, asked_faults, fault_line, read, steps};
use super::status;
use crate::slices::places::columns::{self, Column, Role, role_id};
use crate::slices::places::desk::Desk;
use crate::slices::places::facts::{self, Adopted};
use crate::slices::places::import::{self, Before, Report};
use crate::slices::places::model::Village;
use crate::slices::places::{period, registry, store};
use askama::Template;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Response};
use kernel::key;
use platform::attachments::{self, Attachment};
use platform::kit::{Choice, Faults, Link, Pager, Step};
use platform::page::Page;
use platform::web::{Answer, Failure, Html};
use policy::Fact;
use std::collections::HashMap;
use tables::Table;

/// Faults listed on the page; the table that is given back carries all.
const LISTED: usize = 500;

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
pub struct Opened {
    pub file: Attachment,
    pub table: Table,
    pub packs: Vec<Adopted>,
    pub villages: Vec<Village>,
    pub values: HashMap<(String, String), Vec<(String, String)>>,
}

impl Opened {
    /// The caller's own upload, made in the part it acts for now.
    pub async fn of(desk: &Desk, id: i64) -> Answer<Opened> {
        let Desk { db, caller, .. } = desk;
        let own = |a: &Attachment| {
            a.kind == "import" && a.record == caller.account.to_string() && a.part == caller.part.code()
        };
        let Some((file, bytes)) = attachments::open(db, id).await?.filter(|(a, _)| own(a)) else {
            return Err(Failure::NotFound);
        };
        let table = read(&file.name, &bytes).await?.map_err(|f| Failure::Bad(f.reason))?;
        let packs = facts::packs(db, &store::today()).await?;
        let villages = registry::villages(db, &caller.part).await?;
        let values = facts::values_of(db, &caller.part).await?;
        Ok(Opened { file, table, packs, villages, values })
    }

    pub fn wanted(&self) -> Vec<&Fact> {
        facts::wanted(&self.packs)
    }

    pub fn check(&self, desk: &Desk, period: &str, chosen: &HashMap<String, String>) -> Report {
        let wanted = self.wanted();
        let before = Before {
            villages: &self.villages,
            facts: &wanted,
            values: &self.values,
            period,
            whole: desk.caller.part == platform::access::Part::County,
        };
        import::check(&self.table, columns::columns(&self.table, &wanted, chosen), &before)
    }
}

/// A value of an address, trimmed; empty where it is not there.
pub fn text<'a>(asked: &'a HashMap<String, String>, name: &str) -> &'a str {
    asked.get(name).map_or("", |v| v.trim())
}

/// Shows what a table would do.
pub async fn preview(
    desk: Desk,
    Path(id): Path<i64>,
    Query(asked): Query<HashMap<String, String>>,
) -> Answer<Response> {
    let opened = Opened::of(&desk, id).await?;
    let page = desk.page("import").await?;
    let faults = match asked.contains_key("source") {
        true => asked_faults(&page, text(&asked, "period"), text(&asked, "source")),
        false => Faults::new(),
    };
    Ok(render(page, &desk, &opened, id, &asked, faults))
}

pub fn render(
    page: Page,
    desk: &Desk,
    opened: &Opened,
    id: i64,
    asked: &HashMap<String, String>,
    faults: Faults,
) -> Response {
    let period = text(asked, "period");
    let period = if period::is_period(period) { period } else { "" };
    let report = opened.check(desk, period, asked);
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
    let unknown = |c: &&Column| c.role == Role::Skip && !c.name.is_empty() && c.name != import::FAULTS;
    let skipped = report.columns.iter().filter(unknown);
    let status = status(!faults.is_empty());
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
    let change = |c: &import::Change| {
        let was = c.was.as_deref().unwrap_or_else(|| page.t("空"));
        format!("{}：{was} → {}", wanted[c.fact].label, c.value)
    };
    // What is wrong with them is said above, once.
    let faulty = |f: &kernel::Fault| format!("{}“{}”", f.column, f.value);
    let told: Vec<String> = match row.faults.is_empty() {
        true => row.changes.iter().map(change).collect(),
        false => row.faults.iter().map(faulty).collect(),
    };
    let told = told.join("；");
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
