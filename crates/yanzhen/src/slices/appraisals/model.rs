//! A round's states, who may take it from one to the next, and what is refused. Pure.
//!
//! ```text
//! draft → entering ⇄ checking ⇄ calibrating → published → closed → archived
//!   ↘        ↓          ↓           ↓
//!            cancelled (with a reason; nothing is lost)
//! ```
//!
//! Marks and facts are entered in `entering`. `checking` locks them: sheets are compared, absences excused, a sheet goes
//! back with a reason. `calibrating` fixes what is to be decided. `published` begins the days of notice, in which appeals
//! are made; a change after it is a version of its own. `closed` gives the grades to the villages and persons.

use kernel::{Message, msg};
use platform::access::{Org, Role, Target};

/// Where a round stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum State {
    Draft,
    Entering,
    Checking,
    Calibrating,
    Published,
    Closed,
    Archived,
    Cancelled,
}

impl State {
    pub const ALL: [State; 8] = [
        State::Draft,
        State::Entering,
        State::Checking,
        State::Calibrating,
        State::Published,
        State::Closed,
        State::Archived,
        State::Cancelled,
    ];

    pub fn id(self) -> &'static str {
        match self {
            State::Draft => "draft",
            State::Entering => "entering",
            State::Checking => "checking",
            State::Calibrating => "calibrating",
            State::Published => "published",
            State::Closed => "closed",
            State::Archived => "archived",
            State::Cancelled => "cancelled",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            State::Draft => kernel::key!("筹备"),
            State::Entering => kernel::key!("采集和评分"),
            State::Checking => kernel::key!("锁定与校核"),
            State::Calibrating => kernel::key!("拟定等次"),
            State::Published => kernel::key!("公示"),
            State::Closed => kernel::key!("公布与兑现"),
            State::Archived => kernel::key!("归档"),
            State::Cancelled => kernel::key!("已取消"),
        }
    }

    pub fn by_id(id: &str) -> Option<State> {
        State::ALL.into_iter().find(|s| s.id() == id)
    }

    /// Whether raters enter marks and facts.
    pub fn takes_entries(self) -> bool {
        self == State::Entering
    }

    /// Whether results stand that those concerned may see.
    pub fn is_public(self) -> bool {
        matches!(self, State::Published | State::Closed | State::Archived)
    }
}

/// What moves a round.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Act {
    Open,
    Lock,
    Reopen,
    Calibrate,
    Recheck,
    Publish,
    Close,
    Archive,
    Cancel,
}

impl Act {
    pub const ALL: [Act; 9] = [
        Act::Open,
        Act::Lock,
        Act::Reopen,
        Act::Calibrate,
        Act::Recheck,
        Act::Publish,
        Act::Close,
        Act::Archive,
        Act::Cancel,
    ];

    pub fn id(self) -> &'static str {
        match self {
            Act::Open => "open",
            Act::Lock => "lock",
            Act::Reopen => "reopen",
            Act::Calibrate => "calibrate",
            Act::Recheck => "recheck",
            Act::Publish => "publish",
            Act::Close => "close",
            Act::Archive => "archive",
            Act::Cancel => "cancel",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Act::Open => kernel::key!("开始评分"),
            Act::Lock => kernel::key!("锁定评分"),
            Act::Reopen => kernel::key!("重新开放评分"),
            Act::Calibrate => kernel::key!("拟定等次"),
            Act::Recheck => kernel::key!("退回校核"),
            Act::Publish => kernel::key!("确认并公示"),
            Act::Close => kernel::key!("结束公示，公布结果"),
            Act::Archive => kernel::key!("归档"),
            Act::Cancel => kernel::key!("取消这一轮"),
        }
    }

    pub fn by_id(id: &str) -> Option<Act> {
        Act::ALL.into_iter().find(|a| a.id() == id)
    }

    /// Whether it goes against the grain and wants a reason.
    pub fn wants_reason(self) -> bool {
        matches!(self, Act::Reopen | Act::Recheck | Act::Cancel)
    }
}

/// What stands in the way of an act.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// Not in this state.
    NotNow(State),
    /// Nobody is appraised.
    NoSubjects,
    /// Raters of the pack that no office stands for: their names.
    NoOffice(Vec<String>),
    /// So many cells are missing and not excused.
    Missing(usize),
    /// A reason is wanted.
    NoReason,
    /// Sheets that were not submitted; locking over them wants a reason.
    NotSubmitted(usize),
    /// A meeting, its day and who decided are wanted.
    NoDecision,
    /// The notice runs until this day.
    NoticeRuns(String),
    /// Appeals wait for an answer.
    OpenAppeals(usize),
}

