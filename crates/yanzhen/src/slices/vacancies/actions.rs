//! What is done with vacancies: look at the chain, move that somebody fills a seat, hear those who stood before, decide, draft
//! the filing. None of it gives anybody a post.

use super::model::motion::{self, Faults, LETTERS, Motion, Passed, State, Verdict};
use super::model::{Candidate, Line, Look, Seat, line_up};
use super::store::{self, gather};
use crate::slices::places::Village;
use crate::slices::places::store::{today, village};
use crate::slices::posts::posts_of;
use crate::slices::{filings, people};
use kernel::{Day, Message, msg};
use platform::access::{Action, Authorized, Caller, Part};
use platform::db::{Db, DbResult, WriteTx, now_ms};
use policy::chains::Reach;
use policy::posts::{Track, WayIn, Word};
use policy::{Chains, Item};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The kind of history that a motion's is kept under.
pub const KIND: &str = "motion";

/// A village's post with its chain over everybody the caller may see.
pub struct Lined {
    /// The empty seats of the post, those foreseen after them.
    pub seats: Vec<Seat>,
    pub rules: Arc<Chains>,
    pub team: super::model::team::Team,
    pub people: Vec<Candidate>,
    pub line: Line,
    /// Left out: a motion for another seat waits for them.
    pub busy: usize,
    /// A group reaches beyond what the caller sees, or beyond what was looked at.
    pub beyond: bool,
}

impl Lined {
    /// Somebody placed, by id.
    pub fn placed(&self, id: i64) -> Option<(usize, &Look)> {
        self.line.find(&self.people, id).filter(|(_, l)| l.place().is_some())
    }
}

/// The chain of a village's post; none where the packs have no such post there. `all` looks at every group.
pub async fn line_of(
    db: &Db,
    caller: &Caller,
    village: &Authorized<Village>,
    post: &str,
    all: bool,
) -> DbResult<Option<Lined>> {
    let day = today();
    let part = Part::Village(village.code.clone());
    let known = gather::seats(db, &part, &day).await?;
    let seats: Vec<Seat> = known.seats.iter().filter(|s| s.post == post).cloned().collect();
    let Some(seat) = seats.first().cloned() else { return Ok(None) };
    let rules = known.chains.of(&village.code);
    let team = known.team(&village.code);
    let sources: BTreeSet<String> = rules.steps_on(post, &day).iter().map(|s| s.post.clone()).collect();
    let wide = rules.steps_on(post, &day).iter().any(|s| s.reach == Reach::County);
    let town = Part::Township(village.township.clone());
    // Whoever is named for one seat of the post is ranked no more for another.
    let named: Vec<i64> = match seats.iter().any(|s| s.motion.is_none()) {
        true => seats.iter().filter_map(|s| s.named).collect(),
        false => Vec::new(),
    };
    let (mut people, mut busy) = free(db, &town, &sources, (&village.code, post, &named), &day).await?;
    let mut line = line_up(&rules, &seat, &team, &people, &day, all);
    let county = caller.part == Part::County;
    let more = wide && county && (all || line.placed().next().is_none());
    if more {
        (people, busy) = free(db, &Part::County, &sources, (&village.code, post, &named), &day).await?;
        line = line_up(&rules, &seat, &team, &people, &day, all);
    }
    Ok(Some(Lined { seats, rules, team, people, line, busy, beyond: wide && !more }))
}

/// People without a motion that waits for another seat, and how many have one.
async fn free(
    db: &Db,
    part: &Part,
    sources: &BTreeSet<String>,
    (village, post, named): (&str, &str, &[i64]),
    day: &str,
) -> DbResult<(Vec<Candidate>, usize)> {
    let moved = gather::moved(db).await?;
    let all = gather::people(db, part, sources, day).await?;
    let n = all.len();
    let elsewhere = |c: &Candidate| {
        named.contains(&c.id) || moved.get(&c.id).is_some_and(|(v, p)| v != village || p != post)
    };
    let free: Vec<Candidate> = all.into_iter().filter(|c| !elsewhere(c)).collect();
    let busy = n - free.len();
    Ok((free, busy))
}

/// What a form says of a motion.
#[derive(Clone, Debug, Default)]
pub struct New {
    pub person: i64,
    pub reason: String,
}

