//! The list of people over HTTP: search that forgives, filters that combine, the caller's part, views, columns, exports.
#![expect(clippy::unwrap_used, reason = "a test may fail")]

mod campaigns;
mod county;
mod duty;
mod export;
mod inquiries;
mod kept;
mod letters;
mod membership;
mod own;
mod pools;
mod retention;
mod reviews;
mod twins;
mod vacancies;

use axum::http::StatusCode;
use county::{EAST, NORTH, PEOPLE, Seen, county, event, identity};
use export::sheet;
use yanzhen::slices::people::{Field, State, Values, store};

/// Everybody in use, by village.
const ALL: [&str; 5] = ["王例甲", "李例丁", "吴例己", "單例丽", "吴例纪"];

#[tokio::test]
async fn search_forgives() {
    let county = county().await;
    let office = county.browser("zuzhi").await;
    assert_eq!(office.get("/people").await.names(), ALL);
    for (q, found) in [
        ("吴例己", &["吴例己"][..]),
        ("例", &["李例丁", "單例丽", "王例甲", "吴例己", "吴例纪"]),
        ("吳", &["吴例己", "吴例纪"]),
        ("单例麗", &["單例丽"]),
        ("shanlili", &["單例丽"]),
        ("Dan Li", &["單例丽"]),
        ("wang li jia", &["王例甲"]),
        ("wu liji", &["吴例己", "吴例纪"]),
        ("wlj", &["王例甲", "吴例己", "吴例纪"]),
        ("wanglijia", &["王例甲"]),
        ("例毛岭", &["吴例己"]),
        ("例北 吴", &["吴例纪"]),
        ("吴 例桥镇", &["吴例纪"]),
        ("limaoling", &["吴例己"]),
        (NORTH, &["單例丽", "吴例纪"]),
    ] {
        let seen = office.get(&format!("/people?q={q}")).await;
        assert_eq!(seen.names(), found, "{q}");
        // What is shown while typing is the same.
        let hits = office.get(&format!("/people/search?q={q}")).await;
        assert_eq!(hits.text().matches("data-id=").count(), found.len(), "{q}");
    }
    // Words go from the box into the address, with what else is filtered.
    let sent = office.post("/people/find", &[("q", "吴 "), ("rest", "view=reserves&page=3")]).await;
    assert_eq!(sent.location, "/people?view=reserves&q=%E5%90%B4");
}

