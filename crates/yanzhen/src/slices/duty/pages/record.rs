//! One routine record: written, read, voided, with its evidence.

use super::{Chosen, choose, chosen, file_of, looked, place_of, places, status, tabs};
use crate::slices::duty::EVIDENCE;
use crate::slices::duty::model::{check_reason, check_record};
use crate::slices::duty::rules::duty_of;
use crate::slices::duty::sheet::{Line, line};
use crate::slices::duty::store::records::{self, New, Record};
use crate::slices::people::pages::time_text;
use crate::slices::places::Desk;
use crate::slices::places::pages::Sent;
use crate::slices::places::store::today;
use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, Request};
use axum::response::{IntoResponse, Redirect, Response};
use kernel::{Message, msg};
use platform::access::{Action, Authorized, Part};
use platform::attachments::{self, Attachment, NewFile};
use platform::audit::Outcome;
use platform::kit::{Choice, Faults};
use platform::page::Page;
use platform::web::{Answer, Failure, Html};
use serde::Deserialize;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Begun {
    person: String,
    village: String,
    /// `village`: of the village itself.
    about: String,
    /// The record in whose place it shall stand.
    replaces: String,
}

/// A record as typed.
#[derive(Clone, Debug, Default)]
struct Typed {
    kind: String,
    day: String,
    text: String,
    reason: String,
}

#[derive(Template)]
#[template(path = "duty/pages/record-form.html")]
struct FormPage {
    page: Page,
    tabs: Vec<Choice>,
    /// Person's id, or none for a village.
    person: Option<i64>,
    village: String,
    name: String,
    place: String,
    replaces: Option<i64>,
    kinds: Vec<Choice>,
    typed: Typed,
    today: String,
    faults: Faults,
}

/// The record that a new one replaces, if it is the caller's and stands.
async fn replaced(desk: &Desk, id: &str) -> Answer<Option<Authorized<Record>>> {
    let Ok(id) = id.parse::<i64>() else { return Ok(None) };
    let found = desk.caller.authorize(Action::EditDuty, records::find(&desk.db, id).await?)?;
    match found.voided.is_some() {
        true => Err(Failure::Bad(msg!("这条记录已经作废；请看过现在的再办"))),
        false => Ok(Some(found)),
    }
}

/// The form of a record; before it, whom it is about.
pub async fn form(desk: Desk, Query(begun): Query<Begun>) -> Answer<Response> {
    if let Some(old) = replaced(&desk, &begun.replaces).await? {
        let of = chosen(&desk, old.person, &old.village, Action::EditDuty).await?;
        let typed = Typed {
            kind: old.kind.clone(),
            day: old.day.clone(),
            text: old.text.clone(),
            ..Typed::default()
        };
        return render(&desk, &of, Some(old.id), typed, Faults::new()).await;
    }
    let person = begun.person.parse::<i64>().ok();
    if person.is_none() && begun.about != "village" {
        let title = kernel::key!("记一条");
        return choose(&desk, ("/records", "/records/new"), title, &begun.village, Action::EditDuty).await;
    }
    let of = chosen(&desk, person, &begun.village, Action::EditDuty).await?.in_use()?;
    render(&desk, &of, None, Typed { day: today(), ..Typed::default() }, Faults::new()).await
}

async fn render(
    desk: &Desk,
    of: &Chosen,
    replaces: Option<i64>,
    typed: Typed,
    faults: Faults,
) -> Answer<Response> {
    let page = desk.page("duty").await?;
    let subject = of.subject();
    let day = today();
    let duty = duty_of(&desk.db, subject.org().village, &day).await?;
    let all = places(&desk.db, &Part::County).await?;
    let kinds = duty.kinds_on(subject.about(), &day);
    let hint = |sign: i8| match sign {
        1 => page.t("好的"),
        -1 => page.t("不好的"),
        _ => page.t("只记事"),
    };
    let label = |title: &str, sign: i8| match sign {
        0 => title.to_owned(),
        sign => format!("{title}（{}）", hint(sign)),
    };
    let kinds = kinds.iter().map(|k| Choice::new(&k.id, label(&k.title, k.sign)).on(k.id == typed.kind));
    let html = FormPage {
        tabs: tabs(&page, "/records"),
        person: subject.person(),
        village: subject.org().village.to_owned(),
        name: subject.name().to_owned(),
        place: place_of(&all, subject.org().village),
        kinds: kinds.collect(),
        replaces,
        typed,
        today: day,
        faults,
        page,
    };
    Ok((status(&html.faults), Html(html)).into_response())
}

