//! Beginning somebody's course.

use crate::slices::membership::actions;
use crate::slices::membership::membership_of;
use crate::slices::membership::model::{Faults as Found, Given};
use crate::slices::people::pages::person_of;
use crate::slices::people::store as people;
use crate::slices::people::{Field, Person};
use crate::slices::places::Desk;
use crate::slices::places::pages::status;
use crate::slices::places::store::today;
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
#[template(path = "membership/pages/new.html")]
struct NewPage {
    page: Page,
    person: Option<Authorized<Person>>,
    /// Found by name where nobody is chosen yet: id, name, village, and the stage that the file says.
    found: Vec<(i64, String, String, String)>,
    q: String,
    stages: Vec<Choice>,
    min_age: u32,
    sent: Sent,
    faults: Faults,
}

/// What a form says.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Sent {
    person: Option<i64>,
    q: String,
    item: String,
    on: String,
    meeting: String,
    document: String,
    note: String,
}

pub async fn show(desk: Desk, Query(sent): Query<Sent>) -> Answer<Response> {
    let person = match sent.person {
        Some(id) => Some(person_of(&desk.db, &desk.caller, id, Action::ManageMembership).await?),
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
    page.path = Link::new("/membership/new").with("person", &id).with("q", &sent.q).to_string();
    let day = today();
    let part = person.as_ref().map_or(desk.caller.part.code(), |p| p.get(Field::Village));
    let rules = membership_of(&desk.db, part, &day).await?;
    let stages = rules.stages_on(&day);
    let open = &stages[..stages.len().saturating_sub(1)];
    if sent.item.is_empty() {
        // What the file says, else the first.
        let said = person.as_ref().map_or("", |p| p.get(Field::Stage));
        let stage = open.iter().find(|s| s.title == said).or(open.first());
        sent.item = stage.map(|s| s.id.clone()).unwrap_or_default();
    }
    let part = &desk.caller.part;
    let mut found = Vec::new();
    if person.is_none() && !sent.q.trim().is_empty() {
        let condition = "p.state = 'active' and ($1 = '' or p.township = $1) and p.name like $2";
        let like = format!("%{}%", sent.q.trim().replace(['%', '_'], ""));
        let all =
            people::select(&desk.db, condition, "order by p.sort, p.id", values![part.township(), like])
                .await?;
        let line = |p: &Person| {
            let place = format!("{} {}", p.township_name, p.village_name);
            (p.id, p.name().to_owned(), place, p.get(Field::Stage).to_owned())
        };
        found = all.iter().take(MOST).map(line).collect();
    }
    let refused = !faults.is_empty();
    let html = NewPage {
        stages: Choice::pick(open.iter().map(|s| Choice::new(&s.id, &s.title)).collect(), &sent.item),
        min_age: *rules.min_age,
        faults: Faults::told(faults, page.lang),
        q: sent.q.clone(),
        person,
        found,
        sent,
        page,
    };
    Ok((status(refused), Html(html)).into_response())
}

/// Begins it.
pub async fn begin(desk: Desk, Form(sent): Form<Sent>) -> Answer<Response> {
    let Some(id) = sent.person else {
        return render(&desk, None, sent, vec![("q", msg!("请先找到这个人"))]).await;
    };
    let person = person_of(&desk.db, &desk.caller, id, Action::ManageMembership).await?;
    let given = Given {
        item: sent.item.clone(),
        on: sent.on.clone(),
        meeting: sent.meeting.clone(),
        document: sent.document.clone(),
        note: sent.note.clone(),
        ..Given::default()
    };
    match actions::begin(&desk.db, &desk.caller, &person, &given).await? {
        Ok(id) => Ok(Redirect::to(&format!("/membership/{id}")).into_response()),
        Err(faults) => render(&desk, Some(person), sent, faults).await,
    }
}
