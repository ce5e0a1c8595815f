//! One folder for each stage of a county's work.

pub mod calendar;
pub mod duty;
pub mod filings;
pub mod people;
pub mod places;
pub mod posts;
pub mod tasks;
