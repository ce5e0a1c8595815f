//! The workbook form of a pack: one sheet per file.
//!
//! `pack.toml` and the cases become rows of path, type and value that a clerk can edit; the tables stay tables.

use crate::files::is_case_name;
use crate::node::{Entry, Kind, Node, Pos, toml_key};
use crate::source::{Source, TABLES};
use kernel::{Fault, msg};
use std::io;
use std::path::Path;
use tables::{Header, SheetCell, SheetRows, Table, Workbook, read_sheet, sheet_names};

const TOML_SHEET: &str = "pack.toml";
const CASES_SHEET: &str = "cases";

/// The workbook's bytes.
pub fn write(source: &Source) -> io::Result<Vec<u8>> {
    let mut book = Workbook::default();
    let text = |s: &str| SheetCell::Text(s.to_owned());
    let mut rows = Vec::new();
    flatten(&source.toml, "", &mut rows);
    let cells = |(path, kind, value): &(String, &str, String)| vec![text(path), text(kind), text(value)];
    book.sheet(TOML_SHEET, &["路径", "类型", "值"], &[44.0, 8.0, 70.0], rows.iter().map(cells))?;
    for (name, table) in TABLES.iter().zip(&source.tables) {
        if let Some(table) = table {
            let header: Vec<&str> = table.header.names.iter().map(String::as_str).collect();
            let widths = column_widths(table);
            book.sheet(
                name,
                &header,
                &widths,
                table
                    .rows
                    .iter()
                    .map(|(_, cells)| cells.iter().map(|c| SheetCell::from(c.as_str())).collect()),
            )?;
        }
    }
    if !source.cases.is_empty() {
        let mut rows = Vec::new();
        for (name, node) in &source.cases {
            let mut flat = Vec::new();
            flatten(node, "", &mut flat);
            rows.extend(flat.iter().map(|row| {
                let mut row = cells(row);
                row.insert(0, text(name));
                row
            }));
        }
        book.sheet(CASES_SHEET, &["文件", "路径", "类型", "值"], &[18.0, 40.0, 8.0, 60.0], rows)?;
    }
    book.bytes()
}

fn column_widths(table: &Table) -> Vec<f64> {
    (0..table.header.names.len())
        .map(|c| {
            let longest = table.rows.iter().map(|(_, cells)| cells[c].chars().count()).max().unwrap_or(0);
            (longest as f64 * 1.6).clamp(8.0, 48.0)
        })
        .collect()
}

