//! How somebody comes into the party (发展党员): a course with its stages, what happened in it, and what may happen next. Pure.

use kernel::{Day, Message, key, msg};
use platform::access::{Org, Target as Placed};

/// Where a course stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum State {
    Open,
    /// The last stage was reached.
    Done,
    /// Ended by a decision against the person.
    Stopped,
    /// Ended because the person wished so.
    Withdrawn,
}

impl State {
    pub const ALL: [State; 4] = [State::Open, State::Done, State::Stopped, State::Withdrawn];

    pub fn id(self) -> &'static str {
        match self {
            State::Open => "open",
            State::Done => "done",
            State::Stopped => "stopped",
            State::Withdrawn => "withdrawn",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            State::Open => key!("在培养"),
            State::Done => key!("已转正"),
            State::Stopped => key!("已停止"),
            State::Withdrawn => key!("本人退出"),
        }
    }

    pub fn tone(self) -> &'static str {
        match self {
            State::Open => "plan",
            State::Done => "ok",
            State::Stopped => "stop",
            State::Withdrawn => "",
        }
    }

    pub fn by_id(id: &str) -> Option<State> {
        State::ALL.into_iter().find(|s| s.id() == id)
    }
}

/// What happened in a course.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Kind {
    /// A stage was reached.
    Enter,
    /// A step of a stage was taken.
    Step,
    /// The stage was made longer.
    Longer,
    /// The course ended before its end.
    End,
}

impl Kind {
    const ALL: [Kind; 4] = [Kind::Enter, Kind::Step, Kind::Longer, Kind::End];

    pub fn id(self) -> &'static str {
        match self {
            Kind::Enter => "enter",
            Kind::Step => "step",
            Kind::Longer => "longer",
            Kind::End => "end",
        }
    }

    pub fn by_id(id: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|k| k.id() == id)
    }
}

/// Somebody's course.
#[derive(Clone, Debug)]
pub struct Course {
    pub id: i64,
    pub person: i64,
    pub person_name: String,
    /// The person's source group.
    pub source: String,
    pub village: String,
    pub village_name: String,
    pub township: String,
    pub township_name: String,
    /// The stage's id.
    pub stage: String,
    /// The day on which the stage began.
    pub since: String,
    pub state: State,
    /// Months by which the stage was made longer.
    pub longer: i64,
    /// The political status before the stage that changed it.
    pub before: String,
    /// The proposal by which the person is to enter a pool.
    pub moving: Option<i64>,
    pub ended_on: String,
    pub ended_by: String,
    /// The meeting that ended it.
    pub ended_at: String,
    pub ended_why: String,
    pub by: String,
    pub at: i64,
    pub rev: i64,
}

impl Placed for Course {
    fn org(&self) -> Org<'_> {
        Org { township: &self.township, village: &self.village }
    }
}

/// Something that happened in a course.
#[derive(Clone, Debug)]
pub struct Act {
    pub id: i64,
    pub course: i64,
    pub person: i64,
    pub kind: Kind,
    /// The stage in which it happened.
    pub stage: String,
    /// The stage reached, the step taken, the months added, the way of ending.
    pub item: String,
    /// The first day of what lasts; empty for a single day.
    pub from_on: String,
    pub day: String,
    pub meeting: String,
    pub document: String,
    /// Names, as typed.
    pub people: String,
    pub hours: i64,
    pub note: String,
    pub decided_by: String,
    /// Who voided it; empty while it counts.
    pub void_by: String,
    pub void_why: String,
    pub by: String,
    pub at: i64,
}

/// Work at the front, and what somebody found.
#[derive(Clone, Debug)]
pub struct Trial {
    pub id: i64,
    pub course: i64,
    pub person: i64,
    /// The kind's id in the packs.
    pub kind: String,
    pub task: String,
    pub place: String,
    pub from_on: String,
    pub to_on: String,
    pub finding: Finding,
    pub found_by: String,
    pub found_on: String,
    pub found_why: String,
    pub by: String,
    pub at: i64,
    pub rev: i64,
}

/// What was found of work at the front.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Finding {
    /// Nobody said yet.
    None,
    Passed,
    Failed,
}

impl Finding {
    pub fn id(self) -> &'static str {
        match self {
            Finding::None => "",
            Finding::Passed => "passed",
            Finding::Failed => "failed",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Finding::None => key!("待鉴定"),
            Finding::Passed => key!("合格"),
            Finding::Failed => key!("不合格"),
        }
    }

    pub fn tone(self) -> &'static str {
        match self {
            Finding::None => "plan",
            Finding::Passed => "ok",
            Finding::Failed => "stop",
        }
    }

    pub fn by_id(id: &str) -> Option<Finding> {
        [Finding::None, Finding::Passed, Finding::Failed].into_iter().find(|f| f.id() == id)
    }
}

/// Faults of a form: its field and what to do.
pub type Faults = Vec<(&'static str, Message)>;

/// The longest text of a form, letters.
pub const LETTERS: usize = 500;

/// What a form says; each act looks at its own fields.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// The step, the kind of work, the pool, the way of ending.
    pub item: String,
    pub from_on: String,
    pub on: String,
    pub meeting: String,
    pub document: String,
    pub people: String,
    pub hours: String,
    pub months: String,
    pub task: String,
    pub place: String,
    pub finding: String,
    pub by: String,
    pub note: String,
}

/// A day as typed, not after today; else what is wrong.
pub fn past_day(text: &str, today: &str) -> Result<Day, Message> {
    match text.trim().parse::<Day>() {
        Err(_) => Err(msg!("日期写成 2026-01-31 的样子")),
        Ok(_) if text.trim() > today => Err(msg!("日期不能晚于今天")),
        Ok(day) => Ok(day),
    }
}

/// The same day so many months later; where that month is shorter, its last day.
pub fn months_after(day: &str, months: i64) -> String {
    let day = day.parse::<Day>().ok();
    let after = day.and_then(|d| d.checked_add(jiff::Span::new().months(months)).ok());
    after.map(|d| d.to_string()).unwrap_or_default()
}

/// The day on which somebody is so many years old: of a birth that is known by its month or its year, the last that it may be.
pub fn of_age_on(birth: &str, years: u32) -> Option<String> {
    let day = match birth.split('-').count() {
        3 => birth.to_owned(),
        2 => {
            let first = format!("{birth}-01").parse::<Day>().ok()?;
            first.last_of_month().to_string()
        }
        _ => format!("{birth}-12-31"),
    };
    let after = months_after(&day, i64::from(years) * 12);
    (!after.is_empty()).then_some(after)
}

/// How many names were typed: they stand apart by commas of either kind, stops or blanks.
pub fn names(text: &str) -> usize {
    text.split(['、', '，', ',', ' ', '　', ';', '；']).filter(|n| !n.trim().is_empty()).count()
}

/// What is wrong with a text that must be there.
pub fn written(field: &'static str, text: &str, lacking: Message) -> Option<(&'static str, Message)> {
    match text.trim() {
        "" => Some((field, lacking)),
        _ => too_long(field, text),
    }
}

/// What is wrong with a text that may be left out.
pub fn too_long(field: &'static str, text: &str) -> Option<(&'static str, Message)> {
    (text.chars().count() > LETTERS).then(|| (field, msg!("最多 {n} 字", n = LETTERS)))
}
