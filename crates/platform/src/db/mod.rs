//! Databases: one engine-blind door to SQLite and PostgreSQL.
//!
//! Statements are portable SQL text with `$1` places. A plain [`Db`] only reads; the one way to write is
//! [`Db::write`], which takes an audit event and appends it in the same transaction (door 6).

mod catalogue;
mod history;
mod log;
mod migrate;
mod postgres;
mod row;
mod schema;
mod snapshot;
mod write;

pub use catalogue::{Column, Kind, Table, made};
pub use history::Past;
pub use log::{Happened, Log};
pub(crate) use migrate::names;
pub use migrate::{MigrationState, migrations};
pub use row::{Row, Value};
pub use schema::Tree;
pub(crate) use snapshot::Load;
pub use snapshot::Snapshot;
pub use write::{Change, Event, WriteTx};

use crate::secrets::KeyRing;
use row::statement;
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbErr};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::Mutex;

/// Where a database is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A file, made when missing.
    Sqlite(PathBuf),
    /// A schema of a PostgreSQL database, found by `search_path`.
    Postgres {
        /// `postgres://user:password@host/database?sslmode=verify-full&sslrootcert=…`
        url: String,
        /// The schema's name: letters, digits and `_`.
        schema: String,
    },
}

/// What a database answers when it cannot do as asked.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// The engine's own words.
    #[error("{0}")]
    Engine(#[from] DbErr),
    /// A row that must be there is not.
    #[error("no such row")]
    Missing,
    /// The database is of another program, or newer than this one.
    #[error("{0}")]
    Version(String),
    /// A statement that changes something was given where only reading is done.
    #[error("only queries are run outside a write transaction")]
    ReadOnly,
    /// A sealed value cannot be opened.
    #[error("a sealed value cannot be opened: {0}")]
    Sealed(String),
}

/// Shorthand.
pub type DbResult<T> = Result<T, DbError>;

/// An open database. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    conn: DatabaseConnection,
    keys: Arc<KeyRing>,
    target: Target,
    /// Held by this process's one writer at a time.
    turn: Arc<Mutex<()>>,
    asked: Arc<AtomicU64>,
    written: Arc<AtomicU64>,
}

/// How long one that opens a database beside others waits for its turn.
const BUSY: Duration = Duration::from_secs(15);

