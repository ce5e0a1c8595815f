//! The joint review of a campaign: everybody in the stage is sent to the county's seats, and goes on as the review says.

use super::actions::{KIND, runs};
use super::model::{Campaign, Faults, Stage, State};
use super::store::steps::{self, Step};
use super::store::{self, entries, notices};
use crate::slices::reviews::{self, NewReview, NewSubject, Outcome, Purpose};
use kernel::msg;
use platform::access::{Action, Authorized, Caller};
use platform::db::{Db, DbResult, now_ms};
use policy::campaigns::Work;
use std::collections::{HashMap, HashSet};

async fn running(db: &Db, c: &Campaign) -> DbResult<Option<Stage>> {
    let stages = store::stages(db, c.id).await?;
    Ok(stages.into_iter().find(|s| s.seq == c.stage && c.state == State::Open))
}

/// Sends everybody of the stage to the seats, also to these optional ones. The county asks, whoever runs the campaign.
pub async fn open(
    db: &Db,
    caller: &Caller,
    c: &Authorized<Campaign>,
    optional: Vec<String>,
) -> DbResult<Result<i64, Faults>> {
    let stage = running(db, c).await?.filter(|s| s.work == Work::Review);
    let Some(stage) = stage.filter(|_| caller.may(Action::RunReviews)) else {
        return Ok(Err(vec![("stage", msg!("现在不是联审阶段，或不由您发起"))]));
    };
    if reviews::progress(db, Purpose::Campaign, Some(c.id)).await?.is_some() {
        return Ok(Err(vec![("stage", msg!("联审已经发起"))]));
    }
    let subjects = entries::running(db, c.id, stage.seq)
        .await?
        .into_iter()
        .filter_map(|e| Some(NewSubject { person: e.person?, post: e.place_name }))
        .collect();
    let new = NewReview {
        title: c.title.clone(),
        purpose: Purpose::Campaign,
        source: Some(c.id),
        subjects,
        optional,
    };
    reviews::open(db, caller, &new).await
}

/// What the review of a campaign says of each person, by person.
pub async fn outcomes(db: &Db, campaign: i64) -> DbResult<HashMap<i64, Outcome>> {
    let all = reviews::outcomes(db, Purpose::Campaign, Some(campaign)).await?;
    Ok(all.into_iter().map(|o| (o.person, o)).collect())
}

/// Why a person cannot pass the joint review yet; nothing where the way is free.
pub fn hinders(outcome: Option<&Outcome>) -> Faults {
    match outcome.and_then(Outcome::may_go_on) {
        Some(true) => Faults::new(),
        Some(false) => vec![("verdict", msg!("联审已决定终止，不能通过"))],
        None => vec![("verdict", msg!("联审还没有结论，或有意见还没有决定"))],
    }
}

/// Passes, by the caller's name, everybody of the stage in whose way nothing stands: in a joint review those who may go on, under
/// a notice those against whom no objection was found true. The others wait for a decision of their own.
pub async fn pass_clear(
    db: &Db,
    caller: &Caller,
    c: &Authorized<Campaign>,
) -> DbResult<Result<usize, Faults>> {
    let stage = running(db, c).await?.filter(|s| matches!(s.work, Work::Review | Work::Notice));
    let Some(stage) = stage.filter(|_| runs(caller, c)) else {
        return Ok(Err(vec![("stage", msg!("这个阶段逐人决定"))]));
    };
    if stage.work == Work::Notice {
        let early = super::deciding::noticed(db, c, None).await?;
        if !early.is_empty() {
            return Ok(Err(early.into_iter().map(|f| ("stage", f.1)).collect()));
        }
    }
    let came = outcomes(db, c.id).await?;
    let objected: HashSet<i64> = notices::objections(db, c.id)
        .await?
        .into_iter()
        .filter(|o| o.finding != notices::Finding::Unfounded)
        .filter_map(|o| o.entry)
        .collect();
    let done: HashSet<i64> =
        steps::steps_of(db, c.id, stage.seq).await?.into_iter().map(|s| s.entry).collect();
    let clear = |e: &&super::Entry| match stage.work {
        Work::Review => e.person.is_some_and(|p| hinders(came.get(&p)).is_empty()),
        _ => !objected.contains(&e.id),
    };
    let all = entries::running(db, c.id, stage.seq).await?;
    let outcomes: Vec<Step> = all
        .iter()
        .filter(|e| !done.contains(&e.id))
        .filter(clear)
        .map(|e| Step {
            entry: e.id,
            stage: stage.seq,
            passed: true,
            reason: String::new(),
            by: caller.name.clone(),
            unit: caller.unit.clone(),
            at: now_ms(),
        })
        .collect();
    let record = c.id.to_string();
    let mut tx = db.write(caller.event("campaigns.pass", KIND, &record, &c.township)).await?;
    steps::put_steps(&tx, &outcomes).await?;
    entries::touch(&tx, c.id, stage.seq).await?;
    tx.changed(&record, &stage.id, None, Some(format!("{}/{}", outcomes.len(), all.len())));
    tx.commit().await?;
    Ok(Ok(outcomes.len()))
}
