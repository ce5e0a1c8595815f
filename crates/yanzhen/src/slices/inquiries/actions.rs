//! Asking people where they are: what may be done, and what follows.

use super::model::{Inquiry, State, surname_alone};
use super::store;
use crate::slices::campaigns::store::letters;
use crate::slices::people::parts::{self, Whereabouts};
use crate::slices::people::store::{self as people, Changed};
use crate::slices::people::{Field, Person, State as Stand, input};
use crate::slices::places::store::today;
use kernel::{Day, Message, key, msg};
use platform::access::{Authorized, Caller};
use platform::db::{Db, DbResult, Event, WriteTx, new_id, now_ms};
use public::folder::Folder;
use public::seal::{Slip, locker, seal_inquiry};
use public::wire;

/// The kind of record in the audit.
pub const INQUIRY: &str = "inquiry";
/// The most links that are handed out at once: each costs some milliseconds of work.
pub const MOST: usize = 200;
/// For how many days a link can be handed out.
pub const DAYS: [u32; 3] = [7, 14, 30];
/// Days that a link which nobody answered is kept open for letters that are still on their way.
const GRACE: i64 = 3;
/// How it was learned, in the log of whereabouts.
const BY_LINK: &str = key!("本人在链接上填");
const BY_PHONE: &str = key!("电话");

/// A link that was just made: nobody can read it again.
pub struct Link {
    pub person: i64,
    pub name: String,
    pub place: String,
    /// The letters of its address.
    pub letters: String,
}

/// A fault of what was sent: the field and what to write.
pub type Faults = Vec<(&'static str, Message)>;

fn blank(person: &Person, caller: &Caller, state: State) -> Inquiry {
    Inquiry {
        id: new_id(),
        person: person.id,
        person_name: person.name().to_owned(),
        township: person.township.clone(),
        village: person.get(Field::Village).to_owned(),
        place_name: format!("{} {}", person.township_name, person.village_name),
        state,
        unit: caller.unit.clone(),
        until: String::new(),
        again_on: String::new(),
        place: String::new(),
        employment: String::new(),
        intention: String::new(),
        answered_at: None,
        note: String::new(),
        by: caller.name.clone(),
        at: now_ms(),
        decided_by: String::new(),
        decided_at: None,
        reason: String::new(),
        rev: 1,
    }
}

fn event(caller: &Caller, act: &str, i: &Inquiry) -> Event {
    let mut event = caller.event(act, INQUIRY, &i.id.to_string(), &i.village);
    event.person = Some(i.person);
    event
}

/// Ends a link: its state, and what the public pages hold of it.
async fn end(tx: &mut WriteTx, i: &Inquiry) -> DbResult<bool> {
    let tag = store::tag(tx, i.id).await?;
    if !store::save(tx, i).await? {
        return Ok(false);
    }
    letters::forget(tx, &tag).await?;
    tx.changed(&i.id.to_string(), "state", None, Some(i.state.id().to_owned()));
    Ok(true)
}

/// Makes a link for each of these people, in one transaction; links that they had before end.
pub async fn ask(db: &Db, caller: &Caller, ids: &[i64], days: u32) -> DbResult<Vec<Link>> {
    let key = letters::opener(db).await?.public();
    let now: Day = today().parse().unwrap_or_else(|_| platform::now().date());
    let until = now.checked_add(jiff::Span::new().days(i64::from(days))).unwrap_or(now).to_string();
    let n = ids.len();
    let work = move || -> Vec<_> {
        (0..n).map(|_| Slip::link()).map(|slip| (locker(&key, &slip), slip.receipt)).collect()
    };
    let made = tokio::task::spawn_blocking(work).await;
    let made = made.map_err(|e| platform::db::DbError::Version(e.to_string()))?;
    let mut tx = db.write(caller.event("inquiries.ask", INQUIRY, "", caller.part.code())).await?;
    let mut out = Vec::new();
    for (id, (locker, letters)) in ids.iter().zip(made) {
        // The list is of the caller's part; what it named may have changed since.
        let Some(person) = people::find_in(&tx, *id).await?.filter(|p| p.state == Stand::Active) else {
            continue;
        };
        if let Some(before) = store::open_of(&tx, person.id).await? {
            let revoked = Inquiry {
                state: State::Revoked,
                decided_by: caller.name.clone(),
                decided_at: Some(now_ms()),
                reason: key!("另发了新的链接").to_owned(),
                ..before
            };
            end(&mut tx, &revoked).await?;
        }
        let asked = Inquiry { until: until.clone(), ..blank(&person, caller, State::Open) };
        store::add(&tx, &asked, caller.account, Some((&locker.tag, &locker.key[..]))).await?;
        tx.changed_of(
            Some(person.id),
            INQUIRY,
            &asked.id.to_string(),
            "state",
            None,
            Some(State::Open.id().to_owned()),
        );
        out.push(Link { person: person.id, name: asked.person_name, place: asked.place_name, letters });
    }
    if out.is_empty() {
        tx.rollback().await?;
        return Ok(out);
    }
    tx.event().note = format!("{} people", out.len());
    tx.commit().await?;
    Ok(out)
}

/// What somebody noted of a call.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct Call {
    pub outcome: String,
    pub place: String,
    pub employment: String,
    pub intention: String,
    pub note: String,
    pub again_on: String,
}

