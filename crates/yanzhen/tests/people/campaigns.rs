//! Selection campaigns (G1, H2, J1, W6, W7): made, published, applied for by an office and by sealed letters, checked rule by
//! rule, marked twice, ranked, noticed, decided; no step skipped, nothing reopened, the wrong role refused.

use crate::county::{Browser, County, EAST, Seen, county, event};
use axum::http::StatusCode;
use platform::access::{Part, Role};
use platform::account::{Grant, NewAccount};
use platform::values;
use standards::{IdentityNumber, Sex};

/// The number of the k-th applicant, born on 1995-06-01 or another day.
pub fn number(k: u32, birth: (u32, u32, u32)) -> String {
    IdentityNumber::synthetic("990000", birth, k, Sex::Female).unwrap().reveal().to_owned()
}

pub const YOUNG: (u32, u32, u32) = (1995, 6, 1);

impl County {
    /// A campaign of the town of that kind, published; gives its path.
    pub async fn campaign(&self, office: &Browser, kind: &str) -> String {
        let from = format!("{}T00:00", crate::county::ago(1));
        let to = format!("{}T23:59", crate::county::ago(-10));
        let seats = format!("seats.{EAST}");
        let fields = [
            ("kind", kind),
            ("title", "例河镇后备力量选拔"),
            ("apply_from", from.as_str()),
            ("apply_to", to.as_str()),
            ("help", "例河镇组织办 0990-0000000"),
            (seats.as_str(), "2"),
        ];
        let made = office.post("/campaigns", &fields).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text());
        let opened = office.post(&format!("{}/open", made.location), &[]).await;
        assert_eq!(opened.location, made.location, "{}", opened.text());
        made.location
    }

    /// As if the last day of applying were over.
    async fn close(&self, path: &str) {
        let id: i64 = path.rsplit('/').next().unwrap().parse().unwrap();
        let tx = self.db.write(event("test.close")).await.unwrap();
        let to = format!("{}T17:30", crate::county::ago(1));
        tx.run("update campaign set apply_to = $2 where id = $1", values![id, to]).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn place(&self) -> String {
        self.number("select id from campaign_place order by id limit 1").await.to_string()
    }
}

impl County {
    /// An office answers for every seat.
    async fn seats(&self, office: &Browser) {
        self.seat("gongan", "例公安局").await;
        let head = self.seat("gongan_head", "例公安局").await.to_string();
        let day = yanzhen::slices::places::store::today();
        let rules = yanzhen::slices::reviews::review_of(&self.db, &day).await.unwrap();
        let mut fields = Vec::new();
        for s in rules.seats_on(&day).into_iter().filter(|s| !s.optional) {
            fields.push((format!("unit.{}", s.id), "例公安局".to_owned()));
            fields.push((format!("head.{}", s.id), head.clone()));
        }
        let fields: Vec<(&str, &str)> = fields.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        assert_eq!(office.post("/reviews/seats", &fields).await.location, "/reviews/seats");
    }

    /// As if every seat had signed and the gravest conclusion were this. How seats come to one is tested with the reviews.
    async fn concluded(&self, conclusion: &str, name: &str) {
        let tx = self.db.write(event("test.concluded")).await.unwrap();
        let day = yanzhen::slices::places::store::today();
        let sql = "update review_subject set conclusion = $1, settled_on = $2, valid_to = '2999-12-31' \
                   where person = (select id from person where name = $3)";
        tx.run(sql, values![conclusion, day.as_str(), name]).await.unwrap();
        tx.commit().await.unwrap();
    }
}

async fn enter(county: &County, office: &Browser, path: &str, name: &str, identity: &str) -> Seen {
    let place = county.place().await;
    let fields = [
        ("name", name),
        ("place", place.as_str()),
        ("identity", identity),
        ("phone", "10000000009"),
        ("education", "30"),
        ("political", "01"),
        ("route", "self"),
        ("declares", "local"),
        ("declares", "clean"),
        ("consent", "1"),
    ];
    office.post(&format!("{path}/entries"), &fields).await
}

/// Notes that every declared condition and needed material of an application is in order.
async fn complete(office: &Browser, entry: &str) {
    for (kind, item) in [
        ("condition", "local"),
        ("condition", "clean"),
        ("material", "identity_card"),
        ("material", "diploma"),
    ] {
        let fields = [("kind", kind), ("item", item), ("verdict", "ok"), ("note", "看过原件")];
        let seen = office.post(&format!("{entry}/check"), &fields).await;
        assert_eq!(seen.status, StatusCode::SEE_OTHER, "{}", seen.text());
    }
}

