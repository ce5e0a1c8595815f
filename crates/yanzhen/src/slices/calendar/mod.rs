//! The county's working days: the State Council's notices that came with the program, and what the county entered.

mod pages;
pub mod store;

pub use store::calendar;

use platform::access::Action;
use platform::web::{Rule, get, post};

/// Its routes.
pub fn routes() -> Vec<Rule> {
    vec![
        get("/calendar", pages::show).allow(Action::ManageCalendar),
        post("/calendar", pages::add).allow(Action::ManageCalendar),
        post("/calendar/remove", pages::remove).allow(Action::ManageCalendar),
        post("/calendar/import", pages::import).allow(Action::ManageCalendar),
    ]
}
