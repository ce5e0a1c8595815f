//! A table of facts, checked before anything is written: which column is what, which row is which village, what is new,
//! what changes, what is wrong. Pure but for reading the file.

use super::columns::{Column, Role, is_ids};
use super::finder::Finder;
use super::model::Village;
use kernel::{Fault, Message, NumberFault, msg, parse_millionths};
use policy::{Fact, FactType};
use standards::fold_name;
use std::collections::{BTreeMap, HashMap};
use std::io::Write;
use tables::{Input, Notice, ReadError, SheetCell, Table, Workbook, read_rows};

/// The most rows of one import: more than any county has villages.
const ROWS: usize = 5000;
/// The column that [`annotated`] adds.
pub const FAULTS: &str = "问题";

/// Reads an uploaded table. Faults name the file as it was uploaded.
pub fn read(name: &str, bytes: &[u8]) -> Result<(Table, Vec<Notice>), Box<Fault>> {
    let whole = |why: String| {
        let reason = msg!("文件打不开：{why}", why = why);
        Box::new(Fault::cell(name, 0, "", "", reason).mend(msg!("请用表格软件打开后另存为 xlsx 再试")))
    };
    let ending = if name.to_lowercase().ends_with(".csv") { ".csv" } else { ".xlsx" };
    let mut file = tempfile::Builder::new().suffix(ending).tempfile().map_err(|e| whole(e.to_string()))?;
    file.write_all(bytes).and_then(|()| file.flush()).map_err(|e| whole(e.to_string()))?;
    let mut notices = Vec::new();
    match read_rows(&Input::quiet(file.path()), &mut notices) {
        Ok(mut table) => {
            name.clone_into(&mut table.header.file);
            for fault in &mut table.faults {
                name.clone_into(&mut fault.file);
            }
            if table.rows.len() > ROWS {
                let reason = msg!("有 {n} 行，一次最多 {most} 行", n = table.rows.len(), most = ROWS);
                return Err(Box::new(Fault::cell(name, 0, "", "", reason).mend(msg!("请分成几份再传"))));
            }
            Ok((table, notices))
        }
        Err(ReadError::Io(_, e)) => Err(whole(e.to_string())),
        Err(ReadError::Fault(mut fault)) => {
            name.clone_into(&mut fault.file);
            Err(fault)
        }
    }
}

/// What is known before the import: the part's villages and their facts.
pub struct Before<'a> {
    /// Every village of the caller's part, ended ones too.
    pub villages: &'a [Village],
    pub facts: &'a [&'a Fact],
    /// Code and fact: period and value, the latest period first.
    pub values: &'a HashMap<(String, String), Vec<(String, String)>>,
    /// The period asked for; empty for each fact's latest.
    pub period: &'a str,
    /// Whether the caller sees the whole county.
    pub whole: bool,
}

/// A cell to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub code: String,
    /// Place among the wanted facts.
    pub fact: usize,
    pub period: String,
    pub was: Option<String>,
    pub value: String,
}

/// A row as checked.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    pub row: u32,
    /// The village's place among [`Before::villages`].
    pub village: Option<usize>,
    pub changes: Vec<Change>,
    pub faults: Vec<Fault>,
}

/// The whole table as checked.
#[derive(Debug, Default)]
pub struct Report {
    pub columns: Vec<Column>,
    pub rows: Vec<Checked>,
    /// Faults of the table or of rows that could not be read.
    pub others: Vec<Fault>,
    pub new: usize,
    pub changed: usize,
    pub same: usize,
    pub blank: usize,
}

impl Report {
    /// Rows at fault: those checked and those that could not be read.
    pub fn bad(&self) -> usize {
        let mut rows: Vec<u32> = self.others.iter().map(|f| f.row).filter(|r| *r > 0).collect();
        rows.extend(self.rows.iter().filter(|r| !r.faults.is_empty()).map(|r| r.row));
        rows.sort_unstable();
        rows.dedup();
        rows.len()
    }

    /// Every fault, by row.
    pub fn faults(&self) -> Vec<&Fault> {
        let mut out: Vec<&Fault> =
            self.others.iter().chain(self.rows.iter().flat_map(|r| &r.faults)).collect();
        out.sort_by_key(|f| (f.row, f.col));
        out
    }

    /// What the good rows write.
    pub fn good(&self) -> impl Iterator<Item = &Change> {
        self.rows.iter().filter(|r| r.faults.is_empty()).flat_map(|r| &r.changes)
    }

    /// Rows that write something.
    pub fn writing(&self) -> usize {
        self.rows.iter().filter(|r| r.faults.is_empty() && !r.changes.is_empty()).count()
    }

    /// Whether the table as a whole cannot be used, whatever its rows.
    pub fn hopeless(&self) -> bool {
        self.others.iter().any(|f| f.row == 0)
    }
}

