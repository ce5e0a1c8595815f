//! Imports of people that were written, and taking them back: what nobody touched since becomes as it was.

use super::super::claims;
use super::super::field::Field;
use super::super::model::Values;
use super::super::parts::{self, Claim, CvLine, Education, FamilyMember, Listed, Merit};
use super::super::store;
use super::write::Did;
use crate::slices::places::batch::{Batch, UNDO_MS};
use crate::slices::posts::{self, Rulebook};
use platform::access::Authorized;
use platform::db::{Db, DbError, DbResult, Row, WriteTx, now_ms};
use platform::values;
use serde::{Deserialize, Serialize};

/// The kind of such a batch, before its part.
pub const KIND: &str = "people/";

/// What a person's row is sealed with.
pub(super) fn context(id: i64) -> String {
    format!("person_batch/{id}/was")
}

/// A person that a batch wrote.
#[derive(Clone, Debug)]
pub struct Written {
    pub person: i64,
    pub name: String,
    pub village: String,
    /// Whether the batch made the file.
    pub added: bool,
    /// What undoing left as it was, because it changed since: titles of fields and lists.
    pub left: Vec<String>,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Undo {
    upload: i64,
    /// Person and what of it was left.
    left: Vec<(i64, String)>,
}

async fn undo_of(db: &Db, batch: i64) -> DbResult<Undo> {
    let row =
        db.one("select undo from batch where id = $1", values![batch]).await?.ok_or(DbError::Missing)?;
    serde_json::from_str(&row.text(0)?).map_err(|e| DbError::Version(format!("an undo cannot be read: {e}")))
}

/// The upload that a batch came from.
pub async fn upload(db: &Db, batch: &Authorized<Batch>) -> DbResult<i64> {
    Ok(undo_of(db, batch.id).await?.upload)
}

/// How many persons undoing left something of.
pub async fn left(db: &Db, batch: &Authorized<Batch>) -> DbResult<usize> {
    let mut persons: Vec<i64> =
        undo_of(db, batch.id).await?.left.into_iter().map(|(person, _)| person).collect();
    persons.sort_unstable();
    persons.dedup();
    Ok(persons.len())
}

/// A page of those that a batch wrote, and how many there are.
pub async fn written(
    db: &Db,
    batch: &Authorized<Batch>,
    offset: u64,
    limit: u64,
) -> DbResult<(Vec<Written>, u64)> {
    let left = undo_of(db, batch.id).await?.left;
    let n = db.one("select count(*) from person_batch where batch = $1", values![batch.id]).await?;
    let n = n.map(|r| r.int(0)).transpose()?.unwrap_or_default();
    let sql = format!(
        "select b.person, coalesce(p.name, ''), coalesce(p.village, ''), b.act from person_batch b \
         left join person p on p.id = b.person where b.batch = $1 order by b.id limit {limit} offset $2"
    );
    let rows = db.rows(&sql, values![batch.id, i64::try_from(offset).unwrap_or(i64::MAX)]).await?;
    let of = |row: &Row| -> DbResult<Written> {
        let person = row.int(0)?;
        let own = left.iter().filter(|(id, _)| *id == person).map(|(_, what)| what.clone());
        Ok(Written {
            person,
            name: row.text(1)?,
            village: row.text(2)?,
            added: row.text(3)? == "add",
            left: own.collect(),
        })
    };
    Ok((rows.iter().map(of).collect::<DbResult<_>>()?, n.unsigned_abs()))
}

/// What came of undoing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Undone {
    /// Persons that are as they were.
    pub restored: usize,
    /// Persons of whom something was left.
    pub left: usize,
}