impl Call {
    /// What it says, if it is in order: the state, what was told and the day to call again.
    fn read(&self, today: &str) -> Result<(State, [String; 3], String), Faults> {
        let mut faults = Faults::new();
        let state = State::by_id(&self.outcome).filter(|s| s.is_call());
        if state.is_none() {
            faults.push(("outcome", msg!("请选这次电话的结果")));
        }
        let mut take = |name: &'static str, field: Field, typed: &str| match input::take(field, typed) {
            Ok(taken) => taken.value,
            Err(fault) => {
                faults.push((name, fault));
                String::new()
            }
        };
        let told = match state {
            Some(State::Reached) => [
                take("place", Field::Whereabouts, &self.place),
                take("employment", Field::Employment, &self.employment),
                take("intention", Field::Intention, &self.intention),
            ],
            _ => Default::default(),
        };
        let again = match (state, self.again_on.trim()) {
            (Some(State::Reached), _) | (_, "") => String::new(),
            (_, typed) => take("again_on", Field::WorkOn, typed),
        };
        if state == Some(State::Reached) && self.place.trim().is_empty() {
            faults.push(("place", msg!("请写现在去向，例如 在村、外出务工（苏州）")));
        }
        let typed = !self.again_on.trim().is_empty() && state != Some(State::Reached);
        if typed
            && (again.len() != 10 || again.as_str() <= today)
            && !faults.iter().any(|f| f.0 == "again_on")
        {
            faults.push(("again_on", msg!("再打的日子要在今天以后，写到日")));
        }
        if self.note.chars().count() > 200 {
            faults.push(("note", msg!("太长了，最多 {n} 个字", n = 200)));
        }
        match state {
            Some(state) if faults.is_empty() => Ok((state, told, again)),
            _ => Err(faults),
        }
    }
}

/// How writing ended.
pub type Done = Result<(), Faults>;

fn stale() -> Done {
    Err(vec![("", msg!("这份档案刚被别人改过；请看过现在的再办"))])
}

/// Notes a call. Who was reached is noted in the file in the same transaction.
pub async fn call(db: &Db, caller: &Caller, person: &Authorized<Person>, call: &Call) -> DbResult<Done> {
    let day = today();
    let (state, [place, employment, intention], again_on) = match call.read(&day) {
        Ok(read) => read,
        Err(faults) => return Ok(Err(faults)),
    };
    let noted = Inquiry {
        again_on,
        place,
        employment,
        intention,
        answered_at: (state == State::Reached).then(now_ms),
        note: call.note.trim().to_owned(),
        ..blank(person, caller, state)
    };
    let mut tx = db.write(event(caller, "inquiries.call", &noted)).await?;
    store::add(&tx, &noted, caller.account, None).await?;
    let (id, told) = (noted.id.to_string(), Some(state.id().to_owned()));
    tx.changed_of(Some(person.id), INQUIRY, &id, "state", None, told);
    if state == State::Reached && !tell(&mut tx, person, &noted, &day, (BY_PHONE, &caller.name)).await? {
        tx.rollback().await?;
        return Ok(stale());
    }
    tx.commit().await?;
    Ok(Ok(()))
}

/// Writes what was told into the file; false where the file changed meanwhile.
async fn tell(
    tx: &mut WriteTx,
    person: &Person,
    told: &Inquiry,
    day: &str,
    (how, by): (&str, &str),
) -> DbResult<bool> {
    let said = Whereabouts {
        day: day.to_owned(),
        place: told.place.clone(),
        employment: told.employment.clone(),
        intention: told.intention.clone(),
        how: how.to_owned(),
        by_name: by.to_owned(),
        at: now_ms(),
    };
    Ok(parts::tell(tx, person, &said).await? != Changed::Stale)
}

/// What the office decides of an inquiry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Decision {
    /// The answer goes into the file, as of the day it was given.
    Accept,
    /// The answer is not taken over.
    Refuse,
    /// The link ends before anybody answered.
    Revoke,
}

