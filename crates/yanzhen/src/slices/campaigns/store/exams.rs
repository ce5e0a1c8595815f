//! Tickets, seats and marks.

use crate::slices::campaigns::model::Stage;
use platform::db::{Db, DbResult, Row, WriteTx, now_ms};
use platform::values;

/// A mark as two people entered it. Values: a mark as written (`78.50`), `缺考` or `取消资格`; empty for none yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    pub entry: i64,
    /// From 1; 0 for the mark of a paper.
    pub examiner: i64,
    pub one: String,
    pub one_by: Option<i64>,
    pub one_name: String,
    pub two: String,
    pub two_by: Option<i64>,
    pub two_name: String,
    /// What a third act settled a difference to.
    pub settled: String,
    pub settled_by: String,
    pub reason: String,
}

fn mark(r: &Row) -> DbResult<Mark> {
    Ok(Mark {
        entry: r.int(0)?,
        examiner: r.int(1)?,
        one: r.text(2)?,
        one_by: r.get(3)?,
        one_name: r.text(4)?,
        two: r.text(5)?,
        two_by: r.get(6)?,
        two_name: r.text(7)?,
        settled: r.text(8)?,
        settled_by: r.text(9)?,
        reason: r.text(10)?,
    })
}

const MARK: &str = "select m.entry, m.examiner, m.one, m.one_by, m.one_name, m.two, m.two_by, m.two_name, m.settled, \
    m.settled_by, m.reason from exam_mark m join campaign_entry e on e.id = m.entry";

/// The marks of a stage of a campaign, by entry and examiner.
pub async fn marks(db: &Db, campaign: i64, seq: i64) -> DbResult<Vec<Mark>> {
    let sql = format!("{MARK} where e.campaign = $1 and m.stage = $2 order by m.entry, m.examiner");
    db.rows(&sql, values![campaign, seq]).await?.iter().map(mark).collect()
}

/// The mark of an entry by an examiner, within the write that changes it.
pub async fn one(tx: &WriteTx, entry: i64, seq: i64, examiner: i64) -> DbResult<Option<Mark>> {
    let sql = format!("{MARK} where m.entry = $1 and m.stage = $2 and m.examiner = $3");
    tx.one(&sql, values![entry, seq, examiner]).await?.as_ref().map(mark).transpose()
}

/// Writes a mark as it now is.
pub async fn put(tx: &WriteTx, seq: i64, m: &Mark) -> DbResult<()> {
    let sql = "delete from exam_mark where entry = $1 and stage = $2 and examiner = $3";
    tx.run(sql, values![m.entry, seq, m.examiner]).await?;
    let row = values![
        m.entry,
        seq,
        m.examiner,
        m.one.as_str(),
        m.one_by,
        m.one_name.as_str(),
        m.two.as_str(),
        m.two_by,
        m.two_name.as_str(),
        m.settled.as_str(),
        m.settled_by.as_str(),
        m.reason.as_str()
    ];
    let into = "exam_mark (entry, stage, examiner, one, one_by, one_name, two, two_by, two_name, settled, settled_by, reason)";
    tx.insert_many(into, vec![row], "").await
}

/// How many marks of those who sit a paper are not there twice alike, or settled. Who is absent has one mark that says so.
pub async fn unsettled(db: &Db, campaign: i64, stage: &Stage) -> DbResult<u64> {
    let sql = "select count(*) from campaign_entry e where e.campaign = $1 and e.stage = $2 and e.state = 'running' \
        and (select count(*) from exam_mark m where m.entry = e.id and m.stage = $2 \
            and ((m.one <> '' and m.one = m.two) or m.settled <> '')) < $3 \
        and not exists (select 1 from exam_mark m where m.entry = e.id and m.stage = $2 and m.examiner <= 1 \
            and case when m.settled <> '' then m.settled when m.one = m.two then m.one else '' end in ('缺考', '取消资格'))";
    let each =
        if stage.work == policy::campaigns::Work::Interview { i64::from(stage.terms.examiners) } else { 1 };
    let row = db.one(sql, values![campaign, stage.seq, each]).await?;
    Ok(row.map(|r| r.int(0)).transpose()?.unwrap_or_default().unsigned_abs())
}

/// Writes who sits where: entry, ticket, room, seat.
pub async fn seat(tx: &WriteTx, seats: &[(i64, String, String, i64)]) -> DbResult<()> {
    let sql = "update campaign_entry set ticket = $2, room = $3, seat = $4, changed_at = $5, rev = rev + 1 where id = $1";
    for (entry, ticket, room, seat) in seats {
        tx.run(sql, values![*entry, ticket.as_str(), room.as_str(), *seat, now_ms()]).await?;
    }
    Ok(())
}
