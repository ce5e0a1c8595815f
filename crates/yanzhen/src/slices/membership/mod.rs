//! How somebody comes into the party (发展党员): a course of stages with lawful terms, tested by work at the front, and from there
//! to the reserve.
//!
//! Terms are guarded; whether somebody goes on, is given longer or ends is decided by name, and the person reads why.

pub mod actions;
mod follow;
pub mod model;
pub(crate) mod pages;
mod rules;
pub mod store;
pub mod terms;

pub use model::Course;
pub use rules::{Rulebook, membership_of};

use crate::slices::places::store::today;
use jiff::Span;
use kernel::Day;
use model::State;
use platform::access::{Action, Part};
use platform::db::{Db, DbResult};
use platform::web::{Rule, get, post};

/// Its routes.
pub fn routes() -> Vec<Rule> {
    vec![
        get("/membership", pages::overview::show).allow(Action::ViewPeople),
        get("/membership/export.xlsx", pages::overview::workbook).allow(Action::ExportPeople),
        get("/membership/new", pages::new::show).allow(Action::ManageMembership),
        post("/membership", pages::new::begin).allow(Action::ManageMembership),
        get("/membership/{id}", pages::one::show).allow(Action::ViewPeople),
        post("/membership/{id}/steps", pages::acts::step).allow(Action::ManageMembership),
        post("/membership/{id}/void", pages::acts::void).allow(Action::ManageMembership),
        post("/membership/{id}/advance", pages::acts::advance).allow(Action::ManageMembership),
        post("/membership/{id}/longer", pages::acts::lengthen).allow(Action::ManageMembership),
        post("/membership/{id}/end", pages::acts::end).allow(Action::ManageMembership),
        post("/membership/{id}/tests", pages::acts::test).allow(Action::ManageMembership),
        post("/membership/{id}/findings", pages::acts::find).allow(Action::ManageMembership),
        post("/membership/{id}/reserve", pages::acts::onward).allow(Action::ManageMembership),
        get("/me/membership/{id}", pages::own::show).allow(Action::OwnPages),
    ]
}

/// The last day up to which something counts as near, for a place's packs.
fn near(rules: &policy::Membership, today: &str) -> String {
    let day = today.parse::<Day>().ok();
    let then = day.and_then(|d| d.checked_add(Span::new().days(i64::from(*rules.near_days))).ok());
    then.map(|d| d.to_string()).unwrap_or_default()
}

/// How many courses of a part have something due soon, and the nearest of their last days.
pub async fn due(db: &Db, part: &Part) -> DbResult<(u64, String)> {
    let day = today();
    let files = store::of_part(db, part, State::Open).await?;
    if files.is_empty() {
        return Ok((0, String::new()));
    }
    let book = Rulebook::read(db, &day).await?;
    let (mut n, mut first) = (0, String::new());
    for file in &files {
        let rules = book.of(&file.course.village);
        let outlook = file.outlook(&rules, &day);
        let Some(due) = outlook.first().filter(|d| d.by <= near(&rules, &day)) else { continue };
        n += 1;
        if first.is_empty() || due.by < first {
            first.clone_from(&due.by);
        }
    }
    Ok((n, first))
}
