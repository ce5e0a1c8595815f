//! Facts of a round out of a table, as `yanzhen appraise` reads them: every fault at once, or all of it.

use super::model::Round;
use super::store::{self, RoundFact};
use crate::slices::places::facts::adopted;
use crate::slices::places::store::today;
use appraisal::FactReader;
use kernel::{Fault, Message, msg};
use platform::access::{Authorized, Caller};
use platform::db::{Db, DbError, DbResult, now_ms};
use policy::Pack;
use std::collections::HashMap;
use std::sync::Arc;
use tables::{Input, ReadError};

/// A file as it was sent.
pub struct Table {
    pub name: String,
    pub bytes: Vec<u8>,
}

/// Why a table was not taken in.
pub enum Refused {
    /// The round takes no entries.
    Shut,
    /// It is no table.
    Unread(Message),
    Faulty(Vec<Fault>),
}

/// Takes a table in; gives how many facts changed. An empty cell leaves what stands there.
pub async fn take_table(
    db: &Db,
    caller: &Caller,
    round: &Authorized<Round>,
    table: Table,
) -> DbResult<Result<usize, Refused>> {
    if !round.state.takes_entries() {
        return Ok(Err(Refused::Shut));
    }
    let pack = adopted(db, round.pack).await?;
    let name = table.name.clone();
    let read = tokio::task::spawn_blocking(move || read(&pack, &table)).await;
    let given = match read.map_err(|e| DbError::Version(e.to_string()))? {
        Ok(given) => given,
        Err(why) => return Ok(Err(why)),
    };
    let subjects = store::subjects(db, round.id, "").await?;
    let mut faults = Vec::new();
    for (row, code, _, _) in &given {
        if !subjects.iter().any(|s| s.code == *code) && !faults.iter().any(|f: &Fault| f.row == *row) {
            let why = msg!("这一轮里没有这个对象，或不归本单位评");
            faults.push(Fault::cell(&name, *row, "code", code, why));
        }
    }
    if !faults.is_empty() {
        return Ok(Err(Refused::Faulty(faults)));
    }
    let known: HashMap<(String, String), String> =
        store::facts(db, round.id).await?.into_iter().map(|(c, f, v)| ((c, f), v)).collect();
    let mut event = caller.event("round.table", "round", &round.id.to_string(), &round.part);
    event.note.clone_from(&name);
    let mut tx = db.write(event).await?;
    let standing = store::find_in(&tx, round.id).await?;
    if !standing.is_some_and(|r| r.state.takes_entries()) {
        tx.rollback().await?;
        return Ok(Err(Refused::Shut));
    }
    let mut news = Vec::new();
    for (_, code, fact, value) in given {
        let was = known.get(&(code.clone(), fact.clone()));
        if was == Some(&value) {
            continue;
        }
        tx.changed(&format!("{}/{code}", round.id), &fact, was.cloned(), Some(value.clone()));
        news.push(RoundFact {
            code,
            fact,
            value,
            source: name.clone(),
            day: today(),
            unit: caller.unit.clone(),
            by: caller.name.clone(),
            at: now_ms(),
            evidence: None,
        });
    }
    store::put_facts(&tx, round.id, &news).await?;
    store::note(&tx, round.id, &caller.name, &caller.unit, "table", &format!("{name} {}", news.len()))
        .await?;
    tx.commit().await?;
    Ok(Ok(news.len()))
}

/// Row, code, fact and value of every cell that is not empty.
type Cells = Vec<(u32, String, String, String)>;

fn read(pack: &Arc<Pack>, table: &Table) -> Result<Cells, Refused> {
    let unread = || Refused::Unread(msg!("文件读不出来：请用导出的表格填好再传"));
    let ending = if table.name.to_lowercase().ends_with(".xlsx") { "facts.xlsx" } else { "facts.csv" };
    let folder = tempfile::tempdir().map_err(|_| unread())?;
    let path = folder.path().join(ending);
    std::fs::write(&path, &table.bytes).map_err(|_| unread())?;
    let (mut notices, mut faults) = (Vec::new(), Vec::new());
    let reader = FactReader { pack, persons: pack.of_persons(), beside: None };
    let facts = match reader.read(&Input::quiet(&path), &mut notices, &mut faults) {
        Ok(facts) => facts,
        Err(ReadError::Fault(fault)) => return Err(Refused::Faulty(vec![*fault])),
        Err(ReadError::Io(..)) => return Err(unread()),
    };
    if !faults.is_empty() {
        return Err(Refused::Faulty(faults));
    }
    let mut out = Vec::new();
    for i in 0..facts.len() {
        for (f, fact) in pack.facts.iter().enumerate() {
            if facts.columns[f].is_some()
                && let Some(value) = facts.value(f, i)
            {
                out.push((facts.rows[i], facts.code(i), fact.id.clone(), value.to_owned().text()));
            }
        }
    }
    Ok(out)
}
