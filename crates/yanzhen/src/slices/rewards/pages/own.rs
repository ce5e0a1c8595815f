//! What a result proposed or decided for the reader: why, by which clause, what was decided; own words before a decision.

use super::{Line, day, line};
use crate::slices::people::pages::own::mine;
use crate::slices::places::Desk;
use crate::slices::places::facts::adopted;
use crate::slices::places::pages::moment_text;
use crate::slices::rewards::actions::{self, Moved, OWN};
use crate::slices::rewards::model::Proposal;
use crate::slices::rewards::store;
use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::msg;
use platform::access::Authorized;
use platform::kit::Faults;
use platform::page::Page;
use platform::web::{Answer, Failure, Html};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "rewards/pages/own.html")]
struct OwnPage {
    page: Page,
    l: Line,
    own_when: String,
    decided: String,
    most: usize,
    typed: String,
    faults: Faults,
}

/// The caller's own, found by the file that is linked with the account.
async fn own(desk: &Desk, id: i64) -> Answer<Authorized<Proposal>> {
    let found = match mine(desk).await? {
        Some(person) => store::of_person_one(&desk.db, person.id, id).await?,
        None => None,
    };
    Ok(desk.caller.own(found)?)
}

pub async fn show(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    let p = own(&desk, id).await?;
    let typed = p.own_words.clone();
    render(&desk, p, typed, Vec::new()).await
}

async fn render(
    desk: &Desk,
    p: Authorized<Proposal>,
    typed: String,
    faults: actions::Faults,
) -> Answer<Response> {
    let page = desk.page("me").await?;
    let pack = adopted(&desk.db, p.pack).await?;
    let who = format!("{} {}", p.decided_by, p.meeting);
    let refused = !faults.is_empty();
    let html = OwnPage {
        decided: page.m(&msg!("{day} {who}", day = day(&p.decided_on), who = who.trim())),
        own_when: p.own_at.map(moment_text).unwrap_or_default(),
        faults: Faults::told(faults, page.lang),
        l: line(&page, &pack, (*p).clone()),
        most: OWN,
        typed,
        page,
    };
    let status = if refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok((status, Html(html)).into_response())
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Words {
    text: String,
}

/// Writes the own statement.
pub async fn write(desk: Desk, Path(id): Path<i64>, Form(words): Form<Words>) -> Answer<Response> {
    let p = own(&desk, id).await?;
    match actions::state_own(&desk.db, &desk.caller, &p, &words.text).await? {
        Moved::Done => Ok(Redirect::to(&format!("/me/proposals/{id}")).into_response()),
        Moved::Faulty(faults) => render(&desk, p, words.text, faults).await,
        Moved::Stale => Err(Failure::Bad(msg!("别人刚改过，请看一看再改"))),
    }
}
