//! A person's own pages (我的): the file, who looked, corrections, a copy.

pub mod copy;
pub mod correct;
pub mod file;

use super::shown::title_of;
use super::time_text;
use crate::slices::people::corrections::{self, Correction};
use crate::slices::people::looked::{self, Look};
use crate::slices::people::parts::{self, PoolStay};
use crate::slices::people::{Field, Person, State, store};
use crate::slices::places::Desk;
use crate::slices::places::pages::score_text;
use crate::slices::places::store::today;
use crate::slices::posts::actions::{self, Duty};
use crate::slices::posts::pages::day_text;
use crate::slices::posts::{self, posts_of};
use crate::slices::rewards;
use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::{Day, WorkCalendar};
use platform::access::{Authorized, Role};
use platform::db::now_ms;
use platform::page::Page;
use platform::web::{Answer, Failure, Html, page_for};

/// The caller's own file; `None` where none is linked with the account. Applicants have none yet.
pub async fn mine(desk: &Desk) -> Answer<Option<Authorized<Person>>> {
    if desk.caller.role != Role::VillageCadre {
        return Ok(None);
    }
    let found = store::own(&desk.db, desk.caller.account).await?;
    let found = found.filter(|p| !matches!(p.state, State::Merged | State::Erased));
    Ok(found.map(|p| desk.caller.own(Some(p))).transpose()?)
}

/// Where somebody without a file is sent: the page that says so.
pub fn home() -> Response {
    Redirect::to("/me").into_response()
}

#[derive(Template)]
#[template(path = "people/pages/own/none.html")]
struct NonePage {
    page: Page,
    what: &'static str,
    why: &'static str,
}

/// A post as the own page says it.
pub struct Now {
    pub title: String,
    pub place: String,
    pub since: String,
}

/// A request for correction as the own pages list it.
pub struct Asked {
    pub id: i64,
    pub field: &'static str,
    pub state: &'static str,
    pub tone: &'static str,
    pub at: String,
    /// What is asked for; masked where the field is.
    pub asked: String,
    pub reason: String,
    pub due: String,
    pub late: bool,
    pub answer: String,
    pub by: String,
    pub attachment: Option<i64>,
    pub waits: bool,
}

impl Asked {
    /// As the person reads it; `asked` is said by whoever knows the county's words.
    pub fn of(page: &Page, c: &Correction, asked: String, calendar: &WorkCalendar, today: Day) -> Asked {
        let clock = c.clock(calendar, today);
        let when = c.answered_at.map(time_text).unwrap_or_default();
        Asked {
            id: c.id,
            field: page.t(c.field.title()),
            state: page.t(c.state.title()),
            tone: c.state.tone(),
            at: time_text(c.at),
            asked,
            reason: c.reason.clone(),
            due: day_text(&c.due_on),
            late: clock.is_some_and(|c| c.late),
            answer: c.answer.clone(),
            by: format!("{} {} {when}", c.answered_unit, c.answered_by).trim().to_owned(),
            attachment: c.attachment,
            waits: c.waits(),
        }
    }
}

/// What followed from a result, as the own page lists it.
pub struct Followed {
    pub id: i64,
    pub action: String,
    pub round: String,
    pub state: &'static str,
    pub tone: &'static str,
    /// The person may still say something before it is decided.
    pub may_speak: bool,
}

#[derive(Template)]
#[template(path = "people/pages/own/home.html")]
struct HomePage {
    page: Page,
    person: Person,
    now: Vec<Now>,
    duties: Vec<Duty>,
    /// A year-end report to write: its year, its deadline in words, whether it was sent back.
    report: Option<(String, String, bool)>,
    /// Whereabouts were told longer ago than the pack allows, or never.
    stale: bool,
    asked: Vec<Asked>,
    /// What results proposed or decided for the person.
    results: Vec<Followed>,
    /// Entries into pools and exits, the latest first.
    moves: Vec<crate::slices::pools::Move>,
    /// The own courses on the way into the party, the latest first: id, stage, state.
    courses: Vec<crate::slices::membership::pages::Own>,
    /// Where the person stood before somebody who was chosen: id, place, village, state and tone.
    passed: Vec<(i64, i64, String, &'static str, &'static str)>,
    /// The latest growth scores: total and score.
    scores: Vec<(String, crate::slices::pools::Score)>,
    /// Joint reviews that the person reads of, the latest first.
    reviewed: Vec<crate::slices::reviews::Subject>,
    lookers: i64,
    last: Option<Look>,
}

impl HomePage {
    fn first(&self) -> String {
        self.person.name().chars().take(1).collect()
    }

