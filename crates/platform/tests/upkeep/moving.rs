//! A county out of one installation and into another.

use super::common::engines;
use super::{FACTS, QUIET, drop_schemas, event, everything, fill, other_prefix, refused, same, unbroken};
use yanzhen_platform::county::{CountyInfo, Installation, Settings};
use yanzhen_platform::db::Tree;
use yanzhen_platform::secrets::{KeyRing, KeySource};
use yanzhen_platform::upkeep::{export_county, import_county};

#[tokio::test(flavor = "multi_thread")]
async fn a_county_moves_between_engines_without_loss() {
    let engines = engines().await;
    let folder = tempfile::tempdir().expect("a folder");
    let first = engines[0].county().await;
    fill(&first, 17).await;
    let file = folder.path().join("0.rows");
    let header = export_county(&engines[0].at, "990101", &file, QUIET).await.expect("exports");
    assert_eq!(header.keys.len(), 1);
    refused(export_county(&engines[0].at, "990101", &file, QUIET).await, "已经有了");
    refused(export_county(&engines[0].at, "990102", &folder.path().join("x"), QUIET).await, "没有 990102");
    refused(import_county(&engines[0].at, &file, QUIET).await, "不覆盖");
    let before = everything(&first, Tree::County).await;
    assert_eq!(before["fact"].len(), FACTS as usize);

    // Into another installation on each engine.
    let last = engines.last().expect("an engine");
    for (n, settings) in [other_prefix(last), Settings::default()].into_iter().enumerate() {
        let data = folder.path().join(format!("data{n}"));
        let at = Installation::open(&data, settings.clone()).await.expect("opens");
        refused(import_county(&at, &file, QUIET).await, "不是同一个");
        at.close().await.expect("closes");
        std::fs::copy(engines[0].at.folder.join("keys"), data.join("keys")).expect("keys");
        let at = Installation::open(&data, settings.clone()).await.expect("opens");
        let came = import_county(&at, &file, QUIET).await.expect("imports");
        assert_eq!(came, CountyInfo { code: "990101".into(), name: "例山县".into(), demo: true });
        let (_, db) = at.county("990101").await.expect("answers").expect("a county");
        assert_eq!(unbroken(&db).await.to_string(), header.audit, "the chain came as it was");
        same(&before, &everything(&db, Tree::County).await);
        let keys = KeyRing::load(&KeySource::File(data.join("keys"))).expect("keys");
        let row = db.one("select wrapped from person_key where person = 17", vec![]).await;
        let wrapped: Vec<u8> = row.expect("answers").expect("a key").get(0).expect("bytes");
        keys.unwrap_key("person/17", &wrapped).expect("opens");
        at.close().await.expect("closes");
        drop_schemas(last, &settings.schema_prefix).await;
    }
    for engine in engines {
        engine.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_to_postgres_and_back_row_by_row() {
    let engines = engines().await;
    let [sqlite, postgres] = engines.as_slice() else {
        for engine in engines {
            engine.close().await;
        }
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let first = sqlite.county().await;
    fill(&first, 17).await;
    let there = folder.path().join("there.rows");
    export_county(&sqlite.at, "990101", &there, QUIET).await.expect("exports");
    let data = folder.path().join("pg");
    std::fs::create_dir(&data).expect("a folder");
    std::fs::copy(sqlite.at.folder.join("keys"), data.join("keys")).expect("keys");
    let settings = other_prefix(postgres);
    let at = Installation::open(&data, settings.clone()).await.expect("opens");
    import_county(&at, &there, QUIET).await.expect("imports");
    let (_, second) = at.county("990101").await.expect("answers").expect("a county");
    same(&everything(&first, Tree::County).await, &everything(&second, Tree::County).await);
    let back = folder.path().join("back.rows");
    export_county(&at, "990101", &back, QUIET).await.expect("exports");
    let on_postgres = everything(&second, Tree::County).await;
    let data = folder.path().join("lite");
    std::fs::create_dir(&data).expect("a folder");
    std::fs::copy(sqlite.at.folder.join("keys"), data.join("keys")).expect("keys");
    let lite = Installation::open(&data, Settings::default()).await.expect("opens");
    import_county(&lite, &back, QUIET).await.expect("imports");
    let (_, third) = lite.county("990101").await.expect("answers").expect("a county");
    same(&on_postgres, &everything(&third, Tree::County).await);
    unbroken(&third).await;
    // Append-only on both, also after an import.
    for db in [&second, &third] {
        let tx = db.write(event("test.tamper")).await.expect("begins");
        assert!(tx.run("update audit set note = 'x' where seq = 1", vec![]).await.is_err());
        drop(tx);
    }
    lite.close().await.expect("closes");
    at.close().await.expect("closes");
    drop_schemas(postgres, &settings.schema_prefix).await;
    for engine in engines {
        engine.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_export_is_refused_and_leaves_nothing() {
    for engine in engines().await {
        let folder = tempfile::tempdir().expect("a folder");
        fill(&engine.county().await, 17).await;
        let file = folder.path().join("county.rows");
        let header = export_county(&engine.at, "990101", &file, QUIET).await.expect("exports");
        let settings = other_prefix(&engine);
        let data = folder.path().join("data");
        std::fs::create_dir(&data).expect("a folder");
        std::fs::copy(engine.at.folder.join("keys"), data.join("keys")).expect("keys");
        let at = Installation::open(&data, settings.clone()).await.expect("opens");
        let bytes = std::fs::read(&file).expect("a file");
        let wrong = folder.path().join("wrong.rows");
        let end = bytes.len() - 1;
        let mut changed = bytes.clone();
        changed[end / 2] = if changed[end / 2] == b'A' { b'B' } else { b'A' };
        for (bytes, part) in [
            (&changed[..], "残缺"),
            (&bytes[..end], "残缺"),
            (&bytes[..end / 2], "残缺"),
            (&[&bytes[..], b"[]\n"].concat()[..], "残缺"),
            (b"", "残缺"),
            (b"a,b\n1,2\n", "不是雁阵导出的文件"),
        ] {
            std::fs::write(&wrong, bytes).expect("writes");
            refused(import_county(&at, &wrong, QUIET).await, part);
        }
        // Sealed anew over a migration from the future, or over a row too few.
        let text = String::from_utf8(bytes).expect("text");
        let lines: Vec<&str> = text.lines().collect();
        let future = lines[0].replace("\"0001_audit\"", "\"9999_future\"");
        let cut = lines.iter().rposition(|l| l.starts_with('[')).expect("a row");
        for (head, skip, part) in [(future.as_str(), 0, "先升级程序"), (lines[0], cut, "残缺")] {
            let kept = lines[1..lines.len() - 1].iter().enumerate().filter(|(i, _)| i + 1 != skip);
            let body: String =
                [head].into_iter().chain(kept.map(|(_, l)| *l)).map(|l| format!("{l}\n")).collect();
            let sm3 = yanzhen_platform::secrets::sm3_hex(body.as_bytes());
            std::fs::write(&wrong, format!("{body}{{\"sm3\":\"{sm3}\"}}\n")).expect("writes");
            refused(import_county(&at, &wrong, QUIET).await, part);
        }
        assert_eq!(at.counties().await.expect("answers"), []);
        let left = std::fs::read_dir(data.join("counties")).expect("a folder").count();
        assert_eq!(left, 0, "nothing is left behind");
        import_county(&at, &file, QUIET).await.expect("the whole one comes in");
        let (_, db) = at.county("990101").await.expect("answers").expect("a county");
        assert_eq!(unbroken(&db).await.to_string(), header.audit);
        at.close().await.expect("closes");
        drop_schemas(&engine, &settings.schema_prefix).await;
        engine.close().await;
    }
}
