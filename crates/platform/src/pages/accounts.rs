//! The security administrator's pages: accounts, roles, locks. No business data.

mod acts;
mod forms;
mod list;

use crate::access::{Action, Caller, Role};
use crate::account::{AccountRow, Held, NewAccount};
use crate::db::now_ms;
use crate::kit::Faults;
use crate::page::{Flash, Page};
use crate::web::{Answer, App, Client, Failure, Html, Rule, Visitor, get, page_for, post};
use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use forms::{Offer, Typed};
use kernel::msg;
use serde::Deserialize;
use std::collections::HashMap;

pub(super) fn routes() -> Vec<Rule> {
    let manage = Action::ManageAccounts;
    vec![
        get("/accounts", list::list).allow(manage),
        post("/accounts", list::search).allow(manage),
        get("/accounts/new", new_form).allow(manage),
        post("/accounts/new", create).allow(manage),
        get("/accounts/{id}", one).allow(manage),
        post("/accounts/{id}/grant", grant).allow(manage),
        get("/accounts/{id}/revoke/{role}", acts::ask_revoke).allow(manage),
        post("/accounts/{id}/revoke", acts::revoke).allow(manage),
        get("/accounts/{id}/reset", acts::ask_reset).allow(manage),
        post("/accounts/{id}/reset", acts::reset).allow(manage),
        post("/accounts/{id}/unlock", acts::unlock).allow(manage),
        get("/accounts/{id}/close", acts::ask_close).allow(manage),
        post("/accounts/{id}/close", acts::close).allow(manage),
        post("/accounts/{id}/reopen", acts::reopen).allow(manage),
        post("/accounts/{id}/unmask", unmask).allow(Action::Unmask),
    ]
}

/// A moment as read: `2026年11月18日 08:54:31`.
pub(super) fn moment(ms: i64) -> String {
    let Ok(at) = jiff::Timestamp::from_millisecond(ms) else { return String::new() };
    let at = at.to_zoned(kernel::zone());
    let (y, m, d) = (at.year(), at.month(), at.day());
    format!("{y}年{m}月{d}日 {:02}:{:02}:{:02}", at.hour(), at.minute(), at.second())
}

/// What a role can and cannot do.
struct Can {
    title: &'static str,
    yes: Vec<&'static str>,
    no: Vec<&'static str>,
    you: bool,
}

fn cans(caller: &Caller) -> Vec<Can> {
    let can = |role: &Role| {
        let (yes, no) = Action::ALL.iter().partition::<Vec<&Action>, _>(|a| role.may(**a));
        let titles = |actions: Vec<&Action>| actions.into_iter().map(|a| a.title()).collect();
        Can { title: role.title(), yes: titles(yes), no: titles(no), you: *role == caller.role }
    };
    // Administrators first: the page is theirs.
    let (admins, others) = Role::ALL.iter().partition::<Vec<&Role>, _>(|r| r.is_admin());
    admins.into_iter().chain(others).map(can).collect()
}

/// A role as read.
struct RoleRow {
    id: i64,
    role: &'static str,
    county: String,
    part: String,
    unit: String,
}

type Names = HashMap<String, String>;

async fn county_names(app: &App) -> Answer<Names> {
    Ok(app.at.counties().await?.into_iter().map(|c| (c.code, c.name)).collect())
}

fn role_row(held: &Held, names: &Names) -> RoleRow {
    RoleRow {
        id: held.id,
        role: held.role.title(),
        county: names.get(&held.county).unwrap_or(&held.county).clone(),
        part: held.part.code().to_owned(),
        unit: held.unit.clone(),
    }
}

/// An account as read.
struct Shown {
    id: i64,
    login: String,
    name: String,
    phone: String,
    roles: Vec<RoleRow>,
    last_seen: String,
    second: bool,
    locked: bool,
    locked_until: String,
    closed: bool,
    closed_at: String,
    must_change: bool,
}

impl Shown {
    fn of(row: AccountRow, names: &Names) -> Shown {
        let locked = row.locked_until > now_ms();
        Shown {
            id: row.id,
            login: row.login,
            name: row.name,
            phone: row.phone,
            roles: row.roles.iter().map(|r| role_row(r, names)).collect(),
            last_seen: row.last_seen.map(moment).unwrap_or_default(),
            second: row.second,
            locked,
            locked_until: if locked { moment(row.locked_until) } else { String::new() },
            closed: row.closed_at.is_some(),
            closed_at: row.closed_at.map(moment).unwrap_or_default(),
            must_change: row.must_change,
        }
    }
}

#[derive(Template)]
#[template(path = "pages/accounts-new.html")]
struct NewPage {
    page: Page,
    typed: Typed,
    offer: Offer,
    faults: Faults,
    cans: Vec<Can>,
}

async fn new_page(app: &App, caller: &Caller, page: Page, typed: Typed, faults: Faults) -> Answer {
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let offer = Offer::of(app, &page, &typed).await?;
    Ok((status, Html(NewPage { offer, cans: cans(caller), page, typed, faults })).into_response())
}

async fn new_form(State(app): State<App>, visitor: Visitor, Client(caller): Client) -> Answer {
    let page = page_for(&app, &visitor, "accounts").await?;
    new_page(&app, &caller, page, Typed::default(), Faults::new()).await
}

/// A first password, shown on this answer and never again.
#[derive(Template)]
#[template(path = "pages/accounts-password.html")]
struct PasswordPage {
    page: Page,
    id: i64,
    name: String,
    login: String,
    password: String,
    new: bool,
}

