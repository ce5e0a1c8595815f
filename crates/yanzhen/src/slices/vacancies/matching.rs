//! Several vacancies at once: their chains over the same people, and a set adopted by a person.

use super::actions::{KIND, New, Ranked, draft, write};
use super::model::motion::{self, Faults};
use super::model::{Candidate, Line, Seat, line_up};
use super::store::gather;
use crate::slices::places::store::today;
use kernel::msg;
use platform::access::{Action, Caller};
use platform::db::{Db, DbResult};
use policy::Chains;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Several vacancies with their chains over the same people.
pub struct Whole {
    pub seats: Vec<Seat>,
    pub rules: Vec<Arc<Chains>>,
    pub lines: Vec<Line>,
    pub people: Vec<Candidate>,
    /// Everything that is empty or foreseen in the part, the chosen ones among it.
    pub known: gather::Seats,
}

/// The vacancies of a part that may be filled together: empty today, without a motion, with a chain; of these the ones named,
/// all where none is.
pub async fn whole(db: &Db, caller: &Caller, picks: &[String]) -> DbResult<Whole> {
    let (part, day) = (&caller.part, today());
    let known = gather::seats(db, part, &day).await?;
    let may = |s: &&Seat| s.is_empty() && s.motion.is_none();
    let named = |s: &&Seat| picks.is_empty() || picks.contains(&s.key());
    let (mut seats, mut rules) = (Vec::new(), Vec::new());
    let mut sources = BTreeSet::new();
    for seat in known.seats.iter().filter(may).filter(named) {
        let own = known.chains.of(&seat.village);
        let steps = own.steps_on(&seat.post, &day);
        if !steps.is_empty() {
            sources.extend(steps.iter().map(|s| s.post.clone()));
            seats.push(seat.clone());
            rules.push(own.clone());
        }
    }
    // The longest empty first: so they are gone through where each is filled by itself.
    let mut order: Vec<usize> = (0..seats.len()).collect();
    let key = |s: &Seat| (s.since.is_empty(), s.since.clone(), s.key());
    order.sort_by_key(|k| key(&seats[*k]));
    let seats: Vec<Seat> = order.iter().map(|k| seats[*k].clone()).collect();
    let rules: Vec<Arc<Chains>> = order.iter().map(|k| rules[*k].clone()).collect();
    let moved = gather::moved(db).await?;
    let mut people = gather::people(db, part, &sources, &day).await?;
    let named: BTreeSet<i64> = known.seats.iter().filter_map(|s| s.named).collect();
    people.retain(|c| !moved.contains_key(&c.id) && !named.contains(&c.id));
    let lines = seats
        .iter()
        .zip(&rules)
        .map(|(s, r)| line_up(r, s, &known.team(&s.village), &people, &day, true))
        .collect();
    Ok(Whole { seats, rules, lines, people, known })
}

/// Adopts pairings of a set, given as (position of the seat, person): one motion each, all of them or none. A reason is asked
/// for where somebody is passed over who gets no other seat.
pub async fn adopt(
    db: &Db,
    caller: &Caller,
    whole: &Whole,
    pairs: &[(usize, i64)],
    reason: &str,
) -> DbResult<Result<usize, Faults>> {
    let spare: Vec<i64> = pairs.iter().map(|p| p.1).collect();
    let mut drafts = Vec::new();
    let (mut otherwise, mut letters) = (false, 0);
    for (k, person) in pairs {
        let ranked = Ranked { rules: &whole.rules[*k], people: &whole.people, line: &whole.lines[*k] };
        let (seat, new) = (&whole.seats[*k], New { person: *person, reason: reason.to_owned() });
        if caller.authorize(Action::ManageVacancies, Some(seat.clone())).is_err() {
            continue;
        }
        if let Some(made) = draft(caller, ranked, seat, &new, &spare) {
            otherwise |= made.motion.otherwise;
            letters = letters.max(*whole.rules[*k].reason_letters);
            let here = |s: &&Seat| s.village == seat.village && s.post == seat.post;
            drafts.push((made, whole.known.seats.iter().filter(here).count() as u64));
        }
    }
    let mut faults = motion::reasons(reason, otherwise, letters);
    if drafts.is_empty() {
        faults.push(("pair", msg!("请至少选一个空缺")));
    }
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    let mut tx = db.write(caller.event("vacancies.adopt", KIND, "", caller.part.code())).await?;
    tx.event().note = format!("{} motions", drafts.len());
    for (made, seats) in &drafts {
        if let Err(faults) = write(&mut tx, caller, made, seats.saturating_sub(1)).await? {
            tx.rollback().await?;
            return Ok(Err(faults));
        }
    }
    tx.commit().await?;
    Ok(Ok(drafts.len()))
}
