//! The county's packs: every version, drafts under way, and taking a new one in.

use super::{Finding, LARGEST, findings, read_book, reads};
use crate::slices::packs::actions::only_whole;
use crate::slices::packs::model::Draft;
use crate::slices::packs::store as drafts;
use crate::slices::places::facts::{self, Adopted};
use crate::slices::places::model::FOREVER;
use crate::slices::places::pages::{Sent, moment_text, status};
use crate::slices::places::{Desk, Taken, store, take, told};
use askama::Template;
use axum::extract::Request;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::Fault;
use platform::access::{Action, Part};
use platform::kit::{Choice, Faults};
use platform::page::Page;
use platform::web::{Answer, Failure, Html};
use policy::is_date;
use std::collections::HashMap;

/// A version as listed.
pub struct Line {
    pub id: i64,
    pub title: String,
    pub version: String,
    pub hash: String,
    pub from: String,
    pub issuer: String,
    pub part: String,
    pub colours: bool,
    pub appraisal: bool,
    /// In force today: not waiting, not replaced by a later version.
    pub now: bool,
    pub later: bool,
}

impl Line {
    /// A version, and where it stands among those in force.
    pub fn of(p: &Adopted, today: &str, now: &[Adopted], part: String) -> Line {
        Line {
            id: p.id,
            title: p.pack.title.clone(),
            version: p.pack.version.clone(),
            hash: p.pack.hash[..12].to_owned(),
            from: p.from.clone(),
            issuer: p.pack.issuer.clone(),
            part,
            colours: p.pack.colours.is_some(),
            appraisal: p.pack.has_appraisal,
            now: now.iter().any(|n| n.id == p.id),
            later: p.from.as_str() > today,
        }
    }
}

/// A draft as listed.
struct DraftLine {
    id: i64,
    title: String,
    version: String,
    part: String,
    from: String,
    by: String,
    at: String,
    state: &'static str,
    class: &'static str,
}

#[derive(Template)]
#[template(path = "packs/pages/library.html")]
struct LibraryPage {
    page: Page,
    lines: Vec<Line>,
    drafts: Vec<DraftLine>,
    may_manage: bool,
    faults: Faults,
    from: String,
    parts: Vec<Choice>,
    found: Vec<Finding>,
}

pub async fn list(desk: Desk) -> Answer<Response> {
    render(&desk, Faults::new(), ("", ""), &[]).await
}

/// The whole county and each township, one of them chosen.
pub fn parts(page: &Page, towns: &HashMap<String, String>, chosen: &str) -> Vec<Choice> {
    let mut towns: Vec<(&String, &String)> = towns.iter().collect();
    towns.sort();
    let whole = Choice::new("", page.t("全县")).on(chosen.is_empty());
    let each = towns.into_iter().map(|(code, name)| Choice::new(code, name).on(code == chosen));
    std::iter::once(whole).chain(each).collect()
}

/// Names of the county's townships by code.
pub async fn towns(desk: &Desk) -> Answer<HashMap<String, String>> {
    let towns = store::townships(&desk.db, &Part::County).await?;
    Ok(towns.into_iter().map(|t| (t.code, t.name)).collect())
}

fn draft_line(page: &Page, d: &Draft, part: String) -> DraftLine {
    DraftLine {
        id: d.id,
        title: d.title.clone(),
        version: d.version.clone(),
        part,
        from: d.from.clone(),
        by: d.edited.name.clone(),
        at: moment_text(d.at),
        state: page.t(d.state.title()),
        class: d.state.class(),
    }
}

async fn render(
    desk: &Desk,
    faults: Faults,
    (from, part): (&str, &str),
    found: &[Fault],
) -> Answer<Response> {
    let (mut page, db) = (desk.page("packs").await?, &desk.db);
    page.path = "/packs".to_owned();
    let today = store::today();
    let now = facts::packs(db, &today).await?;
    let every = facts::every(db, FOREVER).await?;
    let may_manage = desk.caller.may(Action::ManagePacks);
    let towns = towns(desk).await?;
    let name = |part: &str| match towns.get(part) {
        Some(name) => name.clone(),
        None if part.is_empty() => page.t("全县").to_owned(),
        None => part.to_owned(),
    };
    let lines = every
        .iter()
        .filter(|p| reads(desk, &p.part))
        .map(|p| Line::of(p, &today, &now, name(&p.part)))
        .collect();
    let drafts = if may_manage { drafts::open(db).await? } else { Vec::new() };
    let status = status(!faults.is_empty());
    let html = LibraryPage {
        lines,
        drafts: drafts.iter().map(|d| draft_line(&page, d, name(&d.part))).collect(),
        may_manage,
        faults,
        from: from.to_owned(),
        parts: parts(&page, &towns, part),
        found: findings(&page, found),
        page,
    };
    Ok((status, Html(html)).into_response())
}

/// Takes a pack's workbook in, with the part it is for and the day from which it is in force there.
pub async fn adopt(desk: Desk, request: Request) -> Answer<Response> {
    let Desk { db, caller, visitor, .. } = &desk;
    let sent = Sent::read(request, desk.limit().min(LARGEST)).await?;
    let t = |zh: &'static str| kernel::word(zh, visitor.lang);
    let (from, part) = (sent.text("from").to_owned(), sent.text("part").to_owned());
    let asked = (from.as_str(), part.as_str());
    let mut faults = Faults::new();
    if !is_date(&from) {
        faults.add("from", t(kernel::key!("日期写成 2026-01-31 的样子")));
    }
    if !part.is_empty() && !towns(&desk).await?.contains_key(&part) {
        faults.add("part", t(kernel::key!("请选全县或一个乡镇")));
    }
    let file = sent.file.filter(|(name, _)| name.to_lowercase().ends_with(".xlsx"));
    let Some((_, bytes)) = file else {
        faults.add("file", t(kernel::key!("请选办法的工作簿，.xlsx")));
        return render(&desk, faults, asked, &[]).await;
    };
    let book = read_book(bytes).await?;
    let Some(pack) = book.pack.filter(|_| book.faults.is_empty()) else {
        faults.add("file", t(kernel::key!("办法有错，没有采用；逐条改好再传")));
        return render(&desk, faults, asked, &book.faults).await;
    };
    if drafts::of_hash(db, &pack.hash).await?.is_some() {
        faults.add("file", t(kernel::key!("这部办法已经采用过，内容一字不差")));
    }
    if let Some(why) = only_whole(&part, pack.colours.is_some()) {
        faults.add("part", why.text(visitor.lang));
    }
    if !faults.is_empty() {
        return render(&desk, faults, asked, &[]).await;
    }
    let mut event = caller.event("pack.adopt", "pack", &pack.id, &part);
    event.note = told(&pack);
    let mut tx = db.write(event).await?;
    let taken = Taken { files: &book.files, pack: &pack, from: &from, part: &part, by: &caller.name };
    let id = take(db, &mut tx, taken).await?;
    tx.commit().await?;
    Ok(Redirect::to(&format!("/packs/{id}")).into_response())
}

/// A version that the caller's part may read, with where it stands.
pub async fn version(desk: &Desk, page: &Page, id: i64) -> Answer<(Adopted, Line)> {
    let db = &desk.db;
    let every = facts::every(db, FOREVER).await?;
    let found = every.iter().find(|p| p.id == id && reads(desk, &p.part)).ok_or(Failure::NotFound)?;
    let now = facts::packs(db, &store::today()).await?;
    let part = super::part_name(desk, page, &found.part).await?;
    Ok((found.clone(), Line::of(found, &store::today(), &now, part)))
}
