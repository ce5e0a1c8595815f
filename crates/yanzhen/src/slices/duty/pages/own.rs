//! A person's own pages: the records of the own work, with a word to each; the year-end report, written on a phone.

use super::status;
use crate::slices::calendar::calendar;
use crate::slices::duty::model::{
    Act, Answer as Written, REASON, State, TEXT, check_report, layout, year_of,
};
use crate::slices::duty::rules::duty_of;
use crate::slices::duty::sheet::{Line, StepLine, cycle, line, steps};
use crate::slices::duty::store::records::{self, Record};
use crate::slices::duty::store::reports::{self, Report};
use crate::slices::people::pages::own::{home, mine};
use crate::slices::people::pages::time_text;
use crate::slices::people::{Field, Person};
use crate::slices::places::Desk;
use crate::slices::places::store::today;
use crate::slices::posts::actions::duties_of;
use crate::slices::posts::pages::day_text;
use askama::Template;
use axum::Form;
use axum::extract::{Path, Query};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::{Day, Message, msg};
use platform::access::Authorized;
use platform::db::Happened;
use platform::kit::{Choice, Event, Faults};
use platform::page::Page;
use platform::web::{Answer, Failure, Html, page_for};
use serde::Deserialize;
use std::collections::HashMap;

/// An own record with what was said to it.
struct Own {
    line: Line,
    /// Why it was voided; empty for none.
    voided: String,
    explained: String,
    explained_at: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    year: String,
    /// A report's id.
    id: String,
    /// It was just handed in.
    sent: String,
}

#[derive(Template)]
#[template(path = "duty/pages/own/records.html")]
struct RecordsPage {
    page: Page,
    years: Vec<Choice>,
    steps: Vec<StepLine>,
    all: Vec<Own>,
    /// The record whose explanation was refused, and what was typed.
    refused: Option<(i64, String)>,
    faults: Faults,
}

/// The own records of a year.
pub async fn records(desk: Desk, Query(asked): Query<Asked>) -> Answer<Response> {
    let Some(person) = mine(&desk).await? else { return Ok(home()) };
    render_records(&desk, &person, &asked.year, None, Faults::new()).await
}

