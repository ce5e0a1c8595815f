//! Filings: tables and queries.

use super::model::{Filing, Item, State};
use platform::access::{Part, Role};
use platform::db::{Db, DbError, DbResult, Happened, Log, Row, WriteTx, new_id, now_ms};
use platform::values;
use policy::posts::{Change, Track, Word};

const FILING: &str = "select id, no, township, village, title, state, drafted_by, drafted_at, meeting, received_on, \
    due_on, paused_on, documents_due_on, opinion, opinion_text, opinion_by, opinion_at, reply_no, reply_on, appeals, \
    announced_on, handed_on, stopped, explained, pack, rev from filing";

fn of(row: &Row) -> DbResult<Filing> {
    let state = row.text(5)?;
    Ok(Filing {
        id: row.int(0)?,
        no: row.text(1)?,
        township: row.text(2)?,
        village: row.text(3)?,
        title: row.text(4)?,
        state: State::by_id(&state).ok_or_else(|| DbError::Version(format!("unknown state {state}")))?,
        drafted_by: row.text(6)?,
        drafted_at: row.int(7)?,
        meeting: row.text(8)?,
        received_on: row.text(9)?,
        due_on: row.text(10)?,
        paused_on: row.text(11)?,
        documents_due_on: row.text(12)?,
        opinion: row.text(13)?,
        opinion_text: row.text(14)?,
        opinion_by: row.text(15)?,
        opinion_at: row.get(16)?,
        reply_no: row.text(17)?,
        reply_on: row.text(18)?,
        appeals: row.int(19)?,
        announced_on: row.text(20)?,
        handed_on: row.text(21)?,
        stopped: row.text(22)?,
        explained: row.text(23)?,
        pack: row.text(24)?,
        rev: row.int(25)?,
    })
}

/// A filing by its id.
pub async fn find(db: &Db, id: i64) -> DbResult<Option<Filing>> {
    db.one(&format!("{FILING} where id = $1"), values![id]).await?.as_ref().map(of).transpose()
}

/// The filings of a part, the most urgent first: open ones by deadline, then the answered ones.
pub async fn list(db: &Db, part: &Part, limit: u64) -> DbResult<Vec<Filing>> {
    let sql = format!(
        "{FILING} where ($1 = '' or township = $1) and ($2 = '' or village = $2) order by \
         case when state in ('received') then 0 when state in ('more', 'draft', 'studied', 'agreed', 'announced') then 1 \
         else 2 end, case when due_on = '' then '9999' else due_on end, id desc limit $3"
    );
    db.rows(&sql, values![part.township(), part.village(), limit as i64]).await?.iter().map(of).collect()
}

/// How many filings of a part wait for an office of a role: see [`State::waits_for`].
pub async fn waiting(db: &Db, part: &Part, role: Role) -> DbResult<u64> {
    let sql = "select state, count(*) from filing where ($1 = '' or township = $1) and ($2 = '' or village = $2) \
               group by state";
    let mut n = 0;
    for row in db.rows(sql, values![part.township(), part.village()]).await? {
        if State::by_id(&row.text(0)?).is_some_and(|s| s.waits_for(role)) {
            n += u64::try_from(row.int(1)?).unwrap_or_default();
        }
    }
    Ok(n)
}

/// The filings that name a person, the latest first.
pub async fn of_person(db: &Db, person: i64) -> DbResult<Vec<Filing>> {
    let sql =
        format!("{FILING} where id in (select filing from filing_act where person = $1) order by id desc");
    db.rows(&sql, values![person]).await?.iter().map(of).collect()
}

const ITEM: &str = "select a.id, a.person, p.name, a.village, a.post, a.track, a.act, a.holding, a.way, a.reason, a.basis, \
    a.carried_at from filing_act a join person p on p.id = a.person where a.filing = $1 order by a.seq, a.id";

fn item(row: &Row) -> DbResult<Item> {
    let (track, change) = (row.text(5)?, row.text(6)?);
    let unknown = |what: &str| DbError::Version(format!("unknown word {what}"));
    Ok(Item {
        id: row.int(0)?,
        person: row.int(1)?,
        name: row.text(2)?,
        village: row.text(3)?,
        post: row.text(4)?,
        track: Track::parse(&track).ok_or_else(|| unknown(&track))?,
        change: Change::parse(&change).ok_or_else(|| unknown(&change))?,
        holding: row.get(7)?,
        way: row.text(8)?,
        reason: row.text(9)?,
        basis: row.text(10)?,
        carried_at: row.get(11)?,
    })
}

/// What a filing changes.
pub async fn items(db: &Db, filing: i64) -> DbResult<Vec<Item>> {
    db.rows(ITEM, values![filing]).await?.iter().map(item).collect()
}

/// The same inside a transaction.
pub async fn items_in(tx: &WriteTx, filing: i64) -> DbResult<Vec<Item>> {
    tx.rows(ITEM, values![filing]).await?.iter().map(item).collect()
}

/// The steps of a filing: an act's id, or `draft`, `add`, `drop`, `document`.
const LOG: Log = Log { table: "filing_event", record: "filing" };

