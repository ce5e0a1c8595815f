//! `yanzhen serve` is killed while a table of facts or a roster is written and while it is taken back, and started again: the whole
//! batch is there or none of it, and the same can be done afterwards.

mod serving;

use platform::audit;
use platform::db::Db;
use serving::{Browser, Data, OFFICE, Server, engines, workbook};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::thread::sleep;
use std::time::{Duration, Instant};
use tables::{SheetCell, Workbook};

/// What is imported: where, as which events, and how what it changes is read.
struct Case {
    /// Where it is imported: batches stand below it.
    at: &'static str,
    /// The events of an import and of its undo.
    actions: (&'static str, &'static str),
    /// The kind of its batches.
    kind: &'static str,
    /// Everything that a batch changes, a text a row.
    standing: &'static [&'static str],
    /// How much of a batch stands, which is followed by its id: none once it was taken back.
    own: &'static str,
}

/// Facts with their sources, and the colours that follow.
const FACTS: Case = Case {
    at: "/facts",
    actions: ("facts.import", "facts.undo"),
    kind: "facts/",
    standing: &[
        "select code || ' ' || fact || ' ' || period || ' ' || value || ' ' || source from fact",
        "select code || ' ' || proposed || ' ' || matched || ' ' || missing from colour",
    ],
    own: "select count(*) from fact where batch =",
};

/// Persons with their posts, and how many there are.
const PEOPLE: Case = Case {
    at: "/people",
    actions: ("people.import", "people.import-undo"),
    kind: "people/",
    standing: &[
        "select name || ' ' || village || ' ' || birth || ' ' || education || ' ' || posts || ' ' || state from person",
        "select village || ' ' || post || ' ' || from_on || ' ' || to_on || ' ' || title from holding",
        "select township || ' ' || state || ' ' || posts || ' ' || cast(n as text) from person_tally where n > 0",
    ],
    own: "select count(*) from holding where batch =",
};

type Standing = BTreeSet<String>;

async fn standing(case: &Case, db: &Db) -> Standing {
    let mut out = Standing::new();
    for sql in case.standing {
        for row in db.rows(sql, vec![]).await.expect("rows") {
            out.insert(row.text(0).expect("text"));
        }
    }
    out
}

async fn count(db: &Db, sql: &str) -> i64 {
    db.one(sql, vec![]).await.expect("answers").expect("a row").int(0).expect("a number")
}

/// When the server is killed.
#[derive(Clone, Copy, Debug)]
enum Moment {
    /// After a part of the time that it takes, in hundredths.
    Time(u32),
    /// When so much of what it writes is on the disk, in hundredths: SQLite alone shows it.
    Written(u64),
}

/// What a form is expected to cost, measured without a kill.
#[derive(Clone, Copy, Debug)]
struct Cost {
    time: Duration,
    bytes: u64,
}

struct Trial {
    case: &'static Case,
    /// What is sent with the confirmation.
    fields: Vec<(&'static str, String)>,
    data: Data,
    browser: Browser,
    preview: String,
    before: Standing,
    after: Standing,
    /// Kills that came before the answer, and those of them that left nothing of what was on the disk already.
    early: usize,
    torn: usize,
}

impl Trial {
    fn wal(&self) -> u64 {
        let path: PathBuf = self.data.folder.join("counties/990101.sqlite-wal");
        std::fs::metadata(path).map_or(0, |m| m.len())
    }

    /// Sends a form and kills the server at a moment; says whether the answer came first.
    fn killed(&mut self, path: &str, fields: &[(&str, &str)], cost: Cost, at: Moment) -> bool {
        let server = Server::start(&self.data.folder);
        let mut browser = self.browser.at(&server);
        let (wal, since) = (self.wal(), Instant::now());
        let answered = std::thread::scope(|scope| {
            let sent = scope.spawn(|| browser.try_post(path, fields));
            let due = || match at {
                Moment::Time(part) => since.elapsed() >= cost.time * part / 100,
                Moment::Written(part) => self.wal() > wal + cost.bytes * part / 100,
            };
            while !due() && !sent.is_finished() {
                sleep(Duration::from_micros(200));
            }
            server.kill();
            sent.join().expect("ends").is_ok()
        });
        self.early += usize::from(!answered);
        answered
    }

