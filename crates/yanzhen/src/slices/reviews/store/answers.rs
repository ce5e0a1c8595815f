//! What seats said, and the packets they said it in.

use crate::slices::reviews::model::{Answer, Good};
use platform::access::Caller;
use platform::db::{Db, DbError, DbResult, Row, WriteTx, new_id, now_ms};
use platform::values;
use policy::review::Conclusion;
use std::collections::HashMap;

const ANSWER: &str = "select a.id, a.seat, a.subject, a.conclusion, a.clause, a.clause_title, a.document, a.by_account, \
    a.by_name, a.at, a.signed_at, a.recheck_due from review_answer a";

fn of(r: &Row) -> DbResult<Answer> {
    let conclusion = r.text(3)?;
    Ok(Answer {
        id: r.int(0)?,
        seat: r.int(1)?,
        subject: r.int(2)?,
        conclusion: Conclusion::by_id(&conclusion)
            .ok_or_else(|| DbError::Version(format!("unknown conclusion {conclusion}")))?,
        clause: r.text(4)?,
        clause_title: r.text(5)?,
        document: r.text(6)?,
        account: r.get(7)?,
        by: r.text(8)?,
        at: r.int(9)?,
        signed_at: r.get(10)?,
        recheck_due: r.text(11)?,
    })
}

/// What a seat said, about whom.
pub async fn of_seat(db: &Db, seat: i64) -> DbResult<Vec<Answer>> {
    let rows = db.rows(&format!("{ANSWER} where a.seat = $1 order by a.id"), values![seat]).await?;
    rows.iter().map(of).collect()
}

/// The same inside a transaction.
pub async fn of_seat_in(tx: &WriteTx, seat: i64) -> DbResult<Vec<Answer>> {
    let rows = tx.rows(&format!("{ANSWER} where a.seat = $1 order by a.id"), values![seat]).await?;
    rows.iter().map(of).collect()
}

/// What every seat of a review said, by person.
pub async fn of_review_in(tx: &WriteTx, review: i64) -> DbResult<HashMap<i64, Vec<Answer>>> {
    let sql = format!("{ANSWER} join review_seat s on s.id = a.seat where s.review = $1 order by a.id");
    let mut out: HashMap<i64, Vec<Answer>> = HashMap::new();
    for r in tx.rows(&sql, values![review]).await? {
        let answer = of(&r)?;
        out.entry(answer.subject).or_default().push(answer);
    }
    Ok(out)
}

/// What the seats said of a person.
pub async fn of_subject(db: &Db, subject: i64) -> DbResult<Vec<Answer>> {
    let rows = db.rows(&format!("{ANSWER} where a.subject = $1 order by a.seat"), values![subject]).await?;
    rows.iter().map(of).collect()
}

/// The same inside a transaction.
pub async fn of_subject_in(tx: &WriteTx, subject: i64) -> DbResult<Vec<Answer>> {
    let rows = tx.rows(&format!("{ANSWER} where a.subject = $1 order by a.seat"), values![subject]).await?;
    rows.iter().map(of).collect()
}

/// How far each seat of a review is: answered, by conclusion in the order of [`Conclusion::ALL`], wanted anew; by seat.
pub async fn tally(db: &Db, review: i64) -> DbResult<HashMap<i64, ([u64; 4], u64)>> {
    let sql = "select a.seat, a.conclusion, count(*), \
        sum(case when a.signed_at is not null and a.recheck_due <> '' then 1 else 0 end) \
        from review_answer a join review_seat s on s.id = a.seat where s.review = $1 group by a.seat, a.conclusion";
    let mut out: HashMap<i64, ([u64; 4], u64)> = HashMap::new();
    for r in db.rows(sql, values![review]).await? {
        let conclusion = r.text(1)?;
        let Some(at) = Conclusion::ALL.iter().position(|c| c.id() == conclusion) else { continue };
        let own = out.entry(r.int(0)?).or_default();
        own.0[at] = r.int(2)?.unsigned_abs();
        own.1 += r.int(3)?.unsigned_abs();
    }
    Ok(out)
}

