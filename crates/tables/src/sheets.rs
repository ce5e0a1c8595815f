//! A whole workbook as typed cells: every sheet with its merged regions, hidden or not.

use crate::archive::is_markup;
use crate::block::broken_record;
use crate::cell::{Cell, Value};
use crate::csv::records;
use crate::read::{decoded, is_workbook};
use crate::xlsx::{Book, Budget, Region, place};
use kernel::Fault;

/// The most rows of a sheet that hold something: more people than a county has.
pub const SHEET_ROWS: u32 = 200_000;

/// A sheet.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    /// Its name; of a CSV file empty.
    pub name: String,
    /// Whether a reader of the workbook does not see it.
    pub hidden: bool,
    /// Rows that hold something, by sheet row (first = 1), with their cells from the first column to the last used one.
    pub rows: Vec<(u32, Vec<Cell>)>,
    /// Merged regions; the top left cell holds the value of each.
    pub merged: Vec<Region>,
    /// Error cells, and formulas whose result was not stored.
    pub faults: Vec<Fault>,
}

impl Sheet {
    /// The cell of a row (first = 1) and a column (first = 0); inside a merged region the region's own.
    pub fn at(&self, row: u32, column: u32) -> &Cell {
        const NOTHING: &Cell = &Cell { text: String::new(), value: Value::Empty };
        let inside =
            |r: &&Region| (r.first.0..=r.last.0).contains(&row) && (r.first.1..=r.last.1).contains(&column);
        let (row, column) = self.merged.iter().find(inside).map_or((row, column), |r| r.first);
        let found = self.rows.binary_search_by_key(&row, |(r, _)| *r).ok();
        found.and_then(|i| self.rows[i].1.get(column as usize)).unwrap_or(NOTHING)
    }
}

/// Every sheet of a workbook, or the one table of a CSV file, as the bytes hold it. `label` is the file name that faults
/// carry. A file that cannot be read is one fault: hostile, encrypted, old or broken workbooks, more than
/// [`SHEET_ROWS`] rows or [`COLUMNS`](crate::COLUMNS) columns in use, more than [`CELLS`](crate::CELLS) cells. Blank
/// cells count for nothing, whatever their format; sheets of charts are left out.
pub fn sheets(bytes: &[u8], label: &str) -> Result<Vec<Sheet>, Box<Fault>> {
    if !is_workbook(bytes) && !is_markup(bytes) {
        return Ok(vec![plain(bytes, label)?]);
    }
    let mut book = Book::open(bytes, label)?;
    let mut budget = Budget::new(SHEET_ROWS);
    let mut out = Vec::new();
    for (name, hidden) in book.sheets() {
        let mut sheet = Sheet { merged: book.merged(&name)?, name, hidden, ..Sheet::default() };
        let (rows, faults) = (&mut sheet.rows, &mut sheet.faults);
        book.cells(&sheet.name, &mut budget, faults, |row, col, cell| {
            if !cell.text.trim().is_empty() {
                place(rows, row, col, cell);
            }
        })?;
        sheet.faults.sort_by_key(|f| (f.row, f.col));
        out.push(sheet);
    }
    Ok(out)
}

fn plain(bytes: &[u8], label: &str) -> Result<Sheet, Box<Fault>> {
    let text = decoded(bytes, label)?;
    let (mut sheet, mut budget) = (Sheet::default(), Budget::new(SHEET_ROWS));
    let mut stop = None;
    records(&text, 1, |line, record| match record {
        _ if stop.is_some() => {}
        Err(fault) => sheet.faults.push(broken_record(label, line, fault)),
        Ok(cells) => {
            for (col, text) in cells.iter().enumerate().filter(|(_, text)| !text.is_empty()) {
                let col = u32::try_from(col).unwrap_or(u32::MAX);
                stop = budget.take(line, col, text.len()).err();
                if stop.is_some() {
                    return;
                }
                place(&mut sheet.rows, line, col, Cell { text: (*text).to_owned(), value: Value::Text });
            }
        }
    });
    match stop {
        Some((reason, mend)) => Err(Box::new(Fault::cell(label, 0, "", "", reason).mend(mend))),
        None => Ok(sheet),
    }
}
