//! Every page, as a phone without an account reads it.

mod common;

use common::{DAY, IDENTITY, NOW, Pages, filled, request, site};
use public::folder::Bounds;
use public::throttle::Limits;
use public::wire::Letter;

#[tokio::test]
async fn w6_the_notice_tells_conditions_benefits_and_calendar() {
    let pages = Pages::new().await;
    let home = pages.get("/").await;
    assert_eq!(home.status, 200);
    assert!(home.has("2026年乡镇村级后备力量报名") && home.has("拟录用人员公示") && home.has("例川县"));
    let page = pages.get("/c/r2026").await;
    for text in [
        "18—40 岁",
        "退役军人可到 45 岁",
        "报酬不低于村“两委”副职",
        "11月27日 17:30",
        "受过刑事处罚的",
        "毕业证",
        "0990-0000001",
        "还剩 9 天",
        "4 个名额，1 个乡镇",
        "我要报名",
        "推荐别人",
        "党员、村民都可以",
    ] {
        assert!(page.has(text), "{text}");
    }
    for (name, value) in [
        ("content-security-policy", "default-src 'none'; style-src 'self'"),
        ("cache-control", "no-store"),
        ("x-frame-options", "deny"),
    ] {
        assert!(page.head.contains(&format!("{name}: {value}")), "{name}: {}", page.head);
    }
    assert!(!page.head.contains("set-cookie") && !page.has("<script") && !page.has("style="));
    let english = pages.get("/c/r2026?lang=en&large=1").await;
    assert!(english.has("<html lang=\"en\" class=\"yz-large\">") && english.has("9 days left"));
    assert!(
        english.has("<span lang=\"zh\">18—40 岁</span>")
            && english.has("href=\"/c/r2026/apply?lang=en&#38;large=1\"")
    );
    for nowhere in ["/c/other", "/n/other", "/x", "/c/r2026/x", "/c/%FF"] {
        assert!(matches!(pages.get(nowhere).await.status, 400 | 404), "{nowhere}");
    }
    assert_eq!(pages.get("/healthz").await.body, "ok");
}

#[tokio::test]
async fn what_is_not_published_not_open_or_closed_says_so() {
    let pages = Pages::new().await;
    std::fs::remove_file(pages.dir.path().join("published/site.json")).unwrap();
    pages.pass(2_000);
    assert!(pages.get("/").await.has("县里还没有在这里发布报名"));
    assert_eq!(pages.get("/c/r2026").await.status, 503);

    let mut early = site(pages.county.public());
    early.campaigns[0].opens_at = "2026-11-20T08:00".into();
    pages.folder.publish(&early).unwrap();
    pages.pass(2_000);
    let page = pages.get("/c/r2026").await;
    assert!(page.has("11月20日 08:00 开始报名") && !page.has("我要报名"));
    assert_eq!(pages.get("/c/r2026/apply").await.status, 409);
    assert_eq!(pages.get("/c/r2026/recommend").await.status, 409);

    // Whoever was filling in when it closed reads that nothing was sent.
    pages.folder.publish(&site(pages.county.public())).unwrap();
    pages.pass(2_000);
    let token = pages.token("/c/r2026/apply", 1).await;
    pages.pass(10 * DAY);
    let page = pages.get("/c/r2026").await;
    assert!(page.has("已截止") && !page.has("我要报名") && page.has("查进度"));
    let mut fields = filled();
    fields.extend([("token", token.as_str()), ("step", "4"), ("go", "send")]);
    let refused = pages.post("/c/r2026/apply", &fields).await;
    assert!(refused.status == 409 && refused.has("已经截止"));
    assert!(pages.letters().is_empty());
}

