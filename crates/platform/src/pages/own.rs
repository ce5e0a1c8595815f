//! The own account: password, second factor, sessions, tokens of the API.

use super::agent::browser;
use super::signin::said;
use crate::access::{Action, Caller};
use crate::account::{Found, NewToken};
use crate::kit::{Choice, Faults};
use crate::page::{Flash, Page};
use crate::secrets::{qr_svg, totp};
use crate::web::{Answer, App, Client, Failure, Html, Rule, Visitor, encode, get, page_for, post};
use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::key;
use serde::Deserialize;

pub(super) fn routes() -> Vec<Rule> {
    vec![
        get("/account", account).allow(Action::OwnAccount),
        post("/account/password", password).allow(Action::OwnAccount),
        post("/account/second-factor", second_on).allow(Action::OwnAccount),
        post("/account/second-factor/off", second_off).allow(Action::OwnAccount),
        post("/account/sessions/end", end_sessions).allow(Action::OwnAccount),
        post("/account/tokens", create_token).allow(Action::ManageTokens),
        post("/account/tokens/{id}/end", end_token).allow(Action::ManageTokens),
    ]
}

/// A second factor to take up: nothing is kept of it until its first code comes back.
struct Offer {
    /// The secret, sealed for this account, in the form.
    sealed: String,
    svg: String,
    typed: String,
}

struct SessionRow {
    hash: String,
    here: bool,
    made: String,
    seen: String,
    address: String,
    browser: String,
}

struct TokenRow {
    id: i64,
    name: String,
    actions: String,
    expires: String,
    used: String,
}

struct Tokens {
    rows: Vec<TokenRow>,
    name: String,
    /// What a token may do: the action's id and title.
    actions: Vec<Choice>,
    days: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "pages/account.html")]
struct AccountPage {
    page: Page,
    login: String,
    faults: Faults,
    second: bool,
    codes_left: i64,
    offer: Option<Offer>,
    sessions: Vec<SessionRow>,
    tokens: Option<Tokens>,
}

/// What of a form comes back with its faults.
#[derive(Default)]
struct Back {
    faults: Faults,
    secret: Option<Vec<u8>>,
    token_name: String,
    token_actions: Vec<Action>,
    token_days: String,
}

fn context(caller: &Caller) -> String {
    format!("account/{}/second-factor-offer", caller.account)
}

fn offer(app: &App, caller: &Caller, secret: &[u8], label: &str) -> Offer {
    let sealed = app.at.keys.seal(&context(caller), secret);
    Offer {
        sealed: URL_SAFE_NO_PAD.encode(sealed),
        // A picture without a size fills its column.
        svg: qr_svg(&totp::url(secret, &caller.login), label).unwrap_or_default().replacen(
            "<svg ",
            "<svg width=\"208\" height=\"208\" ",
            1,
        ),
        typed: totp::typed(secret),
    }
}

fn opened(app: &App, caller: &Caller, sealed: &str) -> Option<Vec<u8>> {
    let bytes = URL_SAFE_NO_PAD.decode(sealed).ok()?;
    app.at.keys.open(&context(caller), &bytes).ok()
}

/// What a token of the role may be good for: the county's business, never accounts or further tokens.
fn token_actions(caller: &Caller) -> impl Iterator<Item = Action> {
    let own = [Action::OwnAccount, Action::OwnPages, Action::ManageTokens];
    Action::ALL.iter().copied().filter(move |a| caller.may(*a) && !own.contains(a))
}

/// The lives of a token to choose from, days.
const DAYS: [(i64, &str); 4] =
    [(7, key!("7 天")), (30, key!("30 天")), (90, key!("90 天")), (366, key!("一年"))];

