//! A seat answers, one person at a time.

use super::{own_seat, share};
use crate::slices::places::Desk;
use crate::slices::places::pages::{moment_text, status};
use crate::slices::posts::pages::day_text;
use crate::slices::reviews::KIND;
use crate::slices::reviews::model::{self, Answer, Faults as Found, Given, JointReview, Seat, Subject};
use crate::slices::reviews::packet::{Face, faces};
use crate::slices::reviews::rules::review_of;
use crate::slices::reviews::store::{self, answers, subjects};
use askama::Template;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Response};
use kernel::msg;
use platform::access::Authorized;
use platform::db::now_ms;
use platform::kit::Faults;
use platform::page::Page;
use platform::web::{Answer as Given2, Html};
use policy::review::{Conclusion, Need};
use serde::Deserialize;
use std::collections::HashMap;

/// A person of the queue.
pub struct Line {
    pub seq: i64,
    pub name: String,
    pub town: String,
    pub word: &'static str,
    pub tone: &'static str,
    pub done: bool,
    pub here: bool,
}

/// A conclusion to choose.
pub struct Key {
    pub id: &'static str,
    pub title: &'static str,
    pub hint: String,
    pub on: bool,
}

/// A clause of the negative list.
pub struct ClauseLine {
    pub id: String,
    pub title: String,
    pub permits: String,
    pub basis: String,
    pub on: bool,
}

/// A packet that went out or came back.
pub struct PacketLine {
    pub said: String,
    pub by: String,
    pub back: bool,
    pub faults: i64,
}

#[derive(Template)]
#[template(path = "reviews/pages/seat.html")]
struct SeatPage {
    page: Page,
    seat: Seat,
    review: JointReview,
    lines: Vec<Line>,
    open: usize,
    of: usize,
    answered: usize,
    share: u64,
    only_open: bool,
    clock: String,
    sent: String,
    due: String,
    saved: String,
    reminded: String,
    /// `None` where the list is empty.
    s: Option<Subject>,
    face: Face,
    prev: Option<i64>,
    next: Option<i64>,
    keys: Vec<Key>,
    clauses: Vec<ClauseLine>,
    given: Given,
    /// Why nothing can be answered about this person; empty where it can.
    shut: String,
    again: String,
    revealed: String,
    /// The person whose answer was just saved.
    undo: Option<(i64, String)>,
    packet: bool,
    packets: Vec<PacketLine>,
    /// What stands in the way of signing; empty where the reader may.
    blocks: Vec<String>,
    drafts: usize,
    months: i64,
    faults: Faults,
}

impl SeatPage {
    fn needs(&self, need: &str) -> bool {
        Need::by_id(need).is_some_and(|n| self.seat.needs(n))
    }
}

/// Which person, and which of the queue.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    pub n: Option<i64>,
    pub show: String,
    /// The place of the person whose answer was just saved.
    pub done: Option<i64>,
}

/// What a form brought back that could not be saved, or a number shown for a while.
#[derive(Default)]
pub struct Back {
    pub given: Option<Given>,
    pub faults: Found,
    pub revealed: String,
}

pub async fn show(desk: Desk, Path(id): Path<i64>, Query(asked): Query<Asked>) -> Given2<Response> {
    let (seat, review) = own_seat(&desk, id).await?;
    if seat.taken_at.is_none() {
        let event = desk.caller.event("reviews.take", KIND, &seat.review.to_string(), "");
        let tx = desk.db.write(event).await?;
        store::take(&tx, seat.id, now_ms()).await?;
        tx.commit().await?;
    }
    render(&desk, seat, review, asked, Back::default()).await
}

fn is_open(answer: Option<&Answer>) -> bool {
    answer.is_none_or(Answer::is_asked_again)
}

/// The person asked for; else the first after `from` who is still open, around the list; else the first.
pub fn next_open(all: &[Subject], kept: &HashMap<i64, Answer>, from: i64) -> Option<i64> {
    let open = |s: &&Subject| is_open(kept.get(&s.id));
    let later = all.iter().filter(open).find(|s| s.seq > from).or_else(|| all.iter().find(open));
    later.or(all.first()).map(|s| s.seq)
}

fn line(page: &Page, s: &Subject, answer: Option<&Answer>, here: bool) -> Line {
    let (word, tone) = match answer {
        _ if here => (page.t("在答"), "info"),
        None => (page.t("待答"), ""),
        Some(a) if a.is_asked_again() => (page.t("请复核"), "warn"),
        Some(a) => (
            page.t(a.conclusion.title()),
            match a.conclusion {
                Conclusion::Clear => "ok",
                Conclusion::MustNot => "stop",
                _ => "warn",
            },
        ),
    };
    Line {
        seq: s.seq,
        name: s.name.clone(),
        town: s.township_name.clone(),
        word,
        tone,
        done: !is_open(answer),
        here,
    }
}

fn keys(page: &Page, days: u32, chosen: &str) -> Vec<Key> {
    let hint = |c: Conclusion| match c {
        Conclusion::Clear => page.t("本席没有发现情形").to_owned(),
        Conclusion::MustNot => page.t("负面清单明列，须条款与文号").to_owned(),
        Conclusion::NotSuitable => page.t("须条款与文号，本人可提出异议").to_owned(),
        Conclusion::Verify => page.tn("顺延 {n} 个工作日", days),
    };
    let key =
        |c: Conclusion| Key { id: c.id(), title: page.t(c.title()), hint: hint(c), on: c.id() == chosen };
    Conclusion::ALL.into_iter().map(key).collect()
}