#[tokio::test]
async fn a_number_finds_its_file_and_stays_out_of_addresses() {
    let county = county().await;
    let (office, town) = (county.browser("zuzhi").await, county.browser("hezhen").await);
    for (k, id) in county.ids.iter().enumerate() {
        let number = identity(k);
        let spaced = format!(" {} {}", &number[..6], &number[6..].to_lowercase());
        let seen = office.post("/people/find", &[("q", &spaced)]).await;
        assert_eq!(seen.location, format!("/people/{id}"), "{k}");
    }
    assert_eq!(
        office.post("/people/find", &[("q", "10000000001")]).await.location,
        format!("/people/{}", county.ids[1])
    );
    // Elsewhere and nowhere answer alike.
    let elsewhere = town.post("/people/find", &[("q", &identity(2))]).await;
    let nowhere =
        standards::IdentityNumber::synthetic("990000", (1970, 1, 1), 5, standards::Sex::Male).unwrap();
    let nowhere = town.post("/people/find", &[("q", nowhere.reveal())]).await;
    assert_eq!((elsewhere.status, nowhere.status), (StatusCode::OK, StatusCode::OK));
    let body = |seen: &Seen| seen.text().split("yz-foot").next().unwrap().to_owned();
    assert_eq!(body(&elsewhere), body(&nowhere));
    elsewhere.has(&["没有这个号码的档案"]);
    office.post("/people/find", &[("q", &identity(0)[..17])]).await.has(&["这个号码不对"]);
    let notes = county.notes("people.find-number").await;
    assert_eq!(notes.len(), PEOPLE.len() + 3);
    let numbers = notes.join(" ");
    assert!(numbers.contains("identity: 1") && !numbers.contains("99000019"), "{numbers}");
    // Typed into an address it is not looked up.
    let number = identity(0);
    assert_eq!(office.get(&format!("/people?q={number}")).await.location, "/people?sealed=1");
    office.get(&format!("/people/search?q={number}")).await.has_not(&["data-id"]);
    office.get("/people/search?q=9900001985060").await.has_not(&["data-id"]);
    assert_eq!(
        office.get(&format!("/api/v1/people?q={number}")).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(
        office.get(&format!("/people/export.xlsx?q={number}")).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
}

#[tokio::test]
async fn filters_combine_and_say_so() {
    let county = county().await;
    let office = county.browser("zuzhi").await;
    for (query, found) in [
        ("sex=2", &["吴例己", "單例丽"][..]),
        ("from=46&on=2026-12-31", &["王例甲", "吴例纪"]),
        ("to=45&on=2025-12-31&sort=-age", &["吴例纪", "單例丽", "吴例己", "李例丁"]),
        ("to=45&on=2026-12-31&sort=age", &["李例丁", "吴例己", "單例丽"]),
        ("edu=20", &["李例丁", "吴例己", "單例丽"]),
        ("edu=20&party=01.03&sex=2", &["吴例己", "單例丽"]),
        ("source=grid_worker&edu=10", &["李例丁"]),
        ("post=party_secretary", &["王例甲"]),
        ("pool=secretary_reserve", &["吴例己"]),
        ("view=reserves", &["李例丁", "吴例己", "單例丽"]),
        ("view=secretaries", &["王例甲"]),
        ("view=committees", &["王例甲"]),
        ("view=untold", &["李例丁", "單例丽"]),
        ("town=990101102", &["單例丽", "吴例纪"]),
        ("village=990101101200&sort=name", &["李例丁", "王例甲"]),
        ("view=reserves&town=990101102&pool=reserve", &["單例丽"]),
        ("state=left", &["赵例戊"]),
        ("sort=-name", &["吴例纪", "吴例己", "王例甲", "單例丽", "李例丁"]),
        ("sort=told", &["吴例纪", "王例甲"]),
    ] {
        let seen = office.get(&format!("/people?{query}")).await;
        let names = seen.names();
        if query == "sort=told" {
            assert_eq!(names.len(), 5);
        } else {
            assert_eq!(names, found, "{query}");
        }
    }
    // Sixty before the term ends, or after.
    let ends: i32 = county::ago(-700)[..4].parse().unwrap();
    for (born, found) in [(ends - 60, &["王例甲"][..]), (ends - 59, &[])] {
        let mut tx = county.db.write(event("test.birth")).await.unwrap();
        let person = store::find_in(&tx, county.ids[0]).await.unwrap().unwrap();
        store::set(&mut tx, &person, &Values::from([(Field::Birth, format!("{born}-06"))])).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(office.get("/people?view=over-age").await.names(), found, "{born}");
    }
    // A form's address becomes the list's own; each filter can go alone.
    let sent = office.get("/people?view=&town=990101101&town=990101102&edu=20&sex=&from=").await;
    assert_eq!(sent.location, "/people?town=990101101.990101102&edu=20");
    let seen = office.get("/people?town=990101101.990101102&to=30&on=2026-12-31&edu=20").await;
    seen.has(&[
        "例河镇、例桥镇",
        "不超过 30 岁（按 2026年12月31日）",
        "不低于 本科",
        "href=\"/people?to=30&#38;on=2026-12-31&#38;edu=20\"",
    ]);
    for bad in
        ["/people?town=1", "/people?from=x", "/people?sort=phone", "/people?page=x", "/people?view=phones"]
    {
        assert_eq!(office.get(bad).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{bad}");
    }
    // Tabs say how many where that is kept.
    office.get("/people?view=reserves").await.has(&[
        "全部在册<small>5</small>",
        "后备力量<small>3</small>",
        "书记<small>1</small>",
    ]);
}

#[tokio::test]
async fn a_township_meets_its_own_people_alone() {
    let county = county().await;
    let (town, other) = (county.browser("qiaozhen").await, county.browser("hezhen").await);
    let foreign = ["王例甲", "李例丁", "吴例己", "赵例戊", "例毛岭", "例河镇"];
    for path in [
        "/people",
        "/people?q=例",
        "/people?q=wlj",
        "/people?q=王例甲",
        "/people?q=例毛岭",
        "/people?town=990101101",
        "/people?village=990101101200",
        "/people?view=secretaries",
        "/people?view=reserves&sort=-age",
        "/people?view=untold",
        "/people?view=over-age",
        "/people?post=party_secretary",
        "/people?state=left",
        "/people?from=1&to=99&sort=told&page=1",
        "/people?edu=10",
        "/people?source=grid_worker",
        "/people/search?q=wang",
        "/people/search?q=例",
        "/people/search?q=w&town=990101101",
        "/api/v1/people",
        "/api/v1/people?town=990101101",
        "/api/v1/people?q=wlj&size=500",
    ] {
        let seen = town.get(path).await;
        assert_eq!(seen.status, StatusCode::OK, "{path}");
        // What was asked may be said again.
        let asked = path.replace("王例甲", "").replace("例毛岭", "");
        let text = if asked == path {
            seen.text()
        } else {
            seen.text().replace("王例甲", "").replace("例毛岭", "")
        };
        for name in foreign {
            assert!(!text.contains(name), "{name} at {path}: {text}");
        }
    }
    // Nor by a form: ticked by id, or a view saved by somebody else.
    let ids: Vec<String> = county.ids.iter().map(i64::to_string).collect();
    let ticked: Vec<(&str, &str)> = ids.iter().map(|id| ("id", id.as_str())).collect();
    let rows = sheet(&town.post("/people/export.xlsx", &ticked).await);
    assert_eq!(rows.names(), ["單例丽", "吴例纪"]);
    let rows =
        sheet(&town.post("/people/export.xlsx", &[("all", "1"), ("rest", "town=990101101.990101102")]).await);
    assert_eq!(rows.names(), ["單例丽", "吴例纪"]);
    assert_eq!(sheet(&town.get("/people/export.xlsx").await).names(), ["單例丽", "吴例纪"]);
    let saved = other.post("/people/views", &[("name", "东片"), ("query", "view=reserves")]).await;
    assert_eq!(saved.location, "/people?view=reserves");
    town.get("/people").await.has_not(&["东片"]);
    let id = county.number("select id from saved_view").await;
    for (path, fields) in [
        (format!("/people/views/{id}"), &[("name", "西片")][..]),
        (format!("/people/views/{id}/delete"), &[]),
    ] {
        assert_eq!(town.post(&path, fields).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    // Who has nothing to do with people has none of it.
    let rater = county.browser("pingfen").await;
    for path in ["/people", "/people/search?q=w", "/people/export.xlsx", "/api/v1/people"] {
        assert_eq!(rater.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
}

#[tokio::test]
async fn a_page_costs_four_statements_and_sixty_kilobytes() {
    let county = county().await;
    county.crowd(EAST, 70).await;
    let (office, town) = (county.browser("zuzhi").await, county.browser("hezhen").await);
    for k in 0..3 {
        let view = format!("视图{k}");
        office.post("/people/views", &[("name", &view), ("query", &format!("from={k}"))]).await;
    }
    // A pack's text is read once a process.
    office.get("/people").await;
    town.get("/people").await;
    for (who, path, rows) in [
        (&office, "/people", 50),
        (&office, "/people?page=2", 25),
        (&office, "/people?view=reserves&sort=-age", 3),
        (&office, "/people?q=heli&from=20&edu=30&party=01", 50),
        (&office, "/people?q=例东 何&page=2", 20),
        (&town, "/people", 50),
        (&town, "/people/search?q=hel", 0),
        (&office, "/api/v1/people?q=何", 0),
    ] {
        let before = county.at.asked();
        let seen = who.get(path).await;
        let asked = county.at.asked() - before;
        assert_eq!(seen.status, StatusCode::OK, "{path}");
        assert!(asked <= 4, "{path}: {asked} statements");
        assert!(seen.bytes.len() <= 60 * 1024, "{path}: {} bytes", seen.bytes.len());
        assert_eq!(seen.names().len(), rows, "{path}");
    }
    // All columns that may be chosen, in English, are somewhat more: not the usual list.
    office.get("/people?page=9").await.has(&["第 51—75 条，共 75 条"]);
    office.get("/people?q=何&page=9").await.has(&["第 51—70 条，共 70 条"]);
}

#[tokio::test]
async fn h1_many_were_asked_and_are_where_they_were() {
    let county = county().await;
    let town = county.browser("hezhen").await;
    let mut tx = county.db.write(event("test.place")).await.unwrap();
    for k in [1, 3, 4] {
        let person = store::find_in(&tx, county.ids[k]).await.unwrap().unwrap();
        let place = Values::from([(Field::Whereabouts, "在村".to_owned())]);
        store::set(&mut tx, &person, &place).await.unwrap();
    }
    tx.commit().await.unwrap();
    // Ticked: two of the own township, one whose whereabouts nobody noted, one of the other township.
    let ids: Vec<String> = [1, 4, 0, 3].map(|k| county.ids[k].to_string()).into();
    let mut form: Vec<(&str, &str)> = ids.iter().map(|id| ("id", id.as_str())).collect();
    form.push(("rest", "view=untold"));
    let seen = town.post("/people/unmoved", &form).await;
    assert_eq!((seen.status, seen.location.as_str()), (StatusCode::SEE_OTHER, "/people?view=untold"));
    let told = "select count(*) from whereabouts";
    assert_eq!(county.number(told).await, 2);
    let far = store::find(&county.db, county.ids[3]).await.unwrap().unwrap();
    assert_ne!(far.get(Field::ToldOn), county::ago(0));
    let near = store::find(&county.db, county.ids[4]).await.unwrap().unwrap();
    assert_eq!((near.get(Field::ToldOn), near.get(Field::Whereabouts)), (county::ago(0).as_str(), "在村"));
    let none = town.post("/people/unmoved", &[("id", ids[2].as_str())]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn nobody_found_says_who_may_be_meant_and_what_to_drop() {
    let county = county().await;
    let (office, town) = (county.browser("zuzhi").await, county.browser("qiaozhen").await);
    let seen = office.get("/people?q=吳例幾 例毛嶺").await;
    seen.has(&["没有完全相符的人", "吳例幾 例毛嶺", "已按繁简、同音、形近放宽", "繁体、同音", "不在例毛嶺"]);
    assert_eq!(seen.names(), ["吴例己", "吴例纪"]);
    // The neighbour's people are neither near nor counted.
    let seen = town.get("/people?q=吳例幾").await;
    assert_eq!(seen.names(), ["吴例纪"]);
    seen.has(&["在全部在册 2 人中查找", "请向县委组织部提出查询"]);
    seen.has_not(&["吴例己", "例毛岭"]);
    town.get("/people?q=王例佳").await.has(&["放宽以后也没有相近的人"]);
    office.get("/people?q=例茅岭").await.has(&["或者是这些村", "例毛岭村"]);
    // Filters too strict: what each gives when it goes.
    let seen = office.get("/people?edu=10&sex=2&source=grid_worker").await;
    seen.has(&[
        "3 个条件同时满足的有 0 人",
        "学历 不低于 研究生",
        "性别 女",
        "href=\"/people?edu=10&#38;source=grid_worker\"",
    ]);
    assert_eq!(seen.text().matches("1 人").count(), 2, "{}", seen.text());
    let seen = town.get("/people?post=party_secretary&sex=1").await;
    seen.has(&["没有符合条件的人"]);
    // Nobody at all.
    let mut tx = county.db.write(event("test.leave")).await.unwrap();
    for id in &county.ids[..5] {
        let person = store::find_in(&tx, *id).await.unwrap().unwrap();
        store::put_state(&mut tx, &person, State::Left, "2026-01-01").await.unwrap();
    }
    tx.commit().await.unwrap();
    office.get("/people").await.has(&["还没有人的档案", "href=\"/people/new\""]);
}
