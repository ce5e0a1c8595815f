//! Mark sheets over HTTP: who fills them in, what may stand in a cell, two editors, the lock, the second look, submitting.
#![expect(clippy::unwrap_used, reason = "a test may fail")]

mod book;
#[path = "../common/mod.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod common;
mod county;
mod rounds;

use axum::http::StatusCode;
use county::{BRIDGE, Browser, County, EAST, MIDDLE, NORTH, WEST, county, event};
use platform::access::{Action, Caller, Part, Role};
use platform::values;
use yanzhen::slices::appraisals::{State, actions_sheet, store};

const ALL: [&str; 5] = [EAST, WEST, BRIDGE, NORTH, MIDDLE];
const AGRI: &str = "unit:agri";
const WATCH: &str = "unit:discipline";

#[track_caller]
fn refused(seen: &county::Seen, texts: &[&str]) {
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", seen.text());
    seen.has(texts);
}

#[tokio::test]
async fn g8_good_cells_stand_and_each_bad_one_is_told() {
    let county = county().await;
    let office = county.browser("nongye").await;
    let sheet = county.sheet(AGRI, "").await;
    // E4: full 2.00, step 0.10. J2: full 2.00, step 0.50. Full width is forgiven, a thousandth is not.
    let told = office
        .save(
            sheet,
            &[
                (EAST, "E4", "1.7", None),
                (WEST, "E4", "２．０", None),
                (BRIDGE, "E4", "2.10", None),
                (NORTH, "E4", "1.75", None),
                (MIDDLE, "J2", "0.505", None),
                (EAST, "fallow_area", "12", None),
                (EAST, "M1", "1", None),
                ("990101101299", "E4", "1", None),
            ],
        )
        .await;
    let saved = serde_json::json!([[EAST, "E4", "1.70"], [WEST, "E4", "2.00"], [EAST, "fallow_area", "12"]]);
    assert_eq!(told["saved"], saved);
    let reasons: Vec<&str> =
        told["refused"].as_array().unwrap().iter().map(|r| r["reason"].as_str().unwrap()).collect();
    let step = "请填 0 至 2.00 之间、0.10 的倍数";
    let expected = [
        step,
        step,
        "请填 0 至 2.00 之间、0.50 的倍数",
        "这一项不由本单位评",
        "这一轮里没有这个对象，或不归本单位评",
    ];
    assert_eq!(reasons, expected);
    assert_eq!(county.mark(EAST, "E4", AGRI).await, Some(170));
    assert_eq!(county.mark(BRIDGE, "E4", AGRI).await, None);
    // The page says the same of what is done: E4, J2 and the facts that block, for five villages.
    let done = (told["done"]["filled"].as_u64().unwrap(), told["done"]["of"].as_u64().unwrap());
    let page = office.get(&format!("/sheets/{sheet}")).await;
    page.has(&["例东村", "1.70", &format!("提交（差 {} 格）", done.1 - done.0)]);
    assert_eq!(done.0, 3);
    office.get("/sheets").await.has(&["2026年度考核", &format!("3 / {}", done.1)]);
    // Empty takes it away again; the same once more is no change.
    let told = office.save(sheet, &[(EAST, "E4", "", Some("1.70")), (WEST, "E4", "2", Some(""))]).await;
    assert_eq!(told["refused"], serde_json::json!([]));
    assert_eq!(county.mark(EAST, "E4", AGRI).await, None);
}