/// What the chain says of somebody, a line each: kept beside the motion as it was then.
pub fn proof(step: &str, look: &Look) -> String {
    let mut out = vec![format!("{step}，第 {} 位", look.place().unwrap_or_default())];
    out.extend(look.proofs.iter().map(|p| format!("{}：{}；{}（{}）", p.title, p.said, p.wanted, p.basis)));
    out.push(format!("同一顺位：{}", look.order.join("，")));
    let parts: Vec<String> = look
        .fit
        .parts
        .iter()
        .map(|p| format!("{} {}", p.title, p.given.map_or_else(|| "缺".to_owned(), fit_text)))
        .collect();
    out.push(format!("人岗相适 {}：{}", fit_text(look.fit.total), parts.join("、")));
    out.join("\n")
}

/// Fit as read: 8600 as `0.86`.
pub fn fit_text(fit: i64) -> String {
    let hundredths = (fit + 50) / 100;
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// The pack that says a chain: title, version, hash.
pub fn pack_text(step: &Item<policy::chains::Step>) -> String {
    format!("{} {} {}", step.pack.title, step.pack.version, step.pack.hash)
}

fn comment_until(days: u32) -> String {
    let until = today().parse::<Day>().ok();
    let until = until.and_then(|d| d.checked_add(jiff::Span::new().days(i64::from(days))).ok());
    until.map(|d| d.to_string()).unwrap_or_default()
}

/// A motion with those it passes over, before it is written.
pub struct Draft {
    pub motion: Motion,
    pub passed: Vec<Passed>,
}

/// A seat's chain with the people it was made over.
#[derive(Clone, Copy)]
pub(super) struct Ranked<'r> {
    pub rules: &'r Chains,
    pub people: &'r [Candidate],
    pub line: &'r Line,
}

/// The motion for somebody placed in a chain. `spare` are those who get another seat by the same act: nobody passes them over.
pub(super) fn draft(caller: &Caller, r: Ranked<'_>, seat: &Seat, new: &New, spare: &[i64]) -> Option<Draft> {
    let (group, look) = r.line.find(r.people, new.person).filter(|(_, l)| l.place().is_some())?;
    let person = &r.people[look.person];
    let step = &r.line.groups[group].step;
    let before: Vec<(usize, &Look)> = r
        .line
        .placed()
        .filter(|(_, l)| l.place() < look.place() && !spare.contains(&r.people[l.person].id))
        .collect();
    let otherwise = !before.is_empty();
    let motion = Motion {
        id: 0,
        village: seat.village.clone(),
        village_name: seat.village_name.clone(),
        township: seat.township.clone(),
        township_name: seat.township_name.clone(),
        post: seat.post.clone(),
        track: seat.track,
        person: person.id,
        person_name: person.name.clone(),
        step: step.title.clone(),
        place: look.place().unwrap_or_default() as i64,
        otherwise,
        reason: new.reason.trim().to_owned(),
        proof: proof(&step.title, look),
        pack: pack_text(step),
        comment_until: if otherwise { comment_until(*r.rules.comment_days) } else { String::new() },
        state: State::Proposed,
        meeting: String::new(),
        decided_by: String::new(),
        decided_on: String::new(),
        decision: String::new(),
        filing: None,
        by: caller.name.clone(),
        at: now_ms(),
        rev: 1,
    };
    let passed = before
        .into_iter()
        .map(|(g, l)| Passed {
            id: 0,
            motion: 0,
            person: r.people[l.person].id,
            name: String::new(),
            place: l.place().unwrap_or_default() as i64,
            step: r.line.groups[g].step.title.clone(),
            why: motion.reason.clone(),
            own_words: String::new(),
            own_at: None,
        })
        .collect();
    Some(Draft { motion, passed })
}

/// The seat of a post that a motion may be made for: empty or foreseen, with none on its way.
fn open_seat(seats: &[Seat]) -> Option<&Seat> {
    seats.iter().find(|s| s.motion.is_none())
}

