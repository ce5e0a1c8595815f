//! Campaigns: tables and queries.

pub mod asks;
pub mod entries;
pub mod exams;
pub mod letters;
pub mod notices;
pub mod steps;

use super::model::{Campaign, Place, Stage, State, Terms};
use platform::access::Part;
use platform::db::{Db, DbError, DbResult, Row, WriteTx, new_id, now_ms};
use platform::values;
use policy::campaigns::Work;

const CAMPAIGN: &str = "select c.id, c.no, c.kind, c.title, c.township, \
    coalesce((select t.name from place t where t.code = c.township and t.level = 'township' \
        order by t.valid_to desc limit 1), ''), \
    c.state, c.apply_from, c.apply_to, c.rules_on, c.help, c.stage, c.made_by, c.made_at, c.opened_by, c.ended_on, \
    c.reason, c.rev, cast(coalesce((select sum(p.seats) from campaign_place p where p.campaign = c.id), 0) as bigint) from campaign c";

/// Opens what a row seals.
fn opened(db: &Db, context: &str, sealed: &[u8]) -> DbResult<Vec<u8>> {
    db.keys().open(context, sealed).map_err(|e| DbError::Sealed(e.to_string()))
}

pub(super) fn unknown(what: &str, id: &str) -> DbError {
    DbError::Version(format!("unknown {what} {id}"))
}

fn of(r: &Row) -> DbResult<Campaign> {
    let state = r.text(6)?;
    let township = r.text(4)?;
    Ok(Campaign {
        id: r.int(0)?,
        no: r.text(1)?,
        kind: r.text(2)?,
        title: r.text(3)?,
        seen_from: township.clone(),
        township,
        township_name: r.text(5)?,
        state: State::by_id(&state).ok_or_else(|| unknown("state", &state))?,
        apply_from: r.text(7)?,
        apply_to: r.text(8)?,
        rules_on: r.text(9)?,
        help: r.text(10)?,
        stage: r.int(11)?,
        made_by: r.text(12)?,
        made_at: r.int(13)?,
        opened_by: r.text(14)?,
        ended_on: r.text(15)?,
        reason: r.text(16)?,
        rev: r.int(17)?,
        seats: r.int(18)?,
    })
}

/// A campaign by its id.
pub async fn find(db: &Db, id: i64) -> DbResult<Option<Campaign>> {
    db.one(&format!("{CAMPAIGN} where c.id = $1"), values![id]).await?.as_ref().map(of).transpose()
}

/// The campaigns that a part runs or has places in: those that run first, then the latest.
pub async fn campaigns(db: &Db, part: &Part) -> DbResult<Vec<Campaign>> {
    let sql = format!(
        "{CAMPAIGN} where $1 = '' or c.township = $1 or (c.state <> 'draft' and exists \
         (select 1 from campaign_place p where p.campaign = c.id and p.township = $1)) \
         order by case c.state when 'open' then 0 when 'draft' then 1 else 2 end, c.made_at desc, c.id desc"
    );
    db.rows(&sql, values![part.township()]).await?.iter().map(of).collect()
}

/// Every campaign that is published.
pub async fn open(db: &Db) -> DbResult<Vec<Campaign>> {
    let sql = format!("{CAMPAIGN} where c.state = 'open' order by c.apply_to, c.id");
    db.rows(&sql, values![]).await?.iter().map(of).collect()
}

/// Whether a campaign has places in a township.
pub async fn has_places(db: &Db, campaign: i64, township: &str) -> DbResult<bool> {
    let sql = "select 1 from campaign_place where campaign = $1 and township = $2 limit 1";
    Ok(db.one(sql, values![campaign, township]).await?.is_some())
}

/// Adds a campaign with its places; gives its id.
pub async fn add(tx: &WriteTx, c: &Campaign, places: &[Place]) -> DbResult<i64> {
    let id = new_id();
    let sql = "insert into campaign (id, no, kind, title, township, state, apply_from, apply_to, rules_on, help, made_by, \
               made_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    let values = values![
        id,
        c.no.as_str(),
        c.kind.as_str(),
        c.title.as_str(),
        c.township.as_str(),
        c.state.id(),
        c.apply_from.as_str(),
        c.apply_to.as_str(),
        c.rules_on.as_str(),
        c.help.as_str(),
        c.made_by.as_str(),
        c.made_at
    ];
    tx.run(sql, values).await?;
    let rows = places
        .iter()
        .map(|p| values![new_id(), id, p.township.as_str(), p.village.as_str(), p.post.as_str(), p.seats])
        .collect();
    tx.insert_many("campaign_place (id, campaign, township, village, post, seats)", rows, "").await?;
    Ok(id)
}

/// The next number of a year: `选2026-003`.
pub async fn next_no(tx: &WriteTx, year: &str) -> DbResult<String> {
    let head = format!("选{year}-");
    let row = tx.one("select count(*) from campaign where no like $1", values![format!("{head}%")]).await?;
    let n = row.map(|r| r.int(0)).transpose()?.unwrap_or_default() + 1;
    Ok(format!("{head}{n:03}"))
}

