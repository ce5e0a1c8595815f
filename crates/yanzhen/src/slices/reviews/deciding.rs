//! What the office does with conclusions: tell the person, hear an objection, ask a seat again, decide by name.

use super::KIND;
use super::model::{self, Decision, Faults, JointReview, LETTERS, Purpose, Subject, Verdict, months_later};
use super::rules::review_of;
use super::store::{self, answers, desks, subjects};
use crate::slices::calendar::calendar;
use crate::slices::places::Village;
use crate::slices::places::store::today;
use crate::slices::risk::{self, Entered, Entry, Ground, Source};
use kernel::{Day, msg};
use platform::access::{Authorized, Caller};
use platform::db::{Db, DbResult, WriteTx, now_ms};

async fn days_later(db: &Db, day: &str, workdays: u32) -> DbResult<String> {
    let Ok(now) = day.parse::<Day>() else { return Ok(String::new()) };
    Ok(calendar(db).await?.add_workdays(now, workdays).day.to_string())
}

async fn finish(tx: WriteTx, next: &Subject) -> DbResult<Result<(), Faults>> {
    if !subjects::save(&tx, next).await? {
        tx.rollback().await?;
        return Ok(Err(vec![("rev", msg!("别人刚改过，请看一看再改"))]));
    }
    tx.commit().await?;
    Ok(Ok(()))
}

/// Tells the person: from now on the own page shows the conclusion, and the days for an objection run.
pub async fn tell(
    db: &Db,
    caller: &Caller,
    review: &JointReview,
    s: &Authorized<Subject>,
) -> DbResult<Result<(), Faults>> {
    if !s.waits() || !s.told_on.is_empty() {
        return Ok(Err(vec![("decision", msg!("现在不需要告知本人"))]));
    }
    let day = today();
    let rules = review_of(db, &review.sent_on).await?;
    let object_until = days_later(db, &day, *rules.objection_workdays).await?;
    let mut tx = db.write(caller.event("reviews.tell", KIND, &s.review.to_string(), &s.village)).await?;
    let next = Subject { told_on: day.clone(), object_until, ..(**s).clone() };
    tx.changed_of(Some(s.person), KIND, &s.review.to_string(), "told", None, Some(day));
    finish(tx, &next).await
}

/// Writes the person's objection.
pub async fn object(
    db: &Db,
    caller: &Caller,
    review: &JointReview,
    s: &Authorized<Subject>,
    text: &str,
) -> DbResult<Result<(), Faults>> {
    let day = today();
    let mut faults = Faults::new();
    if !s.may_object(&day) {
        faults.push(("text", msg!("现在不能提出异议")));
    }
    if text.trim().is_empty() {
        faults.push(("text", msg!("请写您的异议")));
    } else if text.chars().count() > LETTERS {
        faults.push(("text", msg!("最多 {n} 字", n = LETTERS)));
    }
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    let rules = review_of(db, &review.sent_on).await?;
    let answer_by = days_later(db, &day, *rules.decision_workdays).await?;
    let mut tx = db.write(caller.event("reviews.object", KIND, &s.review.to_string(), &s.village)).await?;
    let next = Subject {
        objection: text.trim().to_owned(),
        objected_at: Some(now_ms()),
        answer_by,
        ..(**s).clone()
    };
    let now = Some(next.objection.clone());
    tx.changed_of(Some(s.person), KIND, &s.review.to_string(), "objection", None, now);
    finish(tx, &next).await
}

/// Asks a seat to look again: its answer is open anew, the conclusion falls until it signs.
pub async fn recheck(
    db: &Db,
    caller: &Caller,
    review: &JointReview,
    s: &Authorized<Subject>,
    seat: i64,
) -> DbResult<Result<(), Faults>> {
    let found = answers::of_subject(db, s.id).await?.into_iter().find(|a| a.seat == seat);
    let (Some(answer), None) = (found, s.decision) else {
        return Ok(Err(vec![("seat", msg!("请选一个已经答复、还没有决定的席位"))]));
    };
    let day = today();
    let rules = review_of(db, &review.sent_on).await?;
    let due = days_later(db, &day, *rules.recheck_workdays).await?;
    let mut tx = db.write(caller.event("reviews.recheck", KIND, &s.review.to_string(), &s.village)).await?;
    if !answers::ask_again(&tx, answer.id, &due).await? {
        tx.rollback().await?;
        return Ok(Err(vec![("seat", msg!("这一席正在复核，或还没有签发"))]));
    }
    let title = store::seat(db, seat).await?.map(|s| s.title).unwrap_or_default();
    let now = Some(format!("{title} {due}"));
    tx.changed_of(Some(s.person), KIND, &s.review.to_string(), "recheck", None, now);
    // What a seat finds anew is told anew.
    let next = Subject {
        settled_on: String::new(),
        told_on: String::new(),
        object_until: String::new(),
        valid_to: String::new(),
        ..(**s).clone()
    };
    finish(tx, &next).await
}

