//! Public notices and the objections to them, recommendation meetings, and what the decision leads to: a pool, a filing.

use super::actions::{KIND, runs, stale};
use super::model::{Campaign, Entry, Faults, Stage, State};
use super::rules;
use super::store::notices::{self, Finding, Meeting, Notice, Objection, Said};
use super::store::{
    self, entries,
    steps::{self, Step},
};
use crate::slices::calendar::store::calendar;
use crate::slices::filings;
use crate::slices::people::store as people;
use crate::slices::places::store::{self as places, today};
use crate::slices::pools;
use crate::slices::posts::posts_of;
use kernel::{Day, Message, msg};
use platform::access::{Action, Authorized, Caller, Part};
use platform::db::{Db, DbResult, now_ms};
use policy::campaigns::Work;
use selection::{Count, Share, Vote};

async fn running(db: &Db, c: &Campaign, work: Work) -> DbResult<Option<Stage>> {
    let stages = store::stages(db, c.id).await?;
    Ok(stages.into_iter().find(|s| s.seq == c.stage && s.work == work && c.state == State::Open))
}

/// The last day of a notice that is posted on a day: that many working days after it.
pub async fn until(db: &Db, stage: &Stage, posted: &str) -> DbResult<String> {
    let last = match posted.parse::<Day>() {
        Ok(day) => calendar(db).await?.add_workdays(day, stage.terms.length).day.to_string(),
        Err(_) => String::new(),
    };
    Ok(last)
}

/// Posts the notice of everybody in the stage. It stands for the working days that the measures ask, not one fewer.
pub async fn post(
    db: &Db,
    caller: &Caller,
    c: &Authorized<Campaign>,
    text: &str,
) -> DbResult<Result<i64, Faults>> {
    let Some(stage) = running(db, c, Work::Notice).await?.filter(|_| runs(caller, c)) else {
        return Ok(Err(vec![("text", msg!("现在不是公示阶段，或不由您公示"))]));
    };
    let mut faults = Faults::new();
    if text.trim().is_empty() || text.chars().count() > 600 {
        faults.push(("text", msg!("请写公示的内容，最多 {n} 字", n = 600)));
    }
    if !notices::of_campaign(db, c.id).await?.is_empty() {
        faults.push(("text", msg!("已经公示")));
    }
    if entries::running(db, c.id, stage.seq).await?.is_empty() {
        faults.push(("text", msg!("这个阶段没有人")));
    }
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    let posted = today();
    let notice = Notice {
        id: 0,
        campaign: c.id,
        until: until(db, &stage, &posted).await?,
        posted_on: posted,
        text: text.trim().to_owned(),
        by: caller.name.clone(),
        at: now_ms(),
        open: 0,
        objections: 0,
    };
    let record = c.id.to_string();
    let mut tx = db.write(caller.event("campaigns.notice", KIND, &record, &c.township)).await?;
    let id = notices::add(&tx, &notice).await?;
    entries::touch(&tx, c.id, stage.seq).await?;
    tx.changed(&record, "notice", None, Some(format!("{}—{}", notice.posted_on, notice.until)));
    tx.commit().await?;
    Ok(Ok(id))
}

/// Takes in an objection that came by letter, by phone or in person.
pub async fn object(
    db: &Db,
    caller: &Caller,
    c: &Authorized<Campaign>,
    (entry, how): (Option<i64>, &str),
    said: &Said,
) -> DbResult<Result<i64, Faults>> {
    let mut faults = Faults::new();
    let day = today();
    let notice = notices::of_campaign(db, c.id).await?.into_iter().next();
    if !runs(caller, c) {
        faults.push(("text", msg!("这一步由组织选拔的单位办")));
    }
    match &notice {
        None => faults.push(("text", msg!("还没有公示"))),
        Some(n) if n.until < day => faults.push(("text", msg!("公示已经期满"))),
        Some(_) => {}
    }
    let of = match entry {
        Some(id) => entries::find(db, id).await?.filter(|e| e.campaign == c.id),
        None => None,
    };
    if entry.is_some() && of.is_none() {
        faults.push(("entry", msg!("请选公示里的人")));
    }
    if said.text.trim().chars().count() < 4 || said.text.chars().count() > 500 {
        faults.push(("text", msg!("请写反映的问题，4 到 {n} 字", n = 500)));
    }
    if how.trim().is_empty() {
        faults.push(("how", msg!("请写怎样收到的")));
    }
    let (Some(notice), true) = (notice, faults.is_empty()) else { return Ok(Err(faults)) };
    let objection = fresh(db, c, &notice, of.map(|e| e.id), how).await?;
    let mut tx = db.write(caller.event("campaigns.object", KIND, &c.id.to_string(), &c.township)).await?;
    let id = notices::object(&tx, &objection, said, &caller.name, None).await?;
    tx.changed(&c.id.to_string(), "objection", None, Some(how.trim().to_owned()));
    tx.commit().await?;
    Ok(Ok(id))
}

