//! One year-end report as the offices have it: read, examined, rated.

use super::{Chosen, file_of, looked, place_of, places, status, tabs};
use crate::slices::calendar::calendar;
use crate::slices::duty::model::{Act, Rated, State, check_examined, year_of};
use crate::slices::duty::rules::duty_of;
use crate::slices::duty::sheet::{Line, StepLine, cycle, line, steps};
use crate::slices::duty::store::records;
use crate::slices::duty::store::reports::{self, Report};
use crate::slices::people::pages::time_text;
use crate::slices::places::Desk;
use crate::slices::places::store::today;
use crate::slices::posts::pages::day_text;
use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::{Day, Message, msg};
use platform::access::{Action, Authorized, Part};
use platform::db::Happened;
use platform::kit::{Choice, Event, Faults};
use platform::page::Page;
use platform::web::{Answer, Failure, Html};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "duty/pages/report.html")]
struct OnePage {
    page: Page,
    tabs: Vec<Choice>,
    report: Report,
    place: String,
    steps: Vec<StepLine>,
    lines: Vec<Line>,
    events: Vec<Event>,
    clock: Option<(String, &'static str)>,
    submitted_on: String,
    rating: String,
    rated_on: String,
    ratings: Vec<Choice>,
    comment: String,
    typed: Rated,
    /// Which form was refused: `examine` or `rate`.
    form: &'static str,
    faults: Faults,
    may_edit: bool,
    may_rate: bool,
    me: String,
}

impl OnePage {
    fn fault(&self, form: &str, field: &str) -> &str {
        if self.form == form { self.faults.of(field) } else { "" }
    }

    fn waits(&self) -> bool {
        self.report.state == State::Submitted && self.may_edit
    }

    fn rates(&self) -> bool {
        matches!(self.report.state, State::Accepted | State::Rated) && self.may_rate
    }

    fn again(&self) -> bool {
        self.report.state == State::Rated
    }

