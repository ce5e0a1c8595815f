//! Working days: weekends, public holidays and the weekend days worked in exchange.

use super::Day;
use crate::{Fault, Message, msg};
use jiff::ToSpan;
use jiff::civil::Weekday;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

/// What a notice makes of a day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DayKind {
    /// Off, whatever the day of the week.
    Holiday,
    /// A Saturday or Sunday that is worked.
    Workday,
}

/// One day that a notice names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CalendarDay {
    /// The day.
    pub day: Day,
    /// Off or worked.
    pub kind: DayKind,
    /// The feast it belongs to: 春节.
    pub name: String,
    /// The notice that says so.
    pub source: String,
}

/// The day on which a term of working days ends.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Deadline {
    /// The last day of the term.
    pub day: Day,
    /// Years on the way that have no notice yet: only their weekends were left out.
    pub guessed: Vec<i16>,
}

/// A number of working days.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Counted {
    /// Working days; below 0 when counted backwards.
    pub days: i32,
    /// Years on the way that have no notice yet: only their weekends were left out.
    pub guessed: Vec<i16>,
}

/// Which days are worked. Days without an entry follow the week: Monday to Friday.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct WorkCalendar {
    days: BTreeMap<Day, CalendarDay>,
}

const NOTICES: &str = include_str!("../../data/holidays.csv");

/// Terms longer than this many working days (about 200 years) end at the last one.
const LONGEST: u32 = 50_000;

impl WorkCalendar {
    /// The calendar of the State Council's notices that came with the program: 2024, 2025 and 2026.
    pub fn embedded() -> &'static WorkCalendar {
        static CALENDAR: OnceLock<WorkCalendar> = OnceLock::new();
        // A test reads the same text; an empty calendar would only know weekends and say so.
        CALENDAR.get_or_init(|| WorkCalendar::parse("holidays.csv", NOTICES).unwrap_or_default())
    }

    /// Reads a table `day,kind,name,source` (or 日期,类别,名称,依据), a line a day, as a county loads next year's notice.
    /// Days as 2027-01-01, 2027/1/1 or 2027年1月1日; kinds `holiday` (休, 放假) and `workday` (班, 上班).
    ///
    /// # Errors
    /// Every fault of the table at once: heads, days, kinds, days named twice, weekdays said to be worked.
    pub fn parse(file: &str, text: &str) -> Result<WorkCalendar, Vec<Fault>> {
        super::parse::calendar(file, text)
    }

    /// A calendar of days already read.
    pub fn of(days: impl IntoIterator<Item = CalendarDay>) -> WorkCalendar {
        WorkCalendar { days: days.into_iter().map(|d| (d.day, d)).collect() }
    }

    /// This calendar with another laid over it: years that `newer` [knows](Self::known) are taken from it alone,
    /// other days it names are added.
    #[must_use]
    pub fn with(&self, newer: &WorkCalendar) -> WorkCalendar {
        let replaced: BTreeSet<i16> = newer.years().filter(|y| newer.known(*y)).collect();
        let kept = self.days.iter().filter(|(day, _)| !replaced.contains(&day.year()));
        let mut days: BTreeMap<_, _> = kept.map(|(day, entry)| (*day, entry.clone())).collect();
        days.extend(newer.days.iter().map(|(day, entry)| (*day, entry.clone())));
        WorkCalendar { days }
    }

    /// The days that notices name, in order.
    pub fn days(&self) -> impl Iterator<Item = &CalendarDay> {
        self.days.values()
    }

    /// What a notice says of a day; none when the day follows the week.
    pub fn entry(&self, day: Day) -> Option<&CalendarDay> {
        self.days.get(&day)
    }

    /// The years of the days named, in order.
    fn years(&self) -> impl Iterator<Item = i16> {
        let years: BTreeSet<i16> = self.days.keys().map(|day| day.year()).collect();
        years.into_iter()
    }

    /// Whether the year's notice is in: New Year's Day and National Day, which every notice names, are off.
    pub fn known(&self, year: i16) -> bool {
        let off = |month| {
            Day::new(year, month, 1)
                .ok()
                .and_then(|day| self.entry(day))
                .is_some_and(|entry| entry.kind == DayKind::Holiday)
        };
        off(1) && off(10)
    }

    /// Whether a day is worked.
    pub fn is_workday(&self, day: Day) -> bool {
        match self.entry(day) {
            Some(entry) => entry.kind == DayKind::Workday,
            None => !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday),
        }
    }

    /// The day on which a term of `n` working days ends. The day of receipt is not counted: one working day from a
    /// Friday is Monday. With 0, the day itself.
    pub fn add_workdays(&self, from: Day, n: u32) -> Deadline {
        let mut day = from;
        let mut left = n.min(LONGEST);
        while left > 0 {
            let Ok(next) = day.tomorrow() else { break };
            day = next;
            left -= u32::from(self.is_workday(day));
        }
        Deadline { day, guessed: self.guessed(from, day) }
    }

    /// The working days after `from`, up to and with `to`; the reverse of [`add_workdays`](Self::add_workdays). Counted
    /// below 0 when `to` comes first.
    pub fn workdays_between(&self, from: Day, to: Day) -> Counted {
        let (first, last, sign) = if from <= to { (from, to, 1) } else { (to, from, -1) };
        let mut days = 0;
        let mut day = first;
        while day < last {
            let Ok(next) = day.checked_add(1.day()) else { break };
            day = next;
            days += i32::from(self.is_workday(day));
        }
        Counted { days: sign * days, guessed: self.guessed(first, last) }
    }

    /// The years from one day to another without a notice.
    fn guessed(&self, from: Day, to: Day) -> Vec<i16> {
        (from.year()..=to.year()).filter(|year| !self.known(*year)).collect()
    }
}

fn note(guessed: &[i16]) -> Option<Message> {
    if guessed.is_empty() {
        return None;
    }
    let years: Vec<String> = guessed.iter().map(|y| format!("{y}")).collect();
    Some(msg!("{years} 年的放假通知还没有录入，只按周末推算", years = years))
}

impl Deadline {
    /// What to tell the reader when a year was guessed.
    pub fn note(&self) -> Option<Message> {
        note(&self.guessed)
    }
}

impl Counted {
    /// What to tell the reader when a year was guessed.
    pub fn note(&self) -> Option<Message> {
        note(&self.guessed)
    }
}