/// Checks a table against what is known. Everything wrong is told at once.
pub fn check(table: &Table, columns: Vec<Column>, before: &Before<'_>) -> Report {
    // A cell that could not be read spoils its row; what belongs to no row stands by itself.
    let (mut broken, others): (Vec<Fault>, Vec<Fault>) =
        table.faults.iter().cloned().partition(|f| table.rows.iter().any(|(row, _)| *row == f.row));
    let mut out = Report { others, ..Report::default() };
    let file = &table.header.file;
    let whole = |reason: Message, mend: Message| Fault::cell(file, 0, "", "", reason).mend(mend);
    let column = |role: Role| columns.iter().position(|c| c.role == role);
    let (code, name, township) = (column(Role::Code), column(Role::Name), column(Role::Township));
    if code.is_none() && name.is_none() {
        let mend = msg!("表头要有“代码”或“村”；下载模板，表头就是对的");
        out.others.push(whole(msg!("认不出哪一列是村"), mend));
    }
    for (i, c) in columns.iter().enumerate() {
        if c.role != Role::Skip && columns[..i].iter().any(|o| o.role == c.role) {
            let reason = msg!("“{column}”和前面的一列是同一项", column = &c.name);
            out.others.push(whole(reason, msg!("请在对列里把其中一列改为略过")));
        }
    }
    if !columns.iter().any(|c| matches!(c.role, Role::Fact(_))) {
        out.others.push(whole(msg!("没有一列是办法要的事实"), msg!("请在对列里逐列选定，或改用模板")));
    }
    let finder = Finder::new(before.villages, before.whole);
    let mut seen: BTreeMap<usize, u32> = BTreeMap::new();
    let skip = usize::from(table.rows.first().is_some_and(|(_, cells)| is_ids(cells, before.facts)));
    for (row, cells) in &table.rows[skip..] {
        let faults = broken.extract_if(.., |f| f.row == *row).collect();
        let mut checked = Checked { row: *row, faults, ..Checked::default() };
        let cell = |c: Option<usize>| c.and_then(|c| cells.get(c)).map_or("", |s| s.trim());
        let fault = |c: usize, reason: Message, mend: Option<Message>| {
            let name = columns.get(c).map_or("", |c| c.name.as_str());
            let value = cells.get(c).map_or("", |s| s.as_str());
            let fault = Fault::cell(file, *row, name, value, reason).at(c as u32 + 1);
            match mend {
                Some(mend) => fault.mend(mend),
                None => fault,
            }
        };
        match finder.find(cell(code), cell(name), cell(township)) {
            Ok(village) => {
                checked.village = Some(village);
                if let Some(first) = seen.insert(village, *row) {
                    let reason = msg!("第 {row} 行已经有这个村", row = first);
                    let at = code.or(name).unwrap_or_default();
                    checked.faults.push(fault(at, reason, Some(msg!("一个村只留一行"))));
                }
            }
            Err((by_code, reason, mend)) => {
                let at = if by_code { code.or(name) } else { name.or(code) };
                checked.faults.push(fault(at.unwrap_or_default(), reason, mend));
            }
        }
        for (c, column) in columns.iter().enumerate() {
            let Role::Fact(f) = column.role else { continue };
            let fact = before.facts[f];
            let value = tidy(fact, cell(Some(c)));
            if value.is_empty() {
                out.blank += 1;
                continue;
            }
            let parsed = match fact.parse(&value) {
                Ok(parsed) => parsed,
                Err(_) => {
                    let (reason, mend) = wrong(fact, &value);
                    checked.faults.push(fault(c, reason, Some(mend)));
                    continue;
                }
            };
            let Some(village) = checked.village.map(|v| &before.villages[v]) else { continue };
            let known = before.values.get(&(village.code.clone(), fact.id.clone())).map(Vec::as_slice);
            let known = known.unwrap_or_default();
            let (period, was) = match before.period {
                "" => known.first().map_or((String::new(), None), |(p, v)| (p.clone(), Some(v.clone()))),
                p => (p.to_owned(), known.iter().find(|(at, _)| at == p).map(|(_, v)| v.clone())),
            };
            if was.as_ref().is_some_and(|was| fact.parse(was).is_ok_and(|was| was == parsed)) {
                out.same += 1;
                continue;
            }
            checked.changes.push(Change { code: village.code.clone(), fact: f, period, was, value });
        }
        if checked.faults.is_empty() {
            out.new += checked.changes.iter().filter(|c| c.was.is_none()).count();
            out.changed += checked.changes.iter().filter(|c| c.was.is_some()).count();
        }
        out.rows.push(checked);
    }
    out.columns = columns;
    out
}

/// A cell as the fact reads it: blanks and full width forgiven where the fact is no free text.
fn tidy(fact: &Fact, cell: &str) -> String {
    let cell = cell.trim();
    let narrow = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        c => c,
    };
    match fact.kind {
        FactType::Text => cell.to_owned(),
        FactType::Choice => match fact.choices.iter().find(|c| fold_name(c) == fold_name(cell)) {
            Some(choice) => choice.clone(),
            None => cell.to_owned(),
        },
        _ => cell.chars().map(narrow).filter(|c| !c.is_whitespace()).collect(),
    }
}

