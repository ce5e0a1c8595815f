//! What can be done about posts without a filing: register who took a seat and by which way, end a hold by a lawful
//! way, write a term, set the duty of a post.

use super::lineup::Lineup;
use super::model::{self, Holding, Refusal};
use super::repost;
use super::store::{self, New, Term};
use crate::slices::people::{self, Person, State};
use crate::slices::places::Village;
use crate::slices::places::model::FOREVER;
use kernel::{Day, Message, msg};
use platform::access::{Authorized, Caller, Role};
use platform::db::{Db, DbResult, Row, now_ms};
use platform::values;
use policy::posts::{Post, Posts, Track, WayIn, WayOut, Word};
use std::fmt;

/// Faults of a form: its field and what to do.
pub type Faults = Vec<(&'static str, Message)>;

/// Whether a change of a post goes to the county as a filing, for a caller. The county itself may register what was
/// decided before the system came.
pub fn must_file(posts: &Posts, post: &Post, caller: &Caller) -> bool {
    caller.role != Role::CountyOffice && post.track == Track::Party && posts.filing.covers(&post.id)
}

/// What stands in the way of filing-free work.
pub fn file_first() -> Message {
    msg!("这个职务先备案、后任职；请起草备案，由县里答复。")
}

/// A person taking a post, as a form sends it.
#[derive(Clone, Debug, Default)]
pub struct Beginning {
    pub post: String,
    pub person: Option<i64>,
    pub from: String,
    pub way: String,
    pub ground: String,
    pub term: Option<i64>,
    pub title: String,
}

fn day_of(text: &str) -> Option<Day> {
    text.trim().parse().ok()
}

impl Beginning {
    /// Checks it against the pack and who holds what; every fault at once.
    pub async fn check(
        &self,
        db: &Db,
        posts: &Posts,
        village: &Authorized<Village>,
        caller: &Caller,
        person: Option<&Authorized<Person>>,
    ) -> DbResult<Result<New, Faults>> {
        let mut faults = Faults::new();
        let day = day_of(&self.from);
        if day.is_none() {
            faults.push(("from", msg!("请填任职日期")));
        }
        let on = day.map_or_else(String::new, |d| d.to_string());
        let post = posts.post_on(&self.post, &on);
        if post.is_none() {
            faults.push(("post", msg!("请选择职务")));
        }
        let way = WayIn::parse(&self.way);
        if let (Some(post), Some(way)) = (post, way)
            && let Err(refusal) = model::enters(post, way)
        {
            faults.push(("way", refusal.message()));
        }
        if way.is_none() {
            faults.push(("way", msg!("请选择怎样产生")));
        }
        if self.ground.trim().is_empty() {
            faults.push(("ground", Refusal::NoGround.message()));
        }
        if person.is_none_or(|p| p.state != State::Active) {
            faults.push(("person", msg!("请从干部人才里选一个人；没有档案的先建档")));
        }
        if let (Some(post), Some(person)) = (post, person) {
            if must_file(posts, post, caller) {
                faults.push(("post", file_first()));
            }
            let held = store::of_person(db, person.id).await?;
            if held.iter().any(|h| h.village == village.code && h.post == post.id && h.to_on >= on) {
                faults.push(("person", Refusal::Overlap.message()));
            }
            let holders = store::of_village(db, &village.code, &on).await?;
            let taken = holders.iter().filter(|h| h.post == post.id && h.person != person.id).count();
            if post.seats_max > 0 && taken >= post.seats_max as usize {
                faults.push(("post", Refusal::Full.message()));
            }
        }
        let (Some(post), Some(person), true) = (post, person, faults.is_empty()) else {
            return Ok(Err(faults));
        };
        Ok(Ok(New {
            village: village.code.clone(),
            post: post.id.clone(),
            track: post.track,
            title: self.title.trim().to_owned(),
            person: person.id,
            term: self.term,
            from_on: on,
            to_on: FOREVER.to_owned(),
            way_in: self.way.clone(),
            way_out: String::new(),
            ground_in: self.ground.trim().to_owned(),
            ground_out: String::new(),
            filing: None,
            batch: None,
        }))
    }
}

/// Registers a hold that was checked.
pub async fn begin(db: &Db, posts: &Posts, caller: &Caller, new: New) -> DbResult<()> {
    let mut event = caller.event("post.begin", "village", &new.village, &new.village);
    event.note.clone_from(&new.post);
    let mut tx = db.write(event).await?;
    let person = new.person;
    store::begin(&mut tx, &[new]).await?;
    repost(&tx, posts, &[person]).await?;
    tx.commit().await
}

/// The end of a hold, as a form sends it.
#[derive(Clone, Debug, Default)]
pub struct Ending {
    /// Last day.
    pub day: String,
    pub way: String,
    pub ground: String,
}

impl Ending {
    /// Checks it against the track's law; every fault at once.
    pub fn check(&self, hold: &Holding, posts: &Posts, caller: &Caller) -> Result<WayOut, Faults> {
        let mut faults = Faults::new();
        if !hold.lasts() {
            faults.push(("day", Refusal::Ended.message()));
        }
        match day_of(&self.day) {
            None => faults.push(("day", msg!("请填结束日期"))),
            Some(day) if day.to_string() < hold.from_on => {
                faults.push(("day", Refusal::BeforeBegin.message()))
            }
            Some(_) => {}
        }
        let way = WayOut::parse(&self.way);
        match way {
            None => faults.push(("way", msg!("请选择怎样结束"))),
            Some(way) => {
                if let Err(refusal) = model::leaves(hold.track, way) {
                    faults.push(("way", refusal.message()));
                } else if let Some(post) = posts.post_on(&hold.post, &self.day)
                    && matches!(way, WayOut::Removed | WayOut::Transferred)
                    && must_file(posts, post, caller)
                {
                    faults.push(("way", file_first()));
                }
            }
        }
        if self.ground.trim().is_empty() {
            faults.push(("ground", Refusal::NoGround.message()));
        }
        match (way, faults.is_empty()) {
            (Some(way), true) => Ok(way),
            _ => Err(faults),
        }
    }
}

/// Ends a hold that was checked; false where somebody changed it meanwhile.
pub async fn end(
    db: &Db,
    posts: &Posts,
    caller: &Caller,
    hold: &Authorized<Holding>,
    ending: &Ending,
    way: WayOut,
) -> DbResult<bool> {
    let mut event = caller.event("post.end", "village", &hold.village, &hold.village);
    event.note = format!("{} {}", hold.post, way.id());
    let mut tx = db.write(event).await?;
    let day = ending.day.trim();
    if !store::end(&mut tx, hold, day, way.id(), ending.ground.trim()).await? {
        tx.rollback().await?;
        return Ok(false);
    }
    // The duty of a post ends with the hold.
    let at = now_ms();
    tx.run("update duty set ended_at = $2 where holding = $1 and ended_at is null", values![hold.id, at])
        .await?;
    repost(&tx, posts, &[hold.person]).await?;
    tx.commit().await?;
    Ok(true)
}

/// A term, as a form sends it.
#[derive(Clone, Debug, Default)]
pub struct TermForm {
    pub track: String,
    pub name: String,
    pub from: String,
    pub to: String,
    pub ground: String,
}

impl TermForm {
    /// Checks it; every fault at once.
    pub fn check(&self, village: &Village, terms: &[Term]) -> Result<Term, Faults> {
        let mut faults = Faults::new();
        let track = Track::parse(&self.track).filter(|t| *t != Track::Hired);
        if track.is_none() {
            faults.push(("track", msg!("请选择是党组织还是村委会的任期")));
        }
        let (from, to) = (day_of(&self.from), day_of(&self.to));
        if from.is_none() {
            faults.push(("from", msg!("请填任期的第一天")));
        }
        if to.is_none() {
            faults.push(("to", msg!("请填任期的最后一天")));
        }
        if let (Some(from), Some(to)) = (from, to) {
            if to <= from {
                faults.push(("to", msg!("任期的最后一天应在第一天之后")));
            }
            let meets = |t: &&Term| {
                Some(t.track) == track && t.from_on <= to.to_string() && from.to_string() <= t.to_on
            };
            if let Some(other) = terms.iter().find(meets) {
                faults.push((
                    "from",
                    msg!(
                        "与 {name}（{from} 到 {to}）重叠",
                        name = other.name.as_str(),
                        from = other.from_on.as_str(),
                        to = other.to_on.as_str()
                    ),
                ));
            }
        }
        if self.name.trim().is_empty() {
            faults.push(("name", msg!("请写届次，例如 第十二届")));
        }
        if self.ground.trim().is_empty() {
            faults.push(("ground", Refusal::NoGround.message()));
        }
        match (track, from, to, faults.is_empty()) {
            (Some(track), Some(from), Some(to), true) => Ok(Term {
                id: 0,
                village: village.code.clone(),
                track,
                name: self.name.trim().to_owned(),
                from_on: from.to_string(),
                to_on: to.to_string(),
                ground: self.ground.trim().to_owned(),
                ended_on: String::new(),
            }),
            _ => Err(faults),
        }
    }
}

/// Writes a term that was checked.
pub async fn add_term(db: &Db, caller: &Caller, term: &Term) -> DbResult<()> {
    let mut tx = db.write(caller.event("term.add", "village", &term.village, &term.village)).await?;
    store::add_term(&tx, term).await?;
    let said = format!("{} {} {}—{}", term.track.id(), term.name, term.from_on, term.to_on);
    tx.changed("", "term", None, Some(said));
    tx.commit().await
}

/// A written duty of a hold: the first stage of the duty cycle (C2, 定职).
#[derive(Clone, Debug)]
pub struct Duty {
    pub id: i64,
    pub holding: i64,
    pub text: String,
    pub set_on: String,
    pub by: String,
    /// When the holder accepted it, milliseconds since 1970.
    pub accepted_at: Option<i64>,
}

/// The duties in force of a village's holds.
pub async fn duties(db: &Db, village: &str) -> DbResult<Vec<Duty>> {
    let sql = "select id, holding, text, set_on, by_name, accepted_at from duty \
               where village = $1 and ended_at is null order by id";
    db.rows(sql, values![village]).await?.iter().map(duty).collect()
}

fn duty(row: &Row) -> DbResult<Duty> {
    Ok(Duty {
        id: row.int(0)?,
        holding: row.int(1)?,
        text: row.text(2)?,
        set_on: row.text(3)?,
        by: row.text(4)?,
        accepted_at: row.get(5)?,
    })
}

/// The duties in force of a person's holds.
pub async fn duties_of(db: &Db, person: i64) -> DbResult<Vec<Duty>> {
    let sql = "select d.id, d.holding, d.text, d.set_on, d.by_name, d.accepted_at from duty d \
               join holding h on h.id = d.holding where h.person = $1 and d.ended_at is null order by d.id";
    db.rows(sql, values![person]).await?.iter().map(duty).collect()
}

/// The holder signs for a duty of the own post; false where it is none, or signed for.
pub async fn accept(db: &Db, caller: &Caller, person: i64, id: i64) -> DbResult<bool> {
    let Some(duty) = duties_of(db, person).await?.into_iter().find(|d| d.id == id) else { return Ok(false) };
    let mut tx = db.write(caller.event("duty.accept", "person", &person.to_string(), "")).await?;
    let sql = "update duty set accepted_at = $2 where id = $1 and accepted_at is null and ended_at is null";
    if tx.run(sql, values![id, now_ms()]).await? == 0 {
        tx.rollback().await?;
        return Ok(false);
    }
    tx.changed_of(Some(person), "person", &person.to_string(), "accepted", None, Some(duty.text));
    tx.commit().await?;
    Ok(true)
}

/// Sets the duty of a hold; what stood before ends and stays in the history.
pub async fn set_duty(
    db: &Db,
    caller: &Caller,
    hold: &Authorized<Holding>,
    text: &str,
    on: Day,
) -> DbResult<()> {
    let mut tx = db.write(caller.event("duty.set", "village", &hold.village, &hold.village)).await?;
    let sql = "select text from duty where holding = $1 and ended_at is null";
    let was = tx.one(sql, values![hold.id]).await?.map(|r| r.text(0)).transpose()?;
    let at = platform::db::now_ms();
    tx.run("update duty set ended_at = $2 where holding = $1 and ended_at is null", values![hold.id, at])
        .await?;
    let sql = "insert into duty (id, holding, village, text, set_on, by_name, at) values ($1, $2, $3, $4, $5, $6, $7)";
    let id = platform::db::new_id();
    let (village, by) = (hold.village.as_str(), caller.name.as_str());
    tx.run(sql, values![id, hold.id, village, text, on.to_string(), by, at]).await?;
    tx.changed_of(Some(hold.person), "person", &hold.person.to_string(), "duty", was, Some(text.to_owned()));
    tx.commit().await
}

/// A seat that is or will be empty.
#[derive(Clone, Debug)]
pub struct Vacancy {
    pub village: String,
    pub post: String,
    pub title: String,
    pub why: Empty,
    /// Who leaves; empty for a seat that is empty now.
    pub who: String,
    pub person: Option<i64>,
}

/// Why a seat is or will be empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Empty {
    /// It is.
    Now,
    /// The term ends on that day.
    Term(String),
    /// The holder reaches the age in that month.
    Age(u32, String),
}

