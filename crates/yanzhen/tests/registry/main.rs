//! People, posts and filings over HTTP: one file a person, two lawful tracks, filed before taken.
#![expect(clippy::unwrap_used, reason = "a test may fail")]

#[path = "../places/county.rs"]
#[expect(dead_code, reason = "shared with the tests of places, which use the rest")]
mod county;
mod roster;

mod calendar;
mod transfer;

use axum::http::StatusCode;
use county::{Browser, County, EAST, county};
use platform::db::Event;
use platform::values;
use policy::posts::Track;
use yanzhen::slices::people::store::New;
use yanzhen::slices::people::{Field, Values, store as people_store};
use yanzhen::slices::posts::{self, rules};

fn event(action: &str) -> Event {
    Event { action: action.into(), ..Event::default() }
}

/// Makes a file: name, birth, sex, education.
async fn person(county: &County, name: &str, birth: &str, sex: &str, education: &str) -> i64 {
    let values = Values::from([
        (Field::Name, name.to_owned()),
        (Field::Birth, birth.to_owned()),
        (Field::Sex, sex.to_owned()),
        (Field::Education, education.to_owned()),
        (Field::Political, "01".to_owned()),
        (Field::PartyOn, "2010-06".to_owned()),
        (Field::Village, EAST.to_owned()),
    ]);
    let mut tx = county.db.write(event("test.person")).await.unwrap();
    let new = vec![New { values, synthetic: true }];
    let id = people_store::add(&mut tx, new).await.unwrap()[0];
    tx.commit().await.unwrap();
    id
}

/// Writes a hold from a day, perhaps to a day.
async fn hold(county: &County, person: i64, post: &str, track: Track, days: (&str, &str)) {
    let new = posts::store::New {
        village: EAST.into(),
        post: post.into(),
        track,
        title: String::new(),
        person,
        term: None,
        from_on: days.0.into(),
        to_on: days.1.into(),
        way_in: if track == Track::Elected { "village_election" } else { "election_by_members" }.into(),
        way_out: String::new(),
        ground_in: "例换届".into(),
        ground_out: String::new(),
        filing: None,
        batch: None,
    };
    let rules = rules::posts_of(&county.db, EAST, "2026-11-22").await.unwrap();
    let mut tx = county.db.write(event("test.hold")).await.unwrap();
    posts::store::begin(&mut tx, &[new]).await.unwrap();
    posts::repost(&tx, &rules, &[person]).await.unwrap();
    tx.commit().await.unwrap();
}

const FOREVER: &str = "9999-12-31";

#[track_caller]
fn went(seen: &county::Seen) -> String {
    assert_eq!(seen.status, StatusCode::SEE_OTHER, "{}", seen.text());
    seen.location.clone()
}

async fn holders(county: &County, post: &str) -> Vec<String> {
    let sql = "select p.name from holding h join person p on p.id = h.person where h.post = $1 and h.to_on = $2 \
               order by p.name";
    let rows = county.db.rows(sql, values![post, FOREVER]).await.unwrap();
    rows.iter().map(|r| r.text(0).unwrap()).collect()
}

/// A village whose secretary is also its elected director, and a deputy.
async fn village(county: &County) -> (i64, i64) {
    let chief = person(county, "曹例未", "1968-03", "1", "60").await;
    let deputy = person(county, "方例辰", "1986-05", "2", "20").await;
    hold(county, chief, "party_secretary", Track::Party, ("2026-01-10", FOREVER)).await;
    hold(county, chief, "village_director", Track::Elected, ("2026-01-20", FOREVER)).await;
    hold(county, deputy, "party_deputy", Track::Party, ("2026-01-10", FOREVER)).await;
    (chief, deputy)
}

/// Sends every document that the filing asks for.
async fn bring_all(office: &Browser, filing: &str) {
    let page = office.get(filing).await.text();
    let wanted: Vec<&str> =
        page.split("name=\"document\" value=\"").skip(1).filter_map(|t| t.split('"').next()).collect();
    assert!(!wanted.is_empty(), "a filing asks for documents");
    for document in wanted {
        let png: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89";
        went(
            &office
                .upload(&format!("{filing}/documents"), &[("document", document)], ("材料.png", png))
                .await,
        );
    }
}

