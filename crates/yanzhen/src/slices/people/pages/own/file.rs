//! The own file: every value with where it comes from, numbers after a step, who looked, what changed.

use super::{correct, home, mine};
use crate::slices::calendar;
use crate::slices::filings;
use crate::slices::people::corrections;
use crate::slices::people::looked::{Look, looks};
use crate::slices::people::pages::shown::{ClaimLine, Held, claim_line, held, masked};
use crate::slices::people::pages::traces::{Change, changes};
use crate::slices::people::parts::{
    self, Claim, ClaimState, CvLine, Education, FamilyMember, Merit, PoolStay, Whereabouts,
};
use crate::slices::people::say::{age, say, source};
use crate::slices::people::{Field, Person, store};
use crate::slices::places::Desk;
use crate::slices::places::store::today;
use crate::slices::posts::{self, posts_of};
use askama::Template;
use axum::Form;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Response};
use kernel::{key, msg};
use platform::access::Authorized;
use platform::attachments::{self, Attachment};
use platform::audit::Outcome;
use platform::kit::{Choice, Link, Pager};
use platform::page::Page;
use platform::web::{Answer, Failure, Html, page_for};
use policy::posts::{WayIn, WayOut, Word};
use serde::Deserialize;

/// The parts of the page.
const PARTS: [(&str, &str); 6] = [
    ("", key!("总览")),
    ("career", key!("履历")),
    ("posts", key!("岗位")),
    ("documents", key!("材料")),
    ("looked", key!("谁看过")),
    ("history", key!("更改记录")),
];

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    part: String,
    page: u64,
}

/// A field as its person reads it.
pub struct Value {
    pub field: &'static str,
    pub title: &'static str,
    pub value: String,
    /// Its tag: label and tone; nothing for a plain field.
    pub tag: Option<(&'static str, &'static str)>,
    pub under: String,
    /// Shown masked: a step shows it.
    pub masked: bool,
    /// What the person says it should be, while that is looked into.
    pub asked: String,
    pub may_correct: bool,
}

/// What a filing says of its person.
pub struct Filed {
    pub no: String,
    pub state: &'static str,
    pub said: String,
    pub reason: String,
    pub reply: String,
}

#[derive(Template)]
#[template(path = "people/pages/own/file.html")]
struct FilePage {
    page: Page,
    person: Person,
    part: String,
    parts: Vec<Choice>,
    values: Vec<Value>,
    others: Vec<ClaimLine>,
    /// The latest requests for correction that were answered.
    answers: Vec<super::Asked>,
    fields: Vec<Choice>,
    revealed: Option<(&'static str, String)>,
    cv: Vec<CvLine>,
    schooling: Vec<Education>,
    family: Vec<FamilyMember>,
    merits: Vec<Merit>,
    told: Vec<Whereabouts>,
    stays: Vec<(String, PoolStay)>,
    held: Vec<Held>,
    filed: Vec<Filed>,
    documents: Vec<Attachment>,
    looks: Vec<Look>,
    changes: Vec<Change>,
    pager: Option<Pager>,
    /// Where older changes are; nothing where there are none.
    older: Option<String>,
    workdays: u32,
}

impl FilePage {
    fn level(&self, code: &str) -> &'static str {
        standards::label_of(&standards::EDUCATION, code).unwrap_or_default()
    }
}

