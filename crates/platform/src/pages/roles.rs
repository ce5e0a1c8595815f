//! The role at work: one at a time.

use super::signin::elsewhere;
use crate::account::{Held, Stage};
use crate::page::Page;
use crate::web::{Answer, App, Failure, Html, Rule, Visitor, bare_page, get, invented, post};
use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use serde::Deserialize;

pub(super) fn routes() -> Vec<Rule> {
    // Public, because a session without a role comes here to learn of it; the handlers ask for the session.
    vec![get("/roles", roles).public(), post("/roles", switch).public()]
}

struct RoleRow {
    id: i64,
    role: &'static str,
    county: String,
    unit: String,
    now: bool,
}

#[derive(Template)]
#[template(path = "pages/roles.html")]
struct RolesPage {
    page: Page,
    name: String,
    rows: Vec<RoleRow>,
    home: &'static str,
}

async fn roles(State(app): State<App>, visitor: Visitor) -> Answer {
    let Some(session) = visitor.session.as_ref().filter(|s| s.stage == Stage::In) else {
        return Ok(elsewhere(&visitor, "/roles").into_response());
    };
    let held: Vec<Held> = app.at.accounts().roles(session.account).await?;
    let counties = app.at.counties().await?;
    let present = session.caller.as_ref().map(|c| c.role_id);
    let rows = held.into_iter().map(|held| RoleRow {
        id: held.id,
        role: held.role.title(),
        county: counties.iter().find(|c| c.code == held.county).map(|c| c.name.clone()).unwrap_or_default(),
        unit: held.unit,
        now: present == Some(held.id),
    });
    let page = Page { path: "/roles".into(), demo: invented(&counties), ..bare_page(&app, &visitor) };
    let home = session.caller.as_ref().map_or("", |c| c.role.home());
    Ok(Html(RolesPage { page, name: session.name.clone(), rows: rows.collect(), home }).into_response())
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Chosen {
    role: String,
}

async fn switch(State(app): State<App>, visitor: Visitor, Form(chosen): Form<Chosen>) -> Answer {
    let Some(session) = visitor.session.as_ref().filter(|s| s.stage == Stage::In) else {
        return Ok(elsewhere(&visitor, "/roles").into_response());
    };
    let accounts = app.at.accounts();
    let held = accounts.roles(session.account).await?;
    let role = chosen.role.parse().ok().and_then(|id: i64| held.into_iter().find(|h| h.id == id));
    let role = role.ok_or(Failure::NotFound)?;
    if !accounts.switch_role(session, &visitor.address, role.id).await? {
        return Err(Failure::NotFound);
    }
    Ok(Redirect::to(role.role.home()).into_response())
}
