//! XLSX sheets to cells.
//!
//! A numeric cell is the shortest decimal that gives back its double; a percent cell times 100; a date cell
//! `YYYY-MM-DD`; a formula its stored value, and a fault where none is stored; an error cell a fault.
//! Source: PACKS, "Headless use", *In*.

use crate::archive::{self, Holds, broken};
use crate::cell::{Cell, cell_name, column_letters, is_percent, typed};
use calamine::{CellErrorType, Data, DataRef, Reader, SheetType, SheetVisible, Xlsx, XlsxError};
use kernel::{Fault, Message, msg};
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

/// The most rows of a sheet in the file format.
pub const ROWS: u32 = 1 << 20;
/// The most columns that hold something; blank formatted ones do not count.
pub const COLUMNS: u32 = 500;
/// The most cells of a workbook's rows, each counted from the first column to its last used one.
pub const CELLS: usize = 10_000_000;
/// The most text of a workbook's cells, bytes.
pub const TEXT: usize = 256 << 20;
/// The most faults and the most merged regions of a sheet.
pub const FAULTS: usize = 10_000;

/// The rows of one sheet: sheet row (first = 1) and its cells, trailing empty cells cut.
#[derive(Debug, Default, Clone)]
pub struct SheetRows {
    /// Rows that hold at least one cell.
    pub rows: Vec<(u32, Vec<String>)>,
    /// Error cells, formulas without a value and merged regions.
    pub faults: Vec<Fault>,
}

/// The names of a workbook's sheets, in order.
pub fn sheet_names(path: &Path) -> Result<Vec<String>, Fault> {
    let label = path.display().to_string();
    let bytes = load(path, &label)?;
    Ok(Book::open(&bytes, &label)?.book.sheet_names())
}

/// Reads one sheet (the first when `name` is `None`). Text is not trimmed.
/// `label` is the file name that faults carry.
pub fn read_sheet(path: &Path, name: Option<&str>, label: &str) -> Result<SheetRows, Fault> {
    let bytes = load(path, label)?;
    let mut book = Book::open(&bytes, label)?;
    let name = match name {
        Some(name) => name.to_owned(),
        None => book
            .book
            .sheet_names()
            .first()
            .cloned()
            .ok_or_else(|| Fault::cell(label, 0, "", "", msg!("工作簿里没有工作表")))?,
    };
    let mut out = SheetRows::default();
    for Region { first: (row, from), last: (end, to) } in book.merged(&name)? {
        let region = format!("{}:{}", cell_name(row, from), cell_name(end, to));
        out.faults.push(
            Fault::cell(label, row, "", &region, msg!("合并单元格"))
                .mend(msg!("请取消合并，每行填写自己的值")),
        );
    }
    let mut faults = std::mem::take(&mut out.faults);
    book.cells(&name, &mut Budget::new(ROWS), &mut faults, |row, col, cell| {
        place(&mut out.rows, row, col, cell.text);
    })?;
    out.faults = faults;
    Ok(out)
}

fn load(path: &Path, label: &str) -> Result<Vec<u8>, Fault> {
    use std::io::Read;
    let mut bytes = Vec::new();
    let read = std::fs::File::open(path).and_then(|f| f.take(archive::FILE + 1).read_to_end(&mut bytes));
    read.map(|_| bytes).map_err(|e| broken(label, &e.to_string()))
}

/// Puts a cell into the last row, or a new one.
pub(crate) fn place<T: Default + Clone>(rows: &mut Vec<(u32, Vec<T>)>, row: u32, col: u32, cell: T) {
    if rows.last().is_none_or(|(last, _)| *last != row) {
        rows.push((row, Vec::new()));
    }
    if let Some((_, cells)) = rows.last_mut() {
        cells.resize(cells.len().max(col as usize + 1), T::default());
        cells[col as usize] = cell;
    }
}

/// What reading a workbook may still cost.
pub(crate) struct Budget {
    rows: u32,
    cells: usize,
    text: usize,
    /// Rows used of this sheet, the last one's number and width so far.
    sheet: (u32, u32, u32),
}

