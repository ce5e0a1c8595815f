//! Which posts a village has, by the packs in force, and what persons hold today.

use super::model::Holding;
use super::store;
use crate::slices::people;
use crate::slices::places::facts;
use crate::slices::places::store as registry;
use crate::slices::places::store::today;
use platform::access::{Org, Part};
use platform::db::{Db, DbResult, WriteTx};
use policy::Pack;
use policy::posts::{Group, Posts};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

/// The posts of a village and all that is asked of them, on a day (`2026-11-22`), by the packs that reach it.
pub async fn posts_of(db: &Db, village: &str, day: &str) -> DbResult<Posts> {
    let adopted = facts::packs(db, day).await?;
    let reaching = facts::reaching(db, &adopted, village).await?;
    Ok(Posts::in_force(reaching.into_iter().map(|a| &*a.pack), day))
}

/// The holds among these that are held on a day, in the pack's order.
pub fn present<'h>(holds: &'h [Holding], posts: &Posts, day: &str) -> Vec<&'h Holding> {
    let mut out: Vec<&Holding> = holds.iter().filter(|h| h.on(day)).collect();
    out.sort_by_key(|h| posts.post_on(&h.post, day).map_or(u32::MAX, |p| p.order));
    out
}

/// What packs say of something, put together for a village.
pub trait InForce {
    /// By the packs that reach the village, on a day (`2026-11-22`).
    fn in_force(packs: &[&Pack], day: &str) -> Self;
}

impl InForce for Posts {
    fn in_force(packs: &[&Pack], day: &str) -> Posts {
        Posts::in_force(packs.iter().copied(), day)
    }
}

/// What holds for every village of the county on a day: what the packs say is put together once for all villages that the
/// same ones reach.
pub struct Book<T> {
    adopted: Vec<facts::Adopted>,
    /// Of each village that stands its township.
    townships: HashMap<String, String>,
    day: String,
    kept: Mutex<HashMap<Vec<i64>, Arc<T>>>,
}

/// The posts of every village of the county.
pub type Rulebook = Book<Posts>;

impl<T: InForce> Book<T> {
    /// Reads the packs in force on a day (`2026-11-22`).
    pub async fn read(db: &Db, day: &str) -> DbResult<Book<T>> {
        let villages = registry::villages(db, &Part::County).await?;
        let townships = villages.into_iter().map(|v| (v.code, v.township)).collect();
        let adopted = facts::packs(db, day).await?;
        Ok(Book { adopted, townships, day: day.to_owned(), kept: Mutex::default() })
    }

    /// What holds for a village.
    pub fn of(&self, village: &str) -> Arc<T> {
        let township = self.townships.get(village).map_or("", String::as_str);
        let place = Org { township, village };
        let reaching: Vec<&facts::Adopted> = self.adopted.iter().filter(|a| a.reaches(place)).collect();
        let key: Vec<i64> = reaching.iter().map(|a| a.id).collect();
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let packs = || reaching.iter().map(|a| &*a.pack).collect::<Vec<_>>();
        let made = || Arc::new(T::in_force(&packs(), &self.day));
        kept.entry(key).or_insert_with(made).clone()
    }
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

/// The ids of the posts of both committees that hold for a part of the county on a day.
pub async fn committee_posts(db: &Db, part: &Part, day: &str) -> DbResult<Vec<String>> {
    let posts = posts_of(db, part.code(), day).await?;
    let seats = posts.posts_on(day).into_iter().filter(|p| Group::TwoCommittees.holds(p.team));
    Ok(seats.map(|p| p.id.clone()).collect())
}
