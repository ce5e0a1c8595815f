//! What tests of the server share: installations on every engine at hand, and a browser without a window.
#![allow(dead_code, clippy::allow_attributes, reason = "each test file uses another part of this module")]

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{CONTENT_TYPE, COOKIE, HOST, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, Request, StatusCode};
use kernel::Message;
use sea_orm::{ConnectOptions, ConnectionTrait, Database};
use std::collections::BTreeMap;
use std::sync::Arc;
use tempfile::TempDir;
use tower::ServiceExt;
use yanzhen_platform::access::{Part, Role};
use yanzhen_platform::account::{Grant, NewAccount};
use yanzhen_platform::audit::Outcome;
use yanzhen_platform::county::{CountyInfo, Installation, Settings};
use yanzhen_platform::db::{Db, Event, Target, new_id};
use yanzhen_platform::web::{App, Founded, Hooked, NewCounty, PackOffer, Routes};

/// The password of accounts that [`Engine::account`] makes.
pub const PASSWORD: &str = "Tk8rn2-wxe/HM";

/// An installation for a test.
pub struct Engine {
    pub at: Installation,
    pub name: &'static str,
    folder: TempDir,
}

/// One installation on each engine at hand: SQLite, and PostgreSQL when `YANZHEN_TEST_POSTGRES` says where.
pub async fn engines() -> Vec<Engine> {
    let mut out = vec![open("sqlite", Settings::default()).await];
    if let Ok(database) = std::env::var("YANZHEN_TEST_POSTGRES") {
        let schema_prefix = format!("yz_test_{:x}", new_id());
        out.push(open("postgres", Settings { database, schema_prefix, ..Settings::default() }).await);
    }
    out
}

async fn open(name: &'static str, settings: Settings) -> Engine {
    let folder = tempfile::tempdir().expect("a folder");
    let at = Installation::open(&folder.path().join("data"), settings).await.expect("an installation");
    Engine { at, name, folder }
}

/// Knows the geography of 990101 alone.
fn found(_: Db, code: String) -> Hooked<Option<Founded>> {
    let says = Message::new("1 个乡镇", Vec::new());
    Box::pin(async move { Ok((code == "990101").then(|| Founded { name: "例山县".into(), says })) })
}

fn below(part: &str) -> Vec<(&'static str, &'static str)> {
    match part {
        "" => vec![("99", "例省")],
        "99" => vec![("9901", "例安市")],
        "9901" => vec![("990101", "例山县")],
        _ => Vec::new(),
    }
}

fn amounts(code: &str) -> Option<Message> {
    (code == "990101").then(|| Message::new("1 个乡镇", Vec::new()))
}

fn packs() -> Vec<PackOffer> {
    vec![PackOffer {
        id: "try",
        title: "例山县考核办法".into(),
        says: vec![Message::new("3 条", Vec::new())],
    }]
}

/// Leaves its event in the county's audit, under the name that it was given.
fn adopt(db: Db, event: Event, by: String, id: &'static str) -> Hooked<()> {
    Box::pin(async move { db.record(Event { record: id.into(), note: by, ..event }, Outcome::Done).await })
}

impl Engine {
    /// The program's state.
    pub fn app(&self) -> App {
        App {
            at: self.at.clone(),
            metrics: Arc::default(),
            development: false,
            new_county: NewCounty { found, below, amounts, packs, adopt },
            rail: |_| Vec::new(),
            waiting: |_, _| Box::pin(async { Ok(Vec::new()) }),
        }
    }

    /// A browser at the platform's own pages.
    pub fn browser(&self) -> Browser {
        Browser::new(Routes::default().add(yanzhen_platform::pages::routes()).serve(self.app()))
    }

    /// Adds the county 990101 without its geography.
    pub async fn county(&self) -> Db {
        let info = CountyInfo { code: "990101".into(), name: "例山县".into(), demo: true };
        self.at.add_county(info).await.expect("a county")
    }

    /// Makes an account with [`PASSWORD`] and gives its id.
    pub async fn account(&self, login: &str, name: &str, grants: &[(Role, Part)]) -> i64 {
        let grant = |(role, part): &(Role, Part)| Grant {
            role: *role,
            county: if role.is_admin() { String::new() } else { "990101".into() },
            part: part.clone(),
            unit: "例山县委组织部".into(),
        };
        let new = NewAccount {
            login: login.into(),
            name: name.into(),
            phone: String::new(),
            password: Some(PASSWORD.into()),
            must_change: false,
            grants: grants.iter().map(grant).collect(),
        };
        let event = Event { action: "test.account".into(), ..Event::default() };
        self.at.accounts().create(event, new).await.expect("answers").expect("a new login").0
    }

    /// A browser that is signed in.
    pub async fn signed_in(&self, login: &str) -> Browser {
        let mut browser = self.browser();
        let seen = browser.post("/login", &[("login", login), ("password", PASSWORD)]).await;
        assert_eq!(seen.status, StatusCode::SEE_OTHER, "{login} signs in: {}", seen.text);
        browser
    }

