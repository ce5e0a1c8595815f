//! Inspections of persons and of villages.

use super::records::Subject;
use super::{TOWNSHIP, VILLAGE};
use crate::slices::duty::INSPECTION;
use crate::slices::duty::model::{Draft, Finding, year_of};
use crate::slices::posts::pages::day_text;
use platform::access::{Caller, Org, Part, Target};
use platform::db::{Db, DbResult, Row, Value, WriteTx, new_id, now_ms, numbered};
use platform::values;
use policy::posts::About;

/// An inspection. What was found comes with [`found`].
#[derive(Clone, Debug)]
pub struct Inspection {
    pub id: i64,
    /// Of a village: none.
    pub person: Option<i64>,
    pub name: String,
    /// Where it stands: nine and twelve digits.
    pub township: String,
    pub village: String,
    pub draft: Draft,
    pub signed: bool,
    pub by: String,
    pub unit: String,
    /// Milliseconds since 1970.
    pub at: i64,
    pub signed_by: String,
    pub signed_unit: String,
    pub signed_at: Option<i64>,
    /// The inspection that it corrects, and why.
    pub corrects: Option<i64>,
    pub reason: String,
    /// The signed one that corrects it.
    pub corrected_by: Option<i64>,
    /// A draft that would correct it.
    pub correcting: Option<i64>,
    pub rev: i64,
}

impl Target for Inspection {
    fn org(&self) -> Org<'_> {
        Org { township: &self.township, village: &self.village }
    }
}

impl Inspection {
    pub fn about(&self) -> About {
        if self.person.is_some() { About::Person } else { About::Village }
    }

    /// It counts: signed, and not corrected by a later one.
    pub fn stands(&self) -> bool {
        self.signed && self.corrected_by.is_none()
    }
}

fn select() -> String {
    format!(
        "select r.id, r.person, coalesce(p.name, ''), {TOWNSHIP}, {VILLAGE}, r.day, r.method, r.place, r.attended, r.asked, \
         r.summary, r.state, r.by_name, r.unit, r.at, r.signed_by, r.signed_unit, r.signed_at, r.corrects, r.reason, r.rev, \
         (select max(c.id) from inspection c where c.corrects = r.id and c.state = 'signed'), \
         (select max(c.id) from inspection c where c.corrects = r.id and c.state = 'draft') \
         from inspection r left join person p on p.id = r.person"
    )
}

fn of(row: &Row) -> DbResult<Inspection> {
    let asked: Option<i64> = row.get(9)?;
    Ok(Inspection {
        id: row.int(0)?,
        person: row.get(1)?,
        name: row.text(2)?,
        township: row.text(3)?,
        village: row.text(4)?,
        draft: Draft {
            day: row.text(5)?,
            method: row.text(6)?,
            place: row.text(7)?,
            attended: row.text(8)?,
            asked: asked.map(|n| n.to_string()).unwrap_or_default(),
            summary: row.text(10)?,
            findings: Vec::new(),
        },
        signed: row.text(11)? == "signed",
        by: row.text(12)?,
        unit: row.text(13)?,
        at: row.int(14)?,
        signed_by: row.text(15)?,
        signed_unit: row.text(16)?,
        signed_at: row.get(17)?,
        corrects: row.get(18)?,
        reason: row.text(19)?,
        rev: row.int(20)?,
        corrected_by: row.get(21)?,
        correcting: row.get(22)?,
    })
}

/// An inspection by its id, with what was found.
pub async fn find(db: &Db, id: i64) -> DbResult<Option<Inspection>> {
    let row = db.one(&format!("{} where r.id = $1", select()), values![id]).await?;
    let mut all: Vec<Inspection> = row.as_ref().map(of).transpose()?.into_iter().collect();
    found(db, &mut all).await?;
    Ok(all.pop())
}

/// What a list is narrowed to; empty means all.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Persons or villages alone.
    pub about: Option<About>,
    pub village: String,
    pub person: Option<i64>,
    pub year: String,
    /// `draft` or `signed`.
    pub state: String,
}

fn condition() -> String {
    format!(
        "($1 = '' or {TOWNSHIP} = $1) and ($2 = '' or {VILLAGE} = $2) and ($3 = '' or {VILLAGE} = $3) \
         and ($4 = 0 or r.person = $4) and ($5 = '' or r.year = $5) and ($6 = '' or r.state = $6) \
         and ($7 = '' or ($7 = 'person' and r.person is not null) or ($7 = 'village' and r.person is null))"
    )
}

