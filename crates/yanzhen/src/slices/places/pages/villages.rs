//! The list of villages: search that forgives, by name, reading or code.

use crate::slices::places::desk::Desk;
use crate::slices::places::model::{FOREVER, sort_key};
use crate::slices::places::store;
use askama::Template;
use axum::extract::Query;
use axum::response::{IntoResponse, Redirect, Response};
use platform::kit::{Link, Pager};
use platform::page::Page;
use platform::web::{Answer, Html};
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    q: String,
    page: u64,
}

#[derive(Template)]
#[template(path = "places/pages/villages.html")]
struct VillagesPage {
    page: Page,
    q: String,
    villages: Vec<crate::slices::places::Village>,
    pager: Pager,
}

/// Whether a village answers a search: a part of its name, township or code, its reading or the initials of it.
pub fn answers(village: &crate::slices::places::Village, q: &str) -> bool {
    let q = q.trim();
    if q.is_empty()
        || village.name.contains(q)
        || village.short.contains(q)
        || village.township_name.contains(q)
    {
        return true;
    }
    if village.code.starts_with(q) {
        return true;
    }
    let typed: String = q.to_lowercase().chars().filter(|c| !c.is_whitespace()).collect();
    if !typed.is_ascii() {
        return false;
    }
    let reading = sort_key(&village.short);
    let initials: String = reading.split(' ').filter_map(|s| s.chars().next()).collect();
    reading.replace(' ', "").contains(&typed) || initials.starts_with(&typed)
}

pub async fn list(desk: Desk, Query(asked): Query<Asked>) -> Answer<Response> {
    let page = desk.page("villages").await?;
    let mut found = store::villages(&desk.db, &desk.caller.part).await?;
    found.retain(|v| v.valid_to == FOREVER && answers(v, &asked.q));
    if let ([only], false) = (found.as_slice(), asked.q.is_empty()) {
        return Ok(Redirect::to(&format!("/villages/{}", only.code)).into_response());
    }
    let link = Link::new("/villages").with("q", &asked.q);
    let pager = Pager::new(asked.page, found.len() as u64, link);
    let villages: Vec<_> = found.into_iter().skip(pager.offset() as usize).take(50).collect();
    Ok(Html(VillagesPage { page, q: asked.q, villages, pager }).into_response())
}
