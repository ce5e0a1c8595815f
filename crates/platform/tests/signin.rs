//! Signing in and the own account, through the router, on every engine at hand.

mod common;

use axum::http::StatusCode;
use common::{Browser, Engine, PASSWORD, engines};
use yanzhen_platform::access::{Action, Part, Role};
use yanzhen_platform::account::SignIn;
use yanzhen_platform::secrets::totp;

const OK: StatusCode = StatusCode::OK;
const ON: StatusCode = StatusCode::SEE_OTHER;
const REFUSED: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

#[tokio::test(flavor = "multi_thread")]
async fn five_wrong_passwords_lock_for_fifteen_minutes() {
    for engine in engines().await {
        engine.county().await;
        let id = engine.account("helieyi", "何例乙", &[(Role::CountyOffice, Part::County)]).await;
        let mut browser = engine.browser();
        let nobody = browser.post("/login", &[("login", "nobody"), ("password", "x")]).await;
        for _ in 1..=4 {
            let seen = browser.post("/login", &[("login", "helieyi"), ("password", "x")]).await;
            assert_eq!(seen.status, REFUSED);
            assert_eq!(seen.text.replace("helieyi", "nobody"), nobody.text, "who exists is not told");
        }
        let seen = browser.post("/login", &[("login", "helieyi"), ("password", "x")]).await;
        assert_eq!(seen.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(seen.has("约 15 分钟") && seen.has("安全管理员"));
        for _ in 2..=4 {
            let seen = browser.post("/login", &[("login", "nobody"), ("password", "x")]).await;
            assert_eq!(seen.status, REFUSED);
        }
        for _ in 0..2 {
            let nobody = browser.post("/login", &[("login", "Nobody"), ("password", "x")]).await;
            assert_eq!(nobody.status, StatusCode::TOO_MANY_REQUESTS);
            assert_eq!(nobody.text.replace("Nobody", "helieyi"), seen.text, "a lock does not tell either");
        }
        let right = [("login", "helieyi"), ("password", PASSWORD)];
        assert_eq!(browser.post("/login", &right).await.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(browser.cookies.is_empty());
        let row = engine.at.control.one("select locked_until from account", vec![]).await.expect("answers");
        let left = row.expect("a row").int(0).expect("a number") - yanzhen_platform::db::now_ms();
        assert!((14 * 60_000..=15 * 60_000).contains(&left), "{left}");
        engine.sql(&format!("update account set locked_until = 1 where id = {id}")).await;
        let seen = browser.post("/login", &right).await;
        assert_eq!((seen.status, seen.location.as_str()), (ON, "/"));
        let cookie = seen.headers["set-cookie"].to_str().expect("text");
        assert!(
            cookie.starts_with("yz=") && cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax"),
            "{cookie}"
        );
        assert_eq!(browser.get("/login?next=/account").await.location, "/account");
        engine.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_wrong_passwords_at_once_lock_exactly() {
    for engine in engines().await {
        engine.account("helieyi", "何例乙", &[]).await;
        let tries: Vec<_> = (0..10)
            .map(|_| {
                let at = engine.at.clone();
                tokio::spawn(
                    async move { at.accounts().sign_in("helieyi", "x", "", "").await.expect("answers") },
                )
            })
            .collect();
        let mut wrong = 0;
        for one in tries {
            wrong += usize::from(one.await.expect("ends") == SignIn::Wrong);
        }
        assert_eq!(wrong, 4, "{}: the fifth locks, the rest are refused", engine.name);
        let came = engine.at.accounts().sign_in("helieyi", PASSWORD, "", "").await.expect("answers");
        assert!(matches!(came, SignIn::Locked(_)));
        engine.close().await;
    }
}

fn unix() -> u64 {
    u64::try_from(yanzhen_platform::db::now_ms() / 1000).expect("after 1970")
}

/// Base 32 as an authenticator reads it.
fn base32(typed: &str) -> Vec<u8> {
    let (mut bits, mut held, mut out) = (0u32, 0, Vec::new());
    for c in typed.bytes().filter(|b| *b != b' ') {
        let value = if c.is_ascii_uppercase() { c - b'A' } else { c - b'2' + 26 };
        bits = bits << 5 | u32::from(value);
        held += 5;
        if held >= 8 {
            held -= 8;
            out.push((bits >> held & 255) as u8);
        }
    }
    out
}

async fn to_code(engine: &Engine) -> Browser {
    let mut browser = engine.browser();
    let fields = [("login", "helieyi"), ("password", PASSWORD), ("next", "/account")];
    let seen = browser.post("/login", &fields).await;
    assert_eq!(seen.location, "/login/code?next=/account");
    assert_eq!(browser.get("/login/code?next=/account").await.status, OK);
    browser
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_factor_by_code_and_by_recovery_code() {
    for engine in engines().await {
        engine.county().await;
        engine.account("helieyi", "何例乙", &[(Role::CountyOffice, Part::County)]).await;
        let mut browser = engine.signed_in("helieyi").await;
        let seen = browser.get("/account").await;
        let secret = base32(seen.between("手输密钥： <code>", "</code>"));
        let sealed = seen.between("name=\"sealed\" value=\"", "\"").to_owned();
        assert_eq!(secret.len(), totp::SECRET);
        let seen = browser.post("/account/second-factor", &[("sealed", &sealed), ("code", "000000")]).await;
        assert!(seen.status == REFUSED && seen.has("口令不对"));
        assert_eq!(
            base32(seen.between("手输密钥： <code>", "</code>")),
            secret,
            "the same secret is offered again"
        );
        let sealed = seen.between("name=\"sealed\" value=\"", "\"").to_owned();
        let used = totp::code(&secret, unix()).expect("a code");
        let seen = browser.post("/account/second-factor", &[("sealed", &sealed), ("code", &used)]).await;
        assert_eq!(seen.status, OK);
        let recovery: Vec<String> = seen
            .text
            .split("<li><code>")
            .skip(1)
            .map(|p| p.split('<').next().unwrap_or_default().to_owned())
            .collect();
        assert!(recovery.len() == 10 && seen.has("data:text/plain"));
        let seen = browser.post("/account/second-factor", &[("sealed", &sealed), ("code", &used)]).await;
        assert_eq!(seen.status, ON, "one that is on is not replaced");

        let mut browser = to_code(&engine).await;
        assert_eq!(browser.get("/account").await.location, "/login/code", "half signed in sees nothing");
        assert_eq!(browser.get("/roles").await.location, "/login/code?next=/roles");
        let seen = browser.post("/login/code", &[("code", &used)]).await;
        assert!(seen.status == REFUSED && seen.has("已经用过"), "the code that turned it on is used");
        let half = browser.cookies["yz"].clone();
        let next = totp::code(&secret, unix() + 30).expect("a code");
        let seen = browser.post("/login/code", &[("code", &next), ("next", "/account")]).await;
        assert_eq!((seen.status, seen.location.as_str()), (ON, "/account"));
        assert_ne!(browser.cookies["yz"], half, "a new cookie");
        assert_eq!(browser.get("/account").await.status, OK);
        let mut again = to_code(&engine).await;
        assert_eq!(again.post("/login/code", &[("code", &next)]).await.status, REFUSED, "replayed");
        let typed = recovery[0].to_lowercase();
        let seen = again.post("/login/code", &[("code", &typed)]).await;
        assert_eq!((seen.status, seen.location.as_str()), (ON, "/"));
        let mut again = to_code(&engine).await;
        assert_eq!(again.post("/login/code", &[("code", &typed)]).await.status, REFUSED, "used");

        // Wrong codes add up across sign-ins: a known password buys no more tries.
        for _ in 0..3 {
            let mut again = to_code(&engine).await;
            assert_eq!(again.post("/login/code", &[("code", "000000")]).await.status, REFUSED);
        }
        let mut again = to_code(&engine).await;
        let seen = again.post("/login/code", &[("code", "000000")]).await;
        assert_eq!(seen.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(again.cookies.is_empty() && seen.has("已锁定"));
        engine.sql("update account set locked_until = 0").await;

        let seen = browser.get("/account").await;
        assert!(seen.has("恢复码还剩 9 个"));
        assert_eq!(browser.post("/account/second-factor/off", &[("password", "x")]).await.status, REFUSED);
        let seen = browser.post("/account/second-factor/off", &[("password", PASSWORD)]).await;
        assert_eq!(seen.status, ON);
        assert_eq!(engine.signed_in("helieyi").await.get("/account").await.status, OK);
        engine.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn forged_acts_are_refused() {
    for engine in engines().await {
        engine.county().await;
        engine.account("helieyi", "何例乙", &[(Role::CountyOffice, Part::County)]).await;
        let mut browser = engine.signed_in("helieyi").await;
        browser.get("/account").await;
        let csrf = browser.csrf.clone();
        let foreign = [("origin", "https://other.example")];
        let cross = [("sec-fetch-site", "cross-site")];
        let forged: [(&str, &[(&'static str, &str)]); 5] =
            [("", &[]), ("none", &[]), (&csrf, &foreign), (&csrf, &cross), (&csrf, &[("origin", "null")])];
        for (token, headers) in forged {
            for path in ["/account/sessions/end", "/logout", "/preferences", "/session/touch", "/roles"] {
                let seen = browser.post_as(path, token, headers, &[("lang", "en")]).await;
                assert_eq!(seen.status, StatusCode::FORBIDDEN, "{path} {token} {headers:?}");
            }
        }
        let mut visitor = engine.browser();
        let right = [("login", "helieyi"), ("password", PASSWORD)];
        let seen = visitor.post_as("/login", "none", &foreign, &right).await;
        assert!(seen.status == StatusCode::FORBIDDEN && visitor.cookies.is_empty());
        // A token is the same token however its sender escapes it; half of one is none.
        let escaped: String = csrf.bytes().map(|b| format!("%{b:02x}")).collect();
        let raw = |token: String| format!("return=%2Faccount&%63srf={token}&lang=zh");
        assert_eq!(browser.send_raw("/preferences", raw(escaped)).await.status, ON);
        assert_eq!(
            browser.send_raw("/preferences", raw(csrf[..8].into())).await.status,
            StatusCode::FORBIDDEN
        );
        let own = [("origin", "http://yanzhen.example"), ("sec-fetch-site", "same-origin")];
        let seen =
            browser.post_as("/preferences", &csrf, &own, &[("lang", "en"), ("return", "/account")]).await;
        assert_eq!((seen.status, seen.location.as_str()), (ON, "/account"));
        engine.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_session_ends() {
    for engine in engines().await {
        engine.county().await;
        engine.account("helieyi", "何例乙", &[(Role::CountyOffice, Part::County)]).await;
        let mut browser = engine.signed_in("helieyi").await;
        browser.get("/account").await;
        let almost = yanzhen_platform::db::now_ms() - 14 * 60_000;
        engine.sql(&format!("update session set seen_at = {almost}")).await;
        assert_eq!(browser.post("/session/touch", &[]).await.status, StatusCode::NO_CONTENT);
        let row = engine.at.control.one("select seen_at from session", vec![]).await.expect("answers");
        assert!(row.expect("a session").int(0).expect("a number") > almost, "touching is use");
        let over = yanzhen_platform::db::now_ms() - 15 * 60_000 - 1;
        engine.sql(&format!("update session set seen_at = {over}")).await;
        assert_eq!(browser.post("/session/touch", &[]).await.status, StatusCode::UNAUTHORIZED);
        let seen = browser.get("/account?done=x").await;
        assert_eq!((seen.status, seen.location.as_str()), (ON, "/login?next=/account%3Fdone%3Dx"));
        let seen = browser.get("/login?idle=1&next=/account%3Fdone%3Dx").await;
        assert!(seen.has("您有 15 分钟没有操作") && seen.has("草稿已保存"));
        assert!(seen.has("name=\"next\" value=\"/account?done=x\""));
        assert_eq!(browser.get("/login?next=//other.example").await.status, OK);
        for bad in ["//other.example", "https://other.example", "/\\other.example", "/login"] {
            let fields = [("login", "helieyi"), ("password", PASSWORD), ("next", bad)];
            assert_eq!(engine.browser().post("/login", &fields).await.location, "/", "{bad}");
        }
        engine.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_are_changed_and_may_be_none() {
    for engine in engines().await {
        engine.county().await;
        let township = Part::Township("990101101".into());
        let grants = [(Role::CountyOffice, Part::County), (Role::TownshipOffice, township)];
        let id = engine.account("helieyi", "何例乙", &grants).await;
        let other = engine.account("zhouliexu", "周例戌", &[(Role::AuditAdmin, Part::County)]).await;
        engine.account("wurenyong", "吴例辰", &[]).await;
        let mut browser = engine.signed_in("helieyi").await;
        let seen = browser.get("/roles").await;
        assert!(seen.has("县委组织部") && seen.has("乡镇党委") && seen.has("例山县") && seen.has("当前身份"));
        let roles = engine.at.accounts().roles(id).await.expect("roles");
        let town = roles.iter().find(|r| r.role == Role::TownshipOffice).expect("held").id.to_string();
        let seen = browser.post("/roles", &[("role", &town)]).await;
        assert_eq!((seen.status, seen.location.as_str()), (ON, "/"));
        let found = engine.at.accounts().session(&browser.cookies["yz"], "").await.expect("answers");
        assert_eq!(found.and_then(|f| f.caller).map(|c| c.role), Some(Role::TownshipOffice));
        let foreign = engine.at.accounts().roles(other).await.expect("roles")[0].id.to_string();
        for bad in [foreign.as_str(), "0", "x", ""] {
            let seen = browser.post("/roles", &[("role", bad)]).await;
            assert_eq!(seen.status, StatusCode::NOT_FOUND, "{bad}");
        }
        assert!(engine.audited().await.contains(&"session.switch-role".into()));

        let mut nobody = engine.signed_in("wurenyong").await;
        assert_eq!(nobody.get("/account").await.location, "/roles");
        let seen = nobody.get("/roles").await;
        assert!(seen.status == OK && seen.has("没有可用的身份"));
        assert_eq!(nobody.post("/logout", &[]).await.location, "/login");
        assert!(nobody.cookies.is_empty());
        assert_eq!(nobody.get("/roles").await.location, "/login?next=/roles");
        engine.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn language_and_type_are_kept() {
    for engine in engines().await {
        engine.county().await;
        engine.account("helieyi", "何例乙", &[(Role::CountyOffice, Part::County)]).await;
        let mut browser = engine.browser();
        let seen = browser.post("/preferences", &[("lang", "en"), ("return", "/login?next=/account")]).await;
        assert_eq!((seen.status, seen.location.as_str()), (ON, "/login?next=/account"));
        browser.post("/preferences", &[("large", "1")]).await;
        assert_eq!(browser.cookies["yzlang"], "en");
        let seen = browser.get("/login").await;
        assert!(seen.has("<html lang=\"en\" class=\"yz-large\">") && seen.has("Sign in"), "{}", seen.text);
        for bad in ["//other.example", "https://other.example", "", "/\\x"] {
            assert_eq!(browser.post("/preferences", &[("lang", "xx"), ("return", bad)]).await.location, "/");
        }
        let mut browser = engine.signed_in("helieyi").await;
        assert!(browser.get("/account").await.has("<html lang=\"zh-CN\">"));
        browser.post("/preferences", &[("lang", "en"), ("return", "/account")]).await;
        browser.post("/preferences", &[("large", "1"), ("return", "/account")]).await;
        assert!(!browser.cookies.contains_key("yzlang"), "kept with the account");
        let mut elsewhere = engine.signed_in("helieyi").await;
        assert!(elsewhere.get("/account").await.has("<html lang=\"en\" class=\"yz-large\">"));
        // Rows of tables stay as each page draws them until the account chooses.
        for (tight, class) in
            [("1", "yz-large yz-tight"), ("0", "yz-large yz-roomy"), ("x", "yz-large yz-roomy")]
        {
            let seen = browser.post("/preferences", &[("tight", tight), ("return", "/account")]).await;
            assert_eq!((seen.status, seen.location.as_str()), (ON, "/account"));
            let seen = elsewhere.get("/account").await;
            assert!(seen.has(&format!("<html lang=\"en\" class=\"{class}\">")), "{tight}: {}", seen.text);
            let pressed = if class.ends_with("tight") { "1" } else { "0" };
            assert!(seen.has(&format!("name=\"tight\" value=\"{pressed}\" aria-pressed=\"true\"")));
        }
        engine.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_own_account_keeps_its_password_sessions_and_tokens() {
    for engine in engines().await {
        engine.county().await;
        engine.account("helieyi", "何例乙", &[(Role::CountyOffice, Part::County)]).await;
        engine.account("gaolieshen", "高例申", &[(Role::SystemAdmin, Part::County)]).await;
        let mut here = engine.signed_in("helieyi").await;
        let mut there = engine.signed_in("helieyi").await;
        here.get("/account").await;
        assert_eq!(here.post("/account/sessions/end", &[]).await.status, ON);
        assert!(there.get("/account").await.location.starts_with("/login"));
        let mut there = engine.signed_in("helieyi").await;
        let seen = here.get("/account").await;
        let hash = seen.between("name=\"session\" value=\"", "\"").to_owned();
        here.post("/account/sessions/end", &[("session", &hash)]).await;
        assert!(there.get("/account").await.location.starts_with("/login"));
        assert_eq!(here.get("/account").await.status, OK);

        let seen = here.post("/account/password", &[("old", "x"), ("new", "y"), ("again", "z")]).await;
        assert!(seen.status == REFUSED && seen.has("原密码不对") && seen.has("密码至少 10 位"));
        let new = "Wy3-dhkm/7r";
        let mut there = engine.signed_in("helieyi").await;
        let seen = here.post("/account/password", &[("old", PASSWORD), ("new", new), ("again", new)]).await;
        assert_eq!(seen.location, "/account?done=password");
        assert!(here.get(&seen.location).await.has("密码已改"));
        assert!(there.get("/account").await.location.starts_with("/login"));
        let old = [("login", "helieyi"), ("password", PASSWORD)];
        assert_eq!(engine.browser().post("/login", &old).await.status, REFUSED);

        let seen = here.post("/account/tokens", &[("days", "30")]).await;
        assert!(seen.status == REFUSED && seen.has("#f-name") && seen.has("#f-action"));
        let fields = [
            ("name", "县财政局取数"),
            ("days", "30"),
            ("action", "view-village"),
            ("action", "export-facts"),
            ("action", "manage-accounts"),
        ];
        let seen = here.post("/account/tokens", &fields).await;
        let secret = seen.between("<code>", "</code>").to_owned();
        assert!(secret.starts_with("yzt_"));
        let caller = engine.at.accounts().by_token(&secret, "").await.expect("answers").expect("good");
        assert_eq!(caller.only, Some(vec![Action::ViewVillage, Action::ExportFacts]));
        let seen = here.get("/account").await;
        assert!(seen.has("县财政局取数") && !seen.has(&secret));
        let end = format!("/account/tokens/{}/end", seen.between("/account/tokens/", "/end"));
        assert_eq!(here.post(&end, &[]).await.status, ON);
        assert!(engine.at.accounts().by_token(&secret, "").await.expect("answers").is_none());
        let mut admin = engine.signed_in("gaolieshen").await;
        assert!(!admin.get("/account").await.has("/account/tokens"));
        assert_eq!(admin.post("/account/tokens", &fields).await.status, StatusCode::FORBIDDEN);
        engine.close().await;
    }
}
