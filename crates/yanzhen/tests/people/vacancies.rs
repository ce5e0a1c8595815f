//! Vacancies (C11, J3, H3): the chain over everybody with a reason each, another choice heard, an elected seat recommended for
//! only, the best set over several adopted, plans overdue.

use crate::county::{Browser, County, EAST, WEST, ago, county, event};
use axum::http::StatusCode;
use platform::access::Part;
use platform::values;
use yanzhen::slices::people::parts::{self, FOREVER, PoolStay};
use yanzhen::slices::people::{Field, Values, store as people};
use yanzhen::slices::places::store::today;
use yanzhen::slices::pools::{self, Score};
use yanzhen::slices::posts;
use yanzhen::slices::vacancies::store;

/// Name, village, political status, pools, growth score: party members since 2012.
type New = (&'static str, &'static str, &'static str, &'static [&'static str], i64);

const NEW: [New; 5] = [
    ("何例甲", WEST, "01", &["secretary_reserve"], 8840),
    ("何例乙", EAST, "01", &["secretary_reserve"], 9010),
    ("何例丙", WEST, "13", &["secretary_reserve"], 9500),
    ("何例丁", WEST, "01", &["reserve"], 7000),
    ("何例戊", WEST, "01", &["reserve"], 6500),
];

const REASON: &str = "该同志任过三年村会计，本村正在清理三资，急需懂账的人";

impl County {
    /// Adds [`NEW`]; gives their ids.
    async fn bench(&self) -> Vec<i64> {
        let mut tx = self.db.write(event("test.bench")).await.unwrap();
        let new = NEW.iter().map(|p| people::New {
            values: Values::from([
                (Field::Name, p.0.to_owned()),
                (Field::Village, p.1.to_owned()),
                (Field::Birth, "1990-03".to_owned()),
                (Field::Sex, "1".to_owned()),
                (Field::Education, "20".to_owned()),
                (Field::Political, p.2.to_owned()),
                (Field::PartyOn, if p.2 == "01" { "2012-07-01".to_owned() } else { String::new() }),
            ]),
            synthetic: true,
        });
        let ids = people::add(&mut tx, new.collect()).await.unwrap();
        let stay = |pool: &str| PoolStay {
            pool: pool.into(),
            from_on: "2024-01-01".into(),
            to_on: FOREVER.into(),
            ground_in: "例库〔2024〕1号".into(),
            ground_out: String::new(),
        };
        let stays: Vec<(i64, PoolStay)> =
            NEW.iter().zip(&ids).flat_map(|(p, id)| p.3.iter().map(|pool| (*id, stay(pool)))).collect();
        parts::put(&mut tx, &stays).await.unwrap();
        parts::repool(&tx, &ids, &today()).await.unwrap();
        for (p, id) in NEW.iter().zip(&ids) {
            let score = Score {
                id: 0,
                person: *id,
                person_name: String::new(),
                village: p.1.into(),
                township: p.1[..9].into(),
                quarter: "2026-Q3".into(),
                parts: [("work".to_owned(), p.4)].into(),
                total: p.4,
                by: "何例乙".into(),
                at: 1,
                warned_by: String::new(),
                warned_on: String::new(),
                warning: String::new(),
                rev: 1,
            };
            pools::store::put_score(&tx, &score).await.unwrap();
        }
        tx.commit().await.unwrap();
        ids
    }
}

async fn decide(office: &Browser, path: &str, verdict: &str) -> crate::county::Seen {
    let day = today();
    let fields = [
        ("verdict", verdict),
        ("by", "何例乙"),
        ("on", day.as_str()),
        ("meeting", "镇党委会第 12 次会议"),
        ("reason", if verdict == "refused" { "另行考察" } else { "" }),
    ];
    office.post(&format!("{path}/decide"), &fields).await
}

fn id_of(path: &str) -> i64 {
    path.rsplit('/').next().unwrap().parse().unwrap()
}

#[tokio::test]
async fn c11_everybody_has_a_reason_and_another_choice_is_heard_first() {
    let county = county().await;
    let ids = county.bench().await;
    let (office, neighbour) = (county.browser("hezhen").await, county.browser("qiaozhen").await);
    let seat = format!("/vacancies/{WEST}/party_secretary");
    office.get("/vacancies").await.has(&["例毛岭", "村党组织书记", "没有登记过谁任这个职务"]);
    neighbour.get("/vacancies").await.has_not(&["例毛岭"]);
    assert_eq!(neighbour.get(&seat).await.status, StatusCode::NOT_FOUND);
    assert_eq!(office.get(&format!("/vacancies/{WEST}/none")).await.status, StatusCode::NOT_FOUND);
    // Of the village's own reserves one qualifies, one is no party member, of one the entry into the party is not known.
    let page = office.get(&seat).await;
    page.has(&[
        "何例甲",
        "拟推荐",
        "年龄 36岁",
        "党龄达到1年",
        "何例丙",
        "正式党员 否",
        "吴例己",
        "党龄没有登记",
    ]);
    page.has(&["没有展开计算", "成长积分 88.40", "村级岗位、班子和备案的全国通用默认"]);
    page.has_not(&["何例乙"]);
    let all = office.get(&format!("{seat}?all=1")).await;
    all.has(&["何例乙", "顺位在后", "本顺位排在前面各顺位之后"]);
    // Another choice needs a reason that says something; nothing is written before.
    let other = ids[1].to_string();
    for reason in ["", "综合考虑。", "。。。。。。。。。。。。。。。。。。。。"] {
        let bad = office.post(&seat, &[("person", &other), ("reason", reason)]).await;
        assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
        bad.has(&["至少写 15 字"]);
    }
    let out = office.post(&seat, &[("person", &ids[2].to_string()), ("reason", REASON)]).await;
    assert_eq!(out.status, StatusCode::UNPROCESSABLE_ENTITY, "who was passed over cannot be chosen");
    assert_eq!(county.number("select count(*) from motion").await, 0);
    let made = office.post(&seat, &[("person", &other), ("reason", REASON)]).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text());
    let path = made.location;
    office.get(&path).await.has(&["何例乙", "改选", "何例甲", "还没有提意见", "三年村会计", "第 2 位"]);
    assert_eq!(neighbour.get(&path).await.status, StatusCode::NOT_FOUND);
    let twice = office.post(&seat, &[("person", &ids[0].to_string())]).await;
    twice.has(&["这个空缺已有动议"]);
    // Who stood before reads the reason and may answer; nobody else sees it.
    county.link("nobody", ids[0]).await;
    let own = county.browser("nobody").await;
    own.get("/me").await.has(&["空缺递补", "您排在第 1 位"]);
    let passed = store::passed(&county.db, id_of(&path)).await.unwrap();
    assert_eq!(passed.iter().map(|p| p.person).collect::<Vec<_>>(), [ids[0]]);
    let words = format!("/me/vacancies/{}", passed[0].id);
    let page = own.get(&words).await;
    page.has(&["三年村会计", "第 1 位"]);
    page.has_not(&["何例乙"]);
    assert_eq!(county.browser("wanglijia").await.get(&words).await.status, StatusCode::NOT_FOUND);
    decide(&office, &path, "carried").await.has(&["排在前面的人可以提意见到"]);
    own.post(&words, &[("text", " ")]).await.has(&["请写您的意见"]);
    assert_eq!(own.post(&words, &[("text", "我也管过两年账")]).await.location, words);
    office.get(&path).await.has(&["我也管过两年账"]);
    let holds = county.number("select count(*) from holding").await;
    office.post(&format!("{path}/file"), &[("way", "appointed_above")]).await.has(&["研究同意以后"]);
    assert_eq!(decide(&office, &path, "carried").await.location, path);
    own.post(&words, &[("text", "再说")]).await.has(&["已经决定"]);
    decide(&office, &path, "refused").await.has(&["已经办过了"]);
    // Agreed to, a filing is drafted; the post is held by nobody until that is done.
    office.post(&format!("{path}/file"), &[("way", "")]).await.has(&["请选择怎样产生"]);
    assert_eq!(county.number("select count(*) from filing").await, 0);
    let filed = office.post(&format!("{path}/file"), &[("way", "appointed_above")]).await;
    assert!(filed.location.starts_with("/filings/"), "{}", filed.text());
    office.get(&filed.location).await.has(&["何例乙", "三年村会计"]);
    assert_eq!(county.number("select count(*) from holding").await, holds, "a motion gives no post");
    office.get(&path).await.has(&["已起草备案", "何例乙 镇党委会第 12 次会议"]);
    office.get("/vacancies").await.has(&["已有动议"]);
    let book = office.get(&format!("{seat}/chain.xlsx")).await;
    assert!(book.bytes.starts_with(b"PK"), "a workbook");
    assert_eq!(county.notes("vacancies.export").await.len(), 1);
}

#[tokio::test]
async fn j3_for_an_elected_seat_somebody_is_recommended_and_no_more() {
    let county = county().await;
    let ids = county.bench().await;
    let office = county.browser("zuzhi").await;
    let seat = format!("/vacancies/{WEST}/committee_member");
    office.get(&seat).await.has(&["何例丁", "选举职务", "只提出推荐人选", "共 2 席"]);
    let made = office.post(&seat, &[("person", &ids[3].to_string())]).await;
    let path = made.location;
    assert_eq!(decide(&office, &path, "carried").await.location, path, "nobody stood before");
    let page = office.get(&path).await;
    page.has(&["推荐人选", "村委会组织法第十一条"]);
    page.has_not(&["起草任职备案"]);
    let stopped = office.post(&format!("{path}/file"), &[("way", "village_election")]).await;
    assert_eq!(stopped.status, StatusCode::UNPROCESSABLE_ENTITY);
    stopped.has(&["任何组织和个人不得指定、委派"]);
    assert_eq!(county.number("select count(*) from filing").await, 0);
    // The second seat is open still: whoever was named for the first is ranked no more.
    office.get(&seat).await.has_not(&["何例丁"]);
    let withdrawn = office.post(&seat, &[("person", &ids[4].to_string())]).await.location;
    assert_eq!(office.post(&format!("{withdrawn}/withdraw"), &[]).await.location, withdrawn);
    office.get("/vacancies/motions").await.has(&["何例丁", "推荐人选", "何例戊", "已撤回"]);
}

#[tokio::test]
async fn h3_the_best_set_is_adopted_by_a_person() {
    let county = county().await;
    let ids = county.bench().await;
    let office = county.browser("zuzhi").await;
    let picks =
        format!("pick={WEST}.party_secretary.1&pick={WEST}.party_member.1&pick={WEST}.supervision_head.1");
    let page = office.get(&format!("/vacancies/together?{picks}")).await;
    // The secretary from the reserves, the member from the village's own; of the head no chain speaks.
    page.has(&["2 个空缺一起配", "何例甲", "何例丁", "守住递补次序"]);
    let pairs: Vec<String> = page
        .text()
        .split("name=\"pair\" value=\"")
        .skip(1)
        .map(|t| t.split('"').next().unwrap().to_owned())
        .collect();
    let secretary = format!("{WEST}.party_secretary.1:{}", ids[0]);
    let member = format!("{WEST}.party_member.1:{}", ids[3]);
    assert!(pairs.len() == 2 && pairs.contains(&secretary) && pairs.contains(&member), "{pairs:?}");
    // What another choice costs; a pairing held fast.
    let swap = office.get(&format!("/vacancies/together?{picks}&swap={WEST}.party_member.1")).await;
    swap.has(&["换人看差多少", "何例戊", "总适配"]);
    let lock = format!("/vacancies/together?{picks}&lock={WEST}.party_member.1:{}", ids[4]);
    office.get(&lock).await.has(&["由人锁定", "何例戊"]);
    // What is no longer so is shown anew; what is adopted is a motion each.
    let send = |pairs: Vec<(&'static str, String)>| {
        let mut out =
            vec![("pick", format!("{WEST}.party_secretary.1")), ("pick", format!("{WEST}.party_member.1"))];
        out.extend(pairs);
        out
    };
    let post = async |fields: Vec<(&'static str, String)>| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
        office.post("/vacancies/together", &fields).await
    };
    let wrong = send(vec![("pair", format!("{WEST}.party_member.1:{}", ids[4]))]);
    post(wrong).await.has(&["人选有变化"]);
    post(send(vec![])).await.has(&["请至少选一个空缺"]);
    assert_eq!(county.number("select count(*) from motion").await, 0);
    let done = post(send(vec![("pair", secretary), ("pair", member)])).await;
    assert_eq!(done.location, "/vacancies/motions", "{}", done.text());
    assert_eq!(store::count(&county.db, &Part::County).await.unwrap(), (2, 2));
    office.get("/vacancies/motions").await.has(&["何例甲", "何例丁", "待研究"]);
    office.get("/tasks").await.has(&["研究递补动议 2 件"]);
    // Who is named elsewhere is ranked no more.
    office.get(&format!("/vacancies/{WEST}/party_deputy")).await;
    let other = office.get(&format!("/vacancies/{WEST}/committee_member")).await;
    other.has(&["何例戊"]);
    other.has_not(&["何例丁"]);
}

#[tokio::test]
async fn a_plan_that_is_overdue_is_on_the_desk() {
    let county = county().await;
    let office = county.browser("hezhen").await;
    let hold = posts::store::of_person(&county.db, county.ids[0]).await.unwrap().remove(0);
    let mut tx = county.db.write(event("test.end")).await.unwrap();
    assert!(posts::store::end(&mut tx, &hold, &ago(101), "retired", "例发〔2026〕1号").await.unwrap());
    tx.commit().await.unwrap();
    // Vacant for a hundred days; the plan was due after sixty.
    let seat = format!("/vacancies/{EAST}/party_secretary");
    office.get(&seat).await.has(&["空缺 100 天", "已逾期", "已超 40 天", "原任 王例甲", "到龄离任"]);
    office.get("/vacancies").await.has(&["100 天", "逾期"]);
    office.get("/tasks").await.has(&["递补方案逾期 1 个空缺"]);
    county.browser("qiaozhen").await.get("/tasks").await.has_not(&["递补方案逾期"]);
    let gone = county.db.one("select count(*) from motion", values![]).await.unwrap().unwrap();
    assert_eq!(gone.int(0).unwrap(), 0, "nothing happens by itself");
}
