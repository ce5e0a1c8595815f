//! How somebody comes into the party: queries.

use super::model::{Act, Course, Finding, Kind, State, Trial};
use super::terms::File;
use platform::access::Part;
use platform::db::{Db, DbError, DbResult, Row, Value, WriteTx, new_id, numbered};
use platform::values;
use std::collections::HashMap;

const COURSE: &str = "select c.id, c.person, p.name, p.source, p.village, \
    coalesce((select v.short from place v where v.code = p.village and v.level = 'village' \
        order by v.valid_to desc limit 1), ''), \
    p.township, \
    coalesce((select t.name from place t where t.code = p.township and t.level = 'township' \
        order by t.valid_to desc limit 1), ''), \
    c.stage, c.since, c.state, c.longer, c.before, c.move, c.ended_on, c.ended_by, c.ended_at, c.ended_why, c.by_name, \
    c.at, c.rev from membership_course c join person p on p.id = c.person";

fn course(r: &Row) -> DbResult<Course> {
    let state = r.text(10)?;
    Ok(Course {
        id: r.int(0)?,
        person: r.int(1)?,
        person_name: r.text(2)?,
        source: r.text(3)?,
        village: r.text(4)?,
        village_name: r.text(5)?,
        township: r.text(6)?,
        township_name: r.text(7)?,
        stage: r.text(8)?,
        since: r.text(9)?,
        state: State::by_id(&state).ok_or_else(|| DbError::Version(format!("unknown state {state}")))?,
        longer: r.int(11)?,
        before: r.text(12)?,
        moving: r.get(13)?,
        ended_on: r.text(14)?,
        ended_by: r.text(15)?,
        ended_at: r.text(16)?,
        ended_why: r.text(17)?,
        by: r.text(18)?,
        at: r.int(19)?,
        rev: r.int(20)?,
    })
}

const ACT: &str = "select id, course, person, kind, stage, item, from_on, day, meeting, document, people, hours, note, decided_by, \
    void_by, void_why, by_name, at from membership_act";

fn act(r: &Row) -> DbResult<Act> {
    let kind = r.text(3)?;
    Ok(Act {
        id: r.int(0)?,
        course: r.int(1)?,
        person: r.int(2)?,
        kind: Kind::by_id(&kind).ok_or_else(|| DbError::Version(format!("unknown kind {kind}")))?,
        stage: r.text(4)?,
        item: r.text(5)?,
        from_on: r.text(6)?,
        day: r.text(7)?,
        meeting: r.text(8)?,
        document: r.text(9)?,
        people: r.text(10)?,
        hours: r.int(11)?,
        note: r.text(12)?,
        decided_by: r.text(13)?,
        void_by: r.text(14)?,
        void_why: r.text(15)?,
        by: r.text(16)?,
        at: r.int(17)?,
    })
}

const TRIAL: &str = "select id, course, person, kind, task, place, from_on, to_on, finding, found_by, found_on, found_why, \
    by_name, at, rev from membership_test";

fn trial(r: &Row) -> DbResult<Trial> {
    let finding = r.text(8)?;
    Ok(Trial {
        id: r.int(0)?,
        course: r.int(1)?,
        person: r.int(2)?,
        kind: r.text(3)?,
        task: r.text(4)?,
        place: r.text(5)?,
        from_on: r.text(6)?,
        to_on: r.text(7)?,
        finding: Finding::by_id(&finding)
            .ok_or_else(|| DbError::Version(format!("unknown finding {finding}")))?,
        found_by: r.text(9)?,
        found_on: r.text(10)?,
        found_why: r.text(11)?,
        by: r.text(12)?,
        at: r.int(13)?,
        rev: r.int(14)?,
    })
}

/// Courses with what happened in them, in the order given.
async fn files(db: &Db, courses: Vec<Course>) -> DbResult<Vec<File>> {
    let (mut acts, mut trials) = (HashMap::<i64, Vec<Act>>::new(), HashMap::<i64, Vec<Trial>>::new());
    let ids: Vec<i64> = courses.iter().map(|c| c.id).collect();
    for some in ids.chunks(500) {
        let values: Vec<Value> = some.iter().map(|id| Value::from(*id)).collect();
        let within = numbered(1, some.len());
        let sql = format!("{ACT} where course in ({within}) order by day, at, id");
        for r in db.rows(&sql, values.clone()).await? {
            let act = act(&r)?;
            acts.entry(act.course).or_default().push(act);
        }
        let sql = format!("{TRIAL} where course in ({within}) order by from_on, at, id");
        for r in db.rows(&sql, values).await? {
            let trial = trial(&r)?;
            trials.entry(trial.course).or_default().push(trial);
        }
    }
    let file = |course: Course| File {
        acts: acts.remove(&course.id).unwrap_or_default(),
        trials: trials.remove(&course.id).unwrap_or_default(),
        course,
    };
    Ok(courses.into_iter().map(file).collect())
}

