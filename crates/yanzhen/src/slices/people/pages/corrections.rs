//! Requests for correction as the office answers them: township first, the county sees them all.

use super::own::correct::{KIND, REASON, said};
use super::shown::masked;
use super::{person_of, rules};
use crate::slices::calendar;
use crate::slices::people::corrections::{self, Answer as Given, Answered, Correction};
use crate::slices::people::input;
use crate::slices::people::parts::{self, Claim, ClaimState};
use crate::slices::people::say::say;
use crate::slices::people::{Field, Person, store};
use crate::slices::places::Desk;
use crate::slices::places::store::{today, village};
use crate::slices::posts::pages::day_text;
use askama::Template;
use axum::Form;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::{Day, WorkCalendar, msg};
use platform::access::{Action, Authorized};
use platform::attachments::{self, Attachment};
use platform::audit::Outcome;
use platform::kit::{Choice, Faults, Link, Pager};
use platform::page::Page;
use platform::web::{Answer, Failure, Html};
use serde::Deserialize;

/// A request as listed.
pub struct Line {
    pub id: i64,
    pub name: String,
    pub place: String,
    pub field: &'static str,
    pub on: String,
    /// Due in words, with its tone, or where it stands.
    pub clock: String,
    pub tone: &'static str,
    pub by: String,
}

#[derive(Template)]
#[template(path = "people/pages/corrections.html")]
struct ListPage {
    page: Page,
    lines: Vec<Line>,
    open: bool,
    waiting: u64,
    late: u64,
    closed: u64,
    tabs: Vec<Choice>,
    pager: Pager,
    workdays: u32,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// `closed`; empty for those that wait.
    show: String,
    page: u64,
}

fn line(page: &Page, c: &Correction, place: String, calendar: &WorkCalendar, today: Day) -> Line {
    let clock = c.clock(calendar, today);
    Line {
        id: c.id,
        name: c.name.clone(),
        place,
        field: page.t(c.field.title()),
        on: super::shown::date_text(c.at),
        tone: clock.as_ref().map_or(c.state.tone(), |clock| clock.tone()),
        clock: clock.map_or_else(|| page.t(c.state.title()).to_owned(), |clock| page.m(&clock.said)),
        by: format!("{} {}", c.answered_unit, c.answered_by).trim().to_owned(),
    }
}

/// The requests of the caller's part.
pub async fn list(desk: Desk, Query(asked): Query<Asked>) -> Answer<Response> {
    let page = desk.page("tasks").await?;
    let (db, part, day) = (&desk.db, &desk.caller.part, today());
    let open = asked.show != "closed";
    let (waiting, late, closed) = corrections::count(db, part, &day).await?;
    let link = Link::new("/corrections").with("show", if open { "" } else { "closed" });
    let pager = Pager::new(asked.page, if open { waiting } else { closed }, link);
    let calendar = calendar::calendar(db).await?;
    let now: Day = day.parse().map_err(|_| Failure::NotFound)?;
    let mut lines = Vec::new();
    for c in corrections::list(db, part, open, pager.size, pager.offset()).await? {
        let place = village(db, &c.village).await?;
        let place = place.map(|v| format!("{} {}", v.township_name, v.short)).unwrap_or_default();
        lines.push(line(&page, &c, place, &calendar, now));
    }
    let people = rules(db, part.code()).await?;
    let tab = |id: &str, label: &'static str, n: u64| {
        Choice::new(Link::new("/corrections").with("show", id).to_string(), label)
            .hint(n.to_string())
            .on(open == id.is_empty())
    };
    let html = ListPage {
        tabs: vec![tab("", page.t("待答复"), waiting), tab("closed", page.t("已答复和撤回"), closed)],
        workdays: *people.correction_workdays,
        lines,
        open,
        waiting,
        late,
        closed,
        pager,
        page,
    };
    Ok(Html(html).into_response())
}

/// What the form of an answer carries.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    rev: String,
    verdict: String,
    text: String,
    document: String,
    document_on: String,
}