#[tokio::test]
async fn two_editors_of_a_cell_both_learn_of_it() {
    let county = county().await;
    let (one, other) = (county.browser("nongye").await, county.browser("nongye2").await);
    let sheet = county.sheet(AGRI, "").await;
    one.save(sheet, &[(EAST, "E4", "1.5", Some(""))]).await;
    // The other saw an empty cell.
    let told = other.save(sheet, &[(EAST, "E4", "1.2", Some("")), (WEST, "E4", "1", Some(""))]).await;
    assert_eq!(told["saved"], serde_json::json!([[WEST, "E4", "1.00"]]));
    let now = &told["refused"][0]["now"];
    assert_eq!((now["value"].as_str(), now["by"].as_str()), (Some("1.50"), Some("例nongye")));
    assert_eq!(county.mark(EAST, "E4", AGRI).await, Some(150));
    // Having seen it, it may write over it; the same message twice is harmless.
    for _ in 0..2 {
        let told = other.save(sheet, &[(EAST, "E4", "1.2", Some("1.50"))]).await;
        assert_eq!(told["refused"], serde_json::json!([]));
    }
    assert_eq!(county.mark(EAST, "E4", AGRI).await, Some(120));
    let row = county.db.one("select count(*) from audit where action = 'round.enter'", vec![]).await.unwrap();
    assert_eq!(row.unwrap().int(0).unwrap(), 3, "a repetition writes nothing");
}

#[tokio::test]
async fn twenty_raters_at_once_lose_nothing() {
    let county = county().await;
    let sheet = county.sheet(AGRI, "").await;
    let (one, other) = (county.browser("nongye").await, county.browser("nongye2").await);
    let mut tasks = Vec::new();
    for (i, code) in ALL.iter().enumerate() {
        for (column, browser) in [("E4", &one), ("J2", &other), ("C1", &one), ("fallow_area", &other)] {
            let (browser, value) = (browser.clone(), format!("{}", i % 3));
            tasks.push(tokio::spawn(async move {
                let told = browser.save(sheet, &[(code, column, &value, Some(""))]).await;
                assert_eq!(told["refused"], serde_json::json!([]));
            }));
        }
    }
    for task in tasks {
        task.await.unwrap();
    }
    let sql = "select count(*) from round_mark where round = $1 and mark is not null";
    let n = county.db.one(sql, values![county.round]).await.unwrap().unwrap().int(0).unwrap();
    assert_eq!(n, 15);
}

/// Fills in what the watchers owe: C2 and M1 of five villages.
async fn watched(browser: &Browser, sheet: i64, marks: [&str; 5]) {
    let cells: Vec<_> = ALL.iter().zip(marks).map(|(c, m)| (*c, "M1", m, None)).collect();
    let told = browser.save(sheet, &cells).await;
    assert_eq!(told["refused"], serde_json::json!([]));
    let cells: Vec<_> =
        ALL.iter().zip(["2.1", "2.5", "3", "1.9", "0"]).map(|(c, m)| (*c, "C2", m, None)).collect();
    browser.save(sheet, &cells).await;
}

/// The keys of the cells that wait for a second person.
async fn waiting(browser: &Browser, sheet: i64) -> Vec<String> {
    let page = browser.get(&format!("/sheets/{sheet}/check")).await.text();
    let keys = page.split("name=\"id\" value=\"").skip(1);
    keys.map(|k| k.split('"').next().unwrap().to_owned()).collect()
}

async fn confirm(browser: &Browser, sheet: i64, keys: &[String]) -> county::Seen {
    let fields: Vec<(&str, &str)> = keys.iter().map(|k| ("id", k.as_str())).collect();
    browser.post(&format!("/sheets/{sheet}/check"), &fields).await
}

