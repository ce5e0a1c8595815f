//! TLS to PostgreSQL: used when the address asks for it, and the server's certificate checked. Runs where
//! `YANZHEN_TEST_POSTGRES_CA` names the authority of a server whose certificate is for `localhost` alone.

use std::sync::Arc;
use yanzhen_platform::db::{Db, DbResult, Target};
use yanzhen_platform::secrets::KeyRing;

async fn encrypted(url: String) -> DbResult<bool> {
    let target = Target::Postgres { url, schema: "public".into() };
    let db = Db::open(&target, Arc::new(KeyRing::throw_away())).await?;
    let sql = "select ssl from pg_stat_ssl where pid = pg_backend_pid()";
    let ssl = db.one(sql, vec![]).await?.expect("a row").get(0);
    db.close().await?;
    ssl
}

#[tokio::test]
async fn a_server_is_believed_only_with_its_certificate() {
    let (Ok(url), Ok(ca)) =
        (std::env::var("YANZHEN_TEST_POSTGRES"), std::env::var("YANZHEN_TEST_POSTGRES_CA"))
    else {
        return;
    };
    let by_name = url.replace("127.0.0.1", "localhost");
    assert_ne!(by_name, url, "the address is a number");
    for (query, is) in [
        (String::new(), false),
        ("?sslmode=disable".into(), false),
        ("?sslmode=require".into(), true),
        (format!("?sslrootcert={ca}"), true),
        (format!("?sslmode=verify-full&sslrootcert={ca}"), true),
    ] {
        let came = encrypted(format!("{by_name}{query}")).await;
        assert_eq!(came.ok(), Some(is), "{query}");
    }
    // Nobody known vouches for it; it is not who was asked for; there is no such authority.
    for (url, query) in [
        (&by_name, "?sslmode=verify-full".to_owned()),
        (&url, format!("?sslmode=verify-full&sslrootcert={ca}")),
        (&by_name, format!("?sslmode=verify-full&sslrootcert={ca}.not")),
    ] {
        let came = encrypted(format!("{url}{query}")).await;
        assert!(came.is_err(), "{query}");
        assert!(!format!("{came:?}").contains("postgres://"), "{came:?}");
    }
}
