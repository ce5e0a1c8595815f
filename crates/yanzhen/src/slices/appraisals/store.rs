//! Rounds: tables and queries.

use super::model::{Placed, Round, Seen, Sheet, State, Subject};
use platform::access::Part;
use platform::db::{Db, DbError, DbResult, Row, Value, WriteTx, new_id, now_ms};
use platform::values;
use std::collections::HashMap;

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
    let sql = "insert into round_sheet (id, round, rater, township, unit, due_on) values ($1, $2, $3, $4, $5, $6)";
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

// ---- marks ----

/// A mark as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    pub code: String,
    pub indicator: String,
    pub rater: String,
    /// Hundredths; `None` for a cell with a note alone.
    pub mark: Option<i64>,
    pub note: String,
    pub by_account: Option<i64>,
    pub by: String,
    pub at: i64,
    pub checked_by: String,
    pub rev: i64,
}

const MARK: &str = "select m.code, m.indicator, m.rater, m.mark, m.note, m.by_account, m.by_name, m.at, m.checked_by, m.rev \
    from round_mark m";

fn mark_of(r: &Row) -> DbResult<Mark> {
    Ok(Mark {
        code: r.text(0)?,
        indicator: r.text(1)?,
        rater: r.text(2)?,
        mark: r.get(3)?,
        note: r.text(4)?,
        by_account: r.get(5)?,
        by: r.text(6)?,
        at: r.int(7)?,
        checked_by: r.text(8)?,
        rev: r.int(9)?,
    })
}

/// Every mark of a round as the engine wants it: code, indicator, rater, hundredths.
pub async fn marks(db: &Db, round: i64) -> DbResult<Vec<(String, String, String, i64)>> {
    let sql = "select code, indicator, rater, mark from round_mark where round = $1 and mark is not null";
    let rows = db.rows(sql, values![round]).await?;
    rows.iter().map(|r| Ok((r.text(0)?, r.text(1)?, r.text(2)?, r.int(3)?))).collect()
}

/// The marks of one sheet; for a township's its subjects only. `within` limits to a township's subjects, empty for all.
pub async fn marks_of(db: &Db, sheet: &Sheet, within: &str) -> DbResult<Vec<Mark>> {
    let sql = format!(
        "{MARK} join round_subject s on s.round = m.round and s.code = m.code where m.round = $1 and m.rater = $2 \
         and ($3 = '' or s.township = $3)"
    );
    let within = if sheet.township.is_empty() { within } else { &sheet.township };
    let rows = db.rows(&sql, values![sheet.round, sheet.rater.as_str(), within]).await?;
    rows.iter().map(mark_of).collect()
}

/// The marks of one subject.
pub async fn marks_on(db: &Db, round: i64, code: &str) -> DbResult<Vec<Mark>> {
    let sql = format!("{MARK} where m.round = $1 and m.code = $2");
    db.rows(&sql, values![round, code]).await?.iter().map(mark_of).collect()
}

/// One mark inside a transaction.
pub async fn mark_in(
    tx: &WriteTx,
    round: i64,
    code: &str,
    indicator: &str,
    rater: &str,
) -> DbResult<Option<Mark>> {
    let sql = format!("{MARK} where m.round = $1 and m.code = $2 and m.indicator = $3 and m.rater = $4");
    tx.one(&sql, values![round, code, indicator, rater]).await?.as_ref().map(mark_of).transpose()
}

/// Writes marks over what stood there: what was checked is to be checked anew.
pub async fn put_marks(tx: &WriteTx, round: i64, marks: &[Mark]) -> DbResult<()> {
    let row = |m: &Mark| {
        values![
            round,
            m.code.as_str(),
            m.indicator.as_str(),
            m.rater.as_str(),
            m.mark,
            m.note.as_str(),
            m.by_account,
            m.by.as_str(),
            m.at
        ]
    };
    let into = "round_mark (round, code, indicator, rater, mark, note, by_account, by_name, at)";
    let after = "on conflict (round, code, indicator, rater) do update set mark = excluded.mark, note = excluded.note, \
                 by_account = excluded.by_account, by_name = excluded.by_name, at = excluded.at, checked_by = '', \
                 checked_at = null, rev = round_mark.rev + 1";
    tx.insert_many(into, marks.iter().map(row).collect(), after).await
}