#[tokio::test]
async fn marks_of_a_person_are_confirmed_by_another_and_anew_when_changed() {
    let county = county().await;
    let (one, other) = (county.browser("jijian").await, county.browser("jijian2").await);
    let sheet = county.sheet(WATCH, "").await;
    watched(&one, sheet, ["2", "1.5", "1", "0.5", "0"]).await;
    // Who entered them sees them and cannot tick them.
    assert!(waiting(&one, sheet).await.is_empty());
    one.get(&format!("/sheets/{sheet}/check")).await.has(&["您填的，等同事确认"]);
    let submit = format!("/sheets/{sheet}/submit");
    refused(&one.post(&submit, &[]).await, &["还有 5 格要本单位另一位同事复核"]);
    let keys = waiting(&other, sheet).await;
    assert_eq!(keys.len(), 5);
    // By its own hand the key is refused, and nothing of the message is written.
    refused(&confirm(&one, sheet, &keys).await, &["是您自己填的"]);
    // One is changed after it was read: it is refused, and so is the message.
    one.save(sheet, &[(EAST, "C2", "2.2", Some("2.10"))]).await;
    refused(&confirm(&other, sheet, &keys).await, &["刚才改过或已经确认"]);
    assert_eq!(waiting(&other, sheet).await.len(), 5);
    assert_eq!(confirm(&other, sheet, &waiting(&other, sheet).await).await.status, StatusCode::SEE_OTHER);
    assert!(waiting(&other, sheet).await.is_empty());
    // What was confirmed and changed waits anew; its changer is now the other.
    other.save(sheet, &[(WEST, "C2", "2.6", Some("2.50"))]).await;
    assert!(waiting(&other, sheet).await.is_empty());
    assert_eq!(waiting(&one, sheet).await.len(), 1);
    refused(&one.post(&submit, &[]).await, &["还有 1 格要本单位另一位同事复核"]);
    confirm(&one, sheet, &waiting(&one, sheet).await).await;
    assert_eq!(one.post(&submit, &[]).await.status, StatusCode::SEE_OTHER);
    // Another indicator is none for a second person.
    let key = format!("{EAST}/M1/1");
    refused(&confirm(&other, sheet, &[key]).await, &["评分表已经提交"]);
}

#[tokio::test]
async fn j8_a_sheet_is_submitted_whole_and_comes_back_with_a_reason() {
    let county = county().await;
    let (one, other) = (county.browser("jijian").await, county.browser("jijian2").await);
    let sheet = county.sheet(WATCH, "").await;
    let submit = format!("/sheets/{sheet}/submit");
    let empty = one.post(&submit, &[]).await;
    refused(&empty, &["还有 10 格没有填", "例河镇", "例桥镇"]);
    watched(&one, sheet, ["2", "1.5", "1", "0.5", "0"]).await;
    confirm(&other, sheet, &waiting(&other, sheet).await).await;
    let events = |act: &'static str| {
        let db = &county.db;
        async move {
            let all = store::happened(db, county.round).await.unwrap();
            all.into_iter().filter(|h| h.act == act).map(|h| h.note).collect::<Vec<_>>()
        }
    };
    // Asked back before it was submitted, returned before it was submitted: neither makes sense.
    refused(&one.post(&format!("/sheets/{sheet}/ask"), &[("reason", "写错")]).await, &["还没有提交"]);
    // Twice at once: one of them submits.
    let (a, b) = tokio::join!(one.post(&submit, &[("note", "一致")]), other.post(&submit, &[]));
    let went = [a.status, b.status].iter().filter(|s| **s == StatusCode::SEE_OTHER).count();
    assert_eq!(went, 1);
    assert_eq!(events("sheet.submit").await.len(), 1);
    let told = one.save(sheet, &[(EAST, "M1", "0", None)]).await;
    assert_eq!(told["refused"][0]["reason"], "评分表已经提交；要改请先申请退回");
    one.get(&format!("/sheets/{sheet}")).await.has(&["只能看", "readonly"]);
    // The rail no longer counts it.
    one.get("/sheets").await.has_not(&["件待办"]);
    refused(&one.post(&format!("/sheets/{sheet}/ask"), &[]).await, &["请写明理由"]);
    let asked = one.post(&format!("/sheets/{sheet}/ask"), &[("reason", "例北村漏看一份材料")]).await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER);
    assert_eq!(events("sheet.ask").await, ["例北村漏看一份材料"]);
    // The county gives it back.
    let caller = leader(&county).await;
    let give = async |reason: &str| {
        let round = store::find(&county.db, county.round).await.unwrap();
        let round = caller.authorize(Action::ManageRounds, round).unwrap();
        let now = store::sheet(&county.db, sheet).await.unwrap().unwrap();
        actions_sheet::return_sheet(&county.db, &caller, &round, &now, reason).await.unwrap()
    };
    assert!(give(" ").await.is_err());
    assert!(give("请重看例北村").await.is_ok());
    assert!(give("再退一次").await.is_err(), "it is no longer submitted");
    one.get(&format!("/sheets/{sheet}")).await.has(&["退回修改", "请重看例北村"]);
    let told = one.save(sheet, &[(NORTH, "M1", "1", Some("0.50"))]).await;
    assert_eq!(told["refused"], serde_json::json!([]));
    assert_eq!(one.post(&submit, &[]).await.status, StatusCode::SEE_OTHER);
    // After calibrating nothing goes back.
    county.set(State::Calibrating).await;
    assert!(give("太晚").await.is_err());
    refused(&one.post(&format!("/sheets/{sheet}/ask"), &[("reason", "太晚")]).await, &["已经拟定等次"]);
}

