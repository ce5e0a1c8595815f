//! Facts by table, evidence, changes of places and packs, over HTTP: what is written, what is refused, who sees what.

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
use tables::{Input, read_rows};
use tempfile::TempDir;
use tower::ServiceExt;
use yanzhen::divisions::Geography;
use yanzhen::server;
use yanzhen::slices::places::{facts, store};

const PASSWORD: &str = "Tk8rn2-wxe/HM";
const EAST: &str = "990101101200";
const WEST: &str = "990101101201";
const NORTH: &str = "990101102200";

/// A county with two townships, the pack of colours, and an account of each office.
struct County {
    at: Installation,
    db: Db,
    router: Router,
    folder: TempDir,
}

/// An account's browser.
#[derive(Clone)]
struct Browser {
    router: Router,
    cookie: String,
    csrf: String,
}

struct Seen {
    status: StatusCode,
    location: String,
    bytes: Vec<u8>,
}

impl Seen {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    #[track_caller]
    fn has(&self, texts: &[&str]) {
        for text in texts {
            assert!(self.text().contains(text), "no {text} in {}", self.text());
        }
    }

    #[track_caller]
    fn has_not(&self, texts: &[&str]) {
        for text in texts {
            assert!(!self.text().contains(text), "{text} stands in {}", self.text());
        }
    }
}

fn pack_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/wucun")
}

