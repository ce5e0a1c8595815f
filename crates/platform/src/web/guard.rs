//! What stands before every handler: who asks, forgery, permission, headers.

use super::answer::{self, Failure};
use super::{App, Metrics};
use crate::access::{Action, Caller};
use crate::account::{Found, Stage};
use crate::audit::Outcome;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, COOKIE, HOST, ORIGIN, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::Lang;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

/// The session's cookie.
pub const COOKIE_NAME: &str = "yz";
/// The language of visitors who are not signed in.
pub const LANG_COOKIE: &str = "yzlang";
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

fn header<'a>(headers: &'a HeaderMap, name: impl axum::http::header::AsHeaderName) -> &'a str {
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
    let visitor = match visitor(&app, &parts).await {
        Ok(visitor) => Arc::new(visitor),
        Err(failure) => return secured(failure.into_response(), false),
    };
    parts.extensions.insert(visitor.clone());
    let request = Request::from_parts(parts, body);
    let api = path.starts_with("/api/");
    let safe = matches!(method, Method::GET | Method::HEAD);
    let request = if safe || visitor.by_token { Ok(request) } else { genuine(request, &visitor).await };
    let mut response = match request {
        Err(failure) => failure.into_response(),
        Ok(request) => next.run(request).await,
    };
    if let Some(failure) = response.extensions_mut().remove::<Failure>() {
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
            account = visitor.session.as_ref().map(|s| s.account),
        );
    }
    secured(response, false)
}

async fn visitor(app: &App, request: &Parts) -> Result<Visitor, Failure> {
    let headers = &request.headers;
    let address =
        request.extensions.get::<ConnectInfo<SocketAddr>>().map(|c| c.0.ip().to_string()).unwrap_or_default();
    let accounts = app.at.accounts();
    let mut visitor = Visitor {
        session: None,
        caller: None,
        lang: if cookie(headers, LANG_COOKIE).as_deref() == Some("en") { Lang::En } else { Lang::Zh },
        large: false,
        agent: header(headers, "user-agent").to_owned(),
        path: request.uri.path_and_query().map(|p| p.as_str().to_owned()).unwrap_or_default(),
        csrf: String::new(),
        by_token: false,
        address,
    };
    if request.uri.path().starts_with("/api/")
        && let Some(secret) = header(headers, "authorization").strip_prefix("Bearer ")
    {
        visitor.caller = accounts.by_token(secret.trim(), &visitor.address).await?;
        visitor.by_token = true;
        return Ok(visitor);
    }
    if let Some(value) = cookie(headers, COOKIE_NAME) {
        visitor.session = accounts.session(&value, &visitor.address).await?;
    }
    match &visitor.session {
        Some(session) => {
            visitor.lang = session.lang;
            visitor.large = session.large;
            visitor.csrf = session.csrf.clone();
            visitor.caller = session.caller.clone();
        }
        // Without a session there is nothing to steal: the origin alone is checked.
        None => visitor.csrf = "none".into(),
    }
    Ok(visitor)
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
    let Some(session) = &visitor.session else { return Ok(Request::from_parts(parts, body)) };
    let right = |token: &str| token == session.csrf;
    let query = parts.uri.query().unwrap_or_default();
    if right(header(headers, "x-csrf"))
        || query.split('&').any(|p| p.strip_prefix("csrf=").is_some_and(right))
    {
        return Ok(Request::from_parts(parts, body));
    }
    if !header(headers, CONTENT_TYPE).starts_with("application/x-www-form-urlencoded") {
        return Err(Failure::Forged);
    }
    let bytes = to_bytes(body, FORM_BYTES).await.map_err(|_| Failure::TooLarge)?;
    let found = bytes.split(|b| *b == b'&').any(|pair| {
        pair.strip_prefix(b"csrf=").is_some_and(|token| std::str::from_utf8(token).is_ok_and(right))
    });
    if found { Ok(Request::from_parts(parts, Body::from(bytes))) } else { Err(Failure::Forged) }
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
                let next: String = crate::web::answer::encode(&visitor.path);
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
