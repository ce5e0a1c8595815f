//! One file a page.

pub mod formation;
pub mod village;
pub mod villages;
pub mod why;

/// A moment as the pages write it: `2026年11月17日`.
pub fn day_text(ms: i64) -> String {
    let at = jiff::Timestamp::from_millisecond(ms).unwrap_or_default().to_zoned(jiff::tz::TimeZone::system());
    format!("{}年{}月{}日", at.year(), at.month(), at.day())
}

/// Hundredths of a point.
pub fn score_text(hundredths: i64) -> String {
    let sign = if hundredths < 0 { "−" } else { "" };
    let n = hundredths.unsigned_abs();
    format!("{sign}{}.{:02}", n / 100, n % 100)
}