/// A second person's confirmation of a mark.
pub async fn check_mark(tx: &WriteTx, round: i64, mark: &Mark, by: &str) -> DbResult<bool> {
    let sql = "update round_mark set checked_by = $5, checked_at = $6 where round = $1 and code = $2 and indicator = $3 \
               and rater = $4 and rev = $7";
    let m = mark;
    let values = values![
        round,
        m.code.as_str(),
        m.indicator.as_str(),
        m.rater.as_str(),
        by,
        now_ms(),
        m.rev
    ];
    Ok(tx.run(sql, values).await? == 1)
}

/// How many marks each rater gave each township's subjects, and how many of an indicator still want a second look.
pub async fn counts(db: &Db, round: i64) -> DbResult<HashMap<(String, String), i64>> {
    let sql = "select m.rater, s.township, count(m.mark) from round_mark m join round_subject s on s.round = m.round \
               and s.code = m.code where m.round = $1 group by m.rater, s.township";
    let rows = db.rows(sql, values![round]).await?;
    rows.iter().map(|r| Ok(((r.text(0)?, r.text(1)?), r.int(2)?))).collect()
}

// ---- facts ----

/// A fact as the round holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoundFact {
    pub code: String,
    pub fact: String,
    pub value: String,
    pub source: String,
    pub day: String,
    /// The office that entered it; empty for what came from the registry.
    pub unit: String,
    pub by: String,
    pub at: i64,
    pub evidence: Option<i64>,
}

const FACT: &str = "select f.code, f.fact, f.value, f.source, f.day, f.unit, f.by_name, f.at, f.evidence from round_fact f";

fn fact_of(r: &Row) -> DbResult<RoundFact> {
    Ok(RoundFact {
        code: r.text(0)?,
        fact: r.text(1)?,
        value: r.text(2)?,
        source: r.text(3)?,
        day: r.text(4)?,
        unit: r.text(5)?,
        by: r.text(6)?,
        at: r.int(7)?,
        evidence: r.get(8)?,
    })
}

/// Every fact of a round as the engine wants it: code, fact, value.
pub async fn facts(db: &Db, round: i64) -> DbResult<Vec<(String, String, String)>> {
    let sql = "select code, fact, value from round_fact where round = $1";
    let rows = db.rows(sql, values![round]).await?;
    rows.iter().map(|r| Ok((r.text(0)?, r.text(1)?, r.text(2)?))).collect()
}

/// The facts of one subject.
pub async fn facts_on(db: &Db, round: i64, code: &str) -> DbResult<Vec<RoundFact>> {
    let sql = format!("{FACT} where f.round = $1 and f.code = $2 order by f.fact");
    db.rows(&sql, values![round, code]).await?.iter().map(fact_of).collect()
}

/// The facts of a township's subjects; empty for all.
pub async fn facts_in(db: &Db, round: i64, township: &str) -> DbResult<Vec<RoundFact>> {
    let sql = format!(
        "{FACT} join round_subject s on s.round = f.round and s.code = f.code where f.round = $1 \
         and ($2 = '' or s.township = $2)"
    );
    db.rows(&sql, values![round, township]).await?.iter().map(fact_of).collect()
}

/// One fact inside a transaction.
pub async fn fact_in(tx: &WriteTx, round: i64, code: &str, fact: &str) -> DbResult<Option<RoundFact>> {
    let sql = format!("{FACT} where f.round = $1 and f.code = $2 and f.fact = $3");
    tx.one(&sql, values![round, code, fact]).await?.as_ref().map(fact_of).transpose()
}

/// Writes facts over what stood there.
pub async fn put_facts(tx: &WriteTx, round: i64, facts: &[RoundFact]) -> DbResult<()> {
    let row = |f: &RoundFact| {
        values![
            round,
            f.code.as_str(),
            f.fact.as_str(),
            f.value.as_str(),
            f.source.as_str(),
            f.day.as_str(),
            f.unit.as_str(),
            f.by.as_str(),
            f.at,
            f.evidence
        ]
    };
    let into = "round_fact (round, code, fact, value, source, day, unit, by_name, at, evidence)";
    let after = "on conflict (round, code, fact) do update set value = excluded.value, source = excluded.source, \
                 day = excluded.day, unit = excluded.unit, by_name = excluded.by_name, at = excluded.at, \
                 evidence = excluded.evidence";
    tx.insert_many(into, facts.iter().map(row).collect(), after).await
}

/// Takes a fact away.
pub async fn drop_fact(tx: &WriteTx, round: i64, code: &str, fact: &str) -> DbResult<()> {
    let sql = "delete from round_fact where round = $1 and code = $2 and fact = $3";
    tx.run(sql, values![round, code, fact]).await?;
    Ok(())
}

