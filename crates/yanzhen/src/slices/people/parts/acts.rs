//! What happens to single rows: whereabouts told, stays ended, claims decided.

use super::super::field::Field;
use super::super::model::{Person, Values};
use super::super::store::{self, Changed};
use super::{Claim, ClaimState, FOREVER, Kept, Part, PoolStay, Whereabouts, put, told};
use platform::db::{DbResult, Value, WriteTx, now_ms, numbered};
use platform::values;
use std::collections::{BTreeMap, BTreeSet};

/// Notes what a person told; unless something later was told, the file's single values follow.
pub async fn tell(tx: &mut WriteTx, person: &Person, said: &Whereabouts) -> DbResult<Changed> {
    put(tx, &[(person.id, said.clone())]).await?;
    if person.get(Field::ToldOn) > said.day.as_str() {
        return Ok(Changed::Done(person.rev));
    }
    let values = Values::from([
        (Field::Whereabouts, said.place.clone()),
        (Field::Employment, said.employment.clone()),
        (Field::Intention, said.intention.clone()),
        (Field::ToldOn, said.day.clone()),
    ]);
    store::set(tx, person, &values).await
}

/// Ends a stay on its last day; false where it had ended. [`repool`] follows.
pub async fn leave(
    tx: &mut WriteTx,
    person: i64,
    stay: &Kept<PoolStay>,
    last: &str,
    ground: &str,
) -> DbResult<bool> {
    let sql = "update pool_stay set to_on = $3, ground_out = $4 where id = $1 and person = $2 and to_on = $5";
    if tx.run(sql, values![stay.id, person, last, ground, FOREVER]).await? == 0 {
        return Ok(false);
    }
    let after = PoolStay { to_on: last.into(), ground_out: ground.into(), ..stay.part.clone() };
    let (was, became) = (told(std::slice::from_ref(&stay.part)), told(&[after]));
    tx.changed_of(Some(person), "person", &person.to_string(), PoolStay::FIELD, was, became);
    Ok(true)
}

/// Writes into files which pools their persons are in on a day: derived, so no revision and no history of its own.
pub async fn repool(tx: &WriteTx, persons: &[i64], day: &str) -> DbResult<()> {
    for some in persons.chunks(500) {
        let mut pools: BTreeMap<i64, BTreeSet<String>> = some.iter().map(|p| (*p, BTreeSet::new())).collect();
        let sql = format!(
            "select person, pool from pool_stay where from_on <= $1 and to_on >= $1 and person in ({})",
            numbered(2, some.len())
        );
        let mut values = values![day];
        values.extend(some.iter().map(|p| Value::from(*p)));
        for row in tx.rows(&sql, values).await? {
            pools.entry(row.int(0)?).or_default().insert(row.text(1)?);
        }
        // Persons in the same pools are written together: they are many, the combinations few.
        let mut alike: BTreeMap<String, Vec<i64>> = BTreeMap::new();
        for (person, pools) in pools {
            let ids: Vec<&str> = pools.iter().map(String::as_str).collect();
            let text = if ids.is_empty() { String::new() } else { format!("|{}|", ids.join("|")) };
            alike.entry(text).or_default().push(person);
        }
        for (text, persons) in alike {
            let sql = format!("update person set pools = $1 where id in ({})", numbered(2, persons.len()));
            let mut values = values![text];
            values.extend(persons.into_iter().map(Value::from));
            tx.run(&sql, values).await?;
        }
    }
    Ok(())
}

/// Who decided a claim, for which unit, and why.
#[derive(Clone, Debug)]
pub struct Decision<'a> {
    pub by: &'a str,
    pub unit: &'a str,
    pub reason: &'a str,
}

/// Moves a claim, as it was read, to a state; false where somebody moved it since. The file's own value and claims
/// that this one supersedes are the caller's.
pub async fn decide(
    tx: &mut WriteTx,
    person: i64,
    claim: &Kept<Claim>,
    state: ClaimState,
    decision: &Decision<'_>,
) -> DbResult<bool> {
    let Decision { by, unit, reason } = *decision;
    let at = now_ms();
    let sql = "update claim set state = $4, decided_by = $5, decided_unit = $6, decided_at = $7, reason = $8 \
               where id = $1 and person = $2 and state = $3";
    let values = values![claim.id, person, claim.state.as_str(), state.id(), by, unit, at, reason];
    if tx.run(sql, values).await? == 0 {
        return Ok(false);
    }
    let after = Claim {
        state: state.id().into(),
        decided_by: by.into(),
        decided_unit: unit.into(),
        decided_at: Some(at),
        reason: reason.into(),
        ..claim.part.clone()
    };
    let (was, became) = (told(std::slice::from_ref(&claim.part)), told(&[after]));
    tx.changed_of(Some(person), "person", &person.to_string(), Claim::FIELD, was, became);
    Ok(true)
}
