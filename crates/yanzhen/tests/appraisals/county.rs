//! A county of two invented townships with a round of appraisal under way, accounts of its raters, and requests without a
//! network.

#[path = "../common/browser.rs"]
mod browser;

pub use browser::{Browser, Seen};

use axum::Router;
use axum::http::StatusCode;
use platform::access::{Part, Role};
use platform::account::{Grant, NewAccount, SignIn};
use platform::county::{Installation, Settings};
use platform::db::{Db, Event, new_id};
use platform::values;
use policy::{Pack, Source};
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use yanzhen::divisions::Geography;
use yanzhen::server;
use yanzhen::slices::appraisals::{Round, State, collect, store};
use yanzhen::slices::places::facts;

const PASSWORD: &str = "Tk8rn2-wxe/HM";
pub const EAST: &str = "990101101200";
pub const WEST: &str = "990101101201";
pub const BRIDGE: &str = "990101101202";
pub const NORTH: &str = "990101102200";
pub const MIDDLE: &str = "990101102201";

pub const ALL_VILLAGES: [&str; 5] = [EAST, WEST, BRIDGE, NORTH, MIDDLE];

/// A county with two townships of three villages and of two.
pub struct County {
    pub at: Installation,
    pub db: Db,
    pub router: Router,
    /// Goes when the county does.
    _folder: TempDir,
    /// The round under way.
    pub round: i64,
}

/// Logins with their offices. Two accounts of one unit, so that one looks after the other.
const ACCOUNTS: [(&str, Role, &str, &str); 9] = [
    ("zuzhi", Role::CountyOffice, "", "例山县委组织部"),
    ("hezhen", Role::TownshipOffice, "990101101", "例河镇"),
    ("qiaozhen", Role::TownshipOffice, "990101102", "例桥镇"),
    ("nongye", Role::RaterUnit, "", "区农业农村局"),
    ("nongye2", Role::RaterUnit, "", "区农业农村局"),
    ("jijian", Role::RaterUnit, "", "区纪委监委"),
    ("jijian2", Role::RaterUnit, "", "区纪委监委"),
    ("minzheng", Role::RaterUnit, "", "区民政局"),
    ("meiyou", Role::RaterUnit, "", "没有评分表的单位"),
];

fn pack_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/jinan")
}

/// The county on the engine that is asked for, with a round whose raters are marking.
pub async fn county() -> County {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = Settings::default();
    if let Ok(database) = std::env::var("YANZHEN_TEST_POSTGRES") {
        settings.database = database;
        settings.schema_prefix = format!("yz_sheets_{:x}", new_id());
    }
    let at = Installation::open(&folder.path().join("data"), settings).await.unwrap();
    let pair = |(code, name): (&str, &str)| (code.to_owned(), name.to_owned());
    let geography = Geography {
        code: "990101".into(),
        name: "例山县".into(),
        city: "例安市".into(),
        province: "例省".into(),
        townships: [("990101101", "例河镇"), ("990101102", "例桥镇")].map(pair).into(),
        villages: [
            (EAST, "例东村村民委员会"),
            (WEST, "例西村村民委员会"),
            (BRIDGE, "例太平桥村村民委员会"),
            (NORTH, "例北村村民委员会"),
            (MIDDLE, "例中村村民委员会"),
        ]
        .map(pair)
        .into(),
    };
    let db = server::add_county(&at, &geography, true).await.unwrap();
    for (login, role, part, unit) in ACCOUNTS {
        let part = Part::parse(part).unwrap();
        let new = NewAccount {
            login: login.into(),
            name: format!("例{login}"),
            phone: String::new(),
            password: Some(PASSWORD.into()),
            must_change: false,
            grants: vec![Grant { role, county: "990101".into(), part, unit: unit.into() }],
        };
        at.accounts().create(event("test.account"), new).await.unwrap().unwrap();
    }
    let router = server::routes(true).serve(server::app(at.clone(), true));
    let mut county = County { at, db, router, _folder: folder, round: 0 };
    county.round = county.begin("2026", State::Entering).await;
    county
}

pub fn event(action: &str) -> Event {
    Event { action: action.into(), ..Event::default() }
}

