//! Taking a pack into the county: written, and where it is the one that colours now, the colours with it.

use super::facts::{self, Adopted};
use super::store;
use platform::access::Part;
use platform::db::{Db, DbResult, Event};
use policy::Pack;
use std::path::Path;
use std::sync::Arc;

/// Writes a pack that was read from a folder without faults, in force here from a day; gives its row. `event` says who
/// acts, `by` the name that stands beside the pack.
pub async fn take_in(
    db: &Db,
    mut event: Event,
    by: &str,
    pack: Pack,
    folder: &Path,
    from: &str,
) -> DbResult<i64> {
    event.record.clone_from(&pack.id);
    event.note = format!("{} {} {}", pack.title, pack.version, pack.hash);
    let mut tx = db.write(event).await?;
    let today = store::today();
    let now = facts::packs(db, &today).await?;
    let id = facts::adopt(&tx, folder, &pack, from, by).await?;
    tx.changed("", "effective_from", None, Some(from.to_owned()));
    let colours = pack.colours.is_some();
    let in_force = from <= today.as_str();
    let latest = facts::colouring(&now).is_none_or(|c| c.from.as_str() <= from);
    if colours && in_force && latest {
        let (pack, part) = (Arc::new(pack), String::new());
        let adopted = Adopted { id, kind: "colours".into(), pack, from: from.to_owned(), part };
        facts::propose(&mut tx, &adopted, &Part::County).await?;
    }
    tx.commit().await?;
    Ok(id)
}
