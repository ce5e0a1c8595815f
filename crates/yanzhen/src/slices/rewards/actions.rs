//! What is done with proposals: hear, decide, drop, take back, carry out; many sums by one meeting; own words.

use super::model::{self, Act, Around, Given, Proposal, Refusal, State, is_money, sum};
use super::store;
use crate::slices::appraisals::model::Seen;
use crate::slices::filings;
use crate::slices::places::facts::adopted;
use crate::slices::places::pages::day_of;
use crate::slices::places::store::{today, village};
use crate::slices::posts::posts_of;
use crate::slices::risk::{self, Entered, Entry, Ground, Source};
use kernel::{Message, msg};
use platform::access::{Action, Authorized, Caller, Part};
use platform::db::{Db, DbResult, WriteTx, new_id, now_ms};
use std::collections::HashSet;

/// Faults of a form: its field and what to do.
pub type Faults = Vec<(&'static str, Message)>;

/// The kind of a proposal's history.
pub const KIND: &str = "proposal";

/// Whether a caller runs a round of a part: the county every round, a township its own.
pub fn runs(caller: &Caller, round_part: &str) -> bool {
    caller.part == Part::County || (!round_part.is_empty() && caller.part.code() == round_part)
}

/// What came of an act.
#[derive(Debug)]
pub enum Moved {
    Done,
    Faulty(Faults),
    /// Somebody changed it since it was read.
    Stale,
}

fn told(refusals: Vec<Refusal>) -> Moved {
    Moved::Faulty(refusals.iter().map(Refusal::told).collect())
}

/// A proposal after an act that was found in order.
fn moved(p: &Proposal, act: Act, state: State, given: &Given, by: &str) -> Proposal {
    let mut next = p.clone();
    next.state = state;
    let text = |t: &str| t.trim().to_owned();
    match act {
        Act::Hear => {
            (next.heard_on, next.heard_by, next.heard) =
                (text(&given.day), text(&given.by), text(&given.text));
        }
        Act::Decide => {
            next.carried = Some(given.verdict == "carried");
            next.decided_on = text(&given.day);
            next.decided_by = text(&given.by);
            next.meeting = text(&given.meeting);
            next.reason = text(&given.reason);
            next.due_on = text(&given.due);
            next.decided_at = Some(now_ms());
            if next.carried == Some(true) && is_money(&p.action) {
                next.decided_amount = sum(&given.amount).ok().flatten().or(p.amount);
            }
        }
        Act::Drop => {
            (next.reason, next.decided_by, next.decided_on) = (text(&given.reason), by.to_owned(), today());
            next.decided_at = Some(now_ms());
        }
        Act::Revoke => {
            next.carried = None;
            next.decided_amount = None;
            next.decided_at = None;
            next.batch = None;
            for field in [
                &mut next.decided_on,
                &mut next.decided_by,
                &mut next.meeting,
                &mut next.reason,
                &mut next.due_on,
            ] {
                field.clear();
            }
        }
        Act::Finish => {
            (next.done_on, next.done_by, next.done) = (text(&given.day), by.to_owned(), text(&given.text));
        }
    }
    next
}

/// What the history keeps of an act, in Chinese: it is read beside the chain, not translated.
fn said(next: &Proposal, act: Act, given: &Given) -> String {
    match act {
        Act::Hear => format!("{} {}：{}", next.heard_on, next.heard_by, next.heard),
        Act::Decide => {
            let verdict = if next.carried == Some(true) { "执行" } else { "不执行" };
            let amount = next.decided_amount.map(|a| format!(" {} 元", model::yuan(a))).unwrap_or_default();
            format!(
                "{verdict}{amount} {} {} {} {}",
                next.decided_on, next.decided_by, next.meeting, next.reason
            )
        }
        Act::Drop | Act::Revoke => given.reason.trim().to_owned(),
        Act::Finish => format!("{} {}", next.done_on, next.done),
    }
}

/// Notes an act in the proposal's history and, where it concerns somebody, in that person's own.
fn note(tx: &mut WriteTx, was: &Proposal, next: &Proposal, act: &str, told: &str) {
    let id = was.id.to_string();
    let state = |p: &Proposal| Some(p.state.id().to_owned());
    tx.changed_of(was.person, KIND, &id, "state", state(was), state(next));
    tx.changed_of(was.person, KIND, &id, act, None, Some(told.to_owned()));
    if let Some(person) = was.person {
        let line = format!("{}（{}）{act} {told}", policy::action_text(&was.action), was.round_title);
        tx.changed_of(Some(person), "person", &person.to_string(), KIND, None, Some(line));
    }
}

/// Whether the filing drafted for a proposal is under way.
async fn filed(db: &Db, p: &Proposal) -> DbResult<bool> {
    let Some(id) = p.filing else { return Ok(false) };
    Ok(filings::store::find(db, id).await?.is_some_and(|f| f.state != filings::State::Withdrawn))
}

/// Moves a proposal by an act.
pub async fn act(
    db: &Db,
    caller: &Caller,
    proposal: &Authorized<Proposal>,
    act: Act,
    given: &Given,
) -> DbResult<Moved> {
    let p: &Proposal = proposal;
    let (day, written) = (today(), p.decided_at.map(day_of).unwrap_or_default());
    let around = Around {
        today: &day,
        written_on: &written,
        runs: runs(caller, &p.round_part),
        filed: filed(db, p).await?,
    };
    let state = match model::after(p, act, around, given) {
        Ok(state) => state,
        Err(refusals) => return Ok(told(refusals)),
    };
    let ground = match act {
        Act::Decide if p.action == "rectify" => Some(ground_of(db, p).await?),
        _ => None,
    };
    let next = moved(p, act, state, given, &caller.name);
    let mut event = caller.event(&format!("proposal.{}", act.id()), KIND, &p.id.to_string(), &p.village);
    event.person = p.person;
    event.note.clone_from(&p.action);
    let mut tx = db.write(event).await?;
    let written = said(&next, act, given);
    note(&mut tx, p, &next, act.id(), &written);
    if let Some(ground) = ground.filter(|_| next.carried == Some(true)) {
        enter(&mut tx, caller, &next, ground).await?;
    }
    if act == Act::Revoke
        && let Some(entry) = risk::store::of_proposal_in(&tx, p.id).await?
    {
        let why = msg!("决定已撤回：{why}", why = given.reason.trim()).text(kernel::Lang::Zh);
        risk::actions::end_in(&mut tx, &entry, &caller.name, &why).await?;
    }
    if !store::save(&tx, &next).await? {
        tx.rollback().await?;
        return Ok(Moved::Stale);
    }
    tx.commit().await?;
    Ok(Moved::Done)
}

/// The ground of a rectification: the grade, where the rule asks for results; else a problem.
async fn ground_of(db: &Db, p: &Proposal) -> DbResult<Ground> {
    let pack = adopted(db, p.pack).await?;
    let rule = pack.consequences.iter().find(|c| c.id == p.consequence);
    let graded = rule.is_some_and(|c| c.names_results().is_some());
    Ok(if graded { Ground::LastGrade } else { Ground::Problem })
}

/// Enters a decided rectification into the register; one that stands there on the same ground stays as it is.
async fn enter(tx: &mut WriteTx, caller: &Caller, p: &Proposal, ground: Ground) -> DbResult<()> {
    let entry = Entry {
        id: 0,
        village: p.village.clone(),
        village_name: p.village_name.clone(),
        township: p.township.clone(),
        township_name: p.township_name.clone(),
        ground,
        source: format!("{} {}", p.round_title, p.basis).trim().to_owned(),
        source_kind: Source::Round,
        proposal: Some(p.id),
        opened_on: p.decided_on.clone(),
        due_on: p.due_on.clone(),
        measures: String::new(),
        lead: String::new(),
        by: caller.name.clone(),
        at: now_ms(),
        closed_on: String::new(),
        closed_by: String::new(),
        closing: String::new(),
        rev: 1,
        items: 0,
        items_closed: 0,
    };
    if let Entered::Twice(there) = risk::actions::enter_in(tx, &entry, "").await? {
        let told = format!("{} {}", entry.opened_on, entry.source);
        tx.changed_of(None, risk::actions::KIND, &there.id.to_string(), "again", None, Some(told));
    }
    Ok(())
}

/// Drafts the filing of a removal that was decided. The law is asked once more: an elected seat is stopped there too.
///
/// # Errors
/// The engine's. Inside: why no filing could be drafted.
pub async fn draft_filing(
    db: &Db,
    caller: &Caller,
    proposal: &Authorized<Proposal>,
) -> DbResult<Result<i64, Message>> {
    let p: &Proposal = proposal;
    let decided = p.action == "propose_removal" && p.carried == Some(true);
    if !decided || filed(db, p).await? {
        return Ok(Err(msg!("只有决定执行的免职建议才起草备案，而且只起草一件")));
    }
    let Some(holding) = p.holding else { return Ok(Err(msg!("请选择要离任的人"))) };
    let Ok(place) = caller.authorize(Action::DraftFiling, village(db, &p.village).await?) else {
        return Ok(Err(msg!("请选择村")));
    };
    let posts = posts_of(db, &p.village, &today()).await?;
    // Asked before anything is drafted: no empty filing stays behind.
    let hold = crate::slices::posts::store::find(db, holding).await?.filter(|h| h.lasts());
    let Some(hold) = hold else {
        return Ok(Err(msg!("这段任职已经结束；要更正请改原记录。")));
    };
    if let Err(why) = filings::model::may_end(hold.track, policy::posts::WayOut::Removed) {
        return Ok(Err(why));
    }
    let id = filings::actions::draft(db, caller, &posts, &place).await?;
    let Ok(filing) = caller.authorize(Action::DraftFiling, filings::store::find(db, id).await?) else {
        return Ok(Err(msg!("请选择村")));
    };
    let asked = filings::actions::Asked {
        holding: Some(holding),
        way: "removed".into(),
        reason: format!("{} {}", p.decided_on, p.reason).trim().to_owned(),
        basis: p.basis.clone(),
        ..filings::actions::Asked::default()
    };
    if let filings::actions::Added::Faulty(faults) =
        filings::actions::add(db, caller, &posts, &filing, &asked).await?
        && let Some((_, why)) = faults.into_iter().next()
    {
        return Ok(Err(why));
    }
    let mut event = caller.event("proposal.file", KIND, &p.id.to_string(), &p.village);
    event.person = p.person;
    let mut tx = db.write(event).await?;
    let next = Proposal { filing: Some(id), ..p.clone() };
    tx.changed("", "filing", None, Some(filing.no.clone()));
    if store::save(&tx, &next).await? {
        tx.commit().await?
    } else {
        tx.rollback().await?
    }
    Ok(Ok(id))
}

/// What a decision for many came to.
pub enum Many {
    /// The decision's number, how many, their sum.
    Done(i64, usize, i64),
    Faulty(Faults),
    /// What is to be decided is no longer what was shown.
    Stale,
}

/// Those of a list that may be decided for together: sums, undecided, all of one round.
pub fn together(all: Vec<Proposal>, wanted: &[i64]) -> Vec<Proposal> {
    let wanted: HashSet<i64> = wanted.iter().copied().collect();
    all.into_iter().filter(|p| wanted.contains(&p.id) && is_money(&p.action) && p.state.is_open()).collect()
}

/// What proposals come to, in hundredths of a yuan.
pub fn total(all: &[Proposal]) -> i64 {
    all.iter().filter_map(Proposal::sum).sum()
}

/// Decides for many sums by one meeting: all of them or none.
pub async fn decide_many(
    db: &Db,
    caller: &Caller,
    seen: &Authorized<Seen>,
    all: &[Proposal],
    shown: (usize, i64),
    given: &Given,
) -> DbResult<Many> {
    if all.is_empty() || (all.len(), total(all)) != shown {
        return Ok(Many::Stale);
    }
    let (round, day) = (&seen.round, today());
    let given = Given { verdict: "carried".into(), amount: String::new(), ..given.clone() };
    let around = Around { today: &day, written_on: "", runs: runs(caller, &round.part), filed: false };
    let mut refusals: Vec<Refusal> = Vec::new();
    for p in all {
        for refusal in model::after(p, Act::Decide, around, &given).err().unwrap_or_default() {
            if !refusals.contains(&refusal) {
                refusals.push(refusal);
            }
        }
    }
    if given.meeting.trim().is_empty() {
        return Ok(Many::Faulty(
            refusals.iter().map(Refusal::told).chain([("meeting", msg!("请写明哪次会议决定"))]).collect(),
        ));
    }
    if !refusals.is_empty() {
        return Ok(Many::Faulty(refusals.iter().map(Refusal::told).collect()));
    }
    let batch = new_id();
    let mut event = caller.event("proposal.decide-many", "round", &round.id.to_string(), &round.part);
    event.note = format!("{} {}", all.len(), model::yuan(total(all)));
    let mut tx = db.write(event).await?;
    for p in all {
        let mut next = moved(p, Act::Decide, State::Decided, &given, &caller.name);
        next.batch = Some(batch);
        let written = said(&next, Act::Decide, &given);
        note(&mut tx, p, &next, Act::Decide.id(), &written);
        if !store::save(&tx, &next).await? {
            tx.rollback().await?;
            return Ok(Many::Stale);
        }
    }
    tx.commit().await?;
    Ok(Many::Done(batch, all.len(), total(all)))
}

/// Takes a decision for many back, the day it was written: those of it that nothing followed from yet.
pub async fn revoke_many(
    db: &Db,
    caller: &Caller,
    seen: &Authorized<Seen>,
    all: &[Proposal],
    given: &Given,
) -> DbResult<Result<usize, Faults>> {
    let (round, day) = (&seen.round, today());
    let mut faults: Vec<Refusal> = Vec::new();
    let mut next = Vec::new();
    for p in all {
        let written = p.decided_at.map(day_of).unwrap_or_default();
        let around =
            Around { today: &day, written_on: &written, runs: runs(caller, &round.part), filed: false };
        match model::after(p, Act::Revoke, around, given) {
            Ok(state) => next.push((p, moved(p, Act::Revoke, state, given, &caller.name))),
            Err(refusals) => {
                for refusal in refusals {
                    if !faults.contains(&refusal) {
                        faults.push(refusal);
                    }
                }
            }
        }
    }
    if all.is_empty() {
        faults.push(Refusal::NotNow);
    }
    if !faults.is_empty() {
        return Ok(Err(faults.iter().map(Refusal::told).collect()));
    }
    let mut event = caller.event("proposal.revoke-many", "round", &round.id.to_string(), &round.part);
    event.note = all.len().to_string();
    let mut tx = db.write(event).await?;
    for (was, next) in &next {
        note(&mut tx, was, next, Act::Revoke.id(), given.reason.trim());
        if !store::save(&tx, next).await? {
            tx.rollback().await?;
            return Ok(Err(vec![("act", msg!("别人刚改过，请看一看再改"))]));
        }
    }
    tx.commit().await?;
    Ok(Ok(all.len()))
}

/// The most letters of own words.
pub const OWN: usize = 2_000;

/// The person writes the own statement; it stands beside what an office noted, until a decision.
pub async fn state_own(
    db: &Db,
    caller: &Caller,
    proposal: &Authorized<Proposal>,
    text: &str,
) -> DbResult<Moved> {
    let p: &Proposal = proposal;
    let mut faults = Faults::new();
    if !p.state.is_open() {
        faults.push(("text", Refusal::NotNow.told().1));
    }
    match text.trim().chars().count() {
        0 => faults.push(("text", Refusal::NoText.told().1)),
        n if n > OWN => faults.push(("text", msg!("这一栏最多 {n} 个字", n = OWN))),
        _ => {}
    }
    if !faults.is_empty() {
        return Ok(Moved::Faulty(faults));
    }
    let mut event = caller.event("proposal.own-words", KIND, &p.id.to_string(), &p.village);
    event.person = p.person;
    let mut tx = db.write(event).await?;
    let next = Proposal {
        state: State::Heard,
        own_words: text.trim().to_owned(),
        own_at: Some(now_ms()),
        ..p.clone()
    };
    note(&mut tx, p, &next, "own-words", &next.own_words);
    if !store::save(&tx, &next).await? {
        tx.rollback().await?;
        return Ok(Moved::Stale);
    }
    tx.commit().await?;
    Ok(Moved::Done)
}
