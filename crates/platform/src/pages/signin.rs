//! Signing in and out, and how pages look to their reader.

use crate::account::{Look, SignIn, SignedIn, Stage, locked};
use crate::kit::Faults;
use crate::page::Page;
use crate::web::{
    Answer, App, COOKIE_NAME, Html, LANG_COOKIE, LARGE_COOKIE, Rule, Visitor, bare_page, get, post,
};
use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use kernel::{Lang, Message, key, msg};
use serde::Deserialize;

pub(super) fn routes() -> Vec<Rule> {
    vec![
        get("/login", login_form).public(),
        post("/login", login).public(),
        get("/login/code", code_form).public(),
        post("/login/code", code).public(),
        get("/login/password", password_form).public(),
        post("/login/password", password).public(),
        post("/logout", logout).public(),
        post("/preferences", preferences).public(),
        post("/session/touch", touch).public(),
    ]
}

/// How long the two preferences of a visitor are kept, seconds.
const YEAR: u32 = 366 * 86_400;

/// A path of this site to go on to; anything else is no path. Letters outside ASCII are escaped.
fn local(path: &str) -> Option<String> {
    let bad = |c: char| c == '\\' || c.is_control();
    if !path.starts_with('/') || path.starts_with("//") || path.contains(bad) {
        return None;
    }
    let escaped = path.bytes().map(|b| match b {
        b'!'..=b'~' => char::from(b).to_string(),
        other => format!("%{other:02X}"),
    });
    Some(escaped.collect())
}

/// Where sign-in leads: what was asked for, unless that is sign-in itself.
fn goal(next: &str) -> Option<String> {
    let path = local(next)?;
    let start = path.split(['?', '/']).nth(1).unwrap_or_default();
    (!matches!(start, "" | "login" | "logout" | "setup" | "session" | "preferences")
        || path.starts_with("/?"))
    .then_some(path)
}

/// A step of sign-in that keeps where to go on to.
fn step(path: &str, next: &str) -> String {
    match goal(next) {
        Some(next) => format!("{path}?next={}", crate::web::encode(&next)),
        None => path.to_owned(),
    }
}

/// The frame of a page at the gate. `path` is where its switches of language and type return.
pub(super) fn gate_page(app: &App, visitor: &Visitor, path: String) -> Page {
    let mut page = bare_page(app, visitor);
    page.path = path;
    page
}

fn set_cookie(app: &App, name: &str, value: &str, seconds: Option<u32>) -> String {
    let secure = if app.at.settings.secure_cookies { "; Secure" } else { "" };
    let age = seconds.map(|s| format!("; Max-Age={s}")).unwrap_or_default();
    format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}")
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    next: String,
    idle: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    login: String,
    password: String,
    code: String,
    old: String,
    new: String,
    again: String,
    next: String,
}

#[derive(Template)]
#[template(path = "pages/login.html")]
struct LoginPage {
    page: Page,
    counties: Vec<String>,
    demo: bool,
    login: String,
    next: String,
    /// Sent away for want of an act, minutes.
    idle: u32,
    idle_minutes: u32,
    refused: String,
    /// Under the password's field.
    again: &'static str,
}

