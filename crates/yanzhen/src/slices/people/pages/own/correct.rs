//! Asking for a correction of the own file, and what came of it.

use super::{Asked, home, mine};
use crate::slices::calendar;
use crate::slices::people::corrections::{self, New};
use crate::slices::people::input;
use crate::slices::people::pages::edit::{is_date, options};
use crate::slices::people::pages::shown::masked;
use crate::slices::people::say::say;
use crate::slices::people::{Field, Person, Values, store};
use crate::slices::places::Desk;
use crate::slices::places::pages::Sent;
use crate::slices::places::store::today;
use crate::slices::posts::pages::day_text;
use askama::Template;
use axum::extract::{Path, Query, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::{Day, Message, msg};
use platform::access::Authorized;
use platform::attachments::{self, NewFile};
use platform::kit::{Choice, Faults};
use platform::page::Page;
use platform::web::{Answer, Failure, Html, page_for};
use policy::people::People;
use serde::Deserialize;

/// The kind under which what is brought with a request is kept, with the person's id as record.
pub const KIND: &str = "correction";

/// A value as the person reads it: masked where the field is sealed.
pub fn said(page: &Page, people: &People, field: Field, value: &str) -> String {
    if value.is_empty() {
        return page.t("（删去）").to_owned();
    }
    if field.is_sealed() {
        return masked(page, &Values::from([(field, value.to_owned())]), field);
    }
    say(page, people, field, value, &today())
}

#[derive(Template)]
#[template(path = "people/pages/own/correct.html")]
struct CorrectPage {
    page: Page,
    field: Field,
    title: &'static str,
    now: String,
    options: Vec<Choice>,
    hint: &'static str,
    value: String,
    reason: String,
    faults: Faults,
    answer: String,
    note: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Chosen {
    field: String,
}

/// The form of a request.
pub async fn form(desk: Desk, Query(chosen): Query<Chosen>) -> Answer<Response> {
    let Some(person) = mine(&desk).await? else { return Ok(home()) };
    let Some(field) = corrections::fields().find(|f| f.id() == chosen.field) else {
        return Ok(Redirect::to("/me/file#h-correct").into_response());
    };
    render(&desk, &person, field, "", "", Faults::new()).await
}

/// The last day of an answer to what is asked today, and what to say of it where a year's calendar is not in.
async fn due(desk: &Desk, people: &People) -> Answer<(Day, Option<Message>)> {
    let today: Day = today().parse().map_err(|_| Failure::NotFound)?;
    let due = calendar::calendar(&desk.db).await?.add_workdays(today, *people.correction_workdays);
    let note = due.note();
    Ok((due.day, note))
}

async fn render(
    desk: &Desk,
    person: &Authorized<Person>,
    field: Field,
    value: &str,
    reason: &str,
    faults: Faults,
) -> Answer<Response> {
    let page = page_for(&desk.app, &desk.visitor, "corrections").await?;
    let people = super::super::rules(&desk.db, person.get(Field::Village)).await?;
    let day = today();
    let (due, note) = due(desk, &people).await?;
    let now = match field.is_sealed() {
        true => masked(&page, &store::open_all(&desk.db, person).await?, field),
        false => say(&page, &people, field, person.get(field), &day),
    };
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let html = CorrectPage {
        title: page.t(field.title()),
        options: options(&page, &people, &day, field, value),
        hint: if is_date(field) { page.t("例如 1985-06 或 1985年6月") } else { "" },
        value: value.to_owned(),
        reason: reason.to_owned(),
        answer: page.m(&msg!(
            "乡镇在 {n} 个工作日内（{day}前）答复。改没改、为什么，都会告诉您。",
            n = *people.correction_workdays,
            day = day_text(&due.to_string())
        )),
        note: note.map(|n| page.m(&n)).unwrap_or_default(),
        now,
        field,
        faults,
        page,
    };
    Ok((status, Html(html)).into_response())
}

/// What is wrong with a request, by field of the form; the value as it is stored.
async fn checked(
    desk: &Desk,
    page: &Page,
    person: &Authorized<Person>,
    field: Field,
    sent: &Sent,
) -> Answer<(String, Faults)> {
    let mut faults = Faults::new();
    let (text, reason) = (sent.text("value"), sent.text("reason"));
    let taken = match input::take(field, text) {
        Ok(taken) => Some(taken.value),
        Err(why) => {
            faults.add("value", page.m(&why));
            None
        }
    };
    let now = match field.is_sealed() {
        true => store::open(&desk.db, person, field).await?,
        false => person.get(field).to_owned(),
    };
    if let Some(value) = &taken {
        let gone = value.is_empty() && (text.is_empty() || field.is_claim() || field == Field::Name);
        let why = if gone {
            Some(msg!("请写应该是什么"))
        } else if *value == now {
            Some(msg!("和档案里现在的一样，不用更正"))
        } else if desk.county.demo && field == Field::Name && !value.contains('例') {
            Some(msg!("演示数据里只放虚构人物：姓名里要有“例”字"))
        } else {
            None
        };
        if let Some(why) = why {
            faults.add("value", page.m(&why));
        }
    }
    match reason.chars().count() {
        0 => faults.add("reason", page.m(&msg!("请写理由，例如 以入党志愿书为准"))),
        n if n > REASON => faults.add("reason", page.m(&msg!("这一栏最多 {n} 个字", n = REASON))),
        _ => {}
    }
    Ok((taken.unwrap_or_default(), faults))
}

/// The most letters of a reason or an answer.
pub const REASON: usize = 300;

/// Sends a request.
pub async fn ask(desk: Desk, request: Request) -> Answer<Response> {
    let Some(person) = mine(&desk).await? else { return Ok(home()) };
    let sent = Sent::read(request, desk.limit()).await?;
    let field = corrections::fields().find(|f| f.id() == sent.text("field"));
    let field = field.ok_or_else(|| Failure::Bad(msg!("请选择哪一项不对")))?;
    let page = page_for(&desk.app, &desk.visitor, "corrections").await?;
    let (value, mut faults) = checked(&desk, &page, &person, field, &sent).await?;
    let waits = |c: &corrections::Correction| c.waits() && c.field == field;
    let twice = || page.m(&msg!("这一项已经提出过更正，还没有答复；要改内容请先撤回"));
    if corrections::of_person(&desk.db, person.id).await?.iter().any(waits) {
        faults.add("value", twice());
    }
    let (text, reason) = (sent.text("value"), sent.text("reason"));
    if !faults.is_empty() {
        return render(&desk, &person, field, text, reason, faults).await;
    }
    let (record, part) = (person.id.to_string(), person.get(Field::Village).to_owned());
    let mut attachment = None;
    if let Some((name, bytes)) = &sent.file {
        let mut event = desk.caller.event("people.document", "person", &record, &part);
        event.person = Some(person.id);
        let file = NewFile { name, bytes, kind: KIND, record: &record, part: &part };
        match attachments::store(&desk.db, event, desk.limit(), file).await? {
            Ok(id) => attachment = Some(id),
            Err(why) => {
                faults.add("file", page.m(&why));
                return render(&desk, &person, field, text, reason, faults).await;
            }
        }
    }
    let people = super::super::rules(&desk.db, &part).await?;
    let due_on = due(&desk, &people).await?.0.to_string();
    let mut event = desk.caller.event("correction.ask", "person", &record, &part);
    event.person = Some(person.id);
    event.note = field.id().to_owned();
    let mut tx = desk.db.write(event).await?;
    let new = New { field, value: &value, reason, attachment, due_on: &due_on };
    if corrections::ask(&mut tx, &person, &new).await?.is_none() {
        tx.rollback().await?;
        faults.add("value", twice());
        return render(&desk, &person, field, text, reason, faults).await;
    }
    tx.commit().await?;
    Ok(Redirect::to("/me/corrections").into_response())
}

#[derive(Template)]
#[template(path = "people/pages/own/asked.html")]
struct AskedPage {
    page: Page,
    all: Vec<Asked>,
}

/// The own requests, each with its answer.
pub async fn list(desk: Desk) -> Answer<Response> {
    let Some(person) = mine(&desk).await? else { return Ok(home()) };
    let page = page_for(&desk.app, &desk.visitor, "corrections").await?;
    let people = super::super::rules(&desk.db, person.get(Field::Village)).await?;
    let calendar = calendar::calendar(&desk.db).await?;
    let today: Day = today().parse().map_err(|_| Failure::NotFound)?;
    let all = corrections::of_person(&desk.db, person.id).await?;
    let all =
        all.iter().map(|c| Asked::of(&page, c, said(&page, &people, c.field, &c.asked), &calendar, today));
    let html = AskedPage { all: all.collect(), page };
    Ok(Html(html).into_response())
}

/// Takes an own request back.
pub async fn withdraw(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    let person = mine(&desk).await?.ok_or(Failure::NotFound)?;
    let found = corrections::find(&desk.db, id).await?.filter(|c| c.person == person.id);
    let found = found.ok_or(Failure::NotFound)?;
    if !corrections::withdraw(&desk.db, &desk.caller, &person, &found).await? {
        return Err(Failure::Bad(msg!("这件更正已经答复或撤回；请看现在的")));
    }
    Ok(Redirect::to("/me/corrections").into_response())
}
