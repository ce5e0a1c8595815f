//! What is asked of the tables for pairs of files, and what somebody said of them.

use super::pairs::Candidate;
use platform::access::Part;
use platform::db::{Db, DbResult, WriteTx, now_ms};
use platform::values;
use standards::NameKeys;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The files of a part that pairs are looked for among: one statement for them, one for the villages' names.
pub async fn candidates(db: &Db, part: &Part) -> DbResult<Vec<Candidate>> {
    let mut sounds: HashMap<String, String> = HashMap::new();
    for row in
        db.rows("select code, short from place where level = 'village' order by valid_to", vec![]).await?
    {
        let short = row.text(1)?;
        // 例河村 and 例河社区 are alike; names of one sound are.
        sounds.insert(row.text(0)?, NameKeys::of_place(&short).blurred);
    }
    // One text a file: every column of a row costs a copy. What stands before the name is of digits and marks.
    let sql = "select p.id, p.sex || ' ' || p.birth || ' ' || p.township || ' ' || p.village || ' ' \
               || coalesce(p.identity_index, '') || ' ' || coalesce(p.phone_index, '') || ' ' || p.sort from person p \
               where p.state in ('active', 'left', 'dead') and ($1 = '' or p.township = $1) \
               and ($2 = '' or p.village = $2) order by p.id";
    let rows = db.rows(sql, values![part.township(), part.village()]).await?;
    rows.iter()
        .map(|row| {
            let text = row.text(1)?;
            let mut pieces = text.splitn(7, ' ');
            let mut next = || pieces.next().unwrap_or_default().to_owned();
            let (sex, birth, township, village) = (next(), next(), next(), next());
            let (identity, phone, sort) = (next(), next(), next());
            let (reading, name) = sort.split_once('!').unwrap_or(("", &sort));
            Ok(Candidate {
                id: row.int(0)?,
                name: name.to_owned(),
                reading: reading.replace(' ', ""),
                sound: sounds.get(&village).cloned().unwrap_or_default(),
                sex,
                birth,
                township,
                village,
                identity,
                phone,
            })
        })
        .collect()
}

fn ordered(a: i64, b: i64) -> (i64, i64) {
    if a < b { (a, b) } else { (b, a) }
}

/// The pairs that somebody said are not the same, the smaller id first.
pub async fn denied(db: &Db) -> DbResult<BTreeSet<(i64, i64)>> {
    let rows = db.rows("select a, b from not_same", vec![]).await?;
    rows.iter().map(|r| Ok((r.int(0)?, r.int(1)?))).collect()
}

/// Who said of two files that they are not of one person; none where nobody did.
pub async fn denied_by(db: &Db, a: i64, b: i64) -> DbResult<Option<(String, i64)>> {
    let (a, b) = ordered(a, b);
    let row = db.one("select by_name, at from not_same where a = $1 and b = $2", values![a, b]).await?;
    row.map(|r| Ok((r.text(0)?, r.int(1)?))).transpose()
}

/// Remembers that two files are not of one person.
pub async fn deny(tx: &WriteTx, a: i64, b: i64, by: &str) -> DbResult<()> {
    let (a, b) = ordered(a, b);
    let sql =
        "insert into not_same (a, b, by_name, at) values ($1, $2, $3, $4) on conflict (a, b) do nothing";
    tx.run(sql, values![a, b, by, now_ms()]).await.map(drop)
}

/// Takes that back.
pub async fn allow(tx: &WriteTx, a: i64, b: i64) -> DbResult<()> {
    let (a, b) = ordered(a, b);
    tx.run("delete from not_same where a = $1 and b = $2", values![a, b]).await.map(drop)
}

/// A merge of two files.
#[derive(Clone, Debug)]
pub struct Merge {
    pub id: i64,
    pub kept: i64,
    pub gone: i64,
    pub ground: String,
    pub by: String,
    /// Milliseconds since 1970.
    pub at: i64,
    pub undone_at: Option<i64>,
    pub kept_name: String,
    pub gone_name: String,
}

const MERGE: &str = "select m.id, m.kept, m.gone, m.ground, m.by_name, m.at, m.undone_at, k.name, g.name \
                     from person_merge m join person k on k.id = m.kept join person g on g.id = m.gone";

