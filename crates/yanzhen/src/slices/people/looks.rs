//! Who looked at a file: the audited reads of it.

use platform::access::Role;
use platform::db::{Db, DbResult};
use platform::values;

/// The actions that are reads of a file.
const READS: &str = "kind = 'person' and record = $1 and outcome = 'done' and action in \
    ('people.open', 'people.unmask', 'people.export', 'people.own', 'people.document.open')";

/// An audited read.
#[derive(Clone, Debug)]
pub struct Read {
    /// Milliseconds since 1970.
    pub at: i64,
    /// The reader's account.
    pub account: Option<i64>,
    /// The reader's name; a joint-review seat appears as its office.
    pub who: String,
    pub role: Option<Role>,
    /// `people.open`
    pub action: String,
}

/// The reads of a file, the latest first: at most `limit` after `offset`, and how many there are.
pub async fn of(db: &Db, person: i64, limit: i64, offset: i64) -> DbResult<(Vec<Read>, i64)> {
    let record = person.to_string();
    let n = db.one(&format!("select count(*) from audit where {READS}"), values![record.as_str()]).await?;
    let n = n.map(|r| r.int(0)).transpose()?.unwrap_or_default();
    let sql = format!(
        "select at, actor, actor_name, role, action, note from audit where {READS} order by seq desc limit $2 offset $3"
    );
    let rows = db.rows(&sql, values![record, limit, offset]).await?;
    let reads = rows.iter().map(|r| {
        let role = Role::by_id(&r.text(3)?);
        let seat = role == Some(Role::ReviewSeat);
        Ok(Read {
            at: r.int(0)?,
            account: r.get(1)?,
            who: r.text(if seat { 5 } else { 2 })?,
            role,
            action: r.text(4)?,
        })
    });
    Ok((reads.collect::<DbResult<_>>()?, n))
}
