//! Rounds: tables and queries.

mod cells;
mod results;

pub use cells::*;
pub use results::*;

use super::model::{Placed, Round, Seen, Sheet, State, Subject};
use platform::access::Part;
use platform::db::{Db, DbError, DbResult, Happened, Log, Row, WriteTx, new_id};
use platform::values;

const ROUND: &str = "select id, pack, title, year, part, subject, posts, state, marks_due, check_due, publish_due, \
    opened_on, published_on, notice_until, closed_on, meeting, meeting_on, decided_by, version, made_by, made_at, rev \
    from round";

fn round_of(row: &Row) -> DbResult<Round> {
    let state = row.text(7)?;
    Ok(Round {
        id: row.int(0)?,
        pack: row.int(1)?,
        title: row.text(2)?,
        year: row.text(3)?,
        part: row.text(4)?,
        subject: row.text(5)?,
        posts: row.text(6)?,
        state: State::by_id(&state).ok_or_else(|| DbError::Version(format!("unknown state {state}")))?,
        marks_due: row.text(8)?,
        check_due: row.text(9)?,
        publish_due: row.text(10)?,
        opened_on: row.text(11)?,
        published_on: row.text(12)?,
        notice_until: row.text(13)?,
        closed_on: row.text(14)?,
        meeting: row.text(15)?,
        meeting_on: row.text(16)?,
        decided_by: row.text(17)?,
        version: row.int(18)?,
        made_by: row.text(19)?,
        made_at: row.int(20)?,
        rev: row.int(21)?,
    })
}

/// A round by its id.
pub async fn find(db: &Db, id: i64) -> DbResult<Option<Round>> {
    db.one(&format!("{ROUND} where id = $1"), values![id]).await?.as_ref().map(round_of).transpose()
}

/// The same inside a transaction.
pub async fn find_in(tx: &WriteTx, id: i64) -> DbResult<Option<Round>> {
    tx.one(&format!("{ROUND} where id = $1"), values![id]).await?.as_ref().map(round_of).transpose()
}

/// A round as an office sees it: the county sees the whole, a township what it holds of its own subjects.
pub async fn seen(db: &Db, id: i64, part: &Part) -> DbResult<Option<Seen>> {
    let Some(round) = find(db, id).await? else { return Ok(None) };
    let township = part.township().to_owned();
    if township.is_empty() || round.part == township {
        return Ok(Some(Seen { round, township }));
    }
    let sql = "select 1 from round_subject where round = $1 and township = $2 limit 1";
    let there = db.one(sql, values![id, township.as_str()]).await?.is_some();
    let sheet = "select 1 from round_sheet where round = $1 and township = $2 limit 1";
    let asked = there || db.one(sheet, values![id, township.as_str()]).await?.is_some();
    Ok((asked && round.state != State::Draft).then_some(Seen { round, township }))
}

/// The rounds that a part sees, the latest first.
pub async fn list(db: &Db, part: &Part) -> DbResult<Vec<Round>> {
    let sql = format!(
        "{ROUND} r where $1 = '' or r.part = $1 or (r.state <> 'draft' and exists (select 1 from round_subject s \
         where s.round = r.id and s.township = $1)) order by r.year desc, r.id desc"
    );
    db.rows(&sql, values![part.township()]).await?.iter().map(round_of).collect()
}

/// The rounds of a pack's row.
pub async fn with_state(db: &Db, states: &[State]) -> DbResult<Vec<Round>> {
    let all = db.rows(&format!("{ROUND} order by year desc, id desc"), vec![]).await?;
    let rounds: Vec<Round> = all.iter().map(round_of).collect::<DbResult<_>>()?;
    Ok(rounds.into_iter().filter(|r| states.contains(&r.state)).collect())
}