/// Decides about a person by name.
pub async fn decide(
    db: &Db,
    caller: &Caller,
    review: &JointReview,
    s: &Authorized<Subject>,
    given: &Verdict,
) -> DbResult<Result<(), Faults>> {
    let day = today();
    let faults = model::decides(s, given, &day);
    let (Some(decision), true) = (Decision::by_id(&given.decision), faults.is_empty()) else {
        return Ok(Err(faults));
    };
    let mut tx = db.write(caller.event("reviews.decide", KIND, &s.review.to_string(), &s.village)).await?;
    let next = Subject {
        decision: Some(decision),
        decided_by: given.by.trim().to_owned(),
        decided_on: day.clone(),
        reason: given.reason.trim().to_owned(),
        valid_to: months_later(&day, review.valid_months),
        ..(**s).clone()
    };
    let now = Some(format!("{} {}：{}", decision.title(), next.decided_by, next.reason));
    tx.changed_of(Some(s.person), KIND, &s.review.to_string(), "decided", None, now);
    finish(tx, &next).await
}

/// A difficult village as a form gives it.
#[derive(Clone, Debug, Default)]
pub struct Difficult {
    /// Ids of the kinds of problem.
    pub problems: Vec<String>,
    pub lead: String,
    pub due_on: String,
}

/// Enters a village that a look-back found difficult into the rectification register, by the caller's name; where the same ground stands
/// there already, that entry is the one. Gives the entry.
pub async fn difficult(
    db: &Db,
    caller: &Caller,
    review: &Authorized<JointReview>,
    village: &Authorized<Village>,
    given: &Difficult,
) -> DbResult<Result<i64, Faults>> {
    let day = today();
    let rules = review_of(db, &review.sent_on).await?;
    let known = rules.problems_on(&review.sent_on);
    let mut faults = risk::model::dates(&day, given.due_on.trim(), &day);
    if review.purpose != Purpose::Lookback {
        faults.push(("village", msg!("回头看才列难点村")));
    }
    let problems: Vec<&str> =
        known.iter().filter(|p| given.problems.contains(&p.id)).map(|p| p.id.as_str()).collect();
    if problems.is_empty() {
        faults.push(("problems", msg!("请选至少一类问题")));
    }
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    let titles: Vec<&str> = problems.iter().map(|p| rules.problem_title(p, &review.sent_on)).collect();
    let entry = Entry {
        id: 0,
        village: village.code.clone(),
        village_name: village.short.clone(),
        township: village.township.clone(),
        township_name: village.township_name.clone(),
        ground: Ground::Difficult,
        source: review.title.clone(),
        source_kind: Source::Inspection,
        proposal: None,
        opened_on: day,
        due_on: given.due_on.trim().to_owned(),
        measures: String::new(),
        lead: given.lead.trim().to_owned(),
        by: caller.name.clone(),
        at: now_ms(),
        closed_on: String::new(),
        closed_by: String::new(),
        closing: String::new(),
        rev: 1,
        items: 0,
        items_closed: 0,
    };
    let mut tx =
        db.write(caller.event("reviews.difficult", KIND, &review.id.to_string(), &village.code)).await?;
    let id = match risk::actions::enter_in(&mut tx, &entry, &titles.join("\n")).await? {
        Entered::Done(id) => id,
        Entered::Twice(there) => there.id,
    };
    let place = (village.code.as_str(), village.township.as_str());
    desks::note(&tx, review.id, place, &problems.join("|"), id, &caller.name).await?;
    tx.commit().await?;
    Ok(Ok(id))
}