/// What is wrong with a value that the fact does not take, and the mend. The fault names fact and value already.
fn wrong(fact: &Fact, value: &str) -> (Message, Message) {
    let number = |fault: NumberFault| match fault {
        NumberFault::Separator => (msg!("有千分号"), msg!("去掉逗号，例如 12000")),
        NumberFault::Exponent => (msg!("用了科学计数法"), msg!("写出全部数位，单元格设成数值")),
        NumberFault::TooManyDigits => (msg!("小数点前超过 15 位"), msg!("核对位数和单位")),
        NumberFault::TooManyDecimals(0) => (msg!("不是整数"), msg!("写整数，例如 12")),
        NumberFault::TooManyDecimals(n) => (msg!("小数超过 {n} 位", n = n), msg!("最多写 {n} 位小数", n = n)),
        _ => (msg!("不是数字"), msg!("只写数字，不写单位，例如 1200")),
    };
    match fact.kind {
        FactType::Bool => (msg!("不是“是”或“否”"), msg!("写“是”或“否”")),
        FactType::Date => (msg!("不是日期"), msg!("写成 2026-01-31 的样子")),
        FactType::Choice => (msg!("不在可选的词里"), msg!("写其中一个：{choices}", choices = &fact.choices)),
        kind => {
            let digits = if kind == FactType::Percent { value.trim_end_matches('%') } else { value };
            let fault = parse_millionths(digits.as_bytes(), fact.decimals()).err();
            match (kind, fault.unwrap_or(NumberFault::Shape)) {
                (FactType::Percent, NumberFault::Shape) => (msg!("不是百分数"), msg!("写 87.5 或 87.5%")),
                (_, fault) => number(fault),
            }
        }
    }
}

/// The uploaded rows with a column that says each row's faults; what belongs to no row on a second sheet.
pub fn annotated(table: &Table, report: &Report, lang: kernel::Lang) -> std::io::Result<Vec<u8>> {
    let mut book = Workbook::default();
    let keep: Vec<usize> =
        (0..table.header.names.len()).filter(|i| table.header.names[*i] != FAULTS).collect();
    let mut header: Vec<&str> = keep.iter().map(|i| table.header.names[*i].as_str()).collect();
    header.push(FAULTS);
    let mut widths = vec![14.0; keep.len()];
    widths.push(60.0);
    let said = |faults: &[Fault]| {
        let lines = faults.iter().map(|f| format!("{}：{}", f.column, f.explanation(lang)));
        lines.collect::<Vec<_>>().join("\n")
    };
    let rows = table.rows.iter().map(|(row, cells)| {
        let checked = report.rows.iter().find(|r| r.row == *row);
        let mut line: Vec<SheetCell> = keep.iter().map(|i| cells[*i].as_str().into()).collect();
        line.push(said(checked.map_or(&[], |r| r.faults.as_slice())).as_str().into());
        line
    });
    book.sheet("改正", &header, &widths, rows.collect::<Vec<_>>())?;
    if !report.others.is_empty() {
        let rows = report.others.iter().map(|f| {
            vec![
                f.row.to_string().as_str().into(),
                f.value.as_str().into(),
                f.explanation(lang).as_str().into(),
            ]
        });
        book.sheet("其他问题", &["行", "内容", FAULTS], &[8.0, 30.0, 60.0], rows.collect::<Vec<_>>())?;
    }
    book.bytes()
}

#[cfg(test)]
mod tests {
    use super::super::columns::tests::fact;
    use super::*;

    #[test]
    fn what_is_wrong_with_a_value_is_said_once() {
        let said = |kind: FactType, value: &str| {
            let (reason, mend) = wrong(&fact("a", "甲", kind), value);
            [reason, mend].map(|m| m.text(kernel::Lang::Zh)).join("；")
        };
        for (kind, value, expected) in [
            (FactType::Integer, "五十", "不是数字；只写数字，不写单位，例如 1200"),
            (FactType::Integer, "3.5", "不是整数；写整数，例如 12"),
            (FactType::Money, "1,200", "有千分号；去掉逗号，例如 12000"),
            (FactType::Money, "1.005", "小数超过 2 位；最多写 2 位小数"),
            (FactType::Percent, "八成", "不是百分数；写 87.5 或 87.5%"),
            (FactType::Choice, "激烈", "不在可选的词里；写其中一个：平稳、尖锐"),
            (FactType::Bool, "大概", "不是“是”或“否”；写“是”或“否”"),
            (FactType::Date, "去年", "不是日期；写成 2026-01-31 的样子"),
        ] {
            assert_eq!(said(kind, value), expected);
        }
    }

    #[test]
    fn cells_are_forgiven_where_nothing_is_lost() {
        assert_eq!(tidy(&fact("a", "甲", FactType::Money), " １２ ０００ "), "12000");
        assert_eq!(tidy(&fact("a", "甲", FactType::Choice), "尖 锐"), "尖锐");
        assert_eq!(tidy(&fact("a", "甲", FactType::Text), " 一 二 "), "一 二");
    }
}
