//! Destroying a person's key, where law asks for it: the history stays, and what it says of the person is unreadable.
//!
//! The chain holds names of fields and keyed digests, so it stays whole. Backups and exported counties from before
//! still hold the wrapped key: they are destroyed by whoever keeps them.

use super::{UpkeepError, Upkept, databases};
use crate::county::Installation;
use crate::db::{Db, Event};
use crate::values;
use kernel::msg;

/// What [`erase_person`] came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Erased {
    /// Destroyed, in this database: `control` or a county's code.
    Done(String),
    /// It was destroyed before.
    Before(String),
    /// Nobody has such a key.
    Missing,
    /// Several databases have one: which is meant must be said.
    Several(Vec<String>),
}

/// Destroys a person's key on a stated ground, in a database or wherever it is.
pub async fn erase_person(
    of: &Installation,
    within: Option<&str>,
    person: i64,
    ground: &str,
) -> Upkept<Erased> {
    let ground = ground.trim();
    if ground.is_empty() {
        return Err(UpkeepError::Refused(msg!("请写明依据，例如：个人信息保护法第四十七条，本人申请")));
    }
    let mut found: Vec<(String, Db, bool)> = Vec::new();
    for (name, db) in databases(of).await? {
        if within.is_some_and(|w| w != name) {
            continue;
        }
        let sql = "select count(wrapped) from person_key where person = $1 group by person";
        if let Some(row) = db.one(sql, values![person]).await? {
            found.push((name, db, row.int(0)? > 0));
        }
    }
    match found.as_slice() {
        [] => Ok(Erased::Missing),
        [(name, _, false)] => Ok(Erased::Before(name.clone())),
        [(name, db, true)] => {
            destroy(db, person, ground).await?;
            Ok(Erased::Done(name.clone()))
        }
        many => Ok(Erased::Several(many.iter().map(|(name, ..)| name.clone()).collect())),
    }
}

async fn destroy(db: &Db, person: i64, ground: &str) -> Upkept<()> {
    let event = Event {
        action: "person.erase".into(),
        kind: "person".into(),
        record: person.to_string(),
        note: ground.into(),
        ..Event::default()
    };
    let tx = db.write(event).await?;
    tx.destroy_key(person, ground).await?;
    tx.commit().await?;
    db.scrub("person_key").await?;
    Ok(())
}