#[derive(Template)]
#[template(path = "people/pages/correction.html")]
struct OnePage {
    page: Page,
    person: Person,
    correction: Correction,
    title: &'static str,
    now: String,
    asked: String,
    /// What the value now is recognised from; nothing where nobody recognised it.
    firm: Option<(String, String)>,
    clock: Option<(String, &'static str)>,
    due: String,
    on: String,
    answered_on: String,
    evidence: Option<Attachment>,
    documents: Vec<String>,
    /// Why the caller may not answer.
    own: bool,
    sealed: bool,
    full: bool,
    /// What is worth a look before granting.
    clashes: Vec<String>,
    typed: Typed,
    verdicts: Vec<Choice>,
    faults: Faults,
}

impl OnePage {
    fn is_claim(&self) -> bool {
        self.correction.field.is_claim()
    }
}

async fn one_of(desk: &Desk, id: i64) -> Answer<(Authorized<Correction>, Authorized<Person>)> {
    let found = corrections::find(&desk.db, id).await?;
    let correction = desk.caller.authorize(Action::AnswerCorrection, found)?;
    let person = person_of(&desk.db, &desk.caller, correction.person, Action::AnswerCorrection).await?;
    Ok((correction, person))
}

/// Whether the request is about the caller: nobody answers the own.
async fn is_own(desk: &Desk, person: &Person) -> Answer<bool> {
    Ok(store::own(&desk.db, desk.caller.account).await?.is_some_and(|own| own.id == person.id))
}

async fn render(
    desk: &Desk,
    correction: &Authorized<Correction>,
    person: &Authorized<Person>,
    typed: Typed,
    faults: Faults,
    full: bool,
) -> Answer<Response> {
    let db = &desk.db;
    let mut page = desk.page("tasks").await?;
    page.audited = true;
    page.path = format!("/corrections/{}", correction.id);
    let people = rules(db, person.get(Field::Village)).await?;
    let (day, field) = (today(), correction.field);
    let today: Day = day.parse().map_err(|_| Failure::NotFound)?;
    let sealed = store::open_all(db, person).await?;
    let opened = |f: Field| sealed.get(&f).cloned().unwrap_or_default();
    let (now, asked) = match (field.is_sealed(), full) {
        (true, true) => (opened(field), correction.asked.clone()),
        (true, false) => (masked(&page, &sealed, field), said(&page, &people, field, &correction.asked)),
        _ => (
            say(&page, &people, field, person.get(field), &day),
            said(&page, &people, field, &correction.asked),
        ),
    };
    let claims = parts::of::<Claim>(db, person.id).await?;
    let firm = claims.iter().find(|c| c.kind == field.id() && c.state() == ClaimState::Recognised);
    let firm = firm.map(|c| (c.document.clone(), format!("{} {}", c.decided_unit, c.decided_by)));
    let evidence = match correction.attachment {
        Some(id) => attachments::find(db, id).await?,
        None => None,
    };
    let with = |f: Field, plain: String| if f == field { correction.asked.clone() } else { plain };
    let clashes = input::clashes(
        &with(Field::Identity, opened(Field::Identity)),
        &with(Field::Birth, person.get(Field::Birth).to_owned()),
        &with(Field::Sex, person.get(Field::Sex).to_owned()),
    );
    let clock = correction.clock(&calendar::calendar(db).await?, today);
    let wanted = match field {
        Field::Birth => "birth_date",
        Field::WorkOn => "work_start",
        Field::PartyOn => "party_date",
        Field::Education | Field::Degree => "education",
        _ => "",
    };
    let wanted = people.claims_on(&day).into_iter().find(|c| c.id == wanted);
    let verdict = |id: &str, label: &'static str, hint: &'static str| {
        Choice::new(id, label).hint(hint).on(typed.verdict == id)
    };
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let html = OnePage {
        title: page.t(field.title()),
        verdicts: vec![
            verdict("grant", page.t("同意更正"), page.t("按本人说的写进档案，留下记录")),
            verdict("refuse", page.t("不更正"), page.t("档案不变，理由本人看得到")),
        ],
        documents: wanted.map(|c| c.documents.clone()).unwrap_or_default(),
        own: is_own(desk, person).await?,
        sealed: field.is_sealed(),
        clashes: clashes.iter().map(|c| page.m(c)).collect(),
        clock: clock.map(|c| (page.m(&c.said), c.tone())),
        due: day_text(&correction.due_on),
        on: super::time_text(correction.at),
        answered_on: correction.answered_at.map(super::time_text).unwrap_or_default(),
        typed: Typed { rev: person.rev.to_string(), ..typed },
        correction: (**correction).clone(),
        person: (**person).clone(),
        now,
        asked,
        firm,
        evidence,
        full,
        faults,
        page,
    };
    Ok((status, Html(html)).into_response())
}

/// One request: the value now beside the value asked for, the reason, what it is shown by.
pub async fn show(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    let (correction, person) = one_of(&desk, id).await?;
    let mut event =
        desk.caller.event("people.open", "person", &person.id.to_string(), person.get(Field::Village));
    event.note = format!("correction: {}", correction.field.id());
    desk.db.record(event, Outcome::Done).await?;
    render(&desk, &correction, &person, Typed::default(), Faults::new(), false).await
}

/// Shows both numbers in full, to compare them with the document.
pub async fn unmask(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    let (correction, person) = one_of(&desk, id).await?;
    if !correction.field.is_sealed() {
        return Err(Failure::Bad(msg!("这一项没有收起来，不用另外查看")));
    }
    let mut event =
        desk.caller.event("people.unmask", "person", &person.id.to_string(), person.get(Field::Village));
    event.note = format!("{}：核对本人的更正申请", correction.field.id());
    desk.db.record(event, Outcome::Done).await?;
    render(&desk, &correction, &person, Typed::default(), Faults::new(), true).await
}

/// Gives out what was brought with a request.
pub async fn evidence(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    let (correction, person) = one_of(&desk, id).await?;
    let attachment = correction.attachment.ok_or(Failure::NotFound)?;
    let (found, bytes) = attachments::open(&desk.db, attachment).await?.ok_or(Failure::NotFound)?;
    if found.kind != KIND || found.record != person.id.to_string() {
        return Err(Failure::NotFound);
    }
    let part = person.get(Field::Village);
    let event = desk.caller.event("people.document.open", "person", &found.record, part);
    desk.db.record(event, Outcome::Done).await?;
    Ok(attachments::download(&found.name, &found.mime, bytes))
}

/// Answers a request.
pub async fn answer(desk: Desk, Path(id): Path<i64>, Form(typed): Form<Typed>) -> Answer<Response> {
    let (correction, person) = one_of(&desk, id).await?;
    if is_own(&desk, &person).await? {
        return Err(Failure::Bad(msg!("不能答复自己的更正申请；请由别的经办人答复")));
    }
    let page = desk.page("tasks").await?;
    let mut faults = Faults::new();
    let grant = typed.verdict == "grant";
    if !grant && typed.verdict != "refuse" {
        faults.add("verdict", page.m(&msg!("请选择同意更正还是不更正")));
    }
    let (text, document) = (typed.text.trim().to_owned(), typed.document.trim().to_owned());
    match text.chars().count() {
        0 => faults.add("text", page.m(&msg!("请写答复；本人看得到原文"))),
        n if n > REASON => faults.add("text", page.m(&msg!("这一栏最多 {n} 个字", n = REASON))),
        _ => {}
    }
    let field = correction.field;
    let on = input::take(Field::ToldOn, &typed.document_on);
    if grant && field.is_claim() {
        if document.is_empty() {
            faults.add("document", page.m(&msg!("请写明来源材料，例如 入党志愿书")));
        }
        if let Err(why) = &on {
            faults.add("document_on", page.m(why));
        }
    }
    if grant
        && field == Field::Identity
        && store::by_identity(&desk.db, &correction.asked).await?.is_some_and(|twin| twin.id != person.id)
    {
        faults.add("verdict", page.m(&msg!("这个身份证号在本县已有档案；请与县委组织部核对")));
    }
    let stale = || page.m(&msg!("这件更正或这份档案刚被别人办过；请看过现在的再办"));
    // Read as it stands now: the form says how the file stood when it was opened.
    if !correction.waits() || typed.rev != person.rev.to_string() {
        faults.add("verdict", stale());
    }
    if !faults.is_empty() {
        return render(&desk, &correction, &person, typed, faults, false).await;
    }
    let on = on.map(|t| t.value).unwrap_or_default();
    let given = Given { grant, text: &text, document: &document, document_on: &on };
    match corrections::answer(&desk.db, &desk.caller, &person, &correction, &given).await? {
        Answered::Done => Ok(Redirect::to(&format!("/corrections/{id}")).into_response()),
        Answered::Stale => {
            faults.add("verdict", stale());
            render(&desk, &correction, &person, typed, faults, false).await
        }
    }
}
