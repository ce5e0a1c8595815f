//! Year-end reports of a part: how far they are, what is due, and where they are asked for.

use super::{place_of, places, status, tabs, year_choices};
use crate::slices::calendar::calendar;
use crate::slices::duty::model::{State, year_of};
use crate::slices::duty::rules::{Dutybook, duty_of};
use crate::slices::duty::store::reports::{self, Report};
use crate::slices::people::corrections::Due;
use crate::slices::places::Desk;
use crate::slices::places::store::{today, townships};
use crate::slices::posts::posts_of;
use askama::Template;
use axum::Form;
use axum::extract::Query;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::{Day, WorkCalendar, msg};
use platform::access::{Action, Part};
use platform::kit::{Choice, Faults, Link, Pager};
use platform::page::Page;
use platform::web::{Answer, Failure, Html};
use serde::Deserialize;

/// A report as listed.
struct Row {
    id: i64,
    name: String,
    post: String,
    place: String,
    year: String,
    state: &'static str,
    tone: &'static str,
    clock: Option<(String, &'static str)>,
    rating: String,
}

/// How long its person, or the office that examines it, has; none where no clock runs.
pub fn clock(report: &Report, calendar: &WorkCalendar, today: Day) -> Option<Due> {
    match report.state {
        State::Open | State::Returned => Due::by(&report.due_on, calendar, today),
        State::Submitted => Due::by(&report.examine_on, calendar, today),
        _ => None,
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    year: String,
    /// A state's id; empty for all.
    show: String,
    page: u64,
    /// How many were just asked for.
    opened: Option<u64>,
}

#[derive(Template)]
#[template(path = "duty/pages/reports.html")]
struct ListPage {
    page: Page,
    tabs: Vec<Choice>,
    rows: Vec<Row>,
    pager: Pager,
    states: Vec<Choice>,
    years: Vec<Choice>,
    counts: [u64; 4],
    all: u64,
    late: u64,
    opened: Option<u64>,
    form: Opening,
    posts: Vec<Choice>,
    townships: Vec<Choice>,
    faults: Faults,
    may_edit: bool,
    workdays: u32,
}

/// What asks for reports.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Opening {
    year: String,
    post: String,
    /// Nine digits; empty for the caller's part.
    township: String,
    due_on: String,
}

pub async fn list(desk: Desk, Query(asked): Query<Asked>) -> Answer<Response> {
    render(&desk, asked, None, Faults::new()).await
}

async fn render(desk: &Desk, asked: Asked, typed: Option<Opening>, faults: Faults) -> Answer<Response> {
    let page = desk.page("duty").await?;
    let (db, part, day) = (&desk.db, &desk.caller.part, today());
    let now: Day = day.parse().map_err(|_| Failure::NotFound)?;
    let year = super::year_asked(&asked.year);
    let state = State::by_id(&asked.show);
    let counts = reports::counts(db, part, &year).await?;
    let n = |s: State| counts.get(s.id()).copied().unwrap_or_default();
    let all: u64 = State::ALL.iter().filter(|s| **s != State::Withdrawn).map(|s| n(*s)).sum();
    let shown = state.map_or(all + n(State::Withdrawn), n);
    let link = Link::new("/reports").with("year", &asked.year);
    let pager = Pager::new(asked.page, shown, link.with("show", &asked.show));
    let calendar = calendar(db).await?;
    let book = Dutybook::read(db, &day).await?;
    let places = places(db, part).await?;
    let found = reports::list(db, part, (&year, state), pager.size, pager.offset()).await?;
    let row = |r: &Report| Row {
        id: r.id,
        name: r.name.clone(),
        post: r.post.clone(),
        place: place_of(&places, &r.village),
        year: r.year.clone(),
        state: page.t(r.state.title()),
        tone: r.state.tone(),
        clock: clock(r, &calendar, now).map(|c| (page.m(&c.said), c.tone())),
        rating: match r.rating.as_str() {
            "" => String::new(),
            id => book.of(&r.village).rating_title(id, &r.rated_on).to_owned(),
        },
    };
    let tab = |s: Option<State>, label: &'static str, n: u64| {
        Choice::new(link.with("show", s.map_or("", State::id)).to_string(), label)
            .hint(n.to_string())
            .on(s == state)
    };
    let mut states = vec![tab(None, page.t("全部"), all + n(State::Withdrawn))];
    states.extend(State::ALL.iter().map(|s| tab(Some(*s), page.t(s.title()), n(*s))));
    let duty = duty_of(db, part.code(), &day).await?;
    let rules = posts_of(db, part.code(), &day).await?;
    let due = calendar.add_workdays(now, *duty.report_workdays);
    let form = typed.unwrap_or_else(|| Opening {
        year: year_of(&day).to_owned(),
        post: "party_secretary".into(),
        township: String::new(),
        due_on: due.day.to_string(),
    });
    let posts = rules.posts_on(&day);
    let html = ListPage {
        tabs: tabs(&page, "/reports"),
        rows: found.iter().map(row).collect(),
        counts: [
            n(State::Open) + n(State::Returned),
            n(State::Submitted),
            n(State::Accepted),
            n(State::Rated),
        ],
        late: reports::late(db, part, &year, &day).await?,
        years: year_choices(&page, reports::years(db, part).await?, &year),
        posts: posts.iter().map(|p| Choice::new(&p.id, &p.title).on(p.id == form.post)).collect(),
        townships: match part {
            Part::County => {
                let all = townships(db, part).await?;
                all.into_iter().map(|t| Choice::new(&t.code, t.name).on(t.code == form.township)).collect()
            }
            _ => Vec::new(),
        },
        opened: asked.opened,
        workdays: *duty.report_workdays,
        may_edit: desk.caller.may(Action::EditDuty),
        form,
        states,
        all,
        pager,
        faults,
        page,
    };
    Ok((status(&html.faults), Html(html)).into_response())
}

