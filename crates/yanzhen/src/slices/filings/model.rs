//! A filing's states, who may take it from one to the next, and what the law stops. Pure.
//!
//! ```text
//! draft → studied → received ⇄ more
//!   ↘        ↘        ↓    ↘
//!    withdrawn      agreed  disagreed → received (appeal, once)
//!                     ↓
//!                 announced → done
//! ```

use kernel::{Message, msg};
use platform::access::{Org, Role, Target};
use policy::posts::{Change, Track, WayOut, Word};

/// Where a filing stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum State {
    Draft,
    Studied,
    Received,
    More,
    Agreed,
    Disagreed,
    Announced,
    Done,
    Withdrawn,
}

impl State {
    pub const ALL: [State; 9] = [
        State::Draft,
        State::Studied,
        State::Received,
        State::More,
        State::Agreed,
        State::Disagreed,
        State::Announced,
        State::Done,
        State::Withdrawn,
    ];

    pub fn id(self) -> &'static str {
        match self {
            State::Draft => "draft",
            State::Studied => "studied",
            State::Received => "received",
            State::More => "more",
            State::Agreed => "agreed",
            State::Disagreed => "disagreed",
            State::Announced => "announced",
            State::Done => "done",
            State::Withdrawn => "withdrawn",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            State::Draft => kernel::key!("起草"),
            State::Studied => kernel::key!("镇党委已研究"),
            State::Received => kernel::key!("县级意见"),
            State::More => kernel::key!("补正后再议"),
            State::Agreed => kernel::key!("已批复"),
            State::Disagreed => kernel::key!("不同意"),
            State::Announced => kernel::key!("已宣布任职"),
            State::Done => kernel::key!("办结"),
            State::Withdrawn => kernel::key!("已撤回"),
        }
    }

    pub fn by_id(id: &str) -> Option<State> {
        State::ALL.into_iter().find(|s| s.id() == id)
    }

    /// Whether the next step is for an office of this role: the county answers, the township does the rest.
    pub fn waits_for(self, role: Role) -> bool {
        match role {
            Role::CountyOffice => self == State::Received,
            Role::TownshipOffice => self.is_open() && self != State::Received,
            _ => false,
        }
    }

    /// Whether something is still to be done.
    pub fn is_open(self) -> bool {
        !matches!(self, State::Done | State::Disagreed | State::Withdrawn)
    }
}

/// What moves a filing.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Act {
    /// The township's party committee studied it.
    Study,
    /// Sent to the county.
    Send,
    /// Taken back before the county answered.
    Withdraw,
    /// The county agrees.
    Agree,
    /// The county does not agree.
    Disagree,
    /// The county asks for more; the clock stops.
    AskMore,
    /// What was asked for is there; the clock goes on.
    Complete,
    /// The township states its case once more.
    Appeal,
    /// Announced in the village: holds begin and end.
    Announce,
    /// Handed over.
    HandOver,
}

impl Act {
    pub const ALL: [Act; 10] = [
        Act::Study,
        Act::Send,
        Act::Withdraw,
        Act::Agree,
        Act::Disagree,
        Act::AskMore,
        Act::Complete,
        Act::Appeal,
        Act::Announce,
        Act::HandOver,
    ];

    pub fn id(self) -> &'static str {
        match self {
            Act::Study => "study",
            Act::Send => "send",
            Act::Withdraw => "withdraw",
            Act::Agree => "agree",
            Act::Disagree => "disagree",
            Act::AskMore => "ask-more",
            Act::Complete => "complete",
            Act::Appeal => "appeal",
            Act::Announce => "announce",
            Act::HandOver => "hand-over",
        }
    }

    /// What the record of the filing says happened.
    pub fn title(self) -> &'static str {
        match self {
            Act::Study => kernel::key!("镇党委研究"),
            Act::Send => kernel::key!("报送县级"),
            Act::Withdraw => kernel::key!("撤回"),
            Act::Agree => kernel::key!("同意备案"),
            Act::Disagree => kernel::key!("不同意备案"),
            Act::AskMore => kernel::key!("退回补正"),
            Act::Complete => kernel::key!("补齐再报"),
            Act::Appeal => kernel::key!("申述"),
            Act::Announce => kernel::key!("宣布任职"),
            Act::HandOver => kernel::key!("交接与定职"),
        }
    }

    pub fn by_id(id: &str) -> Option<Act> {
        Act::ALL.into_iter().find(|a| a.id() == id)
    }

    /// Whether it is the county's to do.
    pub fn is_countys(self) -> bool {
        matches!(self, Act::Agree | Act::Disagree | Act::AskMore)
    }
}

