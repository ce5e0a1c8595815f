//! What follows from a result: a rule proposes, the person is heard, a person decides, the decision is carried out. Pure.
//!
//! ```text
//! proposed → heard → decided (carried or not) → carried out
//!     ↘        ↘        ↓ the same day: taken back, with a reason
//!          dropped      proposed or heard
//! void: the law or the rule bars it; never decided
//! ```

use kernel::{Message, key, msg, parse_millionths};
use platform::access::{Org, Target};

/// Where a proposal stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum State {
    Proposed,
    Heard,
    Decided,
    Dropped,
    Void,
}

impl State {
    pub const ALL: [State; 5] = [State::Proposed, State::Heard, State::Decided, State::Dropped, State::Void];

    pub fn id(self) -> &'static str {
        match self {
            State::Proposed => "proposed",
            State::Heard => "heard",
            State::Decided => "decided",
            State::Dropped => "dropped",
            State::Void => "void",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            State::Proposed => key!("待研究"),
            State::Heard => key!("已听取本人意见"),
            State::Decided => key!("已决定"),
            State::Dropped => key!("不再提出"),
            State::Void => key!("依法不能提出"),
        }
    }

    pub fn by_id(id: &str) -> Option<State> {
        State::ALL.into_iter().find(|s| s.id() == id)
    }

    /// Whether a decision is still to be taken.
    pub fn is_open(self) -> bool {
        matches!(self, State::Proposed | State::Heard)
    }
}

/// What moves a proposal.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Act {
    /// The person was heard by an office.
    Hear,
    /// A person or a meeting decided.
    Decide,
    /// It is pursued no further.
    Drop,
    /// A decision of today is taken back.
    Revoke,
    /// What was decided was carried out.
    Finish,
}

impl Act {
    pub const ALL: [Act; 5] = [Act::Hear, Act::Decide, Act::Drop, Act::Revoke, Act::Finish];

    pub fn id(self) -> &'static str {
        match self {
            Act::Hear => "hear",
            Act::Decide => "decide",
            Act::Drop => "drop",
            Act::Revoke => "revoke",
            Act::Finish => "finish",
        }
    }

    pub fn by_id(id: &str) -> Option<Act> {
        Act::ALL.into_iter().find(|a| a.id() == id)
    }
}

/// Whether an action is a sum of money.
pub fn is_money(action: &str) -> bool {
    matches!(action, "bonus" | "pay")
}

/// Whether an action goes against the person that it concerns: whoever it hits is heard first.
pub fn is_adverse(action: &str) -> bool {
    matches!(action, "warn" | "adjust" | "propose_removal" | "elevate")
}

/// What a rule proposes, with what a person made of it.
#[derive(Clone, Debug)]
pub struct Proposal {
    pub id: i64,
    pub round: i64,
    /// The pack's row.
    pub pack: i64,
    pub round_title: String,
    pub year: String,
    /// Whose round it is: empty for the county's, nine digits for a township's.
    pub round_part: String,
    pub version: i64,
    /// The subject: a village's twelve digits or a person's id.
    pub code: String,
    pub village: String,
    pub village_name: String,
    pub township: String,
    pub township_name: String,
    /// The grade's id; empty for none.
    pub grade: String,
    /// The pack's id of the rule.
    pub consequence: String,
    /// One of [`policy::ACTIONS`].
    pub action: String,
    /// One of [`policy::TARGETS`].
    pub applies_to: String,
    /// Yuan in hundredths, as the rule makes it.
    pub amount: Option<i64>,
    /// Its clause.
    pub basis: String,
    pub person: Option<i64>,
    pub person_name: String,
    pub holding: Option<i64>,
    /// The rule in words, a line, and the figures it used.
    pub because: String,
    /// Why it goes no further; empty where it may be decided.
    pub barred: String,
    pub state: State,
    pub heard_on: String,
    pub heard_by: String,
    pub heard: String,
    /// What the person wrote, and when.
    pub own_words: String,
    pub own_at: Option<i64>,
    /// Carried or not; `None` while undecided.
    pub carried: Option<bool>,
    pub decided_by: String,
    pub decided_on: String,
    pub meeting: String,
    pub reason: String,
    /// Yuan in hundredths.
    pub decided_amount: Option<i64>,
    /// When the decision was written down, milliseconds since 1970.
    pub decided_at: Option<i64>,
    /// The decision for many that it was part of.
    pub batch: Option<i64>,
    /// The filing that was drafted for it.
    pub filing: Option<i64>,
    /// Until when it is to be carried out; empty for no day.
    pub due_on: String,
    /// The day it was carried out; empty until then.
    pub done_on: String,
    pub done_by: String,
    pub done: String,
    pub at: i64,
    pub rev: i64,
}

impl Target for Proposal {
    fn org(&self) -> Org<'_> {
        Org { township: &self.township, village: &self.village }
    }
}

