//! What is done with courses: begin one, take a step, test, go on, make longer, end, and propose for a pool.

use super::follow;
use super::model::{Act, Course, Faults, Finding, Given, Kind, State, Trial};
use super::model::{of_age_on, past_day, too_long, written};
use super::rules::membership_of;
use super::store;
use super::terms::File;
use crate::slices::calendar;
use crate::slices::people::{Field, Person, State as Stand};
use crate::slices::places::store::today;
use crate::slices::pools;
use kernel::msg;
use platform::access::{Authorized, Caller};
use platform::db::{Db, DbResult, WriteTx, now_ms};
use policy::Membership;

/// The kind of history that a course's is kept under.
pub const KIND: &str = "membership";

/// What came of an act: done, or everything that is wrong.
type Came<T> = DbResult<Result<T, Faults>>;

fn stale() -> Faults {
    vec![("on", msg!("别人刚改过，请看一看再改"))]
}

fn text(t: &str) -> String {
    t.trim().to_owned()
}

/// Something that happens now in a course.
fn happens(file: &File, kind: Kind, item: &str, day: &str, given: &Given, caller: &Caller) -> Act {
    Act {
        id: 0,
        course: file.course.id,
        person: file.course.person,
        kind,
        stage: file.course.stage.clone(),
        item: item.to_owned(),
        from_on: text(&given.from_on),
        day: day.to_owned(),
        meeting: text(&given.meeting),
        document: text(&given.document),
        people: text(&given.people),
        hours: given.hours.trim().parse().unwrap_or_default(),
        note: text(&given.note),
        decided_by: text(&given.by),
        void_by: String::new(),
        void_why: String::new(),
        by: caller.name.clone(),
        at: now_ms(),
    }
}

/// What is wrong with beginning a course.
fn begins(rules: &Membership, person: &Person, given: &Given, today: &str) -> Faults {
    let mut out = Faults::new();
    if person.state != Stand::Active {
        out.push(("person", msg!("这份档案已不在册，不能建发展过程")));
    }
    if person.get(Field::Political) == "01" {
        out.push(("person", msg!("名册上已经是中共党员")));
    }
    let stages = rules.stages_on(today);
    let at = stages.iter().position(|s| s.id == given.item);
    if at.is_none_or(|at| at + 1 >= stages.len()) {
        out.push(("item", msg!("请选现在的阶段")));
    }
    match past_day(&given.on, today) {
        Err(why) => out.push(("on", why)),
        Ok(_) => match of_age_on(person.get(Field::Birth), *rules.min_age) {
            None => out.push(("person", msg!("档案里没有出生年月，先补上再建"))),
            Some(first) if given.on.trim() < first.as_str() => {
                out.push(("on", msg!("未满 {n} 周岁：最早 {day}", n = *rules.min_age, day = first)));
            }
            Some(_) => {}
        },
    }
    // What was decided before is taken over from its papers.
    if at.is_some_and(|at| at > 0) {
        out.extend(written("meeting", &given.meeting, msg!("请写明哪次会议")));
        out.extend(written("document", &given.document, msg!("请写明文号")));
    }
    out.extend(too_long("note", &given.note));
    out
}

