//! The register: queries.

use super::model::{Entry, Ground, Item, Source};
use platform::access::Part;
use platform::db::{Db, DbError, DbResult, Row, Value, WriteTx, new_id};
use platform::values;

const ENTRY: &str = "select r.id, r.village, \
    coalesce((select v.short from place v where v.code = r.village and v.level = 'village' \
        order by v.valid_to desc limit 1), ''), \
    r.township, \
    coalesce((select t.name from place t where t.code = r.township and t.level = 'township' \
        order by t.valid_to desc limit 1), ''), \
    r.ground, r.source, r.source_kind, r.proposal, r.opened_on, r.due_on, r.measures, r.lead, r.by_name, r.at, \
    r.closed_on, r.closed_by, r.closing, r.rev, \
    (select count(*) from rectification_item i where i.rectification = r.id), \
    (select count(*) from rectification_item i where i.rectification = r.id and i.closed_on <> '') \
    from rectification r";

fn of(r: &Row) -> DbResult<Entry> {
    let (ground, kind) = (r.text(5)?, r.text(7)?);
    Ok(Entry {
        id: r.int(0)?,
        village: r.text(1)?,
        village_name: r.text(2)?,
        township: r.text(3)?,
        township_name: r.text(4)?,
        ground: Ground::by_id(&ground).ok_or_else(|| DbError::Version(format!("unknown ground {ground}")))?,
        source: r.text(6)?,
        source_kind: Source::by_id(&kind)
            .ok_or_else(|| DbError::Version(format!("unknown source {kind}")))?,
        proposal: r.get(8)?,
        opened_on: r.text(9)?,
        due_on: r.text(10)?,
        measures: r.text(11)?,
        lead: r.text(12)?,
        by: r.text(13)?,
        at: r.int(14)?,
        closed_on: r.text(15)?,
        closed_by: r.text(16)?,
        closing: r.text(17)?,
        rev: r.int(18)?,
        items: r.int(19)?,
        items_closed: r.int(20)?,
    })
}

/// Which entries are meant. Empty fields do not limit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub township: String,
    /// One of [`Ground::ALL`].
    pub ground: String,
    /// One of [`Source::ALL`].
    pub source: String,
    /// `open`, `late`, `closed`.
    pub state: String,
}

fn within(filter: &Filter, part: &Part, today: &str) -> (String, Vec<Value>) {
    let state = match filter.state.as_str() {
        "open" => "r.closed_on = ''",
        "late" => "r.closed_on = '' and r.due_on <> '' and r.due_on < $6",
        "closed" => "r.closed_on <> ''",
        _ => "1 = 1",
    };
    let condition = format!(
        "($1 = '' or r.township = $1) and ($2 = '' or r.ground = $2) and ($3 = '' or r.source_kind = $3) \
         and ($4 = '' or r.township = $4) and ($5 = '' or r.village = $5) and $6 <> '' and {state}"
    );
    let values = values![
        filter.township.as_str(),
        filter.ground.as_str(),
        filter.source.as_str(),
        part.township(),
        part.village(),
        today
    ];
    (condition, values)
}

/// An entry by its id.
pub async fn find(db: &Db, id: i64) -> DbResult<Option<Entry>> {
    db.one(&format!("{ENTRY} where r.id = $1"), values![id]).await?.as_ref().map(of).transpose()
}

/// The entries of a part, the open ones first, by their days.
pub async fn list(
    db: &Db,
    filter: &Filter,
    part: &Part,
    today: &str,
    (limit, offset): (u64, u64),
) -> DbResult<Vec<Entry>> {
    let (condition, mut values) = within(filter, part, today);
    values.extend(values![limit as i64, offset as i64]);
    let sql = format!(
        "{ENTRY} where {condition} order by case when r.closed_on = '' then 0 else 1 end, \
         case when r.due_on = '' then 1 else 0 end, r.due_on, r.township, r.village, r.id limit $7 offset $8"
    );
    db.rows(&sql, values).await?.iter().map(of).collect()
}

/// How many a filter finds.
pub async fn count(db: &Db, filter: &Filter, part: &Part, today: &str) -> DbResult<u64> {
    let (condition, values) = within(filter, part, today);
    let row = db.one(&format!("select count(*) from rectification r where {condition}"), values).await?;
    Ok(row.map(|r| r.int(0)).transpose()?.unwrap_or_default().unsigned_abs())
}

/// How many entries a township has: open, late, closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Numbers {
    pub township: String,
    pub name: String,
    pub open: i64,
    pub late: i64,
    pub closed: i64,
}

/// The numbers of each township.
pub async fn by_township(db: &Db, filter: &Filter, part: &Part, today: &str) -> DbResult<Vec<Numbers>> {
    let filter = Filter { state: String::new(), township: String::new(), ..filter.clone() };
    let (condition, values) = within(&filter, part, today);
    let sql = format!(
        "select r.township, coalesce((select t.name from place t where t.code = r.township and t.level = 'township' \
         order by t.valid_to desc limit 1), ''), \
         cast(sum(case when r.closed_on = '' then 1 else 0 end) as bigint), \
         cast(sum(case when r.closed_on = '' and r.due_on <> '' and r.due_on < $6 then 1 else 0 end) as bigint), \
         cast(sum(case when r.closed_on <> '' then 1 else 0 end) as bigint) \
         from rectification r where {condition} group by r.township order by r.township"
    );
    let rows = db.rows(&sql, values).await?;
    rows.iter()
        .map(|r| {
            Ok(Numbers {
                township: r.text(0)?,
                name: r.text(1)?,
                open: r.int(2)?,
                late: r.int(3)?,
                closed: r.int(4)?,
            })
        })
        .collect()
}

