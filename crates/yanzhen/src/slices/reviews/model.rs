//! Joint reviews (县级联审): who is asked about whom, what a seat may say, what follows and what stands in the way. Pure.

mod given;

pub use given::{DOCUMENT, Given, Good, document_number, reads};

use kernel::{Message, key, msg};
use platform::access::{Org, Target};
use policy::review::{Conclusion, Need};

/// What a review is for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Purpose {
    /// People who applied.
    Campaign,
    /// People in a pool, or about to enter one.
    Pool,
    /// People in post (回头看).
    Lookback,
    /// People whom a chain put forward for a vacancy.
    Vacancy,
}

impl Purpose {
    pub const ALL: [Purpose; 4] = [Purpose::Campaign, Purpose::Pool, Purpose::Lookback, Purpose::Vacancy];

    pub fn id(self) -> &'static str {
        match self {
            Purpose::Campaign => "campaign",
            Purpose::Pool => "pool",
            Purpose::Lookback => "lookback",
            Purpose::Vacancy => "vacancy",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Purpose::Campaign => key!("招录"),
            Purpose::Pool => key!("后备入库"),
            Purpose::Lookback => key!("在任回头看"),
            Purpose::Vacancy => key!("补缺人选"),
        }
    }

    pub fn by_id(id: &str) -> Option<Purpose> {
        Purpose::ALL.into_iter().find(|p| p.id() == id)
    }
}

/// A joint review: a list of people sent to seats on a day.
#[derive(Clone, Debug)]
pub struct JointReview {
    pub id: i64,
    pub title: String,
    pub purpose: Purpose,
    /// The campaign, the vacancy: an id of the slice that asked.
    pub source: Option<i64>,
    /// The pack whose days hold: id, version, hash.
    pub pack: String,
    pub pack_version: String,
    pub pack_hash: String,
    pub sent_on: String,
    pub due_on: String,
    pub valid_months: i64,
    pub by: String,
    pub at: i64,
    pub rev: i64,
}

impl Target for JointReview {
    fn org(&self) -> Org<'_> {
        Org { township: "", village: "" }
    }
}

/// A seat of a review and the office that answers for it.
#[derive(Clone, Debug)]
pub struct Seat {
    pub id: i64,
    pub review: i64,
    /// The seat's id in the packs.
    pub seat: String,
    pub title: String,
    pub needs: Vec<Need>,
    /// The office, as its accounts name it.
    pub unit: String,
    /// The account that signs; `None` for anybody of the office who answered nothing.
    pub head: Option<i64>,
    pub head_name: String,
    /// When somebody of the office first opened it.
    pub taken_at: Option<i64>,
    pub signed_by: String,
    pub signed_at: Option<i64>,
    pub reminded_on: String,
    pub reminders: i64,
    pub rev: i64,
}

impl Target for Seat {
    fn org(&self) -> Org<'_> {
        Org { township: "", village: "" }
    }

    fn unit(&self) -> Option<&str> {
        Some(&self.unit)
    }
}

impl Seat {
    pub fn needs(&self, need: Need) -> bool {
        self.needs.contains(&need)
    }
}

/// What was decided about a person after the seats' conclusions.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Decision {
    /// Goes on.
    Go,
    /// Ends here.
    Terminate,
}

impl Decision {
    pub fn id(self) -> &'static str {
        match self {
            Decision::Go => "go",
            Decision::Terminate => "terminate",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Decision::Go => key!("继续"),
            Decision::Terminate => key!("终止"),
        }
    }

    pub fn by_id(id: &str) -> Option<Decision> {
        [Decision::Go, Decision::Terminate].into_iter().find(|d| d.id() == id)
    }
}

/// A person whom a review asks about, and what came of it.
#[derive(Clone, Debug)]
pub struct Subject {
    pub id: i64,
    pub review: i64,
    /// From 1 in the list's order.
    pub seq: i64,
    pub person: i64,
    pub name: String,
    pub village: String,
    pub village_name: String,
    pub township: String,
    pub township_name: String,
    /// What is applied for, or held, in words.
    pub post: String,
    /// The gravest conclusion that the seats signed; `None` before all of them did.
    pub conclusion: Option<Conclusion>,
    pub clause: String,
    pub clause_title: String,
    pub document: String,
    /// The day the last seat signed; empty before, and while a seat looks at it again.
    pub settled_on: String,
    pub told_on: String,
    pub object_until: String,
    pub objection: String,
    pub objected_at: Option<i64>,
    /// By when an objection is decided.
    pub answer_by: String,
    pub decision: Option<Decision>,
    pub decided_by: String,
    pub decided_on: String,
    pub reason: String,
    /// The last day that the conclusion holds.
    pub valid_to: String,
    pub rev: i64,
}

impl Target for Subject {
    fn org(&self) -> Org<'_> {
        Org { township: &self.township, village: &self.village }
    }
}

impl Subject {
    /// Every seat signed, and none looks at it again.
    pub fn is_settled(&self) -> bool {
        !self.settled_on.is_empty()
    }

    /// The seats found something, and nobody decided yet.
    pub fn waits(&self) -> bool {
        self.is_settled() && self.conclusion != Some(Conclusion::Clear) && self.decision.is_none()
    }

    /// Whether the person may still object on a day.
    pub fn may_object(&self, today: &str) -> bool {
        self.waits()
            && !self.told_on.is_empty()
            && self.objected_at.is_none()
            && today <= self.object_until.as_str()
    }

    /// Whether the person reads of it: what was told, what the person said to it, what came to an end.
    pub fn is_shown(&self) -> bool {
        let clear = self.is_settled() && self.conclusion == Some(Conclusion::Clear);
        clear || !self.told_on.is_empty() || self.objected_at.is_some() || self.decision.is_some()
    }