/// Begins somebody's course, at its first stage or at one reached before.
pub async fn begin(db: &Db, caller: &Caller, person: &Authorized<Person>, given: &Given) -> Came<i64> {
    let day = today();
    let village = person.get(Field::Village);
    let rules = membership_of(db, village, &day).await?;
    let faults = begins(&rules, person, given, &day);
    let stage = rules.stage_on(&given.item, &day);
    let (Some(stage), true) = (stage, faults.is_empty()) else { return Ok(Err(faults)) };
    let mut tx = db.write(caller.event("membership.begin", KIND, "", village)).await?;
    if store::has_open(&tx, person.id).await? {
        tx.rollback().await?;
        return Ok(Err(vec![("person", msg!("已经有一个发展过程，不能再建"))]));
    }
    let since = text(&given.on);
    let mut course = Course {
        id: 0,
        person: person.id,
        person_name: String::new(),
        source: String::new(),
        village: village.to_owned(),
        village_name: String::new(),
        township: person.township.clone(),
        township_name: String::new(),
        stage: stage.id.clone(),
        since: since.clone(),
        state: State::Open,
        longer: 0,
        before: person.get(Field::Political).to_owned(),
        moving: None,
        ended_on: String::new(),
        ended_by: String::new(),
        ended_at: String::new(),
        ended_why: String::new(),
        by: caller.name.clone(),
        at: now_ms(),
        rev: 1,
    };
    // Who is on the party's roll already was something else before that is not known.
    if !stage.political.is_empty() && course.before == stage.political {
        course.before.clear();
    }
    course.id = store::add(&tx, &course, caller.account).await?;
    tx.event().record = course.id.to_string();
    let file = File { course, acts: Vec::new(), trials: Vec::new() };
    store::add_act(&tx, &happens(&file, Kind::Enter, &stage.id, &since, given, caller)).await?;
    told(&mut tx, &file, "stage", format!("{} {since}", stage.title));
    if !follow::entered(&mut tx, caller, person.id, stage, (&since, &given.document)).await? {
        tx.rollback().await?;
        return Ok(Err(stale()));
    }
    tx.commit().await?;
    Ok(Ok(file.course.id))
}

fn told(tx: &mut WriteTx, file: &File, what: &str, said: String) {
    tx.changed_of(Some(file.course.person), KIND, &file.course.id.to_string(), what, None, Some(said));
}

async fn write(db: &Db, caller: &Caller, verb: &str, file: &File) -> DbResult<WriteTx> {
    let event = caller.event(verb, KIND, &file.course.id.to_string(), &file.course.village);
    db.write(event).await
}

/// Writes how the course stands after an act, and commits.
async fn finish(tx: WriteTx, next: &Course) -> Came<()> {
    if !store::save(&tx, next).await? {
        tx.rollback().await?;
        return Ok(Err(stale()));
    }
    tx.commit().await?;
    Ok(Ok(()))
}

/// What is known of a course that the caller may change, under the packs of today.
async fn known(db: &Db, course: &Authorized<Course>, day: &str) -> DbResult<(File, Membership)> {
    Ok((store::file(db, course).await?, membership_of(db, &course.village, day).await?))
}

/// Takes a step of the stage.
pub async fn step(db: &Db, caller: &Caller, course: &Authorized<Course>, given: &Given) -> Came<()> {
    let day = today();
    let (file, rules) = known(db, course, &day).await?;
    let calendar = calendar::calendar(db).await?;
    let faults = file.takes(&rules, &calendar, given, &day);
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    let mut tx = write(db, caller, "membership.step", &file).await?;
    let act = happens(&file, Kind::Step, &given.item, &text(&given.on), given, caller);
    store::add_act(&tx, &act).await?;
    told(&mut tx, &file, "step", format!("{} {}", rules.step_title(&act.item, &day), act.day));
    finish(tx, &file.course).await
}

/// Voids a step that was written by mistake, with the reason.
pub async fn void(db: &Db, caller: &Caller, course: &Authorized<Course>, act: i64, why: &str) -> Came<()> {
    let day = today();
    let (file, rules) = known(db, course, &day).await?;
    let mut faults: Faults = written("note", why, msg!("请写明理由")).into_iter().collect();
    let here = |a: &&Act| a.id == act && a.kind == Kind::Step && a.stage == file.course.stage;
    let found = file.acts.iter().find(here).filter(|a| a.void_by.is_empty());
    if found.is_none() || file.course.state != State::Open {
        faults.push(("note", msg!("只能作废这个阶段还算数的步骤")));
    }
    let (Some(found), true) = (found, faults.is_empty()) else { return Ok(Err(faults)) };
    let mut tx = write(db, caller, "membership.void", &file).await?;
    if !store::void(&tx, found, &caller.name, why.trim()).await? {
        tx.rollback().await?;
        return Ok(Err(stale()));
    }
    told(&mut tx, &file, "void", format!("{} {}", rules.step_title(&found.item, &day), why.trim()));
    finish(tx, &file.course).await
}

