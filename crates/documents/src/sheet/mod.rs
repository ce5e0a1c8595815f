//! A ruled list, as rosters and tables describe it; [`xlsx`] and [`pdf`](crate::pdf) draw it.

pub(crate) mod xlsx;

use crate::{Cell, Column, DocumentFault};

/// Rows and columns that a sheet of a workbook holds.
const MOST: (usize, usize) = (1_000_000, 1_000);

/// A list to be drawn.
pub(crate) struct Sheet {
    /// Over everything.
    pub title: String,
    /// Under the title, at the left.
    pub left: String,
    /// Under the title, at the right.
    pub right: String,
    /// The columns.
    pub columns: Vec<Column>,
    /// Columns at the left that stay in sight.
    pub fixed: usize,
    /// The rows.
    pub rows: Vec<Vec<SheetCell>>,
    /// Remarks under the list.
    pub notes: Vec<String>,
    /// Left, middle and right of the last line.
    pub imprint: [String; 3],
    /// Whether readers may filter by column.
    pub filter: bool,
}

/// A cell, and how many rows it takes.
pub(crate) struct SheetCell {
    pub cell: Cell,
    /// 0 when a cell above reaches down over it.
    pub down: usize,
}

/// A head: what it says, where it stands.
pub(crate) struct Head<'a> {
    pub text: &'a str,
    pub row: usize,
    pub column: usize,
    pub rows: usize,
    pub columns: usize,
}

impl SheetCell {
    pub fn of(cell: Cell) -> SheetCell {
        SheetCell { cell, down: 1 }
    }
}

impl Sheet {
    /// The same, or why it cannot be drawn.
    pub fn checked(self) -> Result<Sheet, DocumentFault> {
        let columns = self.columns.len();
        if columns == 0 || columns > MOST.1 || self.rows.len() > MOST.0 {
            return Err(DocumentFault::Size);
        }
        match self.rows.iter().position(|row| row.len() != columns) {
            Some(i) => Err(DocumentFault::Ragged { row: i + 1, cells: self.rows[i].len(), columns }),
            None => Ok(self),
        }
    }

    /// Rows of heads: two when a column has a group.
    pub fn head_rows(&self) -> usize {
        if self.columns.iter().any(|column| column.group.is_some()) { 2 } else { 1 }
    }

    /// The heads, row by row from the left. Neighbours of the same group share theirs.
    pub fn heads(&self) -> Vec<Head<'_>> {
        let rows = self.head_rows();
        let (mut top, mut below) = (Vec::new(), Vec::new());
        let mut at = 0;
        while at < self.columns.len() {
            let column = &self.columns[at];
            let group = column.group.as_deref();
            let same = self.columns[at..].iter().take_while(|c| c.group.as_deref() == group).count();
            match group {
                Some(text) => {
                    top.push(Head { text, row: 0, column: at, rows: 1, columns: same });
                    for (i, column) in self.columns[at..at + same].iter().enumerate() {
                        below.push(Head { text: &column.head, row: 1, column: at + i, rows: 1, columns: 1 });
                    }
                    at += same;
                }
                None => {
                    top.push(Head { text: &column.head, row: 0, column: at, rows, columns: 1 });
                    at += 1;
                }
            }
        }
        top.append(&mut below);
        top
    }
}
