//! The pages of all villages in one ZIP: a job with progress; who asked for it takes it away.

use super::papers::{desk_of, record};
use crate::slices::appraisals::pages::seen;
use crate::slices::appraisals::store as rounds;
use crate::slices::places::Desk;
use crate::slices::places::pages::file_day;
use crate::slices::places::store::today;
use crate::slices::rewards::papers::{self, Pages};
use askama::Template;
use axum::extract::Path;
use axum::http::header::REFRESH;
use axum::response::{IntoResponse, Redirect, Response};
use documents::{Format, PDF_BUILT};
use kernel::{Lang, msg};
use platform::access::Part;
use platform::attachments;
use platform::county::Installation;
use platform::db::now_ms;
use platform::jobs::{Job, JobContext, Jobs, State};
use platform::kit;
use platform::page::Page;
use platform::web::{Answer, Failure, Html};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::time::{Duration, UNIX_EPOCH};

/// The kind of such a job.
pub const BUNDLE: &str = kernel::key!("一村一页打包");

/// How long a file waits to be taken away.
const KEPT: Duration = Duration::from_secs(7 * 24 * 3600);

/// What the job needs to know.
#[derive(Serialize, Deserialize)]
struct Args {
    round: i64,
    /// Empty, or nine digits.
    part: String,
    unit: String,
    name: String,
}

/// Where a job's file lies.
fn place(at: &Installation, job: i64) -> PathBuf {
    at.folder.join("exports").join(format!("{job}.zip"))
}

/// Asks for the pages: the same asked twice on a day is made once.
pub async fn begin(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    let seen = seen(&desk, id).await?;
    if let Some(why) = papers::refused(&seen.round, None) {
        return Err(Failure::Bad(why));
    }
    if seen.round.of_persons() {
        return Err(Failure::Bad(msg!("这一轮考核的是人，没有一村一页")));
    }
    let asks = desk_of(&desk);
    let args = Args { round: id, part: desk.caller.part.code().to_owned(), unit: asks.unit, name: asks.name };
    let args = serde_json::to_string(&args).map_err(|e| Failure::Internal(e.to_string()))?;
    let caller = &desk.caller;
    let key = format!("{id}/{}/{}/{}/{}", seen.round.version, caller.account, caller.part.code(), today());
    let jobs = Jobs::new(desk.app.at.clone());
    let job = jobs.enqueue(&caller.county, BUNDLE, &key, &args, Some(caller.account)).await?;
    Ok(Redirect::to(&format!("/bundles/{job}")).into_response())
}

/// The caller's own job of this kind, with its round.
async fn own(desk: &Desk, id: i64) -> Answer<(Job, i64)> {
    let found = Jobs::new(desk.app.at.clone()).get(id).await?;
    let own = |j: &Job| {
        j.kind == BUNDLE && j.county == desk.caller.county && j.account == Some(desk.caller.account)
    };
    let job = found.filter(own).ok_or(Failure::NotFound)?;
    let args: Args = serde_json::from_str(&job.args).map_err(|e| Failure::Internal(e.to_string()))?;
    // An account acts in several roles: what was asked for in another part is not for this one.
    if args.part != desk.caller.part.code() {
        return Err(Failure::NotFound);
    }
    Ok((job, args.round))
}

#[derive(Template)]
#[template(path = "rewards/pages/bundle.html")]
struct BundlePage {
    page: Page,
    round: i64,
    job: kit::Job,
    done: bool,
    failed: String,
    id: i64,
}

/// How far it is; looks again by itself while it runs.
pub async fn show(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    let (job, round) = own(&desk, id).await?;
    seen(&desk, round).await?;
    let page = desk.page("rewards").await?;
    let running = matches!(job.state, State::Waiting | State::Running);
    let there = job.state == State::Done && place(&desk.app.at, id).exists();
    let html = BundlePage {
        job: kit::Job {
            title: page.t("打印一村一页").into(),
            done: job.done.unsigned_abs(),
            all: job.total.unsigned_abs(),
            left: match job.state {
                State::Waiting => page.t("排队等待，可以离开本页").into(),
                State::Running => page.t("正在生成，可以离开本页").into(),
                _ => String::new(),
            },
            stopped: matches!(job.state, State::Failed | State::Stopped),
            ..kit::Job::default()
        },
        failed: match job.state {
            State::Failed | State::Stopped => page.w(&job.message),
            State::Done if !there => page.t("这份文件已过一周，请再打包一次").to_owned(),
            _ => String::new(),
        },
        done: there,
        round,
        id,
        page,
    };
    let mut response = Html(html).into_response();
    if running {
        response.headers_mut().insert(REFRESH, axum::http::HeaderValue::from_static("2"));
    }
    Ok(response)
}

