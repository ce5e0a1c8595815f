//! Retention: what is due by which rule, decided by a person; after deletion nothing of the person is found.

use crate::county::{Browser, County, EAST, Seen, county, event, identity};
use crate::own::PNG;
use axum::http::StatusCode;
use platform::audit;
use platform::values;
use yanzhen::slices::people::corrections;
use yanzhen::slices::people::parts::{
    self, Claim, CvLine, Education, FamilyMember, Merit, PoolStay, Whereabouts,
};
use yanzhen::slices::people::{Field, State, Values, store};
use yanzhen::slices::posts::{actions, store as holdings};

#[track_caller]
fn went(seen: &Seen) -> String {
    assert_eq!(seen.status, StatusCode::SEE_OTHER, "{}", seen.text());
    seen.location.clone()
}

/// Texts that are the person's own, each met before its file goes.
const OWN: [&str; 14] = [
    "孙例辛",
    "10000009999",
    "孤例镇",
    "例茶技师",
    "例农学院",
    "例砖厂",
    "林例舅",
    "例县好人",
    "例州打工",
    "例库〔2020〕9号",
    "例户口页",
    "例错别字",
    "孙例辛证明",
    "例腿伤",
];

/// A person with something in every part of the file, who left the county's cadres so many years ago.
async fn whole(county: &County, years: i64) -> i64 {
    let number = identity(0);
    let mut tx = county.db.write(event("test.whole")).await.unwrap();
    let values = Values::from([
        (Field::Name, "孙例辛".to_owned()),
        (Field::Village, EAST.to_owned()),
        (Field::Identity, number),
        (Field::Phone, "10000009999".to_owned()),
        (Field::Origin, "孤例镇".to_owned()),
        (Field::Strengths, "例茶技师".to_owned()),
        (Field::Health, "例腿伤".to_owned()),
        (Field::Birth, "1950-02".to_owned()),
    ]);
    let id = store::add(&mut tx, vec![store::New { values, synthetic: true }]).await.unwrap()[0];
    let school = Education { mode: "full".into(), school: "例农学院".into(), ..Education::default() };
    parts::put(&mut tx, &[(id, school)]).await.unwrap();
    let line = CvLine { from_on: "1970-01".into(), text: "例砖厂".into(), ..CvLine::default() };
    parts::put(&mut tx, &[(id, line)]).await.unwrap();
    let uncle =
        FamilyMember { relation: "舅舅".into(), name: "林例舅".into(), ..FamilyMember::default() };
    parts::put(&mut tx, &[(id, uncle)]).await.unwrap();
    let merit = Merit { kind: "reward".into(), title: "例县好人".into(), ..Merit::default() };
    parts::put(&mut tx, &[(id, merit)]).await.unwrap();
    let told =
        Whereabouts { day: "2005-01-01".into(), place: "例州打工".into(), ..Whereabouts::default() };
    parts::put(&mut tx, &[(id, told)]).await.unwrap();
    let stay = PoolStay {
        pool: "reserve".into(),
        from_on: "2004-01-01".into(),
        to_on: "2005-01-01".into(),
        ground_in: "例库〔2020〕9号".into(),
        ground_out: String::new(),
    };
    parts::put(&mut tx, &[(id, stay)]).await.unwrap();
    let claim = Claim {
        kind: "birth".into(),
        value: "1950-02".into(),
        state: "recognised".into(),
        document: "例户口页".into(),
        by_name: "何例乙".into(),
        ..Claim::default()
    };
    parts::put(&mut tx, &[(id, claim)]).await.unwrap();
    let hold = holdings::New {
        village: EAST.into(),
        post: "village_director".into(),
        track: policy::posts::Track::Elected,
        title: String::new(),
        person: id,
        term: None,
        from_on: "2000-01-01".into(),
        to_on: "2004-12-31".into(),
        way_in: "village_election".into(),
        way_out: "term_end".into(),
        ground_in: "选举孙例辛".into(),
        ground_out: String::new(),
        filing: None,
        batch: None,
    };
    holdings::begin(&mut tx, &[hold]).await.unwrap();
    let file = store::find_in(&tx, id).await.unwrap().unwrap();
    let new = corrections::New {
        field: Field::Origin,
        value: "例错别字",
        reason: "例错别字",
        attachment: None,
        due_on: "2020-01-06",
    };
    corrections::ask(&mut tx, &file, &new).await.unwrap().unwrap();
    let day = crate::county::ago(years * 366);
    store::put_state(&mut tx, &file, State::Left, &day).await.unwrap();
    tx.commit().await.unwrap();
    let path = format!("/people/{id}/documents");
    let office = county.browser("zuzhi").await;
    went(&office.upload(&path, &[("what", "document")], ("孙例辛证明.png", PNG)).await);
    went(&office.upload(&path, &[("what", "photo")], ("孙例辛证明照片.png", PNG)).await);
    // Somebody else's file has the same content: it stays.
    let other = format!("/people/{}/documents", county.ids[1]);
    went(&office.upload(&other, &[("what", "document")], ("例花名册.png", PNG)).await);
    county.link("nobody", id).await;
    id
}

