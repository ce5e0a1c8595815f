//! Posts: who holds which post on which day by which right, on two lawful tracks.
//!
//! Other slices may use what is re-exported here.

pub mod actions;
pub mod checks;
pub mod lineup;
pub mod model;
pub(crate) mod pages;
pub mod rules;
pub mod store;
pub mod team;

pub use model::Holding;
pub use rules::{Book, InForce, Rulebook, committee_posts, posts_of, present, repost};

use platform::access::Action;
use platform::web::{Rule, get, post};

/// Its routes.
pub fn routes() -> Vec<Rule> {
    vec![
        get("/posts", pages::overview::show).allow(Action::ViewPosts),
        get("/villages/{code}/posts", pages::village::show).allow(Action::ViewPosts),
        get("/villages/{code}/committee.xlsx", pages::table::table).allow(Action::ViewPosts),
        post("/villages/{code}/posts/begin", pages::change::begin).allow(Action::EditPosts),
        post("/villages/{code}/posts/term", pages::change::term).allow(Action::EditPosts),
        post("/villages/{code}/holdings/{id}/end", pages::change::end).allow(Action::EditPosts),
        post("/villages/{code}/holdings/{id}/duty", pages::change::duty).allow(Action::EditPosts),
    ]
}
