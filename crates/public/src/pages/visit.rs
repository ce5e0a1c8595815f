//! Whoever asks: from where, in which language, with which form. Everything before a handler happens here.

use super::Answer;
use crate::app::{App, Busy};
use crate::check::Fields;
use crate::clock::local;
use crate::page::Page;
use crate::server::Peer;
use crate::throttle::{Act, Origin, Wait};
use crate::wire::{Campaign, Notice, Site};
use askama::Template;
use axum::body::{Body, to_bytes};
use axum::extract::{FromRequest, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::civil::DateTime;
use kernel::{Lang, Message, msg};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

/// See the module.
pub(super) struct Visit {
    pub app: Arc<App>,
    pub page: Page,
    /// What is published, if anything is.
    pub site: Option<Arc<Site>>,
    pub fields: Fields,
    pub origin: Origin,
    pub now: i64,
    /// The switches were pressed: the page again, nothing checked, nothing done.
    pub stay: bool,
}

#[derive(Template)]
#[template(path = "told.html")]
struct Told {
    page: Page,
    title: String,
    text: String,
    safe: String,
    home: bool,
}

impl FromRequest<Arc<App>> for Visit {
    type Rejection = Response;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Visit, Response> {
        let (parts, body) = request.into_parts();
        let now = app.clock.now();
        let mut visit = Visit {
            page: Page {
                lang: Lang::Zh,
                large: false,
                path: parts.uri.path().to_owned(),
                form: "",
                county: String::new(),
                demo: false,
                url: app.assets.url,
            },
            site: app.site(now),
            fields: Fields::default(),
            origin: origin(&parts, app.proxy),
            now,
            stay: false,
            app: app.clone(),
        };
        if let Some(site) = &visit.site {
            visit.page.county.clone_from(&site.county);
            visit.page.demo = site.demo;
        }
        for (name, value) in form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes()) {
            // Of two the later one: buttons come after what they change.
            match &*name {
                "lang" => visit.page.lang = if value == "en" { Lang::En } else { Lang::Zh },
                "large" => visit.page.large = value == "1",
                "stay" => visit.stay = value == "1",
                _ => {}
            }
        }
        let sends = parts.method == Method::POST;
        visit.take(if sends { Act::Step } else { Act::View })?;
        if sends {
            visit.fields = visit.form(&parts.headers, body).await?;
        }
        Ok(visit)
    }
}

/// Where a request comes from. Behind the trusted proxy it is the last address that the proxy added.
fn origin(parts: &Parts, proxy: Option<IpAddr>) -> Origin {
    let peer =
        parts.extensions.get::<Peer>().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |p| p.0).to_canonical();
    if proxy != Some(peer) {
        return Origin::from(peer);
    }
    let told = parts.headers.get_all("x-forwarded-for").iter().next_back().and_then(|v| v.to_str().ok());
    let last = told.and_then(|v| v.rsplit(',').next()).and_then(|a| a.trim().parse().ok());
    Origin::from(last.unwrap_or(peer))
}

fn told<'h>(headers: &'h HeaderMap, name: &str) -> &'h str {
    headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default()
}

impl Visit {
    /// Reads the form: of these pages, not too large, not too slow.
    async fn form(&self, headers: &HeaderMap, body: Body) -> Result<Fields, Response> {
        let (site, from, host) =
            (told(headers, "sec-fetch-site"), told(headers, "origin"), told(headers, "host"));
        let foreign = !matches!(site, "" | "same-origin" | "none");
        let elsewhere = !from.is_empty() && from.split("://").nth(1) != Some(host);
        if foreign
            || elsewhere
            || !told(headers, "content-type").starts_with("application/x-www-form-urlencoded")
        {
            return Err(self.tell(
                StatusCode::FORBIDDEN,
                msg!("没有照办"),
                msg!("这次提交不是从这里的页面发出的。"),
                msg!("什么都没有交出去。请从首页重新打开。"),
            ));
        }
        let patience = Duration::from_millis(self.app.limits.patience);
        match tokio::time::timeout(patience, to_bytes(body, self.app.limits.body)).await {
            Ok(Ok(bytes)) => Ok(Fields::read(&bytes)),
            Ok(Err(_)) => Err(self.tell(
                StatusCode::PAYLOAD_TOO_LARGE,
                msg!("内容太多"),
                msg!("这次填的内容超过了能收的大小。"),
                msg!("什么都没有交出去。请回上一页，写短一些再交。"),
            )),
            Err(_) => Err(StatusCode::REQUEST_TIMEOUT.into_response()),
        }
    }

    /// Takes one out of the address's bucket.
    pub fn take(&self, act: Act) -> Result<(), Response> {
        let taken = self.app.throttle().take(self.origin, act, self.now);
        taken.map_err(|wait| self.too_often(wait))
    }

    fn too_often(&self, Wait(ms): Wait) -> Response {
        let minutes = (ms / 60_000 + 1).max(1);
        let mut response = self.tell(
            StatusCode::TOO_MANY_REQUESTS,
            msg!("请过一会儿再试"),
            msg!("从这个网络来的次数太多，{n} 分钟后可以再试。", n = minutes),
            msg!("什么都没有交出去，已经交过的不受影响。也可以换一个网络，或到村部、乡镇办理。"),
        );
        let seconds = HeaderValue::from((ms / 1_000 + 1).max(1));
        response.headers_mut().insert(header::RETRY_AFTER, seconds);
        response
    }

