//! What is proposed of the reader's own stay in a pool, and the own words to it.

use super::{Line, line};
use crate::slices::people::pages::own::mine;
use crate::slices::places::Desk;
use crate::slices::places::pages::{moment_text, status};
use crate::slices::places::store::today;
use crate::slices::pools::actions;
use crate::slices::pools::model::{Faults as Found, Move, State};
use crate::slices::pools::rules::pools_of;
use crate::slices::pools::store;
use crate::slices::posts::pages::day_text;
use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use platform::access::Authorized;
use platform::kit::Faults;
use platform::page::Page;
use platform::web::{Answer, Html};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "pools/pages/own.html")]
struct OwnPage {
    page: Page,
    l: Line,
    hear: String,
    own_when: String,
    decided: String,
    open: bool,
    typed: String,
    faults: Faults,
}

async fn own(desk: &Desk, id: i64) -> Answer<Authorized<Move>> {
    let found = match mine(desk).await? {
        Some(person) => store::find(&desk.db, id).await?.filter(|m| m.person == person.id),
        None => None,
    };
    Ok(desk.caller.own(found)?)
}

pub async fn show(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    let m = own(&desk, id).await?;
    let typed = m.own_words.clone();
    render(&desk, m, typed, Vec::new()).await
}

async fn render(desk: &Desk, m: Authorized<Move>, typed: String, faults: Found) -> Answer<Response> {
    let mut page = desk.page("me").await?;
    page.path = format!("/me/pools/{}", m.id);
    let day = today();
    let pools = pools_of(&desk.db, &m.village, &day).await?;
    let refused = !faults.is_empty();
    let html = OwnPage {
        hear: day_text(&m.hear_until),
        own_when: m.own_at.map(moment_text).unwrap_or_default(),
        decided: format!("{} {} {}", day_text(&m.decided_on), m.decided_by, m.meeting),
        open: m.state == State::Proposed,
        faults: Faults::told(faults, page.lang),
        l: line(&page, &pools, (*m).clone(), &day),
        typed,
        page,
    };
    Ok((status(refused), Html(html)).into_response())
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Words {
    text: String,
}

/// Writes the own words.
pub async fn write(desk: Desk, Path(id): Path<i64>, Form(words): Form<Words>) -> Answer<Response> {
    let m = own(&desk, id).await?;
    match actions::state_own(&desk.db, &desk.caller, &m, &words.text).await? {
        Ok(()) => Ok(Redirect::to(&format!("/me/pools/{id}")).into_response()),
        Err(faults) => render(&desk, m, words.text, faults).await,
    }
}
