//! A file handed from one county to another and taken in there.

use crate::county::{Browser, County, EAST, Seen, county};
use crate::{event, went};
use axum::http::StatusCode;
use platform::access::{Part, Role};
use platform::account::{Grant, NewAccount};
use platform::attachments::{self, NewFile};
use platform::db::{Db, Kind, Tree};
use platform::values;
use policy::posts::Track;
use std::collections::BTreeMap;
use yanzhen::divisions::Geography;
use yanzhen::server;
use yanzhen::slices::people::parts::{
    self, Claim, CvLine, Education, FamilyMember, Merit, PoolStay, Whereabouts,
};
use yanzhen::slices::people::store::New;
use yanzhen::slices::people::{Field, State, Values, claims, store};
use yanzhen::slices::posts;

const PASSPHRASE: &str = "Shan3dao-shui8";
const THERE: &str = "990102101200";

/// A second county, its office's browser and database.
async fn neighbour(county: &County) -> (Db, Browser) {
    let pair = |(code, name): (&str, &str)| (code.to_owned(), name.to_owned());
    let geography = Geography {
        code: "990102".into(),
        name: "例水县".into(),
        city: "例安市".into(),
        province: "例省".into(),
        townships: [("990102101", "例湖镇")].map(pair).into(),
        villages: [(THERE, "例湖村村民委员会")].map(pair).into(),
    };
    let db = server::add_county(&county.at, &geography, true).await.unwrap();
    let new = NewAccount {
        login: "shuixian".into(),
        name: "例shuixian".into(),
        phone: String::new(),
        password: Some("Tk8rn2-wxe/HM".into()),
        must_change: false,
        grants: vec![Grant {
            role: Role::CountyOffice,
            county: "990102".into(),
            part: Part::County,
            unit: "例水县委组织部".into(),
        }],
    };
    county.at.accounts().create(event("test.account"), new).await.unwrap().unwrap();
    (db, county.browser("shuixian").await)
}

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89";