/// The page of a seat, with what a form brought back.
pub async fn render(
    desk: &Desk,
    seat: Authorized<Seat>,
    review: JointReview,
    asked: Asked,
    back: Back,
) -> Given2<Response> {
    let mut page = desk.page("seat").await?;
    page.audited = true;
    let db = &desk.db;
    let rules = review_of(db, &review.sent_on).await?;
    let all = subjects::all(db, seat.review).await?;
    let own = answers::of_seat(db, seat.id).await?;
    let kept: HashMap<i64, Answer> = own.iter().map(|a| (a.subject, a.clone())).collect();
    let seq = asked.n.filter(|n| all.iter().any(|s| s.seq == *n)).or_else(|| next_open(&all, &kept, 0));
    page.path = match seq {
        Some(n) => format!("/seat/{}?n={n}", seat.id),
        None => format!("/seat/{}", seat.id),
    };
    let at = all.iter().position(|s| Some(s.seq) == seq);
    let s = at.map(|i| all[i].clone());
    let face = match &s {
        Some(s) => faces(db, &seat, &[s]).await?.remove(&s.person).unwrap_or_default(),
        None => Face::default(),
    };
    let answer = s.as_ref().and_then(|s| kept.get(&s.id));
    let shut = model::may_answer(&seat, answer).err().map(|why| page.m(&why)).unwrap_or_default();
    let given = back.given.unwrap_or_else(|| {
        answer.map_or_else(Given::default, |a| Given {
            conclusion: a.conclusion.id().to_owned(),
            clause: a.clause.clone(),
            document: a.document.clone(),
        })
    });
    let open = all.iter().filter(|s| is_open(kept.get(&s.id))).count();
    let only_open = asked.show == "open";
    let lines = all
        .iter()
        .filter(|s| !only_open || Some(s.seq) == seq || is_open(kept.get(&s.id)))
        .map(|s| line(&page, s, kept.get(&s.id), Some(s.seq) == seq));
    let lines: Vec<Line> = lines.collect();
    let clauses = rules.clauses_on(&review.sent_on).into_iter().map(|c| {
        let permits: Vec<&str> = c.permits.iter().map(|p| page.t(p.title())).collect();
        ClauseLine {
            id: c.id.clone(),
            title: c.title.clone(),
            permits: permits.join(if page.lang == kernel::Lang::En { ", " } else { "、" }),
            basis: c.basis.clone(),
            on: c.id == given.clause,
        }
    });
    let clauses: Vec<ClauseLine> = clauses.collect();
    let last = own.iter().map(|a| a.at).max();
    let undo = asked.done.and_then(|n| all.iter().find(|s| s.seq == n));
    let undo = undo.filter(|s| seat.signed_at.is_none() && kept.contains_key(&s.id));
    let packets = answers::packets(db, seat.id).await?.into_iter().map(|p| {
        let when = crate::slices::places::pages::day_text(p.at);
        let said = match (p.back, p.faults) {
            (false, _) => msg!("{when} 下载 {n} 人", when = when, n = p.rows),
            (true, 0) => msg!("{when} 导入 {n} 人，格式对", when = when, n = p.rows),
            (true, bad) => msg!("{when} 导入 {n} 人，{bad} 处退回", when = when, n = p.rows, bad = bad),
        };
        PacketLine { said: page.m(&said), by: p.by, back: p.back, faults: p.faults }
    });
    let refused = !back.faults.is_empty();
    let html = SeatPage {
        open,
        of: all.len(),
        answered: own.len(),
        share: share(own.len() as u64, all.len() as u64),
        only_open,
        clock: super::clock(desk, &page, &review.due_on).await?.0,
        sent: day_text(&review.sent_on),
        due: day_text(&review.due_on),
        saved: last.map(moment_text).unwrap_or_default(),
        reminded: day_text(&seat.reminded_on),
        face,
        prev: at.filter(|i| *i > 0).map(|i| all[i - 1].seq),
        next: at.and_then(|i| all.get(i + 1)).map(|s| s.seq),
        keys: keys(&page, *rules.recheck_workdays, &given.conclusion),
        clauses,
        again: answer.filter(|a| a.is_asked_again()).map(|a| day_text(&a.recheck_due)).unwrap_or_default(),
        revealed: back.revealed,
        undo: undo.map(|s| (s.id, s.name.clone())),
        packet: *rules.packet,
        packets: packets.collect(),
        blocks: model::signs(&seat, &own, all.len(), desk.caller.account)
            .iter()
            .map(|(_, why)| page.m(why))
            .collect(),
        drafts: own.iter().filter(|a| a.signed_at.is_none()).count(),
        months: review.valid_months,
        faults: Faults::told(back.faults, page.lang),
        lines,
        shut,
        s,
        given,
        review,
        seat: (*seat).clone(),
        page,
    };
    Ok((status(refused), Html(html)).into_response())
}
