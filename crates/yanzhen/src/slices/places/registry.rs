//! The registry of places with its history: every row that ever stood, and the changes between them.

use super::changes::{Entry, Kind, Plan, Side, Step};
use super::model::{FOREVER, Village, short_name, sort_key};
use super::store::{self, Graded};
use crate::slices::people::views;
use platform::access::Authorized;
use platform::db::{Db, DbResult, Row, WriteTx, new_id};
use platform::values;
use std::collections::{BTreeMap, HashMap, VecDeque};

const ENTRY: &str = "select id, code, level, name, short, township, valid_from, valid_to from place order by code, valid_from";

fn entry(row: &Row) -> DbResult<Entry> {
    Ok(Entry {
        id: row.int(0)?,
        code: row.text(1)?,
        level: row.text(2)?,
        name: row.text(3)?,
        short: row.text(4)?,
        township: row.text(5)?,
        valid_from: row.text(6)?,
        valid_to: row.text(7)?,
    })
}

/// Every row that ever stood, by code and day.
pub async fn all(db: &Db) -> DbResult<Vec<Entry>> {
    db.rows(ENTRY, vec![]).await?.iter().map(entry).collect()
}

/// The same inside a transaction.
pub async fn all_in(tx: &WriteTx) -> DbResult<Vec<Entry>> {
    tx.rows(ENTRY, vec![]).await?.iter().map(entry).collect()
}

/// A change that was made.
#[derive(Clone, Debug)]
pub struct Made {
    pub day: String,
    pub kind: Option<Kind>,
    pub ground: String,
    /// Code and name of the place it happened to.
    pub code: String,
    pub name: String,
    /// Code and name of the other place; empty for none.
    pub other: String,
    pub other_name: String,
}

const MADE: &str = "select c.day, c.kind, c.ground, p.code, p.name, o.code, o.name from place_change c \
                    join place p on p.id = c.place left join place o on o.id = c.other";

fn made(row: &Row) -> DbResult<Made> {
    Ok(Made {
        day: row.text(0)?,
        kind: Kind::by_id(&row.text(1)?),
        ground: row.text(2)?,
        code: row.text(3)?,
        name: row.text(4)?,
        other: row.maybe(5)?,
        other_name: row.maybe(6)?,
    })
}

/// Every change, the latest first.
pub async fn changes(db: &Db) -> DbResult<Vec<Made>> {
    let rows = db.rows(&format!("{MADE} order by c.day desc, c.id desc"), vec![]).await?;
    rows.iter().map(made).collect()
}

/// What ended a village: the merge with its successor, or the end without one.
pub async fn ended_by(db: &Db, village: &Authorized<Village>) -> DbResult<Option<Made>> {
    let sql = format!("{MADE} where p.code = $1 and c.kind in ('merge', 'end') order by c.id desc limit 1");
    db.one(&sql, values![village.code.clone()]).await?.as_ref().map(made).transpose()
}

/// The villages that went into others by mergers, each with all that it took over, at whatever remove: code and name, the
/// nearest first.
pub async fn merged(db: &Db) -> DbResult<HashMap<String, Vec<(String, String)>>> {
    let sql = "select o.code, p.code, p.name from place_change c join place p on p.id = c.place \
               join place o on o.id = c.other where c.kind = 'merge' and p.level = 'village' order by c.id";
    let mut direct: HashMap<String, Vec<(String, String)>> = HashMap::new();
    for r in db.rows(sql, vec![]).await? {
        direct.entry(r.text(0)?).or_default().push((r.text(1)?, short_name(&r.text(2)?)));
    }
    let mut out = HashMap::new();
    for code in direct.keys() {
        let mut taken: Vec<(String, String)> = Vec::new();
        let mut next: VecDeque<&str> = VecDeque::from([code.as_str()]);
        while let Some(at) = next.pop_front() {
            for gone in direct.get(at).into_iter().flatten() {
                // A code that came back later must not be walked twice.
                if gone.0 != *code && !taken.contains(gone) {
                    next.push_back(&gone.0);
                    taken.push(gone.clone());
                }
            }
        }
        out.insert(code.clone(), taken);
    }
    Ok(out)
}

