//! The one way to write: a transaction that takes an audit event and appends it before it commits.

use super::row::statement;
use super::{Db, DbError, DbResult, Row, Value, now_ms};
use crate::audit::{Entry, Outcome};
use crate::secrets::{KeyRing, PersonKey};
use crate::values;
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use std::sync::Arc;

/// Who does what to which record: what the audit keeps.
#[derive(Clone, Debug, Default)]
pub struct Event {
    /// The account; `None` for the program itself.
    pub actor: Option<i64>,
    /// The account's name at the time.
    pub actor_name: String,
    /// The role it acted in.
    pub role: String,
    /// The address it came from.
    pub address: String,
    /// The verb: `facts.import`.
    pub action: String,
    /// The kind of record: `village`.
    pub kind: String,
    /// The record's id or code.
    pub record: String,
    /// The part of the org tree the record belongs to: a division code.
    pub part: String,
    /// What else to know, without personal data: `293 行`.
    pub note: String,
    /// The fields and what became of them.
    pub changes: Vec<Change>,
    /// The person whose key seals the values of `changes`.
    pub person: Option<i64>,
}

/// A field before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The record; empty for the event's own.
    pub record: String,
    /// The field's name.
    pub field: String,
    /// Its value before; `None` where there was none.
    pub before: Option<String>,
    /// Its value after; `None` where it was taken away.
    pub after: Option<String>,
}

/// A write transaction. Dropped without [`WriteTx::commit`], nothing has happened.
pub struct WriteTx {
    tx: DatabaseTransaction,
    keys: Arc<KeyRing>,
    event: Event,
}

impl Db {
    /// Begins a write transaction for an event. Writers of one database follow each other.
    pub async fn write(&self, event: Event) -> DbResult<WriteTx> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..Default::default()
        };
        let tx = self.conn().begin_with_options(options).await?;
        if self.is_postgres() {
            // SQLite has one writer; here the head's row stands for the right to write, so what a writer checked holds.
            let lock = statement(&tx, "select seq from audit_head where id = 1 for update", Vec::new());
            tx.query_one_raw(lock).await?;
        }
        Ok(WriteTx { tx, keys: self.keys().clone(), event })
    }

    /// Records an event that changes nothing: an audited read, a denial, a failed sign-in.
    pub async fn record(&self, event: Event, outcome: Outcome) -> DbResult<()> {
        self.write(event).await?.commit_as(outcome).await
    }
}

impl WriteTx {
    /// Every row of a query.
    pub async fn rows(&self, sql: &str, values: Vec<Value>) -> DbResult<Vec<Row>> {
        let rows = self.tx.query_all_raw(statement(&self.tx, sql, values)).await?;
        Ok(rows.into_iter().map(Row).collect())
    }

    /// The first row of a query.
    pub async fn one(&self, sql: &str, values: Vec<Value>) -> DbResult<Option<Row>> {
        Ok(self.tx.query_one_raw(statement(&self.tx, sql, values)).await?.map(Row))
    }

    /// Runs a statement; gives the rows it changed.
    pub async fn run(&self, sql: &str, values: Vec<Value>) -> DbResult<u64> {
        Ok(self.tx.execute_raw(statement(&self.tx, sql, values)).await?.rows_affected())
    }

    /// Inserts many rows: `into` is `table (columns)`, `after` what follows the values, such as `on conflict …`.
    pub async fn insert_many(&self, into: &str, rows: Vec<Vec<Value>>, after: &str) -> DbResult<()> {
        // Both engines take at least so many places in a statement.
        const PLACES: usize = 30_000;
        let Some(width) = rows.first().map(Vec::len).filter(|w| *w > 0) else { return Ok(()) };
        let mut rows = rows.into_iter().peekable();
        while rows.peek().is_some() {
            let chunk: Vec<Vec<Value>> = rows.by_ref().take((PLACES / width).min(500)).collect();
            let mut sql = format!("insert into {into} values ");
            for k in 0..chunk.len() {
                let places: Vec<String> = (1..=width).map(|c| format!("${}", k * width + c)).collect();
                sql.push_str(if k == 0 { "(" } else { ", (" });
                sql.push_str(&places.join(", "));
                sql.push(')');
            }
            sql.push(' ');
            sql.push_str(after);
            self.run(&sql, chunk.into_iter().flatten().collect()).await?;
        }
        Ok(())
    }