async fn rev(county: &County, id: i64) -> String {
    store::find(&county.db, id).await.unwrap().unwrap().rev.to_string()
}

async fn erase(office: &Browser, id: i64, record: &str, rev: &str, name: &str) -> Seen {
    let form = [("record", record), ("ground", "保存期满，经部务会同意"), ("confirm", name), ("rev", rev)];
    office.post(&format!("/people/retention/{id}/erase"), &form).await
}

/// Everything that pages, lists and exports say where the person could stand.
async fn said(county: &County, id: i64) -> String {
    let (office, town) = (county.browser("zuzhi").await, county.browser("hezhen").await);
    let mut out = String::new();
    for (who, paths) in [
        (
            &office,
            vec![
                format!("/people/{id}"),
                format!("/people/{id}?part=career"),
                format!("/people/{id}?part=posts"),
                format!("/people/{id}?part=documents"),
                format!("/people/{id}?part=history"),
                format!("/people/{id}?part=looked"),
                format!("/people/{id}/form.lrmx"),
                "/people?q=孙例辛".into(),
                "/people?state=left".into(),
                "/people?state=erased".into(),
                "/people/search?q=孙例辛".into(),
                "/people/search?q=sunlixin".into(),
                "/api/v1/people?state=left".into(),
                "/corrections".into(),
                "/corrections?show=closed".into(),
                "/people/retention".into(),
                format!("/people/retention/{id}"),
                format!("/villages/{EAST}/posts"),
                format!("/villages/{EAST}/posts?on=2002-01-01"),
            ],
        ),
        (&town, vec!["/people?state=left".into(), format!("/villages/{EAST}/posts?on=2002-01-01")]),
    ] {
        for path in paths {
            // What was searched for is said again by the page itself.
            let seen = who.get(&path).await;
            let text =
                if path.contains("孙例辛") { seen.text().replace("孙例辛", "") } else { seen.text() };
            let path = path.replace("孙例辛", "…");
            out += &format!("\n== {path} {}\n{text}", seen.status);
        }
    }
    let shown =
        office.post(&format!("/people/{id}/unmask"), &[("field", "phone"), ("reason", "核对号码")]).await;
    out + &shown.text()
}

#[tokio::test]
async fn after_deletion_nothing_of_the_person_is_found_and_the_chain_holds() {
    let county = county().await;
    let id = whole(&county, 16).await;
    let (office, town) = (county.browser("zuzhi").await, county.browser("hezhen").await);
    let before = said(&county, id).await;
    for text in OWN {
        let there = before.contains(text) || text == "孙例辛证明" || text == "例腿伤";
        assert!(there, "{text} is not met before");
    }
    // Due since fifteen years after leaving, by the national default; the township has no say.
    office.get("/people/retention").await.has(&["孙例辛", "一人一档", "离任或出库后保存15年", "第十九条"]);
    assert_eq!(town.get("/people/retention").await.status, StatusCode::FORBIDDEN);
    let now = rev(&county, id).await;
    assert_eq!(erase(&town, id, "person_file", &now, "孙例辛").await.status, StatusCode::FORBIDDEN);
    // Refused, all at once: the name, a ground that tells the name, an older reading, what is not due.
    for (record, confirm, ground, rev, why) in [
        ("person_file", "孙例", "保存期满，经部务会同意", now.as_str(), "照着写一遍"),
        ("person_file", "孙例辛", "孙例辛保存期满", now.as_str(), "里面不要写本人姓名"),
        ("person_file", "孙例辛", "好", now.as_str(), "至少四个字"),
        ("person_file", "孙例辛", "保存期满，经部务会同意", "0", "刚被别人改过"),
        ("contact", "孙例辛", "保存期满，经部务会同意", now.as_str(), "没有到期"),
    ] {
        let form = [("record", record), ("ground", ground), ("confirm", confirm), ("rev", rev)];
        let seen = office.post(&format!("/people/retention/{id}/erase"), &form).await;
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY, "{why}");
        seen.has(&[why]);
    }
    // Deferred: not deleted before the day.
    let hold = [
        ("record", "person_file"),
        ("ground", "案件没有办结"),
        ("until", "2999-01-01"),
        ("rev", now.as_str()),
    ];
    went(&office.post(&format!("/people/retention/{id}/hold"), &hold).await);
    office.get("/people/retention?show=held").await.has(&["孙例辛", "暂缓到 2999年1月1日"]);
    let seen = erase(&office, id, "person_file", &now, "孙例辛").await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    seen.has(&["到那天以后才能删"]);
    let tx = county.db.write(event("test.time")).await.unwrap();
    tx.run("update retention_act set until_on = '2020-01-01'", vec![]).await.unwrap();
    tx.commit().await.unwrap();
    // Deleted, once.
    assert_eq!(went(&erase(&office, id, "person_file", &now, "孙例辛").await), "/people/retention");
    let again = erase(&office, id, "person_file", &rev(&county, id).await, "（依法删除）").await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    let after = said(&county, id).await;
    for text in OWN.iter().copied().chain([identity(0).as_str(), "选举孙例辛"]) {
        let at = after.find(text).map(|at| after[..at].rsplit("== ").next().unwrap().lines().next().unwrap());
        assert!(at.is_none(), "{text} at {at:?}");
    }
    nothing_at_rest(&county, id).await;
    let edit = [("name", "孙例辛"), ("village", EAST), ("rev", "0")];
    let edited = office.post(&format!("/people/{id}/edit"), &edit).await;
    assert_eq!(edited.status, StatusCode::NOT_FOUND, "nothing is written into it again");
    // Which post was held when stays; the account sees nothing any more; the other's file is whole.
    let sql = "select post, from_on, to_on from holding where person = $1";
    let held = county.db.one(sql, values![id]).await.unwrap().unwrap();
    let held = [held.text(0).unwrap(), held.text(1).unwrap(), held.text(2).unwrap()];
    assert_eq!(held, ["village_director", "2000-01-01", "2004-12-31"]);
    county.browser("nobody").await.get("/me").await.has(&["还没有和您的档案连起来"]);
    let others = platform::attachments::list(&county.db, "person", &county.ids[1].to_string()).await.unwrap();
    let (_, bytes) = platform::attachments::open(&county.db, others[0].id).await.unwrap().unwrap();
    assert_eq!(bytes, PNG);
    let (_, breaks) = audit::verify(&county.db, None).await.unwrap();
    assert!(breaks.is_empty(), "{breaks:?}");
    let notes = county.notes("people.erase").await;
    assert!(notes.len() == 1 && notes[0].starts_with("person_file："), "{notes:?}");
}