/// Whoever leads the round for the county.
async fn leader(county: &County) -> Caller {
    let sql = "select id from account where login = 'zuzhi'";
    let account = county.at.control.one(sql, vec![]).await.unwrap().unwrap().int(0).unwrap();
    Caller {
        account,
        login: "zuzhi".into(),
        name: "例zuzhi".into(),
        role: Role::CountyOffice,
        role_id: 1,
        county: "990101".into(),
        part: Part::County,
        unit: "例山县委组织部".into(),
        address: String::new(),
        csrf: String::new(),
        session: String::new(),
        lang: kernel::Lang::Zh,
        large: false,
        only: None,
    }
}

#[tokio::test]
async fn one_mark_for_all_wants_a_sentence() {
    let county = county().await;
    let (one, other) = (county.browser("jijian").await, county.browser("jijian2").await);
    // Of five villages nothing is said: a round needs six. Two more are put into the first township.
    let mut subjects = store::subjects(&county.db, county.round, "").await.unwrap();
    for code in ["990101101203", "990101101204"] {
        let mut more = subjects[0].clone();
        (more.code, more.village, more.name) = (code.into(), code.into(), format!("例{code}村"));
        subjects.push(more);
    }
    let tx = county.db.write(event("test.more")).await.unwrap();
    store::put_subjects(&tx, county.round, &subjects).await.unwrap();
    tx.commit().await.unwrap();
    let sheet = county.sheet(WATCH, "").await;
    let cells: Vec<(&str, &str, &str, Option<&str>)> = subjects
        .iter()
        .enumerate()
        .flat_map(|(i, s)| {
            let own = ["2.1", "2.5", "3", "1.9", "0", "1", "2"][i];
            [(s.code.as_str(), "M1", "1.5", None), (s.code.as_str(), "C2", own, None)]
        })
        .collect();
    one.save(sheet, &cells).await;
    confirm(&other, sheet, &waiting(&other, sheet).await).await;
    let submit = format!("/sheets/{sheet}/submit");
    one.get(&submit).await.has(&["M1", "1.50", "确属一致，请写一句说明"]);
    let seen = one.post(&submit, &[("note", " ")]).await;
    refused(&seen, &["M1 多半是同一个分：确属一致，请写一句说明"]);
    seen.has_not(&["C2 多半"]);
    let note = ("note", "今年各村都按同一标准达标");
    assert_eq!(one.post(&submit, &[note]).await.status, StatusCode::SEE_OTHER);
    one.get(&submit).await.has(&["今年各村都按同一标准达标"]);
}

