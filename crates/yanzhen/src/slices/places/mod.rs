//! Places: counties, townships, villages, their facts, and the formation.
//!
//! Other slices may use what is re-exported here.

pub mod facts;
pub mod model;
mod pages;
pub mod store;

pub use model::{Colour, Village};

use platform::access::Action;
use platform::web::{Rule, get, post};

/// Its routes.
pub fn routes() -> Vec<Rule> {
    vec![
        get("/", pages::formation::show).allow(Action::ViewFormation),
        get("/villages", pages::villages::list).allow(Action::ViewVillage),
        get("/villages/{code}", pages::village::show).allow(Action::ViewVillage),
        get("/villages/{code}/why", pages::why::show).allow(Action::ViewVillage),
        post("/villages/{code}/colour", pages::why::confirm).allow(Action::DecideColour),
        post("/villages/{code}/facts", pages::village::enter).allow(Action::EditFacts),
    ]
}
