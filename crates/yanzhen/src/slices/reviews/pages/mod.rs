//! Pages of the joint reviews: the office's, the seats', the person's own.

pub mod desks;
pub mod list;
pub mod new;
pub mod one;
pub mod own;
pub mod packets;
pub mod person;
pub mod seat;
pub mod seat_acts;
pub mod seat_list;
pub mod several;

use super::model::{JointReview, Seat, Subject};
use super::store::{self, subjects};
use crate::slices::calendar::calendar;
use crate::slices::people::corrections::Due;
use crate::slices::places::Desk;
use crate::slices::places::store::today;
use kernel::Day;
use platform::access::{Action, Authorized};
use platform::page::Page;
use platform::web::{Answer, Failure};

/// A review that the caller's office runs.
async fn run(desk: &Desk, id: i64) -> Answer<Authorized<JointReview>> {
    Ok(desk.caller.authorize(Action::RunReviews, store::review(&desk.db, id).await?)?)
}

/// A person of a review that the caller's office runs, with the review.
async fn asked_about(desk: &Desk, id: i64) -> Answer<(Authorized<Subject>, JointReview)> {
    let found = desk.caller.authorize(Action::RunReviews, subjects::find(&desk.db, id).await?)?;
    let review = store::review(&desk.db, found.review).await?.ok_or(Failure::NotFound)?;
    Ok((found, review))
}

/// A seat that the caller's office answers for, with its review.
async fn own_seat(desk: &Desk, id: i64) -> Answer<(Authorized<Seat>, JointReview)> {
    let found = desk.caller.authorize(Action::AnswerReviews, store::seat(&desk.db, id).await?)?;
    let review = store::review(&desk.db, found.review).await?.ok_or(Failure::NotFound)?;
    Ok((found, review))
}

/// How long is left until a day, and its tone.
async fn clock(desk: &Desk, page: &Page, due_on: &str) -> Answer<(String, &'static str)> {
    let now: Day = today().parse().map_err(|_| Failure::NotFound)?;
    let due = Due::by(due_on, &calendar(&desk.db).await?, now);
    Ok(due.map(|d| (page.m(&d.said), d.tone())).unwrap_or_default())
}

/// Hundredths of a whole, for bars.
fn share(n: u64, of: u64) -> u64 {
    (100 * n).checked_div(of).unwrap_or(0).min(100)
}
