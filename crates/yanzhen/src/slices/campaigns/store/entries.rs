//! Applications and what was found of them.

use super::{opened, unknown};
use crate::slices::campaigns::model::{Entry, Form, Standing};
use platform::access::{Authorized, Part};
use platform::db::{Db, DbError, DbResult, Log, Row, Value, WriteTx, new_id, now_ms};
use platform::values;
use policy::campaigns::Route;

/// The steps of an entry.
pub const LOG: Log = Log { table: "entry_event", record: "entry" };

const ENTRY: &str = "select e.id, e.campaign, e.place, \
    coalesce((select t.name from place t where t.code = p.township and t.level = 'township' \
        order by t.valid_to desc limit 1), '') || ' ' || \
    coalesce((select v.short from place v where v.code = p.village and v.level = 'village' \
        order by v.valid_to desc limit 1), '') || ' ' || coalesce(p.post, ''), \
    e.no, e.name, e.sex, e.birth, e.education, e.full_time, e.political, e.source, e.township, e.village, \
    coalesce((select v.short from place v where v.code = e.village and v.level = 'village' \
        order by v.valid_to desc limit 1), ''), \
    e.route, e.state, e.stage, e.need, e.out_reason, e.person, e.keep_contact, e.at, e.by_name, e.ticket, e.room, e.seat, \
    e.rev from campaign_entry e left join campaign_place p on p.id = e.place";

fn of(r: &Row) -> DbResult<Entry> {
    let (route, state) = (r.text(15)?, r.text(16)?);
    Ok(Entry {
        id: r.int(0)?,
        campaign: r.int(1)?,
        place: r.get(2)?,
        place_name: r.text(3)?.split_whitespace().collect::<Vec<_>>().join(" "),
        no: r.text(4)?,
        name: r.text(5)?,
        sex: r.text(6)?,
        birth: r.text(7)?,
        education: r.text(8)?,
        full_time: r.int(9)? != 0,
        political: r.text(10)?,
        source: r.text(11)?,
        township: r.text(12)?,
        village: r.text(13)?,
        village_name: r.text(14)?,
        route: Route::by_id(&route).ok_or_else(|| unknown("route", &route))?,
        standing: Standing::by_id(&state).ok_or_else(|| unknown("state", &state))?,
        stage: r.int(17)?,
        need: r.text(18)?,
        out_reason: r.text(19)?,
        person: r.get(20)?,
        keep_contact: r.int(21)? != 0,
        at: r.int(22)?,
        by: r.text(23)?,
        ticket: r.text(24)?,
        room: r.text(25)?,
        seat: r.int(26)?,
        rev: r.int(27)?,
    })
}

/// Which entries are meant. What is empty does not limit.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub township: String,
    pub standing: String,
    /// The stage reached, from 1.
    pub stage: Option<i64>,
    /// A name or a part of it, a receipt or a ticket.
    pub q: String,
    /// Those that lack something.
    pub need: bool,
    /// A day: those in the running whom nobody inspected since.
    pub uninspected: String,
}

fn within(campaign: i64, filter: &Filter, part: &Part) -> (String, Vec<Value>) {
    let like = format!("%{}%", filter.q.trim().replace(['%', '_'], ""));
    let town = if part.township().is_empty() { filter.township.as_str() } else { part.township() };
    let condition = "e.campaign = $1 and ($2 = '' or e.township = $2) and ($3 = '' or e.state = $3) \
        and ($4 = 0 or e.stage = $4) and ($5 = '%%' or e.name like $5 or e.no like $5 or e.ticket like $5) \
        and ($6 = 0 or e.need <> '') and ($7 = '' or (e.state = 'running' and not exists (select 1 from inspection i \
        where i.person = e.person and i.state = 'signed' and i.day >= $7)))";
    let values = values![
        campaign,
        town,
        filter.standing.as_str(),
        filter.stage.unwrap_or_default(),
        like,
        i64::from(filter.need),
        filter.uninspected.as_str()
    ];
    (condition.to_owned(), values)
}

