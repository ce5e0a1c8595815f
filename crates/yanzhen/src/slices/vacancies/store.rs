//! Vacancies: queries.

pub mod gather;

use super::model::motion::{Motion, Passed, State};
use platform::access::Part;
use platform::db::{Db, DbError, DbResult, Row, WriteTx, new_id};
use platform::values;
use policy::posts::{Track, Word};

const MOTION: &str = "select m.id, m.village, \
    coalesce((select v.short from place v where v.code = m.village and v.level = 'village' \
        order by v.valid_to desc limit 1), ''), \
    m.township, \
    coalesce((select t.name from place t where t.code = m.township and t.level = 'township' \
        order by t.valid_to desc limit 1), ''), \
    m.post, m.track, m.person, p.name, m.step, m.place, m.otherwise, m.reason, m.proof, m.pack, m.comment_until, m.state, \
    m.meeting, m.decided_by, m.decided_on, m.decision, m.filing, m.by_name, m.at, m.rev \
    from motion m join person p on p.id = m.person";

fn of(r: &Row) -> DbResult<Motion> {
    let (track, state) = (r.text(6)?, r.text(16)?);
    Ok(Motion {
        id: r.int(0)?,
        village: r.text(1)?,
        village_name: r.text(2)?,
        township: r.text(3)?,
        township_name: r.text(4)?,
        post: r.text(5)?,
        track: Track::parse(&track).ok_or_else(|| DbError::Version(format!("unknown track {track}")))?,
        person: r.int(7)?,
        person_name: r.text(8)?,
        step: r.text(9)?,
        place: r.int(10)?,
        otherwise: r.int(11)? != 0,
        reason: r.text(12)?,
        proof: r.text(13)?,
        pack: r.text(14)?,
        comment_until: r.text(15)?,
        state: State::by_id(&state).ok_or_else(|| DbError::Version(format!("unknown state {state}")))?,
        meeting: r.text(17)?,
        decided_by: r.text(18)?,
        decided_on: r.text(19)?,
        decision: r.text(20)?,
        filing: r.get(21)?,
        by: r.text(22)?,
        at: r.int(23)?,
        rev: r.int(24)?,
    })
}

/// A motion by its id.
pub async fn find(db: &Db, id: i64) -> DbResult<Option<Motion>> {
    db.one(&format!("{MOTION} where m.id = $1"), values![id]).await?.as_ref().map(of).transpose()
}

/// Motions of a part: those that wait first, then the latest.
pub async fn motions(db: &Db, part: &Part, (limit, offset): (u64, u64)) -> DbResult<Vec<Motion>> {
    let sql = format!(
        "{MOTION} where ($1 = '' or m.township = $1) and ($2 = '' or m.village = $2) \
         order by case when m.state = 'proposed' then 0 else 1 end, m.at desc, m.id desc limit $3 offset $4"
    );
    let values = values![part.township(), part.village(), limit as i64, offset as i64];
    db.rows(&sql, values).await?.iter().map(of).collect()
}

/// How many motions a part has, and how many of them wait.
pub async fn count(db: &Db, part: &Part) -> DbResult<(u64, u64)> {
    let sql = "select count(*), coalesce(sum(case when state = 'proposed' then 1 else 0 end), 0) from motion \
               where ($1 = '' or township = $1) and ($2 = '' or village = $2)";
    let Some(row) = db.one(sql, values![part.township(), part.village()]).await? else { return Ok((0, 0)) };
    Ok((row.int(0)?.unsigned_abs(), row.int(1)?.unsigned_abs()))
}

/// The motions for a person, the latest first.
pub async fn of_person(db: &Db, person: i64) -> DbResult<Vec<Motion>> {
    let sql = format!("{MOTION} where m.person = $1 order by m.at desc, m.id desc");
    db.rows(&sql, values![person]).await?.iter().map(of).collect()
}

