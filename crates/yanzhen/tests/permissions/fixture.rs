//! Two invented counties of two townships each, an account for each role, and requests without a network.

use crate::consequences::{self, Followed};
use crate::marking::{self, Marking};
use crate::registry::{self, PNG, Registry, last_number};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, HOST};
use axum::http::{HeaderMap, Request, StatusCode};
use platform::access::{Caller, Part, Role};
use platform::account::{Grant, NewAccount, SignIn};
use platform::attachments::{self, NewFile};
use platform::county::{Installation, Settings};
use platform::db::{Event, now_ms};
use platform::values;
use policy::{Pack, Source};
use sea_orm::{ConnectionTrait, Database};
use std::path::Path;
use tempfile::TempDir;
use tower::ServiceExt;
use yanzhen::divisions::Geography;
use yanzhen::server::{add_county, app, routes};
use yanzhen::slices::places::facts::{self, Entry};

pub const COUNTY: &str = "990101";
const PASSWORD: &str = "Rm5kqv-8tz/WP";

/// County, township, township's letter. Each village's name holds its township's letter and one of its own.
pub const TOWNSHIPS: [(&str, &str, &str); 4] = [
    ("990101", "990101101", "鹤"),
    ("990101", "990101102", "鹭"),
    ("990102", "990102101", "鸥"),
    ("990102", "990102102", "鹃"),
];
pub const VILLAGES: [&str; 3] = ["松", "柏", "槐"];

/// A village by its township's place in [`TOWNSHIPS`]: code and own name.
pub fn village(township: usize, k: usize) -> (String, String) {
    let (_, code, letter) = TOWNSHIPS[township];
    (format!("{code}{}", 200 + k), format!("例{letter}{}村", VILLAGES[k]))
}

/// Someone signed in.
#[derive(Clone)]
pub struct Someone {
    pub login: String,
    pub cookie: String,
    pub csrf: String,
    pub caller: Caller,
}

/// Records of a part.
pub struct Records {
    pub pack: i64,
    pub draft: i64,
    pub upload: i64,
    pub batch: i64,
    /// A roster that waits, and the batch of one that was written.
    pub roster: i64,
    pub imported: i64,
    pub evidence: i64,
    pub registry: Registry,
    pub marking: Marking,
    pub followed: Followed,
    pub reviewed: crate::reviews::Reviewed,
    pub selected: crate::campaigns::Selected,
}

/// An installation with its people.
pub struct Fixture {
    pub at: Installation,
    pub router: Router,
    pub name: &'static str,
    /// One for each role of the first county, in the order of [`Role::ALL`].
    pub people: Vec<Someone>,
    /// The second township of the same county.
    pub neighbour: Someone,
    /// The other county's office.
    pub abroad: Someone,
    /// County office and second township in one account.
    pub both: Someone,
    /// What the first township, the second, and the other county sent in.
    pub records: Vec<Records>,
    /// An account that nobody signs in to, and a role it holds.
    pub target: (i64, i64),
    folder: TempDir,
}

fn geography(county: &str, name: &str) -> Geography {
    let own = TOWNSHIPS.iter().enumerate().filter(|(_, t)| t.0 == county);
    let mut out = Geography {
        code: county.into(),
        name: name.into(),
        city: "例州市".into(),
        province: "例省".into(),
        townships: Vec::new(),
        villages: Vec::new(),
    };
    for (i, (_, code, letter)) in own {
        out.townships.push(((*code).to_owned(), format!("例{letter}镇")));
        for k in 0..VILLAGES.len() {
            let (code, short) = village(i, k);
            out.villages.push((code, format!("{short}民委员会")));
        }
    }
    out
}

impl Fixture {
    pub async fn open(name: &'static str, settings: Settings) -> Fixture {
        let folder = tempfile::tempdir().expect("a folder");
        let at = Installation::open(&folder.path().join("data"), settings).await.expect("an installation");
        let mut fixture = Fixture {
            router: routes(true).serve(app(at.clone(), true)),
            at,
            name,
            people: Vec::new(),
            neighbour: nobody(),
            abroad: nobody(),
            both: nobody(),
            records: Vec::new(),
            target: (0, 0),
            folder,
        };
        for (county, name) in [("990101", "例甲县"), ("990102", "例乙县")] {
            add_county(&fixture.at, &geography(county, name), true).await.expect("a county");
            fixture.fill(county).await;
        }
        for role in Role::ALL {
            let part = match role {
                Role::TownshipOffice => Part::Township(TOWNSHIPS[0].1.into()),
                Role::VillageCadre => Part::Village(village(0, 0).0),
                _ => Part::County,
            };
            let county = if role.is_admin() { "" } else { COUNTY };
            let someone = fixture.make(role.id(), &[(*role, county, part)]).await;
            fixture.people.push(someone);
        }
        let second = || Part::Township(TOWNSHIPS[1].1.into());
        fixture.neighbour = fixture.make("neighbour", &[(Role::TownshipOffice, COUNTY, second())]).await;
        fixture.abroad = fixture.make("abroad", &[(Role::CountyOffice, "990102", Part::County)]).await;
        let both = [(Role::CountyOffice, COUNTY, Part::County), (Role::TownshipOffice, COUNTY, second())];
        fixture.both = fixture.make("both", &both).await;
        let target = fixture.make("target", &[(Role::RaterUnit, COUNTY, Part::County)]).await;
        fixture.target = (target.caller.account, target.caller.role_id);
        let senders =
            [(fixture.person(Role::TownshipOffice), 0), (&fixture.neighbour, 1), (&fixture.abroad, 2)];
        let mut records = Vec::new();
        for (who, township) in senders {
            records.push(fixture.records_of(who, township).await);
        }
        fixture.records = records;
        fixture
    }