/// Entries of a campaign, in the order of coming.
pub async fn list(
    db: &Db,
    campaign: i64,
    filter: &Filter,
    part: &Part,
    (limit, offset): (u64, u64),
) -> DbResult<Vec<Entry>> {
    let (condition, mut values) = within(campaign, filter, part);
    values.extend(values![limit as i64, offset as i64]);
    let sql = format!("{ENTRY} where {condition} order by e.at, e.id limit $8 offset $9");
    db.rows(&sql, values).await?.iter().map(of).collect()
}

/// How many a filter finds.
pub async fn count(db: &Db, campaign: i64, filter: &Filter, part: &Part) -> DbResult<u64> {
    let (condition, values) = within(campaign, filter, part);
    let row = db.one(&format!("select count(*) from campaign_entry e where {condition}"), values).await?;
    Ok(row.map(|r| r.int(0)).transpose()?.unwrap_or_default().unsigned_abs())
}

/// By stage and standing, how many a part has: stage, standing, how many, how many of them lack something.
pub async fn tally(db: &Db, campaign: i64, part: &Part) -> DbResult<Vec<(i64, Standing, i64, i64)>> {
    let sql = "select stage, state, count(*), cast(sum(case when need <> '' then 1 else 0 end) as bigint) from campaign_entry \
               where campaign = $1 and ($2 = '' or township = $2) group by stage, state order by stage, state";
    let rows = db.rows(sql, values![campaign, part.township()]).await?;
    let one = |r: &Row| {
        let state = r.text(1)?;
        let standing = Standing::by_id(&state).ok_or_else(|| unknown("state", &state))?;
        Ok((r.int(0)?, standing, r.int(2)?, r.int(3)?))
    };
    rows.iter().map(one).collect()
}

/// How many entries each township has: code, name, all, in the running.
pub async fn by_township(db: &Db, campaign: i64, part: &Part) -> DbResult<Vec<(String, String, i64, i64)>> {
    let sql = "select e.township, coalesce((select t.name from place t where t.code = e.township \
        and t.level = 'township' order by t.valid_to desc limit 1), ''), count(*), \
        cast(sum(case when e.state = 'running' then 1 else 0 end) as bigint) from campaign_entry e \
        where e.campaign = $1 and ($2 = '' or e.township = $2) group by e.township order by e.township";
    let rows = db.rows(sql, values![campaign, part.township()]).await?;
    rows.iter().map(|r| Ok((r.text(0)?, r.text(1)?, r.int(2)?, r.int(3)?))).collect()
}

/// An entry by its id.
pub async fn find(db: &Db, id: i64) -> DbResult<Option<Entry>> {
    db.one(&format!("{ENTRY} where e.id = $1"), values![id]).await?.as_ref().map(of).transpose()
}

/// Every entry of a campaign that runs in a stage.
pub async fn running(db: &Db, campaign: i64, seq: i64) -> DbResult<Vec<Entry>> {
    let sql = format!(
        "{ENTRY} where e.campaign = $1 and e.stage = $2 and e.state = 'running' order by e.township, e.place, e.at, e.id"
    );
    db.rows(&sql, values![campaign, seq]).await?.iter().map(of).collect()
}

/// Every entry that came as far as a stage, in whatever state.
pub async fn reached(db: &Db, campaign: i64, seq: i64) -> DbResult<Vec<Entry>> {
    let sql = format!(
        "{ENTRY} where e.campaign = $1 and e.stage >= $2 and e.state <> 'recommended' \
         order by e.township, e.place, e.at, e.id"
    );
    db.rows(&sql, values![campaign, seq]).await?.iter().map(of).collect()
}

/// The entry of a receipt's tag.
pub async fn by_tag(db: &Db, tag: &str) -> DbResult<Option<Entry>> {
    let sql = format!("{ENTRY} where e.tag = $1 order by e.at limit 1");
    db.one(&sql, values![tag]).await?.as_ref().map(of).transpose()
}

/// Other entries of a campaign with the same identity number, or the same name in the same township: id, name, number,
/// whether the number is the same.
pub async fn twins(db: &Db, entry: &Entry) -> DbResult<Vec<(i64, String, String, bool)>> {
    let sql = "select o.id, o.name, o.no, cast(case when o.identity_index = e.identity_index then 1 else 0 end as bigint) \
        from campaign_entry e join campaign_entry o on o.campaign = e.campaign and o.id <> e.id \
        and o.state <> 'withdrawn' and (o.identity_index = e.identity_index or (o.name = e.name and o.township = e.township)) \
        where e.id = $1 order by o.at, o.id limit 20";
    let rows = db.rows(sql, values![entry.id]).await?;
    rows.iter().map(|r| Ok((r.int(0)?, r.text(1)?, r.text(2)?, r.int(3)? != 0))).collect()
}