/// Writes a record; where it replaces one, that is voided with it.
pub async fn add(desk: Desk, request: Request) -> Answer<Response> {
    let sent = Sent::read(request, desk.limit()).await?;
    let old = replaced(&desk, sent.text("replaces")).await?;
    let of = match &old {
        Some(old) => chosen(&desk, old.person, &old.village, Action::EditDuty).await?,
        None => {
            let person = sent.text("person").parse::<i64>().ok();
            if person.is_none() && sent.text("village").is_empty() {
                return Err(Failure::Bad(msg!("请先选择记谁")));
            }
            chosen(&desk, person, sent.text("village"), Action::EditDuty).await?.in_use()?
        }
    };
    let page = desk.page("duty").await?;
    let typed = Typed {
        kind: sent.text("kind").to_owned(),
        day: sent.text("day").to_owned(),
        text: sent.text("text").to_owned(),
        reason: sent.text("reason").to_owned(),
    };
    let (subject, day) = (of.subject(), today());
    let duty = duty_of(&desk.db, subject.org().village, &day).await?;
    let mut faults = Faults::new();
    for (field, why) in check_record(&duty, subject.about(), (&typed.kind, &typed.day, &typed.text), &day) {
        faults.add(field, page.m(&why));
    }
    if let Some(why) = old.as_ref().and_then(|_| check_reason(&typed.reason)) {
        faults.add("reason", page.m(&why));
    }
    let replaces = old.as_ref().map(|o| o.id);
    if !faults.is_empty() {
        return render(&desk, &of, replaces, typed, faults).await;
    }
    let caller = &desk.caller;
    let mut tx = desk.db.write(subject.event(caller, "record.add")).await?;
    let title = duty.kind_title(&typed.kind, &typed.day);
    let new = New { kind: &typed.kind, title, day: &typed.day, text: &typed.text };
    let by = (Some(caller.account), caller.name.as_str(), caller.unit.as_str());
    let id = records::add(&mut tx, by, &subject, &new).await?;
    if let Some(old) = &old {
        let title = duty.kind_title(&old.kind, &old.day);
        let by = (caller.name.as_str(), caller.unit.as_str());
        if !records::void(&mut tx, by, &subject, (old, title), &typed.reason, Some(id)).await? {
            tx.rollback().await?;
            return Err(Failure::Bad(msg!("这条记录已经作废；请看过现在的再办")));
        }
    }
    if let Some((name, bytes)) = &sent.file {
        let (record, part) = (id.to_string(), subject.org().village);
        let file = NewFile { name, bytes, kind: EVIDENCE, record: &record, part };
        if let Err(why) = attachments::keep(&mut tx, desk.limit(), &file).await? {
            tx.rollback().await?;
            faults.add("file", page.m(&why));
            return render(&desk, &of, replaces, typed, faults).await;
        }
    }
    tx.commit().await?;
    Ok(Redirect::to(&format!("/records/{id}")).into_response())
}

#[derive(Template)]
#[template(path = "duty/pages/record.html")]
struct OnePage {
    page: Page,
    tabs: Vec<Choice>,
    record: Record,
    line: Line,
    place: String,
    at: String,
    voided_at: String,
    explained_at: String,
    basis: String,
    evidence: Vec<Attachment>,
    may_edit: bool,
    home: String,
    reason: String,
    faults: Faults,
}

async fn record_of(desk: &Desk, id: i64, action: Action) -> Answer<Authorized<Record>> {
    Ok(desk.caller.authorize(action, records::find(&desk.db, id).await?)?)
}

/// One record.
pub async fn show(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    let record = record_of(&desk, id, Action::ViewDuty).await?;
    looked(&desk, record.person, &record.village).await?;
    render_one(&desk, &record, "", Faults::new()).await
}

