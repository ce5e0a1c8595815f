//! The public notice: who is to be chosen, objections to it, their answers.

use super::{campaign, tabs, text};
use crate::slices::calendar::store::calendar;
use crate::slices::campaigns::actions;
use crate::slices::campaigns::exchange::noticed;
use crate::slices::campaigns::model::{Campaign, Faults as Found, Standing, State};
use crate::slices::campaigns::noticing;
use crate::slices::campaigns::store::entries;
use crate::slices::campaigns::store::notices::{self, Finding, Notice, Objection, Said};
use crate::slices::places::Desk;
use crate::slices::places::pages::{date_text, status};
use crate::slices::places::store::today;
use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::{Day, msg};
use platform::access::{Action, Authorized};
use platform::kit::{Choice, Faults};
use platform::page::Page;
use platform::web::{Answer, Html};
use policy::campaigns::Work;
use std::collections::HashMap;

/// An objection as it is read.
struct Line {
    o: Objection,
    said: Said,
    received: String,
    due: String,
    late: bool,
}

#[derive(Template)]
#[template(path = "campaigns/pages/notice.html")]
struct NoticePage {
    page: Page,
    c: Authorized<Campaign>,
    tabs: Vec<Choice>,
    notice: Option<Notice>,
    /// Which working day of how many.
    nth: String,
    posted: String,
    until: String,
    people: Vec<(i64, public::wire::NoticePerson)>,
    lines: Vec<Line>,
    choices: Vec<Choice>,
    may_post: bool,
    may_object: bool,
    runs: bool,
    text: String,
    faults: Faults,
}

pub async fn show(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    render(&desk, id, String::new(), Found::new()).await
}

async fn render(desk: &Desk, id: i64, text: String, faults: Found) -> Answer<Response> {
    let mut page = desk.page("pools").await?;
    page.path = format!("/campaigns/{id}/notice");
    let (c, stages) = campaign(desk, id).await?;
    let stage = stages.iter().find(|s| s.work == Work::Notice);
    let now = stage.filter(|s| s.seq == c.stage && c.state == State::Open);
    let runs = actions::runs(&desk.caller, &c);
    let notice = notices::of_campaign(&desk.db, c.id).await?.into_iter().next();
    let day = today();
    let shown = match stage.filter(|s| s.begun_at.is_some()) {
        Some(s) => entries::reached(&desk.db, c.id, s.seq).await?,
        None => Vec::new(),
    };
    let people: Vec<_> = shown
        .iter()
        .filter(|e| matches!(e.standing, Standing::Running | Standing::Chosen))
        .map(|e| (e.id, noticed(e)))
        .collect();
    let days = calendar(&desk.db).await?;
    let nth = match (&notice, stage) {
        (Some(n), Some(s)) => match (n.posted_on.parse::<Day>(), day.parse::<Day>()) {
            (Ok(from), Ok(now)) => {
                let n = i64::from(days.workdays_between(from, now).days).clamp(0, i64::from(s.terms.length));
                page.m(&msg!("第 {n} / {all} 个工作日", n = n, all = s.terms.length))
            }
            _ => String::new(),
        },
        _ => String::new(),
    };
    let mut lines = Vec::new();
    if runs {
        let said: HashMap<i64, Said> = notices::said(&desk.db, c.id).await?.into_iter().collect();
        for o in notices::objections(&desk.db, c.id).await? {
            lines.push(Line {
                said: said.get(&o.id).cloned().unwrap_or_default(),
                received: date_text(&o.received_on),
                due: date_text(&o.due_on),
                late: o.finding == Finding::Open && o.due_on < day,
                o,
            });
        }
    }
    let refused = !faults.is_empty();
    let html = NoticePage {
        tabs: tabs(&page, &c, &stages, "/notice"),
        nth,
        posted: notice.as_ref().map(|n| date_text(&n.posted_on)).unwrap_or_default(),
        until: notice.as_ref().map(|n| date_text(&n.until)).unwrap_or_default(),
        choices: people.iter().map(|(id, p)| Choice::new(id.to_string(), &p.name)).collect(),
        may_post: runs && now.is_some() && notice.is_none(),
        may_object: runs && notice.as_ref().is_some_and(|n| n.until >= day),
        people,
        lines,
        runs,
        text: match (text.is_empty(), &notice) {
            (false, _) => text,
            (true, _) => page.m(&msg!(
                "根据{title}的结果，现将拟选用人员予以公示。公示期内可以实名反映问题。",
                title = c.title.as_str()
            )),
        },
        notice,
        faults: Faults::told(faults, page.lang),
        c,
        page,
    };
    Ok((status(refused), Html(html)).into_response())
}

async fn again<T>(desk: &Desk, id: i64, done: Result<T, Found>, text: String) -> Answer<Response> {
    match done {
        Ok(_) => Ok(Redirect::to(&format!("/campaigns/{id}/notice")).into_response()),
        Err(faults) => render(desk, id, text, faults).await,
    }
}

/// Posts it.
pub async fn post(
    desk: Desk,
    Path(id): Path<i64>,
    Form(sent): Form<HashMap<String, String>>,
) -> Answer<Response> {
    let (c, _) = campaign(&desk, id).await?;
    let said = text(&sent, "text");
    let done = noticing::post(&desk.db, &desk.caller, &c, &said).await?;
    again(&desk, id, done, said).await
}

/// Takes an objection in.
pub async fn object(
    desk: Desk,
    Path(id): Path<i64>,
    Form(sent): Form<HashMap<String, String>>,
) -> Answer<Response> {
    let (c, _) = campaign(&desk, id).await?;
    let said = Said { name: text(&sent, "name"), phone: text(&sent, "phone"), text: text(&sent, "about") };
    let entry = text(&sent, "entry").parse().ok();
    let done = noticing::object(&desk.db, &desk.caller, &c, (entry, &text(&sent, "how")), &said).await?;
    again(&desk, id, done, String::new()).await
}

/// Answers an objection.
pub async fn answer(
    desk: Desk,
    Path(id): Path<i64>,
    Form(sent): Form<HashMap<String, String>>,
) -> Answer<Response> {
    let o = desk.caller.authorize(Action::RunCampaigns, notices::find_objection(&desk.db, id).await?)?;
    let done =
        noticing::answer(&desk.db, &desk.caller, &o, &text(&sent, "finding"), &text(&sent, "answer")).await?;
    again(&desk, o.campaign, done, String::new()).await
}
