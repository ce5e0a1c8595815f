//! What came of joint reviews, for whoever goes on from there.

use super::model::{Decision, Purpose, Subject};
use super::store::{self, answers, subjects};
use platform::db::{Db, DbResult};
use policy::review::Conclusion;
use std::collections::HashMap;

/// How far a seat is.
#[derive(Clone, Debug)]
pub struct SeatProgress {
    pub title: String,
    pub unit: String,
    pub answered: u64,
    pub signed: bool,
    /// Signed answers that are wanted anew.
    pub again: u64,
}

/// How far the seats are with what a slice asked for.
#[derive(Clone, Debug)]
pub struct Progress {
    /// The review.
    pub review: i64,
    pub due_on: String,
    /// On the list.
    pub people: u64,
    pub seats: Vec<SeatProgress>,
}

impl Progress {
    /// Every seat signed, and none looks at anybody again.
    pub fn all_signed(&self) -> bool {
        !self.seats.is_empty() && self.seats.iter().all(|s| s.signed && s.again == 0)
    }
}

/// How far the latest review of a purpose and source is; `None` where none was opened.
pub async fn progress(db: &Db, purpose: Purpose, source: Option<i64>) -> DbResult<Option<Progress>> {
    let Some(review) = store::of_source(db, purpose, source).await? else { return Ok(None) };
    let tallies = answers::tally(db, review.id).await?;
    let seats = store::seats(db, review.id).await?.into_iter().map(|s| {
        let (by, again) = tallies.get(&s.id).copied().unwrap_or_default();
        SeatProgress {
            title: s.title,
            unit: s.unit,
            answered: by.iter().sum(),
            signed: s.signed_at.is_some(),
            again,
        }
    });
    let seats = seats.collect();
    let people = subjects::count(db, review.id).await?;
    Ok(Some(Progress { review: review.id, due_on: review.due_on, people, seats }))
}

/// What came of a person so far.
#[derive(Clone, Debug)]
pub struct Outcome {
    pub person: i64,
    /// The gravest conclusion; `None` while a seat has not signed, or looks again.
    pub conclusion: Option<Conclusion>,
    pub clause_title: String,
    pub document: String,
    /// `None` where nobody decided; without objection nobody has to.
    pub decision: Option<Decision>,
    pub decided_by: String,
    pub decided_on: String,
    /// The last day that it holds; empty before it came to an end.
    pub valid_to: String,
}

impl Outcome {
    fn of(s: Subject) -> Outcome {
        Outcome {
            person: s.person,
            conclusion: s.conclusion.filter(|_| !s.settled_on.is_empty()),
            clause_title: s.clause_title,
            document: s.document,
            decision: s.decision,
            decided_by: s.decided_by,
            decided_on: s.decided_on,
            valid_to: s.valid_to,
        }
    }

    /// Whether the person goes on: no seat objects, or somebody decided so. `None` while that is open.
    pub fn may_go_on(&self) -> Option<bool> {
        match (self.conclusion, self.decision) {
            (Some(Conclusion::Clear), _) | (Some(_), Some(Decision::Go)) => Some(true),
            (Some(_), Some(Decision::Terminate)) => Some(false),
            _ => None,
        }
    }
}

/// What came of everybody in the latest review of a purpose and source, in the list's order.
pub async fn outcomes(db: &Db, purpose: Purpose, source: Option<i64>) -> DbResult<Vec<Outcome>> {
    let Some(review) = store::of_source(db, purpose, source).await? else { return Ok(Vec::new()) };
    Ok(subjects::all(db, review.id).await?.into_iter().map(Outcome::of).collect())
}

/// The latest review of a person that came to an end.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The review, and the person's place in it.
    pub review: i64,
    pub subject: i64,
    pub outcome: Outcome,
    /// Whether it still holds on the day asked for.
    pub holds: bool,
}

/// Of these persons the latest review that came to an end by a day (YYYY-MM-DD), by person. Somebody without one is not there.
pub async fn standing(db: &Db, persons: &[i64], on_day: &str) -> DbResult<HashMap<i64, Standing>> {
    let mut out = HashMap::new();
    for s in subjects::ended(db, persons, on_day).await? {
        let (review, subject, person) = (s.review, s.id, s.person);
        let holds = on_day <= s.valid_to.as_str();
        out.entry(person).or_insert(Standing { review, subject, outcome: Outcome::of(s), holds });
    }
    Ok(out)
}
