//! First-run set-up: once, with the code that the server printed, as long as there is no account.

mod checks;

use super::signin::gate_page;
use crate::access::{Part, Role};
use crate::account::{Grant, NewAccount, SetupTry, locked_setup, login_fault};
use crate::county::CountyInfo;
use crate::db::{Db, DbResult, Event, Target, Tree};
use crate::kit::{Check, Checked, Choice, Faults, Step};
use crate::page::Page;
use crate::secrets::password;
use crate::values;
use crate::web::{Answer, App, Failure, Html, PackOffer, Rule, Visitor, get, post};
use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::{Message, key, msg};
use std::collections::HashMap;

pub(super) fn routes() -> Vec<Rule> {
    vec![get("/setup", begin).public(), post("/setup", act).public()]
}

/// What was typed, by field.
type Typed = HashMap<String, String>;

/// An administrator to make: the fields' prefix, the role, what it is for.
struct Admin {
    id: &'static str,
    role: Role,
    duty: &'static str,
}

const ADMINS: [Admin; 3] = [
    Admin { id: "system", role: Role::SystemAdmin, duty: key!("管运行、备份和任务") },
    Admin { id: "security", role: Role::SecurityAdmin, duty: key!("建账号、给身份、解锁") },
    Admin { id: "audit", role: Role::AuditAdmin, duty: key!("看审计日志，不能改") },
];

/// A person of the form, with what was typed.
struct PersonForm {
    id: &'static str,
    title: &'static str,
    duty: &'static str,
    name: String,
    login: String,
}

#[derive(Template)]
#[template(path = "pages/setup-code.html")]
struct CodePage {
    page: Page,
    lead: &'static str,
    steps: Vec<Step>,
    refused: String,
}

#[derive(Template)]
#[template(path = "pages/setup.html")]
struct FormPage {
    page: Page,
    lead: &'static str,
    steps: Vec<Step>,
    checks: Vec<Check>,
    /// How the checks came out, in a line.
    summary: String,
    /// Something does not pass.
    stopped: bool,
    /// The form is shown: nothing stops it, or it was filled in already.
    open: bool,
    packs: Vec<Choice>,
    faults: Faults,
    code: String,
    provinces: Vec<Choice>,
    cities: Vec<Choice>,
    places: Vec<Choice>,
    /// How much there is of the county that was chosen.
    amounts: String,
    county: String,
    county_name: String,
    admins: Vec<PersonForm>,
    office_name: String,
    office_login: String,
    office_unit: String,
}

struct MadeRow {
    role: &'static str,
    name: String,
    login: String,
    /// The first password, for the account whose password nobody chose.
    first: String,
}

#[derive(Template)]
#[template(path = "pages/setup-done.html")]
struct DonePage {
    page: Page,
    steps: Vec<Step>,
    county: String,
    code: String,
    /// How much geography was found; empty for an invented county.
    says: String,
    /// The pack's title; empty for none yet.
    pack: String,
    rows: Vec<MadeRow>,
}

/// The steps. `checked` is how the environment's checks came out, once they are made.
fn steps(page: &Page, now: usize, checked: &str) -> Vec<Step> {
    let words = [key!("填设置码"), key!("检查环境"), key!("填地方、办法和账号"), key!("完成")];
    let mut steps = Step::line(words.map(|w| page.t(w)), now);
    checked.clone_into(&mut steps[1].under);
    steps
}

fn of<'a>(typed: &'a Typed, field: &str) -> &'a str {
    typed.get(field).map(|v| v.trim()).unwrap_or_default()
}

/// Passwords are taken as typed: blanks at their ends are theirs.
fn secret<'a>(typed: &'a Typed, field: &str) -> &'a str {
    typed.get(field).map(String::as_str).unwrap_or_default()
}

fn code_page(page: Page, refused: String) -> Response {
    let status = if refused.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let lead = page.t(key!("约 5 分钟。没有默认账号和默认密码。"));
    (status, Html(CodePage { lead, steps: steps(&page, 0, ""), page, refused })).into_response()
}