#[tokio::test]
async fn w6_an_application_in_four_steps_keeps_everything_and_stores_nothing_before_it_is_sent() {
    let pages = Pages::new().await;
    let at = "/c/r2026/apply";
    let token = pages.token(at, 1).await;
    let all = filled();
    let of = |names: &[&str]| all.iter().filter(|(n, _)| names.contains(n)).copied().collect::<Vec<_>>();
    // Every fault at once, each at its field, and what was typed is still there.
    let bad = [
        ("token", token.as_str()),
        ("step", "1"),
        ("go", "next"),
        ("name", "汪"),
        ("identity", "990000199603120021"),
        ("phone", "12"),
    ];
    let page = pages.post(at, &bad).await;
    assert_eq!(page.status, 422);
    for field in ["consent", "name", "identity", "phone"] {
        assert!(
            page.has(&format!("href=\"#f-{field}\"")) && page.has(&format!("id=\"e-{field}\"")),
            "{field}"
        );
    }
    assert!(
        page.has("按前 17 位应为 9") && page.has("value=\"990000199603120021\"") && page.has("有 4 处要改")
    );

    let mut fields = of(&["consent", "name", "identity", "phone"]);
    fields.extend([("token", token.as_str()), ("step", "1"), ("go", "next")]);
    let page = pages.post(at, &fields).await;
    assert!(page.status == 200 && page.has("第 2 步，共 4 步") && page.has("您的经历"));
    assert_eq!(
        (page.value("token"), page.value("name"), page.value("identity")),
        (token.clone(), "汪例辰".into(), IDENTITY.into())
    );

    // A month to come is no graduation.
    let mut fields =
        of(&["consent", "name", "identity", "phone", "education", "full_time", "school", "political"]);
    fields.extend([("graduated_on", "2027年6月"), ("token", token.as_str()), ("step", "2"), ("go", "next")]);
    let page = pages.post(at, &fields).await;
    assert!(
        page.status == 422
            && page.has("还没到 2027年6月，请填已取得的学历")
            && page.has("value=\"2027年6月\"")
    );

    // Back and forth.
    fields.retain(|(n, _)| *n != "go");
    fields.push(("go", "back"));
    let page = pages.post(at, &fields).await;
    assert!(
        page.has("第 1 步，共 4 步")
            && page.value("graduated_on") == "2027年6月"
            && page.has("value=\"汪例辰\"")
    );

    let mut fields = of(&[
        "consent",
        "name",
        "identity",
        "phone",
        "education",
        "full_time",
        "school",
        "political",
        "graduated_on",
    ]);
    fields.extend([("token", token.as_str()), ("step", "2"), ("go", "next")]);
    assert!(pages.post(at, &fields).await.has("第 3 步，共 4 步"));
    fields.retain(|(n, _)| *n != "step");
    fields.extend([("step", "3"), ("place", "990101100"), ("declares", "true")]);
    let page = pages.post(at, &fields).await;
    assert!(
        page.status == 422
            && page.has("每一条都要勾选")
            && page.has("请选一项")
            && page.has("请写户籍所在的乡镇和村")
    );

    let mut fields = all.clone();
    fields.extend([("token", token.as_str()), ("step", "3"), ("go", "next")]);
    let page = pages.post(at, &fields).await;
    assert!(page.has("看一遍再交") && page.has("1996年3月12日，今天 30 岁") && page.has("9900********0*2*"));
    assert!(!page.has(">990000199603120029<"), "who looks on reads no number");
    assert!(
        pages.folder.letters().unwrap().is_empty()
            && std::fs::read_dir(pages.dir.path().join("receipts")).unwrap().count() == 0
    );

    fields.retain(|(n, _)| !matches!(*n, "step" | "go"));
    fields.extend([("step", "4"), ("go", "send")]);
    let receipt = pages.post(at, &fields).await;
    assert_eq!(receipt.status, 200);
    let (number, words) = receipt.slip();
    assert!(receipt.has("报名收到了") && receipt.has("例山镇，书记后备") && number.starts_with("BM26-"));

    // Sent again: the same receipt, and no second letter.
    assert_eq!(pages.post(at, &fields).await.slip(), (number.clone(), words.clone()));
    let letters = pages.letters();
    let [Letter::Apply { campaign, receipt, words: said, at, form }] = letters.as_slice() else {
        panic!("{letters:?}")
    };
    assert_eq!((campaign.as_str(), receipt, said, *at), ("r2026", &number, &words, NOW));
    assert_eq!(
        (
            form.name.as_str(),
            form.identity.as_str(),
            form.phone.as_str(),
            form.sex.as_str(),
            form.birth.as_str()
        ),
        ("汪例辰", IDENTITY, "13900000001", "2", "1996-03-12")
    );
    assert_eq!(
        (form.graduated_on.as_str(), form.full_time, form.consent, form.keep_contact),
        ("2018-06", true, true, false)
    );
    assert_eq!(
        (form.place.as_str(), form.source.as_str(), form.declares.len()),
        ("990101100", "graduate", 2)
    );

    // Nothing in the folder can be read without key or words.
    for folder in ["inbox", "receipts"] {
        for file in std::fs::read_dir(pages.dir.path().join(folder)).unwrap() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            let text = String::from_utf8_lossy(&bytes);
            assert!(
                !text.contains("例辰") && !text.contains(IDENTITY) && !text.contains(&number),
                "{folder}"
            );
        }
    }
}