    /// Where it stands, in a word, with its colour.
    pub fn stage(&self) -> (&'static str, &'static str) {
        match (self.is_settled(), self.conclusion, self.decision) {
            (false, _, _) => (key!("席位未齐"), ""),
            (true, Some(Conclusion::Clear), _) => (key!("无异议"), "ok"),
            (true, _, Some(Decision::Go)) => (key!("已决定继续"), "ok"),
            (true, _, Some(Decision::Terminate)) => (key!("已决定终止"), "stop"),
            (true, _, None) if self.told_on.is_empty() => (key!("待告知本人"), "warn"),
            (true, _, None) if self.objected_at.is_some() => (key!("本人有异议，待决定"), "warn"),
            (true, _, None) => (key!("已告知，待决定"), "plan"),
        }
    }
}

/// What a seat says of a person.
#[derive(Clone, Debug)]
pub struct Answer {
    pub id: i64,
    pub seat: i64,
    pub subject: i64,
    pub conclusion: Conclusion,
    pub clause: String,
    pub clause_title: String,
    pub document: String,
    pub account: Option<i64>,
    pub by: String,
    pub at: i64,
    pub signed_at: Option<i64>,
    /// By when the seat answers anew; empty where nobody asked.
    pub recheck_due: String,
}

impl Answer {
    /// Signed, and to be answered anew.
    pub fn is_asked_again(&self) -> bool {
        self.signed_at.is_some() && !self.recheck_due.is_empty()
    }
}

/// Faults of a form: its field and what to do.
pub type Faults = Vec<(&'static str, Message)>;

/// The longest reason and the longest own words, letters.
pub const LETTERS: usize = 500;

/// Whether a seat may answer about a person now.
pub fn may_answer(seat: &Seat, answer: Option<&Answer>) -> Result<(), Message> {
    let open =
        seat.signed_at.is_none() || answer.is_some_and(|a| a.signed_at.is_none() || a.is_asked_again());
    if open { Ok(()) } else { Err(msg!("已经签发，更改要由组织部门提出复核")) }
}

/// What stands in the way of somebody's signing, with `of` people on the list.
pub fn signs(seat: &Seat, answers: &[Answer], of: usize, account: i64) -> Faults {
    let mut faults = Faults::new();
    let missing = of.saturating_sub(answers.len());
    if missing > 0 {
        faults.push(("sign", msg!("还差 {n} 人没有答", n = missing)));
    }
    let drafts: Vec<&Answer> = answers.iter().filter(|a| a.signed_at.is_none()).collect();
    if missing == 0 && drafts.is_empty() {
        faults.push(("sign", msg!("没有要签发的答复")));
    }
    if seat.head.is_some_and(|head| head != account) {
        faults.push(("sign", msg!("由席位负责人 {name} 签发", name = seat.head_name.as_str())));
    }
    if drafts.iter().any(|a| a.account == Some(account)) {
        faults.push(("sign", msg!("经办人不能自签，请由席位负责人签发")));
    }
    faults
}

/// The conclusion that counts of a person: the gravest of what the seats signed. `None` while one has not signed, or looks again.
pub fn gravest<'a>(seats: &[Seat], answers: &'a [Answer]) -> Option<&'a Answer> {
    let of = |seat: &Seat| answers.iter().find(|a| a.seat == seat.id);
    let fine = |a: &Answer| a.signed_at.is_some() && a.recheck_due.is_empty();
    if seats.is_empty() || !seats.iter().all(|s| of(s).is_some_and(fine)) {
        return None;
    }
    // Among the equally grave the first seat of the list.
    seats.iter().filter_map(of).rev().max_by_key(|a| a.conclusion)
}

/// What a form says of a decision.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    /// `go` or `terminate`.
    pub decision: String,
    pub by: String,
    pub reason: String,
}

/// What is wrong with a decision about a person, on a day.
pub fn decides(s: &Subject, given: &Verdict, today: &str) -> Faults {
    let mut faults = Faults::new();
    let decision = Decision::by_id(&given.decision);
    if decision.is_none() {
        faults.push(("decision", msg!("请选继续还是终止")));
    }
    if !s.is_settled() {
        faults.push(("decision", msg!("席位还没有答齐，不能决定")));
    } else if s.conclusion == Some(Conclusion::Clear) {
        faults.push(("decision", msg!("各席无异议，不需要决定")));
    } else if s.decision.is_some() {
        faults.push(("decision", msg!("已经办过了，不能再决定")));
    } else if s.conclusion == Some(Conclusion::MustNot) && decision == Some(Decision::Go) {
        faults.push(("decision", msg!("结论是“不得”，不能继续；认为有误的，请席位复核")));
    } else if decision == Some(Decision::Terminate) {
        let heard = s.objected_at.is_some() || !s.object_until.is_empty() && today > s.object_until.as_str();
        if s.told_on.is_empty() {
            faults.push(("decision", msg!("要先告知本人，本人可以提出异议")));
        } else if !heard {
            faults.push((
                "decision",
                msg!("{day}以后，或本人提出异议以后再决定", day = s.object_until.as_str()),
            ));
        }
    }
    if given.by.trim().is_empty() {
        faults.push(("by", msg!("请写明由谁决定")));
    }
    if given.reason.trim().is_empty() {
        faults.push(("reason", msg!("请写明理由，本人看得到")));
    } else if given.reason.chars().count() > LETTERS {
        faults.push(("reason", msg!("最多 {n} 字", n = LETTERS)));
    }
    faults
}

/// The same day so many months later, or the month's last where it has no such day.
pub fn months_later(day: &str, months: i64) -> String {
    let Ok(from) = day.parse::<kernel::Day>() else { return String::new() };
    let span = jiff::Span::new().months(months);
    from.checked_add(span).map(|d| d.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests;
