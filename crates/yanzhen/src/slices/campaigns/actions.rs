//! What is done with a campaign as a whole: made, opened, led from stage to stage, ended.

use super::model::{self, Campaign, Faults, New, Open, Stage, State};
use super::{noticing, rules, store};
use crate::slices::places::store::today;
use crate::slices::reviews;
use kernel::{Message, msg};
use platform::access::{Action, Authorized, Caller, Part, Refusal, Role};
use platform::db::{Db, DbResult, WriteTx, now_ms};
use policy::campaigns::Work;
use std::collections::HashSet;

/// The kind of history that a campaign's is kept under.
pub const KIND: &str = "campaign";

pub(super) fn stale() -> Faults {
    vec![("rev", msg!("别人刚改过，请看一看再改"))]
}

/// The local time as forms write it: `2026-11-22T09:30`.
pub fn now_text() -> String {
    platform::now().strftime("%Y-%m-%dT%H:%M").to_string()
}

/// A campaign as a caller may see it: the county all, a township its own and those with places in it.
pub async fn seen(db: &Db, caller: &Caller, id: i64) -> DbResult<Result<Authorized<Campaign>, Refusal>> {
    let mut found = store::find(db, id).await?;
    if let Some(c) = &mut found
        && let Part::Township(town) = &caller.part
        && c.township.is_empty()
        && c.state != State::Draft
        && store::has_places(db, id, town).await?
    {
        c.seen_from.clone_from(town);
    }
    Ok(caller.authorize(Action::ViewCampaigns, found))
}

/// Whether a caller runs a campaign: the county any, a township its own.
pub fn runs(caller: &Caller, campaign: &Campaign) -> bool {
    caller.may(Action::RunCampaigns)
        && (caller.role == Role::CountyOffice || campaign.township == caller.part.township())
}

fn refused() -> Faults {
    vec![("rev", msg!("这一步由组织选拔的单位办"))]
}

/// Makes a draft. What is wrong is told at once.
pub async fn make(db: &Db, caller: &Caller, new: &New) -> DbResult<Result<i64, Faults>> {
    let day = today();
    let township = caller.part.township().to_owned();
    let rules = rules::campaigns_of(db, &township, &day).await?;
    let mut faults = model::makes(new, &now_text());
    let kind = rules.kind_on(&new.kind, &day);
    match kind {
        Some(kind) if kind.county && !township.is_empty() => {
            faults.push(("kind", msg!("“{kind}”由县里组织", kind = kind.title.as_str())));
        }
        None if !new.kind.is_empty() => faults.push(("kind", msg!("请选一种选拔"))),
        _ => {}
    }
    if kind.is_some() && rules.stages_on(&new.kind, &day).is_empty() {
        faults.push(("kind", msg!("办法没有写这种选拔的阶段")));
    }
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    let mut tx = db.write(caller.event("campaigns.make", KIND, "", &township)).await?;
    let c = Campaign {
        id: 0,
        no: store::next_no(&tx, day.get(..4).unwrap_or_default()).await?,
        kind: new.kind.clone(),
        title: new.title.trim().to_owned(),
        township: township.clone(),
        township_name: String::new(),
        state: State::Draft,
        apply_from: new.apply_from.clone(),
        apply_to: new.apply_to.clone(),
        rules_on: day,
        help: new.help.trim().to_owned(),
        stage: 0,
        made_by: caller.name.clone(),
        made_at: now_ms(),
        opened_by: String::new(),
        ended_on: String::new(),
        reason: String::new(),
        rev: 1,
        seats: 0,
        seen_from: township,
    };
    let places: Vec<_> = new.places.iter().filter(|p| p.seats > 0).cloned().collect();
    let id = store::add(&tx, &c, &places).await?;
    tx.event().record = id.to_string();
    tx.changed(&id.to_string(), "made", None, Some(c.title.clone()));
    tx.commit().await?;
    Ok(Ok(id))
}

async fn finish(tx: WriteTx, next: &Campaign) -> DbResult<Result<(), Faults>> {
    if !store::save(&tx, next).await? {
        tx.rollback().await?;
        return Ok(Err(stale()));
    }
    tx.commit().await?;
    Ok(Ok(()))
}

/// Opens a draft: its stages are written down as the measures have them today, and the first begins.
pub async fn open(db: &Db, caller: &Caller, c: &Authorized<Campaign>) -> DbResult<Result<(), Faults>> {
    if !runs(caller, c) {
        return Ok(Err(refused()));
    }
    let day = today();
    let rules = rules::campaigns_of(db, &c.township, &day).await?;
    let mut stages = rules::stages(&rules, &c.kind, &day);
    let mut faults = Faults::new();
    if c.state != State::Draft {
        faults.push(("rev", msg!("已经发布过了")));
    }
    if c.apply_to <= now_text() {
        faults.push(("apply_to", msg!("截止时间已经过了")));
    }
    let Some(first) = stages.first_mut().filter(|_| faults.is_empty()) else {
        if faults.is_empty() {
            faults.push(("kind", msg!("办法没有写这种选拔的阶段")));
        }
        return Ok(Err(faults));
    };
    first.begun_at = Some(now_ms());
    first.begun_by.clone_from(&caller.name);
    let tx = db.write(caller.event("campaigns.open", KIND, &c.id.to_string(), &c.township)).await?;
    store::put_stages(&tx, c.id, &stages).await?;
    let opened_by = caller.name.clone();
    let next = Campaign { state: State::Open, stage: 1, rules_on: day, opened_by, ..(**c).clone() };
    finish(tx, &next).await
}

