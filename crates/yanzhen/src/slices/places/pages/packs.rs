//! The county's packs: which are in force, what each says, and taking a new one in.

use super::import::{FaultLine, fault_line};
use super::status;
use super::{Sent, day_text};
use crate::slices::places::desk::Desk;
use crate::slices::places::facts::{self, Adopted};
use crate::slices::places::{store, take_in};
use askama::Template;
use axum::extract::{Path, Request};
use axum::response::{IntoResponse, Redirect, Response};
use kernel::{Fault, Severity};
use platform::access::Action;
use platform::kit::Faults;
use platform::page::Page;
use platform::values;
use platform::web::{Answer, Failure, Html};
use policy::{Format, Pack, Source, document, is_date};

/// A pack's workbook is no larger.
const LARGEST: u64 = 4 << 20;

/// A pack as listed.
pub struct Line {
    pub id: i64,
    pub title: String,
    pub version: String,
    pub hash: String,
    pub from: String,
    pub issuer: String,
    pub colours: bool,
    pub appraisal: bool,
    /// In force today: not waiting, not replaced by a later version.
    pub now: bool,
    pub later: bool,
}

#[derive(Template)]
#[template(path = "places/pages/packs.html")]
struct PacksPage {
    page: Page,
    lines: Vec<Line>,
    may_manage: bool,
    faults: Faults,
    from: String,
    found: Vec<FaultLine>,
    places: Vec<String>,
}

pub async fn list(desk: Desk) -> Answer<Response> {
    render(&desk, Faults::new(), "", &[]).await
}

fn line(p: &Adopted, today: &str, now: &[Adopted]) -> Line {
    Line {
        id: p.id,
        title: p.pack.title.clone(),
        version: p.pack.version.clone(),
        hash: p.pack.hash[..12].to_owned(),
        from: p.from.clone(),
        issuer: p.pack.issuer.clone(),
        colours: p.pack.colours.is_some(),
        appraisal: p.pack.has_appraisal,
        now: now.iter().any(|n| n.id == p.id),
        later: p.from.as_str() > today,
    }
}

async fn render(desk: &Desk, faults: Faults, from: &str, found: &[Fault]) -> Answer<Response> {
    let (mut page, db) = (desk.page("packs").await?, &desk.db);
    page.path = "/packs".to_owned();
    let today = store::today();
    let now = facts::packs(db, &today).await?;
    let every = facts::every(db, crate::slices::places::model::FOREVER).await?;
    let status = status(!faults.is_empty());
    let html = PacksPage {
        lines: every.iter().map(|p| line(p, &today, &now)).collect(),
        may_manage: desk.caller.may(Action::ManagePacks),
        faults,
        from: from.to_owned(),
        places: found.iter().map(|f| f.file.clone()).collect(),
        found: found.iter().map(|f| fault_line(&page, f)).collect(),
        page,
    };
    Ok((status, Html(html)).into_response())
}

#[derive(Template)]
#[template(path = "places/pages/pack.html")]
struct PackPage {
    page: Page,
    pack: Line,
    hash: String,
    adopted: String,
    text: String,
}

/// The document's body: escaped by the one who wrote it, without its frame and styles.
fn body(html: &str) -> &str {
    let inner = html.split_once("</h1>\n").map_or("", |(_, rest)| rest);
    inner.rsplit_once("</main>").map_or("", |(inner, _)| inner)
}

pub async fn show(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    let (page, db) = (desk.page("packs").await?, &desk.db);
    let today = store::today();
    let every = facts::every(db, crate::slices::places::model::FOREVER).await?;
    let Some(pack) = every.iter().find(|p| p.id == id) else { return Err(Failure::NotFound) };
    let now = facts::packs(db, &today).await?;
    let row =
        db.one("select at, by_name from pack where id = $1", values![id]).await?.ok_or(Failure::NotFound)?;
    let html = document(&pack.pack).render(Format::Html);
    let text = body(&html)
        .replace("<table>", "<table class=\"yz-tbl is-tight\">")
        .replace("class=\"table\"", "class=\"yz-wrap\" tabindex=\"0\"");
    let html = PackPage {
        pack: line(pack, &today, &now),
        hash: pack.pack.hash.clone(),
        adopted: format!("{} {}", day_text(row.int(0)?), row.text(1)?),
        text,
        page,
    };
    Ok(Html(html).into_response())
}

/// What a workbook came to: the pack with its folder, or its faults.
type Read = Result<(Pack, tempfile::TempDir), Vec<Fault>>;

fn read(bytes: &[u8]) -> std::io::Result<Read> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("pack.xlsx");
    std::fs::write(&file, bytes)?;
    let source = Source::open(&file).map_err(|e| e.error)?;
    let label = file.display().to_string();
    let named = |mut f: Fault| {
        f.file = f.file.replace(&label, "").trim_start_matches('#').to_owned();
        f
    };
    let (pack, found) = Pack::check(&source);
    let mut faults: Vec<Fault> = source.faults.iter().cloned().chain(found).map(named).collect();
    faults.dedup();
    faults.retain(|f| f.severity == Severity::Fault);
    let Some(pack) = pack.filter(|_| faults.is_empty()) else { return Ok(Err(faults)) };
    let out = tempfile::tempdir()?;
    source.write_folder(out.path())?;
    Ok(Ok((pack, out)))
}

/// Takes a pack's workbook in, with the day from which it is in force here.
pub async fn adopt(desk: Desk, request: Request) -> Answer<Response> {
    let Desk { db, caller, visitor, .. } = &desk;
    let sent = Sent::read(request, desk.limit().min(LARGEST)).await?;
    let t = |zh: &'static str| kernel::word(zh, visitor.lang);
    let from = sent.text("from").to_owned();
    let mut faults = Faults::new();
    if !is_date(&from) {
        faults.add("from", t(kernel::key!("日期写成 2026-01-31 的样子")));
    }
    let file = sent.file.filter(|(name, _)| name.to_lowercase().ends_with(".xlsx"));
    let Some((_, bytes)) = file else {
        faults.add("file", t(kernel::key!("请选办法的工作簿，.xlsx")));
        return render(&desk, faults, &from, &[]).await;
    };
    let read = tokio::task::spawn_blocking(move || read(&bytes)).await;
    let read =
        read.map_err(|e| Failure::Internal(e.to_string()))?.map_err(|e| Failure::Internal(e.to_string()))?;
    let (pack, folder) = match read {
        Ok(good) => good,
        Err(found) => {
            faults.add("file", t(kernel::key!("办法有错，没有采用；逐条改好再传")));
            return render(&desk, faults, &from, &found).await;
        }
    };
    let known = db.one("select 1 from pack where hash = $1", values![pack.hash.clone()]).await?;
    if known.is_some() {
        faults.add("file", t(kernel::key!("这部办法已经采用过，内容一字不差")));
    }
    if !faults.is_empty() {
        return render(&desk, faults, &from, &[]).await;
    }
    let event = caller.event("pack.adopt", "pack", "", "");
    let id = take_in(db, event, &caller.name, pack, folder.path(), &from).await?;
    Ok(Redirect::to(&format!("/packs/{id}")).into_response())
}
