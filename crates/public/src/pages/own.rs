//! What is one's own: the receipt (design 16c), the status with receipt and words (16d), and what can be done with it.

use super::Answer;
use super::apply::{Sheet, rows};
use super::home::Phase;
use super::visit::Visit;
use crate::check::{Fields, application, question as read_question};
use crate::clock::{local, moment};
use crate::desk::{Done, Found, Sent};
use crate::page::{Faults, Page};
use crate::seal::Slip;
use crate::throttle::Act;
use crate::wire::{Campaign, Letter, Line, May, Site, Status, Ticket, Tone};
use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kernel::{key, msg};
use std::sync::Arc;

#[derive(Template)]
#[template(path = "receipt.html")]
struct ReceiptPage {
    page: Page,
    heading: &'static str,
    slip: Slip,
    spaced: String,
    place: String,
    at: String,
}

/// The answer to what was sent.
pub(super) fn received(visit: &Visit, done: Done, slip: Slip, place: &str) -> Answer {
    match done {
        Done::Full => Err(visit.later()),
        Done::Ended => Err(visit.tell(
            StatusCode::CONFLICT,
            msg!("这一份已经撤回"),
            msg!("您交过这一份，后来撤回了。"),
            msg!("还想报名，请从首页重新打开报名页填写。"),
        )),
        Done::Taken => Ok(receipt_page(visit, slip, place.to_owned(), moment(visit.local()))),
    }
}

fn receipt_page(visit: &Visit, slip: Slip, place: String, at: String) -> Response {
    let page = Page { path: "/receipt".into(), ..visit.of_form() };
    let heading = match &slip.receipt[..2] {
        "TJ" => page.t("推荐收到了"),
        "YY" => page.t("反映收到了"),
        _ => page.t("报名收到了"),
    };
    let spaced = slip.words.replace('·', " · ");
    visit.html(StatusCode::OK, ReceiptPage { page, heading, slip, spaced, place, at })
}

/// The receipt again, in another language or as a file, from what its page carries.
pub(super) async fn receipt(visit: Visit) -> Answer {
    let slip =
        Slip::read(visit.fields.get("receipt"), visit.fields.get("words")).ok_or_else(|| visit.nowhere())?;
    if visit.go() != "file" {
        let of = |name: &str| visit.fields.get(name).chars().take(120).collect();
        return Ok(receipt_page(&visit, slip, of("place"), of("at")));
    }
    let page = &visit.page;
    let text =
        format!("{}: {}\r\n{}: {}\r\n", page.t("回执号"), slip.receipt, page.t("查询口令"), slip.words);
    let mut response = text.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.insert(
        header::CONTENT_DISPOSITION,
        HeaderValue::from_static("attachment; filename=\"receipt.txt\""),
    );
    Ok(response)
}

#[derive(Template)]
#[template(path = "ask.html")]
struct AskPage {
    page: Page,
    wrong: bool,
}

pub(super) async fn ask(visit: Visit) -> Answer {
    Ok(visit.html(StatusCode::OK, AskPage { page: visit.of_form(), wrong: false }))
}

/// Who was found, and what else is needed to act.
struct Own {
    site: Arc<Site>,
    found: Found,
    campaign: Option<Campaign>,
    open: bool,
}

/// Looks up. Wrong, unknown and withdrawn are one answer.
async fn look_up(visit: &Visit) -> Result<Own, Response> {
    let site = visit.published()?;
    visit.begin_look_up()?;
    let slip = Slip::read(visit.fields.get("receipt"), visit.fields.get("words"));
    let sought = site.clone();
    let looked = visit.heavy(move |app| app.look(&sought, slip)).await;
    // What was not looked up was not wrong.
    visit.end_look_up(!matches!(looked, Ok(None)));
    let Some(found) = looked? else {
        let page = Page { path: "/status".into(), ..visit.of_form() };
        return Err(visit.html(StatusCode::NOT_FOUND, AskPage { page, wrong: true }));
    };
    let campaign = site.campaigns.iter().find(|c| c.id == found.campaign).cloned();
    let open = campaign.as_ref().is_some_and(|c| Phase::of(c, visit.local()).open());
    Ok(Own { site, found, campaign, open })
}