/// Connects. Of several processes that open a fresh SQLite file at once, all but one find it locked while it turns to
/// WAL: the engine says so at once, without the wait that it has for statements.
async fn connected(options: ConnectOptions) -> DbResult<DatabaseConnection> {
    let since = std::time::Instant::now();
    loop {
        match Database::connect(options.clone()).await {
            Err(e) if since.elapsed() < BUSY && e.to_string().contains("database is locked") => {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            done => return Ok(done?),
        }
    }
}

impl Db {
    /// Opens a database and sets the engine up: SQLite in WAL with foreign keys and full syncs at checkpoints,
    /// PostgreSQL with its schema on the search path.
    pub async fn open(target: &Target, keys: Arc<KeyRing>) -> DbResult<Db> {
        let mut options = match target {
            Target::Sqlite(path) => {
                // The path goes in as it is: in a URL `?` and `%` would mean something.
                let file = path.clone();
                let mut options = ConnectOptions::new("sqlite://database?mode=rwc");
                options.max_connections(8).map_sqlx_sqlite_opts(move |o| {
                    o.filename(&file)
                        .journal_mode(SqliteJournalMode::Wal)
                        // A commit that was acknowledged survives a power cut.
                        .synchronous(SqliteSynchronous::Full)
                        .foreign_keys(true)
                        .busy_timeout(BUSY)
                        .statement_cache_capacity(200)
                        .pragma("cache_size", "-4096")
                        .pragma("trusted_schema", "off")
                        // A destroyed key is overwritten, not only forgotten.
                        .pragma("secure_delete", "on")
                });
                options
            }
            Target::Postgres { url, schema } => {
                let mut options = postgres::options(url, schema)?;
                options.max_connections(8);
                options
            }
        };
        options.sqlx_logging(false).min_connections(1).acquire_timeout(Duration::from_secs(20));
        options.test_before_acquire(matches!(target, Target::Postgres { .. }));
        let conn = connected(options).await?;
        let (turn, asked, written) = Default::default();
        Ok(Db { conn, keys, target: target.clone(), turn, asked, written })
    }

    /// Whether the engine is PostgreSQL. For the platform alone: slices never ask.
    pub(crate) fn is_postgres(&self) -> bool {
        matches!(self.target, Target::Postgres { .. })
    }

    /// Where it is.
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// The keys that open its sealed values.
    pub fn keys(&self) -> &Arc<KeyRing> {
        &self.keys
    }

    /// How many statements were run outside of transactions since it was opened.
    pub fn asked(&self) -> u64 {
        self.asked.load(Ordering::Relaxed)
    }

    /// How often this process has written since it was opened: what was counted at the same number still holds, but for
    /// what other processes wrote.
    pub fn written(&self) -> u64 {
        self.written.load(Ordering::Acquire)
    }

    fn count(&self) {
        self.asked.fetch_add(1, Ordering::Relaxed);
    }

    /// Every row of a query.
    pub async fn rows(&self, sql: &str, values: Vec<Value>) -> DbResult<Vec<Row>> {
        reads(sql)?;
        self.count();
        let rows = self.conn.query_all_raw(statement(&self.conn, sql, values)).await?;
        Ok(rows.into_iter().map(Row).collect())
    }

    /// The first row of a query.
    pub async fn one(&self, sql: &str, values: Vec<Value>) -> DbResult<Option<Row>> {
        reads(sql)?;
        self.count();
        Ok(self.conn.query_one_raw(statement(&self.conn, sql, values)).await?.map(Row))
    }

    /// Changes operational state that is no record: sessions, leases, counters. Everything else goes through
    /// [`Db::write`].
    pub(crate) async fn operate(&self, sql: &str, values: Vec<Value>) -> DbResult<u64> {
        self.count();
        Ok(self.conn.execute_raw(statement(&self.conn, sql, values)).await?.rows_affected())
    }

    /// Like [`Db::operate`], for a statement that answers the row it changed.
    pub(crate) async fn operate_one(&self, sql: &str, values: Vec<Value>) -> DbResult<Option<Row>> {
        self.count();
        Ok(self.conn.query_one_raw(statement(&self.conn, sql, values)).await?.map(Row))
    }

    pub(crate) fn conn(&self) -> &DatabaseConnection {
        &self.conn
    }

    /// Closes every connection; a write-ahead log is folded into its file.
    pub async fn close(self) -> DbResult<()> {
        Ok(self.conn.close().await?)
    }
}

/// A statement that changes what it answers would go round door 6.
fn reads(sql: &str) -> DbResult<()> {
    let verb = sql.trim_start().get(..6).unwrap_or_default();
    if verb.eq_ignore_ascii_case("select") { Ok(()) } else { Err(DbError::ReadOnly) }
}

/// Values of a statement: `values![code, 3, None::<String>]`.
#[macro_export]
macro_rules! values {
    ($($value:expr),* $(,)?) => { vec![$($crate::db::Value::from($value)),*] };
}

/// The last id of this process.
static LAST: AtomicI64 = AtomicI64::new(0);

/// A new record id: milliseconds since 1970 and 21 random bits, so that ids rise with time and cannot be guessed. Within a
/// process each is above the one before, however many are made in a millisecond.
pub fn new_id() -> i64 {
    let mut bytes = [0u8; 4];
    // A failing random source leaves the time alone: still rising.
    let _ = getrandom::fill(&mut bytes);
    let bits = i64::from(u32::from_le_bytes(bytes));
    let (drawn, step) = (now_ms() << 21 | bits & 0x1f_ffff, 1 + (bits >> 21 & 0x3f));
    let risen = |last: i64| drawn.max(last + step);
    let before = LAST.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |last| Some(risen(last)));
    risen(before.unwrap_or_else(|last| last))
}

/// Places of a statement: `$3, $4, $5` for three from the third on.
pub fn numbered(from: usize, n: usize) -> String {
    (from..from + n).map(|k| format!("${k}")).collect::<Vec<_>>().join(", ")
}

/// Milliseconds since 1970.
pub fn now_ms() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

#[cfg(test)]
mod tests {
    use super::new_id;

    #[test]
    fn ids_of_a_process_never_meet_and_rise() {
        let make = || {
            let all: Vec<i64> = (0..50_000).map(|_| new_id()).collect();
            assert!(all.is_sorted_by(|a, b| a < b));
            all
        };
        let threads: Vec<_> = (0..4).map(|_| std::thread::spawn(make)).collect();
        let mut all: Vec<i64> = threads.into_iter().flat_map(|t| t.join().unwrap()).collect();
        all.sort_unstable();
        assert!(all.is_sorted_by(|a, b| a < b), "an id was given out twice");
    }
}
