//! Asking people where they are: the routes, an answer of each township's person, one with a mark in its texts.

use crate::fixture::{Sent, event};
use crate::registry::office;
use crate::table::{FORM, Fill, Line, get, post};
use platform::access::Action;
use platform::db::Db;
use platform::values;
use yanzhen::slices::inquiries::actions::{self, Call};
use yanzhen::slices::{inquiries, people};

/// The routes.
pub const LINES: &[Line] = &[
    get("/inquiries", Fill::Plain),
    post("/inquiries", Fill::Plain, FORM),
    post("/inquiries/{id}/accept", Fill::Inquiry, FORM),
    post("/inquiries/{id}/refuse", Fill::Inquiry, Sent::Form(&[("reason", "不是本人填的")])),
    post("/inquiries/{id}/revoke", Fill::Inquiry, FORM),
    get("/people/{id}/call", Fill::Person),
    post("/people/{id}/call", Fill::Person, FORM),
];

/// Marks in what is written of an inquiry.
pub const MARKS: [&str; 4] = ["漏问处", "漏问业", "漏问愿", "漏问注"];

/// A person's answer by a link, which waits.
pub async fn answered(db: &Db, person: i64, told: [&str; 3]) -> i64 {
    let caller = office();
    let made = actions::ask(db, &caller, &[person], 14).await.expect("answers");
    assert_eq!(made.len(), 1);
    let id = inquiries::store::of_person(db, person).await.expect("answers")[0].id;
    let tx = db.write(event("test.answered")).await.expect("begins");
    let sql = "update inquiry set state = 'answered', place = $2, employment = $3, intention = $4, answered_at = at \
               where id = $1";
    tx.run(sql, values![id, told[0], told[1], told[2]]).await.expect("found");
    tx.commit().await.expect("commits");
    id
}

/// An answer and a call with a mark in each text.
pub async fn marked(db: &Db, person: i64) -> i64 {
    let caller = office();
    let found = people::store::find(db, person).await.expect("answers");
    let found = caller.authorize(Action::EditPeople, found).expect("the county's");
    let call = Call { outcome: "unanswered".into(), note: "漏问注".into(), ..Call::default() };
    actions::call(db, &caller, &found, &call).await.expect("answers").expect("a call in order");
    answered(db, person, ["漏问处", "漏问业", "漏问愿"]).await
}
