//! Year-end duty reports.

use super::records::Subject;
use crate::slices::duty::REPORT;
use crate::slices::duty::model::{Act, Answer, Rated, State};
use platform::access::{Caller, Org, Part, Role, Target};
use platform::db::{Db, DbError, DbResult, Happened, Log, Row, WriteTx, new_id, now_ms};
use platform::values;
use std::collections::HashMap;

/// A person's report of a year.
#[derive(Clone, Debug)]
pub struct Report {
    pub id: i64,
    pub person: i64,
    pub name: String,
    /// Where the person's file stands: nine and twelve digits.
    pub township: String,
    pub village: String,
    /// What the person was when the report was asked for.
    pub post: String,
    pub year: String,
    pub state: State,
    /// The last day to hand it in, and, once it is in, to examine it.
    pub due_on: String,
    pub examine_on: String,
    pub answers: Vec<Answer>,
    /// Milliseconds since 1970.
    pub saved_at: Option<i64>,
    pub submitted_at: Option<i64>,
    pub comment: String,
    pub examined_by: String,
    pub examined_unit: String,
    /// The rating's id in the pack.
    pub rating: String,
    pub rated_on: String,
    pub meeting: String,
    pub present: String,
    pub minutes: String,
    pub rated_by: String,
    pub rated_unit: String,
    pub rev: i64,
}

impl Target for Report {
    fn org(&self) -> Org<'_> {
        Org { township: &self.township, village: &self.village }
    }
}

const REPORTS: &str = "select r.id, r.person, p.name, p.township, p.village, r.post, r.year, r.state, r.due_on, r.examine_on, \
    r.content, r.saved_at, r.submitted_at, r.comment, r.examined_by, r.examined_unit, r.rating, r.rated_on, r.meeting, \
    r.present, r.minutes, r.rated_by, r.rated_unit, r.rev from duty_report r join person p on p.id = r.person";

fn of(row: &Row) -> DbResult<Report> {
    let (state, content) = (row.text(7)?, row.text(10)?);
    let answers = match content.as_str() {
        "" => Vec::new(),
        text => serde_json::from_str(text).map_err(|e| DbError::Version(e.to_string()))?,
    };
    Ok(Report {
        id: row.int(0)?,
        person: row.int(1)?,
        name: row.text(2)?,
        township: row.text(3)?,
        village: row.text(4)?,
        post: row.text(5)?,
        year: row.text(6)?,
        state: State::by_id(&state).ok_or_else(|| DbError::Version(format!("unknown state {state}")))?,
        due_on: row.text(8)?,
        examine_on: row.text(9)?,
        answers,
        saved_at: row.get(11)?,
        submitted_at: row.get(12)?,
        comment: row.text(13)?,
        examined_by: row.text(14)?,
        examined_unit: row.text(15)?,
        rating: row.text(16)?,
        rated_on: row.text(17)?,
        meeting: row.text(18)?,
        present: row.text(19)?,
        minutes: row.text(20)?,
        rated_by: row.text(21)?,
        rated_unit: row.text(22)?,
        rev: row.int(23)?,
    })
}

/// A report by its id.
pub async fn find(db: &Db, id: i64) -> DbResult<Option<Report>> {
    db.one(&format!("{REPORTS} where r.id = $1"), values![id]).await?.as_ref().map(of).transpose()
}

/// The reports of a person, the latest year first; those taken back are left out.
pub async fn of_person(db: &Db, person: i64) -> DbResult<Vec<Report>> {
    let sql =
        format!("{REPORTS} where r.person = $1 and r.state <> 'withdrawn' order by r.year desc, r.id desc");
    db.rows(&sql, values![person]).await?.iter().map(of).collect()
}

const OF_PART: &str =
    "($1 = '' or p.township = $1) and ($2 = '' or p.village = $2) and ($3 = '' or r.year = $3)";

/// The reports of a part, of a year or all, in some state or all, the most urgent first.
pub async fn list(
    db: &Db,
    part: &Part,
    (year, state): (&str, Option<State>),
    limit: u64,
    offset: u64,
) -> DbResult<Vec<Report>> {
    let sql = format!(
        "{REPORTS} where {OF_PART} and ($4 = '' or r.state = $4) order by \
         case r.state when 'submitted' then 0 when 'returned' then 1 when 'open' then 2 when 'accepted' then 3 else 4 end, \
         case r.state when 'submitted' then r.examine_on else r.due_on end, p.sort, r.id limit $5 offset $6"
    );
    let state = state.map_or("", State::id);
    let values = values![part.township(), part.village(), year, state, limit as i64, offset as i64];
    db.rows(&sql, values).await?.iter().map(of).collect()
}