impl Refusal {
    pub fn message(&self) -> Message {
        match self {
            Refusal::NotNow(_) => msg!("现在不能办这一步；请看进度条，按顺序办"),
            Refusal::NoSubjects => msg!("还没有考核对象：请先选范围"),
            Refusal::NoOffice(raters) => {
                msg!("这些评分单位还没有对应的单位：{raters}", raters = raters)
            }
            Refusal::Missing(n) => {
                msg!("还缺 {n} 处，没有说明：请补齐，或逐处写明理由和适用的规则", n = *n)
            }
            Refusal::NoReason => msg!("请写明理由"),
            Refusal::NotSubmitted(n) => msg!("还有 {n} 张评分表没有提交；要现在锁定，请写明理由", n = *n),
            Refusal::NoDecision => msg!("请写明哪天、哪次会议、由谁确认"),
            Refusal::NoticeRuns(day) => msg!("公示到 {day} 为止，还不能结束", day = day.as_str()),
            Refusal::OpenAppeals(n) => msg!("还有 {n} 件申诉没有答复", n = *n),
        }
    }
}

/// What a round has done so far, as far as acts ask.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    pub subjects: usize,
    /// Raters without an office.
    pub homeless: Vec<String>,
    pub not_submitted: usize,
    /// Cells missing and not excused.
    pub missing: usize,
    pub open_appeals: usize,
    /// The last day of the notice; empty for none.
    pub notice_until: String,
    pub today: String,
}

/// What a form gives with an act.
#[derive(Clone, Debug, Default)]
pub struct Given {
    pub reason: String,
    pub meeting: String,
    pub meeting_on: String,
    pub decided_by: String,
}

/// The state after an act, or everything that stands in its way.
pub fn after(state: State, act: Act, standing: &Standing, given: &Given) -> Result<State, Vec<Refusal>> {
    let next = match (state, act) {
        (State::Draft, Act::Open) | (State::Checking, Act::Reopen) => State::Entering,
        (State::Entering, Act::Lock) | (State::Calibrating, Act::Recheck) => State::Checking,
        (State::Checking, Act::Calibrate) => State::Calibrating,
        (State::Calibrating, Act::Publish) => State::Published,
        (State::Published, Act::Close) => State::Closed,
        (State::Closed, Act::Archive) => State::Archived,
        (State::Draft | State::Entering | State::Checking | State::Calibrating, Act::Cancel) => {
            State::Cancelled
        }
        _ => return Err(vec![Refusal::NotNow(state)]),
    };
    let mut out = Vec::new();
    let reason = !given.reason.trim().is_empty();
    if act.wants_reason() && !reason {
        out.push(Refusal::NoReason);
    }
    match act {
        Act::Open => {
            if standing.subjects == 0 {
                out.push(Refusal::NoSubjects);
            }
            if !standing.homeless.is_empty() {
                out.push(Refusal::NoOffice(standing.homeless.clone()));
            }
        }
        Act::Lock if standing.not_submitted > 0 && !reason => {
            out.push(Refusal::NotSubmitted(standing.not_submitted));
        }
        Act::Publish => {
            if standing.missing > 0 {
                out.push(Refusal::Missing(standing.missing));
            }
            let day = policy::is_date(given.meeting_on.trim());
            if given.meeting.trim().is_empty() || given.decided_by.trim().is_empty() || !day {
                out.push(Refusal::NoDecision);
            }
        }
        Act::Close => {
            if standing.today <= standing.notice_until {
                out.push(Refusal::NoticeRuns(standing.notice_until.clone()));
            }
            if standing.open_appeals > 0 {
                out.push(Refusal::OpenAppeals(standing.open_appeals));
            }
            if standing.missing > 0 {
                out.push(Refusal::Missing(standing.missing));
            }
        }
        _ => {}
    }
    if out.is_empty() { Ok(next) } else { Err(out) }
}

/// A round of appraisal.
#[derive(Clone, Debug)]
pub struct Round {
    pub id: i64,
    /// The pack's row.
    pub pack: i64,
    pub title: String,
    pub year: String,
    /// Whose round it is: empty for the county's, nine digits for a township's.
    pub part: String,
    /// `village` or `person`.
    pub subject: String,
    /// For persons: the posts that are appraised, joined by `|`.
    pub posts: String,
    pub state: State,
    pub marks_due: String,
    pub check_due: String,
    pub publish_due: String,
    pub opened_on: String,
    pub published_on: String,
    pub notice_until: String,
    pub closed_on: String,
    pub meeting: String,
    pub meeting_on: String,
    pub decided_by: String,
    /// The latest result; 0 before the first.
    pub version: i64,
    pub made_by: String,
    pub made_at: i64,
    pub rev: i64,
}

impl Round {
    pub fn of_persons(&self) -> bool {
        self.subject == "person"
    }
}

impl Target for Round {
    fn org(&self) -> Org<'_> {
        Org { township: &self.part, village: "" }
    }
}

