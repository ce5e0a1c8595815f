//! The filings of a part, with what waits and how long; where a draft begins.

use super::clock;
use crate::slices::calendar::store::calendar;
use crate::slices::filings::model::{Filing, Item, State};
use crate::slices::filings::{actions, look, store};
use crate::slices::places::{self, Village, store as registry};
use crate::slices::posts::pages::day_text;
use crate::slices::posts::posts_of;
use askama::Template;
use axum::Form;
use axum::extract::{Query, State as At};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::{Day, msg};
use platform::access::{Action, Caller};
use platform::db::Db;
use platform::kit::{Choice, Faults};
use platform::page::Page;
use platform::web::{Answer, App, Client, Failure, Html, Visitor, page_for};
use policy::posts::{Change, Posts, Track, Word};
use serde::Deserialize;
use std::collections::HashMap;

/// A filing as listed.
pub struct Line {
    pub id: i64,
    pub no: String,
    pub place: String,
    pub what: String,
    /// The tracks of its changes: 党.
    pub track: &'static str,
    pub state: &'static str,
    pub tone: &'static str,
    pub clock: String,
    pub clock_tone: &'static str,
    pub note: String,
}

#[derive(Template)]
#[template(path = "filings/pages/list.html")]
struct ListPage {
    page: Page,
    may_draft: bool,
    county: bool,
    lines: Vec<Line>,
    waiting: usize,
    near: usize,
    paused: usize,
    answered: usize,
    average: String,
    disagreed: usize,
    stopped: usize,
    tab: String,
    tabs: Vec<Choice>,
    workdays: u32,
    may_calendar: bool,
    note: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// `open`, `answered`, `disagreed`; empty for open ones.
    show: String,
}

/// What a filing's changes say: `书记 曹例未 → 方例辰`.
pub fn said(posts: &Posts, items: &[Item], day: &str) -> String {
    let mut out: Vec<String> = Vec::new();
    let mut used = Vec::new();
    for item in items.iter().filter(|i| i.begins()) {
        let title = posts.title(&item.post, day);
        match items.iter().find(|i| !i.begins() && i.post == item.post) {
            Some(leaves) => {
                used.push(leaves.id);
                out.push(format!("{title} {} → {}", leaves.name, item.name));
            }
            None => out.push(format!("{title} {}", item.name)),
        }
    }
    for item in items.iter().filter(|i| !i.begins() && !used.contains(&i.id)) {
        let word = if item.change == Change::Remove { "免职" } else { "离任" };
        out.push(format!("{} {} {word}", posts.title(&item.post, day), item.name));
    }
    out.join("，")
}

/// The most filings on the page.
const MOST: u64 = 300;

