//! The people of joint reviews.

use crate::slices::reviews::model::{Decision, Subject};
use platform::db::{Db, DbResult, Row, Value, WriteTx, new_id, numbered};
use platform::values;
use policy::review::Conclusion;

const SUBJECT: &str = "select b.id, b.review, b.seq, b.person, p.name, b.village, \
    coalesce((select v.short from place v where v.code = b.village and v.level = 'village' \
        order by v.valid_to desc limit 1), ''), \
    b.township, \
    coalesce((select t.name from place t where t.code = b.township and t.level = 'township' \
        order by t.valid_to desc limit 1), ''), \
    b.post, b.conclusion, b.clause, b.clause_title, b.document, b.settled_on, b.told_on, b.object_until, b.objection, \
    b.objected_at, b.answer_by, b.decision, b.decided_by, b.decided_on, b.reason, b.valid_to, b.rev \
    from review_subject b join person p on p.id = b.person";

fn of(r: &Row) -> DbResult<Subject> {
    Ok(Subject {
        id: r.int(0)?,
        review: r.int(1)?,
        seq: r.int(2)?,
        person: r.int(3)?,
        name: r.text(4)?,
        village: r.text(5)?,
        village_name: r.text(6)?,
        township: r.text(7)?,
        township_name: r.text(8)?,
        post: r.text(9)?,
        conclusion: Conclusion::by_id(&r.text(10)?),
        clause: r.text(11)?,
        clause_title: r.text(12)?,
        document: r.text(13)?,
        settled_on: r.text(14)?,
        told_on: r.text(15)?,
        object_until: r.text(16)?,
        objection: r.text(17)?,
        objected_at: r.get(18)?,
        answer_by: r.text(19)?,
        decision: Decision::by_id(&r.text(20)?),
        decided_by: r.text(21)?,
        decided_on: r.text(22)?,
        reason: r.text(23)?,
        valid_to: r.text(24)?,
        rev: r.int(25)?,
    })
}

/// Everybody of a review, in its order.
pub async fn all(db: &Db, review: i64) -> DbResult<Vec<Subject>> {
    db.rows(&format!("{SUBJECT} where b.review = $1 order by b.seq"), values![review])
        .await?
        .iter()
        .map(of)
        .collect()
}

/// How many people a review asks about.
pub async fn count(db: &Db, review: i64) -> DbResult<u64> {
    let row = db.one("select count(*) from review_subject where review = $1", values![review]).await?;
    Ok(row.map(|r| r.int(0)).transpose()?.unwrap_or_default().unsigned_abs())
}

/// The same inside a transaction.
pub async fn all_in(tx: &WriteTx, review: i64) -> DbResult<Vec<Subject>> {
    tx.rows(&format!("{SUBJECT} where b.review = $1 order by b.seq"), values![review])
        .await?
        .iter()
        .map(of)
        .collect()
}

/// A person of a review.
pub async fn find(db: &Db, id: i64) -> DbResult<Option<Subject>> {
    db.one(&format!("{SUBJECT} where b.id = $1"), values![id]).await?.as_ref().map(of).transpose()
}

/// A person's reviews, the latest first.
pub async fn of_person(db: &Db, person: i64) -> DbResult<Vec<Subject>> {
    let sql = format!("{SUBJECT} where b.person = $1 order by b.id desc");
    db.rows(&sql, values![person]).await?.iter().map(of).collect()
}

/// The reviews of persons that came to an end by a day: no objection from any seat, or decided. The latest first.
pub async fn ended(db: &Db, persons: &[i64], day: &str) -> DbResult<Vec<Subject>> {
    let mut out = Vec::new();
    for some in persons.chunks(500) {
        let sql = format!(
            "{SUBJECT} where b.settled_on <> '' and ((b.conclusion = 'clear' and b.settled_on <= $1) \
             or (b.decision <> '' and b.decided_on <= $1)) and b.person in ({}) order by b.id desc",
            numbered(2, some.len())
        );
        let mut values = values![day];
        values.extend(some.iter().map(|p| Value::from(*p)));
        for r in db.rows(&sql, values).await? {
            out.push(of(&r)?);
        }
    }
    Ok(out)
}

/// Adds people to a review, in order: person, village, township, post.
pub async fn add(tx: &WriteTx, review: i64, people: &[(i64, String, String, String)]) -> DbResult<()> {
    let rows = people.iter().enumerate().map(|(i, (person, village, township, post))| {
        values![new_id(), review, i as i64 + 1, *person, village.as_str(), township.as_str(), post.as_str()]
    });
    let into = "review_subject (id, review, seq, person, village, township, post)";
    tx.insert_many(into, rows.collect(), "").await
}

/// Writes what came of a person's review; false where somebody changed it since it was read.
pub async fn save(tx: &WriteTx, s: &Subject) -> DbResult<bool> {
    let sql = "update review_subject set conclusion = $3, clause = $4, clause_title = $5, document = $6, settled_on = $7, \
               told_on = $8, object_until = $9, objection = $10, objected_at = $11, answer_by = $12, decision = $13, \
               decided_by = $14, decided_on = $15, reason = $16, valid_to = $17, rev = rev + 1 where id = $1 and rev = $2";
    let values = values![
        s.id,
        s.rev,
        s.conclusion.map_or("", Conclusion::id),
        s.clause.as_str(),
        s.clause_title.as_str(),
        s.document.as_str(),
        s.settled_on.as_str(),
        s.told_on.as_str(),
        s.object_until.as_str(),
        s.objection.as_str(),
        s.objected_at,
        s.answer_by.as_str(),
        s.decision.map_or("", Decision::id),
        s.decided_by.as_str(),
        s.decided_on.as_str(),
        s.reason.as_str(),
        s.valid_to.as_str()
    ];
    Ok(tx.run(sql, values).await? == 1)
}

/// Takes a person out of every review, with what the seats said; whoever erases a file calls it.
pub async fn erase(tx: &WriteTx, person: i64) -> DbResult<()> {
    let sql = "delete from review_answer where subject in (select id from review_subject where person = $1)";
    tx.run(sql, values![person]).await?;
    tx.run("delete from review_subject where person = $1", values![person]).await.map(drop)
}