/// A round as an office sees it: the whole, or what it holds of the office's own township.
#[derive(Clone, Debug)]
pub struct Seen {
    pub round: Round,
    /// The township whose subjects are seen; empty for all.
    pub township: String,
}

impl Target for Seen {
    fn org(&self) -> Org<'_> {
        Org { township: &self.township, village: "" }
    }
}

/// A rater's part of a round.
#[derive(Clone, Debug)]
pub struct Sheet {
    pub id: i64,
    pub round: i64,
    /// As spelled in the pack: `unit:agri`, `township`, `county`.
    pub rater: String,
    /// The township that rates; empty for a unit.
    pub township: String,
    /// The office that fills it in, as its accounts name it.
    pub unit: String,
    pub due_on: String,
    pub submitted_at: Option<i64>,
    pub submitted_by: String,
    pub note: String,
    pub reminded_at: Option<i64>,
    /// When its marks stopped counting, and why.
    pub retired_at: Option<i64>,
    pub retired_for: String,
    pub rev: i64,
}

impl Target for Sheet {
    fn org(&self) -> Org<'_> {
        Org { township: &self.township, village: "" }
    }

    fn unit(&self) -> Option<&str> {
        Some(if self.township.is_empty() { &self.unit } else { "" })
    }
}

/// Whoever or whatever is appraised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// A village's twelve digits or a person's id.
    pub code: String,
    pub name: String,
    pub village: String,
    pub township: String,
    pub township_name: String,
    pub person: Option<i64>,
}

/// A subject of a round.
#[derive(Clone, Debug)]
pub struct Placed {
    pub round: Round,
    pub subject: Subject,
}

impl Target for Placed {
    fn org(&self) -> Org<'_> {
        Org { township: &self.subject.township, village: &self.subject.village }
    }
}

/// Who may act on what of a round: the county on its own and every township's, a township on its own.
pub fn runs(role: Role) -> bool {
    matches!(role, Role::CountyOffice | Role::TownshipOffice)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ready() -> (Standing, Given) {
        let standing = Standing { subjects: 3, today: "2027-01-20".into(), ..Standing::default() };
        let given = Given {
            reason: "原因".into(),
            meeting: "常务会".into(),
            meeting_on: "2027-01-08".into(),
            decided_by: "何例乙".into(),
        };
        (standing, given)
    }

    #[test]
    fn j8_a_round_goes_its_way_and_no_other() {
        let (standing, given) = ready();
        let way = [
            (State::Draft, Act::Open, State::Entering),
            (State::Entering, Act::Lock, State::Checking),
            (State::Checking, Act::Reopen, State::Entering),
            (State::Checking, Act::Calibrate, State::Calibrating),
            (State::Calibrating, Act::Recheck, State::Checking),
            (State::Calibrating, Act::Publish, State::Published),
            (State::Published, Act::Close, State::Closed),
            (State::Closed, Act::Archive, State::Archived),
        ];
        for (from, act, to) in way {
            assert_eq!(after(from, act, &standing, &given), Ok(to), "{from:?} {act:?}");
        }
        let taken = State::ALL
            .into_iter()
            .flat_map(|s| Act::ALL.into_iter().map(move |a| (s, a)))
            .filter(|(s, a)| after(*s, *a, &standing, &given).is_ok())
            .count();
        assert_eq!(taken, way.len() + 4, "the way, and four cancellations");
    }

    #[test]
    fn every_obstacle_is_told_at_once() {
        let standing = Standing {
            missing: 4,
            open_appeals: 1,
            notice_until: "2027-01-22".into(),
            today: "2027-01-22".into(),
            ..ready().0
        };
        let refused = after(State::Published, Act::Close, &standing, &Given::default());
        let notice = Refusal::NoticeRuns("2027-01-22".into());
        assert_eq!(refused, Err(vec![notice, Refusal::OpenAppeals(1), Refusal::Missing(4)]));
        let refused = after(State::Calibrating, Act::Publish, &standing, &Given::default());
        assert_eq!(refused, Err(vec![Refusal::Missing(4), Refusal::NoDecision]));
    }

    #[test]
    fn a_lock_over_sheets_that_were_not_submitted_wants_a_reason() {
        let standing = Standing { not_submitted: 2, ..ready().0 };
        let silent = Given::default();
        let refused = after(State::Entering, Act::Lock, &standing, &silent);
        assert_eq!(refused, Err(vec![Refusal::NotSubmitted(2)]));
        assert_eq!(after(State::Entering, Act::Lock, &standing, &ready().1), Ok(State::Checking));
        assert_eq!(
            after(State::Checking, Act::Reopen, &standing, &silent),
            Err(vec![Refusal::NoReason])
        );
    }
}