impl Budget {
    /// A workbook's, with at most so many used rows a sheet.
    pub fn new(rows: u32) -> Budget {
        Budget { rows, cells: CELLS, text: TEXT, sheet: (0, 0, 0) }
    }

    /// Spends a cell that holds something, or says what is too much and the mend. Rows come in order: a row after a later
    /// one is no workbook's.
    pub fn take(&mut self, row: u32, col: u32, text: usize) -> Result<(), (Message, Message)> {
        let (used, last, width) = &mut self.sheet;
        let too_much = |reason: Message| (reason, msg!("请分成几份，或另存为 CSV 再试"));
        if row > ROWS || col >= COLUMNS {
            let (at, rows) = (cell_name(row, col), ROWS);
            let reason = msg!(
                "单元格 {at} 超出范围：最多 {rows} 行、{columns} 列",
                at = at,
                rows = rows,
                columns = COLUMNS
            );
            return Err((reason, msg!("请删去这一格和它右边、下边多余的内容")));
        }
        if row < *last {
            let reason = msg!("第 {row} 行排在后面的行之后，工作簿已损坏", row = row);
            return Err((reason, msg!("请用表格软件打开后另存为 xlsx 再试")));
        }
        if row > *last {
            (*used, *last, *width) = (*used + 1, row, 0);
        }
        if *used > self.rows {
            return Err(too_much(msg!("一张表超过 {most} 行", most = self.rows)));
        }
        let wider = (col + 1).saturating_sub(*width);
        *width += wider;
        let (cells, text) = (self.cells.checked_sub(wider as usize), self.text.checked_sub(text));
        let left = cells
            .zip(text)
            .ok_or_else(|| too_much(msg!("内容太多，一次最多 {most} 万格", most = CELLS / 10_000)))?;
        (self.cells, self.text) = left;
        Ok(())
    }
}

/// A merged region: row (first = 1) and column (first = 0) of its corners.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region {
    /// Top left: the cell that holds the value.
    pub first: (u32, u32),
    /// Bottom right.
    pub last: (u32, u32),
}

/// An open workbook that has been looked through.
pub(crate) struct Book<'a> {
    book: Xlsx<Cursor<&'a [u8]>>,
    holds: Holds,
    label: &'a str,
}

