//! What a round holds: marks, facts, excuses.

use crate::slices::appraisals::model::Sheet;
use platform::db::{Db, DbResult, Row, Value, WriteTx, now_ms, numbered};
use platform::values;
use std::collections::{HashMap, HashSet};

// ---- marks ----

/// A mark as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    pub code: String,
    pub indicator: String,
    pub rater: String,
    /// Hundredths; `None` for a cell with a note alone.
    pub mark: Option<i64>,
    pub note: String,
    pub by_account: Option<i64>,
    pub by: String,
    pub at: i64,
    pub checked_by: String,
    pub rev: i64,
}

const MARK: &str = "select m.code, m.indicator, m.rater, m.mark, m.note, m.by_account, m.by_name, m.at, m.checked_by, m.rev \
    from round_mark m";

fn mark_of(r: &Row) -> DbResult<Mark> {
    Ok(Mark {
        code: r.text(0)?,
        indicator: r.text(1)?,
        rater: r.text(2)?,
        mark: r.get(3)?,
        note: r.text(4)?,
        by_account: r.get(5)?,
        by: r.text(6)?,
        at: r.int(7)?,
        checked_by: r.text(8)?,
        rev: r.int(9)?,
    })
}

/// Every mark of a round as the engine wants it: code, indicator, rater, hundredths.
pub async fn marks(db: &Db, round: i64) -> DbResult<Vec<(String, String, String, i64)>> {
    let sql = "select code, indicator, rater, mark from round_mark where round = $1 and mark is not null";
    let rows = db.rows(sql, values![round]).await?;
    rows.iter().map(|r| Ok((r.text(0)?, r.text(1)?, r.text(2)?, r.int(3)?))).collect()
}

/// The marks of one sheet; for a township's its subjects only. `within` limits to a township's subjects, empty for all.
pub async fn marks_of(db: &Db, sheet: &Sheet, within: &str) -> DbResult<Vec<Mark>> {
    let sql = format!(
        "{MARK} join round_subject s on s.round = m.round and s.code = m.code where m.round = $1 and m.rater = $2 \
         and ($3 = '' or s.township = $3)"
    );
    let within = if sheet.township.is_empty() { within } else { &sheet.township };
    let rows = db.rows(&sql, values![sheet.round, sheet.rater.as_str(), within]).await?;
    rows.iter().map(mark_of).collect()
}

/// The marks of one subject.
pub async fn marks_on(db: &Db, round: i64, code: &str) -> DbResult<Vec<Mark>> {
    let sql = format!("{MARK} where m.round = $1 and m.code = $2");
    db.rows(&sql, values![round, code]).await?.iter().map(mark_of).collect()
}

/// One mark inside a transaction.
pub async fn mark_in(
    tx: &WriteTx,
    round: i64,
    code: &str,
    indicator: &str,
    rater: &str,
) -> DbResult<Option<Mark>> {
    let sql = format!("{MARK} where m.round = $1 and m.code = $2 and m.indicator = $3 and m.rater = $4");
    tx.one(&sql, values![round, code, indicator, rater]).await?.as_ref().map(mark_of).transpose()
}

/// The marks of a rater on these subjects inside a transaction.
pub async fn marks_in(tx: &WriteTx, round: i64, rater: &str, codes: &[&str]) -> DbResult<Vec<Mark>> {
    let mut out = Vec::new();
    for some in codes.chunks(CODES) {
        let sql =
            format!("{MARK} where m.round = $1 and m.rater = $2 and m.code in ({})", numbered(3, some.len()));
        let rows = tx.rows(&sql, with_codes(values![round, rater], some)).await?;
        for row in &rows {
            out.push(mark_of(row)?);
        }
    }
    Ok(out)
}

/// Codes of one statement.
const CODES: usize = 500;

fn with_codes(mut values: Vec<Value>, codes: &[&str]) -> Vec<Value> {
    values.extend(codes.iter().map(|c| Value::from(*c)));
    values
}

/// Writes marks over what stood there: what was checked is to be checked anew.
pub async fn put_marks(tx: &WriteTx, round: i64, marks: &[Mark]) -> DbResult<()> {
    let row = |m: &Mark| {
        values![
            round,
            m.code.as_str(),
            m.indicator.as_str(),
            m.rater.as_str(),
            m.mark,
            m.note.as_str(),
            m.by_account,
            m.by.as_str(),
            m.at
        ]
    };
    let into = "round_mark (round, code, indicator, rater, mark, note, by_account, by_name, at)";
    let after = "on conflict (round, code, indicator, rater) do update set mark = excluded.mark, note = excluded.note, \
                 by_account = excluded.by_account, by_name = excluded.by_name, at = excluded.at, checked_by = '', \
                 checked_at = null, rev = round_mark.rev + 1";
    tx.insert_many(into, marks.iter().map(row).collect(), after).await
}

