//! Routine records of a part: found, filtered, a page at a time.

use super::{place_of, places, tabs, village_choices, year_asked, year_choices};
use crate::slices::duty::rules::{Dutybook, duty_of};
use crate::slices::duty::sheet::{Line, line};
use crate::slices::duty::store::records::{self, Filter};
use crate::slices::people::pages::person_of;
use crate::slices::places::Desk;
use crate::slices::places::store::today;
use askama::Template;
use axum::extract::Query;
use axum::response::{IntoResponse, Response};
use platform::access::Action;
use platform::kit::{Choice, Link, Pager};
use platform::page::Page;
use platform::web::{Answer, Html};
use policy::posts::About;
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    q: String,
    village: String,
    person: String,
    kind: String,
    /// This year, where empty; `all`.
    year: String,
    /// Voided ones too.
    voided: String,
    page: u64,
}

/// A record with where it stands.
struct Row {
    line: Line,
    place: String,
}

#[derive(Template)]
#[template(path = "duty/pages/records.html")]
struct ListPage {
    page: Page,
    tabs: Vec<Choice>,
    rows: Vec<Row>,
    pager: Pager,
    q: String,
    person: Option<(i64, String)>,
    villages: Vec<Choice>,
    kinds: Vec<Choice>,
    years: Vec<Choice>,
    voided: bool,
    filtered: bool,
    may_edit: bool,
}

/// The records of the caller's part.
pub async fn list(desk: Desk, Query(asked): Query<Asked>) -> Answer<Response> {
    let page = desk.page("duty").await?;
    let (db, part, day) = (&desk.db, &desk.caller.part, today());
    let person = match asked.person.parse::<i64>() {
        Ok(id) => Some(person_of(db, &desk.caller, id, Action::ViewDuty).await?),
        Err(_) => None,
    };
    let duty = duty_of(db, part.code(), &day).await?;
    let year = year_asked(&asked.year);
    let filter = Filter {
        village: asked.village.clone(),
        person: person.as_ref().map(|p| p.id),
        kind: asked.kind.clone(),
        year: year.clone(),
        q: asked.q.clone(),
        villages: false,
        voided: !asked.voided.is_empty(),
    };
    let link = Link::new("/records")
        .with("q", &asked.q)
        .with("village", &asked.village)
        .with("person", &asked.person)
        .with("kind", &asked.kind)
        .with("year", &asked.year)
        .with("voided", &asked.voided);
    let pager = Pager::new(asked.page, records::count(db, part, &filter).await?, link);
    let all = places(db, part).await?;
    let book = Dutybook::read(db, &day).await?;
    let found = records::list(db, part, &filter, pager.size, pager.offset()).await?;
    let row = |r: &records::Record| Row {
        line: line(&page, &book.of(&r.village), r),
        place: place_of(&all, &r.village),
    };
    let mut kinds = duty.kinds_on(About::Person, &day);
    kinds.extend(duty.kinds_on(About::Village, &day));
    let kinds = kinds.iter().map(|k| Choice::new(&k.id, &k.title).on(k.id == asked.kind)).collect();
    let html = ListPage {
        tabs: tabs(&page, "/records"),
        rows: found.iter().map(row).collect(),
        villages: village_choices(&all, &asked.village),
        kinds,
        years: year_choices(&page, records::years(db, part).await?, &year),
        filtered: !(asked.q.is_empty()
            && asked.village.is_empty()
            && asked.kind.is_empty()
            && asked.person.is_empty()),
        person: person.map(|p| (p.id, p.name().to_owned())),
        q: asked.q,
        voided: filter.voided,
        may_edit: desk.caller.may(Action::EditDuty),
        pager,
        page,
    };
    Ok(Html(html).into_response())
}
