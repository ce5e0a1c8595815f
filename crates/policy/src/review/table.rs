//! `review.csv`: a row a seat or a clause. A table without a column `kind` is an older one: kept and shown as it stands.

use super::{Clause, Conclusion, Need, ReviewSection, Seat};
use crate::indicators::check_header;
use crate::items::Item;
use crate::posts::{self, Dates, Reader, is_word_id};
use kernel::{Fault, Message, Severity, msg};
use tables::Table;

const COLUMNS: [&str; 12] =
    ["kind", "id", "title", "optional", "fields", "permits", "years", "off", "from", "to", "basis", "note"];

/// One row while it is read.
struct Row<'t> {
    table: &'t Table,
    row: u32,
    cells: &'t [String],
    faults: Vec<Fault>,
}

impl Row<'_> {
    fn column(&self, name: &str) -> Option<usize> {
        self.table.header.names.iter().position(|n| n == name)
    }

    fn cell(&self, name: &str) -> &str {
        self.column(name).and_then(|c| self.cells.get(c)).map_or("", |c| c.trim())
    }

    fn fault(&mut self, name: &str, reason: Message, mend: Option<Message>) {
        let value = self.cell(name).to_owned();
        let col = self.column(name).map_or(0, |c| c as u32 + 1);
        let mut fault = Fault::cell(&self.table.header.file, self.row, name, &value, reason).at(col);
        fault.mend = mend;
        self.faults.push(fault);
    }

    /// 是/否, true/false; empty is no.
    fn yes(&mut self, name: &str) -> bool {
        match self.cell(name) {
            "是" | "true" => true,
            "" | "否" | "false" => false,
            _ => {
                self.fault(name, msg!("应写“是”或“否”"), None);
                false
            }
        }
    }

    /// Words between `|`, each known, each once.
    fn words<T: PartialEq>(
        &mut self,
        name: &str,
        all: &[&'static str],
        read: impl Fn(&str) -> Option<T>,
    ) -> Vec<T> {
        let cell = self.cell(name).to_owned();
        let mut out = Vec::new();
        for word in cell.split('|').map(str::trim).filter(|w| !w.is_empty()) {
            match read(word) {
                None => self.fault(
                    name,
                    msg!("没有“{value}”这种写法", value = word),
                    Some(msg!("可写：{words}", words = all.to_vec())),
                ),
                Some(it) if out.contains(&it) => {
                    self.fault(name, msg!("“{value}”写了两次", value = word), None);
                }
                Some(it) => out.push(it),
            }
        }
        out
    }

    fn day(&mut self, name: &str, default: &str) -> String {
        let text = self.cell(name).to_owned();
        if text.is_empty() {
            return default.to_owned();
        }
        if text.parse::<kernel::Day>().is_err() {
            self.fault(name, msg!("日期写成 2026-01-31 的样子"), None);
        }
        text
    }

    /// What does not belong to the row's kind must be empty.
    fn empty(&mut self, names: &[&str], kind: &str) {
        for name in names {
            if !self.cell(name).is_empty() {
                self.fault(name, msg!("{kind} 的行不写这一列", kind = kind), None);
            }
        }
    }
}

pub(super) fn read(reader: &Reader<'_>, table: &Table, out: &mut ReviewSection) {
    let names: Vec<&str> = table.header.names.iter().map(String::as_str).collect();
    let mut faults = Vec::new();
    if !names.contains(&"kind") {
        check_header(table, &names, &[], &mut faults);
        let at = table.header.row.max(1);
        let kept = msg!("没有 kind 列，这张表原样保留，联审不用它");
        faults.push(
            Fault::cell(&table.header.file, at, "kind", "", kept)
                .severity(Severity::Warning)
                .mend(msg!("每行写 kind：seat 是席位，clause 是负面清单的条款")),
        );
        reader.findings.borrow_mut().append(&mut faults);
        return;
    }
    check_header(table, &COLUMNS, &["kind", "id", "title"], &mut faults);
    reader.findings.borrow_mut().append(&mut faults);
    for (row, cells) in &table.rows {
        let mut r = Row { table, row: *row, cells, faults: Vec::new() };
        one(reader, &mut r, out);
        reader.findings.borrow_mut().append(&mut r.faults);
    }
    let own = Reader {
        file: &table.header.file,
        findings: reader.findings,
        pack: reader.pack.clone(),
        dates: reader.dates.clone(),
        basis: reader.basis.clone(),
    };
    posts::once_a_day(&own, "review.csv seat", &out.seats);
    posts::once_a_day(&own, "review.csv clause", &out.clauses);
}

