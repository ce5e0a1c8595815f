//! What follows from results, over HTTP: proposals, hearings, decisions, the register, the tally, documents of a round.
#![expect(clippy::unwrap_used, reason = "a test may fail")]

#[path = "../places/county.rs"]
#[expect(dead_code, reason = "shared with the tests of places, which use the rest")]
mod county;
mod papers;
mod register;

use axum::http::StatusCode;
use county::{Browser, County, EAST, NORTH, WEST, county};
use platform::access::{Part, Role};
use platform::account::{Grant, NewAccount};
use platform::db::Event;
use platform::values;
use policy::posts::Track;
use policy::{Pack, Source};
use yanzhen::slices::appraisals::follow::{self, Proposed};
use yanzhen::slices::appraisals::model::{Round, State, Subject};
use yanzhen::slices::appraisals::store::{self as rounds, Outcome};
use yanzhen::slices::people::store::New;
use yanzhen::slices::people::{Field, Values, store as people};
use yanzhen::slices::places::facts;
use yanzhen::slices::places::store::today;
use yanzhen::slices::posts;
use yanzhen::slices::rewards::store::{self, By, Counted, Filter, Stage};

fn event(action: &str) -> Event {
    Event { action: action.into(), ..Event::default() }
}

#[track_caller]
fn went(seen: &county::Seen) -> String {
    assert_eq!(seen.status, StatusCode::SEE_OTHER, "{}", seen.text());
    seen.location.clone()
}

/// Every cell of a workbook.
fn cells(seen: &county::Seen) -> String {
    use calamine::Reader;
    assert_eq!(seen.status, StatusCode::OK, "{}", seen.text());
    let bytes = std::io::Cursor::new(seen.bytes.clone());
    let mut book: calamine::Xlsx<_> = calamine::open_workbook_from_rs(bytes).unwrap();
    let name = book.sheet_names()[0].clone();
    let sheet = book.worksheet_range(&name).unwrap();
    let row = |row: &[calamine::Data]| row.iter().map(ToString::to_string).collect::<Vec<_>>().join("\t");
    sheet.rows().map(row).collect::<Vec<_>>().join("\n")
}

/// Makes a file and a post held since 2026: the person's id and the hold's.
async fn holder(county: &County, name: &str, village: &str, post: &str, track: Track) -> (i64, i64) {
    let values = Values::from([
        (Field::Name, name.to_owned()),
        (Field::Birth, "1980-05".to_owned()),
        (Field::Village, village.to_owned()),
    ]);
    let mut tx = county.db.write(event("test.person")).await.unwrap();
    let new = vec![New { values, synthetic: true }];
    let person = people::add(&mut tx, new).await.unwrap()[0];
    let new = posts::store::New {
        village: village.into(),
        post: post.into(),
        track,
        title: String::new(),
        person,
        term: None,
        from_on: "2026-01-10".into(),
        to_on: "9999-12-31".into(),
        way_in: if track == Track::Elected { "village_election" } else { "election_by_members" }.into(),
        way_out: String::new(),
        ground_in: "例换届".into(),
        ground_out: String::new(),
        filing: None,
        batch: None,
    };
    let hold = posts::store::begin(&mut tx, &[new]).await.unwrap()[0];
    tx.commit().await.unwrap();
    (person, hold)
}

/// A closed round of the county: EAST of grade 1, WEST and NORTH of grade 4, and what its rules propose.
struct Closed {
    county: County,
    round: i64,
    secretary: i64,
    director: i64,
}

/// A proposal to write.
fn proposed(code: &str, rule: (&str, &str, &str), amount: Option<i64>) -> Proposed {
    let (consequence, action, basis) = rule;
    Proposed {
        code: code.into(),
        village: code.into(),
        township: code[..9].into(),
        consequence: consequence.into(),
        action: action.into(),
        applies_to: "village".into(),
        amount,
        basis: basis.into(),
        person: None,
        person_name: String::new(),
        holding: None,
        because: "等次为一等\n等次：一等".into(),
        barred: String::new(),
    }
}

fn outcome(code: &str, total: i64, rank: i64, grade: &str) -> Outcome {
    Outcome {
        code: code.into(),
        total: Some(total),
        before_bonus: Some(total),
        bonus: Some(0),
        penalty: Some(0),
        rank: Some(rank),
        of_n: Some(3),
        grade: grade.into(),
        veto: String::new(),
        missing: String::new(),
        scores: "{}".into(),
    }
}