/// Goes on to the next stage by a decision; the person's file follows.
pub async fn advance(db: &Db, caller: &Caller, course: &Authorized<Course>, given: &Given) -> Came<()> {
    let day = today();
    let (file, rules) = known(db, course, &day).await?;
    let faults = file.advances(&rules, given, &day);
    let stage = rules.next_on(&file.course.stage, &day);
    let (Some(stage), true) = (stage, faults.is_empty()) else { return Ok(Err(faults)) };
    let since = file.begins(stage, given.on.trim());
    let mut tx = write(db, caller, "membership.enter", &file).await?;
    let mut next = file.course.clone();
    (next.stage, next.since, next.longer) = (stage.id.clone(), since.clone(), 0);
    if rules.next_on(&stage.id, &day).is_none() {
        next.state = State::Done;
    }
    let act =
        Act { stage: stage.id.clone(), ..happens(&file, Kind::Enter, &stage.id, &since, given, caller) };
    store::add_act(&tx, &act).await?;
    told(&mut tx, &file, "stage", format!("{} {since} {} {}", stage.title, act.decided_by, act.meeting));
    let document = format!("{} {}", act.meeting, act.document);
    if !follow::entered(&mut tx, caller, next.person, stage, (&since, document.trim())).await? {
        tx.rollback().await?;
        return Ok(Err(stale()));
    }
    finish(tx, &next).await
}

/// Makes the stage longer, once, by a decision with its reason.
pub async fn lengthen(db: &Db, caller: &Caller, course: &Authorized<Course>, given: &Given) -> Came<()> {
    let day = today();
    let (file, rules) = known(db, course, &day).await?;
    let faults = file.lengthens(&rules, given, &day);
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    let mut tx = write(db, caller, "membership.longer", &file).await?;
    let months = text(&given.months);
    let next = Course { longer: months.parse().unwrap_or_default(), ..file.course.clone() };
    let act = happens(&file, Kind::Longer, &months, &text(&given.on), given, caller);
    store::add_act(&tx, &act).await?;
    told(&mut tx, &file, "longer", format!("{months} {} {}", act.decided_by, act.note));
    finish(tx, &next).await
}

/// Ends the course before its end, by a decision with its reason; the person's file follows.
pub async fn end(db: &Db, caller: &Caller, course: &Authorized<Course>, given: &Given) -> Came<()> {
    let day = today();
    let (file, rules) = known(db, course, &day).await?;
    let faults = file.ends(&rules, given, &day);
    let way = State::by_id(&given.item);
    let (Some(way), true) = (way, faults.is_empty()) else { return Ok(Err(faults)) };
    let mut tx = write(db, caller, "membership.end", &file).await?;
    let act = happens(&file, Kind::End, way.id(), &text(&given.on), given, caller);
    store::add_act(&tx, &act).await?;
    let next = Course {
        state: way,
        ended_on: act.day.clone(),
        ended_by: act.decided_by.clone(),
        ended_at: format!("{} {}", act.meeting, act.document).trim().to_owned(),
        ended_why: act.note.clone(),
        ..file.course.clone()
    };
    told(&mut tx, &file, "ended", format!("{} {} {}", way.title(), next.ended_by, next.ended_why));
    let stage = rules.stage_on(&next.stage, &day);
    let back = (next.before.as_str(), next.ended_why.as_str());
    if !follow::ended(&mut tx, caller, next.person, stage, back).await? {
        tx.rollback().await?;
        return Ok(Err(stale()));
    }
    finish(tx, &next).await
}

/// Writes down work at the front.
pub async fn test(db: &Db, caller: &Caller, course: &Authorized<Course>, given: &Given) -> Came<()> {
    let day = today();
    let (file, rules) = known(db, course, &day).await?;
    let mut faults = Faults::new();
    if !matches!(file.course.state, State::Open | State::Done) {
        faults.push(("item", msg!("这个发展过程已经结束")));
    }
    if !rules.tests_on(&day).iter().any(|t| t.id == given.item) {
        faults.push(("item", msg!("请选哪一类任务")));
    }
    faults.extend(written("task", &given.task, msg!("请写明做了什么")));
    faults.extend(written("place", &given.place, msg!("请写明在哪里")));
    let (from, to) = (past_day(&given.from_on, &day), past_day(&given.on, &day));
    match (from, to) {
        (Ok(from), Ok(to)) if from > to => faults.push(("on", msg!("止的日期早于起的日期"))),
        (from, to) => {
            faults.extend(from.err().map(|why| ("from_on", why)));
            faults.extend(to.err().map(|why| ("on", why)));
        }
    }
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    let mut tx = write(db, caller, "membership.test", &file).await?;
    let trial = Trial {
        id: 0,
        course: file.course.id,
        person: file.course.person,
        kind: given.item.clone(),
        task: text(&given.task),
        place: text(&given.place),
        from_on: text(&given.from_on),
        to_on: text(&given.on),
        finding: Finding::None,
        found_by: String::new(),
        found_on: String::new(),
        found_why: String::new(),
        by: caller.name.clone(),
        at: now_ms(),
        rev: 1,
    };
    store::add_trial(&tx, &trial).await?;
    told(&mut tx, &file, "test", format!("{} {} {}", trial.from_on, trial.place, trial.task));
    finish(tx, &file.course).await
}

