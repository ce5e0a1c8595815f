//! Dates as offices write them.

use super::PartialDate;
use kernel::{Message, msg};

/// A date read from what somebody wrote.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Loose {
    /// The date.
    pub date: PartialDate,
    /// What a reader should look at, when the text could mean something else.
    pub note: Option<DateNote>,
}

/// Why a date that was read should be looked at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DateNote {
    /// `1985.1`: January, or October whose 0 a spreadsheet dropped. The other reading.
    January(PartialDate),
    /// A serial number of a spreadsheet, of the 1900 system.
    Serial,
}

/// Why a text is no date.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DateFault {
    /// Nothing there.
    Empty,
    /// No form of a date.
    Unreadable,
    /// Two digits for the year.
    ShortYear,
    /// Day and month, or month and year, cannot be told apart.
    Ambiguous,
    /// No such month.
    Month,
    /// No such day in that month.
    Day,
    /// Outside the years of people and offices.
    Year,
}

impl DateFault {
    /// What is wrong.
    pub fn message(self) -> Message {
        match self {
            DateFault::Empty => msg!("没有填日期"),
            DateFault::Unreadable => msg!("看不出是哪个日期"),
            DateFault::ShortYear => msg!("年份只有两位，说不清是哪个世纪"),
            DateFault::Ambiguous => msg!("年、月、日分不清"),
            DateFault::Month => msg!("没有这个月"),
            DateFault::Day => msg!("这个月没有这一天"),
            DateFault::Year => msg!("年份应在 1850 到 2199 之间"),
        }
    }

    /// What to do about it.
    pub fn mend(self) -> Message {
        msg!("写成 1985-06 或 1985-06-03 这样的日期，四位年份在前")
    }
}

impl DateNote {
    /// What to look at.
    pub fn message(self) -> Message {
        match self {
            DateNote::January(other) => msg!(
                "按 1 月读；如果原来写的是 {other}（表格软件会丢掉末尾的 0），请改正",
                other = other.storage()
            ),
            DateNote::Serial => msg!("按表格软件的日期序号读出，请核对"),
        }
    }
}

/// Reads a date as people write it: `1985.6`, `1985.06.03`, `1985年6月`, `198506`, `19850603`, `1985-6`, `1985/6/3`,
/// full-width digits, `一九八五年六月`, `1985`, a spreadsheet's serial `31203`.
///
/// # Errors
/// What is no date, and what could be several (`85.6`, `6/3/1985`).
pub fn parse_loose(text: &str) -> Result<Loose, DateFault> {
    super::numerals::read(text)
}

/// Reads a date from a number cell: a serial, `198506`, `19850603`, `1985.06` or `1985`.
///
/// # Errors
/// As [`parse_loose`].
pub fn parse_number(number: f64) -> Result<Loose, DateFault> {
    super::numerals::read_number(number)
}