/// Why an act is not taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// Not in this state.
    NotNow(State),
    /// The other side's.
    NotYours,
    /// There has been an appeal.
    AppealedBefore,
    /// Nothing to file.
    Empty,
    /// Documents are missing: how many.
    Documents(usize),
    /// A reason is needed.
    NoReason,
}

impl Refusal {
    pub fn message(self) -> Message {
        match self {
            Refusal::NotNow(_) => msg!("现在不能办这一步；请看进度条，按顺序办"),
            Refusal::NotYours => msg!("这一步不由您的身份办理"),
            Refusal::AppealedBefore => msg!("已经申述过一次；请按县级意见另行研究"),
            Refusal::Empty => msg!("还没有写任职或离任事项"),
            Refusal::Documents(n) => msg!("还缺 {n} 项材料", n = n),
            Refusal::NoReason => msg!("请写明理由；镇党委看得到原文，当事人看得到与自己有关的部分"),
        }
    }
}

/// The state after an act.
///
/// # Errors
/// The act is not for this state, this role, or a second time.
pub fn after(state: State, act: Act, role: Role, appeals: i64) -> Result<State, Refusal> {
    if act.is_countys() && role != Role::CountyOffice {
        return Err(Refusal::NotYours);
    }
    let next = match (state, act) {
        (State::Draft, Act::Study) => State::Studied,
        (State::Studied, Act::Send) | (State::More, Act::Complete) => State::Received,
        (State::Draft | State::Studied | State::Received | State::More, Act::Withdraw) => State::Withdrawn,
        (State::Received, Act::Agree) => State::Agreed,
        (State::Received, Act::Disagree) => State::Disagreed,
        (State::Received, Act::AskMore) => State::More,
        (State::Disagreed, Act::Appeal) if appeals > 0 => return Err(Refusal::AppealedBefore),
        (State::Disagreed, Act::Appeal) => State::Received,
        (State::Agreed, Act::Announce) => State::Announced,
        (State::Announced, Act::HandOver) => State::Done,
        _ => return Err(Refusal::NotNow(state)),
    };
    Ok(next)
}

/// A filing.
#[derive(Clone, Debug)]
pub struct Filing {
    pub id: i64,
    /// `2026-备-0117`
    pub no: String,
    pub township: String,
    pub village: String,
    pub title: String,
    pub state: State,
    pub drafted_by: String,
    /// Milliseconds since 1970.
    pub drafted_at: i64,
    /// What the township's party committee decided: day, people present, votes.
    pub meeting: String,
    pub received_on: String,
    /// The last day of the county's answer; empty while the clock stands.
    pub due_on: String,
    /// The day the clock stopped; empty while it runs.
    pub paused_on: String,
    pub documents_due_on: String,
    pub opinion: String,
    pub opinion_text: String,
    pub opinion_by: String,
    pub opinion_at: Option<i64>,
    pub reply_no: String,
    pub reply_on: String,
    pub appeals: i64,
    pub announced_on: String,
    pub handed_on: String,
    /// Acts that the law forbids and that were not written, a line each.
    pub stopped: String,
    /// What the township explains: check id and sentence, a line each.
    pub explained: String,
    /// The pack that it was checked by: title, version, hash.
    pub pack: String,
    pub rev: i64,
}