async fn render_one(
    desk: &Desk,
    record: &Authorized<Record>,
    reason: &str,
    faults: Faults,
) -> Answer<Response> {
    let mut page = desk.page("duty").await?;
    page.audited = record.person.is_some();
    page.path = format!("/records/{}", record.id);
    let duty = duty_of(&desk.db, &record.village, &record.day).await?;
    let all = places(&desk.db, &Part::County).await?;
    let kind = duty.kind_on(&record.kind, &record.day);
    let html = OnePage {
        tabs: tabs(&page, "/records"),
        line: line(&page, &duty, record),
        place: place_of(&all, &record.village),
        at: time_text(record.at),
        voided_at: record.voided.as_ref().map(|v| time_text(v.at)).unwrap_or_default(),
        explained_at: record.explained_at.map(time_text).unwrap_or_default(),
        basis: kind.map(|k| format!("{} {}：{}", k.pack.title, k.pack.version, k.basis)).unwrap_or_default(),
        evidence: attachments::list(&desk.db, EVIDENCE, &record.id.to_string()).await?,
        may_edit: desk.caller.may(Action::EditDuty) && record.voided.is_none(),
        home: match record.person {
            Some(id) => format!("/people/{id}/duty"),
            None => format!("/villages/{}/duty", record.village),
        },
        reason: reason.to_owned(),
        record: (**record).clone(),
        faults,
        page,
    };
    Ok((status(&html.faults), Html(html)).into_response())
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Voiding {
    reason: String,
}

/// Voids a record, with a reason.
pub async fn void(desk: Desk, Path(id): Path<i64>, Form(typed): Form<Voiding>) -> Answer<Response> {
    let record = record_of(&desk, id, Action::EditDuty).await?;
    let page = desk.page("duty").await?;
    let mut faults = Faults::new();
    let gone = || msg!("这条记录已经作废；请看过现在的再办");
    let fault = if record.voided.is_some() { Some(gone()) } else { check_reason(&typed.reason) };
    if let Some(why) = fault {
        faults.add("reason", page.m(&why));
        return render_one(&desk, &record, &typed.reason, faults).await;
    }
    let of = whose(&desk, &record).await?;
    let subject = of.subject();
    let duty = duty_of(&desk.db, &record.village, &record.day).await?;
    let title = duty.kind_title(&record.kind, &record.day);
    let mut tx = desk.db.write(subject.event(&desk.caller, "record.void")).await?;
    let by = (desk.caller.name.as_str(), desk.caller.unit.as_str());
    if !records::void(&mut tx, by, &subject, (&record, title), typed.reason.trim(), None).await? {
        tx.rollback().await?;
        faults.add("reason", page.m(&gone()));
        return render_one(&desk, &record, &typed.reason, faults).await;
    }
    tx.commit().await?;
    Ok(Redirect::to(&format!("/records/{id}")).into_response())
}

/// Whom a record is about.
async fn whose(desk: &Desk, record: &Record) -> Answer<Chosen> {
    match record.person {
        Some(id) => Ok(Chosen::Person(file_of(desk, id, Action::EditDuty).await?)),
        None => Ok(Chosen::Village(desk.village(&record.village, Action::EditDuty).await?)),
    }
}

/// Brings evidence to a record that stands.
pub async fn bring(desk: Desk, Path(id): Path<i64>, request: Request) -> Answer<Response> {
    let record = record_of(&desk, id, Action::EditDuty).await?;
    let sent = Sent::read(request, desk.limit()).await?;
    let page = desk.page("duty").await?;
    let fault: Option<Message> = match &sent.file {
        _ if record.voided.is_some() => Some(msg!("这条记录已经作废；请看过现在的再办")),
        None => Some(msg!("请选择文件")),
        Some((name, bytes)) => {
            let event = whose(&desk, &record).await?.subject().event(&desk.caller, "record.evidence");
            let kept = record.id.to_string();
            let file = NewFile { name, bytes, kind: EVIDENCE, record: &kept, part: &record.village };
            attachments::store(&desk.db, event, desk.limit(), file).await?.err()
        }
    };
    match fault {
        None => Ok(Redirect::to(&format!("/records/{id}")).into_response()),
        Some(why) => {
            let mut faults = Faults::new();
            faults.add("file", page.m(&why));
            render_one(&desk, &record, "", faults).await
        }
    }
}

/// Gives evidence out.
pub async fn evidence(desk: Desk, Path((id, attachment)): Path<(i64, i64)>) -> Answer<Response> {
    let record = record_of(&desk, id, Action::ViewDuty).await?;
    let (found, bytes) = attachments::open(&desk.db, attachment).await?.ok_or(Failure::NotFound)?;
    if found.kind != EVIDENCE || found.record != record.id.to_string() {
        return Err(Failure::NotFound);
    }
    let (kind, of) = match record.person {
        Some(person) => ("person", person.to_string()),
        None => ("village", record.village.clone()),
    };
    let event = desk.caller.event("people.document.open", kind, &of, &record.village);
    desk.db.record(event, Outcome::Done).await?;
    Ok(attachments::download(&found.name, &found.mime, bytes))
}
