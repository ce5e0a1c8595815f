//! Campaigns: their states, who may go on from a stage, and what stands in the way. Pure.

use kernel::{Message, msg};
use platform::access::{Org, Target};
use policy::campaigns::{Route, Work};

/// What is wrong, by field.
pub type Faults = Vec<(&'static str, Message)>;

/// A campaign's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Being made; nothing is published.
    Draft,
    /// Published; its stages run.
    Open,
    /// Every stage ended.
    Done,
    /// Ended before its last stage, with a reason.
    Cancelled,
}

impl State {
    /// As stored.
    pub fn id(self) -> &'static str {
        match self {
            State::Draft => "draft",
            State::Open => "open",
            State::Done => "done",
            State::Cancelled => "cancelled",
        }
    }

    /// By its id.
    pub fn by_id(id: &str) -> Option<State> {
        [State::Draft, State::Open, State::Done, State::Cancelled].into_iter().find(|s| s.id() == id)
    }

    /// In Chinese.
    pub fn title(self) -> &'static str {
        match self {
            State::Draft => kernel::key!("草稿"),
            State::Open => kernel::key!("进行中"),
            State::Done => kernel::key!("已结束"),
            State::Cancelled => kernel::key!("已终止"),
        }
    }

    /// The tone of its tag.
    pub fn tone(self) -> &'static str {
        match self {
            State::Draft => "plan",
            State::Open => "info",
            State::Done => "ok",
            State::Cancelled => "stop",
        }
    }
}

/// A campaign.
#[derive(Clone, Debug)]
pub struct Campaign {
    pub id: i64,
    pub no: String,
    /// The kind, by the packs' id.
    pub kind: String,
    pub title: String,
    /// Nine digits of the township that runs it; empty where the county does.
    pub township: String,
    pub township_name: String,
    pub state: State,
    /// Local time, `2026-11-09T09:00`.
    pub apply_from: String,
    pub apply_to: String,
    /// The packs of this day hold for it: conditions, materials, benefits.
    pub rules_on: String,
    pub help: String,
    /// The stage that runs, by its place in the order, from 1; 0 before it opened.
    pub stage: i64,
    pub made_by: String,
    pub made_at: i64,
    pub opened_by: String,
    pub ended_on: String,
    pub reason: String,
    pub rev: i64,
    /// Over all its places.
    pub seats: i64,
    /// Nine digits of the township from which it is looked at: whoever has places in it sees it; empty for the county.
    pub seen_from: String,
}

impl Campaign {
    /// Whether applications are taken at a local time, `2026-11-09T09:00`.
    pub fn takes(&self, now: &str) -> bool {
        self.state == State::Open
            && self.stage == 1
            && self.apply_from.as_str() <= now
            && now < self.apply_to.as_str()
    }
}

impl Target for Campaign {
    fn org(&self) -> Org<'_> {
        Org { township: &self.seen_from, village: "" }
    }
}

/// What a stage asks, as the measures had it when the campaign opened.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize, PartialEq)]
#[serde(default)]
pub struct Terms {
    /// Days, working days or months, by the work.
    pub length: u32,
    /// Millionths of a per cent: a paper's share of the total.
    pub weight: i64,
    /// Hundredths.
    pub full: i64,
    /// Hundredths.
    pub pass: Option<i64>,
    pub examiners: u32,
    pub drop: u32,
    /// Millionths: how many for a seat.
    pub ratio: Option<i64>,
    /// Millionths of a per cent.
    pub quorum: Option<i64>,
    /// Its clause.
    pub basis: String,
}

/// A stage of a campaign.
#[derive(Clone, Debug)]
pub struct Stage {
    pub seq: i64,
    pub id: String,
    pub work: Work,
    pub title: String,
    pub terms: Terms,
    /// When it is meant to be, in words.
    pub planned: String,
    pub begun_at: Option<i64>,
    pub begun_by: String,
    pub ended_at: Option<i64>,
    pub ended_by: String,
}

/// Where one may apply, and for how many seats.
#[derive(Clone, Debug, Default)]
pub struct Place {
    pub id: i64,
    pub township: String,
    pub township_name: String,
    pub village: String,
    pub village_name: String,
    pub post: String,
    pub seats: i64,
}

