//! Reading a whole database as it stands at one moment, and bringing a whole database in.

use super::catalogue::{self, Table};
use super::row::statement;
use super::{Db, DbResult, Row, Target, Tree, Value};
use crate::secrets::KeyRing;
use sea_orm::{
    AccessMode, ConnectOptions, ConnectionTrait, Database, DatabaseTransaction, IsolationLevel,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use std::path::Path;
use std::sync::Arc;

/// A read transaction: every query sees the database as it stood when it began, whoever writes meanwhile.
pub struct Snapshot {
    tx: DatabaseTransaction,
    postgres: bool,
}

impl Db {
    /// Begins a read transaction.
    pub async fn snapshot(&self) -> DbResult<Snapshot> {
        let postgres = self.is_postgres();
        let options = TransactionOptions {
            isolation_level: postgres.then_some(IsolationLevel::RepeatableRead),
            access_mode: postgres.then_some(AccessMode::ReadOnly),
            sqlite_transaction_mode: Some(SqliteTransactionMode::Deferred),
        };
        let snapshot = Snapshot { tx: self.conn().begin_with_options(options).await?, postgres };
        // On both engines the moment is that of the first query.
        snapshot.one("select seq from audit_head", vec![]).await?;
        Ok(snapshot)
    }

    /// Opens a file that nobody writes, without leaving a trace beside it.
    pub(crate) async fn open_still(path: &Path, keys: Arc<KeyRing>) -> DbResult<Db> {
        let file = path.to_owned();
        let mut options = ConnectOptions::new("sqlite://still");
        options
            .max_connections(1)
            .sqlx_logging(false)
            .map_sqlx_sqlite_opts(move |o| o.filename(&file).read_only(true).immutable(true));
        let conn = Database::connect(options).await?;
        Ok(Db {
            conn,
            keys,
            target: Target::Sqlite(path.to_owned()),
            turn: Arc::default(),
            asked: Arc::default(),
            written: Arc::default(),
        })
    }

    /// Writes the database as it stands now into a new file. SQLite alone.
    pub(crate) async fn copy_into(&self, path: &Path) -> DbResult<()> {
        let path = path.display().to_string().replace('\'', "''");
        self.conn().execute_unprepared(&format!("vacuum into '{path}'")).await?;
        Ok(())
    }

    /// Rewrites a table and folds the log, so that what was deleted from it does not linger on the disk.
    pub async fn scrub(&self, table: &str) -> DbResult<()> {
        let sql = if self.is_postgres() {
            format!("vacuum full \"{table}\"")
        } else {
            // What is overwritten is wiped at once ([`Db::open`]); its old page is still in the log.
            "pragma wal_checkpoint(truncate)".to_owned()
        };
        self.conn().execute_unprepared(&sql).await?;
        Ok(())
    }

    /// Runs a statement of the engine's own. For upkeep alone.
    pub(crate) async fn bare(&self, sql: &str) -> DbResult<()> {
        self.conn().execute_unprepared(sql).await?;
        Ok(())
    }

    /// Begins to bring rows in together with their own audit. For imports alone: all else goes through [`Db::write`].
    pub(crate) async fn load(&self) -> DbResult<Load> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..Default::default()
        };
        Ok(Load { tx: self.conn().begin_with_options(options).await? })
    }
}

impl Snapshot {
    /// Every row of a query.
    pub async fn rows(&self, sql: &str, values: Vec<Value>) -> DbResult<Vec<Row>> {
        let rows = self.tx.query_all_raw(statement(&self.tx, sql, values)).await?;
        Ok(rows.into_iter().map(Row).collect())
    }

    /// The first row of a query.
    pub async fn one(&self, sql: &str, values: Vec<Value>) -> DbResult<Option<Row>> {
        Ok(self.tx.query_one_raw(statement(&self.tx, sql, values)).await?.map(Row))
    }

    /// The tables at that moment, each after those it refers to.
    pub async fn tables(&self, tree: Tree) -> DbResult<Vec<Table>> {
        catalogue::tables(&self.tx, tree, self.postgres).await
    }

    /// Lets go of the moment.
    pub async fn end(self) -> DbResult<()> {
        Ok(self.tx.rollback().await?)
    }
}

/// A transaction that brings rows in. Dropped without [`Load::commit`], nothing has happened.
pub(crate) struct Load {
    tx: DatabaseTransaction,
}

impl Load {
    /// Runs a statement; gives the rows it changed.
    pub async fn run(&self, sql: &str, values: Vec<Value>) -> DbResult<u64> {
        Ok(self.tx.execute_raw(statement(&self.tx, sql, values)).await?.rows_affected())
    }

    /// The first row of a query.
    pub async fn one(&self, sql: &str, values: Vec<Value>) -> DbResult<Option<Row>> {
        Ok(self.tx.query_one_raw(statement(&self.tx, sql, values)).await?.map(Row))
    }

    /// Makes it so.
    pub async fn commit(self) -> DbResult<()> {
        Ok(self.tx.commit().await?)
    }
}
