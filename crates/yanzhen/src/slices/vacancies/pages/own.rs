//! Where the reader stood before somebody who was chosen: the own place, the reason, and the own words to it.

use crate::slices::people::pages::own::mine;
use crate::slices::places::Desk;
use crate::slices::places::pages::{moment_text, status};
use crate::slices::places::store::today;
use crate::slices::posts::pages::day_text;
use crate::slices::posts::posts_of;
use crate::slices::vacancies::actions;
use crate::slices::vacancies::model::motion::{Faults as Found, Motion, Passed, State};
use crate::slices::vacancies::store;
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
#[template(path = "vacancies/pages/own.html")]
struct OwnPage {
    page: Page,
    one: Passed,
    title: String,
    place: String,
    state: &'static str,
    tone: &'static str,
    until: String,
    own_when: String,
    open: bool,
    typed: String,
    faults: Faults,
}

async fn own(desk: &Desk, id: i64) -> Answer<Authorized<(Passed, Motion)>> {
    let found = match mine(desk).await? {
        Some(person) => store::passed_by(&desk.db, person.id).await?.into_iter().find(|(p, _)| p.id == id),
        None => None,
    };
    Ok(desk.caller.own(found)?)
}

pub async fn show(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    let found = own(&desk, id).await?;
    let typed = found.0.own_words.clone();
    render(&desk, &found, typed, Vec::new()).await
}

async fn render(desk: &Desk, (one, m): &(Passed, Motion), typed: String, faults: Found) -> Answer<Response> {
    let mut page = desk.page("me").await?;
    page.path = format!("/me/vacancies/{}", one.id);
    let day = today();
    let posts = posts_of(&desk.db, &m.village, &day).await?;
    let refused = !faults.is_empty();
    let html = OwnPage {
        title: posts.title(&m.post, &day).to_owned(),
        place: format!("{} {}", m.township_name, m.village_name),
        state: page.t(m.state.title()),
        tone: m.state.tone(),
        until: day_text(&m.comment_until),
        own_when: one.own_at.map(moment_text).unwrap_or_default(),
        open: m.state == State::Proposed,
        one: one.clone(),
        typed,
        faults: Faults::told(faults, page.lang),
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
    let found = own(&desk, id).await?;
    match actions::state_own(&desk.db, &desk.caller, &found, &words.text).await? {
        Ok(()) => Ok(Redirect::to(&format!("/me/vacancies/{id}")).into_response()),
        Err(faults) => render(&desk, &found, words.text, faults).await,
    }
}
