//! Holdings: tables and queries. Every change of a holding is kept in the file of its person.

use super::model::Holding;
use crate::slices::places::model::FOREVER;
use crate::slices::places::store::{today, townships_of_in};
use platform::access::Part;
use platform::db::{Db, DbError, DbResult, Row, Value, WriteTx, numbered};
use platform::values;
use policy::posts::{Track, Word};

const HOLDING: &str = "select h.id, h.village, h.township, h.post, h.track, h.title, h.person, p.name, h.term, \
    h.from_on, h.to_on, h.way_in, h.way_out, h.ground_in, h.ground_out, h.filing, h.rev \
    from holding h join person p on p.id = h.person";

fn of(row: &Row) -> DbResult<Holding> {
    let track = row.text(4)?;
    Ok(Holding {
        id: row.int(0)?,
        village: row.text(1)?,
        township: row.text(2)?,
        post: row.text(3)?,
        track: Track::parse(&track).ok_or_else(|| DbError::Version(format!("unknown track {track}")))?,
        title: row.text(5)?,
        person: row.int(6)?,
        person_name: row.text(7)?,
        term: row.get(8)?,
        from_on: row.text(9)?,
        to_on: row.text(10)?,
        way_in: row.text(11)?,
        way_out: row.text(12)?,
        ground_in: row.text(13)?,
        ground_out: row.text(14)?,
        filing: row.get(15)?,
        rev: row.int(16)?,
    })
}

async fn many(db: &Db, condition: &str, values: Vec<Value>) -> DbResult<Vec<Holding>> {
    db.rows(&format!("{HOLDING} where {condition}"), values).await?.iter().map(of).collect()
}

/// A holding by its id.
pub async fn find(db: &Db, id: i64) -> DbResult<Option<Holding>> {
    Ok(many(db, "h.id = $1", values![id]).await?.pop())
}

/// Who holds what in a village on a day.
pub async fn of_village(db: &Db, village: &str, day: &str) -> DbResult<Vec<Holding>> {
    many(
        db,
        "h.village = $1 and h.from_on <= $2 and h.to_on >= $2 order by h.from_on, h.id",
        values![village, day],
    )
    .await
}

/// Every hold that a village's posts ever had, the latest first.
pub async fn ever_of_village(db: &Db, village: &str) -> DbResult<Vec<Holding>> {
    many(db, "h.village = $1 order by h.from_on desc, h.id desc", values![village]).await
}

/// Who holds what in a part of the county on a day.
pub async fn of_part(db: &Db, part: &Part, day: &str) -> DbResult<Vec<Holding>> {
    let condition = "($1 = '' or h.township = $1) and ($2 = '' or h.village = $2) and h.from_on <= $3 and h.to_on >= $3 \
                     order by h.village, h.from_on, h.id";
    many(db, condition, values![part.township(), part.village(), day]).await
}

/// Every post a person ever held, the latest first.
pub async fn of_person(db: &Db, person: i64) -> DbResult<Vec<Holding>> {
    many(db, "h.person = $1 order by h.from_on desc, h.id desc", values![person]).await
}

/// The same inside a transaction.
pub async fn of_person_in(tx: &WriteTx, person: i64) -> DbResult<Vec<Holding>> {
    let sql = format!("{HOLDING} where h.person = $1 order by h.from_on desc, h.id desc");
    tx.rows(&sql, values![person]).await?.iter().map(of).collect()
}

/// Which posts persons hold on a day.
pub async fn held_in(tx: &WriteTx, persons: &[i64], day: &str) -> DbResult<Vec<(i64, String)>> {
    let mut out = Vec::new();
    for some in persons.chunks(500) {
        let places = numbered(2, some.len());
        let sql = format!(
            "select person, post from holding where from_on <= $1 and to_on >= $1 and person in ({})",
            places
        );
        let mut values = values![day];
        values.extend(some.iter().map(|p| Value::from(*p)));
        for row in tx.rows(&sql, values).await? {
            out.push((row.int(0)?, row.text(1)?));
        }
    }
    Ok(out)
}

/// A hold to be written. Checked before; see [`super::model`].
#[derive(Clone, Debug)]
pub struct New {
    pub village: String,
    pub post: String,
    pub track: Track,
    pub title: String,
    pub person: i64,
    pub term: Option<i64>,
    pub from_on: String,
    /// Last day; `9999-12-31` while it lasts.
    pub to_on: String,
    pub way_in: String,
    pub way_out: String,
    pub ground_in: String,
    pub ground_out: String,
    pub filing: Option<i64>,
    pub batch: Option<i64>,
}

impl New {
    /// What the history says of it.
    fn told(&self) -> String {
        told(&self.village, &self.post, &self.from_on, &self.to_on, &self.way_in, &self.way_out)
    }
}

fn told(village: &str, post: &str, from: &str, to: &str, way_in: &str, way_out: &str) -> String {
    serde_json::json!({"village": village, "post": post, "from": from, "to": to, "in": way_in, "out": way_out})
        .to_string()
}

/// What the history says of a hold.
pub fn said(hold: &Holding) -> String {
    told(&hold.village, &hold.post, &hold.from_on, &hold.to_on, &hold.way_in, &hold.way_out)
}

const INTO: &str = "holding (id, village, township, post, track, title, person, term, from_on, to_on, way_in, way_out, \
                    ground_in, ground_out, filing, batch)";

