//! Rosters: any list of people, posts or places, for printing and for other programs to read.

use crate::sheet::{Sheet, SheetCell};
use crate::{DocumentFault, Imprint, pdf, sheet, words};
use kernel::{Day, Quantity, Score};
use standards::PartialDate;

/// A list with a title, heads of one or two rows, and typed cells.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Roster {
    /// Its title.
    pub title: String,
    /// Whose list it is.
    pub unit: String,
    /// The day that it tells of; ages are of this day.
    pub as_of: Day,
    /// The columns, at least one.
    pub columns: Vec<Column>,
    /// Columns at the left that stay in sight.
    pub fixed: usize,
    /// The rows, a cell a column.
    pub rows: Vec<Vec<Cell>>,
    /// Remarks under the list.
    pub notes: Vec<String>,
    /// Who printed it.
    pub imprint: Imprint,
}

/// A column.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Column {
    /// Its head.
    pub head: String,
    /// A head over it and its neighbours of the same group.
    pub group: Option<String>,
    /// Its width in full-width characters.
    pub width: u16,
}

/// What stands in a cell.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub enum Cell {
    /// Nothing.
    #[default]
    Empty,
    /// Words.
    Text(String),
    /// A code or an identity number: digits that are no number.
    Code(String),
    /// A whole number.
    Whole(i64),
    /// A number with up to six decimals.
    Number(Quantity),
    /// A score, two decimals.
    Score(Score),
    /// A day; a date in workbooks.
    Day(Day),
    /// A date that may lack its day: `1995.04`.
    Date(PartialDate),
    /// Something that should be there and is not: hatched, with a word.
    Vacant(String),
}

impl Column {
    /// A column of its own.
    pub fn of(head: &str, width: u16) -> Column {
        Column { head: head.to_owned(), group: None, width }
    }

    /// The same under a common head.
    #[must_use]
    pub fn under(self, group: &str) -> Column {
        Column { group: Some(group.to_owned()), ..self }
    }
}

impl Cell {
    /// Words, or nothing.
    pub fn text(words: impl Into<String>) -> Cell {
        let words = words.into();
        if words.is_empty() { Cell::Empty } else { Cell::Text(words) }
    }

    /// As paper shows it.
    pub(crate) fn shown(&self) -> String {
        match self {
            Cell::Empty => String::new(),
            Cell::Text(text) | Cell::Code(text) | Cell::Vacant(text) => text.clone(),
            Cell::Whole(number) => number.to_string(),
            Cell::Number(number) => number.to_string(),
            Cell::Score(score) => score.to_string(),
            Cell::Day(day) => words::day(*day),
            Cell::Date(date) => date.dotted(),
        }
    }
}

impl Roster {
    /// A workbook: A4 across, heads of one or two rows that stay in sight and repeat on paper, codes as text.
    ///
    /// # Errors
    /// [`DocumentFault::Ragged`], [`DocumentFault::Size`], [`DocumentFault::Engine`].
    pub fn xlsx(&self) -> Result<Vec<u8>, DocumentFault> {
        sheet::xlsx::workbook(&self.sheet()?)
    }

    /// PDF, A4 across, heads on every page.
    ///
    /// # Errors
    /// As [`Roster::xlsx`], and [`DocumentFault::PdfNotBuilt`], [`DocumentFault::NoFonts`].
    pub fn pdf(&self) -> Result<Vec<u8>, DocumentFault> {
        pdf::sheet(&self.sheet()?)
    }

    fn sheet(&self) -> Result<Sheet, DocumentFault> {
        let cells = |row: &Vec<Cell>| row.iter().cloned().map(SheetCell::of).collect();
        let sheet = Sheet {
            title: self.title.clone(),
            left: self.unit.clone(),
            right: format!("截至 {}", words::day(self.as_of)),
            columns: self.columns.clone(),
            fixed: self.fixed,
            rows: self.rows.iter().map(cells).collect(),
            notes: self.notes.clone(),
            imprint: self.imprint.parts(),
            filter: true,
        };
        sheet.checked()
    }
}
