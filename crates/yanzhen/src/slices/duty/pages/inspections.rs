//! Inspections of a part: the list, and where one begins.

use super::{Chosen, choose, chosen, place_of, places, tabs, village_choices, year_asked, year_choices};
use crate::slices::duty::model::Draft;
use crate::slices::duty::rules::{Dutybook, duty_of};
use crate::slices::duty::store::inspections::{self, Filter, Inspection};
use crate::slices::places::Desk;
use crate::slices::places::store::today;
use crate::slices::posts::pages::day_text;
use askama::Template;
use axum::Form;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::msg;
use platform::access::Action;
use platform::kit::{Choice, Faults, Link, Pager};
use platform::page::Page;
use platform::web::{Answer, Failure, Html};
use policy::Duty;
use policy::posts::{About, Word};
use serde::Deserialize;

/// An inspection as listed.
pub struct Row {
    pub id: i64,
    pub day: String,
    pub who: String,
    pub place: String,
    /// The way of a person's; the four diagnoses of a village's.
    pub method: String,
    pub summary: String,
    pub state: (&'static str, &'static str),
    pub by: String,
    pub problems: usize,
}

/// An inspection in a line.
pub fn row(page: &Page, duty: &Duty, one: &Inspection, place: String) -> Row {
    let state = match (one.signed, one.corrected_by) {
        (false, _) => (page.t("草稿"), "plan"),
        (true, Some(_)) => (page.t("已被更正"), ""),
        (true, None) => (page.t("已签字"), "ok"),
    };
    Row {
        id: one.id,
        day: day_text(&one.draft.day),
        who: one.name.clone(),
        method: match one.about() {
            About::Person => duty.method_title(&one.draft.method, &one.draft.day).to_owned(),
            About::Village => page.t("四诊").to_owned(),
        },
        summary: one.draft.summary.clone(),
        state,
        by: if one.signed { one.signed_by.clone() } else { one.by.clone() },
        problems: one.draft.findings.iter().map(|f| f.problems.len()).sum(),
        place,
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// `person`, `village`; empty for both.
    about: String,
    village: String,
    year: String,
    /// `draft`, `signed`; empty for all.
    state: String,
    page: u64,
}

#[derive(Template)]
#[template(path = "duty/pages/inspections.html")]
struct ListPage {
    page: Page,
    tabs: Vec<Choice>,
    rows: Vec<Row>,
    pager: Pager,
    abouts: Vec<Choice>,
    villages: Vec<Choice>,
    years: Vec<Choice>,
    states: Vec<Choice>,
    filtered: bool,
    may_edit: bool,
}

pub async fn list(desk: Desk, Query(asked): Query<Asked>) -> Answer<Response> {
    let page = desk.page("duty").await?;
    let (db, part, day) = (&desk.db, &desk.caller.part, today());
    let year = year_asked(&asked.year);
    let filter = Filter {
        about: About::parse(&asked.about),
        village: asked.village.clone(),
        year: year.clone(),
        state: if matches!(asked.state.as_str(), "draft" | "signed") { asked.state } else { String::new() },
        ..Filter::default()
    };
    let about = filter.about.map_or("", Word::id);
    let link = Link::new("/inspections")
        .with("about", about)
        .with("village", &asked.village)
        .with("year", &asked.year)
        .with("state", &filter.state);
    let pager = Pager::new(asked.page, inspections::count(db, part, &filter).await?, link);
    let all = places(db, part).await?;
    let book = Dutybook::read(db, &day).await?;
    let found = inspections::list(db, part, &filter, pager.size, pager.offset()).await?;
    let of = |i: &Inspection| row(&page, &book.of(&i.village), i, place_of(&all, &i.village));
    let pick = |all: Vec<(&str, &'static str)>, on: &str| {
        all.into_iter().map(|(id, label)| Choice::new(id, label).on(id == on)).collect()
    };
    let html = ListPage {
        tabs: tabs(&page, "/inspections"),
        rows: found.iter().map(of).collect(),
        abouts: pick(
            vec![("", page.t("人和村")), ("person", page.t("考察人")), ("village", page.t("看村四诊"))],
            about,
        ),
        states: pick(
            vec![("", page.t("全部")), ("draft", page.t("草稿")), ("signed", page.t("已签字"))],
            &filter.state,
        ),
        villages: village_choices(&all, &asked.village),
        years: year_choices(&page, inspections::years(db, part).await?, &year),
        filtered: !(about.is_empty() && asked.village.is_empty() && filter.state.is_empty()),
        may_edit: desk.caller.may(Action::EditDuty),
        pager,
        page,
    };
    Ok(Html(html).into_response())
}

/// What begins an inspection.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Begun {
    person: String,
    village: String,
    about: String,
    method: String,
    day: String,
}

