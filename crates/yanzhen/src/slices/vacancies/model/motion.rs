//! A motion (动议) that somebody fills a vacancy: how it goes, and what stands in its way. Pure.

use kernel::{Message, key, msg};
use platform::access::{Org, Target as Placed};
use policy::posts::Track;

/// Where a motion stands. Nothing happens to a seat by any of them.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum State {
    Proposed,
    Decided,
    Refused,
    Withdrawn,
}

impl State {
    pub const ALL: [State; 4] = [State::Proposed, State::Decided, State::Refused, State::Withdrawn];

    pub fn id(self) -> &'static str {
        match self {
            State::Proposed => "proposed",
            State::Decided => "decided",
            State::Refused => "refused",
            State::Withdrawn => "withdrawn",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            State::Proposed => key!("待研究"),
            State::Decided => key!("研究同意"),
            State::Refused => key!("不同意"),
            State::Withdrawn => key!("已撤回"),
        }
    }

    pub fn tone(self) -> &'static str {
        match self {
            State::Proposed => "plan",
            State::Decided => "ok",
            State::Refused => "stop",
            State::Withdrawn => "",
        }
    }

    pub fn by_id(id: &str) -> Option<State> {
        State::ALL.into_iter().find(|s| s.id() == id)
    }
}

/// A motion.
#[derive(Clone, Debug)]
pub struct Motion {
    pub id: i64,
    pub village: String,
    pub village_name: String,
    pub township: String,
    pub township_name: String,
    pub post: String,
    pub track: Track,
    pub person: i64,
    pub person_name: String,
    /// The group's name in the chain.
    pub step: String,
    /// The place in the chain, from 1.
    pub place: i64,
    /// Not the first of the chain.
    pub otherwise: bool,
    /// Why; of somebody who is not the first it must be said.
    pub reason: String,
    /// What the chain said of the person, a line each.
    pub proof: String,
    /// Pack, version and hash that said so.
    pub pack: String,
    /// The last day on which those who stood before may say something; empty where nobody did.
    pub comment_until: String,
    pub state: State,
    pub meeting: String,
    pub decided_by: String,
    pub decided_on: String,
    pub decision: String,
    pub filing: Option<i64>,
    pub by: String,
    pub at: i64,
    pub rev: i64,
}

impl Placed for Motion {
    fn org(&self) -> Org<'_> {
        Org { township: &self.township, village: &self.village }
    }
}

/// Somebody who stood before the one who was chosen.
#[derive(Clone, Debug)]
pub struct Passed {
    pub id: i64,
    pub motion: i64,
    pub person: i64,
    pub name: String,
    pub place: i64,
    pub step: String,
    /// The reason, as the person reads it.
    pub why: String,
    pub own_words: String,
    pub own_at: Option<i64>,
}

/// Faults of a form: its field and what to do.
pub type Faults = Vec<(&'static str, Message)>;

/// The longest text of a form, letters.
pub const LETTERS: usize = 500;

/// What is wrong with a reason. Where somebody is chosen before others it must be written, and say something.
pub fn reasons(reason: &str, otherwise: bool, least: u32) -> Faults {
    let n = reason.trim().chars().filter(|c| c.is_alphanumeric()).count();
    let mut out = Faults::new();
    if otherwise && n < least as usize {
        out.push(("reason", msg!("至少写 {n} 字与岗位有关的理由，排在前面的人看得到", n = least)));
    }
    if reason.chars().count() > LETTERS {
        out.push(("reason", msg!("最多 {n} 字", n = LETTERS)));
    }
    out
}

/// What a form says of a decision.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    /// `carried` or `refused`.
    pub verdict: String,
    pub by: String,
    pub on: String,
    pub meeting: String,
    pub reason: String,
}

/// What is wrong with a decision on a motion, on a day.
pub fn decides(m: &Motion, passed: &[Passed], given: &Verdict, today: &str) -> Faults {
    let mut out = Faults::new();
    if m.state != State::Proposed {
        out.push(("verdict", msg!("已经办过了，不能再决定")));
    }
    if !matches!(given.verdict.as_str(), "carried" | "refused") {
        out.push(("verdict", msg!("请选同意或不同意")));
    }
    if given.by.trim().is_empty() {
        out.push(("by", msg!("请写明由谁决定")));
    }
    if given.meeting.trim().is_empty() {
        out.push(("meeting", msg!("请写明哪次会议或哪份批示")));
    }
    match given.on.parse::<kernel::Day>() {
        Err(_) => out.push(("on", msg!("日期写成 2026-01-31 的样子"))),
        Ok(_) if given.on.as_str() > today => out.push(("on", msg!("日期不能晚于今天"))),
        Ok(_) => {}
    }
    if given.verdict == "refused" && given.reason.trim().is_empty() {
        out.push(("reason", msg!("不同意要写明理由")));
    }
    if [&given.by, &given.meeting, &given.reason].iter().any(|t| t.chars().count() > LETTERS) {
        out.push(("reason", msg!("最多 {n} 字", n = LETTERS)));
    }
    let silent = passed.iter().any(|p| p.own_at.is_none());
    if given.verdict == "carried" && m.otherwise && silent && today <= m.comment_until.as_str() {
        out.push((
            "verdict",
            msg!("排在前面的人可以提意见到 {day}；提完或过了这天再决定", day = m.comment_until.as_str()),
        ));
    }
    out
}

/// Why no filing of appointment comes of a motion; none where one may be drafted.
pub fn bars_filing(m: &Motion) -> Option<Message> {
    if m.track == Track::Elected {
        return Some(msg!(
            "任何组织和个人不得指定、委派村民委员会成员（村委会组织法第十一条）。选举职务只提出推荐人选，由选举产生。"
        ));
    }
    if m.state != State::Decided {
        return Some(msg!("研究同意以后才起草备案"));
    }
    m.filing.is_some().then(|| msg!("已经起草了备案"))
}
