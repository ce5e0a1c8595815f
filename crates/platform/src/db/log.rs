//! The steps that a record of some kind went through, in a table of its own: who, from which office, what, with which words.

use super::{Db, DbResult, WriteTx, new_id, now_ms};
use crate::values;

/// A step of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happened {
    /// Milliseconds since 1970.
    pub at: i64,
    /// The name of who did it.
    pub by: String,
    /// The unit whose office they sat in.
    pub unit: String,
    /// An act's id, or a word of the slice's own.
    pub act: String,
    /// Their words; empty without any.
    pub note: String,
}

/// The steps of one kind of record: a table `(id, <record>, at, by_name, unit, act, note)`.
#[derive(Clone, Copy, Debug)]
pub struct Log {
    /// The table.
    pub table: &'static str,
    /// The column that names the record.
    pub record: &'static str,
}

impl Log {
    /// What happened to a record, in order.
    pub async fn of(&self, db: &Db, record: i64) -> DbResult<Vec<Happened>> {
        let sql = format!(
            "select at, by_name, unit, act, note from {} where {} = $1 order by at, id",
            self.table, self.record
        );
        let rows = db.rows(&sql, values![record]).await?;
        let happened = |r: &super::Row| {
            let (by, unit, act, note) = (r.text(1)?, r.text(2)?, r.text(3)?, r.text(4)?);
            Ok(Happened { at: r.int(0)?, by, unit, act, note })
        };
        rows.iter().map(happened).collect()
    }

    /// Notes a step.
    pub async fn note(
        &self,
        tx: &WriteTx,
        record: i64,
        by: &str,
        unit: &str,
        act: &str,
        note: &str,
    ) -> DbResult<()> {
        let sql = format!(
            "insert into {} (id, {}, at, by_name, unit, act, note) values ($1, $2, $3, $4, $5, $6, $7)",
            self.table, self.record
        );
        tx.run(&sql, values![new_id(), record, now_ms(), by, unit, act, note]).await?;
        Ok(())
    }
}
