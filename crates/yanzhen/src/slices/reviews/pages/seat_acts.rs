//! What a seat does on its page: answer, take back, look at a number, sign.

use super::own_seat;
use super::seat::{Asked, Back, next_open, render};
use crate::slices::places::Desk;
use crate::slices::reviews::answering;
use crate::slices::reviews::model::{Answer, Given, JointReview, Seat, Subject};
use crate::slices::reviews::packet;
use crate::slices::reviews::store::{answers, subjects};
use axum::Form;
use axum::extract::Path;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, REFRESH};
use axum::response::{IntoResponse, Redirect, Response};
use kernel::msg;
use platform::access::Authorized;
use platform::audit::Outcome;
use platform::web::{Answer as Reply, Failure};
use serde::Deserialize;
use std::collections::HashMap;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Sent {
    subject: i64,
    conclusion: String,
    clause: String,
    document: String,
}

/// The person of a seat's list that a form names.
async fn person(desk: &Desk, review: i64, subject: i64) -> Reply<Option<Subject>> {
    Ok(subjects::find(&desk.db, subject).await?.filter(|s| s.review == review))
}

/// The page again, where a form names nobody of the list.
async fn nobody(desk: &Desk, seat: Authorized<Seat>, review: JointReview) -> Reply<Response> {
    let faults = vec![("subject", msg!("名单里没有这个人"))];
    render(desk, seat, review, Asked::default(), Back { faults, ..Back::default() }).await
}

fn at(s: &Subject) -> Asked {
    Asked { n: Some(s.seq), ..Asked::default() }
}

/// Saves an answer and goes on to the next person.
pub async fn answer(desk: Desk, Path(id): Path<i64>, Form(sent): Form<Sent>) -> Reply<Response> {
    let (seat, review) = own_seat(&desk, id).await?;
    let Some(s) = person(&desk, seat.review, sent.subject).await? else {
        return nobody(&desk, seat, review).await;
    };
    let given = Given { conclusion: sent.conclusion, clause: sent.clause, document: sent.document };
    match answering::answer(&desk.db, &desk.caller, (&seat, &review), s.id, &given).await? {
        Ok(()) => {
            let all = subjects::all(&desk.db, seat.review).await?;
            let kept: HashMap<i64, Answer> =
                answers::of_seat(&desk.db, seat.id).await?.into_iter().map(|a| (a.subject, a)).collect();
            let next = next_open(&all, &kept, s.seq).unwrap_or(s.seq);
            Ok(Redirect::to(&format!("/seat/{id}?n={next}&done={}", s.seq)).into_response())
        }
        Err(faults) => {
            let back = Back { given: Some(given), faults, ..Back::default() };
            render(&desk, seat, review, at(&s), back).await
        }
    }
}

/// Takes an answer back.
pub async fn undo(desk: Desk, Path(id): Path<i64>, Form(sent): Form<Sent>) -> Reply<Response> {
    let (seat, review) = own_seat(&desk, id).await?;
    let Some(s) = person(&desk, seat.review, sent.subject).await? else {
        return nobody(&desk, seat, review).await;
    };
    match answering::undo(&desk.db, &desk.caller, &seat, s.id).await? {
        Ok(()) => Ok(Redirect::to(&format!("/seat/{id}?n={}", s.seq)).into_response()),
        Err(faults) => render(&desk, seat, review, at(&s), Back { faults, ..Back::default() }).await,
    }
}

/// Shows an identity number for half a minute. The person sees who looked.
pub async fn reveal(desk: Desk, Path(id): Path<i64>, Form(sent): Form<Sent>) -> Reply<Response> {
    let (seat, review) = own_seat(&desk, id).await?;
    let Some(s) = person(&desk, seat.review, sent.subject).await? else {
        return nobody(&desk, seat, review).await;
    };
    let Some(number) = packet::identity(&desk.db, &seat, &s).await? else { return Err(Failure::NotFound) };
    let mut event = desk.caller.event("reviews.reveal", "person", &s.person.to_string(), &s.village);
    // The office, not its clerk, is what the person reads.
    event.note.clone_from(&seat.unit);
    desk.db.record(event, Outcome::Done).await?;
    let asked = at(&s);
    let address = format!("30; url=/seat/{id}?n={}", s.seq);
    let mut page = render(&desk, seat, review, asked, Back { revealed: number, ..Back::default() }).await?;
    if let Ok(value) = HeaderValue::from_str(&address) {
        page.headers_mut().insert(REFRESH, value);
    }
    page.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(page)
}

/// Signs.
pub async fn sign(desk: Desk, Path(id): Path<i64>) -> Reply<Response> {
    let (seat, review) = own_seat(&desk, id).await?;
    match answering::sign(&desk.db, &desk.caller, (&seat, &review)).await? {
        Ok(()) => Ok(Redirect::to(&format!("/seat/{id}#sign")).into_response()),
        Err(faults) => {
            render(&desk, seat, review, Asked::default(), Back { faults, ..Back::default() }).await
        }
    }
}
