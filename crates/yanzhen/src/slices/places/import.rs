//! A table of facts, checked before anything is written: which column is what, which row is which village, what is new,
//! what changes, what is wrong. Pure but for reading the file.

use super::finder::Finder;
use super::model::Village;
use kernel::{Fault, Message, msg};
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

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    Code,
    Name,
    Township,
    /// A fact, by its place among the wanted ones.
    Fact(usize),
    Skip,
}

/// A column of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    pub role: Role,
}

/// A header as compared: width, blanks, case and brackets' kind forgiven.
fn folded(name: &str) -> String {
    fold_name(name).replace('，', ",").replace('：', ":")
}

const CODES: [&str; 7] = ["code", "代码", "村代码", "区划代码", "统计用区划代码", "行政区划代码", "村编码"];
const NAMES: [&str; 7] = ["name", "村", "村名", "村名称", "行政村", "village", "村(社区)"];
const TOWNSHIPS: [&str; 6] = ["township", "乡镇", "镇", "乡镇名称", "乡镇(街道)", "所属乡镇"];

/// What a header means, by id or label.
fn role_of(name: &str, facts: &[&Fact]) -> Role {
    let key = folded(name);
    let bare = |s: &str| s.split('(').next().unwrap_or_default().to_owned();
    let is = |words: &[&str]| words.iter().any(|w| folded(w) == key);
    if key.is_empty() {
        return Role::Skip;
    }
    if let Some(i) = facts.iter().position(|f| folded(&f.id) == key) {
        return Role::Fact(i);
    }
    if is(&CODES) {
        return Role::Code;
    }
    if is(&NAMES) {
        return Role::Name;
    }
    if is(&TOWNSHIPS) {
        return Role::Township;
    }
    if let Some(i) = facts.iter().position(|f| heading(f) == name || folded(&heading(f)) == key) {
        return Role::Fact(i);
    }
    if let Some(i) = facts.iter().position(|f| folded(&f.label) == key) {
        return Role::Fact(i);
    }
    // The unit or a remark in brackets may differ, as long as one fact alone is meant.
    let mut near = facts.iter().enumerate().filter(|(_, f)| bare(&folded(&f.label)) == bare(&key));
    match (near.next(), near.next()) {
        (Some((i, _)), None) => Role::Fact(i),
        _ => Role::Skip,
    }
}

/// A fact's heading in our own tables: the label with its unit.
pub fn heading(fact: &Fact) -> String {
    if fact.unit.is_empty() { fact.label.clone() } else { format!("{}（{}）", fact.label, fact.unit) }
}

/// How a choice of a column is written in forms.
pub fn role_id(role: Role, facts: &[&Fact]) -> String {
    match role {
        Role::Code => "code".to_owned(),
        Role::Name => "name".to_owned(),
        Role::Township => "township".to_owned(),
        Role::Fact(i) => format!("fact:{}", facts[i].id),
        Role::Skip => "-".to_owned(),
    }
}

fn role_by_id(id: &str, facts: &[&Fact]) -> Option<Role> {
    match id {
        "code" => Some(Role::Code),
        "name" => Some(Role::Name),
        "township" => Some(Role::Township),
        "-" => Some(Role::Skip),
        other => {
            let id = other.strip_prefix("fact:")?;
            facts.iter().position(|f| f.id == id).map(Role::Fact)
        }
    }
}

/// Whether a row is the second heading of our own tables: ids.
fn is_ids(cells: &[String], facts: &[&Fact]) -> bool {
    let known =
        |c: &&String| matches!(c.as_str(), "code" | "name" | "township") || facts.iter().any(|f| f.id == **c);
    cells.iter().any(|c| c == "code")
        && cells.iter().filter(|c| !c.is_empty() && *c != FAULTS).all(|c| known(&c))
}

/// The columns as proposed by the headings, or as `chosen` by the reader: `m0` to [`role_id`].
pub fn columns(table: &Table, facts: &[&Fact], chosen: &HashMap<String, String>) -> Vec<Column> {
    let ids = table.rows.first().map(|(_, cells)| cells).filter(|cells| is_ids(cells, facts));
    let names = table.header.names.iter().enumerate();
    names
        .map(|(i, name)| {
            let by_reader = chosen.get(&format!("m{i}")).and_then(|id| role_by_id(id, facts));
            let heading = ids.and_then(|cells| cells.get(i)).filter(|c| !c.is_empty()).unwrap_or(name);
            Column { name: name.clone(), role: by_reader.unwrap_or_else(|| role_of(heading, facts)) }
        })
        .collect()
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
    let finder = Finder::new(before);
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
                Err(why) => {
                    checked.faults.push(fault(c, why, mend(fact)));
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

fn mend(fact: &Fact) -> Option<Message> {
    match fact.kind {
        FactType::Number | FactType::Money | FactType::Integer => {
            Some(msg!("只写数字，不写单位和千分号，例如 1200"))
        }
        FactType::Percent => Some(msg!("写 87.5 或 87.5%")),
        _ => None,
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
    use super::*;

    fn fact(id: &str, label: &str, kind: FactType) -> Fact {
        Fact {
            id: id.into(),
            label: label.into(),
            subject: "village".into(),
            kind,
            unit: "元".into(),
            choices: vec!["平稳".into(), "尖锐".into()],
            source: "reported".into(),
        }
    }

    #[test]
    fn headings_are_forgiven() {
        let (income, state) =
            (fact("income", "经营性收入", FactType::Money), fact("s", "矛盾状况", FactType::Choice));
        let facts = [&income, &state];
        let cases = [
            ("income", Role::Fact(0)),
            ("ＩＮＣＯＭＥ", Role::Fact(0)),
            ("经营性 收入", Role::Fact(0)),
            ("经营性收入（元）", Role::Fact(0)),
            ("经营性收入(万元)", Role::Fact(0)),
            ("矛盾　状况", Role::Fact(1)),
            ("村 名", Role::Name),
            ("代码", Role::Code),
            ("所属乡镇", Role::Township),
            ("备注", Role::Skip),
            ("", Role::Skip),
        ];
        for (heading, role) in cases {
            assert_eq!(role_of(heading, &facts), role, "{heading}");
        }
    }

    #[test]
    fn cells_are_forgiven_where_nothing_is_lost() {
        assert_eq!(tidy(&fact("a", "甲", FactType::Money), " １２ ０００ "), "12000");
        assert_eq!(tidy(&fact("a", "甲", FactType::Choice), "尖 锐"), "尖锐");
        assert_eq!(tidy(&fact("a", "甲", FactType::Text), " 一 二 "), "一 二");
    }
}
