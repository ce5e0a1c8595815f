//! The review of a pool (季度评审): growth scores entered by part, and the warning of the lowest, confirmed by name.

use super::model::{Faults, Member, Score, lowest};
use super::rules::pools_of;
use super::store;
use crate::slices::places::store::today;
use kernel::{msg, parse_millionths};
use platform::access::{Authorized, Caller};
use platform::db::{Db, DbResult, now_ms};
use policy::pools::Part as Piece;
use policy::{Item, Pools};
use std::collections::{BTreeMap, HashMap};

/// The kind of history that a score's is kept under.
pub const KIND: &str = "pool-score";

/// What a form says of one person: marks by part, as typed.
pub type Typed = BTreeMap<String, String>;

/// A fault of a form: the person, the part, and what to do.
pub type Fault = (i64, String, kernel::Message);

/// Marks of a person as typed: `None` for nobody who was touched, else all parts and their sum in hundredths.
fn read(
    pieces: &[&Item<Piece>],
    person: i64,
    typed: &Typed,
) -> Result<Option<BTreeMap<String, i64>>, Vec<Fault>> {
    if typed.values().all(|v| v.trim().is_empty()) {
        return Ok(None);
    }
    let (mut out, mut faults) = (BTreeMap::new(), Vec::new());
    for piece in pieces {
        let text = typed.get(&piece.id).map_or("", |t| t.trim());
        let mark = parse_millionths(text.as_bytes(), 2).ok().and_then(|n| i64::try_from(n / 10_000).ok());
        match mark.filter(|m| (0..=piece.full).contains(m)) {
            Some(mark) => {
                out.insert(piece.id.clone(), mark);
            }
            None => {
                let full = kernel::Score(piece.full).to_string();
                faults.push((person, piece.id.clone(), msg!("请填 0 至 {full}，最多两位小数", full = full)));
            }
        }
    }
    if faults.is_empty() { Ok(Some(out)) } else { Err(faults) }
}

/// Writes the scores of a quarter: all of a form, or none and everything that is wrong with it.
pub async fn enter(
    db: &Db,
    caller: &Caller,
    members: &[Member],
    quarter: &str,
    typed: &HashMap<i64, Typed>,
) -> DbResult<Result<usize, Vec<Fault>>> {
    let day = today();
    let pools = pools_of(db, caller.part.code(), &day).await?;
    let pieces = pools.scores_on(&day);
    let (mut scores, mut faults) = (Vec::new(), Vec::new());
    // Whoever is not among the members that the caller sees is passed over: nobody else is scored.
    for m in members {
        let Some(own) = typed.get(&m.id) else { continue };
        match read(&pieces, m.id, own) {
            Err(found) => faults.extend(found),
            Ok(None) => {}
            Ok(Some(parts)) => scores.push(Score {
                id: 0,
                person: m.id,
                person_name: m.name.clone(),
                village: m.village.clone(),
                township: m.township.clone(),
                quarter: quarter.to_owned(),
                total: parts.values().sum(),
                parts,
                by: caller.name.clone(),
                at: now_ms(),
                warned_by: String::new(),
                warned_on: String::new(),
                warning: String::new(),
                rev: 1,
            }),
        }
    }
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    let mut tx = db.write(caller.event("pools.score", KIND, quarter, caller.part.code())).await?;
    for s in &scores {
        let total = kernel::Score(s.total).to_string();
        tx.changed_of(Some(s.person), KIND, &format!("{quarter}/{}", s.person), "score", None, Some(total));
        store::put_score(&tx, s).await?;
    }
    tx.commit().await?;
    Ok(Ok(scores.len()))
}

/// Whom the review of these scores proposes to warn, by the packs' share: the ids of the scores.
pub fn proposed(pools: &Pools, scores: &[Score]) -> Vec<i64> {
    let scored: Vec<(i64, i64)> = scores.iter().map(|s| (s.id, s.total)).collect();
    lowest(&scored, *pools.warn_percent)
}

/// Confirms a warning by name, with its reason; the person reads it.
pub async fn warn(
    db: &Db,
    caller: &Caller,
    score: &Authorized<Score>,
    by: &str,
    reason: &str,
) -> DbResult<Result<(), Faults>> {
    let mut faults = Faults::new();
    if by.trim().is_empty() {
        faults.push(("by", msg!("请写明由谁决定")));
    }
    if reason.trim().is_empty() {
        faults.push(("reason", msg!("请写明理由，本人看得到")));
    }
    if !score.warned_by.is_empty() {
        faults.push(("by", msg!("已经办过了，不能再决定")));
    }
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    let mut tx = db.write(caller.event("pools.warn", KIND, &score.id.to_string(), &score.village)).await?;
    let text = |t: &str| t.trim().to_owned();
    let next = Score { warned_by: text(by), warned_on: today(), warning: text(reason), ..(**score).clone() };
    let record = format!("{}/{}", score.quarter, score.person);
    tx.changed_of(Some(score.person), KIND, &record, "warned", None, Some(next.warning.clone()));
    if !store::put_warning(&tx, &next).await? {
        tx.rollback().await?;
        return Ok(Err(vec![("by", msg!("别人刚改过，请看一看再改"))]));
    }
    tx.commit().await?;
    Ok(Ok(()))
}
