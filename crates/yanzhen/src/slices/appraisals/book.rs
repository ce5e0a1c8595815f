//! A mark sheet as a workbook: out to be filled in, and back, checked before anything is written. Pure.
//!
//! The first row names the sheet, so that no other comes back in its place; the second has heads, the third their ids. A
//! hidden sheet holds what stood when it was downloaded: a cell that was not touched writes nothing over what a colleague
//! entered meanwhile.

use super::model::{Round, Sheet, Subject};
use super::sheet::{Cell, Column, Entry, Kind, bounds};
use kernel::{Fault, Message, Score, msg};
use platform::page::Page;
use policy::{FactType, Pack};
use standards::fold_name;
use std::collections::{BTreeMap, HashMap};
use tables::{Form, FormColumn, SheetCell, Takes, Workbook, sheets};

/// The name of the sheet that is filled in.
const FILLED: &str = "评分表";
/// The name of the sheet that remembers.
const BEFORE: &str = "下载时";
/// What the first cell says.
const NUMBER: &str = "表号";
/// The id of the column of sums.
const SUM: &str = "subtotal";
/// Rows above the records.
const HEADS: u32 = 3;
/// Columns before those that are filled in: code, name, township.
const LEAD: usize = 3;

/// The most rows of a workbook.
const ROWS: usize = 5000;

/// A sheet with everything that a workbook of it is made from and checked against.
pub struct Frame<'a> {
    pub round: &'a Round,
    pub sheet: &'a Sheet,
    pub pack: &'a Pack,
    pub columns: &'a [Column],
    /// The subjects that the workbook may hold.
    pub subjects: &'a [Subject],
    pub cells: &'a HashMap<(String, String), Cell>,
    /// The township that the workbook is limited to; empty for all.
    pub township: &'a str,
}

impl Frame<'_> {
    fn shown(&self, code: &str, column: &Column) -> String {
        let cell = self.cells.get(&(code.to_owned(), column.id.clone()));
        cell.map(|c| column.show(&c.kept)).unwrap_or_default()
    }

    fn marks(&self) -> usize {
        self.columns.iter().filter(|c| matches!(c.kind, Kind::Mark { .. })).count()
    }

    /// The workbook, ready to fill in.
    pub fn write(&self, page: &Page) -> std::io::Result<Vec<u8>> {
        let mut book = Workbook::default();
        book.form(&self.form(page, false))?;
        book.form(&self.form(page, true))?;
        let text = |a: &str, b: &str| vec![SheetCell::from(a), SheetCell::from(b)];
        let mut notes = vec![
            text(page.t("考核"), &self.round.title),
            text(page.t("评分单位"), &self.sheet.unit),
            text(
                page.t("办法、版本、指纹"),
                &format!("{} {} {}", self.pack.title, self.pack.version, self.pack.hash),
            ),
            text(page.t("导回"), page.t("前三行和灰色的列请保留；空格不覆盖已有的分；没有改过的格不会写。")),
        ];
        for c in self.columns {
            let said = [c.name.as_str(), c.basis.as_str(), c.note.as_str()];
            let said: Vec<&str> = said.into_iter().filter(|s| !s.is_empty()).collect();
            notes.push(text(&c.id, &said.join("；")));
        }
        book.sheet(page.t("说明"), &[page.t("项"), page.t("内容")], &[18.0, 100.0], notes)?;
        book.bytes()
    }

    fn form(&self, page: &Page, before: bool) -> Form<'static> {
        let text = |t: &str| SheetCell::from(t);
        let title = format!("{} {}", self.round.title, self.sheet.unit);
        let mut top = vec![text(NUMBER), text(&self.sheet.id.to_string()), text(self.township)];
        top.push(text(&title));
        let mut heads = vec![text(page.t("代码")), text(page.t("名称")), text(page.t("乡镇"))];
        let mut ids: Vec<SheetCell> = ["code", "name", "township"].map(SheetCell::from).into();
        let mut columns: Vec<FormColumn> =
            [16.0, 14.0, 12.0].map(|width| FormColumn { width, takes: Takes::Nothing }).into();
        for c in self.columns {
            heads.push(text(&head(page, c)));
            ids.push(text(&c.id));
            columns.push(FormColumn { width: 11.0, takes: self.takes(page, c) });
        }
        let marks = self.marks();
        let sum = marks > 0 && !before;
        if sum {
            let (from, to) = (LEAD as u16, (LEAD + marks - 1) as u16);
            heads.push(text(page.t("小计")));
            ids.push(text(SUM));
            columns.push(FormColumn { width: 9.0, takes: Takes::SumOf(from, to) });
        }
        let rows = self.subjects.iter().map(|s| {
            let mut row: Vec<SheetCell> = [&s.code, &s.name, &s.township_name].map(|t| text(t)).into();
            let mut total = 0;
            for c in self.columns {
                let shown = self.shown(&s.code, c);
                if let Kind::Mark { .. } = c.kind {
                    total += shown.replace('.', "").parse::<i64>().unwrap_or_default();
                }
                row.push(value(self.pack, c, &shown));
            }
            if sum {
                row.push(SheetCell::Score(total as f64 / 100.0));
            }
            row
        });
        Form {
            name: if before { BEFORE } else { FILLED },
            rows: rows.collect(),
            heads: vec![top, heads, ids],
            frozen: 2,
            columns,
            hidden: before,
        }
    }

    fn takes(&self, page: &Page, column: &Column) -> Takes {
        match column.kind {
            Kind::Mark { full, step } => Takes::Mark { full, step, says: page.m(&bounds(full, step)) },
            Kind::Fact(f) => match self.pack.facts[f].kind {
                FactType::Bool => Takes::OneOf(["是", "否"].map(str::to_owned).into()),
                FactType::Choice => Takes::OneOf(self.pack.facts[f].choices.clone()),
                _ => Takes::Anything,
            },
        }
    }
}

