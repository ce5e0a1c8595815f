//! People: one file a person, with verified claims, history, and who looked.
//!
//! Other slices may use what is re-exported here.

pub mod api;
pub mod claims;
pub mod columns;
pub mod corrections;
pub mod erase;
pub mod exchange;
pub mod field;
pub mod filter;
pub mod input;
pub mod listing;
mod looked;
mod map;
pub mod model;
mod near;
pub(crate) mod pages;
pub mod parts;
pub mod retention;
pub mod roster;
pub mod say;
pub mod search;
pub mod store;
pub mod transfer;
pub mod twins;
pub mod views;
pub mod words;

pub use field::Field;
pub use model::{Person, State, Values};
pub(crate) use pages::own;
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
        post("/people/unmoved", pages::unmoved::note).allow(Action::EditPeople),
        get("/people/import", pages::roster::choose::choose).allow(Action::ImportPeople),
        post("/people/import", pages::roster::choose::upload).allow(Action::ImportPeople),
        get("/people/import/template.xlsx", pages::roster::choose::template).allow(Action::ImportPeople),
        get("/people/import/{id}", pages::roster::preview::show).allow(Action::ImportPeople),
        post("/people/import/{id}/plan", pages::roster::preview::plan).allow(Action::ImportPeople),
        post("/people/import/{id}/confirm", pages::roster::confirm::confirm).allow(Action::ImportPeople),
        get("/people/import/{id}/corrected.xlsx", pages::roster::confirm::corrected)
            .allow(Action::ImportPeople),
        get("/people/batches", pages::roster::batches::list).allow(Action::ImportPeople),
        get("/people/batches/{id}", pages::roster::batches::show).allow(Action::ImportPeople),
        post("/people/batches/{id}/undo", pages::roster::batches::undo).allow(Action::ImportPeople),
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
    all.extend(own_routes());
    all.extend(api::routes());
    all
}

/// A person's own pages, corrections, and the end of a file.
fn own_routes() -> Vec<Rule> {
    use pages::own;
    vec![
        get("/me", own::show).allow(Action::OwnPages),
        get("/me/file", own::file::show).allow(Action::OwnPages),
        post("/me/unmask", own::file::unmask).allow(Action::OwnPages),
        get("/me/documents/{id}", own::file::document).allow(Action::OwnPages),
        get("/me/copy", own::copy::copy).allow(Action::OwnPages),
        post("/me/duties/{id}/accept", own::accept).allow(Action::OwnPages),
        get("/me/correct", own::correct::form).allow(Action::OwnPages),
        get("/me/corrections", own::correct::list).allow(Action::OwnPages),
        post("/me/corrections", own::correct::ask).allow(Action::OwnPages),
        post("/me/corrections/{id}/withdraw", own::correct::withdraw).allow(Action::OwnPages),
        get("/corrections", pages::corrections::list).allow(Action::AnswerCorrection),
        get("/corrections/{id}", pages::corrections::show).allow(Action::AnswerCorrection),
        get("/corrections/{id}/evidence", pages::corrections::evidence).allow(Action::AnswerCorrection),
        post("/corrections/{id}/unmask", pages::corrections::unmask).allow(Action::UnmaskPerson),
        post("/corrections/{id}/answer", pages::corrections::answer).allow(Action::AnswerCorrection),
        get("/people/retention", pages::retention::list).allow(Action::ManageRetention),
        get("/people/retention/{id}", pages::retention::show).allow(Action::ManageRetention),
        post("/people/retention/{id}/erase", pages::retention::erase).allow(Action::ManageRetention),
        post("/people/retention/{id}/hold", pages::retention::hold).allow(Action::ManageRetention),
    ]
}
