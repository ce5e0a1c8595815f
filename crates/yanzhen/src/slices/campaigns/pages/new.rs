//! A new campaign: which kind, when, how many for which place.

use super::{text, under};
use crate::slices::campaigns::actions;
use crate::slices::campaigns::model::{Faults as Found, New, Place};
use crate::slices::campaigns::rules::campaigns_of;
use crate::slices::places::Desk;
use crate::slices::places::pages::status;
use crate::slices::places::store::{self as places, today};
use askama::Template;
use axum::Form;
use axum::response::{IntoResponse, Redirect, Response};
use platform::kit::{Choice, Faults};
use platform::page::Page;
use platform::web::{Answer, Html};
use std::collections::HashMap;

/// A place that seats can be written for.
struct Seat {
    code: String,
    name: String,
    seats: String,
}

#[derive(Template)]
#[template(path = "campaigns/pages/new.html")]
struct NewPage {
    page: Page,
    kinds: Vec<Choice>,
    seats: Vec<Seat>,
    new: New,
    post: String,
    faults: Faults,
}

pub async fn show(desk: Desk) -> Answer<Response> {
    render(&desk, &HashMap::new(), Found::new()).await
}

/// Where seats can be: the county's townships, or a township's villages.
async fn offered(desk: &Desk) -> Answer<Vec<Place>> {
    let part = &desk.caller.part;
    if part.township().is_empty() {
        let towns = places::townships(&desk.db, part).await?;
        let place = |t: crate::slices::places::store::Township| Place {
            township: t.code,
            township_name: t.name,
            ..Place::default()
        };
        return Ok(towns.into_iter().map(place).collect());
    }
    let villages = places::villages(&desk.db, part).await?;
    let place = |v: crate::slices::places::Village| Place {
        township: v.township,
        township_name: v.township_name,
        village: v.code,
        village_name: v.short,
        ..Place::default()
    };
    Ok(villages.into_iter().map(place).collect())
}

fn code(p: &Place) -> &str {
    if p.village.is_empty() { &p.township } else { &p.village }
}

fn read(sent: &HashMap<String, String>, offered: &[Place]) -> New {
    let seats: HashMap<&str, i64> =
        under(sent, "seats.").filter_map(|(code, n)| Some((code, n.trim().parse().ok()?))).collect();
    let place = |p: &Place| Place {
        post: text(sent, "post").trim().to_owned(),
        seats: seats.get(code(p)).copied().unwrap_or_default().clamp(0, 999),
        ..p.clone()
    };
    New {
        kind: text(sent, "kind"),
        title: text(sent, "title"),
        apply_from: text(sent, "apply_from"),
        apply_to: text(sent, "apply_to"),
        help: text(sent, "help"),
        places: offered.iter().map(place).collect(),
    }
}

async fn render(desk: &Desk, sent: &HashMap<String, String>, faults: Found) -> Answer<Response> {
    let mut page = desk.page("pools").await?;
    "/campaigns/new".clone_into(&mut page.path);
    let day = today();
    let town = desk.caller.part.township().to_owned();
    let rules = campaigns_of(&desk.db, &town, &day).await?;
    let offered = offered(desk).await?;
    let new = read(sent, &offered);
    let kinds = rules
        .kinds_on(&day)
        .into_iter()
        .filter(|k| town.is_empty() || !k.county)
        .map(|k| Choice::new(&k.id, &k.title).hint(&k.basis))
        .collect();
    let refused = !faults.is_empty();
    let html = NewPage {
        kinds: Choice::pick(kinds, &new.kind),
        seats: new
            .places
            .iter()
            .map(|p| Seat {
                code: code(p).to_owned(),
                name: p.name().replace(&p.post, "").trim().to_owned(),
                seats: if p.seats == 0 { String::new() } else { p.seats.to_string() },
            })
            .collect(),
        post: text(sent, "post"),
        faults: Faults::told(faults, page.lang),
        new,
        page,
    };
    Ok((status(refused), Html(html)).into_response())
}

/// Makes it, as a draft.
pub async fn make(desk: Desk, Form(sent): Form<HashMap<String, String>>) -> Answer<Response> {
    let new = read(&sent, &offered(&desk).await?);
    match actions::make(&desk.db, &desk.caller, &new).await? {
        Ok(id) => Ok(Redirect::to(&format!("/campaigns/{id}")).into_response()),
        Err(faults) => render(&desk, &sent, faults).await,
    }
}
