//! One file a page.

pub mod appeals;
pub mod assign;
pub mod board;
pub mod check;
mod desk;
pub mod evidence;
pub mod facts;
pub mod gaps;
pub mod list;
pub mod marks;
pub mod own;
pub mod panel;
mod preview;
pub mod results;
pub mod save;
pub mod sheets;
pub mod submit;
pub mod upload;
pub mod why;
pub mod years;

pub use desk::{Opened, clock_text, flash};

use super::model::{Act, Round, Seen, State};
use super::store;
use crate::slices::places::Desk;
use crate::slices::posts::pages::day_text;
use platform::access::{Action, Authorized};
use platform::kit::Step;
use platform::page::Page;
use platform::web::Answer;

/// A round that the caller sees, for an action.
pub async fn seen_for(desk: &Desk, id: i64, action: Action) -> Answer<Authorized<Seen>> {
    Ok(desk.caller.authorize(action, store::seen(&desk.db, id, &desk.caller.part).await?)?)
}

/// A round that the caller sees.
pub async fn seen(desk: &Desk, id: i64) -> Answer<Authorized<Seen>> {
    seen_for(desk, id, Action::ViewRounds).await
}

/// A round that the caller leads.
pub async fn led(desk: &Desk, id: i64) -> Answer<Authorized<Round>> {
    Ok(desk.caller.authorize(Action::ManageRounds, store::find(&desk.db, id).await?)?)
}

/// Whether the caller leads a round that it sees.
pub fn leads(desk: &Desk, round: &Round) -> bool {
    desk.caller.authorize(Action::ManageRounds, Some(round.clone())).is_ok()
}

/// A round's way, with its days.
pub fn steps(page: &Page, round: &Round) -> Vec<Step> {
    let way =
        [State::Draft, State::Entering, State::Checking, State::Calibrating, State::Published, State::Closed];
    let at = match round.state {
        State::Archived => way.len(),
        state => way.iter().position(|s| *s == state).unwrap_or(0),
    };
    let mut out = Step::line(way.iter().map(|s| page.t(s.title())), at);
    let under = |day: &str, zh: &'static str| {
        if day.is_empty() { String::new() } else { page.tn(zh, day_text(day)) }
    };
    for (step, state) in out.iter_mut().zip(way) {
        step.under = match state {
            State::Draft => under(&round.opened_on, kernel::key!("{n} 开始")),
            State::Entering => under(&round.marks_due, kernel::key!("{n} 截止")),
            State::Checking => under(&round.check_due, kernel::key!("{n} 完成")),
            State::Calibrating => under(&round.meeting_on, kernel::key!("{n} 会议确认")),
            State::Published if !round.notice_until.is_empty() => {
                under(&round.notice_until, kernel::key!("到 {n}"))
            }
            State::Published => under(&round.publish_due, kernel::key!("计划 {n}")),
            _ => under(&round.closed_on, kernel::key!("{n} 公布")),
        };
    }
    out
}

/// The acts that a state offers, the main one last.
pub fn acts(state: State) -> &'static [Act] {
    match state {
        State::Draft => &[Act::Cancel, Act::Open],
        State::Entering => &[Act::Cancel, Act::Lock],
        State::Checking => &[Act::Cancel, Act::Reopen, Act::Calibrate],
        State::Calibrating => &[Act::Cancel, Act::Recheck, Act::Publish],
        State::Published => &[Act::Close],
        State::Closed => &[Act::Archive],
        State::Archived | State::Cancelled => &[],
    }
}

/// The character of a grade for its seal: the first of its label.
pub fn mark(label: &str) -> String {
    label.chars().take(1).collect()
}

/// The tone of a state's tag.
pub fn tone(state: State) -> &'static str {
    match state {
        State::Closed | State::Archived => "ok",
        State::Cancelled => "",
        State::Published => "info",
        _ => "plan",
    }
}
