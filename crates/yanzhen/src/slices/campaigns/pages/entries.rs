//! The applications of a campaign: found, filtered, exported.

use super::{campaign, tabs};
use crate::slices::campaigns::model::{Campaign, Entry, Stage, Standing};
use crate::slices::campaigns::store::entries::{self, Filter};
use crate::slices::places::Desk;
use crate::slices::places::pages::moment_text;
use askama::Template;
use axum::extract::{Path, Query};
use platform::access::Authorized;
use platform::kit::{Choice, Link, Pager};
use platform::page::Page;
use platform::web::{Answer, Html};
use serde::Deserialize;

/// What an address asks for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    township: String,
    standing: String,
    stage: String,
    q: String,
    need: String,
    /// `1`: those in the running whom nobody inspected since applications opened.
    uninspected: String,
    page: Option<u64>,
}

/// A row.
struct Line {
    e: Entry,
    stage: String,
    education: String,
    when: String,
}

#[derive(Template)]
#[template(path = "campaigns/pages/entries.html")]
struct EntriesPage {
    page: Page,
    c: Authorized<Campaign>,
    tabs: Vec<Choice>,
    filters: Vec<Choice>,
    asked: Asked,
    lines: Vec<Line>,
    pager: Pager,
    takes: bool,
    any: bool,
}

/// Rows of a page.
const SIZE: u64 = 50;

pub(super) fn stage_title(stages: &[Stage], seq: i64) -> String {
    stages.iter().find(|s| s.seq == seq).map(|s| s.title.clone()).unwrap_or_default()
}

pub(super) fn education(e: &Entry) -> String {
    standards::label_of(&standards::EDUCATION, &e.education).unwrap_or_default().to_owned()
}

pub async fn show(
    desk: Desk,
    Path(id): Path<i64>,
    Query(asked): Query<Asked>,
) -> Answer<Html<impl Template>> {
    let mut page = desk.page("pools").await?;
    let (c, stages) = campaign(&desk, id).await?;
    let base = Link::new(format!("/campaigns/{id}/entries"))
        .with("township", &asked.township)
        .with("stage", &asked.stage)
        .with("q", &asked.q)
        .with("need", &asked.need)
        .with("uninspected", &asked.uninspected);
    let link = base.with("standing", &asked.standing);
    page.path = link.to_string();
    let filter = Filter {
        township: asked.township.clone(),
        standing: asked.standing.clone(),
        stage: asked.stage.parse().ok(),
        q: asked.q.clone(),
        need: asked.need == "1",
        uninspected: match asked.uninspected.as_str() {
            "1" => c.apply_from.get(..10).unwrap_or_default().to_owned(),
            _ => String::new(),
        },
    };
    let part = &desk.caller.part;
    let total = entries::count(&desk.db, c.id, &filter, part).await?;
    let pager = Pager::new(asked.page.unwrap_or(1), total, link);
    let found = entries::list(&desk.db, c.id, &filter, part, (SIZE, pager.offset())).await?;
    let mut filters = vec![Choice::new(base.to_string(), page.t("全部")).on(asked.standing.is_empty())];
    filters.extend(Standing::ALL.into_iter().map(|s| {
        Choice::new(base.with("standing", s.id()).to_string(), page.t(s.title())).on(asked.standing == s.id())
    }));
    let lines = found
        .into_iter()
        .map(|e| Line {
            stage: stage_title(&stages, e.stage),
            education: education(&e),
            when: moment_text(e.at),
            e,
        })
        .collect();
    Ok(Html(EntriesPage {
        tabs: tabs(&page, &c, &stages, "/entries"),
        takes: c.takes(&crate::slices::campaigns::actions::now_text()),
        any: !asked.q.is_empty()
            || filter.need
            || !filter.uninspected.is_empty()
            || !asked.township.is_empty()
            || !asked.stage.is_empty(),
        filters,
        asked,
        lines,
        pager,
        c,
        page,
    }))
}
