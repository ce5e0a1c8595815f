//! Routine records.

use super::{TOWNSHIP, VILLAGE, pattern};
use crate::slices::duty::RECORD;
use crate::slices::duty::model::year_of;
use crate::slices::people::Person;
use crate::slices::places::Village;
use crate::slices::posts::pages::day_text;
use platform::access::{Authorized, Caller, Org, Part, Target};
use platform::db::{Db, DbResult, Event, Row, Value, WriteTx, new_id, now_ms, numbered};
use platform::values;
use policy::posts::About;
use std::collections::{BTreeMap, HashMap};

/// A routine record.
#[derive(Clone, Debug)]
pub struct Record {
    pub id: i64,
    /// Of a village: none.
    pub person: Option<i64>,
    pub name: String,
    /// Where it stands: nine and twelve digits.
    pub township: String,
    pub village: String,
    pub day: String,
    pub kind: String,
    pub text: String,
    pub by: String,
    pub unit: String,
    /// Milliseconds since 1970.
    pub at: i64,
    pub voided: Option<Voided>,
    /// The record that stands in its place, and the one in whose place it stands.
    pub replaced_by: Option<i64>,
    pub replaces: Option<i64>,
    /// What the person says to it.
    pub explained: String,
    pub explained_at: Option<i64>,
}

/// Why a record does not count.
#[derive(Clone, Debug)]
pub struct Voided {
    pub at: i64,
    pub by: String,
    pub unit: String,
    pub reason: String,
}

impl Target for Record {
    fn org(&self) -> Org<'_> {
        Org { township: &self.township, village: &self.village }
    }
}

impl Record {
    pub fn about(&self) -> About {
        if self.person.is_some() { About::Person } else { About::Village }
    }
}

fn select() -> String {
    format!(
        "select r.id, r.person, coalesce(p.name, ''), {TOWNSHIP}, {VILLAGE}, r.day, r.kind, r.text, r.by_name, r.unit, \
         r.at, r.voided_at, r.voided_by, r.voided_unit, r.reason, r.replaced_by, \
         (select max(o.id) from duty_record o where o.replaced_by = r.id), r.explained, r.explained_at \
         from duty_record r left join person p on p.id = r.person"
    )
}

fn of(row: &Row) -> DbResult<Record> {
    let voided = match row.get::<Option<i64>>(11)? {
        Some(at) => Some(Voided { at, by: row.text(12)?, unit: row.text(13)?, reason: row.text(14)? }),
        None => None,
    };
    Ok(Record {
        id: row.int(0)?,
        person: row.get(1)?,
        name: row.text(2)?,
        township: row.text(3)?,
        village: row.text(4)?,
        day: row.text(5)?,
        kind: row.text(6)?,
        text: row.text(7)?,
        by: row.text(8)?,
        unit: row.text(9)?,
        at: row.int(10)?,
        voided,
        replaced_by: row.get(15)?,
        replaces: row.get(16)?,
        explained: row.text(17)?,
        explained_at: row.get(18)?,
    })
}

/// A record by its id.
pub async fn find(db: &Db, id: i64) -> DbResult<Option<Record>> {
    db.one(&format!("{} where r.id = $1", select()), values![id]).await?.as_ref().map(of).transpose()
}

/// What a list is narrowed to; empty means all.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub village: String,
    pub person: Option<i64>,
    pub kind: String,
    pub year: String,
    /// Searched for in the text and the person's name.
    pub q: String,
    /// Records of villages alone.
    pub villages: bool,
    /// Voided ones too.
    pub voided: bool,
}

fn condition() -> String {
    format!(
        "($1 = '' or {TOWNSHIP} = $1) and ($2 = '' or {VILLAGE} = $2) and ($3 = '' or {VILLAGE} = $3) \
         and ($4 = 0 or r.person = $4) and ($5 = '' or r.kind = $5) and ($6 = '' or r.year = $6) \
         and ($7 = '' or r.text like $7 or p.name like $7) and ($8 = 1 or r.voided_at is null) \
         and ($9 = 0 or r.person is null)"
    )
}

