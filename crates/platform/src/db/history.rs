//! Reading the history of a record: what its fields were and became, by whom, when.

use super::write::history_context;
use super::{Db, DbError, DbResult, Row};
use crate::values;

const PAST: &str = "select h.seq, a.at, a.actor_name, a.role, a.action, a.note, h.field, h.person, h.was, h.became, \
    k.wrapped, h.kind, h.record from history h join audit a on a.seq = h.seq left join person_key k on k.person = h.person";

/// A field's change, as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Past {
    /// The audit entry's position.
    pub seq: i64,
    /// Milliseconds since 1970.
    pub at: i64,
    /// Who changed it, as the name stood then.
    pub by: String,
    /// In which role: an id of [`crate::access::Role`].
    pub role: String,
    /// The verb: `people.import`.
    pub action: String,
    /// The event's remark.
    pub note: String,
    /// The field's name.
    pub field: String,
    /// Its value before; `None` where there was none.
    pub was: Option<String>,
    /// Its value after; `None` where it was taken away.
    pub became: Option<String>,
    /// The values were destroyed with the person's key.
    pub destroyed: bool,
}

impl Db {
    /// How many changes a record has.
    ///
    /// # Errors
    /// The engine's.
    pub async fn history_len(&self, kind: &str, record: &str) -> DbResult<u64> {
        let sql = "select count(*) from history where kind = $1 and record = $2";
        let n = self.one(sql, values![kind, record]).await?.map(|r| r.int(0)).transpose()?;
        Ok(n.unwrap_or_default().unsigned_abs())
    }

    /// The changes of a record, the latest first: at most `limit` after `offset`. What a destroyed key sealed comes
    /// back without values.
    ///
    /// # Errors
    /// The engine's, and a sealed value that does not open.
    pub async fn history(&self, kind: &str, record: &str, limit: u64, offset: u64) -> DbResult<Vec<Past>> {
        let sql = format!(
            "{PAST} where h.kind = $1 and h.record = $2 order by h.seq desc, h.id limit $3 offset $4"
        );
        let rows = self.rows(&sql, values![kind, record, limit as i64, offset as i64]).await?;
        Ok(self.pasts(rows)?.into_iter().map(|(_, past)| past).collect())
    }

    /// What an act of an account changed, each with its record: the act by its audit entry's position and its verb. Empty
    /// where the act is another's.
    ///
    /// # Errors
    /// The engine's, and a sealed value that does not open.
    pub async fn history_of(&self, seq: i64, action: &str, account: i64) -> DbResult<Vec<(String, Past)>> {
        let sql = format!("{PAST} where h.seq = $1 and a.action = $2 and a.actor = $3 order by h.id");
        let rows = self.rows(&sql, values![seq, action, account]).await?;
        self.pasts(rows)
    }

    /// Rows of [`PAST`], opened: the record and what happened to it.
    fn pasts(&self, rows: Vec<Row>) -> DbResult<Vec<(String, Past)>> {
        let mut known = None;
        let mut out = Vec::with_capacity(rows.len());
        for row in rows {
            let field = row.text(6)?;
            let person: Option<i64> = row.get(7)?;
            let (was, became): (Option<Vec<u8>>, Option<Vec<u8>>) = (row.get(8)?, row.get(9)?);
            let wrapped: Option<Vec<u8>> = row.get(10)?;
            let mut destroyed = false;
            let (kind, record) = (row.text(11)?, row.text(12)?);
            let context = history_context(&kind, &record, &field);
            let mut open = |value: Option<Vec<u8>>| -> DbResult<Option<String>> {
                let Some(value) = value else { return Ok(None) };
                let plain = match (person, &wrapped) {
                    (None, _) => value,
                    (Some(_), None) => {
                        destroyed = true;
                        return Ok(None);
                    }
                    (Some(person), Some(wrapped)) => {
                        if known.as_ref().is_none_or(|(of, _)| *of != person) {
                            let key = self.keys().unwrap_key(&format!("person/{person}"), wrapped);
                            known = Some((person, key.map_err(|e| DbError::Sealed(e.to_string()))?));
                        }
                        let Some((_, key)) = &known else { return Ok(None) };
                        key.open(&context, &value).map_err(|e| DbError::Sealed(e.to_string()))?
                    }
                };
                Ok(Some(String::from_utf8_lossy(&plain).into_owned()))
            };
            let (was, became) = (open(was)?, open(became)?);
            let past = Past {
                seq: row.int(0)?,
                at: row.int(1)?,
                by: row.text(2)?,
                role: row.text(3)?,
                action: row.text(4)?,
                note: row.text(5)?,
                field,
                was,
                became,
                destroyed,
            };
            out.push((record, past));
        }
        Ok(out)
    }
}
