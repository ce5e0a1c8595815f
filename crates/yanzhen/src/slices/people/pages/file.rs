//! A person's file (一人一档): who it is, what is recognised, career, posts, documents, who looked, what changed.

use super::shown::{ClaimLine, Held, claim_line, held, masked, title_of};
use super::traces::{Change, changes, pool_title};
use super::{person_of, rules};
use crate::slices::appraisals::pages::years;
use crate::slices::duty;
use crate::slices::filings;
use crate::slices::people::claims::recognised;
use crate::slices::people::corrections;
use crate::slices::people::looked::{Look, looks};
use crate::slices::people::parts::{
    self, Claim, ClaimState, CvLine, Education, FamilyMember, Kept, Merit, PoolStay, Whereabouts,
};
use crate::slices::people::say::{age, say};
use crate::slices::people::store;
use crate::slices::people::transfer::outgoing::{Transfer, of_person};
use crate::slices::people::twins::store::{Merge, into};
use crate::slices::people::words::POOLS;
use crate::slices::people::{Field, Person, State as Stand};
use crate::slices::places::model::FOREVER;
use crate::slices::places::store::today;
use crate::slices::posts::pages::day_text;
use crate::slices::posts::{self, posts_of, present};
use crate::slices::{inquiries, membership, pools};
use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::{Message, msg};
use platform::access::{Action, Authorized, Caller};
use platform::attachments;
use platform::audit::Outcome;
use platform::db::{Db, DbResult};
use platform::kit::{Choice, Link, Pager};
use platform::page::Page;
use platform::web::{Answer, App, Client, Html, Visitor, page_for};
use serde::Deserialize;

/// The parts of the page.
const PARTS: [(&str, &str); 6] = [
    ("", kernel::key!("总览")),
    ("career", kernel::key!("履历")),
    ("posts", kernel::key!("岗位")),
    ("documents", kernel::key!("材料")),
    ("history", kernel::key!("更改记录")),
    ("looked", kernel::key!("谁看过")),
];

/// Rows of a page of changes, or of who looked.
const PAGE: u64 = 50;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    part: String,
    page: u64,
}

/// A value in use that nobody recognised.
pub struct Loose {
    pub kind: &'static str,
    pub title: &'static str,
    pub value: String,
}

#[derive(Template)]
#[template(path = "people/pages/file.html")]
struct FilePage {
    page: Page,
    person: Person,
    part: String,
    parts: Vec<Choice>,
    rows: Vec<(&'static str, String)>,
    age: String,
    identity: String,
    phone: String,
    bank: String,
    health: String,
    revealed: Option<(String, String)>,
    reason_fault: String,
    now: Vec<String>,
    pools: Vec<String>,
    claims: Vec<ClaimLine>,
    conflicts: Vec<ClaimLine>,
    loose: Vec<Loose>,
    /// The year's work; none of who never held a post and has no records, or where the reader may not see it.
    duty: Option<duty::sheet::Sheet>,
    /// Results of rounds: the own, and of villages in the years of a post there.
    results: Vec<years::Result>,
    /// Requests for correction that wait: id and field.
    asked: Vec<(i64, &'static str)>,
    cv: Vec<CvLine>,
    schooling: Vec<Education>,
    family: Vec<FamilyMember>,
    merits: Vec<Merit>,
    told: Vec<Kept<Whereabouts>>,
    /// What was asked last.
    inquiry: Option<inquiries::Inquiry>,
    today: String,
    stale_days: Option<i64>,
    limit_days: u32,
    stays: Vec<(String, PoolStay)>,
    /// Entries into pools and exits, the latest first.
    moves: Vec<pools::Move>,
    may_pool: bool,
    /// Courses on the way into the party, the latest first.
    courses: Vec<membership::pages::Own>,
    held: Vec<Held>,
    filings: Vec<filings::Filing>,
    documents: Vec<attachments::Attachment>,
    looks: Vec<Look>,
    looks_all: i64,
    /// The reader's account.
    me: i64,
    changes_all: u64,
    pager: Pager,
    changes: Vec<Change>,
    merged_into: Option<i64>,
    /// What went into this file, with its day.
    merges: Vec<(Merge, String)>,
    may_merge: bool,
    /// Taken in from another county: which, and the receipt.
    came: Option<Transfer>,
    may_transfer: bool,
    account: String,
    may_edit: bool,
    may_recognise: bool,
    may_unmask: bool,
    may_link: bool,
    may_export: bool,
}

impl FilePage {
    fn first(&self) -> String {
        self.person.name().chars().take(1).collect()
    }

    /// Whether the whereabouts were told longer ago than the pack allows.
    fn is_stale(&self) -> bool {
        self.stale_days.is_some_and(|days| days > i64::from(self.limit_days))
    }

    fn said_birth(&self) -> String {
        day_text(self.person.get(Field::Birth))
    }

    fn said_told(&self) -> String {
        day_text(self.person.get(Field::ToldOn))
    }

    fn said_day(&self, day: &str) -> String {
        if day == FOREVER { String::new() } else { day_text(day) }
    }

    fn level(&self, code: &str) -> &'static str {
        standards::label_of(&standards::EDUCATION, code).unwrap_or_default()
    }
}

pub async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Client(caller): Client,
    Path(id): Path<i64>,
    Query(asked): Query<Asked>,
) -> Answer<Response> {
    let (_, db) = app.county(&caller).await?;
    let person = person_of(&db, &caller, id, Action::ViewPeople).await?;
    // What went into another file is read there, by whoever sees that one.
    if let (Stand::Merged, Some(kept)) = (person.state, person.merged_into)
        && let Ok(kept) = person_of(&db, &caller, kept, Action::ViewPeople).await
    {
        return Ok(Redirect::to(&format!("/people/{}", kept.id)).into_response());
    }
    let event = caller.event("people.open", "person", &id.to_string(), person.get(Field::Village));
    db.record(event, Outcome::Done).await?;
    render(&app, &visitor, &caller, &db, &person, &asked, None, None).await
}

