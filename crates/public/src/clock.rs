//! The time: a parameter, so that tests turn it by hand.

use jiff::Timestamp;
use jiff::civil::DateTime;
use std::sync::Arc;

/// Tells milliseconds since 1970.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> i64 + Send + Sync>);

impl std::fmt::Debug for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Clock")
    }
}

impl Clock {
    /// The machine's.
    pub fn system() -> Clock {
        Clock(Arc::new(|| Timestamp::now().as_millisecond()))
    }

    /// One of a function's own.
    pub fn of(tells: impl Fn() -> i64 + Send + Sync + 'static) -> Clock {
        Clock(Arc::new(tells))
    }

    /// Milliseconds since 1970.
    pub fn now(&self) -> i64 {
        (self.0)()
    }
}

/// The county's day and time at a moment.
pub fn local(ms: i64) -> DateTime {
    Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(kernel::zone()).datetime()
}

/// `11月18日 20:06`
pub fn moment(at: DateTime) -> String {
    format!("{}月{}日 {:02}:{:02}", at.month(), at.day(), at.hour(), at.minute())
}

/// The moment of a text such as `2026-11-27T17:30`.
pub fn read(text: &str) -> Option<DateTime> {
    text.parse().ok()
}

/// `2027年1月8日` of `2027-01-08`; other text as it is.
pub fn day(text: &str) -> String {
    match text.parse::<jiff::civil::Date>() {
        Ok(day) => format!("{}年{}月{}日", day.year(), day.month(), day.day()),
        Err(_) => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_the_county_s() {
        let at = local(1_795_000_000_000);
        assert_eq!(at.to_string(), "2026-11-18T19:06:40");
        assert_eq!(moment(at), "11月18日 19:06");
        assert!(read("2026-11-27T17:30").unwrap() > at && read("").is_none());
    }
}
