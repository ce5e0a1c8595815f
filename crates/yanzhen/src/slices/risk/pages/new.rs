//! Entering a village into the register: by a form, or with one press from its profile.

use crate::slices::places::store::{self as places, today, village};
use crate::slices::places::{Desk, Village};
use crate::slices::risk::actions::{self, New};
use crate::slices::risk::model::{Faults as Found, Ground, Source};
use askama::Template;
use axum::Form;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::msg;
use platform::access::Action;
use platform::kit::{Choice, Faults};
use platform::page::Page;
use platform::web::{Answer, Html};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "risk/pages/new.html")]
struct NewPage {
    page: Page,
    villages: Vec<Choice>,
    grounds: Vec<Choice>,
    sources: Vec<Choice>,
    new: New,
    faults: Faults,
}

/// What a form says.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Sent {
    village: String,
    ground: String,
    source: String,
    source_kind: String,
    opened_on: String,
    due_on: String,
    measures: String,
    lead: String,
    items: String,
}

impl Sent {
    fn entry(&self) -> New {
        New {
            ground: self.ground.clone(),
            source: self.source.clone(),
            source_kind: self.source_kind.clone(),
            opened_on: self.opened_on.clone(),
            due_on: self.due_on.clone(),
            measures: self.measures.clone(),
            lead: self.lead.clone(),
            items: self.items.clone(),
        }
    }
}

pub async fn show(desk: Desk, Query(sent): Query<Sent>) -> Answer<Response> {
    let sent = Sent { opened_on: today(), ..sent };
    render(&desk, &sent, Vec::new()).await
}

async fn render(desk: &Desk, sent: &Sent, faults: Found) -> Answer<Response> {
    let page = desk.page("rewards").await?;
    let villages = places::villages(&desk.db, &desk.caller.part).await?;
    let choice = |v: &Village| Choice::new(&v.code, format!("{} {}", v.township_name, v.short));
    let grounds = Ground::ALL.iter().map(|g| Choice::new(g.id(), page.t(g.title()))).collect();
    let sources = Source::ALL.iter().filter(|s| **s != Source::Round);
    let sources = sources.map(|s| Choice::new(s.id(), page.t(s.title()))).collect();
    let refused = !faults.is_empty();
    let html = NewPage {
        villages: Choice::pick(villages.iter().map(choice).collect(), &sent.village),
        grounds: Choice::pick(grounds, &sent.ground),
        sources: Choice::pick(sources, &sent.source_kind),
        faults: Faults::told(faults, page.lang),
        new: sent.entry(),
        page,
    };
    let status = if refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok((status, Html(html)).into_response())
}

/// Enters a village.
pub async fn enter(desk: Desk, Form(sent): Form<Sent>) -> Answer<Response> {
    if sent.village.is_empty() {
        return render(&desk, &sent, vec![("village", msg!("请选择村"))]).await;
    }
    let found = village(&desk.db, &sent.village).await?;
    let village = desk.caller.authorize(Action::KeepRegister, found)?;
    match actions::enter(&desk.db, &desk.caller, &village, &sent.entry()).await? {
        Ok(id) => Ok(Redirect::to(&format!("/rectification/{id}")).into_response()),
        Err(faults) => render(&desk, &sent, faults).await,
    }
}