async fn county() -> County {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = Settings::default();
    if let Ok(database) = std::env::var("YANZHEN_TEST_POSTGRES") {
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
    async fn browser(&self, login: &str) -> Browser {
        let signed = self.at.accounts().sign_in(login, PASSWORD, "", "").await.unwrap();
        let SignIn::In(signed) = signed else { panic!("{login} cannot sign in") };
        let csrf = self.at.accounts().session(&signed.cookie, "").await.unwrap().unwrap().csrf;
        Browser { router: self.router.clone(), cookie: signed.cookie, csrf }
    }

    /// A fact as it stands: value and source.
    async fn fact(&self, code: &str, fact: &str) -> Option<(String, String)> {
        let sql = "select value, source from fact where code = $1 and fact = $2 order by period desc limit 1";
        let row = self.db.one(sql, values![code, fact]).await.unwrap()?;
        Some((row.text(0).unwrap(), row.text(1).unwrap()))
    }

    async fn value(&self, code: &str, fact: &str) -> Option<String> {
        self.fact(code, fact).await.map(|(value, _)| value)
    }

    async fn count(&self, table: &str) -> i64 {
        let sql = format!("select count(*) from {table}");
        self.db.one(&sql, vec![]).await.unwrap().unwrap().int(0).unwrap()
    }

    async fn audited(&self, action: &str) -> i64 {
        let sql = "select count(*) from audit where action = $1";
        self.db.one(sql, values![action]).await.unwrap().unwrap().int(0).unwrap()
    }

    /// The rows of a workbook that was sent.
    fn rows(&self, seen: &Seen) -> Vec<Vec<String>> {
        assert_eq!(seen.status, StatusCode::OK);
        let path = self.folder.path().join("seen.xlsx");
        std::fs::write(&path, &seen.bytes).unwrap();
        let table = read_rows(&Input::quiet(&path), &mut Vec::new()).unwrap();
        let rows = table.rows.into_iter().map(|(_, cells)| cells);
        std::iter::once(table.header.names).chain(rows).collect()
    }
}

impl Browser {
    async fn send(&self, request: axum::http::request::Builder, body: Body) -> Seen {
        let request = request.header(HOST, "yanzhen.example").header(COOKIE, format!("yz={}", self.cookie));
        let answer = self.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let (parts, body) = answer.into_parts();
        let location = parts.headers.get(LOCATION).map(|l| l.to_str().unwrap().to_owned()).unwrap_or_default();
        Seen { status: parts.status, location, bytes: to_bytes(body, 64 << 20).await.unwrap().to_vec() }
    }

    async fn get(&self, path: &str) -> Seen {
        self.send(Request::get(path), Body::empty()).await
    }

    async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Seen {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
        let letter = |b: u8| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") };
        let escape = |text: &str| text.bytes().map(letter).collect::<String>();
        let csrf = [("csrf", self.csrf.as_str())];
        let pairs = fields.iter().chain(&csrf).map(|(n, v)| format!("{}={}", escape(n), escape(v)));
        let request = Request::post(path).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request, Body::from(pairs.collect::<Vec<_>>().join("&"))).await
    }

    async fn upload(&self, path: &str, fields: &[(&str, &str)], file: (&str, &[u8])) -> Seen {
        let mut body = Vec::new();
        for (name, value) in fields {
            let head = format!("--line\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(head.as_bytes());
        }
        let head = format!("--line\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{}\"\r\n\r\n", file.0);
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(file.1);
        body.extend_from_slice(b"\r\n--line--\r\n");
        let request = Request::post(format!("{path}?csrf={}", self.csrf))
            .header(CONTENT_TYPE, "multipart/form-data; boundary=line");
        self.send(request, Body::from(body)).await
    }

    /// Uploads a table; gives the preview's path and page.
    #[track_caller]
    async fn import(&self, table: &str) -> (String, Seen) {
        let fields = [("source", "例镇统计表"), ("period", "")];
        let sent = self.upload("/facts/import", &fields, ("事实.csv", table.as_bytes())).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
        let path = sent.location.split('?').next().unwrap().to_owned();
        let seen = self.get(&sent.location).await;
        assert_eq!(seen.status, StatusCode::OK, "{}", seen.text());
        (path, seen)
    }

    async fn confirm(&self, path: &str, good_only: bool) -> Seen {
        let all = [("source", "例镇统计表"), ("period", ""), ("good_only", "1")];
        self.post(&format!("{path}/confirm"), &all[..if good_only { 3 } else { 2 }]).await
    }
}

/// Every kind of fault in one table.
const FAULTY: &str = "代码,村,书记年龄（截至研判基准日的周岁）,村内矛盾状况,备注\n\
    990101101200,例东村,五十,平稳,\n\
    ,例太平村,50,平稳,\n\
    990101101201,例西村,51,激烈,\n\
    990101101209,,51,平稳,\n\
    990101101200,例东村,52,平稳,\n\
    990101102200,例东村,52,平稳,\n\
    ,例中村,48,,好\n";

#[tokio::test]
async fn an_import_shows_every_fault_and_writes_nothing() {
    let county = county().await;
    let office = county.browser("zuzhi").await;
    let (path, seen) = office.import(FAULTY).await;
    seen.has(&[
        "还没有写入任何事实",
        "五十",
        "是否“例太平桥村”？",
        "激烈",
        "本县没有代码 990101101209",
        "第 2 行已经有这个村",
        "代码是“例北村”的，和村名对不上",
    ]);
    assert_eq!(county.count("fact").await, 0);
    // The faults stand; nothing goes in until they are set aside.
    let refused = office.confirm(&path, false).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.has(&["还有错没有改"]);
    assert_eq!((county.count("fact").await, county.count("batch").await), (0, 0));
    // The workbook comes back with every row's faults.
    let rows = county.rows(&office.get(&format!("{path}/corrected.xlsx")).await);
    assert_eq!(rows[0].last().unwrap(), "问题");
    assert_eq!(rows.len(), 8);
    let faulty: Vec<bool> = rows[1..].iter().map(|r| !r.last().unwrap().is_empty()).collect();
    assert_eq!(faulty, [true, true, true, true, true, true, false]);
    // The one good row may go first.
    let done = office.confirm(&path, true).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    assert_eq!(county.count("fact").await, 1);
    assert_eq!(county.value("990101102201", "secretary_age").await.as_deref(), Some("48"));
}

#[tokio::test]
async fn what_is_no_table_is_refused_with_a_mend() {
    let county = county().await;
    let office = county.browser("zuzhi").await;
    let up = |fields: &'static [(&str, &str)], name: &'static str, bytes: &'static [u8]| {
        let office = office.clone();
        async move { office.upload("/facts/import", fields, (name, bytes)).await }
    };
    let good: &[(&str, &str)] = &[("source", "台账")];
    let cases = [
        (up(good, "a.pdf", b"%PDF-1.7").await, "只收 .xlsx 和 .csv"),
        (up(good, "a.xlsx", b"PK\x03\x04 broken").await, "另存为 xlsx"),
        (up(good, "", b"").await, "请选一个文件"),
        (up(&[("source", "")], "a.csv", b"code\n1\n").await, "请写明出处"),
        (up(&[("source", "台账"), ("period", "去年")], "a.csv", b"code\n1\n").await, "时期写成"),
    ];
    for (seen, said) in &cases {
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
        seen.has(&[said]);
    }
    assert_eq!(county.count("attachment").await, 0);
    // A table without villages or facts says so and cannot be confirmed.
    let (path, seen) = office.import("甲,乙\n1,2\n").await;
    seen.has(&["认不出哪一列是村", "没有一列是办法要的事实"]);
    assert_eq!(office.confirm(&path, true).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    // The reader says himself what a column is.
    let (path, _) = office.import("编号,岁数\n990101101200,44\n").await;
    let chosen = office.get(&format!("{path}?source=a&m0=code&m1=fact%3Asecretary_age")).await;
    chosen.has(&["导入 1 行"]);
    let fields = [("source", "台账"), ("m0", "code"), ("m1", "fact:secretary_age")];
    let done = office.post(&format!("{path}/confirm"), &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    assert_eq!(county.value(EAST, "secretary_age").await.as_deref(), Some("44"));
}

#[tokio::test]
async fn a_batch_is_written_and_taken_back() {
    let county = county().await;
    let office = county.browser("zuzhi").await;
    let (path, _) = office.import("code,secretary_age,conflict_state\n990101101200,50,平稳\n").await;
    assert_eq!(office.confirm(&path, false).await.status, StatusCode::SEE_OTHER);
    // New, changed, same and blank are told apart; blank overwrites nothing.
    let table = "code,secretary_age,conflict_state\n990101101200,61,\n990101101201,45,尖锐\n990101102200,,\n";
    let (path, seen) = office.import(table).await;
    seen.has(&["50 → 61", "空 → 尖锐", "没有变化，略过"]);
    let done = office.confirm(&path, false).await;
    let batch = done.location.clone();
    office.get(&batch).await.has(&["写了 3 格", "例zuzhi", "撤销"]);
    assert_eq!(county.value(EAST, "secretary_age").await.as_deref(), Some("61"));
    assert_eq!(county.value(EAST, "conflict_state").await.as_deref(), Some("平稳"));
    let sql = "select proposed from colour where code = $1";
    let colour = county.db.one(sql, values![WEST]).await.unwrap().unwrap().text(0).unwrap();
    assert_eq!(colour, "", "the first rule still misses a fact");
    // Someone corrects a cell before the batch is taken back.
    let fields = [("fact", "conflict_state"), ("value", "一般"), ("source", "走访"), ("period", "")];
    assert_eq!(office.post(&format!("/villages/{WEST}/facts"), &fields).await.status, StatusCode::SEE_OTHER);
    assert_eq!(office.post(&format!("{batch}/undo"), &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(county.fact(EAST, "secretary_age").await, Some(("50".into(), "例镇统计表".into())));
    assert_eq!(county.value(WEST, "secretary_age").await, None);
    assert_eq!(county.value(WEST, "conflict_state").await.as_deref(), Some("一般"));
    let seen = office.get(&batch).await;
    seen.has(&["1 格后来又改过", "▲ 后来改过，没有动", "已恢复"]);
    // Once only.
    let again = office.post(&format!("{batch}/undo"), &[]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    again.has(&["已经撤销过了"]);
    office.get("/facts/batches").await.has(&["事实.csv", "已撤销", "可撤销"]);
    assert_eq!((county.audited("facts.import").await, county.audited("facts.undo").await), (2, 1));
    office.get(&format!("/villages/{EAST}")).await.has(&["61 → 50"]);
}

#[tokio::test]
async fn a_township_works_in_its_own_part_alone() {
    let county = county().await;
    let (office, town, other) =
        (county.browser("zuzhi").await, county.browser("hezhen").await, county.browser("qiaozhen").await);
    let (path, _) = office.import("code,secretary_age\n990101101200,50\n990101102200,57\n").await;
    let whole = office.confirm(&path, false).await.location;
    // A neighbour's village and one that does not exist answer alike.
    let table = "code,村,secretary_age\n990101102200,,44\n990101109999,,44\n,例北村,44\n,无此村,44\n990101101201,,44\n";
    let (path, seen) = town.import(table).await;
    assert_eq!(seen.text().matches("<td class=\"yz-down yz-strong\">不在您的范围</td>").count(), 4);
    seen.has_not(&["例桥镇", "57", "<a href=\"/villages/990101102200\""]);
    let own = town.confirm(&path, true).await.location;
    assert_eq!(county.value(NORTH, "secretary_age").await.as_deref(), Some("57"));
    assert_eq!(county.value(WEST, "secretary_age").await.as_deref(), Some("44"));
    // Uploads, batches and undoing stay with those they concern.
    for hidden in [path.clone(), format!("{path}/corrected.xlsx"), own.clone(), whole.clone()] {
        assert_eq!(other.get(&hidden).await.status, StatusCode::NOT_FOUND, "{hidden}");
    }
    assert_eq!(other.confirm(&path, true).await.status, StatusCode::NOT_FOUND);
    assert_eq!(other.post(&format!("{own}/undo"), &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(town.get(&whole).await.status, StatusCode::NOT_FOUND);
    other.get("/facts/batches").await.has(&["还没有导入过"]);
    assert_eq!(office.get(&own).await.status, StatusCode::OK);
    // The export holds exactly the caller's part, and is on record.
    let codes = |rows: Vec<Vec<String>>| rows[2..].iter().map(|r| r[0].clone()).collect::<Vec<_>>();
    let mut seen = codes(county.rows(&town.get("/facts/export.xlsx").await));
    seen.sort();
    assert_eq!(seen, [EAST, WEST, "990101101202"]);
    assert_eq!(codes(county.rows(&other.get("/facts/template.xlsx").await)).len(), 2);
    assert_eq!(codes(county.rows(&office.get("/facts/export.xlsx").await)).len(), 5);
    assert_eq!(county.audited("facts.export").await, 2);
    town.get("/facts?fact=secretary_age").await.has_not(&["例北村", "例中村"]);
    // Who does not work with facts has none of it.
    let rater = county.browser("pingfen").await;
    for path in ["/facts", "/facts/export.xlsx", "/facts/import", "/places", "/packs"] {
        assert_eq!(rater.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
}

#[tokio::test]
async fn an_export_comes_back_unchanged() {
    let county = county().await;
    let office = county.browser("zuzhi").await;
    let table = "code,secretary_age,conflict_state,committee_complete,team_avg_age\n\
        990101101200,50,平稳,是,44.25\n990101102200,61,尖锐,否,50\n";
    let (path, _) = office.import(table).await;
    assert_eq!(office.confirm(&path, false).await.status, StatusCode::SEE_OTHER);
    let book = office.get("/facts/export.xlsx").await;
    let sent = office.upload("/facts/import", &[("source", "导回")], ("事实.xlsx", &book.bytes)).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
    let seen = office.get(&sent.location).await;
    seen.has(&["没有变化", "<b>8</b>"]);
    seen.has_not(&["✕ 有错", "✓ 可导入"]);
    let path = sent.location.split('?').next().unwrap();
    let refused = office.confirm(path, false).await;
    refused.has(&["没有要写入的"]);
    assert_eq!(county.count("batch").await, 1);
}

#[tokio::test]
async fn evidence_is_given_to_those_who_see_the_village() {
    let county = county().await;
    let (town, other) = (county.browser("hezhen").await, county.browser("qiaozhen").await);
    let fields = [("fact", "secretary_age"), ("value", "50"), ("source", "台账"), ("period", "")];
    let path = format!("/villages/{EAST}/facts");
    let pdf: &[u8] = b"%PDF-1.7\n1 0 obj\n";
    let seen = town.upload(&path, &fields, ("台账.pdf", pdf)).await;
    assert_eq!(seen.status, StatusCode::SEE_OTHER, "{}", seen.text());
    let page = town.get(&format!("/villages/{EAST}")).await.text();
    let link = page.split("href=\"/attachments/").nth(1).unwrap().split('"').next().unwrap();
    let link = format!("/attachments/{link}");
    let file = town.get(&link).await;
    assert_eq!((file.status, file.bytes.as_slice()), (StatusCode::OK, pdf));
    assert_eq!(other.get(&link).await.status, StatusCode::NOT_FOUND);
    assert_eq!(other.upload(&path, &fields, ("台账.pdf", pdf)).await.status, StatusCode::NOT_FOUND);
    // A file that is not what its name says keeps the fact out too.
    let bad = town.upload(&path, &[("fact", "secretary_age"), ("value", "51"), ("source", "台账")], ("a.pdf", b"MZ\x90\x00\x03")).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(county.value(EAST, "secretary_age").await.as_deref(), Some("50"));
    // Without a file, and the upload of an import is nobody's evidence.
    let plain = [("fact", "secretary_age"), ("value", "52"), ("source", "台账")];
    assert_eq!(town.upload(&path, &plain, ("", b"")).await.status, StatusCode::SEE_OTHER);
    town.get(&format!("/villages/{EAST}")).await.has_not(&["href=\"/attachments/"]);
    let (preview, _) = town.import("code,secretary_age\n990101101200,53\n").await;
    let id = preview.rsplit('/').next().unwrap();
    assert_eq!(town.get(&format!("/attachments/{id}")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(county.audited("attachment.download").await, 1);
}

#[tokio::test]
async fn a_merged_village_keeps_its_facts() {
    let county = county().await;
    let office = county.browser("zuzhi").await;
    let (path, _) = office.import("code,secretary_age\n990101101200,50\n").await;
    office.confirm(&path, false).await;
    let today = store::today();
    let merge = [("code", EAST), ("other", WEST), ("day", today.as_str()), ("ground", "例民〔2026〕1号")];
    assert_eq!(county.browser("hezhen").await.post("/places/merge", &merge).await.status, StatusCode::FORBIDDEN);
    let wrong = [("code", EAST), ("other", EAST), ("day", "2999-01-01"), ("ground", "")];
    let refused = office.post("/places/merge", &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.has(&["不能并入自己", "日期不能晚于今天", "请写明依据"]);
    assert_eq!(office.post("/places/merge", &merge).await.status, StatusCode::SEE_OTHER);
    office.get("/places").await.has(&["例东村村民委员会 并入 例西村村民委员会", "例民〔2026〕1号"]);
    let page = office.get(&format!("/villages/{EAST}")).await;
    page.has(&["已撤并", &format!("/villages/{WEST}"), "<b>50</b>"]);
    page.has_not(&["enctype=\"multipart/form-data\""]);
    assert_eq!(county.value(EAST, "secretary_age").await.as_deref(), Some("50"));
    office.get("/villages").await.has_not(&[EAST]);
    // Neither a table nor a form writes to it any more; nor is it merged twice.
    let (_, seen) = office.import("code,secretary_age\n990101101200,51\n").await;
    seen.has(&["“例东村”已撤并"]);
    let fields = [("fact", "secretary_age"), ("value", "51"), ("source", "台账")];
    let refused = office.post(&format!("/villages/{EAST}/facts"), &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(office.post("/places/merge", &merge).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(county.audited("place.merge").await, 1);
}

#[tokio::test]
async fn places_are_renamed_split_founded_and_ended() {
    let county = county().await;
    let office = county.browser("zuzhi").await;
    let today = store::today();
    let act = |kind: &'static str, fields: Vec<(&'static str, &'static str)>| {
        let (office, today) = (office.clone(), today.clone());
        async move {
            let mut all = vec![("day", today.as_str()), ("ground", "例民〔2026〕2号")];
            all.extend(fields);
            let seen = office.post(&format!("/places/{kind}"), &all).await;
            assert_eq!(seen.status, StatusCode::SEE_OTHER, "{kind}: {}", seen.text());
        }
    };
    act("rename", vec![("code", WEST), ("name", "例新西村村民委员会")]).await;
    act("split", vec![("code", NORTH), ("other", "990101102209"), ("name", "例小北村村民委员会")]).await;
    act("new", vec![("other", "990101103"), ("name", "例原镇")]).await;
    act("new", vec![("other", "990101103200"), ("name", "例原村村民委员会")]).await;
    act("rename", vec![("code", "990101102"), ("name", "例桥街道")]).await;
    act("end", vec![("code", "990101102201")]).await;
    let seen = office.get("/villages").await;
    seen.has(&["例新西村", "例小北村", "例原村", "例桥街道"]);
    seen.has_not(&["例中村", ">例西村<"]);
    office.get(&format!("/villages/{WEST}")).await.has(&["例新西村", "更名为例新西村村民委员会"]);
    office.get("/villages/990101102201").await.has(&["已撤并"]);
    assert_eq!(office.post("/places/nothing", &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(county.count("place_change").await, 6);
}

#[tokio::test]
async fn a_pack_is_checked_before_it_is_adopted() {
    let county = county().await;
    let (office, town) = (county.browser("zuzhi").await, county.browser("hezhen").await);
    let list = town.get("/packs").await;
    list.has(&["示例镇村级组织换届风险研判和分色化解办法", "现行", "2025-01-01"]);
    list.has_not(&["检查并采用"]);
    let id = list.text().split("href=\"/packs/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let shown = town.get(&format!("/packs/{id}")).await;
    shown.has(&["风险颜色", "第四条第一项", "用到的事实"]);
    shown.has_not(&["<style>", "<script>"]);
    let folder = county.folder.path().join("pack");
    Source::open(&pack_folder()).unwrap().write_folder(&folder).unwrap();
    let book = || policy::workbook(&Source::open(&folder).unwrap()).unwrap();
    let from = [("from", "2025-06-01")];
    assert_eq!(town.upload("/packs", &from, ("a.xlsx", &book())).await.status, StatusCode::FORBIDDEN);
    // The same once more.
    let same = office.upload("/packs", &from, ("a.xlsx", &book())).await;
    same.has(&["已经采用过"]);
    // With a rule that names no fact: where, and what is wrong.
    let file = folder.join("colours.csv");
    let good = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, good.replace(">= 60", ">= \"老\"")).unwrap();
    let refused = office.upload("/packs", &from, ("a.xlsx", &book())).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.has(&["办法有错", "colours.csv", "secretary_age"]);
    refused.has_not(&["/tmp"]);
    assert_eq!(county.count("pack").await, 1);
    // A good one colours anew.
    std::fs::write(&file, good.replace(">= 60", ">= 62")).unwrap();
    let table = "code,committee_complete,secretary_age\n990101101200,否,61\n";
    let (path, _) = office.import(table).await;
    office.confirm(&path, false).await;
    let done = office.upload("/packs", &from, ("a.xlsx", &book())).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    let sql = "select pack, proposed from colour where code = $1";
    let row = county.db.one(sql, values![EAST]).await.unwrap().unwrap();
    assert_eq!(done.location, format!("/packs/{}", row.int(0).unwrap()));
    assert_eq!(row.text(1).unwrap(), "red");
    office.get("/packs").await.has(&["已被新版代替", "现行"]);
}
