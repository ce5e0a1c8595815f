//! Dates that may lack a day or a month, as forms and files give them.

mod loose;
mod numerals;

pub use loose::{DateFault, DateNote, Loose, parse_loose, parse_number};

use kernel::{Day, is_day};
use std::fmt;
use std::str::FromStr;

/// A year, a month of a year, or a day. Ordered by time; what is coarser comes before what it holds
/// (1985 < 1985-01 < 1985-01-01).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct PartialDate {
    year: i16,
    /// 0 unknown
    month: i8,
    /// 0 unknown
    day: i8,
}

/// How much of a date is known.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Precision {
    /// Only the year.
    Year,
    /// Year and month.
    Month,
    /// The whole date.
    Day,
}

/// An age in full years.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Age {
    /// By the custom of appointment forms: who was born in a month counts as born on its first day, who was born in a
    /// year as born on 1 January. So nobody is taken for younger than the form says.
    pub years: u16,
    /// The least it can be: born on the last day that the date allows.
    pub least: u16,
}

impl Age {
    /// Whether the unknown day or month makes no difference.
    pub fn certain(self) -> bool {
        self.years == self.least
    }
}

/// The years that dates of people and offices may have.
pub const YEARS: std::ops::RangeInclusive<i16> = 1850..=2199;

impl PartialDate {
    /// A year, a month (0 unknown) and a day (0 unknown); none when that is no date or outside [`YEARS`].
    pub fn new(year: i16, month: i8, day: i8) -> Option<PartialDate> {
        let whole = |m: i8, d: i8| {
            is_day(year.unsigned_abs().into(), m.unsigned_abs().into(), d.unsigned_abs().into())
        };
        let fits = match (month, day) {
            (0, 0) => true,
            (1..=12, 0) => true,
            (1..=12, 1..=31) => whole(month, day),
            _ => false,
        };
        (fits && YEARS.contains(&year)).then_some(PartialDate { year, month, day })
    }

    /// The year.
    pub fn year(self) -> i16 {
        self.year
    }

    /// The month, 1 to 12.
    pub fn month(self) -> Option<i8> {
        (self.month > 0).then_some(self.month)
    }

    /// The day of the month.
    pub fn day_of_month(self) -> Option<i8> {
        (self.day > 0).then_some(self.day)
    }

    /// How much is known.
    pub fn precision(self) -> Precision {
        match (self.month, self.day) {
            (0, _) => Precision::Year,
            (_, 0) => Precision::Month,
            _ => Precision::Day,
        }
    }

    /// The day, when the whole date is known.
    pub fn day(self) -> Option<Day> {
        (self.day > 0).then(|| self.first())
    }

    /// The first day it can mean.
    pub fn first(self) -> Day {
        Day::new(self.year, self.month.max(1), self.day.max(1)).unwrap_or(Day::MIN)
    }

    /// The last day it can mean.
    pub fn last(self) -> Day {
        match self.precision() {
            Precision::Day => self.first(),
            Precision::Month => self.first().last_of_month(),
            Precision::Year => self.first().last_of_year(),
        }
    }

    /// The same without its day: what a form that asks for a month shows.
    #[must_use]
    pub fn to_month(self) -> PartialDate {
        PartialDate { day: 0, ..self }
    }

    /// Whether both can mean the same day: 1985-06 agrees with 1985-06-03 and with 1985.
    pub fn agrees(self, other: PartialDate) -> bool {
        self.first() <= other.last() && other.first() <= self.last()
    }

    /// The age on a day of who was born then; none when the day comes before the birth.
    pub fn age_on(self, day: Day) -> Option<Age> {
        let full = |born: Day| {
            let years = day.year() - born.year();
            // Who was born on 29 February turns a year older on 1 March of a common year.
            let reached = (day.month(), day.day()) >= (born.month(), born.day());
            u16::try_from(years - i16::from(!reached))
        };
        let years = full(self.first()).ok()?;
        Some(Age { years, least: full(self.last()).unwrap_or(0) })
    }

    /// `1985`, `1985-06` or `1985-06-03`: how it is stored and sorted.
    pub fn storage(self) -> String {
        self.joined("-")
    }

    /// `1985`, `1985.06` or `1985.06.03`: how forms print it.
    pub fn dotted(self) -> String {
        self.joined(".")
    }

    /// `1985`, `198506` or `19850603`: how LRMX holds it.
    pub fn compact(self) -> String {
        self.joined("")
    }

    fn joined(self, by: &str) -> String {
        let PartialDate { year, month, day } = self;
        match self.precision() {
            Precision::Year => format!("{year:04}"),
            Precision::Month => format!("{year:04}{by}{month:02}"),
            Precision::Day => format!("{year:04}{by}{month:02}{by}{day:02}"),
        }
    }
}

impl From<Day> for PartialDate {
    /// Days of people and offices lie within [`YEARS`]; others are kept as they are.
    fn from(day: Day) -> Self {
        PartialDate { year: day.year(), month: day.month(), day: day.day() }
    }
}

impl fmt::Display for PartialDate {
    /// `1985年`, `1985年6月` or `1985年6月3日`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let PartialDate { year, month, day } = *self;
        match self.precision() {
            Precision::Year => write!(f, "{year}年"),
            Precision::Month => write!(f, "{year}年{month}月"),
            Precision::Day => write!(f, "{year}年{month}月{day}日"),
        }
    }
}

impl FromStr for PartialDate {
    type Err = DateFault;

    /// Reads what [`storage`](PartialDate::storage) writes, nothing else; people's spellings go through [`parse_loose`].
    fn from_str(text: &str) -> Result<Self, DateFault> {
        let parts: Vec<&str> = text.split('-').collect();
        let number = |i: usize, width: usize| match parts.get(i) {
            None => Some(0),
            Some(part) if part.len() == width && part.bytes().all(|b| b.is_ascii_digit()) => {
                part.parse::<i16>().ok().filter(|n| *n > 0)
            }
            Some(_) => None,
        };
        let parse = || {
            let (year, month, day) = (number(0, 4)?, number(1, 2)?, number(2, 2)?);
            PartialDate::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?)
        };
        if parts.len() > 3 { None } else { parse() }.ok_or(DateFault::Unreadable)
    }
}

#[cfg(test)]
mod tests;
