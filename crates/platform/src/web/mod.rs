//! The web floor: routes that state their action, sessions, forgery checks, headers, errors, metrics.

mod answer;
mod guard;
mod metrics;
mod route;

pub(crate) use answer::encode;
pub use answer::{Answer, Failure, Html, bare_page, page_for};
pub use guard::{COOKIE_NAME, Client, Visitor};
pub(crate) use guard::{LANG_COOKIE, LARGE_COOKIE};
pub use metrics::Metrics;
pub use route::{Method, Routes, Rule, Undecided, delete, get, post};

use crate::county::{CountyInfo, Installation};
use crate::db::Db;
use std::pin::Pin;
use std::sync::Arc;

/// See [`App::found`]: the county's database and its six digits.
pub type FoundCounty =
    fn(Db, String) -> Pin<Box<dyn Future<Output = crate::db::DbResult<Option<String>>> + Send>>;

/// What every handler has at hand.
#[derive(Clone)]
pub struct App {
    /// The installation.
    pub at: Installation,
    /// Counters.
    pub metrics: Arc<Metrics>,
    /// Whether pages for developers are served.
    pub development: bool,
    /// Fills a new county's database with its geography; answers its name, or nothing for a code it does not know.
    pub found: FoundCounty,
    /// The rail, by role.
    pub rail: fn(crate::access::Role) -> Vec<Vec<crate::page::RailItem>>,
}

impl App {
    /// The county of a caller.
    pub async fn county(&self, caller: &crate::access::Caller) -> Result<(CountyInfo, Db), Failure> {
        self.at.county(&caller.county).await?.ok_or(Failure::NotFound)
    }
}
