//! Answers: pages, and the one error type of the web.

use super::{App, Visitor};
use crate::access::{Action, Refusal};
use crate::county::CountyInfo;
use crate::db::{DbError, new_id};
use crate::page::{Page, Scope, Who};
use askama::Template;
use axum::Json;
use axum::http::header::{CONTENT_TYPE, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use kernel::{Lang, msg};

/// What handlers answer.
pub type Answer<T = Response> = Result<T, Failure>;

/// A page from a template.
pub struct Html<T>(pub T);

impl<T: Template> IntoResponse for Html<T> {
    fn into_response(self) -> Response {
        match self.0.render() {
            Ok(text) => ([(CONTENT_TYPE, "text/html; charset=utf-8")], text).into_response(),
            Err(e) => Failure::Internal(e.to_string()).into_response(),
        }
    }
}

/// Why there is no answer.
#[derive(Clone, Debug)]
pub enum Failure {
    /// Not there, or not for this caller.
    NotFound,
    /// The role may not.
    Forbidden(Action),
    /// A program without a good token.
    Unknown,
    /// The act did not come from a page of ours, or the session is another one.
    Forged,
    /// Too much at once.
    TooLarge,
    /// The address is right, the verb is not.
    Method,
    /// The request cannot be read: why, in the reader's words.
    Bad(kernel::Message),
    /// Something broke; the text is for the log.
    Internal(String),
}

impl From<DbError> for Failure {
    fn from(error: DbError) -> Self {
        Failure::Internal(error.to_string())
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Forbidden(action) => Failure::Forbidden(action),
            Refusal::NotFound => Failure::NotFound,
        }
    }
}

