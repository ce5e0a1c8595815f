//! Taking a file in: the package opened and held to its signature, looked at, taken in, and a receipt given.

use super::contents::Contents;
use super::package::{Enclosed, Manifest, Package, enclosed, keep, read};
use crate::slices::people::input;
use crate::slices::people::parts::{self, Claim, ClaimState, Part};
use crate::slices::people::store::{self, New};
use crate::slices::people::twins::pairs::{Candidate, Pair, judge};
use crate::slices::people::twins::store::candidates;
use crate::slices::people::{Field, Values};
use crate::slices::places::Village;
use crate::slices::places::store::today;
use crate::slices::posts;
use kernel::{Message, msg};
use platform::access::{Authorized, Caller, Part as Scope};
use platform::attachments::{self, NewFile};
use platform::db::{Db, DbError, DbResult, WriteTx, new_id, now_ms};
use platform::values;
use policy::posts::{Track, Word};
use standards::NameKeys;
use std::collections::BTreeMap;

/// A package that was opened and waits.
#[derive(Clone, Debug)]
pub struct Arrival {
    pub id: i64,
    pub digest: String,
    /// The sending county, as its package says: 例山县（990101）.
    pub county: String,
    pub public: String,
    pub by: String,
    /// Milliseconds since 1970.
    pub at: i64,
}

fn context(id: i64) -> String {
    format!("arrival/{id}/content")
}

/// The arrivals that wait, the latest first.
pub async fn waiting(db: &Db) -> DbResult<Vec<Arrival>> {
    let sql = "select id, digest, county, public, by_name, at from arrival order by id desc";
    let of = |r: &platform::db::Row| {
        Ok(Arrival {
            id: r.int(0)?,
            digest: r.text(1)?,
            county: r.text(2)?,
            public: r.text(3)?,
            by: r.text(4)?,
            at: r.int(5)?,
        })
    };
    db.rows(sql, vec![]).await?.iter().map(of).collect()
}

/// What an arrival holds.
pub async fn open(db: &Db, id: i64) -> DbResult<Option<(Arrival, Enclosed)>> {
    let Some(arrival) = waiting(db).await?.into_iter().find(|a| a.id == id) else { return Ok(None) };
    let row = db.one("select content from arrival where id = $1", values![id]).await?;
    let sealed: Vec<u8> = row.ok_or(DbError::Missing)?.get(0)?;
    let plain = db.keys().open(&context(id), &sealed).map_err(|e| DbError::Sealed(e.to_string()))?;
    let enclosed = enclosed(&plain).map_err(|e| DbError::Version(e.text(kernel::Lang::En)))?;
    Ok(Some((arrival, enclosed)))
}

/// Whether a package with this digest came or went before, and what to say then.
async fn known(db: &Db, digest: &str) -> DbResult<Option<Message>> {
    let row = db.one("select direction from transfer where digest = $1", values![digest]).await?;
    let why = match row.map(|r| r.text(0)).transpose()?.as_deref() {
        Some("in") => Some(msg!("这个转递包已经接收过，不能再收一次；回执在那份档案里")),
        Some(_) => Some(msg!("这是本县自己发出的转递包；要收回请在那份档案里取消转出")),
        None => None,
    };
    if why.is_some() {
        return Ok(why);
    }
    let waits = db.one("select 1 from arrival where digest = $1", values![digest]).await?.is_some();
    Ok(waits.then(|| msg!("这个转递包已经打开，在下面等着办理")))
}

