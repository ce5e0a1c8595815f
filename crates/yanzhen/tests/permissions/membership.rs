//! Courses on the way into the party: their routes, one of each township's person, one with a mark in its texts.

use crate::fixture::{Sent, event};
use crate::registry::office;
use crate::table::{FORM, Fill, Line, get, post};
use platform::access::Action;
use platform::db::Db;
use platform::values;
use yanzhen::slices::membership::actions;
use yanzhen::slices::membership::model::Given;
use yanzhen::slices::{membership, people};

/// The routes.
pub const LINES: &[Line] = &[
    get("/membership", Fill::Plain),
    get("/membership/export.xlsx", Fill::Plain),
    get("/membership/new", Fill::Plain),
    post("/membership", Fill::Plain, FORM),
    get("/membership/{id}", Fill::Course),
    post("/membership/{id}/steps", Fill::Course, FORM),
    post("/membership/{id}/void", Fill::Course, FORM),
    post("/membership/{id}/advance", Fill::Course, FORM),
    post("/membership/{id}/longer", Fill::Course, FORM),
    post("/membership/{id}/end", Fill::Course, FORM),
    post("/membership/{id}/tests", Fill::Course, FORM),
    post("/membership/{id}/findings", Fill::Course, FORM),
    post("/membership/{id}/reserve", Fill::Course, Sent::Form(&[("item", "none")])),
    get("/me/membership/{id}", Fill::Id),
];

/// Marks in what is written of a course.
const MARKS: [&str; 3] = ["漏发展况", "漏一线事", "漏一线鉴"];

/// Those marks among others.
pub fn marks(others: &[&'static [&'static str]]) -> impl Iterator<Item = &'static str> {
    others.concat().into_iter().chain(MARKS).chain(crate::inquiries::MARKS)
}

/// Somebody's course, begun on a day.
pub async fn begin(db: &Db, person: i64, note: &str) -> i64 {
    let caller = office();
    let found = people::store::find(db, person).await.expect("answers");
    let person = caller.authorize(Action::ManageMembership, found).expect("the county's");
    let given = Given {
        item: "applicant".into(),
        on: "2026-11-01".into(),
        note: note.to_owned(),
        ..Given::default()
    };
    let made = actions::begin(db, &caller, &person, &given).await.expect("answers");
    made.expect("an application in order")
}

/// A course with a mark in each text.
pub async fn marked(db: &Db, person: i64) -> i64 {
    let id = begin(db, person, "漏发展况").await;
    let caller = office();
    let found = membership::store::find(db, id).await.expect("answers");
    let course = caller.authorize(Action::ManageMembership, found).expect("the county's");
    let given = Given {
        item: "disaster".into(),
        task: "漏一线事".into(),
        place: "例河".into(),
        from_on: "2026-11-02".into(),
        on: "2026-11-03".into(),
        ..Given::default()
    };
    actions::test(db, &caller, &course, &given).await.expect("answers").expect("work in order");
    let tx = db.write(event("test.finding")).await.expect("begins");
    let sql = "update membership_test set finding = 'passed', found_by = '何例甲', found_on = '2026-11-04', \
               found_why = '漏一线鉴' where course = $1";
    tx.run(sql, values![id]).await.expect("found");
    tx.commit().await.expect("commits");
    id
}
