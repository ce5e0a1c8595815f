//! Joint reviews (W8, H5): seats see what they need, answer with clause and document number, sign by another hand; the person is
//! told and heard; people decide; what single seats said goes when the conclusion has run out.

use crate::county::{Browser, County, EAST, county, event, identity};
use axum::http::StatusCode;
use platform::values;
use policy::review::Conclusion;
use std::collections::BTreeMap;
use tables::{SheetCell, Workbook};
use yanzhen::slices::places::store::today;
use yanzhen::slices::reviews::{self, Purpose, answering};

/// A look-back at the secretary; nine seats, the petitions office's answered by one office, the others by another.
struct Asked {
    county: County,
    office: Browser,
    review: String,
    subject: i64,
    /// Ids of the seats by their own.
    seats: BTreeMap<String, i64>,
}

const NAME: &str = "2026年换届回头看";

async fn asked() -> Asked {
    let county = county().await;
    let mut heads = BTreeMap::new();
    for (login, unit) in [
        ("xinfang", "例信访局"),
        ("xinfang_head", "例信访局"),
        ("gongan", "例公安局"),
        ("gongan_head", "例公安局"),
    ] {
        heads.insert(login, county.seat(login, unit).await.to_string());
    }
    let office = county.browser("zuzhi").await;
    let form = [("title", NAME), ("purpose", "lookback"), ("post", "party_secretary")];
    let early = office.post("/reviews", &form).await;
    assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY);
    early.has(&["还没有指定答复单位：纪检监察"]);
    let rules = reviews::review_of(&county.db, &today()).await.unwrap();
    let mut fields = Vec::new();
    for s in rules.seats_on(&today()).into_iter().filter(|s| !s.optional) {
        let (unit, head) = match s.id.as_str() {
            "petitions" => ("例信访局", &heads["xinfang_head"]),
            _ => ("例公安局", &heads["gongan_head"]),
        };
        fields.push((format!("unit.{}", s.id), unit.to_owned()));
        fields.push((format!("head.{}", s.id), head.clone()));
    }
    let fields: Vec<(&str, &str)> = fields.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    assert_eq!(office.post("/reviews/seats", &fields).await.location, "/reviews/seats");
    office.get("/reviews/seats").await.has(&["例信访局", "例xinfang_head"]);
    let nobody = office.post("/reviews", &[("purpose", "lookback"), ("post", "officer")]).await;
    assert_eq!(nobody.status, StatusCode::UNPROCESSABLE_ENTITY);
    nobody.has(&["请写名称", "名单里没有人"]);
    let seen = office.post("/reviews", &form).await;
    assert_eq!(seen.status, StatusCode::SEE_OTHER, "{}", seen.text());
    let review = seen.location;
    let mut seats = BTreeMap::new();
    for r in county.db.rows("select seat, id from review_seat", vec![]).await.unwrap() {
        seats.insert(r.text(0).unwrap(), r.int(1).unwrap());
    }
    assert_eq!(seats.len(), 9);
    let subject = county.number("select id from review_subject").await;
    Asked { county, office, review, subject, seats }
}

impl Asked {
    fn seat(&self, id: &str) -> String {
        format!("/seat/{}", self.seats[id])
    }

    async fn answer(&self, who: &Browser, seat: &str, said: [&str; 3]) -> crate::county::Seen {
        let subject = self.subject.to_string();
        let [conclusion, clause, document] = said;
        let fields = [
            ("subject", subject.as_str()),
            ("conclusion", conclusion),
            ("clause", clause),
            ("document", document),
        ];
        who.post(&format!("{}/answers", self.seat(seat)), &fields).await
    }

    /// Every seat but one says "no objection" and is signed.
    async fn all_but(&self, kept: &str) {
        for (clerk, head, of) in [("xinfang", "xinfang_head", true), ("gongan", "gongan_head", false)] {
            let (clerk, head) = (self.county.browser(clerk).await, self.county.browser(head).await);
            for seat in self.seats.keys().filter(|s| (s.as_str() == "petitions") == of && *s != kept) {
                let seen = self.answer(&clerk, seat, ["clear", "", ""]).await;
                assert_eq!(seen.status, StatusCode::SEE_OTHER, "{seat}: {}", seen.text());
                let seen = head.post(&format!("{}/sign", self.seat(seat)), &[]).await;
                assert_eq!(seen.status, StatusCode::SEE_OTHER, "{seat}: {}", seen.text());
            }
        }
    }