/// The entries of a village, the open ones first.
pub async fn of_village(db: &Db, village: &str) -> DbResult<Vec<Entry>> {
    let sql = format!(
        "{ENTRY} where r.village = $1 order by case when r.closed_on = '' then 0 else 1 end, r.opened_on desc, r.id"
    );
    db.rows(&sql, values![village]).await?.iter().map(of).collect()
}

/// The open entry of a village on a ground. Problems are told apart by their source.
pub async fn open_in(tx: &WriteTx, village: &str, ground: Ground, source: &str) -> DbResult<Option<Entry>> {
    let sql = format!(
        "{ENTRY} where r.village = $1 and r.ground = $2 and r.closed_on = '' and ($2 <> 'problem' or r.source = $3) \
         order by r.id limit 1"
    );
    tx.one(&sql, values![village, ground.id(), source]).await?.as_ref().map(of).transpose()
}

/// The entry that a decision made, while it is open.
pub async fn of_proposal_in(tx: &WriteTx, proposal: i64) -> DbResult<Option<Entry>> {
    let sql = format!("{ENTRY} where r.proposal = $1 and r.closed_on = ''");
    tx.one(&sql, values![proposal]).await?.as_ref().map(of).transpose()
}

/// Writes a new entry; gives its id.
pub async fn add(tx: &WriteTx, e: &Entry) -> DbResult<i64> {
    let id = new_id();
    let sql = "insert into rectification (id, village, township, ground, source, source_kind, proposal, opened_on, due_on, \
               measures, lead, by_name, at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    let values = values![
        id,
        e.village.as_str(),
        e.township.as_str(),
        e.ground.id(),
        e.source.as_str(),
        e.source_kind.id(),
        e.proposal,
        e.opened_on.as_str(),
        e.due_on.as_str(),
        e.measures.as_str(),
        e.lead.as_str(),
        e.by.as_str(),
        e.at
    ];
    tx.run(sql, values).await?;
    Ok(id)
}

/// Writes what changed of an entry; false where somebody changed it since it was read.
pub async fn save(tx: &WriteTx, e: &Entry) -> DbResult<bool> {
    let sql = "update rectification set due_on = $3, measures = $4, lead = $5, closed_on = $6, closed_by = $7, closing = $8, \
               rev = rev + 1 where id = $1 and rev = $2";
    let values = values![
        e.id,
        e.rev,
        e.due_on.as_str(),
        e.measures.as_str(),
        e.lead.as_str(),
        e.closed_on.as_str(),
        e.closed_by.as_str(),
        e.closing.as_str()
    ];
    Ok(tx.run(sql, values).await? == 1)
}

const ITEM: &str = "select id, text, due_on, closed_on, closed_by, proof, attachment from rectification_item \
    where rectification = $1";

fn item_of(r: &Row) -> DbResult<Item> {
    Ok(Item {
        id: r.int(0)?,
        text: r.text(1)?,
        due_on: r.text(2)?,
        closed_on: r.text(3)?,
        closed_by: r.text(4)?,
        proof: r.text(5)?,
        attachment: r.get(6)?,
    })
}

/// The problems of an entry, as they were written.
pub async fn items(db: &Db, entry: i64) -> DbResult<Vec<Item>> {
    db.rows(&format!("{ITEM} order by id"), values![entry]).await?.iter().map(item_of).collect()
}

/// The same inside a transaction.
pub async fn items_in(tx: &WriteTx, entry: i64) -> DbResult<Vec<Item>> {
    tx.rows(&format!("{ITEM} order by id"), values![entry]).await?.iter().map(item_of).collect()
}

/// Adds a problem; gives its id.
pub async fn add_item(tx: &WriteTx, entry: i64, text: &str, due_on: &str) -> DbResult<i64> {
    let id = new_id();
    let sql = "insert into rectification_item (id, rectification, text, due_on) values ($1, $2, $3, $4)";
    tx.run(sql, values![id, entry, text, due_on]).await?;
    Ok(id)
}

/// Closes a problem; false where it is closed already.
pub async fn close_item(tx: &WriteTx, entry: i64, item: &Item) -> DbResult<bool> {
    let sql = "update rectification_item set closed_on = $3, closed_by = $4, proof = $5, attachment = $6 \
               where id = $1 and rectification = $2 and closed_on = ''";
    let values = values![
        item.id,
        entry,
        item.closed_on.as_str(),
        item.closed_by.as_str(),
        item.proof.as_str(),
        item.attachment
    ];
    Ok(tx.run(sql, values).await? == 1)
}

/// The open problems of open entries in a part: village and text.
pub async fn open_items(db: &Db, part: &Part) -> DbResult<Vec<(String, String)>> {
    let sql = "select r.village, i.text from rectification_item i join rectification r on r.id = i.rectification \
               where r.closed_on = '' and i.closed_on = '' and ($1 = '' or r.township = $1) \
               and ($2 = '' or r.village = $2) order by r.village, i.id";
    let rows = db.rows(sql, values![part.township(), part.village()]).await?;
    rows.iter().map(|r| Ok((r.text(0)?, r.text(1)?))).collect()
}
