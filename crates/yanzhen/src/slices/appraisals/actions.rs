//! What is done with rounds: begin, open, lock, calibrate, publish, correct, close.

use super::collect;
use super::follow;
use super::given::Given;
use super::model::{self, Act, Given as Form, Refusal, Round, Sheet, Standing, State, Subject};
use super::store;
use crate::slices::calendar::store::calendar;
use crate::slices::places::facts::adopted;
use crate::slices::places::store::today;
use kernel::{Day, Message, msg};
use platform::access::{Authorized, Caller, Part};
use platform::db::{Db, DbError, DbResult, WriteTx, now_ms};
use platform::values;
use policy::Pack;
use std::collections::HashMap;

/// Faults of a form: field and message.
pub type Faults = Vec<(&'static str, Message)>;

/// What a new round is to be.
#[derive(Clone, Debug, Default)]
pub struct New {
    pub pack: i64,
    pub title: String,
    pub year: String,
    /// For persons: the posts that are appraised.
    pub posts: Vec<String>,
    pub marks_due: String,
    pub check_due: String,
    pub publish_due: String,
}

/// Begins a round for the caller's part: population, sheets and calendar are laid out, nothing is asked of anybody yet.
pub async fn begin(db: &Db, caller: &Caller, new: &New) -> DbResult<Result<i64, Faults>> {
    let mut faults = Faults::new();
    let packs = collect::packs_for(db, &caller.part).await?;
    let pack = packs.iter().find(|p| p.id == new.pack).map(|p| p.pack.clone());
    if pack.is_none() {
        faults.push(("pack", msg!("请选择一部有考核指标的办法")));
    }
    if new.title.trim().is_empty() {
        faults.push(("title", msg!("请写这一轮的名称")));
    }
    if new.year.len() != 4 || !new.year.bytes().all(|b| b.is_ascii_digit()) {
        faults.push(("year", msg!("年度写成四位数字，例如 2026")));
    }
    dates(&new.marks_due, &new.check_due, &new.publish_due, &mut faults);
    let persons = pack.as_ref().is_some_and(|p| p.of_persons());
    if persons && new.posts.is_empty() {
        faults.push(("posts", msg!("请选要考核的职务")));
    }
    let (Some(pack), true) = (pack, faults.is_empty()) else { return Ok(Err(faults)) };
    let part = if let Part::Township(code) = &caller.part { code.clone() } else { String::new() };
    let mut round = Round {
        id: 0,
        pack: new.pack,
        title: new.title.trim().to_owned(),
        year: new.year.clone(),
        part,
        subject: pack.subject.clone(),
        posts: if persons { new.posts.join("|") } else { String::new() },
        state: State::Draft,
        marks_due: new.marks_due.clone(),
        check_due: new.check_due.clone(),
        publish_due: new.publish_due.clone(),
        opened_on: String::new(),
        published_on: String::new(),
        notice_until: String::new(),
        closed_on: String::new(),
        meeting: String::new(),
        meeting_on: String::new(),
        decided_by: String::new(),
        version: 0,
        made_by: caller.name.clone(),
        made_at: now_ms(),
        rev: 1,
    };
    let subjects = collect::population(db, &round).await?;
    if subjects.is_empty() {
        return Ok(Err(vec![("posts", Refusal::NoSubjects.message())]));
    }
    let mut event = caller.event("round.begin", "round", "", &round.part);
    event.note = format!("{} {}", round.year, pack.id);
    let mut tx = db.write(event).await?;
    round.id = store::add(&tx, &round).await?;
    tx.event().record = round.id.to_string();
    lay_out(&tx, &round, &pack, &subjects).await?;
    store::note(&tx, round.id, &caller.name, &caller.unit, "begin", &round.title).await?;
    tx.commit().await?;
    Ok(Ok(round.id))
}

fn dates(marks: &str, check: &str, publish: &str, faults: &mut Faults) {
    for (field, day) in [("marks_due", marks), ("check_due", check), ("publish_due", publish)] {
        if !day.is_empty() && !policy::is_date(day) {
            faults.push((field, msg!("日期写成 2026-01-31 的样子")));
        }
    }
    let set: Vec<&str> = [marks, check, publish].into_iter().filter(|d| !d.is_empty()).collect();
    if set.windows(2).any(|w| w[0] > w[1]) {
        faults.push(("publish_due", msg!("日期的先后应为：评分截止、校核完成、公示")));
    }
}

async fn lay_out(tx: &WriteTx, round: &Round, pack: &Pack, subjects: &[Subject]) -> DbResult<()> {
    store::put_subjects(tx, round.id, subjects).await?;
    store::drop_sheets(tx, round.id).await?;
    for sheet in collect::sheets(round, pack, subjects) {
        store::add_sheet(tx, &sheet).await?;
    }
    Ok(())
}

/// Who may be asked for a sheet instead: gives a unit's sheet to an office, or sets a day of its own.
pub async fn assign(
    db: &Db,
    caller: &Caller,
    round: &Authorized<Round>,
    sheet: &Sheet,
    unit: &str,
    due: &str,
) -> DbResult<Result<(), Faults>> {
    let mut faults = Faults::new();
    if unit.trim().is_empty() {
        faults.push(("unit", msg!("请写评分单位，写法与它的账号一致")));
    }
    if !due.is_empty() && !policy::is_date(due) {
        faults.push(("due_on", msg!("日期写成 2026-01-31 的样子")));
    }
    if !matches!(round.state, State::Draft | State::Entering) {
        faults.push(("unit", Refusal::NotNow(round.state).message()));
    }
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    let mut tx = db.write(caller.event("round.assign", "round", &round.id.to_string(), &round.part)).await?;
    let mut next = sheet.clone();
    tx.changed("", &format!("sheet/{}", sheet.rater), Some(sheet.unit.clone()), Some(unit.trim().to_owned()));
    (next.unit, next.due_on) = (unit.trim().to_owned(), due.to_owned());
    if !store::save_sheet(&tx, &next).await? {
        tx.rollback().await?;
        return Ok(Err(vec![("unit", msg!("别人刚改过，请看一看再改"))]));
    }
    tx.commit().await?;
    Ok(Ok(()))
}

/// Lays the population out anew, while the round is a draft: who came and went since.
pub async fn refresh(db: &Db, caller: &Caller, round: &Authorized<Round>) -> DbResult<bool> {
    if round.state != State::Draft {
        return Ok(false);
    }
    let pack = adopted(db, round.pack).await?;
    let subjects = collect::population(db, round).await?;
    let tx = db.write(caller.event("round.refresh", "round", &round.id.to_string(), &round.part)).await?;
    lay_out(&tx, round, &pack, &subjects).await?;
    tx.commit().await?;
    Ok(true)
}

/// Takes what the registry knows now over what it knew: what units entered in the round stays.
pub async fn take_registry(db: &Db, caller: &Caller, round: &Authorized<Round>) -> DbResult<Option<usize>> {
    if !round.state.takes_entries() {
        return Ok(None);
    }
    let pack = adopted(db, round.pack).await?;
    let subjects = store::subjects(db, round.id, "").await?;
    let known = collect::from_registry(db, round, &pack, &subjects).await?;
    let mut tx =
        db.write(caller.event("round.registry", "round", &round.id.to_string(), &round.part)).await?;
    // Somebody may have locked it since it was read.
    if !store::save(&tx, round).await? {
        tx.rollback().await?;
        return Ok(None);
    }
    let n = fill(&mut tx, round.id, known).await?;
    store::note(&tx, round.id, &caller.name, &caller.unit, "registry", &n.to_string()).await?;
    tx.commit().await?;
    Ok(Some(n))
}

/// Writes what the registry knows where no unit entered a fact itself; gives how many changed.
async fn fill(tx: &mut WriteTx, round: i64, known: Vec<store::RoundFact>) -> DbResult<usize> {
    let sql = "select code, fact, value, unit from round_fact where round = $1";
    let mut there: HashMap<(String, String), (String, String)> = HashMap::new();
    for r in tx.rows(sql, values![round]).await? {
        there.insert((r.text(0)?, r.text(1)?), (r.text(2)?, r.text(3)?));
    }
    let news: Vec<store::RoundFact> = known
        .into_iter()
        .filter(|f| match there.get(&(f.code.clone(), f.fact.clone())) {
            Some((value, unit)) => unit.is_empty() && *value != f.value,
            None => true,
        })
        .collect();
    store::put_facts(tx, round, &news).await?;
    tx.event().note = format!("{} facts", news.len());
    Ok(news.len())
}

/// What an act asks of a round.
pub async fn standing(db: &Db, round: &Round, pack: &Pack) -> DbResult<Standing> {
    let sheets = store::sheets(db, round.id).await?;
    let subjects = store::subjects(db, round.id, "").await?;
    let missing = if matches!(round.state, State::Draft) { 0 } else { missing(db, round).await?.len() };
    let open = "select count(*) from appeal where round = $1 and state = 'asked'";
    let open = db.one(open, values![round.id]).await?.map(|r| r.int(0)).transpose()?.unwrap_or_default();
    Ok(Standing {
        subjects: subjects.len(),
        homeless: collect::homeless(db, round, pack).await?,
        not_submitted: sheets.iter().filter(|s| s.submitted_at.is_none() && s.retired_at.is_none()).count(),
        missing,
        open_appeals: usize::try_from(open).unwrap_or_default(),
        notice_until: round.notice_until.clone(),
        today: today(),
    })
}

/// A cell that blocks: subject's code, indicator, what is missing (`mark/unit:x`, `fact/unit:x`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    pub code: String,
    pub indicator: String,
    pub what: String,
}

