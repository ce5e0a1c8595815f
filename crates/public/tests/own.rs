//! What is one's own: looked up, corrected, withdrawn, and told to nobody else.

mod common;

use common::{IDENTITY, MINUTE, Pages, filled};
use public::seal::{Slip, locker, seal_inquiry, seal_status};
use public::wire::{Inquiry, Letter, Line, May, Status, Ticket, Tone};

#[tokio::test]
async fn w6_the_applicant_sees_corrects_asks_and_withdraws() {
    let pages = Pages::new().await;
    let (receipt, words) = pages.applies(1).await.slip();
    let own = [("receipt", receipt.as_str()), ("words", words.as_str())];
    let status = pages.post("/status", &own).await;
    assert!(
        status.status == 200
            && status.has("报名收到")
            && status.has("等县里收取")
            && status.has("看和改我填的")
    );
    assert!(status.has("例川学院") && !status.has(IDENTITY));

    pages.pass(1_000);
    let page = pages.post("/status/correct", &own).await;
    assert!(page.has("value=\"例川学院\"") && page.has("value=\"990000199603120029\""));
    let token = page.value("token");
    let mut fields = filled();
    fields.retain(|(n, _)| *n != "school" && *n != "phone");
    fields.extend([("school", "例川大学"), ("phone", "1"), ("token", token.as_str()), ("go", "send")]);
    fields.extend(own);
    let page = pages.post("/status/correct", &fields).await;
    assert!(page.status == 422 && page.has("id=\"e-phone\"") && page.has("value=\"例川大学\""));
    fields.retain(|(n, _)| *n != "phone");
    fields.push(("phone", "13900000009"));
    for _ in 0..2 {
        let page = pages.post("/status/correct", &fields).await;
        assert!(
            page.status == 200 && page.has("改好了") && page.has("例川大学") && page.has("您改了填报的信息")
        );
    }

    pages.pass(1_000);
    let token = pages.post("/status/question", &own).await.value("token");
    let asked = [own[0], own[1], ("token", token.as_str()), ("go", "send")];
    assert_eq!(pages.post("/status/question", &asked).await.status, 422);
    let asked = [own[0], own[1], ("token", token.as_str()), ("go", "send"), ("text", "请说明资格审查")];
    assert!(pages.post("/status/question", &asked).await.has("您要求说明或复核"));
    let letters = pages.letters();
    assert!(
        matches!(&letters[..], [Letter::Apply { .. }, Letter::Correct { form, .. }, Letter::Ask { text, .. }]
        if form.school == "例川大学" && form.phone == "13900000009" && text == "请说明资格审查")
    );

    // The county has fetched: its own status counts, until something new is sent.
    let slip = Slip::read(&receipt, &words).unwrap();
    let own_locker = locker(&pages.county.public(), &slip);
    let mut published = Status {
        receipt: receipt.clone(),
        title: "2026年乡镇村级后备力量报名".into(),
        place: "例山镇 书记后备".into(),
        need: Some("毕业证照片看不清编号".into()),
        lines: vec![Line {
            at: "11月24日".into(),
            title: "镇里初审".into(),
            tone: Tone::Done,
            ..Line::default()
        }],
        may: vec![May::Withdraw, May::Ask],
        ticket: Some(Ticket {
            no: "26010101".into(),
            room: "第 1 考场".into(),
            what: "笔试".into(),
            ..Ticket::default()
        }),
        until: "2027-07-31".into(),
        ..Status::default()
    };
    pages.folder.publish_status(&own_locker.tag, &seal_status(&own_locker.key, &published)).unwrap();
    for name in pages.folder.letters().unwrap() {
        pages.folder.done(&name).unwrap();
    }
    let status = pages.post("/status", &own).await;
    assert!(status.has("镇里初审") && status.has("毕业证照片看不清编号") && status.has("2027年7月31日"));
    assert!(
        !status.has("等县里收取") && !status.has("看和改我填的"),
        "what the county does not allow is not offered"
    );
    let refused = pages.post("/status/correct", &own).await;
    assert!(refused.has("镇里初审") && !refused.has("交上改好的"));
    assert!(pages.post("/status/ticket", &own).await.has("26010101"));
    published.ticket = None;
    pages.folder.publish_status(&own_locker.tag, &seal_status(&own_locker.key, &published)).unwrap();
    assert!(!pages.post("/status/ticket", &own).await.has("26010101"));

    // Withdrawing is confirmed first.
    pages.pass(5 * MINUTE);
    let page = pages.post("/status/withdraw", &own).await;
    assert!(page.has("撤回我的报名") && pages.letters().is_empty());
    let page = pages.post("/status/withdraw", &[own[0], own[1], ("go", "send")]).await;
    assert!(page.status == 200 && page.has("已经撤回"));
    assert!(matches!(&pages.letters()[..], [Letter::Withdraw { receipt: of, .. }] if *of == receipt));
    assert_eq!(
        pages.post("/status", &own).await.status,
        404,
        "also while the county's status still lies there"
    );
}

