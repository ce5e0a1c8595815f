//! The demo's people on the way into the party: courses that stand where their files say, some with something overdue.

use super::super::{Done, server::failed};
use crate::slices::membership::model::{Act, Course, Finding, Kind, State, Trial};
use crate::slices::membership::store;
use crate::slices::membership::terms::File;
use crate::slices::places::store::today;
use jiff::Span;
use kernel::Day;
use platform::db::{WriteTx, now_ms};
use synth::people::Person;

/// Who wrote it down.
const BY: &str = "何例乙";

/// The stage's id, and how many days ago it began at least and by how many more at most.
fn stage(said: &str) -> Option<(&'static str, i64, i64)> {
    Some(match said {
        "入党申请人" => ("applicant", 3, 120),
        "入党积极分子" => ("activist", 60, 500),
        "发展对象" => ("development", 20, 150),
        "预备党员" => ("probationary", 30, 300),
        _ => return None,
    })
}

/// What was done by then: the step, and how many days after the stage began.
fn steps(stage: &str, n: i64) -> Vec<(&'static str, i64)> {
    let mut out = match stage {
        "applicant" if n % 4 > 0 => vec![("talk", 5 + n % 20)],
        "activist" => vec![("contacts", 10), ("half_year", 170), ("half_year", 340)],
        "development" => vec![("sponsors", 5), ("political_review", 20), ("training", 40)],
        "probationary" => vec![("oath", 20), ("probation_record", 170)],
        _ => Vec::new(),
    };
    if n % 5 == 0 {
        out.pop();
    }
    out
}

fn after(day: Day, days: i64) -> Day {
    day.checked_add(Span::new().days(days)).unwrap_or(day)
}

/// One person's course; none for whoever is not on the way.
fn course(person: &Person, id: i64, k: usize, now: Day) -> Option<File> {
    let (stage, least, more) = stage(person.stage)?;
    let n = i64::try_from(k).unwrap_or_default();
    let since = after(now, -(least + n * 37 % more));
    let act = |kind: Kind, item: &str, day: Day| Act {
        id: 0,
        course: 0,
        person: id,
        kind,
        stage: stage.into(),
        item: item.into(),
        from_on: String::new(),
        day: day.to_string(),
        meeting: "支部委员会会议".into(),
        document: "例支〔2026〕2号".into(),
        people: "何例甲、何例丙".into(),
        hours: if item == "training" { 24 } else { 0 },
        note: String::new(),
        decided_by: String::new(),
        void_by: String::new(),
        void_why: String::new(),
        by: BY.into(),
        at: now_ms(),
    };
    let mut acts = vec![act(Kind::Enter, stage, since)];
    let done = steps(stage, n).into_iter().map(|(item, days)| (item, after(since, days)));
    acts.extend(done.filter(|(_, day)| *day <= now).map(|(item, day)| act(Kind::Step, item, day)));
    let work = Trial {
        id: 0,
        course: 0,
        person: id,
        kind: if n % 2 == 0 { "disaster" } else { "environment" }.into(),
        task: if n % 2 == 0 { "抗旱值班" } else { "人居环境整治" }.into(),
        place: "本村".into(),
        from_on: after(now, -18).to_string(),
        to_on: after(now, -9).to_string(),
        finding: if n % 6 == 0 { Finding::None } else { Finding::Passed },
        found_by: if n % 6 == 0 { "" } else { "何例丙" }.into(),
        found_on: if n % 6 == 0 { String::new() } else { after(now, -7).to_string() },
        found_why: if n % 6 == 0 { "" } else { "值班表和带班记录" }.into(),
        by: BY.into(),
        at: now_ms(),
        rev: 1,
    };
    let course = Course {
        id: 0,
        person: id,
        person_name: String::new(),
        source: String::new(),
        village: String::new(),
        village_name: String::new(),
        township: String::new(),
        township_name: String::new(),
        stage: stage.into(),
        since: since.to_string(),
        state: State::Open,
        longer: 0,
        before: String::new(),
        moving: None,
        ended_on: String::new(),
        ended_by: String::new(),
        ended_at: String::new(),
        ended_why: String::new(),
        by: BY.into(),
        at: now_ms(),
        rev: 1,
    };
    let trials = if stage != "applicant" && n % 3 == 0 { vec![work] } else { Vec::new() };
    Some(File { course, acts, trials })
}

/// Writes a course for every third of those whose file says that they are on the way.
pub async fn fill(tx: &WriteTx, persons: impl Iterator<Item = (&Person, i64)>) -> Done {
    let now: Day = today().parse().map_err(failed)?;
    let on_the_way = persons.filter(|(p, _)| stage(p.stage).is_some());
    let some = on_the_way.enumerate().filter(|(k, _)| k % 3 == 0);
    let files: Vec<File> = some.filter_map(|(k, (p, id))| course(p, id, k / 3, now)).collect();
    store::add_many(tx, &files).await.map_err(failed)
}