async fn pass(office: &Browser, entry: &str) {
    let seen = office.post(&format!("{entry}/decide"), &[("verdict", "passed"), ("village", EAST)]).await;
    assert_eq!(seen.location, entry, "{}", seen.text());
}

/// Somebody of the office visits the applicant and signs what was found.
async fn inspect(county: &County, office: &Browser, name: &str) {
    let sql = "select id from person where name = $1";
    let person =
        county.db.one(sql, platform::values![name]).await.unwrap().unwrap().int(0).unwrap().to_string();
    let day = yanzhen::slices::places::store::today();
    let begun =
        office.post("/inspections", &[("person", &person), ("method", "home_visit"), ("day", &day)]).await;
    assert_eq!(begun.status, StatusCode::SEE_OTHER, "{}", begun.text());
    let form = [
        ("day", day.as_str()),
        ("method", "home_visit"),
        ("place", "例东村三组"),
        ("attended", "例甲、例乙"),
        ("asked", "12"),
        ("t-de", "作风正派"),
        ("l-de", "较好"),
        ("p-de", "讲话不多"),
        ("summary", "适合培养"),
        ("act", "sign"),
        ("rev", "1"),
    ];
    let signed = office.post(&begun.location, &form).await;
    assert_eq!(signed.status, StatusCode::SEE_OTHER, "{}", signed.text());
}

/// A paper of the product: a Word file.
async fn is_word(office: &Browser, path: &str) {
    let file = office.get(path).await;
    assert_eq!((file.status, &file.bytes[..2]), (StatusCode::OK, &b"PK"[..]), "{path}");
}

async fn advance(office: &Browser, path: &str, stage: &str) -> Seen {
    office.post(&format!("{path}/advance"), &[("stage", stage)]).await
}

async fn marked(office: &Browser, path: &str, entry: &str, examiners: &[i64], value: &str) -> Seen {
    let id = entry.rsplit('/').next().unwrap();
    let names: Vec<String> = examiners.iter().map(|n| format!("m.{id}.{n}")).collect();
    let fields: Vec<(&str, &str)> = names.iter().map(|n| (n.as_str(), value)).collect();
    office.post(&format!("{path}/marks"), &fields).await
}

