//! What the packs say of how somebody comes into the party.

use crate::slices::places::facts;
use crate::slices::posts::{Book, InForce};
use platform::db::{Db, DbResult};
use policy::{Membership, Pack};

impl InForce for Membership {
    fn in_force(packs: &[&Pack], day: &str) -> Membership {
        Membership::in_force(packs.iter().copied(), day)
    }
}

/// What holds for every village of the county.
pub type Rulebook = Book<Membership>;

/// What holds for a part of the county (nothing, or the digits of a township or village) on a day, by the packs that reach it.
pub async fn membership_of(db: &Db, part: &str, day: &str) -> DbResult<Membership> {
    let adopted = facts::packs(db, day).await?;
    let reaching = facts::reaching(db, &adopted, part).await?;
    Ok(Membership::in_force(reaching.into_iter().map(|a| &*a.pack), day))
}