/// How the checks came out, in a line.
fn came_out(page: &Page, checks: &[Check]) -> String {
    let n = |state: Checked| checks.iter().filter(|c| c.state == state).count();
    let (passed, warned, failed) = (n(Checked::Passed), n(Checked::Warned), n(Checked::Failed));
    match (warned, failed) {
        (0, 0) => page.m(&msg!("{n} 项通过", n = passed)),
        (warned, 0) => page.m(&msg!("{n} 项通过，{m} 项提醒", n = passed, m = warned)),
        (_, failed) => page.m(&msg!("{n} 项不通过", n = failed)),
    }
}

/// What stands for beginning without a pack.
const LATER: &str = "later";

/// The packs to begin from, and beginning without one.
fn packs(app: &App, page: &Page, chosen: &str) -> Vec<Choice> {
    let offer = |it: PackOffer| {
        let says: Vec<String> = it.says.iter().map(|m| page.m(m)).collect();
        Choice::new(it.id, it.title).hint(says.join(if page.en() { ", " } else { "，" }))
    };
    let later = Choice::new(LATER, page.t(key!("以后再选")))
        .hint(page.t(key!("县委组织部登录后，在“政策办法”里用工作簿采用")));
    let all = (app.new_county.packs)().into_iter().map(offer).chain([later]).collect();
    Choice::pick(all, chosen)
}

fn form_page(app: &App, page: Page, checks: Vec<Check>, typed: &Typed, faults: Faults) -> Response {
    let stopped = checks.iter().any(|c| c.state == Checked::Failed);
    let refused = stopped || !faults.is_empty();
    let status = if refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let field = |name: &str| of(typed, name).to_owned();
    let admins = ADMINS.iter().map(|a| PersonForm {
        id: a.id,
        title: a.role.title(),
        duty: a.duty,
        name: field(&format!("{}_name", a.id)),
        login: field(&format!("{}_login", a.id)),
    });
    let summary = came_out(&page, &checks);
    // What was chosen below another part of the nation is chosen no more.
    let (province, city, place) = (field("province"), field("city"), field("place"));
    let city = if province.is_empty() || !city.starts_with(&province) { String::new() } else { city };
    let place = if city.is_empty() || !place.starts_with(&city) { String::new() } else { place };
    let below = |part: &str, chosen: &str| -> Vec<Choice> {
        let all = (app.new_county.below)(part);
        all.into_iter().map(|(code, name)| Choice::new(code, name).on(code == chosen)).collect()
    };
    let form = FormPage {
        lead: page.t(key!("填完一次交上；交上以前什么都不写入。")),
        steps: steps(&page, if stopped { 1 } else { 2 }, &summary),
        checks,
        summary,
        stopped,
        open: !stopped || typed.contains_key("county"),
        packs: packs(app, &page, of(typed, "pack")),
        faults,
        code: field("code"),
        provinces: below("", &province),
        cities: if province.is_empty() { Vec::new() } else { below(&province, &city) },
        places: if city.is_empty() { Vec::new() } else { below(&city, &place) },
        amounts: (app.new_county.amounts)(&place).map(|m| page.m(&m)).unwrap_or_default(),
        county: field("county"),
        county_name: field("county_name"),
        admins: admins.collect(),
        office_name: field("office_name"),
        office_login: field("office_login"),
        office_unit: field("office_unit"),
        page,
    };
    (status, Html(form)).into_response()
}

async fn begin(State(app): State<App>, visitor: Visitor) -> Answer {
    if !app.at.accounts().none().await? {
        return Ok(Redirect::to("/login").into_response());
    }
    app.at.accounts().setup_code().map_err(|e| Failure::Internal(e.to_string()))?;
    let page = gate_page(&app, &visitor, "/setup".into());
    Ok(code_page(page, String::new()))
}