/// The entries in the running with an identity number, in any open campaign: id, campaign.
pub async fn with_identity(tx: &WriteTx, number: &str) -> DbResult<Vec<(i64, i64)>> {
    let index = tx.keys().index("identity", number);
    let sql =
        "select id, campaign from campaign_entry where identity_index = $1 and state = 'running' order by at";
    tx.rows(sql, values![index]).await?.iter().map(|r| Ok((r.int(0)?, r.int(1)?))).collect()
}

/// What an entry's form and number seal.
#[derive(Clone, Debug, Default)]
pub struct Secret {
    pub identity: String,
    pub form: Form,
}

fn json<T: serde::Serialize>(what: &T) -> DbResult<Vec<u8>> {
    serde_json::to_vec(what).map_err(|e| DbError::Version(e.to_string()))
}

/// Opens what an entry seals.
pub async fn open(db: &Db, entry: &Authorized<Entry>) -> DbResult<Secret> {
    open_any(db, entry.id).await
}

/// For documents and the public status, which no caller reads: an entry by its id.
pub(in crate::slices::campaigns) async fn open_any(db: &Db, id: i64) -> DbResult<Secret> {
    let row = db.one("select identity, sealed from campaign_entry where id = $1", values![id]).await?;
    let Some(row) = row else { return Ok(Secret::default()) };
    let unseal = |column: usize, what: &str| -> DbResult<Option<Vec<u8>>> {
        let sealed: Option<Vec<u8>> = row.get(column)?;
        sealed.map(|s| opened(db, &format!("entry/{id}/{what}"), &s)).transpose()
    };
    let identity =
        unseal(0, "identity")?.map(|b| String::from_utf8_lossy(&b).into_owned()).unwrap_or_default();
    let form = match unseal(1, "form")? {
        Some(bytes) => {
            serde_json::from_slice(&bytes).map_err(|e| DbError::Version(format!("a form: {e}")))?
        }
        None => Form::default(),
    };
    Ok(Secret { identity, form })
}

/// What an entry is looked up by from outside: the receipt's tag, and the key that its status is sealed with.
#[derive(Clone, Debug, Default)]
pub struct Handle {
    pub tag: String,
    pub key: Vec<u8>,
}

/// The handle of an entry; none for what an office wrote in.
pub async fn handle(db: &Db, id: i64) -> DbResult<Option<Handle>> {
    let row = db.one("select tag, key from campaign_entry where id = $1 and tag <> ''", values![id]).await?;
    let Some(row) = row else { return Ok(None) };
    let sealed: Option<Vec<u8>> = row.get(1)?;
    let Some(sealed) = sealed else { return Ok(None) };
    Ok(Some(Handle { tag: row.text(0)?, key: opened(db, &format!("entry/{id}/key"), &sealed)? }))
}

/// The entries whose status changed since a moment and that the public pages tell: ids.
pub async fn told_since(db: &Db, since: i64) -> DbResult<Vec<i64>> {
    let sql = "select id from campaign_entry where tag <> '' and changed_at >= $1 order by id";
    db.rows(sql, values![since]).await?.iter().map(|r| r.int(0)).collect()
}

