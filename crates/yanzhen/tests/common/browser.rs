//! An account's browser without a network: requests with its cookie and token, straight into the routes.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{CONTENT_TYPE, COOKIE, HOST, LOCATION};
use axum::http::{Request, StatusCode};
use tower::ServiceExt;

/// An account's browser.
#[derive(Clone)]
pub struct Browser {
    router: Router,
    cookie: String,
    csrf: String,
}

/// What came back.
pub struct Seen {
    pub status: StatusCode,
    pub location: String,
    pub bytes: Vec<u8>,
}

impl Seen {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    #[track_caller]
    pub fn has(&self, texts: &[&str]) {
        for text in texts {
            assert!(self.text().contains(text), "no {text} in {}", self.text());
        }
    }

    #[track_caller]
    pub fn has_not(&self, texts: &[&str]) {
        for text in texts {
            assert!(!self.text().contains(text), "{text} stands in {}", self.text());
        }
    }
}

impl Browser {
    /// A browser that is signed in.
    pub fn new(router: Router, cookie: String, csrf: String) -> Self {
        Browser { router, cookie, csrf }
    }

    async fn send(&self, request: axum::http::request::Builder, body: Body) -> Seen {
        let request = request.header(HOST, "yanzhen.example").header(COOKIE, format!("yz={}", self.cookie));
        let answer = self.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let (parts, body) = answer.into_parts();
        let location =
            parts.headers.get(LOCATION).map(|l| l.to_str().unwrap().to_owned()).unwrap_or_default();
        Seen { status: parts.status, location, bytes: to_bytes(body, 64 << 20).await.unwrap().to_vec() }
    }

    /// Asks for a path; Chinese in it is escaped.
    pub async fn get(&self, path: &str) -> Seen {
        let escaped: String = path
            .chars()
            .map(|c| match c {
                c if c.is_ascii() && c != ' ' => c.to_string(),
                c => c.to_string().bytes().map(|b| format!("%{b:02X}")).collect(),
            })
            .collect();
        self.send(Request::get(escaped), Body::empty()).await
    }

    /// Sends a form.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Seen {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
        let letter = |b: u8| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") };
        let escape = |text: &str| text.bytes().map(letter).collect::<String>();
        let csrf = [("csrf", self.csrf.as_str())];
        let pairs = fields.iter().chain(&csrf).map(|(n, v)| format!("{}={}", escape(n), escape(v)));
        let body = pairs.collect::<Vec<_>>().join("&");
        self.post_as(path, "application/x-www-form-urlencoded", body).await
    }

    /// Sends a body of a type, with the token in the header as scripts send it.
    pub async fn post_as(&self, path: &str, kind: &str, body: String) -> Seen {
        let request = Request::post(path).header(CONTENT_TYPE, kind).header("x-csrf", &self.csrf);
        self.send(request, Body::from(body)).await
    }

    /// Sends a form with a file.
    pub async fn upload(&self, path: &str, fields: &[(&str, &str)], file: (&str, &[u8])) -> Seen {
        let mut body = Vec::new();
        for (name, value) in fields {
            let head =
                format!("--line\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(head.as_bytes());
        }
        let head = format!(
            "--line\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{}\"\r\n\r\n",
            file.0
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(file.1);
        body.extend_from_slice(b"\r\n--line--\r\n");
        let request = Request::post(format!("{path}?csrf={}", self.csrf))
            .header(CONTENT_TYPE, "multipart/form-data; boundary=line");
        self.send(request, Body::from(body)).await
    }
}
