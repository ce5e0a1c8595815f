//! A move into a pool or out of it: why, what the person says, who decided.

use super::{Line, line};
use crate::slices::places::Desk;
use crate::slices::places::pages::{moment_text, status};
use crate::slices::places::store::today;
use crate::slices::pools::actions;
use crate::slices::pools::model::{Faults as Found, Move, State, Verdict};
use crate::slices::pools::rules::pools_of;
use crate::slices::pools::store;
use crate::slices::posts::pages::day_text;
use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use platform::access::{Action, Authorized};
use platform::kit::{Choice, Faults};
use platform::page::Page;
use platform::web::{Answer, Html};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "pools/pages/one.html")]
struct OnePage {
    page: Page,
    l: Line,
    proposed: String,
    own_when: String,
    hear: String,
    decided: String,
    verdicts: Vec<Choice>,
    given: Verdict,
    may: bool,
    faults: Faults,
}

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct Sent {
    verdict: String,
    by: String,
    on: String,
    meeting: String,
    reason: String,
}

async fn found(desk: &Desk, id: i64, action: Action) -> Answer<Authorized<Move>> {
    Ok(desk.caller.authorize(action, store::find(&desk.db, id).await?)?)
}

pub async fn show(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    let m = found(&desk, id, Action::ViewPeople).await?;
    let given = Verdict { on: today(), ..Verdict::default() };
    render(&desk, m, given, Vec::new()).await
}

async fn render(desk: &Desk, m: Authorized<Move>, given: Verdict, faults: Found) -> Answer<Response> {
    let mut page = desk.page("pools").await?;
    page.path = format!("/pools/moves/{}", m.id);
    let day = today();
    let pools = pools_of(&desk.db, &m.village, &day).await?;
    let verdicts = vec![
        Choice::new("carried", page.t("同意")).hint(page.t("从决定的日期起生效")),
        Choice::new("refused", page.t("不同意")).hint(page.t("理由本人看得到")),
    ];
    let refused = !faults.is_empty();
    let html = OnePage {
        proposed: format!("{} {}", moment_text(m.at), m.by),
        own_when: m.own_at.map(moment_text).unwrap_or_default(),
        hear: day_text(&m.hear_until),
        decided: format!("{} {} {}", day_text(&m.decided_on), m.decided_by, m.meeting),
        verdicts: Choice::pick(verdicts, &given.verdict),
        may: m.state == State::Proposed && desk.caller.may(Action::ManagePools),
        faults: Faults::told(faults, page.lang),
        l: line(&page, &pools, (*m).clone(), &day),
        given,
        page,
    };
    Ok((status(refused), Html(html)).into_response())
}

/// Decides it.
pub async fn decide(desk: Desk, Path(id): Path<i64>, Form(sent): Form<Sent>) -> Answer<Response> {
    let m = found(&desk, id, Action::ManagePools).await?;
    let Sent { verdict, by, on, meeting, reason } = sent;
    let given = Verdict { verdict, by, on, meeting, reason };
    match actions::decide(&desk.db, &desk.caller, &m, &given).await? {
        Ok(()) => Ok(Redirect::to(&format!("/pools/moves/{id}")).into_response()),
        Err(faults) => render(&desk, m, given, faults).await,
    }
}

/// Takes it back.
pub async fn withdraw(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    let m = found(&desk, id, Action::ManagePools).await?;
    match actions::withdraw(&desk.db, &desk.caller, &m).await? {
        Ok(()) => Ok(Redirect::to(&format!("/pools/moves/{id}")).into_response()),
        Err(faults) => render(&desk, m, Verdict::default(), faults).await,
    }
}
