//! A county of two invented townships with a round of appraisal under way, accounts of its raters, and requests without a
//! network.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{CONTENT_TYPE, COOKIE, HOST, LOCATION};
use axum::http::{Request, StatusCode};
use platform::access::{Part, Role};
use platform::account::{Grant, NewAccount, SignIn};
use platform::county::{Installation, Settings};
use platform::db::{Db, Event, new_id};
use platform::values;
use policy::{Pack, Source};
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use tower::ServiceExt;
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

/// An account's browser.
#[derive(Clone)]
pub struct Browser {
    router: Router,
    cookie: String,
    csrf: String,
}

pub struct Seen {
    pub status: StatusCode,
    pub location: String,
    pub bytes: Vec<u8>,
}

impl Seen {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    #[track_caller]
    pub fn has(&self, texts: &[&str]) {
        for text in texts {
            assert!(self.text().contains(text), "no {text} in {}", self.text());
        }
    }

    #[track_caller]
    pub fn has_not(&self, texts: &[&str]) {
        for text in texts {
            assert!(!self.text().contains(text), "{text} stands in {}", self.text());
        }
    }
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
        Browser { router: self.router.clone(), cookie: signed.cookie, csrf }
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
        let all = store::sheets(&self.db, self.round).await.unwrap();
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
    async fn send(&self, request: axum::http::request::Builder, body: Body) -> Seen {
        let request = request.header(HOST, "yanzhen.example").header(COOKIE, format!("yz={}", self.cookie));
        let answer = self.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let (parts, body) = answer.into_parts();
        let location =
            parts.headers.get(LOCATION).map(|l| l.to_str().unwrap().to_owned()).unwrap_or_default();
        Seen { status: parts.status, location, bytes: to_bytes(body, 64 << 20).await.unwrap().to_vec() }
    }

    pub async fn get(&self, path: &str) -> Seen {
        self.send(Request::get(path), Body::empty()).await
    }

    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Seen {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
        let letter = |b: u8| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") };
        let escape = |text: &str| text.bytes().map(letter).collect::<String>();
        let csrf = [("csrf", self.csrf.as_str())];
        let pairs = fields.iter().chain(&csrf).map(|(n, v)| format!("{}={}", escape(n), escape(v)));
        let request = Request::post(path).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request, Body::from(pairs.collect::<Vec<_>>().join("&"))).await
    }

    pub async fn upload(&self, path: &str, fields: &[(&str, &str)], file: (&str, &[u8])) -> Seen {
        let mut body = Vec::new();
        for (name, value) in fields {
            let head =
                format!("--line\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(head.as_bytes());
        }
        let head = format!(
            "--line\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{}\"\r\n\r\n",
            file.0
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(file.1);
        body.extend_from_slice(b"\r\n--line--\r\n");
        let request = Request::post(format!("{path}?csrf={}", self.csrf))
            .header(CONTENT_TYPE, "multipart/form-data; boundary=line");
        self.send(request, Body::from(body)).await
    }

    /// Sends cells as the page's script does: code, column, value, what was seen.
    pub async fn save(&self, sheet: i64, cells: &[(&str, &str, &str, Option<&str>)]) -> serde_json::Value {
        let cell = |c: &(&str, &str, &str, Option<&str>)| serde_json::json!({ "code": c.0, "column": c.1, "value": c.2, "was": c.3 });
        let cells: Vec<_> = cells.iter().map(cell).collect();
        let body = serde_json::json!({ "cells": cells }).to_string();
        let request = Request::post(format!("/sheets/{sheet}/cells"))
            .header(CONTENT_TYPE, "application/json")
            .header("x-csrf", &self.csrf);
        let seen = self.send(request, Body::from(body)).await;
        assert_eq!(seen.status, StatusCode::OK, "{}", seen.text());
        serde_json::from_slice(&seen.bytes).unwrap()
    }
}