#[tokio::test]
async fn a_sending_that_skips_steps_is_checked_whole_and_led_to_the_first_fault() {
    let pages = Pages::new().await;
    let token = pages.token("/c/r2026/apply", 1).await;
    let mut fields = filled();
    fields.retain(|(n, _)| *n != "political");
    fields.extend([("token", token.as_str()), ("step", "4"), ("go", "send")]);
    let page = pages.post("/c/r2026/apply", &fields).await;
    assert!(page.status == 422 && page.has("第 2 步，共 4 步") && page.has("请选政治面貌"));
    // A token of one's own making is none: the page comes again with a good one.
    let mut fields = filled();
    fields.extend([("token", "18f.00.00"), ("step", "4"), ("go", "send")]);
    let page = pages.post("/c/r2026/apply", &fields).await;
    assert!(page.status == 200 && page.has("看一遍再交") && page.value("token") != "18f.00.00");
    assert!(pages.letters().is_empty());
    // The switches keep what was typed and check nothing.
    let mut fields = vec![("token", token.as_str()), ("step", "1"), ("name", "汪"), ("lang", "en")];
    let page = pages.post("/c/r2026/apply?lang=en&stay=1", &fields).await;
    assert!(page.status == 200 && page.has("Step 1 of 4") && page.has("value=\"汪\""));
    fields.push(("go", "next"));
    assert_eq!(pages.post("/c/r2026/apply?lang=en", &fields).await.status, 422);
}

#[tokio::test]
async fn g1_somebody_is_recommended_by_name_village_and_reason() {
    let pages = Pages::new().await;
    let at = "/c/r2026/recommend";
    let token = pages.token(at, 1).await;
    let page = pages.post(at, &[("token", &token), ("go", "send"), ("by_kind", "secretary")]).await;
    assert_eq!(page.status, 422);
    for field in ["name", "village", "reason", "by_kind", "by_name", "by_phone"] {
        assert!(page.has(&format!("id=\"e-{field}\"")), "{field}");
    }
    let fields = [
        ("token", token.as_str()),
        ("go", "send"),
        ("by_kind", "resident"),
        ("by_name", "何例甲"),
        ("by_phone", "+86 13900000002"),
        ("name", "汪例辰"),
        ("village", "990101100201"),
        ("reason", "办合作社带着大家种茶"),
        ("identity", IDENTITY),
    ];
    let receipt = pages.post(at, &fields).await;
    assert!(receipt.has("推荐收到了") && receipt.slip().0.starts_with("TJ26-"));
    let letters = pages.letters();
    let [Letter::Recommend { by_kind, by_phone, name, village, reason, .. }] = letters.as_slice() else {
        panic!("{letters:?}")
    };
    assert_eq!(
        [by_kind, by_phone, name, village, reason],
        ["resident", "13900000002", "汪例辰", "990101100201", "办合作社带着大家种茶"]
    );
    assert!(!serde_json::to_string(&letters).unwrap().contains(IDENTITY), "nothing more than that is taken");
    let (receipt, words) = receipt.slip();
    let status = pages.post("/status", &[("receipt", &receipt), ("words", &words)]).await;
    assert!(status.has("推荐收到") && !status.has("撤回报名"));
    let mut closed = site(pages.county.public());
    closed.campaigns[0].routes = vec!["self".into()];
    pages.folder.publish(&closed).unwrap();
    pages.pass(2_000);
    assert_eq!(pages.get(at).await.status, 404);
    assert!(!pages.get("/c/r2026").await.has("推荐别人"));
}

#[tokio::test]
async fn objections_are_taken_while_a_notice_hangs() {
    let pages = Pages::new().await;
    let page = pages.get("/n/n1").await;
    assert!(page.has("何例甲") && page.has("男，1996年3月") && page.has("反映电话"));
    let token = page.value("token");
    let page = pages.post("/n/n1", &[("token", &token), ("go", "send"), ("about", "别人")]).await;
    assert!(
        page.status == 422
            && ["name", "phone", "about", "text"].iter().all(|f| page.has(&format!("id=\"e-{f}\"")))
    );
    let fields = [
        ("token", token.as_str()),
        ("go", "send"),
        ("about", "何例甲"),
        ("name", "汪例辰"),
        ("phone", "13900000003"),
        ("text", "学历不实"),
    ];
    let receipt = pages.post("/n/n1", &fields).await;
    assert!(receipt.has("反映收到了") && receipt.slip().0.starts_with("YY26-"));
    assert!(
        matches!(&pages.letters()[..], [Letter::Object { notice, about, text, .. }] if (notice.as_str(), about.as_str(), text.as_str()) == ("n1", "何例甲", "学历不实"))
    );
    // The 20th is the last day.
    pages.pass(2 * DAY);
    assert!(pages.get("/n/n1").await.has("交上"));
    pages.pass(DAY);
    assert!(!pages.get("/n/n1").await.has("交上"));
    assert_eq!(pages.post("/n/n1", &fields).await.status, 409);
}

