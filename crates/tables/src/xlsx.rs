//! XLSX sheets to rows of text.
//!
//! A numeric cell is the shortest decimal that gives back its double; a percent cell times 100; a date cell
//! `YYYY-MM-DD`; a formula its stored value; an error cell a fault. Source: PACKS, "Headless use", *In*.

use calamine::{Data, DataRef, Reader, Xlsx, open_workbook};
use kernel::{Fault, msg};
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

/// The rows of one sheet: sheet row (first = 1) and its cells, trailing empty cells cut.
#[derive(Debug, Default, Clone)]
pub struct SheetRows {
    /// Rows that hold at least one cell.
    pub rows: Vec<(u32, Vec<String>)>,
    /// Error cells and merged regions.
    pub faults: Vec<Fault>,
}

type Book = Xlsx<BufReader<File>>;

fn open(path: &Path) -> Result<Book, Fault> {
    open_workbook(path).map_err(|e: calamine::XlsxError| broken(path, &e))
}

fn broken(path: &Path, error: &calamine::XlsxError) -> Fault {
    Fault::cell(
        &path.display().to_string(),
        0,
        "",
        "",
        msg!("工作簿打不开，可能没有传完整或不是 xlsx：{why}", why = error.to_string()),
    )
    .mend(msg!("请用表格软件打开后另存为 xlsx 再试"))
}

/// The names of a workbook's sheets, in order.
pub fn sheet_names(path: &Path) -> Result<Vec<String>, Fault> {
    Ok(open(path)?.sheet_names())
}

/// Reads one sheet (the first when `name` is `None`). Text is not trimmed.
/// `label` is the file name that faults carry.
pub fn read_sheet(path: &Path, name: Option<&str>, label: &str) -> Result<SheetRows, Fault> {
    let mut book = open(path)?;
    let name = match name {
        Some(name) => name.to_owned(),
        None => book
            .sheet_names()
            .first()
            .cloned()
            .ok_or_else(|| Fault::cell(label, 0, "", "", msg!("工作簿里没有工作表")))?,
    };
    let mut out = SheetRows::default();
    for region in book.merge_cells_by_sheet_name(&name).map_err(|e| broken(path, &e))? {
        let (row, from, to) = (region.start.0 + 1, cell_name(region.start), cell_name(region.end));
        out.faults.push(
            Fault::cell(label, row, "", &format!("{from}:{to}"), msg!("合并单元格"))
                .mend(msg!("请取消合并，每行填写自己的值")),
        );
    }
    let mut reader = book.worksheet_cells_reader(&name).map_err(|e| broken(path, &e))?;
    let percent: Vec<bool> = reader
        .styles()
        .iter()
        .map(|s| s.number_format.as_ref().is_some_and(|f| is_percent(&f.format_code)))
        .collect();
    while let Some((cell, style)) = reader.next_cell_with_style_id().map_err(|e| broken(path, &e))? {
        let (row, col) = cell.get_position();
        if row >= ROWS || col >= COLUMNS {
            let at = cell_name((row, col));
            out.faults.push(
                Fault::cell(
                    label,
                    row.saturating_add(1),
                    "",
                    &at,
                    msg!("单元格 {at} 超出工作表的范围", at = &at),
                )
                .mend(msg!("请用表格软件打开后另存为 xlsx 再试")),
            );
            continue;
        }
        let text = match cell.get_value() {
            DataRef::Empty => continue,
            DataRef::Error(e) => {
                let value = e.to_string();
                out.faults.push(
                    Fault::cell(label, row + 1, &column_letters(col), &value, msg!("公式出错的单元格"))
                        .mend(msg!("请改正公式或填写数值"))
                        .at(col + 1),
                );
                continue;
            }
            value => cell_text(&Data::from(value.clone()), percent.get(style).copied().unwrap_or(false)),
        };
        if out.rows.last().is_none_or(|(r, _)| *r != row + 1) {
            out.rows.push((row + 1, Vec::new()));
        }
        if let Some((_, cells)) = out.rows.last_mut() {
            cells.resize(cells.len().max(col as usize + 1), String::new());
            cells[col as usize] = text;
        }
    }
    Ok(out)
}

fn is_percent(format: &str) -> bool {
    let mut quoted = false;
    let mut escaped = false;
    for c in format.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => quoted = !quoted,
            '%' if !quoted => return true,
            _ => {}
        }
    }
    false
}

fn cell_text(value: &Data, percent: bool) -> String {
    match value {
        Data::Float(f) if percent => times_hundred(&f.to_string()),
        Data::Int(i) if percent => (i128::from(*i) * 100).to_string(),
        Data::Float(f) => f.to_string(),
        Data::Int(i) => i.to_string(),
        Data::Bool(b) => b.to_string(),
        Data::String(s) => s.clone(),
        Data::DateTime(d) if d.is_datetime() => {
            let (year, month, day, h, m, s, _) = d.to_ymd_hms_milli();
            if (h, m, s) == (0, 0, 0) {
                format!("{year:04}-{month:02}-{day:02}")
            } else {
                format!("{year:04}-{month:02}-{day:02} {h:02}:{m:02}:{s:02}")
            }
        }
        Data::DateTime(d) => d.as_f64().to_string(),
        Data::DateTimeIso(s) | Data::DurationIso(s) => s.clone(),
        Data::Error(e) => e.to_string(),
        Data::Empty => String::new(),
    }
}

/// Moves the decimal point of a plain decimal two places to the right.
fn times_hundred(decimal: &str) -> String {
    let (sign, digits) = decimal.strip_prefix('-').map_or(("", decimal), |d| ("-", d));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let padded = format!("{fraction:0<2}");
    let whole = format!("{whole}{}", &padded[..2]);
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        w => w,
    };
    match &padded[2..] {
        "" => format!("{sign}{whole}"),
        rest => format!("{sign}{whole}.{rest}"),
    }
}

/// The size of a sheet by the file format's own limits.
const ROWS: u32 = 1 << 20;
const COLUMNS: u32 = 1 << 14;

fn cell_name((row, col): (u32, u32)) -> String {
    format!("{}{}", column_letters(col), row + 1)
}

/// `A`, `B`, … `AA` for a zero-based column.
fn column_letters(col: u32) -> String {
    let mut n = u64::from(col) + 1;
    let mut letters = Vec::new();
    while n > 0 {
        letters.push(b'A' + ((n - 1) % 26) as u8);
        n = (n - 1) / 26;
    }
    letters.iter().rev().map(|b| char::from(*b)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_cells_move_the_point() {
        for (from, to) in
            [("0.85", "85"), ("0.855", "85.5"), ("1", "100"), ("0.07", "7"), ("-0.005", "-0.5"), ("0", "0")]
        {
            assert_eq!(times_hundred(from), to);
        }
        assert!(is_percent("0.00%") && !is_percent("0\"%\"") && !is_percent("0\\%"));
    }

    #[test]
    fn columns_have_letters() {
        assert_eq!(
            (column_letters(0), column_letters(26), column_letters(701)),
            ("A".into(), "AA".into(), "ZZ".into())
        );
    }
}
