//! Writing tables: CSV cells, workbooks, and files that appear whole or not at all.

use rust_xlsxwriter as xlsx;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// Appends a cell, quoted only when it holds comma, quote, CR or LF.
pub fn push_csv_cell(out: &mut Vec<u8>, cell: &str) {
    if cell.bytes().any(|b| matches!(b, b',' | b'"' | b'\r' | b'\n')) {
        out.push(b'"');
        for b in cell.bytes() {
            if b == b'"' {
                out.push(b'"');
            }
            out.push(b);
        }
        out.push(b'"');
    } else {
        out.extend_from_slice(cell.as_bytes());
    }
}

/// Appends a row of cells and LF.
pub fn push_csv_row<S: AsRef<str>>(out: &mut Vec<u8>, cells: impl IntoIterator<Item = S>) {
    for (i, cell) in cells.into_iter().enumerate() {
        if i > 0 {
            out.push(b',');
        }
        push_csv_cell(out, cell.as_ref());
    }
    out.push(b'\n');
}

/// Writes a file beside its place and renames it: it appears whole or not at all.
pub fn write_atomic(
    path: &Path,
    fill: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> io::Result<()> {
    let name = path.file_name().ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
    let mut hidden = OsString::from(".");
    hidden.push(name);
    hidden.push(format!(".{}.tmp", std::process::id()));
    let beside = path.with_file_name(hidden);
    let written = (|| {
        let mut file = BufWriter::with_capacity(1 << 20, File::create(&beside)?);
        fill(&mut file)?;
        file.flush()?;
        drop(file);
        fs::rename(&beside, path)
    })();
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written
}

/// A cell of a workbook.
#[derive(Clone, Debug, PartialEq)]
pub enum SheetCell {
    /// Left empty.
    Empty,
    /// Text, also where it looks like a number.
    Text(String),
    /// A number, shown with two decimals.
    Score(f64),
    /// A whole number.
    Integer(f64),
}

impl From<&str> for SheetCell {
    fn from(text: &str) -> Self {
        if text.is_empty() { SheetCell::Empty } else { SheetCell::Text(text.to_owned()) }
    }
}

/// A workbook with pinned timestamps: the same cells give the same bytes.
pub struct Workbook {
    pub(crate) book: xlsx::Workbook,
    head: xlsx::Format,
    score: xlsx::Format,
    wrap: xlsx::Format,
}

impl Default for Workbook {
    fn default() -> Self {
        let mut book = xlsx::Workbook::new();
        let date = xlsx::ExcelDateTime::from_ymd(2026, 1, 1).unwrap_or_default();
        book.set_properties(&xlsx::DocProperties::new().set_creation_datetime(&date));
        Workbook {
            book,
            head: xlsx::Format::new()
                .set_bold()
                .set_background_color(0xF0F2F5)
                .set_border_bottom(xlsx::FormatBorder::Thin),
            score: xlsx::Format::new().set_num_format("0.00"),
            wrap: xlsx::Format::new().set_text_wrap().set_align(xlsx::FormatAlign::Top),
        }
    }
}

impl Workbook {
    /// Adds a sheet: header row frozen, one row a record. Column widths in characters.
    pub fn sheet(
        &mut self,
        name: &str,
        header: &[&str],
        widths: &[f64],
        rows: impl IntoIterator<Item = Vec<SheetCell>>,
    ) -> io::Result<()> {
        let sheet = self.book.add_worksheet();
        let failed = |e: xlsx::XlsxError| io::Error::other(e.to_string());
        sheet.set_name(name).map_err(failed)?;
        for (c, title) in header.iter().enumerate() {
            sheet.write_string_with_format(0, c as u16, *title, &self.head).map_err(failed)?;
            sheet.set_column_width(c as u16, widths.get(c).copied().unwrap_or(10.0)).map_err(failed)?;
        }
        sheet.set_freeze_panes(1, 0).map_err(failed)?;
        for (r, row) in rows.into_iter().enumerate() {
            for (c, cell) in row.into_iter().enumerate() {
                let (r, c) = (r as u32 + 1, c as u16);
                match cell {
                    SheetCell::Empty => Ok(&mut *sheet),
                    SheetCell::Text(text) if text.contains('\n') => {
                        sheet.write_string_with_format(r, c, text, &self.wrap)
                    }
                    SheetCell::Text(text) => sheet.write_string(r, c, text),
                    SheetCell::Score(n) => sheet.write_number_with_format(r, c, n, &self.score),
                    SheetCell::Integer(n) => sheet.write_number(r, c, n),
                }
                .map_err(failed)?;
            }
        }
        Ok(())
    }

    /// The finished file's bytes.
    pub fn bytes(mut self) -> io::Result<Vec<u8>> {
        self.book.save_to_buffer().map_err(|e| io::Error::other(e.to_string()))
    }
}
