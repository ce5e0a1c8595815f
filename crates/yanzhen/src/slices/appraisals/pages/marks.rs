//! A mark sheet to be filled in: a township's subjects as a dense grid, or one subject at a time.

use super::panel::{self, Panel};
use super::sheets::clock;
use super::{Opened, flash};
use crate::slices::appraisals::actions_sheet::straight;
use crate::slices::appraisals::model::Subject;
use crate::slices::appraisals::sheet::{Cell, Column, Done, Kind, Refused, bounds, cells, owed};
use crate::slices::appraisals::store;
use crate::slices::appraisals::tally::{self, Town};
use crate::slices::places::Desk;
use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::{Quantity, Score, msg};
use platform::kit::{Choice, Link};
use platform::page::Page;
use platform::web::{Answer, Failure, Html};
use policy::{FactType, Pack};
use serde::Deserialize;
use std::collections::{HashMap, HashSet};

/// A column's head.
pub struct Head {
    pub id: String,
    pub name: String,
    pub label: String,
    /// `满 8 步 0.01`, or the unit of a fact.
    pub under: String,
    /// `mark`, `number`, `choice`, `date` or `text`.
    pub kind: &'static str,
    /// Hundredths; 0 for facts.
    pub full: i64,
    pub step: i64,
    /// What it takes, in words.
    pub says: String,
    pub choices: Vec<String>,
    pub owed: bool,
    pub second: bool,
    pub note: String,
}

impl Head {
    fn of(page: &Page, pack: &Pack, column: &Column) -> Head {
        let mut head = Head {
            id: column.id.clone(),
            name: column.name.clone(),
            label: column.label(),
            under: column.unit.clone(),
            kind: "mark",
            full: 0,
            step: 0,
            says: String::new(),
            choices: Vec::new(),
            owed: owed(pack, column),
            second: column.second,
            note: column.note.clone(),
        };
        match column.kind {
            Kind::Mark { full, step } => {
                head.under = page.m(&msg!("满 {full} 步 {step}", full = plain(full), step = plain(step)));
                head.says = page.m(&bounds(full, step));
                (head.full, head.step) = (full, step);
            }
            Kind::Fact(f) => {
                let fact = &pack.facts[f];
                head.kind = match fact.kind {
                    FactType::Bool | FactType::Choice => "choice",
                    FactType::Date => "date",
                    FactType::Text => "text",
                    _ => "number",
                };
                head.choices = match fact.kind {
                    FactType::Bool => ["是", "否"].map(str::to_owned).into(),
                    _ => fact.choices.clone(),
                };
                if !head.choices.is_empty() {
                    head.under = head.choices.join("/");
                }
            }
        }
        head
    }

    /// What its inputs tell a keyboard on a screen.
    pub fn mode(&self) -> &'static str {
        if matches!(self.kind, "mark" | "number") { "decimal" } else { "text" }
    }
}

/// Points without idle decimals: `8`, `0.5`.
pub fn plain(hundredths: i64) -> String {
    Quantity(i128::from(hundredths) * 10_000).to_string()
}

/// A cell of the grid.
pub struct CellLine {
    /// Position of its head.
    pub head: usize,
    /// As it stands.
    pub shown: String,
    /// As the input holds it: what was refused stays in sight.
    pub typed: String,
    pub class: String,
    pub fault: String,
    pub files: usize,
}

/// A subject's row.
pub struct Line {
    pub code: String,
    pub name: String,
    pub cells: Vec<CellLine>,
    /// `28.18`, or what there is of it; empty for nothing.
    pub total: String,
    /// Owed cells that are empty.
    pub missing: usize,
    pub bad: bool,
    /// Where it stands among its township's, from 1.
    pub place: usize,
    pub href: String,
}

impl Line {
    /// Of a hundred, for the bar.
    pub fn share(&self, heads: &[Head]) -> usize {
        let of = heads.iter().filter(|h| h.owed).count();
        ((of - self.missing.min(of)) * 100).checked_div(of).unwrap_or(100)
    }
}

/// A cell that was refused, for the list above.
pub struct FaultLine {
    pub id: String,
    pub what: String,
    pub why: String,
}

#[derive(Template)]
#[template(path = "appraisals/pages/marks.html")]
struct MarksPage {
    page: Page,
    opened: Opened,
    town: Town,
    /// The township before, this one, the one after.
    tabs: Vec<Choice>,
    /// Every township with its progress.
    towns: Vec<Choice>,
    persons: bool,
    heads: Vec<Head>,
    marks: bool,
    full: String,
    lines: Vec<Line>,
    /// The one subject that is filled in, with those before and after it.
    one: Option<usize>,
    before: String,
    after: String,
    /// Where this township's grid is, and its rows that owe something.
    here: String,
    todo_href: String,
    todo: bool,
    own: Done,
    all: Done,
    faults: Vec<FaultLine>,
    hints: Vec<String>,
    shut: String,
    clock: String,
    clock_tone: &'static str,
    was: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    pub township: String,
    pub code: String,
    pub column: String,
    pub todo: String,
    pub said: String,
    pub part: String,
}