    /// Does it to the end; gives where it led and what it cost.
    fn done(&self, path: &str, fields: &[(&str, &str)]) -> (String, Cost) {
        let server = Server::start(&self.data.folder);
        let (wal, since) = (self.wal(), Instant::now());
        let seen = self.browser.at(&server).post(path, fields);
        let cost = Cost { time: since.elapsed(), bytes: self.wal().saturating_sub(wal) };
        assert_eq!(seen.status, 303, "{}", seen.text);
        assert!(server.stop(), "ends well");
        (seen.location, cost)
    }

    fn confirm(&self) -> (String, Vec<(&'static str, &str)>) {
        (format!("{}/confirm", self.preview), self.fields.iter().map(|(n, v)| (*n, v.as_str())).collect())
    }

    fn import(&self) -> Cost {
        let (path, fields) = self.confirm();
        self.done(&path, &fields).1
    }

    fn undo_path(&self, batch: i64) -> String {
        format!("{}/batches/{batch}/undo", self.case.at)
    }

    fn undo(&self, batch: i64) -> Cost {
        self.done(&self.undo_path(batch), &[]).1
    }

    /// What is there is whole: chains, counts, and one of the two states. Gives the batch if it stands.
    async fn whole(&self, told: &str) -> Option<i64> {
        let at = self.data.open().await;
        let (_, db) = at.county("990101").await.expect("answers").expect("a county");
        for db in [&db, &at.control] {
            let (_, breaks) = audit::verify(db, None).await.expect("verifies");
            assert_eq!(breaks, [], "{told}");
        }
        let (imported, undone) = self.case.actions;
        for (condition, action) in [("", imported), (" and undone_at is not null", undone)] {
            let batches =
                format!("select count(*) from batch where kind like '{}%'{condition}", self.case.kind);
            let rows = count(&db, &batches).await;
            let audited = count(&db, &format!("select count(*) from audit where action = '{action}'")).await;
            assert_eq!(rows, audited, "{told}: {action}");
        }
        // The first batch is the one that stood before.
        let sql = "select id, coalesce(undone_at, 0) from batch \
                   where id > (select min(id) from batch) order by id desc limit 1";
        let newest = db.one(sql, vec![]).await.expect("answers");
        let newest = newest.map(|r| (r.int(0).expect("an id"), r.int(1).expect("a number") == 0));
        let batch = newest.filter(|(_, stands)| *stands).map(|(batch, _)| batch);
        let is = standing(self.case, &db).await;
        let wanted = if batch.is_some() { &self.after } else { &self.before };
        assert!(is == *wanted, "{told}: neither all new nor all old");
        if let Some((batch, stands)) = newest {
            let own = count(&db, &format!("{} {batch}", self.case.own)).await;
            assert_eq!(own > 0, stands, "{told}: what the batch wrote");
        }
        at.close().await.expect("closes");
        batch
    }
}

async fn now(case: &Case, data: &Data) -> Standing {
    let at = data.open().await;
    let (_, db) = at.county("990101").await.expect("answers").expect("a county");
    let is = standing(case, &db).await;
    at.close().await.expect("closes");
    is
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_of_facts_killed_while_it_is_written_and_taken_back() {
    for settings in engines() {
        let folder = tempfile::tempdir().expect("a folder");
        let data = Data::new(&folder.path().join("data"), settings, 8).await;
        // Half of the villages have facts already: the table writes over some and beside others.
        let first = workbook(&data.villages[..400], 0);
        let second = workbook(&data.villages, 1);
        killed_through(&FACTS, data, &first, &second).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_roster_killed_while_it_is_written_and_taken_back() {
    for settings in engines() {
        let folder = tempfile::tempdir().expect("a folder");
        let data = Data::new(&folder.path().join("data"), settings, 8).await;
        // Some persons are known already: the roster changes them and adds others.
        let first = roster(&data.villages[..200], "高中", "");
        let second = roster(&data.villages[..500], "大专", "村委会委员");
        killed_through(&PEOPLE, data, &first, &second).await;
    }
}

/// Two persons of each village.
fn roster(villages: &[String], education: &str, post: &str) -> Vec<u8> {
    let heads = ["代码", "姓名", "性别", "出生年月", "学历", "职务", "任职时间"];
    let rows = villages.iter().flat_map(|v| [(v, "何例甲"), (v, "何例乙")]).map(|(village, name)| {
        [village.as_str(), name, "男", "1990-01", education, post, "2024-01"].map(SheetCell::from).to_vec()
    });
    let mut book = Workbook::default();
    book.sheet("名册", &heads, &[14.0; 7], rows.collect::<Vec<_>>()).expect("a sheet");
    book.bytes().expect("a workbook")
}

/// What a form holds under a name.
fn held(text: &str, name: &str) -> Option<String> {
    let (_, rest) = text.split_once(&format!("name=\"{name}\" value=\""))?;
    rest.split_once('"').map(|(value, _)| value.to_owned())
}

async fn killed_through(case: &'static Case, data: Data, first: &[u8], second: &[u8]) {
    let postgres = !data.settings.database.is_empty();
    let server = Server::start(&data.folder);
    let mut browser = Browser::signed_in(&server, OFFICE);
    let mut send = |table: &[u8]| {
        let path = browser.upload(case.at, table);
        let mark = held(&browser.get(&path).text, "mark");
        let fields = mark.map_or_else(|| vec![("source", "台账".to_owned())], |mark| vec![("mark", mark)]);
        (path, fields)
    };
    let (path, fields) = send(first);
    let sent: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
    assert_eq!(Browser::signed_in(&server, OFFICE).post(&format!("{path}/confirm"), &sent).status, 303);
    let (preview, fields) = send(second);
    assert!(server.stop());
    let before = now(case, &data).await;
    let after = before.clone();
    let mut trial = Trial { case, fields, data, browser, preview, before, after, early: 0, torn: 0 };
    // Once through without a kill, for what it comes to and what it costs.
    let wrote = trial.import();
    trial.after = now(case, &trial.data).await;
    assert!(trial.after.difference(&trial.before).count() >= 400);
    let undid = trial.undo(trial.whole("imported").await.expect("a batch"));
    assert_eq!(trial.whole("taken back").await, None);

    use Moment::{Time, Written};
    let moments: &[Moment] = if postgres {
        &[Time(10), Time(40), Time(70), Time(90), Time(105)]
    } else {
        &[Time(10), Time(50), Written(1), Written(30), Written(60), Written(90), Time(105)]
    };
    for at in moments {
        let told = format!("import killed at {at:?}");
        let (path, fields) = trial.confirm();
        let fields: Vec<(&str, String)> = fields.into_iter().map(|(n, v)| (n, v.to_owned())).collect();
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let answered = trial.killed(&path, &fields, wrote, *at);
        let stands = trial.whole(&told).await;
        assert!(!answered || stands.is_some(), "{told}: what was answered stands");
        trial.torn += usize::from(matches!(at, Written(_)) && stands.is_none());
        if let Some(batch) = stands {
            trial.undo(batch);
            assert_eq!(trial.whole(&told).await, None);
        }
    }
    trial.import();
    let mut batch = trial.whole("it can be written afterwards").await.expect("a batch");
    for at in moments {
        let told = format!("undo killed at {at:?}");
        let path = trial.undo_path(batch);
        let answered = trial.killed(&path, &[], undid, *at);
        let stands = trial.whole(&told).await;
        assert!(!answered || stands.is_none(), "{told}: what was answered is taken back");
        trial.torn += usize::from(matches!(at, Written(_)) && stands.is_some());
        if stands.is_none() {
            trial.import();
            batch = trial.whole(&told).await.expect("a batch");
        }
    }
    trial.undo(batch);
    assert_eq!(trial.whole("it can be taken back afterwards").await, None);
    let (early, torn) = (trial.early, trial.torn);
    let wanted = if postgres { 2 } else { 6 };
    assert!(early >= wanted, "only {early} of {} kills came before the answer", 2 * moments.len());
    assert!(postgres || torn >= 2, "only {torn} kills came in the middle of the writing");
    trial.data.drop().await;
}
