//! Two processes of `yanzhen serve` on one PostgreSQL, each with a data folder of its own as on two machines: what one
//! does the other knows. Runs where `YANZHEN_TEST_POSTGRES` says where one is.

mod serving;

use platform::account::AccountFilter;
use platform::audit;
use platform::db::Db;
use platform::jobs::{BACKUP, Jobs, State};
use platform::values;
use serving::{Browser, Data, OFFICE, PASSWORD, SYSTEM, Server, postgres, workbook};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Barrier;
use std::time::{Duration, Instant};

/// Two data folders with the same keys and settings.
async fn pair(folder: &Path) -> Option<(Data, PathBuf)> {
    let data = Data::new(&folder.join("first"), postgres()?, 1).await;
    let second = folder.join("second");
    std::fs::create_dir(&second).expect("a folder");
    for name in ["keys", "yanzhen.toml"] {
        std::fs::copy(data.folder.join(name), second.join(name)).expect("copies");
    }
    Some((data, second))
}

async fn number(db: &Db, sql: &str) -> i64 {
    db.one(sql, vec![]).await.expect("answers").expect("a row").int(0).expect("a number")
}

async fn whole(db: &Db) {
    let (_, breaks) = audit::verify(db, None).await.expect("verifies");
    assert_eq!(breaks, []);
}

const FACT: &str = "secretary_age";

