//! What is done with filings: draft, fill, study, send, answer, announce, hand over.

use super::look::{now_day, teams, wanted};
use super::model::{self, Act, Filing, Item, Refusal, State};
use super::store;
use crate::slices::calendar::store::calendar;
use crate::slices::people;
use crate::slices::places::Village;
use crate::slices::places::model::FOREVER;
use crate::slices::places::store::today;
use crate::slices::posts::checks;
use crate::slices::posts::model::{self as holds, Holding};
use crate::slices::posts::{self, repost};
use kernel::{Day, Message, WorkCalendar, msg};
use platform::access::{Authorized, Caller, Target};
use platform::db::{Db, DbResult, WriteTx, now_ms};
use platform::values;
use policy::posts::{Change, Number, Posts, Track, WayIn, WayOut, Word};

/// Faults of a form: its field and what to do.
pub type Faults = Vec<(&'static str, Message)>;

/// Begins a filing for a village; gives its id.
pub async fn draft(db: &Db, caller: &Caller, posts: &Posts, village: &Authorized<Village>) -> DbResult<i64> {
    let mut event = caller.event("filing.draft", "filing", "", &village.code);
    event.note.clone_from(&village.code);
    let mut tx = db.write(event).await?;
    let year = now_day().year();
    let n = store::drafted_in(&tx, &year.to_string()).await? + 1;
    let number = Number { year: u32::from(year.unsigned_abs()), n, issuer: "", code: &caller.county };
    let pack = &posts.filing.number.pack;
    let title = format!("{}{}", village.township_name, village.short);
    let mut filing = Filing::begun(posts.filing.number.render(&number), village.org(), &title, &caller.name);
    filing.pack = format!("{} {} {}", pack.title, pack.version, pack.hash);
    let id = store::add(&tx, &filing).await?;
    tx.event().record = id.to_string();
    store::note(&tx, id, &caller.name, &caller.unit, "draft", "").await?;
    tx.changed("", "no", None, Some(filing.no));
    tx.commit().await?;
    Ok(id)
}

/// A change as a form sends it.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// A hold to end; `None` for an appointment.
    pub holding: Option<i64>,
    pub post: String,
    pub person: Option<i64>,
    pub way: String,
    pub reason: String,
    pub basis: String,
}

/// What came of adding a change.
pub enum Added {
    Done,
    /// The law forbids it: it was not written, and the filing says so.
    Stopped,
    Faulty(Faults),
    Stale,
}

/// What a village's filing would refuse of an appointment; nothing is written.
pub async fn refuses(
    db: &Db,
    caller: &Caller,
    posts: &Posts,
    village: &Authorized<Village>,
    asked: &Asked,
) -> DbResult<Faults> {
    let mut faults = Faults::new();
    let filing = Filing::begun(String::new(), village.org(), "", &caller.name);
    appointment(db, caller, posts, &filing, asked, &mut faults).await?;
    Ok(faults)
}