impl Filing {
    /// A draft for a village.
    pub fn begun(no: String, village: Org<'_>, title: &str, by: &str) -> Filing {
        Filing {
            id: 0,
            no,
            township: village.township.to_owned(),
            village: village.village.to_owned(),
            title: title.to_owned(),
            state: State::Draft,
            drafted_by: by.to_owned(),
            drafted_at: platform::db::now_ms(),
            meeting: String::new(),
            received_on: String::new(),
            due_on: String::new(),
            paused_on: String::new(),
            documents_due_on: String::new(),
            opinion: String::new(),
            opinion_text: String::new(),
            opinion_by: String::new(),
            opinion_at: None,
            reply_no: String::new(),
            reply_on: String::new(),
            appeals: 0,
            announced_on: String::new(),
            handed_on: String::new(),
            stopped: String::new(),
            explained: String::new(),
            pack: String::new(),
            rev: 1,
        }
    }
}

impl Target for Filing {
    fn org(&self) -> Org<'_> {
        Org { township: &self.township, village: &self.village }
    }
}

/// One person taking or leaving one post.
#[derive(Clone, Debug)]
pub struct Item {
    pub id: i64,
    pub person: i64,
    pub name: String,
    pub village: String,
    pub post: String,
    pub track: Track,
    pub change: Change,
    /// The hold that ends; `None` for an appointment.
    pub holding: Option<i64>,
    /// A way in or out.
    pub way: String,
    pub reason: String,
    pub basis: String,
    pub carried_at: Option<i64>,
}

impl Item {
    /// Whether it begins a hold.
    pub fn begins(&self) -> bool {
        self.change == Change::Appoint
    }
}

/// Whether a filing may carry an end: party posts only. What ends an elected seat is registered, never decided here.
///
/// # Errors
/// What was stopped.
pub fn may_end(track: Track, way: WayOut) -> Result<(), Message> {
    if track == Track::Elected {
        return Err(crate::slices::posts::model::Refusal::Elected.message());
    }
    if track.loses(way) { Ok(()) } else { Err(crate::slices::posts::model::Refusal::WayOut.message()) }
}

/// The change of an id.
pub fn change(id: &str) -> Option<Change> {
    Change::parse(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn g6_a_filing_goes_its_way_and_no_other() {
        use Role::{CountyOffice as County, TownshipOffice as Town};
        let way = [
            (State::Draft, Act::Study, Town, State::Studied),
            (State::Studied, Act::Send, Town, State::Received),
            (State::Received, Act::AskMore, County, State::More),
            (State::More, Act::Complete, Town, State::Received),
            (State::Received, Act::Agree, County, State::Agreed),
            (State::Agreed, Act::Announce, Town, State::Announced),
            (State::Announced, Act::HandOver, Town, State::Done),
        ];
        for (from, act, role, to) in way {
            assert_eq!(after(from, act, role, 0), Ok(to), "{from:?} {act:?}");
        }
        // Each state takes just its acts: all others are refused.
        let taken = State::ALL
            .into_iter()
            .flat_map(|s| Act::ALL.into_iter().map(move |a| (s, a)))
            .filter(|(s, a)| after(*s, *a, County, 0).is_ok())
            .count();
        assert_eq!(taken, 7 + 1 + 1 + 4, "seven of the way, disagree, appeal, four withdrawals");
    }

    #[test]
    fn the_county_alone_answers_and_an_appeal_is_made_once() {
        for act in [Act::Agree, Act::Disagree, Act::AskMore] {
            assert_eq!(after(State::Received, act, Role::TownshipOffice, 0), Err(Refusal::NotYours));
        }
        assert_eq!(after(State::Disagreed, Act::Appeal, Role::TownshipOffice, 0), Ok(State::Received));
        assert_eq!(
            after(State::Disagreed, Act::Appeal, Role::TownshipOffice, 1),
            Err(Refusal::AppealedBefore)
        );
    }

    #[test]
    fn no_filing_takes_an_elected_seat_away() {
        for way in WayOut::ALL {
            assert!(may_end(Track::Elected, *way).is_err(), "{way:?}");
        }
        assert!(may_end(Track::Party, WayOut::Removed).is_ok());
        assert!(may_end(Track::Party, WayOut::Recalled).is_err());
    }
}
