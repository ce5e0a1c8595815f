//! A person's own view: everything of the own file, requests for correction, a copy; and the office's answers.

use crate::county::{Browser, County, EAST, Seen, county, event, identity};
use axum::http::StatusCode;
use platform::values;
use std::io::Read;
use yanzhen::slices::people::parts::{self, Claim, FamilyMember, Merit};
use yanzhen::slices::people::{Field, Values, claims, store};
use yanzhen::slices::places::store::today;

pub const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89";

/// Texts of everything in a ZIP, by name; archives inside it are opened too.
pub fn unzipped(bytes: &[u8]) -> Vec<(String, String)> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut out = Vec::new();
    for k in 0..archive.len() {
        let mut file = archive.by_index(k).unwrap();
        let (name, mut content) = (file.name().unwrap().into_owned(), Vec::new());
        file.read_to_end(&mut content).unwrap();
        if content.starts_with(b"PK\x03\x04") {
            out.extend(unzipped(&content).into_iter().map(|(n, t)| (format!("{name}/{n}"), t)));
        } else {
            out.push((name, String::from_utf8_lossy(&content).into_owned()));
        }
    }
    out
}

#[track_caller]
fn went(seen: &Seen) -> String {
    assert_eq!(seen.status, StatusCode::SEE_OTHER, "{}", seen.text());
    seen.location.clone()
}

#[track_caller]
fn refused(seen: &Seen, texts: &[&str]) {
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", seen.text());
    seen.has(texts);
}

async fn person(county: &County, k: usize) -> yanzhen::slices::people::Person {
    store::find(&county.db, county.ids[k]).await.unwrap().unwrap()
}

/// The id of the request that waits.
async fn waiting(county: &County) -> i64 {
    county.number("select id from correction where state = 'asked'").await
}

async fn ask(own: &Browser, field: &str, value: &str) -> Seen {
    let form = [("field", field), ("value", value), ("reason", "以原件为准")];
    own.post("/me/corrections", &form).await
}

