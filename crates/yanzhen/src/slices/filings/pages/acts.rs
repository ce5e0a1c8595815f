//! Acts on a filing.

use super::one::{Refused, filing_of, render};
use crate::slices::filings::actions::{self, Added, Asked, Given, Moved};
use crate::slices::filings::model::{Act, Filing};
use crate::slices::filings::store;
use crate::slices::places::pages::{Sent, limit};
use crate::slices::places::store::today;
use crate::slices::posts::posts_of;
use axum::Form;
use axum::extract::{Path, Request, State as At};
use axum::response::{IntoResponse, Redirect, Response};
use kernel::msg;
use platform::access::{Action, Authorized, Caller};
use platform::attachments::{self, NewFile};
use platform::db::Db;
use platform::kit;
use platform::web::{Answer, App, Client, Failure, Visitor, page_for};
use policy::posts::{Opinion, Word};
use serde::Deserialize;

/// What any form of the page may carry.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    holding: String,
    post: String,
    person: String,
    way: String,
    reason: String,
    basis: String,
    text: String,
    day: String,
    opinion: String,
    /// Sentences for the checks that ask for one: `check id=sentence` a line, made by the page's fields.
    #[serde(flatten)]
    rest: std::collections::HashMap<String, String>,
}

fn there(filing: &Filing) -> Response {
    Redirect::to(&format!("/filings/{}", filing.id)).into_response()
}

async fn refuse(
    app: &App,
    visitor: &Visitor,
    at: (&Caller, &Db, &Authorized<Filing>),
    form: &'static str,
    typed: Typed,
    faults: actions::Faults,
) -> Answer<Response> {
    let page = page_for(app, visitor, "filings").await?;
    let refused = Refused {
        form,
        faults: kit::Faults::told(faults, page.lang),
        text: typed.text,
        reason: typed.reason,
        basis: typed.basis,
        opinion: typed.opinion,
    };
    render(app, visitor, at.0, at.1, at.2, refused).await
}

fn stale() -> actions::Faults {
    vec![("act", msg!("这件备案刚被别人改过；请看过现在的再办"))]
}

/// Adds somebody who takes or leaves a post to a draft.
pub async fn add(
    At(app): At<App>,
    visitor: Visitor,
    Client(caller): Client,
    Path(id): Path<i64>,
    Form(typed): Form<Typed>,
) -> Answer<Response> {
    let (_, db) = app.county(&caller).await?;
    let filing = filing_of(&db, &caller, id, Action::DraftFiling).await?;
    let posts = posts_of(&db, &filing.village, &today()).await?;
    let leaving = typed.rest.contains_key("leave");
    let asked = Asked {
        // Whoever leaves is named by the hold; 0 names none.
        holding: leaving.then(|| typed.holding.trim().parse().unwrap_or(0)),
        post: typed.post.clone(),
        person: typed.person.trim().parse().ok(),
        way: typed.way.clone(),
        reason: typed.reason.clone(),
        basis: typed.basis.clone(),
    };
    let form = if leaving { "leave" } else { "appoint" };
    match actions::add(&db, &caller, &posts, &filing, &asked).await? {
        Added::Done | Added::Stopped => Ok(there(&filing)),
        Added::Faulty(faults) => refuse(&app, &visitor, (&caller, &db, &filing), form, typed, faults).await,
        Added::Stale => refuse(&app, &visitor, (&caller, &db, &filing), form, typed, stale()).await,
    }
}

/// Takes a change out of a draft.
pub async fn drop(
    At(app): At<App>,
    Client(caller): Client,
    Path((id, item)): Path<(i64, i64)>,
) -> Answer<Response> {
    let (_, db) = app.county(&caller).await?;
    let filing = filing_of(&db, &caller, id, Action::DraftFiling).await?;
    // What somebody else took out meanwhile is out: the page shows it.
    actions::drop(&db, &caller, &filing, item).await?;
    Ok(there(&filing))
}

