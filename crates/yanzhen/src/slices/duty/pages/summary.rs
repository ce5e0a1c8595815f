//! The whole of a person's work in a year, and a village's diagnoses year on year.

use super::{place_of, places, tabs, year_choices};
use crate::slices::duty::model::year_of;
use crate::slices::duty::rules::duty_of;
use crate::slices::duty::sheet::{Line, StepLine, cycle, line, steps};
use crate::slices::duty::store::inspections::{self, Inspection};
use crate::slices::duty::store::{records, reports};
use crate::slices::people::Field;
use crate::slices::people::pages::person_of;
use crate::slices::places::Desk;
use crate::slices::places::store::today;
use askama::Template;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Response};
use platform::access::{Action, Part};
use platform::kit::Choice;
use platform::page::Page;
use platform::web::{Answer, Html};
use policy::posts::About;
use serde::Deserialize;

/// The most that a page tells of.
const MOST: u64 = 200;

/// A cell of the matrix: what one inspection found of one dimension.
struct Cell {
    inspection: i64,
    level: String,
    text: String,
}

/// A dimension with what each way found of it; several inspections of one way stand below each other.
struct Row {
    title: String,
    cells: Vec<(String, Vec<Cell>)>,
}

/// A report in a line.
struct Reported {
    id: i64,
    year: String,
    post: String,
    state: &'static str,
    tone: &'static str,
    rating: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    year: String,
}

#[derive(Template)]
#[template(path = "duty/pages/person.html")]
struct PersonPage {
    page: Page,
    tabs: Vec<Choice>,
    id: i64,
    name: String,
    place: String,
    year: String,
    years: Vec<Choice>,
    steps: Vec<StepLine>,
    methods: Vec<String>,
    rows: Vec<Row>,
    inspected: Vec<super::inspections::Row>,
    lines: Vec<Line>,
    /// Records that speak for the work, against it, neither.
    signs: [usize; 3],
    reported: Vec<Reported>,
    may_edit: bool,
}

/// What was found of an aspect by one inspection.
fn cell(one: &Inspection, aspect: &str) -> Option<Cell> {
    let found = one.draft.findings.iter().find(|f| f.aspect == aspect)?;
    Some(Cell { inspection: one.id, level: found.level.clone(), text: found.text.clone() })
}

/// A person's year: the duty cycle, dimensions by methods, records, reports. Routine and year-end work stand together (H8).
pub async fn person(desk: Desk, Path(id): Path<i64>, Query(asked): Query<Asked>) -> Answer<Response> {
    let person = person_of(&desk.db, &desk.caller, id, Action::ViewDuty).await?;
    let village = person.get(Field::Village).to_owned();
    super::looked(&desk, Some(id), &village).await?;
    let mut page = desk.page("duty").await?;
    page.audited = true;
    let (db, day) = (&desk.db, today());
    let year = match asked.year.as_str() {
        "" => year_of(&day).to_owned(),
        year => super::year_asked(year),
    };
    let duty = duty_of(db, &village, &day).await?;
    let filter = inspections::Filter { person: Some(id), year: year.clone(), ..Default::default() };
    let found = inspections::list(db, &Part::County, &filter, MOST, 0).await?;
    let standing: Vec<&Inspection> = found.iter().filter(|i| i.stands()).collect();
    let methods = duty.methods_on(&day);
    let used =
        |m: &&&policy::duty::Item<policy::duty::Method>| standing.iter().any(|i| i.draft.method == m.id);
    let methods: Vec<_> = methods.iter().filter(used).collect();
    let rows = duty.aspects_on(About::Person, &day).into_iter().map(|a| Row {
        title: a.title.clone(),
        cells: methods
            .iter()
            .map(|m| {
                let own = standing.iter().filter(|i| i.draft.method == m.id);
                (m.title.clone(), own.filter_map(|i| cell(i, &a.id)).collect())
            })
            .collect(),
    });
    let kept = records::of_person(db, id, &year).await?;
    let sign = |r: &&records::Record| duty.kind_on(&r.kind, &r.day).map_or(0, |k| k.sign);
    let count = |n: i8| kept.iter().filter(|r| r.voided.is_none()).filter(|r| sign(r) == n).count();
    let all = reports::of_person(db, id).await?;
    let mut years: Vec<String> = records::of_person(db, id, "")
        .await?
        .iter()
        .map(|r| year_of(&r.day).to_owned())
        .chain(all.iter().map(|r| r.year.clone()))
        .collect();
    years.sort();
    years.dedup();
    let places = places(db, &Part::County).await?;
    let html = PersonPage {
        tabs: tabs(&page, ""),
        name: person.name().to_owned(),
        place: place_of(&places, &village),
        steps: steps(&page, &cycle(db, id, &year).await?),
        methods: methods.iter().map(|m| m.title.clone()).collect(),
        rows: rows.collect(),
        inspected: found.iter().map(|i| super::inspections::row(&page, &duty, i, String::new())).collect(),
        signs: [count(1), count(-1), count(0)],
        lines: kept.iter().map(|r| line(&page, &duty, r)).collect(),
        reported: all
            .iter()
            .map(|r| Reported {
                id: r.id,
                year: r.year.clone(),
                post: r.post.clone(),
                state: page.t(r.state.title()),
                tone: r.state.tone(),
                rating: duty.rating_title(&r.rating, &r.rated_on).to_owned(),
            })
            .collect(),
        years: year_choices(&page, years, &year),
        may_edit: desk.caller.may(Action::EditDuty),
        year,
        id,
        page,
    };
    Ok(Html(html).into_response())
}

