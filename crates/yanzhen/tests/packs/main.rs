//! Packs in the product, over HTTP: drafts edited in cells, two persons, workbooks, differences, cases, what-if.
#![expect(clippy::unwrap_used, reason = "a test may fail")]

#[path = "../places/county.rs"]
#[expect(dead_code, reason = "shared with the tests of places, which use the rest")]
mod county;

use axum::http::StatusCode;
use county::{Browser, County, EAST, Seen, county, pack_folder};
use platform::access::{Part, Role};
use platform::account::{Grant, NewAccount};
use platform::db::{Event, new_id};
use platform::values;
use policy::{Files, Source, workbook};

/// A second account of the county's office: who drafts does not approve.
async fn second(county: &County) -> Browser {
    let new = NewAccount {
        login: "shenhe".into(),
        name: "沈例己".into(),
        phone: String::new(),
        password: Some("Tk8rn2-wxe/HM".into()),
        must_change: false,
        grants: vec![Grant {
            role: Role::CountyOffice,
            county: "990101".into(),
            part: Part::County,
            unit: "例山县".into(),
        }],
    };
    let event = Event { action: "test.account".into(), ..Event::default() };
    county.at.accounts().create(event, new).await.unwrap().unwrap();
    county.browser("shenhe").await
}

#[track_caller]
fn went(seen: &Seen) -> String {
    assert_eq!(seen.status, StatusCode::SEE_OTHER, "{}", seen.text());
    seen.location.clone()
}

#[track_caller]
fn refused(seen: &Seen, words: &str) {
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", seen.text());
    seen.has(&[words]);
}

async fn pack(county: &County) -> i64 {
    county.db.one("select id from pack order by at, id", vec![]).await.unwrap().unwrap().int(0).unwrap()
}

/// Begins a draft of the county's pack; gives its path.
async fn begin(office: &Browser, pack: i64, version: &str) -> String {
    let fields = [("version", version), ("from", "2027-01-01"), ("part", "")];
    went(&office.post(&format!("/packs/{pack}/drafts"), &fields).await)
}

async fn rev(office: &Browser, draft: &str) -> String {
    let page = office.get(draft).await.text();
    // What is closed has no forms.
    let of = page.split("name=\"rev\" value=\"").nth(1).and_then(|t| t.split('"').next());
    of.unwrap_or("0").to_owned()
}

/// The form of a colour rule.
fn rule<'a>(rev: &'a str, act: &'a str, cells: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let head = [("rev", rev), ("section", "colours"), ("row", "1"), ("was", "R2"), ("act", act)];
    head.into_iter().chain(cells.iter().copied()).collect()
}

async fn one(county: &County, sql: &str) -> String {
    county.db.one(sql, vec![]).await.unwrap().unwrap().text(0).unwrap()
}

async fn table(county: &County) -> String {
    let row = county.db.one("select files from pack_draft", vec![]).await.unwrap().unwrap();
    let files = Files::from_json(&row.get::<Vec<u8>>(0).unwrap()).unwrap();
    files.text("colours.csv").unwrap().to_owned()
}