/// The day by which what comes in today is answered, by the measures.
pub(super) async fn answer_by(db: &Db, c: &Campaign) -> DbResult<String> {
    let rules = rules::rules(db, c).await?;
    let days = rules.kind_on(&c.kind, &c.rules_on).map_or(3, |k| k.ask_workdays);
    let day = today();
    Ok(match day.parse::<Day>() {
        Ok(now) => calendar(db).await?.add_workdays(now, days).day.to_string(),
        Err(_) => day,
    })
}

/// An objection that came in today: it is due in as many working days as a review of a step.
pub(super) async fn fresh(
    db: &Db,
    c: &Campaign,
    notice: &Notice,
    entry: Option<i64>,
    how: &str,
) -> DbResult<Objection> {
    let (day, due) = (today(), answer_by(db, c).await?);
    Ok(Objection {
        id: 0,
        notice: notice.id,
        entry,
        entry_name: String::new(),
        received_on: day,
        how: how.trim().to_owned(),
        due_on: due,
        finding: Finding::Open,
        answer: String::new(),
        answered_by: String::new(),
        answered_on: String::new(),
        rev: 1,
        township: c.township.clone(),
        campaign: c.id,
    })
}

/// Answers an objection: what was found, with what answer. Whoever it is true of does not go on by itself: that is decided
/// at the person, by name.
pub async fn answer(
    db: &Db,
    caller: &Caller,
    o: &Authorized<Objection>,
    finding: &str,
    text: &str,
) -> DbResult<Result<(), Faults>> {
    let mut faults = Faults::new();
    let found = Finding::by_id(finding).filter(|f| *f != Finding::Open);
    if found.is_none() {
        faults.push(("finding", msg!("请选属实还是不属实")));
    }
    if o.finding != Finding::Open {
        faults.push(("finding", msg!("已经答复过")));
    }
    if text.trim().chars().count() < 4 || text.chars().count() > 500 {
        faults.push(("answer", msg!("请写核查的结果，4 到 {n} 字", n = 500)));
    }
    let (Some(finding), true) = (found, faults.is_empty()) else { return Ok(Err(faults)) };
    let record = o.campaign.to_string();
    let mut tx = db.write(caller.event("campaigns.answer", KIND, &record, &o.township)).await?;
    let next = Objection {
        finding,
        answer: text.trim().to_owned(),
        answered_by: caller.name.clone(),
        answered_on: today(),
        ..(**o).clone()
    };
    if !notices::answer(&tx, &next).await? {
        tx.rollback().await?;
        return Ok(Err(stale()));
    }
    tx.changed(&record, "objection-answer", None, Some(finding.id().to_owned()));
    tx.commit().await?;
    Ok(Ok(()))
}

/// A share of a hundred in whole hundredths of a per cent.
fn share(percent: Option<i64>) -> Share {
    let hundredths = u32::try_from(percent.unwrap_or(50_000_000) / 10_000).unwrap_or(5_000);
    Share { num: hundredths, den: 10_000, over: percent.is_none() }
}

/// What a meeting's count comes to under the stage's quorum, or every sum that does not agree.
pub fn counted(stage: &Stage, m: &Meeting) -> Result<selection::Meeting, Vec<Message>> {
    let n = |v: i64| u32::try_from(v).unwrap_or(u32::MAX);
    let count = Count {
        due: n(m.due),
        present: n(m.present),
        handed_out: n(m.handed),
        returned: n(m.returned),
        valid: n(m.valid),
        invalid: n(m.returned.saturating_sub(m.valid)),
        names_a_ballot: 1,
        votes: m
            .votes
            .iter()
            .map(|(id, name, v)| Vote { name: format!("{name} {id}"), votes: n(*v) })
            .collect(),
    };
    count.close(share(stage.terms.quorum)).map_err(|faults| faults.iter().map(|f| f.message()).collect())
}

