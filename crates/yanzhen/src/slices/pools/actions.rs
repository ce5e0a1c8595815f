//! What is done with pools: propose that somebody enters or leaves, hear the person, decide, take back.

use super::model::{self, Faults, Move, State, Verdict, Way};
use super::rules::pools_of;
use super::store;
use crate::slices::calendar::store::calendar;
use crate::slices::people::parts::{self, FOREVER, PoolStay};
use crate::slices::people::{Field, Person, State as Stand};
use crate::slices::places::store::today;
use kernel::{Day, Message, msg};
use platform::access::{Authorized, Caller};
use platform::db::{Db, DbResult, WriteTx, now_ms};

/// The kind of history that a move's is kept under.
pub const KIND: &str = "pool-move";

/// The longest reason and the longest own words, letters.
pub const LETTERS: usize = 500;

/// A new move as a form gives it.
#[derive(Clone, Debug, Default)]
pub struct New {
    pub pool: String,
    /// `in` or `out`.
    pub way: String,
    pub ground: String,
    pub reason: String,
    pub document: String,
}

fn stale() -> Faults {
    vec![("rev", msg!("别人刚改过，请看一看再改"))]
}

fn too_long(text: &str) -> Option<Message> {
    (text.chars().count() > LETTERS).then(|| msg!("最多 {n} 字", n = LETTERS))
}

/// Proposes that a person enters a pool or leaves it. What is wrong is told at once.
pub async fn propose(
    db: &Db,
    caller: &Caller,
    person: &Authorized<Person>,
    new: &New,
) -> DbResult<Result<i64, Faults>> {
    let day = today();
    let village = person.get(Field::Village);
    let pools = pools_of(db, village, &day).await?;
    let mut faults = Faults::new();
    let way = Way::by_id(&new.way);
    if way.is_none() {
        faults.push(("way", msg!("请选入库还是出库")));
    }
    if person.state != Stand::Active {
        faults.push(("person", msg!("这份档案已不在册，不能进出库")));
    }
    if !pools.pools_on(&day).iter().any(|p| p.id == new.pool) {
        faults.push(("pool", msg!("请选一个库")));
    }
    let grounds = if way == Some(Way::Out) { pools.exits_on(&day) } else { pools.entries_on(&day) };
    let ground = grounds.into_iter().find(|g| g.id == new.ground).map(|g| **g);
    if ground.is_none() {
        faults.push(("ground", msg!("请选事由")));
    }
    if new.reason.trim().is_empty() {
        faults.push(("reason", msg!("请写明理由，本人看得到")));
    }
    faults.extend(too_long(&new.reason).map(|why| ("reason", why)));
    let stays = parts::of::<PoolStay>(db, person.id).await?;
    let inside = stays.iter().any(|s| s.pool == new.pool && s.to_on == FOREVER);
    match way {
        Some(Way::In) if inside => faults.push(("pool", msg!("已经在这个库里"))),
        Some(Way::Out) if !inside => faults.push(("pool", msg!("现在不在这个库里"))),
        _ => {}
    }
    let (Some(way), Some(ground), true) = (way, ground, faults.is_empty()) else { return Ok(Err(faults)) };
    let hear_until = match (ground.adverse, day.parse::<Day>()) {
        (true, Ok(now)) => calendar(db).await?.add_workdays(now, *pools.hear_workdays).day.to_string(),
        _ => String::new(),
    };
    let m = Move {
        id: 0,
        person: person.id,
        person_name: person.name().to_owned(),
        village: village.to_owned(),
        village_name: String::new(),
        township: person.township.clone(),
        township_name: String::new(),
        pool: new.pool.clone(),
        way,
        ground: new.ground.clone(),
        adverse: ground.adverse,
        reason: new.reason.trim().to_owned(),
        document: new.document.trim().to_owned(),
        state: State::Proposed,
        hear_until,
        own_words: String::new(),
        own_at: None,
        meeting: String::new(),
        decided_by: String::new(),
        decided_on: String::new(),
        decision: String::new(),
        stay: None,
        by: caller.name.clone(),
        at: now_ms(),
        rev: 1,
    };
    let mut tx = db.write(caller.event("pools.propose", KIND, "", village)).await?;
    if store::waiting_in(&tx, person.id, &new.pool).await? {
        tx.rollback().await?;
        return Ok(Err(vec![("pool", msg!("这个库已有一件待决定的，请先办那一件"))]));
    }
    let id = store::add(&tx, &m, caller.account).await?;
    tx.event().record = id.to_string();
    let told = format!("{} {}", m.way.title(), pools.pool_title(&m.pool, &day));
    tx.changed_of(Some(person.id), KIND, &id.to_string(), "proposed", None, Some(told));
    tx.commit().await?;
    Ok(Ok(id))
}