/// A file with a row of each kind; gives its id and its number.
async fn full(county: &County) -> (i64, String) {
    let number =
        standards::IdentityNumber::synthetic("990000", (1985, 6, 3), 77, standards::Sex::Male).unwrap();
    let number = number.reveal().to_owned();
    let of = [
        (Field::Name, "蒋例转"),
        (Field::Sex, "1"),
        (Field::Birth, "1985-06"),
        (Field::Identity, number.as_str()),
        (Field::Ethnic, "01"),
        (Field::Political, "01"),
        (Field::PartyOn, "2010-06"),
        (Field::Education, "60"),
        (Field::Strengths, "种茶"),
        (Field::Village, EAST),
        (Field::Phone, "19900001234"),
        (Field::Health, "健康"),
        (Field::Whereabouts, "在村"),
        (Field::ToldOn, "2026-01-02"),
    ];
    let values: Values = of.iter().map(|(f, v)| (*f, (*v).to_owned())).collect();
    let mut tx = county.db.write(event("test.file")).await.unwrap();
    let new = vec![New { values, synthetic: true }];
    let id = store::add(&mut tx, new).await.unwrap()[0];
    tx.commit().await.unwrap();
    let record = id.to_string();
    let file = NewFile { name: "例材料.png", bytes: PNG, kind: "person", record: &record, part: EAST };
    let document =
        attachments::store(&county.db, event("test.document"), 1 << 20, file).await.unwrap().unwrap();
    let file =
        NewFile { name: "例照片.png", bytes: PNG, kind: "person-photo", record: &record, part: EAST };
    let photo = attachments::store(&county.db, event("test.document"), 1 << 20, file).await.unwrap().unwrap();
    let mut tx = county.db.write(event("test.lists")).await.unwrap();
    tx.run("update person set photo = $2 where id = $1", values![id, photo]).await.unwrap();
    let firm = Claim {
        state: "recognised".into(),
        attachment: Some(document),
        decided_by: "何例乙".into(),
        decided_unit: "例山县委组织部".into(),
        decided_at: Some(1_700_000_000_000),
        ..claims::proposal((1, "何例乙"), "birth", "1985-06", "出生医学证明", "1985-06-10", "登记表")
    };
    let refused = Claim {
        state: "refused".into(),
        ..claims::proposal((1, "何例乙"), "birth", "1984-01", "例", "", "")
    };
    parts::put(&mut tx, &[(id, firm), (id, refused)]).await.unwrap();
    let school = Education {
        mode: "full".into(),
        level: "60".into(),
        school: "例中学".into(),
        ..Education::default()
    };
    parts::put(&mut tx, &[(id, school)]).await.unwrap();
    let line =
        |from: &str, text: &str| CvLine { from_on: from.into(), text: text.into(), ..CvLine::default() };
    parts::put(&mut tx, &[(id, line("2003-07", "例村务农")), (id, line("2010-03", "例村任职"))])
        .await
        .unwrap();
    let wife = FamilyMember {
        relation: "妻子".into(),
        name: "沈例云".into(),
        birth: "1986".into(),
        ..FamilyMember::default()
    };
    parts::put(&mut tx, &[(id, wife)]).await.unwrap();
    let merit =
        Merit { kind: "reward".into(), day: "2020-07".into(), title: "例优秀".into(), ..Merit::default() };
    parts::put(&mut tx, &[(id, merit)]).await.unwrap();
    let told = Whereabouts {
        day: "2026-01-02".into(),
        place: "在村".into(),
        by_name: "例".into(),
        at: 5,
        ..Whereabouts::default()
    };
    parts::put(&mut tx, &[(id, told)]).await.unwrap();
    let stay = PoolStay {
        pool: "reserve".into(),
        from_on: "2020-01-01".into(),
        to_on: "2023-12-31".into(),
        ..PoolStay::default()
    };
    parts::put(&mut tx, &[(id, stay)]).await.unwrap();
    tx.run("insert into person_text (person, name, text) values ($1, 'reason', '例理由')", values![id])
        .await
        .unwrap();
    let hold = posts::store::New {
        village: EAST.into(),
        post: "party_deputy".into(),
        track: Track::Party,
        title: String::new(),
        person: id,
        term: None,
        from_on: "2021-01-10".into(),
        to_on: "2099-12-31".into(),
        way_in: "election_by_members".into(),
        way_out: String::new(),
        ground_in: "例会".into(),
        ground_out: String::new(),
        filing: None,
        batch: None,
    };
    posts::store::begin(&mut tx, &[hold]).await.unwrap();
    tx.commit().await.unwrap();
    (id, number)
}

fn form<'a>(to: &'a str, passphrase: &'a str) -> [(&'a str, &'a str); 4] {
    [("to", to), ("ground", "例调〔2026〕1号"), ("passphrase", passphrase), ("again", passphrase)]
}

/// The rows of a file but ids, moments and what differs by design.
async fn rows(db: &Db, person: i64) -> BTreeMap<String, Vec<String>> {
    let but = [
        "id",
        "person",
        "at",
        "made_at",
        "changed_at",
        "rev",
        "township",
        "village",
        "photo",
        "record",
        "part",
        "by_account",
        "by_name",
        "title",
        "state",
        "state_on",
        "source",
        "decided_by",
        "decided_unit",
        "decided_at",
        "reason",
        "attachment",
        "sort_by",
        "filing",
        "identity_index",
        "phone_index",
    ];
    let hanging = [
        "person",
        "claim",
        "education",
        "cv_line",
        "family",
        "merit",
        "person_text",
        "whereabouts",
        "pool_stay",
        "holding",
        "attachment",
    ];
    let mut out = BTreeMap::new();
    for table in db.tables(Tree::County).await.unwrap() {
        if !hanging.contains(&table.name.as_str()) {
            continue;
        }
        let whose = match table.name.as_str() {
            "person" => format!("id = {person}"),
            "attachment" => format!("record = '{person}'"),
            _ => format!("person = {person}"),
        };
        let found = db
            .rows(&format!("select {} from {} where {whose}", table.quoted(), table.name), vec![])
            .await
            .unwrap();
        let line = |row: &platform::db::Row| {
            let cells = table.columns.iter().enumerate().filter(|(_, c)| !but.contains(&c.name.as_str()));
            let cells = cells.map(|(n, c)| match c.kind {
                Kind::Int => format!("{}={:?}", c.name, row.get::<Option<i64>>(n).unwrap()),
                Kind::Text => format!("{}={:?}", c.name, row.get::<Option<String>>(n).unwrap()),
                Kind::Bytes => format!("{}={}", c.name, row.get::<Option<Vec<u8>>>(n).unwrap().is_some()),
            });
            cells.collect::<Vec<_>>().join(" ")
        };
        let mut lines: Vec<String> = found.iter().map(line).collect();
        lines.sort();
        out.insert(table.name.clone(), lines);
    }
    out
}

