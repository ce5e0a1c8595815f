//! A file handed to another county: the package, its receipt, and taking it back.

use super::{person_of, time_text};
use crate::slices::people::transfer::outgoing::{self, Asked, Transfer};
use crate::slices::people::{Person, State};
use crate::slices::places::Desk;
use crate::slices::places::pages::file_day;
use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::msg;
use platform::access::{Action, Authorized};
use platform::attachments;
use platform::kit::Faults;
use platform::page::Page;
use platform::web::{Answer, Failure, Html};
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    to: String,
    ground: String,
    passphrase: String,
    again: String,
    code: String,
}

#[derive(Template)]
#[template(path = "people/pages/transfer.html")]
struct TransferPage {
    page: Page,
    person: Person,
    /// The hand-over that waits or is done; none for a file of this county's.
    sent: Option<(Transfer, String)>,
    fingerprint: String,
    to: String,
    ground: String,
    faults: Faults,
}

async fn render(desk: &Desk, person: &Authorized<Person>, typed: &Typed, faults: Faults) -> Answer<Response> {
    let mut page = desk.page("people").await?;
    page.audited = true;
    page.path = format!("/people/{}/transfer", person.id);
    let sent = match person.state {
        State::Moved => outgoing::of_person(&desk.db, person.id, "out").await?.into_iter().next(),
        _ => None,
    };
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let html = TransferPage {
        person: (**person).clone(),
        sent: sent.map(|s| {
            let at = time_text(s.at);
            (s, at)
        }),
        fingerprint: outgoing::own_fingerprint(&desk.db).await?,
        to: typed.to.clone(),
        ground: typed.ground.clone(),
        faults,
        page,
    };
    Ok((status, Html(html)).into_response())
}

pub async fn show(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    let person = person_of(&desk.db, &desk.caller, id, Action::TransferPeople).await?;
    render(&desk, &person, &Typed::default(), Faults::new()).await
}

/// Gives the package; the file is handed over with it.
pub async fn send(desk: Desk, Path(id): Path<i64>, Form(typed): Form<Typed>) -> Answer<Response> {
    let Desk { db, caller, county, .. } = &desk;
    let person = person_of(db, caller, id, Action::TransferPeople).await?;
    let asked = Asked {
        to: typed.to.clone(),
        ground: typed.ground.clone(),
        passphrase: typed.passphrase.clone(),
        again: typed.again.clone(),
    };
    let page = desk.page("people").await?;
    let faults = Faults::told(outgoing::check(db, &person, &asked).await?, page.lang);
    if !faults.is_empty() {
        return render(&desk, &person, &typed, faults).await;
    }
    match outgoing::send(db, county, caller, &person, &asked).await? {
        Some(bytes) => {
            let name = format!(
                "{}-{}-{}.zip",
                kernel::word(kernel::key!("档案转递包"), desk.visitor.lang),
                county.code,
                file_day()
            );
            Ok(attachments::download(&name, "application/zip", bytes))
        }
        None => {
            let mut faults = Faults::new();
            faults.add("to", page.m(&msg!("这份档案刚被别人改过；请看过现在的再办")));
            render(&desk, &person, &typed, faults).await
        }
    }
}

/// The hand-over of a file that waits for its receipt.
async fn waiting(desk: &Desk, person: &Person) -> Answer<Transfer> {
    let sent = outgoing::of_person(&desk.db, person.id, "out").await?.into_iter().find(Transfer::waits);
    sent.ok_or_else(|| Failure::Bad(msg!("这份档案没有等回执的转出")))
}

/// Notes the receipt.
pub async fn receipt(desk: Desk, Path(id): Path<i64>, Form(typed): Form<Typed>) -> Answer<Response> {
    let person = person_of(&desk.db, &desk.caller, id, Action::TransferPeople).await?;
    let sent = waiting(&desk, &person).await?;
    if outgoing::receive(&desk.db, &desk.caller, &person, &sent, &typed.code).await? {
        return Ok(Redirect::to(&format!("/people/{id}/transfer")).into_response());
    }
    let mut faults = Faults::new();
    let page = desk.page("people").await?;
    faults.add("code", page.t("回执码不对；请向接收单位问清，共 16 位字母和数字"));
    render(&desk, &person, &typed, faults).await
}

/// Takes the file back.
pub async fn cancel(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    let person = person_of(&desk.db, &desk.caller, id, Action::TransferPeople).await?;
    let sent = waiting(&desk, &person).await?;
    if outgoing::cancel(&desk.db, &desk.caller, &person, &sent).await? {
        return Ok(Redirect::to(&format!("/people/{id}")).into_response());
    }
    Err(Failure::Bad(msg!("回执已经收到，或档案刚被别人改过；不能取消")))
}
