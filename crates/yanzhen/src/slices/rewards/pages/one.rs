//! One proposal: why, the person's words, the decision, its carrying out, what happened. Opening it is an audited read where it
//! concerns somebody.

use super::{Line, day, line};
use crate::slices::filings;
use crate::slices::places::Desk;
use crate::slices::places::facts::adopted;
use crate::slices::places::pages::{day_of, moment_text};
use crate::slices::places::store::today;
use crate::slices::rewards::actions::{self, KIND, Moved, runs};
use crate::slices::rewards::model::{self, Act, Around, Given, Proposal, Refusal, State, yuan};
use crate::slices::rewards::store;
use crate::slices::risk;
use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::msg;
use platform::access::{Action, Authorized};
use platform::audit::Outcome;
use platform::kit::{Choice, Event, Faults, Step};
use platform::page::Page;
use platform::web::{Answer, Failure, Html};
use serde::Deserialize;

/// Events of a proposal that its page tells at most.
const EVENTS: u64 = 200;

#[derive(Template)]
#[template(path = "rewards/pages/one.html")]
struct OnePage {
    page: Page,
    l: Line,
    steps: Vec<Step>,
    events: Vec<Event>,
    /// Whether the law stops it: an elected seat.
    elected: bool,
    runs: bool,
    can: Can,
    verdicts: Vec<Choice>,
    given: Given,
    /// The act whose form was refused; empty for none.
    refused: &'static str,
    faults: Faults,
    own_when: String,
    filing: Option<(i64, String)>,
    entry: Option<i64>,
    today: String,
}

/// Which forms stand open.
struct Can {
    hear: bool,
    decide: bool,
    drop: bool,
    revoke: bool,
    finish: bool,
    file: bool,
}

impl OnePage {
    fn fault(&self, act: &str, field: &str) -> &str {
        if self.refused == act { self.faults.of(field) } else { "" }
    }

    fn open(&self, act: &str) -> bool {
        self.refused == act
    }

    /// What was typed into the form of an act that was refused.
    fn typed<'a>(&self, act: &str, text: &'a str) -> &'a str {
        if self.refused == act { text } else { "" }
    }

    fn money(&self, cents: &i64) -> String {
        yuan(*cents)
    }

    fn decided(&self) -> String {
        let p = &self.l.p;
        let who = format!("{} {}", p.decided_by, p.meeting);
        self.page.m(&msg!("{day} {who}", day = day(&p.decided_on), who = who.trim()))
    }
}

/// A proposal that the caller sees.
async fn proposal(desk: &Desk, id: i64, action: Action) -> Answer<Authorized<Proposal>> {
    Ok(desk.caller.authorize(action, store::find(&desk.db, id).await?)?)
}

pub async fn show(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    let p = proposal(&desk, id, Action::ViewRounds).await?;
    if let Some(person) = p.person {
        let event = desk.caller.event("people.proposal", "person", &person.to_string(), &p.village);
        desk.db.record(event, Outcome::Done).await?;
    }
    render(&desk, p, Given::default(), ("", Vec::new())).await
}

fn steps(page: &Page, p: &Proposal) -> Vec<Step> {
    let at = match p.state {
        State::Proposed if p.wants_hearing() => 1,
        State::Proposed | State::Heard => 2,
        State::Decided if p.is_due() => 3,
        _ => 4,
    };
    let mut steps =
        Step::line([page.t("办法提出"), page.t("听取意见"), page.t("研究决定"), page.t("落实")], at);
    let heard = match (p.heard_on.is_empty(), p.own_at, p.wants_hearing()) {
        (false, ..) => day(&p.heard_on),
        (_, Some(_), _) => page.t("本人已陈述").to_owned(),
        (_, _, false) => page.t("不需要").to_owned(),
        _ => String::new(),
    };
    let unders = [p.basis.clone(), heard, day(&p.decided_on), day(&p.done_on)];
    for (step, under) in steps.iter_mut().zip(unders) {
        step.under = under;
    }
    steps
}

async fn events(desk: &Desk, page: &Page, p: &Proposal) -> Answer<Vec<Event>> {
    let past = desk.db.history(KIND, &p.id.to_string(), EVENTS, 0).await?;
    let title = |field: &str| match field {
        "hear" => Some(page.t("听取本人意见")),
        "decide" => Some(page.t("研究决定")),
        "drop" => Some(page.t("不再提出")),
        "revoke" => Some(page.t("撤回决定")),
        "finish" => Some(page.t("落实")),
        "own-words" => Some(page.t("本人陈述")),
        "filing" => Some(page.t("起草任职备案")),
        _ => None,
    };
    let mut out = vec![Event::past(moment_text(p.at), page.t("办法提出")).by(p.round_title.clone())];
    for past in past.into_iter().rev() {
        if let Some(title) = title(&past.field) {
            let told = past.became.unwrap_or_default();
            out.push(Event::past(moment_text(past.at), format!("{title}：{told}")).by(past.by));
        }
    }
    Ok(out)
}

