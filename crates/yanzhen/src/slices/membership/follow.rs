//! What follows for the person's file, by the registry's own rules: the stage and the political status change there; the day of
//! joining is a verified claim, so it is proposed with its document and counts once somebody recognises it.

use crate::slices::people::claims::{self, Decided, proposal};
use crate::slices::people::parts::{self, Claim, ClaimState, Decision};
use crate::slices::people::store::{self, Changed};
use crate::slices::people::{Field, Person, Values};
use platform::access::Caller;
use platform::db::{DbResult, WriteTx};
use policy::Item;
use policy::membership::Stage;

/// Where the registry says that a value comes from.
pub const SOURCE: &str = "党员发展";

/// The political status of whoever has no other, GB/T 4762.
const MASSES: &str = "13";

/// The file as it stands inside the transaction.
async fn person(tx: &WriteTx, id: i64) -> DbResult<Option<Person>> {
    store::find_in(tx, id).await
}

async fn set(tx: &mut WriteTx, caller: &Caller, person: &Person, new: &Values) -> DbResult<bool> {
    let by = (caller.account, caller.name.as_str());
    Ok(claims::apply(tx, by, person, new, SOURCE).await?.changed != Changed::Stale)
}

/// A stage was reached: false where the file changed meanwhile.
pub async fn entered(
    tx: &mut WriteTx,
    caller: &Caller,
    id: i64,
    stage: &Item<Stage>,
    (since, document): (&str, &str),
) -> DbResult<bool> {
    let Some(file) = person(tx, id).await? else { return Ok(false) };
    let mut new = Values::from([(Field::Stage, stage.title.clone())]);
    if !stage.political.is_empty() {
        new.insert(Field::Political, stage.political.clone());
    }
    if !set(tx, caller, &file, &new).await? {
        return Ok(false);
    }
    if stage.joins {
        let by = (caller.account, caller.name.as_str());
        let claim = proposal(by, Field::PartyOn.id(), since, document, since, SOURCE);
        parts::put(tx, &[(id, claim)]).await?;
    }
    Ok(true)
}

/// A course ended before its end: the file goes back to what it said, and a day of joining that waits is refused for the reason.
pub async fn ended(
    tx: &mut WriteTx,
    caller: &Caller,
    id: i64,
    stage: Option<&Item<Stage>>,
    (before, why): (&str, &str),
) -> DbResult<bool> {
    let Some(file) = person(tx, id).await? else { return Ok(false) };
    for claim in parts::of_in::<Claim>(tx, id).await? {
        let own = claim.kind == Field::PartyOn.id() && claim.source == SOURCE;
        if own && claim.state() == ClaimState::Proposed {
            let by = Decision { by: &caller.name, unit: &caller.unit, reason: why };
            if claims::decide_in(tx, &file, &claim, false, &by).await? == Decided::Stale {
                return Ok(false);
            }
        }
    }
    let mut new = Values::from([(Field::Stage, String::new())]);
    if stage.is_some_and(|s| !s.political.is_empty()) {
        new.insert(Field::Political, if before.is_empty() { MASSES } else { before }.to_owned());
    }
    set(tx, caller, &file, &new).await
}
