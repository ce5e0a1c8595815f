//! What is put right after publication: a version of its own, the earlier ones kept.

use super::actions::{Faults, too_large};
use super::appeals;
use super::given::Given;
use super::model::{Round, State};
use super::sheet::{self, Kind};
use super::store::{self, Changed};
use crate::slices::places::facts::adopted;
use crate::slices::places::store::today;
use kernel::msg;
use platform::access::{Authorized, Caller};
use platform::db::{Db, DbResult, WriteTx, now_ms};
use policy::Pack;

/// A value that is put right after publication.
#[derive(Clone, Debug)]
pub struct Correction {
    pub code: String,
    /// The indicator of a mark, or the fact.
    pub column: String,
    /// Whose mark; empty for a fact.
    pub rater: String,
    /// As typed; empty takes it away.
    pub value: String,
}

/// What a correction did.
pub enum Corrected {
    /// The new version.
    Done(i64),
    Faulty(Faults),
    Stale,
}

/// Puts a mark or a fact right after publication: a new version with its reason, the earlier one kept. `appeal` is the one it
/// upholds. Gives the version.
pub async fn correct(
    db: &Db,
    caller: &Caller,
    round: &Authorized<Round>,
    correction: &Correction,
    why: &str,
    finish: Option<&appeals::Answer>,
) -> DbResult<Corrected> {
    let pack = adopted(db, round.pack).await?;
    let mut faults = Faults::new();
    if round.state != State::Published {
        faults.push(("value", msg!("只有公示期间才能更正；公示前请在评分表里改")));
    }
    if why.trim().is_empty() {
        faults.push(("reason", msg!("请写明理由")));
    }
    let is_fact = correction.rater.is_empty();
    let column = if is_fact {
        fact_column(&pack, &correction.column)
    } else {
        sheet::columns(&pack, &correction.rater).into_iter().find(|c| c.id == correction.column)
    };
    let value = match &column {
        None => {
            faults.push(("column", msg!("办法里没有这一项")));
            None
        }
        Some(column) => column.read(&pack, &correction.value).unwrap_or_else(|reason| {
            faults.push(("value", reason));
            None
        }),
    };
    if store::subject(db, round, &correction.code).await?.is_none() {
        faults.push(("code", msg!("这一轮里没有这个对象，或不归本单位评")));
    }
    if !faults.is_empty() {
        return Ok(Corrected::Faulty(faults));
    }
    let version = round.version + 1;
    let mut given = Given::of(db, round).await?;
    let was = given.value(&correction.code, &correction.column, &correction.rater);
    if was == value {
        return Ok(Corrected::Faulty(vec![("value", msg!("和现在的一样，没有要更正的"))]));
    }
    let changed = Changed {
        version,
        code: correction.code.clone(),
        kind: if is_fact { "fact" } else { "mark" }.to_owned(),
        indicator: correction.column.clone(),
        rater: correction.rater.clone(),
        was,
        became: value.clone(),
    };
    given.put(&changed)?;
    let outcomes = given.outcomes().map_err(too_large)?;
    let mut tx = db.write(caller.event("round.correct", "round", &round.id.to_string(), &round.part)).await?;
    let record = format!("{}/{}", round.id, changed.code);
    let field = format!("{}/{}", changed.indicator, changed.rater);
    tx.changed(&record, &field, changed.was.clone(), changed.became.clone());
    write_change(&tx, caller, round, &changed).await?;
    let mut new = (**round).clone();
    new.version = version;
    store::add_version(&tx, round.id, version, why.trim(), &caller.name).await?;
    store::put_outcomes(&tx, round.id, version, &outcomes).await?;
    store::note(&tx, round.id, &caller.name, &caller.unit, "correct", why.trim()).await?;
    if let Some(answer) = finish
        && !appeals::answer_in(&mut tx, caller, answer, Some(version)).await?
    {
        tx.rollback().await?;
        return Ok(Corrected::Stale);
    }
    if !store::save(&tx, &new).await? {
        tx.rollback().await?;
        return Ok(Corrected::Stale);
    }
    tx.commit().await?;
    Ok(Corrected::Done(version))
}

/// The column of a fact, whoever owes it.
pub fn fact_column(pack: &Pack, id: &str) -> Option<sheet::Column> {
    let at = pack.fact(id)?;
    let fact = &pack.facts[at];
    Some(sheet::Column {
        id: fact.id.clone(),
        name: fact.label.clone(),
        kind: Kind::Fact(at),
        unit: fact.unit.clone(),
        basis: String::new(),
        note: String::new(),
        second: false,
    })
}

async fn write_change(tx: &WriteTx, caller: &Caller, round: &Round, c: &Changed) -> DbResult<()> {
    store::add_change(tx, round.id, c).await?;
    if c.kind == "fact" {
        return match &c.became {
            None => store::drop_fact(tx, round.id, &c.code, &c.indicator).await,
            Some(value) => {
                let fact = store::RoundFact {
                    code: c.code.clone(),
                    fact: c.indicator.clone(),
                    value: value.clone(),
                    source: format!("v{}", c.version),
                    day: today(),
                    unit: caller.unit.clone(),
                    by: caller.name.clone(),
                    at: now_ms(),
                    evidence: None,
                };
                store::put_facts(tx, round.id, &[fact]).await
            }
        };
    }
    let was = store::mark_in(tx, round.id, &c.code, &c.indicator, &c.rater).await?;
    let mark = store::Mark {
        code: c.code.clone(),
        indicator: c.indicator.clone(),
        rater: c.rater.clone(),
        mark: c.became.as_ref().and_then(|v| v.parse().ok()),
        note: was.map(|m| m.note).unwrap_or_default(),
        by_account: Some(caller.account),
        by: caller.name.clone(),
        at: now_ms(),
        checked_by: String::new(),
        rev: 1,
    };
    store::put_marks(tx, round.id, &[mark]).await
}
