//! Pools (后备人才库): who is in reserve and why, whether each village's seats are filled from them, how they turn over.
//!
//! A person enters and leaves by a recorded ground and a decision by name; a rule decides nothing.

pub mod actions;
pub mod model;
mod pages;
pub mod reviewing;
mod rules;
pub mod store;

pub use model::{Move, Score};
pub(crate) use pages::tabs;
pub use rules::{Poolbook, pools_of};

use platform::access::Action;
use platform::web::{Rule, get, post};

/// Its routes.
pub fn routes() -> Vec<Rule> {
    vec![
        get("/pools", pages::overview::show).allow(Action::ViewPeople),
        get("/pools/bench.xlsx", pages::overview::workbook).allow(Action::ExportPeople),
        get("/pools/moves", pages::moves::list).allow(Action::ViewPeople),
        post("/pools/moves", pages::new::propose).allow(Action::ManagePools),
        get("/pools/moves/new", pages::new::show).allow(Action::ManagePools),
        get("/pools/moves/{id}", pages::one::show).allow(Action::ViewPeople),
        post("/pools/moves/{id}/decide", pages::one::decide).allow(Action::ManagePools),
        post("/pools/moves/{id}/withdraw", pages::one::withdraw).allow(Action::ManagePools),
        get("/pools/review", pages::review::show).allow(Action::ViewPeople),
        post("/pools/review", pages::review::enter).allow(Action::ManagePools),
        post("/pools/review/{id}/warn", pages::review::warn).allow(Action::ManagePools),
        get("/me/pools/{id}", pages::own::show).allow(Action::OwnPages),
        post("/me/pools/{id}", pages::own::write).allow(Action::OwnPages),
    ]
}
