//! `yanzhen serve` is killed while a table of facts is written and while it is taken back, and started again: the whole
//! batch is there or none of it, and the same can be done afterwards.

mod serving;

use platform::audit;
use platform::db::Db;
use serving::{Browser, Data, OFFICE, Server, engines, workbook};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Everything that a batch changes: facts with their sources, and the colours that follow.
#[derive(PartialEq, Eq, Clone)]
struct Standing {
    facts: BTreeSet<String>,
    colours: BTreeSet<String>,
}

async fn lines(db: &Db, sql: &str) -> BTreeSet<String> {
    let rows = db.rows(sql, vec![]).await.expect("rows");
    rows.iter().map(|r| r.text(0).expect("text")).collect()
}

async fn standing(db: &Db) -> Standing {
    let facts = "select code || ' ' || fact || ' ' || period || ' ' || value || ' ' || source from fact";
    let colours = "select code || ' ' || proposed || ' ' || matched || ' ' || missing from colour";
    Standing { facts: lines(db, facts).await, colours: lines(db, colours).await }
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
    data: Data,
    browser: Browser,
    preview: String,
    before: Standing,
    after: Standing,
    /// Kills that came before the answer, and those of them that left nothing of what was on the disk already.
    early: usize,
    torn: usize,
}

const SOURCE: [(&str, &str); 1] = [("source", "台账")];

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

    fn import(&self) -> Cost {
        self.done(&format!("{}/confirm", self.preview), &SOURCE).1
    }

    fn undo(&self, batch: i64) -> Cost {
        self.done(&undo(batch), &[]).1
    }

    /// What is there is whole: chains, counts, and one of the two states. Gives the batch if it stands.
    async fn whole(&self, told: &str) -> Option<i64> {
        let at = self.data.open().await;
        let (_, db) = at.county("990101").await.expect("answers").expect("a county");
        for db in [&db, &at.control] {
            let (_, breaks) = audit::verify(db, None).await.expect("verifies");
            assert_eq!(breaks, [], "{told}");
        }
        for (table, action) in
            [("batch", "facts.import"), ("batch where undone_at is not null", "facts.undo")]
        {
            let rows = count(&db, &format!("select count(*) from {table}")).await;
            let audited = count(&db, &format!("select count(*) from audit where action = '{action}'")).await;
            assert_eq!(rows, audited, "{told}: {action}");
        }
        // The first batch is the one that stood before.
        let sql = "select id, coalesce(undone_at, 0) from batch \
                   where id > (select min(id) from batch) order by id desc limit 1";
        let newest = db.one(sql, vec![]).await.expect("answers");
        let newest = newest.map(|r| (r.int(0).expect("an id"), r.int(1).expect("a number") == 0));
        let batch = newest.filter(|(_, stands)| *stands).map(|(batch, _)| batch);
        let is = standing(&db).await;
        let wanted = if batch.is_some() { &self.after } else { &self.before };
        assert!(is.facts == wanted.facts, "{told}: the facts are neither all new nor all old");
        assert!(is.colours == wanted.colours, "{told}: the colours of other facts");
        if let Some((batch, stands)) = newest {
            let own = count(&db, &format!("select count(*) from fact where batch = {batch}")).await;
            assert_eq!(own, if stands { is.facts.len() as i64 } else { 0 }, "{told}: cells of the batch");
        }
        at.close().await.expect("closes");
        batch
    }
}

fn undo(batch: i64) -> String {
    format!("/facts/batches/{batch}/undo")
}

async fn now(data: &Data) -> Standing {
    let at = data.open().await;
    let (_, db) = at.county("990101").await.expect("answers").expect("a county");
    let is = standing(&db).await;
    at.close().await.expect("closes");
    is
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_of_facts_killed_while_it_is_written_and_taken_back() {
    for settings in engines() {
        let postgres = !settings.database.is_empty();
        let folder = tempfile::tempdir().expect("a folder");
        let data = Data::new(&folder.path().join("data"), settings, 8).await;
        // Half of the villages have facts already: the table writes over some and beside others.
        let server = Server::start(&data.folder);
        let mut browser = Browser::signed_in(&server, OFFICE);
        let first = browser.upload(&workbook(&data.villages[..400], 0));
        assert_eq!(browser.post(&format!("{first}/confirm"), &SOURCE).status, 303);
        let preview = browser.upload(&workbook(&data.villages, 1));
        assert!(server.stop());
        let before = now(&data).await;
        let after = before.clone();
        let mut trial = Trial { data, browser, preview, before, after, early: 0, torn: 0 };
        // Once through without a kill, for what it comes to and what it costs.
        let wrote = trial.import();
        trial.after = now(&trial.data).await;
        assert_eq!(trial.after.facts.len(), trial.data.villages.len() * 11);
        let undid = trial.undo(trial.whole("imported").await.expect("a batch"));
        assert_eq!(trial.whole("taken back").await, None);

        use Moment::{Time, Written};
        let moments: &[Moment] = if postgres {
            &[Time(10), Time(40), Time(70), Time(90), Time(105)]
        } else {
            &[Time(10), Time(50), Written(1), Written(30), Written(60), Written(90), Time(105)]
        };
        let confirm = format!("{}/confirm", trial.preview);
        for at in moments {
            let told = format!("import killed at {at:?}");
            let answered = trial.killed(&confirm, &SOURCE, wrote, *at);
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
            let answered = trial.killed(&undo(batch), &[], undid, *at);
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
}
