//! Which posts a village has, by the packs in force, and what persons hold today.

use super::store;
use crate::slices::people;
use crate::slices::places::facts;
use crate::slices::places::store::today;
use platform::db::{Db, DbResult, WriteTx};
use policy::posts::Posts;
use std::collections::BTreeMap;

/// The posts of a village and all that is asked of them, on a day (`2026-11-22`), by the packs that reach it.
pub async fn posts_of(db: &Db, village: &str, day: &str) -> DbResult<Posts> {
    let adopted = facts::packs(db, day).await?;
    let reaching = facts::reaching(db, &adopted, village).await?;
    Ok(Posts::in_force(reaching.into_iter().map(|a| &*a.pack), day))
}

/// Writes into persons' files which posts they hold today, in the pack's order.
pub async fn repost(tx: &WriteTx, posts: &Posts, persons: &[i64]) -> DbResult<()> {
    let day = today();
    let mut held: BTreeMap<i64, Vec<(u32, String)>> = persons.iter().map(|p| (*p, Vec::new())).collect();
    for (person, post) in store::held_in(tx, persons, &day).await? {
        let order = posts.post_on(&post, &day).map_or(u32::MAX, |p| p.order);
        held.entry(person).or_default().push((order, post));
    }
    // Persons of like posts are written together: they are many, the combinations few.
    let mut alike: BTreeMap<Vec<(u32, String)>, Vec<i64>> = BTreeMap::new();
    for (person, mut held) in held {
        held.sort();
        held.dedup();
        alike.entry(held).or_default().push(person);
    }
    for (held, persons) in alike {
        let ids: Vec<&str> = held.iter().map(|(_, id)| id.as_str()).collect();
        let rank = held.first().map_or(99, |(order, _)| i64::from((*order).min(99)));
        people::store::put_posts(tx, &persons, &ids, rank).await?;
    }
    Ok(())
}