impl Failure {
    fn status(&self) -> StatusCode {
        match self {
            Failure::NotFound => StatusCode::NOT_FOUND,
            Failure::Forbidden(_) | Failure::Forged => StatusCode::FORBIDDEN,
            Failure::Unknown => StatusCode::UNAUTHORIZED,
            Failure::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Failure::Method => StatusCode::METHOD_NOT_ALLOWED,
            Failure::Bad(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Failure::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl IntoResponse for Failure {
    /// The page is made by the guard, which knows the reader.
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

pub(super) async fn not_found() -> Failure {
    Failure::NotFound
}

#[derive(Template)]
#[template(path = "web/failure.html")]
struct FailurePage {
    page: Page,
    title: String,
    text: String,
    safe: String,
    number: String,
    home: &'static str,
}

pub(super) async fn fail(app: &App, visitor: &Visitor, failure: Failure, api: bool) -> Response {
    let status = failure.status();
    let (title, text, safe) = match &failure {
        Failure::NotFound => (
            msg!("没有这一页"),
            msg!("网址不对，或者这一项不在您的范围里。"),
            msg!("如果是别人发来的链接，请向发来的人核对；需要看范围以外的内容，请找县委组织部。"),
        ),
        Failure::Forbidden(action) => (
            msg!("您的身份不能做这件事"),
            msg!("这里要做的是“{action}”。", action = msg_of(action.title())),
            msg!("需要时请找安全管理员开通，或换一个身份。这次访问已记入审计日志。"),
        ),
        Failure::Unknown => (
            msg!("令牌无效"),
            msg!("没有令牌，或者令牌已经过期、已经作废。"),
            msg!("请在“我的账号”里新建一个令牌。"),
        ),
        Failure::Forged => (
            msg!("没有照办"),
            msg!("这次提交不是从您打开的页面发出的，或者登录已经换过。"),
            msg!("什么都没有改动。请回到原来的页面，刷新后再提交一次。"),
        ),
        Failure::TooLarge => (
            msg!("文件太大"),
            msg!("这次提交的内容超过了允许的大小。"),
            msg!("什么都没有改动。请把文件分成几份再交。"),
        ),
        Failure::Method => (
            msg!("这个网址不能这样用"),
            msg!("网址是对的，方法不对：多半是把提交用的网址直接打开了。"),
            msg!("什么都没有改动。请回到原来的页面再试。"),
        ),
        Failure::Bad(why) => {
            (msg!("没有看懂这次提交"), why.clone(), msg!("什么都没有改动。请改正后再提交一次。"))
        }
        Failure::Internal(_) => (
            msg!("系统出了差错"),
            msg!("这不是您的操作造成的。"),
            msg!("已经存好的内容都还在，这一步没有写入。请稍后再试；再不行，把下面的编号告诉系统管理员。"),
        ),
    };
    let number = match &failure {
        Failure::Internal(why) => {
            let number = format!("{:x}", new_id());
            tracing::error!(number, error = %why, path = %visitor.path, "a request failed");
            number
        }
        _ => String::new(),
    };
    if api {
        let body = serde_json::json!({
            "error": title.text(Lang::Zh), "detail": text.text(Lang::Zh), "hint": safe.text(Lang::Zh),
            "error_en": title.text(Lang::En), "number": number,
        });
        let mut response = (status, Json(body)).into_response();
        if status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        return response;
    }
    let page = bare_page(app, visitor);
    let (title, text, safe) = (page.m(&title), page.m(&text), page.m(&safe));
    let home = visitor.caller.as_ref().map_or("/login", |c| c.role.home());
    (status, Html(FailurePage { page, title, text, safe, number, home })).into_response()
}

fn msg_of(key: &'static str) -> kernel::Message {
    kernel::Message::new(key, Vec::new())
}

/// The frame of a page without a rail: sign-in, set-up, errors.
pub fn bare_page(app: &App, visitor: &Visitor) -> Page {
    Page {
        lang: visitor.lang,
        large: visitor.large,
        tight: visitor.tight,
        csrf: visitor.csrf.clone(),
        path: visitor.path.clone(),
        idle_seconds: if visitor.caller.is_some() { app.at.settings.idle_minutes * 60 } else { 0 },
        ..Page::default()
    }
}

/// The frame of a page for a caller.
pub async fn page_for(app: &App, visitor: &Visitor, current: &'static str) -> Answer<Page> {
    let caller = visitor.caller.as_ref().ok_or(Failure::NotFound)?;
    let mut page = bare_page(app, visitor);
    page.current = current;
    page.rail = (app.rail)(caller.role);
    page.find = caller.may(Action::ViewPeople).then_some("/people/find");
    page.suggest = page.find.map(|_| "/people/search");
    page.who = Some(Who {
        id: caller.account.to_string(),
        name: caller.name.clone(),
        unit: caller.unit.clone(),
        role: caller.role.title().to_owned(),
    });
    page.as_of = now_text();
    if caller.role.is_admin() {
        let counties = app.at.counties().await?;
        page.demo = invented(&counties);
        let part = match counties.as_slice() {
            [one] => one.name.clone(),
            all => page.tn(kernel::key!("{n} 个县"), all.len()),
        };
        page.place = Some(Scope { county: kernel::key!("系统管理").into(), part, href: "" });
    } else if let Some((county, db)) = app.at.county(&caller.county).await? {
        if caller.may(Action::ViewTasks) {
            for (id, n) in (app.waiting)(db, caller.clone()).await? {
                for item in page.rail.iter_mut().flatten().filter(|i| i.id == id) {
                    item.count = n;
                }
            }
        }
        page.demo = county.demo;
        page.place = Some(Scope { county: county.name, part: String::new(), href: "/scope" });
    }
    Ok(page)
}

/// Whether all there is is invented: beside a county whose people are real nobody reads that none are.
pub(crate) fn invented(counties: &[CountyInfo]) -> bool {
    !counties.is_empty() && counties.iter().all(|c| c.demo)
}

/// Now, for the foot of a page: `2026年11月18日 08:30`.
pub(crate) fn now_text() -> String {
    let now = crate::now();
    format!("{}年{}月{}日 {:02}:{:02}", now.year(), now.month(), now.day(), now.hour(), now.minute())
}

/// A text as part of a query.
pub(crate) fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'/' => out.push(byte as char),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}