impl Place {
    /// Its name.
    pub fn name(&self) -> String {
        let mut out = format!("{} {}", self.township_name, self.village_name).trim().to_owned();
        if !self.post.is_empty() {
            out = format!("{out} {}", self.post).trim().to_owned();
        }
        out
    }
}

/// Where an applicant stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Recommended by somebody, and has not agreed: name, village and reason are all there is.
    Recommended,
    /// In the running.
    Running,
    /// Out, with a reason.
    Out,
    /// Withdrew.
    Withdrawn,
    /// Chosen.
    Chosen,
}

impl Standing {
    /// All, in the order of filters.
    pub const ALL: [Standing; 5] =
        [Standing::Running, Standing::Recommended, Standing::Out, Standing::Withdrawn, Standing::Chosen];

    /// As stored.
    pub fn id(self) -> &'static str {
        match self {
            Standing::Recommended => "recommended",
            Standing::Running => "running",
            Standing::Out => "out",
            Standing::Withdrawn => "withdrawn",
            Standing::Chosen => "chosen",
        }
    }

    /// By its id.
    pub fn by_id(id: &str) -> Option<Standing> {
        Standing::ALL.into_iter().find(|s| s.id() == id)
    }

    /// In Chinese.
    pub fn title(self) -> &'static str {
        match self {
            Standing::Recommended => kernel::key!("被推荐，待本人同意"),
            Standing::Running => kernel::key!("在办"),
            Standing::Out => kernel::key!("止步"),
            Standing::Withdrawn => kernel::key!("已撤回"),
            Standing::Chosen => kernel::key!("选上"),
        }
    }

    /// The tone of its tag.
    pub fn tone(self) -> &'static str {
        match self {
            Standing::Recommended => "plan",
            Standing::Running => "info",
            Standing::Out | Standing::Withdrawn => "",
            Standing::Chosen => "ok",
        }
    }
}

/// What an applicant filled in, sealed as a whole. The identity number is kept beside it.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize, PartialEq)]
#[serde(default)]
pub struct Form {
    pub phone: String,
    pub school: String,
    pub major: String,
    /// `2024-06`
    pub graduated_on: String,
    pub party_on: String,
    pub work: String,
    pub household: String,
    /// Declared conditions, by id.
    pub declares: Vec<String>,
    /// Who recommended, in words, and why.
    pub by: String,
    pub why: String,
}

/// An application, or a recommendation that waits for its person.
#[derive(Clone, Debug)]
pub struct Entry {
    pub id: i64,
    pub campaign: i64,
    pub place: Option<i64>,
    pub place_name: String,
    pub no: String,
    pub name: String,
    pub sex: String,
    pub birth: String,
    pub education: String,
    pub full_time: bool,
    pub political: String,
    pub source: String,
    pub township: String,
    pub village: String,
    pub village_name: String,
    pub route: Route,
    pub standing: Standing,
    /// The stage that it reached, by its place in the order.
    pub stage: i64,
    /// What it is asked to bring or mend.
    pub need: String,
    pub out_reason: String,
    pub person: Option<i64>,
    pub keep_contact: bool,
    pub at: i64,
    /// Who of an office wrote it in; empty where it came by the public pages.
    pub by: String,
    pub ticket: String,
    pub room: String,
    pub seat: i64,
    pub rev: i64,
}

impl Target for Entry {
    fn org(&self) -> Org<'_> {
        Org { township: &self.township, village: &self.village }
    }
}

/// What a form for a new campaign says.
#[derive(Clone, Debug, Default)]
pub struct New {
    pub kind: String,
    pub title: String,
    pub apply_from: String,
    pub apply_to: String,
    pub help: String,
    pub places: Vec<Place>,
}

/// A local time, `2026-11-09T09:00`.
pub fn is_time(text: &str) -> bool {
    let Some((day, time)) = text.split_once('T') else { return false };
    let clock =
        time.split_once(':').and_then(|(h, m)| Some((h.parse::<u32>().ok()?, m.parse::<u32>().ok()?)));
    day.parse::<kernel::Day>().is_ok() && time.len() == 5 && clock.is_some_and(|(h, m)| h < 24 && m < 60)
}