async fn show(app: &App, visitor: &Visitor, back: Back, done: &str) -> Answer {
    let Some(caller) = visitor.caller.as_ref() else { return Err(Failure::NotFound) };
    let accounts = app.at.accounts();
    let mut page = page_for(app, visitor, "account").await?;
    page.path = "/account".into();
    let text = match done {
        "password" => page.t(key!("密码已改，其他地方的登录已全部退出")),
        "second-off" => page.t(key!("动态口令已关闭")),
        "sessions" => page.t(key!("已退出")),
        "token" => page.t(key!("令牌已作废")),
        _ => "",
    };
    page.flash = (!text.is_empty()).then(|| Flash { text: text.into(), undo: None });
    let (second, codes_left) = accounts.second_factor_state(caller.account).await?;
    let label = page.t(key!("动态口令的二维码"));
    let offer = match &back.secret {
        _ if second => None,
        Some(secret) => Some(offer(app, caller, secret, label)),
        None => Some(offer(app, caller, &*totp::new_secret(), label)),
    };
    let sessions = accounts.sessions(caller.account).await?.into_iter().map(|s| SessionRow {
        here: s.hash == caller.session,
        hash: s.hash,
        made: moment(s.made_at),
        seen: moment(s.seen_at),
        address: s.address,
        browser: browser(&s.agent),
    });
    let sessions = sessions.collect();
    let tokens = match caller.may(Action::ManageTokens) {
        true => Some(tokens(app, caller, &page, &back).await?),
        false => None,
    };
    let status = if back.faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let login = caller.login.clone();
    let shown = AccountPage { page, login, faults: back.faults, second, codes_left, offer, sessions, tokens };
    Ok((status, Html(shown)).into_response())
}