    /// Packs, a fact for each village, last year's grades.
    async fn fill(&self, county: &str) {
        let (_, db) = self.at.county(county).await.expect("answers").expect("a county");
        let folders = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs");
        let own: Vec<usize> = (0..4).filter(|i| TOWNSHIPS[*i].0 == county).collect();
        let villages = || own.iter().flat_map(|i| (0..VILLAGES.len()).map(|k| village(*i, k)));
        let mut tx = db.write(event("test.fill")).await.expect("begins");
        let mut fact = None;
        for name in ["jinan", "wucun"] {
            let folder = folders.join(name);
            let Ok(source) = Source::open_rules(&folder) else { panic!("{name} opens") };
            let pack = Pack::read(&source).0.expect("a pack");
            facts::adopt(&tx, &folder, &pack, "2025-01-01", "何例乙").await.expect("adopts");
            fact = fact.or(pack.facts.iter().find(|f| f.kind.is_numeric()).map(|f| f.id.clone()));
        }
        let entries: Vec<Entry> = villages()
            .map(|(code, short)| Entry {
                code,
                fact: fact.clone().expect("a fact"),
                period: "2025".into(),
                value: "12".into(),
                source: format!("{short}台账"),
                day: "2026-01-05".into(),
                evidence: None,
            })
            .collect();
        facts::write(&mut tx, &entries, &nobody().caller, None, true).await.expect("writes");
        let rows = villages()
            .enumerate()
            .map(|(i, (code, _))| {
                values![code, "2025", "0", 8000 + i as i64, 1 + i as i64, 6_i64, "2", now_ms()]
            })
            .collect();
        tx.insert_many("grade (code, year, pack, total, rank, of_n, grade, at)", rows, "")
            .await
            .expect("grades");
        tx.commit().await.expect("commits");
        let packs = facts::packs(&db, "2026-12-31").await.expect("packs");
        let mut tx = db.write(event("test.propose")).await.expect("begins");
        let adopted = facts::colouring(&packs).expect("a pack that colours");
        facts::propose(&mut tx, adopted, &Part::County).await.expect("proposes");
        tx.commit().await.expect("commits");
        marking::begin(&db, &packs).await;
    }

    /// A table sent in, one that was written, a file beside a fact.
    async fn records_of(&self, who: &Someone, township: usize) -> Records {
        let (_, db) = self.at.county(&who.caller.county).await.expect("answers").expect("a county");
        let packs = facts::packs(&db, "2026-12-31").await.expect("packs");
        let wanted = facts::wanted(&packs);
        let fact = wanted.iter().filter(|f| f.kind.is_numeric()).nth(1).expect("a second number");
        let (code, short) = village(township, 1);
        let table: &'static str = Box::leak(format!("code,{}\n{code},7\n", fact.id).into_boxed_str());
        let name: &'static str = Box::leak(format!("{short}表.csv").into_boxed_str());
        let mut uploads = Vec::new();
        for _ in 0..2 {
            let seen = self.send(Asked::post("/facts/import", Sent::File(name, table)).by(who)).await;
            assert_eq!(seen.status, 303, "{} sends a table in: {}", who.login, seen.text);
            uploads.push(last_number(&seen.location));
        }
        let form: &'static [(&'static str, &'static str)] = &[("period", "2025"), ("source", "例台账")];
        let path = format!("/facts/import/{}/confirm", uploads[1]);
        let seen = self.send(Asked::post(&path, Sent::Form(form)).by(who)).await;
        assert_eq!(seen.status, 303, "{} writes a table: {}", who.login, seen.text);
        let (roster, imported) = registry::rosters(self, who, &short).await;
        let part = &code[..9];
        let file =
            NewFile { name: &format!("{short}照片.png"), bytes: PNG, kind: "village", record: &code, part };
        let evidence = attachments::store(&db, event("test.evidence"), 1 << 20, file).await.expect("answers");
        let registry = registry::fill(&db, &code, &short).await;
        Records {
            selected: crate::campaigns::fill(&db, &code, &short).await,
            reviewed: crate::reviews::fill(&db, registry.person, township).await,
            followed: consequences::fill(&db, &code, &short, &registry).await,
            registry,
            marking: marking::fill(&db, &code, &short).await,
            pack: packs[0].id,
            draft: registry::draft(&db, &who.caller, packs[0].id, township).await,
            upload: uploads[0],
            batch: last_number(&seen.location),
            roster,
            imported,
            evidence: evidence.expect("a picture"),
        }
    }