impl Gap {
    /// Whether a person may let a rule stand in for it: for an indicator's cell, not for the fact that groups go by.
    pub fn excusable(&self) -> bool {
        !matches!(self.indicator.as_str(), "grading" | "prorate")
    }
}

/// Everything that blocks, subject by subject; `grading` stands for the fact that groups go by.
pub async fn missing(db: &Db, round: &Round) -> DbResult<Vec<Gap>> {
    let given = Given::of(db, round).await?;
    gaps(&given)
}

/// The same of what a round was given.
pub fn gaps(given: &Given) -> DbResult<Vec<Gap>> {
    let found = given.appraised(|done| {
        let mut out = Vec::new();
        for i in 0..done.subjects.len() {
            for told in done.missing(i) {
                let (indicator, what) = told.split_once('/').unwrap_or((told.as_str(), ""));
                out.push(Gap {
                    code: done.scorer.facts.code(i),
                    indicator: indicator.to_owned(),
                    what: what.to_owned(),
                });
            }
        }
        out
    });
    found.map_err(too_large)
}

pub(super) fn too_large(t: appraisal::TooLarge) -> DbError {
    DbError::Version(format!(
        "a score of subject {} by indicator {} is beyond any column",
        t.subject, t.indicator
    ))
}

/// What came of an act.
#[derive(Debug)]
pub enum Moved {
    Done,
    Refused(Vec<Refusal>),
    /// Somebody changed the round since it was read.
    Stale,
}