/// Moves that somebody fills a village's vacancy. What is wrong is told at once.
pub async fn propose(
    db: &Db,
    caller: &Caller,
    village: &Authorized<Village>,
    post: &str,
    new: &New,
) -> DbResult<Result<i64, Faults>> {
    let Some(lined) = line_of(db, caller, village, post, true).await? else {
        return Ok(Err(vec![("person", msg!("这个岗位现在没有空缺"))]));
    };
    let Some(seat) = open_seat(&lined.seats) else {
        return Ok(Err(vec![("person", msg!("这个空缺已有动议，请先办那一件"))]));
    };
    let ranked = Ranked { rules: &lined.rules, people: &lined.people, line: &lined.line };
    let Some(draft) = draft(caller, ranked, seat, new, &[]) else {
        let faults = [("person", msg!("请从排得上的人里选"))].into_iter();
        return Ok(Err(faults.chain(motion::reasons(&new.reason, false, 0)).collect()));
    };
    let faults = motion::reasons(&new.reason, draft.motion.otherwise, *lined.rules.reason_letters);
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    let waiting = lined.seats.iter().filter(|s| s.motion.is_some()).count() as u64;
    let mut tx = db.write(caller.event("vacancies.propose", KIND, "", &village.code)).await?;
    let done = write(&mut tx, caller, &draft, waiting).await?;
    match done {
        Ok(id) => {
            tx.event().record = id.to_string();
            tx.commit().await?;
            Ok(Ok(id))
        }
        Err(faults) => {
            tx.rollback().await?;
            Ok(Err(faults))
        }
    }
}

/// Writes a motion; refused where more of them wait for the post than were seen, or one for the person.
pub(super) async fn write(
    tx: &mut WriteTx,
    caller: &Caller,
    draft: &Draft,
    seen: u64,
) -> DbResult<Result<i64, Faults>> {
    let m = &draft.motion;
    let (waiting, twice) = store::waiting_in(tx, &m.village, &m.post, m.person).await?;
    if twice || waiting > seen {
        return Ok(Err(vec![("person", msg!("别人刚提了动议，请看一看再提"))]));
    }
    let id = store::add(tx, m, caller.account).await?;
    for one in &draft.passed {
        store::add_passed(tx, &Passed { motion: id, ..one.clone() }).await?;
        tx.changed_of(Some(one.person), KIND, &id.to_string(), "passed", None, Some(one.place.to_string()));
    }
    let told = format!("{} {} {}", m.village_name, m.post, m.place);
    tx.changed_of(Some(m.person), KIND, &id.to_string(), "proposed", None, Some(told));
    Ok(Ok(id))
}

fn stale() -> Faults {
    vec![("rev", msg!("别人刚改过，请看一看再改"))]
}

async fn finish(tx: WriteTx, next: &Motion) -> DbResult<Result<(), Faults>> {
    if !store::save(&tx, next).await? {
        tx.rollback().await?;
        return Ok(Err(stale()));
    }
    tx.commit().await?;
    Ok(Ok(()))
}

/// Decides a motion by name. The seat stays empty: what follows is a filing, or an election.
pub async fn decide(
    db: &Db,
    caller: &Caller,
    m: &Authorized<Motion>,
    given: &Verdict,
) -> DbResult<Result<(), Faults>> {
    let passed = store::passed(db, m.id).await?;
    let faults = motion::decides(m, &passed, given, &today());
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    let text = |t: &str| t.trim().to_owned();
    let next = Motion {
        state: if given.verdict == "carried" { State::Decided } else { State::Refused },
        meeting: text(&given.meeting),
        decided_by: text(&given.by),
        decided_on: given.on.clone(),
        decision: text(&given.reason),
        ..(**m).clone()
    };
    let mut tx = db.write(caller.event("vacancies.decide", KIND, &m.id.to_string(), &m.village)).await?;
    let told = format!("{} {} {}", next.state.title(), next.decided_by, next.meeting);
    tx.changed_of(Some(m.person), KIND, &m.id.to_string(), "decided", None, Some(told));
    finish(tx, &next).await
}

/// Takes a motion back before it is decided.
pub async fn withdraw(db: &Db, caller: &Caller, m: &Authorized<Motion>) -> DbResult<Result<(), Faults>> {
    if m.state != State::Proposed {
        return Ok(Err(vec![("verdict", msg!("已经办过了，不能再撤回"))]));
    }
    let mut tx = db.write(caller.event("vacancies.withdraw", KIND, &m.id.to_string(), &m.village)).await?;
    let next = Motion { state: State::Withdrawn, ..(**m).clone() };
    let told = Some(next.state.title().to_owned());
    tx.changed_of(Some(m.person), KIND, &m.id.to_string(), "withdrawn", None, told);
    finish(tx, &next).await
}