async fn login_page(
    app: &App,
    page: Page,
    typed: Typed,
    idle: bool,
    refused: Option<(Message, bool)>,
) -> Answer {
    let counties = app.at.counties().await?;
    let idle_minutes = app.at.settings.idle_minutes;
    let wrong = matches!(refused, Some((_, false)));
    let status = match &refused {
        None => StatusCode::OK,
        Some((_, true)) => StatusCode::TOO_MANY_REQUESTS,
        Some((_, false)) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let shown = LoginPage {
        refused: refused.map(|(why, _)| page.m(&why)).unwrap_or_default(),
        again: if wrong { page.t(key!("请重新输入密码")) } else { "" },
        page,
        demo: counties.iter().any(|c| c.demo),
        counties: counties.into_iter().map(|c| c.name).collect(),
        login: typed.login,
        next: goal(&typed.next).unwrap_or_default(),
        idle: if idle { idle_minutes } else { 0 },
        idle_minutes,
    };
    Ok((status, Html(shown)).into_response())
}

/// Where a session that is not at the form's step belongs.
pub(super) fn elsewhere(visitor: &Visitor, next: &str) -> Redirect {
    match &visitor.session {
        None => Redirect::to(&step("/login", next)),
        Some(session) => match (session.stage, &session.caller) {
            (Stage::Second, _) => Redirect::to(&step("/login/code", next)),
            (Stage::Change, _) => Redirect::to(&step("/login/password", next)),
            (Stage::In, Some(caller)) => {
                Redirect::to(&goal(next).unwrap_or_else(|| caller.role.home().into()))
            }
            (Stage::In, None) => Redirect::to("/roles"),
        },
    }
}

async fn login_form(State(app): State<App>, visitor: Visitor, Query(asked): Query<Asked>) -> Answer {
    if app.at.accounts().none().await? {
        return Ok(Redirect::to("/setup").into_response());
    }
    if visitor.session.is_some() {
        return Ok(elsewhere(&visitor, &asked.next).into_response());
    }
    let page = gate_page(&app, &visitor, step("/login", &asked.next));
    let typed = Typed { next: asked.next, ..Typed::default() };
    login_page(&app, page, typed, asked.idle == "1", None).await
}

async fn login(State(app): State<App>, visitor: Visitor, Form(mut typed): Form<Typed>) -> Answer {
    let accounts = app.at.accounts();
    let secret = std::mem::take(&mut typed.password);
    let refused = match accounts.sign_in(&typed.login, &secret, &visitor.address, &visitor.agent).await? {
        SignIn::In(done) => {
            // Whoever sat here before is signed out.
            if let Some(old) = &visitor.session {
                accounts.drop_session(&old.hash).await?;
            }
            return land(&app, &visitor, done, &typed.next).await;
        }
        SignIn::Wrong => (msg!("账号或密码不对，请重新输入。连续错 5 次会锁定 15 分钟。"), false),
        SignIn::Locked(until) => (locked(until), true),
    };
    let page = gate_page(&app, &visitor, step("/login", &typed.next));
    login_page(&app, page, typed, false, Some(refused)).await
}

/// After a step of sign-in: the cookie, and on to the next step, to what was asked for, or home.
async fn land(app: &App, visitor: &Visitor, done: SignedIn, next: &str) -> Answer {
    let session = app.at.accounts().session(&done.cookie, &visitor.address).await?;
    let now = Visitor { session, ..visitor.clone() };
    let cookie = set_cookie(app, COOKIE_NAME, &done.cookie, None);
    Ok((AppendHeaders([(SET_COOKIE, cookie)]), elsewhere(&now, next)).into_response())
}

#[derive(Template)]
#[template(path = "pages/code.html")]
struct CodePage {
    page: Page,
    name: String,
    next: String,
    refused: String,
}

fn owes(visitor: &Visitor, stage: Stage) -> bool {
    visitor.session.as_ref().is_some_and(|s| s.stage == stage)
}

fn code_page(page: Page, visitor: &Visitor, next: &str, refused: Option<Message>) -> Response {
    let status = if refused.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let shown = CodePage {
        refused: refused.map(|why| page.m(&why)).unwrap_or_default(),
        page,
        name: visitor.session.as_ref().map(|s| s.name.clone()).unwrap_or_default(),
        next: goal(next).unwrap_or_default(),
    };
    (status, Html(shown)).into_response()
}

async fn code_form(State(app): State<App>, visitor: Visitor, Query(asked): Query<Asked>) -> Response {
    if !owes(&visitor, Stage::Second) {
        return elsewhere(&visitor, &asked.next).into_response();
    }
    let page = gate_page(&app, &visitor, step("/login/code", &asked.next));
    code_page(page, &visitor, &asked.next, None)
}

async fn code(State(app): State<App>, visitor: Visitor, Form(mut typed): Form<Typed>) -> Answer {
    let Some(session) = visitor.session.as_ref().filter(|s| s.stage == Stage::Second) else {
        return Ok(elsewhere(&visitor, &typed.next).into_response());
    };
    let accounts = app.at.accounts();
    match accounts.second_factor(&session.hash, &typed.code).await? {
        SignIn::In(done) => land(&app, &visitor, done, &typed.next).await,
        SignIn::Wrong => {
            let page = gate_page(&app, &visitor, step("/login/code", &typed.next));
            let why = msg!("动态口令不对，或者已经用过。请等下一个口令，或用一个恢复码。");
            Ok(code_page(page, &visitor, &typed.next, Some(why)))
        }
        SignIn::Locked(until) => {
            accounts.drop_session(&session.hash).await?;
            let out = Visitor { session: None, caller: None, csrf: "none".into(), ..visitor.clone() };
            let page = gate_page(&app, &out, step("/login", &typed.next));
            typed.login.clear();
            let shown = login_page(&app, page, typed, false, Some((locked(until), true))).await?;
            Ok((AppendHeaders([(SET_COOKIE, set_cookie(&app, COOKIE_NAME, "", Some(0)))]), shown)
                .into_response())
        }
    }
}

#[derive(Template)]
#[template(path = "pages/new-password.html")]
struct PasswordPage {
    page: Page,
    name: String,
    next: String,
    faults: Faults,
}

fn password_page(page: Page, visitor: &Visitor, next: &str, faults: Faults) -> Response {
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let name = visitor.session.as_ref().map(|s| s.name.clone()).unwrap_or_default();
    let next = goal(next).unwrap_or_default();
    (status, Html(PasswordPage { page, name, next, faults })).into_response()
}

async fn password_form(State(app): State<App>, visitor: Visitor, Query(asked): Query<Asked>) -> Response {
    if !owes(&visitor, Stage::Change) {
        return elsewhere(&visitor, &asked.next).into_response();
    }
    let page = gate_page(&app, &visitor, step("/login/password", &asked.next));
    password_page(page, &visitor, &asked.next, Faults::new())
}

async fn password(State(app): State<App>, visitor: Visitor, Form(typed): Form<Typed>) -> Answer {
    let Some(session) = visitor.session.as_ref().filter(|s| s.stage == Stage::Change) else {
        return Ok(elsewhere(&visitor, &typed.next).into_response());
    };
    let accounts = app.at.accounts();
    let came =
        accounts.change_password(session, &typed.old, &typed.new, &typed.again, &visitor.address).await?;
    match came {
        Err(faults) => {
            let page = gate_page(&app, &visitor, step("/login/password", &typed.next));
            let faults = said(&page, faults);
            Ok(password_page(page, &visitor, &typed.next, faults))
        }
        // Signed in now: the door knows where to.
        Ok(()) => Ok(Redirect::to(&step("/login", &typed.next)).into_response()),
    }
}

/// Faults of a form in the reader's language.
pub(super) fn said(page: &Page, faults: Vec<(&'static str, Message)>) -> Faults {
    let mut out = Faults::new();
    for (field, why) in faults {
        out.add(field, page.m(&why));
    }
    out
}

async fn logout(State(app): State<App>, visitor: Visitor) -> Answer {
    match (&visitor.caller, &visitor.session) {
        (Some(caller), _) => app.at.accounts().sign_out(caller).await?,
        (None, Some(session)) => app.at.accounts().drop_session(&session.hash).await?,
        (None, None) => {}
    }
    let gone = set_cookie(&app, COOKIE_NAME, "", Some(0));
    Ok((AppendHeaders([(SET_COOKIE, gone)]), Redirect::to("/login")).into_response())
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Wanted {
    lang: String,
    large: String,
    tight: String,
    #[serde(rename = "return")]
    back: String,
}

async fn preferences(State(app): State<App>, visitor: Visitor, Form(wanted): Form<Wanted>) -> Answer {
    let lang = match wanted.lang.as_str() {
        "zh" => Some(Lang::Zh),
        "en" => Some(Lang::En),
        _ => None,
    };
    let [large, tight] = [&wanted.large, &wanted.tight].map(|yes| match yes.as_str() {
        "1" => Some(true),
        "0" => Some(false),
        _ => None,
    });
    let mut cookies = Vec::new();
    match &visitor.session {
        Some(session) => app.at.accounts().prefer(session.account, Look { lang, large, tight }).await?,
        None => {
            if let Some(lang) = lang {
                let lang = if lang == Lang::En { "en" } else { "zh" };
                cookies.push((SET_COOKIE, set_cookie(&app, LANG_COOKIE, lang, Some(YEAR))));
            }
            if let Some(large) = large {
                let large = if large { "1" } else { "0" };
                cookies.push((SET_COOKIE, set_cookie(&app, LARGE_COOKIE, large, Some(YEAR))));
            }
        }
    }
    let back = local(&wanted.back).unwrap_or_else(|| "/".into());
    Ok((AppendHeaders(cookies), Redirect::to(&back)).into_response())
}

/// Keeps a session alive while its reader works on a page that sends nothing.
async fn touch(visitor: Visitor) -> StatusCode {
    if visitor.session.is_some() { StatusCode::NO_CONTENT } else { StatusCode::UNAUTHORIZED }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_site() {
        for bad in ["", "https://a.example", "//a.example", "/\\a.example", "a", "/a\r\nb", "\\\\a"] {
            assert_eq!(local(bad), None, "{bad:?}");
        }
        assert_eq!(local("/a?b=%E4%BE%8B&c=d"), Some("/a?b=%E4%BE%8B&c=d".into()));
        assert_eq!(local("/例 a"), Some("/%E4%BE%8B%20a".into()));
    }

    #[test]
    fn sign_in_does_not_lead_to_itself() {
        for bad in ["/", "/login", "/login/code?next=/a", "/logout", "/setup", "//x"] {
            assert_eq!(goal(bad), None, "{bad}");
        }
        assert_eq!(goal("/villages/990101101200?y=2026"), Some("/villages/990101101200?y=2026".into()));
        assert_eq!(step("/login", "/a?b=1"), "/login?next=/a%3Fb%3D1");
    }
}