fn head(page: &Page, column: &Column) -> String {
    let under = match column.kind {
        Kind::Mark { full, step } => page.m(&msg!(
            "满 {full} 步 {step}",
            full = Score(full).to_string(),
            step = Score(step).to_string()
        )),
        Kind::Fact(_) => column.unit.clone(),
    };
    format!("{} {}\n{under}", column.id, column.name)
}

/// A value as a number where a spreadsheet gives back what stands.
fn value(pack: &Pack, column: &Column, shown: &str) -> SheetCell {
    let numeric = match column.kind {
        Kind::Mark { .. } => true,
        Kind::Fact(f) => pack.facts[f].kind.is_numeric(),
    };
    match shown.parse::<f64>() {
        Ok(n) if numeric && !shown.is_empty() => SheetCell::Integer(n),
        _ => SheetCell::from(shown),
    }
}

/// A cell that a workbook changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub code: String,
    pub name: String,
    pub column: String,
    /// As shown now; empty for none.
    pub was: String,
    pub value: String,
    /// What stood when it was downloaded, where a colleague changed it since.
    pub before: Option<String>,
}

impl Change {
    /// The change as an entry that is not written over what changes meanwhile.
    pub fn entry(&self) -> Entry {
        Entry {
            code: self.code.clone(),
            column: self.column.clone(),
            value: self.value.clone(),
            was: Some(self.was.clone()),
            note: None,
        }
    }
}

/// What a workbook would do.
#[derive(Debug, Default)]
pub struct Report {
    pub rows: usize,
    pub changes: Vec<Change>,
    pub faults: Vec<Fault>,
    /// Filled cells that change nothing.
    pub same: usize,
    pub blank: usize,
}

impl Report {
    /// A mark of what would be written: what is confirmed is what was shown.
    pub fn mark(&self) -> String {
        let line = |c: &Change| format!("{}\t{}\t{}\t{}", c.code, c.column, c.was, c.value);
        let lines: Vec<String> = self.changes.iter().map(line).collect();
        platform::secrets::sm3_hex(lines.join("\n").as_bytes())
    }
}

/// Reads a workbook back: everything that is wrong with it, and what it would change.
pub fn read(file: &str, bytes: &[u8], frame: &Frame<'_>) -> Report {
    let mut out = Report::default();
    let whole = |reason: Message, mend: Message| Fault::cell(file, 0, "", "", reason).mend(mend);
    let again = || msg!("请在这张评分表的页面下载 Excel 表，填好再传");
    let all = match sheets(bytes, file) {
        Ok(all) => all,
        Err(fault) => {
            out.faults.push(*fault);
            return out;
        }
    };
    let Some(filled) = all.iter().find(|s| s.at(1, 0).text.trim() == NUMBER && s.name != BEFORE) else {
        out.faults.push(whole(msg!("这不是从评分表下载的工作簿"), again()));
        return out;
    };
    if filled.at(1, 1).text.trim() != frame.sheet.id.to_string() {
        let other = filled.at(1, 3).text.trim().to_owned();
        out.faults.push(whole(msg!("这是另一张评分表：{other}", other = other), again()));
        return out;
    }
    let asked = filled.at(1, 2).text.trim().to_owned();
    if asked != frame.township {
        out.faults.push(whole(msg!("这是另一个乡镇的工作簿"), again()));
        return out;
    }
    if filled.rows.len() > ROWS {
        let reason = msg!("有 {n} 行，一次最多 {most} 行", n = filled.rows.len(), most = ROWS);
        out.faults.push(whole(reason, msg!("请分成几份再传")));
        return out;
    }
    out.faults.extend(filled.faults.iter().cloned());
    let taken = columns(file, filled, frame, &mut out.faults);
    let before = all.iter().find(|s| s.name == BEFORE).map(remembered).unwrap_or_default();
    rows(file, filled, &taken, &before, frame, &mut out);
    out.faults.sort_by_key(|f| (f.row, f.col));
    out
}

