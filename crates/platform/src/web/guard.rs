//! What stands before every handler: who asks, forgery, permission, headers.

use super::answer::{self, Failure};
use super::{App, Metrics};
use crate::access::{Action, Caller};
use crate::account::{Found, Stage};
use crate::audit::Outcome;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::http::header::{
    AUTHORIZATION, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, COOKIE, HOST, ORIGIN,
    REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::{Lang, msg};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

/// The session's cookie.
pub const COOKIE_NAME: &str = "yz";
/// The language of visitors who are not signed in.
pub const LANG_COOKIE: &str = "yzlang";
/// Large type of visitors who are not signed in.
pub const LARGE_COOKIE: &str = "yzlarge";
/// Forms without files are no larger.
const FORM_BYTES: usize = 1 << 20;
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                      connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Whoever asks, signed in or not.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// The session, if there is one.
    pub session: Option<Found>,
    /// The caller, once a role is chosen.
    pub caller: Option<Caller>,
    /// The language of pages.
    pub lang: Lang,
    /// Large type.
    pub large: bool,
    /// Rows of tables: tight or standard; `None` as each page is drawn.
    pub tight: Option<bool>,
    /// Where from.
    pub address: String,
    /// With what browser.
    pub agent: String,
    /// Path and query of the page asked for.
    pub path: String,
    /// The token that forms of visitors without a session carry: a cookie must match it.
    pub csrf: String,
    /// Whether a program asks by token.
    pub by_token: bool,
}

impl<S: Sync> FromRequestParts<S> for Visitor {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        parts.extensions.get::<Arc<Visitor>>().map(|v| (**v).clone()).ok_or(Failure::NotFound)
    }
}

/// A caller in a role. Behind `.allow(Action)` there always is one.
#[derive(Clone, Debug)]
pub struct Client(pub Caller);

impl<S: Sync> FromRequestParts<S> for Client {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let caller = parts.extensions.get::<Arc<Visitor>>().and_then(|v| v.caller.clone());
        caller.map(Client).ok_or(Failure::NotFound)
    }
}

fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let all = headers.get_all(COOKIE).iter().filter_map(|v| v.to_str().ok());
    all.flat_map(|v| v.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(n, _)| *n == name)
        .map(|(_, value)| value.to_owned())
}

fn header(headers: &HeaderMap, name: impl axum::http::header::AsHeaderName) -> &str {
    headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default()
}

/// Before every route: finds who asks, refuses forged acts, adds the headers, counts.
pub(super) async fn visit(State(app): State<App>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let path = request.uri().path().to_owned();
    if path.starts_with("/assets/") {
        return secured(next.run(request).await, true);
    }
    let method = request.method().clone();
    let (mut parts, body) = request.into_parts();
    let api = path.starts_with("/api/");
    let mut visitor = nobody(&parts);
    let known = identify(&app, &parts, &mut visitor).await;
    let visitor = Arc::new(visitor);
    parts.extensions.insert(visitor.clone());
    let request = Request::from_parts(parts, body);
    let safe = matches!(method, Method::GET | Method::HEAD);
    let request = match known.and_then(|()| readable(request)) {
        Ok(request) if safe || visitor.by_token => Ok(request),
        Ok(request) => genuine(request, &visitor).await,
        Err(failure) => Err(failure),
    };
    let mut response = match request {
        Err(failure) => failure.into_response(),
        Ok(request) => next.run(request).await,
    };
    let failure = match response.extensions_mut().remove::<Failure>() {
        None if unread(&response) => {
            let why = to_bytes(std::mem::take(response.body_mut()), FORM_BYTES).await.unwrap_or_default();
            Some(rejected(response.status(), &why))
        }
        failure => failure,
    };
    if let Some(failure) = failure {
        response = answer::fail(&app, &visitor, failure, api).await;
    }
    if let Some(session) = &visitor.session
        && let Err(e) = app.at.accounts().seen(session).await
    {
        tracing::warn!(error = %e, "a session's last use could not be written down");
    }
    let status = response.status();
    app.metrics.count(status, started.elapsed());
    if !matches!(path.as_str(), "/healthz" | "/readyz" | "/metrics") {
        // Paths hold codes of places and ids, never names or numbers of persons; queries may, and stay out.
        tracing::info!(
            method = %method,
            path = %path,
            status = status.as_u16(),
            ms = started.elapsed().as_secs_f64() * 1000.0,
            account = visitor.session.as_ref().map(|s| s.account).or(visitor.caller.as_ref().map(|c| c.account)),
        );
    }
    secured(response, false)
}

