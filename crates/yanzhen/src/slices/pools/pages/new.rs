//! Proposing that somebody enters a pool or leaves it.

use crate::slices::people::pages::person_of;
use crate::slices::people::store as people;
use crate::slices::people::{Field, Person};
use crate::slices::places::Desk;
use crate::slices::places::pages::status;
use crate::slices::places::store::today;
use crate::slices::pools::actions::{self, New};
use crate::slices::pools::model::{Faults as Found, Way};
use crate::slices::pools::rules::pools_of;
use askama::Template;
use axum::Form;
use axum::extract::Query;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::msg;
use platform::access::{Action, Authorized};
use platform::kit::{Choice, Faults, Link};
use platform::page::Page;
use platform::values;
use platform::web::{Answer, Html};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "pools/pages/new.html")]
struct NewPage {
    page: Page,
    person: Option<Authorized<Person>>,
    /// Found by name where nobody is chosen yet: id, name, village.
    found: Vec<(i64, String, String)>,
    q: String,
    pools: Vec<Choice>,
    ways: Vec<Choice>,
    entries: Vec<Choice>,
    exits: Vec<Choice>,
    sent: Sent,
    faults: Faults,
}

/// What a form says.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Sent {
    person: Option<i64>,
    q: String,
    pool: String,
    way: String,
    ground: String,
    reason: String,
    document: String,
}

pub async fn show(desk: Desk, Query(sent): Query<Sent>) -> Answer<Response> {
    let person = match sent.person {
        Some(id) => Some(person_of(&desk.db, &desk.caller, id, Action::ManagePools).await?),
        None => None,
    };
    render(&desk, person, sent, Vec::new()).await
}

/// The most names listed.
const MOST: usize = 30;

async fn render(
    desk: &Desk,
    person: Option<Authorized<Person>>,
    mut sent: Sent,
    faults: Found,
) -> Answer<Response> {
    let mut page = desk.page("pools").await?;
    let id = sent.person.map(|p| p.to_string()).unwrap_or_default();
    page.path = Link::new("/pools/moves/new")
        .with("person", &id)
        .with("q", &sent.q)
        .with("way", &sent.way)
        .to_string();
    let day = today();
    let part = person.as_ref().map_or(desk.caller.part.code(), |p| p.get(Field::Village));
    let pools = pools_of(&desk.db, part, &day).await?;
    if sent.way.is_empty() {
        Way::In.id().clone_into(&mut sent.way);
    }
    let part = &desk.caller.part;
    let mut found = Vec::new();
    if person.is_none() && !sent.q.trim().is_empty() {
        let condition = "p.state = 'active' and ($1 = '' or p.township = $1) and p.name like $2";
        let like = format!("%{}%", sent.q.trim().replace(['%', '_'], ""));
        let all =
            people::select(&desk.db, condition, "order by p.sort, p.id", values![part.township(), like])
                .await?;
        found = all
            .iter()
            .take(MOST)
            .map(|p| (p.id, p.name().to_owned(), format!("{} {}", p.township_name, p.village_name)))
            .collect();
    }
    let choice = |id: &str, title: &str| Choice::new(id, title);
    let refused = !faults.is_empty();
    let html = NewPage {
        pools: Choice::pick(
            pools.pools_on(&day).iter().map(|p| choice(&p.id, &p.title)).collect(),
            &sent.pool,
        ),
        ways: [Way::In, Way::Out]
            .map(|w| {
                let href = Link::new("/pools/moves/new").with("person", &id).with("way", w.id()).to_string();
                Choice::new(href, page.t(w.title())).on(w.id() == sent.way)
            })
            .into(),
        entries: Choice::pick(
            pools.entries_on(&day).iter().map(|g| choice(&g.id, &g.title)).collect(),
            &sent.ground,
        ),
        exits: Choice::pick(
            pools.exits_on(&day).iter().map(|g| choice(&g.id, &g.title)).collect(),
            &sent.ground,
        ),
        faults: Faults::told(faults, page.lang),
        q: sent.q.clone(),
        person,
        found,
        sent,
        page,
    };
    Ok((status(refused), Html(html)).into_response())
}

/// Proposes it.
pub async fn propose(desk: Desk, Form(sent): Form<Sent>) -> Answer<Response> {
    let Some(id) = sent.person else {
        return render(&desk, None, sent, vec![("q", msg!("请先找到这个人"))]).await;
    };
    let person = person_of(&desk.db, &desk.caller, id, Action::ManagePools).await?;
    let new = New {
        pool: sent.pool.clone(),
        way: sent.way.clone(),
        ground: sent.ground.clone(),
        reason: sent.reason.clone(),
        document: sent.document.clone(),
    };
    match actions::propose(&desk.db, &desk.caller, &person, &new).await? {
        Ok(id) => Ok(Redirect::to(&format!("/pools/moves/{id}")).into_response()),
        Err(faults) => render(&desk, Some(person), sent, faults).await,
    }
}