    /// Changes the control database behind the program's back, to let time pass.
    pub async fn sql(&self, statement: &str) {
        let options = match self.at.control.target() {
            Target::Sqlite(path) => ConnectOptions::new(format!("sqlite://{}", path.display())),
            Target::Postgres { url, schema } => {
                let mut options = ConnectOptions::new(url.clone());
                options.set_schema_search_path(schema.clone());
                options
            }
        };
        let conn = Database::connect(options).await.expect("a connection");
        conn.execute_unprepared(statement).await.expect("the statement runs");
        conn.close().await.expect("closes");
    }

    /// The actions of the audit in order.
    pub async fn audited(&self) -> Vec<String> {
        let rows = self.at.control.rows("select action from audit order by seq", vec![]).await.expect("rows");
        rows.iter().map(|r| r.text(0).expect("text")).collect()
    }

    /// Takes everything down.
    pub async fn close(self) {
        let settings = self.at.settings.clone();
        self.at.close().await.expect("closes");
        if !settings.database.is_empty() {
            let conn = Database::connect(settings.database.as_str()).await.expect("a connection");
            let drop = format!(
                "do $$ declare one text; begin \
                 for one in select schema_name from information_schema.schemata \
                 where starts_with(schema_name, '{}') loop execute 'drop schema ' || one || ' cascade'; end loop; \
                 end $$",
                settings.schema_prefix
            );
            conn.execute_unprepared(&drop).await.expect("drops");
        }
        drop(self.folder);
    }
}

/// A browser: keeps cookies and the token of the last page's forms.
#[derive(Clone)]
pub struct Browser {
    router: Router,
    pub cookies: BTreeMap<String, String>,
    pub csrf: String,
}

/// What came back.
#[derive(Debug)]
pub struct Seen {
    pub status: StatusCode,
    pub location: String,
    pub headers: HeaderMap,
    pub text: String,
}

impl Seen {
    /// The first text between two others.
    pub fn between(&self, before: &str, after: &str) -> &str {
        let rest = self.text.split_once(before).unwrap_or_else(|| panic!("no {before} in {}", self.text)).1;
        rest.split_once(after).unwrap_or_else(|| panic!("no {after} after {before}")).0
    }

    /// Whether a text stands on the page.
    pub fn has(&self, text: &str) -> bool {
        self.text.contains(text)
    }
}

impl Browser {
    pub fn new(router: Router) -> Browser {
        Browser { router, cookies: BTreeMap::new(), csrf: "none".into() }
    }

    /// Reads a page.
    pub async fn get(&mut self, path: &str) -> Seen {
        self.send(Request::get(path), Body::empty()).await
    }

    /// Sends a form with the token of the last page.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Seen {
        let csrf = self.csrf.clone();
        self.post_as(path, &csrf, &[], fields).await
    }

    /// Sends a form with another token and more headers.
    pub async fn post_as(
        &mut self,
        path: &str,
        csrf: &str,
        headers: &[(&'static str, &str)],
        fields: &[(&str, &str)],
    ) -> Seen {
        let token = [("csrf", csrf)];
        let fields = fields.iter().chain(&token);
        let pairs: Vec<String> = fields.map(|(n, v)| format!("{}={}", escape(n), escape(v))).collect();
        let mut request = Request::post(path).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request, Body::from(pairs.join("&"))).await
    }

    /// Sends a form as it is written.
    pub async fn send_raw(&mut self, path: &str, body: String) -> Seen {
        let request =
            Request::post(path).header(CONTENT_TYPE, "application/x-www-form-urlencoded; charset=UTF-8");
        self.send(request, Body::from(body)).await
    }

    async fn send(&mut self, request: axum::http::request::Builder, body: Body) -> Seen {
        let cookies: Vec<String> = self.cookies.iter().map(|(n, v)| format!("{n}={v}")).collect();
        let request = request.header(HOST, "yanzhen.example").header(COOKIE, cookies.join("; "));
        let answer =
            self.router.clone().oneshot(request.body(body).expect("a request")).await.expect("answers");
        let (parts, body) = answer.into_parts();
        for cookie in parts.headers.get_all(SET_COOKIE) {
            let text = cookie.to_str().expect("text");
            let (name, value) = text.split(';').next().and_then(|p| p.split_once('=')).expect("a cookie");
            if text.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.into(), value.into());
            }
        }
        let bytes = to_bytes(body, 8 << 20).await.expect("a body");
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let token = text.split_once("name=\"csrf\" content=\"").and_then(|(_, rest)| rest.split_once('"'));
        if let Some((token, _)) = token {
            self.csrf = token.to_owned();
        }
        let location =
            parts.headers.get(LOCATION).and_then(|l| l.to_str().ok()).unwrap_or_default().to_owned();
        Seen { status: parts.status, location, headers: parts.headers, text }
    }
}

/// As browsers do: `*`, `-`, `.` and `_` stay.
fn escape(text: &str) -> String {
    let stays = |b: &u8| b.is_ascii_alphanumeric() || b"*-._".contains(b);
    text.bytes().map(|b| if stays(&b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}