fn one(reader: &Reader<'_>, r: &mut Row<'_>, out: &mut ReviewSection) {
    let id = r.cell("id").to_owned();
    if !is_word_id(&id) {
        r.fault("id", msg!("编号 {id} 不合规矩", id = &id), Some(msg!("只用小写英文字母和 _")));
    }
    let off = r.yes("off");
    let title = r.cell("title").to_owned();
    if title.is_empty() && !off {
        r.fault("title", msg!("缺少 {key}", key = "title"), Some(msg!("请补上这一项")));
    }
    let (first, last) = (reader.dates.from.clone(), reader.dates.to.clone());
    let dates = Dates { from: r.day("from", &first), to: r.day("to", &last) };
    if !dates.to.is_empty() && dates.to < dates.from {
        r.fault("to", msg!("失效日期早于生效日期"), None);
    }
    let own = r.cell("basis").to_owned();
    let basis = if own.is_empty() { reader.basis.clone() } else { own };
    if basis.is_empty() {
        let mend = msg!("写上条款；整部办法同一依据的，写在开头的 basis");
        r.fault("basis", msg!("没有写依据"), Some(mend));
    }
    let note = r.cell("note").to_owned();
    let (pack, row) = (reader.pack.clone(), r.row);
    match r.cell("kind") {
        "seat" => {
            r.empty(&["permits", "years"], "seat");
            let what = Seat { optional: r.yes("optional"), needs: needs(r, off), note };
            out.seats.push(Item { id, title, what, off, basis, dates, pack, row });
        }
        "clause" => {
            r.empty(&["optional", "fields"], "clause");
            let what = Clause { permits: permits(r, off), years: years(r), note };
            out.clauses.push(Item { id, title, what, off, basis, dates, pack, row });
        }
        other => {
            let reason = msg!("没有“{value}”这种写法", value = other);
            r.fault("kind", reason, Some(msg!("可写：{words}", words = vec!["seat", "clause"])));
        }
    }
}

/// What the seat sees; all six where it does not say. Nobody is checked without a name.
fn needs(r: &mut Row<'_>, off: bool) -> Vec<Need> {
    let all: Vec<&str> = Need::ALL.iter().map(|n| n.id()).collect();
    let mut needs = r.words("fields", &all, Need::by_id);
    if needs.is_empty() {
        return Need::ALL.to_vec();
    }
    if !off && !needs.contains(&Need::Name) {
        r.fault("fields", msg!("席位至少要看姓名"), Some(msg!("加上 name")));
    }
    needs.sort();
    needs
}

fn permits(r: &mut Row<'_>, off: bool) -> Vec<Conclusion> {
    let adverse: Vec<&str> = Conclusion::ALL.iter().filter(|c| c.is_adverse()).map(|c| c.id()).collect();
    let read = |word: &str| Conclusion::by_id(word).filter(|c| c.is_adverse());
    let permits = r.words("permits", &adverse, read);
    if !off && r.cell("permits").is_empty() {
        r.fault(
            "permits",
            msg!("没有写这一条可以得出什么结论"),
            Some(msg!("可写：{words}", words = adverse)),
        );
    }
    permits
}

fn years(r: &mut Row<'_>) -> u32 {
    let text = r.cell("years").to_owned();
    if text.is_empty() {
        return 0;
    }
    match text.parse::<u32>() {
        Ok(n) if (1..=50).contains(&n) => n,
        _ => {
            r.fault("years", msg!("应为 {least} 到 {most} 的整数", least = 1, most = 50), None);
            0
        }
    }
}