/// Writes down a meeting that was counted by hand: one counted, another checked. Sums that do not agree are refused.
pub async fn meet(
    db: &Db,
    caller: &Caller,
    c: &Authorized<Campaign>,
    m: &Meeting,
) -> DbResult<Result<i64, Faults>> {
    let Some(stage) = running(db, c, Work::Meeting).await? else {
        return Ok(Err(vec![("held_on", msg!("现在不是民主推荐阶段"))]));
    };
    let mut faults = Faults::new();
    if m.held_on.parse::<Day>().is_err() || m.held_on > today() {
        faults.push(("held_on", msg!("请写开会的日期，不晚于今天")));
    }
    let (one, two) = (m.counted_by.trim(), m.checked_by.trim());
    if one.is_empty() || two.is_empty() || one == two {
        faults.push(("checked_by", msg!("计票人和监票人各写一名，不能是同一人")));
    }
    let ours = entries::running(db, c.id, stage.seq).await?;
    if m.votes.is_empty()
        || m.votes.iter().any(|(id, ..)| !ours.iter().any(|e| e.id == *id && e.township == m.township))
    {
        faults.push(("votes", msg!("请给这个乡镇在办的人写票数")));
    }
    if !caller.part.township().is_empty() && caller.part.township() != m.township {
        faults.push(("votes", msg!("请给这个乡镇在办的人写票数")));
    }
    if let Err(wrong) = counted(&stage, m) {
        faults.extend(wrong.into_iter().map(|w| ("due", w)));
    }
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    let record = c.id.to_string();
    let mut tx = db.write(caller.event("campaigns.meeting", KIND, &record, &m.township)).await?;
    let id =
        notices::add_meeting(&tx, &Meeting { campaign: c.id, by: caller.name.clone(), ..m.clone() }).await?;
    tx.changed(&record, "meeting", None, Some(format!("{} {}/{}", m.held_on, m.present, m.due)));
    tx.commit().await?;
    Ok(Ok(id))
}

/// Who decides that somebody is chosen, and where.
#[derive(Clone, Debug, Default)]
pub struct Chosen {
    pub by: String,
    pub on: String,
    pub meeting: String,
}

/// What a choice led to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Led {
    /// The pool's decision.
    pub pooled: Option<i64>,
    /// The draft of a filing, where a post is to be filled.
    pub filing: Option<i64>,
}

/// Chooses somebody by the decision of a meeting: the person enters the pool by that decision, and where a post is to be filled
/// a filing is drafted, which the county answers as any other.
pub async fn choose(
    db: &Db,
    caller: &Caller,
    c: &Authorized<Campaign>,
    e: &Authorized<Entry>,
    given: &Chosen,
) -> DbResult<Result<Led, Faults>> {
    let Some(stage) = running(db, c, Work::Decide).await?.filter(|_| runs(caller, c)) else {
        return Ok(Err(vec![("verdict", msg!("现在不是研究决定阶段，或不由您决定"))]));
    };
    let mut faults = super::model::steps(e, &stage, true, "");
    for (field, text) in [("by", &given.by), ("meeting", &given.meeting)] {
        if text.trim().is_empty() {
            faults.push((field, msg!("请写由谁决定、在哪次会上")));
        }
    }
    if given.on.parse::<Day>().is_err() || given.on > today() {
        faults.push(("on", msg!("请写决定的日期，不晚于今天")));
    }
    let taken = steps::chosen_of(db, c.id, stage.seq, e.place).await?;
    let seats = store::places(db, c.id, &Part::County).await?.into_iter().find(|p| Some(p.id) == e.place);
    if let Some(place) = seats.filter(|p| taken >= p.seats) {
        let (place, n) = (place.name(), place.seats);
        faults.push(("verdict", msg!("{place}的 {n} 个名额已经选满", place = place, n = n)));
    }
    let person = match e.person {
        Some(id) => people::find(db, id).await?,
        None => None,
    };
    let Some(person) = person.and_then(|p| caller.authorize(Action::ManagePools, Some(p)).ok()) else {
        faults.push(("verdict", msg!("这名报名人还没有档案")));
        return Ok(Err(faults));
    };
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    let rules = rules::rules(db, c).await?;
    let Some(kind) = rules.kind_on(&c.kind, &c.rules_on) else {
        return Ok(Err(vec![("verdict", msg!("办法里已没有这种选拔"))]));
    };
    let mut led = Led::default();
    // What the filing would refuse is asked before anything is written.
    if !kind.post.is_empty() {
        let asked = appointment(c, e, (kind, &stage.terms.basis), given);
        let Ok(village) = caller.authorize(Action::DraftFiling, places::village(db, &e.village).await?)
        else {
            return Ok(Err(vec![("verdict", msg!("请选档案落在哪个村"))]));
        };
        let posts = posts_of(db, &e.village, &today()).await?;
        let refused = filings::actions::refuses(db, caller, &posts, &village, &asked).await?;
        if !refused.is_empty() {
            return Ok(Err(refused.into_iter().map(|(_, why)| ("verdict", why)).collect()));
        }
    }
    if !kind.pool.is_empty() {
        match into_pool(db, caller, c, &person, (&kind.pool, &kind.ground), given).await? {
            Ok(id) => led.pooled = Some(id),
            Err(faults) => return Ok(Err(faults)),
        }
    }
    if !kind.post.is_empty() {
        match into_filing(db, caller, c, e, (kind, &stage.terms.basis), given).await? {
            Ok(id) => led.filing = Some(id),
            Err(faults) => return Ok(Err(faults)),
        }
    }
    let step = Step {
        entry: e.id,
        stage: stage.seq,
        passed: true,
        reason: format!("{} {} {}", given.on, given.meeting.trim(), given.by.trim()),
        by: caller.name.clone(),
        unit: caller.unit.clone(),
        at: now_ms(),
    };
    let record = e.id.to_string();
    let event = caller.event("campaigns.choose", super::entering::ENTRY, &record, &e.township);
    let mut tx = db.write(event).await?;
    steps::put_steps(&tx, std::slice::from_ref(&step)).await?;
    entries::LOG.note(&tx, e.id, &caller.name, &caller.unit, "chosen", &step.reason).await?;
    tx.changed_of(e.person, super::entering::ENTRY, &record, &stage.id, None, Some(step.reason.clone()));
    if !entries::save(&tx, e).await? {
        tx.rollback().await?;
        return Ok(Err(stale()));
    }
    tx.commit().await?;
    Ok(Ok(led))
}

