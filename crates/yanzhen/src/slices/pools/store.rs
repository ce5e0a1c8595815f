//! Pools: queries.

use super::model::{Member, Move, Score, State, Way};
use crate::slices::people::parts::{self, Education, PoolStay};
use crate::slices::people::say::age;
use crate::slices::people::{Field, Person, store as people};
use platform::access::Part;
use platform::db::{Db, DbError, DbResult, Row, Value, WriteTx, new_id, numbered};
use platform::values;
use std::collections::{BTreeMap, HashMap};

const MOVE: &str = "select m.id, m.person, p.name, m.village, \
    coalesce((select v.short from place v where v.code = m.village and v.level = 'village' \
        order by v.valid_to desc limit 1), ''), \
    m.township, \
    coalesce((select t.name from place t where t.code = m.township and t.level = 'township' \
        order by t.valid_to desc limit 1), ''), \
    m.pool, m.way, m.ground, m.adverse, m.reason, m.document, m.state, m.hear_until, m.own_words, m.own_at, m.meeting, \
    m.decided_by, m.decided_on, m.decision, m.by_name, m.at, m.rev, m.stay from pool_move m join person p on p.id = m.person";

fn of(r: &Row) -> DbResult<Move> {
    let (way, state) = (r.text(8)?, r.text(13)?);
    Ok(Move {
        id: r.int(0)?,
        person: r.int(1)?,
        person_name: r.text(2)?,
        village: r.text(3)?,
        village_name: r.text(4)?,
        township: r.text(5)?,
        township_name: r.text(6)?,
        pool: r.text(7)?,
        way: Way::by_id(&way).ok_or_else(|| DbError::Version(format!("unknown way {way}")))?,
        ground: r.text(9)?,
        adverse: r.int(10)? != 0,
        reason: r.text(11)?,
        document: r.text(12)?,
        state: State::by_id(&state).ok_or_else(|| DbError::Version(format!("unknown state {state}")))?,
        hear_until: r.text(14)?,
        own_words: r.text(15)?,
        own_at: r.get(16)?,
        meeting: r.text(17)?,
        decided_by: r.text(18)?,
        decided_on: r.text(19)?,
        decision: r.text(20)?,
        by: r.text(21)?,
        at: r.int(22)?,
        rev: r.int(23)?,
        stay: r.get(24)?,
    })
}

/// Which moves are meant. Empty fields do not limit.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub way: String,
    pub state: String,
    pub pool: String,
}

fn within(filter: &Filter, part: &Part) -> (String, Vec<Value>) {
    let condition = "($1 = '' or m.township = $1) and ($2 = '' or m.village = $2) and ($3 = '' or m.way = $3) \
                     and ($4 = '' or m.state = $4) and ($5 = '' or m.pool = $5)";
    let values = values![
        part.township(),
        part.village(),
        filter.way.as_str(),
        filter.state.as_str(),
        filter.pool.as_str()
    ];
    (condition.to_owned(), values)
}

/// A move by its id.
pub async fn find(db: &Db, id: i64) -> DbResult<Option<Move>> {
    db.one(&format!("{MOVE} where m.id = $1"), values![id]).await?.as_ref().map(of).transpose()
}

/// Moves of a part: those that wait first, then the latest.
pub async fn moves(
    db: &Db,
    filter: &Filter,
    part: &Part,
    (limit, offset): (u64, u64),
) -> DbResult<Vec<Move>> {
    let (condition, mut values) = within(filter, part);
    values.extend(values![limit as i64, offset as i64]);
    let sql = format!(
        "{MOVE} where {condition} order by case when m.state = 'proposed' then 0 else 1 end, m.at desc, m.id desc \
         limit $6 offset $7"
    );
    db.rows(&sql, values).await?.iter().map(of).collect()
}

