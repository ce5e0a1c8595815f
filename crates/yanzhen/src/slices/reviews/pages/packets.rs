//! A seat's packet: given out, taken back.

use super::own_seat;
use crate::slices::places::Desk;
use crate::slices::places::pages::import::{FaultLine, fault_line};
use crate::slices::places::pages::{Sent, file_day, status};
use crate::slices::reviews::model::{JointReview, Seat};
use crate::slices::reviews::rules::review_of;
use crate::slices::reviews::store::{answers, subjects};
use crate::slices::reviews::{KIND, answering, packet};
use askama::Template;
use axum::extract::{Path, Request};
use axum::response::{IntoResponse, Redirect, Response};
use kernel::msg;
use platform::attachments;
use platform::db::now_ms;
use platform::page::Page;
use platform::web::{Answer, Failure, Html};

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// A packet is no larger.
const LARGEST: u64 = 8 << 20;
/// Faults listed on the page.
const LISTED: usize = 500;

#[derive(Template)]
#[template(path = "reviews/pages/packet.html")]
struct PacketPage {
    page: Page,
    seat: Seat,
    review: JointReview,
    file: String,
    written: usize,
    blank: usize,
    refused: bool,
    n: usize,
    lines: Vec<FaultLine>,
}

/// The packet as a workbook. An audited read.
pub async fn give(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    let (seat, review) = own_seat(&desk, id).await?;
    let rules = review_of(&desk.db, &review.sent_on).await?;
    if !*rules.packet {
        return Err(Failure::NotFound);
    }
    let page = desk.page("seat").await?;
    let all = subjects::all(&desk.db, seat.review).await?;
    let made = packet::write(&desk.db, &page, &review, (&seat, &rules), &all).await?;
    let (bytes, digest) = made.map_err(|e| Failure::Internal(e.to_string()))?;
    let mut event = desk.caller.event("reviews.packet-out", KIND, &seat.review.to_string(), "");
    event.note = format!("{} {}", seat.title, all.len());
    let tx = desk.db.write(event).await?;
    let note = answers::Packet {
        back: false,
        rows: all.len() as i64,
        faults: 0,
        by: desk.caller.name.clone(),
        at: now_ms(),
    };
    answers::note_packet(&tx, seat.id, &note, &digest).await?;
    tx.commit().await?;
    let name = format!("{}-{}-{}-{}.xlsx", review.title, seat.title, page.t("材料包"), file_day());
    Ok(attachments::download(&name, XLSX, bytes))
}

/// Takes a packet in: its good rows are answers, the others are told.
pub async fn take(desk: Desk, Path(id): Path<i64>, request: Request) -> Answer<Response> {
    let (seat, review) = own_seat(&desk, id).await?;
    let sent = Sent::read(request, desk.limit().min(LARGEST)).await?;
    let rules = review_of(&desk.db, &review.sent_on).await?;
    if !*rules.packet {
        return Err(Failure::NotFound);
    }
    let Some((name, bytes)) = &sent.file else { return Err(Failure::Bad(msg!("请选一个文件"))) };
    let all = subjects::all(&desk.db, seat.review).await?;
    let brought = packet::read(&desk.db, (&review, &seat), &rules, &all, (name, bytes)).await?;
    let mut written = 0;
    if !brought.refused {
        written =
            answering::answer_many(&desk.db, &desk.caller, &seat, "reviews.packet-in", &brought.good).await?;
    }
    let note = answers::Packet {
        back: true,
        rows: written as i64,
        faults: brought.faults.len() as i64,
        by: desk.caller.name.clone(),
        at: now_ms(),
    };
    let mut event = desk.caller.event("reviews.packet-read", KIND, &seat.review.to_string(), "");
    event.note = format!("{} {written} / {}", seat.title, brought.faults.len());
    let tx = desk.db.write(event).await?;
    answers::note_packet(&tx, seat.id, &note, &brought.digest).await?;
    tx.commit().await?;
    if brought.faults.is_empty() {
        return Ok(Redirect::to(&format!("/seat/{id}#packets")).into_response());
    }
    let page = desk.page("seat").await?;
    let html = PacketPage {
        lines: brought.faults.iter().take(LISTED).map(|f| fault_line(&page, f)).collect(),
        n: brought.faults.len(),
        file: name.clone(),
        written,
        blank: brought.blank,
        refused: brought.refused,
        seat: (*seat).clone(),
        review,
        page,
    };
    Ok((status(true), Html(html)).into_response())
}
