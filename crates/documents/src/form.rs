//! A form described once, in millimetres and cells; [`word`](crate::word) and [`pdf`](crate::pdf) draw it.

use crate::DocumentFault;

/// A printed form: sides with a table each. What does not fit in its cell at the smallest size goes on to a
/// continuation sheet.
#[derive(Default)]
pub(crate) struct Form {
    /// Over the first side, and of the file.
    pub title: String,
    /// The sides, a page each.
    pub sides: Vec<Side>,
    /// Under the table of each page, in small print.
    pub foot: Vec<String>,
    /// Whose form it is, at the head of a continuation sheet.
    #[cfg_attr(not(feature = "pdf"), expect(dead_code, reason = "only PDF has continuation sheets"))]
    pub whose: String,
    /// Picture for [`Body::Photo`].
    pub photo: Option<Photo>,
}

/// One side of a sheet.
#[derive(Default)]
pub(crate) struct Side {
    /// Its heading; none on the back of a sheet.
    pub title: Option<String>,
    /// A line over the table: left and right end.
    pub above: Option<[String; 2]>,
    /// Widths of the columns, in mm.
    pub columns: Vec<f64>,
    /// From top to bottom.
    pub rows: Vec<Row>,
    /// Lines under the table, at its right end.
    pub below: Vec<String>,
}

/// A row, or a list of several.
pub(crate) enum Row {
    /// Cells side by side. Cells that reach down from above are left out.
    Cells {
        /// In mm.
        height: f64,
        /// From left to right.
        cells: Vec<Cell>,
    },
    /// A label at the left over all its rows, a head, and rows that may be many.
    List(List),
}

/// Rows of the same kind.
pub(crate) struct List {
    /// At the left, over all rows, in the first column.
    pub label: String,
    /// Its name on a continuation sheet.
    #[cfg_attr(not(feature = "pdf"), expect(dead_code, reason = "only PDF has continuation sheets"))]
    pub name: String,
    /// Columns that each cell takes, after the label's.
    pub spans: Vec<usize>,
    /// Heads of the cells.
    pub heads: Vec<String>,
    /// Whether the text of a column begins at the left.
    pub left: Vec<bool>,
    /// The rows, a text a cell.
    pub items: Vec<Vec<String>>,
    /// Height of the head, in mm.
    pub head_height: f64,
    /// Height of all rows, in mm.
    pub height: f64,
    /// Rows drawn at least, blank ones at the end.
    pub least: usize,
}

/// A cell.
pub(crate) struct Cell {
    /// Columns it takes.
    pub span: usize,
    /// Rows it takes.
    pub down: usize,
    /// What stands in it.
    pub body: Body,
}

/// What stands in a cell.
pub(crate) enum Body {
    /// Printed words of the form itself; `\n` ends a line.
    Label(String),
    /// What was filled in.
    Field {
        /// Its name on a continuation sheet.
        #[cfg_attr(not(feature = "pdf"), expect(dead_code, reason = "only PDF has continuation sheets"))]
        name: String,
        /// The paragraphs.
        units: Vec<Unit>,
        /// Begins at the left and at the top, else stands in the middle.
        left: bool,
    },
    /// An opinion with place for seal and date at its foot.
    Signed {
        /// Its name on a continuation sheet.
        #[cfg_attr(not(feature = "pdf"), expect(dead_code, reason = "only PDF has continuation sheets"))]
        name: String,
        /// The opinion.
        units: Vec<Unit>,
        /// Who signs, and when: lines at the right.
        signature: Vec<String>,
    },
    /// The photo.
    Photo,
}

/// A paragraph. What leads stands in a column of its own.
pub(crate) struct Unit {
    /// `2013.09--2017.06`
    pub lead: String,
    /// The text.
    pub text: String,
}

impl Unit {
    /// A paragraph for each line of a text.
    pub fn lines(text: &str) -> Vec<Unit> {
        crate::words::lines(text).into_iter().map(|text| Unit { lead: String::new(), text }).collect()
    }
}

impl Cell {
    /// Printed words.
    pub fn label(span: usize, text: &str) -> Cell {
        Cell { span, down: 1, body: Body::Label(text.to_owned()) }
    }

    /// A filled value in the middle of its cell.
    pub fn value(span: usize, name: &str, text: &str) -> Cell {
        let body = Body::Field { name: name.to_owned(), units: Unit::lines(text), left: false };
        Cell { span, down: 1, body }
    }

    /// A filled value from the top left.
    pub fn text(span: usize, name: &str, units: Vec<Unit>) -> Cell {
        Cell { span, down: 1, body: Body::Field { name: name.to_owned(), units, left: true } }
    }

    /// The same, over several rows.
    pub fn down(self, down: usize) -> Cell {
        Cell { down, ..self }
    }
}

/// A picture that a form can hold.
#[derive(Clone)]
pub(crate) struct Photo {
    /// `jpg` or `png`.
    pub extension: &'static str,
    /// The file.
    pub bytes: Vec<u8>,
    /// Width and height, in pixels.
    pub size: (u32, u32),
}

impl Photo {
    /// Knows JPEG and PNG and reads their size.
    pub fn read(bytes: &[u8]) -> Result<Photo, DocumentFault> {
        let (extension, size) = match bytes {
            [0xff, 0xd8, 0xff, ..] => ("jpg", jpeg_size(bytes)),
            [0x89, b'P', b'N', b'G', ..] => ("png", png_size(bytes)),
            _ => ("", None),
        };
        let size = size.filter(|(w, h)| *w > 0 && *h > 0).ok_or(DocumentFault::Photo)?;
        Ok(Photo { extension, bytes: bytes.to_owned(), size })
    }

    /// The largest width and height with the picture's shape inside a box, in the box's unit.
    pub fn within(&self, width: f64, height: f64) -> (f64, f64) {
        let (w, h) = (f64::from(self.size.0), f64::from(self.size.1));
        let scale = (width / w).min(height / h);
        (w * scale, h * scale)
    }
}

fn png_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let number = |at: usize| bytes.get(at..at + 4)?.try_into().ok().map(u32::from_be_bytes);
    (bytes.get(12..16)? == b"IHDR").then_some((number(16)?, number(20)?))
}

/// Walks the segments to the first frame header.
fn jpeg_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let number = |at: usize| bytes.get(at..at + 2)?.try_into().ok().map(u16::from_be_bytes);
    let mut at = 2;
    loop {
        while *bytes.get(at)? == 0xff && *bytes.get(at + 1)? == 0xff {
            at += 1;
        }
        let (mark, length) = (*bytes.get(at + 1)?, number(at + 2)?);
        if *bytes.get(at)? != 0xff || length < 2 {
            return None;
        }
        if matches!(mark, 0xc0..=0xcf) && !matches!(mark, 0xc4 | 0xc8 | 0xcc) {
            return Some((number(at + 7)?.into(), number(at + 5)?.into()));
        }
        at += 2 + usize::from(length);
    }
}
