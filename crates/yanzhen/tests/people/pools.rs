//! Pools (G2, G4, G5, C9, H1, J2): entry and exit by a recorded ground and a decision by name, structure against targets,
//! the seats of every village, conversion by year of entry.

use crate::county::{Browser, County, Seen, WEST, ago, county, event};
use axum::http::StatusCode;
use platform::values;
use policy::posts::Track;
use yanzhen::slices::people::parts::{self, FOREVER, PoolStay};
use yanzhen::slices::places::store::today;
use yanzhen::slices::pools::model::State;
use yanzhen::slices::pools::store::{self, Filter};
use yanzhen::slices::posts;

/// Proposes; gives the path of the move.
async fn proposed(office: &Browser, person: i64, way: &str, pool: &str, ground: &str) -> String {
    let person = person.to_string();
    let fields = [
        ("person", person.as_str()),
        ("way", way),
        ("pool", pool),
        ("ground", ground),
        ("reason", "例河镇党委考察"),
        ("document", "例组〔2026〕3号"),
    ];
    let seen = office.post("/pools/moves", &fields).await;
    assert_eq!(seen.status, StatusCode::SEE_OTHER, "{}", seen.text());
    seen.location
}

/// A decision on today.
async fn decide(office: &Browser, path: &str, verdict: &str) -> Seen {
    let day = today();
    let fields = [
        ("verdict", verdict),
        ("by", "何例甲"),
        ("on", day.as_str()),
        ("meeting", "镇党委会第 9 次会议"),
        ("reason", if verdict == "refused" { "年限不够" } else { "" }),
    ];
    office.post(&format!("{path}/decide"), &fields).await
}

impl County {
    async fn pools_of(&self, k: usize) -> Vec<String> {
        let row = self.db.one("select pools from person where id = $1", values![self.ids[k]]).await.unwrap();
        let pools = row.unwrap().text(0).unwrap();
        pools.split('|').filter(|p| !p.is_empty()).map(str::to_owned).collect()
    }

    async fn stays(&self, k: usize) -> Vec<PoolStay> {
        parts::of::<PoolStay>(&self.db, self.ids[k]).await.unwrap().into_iter().map(|k| k.part).collect()
    }
}

