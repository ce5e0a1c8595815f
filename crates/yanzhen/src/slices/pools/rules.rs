//! What the packs say of pools.

use crate::slices::places::facts;
use crate::slices::posts::{Book, InForce};
use platform::db::{Db, DbResult};
use policy::{Pack, Pools};

impl InForce for Pools {
    fn in_force(packs: &[&Pack], day: &str) -> Pools {
        Pools::in_force(packs.iter().copied(), day)
    }
}

/// What holds for every village of the county.
pub type Poolbook = Book<Pools>;

/// What holds for a part of the county (nothing, or the digits of a township or village) on a day, by the packs that reach it.
pub async fn pools_of(db: &Db, part: &str, day: &str) -> DbResult<Pools> {
    let adopted = facts::packs(db, day).await?;
    let reaching = facts::reaching(db, &adopted, part).await?;
    Ok(Pools::in_force(reaching.into_iter().map(|a| &*a.pack), day))
}