fn row(id: i64, new: &New, township: &str) -> Vec<Value> {
    values![
        id,
        new.village.as_str(),
        township,
        new.post.as_str(),
        new.track.id(),
        new.title.as_str(),
        new.person,
        new.term,
        new.from_on.as_str(),
        new.to_on.as_str(),
        new.way_in.as_str(),
        new.way_out.as_str(),
        new.ground_in.as_str(),
        new.ground_out.as_str(),
        new.filing,
        new.batch,
    ]
}

/// Writes holds; gives their ids in order. What persons hold today is derived by [`super::repost`] afterwards.
pub async fn begin(tx: &mut WriteTx, new: &[New]) -> DbResult<Vec<i64>> {
    let made: Vec<i64> = new.iter().map(|_| platform::db::new_id()).collect();
    for n in new {
        tx.changed_of(Some(n.person), "person", &n.person.to_string(), "post", None, Some(n.told()));
    }
    let townships = townships_of_in(tx, &new.iter().map(|n| n.village.as_str()).collect()).await?;
    let of = |n: &New| townships.get(&n.village).map_or("", String::as_str);
    tx.insert_many(INTO, made.iter().zip(new).map(|(id, n)| row(*id, n, of(n))).collect(), "").await?;
    Ok(made)
}

/// Ends a hold as it was read; false where somebody changed it since.
pub async fn end(tx: &mut WriteTx, hold: &Holding, last: &str, way: &str, ground: &str) -> DbResult<bool> {
    let sql = "update holding set to_on = $3, way_out = $4, ground_out = $5, rev = rev + 1 where id = $1 and rev = $2";
    if tx.run(sql, values![hold.id, hold.rev, last, way, ground]).await? == 0 {
        return Ok(false);
    }
    let say = |to: &str, out: &str| told(&hold.village, &hold.post, &hold.from_on, to, &hold.way_in, out);
    let (was, became) = (say(&hold.to_on, &hold.way_out), say(last, way));
    tx.changed_of(Some(hold.person), "person", &hold.person.to_string(), "post", Some(was), Some(became));
    Ok(true)
}

/// A village's term on a track.
#[derive(Clone, Debug)]
pub struct Term {
    pub id: i64,
    pub village: String,
    pub track: Track,
    /// `第十二届`.
    pub name: String,
    pub from_on: String,
    pub to_on: String,
    pub ground: String,
    /// The day it really ended; empty while it runs.
    pub ended_on: String,
}

fn term_of(row: &Row) -> DbResult<Term> {
    let track = row.text(2)?;
    Ok(Term {
        id: row.int(0)?,
        village: row.text(1)?,
        track: Track::parse(&track).ok_or_else(|| DbError::Version(format!("unknown track {track}")))?,
        name: row.text(3)?,
        from_on: row.text(4)?,
        to_on: row.text(5)?,
        ground: row.text(6)?,
        ended_on: row.text(7)?,
    })
}

const TERM: &str = "select id, village, track, name, from_on, to_on, ground, ended_on from term";

/// The terms of a village, the latest first.
pub async fn terms(db: &Db, village: &str) -> DbResult<Vec<Term>> {
    let sql = format!("{TERM} where village = $1 order by from_on desc, track");
    db.rows(&sql, values![village]).await?.iter().map(term_of).collect()
}

/// The terms of a part of the county that run on a day.
pub async fn terms_of_part(db: &Db, part: &Part, day: &str) -> DbResult<Vec<Term>> {
    let sql = format!(
        "{TERM} where from_on <= $3 and to_on >= $3 and (ended_on = '' or ended_on >= $3) and ($2 = '' or village = $2) \
         and ($1 = '' or village in (select code from place where level = 'village' and township = $1 \
         and valid_to = $4)) order by village, track"
    );
    db.rows(&sql, values![part.township(), part.village(), day, FOREVER]).await?.iter().map(term_of).collect()
}

/// Writes a term; gives its id.
pub async fn add_term(tx: &WriteTx, term: &Term) -> DbResult<i64> {
    let made = add_terms(tx, std::slice::from_ref(term)).await?;
    made.into_iter().next().ok_or(DbError::Missing)
}

/// Writes terms; gives their ids in order. The ids they come with do not count.
pub async fn add_terms(tx: &WriteTx, terms: &[Term]) -> DbResult<Vec<i64>> {
    let made: Vec<i64> = terms.iter().map(|_| platform::db::new_id()).collect();
    let rows = made.iter().zip(terms).map(|(id, term)| {
        values![
            *id,
            term.village.as_str(),
            term.track.id(),
            term.name.as_str(),
            term.from_on.as_str(),
            term.to_on.as_str(),
            term.ground.as_str(),
            term.ended_on.as_str(),
        ]
    });
    tx.insert_many("term (id, village, track, name, from_on, to_on, ground, ended_on)", rows.collect(), "")
        .await?;
    Ok(made)
}

/// Persons whose posts of today may differ from what their files say: a hold begins or ended between two days.
pub async fn turned(db: &Db, since: &str) -> DbResult<Vec<i64>> {
    let sql = "select distinct person from holding where (from_on > $1 and from_on <= $2) \
               or (to_on >= $1 and to_on < $2 and to_on <> $3)";
    db.rows(sql, values![since, today(), FOREVER]).await?.iter().map(|r| r.int(0)).collect()
}