#[tokio::test]
async fn g6_c2_a_post_is_filed_before_it_is_taken() {
    let county = county().await;
    let (chief, deputy) = village(&county).await;
    let (town, office) = (county.browser("hezhen").await, county.browser("zuzhi").await);
    // The township alone cannot register a party secretary: it files.
    let direct = [
        ("post", "party_secretary"),
        ("person", &deputy.to_string()),
        ("from", "2026-11-01"),
        ("way", "appointed_above"),
        ("ground", "例会"),
    ];
    let refused = town.post(&format!("/villages/{EAST}/posts/begin"), &direct).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.has(&["先备案、后任职"]);
    let filing = went(&town.post("/filings", &[("village", EAST)]).await);
    let items = format!("{filing}/items");
    let hold_of = |post: &'static str| {
        let county = &county;
        async move {
            let sql = "select id from holding where post = $1 and to_on = $2";
            county.db.one(sql, values![post, FOREVER]).await.unwrap().unwrap().int(0).unwrap().to_string()
        }
    };
    let (party, seat) = (hold_of("party_secretary").await, hold_of("village_director").await);
    let why = [("reason", "本人因病书面请求"), ("basis", "第十二条")];
    // A removal of the elected seat is stopped, kept in sight, and never written.
    let all = [&[("leave", "1"), ("holding", seat.as_str()), ("way", "removed")][..], &why].concat();
    went(&town.post(&items, &all).await);
    let page = town.get(&filing).await;
    page.has(&["已拦下", "曹例未", "罢免表决"]);
    assert_eq!(county.count("filing_act").await, 0);
    // Every fault at once.
    let empty = town.post(&items, &[("post", ""), ("person", ""), ("way", "")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    empty.has(&["请选择职务", "请选择怎样产生", "请写明理由", "请写明所依的条款"]);
    let all = [&[("leave", "1"), ("holding", party.as_str()), ("way", "removed")][..], &why].concat();
    went(&town.post(&items, &all).await);
    let id = deputy.to_string();
    let all = [&[("post", "party_secretary"), ("person", id.as_str()), ("way", "appointed_above")][..], &why]
        .concat();
    went(&town.post(&items, &all).await);
    // Studied with an explanation for whatever the checks ask to be explained.
    let page = town.get(&filing).await.text();
    let asked: Vec<String> = page
        .split("name=\"explain-")
        .skip(1)
        .filter_map(|t| t.split('"').next())
        .map(|id| format!("explain-{id}"))
        .collect();
    let mut study = vec![("text", "11月12日7人到会，7票同意")];
    study.extend(asked.iter().map(|id| (id.as_str(), "已逐项研究")));
    if !asked.is_empty() {
        let refused = town.post(&format!("{filing}/acts/study"), &study[..1]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        refused.has(&["请说明"]);
    }
    went(&town.post(&format!("{filing}/acts/study"), &study).await);
    went(&town.post(&format!("{filing}/acts/send"), &[]).await);
    // The township does not answer itself; the county cannot agree while documents are missing.
    assert_eq!(
        town.post(&format!("{filing}/opinion"), &[("opinion", "agree")]).await.status,
        StatusCode::FORBIDDEN
    );
    let refused = office.post(&format!("{filing}/opinion"), &[("opinion", "agree")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.has(&["还缺"]);
    let refused = office.post(&format!("{filing}/opinion"), &[("opinion", "complete_first")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let more = [("opinion", "complete_first"), ("text", "请补交接单")];
    went(&office.post(&format!("{filing}/opinion"), &more).await);
    office.get("/filings").await.has(&["补正后再议", "停表"]);
    bring_all(&town, &filing).await;
    went(&town.post(&format!("{filing}/acts/complete"), &[]).await);
    went(&office.post(&format!("{filing}/opinion"), &[("opinion", "agree")]).await);
    let page = office.get(&filing).await;
    page.has(&["号"]);
    // Nothing has changed hands yet; the announcement does it, not before the reply.
    assert_eq!(holders(&county, "party_secretary").await, ["曹例未"]);
    let early = town.post(&format!("{filing}/acts/announce"), &[("day", "2026-01-01")]).await;
    assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY);
    let today = yanzhen::slices::places::store::today();
    went(&town.post(&format!("{filing}/acts/announce"), &[("day", &today)]).await);
    assert_eq!(holders(&county, "party_secretary").await, ["方例辰"]);
    assert_eq!(holders(&county, "village_director").await, ["曹例未"], "the elected seat is untouched");
    assert_eq!(
        holders(&county, "party_deputy").await,
        Vec::<String>::new(),
        "the deputy left that post by it"
    );
    went(&town.post(&format!("{filing}/acts/hand-over"), &[("day", &today)]).await);
    // The duty of the post is set: the first stage of the cycle.
    let hold = hold_of("party_secretary").await;
    went(
        &town.post(&format!("/villages/{EAST}/holdings/{hold}/duty"), &[("text", "主持村党组织工作")]).await,
    );
    town.get(&format!("/villages/{EAST}/posts")).await.has(&["已定职", "主持村党组织工作"]);
    // As of the day before, the former secretary still stands.
    town.get(&format!("/villages/{EAST}/posts?on=2026-06-01")).await.has(&["看的是这一天", "曹例未"]);
    let file = people_store::find(&county.db, chief).await.unwrap().unwrap();
    assert_eq!(file.posts, "|village_director|");
    // The next township sees nothing of it.
    let other = county.browser("qiaozhen").await;
    for path in [filing.clone(), format!("/people/{chief}"), format!("/villages/{EAST}/posts")] {
        let seen = other.get(&path).await;
        assert_eq!(seen.status, StatusCode::NOT_FOUND, "{path}");
        seen.has_not(&["曹例未", "方例辰"]);
    }
    other.get("/filings").await.has_not(&["曹例未", "例东村"]);
}

#[tokio::test]
async fn an_elected_seat_ends_by_its_own_ways_alone() {
    let county = county().await;
    village(&county).await;
    let town = county.browser("hezhen").await;
    let sql = "select id from holding where post = 'village_director'";
    let seat = county.db.one(sql, vec![]).await.unwrap().unwrap().int(0).unwrap();
    let end = format!("/villages/{EAST}/holdings/{seat}/end");
    for way in ["removed", "transferred", "retired", "dismissed"] {
        let form = [("way", way), ("day", "2026-11-01"), ("ground", "例会")];
        let refused = town.post(&end, &form).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{way}");
        refused.has(&["任何组织和个人不得指定、委派或撤换"]);
    }
    assert_eq!(holders(&county, "village_director").await, ["曹例未"]);
    let form = [("way", "resigned"), ("day", "2026-11-01"), ("ground", "村民代表会议接受")];
    went(&town.post(&end, &form).await);
    assert_eq!(holders(&county, "village_director").await, Vec::<String>::new());
}

#[tokio::test]
async fn w5_age_goes_down_and_education_up_against_the_last_term() {
    let county = county().await;
    let terms = [("第十一届", "2021-01-20", "2026-01-19"), ("第十二届", "2026-01-20", "2031-01-19")];
    let office = county.browser("zuzhi").await;
    for (name, from, to) in terms {
        let form =
            [("track", "elected"), ("title", name), ("from", from), ("to", to), ("ground", "换届选举")];
        went(&office.post(&format!("/villages/{EAST}/posts/term"), &form).await);
    }
    let overlap = [
        ("track", "elected"),
        ("title", "第十三届"),
        ("from", "2030-01-01"),
        ("to", "2035-01-01"),
        ("ground", "例"),
    ];
    let refused = office.post(&format!("/villages/{EAST}/posts/term"), &overlap).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.has(&["重叠"]);
    // Then: one man of 60 without college. Now: 40 and 44, one of two with college.
    let old = person(&county, "赵例甲", "1966-01", "1", "70").await;
    hold(&county, old, "village_director", Track::Elected, ("2021-01-20", "2026-01-19")).await;
    let a = person(&county, "钱例乙", "1986-01", "1", "20").await;
    let b = person(&county, "孙例丙", "1982-01", "2", "60").await;
    hold(&county, a, "village_director", Track::Elected, ("2026-01-20", FOREVER)).await;
    hold(&county, b, "committee_member", Track::Elected, ("2026-01-20", FOREVER)).await;
    let page = office.get(&format!("/villages/{EAST}/posts")).await;
    // 1966-01 was 60 on 2026-01-19; (40 + 44) / 2 = 42 now.
    page.has(&["42.0", "比上届降 18.0 岁", "50.0", "比上届升 50.0 个百分点", "历任", "赵例甲"]);
    let page = office.get("/posts").await;
    page.has(&["一降一升", "42.0", "▼18.0", "▲50.0", "目标"]);
    let page = office.get("/posts?township=990101101").await;
    page.has(&["例东村", "42.0"]);
}

#[tokio::test]
async fn c10_a_recognised_value_changes_only_by_a_decision() {
    let county = county().await;
    let town = county.browser("hezhen").await;
    let form = [
        ("name", "吴例己"),
        ("village", EAST),
        ("birth", "1995年4月"),
        ("sex", "1"),
        ("identity", ""),
        ("phone", "19900001234"),
        ("party_on", "2018.6"),
    ];
    let path = went(&town.post("/people", &form).await);
    let id: i64 = path.rsplit('/').next().unwrap().parse().unwrap();
    let page = town.get(&path).await;
    page.has(&["吴例己", "1995年4月", "2018年6月", "没有出处"]);
    page.has_not(&["19900001234"]);
    went(&town.post(&format!("{path}/claims"), &[("kind", "birth"), ("document", "出生医学证明")]).await);
    town.get(&path).await.has(&["已认定", "出生医学证明"]);
    // Another birth date is proposed, told as a conflict, and changes nothing.
    let rev = people_store::find(&county.db, id).await.unwrap().unwrap().rev.to_string();
    let edit = [("rev", rev.as_str()), ("name", "吴例己"), ("village", EAST), ("birth", "1994-04")];
    went(&town.post(&format!("{path}/edit"), &edit).await);
    let file = people_store::find(&county.db, id).await.unwrap().unwrap();
    assert_eq!(file.get(Field::Birth), "1995-04");
    town.get(&path).await.has(&["有冲突", "1994年4月", "未经认定的改动不生效"]);
    // Saving an older reading is refused and keeps what was typed.
    let stale = [("rev", "1"), ("name", "吴例己"), ("village", EAST), ("strengths", "种茶")];
    let refused = town.post(&format!("{path}/edit"), &stale).await;
    if file.rev != 1 {
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        refused.has(&["刚被别人改过", "种茶"]);
    }
    let sql = "select id from claim where person = $1 and state = 'proposed'";
    let claim = county.db.one(sql, values![id]).await.unwrap().unwrap().int(0).unwrap();
    let no_reason = town.post(&format!("{path}/claims/{claim}"), &[("verdict", "yes")]).await;
    assert!(!no_reason.status.is_redirection());
    let decide = [("verdict", "yes"), ("reason", "以户口簿为准")];
    went(&town.post(&format!("{path}/claims/{claim}"), &decide).await);
    let file = people_store::find(&county.db, id).await.unwrap().unwrap();
    assert_eq!(file.get(Field::Birth), "1994-04");
    let page = town.get(&format!("{path}?part=history")).await;
    page.has(&["1995年4月", "1994年4月", "认定事项"]);
    // A number is shown for a stated reason; the reason is in the audit and the look in the file.
    assert!(
        town.post(&format!("{path}/unmask"), &[("field", "phone"), ("reason", "")])
            .await
            .status
            .is_client_error()
    );
    let shown = town.post(&format!("{path}/unmask"), &[("field", "phone"), ("reason", "联系入户走访")]).await;
    shown.has(&["19900001234"]);
    assert_eq!(county.audited("people.unmask").await, 1);
    town.get(&format!("{path}?part=looked")).await.has(&["查看完整号码", "查看档案"]);
}

#[tokio::test]
async fn h1_whereabouts_are_kept_current() {
    let county = county().await;
    let id = person(&county, "许例丑", "1990-02", "1", "20").await;
    let town = county.browser("hezhen").await;
    let path = format!("/people/{id}");
    town.get(&path).await.has(&["没有问过"]);
    let told =
        [("place", "苏州务工"), ("employment", "电子厂"), ("intention", "愿返乡任职"), ("how", "电话")];
    went(&town.post(&format!("{path}/told"), &told).await);
    let page = town.get(&path).await;
    page.has(&["苏州务工", "愿返乡任职"]);
    page.has_not(&["没有问过"]);
    let file = people_store::find(&county.db, id).await.unwrap().unwrap();
    assert_eq!(file.get(Field::ToldOn), yanzhen::slices::places::store::today());
    assert_eq!(county.audited("people.told").await, 1);
}

#[tokio::test]
async fn forms_are_given_out_without_what_is_not_needed() {
    let county = county().await;
    let (chief, _) = village(&county).await;
    let town = county.browser("hezhen").await;
    let lrmx = town.get(&format!("/people/{chief}/form.lrmx")).await;
    assert_eq!(lrmx.status, StatusCode::OK);
    let form = standards::Lrmx::read(&lrmx.bytes).unwrap();
    assert_eq!((form.name.as_str(), form.sex.as_str()), ("曹例未", "男"));
    assert!(form.post.contains("村委会主任"), "{}", form.post);
    for name in ["form.docx", "../nothing"] {
        let seen = town.get(&format!("/people/{chief}/{name}")).await;
        let ok = name == "form.docx";
        assert_eq!(seen.status == StatusCode::OK, ok, "{name}");
        assert_eq!(seen.bytes.starts_with(b"PK"), ok);
    }
    let table = town.get(&format!("/villages/{EAST}/committee.xlsx")).await;
    assert!(table.status == StatusCode::OK && table.bytes.starts_with(b"PK"));
    assert_eq!(county.audited("people.export").await, 2);
}