async fn try_upload(office: &Browser, bytes: &[u8], passphrase: &str) -> Seen {
    office.upload("/people/receive", &[("passphrase", passphrase)], ("转递包.zip", bytes)).await
}

#[tokio::test]
async fn a_file_goes_from_county_to_county_whole() {
    let county = county().await;
    let (other, there) = neighbour(&county).await;
    let (office, town) = (county.browser("zuzhi").await, county.browser("hezhen").await);
    let (id, number) = full(&county).await;
    let path = format!("/people/{id}/transfer");
    assert_eq!(town.get(&path).await.status, StatusCode::FORBIDDEN);
    // A post that runs must end first; every fault at once.
    let refused = office.post(&path, &[("to", ""), ("passphrase", "abc"), ("again", "abd")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.has(&["还在任", "请写明转往哪个县", "请写明依据", "两次填的口令不一样"]);
    assert_eq!(store::find(&county.db, id).await.unwrap().unwrap().state, State::Active);
    let tx = county.db.write(event("test.end")).await.unwrap();
    tx.run("update holding set to_on = '2026-01-09', way_out = 'resigned' where person = $1", values![id])
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let before = rows(&county.db, id).await;
    let sent = office.post(&path, &form("例水县委组织部", PASSPHRASE)).await;
    assert_eq!(sent.status, StatusCode::OK, "{}", sent.text());
    assert!(sent.bytes.starts_with(b"PK"));
    assert_eq!(store::find(&county.db, id).await.unwrap().unwrap().state, State::Moved);
    office.get(&path).await.has(&["等回执", "本县指纹", "取消转出"]);
    office.get("/people").await.has_not(&["蒋例转"]);
    // Its own package is not taken in here; another passphrase opens nothing; a package cut short neither.
    try_upload(&office, &sent.bytes, PASSPHRASE).await.has(&["本县自己发出的"]);
    let wrong = try_upload(&there, &sent.bytes, "Shan3dao-shui9").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    wrong.has(&["口令不对"]);
    wrong.has_not(&["Shan3dao"]);
    try_upload(&there, &sent.bytes[..sent.bytes.len() / 2], PASSPHRASE).await.has(&["不是完整的转递包"]);
    try_upload(&there, b"PK\x03\x04", PASSPHRASE).await.has(&["不是完整的转递包"]);
    assert_eq!(other.one("select count(*) from arrival", vec![]).await.unwrap().unwrap().int(0).unwrap(), 0);
    let arrival = went(&try_upload(&there, &sent.bytes, PASSPHRASE).await);
    let page = there.get(&arrival).await;
    page.has(&[
        "蒋例转",
        "例山县（990101）",
        "还没有写入名册",
        "外县已认定",
        "转出县指纹",
        "没有发现",
        "例村务农",
    ]);
    page.has_not(&[&number, "19900001234"]);
    let unchecked = there.post(&arrival, &[("village", THERE)]).await;
    assert_eq!(unchecked.status, StatusCode::UNPROCESSABLE_ENTITY);
    unchecked.has(&["核对指纹"]);
    let elsewhere = there.post(&arrival, &[("village", EAST), ("checked", "1")]).await;
    elsewhere.has(&["请选择接收到哪个村"]);
    let file = went(&there.post(&arrival, &[("village", THERE), ("checked", "1")]).await);
    let new: i64 = file.rsplit('/').next().unwrap().parse().unwrap();
    // Every row is there but its ids; what was recognised there waits here and says so.
    assert_eq!(rows(&other, new).await, before);
    let tx = other.write(event("test.read")).await.unwrap();
    let taken = store::find_in(&tx, new).await.unwrap().unwrap();
    assert_eq!(store::read_in(&tx, &taken, Field::Identity).await.unwrap(), number);
    assert_eq!(store::read_in(&tx, &taken, Field::Health).await.unwrap(), "健康");
    tx.rollback().await.unwrap();
    assert_eq!(
        (taken.get(Field::Village), taken.township.as_str(), taken.photo.is_some()),
        (THERE, "990102101", true)
    );
    let claims = parts::of::<Claim>(&other, new).await.unwrap();
    let waits = claims.iter().find(|c| c.state == "proposed").unwrap();
    assert!(waits.source.contains("例山县") && waits.source.contains("已认定") && waits.attachment.is_some());
    assert!(claims.iter().any(|c| c.state == "refused"));
    let page = there.get(&file).await;
    page.has(&["外县转来", "回执码", "待认定"]);
    page.has_not(&["有冲突"]);
    there.get(&format!("{file}?part=posts")).await.has(&["例山县例河镇例东村"]);
    // The same package again is refused; the receipt ends the hand-over, which is cancelled no more.
    try_upload(&there, &sent.bytes, PASSPHRASE).await.has(&["已经接收过"]);
    let sql = "select receipt from transfer where direction = 'in'";
    let receipt = other.one(sql, vec![]).await.unwrap().unwrap().text(0).unwrap();
    let refused = office.post(&format!("{path}/receipt"), &[("code", "AAAA-BBBB-CCCC-DDDD")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let typed = receipt.to_lowercase().replace('-', " ");
    went(&office.post(&format!("{path}/receipt"), &[("code", &typed)]).await);
    office.get(&path).await.has(&["已收到回执"]);
    assert_eq!(office.post(&format!("{path}/cancel"), &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(county.audited("people.send").await, 1);
}

#[tokio::test]
async fn a_hand_over_is_cancelled_until_its_receipt_comes() {
    let county = county().await;
    let (other, there) = neighbour(&county).await;
    let office = county.browser("zuzhi").await;
    let (id, _) = full(&county).await;
    let tx = county.db.write(event("test.end")).await.unwrap();
    tx.run("update holding set to_on = '2026-01-09' where person = $1", values![id]).await.unwrap();
    tx.commit().await.unwrap();
    let path = format!("/people/{id}/transfer");
    let first = office.post(&path, &form("例水县", PASSPHRASE)).await;
    assert_eq!(first.status, StatusCode::OK);
    let edit = [("rev", "9"), ("name", "蒋例转"), ("village", EAST)];
    office.post(&format!("/people/{id}/edit"), &edit).await.has(&["已转出"]);
    went(&office.post(&format!("{path}/cancel"), &[]).await);
    let back = store::find(&county.db, id).await.unwrap().unwrap();
    assert_eq!((back.state, back.state_on.as_str()), (State::Active, ""));
    office.get("/people").await.has(&["蒋例转"]);
    // Sent again, it is another package; who was taken in already is told of.
    let second = office.post(&path, &form("例水县", PASSPHRASE)).await;
    assert_ne!(first.bytes, second.bytes);
    let arrival = went(&try_upload(&there, &second.bytes, PASSPHRASE).await);
    went(&there.post(&arrival, &[("village", THERE), ("checked", "1")]).await);
    let again = went(&try_upload(&there, &first.bytes, PASSPHRASE).await);
    there.get(&again).await.has(&["身份证号相同", "查重"]);
    went(&there.post(&format!("{again}/discard"), &[]).await);
    assert_eq!(there.get(&again).await.status, StatusCode::NOT_FOUND);
    let n = |sql: &'static str| async { other.one(sql, vec![]).await.unwrap().unwrap().int(0).unwrap() };
    assert_eq!((n("select count(*) from person").await, n("select count(*) from arrival").await), (1, 0));
    // The county signs with one key.
    let keys =
        county.db.one("select count(*) from signing_key", vec![]).await.unwrap().unwrap().int(0).unwrap();
    assert_eq!(keys, 1);
}