/// Moves a round by an act.
pub async fn act(
    db: &Db,
    caller: &Caller,
    round: &Authorized<Round>,
    act: Act,
    form: &Form,
) -> DbResult<Moved> {
    let pack = adopted(db, round.pack).await?;
    let standing = standing(db, round, &pack).await?;
    let next = match model::after(round.state, act, &standing, form) {
        Ok(next) => next,
        Err(why) => return Ok(Moved::Refused(why)),
    };
    // Read before the turn to write: whoever changed what results are made of meanwhile changed the round's revision, and
    // nothing is written.
    let subjects = store::subjects(db, round.id, "").await?;
    let known = match act {
        Act::Open => collect::from_registry(db, round, &pack, &subjects).await?,
        _ => Vec::new(),
    };
    let outcomes = match act {
        Act::Publish => Given::of(db, round).await?.outcomes().map_err(too_large)?,
        _ => Vec::new(),
    };
    let follows = match act {
        Act::Close => follow::proposed(db, round).await?,
        _ => Vec::new(),
    };
    let calendar = calendar(db).await?;
    let mut event = caller.event(&format!("round.{}", act.id()), "round", &round.id.to_string(), &round.part);
    event.note.clone_from(&round.title);
    let mut tx = db.write(event).await?;
    let mut new = (**round).clone();
    new.state = next;
    let day = today();
    let mut note = form.reason.trim().to_owned();
    match act {
        Act::Open => {
            new.opened_on.clone_from(&day);
            fill(&mut tx, round.id, known).await?;
            tx.event().note.clone_from(&round.title);
        }
        Act::Publish => {
            new.published_on.clone_from(&day);
            let from = day.parse::<Day>().map_err(|e| DbError::Version(e.to_string()))?;
            new.notice_until = calendar.add_workdays(from, pack.notice_workdays).day.to_string();
            new.meeting = form.meeting.trim().to_owned();
            new.meeting_on = form.meeting_on.trim().to_owned();
            new.decided_by = form.decided_by.trim().to_owned();
            new.version = round.version + 1;
            let why = format!("{} {}", new.meeting_on, new.meeting);
            store::add_version(&tx, round.id, new.version, &why, &caller.name).await?;
            store::put_outcomes(&tx, round.id, new.version, &outcomes).await?;
            note = format!("{why} {}", new.decided_by);
        }
        Act::Close => {
            new.closed_on.clone_from(&day);
            give_grades(&mut tx, round, &pack).await?;
            follow::write(&tx, round, &follows).await?;
            note = follows.len().to_string();
        }
        _ => {}
    }
    if !store::save(&tx, &new).await? {
        tx.rollback().await?;
        return Ok(Moved::Stale);
    }
    tx.changed("", "state", Some(round.state.id().to_owned()), Some(next.id().to_owned()));
    store::note(&tx, round.id, &caller.name, &caller.unit, act.id(), &note).await?;
    tx.commit().await?;
    Ok(Moved::Done)
}

