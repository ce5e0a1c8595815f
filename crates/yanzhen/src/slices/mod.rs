//! One folder for each stage of a county's work.

pub mod appraisals;
pub mod calendar;
pub mod campaigns;
pub mod duty;
pub mod filings;
pub mod inquiries;
pub mod membership;
pub mod packs;
pub mod people;
pub mod places;
pub mod pools;
pub mod posts;
pub mod reviews;
pub mod rewards;
pub mod risk;
pub mod tasks;
pub mod vacancies;
