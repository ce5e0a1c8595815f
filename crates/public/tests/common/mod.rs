//! The pages running over a folder, a clock turned by hand, and somebody who asks for pages from an address.

use public::folder::Bounds;
use public::seal::Opener;
use public::throttle::Limits;
use public::wire::{Campaign, Letter, Notice, NoticePerson, Pick, Place, Site, Told, VERSION};
use public::{App, Assets, Clock, Config, Folder};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tokio::net::{TcpListener, TcpSocket, TcpStream};

/// 2026-11-18 20:06 in the county.
pub const NOW: i64 = 1_795_003_560_000;
pub const MINUTE: i64 = 60_000;
pub const DAY: i64 = 24 * 60 * MINUTE;

pub fn site(key: String) -> Site {
    let told = |title: &str, basis: &str| Told { title: title.into(), basis: basis.into() };
    let pick = |id: &str, title: &str| Pick { id: id.into(), title: title.into() };
    let place = |code: &str, village: &str, post: &str| Place {
        code: code.into(),
        township: "例山镇".into(),
        village: village.into(),
        post: post.into(),
        seats: 2,
    };
    let campaign = Campaign {
        id: "r2026".into(),
        title: "2026年乡镇村级后备力量报名".into(),
        kind: "乡镇自主招录".into(),
        organiser: "例川县委组织部".into(),
        opens_at: "2026-11-09T08:00".into(),
        closes_at: "2026-11-27T17:30".into(),
        conditions: vec![told("18—40 岁", "退役军人可到 45 岁"), told("大专及以上", "")],
        benefits: vec![told("报酬不低于村“两委”副职", "办法第十七条")],
        calendar: vec![told("开始报名", "11月9日"), told("截止", "11月27日 17:30")],
        materials: vec![told("毕业证", "")],
        bars: vec![told("受过刑事处罚的", "办法第五条")],
        declares: vec![pick("true", "所填属实"), pick("bars", "没有负面清单所列情形")],
        sources: vec![pick("veteran", "退役军人"), pick("graduate", "返乡高校毕业生")],
        places: vec![place("990101100", "", "书记后备"), place("990101100201", "例溪村", "专干")],
        routes: ["self", "member", "resident"].map(String::from).to_vec(),
        privacy: vec![told("收什么", "姓名、证件号、手机、学历、经历。")],
        consent: "我看过了，同意为这次报名使用以上信息".into(),
        keep_months: 6,
        help: "例川县委组织部 0990-0000001".into(),
    };
    let notice = Notice {
        id: "n1".into(),
        title: "拟录用人员公示".into(),
        text: "经审查，拟录用下列人员。".into(),
        posted_on: "2026-11-16".into(),
        until: "2026-11-20".into(),
        people: vec![NoticePerson {
            name: "何例甲".into(),
            sex: "男".into(),
            born: "1996年3月".into(),
            ..NoticePerson::default()
        }],
        help: "反映电话 0990-0000002".into(),
    };
    Site {
        version: VERSION,
        county: "例川县".into(),
        demo: true,
        key,
        published_at: NOW,
        campaigns: vec![campaign],
        notices: vec![notice],
    }
}

/// The identity number of somebody invented, born 12 March 1996, a woman.
pub const IDENTITY: &str = "990000199603120029";

pub struct Pages {
    pub dir: tempfile::TempDir,
    pub folder: Folder,
    pub county: Opener,
    pub address: SocketAddr,
    pub clock: Arc<AtomicI64>,
}

pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    /// The value of a field of the page.
    pub fn value(&self, name: &str) -> String {
        let mark = format!("name=\"{name}\" value=\"");
        let from =
            self.body.find(&mark).unwrap_or_else(|| panic!("no field {name}: {}", self.body)) + mark.len();
        self.body[from..].split('"').next().expect("as the test set it up").to_owned()
    }

    pub fn has(&self, text: &str) -> bool {
        self.body.contains(text)
    }

    /// Receipt and words of a receipt's page.
    pub fn slip(&self) -> (String, String) {
        (self.value("receipt"), self.value("words"))
    }
}

/// Serves a folder on a free port.
pub async fn serve(folder: Folder, limits: Limits, proxy: Option<IpAddr>, clock: Clock) -> SocketAddr {
    let assets = Assets { url: |name| format!("/assets/{name}"), file: |_, _| None };
    let app =
        Arc::new(App::new(Config { folder, limits, proxy, clock, assets }).expect("as the test set it up"));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("as the test set it up");
    let address = listener.local_addr().expect("as the test set it up");
    tokio::spawn(public::serve(app, listener, std::future::pending()));
    address
}

impl Pages {
    pub async fn new() -> Pages {
        Pages::with(Limits::default(), Bounds::default(), None).await
    }

