//! Facts of villages and the packs that name them: who entered what, from where, and what follows for the colour.

use super::model::{Colour, Village};
use super::period::{is_period, latest_first};
use super::store;
use appraisal::{FactReader, Facts, classify};
use kernel::{Message, msg};
use platform::access::{Authorized, Caller, Org, Part};
use platform::db::{Db, DbError, DbResult, Value, WriteTx, new_id, now_ms};
use platform::values;
use policy::{CaseSubject, Colouring, Fact, Files, Pack, Source};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

/// A pack of the county.
#[derive(Clone)]
pub struct Adopted {
    /// Its row.
    pub id: i64,
    /// `appraisal` or `colours`: what the county uses it for.
    pub kind: String,
    /// The pack, read.
    pub pack: Arc<Pack>,
    /// First day in force here.
    pub from: String,
    /// The part of the county it was adopted for: empty for all of it, else the digits of a township or village.
    pub part: String,
}

impl Adopted {
    /// Whether it speaks of a place: of the whole county, of the place's township or of the place itself.
    pub fn reaches(&self, place: Org<'_>) -> bool {
        self.part.is_empty() || self.part == place.township || self.part == place.village
    }
}

/// The packs that speak of a part of the county: nothing, or the digits of a township or village. A village is its
/// township's of today, whatever its code began with.
pub async fn reaching<'a>(db: &Db, packs: &'a [Adopted], part: &str) -> DbResult<Vec<&'a Adopted>> {
    let township = match part.len() {
        9 => part.to_owned(),
        12 if packs.iter().any(|p| !p.part.is_empty()) => {
            store::townships_of(db, &BTreeSet::from([part])).await?.remove(part).unwrap_or_default()
        }
        _ => String::new(),
    };
    let village = if part.len() == 12 { part } else { "" };
    Ok(packs.iter().filter(|p| p.reaches(Org { township: &township, village })).collect())
}

/// Packs already read, by hash: reading one takes a millisecond, a page asks for several.
static READ: LazyLock<Mutex<HashMap<String, Arc<Pack>>>> = LazyLock::new(Mutex::default);

async fn pack_of(db: &Db, id: i64, hash: &str) -> DbResult<Arc<Pack>> {
    let cache = || READ.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(pack) = cache().get(hash) {
        return Ok(pack.clone());
    }
    let row = db.one("select files from pack where id = $1", values![id]).await?.ok_or(DbError::Missing)?;
    let pack = read_pack(&row.get::<Vec<u8>>(0)?)?;
    cache().insert(hash.to_owned(), pack.clone());
    Ok(pack)
}

/// The pack of a row, whether in force or not: what a round was begun with.
pub async fn adopted(db: &Db, id: i64) -> DbResult<Arc<Pack>> {
    let row = db.one("select hash from pack where id = $1", values![id]).await?.ok_or(DbError::Missing)?;
    pack_of(db, id, &row.text(0)?).await
}

fn read_pack(files: &[u8]) -> DbResult<Arc<Pack>> {
    let wrong = |e: String| DbError::Version(format!("a stored pack cannot be read: {e}"));
    let files = Files::from_json(files).map_err(|e| wrong(e.to_string()))?;
    let (pack, faults) = Pack::read(&Source::rules_of(&files));
    Ok(Arc::new(pack.ok_or_else(|| wrong(format!("{} faults", faults.len())))?))
}

/// The county's packs in force on a day, the latest first: of each pack its latest version for each part.
pub async fn packs(db: &Db, day: &str) -> DbResult<Vec<Adopted>> {
    let mut out: Vec<Adopted> = Vec::new();
    for adopted in every(db, day).await? {
        if !out.iter().any(|p| p.pack.id == adopted.pack.id && p.part == adopted.part) {
            out.push(adopted);
        }
    }
    Ok(out)
}

/// Every version that the county adopted to be in force by a day, the latest first.
pub async fn every(db: &Db, day: &str) -> DbResult<Vec<Adopted>> {
    let sql = "select id, kind, hash, effective_from, part from pack where effective_from <= $1 \
               order by effective_from desc, id desc";
    let mut out = Vec::new();
    for row in db.rows(sql, values![day]).await? {
        let (id, hash) = (row.int(0)?, row.text(2)?);
        let pack = pack_of(db, id, &hash).await?;
        out.push(Adopted { id, kind: row.text(1)?, pack, from: row.text(3)?, part: row.text(4)? });
    }
    Ok(out)
}