impl<'a> Book<'a> {
    pub fn open(bytes: &'a [u8], label: &'a str) -> Result<Book<'a>, Fault> {
        let holds = archive::check(bytes, label)?;
        let book = caught(label, || Xlsx::new(Cursor::new(bytes)))?;
        Ok(Book { book, holds, label })
    }

    /// Name of each sheet of cells, in order, and whether it is hidden.
    pub fn sheets(&self) -> Vec<(String, bool)> {
        let all = self.book.sheets_metadata().iter();
        let cells = all.filter(|s| s.typ == SheetType::WorkSheet);
        cells.map(|s| (s.name.clone(), s.visible != SheetVisible::Visible)).collect()
    }

    /// A sheet's merged regions.
    pub fn merged(&mut self, name: &str) -> Result<Vec<Region>, Fault> {
        if !self.holds.merged {
            return Ok(Vec::new());
        }
        let found = caught(self.label, || self.book.merge_cells_by_sheet_name(name))?;
        if found.len() > FAULTS {
            return Err(self.whole(msg!("工作表“{name}”里的合并单元格太多", name = name)));
        }
        let region = |d: calamine::Dimensions| Region {
            first: (d.start.0.saturating_add(1), d.start.1),
            last: (d.end.0.saturating_add(1), d.end.1),
        };
        Ok(found.into_iter().map(region).collect())
    }

    /// Calls `each(row, column, cell)` for every cell that holds something: row from 1, column from 0.
    pub fn cells(
        &mut self,
        name: &str,
        budget: &mut Budget,
        faults: &mut Vec<Fault>,
        mut each: impl FnMut(u32, u32, Cell),
    ) -> Result<(), Fault> {
        let label = self.label;
        let (mut empty, mut stop) = (false, None);
        budget.sheet = (0, 0, 0);
        caught(label, || {
            let mut reader = self.book.worksheet_cells_reader(name)?;
            let percent: Vec<bool> = reader
                .styles()
                .iter()
                .map(|s| s.number_format.as_ref().is_some_and(|f| is_percent(&f.format_code)))
                .collect();
            while let Some((cell, style)) = reader.next_cell_with_style_id()? {
                let (row, col) = cell.get_position();
                let row = row.saturating_add(1);
                let read = match cell.get_value() {
                    DataRef::Empty => {
                        empty = true;
                        continue;
                    }
                    DataRef::Error(e) => Err(e.clone()),
                    value => Ok(typed(&Data::from(value.clone()), percent.get(style).copied() == Some(true))),
                };
                let blank = read.as_ref().is_ok_and(|c| c.text.trim().is_empty());
                if (row > ROWS || col >= COLUMNS) && blank {
                    continue;
                }
                let size = read.as_ref().map_or(0, |c| c.text.len());
                let spent = budget.take(row, col, size);
                stop = spent.err().map(|(reason, mend)| Fault::cell(label, 0, "", "", reason).mend(mend));
                match read {
                    _ if stop.is_some() => return Ok(()),
                    Ok(cell) => each(row, col, cell),
                    Err(e) => stop = full(faults, error_cell(label, row, col, &e)),
                }
            }
            Ok(())
        })?;
        if empty && self.holds.formulas && stop.is_none() {
            stop = self.uncounted(name, faults)?;
        }
        stop.map_or(Ok(()), Err)
    }

    /// Faults of formulas without a stored value.
    fn uncounted(&mut self, name: &str, faults: &mut Vec<Fault>) -> Result<Option<Fault>, Fault> {
        let label = self.label;
        caught(label, || {
            let mut reader = self.book.worksheet_cells_reader(name)?;
            while let Some(cell) = reader.next_cell_with_formula_metadata()? {
                if cell.formula.is_none() || cell.value != DataRef::Empty {
                    continue;
                }
                let (row, col) = (cell.pos.0.saturating_add(1), cell.pos.1);
                let (letters, at) = (column_letters(col), cell_name(row, col));
                let fault = Fault::cell(label, row, &letters, &at, msg!("公式没有存下结果"))
                    .mend(msg!("请用表格软件打开，重新计算后保存，或直接填写数值"))
                    .at(col.saturating_add(1));
                if let Some(stop) = full(faults, fault) {
                    return Ok(Some(stop));
                }
            }
            Ok(None)
        })
    }

    fn whole(&self, reason: Message) -> Fault {
        Fault::cell(self.label, 0, "", "", reason)
            .mend(msg!("请把要导入的内容复制到新建的工作簿里另存为 xlsx 再试"))
    }
}

/// Runs the parser: what it cannot read is a fault, and so is a panic in it.
fn caught<T>(label: &str, parse: impl FnOnce() -> Result<T, XlsxError>) -> Result<T, Fault> {
    match catch_unwind(AssertUnwindSafe(parse)) {
        Ok(done) => done.map_err(|e| broken(label, &e.to_string())),
        Err(_) => Err(broken(label, "the parser gave up")),
    }
}

/// Notes a fault; when there are too many, says so for the whole file.
fn full(faults: &mut Vec<Fault>, fault: Fault) -> Option<Fault> {
    if faults.len() < FAULTS {
        faults.push(fault);
        return None;
    }
    let reason = msg!("出错的单元格超过 {most} 个", most = FAULTS);
    Some(Fault::cell(&fault.file, 0, "", "", reason).mend(msg!("请先改正公式再试")))
}

fn error_cell(label: &str, row: u32, col: u32, error: &CellErrorType) -> Fault {
    Fault::cell(label, row, &column_letters(col), &error.to_string(), msg!("公式出错的单元格"))
        .mend(msg!("请改正公式或填写数值"))
        .at(col.saturating_add(1))
}
