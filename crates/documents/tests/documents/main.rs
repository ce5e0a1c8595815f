//! Documents of invented people, opened again and looked into.

#![expect(clippy::unwrap_used, reason = "tests")]

mod campaign;
mod campaign_samples;
mod official;
mod paper;
mod samples;
mod word;
mod workbook;
