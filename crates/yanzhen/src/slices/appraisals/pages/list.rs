//! The rounds of a part, and where one begins.

use super::{day_text, steps, tone};
use crate::slices::appraisals::actions::{self, New};
use crate::slices::appraisals::collect;
use crate::slices::appraisals::model::{Round, State};
use crate::slices::appraisals::store;
use crate::slices::places::Desk;
use crate::slices::places::facts::adopted;
use crate::slices::places::pages::status;
use crate::slices::places::store::today;
use crate::slices::posts::posts_of;
use askama::Template;
use axum::Form;
use axum::response::{IntoResponse, Redirect, Response};
use platform::access::Action;
use platform::kit::{Choice, Faults, Step};
use platform::page::Page;
use platform::web::{Answer, Html};

/// A round as listed.
pub struct Line {
    pub id: i64,
    pub title: String,
    pub year: String,
    pub pack: String,
    pub state: &'static str,
    pub tone: &'static str,
    pub subjects: usize,
    pub persons: bool,
    pub due: String,
}

#[derive(Template)]
#[template(path = "appraisals/pages/list.html")]
struct ListPage {
    page: Page,
    lines: Vec<Line>,
    /// The round at work, and its way.
    now: Option<Round>,
    steps: Vec<Step>,
    may: bool,
}

pub async fn list(desk: Desk) -> Answer<Response> {
    let (page, db) = (desk.page("rounds").await?, &desk.db);
    let rounds = store::list(db, &desk.caller.part).await?;
    let mut lines = Vec::new();
    for r in &rounds {
        lines.push(Line {
            id: r.id,
            title: r.title.clone(),
            year: r.year.clone(),
            pack: adopted(db, r.pack).await?.title.clone(),
            state: page.t(r.state.title()),
            tone: tone(r.state),
            subjects: store::subjects(db, r.id, desk.caller.part.township()).await?.len(),
            persons: r.of_persons(),
            due: match r.state {
                State::Entering => day_text(&r.marks_due),
                State::Published => day_text(&r.notice_until),
                _ => String::new(),
            },
        });
    }
    let open = |s: State| !matches!(s, State::Closed | State::Archived | State::Cancelled | State::Draft);
    let now = rounds.into_iter().find(|r| open(r.state));
    let steps = now.as_ref().map(|r| steps(&page, r)).unwrap_or_default();
    let may = desk.caller.may(Action::ManageRounds);
    Ok(Html(ListPage { lines, now, steps, may, page }).into_response())
}

#[derive(Template)]
#[template(path = "appraisals/pages/new.html")]
struct NewPage {
    page: Page,
    packs: Vec<Choice>,
    posts: Vec<Choice>,
    given: New,
    faults: Faults,
}

/// Where a round begins.
pub async fn new(desk: Desk) -> Answer<Response> {
    let year = today()[..4].to_owned();
    render(&desk, New { year, ..New::default() }, Faults::new()).await
}

async fn render(desk: &Desk, given: New, faults: Faults) -> Answer<Response> {
    let (page, db) = (desk.page("rounds").await?, &desk.db);
    let packs = collect::packs_for(db, &desk.caller.part).await?;
    let pack = |p: &crate::slices::places::facts::Adopted| {
        let hint = if p.pack.of_persons() { page.t("考核到人") } else { page.t("考核到村") };
        Choice::new(p.id.to_string(), format!("{} {}", p.pack.title, p.pack.version)).hint(hint)
    };
    let packs = Choice::pick(packs.iter().map(pack).collect(), &given.pack.to_string());
    let posts = posts_of(db, desk.caller.part.code(), &today()).await?;
    let post =
        |p: &policy::posts::Post| Choice::new(p.id.clone(), p.title.clone()).on(given.posts.contains(&p.id));
    let posts = posts.posts_on(&today()).into_iter().map(post).collect();
    let status = status(!faults.is_empty());
    Ok((status, Html(NewPage { packs, posts, given, faults, page })).into_response())
}

/// Begins a round.
pub async fn create(desk: Desk, Form(pairs): Form<Vec<(String, String)>>) -> Answer<Response> {
    let mut given = New::default();
    for (name, value) in pairs {
        let value = value.trim().to_owned();
        match name.as_str() {
            "pack" => given.pack = value.parse().unwrap_or_default(),
            "title" => given.title = value,
            "year" => given.year = value,
            "posts" => given.posts.push(value),
            "marks_due" => given.marks_due = value,
            "check_due" => given.check_due = value,
            "publish_due" => given.publish_due = value,
            _ => {}
        }
    }
    match actions::begin(&desk.db, &desk.caller, &given).await? {
        Ok(id) => Ok(Redirect::to(&format!("/rounds/{id}")).into_response()),
        Err(found) => render(&desk, given, Faults::told(found, desk.visitor.lang)).await,
    }
}
