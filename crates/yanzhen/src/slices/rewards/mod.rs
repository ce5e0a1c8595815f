//! What follows from results (任用激励): proposals, hearings, decisions, their carrying out; the tally; documents of a round.
//!
//! Other slices may use what is re-exported here.

pub mod actions;
pub mod model;
pub(crate) mod pages;
pub mod papers;
pub mod store;

pub use model::Proposal;
pub use pages::bundle::{BUNDLE, bundle, sweep};
pub use pages::stage;

use platform::access::Action;
use platform::web::{Rule, get, post};

/// Its routes.
pub fn routes() -> Vec<Rule> {
    vec![
        get("/rewards", pages::list::over_rounds).allow(Action::ViewRounds),
        get("/rounds/{id}/proposals", pages::list::of_round).allow(Action::ViewRounds),
        post("/rounds/{id}/proposals/confirm", pages::many::confirm).allow(Action::DecideProposal),
        post("/rounds/{id}/proposals/decide", pages::many::decide).allow(Action::DecideProposal),
        post("/rounds/{id}/proposals/revoke", pages::many::revoke).allow(Action::DecideProposal),
        get("/proposals/{id}", pages::one::show).allow(Action::ViewRounds),
        post("/proposals/{id}/acts/{act}", pages::one::act).allow(Action::DecideProposal),
        post("/proposals/{id}/filing", pages::one::filing).allow(Action::DecideProposal),
        get("/tally", pages::tally::show).allow(Action::ViewRounds),
        get("/tally.xlsx", pages::tally::workbook).allow(Action::ViewRounds),
        get("/rounds/{id}/documents", pages::papers::list).allow(Action::ViewRounds),
        get("/rounds/{id}/documents/{name}", pages::papers::paper).allow(Action::ViewRounds),
        get("/rounds/{id}/villages/{name}", pages::papers::village).allow(Action::ViewRounds),
        post("/rounds/{id}/bundle", pages::bundle::begin).allow(Action::ViewRounds),
        get("/bundles/{id}", pages::bundle::show).allow(Action::ViewRounds),
        get("/bundles/{id}/pages.zip", pages::bundle::download).allow(Action::ViewRounds),
        get("/me/proposals/{id}", pages::own::show).allow(Action::OwnPages),
        post("/me/proposals/{id}/words", pages::own::write).allow(Action::OwnPages),
    ]
}
