//! Backups, moving a county, new keys and destroyed ones, on every engine at hand.

#[path = "../common/mod.rs"]
mod common;
mod moving;

use common::{Engine, engines};
use kernel::Lang;
use std::collections::BTreeMap;
use std::path::Path;
use yanzhen_platform::account::{AccountFilter, NewAccount};
use yanzhen_platform::audit;
use yanzhen_platform::county::{Installation, Settings};
use yanzhen_platform::db::{Db, Event, Kind, Tree, new_id};
use yanzhen_platform::secrets::{KeyRing, KeySource};
use yanzhen_platform::upkeep::{
    Erased, UpkeepError, backup, erase_person, keys, restore, retire_key, rotate_keys,
};
use yanzhen_platform::values;

const PHONE: &str = "13800001234";
const QUIET: &(dyn Fn(u64, u64) + Sync) = &|_, _| ();
/// More than a page of rows and more than a page of bytes.
const FACTS: i64 = 2300;

fn event(action: &str) -> Event {
    Event { action: action.into(), actor_name: "何例乙".into(), ..Event::default() }
}

async fn account(at: &Installation, login: &str, phone: &str) -> i64 {
    let new = NewAccount {
        login: login.into(),
        name: "林例酉".into(),
        phone: phone.into(),
        password: Some(common::PASSWORD.into()),
        must_change: false,
        grants: Vec::new(),
    };
    at.accounts().create(event("test.account"), new).await.expect("answers").expect("a new login").0
}

/// A county with rows in every shape: texts, nulls, bytes, self-made audit and a person's history.
async fn fill(db: &Db, person: i64) {
    let mut tx = db.write(Event { person: Some(person), ..event("test.person") }).await.expect("begins");
    tx.event().kind = "person".into();
    tx.event().record = person.to_string();
    tx.changed("", "identity", None, Some("证件\n\"引号\"\\ \u{1f600}".into()));
    tx.changed("", "phone", Some(PHONE.into()), None);
    tx.commit().await.expect("commits");
    let tx = db.write(event("test.rows")).await.expect("begins");
    let big: Vec<u8> = (0..3_000_000u32).map(|i| (i % 251) as u8).collect();
    for n in 0..5i64 {
        let sql = "insert into blob (hash, bytes) values ($1, $2)";
        tx.run(sql, values![format!("hash-{n}"), if n == 0 { Vec::new() } else { big.clone() }])
            .await
            .expect("a blob");
    }
    let sql = "insert into attachment (id, hash, name, mime, size, kind, record, part, by_account, by_name, at) \
               values (9, 'hash-1', '例.pdf', 'application/pdf', 3, 'village', '1', '2', null, '', -5)";
    tx.run(sql, vec![]).await.expect("an attachment");
    let fact = |n: i64| {
        values![
            n - 7,
            format!("9901010010{:02}", n % 40),
            format!("fact{n}"),
            "",
            "1",
            "s",
            "2026-01-01",
            "",
            i64::MAX,
            (n == 3).then_some(9i64)
        ]
    };
    let into = "fact (id, code, fact, period, value, source, day, by_name, at, evidence)";
    tx.insert_many(into, (0..FACTS).map(fact).collect(), "").await.expect("facts");
    tx.commit().await.expect("commits");
}

/// Every cell of every table, and the migrations.
async fn everything(db: &Db, tree: Tree) -> BTreeMap<String, Vec<String>> {
    let mut out = BTreeMap::new();
    for table in db.tables(tree).await.expect("tables") {
        let rows = db.rows(&format!("select {} from \"{}\"", table.quoted(), table.name), vec![]).await;
        let mut lines: Vec<String> = rows
            .expect("rows")
            .iter()
            .map(|row| {
                let cells = table.columns.iter().enumerate().map(|(i, c)| match c.kind {
                    Kind::Int => format!("{:?}", row.get::<Option<i64>>(i).expect("a number")),
                    Kind::Text => format!("{:?}", row.get::<Option<String>>(i).expect("a text")),
                    Kind::Bytes => format!("{:?}", row.get::<Option<Vec<u8>>>(i).expect("bytes")),
                });
                cells.collect::<Vec<_>>().join("|")
            })
            .collect();
        lines.sort();
        out.insert(table.name, lines);
    }
    let marks = db.rows("select name, at from migration order by name", vec![]).await.expect("marks");
    let marks = marks.iter().map(|r| format!("{} {}", r.text(0).expect("a name"), r.int(1).expect("a time")));
    out.insert("migration".into(), marks.collect());
    out
}

