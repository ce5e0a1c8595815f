//! Two files of one again: what a merge wrote is taken back, wherever it still stands.

use super::merge::{CELLS, Cell, Moved, Refused, Written, context, stale};
use super::store::Merge;
use crate::slices::people::parts::{self, Claim, ClaimState, Part};
use crate::slices::people::store::{self, Changed};
use crate::slices::people::{Field, Person, State, Values};
use crate::slices::places::store::today;
use crate::slices::posts::repost;
use kernel::msg;
use platform::access::{Authorized, Caller};
use platform::db::{Db, DbError, DbResult, WriteTx, now_ms};
use platform::values;
use policy::posts::Posts;

/// Makes the two files what they were before a merge. What came to the file kept since stays with it.
pub async fn undo(
    db: &Db,
    caller: &Caller,
    posts: &Posts,
    merge: &Merge,
    (kept, gone): (&Authorized<Person>, &Authorized<Person>),
) -> DbResult<Result<(), Refused>> {
    let mut event = caller.event("people.unmerge", "person", &kept.id.to_string(), kept.get(Field::Village));
    event.person = Some(kept.id);
    event.note = format!("{} → {}", kept.id, gone.id);
    let mut tx = db.write(event).await?;
    let sql = "update person_merge set undone_at = $2 where id = $1 and undone_at is null returning moved";
    let Some(row) = tx.one(sql, values![merge.id, now_ms()]).await? else {
        tx.rollback().await?;
        return Ok(Err(Refused::Said(msg!("这次合并已经撤销过"))));
    };
    let moved: Moved = opened(tx.keys(), merge.id, &row.get::<Vec<u8>>(0)?)?;
    if let Some(why) = stands_in_the_way(&tx, &moved, (kept, gone)).await? {
        tx.rollback().await?;
        return Ok(Err(why));
    }
    let back: Values =
        moved.fields.iter().filter_map(|(field, was, _)| Some((Field::by_id(field)?, was.clone()))).collect();
    let Changed::Done(rev) = store::set(&mut tx, kept, &back).await? else {
        tx.rollback().await?;
        return Ok(Err(stale()));
    };
    // The last written comes back first.
    for cell in moved.cells.iter().rev() {
        let sql = format!("update {} set {} = $2 where id = $1", cell.table, cell.column);
        tx.run(&sql, vec![cell.id.into(), (&cell.was).into()]).await?;
    }
    for name in &moved.texts {
        let sql = "update person_text set person = $1 where person = $2 and name = $3";
        tx.run(sql, values![gone.id, kept.id, name.as_str()]).await?;
    }
    for claim in &moved.made {
        tx.run("delete from claim where id = $1", values![*claim]).await?;
    }
    let sql = "update person set state = $2, state_on = $3, merged_into = null, rev = rev + 1, changed_at = $4 where id = $1";
    let (state, on) = (moved.state.0.as_str(), moved.state.1.as_str());
    tx.run(sql, values![gone.id, state, on, now_ms()]).await?;
    let sql = "update person set rev = rev + 1, changed_at = $3 where id = $1 and rev = $2";
    tx.run(sql, values![kept.id, rev, now_ms()]).await?;
    let (to, from) = (kept.id.to_string(), gone.id.to_string());
    tx.changed_of(Some(gone.id), "person", &from, "merged", Some(kept.name().to_owned()), None);
    tx.changed_of(Some(kept.id), "person", &to, "merged", Some(gone.name().to_owned()), None);
    let (was, became) = (State::Merged.id().to_owned(), state.to_owned());
    tx.changed_of(Some(gone.id), "person", &from, "state", Some(was), Some(became));
    repost(&tx, posts, &[kept.id, gone.id]).await?;
    parts::repool(&tx, &[kept.id, gone.id], &today()).await?;
    tx.commit().await?;
    Ok(Ok(()))
}

fn opened(keys: &platform::secrets::KeyRing, id: i64, sealed: &[u8]) -> DbResult<Moved> {
    let plain = keys.open(&context(id), sealed).map_err(|e| DbError::Sealed(e.to_string()))?;
    let moved: Moved = serde_json::from_slice(&plain).map_err(|e| DbError::Version(e.to_string()))?;
    let known = |c: &Cell| CELLS.iter().any(|(table, column, ..)| *table == c.table && *column == c.column);
    match moved.cells.iter().find(|c| !known(c)) {
        Some(cell) => Err(DbError::Version(format!("unknown cell {}.{}", cell.table, cell.column))),
        None => Ok(moved),
    }
}

/// What changed since the merge where the merge had written; none where nothing did.
async fn stands_in_the_way(
    tx: &WriteTx,
    moved: &Moved,
    (kept, gone): (&Person, &Person),
) -> DbResult<Option<Refused>> {
    if gone.state != State::Merged || gone.merged_into != Some(kept.id) {
        return Ok(Some(Refused::Said(msg!("这份档案已不在并入状态，不能撤销这次合并"))));
    }
    if kept.state == State::Merged {
        return Ok(Some(Refused::Said(msg!("保留的档案后来又并入了别的档案；请先撤销后一次合并"))));
    }
    let mut changed: Vec<&'static str> = Vec::new();
    let mut note = |title: &'static str| {
        if !changed.contains(&title) {
            changed.push(title);
        }
    };
    for (field, _, became) in &moved.fields {
        let Some(field) = Field::by_id(field) else { continue };
        if store::read_in(tx, kept, field).await? != *became {
            note(field.title());
        }
    }
    for cell in &moved.cells {
        let Some((.., title, text)) =
            CELLS.iter().find(|(table, column, ..)| *table == cell.table && *column == cell.column)
        else {
            continue;
        };
        // Of cells that were written twice the last counts.
        let last =
            moved.cells.iter().rfind(|c| (&c.table, c.id, &c.column) == (&cell.table, cell.id, &cell.column));
        if last != Some(cell) {
            continue;
        }
        let sql = format!("select {} from {} where id = $1", cell.column, cell.table);
        let now = match tx.one(&sql, values![cell.id]).await? {
            None => None,
            Some(row) if *text => Some(Written::Text(row.maybe(0)?)),
            Some(row) => Some(Written::Int(row.get(0)?)),
        };
        if now.as_ref() != Some(&cell.became) {
            note(title);
        }
        // An account that was free meanwhile may be another person's now.
        if cell.column == "ended_at" && cell.was == Written::Int(None) {
            let sql = "select 1 from person_account o join person_account m on m.account = o.account \
                       where m.id = $1 and o.id <> m.id and o.ended_at is null limit 1";
            if tx.one(sql, values![cell.id]).await?.is_some() {
                note(title);
            }
        }
    }
    for claim in &moved.made {
        let row = tx.one("select state from claim where id = $1", values![*claim]).await?;
        let state = row.map(|r| r.text(0)).transpose()?;
        if state.as_deref() != Some(ClaimState::Proposed.id()) {
            note(Claim::TITLE);
        }
    }
    Ok((!changed.is_empty()).then_some(Refused::Changed(changed)))
}
