//! The web floor: routes that state their action, sessions, forgery checks, headers, errors, metrics.

mod answer;
mod guard;
mod metrics;
mod route;

pub use answer::{Answer, Failure, Html, bare_page, page_for};
pub(crate) use answer::{encode, invented, now_text};
pub use guard::{COOKIE_NAME, Client, Visitor};
pub(crate) use guard::{LANG_COOKIE, LARGE_COOKIE};
pub use metrics::Metrics;
pub use route::{Method, Routes, Rule, Undecided, delete, get, post};

use crate::access::Caller;
use crate::county::{CountyInfo, Installation};
use crate::db::{Db, DbResult, Event};
use kernel::Message;
use std::pin::Pin;
use std::sync::Arc;

/// What a hook answers, in its time.
pub type Hooked<T> = Pin<Box<dyn Future<Output = DbResult<T>> + Send>>;

/// Items of the rail, each with how much waits there.
pub type Waiting = Vec<(&'static str, u32)>;

/// What set-up asks of the program, which knows places and packs, for a new county.
#[derive(Clone, Copy)]
pub struct NewCounty {
    /// Fills its database with the geography of its six digits; nothing for a code it does not know.
    pub found: fn(Db, String) -> Hooked<Option<Founded>>,
    /// Code and name of what stands below a part of the nation: of nothing its provinces, of two digits the cities, of
    /// four the counties.
    pub below: fn(&str) -> Vec<(&'static str, &'static str)>,
    /// How much there is of the county of six digits; nothing for a code it does not know.
    pub amounts: fn(&str) -> Option<Message>,
    /// The packs to begin from.
    pub packs: fn() -> Vec<PackOffer>,
    /// Takes one of them in, by its id and under a name that stands beside it; the event tells the audit.
    pub adopt: fn(Db, Event, String, &'static str) -> Hooked<()>,
}

/// A county whose geography is written.
#[derive(Clone, Debug)]
pub struct Founded {
    /// Its name.
    pub name: String,
    /// How much there is of it.
    pub says: Message,
}

/// A pack that a county can begin from.
#[derive(Clone, Debug)]
pub struct PackOffer {
    /// Its id.
    pub id: &'static str,
    /// Its title, Chinese.
    pub title: String,
    /// What it is, a few words each.
    pub says: Vec<Message>,
}

/// What every handler has at hand.
#[derive(Clone)]
pub struct App {
    /// The installation.
    pub at: Installation,
    /// Counters.
    pub metrics: Arc<Metrics>,
    /// Whether pages for developers are served.
    pub development: bool,
    /// What a new county begins with.
    pub new_county: NewCounty,
    /// The rail, by role.
    pub rail: fn(crate::access::Role) -> Vec<Vec<crate::page::RailItem>>,
    /// What waits for a caller of a county, by the rail's items.
    pub waiting: fn(Db, Caller) -> Hooked<Waiting>,
}

impl App {
    /// The county of a caller.
    pub async fn county(&self, caller: &Caller) -> Result<(CountyInfo, Db), Failure> {
        self.at.county(&caller.county).await?.ok_or(Failure::NotFound)
    }
}