/// Writes a seat's answer over its earlier one, unsigned.
pub async fn put(tx: &WriteTx, seat: i64, subject: i64, good: &Good, by: &Caller) -> DbResult<()> {
    let sql = "insert into review_answer (id, seat, subject, conclusion, clause, clause_title, document, by_account, by_name, at) \
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (seat, subject) do update set conclusion = $4, \
        clause = $5, clause_title = $6, document = $7, by_account = $8, by_name = $9, at = $10, signed_at = null, \
        recheck_due = ''";
    let values = values![
        new_id(),
        seat,
        subject,
        good.conclusion.id(),
        good.clause.as_str(),
        good.clause_title.as_str(),
        good.document.as_str(),
        by.account,
        by.name.as_str(),
        now_ms()
    ];
    tx.run(sql, values).await.map(drop)
}

/// Takes an unsigned answer away; false where there is none.
pub async fn drop_draft(tx: &WriteTx, seat: i64, subject: i64) -> DbResult<bool> {
    let sql = "delete from review_answer where seat = $1 and subject = $2 and signed_at is null";
    Ok(tx.run(sql, values![seat, subject]).await? == 1)
}

/// Signs what a seat drafted. What is still looked into is due again on a day.
pub async fn sign(tx: &WriteTx, seat: i64, at: i64, verify_due: &str) -> DbResult<()> {
    let sql = "update review_answer set recheck_due = case when conclusion = 'verify' then $3 else '' end, signed_at = $2 \
               where seat = $1 and signed_at is null";
    tx.run(sql, values![seat, at, verify_due]).await.map(drop)
}

/// Asks a seat for a signed answer anew; false where there is none to ask for.
pub async fn ask_again(tx: &WriteTx, answer: i64, due: &str) -> DbResult<bool> {
    let sql = "update review_answer set recheck_due = $2 where id = $1 and signed_at is not null and recheck_due = ''";
    Ok(tx.run(sql, values![answer, due]).await? == 1)
}

/// Takes away what the seats said where every conclusion of the review has run out: those stay. Gives how many answers went.
pub async fn clear(tx: &WriteTx, day: &str) -> DbResult<u64> {
    let sql = "delete from review_answer where subject in (select b.id from review_subject b where b.valid_to <> '' \
               and b.valid_to < $1)";
    tx.run(sql, values![day]).await
}

/// Whether anything is left that [`clear`] would take.
pub async fn has_run_out(db: &Db, day: &str) -> DbResult<bool> {
    let sql = "select 1 from review_answer a join review_subject b on b.id = a.subject where b.valid_to <> '' \
               and b.valid_to < $1 limit 1";
    Ok(db.one(sql, values![day]).await?.is_some())
}

/// A packet that went out or came back.
#[derive(Clone, Debug)]
pub struct Packet {
    /// It came back.
    pub back: bool,
    pub rows: i64,
    pub faults: i64,
    pub by: String,
    pub at: i64,
}

/// A seat's packets, the latest first.
pub async fn packets(db: &Db, seat: i64) -> DbResult<Vec<Packet>> {
    let sql = "select way, rows, faults, by_name, at from review_packet where seat = $1 order by at desc, id desc limit 20";
    let rows = db.rows(sql, values![seat]).await?;
    let packet = |r: &Row| {
        Ok(Packet {
            back: r.text(0)? == "in",
            rows: r.int(1)?,
            faults: r.int(2)?,
            by: r.text(3)?,
            at: r.int(4)?,
        })
    };
    rows.iter().map(packet).collect()
}

/// Notes a packet.
pub async fn note_packet(tx: &WriteTx, seat: i64, packet: &Packet, digest: &str) -> DbResult<()> {
    let way = if packet.back { "in" } else { "out" };
    let sql = "insert into review_packet (id, seat, way, rows, faults, digest, by_name, at) \
               values ($1, $2, $3, $4, $5, $6, $7, $8)";
    let values =
        values![new_id(), seat, way, packet.rows, packet.faults, digest, packet.by.as_str(), packet.at];
    tx.run(sql, values).await.map(drop)
}
