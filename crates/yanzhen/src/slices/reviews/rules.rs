//! What the packs say of joint reviews.

use crate::slices::places::facts;
use platform::db::{Db, DbResult};
use policy::Review;

/// What holds for the county on a day: a joint review is the county's, so a township's pack does not reach it.
pub async fn review_of(db: &Db, day: &str) -> DbResult<Review> {
    let adopted = facts::packs(db, day).await?;
    let reaching = facts::reaching(db, &adopted, "").await?;
    Ok(Review::in_force(reaching.into_iter().map(|a| &*a.pack), day))
}
