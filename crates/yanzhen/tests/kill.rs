//! The program is killed at random moments; afterwards everything is whole or not there at all.

use platform::account::{AccountFilter, NewAccount};
use platform::audit;
use platform::county::{CountyInfo, Installation, Settings};
use platform::db::{Db, Event, Target, Tree, made, migrations, now_ms};
use platform::secrets::{KeyRing, KeySource, PersonKey};
use platform::upkeep::{backup, export_county, keys, restore};
use platform::values;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread::sleep;
use std::time::Duration;

const QUIET: &(dyn Fn(u64, u64) + Sync) = &|_, _| ();
const PHONE: &str = "13800001234";
const PERSONS: i64 = 4000;

/// Numbers that are the same on every run.
struct Dice(u64);

impl Dice {
    fn between(&mut self, from: u64, to: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        from + (self.0 >> 33) % (to - from)
    }
}

fn command<S: AsRef<OsStr>>(args: &[S]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_yanzhen"));
    command.args(args).env_remove("YANZHEN_LANG").stdout(Stdio::null()).stderr(Stdio::piped());
    command
}

/// Runs the program and kills it after so many milliseconds; `true` when it had ended well by then.
fn killed<S: AsRef<OsStr>>(args: &[S], after: u64) -> bool {
    let mut child = command(args).spawn().expect("the program starts");
    sleep(Duration::from_millis(after));
    let ended = child.try_wait().expect("answers");
    child.kill().expect("is killed");
    let out = child.wait_with_output().expect("ends");
    let said = String::from_utf8_lossy(&out.stderr);
    assert!(ended.is_none_or(|s| s.success()), "{said}");
    ended.is_some()
}

fn runs<S: AsRef<OsStr>>(args: &[S]) {
    let out = command(args).output().expect("the program starts");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
}

fn shown(path: &Path) -> String {
    path.to_str().expect("UTF-8").to_owned()
}

async fn chain(db: &Db) {
    let (_, breaks) = audit::verify(db, None).await.expect("verifies");
    assert_eq!(breaks, [], "{:?}", db.target());
}

async fn count(db: &Db, sql: &str) -> i64 {
    db.one(sql, vec![]).await.expect("answers").expect("a row").int(0).expect("a number")
}

/// A database as the kill left it, before anything mends it: a migration is marked, or nothing of it is there.
async fn as_left(path: &Path, tree: Tree) {
    let keys = Arc::new(KeyRing::throw_away());
    let db = Db::open(&Target::Sqlite(path.to_owned()), keys).await.expect("opens");
    let marks = migrations(&db, tree).await.expect("migrations");
    let marked = |name: &str| marks.iter().any(|m| m.name == name && m.at.is_some());
    let there = db.tables(tree).await.expect("tables");
    for (migration, table) in made(tree) {
        let is = there.iter().any(|t| t.name == table);
        assert_eq!(is, marked(migration), "{table} of {migration} in {}", path.display());
    }
    if marked("0001_audit") {
        chain(&db).await;
    }
    db.close().await.expect("closes");
}