/// Adds a change to a draft. What the law forbids is stopped and kept in sight.
pub async fn add(
    db: &Db,
    caller: &Caller,
    posts: &Posts,
    filing: &Authorized<Filing>,
    asked: &Asked,
) -> DbResult<Added> {
    let mut faults = Faults::new();
    if filing.state != State::Draft {
        faults.push(("act", Refusal::NotNow(filing.state).message()));
        return Ok(Added::Faulty(faults));
    }
    if asked.reason.trim().is_empty() {
        faults.push(("reason", msg!("请写明理由")));
    }
    if asked.basis.trim().is_empty() {
        faults.push(("basis", msg!("请写明所依的条款")));
    }
    let day = today();
    let mut stopped = None;
    let item = match asked.holding {
        Some(id) => {
            let hold = posts::store::find(db, id).await?.filter(|h| h.village == filing.village && h.lasts());
            let way = WayOut::parse(&asked.way);
            if hold.is_none() {
                faults.push(("holding", msg!("请选择要离任的人")));
            }
            if way.is_none() {
                faults.push(("way", msg!("请选择离任的办法")));
            }
            match (hold, way) {
                (Some(hold), Some(way)) => {
                    if let Err(why) = model::may_end(hold.track, way) {
                        if hold.track == Track::Elected {
                            let title = posts.title(&hold.post, &day);
                            stopped = Some(format!("{}\t{}\t{}", hold.person_name, title, way.label()));
                        } else {
                            faults.push(("way", why));
                        }
                    }
                    Some(of_hold(&hold, way, asked))
                }
                _ => None,
            }
        }
        None => appointment(db, caller, posts, filing, asked, &mut faults).await?,
    };
    let (Some(item), true) = (item, faults.is_empty()) else { return Ok(Added::Faulty(faults)) };
    let mut event = caller.event("filing.add", "filing", &filing.id.to_string(), &filing.village);
    event.note = format!("{} {}", item.change.id(), item.post);
    let tx = db.write(event).await?;
    let mut next = (**filing).clone();
    let items = store::items_in(&tx, filing.id).await?;
    if items.iter().any(|i| i.person == item.person && i.post == item.post) {
        tx.rollback().await?;
        return Ok(Added::Faulty(vec![("person", msg!("这件备案里已经有这个人的这个职务"))]));
    }
    let was_stopped = stopped.is_some();
    match stopped {
        Some(line) => {
            if !next.stopped.lines().any(|l| l == line) {
                next.stopped =
                    if next.stopped.is_empty() { line } else { format!("{}\n{line}", next.stopped) };
            }
            store::note(&tx, filing.id, &caller.name, &caller.unit, "stopped", &item.name).await?;
        }
        None => {
            let seq = items.len() as i64;
            store::add_item(&tx, filing.id, seq, &item).await?;
            let note = format!("{} {}", item.name, posts.title(&item.post, &day));
            store::note(&tx, filing.id, &caller.name, &caller.unit, "add", &note).await?;
        }
    }
    if !store::save(&tx, &next).await? {
        tx.rollback().await?;
        return Ok(Added::Stale);
    }
    tx.commit().await?;
    Ok(if was_stopped { Added::Stopped } else { Added::Done })
}

fn of_hold(hold: &Holding, way: WayOut, asked: &Asked) -> Item {
    Item {
        id: 0,
        person: hold.person,
        name: hold.person_name.clone(),
        village: hold.village.clone(),
        post: hold.post.clone(),
        track: hold.track,
        change: way.change(),
        holding: Some(hold.id),
        way: way.id().to_owned(),
        reason: asked.reason.trim().to_owned(),
        basis: asked.basis.trim().to_owned(),
        carried_at: None,
    }
}

async fn appointment(
    db: &Db,
    caller: &Caller,
    posts: &Posts,
    filing: &Filing,
    asked: &Asked,
    faults: &mut Faults,
) -> DbResult<Option<Item>> {
    let day = today();
    let post = posts.post_on(&asked.post, &day);
    match post {
        None => faults.push(("post", msg!("请选择职务"))),
        Some(post) if post.track == Track::Elected => {
            faults.push(("post", holds::Refusal::Elected.message()));
        }
        Some(_) => {}
    }
    let way = WayIn::parse(&asked.way);
    match (post, way) {
        (_, None) => faults.push(("way", msg!("请选择怎样产生"))),
        (Some(post), Some(way)) => {
            if let Err(refusal) = holds::enters(post, way) {
                faults.push(("way", refusal.message()));
            }
        }
        _ => {}
    }
    let person = posts::actions::person(db, caller, asked.person).await?;
    let Some(person) = person.filter(|p| p.state == people::State::Active) else {
        faults.push(("person", msg!("请从干部人才里选一个人；没有档案的先建档")));
        return Ok(None);
    };
    let held = posts::store::of_person(db, person.id).await?;
    if held.iter().any(|h| h.village == filing.village && h.post == asked.post && h.lasts()) {
        faults.push(("person", holds::Refusal::Overlap.message()));
    }
    let Some(post) = post else { return Ok(None) };
    Ok(Some(Item {
        id: 0,
        person: person.id,
        name: person.name().to_owned(),
        village: filing.village.clone(),
        post: post.id.clone(),
        track: post.track,
        change: Change::Appoint,
        holding: None,
        way: asked.way.clone(),
        reason: asked.reason.trim().to_owned(),
        basis: asked.basis.trim().to_owned(),
        carried_at: None,
    }))
}

/// Takes a change out of a draft; false where there is none.
pub async fn drop(db: &Db, caller: &Caller, filing: &Authorized<Filing>, item: i64) -> DbResult<bool> {
    if filing.state != State::Draft {
        return Ok(false);
    }
    let tx = db.write(caller.event("filing.drop", "filing", &filing.id.to_string(), &filing.village)).await?;
    if !store::drop_item(&tx, filing.id, item).await? {
        tx.rollback().await?;
        return Ok(false);
    }
    tx.commit().await?;
    Ok(true)
}