/// A number that was asked for, with the reason.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Unmask {
    field: String,
    reason: String,
}

/// Shows a masked field once, for a stated reason.
pub async fn unmask(
    State(app): State<App>,
    visitor: Visitor,
    Client(caller): Client,
    Path(id): Path<i64>,
    Form(form): Form<Unmask>,
) -> Answer<Response> {
    let (_, db) = app.county(&caller).await?;
    let person = person_of(&db, &caller, id, Action::UnmaskPerson).await?;
    let asked = Asked::default();
    let reason = form.reason.trim();
    let field = Field::by_id(&form.field).filter(|f| f.is_sealed());
    let (Some(field), true) = (field, reason.chars().count() >= 4) else {
        let why = msg!("请写明查看完整号码的事由，至少四个字");
        return render(&app, &visitor, &caller, &db, &person, &asked, None, Some(why)).await;
    };
    let mut event = caller.event("people.unmask", "person", &id.to_string(), person.get(Field::Village));
    event.note = format!("{}：{reason}", field.id());
    db.record(event, Outcome::Done).await?;
    let value = store::open(&db, &person, field).await?;
    render(&app, &visitor, &caller, &db, &person, &asked, Some((field, value)), None).await
}

#[expect(clippy::too_many_arguments, reason = "the page, what was asked of it and what came of a form")]
async fn render(
    app: &App,
    visitor: &Visitor,
    caller: &Caller,
    db: &Db,
    person: &Authorized<Person>,
    asked: &Asked,
    revealed: Option<(Field, String)>,
    fault: Option<Message>,
) -> Answer<Response> {
    let mut page = page_for(app, visitor, "people").await?;
    page.audited = true;
    page.path = format!("/people/{}", person.id);
    if let Some(place) = page.place.as_mut() {
        place.part.clone_from(&person.township_name);
    }
    let day = today();
    let village = person.get(Field::Village);
    let people = rules(db, village).await?;
    let posts = posts_of(db, village, &day).await?;
    let sealed = store::open_all(db, person).await?;
    let claims = parts::of::<Claim>(db, person.id).await?;
    let firm = recognised(&claims);
    let said = |f: Field| say(&page, &people, f, person.get(f), &day);
    let stands = |kind: &str, value: &str| Field::by_id(kind).is_some_and(|f| person.get(f) == value);
    let waits = |c: &&Kept<Claim>| c.state() == ClaimState::Proposed;
    // A value that waits with its document has a line already.
    let told = |f: Field| claims.iter().filter(waits).any(|c| c.kind == f.id() && stands(&c.kind, &c.value));
    let loose = Field::ALL
        .into_iter()
        .filter(|f| f.is_claim() && !firm.contains(f.id()) && !person.get(*f).is_empty() && !told(*f))
        .map(|f| Loose { kind: f.id(), title: page.t(f.title()), value: said(f) })
        .collect();
    let part = PARTS.iter().find(|(id, _)| *id == asked.part).map_or("", |(id, _)| id);
    let holds = posts::store::of_person(db, person.id).await?;
    let held = held(db, &holds, &posts).await?;
    let merges = into(db, person.id).await?;
    // What went into this file is read with it.
    let files: Vec<i64> = std::iter::once(person.id).chain(merges.iter().map(|m| m.gone)).collect();
    // In full in a part of their own, a page at a time; the latest few beside everything else.
    let skip = asked.page.saturating_sub(1).saturating_mul(PAGE);
    let (many, offset) = if part == "looked" { (PAGE, skip) } else { (4, 0) };
    let (looks, looks_all) = looks(db, &files, many as i64, offset as i64).await?;
    let (many, offset) = if part == "history" { (PAGE, skip) } else { (4, 0) };
    let changes = changes(&page, db, &people, &files, many, offset).await?;
    let mut changes_all = 0;
    for file in &files {
        changes_all += db.history_len("person", &file.to_string()).await?;
    }
    let cv: Vec<CvLine> = parts::of::<CvLine>(db, person.id).await?.into_iter().map(|k| k.part).collect();
    let documents = attachments::list(db, "person", &person.id.to_string()).await?;
    let counted = |id: &str| {
        let n = match id {
            "career" => cv.len() as u64,
            "posts" => holds.len() as u64,
            "documents" => documents.len() as u64,
            "history" => changes_all,
            "looked" => looks_all as u64,
            _ => 0,
        };
        if n == 0 { String::new() } else { n.to_string() }
    };
    let all = if part == "looked" { looks_all as u64 } else { changes_all };
    let pager = Pager::new(asked.page.max(1), all, Link::new(&page.path).with("part", part));
    let stays = parts::of::<PoolStay>(db, person.id).await?;
    let pool_name = |id: &str| pool_title(&page, &people, id, &day);
    let told = parts::of::<Whereabouts>(db, person.id).await?;
    let stale_days = person.get(Field::ToldOn).parse::<kernel::Day>().ok().and_then(|then| {
        let now: kernel::Day = day.parse().ok()?;
        Some(i64::from(now.since(then).ok()?.get_days()))
    });
    let account = if caller.may(Action::LinkAccount) {
        store::login_of(db, person.id).await?.unwrap_or_default()
    } else {
        String::new()
    };
    // What belongs together stands on one line: the party with its day, the education with its degree.
    let rows = [
        (Field::Sex, None),
        (Field::Ethnic, None),
        (Field::Origin, None),
        (Field::Political, Some(Field::PartyOn)),
        (Field::Education, Some(Field::Degree)),
        (Field::WorkOn, None),
        (Field::Technical, None),
        (Field::Strengths, None),
        (Field::Source, None),
    ];
    let comma = if page.en() { ", " } else { "，" };
    let rows = rows.into_iter().filter_map(|(f, more)| {
        let all = [said(f), more.map(said).unwrap_or_default()];
        let value = all.into_iter().filter(|v| !v.is_empty()).collect::<Vec<_>>().join(comma);
        (!value.is_empty()).then(|| (page.t(f.title()), value))
    });
    let rows = rows.collect();
    let shown = |c: &&Kept<Claim>| !matches!(c.state(), ClaimState::Superseded | ClaimState::Void);
    let mut ordered: Vec<&Kept<Claim>> = claims.iter().filter(shown).collect();
    let place = |kind: &str| Field::ALL.iter().position(|f| f.id() == kind).unwrap_or(usize::MAX);
    ordered.sort_by_key(|c| (place(&c.kind), c.state() != ClaimState::Recognised));
    let lines: Vec<ClaimLine> = ordered.iter().map(|c| claim_line(&page, &people, c)).collect();
    let other = |c: &&&Kept<Claim>| waits(c) && !stands(&c.kind, &c.value);
    let conflicts = ordered.iter().filter(other).map(|c| claim_line(&page, &people, c)).collect();
    let now = present(&holds, &posts, &day);
    let now: Vec<String> = now.iter().map(|h| title_of(h, &posts).to_owned()).collect();
    let mut pools: Vec<&str> = stays.iter().filter(|s| s.on(&day)).map(|s| s.pool.as_str()).collect();
    // Everybody in a pool is in reserve: the narrower pools say more.
    if pools.len() > 1 {
        pools.retain(|id| *id != POOLS[0].0);
    }
    let mut pools: Vec<String> = pools.into_iter().map(pool_name).collect();
    // A post and its pool may be called the same.
    pools.retain(|p| !now.contains(p));
    let reason_fault = fault.as_ref().map(|f| page.m(f)).unwrap_or_default();
    let tabs = PARTS
        .iter()
        .map(|(id, label)| {
            let href = if id.is_empty() { page.path.clone() } else { format!("{}?part={id}", page.path) };
            Choice::new(href, page.t(label)).hint(counted(id)).on(*id == part)
        })
        .collect();
    let waiting = match caller.may(Action::AnswerCorrection) {
        true => corrections::of_person(db, person.id).await?,
        false => Vec::new(),
    };
    let duty = match part.is_empty() && caller.may(Action::ViewDuty) && person.state != Stand::Erased {
        true => Some(duty::sheet::of_person(&page, db, person).await?),
        false => None,
    };
    let duty = duty.filter(|d| d.total > 0 || !holds.is_empty());
    let results = match part.is_empty() && caller.may(Action::ViewRounds) {
        true => served(db, caller, person.id, &holds).await?,
        false => Vec::new(),
    };
    let html = FilePage {
        results,
        duty,
        asked: waiting.iter().filter(|c| c.waits()).map(|c| (c.id, page.t(c.field.title()))).collect(),
        parts: tabs,
        part: part.to_owned(),
        rows,
        age: age(person.get(Field::Birth), &day).map(|a| a.to_string()).unwrap_or_default(),
        identity: masked(&page, &sealed, Field::Identity),
        phone: masked(&page, &sealed, Field::Phone),
        bank: masked(&page, &sealed, Field::Bank),
        health: masked(&page, &sealed, Field::Health),
        revealed: revealed.map(|(f, v)| (page.t(f.title()).to_owned(), v)),
        reason_fault,
        now,
        pools,
        conflicts,
        claims: lines,
        loose,
        cv,
        schooling: parts::of::<Education>(db, person.id).await?.into_iter().map(|k| k.part).collect(),
        family: parts::of::<FamilyMember>(db, person.id).await?.into_iter().map(|k| k.part).collect(),
        merits: parts::of::<Merit>(db, person.id).await?.into_iter().map(|k| k.part).collect(),
        told,
        inquiry: inquiries::store::of_person(db, person.id).await?.into_iter().next(),
        today: day.clone(),
        stale_days,
        limit_days: *people.whereabouts_days,
        moves: match part == "posts" {
            true => pools::store::of_person(db, person.id).await?,
            false => Vec::new(),
        },
        courses: match part == "posts" {
            true => membership::pages::own_courses(db, &page, person).await?,
            false => Vec::new(),
        },
        may_pool: caller.may(Action::ManagePools) && person.state == Stand::Active,
        stays: stays.into_iter().map(|s| (pool_name(&s.pool), s.part)).collect(),
        held,
        filings: filings::store::of_person(db, person.id).await?,
        documents,
        looks,
        looks_all,
        me: caller.account,
        changes_all,
        pager,
        changes,
        merged_into: person.merged_into,
        merges: merges
            .into_iter()
            .map(|m| {
                let on = super::shown::date_text(m.at);
                (m, on)
            })
            .collect(),
        came: of_person(db, person.id, "in").await?.into_iter().next(),
        may_transfer: caller.may(Action::TransferPeople)
            && matches!(person.state, Stand::Active | Stand::Left | Stand::Moved),
        may_merge: caller.may(Action::MergePeople) && person.state != Stand::Merged,
        account,
        may_edit: caller.may(Action::EditPeople) && person.state == Stand::Active,
        may_recognise: caller.may(Action::RecogniseClaim) && person.state == Stand::Active,
        may_unmask: caller.may(Action::UnmaskPerson),
        may_link: caller.may(Action::LinkAccount),
        may_export: caller.may(Action::ExportPeople),
        person: (**person).clone(),
        page,
    };
    let status = if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok((status, Html(html)).into_response())
}

/// The results of a person, and of the villages where a post was held in the year, that the caller may see, the latest first.
async fn served(
    db: &Db,
    caller: &Caller,
    person: i64,
    holds: &[posts::Holding],
) -> DbResult<Vec<years::Result>> {
    let mut codes = vec![person.to_string()];
    for hold in holds {
        if !codes.contains(&hold.village) {
            codes.push(hold.village.clone());
        }
    }
    let mut all = years::results(db, &codes).await?;
    let own = person.to_string();
    all.retain(|r| {
        let year = r.placed.round.year.as_str();
        let in_year = |h: &posts::Holding| {
            h.village == r.outcome.code && h.from_on.get(..4) <= Some(year) && h.to_on.get(..4) >= Some(year)
        };
        (r.outcome.code == own || holds.iter().any(in_year))
            && caller.authorize(Action::ViewRounds, Some(r.placed.clone())).is_ok()
    });
    all.sort_by(|a, b| b.placed.round.year.cmp(&a.placed.round.year));
    Ok(all)
}
