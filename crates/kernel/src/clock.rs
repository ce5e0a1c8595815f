//! The county's time: the one zone of the country, UTC+8 without summer time, whatever zone a machine stands in.

use jiff::tz::TimeZone;

/// The zone.
pub fn zone() -> TimeZone {
    TimeZone::fixed(jiff::tz::offset(8))
}

#[cfg(test)]
mod tests {
    use super::zone;

    #[test]
    fn a_day_begins_eight_hours_before_that_of_utc() {
        let at: jiff::Timestamp = "2026-11-22T16:00:00Z".parse().unwrap();
        assert_eq!(at.to_zoned(zone()).date().to_string(), "2026-11-23");
    }
}
