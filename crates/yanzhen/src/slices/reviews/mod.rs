//! Joint reviews (县级联审): seats are asked about people, each sees what it needs and says a conclusion with its clause and
//! document number; people decide. What a case is about is nowhere stored.
//!
//! For other slices, which know neither seats nor answers:
//! - [`prepare`] and [`open_in`] (or [`open`], both in one) send a list of people to the seats;
//! - [`progress`]: how far the seats of what a slice asked for are, and whether all signed;
//! - [`outcomes`]: what came of each person so far;
//! - [`standing`]: of any persons the latest conclusion that came to an end, and until when it holds.
//!
//! An outcome is read, never copied: a recheck changes it. `Outcome::may_go_on` is what a next stage asks.

pub mod answering;
pub mod deciding;
pub mod model;
pub mod opening;
pub mod packet;
mod pages;
mod rules;
pub mod standing;
pub mod store;

pub use model::{Decision, JointReview, Purpose, Subject};
pub use opening::{NewReview, NewSubject, Prepared, open, open_in, prepare};
pub use rules::review_of;
pub use standing::{Outcome, Progress, SeatProgress, Standing, outcomes, progress, standing};

use platform::access::Action;
use platform::web::{Rule, get, post};

/// The kind of history that a review's is kept under.
pub const KIND: &str = "joint-review";

/// Its routes.
pub fn routes() -> Vec<Rule> {
    vec![
        get("/reviews", pages::list::show).allow(Action::RunReviews),
        post("/reviews", pages::new::create).allow(Action::RunReviews),
        get("/reviews/new", pages::new::show).allow(Action::RunReviews),
        get("/reviews/seats", pages::desks::show).allow(Action::RunReviews),
        post("/reviews/seats", pages::desks::save).allow(Action::RunReviews),
        get("/reviews/{id}", pages::one::show).allow(Action::RunReviews),
        post("/reviews/{id}/remind", pages::one::remind).allow(Action::RunReviews),
        post("/reviews/{id}/villages", pages::one::difficult).allow(Action::RunReviews),
        get("/reviews/people/{id}", pages::person::show).allow(Action::RunReviews),
        post("/reviews/people/{id}/tell", pages::person::tell).allow(Action::RunReviews),
        post("/reviews/people/{id}/recheck", pages::person::recheck).allow(Action::RunReviews),
        post("/reviews/people/{id}/decide", pages::person::decide).allow(Action::RunReviews),
        get("/seat", pages::seat_list::show).allow(Action::AnswerReviews),
        get("/seat/done", pages::seat_list::done).allow(Action::AnswerReviews),
        get("/seat/acts", pages::seat_list::acts).allow(Action::AnswerReviews),
        get("/seat/{id}", pages::seat::show).allow(Action::AnswerReviews),
        post("/seat/{id}/answers", pages::seat_acts::answer).allow(Action::AnswerReviews),
        post("/seat/{id}/undo", pages::seat_acts::undo).allow(Action::AnswerReviews),
        post("/seat/{id}/reveal", pages::seat_acts::reveal).allow(Action::AnswerReviews),
        post("/seat/{id}/sign", pages::seat_acts::sign).allow(Action::AnswerReviews),
        get("/seat/{id}/several", pages::several::show).allow(Action::AnswerReviews),
        post("/seat/{id}/several", pages::several::clear).allow(Action::AnswerReviews),
        get("/seat/{id}/packet.xlsx", pages::packets::give).allow(Action::AnswerReviews),
        post("/seat/{id}/packet", pages::packets::take).allow(Action::AnswerReviews),
        get("/me/reviews/{id}", pages::own::show).allow(Action::OwnPages),
        post("/me/reviews/{id}", pages::own::object).allow(Action::OwnPages),
    ]
}