/// A village's grades, the latest year first, and whose each was: empty for its own. A grade stays with the village across
/// mergers: where it has none of a year itself, it carries the best of those that went into it.
pub async fn grades(db: &Db, village: &Authorized<Village>) -> DbResult<Vec<(Graded, String)>> {
    let gone = merged(db).await?.remove(&village.code).unwrap_or_default();
    let codes = gone.iter().map(|(code, _)| code.as_str()).chain([village.code.as_str()]).collect();
    let mut years: BTreeMap<String, (Graded, String)> = BTreeMap::new();
    for (code, graded) in store::grades(db, &codes).await? {
        let from = gone.iter().find(|(c, _)| *c == code).map(|(_, name)| name.clone()).unwrap_or_default();
        let kept = years.get(&graded.year).is_some_and(|(k, of)| {
            of.is_empty() || !from.is_empty() && place_of(&k.grade) <= place_of(&graded.grade)
        });
        if !kept {
            years.insert(graded.year.clone(), (graded, from));
        }
    }
    Ok(years.into_values().rev().collect())
}

/// Where a grade stands: 1 best; no grade after all.
pub fn place_of(grade: &str) -> u32 {
    grade.parse().unwrap_or(u32::MAX)
}

/// Carries a change out in a transaction.
pub async fn carry_out(tx: &mut WriteTx, plan: &Plan) -> DbResult<()> {
    let mut begun = None;
    for step in &plan.steps {
        match step {
            Step::End(id, last) => {
                tx.run(
                    "update place set valid_to = $2, ground = $3 where id = $1",
                    values![*id, last.clone(), plan.ground.clone()],
                )
                .await?;
            }
            Step::Begin { code, level, name, township } => {
                let id = new_id();
                let short = if *level == "village" { short_name(name) } else { name.clone() };
                let sort = sort_key(&short);
                let sql = "insert into place (id, code, level, name, short, sort, township, valid_from, valid_to, ground) \
                           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
                let (code, township, day) = (code.clone(), township.clone(), plan.day.clone());
                let row = values![
                    id,
                    code,
                    *level,
                    name.clone(),
                    short,
                    sort,
                    township,
                    day,
                    FOREVER,
                    plan.ground.clone()
                ];
                tx.run(sql, row).await?;
                begun = Some(id);
            }
        }
    }
    let id_of = |side: Side| match side {
        Side::Row(id) => Some(id),
        Side::Begun => begun,
    };
    let sql =
        "insert into place_change (id, day, kind, place, other, ground) values ($1, $2, $3, $4, $5, $6)";
    let (place, other) = (id_of(plan.place), plan.other.and_then(id_of));
    tx.run(sql, values![new_id(), plan.day.clone(), plan.kind.id(), place, other, plan.ground.clone()])
        .await?;
    if let Some((old, new)) = &plan.handed {
        hand_over(tx, old, new).await?;
    }
    tx.changed(&plan.code, "place", None, Some(plan.told.clone()));
    for (code, told) in &plan.moved {
        tx.changed(code, "place", None, Some(told.clone()));
    }
    Ok(())
}

/// Gives what carries the township it stands in to the township that goes on: persons, posts, filings, records of the year's work, tables that
/// were written for it, views that filter by it. Accounts are the administrators' to move; a pack that the old
/// township adopted ends with it.
async fn hand_over(tx: &WriteTx, old: &str, new: &str) -> DbResult<()> {
    for table in ["person", "holding", "filing", "duty_record", "inspection", "duty_report"] {
        let sql = format!("update {table} set township = $2 where township = $1");
        tx.run(&sql, values![old, new]).await?;
    }
    let sql = "update batch set kind = replace(kind, $1, $2) where kind like '%/' || $1";
    tx.run(sql, values![old, new]).await?;
    views::hand_over(tx, old, new).await
}

/// Every village of a part that ever stood, ended ones too: what a table may speak of.
pub async fn villages(db: &Db, part: &platform::access::Part) -> DbResult<Vec<Village>> {
    let mut out = store::villages(db, part).await?;
    let standing: std::collections::HashSet<String> = out.iter().map(|v| v.code.clone()).collect();
    out.extend(store::ended(db, part).await?.into_iter().filter(|v| !standing.contains(&v.code)));
    Ok(out)
}
