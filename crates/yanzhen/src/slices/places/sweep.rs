//! Uploaded tables that nobody confirmed: after a week they are taken away.

use platform::attachments;
use platform::db::{Db, DbResult, Event};
use platform::values;

/// How long a table waits to be confirmed, milliseconds.
pub const WAIT_MS: i64 = 7 * 24 * 3600 * 1000;

/// Takes the tables away that wait since before `now` less [`WAIT_MS`]; gives how many. One event says so, none where
/// there is nothing to do. A table that was confirmed stays: its batch names it first in what undoes it.
pub async fn sweep(db: &Db, county: &str, now: i64) -> DbResult<usize> {
    let sql = "select a.id, a.hash from attachment a where a.kind = 'import' and a.ended_at is null and a.at < $1 \
               and not exists (select 1 from batch b where b.kind like 'facts/%' \
               and b.undo like '{\"attachment\":' || a.id || ',%') order by a.id";
    let before = now - WAIT_MS;
    if db.rows(sql, values![before]).await?.is_empty() {
        return Ok(0);
    }
    let event = Event {
        action: "facts.sweep".into(),
        kind: "county".into(),
        record: county.to_owned(),
        ..Event::default()
    };
    let mut tx = db.write(event).await?;
    // What stands now: one may have been confirmed meanwhile.
    let mut files = Vec::new();
    for row in tx.rows(sql, values![before]).await? {
        files.push((row.int(0)?, row.text(1)?));
    }
    attachments::end(&mut tx, &files).await?;
    tx.event().note = format!("{} files", files.len());
    tx.commit().await?;
    Ok(files.len())
}