fn flatten(node: &Node, path: &str, out: &mut Vec<(String, &'static str, String)>) {
    let kind = match &node.kind {
        Kind::Table(entries) if !entries.is_empty() => {
            for e in entries {
                let key = toml_key(&e.key);
                let path = if path.is_empty() { key } else { format!("{path}.{key}") };
                flatten(&e.value, &path, out);
            }
            return;
        }
        Kind::List(items)
            if !items.is_empty()
                && items.iter().all(|i| matches!(&i.kind, Kind::Table(e) if !e.is_empty())) =>
        {
            for (i, item) in items.iter().enumerate() {
                flatten(item, &format!("{path}[{}]", i + 1), out);
            }
            return;
        }
        Kind::Table(_) => "表",
        Kind::List(_) => "列表",
        Kind::Text(_) => "文本",
        Kind::Number(_) => "数字",
        Kind::Bool(_) => "是非",
        Kind::Date(_) => "日期",
    };
    if !path.is_empty() {
        out.push((path.to_owned(), kind, node.plain()));
    }
}

/// Reads a workbook into `source`; what cannot be read becomes faults.
pub(crate) fn read(path: &Path, source: &mut Source) {
    let names = match sheet_names(path) {
        Ok(names) => names,
        Err(fault) => return source.faults.push(fault),
    };
    if !names.iter().any(|n| n == TOML_SHEET) {
        source.faults.push(
            Fault::cell(&source.label, 0, "", "", msg!("工作簿里没有名为 pack.toml 的工作表"))
                .mend(msg!("一个文件一张表：pack.toml、indicators.csv、colours.csv、review.csv、cases")),
        );
    }
    for name in &names {
        let label = source.file(name);
        let sheet = match read_sheet(path, Some(name), &label) {
            Ok(sheet) => sheet,
            Err(fault) => {
                source.faults.push(fault);
                continue;
            }
        };
        source.faults.extend(sheet.faults.iter().cloned());
        match TABLES.iter().position(|t| t == name) {
            Some(i) => source.tables[i] = Some(as_table(sheet, label, &mut source.faults)),
            None if name == TOML_SHEET => {
                let rows = sheet.rows.iter().skip(1).map(|(row, cells)| (*row, 1, cells.as_slice()));
                source.toml = unflatten(rows, &label, &mut source.faults);
            }
            None if name == CASES_SHEET => {
                let rows = &sheet.rows[1.min(sheet.rows.len())..];
                let mut files: Vec<&str> = Vec::new();
                for (_, cells) in rows {
                    let file = cells.first().map(|c| c.trim()).unwrap_or_default();
                    if !file.is_empty() && !files.contains(&file) {
                        files.push(file);
                    }
                }
                for file in files {
                    if !is_case_name(file) {
                        let mend = msg!("写成 scores.toml 的样子，不带文件夹");
                        let reason = msg!("用例的文件名写法有误");
                        source.faults.push(Fault::cell(&label, 0, "文件", file, reason).mend(mend));
                        continue;
                    }
                    let own = rows
                        .iter()
                        .filter(|(_, cells)| cells.first().is_some_and(|c| c.trim() == file))
                        .map(|(row, cells)| (*row, 2, &cells[1..]));
                    let node = unflatten(own, &label, &mut source.faults);
                    source.cases.push((file.to_owned(), node));
                }
            }
            None => source.faults.push(
                Fault::cell(&label, 0, "", name, msg!("办法的工作簿里没有叫这个名字的表"))
                    .mend(msg!("一个文件一张表：pack.toml、indicators.csv、colours.csv、review.csv、cases")),
            ),
        }
    }
}

fn as_table(sheet: SheetRows, label: String, faults: &mut Vec<Fault>) -> Table {
    let mut rows = sheet.rows.into_iter().filter(|(_, c)| c.iter().any(|c| !c.trim().is_empty()));
    let mut header = Header { file: label.clone(), ..Header::default() };
    if let Some((row, cells)) = rows.next() {
        header.row = row;
        header.names = cells.iter().map(|c| c.trim().to_owned()).collect();
        while header.names.last().is_some_and(String::is_empty) {
            header.names.pop();
        }
    }
    let width = header.names.len();
    let rows = rows
        .filter_map(|(row, cells)| {
            let mut cells: Vec<String> = cells.iter().map(|c| c.trim().to_owned()).collect();
            while cells.len() > width && cells.last().is_some_and(String::is_empty) {
                cells.pop();
            }
            if cells.len() > width {
                faults.push(Fault::cell(
                    &label,
                    row,
                    "",
                    &cells.len().to_string(),
                    msg!("这一行有 {found} 格，表头有 {width} 格", found = cells.len(), width = width),
                ));
                return None;
            }
            cells.resize(width, String::new());
            Some((row, cells))
        })
        .collect();
    Table { header, rows, faults: Vec::new() }
}

/// Rows of (sheet row, first sheet column, path, type, value) back to a tree.
fn unflatten<'a>(
    rows: impl Iterator<Item = (u32, u32, &'a [String])>,
    label: &str,
    faults: &mut Vec<Fault>,
) -> Node {
    let mut root = Node::table();
    for (row, col, cells) in rows {
        let cell = |i: usize| cells.get(i).map(String::as_str).unwrap_or_default();
        let (path, kind, value) = (cell(0).trim(), cell(1).trim(), cell(2));
        if path.is_empty() && kind.is_empty() && value.trim().is_empty() {
            continue;
        }
        let at = Pos { row, col: col + 2 };
        let bad = |column: &str, value: &str, reason| Fault::cell(label, row, column, value, reason);
        let Some(steps) = split_path(path) else {
            faults.push(
                bad("路径", path, msg!("路径写法有误"))
                    .mend(msg!("例如 facts.income.label 或 grades[1].quota")),
            );
            continue;
        };
        let node = match kind {
            "文本" | "" => Node { at, kind: Kind::Text(value.to_owned()) },
            "数字" => Node { at, kind: Kind::Number(value.trim().to_owned()) },
            "是非" => match value.trim() {
                "true" | "是" => Node { at, kind: Kind::Bool(true) },
                "false" | "否" => Node { at, kind: Kind::Bool(false) },
                other => {
                    faults.push(bad("值", other, msg!("是非只能写 true 或 false")));
                    continue;
                }
            },
            "日期" => Node { at, kind: Kind::Date(value.trim().to_owned()) },
            "列表" | "表" => match Node::parse(&format!("v = {value}"), label) {
                Ok(parsed) => {
                    Node { at, kind: parsed.get("v").map_or(Kind::List(Vec::new()), |n| n.kind.clone()) }
                }
                Err(fault) => {
                    faults.push(bad("值", value, fault.reason));
                    continue;
                }
            },
            other => {
                faults.push(bad("类型", other, msg!("类型只能是 文本、数字、是非、日期、列表、表")));
                continue;
            }
        };
        if insert(&mut root, &steps, node, Pos { row, col }).is_none() {
            faults.push(bad("路径", path, msg!("路径重复，或与前面的行矛盾")));
        }
    }
    root
}

enum Step {
    Key(String),
    Index(usize),
}

fn split_path(path: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        if let Some(quoted) = rest.strip_prefix('"') {
            let mut escaped = false;
            let end = quoted.find(|c| {
                let ends = c == '"' && !escaped;
                escaped = c == '\\' && !escaped;
                ends
            })?;
            let key = Node::parse(&format!("k = \"{}\"", &quoted[..end]), "").ok()?;
            steps.push(Step::Key(key.get("k")?.plain()));
            rest = &quoted[end + 1..];
        } else {
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            if end == 0 {
                return None;
            }
            steps.push(Step::Key(rest[..end].to_owned()));
            rest = &rest[end..];
        }
        while let Some(index) = rest.strip_prefix('[') {
            let end = index.find(']')?;
            steps.push(Step::Index(index[..end].parse::<usize>().ok()?.checked_sub(1)?));
            rest = &index[end + 1..];
        }
        match rest.strip_prefix('.') {
            Some("") => return None,
            Some(more) => rest = more,
            None if rest.is_empty() => {}
            None => return None,
        }
    }
    (!steps.is_empty()).then_some(steps)
}

fn insert(node: &mut Node, steps: &[Step], value: Node, at: Pos) -> Option<()> {
    let Some((step, rest)) = steps.split_first() else {
        *node = value;
        return Some(());
    };
    let fresh = |rest: &[Step]| Node {
        at,
        kind: match rest.first() {
            Some(Step::Index(_)) => Kind::List(Vec::new()),
            _ => Kind::Table(Vec::new()),
        },
    };
    let child = match (step, &mut node.kind) {
        (Step::Key(key), Kind::Table(entries)) => {
            let known = entries.iter().position(|e| e.key == *key);
            match known {
                Some(i)
                    if rest.is_empty()
                        || !matches!(entries[i].value.kind, Kind::Table(_) | Kind::List(_)) =>
                {
                    let _ = i;
                    return None;
                }
                Some(i) => &mut entries[i].value,
                None => {
                    entries.push(Entry { key: key.clone(), at, value: fresh(rest) });
                    &mut entries.last_mut()?.value
                }
            }
        }
        (Step::Index(i), Kind::List(items)) if *i <= items.len() => {
            if *i == items.len() {
                items.push(fresh(rest));
            }
            &mut items[*i]
        }
        _ => return None,
    };
    insert(child, rest, value, at)
}