/// Adds an entry; gives its id.
pub async fn add(tx: &WriteTx, e: &Entry, secret: &Secret, handle: &Handle) -> DbResult<i64> {
    let id = new_id();
    let keys = tx.keys();
    let sealed = |what: &str, bytes: &[u8]| keys.seal(&format!("entry/{id}/{what}"), bytes);
    let known = !secret.identity.is_empty();
    let sql = "insert into campaign_entry (id, campaign, place, no, name, sex, birth, education, full_time, political, source, \
               township, village, route, state, stage, identity, identity_index, sealed, tag, key, keep_contact, at, by_name, \
               changed_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, \
               $21, $22, $23, $24, $25)";
    let values = values![
        id,
        e.campaign,
        e.place,
        e.no.as_str(),
        e.name.as_str(),
        e.sex.as_str(),
        e.birth.as_str(),
        e.education.as_str(),
        i64::from(e.full_time),
        e.political.as_str(),
        e.source.as_str(),
        e.township.as_str(),
        e.village.as_str(),
        e.route.id(),
        e.standing.id(),
        e.stage,
        known.then(|| sealed("identity", secret.identity.as_bytes())),
        known.then(|| keys.index("identity", &secret.identity)),
        sealed("form", &json(&secret.form)?),
        handle.tag.as_str(),
        (!handle.key.is_empty()).then(|| sealed("key", &handle.key)),
        i64::from(e.keep_contact),
        e.at,
        e.by.as_str(),
        now_ms()
    ];
    tx.run(sql, values).await?;
    Ok(id)
}

/// Writes what an applicant's own data now are; false where somebody changed the entry since it was read.
pub async fn rewrite(tx: &WriteTx, e: &Entry, secret: &Secret) -> DbResult<bool> {
    let id = e.id;
    let keys = tx.keys();
    let known = !secret.identity.is_empty();
    let sql = "update campaign_entry set place = $3, name = $4, sex = $5, birth = $6, education = $7, full_time = $8, \
               political = $9, source = $10, township = $11, village = $12, identity = $13, identity_index = $14, \
               sealed = $15, keep_contact = $16, state = $17, route = $18, changed_at = $19, rev = rev + 1 where id = $1 and rev = $2";
    let values = values![
        id,
        e.rev,
        e.place,
        e.name.as_str(),
        e.sex.as_str(),
        e.birth.as_str(),
        e.education.as_str(),
        i64::from(e.full_time),
        e.political.as_str(),
        e.source.as_str(),
        e.township.as_str(),
        e.village.as_str(),
        known.then(|| keys.seal(&format!("entry/{id}/identity"), secret.identity.as_bytes())),
        known.then(|| keys.index("identity", &secret.identity)),
        keys.seal(&format!("entry/{id}/form"), &json(&secret.form)?),
        i64::from(e.keep_contact),
        e.standing.id(),
        e.route.id(),
        now_ms()
    ];
    Ok(tx.run(sql, values).await? == 1)
}

/// Writes where an entry stands; false where somebody changed it since it was read.
pub async fn save(tx: &WriteTx, e: &Entry) -> DbResult<bool> {
    let sql = "update campaign_entry set state = $3, stage = $4, need = $5, out_reason = $6, person = $7, village = $8, \
               ended_on = $9, changed_at = $10, rev = rev + 1 where id = $1 and rev = $2";
    let ended = match e.standing {
        Standing::Out | Standing::Withdrawn | Standing::Chosen => crate::slices::places::store::today(),
        _ => String::new(),
    };
    let values = values![
        e.id,
        e.rev,
        e.standing.id(),
        e.stage,
        e.need.as_str(),
        e.out_reason.as_str(),
        e.person,
        e.village.as_str(),
        ended,
        now_ms()
    ];
    Ok(tx.run(sql, values).await? == 1)
}

/// Takes the own data out of an entry that withdrew or whose time is over: that somebody was there stays.
pub async fn blank(tx: &WriteTx, id: i64) -> DbResult<()> {
    let sql = "update campaign_entry set name = '', sex = '0', birth = '', education = '', full_time = 0, political = '', \
               source = '', village = '', need = '', out_reason = '', person = null, identity = null, identity_index = null, \
               sealed = null, tag = '', key = null, keep_contact = 0, changed_at = $2, rev = rev + 1 where id = $1";
    tx.run(sql, values![id, now_ms()]).await?;
    for table in ["entry_check", "entry_event", "campaign_ask"] {
        tx.run(&format!("delete from {table} where entry = $1"), values![id]).await?;
    }
    tx.run("update entry_step set reason = '' where entry = $1", values![id]).await?;
    Ok(())
}

/// Takes everybody who runs out of a campaign that ends early.
pub async fn all_out(tx: &WriteTx, campaign: i64, reason: &str, day: &str) -> DbResult<()> {
    let sql = "update campaign_entry set state = 'out', out_reason = $2, ended_on = $3, changed_at = $4, rev = rev + 1 \
               where campaign = $1 and state in ('running', 'recommended')";
    tx.run(sql, values![campaign, reason, day, now_ms()]).await?;
    Ok(())
}

