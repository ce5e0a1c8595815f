//! Packs and their drafts: tables and queries.

use super::model::{Draft, State, Who};
use platform::db::{Db, DbError, DbResult, Row, WriteTx, new_id, now_ms};
use platform::values;
use policy::Files;

/// A version that the county adopted, with its files.
#[derive(Clone, Debug)]
pub struct Kept {
    pub id: i64,
    pub pack: String,
    pub version: String,
    pub title: String,
    pub hash: String,
    pub files: Files,
    pub from: String,
    pub part: String,
    pub at: i64,
    pub by: String,
}

fn files(bytes: &[u8]) -> DbResult<Files> {
    Files::from_json(bytes).map_err(|e| DbError::Version(format!("a stored pack cannot be read: {e}")))
}

/// A version by its row.
pub async fn kept(db: &Db, id: i64) -> DbResult<Option<Kept>> {
    let sql = "select id, pack, version, title, hash, files, effective_from, part, at, by_name from pack where id = $1";
    let Some(r) = db.one(sql, values![id]).await? else { return Ok(None) };
    Ok(Some(Kept {
        id: r.int(0)?,
        pack: r.text(1)?,
        version: r.text(2)?,
        title: r.text(3)?,
        hash: r.text(4)?,
        files: files(&r.get::<Vec<u8>>(5)?)?,
        from: r.text(6)?,
        part: r.text(7)?,
        at: r.int(8)?,
        by: r.text(9)?,
    }))
}

/// The version of a content, if the county has it.
pub async fn of_hash(db: &Db, hash: &str) -> DbResult<Option<String>> {
    let row = db.one("select title, version from pack where hash = $1", values![hash]).await?;
    row.map(|r| Ok(format!("{} {}", r.text(0)?, r.text(1)?))).transpose()
}

/// Whether a pack has a version of this name already, or a draft that is to become it.
pub async fn has_version(db: &Db, pack: &str, version: &str) -> DbResult<bool> {
    let sql = "select 1 from pack where pack = $1 and version = $2 union all \
               select 1 from pack_draft d join pack b on b.id = d.base \
               where b.pack = $1 and d.version = $2 and d.state in ('draft', 'submitted')";
    Ok(db.one(sql, values![pack, version]).await?.is_some())
}

const DRAFT: &str = "select id, base, files, title, version, part, effective_from, state, drafted_by, drafted_name, \
    edited_by, edited_name, submitted_at, approved_by, approved_name, approved_at, reason, pack, rev, at from pack_draft";

fn draft(r: &Row) -> DbResult<Draft> {
    let state = r.text(7)?;
    let who = |account, name| DbResult::Ok(Who { account: r.int(account)?, name: r.text(name)? });
    let approved = r.get::<Option<i64>>(13)?.map(|account| DbResult::Ok(Who { account, name: r.text(14)? }));
    Ok(Draft {
        id: r.int(0)?,
        base: r.int(1)?,
        files: files(&r.get::<Vec<u8>>(2)?)?,
        title: r.text(3)?,
        version: r.text(4)?,
        part: r.text(5)?,
        from: r.text(6)?,
        state: State::by_id(&state).ok_or_else(|| DbError::Version(format!("unknown state {state}")))?,
        drafted: who(8, 9)?,
        edited: who(10, 11)?,
        submitted_at: r.get(12)?,
        approved: approved.transpose()?,
        approved_at: r.get(15)?,
        reason: r.text(16)?,
        pack: r.get(17)?,
        rev: r.int(18)?,
        at: r.int(19)?,
    })
}

/// A draft by its id.
pub async fn find(db: &Db, id: i64) -> DbResult<Option<Draft>> {
    db.one(&format!("{DRAFT} where id = $1"), values![id]).await?.as_ref().map(draft).transpose()
}

/// The drafts under way, the latest first.
pub async fn open(db: &Db) -> DbResult<Vec<Draft>> {
    let sql = format!("{DRAFT} where state in ('draft', 'submitted') order by at desc, id desc");
    db.rows(&sql, vec![]).await?.iter().map(draft).collect()
}

/// What a draft's files say of themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    pub title: String,
    pub version: String,
    pub from: String,
}

/// A draft to begin.
#[derive(Clone, Debug)]
pub struct New<'a> {
    pub base: i64,
    pub files: &'a Files,
    pub said: Said,
    pub part: &'a str,
    pub by: Who,
}

