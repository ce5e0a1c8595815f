//! A county of two invented townships, an account of each office, and requests without a network.

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
use tables::{Input, read_rows};
use tempfile::TempDir;
use yanzhen::divisions::Geography;
use yanzhen::server;
use yanzhen::slices::places::facts;

const PASSWORD: &str = "Tk8rn2-wxe/HM";
pub const EAST: &str = "990101101200";
pub const WEST: &str = "990101101201";
pub const NORTH: &str = "990101102200";

/// A county with two townships, the pack of colours, and an account of each office.
pub struct County {
    pub at: Installation,
    pub db: Db,
    pub router: Router,
    pub folder: TempDir,
}

pub fn pack_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/wucun")
}

pub async fn county() -> County {
    county_on(std::env::var("YANZHEN_TEST_POSTGRES").ok()).await
}

/// The county on SQLite, or on a PostgreSQL.
pub async fn county_on(postgres: Option<String>) -> County {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = Settings::default();
    if let Some(database) = postgres {
        settings.database = database;
        settings.schema_prefix = format!("yz_places_{:x}", new_id());
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
            ("990101101202", "例太平桥村村民委员会"),
            (NORTH, "例北村村民委员会"),
            ("990101102201", "例中村村民委员会"),
        ]
        .map(pair)
        .into(),
    };
    let db = server::add_county(&at, &geography, true).await.unwrap();
    let (pack, _) = Pack::read(&Source::open_rules(&pack_folder()).unwrap());
    let tx = db.write(Event { action: "test.fill".into(), ..Event::default() }).await.unwrap();
    facts::adopt(&tx, &pack_folder(), &pack.unwrap(), "2025-01-01", "何例乙").await.unwrap();
    tx.commit().await.unwrap();
    let accounts = [
        ("zuzhi", Role::CountyOffice, Part::County),
        ("hezhen", Role::TownshipOffice, Part::Township("990101101".into())),
        ("qiaozhen", Role::TownshipOffice, Part::Township("990101102".into())),
        ("pingfen", Role::RaterUnit, Part::County),
    ];
    for (login, role, part) in accounts {
        let new = NewAccount {
            login: login.into(),
            name: format!("例{login}"),
            phone: String::new(),
            password: Some(PASSWORD.into()),
            must_change: false,
            grants: vec![Grant { role, county: "990101".into(), part, unit: "例山县".into() }],
        };
        let event = Event { action: "test.account".into(), ..Event::default() };
        at.accounts().create(event, new).await.unwrap().unwrap();
    }
    let router = server::routes(true).serve(server::app(at.clone(), true));
    County { at, db, router, folder }
}

impl County {
    pub async fn browser(&self, login: &str) -> Browser {
        let signed = self.at.accounts().sign_in(login, PASSWORD, "", "").await.unwrap();
        let SignIn::In(signed) = signed else { panic!("{login} cannot sign in") };
        let csrf = self.at.accounts().session(&signed.cookie, "").await.unwrap().unwrap().csrf;
        Browser::new(self.router.clone(), signed.cookie, csrf)
    }

    /// A fact as it stands: value and source.
    pub async fn fact(&self, code: &str, fact: &str) -> Option<(String, String)> {
        let sql = "select value, source from fact where code = $1 and fact = $2 order by period desc limit 1";
        let row = self.db.one(sql, values![code, fact]).await.unwrap()?;
        Some((row.text(0).unwrap(), row.text(1).unwrap()))
    }

    pub async fn value(&self, code: &str, fact: &str) -> Option<String> {
        self.fact(code, fact).await.map(|(value, _)| value)
    }

    pub async fn count(&self, table: &str) -> i64 {
        let sql = format!("select count(*) from {table}");
        self.db.one(&sql, vec![]).await.unwrap().unwrap().int(0).unwrap()
    }

    pub async fn audited(&self, action: &str) -> i64 {
        let sql = "select count(*) from audit where action = $1";
        self.db.one(sql, values![action]).await.unwrap().unwrap().int(0).unwrap()
    }

    /// The rows of a workbook that was sent.
    pub fn rows(&self, seen: &Seen) -> Vec<Vec<String>> {
        assert_eq!(seen.status, StatusCode::OK);
        let path = self.folder.path().join("seen.xlsx");
        std::fs::write(&path, &seen.bytes).unwrap();
        let table = read_rows(&Input::quiet(&path), &mut Vec::new()).unwrap();
        let rows = table.rows.into_iter().map(|(_, cells)| cells);
        std::iter::once(table.header.names).chain(rows).collect()
    }
}

impl Browser {
    /// Uploads a table; gives the preview's path and page.
    pub async fn import(&self, table: &str) -> (String, Seen) {
        let fields = [("source", "例镇统计表"), ("period", "")];
        let sent = self.upload("/facts/import", &fields, ("事实.csv", table.as_bytes())).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
        let path = sent.location.split('?').next().unwrap().to_owned();
        let seen = self.get(&sent.location).await;
        assert_eq!(seen.status, StatusCode::OK, "{}", seen.text());
        (path, seen)
    }

    pub async fn confirm(&self, path: &str, good_only: bool) -> Seen {
        let all = [("source", "例镇统计表"), ("period", ""), ("good_only", "1")];
        self.post(&format!("{path}/confirm"), &all[..if good_only { 3 } else { 2 }]).await
    }
}