#[track_caller]
fn same(a: &BTreeMap<String, Vec<String>>, b: &BTreeMap<String, Vec<String>>) {
    assert_eq!(a.keys().collect::<Vec<_>>(), b.keys().collect::<Vec<_>>());
    for (table, rows) in a {
        assert!(rows == &b[table], "{table}: {} rows and {}", rows.len(), b[table].len());
    }
}

async fn unbroken(db: &Db) -> audit::Head {
    let (head, breaks) = audit::verify(db, None).await.expect("verifies");
    assert_eq!(breaks, []);
    head
}

#[track_caller]
fn refused<T>(came: Result<T, UpkeepError>, part: &str) {
    match came {
        Err(UpkeepError::Refused(message)) => {
            let text = message.text(Lang::Zh);
            assert!(text.contains(part), "{text}");
        }
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("not refused: {part}"),
    }
}

/// Takes the schemas of another installation down.
async fn drop_schemas(engine: &Engine, prefix: &str) {
    if !engine.at.settings.database.is_empty() {
        for name in ["control", "990101"] {
            engine.sql(&format!("drop schema if exists {prefix}_{name} cascade")).await;
        }
    }
}

fn other_prefix(engine: &Engine) -> Settings {
    Settings { schema_prefix: format!("yz_other_{:x}", new_id()), ..(*engine.at.settings).clone() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_comes_back_whole() {
    for engine in engines().await {
        let county = engine.county().await;
        account(&engine.at, "helieyi", PHONE).await;
        fill(&county, 17).await;
        let folder = tempfile::tempdir().expect("a folder");
        let to = folder.path().join("backups");
        std::fs::create_dir_all(to.join("20200101-000000.partial")).expect("a folder");
        let (control, counties) =
            (everything(&engine.at.control, Tree::Control).await, everything(&county, Tree::County).await);
        let done = backup(&engine.at, &to, QUIET).await.expect("a backup");
        let names: Vec<&str> = done.databases.iter().map(|d| d.name.as_str()).collect();
        assert_eq!(names, ["control", "990101"]);
        assert!(!done.folder.join("keys").exists(), "the key file stays at home");
        assert_eq!(engine.audited().await.last().map(String::as_str), Some("backup.make"));
        let again = backup(&engine.at, &to, QUIET).await.expect("another of the same second");
        assert_ne!(again.folder, done.folder);

        // Into the same database under other names, or into another folder.
        let settings = other_prefix(&engine);
        let data = folder.path().join("data");
        std::fs::create_dir(&data).expect("a folder");
        std::fs::write(data.join("notes"), "x").expect("a file");
        refused(restore(&done.folder, &data, &settings, QUIET).await, "notes");
        std::fs::remove_file(data.join("notes")).expect("goes");
        KeyRing::create_file(&data.join("keys")).expect("keys");
        refused(restore(&done.folder, &data, &settings, QUIET).await, "不是同一个");
        std::fs::copy(engine.at.folder.join("keys"), data.join("keys")).expect("the right keys");
        let back = restore(&done.folder, &data, &settings, QUIET).await.expect("comes back");
        assert_eq!(back.databases, done.databases);
        refused(restore(&done.folder, &data, &settings, QUIET).await, "已经有");

        let at = Installation::open(&data, settings.clone()).await.expect("opens");
        let (_, db) = at.county("990101").await.expect("answers").expect("a county");
        same(&counties, &everything(&db, Tree::County).await);
        let mut now = everything(&at.control, Tree::Control).await;
        assert_eq!(now["audit"].len(), control["audit"].len() + 1, "the restoring itself is in the audit");
        for table in ["audit", "audit_head"] {
            now.insert(table.into(), control[table].clone());
        }
        same(&control, &now);
        unbroken(&at.control).await;
        unbroken(&db).await;
        let (found, _) = at
            .accounts()
            .list(AccountFilter { find: PHONE, ..Default::default() }, 0, 10)
            .await
            .expect("a list");
        assert_eq!(found.len(), 1, "the phone is found by what was sealed before");
        at.close().await.expect("closes");
        drop_schemas(&engine, &settings.schema_prefix).await;
        engine.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_backup_is_refused_and_nothing_is_made() {
    for engine in engines().await {
        let county = engine.county().await;
        fill(&county, 17).await;
        let folder = tempfile::tempdir().expect("a folder");
        let done = backup(&engine.at, folder.path(), QUIET).await.expect("a backup");
        let settings = other_prefix(&engine);
        let data = folder.path().join("data");
        for name in ["manifest.json", done.databases[0].file.as_str(), done.databases[1].file.as_str()] {
            let path = done.folder.join(name);
            let bytes = std::fs::read(&path).expect("a file");
            let middle = bytes.len() / 2;
            let mut changed = bytes.clone();
            changed[middle] ^= 1;
            let longer = [&bytes[..], b" "].concat();
            for wrong in [&changed[..], &bytes[..middle], &longer, b""] {
                std::fs::write(&path, wrong).expect("writes");
                // A blank after the manifest's end is no damage.
                if name != "manifest.json" || wrong != longer {
                    refused(restore(&done.folder, &data, &settings, QUIET).await, "残缺或被改过");
                    assert!(!data.exists(), "{name}");
                }
            }
            std::fs::write(&path, bytes).expect("writes");
        }
        let partial = folder.path().join("half.partial");
        std::fs::rename(&done.folder, &partial).expect("renames");
        refused(restore(&partial, &data, &settings, QUIET).await, "不是一份完整的备份");
        std::fs::rename(&partial, &done.folder).expect("renames");
        restore(&done.folder, &data, &settings, QUIET).await.expect("whole again");
        let open = Installation::open(&data, settings.clone()).await.err().expect("no keys");
        assert!(open.to_string().contains("不能新建"), "{open}");
        assert!(!data.join("keys").exists());
        drop_schemas(&engine, &settings.schema_prefix).await;
        engine.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_restore_goes_on() {
    let engine = engines().await.swap_remove(0);
    let county = engine.county().await;
    fill(&county, 17).await;
    let folder = tempfile::tempdir().expect("a folder");
    let done = backup(&engine.at, folder.path(), QUIET).await.expect("a backup");
    let data = folder.path().join("data");
    let (staging, settings) = (data.join("restoring"), Settings::default());
    let copy = |from: &str, to: &Path| {
        std::fs::create_dir_all(to.parent().expect("a folder")).expect("a folder");
        std::fs::copy(done.folder.join(from), to).expect("copies");
    };
    // While files were copied; between the two renamings; after them.
    for state in 0..3 {
        match state {
            0 => std::fs::create_dir_all(staging.join("counties")).expect("a folder"),
            1 => {
                copy("990101.sqlite", &data.join("counties/990101.sqlite"));
                copy("control.sqlite", &staging.join("control.sqlite"));
            }
            _ => {
                copy("990101.sqlite", &data.join("counties/990101.sqlite"));
                copy("control.sqlite", &data.join("control.sqlite"));
                std::fs::create_dir_all(&staging).expect("a folder");
            }
        }
        let open = Installation::open(&data, settings.clone()).await.err().expect("half restored");
        assert!(open.to_string().contains("没有做完"), "{open}");
        restore(&done.folder, &data, &settings, QUIET).await.expect("goes on");
        assert!(!staging.exists());
        std::fs::copy(engine.at.folder.join("keys"), data.join("keys")).expect("keys");
        let at = Installation::open(&data, settings.clone()).await.expect("opens");
        unbroken(&at.county("990101").await.expect("answers").expect("a county").1).await;
        at.close().await.expect("closes");
        std::fs::remove_dir_all(&data).expect("goes");
    }
    // A folder of that name in a living data folder is not taken for half a restore.
    std::fs::create_dir(engine.at.folder.join("restoring")).expect("a folder");
    refused(restore(&done.folder, &engine.at.folder, &settings, QUIET).await, "只能恢复到空文件夹");
    engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rotation_seals_everything_again() {
    for mut engine in engines().await {
        let county = engine.county().await;
        let id = account(&engine.at, "helieyi", PHONE).await;
        let secret = b"12345678901234567890";
        let sealed = engine.at.keys.seal(&format!("account/{id}/totp"), secret);
        let tx = engine.at.control.write(event("test.totp")).await.expect("begins");
        tx.run("update account set totp = $2 where id = $1", values![id, sealed]).await.expect("runs");
        tx.commit().await.expect("commits");
        fill(&county, 17).await;
        let wrapped = (100..1300i64).map(|person| {
            let key = yanzhen_platform::secrets::PersonKey::random();
            values![person, engine.at.keys.wrap_key(&format!("person/{person}"), &key)]
        });
        let tx = county.write(event("test.keys")).await.expect("begins");
        tx.insert_many("person_key (person, wrapped)", wrapped.collect(), "").await.expect("keys");
        tx.commit().await.expect("commits");
        let before = history_of(&county, &engine.at.keys, 17).await;

        // Another process has it open: not now.
        let other =
            Installation::open(&engine.at.folder, (*engine.at.settings).clone()).await.expect("opens");
        refused(rotate_keys(&engine.at, QUIET).await, "请先停下");
        other.close().await.expect("closes");

        // A run killed after the new key was made and one batch was sealed again: the next goes on.
        let path = engine.at.folder.join("keys");
        assert_eq!(KeyRing::add_key(&path).expect("a key"), 2);
        let done = rotate_keys(&engine.at, QUIET).await.expect("goes on");
        assert!(done.resumed && done.key == 2, "{done:?}");
        // 1200 keys, that of person 17, and the account's own key, phone and second factor.
        assert_eq!(done.resealed, 1204, "{done:?}");
        let done = rotate_keys(&engine.at, QUIET).await.expect("rotates");
        assert_eq!((done.resumed, done.key, done.resealed), (false, 3, 1204));
        assert!(Installation::open(&engine.at.folder, Settings::default()).await.is_err(), "not meanwhile");
        let used: Vec<_> = keys(&engine.at).await.expect("a list").iter().map(|k| (k.id, k.sealed)).collect();
        assert_eq!(used, [(1, 0), (2, 0), (3, 1204)]);
        refused(retire_key(&engine.at, 1, false).await, "--force");
        retire_key(&engine.at, 2, false).await.expect("made no digest");
        assert!(retire_key(&engine.at, 3, true).await.is_err(), "the newest stays");
        retire_key(&engine.at, 1, true).await.expect("by force");

        let (folder, settings) = (engine.at.folder.clone(), (*engine.at.settings).clone());
        let now = KeyRing::load(&KeySource::File(path)).expect("keys");
        assert_eq!(now.ids(), [3]);
        let control =
            Db::open(&engine.at.settings.target(&folder, "control"), now.into()).await.expect("opens");
        let sql = "select phone, phone_index, totp from account where id = $1";
        let row = control.one(sql, values![id]).await.expect("answers").expect("an account");
        let (phone, totp): (Vec<u8>, Vec<u8>) = (row.get(0).expect("bytes"), row.get(2).expect("bytes"));
        let keys = control.keys();
        assert_eq!(keys.open(&format!("account/{id}/phone"), &phone).expect("opens"), PHONE.as_bytes());
        assert_eq!(keys.open(&format!("account/{id}/totp"), &totp).expect("opens"), secret);
        assert_eq!(row.text(1).expect("text"), keys.index("phone", PHONE));
        assert_eq!(
            history_of(&county, keys, 17).await,
            before,
            "history opens with the person's key, wrapped anew"
        );
        unbroken(&control).await;
        unbroken(&county).await;
        control.close().await.expect("closes");
        let elsewhere = tempfile::tempdir().expect("a folder");
        let other = Installation::open(elsewhere.path(), Settings::default()).await.expect("opens");
        std::mem::replace(&mut engine.at, other).close().await.expect("closes");
        let at = Installation::open(&folder, settings).await.expect("opens once the other has let go");
        let (found, _) = at
            .accounts()
            .list(AccountFilter { find: PHONE, ..Default::default() }, 0, 10)
            .await
            .expect("a list");
        assert_eq!(found.len(), 1, "the phone is found");
        assert_eq!(found[0].phone, "138****1234");
        engine.at = at;
        engine.close().await;
    }
}

/// The values of a person's history, opened with their key.
async fn history_of(db: &Db, keys: &KeyRing, person: i64) -> Vec<String> {
    let row = db.one("select wrapped from person_key where person = $1", values![person]).await;
    let wrapped: Vec<u8> = row.expect("answers").expect("a row").get(0).expect("a key");
    let key = keys.unwrap_key(&format!("person/{person}"), &wrapped).expect("opens");
    let sql = "select kind, record, field, was, became from history where person = $1 order by id";
    let rows = db.rows(sql, values![person]).await.expect("rows");
    let mut out = Vec::new();
    for row in &rows {
        let text = |i| row.text(i).expect("text");
        let context = format!("history/{}/{}/{}", text(0), text(1), text(2));
        for i in [3, 4] {
            if let Some(sealed) = row.get::<Option<Vec<u8>>>(i).expect("bytes") {
                out.push(String::from_utf8(key.open(&context, &sealed).expect("opens")).expect("text"));
            }
        }
    }
    out
}

#[tokio::test(flavor = "multi_thread")]
async fn a_destroyed_key_leaves_the_chain_and_nothing_to_read() {
    for engine in engines().await {
        let county = engine.county().await;
        fill(&county, 17).await;
        let other = history_of(&county, &engine.at.keys, 17).await;
        assert!(other.contains(&PHONE.to_owned()));
        let (before, _) = audit::verify(&county, None).await.expect("verifies");
        let ground = "个人信息保护法第四十七条";
        refused(erase_person(&engine.at, None, 17, " ").await, "依据");
        assert_eq!(erase_person(&engine.at, None, 18, ground).await.expect("answers"), Erased::Missing);
        assert_eq!(
            erase_person(&engine.at, Some("control"), 17, ground).await.expect("answers"),
            Erased::Missing
        );
        assert_eq!(
            erase_person(&engine.at, None, 17, ground).await.expect("answers"),
            Erased::Done("990101".into())
        );
        assert_eq!(
            erase_person(&engine.at, Some("990101"), 17, ground).await.expect("answers"),
            Erased::Before("990101".into())
        );
        let row =
            county.one("select wrapped, destroyed_at, ground from person_key where person = 17", vec![]);
        let row = row.await.expect("answers").expect("a row");
        assert_eq!(row.get::<Option<Vec<u8>>>(0).expect("bytes"), None);
        assert!(row.int(1).expect("a time") > 0 && row.text(2).expect("text") == ground);
        // What is left is sealed by a key that is nowhere.
        let rows =
            county.rows("select was, became from history where person = 17", vec![]).await.expect("rows");
        let left: Vec<Vec<u8>> = rows
            .iter()
            .flat_map(|r| [0, 1].map(|i| r.get::<Option<Vec<u8>>>(i).expect("bytes")))
            .flatten()
            .collect();
        assert_eq!(left.len(), 2);
        assert!(left.iter().all(|v| v[0] == 2 && engine.at.keys.open("history/person/17/phone", v).is_err()));
        let mut tx = county.write(Event { person: Some(17), ..event("test.person") }).await.expect("begins");
        tx.changed("", "phone", None, Some(PHONE.into()));
        assert!(tx.commit().await.is_err(), "no new key is made for the person");
        let (head, breaks) = audit::verify(&county, Some(&before)).await.expect("verifies");
        assert_eq!((head.seq, breaks), (before.seq + 1, Vec::new()), "the chain is whole");
        engine.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_destroyed_key_is_not_left_in_the_files() {
    let engine = engines().await.swap_remove(0);
    let county = engine.county().await;
    fill(&county, 17).await;
    let row = county.one("select wrapped from person_key where person = 17", vec![]).await;
    let wrapped: Vec<u8> = row.expect("answers").expect("a row").get(0).expect("a key");
    let there = || {
        ["", "-wal"].iter().any(|ending| {
            let path = engine.at.folder.join(format!("counties/990101.sqlite{ending}"));
            let bytes = std::fs::read(path).unwrap_or_default();
            bytes.windows(wrapped.len()).any(|w| w == wrapped)
        })
    };
    assert!(there());
    erase_person(&engine.at, None, 17, "本人申请").await.expect("answers");
    assert!(!there(), "its bytes are gone");
    engine.close().await;
}
