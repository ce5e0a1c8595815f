//! Filings: party posts are filed with the county before they are taken (任职备案). What ends an elected seat is never
//! decided here: it is stopped, kept in sight, and the lawful ways are named.

pub mod actions;
mod look;
pub mod model;
mod pages;
pub mod store;

pub use model::{Filing, State};
pub use pages::clock;

use platform::access::Action;
use platform::web::{Rule, get, post};

/// Its routes.
pub fn routes() -> Vec<Rule> {
    vec![
        get("/filings", pages::list::show).allow(Action::ViewPosts),
        get("/filings/new", pages::list::begin).allow(Action::DraftFiling),
        post("/filings", pages::list::create).allow(Action::DraftFiling),
        get("/filings/{id}", pages::one::show).allow(Action::ViewPosts),
        get("/filings/{id}/{name}", pages::form::form).allow(Action::ViewPosts),
        post("/filings/{id}/items", pages::acts::add).allow(Action::DraftFiling),
        post("/filings/{id}/items/{item}/drop", pages::acts::drop).allow(Action::DraftFiling),
        post("/filings/{id}/documents", pages::acts::bring).allow(Action::DraftFiling),
        get("/filings/{id}/documents/{attachment}", pages::acts::document).allow(Action::ViewPosts),
        post("/filings/{id}/acts/{act}", pages::acts::act).allow(Action::DraftFiling),
        post("/filings/{id}/opinion", pages::acts::opinion).allow(Action::DecideFiling),
    ]
}