// ---- excuses ----

/// An absence that was excused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excuse {
    pub code: String,
    pub indicator: String,
    /// `skip`, `prorate` or `zero`.
    pub rule: String,
    pub reason: String,
    pub by: String,
    pub at: i64,
}

/// A round's excuses.
pub async fn excuses(db: &Db, round: i64) -> DbResult<Vec<Excuse>> {
    let sql = "select code, indicator, rule, reason, by_name, at from round_excuse where round = $1 \
               order by indicator, code";
    let rows = db.rows(sql, values![round]).await?;
    rows.iter()
        .map(|r| {
            Ok(Excuse {
                code: r.text(0)?,
                indicator: r.text(1)?,
                rule: r.text(2)?,
                reason: r.text(3)?,
                by: r.text(4)?,
                at: r.int(5)?,
            })
        })
        .collect()
}

/// Excuses absences.
pub async fn put_excuses(tx: &WriteTx, round: i64, excuses: &[Excuse]) -> DbResult<()> {
    let row = |e: &Excuse| {
        values![
            round,
            e.code.as_str(),
            e.indicator.as_str(),
            e.rule.as_str(),
            e.reason.as_str(),
            e.by.as_str(),
            e.at
        ]
    };
    let into = "round_excuse (round, code, indicator, rule, reason, by_name, at)";
    let after = "on conflict (round, code, indicator) do update set rule = excluded.rule, reason = excluded.reason, \
                 by_name = excluded.by_name, at = excluded.at";
    tx.insert_many(into, excuses.iter().map(row).collect(), after).await
}

/// Takes an excuse back.
pub async fn drop_excuse(tx: &WriteTx, round: i64, code: &str, indicator: &str) -> DbResult<bool> {
    let sql = "delete from round_excuse where round = $1 and code = $2 and indicator = $3";
    Ok(tx.run(sql, values![round, code, indicator]).await? == 1)
}

// ---- what happened ----

/// Something that happened to a round.
#[derive(Clone, Debug)]
pub struct Happened {
    pub at: i64,
    pub by: String,
    pub unit: String,
    pub act: String,
    pub note: String,
}

/// What happened to a round, in order.
pub async fn happened(db: &Db, round: i64) -> DbResult<Vec<Happened>> {
    let sql = "select at, by_name, unit, act, note from round_event where round = $1 order by at, id";
    let rows = db.rows(sql, values![round]).await?;
    rows.iter()
        .map(|r| {
            Ok(Happened {
                at: r.int(0)?,
                by: r.text(1)?,
                unit: r.text(2)?,
                act: r.text(3)?,
                note: r.text(4)?,
            })
        })
        .collect()
}

/// Notes what happened.
pub async fn note(tx: &WriteTx, round: i64, by: &str, unit: &str, act: &str, note: &str) -> DbResult<()> {
    let sql =
        "insert into round_event (id, round, at, by_name, unit, act, note) values ($1, $2, $3, $4, $5, $6, $7)";
    tx.run(sql, values![new_id(), round, now_ms(), by, unit, act, note]).await?;
    Ok(())
}

// ---- results ----

/// A computed result of one subject, in hundredths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub code: String,
    pub total: Option<i64>,
    pub before_bonus: Option<i64>,
    pub bonus: Option<i64>,
    pub penalty: Option<i64>,
    pub rank: Option<i64>,
    pub of_n: Option<i64>,
    /// The grade's id; empty for none.
    pub grade: String,
    pub veto: String,
    pub missing: String,
    /// Indicator to hundredths, as JSON.
    pub scores: String,
}

const OUTCOME: &str = "select code, total, before_bonus, bonus, penalty, rank, of_n, grade, veto, missing, scores \
    from round_result";

fn outcome_of(r: &Row) -> DbResult<Outcome> {
    Ok(Outcome {
        code: r.text(0)?,
        total: r.get(1)?,
        before_bonus: r.get(2)?,
        bonus: r.get(3)?,
        penalty: r.get(4)?,
        rank: r.get(5)?,
        of_n: r.get(6)?,
        grade: r.text(7)?,
        veto: r.text(8)?,
        missing: r.text(9)?,
        scores: r.text(10)?,
    })
}

/// The results of a version, best first; those without a rank last.
pub async fn outcomes(db: &Db, round: i64, version: i64) -> DbResult<Vec<Outcome>> {
    let sql = format!(
        "{OUTCOME} where round = $1 and version = $2 order by case when rank is null then 1 else 0 end, rank, code"
    );
    db.rows(&sql, values![round, version]).await?.iter().map(outcome_of).collect()
}

