//! Months and days, as the files of persons hold them.

use crate::cell::{date, day_number};
use crate::dice::Dice;

/// Months since the year 0.
pub(super) type Month = i64;

/// The month of a day.
pub(super) fn month_of(day: i64) -> Month {
    let text = date(day);
    let part = |r: std::ops::Range<usize>| text.get(r).and_then(|t| t.parse::<i64>().ok()).unwrap_or(1);
    part(0..4) * 12 + part(5..7) - 1
}

/// A month of a year, 1 to 12.
pub(super) fn month(year: i64, month: i64) -> Month {
    year * 12 + month - 1
}

/// `1985-06`
pub(super) fn month_text(month: Month) -> String {
    format!("{:04}-{:02}", month / 12, month % 12 + 1)
}

/// The first day of a month.
pub(super) fn first_day(month: Month) -> i64 {
    day_number(&format!("{}-01", month_text(month)))
}

/// YYYY-MM-DD
pub(super) fn day_text(day: i64) -> String {
    date(day)
}

/// The number of a day.
pub(super) fn day(text: &str) -> i64 {
    day_number(text)
}

/// A day of birth that makes a person so old on a day.
pub(super) fn birthday(today: i64, age: i64, dice: &mut Dice) -> i64 {
    let text = date(today);
    let year = text.get(..4).and_then(|y| y.parse::<i64>().ok()).unwrap_or(2000);
    let same_day = day_number(&format!("{}{}", year - age, text.get(4..).unwrap_or("-01-01")));
    same_day - dice.below(365) as i64
}

/// Full years between a day of birth and another day.
pub(super) fn age_on(born: i64, day: i64) -> i64 {
    let (a, b) = (date(born), date(day));
    let year = |t: &str| t.get(..4).and_then(|y| y.parse::<i64>().ok()).unwrap_or(0);
    year(&b) - year(&a) - i64::from(b.get(4..) < a.get(4..))
}