/// Opens a package and keeps what is in it, sealed by the county's own keys. Gives the arrival's id.
///
/// # Errors
/// The database's; the inner one says why nothing was kept.
pub async fn arrive(
    db: &Db,
    caller: &Caller,
    bytes: Vec<u8>,
    passphrase: String,
) -> DbResult<Result<i64, Message>> {
    let package = match read(&bytes) {
        Ok(package) => package,
        Err(why) => return Ok(Err(why)),
    };
    if let Some(why) = known(db, &package.manifest.digest).await? {
        return Ok(Err(why));
    }
    let opened = tokio::task::spawn_blocking(move || opened(&package, &passphrase)).await;
    let (manifest, content) = match opened.map_err(|e| DbError::Version(e.to_string()))? {
        Ok(opened) => opened,
        Err(why) => return Ok(Err(why)),
    };
    let id = new_id();
    let mut event = caller.event("people.arrive", "arrival", &id.to_string(), "");
    event.note.clone_from(&manifest.county);
    let tx = db.write(event).await?;
    let sealed = tx.keys().seal(&context(id), &content);
    let sql = "insert into arrival (id, digest, county, public, content, by_name, at) \
               values ($1, $2, $3, $4, $5, $6, $7) on conflict (digest) do nothing";
    let county = format!("{}（{}）", manifest.county_name, manifest.county);
    let by = caller.name.as_str();
    tx.run(sql, values![id, manifest.digest, county, manifest.public, sealed, by, now_ms()]).await?;
    tx.commit().await?;
    Ok(Ok(id))
}

fn opened(package: &Package, passphrase: &str) -> Result<(Manifest, Vec<u8>), Message> {
    let enclosed = package.open(passphrase)?;
    fields(&enclosed.contents)?;
    let content = keep(&enclosed).map_err(|_| msg!("转递包里的内容不完整；请让转出单位重新做一个"))?;
    Ok((package.manifest.clone(), content))
}

/// The values of the file, each held to what its field takes here.
fn fields(contents: &Contents) -> Result<Values, Message> {
    let mut out = Values::new();
    for (field, value) in contents.fields() {
        let taken = input::take(field, &value).map_err(|why| {
            msg!(
                "转递包里的{field}这里不能用：{why}",
                field = Message::new(field.title(), Vec::new()),
                why = why
            )
        })?;
        out.insert(field, taken.value);
    }
    Ok(out)
}

/// Files here that may be of the person who comes.
pub async fn twins(db: &Db, contents: &Contents) -> DbResult<Vec<Pair>> {
    let get = |f: Field| contents.values.get(f.id()).cloned().unwrap_or_default();
    let keys = NameKeys::of_person(&get(Field::Name));
    let index = |f: Field| {
        let value = get(f);
        if value.is_empty() { String::new() } else { db.keys().index(f.id(), &value) }
    };
    let comes = Candidate {
        id: i64::MAX,
        name: keys.simplified,
        reading: keys.pinyin,
        sex: get(Field::Sex),
        birth: get(Field::Birth),
        identity: index(Field::Identity),
        phone: index(Field::Phone),
        ..Candidate::default()
    };
    let mut out: Vec<Pair> =
        candidates(db, &Scope::County).await?.iter().filter_map(|own| judge(own, &comes)).collect();
    out.sort_by_key(|p| (p.strength, p.a));
    out.truncate(20);
    Ok(out)
}

/// A claim of another county: what was recognised there waits here, and says where it was recognised.
fn claim(from: &str, documents: &BTreeMap<i64, i64>, claim: Claim) -> Claim {
    let state = claim.state();
    let attachment = claim.attachment.and_then(|id| documents.get(&id).copied());
    let waits = matches!(state, ClaimState::Recognised | ClaimState::Proposed);
    let source = if state == ClaimState::Recognised {
        let day = claim.decided_at.and_then(|at| jiff::Timestamp::from_millisecond(at).ok());
        let day = day.map_or_else(String::new, |at| at.to_zoned(kernel::zone()).date().to_string());
        format!("{from}已认定 {} {day}", claim.decided_unit).trim_end().to_owned()
    } else {
        format!("{from} {}", claim.source).trim_end().to_owned()
    };
    let kept = Claim { attachment, by_account: None, source, ..claim };
    if !waits {
        return kept;
    }
    Claim {
        state: ClaimState::Proposed.id().to_owned(),
        decided_by: String::new(),
        decided_unit: String::new(),
        decided_at: None,
        reason: String::new(),
        ..kept
    }
}

async fn list<T: Part>(tx: &mut WriteTx, person: i64, rows: Vec<T>) -> DbResult<()> {
    let rows: Vec<(i64, T)> = rows.into_iter().map(|row| (person, row)).collect();
    parts::put(tx, &rows).await.map(drop)
}