#[tokio::test]
async fn the_receipt_can_be_saved_and_read_in_english() {
    let pages = Pages::new().await;
    let (receipt, words) = pages.applies(1).await.slip();
    let own =
        [("receipt", receipt.as_str()), ("words", words.as_str()), ("place", "<例>"), ("at", "11月18日")];
    let file = pages.post("/receipt", &[own[0], own[1], ("go", "file")]).await;
    assert!(file.head.contains("attachment") && file.has(&receipt) && file.has(&words));
    let page = pages.post("/receipt?lang=en&stay=1", &own).await;
    assert!(page.has("Application received") && page.has(&receipt) && page.has("&lt;例&gt;"));
    assert_eq!(pages.post("/receipt", &[("receipt", "x"), ("words", "y")]).await.status, 404);
}

#[tokio::test]
async fn forms_from_elsewhere_and_large_ones_are_refused() {
    let pages = Pages::new().await;
    let asked = |headers: &str| request("/status", &[("receipt", "x")], headers);
    for headers in ["sec-fetch-site: cross-site\r\n", "origin: https://elsewhere\r\n", "origin: null\r\n"] {
        assert_eq!(pages.ask(1, &asked(headers)).await.unwrap().status, 403, "{headers}");
    }
    assert_eq!(
        pages.ask(1, &asked("origin: http://pages\r\nsec-fetch-site: same-origin\r\n")).await.unwrap().status,
        404
    );
    let long = "x".repeat(33 << 10);
    assert_eq!(pages.post("/status", &[("receipt", &long)]).await.status, 413);
    let token = pages.token("/c/r2026/recommend", 1).await;
    let long = "长".repeat(501);
    let page = pages
        .post(
            "/c/r2026/recommend",
            &[("token", &token), ("go", "send"), ("reason", &long), ("name", "a\u{0}b")],
        )
        .await;
    assert!(page.status == 422 && page.has("最多 500 个字") && page.has("看不见的字符"));
}

#[tokio::test]
async fn w6_a_full_inbox_says_try_later_and_nothing_is_lost() {
    let bounds = Bounds { letters: 1, ..Bounds::default() };
    let pages = Pages::with(Limits::default(), bounds, None).await;
    let (receipt, words) = pages.applies(1).await.slip();
    let later = pages.applies(2).await;
    assert!(later.status == 503 && later.has("您填的没有交出去") && later.head.contains("retry-after: 600"));
    assert_eq!(
        (pages.letters().len(), std::fs::read_dir(pages.dir.path().join("receipts")).unwrap().count()),
        (1, 1)
    );
    // Withdrawing takes the place of what is withdrawn.
    let page =
        pages.post("/status/withdraw", &[("receipt", &receipt), ("words", &words), ("go", "send")]).await;
    assert_eq!(page.status, 200);
    for name in pages.folder.letters().unwrap() {
        pages.folder.done(&name).unwrap();
    }
    assert_eq!(pages.applies(2).await.status, 200);
}

#[tokio::test]
async fn behind_a_trusted_proxy_the_last_address_it_added_counts() {
    let lock = |pages: Pages, told: &'static str| async move {
        let mut last = 0;
        for _ in 0..6 {
            let text = request("/status", &[("receipt", "x")], &format!("x-forwarded-for: {told}\r\n"));
            last = pages.ask(1, &text).await.unwrap().status;
        }
        let other = request("/status", &[("receipt", "x")], "x-forwarded-for: 203.0.113.5, 198.51.100.8\r\n");
        (last, pages.ask(1, &other).await.unwrap().status)
    };
    let proxy = Some("127.0.0.1".parse().unwrap());
    let pages = Pages::with(Limits::default(), Bounds::default(), proxy).await;
    assert_eq!(lock(pages, "203.0.113.5, 198.51.100.7").await, (429, 404));
    // Nobody else's word about an address is taken.
    assert_eq!(lock(Pages::new().await, "203.0.113.5, 198.51.100.7").await, (429, 429));
}