async fn closed() -> Closed {
    let county = county().await;
    let (secretary, hold) = holder(&county, "曹例未", WEST, "party_secretary", Track::Party).await;
    let (director, seat) = holder(&county, "方例辰", NORTH, "village_director", Track::Elected).await;
    let folder = county::pack_folder().parent().unwrap().join("jinan");
    let Ok(source) = Source::open_rules(&folder) else { panic!("the pack opens") };
    let pack = Pack::read(&source).0.unwrap();
    let tx = county.db.write(event("test.round")).await.unwrap();
    let id = facts::adopt(&tx, &folder, &pack, "2026-01-01", "何例乙").await.unwrap();
    let round = Round {
        id: 0,
        pack: id,
        title: "2026年度考核".into(),
        year: "2026".into(),
        part: String::new(),
        subject: "village".into(),
        posts: String::new(),
        state: State::Draft,
        marks_due: String::new(),
        check_due: String::new(),
        publish_due: String::new(),
        opened_on: String::new(),
        published_on: "2026-10-08".into(),
        notice_until: "2026-10-15".into(),
        closed_on: "2026-10-16".into(),
        meeting: "部务会".into(),
        meeting_on: "2026-10-08".into(),
        decided_by: "何例乙".into(),
        version: 1,
        made_by: "何例乙".into(),
        made_at: 1,
        rev: 1,
    };
    let id = rounds::add(&tx, &round).await.unwrap();
    let round = Round { id, state: State::Closed, ..round };
    assert!(rounds::save(&tx, &round).await.unwrap());
    let subject = |code: &str, name: &str, town: &str| Subject {
        code: code.into(),
        name: name.into(),
        village: code.into(),
        township: code[..9].into(),
        township_name: town.into(),
        person: None,
    };
    let subjects = [
        subject(EAST, "例东村", "例河镇"),
        subject(WEST, "例西村", "例河镇"),
        subject(NORTH, "例北村", "例桥镇"),
    ];
    rounds::put_subjects(&tx, id, &subjects).await.unwrap();
    let outcomes = [outcome(EAST, 9321, 1, "1"), outcome(WEST, 6105, 2, "4"), outcome(NORTH, 5950, 3, "4")];
    rounds::put_outcomes(&tx, id, 1, &outcomes).await.unwrap();
    rounds::add_version(&tx, id, 1, "公示", "何例乙").await.unwrap();
    let person = |mut p: Proposed, who: i64, name: &str, hold: i64, post: &str| {
        (p.person, p.person_name, p.holding) = (Some(who), name.into(), Some(hold));
        p.applies_to = post.into();
        p
    };
    let removal = ("removal-proposal", "propose_removal", "第三十条");
    let all = [
        proposed(EAST, ("bonus-grade-1", "bonus", "第二十七条"), Some(1_000_000)),
        proposed(EAST, ("collective-bonus", "bonus", "第二十八条"), Some(2_000_000)),
        proposed(WEST, ("rectify-4", "rectify", "第二十九条"), None),
        proposed(NORTH, ("rectify-4", "rectify", "第二十九条"), None),
        person(proposed(WEST, removal, None), secretary, "曹例未", hold, "party_secretary"),
        person(
            proposed(WEST, ("talk-4", "talk", "第三十一条第一项"), None),
            secretary,
            "曹例未",
            hold,
            "party_secretary",
        ),
        Proposed {
            barred: "任何组织和个人不得指定、委派或撤换村民委员会成员".into(),
            ..person(proposed(NORTH, removal, None), director, "方例辰", seat, "village_director")
        },
    ];
    follow::write(&tx, &round, &all).await.unwrap();
    tx.commit().await.unwrap();
    Closed { county, round: id, secretary, director }
}

impl Closed {
    /// The proposal of a rule for a village.
    async fn proposal(&self, rule: &str, village: &str) -> i64 {
        let sql = "select id from proposal where consequence = $1 and village = $2";
        self.county.db.one(sql, values![rule, village]).await.unwrap().unwrap().int(0).unwrap()
    }

    async fn state(&self, id: i64) -> String {
        let sql = "select state from proposal where id = $1";
        self.county.db.one(sql, values![id]).await.unwrap().unwrap().text(0).unwrap()
    }

