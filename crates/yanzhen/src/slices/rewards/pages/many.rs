//! Many sums by one meeting: what it comes to is shown before it is written, and can be taken back the same day.

use super::{Line, line, packs};
use crate::slices::appraisals::model::Seen;
use crate::slices::appraisals::pages::seen_for;
use crate::slices::places::Desk;
use crate::slices::places::store::today;
use crate::slices::rewards::actions::{self, Many, together, total};
use crate::slices::rewards::model::{Given, yuan};
use crate::slices::rewards::store::{self, Filter, Stage};
use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::{Message, msg};
use platform::access::{Action, Authorized};
use platform::kit::Faults;
use platform::page::Page;
use platform::web::{Answer, Failure, Html};

#[derive(Template)]
#[template(path = "rewards/pages/many.html")]
struct ManyPage {
    page: Page,
    seen: Authorized<Seen>,
    lines: Vec<Line>,
    count: usize,
    cents: i64,
    sum: String,
    by_rule: Vec<(String, usize, String)>,
    given: Given,
    faults: Faults,
}

/// The most proposals decided for at once.
const MOST: u64 = 20_000;

/// A form with many ids.
struct Sent {
    ids: Vec<i64>,
    fields: Vec<(String, String)>,
}

impl Sent {
    fn of(fields: Vec<(String, String)>) -> Sent {
        let ids = fields.iter().filter(|(n, _)| n == "id").filter_map(|(_, v)| v.parse().ok()).collect();
        Sent { ids, fields }
    }

    fn text(&self, name: &str) -> String {
        self.fields.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone()).unwrap_or_default()
    }

    fn number(&self, name: &str) -> i64 {
        self.text(name).parse().unwrap_or_default()
    }

    fn given(&self) -> Given {
        Given {
            day: self.text("day"),
            by: self.text("by"),
            meeting: self.text("meeting"),
            reason: self.text("reason"),
            due: self.text("due"),
            ..Given::default()
        }
    }
}

/// Shows what the ticked ones come to.
pub async fn confirm(
    desk: Desk,
    Path(id): Path<i64>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let seen = seen_for(&desk, id, Action::DecideProposal).await?;
    let sent = Sent::of(fields);
    let given = Given { day: today(), ..sent.given() };
    render(&desk, seen, &sent, given, Vec::new()).await
}

/// Writes the decision, if what is decided for is what was shown.
pub async fn decide(
    desk: Desk,
    Path(id): Path<i64>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let seen = seen_for(&desk, id, Action::DecideProposal).await?;
    let sent = Sent::of(fields);
    let given = sent.given();
    let all = open_of(&desk, &seen, &sent).await?;
    let shown = (usize::try_from(sent.number("count")).unwrap_or_default(), sent.number("cents"));
    match actions::decide_many(&desk.db, &desk.caller, &seen, &all, shown, &given).await? {
        Many::Done(batch, ..) => {
            let to = format!("/rounds/{id}/proposals?stage=carried&batch={batch}&said=decided");
            Ok(Redirect::to(&to).into_response())
        }
        Many::Faulty(faults) => render(&desk, seen, &sent, given, faults).await,
        Many::Stale => {
            let why = vec![("act", msg!("有的已经变了，请看一看新的合计再决定"))];
            render(&desk, seen, &sent, given, why).await
        }
    }
}

/// Takes a decision of today back.
pub async fn revoke(
    desk: Desk,
    Path(id): Path<i64>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let seen = seen_for(&desk, id, Action::DecideProposal).await?;
    let sent = Sent::of(fields);
    let filter = Filter {
        round: Some(id),
        stage: Stage::Carried,
        batch: Some(sent.number("batch")).filter(|b| *b != 0),
        ..Filter::default()
    };
    let all = match filter.batch {
        Some(_) => store::list(&desk.db, &filter, &desk.caller.part, MOST, 0).await?,
        None => Vec::new(),
    };
    match actions::revoke_many(&desk.db, &desk.caller, &seen, &all, &sent.given()).await? {
        Ok(_) => Ok(Redirect::to(&format!("/rounds/{id}/proposals?said=revoked")).into_response()),
        Err(faults) => {
            let first = faults.into_iter().next().map(|(_, why)| why);
            Err(Failure::Bad(first.unwrap_or_else(|| msg!("请写明理由"))))
        }
    }
}

/// The ticked ones that are sums and undecided.
async fn open_of(desk: &Desk, seen: &Seen, sent: &Sent) -> Answer<Vec<crate::slices::rewards::Proposal>> {
    let filter = Filter { round: Some(seen.round.id), stage: Stage::Open, ..Filter::default() };
    Ok(together(store::list(&desk.db, &filter, &desk.caller.part, MOST, 0).await?, &sent.ids))
}

async fn render(
    desk: &Desk,
    seen: Authorized<Seen>,
    sent: &Sent,
    given: Given,
    faults: Vec<(&'static str, Message)>,
) -> Answer<Response> {
    let all = open_of(desk, &seen, sent).await?;
    if all.is_empty() {
        return Err(Failure::Bad(msg!("请先勾选要一次决定的奖励或报酬")));
    }
    let page = desk.page("rewards").await?;
    let packs = packs(&desk.db, all.iter().map(|p| p.pack).collect()).await?;
    let (count, cents) = (all.len(), total(&all));
    let mut by_rule: Vec<(String, String, usize, i64)> = Vec::new();
    for p in &all {
        let title = format!("{} {}", policy::action_text(&p.action), p.basis);
        match by_rule.iter_mut().find(|(rule, ..)| *rule == p.consequence) {
            Some((_, _, n, sum)) => (*n, *sum) = (*n + 1, *sum + p.sum().unwrap_or_default()),
            None => by_rule.push((p.consequence.clone(), title, 1, p.sum().unwrap_or_default())),
        }
    }
    let refused = !faults.is_empty();
    let html = ManyPage {
        lines: all.into_iter().filter_map(|p| Some(line(&page, packs.get(&p.pack)?, p))).collect(),
        by_rule: by_rule.into_iter().map(|(_, title, n, sum)| (title, n, yuan(sum))).collect(),
        count,
        cents,
        sum: yuan(cents),
        faults: Faults::told(faults, page.lang),
        given,
        seen,
        page,
    };
    let status = if refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok((status, Html(html)).into_response())
}
