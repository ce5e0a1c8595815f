//! What a file would do, row by row, before anything is written.

use super::{Opened, is_roster, steps};
use crate::slices::people::field::Field;
use crate::slices::people::roster::check::{Act, Change, Checked, Report};
use crate::slices::people::roster::heads::Role;
use crate::slices::people::roster::upload::{self, Plan};
use crate::slices::people::roster::{Mode, Over, shown};
use crate::slices::people::say::say;
use crate::slices::people::words::{Words, education, words};
use crate::slices::places::pages::{Sent, count, moment_text};
use crate::slices::places::{Desk, Village, store as registry};
use askama::Template;
use axum::extract::{Path, Query, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::{key, msg};
use platform::kit::{Choice, Link, Pager, Step};
use platform::page::Page;
use platform::web::{Answer, Html};
use std::collections::HashMap;

/// A row as the page shows it.
struct Line {
    /// `名册 12`, or the file's name.
    row: String,
    /// A class of the kit: `ok`, `warn`, `stop`, or none.
    state: &'static str,
    word: &'static str,
    cells: Vec<Cell>,
    act: String,
    told: Vec<String>,
}

struct Cell {
    title: &'static str,
    text: String,
    bad: bool,
    /// The name, by which the row goes.
    lead: bool,
    /// May be broken over lines.
    wide: bool,
}

/// A sheet whose columns may be read otherwise.
struct SheetForm {
    at: usize,
    name: String,
    hidden: bool,
    take: bool,
    columns: Vec<ColumnForm>,
}

struct ColumnForm {
    field: String,
    name: String,
    choices: Vec<Choice>,
    skipped: bool,
    taken: &'static str,
}

#[derive(Template)]
#[template(path = "people/pages/roster/preview.html")]
struct PreviewPage {
    page: Page,
    id: i64,
    file: String,
    sent: String,
    roster: bool,
    rows_all: usize,
    added: usize,
    updated: usize,
    cells: usize,
    noted: usize,
    bad: usize,
    same: usize,
    left: usize,
    writing: usize,
    /// What tells this outcome from another.
    mark: String,
    fault: String,
    steps: Vec<Step>,
    shows: Vec<Choice>,
    modes: Vec<Choice>,
    replace: bool,
    villages: Vec<Choice>,
    sheets: Vec<SheetForm>,
    heads: Vec<&'static str>,
    lines: Vec<Line>,
    pager: Pager,
    /// The batch it was written as already.
    batch: Option<i64>,
}

/// The columns of the preview, beside those that say what becomes of a row.
const SHOWN: [(&str, Option<Field>); 8] = [
    (key!("乡镇"), None),
    (key!("村"), Some(Field::Village)),
    (key!("姓名"), Some(Field::Name)),
    (key!("性别"), Some(Field::Sex)),
    (key!("出生年月"), Some(Field::Birth)),
    (key!("证件号"), Some(Field::Identity)),
    (key!("职务"), None),
    (key!("学历"), Some(Field::Education)),
];

pub async fn show(
    desk: Desk,
    Path(id): Path<i64>,
    Query(asked): Query<HashMap<String, String>>,
) -> Answer<Response> {
    let mut opened = Opened::of(&desk, id).await?;
    let (report, _) = opened.report(&desk).await?;
    render(&desk, &opened, &report, &asked, "").await
}

pub async fn render(
    desk: &Desk,
    opened: &Opened,
    report: &Report,
    asked: &HashMap<String, String>,
    fault: &str,
) -> Answer<Response> {
    let page = desk.page("import").await?;
    let upload = &opened.upload;
    let day = registry::today();
    let words = words(&desk.db, &desk.caller.part, &day).await?;
    let path = format!("/people/import/{}", upload.id);
    let show = asked.get("show").map_or("", String::as_str);
    let fits = |r: &&Checked| match show {
        "bad" => r.act == Act::Bad,
        "note" => r.act != Act::Bad && !r.row.notes.is_empty(),
        "add" => r.act == Act::Add,
        "update" => r.act == Act::Update,
        _ => true,
    };
    let (added, updated, bad) = (report.count(Act::Add), report.count(Act::Update), report.count(Act::Bad));
    let noted = report.noted();
    let part = |id: &str, word: &'static str, n: usize| {
        let href = Link::new(&path).with("show", id).to_string();
        Choice::new(href, format!("{} {}", page.t(word), count(n))).on(show == id)
    };
    let shows = vec![
        part("", key!("全部"), report.rows.len()),
        part("bad", key!("有错"), bad),
        part("note", key!("提示"), noted),
        part("add", key!("新增"), added),
        part("update", key!("更新"), updated),
    ];
    let rows: Vec<&Checked> = report.rows.iter().filter(fits).collect();
    let at = asked.get("page").and_then(|p| p.parse().ok()).unwrap_or(1);
    let pager = Pager::new(at, rows.len() as u64, Link::new(&path).with("show", show));
    let villages = registry::villages(&desk.db, &desk.caller.part).await?;
    let eyes = Eyes { page: &page, words: &words, day: &day, opened, villages: &villages };
    let lines = rows.iter().skip(pager.offset() as usize).take(50).map(|r| eyes.line(r)).collect();
    let plan = &upload.plan;
    let mode = |m: Mode, id: &str, word: &'static str| Choice::new(id, page.t(word)).on(plan.mode == m);
    let village = |v: &Village| {
        Choice::new(&v.code, format!("{} {}", v.township_name, v.short)).on(v.code == plan.village)
    };
    let mut steps = steps(&page, 2);
    let known = plan.sheets.iter().filter(|s| s.take).filter_map(|s| s.heads.as_ref());
    let known: usize = known.map(|h| h.columns.iter().filter(|c| c.role() != Role::Skip).count()).sum();
    let roster = is_roster(&upload.name);
    if roster {
        steps[0].under = page.m(&msg!("自动识别 {n} 列", n = known));
    }
    // A column that is called otherwise shows that heads were understood.
    let mut columns =
        plan.sheets.iter().filter(|s| s.take).filter_map(|s| s.heads.as_ref()).flat_map(|h| &h.columns);
    if let Some(c) = columns.find(|c| c.role() != Role::Skip && c.name != c.role().title()) {
        steps[1].under = format!("“{}”→ {}", c.name, page.t(c.role().title()));
    }
    steps[2].under =
        if bad > 0 { page.m(&msg!("{n} 行有错", n = bad)) } else { page.t("没有错").to_owned() };
    steps[3].under = page.t("24 小时内可整批撤销").to_owned();
    let modes = vec![
        mode(Mode::Both, "both", key!("新增和更新")),
        mode(Mode::Add, "add", key!("只新增")),
        mode(Mode::Update, "update", key!("只更新")),
    ];
    let sheets = sheets(&page, opened);
    let heads = SHOWN.iter().map(|(title, _)| page.t(title)).collect();
    let status = if fault.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let html = PreviewPage {
        id: upload.id,
        file: upload.name.clone(),
        sent: moment_text(upload.at),
        roster,
        rows_all: report.rows.len(),
        added,
        updated,
        cells: report.cells(),
        noted,
        bad,
        same: report.count(Act::Same) + report.blank,
        left: report.count(Act::Left),
        writing: report.writing(),
        mark: report.mark(),
        fault: fault.to_owned(),
        shows,
        modes,
        replace: plan.over == Over::Replace,
        villages: villages.iter().map(village).collect(),
        sheets,
        heads,
        lines,
        pager,
        batch: upload.batch,
        steps,
        page: Page { audited: true, path, ..page },
    };
    Ok((status, Html(html)).into_response())
}

