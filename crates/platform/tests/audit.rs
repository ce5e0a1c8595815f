//! The audit's chain and its pages, on every engine at hand.

mod common;

use axum::http::StatusCode;
use common::{Engine, engines};
use yanzhen_platform::access::{Part, Role};
use yanzhen_platform::audit::{self, Break, Filter, Outcome};
use yanzhen_platform::db::Event;

fn event(action: &str, record: &str) -> Event {
    Event { action: action.into(), actor_name: "何例乙".into(), record: record.into(), ..Event::default() }
}

/// Takes the guard off the audit, as who holds the database can.
async fn unguarded(engine: &Engine, statement: &str) {
    let guard = if engine.name == "sqlite" {
        "drop trigger audit_no_update; drop trigger audit_no_delete"
    } else {
        "drop trigger audit_refuse on audit"
    };
    engine.sql(&format!("{guard}; {statement}")).await;
}

async fn ten(engine: &Engine) {
    for n in 0..10 {
        engine.at.control.record(event("test.look", &n.to_string()), Outcome::Done).await.expect("written");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_chain_is_whole() {
    for engine in engines().await {
        let db = &engine.at.control;
        assert_eq!(audit::verify(db, None).await.expect("read").1, []);
        ten(&engine).await;
        let kept = audit::head(db).await.expect("a head");
        ten(&engine).await;
        let (head, breaks) = audit::verify(db, Some(&kept)).await.expect("read");
        assert_eq!((head.seq, breaks), (20, vec![]));
        let other = format!("{}:{}", kept.seq, "0".repeat(64)).parse().expect("a head");
        assert_eq!(audit::verify(db, Some(&other)).await.expect("read").1, [Break::ForeignHead(10)]);
        assert!(kept.to_string().to_uppercase().parse::<audit::Head>().is_ok_and(|h| h == kept));
        engine.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn triggers_refuse_to_change_what_is_written() {
    for engine in engines().await {
        ten(&engine).await;
        let db = &engine.at.control;
        for sql in [
            "update audit set note = 'x' where seq = 3",
            "delete from audit where seq = 3",
            "delete from audit",
        ] {
            let tx = db.write(event("test.forge", "")).await.expect("begins");
            let refused = tx.run(sql, vec![]).await.err().map(|e| e.to_string()).unwrap_or_default();
            assert!(refused.contains("append-only"), "{sql}: {refused}");
            drop(tx);
        }
        assert_eq!(audit::verify(db, None).await.expect("read").1, []);
        engine.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn edits_are_found() {
    for (statement, expected) in [
        ("update audit set actor_name = '周例戌' where seq = 4", vec![Break::Edited(4)]),
        ("update audit set at = at + 1 where seq = 10", vec![Break::Edited(10)]),
        ("delete from audit where seq = 4", vec![Break::Unlinked(5)]),
        ("delete from audit where seq > 8", vec![Break::Truncated { last: 8, head: 10 }]),
        ("delete from audit", vec![Break::Truncated { last: 0, head: 10 }]),
    ] {
        for engine in engines().await {
            ten(&engine).await;
            unguarded(&engine, statement).await;
            let found = audit::verify(&engine.at.control, None).await.expect("read").1;
            assert_eq!(found, expected, "{} {statement}", engine.name);
            engine.close().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chain_cut_with_its_head_is_found_by_a_kept_head() {
    for engine in engines().await {
        let db = &engine.at.control;
        ten(&engine).await;
        let kept = audit::head(db).await.expect("a head");
        unguarded(
            &engine,
            "delete from audit where seq > 8; \
             update audit_head set seq = 8, hash = (select hash from audit where seq = 8)",
        )
        .await;
        assert_eq!(audit::verify(db, None).await.expect("read").1, [], "nothing to see from inside");
        assert_eq!(audit::verify(db, Some(&kept)).await.expect("read").1, [Break::ForeignHead(10)]);
        // Grown again past the kept head, it is another chain.
        ten(&engine).await;
        assert_eq!(audit::verify(db, Some(&kept)).await.expect("read").1, [Break::ForeignHead(10)]);
        engine.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn writers_at_the_same_moment_keep_the_chain_whole() {
    for engine in engines().await {
        let db = engine.at.control.clone();
        let writers: Vec<_> = (0..8)
            .map(|w| {
                let db = db.clone();
                tokio::spawn(async move {
                    for n in 0..15 {
                        db.record(event("test.write", &format!("{w}/{n}")), Outcome::Done)
                            .await
                            .expect("written");
                    }
                })
            })
            .collect();
        // Whoever verifies meanwhile sees no break either.
        for _ in 0..10 {
            assert_eq!(audit::verify(&db, None).await.expect("read").1, []);
        }
        for writer in writers {
            writer.await.expect("no panic");
        }
        let (head, breaks) = audit::verify(&db, None).await.expect("read");
        assert_eq!((head.seq, breaks), (120, vec![]));
        engine.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn entries_are_found_by_every_filter() {
    for engine in engines().await {
        let db = &engine.at.control;
        ten(&engine).await;
        db.record(event("other.deed", "7"), Outcome::Denied).await.expect("written");
        let n = |filter: Filter| async move { audit::count(db, &filter).await.expect("counted") };
        assert_eq!(n(Filter::default()).await, 11);
        assert_eq!(n(Filter { action: "test.".into(), ..Filter::default() }).await, 10);
        assert_eq!(n(Filter { outcome: "denied".into(), ..Filter::default() }).await, 1);
        assert_eq!(n(Filter { record: "7".into(), actor: "例".into(), ..Filter::default() }).await, 2);
        assert_eq!(n(Filter { from: Some(i64::MAX), ..Filter::default() }).await, 0);
        assert_eq!(n(Filter { to: Some(1), ..Filter::default() }).await, 0);
        let (rows, all) = audit::page(db, &Filter::default(), 1, 5).await.expect("a page");
        assert_eq!((rows.iter().map(|e| e.seq).collect::<Vec<_>>(), all), (vec![6, 5, 4, 3, 2], 11));
        let rows =
            audit::after(db, &Filter { record: "7".into(), ..Filter::default() }, 8, 5).await.expect("rows");
        assert_eq!(rows.iter().map(|e| e.seq).collect::<Vec<_>>(), [11]);
        engine.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_administrator_looks_verifies_and_exports() {
    for engine in engines().await {
        let county = engine.county().await;
        engine.account("shenji", "周例戌", &[(Role::AuditAdmin, Part::County)]).await;
        let mut browser = engine.signed_in("shenji").await;
        ten(&engine).await;
        let mut formula = event("test.formula", "1");
        formula.note = "=1+1,\"x\"".into();
        engine.at.control.record(formula, Outcome::Failed).await.expect("written");
        county.record(event("facts.enter", "990101101200"), Outcome::Done).await.expect("written");

        let before = engine.audited().await.len();
        let seen = browser.get("/audit").await;
        assert!(
            seen.status == StatusCode::OK && seen.has("test.look") && seen.has("周例戌"),
            "{}",
            seen.text
        );
        assert_eq!(engine.audited().await.len(), before, "the list is not audited");
        let seen = browser.get("/audit?entry=4").await;
        assert!(seen.has("✓ 相扣") && seen.has("✓ 相符") && seen.has("entry=3#entry"), "{}", seen.text);
        assert!(
            browser.get("/audit?entry=1").await.has("✓ 相扣")
                && !browser.get("/audit?entry=999").await.has("✓ 相扣")
        );
        let seen = browser.get("/audit?outcome=failed&action=test.").await;
        assert!(seen.has("test.formula") && !seen.has("test.look"));
        let seen = browser.get("/audit?who=张例丙").await;
        assert!(seen.has("没有符合的"));
        let seen = browser.get("/audit?of=990101").await;
        assert!(seen.has("填报事实") && seen.has("990101101200") && !seen.has("test.look"));
        assert_eq!(browser.get("/audit?of=990199").await.status, StatusCode::NOT_FOUND);
        assert_eq!(browser.get("/audit?page=99&from=nonsense").await.status, StatusCode::OK);

        let seen = browser.get("/audit/export?action=test.&who=例乙").await;
        assert_eq!(seen.status, StatusCode::OK);
        let header = |name: &str| seen.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
        assert!(header("content-disposition").starts_with("attachment; filename*=UTF-8''"));
        assert_eq!(header("x-content-type-options"), "nosniff");
        let lines: Vec<&str> = seen.text.lines().collect();
        assert_eq!(lines.len(), 12, "{}", seen.text);
        assert!(lines[0].starts_with("\u{feff}seq,at,") && lines[11].contains(",\"'=1+1,\"\"x\"\"\","));
        let done = engine.audited().await;
        assert_eq!(done.last().map(String::as_str), Some("audit.export"));
        let note = engine.at.control.one("select note from audit order by seq desc limit 1", vec![]).await;
        let note = note.expect("answers").expect("a row").text(0).expect("text");
        assert!(note.starts_with("11 条") && !note.contains("例乙"), "{note}");

        let kept = audit::head(&engine.at.control).await.expect("a head").to_string();
        let seen = browser.post("/audit/verify", &[("of", ""), ("kept", &kept)]).await;
        assert!(seen.has("链完整") && seen.has("另存的链头在链上"), "{}", seen.text);
        assert!(browser.post("/audit/verify", &[("kept", "x")]).await.has("请整行粘贴"));
        let seen = browser.post("/audit/verify", &[("of", "990101")]).await;
        assert!(seen.has("链完整"));
        unguarded(&engine, "update audit set note = 'x' where seq = 4").await;
        let seen = browser.post("/audit/verify", &[("of", "")]).await;
        assert!(seen.has("链有断处") && seen.has("第 4 条被改过"), "{}", seen.text);
        assert!(browser.get("/audit?entry=4").await.has("✕ 被改过"));
        engine.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_export_loses_nothing() {
    for engine in engines().await {
        engine.account("shenji", "周例戌", &[(Role::AuditAdmin, Part::County)]).await;
        let mut browser = engine.signed_in("shenji").await;
        for n in 0..1100 {
            engine
                .at
                .control
                .record(event("test.many", &n.to_string()), Outcome::Done)
                .await
                .expect("written");
        }
        let seen = browser.get("/audit/export?action=test.many").await;
        assert_eq!(seen.text.lines().count(), 1101);
        engine.close().await;
    }
}