/// Takes an arrival in, into a village. Gives the new file's id; the receipt stands in it.
///
/// # Errors
/// The database's; the inner one says why nothing was written.
pub async fn take(
    db: &Db,
    caller: &Caller,
    (arrival, enclosed): (Arrival, Enclosed),
    village: &Authorized<Village>,
    limit: u64,
) -> DbResult<Result<i64, Message>> {
    let Enclosed { contents, files, .. } = enclosed;
    let mut values = match fields(&contents) {
        Ok(values) => values,
        Err(why) => return Ok(Err(why)),
    };
    values.insert(Field::Village, village.code.clone());
    let mut event = caller.event("people.receive", "person", "", &village.code);
    event.note = format!("← {}", arrival.county);
    let mut tx = db.write(event).await?;
    if tx.run("delete from arrival where id = $1", values![arrival.id]).await? == 0 {
        tx.rollback().await?;
        return Ok(Err(msg!("这个转递包刚被别人办理了；请看名册")));
    }
    let new = vec![New { values, synthetic: contents.synthetic }];
    let made = store::add(&mut tx, new).await?;
    let id = made.first().copied().ok_or(DbError::Missing)?;
    let record = id.to_string();
    tx.event().record.clone_from(&record);
    tx.event().person = Some(id);
    let mut documents = BTreeMap::new();
    for (file, bytes) in contents.files.iter().zip(&files) {
        let kind = if file.photo { "person-photo" } else { "person" };
        let new = NewFile { name: &file.name, bytes, kind, record: &record, part: &village.code };
        let kept = match attachments::keep(&mut tx, limit, &new).await? {
            Ok(kept) => kept,
            Err(why) => {
                tx.rollback().await?;
                let name = file.name.as_str();
                return Ok(Err(msg!("材料“{name}”不能收：{why}", name = name, why = why)));
            }
        };
        documents.insert(file.id, kept);
        if file.photo {
            tx.run("update person set photo = $2 where id = $1", values![id, kept]).await?;
        }
    }
    let from = arrival.county.as_str();
    let claims = contents.claims.into_iter().map(|c| claim(from, &documents, c)).collect();
    list(&mut tx, id, claims).await?;
    list(&mut tx, id, contents.education).await?;
    list(&mut tx, id, contents.cv).await?;
    list(&mut tx, id, contents.family).await?;
    list(&mut tx, id, contents.merits).await?;
    list(&mut tx, id, contents.told).await?;
    list(&mut tx, id, contents.stays).await?;
    for (name, text) in &contents.texts {
        let sql = "insert into person_text (person, name, text) values ($1, $2, $3)";
        tx.run(sql, values![id, name.as_str(), text.as_str()]).await?;
    }
    let day = today();
    let holds: Option<Vec<posts::store::New>> = contents
        .posts
        .into_iter()
        .map(|held| {
            Some(posts::store::New {
                track: Track::parse(&held.track)?,
                // Nothing of another county lasts here.
                to_on: held.to_on.min(day.clone()),
                village: held.village,
                post: held.post,
                title: held.title,
                person: id,
                term: None,
                from_on: held.from_on,
                way_in: held.way_in,
                way_out: held.way_out,
                ground_in: held.ground_in,
                ground_out: held.ground_out,
                filing: None,
                batch: None,
            })
        })
        .collect();
    let Some(holds) = holds else {
        tx.rollback().await?;
        return Ok(Err(msg!("转递包里的内容不完整；请让转出单位重新做一个")));
    };
    posts::store::begin(&mut tx, &holds).await?;
    let sql = "insert into transfer (id, direction, person, county, digest, ground, by_name, at, receipt, received_at) \
               values ($1, 'in', $2, $3, $4, $5, $6, $7, $8, $7)";
    let (by, at) = (caller.name.as_str(), now_ms());
    let values = values![new_id(), id, from, arrival.digest, contents.ground, by, at, contents.receipt];
    tx.run(sql, values).await?;
    tx.commit().await?;
    Ok(Ok(id))
}

/// Puts an arrival away without taking it in; false where there is none. It may be opened again.
pub async fn discard(db: &Db, caller: &Caller, id: i64) -> DbResult<bool> {
    let tx = db.write(caller.event("people.arrive.discard", "arrival", &id.to_string(), "")).await?;
    let done = tx.run("delete from arrival where id = $1", values![id]).await? == 1;
    tx.commit().await?;
    Ok(done)
}