/// Writes state, stage and how it ended; false where somebody changed it since it was read.
pub async fn save(tx: &WriteTx, c: &Campaign) -> DbResult<bool> {
    let sql = "update campaign set state = $3, stage = $4, opened_by = $5, opened_at = coalesce(opened_at, $6), \
               ended_on = $7, reason = $8, rules_on = $9, rev = rev + 1 where id = $1 and rev = $2";
    let opened = (!c.opened_by.is_empty()).then(now_ms);
    let values = values![
        c.id,
        c.rev,
        c.state.id(),
        c.stage,
        c.opened_by.as_str(),
        opened,
        c.ended_on.as_str(),
        c.reason.as_str(),
        c.rules_on.as_str()
    ];
    Ok(tx.run(sql, values).await? == 1)
}

/// The places of a campaign within a part.
pub async fn places(db: &Db, campaign: i64, part: &Part) -> DbResult<Vec<Place>> {
    let sql = "select p.id, p.township, coalesce((select t.name from place t where t.code = p.township \
        and t.level = 'township' order by t.valid_to desc limit 1), ''), p.village, \
        coalesce((select v.short from place v where v.code = p.village and v.level = 'village' \
            order by v.valid_to desc limit 1), ''), p.post, p.seats \
        from campaign_place p where p.campaign = $1 and ($2 = '' or p.township = $2) order by p.township, p.village, p.id";
    let rows = db.rows(sql, values![campaign, part.township()]).await?;
    let place = |r: &Row| {
        Ok(Place {
            id: r.int(0)?,
            township: r.text(1)?,
            township_name: r.text(2)?,
            village: r.text(3)?,
            village_name: r.text(4)?,
            post: r.text(5)?,
            seats: r.int(6)?,
        })
    };
    rows.iter().map(place).collect()
}

/// Writes the stages of a campaign as it opens.
pub async fn put_stages(tx: &WriteTx, campaign: i64, stages: &[Stage]) -> DbResult<()> {
    let mut rows = Vec::new();
    for s in stages {
        let terms = serde_json::to_string(&s.terms).map_err(|e| DbError::Version(e.to_string()))?;
        rows.push(values![
            campaign,
            s.seq,
            s.id.as_str(),
            s.work.id(),
            s.title.as_str(),
            terms,
            s.planned.as_str(),
            s.begun_at,
            s.begun_by.as_str()
        ]);
    }
    let into = "campaign_stage (campaign, seq, id, work, title, terms, planned, begun_at, begun_by)";
    tx.insert_many(into, rows, "").await
}

fn stage(r: &Row) -> DbResult<Stage> {
    let work = r.text(2)?;
    let terms: Terms =
        serde_json::from_str(&r.text(4)?).map_err(|e| DbError::Version(format!("terms of a stage: {e}")))?;
    Ok(Stage {
        seq: r.int(0)?,
        id: r.text(1)?,
        work: Work::by_id(&work).ok_or_else(|| unknown("work", &work))?,
        title: r.text(3)?,
        terms,
        planned: r.text(5)?,
        begun_at: r.get(6)?,
        begun_by: r.text(7)?,
        ended_at: r.get(8)?,
        ended_by: r.text(9)?,
    })
}

/// The stages of a campaign, in order.
pub async fn stages(db: &Db, campaign: i64) -> DbResult<Vec<Stage>> {
    let sql = "select seq, id, work, title, terms, planned, begun_at, begun_by, ended_at, ended_by from campaign_stage \
               where campaign = $1 order by seq";
    db.rows(sql, values![campaign]).await?.iter().map(stage).collect()
}

/// Ends a stage; false where it had ended.
pub async fn end_stage(tx: &WriteTx, campaign: i64, seq: i64, by: &str) -> DbResult<bool> {
    let sql = "update campaign_stage set ended_at = $3, ended_by = $4 where campaign = $1 and seq = $2 \
               and begun_at is not null and ended_at is null";
    Ok(tx.run(sql, values![campaign, seq, now_ms(), by]).await? == 1)
}

/// Begins a stage.
pub async fn begin_stage(tx: &WriteTx, campaign: i64, seq: i64, by: &str) -> DbResult<()> {
    let sql = "update campaign_stage set begun_at = $3, begun_by = $4 where campaign = $1 and seq = $2 and begun_at is null";
    tx.run(sql, values![campaign, seq, now_ms(), by]).await?;
    Ok(())
}

/// Says when a stage is meant to be.
pub async fn plan_stage(tx: &WriteTx, campaign: i64, seq: i64, planned: &str) -> DbResult<()> {
    let sql = "update campaign_stage set planned = $3 where campaign = $1 and seq = $2 and ended_at is null";
    tx.run(sql, values![campaign, seq, planned]).await?;
    Ok(())
}