fn bound(part: &Part, f: &Filter) -> Vec<Value> {
    let (voided, villages) = (i64::from(f.voided), i64::from(f.villages));
    values![
        part.township(),
        part.village(),
        f.village.as_str(),
        f.person.unwrap_or_default(),
        f.kind.as_str(),
        f.year.as_str(),
        pattern(&f.q),
        voided,
        villages
    ]
}

/// The records of a part, the latest first.
pub async fn list(db: &Db, part: &Part, filter: &Filter, limit: u64, offset: u64) -> DbResult<Vec<Record>> {
    let sql =
        format!("{} where {} order by r.day desc, r.id desc limit $10 offset $11", select(), condition());
    let mut values = bound(part, filter);
    values.extend(values![limit as i64, offset as i64]);
    db.rows(&sql, values).await?.iter().map(of).collect()
}

/// How many records a part has.
pub async fn count(db: &Db, part: &Part, filter: &Filter) -> DbResult<u64> {
    let sql = format!(
        "select count(*) from duty_record r left join person p on p.id = r.person where {}",
        condition()
    );
    let n = db.one(&sql, bound(part, filter)).await?.map(|r| r.int(0)).transpose()?;
    Ok(n.unwrap_or_default().unsigned_abs())
}

/// The records of a person, voided ones too, the latest first; of a year, or of all.
pub async fn of_person(db: &Db, person: i64, year: &str) -> DbResult<Vec<Record>> {
    let sql = format!(
        "{} where r.person = $1 and ($2 = '' or r.year = $2) order by r.day desc, r.id desc",
        select()
    );
    db.rows(&sql, values![person, year]).await?.iter().map(of).collect()
}

/// The years that have records of a part, the latest first.
pub async fn years(db: &Db, part: &Part) -> DbResult<Vec<String>> {
    let sql = format!(
        "select distinct r.year from duty_record r left join person p on p.id = r.person \
         where ($1 = '' or {TOWNSHIP} = $1) and ($2 = '' or {VILLAGE} = $2) order by r.year desc"
    );
    db.rows(&sql, values![part.township(), part.village()]).await?.iter().map(|r| r.text(0)).collect()
}

/// How many records stand, by subject (a village's code, a person's id) and kind, in a year.
pub async fn counts(db: &Db, year: &str, about: About) -> DbResult<HashMap<(String, String), u64>> {
    let (subject, of) = match about {
        About::Person => ("cast(person as text)", "person is not null"),
        About::Village => ("village", "person is null"),
    };
    let sql = format!(
        "select {subject}, kind, count(*) from duty_record where year = $1 and voided_at is null and {of} \
         group by {subject}, kind"
    );
    let rows = db.rows(&sql, values![year]).await?;
    rows.iter().map(|r| Ok(((r.text(0)?, r.text(1)?), r.int(2)?.unsigned_abs()))).collect()
}

/// The villages of persons, by their ids as texts.
pub async fn villages_of(db: &Db, persons: &[String]) -> DbResult<BTreeMap<String, String>> {
    let ids: Vec<Value> = persons.iter().filter_map(|p| p.parse::<i64>().ok()).map(Value::from).collect();
    let mut out = BTreeMap::new();
    for some in ids.chunks(500) {
        let places = numbered(1, some.len());
        let sql = format!("select cast(id as text), village from person where id in ({})", places);
        for row in db.rows(&sql, some.to_vec()).await? {
            out.insert(row.text(0)?, row.text(1)?);
        }
    }
    Ok(out)
}

