//! Rounds of appraisal: who is appraised by which measures, marks and facts, results with their explanation, appeals, and
//! what follows.
//!
//! Other slices may use what is re-exported here.

pub mod actions;
pub mod actions_sheet;
pub mod appeals;
mod book;
mod chart;
pub mod collect;
pub mod collecting;
pub mod correcting;
pub mod excusing;
pub mod explain;
pub mod follow;
pub mod given;
pub mod model;
pub(crate) mod pages;
mod routes_sheets;
pub mod sheet;
mod standing;
pub mod store;
pub mod tally;

pub use given::Given;
pub use model::{Round, State};

use platform::access::Action;
use platform::web::{Rule, get, post};

/// Its routes.
pub fn routes() -> Vec<Rule> {
    let mut all = vec![
        get("/rounds", pages::list::list).allow(Action::ViewRounds),
        post("/rounds", pages::list::create).allow(Action::ManageRounds),
        get("/rounds/new", pages::list::new).allow(Action::ManageRounds),
        get("/rounds/{id}", pages::board::show).allow(Action::ViewRounds),
        post("/rounds/{id}/acts/{act}", pages::board::act).allow(Action::ManageRounds),
        get("/rounds/{id}/sheets/{sheet}", pages::assign::show).allow(Action::ManageRounds),
        post("/rounds/{id}/sheets/{sheet}/acts/{act}", pages::assign::act).allow(Action::ManageRounds),
        get("/rounds/{id}/missing", pages::gaps::show).allow(Action::ManageRounds),
        post("/rounds/{id}/missing", pages::gaps::excuse).allow(Action::ManageRounds),
        post("/rounds/{id}/missing/back", pages::gaps::take_back).allow(Action::ManageRounds),
        get("/rounds/{id}/facts", pages::facts::show).allow(Action::ManageRounds),
        post("/rounds/{id}/facts", pages::facts::take).allow(Action::ManageRounds),
        get("/rounds/{id}/results", pages::results::show).allow(Action::ViewRounds),
        get("/rounds/{id}/results/{code}", pages::why::show).allow(Action::ViewRounds),
        get("/rounds/{id}/correct", pages::results::correct_form).allow(Action::ManageRounds),
        post("/rounds/{id}/correct", pages::results::correct).allow(Action::ManageRounds),
        get("/rounds/{id}/appeal", pages::appeals::new).allow(Action::ViewRounds),
        post("/rounds/{id}/appeal", pages::appeals::create).allow(Action::ViewRounds),
        get("/rounds/{id}/tables/{name}", pages::results::table).allow(Action::ManageRounds),
        get("/appeals", pages::appeals::list).allow(Action::ViewRounds),
        get("/appeals/{id}", pages::appeals::show).allow(Action::ViewRounds),
        post("/appeals/{id}/{act}", pages::appeals::answer).allow(Action::AnswerAppeal),
        get("/me/results", pages::own::list).allow(Action::OwnPages),
        get("/me/results/{id}", pages::own::show).allow(Action::OwnPages),
        post("/me/results/{id}/appeal", pages::own::ask).allow(Action::OwnPages),
        post("/me/appeals/{id}/withdraw", pages::own::withdraw).allow(Action::OwnPages),
    ];
    all.extend(routes_sheets::sheet_routes());
    all
}