/// A course by its id.
pub async fn find(db: &Db, id: i64) -> DbResult<Option<Course>> {
    db.one(&format!("{COURSE} where c.id = $1"), values![id]).await?.as_ref().map(course).transpose()
}

/// What happened in a course.
pub async fn file(db: &Db, course: &Course) -> DbResult<File> {
    let mut found = files(db, vec![course.clone()]).await?;
    found.pop().ok_or_else(|| DbError::Version("a course without a file".into()))
}

/// Courses of a part that stand so, by township, village and name; open ones of people in use alone.
pub async fn of_part(db: &Db, part: &Part, state: State) -> DbResult<Vec<File>> {
    let sql = format!(
        "{COURSE} where c.state = $1 and (c.state <> 'open' or p.state = 'active') and ($2 = '' or p.township = $2) and ($3 = '' or p.village = $3) \
         order by p.township, p.village, p.sort, c.id"
    );
    let rows = db.rows(&sql, values![state.id(), part.township(), part.village()]).await?;
    files(db, rows.iter().map(course).collect::<DbResult<_>>()?).await
}

/// A person's courses, the latest first.
pub async fn of_person(db: &Db, person: i64) -> DbResult<Vec<File>> {
    let sql = format!("{COURSE} where c.person = $1 order by c.at desc, c.id desc");
    let rows = db.rows(&sql, values![person]).await?;
    files(db, rows.iter().map(course).collect::<DbResult<_>>()?).await
}

/// Whether a person has an open course, inside a transaction.
pub async fn has_open(tx: &WriteTx, person: i64) -> DbResult<bool> {
    let sql = "select 1 from membership_course where person = $1 and state = 'open'";
    Ok(tx.one(sql, values![person]).await?.is_some())
}

/// How many of a part came into each stage in a year. Voided entries do not count.
pub async fn entered(db: &Db, part: &Part, year: &str) -> DbResult<HashMap<String, u64>> {
    let sql = "select a.item, count(distinct a.person) from membership_act a join person p on p.id = a.person \
               where a.kind = 'enter' and a.void_by = '' and a.day like $1 and ($2 = '' or p.township = $2) \
               and ($3 = '' or p.village = $3) group by a.item";
    let rows = db.rows(sql, values![format!("{year}-%"), part.township(), part.village()]).await?;
    rows.iter().map(|r| Ok((r.text(0)?, r.int(1)?.unsigned_abs()))).collect()
}

/// How many of a part went on from a course into each pool in a year, by decisions.
pub async fn moved(db: &Db, part: &Part, year: &str) -> DbResult<HashMap<String, u64>> {
    let sql = "select m.pool, count(distinct m.person) from membership_course c join pool_move m on m.id = c.move \
               join person p on p.id = c.person where m.state = 'decided' and m.decided_on like $1 \
               and ($2 = '' or p.township = $2) and ($3 = '' or p.village = $3) group by m.pool";
    let rows = db.rows(sql, values![format!("{year}-%"), part.township(), part.village()]).await?;
    rows.iter().map(|r| Ok((r.text(0)?, r.int(1)?.unsigned_abs()))).collect()
}

/// Adds a course; gives its id.
pub async fn add(tx: &WriteTx, c: &Course, account: i64) -> DbResult<i64> {
    let id = new_id();
    let sql = "insert into membership_course (id, person, stage, since, state, before, by_account, by_name, at) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let values = values![
        id,
        c.person,
        c.stage.as_str(),
        c.since.as_str(),
        c.state.id(),
        c.before.as_str(),
        account,
        c.by.as_str(),
        c.at
    ];
    tx.run(sql, values).await?;
    Ok(id)
}

/// Writes how a course stands; false where somebody changed it since it was read.
pub async fn save(tx: &WriteTx, c: &Course) -> DbResult<bool> {
    let sql = "update membership_course set stage = $3, since = $4, state = $5, longer = $6, before = $7, move = $8, \
               ended_on = $9, ended_by = $10, ended_at = $11, ended_why = $12, rev = rev + 1 where id = $1 and rev = $2";
    let values = values![
        c.id,
        c.rev,
        c.stage.as_str(),
        c.since.as_str(),
        c.state.id(),
        c.longer,
        c.before.as_str(),
        c.moving,
        c.ended_on.as_str(),
        c.ended_by.as_str(),
        c.ended_at.as_str(),
        c.ended_why.as_str()
    ];
    Ok(tx.run(sql, values).await? == 1)
}