#[tokio::test]
async fn w6_withdrawing_before_the_county_fetched_leaves_no_application_behind() {
    let pages = Pages::new().await;
    let token = pages.token("/c/r2026/apply", 1).await;
    let mut fields = filled();
    fields.extend([("token", token.as_str()), ("step", "4"), ("go", "send")]);
    let (receipt, words) = pages.post("/c/r2026/apply", &fields).await.slip();
    pages.post("/status/withdraw", &[("receipt", &receipt), ("words", &words), ("go", "send")]).await;
    assert!(matches!(&pages.letters()[..], [Letter::Withdraw { .. }]));
    let kept: Vec<_> = std::fs::read_dir(pages.dir.path().join("receipts"))
        .unwrap()
        .map(|f| f.unwrap().metadata().unwrap().len())
        .collect();
    assert_eq!(kept, [0]);
    // The same form sent once more does not bring it back.
    let again = pages.post("/c/r2026/apply", &fields).await;
    assert!(again.status == 409 && again.has("这一份已经撤回"));
    assert_eq!(pages.letters().len(), 1);
}

#[tokio::test]
async fn w6_wrong_unknown_and_withdrawn_receipts_are_answered_with_the_same_bytes() {
    let pages = Pages::new().await;
    let (receipt, words) = pages.applies(1).await.slip();
    let (gone, gone_words) = pages.applies(2).await.slip();
    pages
        .post_from(2, "/status/withdraw", &[("receipt", &gone), ("words", &gone_words), ("go", "send")])
        .await;
    let (ended, ended_words) = pages.applies(3).await.slip();
    let tag = locker(&pages.county.public(), &Slip::read(&ended, &ended_words).unwrap()).tag;
    pages.folder.withdraw_status(&tag).unwrap();
    let asked = [
        (receipt.as_str(), "山·水·00"),
        ("BM26-2222-2222", "山·水·00"),
        (gone.as_str(), gone_words.as_str()),
        (ended.as_str(), ended_words.as_str()),
        ("什么", ""),
        ("", "<b>"),
    ];
    let mut answers = Vec::new();
    for (at, (receipt, words)) in asked.into_iter().enumerate() {
        let answer =
            pages.post_from(10 + at as u8, "/status", &[("receipt", receipt), ("words", words)]).await;
        let head: Vec<String> =
            answer.head.lines().filter(|l| !l.starts_with("date:")).map(str::to_owned).collect();
        answers.push((answer.status, head, answer.body));
    }
    assert_eq!(answers[0].0, 404);
    assert!(answers.iter().all(|a| *a == answers[0]));
    // Each way to act refuses alike.
    for path in ["/status/correct", "/status/withdraw", "/status/question", "/status/ticket"] {
        let answer =
            pages.post_from(30, path, &[("receipt", &gone), ("words", &gone_words), ("go", "send")]).await;
        assert_eq!(answer.body, answers[0].2, "{path}");
    }
    assert_eq!(pages.post("/status", &[("receipt", &receipt), ("words", &words)]).await.status, 200);
}

