//! The pages. Each answers with everything it has: no cookie, no script, nothing kept between two requests but what a
//! form carries itself.

mod apply;
mod home;
mod inquiry;
mod notice;
mod own;
mod recommend;
mod visit;

use crate::app::App;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use std::sync::Arc;
use visit::Visit;

/// What handlers answer: a page either way.
type Answer = Result<Response, Response>;

/// Every route.
pub(crate) fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/", get(home::home))
        .route("/c/{id}", get(home::campaign))
        .route("/c/{id}/apply", get(apply::begin).post(apply::step))
        .route("/c/{id}/recommend", get(recommend::begin).post(recommend::send))
        .route("/n/{id}", get(notice::show).post(notice::object))
        .route("/q/{link}", get(inquiry::show).post(inquiry::answer))
        .route("/status", get(own::ask).post(own::show))
        .route("/status/correct", post(own::correct))
        .route("/status/withdraw", post(own::withdraw))
        .route("/status/question", post(own::question))
        .route("/status/ticket", post(own::ticket))
        .route("/receipt", post(own::receipt))
        .route("/assets/{*path}", get(asset))
        .route("/healthz", get(|| async { "ok" }))
        .route("/robots.txt", get(|| async { "User-agent: *\nDisallow: /\n" }))
        .fallback(nowhere)
        .method_not_allowed_fallback(nowhere)
        .layer(middleware::map_response(secured))
        .with_state(app)
}

async fn nowhere(visit: Visit) -> Response {
    visit.nowhere()
}

async fn asset(State(app): State<Arc<App>>, Path(path): Path<String>, headers: HeaderMap) -> Response {
    let accept = headers.get(header::ACCEPT_ENCODING).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let Some(file) = (app.assets.file)(&path, accept) else { return StatusCode::NOT_FOUND.into_response() };
    let mut out = file.bytes.into_owned().into_response();
    let headers = out.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(file.mime));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(encoding) = file.encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    out
}

/// No script at all, no frame, nothing from elsewhere.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";

async fn secured(mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in [
        ("content-security-policy", POLICY),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("permissions-policy", "camera=(), microphone=(), geolocation=()"),
        ("x-robots-tag", "noindex"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}