async fn create(
    State(app): State<App>,
    visitor: Visitor,
    Client(caller): Client,
    Form(typed): Form<Typed>,
) -> Answer {
    let page = page_for(&app, &visitor, "accounts").await?;
    let mut faults = Faults::new();
    forms::person(&page, &typed, &mut faults);
    let grant = forms::grant(&app, &page, &typed, &[], &mut faults).await?;
    let Some(grant) = grant.filter(|_| faults.is_empty()) else {
        return new_page(&app, &caller, page, typed, faults).await;
    };
    let new = NewAccount {
        login: typed.login.trim().to_lowercase(),
        name: typed.name.trim().to_owned(),
        phone: typed.phone.trim().to_owned(),
        password: None,
        must_change: true,
        grants: vec![grant],
    };
    let (login, name) = (new.login.clone(), new.name.clone());
    let event = caller.event("account.create", "account", "", "");
    match app.at.accounts().create(event, new).await? {
        Some((id, password)) => {
            Ok(Html(PasswordPage { page, id, name, login, password, new: true }).into_response())
        }
        None => {
            faults.add("login", page.m(&msg!("登录名 {login} 已有人用，请换一个", login = login)));
            new_page(&app, &caller, page, typed, faults).await
        }
    }
}

/// One account.
async fn find(app: &App, id: i64) -> Answer<AccountRow> {
    app.at.accounts().one(id).await?.ok_or(Failure::NotFound)
}

#[derive(Template)]
#[template(path = "pages/accounts-one.html")]
struct OnePage {
    page: Page,
    it: Shown,
    typed: Typed,
    offer: Offer,
    faults: Faults,
    reason: String,
    /// The number, once, after a reason was given.
    number: String,
    me: bool,
    cans: Vec<Can>,
}

/// What the form of a page came back with.
#[derive(Default)]
struct Came {
    typed: Typed,
    faults: Faults,
    reason: String,
    number: String,
}

async fn one_page(app: &App, caller: &Caller, page: Page, id: i64, came: Came) -> Answer {
    let it = Shown::of(find(app, id).await?, &county_names(app).await?);
    let status = if came.faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let Came { typed, faults, reason, number } = came;
    let (offer, me) = (Offer::of(app, &page, &typed).await?, id == caller.account);
    let cans = cans(caller);
    Ok((status, Html(OnePage { page, it, typed, offer, faults, reason, number, me, cans })).into_response())
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Said {
    said: String,
}

async fn one(
    State(app): State<App>,
    visitor: Visitor,
    Client(caller): Client,
    Path(id): Path<i64>,
    Query(said): Query<Said>,
) -> Answer {
    let mut page = page_for(&app, &visitor, "accounts").await?;
    let undo = (said.said == "closed").then(|| format!("/accounts/{id}/reopen"));
    page.flash = match said.said.as_str() {
        "granted" => Some(page.t("身份已给")),
        "revoked" => Some(page.t("身份已收回，用这个身份的登录已退出")),
        "unlocked" => Some(page.t("已解锁")),
        "closed" => Some(page.t("账号已停用")),
        "reopened" => Some(page.t("账号已恢复")),
        _ => None,
    }
    .map(|text| Flash { text: text.to_owned(), undo });
    one_page(&app, &caller, page, id, Came::default()).await
}

fn back(id: i64, said: &str) -> Response {
    Redirect::to(&format!("/accounts/{id}?said={said}")).into_response()
}

async fn grant(
    State(app): State<App>,
    visitor: Visitor,
    Client(caller): Client,
    Path(id): Path<i64>,
    Form(typed): Form<Typed>,
) -> Answer {
    let page = page_for(&app, &visitor, "accounts").await?;
    let account = find(&app, id).await?;
    let mut faults = Faults::new();
    if account.closed_at.is_some() {
        faults.add("role", page.m(&msg!("账号已停用，先恢复再给身份")));
    }
    if let Some(grant) = forms::grant(&app, &page, &typed, &account.roles, &mut faults).await?
        && faults.is_empty()
    {
        if app.at.accounts().grant(&caller, id, &grant).await? {
            return Ok(back(id, "granted"));
        }
        faults.add("role", page.m(&msg!("这个账号已经有同一范围、同一单位的这个身份")));
    }
    one_page(&app, &caller, page, id, Came { typed, faults, ..Came::default() }).await
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Reason {
    reason: String,
}

async fn unmask(
    State(app): State<App>,
    visitor: Visitor,
    Client(caller): Client,
    Path(id): Path<i64>,
    Form(form): Form<Reason>,
) -> Answer {
    let mut page = page_for(&app, &visitor, "accounts").await?;
    find(&app, id).await?;
    let mut came = Came { reason: form.reason.trim().to_owned(), ..Came::default() };
    // The reason is kept for good in the audit, which holds no personal data.
    let digits = came.reason.chars().filter(char::is_ascii_digit).count();
    if !(4..=100).contains(&came.reason.chars().count()) || came.reason.chars().any(char::is_control) {
        came.faults.add("reason", page.m(&msg!("请写明为什么要看，4—100 个字，例如“核对本人来电”")));
    } else if digits >= 11 {
        came.faults.add("reason", page.m(&msg!("事由里不要写号码：事由长期留在审计里")));
    } else {
        match app.at.accounts().unmask_phone(&caller, id, &came.reason).await? {
            Some(number) => {
                came.number = number;
                page.audited = true;
            }
            None => came.faults.add("reason", page.m(&msg!("这个账号没有留手机号"))),
        }
        came.reason.clear();
    }
    one_page(&app, &caller, page, id, came).await
}