impl Proposal {
    /// Whether the person must have been heard before a decision.
    pub fn wants_hearing(&self) -> bool {
        self.person.is_some() && is_adverse(&self.action)
    }

    /// Whether the person was heard, by an office or in own words.
    pub fn was_heard(&self) -> bool {
        !self.heard_on.is_empty() || self.own_at.is_some()
    }

    /// What the decision gives, or what the rule would.
    pub fn sum(&self) -> Option<i64> {
        if self.carried.is_some() { self.decided_amount } else { self.amount }
    }

    /// Whether it was carried and waits to be carried out.
    pub fn is_due(&self) -> bool {
        self.carried == Some(true) && self.done_on.is_empty()
    }
}

/// What an act asks of the world around a proposal.
#[derive(Clone, Copy, Debug)]
pub struct Around<'a> {
    /// `YYYY-MM-DD`.
    pub today: &'a str,
    /// The day the decision was written down, `YYYY-MM-DD`; empty for none.
    pub written_on: &'a str,
    /// Whether whoever asks runs the round: the county its own, a township its own.
    pub runs: bool,
    /// A filing drafted for it is under way.
    pub filed: bool,
}

/// What a form carries.
#[derive(Clone, Debug, Default)]
pub struct Given {
    pub day: String,
    /// Who heard, who decided, who carried it out.
    pub by: String,
    pub text: String,
    /// `carried` or `not_carried`.
    pub verdict: String,
    /// Yuan as typed; empty for the proposed sum.
    pub amount: String,
    pub meeting: String,
    pub reason: String,
    pub due: String,
}

/// What stands in the way of an act.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// Barred by law or rule.
    Barred,
    NotNow,
    /// The round is run by another office.
    NotYours,
    /// Nobody to hear.
    Nobody,
    /// The person was not heard.
    NotHeard,
    NoDay,
    /// The day lies ahead.
    Ahead,
    /// The decision lies before the hearing, or the carrying out before the decision.
    Before,
    NoWho,
    NoText,
    NoVerdict,
    NoReason,
    BadAmount,
    /// Another sum than the rule's, without a reason.
    OtherSum,
    BadDue,
    /// The day of the decision is over.
    TooLate,
    /// It was carried out.
    Done,
    /// Its filing is under way.
    Filed,
}

impl Refusal {
    /// The field of the form, and what to do.
    pub fn told(&self) -> (&'static str, Message) {
        match self {
            Refusal::Barred => ("act", msg!("这一条依法或按办法不能提出，不能决定；合法的途径写在下面")),
            Refusal::NotNow => ("act", msg!("现在不能办这一步；请先看这一条的经过")),
            Refusal::NotYours => ("act", msg!("这一轮由县里研究决定；乡镇可以听取本人意见、记下落实情况")),
            Refusal::Nobody => ("act", msg!("这一条的对象是村，没有要听取意见的本人")),
            Refusal::NotHeard => ("act", msg!("对本人不利的，先听取本人意见，再决定")),
            Refusal::NoDay => ("day", msg!("日期写成 2026-01-31 的样子")),
            Refusal::Ahead => ("day", msg!("这一天还没有到；请写已经发生的日期")),
            Refusal::Before => ("day", msg!("日期早于前一步：先听取意见，再决定，再落实")),
            Refusal::NoWho => ("by", msg!("请写明由谁：姓名，或会议的名称")),
            Refusal::NoText => ("text", msg!("请写明内容")),
            Refusal::NoVerdict => ("verdict", msg!("请选择同意还是不同意")),
            Refusal::NoReason => ("reason", msg!("请写明理由")),
            Refusal::BadAmount => ("amount", msg!("金额写成元，最多两位小数，例如 10000")),
            Refusal::OtherSum => ("reason", msg!("金额和办法算出的不同，请写明理由")),
            Refusal::BadDue => ("due", msg!("落实期限写成 2026-01-31 的样子，不早于决定日期")),
            Refusal::TooLate => ("act", msg!("只有当天写下的决定可以撤回；以后要改，请另作决定并写明理由")),
            Refusal::Done => ("act", msg!("已经落实的不能撤回")),
            Refusal::Filed => ("act", msg!("已经起草任职备案；请先撤回那件备案")),
        }
    }
}

/// A sum as typed, in hundredths of a yuan; none where nothing was typed.
///
/// # Errors
/// Not a sum of money.
pub fn sum(typed: &str) -> Result<Option<i64>, Refusal> {
    let typed: String = typed.trim().chars().filter(|c| !matches!(c, ',' | '，' | ' ')).collect();
    let typed = typed.strip_suffix('元').unwrap_or(&typed);
    if typed.is_empty() {
        return Ok(None);
    }
    let n = parse_millionths(typed.as_bytes(), 6).map_err(|_| Refusal::BadAmount)?;
    let cents = i64::try_from(n / 10_000).map_err(|_| Refusal::BadAmount)?;
    if n < 0 || n % 10_000 != 0 { Err(Refusal::BadAmount) } else { Ok(Some(cents)) }
}