async fn act(State(app): State<App>, visitor: Visitor, Form(typed): Form<Typed>) -> Answer {
    let accounts = app.at.accounts();
    if !accounts.none().await? {
        return Ok(Redirect::to("/login").into_response());
    }
    let page = gate_page(&app, &visitor, "/setup".into());
    match accounts.try_setup_code(of(&typed, "code"), &visitor.address).await? {
        SetupTry::Right => {}
        SetupTry::Wrong => {
            let why =
                page.t(key!("设置码不对。它印在服务器启动时的窗口里，也在数据文件夹的 setup-code 文件里。"));
            return Ok(code_page(page, why.to_owned()));
        }
        SetupTry::Locked(until) => {
            let why = page.m(&locked_setup(until));
            return Ok(code_page(page, why));
        }
    }
    let checks = checks::run(&app, &visitor, &page).await;
    let stopped = checks.iter().any(|c| c.state == Checked::Failed);
    // Choosing where lists what stands below it; nothing is checked yet.
    if stopped || !typed.contains_key("county") || typed.contains_key("list") {
        return Ok(form_page(&app, page, checks, &typed, Faults::new()));
    }
    let mut faults = check(&page, &typed);
    let pack = (app.new_county.packs)().into_iter().find(|p| p.id == of(&typed, "pack"));
    if pack.is_none() && of(&typed, "pack") != LATER {
        faults.add("pack", page.t(key!("请选一套办法；还没定就选“以后再选”")));
    }
    if !faults.is_empty() {
        return Ok(form_page(&app, page, checks, &typed, faults));
    }
    let Some((county, says)) = county(&app, &visitor, &typed, pack.as_ref()).await? else {
        let why = key!("没有这个区划代码，请核对六位数字；虚构的县用 99 开头的代码，并填县名");
        faults.add("county", page.t(why));
        return Ok(form_page(&app, page, checks, &typed, faults));
    };
    let new = people(&typed, &county);
    let shown: Vec<(Role, String, String, bool)> = new
        .iter()
        .map(|n| (n.grants[0].role, n.name.clone(), n.login.clone(), n.password.is_none()))
        .collect();
    let Some(made) = accounts.set_up(&county, new, &visitor.address).await? else {
        return Ok(Redirect::to("/login").into_response());
    };
    // Opens the county's database now, so that a fault shows here and not at the first sign-in.
    app.at.county(&county.code).await?;
    let rows = shown.into_iter().zip(made).map(|((role, name, login, random), (_, first))| MadeRow {
        role: role.title(),
        name,
        login,
        first: if random { first } else { String::new() },
    });
    let done = DonePage {
        steps: steps(&page, 4, &came_out(&page, &checks)),
        says: says.map(|m| page.m(&m)).unwrap_or_default(),
        page,
        county: county.name,
        code: county.code,
        pack: pack.map(|p| p.title).unwrap_or_default(),
        rows: rows.collect(),
    };
    Ok(Html(done).into_response())
}

/// The county's six digits: as chosen, or as typed for one that no list has.
fn code_of(typed: &Typed) -> &str {
    match of(typed, "county") {
        "" => of(typed, "place"),
        code => code,
    }
}

/// Every fault of the form at once.
fn check(page: &Page, typed: &Typed) -> Faults {
    let mut faults = Faults::new();
    let code = code_of(typed);
    if code.len() != 6 || !code.bytes().all(|b| b.is_ascii_digit()) || code.starts_with('0') {
        faults.add("county", page.t(key!("请选到县（市、区），或填它的六位区划代码，如 990101")));
    }
    if of(typed, "county_name").chars().count() > 40 {
        faults.add("county_name", page.t(key!("县名最多 40 个字")));
    }
    let mut names: Vec<&str> = Vec::new();
    let mut logins: Vec<String> = Vec::new();
    for id in ADMINS.iter().map(|a| a.id).chain(["office"]) {
        let (name_field, login_field) = (format!("{id}_name"), format!("{id}_login"));
        let (name, login) = (of(typed, &name_field), of(typed, &login_field));
        if name.is_empty() || name.chars().count() > 40 {
            faults.add(&name_field, page.t(key!("请填姓名，最多 40 个字")));
        } else if names.contains(&name) {
            faults.add(&name_field, page.t(key!("这个姓名上面用过了：四个账号要给四个不同的人")));
        }
        if let Some(why) = login_fault(login) {
            faults.add(&login_field, page.m(&why));
        } else if logins.contains(&login.to_lowercase()) {
            faults.add(&login_field, page.t(key!("这个登录名上面用过了，请换一个")));
        }
        names.push(name);
        logins.push(login.to_lowercase());
        if id == "office" {
            continue;
        }
        let (first_field, again_field) = (format!("{id}_password"), format!("{id}_again"));
        let first = secret(typed, &first_field);
        for why in password::rules(first, login, name) {
            faults.add(&first_field, page.m(&why));
        }
        if first != secret(typed, &again_field) {
            faults.add(&again_field, page.t(key!("两次输入的密码不一样")));
        }
    }
    let unit = of(typed, "office_unit");
    if unit.is_empty() || unit.chars().count() > 60 {
        faults.add("office_unit", page.m(&msg!("请填单位，最多 {n} 个字，如 县委组织部", n = 60)));
    }
    faults
}