/// Writes a new round; gives its id.
pub async fn add(tx: &WriteTx, round: &Round) -> DbResult<i64> {
    let id = new_id();
    let r = round;
    let sql = "insert into round (id, pack, title, year, part, subject, posts, state, marks_due, check_due, publish_due, \
               made_by, made_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    let values = values![
        id,
        r.pack,
        r.title.as_str(),
        r.year.as_str(),
        r.part.as_str(),
        r.subject.as_str(),
        r.posts.as_str(),
        r.state.id(),
        r.marks_due.as_str(),
        r.check_due.as_str(),
        r.publish_due.as_str(),
        r.made_by.as_str(),
        r.made_at
    ];
    tx.run(sql, values).await?;
    Ok(id)
}

/// Writes what an act changed; false where somebody changed the round since it was read.
pub async fn save(tx: &WriteTx, round: &Round) -> DbResult<bool> {
    let r = round;
    let sql = "update round set title = $3, state = $4, marks_due = $5, check_due = $6, publish_due = $7, \
        opened_on = $8, published_on = $9, notice_until = $10, closed_on = $11, meeting = $12, meeting_on = $13, \
        decided_by = $14, version = $15, rev = rev + 1 where id = $1 and rev = $2";
    let values = values![
        r.id,
        r.rev,
        r.title.as_str(),
        r.state.id(),
        r.marks_due.as_str(),
        r.check_due.as_str(),
        r.publish_due.as_str(),
        r.opened_on.as_str(),
        r.published_on.as_str(),
        r.notice_until.as_str(),
        r.closed_on.as_str(),
        r.meeting.as_str(),
        r.meeting_on.as_str(),
        r.decided_by.as_str(),
        r.version
    ];
    Ok(tx.run(sql, values).await? == 1)
}

// ---- subjects ----

const SUBJECT: &str = "select code, name, village, township, township_name, person from round_subject";

fn subject_of(row: &Row) -> DbResult<Subject> {
    Ok(Subject {
        code: row.text(0)?,
        name: row.text(1)?,
        village: row.text(2)?,
        township: row.text(3)?,
        township_name: row.text(4)?,
        person: row.get(5)?,
    })
}

/// A round's subjects by code; `township` limits, empty for all.
pub async fn subjects(db: &Db, round: i64, township: &str) -> DbResult<Vec<Subject>> {
    let sql = format!("{SUBJECT} where round = $1 and ($2 = '' or township = $2) order by code");
    db.rows(&sql, values![round, township]).await?.iter().map(subject_of).collect()
}

/// The name of a sheet's subject inside a transaction; nothing where the sheet has no such subject.
pub async fn named(tx: &WriteTx, sheet: &Sheet, code: &str) -> DbResult<Option<String>> {
    let sql = "select name from round_subject where round = $1 and code = $2 and ($3 = '' or township = $3)";
    let row = tx.one(sql, values![sheet.round, code, sheet.township.as_str()]).await?;
    row.map(|r| r.text(0)).transpose()
}

/// One subject of a round.
pub async fn subject(db: &Db, round: &Round, code: &str) -> DbResult<Option<Placed>> {
    let sql = format!("{SUBJECT} where round = $1 and code = $2");
    let row = db.one(&sql, values![round.id, code]).await?;
    let subject = row.as_ref().map(subject_of).transpose()?;
    Ok(subject.map(|subject| Placed { round: round.clone(), subject }))
}

/// Writes the population of a round over what stood there.
pub async fn put_subjects(tx: &WriteTx, round: i64, subjects: &[Subject]) -> DbResult<()> {
    tx.run("delete from round_subject where round = $1", values![round]).await?;
    let row = |s: &Subject| {
        values![
            round,
            s.code.as_str(),
            s.name.as_str(),
            s.village.as_str(),
            s.township.as_str(),
            s.township_name.as_str(),
            s.person
        ]
    };
    let into = "round_subject (round, code, name, village, township, township_name, person)";
    tx.insert_many(into, subjects.iter().map(row).collect(), "").await
}

// ---- sheets ----

const SHEET: &str = "select id, round, rater, township, unit, due_on, submitted_at, submitted_by, note, reminded_at, \
    retired_at, retired_for, rev from round_sheet";