impl County {
    pub async fn browser(&self, login: &str) -> Browser {
        let signed = self.at.accounts().sign_in(login, PASSWORD, "", "").await.unwrap();
        let SignIn::In(signed) = signed else { panic!("{login} cannot sign in") };
        let csrf = self.at.accounts().session(&signed.cookie, "").await.unwrap().unwrap().csrf;
        Browser::new(self.router.clone(), signed.cookie, csrf)
    }

    /// Begins a round of the county's villages; gives its id.
    pub async fn begin(&self, year: &str, state: State) -> i64 {
        let pack = Pack::read(&Source::open_rules(&pack_folder()).unwrap()).0.unwrap();
        let there = facts::packs(&self.db, "2026-12-31").await.unwrap();
        let tx = self.db.write(event("test.pack")).await.unwrap();
        let id = match there.first() {
            Some(adopted) => adopted.id,
            None => facts::adopt(&tx, &pack_folder(), &pack, "2025-01-01", "何例乙").await.unwrap(),
        };
        let mut round = Round {
            id: 0,
            pack: id,
            title: format!("{year}年度考核"),
            year: year.into(),
            part: String::new(),
            subject: "village".into(),
            posts: String::new(),
            state,
            marks_due: "2026-12-20".into(),
            check_due: String::new(),
            publish_due: String::new(),
            opened_on: String::new(),
            published_on: String::new(),
            notice_until: String::new(),
            closed_on: String::new(),
            meeting: String::new(),
            meeting_on: String::new(),
            decided_by: String::new(),
            version: 0,
            made_by: "何例乙".into(),
            made_at: 1,
            rev: 1,
        };
        round.id = store::add(&tx, &round).await.unwrap();
        tx.commit().await.unwrap();
        let subjects = collect::population(&self.db, &round).await.unwrap();
        let tx = self.db.write(event("test.round")).await.unwrap();
        store::put_subjects(&tx, round.id, &subjects).await.unwrap();
        for sheet in collect::sheets(&round, &pack, &subjects) {
            store::add_sheet(&tx, &sheet).await.unwrap();
        }
        tx.commit().await.unwrap();
        round.id
    }

    /// Writes a round's state.
    pub async fn set(&self, state: State) {
        let mut round = store::find(&self.db, self.round).await.unwrap().unwrap();
        round.state = state;
        let tx = self.db.write(event("test.state")).await.unwrap();
        assert!(store::save(&tx, &round).await.unwrap());
        tx.commit().await.unwrap();
    }

    /// The sheet of a rater, or of a township.
    pub async fn sheet(&self, rater: &str, township: &str) -> i64 {
        self.sheet_of(self.round, rater, township).await
    }

    /// The sheet of a rater, or of a township, in another round.
    pub async fn sheet_of(&self, round: i64, rater: &str, township: &str) -> i64 {
        let all = store::sheets(&self.db, round).await.unwrap();
        all.iter().find(|s| s.rater == rater && s.township == township).unwrap().id
    }

    /// A mark as it stands, hundredths.
    pub async fn mark(&self, code: &str, indicator: &str, rater: &str) -> Option<i64> {
        let all = store::marks_on(&self.db, self.round, code).await.unwrap();
        all.into_iter().find(|m| m.indicator == indicator && m.rater == rater)?.mark
    }

    pub async fn audited(&self, action: &str) -> i64 {
        let sql = "select count(*) from audit where action = $1";
        self.db.one(sql, values![action]).await.unwrap().unwrap().int(0).unwrap()
    }
}

impl Browser {
    /// Sends cells as the page's script does: code, column, value, what was seen.
    pub async fn save(&self, sheet: i64, cells: &[(&str, &str, &str, Option<&str>)]) -> serde_json::Value {
        let cell = |c: &(&str, &str, &str, Option<&str>)| serde_json::json!({ "code": c.0, "column": c.1, "value": c.2, "was": c.3 });
        let cells: Vec<_> = cells.iter().map(cell).collect();
        let body = serde_json::json!({ "cells": cells });
        let seen =
            self.post_as(&format!("/sheets/{sheet}/cells"), "application/json", body.to_string()).await;
        assert_eq!(seen.status, StatusCode::OK, "{}", seen.text());
        serde_json::from_slice(&seen.bytes).unwrap()
    }
}
