//! Verified claims (三龄两历一身份): birth, work start, party date, education and status count as recognised from a
//! document. What an import or an edit says otherwise is proposed and changes nothing until somebody decides.

use super::field::Field;
use super::model::{Person, Values};
use super::parts::{self, Claim, ClaimState, Decision, Kept};
use super::store::{self, Changed};
use platform::access::{Authorized, Caller};
use platform::db::{Db, DbResult, WriteTx, now_ms};
use std::collections::BTreeSet;

/// What came of new values.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Applied {
    pub changed: Changed,
    /// Fields whose value was recognised before: the new one waits for a decision.
    pub proposed: Vec<Field>,
}

/// The kinds whose value in use was recognised.
pub fn recognised(claims: &[Kept<Claim>]) -> BTreeSet<&str> {
    claims.iter().filter(|c| c.state() == ClaimState::Recognised).map(|c| c.kind.as_str()).collect()
}

/// Splits new values of a file: what changes at once, and what only proposes because it contradicts a recognised
/// value. Clearing a recognised value is no proposal: it is left out.
pub fn split(person: &Person, claims: &[Kept<Claim>], new: &Values) -> (Values, Vec<(Field, String)>) {
    let firm = recognised(claims);
    let mut direct = Values::new();
    let mut proposed = Vec::new();
    for (&field, value) in new {
        if !(field.is_claim() && firm.contains(field.id())) {
            direct.insert(field, value.clone());
        } else if person.get(field) != value && !value.is_empty() {
            let waits = |c: &&Kept<Claim>| {
                c.state() == ClaimState::Proposed && c.kind == field.id() && c.value == *value
            };
            if !claims.iter().any(|c| waits(&c)) {
                proposed.push((field, value.clone()));
            }
        }
    }
    (direct, proposed)
}

/// Sets values of a file as it was read; those that contradict recognised ones become claims from `source`.
pub async fn apply(
    tx: &mut WriteTx,
    by: (i64, &str),
    person: &Person,
    new: &Values,
    source: &str,
) -> DbResult<Applied> {
    let claims = parts::of_in::<Claim>(tx, person.id).await?;
    let (direct, proposed) = split(person, &claims, new);
    let changed = store::set(tx, person, &direct).await?;
    if changed == Changed::Stale {
        return Ok(Applied { changed, proposed: Vec::new() });
    }
    let rows: Vec<(i64, Claim)> = proposed
        .iter()
        .map(|(field, value)| (person.id, proposal(by, field.id(), value, "", "", source)))
        .collect();
    parts::put(tx, &rows).await?;
    Ok(Applied { changed, proposed: proposed.into_iter().map(|(f, _)| f).collect() })
}

/// A claim that waits for a decision.
pub fn proposal(by: (i64, &str), kind: &str, value: &str, document: &str, on: &str, source: &str) -> Claim {
    Claim {
        kind: kind.to_owned(),
        value: value.to_owned(),
        document: document.to_owned(),
        document_on: on.to_owned(),
        state: ClaimState::Proposed.id().to_owned(),
        source: source.to_owned(),
        by_account: Some(by.0),
        by_name: by.1.to_owned(),
        at: now_ms(),
        ..Claim::default()
    }
}

/// What came of a decision.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Decided {
    Done,
    /// Somebody decided it, or changed the file, since it was read.
    Stale,
}

/// Recognises or refuses a claim. A recognised one becomes the value in use and supersedes the one before.
pub async fn decide(
    db: &Db,
    caller: &Caller,
    person: &Authorized<Person>,
    claim: &Kept<Claim>,
    yes: bool,
    reason: &str,
) -> DbResult<Decided> {
    let verb = if yes { "claim.recognise" } else { "claim.refuse" };
    let mut event = caller.event(verb, "person", &person.id.to_string(), person.get(Field::Village));
    event.person = Some(person.id);
    event.note.clone_from(&claim.kind);
    let mut tx = db.write(event).await?;
    let decision = Decision { by: &caller.name, unit: &caller.unit, reason };
    let decided = decide_in(&mut tx, person, claim, yes, &decision).await?;
    match decided {
        Decided::Done => tx.commit().await?,
        Decided::Stale => tx.rollback().await?,
    }
    Ok(decided)
}

/// The same inside a transaction, which is rolled back by its owner where the claim or the file is no more as read.
pub async fn decide_in(
    tx: &mut WriteTx,
    person: &Person,
    claim: &Kept<Claim>,
    yes: bool,
    decision: &Decision<'_>,
) -> DbResult<Decided> {
    if yes {
        for before in parts::of_in::<Claim>(tx, person.id).await? {
            if before.kind == claim.kind && before.state() == ClaimState::Recognised {
                let by =
                    Decision { by: &before.decided_by, unit: &before.decided_unit, reason: &before.reason };
                parts::decide(tx, person.id, &before, ClaimState::Superseded, &by).await?;
            }
        }
    }
    let state = if yes { ClaimState::Recognised } else { ClaimState::Refused };
    if !parts::decide(tx, person.id, claim, state, decision).await? {
        return Ok(Decided::Stale);
    }
    if let (true, Some(field)) = (yes, Field::by_id(&claim.kind).filter(|f| f.is_claim())) {
        let new = Values::from([(field, claim.value.clone())]);
        if store::set(tx, person, &new).await? == Changed::Stale {
            return Ok(Decided::Stale);
        }
    }
    Ok(Decided::Done)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::slices::people::State;

    fn person(birth: &str) -> Person {
        Person {
            id: 1,
            values: Values::from([(Field::Birth, birth.to_owned()), (Field::Strengths, "种茶".to_owned())]),
            township: String::new(),
            township_name: String::new(),
            village_name: String::new(),
            posts: String::new(),
            pools: String::new(),
            photo: None,
            state: State::Active,
            state_on: String::new(),
            merged_into: None,
            synthetic: true,
            rev: 1,
            made_at: 0,
            changed_at: 0,
        }
    }

    fn claim(value: &str, state: ClaimState) -> Kept<Claim> {
        let part =
            Claim { state: state.id().into(), ..proposal((1, "丁例午"), "birth", value, "", "", "") };
        Kept { id: 1, part }
    }

    #[test]
    fn an_unapproved_change_of_a_recognised_value_is_void() {
        let new = Values::from([(Field::Birth, "1984-05".to_owned()), (Field::Strengths, "养蜂".to_owned())]);
        let (direct, proposed) = split(&person("1985-06"), &[claim("1985-06", ClaimState::Recognised)], &new);
        assert_eq!(direct.into_iter().collect::<Vec<_>>(), [(Field::Strengths, "养蜂".to_owned())]);
        assert_eq!(proposed, [(Field::Birth, "1984-05".to_owned())]);
    }

    #[test]
    fn what_nobody_recognised_changes_at_once_and_the_same_proposal_comes_once() {
        let new = Values::from([(Field::Birth, "1984-05".to_owned())]);
        let (direct, proposed) = split(&person("1985-06"), &[], &new);
        assert_eq!((direct.len(), proposed.len()), (1, 0));
        let claims = [claim("1985-06", ClaimState::Recognised), claim("1984-05", ClaimState::Proposed)];
        let (direct, proposed) = split(&person("1985-06"), &claims, &new);
        assert_eq!((direct.len(), proposed.len()), (0, 0));
        let clear = Values::from([(Field::Birth, String::new())]);
        assert_eq!(split(&person("1985-06"), &claims, &clear), (Values::new(), Vec::new()));
    }
}
