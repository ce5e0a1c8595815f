//! A call to one person: what is on file, what came of it.

use super::on;
use crate::slices::inquiries::actions::{self, Call};
use crate::slices::inquiries::model::State;
use crate::slices::inquiries::store;
use crate::slices::people::pages::person_of;
use crate::slices::people::{Field, Person};
use crate::slices::places::Desk;
use crate::slices::places::store::today;
use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use platform::access::{Action, Authorized};
use platform::kit::{Choice, Faults};
use platform::page::Page;
use platform::web::{Answer, Html};

/// What was asked before: state, tone, when and by whom, what was noted.
type Before = (&'static str, &'static str, String, String);

#[derive(Template)]
#[template(path = "inquiries/pages/call.html")]
struct CallPage {
    page: Page,
    person: Authorized<Person>,
    outcomes: Vec<Choice>,
    call: Call,
    before: Vec<Before>,
    faults: Faults,
}

async fn render(desk: &Desk, person: Authorized<Person>, call: Call, faults: Faults) -> Answer<Response> {
    let page = desk.page("people").await?;
    let day = today();
    let before = store::of_person(&desk.db, person.id).await?.into_iter().map(|i| {
        let state = i.state_on(&day);
        let noted = format!("{} {}", i.told(), i.note).trim().to_owned();
        (page.t(state.title()), state.tone(), format!("{} {}", on(Some(i.at)), i.by), noted)
    });
    let before = before.collect();
    let outcomes = State::CALLS
        .into_iter()
        .map(|s| Choice::new(s.id(), page.t(s.title())).on(s.id() == call.outcome))
        .collect();
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok((status, Html(CallPage { page, person, outcomes, call, before, faults })).into_response())
}

/// The form, with what the file says of the whereabouts.
pub async fn show(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    let person = person_of(&desk.db, &desk.caller, id, Action::EditPeople).await?;
    let call = Call {
        place: person.get(Field::Whereabouts).to_owned(),
        employment: person.get(Field::Employment).to_owned(),
        intention: person.get(Field::Intention).to_owned(),
        ..Call::default()
    };
    render(&desk, person, call, Faults::default()).await
}

/// Notes the call.
pub async fn note(desk: Desk, Path(id): Path<i64>, Form(call): Form<Call>) -> Answer<Response> {
    let person = person_of(&desk.db, &desk.caller, id, Action::EditPeople).await?;
    match actions::call(&desk.db, &desk.caller, &person, &call).await? {
        Ok(()) => Ok(Redirect::to(&format!("/people/{id}#told")).into_response()),
        Err(faults) => render(&desk, person, call, Faults::told(faults, desk.visitor.lang)).await,
    }
}
