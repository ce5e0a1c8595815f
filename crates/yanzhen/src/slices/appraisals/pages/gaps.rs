//! What is missing of a round: by subject, with who owes it; excuses, and who gains by them.

use super::board::rules;
use super::led;
use crate::slices::appraisals::given::Given;
use crate::slices::appraisals::model::{Round, State};
use crate::slices::appraisals::store::{self, Changed};
use crate::slices::appraisals::{actions, excusing};
use crate::slices::places::Desk;
use crate::slices::places::pages::{score_text, status};
use askama::Template;
use axum::extract::{Form, Path};
use axum::response::{IntoResponse, Redirect, Response};
use platform::kit::{Choice, Faults};
use platform::page::Page;
use platform::web::{Answer, Failure, Html};
use policy::Pack;
use serde::Deserialize;
use std::collections::HashMap;

/// A missing cell.
pub struct Gap {
    /// `code/indicator`, as the form sends it.
    pub key: String,
    pub name: String,
    pub indicator: String,
    pub what: String,
    pub owes: String,
    /// Whether a rule may stand in for it; where a subject is ranked cannot be excused.
    pub excusable: bool,
}

/// An excused cell, with what it gives beside counting as nothing.
pub struct Excused {
    pub code: String,
    pub indicator_id: String,
    pub name: String,
    pub indicator: String,
    pub rule: String,
    pub reason: String,
    pub by: String,
    /// Points more than if nothing were given for it; empty for none.
    pub gain: String,
}

#[derive(Template)]
#[template(path = "appraisals/pages/gaps.html")]
struct GapsPage {
    page: Page,
    round: Round,
    gaps: Vec<Gap>,
    all: usize,
    excused: Vec<Excused>,
    rules: Vec<Choice>,
    may: bool,
    faults: Faults,
    reason: String,
}

/// The most cells on the page.
const MOST: usize = 400;

pub async fn show(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    render(&desk, id, Faults::new(), "", "").await
}

async fn render(desk: &Desk, id: i64, faults: Faults, rule: &str, reason: &str) -> Answer<Response> {
    let round = led(desk, id).await?;
    let (page, db) = (desk.page("rounds").await?, &desk.db);
    let given = Given::of(db, &round).await?;
    let pack = given.pack.clone();
    let subjects = store::subjects(db, round.id, "").await?;
    let names: HashMap<&str, String> =
        subjects.iter().map(|s| (s.code.as_str(), format!("{} {}", s.township_name, s.name))).collect();
    let found = actions::gaps(&given)?;
    let all = found.len();
    let gaps = found
        .iter()
        .take(MOST)
        .map(|g| {
            let (what, owes) = told(&page, &pack, &g.indicator, &g.what);
            Gap {
                excusable: g.excusable(),
                key: format!("{}/{}", g.code, g.indicator),
                name: names.get(g.code.as_str()).cloned().unwrap_or_default(),
                indicator: match g.indicator.as_str() {
                    "grading" => page.t("排名分组").to_owned(),
                    id => indicator(&pack, id),
                },
                what,
                owes,
            }
        })
        .collect();
    let excuses = store::excuses(db, round.id).await?;
    let gains = gains(given, &excuses)?;
    let choices = rules(&page);
    let excused = excuses
        .iter()
        .zip(gains)
        .map(|(e, gain)| Excused {
            code: e.code.clone(),
            indicator_id: e.indicator.clone(),
            name: names.get(e.code.as_str()).cloned().unwrap_or_default(),
            indicator: indicator(&pack, &e.indicator),
            rule: choices.iter().find(|c| c.value == e.rule).map(|c| c.label.clone()).unwrap_or_default(),
            reason: e.reason.clone(),
            by: e.by.clone(),
            gain: gain.filter(|g| *g != 0).map(score_text).unwrap_or_default(),
        })
        .collect();
    let html = GapsPage {
        may: matches!(round.state, State::Checking | State::Calibrating),
        rules: Choice::pick(choices, rule),
        reason: reason.to_owned(),
        round: (*round).clone(),
        gaps,
        all,
        excused,
        faults,
        page,
    };
    let status = status(!html.faults.is_empty());
    Ok((status, Html(html)).into_response())
}

