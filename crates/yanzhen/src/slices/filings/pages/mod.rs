//! Pages of filings.

pub mod acts;
pub mod form;
pub mod list;
pub mod one;

use super::model::{Filing, State};
use kernel::{Day, Message, WorkCalendar, msg};

/// How a filing's clock stands.
pub struct Clock {
    pub said: Message,
    /// Two working days or less are left.
    pub near: bool,
    pub late: bool,
    /// The deadline runs into a year whose holidays are not known.
    pub note: Option<Message>,
}

/// The clock of a filing on a day; none where no clock runs.
pub fn clock(filing: &Filing, calendar: &WorkCalendar, today: Day) -> Option<Clock> {
    match filing.state {
        State::More => {
            let since = filing.paused_on.parse::<Day>().ok()?;
            let days = today.since(since).ok()?.get_days();
            Some(Clock { said: msg!("停表 {n} 天", n = days), near: false, late: false, note: None })
        }
        State::Received => {
            let due = filing.due_on.parse::<Day>().ok()?;
            let counted = calendar.workdays_between(today, due);
            let left = counted.days;
            let said = match left {
                0 => msg!("今天到期"),
                n if n > 0 => msg!("剩 {n} 个工作日", n = n),
                n => msg!("超期 {n} 个工作日", n = -n),
            };
            Some(Clock { said, near: (0..=2).contains(&left), late: left < 0, note: counted.note() })
        }
        _ => None,
    }
}