fn sheets(page: &Page, opened: &Opened) -> Vec<SheetForm> {
    let both = opened.read.sheets.iter().zip(&opened.upload.plan.sheets).enumerate();
    let of = |(at, (sheet, taken)): (usize, (&tables::Sheet, &upload::Taken))| {
        let heads = taken.heads.as_ref()?;
        let column = |c: &crate::slices::people::roster::heads::Column| {
            let role = c.role();
            let choice = |r: Role| Choice::new(r.id(), page.t(r.title())).on(r == role);
            ColumnForm {
                field: format!("c{at}-{}", c.at),
                name: c.name.clone(),
                choices: Role::all().into_iter().map(choice).collect(),
                skipped: role == Role::Skip,
                taken: page.t(role.title()),
            }
        };
        let name = if sheet.name.is_empty() { opened.upload.name.clone() } else { sheet.name.clone() };
        let columns = heads.columns.iter().map(column).collect();
        Some(SheetForm { at, name, hidden: sheet.hidden, take: taken.take, columns })
    };
    both.filter_map(of).collect()
}

struct Eyes<'a> {
    page: &'a Page,
    words: &'a Words,
    day: &'a str,
    opened: &'a Opened,
    villages: &'a [Village],
}

impl Eyes<'_> {
    fn line(&self, row: &Checked) -> Line {
        let (state, word) = match row.act {
            Act::Bad => ("stop", key!("✕ 有错")),
            Act::Same | Act::Left => ("", key!("略过")),
            Act::Add | Act::Update if !row.row.notes.is_empty() => ("warn", key!("▲ 提示")),
            Act::Add | Act::Update => ("ok", key!("✓ 可导入")),
        };
        let act = match row.act {
            Act::Add => self.page.t("新增").to_owned(),
            Act::Update => {
                let n = row.changes.len() + row.proposed.len() + row.lists.len() + row.begins.len();
                self.page.m(&msg!("更新 {n} 处", n = n))
            }
            _ => String::new(),
        };
        let taken = self.opened.upload.plan.sheets.get(row.row.sheet);
        let heads = taken.and_then(|t| t.heads.as_ref());
        // A fault names the column as the office does, or the field.
        let role =
            |head: &str| heads.and_then(|h| h.columns.iter().find(|c| c.name == head)).map(|c| c.role());
        let bad = |title: &str, field: Option<Field>| {
            let named = field.map_or("", Field::title);
            row.row.faults.iter().any(|f| {
                f.column == named
                    || f.column == title
                    || field.is_some_and(|of| role(&f.column) == Some(Role::Field(of)))
            })
        };
        let cell = |(title, field): &(&'static str, Option<Field>)| Cell {
            title: self.page.t(title),
            text: self.cell(row, title, *field),
            bad: row.act == Act::Bad && bad(title, *field),
            lead: *field == Some(Field::Name),
            wide: *title == "职务",
        };
        let many = self.opened.upload.plan.sheets.iter().filter(|s| s.take).count() > 1;
        let sheet = self.opened.read.sheets.get(row.row.sheet).filter(|_| many);
        let at = match (sheet, row.row.file.as_str()) {
            (Some(sheet), _) => format!("{} {}", sheet.name, row.row.row),
            (None, "") => row.row.row.to_string(),
            (None, file) if is_roster(&self.opened.upload.name) || file.is_empty() => row.row.row.to_string(),
            (None, file) => file.to_owned(),
        };
        Line {
            row: at,
            state,
            word: self.page.t(word),
            cells: SHOWN.iter().map(cell).collect(),
            act,
            told: self.told(row),
        }
    }

    fn cell(&self, row: &Checked, title: &str, field: Option<Field>) -> String {
        match (title, field) {
            ("乡镇", _) => row.place.0.clone(),
            (_, Some(Field::Village)) => row.place.1.clone(),
            ("职务", _) => row.row.posts.clone(),
            (_, Some(field)) => row.row.said.get(&field).cloned().unwrap_or_default(),
            _ => String::new(),
        }
    }

    fn told(&self, row: &Checked) -> Vec<String> {
        let page = self.page;
        let mut out: Vec<String> = Vec::new();
        for fault in &row.row.faults {
            let value = if fault.value.is_empty() { String::new() } else { format!("“{}”", fault.value) };
            let lead = format!("{}{value}", fault.column);
            let lead = if lead.is_empty() { lead } else { format!("{lead}：") };
            out.push(format!("{lead}{}", fault.explanation(page.lang)));
        }
        if row.act == Act::Update {
            out.extend(row.changes.iter().map(|c| self.change(c)));
        }
        for change in &row.proposed {
            out.push(page.m(&msg!("{change}（已认定，只提出，等核定）", change = self.change(change))));
        }
        out.extend(row.lists.iter().filter(|_| row.act == Act::Update).map(|title| page.t(title).to_owned()));
        for begin in &row.begins {
            let post = self.words.post(&begin.post);
            let day = begin.from_on.as_str();
            out.push(page.m(&msg!("登记任职：{post}，{day} 起", post = page.w(post), day = day)));
        }
        out.extend(row.row.notes.iter().map(|n| page.m(n)));
        if row.act == Act::Left {
            out.push(page.t("不在这次要做的事里，略过").to_owned());
        }
        out
    }

    fn change(&self, change: &Change) -> String {
        let page = self.page;
        let text = |value: &str| {
            if value.is_empty() {
                return page.t("空").to_owned();
            }
            if change.field.is_sealed() {
                return shown(change.field, value);
            }
            match change.field {
                Field::Village => self.village(value),
                Field::Education => page.w(education(value)).to_owned(),
                field => say(page, &self.words.people, field, value, self.day),
            }
        };
        format!("{}：{} → {}", page.t(change.field.title()), text(&change.was), text(&change.now))
    }

    fn village(&self, code: &str) -> String {
        self.villages.iter().find(|v| v.code == code).map_or_else(|| code.to_owned(), |v| v.short.clone())
    }
}