#[derive(Template)]
#[template(path = "status.html")]
struct StatusPage {
    page: Page,
    slip: Slip,
    status: Status,
    rows: Vec<(&'static str, String)>,
    correct: bool,
    withdraw: bool,
    ask: bool,
    said: &'static str,
    until: String,
}

fn status_page(visit: &Visit, own: Own, said: &'static str) -> Response {
    let page = Page { path: "/status".into(), form: "f", ..visit.page.clone() };
    let Own { found, campaign, open, .. } = own;
    let (correct, withdraw, ask) = (
        found.may(May::Correct, open) && found.status.form.is_some() && campaign.is_some(),
        found.may(May::Withdraw, open),
        found.may(May::Ask, open),
    );
    let told = found.status.form.as_ref().map(|form| rows(&page, form, &campaign.unwrap_or_default(), None));
    let rows = told.unwrap_or_default().into_iter().map(|(word, value, _)| (word, value)).collect();
    let until = crate::clock::day(&found.status.until);
    let Found { slip, status, .. } = found;
    visit.html(StatusCode::OK, StatusPage { page, slip, status, rows, correct, withdraw, ask, said, until })
}

pub(super) async fn show(visit: Visit) -> Answer {
    if visit.stay && visit.fields.get("receipt").is_empty() && visit.fields.get("words").is_empty() {
        return ask(visit).await;
    }
    let own = look_up(&visit).await?;
    Ok(status_page(&visit, own, ""))
}

#[derive(Template)]
#[template(path = "correct.html")]
struct CorrectPage {
    page: Page,
    slip: Slip,
    sheet: Sheet,
    token: String,
}

pub(super) async fn correct(visit: Visit) -> Answer {
    let own = look_up(&visit).await?;
    let (Some(form), Some(c)) = (own.found.status.form.clone(), own.campaign.clone()) else {
        return Ok(status_page(&visit, own, ""));
    };
    if !own.found.may(May::Correct, own.open) {
        return Ok(status_page(&visit, own, ""));
    }
    let slip = own.found.slip.clone();
    let shown = |fields: Fields, faults: Faults, token: String| {
        let page = visit.of_form();
        let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
        let sheet = Sheet::new(c.clone(), fields, faults, page.lang);
        visit.html(status, CorrectPage { page, slip: slip.clone(), sheet, token })
    };
    let token = visit.fields.get("token").to_owned();
    let known = visit.app.token_at(&token, visit.now).is_some();
    match visit.go() {
        "send" | "stay" if !known => {
            Ok(shown(visit.fields.clone(), Faults::new(), visit.app.token(visit.now)))
        }
        "stay" => Ok(shown(visit.fields.clone(), Faults::new(), token)),
        "send" => {
            let (form, faults) = application(&visit.fields, &c, visit.local().date());
            if !faults.is_empty() {
                return Ok(shown(visit.fields.clone(), faults.told(visit.page.lang, &[]), token));
            }
            visit.take(Act::Own)?;
            let (receipt, words) = (slip.receipt.clone(), slip.words.clone());
            let letter = Letter::Correct { receipt, words, at: visit.now, form: form.clone() };
            let sent = sent(&visit, key!("您改了填报的信息"), token, Some(form));
            send_more(&visit, own, letter, sent, key!("改好了，已交给县里。")).await
        }
        _ => Ok(shown(Fields::of(&form), Faults::new(), visit.app.token(visit.now))),
    }
}

fn sent(visit: &Visit, what: &str, token: String, form: Option<crate::wire::Form>) -> Sent {
    let line = Line {
        at: moment(local(visit.now)),
        title: what.to_owned(),
        note: key!("等县里收取").to_owned(),
        tone: Tone::Now,
    };
    Sent { letter: String::new(), token, line, form }
}

/// Sends a further letter, and shows the status with it.
async fn send_more(visit: &Visit, own: Own, letter: Letter, more: Sent, said: &'static str) -> Answer {
    let Own { site, found, campaign, open } = own;
    let slip = found.slip.clone();
    let sought = site.clone();
    let (done, found) = visit
        .heavy(move |app| {
            let done = app.send_more(&sought, &found, &letter, more)?;
            let found = app.look(&sought, Some(slip))?;
            Ok((done, found))
        })
        .await?;
    match (done, found) {
        (Done::Taken, Some(found)) => Ok(status_page(visit, Own { site, found, campaign, open }, said)),
        (Done::Full, _) => Err(visit.later()),
        _ => Err(visit.nowhere()),
    }
}

#[derive(Template)]
#[template(path = "withdraw.html")]
struct WithdrawPage {
    page: Page,
    slip: Slip,
    title: String,
    place: String,
}

pub(super) async fn withdraw(visit: Visit) -> Answer {
    let own = look_up(&visit).await?;
    if !own.found.may(May::Withdraw, own.open) {
        return Ok(status_page(&visit, own, ""));
    }
    if visit.go() != "send" {
        let Status { title, place, .. } = own.found.status;
        let shown = WithdrawPage { page: visit.of_form(), slip: own.found.slip, title, place };
        return Ok(visit.html(StatusCode::OK, shown));
    }
    visit.take(Act::Own)?;
    let (at, site, found) = (visit.now, own.site, own.found);
    match visit.heavy(move |app| app.withdraw(&site, &found, at)).await? {
        Done::Full => Err(visit.later()),
        _ => Ok(visit.tell(
            StatusCode::OK,
            msg!("已经撤回"),
            msg!("这里存的您的信息已经删去，县里收到后也会删去，只留“有人撤回”的记录。"),
            msg!("回执号和口令从现在起查不到任何内容。改变主意的，截止前可以重新报名。"),
        )),
    }
}

#[derive(Template)]
#[template(path = "question.html")]
struct QuestionPage {
    page: Page,
    slip: Slip,
    fields: Fields,
    faults: Faults,
    token: String,
}

pub(super) async fn question(visit: Visit) -> Answer {
    let own = look_up(&visit).await?;
    if !own.found.may(May::Ask, own.open) {
        return Ok(status_page(&visit, own, ""));
    }
    let slip = own.found.slip.clone();
    let shown = |faults: Faults, token: String| {
        let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
        let (page, fields) = (visit.of_form(), visit.fields.clone());
        visit.html(status, QuestionPage { page, slip: slip.clone(), fields, faults, token })
    };
    let token = visit.fields.get("token").to_owned();
    if visit.app.token_at(&token, visit.now).is_none() {
        return Ok(shown(Faults::new(), visit.app.token(visit.now)));
    }
    if visit.go() != "send" {
        return Ok(shown(Faults::new(), token));
    }
    let (text, faults) = read_question(&visit.fields);
    if !faults.is_empty() {
        return Ok(shown(faults.told(visit.page.lang, &[]), token));
    }
    visit.take(Act::Own)?;
    let (receipt, words) = (slip.receipt.clone(), slip.words.clone());
    let letter = Letter::Ask { receipt, words, at: visit.now, text };
    let sent = sent(&visit, key!("您要求说明或复核"), token, None);
    send_more(&visit, own, letter, sent, key!("已交给县里，答复会写在这里。")).await
}

#[derive(Template)]
#[template(path = "ticket.html")]
struct TicketPage {
    page: Page,
    slip: Slip,
    status: Status,
    name: String,
    ticket: Ticket,
}

pub(super) async fn ticket(visit: Visit) -> Answer {
    let own = look_up(&visit).await?;
    let Some(ticket) = own.found.status.ticket.clone() else { return Ok(status_page(&visit, own, "")) };
    let Found { slip, status, .. } = own.found;
    let name = status.form.as_ref().map(|f| f.name.clone()).unwrap_or_default();
    Ok(visit.html(StatusCode::OK, TicketPage { page: visit.of_form(), slip, status, name, ticket }))
}