fn fact(value: &str) -> [(&str, &str); 4] {
    [("fact", FACT), ("value", value), ("source", "台账"), ("period", "")]
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_and_writes_of_two_processes_are_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some((data, second)) = pair(folder.path()).await else { return };
    let (one, two) = std::thread::scope(|scope| {
        let one = scope.spawn(|| Server::start(&data.folder));
        (Server::start(&second), one.join().expect("starts"))
    });
    // A session begun at one is good at the other, and ended at the other it is over.
    let here = Browser::signed_in(&one, OFFICE);
    let mut there = here.at(&two);
    assert_eq!(there.get("/villages").status, 200);
    let mut passing = Browser::signed_in(&one, OFFICE).at(&two);
    assert_eq!(passing.post("/logout", &[]).status, 303);
    let over = passing.at(&one).get("/villages");
    assert_eq!((over.status, over.location.starts_with("/login")), (303, true));

    // From both at once: a fact for each village, and one village that all of them write and decide.
    let disputed = &data.villages[99];
    let decide =
        [[("colour", "red"), ("reason", "例会议定")], [("colour", "orange"), ("reason", "再议议定")]];
    let colour = format!("/villages/{disputed}/colour");
    let entered = there.post(&format!("/villages/{disputed}/facts"), &fact("40"));
    assert_eq!(entered.status, 303, "{}", entered.text);
    std::thread::scope(|scope| {
        for k in 0..24 {
            let mut browser = here.at(if k % 2 == 0 { &one } else { &two });
            let (villages, colour, decide) = (&data.villages, &colour, &decide);
            scope.spawn(move || {
                for n in 0..4 {
                    let own = &villages[k * 4 + n];
                    let age = (30 + k).to_string();
                    for code in [own, disputed] {
                        let seen = browser.post(&format!("/villages/{code}/facts"), &fact(&age));
                        assert_eq!(seen.status, 303, "{}", seen.text);
                    }
                    let seen = browser.post(colour, &decide[(k + n) % 2]);
                    assert_eq!(seen.status, 303, "{}", seen.text);
                }
            });
        }
    });
    for browser in [&here, &there] {
        for k in 0..24 {
            let mut browser = browser.clone();
            let seen = browser.get(&format!("/villages/{}", data.villages[k * 4]));
            assert!(seen.text.contains(&format!("<b>{}</b>", 30 + k)), "village {k} at {}", browser.address);
        }
    }
    let at = data.open().await;
    let (_, db) = at.county("990101").await.expect("answers").expect("a county");
    whole(&db).await;
    whole(&at.control).await;
    assert_eq!(number(&db, "select count(*) from fact").await, 97);
    assert_eq!(number(&db, "select count(*) from audit where action = 'colour.confirm'").await, 96);
    // Each change of what all of them write begins where the one before it ended: none was lost.
    let sql = "select was, became from history where record = $1 and field = $2 order by seq";
    for (field, stands) in [
        (FACT, "select value from fact where code = $1"),
        (
            "colour",
            "select case confirmed when 'red' then '红色' else '橙色' end from colour where code = $1",
        ),
    ] {
        let changes = db.rows(sql, values![disputed.as_str(), field]).await.expect("rows");
        // How often the two words followed each other unlike is chance; that they did is not.
        assert!(changes.len() > 1, "{field}: {}", changes.len());
        let mut stood: Option<Vec<u8>> = None;
        for row in changes {
            assert_eq!(row.get::<Option<Vec<u8>>>(0).expect("bytes"), stood, "{field}");
            stood = row.get(1).expect("bytes");
        }
        let row = db.one(stands, values![disputed.as_str()]).await.expect("answers").expect("a row");
        assert_eq!(stood, Some(row.text(0).expect("text").into_bytes()), "{field}");
    }
    at.close().await.expect("closes");
    assert!(one.stop() && two.stop());
    data.drop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_of_many_offices_at_once_are_all_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some((data, second)) = pair(folder.path()).await else { return };
    let (one, two) = (Server::start(&data.folder), Server::start(&second));
    let here = Browser::signed_in(&one, OFFICE);
    // More than a process has connections: those that wait must leave one for the reads of the one at work.
    let start = Barrier::new(24);
    std::thread::scope(|scope| {
        for (k, villages) in data.villages.chunks(4).take(24).enumerate() {
            let mut browser = here.at(if k % 2 == 0 { &one } else { &two });
            let start = &start;
            scope.spawn(move || {
                let preview = browser.upload("/facts", &workbook(villages, 0));
                start.wait();
                let seen = browser.post(&format!("{preview}/confirm"), &[("source", "台账")]);
                assert_eq!(seen.status, 303, "{}", seen.text);
            });
        }
    });
    let at = data.open().await;
    let (_, db) = at.county("990101").await.expect("answers").expect("a county");
    whole(&db).await;
    assert_eq!(number(&db, "select count(*) from batch").await, 24);
    assert_eq!(number(&db, "select count(*) from fact").await, 24 * 4 * 11);
    at.close().await.expect("closes");
    assert!(one.stop() && two.stop());
    data.drop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_is_done_by_one_of_two_processes() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some((data, second)) = pair(folder.path()).await else { return };
    let at = data.open().await;
    let jobs = Jobs::new(at.clone());
    let (one, two) = (Server::start(&data.folder), Server::start(&second));
    for k in 0..8 {
        jobs.enqueue("", BACKUP, &format!("test {k}"), "", None).await.expect("asks");
    }
    // The same act at both within a minute is one job more; two if the minute ended between them.
    let here = Browser::signed_in(&one, SYSTEM);
    for server in [&one, &two] {
        assert_eq!(here.at(server).post("/system/jobs", &[("kind", BACKUP)]).status, 303);
    }
    let since = Instant::now();
    let all = loop {
        let all = jobs.recent(100).await.expect("a list");
        if all.iter().all(|j| j.state == State::Done) {
            break all;
        }
        assert!(since.elapsed() < Duration::from_secs(120), "{all:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    assert!(all.iter().all(|j| j.tries == 1), "each was begun once: {all:?}");
    let backups: Vec<_> = all.iter().filter(|j| j.kind == BACKUP).collect();
    assert!((9..=10).contains(&backups.len()), "{}", backups.len());
    let made = number(&at.control, "select count(*) from audit where action = 'backup.make'").await;
    let folders = |data: &Path| -> BTreeSet<PathBuf> {
        let all = std::fs::read_dir(data.join("backups")).into_iter().flatten();
        all.map(|e| e.expect("an entry").path()).collect()
    };
    let (first, other) = (folders(&data.folder), folders(&second));
    assert_eq!(first.len() + other.len(), backups.len(), "a backup a job");
    assert_eq!(made, backups.len() as i64);
    assert!(!first.is_empty() && !other.is_empty(), "both took part");
    whole(&at.control).await;
    at.close().await.expect("closes");
    assert!(one.stop() && two.stop());
    data.drop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_passwords_at_two_processes_lock_together() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some((data, second)) = pair(folder.path()).await else { return };
    let (one, two) = (Server::start(&data.folder), Server::start(&second));
    // A name that nobody has locks like one that somebody has, and neither says which it is.
    for login in [OFFICE, "wuciren"] {
        let sign_in = |server: &Server, password: &str| {
            Browser::new(server).post("/login", &[("login", login), ("password", password)]).status
        };
        for k in 0..4 {
            assert_eq!(sign_in(if k % 2 == 0 { &one } else { &two }, "x"), 422, "{login}: try {k}");
        }
        assert_eq!(sign_in(&one, "x"), 429, "{login}: the fifth locks");
        for server in [&one, &two] {
            assert_eq!(sign_in(server, PASSWORD), 429, "{login}: at both");
        }
    }
    assert!(one.stop());
    // What a process counted outlives it.
    let one = Server::start(&data.folder);
    let seen = Browser::new(&one).post("/login", &[("login", "wuciren"), ("password", "x")]);
    assert_eq!(seen.status, 429);
    assert!(one.stop() && two.stop());
    data.drop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_changed_when_every_process_has_stopped() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some((data, second)) = pair(folder.path()).await else { return };
    let keys = |what: &str, folder: &Path| {
        let mut run = Command::new(env!("CARGO_BIN_EXE_yanzhen"));
        let out = run.args(["keys", what, "--data"]).arg(folder).env_remove("YANZHEN_LANG").output();
        let out = out.expect("the program starts");
        (out.status.success(), String::from_utf8_lossy(&out.stderr).into_owned())
    };
    let text = || std::fs::read_to_string(second.join("keys")).expect("keys");
    let (one, before) = (Server::start(&data.folder), text());
    let (done, said) = keys("rotate", &second);
    assert!(!done && said.contains("雁阵还开着"), "{said}");
    assert_eq!(text(), before, "no key was made");
    assert!(one.stop());
    let (done, said) = keys("rotate", &second);
    assert!(done, "{said}");
    // The other folder has the old keys: it is refused before it seals anything with them.
    let refused = platform::county::Installation::open(&data.folder, data.settings.clone()).await;
    assert!(refused.err().expect("old keys").to_string().contains("缺 2 号"));
    std::fs::copy(second.join("keys"), data.folder.join("keys")).expect("copies");
    let at = data.open().await;
    let phone = AccountFilter { find: "13800001234", ..AccountFilter::default() };
    let (found, _) = at.accounts().list(phone, 0, 10).await.expect("a list");
    assert_eq!(found.len(), 2, "phones open with the new key");
    whole(&at.control).await;
    at.close().await.expect("closes");
    data.drop().await;
}