    fn person(&self) -> String {
        format!("/reviews/people/{}", self.subject)
    }

    async fn decide(&self, decision: &str) -> crate::county::Seen {
        let fields = [("decision", decision), ("by", "何例乙"), ("reason", "部务会研究")];
        self.office.post(&format!("{}/decide", self.person()), &fields).await
    }
}

#[tokio::test]
async fn w8_a_seat_sees_what_it_needs_and_nothing_of_others() {
    let a = asked().await;
    let (clerk, other) = (a.county.browser("gongan").await, a.county.browser("xinfang").await);
    // The court's seat: no village, no post; the number masked; nothing else of the file anywhere.
    let seen = clerk.get(&a.seat("court")).await;
    seen.has(&["王例甲", "1969年5月", "证件号", "差 1 人", "受过刑事处罚"]);
    seen.has_not(&["例东村", "村党组织书记", &identity(0), "10000000000", "本科"]);
    clerk.get(&a.seat("discipline")).await.has(&["例东村", "村党组织书记"]);
    other.get(&a.seat("petitions")).await.has_not(&["1969年5月"]);
    assert_eq!(other.get(&a.seat("court")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(clerk.get(&a.seat("petitions")).await.status, StatusCode::NOT_FOUND);
    for path in ["/people", "/reviews", "/people/1", "/villages"] {
        assert_eq!(clerk.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    // In full for half a minute, and the person reads who looked: the office.
    let subject = a.subject.to_string();
    let shown = clerk.post(&format!("{}/reveal", a.seat("court")), &[("subject", &subject)]).await;
    shown.has(&[&identity(0), "30 秒"]);
    let own = a.county.browser("wanglijia").await;
    own.get("/me/file?part=looked").await.has(&["例公安局", "联审核对证件号"]);
    clerk.get("/seat/acts").await.has(&["查看完整证件号", "领取名单"]);
    other.get("/seat/acts").await.has_not(&["查看完整证件号"]);
    // A reminder stands on the desk.
    assert_eq!(a.office.post(&format!("{}/remind", a.review), &[]).await.status, StatusCode::SEE_OTHER);
    clerk.get("/tasks").await.has(&[NAME, "催办"]);
    clerk.get("/seat").await.has(&[NAME, "催办"]);
    a.office.get(&a.review).await.has(&["催办 1 次", "未领取"]);
}

#[tokio::test]
async fn h5_a_conclusion_names_its_document_is_told_heard_and_decided_by_name() {
    let a = asked().await;
    let (clerk, head) = (a.county.browser("gongan").await, a.county.browser("gongan_head").await);
    // Everything that is wrong with an answer at once; nothing of it is kept.
    let bad = a.answer(&clerk, "court", ["not_suitable", "", ""]).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    bad.has(&["请从负面清单选一条", "不得、不宜要写文号"]);
    a.answer(&clerk, "court", ["must_not", "disturbance", "例法〔2025〕"]).await.has(&["只能得出", "写到号"]);
    let story =
        a.answer(&clerk, "court", ["must_not", "criminal_penalty", "因盗窃，（2024）例0102刑初9号"]).await;
    story.has(&["不写案情"]);
    assert_eq!(a.county.number("select count(*) from review_answer").await, 0);
    let good = ["must_not", "criminal_penalty", "（2024）例0102刑初123号"];
    assert_eq!(a.answer(&clerk, "court", good).await.status, StatusCode::SEE_OTHER);
    // Taken back, and answered again; whoever answered does not sign.
    let undo = [("subject", a.subject.to_string())];
    let undo = [("subject", undo[0].1.as_str())];
    assert_eq!(clerk.post(&format!("{}/undo", a.seat("court")), &undo).await.status, StatusCode::SEE_OTHER);
    a.answer(&clerk, "court", good).await;
    let own = clerk.post(&format!("{}/sign", a.seat("court")), &[]).await;
    own.has(&["经办人不能自签", "由席位负责人 例gongan_head 签发"]);
    a.all_but("court").await;
    let before = reviews::outcomes(&a.county.db, Purpose::Lookback, None).await.unwrap();
    assert_eq!((before[0].conclusion, before[0].may_go_on()), (None, None), "one seat has not signed");
    assert_eq!(head.post(&format!("{}/sign", a.seat("court")), &[]).await.status, StatusCode::SEE_OTHER);
    a.answer(&clerk, "court", ["clear", "", ""]).await.has(&["已经签发"]);
    let progress = reviews::progress(&a.county.db, Purpose::Lookback, None).await.unwrap().unwrap();
    assert!(progress.all_signed() && progress.people == 1 && progress.seats.len() == 9);
    // The office reads the gravest; the person nothing before being told.
    a.office.get(&a.review).await.has(&["王例甲", "受过刑事处罚", "（2024）例0102刑初123号", "待告知本人"]);
    let me = format!("/me/reviews/{}", a.subject);
    let person = a.county.browser("wanglijia").await;
    assert_eq!(person.get(&me).await.status, StatusCode::NOT_FOUND);
    a.decide("terminate").await.has(&["要先告知本人"]);
    a.decide("go").await.has(&["结论是“不得”，不能继续"]);
    assert_eq!(a.office.post(&format!("{}/tell", a.person()), &[]).await.status, StatusCode::SEE_OTHER);
    person.get(&me).await.has(&["不得", "受过刑事处罚"]);
    assert_eq!(a.county.browser("nobody").await.get(&me).await.status, StatusCode::NOT_FOUND);
    a.decide("terminate").await.has(&["本人提出异议以后再决定"]);
    person.post(&me, &[("text", "　")]).await.has(&["请写您的异议"]);
    assert_eq!(person.post(&me, &[("text", "判的是同名的人")]).await.location, me);
    // The seat looks again: what it said does not count until it signs anew.
    let court = a.seats["court"].to_string();
    let again = a.office.post(&format!("{}/recheck", a.person()), &[("seat", &court)]).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER, "{}", again.text());
    a.decide("terminate").await.has(&["席位还没有答齐"]);
    clerk.get("/seat").await.has(&["复核 1 人"]);
    a.answer(&clerk, "court", ["verify", "criminal_penalty", ""]).await.has(&["复核要给出结论"]);
    let less = ["not_suitable", "defaulter", "（2025）例0102执45号"];
    assert_eq!(a.answer(&clerk, "court", less).await.status, StatusCode::SEE_OTHER);
    head.post(&format!("{}/sign", a.seat("court")), &[]).await;
    a.decide("terminate").await.has(&["要先告知本人"]);
    a.office.post(&format!("{}/tell", a.person()), &[]).await;
    let bad = a.office.post(&format!("{}/decide", a.person()), &[]).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    bad.has(&["请选继续还是终止", "请写明由谁决定", "请写明理由"]);
    let done = a.decide("terminate").await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "the person was heard: {}", done.text());
    person.get(&me).await.has(&["终止", "何例乙", "部务会研究", "判的是同名的人"]);
    person.get("/me").await.has(&["县级联审", "已决定终止"]);
    // Nobody is removed: a party post leads to a draft of a filing.
    a.office.get(&a.person()).await.has(&["联审不免任何人的职", "起草免职备案"]);
    let held = "select count(*) from holding where to_on = '9999-12-31'";
    assert_eq!(a.county.number(held).await, 1);
    let standing = reviews::standing(&a.county.db, &a.county.ids, &today()).await.unwrap();
    let own = &standing[&a.county.ids[0]];
    assert_eq!(own.outcome.conclusion, Some(Conclusion::NotSuitable));
    assert_eq!((own.holds, own.outcome.may_go_on()), (true, Some(false)));
    assert_eq!(own.outcome.document, "（2025）例0102执45号");
    assert_eq!(standing.len(), 1);
    // What single seats said goes with the validity; conclusion, clause and document stay.
    assert_eq!(answering::clear_run_out(&a.county.db, event("test.clear"), &today()).await.unwrap(), 0);
    let tx = a.county.db.write(event("test.past")).await.unwrap();
    tx.run("update review_subject set valid_to = $1", values!["2020-01-01"]).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(answering::clear_run_out(&a.county.db, event("test.clear"), &today()).await.unwrap(), 9);
    assert_eq!(a.county.number("select count(*) from review_answer").await, 0);
    a.office.get(&a.review).await.has(&["失信被执行人", "（2025）例0102执45号"]);
}

/// The packet as a workbook again, with one cell changed: row and column from 1.
fn changed(bytes: &[u8], changes: &[(u32, usize, &str)]) -> Vec<u8> {
    let sheet = tables::sheets(bytes, "例.xlsx").unwrap().into_iter().next().unwrap();
    let last = sheet.rows.last().unwrap().0;
    let cell = |row: u32, col: usize| {
        let own = changes.iter().find(|c| (c.0, c.1) == (row, col));
        SheetCell::from(own.map_or(sheet.at(row, col as u32 - 1).text.as_str(), |c| c.2))
    };
    let head: Vec<String> = (1..=10).map(|c| sheet.at(1, c - 1).text.clone()).collect();
    let head: Vec<&str> = head.iter().map(String::as_str).collect();
    let rows = (2..=last).map(|row| (1..=10).map(|col| cell(row, col)).collect::<Vec<_>>());
    let mut book = Workbook::default();
    book.sheet("答复", &head, &[], rows).unwrap();
    book.bytes().unwrap()
}

#[tokio::test]
async fn w8_a_packet_is_signed_checked_and_its_good_rows_are_answers() {
    let a = asked().await;
    let (clerk, other) = (a.county.browser("gongan").await, a.county.browser("xinfang").await);
    let packet = clerk.get(&format!("{}/packet.xlsx", a.seat("discipline"))).await.bytes;
    let text = format!("{:?}", tables::sheets(&packet, "例.xlsx").unwrap());
    assert!(text.contains("王例甲") && !text.contains(&identity(0)), "{text}");
    let send = async |who: &Browser, seat: &str, bytes: &[u8]| {
        who.upload(&format!("{}/packet", a.seat(seat)), &[], ("例.xlsx", bytes)).await
    };
    // Another seat's, changed names, no packet at all: refused as a whole.
    let clear = changed(&packet, &[(5, 8, "无异议")]);
    send(&clerk, "court", &clear).await.has(&["别的席位"]);
    send(&other, "petitions", &clear).await.has(&["别的席位"]);
    send(&clerk, "discipline", &changed(&packet, &[(5, 2, "王例乙"), (5, 8, "无异议")]))
        .await
        .has(&["姓名改过", "整份退回"]);
    send(&clerk, "discipline", b"seq,name\n1,a\n").await.has(&["这不是系统发出的材料包"]);
    assert_eq!(a.county.number("select count(*) from review_answer").await, 0);
    // A row without its document is told with row and column; nothing of it is written.
    let lacking = changed(&packet, &[(5, 8, "不得"), (5, 9, "受过刑事处罚")]);
    let seen = send(&clerk, "discipline", &lacking).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    seen.has(&["document", "不得、不宜要写文号", "答复包有 1 处要改"]);
    assert_eq!(a.county.number("select count(*) from review_answer").await, 0);
    let seen = send(&clerk, "discipline", &clear).await;
    assert_eq!(seen.status, StatusCode::SEE_OTHER, "{}", seen.text());
    assert_eq!(a.county.number("select count(*) from review_answer where conclusion = 'clear'").await, 1);
    clerk.get(&a.seat("discipline")).await.has(&["导入 1 人，格式对", "下载 1 人", "1 处待改"]);
    // A list that has changed since makes the packet another's.
    let tx = a.county.db.write(event("test.rename")).await.unwrap();
    tx.run("update person set name = '王例丙' where id = $1", values![a.county.ids[0]]).await.unwrap();
    tx.commit().await.unwrap();
    send(&clerk, "discipline", &clear).await.has(&["签章不符"]);
}

#[tokio::test]
async fn w8_a_look_back_lists_difficult_villages_in_the_one_register() {
    let a = asked().await;
    let path = format!("{}/villages", a.review);
    let bad = a.office.post(&path, &[("village", EAST)]).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    bad.has(&["请选至少一类问题"]);
    for lead in ["何例甲", "何例丙"] {
        let form = [("village", EAST), ("problems", "old_cases"), ("problems", "clan"), ("lead", lead)];
        let seen = a.office.post(&path, &form).await;
        assert_eq!(seen.status, StatusCode::SEE_OTHER, "{}", seen.text());
    }
    // Once for a village and a ground.
    assert_eq!(a.county.number("select count(*) from rectification where ground = 'difficult'").await, 1);
    a.office.get("/rectification").await.has(&["例东村", "难点村"]);
    a.office.get(&a.review).await.has(&["例东村", "信访积案", "宗族矛盾", "在整改"]);
    let town = a.county.browser("hezhen").await;
    assert_eq!(town.get(&a.review).await.status, StatusCode::FORBIDDEN);
}
