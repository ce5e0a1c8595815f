//! Rows and values, alike on both engines.

use super::{DbError, DbResult};
use sea_orm::{ConnectionTrait, QueryResult, Statement, TryGetable};

/// A value bound to a place of a statement.
pub type Value = sea_orm::Value;

/// A row of a result.
pub struct Row(pub(super) QueryResult);

impl Row {
    /// A column by its position from 0.
    pub fn get<T: TryGetable>(&self, column: usize) -> DbResult<T> {
        self.0.try_get_by_index(column).map_err(DbError::from)
    }

    /// A text column.
    pub fn text(&self, column: usize) -> DbResult<String> {
        self.get(column)
    }

    /// A whole number.
    pub fn int(&self, column: usize) -> DbResult<i64> {
        self.get(column)
    }

    /// A text column that may be null; null is empty.
    pub fn maybe(&self, column: usize) -> DbResult<String> {
        Ok(self.get::<Option<String>>(column)?.unwrap_or_default())
    }
}

pub(super) fn statement(conn: &impl ConnectionTrait, sql: &str, values: Vec<Value>) -> Statement {
    Statement::from_sql_and_values(conn.get_database_backend(), sql, values)
}
