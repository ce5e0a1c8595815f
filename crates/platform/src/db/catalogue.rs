//! What tables a database has, asked of the engine itself and put into the schema's order.

use super::row::statement;
use super::schema::{self, Tree};
use super::{Db, DbError, DbResult, Row, Value};
use crate::values;
use sea_orm::ConnectionTrait;

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// 64 bits.
    Int,
    /// Text.
    Text,
    /// Bytes.
    Bytes,
}

/// A column of a table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
    /// Its position in the primary key from 1; 0 for none.
    pub key: i64,
}

/// A table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Its columns.
    pub columns: Vec<Column>,
}

impl Table {
    /// The columns of the primary key in its order.
    pub fn key(&self) -> Vec<&Column> {
        let mut key: Vec<&Column> = self.columns.iter().filter(|c| c.key > 0).collect();
        key.sort_by_key(|c| c.key);
        key
    }

    /// The columns' names, quoted for a statement.
    pub fn quoted(&self) -> String {
        let names: Vec<String> = self.columns.iter().map(|c| format!("\"{}\"", c.name)).collect();
        names.join(", ")
    }
}

/// The tables that the migrations of a tree make, with the migration's name: each after those it refers to.
pub fn made(tree: Tree) -> Vec<(&'static str, &'static str)> {
    let tables = |m: &'static schema::Migration| {
        m.sql.iter().filter_map(move |sql| {
            let name = sql.strip_prefix("create table ")?.split([' ', '(']).next()?;
            Some((m.name, name))
        })
    };
    schema::tree(tree).iter().flat_map(tables).collect()
}

impl Db {
    /// Its tables but that of the migrations, each after those it refers to.
    pub async fn tables(&self, tree: Tree) -> DbResult<Vec<Table>> {
        tables(self.conn(), tree, self.is_postgres()).await
    }
}

pub(super) async fn tables(conn: &impl ConnectionTrait, tree: Tree, postgres: bool) -> DbResult<Vec<Table>> {
    let sql = if postgres {
        "select cast(table_name as text) from information_schema.tables \
         where table_schema = current_schema() and table_type = 'BASE TABLE'"
    } else {
        "select name from sqlite_master where type = 'table' and name not like 'sqlite\\_%' escape '\\'"
    };
    let mut there: Vec<String> =
        all(conn, sql, vec![]).await?.iter().map(|r| r.text(0)).collect::<DbResult<_>>()?;
    there.retain(|name| name != "migration");
    let mut out = Vec::with_capacity(there.len());
    for (_, name) in made(tree) {
        if let Some(at) = there.iter().position(|t| t == name) {
            let name = there.swap_remove(at);
            let columns = columns(conn, &name, postgres).await?;
            out.push(Table { name, columns });
        }
    }
    match there.first() {
        Some(other) => Err(DbError::Version(format!("table {other} is none of this program's"))),
        None => Ok(out),
    }
}

async fn columns(conn: &impl ConnectionTrait, table: &str, postgres: bool) -> DbResult<Vec<Column>> {
    let sql = if postgres {
        "select cast(c.column_name as text), cast(c.data_type as text), coalesce((\
           select cast(k.ordinal_position as bigint) from information_schema.table_constraints t \
           join information_schema.key_column_usage k on k.constraint_schema = t.constraint_schema \
           and k.constraint_name = t.constraint_name and k.table_name = t.table_name \
           where t.constraint_type = 'PRIMARY KEY' and t.table_schema = c.table_schema \
           and t.table_name = c.table_name and k.column_name = c.column_name), 0) \
         from information_schema.columns c where c.table_schema = current_schema() and c.table_name = $1 \
         order by c.ordinal_position"
    } else {
        "select name, lower(type), pk from pragma_table_info($1) order by cid"
    };
    let rows = all(conn, sql, values![table]).await?;
    let column = |row: &Row| {
        let (name, kind) = (row.text(0)?, row.text(1)?);
        let kind = match kind.as_str() {
            "bigint" | "integer" => Kind::Int,
            "text" => Kind::Text,
            "blob" | "bytea" => Kind::Bytes,
            other => {
                return Err(DbError::Version(format!("column {table}.{name} is of the type {other}")));
            }
        };
        Ok(Column { name, kind, key: row.int(2)? })
    };
    rows.iter().map(column).collect()
}

async fn all(conn: &impl ConnectionTrait, sql: &str, values: Vec<Value>) -> DbResult<Vec<Row>> {
    let rows = conn.query_all_raw(statement(conn, sql, values)).await?;
    Ok(rows.into_iter().map(Row).collect())
}
