//! Asking people where they are: queries.

use super::model::{Inquiry, State};
use platform::access::Part;
use platform::db::{Db, DbError, DbResult, Row, WriteTx, now_ms};
use platform::values;

const INQUIRY: &str = "select i.id, i.person, p.name, p.township, p.village, \
    coalesce((select t.name from place t where t.code = p.township and t.level = 'township' \
        order by t.valid_to desc limit 1), '') || ' ' || \
    coalesce((select v.short from place v where v.code = p.village and v.level = 'village' \
        order by v.valid_to desc limit 1), ''), \
    i.state, i.unit, i.until, i.again_on, i.place, i.employment, i.intention, i.answered_at, i.note, i.by_name, i.at, \
    i.decided_by, i.decided_at, i.reason, i.rev from inquiry i join person p on p.id = i.person";

fn of(r: &Row) -> DbResult<Inquiry> {
    let state = r.text(6)?;
    Ok(Inquiry {
        id: r.int(0)?,
        person: r.int(1)?,
        person_name: r.text(2)?,
        township: r.text(3)?,
        village: r.text(4)?,
        place_name: r.text(5)?.trim().to_owned(),
        state: State::by_id(&state).ok_or_else(|| DbError::Version(format!("unknown state {state}")))?,
        unit: r.text(7)?,
        until: r.text(8)?,
        again_on: r.text(9)?,
        place: r.text(10)?,
        employment: r.text(11)?,
        intention: r.text(12)?,
        answered_at: r.get(13)?,
        note: r.text(14)?,
        by: r.text(15)?,
        at: r.int(16)?,
        decided_by: r.text(17)?,
        decided_at: r.get(18)?,
        reason: r.text(19)?,
        rev: r.int(20)?,
    })
}

/// An inquiry by its id.
pub async fn find(db: &Db, id: i64) -> DbResult<Option<Inquiry>> {
    db.one(&format!("{INQUIRY} where i.id = $1"), values![id]).await?.as_ref().map(of).transpose()
}

/// The inquiry of a link's tag, while it waits for an answer.
pub async fn by_tag(db: &Db, tag: &str) -> DbResult<Option<Inquiry>> {
    let sql = format!("{INQUIRY} where i.tag = $1 and i.state = 'open'");
    db.one(&sql, values![tag]).await?.as_ref().map(of).transpose()
}

/// A person's inquiries, the latest first.
pub async fn of_person(db: &Db, person: i64) -> DbResult<Vec<Inquiry>> {
    let sql = format!("{INQUIRY} where i.person = $1 order by i.at desc, i.id desc");
    db.rows(&sql, values![person]).await?.iter().map(of).collect()
}

/// The lists of inquiries: which states, on a day, and in which order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Show {
    /// Answers that wait for the office, the longest waiting first.
    Answered,
    /// Links that wait for an answer, the first to end first.
    Open,
    /// Calls to be made again, the first due first.
    Again,
    /// Everything else, the latest first.
    Past,
}

impl Show {
    pub const ALL: [Show; 4] = [Show::Answered, Show::Open, Show::Again, Show::Past];

    pub fn id(self) -> &'static str {
        match self {
            Show::Answered => "answered",
            Show::Open => "open",
            Show::Again => "again",
            Show::Past => "past",
        }
    }

    pub fn by_id(id: &str) -> Option<Show> {
        Show::ALL.into_iter().find(|s| s.id() == id)
    }

    /// The condition, with `$1` a day. Whoever was called again, or answered since, is not called anew.
    fn condition(self) -> &'static str {
        match self {
            Show::Answered => "i.state = 'answered' and $1 <> ''",
            Show::Open => "i.state = 'open' and i.until >= $1",
            Show::Again => AGAIN,
            Show::Past => {
                "(i.state in ('accepted', 'refused', 'revoked', 'expired', 'reached') \
                 or (i.state = 'open' and i.until < $1) or i.state in ('unanswered', 'wrong', 'declined'))"
            }
        }
    }

    fn order(self) -> &'static str {
        match self {
            Show::Answered => "i.answered_at, i.id",
            Show::Open => "i.until, i.id",
            Show::Again => "i.again_on, i.id",
            Show::Past => "i.at desc, i.id desc",
        }
    }
}

const AGAIN: &str = "i.again_on <> '' and i.state in ('unanswered', 'wrong', 'declined') and $1 <> '' \
    and p.told_on < i.again_on and not exists (select 1 from inquiry later where later.person = i.person \
    and (later.at > i.at or (later.at = i.at and later.id > i.id)))";

const WITHIN: &str = "p.state = 'active' and ($2 = '' or p.township = $2) and ($3 = '' or p.village = $3)";

/// How many of a part stand in a list on a day.
pub async fn count(db: &Db, part: &Part, show: Show, day: &str) -> DbResult<u64> {
    let sql = format!(
        "select count(*) from inquiry i join person p on p.id = i.person where {} and {WITHIN}",
        show.condition()
    );
    let row = db.one(&sql, values![day, part.township(), part.village()]).await?;
    Ok(row.map(|r| r.int(0)).transpose()?.unwrap_or_default().unsigned_abs())
}

/// A page of a list.
pub async fn list(
    db: &Db,
    part: &Part,
    show: Show,
    day: &str,
    (offset, size): (u64, u64),
) -> DbResult<Vec<Inquiry>> {
    let sql = format!(
        "{INQUIRY} where {} and {WITHIN} order by {} limit $4 offset $5",
        show.condition(),
        show.order()
    );
    let (size, offset) = (i64::try_from(size).unwrap_or(i64::MAX), i64::try_from(offset).unwrap_or(i64::MAX));
    let values = values![day, part.township(), part.village(), size, offset];
    db.rows(&sql, values).await?.iter().map(of).collect()
}

