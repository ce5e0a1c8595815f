//! The security administrator's pages and who may use which page of the administrators, on every engine at hand.

mod common;

use axum::http::StatusCode;
use common::{Engine, engines};
use yanzhen_platform::access::{Action, Part, Role};
use yanzhen_platform::account::{Grant, Look, NewAccount};
use yanzhen_platform::county::CountyInfo;
use yanzhen_platform::db::Event;
use yanzhen_platform::web::{Method, Routes};

const OK: StatusCode = StatusCode::OK;
const ON: StatusCode = StatusCode::SEE_OTHER;
const REFUSED: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

fn county() -> (Role, Part) {
    (Role::CountyOffice, Part::County)
}

/// A security administrator 林例酉 at the browser.
async fn security(engine: &Engine) -> (i64, common::Browser) {
    engine.county().await;
    let id = engine.account("anquan", "林例酉", &[(Role::SecurityAdmin, Part::County)]).await;
    let mut browser = engine.signed_in("anquan").await;
    assert_eq!(browser.get("/accounts").await.status, OK);
    (id, browser)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_made_and_its_password_shown_once() {
    for engine in engines().await {
        let (_, mut browser) = security(&engine).await;
        let form = [
            ("login", "Helieyi"),
            ("name", "何例乙"),
            ("phone", "13800000001"),
            ("role", "township-office"),
            ("county", "990101"),
            ("part", "990101101"),
            ("unit", "例河镇党委"),
        ];
        let seen = browser.post("/accounts/new", &[("login", "何"), ("phone", "12"), ("name", "")]).await;
        assert_eq!(seen.status, REFUSED);
        assert!(
            seen.has("请选一个身份") && seen.has("请填本人姓名") && seen.has("data-focus"),
            "{}",
            seen.text
        );
        let mut wide = form;
        wide[5] = ("part", "");
        let seen = browser.post("/accounts/new", &wide).await;
        assert!(
            seen.status == REFUSED
                && seen.has("乡镇党委要填本乡镇的 9 位代码")
                && seen.has("value=\"例河镇党委\"")
        );
        wide[5] = ("part", "990102101");
        assert_eq!(browser.post("/accounts/new", &wide).await.status, REFUSED, "another county's township");
        let seen = browser.post("/accounts/new", &form).await;
        assert_eq!(seen.status, OK, "{}", seen.text);
        let password = seen.between("class=\"yz-code\" translate=\"no\">", "<").to_owned();
        let id = seen.between("href=\"/accounts/", "\"").to_owned();
        let seen = browser.post("/accounts/new", &form).await;
        assert!(seen.status == REFUSED && seen.has("已有人用"));

        let list = browser.get("/accounts?q=例河镇&role=township-office").await;
        assert!(
            list.has("何例乙") && list.has("待换首次密码") && !list.has(">anquan<") && !list.has(&password)
        );
        // A number of a person is searched without an address that keeps it.
        for number in ["13800000001", "138 0000 0001", "+86 138-0000-0001", "１３８００００００01"] {
            let list = browser.post("/accounts", &[("q", number), ("role", "township-office")]).await;
            assert_eq!(list.status, OK);
            assert!(list.has("何例乙") && list.has(&format!("href=\"/accounts/{id}\"")), "{number}");
            assert!(list.has("<b>138****0001</b>") && !list.has("q=1"), "{}", list.text);
            assert!(list.has("name=\"return\" value=\"/accounts?role=township-office\""));
        }
        let seen = browser.get("/accounts?q=13800000001&state=first").await;
        assert_eq!((seen.status, seen.location.as_str()), (ON, "/accounts?state=first"));
        let seen = browser.post("/accounts", &[("q", " helieyi"), ("role", "x"), ("state", "first")]).await;
        assert_eq!((seen.status, seen.location.as_str()), (ON, "/accounts?q=helieyi&state=first"));
        assert!(browser.get("/accounts?q=周例戌").await.has("没有符合的"));
        let mut other = engine.browser();
        let seen = other.post("/login", &[("login", "helieyi"), ("password", &password)]).await;
        assert_eq!((seen.status, seen.location.as_str()), (ON, "/login/password"));

        // The whole number only for a reason, which is kept.
        let path = format!("/accounts/{id}");
        let one = browser.get(&path).await;
        assert!(one.has("138****0001") && !one.has("13800000001"), "{}", one.text);
        for reason in ["", "查", "  查一下 ", "核对 13800000001 机主"] {
            let seen = browser.post(&format!("{path}/unmask"), &[("reason", reason)]).await;
            assert!(seen.status == REFUSED && !seen.has(">13800000001<"), "{reason}");
        }
        let seen = browser.post(&format!("{path}/unmask"), &[("reason", "核对本人来电")]).await;
        assert!(seen.status == OK && seen.has(">13800000001<") && seen.has("访问已记入审计日志"));
        assert!(!browser.get(&path).await.has("13800000001"));
        let row =
            engine.at.control.one("select note from audit where action = 'account.unmask-phone'", vec![]);
        let row = row.await.expect("answers").expect("an entry");
        assert_eq!(row.text(0).expect("text"), "核对本人来电");
        let rows = engine.at.control.rows("select note, fields from audit", vec![]).await.expect("rows");
        for row in rows {
            let text = row.text(0).expect("text") + &row.text(1).expect("text");
            assert!(!text.contains("138000") && !text.contains(&password));
        }
        engine.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_are_filtered_by_their_state() {
    for engine in engines().await {
        let (_, mut browser) = security(&engine).await;
        for (login, name) in
            [("first", "何例甲"), ("locked", "何例乙"), ("closed", "何例丙"), ("used", "何例丁")]
        {
            engine.account(login, name, &[county()]).await;
        }
        engine.sql("update account set must_change = 1 where login in ('first', 'locked')").await;
        let later = yanzhen_platform::db::now_ms() + 60_000;
        engine
            .sql(&format!("update account set locked_until = {later} where login in ('locked', 'closed')"))
            .await;
        engine.sql("update account set closed_at = 1 where login = 'closed'").await;
        let names = ["何例甲", "何例乙", "何例丙", "何例丁", "林例酉"];
        for (state, shown) in [
            ("", &names[..]),
            ("in-use", &names[3..]),
            ("first", &names[..2]),
            ("locked", &names[1..2]),
            ("closed", &names[2..3]),
            ("nonsense", &names[..]),
        ] {
            let seen = browser.get(&format!("/accounts?state={state}")).await;
            for name in names {
                let main = seen.between("<tbody>", "</tbody>");
                assert_eq!(main.contains(name), shown.contains(&name), "{state}: {name}");
            }
            assert!(seen.has(&format!("共 {} 条", shown.len())), "{state}: {}", seen.text);
        }
        // The other states are one step away, with what was searched.
        let seen = browser.get("/accounts?q=%E4%BD%95%E4%BE%8B&state=locked").await;
        for link in [
            "state=in-use\">在用 1<",
            "state=first\">待换首次密码 2<",
            "state=closed\">已停用 1<",
            "%E4%BE%8B\">全部 4<",
        ] {
            assert!(seen.has(link), "{link}: {}", seen.text);
        }
        assert!(seen.has("aria-current=\"true\">锁定 1<"));
        engine.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_say_what_they_are_of() {
    for engine in engines().await {
        let (me, mut browser) = security(&engine).await;
        // One invented county: its name, the mark, and no word of an audit that lists have not.
        let seen = browser.get("/accounts").await;
        assert!(
            seen.has("class=\"yz-demo\"") && seen.has("系统管理") && seen.has("› 例山县"),
            "{}",
            seen.text
        );
        assert!(!seen.has("访问已记入审计日志") && !seen.has("href=\"/scope\""));
        let info = CountyInfo { code: "990102".into(), name: "例河县".into(), demo: false };
        engine.at.add_county(info).await.expect("a county");
        let seen = browser.get("/accounts").await;
        assert!(!seen.has("class=\"yz-demo\"") && seen.has("› 2 个县"), "not all of it is invented");
        // What is audited says so.
        let id = engine.account("helieyi", "何例乙", &[county()]).await;
        assert_ne!(id, me);
        let path = format!("/accounts/{id}/unmask");
        let seen = browser.post(&path, &[("reason", "核对本人来电")]).await;
        assert!(seen.status == REFUSED && !seen.has("访问已记入审计日志"), "there is no number to read");
        engine.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_are_given_and_taken() {
    for engine in engines().await {
        let (me, mut browser) = security(&engine).await;
        let office = engine.account("helieyi", "何例乙", &[county()]).await;
        let path = format!("/accounts/{office}");
        let grant = format!("{path}/grant");
        let form = |role: &'static str, county: &'static str, part: &'static str| {
            [("role", role), ("county", county), ("part", part), ("unit", "例山县委")]
        };
        // Administrators hold nothing else, offices no administration.
        let seen = browser.post(&grant, &form("audit-admin", "", "")).await;
        assert!(seen.status == REFUSED && seen.has("是同一个账号"), "{}", seen.text);
        let own = format!("/accounts/{me}/grant");
        assert_eq!(browser.post(&own, &form("county-office", "990101", "")).await.status, REFUSED);
        assert_eq!(browser.post(&own, &form("system-admin", "", "")).await.status, REFUSED);
        assert_eq!(browser.post(&grant, &form("rater-unit", "990199", "")).await.status, REFUSED);
        let seen = browser.post(&grant, &form("rater-unit", "990101", "")).await;
        assert_eq!((seen.status, seen.location), (ON, format!("{path}?said=granted")));
        let seen = browser.post(&grant, &form("rater-unit", "990101", "")).await;
        assert!(seen.status == REFUSED && seen.has("已经有"));

        let mut other = engine.signed_in("helieyi").await;
        assert_eq!(other.get("/account").await.status, OK);
        let held = engine.at.accounts().roles(office).await.expect("roles");
        assert_eq!(held.len(), 2);
        let role = held.iter().find(|h| h.role == Role::CountyOffice).expect("held").id.to_string();
        let seen = browser.get(&format!("{path}/revoke/{role}")).await;
        assert!(seen.has("收回 何例乙 的“县委组织部”"), "{}", seen.text);
        let seen = browser.post(&format!("{path}/revoke"), &[("role", &role)]).await;
        assert_eq!(seen.status, ON);
        assert_eq!(
            browser.post(&format!("{path}/revoke"), &[("role", &role)]).await.status,
            StatusCode::NOT_FOUND
        );
        assert_ne!(other.get("/account").await.status, OK, "the session in that role is over");
        engine.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_takes_the_last_security_administrator_away() {
    for engine in engines().await {
        let (me, mut browser) = security(&engine).await;
        let role = engine.at.accounts().roles(me).await.expect("roles")[0].id.to_string();
        let seen = browser.get(&format!("/accounts/{me}/revoke/{role}")).await;
        assert!(seen.has("由另一位安全管理员收回") && !seen.has("btn-danger"));
        for path in ["revoke", "close", "reset"] {
            let seen = browser.post(&format!("/accounts/{me}/{path}"), &[("role", &role)]).await;
            assert_eq!(seen.status, REFUSED, "{path}");
        }
        let other = engine.account("anquan2", "林例戌", &[(Role::SecurityAdmin, Part::County)]).await;
        let seen = browser.post(&format!("/accounts/{me}/revoke"), &[("role", &role)]).await;
        assert_eq!(seen.status, REFUSED, "not one's own, even with another there");
        let seen = browser.post(&format!("/accounts/{other}/close"), &[]).await;
        assert_eq!((seen.status, seen.location), (ON, format!("/accounts/{other}?said=closed")));
        assert!(browser.get(&format!("/accounts/{other}?said=closed")).await.has("已停用"));
        let seen = browser.post(&format!("/accounts/{other}/reset"), &[]).await;
        assert_eq!(seen.status, REFUSED, "a closed account has no password to reset");
        assert_eq!(browser.post(&format!("/accounts/{other}/reopen"), &[]).await.status, ON);
        assert_eq!(browser.post("/accounts/1/close", &[]).await.status, StatusCode::NOT_FOUND);
        engine.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn locks_are_lifted_and_passwords_reset() {
    for engine in engines().await {
        let (_, mut browser) = security(&engine).await;
        let id = engine.account("helieyi", "何例乙", &[county()]).await;
        for _ in 0..5 {
            engine.browser().post("/login", &[("login", "helieyi"), ("password", "x")]).await;
        }
        assert!(browser.get("/accounts?q=helieyi").await.has("▲ 锁定"));
        assert_eq!(browser.post(&format!("/accounts/{id}/unlock"), &[]).await.status, ON);
        let mut other = engine.signed_in("helieyi").await;
        assert_eq!(other.get("/account").await.status, OK);
        assert!(browser.get(&format!("/accounts/{id}/reset")).await.has("重设 何例乙 的密码"));
        let seen = browser.post(&format!("/accounts/{id}/reset"), &[]).await;
        let password = seen.between("class=\"yz-code\" translate=\"no\">", "<").to_owned();
        assert_ne!(other.get("/account").await.status, OK, "every session is over");
        let seen = engine.browser().post("/login", &[("login", "helieyi"), ("password", &password)]).await;
        assert_eq!(seen.location, "/login/password");
        let done = engine.audited().await;
        assert!(["account.unlock", "account.reset-password"].iter().all(|a| done.iter().any(|d| d == a)));
        engine.close().await;
    }
}

/// Names in the address of a route stand for records that are not there.
fn address(path: &str) -> String {
    path.replace("{id}", "1").replace("{role}", "1")
}

#[tokio::test(flavor = "multi_thread")]
async fn each_page_is_for_the_roles_that_may() {
    let mine = |path: &str| {
        ["/accounts", "/audit", "/system"].iter().any(|p| path == *p || path.starts_with(&format!("{p}/")))
    };
    let table = Routes::default().add(yanzhen_platform::pages::routes()).table();
    let table: Vec<_> = table.into_iter().filter(|(_, path, _)| mine(path)).collect();
    assert!(table.len() >= 20, "{}", table.len());
    assert!(table.iter().all(|(_, _, action)| action.is_some()), "none of them is public");
    for engine in engines().await {
        engine.county().await;
        for role in Role::ALL {
            let part = match role {
                Role::TownshipOffice => Part::Township("990101101".into()),
                Role::VillageCadre => Part::Village("990101101200".into()),
                _ => Part::County,
            };
            engine.account(role.id(), "何例乙", &[(*role, part)]).await;
            let mut browser = engine.signed_in(role.id()).await;
            browser.get(role.home()).await;
            for (method, path, action) in &table {
                let (action, at) = (action.expect("said"), address(path));
                if at.ends_with("/events") && role.may(action) {
                    continue;
                }
                let seen = match method {
                    Method::Get => browser.get(&at).await,
                    _ => browser.post(&at, &[]).await,
                };
                let refused = seen.status == StatusCode::FORBIDDEN;
                assert_eq!(refused, !role.may(action), "{} at {at}: {}", role.id(), seen.status);
                assert!(refused || seen.status.as_u16() < 500, "{} at {at}: {}", role.id(), seen.text);
            }
        }
        let mut nobody = engine.browser();
        for (method, path, _) in &table {
            let at = address(path);
            let seen = match method {
                Method::Get => nobody.get(&at).await,
                _ => nobody.post(&at, &[]).await,
            };
            assert!(seen.status == ON && seen.location.starts_with("/login"), "{at}: {}", seen.status);
        }
        // What was refused is in the audit.
        assert!(engine.audited().await.iter().any(|a| a == "access.denied"));
        engine.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_in_english_too() {
    for engine in engines().await {
        let (me, mut browser) = security(&engine).await;
        let look = Look { lang: Some(kernel::Lang::En), large: Some(true), tight: None };
        engine.at.accounts().prefer(me, look).await.expect("kept");
        let id = me.to_string();
        for path in
            ["/accounts", "/accounts/new", &format!("/accounts/{id}"), &format!("/accounts/{id}/close")]
        {
            let seen = browser.get(path).await;
            assert!(seen.status == OK && seen.has("lang=\"en\""), "{path}");
            let main = seen.between("<main", "</main>");
            // What is left in Chinese are names and places of data.
            let words: String =
                main.split("lang=\"zh\">").map(|p| p.split_once('<').map_or(p, |x| x.1)).collect();
            let left: Vec<&str> = words
                .split(['<', '>'])
                .filter(|t| t.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)))
                .collect();
            let known = |t: &&str| t.contains("例") || t.contains("lang=\"zh\"");
            assert!(left.iter().all(known), "{path}: {left:?}");
        }
        engine.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn actions_have_one_list() {
    // The trio of the page is made from the same list that guards the routes.
    assert!(Action::ALL.iter().all(|a| Role::ALL.iter().any(|r| r.may(*a))), "an action that nobody may do");
    for engine in engines().await {
        let new = NewAccount {
            login: "a".into(),
            name: "何例乙".into(),
            phone: String::new(),
            password: None,
            must_change: true,
            grants: vec![Grant {
                role: Role::Applicant,
                county: "990101".into(),
                part: Part::County,
                unit: "例".into(),
            }],
        };
        let made = engine.at.accounts().create(Event { action: "x".into(), ..Event::default() }, new).await;
        assert!(made.expect("answers").is_some());
        engine.close().await;
    }
}
