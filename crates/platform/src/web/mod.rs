//! The web floor: routes that state their action, sessions, forgery checks, headers, errors, metrics.

mod answer;
mod guard;
mod metrics;
mod route;

pub use answer::{Answer, Failure, Html, bare_page, page_for};
pub use guard::{Client, Visitor};
pub use metrics::Metrics;
pub use route::{Method, Routes, Rule, Undecided, delete, get, post};

use crate::county::{CountyInfo, Installation};
use crate::db::Db;
use std::sync::Arc;

/// What every handler has at hand.
#[derive(Clone)]
pub struct App {
    /// The installation.
    pub at: Installation,
    /// Counters.
    pub metrics: Arc<Metrics>,
    /// Whether pages for developers are served.
    pub development: bool,
    /// The rail, by role.
    pub rail: fn(crate::access::Role) -> Vec<Vec<crate::page::RailItem>>,
}

impl App {
    /// The county of a caller.
    pub async fn county(&self, caller: &crate::access::Caller) -> Result<(CountyInfo, Db), Failure> {
        self.at.county(&caller.county).await?.ok_or(Failure::NotFound)
    }
}