#[tokio::test]
async fn g8_nobody_sees_or_touches_another_office_s_sheet() {
    let county = county().await;
    let agri = county.sheet(AGRI, "").await;
    let (river, bridge) =
        (county.sheet("township", "990101101").await, county.sheet("township", "990101102").await);
    let office = county.browser("nongye").await;
    office.save(agri, &[(EAST, "E4", "1.3", None), (EAST, "J2", "1.5", None)]).await;
    let png: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89";
    let fields = [("code", EAST), ("column", "E4")];
    let sent = office.upload(&format!("/sheets/{agri}/evidence"), &fields, ("例抽查.png", png)).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
    let file = county.db.one("select id from attachment where kind = 'round-mark'", vec![]).await.unwrap();
    let file = file.unwrap().int(0).unwrap();
    office.get(&format!("/sheets/{agri}")).await.has(&["has-file", "1.30"]);
    assert_eq!(office.get(&format!("/sheets/{agri}/evidence/{file}")).await.bytes, png);
    let reads = |id: i64| {
        [
            format!("/sheets/{id}"),
            format!("/sheets/{id}?code={EAST}"),
            format!("/sheets/{id}/cell?code={EAST}&column=E4&part=1"),
            format!("/sheets/{id}/check"),
            format!("/sheets/{id}/submit"),
            format!("/sheets/{id}/sheet.xlsx"),
            format!("/sheets/{id}/evidence/{file}"),
        ]
    };
    for (login, id) in [
        ("jijian", agri),
        ("minzheng", agri),
        ("hezhen", agri),
        ("nongye", river),
        ("qiaozhen", river),
        ("hezhen", bridge),
        ("nongye", 7),
    ] {
        let other = county.browser(login).await;
        for path in reads(id) {
            assert_eq!(other.get(&path).await.status, StatusCode::NOT_FOUND, "{login} {path}");
        }
        for act in ["", "/check", "/submit", "/ask"] {
            let seen = other.post(&format!("/sheets/{id}{act}"), &[("note", "x"), ("reason", "x")]).await;
            assert_eq!(seen.status, StatusCode::NOT_FOUND, "{login} {act}");
        }
    }
    // The file is for its own unit and the county; a township, and a sheet of another office, have none.
    let (town, lead) = (county.browser("hezhen").await, county.browser("zuzhi").await);
    assert_eq!(town.get(&format!("/evidence/{file}")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(lead.get(&format!("/evidence/{file}")).await.bytes, png);
    assert_eq!(county.audited("attachment.download").await, 2);
    let own = county.sheet(WATCH, "").await;
    let watcher = county.browser("jijian").await;
    assert_eq!(watcher.get(&format!("/sheets/{own}/evidence/{file}")).await.status, StatusCode::NOT_FOUND);
    // What they see of their own sheets holds nothing of it, and no village of the other township.
    for (login, id) in [("jijian", own), ("hezhen", river)] {
        let other = county.browser(login).await;
        let pages = [format!("/sheets/{id}"), format!("/sheets/{id}?code={EAST}"), "/sheets".into()];
        for path in pages {
            let seen = other.get(&path).await;
            assert_eq!(seen.status, StatusCode::OK, "{login} {path}");
            seen.has_not(&["1.30", "例抽查"]);
        }
    }
    town.get(&format!("/sheets/{river}")).await.has_not(&["例北村", NORTH]);
    let told = town.save(river, &[(NORTH, "A2", "1", None)]).await;
    assert_eq!(told["refused"][0]["reason"], "这一轮里没有这个对象，或不归本单位评");
    county.browser("meiyou").await.get("/sheets").await.has(&["现在没有要填的评分表"]);
    // Of rounds that are not open nothing is said.
    county.set(State::Draft).await;
    assert_eq!(office.get(&format!("/sheets/{agri}")).await.status, StatusCode::NOT_FOUND);
    office.get("/sheets").await.has(&["现在没有要填的评分表"]);
}

#[tokio::test]
async fn a_locked_round_takes_nothing() {
    let county = county().await;
    let office = county.browser("nongye").await;
    let sheet = county.sheet(AGRI, "").await;
    office.save(sheet, &[(EAST, "E4", "1", None)]).await;
    county.set(State::Checking).await;
    let told = office.save(sheet, &[(EAST, "E4", "1.5", Some("1.00"))]).await;
    assert_eq!(told["refused"][0]["reason"], "这一轮已经锁定，不能再填；要改请联系组织部门退回");
    assert_eq!(county.mark(EAST, "E4", AGRI).await, Some(100));
    let page = office.get(&format!("/sheets/{sheet}")).await;
    page.has(&["只能看", "readonly", "1.00"]);
    page.has_not(&["上传 Excel</button>"]);
    let seen = office.post(&format!("/sheets/{sheet}/submit"), &[]).await;
    refused(&seen, &["这一轮已经锁定"]);
    let form = [("was", ""), ("v.990101101200.J2", "1")];
    refused(&office.post(&format!("/sheets/{sheet}"), &form).await, &["这一轮已经锁定"]);
}

#[tokio::test]
async fn the_form_works_without_script() {
    let county = county().await;
    let (office, other) = (county.browser("nongye").await, county.browser("nongye2").await);
    let sheet = county.sheet(AGRI, "").await;
    let path = format!("/sheets/{sheet}?township=990101101");
    let (e, w) = (format!("v.{EAST}.E4"), format!("v.{WEST}.E4"));
    let sent = office.post(&path, &[("was", ""), (&e, "1.2"), (&w, "9")]).await;
    refused(&sent, &["处待改", "请填 0 至 2.00 之间、0.10 的倍数", "value=\"9\"", "value=\"1.20\""]);
    let was = format!("{EAST}\tE4\t1.20\n");
    let sent = office.post(&path, &[("was", &was), (&e, "1.2"), (&w, "0.9")]).await;
    assert_eq!(sent.location, format!("/sheets/{sheet}?township=990101101&said=saved-1"));
    office.get(&sent.location).await.has(&["已存，改动 1 格"]);
    // Of an older page only what was touched is sent on, and what changed since is told.
    let sent = other.post(&path, &[("was", &was), (&e, "1.20"), (&w, "0.5")]).await;
    refused(&sent, &["别人已经改过这一格", "例nongye", "0.90"]);
    assert_eq!(county.mark(WEST, "E4", AGRI).await, Some(90));
    // One village at a time, with those before and after it; a note and its cell on a page of their own.
    let one = office.get(&format!("/sheets/{sheet}?code={WEST}")).await;
    one.has(&["例西村", "2 / 3", "上一个", "下一个", "value=\"0.90\""]);
    one.has_not(&["例东村"]);
    let note = format!("n.{WEST}.E4");
    let was = format!("{WEST}\tE4\t0.90");
    let form = [
        ("back", "cell"),
        ("code", WEST),
        ("column", "E4"),
        ("was", &was),
        (&w, "0.9"),
        (&note, "抽查 3 处"),
    ];
    let sent = office.post(&format!("/sheets/{sheet}"), &form).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
    office.get(&sent.location).await.has(&["抽查 3 处", "例nongye", "第十条第四项"]);
    // Only rows that owe something.
    office.get(&format!("{path}&todo=1")).await.has(&["例太平桥村"]);
}

#[tokio::test]
async fn last_year_stands_beside_the_cell() {
    let mut county = county().await;
    let office = county.browser("nongye").await;
    let this = county.round;
    county.round = county.begin("2025", State::Entering).await;
    let old = county.sheet(AGRI, "").await;
    // 0.50, 1.00 and 1.30 in the first township: mean 2.80 / 3 = 0.9333…; 2.00 in the other counts for nothing.
    let cells = [
        (EAST, "E4", "0.5", None),
        (WEST, "E4", "1", None),
        (BRIDGE, "E4", "1.3", None),
        (NORTH, "E4", "2", None),
    ];
    office.save(old, &cells).await;
    county.set(State::Closed).await;
    county.round = this;
    let sheet = county.sheet(AGRI, "").await;
    let panel = office.get(&format!("/sheets/{sheet}/cell?code={EAST}&column=E4&part=1")).await;
    panel.has(&["0.50（全镇均 0.93）", "第十条第四项", "2，步长 0.1"]);
    panel.has_not(&["</html>"]);
}

#[tokio::test]
async fn a_page_asks_little() {
    let county = county().await;
    let office = county.browser("nongye").await;
    let sheet = county.sheet(AGRI, "").await;
    let path = format!("/sheets/{sheet}");
    office.get(&path).await;
    let before = county.db.asked();
    office.get(&path).await;
    let page = county.db.asked() - before;
    // Sheet, round, pack, townships, counts of marks and of facts, subjects, marks, facts, evidence, excuses,
    // holidays.
    assert!(page <= 12, "{page} statements");
    let before = county.db.asked();
    office.save(sheet, &[(EAST, "E4", "1", None)]).await;
    let save = county.db.asked() - before;
    // Sheet, round, pack, subjects; townships, counts, excuses.
    assert!(save <= 8, "{save} statements");
}
