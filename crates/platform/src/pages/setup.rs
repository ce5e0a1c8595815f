//! First-run set-up: once, with the code that the server printed, as long as there is no account.

use super::signin::gate_page;
use crate::access::{Part, Role};
use crate::account::{Grant, NewAccount, SetupTry, locked_setup, login_fault};
use crate::county::CountyInfo;
use crate::db::{Db, DbResult, Target, Tree};
use crate::kit::{Faults, Step};
use crate::page::Page;
use crate::secrets::password;
use crate::values;
use crate::web::{Answer, App, Failure, Html, Rule, Visitor, get, post};
use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::{key, msg};
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
    steps: Vec<Step>,
    refused: String,
}

#[derive(Template)]
#[template(path = "pages/setup.html")]
struct FormPage {
    page: Page,
    steps: Vec<Step>,
    faults: Faults,
    code: String,
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
    rows: Vec<MadeRow>,
}

fn steps(page: &Page, now: usize) -> Vec<Step> {
    let words = [key!("填设置码"), key!("填地方和账号"), key!("完成")];
    Step::line(words.map(|w| page.t(w)), now)
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
    (status, Html(CodePage { steps: steps(&page, 0), page, refused })).into_response()
}

fn form_page(page: Page, typed: &Typed, faults: Faults) -> Response {
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let field = |name: &str| of(typed, name).to_owned();
    let admins = ADMINS.iter().map(|a| PersonForm {
        id: a.id,
        title: a.role.title(),
        duty: a.duty,
        name: field(&format!("{}_name", a.id)),
        login: field(&format!("{}_login", a.id)),
    });
    let form = FormPage {
        steps: steps(&page, 1),
        faults,
        code: field("code"),
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
    if !typed.contains_key("county") {
        return Ok(form_page(page, &typed, Faults::new()));
    }
    let mut faults = check(&page, &typed);
    if !faults.is_empty() {
        return Ok(form_page(page, &typed, faults));
    }
    let code = of(&typed, "county").to_owned();
    let Some(county) = county(&app, &code, of(&typed, "county_name")).await? else {
        let why = key!("没有这个区划代码，请核对六位数字；虚构的县用 99 开头的代码，并填县名");
        faults.add("county", page.t(why));
        return Ok(form_page(page, &typed, faults));
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
        steps: steps(&page, 3),
        page,
        county: county.name,
        code: county.code,
        rows: rows.collect(),
    };
    Ok(Html(done).into_response())
}

/// Every fault of the form at once.
fn check(page: &Page, typed: &Typed) -> Faults {
    let mut faults = Faults::new();
    let code = of(typed, "county");
    if code.len() != 6 || !code.bytes().all(|b| b.is_ascii_digit()) || code.starts_with('0') {
        faults.add("county", page.t(key!("请填县（市、区）的六位区划代码，如 990101")));
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

/// The county's database with its geography. Nothing is listed yet: a set-up that stops here can be done again.
async fn county(app: &App, code: &str, typed: &str) -> DbResult<Option<CountyInfo>> {
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
    let found = (app.found)(db.clone(), code.to_owned()).await;
    let name = found.map(|name| name.or_else(|| (invented && !typed.is_empty()).then(|| typed.to_owned())));
    // A mistyped code leaves nothing behind; what was there before is not touched.
    let unknown = new && matches!(name, Ok(None));
    if let (true, Target::Postgres { schema, .. }) = (unknown, &target) {
        db.operate(&format!("drop schema {schema} cascade"), vec![]).await?;
    }
    db.close().await?;
    if let (true, Target::Sqlite(path)) = (unknown, &target) {
        let _ = std::fs::remove_file(path);
    }
    Ok(name?.map(|name| CountyInfo { code: code.to_owned(), name, demo: invented }))
}
