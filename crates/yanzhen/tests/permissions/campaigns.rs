//! How the routes of selection campaigns are asked, and a township's campaign with an application, a notice and an objection.

use crate::fixture::event;
use crate::table::Fill::{Campaign as OfCampaign, Entry as OfEntry, Objection as OfObjection, Plain};
use crate::table::{FORM, Line, get, post};
use platform::db::Db;
use platform::values;
use policy::campaigns::{Route, Work};
use yanzhen::slices::campaigns::model::{Campaign, Entry, Form, Place, Stage, Standing, State, Terms};
use yanzhen::slices::campaigns::store;
use yanzhen::slices::campaigns::store::entries::{self, Handle, Secret};
use yanzhen::slices::campaigns::store::notices::{self, Finding, Notice, Objection, Said};

/// Its routes.
pub const LINES: &[Line] = &[
    get("/campaigns", Plain),
    get("/campaigns/new", Plain),
    post("/campaigns", Plain, FORM),
    get("/campaigns/{id}", OfCampaign),
    post("/campaigns/{id}/open", OfCampaign, FORM),
    post("/campaigns/{id}/advance", OfCampaign, FORM),
    post("/campaigns/{id}/review", OfCampaign, FORM),
    post("/campaigns/{id}/pass", OfCampaign, FORM),
    post("/campaigns/{id}/cancel", OfCampaign, FORM),
    post("/campaigns/{id}/plan", OfCampaign, FORM),
    get("/campaigns/{id}/entries", OfCampaign),
    get("/campaigns/{id}/entries/new", OfCampaign),
    post("/campaigns/{id}/entries", OfCampaign, FORM),
    get("/campaigns/{id}/marks", OfCampaign),
    post("/campaigns/{id}/marks", OfCampaign, FORM),
    post("/campaigns/{id}/settle", OfCampaign, FORM),
    post("/campaigns/{id}/seats", OfCampaign, FORM),
    get("/campaigns/{id}/ranking", OfCampaign),
    post("/campaigns/{id}/confirm", OfCampaign, FORM),
    get("/campaigns/{id}/notice", OfCampaign),
    post("/campaigns/{id}/notice", OfCampaign, FORM),
    post("/campaigns/{id}/objections", OfCampaign, FORM),
    get("/campaigns/{id}/papers/{name}", OfCampaign),
    get("/campaigns/{id}/meetings", OfCampaign),
    post("/campaigns/{id}/meetings", OfCampaign, FORM),
    post("/objections/{id}/answer", OfObjection, FORM),
    get("/entries/{id}", OfEntry),
    get("/entries/{id}/papers/{name}", OfEntry),
    post("/entries/{id}/answer", OfEntry, FORM),
    get("/entries/{id}/agree", OfEntry),
    post("/entries/{id}/agree", OfEntry, FORM),
    post("/entries/{id}/check", OfEntry, FORM),
    post("/entries/{id}/decide", OfEntry, FORM),
    post("/entries/{id}/choose", OfEntry, FORM),
    post("/entries/{id}/withdraw", OfEntry, FORM),
];

/// A campaign with what is of it.
#[derive(Clone, Copy, Debug)]
pub struct Selected {
    pub campaign: i64,
    pub entry: i64,
    pub objection: i64,
}

/// A township's campaign, with an application of its village, a notice, and an objection to it.
pub async fn fill(db: &Db, code: &str, short: &str) -> Selected {
    let town = &code[..9];
    let campaign = Campaign {
        id: 0,
        no: format!("选2026-{code}"),
        kind: "reserve_selection".into(),
        title: format!("{short}选拔"),
        township: town.to_owned(),
        township_name: String::new(),
        state: State::Open,
        apply_from: "2026-11-01T00:00".into(),
        apply_to: "2999-12-31T00:00".into(),
        rules_on: "2026-11-22".into(),
        help: format!("{short}组织办"),
        stage: 1,
        made_by: "何例乙".into(),
        made_at: 1,
        opened_by: "何例乙".into(),
        ended_on: String::new(),
        reason: String::new(),
        rev: 1,
        seats: 0,
        seen_from: town.to_owned(),
    };
    let place = Place { township: town.to_owned(), village: code.to_owned(), seats: 1, ..Place::default() };
    let tx = db.write(event("test.campaign")).await.expect("begins");
    let id = store::add(&tx, &campaign, &[place]).await.expect("a campaign");
    let opened = Campaign { id, ..campaign };
    assert!(store::save(&tx, &opened).await.expect("answers"), "open");
    let stage = Stage {
        seq: 1,
        id: "reserve_apply".into(),
        work: Work::Apply,
        title: "报名".into(),
        terms: Terms::default(),
        planned: String::new(),
        begun_at: Some(1),
        begun_by: "何例乙".into(),
        ended_at: None,
        ended_by: String::new(),
    };
    store::put_stages(&tx, id, &[stage]).await.expect("its stages");
    let entry = Entry {
        id: 0,
        campaign: id,
        place: None,
        place_name: String::new(),
        no: format!("录{code}"),
        name: format!("{short}报名人"),
        sex: "2".into(),
        birth: "1995-06-01".into(),
        education: "30".into(),
        full_time: false,
        political: "13".into(),
        source: String::new(),
        township: town.to_owned(),
        village: code.to_owned(),
        village_name: String::new(),
        route: Route::Own,
        standing: Standing::Running,
        stage: 1,
        need: String::new(),
        out_reason: String::new(),
        person: None,
        keep_contact: false,
        at: 1,
        by: String::new(),
        ticket: String::new(),
        room: String::new(),
        seat: 0,
        rev: 1,
    };
    let form = Form { household: format!("{short}户籍"), ..Form::default() };
    let secret = Secret { identity: String::new(), form };
    let entry = entries::add(&tx, &entry, &secret, &Handle::default()).await.expect("an application");
    let notice = Notice {
        id: 0,
        campaign: id,
        posted_on: "2026-11-20".into(),
        until: "2999-12-31".into(),
        text: format!("{short}公示"),
        by: "何例乙".into(),
        at: 1,
        open: 0,
        objections: 0,
    };
    let notice = notices::add(&tx, &notice).await.expect("a notice");
    let objection = Objection {
        id: 0,
        notice,
        entry: None,
        entry_name: String::new(),
        received_on: "2026-11-21".into(),
        how: "来信".into(),
        due_on: "2999-12-31".into(),
        finding: Finding::Open,
        answer: String::new(),
        answered_by: String::new(),
        answered_on: String::new(),
        rev: 1,
        township: town.to_owned(),
        campaign: id,
    };
    let said = Said { name: String::new(), phone: String::new(), text: format!("{short}异议") };
    let objection = notices::object(&tx, &objection, &said, "何例乙", None).await.expect("an objection");
    tx.run("update campaign set state = 'open' where id = $1", values![id]).await.expect("open");
    tx.commit().await.expect("commits");
    Selected { campaign: id, entry, objection }
}