impl fmt::Display for Empty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Empty::Now => f.write_str("now"),
            Empty::Term(day) => write!(f, "term {day}"),
            Empty::Age(age, month) => write!(f, "age {age} {month}"),
        }
    }
}

/// Seats of a team that are empty now or will be within the months that the pack looks ahead.
pub fn vacancies(village: &str, posts: &Posts, lineup: &Lineup) -> Vec<Vacancy> {
    let day = lineup.day.to_string();
    let until = lineup
        .day
        .checked_add(jiff::Span::new().months(i64::from(*posts.foresee_months)))
        .unwrap_or(lineup.day);
    let mut out = Vec::new();
    for post in posts.posts_on(&day) {
        let holders: Vec<_> = lineup.holders(&post.id).collect();
        let of = |why: Empty, who: &str, person: Option<i64>| Vacancy {
            village: village.to_owned(),
            post: post.id.clone(),
            title: post.title.clone(),
            why,
            who: who.to_owned(),
            person,
        };
        for _ in 0..post.vacant(holders.len() as u32) {
            out.push(of(Empty::Now, "", None));
        }
        for (member, held) in holders {
            if let Some(ends) = held.term_ends.filter(|e| *e <= until) {
                out.push(of(Empty::Term(ends.to_string()), &member.name, Some(member.person)));
            }
            let Some(limit) = posts.age_limit(&post.id, &day) else { continue };
            let Some(born) = member.birth else { continue };
            let reach = born.first().checked_add(jiff::Span::new().years(i64::from(limit.age)));
            if let Ok(reach) = reach
                && reach <= until
            {
                let month = format!("{}-{:02}", reach.year(), reach.month());
                out.push(of(Empty::Age(limit.age, month), &member.name, Some(member.person)));
            }
        }
    }
    out
}

/// The person a form names, if the caller may see it.
pub async fn person(db: &Db, caller: &Caller, id: Option<i64>) -> DbResult<Option<Authorized<Person>>> {
    let Some(id) = id else { return Ok(None) };
    let found = people::store::find(db, id).await?;
    Ok(caller.authorize(platform::access::Action::ViewPeople, found).ok())
}
