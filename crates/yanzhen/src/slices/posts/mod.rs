//! Posts: who holds which post on which day by which right, on two lawful tracks.
//!
//! Other slices may use what is re-exported here.

pub mod checks;
pub mod lineup;
pub mod model;
pub mod rules;
pub mod store;

pub use model::Holding;
pub use rules::{posts_of, repost};