/// Adds a motion; gives its id.
pub async fn add(tx: &WriteTx, m: &Motion, account: i64) -> DbResult<i64> {
    let id = new_id();
    let sql = "insert into motion (id, village, township, post, track, person, step, place, otherwise, reason, proof, pack, \
               comment_until, state, by_account, by_name, at) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";
    let values = values![
        id,
        m.village.as_str(),
        m.township.as_str(),
        m.post.as_str(),
        m.track.id(),
        m.person,
        m.step.as_str(),
        m.place,
        i64::from(m.otherwise),
        m.reason.as_str(),
        m.proof.as_str(),
        m.pack.as_str(),
        m.comment_until.as_str(),
        m.state.id(),
        account,
        m.by.as_str(),
        m.at
    ];
    tx.run(sql, values).await?;
    Ok(id)
}

/// Writes what happened to a motion; false where somebody changed it since it was read.
pub async fn save(tx: &WriteTx, m: &Motion) -> DbResult<bool> {
    let sql = "update motion set state = $3, meeting = $4, decided_by = $5, decided_on = $6, decision = $7, filing = $8, \
               rev = rev + 1 where id = $1 and rev = $2";
    let values = values![
        m.id,
        m.rev,
        m.state.id(),
        m.meeting.as_str(),
        m.decided_by.as_str(),
        m.decided_on.as_str(),
        m.decision.as_str(),
        m.filing
    ];
    Ok(tx.run(sql, values).await? == 1)
}

/// How many motions for a village's post wait for a decision, and whether one of them is for the person; of the person also
/// those for other seats.
pub async fn waiting_in(tx: &WriteTx, village: &str, post: &str, person: i64) -> DbResult<(u64, bool)> {
    let sql = "select coalesce(sum(case when village = $1 and post = $2 then 1 else 0 end), 0), \
               coalesce(sum(case when person = $3 then 1 else 0 end), 0) from motion where state = 'proposed'";
    let Some(row) = tx.one(sql, values![village, post, person]).await? else { return Ok((0, false)) };
    Ok((row.int(0)?.unsigned_abs(), row.int(1)? > 0))
}

const PASSED: &str = "select s.id, s.motion, s.person, p.name, s.place, s.step, s.why, s.own_words, s.own_at \
    from motion_passed s join person p on p.id = s.person";

fn passed_of(r: &Row) -> DbResult<Passed> {
    Ok(Passed {
        id: r.int(0)?,
        motion: r.int(1)?,
        person: r.int(2)?,
        name: r.text(3)?,
        place: r.int(4)?,
        step: r.text(5)?,
        why: r.text(6)?,
        own_words: r.text(7)?,
        own_at: r.get(8)?,
    })
}

/// Who stood before the one that a motion names.
pub async fn passed(db: &Db, motion: i64) -> DbResult<Vec<Passed>> {
    let sql = format!("{PASSED} where s.motion = $1 order by s.place, s.id");
    db.rows(&sql, values![motion]).await?.iter().map(passed_of).collect()
}

/// Where a person stood before others, the latest first, each with its motion.
pub async fn passed_by(db: &Db, person: i64) -> DbResult<Vec<(Passed, Motion)>> {
    let sql = format!("{PASSED} where s.person = $1 order by s.id desc");
    let mut out = Vec::new();
    for row in db.rows(&sql, values![person]).await? {
        let one = passed_of(&row)?;
        if let Some(motion) = find(db, one.motion).await? {
            out.push((one, motion));
        }
    }
    Ok(out)
}

/// Adds somebody who stood before.
pub async fn add_passed(tx: &WriteTx, one: &Passed) -> DbResult<()> {
    let sql =
        "insert into motion_passed (id, motion, person, place, step, why) values ($1, $2, $3, $4, $5, $6)";
    let values = values![new_id(), one.motion, one.person, one.place, one.step.as_str(), one.why.as_str()];
    tx.run(sql, values).await?;
    Ok(())
}

/// Writes what the person says to it; false where the motion was decided since.
pub async fn say(tx: &WriteTx, one: &Passed) -> DbResult<bool> {
    let sql = "update motion_passed set own_words = $2, own_at = $3 where id = $1 \
               and motion in (select id from motion where state = 'proposed')";
    Ok(tx.run(sql, values![one.id, one.own_words.as_str(), one.own_at]).await? == 1)
}
