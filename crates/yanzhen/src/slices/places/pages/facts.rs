//! Facts of the reader's part: what each pack asks for, who owes it, which villages have it; as a workbook, and evidence.

use super::file_day;
use crate::slices::places::columns::heading;
use crate::slices::places::desk::Desk;
use crate::slices::places::facts::{self, Adopted};
use crate::slices::places::model::Village;
use crate::slices::places::store;
use askama::Template;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Response};
use platform::access::{Action, Caller};
use platform::attachments;
use platform::audit::Outcome;
use platform::kit::{Link, Pager};
use platform::page::Page;
use platform::web::{Answer, Failure, Html};
use policy::{Fact, source_text};
use serde::Deserialize;
use std::collections::HashMap;
use tables::{SheetCell, Workbook};

/// A fact of the overview.
pub struct Line {
    pub id: String,
    pub label: String,
    pub unit: String,
    pub kind: String,
    pub owes: String,
    pub have: usize,
    pub missing: usize,
}

#[derive(Template)]
#[template(path = "places/pages/facts.html")]
struct FactsPage {
    page: Page,
    lines: Vec<Line>,
    villages: usize,
    have: usize,
    asked: usize,
    /// The fact whose missing villages are listed: label, and who owes it.
    one: Option<(String, String)>,
    lacking: Vec<Village>,
    pager: Pager,
    may_import: bool,
    may_export: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    fact: String,
    page: u64,
}

pub async fn overview(desk: Desk, Query(asked): Query<Asked>) -> Answer<Response> {
    let page = desk.page("import").await?;
    let packs = facts::packs(&desk.db, &store::today()).await?;
    let wanted = facts::wanted(&packs);
    let villages = store::villages(&desk.db, &desk.caller.part).await?;
    let values = facts::values_of(&desk.db, &desk.caller.part).await?;
    let has = |v: &Village, f: &Fact| values.contains_key(&(v.code.clone(), f.id.clone()));
    let lines: Vec<Line> = wanted
        .iter()
        .map(|f| {
            let have = villages.iter().filter(|v| has(v, f)).count();
            Line {
                id: f.id.clone(),
                label: f.label.clone(),
                unit: f.unit.clone(),
                kind: page.m(&f.kind.label()),
                owes: page.t(source_text(&f.source)).to_owned(),
                have,
                missing: villages.len() - have,
            }
        })
        .collect();
    let one = wanted.iter().find(|f| f.id == asked.fact);
    let lacking: Vec<Village> = match one {
        Some(f) => villages.iter().filter(|v| !has(v, f)).cloned().collect(),
        None => Vec::new(),
    };
    let link = Link::new("/facts").with("fact", &asked.fact);
    let pager = Pager::new(asked.page, lacking.len() as u64, link);
    let lacking = lacking.into_iter().skip(pager.offset() as usize).take(50).collect();
    let html = FactsPage {
        villages: villages.len(),
        have: lines.iter().map(|l| l.have).sum(),
        asked: lines.len() * villages.len(),
        one: one.map(|f| (f.label.clone(), page.t(source_text(&f.source)).to_owned())),
        lacking,
        pager,
        may_import: desk.caller.may(Action::ImportFacts),
        may_export: desk.caller.may(Action::ExportFacts),
        lines,
        page,
    };
    Ok(Html(html).into_response())
}

/// The caller's villages without facts, ready to fill in.
pub async fn template(desk: Desk) -> Answer<Response> {
    workbook(&desk, false).await
}

/// The caller's villages with their facts. An audited read.
pub async fn export(desk: Desk) -> Answer<Response> {
    workbook(&desk, true).await
}

async fn workbook(desk: &Desk, filled: bool) -> Answer<Response> {
    let Desk { county, db, caller, .. } = desk;
    let page = desk.page("import").await?;
    let packs = facts::packs(db, &store::today()).await?;
    let villages = store::villages(db, &caller.part).await?;
    let values = if filled { facts::values_of(db, &caller.part).await? } else { HashMap::new() };
    let part = page.place.as_ref().map(|p| p.part.clone()).filter(|p| !p.is_empty());
    let part = part.unwrap_or_else(|| county.name.clone());
    let broken = |e: std::io::Error| Failure::Internal(e.to_string());
    let bytes = sheet(&page, caller, &part, &packs, &villages, &values).map_err(broken)?;
    if filled {
        let mut event = caller.event("facts.export", "village", "", caller.part.code());
        let hashes: Vec<&str> = packs.iter().map(|p| &p.pack.hash[..12]).collect();
        event.note = format!("{} villages, packs {}", villages.len(), hashes.join(" "));
        db.record(event, Outcome::Done).await?;
    }
    let word = if filled { page.t("事实") } else { page.t("事实模板") };
    let name = format!("{part}-{word}-{}.xlsx", file_day());
    Ok(attachments::download(
        &name,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        bytes,
    ))
}