/// Begins a draft; gives its id.
pub async fn add(tx: &WriteTx, new: New<'_>) -> DbResult<i64> {
    let (id, now) = (new_id(), now_ms());
    let sql = "insert into pack_draft (id, base, files, title, version, part, effective_from, drafted_by, drafted_name, \
               edited_by, edited_name, made_at, at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $8, $9, $10, $10)";
    let values = values![
        id,
        new.base,
        new.files.json(),
        new.said.title,
        new.said.version,
        new.part,
        new.said.from,
        new.by.account,
        new.by.name,
        now
    ];
    tx.run(sql, values).await?;
    Ok(id)
}

/// Writes a draft's files over those of the revision that was read; false where it is another one by now.
pub async fn write(tx: &WriteTx, draft: &Draft, files: &Files, said: &Said, by: &Who) -> DbResult<bool> {
    let sql = "update pack_draft set files = $3, title = $4, version = $5, effective_from = $6, edited_by = $7, \
               edited_name = $8, at = $9, rev = rev + 1 where id = $1 and rev = $2 and state = 'draft'";
    let values = values![
        draft.id,
        draft.rev,
        files.json(),
        said.title.as_str(),
        said.version.as_str(),
        said.from.as_str(),
        by.account,
        by.name.as_str(),
        now_ms()
    ];
    Ok(tx.run(sql, values).await? == 1)
}

/// Writes what an act made of a draft; false where somebody changed it since it was read.
pub async fn save(tx: &WriteTx, draft: &Draft) -> DbResult<bool> {
    let sql = "update pack_draft set state = $3, submitted_at = $4, approved_by = $5, approved_name = $6, \
               approved_at = $7, reason = $8, pack = $9, at = $10, rev = rev + 1 where id = $1 and rev = $2";
    let values = values![
        draft.id,
        draft.rev,
        draft.state.id(),
        draft.submitted_at,
        draft.approved.as_ref().map(|w| w.account),
        draft.approved.as_ref().map_or("", |w| w.name.as_str()),
        draft.approved_at,
        draft.reason.as_str(),
        draft.pack,
        now_ms()
    ];
    Ok(tx.run(sql, values).await? == 1)
}

/// One step of a draft.
#[derive(Clone, Debug)]
pub struct Step {
    pub id: i64,
    pub words: String,
    pub by: String,
    pub at: i64,
    pub undone: bool,
}

/// A draft's steps, the first first.
pub async fn steps(db: &Db, draft: i64) -> DbResult<Vec<Step>> {
    let sql = "select id, words, by_name, at, undone from pack_draft_step where draft = $1 order by seq";
    let step = |r: &Row| {
        let (by, at, undone) = (r.text(2)?, r.int(3)?, r.int(4)? == 1);
        Ok(Step { id: r.int(0)?, words: r.text(1)?, by, at, undone })
    };
    db.rows(sql, values![draft]).await?.iter().map(step).collect()
}

/// Notes a step with the files before it. What was undone can no longer be done again.
pub async fn step(tx: &WriteTx, draft: &Draft, words: &str, by: &Who) -> DbResult<()> {
    tx.run("delete from pack_draft_step where draft = $1 and undone = 1", values![draft.id]).await?;
    let sql = "insert into pack_draft_step (id, draft, seq, files, words, by_account, by_name, at) select $1, $2, \
               coalesce(max(seq), 0) + 1, $3, $4, $5, $6, $7 from pack_draft_step where draft = $2";
    let values =
        values![new_id(), draft.id, draft.files.json(), words, by.account, by.name.as_str(), now_ms()];
    tx.run(sql, values).await?;
    Ok(())
}

/// Exchanges a draft's files with those of a step: undoes it, or does it again. Gives the files that stand now.
pub async fn exchange(tx: &WriteTx, draft: &Draft, step: i64, undone: bool) -> DbResult<Option<Files>> {
    let sql = "select files from pack_draft_step where id = $1 and draft = $2 and undone = $3";
    let was = i64::from(!undone);
    let Some(row) = tx.one(sql, values![step, draft.id, was]).await? else { return Ok(None) };
    let other = files(&row.get::<Vec<u8>>(0)?)?;
    let sql = "update pack_draft_step set files = $2, undone = $3 where id = $1";
    tx.run(sql, values![step, draft.files.json(), i64::from(undone)]).await?;
    Ok(Some(other))
}