#[tokio::test]
async fn g2_who_enters_was_proposed_and_decided_by_name() {
    let county = county().await;
    let office = county.browser("hezhen").await;
    // Everything that is wrong is told at once; nothing is written.
    let person = county.ids[0].to_string();
    let bad = office.post("/pools/moves", &[("person", &person), ("way", "in")]).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    bad.has(&["请选一个库", "请选事由", "请写明理由"]);
    let path = proposed(&office, county.ids[0], "in", "secretary_reserve", "recommended").await;
    office.get(&path).await.has(&[
        "王例甲",
        "书记后备",
        "推荐、考察",
        "例河镇党委考察",
        "例组〔2026〕3号",
        "待决定",
    ]);
    assert!(county.pools_of(0).await.is_empty(), "a proposal changes nothing");
    // One proposal for a pool at a time, and nobody enters twice.
    let again = [
        ("person", person.as_str()),
        ("way", "in"),
        ("pool", "secretary_reserve"),
        ("ground", "exam"),
        ("reason", "又一次"),
    ];
    office.post("/pools/moves", &again).await.has(&["已有一件待决定的"]);
    // A decision names who, where and when.
    let bad = office.post(&format!("{path}/decide"), &[("verdict", "carried"), ("on", "2999-01-01")]).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    bad.has(&["请写明由谁决定", "请写明哪次会议", "日期不能晚于今天"]);
    let done = decide(&office, &path, "carried").await;
    assert_eq!(done.location, path, "{}", done.text());
    assert_eq!(county.pools_of(0).await, ["secretary_reserve"]);
    let stays = county.stays(0).await;
    assert_eq!((stays[0].from_on.as_str(), stays[0].to_on.as_str()), (today().as_str(), FOREVER));
    assert!(
        stays[0].ground_in.contains("推荐、考察：例河镇党委考察（镇党委会第 9 次会议 何例甲）"),
        "{stays:?}"
    );
    decide(&office, &path, "refused").await.has(&["已经办过了"]);
    office.post(&format!("{path}/withdraw"), &[]).await.has(&["不能再撤回"]);
    office.post("/pools/moves", &again).await.has(&["已经在这个库里"]);
    // The file shows it, and the person reads it under the own account.
    office.get(&format!("/people/{}?part=posts", county.ids[0])).await.has(&["书记后备", "已决定"]);
    let own = county.browser("wanglijia").await;
    own.get("/me").await.has(&["后备人才库", "例河镇党委考察"]);
    own.get(&path.replace("/pools/moves", "/me/pools")).await.has(&["书记后备", "何例甲"]);
    let other = county.browser("nobody").await;
    assert_eq!(other.get(&path.replace("/pools/moves", "/me/pools")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn nobody_leaves_unheard_and_a_township_decides_for_its_own() {
    let county = county().await;
    let (office, neighbour) = (county.browser("hezhen").await, county.browser("qiaozhen").await);
    county.link("nobody", county.ids[4]).await;
    let own = county.browser("nobody").await;
    let path = proposed(&office, county.ids[4], "out", "reserve", "review_failed").await;
    let id: i64 = path.rsplit('/').next().unwrap().parse().unwrap();
    assert_eq!(neighbour.get(&path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(decide(&neighbour, &path, "carried").await.status, StatusCode::NOT_FOUND);
    decide(&office, &path, "carried").await.has(&["要先听本人说"]);
    assert_eq!(county.pools_of(4).await, ["reserve"]);
    let words = path.replace("/pools/moves", "/me/pools");
    own.post(&words, &[("text", "  ")]).await.has(&["请写您的说明"]);
    let said = own.post(&words, &[("text", "第二次测试当天在抗旱值班，有值班表")]).await;
    assert_eq!(said.location, words);
    office.get(&path).await.has(&["第二次测试当天在抗旱值班"]);
    // Heard, it may be decided; refused, nothing changes and the person reads why.
    assert_eq!(decide(&office, &path, "refused").await.location, path);
    assert_eq!(county.pools_of(4).await, ["reserve"]);
    own.get(&words).await.has(&["不同意", "年限不够"]);
    own.post(&words, &[("text", "再说一次")]).await.has(&["已经决定"]);
    assert_eq!(store::find(&county.db, id).await.unwrap().unwrap().state, State::Refused);
    // The own wish is nothing adverse: it is decided at once, and the stay ends with its ground.
    let path = proposed(&office, county.ids[4], "out", "reserve", "own_wish").await;
    assert_eq!(decide(&office, &path, "carried").await.location, path);
    assert!(county.pools_of(4).await.is_empty());
    let stays = county.stays(4).await;
    assert_eq!(stays[0].to_on, ago(1), "on the day of the decision the person is out");
    assert!(stays[0].ground_out.contains("本人申请退出"), "{stays:?}");
    let waiting = Filter { state: "proposed".into(), ..Filter::default() };
    assert_eq!(store::count(&county.db, &waiting, &platform::access::Part::County).await.unwrap(), 0);
    office.get("/pools/moves").await.has(&["本人申请退出", "李例丁", "评审不合格"]);
}

#[tokio::test]
async fn j2_c9_every_village_s_seats_and_the_structure() {
    let county = county().await;
    let office = county.browser("zuzhi").await;
    let page = office.get("/pools?show=all").await;
    // Three in pools; of the secretary's reserves one, in the west.
    page.has(&[
        "3 人在库",
        "书记后备",
        "缺 2 人",
        "缺 1 人，有 1 人",
        "吴例己",
        "3 村中 3 村有缺口",
        "年龄梯度",
    ]);
    // The young are two or three of three, by the day; women two of three: 66.7 per cent.
    page.has(&["66.7%", "目标 ≥30%", "达到"]);
    let town = county.browser("qiaozhen").await;
    let own = town.get("/pools?show=all").await;
    own.has(&["1 人在库", "例北"]);
    own.has_not(&["吴例己", "例毛岭"]);
    let book = office.get("/pools/bench.xlsx").await;
    assert!(book.bytes.starts_with(b"PK"), "a workbook");
    let sql = "select count(*) from audit where action = 'pools.export'";
    assert_eq!(county.db.one(sql, vec![]).await.unwrap().unwrap().int(0).unwrap(), 1);
}

#[tokio::test]
async fn g4_conversion_follows_who_came_onto_a_committee() {
    let county = county().await;
    let office = county.browser("zuzhi").await;
    let entered = county.stays(1).await[0].from_on.clone();
    let year = entered[..4].to_owned();
    let mut tx = county.db.write(event("test.hold")).await.unwrap();
    let hold = posts::store::New {
        village: WEST.into(),
        post: "committee_member".into(),
        track: Track::Elected,
        title: String::new(),
        person: county.ids[1],
        term: None,
        from_on: today(),
        to_on: FOREVER.into(),
        way_in: "elected".into(),
        way_out: String::new(),
        ground_in: "例村选举".into(),
        ground_out: String::new(),
        filing: None,
        batch: None,
    };
    posts::store::begin(&mut tx, &[hold]).await.unwrap();
    tx.commit().await.unwrap();
    let page = office.get("/pools/moves").await;
    page.has(&[&format!("{year} 年入库"), "已转化 1 人", "33.3%"]);
    // Of one pool: that person alone.
    office.get("/pools/moves?pool=secretary_reserve").await.has(&["入库 1 人，已转化 1 人，100.0%"]);
    // Another township converted nobody.
    county.browser("qiaozhen").await.get("/pools/moves").await.has(&["入库 1 人，已转化 0 人，0.0%"]);
}

#[tokio::test]
async fn g2_a_review_scores_by_part_and_warns_by_name() {
    let county = county().await;
    let office = county.browser("hezhen").await;
    county.link("nobody", county.ids[4]).await;
    let (a, b) = (county.ids[1], county.ids[4]);
    let fields = |person: i64, marks: [&str; 4]| -> Vec<(String, String)> {
        ["learning", "practice", "work", "reputation"]
            .iter()
            .zip(marks)
            .map(|(piece, mark)| (format!("s.{person}.{piece}"), mark.to_owned()))
            .collect()
    };
    let send = async |all: Vec<(String, String)>| {
        let all: Vec<(&str, &str)> = all.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        office.post("/pools/review?quarter=2026-Q3", &all).await
    };
    // Every fault of the page at once; nothing is written, what was typed stays.
    let mut both = fields(a, ["20", "30.01", "", "20"]);
    both.extend(fields(b, ["10", "10", "10", "10"]));
    let bad = send(both).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    bad.has(&["有 2 格要改", "请填 0 至 30.00", "30.01"]);
    assert!(store::scores_of(&county.db, b).await.unwrap().is_empty());
    let mut good = fields(a, ["18", "27.5", "26", "19"]);
    good.extend(fields(b, ["10", "10", "10", "10.25"]));
    // Another township's person, and one in no pool, are passed over.
    good.extend(fields(county.ids[3], ["1", "1", "1", "1"]));
    good.extend(fields(county.ids[0], ["1", "1", "1", "1"]));
    assert_eq!(send(good).await.status, StatusCode::SEE_OTHER);
    let page = office.get("/pools/review?quarter=2026-Q3").await;
    page.has(&["90.50", "40.25", "2026-Q2", "2026-Q4"]);
    assert_eq!(store::scores_of(&county.db, b).await.unwrap()[0].total, 4025);
    assert!(store::scores_of(&county.db, county.ids[3]).await.unwrap().is_empty());
    assert!(store::scores_of(&county.db, county.ids[0]).await.unwrap().is_empty());
    // A tenth of two is nobody: nothing is proposed, but a person may warn; the person reads why.
    page.has(&["没有提出的警示"]);
    let id = store::scores_of(&county.db, b).await.unwrap()[0].id;
    let warn = format!("/pools/review/{id}/warn");
    let bad = office.post(&warn, &[("by", " ")]).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    bad.has(&["请写明由谁决定", "请写明理由"]);
    let given = [("by", "何例甲"), ("reason", "两个季度没有承担任务")];
    let neighbour = county.browser("qiaozhen").await;
    assert_eq!(neighbour.post(&warn, &given).await.status, StatusCode::NOT_FOUND);
    assert_eq!(office.post(&warn, &given).await.status, StatusCode::SEE_OTHER);
    office.post(&warn, &given).await.has(&["已经办过了"]);
    let own = county.browser("nobody").await;
    own.get("/me").await.has(&["成长积分", "40.25", "两个季度没有承担任务"]);
    // A later mark of the quarter stands over the first; the warning stays.
    let again = fields(b, ["10", "10", "10", "20"]);
    assert_eq!(send(again).await.status, StatusCode::SEE_OTHER);
    let scores = store::scores_of(&county.db, b).await.unwrap();
    assert_eq!((scores.len(), scores[0].total, scores[0].warned_by.as_str()), (1, 5000, "何例甲"));
    assert_eq!(county.pools_of(4).await, ["reserve"], "nobody leaves by a warning");
}
