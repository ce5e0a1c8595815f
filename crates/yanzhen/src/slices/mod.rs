//! One folder for each stage of a county's work.

pub mod places;