/// The secret of `Authorization: Bearer …`.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, secret) = header(headers, AUTHORIZATION).split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| secret.trim())
}

/// Whoever it is, before a session or a token says who.
fn nobody(request: &Parts) -> Visitor {
    let headers = &request.headers;
    let address =
        request.extensions.get::<ConnectInfo<SocketAddr>>().map(|c| c.0.ip().to_string()).unwrap_or_default();
    Visitor {
        session: None,
        caller: None,
        lang: if cookie(headers, LANG_COOKIE).as_deref() == Some("en") { Lang::En } else { Lang::Zh },
        large: cookie(headers, LARGE_COOKIE).as_deref() == Some("1"),
        tight: None,
        agent: header(headers, "user-agent").to_owned(),
        path: request.uri.path_and_query().map(|p| p.as_str().to_owned()).unwrap_or_default(),
        // Without a session there is nothing to steal: the origin alone is checked.
        csrf: "none".into(),
        by_token: false,
        address,
    }
}

async fn identify(app: &App, request: &Parts, visitor: &mut Visitor) -> Result<(), Failure> {
    let headers = &request.headers;
    let accounts = app.at.accounts();
    if request.uri.path().starts_with("/api/")
        && let Some(secret) = bearer(headers)
    {
        visitor.by_token = true;
        visitor.caller = accounts.by_token(secret, &visitor.address).await?;
        return Ok(());
    }
    if let Some(value) = cookie(headers, COOKIE_NAME) {
        visitor.session = accounts.session(&value, &visitor.address).await?;
    }
    if let Some(session) = &visitor.session {
        visitor.lang = session.lang;
        visitor.large = session.large;
        visitor.tight = session.tight;
        visitor.csrf = session.csrf.clone();
        visitor.caller = session.caller.clone();
    }
    Ok(())
}

/// A letter of zero is in no name and no number, and one of the engines keeps none: refused at the door.
fn readable(request: Request) -> Result<Request, Failure> {
    let uri = request.uri();
    if uri.path().contains("%00") {
        return Err(Failure::NotFound);
    }
    if uri.query().is_some_and(|q| q.contains("%00")) {
        return Err(Failure::Bad(unseen()));
    }
    Ok(request)
}

fn unseen() -> kernel::Message {
    msg!("里面有看不见的字符，请删去后再提交")
}

/// Whether a request was refused by what reads its path, query or form, and not by a page of ours.
fn unread(response: &Response) -> bool {
    let kind = response.headers().get(CONTENT_TYPE).map_or(&b"text/plain"[..], HeaderValue::as_bytes);
    matches!(response.status().as_u16(), 400 | 405 | 413 | 415 | 422) && kind.starts_with(b"text/plain")
}

/// What a refused request is to its sender.
fn rejected(status: StatusCode, why: &[u8]) -> Failure {
    match status {
        StatusCode::METHOD_NOT_ALLOWED => Failure::Method,
        StatusCode::PAYLOAD_TOO_LARGE => Failure::TooLarge,
        // A part of the path that is no number leads nowhere, as a number that nothing has.
        _ if why.starts_with(b"Invalid URL") => Failure::NotFound,
        _ => Failure::Bad(msg!("网址或表单里有一项填得不对：多半是该填数字或选项的地方填了别的")),
    }
}

