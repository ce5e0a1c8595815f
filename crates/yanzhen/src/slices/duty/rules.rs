//! What the packs say of the year's work.

use crate::slices::places::facts;
use crate::slices::posts::{Book, InForce};
use platform::db::{Db, DbResult};
use policy::{Duty, Pack};

impl InForce for Duty {
    fn in_force(packs: &[&Pack], day: &str) -> Duty {
        Duty::in_force(packs.iter().copied(), day)
    }
}

/// What holds for every village of the county.
pub type Dutybook = Book<Duty>;

/// What holds for a part of the county (nothing, or the digits of a township or village) on a day, by the packs that reach it.
pub async fn duty_of(db: &Db, part: &str, day: &str) -> DbResult<Duty> {
    let adopted = facts::packs(db, day).await?;
    let reaching = facts::reaching(db, &adopted, part).await?;
    Ok(Duty::in_force(reaching.into_iter().map(|a| &*a.pack), day))
}
