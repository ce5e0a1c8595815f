//! Acts on claims of a file: recognise the value in use, decide a value that waits.

use super::person_of;
use crate::slices::people::Field;
use crate::slices::people::claims::{self, Decided, proposal};
use crate::slices::people::input;
use crate::slices::people::parts::{self, Claim, ClaimState};
use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use kernel::msg;
use platform::access::Action;
use platform::web::{Answer, App, Client, Failure};
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    kind: String,
    document: String,
    document_on: String,
    verdict: String,
    reason: String,
}

fn back(id: i64) -> Response {
    Redirect::to(&format!("/people/{id}#claims")).into_response()
}

/// Recognises the value in use from a document.
pub async fn recognise(
    State(app): State<App>,
    Client(caller): Client,
    Path(id): Path<i64>,
    Form(typed): Form<Typed>,
) -> Answer<Response> {
    let (_, db) = app.county(&caller).await?;
    let person = person_of(&db, &caller, id, Action::RecogniseClaim).await?;
    let field = Field::by_id(&typed.kind).filter(|f| f.is_claim()).ok_or(Failure::NotFound)?;
    let document = typed.document.trim();
    if document.is_empty() {
        return Err(Failure::Bad(msg!("请写明来源材料，例如 入党志愿书")));
    }
    let on = input::take(Field::ToldOn, &typed.document_on).map_err(Failure::Bad)?.value;
    let value = person.get(field).to_owned();
    if value.is_empty() {
        return Err(Failure::Bad(msg!("这一项还没有填；请先改档案")));
    }
    let mut event = caller.event("claim.propose", "person", &id.to_string(), person.get(Field::Village));
    event.person = Some(id);
    event.note.clone_from(&typed.kind);
    let mut tx = db.write(event).await?;
    let claim = proposal((caller.account, &caller.name), field.id(), &value, document, &on, "");
    let made = parts::put(&mut tx, &[(id, claim.clone())]).await?;
    tx.commit().await?;
    let Some(&claim_id) = made.first() else { return Err(Failure::NotFound) };
    let kept = parts::Kept { id: claim_id, part: claim };
    match claims::decide(&db, &caller, &person, &kept, true, "").await? {
        Decided::Done => Ok(back(id)),
        Decided::Stale => Err(Failure::Bad(msg!("这份档案刚被别人改过；请看过现在的再办"))),
    }
}

/// Recognises or refuses a value that waits.
pub async fn decide(
    State(app): State<App>,
    Client(caller): Client,
    Path((id, claim)): Path<(i64, i64)>,
    Form(typed): Form<Typed>,
) -> Answer<Response> {
    let (_, db) = app.county(&caller).await?;
    let person = person_of(&db, &caller, id, Action::RecogniseClaim).await?;
    let all = parts::of::<Claim>(&db, id).await?;
    let waiting = all.iter().find(|c| c.id == claim && c.state() == ClaimState::Proposed);
    let waiting = waiting.ok_or(Failure::NotFound)?;
    let yes = match typed.verdict.as_str() {
        "yes" => true,
        "no" => false,
        _ => return Err(Failure::Bad(msg!("请选择认定还是不予认定"))),
    };
    let reason = typed.reason.trim();
    if reason.is_empty() {
        return Err(Failure::Bad(msg!("请写明理由")));
    }
    match claims::decide(&db, &caller, &person, waiting, yes, reason).await? {
        Decided::Done => Ok(back(id)),
        Decided::Stale => Err(Failure::Bad(msg!("这份档案刚被别人改过；请看过现在的再办"))),
    }
}
