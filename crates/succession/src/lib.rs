//! Who comes after whom: chains of priority over everybody eligible, and the best set of people over several vacancies at once.
//!
//! Pure: what a chain's steps ask for and how fit is reckoned is the packs' to say; here it is ordered, matched and explained.

mod chain;
mod matching;

pub use chain::{Check, Found, Line, Outcome, Standing, order};
pub use matching::{Matching, Offer, Problem};
