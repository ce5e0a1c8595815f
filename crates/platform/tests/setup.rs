//! First-run set-up: the code, the checks of the machine, the form, what it makes, on every engine at hand.

mod common;

use axum::http::StatusCode;
use common::{Engine, PASSWORD, engines};

const OK: StatusCode = StatusCode::OK;
const ON: StatusCode = StatusCode::SEE_OTHER;
const REFUSED: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

fn setup_form(code: &str) -> Vec<(&str, &str)> {
    vec![
        ("code", code),
        ("county", "990101"),
        ("county_name", ""),
        ("system_name", "高例申"),
        ("system_login", "Xitong"),
        ("system_password", "Hm4-rtwe-9x"),
        ("system_again", "Hm4-rtwe-9x"),
        ("security_name", "林例酉"),
        ("security_login", "anquan"),
        ("security_password", "Pd7/kwne-3f"),
        ("security_again", "Pd7/kwne-3f"),
        ("audit_name", "周例戌"),
        ("audit_login", "shenji"),
        ("audit_password", "Yx2+dfhj-8k"),
        ("audit_again", "Yx2+dfhj-8k"),
        ("office_name", "何例乙"),
        ("office_login", "helieyi"),
        ("office_unit", "例山县委组织部"),
        ("pack", "try"),
    ]
}