/// The pack that colours the county's villages: one for all of them.
pub fn colouring(packs: &[Adopted]) -> Option<&Adopted> {
    packs.iter().find(|p| p.part.is_empty() && p.pack.colours.is_some())
}

/// The facts of villages that the county's packs name, each once, in the packs' order.
pub fn wanted(packs: &[Adopted]) -> Vec<&Fact> {
    let mut out: Vec<&Fact> = Vec::new();
    for fact in packs.iter().flat_map(|p| &p.pack.facts) {
        if fact.subject == "village" && !out.iter().any(|f| f.id == fact.id) {
            out.push(fact);
        }
    }
    out
}

/// Takes a pack's folder into the county, for all of it. The caller has read it without faults.
pub async fn adopt(tx: &WriteTx, folder: &Path, pack: &Pack, from: &str, by: &str) -> DbResult<i64> {
    let unread = |e: std::io::Error| DbError::Version(format!("the pack {}: {e}", pack.id));
    keep(tx, &Files::open(folder).map_err(unread)?, pack, from, "", by).await
}

/// Keeps a pack's files, in force in a part of the county from a day; gives its row. Nothing changes them afterwards.
pub async fn keep(
    tx: &WriteTx,
    files: &Files,
    pack: &Pack,
    from: &str,
    part: &str,
    by: &str,
) -> DbResult<i64> {
    let kind = if pack.colours.is_some() { "colours" } else { "appraisal" };
    let id = platform::db::new_id();
    tx.run(
        "insert into pack (id, pack, version, hash, title, kind, files, effective_from, part, at, by_name) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        values![
            id,
            pack.id.clone(),
            pack.version.clone(),
            pack.hash.clone(),
            pack.title.clone(),
            kind,
            files.json(),
            from,
            part,
            now_ms(),
            by
        ],
    )
    .await?;
    Ok(id)
}

/// A fact of a village with where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    pub fact: String,
    /// `2025`, `2025-06`, or empty for a fact without a period.
    pub period: String,
    pub value: String,
    pub source: String,
    /// The day the fact is of.
    pub day: String,
    pub by: String,
    pub at: i64,
    pub evidence: Option<i64>,
}

/// A village's facts, each fact's latest period first.
pub async fn known(db: &Db, village: &Authorized<Village>) -> DbResult<Vec<Known>> {
    const SQL: &str = concat!(
        "select fact, period, value, source, day, by_name, at, evidence from fact where code = $1 order by fact, ",
        latest_first!("period")
    );
    let rows = db.rows(SQL, values![village.code.clone()]).await?;
    rows.iter()
        .map(|r| {
            Ok(Known {
                fact: r.text(0)?,
                period: r.text(1)?,
                value: r.text(2)?,
                source: r.text(3)?,
                day: r.text(4)?,
                by: r.text(5)?,
                at: r.int(6)?,
                evidence: r.get(7)?,
            })
        })
        .collect()
}

/// A fact as a form or a program gives it, before it is checked.
#[derive(Clone, Copy, Debug)]
pub struct Given<'a> {
    pub fact: &'a str,
    pub value: &'a str,
    pub period: &'a str,
    pub source: &'a str,
}

/// Longest value and longest source, characters.
pub const LONGEST: (usize, usize) = (2000, 200);