    pub async fn with(limits: Limits, bounds: Bounds, proxy: Option<IpAddr>) -> Pages {
        let dir = tempfile::tempdir().expect("as the test set it up");
        let folder = Folder::open(dir.path()).expect("as the test set it up").with_bounds(bounds);
        let county = Opener::random();
        folder.publish(&site(county.public())).expect("as the test set it up");
        let clock = Arc::new(AtomicI64::new(NOW));
        let told = clock.clone();
        let clock_of = Clock::of(move || told.load(Ordering::SeqCst));
        let address = serve(folder.clone(), limits, proxy, clock_of).await;
        Pages { dir, folder, county, address, clock }
    }

    pub fn pass(&self, ms: i64) {
        self.clock.fetch_add(ms, Ordering::SeqCst);
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.ask(1, &format!("GET {path} HTTP/1.1\r\nhost: pages\r\nconnection: close\r\n\r\n"))
            .await
            .expect("as the test set it up")
    }

    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.post_from(1, path, fields).await
    }

    pub async fn post_from(&self, from: u8, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.ask(from, &request(path, fields, "")).await.expect("as the test set it up")
    }

    /// Says this from 127.0.0.`from`, and hears the whole answer.
    pub async fn ask(&self, from: u8, text: &str) -> std::io::Result<Answer> {
        let socket = TcpSocket::new_v4()?;
        socket.bind(SocketAddr::from((Ipv4Addr::new(127, 0, 0, from), 0)))?;
        let stream = socket.connect(self.address).await?;
        // Who refuses may have hung up before everything was said, and still have answered.
        let said = say(&stream, text.as_bytes()).await;
        let heard = hear(&stream).await;
        let heard = if heard.is_empty() { said.map(|()| heard)? } else { heard };
        let heard = String::from_utf8_lossy(&heard).into_owned();
        let (head, body) = heard.split_once("\r\n\r\n").ok_or(std::io::ErrorKind::UnexpectedEof)?;
        let status =
            head.split(' ').nth(1).and_then(|s| s.parse().ok()).ok_or(std::io::ErrorKind::InvalidData)?;
        Ok(Answer { status, head: head.to_ascii_lowercase(), body: body.to_owned() })
    }

    /// Every letter that waits, opened.
    pub fn letters(&self) -> Vec<Letter> {
        let names = self.folder.letters().expect("as the test set it up");
        names
            .iter()
            .map(|n| {
                self.county
                    .open(&self.folder.read(n).expect("as the test set it up"))
                    .expect("as the test set it up")
            })
            .collect()
    }

    /// Fills the whole application in; gives the receipt's page.
    pub async fn applies(&self, from: u8) -> Answer {
        let token = self.token("/c/r2026/apply", from).await;
        let mut fields = filled();
        fields.extend([("token", token.as_str()), ("step", "4"), ("go", "send")]);
        self.post_from(from, "/c/r2026/apply", &fields).await
    }

    pub async fn token(&self, path: &str, from: u8) -> String {
        let page =
            self.ask(from, &format!("GET {path} HTTP/1.1\r\nhost: pages\r\nconnection: close\r\n\r\n")).await;
        page.expect("as the test set it up").value("token")
    }
}

pub async fn say(stream: &TcpStream, mut bytes: &[u8]) -> std::io::Result<()> {
    while !bytes.is_empty() {
        stream.writable().await?;
        match stream.try_write(bytes) {
            Ok(n) => bytes = &bytes[n..],
            Err(e) if e.kind() == std::io::ErrorKind::WouldBlock => {}
            Err(e) => return Err(e),
        }
    }
    Ok(())
}

/// All that is heard until the other side hangs up, in whatever way.
pub async fn hear(stream: &TcpStream) -> Vec<u8> {
    let mut heard = Vec::new();
    let mut buffer = [0; 8 << 10];
    while stream.readable().await.is_ok() {
        match stream.try_read(&mut buffer) {
            Ok(0) => break,
            Ok(n) => heard.extend_from_slice(&buffer[..n]),
            Err(e) if e.kind() == std::io::ErrorKind::WouldBlock => {}
            Err(_) => break,
        }
    }
    heard
}

/// A post of a form, with further headers.
pub fn request(path: &str, fields: &[(&str, &str)], headers: &str) -> String {
    let body: String = fields.iter().map(|(n, v)| format!("{n}={}", escape(v))).collect::<Vec<_>>().join("&");
    format!(
        "POST {path} HTTP/1.1\r\nhost: pages\r\nconnection: close\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         content-length: {}\r\n{headers}\r\n{body}",
        body.len()
    )
}

fn escape(text: &str) -> String {
    text.bytes()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}

pub fn filled() -> Vec<(&'static str, &'static str)> {
    vec![
        ("consent", "1"),
        ("name", "汪例辰"),
        ("identity", IDENTITY),
        ("phone", "139 0000 0001"),
        ("education", "20"),
        ("full_time", "1"),
        ("school", "例川学院"),
        ("graduated_on", "2018年6月"),
        ("political", "13"),
        ("place", "990101100"),
        ("source", "graduate"),
        ("household", "例山镇例溪村"),
        ("declares", "true"),
        ("declares", "bars"),
    ]
}
