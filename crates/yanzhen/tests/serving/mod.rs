//! The program as it is run: `yanzhen serve` in a process of its own, browsers over the network, a county large enough
//! to be caught in the middle of a table.
#![allow(dead_code, clippy::allow_attributes, reason = "each test file uses another part of this module")]

use platform::access::{Part, Role};
use platform::account::{Grant, NewAccount};
use platform::county::{Installation, Settings};
use platform::db::{Event, new_id};
use policy::{Pack, Source};
use sea_orm::ConnectionTrait;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tables::{SheetCell, Workbook};
use yanzhen::divisions::Geography;
use yanzhen::slices::places::facts;

pub const PASSWORD: &str = "Tk8rn2-wxe/HM";
/// The office that works with facts, and the administrator of the machine.
pub const OFFICE: &str = "zuzhi";
pub const SYSTEM: &str = "xitong";

/// `yanzhen serve`; killed when dropped.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
}

impl Server {
    pub fn start(data: &Path) -> Server {
        let log = File::options().create(true).append(true).open(data.join("log")).expect("a log");
        let mut child = Command::new(env!("CARGO_BIN_EXE_yanzhen"))
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .env_remove("YANZHEN_LANG")
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("the program starts");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let ready = |line: &String| line.split_once("http://").map(|(_, at)| at.trim().to_owned());
        let at = lines.by_ref().find_map(|line| ready(&line.expect("a line")));
        let at =
            at.unwrap_or_else(|| panic!("{}", std::fs::read_to_string(data.join("log")).unwrap_or_default()));
        Server { child, address: at.parse().expect("an address") }
    }

    /// SIGKILL: the process has no say.
    pub fn kill(mut self) {
        self.child.kill().expect("is killed");
        self.child.wait().expect("ends");
    }

    /// SIGTERM; says whether it ended well.
    pub fn stop(mut self) -> bool {
        let asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        assert!(asked.expect("kill runs").success());
        let since = Instant::now();
        while since.elapsed() < Duration::from_secs(30) {
            if let Some(ended) = self.child.try_wait().expect("answers") {
                return ended.success();
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        false
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A browser: keeps cookies and the token of the last page's forms.
#[derive(Clone)]
pub struct Browser {
    pub address: SocketAddr,
    pub cookies: BTreeMap<String, String>,
    pub csrf: String,
}

/// What came back.
#[derive(Debug)]
pub struct Seen {
    pub status: u16,
    pub location: String,
    pub text: String,
}

impl Browser {
    pub fn new(server: &Server) -> Browser {
        Browser { address: server.address, cookies: BTreeMap::new(), csrf: "none".into() }
    }

    /// A browser that is signed in and has seen a page.
    pub fn signed_in(server: &Server, login: &str) -> Browser {
        let mut browser = Browser::new(server);
        let seen = browser.post("/login", &[("login", login), ("password", PASSWORD)]);
        assert_eq!(seen.status, 303, "{}", seen.text);
        assert_eq!(browser.get("/account").status, 200);
        browser
    }

    /// The same browser at another address.
    pub fn at(&self, server: &Server) -> Browser {
        Browser { address: server.address, ..self.clone() }
    }

    pub fn get(&mut self, path: &str) -> Seen {
        self.send("GET", path, "", &[]).expect("answers")
    }

    pub fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Seen {
        self.try_post(path, fields).expect("answers")
    }

    /// Sends a form to a server that may be killed meanwhile.
    pub fn try_post(&mut self, path: &str, fields: &[(&str, &str)]) -> io::Result<Seen> {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
        let letter = |b: u8| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") };
        let escape = |text: &str| text.bytes().map(letter).collect::<String>();
        let csrf = self.csrf.clone();
        let fields = fields.iter().copied().chain([("csrf", csrf.as_str())]);
        let body: Vec<String> = fields.map(|(n, v)| format!("{}={}", escape(n), escape(v))).collect();
        self.send("POST", path, "application/x-www-form-urlencoded", body.join("&").as_bytes())
    }

    /// Uploads a table of `/facts` or `/people`; gives the path of its preview.
    pub fn upload(&mut self, at: &str, table: &[u8]) -> String {
        let mut body =
            b"--line\r\nContent-Disposition: form-data; name=\"source\"\r\n\r\n\xe5\x8f\xb0\xe8\xb4\xa6\r\n\
            --line\r\nContent-Disposition: form-data; name=\"file\"; filename=\"table.xlsx\"\r\n\r\n"
                .to_vec();
        body.extend_from_slice(table);
        body.extend_from_slice(b"\r\n--line--\r\n");
        let path = format!("{at}/import?csrf={}", self.csrf);
        let seen = self.send("POST", &path, "multipart/form-data; boundary=line", &body).expect("answers");
        assert_eq!(seen.status, 303, "{}", seen.text);
        seen.location.split('?').next().expect("a path").to_owned()
    }

    fn send(&mut self, method: &str, path: &str, kind: &str, body: &[u8]) -> io::Result<Seen> {
        let cookies: Vec<String> = self.cookies.iter().map(|(n, v)| format!("{n}={v}")).collect();
        let mut stream = TcpStream::connect(self.address)?;
        stream.set_read_timeout(Some(Duration::from_secs(120)))?;
        // Of version 1.0, so that the answer comes in one piece.
        let head = format!(
            "{method} {path} HTTP/1.0\r\nHost: yanzhen.example\r\nCookie: {}\r\nContent-Type: {kind}\r\n\
             Content-Length: {}\r\n\r\n",
            cookies.join("; "),
            body.len()
        );
        stream.write_all(&[head.as_bytes(), body].concat())?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes)?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let cut = || io::Error::from(io::ErrorKind::UnexpectedEof);
        let (head, text) = text.split_once("\r\n\r\n").ok_or_else(cut)?;
        let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).ok_or_else(cut)?;
        let mut location = String::new();
        for (name, value) in head.lines().filter_map(|l| l.split_once(": ")) {
            match name.to_lowercase().as_str() {
                "location" => value.clone_into(&mut location),
                "set-cookie" => {
                    let (pair, rest) = value.split_once(';').unwrap_or((value, ""));
                    let (name, value) = pair.split_once('=').ok_or_else(cut)?;
                    self.cookies.remove(name);
                    if !rest.contains("Max-Age=0") {
                        self.cookies.insert(name.into(), value.into());
                    }
                }
                _ => {}
            }
        }
        let token = text.split_once("name=\"csrf\" content=\"").and_then(|(_, rest)| rest.split_once('"'));
        if let Some((token, _)) = token {
            token.clone_into(&mut self.csrf);
        }
        Ok(Seen { status, location, text: text.to_owned() })
    }
}

/// The data folder of a county whose townships have a hundred villages each, with its settings in `yanzhen.toml`.
pub struct Data {
    pub folder: PathBuf,
    pub settings: Settings,
    pub villages: Vec<String>,
}

/// Settings on SQLite, and on PostgreSQL where there is one.
pub fn engines() -> Vec<Settings> {
    std::iter::once(Settings::default()).chain(postgres()).collect()
}

pub fn postgres() -> Option<Settings> {
    let database = std::env::var("YANZHEN_TEST_POSTGRES").ok()?;
    Some(Settings { database, schema_prefix: format!("yz_serve_{:x}", new_id()), ..Settings::default() })
}

fn pack_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/wucun")
}

impl Data {
    pub async fn new(folder: &Path, settings: Settings, townships: usize) -> Data {
        std::fs::create_dir_all(folder).expect("a folder");
        if !settings.database.is_empty() {
            let text =
                format!("database = {:?}\nschema_prefix = {:?}\n", settings.database, settings.schema_prefix);
            std::fs::write(folder.join("yanzhen.toml"), text).expect("settings");
        }
        let at = Installation::open(folder, settings.clone()).await.expect("opens");
        let towns: Vec<String> = (0..townships).map(|t| format!("990101{:03}", 101 + t)).collect();
        let villages: Vec<String> =
            towns.iter().flat_map(|t| (0..100).map(move |v| format!("{t}{:03}", 200 + v))).collect();
        let geography = Geography {
            code: "990101".into(),
            name: "例山县".into(),
            city: "例安市".into(),
            province: "例省".into(),
            townships: towns.iter().map(|t| (t.clone(), format!("例{t}镇"))).collect(),
            villages: villages.iter().map(|v| (v.clone(), format!("例{v}村村民委员会"))).collect(),
        };
        let db = yanzhen::server::add_county(&at, &geography, true).await.expect("a county");
        let tx = db.write(Event { action: "test.fill".into(), ..Event::default() }).await.expect("begins");
        facts::adopt(&tx, &pack_folder(), &pack(), "2025-01-01", "何例乙").await.expect("adopts");
        tx.commit().await.expect("commits");
        for (login, role, county) in [(OFFICE, Role::CountyOffice, "990101"), (SYSTEM, Role::SystemAdmin, "")]
        {
            let grant = Grant { role, county: county.into(), part: Part::County, unit: "例山县".into() };
            let new = NewAccount {
                login: login.into(),
                name: format!("例{login}"),
                phone: "13800001234".into(),
                password: Some(PASSWORD.into()),
                must_change: false,
                grants: vec![grant],
            };
            let event = Event { action: "test.account".into(), ..Event::default() };
            at.accounts().create(event, new).await.expect("answers").expect("an account");
        }
        at.close().await.expect("closes");
        Data { folder: folder.to_owned(), settings, villages }
    }

