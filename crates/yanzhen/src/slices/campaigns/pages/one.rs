//! A campaign: its stages with what is in each, what is to be done now, and what has been.

use super::{campaign, tabs, time_text, under};
use crate::slices::campaigns::actions;
use crate::slices::campaigns::model::{Campaign, Faults as Found, Stage, Standing, State, ends};
use crate::slices::campaigns::reviewing;
use crate::slices::campaigns::rules;
use crate::slices::campaigns::store::entries;
use crate::slices::places::Desk;
use crate::slices::places::pages::{day_text, moment_text, status};
use crate::slices::places::store::today;
use crate::slices::reviews;
use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::{Message, msg};
use platform::access::{Action, Authorized};
use platform::kit::{Choice, Event, Faults};
use platform::page::Page;
use platform::web::{Answer, Html};
use policy::campaigns::Work;
use std::collections::HashMap;

/// A stage in the pipe.
struct Pipe {
    seq: i64,
    class: &'static str,
    title: String,
    n: String,
    under: String,
    planned: String,
    open: bool,
}

/// A township's part of the applications.
struct Town {
    code: String,
    name: String,
    all: i64,
    running: i64,
}

#[derive(Template)]
#[template(path = "campaigns/pages/one.html")]
struct OnePage {
    page: Page,
    c: Authorized<Campaign>,
    kind: String,
    basis: String,
    times: String,
    tabs: Vec<Choice>,
    pipes: Vec<Pipe>,
    now: Option<Stage>,
    /// Why the stage that runs cannot end yet.
    why: Vec<String>,
    next: String,
    runs: bool,
    towns: Vec<Town>,
    /// Standing, how many, the address of the list.
    tally: Vec<(&'static str, i64, String)>,
    events: Vec<Event>,
    faults: Faults,
    stage_link: String,
    need: i64,
    /// In an inspection, how many nobody inspected yet.
    uninspected: u64,
    /// How far the joint review is: its id, seats with how many answered of how many; while that stage runs.
    reviewed: Option<(i64, u64, Vec<Seat>)>,
    may_review: bool,
    /// Seats of the review that are asked where wanted.
    optional: Vec<Choice>,
    sees_reviews: bool,
    /// Somebody was chosen by a decision.
    decided: bool,
    /// How many may pass at once: nothing stands in their way.
    may_pass: bool,
}

/// A seat of the joint review.
struct Seat {
    title: String,
    word: String,
    tone: &'static str,
    answered: u64,
    share: u64,
}

pub async fn show(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    render(&desk, id, Found::new()).await
}

fn work_link(c: &Campaign, work: Work) -> String {
    let part = match work {
        Work::Meeting => "/meetings",
        Work::Written | Work::Interview => "/marks",
        Work::Notice => "/notice",
        _ => "/entries",
    };
    format!("/campaigns/{}{part}", c.id)
}

fn pipes(page: &Page, c: &Campaign, stages: &[Stage], tally: &[(i64, Standing, i64, i64)]) -> Vec<Pipe> {
    let pipe = |s: &Stage| {
        let came: i64 =
            tally.iter().filter(|t| t.0 >= s.seq && t.1 != Standing::Recommended).map(|t| t.2).sum();
        let (now, done) = (s.begun_at.is_some() && s.ended_at.is_none(), s.ended_at.is_some());
        let weight = (s.terms.weight > 0)
            .then(|| page.tn("占 {n}%", kernel::Quantity(i128::from(s.terms.weight)).to_string()));
        let length = (s.terms.length > 0).then(|| match s.work {
            Work::Notice => page.tn("{n} 个工作日", s.terms.length),
            Work::Probation => page.tn("{n} 个月", s.terms.length),
            _ => page.tn("{n} 天", s.terms.length),
        });
        let told = [Some(s.planned.clone()).filter(|p| !p.is_empty()), weight, length];
        Pipe {
            seq: s.seq,
            class: if now && c.state == State::Open {
                "is-now"
            } else if done {
                "is-done"
            } else {
                ""
            },
            title: s.title.clone(),
            n: if s.begun_at.is_some() { came.to_string() } else { "—".to_owned() },
            under: match s.ended_at {
                Some(at) => day_text(at),
                None => told.into_iter().flatten().next().unwrap_or_default(),
            },
            planned: s.planned.clone(),
            open: !done,
        }
    };
    stages.iter().map(pipe).collect()
}

async fn render(desk: &Desk, id: i64, faults: Found) -> Answer<Response> {
    let mut page = desk.page("pools").await?;
    page.path = format!("/campaigns/{id}");
    let (c, stages) = campaign(desk, id).await?;
    let part = &desk.caller.part;
    let rules = rules::rules(&desk.db, &c).await?;
    let shown = match stages.is_empty() {
        true => rules::stages(&rules, &c.kind, &c.rules_on),
        false => stages.clone(),
    };
    let tally = entries::tally(&desk.db, c.id, part).await?;
    let now = stages.iter().find(|s| s.seq == c.stage).filter(|_| c.state == State::Open).cloned();
    let why = match &now {
        Some(stage) => ends(stage, &actions::standing(&desk.db, &c, stage).await?),
        None => Vec::new(),
    };
    let towns = entries::by_township(&desk.db, c.id, part).await?;
    let next = now.as_ref().and_then(|n| stages.iter().find(|s| s.seq == n.seq + 1));
    let list = |standing: Standing| {
        let n = tally.iter().filter(|t| t.1 == standing).map(|t| t.2).sum::<i64>();
        (page.t(standing.title()), n, format!("/campaigns/{}/entries?standing={}", c.id, standing.id()))
    };
    let at_review = now.as_ref().is_some_and(|s| s.work == Work::Review);
    let asked = match at_review {
        true => reviews::progress(&desk.db, reviews::Purpose::Campaign, Some(c.id)).await?,
        false => None,
    };
    let runs = actions::runs(&desk.caller, &c);
    let inspecting = now.as_ref().filter(|s| s.work == Work::Inspect);
    let uninspected = match inspecting {
        Some(s) => {
            let since = c.apply_from.get(..10).unwrap_or_default().to_owned();
            let filter =
                entries::Filter { stage: Some(s.seq), uninspected: since, ..entries::Filter::default() };
            entries::count(&desk.db, c.id, &filter, part).await?
        }
        None => 0,
    };
    let decided = stages.iter().find(|s| s.work == Work::Decide).is_some_and(|s| s.ended_at.is_some());
    let refused = !faults.is_empty();
    let html = OnePage {
        sees_reviews: desk.caller.may(Action::RunReviews),
        optional: match at_review && asked.is_none() {
            true => optional_seats(desk).await?,
            false => Vec::new(),
        },
        may_review: at_review && asked.is_none() && desk.caller.may(Action::RunReviews),
        may_pass: runs && now.as_ref().is_some_and(|s| matches!(s.work, Work::Review | Work::Notice)),
        reviewed: asked.map(|p| {
            let seat = |s: reviews::SeatProgress| Seat {
                word: page.t(if s.signed { "已签发" } else { "待答" }).to_owned(),
                tone: if s.signed { "ok" } else { "info" },
                share: s.answered * 100 / p.people.max(1),
                answered: s.answered,
                title: s.title,
            };
            (p.review, p.people, p.seats.into_iter().map(seat).collect())
        }),
        kind: rules.kind_title(&c.kind, &c.rules_on).to_owned(),
        basis: rules.kind_on(&c.kind, &c.rules_on).map(|k| k.basis.clone()).unwrap_or_default(),
        times: format!("{} — {}", time_text(&c.apply_from), time_text(&c.apply_to)),
        tabs: tabs(&page, &c, &stages, ""),
        pipes: pipes(&page, &c, &shown, &tally),
        why: why.iter().map(|m| page.m(m)).collect(),
        next: next.map(|s| s.title.clone()).unwrap_or_default(),
        runs,
        towns: towns
            .into_iter()
            .map(|(code, name, all, running)| Town { code, name, all, running })
            .collect(),
        tally: Standing::ALL.into_iter().map(list).filter(|t| t.1 > 0).collect(),
        events: events(&c, &stages),
        faults: Faults::told(faults, page.lang),
        stage_link: now.as_ref().map(|s| work_link(&c, s.work)).unwrap_or_default(),
        uninspected,
        decided,
        need: tally.iter().filter(|t| t.1 == Standing::Running).map(|t| t.3).sum(),
        now,
        c,
        page,
    };
    Ok((status(refused), Html(html)).into_response())
}

/// The seats that a joint review asks where wanted.
async fn optional_seats(desk: &Desk) -> Answer<Vec<Choice>> {
    let day = today();
    let review = reviews::review_of(&desk.db, &day).await?;
    let seats = review.seats_on(&day).into_iter().filter(|s| s.optional);
    Ok(seats.map(|s| Choice::new(s.id.clone(), s.title.clone())).collect())
}

/// What happened, with how long each stage took.
fn events(c: &Campaign, stages: &[Stage]) -> Vec<Event> {
    let mut out = vec![Event::past(moment_text(c.made_at), "建立草稿").by(&c.made_by)];
    for s in stages {
        match (s.begun_at, s.ended_at) {
            (Some(from), Some(to)) => {
                let days = (to - from) / 86_400_000 + 1;
                out.push(
                    Event::past(moment_text(to), format!("{} 结束，历时 {days} 天", s.title)).by(&s.ended_by),
                );
            }
            (Some(from), None) => {
                out.push(Event::past(moment_text(from), format!("{} 开始", s.title)).by(&s.begun_by));
            }
            _ => out.push(Event::coming(s.planned.clone(), s.title.clone())),
        }
    }
    if !c.reason.is_empty() {
        out.push(Event::past(
            crate::slices::places::pages::date_text(&c.ended_on),
            format!("终止：{}", c.reason),
        ));
    }
    out
}

/// Publishes a draft.
pub async fn open(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    let (c, _) = campaign(&desk, id).await?;
    match actions::open(&desk.db, &desk.caller, &c).await? {
        Ok(()) => Ok(Redirect::to(&format!("/campaigns/{id}")).into_response()),
        Err(faults) => render(&desk, id, faults).await,
    }
}

/// Ends the stage that runs.
pub async fn advance(
    desk: Desk,
    Path(id): Path<i64>,
    Form(sent): Form<HashMap<String, String>>,
) -> Answer<Response> {
    let (c, _) = campaign(&desk, id).await?;
    let seq = super::text(&sent, "stage").parse().unwrap_or_default();
    match actions::advance(&desk.db, &desk.caller, &c, seq).await? {
        Ok(()) => Ok(Redirect::to(&format!("/campaigns/{id}")).into_response()),
        Err(why) => {
            let faults: Vec<(&'static str, Message)> = why.into_iter().map(|w| ("stage", w)).collect();
            render(&desk, id, faults).await
        }
    }
}

/// Sends everybody of the stage to the seats of the joint review.
pub async fn review(
    desk: Desk,
    Path(id): Path<i64>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let (c, _) = campaign(&desk, id).await?;
    let optional = sent.into_iter().filter(|(name, _)| name == "optional").map(|(_, seat)| seat).collect();
    match reviewing::open(&desk.db, &desk.caller, &c, optional).await? {
        Ok(_) => Ok(Redirect::to(&format!("/campaigns/{id}")).into_response()),
        Err(faults) => render(&desk, id, faults.into_iter().map(|f| ("stage", f.1)).collect()).await,
    }
}

/// Passes everybody in whose way nothing stands.
pub async fn pass(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    let (c, _) = campaign(&desk, id).await?;
    match reviewing::pass_clear(&desk.db, &desk.caller, &c).await? {
        Ok(_) => Ok(Redirect::to(&format!("/campaigns/{id}")).into_response()),
        Err(faults) => render(&desk, id, faults).await,
    }
}

/// Ends a campaign early.
pub async fn cancel(
    desk: Desk,
    Path(id): Path<i64>,
    Form(sent): Form<HashMap<String, String>>,
) -> Answer<Response> {
    let (c, _) = campaign(&desk, id).await?;
    match actions::cancel(&desk.db, &desk.caller, &c, &super::text(&sent, "reason")).await? {
        Ok(()) => Ok(Redirect::to(&format!("/campaigns/{id}")).into_response()),
        Err(faults) => render(&desk, id, faults).await,
    }
}

/// Says when stages are meant to be.
pub async fn plan(
    desk: Desk,
    Path(id): Path<i64>,
    Form(sent): Form<HashMap<String, String>>,
) -> Answer<Response> {
    let (c, _) = campaign(&desk, id).await?;
    let planned: Vec<(i64, String)> = under(&sent, "planned.")
        .filter_map(|(seq, text)| Some((seq.parse().ok()?, text.to_owned())))
        .collect();
    if planned.is_empty() {
        return render(&desk, id, vec![("planned", msg!("没有要写的"))]).await;
    }
    match actions::plan(&desk.db, &desk.caller, &c, &planned).await? {
        Ok(()) => Ok(Redirect::to(&format!("/campaigns/{id}")).into_response()),
        Err(faults) => render(&desk, id, faults).await,
    }
}