/// The own file; who opened it is on record, as for anybody else.
pub async fn show(desk: Desk, Query(asked): Query<Asked>) -> Answer<Response> {
    let Some(person) = mine(&desk).await? else { return Ok(home()) };
    let event = desk.caller.event("people.own", "person", &person.id.to_string(), person.get(Field::Village));
    desk.db.record(event, Outcome::Done).await?;
    render(&desk, &person, &asked, None).await
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Shown {
    field: String,
}

/// Shows one own number in full.
pub async fn unmask(desk: Desk, Form(form): Form<Shown>) -> Answer<Response> {
    let Some(person) = mine(&desk).await? else { return Ok(home()) };
    let field = Field::by_id(&form.field).filter(|f| f.is_sealed());
    let field = field.ok_or_else(|| Failure::Bad(msg!("请选择要看哪一项号码")))?;
    let mut event =
        desk.caller.event("people.unmask", "person", &person.id.to_string(), person.get(Field::Village));
    event.note = format!("{}：本人查看", field.id());
    desk.db.record(event, Outcome::Done).await?;
    let value = store::open(&desk.db, &person, field).await?;
    render(&desk, &person, &Asked::default(), Some((field, value))).await
}

/// Gives an own document out: of the file, or what was brought with a request.
pub async fn document(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    let person = mine(&desk).await?.ok_or(Failure::NotFound)?;
    let (found, bytes) = attachments::open(&desk.db, id).await?.ok_or(Failure::NotFound)?;
    let own = matches!(found.kind.as_str(), "person" | "person-photo" | correct::KIND);
    if !own || found.record != person.id.to_string() {
        return Err(Failure::NotFound);
    }
    let part = person.get(Field::Village);
    desk.db
        .record(desk.caller.event("people.document.open", "person", &found.record, part), Outcome::Done)
        .await?;
    Ok(attachments::download(&found.name, &found.mime, bytes))
}

async fn values(
    desk: &Desk,
    page: &Page,
    person: &Authorized<Person>,
    people: &policy::people::People,
    lines: &[ClaimLine],
    claims: &[parts::Kept<Claim>],
) -> Answer<Vec<Value>> {
    let day = today();
    let sealed = store::open_all(&desk.db, person).await?;
    let waiting = corrections::of_person(&desk.db, person.id).await?;
    let open: Vec<Field> = corrections::fields().collect();
    let of = |field: Field| {
        let value = match field {
            field if field.is_sealed() => masked(page, &sealed, field),
            Field::Village => format!("{} {}", person.township_name, person.village_name).trim().to_owned(),
            Field::Birth => match age(person.get(field), &day) {
                Some(age) => {
                    format!(
                        "{}（{}）",
                        say(page, people, field, person.get(field), &day),
                        page.tn("{n} 岁", age)
                    )
                }
                None => say(page, people, field, person.get(field), &day),
            },
            field => say(page, people, field, person.get(field), &day),
        };
        let firm = claims.iter().position(|c| c.kind == field.id() && c.state() == ClaimState::Recognised);
        let firm = firm.and_then(|at| lines.get(at));
        let asked = waiting.iter().find(|c| c.waits() && c.field == field);
        let tag = match (asked, firm, field.is_claim() && !value.is_empty()) {
            (Some(_), ..) => Some((page.t("更正在核"), "info")),
            (_, Some(_), _) => Some((page.t("已认定"), "ok")),
            (_, _, true) => Some((page.t("未认定"), "")),
            _ => None,
        };
        Value {
            field: field.id(),
            title: page.t(field.title()),
            masked: field.is_sealed() && !value.is_empty(),
            value,
            tag,
            under: firm
                .map(|c| format!("{} {}", c.document, c.decided_on).trim().to_owned())
                .unwrap_or_default(),
            asked: asked.map(|c| correct::said(page, people, field, &c.asked)).unwrap_or_default(),
            may_correct: asked.is_none() && open.contains(&field),
        }
    };
    Ok(Field::ALL.into_iter().map(of).collect())
}

/// Filings that were sent, told of this person alone: what the office decided of others is not theirs to read.
pub async fn filed(desk: &Desk, page: &Page, person: i64) -> Answer<Vec<Filed>> {
    use filings::State as S;
    let day = today();
    let mut out = Vec::new();
    for f in filings::store::of_person(&desk.db, person).await? {
        if matches!(f.state, S::Draft | S::Studied | S::Withdrawn) {
            continue;
        }
        let rules = posts_of(&desk.db, &f.village, &day).await?;
        for item in filings::store::items(&desk.db, f.id).await?.iter().filter(|i| i.person == person) {
            let way = match item.begins() {
                true => WayIn::parse(&item.way).map_or("", Word::label),
                false => WayOut::parse(&item.way).map_or("", Word::label),
            };
            out.push(Filed {
                no: f.no.clone(),
                state: page.t(f.state.title()),
                said: format!("{} {way}", rules.title(&item.post, &day)),
                reason: format!("{} {}", item.reason, item.basis).trim().to_owned(),
                reply: f.reply_no.clone(),
            });
        }
    }
    Ok(out)
}

/// The last requests that were answered.
async fn answers(
    desk: &Desk,
    page: &Page,
    people: &policy::people::People,
    person: i64,
) -> Answer<Vec<super::Asked>> {
    let calendar = calendar::calendar(&desk.db).await?;
    let today = today().parse().map_err(|_| Failure::NotFound)?;
    let all = corrections::of_person(&desk.db, person).await?;
    let all = all.iter().filter(|c| !c.answer.is_empty()).take(3);
    Ok(all
        .map(|c| {
            let asked = correct::said(page, people, c.field, &c.asked);
            super::Asked::of(page, c, asked, &calendar, today)
        })
        .collect())
}

const LOOKS: u64 = 50;
const CHANGES: u64 = 100;

async fn render(
    desk: &Desk,
    person: &Authorized<Person>,
    asked: &Asked,
    revealed: Option<(Field, String)>,
) -> Answer<Response> {
    let db = &desk.db;
    let mut page = page_for(&desk.app, &desk.visitor, "file").await?;
    page.audited = true;
    page.path = "/me/file".into();
    let (day, village) = (today(), person.get(Field::Village));
    let people = super::super::rules(db, village).await?;
    let part = PARTS.iter().find(|(id, _)| *id == asked.part).map_or("", |(id, _)| id);
    let claims = parts::of::<Claim>(db, person.id).await?;
    let lines: Vec<ClaimLine> = claims.iter().map(|c| claim_line(&page, &people, c)).collect();
    let values = match part {
        "" => values(desk, &page, person, &people, &lines, &claims).await?,
        _ => Vec::new(),
    };
    let link = |part: &str| Link::new("/me/file").with("part", part);
    let at = asked.page.max(1);
    let offset = |size: u64| i64::try_from((at - 1).saturating_mul(size)).unwrap_or(i64::MAX);
    let (looks, all) = match part {
        "looked" => looks(db, &[person.id], LOOKS as i64, offset(LOOKS)).await?,
        _ => (Vec::new(), 0),
    };
    let changes = match part {
        "history" => changes(&page, db, &people, &[person.id], CHANGES, offset(CHANGES) as u64).await?,
        _ => Vec::new(),
    };
    let pager = (part == "looked").then(|| Pager::new(at, u64::try_from(all).unwrap_or(0), link(part)));
    let rules = posts_of(db, village, &day).await?;
    let held = match part {
        "posts" => held(db, &posts::store::of_person(db, person.id).await?, &rules).await?,
        _ => Vec::new(),
    };
    let pool = |id: &str| match id {
        "reserve" => page.t("后备力量").to_owned(),
        other => source(&people, other, &day),
    };
    let stays = parts::of::<PoolStay>(db, person.id).await?;
    let answers = match part {
        "" => answers(desk, &page, &people, person.id).await?,
        _ => Vec::new(),
    };
    let html = FilePage {
        answers,
        parts: PARTS
            .iter()
            .map(|(id, label)| Choice::new(link(id).to_string(), page.t(label)).on(*id == part))
            .collect(),
        fields: corrections::fields().map(|f| Choice::new(f.id(), page.t(f.title()))).collect(),
        values,
        others: lines.into_iter().filter(|c| c.state != ClaimState::Recognised).collect(),
        revealed: revealed.map(|(f, v)| (page.t(f.title()), v)),
        cv: parts::of::<CvLine>(db, person.id).await?.into_iter().map(|k| k.part).collect(),
        schooling: parts::of::<Education>(db, person.id).await?.into_iter().map(|k| k.part).collect(),
        family: parts::of::<FamilyMember>(db, person.id).await?.into_iter().map(|k| k.part).collect(),
        merits: parts::of::<Merit>(db, person.id).await?.into_iter().map(|k| k.part).collect(),
        told: parts::of::<Whereabouts>(db, person.id).await?.into_iter().map(|k| k.part).collect(),
        stays: stays.into_iter().map(|s| (pool(&s.pool), s.part)).collect(),
        held,
        filed: if part == "posts" { filed(desk, &page, person.id).await? } else { Vec::new() },
        documents: attachments::list(db, "person", &person.id.to_string()).await?,
        looks,
        older: (changes.len() as u64 == CHANGES)
            .then(|| link(part).with("page", &(at + 1).to_string()).to_string()),
        changes,
        pager,
        workdays: *people.correction_workdays,
        part: part.to_owned(),
        person: (**person).clone(),
        page,
    };
    Ok(Html(html).into_response())
}