/// A second person's confirmation of a mark.
pub async fn check_mark(tx: &WriteTx, round: i64, mark: &Mark, by: &str) -> DbResult<bool> {
    let sql = "update round_mark set checked_by = $5, checked_at = $6 where round = $1 and code = $2 and indicator = $3 \
               and rater = $4 and rev = $7";
    let m = mark;
    let values = values![round, m.code.as_str(), m.indicator.as_str(), m.rater.as_str(), by, now_ms(), m.rev];
    Ok(tx.run(sql, values).await? == 1)
}

/// How many marks each rater gave each township's subjects, and how many of an indicator still want a second look.
pub async fn counts(db: &Db, round: i64) -> DbResult<HashMap<(String, String), i64>> {
    let sql = "select m.rater, s.township, count(m.mark) from round_mark m join round_subject s on s.round = m.round \
               and s.code = m.code where m.round = $1 group by m.rater, s.township";
    let rows = db.rows(sql, values![round]).await?;
    rows.iter().map(|r| Ok(((r.text(0)?, r.text(1)?), r.int(2)?))).collect()
}

// ---- facts ----

/// A fact as the round holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoundFact {
    pub code: String,
    pub fact: String,
    pub value: String,
    pub source: String,
    pub day: String,
    /// The office that entered it; empty for what came from the registry.
    pub unit: String,
    pub by: String,
    pub at: i64,
    pub evidence: Option<i64>,
}

const FACT: &str =
    "select f.code, f.fact, f.value, f.source, f.day, f.unit, f.by_name, f.at, f.evidence from round_fact f";

fn fact_of(r: &Row) -> DbResult<RoundFact> {
    Ok(RoundFact {
        code: r.text(0)?,
        fact: r.text(1)?,
        value: r.text(2)?,
        source: r.text(3)?,
        day: r.text(4)?,
        unit: r.text(5)?,
        by: r.text(6)?,
        at: r.int(7)?,
        evidence: r.get(8)?,
    })
}

/// Every fact of a round as the engine wants it: code, fact, value.
pub async fn facts(db: &Db, round: i64) -> DbResult<Vec<(String, String, String)>> {
    let sql = "select code, fact, value from round_fact where round = $1";
    let rows = db.rows(sql, values![round]).await?;
    rows.iter().map(|r| Ok((r.text(0)?, r.text(1)?, r.text(2)?))).collect()
}

/// The facts of one subject.
pub async fn facts_on(db: &Db, round: i64, code: &str) -> DbResult<Vec<RoundFact>> {
    let sql = format!("{FACT} where f.round = $1 and f.code = $2 order by f.fact");
    db.rows(&sql, values![round, code]).await?.iter().map(fact_of).collect()
}

/// The facts of a township's subjects; empty for all.
pub async fn facts_in(db: &Db, round: i64, township: &str) -> DbResult<Vec<RoundFact>> {
    let sql = format!(
        "{FACT} join round_subject s on s.round = f.round and s.code = f.code where f.round = $1 \
         and ($2 = '' or s.township = $2)"
    );
    db.rows(&sql, values![round, township]).await?.iter().map(fact_of).collect()
}

/// The facts of these subjects inside a transaction.
pub async fn facts_of_in(tx: &WriteTx, round: i64, codes: &[&str]) -> DbResult<Vec<RoundFact>> {
    let mut out = Vec::new();
    for some in codes.chunks(CODES) {
        let sql = format!("{FACT} where f.round = $1 and f.code in ({})", numbered(2, some.len()));
        for row in &tx.rows(&sql, with_codes(values![round], some)).await? {
            out.push(fact_of(row)?);
        }
    }
    Ok(out)
}

/// Writes facts over what stood there.
pub async fn put_facts(tx: &WriteTx, round: i64, facts: &[RoundFact]) -> DbResult<()> {
    let row = |f: &RoundFact| {
        values![
            round,
            f.code.as_str(),
            f.fact.as_str(),
            f.value.as_str(),
            f.source.as_str(),
            f.day.as_str(),
            f.unit.as_str(),
            f.by.as_str(),
            f.at,
            f.evidence
        ]
    };
    let into = "round_fact (round, code, fact, value, source, day, unit, by_name, at, evidence)";
    let after = "on conflict (round, code, fact) do update set value = excluded.value, source = excluded.source, \
                 day = excluded.day, unit = excluded.unit, by_name = excluded.by_name, at = excluded.at, \
                 evidence = excluded.evidence";
    tx.insert_many(into, facts.iter().map(row).collect(), after).await
}