fn people(typed: &Typed, county: &CountyInfo) -> Vec<NewAccount> {
    let account = |id: &str, grant: Grant, password: Option<String>| NewAccount {
        login: of(typed, &format!("{id}_login")).to_owned(),
        name: of(typed, &format!("{id}_name")).to_owned(),
        phone: String::new(),
        must_change: password.is_none(),
        password,
        grants: vec![grant],
    };
    let office = Grant {
        role: Role::CountyOffice,
        county: county.code.clone(),
        part: Part::County,
        unit: of(typed, "office_unit").to_owned(),
    };
    let mut all: Vec<NewAccount> = ADMINS
        .iter()
        .map(|a| {
            let unit = of(typed, "office_unit").to_owned();
            let grant = Grant { role: a.role, county: String::new(), part: Part::County, unit };
            account(a.id, grant, Some(secret(typed, &format!("{}_password", a.id)).to_owned()))
        })
        .collect();
    all.push(account("office", office, None));
    all
}

/// The county's database with its geography and its first pack. Nothing is listed yet: a set-up that stops here can be
/// done again.
async fn county(
    app: &App,
    visitor: &Visitor,
    typed: &Typed,
    pack: Option<&PackOffer>,
) -> DbResult<Option<(CountyInfo, Option<Message>)>> {
    let (code, name) = (code_of(typed), of(typed, "county_name"));
    // No province has 99: such codes are of invented counties.
    let invented = code.starts_with("99");
    let target = app.at.settings.target(&app.at.folder, code);
    let new = match &target {
        Target::Sqlite(path) => !path.exists(),
        Target::Postgres { schema, .. } => {
            let sql = "select 1 from information_schema.schemata where schema_name = $1";
            app.at.control.one(sql, values![schema.clone()]).await?.is_none()
        }
    };
    let db = Db::open(&target, app.at.keys.clone()).await?;
    db.migrate(Tree::County).await?;
    let found = (app.new_county.found)(db.clone(), code.to_owned()).await;
    let found = found.map(|found| match found {
        Some(it) => Some((it.name, Some(it.says))),
        None => (invented && !name.is_empty()).then(|| (name.to_owned(), None)),
    });
    if let (Ok(Some(_)), Some(pack)) = (&found, pack) {
        let event = Event {
            address: visitor.address.clone(),
            action: "pack.adopt".into(),
            kind: "pack".into(),
            ..Event::default()
        };
        (app.new_county.adopt)(db.clone(), event, key!("首次设置").into(), pack.id).await?;
    }
    // A mistyped code leaves nothing behind; what was there before is not touched.
    let unknown = new && matches!(found, Ok(None));
    if let (true, Target::Postgres { schema, .. }) = (unknown, &target) {
        db.operate(&format!("drop schema {schema} cascade"), vec![]).await?;
    }
    db.close().await?;
    if let (true, Target::Sqlite(path)) = (unknown, &target) {
        let _ = std::fs::remove_file(path);
    }
    Ok(found?.map(|(name, says)| (CountyInfo { code: code.to_owned(), name, demo: invented }, says)))
}