pub async fn show(
    At(app): At<App>,
    visitor: Visitor,
    Client(caller): Client,
    Query(asked): Query<Asked>,
) -> Answer<Response> {
    let (_, db) = app.county(&caller).await?;
    let page = page_for(&app, &visitor, "filings").await?;
    let day = registry::today();
    let today = day.parse::<Day>().map_err(|_| Failure::NotFound)?;
    let posts = posts_of(&db, caller.part.code(), &day).await?;
    let calendar = calendar(&db).await?;
    let all = store::list(&db, &caller.part, MOST).await?;
    let places: HashMap<String, Village> =
        registry::villages(&db, &caller.part).await?.into_iter().map(|v| (v.code.clone(), v)).collect();
    let year = today.year().to_string();
    let clocks: Vec<_> = all.iter().map(|f| clock(f, &calendar, today)).collect();
    let mut took = Vec::new();
    for f in all.iter().filter(|f| f.reply_on.starts_with(&year)) {
        if let (Ok(from), Ok(to)) = (f.received_on.parse::<Day>(), f.reply_on.parse::<Day>()) {
            took.push(calendar.workdays_between(from, to).days);
        }
    }
    let average = if took.is_empty() {
        String::new()
    } else {
        let tenths = took.iter().sum::<i32>() * 10 / took.len() as i32;
        page.m(&msg!("平均 {n} 个工作日", n = format!("{}.{}", tenths / 10, tenths % 10)))
    };
    let is = |f: &Filing, tab: &str| match tab {
        "answered" => matches!(f.state, State::Agreed | State::Announced | State::Done),
        "disagreed" => matches!(f.state, State::Disagreed | State::Withdrawn),
        _ => matches!(f.state, State::Draft | State::Studied | State::Received | State::More),
    };
    let count = |tab: &str| all.iter().filter(|f| is(f, tab)).count();
    let tab =
        if matches!(asked.show.as_str(), "answered" | "disagreed") { asked.show } else { "open".to_owned() };
    let tabs =
        [("open", page.t("在办")), ("answered", page.t("已批复")), ("disagreed", page.t("不同意和撤回"))]
            .into_iter()
            .map(|(id, label)| {
                Choice::new(format!("/filings?show={id}"), label).hint(count(id).to_string()).on(id == tab)
            })
            .collect();
    let mut lines = Vec::new();
    for (f, clock) in all.iter().zip(&clocks).filter(|(f, _)| is(f, &tab)) {
        let items = store::items(&db, f.id).await?;
        let place = places
            .get(&f.village)
            .map_or_else(|| f.title.clone(), |v| format!("{} {}", v.township_name, v.short));
        let stops = f.stopped.lines().count();
        let brought = store::documents(&db, f.id).await?;
        let missing =
            look::wanted(&posts, &items, &brought).iter().filter(|(d, there)| d.required && !there).count();
        let mut notes = Vec::new();
        if missing > 0 && f.state.is_open() {
            notes.push(page.tn("缺 {n} 份", missing));
        }
        if stops > 0 {
            notes.push(page.tn("拦下 {n} 处", stops));
        }
        lines.push(Line {
            id: f.id,
            no: f.no.clone(),
            place,
            what: said(&posts, &items, &day),
            track: items.first().map_or("", |i| sign(i.track)),
            state: page.t(f.state.title()),
            tone: match f.state {
                State::Agreed | State::Announced | State::Done => "ok",
                State::Disagreed => "stop",
                State::More => "warn",
                _ => "plan",
            },
            clock: match clock {
                Some(c) => page.m(&c.said),
                None if f.reply_no.is_empty() => String::new(),
                None => f.reply_no.clone(),
            },
            clock_tone: match clock {
                Some(c) if c.late => "stop",
                Some(c) if c.near => "warn",
                _ => "",
            },
            note: notes.join(if page.en() { "; " } else { "；" }),
        });
    }
    let html = ListPage {
        may_draft: caller.may(Action::DraftFiling),
        county: caller.may(Action::DecideFiling),
        waiting: all.iter().filter(|f| f.state == State::Received).count(),
        near: clocks.iter().flatten().filter(|c| c.near || c.late).count(),
        paused: all.iter().filter(|f| f.state == State::More).count(),
        answered: took.len(),
        average,
        disagreed: all.iter().filter(|f| f.state == State::Disagreed).count(),
        stopped: all.iter().map(|f| f.stopped.lines().count()).sum(),
        workdays: *posts.filing.county_answer_workdays,
        note: match clocks.iter().flatten().find_map(|c| c.note.as_ref()) {
            Some(note) => page.m(note),
            None if calendar.known(today.year()) => String::new(),
            None => page.t("本年节假日通知还没有载入，只扣了周末。").to_owned(),
        },
        may_calendar: caller.may(Action::ManageCalendar),
        tab,
        tabs,
        lines,
        page,
    };
    Ok(Html(html).into_response())
}

#[derive(Template)]
#[template(path = "filings/pages/begin.html")]
struct BeginPage {
    page: Page,
    villages: Vec<Choice>,
    faults: Faults,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Begun {
    village: String,
}

async fn chooser(
    app: &App,
    visitor: &Visitor,
    caller: &Caller,
    db: &Db,
    village: &str,
    faults: Faults,
) -> Answer<Response> {
    let page = page_for(app, visitor, "filings").await?;
    let all = registry::villages(db, &caller.part).await?;
    let choice = |v: &Village| Choice::new(&v.code, format!("{} {}", v.township_name, v.short));
    let villages = Choice::pick(all.iter().map(choice).collect(), village);
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok((status, Html(BeginPage { page, villages, faults })).into_response())
}

/// Where a draft begins: which village.
pub async fn begin(
    At(app): At<App>,
    visitor: Visitor,
    Client(caller): Client,
    Query(asked): Query<Begun>,
) -> Answer<Response> {
    let (_, db) = app.county(&caller).await?;
    chooser(&app, &visitor, &caller, &db, &asked.village, Faults::new()).await
}

/// Begins a draft for a village.
pub async fn create(
    At(app): At<App>,
    visitor: Visitor,
    Client(caller): Client,
    Form(asked): Form<Begun>,
) -> Answer<Response> {
    let (_, db) = app.county(&caller).await?;
    if asked.village.is_empty() {
        let mut faults = Faults::new();
        faults.add("village", visitor_text(&visitor));
        return chooser(&app, &visitor, &caller, &db, "", faults).await;
    }
    let found = places::store::village(&db, &asked.village).await?;
    let village = caller.authorize(Action::DraftFiling, found)?;
    let posts = posts_of(&db, &village.code, &registry::today()).await?;
    let id = actions::draft(&db, &caller, &posts, &village).await?;
    Ok(Redirect::to(&format!("/filings/{id}")).into_response())
}

fn visitor_text(visitor: &Visitor) -> String {
    msg!("请选择村").text(visitor.lang)
}

/// A track's sign in lists.
pub fn sign(track: Track) -> &'static str {
    match track {
        Track::Party => "党",
        Track::Elected => "选",
        Track::Hired => "聘",
    }
}

/// A day of the filing in words; empty for none.
pub fn told_day(day: &str) -> String {
    if day.is_empty() { String::new() } else { day_text(day) }
}

/// A word of the pack by its id.
pub fn word_of<W: Word>(id: &str) -> &'static str {
    W::parse(id).map_or("", W::label)
}
