//! Joint reviews: queries.

pub mod answers;
pub mod desks;
pub mod subjects;

use super::model::{JointReview, Purpose, Seat};
use platform::db::{Db, DbError, DbResult, Row, Value, WriteTx, new_id};
use platform::values;
use policy::review::Need;

const REVIEW: &str = "select r.id, r.title, r.purpose, r.source, r.pack, r.pack_version, r.pack_hash, r.sent_on, r.due_on, \
    r.valid_months, r.by_name, r.at, r.rev from joint_review r";

fn review_row(r: &Row) -> DbResult<JointReview> {
    let purpose = r.text(2)?;
    Ok(JointReview {
        id: r.int(0)?,
        title: r.text(1)?,
        purpose: Purpose::by_id(&purpose)
            .ok_or_else(|| DbError::Version(format!("unknown purpose {purpose}")))?,
        source: r.get(3)?,
        pack: r.text(4)?,
        pack_version: r.text(5)?,
        pack_hash: r.text(6)?,
        sent_on: r.text(7)?,
        due_on: r.text(8)?,
        valid_months: r.int(9)?,
        by: r.text(10)?,
        at: r.int(11)?,
        rev: r.int(12)?,
    })
}

const SEAT: &str = "select s.id, s.review, s.seat, s.title, s.needs, s.unit, s.head, s.head_name, s.taken_at, s.signed_by, \
    s.signed_at, s.reminded_on, s.reminders, s.rev from review_seat s";

fn seat_row(r: &Row) -> DbResult<Seat> {
    Ok(Seat {
        id: r.int(0)?,
        review: r.int(1)?,
        seat: r.text(2)?,
        title: r.text(3)?,
        needs: r.text(4)?.split('|').filter_map(Need::by_id).collect(),
        unit: r.text(5)?,
        head: r.get(6)?,
        head_name: r.text(7)?,
        taken_at: r.get(8)?,
        signed_by: r.text(9)?,
        signed_at: r.get(10)?,
        reminded_on: r.text(11)?,
        reminders: r.int(12)?,
        rev: r.int(13)?,
    })
}

/// A review by its id.
pub async fn review(db: &Db, id: i64) -> DbResult<Option<JointReview>> {
    db.one(&format!("{REVIEW} where r.id = $1"), values![id]).await?.as_ref().map(review_row).transpose()
}

/// The latest review that a slice asked for; by purpose alone where it has no source.
pub async fn of_source(db: &Db, purpose: Purpose, source: Option<i64>) -> DbResult<Option<JointReview>> {
    let (condition, values): (&str, Vec<Value>) = match source {
        Some(source) => ("r.purpose = $1 and r.source = $2", values![purpose.id(), source]),
        None => ("r.purpose = $1 and r.source is null", values![purpose.id()]),
    };
    let sql = format!("{REVIEW} where {condition} order by r.at desc, r.id desc limit 1");
    db.one(&sql, values).await?.as_ref().map(review_row).transpose()
}

/// A review with how many people, seats, and seats that signed.
pub struct Listed {
    pub review: JointReview,
    pub people: u64,
    pub seats: u64,
    pub signed: u64,
    /// People whom somebody has to decide about.
    pub waiting: u64,
}

/// The county's reviews, the latest first.
pub async fn list(db: &Db, limit: u64) -> DbResult<Vec<Listed>> {
    let sql = "select r.id, r.title, r.purpose, r.source, r.pack, r.pack_version, r.pack_hash, r.sent_on, r.due_on, \
        r.valid_months, r.by_name, r.at, r.rev, (select count(*) from review_subject p where p.review = r.id), \
        (select count(*) from review_seat s where s.review = r.id), \
        (select count(*) from review_seat s where s.review = r.id and s.signed_at is not null), \
        (select count(*) from review_subject p where p.review = r.id and p.settled_on <> '' and p.conclusion <> 'clear' \
        and p.decision = '') from joint_review r order by r.at desc, r.id desc limit $1";
    let rows = db.rows(sql, values![limit as i64]).await?;
    let small = |r: &Row, at: usize| Ok::<u64, DbError>(r.int(at)?.unsigned_abs());
    rows.iter()
        .map(|r| {
            Ok(Listed {
                review: review_row(r)?,
                people: small(r, 13)?,
                seats: small(r, 14)?,
                signed: small(r, 15)?,
                waiting: small(r, 16)?,
            })
        })
        .collect()
}

/// People of the whole county about whom somebody has to decide.
pub async fn waiting(db: &Db) -> DbResult<u64> {
    let sql = "select count(*) from review_subject where settled_on <> '' and conclusion <> 'clear' and decision = ''";
    Ok(db.one(sql, vec![]).await?.map(|r| r.int(0)).transpose()?.unwrap_or_default().unsigned_abs())
}

