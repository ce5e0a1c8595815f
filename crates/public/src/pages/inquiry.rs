//! A link that asks one person where it is and what it would like to do (H1): no account, three fields, answered once.

use super::Answer;
use super::visit::Visit;
use crate::check::{Fields, whereabouts};
use crate::desk::Done;
use crate::page::{Faults, Page};
use crate::seal::Slip;
use crate::throttle::Act;
use crate::wire::{Inquiry, Letter, Site};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use kernel::msg;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "inquiry.html")]
struct InquiryPage {
    page: Page,
    asked: Inquiry,
    until: String,
    fields: Fields,
    faults: Faults,
}

/// The one answer for links that ask nothing: never were, used up, taken back, over.
fn over(visit: &Visit) -> Response {
    visit.tell(
        StatusCode::NOT_FOUND,
        msg!("这个链接不能用了"),
        msg!("它可能已经填过、过了日子，或者被收回；也可能没有复制完整。"),
        msg!("什么都没有交出去。要填的，请向发链接的乡镇另要一个，或打电话告诉他们。"),
    )
}

fn taken(visit: &Visit) -> Response {
    visit.tell(
        StatusCode::OK,
        msg!("收到了"),
        msg!("您填的已经交给问您的单位，由他们核对后记下。"),
        msg!("这个链接到此用完，转给别人也看不到您填的内容。填错了的，请打电话告诉他们。"),
    )
}

/// Finds what a link asks. Wrong ones count as wrong look-ups do: an address that tries many is locked.
async fn find(visit: &Visit, link: &str) -> Result<(Arc<Site>, Inquiry, bool), Response> {
    let site = visit.published()?;
    visit.begin_look_up()?;
    let (sought, slip) = (site.clone(), Slip::of_link(link));
    let today = visit.local().date().to_string();
    let found = visit.heavy(move |app| app.inquiry(&sought, slip, &today)).await;
    visit.end_look_up(!matches!(found, Ok(None)));
    let (asked, answered) = found?.ok_or_else(|| over(visit))?;
    Ok((site, asked, answered))
}

fn form(visit: &Visit, asked: Inquiry, faults: Faults) -> Response {
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let until = crate::clock::day(&asked.until);
    let (page, fields) = (visit.of_form(), visit.fields.clone());
    visit.html(status, InquiryPage { page, asked, until, fields, faults })
}

pub(super) async fn show(Path(link): Path<String>, visit: Visit) -> Answer {
    let (_, asked, answered) = find(&visit, &link).await?;
    Ok(if answered { taken(&visit) } else { form(&visit, asked, Faults::new()) })
}

pub(super) async fn answer(Path(link): Path<String>, visit: Visit) -> Answer {
    let (site, asked, answered) = find(&visit, &link).await?;
    if answered {
        return Ok(taken(&visit));
    }
    if visit.go() != "send" {
        return Ok(form(&visit, asked, Faults::new()));
    }
    let ((place, employment, intention), faults) = whereabouts(&visit.fields);
    if !faults.is_empty() {
        return Ok(form(&visit, asked, faults.told(visit.page.lang, &[])));
    }
    visit.take(Act::Own)?;
    let letter = Letter::Tell { link, at: visit.now, place, employment, intention };
    let today = visit.local().date().to_string();
    match visit.heavy(move |app| app.answer(&site, &letter, &today)).await? {
        Done::Taken => Ok(taken(&visit)),
        Done::Ended => Err(over(&visit)),
        Done::Full => Err(visit.later()),
    }
}