/// Writes what a named person found of work at the front.
pub async fn find(
    db: &Db,
    caller: &Caller,
    course: &Authorized<Course>,
    trial: i64,
    given: &Given,
) -> Came<()> {
    let day = today();
    let file = store::file(db, course).await?;
    let mut faults = Faults::new();
    let found = file.trials.iter().find(|t| t.id == trial);
    if found.is_none_or(|t| t.finding != Finding::None) {
        faults.push(("finding", msg!("没有这一次，或者已经鉴定过")));
    }
    let finding = Finding::by_id(&given.finding).filter(|f| *f != Finding::None);
    if finding.is_none() {
        faults.push(("finding", msg!("请选合格还是不合格")));
    }
    faults.extend(written("by", &given.by, msg!("请写明由谁鉴定")));
    faults.extend(written("note", &given.note, msg!("请写明看到了什么，本人看得到")));
    match past_day(&given.on, &day) {
        Err(why) => faults.push(("on", why)),
        Ok(_) if found.is_some_and(|t| given.on.trim() < t.to_on.as_str()) => {
            faults.push(("on", msg!("任务还没有结束，不能鉴定")));
        }
        Ok(_) => {}
    }
    let (Some(found), Some(finding), true) = (found, finding, faults.is_empty()) else {
        return Ok(Err(faults));
    };
    let mut tx = write(db, caller, "membership.finding", &file).await?;
    let next = Trial {
        finding,
        found_by: text(&given.by),
        found_on: text(&given.on),
        found_why: text(&given.note),
        ..found.clone()
    };
    if !store::put_finding(&tx, &next).await? {
        tx.rollback().await?;
        return Ok(Err(stale()));
    }
    told(&mut tx, &file, "finding", format!("{} {} {}", finding.title(), next.found_by, next.found_why));
    finish(tx, &file.course).await
}

/// Proposes that the person enters a pool; who decides is the pool's rule.
pub async fn onward(
    db: &Db,
    caller: &Caller,
    course: &Authorized<Course>,
    person: &Authorized<Person>,
    given: &Given,
) -> Came<i64> {
    let day = today();
    let (file, rules) = known(db, course, &day).await?;
    if !matches!(file.course.state, State::Open | State::Done) {
        return Ok(Err(vec![("item", msg!("这个发展过程已经结束"))]));
    }
    let open = rules.onward_on(&file.course.stage, &day);
    let Some(way) = open.iter().find(|o| o.pool == given.item) else {
        return Ok(Err(vec![("item", msg!("请选一个这个阶段可以进的库"))]));
    };
    let new = pools::actions::New {
        pool: way.pool.clone(),
        way: "in".into(),
        ground: way.ground.clone(),
        reason: text(&given.note),
        document: text(&given.document),
    };
    let made = match pools::actions::propose(db, caller, person, &new).await? {
        Ok(made) => made,
        Err(faults) => return Ok(Err(faults.into_iter().map(own_field).collect())),
    };
    let mut tx = write(db, caller, "membership.reserve", &file).await?;
    told(&mut tx, &file, "reserve", way.title.clone());
    let next = Course { moving: Some(made), ..file.course.clone() };
    finish(tx, &next).await.map(|done| done.map(|()| made))
}

/// A fault of the pools' form at the field of this one.
fn own_field((field, why): (&'static str, kernel::Message)) -> (&'static str, kernel::Message) {
    (if field == "reason" { "note" } else { "item" }, why)
}
