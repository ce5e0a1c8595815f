//! A draft tried on what stands: a round that was appraised, and the colours of today.

use super::{draft_of, kept_of};
use crate::slices::packs::model::Draft;
use crate::slices::packs::whatif::{
    Moved, NOISE, RUNS, Recoloured, RoundInput, Trial, inputs_of_rounds, recoloured, tried,
};
use crate::slices::places::pages::score_text;
use crate::slices::places::{Colour, Desk, store};
use askama::Template;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Response};
use platform::access::Part;
use platform::kit::Choice;
use platform::page::Page;
use platform::web::{Answer, Failure, Html};
use policy::{Pack, Source};
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::Arc;

/// Rows of one table on the page.
const SHOWN: usize = 200;

/// What the page's address says.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    round: String,
}

/// A village that would be coloured otherwise.
struct Otherwise {
    code: String,
    name: String,
    /// Level and word of each colour; empty while blocked or undecided.
    colour: [(String, &'static str); 2],
    rule: String,
}

#[derive(Template)]
#[template(path = "packs/pages/whatif.html")]
struct WhatIfPage {
    page: Page,
    draft: Draft,
    base: String,
    rounds: Vec<Choice>,
    round: String,
    trial: Option<Trial>,
    /// Why there is no trial.
    why: String,
    /// Whether the pack colours at all.
    colours: bool,
    otherwise: Vec<Otherwise>,
    recoloured: usize,
    faulty: bool,
    runs: u32,
    noise: u32,
}

impl WhatIfPage {
    fn points(&self, total: &Option<i64>) -> String {
        total.map(score_text).unwrap_or_default()
    }

    /// Hundredths of a yuan.
    fn yuan(&self, cents: &i64) -> String {
        let cents = *cents;
        let (sign, n) = (if cents < 0 { "−" } else { "" }, cents.unsigned_abs());
        let whole = platform::kit::thousands(n / 100);
        if n % 100 == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{:02}", n % 100) }
    }

    fn more(&self, m: &Moved) -> String {
        self.yuan(&(m.cost[1] - m.cost[0]))
    }

    fn moves(&self, t: &Trial) -> String {
        format!("▲ {}  ▼ {}", t.better, t.worse)
    }

    fn before(&self, t: &Trial) -> String {
        format!("{} {}", self.page.t("原"), self.yuan(&t.cost[0]))
    }

    fn percent(&self, permille: &u32) -> String {
        format!("{}.{}", permille / 10, permille % 10)
    }
}

fn pack_of(files: &policy::Files) -> Option<Pack> {
    Pack::read(&Source::rules_of(files)).0
}

fn otherwise(page: &Page, r: Recoloured, names: &HashMap<String, String>) -> Otherwise {
    let word = |id: &str| match Colour::by_id(id) {
        Some(colour) => (colour.letter().to_owned(), page.t(colour.badge())),
        None => (String::new(), page.t("待定")),
    };
    let colour = [word(&r.colour[0]), word(&r.colour[1])];
    Otherwise { name: names.get(&r.code).cloned().unwrap_or_default(), code: r.code, colour, rule: r.rule }
}

pub async fn show(desk: Desk, Path(id): Path<i64>, Query(asked): Query<Asked>) -> Answer<Response> {
    let draft = draft_of(&desk, id).await?;
    let base = kept_of(&desk, draft.base).await?;
    let page = desk.page("packs").await?;
    let (was, new) = (pack_of(&base.files), pack_of(&draft.files));
    let rounds = inputs_of_rounds(&desk.db).await?;
    let chosen = rounds.iter().find(|r| r.id.to_string() == asked.round).or(rounds.first()).cloned();
    let choices = rounds
        .iter()
        .map(|r: &RoundInput| {
            let on = chosen.as_ref().is_some_and(|c| c.id == r.id);
            Choice::new(format!("/packs/drafts/{id}/whatif?round={}", r.id), r.title.clone()).on(on)
        })
        .collect();
    let faulty = new.is_none();
    let new = new.map(Arc::new);
    let mut villages = Vec::new();
    if let (Some(was), Some(new)) = (&was, &new)
        && was.colours.is_some()
        && new.colours.is_some()
    {
        villages = recoloured(&desk.db, was, new).await?;
    }
    let mut names = HashMap::new();
    if !villages.is_empty() {
        let all = store::villages(&desk.db, &Part::County).await?;
        names.extend(all.into_iter().map(|v| (v.code, format!("{}{}", v.township_name, v.short))));
    }
    let round = chosen.as_ref().map(|c| c.title.clone()).unwrap_or_default();
    let (mut trial, mut why) = (None, String::new());
    if let (Some(round), Some(pack)) = (chosen, new.clone()) {
        let done = tokio::task::spawn_blocking(move || tried(&round, &pack, RUNS)).await;
        match done.map_err(|e| Failure::Internal(e.to_string()))? {
            Ok(done) => trial = Some(done),
            Err(message) => why = page.m(&message),
        }
    }
    let html = WhatIfPage {
        base: base.version,
        rounds: choices,
        round,
        trial,
        why,
        colours: new.as_ref().is_some_and(|p| p.colours.is_some()),
        recoloured: villages.len(),
        otherwise: villages.into_iter().take(SHOWN).map(|r| otherwise(&page, r, &names)).collect(),
        faulty,
        runs: RUNS,
        noise: NOISE,
        draft: (*draft).clone(),
        page,
    };
    Ok(Html(html).into_response())
}