/// Gives the file to who asked for it. Audited as an export.
pub async fn download(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    let (job, round) = own(&desk, id).await?;
    let seen = seen(&desk, round).await?;
    if job.state != State::Done {
        return Err(Failure::NotFound);
    }
    let bytes = tokio::fs::read(place(&desk.app.at, id)).await.map_err(|_| Failure::NotFound)?;
    record(&desk, &seen, "villages.zip").await?;
    let name = format!("{}一村一页-{}.zip", seen.round.title, file_day());
    Ok(attachments::download(&name, "application/zip", bytes))
}

/// Makes the pages. A job cut off begins anew: its file appears whole or not at all.
pub async fn bundle(context: JobContext) -> Result<(), String> {
    let text = |e: &dyn std::fmt::Display| e.to_string();
    let job = context.job().clone();
    let at = context.at().clone();
    let args: Args = serde_json::from_str(&job.args).map_err(|e| text(&e))?;
    let part = Part::parse(&args.part).ok_or("part")?;
    let gone = || msg!("这一轮考核已经不在").text(Lang::Zh);
    let (county, db) = at.county(&job.county).await.map_err(|e| text(&e))?.ok_or_else(gone)?;
    let seen = rounds::seen(&db, args.round, &part).await.map_err(|e| text(&e))?.ok_or_else(gone)?;
    let now = platform::now();
    let desk = papers::Desk {
        county: county.name,
        unit: args.unit,
        name: args.name,
        at: now.datetime(),
        today: now.date(),
        synthetic: county.demo,
    };
    let pages = Pages::of(&db, &seen.round, &part, desk).await.map_err(|e| text(&e))?;
    let format = if PDF_BUILT { Format::Pdf } else { Format::Docx };
    let all: Vec<(String, documents::VillagePage)> = pages
        .villages()
        .into_iter()
        .filter_map(|(code, town, name)| {
            Some((format!("{town}/{code}{name}.{}", format.extension()), pages.page(code)?))
        })
        .collect();
    let total = all.len() as i64;
    let mut files = Vec::with_capacity(all.len());
    for (k, (name, page)) in all.into_iter().enumerate() {
        if !context.progress(k as i64, total, "", "").await? {
            return Ok(());
        }
        let made = tokio::task::spawn_blocking(move || match format {
            Format::Pdf => page.pdf(),
            _ => page.docx(),
        });
        files.push((name, made.await.map_err(|e| text(&e))?.map_err(|e| e.message().text(Lang::Zh))?));
    }
    let packed = tokio::task::spawn_blocking(move || standards::bundle::write_many(&files));
    let bytes = packed.await.map_err(|e| text(&e))?.map_err(|e| text(&e))?;
    let to = place(&at, job.id);
    let folder = to.parent().ok_or("folder")?;
    tokio::fs::create_dir_all(folder).await.map_err(|e| text(&e))?;
    let partial = to.with_extension("partial");
    tokio::fs::write(&partial, bytes).await.map_err(|e| text(&e))?;
    tokio::fs::rename(&partial, &to).await.map_err(|e| text(&e))?;
    context.progress(total, total, "", &msg!("{n} 个村", n = total).text(Lang::Zh)).await?;
    Ok(())
}

/// Takes files away that nobody fetched within a week; gives how many.
pub fn sweep(at: &Installation) -> std::io::Result<usize> {
    let folder = at.folder.join("exports");
    if !folder.exists() {
        return Ok(0);
    }
    let now = Duration::from_millis(now_ms().unsigned_abs());
    let mut gone = 0;
    for file in std::fs::read_dir(folder)? {
        let file = file?;
        let since = file.metadata()?.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
        if now.saturating_sub(since) > KEPT {
            std::fs::remove_file(file.path())?;
            gone += 1;
        }
    }
    Ok(gone)
}