#[tokio::test]
async fn w3_a_version_is_drafted_by_one_and_approved_by_another_and_then_frozen() {
    let county = county().await;
    let (office, other) = (county.browser("zuzhi").await, second(&county).await);
    let pack = pack(&county).await;
    let same = [("version", "2026.1"), ("from", "2027"), ("part", "")];
    let known = one(&county, "select version from pack").await;
    let taken = [("version", known.as_str()), ("from", "2027"), ("part", "")];
    refused(&office.post(&format!("/packs/{pack}/drafts"), &taken).await, "请换一个版本号");
    refused(&office.post(&format!("/packs/{pack}/drafts"), &same).await, "日期写成");
    let draft = begin(&office, pack, "2027.1").await;
    office.get("/packs").await.has(&["2027.1", "起草中", "2027-01-01"]);
    assert_eq!(
        one(&county, "select title from pack_draft").await,
        one(&county, "select title from pack").await
    );

    // A cell is changed, undone, done again: the text of the table tells.
    let edit = format!("{draft}/edit");
    let before = table(&county).await;
    let at = went(
        &office.post(&edit, &rule(&rev(&office, &draft).await, "set", &[("c.secretary_age", ">= 58")])).await,
    );
    assert!(at.ends_with("?part=colours#r-colours-1"), "{at}");
    office.get(&at).await.has(&[
        "颜色规则 R2：村党组织书记年龄（截至研判基准日的周岁）由“&#62;= 60”改为“&#62;= 58”",
        "is-mod",
    ]);
    let after = table(&county).await;
    assert!(after.contains("R2,,>= 58,"), "{after}");
    let step = |act: &'static str| {
        let (office, draft) = (&office, &draft);
        async move {
            let fields = [("rev", rev(office, draft).await), ("part", "colours".to_owned())];
            let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
            went(&office.post(&format!("{draft}/{act}"), &fields).await)
        }
    };
    step("undo").await;
    assert_eq!(table(&county).await, before);
    step("redo").await;
    assert_eq!(table(&county).await, after);

    // Submitted with failing cases: the one who drafted cannot approve, the other needs a reason.
    let act = |who: &Browser, act: &str, reason: &'static str| {
        let (who, path) = (who.clone(), format!("{draft}/acts/{act}"));
        let draft = draft.clone();
        async move { who.post(&path, &[("rev", &rev(&who, &draft).await), ("reason", reason)]).await }
    };
    office.get(&format!("{draft}/cases")).await.has(&["不过", "预期"]);
    refused(&act(&office, "approve", "").await, "要先送审");
    went(&act(&office, "submit", "").await);
    refused(&office.post(&edit, &rule(&rev(&office, &draft).await, "set", &[])).await, "要改请先退回");
    refused(&act(&office, "approve", "例").await, "不能自己批准");
    refused(&act(&other, "approve", " ").await, "要批准请写明理由");
    refused(&act(&other, "return", "").await, "请写明退回的理由");
    went(&act(&other, "return", "年龄界限再议").await);
    office.get(&draft).await.has(&["已退回", "年龄界限再议"]);
    went(&act(&office, "submit", "").await);
    let version = went(&act(&other, "approve", "案例按旧界限写成").await);
    other.get(&version).await.has(&["2027.1", "未到生效日", "2027-01-01"]);
    assert_eq!(county.count("pack").await, 2);
    refused(&office.post(&edit, &[("section", "colours"), ("rev", "9")]).await, "要改请从这一版起草新版本");
    refused(&act(&office, "drop", "").await, "已经批准并冻结");
    office.get(&draft).await.has(&["已批准并冻结", "沈例己"]);
    office.get(&format!("/packs/{pack}/diff{}", version.trim_start_matches("/packs"))).await.has(&[
        "情形",
        "版本",
        "<ins>2027.1</ins>",
    ]);
    for (action, n) in
        [("begin", 1), ("edit", 1), ("undo", 1), ("redo", 1), ("submit", 2), ("return", 1), ("approve", 1)]
    {
        assert_eq!(county.audited(&format!("pack.draft.{action}")).await, n, "{action}");
    }
}

#[tokio::test]
async fn two_editors_lose_nothing_and_faults_stand_at_their_cells() {
    let county = county().await;
    let (office, other) = (county.browser("zuzhi").await, second(&county).await);
    let draft = begin(&office, pack(&county).await, "2027.1").await;
    let (edit, old) = (format!("{draft}/edit"), rev(&office, &draft).await);
    went(&other.post(&edit, &rule(&old, "set", &[("c.basis", "第四条之二")])).await);
    let stale = office.post(&edit, &rule(&old, "set", &[("c.secretary_age", ">= 57")])).await;
    refused(&stale, "沈例己 刚改过这份草稿");
    stale.has(&["value=\"&#62;= 57\"", "还没有存；现在存着：", "第四条之二"]);
    assert!(!table(&county).await.contains("57"));
    // Saved again from what was shown.
    went(
        &office.post(&edit, &rule(&rev(&office, &draft).await, "set", &[("c.secretary_age", ">= 57")])).await,
    );
    assert!(table(&county).await.contains("R2,,>= 57,"));
    // What was typed goes with the row that moves; a wrong cell is marked and keeps the draft from going on.
    went(&office.post(&edit, &rule(&rev(&office, &draft).await, "up", &[("c.secretary_age", "old")])).await);
    assert!(table(&county).await.lines().nth(1).unwrap().starts_with("R2,,old,"));
    office.get(&draft).await.has(&["is-bad", "处错误", "#r-colours-0"]);
    let submit = [("rev", rev(&office, &draft).await), ("part", "colours".to_owned())];
    let submit: Vec<(&str, &str)> = submit.iter().map(|(k, v)| (*k, v.as_str())).collect();
    refused(&office.post(&format!("{draft}/acts/submit"), &submit).await, "改好再办");
    for path in ["diff", "cases", "whatif"] {
        office.get(&format!("{draft}/{path}")).await.has(&["去改"]);
    }
    let long = "长".repeat(4001);
    refused(
        &office.post(&edit, &rule(&rev(&office, &draft).await, "set", &[("c.note", &long)])).await,
        "一格最多",
    );
}

