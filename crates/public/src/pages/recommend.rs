//! Recommending somebody: name, village and reason, and who says so. More is asked of the person alone, who may agree or not.

use super::apply::first_status;
use super::home::Phase;
use super::visit::{Visit, not_open};
use super::{Answer, own};
use crate::check::{Fields, RECOMMENDERS, recommendation};
use crate::clock::local;
use crate::desk::Kept;
use crate::page::{Choice, Faults, Page};
use crate::seal::Slip;
use crate::throttle::Act;
use crate::wire::{Campaign, Letter};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use kernel::key;

#[derive(Template)]
#[template(path = "recommend.html")]
struct RecommendPage {
    page: Page,
    c: Campaign,
    fields: Fields,
    faults: Faults,
    token: String,
    kinds: Vec<Choice>,
    villages: Vec<Choice>,
}

fn may(visit: &Visit, c: &Campaign) -> Result<(), Response> {
    if !RECOMMENDERS.iter().any(|(id, _)| c.takes(id)) {
        return Err(visit.nowhere());
    }
    match Phase::of(c, visit.local()).open() {
        true => Ok(()),
        false => not_open(visit, c).map(drop),
    }
}

fn shown(visit: &Visit, c: Campaign, faults: Faults, token: String) -> Response {
    let page = visit.of_form();
    let fields = visit.fields.clone();
    let kinds = RECOMMENDERS
        .iter()
        .filter(|(id, _)| c.takes(id))
        .map(|(id, word)| ((*id).to_owned(), page.t(word).to_owned()));
    let kinds = Choice::of(kinds, fields.get("by_kind"));
    let mut villages: Vec<(String, String)> = Vec::new();
    for place in &c.places {
        if !villages.iter().any(|(code, _)| *code == place.code) {
            villages.push((place.code.clone(), format!("{}{}", place.township, place.village)));
        }
    }
    let villages = Choice::of(villages, fields.get("village"));
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    visit.html(status, RecommendPage { page, c, fields, faults, token, kinds, villages })
}

pub(super) async fn begin(Path(id): Path<String>, visit: Visit) -> Answer {
    let (_, c) = visit.campaign(&id)?;
    may(&visit, &c)?;
    let token = visit.app.token(visit.now);
    Ok(shown(&visit, c, Faults::new(), token))
}

pub(super) async fn send(Path(id): Path<String>, visit: Visit) -> Answer {
    let (site, c) = visit.campaign(&id)?;
    may(&visit, &c)?;
    let token = visit.fields.get("token").to_owned();
    let Some(begun) = visit.app.token_at(&token, visit.now) else {
        let token = visit.app.token(visit.now);
        return Ok(shown(&visit, c, Faults::new(), token));
    };
    if visit.go() != "send" {
        return Ok(shown(&visit, c, Faults::new(), token));
    }
    let (r, faults) = recommendation(&visit.fields, &c);
    if !faults.is_empty() {
        let faults = faults.told(visit.page.lang, &[]);
        return Ok(shown(&visit, c, faults, token));
    }
    visit.take(Act::Recommend)?;
    let slip = Slip::of(&visit.app.secret, "TJ", local(begun).year(), &token);
    let status = first_status(&slip, &c.title, "", visit.now, key!("推荐收到"), None, Vec::new());
    let kept = Kept { campaign: c.id.clone(), status, sent: Vec::new() };
    let letter = Letter::Recommend {
        campaign: c.id.clone(),
        receipt: slip.receipt.clone(),
        words: slip.words.clone(),
        at: visit.now,
        by_kind: r.by_kind,
        by_name: r.by_name,
        by_phone: r.by_phone,
        name: r.name,
        village: r.village,
        reason: r.reason,
    };
    let done = visit.heavy(move |app| app.send_first(&site, &letter, kept, &token)).await?;
    own::received(&visit, done, slip, &c.title)
}