/// Checks a fact to enter against those that the packs name: the fact, or everything that is wrong with it, each with
/// the field it is of.
pub fn check<'p>(wanted: &[&'p Fact], given: Given<'_>) -> Result<&'p Fact, Vec<(&'static str, Message)>> {
    let mut faults = Vec::new();
    let unseen = |text: &str| text.chars().any(|c| c.is_control() && c != '\n' && c != '\r' && c != '\t');
    let found = wanted.iter().find(|f| f.id == given.fact).copied();
    if found.is_none() {
        faults.push(("fact", msg!("办法里没有这项事实")));
    }
    if given.value.is_empty() {
        faults.push(("value", msg!("还没有填；不知道就先空着，缺的事实不会当作 0")));
    } else if given.value.chars().count() > LONGEST.0 || unseen(given.value) {
        faults.push(("value", msg!("太长，或里面有看不见的字符；最多 {n} 个字", n = LONGEST.0)));
    } else if let Some(Err(why)) = found.map(|f| f.parse(given.value)) {
        faults.push(("value", why));
    }
    if given.source.is_empty() {
        faults.push(("source", msg!("请写明出处，例如文件名、台账名或经办人")));
    } else if given.source.chars().count() > LONGEST.1 || unseen(given.source) {
        faults.push(("source", msg!("太长，或里面有看不见的字符；最多 {n} 个字", n = LONGEST.1)));
    }
    if !is_period(given.period) {
        faults.push(("period", msg!("时期写成 2025、2025-06、2025-Q3 或 2025-H1；没有时期就空着")));
    }
    match found {
        Some(fact) if faults.is_empty() => Ok(fact),
        _ => Err(faults),
    }
}

/// A fact to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub code: String,
    pub fact: String,
    pub period: String,
    pub value: String,
    pub source: String,
    pub day: String,
    pub evidence: Option<i64>,
}

/// Writes facts over what stood there, notes what changed, and proposes the colours anew. Gives how many changed.
pub async fn write(
    tx: &mut WriteTx,
    entries: &[Entry],
    by: &Caller,
    batch: Option<i64>,
    note: bool,
) -> DbResult<usize> {
    let mut before: HashMap<(String, String, String), String> = HashMap::new();
    let mut codes: Vec<&str> = entries.iter().map(|e| e.code.as_str()).collect();
    codes.sort_unstable();
    codes.dedup();
    if note {
        for code in &codes {
            let rows =
                tx.rows("select fact, period, value from fact where code = $1", values![*code]).await?;
            for r in rows {
                before.insert(((*code).to_owned(), r.text(0)?, r.text(1)?), r.text(2)?);
            }
        }
    }
    let mut changed = 0;
    let mut rows = Vec::new();
    for e in entries {
        let was = before.get(&(e.code.clone(), e.fact.clone(), e.period.clone()));
        // The same value with a file that proves it is news.
        if was == Some(&e.value) && e.evidence.is_none() {
            continue;
        }
        changed += 1;
        if note {
            tx.changed(&e.code, &field(&e.fact, &e.period), was.cloned(), Some(e.value.clone()));
        }
        rows.push(values![
            new_id(),
            e.code.clone(),
            e.fact.clone(),
            e.period.clone(),
            e.value.clone(),
            e.source.clone(),
            e.day.clone(),
            by.account,
            by.name.clone(),
            now_ms(),
            e.evidence,
            batch
        ]);
    }
    put(tx, rows).await?;
    Ok(changed)
}

/// Puts rows over what stood there: id, code, fact, period, value, source, day, account and name of who entered it,
/// moment, evidence, batch.
pub(super) async fn put(tx: &WriteTx, rows: Vec<Vec<Value>>) -> DbResult<()> {
    tx.insert_many(
        "fact (id, code, fact, period, value, source, day, by_account, by_name, at, evidence, batch)",
        rows,
        "on conflict (code, fact, period) do update set value = excluded.value, source = excluded.source, \
         day = excluded.day, by_account = excluded.by_account, by_name = excluded.by_name, at = excluded.at, \
         evidence = excluded.evidence, batch = excluded.batch",
    )
    .await
}

/// A fact of a period as the history names it.
pub fn field(fact: &str, period: &str) -> String {
    if period.is_empty() { fact.to_owned() } else { format!("{fact}@{period}") }
}