async fn render(
    desk: &Desk,
    p: Authorized<Proposal>,
    given: Given,
    (refused, faults): (&'static str, actions::Faults),
) -> Answer<Response> {
    let mut page = desk.page("rewards").await?;
    page.audited = p.person.is_some();
    let pack = adopted(&desk.db, p.pack).await?;
    let day = today();
    let runs = runs(&desk.caller, &p.round_part);
    let may_act = desk.caller.may(Action::DecideProposal);
    let filing = match p.filing {
        Some(id) => filings::store::find(&desk.db, id).await?,
        None => None,
    };
    let under_way = filing.as_ref().is_some_and(|f| f.state != filings::State::Withdrawn);
    let written = p.decided_at.map(day_of).unwrap_or_default();
    let around = Around { today: &day, written_on: &written, runs, filed: under_way };
    // A form stands open where nothing but what is typed stands in the way.
    let typed = |r: &Refusal| {
        matches!(
            r,
            Refusal::NoDay
                | Refusal::NoWho
                | Refusal::NoText
                | Refusal::NoVerdict
                | Refusal::NoReason
                | Refusal::BadAmount
        )
    };
    let can = |act: Act| {
        may_act
            && model::after(&p, act, around, &Given::default()).err().is_none_or(|all| all.iter().all(typed))
    };
    let entries = risk::store::of_village(&desk.db, &p.village).await?;
    let html = OnePage {
        steps: steps(&page, &p),
        events: events(desk, &page, &p).await?,
        elected: p.state == State::Void && matches!(p.action.as_str(), "propose_removal" | "adjust"),
        can: Can {
            hear: can(Act::Hear),
            decide: can(Act::Decide),
            drop: can(Act::Drop),
            revoke: can(Act::Revoke),
            finish: can(Act::Finish),
            file: may_act && p.action == "propose_removal" && p.carried == Some(true) && !under_way,
        },
        verdicts: vec![
            Choice::new("carried", page.t("执行"))
                .hint(page.t("按建议办，或写明改了什么"))
                .on(given.verdict == "carried"),
            Choice::new("not_carried", page.t("不执行"))
                .hint(page.t("须写理由，当事人看得到"))
                .on(given.verdict == "not_carried"),
        ],
        own_when: p.own_at.map(moment_text).unwrap_or_default(),
        filing: filing.map(|f| (f.id, f.no)),
        entry: entries.iter().find(|e| e.proposal == Some(p.id)).map(|e| e.id),
        faults: Faults::told(faults, page.lang),
        l: line(&page, &pack, (*p).clone()),
        runs,
        given,
        refused,
        today: day,
        page,
    };
    let status = if refused.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok((status, Html(html)).into_response())
}

/// What a form carries.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Sent {
    day: String,
    by: String,
    text: String,
    verdict: String,
    amount: String,
    meeting: String,
    reason: String,
    due: String,
}

/// Moves a proposal by an act; a removal that was decided drafts its filing.
pub async fn act(
    desk: Desk,
    Path((id, name)): Path<(i64, String)>,
    Form(sent): Form<Sent>,
) -> Answer<Response> {
    let p = proposal(&desk, id, Action::DecideProposal).await?;
    let act = Act::by_id(&name).ok_or(Failure::NotFound)?;
    let given = Given {
        day: sent.day,
        by: sent.by,
        text: sent.text,
        verdict: sent.verdict,
        amount: sent.amount,
        meeting: sent.meeting,
        reason: sent.reason,
        due: sent.due,
    };
    match actions::act(&desk.db, &desk.caller, &p, act, &given).await? {
        Moved::Done => {
            if act == Act::Decide && p.action == "propose_removal" && given.verdict == "carried" {
                let decided = proposal(&desk, id, Action::DecideProposal).await?;
                return file(&desk, decided).await;
            }
            Ok(Redirect::to(&format!("/proposals/{id}")).into_response())
        }
        Moved::Faulty(faults) => render(&desk, p, given, (act.id(), faults)).await,
        Moved::Stale => {
            let why = vec![("act", msg!("别人刚改过，请看一看再改"))];
            let now = proposal(&desk, id, Action::DecideProposal).await?;
            render(&desk, now, given, (act.id(), why)).await
        }
    }
}

async fn file(desk: &Desk, p: Authorized<Proposal>) -> Answer<Response> {
    let id = p.id;
    match actions::draft_filing(&desk.db, &desk.caller, &p).await? {
        Ok(_) => Ok(Redirect::to(&format!("/proposals/{id}")).into_response()),
        Err(why) => render(desk, p, Given::default(), ("file", vec![("act", why)])).await,
    }
}

/// Drafts the filing of a removal, where the decision stands and no draft does.
pub async fn filing(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    let p = proposal(&desk, id, Action::DecideProposal).await?;
    file(&desk, p).await
}
