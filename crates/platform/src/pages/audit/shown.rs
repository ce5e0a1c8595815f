//! An entry of the chain as read.

use super::asked::Asked;
use super::words;
use crate::access::Role;
use crate::audit::{self, Entry, Filter, Outcome};
use crate::db::Db;
use crate::kit::Link;
use crate::pages::accounts::moment;
use crate::web::Answer;

/// An entry as read.
pub(super) struct Shown {
    pub entry: Entry,
    pub at: String,
    pub role: Option<&'static str>,
    pub verb: Option<&'static str>,
    pub kind: Option<&'static str>,
    pub fields: Vec<String>,
    /// Its hash is that of its content.
    pub true_hash: bool,
    /// Where it is shown whole.
    pub href: String,
}

impl Shown {
    pub fn of(entry: Entry, link: &Link) -> Shown {
        Shown {
            at: moment(entry.at),
            role: Role::by_id(&entry.event.role).map(Role::title),
            verb: words::verb(&entry.event.action),
            kind: words::kind(&entry.event.kind),
            fields: serde_json::from_str(&entry.fields).unwrap_or_default(),
            true_hash: entry.computed() == entry.hash,
            href: format!("{}#entry", link.with("entry", &entry.seq.to_string())),
            entry,
        }
    }

    pub fn done(&self) -> bool {
        self.entry.outcome == Outcome::Done
    }

    pub fn denied(&self) -> bool {
        self.entry.outcome == Outcome::Denied
    }
}

/// The entry that the address names.
pub(super) async fn whole(db: &Db, asked: &Asked, here: &Link) -> Answer<Option<(Shown, bool)>> {
    let Ok(seq) = asked.entry.parse::<i64>() else { return Ok(None) };
    let found = audit::after(db, &Filter::default(), seq.saturating_sub(2), 2).await?;
    let before = found.iter().find(|e| e.seq == seq.saturating_sub(1)).map(|e| e.hash.clone());
    let before = if seq == 1 { Some(audit::GENESIS.to_owned()) } else { before };
    let entry = found.into_iter().find(|e| e.seq == seq);
    Ok(entry.map(|e| {
        let linked = before.as_ref() == Some(&e.prev);
        (Shown::of(e, here), linked)
    }))
}
