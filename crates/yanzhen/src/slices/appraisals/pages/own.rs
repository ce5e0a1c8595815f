//! The own results (我的考核): of oneself and of the village one serves, why, and an appeal.

use super::why::{Whole, whole};
use super::years::results;
use crate::slices::appraisals::appeals;
use crate::slices::appraisals::model::Placed;
use crate::slices::appraisals::store;
use crate::slices::people::own::{home, mine};
use crate::slices::places::Desk;
use crate::slices::places::pages::status;
use crate::slices::places::store::today;
use crate::slices::posts;
use askama::Template;
use axum::Form;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect, Response};
use platform::access::Authorized;
use platform::kit::Faults;
use platform::page::Page;
use platform::web::{Answer, Failure, Html, page_for};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "appraisals/pages/own-list.html")]
struct ListPage {
    page: Page,
    lines: Vec<super::years::Result>,
}

/// The codes under which the caller is appraised: the own person, and the villages where a post is held today.
async fn codes(desk: &Desk) -> Answer<Option<Vec<String>>> {
    let Some(person) = mine(desk).await? else { return Ok(None) };
    let day = today();
    let mut out = vec![person.id.to_string()];
    for hold in posts::store::of_person(&desk.db, person.id).await?.iter().filter(|h| h.on(&day)) {
        if !out.contains(&hold.village) {
            out.push(hold.village.clone());
        }
    }
    Ok(Some(out))
}

pub async fn list(desk: Desk) -> Answer<Response> {
    let Some(codes) = codes(&desk).await? else { return Ok(home()) };
    let page = page_for(&desk.app, &desk.visitor, "results").await?;
    let lines = results(&desk.db, &codes).await?;
    Ok(Html(ListPage { page, lines }).into_response())
}

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct Asked {
    pub code: String,
    pub indicator: String,
    pub text: String,
    pub version: Option<i64>,
}

/// A result of the caller's own that is public.
async fn own(desk: &Desk, id: i64, code: &str) -> Answer<Authorized<Placed>> {
    let Some(codes) = codes(desk).await? else { return Err(Failure::NotFound) };
    let round = store::find(&desk.db, id).await?.filter(|r| r.state.is_public());
    let (Some(round), true) = (round, codes.iter().any(|c| c == code)) else { return Err(Failure::NotFound) };
    Ok(desk.caller.own(store::subject(&desk.db, &round, code).await?)?)
}

#[derive(Template)]
#[template(path = "appraisals/pages/own.html")]
struct OnePage {
    page: Page,
    w: Whole,
    faults: Faults,
    asked: Asked,
}

async fn render(desk: &Desk, id: i64, asked: Asked, faults: Faults) -> Answer<Response> {
    let placed = own(desk, id, &asked.code).await?;
    let page = page_for(&desk.app, &desk.visitor, "results").await?;
    let w = whole(&page, &desk.db, &placed, asked.version).await?;
    let status = status(!faults.is_empty());
    Ok((status, Html(OnePage { page, w, faults, asked })).into_response())
}

pub async fn show(desk: Desk, Path(id): Path<i64>, Query(asked): Query<Asked>) -> Answer<Response> {
    render(&desk, id, asked, Faults::new()).await
}

/// Appeals against the own result.
pub async fn ask(desk: Desk, Path(id): Path<i64>, Form(asked): Form<Asked>) -> Answer<Response> {
    let placed = own(&desk, id, &asked.code).await?;
    match appeals::ask(&desk.db, &desk.caller, &placed, &asked.indicator, &asked.text).await? {
        Ok(_) => Ok(Redirect::to(&format!("/me/results/{id}?code={}", asked.code)).into_response()),
        Err(found) => {
            let faults = Faults::told(found, desk.visitor.lang);
            render(&desk, id, asked, faults).await
        }
    }
}

/// Takes the own appeal back.
pub async fn withdraw(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    let found = appeals::find(&desk.db, id).await?.filter(|a| a.by_account == Some(desk.caller.account));
    let appeal = desk.caller.own(found)?;
    appeals::withdraw(&desk.db, &desk.caller, &appeal).await?;
    Ok(Redirect::to(&format!("/me/results/{}?code={}", appeal.round, appeal.code)).into_response())
}