/// Whom a new record is about.
pub enum Subject<'a> {
    Person(&'a Authorized<Person>),
    Village(&'a Authorized<Village>),
}

impl Subject<'_> {
    pub fn about(&self) -> About {
        match self {
            Subject::Person(_) => About::Person,
            Subject::Village(_) => About::Village,
        }
    }

    pub fn person(&self) -> Option<i64> {
        match self {
            Subject::Person(p) => Some(p.id),
            Subject::Village(_) => None,
        }
    }

    /// Township and village.
    pub fn org(&self) -> Org<'_> {
        match self {
            Subject::Person(p) => p.org(),
            Subject::Village(v) => v.org(),
        }
    }

    /// What it is called.
    pub fn name(&self) -> &str {
        match self {
            Subject::Person(p) => p.name(),
            Subject::Village(v) => &v.short,
        }
    }

    /// An event about it; what it changes is sealed with the person's key.
    pub fn event(&self, caller: &Caller, action: &str) -> Event {
        let village = self.org().village;
        match self {
            Subject::Person(p) => {
                let event = caller.event(action, "person", &p.id.to_string(), village);
                Event { person: Some(p.id), ..event }
            }
            Subject::Village(_) => caller.event(action, "village", village, village),
        }
    }

    /// Notes what became of it: sealed with the person's key, or in the village's history.
    pub fn told(&self, tx: &mut WriteTx, field: &str, was: Option<String>, became: Option<String>) {
        match self {
            Subject::Person(p) => tx.changed_of(Some(p.id), "person", &p.id.to_string(), field, was, became),
            Subject::Village(v) => tx.changed_of(None, "village", &v.code, field, was, became),
        }
    }
}

/// A record to be written: checked before. `title` is what its kind is called.
pub struct New<'a> {
    pub kind: &'a str,
    pub title: &'a str,
    pub day: &'a str,
    pub text: &'a str,
}

/// Writes a record; gives its id.
pub async fn add(
    tx: &mut WriteTx,
    by: (Option<i64>, &str, &str),
    subject: &Subject<'_>,
    new: &New<'_>,
) -> DbResult<i64> {
    let (id, org) = (new_id(), subject.org());
    let sql = "insert into duty_record (id, person, village, township, day, year, kind, text, by_account, by_name, unit, at) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    let values = values![
        id,
        subject.person(),
        org.village,
        org.township,
        new.day,
        year_of(new.day),
        new.kind,
        new.text,
        by.0,
        by.1,
        by.2,
        now_ms(),
    ];
    tx.run(sql, values).await?;
    let told = format!("{} {}：{}", day_text(new.day), new.title, new.text);
    subject.told(tx, RECORD, None, Some(told));
    Ok(id)
}

/// Voids a record, perhaps for another that stands in its place; false where it was voided already.
pub async fn void(
    tx: &mut WriteTx,
    (by, unit): (&str, &str),
    subject: &Subject<'_>,
    (record, title): (&Record, &str),
    reason: &str,
    replaced_by: Option<i64>,
) -> DbResult<bool> {
    let sql = "update duty_record set voided_at = $2, voided_by = $3, voided_unit = $4, reason = $5, replaced_by = $6 \
               where id = $1 and voided_at is null";
    if tx.run(sql, values![record.id, now_ms(), by, unit, reason, replaced_by]).await? == 0 {
        return Ok(false);
    }
    let was = format!("{} {title}：{}", day_text(&record.day), record.text);
    subject.told(tx, RECORD, Some(was), Some(format!("作废：{reason}")));
    Ok(true)
}

/// Writes what the person says to an own record; false where it is none, or voided.
pub async fn explain(tx: &mut WriteTx, person: i64, record: &Record, text: &str) -> DbResult<bool> {
    let sql = "update duty_record set explained = $3, explained_at = $4 where id = $1 and person = $2 \
               and voided_at is null";
    if tx.run(sql, values![record.id, person, text, now_ms()]).await? == 0 {
        return Ok(false);
    }
    let was = (!record.explained.is_empty()).then(|| format!("说明：{}", record.explained));
    let told = Some(format!("说明：{text}"));
    tx.changed_of(Some(person), "person", &person.to_string(), RECORD, was, told);
    Ok(true)
}
