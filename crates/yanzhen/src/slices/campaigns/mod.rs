//! Selection campaigns (公开选拔、招录): published from a pack, applied for by oneself or by recommendation, led through
//! their stages one by one, each outcome by name, up to the decision.
//!
//! The public's pages are a process of their own: `exchange` publishes to their folder and takes letters out of it.

pub mod actions;
pub mod deciding;
pub mod eligibility;
pub mod entering;
pub mod exchange;
mod intake;
pub mod keeping;
pub mod marking;
pub mod model;
pub mod noticing;
mod pages;
pub mod reviewing;

mod rules;
pub mod store;

pub use model::{Campaign, Entry};
pub use rules::campaigns_of;

use platform::access::Action;
use platform::web::{Rule, get, post};

/// Its routes.
pub fn routes() -> Vec<Rule> {
    use pages::{enter, entries, entry, entry_papers, exam, list, meeting, new, notice, one, papers};
    vec![
        get("/campaigns", list::show).allow(Action::ViewCampaigns),
        get("/campaigns/new", new::show).allow(Action::RunCampaigns),
        post("/campaigns", new::make).allow(Action::RunCampaigns),
        get("/campaigns/{id}", one::show).allow(Action::ViewCampaigns),
        post("/campaigns/{id}/open", one::open).allow(Action::RunCampaigns),
        post("/campaigns/{id}/advance", one::advance).allow(Action::RunCampaigns),
        post("/campaigns/{id}/review", one::review).allow(Action::RunReviews),
        post("/campaigns/{id}/pass", one::pass).allow(Action::RunCampaigns),
        post("/campaigns/{id}/cancel", one::cancel).allow(Action::RunCampaigns),
        post("/campaigns/{id}/plan", one::plan).allow(Action::RunCampaigns),
        get("/campaigns/{id}/entries", entries::show).allow(Action::ViewCampaigns),
        get("/campaigns/{id}/entries/new", enter::show).allow(Action::EnterEntries),
        post("/campaigns/{id}/entries", enter::enter).allow(Action::EnterEntries),
        get("/campaigns/{id}/marks", exam::marks).allow(Action::ViewCampaigns),
        post("/campaigns/{id}/marks", exam::enter).allow(Action::RunCampaigns),
        post("/campaigns/{id}/settle", exam::settle).allow(Action::RunCampaigns),
        post("/campaigns/{id}/seats", exam::seats).allow(Action::RunCampaigns),
        get("/campaigns/{id}/ranking", exam::ranking).allow(Action::ViewCampaigns),
        post("/campaigns/{id}/confirm", exam::confirm).allow(Action::RunCampaigns),
        get("/campaigns/{id}/notice", notice::show).allow(Action::ViewCampaigns),
        post("/campaigns/{id}/notice", notice::post).allow(Action::RunCampaigns),
        post("/campaigns/{id}/objections", notice::object).allow(Action::RunCampaigns),
        post("/objections/{id}/answer", notice::answer).allow(Action::RunCampaigns),
        get("/campaigns/{id}/papers/{name}", papers::paper).allow(Action::RunCampaigns),
        get("/campaigns/{id}/meetings", meeting::show).allow(Action::ViewCampaigns),
        post("/campaigns/{id}/meetings", meeting::meet).allow(Action::EnterEntries),
        get("/entries/{id}", entry::show).allow(Action::ViewCampaigns),
        get("/entries/{id}/papers/{name}", entry_papers::paper).allow(Action::EnterEntries),
        get("/entries/{id}/agree", enter::agreeing).allow(Action::EnterEntries),
        post("/entries/{id}/agree", enter::agree).allow(Action::EnterEntries),
        post("/entries/{id}/check", entry::check).allow(Action::EnterEntries),
        post("/entries/{id}/decide", entry::decide).allow(Action::EnterEntries),
        post("/entries/{id}/choose", entry::choose).allow(Action::RunCampaigns),
        post("/entries/{id}/answer", entry::answer).allow(Action::EnterEntries),
        post("/entries/{id}/withdraw", entry::withdraw).allow(Action::EnterEntries),
    ]
}
