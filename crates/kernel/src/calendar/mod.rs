//! Days of the calendar, and which of them are worked.

mod parse;
mod workdays;

/// A day of the Gregorian calendar. Only the civil day: pure crates ask no clock and no zone.
pub use jiff::civil::Date as Day;
pub use workdays::{CalendarDay, Counted, DayKind, Deadline, WorkCalendar};

/// Whether a year, month and day (first = 1) are a day of the Gregorian calendar.
pub fn is_day(year: u32, month: u32, day: u32) -> bool {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(leap),
        1..=12 => 31,
        _ => 0,
    };
    (1..=days).contains(&day)
}

#[cfg(test)]
mod tests;
