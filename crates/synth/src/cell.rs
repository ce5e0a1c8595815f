//! A fact's value while a table is made.

use policy::{Fact, FactType, Value};

/// A fact's value. Numbers are hundredths.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Cell {
    Absent,
    Number(i64),
    Bool(bool),
    /// Position among the choices.
    Choice(usize),
    /// Days since 1970-01-01.
    Day(i64),
    /// The number of an invented document.
    Paper(u32),
}

impl Cell {
    /// As the engines see it.
    pub fn value(self, fact: &Fact) -> Option<Value> {
        Some(match self {
            Cell::Absent => return None,
            Cell::Number(n) => Value::Number(kernel::Quantity(i128::from(n) * 10_000)),
            Cell::Bool(b) => Value::Bool(b),
            _ => {
                let mut text = Vec::new();
                self.push(fact, &mut text);
                Value::Text(String::from_utf8_lossy(&text).into_owned())
            }
        })
    }

    /// As it stands in a facts table.
    pub fn push(self, fact: &Fact, out: &mut Vec<u8>) {
        match self {
            Cell::Absent => {}
            Cell::Number(n) => push_hundredths(n, out),
            Cell::Bool(true) => out.extend_from_slice("是".as_bytes()),
            Cell::Bool(false) => out.extend_from_slice("否".as_bytes()),
            Cell::Choice(i) => tables::push_csv_cell(out, fact.choices.get(i).map_or("", String::as_str)),
            Cell::Day(day) => out.extend_from_slice(date(day).as_bytes()),
            Cell::Paper(n) => out.extend_from_slice(format!("〔合成〕文书第{n}号").as_bytes()),
        }
    }
}

/// Writes hundredths without trailing zeros.
pub(crate) fn push_hundredths(n: i64, out: &mut Vec<u8>) {
    if n < 0 {
        out.push(b'-');
    }
    let n = n.unsigned_abs();
    let mut digits = [0u8; 20];
    let mut at = digits.len();
    let mut whole = n / 100;
    loop {
        at -= 1;
        digits[at] = b'0' + (whole % 10) as u8;
        whole /= 10;
        if whole == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
    let (tenth, hundredth) = ((n / 10 % 10) as u8, (n % 10) as u8);
    if tenth + hundredth > 0 {
        out.extend_from_slice(&[b'.', b'0' + tenth]);
    }
    if hundredth > 0 {
        out.push(b'0' + hundredth);
    }
}

/// Days since 1970-01-01 of a valid YYYY-MM-DD.
pub(crate) fn day_number(date: &str) -> i64 {
    let part = |r: std::ops::Range<usize>| date.get(r).and_then(|t| t.parse::<i64>().ok()).unwrap_or(1);
    let (year, month, day) = (part(0..4), part(5..7), part(8..10));
    let y = if month <= 2 { year - 1 } else { year };
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    y * 365 + y / 4 - y / 100 + y / 400 + day_of_year - 719_468
}

/// YYYY-MM-DD of a day after the year 0.
pub(crate) fn date(day: i64) -> String {
    let z = day + 719_468;
    let era = z / 146_097;
    let doe = z % 146_097;
    let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    let year = yoe + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{:02}", doy - (153 * mp + 2) / 5 + 1)
}

/// Hundredths, as fine as clerks write the type.
pub(crate) fn rounded(kind: FactType, n: f64) -> i64 {
    let unit: f64 = match kind {
        FactType::Integer | FactType::Money => 1.0,
        FactType::Percent => 10.0,
        _ => 100.0,
    };
    (n * unit).round() as i64 * (100.0 / unit) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_go_there_and_back() {
        for text in ["1970-01-01", "2024-02-29", "2025-12-31", "2026-03-01"] {
            assert_eq!(date(day_number(text)), text);
        }
        assert_eq!(day_number("1970-01-02"), 1);
    }

    #[test]
    fn hundredths_are_short() {
        let text = |n| {
            let mut out = Vec::new();
            push_hundredths(n, &mut out);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(
            [0, 5, 50, 150, -1234, 43_200_000].map(text),
            ["0", "0.05", "0.5", "1.5", "-12.34", "432000"]
        );
    }
}
