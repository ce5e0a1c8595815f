//! Asking people in reserve where they are and what they would like to do (去向核实): by links that need no account, by telephone.
//!
//! A link is answered once, on the public's pages; what came is read by the office before it stands in the file.

pub mod actions;
pub mod model;
mod pages;
pub mod store;

pub use model::Inquiry;

use crate::slices::people::search::days_before;
use crate::slices::people::words::words;
use crate::slices::places::store::today;
use kernel::Day;
use platform::access::{Action, Part};
use platform::db::{Db, DbResult};
use platform::web::{Rule, get, post};

/// Its routes.
pub fn routes() -> Vec<Rule> {
    vec![
        get("/inquiries", pages::list::show).allow(Action::EditPeople),
        post("/inquiries", pages::links::make).allow(Action::EditPeople),
        post("/inquiries/{id}/accept", pages::list::accept).allow(Action::EditPeople),
        post("/inquiries/{id}/refuse", pages::list::refuse).allow(Action::EditPeople),
        post("/inquiries/{id}/revoke", pages::list::revoke).allow(Action::EditPeople),
        get("/people/{id}/call", pages::call::show).allow(Action::EditPeople),
        post("/people/{id}/call", pages::call::note).allow(Action::EditPeople),
    ]
}

/// How many in reserve of a part were asked longer ago than the packs allow, and how many days that is.
pub async fn due(db: &Db, part: &Part) -> DbResult<(u64, u32)> {
    let day = today();
    let days = words(db, part, &day).await?.days;
    let Ok(now) = day.parse::<Day>() else { return Ok((0, days)) };
    Ok((store::due(db, part, &days_before(now, days)).await?, days))
}