/// Which column of the workbook is which of the sheet's.
fn columns<'a>(
    file: &str,
    filled: &tables::Sheet,
    frame: &Frame<'a>,
    faults: &mut Vec<Fault>,
) -> Vec<(u32, &'a Column)> {
    let mut out: Vec<(u32, &Column)> = Vec::new();
    let width = filled.rows.iter().map(|(_, cells)| cells.len()).max().unwrap_or_default();
    for at in LEAD as u32..width as u32 {
        let (id, head) = (filled.at(HEADS, at).text.trim(), filled.at(2, at).text.trim());
        let title = head.lines().next().unwrap_or_default();
        let fault = |reason: Message, mend: Message| {
            Fault::cell(file, HEADS, title, id, reason).at(at + 1).mend(mend)
        };
        match frame.columns.iter().find(|c| c.id == id) {
            Some(known) if out.iter().any(|(_, c)| c.id == known.id) => {
                faults.push(fault(msg!("这一列出现两次"), msg!("请删去多的一列")));
            }
            Some(known) => out.push((at, known)),
            None if id == SUM => {}
            None => {
                let any =
                    filled.rows.iter().any(|(r, _)| *r > HEADS && !filled.at(*r, at).text.trim().is_empty());
                if any || !id.is_empty() {
                    let mend = msg!("第三行要是指标编号，照下载的表不改；不要的列请删去");
                    faults.push(fault(msg!("不认识这一列"), mend));
                }
            }
        }
    }
    if out.is_empty() {
        let mend = msg!("第三行要是指标编号，照下载的表不改；不要的列请删去");
        faults.push(Fault::cell(file, HEADS, "", "", msg!("没有找到要填的列")).mend(mend));
    }
    out
}

/// What stood at the download, by code and column; empty cells too.
fn remembered(sheet: &tables::Sheet) -> HashMap<(String, String), String> {
    let mut out = HashMap::new();
    let width = sheet.rows.iter().map(|(_, cells)| cells.len()).max().unwrap_or_default();
    for (row, _) in sheet.rows.iter().filter(|(row, _)| *row > HEADS) {
        let code = sheet.at(*row, 0).text.trim();
        for at in LEAD as u32..width as u32 {
            let id = sheet.at(HEADS, at).text.trim();
            out.insert((code.to_owned(), id.to_owned()), sheet.at(*row, at).text.trim().to_owned());
        }
    }
    out
}

fn rows(
    file: &str,
    filled: &tables::Sheet,
    taken: &[(u32, &Column)],
    before: &HashMap<(String, String), String>,
    frame: &Frame<'_>,
    out: &mut Report,
) {
    let by_code: HashMap<&str, &Subject> = frame.subjects.iter().map(|s| (s.code.as_str(), s)).collect();
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    for (row, _) in filled.rows.iter().filter(|(row, _)| *row > HEADS) {
        let row = *row;
        let cell = |at: u32| filled.at(row, at).text.trim();
        let (code, name) = (cell(0), cell(1));
        let fault = |at: u32, column: &str, value: &str, reason: Message, mend: Message| {
            Fault::cell(file, row, column, value, reason).at(at + 1).mend(mend)
        };
        if code.is_empty() && name.is_empty() && taken.iter().all(|(at, _)| cell(*at).is_empty()) {
            continue;
        }
        out.rows += 1;
        let Some(subject) = by_code.get(code) else {
            let mend = msg!("请照下载的表写代码；单元格要设成文本，不要增加行");
            out.faults.push(fault(0, "代码", code, msg!("这张评分表里没有这个代码"), mend));
            continue;
        };
        if fold_name(name) != fold_name(&subject.name) {
            let reason = msg!("代码是 {is} 的，名称却写着别的：这一行可能错位", is = subject.name.as_str());
            let mend = msg!("请把代码、名称和分数对齐到同一行再传");
            out.faults.push(fault(1, "名称", name, reason, mend));
            continue;
        }
        if let Some(first) = seen.insert(code.to_owned(), row) {
            let mend = msg!("请只留一行");
            out.faults.push(fault(0, "代码", code, msg!("和第 {row} 行重复", row = first), mend));
            continue;
        }
        for (at, column) in taken {
            let typed = cell(*at);
            if typed.is_empty() {
                out.blank += 1;
                continue;
            }
            let was = frame.shown(code, column);
            let read = |text: &str| column.read(frame.pack, text).map(|kept| kept.map(|k| column.show(&k)));
            let value = match read(typed) {
                Ok(value) => value.unwrap_or_default(),
                Err(why) => {
                    let label = format!("{} {}", column.id, column.name);
                    out.faults.push(Fault::cell(file, row, &label, typed, why).at(at + 1));
                    continue;
                }
            };
            let then = before.get(&(code.to_owned(), column.id.clone()));
            let then = then.map(|t| read(t).ok().flatten().unwrap_or_default());
            if value == was || then.as_ref() == Some(&value) {
                out.same += 1;
                continue;
            }
            out.changes.push(Change {
                code: code.to_owned(),
                name: subject.name.clone(),
                column: column.id.clone(),
                before: then.filter(|t| *t != was),
                was,
                value,
            });
        }
    }
    if out.rows == 0 {
        let mend = msg!("请在这张评分表的页面下载 Excel 表，填好再传");
        out.faults.push(Fault::cell(file, 0, "", "", msg!("工作簿里没有一行")).mend(mend));
    }
}
