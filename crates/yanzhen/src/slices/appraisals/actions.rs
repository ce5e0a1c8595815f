//! What is done with rounds: begin, open, lock, calibrate, publish, correct, close.

use super::appeals;
use super::collect;
use super::follow;
use super::given::{Given, rule};
use super::model::{self, Act, Given as Form, Refusal, Round, Sheet, Standing, State, Subject};
use super::sheet::{self, Kind};
use super::store::{self, Changed, Excuse};
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

fn too_large(t: appraisal::TooLarge) -> DbError {
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
    // Read before the turn to write: whoever changed the round meanwhile changed its revision, and nothing is written.
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

/// Excuses absences: each cell with the rule that then applies.
pub async fn excuse(
    db: &Db,
    caller: &Caller,
    round: &Authorized<Round>,
    cells: &[(String, String)],
    by: &str,
    reason: &str,
) -> DbResult<Result<usize, Faults>> {
    let mut faults = Faults::new();
    if rule(by).is_none() {
        faults.push(("rule", msg!("请选适用的规则：不计分、缺项折算或按零")));
    }
    if reason.trim().is_empty() {
        faults.push(("reason", msg!("请写明理由")));
    }
    if !matches!(round.state, State::Checking | State::Calibrating) {
        faults.push(("reason", msg!("锁定评分以后才能逐处说明缺项")));
    }
    let there = missing(db, round).await?;
    let wanted: Vec<&(String, String)> =
        cells.iter().filter(|(c, i)| there.iter().any(|g| g.code == *c && g.indicator == *i)).collect();
    if wanted.is_empty() {
        faults.push(("cells", msg!("请选要说明的缺项")));
    }
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    let excuses: Vec<Excuse> = wanted
        .iter()
        .map(|(code, indicator)| Excuse {
            code: code.clone(),
            indicator: indicator.clone(),
            rule: by.to_owned(),
            reason: reason.trim().to_owned(),
            by: caller.name.clone(),
            at: now_ms(),
        })
        .collect();
    let mut tx = db.write(caller.event("round.excuse", "round", &round.id.to_string(), &round.part)).await?;
    for e in &excuses {
        let record = format!("{}/{}", round.id, e.code);
        tx.changed(
            &record,
            &format!("excuse/{}", e.indicator),
            None,
            Some(format!("{} {}", e.rule, e.reason)),
        );
    }
    store::put_excuses(&tx, round.id, &excuses).await?;
    let note = format!("{} {by} {}", excuses.len(), reason.trim());
    store::note(&tx, round.id, &caller.name, &caller.unit, "excuse", &note).await?;
    tx.commit().await?;
    Ok(Ok(excuses.len()))
}

/// Takes an excuse back; false where there is none or it is too late.
pub async fn take_back(
    db: &Db,
    caller: &Caller,
    round: &Authorized<Round>,
    code: &str,
    indicator: &str,
) -> DbResult<bool> {
    if !matches!(round.state, State::Checking | State::Calibrating) {
        return Ok(false);
    }
    let mut tx =
        db.write(caller.event("round.unexcuse", "round", &round.id.to_string(), &round.part)).await?;
    if !store::drop_excuse(&tx, round.id, code, indicator).await? {
        tx.rollback().await?;
        return Ok(false);
    }
    tx.changed(&format!("{}/{code}", round.id), &format!("excuse/{indicator}"), Some(String::new()), None);
    tx.commit().await?;
    Ok(true)
}

/// Lets a unit's sheet count no more: its marks stay kept, its cells are excused by a rule.
pub async fn retire(
    db: &Db,
    caller: &Caller,
    round: &Authorized<Round>,
    sheet: &Sheet,
    by: &str,
    reason: &str,
) -> DbResult<Result<(), Faults>> {
    let mut faults = Faults::new();
    if rule(by).is_none() {
        faults.push(("rule", msg!("请选适用的规则：不计分、缺项折算或按零")));
    }
    if reason.trim().is_empty() {
        faults.push(("reason", msg!("请写明理由")));
    }
    if sheet.retired_at.is_some()
        || !matches!(round.state, State::Entering | State::Checking | State::Calibrating)
    {
        faults.push(("reason", Refusal::NotNow(round.state).message()));
    }
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    let pack = adopted(db, round.pack).await?;
    let subjects = store::subjects(db, round.id, &sheet.township).await?;
    let rated: Vec<String> = sheet::columns(&pack, &sheet.rater)
        .into_iter()
        .filter(|c| matches!(c.kind, Kind::Mark { .. }) && sheet::owed(&pack, c))
        .map(|c| c.id)
        .collect();
    let excuse = |code: &str, indicator: &str| Excuse {
        code: code.to_owned(),
        indicator: indicator.to_owned(),
        rule: by.to_owned(),
        reason: reason.trim().to_owned(),
        by: caller.name.clone(),
        at: now_ms(),
    };
    let excuses: Vec<Excuse> =
        subjects.iter().flat_map(|s| rated.iter().map(|i| excuse(&s.code, i))).collect();
    let mut tx = db.write(caller.event("round.retire", "round", &round.id.to_string(), &round.part)).await?;
    let mut next = sheet.clone();
    (next.retired_at, next.retired_for) = (Some(now_ms()), reason.trim().to_owned());
    if !store::save_sheet(&tx, &next).await? {
        tx.rollback().await?;
        return Ok(Err(vec![("reason", msg!("别人刚改过，请看一看再改"))]));
    }
    store::put_excuses(&tx, round.id, &excuses).await?;
    tx.changed(
        "",
        &format!("sheet/{}", sheet.rater),
        Some("counts".to_owned()),
        Some(format!("{by} {}", reason.trim())),
    );
    let note = format!("{} {}", sheet.unit, reason.trim());
    store::note(&tx, round.id, &caller.name, &caller.unit, "retire", &note).await?;
    tx.commit().await?;
    Ok(Ok(()))
}

/// A value that is put right after publication.
#[derive(Clone, Debug)]
pub struct Correction {
    pub code: String,
    /// The indicator of a mark, or the fact.
    pub column: String,
    /// Whose mark; empty for a fact.
    pub rater: String,
    /// As typed; empty takes it away.
    pub value: String,
}

/// What a correction did.
pub enum Corrected {
    /// The new version.
    Done(i64),
    Faulty(Faults),
    Stale,
}

/// Puts a mark or a fact right after publication: a new version with its reason, the earlier one kept. `appeal` is the one it
/// upholds. Gives the version.
pub async fn correct(
    db: &Db,
    caller: &Caller,
    round: &Authorized<Round>,
    correction: &Correction,
    why: &str,
    finish: Option<&appeals::Answer>,
) -> DbResult<Corrected> {
    let pack = adopted(db, round.pack).await?;
    let mut faults = Faults::new();
    if round.state != State::Published {
        faults.push(("value", msg!("只有公示期间才能更正；公示前请在评分表里改")));
    }
    if why.trim().is_empty() {
        faults.push(("reason", msg!("请写明理由")));
    }
    let is_fact = correction.rater.is_empty();
    let column = if is_fact {
        fact_column(&pack, &correction.column)
    } else {
        sheet::columns(&pack, &correction.rater).into_iter().find(|c| c.id == correction.column)
    };
    let value = match &column {
        None => {
            faults.push(("column", msg!("办法里没有这一项")));
            None
        }
        Some(column) => column.read(&pack, &correction.value).unwrap_or_else(|reason| {
            faults.push(("value", reason));
            None
        }),
    };
    if store::subject(db, round, &correction.code).await?.is_none() {
        faults.push(("code", msg!("这一轮里没有这个对象，或不归本单位评")));
    }
    if !faults.is_empty() {
        return Ok(Corrected::Faulty(faults));
    }
    let version = round.version + 1;
    let mut given = Given::of(db, round).await?;
    let was = given.value(&correction.code, &correction.column, &correction.rater);
    if was == value {
        return Ok(Corrected::Faulty(vec![("value", msg!("和现在的一样，没有要更正的"))]));
    }
    let changed = Changed {
        version,
        code: correction.code.clone(),
        kind: if is_fact { "fact" } else { "mark" }.to_owned(),
        indicator: correction.column.clone(),
        rater: correction.rater.clone(),
        was,
        became: value.clone(),
    };
    given.put(&changed)?;
    let outcomes = given.outcomes().map_err(too_large)?;
    let mut tx = db.write(caller.event("round.correct", "round", &round.id.to_string(), &round.part)).await?;
    let record = format!("{}/{}", round.id, changed.code);
    let field = format!("{}/{}", changed.indicator, changed.rater);
    tx.changed(&record, &field, changed.was.clone(), changed.became.clone());
    write_change(&tx, caller, round, &changed).await?;
    let mut new = (**round).clone();
    new.version = version;
    store::add_version(&tx, round.id, version, why.trim(), &caller.name).await?;
    store::put_outcomes(&tx, round.id, version, &outcomes).await?;
    store::note(&tx, round.id, &caller.name, &caller.unit, "correct", why.trim()).await?;
    if let Some(answer) = finish
        && !appeals::answer_in(&mut tx, caller, answer, Some(version)).await?
    {
        tx.rollback().await?;
        return Ok(Corrected::Stale);
    }
    if !store::save(&tx, &new).await? {
        tx.rollback().await?;
        return Ok(Corrected::Stale);
    }
    tx.commit().await?;
    Ok(Corrected::Done(version))
}

/// The column of a fact, whoever owes it.
pub fn fact_column(pack: &Pack, id: &str) -> Option<sheet::Column> {
    let at = pack.fact(id)?;
    let fact = &pack.facts[at];
    Some(sheet::Column {
        id: fact.id.clone(),
        name: fact.label.clone(),
        kind: Kind::Fact(at),
        unit: fact.unit.clone(),
        basis: String::new(),
        note: String::new(),
        second: false,
    })
}

async fn write_change(tx: &WriteTx, caller: &Caller, round: &Round, c: &Changed) -> DbResult<()> {
    store::add_change(tx, round.id, c).await?;
    if c.kind == "fact" {
        return match &c.became {
            None => store::drop_fact(tx, round.id, &c.code, &c.indicator).await,
            Some(value) => {
                let fact = store::RoundFact {
                    code: c.code.clone(),
                    fact: c.indicator.clone(),
                    value: value.clone(),
                    source: format!("v{}", c.version),
                    day: today(),
                    unit: caller.unit.clone(),
                    by: caller.name.clone(),
                    at: now_ms(),
                    evidence: None,
                };
                store::put_facts(tx, round.id, &[fact]).await
            }
        };
    }
    let was = store::mark_in(tx, round.id, &c.code, &c.indicator, &c.rater).await?;
    let mark = store::Mark {
        code: c.code.clone(),
        indicator: c.indicator.clone(),
        rater: c.rater.clone(),
        mark: c.became.as_ref().and_then(|v| v.parse().ok()),
        note: was.map(|m| m.note).unwrap_or_default(),
        by_account: Some(caller.account),
        by: caller.name.clone(),
        at: now_ms(),
        checked_by: String::new(),
        rev: 1,
    };
    store::put_marks(tx, round.id, &[mark]).await
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
