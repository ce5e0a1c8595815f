//! A list of people is sent to the seats.

use super::KIND;
use super::model::{Faults, JointReview, LETTERS, Purpose, Seat};
use super::rules::review_of;
use super::store::{self, desks, subjects};
use crate::slices::calendar::calendar;
use crate::slices::people::{Field, Person, State, store as people};
use crate::slices::places::store::today;
use kernel::{Day, msg};
use platform::access::Caller;
use platform::db::{Db, DbResult, Value, WriteTx, now_ms, numbered};
use std::collections::HashMap;

/// Somebody to ask about.
#[derive(Clone, Debug)]
pub struct NewSubject {
    /// A row of `person`.
    pub person: i64,
    /// What is applied for, or held, in words; seats that need it see it.
    pub post: String,
}

/// What is asked of the seats.
#[derive(Clone, Debug)]
pub struct NewReview {
    pub title: String,
    pub purpose: Purpose,
    /// The id of what asks: a campaign, a vacancy.
    pub source: Option<i64>,
    /// Nobody twice.
    pub subjects: Vec<NewSubject>,
    /// Ids of optional seats that are asked beside those that must be.
    pub optional: Vec<String>,
}

/// A review that may be written: see [`prepare`].
#[derive(Clone, Debug)]
pub struct Prepared {
    review: JointReview,
    seats: Vec<Seat>,
    /// Person, village, township, post.
    people: Vec<(i64, String, String, String)>,
}

/// Looks at what is asked: the seats of the packs in force today, the offices that answer, the day by which they do; or everything
/// that stands in the way. Writes nothing.
pub async fn prepare(db: &Db, caller: &Caller, new: &NewReview) -> DbResult<Result<Prepared, Faults>> {
    let day = today();
    let rules = review_of(db, &day).await?;
    let mut faults = Faults::new();
    let title = new.title.trim();
    if title.is_empty() {
        faults.push(("title", msg!("请写名称")));
    } else if title.chars().count() > LETTERS {
        faults.push(("title", msg!("最多 {n} 字", n = LETTERS)));
    }
    let offices: HashMap<String, desks::Desk> =
        desks::all(db).await?.into_iter().map(|d| (d.seat.clone(), d)).collect();
    let mut seats = Vec::new();
    let mut lacking = Vec::new();
    for s in rules.seats_on(&day) {
        if s.optional && !new.optional.contains(&s.id) {
            continue;
        }
        let Some(office) = offices.get(&s.id) else {
            lacking.push(s.title.clone());
            continue;
        };
        seats.push(Seat {
            id: 0,
            review: 0,
            seat: s.id.clone(),
            title: s.title.clone(),
            needs: s.needs.clone(),
            unit: office.unit.clone(),
            head: office.head,
            head_name: office.head_name.clone(),
            taken_at: None,
            signed_by: String::new(),
            signed_at: None,
            reminded_on: String::new(),
            reminders: 0,
            rev: 1,
        });
    }
    if !lacking.is_empty() {
        faults.push(("seats", msg!("这些席位还没有指定答复单位：{seats}", seats = lacking.join("、"))));
    } else if seats.is_empty() {
        faults.push(("seats", msg!("办法里没有席位")));
    }
    let people = found(db, &new.subjects).await?;
    if new.subjects.is_empty() {
        faults.push(("subjects", msg!("名单里没有人")));
    } else if people.len() < new.subjects.len() {
        let n = new.subjects.len() - people.len();
        faults.push(("subjects", msg!("有 {n} 人不在册或写了两次，请核对名单", n = n)));
    }
    let (Ok(now), true) = (day.parse::<Day>(), faults.is_empty()) else { return Ok(Err(faults)) };
    let due_on = calendar(db).await?.add_workdays(now, *rules.answer_workdays).day.to_string();
    let pack = rules.pack();
    let review = JointReview {
        id: 0,
        title: title.to_owned(),
        purpose: new.purpose,
        source: new.source,
        pack: pack.id.clone(),
        pack_version: pack.version.clone(),
        pack_hash: pack.hash.clone(),
        sent_on: day,
        due_on,
        valid_months: i64::from(*rules.valid_months),
        by: caller.name.clone(),
        at: now_ms(),
        rev: 1,
    };
    Ok(Ok(Prepared { review, seats, people }))
}

/// Those of the list who are on the roll, each once, in its order.
async fn found(db: &Db, list: &[NewSubject]) -> DbResult<Vec<(i64, String, String, String)>> {
    let mut known: HashMap<i64, Person> = HashMap::new();
    let ids: Vec<i64> = list.iter().map(|s| s.person).collect();
    for some in ids.chunks(500) {
        let condition = format!("p.id in ({})", numbered(1, some.len()));
        let values: Vec<Value> = some.iter().map(|p| Value::from(*p)).collect();
        for p in people::select(db, &condition, "order by p.id", values).await? {
            known.insert(p.id, p);
        }
    }
    let mut out = Vec::with_capacity(list.len());
    for s in list {
        // Taken out, so that nobody is found twice.
        let Some(p) = known.remove(&s.person).filter(|p| p.state == State::Active) else { continue };
        out.push((p.id, p.get(Field::Village).to_owned(), p.township.clone(), s.post.trim().to_owned()));
    }
    Ok(out)
}

/// Writes a review inside a transaction; gives its id. Each person's history tells of it.
pub async fn open_in(tx: &mut WriteTx, caller: &Caller, prepared: &Prepared) -> DbResult<i64> {
    let id = store::add(tx, &prepared.review, caller.account).await?;
    for (seq, seat) in (1..).zip(&prepared.seats) {
        store::add_seat(tx, id, seq, seat).await?;
    }
    subjects::add(tx, id, &prepared.people).await?;
    let told = format!("{} {}", prepared.review.purpose.title(), prepared.review.title);
    for (person, ..) in &prepared.people {
        tx.changed_of(Some(*person), KIND, &id.to_string(), "sent", None, Some(told.clone()));
    }
    Ok(id)
}

/// Prepares and writes a review in a transaction of its own.
pub async fn open(db: &Db, caller: &Caller, new: &NewReview) -> DbResult<Result<i64, Faults>> {
    let prepared = match prepare(db, caller, new).await? {
        Ok(prepared) => prepared,
        Err(faults) => return Ok(Err(faults)),
    };
    let mut tx = db.write(caller.event("reviews.open", KIND, "", "")).await?;
    let id = open_in(&mut tx, caller, &prepared).await?;
    tx.event().record = id.to_string();
    tx.commit().await?;
    Ok(Ok(id))
}
