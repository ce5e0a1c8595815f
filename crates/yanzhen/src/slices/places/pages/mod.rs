//! One file a page.

use axum::body::to_bytes;
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use kernel::msg;
use platform::web::{App, Failure};
use std::borrow::Borrow;
use std::collections::HashMap;

pub mod batches;
pub mod confirm;
pub mod facts;
pub mod formation;
pub mod grades;
pub mod import;
pub mod manage;
pub mod preview;
pub mod scope;
pub mod village;
pub mod villages;
pub mod why;

pub use super::model::date_text;

fn local(ms: i64) -> jiff::Zoned {
    jiff::Timestamp::from_millisecond(ms).unwrap_or_default().to_zoned(kernel::zone())
}

/// A moment's day as it is stored: `2026-11-17`.
pub fn day_of(ms: i64) -> String {
    local(ms).date().to_string()
}

/// A moment's day as the pages write it: `2026年11月17日`.
pub fn day_text(ms: i64) -> String {
    let at = local(ms);
    format!("{}年{}月{}日", at.year(), at.month(), at.day())
}

/// A moment as the pages write it: `2026年11月17日 08:54`.
pub fn moment_text(ms: i64) -> String {
    let at = local(ms);
    format!("{} {:02}:{:02}", day_text(ms), at.hour(), at.minute())
}

/// How many, with commas: for templates, which hand numbers over by value or by reference.
pub fn count(n: impl Borrow<usize>) -> String {
    platform::kit::thousands(*n.borrow() as u64)
}

/// Hundredths of a point.
pub fn score_text(hundredths: i64) -> String {
    let sign = if hundredths < 0 { "−" } else { "" };
    let n = hundredths.unsigned_abs();
    format!("{sign}{}.{:02}", n / 100, n % 100)
}

/// A form as sent, with at most one file.
#[derive(Debug, Default)]
pub struct Sent {
    fields: HashMap<String, String>,
    /// Name and content; `None` where none was chosen.
    pub file: Option<(String, Vec<u8>)>,
}

/// What a form holds beside its file.
const TEXTS: usize = 64 << 10;

impl Sent {
    /// Reads a form, with or without files; a file is at most `limit` bytes.
    pub async fn read(mut request: Request, limit: u64) -> Result<Sent, Failure> {
        let unread = || Failure::Bad(msg!("表单没有传完整，请再提交一次"));
        let kind = request.headers().get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        let mut out = Sent::default();
        if !kind.starts_with("multipart/") {
            let bytes = to_bytes(request.into_body(), TEXTS).await.map_err(|_| Failure::TooLarge)?;
            let form = axum::Form::<Vec<(String, String)>>::from_request(
                Request::builder()
                    .method("POST")
                    .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                    .body(bytes.into())
                    .map_err(|_| unread())?,
                &(),
            );
            out.fields = form.await.map_err(|_| unread())?.0.into_iter().collect();
            return Ok(out);
        }
        DefaultBodyLimit::max(usize::try_from(limit).unwrap_or(usize::MAX).saturating_add(TEXTS))
            .apply(&mut request);
        let mut form = Multipart::from_request(request, &()).await.map_err(|_| unread())?;
        let broken = |e: axum::extract::multipart::MultipartError| match e.status().as_u16() {
            413 => Failure::TooLarge,
            _ => unread(),
        };
        while let Some(field) = form.next_field().await.map_err(broken)? {
            let name = field.name().unwrap_or_default().to_owned();
            match field.file_name().map(str::to_owned) {
                Some(file) => {
                    let bytes = field.bytes().await.map_err(broken)?;
                    // A field left empty comes as a file without a name.
                    if !file.is_empty() && out.file.is_none() {
                        out.file = Some((file, bytes.to_vec()));
                    }
                }
                None => {
                    let text = field.text().await.map_err(broken)?;
                    // The guard refuses these in forms without files.
                    if text.contains('\0') {
                        return Err(Failure::Bad(msg!("里面有看不见的字符，请删去后再提交")));
                    }
                    out.fields.insert(name, text);
                }
            }
        }
        Ok(out)
    }

    /// A field, trimmed; empty where it is not there.
    pub fn text(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", |v| v.trim())
    }

    /// All fields.
    pub fn fields(&self) -> &HashMap<String, String> {
        &self.fields
    }
}

/// The largest file that may be attached.
pub fn limit(app: &App) -> u64 {
    app.at.settings.attachment_bytes
}

/// How a page answers: refused where a form came back with faults.
pub fn status(refused: bool) -> StatusCode {
    if refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }
}

/// A day of the year as files carry it: `20261122`.
pub fn file_day() -> String {
    crate::slices::places::store::today().replace('-', "")
}