/// Brings a document.
pub async fn bring(
    At(app): At<App>,
    visitor: Visitor,
    Client(caller): Client,
    Path(id): Path<i64>,
    request: Request,
) -> Answer<Response> {
    let (_, db) = app.county(&caller).await?;
    let filing = filing_of(&db, &caller, id, Action::DraftFiling).await?;
    let sent = Sent::read(request, limit(&app)).await?;
    let document = sent.text("document").to_owned();
    let known = !document.is_empty() && document.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    let fault = match (&sent.file, known && filing.state.is_open()) {
        (_, false) => Some(msg!("请选择是哪一项材料")),
        (None, _) => Some(msg!("请选择文件")),
        (Some((name, bytes)), true) => {
            let record = filing.id.to_string();
            let kind = store::kind_of(&document);
            let file = NewFile { name, bytes, kind: &kind, record: &record, part: &filing.village };
            let event = caller.event("filing.document", "filing", &record, &filing.village);
            attachments::store(&db, event, limit(&app), file).await?.err()
        }
    };
    match fault {
        None => Ok(there(&filing)),
        Some(why) => {
            let faults = vec![("document", why)];
            refuse(&app, &visitor, (&caller, &db, &filing), "document", Typed::default(), faults).await
        }
    }
}

/// Gives a document out.
pub async fn document(
    At(app): At<App>,
    Client(caller): Client,
    Path((id, attachment)): Path<(i64, i64)>,
) -> Answer<Response> {
    let (_, db) = app.county(&caller).await?;
    let filing = filing_of(&db, &caller, id, Action::ViewPosts).await?;
    let found = attachments::open(&db, attachment).await?.ok_or(Failure::NotFound)?;
    if found.0.record != filing.id.to_string() || !found.0.kind.starts_with("filing/") {
        return Err(Failure::NotFound);
    }
    let event = caller.event("filing.document.open", "filing", &filing.id.to_string(), &filing.village);
    db.record(event, platform::audit::Outcome::Done).await?;
    Ok(attachments::download(&found.0.name, &found.0.mime, found.1))
}

fn given(typed: &Typed, caller: &Caller) -> Given {
    let explained: Vec<String> = typed
        .rest
        .iter()
        .filter_map(|(k, v)| Some((k.strip_prefix("explain-")?, v.trim())))
        .filter(|(_, v)| !v.is_empty())
        .map(|(id, v)| format!("{id}\t{}", v.replace(['\n', '\r', '\t'], " ")))
        .collect();
    Given {
        text: typed.text.clone(),
        day: typed.day.clone(),
        explained: explained.join("\n"),
        issuer: caller.unit.clone(),
    }
}

async fn moved(
    app: &App,
    visitor: &Visitor,
    caller: &Caller,
    id: i64,
    act: Act,
    form: &'static str,
    typed: Typed,
) -> Answer<Response> {
    let (_, db) = app.county(caller).await?;
    let action = if act.is_countys() { Action::DecideFiling } else { Action::DraftFiling };
    let filing = filing_of(&db, caller, id, action).await?;
    let posts = posts_of(&db, &filing.village, &today()).await?;
    match actions::act(&db, caller, &posts, &filing, act, &given(&typed, caller)).await? {
        Moved::Done => Ok(there(&filing)),
        Moved::Faulty(faults) => refuse(app, visitor, (caller, &db, &filing), form, typed, faults).await,
        Moved::Stale => refuse(app, visitor, (caller, &db, &filing), form, typed, stale()).await,
    }
}

/// An act of the township.
pub async fn act(
    At(app): At<App>,
    visitor: Visitor,
    Client(caller): Client,
    Path((id, act)): Path<(i64, String)>,
    Form(typed): Form<Typed>,
) -> Answer<Response> {
    let Some(act) = Act::by_id(&act).filter(|a| !a.is_countys()) else { return Err(Failure::NotFound) };
    moved(&app, &visitor, &caller, id, act, "act", typed).await
}

/// The county's opinion.
pub async fn opinion(
    At(app): At<App>,
    visitor: Visitor,
    Client(caller): Client,
    Path(id): Path<i64>,
    Form(typed): Form<Typed>,
) -> Answer<Response> {
    let act = match Opinion::parse(&typed.opinion) {
        Some(Opinion::Agree) => Act::Agree,
        Some(Opinion::Disagree) => Act::Disagree,
        Some(Opinion::CompleteFirst) => Act::AskMore,
        None => {
            let (_, db) = app.county(&caller).await?;
            let filing = filing_of(&db, &caller, id, Action::DecideFiling).await?;
            let faults = vec![("opinion", msg!("请选择意见"))];
            return refuse(&app, &visitor, (&caller, &db, &filing), "opinion", typed, faults).await;
        }
    };
    moved(&app, &visitor, &caller, id, act, "opinion", typed).await
}