/// No table says anything of the person, and the history does not open.
async fn nothing_at_rest(county: &County, id: i64) {
    for table in [
        "claim",
        "education",
        "cv_line",
        "family",
        "merit",
        "person_text",
        "whereabouts",
        "pool_stay",
        "correction",
    ] {
        let sql = format!("select count(*) from {table} where person = $1");
        assert_eq!(county.db.one(&sql, values![id]).await.unwrap().unwrap().int(0).unwrap(), 0, "{table}");
    }
    let sql = "select count(*) from attachment where name like '%孙例辛%' or record = $1";
    let n = county.db.one(sql, values![id.to_string()]).await.unwrap().unwrap().int(0).unwrap();
    assert_eq!(n, 0, "names of files");
    let past = county.db.history("person", &id.to_string(), 1000, 0).await.unwrap();
    let told = |p: &&platform::db::Past| p.was.is_some() || p.became.is_some();
    let told: Vec<&str> = past.iter().filter(told).map(|p| p.field.as_str()).collect();
    assert_eq!(told, ["state"], "what is told of an erased file");
    assert!(past.len() > 10 && past.iter().filter(|p| p.destroyed).count() > 10);
    let sql = "select name, sort, keys, village, township, state from person where id = $1";
    let row = county.db.one(sql, values![id]).await.unwrap().unwrap();
    let row: Vec<String> = (0..6).map(|k| row.text(k).unwrap()).collect();
    assert_eq!(row, ["（依法删除）", "", "", "", "", "erased"]);
    // Only the other with the same number is left to be found by it.
    let n = county
        .number("select count(*) from person where identity is null and phone is null and state = 'erased'")
        .await;
    assert_eq!(n, 1);
}

#[tokio::test]
async fn a_part_goes_by_its_own_rule_and_the_rest_stays() {
    let county = county().await;
    let id = whole(&county, 2).await;
    let office = county.browser("zuzhi").await;
    let page = office.get(&format!("/people/retention/{id}")).await;
    page.has(&["家庭成员", "联系方式", "去向和就业", "离任或出库即行销毁"]);
    page.has_not(&["person_file"]);
    office.get("/people/retention?show=family_member").await.has(&["孙例辛", "离任或出库后保存1年"]);
    for (record, gone) in
        [("family_member", "林例舅"), ("contact", "10000009999"), ("whereabouts", "例州打工")]
    {
        let now = rev(&county, id).await;
        went(&erase(&office, id, record, &now, "孙例辛").await);
        let after = said(&county, id).await;
        assert!(!after.contains(gone), "{gone}");
        assert!(after.contains("例农学院") && after.contains("孤例镇"));
        let again = erase(&office, id, record, &rev(&county, id).await, "孙例辛").await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{record} once");
    }
    office.get(&format!("/people/{id}?part=history")).await.has(&["到期删除", "（依法删除）"]);
    let (_, breaks) = audit::verify(&county.db, None).await.unwrap();
    assert!(breaks.is_empty());
    // Nobody in use is on the list but for whereabouts that are old.
    office.get("/people/retention").await.has_not(&["王例甲", "李例丁"]);
    assert!(actions::duties_of(&county.db, id).await.unwrap().is_empty());
}
