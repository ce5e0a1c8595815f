//! Sheets to be filled in: heads above, records below, cells that say what they take.

use crate::write::{SheetCell, Workbook};
use rust_xlsxwriter as xlsx;
use std::io;

/// What the cells of a column take.
#[derive(Clone, Debug, PartialEq)]
pub enum Takes {
    /// Nothing: grey, not to be typed into.
    Nothing,
    /// Whatever is typed.
    Anything,
    /// A mark from 0 to full marks, in steps.
    Mark {
        /// Full marks, hundredths.
        full: i64,
        /// Hundredths.
        step: i64,
        /// What to say of another value.
        says: String,
    },
    /// One of these words; no longer than 255 letters together.
    OneOf(Vec<String>),
    /// Nothing: the sum of the columns from one to another, first = 0.
    SumOf(u16, u16),
}

/// A column of a form.
#[derive(Clone, Debug, PartialEq)]
pub struct FormColumn {
    /// In characters.
    pub width: f64,
    /// What its cells take.
    pub takes: Takes,
}

/// A sheet to be filled in.
#[derive(Clone, Debug)]
pub struct Form<'a> {
    /// Its name.
    pub name: &'a str,
    /// Rows above the records; they stay in sight.
    pub heads: Vec<Vec<SheetCell>>,
    /// Columns from the left that stay in sight.
    pub frozen: u16,
    /// Its columns from the left.
    pub columns: Vec<FormColumn>,
    /// The records, as wide as the columns.
    pub rows: Vec<Vec<SheetCell>>,
    /// Not shown: it travels with the others.
    pub hidden: bool,
}

fn failed(e: xlsx::XlsxError) -> io::Error {
    io::Error::other(e.to_string())
}

fn put(
    sheet: &mut xlsx::Worksheet,
    (row, column): (u32, u16),
    cell: &SheetCell,
    format: &xlsx::Format,
) -> io::Result<()> {
    let done = match cell {
        SheetCell::Empty => sheet.write_blank(row, column, format),
        SheetCell::Text(text) => sheet.write_string_with_format(row, column, text, format),
        SheetCell::Score(n) | SheetCell::Integer(n) => {
            sheet.write_number_with_format(row, column, *n, format)
        }
    };
    done.map(drop).map_err(failed)
}

/// A mark's rule in the sheet's own words, of the first cell that it is for.
fn rule(cell: &str, full: i64, step: i64) -> String {
    format!("=AND(ISNUMBER({cell}),{cell}>=0,ROUND({cell}*100,4)<={full},MOD(ROUND({cell}*100,4),{step})=0)")
}

impl Workbook {
    /// Adds a sheet to be filled in.
    pub fn form(&mut self, form: &Form<'_>) -> io::Result<()> {
        let base = || xlsx::Format::new().set_border(xlsx::FormatBorder::Thin).set_border_color(0xD0_D7_D2);
        let head = base()
            .set_bold()
            .set_background_color(0xF0_F2_F5)
            .set_text_wrap()
            .set_align(xlsx::FormatAlign::Top);
        let grey = base().set_background_color(0xF0_F2_F5);
        let (mark, sum) = (base().set_num_format("0.00"), grey.clone().set_bold().set_num_format("0.00"));
        let plain = base();
        let sheet = self.book.add_worksheet();
        sheet.set_name(form.name).map_err(failed)?;
        sheet.set_hidden(form.hidden);
        let first = form.heads.len() as u32;
        for (r, cells) in form.heads.iter().enumerate() {
            for (c, cell) in cells.iter().enumerate() {
                put(sheet, (r as u32, c as u16), cell, &head)?;
            }
        }
        sheet.set_freeze_panes(first, form.frozen).map_err(failed)?;
        for (r, cells) in form.rows.iter().enumerate() {
            let r = first + r as u32;
            for (c, (cell, column)) in cells.iter().zip(&form.columns).enumerate() {
                let at = (r, c as u16);
                match (&column.takes, cell) {
                    (Takes::SumOf(from, to), cell) => {
                        let name = |c: u16| crate::cell::cell_name(r + 1, u32::from(c));
                        let shown =
                            if let SheetCell::Score(n) = cell { format!("{n:.2}") } else { "0".into() };
                        let formula = xlsx::Formula::new(format!("=SUM({}:{})", name(*from), name(*to)));
                        sheet
                            .write_formula_with_format(at.0, at.1, formula.set_result(shown), &sum)
                            .map_err(failed)?;
                    }
                    (Takes::Nothing, cell) => put(sheet, at, cell, &grey)?,
                    (Takes::Mark { .. }, cell) => put(sheet, at, cell, &mark)?,
                    (Takes::Anything | Takes::OneOf(_), cell) => put(sheet, at, cell, &plain)?,
                }
            }
        }
        let last = first + form.rows.len() as u32;
        for (c, column) in form.columns.iter().enumerate() {
            let c = c as u16;
            sheet.set_column_width(c, column.width).map_err(failed)?;
            let check = match &column.takes {
                Takes::Mark { full, step, says } => {
                    let cell = crate::cell::cell_name(first + 1, u32::from(c));
                    let formula = xlsx::Formula::new(rule(&cell, *full, *step));
                    let said: String = says.chars().take(200).collect();
                    xlsx::DataValidation::new()
                        .allow_custom(formula)
                        .set_error_message(said)
                        .map_err(failed)?
                }
                Takes::OneOf(words) => match xlsx::DataValidation::new().allow_list_strings(words) {
                    Ok(check) => check,
                    // A list too long for the format is left to whoever reads the sheet.
                    Err(_) => continue,
                },
                _ => continue,
            };
            if last > first {
                sheet.add_data_validation(first, c, last - 1, c, &check).map_err(failed)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheets;

    #[test]
    fn what_is_written_is_read_back() -> io::Result<()> {
        let text = SheetCell::from;
        let form = Form {
            name: "评分表",
            heads: vec![vec![text("村"), text("A1"), text("小计")]],
            frozen: 1,
            columns: [
                Takes::Nothing,
                Takes::Mark { full: 400, step: 50, says: "请填 0 至 4".into() },
                Takes::SumOf(1, 1),
            ]
            .map(|takes| FormColumn { width: 12.0, takes })
            .into(),
            rows: vec![vec![text("例东村"), SheetCell::Score(3.5), SheetCell::Score(3.5)]],
            hidden: false,
        };
        let mut book = Workbook::default();
        book.form(&form)?;
        book.form(&Form { name: "下载时", hidden: true, ..form })?;
        let read = sheets(&book.bytes()?, "a.xlsx").map_err(|f| io::Error::other(f.reason.key()))?;
        let shown: Vec<(&str, bool)> = read.iter().map(|s| (s.name.as_str(), s.hidden)).collect();
        assert_eq!(shown, [("评分表", false), ("下载时", true)]);
        assert_eq!(read[0].at(2, 1).text, "3.5");
        assert_eq!(read[0].at(2, 2).text, "3.5", "a formula with its result");
        assert!(read[0].faults.is_empty(), "{:?}", read[0].faults);
        Ok(())
    }

    #[test]
    fn a_mark_is_ruled_in_hundredths() {
        assert_eq!(
            rule("D4", 400, 50),
            "=AND(ISNUMBER(D4),D4>=0,ROUND(D4*100,4)<=400,MOD(ROUND(D4*100,4),50)=0)"
        );
    }
}
