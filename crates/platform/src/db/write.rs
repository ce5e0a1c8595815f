//! The one way to write: a transaction that takes an audit event and appends it before it commits.

use super::row::statement;
use super::{Db, DbError, DbResult, Row, Value, now_ms, numbered};
use crate::audit::{COLUMNS, Entry, Outcome};
use crate::secrets::{KeyRing, PersonKey};
use crate::values;
use sea_orm::{
    ConnAcquireErr, ConnectionTrait, DatabaseTransaction, DbErr, SqliteTransactionMode, TransactionOptions,
    TransactionTrait,
};
use serde::Serialize;
use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::OwnedMutexGuard;

/// Who does what to which record: what the audit keeps. Serialized as it is hashed, see [`Entry`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
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
    #[serde(skip)]
    pub changes: Vec<Change>,
    /// The person whose key seals the values of `changes` that name no other.
    #[serde(skip)]
    pub person: Option<i64>,
}

/// A field before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The kind of record; empty for the event's own.
    pub kind: String,
    /// The record; empty for the event's own.
    pub record: String,
    /// The field's name.
    pub field: String,
    /// The person whose key seals the values; `None` for the event's own.
    pub person: Option<i64>,
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
    written: Arc<AtomicU64>,
    /// Let go of when the transaction is over.
    _turn: OwnedMutexGuard<()>,
}

/// How long a writer waits for its turn: longer than the largest table takes to be written.
const PATIENCE: Duration = Duration::from_secs(60);

