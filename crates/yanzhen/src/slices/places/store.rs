//! Places, facts and what is said of villages: tables and queries.

use super::model::{Colour, FOREVER, Said, Village, short_name, sort_key};
use crate::divisions::Geography;
use platform::access::{Authorized, Part};
use platform::db::{Db, DbResult, Row, Value, WriteTx, new_id, now_ms, numbered};
use platform::values;
use std::collections::{BTreeMap, BTreeSet};

/// Today, `2026-11-22`.
pub fn today() -> String {
    platform::now().date().to_string()
}

/// Writes a county's geography into an empty database.
pub async fn found(tx: &WriteTx, geography: &Geography, day: &str) -> DbResult<()> {
    let mut rows = Vec::new();
    let mut place = |code: &str, level: &str, name: &str, township: &str| {
        let short = if level == "village" { short_name(name) } else { name.to_owned() };
        let sort = sort_key(&short);
        rows.push(values![new_id(), code, level, name, short, sort, township, day, FOREVER]);
    };
    place(&geography.code, "county", &geography.name, "");
    for (code, name) in &geography.townships {
        place(code, "township", name, code);
    }
    for (code, name) in &geography.villages {
        place(code, "village", name, &code[..9]);
    }
    tx.insert_many("place (id, code, level, name, short, sort, township, valid_from, valid_to)", rows, "")
        .await
}

/// Whether a county's places are there.
pub async fn is_founded(db: &Db) -> DbResult<bool> {
    Ok(db.one("select 1 from place limit 1", vec![]).await?.is_some())
}

const VILLAGE: &str = "v.code, v.name, v.short, v.township, t.name, v.valid_from, v.valid_to";
/// Each village with its township: the row of it that stood last, for the village may have ended with it.
const STANDING: &str = "from place v join place t on t.code = v.township and t.level = 'township' and t.valid_to = \
                        (select max(l.valid_to) from place l where l.code = v.township and l.level = 'township') \
                        where v.level = 'village'";

fn village_of(row: &Row) -> DbResult<Village> {
    Ok(Village {
        code: row.text(0)?,
        name: row.text(1)?,
        short: row.text(2)?,
        township: row.text(3)?,
        township_name: row.text(4)?,
        valid_from: row.text(5)?,
        valid_to: row.text(6)?,
    })
}

/// A village by its code, standing or ended: the latest of that code.
pub async fn village(db: &Db, code: &str) -> DbResult<Option<Village>> {
    let sql = format!("select {VILLAGE} {STANDING} and v.code = $1 order by v.valid_to desc limit 1");
    db.one(&sql, values![code]).await?.as_ref().map(village_of).transpose()
}

/// The townships of villages, by code: of the row of each that stood last. Its code tells where a village was once.
/// What is no village has none.
pub async fn townships_of(db: &Db, villages: &BTreeSet<&str>) -> DbResult<BTreeMap<String, String>> {
    let mut out = BTreeMap::new();
    for some in chunks(villages) {
        for row in db.rows(&stood(some.len()), some).await? {
            out.insert(row.text(0)?, row.text(1)?);
        }
    }
    Ok(out)
}

/// The same inside a transaction.
pub async fn townships_of_in(tx: &WriteTx, villages: &BTreeSet<&str>) -> DbResult<BTreeMap<String, String>> {
    let mut out = BTreeMap::new();
    for some in chunks(villages) {
        for row in tx.rows(&stood(some.len()), some).await? {
            out.insert(row.text(0)?, row.text(1)?);
        }
    }
    Ok(out)
}

fn chunks(villages: &BTreeSet<&str>) -> Vec<Vec<Value>> {
    let all: Vec<Value> = villages.iter().filter(|v| !v.is_empty()).map(|v| Value::from(*v)).collect();
    all.chunks(500).map(<[Value]>::to_vec).collect()
}

fn stood(n: usize) -> String {
    format!(
        "select v.code, v.township from place v where v.level = 'village' and v.code in ({}) and v.valid_to = \
         (select max(l.valid_to) from place l where l.code = v.code and l.level = 'village')",
        numbered(1, n)
    )
}