    /// The account of a cadre whose file it is.
    async fn cadre(&self, person: i64, village: &str) -> Browser {
        let grant = Grant {
            role: Role::VillageCadre,
            county: "990101".into(),
            part: Part::Village(village.into()),
            unit: "例村".into(),
        };
        let new = NewAccount {
            login: format!("cadre{person}"),
            name: "曹例未".into(),
            phone: String::new(),
            password: Some("Tk8rn2-wxe/HM".into()),
            must_change: false,
            grants: vec![grant],
        };
        let made = self.county.at.accounts().create(event("test.account"), new).await.unwrap().unwrap();
        let mut tx = self.county.db.write(event("test.link")).await.unwrap();
        people::link(&mut tx, person, Some((made.0, "cadre")), "何例乙").await.unwrap();
        tx.commit().await.unwrap();
        self.county.browser(&format!("cadre{person}")).await
    }
}

#[tokio::test]
async fn j10_a_removal_is_heard_decided_and_only_then_drafted_as_a_filing() {
    let c = closed().await;
    let (office, town) = (c.county.browser("zuzhi").await, c.county.browser("hezhen").await);
    let id = c.proposal("removal-proposal", WEST).await;
    let (path, day) = (format!("/proposals/{id}"), today());
    office.get(&path).await.has(&["建议免职", "曹例未", "第三十条", "先听取本人意见"]);
    let decide = [
        ("verdict", "carried"),
        ("day", day.as_str()),
        ("meeting", "县委常委会第9次会议"),
        ("reason", "连续两年四等"),
    ];
    let refused = office.post(&format!("{path}/acts/decide"), &decide).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.has(&["先听取本人意见，再决定"]);
    // The township hears, and does not decide the county's round.
    let bad = town.post(&format!("{path}/acts/hear"), &[("day", "昨天")]).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    bad.has(&["日期写成", "请写明由谁", "请写明内容"]);
    let heard = [("day", day.as_str()), ("by", "镇党委书记 许例丑"), ("text", "说明了两年未达标的原因")];
    went(&town.post(&format!("{path}/acts/hear"), &heard).await);
    let refused = town.post(&format!("{path}/acts/decide"), &decide).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.has(&["由县里研究决定"]);
    went(&office.post(&format!("{path}/acts/decide"), &decide).await);
    // A draft of a filing, and nothing taken away.
    let page = office.get(&path).await;
    page.has(&["决定执行", "已起草任职备案", "备案批复、宣布以前，职务不变", "连续两年四等"]);
    let sql = "select f.state, a.reason, a.act from filing f join filing_act a on a.filing = f.id";
    let rows = c.county.db.rows(sql, vec![]).await.unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].text(0).unwrap(), "draft");
    assert!(rows[0].text(1).unwrap().contains("连续两年四等"));
    let holds = posts::store::of_person(&c.county.db, c.secretary).await.unwrap();
    assert!(holds[0].lasts(), "still in post");
    // The filing must be withdrawn before the decision can be.
    let revoke = format!("{path}/acts/revoke");
    let refused = office.post(&revoke, &[("reason", "情况有变")]).await;
    refused.has(&["已经起草任职备案"]);
    let filing = page.text();
    let filing = filing.split("/filings/").nth(1).and_then(|t| t.split('"').next()).unwrap().to_owned();
    went(&town.post(&format!("/filings/{filing}/acts/withdraw"), &[]).await);
    went(&office.post(&revoke, &[("reason", "情况有变")]).await);
    assert_eq!(c.state(id).await, "heard");
    office.get(&path).await.has(&["撤回决定", "情况有变", "县委常委会第9次会议"]);
    // The person's own history tells it.
    let history = c.county.db.history("person", &c.secretary.to_string(), 50, 0).await.unwrap();
    assert_eq!(history.iter().filter(|p| p.field == "proposal").count(), 3, "heard, decided, taken back");
}

