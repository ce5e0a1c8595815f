//! A roster or forms as they were sent, sealed, until they are written or nobody confirmed them.

use super::heads::Heads;
use super::{Mode, Over};
use platform::access::{Authorized, Org, Part, Target};
use platform::db::{Db, DbError, DbResult, Event, Row, WriteTx, new_id, now_ms};
use platform::values;
use serde::{Deserialize, Serialize};

/// The longest that a file waits, milliseconds: a week.
pub const WAIT_MS: i64 = 7 * 24 * 3600 * 1000;

/// How a file is to be read.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Plan {
    pub mode: Mode,
    pub over: Over,
    /// The village of those who say none: twelve digits, or empty.
    pub village: String,
    /// Of a workbook each sheet; of forms none.
    pub sheets: Vec<Taken>,
}

/// A sheet of a plan.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Taken {
    /// Whether it is imported.
    pub take: bool,
    /// `None` where no heads were found.
    pub heads: Option<Heads>,
    /// The village that the sheet's name says: twelve digits, or empty.
    pub village: String,
}

/// An uploaded file.
#[derive(Clone, Debug)]
pub struct Upload {
    pub id: i64,
    /// The part of the county whose caller sent it: empty, nine or twelve digits.
    pub part: String,
    pub name: String,
    pub plan: Plan,
    /// Who sent it, and sees it.
    pub by_account: Option<i64>,
    /// Milliseconds since 1970.
    pub at: i64,
    /// What it was written as.
    pub batch: Option<i64>,
}

impl Target for Upload {
    fn org(&self) -> Org<'_> {
        Org {
            township: self.part.get(..9).unwrap_or_default(),
            village: self.part.get(..12).unwrap_or_default(),
        }
    }
}

fn context(id: i64) -> String {
    format!("upload/{id}/content")
}

fn of(row: &Row) -> DbResult<Upload> {
    let plan = row.text(3)?;
    Ok(Upload {
        id: row.int(0)?,
        part: row.text(1)?,
        name: row.text(2)?,
        plan: serde_json::from_str(&plan)
            .map_err(|e| DbError::Version(format!("a plan cannot be read: {e}")))?,
        by_account: row.get(4)?,
        at: row.int(5)?,
        batch: row.get(6)?,
    })
}

/// Keeps a file, sealed; gives its id.
pub async fn keep(
    db: &Db,
    event: Event,
    part: &Part,
    (name, bytes): (&str, &[u8]),
    plan: &Plan,
) -> DbResult<i64> {
    let id = new_id();
    let (by, by_name) = (event.actor, event.actor_name.clone());
    let mut tx = db.write(event).await?;
    tx.event().record = id.to_string();
    let sealed = tx.keys().seal(&context(id), bytes);
    let sql = "insert into upload (id, part, name, size, plan, content, by_account, by_name, at) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let (plan, size) = (serde_json::to_string(plan).unwrap_or_default(), bytes.len() as i64);
    tx.run(sql, values![id, part.code(), name, size, plan, sealed, by, by_name, now_ms()]).await?;
    tx.commit().await?;
    Ok(id)
}

/// An uploaded file by its id.
pub async fn find(db: &Db, id: i64) -> DbResult<Option<Upload>> {
    let sql = "select id, part, name, plan, by_account, at, batch from upload where id = $1";
    db.one(sql, values![id]).await?.as_ref().map(of).transpose()
}

/// Its content; `None` where it was swept.
pub async fn content(db: &Db, upload: &Authorized<Upload>) -> DbResult<Option<Vec<u8>>> {
    let row = db.one("select content from upload where id = $1", values![upload.id]).await?;
    let Some(sealed) = row.map(|r| r.get::<Option<Vec<u8>>>(0)).transpose()?.flatten() else {
        return Ok(None);
    };
    let plain = db.keys().open(&context(upload.id), &sealed);
    Ok(Some(plain.map_err(|e| DbError::Sealed(e.to_string()))?))
}

/// Changes how it is read, and remembers its heads for the part.
pub async fn put_plan(tx: &WriteTx, upload: &Authorized<Upload>, plan: &Plan, by: &str) -> DbResult<()> {
    let text = serde_json::to_string(plan).unwrap_or_default();
    tx.run("update upload set plan = $2 where id = $1", values![upload.id, text]).await?;
    for heads in plan.sheets.iter().filter(|s| s.take).filter_map(|s| s.heads.as_ref()) {
        let roles: Vec<&str> = heads.columns.iter().map(|c| c.role.as_str()).collect();
        let sql = "insert into column_mapping (part, heads, mapping, by_name, at) values ($1, $2, $3, $4, $5) \
                   on conflict (part, heads) do update set mapping = excluded.mapping, by_name = excluded.by_name, \
                   at = excluded.at";
        tx.run(sql, values![upload.part.as_str(), heads.mark(), roles.join(","), by, now_ms()]).await?;
    }
    Ok(())
}

/// Reads the columns as they were read last time under the same heads.
pub async fn remembered(db: &Db, part: &Part, heads: &mut Heads) -> DbResult<()> {
    let sql =
        "select mapping from column_mapping where heads = $1 and part in ($2, '') order by part desc limit 1";
    let Some(row) = db.one(sql, values![heads.mark(), part.code()]).await? else { return Ok(()) };
    for (column, role) in heads.columns.iter_mut().zip(row.text(0)?.split(',')) {
        role.clone_into(&mut column.role);
    }
    Ok(())
}

/// Takes files away that wait since before `now` less [`WAIT_MS`], written or not; gives how many.
pub async fn sweep(db: &Db, county: &str, now: i64) -> DbResult<u64> {
    let before = now - WAIT_MS;
    let old = db.one("select count(*) from upload where at < $1", values![before]).await?;
    if old.map(|r| r.int(0)).transpose()?.unwrap_or_default() == 0 {
        return Ok(0);
    }
    let event = Event {
        action: "people.sweep".into(),
        kind: "county".into(),
        record: county.to_owned(),
        ..Event::default()
    };
    let mut tx = db.write(event).await?;
    let n = tx.run("delete from upload where at < $1", values![before]).await?;
    tx.event().note = format!("{n} files");
    tx.commit().await?;
    Ok(n)
}