pub async fn show(desk: Desk, Path(id): Path<i64>, Query(asked): Query<Asked>) -> Answer<Response> {
    let opened = Opened::of(&desk, id).await?;
    render(&desk, opened, asked, Vec::new()).await
}

/// The township that is shown: the one asked for, else the first that owes something.
fn chosen<'a>(asked: &str, towns: &'a [Town], left: impl Fn(&Town) -> usize) -> Option<&'a Town> {
    match asked {
        "" => towns.iter().find(|t| left(t) > 0).or(towns.first()),
        code => towns.iter().find(|t| t.code == code),
    }
}

/// Shows a sheet; with what was refused of a form that was sent.
pub async fn render(desk: &Desk, opened: Opened, asked: Asked, refused: Vec<Refused>) -> Answer<Response> {
    let db = &desk.db;
    let mut page = desk.page("sheets").await?;
    page.flash = flash(&page, &asked.said);
    if let (Some(flash), Some((_, seq))) =
        (&mut page.flash, asked.said.strip_prefix("book-").and_then(|s| s.split_once('-')))
    {
        let undo =
            Link::new(format!("/sheets/{}/undo/{seq}", opened.sheet.id)).with("township", &asked.township);
        flash.undo = Some(undo.to_string());
    }
    let (sheet, pack, columns) = (&opened.sheet, &opened.pack, &opened.columns);
    let towns = tally::towns(db, sheet).await?;
    let excused = tally::excused(db, sheet, pack, columns).await?;
    let counts = tally::counts(db, sheet, columns, &excused).await?;
    let done = |town: &str| tally::done(pack, columns, &towns, &counts, town);
    // A subject says which township is meant.
    let wanted = match asked.code.as_str() {
        "" => asked.township.clone(),
        code => {
            let named = store::subject(db, &opened.round, code).await?.ok_or(Failure::NotFound)?;
            named.subject.township
        }
    };
    let town = chosen(&wanted, &towns, |t| done(&t.code).left()).ok_or(Failure::NotFound)?.clone();
    let subjects = store::subjects(db, sheet.round, &town.code).await?;
    let found = cells(db, sheet, columns, &town.code).await?;
    let files = tally::evidence(db, sheet).await?;
    let heads: Vec<Head> = columns.iter().map(|c| Head::of(&page, pack, c)).collect();
    let mut lines: Vec<Line> = subjects
        .iter()
        .enumerate()
        .map(|(i, s)| line(&opened, s, i + 1, &heads, &found, &files, &excused, &refused, &page))
        .collect();
    let todo = !asked.todo.is_empty();
    let one = match asked.code.as_str() {
        "" => None,
        code => Some(lines.iter().position(|l| l.code == code).ok_or(Failure::NotFound)?),
    };
    let near = |i: Option<usize>| i.and_then(|i| lines.get(i)).map(|l| l.href.clone()).unwrap_or_default();
    let (before, after) = (near(one.and_then(|i| i.checked_sub(1))), near(one.map(|i| i + 1)));
    let hints = straight(columns, &subjects, &found)
        .into_iter()
        .map(|s| {
            let mark = Score(s.mark).to_string();
            let said = msg!(
                "{column} 已填 {filled} 格，{same} 格同为 {mark}。确属一致可以提交，提交时会请您写一句说明。",
                column = s.column,
                filled = s.filled,
                same = s.same,
                mark = mark
            );
            page.m(&said)
        })
        .collect();
    let faults = refused.iter().map(|r| fault(&page, r, &subjects, columns)).collect();
    let was: String = lines
        .iter()
        .flat_map(|l| l.cells.iter().filter(|c| !c.shown.is_empty()).map(move |c| (l, c)))
        .map(|(l, c)| format!("{}\t{}\t{}\n", l.code, heads[c.head].id, c.shown))
        .collect();
    if todo && one.is_none() {
        lines.retain(|l| l.missing > 0 || l.bad);
    }
    let open = opened.shut(&page).is_empty();
    let (clock, clock_tone) = if open { clock(desk, &page, sheet).await? } else { Default::default() };
    let status = if refused.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    if !refused.is_empty() {
        page.path = opened.at(&town.code).with("code", &asked.code).to_string();
    }
    let all = done("");
    let full: i64 = heads.iter().map(|h| h.full).sum();
    let here = opened.at(&town.code);
    let html = MarksPage {
        tabs: tabs(&page, &opened, &towns, &town),
        towns: towns
            .iter()
            .map(|t| {
                let d = done(&t.code);
                let choice = Choice::new(opened.at(&t.code).to_string(), t.name.as_str());
                choice.hint(format!("{} / {}", d.filled, d.of)).on(t.code == town.code)
            })
            .collect(),
        own: done(&town.code),
        persons: opened.round.of_persons(),
        marks: full > 0,
        full: plain(full),
        todo_href: here.with("todo", if todo { "" } else { "1" }).to_string(),
        here: here.to_string(),
        shut: opened.shut(&page),
        all,
        heads,
        lines,
        one,
        before,
        after,
        todo,
        faults,
        hints,
        clock,
        clock_tone,
        was,
        town,
        opened,
        page,
    };
    Ok((status, Html(html)).into_response())
}