/// The standing villages of a part, by township and name.
pub async fn villages(db: &Db, part: &Part) -> DbResult<Vec<Village>> {
    let sql = format!(
        "select {VILLAGE} {STANDING} and v.valid_to = $1 and ($2 = '' or v.township = $2) \
         and ($3 = '' or v.code = $3) order by v.township, v.sort"
    );
    let rows = db.rows(&sql, values![FOREVER, part.township(), part.village()]).await?;
    rows.iter().map(village_of).collect()
}

/// The villages of a part, with every row of those that ended or had another name.
pub async fn villages_ever(db: &Db, part: &Part) -> DbResult<Vec<Village>> {
    let mut out = villages(db, part).await?;
    out.extend(ended(db, part).await?);
    Ok(out)
}

/// The villages of a part that stood once and ended.
pub async fn ended(db: &Db, part: &Part) -> DbResult<Vec<Village>> {
    let sql = format!(
        "select {VILLAGE} {STANDING} and v.valid_to <> $1 and ($2 = '' or v.township = $2) \
         and ($3 = '' or v.code = $3) order by v.code, v.valid_to"
    );
    let rows = db.rows(&sql, values![FOREVER, part.township(), part.village()]).await?;
    rows.iter().map(village_of).collect()
}

/// A township of the county.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Township {
    pub code: String,
    pub name: String,
}

/// The standing townships of a part.
pub async fn townships(db: &Db, part: &Part) -> DbResult<Vec<Township>> {
    let sql = "select code, name from place where level = 'township' and valid_to = $1 and ($2 = '' or code = $2) \
               order by code";
    let rows = db.rows(sql, values![FOREVER, part.township()]).await?;
    rows.iter().map(|r| Ok(Township { code: r.text(0)?, name: r.text(1)? })).collect()
}

/// One village of the formation.
#[derive(Clone, Debug)]
pub struct Tile {
    pub code: String,
    pub short: String,
    pub township: String,
    pub said: Said,
    /// Whether facts are missing to tell the colour.
    pub blocked: bool,
    /// The latest grade's id, with its label; empty for none.
    pub grade: String,
    /// Total in hundredths of a point, rank, of how many.
    pub total: Option<i64>,
    pub rank: Option<i64>,
    /// How many facts of the county's packs it has.
    pub facts: i64,
}

/// What tiles carry beside their risk: each costs a look-up a village.
#[derive(Clone, Copy, Debug, Default)]
pub struct Beside<'a> {
    /// The grades of a year.
    pub year: Option<&'a str>,
    /// How many facts are known.
    pub facts: bool,
}

/// The villages of a part as the formation shows them, by township and name.
pub async fn tiles(db: &Db, part: &Part, beside: Beside<'_>) -> DbResult<Vec<Tile>> {
    let facts =
        if beside.facts { ", (select count(distinct f.fact) from fact f where f.code = v.code)" } else { "" };
    let (grades, join) = match beside.year {
        Some(_) => (", g.grade, g.total, g.rank", "left join grade g on g.code = v.code and g.year = $4"),
        None => ("", ""),
    };
    let sql = format!(
        "select v.code || v.township || substr(coalesce(c.proposed, '') || '-', 1, 1) \
         || substr(coalesce(c.confirmed, '') || '-', 1, 1) || case when coalesce(c.missing, '') = '' then '-' else '?' end \
         || v.short{grades}{facts} \
         from place v left join colour c on c.code = v.code {join} \
         where v.level = 'village' and v.valid_to = $1 and ($2 = '' or v.township = $2) and ($3 = '' or v.code = $3) \
         order by v.township, v.sort"
    );
    let mut values = values![FOREVER, part.township(), part.village()];
    values.extend(beside.year.map(Value::from));
    let graded = beside.year.is_some();
    let rows = db.rows(&sql, values).await?;
    rows.iter()
        .map(|r| {
            // One text a village, its first 24 letters ASCII of fixed width: every column of a row costs a copy.
            let packed = r.text(0)?;
            let piece = |from: usize, to: usize| packed.get(from..to).unwrap_or_default();
            Ok(Tile {
                code: piece(0, 12).to_owned(),
                township: piece(12, 21).to_owned(),
                said: Said {
                    proposed: Colour::by_letter(piece(21, 22)),
                    confirmed: Colour::by_letter(piece(22, 23)),
                    ..Said::default()
                },
                blocked: piece(23, 24) == "?",
                short: packed.get(24..).unwrap_or_default().to_owned(),
                grade: if graded { r.maybe(1)? } else { String::new() },
                total: if graded { r.get(2)? } else { None },
                rank: if graded { r.get(3)? } else { None },
                facts: if beside.facts { r.int(if graded { 4 } else { 1 })? } else { 0 },
            })
        })
        .collect()
}