/// Asks everybody who holds a post in a part for the report of a year; who was asked already is left out.
pub async fn open(desk: Desk, Form(typed): Form<Opening>) -> Answer<Response> {
    let page = desk.page("duty").await?;
    let (db, caller, day) = (&desk.db, &desk.caller, today());
    let mut faults = Faults::new();
    let part = match (&caller.part, typed.township.as_str()) {
        (part, "") => part.clone(),
        (Part::County, code) if townships(db, &Part::County).await?.iter().any(|t| t.code == code) => {
            Part::Township(code.to_owned())
        }
        (Part::Township(own), code) if own == code => caller.part.clone(),
        _ => return Err(Failure::NotFound),
    };
    let rules = posts_of(db, part.code(), &day).await?;
    let post = rules.post_on(&typed.post, &day);
    if post.is_none() {
        faults.add("post", page.m(&msg!("请选择哪个岗位的人述职")));
    }
    let this: u32 = year_of(&day).parse().unwrap_or_default();
    if !typed.year.parse::<u32>().is_ok_and(|y| y + 1 == this || y == this) {
        faults.add("year", page.m(&msg!("年度只能是今年或去年，例如 {year}", year = this)));
    }
    if !typed.due_on.parse::<Day>().is_ok_and(|d| d.to_string() >= day) {
        faults.add("due_on", page.m(&msg!("期限要是今天或以后的一天，例如 {day}", day = &day)));
    }
    let Some(post) = post.filter(|_| faults.is_empty()) else {
        return render(&desk, Asked::default(), Some(typed), faults).await;
    };
    let mut event = caller.event("report.open", "report", &typed.year, part.code());
    event.note = format!("{} {}", typed.year, post.id);
    let mut tx = db.write(event).await?;
    let holders = reports::population(&tx, &part, &post.id, (&typed.year, &day)).await?;
    if holders.is_empty() {
        tx.rollback().await?;
        faults.add("post", page.m(&msg!("没有要布置的人：这个岗位的人都布置过了，或者没有人在任")));
        return render(&desk, Asked::default(), Some(typed), faults).await;
    }
    reports::open(&mut tx, caller, &holders, (&post.title, &typed.year, &typed.due_on)).await?;
    tx.commit().await?;
    let link = Link::new("/reports").with("year", &typed.year).with("opened", &holders.len().to_string());
    Ok(Redirect::to(&link.to_string()).into_response())
}