#[tokio::test]
async fn an_elected_seat_is_stopped_with_its_lawful_ways() {
    let c = closed().await;
    let office = c.county.browser("zuzhi").await;
    let id = c.proposal("removal-proposal", NORTH).await;
    let path = format!("/proposals/{id}");
    office.get(&path).await.has(&["已拦下", "不得指定、委派或撤换", "罢免表决", "任期届满"]);
    for act in ["hear", "decide", "drop", "revoke", "finish"] {
        let form =
            [("day", "2026-11-01"), ("verdict", "carried"), ("by", "例"), ("text", "例"), ("reason", "例")];
        let refused = office.post(&format!("{path}/acts/{act}"), &form).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{act}");
    }
    assert_eq!(office.post(&format!("{path}/filing"), &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(c.state(id).await, "void");
    assert_eq!(c.county.count("filing").await, 0);
    let holds = posts::store::of_person(&c.county.db, c.director).await.unwrap();
    assert!(holds[0].lasts());
    let list = format!("/rounds/{}/proposals?stage=void", c.round);
    office.get(&list).await.has(&["方例辰", "依法不能提出", "罢免表决"]);
}

#[tokio::test]
async fn j10_j11_sums_are_decided_together_and_taken_back_the_same_day() {
    let c = closed().await;
    let office = c.county.browser("zuzhi").await;
    let base = format!("/rounds/{}/proposals", c.round);
    // 10,000 for grade 1 and 20,000 for the collective economy.
    office.get(&base).await.has(&["30,000", "第二十七条", "第二十八条", "勾选的一次研究决定"]);
    let (a, b) = (c.proposal("bonus-grade-1", EAST).await, c.proposal("collective-bonus", EAST).await);
    let talk = c.proposal("talk-4", WEST).await;
    let (a, b, talk) = (a.to_string(), b.to_string(), talk.to_string());
    // A talk is no sum: it is left out of what is decided together.
    let ids = [("id", a.as_str()), ("id", b.as_str()), ("id", talk.as_str())];
    let seen = office.post(&format!("{base}/confirm"), &ids).await;
    assert_eq!(seen.status, StatusCode::OK);
    seen.has(&["一次决定 2 笔", "合计 30,000 元"]);
    seen.has_not(&["曹例未"]);
    let day = today();
    let shown = |count: &'static str, cents: &'static str| {
        let mut form = ids.to_vec();
        form.extend([("count", count), ("cents", cents)]);
        form
    };
    let bad = office.post(&format!("{base}/decide"), &shown("2", "3000000")).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    bad.has(&["日期写成", "请写明哪次会议决定"]);
    let mut form = shown("1", "3000000");
    form.extend([("day", day.as_str()), ("meeting", "部务会第3次")]);
    let stale = office.post(&format!("{base}/decide"), &form).await;
    assert_eq!(stale.status, StatusCode::UNPROCESSABLE_ENTITY);
    stale.has(&["有的已经变了"]);
    assert_eq!(c.county.audited("proposal.decide-many").await, 0);
    let mut form = shown("2", "3000000");
    form.extend([("day", day.as_str()), ("meeting", "部务会第3次")]);
    let to = went(&office.post(&format!("{base}/decide"), &form).await);
    office.get(&to).await.has(&["决定已写下", "部务会第3次"]);
    let batch = to.split("batch=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    let groups = store::groups(&c.county.db, &Filter::default(), &Part::County).await.unwrap();
    assert_eq!(groups.iter().map(|g| g.carried_sum).sum::<i64>(), 3_000_000);
    assert_eq!(groups.iter().map(|g| g.proposed_sum).sum::<i64>(), 3_000_000);
    let silent = office.post(&format!("{base}/revoke"), &[("batch", &batch)]).await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    went(&office.post(&format!("{base}/revoke"), &[("batch", &batch), ("reason", "名单有误")]).await);
    let c2 = &c.county;
    assert_eq!(c2.audited("proposal.revoke-many").await, 1);
    let sql = "select count(*) from proposal where state = 'proposed' and action = 'bonus'";
    assert_eq!(c2.db.one(sql, vec![]).await.unwrap().unwrap().int(0).unwrap(), 2);
    // The next township has no part in it.
    let other = c2.browser("qiaozhen").await;
    let page = other.get("/rewards?stage=all").await;
    page.has(&["例北村"]);
    page.has_not(&["例东村", "曹例未", "例西村"]);
    assert_eq!(other.get(&format!("/proposals/{a}")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn h10_another_sum_wants_a_reason_and_what_is_decided_is_carried_out() {
    let c = closed().await;
    let office = c.county.browser("zuzhi").await;
    let id = c.proposal("bonus-grade-1", EAST).await;
    let (path, day) = (format!("/proposals/{id}"), today());
    let form = |amount: &'static str, reason: &'static str| {
        vec![("verdict", "carried"), ("day", ""), ("by", "何例乙"), ("amount", amount), ("reason", reason)]
    };
    let with_day = |mut form: Vec<(&'static str, &'static str)>, day: &'static str| {
        form[1].1 = day;
        form
    };
    let day: &'static str = Box::leak(day.into_boxed_str());
    let decide = format!("{path}/acts/decide");
    let refused = office.post(&decide, &with_day(form("8000", ""), day)).await;
    refused.has(&["金额和办法算出的不同，请写明理由"]);
    went(&office.post(&decide, &with_day(form("8000", "财力不足，按八成"), day)).await);
    let again = office.post(&decide, &with_day(form("8000", "再来"), day)).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    again.has(&["现在不能办这一步"]);
    office.get(&path).await.has(&["8,000 元", "财力不足，按八成"]);
    went(&office.post(&format!("{path}/acts/finish"), &[("day", day), ("text", "已拨付到村")]).await);
    office.get(&path).await.has(&["已落实", "已拨付到村"]);
    let refused = office.post(&format!("{path}/acts/revoke"), &[("reason", "例")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn whoever_is_concerned_sees_why_and_writes_own_words() {
    let c = closed().await;
    let me = c.cadre(c.secretary, WEST).await;
    let stranger = c.cadre(c.director, NORTH).await;
    let id = c.proposal("removal-proposal", WEST).await;
    let path = format!("/me/proposals/{id}");
    me.get("/me").await.has(&["考核结果的运用", "建议免职", "决定以前您可以陈述"]);
    me.get(&path).await.has(&["为什么提出", "第三十条", "办法只提出，不自动生效"]);
    assert_eq!(stranger.get(&path).await.status, StatusCode::NOT_FOUND);
    let theirs = stranger.post(&format!("{path}/words"), &[("text", "替人说话")]).await;
    assert_eq!(theirs.status, StatusCode::NOT_FOUND);
    assert_eq!(c.county.browser("zuzhi").await.get(&path).await.status, StatusCode::FORBIDDEN);
    let empty = me.post(&format!("{path}/words"), &[("text", " ")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    went(&me.post(&format!("{path}/words"), &[("text", "去年水灾，收入减半")]).await);
    me.get(&path).await.has(&["去年水灾，收入减半", "已听取本人意见"]);
    // Own words are a hearing; the office reads them, and may decide.
    let office = c.county.browser("zuzhi").await;
    office.get(&format!("/proposals/{id}")).await.has(&["去年水灾，收入减半", "写下决定"]);
    let day = today();
    let not =
        [("verdict", "not_carried"), ("day", day.as_str()), ("by", "何例乙"), ("reason", "灾年情有可原")];
    went(&office.post(&format!("/proposals/{id}/acts/decide"), &not).await);
    me.get(&path).await.has(&["决定不执行", "灾年情有可原"]);
    let late = me.post(&format!("{path}/words"), &[("text", "再说一句")]).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
    // The reading office is on the list of who looked.
    me.get("/me/file?part=looked").await.has(&["查看结果运用"]);
    assert_eq!(c.county.count("filing").await, 0, "not carried: nothing is drafted");
}

#[tokio::test]
async fn c3_the_tally_counts_by_township_year_and_source_and_leads_to_the_lists() {
    let c = closed().await;
    let office = c.county.browser("zuzhi").await;
    let day = today();
    for (rule, village) in [("rectify-4", WEST), ("rectify-4", NORTH), ("talk-4", WEST)] {
        let id = c.proposal(rule, village).await;
        let form = [("verdict", "carried"), ("day", day.as_str()), ("by", "何例乙")];
        went(&office.post(&format!("/proposals/{id}/acts/decide"), &form).await);
    }
    let filter = Filter { stage: Stage::Carried, ..Filter::default() };
    let of = |key: &str, action: &str, n| Counted { key: key.into(), action: action.into(), n, sum: 0 };
    let tally = |by| store::tally(&c.county.db, &filter, &Part::County, by);
    let towns = tally(By::Township).await.unwrap();
    let expected =
        vec![of("990101101", "rectify", 1), of("990101101", "talk", 1), of("990101102", "rectify", 1)];
    assert_eq!(towns, expected);
    assert_eq!(tally(By::Year).await.unwrap(), vec![of("2026", "rectify", 2), of("2026", "talk", 1)]);
    assert_eq!(
        tally(By::Source).await.unwrap(),
        vec![of("rectify-4", "rectify", 2), of("talk-4", "talk", 1)]
    );
    let page = office.get("/tally").await;
    page.has(&["例河镇", "例桥镇", "限期整改", "约谈", "/rewards?stage=carried&#38;township=990101101"]);
    office.get("/tally?by=source").await.has(&["第二十九条"]);
    office.get("/rewards?stage=carried&township=990101101&action=talk").await.has(&["曹例未"]);
    let text = cells(&office.get("/tally.xlsx?by=township").await);
    assert!(text.contains("例河镇") && text.contains("例桥镇"), "{text}");
    // A township's tally is its own.
    let town = c.county.browser("qiaozhen").await;
    let page = town.get("/tally").await;
    page.has(&["例桥镇"]);
    page.has_not(&["例河镇"]);
}