    /// Makes an account and signs it in.
    pub async fn make(&self, login: &str, grants: &[(Role, &str, Part)]) -> Someone {
        let grant = |(role, county, part): &(Role, &str, Part)| Grant {
            role: *role,
            county: (*county).into(),
            part: part.clone(),
            unit: "例办".into(),
        };
        let new = NewAccount {
            login: login.into(),
            name: format!("何例{}", login.len()),
            phone: "19900001234".into(),
            password: Some(PASSWORD.into()),
            must_change: false,
            grants: grants.iter().map(grant).collect(),
        };
        self.at.accounts().create(event("test.account"), new).await.expect("answers").expect("a new login");
        self.sign_in(login).await
    }

    /// A new session of an account.
    pub async fn sign_in(&self, login: &str) -> Someone {
        let accounts = self.at.accounts();
        let SignIn::In(done) = accounts.sign_in(login, PASSWORD, "127.0.0.1", "test").await.expect("answers")
        else {
            panic!("{login} signs in");
        };
        let session = accounts.session(&done.cookie, "127.0.0.1").await.expect("answers").expect("a session");
        let caller = session.caller.expect("a role");
        Someone { login: login.into(), cookie: done.cookie, csrf: session.csrf, caller }
    }

    pub fn person(&self, role: Role) -> &Someone {
        self.people.iter().find(|p| p.caller.role == role).expect("every role has someone")
    }

    /// Whether a person's session still holds, in its role.
    pub async fn holds(&self, someone: &Someone) -> bool {
        let found = self.at.accounts().session(&someone.cookie, "127.0.0.1").await.expect("answers");
        found.and_then(|s| s.caller).is_some_and(|c| c.role == someone.caller.role)
    }

    pub async fn send(&self, asked: Asked<'_>) -> Seen {
        send(self.router.clone(), asked).await
    }

    /// Takes everything down.
    pub async fn close(self) {
        let settings = self.at.settings.clone();
        self.at.close().await.expect("closes");
        if !settings.database.is_empty() {
            let conn = Database::connect(settings.database.as_str()).await.expect("a connection");
            for name in ["990101", "990102", "control"] {
                let drop = format!("drop schema if exists {}_{name} cascade", settings.schema_prefix);
                conn.execute_unprepared(&drop).await.expect("drops");
            }
        }
        drop(self.folder);
    }
}

pub fn event(action: &str) -> Event {
    Event { action: action.into(), ..Event::default() }
}

pub fn nobody() -> Someone {
    let caller = Caller {
        account: 1,
        login: String::new(),
        name: "何例乙".into(),
        role: Role::CountyOffice,
        role_id: 0,
        county: COUNTY.into(),
        part: Part::County,
        unit: String::new(),
        address: String::new(),
        csrf: String::new(),
        session: String::new(),
        lang: kernel::Lang::Zh,
        large: false,
        only: None,
    };
    Someone { login: String::new(), cookie: String::new(), csrf: String::new(), caller }
}

/// What is sent besides the path.
#[derive(Clone, Debug)]
pub enum Sent {
    Nothing,
    Form(&'static [(&'static str, &'static str)]),
    Json(&'static str),
    /// A form as one with files is sent, without any.
    Parts(&'static [(&'static str, &'static str)]),
    /// A file under the field `file`, with a period and a source.
    File(&'static str, &'static str),
}

/// A request.
#[derive(Clone)]
pub struct Asked<'a> {
    pub method: &'static str,
    pub path: String,
    pub cookie: &'a str,
    pub csrf: &'a str,
    pub token: &'a str,
    pub headers: &'a [(&'static str, &'a str)],
    pub sent: Sent,
}

impl<'a> Asked<'a> {
    pub fn get(path: &str) -> Asked<'a> {
        Asked {
            method: "GET",
            path: path.to_owned(),
            cookie: "",
            csrf: "",
            token: "",
            headers: &[],
            sent: Sent::Nothing,
        }
    }

    pub fn post(path: &str, sent: Sent) -> Asked<'a> {
        Asked { method: "POST", sent, ..Asked::get(path) }
    }

