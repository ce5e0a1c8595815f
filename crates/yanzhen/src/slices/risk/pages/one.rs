//! One entry: its ground and source, measures, each problem with its proof, the end.

use super::clock;
use crate::slices::calendar::store::calendar;
use crate::slices::places::Desk;
use crate::slices::places::pages::{Sent as Typed, moment_text};
use crate::slices::places::store::today;
use crate::slices::risk::actions::{self, KIND, Measures};
use crate::slices::risk::model::{Entry, Faults as Found, Item};
use crate::slices::risk::store;
use askama::Template;
use axum::Form;
use axum::extract::{Path, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::Day;
use platform::access::{Action, Authorized};
use platform::attachments;
use platform::audit::Outcome;
use platform::kit::{Event, Faults};
use platform::page::Page;
use platform::web::{Answer, Failure, Html};
use serde::Deserialize;

/// Events that the page tells at most.
const EVENTS: u64 = 200;

#[derive(Template)]
#[template(path = "risk/pages/one.html")]
struct OnePage {
    page: Page,
    e: Entry,
    ground: &'static str,
    kind: &'static str,
    clock: String,
    tone: &'static str,
    items: Vec<Item>,
    events: Vec<Event>,
    may_keep: bool,
    /// The form that was refused: `measures`, `items`, `item`, `close`; empty for none.
    refused: &'static str,
    /// The problem whose form was refused.
    at: i64,
    faults: Faults,
    typed: String,
}

impl OnePage {
    fn fault(&self, form: &str, field: &str) -> &str {
        if self.refused == form { self.faults.of(field) } else { "" }
    }

    /// What was typed into the form that was refused.
    fn typed_for(&self, form: &str) -> &str {
        if self.refused == form { &self.typed } else { "" }
    }
}

async fn entry(desk: &Desk, id: i64, action: Action) -> Answer<Authorized<Entry>> {
    Ok(desk.caller.authorize(action, store::find(&desk.db, id).await?)?)
}

pub async fn show(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    let e = entry(&desk, id, Action::ViewVillage).await?;
    render(&desk, &e, Refused::default()).await
}

/// A form that came back.
#[derive(Default)]
struct Refused {
    form: &'static str,
    at: i64,
    faults: Found,
    typed: String,
}

async fn render(desk: &Desk, e: &Authorized<Entry>, refused: Refused) -> Answer<Response> {
    let page = desk.page("rewards").await?;
    let now: Day = today().parse().map_err(|_| Failure::NotFound)?;
    let calendar = calendar(&desk.db).await?;
    let (clock, tone) = clock(&page, e, &calendar, now);
    let past = desk.db.history(KIND, &e.id.to_string(), EVENTS, 0).await?;
    let title = |field: &str| match field {
        "opened" => page.t("列入"),
        "item" => page.t("问题"),
        "item-closed" => page.t("问题销号"),
        "due_on" => page.t("整改期限"),
        "measures" => page.t("措施"),
        "lead" => page.t("牵头"),
        "closed" => page.t("销号"),
        "again" => page.t("再次决定整改"),
        "attachment" => page.t("材料"),
        _ => page.t("改动"),
    };
    let events = past
        .into_iter()
        .rev()
        .map(|p| {
            let told = if p.field == "attachment" { String::new() } else { p.became.unwrap_or_default() };
            Event::past(moment_text(p.at), format!("{}：{told}", title(&p.field))).by(p.by)
        })
        .collect();
    let status = if refused.form.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let html = OnePage {
        ground: page.t(e.ground.title()),
        kind: page.t(e.source_kind.title()),
        clock,
        tone,
        items: store::items(&desk.db, e.id).await?,
        events,
        may_keep: desk.caller.may(Action::KeepRegister) && e.is_open(),
        refused: refused.form,
        at: refused.at,
        faults: Faults::told(refused.faults, page.lang),
        typed: refused.typed,
        e: (**e).clone(),
        page,
    };
    Ok((status, Html(html)).into_response())
}

fn back(id: i64) -> Response {
    Redirect::to(&format!("/rectification/{id}")).into_response()
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct MeasuresForm {
    rev: i64,
    due_on: String,
    measures: String,
    lead: String,
}

pub async fn measure(desk: Desk, Path(id): Path<i64>, Form(form): Form<MeasuresForm>) -> Answer<Response> {
    let e = entry(&desk, id, Action::KeepRegister).await?;
    let given = Measures { rev: form.rev, due_on: form.due_on, measures: form.measures, lead: form.lead };
    match actions::measure(&desk.db, &desk.caller, &e, &given).await? {
        Ok(()) => Ok(back(id)),
        Err(faults) => {
            render(&desk, &e, Refused { form: "measures", faults, typed: given.measures, at: 0 }).await
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ItemForm {
    text: String,
    due_on: String,
}

pub async fn add(desk: Desk, Path(id): Path<i64>, Form(form): Form<ItemForm>) -> Answer<Response> {
    let e = entry(&desk, id, Action::KeepRegister).await?;
    match actions::add_item(&desk.db, &desk.caller, &e, &form.text, &form.due_on).await? {
        Ok(()) => Ok(back(id)),
        Err(faults) => render(&desk, &e, Refused { form: "items", faults, typed: form.text, at: 0 }).await,
    }
}

/// Closes a problem, perhaps with a file that proves it.
pub async fn close_item(
    desk: Desk,
    Path((id, item)): Path<(i64, i64)>,
    request: Request,
) -> Answer<Response> {
    let e = entry(&desk, id, Action::KeepRegister).await?;
    let sent = Typed::read(request, desk.limit()).await?;
    let items = store::items(&desk.db, id).await?;
    let item = items.into_iter().find(|i| i.id == item).ok_or(Failure::NotFound)?;
    let file = sent.file.as_ref().map(|(name, bytes)| (name.as_str(), bytes.as_slice(), desk.limit()));
    let proof = sent.text("proof");
    match actions::close_item(&desk.db, &desk.caller, &e, &item, proof, file).await? {
        Ok(()) => Ok(back(id)),
        Err(faults) => {
            let refused = Refused { form: "item", at: item.id, faults, typed: proof.to_owned() };
            render(&desk, &e, refused).await
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct CloseForm {
    closing: String,
}

pub async fn close(desk: Desk, Path(id): Path<i64>, Form(form): Form<CloseForm>) -> Answer<Response> {
    let e = entry(&desk, id, Action::KeepRegister).await?;
    match actions::close(&desk.db, &desk.caller, &e, &form.closing).await? {
        Ok(()) => Ok(back(id)),
        Err(faults) => render(&desk, &e, Refused { form: "close", faults, typed: form.closing, at: 0 }).await,
    }
}

/// Gives a proof out. An audited read.
pub async fn file(desk: Desk, Path((id, attachment)): Path<(i64, i64)>) -> Answer<Response> {
    let e = entry(&desk, id, Action::ViewVillage).await?;
    let (found, bytes) = attachments::open(&desk.db, attachment).await?.ok_or(Failure::NotFound)?;
    if found.kind != KIND || found.record != e.id.to_string() {
        return Err(Failure::NotFound);
    }
    let event = desk.caller.event("attachment.open", KIND, &e.id.to_string(), &e.village);
    desk.db.record(event, Outcome::Done).await?;
    Ok(attachments::download(&found.name, &found.mime, bytes))
}
