//! Joint reviews: what each route is asked with, and a review of each township's person.

use crate::fixture::{Sent, nobody};
use crate::table::Fill::{Id, Plain, Review};
use crate::table::{FORM, Line, get, post};
use platform::db::Db;
use platform::values;
use yanzhen::slices::reviews::store::desks;
use yanzhen::slices::reviews::{NewReview, NewSubject, Purpose, open, review_of};

/// Which record of a review stands in a path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// The review, which the county runs.
    Run,
    /// A person of it.
    Person,
    /// A seat of it: of the callers' own office in the first township's review, of another elsewhere.
    Seat,
}

/// A review with its person and one of its seats.
pub struct Reviewed {
    pub review: i64,
    pub subject: i64,
    pub seat: i64,
}

impl Reviewed {
    pub fn of(&self, part: Part) -> i64 {
        match part {
            Part::Run => self.review,
            Part::Person => self.subject,
            Part::Seat => self.seat,
        }
    }
}

const RUN: crate::table::Fill = Review(Part::Run);
const PERSON: crate::table::Fill = Review(Part::Person);
const SEAT: crate::table::Fill = Review(Part::Seat);

pub const LINES: &[Line] = &[
    get("/reviews", Plain),
    post("/reviews", Plain, FORM),
    get("/reviews/new", Plain),
    get("/reviews/seats", Plain),
    post("/reviews/seats", Plain, FORM),
    get("/reviews/{id}", RUN),
    post("/reviews/{id}/remind", RUN, FORM),
    post("/reviews/{id}/villages", RUN, FORM),
    get("/reviews/people/{id}", PERSON),
    post("/reviews/people/{id}/tell", PERSON, FORM),
    post("/reviews/people/{id}/recheck", PERSON, FORM),
    post("/reviews/people/{id}/decide", PERSON, FORM),
    get("/seat", Plain),
    get("/seat/done", Plain),
    get("/seat/acts", Plain),
    get("/seat/{id}", SEAT),
    post("/seat/{id}/answers", SEAT, FORM),
    post("/seat/{id}/undo", SEAT, FORM),
    post("/seat/{id}/reveal", SEAT, FORM),
    post("/seat/{id}/sign", SEAT, FORM),
    get("/seat/{id}/several", SEAT),
    post("/seat/{id}/several", SEAT, FORM),
    get("/seat/{id}/packet.xlsx", SEAT),
    post("/seat/{id}/packet", SEAT, Sent::Parts(&[])),
    get("/me/reviews/{id}", Id),
    post("/me/reviews/{id}", Id, FORM),
];

/// A review of a person. Seats of the second township's are another office's.
pub async fn fill(db: &Db, person: i64, township: usize) -> Reviewed {
    let caller = nobody().caller;
    let rules = review_of(db, "2026-11-22").await.expect("rules");
    let unit = if township == 1 { "例席" } else { "例办" };
    let tx = db.write(crate::fixture::event("test.seats")).await.expect("begins");
    for seat in rules.seats_on("2026-11-22").into_iter().filter(|s| !s.optional) {
        let desk = desks::Desk { seat: seat.id.clone(), unit: unit.into(), ..desks::Desk::default() };
        desks::put(&tx, &desk, "何例乙").await.expect("a desk");
    }
    tx.commit().await.expect("commits");
    let new = NewReview {
        title: "2026年回头看".into(),
        purpose: Purpose::Lookback,
        source: None,
        subjects: vec![NewSubject { person, post: "村党组织书记".into() }],
        optional: Vec::new(),
    };
    let review = open(db, &caller, &new).await.expect("answers").expect("a review in order");
    let one = async |sql: &str| {
        db.one(sql, values![review]).await.expect("answers").expect("a row").int(0).expect("an id")
    };
    Reviewed {
        review,
        subject: one("select id from review_subject where review = $1").await,
        seat: one("select id from review_seat where review = $1 order by seq limit 1").await,
    }
}
