//! Which office answers for a seat, and the villages that a look-back found difficult.

use platform::db::{Db, DbResult, Row, WriteTx, new_id, now_ms};
use platform::values;

/// The office of a seat.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Desk {
    pub seat: String,
    pub unit: String,
    pub head: Option<i64>,
    pub head_name: String,
}

fn of(r: &Row) -> DbResult<Desk> {
    Ok(Desk { seat: r.text(0)?, unit: r.text(1)?, head: r.get(2)?, head_name: r.text(3)? })
}

/// The offices of all seats.
pub async fn all(db: &Db) -> DbResult<Vec<Desk>> {
    let rows = db.rows("select seat, unit, head, head_name from review_desk order by seat", vec![]).await?;
    rows.iter().map(of).collect()
}

/// Writes which office answers for a seat; an empty one takes it away.
pub async fn put(tx: &WriteTx, desk: &Desk, by: &str) -> DbResult<()> {
    if desk.unit.is_empty() {
        return tx
            .run("delete from review_desk where seat = $1", values![desk.seat.as_str()])
            .await
            .map(drop);
    }
    let sql = "insert into review_desk (seat, unit, head, head_name, by_name, at) values ($1, $2, $3, $4, $5, $6) \
               on conflict (seat) do update set unit = $2, head = $3, head_name = $4, by_name = $5, at = $6";
    let values =
        values![desk.seat.as_str(), desk.unit.as_str(), desk.head, desk.head_name.as_str(), by, now_ms()];
    tx.run(sql, values).await.map(drop)
}

/// A difficult village of a look-back.
#[derive(Clone, Debug)]
pub struct Difficult {
    pub village: String,
    pub village_name: String,
    pub township_name: String,
    /// Ids of the kinds of problem.
    pub problems: Vec<String>,
    /// Where it stands in the rectification register.
    pub entry: i64,
    pub closed_on: String,
    pub by: String,
    pub at: i64,
}

/// The difficult villages of a look-back.
pub async fn villages(db: &Db, review: i64) -> DbResult<Vec<Difficult>> {
    let sql = "select d.village, \
        coalesce((select v.short from place v where v.code = d.village and v.level = 'village' \
            order by v.valid_to desc limit 1), ''), \
        coalesce((select t.name from place t where t.code = d.township and t.level = 'township' \
            order by t.valid_to desc limit 1), ''), \
        d.problems, d.entry, coalesce(e.closed_on, ''), d.by_name, d.at \
        from review_village d join rectification e on e.id = d.entry where d.review = $1 order by d.village";
    let rows = db.rows(sql, values![review]).await?;
    let one = |r: &Row| {
        Ok(Difficult {
            village: r.text(0)?,
            village_name: r.text(1)?,
            township_name: r.text(2)?,
            problems: r.text(3)?.split('|').filter(|p| !p.is_empty()).map(str::to_owned).collect(),
            entry: r.int(4)?,
            closed_on: r.text(5)?,
            by: r.text(6)?,
            at: r.int(7)?,
        })
    };
    rows.iter().map(one).collect()
}

/// Notes a difficult village with its entry in the register.
pub async fn note(
    tx: &WriteTx,
    review: i64,
    (village, township): (&str, &str),
    problems: &str,
    entry: i64,
    by: &str,
) -> DbResult<()> {
    let sql = "insert into review_village (id, review, village, township, problems, entry, by_name, at) \
               values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (review, village) do update set problems = $5, entry = $6";
    let values = values![new_id(), review, village, township, problems, entry, by, now_ms()];
    tx.run(sql, values).await.map(drop)
}
