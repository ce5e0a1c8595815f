//! Migrations: each in a transaction of its own with the mark that it ran, so that a kill leaves all of it or nothing.

use super::row::statement;
use super::schema::{self, Tree};
use super::{Db, DbError, DbResult, now_ms};
use crate::values;
use sea_orm::{ConnectionTrait, SqliteTransactionMode, TransactionOptions, TransactionTrait};

/// A migration and when it ran.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MigrationState {
    /// Its name.
    pub name: String,
    /// Milliseconds since 1970; `None` when it has yet to run.
    pub at: Option<i64>,
}

/// The migrations of a tree and which have run.
pub async fn migrations(db: &Db, tree: Tree) -> DbResult<Vec<MigrationState>> {
    let done = done(db).await?;
    Ok(schema::tree(tree)
        .iter()
        .map(|m| MigrationState {
            name: m.name.to_owned(),
            at: done.iter().find(|(n, _)| n == m.name).map(|(_, at)| *at),
        })
        .collect())
}

/// The names of a tree's migrations in order.
pub(crate) fn names(tree: Tree) -> Vec<&'static str> {
    schema::tree(tree).iter().map(|m| m.name).collect()
}

async fn done(db: &Db) -> DbResult<Vec<(String, i64)>> {
    let table = if db.is_postgres() {
        "select count(*) from information_schema.tables where table_schema = current_schema() and table_name = 'migration'"
    } else {
        "select count(*) from sqlite_master where type = 'table' and name = 'migration'"
    };
    if db.one(table, vec![]).await?.ok_or(DbError::Missing)?.int(0)? == 0 {
        return Ok(Vec::new());
    }
    let rows = db.rows("select name, at from migration order by name", vec![]).await?;
    rows.iter().map(|r| Ok((r.text(0)?, r.int(1)?))).collect()
}