fn bound(part: &Part, f: &Filter) -> Vec<Value> {
    use policy::posts::Word;
    values![
        part.township(),
        part.village(),
        f.village.as_str(),
        f.person.unwrap_or_default(),
        f.year.as_str(),
        f.state.as_str(),
        f.about.map_or("", Word::id)
    ]
}

/// The inspections of a part, drafts first, then the latest.
pub async fn list(
    db: &Db,
    part: &Part,
    filter: &Filter,
    limit: u64,
    offset: u64,
) -> DbResult<Vec<Inspection>> {
    let sql = format!(
        "{} where {} order by r.state, r.day desc, r.id desc limit $8 offset $9",
        select(),
        condition()
    );
    let mut values = bound(part, filter);
    values.extend(values![limit as i64, offset as i64]);
    let mut all = db.rows(&sql, values).await?.iter().map(of).collect::<DbResult<Vec<_>>>()?;
    found(db, &mut all).await?;
    Ok(all)
}

/// How many inspections a part has.
pub async fn count(db: &Db, part: &Part, filter: &Filter) -> DbResult<u64> {
    let sql = format!(
        "select count(*) from inspection r left join person p on p.id = r.person where {}",
        condition()
    );
    let n = db.one(&sql, bound(part, filter)).await?.map(|r| r.int(0)).transpose()?;
    Ok(n.unwrap_or_default().unsigned_abs())
}

/// The years that have inspections of a part, the latest first.
pub async fn years(db: &Db, part: &Part) -> DbResult<Vec<String>> {
    let sql = format!(
        "select distinct r.year from inspection r left join person p on p.id = r.person \
         where ($1 = '' or {TOWNSHIP} = $1) and ($2 = '' or {VILLAGE} = $2) order by r.year desc"
    );
    db.rows(&sql, values![part.township(), part.village()]).await?.iter().map(|r| r.text(0)).collect()
}

/// Reads what inspections found, with the problems.
async fn found(db: &Db, all: &mut [Inspection]) -> DbResult<()> {
    let ids: Vec<i64> = all.iter().map(|i| i.id).collect();
    for some in ids.chunks(500) {
        let places = numbered(1, some.len());
        let values = || some.iter().map(|id| Value::from(*id)).collect::<Vec<_>>();
        let sql = format!(
            "select inspection, aspect, text, level from inspection_finding where inspection in ({})",
            places
        );
        for row in db.rows(&sql, values()).await? {
            let id = row.int(0)?;
            let finding = Finding {
                aspect: row.text(1)?,
                text: row.text(2)?,
                level: row.text(3)?,
                problems: Vec::new(),
            };
            if let Some(one) = all.iter_mut().find(|i| i.id == id) {
                one.draft.findings.push(finding);
            }
        }
        let sql = format!(
            "select inspection, aspect, text from inspection_problem where inspection in ({}) order by inspection, aspect, seq",
            places
        );
        for row in db.rows(&sql, values()).await? {
            let (id, aspect) = (row.int(0)?, row.text(1)?);
            let one = all.iter_mut().find(|i| i.id == id);
            if let Some(one) = one.and_then(|i| i.draft.findings.iter_mut().find(|f| f.aspect == aspect)) {
                one.problems.push(row.text(2)?);
            }
        }
    }
    Ok(())
}

/// Begins a draft; gives its id. `corrects`: what it corrects, and why.
pub async fn begin(
    tx: &mut WriteTx,
    by: (Option<i64>, &str, &str),
    subject: &Subject<'_>,
    draft: &Draft,
    corrects: Option<(i64, &str)>,
) -> DbResult<i64> {
    let (id, org) = (new_id(), subject.org());
    let sql = "insert into inspection (id, person, village, township, day, year, method, place, attended, asked, summary, \
               state, by_account, by_name, unit, at, corrects, reason) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'draft', $12, $13, $14, $15, $16, $17)";
    let (of, why) = corrects.map_or((None, ""), |(of, why)| (Some(of), why));
    let values = values![
        id,
        subject.person(),
        org.village,
        org.township,
        draft.day.as_str(),
        year_of(&draft.day),
        draft.method.as_str(),
        draft.place.as_str(),
        draft.attended.as_str(),
        draft.asked_count(),
        draft.summary.as_str(),
        by.0,
        by.1,
        by.2,
        now_ms(),
        of,
        why,
    ];
    tx.run(sql, values).await?;
    write_findings(tx, id, of, draft).await?;
    Ok(id)
}