/// Decides of an answer, or takes a link back.
pub async fn decide(
    db: &Db,
    caller: &Caller,
    inquiry: &Authorized<Inquiry>,
    what: Decision,
    reason: &str,
) -> DbResult<Done> {
    let reason = reason.trim();
    let (from, to, act) = match what {
        Decision::Accept => (State::Answered, State::Accepted, "inquiries.accept"),
        Decision::Refuse => (State::Answered, State::Refused, "inquiries.refuse"),
        Decision::Revoke => (State::Open, State::Revoked, "inquiries.revoke"),
    };
    if inquiry.state != from {
        return Ok(Err(vec![("", msg!("这一条已经办过了"))]));
    }
    if what == Decision::Refuse && reason.is_empty() {
        return Ok(Err(vec![("reason", msg!("请写为什么不采用，例如 不是本人填的"))]));
    }
    let next = Inquiry {
        state: to,
        decided_by: caller.name.clone(),
        decided_at: Some(now_ms()),
        reason: reason.to_owned(),
        ..(**inquiry).clone()
    };
    let mut tx = db.write(event(caller, act, &next)).await?;
    if !end(&mut tx, &next).await? {
        tx.rollback().await?;
        return Ok(Err(vec![("", msg!("这一条已经办过了"))]));
    }
    if what == Decision::Accept {
        let day = inquiry.answered_at.map(day_of).unwrap_or_else(today);
        let found = people::find_in(&tx, inquiry.person).await?.filter(|p| p.state == Stand::Active);
        let told = match &found {
            Some(person) => tell(&mut tx, person, &next, &day, (BY_LINK, &caller.name)).await?,
            None => false,
        };
        if !told {
            tx.rollback().await?;
            return Ok(stale());
        }
    }
    tx.commit().await?;
    Ok(Ok(()))
}

fn day_of(at: i64) -> String {
    let at = jiff::Timestamp::from_millisecond(at).unwrap_or_default();
    at.to_zoned(kernel::zone()).date().to_string()
}

/// Takes a letter in that answers a link: the transaction, to be committed, and the inquiry's id; nothing where no open link is
/// its.
pub async fn answer(db: &Db, key: &str, letter: &wire::Letter) -> DbResult<Option<(WriteTx, i64)>> {
    let wire::Letter::Tell { link, at, place, employment, intention } = letter else { return Ok(None) };
    let Some(slip) = Slip::of_link(link) else { return Ok(None) };
    let key = key.to_owned();
    let found = tokio::task::spawn_blocking(move || locker(&key, &slip)).await;
    let Ok(found) = found else { return Ok(None) };
    let Some(open) = store::by_tag(db, &found.tag).await? else { return Ok(None) };
    // Whoever has the public key can write a letter: what pages checked is checked again.
    let taken = |field, typed: &str| input::take(field, typed).ok().map(|t| t.value);
    let (Some(place), Some(employment), Some(intention)) = (
        taken(Field::Whereabouts, place).filter(|p| !p.is_empty()),
        taken(Field::Employment, employment),
        taken(Field::Intention, intention),
    ) else {
        return Ok(None);
    };
    let at = (*at).clamp(open.at, now_ms().max(open.at));
    if day_of(at) > open.until {
        return Ok(None);
    }
    let next =
        Inquiry { state: State::Answered, place, employment, intention, answered_at: Some(at), ..open };
    let mut event = Event {
        action: "inquiries.answer".into(),
        kind: INQUIRY.into(),
        record: next.id.to_string(),
        part: next.village.clone(),
        ..Event::default()
    };
    event.person = Some(next.person);
    let mut tx = db.write(event).await?;
    if !end(&mut tx, &next).await? {
        tx.rollback().await?;
        return Ok(None);
    }
    Ok(Some((tx, next.id)))
}

/// Publishes the links that wait and changed since a moment, and ends those that nobody answered in time; gives how many
/// were published.
pub async fn publish(db: &Db, folder: &Folder, since: i64) -> std::io::Result<usize> {
    let failed = |e: platform::db::DbError| std::io::Error::other(e.to_string());
    let mut told = 0;
    for (tag, key, i) in store::told_since(db, since).await.map_err(failed)? {
        let Ok(key) = <[u8; 32]>::try_from(key.as_slice()) else { continue };
        let asked = wire::Inquiry { name: surname_alone(&i.person_name), unit: i.unit, until: i.until };
        folder.publish_status(&tag, &seal_inquiry(&key, &asked))?;
        told += 1;
    }
    let now: Day = today().parse().unwrap_or_else(|_| platform::now().date());
    let day = now.checked_sub(jiff::Span::new().days(GRACE)).unwrap_or(now).to_string();
    for i in store::over(db, &day).await.map_err(failed)? {
        let next = Inquiry { state: State::Expired, ..i };
        let mut event = Event {
            action: "inquiries.expire".into(),
            kind: INQUIRY.into(),
            record: next.id.to_string(),
            part: next.village.clone(),
            ..Event::default()
        };
        event.person = Some(next.person);
        let mut tx = db.write(event).await.map_err(failed)?;
        match end(&mut tx, &next).await.map_err(failed)? {
            true => tx.commit().await.map_err(failed)?,
            false => tx.rollback().await.map_err(failed)?,
        }
    }
    Ok(told)
}