    pub async fn open(&self) -> Installation {
        Installation::open(&self.folder, self.settings.clone()).await.expect("opens")
    }

    /// Takes away what is on PostgreSQL.
    pub async fn drop(self) {
        if self.settings.database.is_empty() {
            return;
        }
        let conn = sea_orm::Database::connect(&self.settings.database).await.expect("a connection");
        for name in ["control", "990101"] {
            let sql = format!("drop schema if exists {}_{name} cascade", self.settings.schema_prefix);
            conn.execute_unprepared(&sql).await.expect("drops");
        }
    }
}

pub fn pack() -> Pack {
    Pack::read(&Source::open_rules(&pack_folder()).expect("a pack")).0.expect("a pack without faults")
}

/// A workbook of every fact of these villages, each the `nth` good value of its kind.
pub fn workbook(villages: &[String], nth: usize) -> Vec<u8> {
    let pack = pack();
    let facts: Vec<_> = pack.facts.iter().filter(|f| f.subject == "village").collect();
    let values: Vec<String> = facts
        .iter()
        .map(|f| {
            let tries = ["41", "52", "是", "否", "2025-01-01", "2025-02-02"];
            let mut good: Vec<&str> = f.choices.iter().map(String::as_str).collect();
            good.extend(tries.into_iter().filter(|t| f.parse(t).is_ok()));
            good[nth % good.len()].to_owned()
        })
        .collect();
    let header: Vec<&str> = ["code"].into_iter().chain(facts.iter().map(|f| f.id.as_str())).collect();
    let row = |v: &String| -> Vec<SheetCell> {
        [v].into_iter().chain(&values).map(|t| SheetCell::from(t.as_str())).collect()
    };
    let mut book = Workbook::default();
    book.sheet("事实", &header, &vec![12.0; header.len()], villages.iter().map(row).collect::<Vec<_>>())
        .expect("a sheet");
    book.bytes().expect("a workbook")
}