/// How many a filter finds.
pub async fn count(db: &Db, filter: &Filter, part: &Part) -> DbResult<u64> {
    let (condition, values) = within(filter, part);
    let row = db.one(&format!("select count(*) from pool_move m where {condition}"), values).await?;
    Ok(row.map(|r| r.int(0)).transpose()?.unwrap_or_default().unsigned_abs())
}

/// The moves of a person, the latest first.
pub async fn of_person(db: &Db, person: i64) -> DbResult<Vec<Move>> {
    let sql = format!("{MOVE} where m.person = $1 order by m.at desc, m.id desc");
    db.rows(&sql, values![person]).await?.iter().map(of).collect()
}

/// Adds a move; gives its id.
pub async fn add(tx: &WriteTx, m: &Move, account: i64) -> DbResult<i64> {
    let id = new_id();
    let sql = "insert into pool_move (id, person, village, township, pool, way, ground, adverse, reason, document, state, \
               hear_until, by_account, by_name, at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
    let values = values![
        id,
        m.person,
        m.village.as_str(),
        m.township.as_str(),
        m.pool.as_str(),
        m.way.id(),
        m.ground.as_str(),
        i64::from(m.adverse),
        m.reason.as_str(),
        m.document.as_str(),
        m.state.id(),
        m.hear_until.as_str(),
        account,
        m.by.as_str(),
        m.at
    ];
    tx.run(sql, values).await?;
    Ok(id)
}

/// Writes what happened to a move; false where somebody changed it since it was read.
pub async fn save(tx: &WriteTx, m: &Move) -> DbResult<bool> {
    let sql = "update pool_move set state = $3, own_words = $4, own_at = $5, meeting = $6, decided_by = $7, \
               decided_on = $8, decision = $9, stay = $10, rev = rev + 1 where id = $1 and rev = $2";
    let values = values![
        m.id,
        m.rev,
        m.state.id(),
        m.own_words.as_str(),
        m.own_at,
        m.meeting.as_str(),
        m.decided_by.as_str(),
        m.decided_on.as_str(),
        m.decision.as_str(),
        m.stay
    ];
    Ok(tx.run(sql, values).await? == 1)
}

/// A person's move that waits for a decision, in the same pool.
pub async fn waiting_in(tx: &WriteTx, person: i64, pool: &str) -> DbResult<bool> {
    let sql = "select 1 from pool_move where person = $1 and pool = $2 and state = 'proposed'";
    Ok(tx.one(sql, values![person, pool]).await?.is_some())
}

/// Moves that wait for a decision in a part.
pub async fn waiting(db: &Db, part: &Part) -> DbResult<u64> {
    count(db, &Filter { state: State::Proposed.id().into(), ..Filter::default() }, part).await
}

/// Everybody of a part who is in a pool, or holds one of these posts, on a day.
pub async fn members(db: &Db, part: &Part, posts: &[&str], day: &str) -> DbResult<Vec<Member>> {
    let (town, village) = (part.township().to_owned(), part.village().to_owned());
    let mut held: HashMap<i64, Vec<String>> = HashMap::new();
    if !posts.is_empty() {
        let sql = format!(
            "select person, post from holding where from_on <= $1 and to_on >= $1 and ($2 = '' or township = $2) \
             and ($3 = '' or village = $3) and post in ({})",
            numbered(4, posts.len())
        );
        let mut values = values![day, town.as_str(), village.as_str()];
        values.extend(posts.iter().map(|p| Value::from(*p)));
        for r in db.rows(&sql, values).await? {
            held.entry(r.int(0)?).or_default().push(r.text(1)?);
        }
    }
    let condition = "p.state = 'active' and ($1 = '' or p.township = $1) and ($2 = '' or p.village = $2) and p.pools <> ''";
    let mut found =
        people::select(db, condition, "order by p.sort, p.id", values![town.as_str(), village.as_str()])
            .await?;
    let missing: Vec<i64> = held.keys().copied().filter(|id| !found.iter().any(|p| p.id == *id)).collect();
    for some in missing.chunks(500) {
        let condition = format!("p.id in ({})", numbered(1, some.len()));
        let values = some.iter().map(|p| Value::from(*p)).collect();
        found.extend(people::select(db, &condition, "order by p.sort, p.id", values).await?);
    }
    let ids: Vec<i64> = found.iter().map(|p| p.id).collect();
    let schooling = parts::of_many::<Education>(db, &ids).await?;
    let full = |id: i64| {
        let all = schooling.get(&id)?.iter().filter(|e| e.mode == "full" && !e.level.is_empty());
        all.map(|e| e.level.clone()).min()
    };
    Ok(found
        .into_iter()
        .map(|p| member(&p, full(p.id).unwrap_or_default(), held.remove(&p.id), day))
        .collect())
}