/// Reads the file otherwise: which columns are what, what is to be done, what counts where both have a value.
pub async fn plan(desk: Desk, Path(id): Path<i64>, request: Request) -> Answer<Response> {
    let sent = Sent::read(request, 0).await?;
    let opened = Opened::of(&desk, id).await?;
    let mut plan: Plan = opened.upload.plan.clone();
    plan.mode = match sent.text("mode") {
        "add" => Mode::Add,
        "update" => Mode::Update,
        _ => Mode::Both,
    };
    plan.over = if sent.text("over") == "replace" { Over::Replace } else { Over::Fill };
    let villages = registry::villages(&desk.db, &desk.caller.part).await?;
    let village = sent.text("village");
    plan.village = villages.iter().find(|v| v.code == village).map_or_else(String::new, |v| v.code.clone());
    for (at, taken) in plan.sheets.iter_mut().enumerate() {
        let Some(heads) = &mut taken.heads else { continue };
        taken.take = sent.text(&format!("take-{at}")) == "1";
        for column in &mut heads.columns {
            let role = sent.text(&format!("c{at}-{}", column.at));
            Role::by_id(role).id().clone_into(&mut column.role);
        }
    }
    let event = desk.caller.event("people.import-plan", "upload", &id.to_string(), desk.caller.part.code());
    let tx = desk.db.write(event).await?;
    upload::put_plan(&tx, &opened.upload, &plan, &desk.caller.name).await?;
    tx.commit().await?;
    Ok(Redirect::to(&format!("/people/import/{id}")).into_response())
}