/// A diagnosis with what was found of it in each year.
struct Diagnosis {
    title: String,
    years: Vec<(String, Option<Cell>)>,
}

/// A problem that a diagnosis found.
struct Found {
    inspection: i64,
    title: String,
    day: String,
    text: String,
}

#[derive(Template)]
#[template(path = "duty/pages/village.html")]
struct VillagePage {
    page: Page,
    tabs: Vec<Choice>,
    code: String,
    name: String,
    township: String,
    years: Vec<String>,
    diagnoses: Vec<Diagnosis>,
    problems: Vec<Found>,
    inspected: Vec<super::inspections::Row>,
    lines: Vec<Line>,
    total: u64,
    year: String,
    may_edit: bool,
}

/// A village's four diagnoses year on year, what they found, and the year's records.
pub async fn village(desk: Desk, Path(code): Path<String>) -> Answer<Response> {
    let village = desk.village(&code, Action::ViewDuty).await?;
    let mut page = desk.page("duty").await?;
    if let Some(place) = page.place.as_mut() {
        place.part.clone_from(&village.township_name);
    }
    let (db, day) = (&desk.db, today());
    let duty = duty_of(db, &code, &day).await?;
    let filter = inspections::Filter {
        about: Some(About::Village),
        village: code.clone(),
        ..inspections::Filter::default()
    };
    let found = inspections::list(db, &Part::County, &filter, MOST, 0).await?;
    let standing: Vec<&Inspection> = found.iter().filter(|i| i.stands()).collect();
    let mut years: Vec<String> = standing.iter().map(|i| year_of(&i.draft.day).to_owned()).collect();
    years.sort();
    years.dedup();
    years.reverse();
    // Of each year the latest.
    let of_year = |year: &str| standing.iter().find(|i| year_of(&i.draft.day) == year);
    let diagnoses = duty.aspects_on(About::Village, &day).into_iter().map(|a| Diagnosis {
        title: a.title.clone(),
        years: years.iter().map(|y| (y.clone(), of_year(y).and_then(|i| cell(i, &a.id)))).collect(),
    });
    let problems = crate::slices::duty::problems(db, &Part::Village(code.clone()), "").await?;
    let problems = problems.into_iter().filter(|p| p.person.is_none()).map(|p| Found {
        inspection: p.inspection,
        title: duty.aspect_title(About::Village, &p.aspect, &p.day).to_owned(),
        day: crate::slices::posts::pages::day_text(&p.day),
        text: p.text,
    });
    let year = year_of(&day).to_owned();
    let filter = records::Filter { village: code.clone(), year: year.clone(), ..records::Filter::default() };
    let kept = records::list(db, &Part::County, &filter, 20, 0).await?;
    let html = VillagePage {
        tabs: tabs(&page, ""),
        diagnoses: diagnoses.collect(),
        problems: problems.collect(),
        inspected: found.iter().map(|i| super::inspections::row(&page, &duty, i, String::new())).collect(),
        lines: kept.iter().map(|r| line(&page, &duty, r)).collect(),
        total: records::count(db, &Part::County, &filter).await?,
        name: village.short.clone(),
        township: village.township_name.clone(),
        may_edit: desk.caller.may(Action::EditDuty),
        code,
        years,
        year,
        page,
    };
    Ok(Html(html).into_response())
}