#[tokio::test]
async fn a_workbook_goes_out_and_comes_back_as_one_step() {
    let county = county().await;
    let office = county.browser("zuzhi").await;
    let draft = begin(&office, pack(&county).await, "2027.1").await;
    let book = office.get(&format!("{draft}/pack.xlsx")).await;
    assert_eq!(book.status, StatusCode::OK);
    let bring = |bytes: Vec<u8>| {
        let (office, draft) = (office.clone(), draft.clone());
        async move {
            let rev = rev(&office, &draft).await;
            office
                .upload(
                    &format!("{draft}/book"),
                    &[("rev", &rev), ("part", "colours")],
                    ("办法.xlsx", &bytes),
                )
                .await
        }
    };
    went(&bring(book.bytes.clone()).await);
    assert_eq!(county.count("pack_draft_step").await, 0, "the same content is no step");
    // Changed outside: the whole content is one step, cases included.
    let mut files = Files::open(&pack_folder()).unwrap();
    let toml = files.text("pack.toml").unwrap().to_owned();
    files.put("colours.csv", files.text("colours.csv").unwrap().replace(">= 60", ">= 59"));
    went(&bring(workbook(&Source::of(&files)).unwrap()).await);
    assert!(table(&county).await.contains("R2,,>= 59,"));
    assert_eq!(county.count("pack_draft_step").await, 1);
    office.get(&format!("{draft}/cases")).await.has(&["✓ 过"]);
    // Another pack, a broken book, a case file that would leave its folder: refused, the draft as it was.
    files.put("pack.toml", toml.replace("id = \"wucun\"", "id = \"other\""));
    refused(&bring(workbook(&Source::of(&files)).unwrap()).await, "另一部办法");
    refused(&bring(b"no workbook".to_vec()).await, "草稿没有动");
    files.put("pack.toml", toml);
    let mut source = Source::of(&files);
    source.cases[0].0 = "../../up.toml".to_owned();
    let seen = bring(workbook(&source).unwrap()).await;
    refused(&seen, "用例的文件名写法有误");
    assert_eq!(county.count("pack_draft_step").await, 1);
}

#[tokio::test]
async fn g6_a_town_has_a_pack_of_its_own_and_others_do_not_see_it() {
    let county = county().await;
    let (office, own, next) =
        (county.browser("zuzhi").await, county.browser("hezhen").await, county.browser("qiaozhen").await);
    let folder = pack_folder().with_file_name("gaotai");
    let book = workbook(&Source::open(&folder).unwrap()).unwrap();
    let fields = |part: &'static str| [("from", "2026-01-01"), ("part", part)];
    refused(&office.upload("/packs", &fields("990101109"), ("a.xlsx", &book)).await, "请选全县或一个乡镇");
    let adopted = went(&office.upload("/packs", &fields("990101101"), ("a.xlsx", &book)).await);
    assert_eq!(one(&county, "select part from pack order by at desc, id desc").await, "990101101");
    office.get("/packs").await.has(&["例河镇"]);
    own.get(&adopted).await.has(&["例河镇"]);
    own.get(&format!("{adopted}/cases")).await.has(&["✓ 过"]);
    for path in [adopted.clone(), format!("{adopted}/cases"), format!("{adopted}/pack.xlsx")] {
        assert_eq!(next.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    next.get("/packs").await.has_not(&["例河镇"]);
    // The villages' colours come from one table for the whole county.
    let mut files = Files::open(&pack_folder()).unwrap();
    files.put(
        "pack.toml",
        files.text("pack.toml").unwrap().replace("version = \"2026.1\"", "version = \"9\""),
    );
    let other = workbook(&Source::of(&files)).unwrap();
    let seen = office.upload("/packs", &fields("990101101"), ("a.xlsx", &other)).await;
    refused(&seen, "只能全县采用");
}

#[tokio::test]
async fn j8_a_draft_is_tried_on_the_facts_of_today() {
    let county = county().await;
    let office = county.browser("zuzhi").await;
    // A secretary of 59: orange by O2 (55 to 60) today, red by R2 once its age is 58.
    let known = [
        ("committee_complete", "true"),
        ("secretary_age", "59"),
        ("conflict_state", "平稳"),
        ("reserve_count", "2"),
        ("secretary_to_send", "false"),
        ("team_strength", "坚强"),
    ];
    let tx = county.db.write(Event { action: "test.facts".into(), ..Event::default() }).await.unwrap();
    for (fact, value) in known {
        let sql = "insert into fact (id, code, fact, period, value, source, day, by_name, at) \
                   values ($1, $2, $3, '', $4, '例台账', '2026-01-05', '何例乙', 0)";
        tx.run(sql, values![new_id(), EAST, fact, value]).await.unwrap();
    }
    tx.commit().await.unwrap();
    let draft = begin(&office, pack(&county).await, "2027.1").await;
    office.get(&format!("{draft}/whatif")).await.has(&["还没有考核过", "0 村变颜色"]);
    let cells = [("c.secretary_age", ">= 58")];
    went(&office.post(&format!("{draft}/edit"), &rule(&rev(&office, &draft).await, "set", &cells)).await);
    office.get(&format!("{draft}/whatif")).await.has(&["1 村变颜色", "橙 中", "红 高", "例东村", "R2"]);
}
