//! What a cell holds, and how it reads.

use calamine::Data;

/// A cell of a sheet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cell {
    /// As a reader of the sheet would type it: the shortest decimal, a percent cell times 100 without its sign, a day as
    /// `2026-01-31`, with a time of day `2026-01-31 08:54:00`. Not trimmed.
    pub text: String,
    /// What the file holds.
    pub value: Value,
}

/// What a cell holds in the file.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Value {
    /// Nothing.
    #[default]
    Empty,
    /// Text, also where it looks like a number.
    Text,
    /// A number as stored: 0.85 for a percent cell that shows 85%. Doubles keep 15 digits, so an identity number that
    /// was typed as a number has lost its last ones.
    Number(f64),
    /// True or false.
    Bool(bool),
    /// A number shown as a day, or a day with a time.
    Date {
        /// Since the year 1; Excel's own days begin in 1900 or 1904.
        year: u16,
        /// From 1.
        month: u8,
        /// From 1.
        day: u8,
        /// Seconds of the day.
        seconds: u32,
    },
}

/// Whether a number format shows a percentage.
pub(crate) fn is_percent(format: &str) -> bool {
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

/// A cell of the parser as one of ours.
pub(crate) fn typed(value: &Data, percent: bool) -> Cell {
    let of = |text: String, value: Value| Cell { text, value };
    match value {
        Data::Float(f) if percent => of(times_hundred(&f.to_string()), Value::Number(*f)),
        Data::Float(f) => of(f.to_string(), Value::Number(*f)),
        Data::Int(i) if percent => of((i128::from(*i) * 100).to_string(), Value::Number(*i as f64)),
        Data::Int(i) => of(i.to_string(), Value::Number(*i as f64)),
        Data::Bool(b) => of(b.to_string(), Value::Bool(*b)),
        Data::DateTime(d) if d.is_datetime() => {
            let (year, month, day, h, m, s, _) = d.to_ymd_hms_milli();
            let seconds = (u32::from(h) * 60 + u32::from(m)) * 60 + u32::from(s);
            let text = match seconds {
                0 => format!("{year:04}-{month:02}-{day:02}"),
                _ => format!("{year:04}-{month:02}-{day:02} {h:02}:{m:02}:{s:02}"),
            };
            of(text, Value::Date { year, month, day, seconds })
        }
        Data::DateTime(d) => of(d.as_f64().to_string(), Value::Number(d.as_f64())),
        Data::String(s) | Data::DateTimeIso(s) | Data::DurationIso(s) => of(s.clone(), Value::Text),
        Data::Error(_) | Data::Empty => Cell::default(),
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

/// `B7` for row 7 and column 1.
pub(crate) fn cell_name(row: u32, col: u32) -> String {
    format!("{}{row}", column_letters(col))
}

/// `A`, `B`, … `AA` for a zero-based column.
pub(crate) fn column_letters(col: u32) -> String {
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
