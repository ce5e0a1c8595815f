//! A draft in the browser: tables of cells, the check beside them, who wrote and who approves.

use super::pack::as_book;
use super::sheets::{Around, Sheet, TABS, Unsaved, grids, sheets, tab_of};
use super::{Finding, draft_of, findings, kept_of, part_name};
use crate::slices::packs::actions::{is_open, next};
use crate::slices::packs::look::{Look, look};
use crate::slices::packs::model::{Draft, State};
use crate::slices::packs::store::{self, Kept, Step};
use crate::slices::places::Desk;
use crate::slices::places::pages::{moment_text, status};
use askama::Template;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Response};
use kernel::{Fault, Severity};
use platform::access::Authorized;
use platform::kit::{Choice, Faults};
use platform::page::Page;
use platform::web::{Answer, Html};
use policy::{Files, Grid, Section, place};
use serde::Deserialize;

/// What the page's address says.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    part: String,
}

/// A finding of the check, with the way to its cell.
struct Check {
    class: &'static str,
    sign: &'static str,
    what: String,
    mend: String,
    /// File and row, for what stands in no table of the page.
    place: String,
    href: String,
}

/// What somebody wanted and did not get.
#[derive(Debug, Default)]
pub struct Refused {
    /// One sentence for the whole form.
    pub why: String,
    /// Where it belongs: `edit`, `act`, `book`.
    pub form: &'static str,
    pub unsaved: Unsaved,
    /// What is wrong with a workbook.
    pub found: Vec<Fault>,
    pub reason: String,
}

#[derive(Template)]
#[template(path = "packs/pages/draft.html")]
struct DraftPage {
    page: Page,
    draft: Draft,
    base: Kept,
    part: String,
    state: &'static str,
    open: bool,
    waits: bool,
    /// The reader drafted or last changed it.
    own: bool,
    tab: &'static str,
    tabs: Vec<Choice>,
    sheets: Vec<Sheet>,
    checks: Vec<Check>,
    faults: usize,
    warnings: usize,
    cases: usize,
    failing: Vec<(String, String)>,
    undo: String,
    redo: String,
    steps: Vec<Step>,
    saved: String,
    refused: Refused,
    told: Faults,
    found: Vec<Finding>,
}

impl DraftPage {
    fn when(&self, at: &i64) -> String {
        moment_text(*at)
    }
}

pub async fn show(desk: Desk, Path(id): Path<i64>, Query(asked): Query<Asked>) -> Answer<Response> {
    let draft = draft_of(&desk, id).await?;
    render(&desk, &draft, &asked.part, Refused::default()).await
}

pub async fn book(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    let draft = draft_of(&desk, id).await?;
    as_book(&draft.files, &format!("{} {}.xlsx", draft.title, draft.version))
}

fn checks(page: &Page, draft: &Draft, look: &Look) -> Vec<Check> {
    let grids = grids(&draft.files);
    let mut out: Vec<(Severity, Check)> = look
        .findings
        .iter()
        .map(|f| {
            let at = place(f, &grids);
            let href = at.as_ref().map_or_else(String::new, |(section, row, _)| {
                format!("/packs/drafts/{}?part={}#r-{}-{row}", draft.id, tab_of(*section), section.id())
            });
            let title = at.and_then(|(section, row, _)| {
                grids
                    .iter()
                    .find(|(s, _)| *s == section)
                    .map(|(_, g): &(Section, Grid)| g.title(section, row))
            });
            let (class, sign) = match f.severity {
                Severity::Fault => ("stop", "✕"),
                Severity::Warning => ("warn", "▲"),
                Severity::Note => ("ok", "·"),
            };
            let row = if f.row > 0 { page.tn("第 {n} 行", f.row) } else { String::new() };
            let place = title.unwrap_or_else(|| format!("{} {row} {}", f.file, f.column).trim().to_owned());
            let what = page.m(&f.reason);
            let mend = f.mend.as_ref().map(|m| page.m(m)).unwrap_or_default();
            (f.severity, Check { class, sign, what, mend, place, href })
        })
        .collect();
    out.sort_by_key(|(severity, _)| *severity);
    out.into_iter().map(|(_, check)| check).collect()
}

/// The part to show: the one asked for, else the first that the pack has.
fn tab(asked: &str, files: &Files) -> &'static str {
    let known = TABS.iter().find(|(id, ..)| *id == asked).map(|(id, ..)| *id);
    let whole = |s: &Section| !s.is_single() && !Grid::of(files, *s).rows.is_empty();
    let first = TABS.iter().find(|(_, _, sections)| sections.iter().any(whole)).map(|(id, ..)| *id);
    known.or(first).unwrap_or("head")
}

pub async fn render(
    desk: &Desk,
    draft: &Authorized<Draft>,
    asked: &str,
    refused: Refused,
) -> Answer<Response> {
    let mut page = desk.page("packs").await?;
    let look = look(&draft.files).await?;
    let base = kept_of(desk, draft.base).await?;
    let steps = store::steps(&desk.db, draft.id).await?;
    let shown = tab(asked, &draft.files);
    page.path = format!("/packs/drafts/{}?part={shown}", draft.id);
    let sections = TABS.iter().find(|(id, ..)| *id == shown).map_or(&[][..], |(.., s)| *s);
    let around = Around { files: &draft.files, base: &base.files, look: &look, unsaved: &refused.unsaved };
    let sheets = sheets(&page, &around, sections);
    let tabs = TABS.iter().map(|(id, zh, sections)| {
        let rows: usize =
            sections.iter().filter(|s| !s.is_single()).map(|s| Grid::of(&draft.files, *s).rows.len()).sum();
        let hint = if rows > 0 { rows.to_string() } else { String::new() };
        let href = format!("/packs/drafts/{}?part={id}", draft.id);
        Choice::new(href, page.t(zh)).hint(hint).on(*id == shown)
    });
    let mut told = Faults::new();
    if !refused.why.is_empty() {
        told.add(refused.form, refused.why.as_str());
    }
    let words = |undo| next(&steps, undo).map(|s| s.words.clone()).unwrap_or_default();
    let own = [draft.drafted.account, draft.edited.account].contains(&desk.caller.account);
    let failing =
        look.cases.iter().filter_map(|c| Some((c.title.clone(), page.m(&c.failures.first()?.2)))).collect();
    let html = DraftPage {
        part: part_name(desk, &page, &draft.part).await?,
        state: page.t(draft.state.title()),
        open: is_open(draft),
        waits: draft.state == State::Submitted,
        own,
        tab: shown,
        tabs: tabs.collect(),
        sheets,
        checks: checks(&page, draft, &look),
        faults: look.count(Severity::Fault),
        warnings: look.count(Severity::Warning),
        cases: look.cases.len(),
        failing,
        undo: words(true),
        redo: words(false),
        saved: moment_text(draft.at),
        found: findings(&page, &refused.found),
        steps: steps.into_iter().rev().take(12).collect(),
        draft: (**draft).clone(),
        base,
        told,
        refused,
        page,
    };
    Ok((status(!html.told.is_empty()), Html(html)).into_response())
}