fn with<'a>(form: &[(&'a str, &'a str)], changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    form.iter().map(|f| *changes.iter().find(|c| c.0 == f.0).unwrap_or(f)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn set_up_once_with_the_code() {
    for engine in engines().await {
        let mut browser = engine.browser();
        for path in ["/login", "/account"] {
            let seen = browser.get(path).await;
            assert_eq!((seen.status, seen.location.as_str()), (ON, "/setup"), "{path}");
        }
        let seen = browser.get("/setup").await;
        assert!(seen.status == OK && seen.has("设置码"));
        let file = engine.at.folder.join("setup-code");
        let code = engine.at.accounts().setup_code().expect("a code");
        let parts: Vec<&str> = code.split('-').collect();
        assert!(
            parts.len() == 3
                && parts.iter().all(|p| p.len() == 4 && p.bytes().all(|b| b.is_ascii_uppercase()))
        );
        assert_eq!(engine.at.accounts().setup_code().expect("the same"), code);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(&file).expect("a file").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        for k in 1..=5 {
            let seen = browser.post("/setup", &with(&setup_form(&code), &[("code", "AAAA-BBBB-CCCC")])).await;
            assert_eq!(seen.status, REFUSED);
            assert_eq!(seen.has("约 15 分钟"), k == 5, "try {k}");
        }
        let seen = browser.post("/setup", &setup_form(&code)).await;
        assert!(seen.status == REFUSED && seen.has("已锁定"), "the right code is no way round the lock");
        assert!(engine.at.accounts().none().await.expect("answers"));
        engine.sql("update setting set value = '0 1' where name = 'setup-tries'").await;

        let typed = code.to_lowercase().replace('-', " ");
        let seen = browser.post("/setup", &[("code", &typed)]).await;
        assert!(seen.status == OK && seen.has("三名管理员"));
        // The environment is checked, the packs are offered, none is chosen for the county.
        for word in ["存放数据", "磁盘空间", "数据库", "密钥", "时钟", "时区", "浏览器", "连接"]
        {
            assert!(seen.has(&format!("<b>{word}</b>")), "{word}: {}", seen.text);
        }
        assert!(seen.has("项通过") && !seen.has("yz-ck is-stop"), "{}", seen.text);
        assert!(seen.has("例山县考核办法") && seen.has("以后再选") && !seen.has(" checked"));
        // The county is found step by step; nothing is checked on the way, and what was typed stays.
        let steps =
            [("list", "1"), ("county", ""), ("province", "99"), ("city", "9901"), ("place", "990101")];
        let blank = with(&setup_form(&code), &[("county", "")]);
        let seen = browser.post("/setup", &[&blank[..], &steps].concat()).await;
        assert!(
            seen.status == OK && seen.has("value=\"990101\" selected") && seen.has("1 个乡镇"),
            "{}",
            seen.text
        );
        assert!(seen.has("value=\"周例戌\""));
        let astray = [("list", "1"), ("province", ""), ("city", "9901"), ("place", "990101")];
        let seen = browser.post("/setup", &[&blank[..], &astray].concat()).await;
        assert!(seen.status == OK && !seen.has("990101\" selected"));
        let bad = with(
            &setup_form(&code),
            &[
                ("county", "99010"),
                ("system_password", "short"),
                ("security_name", "高例申"),
                ("audit_login", "xitong"),
                ("audit_again", "other"),
                ("office_unit", ""),
                ("pack", "none"),
            ],
        );
        let seen = browser.post("/setup", &bad).await;
        assert_eq!(seen.status, REFUSED);
        for field in [
            "county",
            "system_password",
            "security_name",
            "audit_login",
            "audit_again",
            "office_unit",
            "pack",
        ] {
            assert!(seen.has(&format!("href=\"#f-{field}\"")), "{field}");
        }
        assert!(seen.has("密码至少 10 位") && !seen.has("value=\"short\"") && seen.has("value=\"周例戌\""));
        let seen = browser.post("/setup", &with(&setup_form(&code), &[("county", "123456")])).await;
        assert!(seen.status == REFUSED && seen.has("没有这个区划代码"));
        assert!(!engine.at.folder.join("counties/123456.sqlite").exists());
        if engine.name == "postgres" {
            let sql = "select 1 from information_schema.schemata where schema_name like '%\\_123456'";
            assert!(engine.at.control.one(sql, vec![]).await.expect("answers").is_none());
        }
        // What would lose data later stops it, and what was typed stays.
        let keys = engine.at.folder.join("keys");
        std::fs::rename(&keys, keys.with_extension("away")).expect("moves");
        let seen = browser.post("/setup", &setup_form(&code)).await;
        assert!(
            seen.status == REFUSED && seen.has("yz-ck is-stop") && seen.has("value=\"周例戌\""),
            "{}",
            seen.text
        );
        let seen = browser.post("/setup", &[("code", &code)]).await;
        assert!(seen.status == REFUSED && seen.has("重新检查") && !seen.has("三名管理员"));
        std::fs::rename(keys.with_extension("away"), &keys).expect("moves back");
        assert!(engine.at.accounts().none().await.expect("answers") && file.exists());
        assert!(engine.at.counties().await.expect("answers").is_empty());

        let seen = browser.post("/setup", &setup_form(&code)).await;
        assert_eq!(seen.status, OK, "{}", seen.text);
        let first = seen.between("<code>", "</code>").to_owned();
        assert!(seen.has("1 个乡镇") && seen.has("办法已采用：<b>例山县考核办法</b>"), "{}", seen.text);
        let county = engine.at.county("990101").await.expect("answers").expect("a county").1;
        let sql = "select record, note from audit where action = 'pack.adopt'";
        let adopted = county.rows(sql, vec![]).await.expect("rows");
        assert_eq!(adopted.len(), 1);
        assert_eq!(
            (adopted[0].text(0).expect("text"), adopted[0].text(1).expect("text")),
            ("try".into(), "首次设置".into())
        );
        assert!(!file.exists() && !engine.at.accounts().none().await.expect("answers"));
        let counties = engine.at.counties().await.expect("answers");
        assert_eq!(
            counties.iter().map(|c| (c.name.as_str(), c.demo)).collect::<Vec<_>>(),
            [("例山县", true)]
        );
        for seen in [browser.get("/setup").await, browser.post("/setup", &setup_form(&code)).await] {
            assert_eq!((seen.status, seen.location.as_str()), (ON, "/login"));
        }
        let audited = engine.audited().await;
        assert_eq!(audited.iter().filter(|a| *a == "setup.done").count(), 1);
        assert_eq!(audited.iter().filter(|a| *a == "setup.code").count(), 6);

        for (login, password, home) in [
            ("xitong", "Hm4-rtwe-9x", "/system"),
            ("ANQUAN", "Pd7/kwne-3f", "/accounts"),
            ("shenji", "Yx2+dfhj-8k", "/audit"),
        ] {
            let seen = engine.browser().post("/login", &[("login", login), ("password", password)]).await;
            assert_eq!((seen.status, seen.location.as_str()), (ON, home));
        }
        first_password(&engine, &first).await;
        engine.close().await;
    }
}

/// The county's first account owes a new password before anything else.
async fn first_password(engine: &Engine, first: &str) {
    let mut browser = engine.browser();
    let fields = [("login", "helieyi"), ("password", first), ("next", "/account")];
    let seen = browser.post("/login", &fields).await;
    assert_eq!((seen.status, seen.location.as_str()), (ON, "/login/password?next=/account"));
    assert_eq!(browser.get("/account").await.location, "/login/password");
    let seen = browser.get("/login/password?next=/account").await;
    assert_eq!(seen.status, OK);
    let bad = [("old", "wrong"), ("new", "helieyi"), ("again", "else"), ("next", "/account")];
    let seen = browser.post("/login/password", &bad).await;
    assert_eq!(seen.status, REFUSED);
    assert!(seen.has("原密码不对") && seen.has("密码里不要有登录名") && seen.has("两次输入的新密码不一样"));
    let good = [("old", first), ("new", PASSWORD), ("again", PASSWORD), ("next", "/account")];
    let seen = browser.post("/login/password", &good).await;
    assert_eq!((seen.status, seen.location.as_str()), (ON, "/login?next=/account"));
    assert_eq!(browser.get(&seen.location).await.location, "/account");
    assert_eq!(browser.get("/account").await.status, OK);
}