/// Two rows of headings, labels and ids, so that a table that comes back is understood whatever became of the labels.
fn sheet(
    page: &Page,
    caller: &Caller,
    part: &str,
    packs: &[Adopted],
    villages: &[Village],
    values: &HashMap<(String, String), Vec<(String, String)>>,
) -> std::io::Result<Vec<u8>> {
    let wanted = facts::wanted(packs);
    let headings: Vec<String> = wanted.iter().map(|f| heading(f)).collect();
    let mut header = vec![page.t("代码"), page.t("村"), page.t("乡镇")];
    header.extend(headings.iter().map(String::as_str));
    let mut ids: Vec<SheetCell> = ["code", "name", "township"].map(SheetCell::from).into();
    ids.extend(wanted.iter().map(|f| SheetCell::from(f.id.as_str())));
    let mut widths = vec![15.0, 14.0, 12.0];
    widths.extend(headings.iter().map(|h| (h.chars().count() as f64 * 2.0 + 2.0).clamp(10.0, 40.0)));
    let rows = villages.iter().map(|v| {
        let mut row: Vec<SheetCell> =
            [&v.code, &v.short, &v.township_name].map(|t| SheetCell::from(t.as_str())).into();
        row.extend(wanted.iter().map(|f| {
            let known = values.get(&(v.code.clone(), f.id.clone())).and_then(|all| all.first());
            cell(f, known.map_or("", |(_, value)| value))
        }));
        row
    });
    let mut book = Workbook::default();
    book.sheet(page.t("事实"), &header, &widths, std::iter::once(ids).chain(rows).collect::<Vec<_>>())?;
    let text = |a: &str, b: &str| vec![SheetCell::from(a), SheetCell::from(b)];
    let mut notes = vec![
        text(page.t("来源"), page.t("雁阵")),
        text(page.t("范围"), part),
        text(page.t("导出时间"), &platform::now().strftime("%Y-%m-%d %H:%M").to_string()),
        text(page.t("导出人"), &format!("{} {}", caller.unit, caller.name)),
        text(page.t("村数"), &villages.len().to_string()),
    ];
    for p in packs {
        let said = format!("{} {} {}", p.pack.title, p.pack.version, p.pack.hash);
        notes.push(text(page.t("办法、版本、指纹"), &said));
    }
    notes.push(text(page.t("期数"), page.t("每项事实取最近一期")));
    notes.push(text(page.t("导回"), page.t("前两行是表头，请保留；空格不覆盖已有的值。")));
    for f in &wanted {
        let mut said = vec![page.m(&f.kind.label()), page.t(source_text(&f.source)).to_owned()];
        if !f.choices.is_empty() {
            said.push(f.choices.join("、"));
        }
        notes.push(text(&heading(f), &said.join("；")));
    }
    book.sheet(page.t("说明"), &[page.t("项"), page.t("内容")], &[40.0, 90.0], notes)?;
    book.bytes()
}

/// A value as a number where a spreadsheet gives back exactly what stands, else as text.
fn cell(fact: &Fact, value: &str) -> SheetCell {
    match value.parse::<f64>() {
        Ok(n) if fact.kind.is_numeric() && n.to_string() == value => SheetCell::Integer(n),
        _ => SheetCell::from(value),
    }
}

/// Gives evidence out to whoever may see the village it belongs to. An audited read.
pub async fn attachment(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    let db = &desk.db;
    let found = attachments::find(db, id).await?.filter(|a| a.kind == "village");
    let Some(found) = found else { return Err(Failure::NotFound) };
    let village = desk.village(&found.record, Action::ViewVillage).await?;
    let Some((file, bytes)) = attachments::open(db, id).await? else { return Err(Failure::NotFound) };
    let mut event = desk.caller.event("attachment.download", "village", &village.code, &village.township);
    event.note = format!("attachment {id}");
    db.record(event, Outcome::Done).await?;
    Ok(attachments::download(&file.name, &file.mime, bytes))
}
