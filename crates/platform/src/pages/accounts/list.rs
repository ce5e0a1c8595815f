//! The list of accounts: searched and filtered by its address, except for numbers of persons.

use super::{Can, Shown, cans, county_names};
use crate::access::{Caller, Role};
use crate::account::{AccountFilter, AccountState};
use crate::kit::{Choice, Column, Link, Pager, thousands};
use crate::page::Page;
use crate::secrets::mask_phone;
use crate::web::{Answer, App, Client, Html, Visitor, page_for};
use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect};
use kernel::key;
use serde::Deserialize;

/// Accounts of a page.
const SIZE: i64 = 50;
/// A text with so many digits may be a person's number. Addresses are kept by browsers and proxies: it stays out.
const PERSONAL: usize = 7;

/// What is looked for, from the address or from the form.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    q: String,
    role: String,
    state: String,
    page: String,
}

impl Asked {
    fn role(&self) -> Option<Role> {
        Role::by_id(&self.role)
    }

    fn state(&self) -> Option<AccountState> {
        AccountState::by_id(&self.state)
    }

    fn personal(&self) -> bool {
        self.q.chars().filter(|c| digit(*c).is_some()).count() >= PERSONAL
    }

    /// The list's address, without what may be a person's number.
    fn link(&self) -> Link {
        let q = if self.personal() { "" } else { self.q.trim() };
        let (role, state) = (self.role().map_or("", Role::id), self.state().map_or("", AccountState::id));
        Link::new("/accounts").with("q", q).with("role", role).with("state", state)
    }

    /// What is searched: of a number its digits alone, however it was written.
    fn find(&self) -> String {
        let q = self.q.trim().trim_start_matches("+86");
        let bare = |c: char| digit(c).is_some() || c.is_whitespace() || c == '-';
        if self.personal() && q.chars().all(bare) {
            q.chars().filter_map(digit).collect()
        } else {
            q.to_owned()
        }
    }
}

/// A digit, also of full width.
fn digit(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        '０'..='９' => char::from_u32(u32::from(c) - u32::from('０') + u32::from('0')),
        _ => None,
    }
}

fn word(state: AccountState) -> &'static str {
    match state {
        AccountState::InUse => key!("在用"),
        AccountState::First => key!("待换首次密码"),
        AccountState::Locked => key!("锁定"),
        AccountState::Closed => key!("已停用"),
    }
}

#[derive(Template)]
#[template(path = "pages/accounts.html")]
struct ListPage {
    page: Page,
    q: String,
    /// What was searched, as the filters show it.
    chip: String,
    /// The state's id, for the form.
    state: &'static str,
    states: Vec<Choice>,
    roles: Vec<Choice>,
    role: Option<(&'static str, String)>,
    without_q: String,
    columns: Vec<Column>,
    rows: Vec<Shown>,
    pager: Pager,
    cans: Vec<Can>,
}

pub(super) async fn list(
    State(app): State<App>,
    visitor: Visitor,
    Client(caller): Client,
    Query(asked): Query<Asked>,
) -> Answer {
    if asked.personal() {
        return Ok(Redirect::to(&asked.link().to_string()).into_response());
    }
    let page = page_for(&app, &visitor, "accounts").await?;
    show(&app, &caller, page, asked).await
}

/// What was typed into the search: an address that can be kept, or, for a number, this one answer.
pub(super) async fn search(
    State(app): State<App>,
    visitor: Visitor,
    Client(caller): Client,
    Form(asked): Form<Asked>,
) -> Answer {
    if !asked.personal() {
        return Ok(Redirect::to(&asked.link().to_string()).into_response());
    }
    let mut page = page_for(&app, &visitor, "accounts").await?;
    page.path = asked.link().to_string();
    show(&app, &caller, page, asked).await
}

async fn show(app: &App, caller: &Caller, page: Page, asked: Asked) -> Answer {
    let (role, state, link, find) = (asked.role(), asked.state(), asked.link(), asked.find());
    let role_id = role.map_or("", Role::id);
    let filter = AccountFilter { find: &find, role: role_id, state };
    let number = asked.page.parse().unwrap_or(1u64).clamp(1, 1_000_000);
    let accounts = app.at.accounts();
    let (mut rows, counts) = accounts.list(filter, number as i64 - 1, SIZE).await?;
    let pager = Pager::new(number, counts.of(state).unsigned_abs(), link.clone());
    if pager.page != number {
        rows = accounts.list(filter, pager.page as i64 - 1, SIZE).await?.0;
    }
    let part = |of: Option<AccountState>| {
        let word = of.map_or(key!("全部"), word);
        let label = format!("{} {}", page.t(word), thousands(counts.of(of).unsigned_abs()));
        Choice::new(link.with("state", of.map_or("", AccountState::id)).to_string(), label).on(of == state)
    };
    let states = std::iter::once(None).chain(AccountState::ALL.map(Some)).map(part).collect();
    let names = county_names(app).await?;
    let words = [
        page.t("姓名"),
        page.t("单位"),
        page.t("身份与范围"),
        page.t("最近登录"),
        page.t("登录方式"),
        page.t("状态"),
    ];
    let roles = Role::ALL.iter().map(|r| Choice::new(r.id(), page.t(r.title()))).collect();
    Ok(Html(ListPage {
        columns: words.map(Column::text).to_vec(),
        rows: rows.into_iter().map(|r| Shown::of(r, &names)).collect(),
        chip: if asked.personal() { mask_phone(&find) } else { find },
        state: state.map_or("", AccountState::id),
        states,
        roles: Choice::pick(roles, role_id),
        role: role.map(|r| (r.title(), link.without("role").to_string())),
        without_q: link.without("q").to_string(),
        cans: cans(caller),
        q: asked.q.trim().to_owned(),
        pager,
        page,
    })
    .into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_persons_stay_out_of_addresses() {
        let link = |q: &str| {
            let asked = Asked { q: q.into(), state: "locked".into(), ..Asked::default() };
            (asked.link().to_string(), asked.find())
        };
        assert_eq!(link(" anquan "), ("/accounts?q=anquan&state=locked".into(), "anquan".into()));
        assert_eq!(link("zuzhi990102").0, "/accounts?q=zuzhi990102&state=locked");
        for q in ["13800000001", "138 0000-0001", "１３８００００００01", "+86 138 0000 0001"] {
            assert_eq!(link(q), ("/accounts?state=locked".into(), "13800000001".into()), "{q}");
        }
        assert_eq!(link("x13800000001"), ("/accounts?state=locked".into(), "x13800000001".into()));
    }
}
