//! Taking a pack into the county: written, and where it is the one that colours now, the colours with it.

use super::facts::{self, Adopted};
use super::store;
use platform::access::Part;
use platform::db::{Db, DbResult, WriteTx};
use policy::{Files, Pack};
use std::sync::Arc;

/// A pack that was read without faults, and where it is to be in force.
#[derive(Clone, Copy, Debug)]
pub struct Taken<'a> {
    pub files: &'a Files,
    pub pack: &'a Pack,
    /// First day in force here.
    pub from: &'a str,
    /// Empty for the whole county, else the digits of a township.
    pub part: &'a str,
    /// The name that stands beside it.
    pub by: &'a str,
}

/// Writes a pack, and the colours where it gives them from today; its row.
pub async fn take(db: &Db, tx: &mut WriteTx, taken: Taken<'_>) -> DbResult<i64> {
    let Taken { files, pack, from, part, by } = taken;
    let today = store::today();
    let now = facts::packs(db, &today).await?;
    let id = facts::keep(tx, files, pack, from, part, by).await?;
    tx.changed("", "effective_from", None, Some(from.to_owned()));
    if !part.is_empty() {
        tx.changed("", "part", None, Some(part.to_owned()));
    }
    let latest = facts::colouring(&now).is_none_or(|c| c.from.as_str() <= from);
    if pack.colours.is_some() && part.is_empty() && from <= today.as_str() && latest {
        let (pack, from) = (Arc::new(pack.clone()), from.to_owned());
        let adopted = Adopted { id, kind: "colours".into(), pack, from, part: String::new() };
        facts::propose(tx, &adopted, &Part::County).await?;
    }
    Ok(id)
}

/// What the record of an adoption says of a pack.
pub fn told(pack: &Pack) -> String {
    format!("{} {} {}", pack.title, pack.version, pack.hash)
}
