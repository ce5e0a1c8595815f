//! A person's file (一人一档): who it is, what is recognised, career, posts, documents, who looked, what changed.

use super::past::{Change, Look, changes, looks};
use super::{person_of, rules, time_text};
use crate::slices::filings;
use crate::slices::people::claims::recognised;
use crate::slices::people::parts::{
    self, Claim, ClaimState, CvLine, Education, FamilyMember, Kept, Merit, PoolStay, Whereabouts,
};
use crate::slices::people::say::{age, say};
use crate::slices::people::store;
use crate::slices::people::transfer::outgoing::{Transfer, of_person};
use crate::slices::people::twins::store::{Merge, into};
use crate::slices::people::{Field, Person, State as Stand};
use crate::slices::places::store::today;
use crate::slices::posts::pages::day_text;
use crate::slices::posts::{self, posts_of};
use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::{Message, msg};
use platform::access::{Action, Authorized, Caller};
use platform::attachments;
use platform::audit::Outcome;
use platform::db::Db;
use platform::kit::Choice;
use platform::page::Page;
use platform::secrets::{mask_bank, mask_identity, mask_phone};
use platform::values;
use platform::web::{Answer, App, Client, Html, Visitor, page_for};
use policy::people::People;
use policy::posts::{WayIn, WayOut, Word};
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

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    part: String,
    page: u64,
}

/// A claim as listed.
pub struct ClaimLine {
    pub id: i64,
    pub title: String,
    pub value: String,
    pub document: String,
    pub decided_on: String,
    pub decided_by: String,
    pub state: ClaimState,
    pub source: String,
    pub reason: String,
}

impl ClaimLine {
    /// The tone of its tag.
    pub fn tone(&self) -> &'static str {
        match self.state {
            ClaimState::Recognised => "ok",
            ClaimState::Proposed => "warn",
            ClaimState::Refused => "stop",
            _ => "",
        }
    }

    pub fn waits(&self) -> bool {
        self.state == ClaimState::Proposed
    }
}

/// A value in use that nobody recognised.
pub struct Loose {
    pub kind: &'static str,
    pub title: &'static str,
    pub value: String,
}

