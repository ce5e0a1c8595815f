//! What every stage stands on: county databases, accounts, permission, audit, jobs, attachments, pages.

pub mod access;
pub mod account;
pub mod assets;
pub mod attachments;
pub mod audit;
pub mod county;
pub mod db;
pub mod jobs;
pub mod kit;
pub mod page;
pub mod pages;
pub mod upkeep;
pub mod web;

pub use secrets;

/// The moment, in the county's time.
pub fn now() -> jiff::Zoned {
    jiff::Timestamp::now().to_zoned(kernel::zone())
}
