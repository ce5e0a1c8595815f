//! What a joint review concluded of the reader, once told, and the objection to it.

use crate::slices::people::pages::own::mine;
use crate::slices::places::Desk;
use crate::slices::places::pages::{moment_text, status};
use crate::slices::places::store::today;
use crate::slices::posts::pages::day_text;
use crate::slices::reviews::deciding;
use crate::slices::reviews::model::{Faults as Found, JointReview, Subject};
use crate::slices::reviews::store::{self, subjects};
use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use platform::access::Authorized;
use platform::kit::Faults;
use platform::page::Page;
use platform::web::{Answer, Failure, Html};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "reviews/pages/own.html")]
struct OwnPage {
    page: Page,
    s: Subject,
    review: JointReview,
    told: String,
    until: String,
    objected: String,
    answer_by: String,
    decided: String,
    valid: String,
    open: bool,
    typed: String,
    faults: Faults,
}

/// Of the caller's own file, and only what the person was told or what came to an end.
async fn own(desk: &Desk, id: i64) -> Answer<(Authorized<Subject>, JointReview)> {
    let found = match mine(desk).await? {
        Some(person) => subjects::find(&desk.db, id).await?.filter(|s| s.person == person.id && s.is_shown()),
        None => None,
    };
    let found = desk.caller.own(found)?;
    let review = store::review(&desk.db, found.review).await?.ok_or(Failure::NotFound)?;
    Ok((found, review))
}

pub async fn show(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    let (s, review) = own(&desk, id).await?;
    render(&desk, s, review, String::new(), Vec::new()).await
}

async fn render(
    desk: &Desk,
    s: Authorized<Subject>,
    review: JointReview,
    typed: String,
    faults: Found,
) -> Answer<Response> {
    let mut page = desk.page("me").await?;
    page.path = format!("/me/reviews/{}", s.id);
    let refused = !faults.is_empty();
    let html = OwnPage {
        told: day_text(&s.told_on),
        until: day_text(&s.object_until),
        objected: s.objected_at.map(moment_text).unwrap_or_default(),
        answer_by: day_text(&s.answer_by),
        decided: format!("{} {}", day_text(&s.decided_on), s.decided_by).trim().to_owned(),
        valid: day_text(&s.valid_to),
        open: s.may_object(&today()),
        typed,
        faults: Faults::told(faults, page.lang),
        s: (*s).clone(),
        review,
        page,
    };
    Ok((status(refused), Html(html)).into_response())
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Words {
    text: String,
}

/// Writes the objection.
pub async fn object(desk: Desk, Path(id): Path<i64>, Form(words): Form<Words>) -> Answer<Response> {
    let (s, review) = own(&desk, id).await?;
    match deciding::object(&desk.db, &desk.caller, &review, &s, &words.text).await? {
        Ok(()) => Ok(Redirect::to(&format!("/me/reviews/{id}")).into_response()),
        Err(faults) => render(&desk, s, review, words.text, faults).await,
    }
}