#[tokio::test]
async fn c10_a_person_sees_all_of_the_own_file_and_who_looked() {
    let county = county().await;
    let me = county.ids[0];
    let mut tx = county.db.write(event("test.more")).await.unwrap();
    let family =
        FamilyMember { relation: "妻子".into(), name: "林例月".into(), ..FamilyMember::default() };
    parts::put(&mut tx, &[(me, family)]).await.unwrap();
    let merit = Merit { kind: "sanction".into(), title: "党内警告".into(), ..Merit::default() };
    parts::put(&mut tx, &[(me, merit)]).await.unwrap();
    tx.commit().await.unwrap();
    let own = county.browser("wanglijia").await;
    own.get("/me").await.has(&["王例甲", "书记", "本周 0 人看过", "要办 0 件"]);
    county.browser("hezhen").await.get(&format!("/people/{me}")).await.has(&["王例甲"]);
    own.get("/me").await.has(&["本周 1 人看过", "查看档案"]);
    let page = own.get("/me/file").await;
    page.has(&["王例甲", "1969年5月", "未认定", "给我看", "/me/copy"]);
    page.has_not(&[&identity(0), "10000000000"]);
    own.get("/me/file?part=career").await.has(&["林例月", "党内警告"]);
    own.get("/me/file?part=posts").await.has(&["书记", "在任"]);
    own.get("/me/file?part=history").await.has(&["家庭成员", "党内警告"]);
    own.get("/me/file?part=looked").await.has(&["例hezhen", "本人查看"]);
    // A number after a step, on record like anybody's look.
    let shown = own.post("/me/unmask", &[("field", "identity")]).await;
    shown.has(&[&identity(0)]);
    assert_eq!(county.notes("people.unmask").await, ["identity：本人查看"]);
    assert_eq!(own.post("/me/unmask", &[("field", "name")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    // An account without a file is told so, and led there from everywhere.
    let nobody = county.browser("nobody").await;
    nobody.get("/me").await.has(&["还没有和您的档案连起来"]);
    for path in ["/me/file", "/me/copy", "/me/correct?field=birth", "/me/corrections"] {
        assert_eq!(went(&nobody.get(path).await), "/me", "{path}");
    }
}

#[tokio::test]
async fn a_copy_holds_everything_and_only_the_own() {
    let county = county().await;
    let own = county.browser("wanglijia").await;
    let office = county.browser("hezhen").await;
    let path = format!("/people/{}/documents", county.ids[0]);
    went(&office.upload(&path, &[("what", "document")], ("志愿书.png", PNG)).await);
    went(
        &own.upload(
            "/me/corrections",
            &[("field", "work_on"), ("value", "1987.9"), ("reason", "以原件为准")],
            ("工作证.png", PNG),
        )
        .await,
    );
    let seen = own.get("/me/copy").await;
    assert_eq!(seen.status, StatusCode::OK);
    let files = unzipped(&seen.bytes);
    let names: Vec<&str> = files.iter().map(|(n, _)| n.as_str()).collect();
    for name in [
        "任免审批表-王例甲.docx/word/document.xml",
        "全部内容-王例甲.json",
        "材料/志愿书.png",
        "材料/工作证.png",
    ] {
        assert!(names.contains(&name), "{name}: {names:?}");
    }
    let json = &files.iter().find(|(n, _)| n.ends_with(".json")).unwrap().1;
    let json: serde_json::Value = serde_json::from_str(json).unwrap();
    let text = json.to_string();
    assert!(
        text.contains(&identity(0)) && text.contains("1987年9月") && text.contains("以原件为准"),
        "{text}"
    );
    assert!(json["谁看过"].as_array().unwrap().iter().any(|l| l["做什么"] == "本人要了一份"), "{text}");
    assert!(!json["更改记录"].as_array().unwrap().is_empty());
    for other in ["李例丁", "吴例己", &identity(4)] {
        assert!(files.iter().all(|(_, t)| !t.contains(other)), "{other}");
    }
    assert_eq!(county.number("select count(*) from audit where action = 'people.copy'").await, 1);
}

#[tokio::test]
async fn c10_a_plain_field_is_corrected_by_request_and_answer() {
    let county = county().await;
    let (own, town) = (county.browser("wanglijia").await, county.browser("hezhen").await);
    // Every fault at once, and what was typed stays.
    refused(
        &own.post("/me/corrections", &[("field", "phone"), ("value", "12")]).await,
        &["11 位手机号", "请写理由", "value=\"12\""],
    );
    refused(&ask(&own, "phone", "10000000000").await, &["和档案里现在的一样"]);
    refused(&ask(&own, "name", "王甲").await, &["“例”字"]);
    refused(&ask(&own, "name", "").await, &["请写应该是什么"]);
    assert_eq!(ask(&own, "village", EAST).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(went(&ask(&own, "phone", "100 0000 0099").await), "/me/corrections");
    refused(&ask(&own, "phone", "10000000098").await, &["还没有答复"]);
    let page = own.get("/me/corrections").await;
    page.has(&["在核", "以原件为准", "撤回"]);
    page.has_not(&["10000000099"]);
    // Five working days: the pack's number, by the calendar.
    let now: kernel::Day = today().parse().unwrap();
    let due = kernel::WorkCalendar::embedded().add_workdays(now, 5).day.to_string();
    let sql = "select count(*) from correction where due_on = $1";
    let n = county.db.one(sql, values![due]).await.unwrap().unwrap().int(0).unwrap();
    assert_eq!(n, 1);
    // Sealed at rest: neither the table nor the history holds the number.
    let rows = county.db.rows("select asked from correction", vec![]).await.unwrap();
    assert!(!String::from_utf8_lossy(&rows[0].get::<Vec<u8>>(0).unwrap()).contains("10000000099"));
    let id = waiting(&county).await;
    // The township's to do, counted; the neighbour's not.
    town.get("/tasks").await.has(&["答复更正申请 王例甲", "剩 5 个工作日", "2<span class=\"yz-sr\"> 件待办"]);
    town.get("/corrections").await.has(&["王例甲", "手机"]);
    county.browser("zuzhi").await.get("/corrections").await.has(&["王例甲"]);
    let other = county.browser("qiaozhen").await;
    other.get("/corrections").await.has_not(&["王例甲"]);
    other.get("/tasks").await.has_not(&["王例甲"]);
    let path = format!("/corrections/{id}");
    assert_eq!(other.get(&path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(other.post(&format!("{path}/answer"), &[]).await.status, StatusCode::NOT_FOUND);
    let page = town.get(&path).await;
    page.has(&["现在是", "本人说应是", "显示完整号码"]);
    page.has_not(&["10000000099", "10000000000"]);
    town.post(&format!("{path}/unmask"), &[]).await.has(&["10000000099", "10000000000"]);
    refused(&town.post(&format!("{path}/answer"), &[]).await, &["请选择同意更正", "请写答复"]);
    // Read before the file changed: told, and nothing is written.
    let rev = person(&county, 0).await.rev;
    let (old, now) = ((rev - 1).to_string(), rev.to_string());
    let typed = [("verdict", "grant"), ("text", "已与本人核对"), ("rev", old.as_str())];
    refused(&town.post(&format!("{path}/answer"), &typed).await, &["刚被别人办过"]);
    let typed = [("verdict", "grant"), ("text", "已与本人核对"), ("rev", now.as_str())];
    went(&town.post(&format!("{path}/answer"), &typed).await);
    refused(&town.post(&format!("{path}/answer"), &typed).await, &["刚被别人办过"]);
    assert_eq!(
        county.browser("zuzhi").await.post("/people/find", &[("q", "10000000099")]).await.location,
        format!("/people/{}", county.ids[0])
    );
    own.get("/me/file").await.has(&["更正的答复", "已与本人核对", "已更正"]);
    let history = own.get("/me/file?part=history").await;
    history.has(&["更正申请", "已与本人核对"]);
    history.has_not(&["10000000099"]);
    town.get("/tasks").await.has_not(&["王例甲"]);
}

#[tokio::test]
async fn c10_a_recognised_value_is_corrected_only_as_a_recognised_claim() {
    let county = county().await;
    let (own, town) = (county.browser("wanglijia").await, county.browser("hezhen").await);
    let me = county.ids[0];
    let path = format!("/people/{me}/claims");
    went(&town.post(&path, &[("kind", "birth"), ("document", "户籍底册")]).await);
    let form = [("field", "birth"), ("value", "1968年5月"), ("reason", "以出生证为准")];
    went(&own.upload("/me/corrections", &form, ("出生证.png", PNG)).await);
    assert_eq!(person(&county, 0).await.get(Field::Birth), "1969-05", "asking changes nothing");
    let id = waiting(&county).await;
    let page = town.get(&format!("/corrections/{id}")).await;
    page.has(&["1969年5月", "1968年5月", "户籍底册", "出生证.png"]);
    assert_eq!(town.get(&format!("/corrections/{id}/evidence")).await.bytes, PNG);
    let rev = person(&county, 0).await.rev.to_string();
    let answer = format!("/corrections/{id}/answer");
    let grant = [("verdict", "grant"), ("text", "原件核对一致"), ("rev", &rev), ("document", "")];
    refused(&town.post(&answer, &grant).await, &["请写明来源材料"]);
    let grant = [("verdict", "grant"), ("text", "原件核对一致"), ("rev", &rev), ("document", "出生医学证明")];
    went(&town.post(&answer, &grant).await);
    assert_eq!(person(&county, 0).await.get(Field::Birth), "1968-05");
    let all = parts::of::<Claim>(&county.db, me).await.unwrap();
    let states: Vec<(&str, &str)> = all.iter().map(|c| (c.value.as_str(), c.state.as_str())).collect();
    assert_eq!(states, [("1968-05", "recognised"), ("1969-05", "superseded")]);
    assert!(all[0].attachment.is_some() && all[0].document == "出生医学证明");
    // A refusal changes nothing and is read by the person; what was answered cannot be withdrawn.
    went(&ask(&own, "party_on", "2001-07").await);
    let id = waiting(&county).await;
    let rev = person(&county, 0).await.rev.to_string();
    let refuse = [("verdict", "refuse"), ("text", "志愿书上不是这个日期"), ("rev", &rev)];
    went(&town.post(&format!("/corrections/{id}/answer"), &refuse).await);
    assert_eq!(person(&county, 0).await.get(Field::PartyOn), "");
    own.get("/me/file").await.has(&["没有更正", "志愿书上不是这个日期"]);
    let late = own.post(&format!("/me/corrections/{id}/withdraw"), &[]).await;
    refused(&late, &["已经答复或撤回"]);
    // Withdrawn before it is answered: nothing waits any more.
    went(&ask(&own, "origin", "例安").await);
    let id = waiting(&county).await;
    assert_eq!(
        county.browser("nobody").await.post(&format!("/me/corrections/{id}/withdraw"), &[]).await.status,
        StatusCode::NOT_FOUND
    );
    went(&own.post(&format!("/me/corrections/{id}/withdraw"), &[]).await);
    let rev = person(&county, 0).await.rev.to_string();
    let grant = [("verdict", "grant"), ("text", "同意"), ("rev", rev.as_str())];
    refused(&town.post(&format!("/corrections/{id}/answer"), &grant).await, &["刚被别人办过"]);
    assert_eq!(person(&county, 0).await.get(Field::Origin), "");
}

#[tokio::test]
async fn nobody_answers_the_own_request_and_no_number_twice() {
    let county = county().await;
    // The township's officer has a file of the own.
    county.link("hezhen", county.ids[0]).await;
    county.link("wanglijia", county.ids[1]).await;
    let own = county.browser("wanglijia").await;
    went(&ask(&own, "origin", "例安").await);
    let of_other = waiting(&county).await;
    let mut tx = county.db.write(event("test.ask")).await.unwrap();
    let me = store::find_in(&tx, county.ids[0]).await.unwrap().unwrap();
    let new = yanzhen::slices::people::corrections::New {
        field: Field::Identity,
        value: &identity(2),
        reason: "号码录错了",
        attachment: None,
        due_on: "2020-01-06",
    };
    let id = yanzhen::slices::people::corrections::ask(&mut tx, &me, &new).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    let town = county.browser("hezhen").await;
    town.get(&format!("/corrections/{id}")).await.has(&["这是您自己的更正申请"]);
    let rev = person(&county, 0).await.rev.to_string();
    let grant = [("verdict", "grant"), ("text", "同意更正"), ("rev", rev.as_str())];
    refused(&town.post(&format!("/corrections/{id}/answer"), &grant).await, &["不能答复自己的更正申请"]);
    let rev_other = person(&county, 1).await.rev.to_string();
    let other = [("verdict", "refuse"), ("text", "没有依据"), ("rev", rev_other.as_str())];
    went(&town.post(&format!("/corrections/{of_other}/answer"), &other).await);
    // Somebody else answers, overdue or not; a number that another file has is not given twice.
    let office = county.browser("zuzhi").await;
    office.get("/corrections").await.has(&["超期", "王例甲"]);
    refused(&office.post(&format!("/corrections/{id}/answer"), &grant).await, &["在本县已有档案"]);
    let refuse = [("verdict", "refuse"), ("text", "号码属于别人"), ("rev", rev.as_str())];
    went(&office.post(&format!("/corrections/{id}/answer"), &refuse).await);
    office.get("/corrections?show=closed").await.has(&["没有更正"]);
}

#[tokio::test]
async fn a_duty_is_signed_for_by_its_holder_alone() {
    let county = county().await;
    let town = county.browser("hezhen").await;
    let hold = county.number("select id from holding").await;
    let path = format!("/villages/{EAST}/holdings/{hold}/duty");
    went(&town.post(&path, &[("text", "主持村党组织工作")]).await);
    let duty = county.number("select id from duty").await;
    let (own, nobody) = (county.browser("wanglijia").await, county.browser("nobody").await);
    own.get("/me").await.has(&["要办 1 件", "主持村党组织工作", "签收"]);
    let path = format!("/me/duties/{duty}/accept");
    assert_eq!(nobody.post(&path, &[]).await.status, StatusCode::NOT_FOUND);
    went(&own.post(&path, &[]).await);
    own.get("/me").await.has(&["要办 0 件"]);
    assert_eq!(own.post(&path, &[]).await.status, StatusCode::NOT_FOUND, "once");
    own.get("/me/file?part=history").await.has(&["签收职责"]);
}

/// A claim made by an import keeps waiting: what a request asks for is not mixed up with it.
#[tokio::test]
async fn other_proposals_stay_as_they_are() {
    let county = county().await;
    let me = county.ids[0];
    let town = county.browser("hezhen").await;
    went(&town.post(&format!("/people/{me}/claims"), &[("kind", "birth"), ("document", "户籍底册")]).await);
    let mut tx = county.db.write(event("test.import")).await.unwrap();
    let now = store::find_in(&tx, me).await.unwrap().unwrap();
    let new = Values::from([(Field::Birth, "1970-01".to_owned())]);
    claims::apply(&mut tx, (1, "何例乙"), &now, &new, "登记表").await.unwrap();
    tx.commit().await.unwrap();
    let own = county.browser("wanglijia").await;
    own.get("/me/file").await.has(&["1969年5月", "已认定", "另外提出过", "1970年1月", "登记表"]);
}
