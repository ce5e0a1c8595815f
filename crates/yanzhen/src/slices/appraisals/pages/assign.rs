//! A rater's sheet as who leads the round sees it: who fills it in, until when, whether it counts; back to its office.

use super::led;
use crate::slices::appraisals::model::{Round, Sheet, State};
use crate::slices::appraisals::sheet::{Kind, columns};
use crate::slices::appraisals::{actions, actions_sheet, excusing, store};
use crate::slices::places::Desk;
use crate::slices::places::facts::adopted;
use crate::slices::places::pages::{moment_text, status};
use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use platform::kit::{Choice, Faults};
use platform::page::Page;
use platform::web::{Answer, Failure, Html};
use serde::Deserialize;

/// What a form gives with an act.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ActForm {
    unit: String,
    due_on: String,
    rule: String,
    reason: String,
}

#[derive(Template)]
#[template(path = "appraisals/pages/sheet.html")]
struct SheetPage {
    page: Page,
    round: Round,
    sheet: Sheet,
    rater: String,
    submitted: String,
    reminded: String,
    marks: usize,
    facts: usize,
    rules: Vec<Choice>,
    may: bool,
    may_retire: bool,
    faults: Faults,
}

/// A rater's sheet as who leads sees it: who fills it in, until when, whether it counts.
pub async fn show(desk: Desk, Path((id, sheet)): Path<(i64, i64)>) -> Answer<Response> {
    render(&desk, id, sheet, Faults::new()).await
}

async fn render(desk: &Desk, id: i64, sheet: i64, faults: Faults) -> Answer<Response> {
    let round = led(desk, id).await?;
    let (page, db) = (desk.page("rounds").await?, &desk.db);
    let found = store::sheet(db, sheet).await?.filter(|s| s.round == round.id);
    let Some(sheet) = found else { return Err(Failure::NotFound) };
    let pack = adopted(db, round.pack).await?;
    let cols = columns(&pack, &sheet.rater);
    let marks = cols.iter().filter(|c| matches!(c.kind, Kind::Mark { .. })).count();
    let html = SheetPage {
        rater: pack.rater_text(&sheet.rater),
        submitted: sheet.submitted_at.map(moment_text).unwrap_or_default(),
        reminded: sheet.reminded_at.map(moment_text).unwrap_or_default(),
        facts: cols.len() - marks,
        marks,
        rules: super::board::rules(&page),
        may: matches!(round.state, State::Draft | State::Entering),
        may_retire: sheet.retired_at.is_none()
            && matches!(round.state, State::Entering | State::Checking | State::Calibrating),
        faults,
        round: (*round).clone(),
        sheet,
        page,
    };
    let status = status(!html.faults.is_empty());
    Ok((status, Html(html)).into_response())
}

/// Assigns a sheet, or lets it count no more.
pub async fn act(
    desk: Desk,
    Path((id, sheet, act)): Path<(i64, i64, String)>,
    Form(form): Form<ActForm>,
) -> Answer<Response> {
    let round = led(&desk, id).await?;
    let found = store::sheet(&desk.db, sheet).await?.filter(|s| s.round == round.id);
    let Some(found) = found else { return Err(Failure::NotFound) };
    let done = match act.as_str() {
        "assign" => actions::assign(&desk.db, &desk.caller, &round, &found, &form.unit, &form.due_on).await?,
        "retire" => {
            excusing::retire(&desk.db, &desk.caller, &round, &found, &form.rule, &form.reason).await?
        }
        "return" => {
            let done =
                actions_sheet::return_sheet(&desk.db, &desk.caller, &round, &found, &form.reason).await?;
            done.map_err(|all| all.into_iter().map(|why| ("reason", why)).collect())
        }
        _ => return Err(Failure::NotFound),
    };
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/rounds/{id}/sheets/{sheet}")).into_response()),
        Err(found) => {
            let faults = Faults::told(found, desk.visitor.lang);
            render(&desk, id, sheet, faults).await
        }
    }
}