/// How many in reserve of a part were last asked before a day.
pub async fn due(db: &Db, part: &Part, since: &str) -> DbResult<u64> {
    let sql = "select count(*) from person p where p.state = 'active' and p.pools <> '' and p.told_on < $1 \
               and ($2 = '' or p.township = $2) and ($3 = '' or p.village = $3)";
    let row = db.one(sql, values![since, part.township(), part.village()]).await?;
    Ok(row.map(|r| r.int(0)).transpose()?.unwrap_or_default().unsigned_abs())
}

/// Calls of a part that are to be made again by a day.
pub async fn calls_due(db: &Db, part: &Part, day: &str) -> DbResult<u64> {
    let sql = format!(
        "select count(*) from inquiry i join person p on p.id = i.person where {AGAIN} and i.again_on <= $1 and {WITHIN}"
    );
    let row = db.one(&sql, values![day, part.township(), part.village()]).await?;
    Ok(row.map(|r| r.int(0)).transpose()?.unwrap_or_default().unsigned_abs())
}

/// Adds an inquiry. `locker` is a link's tag with its key.
pub async fn add(tx: &WriteTx, i: &Inquiry, account: i64, locker: Option<(&str, &[u8])>) -> DbResult<()> {
    let key = locker.map(|(_, key)| tx.keys().seal(&format!("inquiry/{}/key", i.id), key));
    let row = values![
        i.id,
        i.person,
        i.state.id(),
        i.unit.as_str(),
        i.until.as_str(),
        i.again_on.as_str(),
        locker.map_or("", |(tag, _)| tag),
        key,
        now_ms(),
        i.place.as_str(),
        i.employment.as_str(),
        i.intention.as_str(),
        i.answered_at,
        i.note.as_str(),
        account,
        i.by.as_str(),
        i.at
    ];
    let into = "inquiry (id, person, state, unit, until, again_on, tag, key, changed_at, place, employment, intention, \
                answered_at, note, by_account, by_name, at)";
    tx.insert_many(into, vec![row], "").await
}

/// Writes how an inquiry stands; false where somebody changed it since it was read. A link that is no longer open loses
/// what could open it.
pub async fn save(tx: &WriteTx, i: &Inquiry) -> DbResult<bool> {
    let sql = "update inquiry set state = $3, place = $4, employment = $5, intention = $6, answered_at = $7, \
               decided_by = $8, decided_at = $9, reason = $10, changed_at = $11, key = null, rev = rev + 1 \
               where id = $1 and rev = $2";
    let values = values![
        i.id,
        i.rev,
        i.state.id(),
        i.place.as_str(),
        i.employment.as_str(),
        i.intention.as_str(),
        i.answered_at,
        i.decided_by.as_str(),
        i.decided_at,
        i.reason.as_str(),
        now_ms()
    ];
    Ok(tx.run(sql, values).await? == 1)
}

/// The tag of an inquiry's link; empty for a call.
pub async fn tag(tx: &WriteTx, id: i64) -> DbResult<String> {
    let row = tx.one("select tag from inquiry where id = $1", values![id]).await?;
    Ok(row.map(|r| r.text(0)).transpose()?.unwrap_or_default())
}

/// A person's link that waits for an answer.
pub async fn open_of(tx: &WriteTx, person: i64) -> DbResult<Option<Inquiry>> {
    let sql = format!("{INQUIRY} where i.person = $1 and i.state = 'open'");
    tx.one(&sql, values![person]).await?.as_ref().map(of).transpose()
}

/// Links that wait and were changed since a moment: their tag, key and inquiry.
pub async fn told_since(db: &Db, since: i64) -> DbResult<Vec<(String, Vec<u8>, Inquiry)>> {
    let sql = "select id, tag, key from inquiry where state = 'open' and changed_at >= $1 and key is not null order by id";
    let mut out = Vec::new();
    for row in db.rows(sql, values![since]).await? {
        let (id, sealed): (i64, Vec<u8>) = (row.int(0)?, row.get(2)?);
        let key = db.keys().open(&format!("inquiry/{id}/key"), &sealed);
        let key = key.map_err(|e| DbError::Sealed(e.to_string()))?;
        if let Some(inquiry) = find(db, id).await? {
            out.push((row.text(1)?, key, inquiry));
        }
    }
    Ok(out)
}

/// Links whose last day was before a day and that nobody answered.
pub async fn over(db: &Db, day: &str) -> DbResult<Vec<Inquiry>> {
    let sql = format!("{INQUIRY} where i.state = 'open' and i.until < $1");
    db.rows(&sql, values![day]).await?.iter().map(of).collect()
}

/// Deletes what a person told by links and calls up to a day, where it does not wait for anybody any more.
pub async fn forget(tx: &WriteTx, person: i64, until: &str) -> DbResult<()> {
    let end = until.parse::<kernel::Day>().ok().and_then(|d| d.tomorrow().ok());
    let end = end.and_then(|d| d.to_zoned(kernel::zone()).ok());
    let before = end.map_or(0, |z| z.timestamp().as_millisecond());
    let sql = "delete from inquiry where person = $1 and state in ('accepted', 'refused', 'reached') and answered_at < $2";
    tx.run(sql, values![person, before]).await.map(drop)
}

/// Deletes everything that was asked of a person; their links end.
pub async fn erase(tx: &WriteTx, person: i64) -> DbResult<()> {
    for row in tx.rows("select tag from inquiry where person = $1 and tag <> ''", values![person]).await? {
        crate::slices::campaigns::store::letters::forget(tx, &row.text(0)?).await?;
    }
    tx.run("delete from inquiry where person = $1", values![person]).await.map(drop)
}
