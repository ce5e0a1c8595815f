//! Motions: what was moved, for whom, with which reason; what those who stood before say; who decided; what follows.

use crate::slices::places::Desk;
use crate::slices::places::pages::{moment_text, status};
use crate::slices::places::store::today;
use crate::slices::posts::pages::day_text;
use crate::slices::posts::posts_of;
use crate::slices::vacancies::actions;
use crate::slices::vacancies::model::motion::{self, Faults as Found, Motion, Passed, State, Verdict};
use crate::slices::vacancies::store;
use askama::Template;
use axum::Form;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect, Response};
use platform::access::{Action, Authorized};
use platform::kit::{Choice, Faults, Link, Pager};
use platform::page::Page;
use platform::web::{Answer, Html};
use policy::posts::Word;
use serde::Deserialize;
use std::collections::HashMap;

/// A motion as a row.
pub struct Row {
    pub m: Motion,
    pub title: String,
    pub state: &'static str,
    pub tone: &'static str,
    pub day: String,
}

fn row(page: &Page, title: String, m: Motion) -> Row {
    let day = match m.state {
        State::Decided | State::Refused => day_text(&m.decided_on),
        _ => crate::slices::places::pages::day_text(m.at),
    };
    Row { title, state: stage(page, &m), tone: m.state.tone(), day, m }
}

/// Where a motion stands: of an elected seat the one agreed to is recommended, no more.
pub(super) fn stage(page: &Page, m: &Motion) -> &'static str {
    match (m.state, m.track.is_elected(), m.filing) {
        (State::Decided, true, _) => page.t("推荐人选"),
        (State::Decided, false, Some(_)) => page.t("已起草备案"),
        (state, ..) => page.t(state.title()),
    }
}

#[derive(Template)]
#[template(path = "vacancies/pages/motions.html")]
struct MotionsPage {
    page: Page,
    rows: Vec<Row>,
    pager: Pager,
    waiting: u64,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    page: u64,
}

pub async fn list(desk: Desk, Query(asked): Query<Asked>) -> Answer<Response> {
    let mut page = desk.page("pools").await?;
    page.path = "/vacancies/motions".to_owned();
    let (db, part, day) = (&desk.db, &desk.caller.part, today());
    let (all, waiting) = store::count(db, part).await?;
    let pager = Pager::new(asked.page, all, Link::new("/vacancies/motions"));
    let posts = posts_of(db, part.code(), &day).await?;
    let found = store::motions(db, part, (pager.size, pager.offset())).await?;
    let mut titles: HashMap<String, String> = HashMap::new();
    let rows = found
        .into_iter()
        .map(|m| {
            let title = titles.entry(m.post.clone()).or_insert_with(|| posts.title(&m.post, &day).to_owned());
            row(&page, title.clone(), m)
        })
        .collect();
    Ok(Html(MotionsPage { rows, pager, waiting, page }).into_response())
}

#[derive(Template)]
#[template(path = "vacancies/pages/motion.html")]
struct MotionPage {
    page: Page,
    r: Row,
    proof: Vec<String>,
    passed: Vec<(Passed, String)>,
    comment: String,
    proposed: String,
    decided: String,
    verdicts: Vec<Choice>,
    given: Verdict,
    ways: Vec<Choice>,
    /// Why no filing of appointment comes of it.
    barred: String,
    may_file: bool,
    may: bool,
    faults: Faults,
}

async fn found(desk: &Desk, id: i64, action: Action) -> Answer<Authorized<Motion>> {
    Ok(desk.caller.authorize(action, store::find(&desk.db, id).await?)?)
}

pub async fn show(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    let m = found(&desk, id, Action::ViewPeople).await?;
    let given = Verdict { on: today(), ..Verdict::default() };
    render(&desk, m, given, Vec::new()).await
}

async fn render(desk: &Desk, m: Authorized<Motion>, given: Verdict, faults: Found) -> Answer<Response> {
    let mut page = desk.page("pools").await?;
    page.path = format!("/vacancies/motions/{}", m.id);
    let (db, day) = (&desk.db, today());
    let posts = posts_of(db, &m.village, &day).await?;
    let verdicts = vec![
        Choice::new("carried", page.t("同意")).hint(if m.track.is_elected() {
            page.t("作为推荐人选，依法选举")
        } else {
            page.t("以后起草任职备案；现在不任职")
        }),
        Choice::new("refused", page.t("不同意")).hint(page.t("理由本人看得到")),
    ];
    let ways = actions::ways_in(db, &m).await?;
    let may = desk.caller.may(Action::ManageVacancies);
    let refused = !faults.is_empty();
    let barred = motion::bars_filing(&m);
    let html = MotionPage {
        proof: m.proof.lines().map(str::to_owned).collect(),
        passed: store::passed(db, m.id)
            .await?
            .into_iter()
            .map(|p| {
                let when = p.own_at.map(moment_text).unwrap_or_default();
                (p, when)
            })
            .collect(),
        comment: day_text(&m.comment_until),
        proposed: format!("{} {}", moment_text(m.at), m.by),
        decided: format!("{} {} {}", day_text(&m.decided_on), m.decided_by, m.meeting),
        verdicts: Choice::pick(verdicts, &given.verdict),
        ways: ways.iter().map(|w| Choice::new(w.id(), page.t(w.label()))).collect(),
        may_file: may && barred.is_none() && desk.caller.may(Action::DraftFiling),
        barred: barred.filter(|_| m.track.is_elected()).map(|b| page.m(&b)).unwrap_or_default(),
        may: may && m.state == State::Proposed,
        faults: Faults::told(faults, page.lang),
        r: row(&page, posts.title(&m.post, &day).to_owned(), (*m).clone()),
        given,
        page,
    };
    Ok((status(refused), Html(html)).into_response())
}

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct Sent {
    verdict: String,
    by: String,
    on: String,
    meeting: String,
    reason: String,
    way: String,
}

/// Decides it.
pub async fn decide(desk: Desk, Path(id): Path<i64>, Form(sent): Form<Sent>) -> Answer<Response> {
    let m = found(&desk, id, Action::ManageVacancies).await?;
    let Sent { verdict, by, on, meeting, reason, .. } = sent;
    let given = Verdict { verdict, by, on, meeting, reason };
    match actions::decide(&desk.db, &desk.caller, &m, &given).await? {
        Ok(()) => Ok(Redirect::to(&format!("/vacancies/motions/{id}")).into_response()),
        Err(faults) => render(&desk, m, given, faults).await,
    }
}

/// Takes it back.
pub async fn withdraw(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    let m = found(&desk, id, Action::ManageVacancies).await?;
    match actions::withdraw(&desk.db, &desk.caller, &m).await? {
        Ok(()) => Ok(Redirect::to(&format!("/vacancies/motions/{id}")).into_response()),
        Err(faults) => render(&desk, m, Verdict::default(), faults).await,
    }
}

/// Drafts the filing of what was agreed to.
pub async fn file(desk: Desk, Path(id): Path<i64>, Form(sent): Form<Sent>) -> Answer<Response> {
    let m = found(&desk, id, Action::ManageVacancies).await?;
    match actions::draft_filing(&desk.db, &desk.caller, &m, &sent.way).await? {
        Ok(filing) => Ok(Redirect::to(&format!("/filings/{filing}")).into_response()),
        Err(why) => render(&desk, m, Verdict::default(), vec![("way", why)]).await,
    }
}