/// Adds what happened; gives its id.
pub async fn add_act(tx: &WriteTx, a: &Act) -> DbResult<i64> {
    let id = new_id();
    let sql = "insert into membership_act (id, course, person, kind, stage, item, from_on, day, meeting, document, people, \
               hours, note, decided_by, by_name, at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
    let values = values![
        id,
        a.course,
        a.person,
        a.kind.id(),
        a.stage.as_str(),
        a.item.as_str(),
        a.from_on.as_str(),
        a.day.as_str(),
        a.meeting.as_str(),
        a.document.as_str(),
        a.people.as_str(),
        a.hours,
        a.note.as_str(),
        a.decided_by.as_str(),
        a.by.as_str(),
        a.at
    ];
    tx.run(sql, values).await?;
    Ok(id)
}

/// Voids a step of a course; false where it was voided before.
pub async fn void(tx: &WriteTx, act: &Act, by: &str, why: &str) -> DbResult<bool> {
    let sql = "update membership_act set void_by = $3, void_why = $4 where id = $1 and course = $2 and void_by = ''";
    Ok(tx.run(sql, values![act.id, act.course, by, why]).await? == 1)
}

/// Adds work at the front; gives its id.
pub async fn add_trial(tx: &WriteTx, t: &Trial) -> DbResult<i64> {
    let id = new_id();
    let sql = "insert into membership_test (id, course, person, kind, task, place, from_on, to_on, by_name, at) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let values = values![
        id,
        t.course,
        t.person,
        t.kind.as_str(),
        t.task.as_str(),
        t.place.as_str(),
        t.from_on.as_str(),
        t.to_on.as_str(),
        t.by.as_str(),
        t.at
    ];
    tx.run(sql, values).await?;
    Ok(id)
}

/// Writes what was found of work at the front; false where somebody did since it was read.
pub async fn put_finding(tx: &WriteTx, t: &Trial) -> DbResult<bool> {
    let sql = "update membership_test set finding = $3, found_by = $4, found_on = $5, found_why = $6, rev = rev + 1 \
               where id = $1 and rev = $2";
    let values =
        values![t.id, t.rev, t.finding.id(), t.found_by.as_str(), t.found_on.as_str(), t.found_why.as_str()];
    Ok(tx.run(sql, values).await? == 1)
}

/// Adds courses with what happened in them, many at once; their ids are made here.
pub async fn add_many(tx: &WriteTx, files: &[File]) -> DbResult<()> {
    let (mut courses, mut acts, mut trials) = (Vec::new(), Vec::new(), Vec::new());
    for File { course: c, acts: happened, trials: tried } in files {
        let id = new_id();
        let (stage, since, by) = (c.stage.as_str(), c.since.as_str(), c.by.as_str());
        courses.push(values![id, c.person, stage, since, c.state.id(), c.before.as_str(), by, c.at]);
        for a in happened {
            let (day, meeting, document) = (a.day.as_str(), a.meeting.as_str(), a.document.as_str());
            let (people, by) = (a.people.as_str(), a.by.as_str());
            let (kind, item) = (a.kind.id(), a.item.as_str());
            acts.push(values![
                new_id(),
                id,
                c.person,
                kind,
                stage,
                item,
                day,
                meeting,
                document,
                people,
                a.hours,
                by,
                a.at
            ]);
        }
        for t in tried {
            let (task, place, from) = (t.task.as_str(), t.place.as_str(), t.from_on.as_str());
            let (to, found_by, found_on) = (t.to_on.as_str(), t.found_by.as_str(), t.found_on.as_str());
            let (kind, finding, why, by) =
                (t.kind.as_str(), t.finding.id(), t.found_why.as_str(), t.by.as_str());
            trials.push(values![
                new_id(),
                id,
                c.person,
                kind,
                task,
                place,
                from,
                to,
                finding,
                found_by,
                found_on,
                why,
                by,
                t.at
            ]);
        }
    }
    let into = "membership_course (id, person, stage, since, state, before, by_name, at)";
    tx.insert_many(into, courses, "").await?;
    let into = "membership_act (id, course, person, kind, stage, item, day, meeting, document, people, hours, by_name, at)";
    tx.insert_many(into, acts, "").await?;
    let into = "membership_test (id, course, person, kind, task, place, from_on, to_on, finding, found_by, found_on, \
                found_why, by_name, at)";
    tx.insert_many(into, trials, "").await?;
    Ok(())
}
