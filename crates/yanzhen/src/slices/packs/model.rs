//! A draft's states and who may take it from one to the next. Pure.
//!
//! ```text
//! draft ⇄ submitted → approved (a version of the county's, frozen)
//!    ↘        ↓
//!       dropped
//! ```

use kernel::{Message, key, msg};
use platform::access::{Org, Target};
use policy::Files;

/// Where a draft stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum State {
    /// Being written.
    Draft,
    /// Waiting for somebody else.
    Submitted,
    /// A version of the county's: never changed again.
    Approved,
    /// Given up.
    Dropped,
}

impl State {
    /// Every one.
    pub const ALL: [State; 4] = [State::Draft, State::Submitted, State::Approved, State::Dropped];

    /// As the table keeps it.
    pub fn id(self) -> &'static str {
        match self {
            State::Draft => "draft",
            State::Submitted => "submitted",
            State::Approved => "approved",
            State::Dropped => "dropped",
        }
    }

    /// By its word.
    pub fn by_id(id: &str) -> Option<State> {
        State::ALL.into_iter().find(|s| s.id() == id)
    }

    /// A key of the catalogue.
    pub fn title(self) -> &'static str {
        match self {
            State::Draft => key!("起草中"),
            State::Submitted => key!("待批准"),
            State::Approved => key!("已批准"),
            State::Dropped => key!("已放弃"),
        }
    }

    /// The class of its tag.
    pub fn class(self) -> &'static str {
        match self {
            State::Draft => "plan",
            State::Submitted => "info",
            State::Approved => "ok",
            State::Dropped => "",
        }
    }
}

/// What moves a draft.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Act {
    /// Given to somebody else to approve.
    Submit,
    /// Sent back to be changed.
    Return,
    /// Made a version of the county's.
    Approve,
    /// Given up.
    Drop,
}

impl Act {
    /// Every one.
    pub const ALL: [Act; 4] = [Act::Submit, Act::Return, Act::Approve, Act::Drop];

    /// The word of addresses and of the audit.
    pub fn id(self) -> &'static str {
        match self {
            Act::Submit => "submit",
            Act::Return => "return",
            Act::Approve => "approve",
            Act::Drop => "drop",
        }
    }

    /// By its word.
    pub fn by_id(id: &str) -> Option<Act> {
        Act::ALL.into_iter().find(|a| a.id() == id)
    }
}

/// An account and the name it had.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Who {
    /// The account.
    pub account: i64,
    /// Its name.
    pub name: String,
}

/// A draft of a pack.
#[derive(Clone, Debug)]
pub struct Draft {
    pub id: i64,
    /// The version it began from.
    pub base: i64,
    pub files: Files,
    pub title: String,
    pub version: String,
    /// Empty for the whole county, else the digits of a township.
    pub part: String,
    /// First day in force here, as `pack.toml` says it.
    pub from: String,
    pub state: State,
    pub drafted: Who,
    /// Who changed it last.
    pub edited: Who,
    pub submitted_at: Option<i64>,
    pub approved: Option<Who>,
    pub approved_at: Option<i64>,
    /// Why it was sent back, or approved in spite of its cases.
    pub reason: String,
    /// The version that it became.
    pub pack: Option<i64>,
    pub rev: i64,
    pub at: i64,
}

impl Target for Draft {
    fn org(&self) -> Org<'_> {
        Org { township: &self.part, village: "" }
    }
}

/// What was found in a draft before an act.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Found {
    /// Faults of the check.
    pub faults: usize,
    /// Cases that come out otherwise.
    pub failing: usize,
    /// Whether the first day in force is written.
    pub dated: bool,
}

/// Why an act is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// Not in this state.
    NotNow(State),
    /// It has faults.
    Faults(usize),
    /// No first day in force.
    NoDay,
    /// Drafted or last changed by the one who would approve.
    Own,
    /// Cases fail and no reason is given.
    Cases(usize),
    /// Sent back without a reason.
    NoReason,
}

impl Refusal {
    /// For a person.
    pub fn message(self) -> Message {
        match self {
            Refusal::NotNow(State::Draft) => msg!("还在起草，要先送审"),
            Refusal::NotNow(State::Submitted) => msg!("已经送审，不能再改；要改请先退回"),
            Refusal::NotNow(State::Approved) => msg!("已经批准并冻结，不能再改；要改请从这一版起草新版本"),
            Refusal::NotNow(State::Dropped) => msg!("这份草稿已经放弃"),
            Refusal::Faults(n) => msg!("检查还有 {n} 处错误，改好再办", n = n),
            Refusal::NoDay => msg!("请先在“基本信息”里写明生效日期"),
            Refusal::Own => msg!("自己起草或最后改的，不能自己批准；请另一个人批准"),
            Refusal::Cases(n) => msg!("有 {n} 个自测案例不过；要批准请写明理由", n = n),
            Refusal::NoReason => msg!("请写明退回的理由"),
        }
    }
}