/// Saves a draft as it was read; false where somebody changed or signed it since.
pub async fn save(tx: &mut WriteTx, was: &Inspection, draft: &Draft) -> DbResult<bool> {
    let sql = "update inspection set day = $3, year = $4, method = $5, place = $6, attended = $7, asked = $8, summary = $9, \
               rev = rev + 1 where id = $1 and rev = $2 and state = 'draft'";
    let values = values![
        was.id,
        was.rev,
        draft.day.as_str(),
        year_of(&draft.day),
        draft.method.as_str(),
        draft.place.as_str(),
        draft.attended.as_str(),
        draft.asked_count(),
        draft.summary.as_str(),
    ];
    if tx.run(sql, values).await? == 0 {
        return Ok(false);
    }
    write_findings(tx, was.id, was.corrects, draft).await?;
    Ok(true)
}

/// Writes findings and problems anew. A problem that stood here, or in the inspection that this one corrects, in the same
/// words under the same aspect keeps what it is known by.
async fn write_findings(tx: &WriteTx, id: i64, corrects: Option<i64>, draft: &Draft) -> DbResult<()> {
    let sql =
        "select aspect, text, origin from inspection_problem where inspection in ($1, $2) order by origin";
    let mut known = Vec::new();
    for row in tx.rows(sql, values![id, corrects.unwrap_or(id)]).await? {
        known.push((row.text(0)?, row.text(1)?, row.int(2)?));
    }
    tx.run("delete from inspection_problem where inspection = $1", values![id]).await?;
    tx.run("delete from inspection_finding where inspection = $1", values![id]).await?;
    let (mut findings, mut problems) = (Vec::new(), Vec::new());
    for finding in draft.findings.iter().filter(|f| !f.is_empty()) {
        findings.push(values![id, finding.aspect.as_str(), finding.text.as_str(), finding.level.as_str()]);
        for (n, text) in finding.problems.iter().enumerate() {
            let own = new_id();
            let same = known.iter().find(|(aspect, said, _)| *aspect == finding.aspect && said == text);
            let origin = same.map_or(own, |(.., origin)| *origin);
            let seq = i64::try_from(n).unwrap_or_default();
            problems.push(values![own, id, finding.aspect.as_str(), seq, text.as_str(), origin]);
        }
    }
    tx.insert_many("inspection_finding (inspection, aspect, text, level)", findings, "").await?;
    tx.insert_many("inspection_problem (id, inspection, aspect, seq, text, origin)", problems, "").await
}

/// Signs a draft as it was read: locked from then on. False where somebody changed or signed it since. `title`: what it is
/// called.
pub async fn sign(
    tx: &mut WriteTx,
    caller: &Caller,
    subject: &Subject<'_>,
    (id, rev, draft): (i64, i64, &Draft),
    title: &str,
) -> DbResult<bool> {
    let sql = "update inspection set state = 'signed', signed_by = $3, signed_unit = $4, signed_at = $5, rev = rev + 1 \
               where id = $1 and rev = $2 and state = 'draft'";
    if tx.run(sql, values![id, rev, caller.name.as_str(), caller.unit.as_str(), now_ms()]).await? == 0 {
        return Ok(false);
    }
    let told = format!("{} {title}：{}", day_text(&draft.day), draft.summary);
    subject.told(tx, INSPECTION, None, Some(told));
    Ok(true)
}

/// Takes a draft away; false where it is none any more.
pub async fn drop(tx: &WriteTx, one: &Inspection) -> DbResult<bool> {
    let state = tx.one("select 1 from inspection where id = $1 and state = 'draft'", values![one.id]).await?;
    if state.is_none() {
        return Ok(false);
    }
    for sql in [
        "delete from inspection_problem where inspection = $1",
        "delete from inspection_finding where inspection = $1",
        "delete from inspection where id = $1",
    ] {
        tx.run(sql, values![one.id]).await?;
    }
    Ok(true)
}