    /// Notes a field's change for audit and history. Nothing is noted when nothing changed.
    pub fn changed(&mut self, record: &str, field: &str, before: Option<String>, after: Option<String>) {
        if before != after {
            self.event.changes.push(Change { record: record.into(), field: field.into(), before, after });
        }
    }

    /// The event, to complete it.
    pub fn event(&mut self) -> &mut Event {
        &mut self.event
    }

    /// Appends the event to the audit and commits.
    pub async fn commit(self) -> DbResult<()> {
        self.commit_as(Outcome::Done).await
    }

    /// Commits with another outcome: what a failed sign-in counted stays counted.
    pub async fn commit_as(mut self, outcome: Outcome) -> DbResult<()> {
        let seq = self.append(outcome).await?;
        self.history(seq).await?;
        Ok(self.tx.commit().await?)
    }

    /// Undoes everything.
    pub async fn rollback(self) -> DbResult<()> {
        Ok(self.tx.rollback().await?)
    }

    /// The next link of the chain. The head's row is locked until the transaction ends.
    async fn append(&mut self, outcome: Outcome) -> DbResult<i64> {
        let head = self
            .one("update audit_head set seq = seq + 1 where id = 1 returning seq, hash", vec![])
            .await?
            .ok_or(DbError::Missing)?;
        let (seq, prev) = (head.int(0)?, head.text(1)?);
        let event = &self.event;
        let entry = Entry::link(seq, now_ms(), event, outcome, &self.keys, prev);
        self.run(
            "insert into audit (seq, at, actor, actor_name, role, address, action, kind, record, part, note, fields, \
             digest, outcome, prev, hash) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
            values![
                entry.seq,
                entry.at,
                entry.actor,
                entry.actor_name.clone(),
                entry.role.clone(),
                entry.address.clone(),
                entry.action.clone(),
                entry.kind.clone(),
                entry.record.clone(),
                entry.part.clone(),
                entry.note.clone(),
                entry.fields.clone(),
                entry.digest.clone(),
                entry.outcome.as_str(),
                entry.prev.clone(),
                entry.hash.clone(),
            ],
        )
        .await?;
        self.run("update audit_head set hash = $1 where id = 1", values![entry.hash]).await?;
        Ok(seq)
    }

    /// The values before and after: sealed with the person's key where the record is a person's.
    async fn history(&mut self, seq: i64) -> DbResult<()> {
        let changes = std::mem::take(&mut self.event.changes);
        if changes.is_empty() {
            return Ok(());
        }
        let key = match self.event.person {
            Some(person) => Some(self.person_key(person).await?),
            None => None,
        };
        let kind = self.event.kind.clone();
        let seal = |record: &str, field: &str, value: &Option<String>| -> Option<Vec<u8>> {
            let value = value.as_ref()?.as_bytes();
            Some(match &key {
                Some(key) => key.seal(&history_context(&kind, record, field), value),
                None => value.to_vec(),
            })
        };
        let mut ids = super::Ids::default();
        let rows = changes.iter().map(|change| {
            let record = if change.record.is_empty() { &self.event.record } else { &change.record };
            values![
                ids.next(),
                seq,
                kind.clone(),
                record.clone(),
                change.field.clone(),
                self.event.person,
                seal(record, &change.field, &change.before),
                seal(record, &change.field, &change.after),
            ]
        });
        let rows = rows.collect();
        self.insert_many("history (id, seq, kind, record, field, person, was, became)", rows, "").await
    }

    /// The key that seals a person's history, made at the first need.
    async fn person_key(&self, person: i64) -> DbResult<PersonKey> {
        let context = format!("person/{person}");
        let found = self.one("select wrapped from person_key where person = $1", values![person]).await?;
        if let Some(row) = found {
            let wrapped: Option<Vec<u8>> = row.get(0)?;
            let wrapped = wrapped.ok_or_else(|| DbError::Sealed("the key was destroyed".into()))?;
            return self.keys.unwrap_key(&context, &wrapped).map_err(|e| DbError::Sealed(e.to_string()));
        }
        let key = PersonKey::random();
        let wrapped = self.keys.wrap_key(&context, &key);
        self.run("insert into person_key (person, wrapped) values ($1, $2)", values![person, wrapped])
            .await?;
        Ok(key)
    }
}

/// What binds a sealed value of the history to its place.
pub(crate) fn history_context(kind: &str, record: &str, field: &str) -> String {
    format!("history/{kind}/{record}/{field}")
}
