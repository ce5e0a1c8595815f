//! Packages of other counties: opened, looked at, taken in.

use super::traces::history_value;
use super::{rules, time_text};
use crate::slices::people::parts::ClaimState;
use crate::slices::people::say::say;
use crate::slices::people::transfer::contents::Contents;
use crate::slices::people::transfer::incoming::{self, Arrival};
use crate::slices::people::transfer::package::Enclosed;
use crate::slices::people::{Field, store};
use crate::slices::places::Desk;
use crate::slices::places::pages::Sent;
use crate::slices::places::store::{today, villages};
use crate::slices::posts::pages::day_text;
use askama::Template;
use axum::Form;
use axum::extract::{Path, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::{Message, msg};
use platform::access::Action;
use platform::kit::{Choice, Faults};
use platform::page::Page;
use platform::secrets::parcel::fingerprint;
use platform::web::{Answer, Failure, Html};
use serde::Deserialize;

/// What a package may weigh beyond the largest single document.
const DOCUMENTS: u64 = 5;

#[derive(Template)]
#[template(path = "people/pages/receive.html")]
struct ReceivePage {
    page: Page,
    waiting: Vec<(Arrival, String)>,
    faults: Faults,
}

async fn listed(desk: &Desk, faults: Faults) -> Answer<Response> {
    let mut page = desk.page("people").await?;
    page.path = "/people/receive".to_owned();
    let waiting = incoming::waiting(&desk.db).await?.into_iter();
    let waiting = waiting.map(|a| {
        let at = time_text(a.at);
        (a, at)
    });
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok((status, Html(ReceivePage { waiting: waiting.collect(), faults, page })).into_response())
}

/// The form, and what waits.
pub async fn show(desk: Desk) -> Answer<Response> {
    listed(&desk, Faults::new()).await
}

/// Opens a package.
pub async fn arrive(desk: Desk, request: Request) -> Answer<Response> {
    let sent = Sent::read(request, desk.limit().saturating_mul(DOCUMENTS)).await?;
    let page = desk.page("people").await?;
    let mut faults = Faults::new();
    let passphrase = sent.fields().get("passphrase").cloned().unwrap_or_default();
    if passphrase.is_empty() {
        faults.add("passphrase", page.t("请填转出单位告诉的口令"));
    }
    match sent.file {
        None => faults.add("file", page.t("请选择文件")),
        Some((_, bytes)) if faults.is_empty() => {
            match incoming::arrive(&desk.db, &desk.caller, bytes, passphrase).await? {
                Ok(id) => return Ok(Redirect::to(&format!("/people/receive/{id}")).into_response()),
                Err(why) => faults.add("file", page.m(&why)),
            }
        }
        Some(_) => {}
    }
    listed(&desk, faults).await
}

/// A file here that may be of the person who comes.
pub struct Twin {
    pub id: i64,
    pub name: String,
    pub place: String,
    pub reasons: Vec<String>,
}

/// A claim of the sending county.
pub struct ClaimLine {
    pub title: String,
    pub value: String,
    pub document: String,
    pub firm: bool,
}

#[derive(Template)]
#[template(path = "people/pages/arrival.html")]
struct ArrivalPage {
    page: Page,
    arrival: Arrival,
    fingerprint: String,
    name: String,
    contents: Contents,
    rows: Vec<(&'static str, String)>,
    claims: Vec<ClaimLine>,
    twins: Vec<Twin>,
    villages: Vec<Choice>,
    checked: bool,
    faults: Faults,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    village: String,
    checked: String,
}

async fn render(
    desk: &Desk,
    (arrival, enclosed): (Arrival, Enclosed),
    typed: &Typed,
    faults: Faults,
) -> Answer<Response> {
    let mut page = desk.page("people").await?;
    page.audited = true;
    page.path = format!("/people/receive/{}", arrival.id);
    let db = &desk.db;
    let (day, people) = (today(), rules(db, "").await?);
    let contents = enclosed.contents;
    let value = |f: Field| contents.values.get(f.id()).map(String::as_str);
    let shown = |f: Field| (page.t(f.title()), history_value(&page, &people, f.id(), value(f), &day));
    let rows = Field::ALL.into_iter().map(shown).filter(|(_, v)| !v.is_empty()).collect();
    let claims = contents
        .claims
        .iter()
        .filter(|c| matches!(c.state(), ClaimState::Recognised | ClaimState::Proposed))
        .map(|c| ClaimLine {
            title: Field::by_id(&c.kind).map_or_else(|| c.kind.clone(), |f| page.t(f.title()).to_owned()),
            value: Field::by_id(&c.kind)
                .map_or_else(|| c.value.clone(), |f| say(&page, &people, f, &c.value, &day)),
            document: c.document.clone(),
            firm: c.state() == ClaimState::Recognised,
        })
        .collect();
    let mut twins = Vec::new();
    for pair in incoming::twins(db, &contents).await? {
        if let Some(own) = store::find(db, pair.a).await? {
            twins.push(Twin {
                id: own.id,
                name: own.name().to_owned(),
                place: format!(
                    "{} {} {}",
                    own.township_name,
                    own.village_name,
                    day_text(own.get(Field::Birth))
                ),
                reasons: pair.reasons.iter().map(|r| page.m(&r.message())).collect(),
            });
        }
    }
    let villages = villages(db, &desk.caller.part).await?;
    let of =
        |v: &crate::slices::places::Village| Choice::new(&v.code, format!("{} {}", v.township_name, v.short));
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let html = ArrivalPage {
        fingerprint: fingerprint(&arrival.public),
        name: value(Field::Name).unwrap_or_default().to_owned(),
        villages: Choice::pick(villages.iter().map(of).collect(), &typed.village),
        checked: !typed.checked.is_empty(),
        arrival,
        rows,
        claims,
        twins,
        contents,
        faults,
        page,
    };
    Ok((status, Html(html)).into_response())
}

/// What a package holds, before it is taken in.
pub async fn look(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    let found = incoming::open(&desk.db, id).await?.ok_or(Failure::NotFound)?;
    let event = desk.caller.event("people.arrive.open", "arrival", &id.to_string(), "");
    desk.db.record(event, platform::audit::Outcome::Done).await?;
    render(&desk, found, &Typed::default(), Faults::new()).await
}

/// Takes it in.
pub async fn take(desk: Desk, Path(id): Path<i64>, Form(typed): Form<Typed>) -> Answer<Response> {
    let found = incoming::open(&desk.db, id).await?.ok_or(Failure::NotFound)?;
    let page = desk.page("people").await?;
    let mut faults = Faults::new();
    if typed.checked.is_empty() {
        faults.add("checked", page.t("请先用电话与转出单位核对指纹，再打勾"));
    }
    let village = desk.village(&typed.village, Action::TransferPeople).await.ok();
    let village = village.filter(|v| v.valid_to == crate::slices::places::model::FOREVER);
    let Some(village) = village else {
        faults.add("village", page.t("请选择接收到哪个村"));
        return render(&desk, found, &typed, faults).await;
    };
    let synthetic = found.1.contents.values.get("name").is_some_and(|n| n.contains('例'));
    if desk.county.demo && !synthetic {
        faults.add("village", page.t("演示数据里只放虚构人物：姓名里要有“例”字"));
    }
    if !faults.is_empty() {
        return render(&desk, found, &typed, faults).await;
    }
    match incoming::take(&desk.db, &desk.caller, found.clone(), &village, desk.limit()).await? {
        Ok(person) => Ok(Redirect::to(&format!("/people/{person}")).into_response()),
        Err(why) => refused(&desk, found, &typed, &why).await,
    }
}

async fn refused(desk: &Desk, found: (Arrival, Enclosed), typed: &Typed, why: &Message) -> Answer<Response> {
    let mut faults = Faults::new();
    faults.add("village", why.text(desk.visitor.lang));
    render(desk, found, typed, faults).await
}

/// Puts it away.
pub async fn discard(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    if !incoming::waiting(&desk.db).await?.iter().any(|a| a.id == id) {
        return Err(Failure::NotFound);
    }
    if incoming::discard(&desk.db, &desk.caller, id).await? {
        return Ok(Redirect::to("/people/receive").into_response());
    }
    Err(Failure::Bad(msg!("这个转递包刚被别人办理了；请看名册")))
}
