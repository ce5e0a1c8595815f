//! Rounds of appraisal: who is appraised by which measures, marks and facts, results with their explanation, appeals, and
//! what follows.
//!
//! Other slices may use what is re-exported here.

pub mod actions_sheet;
mod book;
pub mod collect;
pub mod given;
pub mod model;
pub(crate) mod pages;
mod routes_sheets;
pub mod sheet;
pub mod store;
pub mod tally;

pub use given::Given;
pub use model::{Round, State};

use platform::web::Rule;

/// Its routes.
pub fn routes() -> Vec<Rule> {
    routes_sheets::sheet_routes()
}
