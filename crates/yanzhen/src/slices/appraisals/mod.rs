//! Rounds of appraisal: who is appraised by which measures, marks and facts, results with their explanation, appeals, and
//! what follows.
//!
//! Other slices may use what is re-exported here.

pub mod collect;
pub mod given;
pub mod model;
pub mod sheet;
pub mod store;

pub use given::Given;
pub use model::{Round, State};