fn member(p: &Person, full_time: String, posts: Option<Vec<String>>, day: &str) -> Member {
    Member {
        id: p.id,
        name: p.name().to_owned(),
        village: p.get(Field::Village).to_owned(),
        township: p.township.clone(),
        age: age(p.get(Field::Birth), day).map(u32::from),
        woman: p.get(Field::Sex) == "2",
        education: p.get(Field::Education).to_owned(),
        full_time,
        political: p.get(Field::Political).to_owned(),
        source: p.get(Field::Source).to_owned(),
        pools: p.pool_ids().map(str::to_owned).collect(),
        posts: posts.unwrap_or_default(),
    }
}

/// Of everybody of a part who was ever in a pool (or in this one): the first day there, and the first day of one of these posts
/// after it.
pub async fn entries(
    db: &Db,
    part: &Part,
    pool: &str,
    posts: &[&str],
) -> DbResult<Vec<(String, Option<String>)>> {
    let mut values = values![part.township(), part.village(), pool];
    let seated = match posts.is_empty() {
        true => "null".to_owned(),
        false => {
            values.extend(posts.iter().map(|p| Value::from(*p)));
            format!(
                "(select min(h.from_on) from holding h where h.person = e.person and h.from_on >= e.entered \
                 and h.post in ({}))",
                numbered(4, posts.len())
            )
        }
    };
    let sql = format!(
        "select e.entered, {seated} from (select s.person as person, min(s.from_on) as entered from pool_stay s \
         join person p on p.id = s.person where ($1 = '' or p.township = $1) and ($2 = '' or p.village = $2) \
         and ($3 = '' or s.pool = $3) group by s.person) e"
    );
    db.rows(&sql, values).await?.iter().map(|r| Ok((r.text(0)?, r.get(1)?))).collect()
}

/// How many left pools of a part in a year, by the ground of the decision; of stays that ended without one, by what was written.
pub async fn exits(db: &Db, part: &Part, year: &str) -> DbResult<BTreeMap<String, u64>> {
    let sql = "select coalesce((select max(m.ground) from pool_move m where m.stay = s.id and m.way = 'out'), s.ground_out), count(*) \
               from pool_stay s join person p on p.id = s.person where s.to_on like $1 \
               and ($2 = '' or p.township = $2) and ($3 = '' or p.village = $3) group by 1";
    let rows = db.rows(sql, values![format!("{year}-%"), part.township(), part.village()]).await?;
    rows.iter().map(|r| Ok((r.text(0)?, r.int(1)?.unsigned_abs()))).collect()
}

/// The stay of a person in a pool that lasts, inside a transaction.
pub async fn lasting(tx: &WriteTx, person: i64, pool: &str) -> DbResult<Option<parts::Kept<PoolStay>>> {
    let all = parts::of_in::<PoolStay>(tx, person).await?;
    Ok(all.into_iter().find(|s| s.pool == pool && s.to_on == parts::FOREVER))
}

const SCORE: &str = "select s.id, s.person, p.name, s.village, s.township, s.quarter, s.parts, s.total, s.by_name, s.at, s.warned_by, \
    s.warned_on, s.warning, s.rev from pool_score s join person p on p.id = s.person";