fn merge(row: &platform::db::Row) -> DbResult<Merge> {
    Ok(Merge {
        id: row.int(0)?,
        kept: row.int(1)?,
        gone: row.int(2)?,
        ground: row.text(3)?,
        by: row.text(4)?,
        at: row.int(5)?,
        undone_at: row.get(6)?,
        kept_name: row.text(7)?,
        gone_name: row.text(8)?,
    })
}

/// A merge by its id.
pub async fn find(db: &Db, id: i64) -> DbResult<Option<Merge>> {
    db.one(&format!("{MERGE} where m.id = $1"), values![id]).await?.as_ref().map(merge).transpose()
}

/// The merges of a part, the latest first: both files stand in it.
pub async fn merges(db: &Db, part: &Part, limit: i64, offset: i64) -> DbResult<Vec<Merge>> {
    let sql = format!(
        "{MERGE} where ($1 = '' or (k.township = $1 and g.township = $1)) and ($2 = '' or (k.village = $2 and g.village = $2)) \
         order by m.id desc limit $3 offset $4"
    );
    db.rows(&sql, values![part.township(), part.village(), limit, offset]).await?.iter().map(merge).collect()
}

/// The files that went into a file and have not come out again, those that went into these too, the latest merge first.
pub async fn into(db: &Db, kept: i64) -> DbResult<Vec<Merge>> {
    let mut out: Vec<Merge> = Vec::new();
    let mut next = vec![kept];
    while let Some(id) = next.pop() {
        let sql = format!("{MERGE} where m.kept = $1 and m.undone_at is null order by m.id desc");
        for row in db.rows(&sql, values![id]).await? {
            let one = merge(&row)?;
            if !out.iter().any(|m| m.id == one.id) {
                next.push(one.gone);
                out.push(one);
            }
        }
    }
    Ok(out)
}

/// When fields of a file were last written: milliseconds since 1970.
pub async fn written(db: &Db, person: i64) -> DbResult<BTreeMap<String, i64>> {
    let sql = "select h.field, max(a.at) from history h join audit a on a.seq = h.seq \
               where h.kind = 'person' and h.record = $1 group by h.field";
    let rows = db.rows(sql, values![person.to_string()]).await?;
    rows.iter().map(|r| Ok((r.text(0)?, r.int(1)?))).collect()
}

/// How many rows hang on two files, list by list: a key of the catalogue, then of the one and of the other. Lists that
/// neither has are left out.
pub async fn counts(db: &Db, a: i64, b: i64) -> DbResult<Vec<(&'static str, [i64; 2])>> {
    let lists = [
        ("claim", kernel::key!("认定事项")),
        ("education", kernel::key!("学习经历")),
        ("cv_line", kernel::key!("简历")),
        ("family", kernel::key!("家庭成员")),
        ("merit", kernel::key!("奖惩情况")),
        ("whereabouts", kernel::key!("去向记录")),
        ("pool_stay", kernel::key!("后备人才库")),
        ("holding", kernel::key!("职务")),
        ("filing_act", kernel::key!("任职备案")),
        ("attachment", kernel::key!("材料")),
    ];
    let of = |table: &str| match table {
        "attachment" => format!(
            "select 'attachment', record, count(*) from attachment where kind = 'person' \
             and record in ('{a}', '{b}') and ended_at is null group by record"
        ),
        table => format!(
            "select '{table}', cast(person as text), count(*) from {table} where person in ({a}, {b}) group by person"
        ),
    };
    let sql: Vec<String> = lists.iter().map(|(table, _)| of(table)).collect();
    let mut out: Vec<(&'static str, [i64; 2])> = lists.iter().map(|(_, title)| (*title, [0, 0])).collect();
    for row in db.rows(&sql.join(" union all "), vec![]).await? {
        let (table, whose) = (row.text(0)?, row.text(1)?);
        if let Some(n) = lists.iter().position(|(t, _)| *t == table) {
            out[n].1[usize::from(whose != a.to_string())] = row.int(2)?;
        }
    }
    out.retain(|(_, counts)| counts.iter().any(|n| *n > 0));
    Ok(out)
}