    pub fn by(self, someone: &'a Someone) -> Asked<'a> {
        Asked { cookie: &someone.cookie, csrf: &someone.csrf, ..self }
    }

    pub fn token(self, token: &'a str) -> Asked<'a> {
        Asked { token, ..self }
    }
}

/// What came back.
#[derive(Debug)]
pub struct Seen {
    pub status: u16,
    pub location: String,
    pub headers: HeaderMap,
    pub text: String,
    pub bytes: Vec<u8>,
}

impl Seen {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e}: {}", self.text))
    }
}

const BOUNDARY: &str = "yzboundary";

pub async fn send(router: Router, asked: Asked<'_>) -> Seen {
    let mut path = asked.path.clone();
    let mut request = Request::builder().method(asked.method).header(HOST, "yanzhen.example");
    if !asked.cookie.is_empty() {
        request = request.header(COOKIE, format!("yz={}", asked.cookie));
    }
    if !asked.token.is_empty() {
        request = request.header(AUTHORIZATION, format!("Bearer {}", asked.token));
    }
    for (name, value) in asked.headers {
        request = request.header(*name, *value);
    }
    let escape = |text: &str| -> String {
        let one = |b: u8| {
            if b.is_ascii_alphanumeric() || b"-_.".contains(&b) {
                char::from(b).to_string()
            } else {
                format!("%{b:02X}")
            }
        };
        text.bytes().map(one).collect()
    };
    let body = match &asked.sent {
        Sent::Nothing => String::new(),
        Sent::Form(fields) => {
            request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
            let token = [("csrf", asked.csrf)];
            let token = token.iter().filter(|(_, v)| !v.is_empty());
            let pairs: Vec<String> =
                fields.iter().chain(token).map(|(n, v)| format!("{}={}", escape(n), escape(v))).collect();
            pairs.join("&")
        }
        Sent::Json(text) => {
            request = request.header(CONTENT_TYPE, "application/json");
            if !asked.csrf.is_empty() {
                request = request.header("x-csrf", asked.csrf);
            }
            (*text).to_owned()
        }
        Sent::Parts(fields) => {
            request = request.header(CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"));
            path = format!("{path}?csrf={}", asked.csrf);
            let part = |(name, value): &(&str, &str)| {
                format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
            };
            format!("{}--{BOUNDARY}--\r\n", fields.iter().map(part).collect::<String>())
        }
        Sent::File(name, text) => {
            request = request.header(CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"));
            if !asked.csrf.is_empty() {
                path.push_str(if path.contains('?') { "&csrf=" } else { "?csrf=" });
                path.push_str(asked.csrf);
            }
            format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"period\"\r\n\r\n2025\r\n\
                 --{BOUNDARY}\r\nContent-Disposition: form-data; name=\"source\"\r\n\r\n例台账\r\n\
                 --{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
                 Content-Type: text/csv\r\n\r\n{text}\r\n--{BOUNDARY}--\r\n"
            )
        }
    };
    let request = request.uri(path).body(Body::from(body)).expect("a request");
    let (parts, body) = router.oneshot(request).await.expect("answers").into_parts();
    let of =
        |name: &str| parts.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    let kind = of("content-type");
    let bytes = match kind.starts_with("text/event-stream") {
        // It does not end by itself.
        true => Vec::new(),
        false => to_bytes(body, 32 << 20).await.expect("a body").to_vec(),
    };
    let text = match kind.contains("spreadsheet") {
        true => cells(bytes.clone()),
        false => String::from_utf8_lossy(&bytes).into_owned(),
    };
    if parts.status == StatusCode::OK && kind.starts_with("text/html") {
        // Search as you type answers a part of a page.
        let part = asked.path.starts_with("/people/search");
        assert!(part || text.contains("</html>"), "a whole page at {}", asked.path);
    }
    Seen { status: parts.status.as_u16(), location: of("location"), headers: parts.headers, text, bytes }
}

/// Every cell of a workbook.
fn cells(bytes: Vec<u8>) -> String {
    use calamine::Reader;
    let mut book: calamine::Xlsx<_> =
        calamine::open_workbook_from_rs(std::io::Cursor::new(bytes)).expect("a workbook");
    let mut out = String::new();
    for name in book.sheet_names() {
        out.push_str(&name);
        let sheet = book.worksheet_range(&name).expect("a sheet");
        for row in sheet.rows() {
            out.push('\n');
            for cell in row {
                out.push_str(&cell.to_string());
                out.push('\t');
            }
        }
    }
    out
}