/// Adds a review; gives its id.
pub async fn add(tx: &WriteTx, r: &JointReview, account: i64) -> DbResult<i64> {
    let id = new_id();
    let sql = "insert into joint_review (id, title, purpose, source, pack, pack_version, pack_hash, sent_on, due_on, valid_months, \
               by_account, by_name, at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    let values = values![
        id,
        r.title.as_str(),
        r.purpose.id(),
        r.source,
        r.pack.as_str(),
        r.pack_version.as_str(),
        r.pack_hash.as_str(),
        r.sent_on.as_str(),
        r.due_on.as_str(),
        r.valid_months,
        account,
        r.by.as_str(),
        r.at
    ];
    tx.run(sql, values).await?;
    Ok(id)
}

/// Adds a seat to a review, at its place among them.
pub async fn add_seat(tx: &WriteTx, review: i64, seq: i64, s: &Seat) -> DbResult<()> {
    let needs: Vec<&str> = s.needs.iter().map(|n| n.id()).collect();
    let sql = "insert into review_seat (id, review, seat, title, needs, unit, head, head_name, seq) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let values = values![
        new_id(),
        review,
        s.seat.as_str(),
        s.title.as_str(),
        needs.join("|"),
        s.unit.as_str(),
        s.head,
        s.head_name.as_str(),
        seq
    ];
    tx.run(sql, values).await.map(drop)
}

/// The seats of a review in the order they were asked.
pub async fn seats(db: &Db, review: i64) -> DbResult<Vec<Seat>> {
    db.rows(&format!("{SEAT} where s.review = $1 order by s.seq"), values![review])
        .await?
        .iter()
        .map(seat_row)
        .collect()
}

/// The same inside a transaction.
pub async fn seats_in(tx: &WriteTx, review: i64) -> DbResult<Vec<Seat>> {
    tx.rows(&format!("{SEAT} where s.review = $1 order by s.seq"), values![review])
        .await?
        .iter()
        .map(seat_row)
        .collect()
}

/// A seat by its id.
pub async fn seat(db: &Db, id: i64) -> DbResult<Option<Seat>> {
    db.one(&format!("{SEAT} where s.id = $1"), values![id]).await?.as_ref().map(seat_row).transpose()
}

/// A seat of an office's desk: what it is asked, how far it is.
pub struct Asked {
    pub seat: Seat,
    pub review: JointReview,
    pub people: u64,
    pub answered: u64,
    /// Signed answers that are wanted anew.
    pub again: u64,
    /// Answers that wait for the signature.
    pub drafts: u64,
}

impl Asked {
    /// Something is left to do: to answer, or to sign.
    pub fn is_open(&self) -> bool {
        self.seat.signed_at.is_none() || self.again > 0 || self.drafts > 0
    }
}

/// What an office's seats were asked, the latest first.
pub async fn of_unit(db: &Db, unit: &str) -> DbResult<Vec<Asked>> {
    if unit.is_empty() {
        return Ok(Vec::new());
    }
    let sql = "select s.id, s.review, s.seat, s.title, s.needs, s.unit, s.head, s.head_name, s.taken_at, s.signed_by, \
        s.signed_at, s.reminded_on, s.reminders, s.rev, (select count(*) from review_subject p where p.review = s.review), \
        (select count(*) from review_answer a where a.seat = s.id), \
        (select count(*) from review_answer a where a.seat = s.id and a.signed_at is not null and a.recheck_due <> ''), \
        (select count(*) from review_answer a where a.seat = s.id and a.signed_at is null) \
        from review_seat s where s.unit = $1 order by s.review desc, s.seq limit 200";
    let mut out = Vec::new();
    for r in db.rows(sql, values![unit]).await? {
        let seat = seat_row(&r)?;
        let Some(review) = review(db, seat.review).await? else { continue };
        let n = |at: usize| Ok::<u64, DbError>(r.int(at)?.unsigned_abs());
        out.push(Asked { seat, review, people: n(14)?, answered: n(15)?, again: n(16)?, drafts: n(17)? });
    }
    Ok(out)
}

/// Writes that a seat was opened for the first time.
pub async fn take(tx: &WriteTx, seat: i64, at: i64) -> DbResult<()> {
    let sql = "update review_seat set taken_at = $2 where id = $1 and taken_at is null";
    tx.run(sql, values![seat, at]).await.map(drop)
}

/// Writes that a seat was reminded.
pub async fn remind(tx: &WriteTx, seat: i64, day: &str) -> DbResult<()> {
    let sql = "update review_seat set reminded_on = $2, reminders = reminders + 1 where id = $1";
    tx.run(sql, values![seat, day]).await.map(drop)
}

/// Writes a seat's signature; false where somebody signed since it was read.
pub async fn put_signature(tx: &WriteTx, s: &Seat) -> DbResult<bool> {
    let sql =
        "update review_seat set signed_by = $3, signed_at = $4, rev = rev + 1 where id = $1 and rev = $2";
    Ok(tx.run(sql, values![s.id, s.rev, s.signed_by.as_str(), s.signed_at]).await? == 1)
}