#[tokio::test]
async fn j1_a_campaign_is_led_through_all_its_stages_and_none_is_skipped() {
    let county = county().await;
    let (town, office) = (county.browser("hezhen").await, county.browser("zuzhi").await);
    // What is wrong with a new campaign is told at once.
    let bad = town.post("/campaigns", &[("kind", "reserve_selection")]).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    bad.has(&["请写名称", "请写日期和时间", "请写咨询电话或地点", "至少一处写名额"]);
    let path = county.campaign(&town, "reserve_selection").await;
    // Another town neither sees nor leads it; who marks for appraisals does not either.
    let other = county.browser("qiaozhen").await;
    assert_eq!(other.get(&path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(advance(&other, &path, "1").await.status, StatusCode::NOT_FOUND);
    assert_eq!(county.browser("pingfen").await.get(&path).await.status, StatusCode::FORBIDDEN);
    // Two people apply at the desk; the same number does not twice.
    let [a, b] = ["张例一", "张例二"].map(str::to_owned);
    let one = enter(&county, &town, &path, &a, &number(1, YOUNG)).await;
    assert_eq!(one.status, StatusCode::SEE_OTHER, "{}", one.text());
    let two = enter(&county, &town, &path, &b, &number(2, YOUNG)).await;
    enter(&county, &town, &path, "张例三", &number(1, YOUNG)).await.has(&["已经报过这次选拔"]);
    let (one, two) = (one.location, two.location);
    // Applications are still open: the stage does not end.
    advance(&town, &path, "1").await.has(&["报名还没有截止"]);
    county.close(&path).await;
    assert_eq!(advance(&town, &path, "1").await.location, path);
    enter(&county, &town, &path, "张例四", &number(4, YOUNG)).await.has(&["现在不是报名时间"]);
    // The check tells each rule, and passes nobody who lacks something.
    let seen = town.post(&format!("{one}/decide"), &[("verdict", "passed"), ("village", EAST)]).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    seen.has(&["“户籍、居住地或籍贯在本县”还没有核对", "缺“居民身份证”", "缺“毕业证书”"]);
    town.get(&one).await.has(&["31 周岁", "符合", "待核对"]);
    complete(&town, &one).await;
    complete(&town, &two).await;
    // Nothing is skipped: the joint review cannot be decided while eligibility runs.
    advance(&town, &path, "3").await.has(&["“县级联审”还没有开始"]);
    advance(&town, &path, "1").await.has(&["已经结束，不能再办"]);
    advance(&town, &path, "2").await.has(&["还有 2 人没有结论"]);
    pass(&town, &one).await;
    pass(&town, &two).await;
    assert_eq!(
        county.number("select count(*) from person where name like '张例%'").await,
        2,
        "each has a file now"
    );
    assert_eq!(advance(&town, &path, "2").await.location, path);
    // Nothing is reopened.
    advance(&town, &path, "2").await.has(&["已经结束，不能再办"]);
    let again = town
        .post(&format!("{one}/check"), &[("kind", "material"), ("item", "diploma"), ("verdict", "no")])
        .await;
    again.has(&["资格审查已经结束，不能再办"]);
    // Nobody passes a joint review that nobody held; the county sends it to the seats.
    advance(&town, &path, "3").await.has(&["还没有发起联审"]);
    let early = town.post(&format!("{one}/decide"), &[("verdict", "passed")]).await;
    early.has(&["联审还没有结论，或有意见还没有决定"]);
    assert_eq!(town.post(&format!("{path}/review"), &[]).await.status, StatusCode::FORBIDDEN);
    county.seats(&office).await;
    let sent = office.post(&format!("{path}/review"), &[]).await;
    assert_eq!(sent.location, path, "{}", sent.text());
    town.get(&path).await.has(&["纪检监察", "0 / 2"]);
    county.concluded("must_not", "张例二").await;
    county.concluded("clear", "张例一").await;
    assert_eq!(town.post(&format!("{path}/pass"), &[]).await.location, path);
    advance(&town, &path, "3").await.has(&["还有 1 人没有结论"]);
    let stopped = town.post(&format!("{two}/decide"), &[("verdict", "passed")]).await;
    stopped.has(&["联审还没有结论，或有意见还没有决定"]);
    county.concluded("clear", "张例二").await;
    pass(&town, &two).await;
    assert_eq!(advance(&town, &path, "3").await.location, path);
    // Seats, then marks by two people who do not see each other's.
    town.post(&format!("{path}/seats"), &[("rooms", "第1考场")]).await.has(&["第 1 行读不懂"]);
    let seats = town.post(&format!("{path}/seats"), &[("rooms", "第1考场，30")]).await;
    assert_eq!(seats.status, StatusCode::SEE_OTHER, "{}", seats.text());
    is_word(&town, &format!("{path}/papers/rooms.docx")).await;
    is_word(&town, &format!("{one}/papers/application.docx")).await;
    // What the seats of the county concluded is the county's to print.
    assert_eq!(town.get(&format!("{path}/papers/review.docx")).await.status, StatusCode::NOT_FOUND);
    marked(&town, &path, &one, &[0], "101").await.has(&["100"]);
    assert_eq!(marked(&town, &path, &one, &[0], "80").await.status, StatusCode::SEE_OTHER);
    assert_eq!(
        marked(&town, &path, &one, &[0], "80").await.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "twice by one"
    );
    let blind = office.get(&format!("{path}/marks")).await;
    blind.has(&["已录一次"]);
    assert!(!blind.text().contains("80.00"), "the second entry is blind");
    assert_eq!(marked(&office, &path, &one, &[0], "81").await.status, StatusCode::SEE_OTHER);
    advance(&town, &path, "4").await.has(&["个成绩没有录完或两次不一致"]);
    // A difference is settled by a third person alone, with what was found.
    let id = one.rsplit('/').next().unwrap().to_owned();
    let settle = [("entry", id.as_str()), ("examiner", "0"), ("value", "81"), ("reason", "卷面是 81")];
    assert_eq!(town.post(&format!("{path}/settle"), &settle).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let third = NewAccount {
        login: "hezhen2".into(),
        name: "例三".into(),
        phone: String::new(),
        password: Some("Tk8rn2-wxe/HM".into()),
        must_change: false,
        grants: vec![Grant {
            role: Role::TownshipOffice,
            county: "990101".into(),
            part: Part::Township("990101101".into()),
            unit: "例河镇".into(),
        }],
    };
    county.at.accounts().create(event("test.account"), third).await.unwrap().unwrap();
    let third = county.browser("hezhen2").await;
    assert_eq!(third.post(&format!("{path}/settle"), &settle).await.status, StatusCode::SEE_OTHER);
    for who in [&town, &office] {
        marked(who, &path, &two, &[0], "70").await;
    }
    let ranking = town.get(&format!("{path}/ranking")).await;
    ranking.has(&["81.00", "70.00", "拟进"]);
    assert!(!ranking.text().contains("张例一"), "numbers stand for people until the list is confirmed");
    assert_eq!(town.post(&format!("{path}/confirm"), &[]).await.status, StatusCode::SEE_OTHER);
    town.get(&format!("{path}/ranking")).await.has(&["张例一"]);
    assert_eq!(advance(&town, &path, "4").await.location, path);
    for paper in ["scores.xlsx", "scores.docx"] {
        let file = town.get(&format!("{path}/papers/{paper}")).await;
        assert_eq!((file.status, &file.bytes[..2]), (StatusCode::OK, &b"PK"[..]), "{paper}");
    }
    assert_eq!(town.get(&format!("{path}/papers/scores.txt")).await.status, StatusCode::NOT_FOUND);
    // An interview of seven: the highest and the lowest are dropped. 90 90 80 80 80 70 100 -> (90+90+80+80+80)/5 = 84.
    for (n, value) in [(1, "90"), (2, "90"), (3, "80"), (4, "80"), (5, "80"), (6, "70"), (7, "100")] {
        for who in [&town, &office] {
            marked(who, &path, &one, &[n], value).await;
            marked(who, &path, &two, &[n], "60").await;
        }
    }
    // 81 x 40 % + 84 x 60 % = 32.4 + 50.4 = 82.80; 70 x 40 % + 60 x 60 % = 64.00.
    town.get(&format!("{path}/ranking")).await.has(&["82.80", "64.00"]);
    assert_eq!(town.post(&format!("{path}/confirm"), &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(advance(&town, &path, "5").await.location, path);
    // Inspection, then a notice that stands for its working days.
    town.get(&one).await.has(&["填考察表", "82.80", "还没有签字的考察记录"]);
    town.get(&path).await.has(&["2 人还没有签字的考察记录"]);
    let early = town.post(&format!("{one}/decide"), &[("verdict", "passed")]).await;
    early.has(&["还没有签字的考察记录，不能记通过"]);
    inspect(&county, &town, "张例一").await;
    town.get(&format!("{path}/entries?stage=5&uninspected=1")).await.has_not(&["张例一"]);
    is_word(&town, &format!("{one}/papers/inspection.docx")).await;
    assert_eq!(
        town.get(&format!("{two}/papers/inspection.docx")).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    pass(&town, &one).await;
    let out = town.post(&format!("{two}/decide"), &[("verdict", "out"), ("reason", "不行")]).await;
    out.has(&["不通过的要写理由，本人看得到"]);
    let out =
        town.post(&format!("{two}/decide"), &[("verdict", "out"), ("reason", "长期在外，不能到岗")]).await;
    assert_eq!(out.status, StatusCode::SEE_OTHER);
    assert_eq!(advance(&town, &path, "6").await.location, path);
    town.get(&two).await.has(&["止步", "长期在外，不能到岗"]);
    advance(&town, &path, "7").await.has(&["还没有公示", "还有 1 人没有结论"]);
    let noticed = town.post(&format!("{path}/notice"), &[("text", "现予公示")]).await;
    assert_eq!(noticed.status, StatusCode::SEE_OTHER, "{}", noticed.text());
    advance(&town, &path, "7").await.has(&["期满"]);
    // Nobody passes a notice before its last day is over, alone or together with others.
    let early = town.post(&format!("{one}/decide"), &[("verdict", "passed")]).await;
    early.has(&["期满以后才能记通过"]);
    town.post(&format!("{path}/pass"), &[]).await.has(&["期满以后才能记通过"]);
    let objected = [("entry", id.as_str()), ("how", "来信"), ("about", "与支书是近亲属"), ("name", "例某")];
    assert_eq!(town.post(&format!("{path}/objections"), &objected).await.status, StatusCode::SEE_OTHER);
    advance(&town, &path, "7").await.has(&["还有 1 件异议没有答复"]);
    let objection = county.number("select id from notice_objection").await;
    let answer = [("finding", "unfounded"), ("answer", "已核，不是近亲属")];
    assert_eq!(
        town.post(&format!("/objections/{objection}/answer"), &answer).await.status,
        StatusCode::SEE_OTHER
    );
    let sealed = county.db.one("select sealed from notice_objection", vec![]).await.unwrap().unwrap();
    let sealed: Vec<u8> = sealed.get(0).unwrap();
    assert!(!String::from_utf8_lossy(&sealed).contains("近亲属"), "what is objected is sealed");
    let tx = county.db.write(event("test.notice")).await.unwrap();
    let past = crate::county::ago(1);
    tx.run("update campaign_notice set until_on = $1", values![past.as_str()]).await.unwrap();
    tx.commit().await.unwrap();
    pass(&town, &one).await;
    assert_eq!(advance(&town, &path, "7").await.location, path);
    // The decision of a meeting brings the person into the pool.
    let day = yanzhen::slices::places::store::today();
    let chosen = [("by", "何例甲"), ("on", day.as_str()), ("meeting", "镇党委会第 3 次会议")];
    town.post(&format!("{one}/choose"), &[("on", "2999-01-01")]).await.has(&["请写由谁决定", "不晚于今天"]);
    // Beyond the places that there are nobody is chosen, and nothing is written.
    let other: i64 = two.rsplit('/').next().unwrap().parse().unwrap();
    for sql in [
        "update campaign_place set seats = 1 where id = (select place from campaign_entry where id = $1)",
        "insert into entry_step (entry, stage, outcome, reason, by_name, unit, at) values ($1, 8, 'passed', '', '', '', 0)",
    ] {
        let tx = county.db.write(event("test.full")).await.unwrap();
        tx.run(sql, platform::values![other]).await.unwrap();
        tx.commit().await.unwrap();
    }
    town.post(&format!("{one}/choose"), &chosen).await.has(&["名额已经选满"]);
    assert_eq!(county.number("select count(*) from pool_move").await, 0);
    let tx = county.db.write(event("test.full")).await.unwrap();
    tx.run("delete from entry_step where entry = $1 and stage = 8", platform::values![other]).await.unwrap();
    tx.commit().await.unwrap();
    let done = town.post(&format!("{one}/choose"), &chosen).await;
    assert_eq!(done.location, one, "{}", done.text());
    let pools =
        county.db.one("select pools from person where name = '张例一'", vec![]).await.unwrap().unwrap();
    assert_eq!(pools.text(0).unwrap(), "|reserve|");
    assert_eq!(advance(&town, &path, "8").await.location, path);
    is_word(&town, &format!("{path}/papers/decision.docx")).await;
    // Three months of probation, counted: nobody passes it before.
    let early = town.post(&format!("{one}/decide"), &[("verdict", "passed")]).await;
    early.has(&["试用到 ", "期满，到期以后才能记通过"]);
    let tx = county.db.write(event("test.probation")).await.unwrap();
    let begun = platform::db::now_ms() - 93 * 86_400_000;
    tx.run("update campaign_stage set begun_at = $1 where seq = 9", platform::values![begun]).await.unwrap();
    tx.commit().await.unwrap();
    pass(&town, &one).await;
    assert_eq!(advance(&town, &path, "9").await.location, path);
    town.get(&path).await.has(&["已结束", "历时"]);
    town.get(&one).await.has(&["选上"]);
    assert_eq!(county.number("select count(*) from audit where action = 'campaigns.advance'").await, 9);
    // Were it the county's, the town would see its own part of it and no paper that holds everybody.
    let tx = county.db.write(event("test.county")).await.unwrap();
    tx.run("update campaign set township = ''", vec![]).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(town.get(&path).await.status, StatusCode::OK);
    assert_eq!(town.get(&format!("{path}/papers/scores.docx")).await.status, StatusCode::NOT_FOUND);
    for paper in ["scores", "review", "notice", "decision"] {
        is_word(&office, &format!("{path}/papers/{paper}.docx")).await;
    }
    assert_eq!(advance(&town, &path, "9").await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn w7_a_recommended_person_is_name_village_and_reason_and_a_meeting_s_sums_agree() {
    let county = county().await;
    let town = county.browser("hezhen").await;
    let path = county.campaign(&town, "nomination").await;
    let place = county.place().await;
    let fields = [
        ("as", "recommendation"),
        ("name", "钱例七"),
        ("place", place.as_str()),
        ("route", "resident"),
        ("by", "例村民 10000000001"),
        ("why", "在村里办合作社，肯帮人"),
        ("identity", "990000199506010000"),
    ];
    let made = town.post(&format!("{path}/entries"), &fields).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text());
    let row =
        county.db.one("select identity, birth, state from campaign_entry", vec![]).await.unwrap().unwrap();
    assert!(row.get::<Option<Vec<u8>>>(0).unwrap().is_none(), "no number before the person agrees");
    assert_eq!((row.text(1).unwrap().as_str(), row.text(2).unwrap().as_str()), ("", "recommended"));
    town.get(&made.location).await.has(&["被推荐，待本人同意", "肯帮人"]);
    // The person agrees, and the application is whole.
    let identity = number(7, YOUNG);
    let agreed = [
        ("name", "钱例七"),
        ("place", place.as_str()),
        ("identity", identity.as_str()),
        ("phone", "10000000007"),
        ("education", "30"),
        ("political", "01"),
        ("declares", "local"),
        ("declares", "clean"),
        ("consent", "1"),
    ];
    let done = town.post(&format!("{}/agree", made.location), &agreed).await;
    assert_eq!(done.location, made.location, "{}", done.text());
    // A second one was recommended and never agrees: no name is left when applications close.
    let mut second = fields;
    second[1] = ("name", "孙例八");
    town.post(&format!("{path}/entries"), &second).await;
    county.close(&path).await;
    assert_eq!(advance(&town, &path, "1").await.location, path);
    assert_eq!(county.number("select count(*) from campaign_entry where name = '孙例八'").await, 0);
    complete(&town, &made.location).await;
    pass(&town, &made.location).await;
    assert_eq!(advance(&town, &path, "2").await.location, path);
    let none = "有人在办的乡镇都要有一次有效的推荐会";
    advance(&town, &path, "3").await.has(&[none]);
    // Sums that do not agree are all told.
    let vote = format!("v.{}", made.location.rsplit('/').next().unwrap());
    let day = yanzhen::slices::places::store::today();
    let mut meeting = vec![
        ("township", "990101101"),
        ("held_on", day.as_str()),
        ("due", "30"),
        ("present", "31"),
        ("handed", "32"),
        ("returned", "29"),
        ("valid", "28"),
        ("counted_by", "例甲"),
        ("checked_by", "例甲"),
        (vote.as_str(), "29"),
    ];
    let bad = town.post(&format!("{path}/meetings"), &meeting).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    bad.has(&["不能是同一人", "实到 31 人多于应到 30 人", "发出 32 票多于实到 31 人"]);
    // A meeting to which too few came counts for nothing, and is kept.
    meeting[8] = ("checked_by", "例乙");
    for (at, few) in [(3, "present"), (4, "handed"), (5, "returned"), (6, "valid")] {
        meeting[at] = (few, "10");
    }
    meeting[9] = (vote.as_str(), "10");
    let few = town.post(&format!("{path}/meetings"), &meeting).await;
    assert_eq!(few.status, StatusCode::SEE_OTHER, "{}", few.text());
    town.get(&format!("{path}/meetings")).await.has(&["会议无效"]);
    advance(&town, &path, "3").await.has(&[none]);
    meeting[3] = ("present", "24");
    meeting[4] = ("handed", "24");
    meeting[5] = ("returned", "24");
    meeting[6] = ("valid", "23");
    meeting[8] = ("checked_by", "例乙");
    meeting[9] = (vote.as_str(), "20");
    let done = town.post(&format!("{path}/meetings"), &meeting).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    // 24 of 30 is four fifths: more than the two thirds that are asked.
    town.get(&format!("{path}/meetings")).await.has(&["会议有效", "钱例七"]);
    pass(&town, &made.location).await;
    assert_eq!(advance(&town, &path, "3").await.location, path);
    // An exception is the organiser's, where the measures allow one, with its reason.
    let other = county.browser("qiaozhen").await;
    let check = [("kind", "condition"), ("item", "age"), ("verdict", "excepted"), ("note", "镇党委会同意")];
    assert_eq!(other.post(&format!("{}/check", made.location), &check).await.status, StatusCode::NOT_FOUND);
}
