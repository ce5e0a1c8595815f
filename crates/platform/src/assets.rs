//! Style, script and pictures, inside the program; made by `cargo xtask assets`.

use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::OnceLock;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../assets/dist"]
#[allow_missing = true]
struct Dist;

/// Where `manifest.json` says a file is, `app.css` to `app.3f9a1c2b.css`. Empty before the first build.
fn manifest() -> &'static HashMap<String, String> {
    static MANIFEST: OnceLock<HashMap<String, String>> = OnceLock::new();
    MANIFEST.get_or_init(|| {
        Dist::get("manifest.json").and_then(|f| serde_json::from_slice(&f.data).ok()).unwrap_or_default()
    })
}

/// The address of a file by its plain name: `/assets/app.3f9a1c2b.css` for `app.css`.
pub fn url(name: &str) -> String {
    format!("/assets/{}", manifest().get(name).map_or(name, String::as_str))
}

/// One file, as the browser may take it.
pub struct Served {
    /// Type for `content-type`.
    pub mime: &'static str,
    /// `br`, `gzip`, or nothing for the plain bytes.
    pub encoding: Option<&'static str>,
    /// The bytes to send.
    pub bytes: Cow<'static, [u8]>,
}

/// Finds a file of the manifest and the smallest form that the browser accepts. Other files are not served.
pub fn serve(path: &str, accept_encoding: &str) -> Option<Served> {
    manifest().values().find(|hashed| *hashed == path)?;
    let mime = mime(path);
    for (encoding, suffix) in [("br", "br"), ("gzip", "gz")] {
        if accepts(accept_encoding, encoding)
            && let Some(file) = Dist::get(&format!("{path}.{suffix}"))
        {
            return Some(Served { mime, encoding: Some(encoding), bytes: file.data });
        }
    }
    Some(Served { mime, encoding: None, bytes: Dist::get(path)?.data })
}

/// Whether an `accept-encoding` header takes a coding; `q=0` refuses it.
fn accepts(header: &str, coding: &str) -> bool {
    header.split(',').any(|part| {
        let mut pieces = part.split(';').map(str::trim);
        let named = pieces.next().is_some_and(|name| name.eq_ignore_ascii_case(coding));
        let refused = pieces.any(|p| {
            p.strip_prefix("q=").is_some_and(|q| q.trim().parse::<f32>().is_ok_and(|weight| weight <= 0.0))
        });
        named && !refused
    })
}

fn mime(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

/// Serves `/assets/{*path}`. Names carry a hash of their content, so browsers keep them for good.
pub async fn get(Path(path): Path<String>, headers: HeaderMap) -> Response {
    let accept = headers.get(header::ACCEPT_ENCODING).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let Some(file) = serve(&path, accept) else { return StatusCode::NOT_FOUND.into_response() };
    let mut out = (
        [
            (header::CONTENT_TYPE, file.mime),
            (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
            (header::VARY, "accept-encoding"),
        ],
        file.bytes.into_owned(),
    )
        .into_response();
    if let Some(encoding) = file.encoding {
        out.headers_mut().insert(header::CONTENT_ENCODING, header::HeaderValue::from_static(encoding));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_only_what_the_browser_accepts() {
        assert!(accepts("gzip, deflate, br", "br"));
        assert!(accepts("BR;q=0.5", "br"));
        assert!(!accepts("gzip, br;q=0", "br"));
        assert!(!accepts("brotli", "br"));
        assert!(!accepts("", "gzip"));
    }

    #[test]
    fn serves_the_manifests_files_alone() {
        assert!(serve("manifest.json", "br").is_none());
        assert!(serve("../Cargo.toml", "").is_none());
        for hashed in manifest().values() {
            let packed = serve(hashed, "gzip, br").unwrap();
            let plain = serve(hashed, "").unwrap();
            assert_eq!(plain.encoding, None);
            assert!(packed.bytes.len() <= plain.bytes.len(), "{hashed}");
        }
    }
}