    /// Begins a look-up; refuses where the address is locked.
    pub fn begin_look_up(&self) -> Result<(), Response> {
        self.take(Act::Lookup)?;
        let begun = self.app.throttle().look_up(self.origin, self.now);
        begun.map_err(|Wait(ms)| {
            let mut response = self.tell(
                StatusCode::TOO_MANY_REQUESTS,
                msg!("暂时不能查"),
                msg!("从这个网络查错的次数太多，{n} 分钟后可以再查。", n = (ms / 60_000 + 1).max(1)),
                msg!("无论有没有报名，都是这个提示。急事请打报名页上的电话。"),
            );
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from((ms / 1_000 + 1).max(1)));
            response
        })
    }

    /// Ends a look-up.
    pub fn end_look_up(&self, right: bool) {
        self.app.throttle().looked_up(self.origin, right, self.now);
    }

    /// A page.
    pub fn html(&self, status: StatusCode, page: impl Template) -> Response {
        match page.render() {
            Ok(text) => (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], text).into_response(),
            Err(e) => {
                tracing::error!(error = %e, "a page could not be made");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        }
    }

    /// A page that says why there is no other.
    pub fn tell(&self, status: StatusCode, title: Message, text: Message, safe: Message) -> Response {
        // What was sent cannot be sent again by the switches: they lead to this address, read anew.
        let page = Page { path: "/".into(), form: "", ..self.page.clone() };
        let (title, text, safe) = (page.m(&title), page.m(&text), page.m(&safe));
        self.html(status, Told { page, title, text, safe, home: self.site.is_some() })
    }

    pub fn nowhere(&self) -> Response {
        self.tell(
            StatusCode::NOT_FOUND,
            msg!("没有这一页"),
            msg!("网址不对，或者这次报名已经撤下。"),
            msg!("报过名的，用回执号和口令照样可以查进度。"),
        )
    }

    /// Not now, through no fault of who asks.
    pub fn later(&self) -> Response {
        let mut response = self.tell(
            StatusCode::SERVICE_UNAVAILABLE,
            msg!("现在收不下，请过一会儿再试"),
            msg!("来的人太多，或者县里还没有来取。您填的没有交出去。"),
            msg!("请不要关闭上一页：返回以后再按一次“交上”，填过的还在。急的话请到村部、乡镇办理。"),
        );
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("600"));
        response
    }

    /// What is published.
    pub fn published(&self) -> Result<Arc<Site>, Response> {
        self.site.clone().ok_or_else(|| {
            self.tell(
                StatusCode::SERVICE_UNAVAILABLE,
                msg!("还没有发布"),
                msg!("县里还没有在这里发布报名。"),
                msg!("请过些日子再来看，或问所在乡镇。"),
            )
        })
    }

    /// A campaign of what is published.
    pub fn campaign(&self, id: &str) -> Result<(Arc<Site>, Campaign), Response> {
        let site = self.published()?;
        let campaign = site.campaigns.iter().find(|c| c.id == id).cloned().ok_or_else(|| self.nowhere())?;
        Ok((site, campaign))
    }

    /// A notice of what is published.
    pub fn notice(&self, id: &str) -> Result<(Arc<Site>, Notice), Response> {
        let site = self.published()?;
        let notice = site.notices.iter().find(|n| n.id == id).cloned().ok_or_else(|| self.nowhere())?;
        Ok((site, notice))
    }

    /// Runs what computes and writes.
    pub async fn heavy<T: Send + 'static>(
        &self,
        work: impl FnOnce(&App) -> std::io::Result<T> + Send + 'static,
    ) -> Result<T, Response> {
        match self.app.heavy(work).await {
            Ok(Ok(done)) => Ok(done),
            Err(Busy) => Err(self.later()),
            Ok(Err(e)) => {
                tracing::error!(error = %e, "a letter or a receipt could not be written or read");
                Err(self.later())
            }
        }
    }

    /// The county's time.
    pub fn local(&self) -> DateTime {
        local(self.now)
    }

    /// A page whose switches are buttons of its form.
    pub fn of_form(&self) -> Page {
        Page { form: "f", ..self.page.clone() }
    }

    /// Whether what was sent asks for this.
    pub fn go(&self) -> &str {
        if self.stay { "stay" } else { self.fields.get("go") }
    }
}

/// The one answer where an application cannot be made now.
pub(super) fn not_open(visit: &Visit, campaign: &Campaign) -> Answer {
    match super::home::Phase::of(campaign, visit.local()) {
        super::home::Phase::Open(_) => Err(StatusCode::INTERNAL_SERVER_ERROR.into_response()),
        super::home::Phase::Before(at) => Err(visit.tell(
            StatusCode::CONFLICT,
            msg!("还没有开始"),
            msg!("{when} 开始报名。", when = crate::clock::moment(at)),
            msg!("什么都没有交出去。"),
        )),
        super::home::Phase::Closed => Err(visit.tell(
            StatusCode::CONFLICT,
            msg!("已经截止"),
            msg!("这次报名已经截止，不能再提交。"),
            msg!("什么都没有交出去。报过名的，用回执号和口令照样可以查进度。"),
        )),
    }
}
