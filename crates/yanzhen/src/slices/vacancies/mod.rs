//! Vacancies (空缺递补): which seats stand empty, who comes first and why, the best set over several at once.
//!
//! The chain proposes; somebody moves, a meeting decides, and a filing or an election gives the seat.

pub mod actions;
pub mod matching;
pub mod model;
mod pages;
pub mod rules;
pub mod store;

use platform::access::Action;
use platform::web::{Rule, get, post};

/// Its routes.
pub fn routes() -> Vec<Rule> {
    vec![
        get("/vacancies", pages::list::show).allow(Action::ViewPeople),
        get("/vacancies/ahead", pages::list::ahead).allow(Action::ViewPeople),
        get("/vacancies/together", pages::together::show).allow(Action::ViewPeople),
        post("/vacancies/together", pages::together::adopt).allow(Action::ManageVacancies),
        get("/vacancies/motions", pages::motions::list).allow(Action::ViewPeople),
        get("/vacancies/motions/{id}", pages::motions::show).allow(Action::ViewPeople),
        post("/vacancies/motions/{id}/decide", pages::motions::decide).allow(Action::ManageVacancies),
        post("/vacancies/motions/{id}/withdraw", pages::motions::withdraw).allow(Action::ManageVacancies),
        post("/vacancies/motions/{id}/file", pages::motions::file).allow(Action::ManageVacancies),
        get("/vacancies/{code}/{post}", pages::one::show).allow(Action::ViewPeople),
        post("/vacancies/{code}/{post}", pages::one::propose).allow(Action::ManageVacancies),
        get("/vacancies/{code}/{post}/chain.xlsx", pages::export::workbook).allow(Action::ExportPeople),
        get("/me/vacancies/{id}", pages::own::show).allow(Action::OwnPages),
        post("/me/vacancies/{id}", pages::own::write).allow(Action::OwnPages),
    ]
}