/// How many reports of a part stand in each state, of a year or of all.
pub async fn counts(db: &Db, part: &Part, year: &str) -> DbResult<HashMap<&'static str, u64>> {
    let sql = format!(
        "select r.state, count(*) from duty_report r join person p on p.id = r.person where {OF_PART} group by r.state"
    );
    let mut out = HashMap::new();
    for row in db.rows(&sql, values![part.township(), part.village(), year]).await? {
        if let Some(state) = State::by_id(&row.text(0)?) {
            out.insert(state.id(), row.int(1)?.unsigned_abs());
        }
    }
    Ok(out)
}

/// How many reports of a part are late on a day: not handed in, or not examined.
pub async fn late(db: &Db, part: &Part, year: &str, day: &str) -> DbResult<u64> {
    let sql = format!(
        "select count(*) from duty_report r join person p on p.id = r.person where {OF_PART} and \
         ((r.state in ('open', 'returned') and r.due_on < $4) or (r.state = 'submitted' and r.examine_on < $4))"
    );
    let n = db.one(&sql, values![part.township(), part.village(), year, day]).await?;
    Ok(n.map(|r| r.int(0)).transpose()?.unwrap_or_default().unsigned_abs())
}

/// What waits for an office: a township examines, a county rates.
pub fn waits_for(role: Role) -> Option<State> {
    match role {
        Role::TownshipOffice => Some(State::Submitted),
        Role::CountyOffice => Some(State::Accepted),
        _ => None,
    }
}

/// How many reports of a part wait for an office of a role, and the first deadline among them.
pub async fn waiting(db: &Db, part: &Part, role: Role) -> DbResult<(u64, String)> {
    let Some(state) = waits_for(role) else { return Ok((0, String::new())) };
    let sql = "select count(*), coalesce(min(r.examine_on), '') from duty_report r join person p on p.id = r.person \
               where r.state = $3 and ($1 = '' or p.township = $1) and ($2 = '' or p.village = $2)";
    let row = db.one(sql, values![part.township(), part.village(), state.id()]).await?;
    let Some(row) = row else { return Ok((0, String::new())) };
    let due = if state == State::Submitted { row.text(1)? } else { String::new() };
    Ok((row.int(0)?.unsigned_abs(), due))
}

/// The years that have reports of a part, the latest first.
pub async fn years(db: &Db, part: &Part) -> DbResult<Vec<String>> {
    let sql = "select distinct r.year from duty_report r join person p on p.id = r.person \
               where ($1 = '' or p.township = $1) and ($2 = '' or p.village = $2) order by r.year desc";
    db.rows(sql, values![part.township(), part.village()]).await?.iter().map(|r| r.text(0)).collect()
}

/// Somebody who may be asked for a report: who holds the post on a day, with the file in the part.
#[derive(Clone, Debug)]
pub struct Holder {
    pub person: i64,
    /// Nine and twelve digits: where the post is.
    pub township: String,
    pub village: String,
}

/// Who holds a post in a part on a day and has no report of that year yet.
pub async fn population(
    tx: &WriteTx,
    part: &Part,
    post: &str,
    (year, day): (&str, &str),
) -> DbResult<Vec<Holder>> {
    let sql = "select h.person, min(h.township), min(h.village) from holding h join person p on p.id = h.person \
               where h.post = $1 and h.from_on <= $2 and h.to_on >= $2 and p.state = 'active' \
               and ($3 = '' or p.township = $3) and ($4 = '' or p.village = $4) and not exists \
               (select 1 from duty_report r where r.person = h.person and r.year = $5 and r.state <> 'withdrawn') \
               group by h.person order by h.person";
    let rows = tx.rows(sql, values![post, day, part.township(), part.village(), year]).await?;
    rows.iter().map(|r| Ok(Holder { person: r.int(0)?, township: r.text(1)?, village: r.text(2)? })).collect()
}

/// Asks persons for their reports of a year; gives the reports' ids in order. `title`: what the post is called.
pub async fn open(
    tx: &mut WriteTx,
    caller: &Caller,
    holders: &[Holder],
    (title, year, due_on): (&str, &str, &str),
) -> DbResult<Vec<i64>> {
    let at = now_ms();
    let made: Vec<i64> = holders.iter().map(|_| new_id()).collect();
    let (by, unit) = (caller.name.as_str(), caller.unit.as_str());
    let rows = made.iter().zip(holders).map(|(id, h)| {
        values![
            *id,
            h.person,
            h.village.as_str(),
            h.township.as_str(),
            title,
            year,
            "open",
            due_on,
            by,
            unit,
            at
        ]
    });
    let into = "duty_report (id, person, village, township, post, year, state, due_on, opened_by, opened_unit, opened_at)";
    tx.insert_many(into, rows.collect(), "").await?;
    let events = made.iter().map(|id| values![new_id(), *id, at, by, unit, "open", due_on]);
    let into = "duty_report_event (id, report, at, by_name, unit, act, note)";
    tx.insert_many(into, events.collect(), "").await?;
    for h in holders {
        let told = Some(format!("{year} 布置，{due_on} 前提交"));
        tx.changed_of(Some(h.person), "person", &h.person.to_string(), REPORT, None, told);
    }
    Ok(made)
}

