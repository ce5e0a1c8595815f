//! What is done on the page of a course.

use super::one::{Do, course, render};
use crate::slices::membership::actions;
use crate::slices::membership::model::{Course, Faults, Given};
use crate::slices::people::pages::person_of;
use crate::slices::places::Desk;
use axum::Form;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use platform::access::{Action, Authorized};
use platform::web::Answer;
use serde::Deserialize;

/// What any of the forms says.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Sent {
    item: String,
    /// Which step is voided, which work was found of.
    of: i64,
    from_on: String,
    on: String,
    meeting: String,
    document: String,
    people: String,
    hours: String,
    months: String,
    task: String,
    place: String,
    finding: String,
    by: String,
    note: String,
}

impl Sent {
    fn given(self) -> (i64, Given) {
        let Sent { item, of, from_on, on, meeting, document, people, hours, months, task, place, .. } = self;
        let (finding, by, note) = (self.finding, self.by, self.note);
        let given = Given {
            item,
            from_on,
            on,
            meeting,
            document,
            people,
            hours,
            months,
            task,
            place,
            finding,
            by,
            note,
        };
        (of, given)
    }
}

async fn answered(
    desk: &Desk,
    course: Authorized<Course>,
    what: Do,
    given: Given,
    came: Result<(), Faults>,
) -> Answer<Response> {
    match came {
        Ok(()) => Ok(Redirect::to(&format!("/membership/{}", course.id)).into_response()),
        Err(faults) => render(desk, course, what, given, faults).await,
    }
}

pub async fn step(desk: Desk, Path(id): Path<i64>, Form(sent): Form<Sent>) -> Answer<Response> {
    let course = course(&desk, id, Action::ManageMembership).await?;
    let (_, given) = sent.given();
    let came = actions::step(&desk.db, &desk.caller, &course, &given).await?;
    answered(&desk, course, Do::Step(given.item.clone()), given, came).await
}

pub async fn void(desk: Desk, Path(id): Path<i64>, Form(sent): Form<Sent>) -> Answer<Response> {
    let course = course(&desk, id, Action::ManageMembership).await?;
    let (of, given) = sent.given();
    let came = actions::void(&desk.db, &desk.caller, &course, of, &given.note).await?;
    answered(&desk, course, Do::Void(of), given, came).await
}

pub async fn advance(desk: Desk, Path(id): Path<i64>, Form(sent): Form<Sent>) -> Answer<Response> {
    let course = course(&desk, id, Action::ManageMembership).await?;
    let (_, given) = sent.given();
    let came = actions::advance(&desk.db, &desk.caller, &course, &given).await?;
    answered(&desk, course, Do::Advance, given, came).await
}

pub async fn lengthen(desk: Desk, Path(id): Path<i64>, Form(sent): Form<Sent>) -> Answer<Response> {
    let course = course(&desk, id, Action::ManageMembership).await?;
    let (_, given) = sent.given();
    let came = actions::lengthen(&desk.db, &desk.caller, &course, &given).await?;
    answered(&desk, course, Do::Longer, given, came).await
}

pub async fn end(desk: Desk, Path(id): Path<i64>, Form(sent): Form<Sent>) -> Answer<Response> {
    let course = course(&desk, id, Action::ManageMembership).await?;
    let (_, given) = sent.given();
    let came = actions::end(&desk.db, &desk.caller, &course, &given).await?;
    answered(&desk, course, Do::End, given, came).await
}

pub async fn test(desk: Desk, Path(id): Path<i64>, Form(sent): Form<Sent>) -> Answer<Response> {
    let course = course(&desk, id, Action::ManageMembership).await?;
    let (_, given) = sent.given();
    let came = actions::test(&desk.db, &desk.caller, &course, &given).await?;
    answered(&desk, course, Do::Test, given, came).await
}

pub async fn find(desk: Desk, Path(id): Path<i64>, Form(sent): Form<Sent>) -> Answer<Response> {
    let course = course(&desk, id, Action::ManageMembership).await?;
    let (of, given) = sent.given();
    let came = actions::find(&desk.db, &desk.caller, &course, of, &given).await?;
    answered(&desk, course, Do::Finding(of), given, came).await
}

/// Proposes for a pool: what follows is decided there.
pub async fn onward(desk: Desk, Path(id): Path<i64>, Form(sent): Form<Sent>) -> Answer<Response> {
    let course = course(&desk, id, Action::ManageMembership).await?;
    let person = person_of(&desk.db, &desk.caller, course.person, Action::ManagePools).await?;
    let (_, given) = sent.given();
    match actions::onward(&desk.db, &desk.caller, &course, &person, &given).await? {
        Ok(made) => Ok(Redirect::to(&format!("/pools/moves/{made}")).into_response()),
        Err(faults) => render(&desk, course, Do::Reserve, given, faults).await,
    }
}