/// One subject's result of a version.
pub async fn outcome(db: &Db, round: i64, version: i64, code: &str) -> DbResult<Option<Outcome>> {
    let sql = format!("{OUTCOME} where round = $1 and version = $2 and code = $3");
    db.one(&sql, values![round, version, code]).await?.as_ref().map(outcome_of).transpose()
}

/// The results of a subject in rounds that are public, the latest year first.
pub async fn results_of(db: &Db, code: &str) -> DbResult<Vec<(Round, Outcome)>> {
    let sql = "select distinct r.round, r.version from round_result r join round o on o.id = r.round \
               and o.version = r.version where r.code = $1 and o.state in ('published', 'closed', 'archived')";
    let mut out = Vec::new();
    for row in db.rows(sql, values![code]).await? {
        let (id, version) = (row.int(0)?, row.int(1)?);
        if let (Some(round), Some(outcome)) = (find(db, id).await?, outcome(db, id, version, code).await?) {
            out.push((round, outcome));
        }
    }
    out.sort_by(|a, b| (&b.0.year, b.0.id).cmp(&(&a.0.year, a.0.id)));
    Ok(out)
}

/// Writes a version's results.
pub async fn put_outcomes(tx: &WriteTx, round: i64, version: i64, all: &[Outcome]) -> DbResult<()> {
    let row = |o: &Outcome| {
        values![
            round,
            version,
            o.code.as_str(),
            o.total,
            o.before_bonus,
            o.bonus,
            o.penalty,
            o.rank,
            o.of_n,
            o.grade.as_str(),
            o.veto.as_str(),
            o.missing.as_str(),
            o.scores.as_str()
        ]
    };
    let into = "round_result (round, version, code, total, before_bonus, bonus, penalty, rank, of_n, grade, veto, \
                missing, scores)";
    tx.insert_many(into, all.iter().map(row).collect(), "").await
}

/// A version of a round's results.
#[derive(Clone, Debug)]
pub struct Version {
    pub version: i64,
    pub at: i64,
    pub why: String,
    pub by: String,
}

/// A round's versions in order.
pub async fn versions(db: &Db, round: i64) -> DbResult<Vec<Version>> {
    let sql = "select version, at, why, by_name from round_version where round = $1 order by version";
    let rows = db.rows(sql, values![round]).await?;
    rows.iter()
        .map(|r| Ok(Version { version: r.int(0)?, at: r.int(1)?, why: r.text(2)?, by: r.text(3)? }))
        .collect()
}

/// Notes a version.
pub async fn add_version(tx: &WriteTx, round: i64, version: i64, why: &str, by: &str) -> DbResult<()> {
    let sql = "insert into round_version (round, version, at, why, by_name) values ($1, $2, $3, $4, $5)";
    tx.run(sql, values![round, version, now_ms(), why, by]).await?;
    Ok(())
}

/// A value that a version changed: `None` for none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    pub version: i64,
    pub code: String,
    /// `mark`, `fact` or `excuse`.
    pub kind: String,
    /// The indicator, or the fact.
    pub indicator: String,
    pub rater: String,
    pub was: Option<String>,
    pub became: Option<String>,
}

/// What versions after one changed, the latest first.
pub async fn changes_after(db: &Db, round: i64, version: i64) -> DbResult<Vec<Changed>> {
    let sql = "select version, code, kind, indicator, rater, was, became from round_change where round = $1 \
               and version > $2 order by version desc, id desc";
    let rows = db.rows(sql, values![round, version]).await?;
    rows.iter()
        .map(|r| {
            Ok(Changed {
                version: r.int(0)?,
                code: r.text(1)?,
                kind: r.text(2)?,
                indicator: r.text(3)?,
                rater: r.text(4)?,
                was: r.get(5)?,
                became: r.get(6)?,
            })
        })
        .collect()
}

/// Notes what a version changed.
pub async fn add_change(tx: &WriteTx, round: i64, c: &Changed) -> DbResult<()> {
    let sql = "insert into round_change (id, round, version, code, kind, indicator, rater, was, became) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let values: Vec<Value> = values![
        new_id(),
        round,
        c.version,
        c.code.as_str(),
        c.kind.as_str(),
        c.indicator.as_str(),
        c.rater.as_str(),
        c.was.clone(),
        c.became.clone()
    ];
    tx.run(sql, values).await?;
    Ok(())
}
