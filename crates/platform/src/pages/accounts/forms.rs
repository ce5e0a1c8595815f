//! What is typed about accounts and roles, and what is wrong with it.

use crate::access::{Part, Role};
use crate::account::{Grant, Held, login_fault};
use crate::kit::{Choice, Faults};
use crate::page::Page;
use crate::values;
use crate::web::{Answer, App};
use kernel::{msg, word};
use serde::Deserialize;

/// A role to give, as typed; the same fields stand in the form of a new account.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    pub login: String,
    pub name: String,
    pub phone: String,
    pub role: String,
    pub county: String,
    pub part: String,
    pub unit: String,
}

/// The choices of the form.
pub(super) struct Offer {
    pub roles: Vec<Choice>,
    pub counties: Vec<Choice>,
}

impl Offer {
    pub(super) async fn of(app: &App, page: &Page, typed: &Typed) -> Answer<Offer> {
        let roles = Role::ALL.iter().map(|r| Choice::new(r.id(), page.t(r.title()))).collect();
        let counties = app.at.counties().await?;
        let counties = counties
            .into_iter()
            .map(|c| Choice::new(c.code.clone(), format!("{} {}", c.name, c.code)))
            .collect();
        Ok(Offer { roles: Choice::pick(roles, &typed.role), counties: Choice::pick(counties, &typed.county) })
    }
}

/// Checks name, login and phone of a new account.
pub(super) fn person(page: &Page, typed: &Typed, faults: &mut Faults) {
    if let Some(why) = login_fault(&typed.login) {
        faults.add("login", page.m(&why));
    }
    let name = typed.name.trim();
    if !(2..=40).contains(&name.chars().count()) || name.chars().any(char::is_control) {
        faults.add("name", page.m(&msg!("请填本人姓名，2—40 个字")));
    }
    let phone = typed.phone.trim();
    let mobile = phone.len() == 11 && phone.starts_with('1') && phone.bytes().all(|b| b.is_ascii_digit());
    if !phone.is_empty() && !mobile {
        faults.add("phone", page.m(&msg!("手机号是 1 开头的 11 位数字；没有可以不填")));
    }
}

/// The role to give, if nothing is wrong with it. `held` are the roles that the account has already.
pub(super) async fn grant(
    app: &App,
    page: &Page,
    typed: &Typed,
    held: &[Held],
    faults: &mut Faults,
) -> Answer<Option<Grant>> {
    let before = faults.len();
    let Some(role) = Role::by_id(&typed.role) else {
        faults.add("role", page.m(&msg!("请选一个身份")));
        return Ok(None);
    };
    // The three administrators watch each other, and see no business data: nobody is two of them, or one and an office.
    if let Some(other) = held.iter().find(|h| h.role != role && (h.role.is_admin() || role.is_admin())) {
        let (a, b) = (word(role.title(), page.lang), word(other.role.title(), page.lang));
        let why = msg!("{a}不能和{b}是同一个账号。请先收回原来的身份，或另建账号。", a = a, b = b);
        faults.add("role", page.m(&why));
    }
    let unit = typed.unit.trim();
    if unit.is_empty() || unit.chars().count() > 60 || unit.chars().any(char::is_control) {
        faults.add("unit", page.m(&msg!("请填单位名称，最多 60 个字，例如“例山县委组织部”")));
    }
    let (county, part) = (typed.county.trim(), typed.part.trim());
    if role.is_admin() {
        if !county.is_empty() {
            faults.add("county", page.m(&msg!("管理员管全部县的系统，不选县")));
        }
        if !part.is_empty() {
            faults.add("part", page.m(&msg!("管理员没有范围，请留空")));
        }
    } else if !app.at.counties().await?.iter().any(|c| c.code == county) {
        faults.add("county", page.m(&msg!("请选县")));
    } else {
        place(app, page, role, county, part, faults).await?;
    }
    let Some(part) = Part::parse(part).filter(|_| faults.len() == before) else { return Ok(None) };
    Ok(Some(Grant { role, county: county.to_owned(), part, unit: unit.to_owned() }))
}

/// The part fits the role, and is in the county.
async fn place(
    app: &App,
    page: &Page,
    role: Role,
    county: &str,
    part: &str,
    faults: &mut Faults,
) -> Answer<()> {
    let parsed = Part::parse(part).filter(|p| p.code().is_empty() || p.code().starts_with(county));
    let Some(parsed) = parsed else {
        let why = msg!("范围是乡镇的 9 位或村的 12 位代码，以 {county} 开头；全县留空", county = county);
        faults.add("part", page.m(&why));
        return Ok(());
    };
    match (role, &parsed) {
        // A township's office without its township would see the whole county.
        (Role::TownshipOffice, Part::County | Part::Village(_)) => {
            faults.add("part", page.m(&msg!("乡镇党委要填本乡镇的 9 位代码")));
        }
        (Role::VillageCadre, Part::County | Part::Township(_)) => {
            faults.add("part", page.m(&msg!("村干部要填本村的 12 位代码")));
        }
        (Role::CountyOffice, Part::Township(_) | Part::Village(_)) => {
            faults.add("part", page.m(&msg!("县委组织部看全县，范围请留空")));
        }
        _ => {}
    }
    if part.is_empty() {
        return Ok(());
    }
    if let Some((_, db)) = app.at.county(county).await? {
        // A county whose geography is yet to come takes any code of its own.
        let sql = "select case when exists (select 1 from place where code = $1) \
                   or not exists (select 1 from place) then 1 else 0 end";
        let row = db.one(sql, values![part]).await?;
        let known: i32 = row.map_or(Ok(0), |r| r.get(0))?;
        if known == 0 {
            faults.add("part", page.m(&msg!("这个县没有代码 {part}，请核对", part = part)));
        }
    }
    Ok(())
}