/// Gives the grades of a closed round to its villages: profile and formation show them. A person's stand in the round.
async fn give_grades(tx: &mut WriteTx, round: &Round, pack: &Pack) -> DbResult<()> {
    if round.of_persons() {
        return Ok(());
    }
    let sql = "select code, total, rank, of_n, grade from round_result where round = $1 and version = $2";
    for r in tx.rows(sql, values![round.id, round.version]).await? {
        let (code, grade) = (r.text(0)?, r.text(4)?);
        let was = tx
            .one(
                "select grade from grade where code = $1 and year = $2",
                values![code.as_str(), round.year.as_str()],
            )
            .await?;
        let was = was.map(|w| w.text(0)).transpose()?;
        let sql = "insert into grade (code, year, pack, total, rank, of_n, grade, at) values ($1, $2, $3, $4, $5, $6, $7, $8) \
                   on conflict (code, year) do update set pack = $3, total = $4, rank = $5, of_n = $6, grade = $7, at = $8";
        let (total, rank, of_n) =
            (r.get::<Option<i64>>(1)?, r.get::<Option<i64>>(2)?, r.get::<Option<i64>>(3)?);
        let values = values![
            code.as_str(),
            round.year.as_str(),
            pack.title.as_str(),
            total,
            rank,
            of_n,
            grade.as_str(),
            now_ms()
        ];
        tx.run(sql, values).await?;
        tx.changed_of(None, "village", &code, &format!("grade@{}", round.year), was, Some(grade));
    }
    Ok(())
}

/// Notes that offices were reminded of their sheets; gives how many.
pub async fn remind(db: &Db, caller: &Caller, round: &Authorized<Round>) -> DbResult<usize> {
    let sheets = store::sheets(db, round.id).await?;
    let late: Vec<Sheet> =
        sheets.into_iter().filter(|s| s.submitted_at.is_none() && s.retired_at.is_none()).collect();
    if late.is_empty() || !round.state.takes_entries() {
        return Ok(0);
    }
    let tx = db.write(caller.event("round.remind", "round", &round.id.to_string(), &round.part)).await?;
    for sheet in &late {
        let next = Sheet { reminded_at: Some(now_ms()), ..sheet.clone() };
        store::save_sheet(&tx, &next).await?;
    }
    store::note(&tx, round.id, &caller.name, &caller.unit, "remind", &late.len().to_string()).await?;
    tx.commit().await?;
    Ok(late.len())
}