/// Takes a batch back; `None` when it was undone meanwhile or is too old.
pub async fn undo(tx: &mut WriteTx, batch: &Authorized<Batch>, rules: &Rulebook) -> DbResult<Option<Undone>> {
    let sql =
        "update batch set undone_at = $2 where id = $1 and undone_at is null and at > $3 returning undo";
    let now = now_ms();
    let Some(row) = tx.one(sql, values![batch.id, now, now - UNDO_MS]).await? else { return Ok(None) };
    let text = row.text(0)?;
    let mut undo: Undo =
        serde_json::from_str(&text).map_err(|e| DbError::Version(format!("an undo cannot be read: {e}")))?;
    let rows = "select id, person, act, was, rev from person_batch where batch = $1 order by id desc";
    let mut out = Undone::default();
    let mut villages: Vec<(String, i64)> = Vec::new();
    for row in tx.rows(rows, values![batch.id]).await? {
        let (id, person, added, rev) = (row.int(0)?, row.int(1)?, row.text(2)? == "add", row.int(4)?);
        let plain = tx.keys().open(&context(id), &row.get::<Vec<u8>>(3)?);
        let plain = plain.map_err(|e| DbError::Sealed(e.to_string()))?;
        let did: Did = serde_json::from_slice(&plain)
            .map_err(|e| DbError::Version(format!("a row of an undo cannot be read: {e}")))?;
        let left = if added {
            take_away(tx, batch.id, person, rev, &did).await?
        } else {
            restore(tx, batch.id, person, &did, &mut villages).await?
        };
        if left.is_empty() {
            out.restored += 1
        } else {
            out.left += 1
        }
        undo.left.extend(left.into_iter().map(|what| (person, what.to_owned())));
    }
    for (village, person) in villages {
        posts::repost(tx, &rules.of(&village), &[person]).await?;
    }
    let text = serde_json::to_string(&undo).unwrap_or_default();
    tx.run("update batch set undo = $2 where id = $1", values![batch.id, text]).await?;
    Ok(Some(out))
}

/// Whatever may hang on a person that an import made, but what it made itself.
const LATER: &[&str] = &[
    "select 1 from holding where person = $1 and (batch is null or batch <> $2 or rev > 1)",
    "select 1 from duty d join holding h on h.id = d.holding where h.person = $1 and $2 = $2",
    "select 1 from filing_act where person = $1 and $2 = $2",
    "select 1 from person_account where person = $1 and $2 = $2",
    "select 1 from correction where person = $1 and $2 = $2",
    "select 1 from pool_stay where person = $1 and $2 = $2",
    "select 1 from claim where person = $1 and $2 = $2",
    "select 1 from person_batch where person = $1 and batch <> $2",
    "select 1 from person_merge where (kept = $1 or gone = $1) and $2 = $2",
    "select 1 from transfer where person = $1 and $2 = $2",
];

/// Takes a file away that the batch made, unless something came to it since.
async fn take_away(
    tx: &mut WriteTx,
    batch: i64,
    person: i64,
    rev: i64,
    did: &Did,
) -> DbResult<Vec<&'static str>> {
    let whole = vec![kernel::key!("整份档案")];
    let Some(file) = store::find_in(tx, person).await? else { return Ok(Vec::new()) };
    if file.rev != rev {
        return Ok(whole);
    }
    for sql in LATER {
        if tx.one(&format!("{sql} limit 1"), values![person, batch]).await?.is_some() {
            return Ok(whole);
        }
    }
    tx.run("delete from holding where person = $1 and batch = $2", values![person, batch]).await?;
    for table in ["education", "cv_line", "family", "merit", "person_text", "whereabouts"] {
        tx.run(&format!("delete from {table} where person = $1"), values![person]).await?;
    }
    tx.run("delete from person where id = $1", values![person]).await?;
    if let Some((_, photo)) = did.photo {
        end_photo(tx, photo).await?;
    }
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    for (field, (_, now)) in &did.set {
        tx.changed_of(Some(person), "person", &person.to_string(), field, some(now), None);
    }
    Ok(Vec::new())
}