/// The facts of a part's standing villages: code and fact to period and value, the latest period first.
pub async fn values_of(db: &Db, part: &Part) -> DbResult<HashMap<(String, String), Vec<(String, String)>>> {
    const SQL: &str = concat!(
        "select f.code, f.fact, f.period, f.value from fact f join place v on v.code = f.code \
         where v.level = 'village' and v.valid_to = '9999-12-31' and ($1 = '' or v.township = $1) \
         and ($2 = '' or v.code = $2) order by f.code, f.fact, ",
        latest_first!("f.period")
    );
    let mut out: HashMap<(String, String), Vec<(String, String)>> = HashMap::new();
    for r in db.rows(SQL, of_part(part)).await? {
        out.entry((r.text(0)?, r.text(1)?)).or_default().push((r.text(2)?, r.text(3)?));
    }
    Ok(out)
}

/// The facts of villages as the engines read them: each fact's latest period. `part` limits, `code` to one village.
pub async fn table(rows: Vec<platform::db::Row>, pack: &Pack) -> DbResult<(Vec<String>, Facts)> {
    let mut subjects: BTreeMap<String, CaseSubject> = BTreeMap::new();
    for r in rows {
        let (code, fact, value) = (r.text(0)?, r.maybe(1)?, r.maybe(2)?);
        let subject = subjects.entry(code.clone()).or_insert_with(|| CaseSubject {
            code,
            village: String::new(),
            facts: Vec::new(),
            marks: Vec::new(),
            expect: Vec::new(),
        });
        // Later periods come first.
        if pack.fact(&fact).is_some() && !subject.facts.iter().any(|(f, _)| *f == fact) {
            subject.facts.push((fact, value));
        }
    }
    let subjects: Vec<CaseSubject> = subjects.into_values().collect();
    let mut faults = Vec::new();
    let reader = FactReader { pack, persons: false, beside: None };
    let facts = reader.from_case(&subjects, &mut faults);
    Ok((subjects.into_iter().map(|s| s.code).collect(), facts))
}

/// The statement that [`table`] reads: facts of standing villages of a part (township, then village).
pub const TABLE: &str = concat!(
    "select v.code, f.fact, f.value from place v left join fact f on f.code = v.code \
     where v.level = 'village' and v.valid_to = '9999-12-31' and ($1 = '' or v.township = $1) \
     and ($2 = '' or v.code = $2) order by v.code, f.fact, ",
    latest_first!("f.period")
);

/// What a [`TABLE`] is asked for.
pub fn of_part(part: &Part) -> Vec<Value> {
    values![part.township(), part.village()]
}

/// Works out the colours of the part's villages anew and writes what the pack proposes.
pub async fn propose(tx: &mut WriteTx, adopted: &Adopted, part: &Part) -> DbResult<()> {
    let rows = tx.rows(TABLE, of_part(part)).await?;
    let (codes, facts) = table(rows, &adopted.pack).await?;
    let outcomes = classify(&adopted.pack, &facts);
    let Some(colours) = &adopted.pack.colours else { return Ok(()) };
    let now = now_ms();
    let rows = codes
        .into_iter()
        .zip(&outcomes)
        .map(|(code, outcome)| {
            let (proposed, matched, missing) = match outcome {
                Colouring::Rule(r) => {
                    (colours.rules[*r].colour.clone(), colours.rules[*r].id.clone(), String::new())
                }
                Colouring::Blocked(r, lacking) => {
                    let rule = &colours.rules[*r].id;
                    let entry = |f: &usize| {
                        let fact = &adopted.pack.facts[*f];
                        format!("{rule}/{}/{}", fact.id, fact.source)
                    };
                    let missing: Vec<String> = lacking.iter().map(entry).collect();
                    (String::new(), String::new(), missing.join(";"))
                }
                Colouring::Undecided => Default::default(),
            };
            values![code, adopted.id, proposed, matched, missing, now]
        })
        .collect();
    tx.insert_many(
        "colour (code, pack, proposed, matched, missing, at)",
        rows,
        "on conflict (code) do update set pack = excluded.pack, proposed = excluded.proposed, \
         matched = excluded.matched, missing = excluded.missing, at = excluded.at",
    )
    .await
}

/// The colour that a rule gives.
pub fn colour_of(adopted: &Adopted, outcome: &Colouring) -> Option<Colour> {
    let table = adopted.pack.colours.as_ref()?;
    match outcome {
        Colouring::Rule(r) => Colour::by_id(&table.rules[*r].colour),
        _ => None,
    }
}