/// What an act of a form carries.
#[derive(Clone, Debug, Default)]
pub struct Given {
    pub text: String,
    pub day: String,
    /// Check id and sentence, a line each.
    pub explained: String,
    /// The short name of the office that answers, for the reply's number.
    pub issuer: String,
}

/// What came of an act.
pub enum Moved {
    Done,
    Faulty(Faults),
    Stale,
}

/// Moves a filing by an act.
pub async fn act(
    db: &Db,
    caller: &Caller,
    posts: &Posts,
    filing: &Authorized<Filing>,
    act: Act,
    given: &Given,
) -> DbResult<Moved> {
    let next = match model::after(filing.state, act, caller.role, filing.appeals) {
        Ok(next) => next,
        Err(refusal) => return Ok(Moved::Faulty(vec![("act", refusal.message())])),
    };
    let items = store::items(db, filing.id).await?;
    let faults = asks(db, posts, act, &items, filing, given).await?;
    if !faults.is_empty() {
        return Ok(Moved::Faulty(faults));
    }
    let calendar = calendar(db).await?;
    let mut event =
        caller.event(&format!("filing.{}", act.id()), "filing", &filing.id.to_string(), &filing.village);
    event.note.clone_from(&filing.no);
    let mut tx = db.write(event).await?;
    let mut new = (**filing).clone();
    new.state = next;
    step(&tx, &mut new, posts, caller, &calendar, act, given).await?;
    if act == Act::Announce {
        carry_out(&mut tx, posts, &new, &items).await?;
    }
    if !store::save(&tx, &new).await? {
        tx.rollback().await?;
        return Ok(Moved::Stale);
    }
    tx.changed("", "state", Some(filing.state.id().to_owned()), Some(next.id().to_owned()));
    let told = (!new.opinion_text.is_empty() && act.is_countys()).then(|| new.opinion_text.clone());
    tx.changed("", "opinion", None, told);
    store::note(&tx, filing.id, &caller.name, &caller.unit, act.id(), given.text.trim()).await?;
    tx.commit().await?;
    Ok(Moved::Done)
}

/// What an act asks for.
async fn asks(
    db: &Db,
    posts: &Posts,
    act: Act,
    items: &[Item],
    filing: &Filing,
    given: &Given,
) -> DbResult<Faults> {
    let mut faults = Faults::new();
    let empty = given.text.trim().is_empty();
    match act {
        Act::Study => {
            if items.is_empty() {
                faults.push(("act", Refusal::Empty.message()));
            }
            if empty {
                faults.push(("text", msg!("请写会议情况：哪一天、几人到会、几票同意")));
            }
            let teams = teams(db, posts, filing, items).await?;
            let explain = |id: &str| {
                given.explained.lines().any(|l| l.split('\t').next() == Some(id) && l.contains('\t'))
            };
            for check in &teams.checks {
                let missed = check.verdict == checks::Verdict::Missed;
                if missed && check.level != policy::posts::Level::Advise && !explain(&check.id) {
                    faults.push(("explained", msg!("请说明：{title}", title = check.title.as_str())));
                }
            }
        }
        Act::AskMore | Act::Disagree | Act::Appeal if empty => {
            faults.push(("text", Refusal::NoReason.message()))
        }
        Act::Agree => {
            let brought = store::documents(db, filing.id).await?;
            let missing =
                wanted(posts, items, &brought).iter().filter(|(d, there)| d.required && !there).count();
            if missing > 0 {
                faults.push(("act", Refusal::Documents(missing).message()));
            }
        }
        Act::Announce | Act::HandOver => match given.day.trim().parse::<Day>() {
            Err(_) => faults.push(("day", msg!("请填日期"))),
            Ok(day) if day > now_day() => faults.push(("day", msg!("还没到这一天"))),
            Ok(day) if act == Act::Announce && day.to_string() < filing.reply_on => {
                faults.push(("day", msg!("先备案、后任职：宣布日期不能早于批复日期")));
            }
            Ok(_) => {}
        },
        _ => {}
    }
    Ok(faults)
}

