//! What several processes have in common at one installation: failures to sign in, and the keys.

mod common;

use common::{Engine, PASSWORD, engines};
use yanzhen_platform::account::SignIn;
use yanzhen_platform::audit;
use yanzhen_platform::county::Installation;
use yanzhen_platform::db::now_ms;
use yanzhen_platform::secrets::KeyRing;

/// The same installation opened once more: from its folder, or on PostgreSQL from a folder of its own with its keys.
async fn again(engine: &Engine, folder: &std::path::Path) -> Installation {
    let settings = (*engine.at.settings).clone();
    if settings.database.is_empty() {
        return Installation::open(&engine.at.folder, settings).await.expect("opens");
    }
    std::fs::copy(engine.at.folder.join("keys"), folder.join("keys")).expect("copies");
    Installation::open(folder, settings).await.expect("opens")
}

async fn wrong(at: &Installation, login: &str) -> SignIn {
    at.accounts().sign_in(login, "x", "", "").await.expect("answers")
}

async fn number(at: &Installation, sql: &str) -> i64 {
    at.control.one(sql, vec![]).await.expect("answers").expect("a row").int(0).expect("a number")
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_count_wherever_they_happen() {
    for engine in engines().await {
        let folder = tempfile::tempdir().expect("a folder");
        let other = again(&engine, folder.path()).await;
        engine.account("helieyi", "何例乙", &[]).await;
        for login in ["helieyi", "WuCiRen", "geheim-2026"] {
            for at in [&engine.at, &other, &engine.at, &other] {
                assert_eq!(wrong(at, login).await, SignIn::Wrong, "{}: {login}", engine.name);
            }
            assert!(matches!(wrong(&engine.at, login).await, SignIn::Locked(until) if until > now_ms()));
            for at in [&engine.at, &other] {
                assert!(matches!(wrong(at, &login.to_lowercase()).await, SignIn::Locked(_)));
            }
        }
        let kept = engine.at.control.rows("select name from missed_login", vec![]).await.expect("rows");
        let names: Vec<String> = kept.iter().map(|r| r.text(0).expect("text")).collect();
        assert_eq!(names.len(), 2);
        assert!(names.iter().all(|n| !n.contains("ren") && !n.contains("geheim")), "{names:?}");

        // Ten at the same moment, at both: the fifth locks.
        let tries: Vec<_> = (0..10)
            .map(|k| {
                let at = if k % 2 == 0 { engine.at.clone() } else { other.clone() };
                tokio::spawn(async move { wrong(&at, "zaici").await })
            })
            .collect();
        let mut missed = 0;
        for one in tries {
            missed += usize::from(one.await.expect("ends") == SignIn::Wrong);
        }
        assert_eq!(missed, 4, "{}", engine.name);

        // When the lock is over, five more; what is a day old no longer counts, for those that are and those that are not.
        for table in ["account", "missed_login"] {
            engine.sql(&format!("update {table} set locked_until = 1, failures = 4, failed_at = 1")).await;
        }
        for login in ["helieyi", "wuciren"] {
            for k in 1..=4 {
                assert_eq!(wrong(&other, login).await, SignIn::Wrong, "{}: {login} {k}", engine.name);
            }
            assert!(matches!(wrong(&engine.at, login).await, SignIn::Locked(_)));
        }
        // The rows that no longer count go; those that lock stay.
        assert_eq!(number(&engine.at, "select count(*) from missed_login").await, 3);
        engine.at.accounts().sweep().await.expect("sweeps");
        assert_eq!(number(&engine.at, "select count(*) from missed_login").await, 1);
        assert!(matches!(wrong(&other, "wuciren").await, SignIn::Locked(_)));
        let (_, breaks) = audit::verify(&engine.at.control, None).await.expect("verifies");
        assert_eq!(breaks, []);
        engine.sql("update account set locked_until = 0").await;
        let came = other.accounts().sign_in("helieyi", PASSWORD, "", "").await.expect("answers");
        assert!(matches!(came, SignIn::In(_)));
        other.close().await.expect("closes");
        engine.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_are_not_the_data_s_are_refused() {
    for engine in engines().await {
        let (folder, settings) = (tempfile::tempdir().expect("a folder"), (*engine.at.settings).clone());
        let sqlite = settings.database.is_empty();
        let data = if sqlite { engine.at.folder.clone() } else { folder.path().to_owned() };
        let (keys, own) = (data.join("keys"), folder.path().join("own"));
        std::fs::copy(engine.at.folder.join("keys"), &own).expect("copies");
        let open = || Installation::open(&data, settings.clone());
        let refused = async |told: &str| {
            let why = open().await.err().expect(told).to_string();
            assert!(why.contains("请换回数据原来的密钥"), "{told}: {why}");
        };
        // Another installation's first key: refused as soon as there is something that it cannot open.
        let _ = std::fs::remove_file(&keys);
        KeyRing::create_file(&keys).expect("keys");
        engine.account("helieyi", "何例乙", &[]).await;
        refused("another key").await;
        std::fs::copy(&own, &keys).expect("copies");
        open().await.expect("opens").close().await.expect("closes");
        // A second key is noted; a copy of the file from before it is refused.
        assert_eq!(KeyRing::add_key(&keys).expect("a key"), 2);
        open().await.expect("opens").close().await.expect("closes");
        let both = std::fs::read(&keys).expect("a file");
        std::fs::copy(&own, &keys).expect("copies");
        refused("an older copy").await;
        std::fs::write(&keys, both).expect("writes");
        open().await.expect("opens").close().await.expect("closes");
        engine.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_set_up_codes_at_once_one_stands() {
    for engine in engines().await {
        for _ in 0..20 {
            let codes: Vec<String> = std::thread::scope(|scope| {
                let ask = || engine.at.accounts().setup_code().expect("a code");
                let asked: Vec<_> = (0..8).map(|_| scope.spawn(ask)).collect();
                asked.into_iter().map(|one| one.join().expect("ends")).collect()
            });
            assert!(codes.iter().all(|code| *code == codes[0]), "{codes:?}");
            std::fs::remove_file(engine.at.folder.join("setup-code")).expect("goes");
        }
        engine.close().await;
    }
}