/// What is said of one village's risk.
pub async fn said(db: &Db, village: &Authorized<Village>) -> DbResult<Said> {
    let sql =
        "select proposed, confirmed, confirmed_by, confirmed_at, reason, missing from colour where code = $1";
    let Some(r) = db.one(sql, values![village.code.clone()]).await? else { return Ok(Said::default()) };
    Ok(Said {
        proposed: Colour::by_id(&r.maybe(0)?),
        confirmed: Colour::by_id(&r.maybe(1)?),
        by: r.maybe(2)?,
        at: r.get(3)?,
        reason: r.maybe(4)?,
        missing: r.maybe(5)?,
    })
}

/// A year's grade of a village.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Graded {
    pub year: String,
    pub pack: String,
    pub total: Option<i64>,
    pub rank: Option<i64>,
    pub of: Option<i64>,
    pub grade: String,
}

/// The grades of villages as they were given, the latest year first: village and grade.
pub(super) async fn grades(db: &Db, villages: &BTreeSet<&str>) -> DbResult<Vec<(String, Graded)>> {
    let mut out = Vec::new();
    for codes in chunks(villages) {
        let sql = format!(
            "select code, year, pack, total, rank, of_n, grade from grade where code in ({}) order by year desc, code",
            numbered(1, codes.len())
        );
        for r in db.rows(&sql, codes).await? {
            let graded = Graded {
                year: r.text(1)?,
                pack: r.text(2)?,
                total: r.get(3)?,
                rank: r.get(4)?,
                of: r.get(5)?,
                grade: r.text(6)?,
            };
            out.push((r.text(0)?, graded));
        }
    }
    Ok(out)
}

/// The latest year that has grades; empty for none.
pub async fn latest_year(db: &Db) -> DbResult<String> {
    match db.one("select max(year) from grade", vec![]).await? {
        Some(row) => row.maybe(0),
        None => Ok(String::new()),
    }
}

/// Something that happened to a village, from its history.
#[derive(Clone, Debug)]
pub struct Happened {
    pub at: i64,
    pub by: String,
    pub action: String,
    pub field: String,
    pub was: String,
    pub became: String,
}

/// The latest changes of a village, newest first.
pub async fn happened(db: &Db, village: &Authorized<Village>, limit: i64) -> DbResult<Vec<Happened>> {
    let sql = "select a.at, a.actor_name, a.action, h.field, h.was, h.became from history h join audit a on a.seq = h.seq \
               where h.kind = 'village' and h.record = $1 and h.person is null order by h.seq desc, h.id limit $2";
    let rows = db.rows(sql, values![village.code.clone(), limit]).await?;
    let text = |bytes: Option<Vec<u8>>| String::from_utf8_lossy(&bytes.unwrap_or_default()).into_owned();
    rows.iter()
        .map(|r| {
            Ok(Happened {
                at: r.int(0)?,
                by: r.text(1)?,
                action: r.text(2)?,
                field: r.text(3)?,
                was: text(r.get(4)?),
                became: text(r.get(5)?),
            })
        })
        .collect()
}

/// Confirms a village's colour in a transaction that has noted it.
pub async fn confirm(
    tx: &WriteTx,
    village: &Authorized<Village>,
    colour: Colour,
    by: &str,
    reason: &str,
) -> DbResult<bool> {
    let sql =
        "update colour set confirmed = $2, confirmed_by = $3, confirmed_at = $4, reason = $5 where code = $1";
    let changed =
        tx.run(sql, values![village.code.clone(), colour.id(), by, now_ms(), reason.to_owned()]).await?;
    Ok(changed == 1)
}
