//! The part of the county that the formation looks at.

use crate::slices::places::store::{self, Township};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use platform::access::Part;
use platform::page::Page;
use platform::web::{Answer, App, Client, Html, Visitor, page_for};
use std::collections::HashMap;

/// A township to choose.
pub struct Line {
    pub township: Township,
    pub villages: usize,
}

#[derive(Template)]
#[template(path = "places/pages/scope.html")]
struct ScopePage {
    page: Page,
    county: String,
    whole: bool,
    lines: Vec<Line>,
}

pub async fn show(State(app): State<App>, visitor: Visitor, Client(caller): Client) -> Answer<Response> {
    let (county, db) = app.county(&caller).await?;
    let page = page_for(&app, &visitor, "formation").await?;
    let mut counts: HashMap<String, usize> = HashMap::new();
    for village in store::villages(&db, &caller.part).await? {
        *counts.entry(village.township).or_default() += 1;
    }
    let townships = store::townships(&db, &caller.part).await?;
    let lines = townships
        .into_iter()
        .map(|township| Line { villages: counts.get(&township.code).copied().unwrap_or(0), township })
        .collect();
    Ok(Html(ScopePage { page, county: county.name, whole: caller.part == Part::County, lines })
        .into_response())
}