/// The steps of a report: an act's id, or `open`.
const LOG: Log = Log { table: "duty_report_event", record: "report" };

/// What happened to a report, in order.
pub async fn happened(db: &Db, report: i64) -> DbResult<Vec<Happened>> {
    LOG.of(db, report).await
}

async fn note(tx: &WriteTx, report: i64, caller: &Caller, act: Act, note: &str) -> DbResult<()> {
    LOG.note(tx, report, &caller.name, &caller.unit, act.id(), note).await
}

/// Saves what its person wrote; false where it is no longer the person's to write.
pub async fn save(tx: &WriteTx, report: &Report, answers: &[Answer]) -> DbResult<bool> {
    let text = serde_json::to_string(answers).map_err(|e| DbError::Version(e.to_string()))?;
    let sql =
        "update duty_report set content = $2, saved_at = $3 where id = $1 and state in ('open', 'returned')";
    Ok(tx.run(sql, values![report.id, text, now_ms()]).await? == 1)
}

/// Hands a report in, to be examined by a day; false where it is no longer the person's to write.
pub async fn submit(
    tx: &mut WriteTx,
    caller: &Caller,
    report: &Report,
    answers: &[Answer],
    examine_on: &str,
) -> DbResult<bool> {
    if !save(tx, report, answers).await? {
        return Ok(false);
    }
    let sql = "update duty_report set state = 'submitted', submitted_at = $2, examine_on = $3, rev = rev + 1 where id = $1";
    tx.run(sql, values![report.id, now_ms(), examine_on]).await?;
    note(tx, report.id, caller, Act::Submit, "").await?;
    let told = answers.iter().map(|a| format!("{}：{}", a.title, a.text)).collect::<Vec<_>>().join("；");
    let told = Some(format!("{} {told}", report.year));
    tx.changed_of(Some(report.person), "person", &report.person.to_string(), REPORT, None, told);
    Ok(true)
}

/// Accepts a report as it was read, or sends it back; false where it changed since.
pub async fn examine(
    tx: &mut WriteTx,
    caller: &Caller,
    subject: &Subject<'_>,
    report: &Report,
    (act, became): (Act, State),
    comment: &str,
) -> DbResult<bool> {
    let sql = "update duty_report set state = $3, comment = $4, examined_by = $5, examined_unit = $6, examined_at = $7, \
               rev = rev + 1 where id = $1 and rev = $2 and state = $8";
    let (by, unit) = (caller.name.as_str(), caller.unit.as_str());
    let values = values![report.id, report.rev, became.id(), comment, by, unit, now_ms(), report.state.id()];
    if tx.run(sql, values).await? == 0 {
        return Ok(false);
    }
    note(tx, report.id, caller, act, comment).await?;
    let told = format!("{} {}：{comment}", report.year, Act::word(act.id()));
    subject.told(tx, REPORT, None, Some(told));
    Ok(true)
}

/// Rates a report as it was read; false where it changed since. `title`: what the rating is called.
pub async fn rate(
    tx: &mut WriteTx,
    caller: &Caller,
    subject: &Subject<'_>,
    report: &Report,
    (rated, title, was): (&Rated, &str, Option<String>),
) -> DbResult<bool> {
    let sql = "update duty_report set state = 'rated', rating = $3, rated_on = $4, meeting = $5, present = $6, minutes = $7, \
               rated_by = $8, rated_unit = $9, rated_at = $10, rev = rev + 1 where id = $1 and rev = $2 \
               and state in ('accepted', 'rated')";
    let values = values![
        report.id,
        report.rev,
        rated.rating.as_str(),
        rated.day.as_str(),
        rated.meeting.as_str(),
        rated.present.as_str(),
        rated.minutes.as_str(),
        caller.name.as_str(),
        caller.unit.as_str(),
        now_ms(),
    ];
    if tx.run(sql, values).await? == 0 {
        return Ok(false);
    }
    let said = format!("{title} {}", rated.reason).trim().to_owned();
    note(tx, report.id, caller, Act::Rate, &said).await?;
    subject.told(tx, REPORT, was, Some(format!("{} {said}", report.year)));
    Ok(true)
}

/// Takes a report back that nothing was handed in for; false where something was.
pub async fn withdraw(
    tx: &mut WriteTx,
    caller: &Caller,
    subject: &Subject<'_>,
    report: &Report,
) -> DbResult<bool> {
    let sql = "update duty_report set state = 'withdrawn', rev = rev + 1 where id = $1 and rev = $2 and state = 'open'";
    if tx.run(sql, values![report.id, report.rev]).await? == 0 {
        return Ok(false);
    }
    note(tx, report.id, caller, Act::Withdraw, "").await?;
    subject.told(tx, REPORT, Some(format!("{} 布置", report.year)), Some("收回".to_owned()));
    Ok(true)
}
