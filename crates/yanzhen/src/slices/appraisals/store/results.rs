//! Results of a round in their versions.

use super::find;
use crate::slices::appraisals::model::Round;
use platform::db::{Db, DbResult, Row, Value, WriteTx, new_id, now_ms};
use platform::values;

// ---- results ----

/// A computed result of one subject, in hundredths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub code: String,
    pub total: Option<i64>,
    pub before_bonus: Option<i64>,
    pub bonus: Option<i64>,
    pub penalty: Option<i64>,
    pub rank: Option<i64>,
    pub of_n: Option<i64>,
    /// The grade's id; empty for none.
    pub grade: String,
    pub veto: String,
    pub missing: String,
    /// Indicator to hundredths, as JSON.
    pub scores: String,
}

const OUTCOME: &str = "select code, total, before_bonus, bonus, penalty, rank, of_n, grade, veto, missing, scores \
    from round_result";

fn outcome_of(r: &Row) -> DbResult<Outcome> {
    Ok(Outcome {
        code: r.text(0)?,
        total: r.get(1)?,
        before_bonus: r.get(2)?,
        bonus: r.get(3)?,
        penalty: r.get(4)?,
        rank: r.get(5)?,
        of_n: r.get(6)?,
        grade: r.text(7)?,
        veto: r.text(8)?,
        missing: r.text(9)?,
        scores: r.text(10)?,
    })
}

/// The results of a version, best first; those without a rank last.
pub async fn outcomes(db: &Db, round: i64, version: i64) -> DbResult<Vec<Outcome>> {
    let sql = format!(
        "{OUTCOME} where round = $1 and version = $2 order by case when rank is null then 1 else 0 end, rank, code"
    );
    db.rows(&sql, values![round, version]).await?.iter().map(outcome_of).collect()
}

/// One subject's result of a version.
pub async fn outcome(db: &Db, round: i64, version: i64, code: &str) -> DbResult<Option<Outcome>> {
    let sql = format!("{OUTCOME} where round = $1 and version = $2 and code = $3");
    db.one(&sql, values![round, version, code]).await?.as_ref().map(outcome_of).transpose()
}

/// The results of a subject in rounds that are public, the latest year first.
pub async fn results_of(db: &Db, code: &str) -> DbResult<Vec<(Round, Outcome)>> {
    let sql = "select distinct r.round, r.version from round_result r join round o on o.id = r.round \
               and o.version = r.version where r.code = $1 and o.state in ('published', 'closed', 'archived')";
    let mut out = Vec::new();
    for row in db.rows(sql, values![code]).await? {
        let (id, version) = (row.int(0)?, row.int(1)?);
        if let (Some(round), Some(outcome)) = (find(db, id).await?, outcome(db, id, version, code).await?) {
            out.push((round, outcome));
        }
    }
    out.sort_by(|a, b| (&b.0.year, b.0.id).cmp(&(&a.0.year, a.0.id)));
    Ok(out)
}

/// Writes a version's results.
pub async fn put_outcomes(tx: &WriteTx, round: i64, version: i64, all: &[Outcome]) -> DbResult<()> {
    let row = |o: &Outcome| {
        values![
            round,
            version,
            o.code.as_str(),
            o.total,
            o.before_bonus,
            o.bonus,
            o.penalty,
            o.rank,
            o.of_n,
            o.grade.as_str(),
            o.veto.as_str(),
            o.missing.as_str(),
            o.scores.as_str()
        ]
    };
    let into = "round_result (round, version, code, total, before_bonus, bonus, penalty, rank, of_n, grade, veto, \
                missing, scores)";
    tx.insert_many(into, all.iter().map(row).collect(), "").await
}

/// A version of a round's results.
#[derive(Clone, Debug)]
pub struct Version {
    pub version: i64,
    pub at: i64,
    pub why: String,
    pub by: String,
}

/// A round's versions in order.
pub async fn versions(db: &Db, round: i64) -> DbResult<Vec<Version>> {
    let sql = "select version, at, why, by_name from round_version where round = $1 order by version";
    let rows = db.rows(sql, values![round]).await?;
    rows.iter()
        .map(|r| Ok(Version { version: r.int(0)?, at: r.int(1)?, why: r.text(2)?, by: r.text(3)? }))
        .collect()
}

/// Notes a version.
pub async fn add_version(tx: &WriteTx, round: i64, version: i64, why: &str, by: &str) -> DbResult<()> {
    let sql = "insert into round_version (round, version, at, why, by_name) values ($1, $2, $3, $4, $5)";
    tx.run(sql, values![round, version, now_ms(), why, by]).await?;
    Ok(())
}

/// A value that a version changed: `None` for none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    pub version: i64,
    pub code: String,
    /// `mark`, `fact` or `excuse`.
    pub kind: String,
    /// The indicator, or the fact.
    pub indicator: String,
    pub rater: String,
    pub was: Option<String>,
    pub became: Option<String>,
}

/// What versions after one changed, the latest first.
pub async fn changes_after(db: &Db, round: i64, version: i64) -> DbResult<Vec<Changed>> {
    let sql = "select version, code, kind, indicator, rater, was, became from round_change where round = $1 \
               and version > $2 order by version desc, id desc";
    let rows = db.rows(sql, values![round, version]).await?;
    rows.iter()
        .map(|r| {
            Ok(Changed {
                version: r.int(0)?,
                code: r.text(1)?,
                kind: r.text(2)?,
                indicator: r.text(3)?,
                rater: r.text(4)?,
                was: r.get(5)?,
                became: r.get(6)?,
            })
        })
        .collect()
}

/// Notes what a version changed.
pub async fn add_change(tx: &WriteTx, round: i64, c: &Changed) -> DbResult<()> {
    let sql = "insert into round_change (id, round, version, code, kind, indicator, rater, was, became) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let values: Vec<Value> = values![
        new_id(),
        round,
        c.version,
        c.code.as_str(),
        c.kind.as_str(),
        c.indicator.as_str(),
        c.rater.as_str(),
        c.was.clone(),
        c.became.clone()
    ];
    tx.run(sql, values).await?;
    Ok(())
}