fn tabs(page: &Page, opened: &Opened, towns: &[Town], town: &Town) -> Vec<Choice> {
    let at = towns.iter().position(|t| t.code == town.code).unwrap_or_default();
    let link = |t: &Town| opened.at(&t.code).to_string();
    let mut out = Vec::new();
    if let Some(t) = at.checked_sub(1).and_then(|i| towns.get(i)) {
        out.push(Choice::new(link(t), format!("‹ {}", t.name)).hint(page.t("上一乡镇")));
    }
    out.push(Choice::new(link(town), town.name.as_str()).on(true));
    if let Some(t) = towns.get(at + 1) {
        out.push(Choice::new(link(t), format!("{} ›", t.name)).hint(page.t("下一乡镇")));
    }
    out
}

fn fault(page: &Page, refused: &Refused, subjects: &[Subject], columns: &[Column]) -> FaultLine {
    let subject = subjects.iter().find(|s| s.code == refused.code).map_or("", |s| s.name.as_str());
    let column = columns.iter().find(|c| c.id == refused.column).map(Column::label).unwrap_or_default();
    let mut why = page.m(&refused.reason);
    if let Some((now, by, at)) = &refused.now {
        let now = if now.is_empty() { page.t("空") } else { now };
        let said = msg!("{by} 在 {at} 改为 {now}", by = by.as_str(), at = super::clock_text(*at), now = now);
        why = format!("{why}：{}", page.m(&said));
    }
    FaultLine {
        id: format!("c-{}-{}", refused.code, refused.column),
        what: format!("{subject} {column} {}", refused.value),
        why,
    }
}

#[expect(clippy::too_many_arguments, reason = "a row is made of all that is known of its cells")]
fn line(
    opened: &Opened,
    subject: &Subject,
    place: usize,
    heads: &[Head],
    found: &HashMap<(String, String), Cell>,
    files: &HashMap<(String, String), usize>,
    excused: &HashSet<(String, String)>,
    refused: &[Refused],
    page: &Page,
) -> Line {
    let empty = Cell::default();
    let (mut total, mut marks, mut missing, mut bad) = (0, 0, 0, false);
    let cells = opened.columns.iter().zip(heads).enumerate().map(|(at, (column, head))| {
        let key = (subject.code.clone(), column.id.clone());
        let cell = found.get(&key).unwrap_or(&empty);
        if head.kind == "mark"
            && let Ok(mark) = cell.kept.parse::<i64>()
        {
            total += mark;
            marks += 1;
        }
        let shown = column.show(&cell.kept);
        let excused = cell.kept.is_empty() && excused.contains(&key);
        missing += usize::from(head.owed && cell.kept.is_empty() && !excused);
        let refused = refused.iter().find(|r| r.code == subject.code && r.column == column.id);
        bad |= refused.is_some();
        let files = files.get(&key).copied().unwrap_or_default() + usize::from(cell.evidence.is_some());
        let mut class = Vec::new();
        if files > 0 {
            class.push("has-file");
        }
        if excused {
            class.push("is-void");
        }
        if refused.is_some() {
            class.push("is-bad");
        }
        if column.second && !cell.kept.is_empty() && cell.checked_by.is_empty() {
            class.push("is-second");
        }
        CellLine {
            head: at,
            typed: refused.map_or_else(|| shown.clone(), |r| r.value.clone()),
            class: class.join(" "),
            fault: refused.map(|r| page.m(&r.reason)).unwrap_or_default(),
            shown,
            files,
        }
    });
    let cells: Vec<CellLine> = cells.collect();
    Line {
        total: if marks > 0 { Score(total).to_string() } else { String::new() },
        code: subject.code.clone(),
        name: subject.name.clone(),
        href: opened.at("").with("code", &subject.code).to_string(),
        cells,
        missing,
        bad,
        place,
    }
}

/// What stands beside a cell: the indicator, raw figures, last year, clause, note, evidence. A part of a page with
/// `part`, else a page of its own; of no cell in particular, of the first.
pub async fn cell(desk: Desk, Path(id): Path<i64>, Query(asked): Query<Asked>) -> Answer<Response> {
    let opened = Opened::of(&desk, id).await?;
    let own = store::subjects(&desk.db, opened.sheet.round, &opened.sheet.township).await?;
    let subject = own.into_iter().find(|s| asked.code.is_empty() || s.code == asked.code);
    let column = opened.columns.iter().find(|c| asked.column.is_empty() || c.id == asked.column);
    let (Some(subject), Some(column)) = (subject, column) else { return Err(Failure::NotFound) };
    let mut page = desk.page("sheets").await?;
    page.flash = flash(&page, &asked.said);
    let panel = Panel::of(&desk, &page, &opened, &subject, column).await?;
    Ok(panel::answer(page, &opened, panel, !asked.part.is_empty()))
}