/// A sum in yuan with commas: `10,000`, `2,500.50`.
pub fn yuan(cents: i64) -> String {
    let (whole, rest) = (cents.unsigned_abs() / 100, cents.unsigned_abs() % 100);
    let sign = if cents < 0 { "−" } else { "" };
    let whole = platform::kit::thousands(whole);
    if rest == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{rest:02}") }
}

/// What is wrong with the day, who, minutes and reason of a decision.
fn decision(given: &Given, today: &str) -> Vec<Refusal> {
    let mut out = day(given, today);
    if given.by.trim().is_empty() && given.meeting.trim().is_empty() {
        out.push(Refusal::NoWho);
    }
    out
}

fn day(given: &Given, today: &str) -> Vec<Refusal> {
    match given.day.trim() {
        day if !policy::is_date(day) => vec![Refusal::NoDay],
        day if day > today => vec![Refusal::Ahead],
        _ => Vec::new(),
    }
}

/// A proposal after an act, or everything that stands in its way.
///
/// # Errors
/// All refusals at once.
pub fn after(p: &Proposal, act: Act, around: Around<'_>, given: &Given) -> Result<State, Vec<Refusal>> {
    if p.state == State::Void {
        return Err(vec![Refusal::Barred]);
    }
    let now = match act {
        Act::Hear | Act::Decide | Act::Drop => p.state.is_open(),
        Act::Revoke => matches!(p.state, State::Decided | State::Dropped),
        Act::Finish => p.is_due(),
    };
    if !now {
        return Err(vec![Refusal::NotNow]);
    }
    let mut out = Vec::new();
    if !around.runs && matches!(act, Act::Decide | Act::Drop | Act::Revoke) {
        out.push(Refusal::NotYours);
    }
    let (reason, text) = (given.reason.trim(), given.text.trim());
    match act {
        Act::Hear => {
            if p.person.is_none() {
                out.push(Refusal::Nobody);
            }
            out.extend(day(given, around.today));
            if given.by.trim().is_empty() {
                out.push(Refusal::NoWho);
            }
            if text.is_empty() {
                out.push(Refusal::NoText);
            }
        }
        Act::Decide => {
            if p.wants_hearing() && !p.was_heard() {
                out.push(Refusal::NotHeard);
            }
            out.extend(decision(given, around.today));
            if policy::is_date(given.day.trim()) && given.day.trim() < p.heard_on.as_str() {
                out.push(Refusal::Before);
            }
            if !matches!(given.verdict.as_str(), "carried" | "not_carried") {
                out.push(Refusal::NoVerdict);
            }
            let due = given.due.trim();
            if !due.is_empty() && (!policy::is_date(due) || due < given.day.trim()) {
                out.push(Refusal::BadDue);
            }
            out.extend(money(p, given));
        }
        Act::Drop if reason.is_empty() => out.push(Refusal::NoReason),
        Act::Drop => {}
        Act::Revoke => {
            if around.written_on != around.today {
                out.push(Refusal::TooLate);
            }
            if !p.done_on.is_empty() {
                out.push(Refusal::Done);
            }
            if around.filed {
                out.push(Refusal::Filed);
            }
            if reason.is_empty() {
                out.push(Refusal::NoReason);
            }
        }
        Act::Finish => {
            out.extend(day(given, around.today));
            if policy::is_date(given.day.trim()) && given.day.trim() < p.decided_on.as_str() {
                out.push(Refusal::Before);
            }
            if text.is_empty() {
                out.push(Refusal::NoText);
            }
        }
    }
    if !out.is_empty() {
        return Err(out);
    }
    Ok(match act {
        Act::Hear => State::Heard,
        Act::Decide | Act::Finish => State::Decided,
        Act::Drop => State::Dropped,
        Act::Revoke if p.was_heard() => State::Heard,
        Act::Revoke => State::Proposed,
    })
}

/// What is wrong with the sum and the reason of a decision: a reason is wanted for a no, for what hits a person, and for
/// another sum than the rule's.
fn money(p: &Proposal, given: &Given) -> Vec<Refusal> {
    let reason = given.reason.trim();
    if reason.is_empty() && (given.verdict == "not_carried" || is_adverse(&p.action)) {
        return vec![Refusal::NoReason];
    }
    if !is_money(&p.action) || given.verdict != "carried" {
        return Vec::new();
    }
    match sum(&given.amount) {
        Err(bad) => vec![bad],
        Ok(None) if p.amount.is_none() => vec![Refusal::BadAmount],
        Ok(Some(other)) if Some(other) != p.amount && reason.is_empty() => vec![Refusal::OtherSum],
        Ok(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests;