/// Ends a campaign before its last stage: everybody in it is out by that reason.
pub async fn cancel(
    db: &Db,
    caller: &Caller,
    c: &Authorized<Campaign>,
    reason: &str,
) -> DbResult<Result<(), Faults>> {
    let mut faults = Faults::new();
    if !runs(caller, c) {
        faults.extend(refused());
    }
    if !matches!(c.state, State::Draft | State::Open) {
        faults.push(("reason", msg!("已经结束")));
    }
    if reason.trim().chars().count() < 4 {
        faults.push(("reason", msg!("请写明为什么终止，报名的人看得到")));
    }
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    let day = today();
    let tx = db.write(caller.event("campaigns.cancel", KIND, &c.id.to_string(), &c.township)).await?;
    store::entries::all_out(&tx, c.id, reason.trim(), &day).await?;
    let reason = reason.trim().to_owned();
    let next = Campaign { state: State::Cancelled, ended_on: day, reason, ..(**c).clone() };
    finish(tx, &next).await
}

/// What is open in a stage.
pub async fn standing(db: &Db, c: &Campaign, stage: &Stage) -> DbResult<Open> {
    let mut open = Open { waiting: store::steps::waiting(db, c.id, stage.seq).await?, ..Open::default() };
    match stage.work {
        Work::Apply => {
            // Applying is no judgement: whoever applied goes on.
            open.waiting = 0;
            open.taking = now_text() < c.apply_to;
        }
        Work::Review => {
            let asked = reviews::store::of_source(db, reviews::Purpose::Campaign, Some(c.id)).await?;
            open.lacking = asked.is_none();
        }
        Work::Meeting => {
            let held = store::notices::meetings(db, c.id, &Part::County).await?;
            let holds = |m: &store::notices::Meeting| noticing::counted(stage, m).is_ok_and(|m| m.holds);
            let valid: HashSet<&str> =
                held.iter().filter(|m| holds(m)).map(|m| m.township.as_str()).collect();
            let there = store::entries::running(db, c.id, stage.seq).await?;
            open.lacking = there.iter().any(|e| !valid.contains(e.township.as_str())) || valid.is_empty();
        }
        Work::Written | Work::Interview => open.unsettled = store::exams::unsettled(db, c.id, stage).await?,
        Work::Notice => {
            let notices = store::notices::of_campaign(db, c.id).await?;
            open.lacking = notices.is_empty();
            open.noticed_until = notices.iter().map(|n| n.until.clone()).max().filter(|d| *d >= today());
            open.objections = notices.iter().map(|n| n.open).sum();
        }
        _ => {}
    }
    Ok(open)
}

/// Ends the stage that runs and begins the next; after the last one the campaign is done. Every reason against it is told.
pub async fn advance(
    db: &Db,
    caller: &Caller,
    c: &Authorized<Campaign>,
    seq: i64,
) -> DbResult<Result<(), Vec<Message>>> {
    let stages = store::stages(db, c.id).await?;
    let Some(stage) = stages.iter().find(|s| s.seq == c.stage).filter(|_| c.state == State::Open) else {
        return Ok(Err(vec![msg!("这次选拔现在没有在办的阶段")]));
    };
    if seq != stage.seq {
        let meant = stages.iter().find(|s| s.seq == seq).map_or("", |s| s.title.as_str());
        return Ok(Err(vec![match seq < stage.seq {
            true => msg!("“{stage}”已经结束，不能再办", stage = meant),
            false => msg!("“{stage}”还没有开始", stage = meant),
        }]));
    }
    let mut why = model::ends(stage, &standing(db, c, stage).await?);
    if !runs(caller, c) {
        why.push(msg!("这一步由组织选拔的单位办"));
    }
    if !why.is_empty() {
        return Ok(Err(why));
    }
    let day = today();
    let record = c.id.to_string();
    let mut tx = db.write(caller.event("campaigns.advance", KIND, &record, &c.township)).await?;
    if !store::end_stage(&tx, c.id, stage.seq, &caller.name).await? {
        tx.rollback().await?;
        return Ok(Err(vec![msg!("别人刚改过，请看一看再改")]));
    }
    if stage.work == Work::Apply {
        store::entries::unagreed(&tx, c.id).await?;
    }
    let after = stages.iter().find(|s| s.seq == stage.seq + 1);
    store::steps::lead_on(&tx, c.id, stage.seq, after.map(|s| s.seq), &day).await?;
    let mut next = (**c).clone();
    match after {
        Some(s) => {
            store::begin_stage(&tx, c.id, s.seq, &caller.name).await?;
            next.stage = s.seq;
        }
        None => {
            next.state = State::Done;
            next.ended_on = day;
        }
    }
    tx.changed(&record, "stage", Some(stage.title.clone()), after.map(|s| s.title.clone()));
    match finish(tx, &next).await? {
        Ok(()) => Ok(Ok(())),
        Err(faults) => Ok(Err(faults.into_iter().map(|f| f.1).collect())),
    }
}

/// Says when stages are meant to be; applicants see it.
pub async fn plan(
    db: &Db,
    caller: &Caller,
    c: &Authorized<Campaign>,
    planned: &[(i64, String)],
) -> DbResult<Result<(), Faults>> {
    let mut faults = Faults::new();
    if !runs(caller, c) {
        faults.extend(refused());
    }
    if planned.iter().any(|(_, text)| text.chars().count() > 40) {
        faults.push(("planned", msg!("最多 {n} 字", n = 40)));
    }
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    let record = c.id.to_string();
    let mut tx = db.write(caller.event("campaigns.plan", KIND, &record, &c.township)).await?;
    for (seq, text) in planned {
        store::plan_stage(&tx, c.id, *seq, text.trim()).await?;
    }
    let told: Vec<&str> = planned.iter().map(|p| p.1.trim()).collect();
    tx.changed(&record, "planned", None, Some(told.join("；")));
    tx.commit().await?;
    Ok(Ok(()))
}