/// What each excuse gives its subject: the total with it, less the total if the cell counted nothing.
fn gains(mut given: Given, excuses: &[store::Excuse]) -> Answer<Vec<Option<i64>>> {
    let total = |given: &Given| -> Answer<HashMap<String, Option<i64>>> {
        let all = given
            .outcomes()
            .map_err(|t| Failure::Internal(format!("a score of {} is too large", t.subject)))?;
        Ok(all.into_iter().map(|o| (o.code, o.total)).collect())
    };
    let with = total(&given)?;
    for e in excuses {
        given.put(&Changed {
            version: 0,
            code: e.code.clone(),
            kind: "excuse".to_owned(),
            indicator: e.indicator.clone(),
            rater: String::new(),
            was: None,
            became: Some("skip".to_owned()),
        })?;
    }
    let without = total(&given)?;
    let of = |map: &HashMap<String, Option<i64>>, code: &str| map.get(code).copied().flatten();
    Ok(excuses.iter().map(|e| Some(of(&with, &e.code)? - of(&without, &e.code)?)).collect())
}

fn indicator(pack: &Pack, id: &str) -> String {
    pack.indicators
        .iter()
        .find(|i| i.id == id)
        .map_or_else(|| id.to_owned(), |i| format!("{} {}", i.id, i.name))
}

/// What is missing in words, and who owes it.
fn told(page: &Page, pack: &Pack, indicator: &str, what: &str) -> (String, String) {
    let (what, rater) = what.split_once('/').unwrap_or((what, ""));
    let owes = |cell: &str| {
        let names: Vec<String> =
            cell.split('|').filter(|r| !r.is_empty()).map(|r| pack.rater_text(r)).collect();
        names.join("、")
    };
    match (indicator, what) {
        ("prorate", _) => (page.t("各项都折算掉了，没有可计的分").to_owned(), String::new()),
        ("grading", fact) => (fact_label(pack, fact), owes(rater)),
        (_, "mark") => (page.t("没有打分").to_owned(), owes(rater)),
        (_, "expr") => (page.t("算式得不出结果，请核对有关的数").to_owned(), owes(rater)),
        (_, fact) => (fact_label(pack, fact), owes(rater)),
    }
}

fn fact_label(pack: &Pack, id: &str) -> String {
    pack.facts.iter().find(|f| f.id == id).map_or_else(|| id.to_owned(), |f| f.label.clone())
}

/// Excuses the chosen cells.
pub async fn excuse(
    desk: Desk,
    Path(id): Path<i64>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let round = led(&desk, id).await?;
    let (mut cells, mut rule, mut reason) = (Vec::new(), String::new(), String::new());
    for (name, value) in pairs {
        match name.as_str() {
            "cells" => cells.extend(value.split_once('/').map(|(c, i)| (c.to_owned(), i.to_owned()))),
            "rule" => rule = value,
            "reason" => reason = value,
            _ => {}
        }
    }
    match excusing::excuse(&desk.db, &desk.caller, &round, &cells, &rule, &reason).await? {
        Ok(_) => Ok(Redirect::to(&format!("/rounds/{id}/missing")).into_response()),
        Err(found) => {
            let faults = Faults::told(found, desk.visitor.lang);
            render(&desk, id, faults, &rule, &reason).await
        }
    }
}

/// Which excuse is taken back.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Back {
    code: String,
    indicator: String,
}

/// Takes an excuse back.
pub async fn take_back(desk: Desk, Path(id): Path<i64>, Form(form): Form<Back>) -> Answer<Response> {
    let round = led(&desk, id).await?;
    excusing::take_back(&desk.db, &desk.caller, &round, &form.code, &form.indicator).await?;
    Ok(Redirect::to(&format!("/rounds/{id}/missing")).into_response())
}