/// A post as listed.
pub struct Held {
    pub title: String,
    pub village: String,
    pub village_name: String,
    pub from: String,
    pub to: String,
    pub way: &'static str,
    pub out: &'static str,
    pub ground: String,
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
    cv: Vec<CvLine>,
    schooling: Vec<Education>,
    family: Vec<FamilyMember>,
    merits: Vec<Merit>,
    told: Vec<Kept<Whereabouts>>,
    stale_days: Option<i64>,
    limit_days: u32,
    stays: Vec<(String, PoolStay)>,
    held: Vec<Held>,
    filings: Vec<filings::Filing>,
    documents: Vec<attachments::Attachment>,
    looks: Vec<Look>,
    looks_all: i64,
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

fn claim_line(page: &Page, people: &People, claim: &Kept<Claim>) -> ClaimLine {
    let day = today();
    let field = Field::by_id(&claim.kind);
    let title = match field {
        Some(field) => page.t(field.title()).to_owned(),
        None => people
            .claims_on(&day)
            .iter()
            .find(|c| c.id == claim.kind)
            .map_or_else(|| claim.kind.clone(), |c| c.title.clone()),
    };
    ClaimLine {
        id: claim.id,
        title,
        value: field.map_or_else(|| claim.value.clone(), |f| say(page, people, f, &claim.value, &day)),
        document: claim.document.clone(),
        decided_on: claim.decided_at.map(date_text).unwrap_or_default(),
        decided_by: format!("{} {}", claim.decided_by, claim.decided_unit).trim().to_owned(),
        state: claim.state(),
        source: claim.source.clone(),
        reason: claim.reason.clone(),
    }
}

/// `2026年11月12日`
fn date_text(at: i64) -> String {
    time_text(at).split(' ').next().unwrap_or_default().to_owned()
}

fn word_of<W: Word>(id: &str) -> &'static str {
    W::parse(id).map_or("", W::label)
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
    let day = today();
    let village = person.get(Field::Village);
    let people = rules(db, village).await?;
    let posts = posts_of(db, village, &day).await?;
    let sealed = store::open_all(db, person).await?;
    let opened = |f: Field| sealed.get(&f).map_or("", String::as_str);
    let claims = parts::of::<Claim>(db, person.id).await?;
    let firm = recognised(&claims);
    let said = |f: Field| say(&page, &people, f, person.get(f), &day);
    let loose = Field::ALL
        .into_iter()
        .filter(|f| f.is_claim() && !firm.contains(f.id()) && !person.get(*f).is_empty())
        .map(|f| Loose { kind: f.id(), title: page.t(f.title()), value: said(f) })
        .collect();
    let part = PARTS.iter().find(|(id, _)| *id == asked.part).map_or("", |(id, _)| id);
    let holds = posts::store::of_person(db, person.id).await?;
    let held = {
        let mut out = Vec::new();
        for h in &holds {
            let village = crate::slices::places::store::village(db, &h.village).await?;
            out.push(Held {
                title: if h.title.is_empty() {
                    posts.title(&h.post, &h.from_on).to_owned()
                } else {
                    h.title.clone()
                },
                village: h.village.clone(),
                village_name: village.map(|v| v.short).unwrap_or_default(),
                from: day_text(&h.from_on),
                to: if h.lasts() { String::new() } else { day_text(&h.to_on) },
                way: word_of::<WayIn>(&h.way_in),
                out: word_of::<WayOut>(&h.way_out),
                ground: h.ground_in.clone(),
            });
        }
        out
    };
    let merges = into(db, person.id).await?;
    let files: Vec<i64> = std::iter::once(person.id).chain(merges.iter().map(|m| m.gone)).collect();
    let (many, offset) = if part == "looked" { (50, asked.page.saturating_sub(1) * 50) } else { (4, 0) };
    let (looks, looks_all) = looks(db, &files, many, i64::try_from(offset).unwrap_or_default()).await?;
    let (many, offset) = if part == "history" { (100, asked.page.saturating_sub(1) * 100) } else { (4, 0) };
    let changes = changes(&page, db, &people, &files, many, offset).await?;
    let stays = parts::of::<PoolStay>(db, person.id).await?;
    let pool_title = |id: &str| match id {
        "reserve" => page.t("后备力量").to_owned(),
        other => crate::slices::people::say::source(&people, other, &day),
    };
    let told = parts::of::<Whereabouts>(db, person.id).await?;
    let stale_days = person.get(Field::ToldOn).parse::<kernel::Day>().ok().and_then(|then| {
        let now: kernel::Day = day.parse().ok()?;
        Some(i64::from(now.since(then).ok()?.get_days()))
    });
    let account = if caller.may(Action::LinkAccount) {
        let sql = "select login from person_account where person = $1 and ended_at is null limit 1";
        db.one(sql, values![person.id]).await?.map(|r| r.text(0)).transpose()?.unwrap_or_default()
    } else {
        String::new()
    };
    let rows = [
        Field::Sex,
        Field::Ethnic,
        Field::Origin,
        Field::Political,
        Field::PartyOn,
        Field::Education,
        Field::Degree,
        Field::WorkOn,
        Field::Technical,
        Field::Strengths,
        Field::Source,
    ];
    let rows =
        rows.into_iter().map(|f| (page.t(f.title()), said(f))).filter(|(_, v)| !v.is_empty()).collect();
    let lines: Vec<ClaimLine> = claims
        .iter()
        .filter(|c| matches!(c.state(), ClaimState::Recognised | ClaimState::Proposed | ClaimState::Refused))
        .map(|c| claim_line(&page, &people, c))
        .collect();
    let conflicts = claims
        .iter()
        .filter(|c| c.state() == ClaimState::Proposed)
        // What says the same as the file is no conflict: it only waits.
        .filter(|c| Field::by_id(&c.kind).is_none_or(|f| person.get(f) != c.value))
        .map(|c| claim_line(&page, &people, c))
        .collect();
    let health =
        if opened(Field::Health).is_empty() { String::new() } else { page.t("（已加密）").to_owned() };
    let reason_fault = fault.as_ref().map(|f| page.m(f)).unwrap_or_default();
    let html = FilePage {
        parts: PARTS
            .iter()
            .map(|(id, label)| {
                let href = if id.is_empty() { page.path.clone() } else { format!("{}?part={id}", page.path) };
                Choice::new(href, page.t(label)).on(*id == part)
            })
            .collect(),
        part: part.to_owned(),
        rows,
        age: age(person.get(Field::Birth), &day).map(|a| a.to_string()).unwrap_or_default(),
        identity: mask_of(opened(Field::Identity), mask_identity),
        phone: mask_of(opened(Field::Phone), mask_phone),
        bank: mask_of(opened(Field::Bank), mask_bank),
        health,
        revealed: revealed.map(|(f, v)| (page.t(f.title()).to_owned(), v)),
        reason_fault,
        now: holds
            .iter()
            .filter(|h| h.on(&day))
            .map(|h| if h.title.is_empty() { posts.title(&h.post, &day).to_owned() } else { h.title.clone() })
            .collect(),
        pools: stays.iter().filter(|s| s.on(&day)).map(|s| pool_title(&s.pool)).collect(),
        conflicts,
        claims: lines,
        loose,
        cv: parts::of::<CvLine>(db, person.id).await?.into_iter().map(|k| k.part).collect(),
        schooling: parts::of::<Education>(db, person.id).await?.into_iter().map(|k| k.part).collect(),
        family: parts::of::<FamilyMember>(db, person.id).await?.into_iter().map(|k| k.part).collect(),
        merits: parts::of::<Merit>(db, person.id).await?.into_iter().map(|k| k.part).collect(),
        told,
        stale_days,
        limit_days: *people.whereabouts_days,
        stays: stays.into_iter().map(|s| (pool_title(&s.pool), s.part)).collect(),
        held,
        filings: filings::store::of_person(db, person.id).await?,
        documents: attachments::list(db, "person", &person.id.to_string()).await?,
        looks,
        looks_all,
        changes,
        merged_into: person.merged_into,
        merges: merges
            .into_iter()
            .map(|m| {
                let on = date_text(m.at);
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

fn mask_of(value: &str, mask: fn(&str) -> String) -> String {
    if value.is_empty() { String::new() } else { mask(value) }
}
