//! The rectification register (整改台账): weak, last-grade, difficult and red villages, closed problem by problem.
//!
//! Other slices may use what is re-exported here.

pub mod actions;
pub mod model;
mod pages;
pub mod store;

pub use actions::Entered;
pub use model::{Entry, Ground, Item, Source};

use platform::access::Action;
use platform::web::{Rule, get, post};

/// Its routes.
pub fn routes() -> Vec<Rule> {
    vec![
        get("/rectification", pages::list::show).allow(Action::ViewVillage),
        get("/rectification.xlsx", pages::list::workbook).allow(Action::ViewVillage),
        get("/rectification/new", pages::new::show).allow(Action::KeepRegister),
        post("/rectification", pages::new::enter).allow(Action::KeepRegister),
        get("/rectification/{id}", pages::one::show).allow(Action::ViewVillage),
        post("/rectification/{id}/measures", pages::one::measure).allow(Action::KeepRegister),
        post("/rectification/{id}/items", pages::one::add).allow(Action::KeepRegister),
        post("/rectification/{id}/items/{item}/close", pages::one::close_item).allow(Action::KeepRegister),
        get("/rectification/{id}/files/{attachment}", pages::one::file).allow(Action::ViewVillage),
        post("/rectification/{id}/close", pages::one::close).allow(Action::KeepRegister),
    ]
}