/// Whether the pairs of a form or a query hold the token, in whatever way their writer escaped it.
fn carries(pairs: &[u8], token: &str) -> bool {
    form_urlencoded::parse(pairs).any(|(name, value)| name == "csrf" && value == token)
}

/// An act comes from a page of ours: the browser says so, and the form carries the session's token.
async fn genuine(request: Request, visitor: &Visitor) -> Result<Request, Failure> {
    let (parts, body) = request.into_parts();
    let headers = &parts.headers;
    let site = header(headers, "sec-fetch-site");
    let origin = header(headers, ORIGIN);
    let host = header(headers, HOST);
    let foreign_site = !matches!(site, "" | "same-origin" | "none");
    let foreign_origin = !origin.is_empty() && origin.split("://").nth(1) != Some(host);
    if foreign_site || foreign_origin {
        return Err(Failure::Forged);
    }
    let form = header(headers, CONTENT_TYPE).starts_with("application/x-www-form-urlencoded");
    let (bytes, body) = match form {
        true => {
            let bytes = to_bytes(body, FORM_BYTES).await.map_err(|_| Failure::TooLarge)?;
            (bytes.clone(), Body::from(bytes))
        }
        false => (Bytes::new(), body),
    };
    if let Some(session) = &visitor.session {
        let query = parts.uri.query().unwrap_or_default();
        let said = header(headers, "x-csrf") == session.csrf
            || carries(query.as_bytes(), &session.csrf)
            || carries(&bytes, &session.csrf);
        if !said {
            return Err(Failure::Forged);
        }
    }
    if bytes.contains(&0) || bytes.windows(3).any(|w| w == b"%00") {
        return Err(Failure::Bad(unseen()));
    }
    Ok(Request::from_parts(parts, body))
}

/// Before a route with an action: the caller's role may do it.
pub(super) async fn allowed(
    State((app, action)): State<(App, Action)>,
    visitor: Visitor,
    request: Request,
    next: Next,
) -> Response {
    let Some(caller) = &visitor.caller else {
        if visitor.by_token || visitor.path.starts_with("/api/") {
            return Failure::Unknown.into_response();
        }
        return match &visitor.session {
            Some(session) if session.stage == Stage::Second => Redirect::to("/login/code").into_response(),
            Some(session) if session.stage == Stage::Change => {
                Redirect::to("/login/password").into_response()
            }
            Some(_) => Redirect::to("/roles").into_response(),
            None if app.at.accounts().none().await.unwrap_or(false) => Redirect::to("/setup").into_response(),
            None => {
                // An act is not repeated after signing in: only what reads is gone back to.
                let next = if request.method() == Method::GET { visitor.path.as_str() } else { "/" };
                let next = crate::web::answer::encode(next);
                Redirect::to(&format!("/login?next={next}")).into_response()
            }
        };
    };
    if !caller.may(action) {
        let event = caller.event("access.denied", "route", request.uri().path(), caller.part.code());
        if let Err(e) = app.at.control.record(event, Outcome::Denied).await {
            return Failure::from(e).into_response();
        }
        return Failure::Forbidden(action).into_response();
    }
    next.run(request).await
}

fn secured(mut response: Response, asset: bool) -> Response {
    let headers = response.headers_mut();
    let set = |headers: &mut HeaderMap, name: HeaderName, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    set(headers, CONTENT_SECURITY_POLICY, POLICY);
    set(headers, X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(headers, X_FRAME_OPTIONS, "DENY");
    set(headers, REFERRER_POLICY, "same-origin");
    set(headers, HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(headers, HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    set(headers, HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=()");
    if !asset && !headers.contains_key(CACHE_CONTROL) {
        set(headers, CACHE_CONTROL, "no-store");
    }
    response
}

impl Metrics {
    fn count(&self, status: StatusCode, took: std::time::Duration) {
        self.request(status.as_u16(), took);
    }
}