    fn todo(&self) -> usize {
        self.duties.len() + usize::from(self.stale) + usize::from(self.report.is_some())
    }
}

fn followed(page: &Page, p: rewards::Proposal) -> Followed {
    let (state, tone) = rewards::stage(page, &p);
    Followed {
        id: p.id,
        action: page.w(policy::action_text(&p.action)),
        may_speak: p.state.is_open() && p.wants_hearing(),
        round: p.round_title,
        state,
        tone,
    }
}

const WEEK_MS: i64 = 7 * 24 * 3_600_000;

/// Where a cadre lands: what is to do, the own posts, corrections under way, who looked this week.
pub async fn show(desk: Desk) -> Answer<Response> {
    let page = page_for(&desk.app, &desk.visitor, "me").await?;
    let Some(person) = mine(&desk).await? else {
        let (what, why) = match desk.caller.role {
            Role::Applicant => (
                page.t("您还没有报名"),
                page.t("报名以后，办到哪一步、结果和理由都在这里，只有您自己和经办人看得到。"),
            ),
            _ => (
                page.t("这个账号还没有和您的档案连起来"),
                page.t("连起来以后，您的档案、谁看过、改过什么都在这里，有错可以提出更正。请找乡镇党委开通本人查看。"),
            ),
        };
        return Ok(Html(NonePage { page, what, why }).into_response());
    };
    let db = &desk.db;
    let (day, village) = (today(), person.get(Field::Village));
    let rules = posts_of(db, village, &day).await?;
    let people = super::rules(db, village).await?;
    let mut now = Vec::new();
    let holds = posts::store::of_person(db, person.id).await?;
    for hold in posts::present(&holds, &rules, &day) {
        let place = crate::slices::places::store::village(db, &hold.village).await?;
        now.push(Now {
            title: title_of(hold, &rules).to_owned(),
            place: place.map(|v| v.short).unwrap_or_default(),
            since: day_text(&hold.from_on),
        });
    }
    let duties = actions::duties_of(db, person.id).await?;
    let pooled = parts::of::<PoolStay>(db, person.id).await?.iter().any(|s| s.on(&day));
    let today: Day = day.parse().map_err(|_| Failure::NotFound)?;
    let told = person.get(Field::ToldOn).parse::<Day>().ok();
    let days = told.and_then(|then| Some(i64::from(today.since(then).ok()?.get_days())));
    let old = days.is_none_or(|days| days > i64::from(*people.whereabouts_days));
    let calendar = crate::slices::calendar::calendar(db).await?;
    let all = corrections::of_person(db, person.id).await?;
    let asked = all.iter().filter(|c| c.waits());
    let asked = asked
        .map(|c| Asked::of(&page, c, correct::said(&page, &people, c.field, &c.asked), &calendar, today))
        .collect();
    let moves = crate::slices::pools::store::of_person(db, person.id).await?;
    let passed = crate::slices::vacancies::store::passed_by(db, person.id).await?;
    let passed = passed
        .into_iter()
        .map(|(p, m)| {
            let place = format!("{} {}", m.village_name, rules.title(&m.post, &day));
            (p.id, p.place, place, page.t(m.state.title()), m.state.tone())
        })
        .collect();
    let results = rewards::store::of_person(db, person.id).await?;
    let results = results.into_iter().map(|p| followed(&page, p)).collect();
    let (lookers, last) = looked::others(db, person.id, desk.caller.account, now_ms() - WEEK_MS).await?;
    let report = crate::slices::duty::sheet::own(db, person.id).await?;
    let html = HomePage {
        report: report.map(|(year, due, back)| (year, day_text(&due), back)),
        now,
        duties: duties.into_iter().filter(|d| d.accepted_at.is_none()).collect(),
        stale: pooled && old,
        passed,
        asked,
        results,
        scores: crate::slices::pools::store::scores_of(db, person.id)
            .await?
            .into_iter()
            .take(4)
            .map(|s| (score_text(s.total), s))
            .collect(),
        moves,
        courses: crate::slices::membership::pages::own_courses(db, &page, &person).await?,
        reviewed: crate::slices::reviews::store::subjects::of_person(db, person.id)
            .await?
            .into_iter()
            .filter(crate::slices::reviews::Subject::is_shown)
            .take(4)
            .collect(),
        lookers,
        last,
        person: (*person).clone(),
        page,
    };
    Ok(Html(html).into_response())
}

/// Signs for a duty of an own post.
pub async fn accept(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    let person = mine(&desk).await?.ok_or(Failure::NotFound)?;
    if !actions::accept(&desk.db, &desk.caller, person.id, id).await? {
        return Err(Failure::NotFound);
    }
    Ok(home())
}
