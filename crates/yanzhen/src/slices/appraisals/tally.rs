//! What the pages of mark sheets ask for beside the cells: townships, how much is done, evidence, the year before.

use super::collect::{facts_of, year_before};
use super::model::{Round, Sheet};
use super::sheet::{Column, Done, Kind, owed};
use super::store;
use platform::db::{Db, DbResult, Value, WriteTx, numbered};
use platform::values;
use policy::Pack;
use std::collections::{BTreeSet, HashMap, HashSet};

/// The kind of attachments that prove marks.
pub const EVIDENCE: &str = "round-mark";

/// A township of a round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Town {
    pub code: String,
    pub name: String,
    /// How many of the round's subjects stand there.
    pub subjects: usize,
}

/// The townships of a sheet's subjects by code.
pub async fn towns(db: &Db, sheet: &Sheet) -> DbResult<Vec<Town>> {
    let sql = "select township, township_name, count(*) from round_subject where round = $1 \
               and ($2 = '' or township = $2) group by township, township_name order by township";
    let rows = db.rows(sql, values![sheet.round, sheet.township.as_str()]).await?;
    rows.iter()
        .map(|r| {
            let subjects = usize::try_from(r.int(2)?).unwrap_or_default();
            Ok(Town { code: r.text(0)?, name: r.text(1)?, subjects })
        })
        .collect()
}

/// The name of a sheet's subject inside a transaction; nothing where the sheet has no such subject.
pub async fn named(tx: &WriteTx, sheet: &Sheet, code: &str) -> DbResult<Option<String>> {
    let sql = "select name from round_subject where round = $1 and code = $2 and ($3 = '' or township = $3)";
    let row = tx.one(sql, values![sheet.round, code, sheet.township.as_str()]).await?;
    row.map(|r| r.text(0)).transpose()
}

/// What of a sheet is filled in, by township and column: how many, how many a second person has yet to confirm, and how many
/// are empty and excused.
pub type Counts = HashMap<(String, String), (usize, usize, usize)>;

/// The cells of a sheet that need not be filled: code and column.
pub async fn excused(
    db: &Db,
    sheet: &Sheet,
    pack: &Pack,
    columns: &[Column],
) -> DbResult<HashSet<(String, String)>> {
    let all = store::excused(db, sheet.round, &sheet.township).await?;
    if all.is_empty() {
        return Ok(HashSet::new());
    }
    // A round may hold an excuse a village and indicator: what each indicator is to this sheet is asked once.
    let mut of: HashMap<&str, Vec<&str>> = HashMap::new();
    for (at, ind) in pack.indicators.iter().enumerate() {
        let facts = facts_of(pack, at);
        let own = columns.iter().filter(|c| match c.kind {
            Kind::Mark { .. } => c.id == ind.id,
            Kind::Fact(f) => facts.contains(&f),
        });
        of.insert(&ind.id, own.map(|c| c.id.as_str()).collect());
    }
    let cells = all.iter().flat_map(|(code, indicator)| {
        let own = of.get(indicator.as_str()).into_iter().flatten();
        own.map(move |column| (code.clone(), (*column).to_owned()))
    });
    Ok(cells.collect())
}

/// Counts a sheet's filled cells.
pub async fn counts(
    db: &Db,
    sheet: &Sheet,
    columns: &[Column],
    excused: &HashSet<(String, String)>,
) -> DbResult<Counts> {
    let mut out = Counts::new();
    let n = |n: i64| usize::try_from(n).unwrap_or_default();
    if columns.iter().any(|c| matches!(c.kind, Kind::Mark { .. })) {
        let sql = "select s.township, m.indicator, count(m.mark), \
                   sum(case when m.mark is not null and m.checked_by = '' then 1 else 0 end) \
                   from round_mark m join round_subject s on s.round = m.round and s.code = m.code \
                   where m.round = $1 and m.rater = $2 and ($3 = '' or s.township = $3) group by s.township, m.indicator";
        let values = values![sheet.round, sheet.rater.as_str(), sheet.township.as_str()];
        for r in db.rows(sql, values).await? {
            out.insert((r.text(0)?, r.text(1)?), (n(r.int(2)?), n(r.int(3)?), 0));
        }
    }
    let facts: Vec<&str> =
        columns.iter().filter(|c| matches!(c.kind, Kind::Fact(_))).map(|c| c.id.as_str()).collect();
    if !facts.is_empty() {
        // Subject by subject: a round holds every unit's facts, and this sheet's are few.
        let sql = format!(
            "select s.township, f.fact, count(*) from round_subject s cross join round_fact f where s.round = $1 \
             and ($2 = '' or s.township = $2) and f.round = s.round and f.code = s.code and f.fact in ({}) \
             group by s.township, f.fact",
            numbered(3, facts.len())
        );
        let mut values = values![sheet.round, sheet.township.as_str()];
        values.extend(facts.iter().map(|f| Value::from(*f)));
        for r in db.rows(&sql, values).await? {
            out.insert((r.text(0)?, r.text(1)?), (n(r.int(2)?), 0, 0));
        }
    }
    if !excused.is_empty() {
        let codes: BTreeSet<&str> = excused.iter().map(|(code, _)| code.as_str()).collect();
        let filled = store::filled(db, sheet, &codes.into_iter().collect::<Vec<_>>()).await?;
        let towns: HashMap<String, String> = store::subjects(db, sheet.round, &sheet.township)
            .await?
            .into_iter()
            .map(|s| (s.code, s.township))
            .collect();
        for key in excused.iter().filter(|key| !filled.contains(*key)) {
            let Some(town) = towns.get(&key.0) else { continue };
            out.entry((town.clone(), key.1.clone())).or_default().2 += 1;
        }
    }
    Ok(out)
}

