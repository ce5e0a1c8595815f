//! Letters of the public pages: each taken in once; the county's key that opens them.

use platform::db::{Db, DbError, DbResult, Event, WriteTx, new_id, now_ms};
use platform::values;
use public::seal::Opener;

/// The key that opens letters: the latest, made where there is none.
pub async fn opener(db: &Db) -> DbResult<Opener> {
    let sql = "select id, secret from public_key order by made_at desc, id desc limit 1";
    if let Some(row) = db.one(sql, values![]).await? {
        let id = row.int(0)?;
        let secret = super::opened(db, &format!("public-key/{id}"), &row.get::<Vec<u8>>(1)?)?;
        return Opener::of(&secret).ok_or_else(|| DbError::Version("a key for letters".into()));
    }
    let opener = Opener::random();
    let id = new_id();
    let event = Event { action: "campaigns.key".into(), kind: "public-key".into(), ..Event::default() };
    let tx = db.write(event).await?;
    let sealed = tx.keys().seal(&format!("public-key/{id}"), &opener.secret());
    let row = values![id, opener.public(), sealed, now_ms()];
    tx.insert_many("public_key (id, public, secret, made_at)", vec![row], "").await?;
    tx.commit().await?;
    Ok(opener)
}

/// Whether a letter was taken in.
pub async fn was_taken(db: &Db, name: &str) -> DbResult<bool> {
    Ok(db.one("select 1 from campaign_letter where name = $1", values![name]).await?.is_some())
}

/// Notes that a letter was taken in, and what it became.
pub async fn note(tx: &WriteTx, name: &str, what: &str) -> DbResult<()> {
    let row = values![name, now_ms(), what];
    tx.insert_many("campaign_letter (name, at, what)", vec![row], "on conflict (name) do nothing").await
}

/// Notes that the status under a tag is to go from the public pages.
pub async fn forget(tx: &WriteTx, tag: &str) -> DbResult<()> {
    if tag.is_empty() {
        return Ok(());
    }
    note(tx, &format!("gone/{tag}"), "gone").await
}

/// The tags whose statuses are to go.
pub async fn gone(db: &Db) -> DbResult<Vec<String>> {
    let sql = "select name from campaign_letter where what = 'gone'";
    let names: Vec<String> =
        db.rows(sql, values![]).await?.iter().map(|r| r.text(0)).collect::<DbResult<_>>()?;
    Ok(names.iter().filter_map(|n| n.strip_prefix("gone/")).map(str::to_owned).collect())
}