fn databases(folder: &Path) -> Vec<(PathBuf, Tree)> {
    let mut out = vec![(folder.join("control.sqlite"), Tree::Control)];
    for entry in std::fs::read_dir(folder.join("counties")).into_iter().flatten() {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|e| e == "sqlite") {
            out.push((path, Tree::County));
        }
    }
    out.retain(|(path, _)| path.exists());
    out
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demo_killed_while_it_is_made() {
    let mut dice = Dice(1);
    // The first moments, when keys and tables are made, and then the filling.
    for (from, to) in [(1, 40), (10, 80), (40, 200), (100, 600), (300, 1500), (1000, 3500), (2000, 6000)] {
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().join("demo");
        killed(&["demo", "--no-serve", "--data", &shown(&data)], dice.between(from, to));
        for (path, tree) in databases(&data) {
            as_left(&path, tree).await;
        }
        if !data.exists() {
            continue;
        }
        let at = Installation::open(&data, Settings::default()).await.expect("opens");
        chain(&at.control).await;
        for county in at.counties().await.expect("counties") {
            let (_, db) = at.county(&county.code).await.expect("answers").expect("a county");
            chain(&db).await;
            // Each step is a transaction with its entry in the audit.
            for (table, action) in [
                ("place", "county.found"),
                ("fact", "demo.fill"),
                ("colour", "colour.confirm"),
                ("person", "demo.people"),
            ] {
                let rows = count(&db, &format!("select count(*) from {table}")).await;
                let sql = format!("select count(*) from audit where action = '{action}'");
                assert_eq!(rows > 0, count(&db, &sql).await > 0, "{table} of {}: {rows}", county.code);
            }
        }
        at.close().await.expect("closes");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn first_starts_at_once_share_one_key() {
    for _ in 0..6 {
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().join("data");
        let args = ["migrate", "--data", &shown(&data)];
        let all: Vec<_> = (0..4).map(|_| command(&args).spawn().expect("the program starts")).collect();
        for child in all {
            let out = child.wait_with_output().expect("ends");
            assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        }
        assert_eq!(KeyRing::load(&KeySource::File(data.join("keys"))).expect("keys").ids(), [1]);
        let names = std::fs::read_dir(&data).expect("a folder").map(|e| e.expect("an entry").file_name());
        let drafts: Vec<_> = names.filter(|n| n.to_string_lossy().starts_with('.')).collect();
        assert!(drafts.is_empty(), "{drafts:?}");
        as_left(&data.join("control.sqlite"), Tree::Control).await;
    }
}

/// An installation with enough in it to be caught in the middle.
async fn installation(folder: &Path) -> Installation {
    let at = Installation::open(folder, Settings::default()).await.expect("opens");
    let info = CountyInfo { code: "990101".into(), name: "例山县".into(), demo: true };
    let db = at.add_county(info).await.expect("a county");
    let new = NewAccount {
        login: "helieyi".into(),
        name: "何例乙".into(),
        phone: PHONE.into(),
        password: None,
        must_change: false,
        grants: Vec::new(),
    };
    let event = || Event { action: "test.fill".into(), ..Event::default() };
    at.accounts().create(event(), new).await.expect("answers").expect("an account");
    let tx = db.write(event()).await.expect("begins");
    let wrapped = (1..=PERSONS).map(|person| {
        let key = at.keys.wrap_key(&format!("person/{person}"), &PersonKey::random());
        values![person, key]
    });
    tx.insert_many("person_key (person, wrapped)", wrapped.collect(), "").await.expect("keys");
    let fact = |n: i64| {
        let (code, fact) = (format!("9901010010{:02}", n % 90), format!("fact{n}"));
        values![n, code, fact, "", "1", "invented", "2026-01-01", "", now_ms()]
    };
    let into = "fact (id, code, fact, period, value, source, day, by_name, at)";
    tx.insert_many(into, (0..20_000).map(fact).collect(), "").await.expect("facts");
    tx.commit().await.expect("commits");
    at
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_killed_while_it_is_made() {
    let folder = tempfile::tempdir().expect("a folder");
    let (data, to) = (folder.path().join("data"), folder.path().join("backups"));
    installation(&data).await.close().await.expect("closes");
    let args = ["backup", "--data", &shown(&data), "--to", &shown(&to)];
    let mut dice = Dice(2);
    for round in 0..10 {
        killed(&args, dice.between(10, 100 + round * 60));
        for entry in std::fs::read_dir(&to).into_iter().flatten() {
            let path = entry.expect("an entry").path();
            let back = folder.path().join("back");
            let came = restore(&path, &back, &Settings::default(), QUIET).await;
            let partial = path.extension().is_some_and(|e| e == "partial");
            assert_eq!(came.is_err(), partial, "{}: {:?}", path.display(), came.err().map(|e| e.to_string()));
            if !partial {
                for (path, tree) in databases(&back) {
                    as_left(&path, tree).await;
                }
                std::fs::remove_dir_all(&back).expect("goes");
            }
        }
    }
    runs(&args);
    let names = std::fs::read_dir(&to).expect("a folder").map(|e| e.expect("an entry").path());
    let (partial, whole): (Vec<_>, Vec<_>) = names.partition(|p| p.extension().is_some());
    // One killed before it could be told from one under way holds nothing.
    let left = partial.iter().filter(|p| std::fs::read_dir(p).expect("a folder").count() > 0).count();
    assert!(left == 0 && !whole.is_empty(), "{partial:?}");
    let at = Installation::open(&data, Settings::default()).await.expect("opens");
    chain(&at.control).await;
    at.close().await.expect("closes");
}

/// Every sealed value opens under the key file as it is.
async fn all_open(data: &Path) {
    let ring = KeyRing::load(&KeySource::File(data.join("keys"))).expect("keys");
    let at = Installation::open(data, Settings::default()).await.expect("opens");
    let (_, db) = at.county("990101").await.expect("answers").expect("a county");
    let rows = db.rows("select person, wrapped from person_key", vec![]).await.expect("rows");
    assert_eq!(rows.len() as i64, PERSONS);
    for row in &rows {
        let (person, wrapped): (i64, Vec<u8>) = (row.int(0).expect("a number"), row.get(1).expect("bytes"));
        ring.unwrap_key(&format!("person/{person}"), &wrapped).expect("opens");
    }
    let (found, _) =
        at.accounts().list(AccountFilter { find: PHONE, ..Default::default() }, 0, 10).await.expect("a list");
    assert_eq!(found.len(), 1, "the phone is found and opened");
    chain(&at.control).await;
    chain(&db).await;
    at.close().await.expect("closes");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rotation_killed_on_the_way() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    installation(&data).await.close().await.expect("closes");
    let args = ["keys", "rotate", "--data", &shown(&data)];
    let mut dice = Dice(3);
    for round in 0..8 {
        let before = KeyRing::load(&KeySource::File(data.join("keys"))).expect("keys").newest_id();
        let at = Installation::open(&data, Settings::default()).await.expect("opens");
        let waiting =
            keys(&at).await.expect("a list").iter().filter(|k| !k.newest).map(|k| k.sealed).sum::<u64>();
        at.close().await.expect("closes");
        killed(&args, dice.between(10, 100 + round * 50));
        let after = KeyRing::load(&KeySource::File(data.join("keys"))).expect("keys").newest_id();
        assert!(after == before || (after == before + 1 && waiting == 0), "what waits is gone on with first");
        all_open(&data).await;
    }
    // Once to go on, once more with a new key.
    runs(&args);
    runs(&args);
    all_open(&data).await;
    let at = Installation::open(&data, Settings::default()).await.expect("opens");
    for key in keys(&at).await.expect("a list") {
        assert_eq!(key.sealed > 0, key.newest, "{key:?}");
    }
    at.close().await.expect("closes");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_killed_on_the_way() {
    let folder = tempfile::tempdir().expect("a folder");
    let (data, file) = (folder.path().join("data"), folder.path().join("county.rows"));
    let at = installation(&data).await;
    let header = export_county(&at, "990101", &file, QUIET).await.expect("exports");
    backup(&at, &folder.path().join("backups"), QUIET).await.expect("a backup beside it");
    at.close().await.expect("closes");
    let to = folder.path().join("other");
    Installation::open(&to, Settings::default()).await.expect("opens").close().await.expect("closes");
    std::fs::copy(data.join("keys"), to.join("keys")).expect("keys");
    let (into, from) = (shown(&to), shown(&file));
    let mut dice = Dice(4);
    let mut done = false;
    for round in 0..8 {
        if !done {
            done = killed(&["import-county", "--data", &into, &from], dice.between(10, 200 + round * 150));
        }
        let path = to.join("counties/990101.sqlite");
        if path.exists() {
            as_left(&path, Tree::County).await;
            let db = Db::open(&Target::Sqlite(path), Arc::new(KeyRing::throw_away())).await.expect("opens");
            assert_eq!(audit::head(&db).await.expect("a head").to_string(), header.audit);
            assert_eq!(count(&db, "select count(*) from fact").await, 20_000);
            db.close().await.expect("closes");
        }
    }
    let at = Installation::open(&to, Settings::default()).await.expect("opens");
    let listed = at.counties().await.expect("counties").len();
    chain(&at.control).await;
    at.close().await.expect("closes");
    if listed == 0 {
        runs(&["import-county", "--data", &into, &from]);
    }
    let left: Vec<_> = std::fs::read_dir(to.join("counties"))
        .expect("a folder")
        .map(|e| e.expect("an entry").file_name())
        .filter(|n| n.to_string_lossy().contains("draft"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}
