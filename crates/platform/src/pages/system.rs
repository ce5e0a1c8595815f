//! The system administrator's page: counties, jobs, the state of the machine. And what watches it: health, metrics.

use super::accounts::moment;
use crate::access::{Action, Caller, Role};
use crate::audit::Outcome;
use crate::db::{Event as Audited, Target, Tree, migrations, now_ms};
use crate::jobs::{BACKUP, Job, Jobs, State as Phase, VERIFY};
use crate::kit::{Column, thousands};
use crate::page::{Flash, Page};
use crate::values;
use crate::web::{Answer, App, Client, Failure, Html, Rule, Visitor, get, page_for, post};
use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Redirect, Response};
use kernel::msg;
use serde::Deserialize;
use std::convert::Infallible;
use std::fmt::Write;
use std::net::IpAddr;
use std::time::Duration;

pub(super) fn routes() -> Vec<Rule> {
    vec![
        get("/system", system).allow(Action::ManageSystem),
        get("/system/jobs/events", events).allow(Action::ManageSystem),
        post("/system/jobs", begin).allow(Action::ManageSystem),
        post("/system/jobs/{id}/stop", stop).allow(Action::ManageSystem),
        post("/system/jobs/{id}/resume", resume).allow(Action::ManageSystem),
        get("/healthz", healthy).public(),
        get("/readyz", ready).public(),
        // Public, because who watches the machine has no account; the handler looks at where the request comes from.
        get("/metrics", metrics).public(),
    ]
}

/// Jobs shown; the oldest that are over drop out.
const SHOWN: i64 = 50;

/// A county as read.
struct CountyRow {
    code: String,
    name: String,
    demo: bool,
    engine: &'static str,
    ran: usize,
    all: usize,
    /// Its database cannot be read.
    broken: bool,
}

/// A job as read.
struct JobRow {
    it: Job,
    title: String,
    county: String,
    when: String,
    state: (&'static str, &'static str),
}

impl JobRow {
    fn of(page: &Page, it: Job) -> JobRow {
        let state = match it.state {
            Phase::Waiting => (page.t("○ 等待"), ""),
            Phase::Running => (page.t("● 进行中"), "info"),
            Phase::Done => (page.t("✓ 完成"), "ok"),
            Phase::Failed => (page.t("✕ 没成"), "stop"),
            Phase::Stopped => (page.t("▲ 已停"), "warn"),
        };
        JobRow {
            title: page.w(&it.kind),
            county: it.county.clone(),
            when: moment(it.ended_at.unwrap_or(it.made_at)),
            state,
            it,
        }
    }

    fn stopped(&self) -> bool {
        matches!(self.it.state, Phase::Failed | Phase::Stopped)
    }

    fn open(&self) -> bool {
        matches!(self.it.state, Phase::Waiting | Phase::Running)
    }

    /// The bar of a job that ended without saying of how much is full.
    fn total(&self) -> i64 {
        if self.it.state == Phase::Done { self.it.total.max(1) } else { self.it.total }
    }

    fn done(&self) -> i64 {
        if self.it.state == Phase::Done { self.total() } else { self.it.done }
    }
}

/// The list of jobs alone: what the stream of events sends.
#[derive(Template)]
#[template(path = "pages/system-jobs.html")]
struct JobsPart<'a> {
    page: &'a Page,
    jobs: &'a [JobRow],
}

#[derive(Template)]
#[template(path = "pages/system.html")]
struct SystemPage {
    page: Page,
    columns: Vec<Column>,
    counties: Vec<CountyRow>,
    control: CountyRow,
    jobs: Vec<JobRow>,
    running: i64,
    counts: Counts,
    version: &'static str,
}

async fn rows(app: &App, page: &Page) -> Answer<Vec<JobRow>> {
    let jobs = Jobs::new(app.at.clone()).recent(SHOWN).await?;
    Ok(jobs.into_iter().map(|j| JobRow::of(page, j)).collect())
}

async fn county_row(db: &crate::db::Db, tree: Tree) -> CountyRow {
    let engine = if matches!(db.target(), Target::Sqlite(_)) { "SQLite" } else { "PostgreSQL" };
    let mut row = CountyRow {
        code: String::new(),
        name: String::new(),
        demo: false,
        engine,
        ran: 0,
        all: 0,
        broken: false,
    };
    match migrations(db, tree).await {
        Ok(all) => (row.ran, row.all) = (all.iter().filter(|m| m.at.is_some()).count(), all.len()),
        Err(_) => row.broken = true,
    }
    row
}