async fn end_photo(tx: &mut WriteTx, photo: i64) -> DbResult<()> {
    let row = tx.one("select hash from attachment where id = $1", values![photo]).await?;
    let Some(hash) = row.map(|r| r.text(0)).transpose()? else { return Ok(()) };
    platform::attachments::end(tx, &[(photo, hash)]).await
}

/// Gives a file back what the batch changed of it, wherever that still stands.
async fn restore(
    tx: &mut WriteTx,
    batch: i64,
    person: i64,
    did: &Did,
    villages: &mut Vec<(String, i64)>,
) -> DbResult<Vec<&'static str>> {
    let mut left = Vec::new();
    let Some(mut file) = store::find_in(tx, person).await? else {
        return Ok(vec![kernel::key!("整份档案")]);
    };
    let claims = parts::of_in::<Claim>(tx, person).await?;
    let firm = claims::recognised(&claims);
    let sealed = store::open_in(tx, person).await?;
    let mut back = Values::new();
    for (id, (was, now)) in &did.set {
        let Some(field) = Field::by_id(id) else { continue };
        let stands =
            if field.is_sealed() { sealed.get(&field).map_or("", String::as_str) } else { file.get(field) };
        if stands == now && !firm.contains(field.id()) {
            back.insert(field, was.clone());
        } else {
            left.push(field.title());
        }
    }
    if let store::Changed::Done(rev) = store::set(tx, &file, &back).await? {
        file.rev = rev;
    }
    for claim in claims.iter().filter(|c| did.claims.contains(&c.id)) {
        let sql = "delete from claim where id = $1 and state = 'proposed'";
        if tx.run(sql, values![claim.id]).await? == 0 {
            left.push(Field::by_id(&claim.kind).map_or("", Field::title));
        } else {
            tx.changed_of(
                Some(person),
                "person",
                &person.to_string(),
                "claim",
                Some(claim.value.clone()),
                None,
            );
        }
    }
    relist::<Education>(tx, &mut file, did, &mut left).await?;
    relist::<CvLine>(tx, &mut file, did, &mut left).await?;
    relist::<FamilyMember>(tx, &mut file, did, &mut left).await?;
    relist::<Merit>(tx, &mut file, did, &mut left).await?;
    for id in &did.told {
        tx.run("delete from whereabouts where id = $1", values![*id]).await?;
    }
    if let Some((was, now)) = did.photo {
        let sql = "update person set photo = $2 where id = $1 and photo = $3";
        if tx.run(sql, values![person, was, now]).await? == 0 {
            left.push(kernel::key!("照片"));
        } else {
            end_photo(tx, now).await?;
        }
    }
    for id in &did.holds {
        let sql = "delete from holding where id = $1 and batch = $2 and rev = 1 \
                   and not exists (select 1 from duty d where d.holding = holding.id) \
                   and not exists (select 1 from filing_act a where a.holding = holding.id) returning village";
        match tx.one(sql, values![*id, batch]).await? {
            Some(row) => {
                let village = row.text(0)?;
                tx.changed_of(
                    Some(person),
                    "person",
                    &person.to_string(),
                    "post",
                    Some(village.clone()),
                    None,
                );
                villages.push((village, person));
            }
            None => left.push(kernel::key!("任职")),
        }
    }
    Ok(left)
}

/// A list as it was, where it is still as it was written.
async fn relist<T: Listed>(
    tx: &mut WriteTx,
    file: &mut super::super::Person,
    did: &Did,
    left: &mut Vec<&'static str>,
) -> DbResult<()> {
    let Some((was, now)) = did.lists.get(T::TABLE) else { return Ok(()) };
    let read = |text: &str| serde_json::from_str::<Vec<T>>(text).unwrap_or_default();
    let stands: Vec<T> = parts::of_in::<T>(tx, file.id).await?.into_iter().map(|k| k.part).collect();
    if stands != read(now) {
        left.push(T::TITLE);
        return Ok(());
    }
    if let store::Changed::Done(rev) = parts::replace(tx, file, &read(was)).await? {
        file.rev = rev;
    }
    Ok(())
}
