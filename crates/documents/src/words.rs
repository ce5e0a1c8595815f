//! Dates and numbers as documents print them. Source: design README, "Numbers, dates, words".

use jiff::civil::DateTime;
use kernel::Day;

/// `2026年11月18日`
pub(crate) fn day(day: Day) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

/// `2026年11月18日 08:30`
pub(crate) fn moment(at: DateTime) -> String {
    format!("{} {:02}:{:02}", day(at.date()), at.hour(), at.minute())
}

/// Blanks to be filled by hand, or the day: `　　年　　月　　日`.
pub(crate) fn day_or_blanks(given: Option<Day>) -> String {
    given.map_or_else(|| "　　　　年　　月　　日".to_owned(), day)
}

/// The lines of a text, trimmed, blank ones dropped.
pub(crate) fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}