async fn into_pool(
    db: &Db,
    caller: &Caller,
    c: &Campaign,
    person: &Authorized<crate::slices::people::Person>,
    (pool, ground): (&str, &str),
    given: &Chosen,
) -> DbResult<Result<i64, Faults>> {
    let new = pools::actions::New {
        pool: pool.to_owned(),
        way: "in".to_owned(),
        ground: ground.to_owned(),
        reason: format!("{} {}", c.title, c.no),
        document: given.meeting.trim().to_owned(),
    };
    let id = match pools::actions::propose(db, caller, person, &new).await? {
        Ok(id) => id,
        // Somebody in the pool already is chosen all the same.
        Err(faults) if faults.iter().all(|f| f.0 == "pool") => return Ok(Ok(0)),
        Err(faults) => return Ok(Err(faults)),
    };
    let Ok(m) = caller.authorize(Action::ManagePools, pools::store::find(db, id).await?) else {
        return Ok(Err(stale()));
    };
    let verdict = pools::model::Verdict {
        verdict: "carried".to_owned(),
        by: given.by.clone(),
        on: given.on.clone(),
        meeting: given.meeting.clone(),
        reason: String::new(),
    };
    Ok(pools::actions::decide(db, caller, &m, &verdict).await?.map(|()| id))
}

/// The appointment that a choice asks for.
fn appointment(
    c: &Campaign,
    e: &Entry,
    (kind, basis): (&policy::campaigns::Kind, &str),
    given: &Chosen,
) -> filings::actions::Asked {
    filings::actions::Asked {
        holding: None,
        post: kind.post.clone(),
        person: e.person,
        way: kind.way.clone(),
        reason: format!("{}（{}）", c.title, given.meeting.trim()),
        basis: if basis.is_empty() { c.no.clone() } else { basis.to_owned() },
    }
}

async fn into_filing(
    db: &Db,
    caller: &Caller,
    c: &Campaign,
    e: &Entry,
    (kind, basis): (&policy::campaigns::Kind, &str),
    given: &Chosen,
) -> DbResult<Result<i64, Faults>> {
    let faulty = |why: Message| Ok(Err(vec![("verdict", why)]));
    let found = places::village(db, &e.village).await?;
    let Ok(village) = caller.authorize(Action::DraftFiling, found) else {
        return faulty(msg!("请选档案落在哪个村"));
    };
    let posts = posts_of(db, &e.village, &today()).await?;
    let id = filings::actions::draft(db, caller, &posts, &village).await?;
    let Ok(filing) = caller.authorize(Action::DraftFiling, filings::store::find(db, id).await?) else {
        return Ok(Err(stale()));
    };
    let asked = appointment(c, e, (kind, basis), given);
    match filings::actions::add(db, caller, &posts, &filing, &asked).await? {
        filings::actions::Added::Faulty(faults) => {
            Ok(Err(faults.into_iter().map(|(_, why)| ("verdict", why)).collect()))
        }
        _ => Ok(Ok(id)),
    }
}
