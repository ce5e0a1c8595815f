//! Rounds of appraisal: who is appraised by which measures, marks and facts, results with their explanation, appeals, and
//! what follows.
//!
//! Other slices may use what is re-exported here.

pub mod actions;
pub mod appeals;
pub mod collect;
pub mod follow;
pub mod given;
pub mod model;
pub mod sheet;
pub mod store;

pub use given::Given;
pub use model::{Round, State};