fn score_of(r: &Row) -> DbResult<Score> {
    let parts = r.text(6)?;
    Ok(Score {
        id: r.int(0)?,
        person: r.int(1)?,
        person_name: r.text(2)?,
        village: r.text(3)?,
        township: r.text(4)?,
        quarter: r.text(5)?,
        parts: serde_json::from_str(&parts).map_err(|e| DbError::Version(format!("score {parts}: {e}")))?,
        total: r.int(7)?,
        by: r.text(8)?,
        at: r.int(9)?,
        warned_by: r.text(10)?,
        warned_on: r.text(11)?,
        warning: r.text(12)?,
        rev: r.int(13)?,
    })
}

/// The scores of a part's people in a quarter, the latest of each.
pub async fn scores(db: &Db, part: &Part, quarter: &str) -> DbResult<Vec<Score>> {
    let sql = format!(
        "{SCORE} where s.quarter = $1 and ($2 = '' or s.township = $2) and ($3 = '' or s.village = $3) order by s.at, s.id"
    );
    let rows = db.rows(&sql, values![quarter, part.township(), part.village()]).await?;
    let mut latest: BTreeMap<i64, Score> = BTreeMap::new();
    for r in &rows {
        let score = score_of(r)?;
        latest.insert(score.person, score);
    }
    Ok(latest.into_values().collect())
}

/// A score by its id.
pub async fn score(db: &Db, id: i64) -> DbResult<Option<Score>> {
    db.one(&format!("{SCORE} where s.id = $1"), values![id]).await?.as_ref().map(score_of).transpose()
}

/// A person's scores, the latest quarter first.
pub async fn scores_of(db: &Db, person: i64) -> DbResult<Vec<Score>> {
    let sql = format!("{SCORE} where s.person = $1 order by s.quarter desc, s.at desc, s.id desc");
    db.rows(&sql, values![person]).await?.iter().map(score_of).collect()
}

/// Writes a score over the person's of the same quarter. A warning that was given stays.
pub async fn put_score(tx: &WriteTx, s: &Score) -> DbResult<()> {
    let parts = serde_json::to_string(&s.parts).map_err(|e| DbError::Version(e.to_string()))?;
    let sql = "update pool_score set parts = $3, total = $4, by_name = $5, at = $6, rev = rev + 1 where person = $1 and quarter = $2";
    let values = values![s.person, s.quarter.as_str(), parts.as_str(), s.total, s.by.as_str(), s.at];
    if tx.run(sql, values).await? > 0 {
        return Ok(());
    }
    let sql = "insert into pool_score (id, person, village, township, quarter, parts, total, by_name, at) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let values = values![
        new_id(),
        s.person,
        s.village.as_str(),
        s.township.as_str(),
        s.quarter.as_str(),
        parts,
        s.total,
        s.by.as_str(),
        s.at
    ];
    tx.run(sql, values).await?;
    Ok(())
}

/// Writes that a warning was confirmed; false where somebody changed the score since it was read.
pub async fn put_warning(tx: &WriteTx, s: &Score) -> DbResult<bool> {
    let sql = "update pool_score set warned_by = $3, warned_on = $4, warning = $5, rev = rev + 1 where id = $1 and rev = $2";
    let values = values![s.id, s.rev, s.warned_by.as_str(), s.warned_on.as_str(), s.warning.as_str()];
    Ok(tx.run(sql, values).await? == 1)
}

/// The latest growth score of each person of a part: hundredths, and its quarter.
pub async fn latest_scores(db: &Db, part: &Part) -> DbResult<HashMap<i64, (i64, String)>> {
    let sql = "select s.person, s.total, s.quarter from pool_score s join person p on p.id = s.person \
               where ($1 = '' or p.township = $1) and ($2 = '' or p.village = $2) order by s.quarter, s.at, s.id";
    let rows = db.rows(sql, values![part.township(), part.village()]).await?;
    rows.iter().map(|r| Ok((r.int(0)?, (r.int(1)?, r.text(2)?)))).collect()
}