async fn tokens(app: &App, caller: &Caller, page: &Page, back: &Back) -> Answer<Tokens> {
    let comma = if page.en() { ", " } else { "、" };
    let rows = app.at.accounts().tokens(caller.account).await?.into_iter().map(|t| TokenRow {
        id: t.id,
        name: t.name,
        actions: t.actions.iter().map(|a| page.t(a.title())).collect::<Vec<_>>().join(comma),
        expires: moment(t.expires_at),
        used: t.used_at.map(moment).unwrap_or_default(),
    });
    let days = DAYS.iter().map(|(n, word)| Choice::new(n.to_string(), page.t(word))).collect();
    let wanted = if back.token_days.is_empty() { "30" } else { back.token_days.as_str() };
    let actions = token_actions(caller)
        .map(|a| Choice::new(a.id(), page.t(a.title())).on(back.token_actions.contains(&a)))
        .collect();
    Ok(Tokens {
        rows: rows.collect(),
        name: back.token_name.clone(),
        actions,
        days: Choice::pick(days, wanted),
    })
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Done {
    done: String,
}

async fn account(State(app): State<App>, visitor: Visitor, Query(asked): Query<Done>) -> Answer {
    show(&app, &visitor, Back::default(), &asked.done).await
}

fn session(visitor: &Visitor) -> Answer<&Found> {
    visitor.session.as_ref().ok_or(Failure::NotFound)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Passwords {
    old: String,
    new: String,
    again: String,
}

async fn password(State(app): State<App>, visitor: Visitor, Form(typed): Form<Passwords>) -> Answer {
    let accounts = app.at.accounts();
    let came = accounts
        .change_password(session(&visitor)?, &typed.old, &typed.new, &typed.again, &visitor.address)
        .await?;
    match came {
        Ok(()) => Ok(Redirect::to("/account?done=password").into_response()),
        Err(faults) => {
            let page = Page { lang: visitor.lang, ..Page::default() };
            show(&app, &visitor, Back { faults: said(&page, faults), ..Back::default() }, "").await
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct SecondFactor {
    sealed: String,
    code: String,
    password: String,
}

#[derive(Template)]
#[template(path = "pages/recovery.html")]
struct RecoveryPage {
    page: Page,
    login: String,
    codes: Vec<String>,
    /// The codes as a file to keep.
    file: String,
}

async fn second_on(
    State(app): State<App>,
    visitor: Visitor,
    Client(caller): Client,
    Form(typed): Form<SecondFactor>,
) -> Answer {
    let accounts = app.at.accounts();
    let Some(secret) = opened(&app, &caller, &typed.sealed) else {
        return Ok(Redirect::to("/account").into_response());
    };
    if accounts.second_factor_state(caller.account).await?.0 {
        return Ok(Redirect::to("/account").into_response());
    }
    let Some(codes) = accounts.set_second_factor(&caller, &secret, &typed.code).await? else {
        let mut back = Back { secret: Some(secret), ..Back::default() };
        let page = Page { lang: visitor.lang, ..Page::default() };
        let why = key!("口令不对：请填手机上现在显示的 6 位数字；手机时间要准");
        back.faults.add("code", page.t(why));
        return show(&app, &visitor, back, "").await;
    };
    let mut page = page_for(&app, &visitor, "account").await?;
    page.path = "/account".into();
    let title = page.t(key!("雁阵恢复码"));
    let text = format!("{title} {}\r\n\r\n{}\r\n", caller.login, codes.join("\r\n"));
    let file = format!("data:text/plain;charset=utf-8,{}", encode(&text));
    Ok(Html(RecoveryPage { page, login: caller.login, codes, file }).into_response())
}

async fn second_off(
    State(app): State<App>,
    visitor: Visitor,
    Client(caller): Client,
    Form(typed): Form<SecondFactor>,
) -> Answer {
    match app.at.accounts().drop_second_factor(&caller, &typed.password).await? {
        None => Ok(Redirect::to("/account?done=second-off").into_response()),
        Some(why) => {
            let mut back = Back::default();
            let page = Page { lang: visitor.lang, ..Page::default() };
            back.faults.add("password", page.m(&why));
            show(&app, &visitor, back, "").await
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Ending {
    /// The session to end; empty for all but this one.
    session: String,
}

async fn end_sessions(
    State(app): State<App>,
    Client(caller): Client,
    Form(ending): Form<Ending>,
) -> Answer<Redirect> {
    let one = (!ending.session.is_empty()).then_some(ending.session.as_str());
    app.at.accounts().end_sessions(&caller, one).await?;
    Ok(Redirect::to("/account?done=sessions"))
}

#[derive(Template)]
#[template(path = "pages/token.html")]
struct TokenPage {
    page: Page,
    name: String,
    secret: String,
}

async fn create_token(
    State(app): State<App>,
    visitor: Visitor,
    Client(caller): Client,
    Form(fields): Form<Vec<(String, String)>>,
) -> Answer {
    let of = |name: &str| fields.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v.trim());
    let asked: Vec<&str> = fields.iter().filter(|(n, _)| n == "action").map(|(_, v)| v.as_str()).collect();
    let mut back = Back {
        token_name: of("name").to_owned(),
        token_actions: token_actions(&caller).filter(|a| asked.contains(&a.id())).collect(),
        token_days: of("days").to_owned(),
        ..Back::default()
    };
    let page = Page { lang: visitor.lang, ..Page::default() };
    if back.token_name.is_empty() || back.token_name.chars().count() > 40 {
        back.faults.add("name", page.t(key!("请写令牌的用途，最多 40 个字，如 县财政局取数")));
    }
    if back.token_actions.is_empty() {
        back.faults.add("action", page.t(key!("请至少选一项令牌能做的事")));
    }
    let days = DAYS.iter().map(|(n, _)| *n).find(|n| n.to_string() == back.token_days);
    let Some(days) = days.filter(|_| back.faults.is_empty()) else {
        if back.faults.is_empty() {
            back.faults.add("days", page.t(key!("请选令牌用多久")));
        }
        return show(&app, &visitor, back, "").await;
    };
    let new = NewToken { name: back.token_name, actions: back.token_actions, days };
    let secret = app.at.accounts().create_token(&caller, &new).await?;
    let mut page = page_for(&app, &visitor, "account").await?;
    page.path = "/account".into();
    Ok(Html(TokenPage { page, name: new.name, secret }).into_response())
}

async fn end_token(State(app): State<App>, Client(caller): Client, Path(id): Path<i64>) -> Answer<Redirect> {
    app.at.accounts().end_token(&caller, id).await?;
    Ok(Redirect::to("/account?done=token"))
}

/// A moment as read: `2026年11月18日 08:30`, in the machine's time zone.
fn moment(ms: i64) -> String {
    let Ok(at) = jiff::Timestamp::from_millisecond(ms) else { return String::new() };
    let at = at.to_zoned(kernel::zone());
    format!("{}年{}月{}日 {:02}:{:02}", at.year(), at.month(), at.day(), at.hour(), at.minute())
}