impl Db {
    /// Begins a write transaction for an event. Writers of one database follow each other; who holds one begins no
    /// second.
    pub async fn write(&self, event: Event) -> DbResult<WriteTx> {
        // Who waits for the engine holds a connection: enough of them, and the one at work finds none to read with.
        let turn = tokio::time::timeout(PATIENCE, self.turn.clone().lock_owned()).await;
        let turn = turn.map_err(|_| DbErr::ConnectionAcquire(ConnAcquireErr::Timeout))?;
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
        let (keys, written) = (self.keys().clone(), self.written.clone());
        Ok(WriteTx { tx, keys, event, written, _turn: turn })
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
        // SQLite looks a numbered place's name up in a list of all of them, at each binding: thousands of places take
        // their square of time. Places without a name are counted.
        let numbered = self.tx.get_database_backend() != sea_orm::DbBackend::Sqlite;
        let mut rows = rows.into_iter().peekable();
        while rows.peek().is_some() {
            let chunk: Vec<Vec<Value>> = rows.by_ref().take((PLACES / width).min(500)).collect();
            let mut sql = format!("insert into {into} values ");
            for k in 0..chunk.len() {
                sql.push_str(if k == 0 { "(" } else { ", (" });
                for c in 1..=width {
                    sql.push_str(if c == 1 { "" } else { ", " });
                    if numbered {
                        let _ = write!(sql, "${}", k * width + c);
                    } else {
                        sql.push('?');
                    }
                }
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
        self.changed_of(None, "", record, field, before, after);
    }

    /// The same for a record of another kind than the event's, or of a person of its own: a filing that gives a
    /// person a post, a table of many persons. An empty `kind` or `record` is the event's.
    pub fn changed_of(
        &mut self,
        person: Option<i64>,
        kind: &str,
        record: &str,
        field: &str,
        before: Option<String>,
        after: Option<String>,
    ) {
        if before != after {
            let (kind, record, field) = (kind.into(), record.into(), field.into());
            self.event.changes.push(Change { kind, record, field, person, before, after });
        }
    }

    /// The keys that seal values.
    pub fn keys(&self) -> &Arc<KeyRing> {
        &self.keys
    }

    /// The event, to complete it.
    pub fn event(&mut self) -> &mut Event {
        &mut self.event
    }

    /// Destroys the key that seals a person's history, on a stated ground; false where there is none any more. The
    /// event tells nothing more of the person: there is no key to seal it with. [`Db::scrub`] of `person_key` follows
    /// the commit.
    pub async fn destroy_key(&self, person: i64, ground: &str) -> DbResult<bool> {
        let sql = "update person_key set wrapped = null, destroyed_at = $2, ground = $3 \
                   where person = $1 and wrapped is not null";
        Ok(self.run(sql, values![person, now_ms(), ground]).await? == 1)
    }

    /// Appends the event to the audit and commits.
    pub async fn commit(self) -> DbResult<()> {
        self.commit_as(Outcome::Done).await
    }

    /// Commits with another outcome: what a failed sign-in counted stays counted.
    pub async fn commit_as(self, outcome: Outcome) -> DbResult<()> {
        self.commit_seq(outcome).await.map(|_| ())
    }

    /// Commits; gives the audit entry's position, by which what was changed is found again.
    pub async fn commit_seq(mut self, outcome: Outcome) -> DbResult<i64> {
        let seq = self.append(outcome).await?;
        self.history(seq).await?;
        self.tx.commit().await?;
        self.written.fetch_add(1, Ordering::Release);
        Ok(seq)
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
        let changes = std::mem::take(&mut self.event.changes);
        let entry = Entry::link(seq, now_ms(), &self.event, &changes, outcome, &self.keys, prev);
        self.event.changes = changes;
        let hash = entry.hash.clone();
        let values = entry.values();
        let places = numbered(1, values.len());
        let sql = format!("insert into audit ({COLUMNS}) values ({})", places);
        self.run(&sql, values).await?;
        self.run("update audit_head set hash = $1 where id = 1", values![hash]).await?;
        Ok(seq)
    }

    /// The values before and after: sealed with the person's key where the record is a person's.
    async fn history(&mut self, seq: i64) -> DbResult<()> {
        let changes = std::mem::take(&mut self.event.changes);
        let owner = |change: &Change| change.person.or(self.event.person);
        let keys = self.person_keys(changes.iter().filter_map(owner).collect()).await?;
        let rows = changes.iter().map(|change| {
            let record = if change.record.is_empty() { &self.event.record } else { &change.record };
            let kind = if change.kind.is_empty() { &self.event.kind } else { &change.kind };
            let person = owner(change);
            let key = person.and_then(|p| keys.get(&p));
            let seal = |value: &Option<String>| -> Option<Vec<u8>> {
                let value = value.as_ref()?.as_bytes();
                Some(match key {
                    Some(key) => key.seal(&history_context(kind, record, &change.field), value),
                    None => value.to_vec(),
                })
            };
            let (was, became) = (seal(&change.before), seal(&change.after));
            values![
                super::new_id(),
                seq,
                kind.clone(),
                record.clone(),
                change.field.clone(),
                person,
                was,
                became
            ]
        });
        let rows = rows.collect();
        self.insert_many("history (id, seq, kind, record, field, person, was, became)", rows, "").await
    }

    /// The keys that seal persons' histories, made at the first need.
    async fn person_keys(&self, persons: BTreeSet<i64>) -> DbResult<HashMap<i64, PersonKey>> {
        let context = |person: i64| format!("person/{person}");
        let mut keys = HashMap::with_capacity(persons.len());
        let all: Vec<i64> = persons.into_iter().collect();
        for some in all.chunks(500) {
            let places = numbered(1, some.len());
            let sql = format!("select person, wrapped from person_key where person in ({})", places);
            for row in self.rows(&sql, some.iter().map(|p| Value::from(*p)).collect()).await? {
                let (person, wrapped) = (row.int(0)?, row.get::<Option<Vec<u8>>>(1)?);
                let wrapped = wrapped.ok_or_else(|| DbError::Sealed("the key was destroyed".into()))?;
                let key = self.keys.unwrap_key(&context(person), &wrapped);
                keys.insert(person, key.map_err(|e| DbError::Sealed(e.to_string()))?);
            }
        }
        let mut made = Vec::new();
        for person in all {
            keys.entry(person).or_insert_with(|| {
                let key = PersonKey::random();
                made.push(values![person, self.keys.wrap_key(&context(person), &key)]);
                key
            });
        }
        self.insert_many("person_key (person, wrapped)", made, "").await?;
        Ok(keys)
    }
}

/// What binds a sealed value of the history to its place.
pub(crate) fn history_context(kind: &str, record: &str, field: &str) -> String {
    format!("history/{kind}/{record}/{field}")
}
