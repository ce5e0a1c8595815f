//! People: one file a person, with verified claims, history, and who looked.
//!
//! Other slices may use what is re-exported here.

pub mod field;
pub mod input;
pub mod model;
pub mod parts;
pub mod store;

pub use field::Field;
pub use model::{Person, State, Values};