/// The state after an act by an account, or why not.
pub fn after(draft: &Draft, act: Act, by: i64, found: Found, reason: &str) -> Result<State, Refusal> {
    let said = !reason.trim().is_empty();
    let whole = || match found {
        Found { faults: 1.., .. } => Err(Refusal::Faults(found.faults)),
        Found { dated: false, .. } => Err(Refusal::NoDay),
        _ => Ok(()),
    };
    match (draft.state, act) {
        (State::Draft, Act::Submit) => whole().map(|()| State::Submitted),
        (State::Submitted, Act::Return) if !said => Err(Refusal::NoReason),
        (State::Submitted, Act::Return) => Ok(State::Draft),
        (State::Submitted, Act::Approve) => {
            if by == draft.drafted.account || by == draft.edited.account {
                return Err(Refusal::Own);
            }
            whole()?;
            if found.failing > 0 && !said {
                return Err(Refusal::Cases(found.failing));
            }
            Ok(State::Approved)
        }
        (State::Draft | State::Submitted, Act::Drop) => Ok(State::Dropped),
        (state, _) => Err(Refusal::NotNow(state)),
    }
}

/// Whether a draft may be edited, undone, redone.
pub fn may_edit(draft: &Draft) -> Result<(), Refusal> {
    if draft.state == State::Draft { Ok(()) } else { Err(Refusal::NotNow(draft.state)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: Found = Found { faults: 0, failing: 0, dated: true };

    fn draft(state: State) -> Draft {
        Draft {
            id: 1,
            base: 2,
            files: Files::default(),
            title: String::new(),
            version: String::new(),
            part: String::new(),
            from: String::new(),
            state,
            drafted: Who { account: 7, name: "何例乙".into() },
            edited: Who { account: 8, name: "沈例己".into() },
            submitted_at: None,
            approved: None,
            approved_at: None,
            reason: String::new(),
            pack: None,
            rev: 1,
            at: 0,
        }
    }

    #[test]
    fn the_way_of_a_draft() {
        let at = |state, act, by, found, reason| after(&draft(state), act, by, found, reason);
        assert_eq!(at(State::Draft, Act::Submit, 7, GOOD, ""), Ok(State::Submitted));
        assert_eq!(at(State::Submitted, Act::Approve, 9, GOOD, ""), Ok(State::Approved));
        assert_eq!(at(State::Submitted, Act::Return, 9, GOOD, "分值不对"), Ok(State::Draft));
        assert_eq!(at(State::Draft, Act::Drop, 7, GOOD, ""), Ok(State::Dropped));
        assert_eq!(at(State::Submitted, Act::Drop, 7, GOOD, ""), Ok(State::Dropped));
    }

    #[test]
    fn two_persons_no_faults_and_reasons_where_they_are_due() {
        let at = |act, by, found, reason| after(&draft(State::Submitted), act, by, found, reason);
        for own in [7, 8] {
            assert_eq!(at(Act::Approve, own, GOOD, "理由"), Err(Refusal::Own));
        }
        let (faulty, failing) = (Found { faults: 2, ..GOOD }, Found { failing: 3, ..GOOD });
        assert_eq!(at(Act::Approve, 9, faulty, "理由"), Err(Refusal::Faults(2)));
        assert_eq!(at(Act::Approve, 9, failing, " "), Err(Refusal::Cases(3)));
        assert_eq!(at(Act::Approve, 9, failing, "案例已过时"), Ok(State::Approved));
        assert_eq!(at(Act::Approve, 9, Found { dated: false, ..GOOD }, ""), Err(Refusal::NoDay));
        assert_eq!(at(Act::Return, 9, GOOD, " "), Err(Refusal::NoReason));
        assert_eq!(after(&draft(State::Draft), Act::Submit, 7, faulty, ""), Err(Refusal::Faults(2)));
    }

    #[test]
    fn what_is_over_stays_over() {
        for state in [State::Approved, State::Dropped] {
            assert_eq!(may_edit(&draft(state)), Err(Refusal::NotNow(state)));
            for act in Act::ALL {
                assert_eq!(after(&draft(state), act, 9, GOOD, "理由"), Err(Refusal::NotNow(state)));
            }
        }
        assert_eq!(may_edit(&draft(State::Submitted)), Err(Refusal::NotNow(State::Submitted)));
        assert_eq!(
            after(&draft(State::Draft), Act::Approve, 9, GOOD, ""),
            Err(Refusal::NotNow(State::Draft))
        );
        assert_eq!(
            after(&draft(State::Submitted), Act::Submit, 9, GOOD, ""),
            Err(Refusal::NotNow(State::Submitted))
        );
    }
}
