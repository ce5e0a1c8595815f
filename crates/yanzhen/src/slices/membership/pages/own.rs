//! The own course: what was decided and why, what was found, what is asked next.

use super::one::{Front, front};
use super::{told, when};
use crate::slices::membership::model::Course;
use crate::slices::membership::{membership_of, store};
use crate::slices::people::own::mine;
use crate::slices::places::Desk;
use crate::slices::places::store::today;
use crate::slices::posts::pages::day_text;
use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use platform::kit::Event;
use platform::page::Page;
use platform::web::{Answer, Html};

#[derive(Template)]
#[template(path = "membership/pages/own.html")]
struct OwnPage {
    page: Page,
    c: Course,
    stage: String,
    since: String,
    ended: String,
    /// What is asked next, and when.
    dues: Vec<(String, String)>,
    fronts: Vec<Front>,
    events: Vec<Event>,
}

pub async fn show(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    let found = match mine(&desk).await? {
        Some(person) => store::find(&desk.db, id).await?.filter(|c| c.person == person.id),
        None => None,
    };
    let course = desk.caller.own(found)?;
    let mut page = desk.page("me").await?;
    page.path = format!("/me/membership/{id}");
    let day = today();
    let rules = membership_of(&desk.db, &course.village, &day).await?;
    let file = store::file(&desk.db, &course).await?;
    let outlook = file.outlook(&rules, &day);
    let html = OwnPage {
        stage: rules.stage_title(&course.stage, &day).to_owned(),
        since: day_text(&course.since),
        ended: format!("{} {} {}", day_text(&course.ended_on), course.ended_by, course.ended_at),
        dues: outlook.dues.iter().map(|d| (d.title.clone(), when(&page, d, &day))).collect(),
        fronts: file.trials.iter().map(|t| front(&page, &rules, t, &day)).collect(),
        events: told(&page, &rules, &file, &day),
        c: (*course).clone(),
        page,
    };
    Ok(Html(html).into_response())
}