/// What happened to a filing, in order.
pub async fn happened(db: &Db, filing: i64) -> DbResult<Vec<Happened>> {
    LOG.of(db, filing).await
}

/// The kind under which a document's attachments are kept, with the filing's id as record.
pub fn kind_of(document: &str) -> String {
    format!("filing/{document}")
}

/// A document that was brought: its id in the pack, the attachment, its name.
pub async fn documents(db: &Db, filing: i64) -> DbResult<Vec<(String, i64, String)>> {
    let sql = "select kind, id, name from attachment where record = $1 and kind like 'filing/%' and ended_at is null \
               order by kind, id";
    let rows = db.rows(sql, values![filing.to_string()]).await?;
    rows.iter()
        .map(|r| Ok((r.text(0)?.trim_start_matches("filing/").to_owned(), r.int(1)?, r.text(2)?)))
        .collect()
}

/// How many filings were drafted in a year, for the next number.
pub async fn drafted_in(tx: &WriteTx, year: &str) -> DbResult<u32> {
    let row = tx.one("select count(*) from filing where no like $1", values![format!("%{year}%")]).await?;
    Ok(row.map(|r| r.int(0)).transpose()?.unwrap_or_default().try_into().unwrap_or_default())
}

/// How many replies were given in a year.
pub async fn replied_in(tx: &WriteTx, year: &str) -> DbResult<u32> {
    let sql = "select count(*) from filing where reply_no <> '' and reply_on like $1";
    let row = tx.one(sql, values![format!("{year}%")]).await?;
    Ok(row.map(|r| r.int(0)).transpose()?.unwrap_or_default().try_into().unwrap_or_default())
}

/// Writes a new filing; gives its id.
pub async fn add(tx: &WriteTx, filing: &Filing) -> DbResult<i64> {
    let id = new_id();
    let sql = "insert into filing (id, no, township, village, title, state, drafted_by, drafted_at, pack) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let f = filing;
    let values = values![
        id,
        f.no.as_str(),
        f.township.as_str(),
        f.village.as_str(),
        f.title.as_str(),
        f.state.id(),
        f.drafted_by.as_str(),
        f.drafted_at,
        f.pack.as_str(),
    ];
    tx.run(sql, values).await?;
    Ok(id)
}

/// Writes what an act changed; false where somebody changed the filing since it was read.
pub async fn save(tx: &WriteTx, filing: &Filing) -> DbResult<bool> {
    let sql = "update filing set title = $3, state = $4, meeting = $5, received_on = $6, due_on = $7, paused_on = $8, \
        documents_due_on = $9, opinion = $10, opinion_text = $11, opinion_by = $12, opinion_at = $13, reply_no = $14, \
        reply_on = $15, appeals = $16, announced_on = $17, handed_on = $18, stopped = $19, explained = $20, \
        rev = rev + 1 where id = $1 and rev = $2";
    let f = filing;
    let values = values![
        f.id,
        f.rev,
        f.title.as_str(),
        f.state.id(),
        f.meeting.as_str(),
        f.received_on.as_str(),
        f.due_on.as_str(),
        f.paused_on.as_str(),
        f.documents_due_on.as_str(),
        f.opinion.as_str(),
        f.opinion_text.as_str(),
        f.opinion_by.as_str(),
        f.opinion_at,
        f.reply_no.as_str(),
        f.reply_on.as_str(),
        f.appeals,
        f.announced_on.as_str(),
        f.handed_on.as_str(),
        f.stopped.as_str(),
        f.explained.as_str(),
    ];
    Ok(tx.run(sql, values).await? == 1)
}

/// Adds what a filing changes.
pub async fn add_item(tx: &WriteTx, filing: i64, seq: i64, item: &Item) -> DbResult<i64> {
    let id = new_id();
    let sql = "insert into filing_act (id, filing, seq, person, village, post, track, act, holding, way, reason, basis) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    let values = values![
        id,
        filing,
        seq,
        item.person,
        item.village.as_str(),
        item.post.as_str(),
        item.track.id(),
        item.change.id(),
        item.holding,
        item.way.as_str(),
        item.reason.as_str(),
        item.basis.as_str(),
    ];
    tx.run(sql, values).await?;
    Ok(id)
}

/// Takes a change out of a draft.
pub async fn drop_item(tx: &WriteTx, filing: i64, item: i64) -> DbResult<bool> {
    Ok(tx.run("delete from filing_act where id = $2 and filing = $1", values![filing, item]).await? == 1)
}

/// Marks a filing's changes as carried out on a day.
pub async fn carried(tx: &WriteTx, filing: i64, day: &str) -> DbResult<()> {
    let sql = "update filing_act set carried_at = $2, effective_on = $3 where filing = $1";
    tx.run(sql, values![filing, now_ms(), day]).await?;
    Ok(())
}

/// Notes what happened.
pub async fn note(tx: &WriteTx, filing: i64, by: &str, unit: &str, act: &str, note: &str) -> DbResult<()> {
    LOG.note(tx, filing, by, unit, act, note).await
}
