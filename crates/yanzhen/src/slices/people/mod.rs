//! People: one file a person, with verified claims, history, and who looked.
//!
//! Other slices may use what is re-exported here.

pub mod api;
pub mod claims;
pub mod columns;
pub mod exchange;
pub mod field;
pub mod filter;
pub mod input;
pub mod listing;
mod map;
pub mod model;
mod near;
pub(crate) mod pages;
pub mod parts;
pub mod say;
pub mod search;
pub mod store;
pub mod transfer;
pub mod twins;
pub mod views;
pub mod words;

pub use field::Field;
pub use model::{Person, State, Values};
pub use pages::sight::Picked;

use platform::access::Action;
use platform::web::{Rule, get, post};

/// Its routes.
pub fn routes() -> Vec<Rule> {
    let mut all = vec![
        get("/people", pages::list::show).allow(Action::ViewPeople),
        post("/people/find", pages::find::find).allow(Action::ViewPeople),
        get("/people/search", pages::find::suggest).allow(Action::ViewPeople),
        post("/people/columns", pages::views::choose).allow(Action::ViewPeople),
        post("/people/views", pages::views::save).allow(Action::ViewPeople),
        post("/people/views/{id}", pages::views::rename).allow(Action::ViewPeople),
        post("/people/views/{id}/delete", pages::views::delete).allow(Action::ViewPeople),
        get("/people/export.xlsx", pages::export::seen).allow(Action::ExportPeople),
        post("/people/export.xlsx", pages::export::picked).allow(Action::ExportPeople),
        post("/people/export.pdf", pages::export::printed).allow(Action::ExportPeople),
        post("/people/export.lrmx.zip", pages::bundle::forms).allow(Action::ExportPeople),
        get("/people/duplicates", pages::duplicates::show).allow(Action::MergePeople),
        get("/people/duplicates/{id}/{other}", pages::compare::show).allow(Action::MergePeople),
        post("/people/duplicates/{id}/{other}", pages::compare::deny).allow(Action::MergePeople),
        get("/people/duplicates/{id}/{other}/confirm", pages::compare::confirm).allow(Action::MergePeople),
        post("/people/duplicates/{id}/{other}/merge", pages::compare::merge).allow(Action::MergePeople),
        get("/people/merges", pages::duplicates::merges).allow(Action::MergePeople),
        get("/people/receive", pages::receive::show).allow(Action::TransferPeople),
        post("/people/receive", pages::receive::arrive).allow(Action::TransferPeople),
        get("/people/receive/{id}", pages::receive::look).allow(Action::TransferPeople),
        post("/people/receive/{id}", pages::receive::take).allow(Action::TransferPeople),
        post("/people/receive/{id}/discard", pages::receive::discard).allow(Action::TransferPeople),
        get("/people/new", pages::edit::fresh).allow(Action::EditPeople),
        post("/people", pages::edit::create).allow(Action::EditPeople),
        get("/people/{id}", pages::file::show).allow(Action::ViewPeople),
        post("/people/{id}/unmask", pages::file::unmask).allow(Action::UnmaskPerson),
        get("/people/{id}/edit", pages::edit::show).allow(Action::EditPeople),
        post("/people/{id}/edit", pages::edit::save).allow(Action::EditPeople),
        post("/people/{id}/told", pages::edit::tell).allow(Action::EditPeople),
        get("/people/{id}/lists/{list}", pages::lists::show).allow(Action::EditPeople),
        post("/people/{id}/lists/{list}", pages::lists::save).allow(Action::EditPeople),
        post("/people/{id}/claims", pages::claims::recognise).allow(Action::RecogniseClaim),
        post("/people/{id}/claims/{claim}", pages::claims::decide).allow(Action::RecogniseClaim),
        post("/people/{id}/documents", pages::documents::bring).allow(Action::EditPeople),
        get("/people/{id}/documents/{attachment}", pages::documents::document).allow(Action::ViewPeople),
        get("/people/{id}/photo", pages::documents::photo).allow(Action::ViewPeople),
        get("/people/{id}/{name}", pages::forms::form).allow(Action::ExportPeople),
        get("/people/{id}/transfer", pages::transfer::show).allow(Action::TransferPeople),
        post("/people/{id}/transfer", pages::transfer::send).allow(Action::TransferPeople),
        post("/people/{id}/transfer/receipt", pages::transfer::receipt).allow(Action::TransferPeople),
        post("/people/{id}/transfer/cancel", pages::transfer::cancel).allow(Action::TransferPeople),
        post("/people/{id}/unmerge", pages::duplicates::undo).allow(Action::MergePeople),
        post("/people/{id}/account", pages::documents::link).allow(Action::LinkAccount),
    ];
    all.extend(api::routes());
    all
}