/// Writes what somebody who stood before says. It may be changed until the motion is decided.
pub async fn state_own(
    db: &Db,
    caller: &Caller,
    found: &Authorized<(Passed, Motion)>,
    text: &str,
) -> DbResult<Result<(), Faults>> {
    let (one, m) = &**found;
    let mut faults = Faults::new();
    if m.state != State::Proposed {
        faults.push(("text", msg!("已经决定，不能再提意见")));
    }
    if text.trim().is_empty() {
        faults.push(("text", msg!("请写您的意见")));
    }
    if text.chars().count() > LETTERS {
        faults.push(("text", msg!("最多 {n} 字", n = LETTERS)));
    }
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    let mut tx = db.write(caller.event("vacancies.own-words", KIND, &m.id.to_string(), &m.village)).await?;
    let next = Passed { own_words: text.trim().to_owned(), own_at: Some(now_ms()), ..one.clone() };
    let was = (!one.own_words.is_empty()).then(|| one.own_words.clone());
    tx.changed_of(Some(one.person), KIND, &m.id.to_string(), "own-words", was, Some(next.own_words.clone()));
    if !store::say(&tx, &next).await? {
        tx.rollback().await?;
        return Ok(Err(vec![("text", msg!("已经决定，不能再提意见"))]));
    }
    tx.commit().await?;
    Ok(Ok(()))
}

/// The ways by which a party or hired post may be filled; none for an elected seat.
pub async fn ways_in(db: &Db, m: &Motion) -> DbResult<Vec<WayIn>> {
    let day = today();
    let posts = posts_of(db, &m.village, &day).await?;
    let post = posts.post_on(&m.post, &day).filter(|p| p.track != Track::Elected);
    Ok(post.map(|p| p.ways_in.clone()).unwrap_or_default())
}

/// Drafts the filing of an appointment that a meeting agreed to.
///
/// # Errors
/// The engine's. Inside: why no filing could be drafted.
pub async fn draft_filing(
    db: &Db,
    caller: &Caller,
    m: &Authorized<Motion>,
    way: &str,
) -> DbResult<Result<i64, Message>> {
    if let Some(why) = motion::bars_filing(m) {
        return Ok(Err(why));
    }
    let Ok(place) = caller.authorize(Action::DraftFiling, village(db, &m.village).await?) else {
        return Ok(Err(msg!("请选择村")));
    };
    // Asked before anything is drafted: no empty filing stays behind.
    if !ways_in(db, m).await?.iter().any(|w| w.id() == way) {
        return Ok(Err(msg!("请选择怎样产生")));
    }
    let active = people::store::find(db, m.person).await?.filter(|p| p.state == people::State::Active);
    if caller.authorize(Action::ViewPeople, active).is_err() {
        return Ok(Err(msg!("请从干部人才里选一个人；没有档案的先建档")));
    }
    let posts = posts_of(db, &m.village, &today()).await?;
    let id = filings::actions::draft(db, caller, &posts, &place).await?;
    let Ok(filing) = caller.authorize(Action::DraftFiling, filings::store::find(db, id).await?) else {
        return Ok(Err(msg!("请选择村")));
    };
    let asked = filings::actions::Asked {
        post: m.post.clone(),
        person: Some(m.person),
        way: way.to_owned(),
        reason: format!("{} {} {}", m.decided_on, m.meeting, m.reason).trim().to_owned(),
        basis: format!("{} {}", m.step, m.pack.rsplit_once(' ').map_or("", |(title, _)| title)),
        ..filings::actions::Asked::default()
    };
    if let filings::actions::Added::Faulty(faults) =
        filings::actions::add(db, caller, &posts, &filing, &asked).await?
        && let Some((_, why)) = faults.into_iter().next()
    {
        return Ok(Err(why));
    }
    let mut tx = db.write(caller.event("vacancies.file", KIND, &m.id.to_string(), &m.village)).await?;
    let next = Motion { filing: Some(id), ..(**m).clone() };
    tx.changed_of(Some(m.person), KIND, &m.id.to_string(), "filing", None, Some(filing.no.clone()));
    if store::save(&tx, &next).await? {
        tx.commit().await?;
    } else {
        tx.rollback().await?;
    }
    Ok(Ok(id))
}
