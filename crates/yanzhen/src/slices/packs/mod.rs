//! Policy packs: the county's library, drafts of new versions edited in the browser, what changed, the packs' own
//! cases, and what a draft would have made of a year that was appraised.
//!
//! Which packs are in force is read in [`super::places::facts`].

mod actions;
mod look;
pub mod model;
mod pages;
pub mod store;
pub mod whatif;

pub use actions::{Begun, begin};

use platform::access::Action;
use platform::web::{Rule, get, post};

/// Its routes.
pub fn routes() -> Vec<Rule> {
    vec![
        get("/packs", pages::library::list).allow(Action::ViewVillage),
        post("/packs", pages::library::adopt).allow(Action::ManagePacks),
        get("/packs/{id}", pages::pack::show).allow(Action::ViewVillage),
        get("/packs/{id}/cases", pages::cases::of_pack).allow(Action::ViewVillage),
        get("/packs/{id}/pack.xlsx", pages::pack::book).allow(Action::ViewVillage),
        get("/packs/{id}/diff/{other}", pages::diff::of_packs).allow(Action::ViewVillage),
        post("/packs/{id}/drafts", pages::pack::begin).allow(Action::ManagePacks),
        get("/packs/drafts/{id}", pages::draft::show).allow(Action::ManagePacks),
        post("/packs/drafts/{id}/edit", pages::acts::edit).allow(Action::ManagePacks),
        post("/packs/drafts/{id}/undo", pages::acts::undo).allow(Action::ManagePacks),
        post("/packs/drafts/{id}/redo", pages::acts::redo).allow(Action::ManagePacks),
        post("/packs/drafts/{id}/book", pages::acts::book).allow(Action::ManagePacks),
        post("/packs/drafts/{id}/acts/{act}", pages::acts::act).allow(Action::ManagePacks),
        get("/packs/drafts/{id}/pack.xlsx", pages::draft::book).allow(Action::ManagePacks),
        get("/packs/drafts/{id}/diff", pages::diff::of_draft).allow(Action::ManagePacks),
        get("/packs/drafts/{id}/cases", pages::cases::of_draft).allow(Action::ManagePacks),
        get("/packs/drafts/{id}/whatif", pages::whatif::show).allow(Action::ManagePacks),
    ]
}