/// Takes a fact away.
pub async fn drop_fact(tx: &WriteTx, round: i64, code: &str, fact: &str) -> DbResult<()> {
    let sql = "delete from round_fact where round = $1 and code = $2 and fact = $3";
    tx.run(sql, values![round, code, fact]).await?;
    Ok(())
}

// ---- excuses ----

/// An absence that was excused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excuse {
    pub code: String,
    pub indicator: String,
    /// `skip`, `prorate` or `zero`.
    pub rule: String,
    pub reason: String,
    pub by: String,
    pub at: i64,
}

/// The excused cells of a township's subjects, empty for all: code and indicator.
pub async fn excused(db: &Db, round: i64, township: &str) -> DbResult<Vec<(String, String)>> {
    let sql = "select e.code, e.indicator from round_excuse e join round_subject s on s.round = e.round and s.code = e.code \
               where e.round = $1 and ($2 = '' or s.township = $2)";
    let rows = db.rows(sql, values![round, township]).await?;
    rows.iter().map(|r| Ok((r.text(0)?, r.text(1)?))).collect()
}

/// Which cells of these subjects hold something: a rater's marks, and every fact, by code and column.
pub async fn filled(db: &Db, sheet: &Sheet, codes: &[&str]) -> DbResult<HashSet<(String, String)>> {
    let mut out = HashSet::new();
    for some in codes.chunks(CODES) {
        let marks = format!(
            "select code, indicator from round_mark where round = $1 and rater = $2 and mark is not null and code in ({})",
            numbered(3, some.len())
        );
        let facts = format!(
            "select code, fact from round_fact where round = $1 and $2 <> '' and code in ({})",
            numbered(3, some.len())
        );
        for sql in [marks, facts] {
            for r in db.rows(&sql, with_codes(values![sheet.round, sheet.rater.as_str()], some)).await? {
                out.insert((r.text(0)?, r.text(1)?));
            }
        }
    }
    Ok(out)
}

/// A round's excuses.
pub async fn excuses(db: &Db, round: i64) -> DbResult<Vec<Excuse>> {
    let sql = "select code, indicator, rule, reason, by_name, at from round_excuse where round = $1 \
               order by indicator, code";
    let rows = db.rows(sql, values![round]).await?;
    rows.iter()
        .map(|r| {
            Ok(Excuse {
                code: r.text(0)?,
                indicator: r.text(1)?,
                rule: r.text(2)?,
                reason: r.text(3)?,
                by: r.text(4)?,
                at: r.int(5)?,
            })
        })
        .collect()
}

/// Excuses absences.
pub async fn put_excuses(tx: &WriteTx, round: i64, excuses: &[Excuse]) -> DbResult<()> {
    let row = |e: &Excuse| {
        values![
            round,
            e.code.as_str(),
            e.indicator.as_str(),
            e.rule.as_str(),
            e.reason.as_str(),
            e.by.as_str(),
            e.at
        ]
    };
    let into = "round_excuse (round, code, indicator, rule, reason, by_name, at)";
    let after = "on conflict (round, code, indicator) do update set rule = excluded.rule, reason = excluded.reason, \
                 by_name = excluded.by_name, at = excluded.at";
    tx.insert_many(into, excuses.iter().map(row).collect(), after).await
}

/// Takes an excuse back.
pub async fn drop_excuse(tx: &WriteTx, round: i64, code: &str, indicator: &str) -> DbResult<bool> {
    let sql = "delete from round_excuse where round = $1 and code = $2 and indicator = $3";
    Ok(tx.run(sql, values![round, code, indicator]).await? == 1)
}

/// How many subjects of each township have each fact.
pub async fn fact_counts(db: &Db, round: i64) -> DbResult<HashMap<(String, String), i64>> {
    let sql = "select f.fact, s.township, count(*) from round_fact f join round_subject s on s.round = f.round \
               and s.code = f.code where f.round = $1 group by f.fact, s.township";
    let rows = db.rows(sql, values![round]).await?;
    rows.iter().map(|r| Ok(((r.text(0)?, r.text(1)?), r.int(2)?))).collect()
}