/// Takes the names out of recommendations that nobody agreed to: they were no applications.
pub async fn unagreed(tx: &WriteTx, campaign: i64) -> DbResult<()> {
    let sql = "select id from campaign_entry where campaign = $1 and state = 'recommended'";
    let ids: Vec<i64> =
        tx.rows(sql, values![campaign]).await?.iter().map(|r| r.int(0)).collect::<DbResult<_>>()?;
    for id in ids {
        blank(tx, id).await?;
        tx.run("update campaign_entry set state = 'withdrawn' where id = $1", values![id]).await?;
    }
    Ok(())
}

/// Marks those who run in a stage as changed, so that what they may read of it is told anew.
pub async fn touch(tx: &WriteTx, campaign: i64, seq: i64) -> DbResult<()> {
    let sql =
        "update campaign_entry set changed_at = $3 where campaign = $1 and stage = $2 and state = 'running'";
    tx.run(sql, values![campaign, seq, now_ms()]).await?;
    Ok(())
}

/// Marks an entry as changed, so that what its applicant reads is told anew.
pub async fn tell_anew(tx: &WriteTx, id: i64) -> DbResult<()> {
    let sql = "update campaign_entry set changed_at = $2 where id = $1";
    tx.run(sql, values![id, now_ms()]).await.map(std::mem::drop)
}

/// A recommendation of the same name and township that waits for its person.
pub async fn recommended(
    db: &Db,
    campaign: &crate::slices::campaigns::model::Campaign,
    e: &Entry,
) -> DbResult<Option<Entry>> {
    let sql = format!(
        "{ENTRY} where e.campaign = $1 and e.township = $2 and e.name = $3 and e.state = 'recommended' order by e.at, e.id limit 1"
    );
    let row = db.one(&sql, values![campaign.id, e.township.as_str(), e.name.as_str()]).await?;
    row.as_ref().map(of).transpose()
}

/// Takes a recommendation away that became an application.
pub async fn drop(tx: &WriteTx, id: i64) -> DbResult<()> {
    tx.run("delete from entry_event where entry = $1", values![id]).await?;
    tx.run("delete from campaign_entry where id = $1 and state = 'recommended'", values![id]).await?;
    Ok(())
}

/// The applications of a person, the latest first, each with its campaign's title.
pub async fn of_person(db: &Db, person: i64) -> DbResult<Vec<(Entry, String)>> {
    let sql = format!("{ENTRY} where e.person = $1 order by e.at desc, e.id desc");
    let mut out = Vec::new();
    for row in db.rows(&sql, values![person]).await? {
        let e = of(&row)?;
        let title = db.one("select title from campaign where id = $1", values![e.campaign]).await?;
        out.push((e, title.map(|r| r.text(0)).transpose()?.unwrap_or_default()));
    }
    Ok(out)
}

/// Takes a person's own data out of every application: that somebody applied, and what came of it, stays as a number.
pub async fn erase(tx: &WriteTx, person: i64) -> DbResult<()> {
    let sql = "select id from campaign_entry where person = $1";
    let ids: Vec<i64> =
        tx.rows(sql, values![person]).await?.iter().map(|r| r.int(0)).collect::<DbResult<_>>()?;
    for id in ids {
        blank(tx, id).await?;
    }
    Ok(())
}

/// Applications that ended before a day, of people who did not ask to be kept in view and were not chosen: ids with the kind
/// of the campaign and the day it ended.
pub async fn over(db: &Db, before: &str) -> DbResult<Vec<(i64, String, String)>> {
    let sql = "select e.id, c.kind, c.ended_on from campaign_entry e join campaign c on c.id = e.campaign \
               where c.state in ('done', 'cancelled') and c.ended_on <> '' and c.ended_on <= $1 and e.name <> '' \
               and e.keep_contact = 0 and e.state <> 'chosen' order by e.id limit 5000";
    let rows = db.rows(sql, values![before]).await?;
    rows.iter().map(|r| Ok((r.int(0)?, r.text(1)?, r.text(2)?))).collect()
}