impl Db {
    /// Brings the database to this program's state; gives the names of what ran.
    pub async fn migrate(&self, tree: Tree) -> DbResult<Vec<&'static str>> {
        self.prepare().await?;
        let known = schema::tree(tree);
        let before = done(self).await?;
        if let Some((name, _)) = before.iter().find(|(n, _)| !known.iter().any(|m| m.name == n)) {
            return Err(unknown(name));
        }
        let mut ran = Vec::new();
        for migration in known {
            let marked = before.iter().any(|(name, _)| name == migration.name);
            if !marked && self.step(migration, now_ms()).await? {
                ran.push(migration.name);
            }
        }
        Ok(ran)
    }

    /// Brings a fresh database to the state of another: the same migrations, marked with the same moments.
    pub(crate) async fn migrate_as(&self, tree: Tree, marks: &[(String, i64)]) -> DbResult<()> {
        let known = schema::tree(tree);
        if let Some((name, _)) = marks.iter().find(|(n, _)| !known.iter().any(|m| m.name == n)) {
            return Err(unknown(name));
        }
        self.prepare().await?;
        for migration in known {
            if let Some((_, at)) = marks.iter().find(|(name, _)| name == migration.name) {
                self.step(migration, *at).await?;
            }
        }
        Ok(())
    }

    /// The schema and the table of migrations. Where they are there, no right to make them is asked for.
    async fn prepare(&self) -> DbResult<()> {
        const TABLE: &str =
            "create table if not exists migration (name text primary key, at bigint not null)";
        let super::Target::Postgres { schema, .. } = self.target() else {
            self.conn().execute_unprepared(TABLE).await?;
            return Ok(());
        };
        let there = "select count(*) from pg_catalog.pg_namespace where nspname = $1";
        let table = "select count(*) from information_schema.tables \
                     where table_schema = $1 and table_name = 'migration'";
        if self.one(table, values![schema.clone()]).await?.ok_or(DbError::Missing)?.int(0)? > 0 {
            return Ok(());
        }
        let tx = self.conn().begin().await?;
        // Of two programs that start together on an empty database, one makes the schema while the other waits.
        tx.execute_unprepared("select pg_advisory_xact_lock(8466)").await?;
        let found = tx.query_one_raw(statement(&tx, there, values![schema.clone()])).await?;
        if super::Row(found.ok_or(DbError::Missing)?).int(0)? == 0 {
            tx.execute_unprepared(&format!("create schema \"{schema}\"")).await?;
        }
        tx.execute_unprepared(TABLE).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn step(&self, migration: &schema::Migration, at: i64) -> DbResult<bool> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..Default::default()
        };
        let tx = self.conn().begin_with_options(options).await?;
        if self.is_postgres() {
            // Two processes that start together take turns.
            tx.execute_unprepared("lock table migration in exclusive mode").await?;
        }
        let seen = statement(&tx, "select at from migration where name = $1", values![migration.name]);
        if tx.query_one_raw(seen).await?.is_some() {
            tx.rollback().await?;
            return Ok(false);
        }
        for sql in migration.sql {
            for sql in self.dialect(sql) {
                tx.execute_unprepared(&sql).await?;
            }
        }
        let mark =
            statement(&tx, "insert into migration (name, at) values ($1, $2)", values![migration.name, at]);
        tx.execute_raw(mark).await?;
        tx.commit().await?;
        Ok(true)
    }

    fn dialect(&self, sql: &str) -> Vec<String> {
        if let Some(table) = sql.strip_prefix("{append_only:").and_then(|s| s.strip_suffix('}')) {
            return self.append_only(table);
        }
        if let Some(tally) = sql.strip_prefix("{tally:").and_then(|s| s.strip_suffix('}')) {
            return self.tally(tally);
        }
        let (id, blob) = if self.is_postgres() {
            ("bigint primary key", "bytea")
        } else {
            ("integer primary key", "blob")
        };
        vec![sql.replace("{id}", id).replace("{blob}", blob)]
    }

    /// Triggers that count. Whoever writes, by whatever statement, the counts follow in the same transaction.
    fn tally(&self, text: &str) -> Vec<String> {
        let mut parts = text.split(':');
        let mut next = || parts.next().unwrap_or_default();
        let (table, counts, columns) = (next(), next(), next());
        let columns: Vec<&str> = columns.split(',').collect();
        let Some((first, rest)) = columns.split_first() else { return Vec::new() };
        let all = columns.join(", ");
        let of = |row: &str, columns: &[&str]| {
            let named: Vec<String> = columns.iter().map(|c| format!("{row}.{c}")).collect();
            named.join(", ")
        };
        let add = format!(
            "insert into {counts} ({all}, n) values ('*', {}, 1), ({}, 1) \
             on conflict ({all}) do update set n = {counts}.n + 1;",
            of("new", rest),
            of("new", &columns)
        );
        let same: String = rest.iter().map(|c| format!(" and {c} = old.{c}")).collect();
        let drop = format!("update {counts} set n = n - 1 where {first} in ('*', old.{first}){same};");
        if self.is_postgres() {
            let function = format!(
                "create function {counts}_keep() returns trigger language plpgsql as $$ begin \
                 if tg_op <> 'INSERT' then {drop} end if; if tg_op <> 'DELETE' then {add} end if; return null; end $$"
            );
            let trigger = format!(
                "create trigger {counts}_keep after insert or delete or update of {all} on {table} \
                 for each row execute function {counts}_keep()"
            );
            return vec![function, trigger];
        }
        vec![
            format!("create trigger {counts}_add after insert on {table} begin {add} end"),
            format!("create trigger {counts}_drop after delete on {table} begin {drop} end"),
            format!("create trigger {counts}_move after update of {all} on {table} begin {drop} {add} end"),
        ]
    }

    fn append_only(&self, table: &str) -> Vec<String> {
        if self.is_postgres() {
            let function = format!(
                "create function {table}_refuse() returns trigger language plpgsql as \
                 $$ begin raise exception '{table} is append-only'; end $$"
            );
            let trigger = format!(
                "create trigger {table}_refuse before update or delete or truncate on {table} \
                 for each statement execute function {table}_refuse()"
            );
            return vec![function, trigger];
        }
        ["update", "delete"]
            .map(|verb| {
                format!(
                    "create trigger {table}_no_{verb} before {verb} on {table} \
                     begin select raise(abort, '{table} is append-only'); end"
                )
            })
            .to_vec()
    }
}

fn unknown(name: &str) -> DbError {
    DbError::Version(format!(
        "the database has migration {name}, which this program does not know: use a newer program"
    ))
}
