//! How the routes of vacancies are asked, and a township's motion.

use crate::fixture::{Sent, event};
use crate::table::Fill::{Id, Motioned, Plain, Village};
use crate::table::{Line, get, post};
use platform::db::Db;
use policy::posts::Track;
use yanzhen::slices::vacancies::model::motion::{Motion, State};
use yanzhen::slices::vacancies::store;

const FORM: Sent = Sent::Form(&[]);

/// Its routes.
pub const LINES: &[Line] = &[
    get("/vacancies", Plain),
    get("/vacancies/ahead", Plain),
    get("/vacancies/together", Plain),
    post("/vacancies/together", Plain, FORM),
    get("/vacancies/motions", Plain),
    get("/vacancies/motions/{id}", Motioned),
    post("/vacancies/motions/{id}/decide", Motioned, FORM),
    post("/vacancies/motions/{id}/withdraw", Motioned, FORM),
    post("/vacancies/motions/{id}/file", Motioned, FORM),
    get("/vacancies/{code}/{post}", Village),
    post("/vacancies/{code}/{post}", Village, FORM),
    get("/vacancies/{code}/{post}/chain.xlsx", Village),
    get("/me/vacancies/{id}", Id),
    post("/me/vacancies/{id}", Id, FORM),
];

/// A motion that a village's person fills a seat of it.
pub async fn motion(db: &Db, code: &str, short: &str, person: i64) -> i64 {
    let motion = Motion {
        id: 0,
        village: code.to_owned(),
        village_name: short.to_owned(),
        township: code[..9].to_owned(),
        township_name: String::new(),
        post: "party_deputy".into(),
        track: Track::Party,
        person,
        person_name: String::new(),
        step: "例顺位".into(),
        place: 1,
        otherwise: false,
        reason: format!("{short}动议"),
        proof: String::new(),
        pack: "例办法 1 abc".into(),
        comment_until: String::new(),
        state: State::Proposed,
        meeting: String::new(),
        decided_by: String::new(),
        decided_on: String::new(),
        decision: String::new(),
        filing: None,
        by: "何例乙".into(),
        at: 1,
        rev: 1,
    };
    let tx = db.write(event("test.motion")).await.expect("begins");
    let id = store::add(&tx, &motion, 1).await.expect("a motion");
    tx.commit().await.expect("commits");
    id
}
