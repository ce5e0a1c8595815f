//! Recommendation meetings, counted by hand.

use super::{campaign, tabs, text, under};
use crate::slices::campaigns::model::{Campaign, Entry, Faults as Found, State};
use crate::slices::campaigns::noticing;
use crate::slices::campaigns::store::entries;
use crate::slices::campaigns::store::notices::{self, Meeting};
use crate::slices::places::Desk;
use crate::slices::places::pages::{date_text, status};
use crate::slices::places::store::{self as places, today};
use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use platform::access::{Authorized, Part};
use platform::kit::{Choice, Faults};
use platform::page::Page;
use platform::web::{Answer, Html};
use policy::campaigns::Work;
use std::collections::{BTreeMap, HashMap};

/// A meeting as it is read.
struct Line {
    m: Meeting,
    day: String,
    holds: bool,
    told: Vec<String>,
    /// Entry, name, what the votes are.
    order: Vec<(i64, String, String)>,
}

#[derive(Template)]
#[template(path = "campaigns/pages/meeting.html")]
struct MeetingPage {
    page: Page,
    c: Authorized<Campaign>,
    tabs: Vec<Choice>,
    lines: Vec<Line>,
    /// Townships with somebody to vote on.
    towns: Vec<Choice>,
    town: String,
    entries: Vec<(Entry, String)>,
    sent: HashMap<String, String>,
    faults: Faults,
    open: bool,
}

impl MeetingPage {
    fn said(&self, name: &str) -> &str {
        self.sent.get(name).map_or("", String::as_str)
    }
}

pub async fn show(
    desk: Desk,
    Path(id): Path<i64>,
    axum::extract::Query(asked): axum::extract::Query<HashMap<String, String>>,
) -> Answer<Response> {
    let sent =
        HashMap::from([("township".to_owned(), text(&asked, "township")), ("held_on".to_owned(), today())]);
    render(&desk, id, sent, Found::new()).await
}

async fn render(desk: &Desk, id: i64, sent: HashMap<String, String>, faults: Found) -> Answer<Response> {
    let mut page = desk.page("pools").await?;
    page.path = format!("/campaigns/{id}/meetings?township={}", text(&sent, "township"));
    let (c, stages) = campaign(desk, id).await?;
    let part = &desk.caller.part;
    let stage = stages.iter().find(|s| s.work == Work::Meeting);
    let open = stage.is_some_and(|s| s.seq == c.stage && c.state == State::Open);
    let mut lines = Vec::new();
    for m in notices::meetings(&desk.db, c.id, part).await? {
        let Some(stage) = stage else { continue };
        let (mut holds, mut told, mut order) = (false, Vec::new(), Vec::new());
        if let Ok(counted) = noticing::counted(stage, &m) {
            holds = counted.holds;
            told = counted.explain().iter().map(|w| page.m(w)).collect();
            order = counted
                .order
                .iter()
                .map(|v| {
                    let (entry, name, _) = m.votes[v.vote].clone();
                    (entry, name, page.m(&counted.explain_vote(v)))
                })
                .collect();
        }
        lines.push(Line { day: date_text(&m.held_on), holds, told, order, m });
    }
    let running = match stage.filter(|_| open) {
        Some(s) => entries::running(&desk.db, c.id, s.seq).await?,
        None => Vec::new(),
    };
    let named: BTreeMap<String, String> =
        places::townships(&desk.db, &Part::County).await?.into_iter().map(|t| (t.code, t.name)).collect();
    let mut codes: Vec<&str> = running
        .iter()
        .map(|e| e.township.as_str())
        .filter(|t| part.township().is_empty() || *t == part.township())
        .collect();
    codes.sort_unstable();
    codes.dedup();
    let asked = text(&sent, "township");
    let town = codes.iter().find(|t| **t == asked).or_else(|| codes.first()).map(|t| (*t).to_owned());
    let town = town.unwrap_or_default();
    let towns = codes
        .iter()
        .map(|t| {
            let name = named.get(*t).cloned().unwrap_or_default();
            Choice::new(format!("/campaigns/{id}/meetings?township={t}"), name).on(*t == town)
        })
        .collect();
    let votes = |e: &Entry| text(&sent, &format!("v.{}", e.id));
    let refused = !faults.is_empty();
    let html = MeetingPage {
        tabs: tabs(&page, &c, &stages, "/meetings"),
        entries: running.iter().filter(|e| e.township == town).map(|e| (e.clone(), votes(e))).collect(),
        lines,
        towns,
        town,
        sent,
        faults: Faults::told(faults, page.lang),
        open,
        c,
        page,
    };
    Ok((status(refused), Html(html)).into_response())
}

/// Writes a meeting down.
pub async fn meet(
    desk: Desk,
    Path(id): Path<i64>,
    Form(sent): Form<HashMap<String, String>>,
) -> Answer<Response> {
    let (c, _) = campaign(&desk, id).await?;
    let n = |name: &str| text(&sent, name).trim().parse::<i64>().unwrap_or(-1).max(0);
    let m = Meeting {
        township: text(&sent, "township"),
        held_on: text(&sent, "held_on"),
        due: n("due"),
        present: n("present"),
        handed: n("handed"),
        returned: n("returned"),
        valid: n("valid"),
        counted_by: text(&sent, "counted_by"),
        checked_by: text(&sent, "checked_by"),
        note: text(&sent, "note"),
        votes: under(&sent, "v.")
            .filter_map(|(id, n)| Some((id.parse().ok()?, String::new(), n.trim().parse().ok()?)))
            .collect(),
        ..Meeting::default()
    };
    match noticing::meet(&desk.db, &desk.caller, &c, &m).await? {
        Ok(_) => {
            Ok(Redirect::to(&format!("/campaigns/{id}/meetings?township={}", m.township)).into_response())
        }
        Err(faults) => render(&desk, id, sent, faults).await,
    }
}
