//! How a PostgreSQL is reached: its address, TLS where the address or libpq's variables ask for it, and a word to other
//! processes that this one is there.

use super::{Db, DbError, DbResult, Target};
use crate::secrets::random;
use crate::values;
use sea_orm::sqlx::postgres::{PgConnectOptions, PgSslMode};
use sea_orm::sqlx::{AssertSqlSafe, Executor};
use sea_orm::{ConnectOptions, DbErr, RuntimeErr};
use sm3::{Digest, Sm3};
use std::sync::LazyLock;

/// Tells this process from others.
static PROCESS: LazyLock<i32> = LazyLock::new(|| i32::from_le_bytes(random()) & i32::MAX);

/// Options for the database at an address, with a schema on the search path.
pub(super) fn options(url: &str, schema: &str) -> DbResult<ConnectOptions> {
    let url = match url.strip_prefix("postgresql://") {
        Some(rest) => format!("postgres://{rest}"),
        None => url.to_owned(),
    };
    // Read here first: the pool's complaint about an address repeats it, password and all.
    let read: PgConnectOptions = url
        .parse()
        .map_err(|e: sea_orm::SqlxError| DbError::Engine(DbErr::Conn(RuntimeErr::Internal(e.to_string()))))?;
    let set = |name: &str| std::env::var_os(name).is_some();
    let asked = says(&url, &["sslmode", "ssl-mode"]) || set("PGSSLMODE");
    let ca = says(&url, &["sslrootcert", "ssl-root-cert", "ssl-ca"]) || set("PGSSLROOTCERT");
    let mode = mode(read.get_ssl_mode(), asked, ca);
    let mut options = ConnectOptions::new(url);
    options.map_sqlx_postgres_opts(move |o| o.ssl_mode(mode));
    // A lock in common stands for presence: it ends with the connection, and so with the process, on any machine.
    let (number, process) = (number(schema), *PROCESS);
    let begin =
        format!("set search_path = \"{schema}\"; select pg_advisory_lock_shared({number}, {process})");
    options.map_sqlx_postgres_pool_opts(move |pool| {
        let begin = begin.clone();
        pool.after_connect(move |connection, _| {
            let begin = begin.clone();
            Box::pin(async move { connection.execute(AssertSqlSafe(begin)).await.map(drop) })
        })
    });
    Ok(options)
}

/// What a schema is called among advisory locks.
fn number(schema: &str) -> i32 {
    let hash = Sm3::digest(format!("yanzhen/{schema}"));
    i32::from_le_bytes([hash[0], hash[1], hash[2], hash[3]]) & i32::MAX
}

impl Db {
    /// Whether another process has this database open: always `false` of a file, where a lock in the folder tells.
    pub(crate) async fn shared(&self) -> DbResult<bool> {
        let Target::Postgres { schema, .. } = self.target() else { return Ok(false) };
        let sql = "select count(*) from pg_locks where locktype = 'advisory' and objsubid = 2 \
                   and database = (select oid from pg_database where datname = current_database()) \
                   and cast(classid as bigint) = $1 and cast(objid as bigint) <> $2";
        let values = values![i64::from(number(schema)), i64::from(*PROCESS)];
        Ok(self.one(sql, values).await?.ok_or(DbError::Missing)?.int(0)? > 0)
    }
}

fn says(url: &str, names: &[&str]) -> bool {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    query.split('&').any(|pair| names.contains(&pair.split('=').next().unwrap_or_default()))
}

/// sqlx tries TLS unasked and takes any certificate then: protection that nobody can count on, and that a server with
/// an old certificate turns into a refusal. Whoever names an authority wants it asked, as libpq does with `require`.
fn mode(read: PgSslMode, asked: bool, ca: bool) -> PgSslMode {
    match (asked, ca) {
        (false, false) => PgSslMode::Disable,
        (false, true) => PgSslMode::VerifyFull,
        (true, true) if matches!(read, PgSslMode::Require) => PgSslMode::VerifyCa,
        (true, _) => read,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tls_is_used_as_the_address_says() {
        let of = |url: &str| {
            let read: PgConnectOptions = url.parse().unwrap();
            let asked = says(url, &["sslmode"]);
            format!("{:?}", mode(read.get_ssl_mode(), asked, says(url, &["sslrootcert"])))
        };
        for (query, mode) in [
            ("", "Disable"),
            ("?application_name=sslmode", "Disable"),
            ("?sslmode=prefer", "Prefer"),
            ("?sslmode=require", "Require"),
            ("?sslmode=require&sslrootcert=/a.pem", "VerifyCa"),
            ("?sslrootcert=/a.pem", "VerifyFull"),
            ("?sslmode=verify-full&sslrootcert=/a.pem", "VerifyFull"),
            ("?sslrootcert=/a.pem&sslmode=disable", "Disable"),
        ] {
            assert_eq!(of(&format!("postgres://a@localhost/a{query}")), mode, "{query}");
        }
    }

    #[test]
    fn a_wrong_address_is_told_without_its_password() {
        for url in ["postgres://a:geheim@localhost/a?sslmode=yes", "postgres://a:geheim@localhost:x/a"] {
            let said = options(url, "a").unwrap_err().to_string();
            assert!(!said.contains("geheim"), "{said}");
        }
        assert!(options("postgresql://a:geheim@localhost/a?sslmode=require", "a").is_ok());
    }
}
