//! Facts written together from a table, and how to take them back.

use super::facts::{self, Entry};
use platform::access::{Authorized, Caller, Org, Part, Target};
use platform::db::{Db, DbResult, Row, WriteTx, new_id, now_ms};
use platform::values;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};

/// How long a batch can be taken back, milliseconds.
pub const UNDO_MS: i64 = 24 * 3600 * 1000;

/// A batch.
#[derive(Clone, Debug)]
pub struct Batch {
    pub id: i64,
    /// The part it was written for: empty, nine or twelve digits.
    pub part: String,
    pub file: String,
    pub rows: i64,
    pub cells: i64,
    pub by: String,
    pub at: i64,
    pub undone_at: Option<i64>,
}

impl Batch {
    /// Whether it can still be taken back.
    pub fn can_undo(&self) -> bool {
        self.undone_at.is_none() && now_ms() < self.at + UNDO_MS
    }
}

impl Target for Batch {
    fn org(&self) -> Org<'_> {
        Org {
            township: self.part.get(..9).unwrap_or_default(),
            village: self.part.get(..12).unwrap_or_default(),
        }
    }
}

/// A cell of a batch: what it wrote and what stood there.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Cell {
    pub code: String,
    pub fact: String,
    pub period: String,
    pub value: String,
    pub was: Option<Was>,
}

/// A fact as it stood.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Was {
    pub value: String,
    source: String,
    day: String,
    by_account: Option<i64>,
    by_name: String,
    at: i64,
    evidence: Option<i64>,
    batch: Option<i64>,
}

#[derive(Serialize, Deserialize)]
struct Undo {
    attachment: i64,
    cells: Vec<Cell>,
    /// What undoing left as it was, because it had changed since.
    left: Vec<(String, String)>,
}

/// A batch with what it wrote.
pub struct Written {
    pub cells: Vec<Cell>,
    pub left: Vec<(String, String)>,
}

const COLUMNS: &str = "id, kind, file, rows, cells, by_name, at, undone_at";
/// The kind of such a batch, before its part.
pub const KIND: &str = "facts/";

fn of(row: &Row) -> DbResult<Batch> {
    Ok(Batch {
        id: row.int(0)?,
        part: row.text(1)?.split_once('/').map(|(_, part)| part.to_owned()).unwrap_or_default(),
        file: row.text(2)?,
        rows: row.int(3)?,
        cells: row.int(4)?,
        by: row.text(5)?,
        at: row.int(6)?,
        undone_at: row.get(7)?,
    })
}

/// Batches of a kind and a part, the newest first: a township sees its own, the county all.
pub async fn list(db: &Db, kind: &str, part: &Part, offset: u64) -> DbResult<(Vec<Batch>, u64)> {
    let kind = format!("{kind}{}%", part.code());
    let n = db.one("select count(*) from batch where kind like $1", values![kind.clone()]).await?;
    let n = n.map(|r| r.int(0)).transpose()?.unwrap_or_default();
    let sql = format!("select {COLUMNS} from batch where kind like $1 order by id desc limit 50 offset $2");
    let rows = db.rows(&sql, values![kind, offset as i64]).await?;
    Ok((rows.iter().map(of).collect::<DbResult<_>>()?, n as u64))
}

/// A batch of a kind by its id.
pub async fn find(db: &Db, kind: &str, id: i64) -> DbResult<Option<Batch>> {
    let sql = format!("select {COLUMNS} from batch where id = $1 and kind like $2");
    db.one(&sql, values![id, format!("{kind}%")]).await?.as_ref().map(of).transpose()
}

fn undo_of(text: &str) -> DbResult<Undo> {
    serde_json::from_str(text)
        .map_err(|e| platform::db::DbError::Version(format!("an undo cannot be read: {e}")))
}

/// What a batch wrote.
pub async fn written(db: &Db, batch: &Authorized<Batch>) -> DbResult<Written> {
    let row = db.one("select undo from batch where id = $1", values![batch.id]).await?;
    let undo = undo_of(&row.ok_or(platform::db::DbError::Missing)?.text(0)?)?;
    Ok(Written { cells: undo.cells, left: undo.left })
}