/// What is wrong with a new campaign; every fault at once.
pub fn makes(new: &New, now: &str) -> Faults {
    let mut faults = Faults::new();
    if new.kind.is_empty() {
        faults.push(("kind", msg!("请选一种选拔")));
    }
    if new.title.trim().is_empty() || new.title.chars().count() > 60 {
        faults.push(("title", msg!("请写名称，最多 {n} 字", n = 60)));
    }
    for (field, time) in [("apply_from", &new.apply_from), ("apply_to", &new.apply_to)] {
        if !is_time(time) {
            faults.push((field, msg!("请写日期和时间")));
        }
    }
    if is_time(&new.apply_from) && is_time(&new.apply_to) {
        if new.apply_to <= new.apply_from {
            faults.push(("apply_to", msg!("截止要晚于开始")));
        } else if new.apply_to.as_str() <= now {
            faults.push(("apply_to", msg!("截止时间已经过了")));
        }
    }
    if new.help.trim().is_empty() {
        faults.push(("help", msg!("请写咨询电话或地点，报名的人看得到")));
    }
    if new.places.iter().all(|p| p.seats == 0) {
        faults.push(("places", msg!("至少一处写名额")));
    }
    faults
}

/// What stands in the way of ending a stage: how many wait without an outcome, and what else is open.
#[derive(Clone, Debug, Default)]
pub struct Open {
    /// Running entries without an outcome of the stage.
    pub waiting: u64,
    /// Applications may still come in.
    pub taking: bool,
    /// Marks whose two entries differ, or that only one entered.
    pub unsettled: u64,
    /// Objections without an answer.
    pub objections: u64,
    /// The day until which a notice stands, where that is still to come.
    pub noticed_until: Option<String>,
    /// No notice was posted, no meeting held, no seat answered: what the stage is for is not there yet.
    pub lacking: bool,
}

/// Why a stage cannot end yet; every reason at once. A stage ends only when each applicant in it has an outcome by name.
pub fn ends(stage: &Stage, open: &Open) -> Vec<Message> {
    let mut out = Vec::new();
    if stage.begun_at.is_none() {
        out.push(msg!("“{stage}”还没有开始", stage = &stage.title));
    }
    if stage.ended_at.is_some() {
        out.push(msg!("“{stage}”已经结束，不能再办", stage = &stage.title));
    }
    if open.taking {
        out.push(msg!("报名还没有截止"));
    }
    if open.lacking {
        out.push(match stage.work {
            Work::Notice => msg!("还没有公示"),
            Work::Meeting => msg!("有人在办的乡镇都要有一次有效的推荐会，现在还没有"),
            Work::Review => msg!("还没有发起联审"),
            _ => msg!("这个阶段还没有办"),
        });
    }
    if let Some(day) = &open.noticed_until {
        out.push(msg!("公示到 {day}期满", day = crate::slices::posts::pages::day_text(day)));
    }
    if open.objections > 0 {
        out.push(msg!("还有 {n} 件异议没有答复", n = open.objections));
    }
    if open.unsettled > 0 {
        out.push(msg!("还有 {n} 个成绩没有录完或两次不一致", n = open.unsettled));
    }
    if open.waiting > 0 {
        out.push(msg!("还有 {n} 人没有结论", n = open.waiting));
    }
    out
}

/// Why an outcome of a stage cannot be given to an entry.
pub fn steps(entry: &Entry, stage: &Stage, passed: bool, reason: &str) -> Faults {
    let mut faults = Faults::new();
    if entry.standing != Standing::Running {
        faults.push(("verdict", msg!("{name} 已不在办理中", name = entry.name.as_str())));
    } else if entry.stage != stage.seq {
        faults.push(("verdict", msg!("{name} 不在这个阶段", name = entry.name.as_str())));
    }
    if stage.begun_at.is_none() || stage.ended_at.is_some() {
        faults.push(("verdict", msg!("“{stage}”现在不办理", stage = &stage.title)));
    }
    if !passed && reason.trim().chars().count() < 4 {
        faults.push(("reason", msg!("不通过的要写理由，本人看得到")));
    }
    faults
}

#[cfg(test)]
mod tests;