/// What an act writes into the filing itself.
async fn step(
    tx: &WriteTx,
    filing: &mut Filing,
    posts: &Posts,
    caller: &Caller,
    calendar: &WorkCalendar,
    act: Act,
    given: &Given,
) -> DbResult<()> {
    let today = now_day();
    let day = today.to_string();
    let term = |n: u32| calendar.add_workdays(today, n).day.to_string();
    let text = given.text.trim().to_owned();
    match act {
        Act::Study => {
            filing.meeting = text;
            filing.explained.clone_from(&given.explained);
        }
        Act::Send | Act::Appeal => {
            filing.received_on = day;
            filing.due_on = term(*posts.filing.county_answer_workdays);
            filing.documents_due_on = term(*posts.filing.documents_workdays);
            filing.appeals += i64::from(act == Act::Appeal);
        }
        Act::AskMore => {
            filing.paused_on = day;
            opinion(filing, caller, policy::posts::Opinion::CompleteFirst, text);
        }
        Act::Complete => {
            // The days that were left when the clock stopped are left still.
            let (paused, due) = (filing.paused_on.parse::<Day>(), filing.due_on.parse::<Day>());
            if let (Ok(paused), Ok(due)) = (paused, due) {
                let left = calendar.workdays_between(paused, due).days.max(1);
                filing.due_on = term(left.unsigned_abs());
            }
            filing.paused_on = String::new();
        }
        Act::Agree => {
            opinion(filing, caller, policy::posts::Opinion::Agree, text);
            let year = today.year();
            let n = store::replied_in(tx, &year.to_string()).await? + 1;
            let number = Number {
                year: u32::from(year.unsigned_abs()),
                n,
                issuer: &given.issuer,
                code: &caller.county,
            };
            filing.reply_no = posts.filing.reply.render(&number);
            filing.reply_on = day;
        }
        Act::Disagree => opinion(filing, caller, policy::posts::Opinion::Disagree, text),
        Act::Announce => filing.announced_on = given.day.trim().to_owned(),
        Act::HandOver => filing.handed_on = given.day.trim().to_owned(),
        Act::Withdraw => {}
    }
    Ok(())
}

fn opinion(filing: &mut Filing, caller: &Caller, opinion: policy::posts::Opinion, text: String) {
    filing.opinion = opinion.id().to_owned();
    filing.opinion_text = text;
    filing.opinion_by.clone_from(&caller.name);
    filing.opinion_at = Some(now_ms());
}

/// Begins and ends the holds on the day of announcement.
async fn carry_out(tx: &mut WriteTx, posts: &Posts, filing: &Filing, items: &[Item]) -> DbResult<()> {
    let day = filing.announced_on.as_str();
    let eve = day
        .parse::<Day>()
        .ok()
        .and_then(|d| d.yesterday().ok())
        .map_or_else(|| day.to_owned(), |d| d.to_string());
    let ground = format!("{} {}", filing.reply_no, filing.no);
    let mut persons = Vec::new();
    for item in items {
        persons.push(item.person);
        if let Some(id) = item.holding {
            let mine = posts::store::of_person_in(tx, item.person).await?;
            if let Some(hold) = mine.iter().find(|h| h.id == id && h.lasts()) {
                posts::store::end(tx, hold, eve.as_str().max(hold.from_on.as_str()), &item.way, &ground)
                    .await?;
            }
            continue;
        }
        // A deputy who becomes secretary leaves the deputy's post by it.
        let own = posts.post_on(&item.post, day).map(|p| p.team);
        for hold in posts::store::of_person_in(tx, item.person).await? {
            let team = posts.post_on(&hold.post, day).map(|p| p.team);
            if hold.village == filing.village && hold.track == item.track && hold.lasts() && team == own {
                let last = eve.as_str().max(hold.from_on.as_str());
                posts::store::end(tx, &hold, last, WayOut::Transferred.id(), &ground).await?;
            }
        }
        let sql =
            "select id from term where village = $1 and track = $2 and from_on <= $3 and to_on >= $3 limit 1";
        let term = tx.one(sql, values![filing.village.as_str(), item.track.id(), day]).await?;
        let new = posts::store::New {
            village: filing.village.clone(),
            post: item.post.clone(),
            track: item.track,
            title: String::new(),
            person: item.person,
            term: term.map(|r| r.int(0)).transpose()?,
            from_on: day.to_owned(),
            to_on: FOREVER.to_owned(),
            way_in: item.way.clone(),
            way_out: String::new(),
            ground_in: ground.clone(),
            ground_out: String::new(),
            filing: Some(filing.id),
            batch: None,
        };
        posts::store::begin(tx, &[new]).await?;
    }
    store::carried(tx, filing.id, day).await?;
    persons.sort_unstable();
    persons.dedup();
    repost(tx, posts, &persons).await
}
