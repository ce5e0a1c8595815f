//! Why a subject has its grade, and what follows; for offices and, as [`whole`], for the person concerned.

use super::results::version_of;
use super::{day_text, leads, mark, seen};
use crate::slices::appraisals::appeals;
use crate::slices::appraisals::explain::{Explained, Sources, explained};
use crate::slices::appraisals::given::Given;
use crate::slices::appraisals::model::{Placed, Round, Subject};
use crate::slices::appraisals::store;
use crate::slices::places::Desk;
use crate::slices::places::pages::moment_text;
use crate::slices::places::store::today;
use crate::slices::rewards;
use askama::Template;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Response};
use platform::access::{Action, Authorized};
use platform::db::Db;
use platform::kit::Choice;
use platform::page::Page;
use platform::web::{Answer, Failure, Html};
use serde::Deserialize;

/// An explanation with all that stands around it.
pub struct Whole {
    pub round: Round,
    pub subject: Subject,
    pub mark: String,
    pub e: Explained,
    pub pack: String,
    pub hash: String,
    pub computed: String,
    pub version: i64,
    pub versions: i64,
    pub notice: String,
    /// Whether an appeal may be made today.
    pub open: bool,
    pub appeals: Vec<AppealLine>,
    pub indicators: Vec<Choice>,
    /// What is proposed, of whom, and how it stands.
    pub follows: Vec<rewards::pages::Line>,
}

/// An appeal in a line.
pub struct AppealLine {
    pub id: i64,
    pub what: String,
    pub state: &'static str,
    pub tone: &'static str,
    pub text: String,
    pub answer: String,
    pub by: String,
    pub at: String,
    pub due: String,
    pub waits: bool,
}

/// The explanation of a subject that the caller may see.
pub async fn whole(page: &Page, db: &Db, placed: &Authorized<Placed>, asked: Option<i64>) -> Answer<Whole> {
    let (round, subject) = (&placed.round, &placed.subject);
    let version = if round.version > 0 { version_of(round, asked) } else { 0 };
    let given = Given::at(db, round, if version == 0 { i64::MAX } else { version }).await?;
    let facts = store::facts_on(db, round.id, &subject.code).await?;
    let marks = store::marks_on(db, round.id, &subject.code).await?;
    let Some(at) = given.facts.find(&subject.code) else { return Err(Failure::NotFound) };
    let sources = Sources { facts: &facts, marks: &marks, township: &subject.township_name };
    let e = given
        .appraised(|done| explained(page, done, at, &sources))
        .map_err(|t| Failure::Internal(format!("a score of {} is too large", t.subject)))?;
    let versions = store::versions(db, round.id).await?;
    let made = appeals::of_subject(db, round.id, &subject.code).await?;
    let name = |id: &str| {
        e.indicators
            .iter()
            .find(|(i, _)| i == id)
            .map_or_else(|| page.t("整个结果").to_owned(), |(i, n)| format!("{i} {n}"))
    };
    let lines = made
        .iter()
        .map(|a| AppealLine {
            id: a.id,
            what: name(&a.indicator),
            state: page.t(a.state.title()),
            tone: a.state.tone(),
            text: a.text.clone(),
            answer: a.answer.clone(),
            by: a.answered_by.clone(),
            at: moment_text(a.at),
            due: day_text(&a.due_on),
            waits: a.state == appeals::AppealState::Asked,
        })
        .collect();
    let follows = rewards::store::of_village(db, &subject.village, Some(round.id)).await?;
    let follows = follows.into_iter().filter(|p| p.code == subject.code);
    let follows = follows.map(|p| rewards::pages::line(page, &given.pack, p)).collect();
    Ok(Whole {
        follows,
        mark: mark(&e.grade),
        pack: format!("{} {}", given.pack.title, given.pack.version),
        hash: given.pack.hash[..16].to_owned(),
        computed: versions
            .iter()
            .find(|v| v.version == version)
            .map(|v| moment_text(v.at))
            .unwrap_or_default(),
        version,
        versions: round.version,
        notice: day_text(&round.notice_until),
        open: appeals::open(round, &today()).is_ok(),
        appeals: lines,
        indicators: e.indicators.iter().map(|(i, n)| Choice::new(i, format!("{i} {n}"))).collect(),
        round: round.clone(),
        subject: subject.clone(),
        e,
    })
}

#[derive(Template)]
#[template(path = "appraisals/pages/why.html")]
struct WhyPage {
    page: Page,
    w: Whole,
    proposed: bool,
    may_appeal: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    version: Option<i64>,
}

/// A subject of a round that the caller sees; its running result is for who leads alone.
pub async fn placed(desk: &Desk, id: i64, code: &str) -> Answer<Authorized<Placed>> {
    let seen = seen(desk, id).await?;
    let leading = leads(desk, &seen.round);
    if !(leading || seen.round.state.is_public()) {
        return Err(Failure::NotFound);
    }
    let found = store::subject(&desk.db, &seen.round, code).await?;
    Ok(desk.caller.authorize(Action::ViewRounds, found)?)
}

pub async fn show(
    desk: Desk,
    Path((id, code)): Path<(i64, String)>,
    Query(asked): Query<Asked>,
) -> Answer<Response> {
    let placed = placed(&desk, id, &code).await?;
    let page = desk.page("rounds").await?;
    let w = whole(&page, &desk.db, &placed, asked.version).await?;
    let may_appeal = w.open && w.version == w.versions;
    Ok(Html(WhyPage { proposed: !w.round.state.is_public(), may_appeal, w, page }).into_response())
}
