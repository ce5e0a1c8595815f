//! Places: counties, townships, villages, their facts, and the formation.
//!
//! Other slices may use what is re-exported here.

pub mod api;
pub(crate) mod batch;
mod changes;
mod columns;
mod desk;
pub mod facts;
pub(crate) mod finder;
mod grades;
pub(crate) mod import;
mod intake;
pub mod model;
pub(crate) mod pages;
mod period;
pub(crate) mod registry;
pub mod store;
pub mod sweep;

pub use desk::Desk;
pub use intake::{Taken, take, told};
pub use model::{Colour, Village};

use platform::access::Action;
use platform::web::{Rule, get, post};

/// Its routes.
pub fn routes() -> Vec<Rule> {
    let mut all = vec![
        get("/", pages::formation::show).allow(Action::ViewFormation),
        get("/scope", pages::scope::show).allow(Action::ViewFormation),
        get("/villages", pages::villages::list).allow(Action::ViewVillage),
        get("/villages/{code}", pages::village::show).allow(Action::ViewVillage),
        get("/villages/{code}/why", pages::why::show).allow(Action::ViewVillage),
        post("/villages/{code}/colour", pages::why::confirm).allow(Action::DecideColour),
        post("/villages/{code}/facts", pages::village::enter).allow(Action::EditFacts),
        get("/attachments/{id}", pages::facts::attachment).allow(Action::ViewVillage),
        get("/facts", pages::facts::overview).allow(Action::ViewVillage),
        get("/facts/template.xlsx", pages::facts::template).allow(Action::ExportFacts),
        get("/facts/export.xlsx", pages::facts::export).allow(Action::ExportFacts),
        get("/facts/import", pages::import::choose).allow(Action::ImportFacts),
        post("/facts/import", pages::import::upload).allow(Action::ImportFacts),
        get("/facts/import/{id}", pages::preview::preview).allow(Action::ImportFacts),
        post("/facts/import/{id}/confirm", pages::confirm::confirm).allow(Action::ImportFacts),
        get("/facts/import/{id}/corrected.xlsx", pages::confirm::corrected).allow(Action::ImportFacts),
        get("/facts/batches", pages::batches::list).allow(Action::ImportFacts),
        get("/facts/batches/{id}", pages::batches::show).allow(Action::ImportFacts),
        post("/facts/batches/{id}/undo", pages::batches::undo).allow(Action::ImportFacts),
        get("/grades", pages::grades::show).allow(Action::ManagePacks),
        post("/grades", pages::grades::take).allow(Action::ManagePacks),
        get("/places", pages::manage::show).allow(Action::ManagePlaces),
        post("/places/{kind}", pages::manage::change).allow(Action::ManagePlaces),
    ];
    all.extend(api::routes());
    all
}