    fn rate_label(&self) -> String {
        self.page.tn("以 {n} 的名义记下评定", &self.me)
    }
}

async fn report_of(desk: &Desk, id: i64, action: Action) -> Answer<Authorized<Report>> {
    Ok(desk.caller.authorize(action, reports::find(&desk.db, id).await?)?)
}

pub async fn show(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    let report = report_of(&desk, id, Action::ViewDuty).await?;
    looked(&desk, Some(report.person), &report.village).await?;
    let typed = Rated { day: today(), ..Rated::default() };
    render(&desk, &report, "", String::new(), typed, Faults::new()).await
}

async fn render(
    desk: &Desk,
    report: &Authorized<Report>,
    form: &'static str,
    comment: String,
    typed: Rated,
    faults: Faults,
) -> Answer<Response> {
    let mut page = desk.page("duty").await?;
    page.audited = true;
    page.path = format!("/reports/{}", report.id);
    let (db, day) = (&desk.db, today());
    let now: Day = day.parse().map_err(|_| Failure::NotFound)?;
    let duty = duty_of(db, &report.village, &day).await?;
    let all = places(db, &Part::County).await?;
    let happened = reports::happened(db, report.id).await?;
    let event = |h: &Happened| {
        let word = page.t(Act::word(&h.act));
        let what = if h.note.is_empty() { word.to_owned() } else { format!("{word}：{}", h.note) };
        Event::past(time_text(h.at), what).by(format!("{} {}", h.unit, h.by).trim().to_owned())
    };
    let calendar = calendar(db).await?;
    let clock = super::reports::clock(report, &calendar, now).map(|c| (page.m(&c.said), c.tone()));
    let found = records::of_person(db, report.person, &report.year).await?;
    // What the person has not handed in is the person's own.
    let mut shown = (**report).clone();
    if report.state == State::Open {
        shown.answers.clear();
    }
    let html = OnePage {
        tabs: tabs(&page, "/reports"),
        place: place_of(&all, &report.village),
        steps: steps(&page, &cycle(db, report.person, &report.year).await?),
        lines: found.iter().filter(|r| r.voided.is_none()).map(|r| line(&page, &duty, r)).collect(),
        events: happened.iter().map(event).collect(),
        clock,
        submitted_on: report.submitted_at.map(time_text).unwrap_or_default(),
        rating: duty.rating_title(&report.rating, &report.rated_on).to_owned(),
        rated_on: day_text(&report.rated_on),
        ratings: duty
            .ratings_on(&day)
            .iter()
            .map(|r| {
                let hint = if r.adverse { page.t("要写理由") } else { "" };
                Choice::new(&r.id, &r.title).hint(hint).on(r.id == typed.rating)
            })
            .collect(),
        may_edit: desk.caller.may(Action::EditDuty),
        may_rate: desk.caller.may(Action::RateDuty),
        me: desk.caller.name.clone(),
        report: shown,
        comment,
        typed,
        form,
        faults,
        page,
    };
    Ok((status(&html.faults), Html(html)).into_response())
}

fn stale() -> Message {
    msg!("这份述职刚被别人办过；请看过现在的再办")
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Examined {
    /// `accept` or `return`.
    verdict: String,
    comment: String,
}

/// Accepts a report, or sends it back with a reason.
pub async fn examine(desk: Desk, Path(id): Path<i64>, Form(typed): Form<Examined>) -> Answer<Response> {
    let report = report_of(&desk, id, Action::EditDuty).await?;
    let page = desk.page("duty").await?;
    let mut faults = Faults::new();
    let act = match typed.verdict.as_str() {
        "accept" => Some(Act::Accept),
        "return" => Some(Act::Return),
        _ => None,
    };
    let next = act.map(|act| report.state.after(act));
    match (&act, &next) {
        (None, _) => faults.add("verdict", page.m(&msg!("请选择通过还是退回"))),
        (_, Some(Err(why))) => faults.add("verdict", page.m(&why.message())),
        (Some(act), _) => {
            if let Some(why) = check_examined(*act, &typed.comment) {
                faults.add("comment", page.m(&why));
            }
        }
    }
    let (Some(act), Some(Ok(next)), true) = (act, next, faults.is_empty()) else {
        return render(&desk, &report, "examine", typed.comment, Rated::default(), faults).await;
    };
    let of = Chosen::Person(file_of(&desk, report.person, Action::EditDuty).await?);
    let subject = of.subject();
    let mut tx = desk.db.write(subject.event(&desk.caller, "report.examine")).await?;
    let comment = typed.comment.trim();
    if !reports::examine(&mut tx, &desk.caller, &subject, &report, (act, next), comment).await? {
        tx.rollback().await?;
        faults.add("verdict", page.m(&stale()));
        return render(&desk, &report, "examine", typed.comment, Rated::default(), faults).await;
    }
    tx.commit().await?;
    Ok(Redirect::to(&format!("/reports/{id}")).into_response())
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Rating {
    rating: String,
    day: String,
    meeting: String,
    present: String,
    minutes: String,
    reason: String,
}

/// Writes down how a meeting rated a report.
pub async fn rate(desk: Desk, Path(id): Path<i64>, Form(typed): Form<Rating>) -> Answer<Response> {
    let report = report_of(&desk, id, Action::RateDuty).await?;
    let page = desk.page("duty").await?;
    let trim = |text: &str| text.trim().to_owned();
    let rated = Rated {
        rating: typed.rating,
        day: trim(&typed.day),
        meeting: trim(&typed.meeting),
        present: trim(&typed.present),
        minutes: trim(&typed.minutes),
        reason: trim(&typed.reason),
    };
    let duty = duty_of(&desk.db, &report.village, &today()).await?;
    let again = report.state == State::Rated;
    let mut faults = match report.state.after(Act::Rate) {
        Err(why) => {
            let mut faults = Faults::new();
            faults.add("rating", page.m(&why.message()));
            faults
        }
        Ok(_) => Faults::told(rated.check(&duty, again, &today()), page.lang),
    };
    if !faults.is_empty() {
        return render(&desk, &report, "rate", String::new(), rated, faults).await;
    }
    let of = Chosen::Person(file_of(&desk, report.person, Action::RateDuty).await?);
    let subject = of.subject();
    let was =
        again.then(|| format!("{} {}", report.year, duty.rating_title(&report.rating, &report.rated_on)));
    let title = duty.rating_title(&rated.rating, &rated.day);
    let mut tx = desk.db.write(subject.event(&desk.caller, "report.rate")).await?;
    if !reports::rate(&mut tx, &desk.caller, &subject, &report, (&rated, title, was)).await? {
        tx.rollback().await?;
        faults.add("rating", page.m(&stale()));
        return render(&desk, &report, "rate", String::new(), rated, faults).await;
    }
    tx.commit().await?;
    Ok(Redirect::to(&format!("/reports/{id}")).into_response())
}

/// Takes a report back that its person has not handed in.
pub async fn withdraw(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    let report = report_of(&desk, id, Action::EditDuty).await?;
    if let Err(why) = report.state.after(Act::Withdraw) {
        return Err(Failure::Bad(why.message()));
    }
    let of = Chosen::Person(file_of(&desk, report.person, Action::EditDuty).await?);
    let subject = of.subject();
    let mut tx = desk.db.write(subject.event(&desk.caller, "report.withdraw")).await?;
    if !reports::withdraw(&mut tx, &desk.caller, &subject, &report).await? {
        tx.rollback().await?;
        return Err(Failure::Bad(stale()));
    }
    tx.commit().await?;
    let year =
        if year_of(&today()) == report.year { String::new() } else { format!("?year={}", report.year) };
    Ok(Redirect::to(&format!("/reports{year}")).into_response())
}