/// What the counters say, as read.
struct Counts {
    days: u64,
    rest: String,
    requests: String,
    faults: String,
    quick: String,
}

impl Counts {
    /// From the text that Prometheus reads: one source of counts.
    fn of(page: &Page, text: &str) -> Counts {
        let read = |name: &str| {
            let line = text.lines().find_map(|l| l.strip_prefix(name)?.strip_prefix(' '));
            line.and_then(|n| n.parse::<u64>().ok()).unwrap_or_default()
        };
        let up = read("yanzhen_uptime_seconds");
        let all = read("yanzhen_request_seconds_count");
        let quick = read("yanzhen_request_seconds_bucket{le=\"0.05\"}");
        let share =
            if all == 0 { "—".to_owned() } else { format!("{:.1}", quick as f64 * 100.0 / all as f64) };
        let (hours, minutes) = ((up / 3600 % 24).to_string(), (up / 60 % 60).to_string());
        Counts {
            days: up / 86_400,
            rest: page.m(&msg!("另 {h} 小时 {m} 分", h = hours, m = minutes)),
            requests: thousands(all),
            faults: thousands(read("yanzhen_requests_total{class=\"5xx\"}")),
            quick: share,
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Said {
    said: String,
    job: String,
}

async fn system(
    State(app): State<App>,
    visitor: Visitor,
    Client(_): Client,
    Query(said): Query<Said>,
) -> Answer {
    let mut page = page_for(&app, &visitor, "system").await?;
    let job = said.job.parse::<i64>().ok();
    page.flash = match (said.said.as_str(), job) {
        ("stopped", Some(id)) => Some(Flash {
            text: page.t("任务已停，做完的都在").into(),
            undo: Some(format!("/system/jobs/{id}/resume")),
        }),
        ("resumed", _) => Some(Flash { text: page.t("任务从停下的地方继续").into(), undo: None }),
        _ => None,
    };
    let mut counties = Vec::new();
    for info in app.at.counties().await? {
        // A county whose database is down is shown as that; the others are still there.
        let row = match app.at.county(&info.code).await {
            Ok(Some((_, db))) => county_row(&db, Tree::County).await,
            _ => CountyRow { broken: true, ..county_row(&app.at.control, Tree::Control).await },
        };
        counties.push(CountyRow { code: info.code, name: info.name, demo: info.demo, ..row });
    }
    let running = Jobs::new(app.at.clone()).by_state().await?;
    let running = running.iter().find(|(s, _)| *s == Phase::Running).map_or(0, |(_, n)| *n);
    let words = [page.t("县"), page.t("代码"), page.t("数据库"), page.t("库结构"), page.t("状态")];
    Ok(Html(SystemPage {
        columns: words.map(Column::text).to_vec(),
        counties,
        control: county_row(&app.at.control, Tree::Control).await,
        jobs: rows(&app, &page).await?,
        running,
        counts: Counts::of(&page, &app.metrics.text()),
        version: env!("CARGO_PKG_VERSION"),
        page,
    })
    .into_response())
}

fn act(caller: &Caller, verb: &str, id: i64) -> Audited {
    caller.event(verb, "job", &id.to_string(), "")
}

#[derive(Deserialize)]
struct Begin {
    kind: String,
}

/// Asks for a job now. Asked twice within a minute, it is done once.
async fn begin(State(app): State<App>, Client(caller): Client, Form(asked): Form<Begin>) -> Answer {
    let Some(kind) = [BACKUP, VERIFY].into_iter().find(|k| *k == asked.kind) else {
        return Err(Failure::Bad(msg!("没有这种任务。")));
    };
    let minute = crate::now().strftime("%Y-%m-%d %H:%M").to_string();
    let jobs = Jobs::new(app.at.clone());
    let id = jobs.enqueue("", kind, &minute, "", Some(caller.account)).await?;
    let mut event = act(&caller, "job.begin", id);
    event.note = kind.to_owned();
    app.at.control.record(event, Outcome::Done).await?;
    Ok(Redirect::to("/system").into_response())
}

async fn stop(State(app): State<App>, Client(caller): Client, Path(id): Path<i64>) -> Answer {
    let jobs = Jobs::new(app.at.clone());
    if !jobs.stop(act(&caller, "job.stop", id), id).await? {
        jobs.get(id).await?.ok_or(Failure::NotFound)?;
        return Err(Failure::Bad(msg!("任务已经结束，不用停。")));
    }
    Ok(Redirect::to(&format!("/system?said=stopped&job={id}")).into_response())
}

async fn resume(State(app): State<App>, Client(caller): Client, Path(id): Path<i64>) -> Answer {
    let jobs = Jobs::new(app.at.clone());
    if !jobs.resume(act(&caller, "job.resume", id), id).await? {
        jobs.get(id).await?.ok_or(Failure::NotFound)?;
        return Err(Failure::Bad(msg!("任务没有停，不用续。")));
    }
    Ok(Redirect::to("/system?said=resumed").into_response())
}

/// Whether the session behind a stream is still good. Looking does not count as use: a page left open ends like any.
async fn signed_in(app: &App, caller: &Caller) -> bool {
    let sql = "select s.seen_at from session s join account a on a.id = s.account and a.closed_at is null \
               join account_role r on r.id = s.role and r.ended_at is null where s.hash = $1 and s.role = $2";
    let row = app.at.control.one(sql, values![caller.session.clone(), caller.role_id]).await;
    let seen = row.ok().flatten().and_then(|r| r.int(0).ok());
    let idle = i64::from(app.at.settings.idle_minutes.max(1)) * 60_000;
    seen.is_some_and(|seen| now_ms() - seen <= idle)
}

/// Ends when the program is asked to stop: an open stream must not hold it.
async fn ending() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut term) = signal(SignalKind::terminate()) {
            tokio::select! { _ = tokio::signal::ctrl_c() => {}, _ = term.recv() => {} }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}

/// The list of jobs whenever it changed, looked at once a second while somebody listens.
async fn events(State(app): State<App>, visitor: Visitor, Client(caller): Client) -> Answer {
    let page = page_for(&app, &visitor, "system").await?;
    struct Listener {
        app: App,
        page: Page,
        caller: Caller,
        told: String,
        first: bool,
    }
    let listener = Listener { app, page, caller, told: String::new(), first: true };
    let stream = futures_util::stream::unfold(Some(listener), |listener| async move {
        let mut me = listener?;
        loop {
            if !me.first {
                tokio::select! {
                    () = tokio::time::sleep(Duration::from_secs(1)) => {}
                    () = ending() => return None,
                }
            }
            me.first = false;
            if !signed_in(&me.app, &me.caller).await {
                return Some((Ok::<Event, Infallible>(Event::default().event("end").data("")), None));
            }
            let Ok(jobs) = rows(&me.app, &me.page).await else { return None };
            let Ok(text) = (JobsPart { page: &me.page, jobs: &jobs }).render() else { return None };
            if text != me.told {
                me.told.clone_from(&text);
                let event = Event::default().event("jobs").data(text.replace(['\r', '\n'], " "));
                return Some((Ok(event), Some(me)));
            }
        }
    });
    Ok(Sse::new(stream).keep_alive(KeepAlive::new().interval(Duration::from_secs(20))).into_response())
}

async fn healthy() -> &'static str {
    "ok\n"
}

async fn ready(State(app): State<App>) -> Response {
    match app.at.control.one("select 1", vec![]).await {
        Ok(_) => "ready\n".into_response(),
        Err(e) => {
            tracing::error!(error = %e, "the control database does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n").into_response()
        }
    }
}

/// For a watcher on the same machine, or for those who run or audit it; for others it is not there.
async fn metrics(State(app): State<App>, visitor: Visitor, headers: HeaderMap) -> Answer {
    // What a proxy passes on also comes from this machine.
    let passed = ["forwarded", "x-forwarded-for", "x-real-ip"].iter().any(|name| headers.contains_key(*name));
    let near = visitor.address.parse::<IpAddr>().is_ok_and(|ip| ip.to_canonical().is_loopback()) && !passed;
    let role = visitor.caller.as_ref().map(|c| c.role);
    if !near && !matches!(role, Some(Role::SystemAdmin | Role::AuditAdmin)) {
        return Err(Failure::NotFound);
    }
    let mut text = app.metrics.text();
    let _ = writeln!(
        text,
        "# TYPE yanzhen_statements_total counter\nyanzhen_statements_total {}",
        app.at.asked()
    );
    text.push_str("# TYPE yanzhen_jobs gauge\n");
    for (state, n) in Jobs::new(app.at.clone()).by_state().await? {
        let _ = writeln!(text, "yanzhen_jobs{{state=\"{}\"}} {n}", state.as_str());
    }
    Ok(([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_reads_what_is_published() {
        let metrics = crate::web::Metrics::default();
        metrics.request(200, Duration::from_millis(3));
        metrics.request(500, Duration::from_secs(1));
        let counts = Counts::of(&Page::default(), &metrics.text());
        assert_eq!((counts.requests.as_str(), counts.faults.as_str()), ("2", "1"));
        assert_eq!(counts.quick, "50.0");
    }
}