fn sheet_of(row: &Row) -> DbResult<Sheet> {
    Ok(Sheet {
        id: row.int(0)?,
        round: row.int(1)?,
        rater: row.text(2)?,
        township: row.text(3)?,
        unit: row.text(4)?,
        due_on: row.text(5)?,
        submitted_at: row.get(6)?,
        submitted_by: row.text(7)?,
        note: row.text(8)?,
        reminded_at: row.get(9)?,
        retired_at: row.get(10)?,
        retired_for: row.text(11)?,
        rev: row.int(12)?,
    })
}

/// A sheet by its id.
pub async fn sheet(db: &Db, id: i64) -> DbResult<Option<Sheet>> {
    db.one(&format!("{SHEET} where id = $1"), values![id]).await?.as_ref().map(sheet_of).transpose()
}

/// The same inside a transaction.
pub async fn sheet_in(tx: &WriteTx, id: i64) -> DbResult<Option<Sheet>> {
    tx.one(&format!("{SHEET} where id = $1"), values![id]).await?.as_ref().map(sheet_of).transpose()
}

/// A round's sheets: units first, then townships.
pub async fn sheets(db: &Db, round: i64) -> DbResult<Vec<Sheet>> {
    let sql = format!("{SHEET} where round = $1 order by township, id");
    db.rows(&sql, values![round]).await?.iter().map(sheet_of).collect()
}

/// The sheets that an office fills in, of rounds that were opened, with their rounds: a unit's by its name, a township's by its
/// digits.
pub async fn sheets_for(db: &Db, unit: &str, township: &str) -> DbResult<Vec<(Sheet, Round)>> {
    let sql = format!(
        "{SHEET} where retired_at is null and (($1 <> '' and township = $1) or ($1 = '' and township = '' and unit = $2)) \
         order by id desc"
    );
    let mut out = Vec::new();
    for row in db.rows(&sql, values![township, unit]).await? {
        let sheet = sheet_of(&row)?;
        if let Some(round) = find(db, sheet.round).await?
            && !matches!(round.state, State::Draft | State::Cancelled)
        {
            out.push((sheet, round));
        }
    }
    Ok(out)
}

/// Adds a sheet.
pub async fn add_sheet(tx: &WriteTx, sheet: &Sheet) -> DbResult<i64> {
    let id = new_id();
    let sql =
        "insert into round_sheet (id, round, rater, township, unit, due_on) values ($1, $2, $3, $4, $5, $6)";
    let s = sheet;
    let values =
        values![id, s.round, s.rater.as_str(), s.township.as_str(), s.unit.as_str(), s.due_on.as_str()];
    tx.run(sql, values).await?;
    Ok(id)
}

/// Takes a round's sheets away: while it is a draft.
pub async fn drop_sheets(tx: &WriteTx, round: i64) -> DbResult<()> {
    tx.run("delete from round_sheet where round = $1", values![round]).await?;
    Ok(())
}

/// Writes what changed of a sheet; false where somebody changed it since it was read.
pub async fn save_sheet(tx: &WriteTx, sheet: &Sheet) -> DbResult<bool> {
    let s = sheet;
    let sql = "update round_sheet set unit = $3, due_on = $4, submitted_at = $5, submitted_by = $6, note = $7, \
               reminded_at = $8, retired_at = $9, retired_for = $10, rev = rev + 1 where id = $1 and rev = $2";
    let values = values![
        s.id,
        s.rev,
        s.unit.as_str(),
        s.due_on.as_str(),
        s.submitted_at,
        s.submitted_by.as_str(),
        s.note.as_str(),
        s.reminded_at,
        s.retired_at,
        s.retired_for.as_str()
    ];
    Ok(tx.run(sql, values).await? == 1)
}

// ---- what happened ----

/// The steps of a round: an act's id, or a word of the slice.
const LOG: Log = Log { table: "round_event", record: "round" };

/// What happened to a round, in order.
pub async fn happened(db: &Db, round: i64) -> DbResult<Vec<Happened>> {
    LOG.of(db, round).await
}

/// Notes what happened.
pub async fn note(tx: &WriteTx, round: i64, by: &str, unit: &str, act: &str, note: &str) -> DbResult<()> {
    LOG.note(tx, round, by, unit, act, note).await
}