#[tokio::test]
async fn w6_five_wrong_look_ups_lock_the_address_also_for_the_right_one() {
    let pages = Pages::new().await;
    let (receipt, words) = pages.applies(1).await.slip();
    for _ in 0..5 {
        assert_eq!(
            pages.post_from(9, "/status", &[("receipt", &receipt), ("words", "山水00")]).await.status,
            404
        );
    }
    let right = [("receipt", receipt.as_str()), ("words", words.as_str())];
    let locked = pages.post_from(9, "/status", &right).await;
    assert!(locked.status == 429 && locked.has("暂时不能查") && locked.head.contains("retry-after: "));
    assert_eq!(pages.post_from(9, "/status/correct", &right).await.status, 429);
    assert_eq!(pages.post_from(8, "/status", &right).await.status, 200);
    pages.pass(15 * MINUTE + 1_000);
    assert_eq!(pages.post_from(9, "/status", &right).await.status, 200);
}

#[tokio::test]
async fn h1_a_link_asks_one_person_and_is_answered_once() {
    let pages = Pages::new().await;
    let slip = Slip::link();
    let own = locker(&pages.county.public(), &slip);
    let asked = Inquiry { name: "汪＊＊".into(), unit: "例山镇".into(), until: "2026-11-20".into() };
    pages.folder.publish_status(&own.tag, &seal_inquiry(&own.key, &asked)).unwrap();
    let path = format!("/q/{}", slip.receipt);

    // Opening it does nothing: messengers open links to show what is behind them.
    let page = pages.get(&path).await;
    assert!(page.status == 200 && page.has("汪＊＊") && page.has("例山镇") && page.has("11月20日"));
    assert!(pages.get(&format!("{path}?lang=en")).await.has("Where you are and what you do"));
    assert!(pages.letters().is_empty());

    let bad = pages.post(&path, &[("go", "send"), ("employment", &"长".repeat(61))]).await;
    assert!(bad.status == 422 && bad.has("id=\"e-place\"") && bad.has("id=\"e-employment\""));
    assert!(pages.letters().is_empty());

    let told =
        [("go", "send"), ("place", "外出务工（苏州）"), ("employment", "班长"), ("intention", "愿回村")];
    for _ in 0..2 {
        let page = pages.post(&path, &told).await;
        assert!(page.status == 200 && page.has("收到了"));
    }
    let letters = pages.letters();
    assert!(matches!(&letters[..], [Letter::Tell { link, place, employment, intention, .. }]
        if *link == slip.receipt && place == "外出务工（苏州）" && employment == "班长" && intention == "愿回村"));
    // What was told is not shown to whoever opens the link again.
    let again = pages.get(&path).await;
    assert!(again.has("收到了") && !again.has("苏州") && !again.has("汪"));

    // The county has taken it: what is left says nothing of whether it ever was.
    pages.folder.withdraw_status(&own.tag).unwrap();
    let (over, never) = (pages.get(&path).await, pages.get(&format!("/q/{}", Slip::link().receipt)).await);
    assert_eq!((over.status, never.status), (404, 404));
    let plain = |text: &str| text.split("/q/").map(|t| t.get(20..).unwrap_or(t)).collect::<String>();
    assert_eq!(plain(&over.body), plain(&never.body));
}

#[tokio::test]
async fn h1_a_link_ends_with_its_last_day_and_cannot_be_guessed() {
    let pages = Pages::new().await;
    let slip = Slip::link();
    let own = locker(&pages.county.public(), &slip);
    let asked = Inquiry { name: "汪＊".into(), unit: "例山镇".into(), until: "2026-11-18".into() };
    pages.folder.publish_status(&own.tag, &seal_inquiry(&own.key, &asked)).unwrap();
    let path = format!("/q/{}", slip.receipt);
    assert_eq!(pages.get(&path).await.status, 200);
    pages.pass(common::DAY);
    assert_eq!(pages.get(&path).await.status, 404);
    let told = [("go", "send"), ("place", "在村")];
    assert_eq!(pages.post(&path, &told).await.status, 404);
    assert!(pages.letters().is_empty());
    for _ in 0..3 {
        assert_eq!(pages.get(&format!("/q/{}", Slip::link().receipt)).await.status, 404);
    }
    // Five wrong ones lock the address, whatever it asks for next.
    assert_eq!(pages.get(&path).await.status, 429);
}