#[derive(Template)]
#[template(path = "duty/pages/inspection-begin.html")]
struct BeginPage {
    page: Page,
    tabs: Vec<Choice>,
    person: Option<i64>,
    village: String,
    name: String,
    methods: Vec<Choice>,
    day: String,
    faults: Faults,
}

/// Whom and how: before a draft.
pub async fn begin(desk: Desk, Query(begun): Query<Begun>) -> Answer<Response> {
    let person = begun.person.parse::<i64>().ok();
    if person.is_none() && begun.about != "village" {
        let title = kernel::key!("做一次考察");
        return choose(&desk, ("/inspections", "/inspections/new"), title, &begun.village, Action::EditDuty)
            .await;
    }
    let of = chosen(&desk, person, &begun.village, Action::EditDuty).await?.in_use()?;
    let begun = Begun { day: today(), ..begun };
    render(&desk, &of, &begun, Faults::new()).await
}

async fn render(desk: &Desk, of: &Chosen, begun: &Begun, faults: Faults) -> Answer<Response> {
    let page = desk.page("duty").await?;
    let (subject, day) = (of.subject(), today());
    let duty = duty_of(&desk.db, subject.org().village, &day).await?;
    let methods = match subject.about() {
        About::Person => duty.methods_on(&day),
        About::Village => Vec::new(),
    };
    let html = BeginPage {
        tabs: tabs(&page, "/inspections"),
        person: subject.person(),
        village: subject.org().village.to_owned(),
        name: subject.name().to_owned(),
        methods: methods.iter().map(|m| Choice::new(&m.id, &m.title).on(m.id == begun.method)).collect(),
        day: begun.day.clone(),
        faults,
        page,
    };
    let status = if html.faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok((status, Html(html)).into_response())
}

/// Begins a draft.
pub async fn create(desk: Desk, Form(begun): Form<Begun>) -> Answer<Response> {
    let person = begun.person.parse::<i64>().ok();
    if person.is_none() && begun.village.is_empty() {
        return Err(Failure::Bad(msg!("请先选择考察谁")));
    }
    let of = chosen(&desk, person, &begun.village, Action::EditDuty).await?.in_use()?;
    let (subject, day) = (of.subject(), today());
    let duty = duty_of(&desk.db, subject.org().village, &day).await?;
    let draft = Draft { day: begun.day.trim().to_owned(), method: begun.method.clone(), ..Draft::default() };
    let found = draft.check(&duty, subject.about(), &day);
    if !found.is_empty() {
        let page = desk.page("duty").await?;
        let faults = Faults::told(found, page.lang);
        return render(&desk, &of, &begun, faults).await;
    }
    let caller = &desk.caller;
    let mut tx = desk.db.write(subject.event(caller, "inspection.begin")).await?;
    let by = (Some(caller.account), caller.name.as_str(), caller.unit.as_str());
    let id = inspections::begin(&mut tx, by, &subject, &draft, None).await?;
    tx.commit().await?;
    Ok(Redirect::to(&format!("/inspections/{id}")).into_response())
}