async fn render_records(
    desk: &Desk,
    person: &Authorized<Person>,
    year: &str,
    refused: Option<(i64, String)>,
    faults: Faults,
) -> Answer<Response> {
    let page = page_for(&desk.app, &desk.visitor, "me").await?;
    let (db, day) = (&desk.db, today());
    let year = if year.is_empty() { year_of(&day).to_owned() } else { super::year_asked(year) };
    let duty = duty_of(db, person.get(Field::Village), &day).await?;
    let all = records::of_person(db, person.id, "").await?;
    let mut years: Vec<String> = all.iter().map(|r| year_of(&r.day).to_owned()).collect();
    years.sort();
    years.dedup();
    let own = |r: &Record| Own {
        line: line(&page, &duty, r),
        voided: r.voided.as_ref().map(|v| v.reason.clone()).unwrap_or_default(),
        explained: r.explained.clone(),
        explained_at: r.explained_at.map(time_text).unwrap_or_default(),
    };
    let html = RecordsPage {
        all: all.iter().filter(|r| year.is_empty() || year_of(&r.day) == year).map(own).collect(),
        years: super::year_choices(&page, years, &year),
        steps: steps(&page, &cycle(db, person.id, &year).await?),
        refused,
        faults,
        page,
    };
    Ok((status(&html.faults), Html(html)).into_response())
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Explained {
    text: String,
}

/// Says something to an own record.
pub async fn explain(desk: Desk, Path(id): Path<i64>, Form(typed): Form<Explained>) -> Answer<Response> {
    let person = mine(&desk).await?.ok_or(Failure::NotFound)?;
    let found = records::find(&desk.db, id).await?.filter(|r| r.person == Some(person.id));
    let record = found.ok_or(Failure::NotFound)?;
    let text = typed.text.trim();
    let gone = || msg!("这条记录已经作废，不用再说明");
    let fault = match text.chars().count() {
        _ if record.voided.is_some() => Some(gone()),
        0 => Some(msg!("请写说明，例如当时在做什么、有谁知道")),
        n if n > REASON => Some(msg!("这一栏最多 {n} 个字", n = REASON)),
        _ => None,
    };
    let year = year_of(&record.day).to_owned();
    let refuse = async |why: Message| {
        let page = page_for(&desk.app, &desk.visitor, "me").await?;
        let mut faults = Faults::new();
        faults.add(format!("text-{id}"), page.m(&why));
        render_records(&desk, &person, &year, Some((id, typed.text.clone())), faults).await
    };
    if let Some(why) = fault {
        return refuse(why).await;
    }
    let event = desk.caller.event("record.explain", "person", &person.id.to_string(), &record.village);
    let mut tx = desk.db.write(event).await?;
    if !records::explain(&mut tx, person.id, &record, text).await? {
        tx.rollback().await?;
        return refuse(gone()).await;
    }
    tx.commit().await?;
    Ok(Redirect::to(&format!("/me/records?year={year}#r-{id}")).into_response())
}

/// An own report of another year.
struct Other {
    id: i64,
    year: String,
    state: &'static str,
    tone: &'static str,
}

#[derive(Template)]
#[template(path = "duty/pages/own/report.html")]
struct ReportPage {
    page: Page,
    report: Report,
    others: Vec<Other>,
    steps: Vec<StepLine>,
    answers: Vec<(Written, String)>,
    lines: Vec<Line>,
    due: String,
    clock: Option<(String, &'static str)>,
    saved: String,
    rating: String,
    reason: String,
    rated_on: String,
    events: Vec<Event>,
    sent: bool,
    faults: Faults,
}

impl ReportPage {
    /// What is wrong with an answer, by its place.
    fn bad(&self, n: &usize) -> &str {
        self.faults.of(&format!("a{n}"))
    }
}

#[derive(Template)]
#[template(path = "duty/pages/own/none.html")]
struct NonePage {
    page: Page,
}

/// An own report: the one that is asked for, else the one to write, else the latest.
pub async fn report(desk: Desk, Query(asked): Query<Asked>) -> Answer<Response> {
    let Some(person) = mine(&desk).await? else { return Ok(home()) };
    let all = reports::of_person(&desk.db, person.id).await?;
    let wanted = match asked.id.parse::<i64>() {
        Ok(id) => Some(all.iter().find(|r| r.id == id).ok_or(Failure::NotFound)?),
        Err(_) => all.iter().find(|r| r.state.writes()).or(all.first()),
    };
    let Some(wanted) = wanted else {
        let page = page_for(&desk.app, &desk.visitor, "me").await?;
        return Ok(Html(NonePage { page }).into_response());
    };
    render(&desk, &person, (wanted, &all), None, !asked.sent.is_empty(), Faults::new()).await
}

/// What the report asks for today, with what was written.
async fn asked_for(desk: &Desk, person: &Authorized<Person>, report: &Report) -> Answer<Vec<Written>> {
    if !report.state.writes() {
        return Ok(report.answers.clone());
    }
    let duty = duty_of(&desk.db, person.get(Field::Village), &today()).await?;
    let set = duties_of(&desk.db, person.id).await?;
    let mut duties: Vec<String> = Vec::new();
    for text in set.iter().flat_map(|d| d.text.lines()).map(str::trim).filter(|t| !t.is_empty()) {
        if !duties.iter().any(|d| d == text) {
            duties.push(text.to_owned());
        }
    }
    Ok(layout(&duty.report_parts_on(&today()), &duties, &report.answers))
}

async fn render(
    desk: &Desk,
    person: &Authorized<Person>,
    (report, all): (&Report, &[Report]),
    typed: Option<Vec<Written>>,
    sent: bool,
    faults: Faults,
) -> Answer<Response> {
    let page = page_for(&desk.app, &desk.visitor, "me").await?;
    let (db, day) = (&desk.db, today());
    let now: Day = day.parse().map_err(|_| Failure::NotFound)?;
    let duty = duty_of(db, person.get(Field::Village), &day).await?;
    let answers = match typed {
        Some(typed) => typed,
        None => asked_for(desk, person, report).await?,
    };
    let parts = duty.report_parts_on(&day);
    let hint =
        |a: &Written| parts.iter().find(|p| p.id == a.part).map(|p| p.hint.clone()).unwrap_or_default();
    let clock = super::reports::clock(report, &calendar(db).await?, now).filter(|_| report.state.writes());
    let found = records::of_person(db, person.id, &report.year).await?;
    let happened = reports::happened(db, report.id).await?;
    let rated = happened.iter().rfind(|h| h.act == Act::Rate.id());
    let title = duty.rating_title(&report.rating, &report.rated_on).to_owned();
    // The note of a rating is the word and why.
    let reason = rated.map(|h| h.note.trim_start_matches(title.as_str()).trim().to_owned());
    let other = |r: &Report| Other {
        id: r.id,
        year: r.year.clone(),
        state: page.t(r.state.title()),
        tone: r.state.tone(),
    };
    let event = |h: &Happened| {
        Event::past(time_text(h.at), page.t(Act::word(&h.act)))
            .by(format!("{} {}", h.unit, h.by).trim().to_owned())
    };
    let html = ReportPage {
        others: all.iter().filter(|r| r.id != report.id).map(other).collect(),
        steps: steps(&page, &cycle(db, person.id, &report.year).await?),
        answers: answers
            .into_iter()
            .map(|a| {
                let h = hint(&a);
                (a, h)
            })
            .collect(),
        lines: found.iter().filter(|r| r.voided.is_none()).map(|r| line(&page, &duty, r)).collect(),
        due: day_text(&report.due_on),
        clock: clock.map(|c| (page.m(&c.said), c.tone())),
        saved: report.saved_at.map(time_text).unwrap_or_default(),
        rating: if report.rating.is_empty() { String::new() } else { title },
        reason: reason.unwrap_or_default(),
        rated_on: day_text(&report.rated_on),
        events: happened.iter().map(event).collect(),
        report: report.clone(),
        sent,
        faults,
        page,
    };
    Ok((status(&html.faults), Html(html)).into_response())
}

/// The own report that may be written, with the answers as sent: `a0`, `a1` … beside `p0` and `t0`, which tell whose
/// answers they are.
async fn sent_of(
    desk: &Desk,
    id: i64,
    fields: &HashMap<String, String>,
) -> Answer<(Authorized<Person>, Report, Vec<Written>)> {
    let person = mine(desk).await?.ok_or(Failure::NotFound)?;
    let found = reports::find(&desk.db, id).await?.filter(|r| r.person == person.id);
    let report = found.filter(|r| r.state != State::Withdrawn).ok_or(Failure::NotFound)?;
    let get = |name: String| fields.get(&name).map_or("", |v| v.trim());
    let mut answers = asked_for(desk, &person, &report).await?;
    for k in 0..answers.len().max(fields.len()) {
        let (part, title) = (get(format!("p{k}")), get(format!("t{k}")));
        if let Some(answer) = answers.iter_mut().find(|a| a.part == part && a.title == title) {
            let text: String = get(format!("a{k}")).chars().take(TEXT + 1).collect();
            answer.text = text;
        }
    }
    Ok((person, report, answers))
}

/// Saves a draft of the own report. What asks from a page that stays open is told when.
pub async fn save(
    desk: Desk,
    Path(id): Path<i64>,
    headers: HeaderMap,
    Form(fields): Form<HashMap<String, String>>,
) -> Answer<Response> {
    let (person, report, answers) = sent_of(&desk, id, &fields).await?;
    report.state.after(Act::Save).map_err(|why| Failure::Bad(why.message()))?;
    let event = desk.caller.event("report.save", "person", &person.id.to_string(), &report.village);
    let tx = desk.db.write(event).await?;
    if !reports::save(&tx, &report, &answers).await? {
        tx.rollback().await?;
        return Err(Failure::Bad(msg!("这份述职刚被别人办过；请看过现在的再办")));
    }
    tx.commit().await?;
    if headers.contains_key("hx-request") {
        let page = page_for(&desk.app, &desk.visitor, "me").await?;
        let now = time_text(platform::db::now_ms());
        let time = now.split(' ').next_back().unwrap_or_default();
        return Ok(page.tn("已存 {n}", time).into_response());
    }
    Ok(Redirect::to(&format!("/me/report?id={id}")).into_response())
}

/// Hands the own report in.
pub async fn submit(
    desk: Desk,
    Path(id): Path<i64>,
    Form(fields): Form<HashMap<String, String>>,
) -> Answer<Response> {
    let (person, report, answers) = sent_of(&desk, id, &fields).await?;
    let page = page_for(&desk.app, &desk.visitor, "me").await?;
    let all = reports::of_person(&desk.db, person.id).await?;
    let mut faults = Faults::new();
    if let Err(why) = report.state.after(Act::Submit) {
        faults.add("a0", page.m(&why.message()));
    } else {
        for (k, why) in check_report(&answers) {
            let title = answers.get(k).map(|a| a.title.clone()).unwrap_or_default();
            faults.add(format!("a{k}"), format!("{title}：{}", page.m(&why)));
        }
    }
    if !faults.is_empty() {
        return render(&desk, &person, (&report, &all), Some(answers), false, faults).await;
    }
    let duty = duty_of(&desk.db, person.get(Field::Village), &today()).await?;
    let now: Day = today().parse().map_err(|_| Failure::NotFound)?;
    let examine_on = calendar(&desk.db).await?.add_workdays(now, *duty.examine_workdays).day.to_string();
    let mut event = desk.caller.event("report.submit", "person", &person.id.to_string(), &report.village);
    event.person = Some(person.id);
    let mut tx = desk.db.write(event).await?;
    if !reports::submit(&mut tx, &desk.caller, &report, &answers, &examine_on).await? {
        tx.rollback().await?;
        return Err(Failure::Bad(msg!("这份述职刚被别人办过；请看过现在的再办")));
    }
    tx.commit().await?;
    Ok(Redirect::to(&format!("/me/report?id={id}&sent=1")).into_response())
}
