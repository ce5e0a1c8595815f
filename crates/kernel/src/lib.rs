//! The words every other room uses: exact quantities, scores, faults and bilingual messages.
//!
//! Pure: no clock, no file, no network.

mod calendar;
mod clock;
mod decimal;
mod fault;
mod message;
mod ratio;
mod score;

pub use calendar::{CalendarDay, Counted, Day, DayKind, Deadline, WorkCalendar, is_day};
pub use clock::zone;
pub use decimal::{MILLION, NumberFault, Quantity, parse_millionths, short_millionths};
pub use fault::{Fault, Severity};
pub use message::{Arg, Lang, Message, catalogue, word};
pub use ratio::{Ratio, round_half_away};
pub use score::Score;
