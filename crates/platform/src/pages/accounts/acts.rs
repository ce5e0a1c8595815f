//! What is done to an account, each act after a page that says what it does: roles taken back, passwords reset,
//! accounts closed.

use super::{PasswordPage, back, find};
use crate::access::{Caller, Role};
use crate::account::AccountRow;
use crate::page::Page;
use crate::values;
use crate::web::{Answer, App, Client, Failure, Html, Visitor, page_for};
use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::response::IntoResponse;
use kernel::msg;
use serde::Deserialize;

/// A page that says what an act does before it is done.
#[derive(Template)]
#[template(path = "pages/accounts-sure.html")]
struct SurePage {
    page: Page,
    id: i64,
    /// Whom and what, on the page's head and on its button.
    title: String,
    text: String,
    kept: &'static str,
    action: &'static str,
    /// The role taken back, in the form.
    role: Option<i64>,
    /// Why it cannot be done; empty when it can.
    barred: &'static str,
}

/// The page and the account of an act that is asked for.
async fn asked(app: &App, visitor: &Visitor, id: i64) -> Answer<(Page, AccountRow)> {
    Ok((page_for(app, visitor, "accounts").await?, find(app, id).await?))
}

/// Why the caller cannot take this role away.
async fn revoke_bar(
    app: &App,
    caller: &Caller,
    account: &AccountRow,
    role: i64,
) -> Answer<Option<&'static str>> {
    let held = account.roles.iter().find(|r| r.id == role).ok_or(Failure::NotFound)?;
    if held.role != Role::SecurityAdmin {
        return Ok(None);
    }
    let own = account.roles.iter().filter(|r| r.role == Role::SecurityAdmin).count();
    if account.id == caller.account && own == 1 {
        return Ok(Some(kernel::key!("这是您自己的安全管理员身份。请由另一位安全管理员收回。")));
    }
    let sql = "select count(*) from account_role r join account a on a.id = r.account \
               where r.role = $1 and r.ended_at is null and a.closed_at is null and r.id <> $2";
    let others = app.at.control.one(sql, values![Role::SecurityAdmin.id(), role]).await?;
    let none = others.map_or(Ok(0), |r| r.int(0))? == 0;
    Ok(none.then_some(kernel::key!("这是最后一位安全管理员。请先把身份给另一个账号。")))
}

pub(super) async fn ask_revoke(
    State(app): State<App>,
    visitor: Visitor,
    Client(caller): Client,
    Path((id, role)): Path<(i64, i64)>,
) -> Answer {
    let (page, account) = asked(&app, &visitor, id).await?;
    let held = account.roles.iter().find(|r| r.id == role).ok_or(Failure::NotFound)?;
    let sure = SurePage {
        id,
        title: page.m(&msg!(
            "收回 {name} 的“{role}”",
            name = &account.name,
            role = page.t(held.role.title())
        )),
        text: page.m(&msg!("“{unit}”的这个身份不能再用，正用它登录的会话立即退出。", unit = &held.unit)),
        kept: page.t("已经做过的事和记录都保留；以后可以再给。"),
        action: "revoke",
        role: Some(role),
        barred: revoke_bar(&app, &caller, &account, role).await?.map_or("", |zh| page.t(zh)),
        page,
    };
    Ok(Html(sure).into_response())
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct RoleForm {
    role: String,
}

pub(super) async fn revoke(
    State(app): State<App>,
    Client(caller): Client,
    Path(id): Path<i64>,
    Form(form): Form<RoleForm>,
) -> Answer {
    let account = find(&app, id).await?;
    let role = form.role.parse().map_err(|_| Failure::NotFound)?;
    if let Some(why) = revoke_bar(&app, &caller, &account, role).await? {
        return Err(Failure::Bad(kernel::Message::new(why, Vec::new())));
    }
    if !app.at.accounts().revoke(&caller, id, role).await? {
        return Err(Failure::NotFound);
    }
    Ok(back(id, "revoked"))
}

pub(super) async fn ask_reset(
    State(app): State<App>,
    visitor: Visitor,
    Client(caller): Client,
    Path(id): Path<i64>,
) -> Answer {
    let (page, account) = asked(&app, &visitor, id).await?;
    let sure = SurePage {
        id,
        title: page.m(&msg!("重设 {name} 的密码", name = &account.name)),
        text: page
            .t("请先核对是本人。原密码、动态码和备用码立即失效，所有登录退出；新的首次密码只显示一次。")
            .to_owned(),
        kept: page.t("身份和记录不变；本人下次登录要换成自己的密码。"),
        action: "reset",
        role: None,
        barred: match () {
            () if id == caller.account => page.t("自己的密码请在“我的账号”里改。"),
            () if account.closed_at.is_some() => page.t("账号已停用，先恢复再重设密码。"),
            () => "",
        },
        page,
    };
    Ok(Html(sure).into_response())
}

pub(super) async fn reset(
    State(app): State<App>,
    visitor: Visitor,
    Client(caller): Client,
    Path(id): Path<i64>,
) -> Answer {
    let (page, account) = asked(&app, &visitor, id).await?;
    if id == caller.account {
        return Err(Failure::Bad(msg!("自己的密码请在“我的账号”里改。")));
    }
    let Some(password) = app.at.accounts().reset_password(&caller, id).await? else {
        return Err(Failure::Bad(msg!("账号已停用，先恢复再重设密码。")));
    };
    let (name, login) = (account.name, account.login);
    Ok(Html(PasswordPage { page, id, name, login, password, new: false }).into_response())
}

pub(super) async fn unlock(State(app): State<App>, Client(caller): Client, Path(id): Path<i64>) -> Answer {
    find(&app, id).await?;
    app.at.accounts().unlock(&caller, id).await?;
    Ok(back(id, "unlocked"))
}

pub(super) async fn ask_close(
    State(app): State<App>,
    visitor: Visitor,
    Client(caller): Client,
    Path(id): Path<i64>,
) -> Answer {
    let (page, account) = asked(&app, &visitor, id).await?;
    let own = id == caller.account;
    let sure = SurePage {
        id,
        title: page.m(&msg!("停用 {name} 的账号", name = &account.name)),
        text: page.t("停用后不能登录，正在用的登录立即退出，接口令牌一并失效。").to_owned(),
        kept: page.t("身份和过去的操作记录都保留；可以随时恢复。"),
        action: "close",
        role: None,
        barred: if own {
            page.t("不能停用自己的账号。请由另一位安全管理员停用。")
        } else {
            ""
        },
        page,
    };
    Ok(Html(sure).into_response())
}

pub(super) async fn close(State(app): State<App>, Client(caller): Client, Path(id): Path<i64>) -> Answer {
    find(&app, id).await?;
    if id == caller.account {
        return Err(Failure::Bad(msg!("不能停用自己的账号。请由另一位安全管理员停用。")));
    }
    if !app.at.accounts().close(&caller, id, true).await? {
        return Err(Failure::Bad(msg!("这是最后一位安全管理员。请先把身份给另一个账号。")));
    }
    Ok(back(id, "closed"))
}

pub(super) async fn reopen(State(app): State<App>, Client(caller): Client, Path(id): Path<i64>) -> Answer {
    find(&app, id).await?;
    app.at.accounts().close(&caller, id, false).await?;
    Ok(back(id, "reopened"))
}
