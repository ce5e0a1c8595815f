//! What was found of applications, and what came of each stage for them.

use crate::slices::campaigns::eligibility::Check;
use platform::db::{Db, DbResult, Row, Value, WriteTx, now_ms};
use platform::values;

/// What an office found of an entry.
pub async fn checks(db: &Db, entry: i64) -> DbResult<Vec<Check>> {
    let sql =
        "select kind, item, verdict, note, by_name, at from entry_check where entry = $1 order by kind, item";
    let check = |r: &Row| {
        let (kind, item, verdict) = (r.text(0)?, r.text(1)?, r.text(2)?);
        Ok(Check { kind, item, verdict, note: r.text(3)?, by: r.text(4)?, at: r.int(5)? })
    };
    db.rows(sql, values![entry]).await?.iter().map(check).collect()
}

/// Writes what was found; an empty verdict takes it back.
pub async fn put_check(tx: &WriteTx, entry: i64, c: &Check) -> DbResult<()> {
    let sql = "delete from entry_check where entry = $1 and kind = $2 and item = $3";
    tx.run(sql, values![entry, c.kind.as_str(), c.item.as_str()]).await?;
    if !c.verdict.is_empty() {
        let row = values![
            entry,
            c.kind.as_str(),
            c.item.as_str(),
            c.verdict.as_str(),
            c.note.as_str(),
            c.by.as_str(),
            c.at
        ];
        tx.insert_many("entry_check (entry, kind, item, verdict, note, by_name, at)", vec![row], "").await?;
    }
    Ok(())
}

/// What came of a stage for an entry.
#[derive(Clone, Debug)]
pub struct Step {
    pub entry: i64,
    pub stage: i64,
    pub passed: bool,
    pub reason: String,
    pub by: String,
    pub unit: String,
    pub at: i64,
}

/// The outcomes of an entry, in the order of stages.
pub async fn steps(db: &Db, entry: i64) -> DbResult<Vec<Step>> {
    let sql = "select entry, stage, outcome, reason, by_name, unit, at from entry_step where entry = $1 order by stage";
    db.rows(sql, values![entry]).await?.iter().map(step).collect()
}

/// The outcomes of a stage of a campaign.
pub async fn steps_of(db: &Db, campaign: i64, seq: i64) -> DbResult<Vec<Step>> {
    let sql = "select s.entry, s.stage, s.outcome, s.reason, s.by_name, s.unit, s.at from entry_step s \
               join campaign_entry e on e.id = s.entry where e.campaign = $1 and s.stage = $2";
    db.rows(sql, values![campaign, seq]).await?.iter().map(step).collect()
}

fn step(r: &Row) -> DbResult<Step> {
    Ok(Step {
        entry: r.int(0)?,
        stage: r.int(1)?,
        passed: r.text(2)? == "passed",
        reason: r.text(3)?,
        by: r.text(4)?,
        unit: r.text(5)?,
        at: r.int(6)?,
    })
}

/// Writes outcomes; an earlier one of the same stage is replaced, which the log and the history tell.
pub async fn put_steps(tx: &WriteTx, steps: &[Step]) -> DbResult<()> {
    for s in steps {
        tx.run("delete from entry_step where entry = $1 and stage = $2", values![s.entry, s.stage]).await?;
    }
    let rows = steps
        .iter()
        .map(|s| {
            let outcome = if s.passed { "passed" } else { "out" };
            values![s.entry, s.stage, outcome, s.reason.as_str(), s.by.as_str(), s.unit.as_str(), s.at]
        })
        .collect();
    tx.insert_many("entry_step (entry, stage, outcome, reason, by_name, unit, at)", rows, "").await
}

/// How many entries run in a stage without an outcome of it.
pub async fn waiting(db: &Db, campaign: i64, seq: i64) -> DbResult<u64> {
    let sql = "select count(*) from campaign_entry e where e.campaign = $1 and e.stage = $2 and e.state = 'running' \
               and not exists (select 1 from entry_step s where s.entry = e.id and s.stage = $2)";
    let row = db.one(sql, values![campaign, seq]).await?;
    Ok(row.map(|r| r.int(0)).transpose()?.unwrap_or_default().unsigned_abs())
}

/// Leads those who passed a stage into the next, and takes out those who did not.
pub async fn lead_on(tx: &WriteTx, campaign: i64, seq: i64, next: Option<i64>, day: &str) -> DbResult<()> {
    let sql = "update campaign_entry set state = 'out', changed_at = $3, ended_on = $4, out_reason = coalesce((select s.reason \
               from entry_step s where s.entry = campaign_entry.id and s.stage = $2), ''), rev = rev + 1 \
               where campaign = $1 and stage = $2 and state = 'running' and exists (select 1 from entry_step s \
               where s.entry = campaign_entry.id and s.stage = $2 and s.outcome = 'out')";
    tx.run(sql, values![campaign, seq, now_ms(), day]).await?;
    let (sql, values): (_, Vec<Value>) = match next {
        Some(next) => (
            "update campaign_entry set stage = $3, changed_at = $4, rev = rev + 1 \
             where campaign = $1 and stage = $2 and state = 'running'",
            values![campaign, seq, next, now_ms()],
        ),
        None => (
            "update campaign_entry set state = 'chosen', changed_at = $3, ended_on = $4, rev = rev + 1 \
             where campaign = $1 and stage = $2 and state = 'running'",
            values![campaign, seq, now_ms(), day],
        ),
    };
    tx.run(sql, values).await?;
    Ok(())
}

/// How many passed a stage for a place.
pub async fn chosen_of(db: &Db, campaign: i64, seq: i64, place: Option<i64>) -> DbResult<i64> {
    let sql = "select count(*) from entry_step s join campaign_entry e on e.id = s.entry \
               where e.campaign = $1 and s.stage = $2 and s.outcome = 'passed' and e.place = $3";
    let row = db.one(sql, values![campaign, seq, place]).await?;
    Ok(row.map(|r| r.int(0)).transpose()?.unwrap_or_default())
}