/// Writes what the person says to a move that is proposed. It may be changed until it is decided.
pub async fn state_own(
    db: &Db,
    caller: &Caller,
    m: &Authorized<Move>,
    text: &str,
) -> DbResult<Result<(), Faults>> {
    let mut faults = Faults::new();
    if m.state != State::Proposed {
        faults.push(("text", msg!("已经决定，不能再说明")));
    }
    if text.trim().is_empty() {
        faults.push(("text", msg!("请写您的说明")));
    }
    faults.extend(too_long(text).map(|why| ("text", why)));
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    let event = caller.event("pools.own-words", KIND, &m.id.to_string(), &m.village);
    let mut tx = db.write(event).await?;
    let next = Move { own_words: text.trim().to_owned(), own_at: Some(now_ms()), ..(**m).clone() };
    let was = (!m.own_words.is_empty()).then(|| m.own_words.clone());
    tx.changed_of(Some(m.person), KIND, &m.id.to_string(), "own-words", was, Some(next.own_words.clone()));
    finish(tx, &next).await
}

async fn finish(tx: WriteTx, next: &Move) -> DbResult<Result<(), Faults>> {
    if !store::save(&tx, next).await? {
        tx.rollback().await?;
        return Ok(Err(stale()));
    }
    tx.commit().await?;
    Ok(Ok(()))
}

/// Decides a move by name: the stay begins, or ends, on the day of the decision.
pub async fn decide(
    db: &Db,
    caller: &Caller,
    m: &Authorized<Move>,
    given: &Verdict,
) -> DbResult<Result<(), Faults>> {
    let day = today();
    let faults = model::decides(m, given, &day);
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    let carried = given.verdict == "carried";
    let pools = pools_of(db, &m.village, &day).await?;
    let ground = pools.ground_title(&m.ground, &day);
    let mut tx = db.write(caller.event("pools.decide", KIND, &m.id.to_string(), &m.village)).await?;
    let text = |t: &str| t.trim().to_owned();
    let mut next = Move {
        state: if carried { State::Decided } else { State::Refused },
        meeting: text(&given.meeting),
        decided_by: text(&given.by),
        decided_on: given.on.clone(),
        decision: text(&given.reason),
        ..(**m).clone()
    };
    if carried {
        let because = format!("{ground}：{}（{} {}）", m.reason, next.meeting, next.decided_by);
        let stay = store::lasting(&tx, m.person, &m.pool).await?;
        let why = match (m.way, stay) {
            (Way::In, Some(_)) => Some(msg!("已经在这个库里")),
            (Way::Out, None) => Some(msg!("现在不在这个库里")),
            (Way::Out, Some(stay)) if stay.from_on > next.decided_on => {
                Some(msg!("决定的日期早于入库日期 {day}", day = stay.from_on.as_str()))
            }
            (Way::In, None) => {
                let stay = PoolStay {
                    pool: m.pool.clone(),
                    from_on: next.decided_on.clone(),
                    to_on: FOREVER.to_owned(),
                    ground_in: because,
                    ground_out: String::new(),
                };
                next.stay = parts::put(&mut tx, &[(m.person, stay)]).await?.first().copied();
                None
            }
            (Way::Out, Some(stay)) => {
                next.stay = Some(stay.id);
                // The last day is the one before: on the day of the decision the person is out.
                let before = given.on.parse::<Day>().ok().and_then(|d| d.yesterday().ok());
                let last = before.map(|d| d.to_string()).filter(|d| *d >= stay.from_on);
                let last = last.as_deref().unwrap_or(&stay.from_on);
                let left = parts::leave(&mut tx, m.person, &stay, last, &because).await?;
                (!left).then(|| msg!("别人刚改过，请看一看再改"))
            }
        };
        if let Some(why) = why {
            tx.rollback().await?;
            return Ok(Err(vec![("verdict", why)]));
        }
        parts::repool(&tx, &[m.person], &day).await?;
    }
    let told = format!("{} {} {}", next.state.title(), next.decided_by, next.meeting);
    tx.changed_of(Some(m.person), KIND, &m.id.to_string(), "decided", None, Some(told));
    finish(tx, &next).await
}

/// Takes a proposal back before it is decided.
pub async fn withdraw(db: &Db, caller: &Caller, m: &Authorized<Move>) -> DbResult<Result<(), Faults>> {
    if m.state != State::Proposed {
        return Ok(Err(vec![("verdict", msg!("已经办过了，不能再撤回"))]));
    }
    let mut tx = db.write(caller.event("pools.withdraw", KIND, &m.id.to_string(), &m.village)).await?;
    let next = Move { state: State::Withdrawn, ..(**m).clone() };
    let told = Some(next.state.title().to_owned());
    tx.changed_of(Some(m.person), KIND, &m.id.to_string(), "withdrawn", None, told);
    finish(tx, &next).await
}