async fn stored(tx: &WriteTx, codes: BTreeSet<&str>) -> DbResult<HashMap<(String, String, String), Was>> {
    let mut out = HashMap::new();
    let sql = "select fact, period, value, source, day, by_account, by_name, at, evidence, batch from fact \
               where code = $1";
    for code in codes {
        for r in tx.rows(sql, values![code]).await? {
            let was = Was {
                value: r.text(2)?,
                source: r.text(3)?,
                day: r.text(4)?,
                by_account: r.get(5)?,
                by_name: r.text(6)?,
                at: r.int(7)?,
                evidence: r.get(8)?,
                batch: r.get(9)?,
            };
            out.insert((code.to_owned(), r.text(0)?, r.text(1)?), was);
        }
    }
    Ok(out)
}

/// A table to write.
pub struct Import<'a> {
    pub file: &'a str,
    pub attachment: i64,
    pub rows: usize,
    pub entries: &'a [Entry],
}

/// Writes a table's facts as one batch in a transaction; gives its id.
pub async fn write(tx: &mut WriteTx, by: &Caller, import: &Import<'_>) -> DbResult<i64> {
    let mut before = stored(tx, import.entries.iter().map(|e| e.code.as_str()).collect()).await?;
    let cells: Vec<Cell> = import
        .entries
        .iter()
        .map(|e| Cell {
            code: e.code.clone(),
            fact: e.fact.clone(),
            period: e.period.clone(),
            value: e.value.clone(),
            was: before.remove(&(e.code.clone(), e.fact.clone(), e.period.clone())),
        })
        .collect();
    let id = platform::db::new_id();
    let changed = facts::write(tx, import.entries, by, Some(id), true).await?;
    let undo = Undo { attachment: import.attachment, cells, left: Vec::new() };
    tx.run(
        "insert into batch (id, kind, file, rows, cells, by_account, by_name, at, undo) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        values![
            id,
            format!("{KIND}{}", by.part.code()),
            import.file,
            import.rows as i64,
            changed as i64,
            by.account,
            by.name.clone(),
            now_ms(),
            serde_json::to_string(&undo).unwrap_or_default()
        ],
    )
    .await?;
    Ok(id)
}

/// Takes a batch back in a transaction: restores what stood there wherever nothing changed since. Gives how
/// many cells were restored and left; `None` when it was undone meanwhile.
pub async fn undo(tx: &mut WriteTx, batch: &Authorized<Batch>) -> DbResult<Option<(usize, usize)>> {
    let sql =
        "update batch set undone_at = $2 where id = $1 and undone_at is null and at > $3 returning undo";
    let now = now_ms();
    let Some(row) = tx.one(sql, values![batch.id, now, now - UNDO_MS]).await? else { return Ok(None) };
    let mut undo = undo_of(&row.text(0)?)?;
    let standing = stored(tx, undo.cells.iter().map(|c| c.code.as_str()).collect()).await?;
    let mut rows = Vec::new();
    let mut restored = 0;
    for cell in &undo.cells {
        let at = (cell.code.clone(), cell.fact.clone(), cell.period.clone());
        let untouched = standing.get(&at).is_some_and(|w| w.batch == Some(batch.id) && w.value == cell.value);
        if !untouched {
            undo.left.push((cell.code.clone(), cell.fact.clone()));
            continue;
        }
        restored += 1;
        tx.changed(
            &cell.code,
            &facts::field(&cell.fact, &cell.period),
            Some(cell.value.clone()),
            cell.was.as_ref().map(|w| w.value.clone()),
        );
        match &cell.was {
            None => {
                let sql = "delete from fact where code = $1 and fact = $2 and period = $3";
                tx.run(sql, values![at.0, at.1, at.2]).await?;
            }
            Some(w) => rows.push(values![
                new_id(),
                at.0,
                at.1,
                at.2,
                w.value.clone(),
                w.source.clone(),
                w.day.clone(),
                w.by_account,
                w.by_name.clone(),
                w.at,
                w.evidence,
                w.batch
            ]),
        }
    }
    facts::put(tx, rows).await?;
    let left = undo.left.len();
    let text = serde_json::to_string(&undo).unwrap_or_default();
    tx.run("update batch set undo = $2 where id = $1", values![batch.id, text]).await?;
    Ok(Some((restored, left)))
}