/// How much of a township's part is done; of no township, of the whole sheet.
pub fn done(pack: &Pack, columns: &[Column], towns: &[Town], counts: &Counts, township: &str) -> Done {
    let mut done = Done::default();
    let owed: Vec<bool> = columns.iter().map(|c| owed(pack, c)).collect();
    for town in towns.iter().filter(|t| township.is_empty() || t.code == township) {
        for (column, owed) in columns.iter().zip(&owed) {
            let (filled, unchecked, excused) =
                counts.get(&(town.code.clone(), column.id.clone())).copied().unwrap_or_default();
            if *owed {
                let of = town.subjects.saturating_sub(excused);
                done.of += of;
                done.filled += filled.min(of);
            }
            if column.second {
                done.unchecked += unchecked;
            }
        }
    }
    done
}

/// How much of a sheet is done: four statements.
pub async fn done_of(db: &Db, sheet: &Sheet, pack: &Pack, columns: &[Column]) -> DbResult<Done> {
    let excused = excused(db, sheet, pack, columns).await?;
    let (towns, counts) = (towns(db, sheet).await?, counts(db, sheet, columns, &excused).await?);
    Ok(done(pack, columns, &towns, &counts, ""))
}

/// The record that evidence of a cell belongs to.
pub fn evidence_record(sheet: &Sheet, code: &str, column: &str) -> String {
    format!("{}/{code}/{column}/{}", sheet.round, sheet.rater)
}

/// How many files prove each cell of a sheet, by code and column.
pub async fn evidence(db: &Db, sheet: &Sheet) -> DbResult<HashMap<(String, String), usize>> {
    let sql = "select record, count(*) from attachment where kind = $1 and record like $2 and ended_at is null \
               group by record";
    let mut out = HashMap::new();
    for r in db.rows(sql, values![EVIDENCE, format!("{}/%", sheet.round)]).await? {
        let record = r.text(0)?;
        let parts: Vec<&str> = record.splitn(4, '/').collect();
        if let [_, code, column, rater] = parts.as_slice()
            && *rater == sheet.rater
        {
            out.insert(
                ((*code).to_owned(), (*column).to_owned()),
                usize::try_from(r.int(1)?).unwrap_or_default(),
            );
        }
    }
    Ok(out)
}

/// The same rater's marks of the year before on an indicator in a township, by code; of the latest round that ended.
pub async fn year_ago(
    db: &Db,
    round: &Round,
    sheet: &Sheet,
    indicator: &str,
    township: &str,
) -> DbResult<HashMap<String, i64>> {
    let sql = "select m.code, m.mark from round_mark m join round o on o.id = m.round join round_subject s \
               on s.round = m.round and s.code = m.code where o.year = $1 and o.subject = $2 and o.part = $3 \
               and o.state in ('published', 'closed', 'archived') and m.indicator = $4 and m.rater = $5 \
               and s.township = $6 and m.mark is not null order by o.id";
    let values = values![
        year_before(&round.year),
        round.subject.as_str(),
        round.part.as_str(),
        indicator,
        sheet.rater.as_str(),
        township
    ];
    db.rows(sql, values).await?.iter().map(|r| Ok((r.text(0)?, r.int(1)?))).collect()
}

/// How many sheets wait for an office: open ones that it did not submit.
pub async fn waiting(db: &Db, unit: &str, township: &str) -> DbResult<u64> {
    let sql = "select count(*) from round_sheet s join round r on r.id = s.round where r.state = 'entering' \
               and s.submitted_at is null and s.retired_at is null \
               and (($1 <> '' and s.township = $1) or ($1 = '' and s.township = '' and s.unit = $2))";
    let row = db.one(sql, values![township, unit]).await?;
    Ok(row.map(|r| r.int(0)).transpose()?.and_then(|n| u64::try_from(n).ok()).unwrap_or_default())
}
