//! Records, inspections and reports: states, transitions, refusals. Pure.
//!
//! ```text
//! open ⇄ (written) → submitted → accepted → rated
//!                    ↓    ↑
//!                   returned            open → withdrawn
//! ```

use kernel::{Message, key, msg};
use policy::Duty;
use policy::duty::{Item, ReportPart};
use policy::posts::{About, Fill};
use serde::{Deserialize, Serialize};

/// The most letters of a record, a finding or an answer.
pub const TEXT: usize = 2000;
/// The most letters of a reason, a comment, an explanation.
pub const REASON: usize = 500;
/// The most letters of a line: who took part, where.
pub const LINE: usize = 200;

/// A form's faults: its field and what to do.
pub type Faults = Vec<(&'static str, Message)>;

/// The year of a day.
pub fn year_of(day: &str) -> &str {
    day.get(..4).unwrap_or_default()
}

/// What is wrong with a day something happened on.
fn day_fault(day: &str, today: &str) -> Option<Message> {
    if day.parse::<kernel::Day>().is_err() || day.len() != 10 {
        return Some(msg!("日期写成 2026-01-31 的样子"));
    }
    (day > today).then(|| msg!("日期不能晚于今天 {today}；到那一天再办", today = today))
}

/// What is wrong with a text of at most so many letters that must be there.
fn text_fault(text: &str, most: usize, empty: Message) -> Option<Message> {
    match text.trim().chars().count() {
        0 => Some(empty),
        n if n > most => Some(msg!("这一栏最多 {n} 个字", n = most)),
        _ => None,
    }
}

/// What is wrong with a text that may be empty.
fn long(text: &str, most: usize) -> Option<Message> {
    (text.trim().chars().count() > most).then(|| msg!("这一栏最多 {n} 个字", n = most))
}

/// What is wrong with a record as typed: kind, day, text.
pub fn check_record(duty: &Duty, about: About, (kind, day, text): (&str, &str, &str), today: &str) -> Faults {
    let mut faults = Faults::new();
    let bad_day = day_fault(day, today);
    let on = if bad_day.is_some() { today } else { day };
    if !duty.kinds_on(about, on).iter().any(|k| k.id == kind) {
        faults.push(("kind", msg!("请选择记的是哪一种")));
    }
    faults.extend(bad_day.map(|why| ("day", why)));
    let empty = msg!("请写清做了什么、结果怎样，只写工作上的事实");
    faults.extend(text_fault(text, TEXT, empty).map(|why| ("text", why)));
    faults
}

/// What is wrong with the reason of a void.
pub fn check_reason(reason: &str) -> Option<Message> {
    text_fault(reason, REASON, msg!("请写明为什么作废；本人看得到"))
}

/// An inspection as it is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    pub day: String,
    /// The way, for a person; empty for a village.
    pub method: String,
    pub place: String,
    /// Who took part.
    pub attended: String,
    /// How many people were asked, as typed; may be empty.
    pub asked: String,
    pub summary: String,
    /// By aspect, in the pack's order.
    pub findings: Vec<Finding>,
}

/// What was found of one aspect.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Finding {
    /// The dimension's or the diagnosis' id.
    pub aspect: String,
    pub text: String,
    /// A word of the pack; empty for none.
    pub level: String,
    /// Problems, one a line.
    pub problems: Vec<String>,
}

impl Finding {
    /// Nothing was written.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty() && self.level.is_empty() && self.problems.is_empty()
    }
}

impl Draft {
    /// How many were asked.
    pub fn asked_count(&self) -> Option<i64> {
        self.asked.parse::<u32>().ok().map(i64::from)
    }

    /// What is wrong with it as a draft: it may lack much, but what is there must be right.
    pub fn check(&self, duty: &Duty, about: About, today: &str) -> Faults {
        let mut faults = Faults::new();
        let bad_day = day_fault(&self.day, today);
        let on = if bad_day.is_some() { today } else { self.day.as_str() };
        faults.extend(bad_day.map(|why| ("day", why)));
        if about == About::Person && !duty.methods_on(on).iter().any(|m| m.id == self.method) {
            faults.push(("method", msg!("请选择考察方式")));
        }
        if !self.asked.is_empty() && self.asked_count().is_none_or(|n| n > 100_000) {
            faults.push(("asked", msg!("人数写成数字，例如 12；没有问人就不写")));
        }
        for (field, text) in [("place", &self.place), ("attended", &self.attended)] {
            faults.extend(long(text, LINE).map(|why| (field, why)));
        }
        faults.extend(long(&self.summary, TEXT).map(|why| ("summary", why)));
        let aspects = duty.aspects_on(about, on);
        for finding in &self.findings {
            let aspect = aspects.iter().find(|a| a.id == finding.aspect);
            let known = aspect.is_some_and(|a| finding.level.is_empty() || a.levels.contains(&finding.level));
            let letters = finding.problems.iter().map(|p| p.chars().count()).max().unwrap_or_default();
            if !known || long(&finding.text, TEXT).is_some() || letters > REASON {
                faults.push((
                    "findings",
                    msg!(
                        "{what}：档次从列出的里选，情况最多 {n} 个字，问题每条最多 {m} 个字",
                        what = aspect.map_or(finding.aspect.as_str(), |a| a.title.as_str()),
                        n = TEXT,
                        m = REASON
                    ),
                ));
            }
        }
        faults
    }

    /// What it lacks to be signed: a village has all four diagnoses, a person at least one dimension.
    pub fn check_signing(&self, duty: &Duty, about: About) -> Faults {
        let mut faults = Faults::new();
        if self.attended.is_empty() {
            faults.push(("attended", msg!("请写明谁参加")));
        }
        if self.place.is_empty() {
            faults.push(("place", msg!("请写明在哪里")));
        }
        if self.summary.is_empty() {
            faults.push(("summary", msg!("请写综合情况")));
        }
        let aspects = duty.aspects_on(about, &self.day);
        let of = |id: &str| self.findings.iter().find(|f| f.aspect == id);
        let unwritten: Vec<&str> = aspects
            .iter()
            .filter(|a| of(&a.id).is_none_or(|f| f.text.is_empty()))
            .map(|a| a.title.as_str())
            .collect();
        match about {
            About::Village if !unwritten.is_empty() => {
                faults.push(("findings", msg!("四诊要写齐，还缺：{what}", what = unwritten)));
            }
            About::Person if unwritten.len() == aspects.len() => {
                faults.push(("findings", msg!("至少写一个维度的情况")));
            }
            _ => {}
        }
        let ungraded: Vec<&str> = aspects
            .iter()
            .filter(|a| !a.levels.is_empty())
            .filter(|a| of(&a.id).is_some_and(|f| !f.text.is_empty() && f.level.is_empty()))
            .map(|a| a.title.as_str())
            .collect();
        if !ungraded.is_empty() {
            faults.push(("findings", msg!("写了情况的要选档次：{what}", what = ungraded)));
        }
        faults
    }
}

macro_rules! states {
    ($($(#[$doc:meta])* $variant:ident = $id:literal, $zh:expr, $tone:literal;)+) => {
        /// Where a year-end report stands.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum State {
            $($(#[$doc])* $variant,)+
        }

        impl State {
            pub const ALL: &'static [State] = &[$(State::$variant),+];

            pub fn id(self) -> &'static str {
                match self { $(State::$variant => $id,)+ }
            }

            pub fn title(self) -> &'static str {
                match self { $(State::$variant => $zh,)+ }
            }

            /// The tone of its tag.
            pub fn tone(self) -> &'static str {
                match self { $(State::$variant => $tone,)+ }
            }

            pub fn by_id(id: &str) -> Option<State> {
                State::ALL.iter().copied().find(|s| s.id() == id)
            }
        }
    };
}

states! {
    /// The person writes.
    Open = "open", key!("待写"), "warn";
    /// Waits to be examined.
    Submitted = "submitted", key!("待审"), "info";
    /// Sent back with a reason: the person writes.
    Returned = "returned", key!("已退回"), "stop";
    /// Examined; waits for the meeting that rates.
    Accepted = "accepted", key!("待评"), "plan";
    /// Rated.
    Rated = "rated", key!("已评定"), "ok";
    /// Taken back by the office before anything was handed in.
    Withdrawn = "withdrawn", key!("已收回"), "";
}

/// What is done with a report.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Act {
    Save,
    Submit,
    Return,
    Accept,
    /// Also of one that is rated: with a reason.
    Rate,
    Withdraw,
}

impl Act {
    /// As events store it.
    pub fn id(self) -> &'static str {
        match self {
            Act::Save => "save",
            Act::Submit => "submit",
            Act::Return => "return",
            Act::Accept => "accept",
            Act::Rate => "rate",
            Act::Withdraw => "withdraw",
        }
    }

    /// What events of it are called; `open` is no act of the machine.
    pub fn word(id: &str) -> &'static str {
        match id {
            "open" => key!("布置述职"),
            "submit" => key!("本人提交"),
            "return" => key!("退回修改"),
            "accept" => key!("审核通过"),
            "rate" => key!("评定"),
            "withdraw" => key!("收回"),
            _ => "",
        }
    }
}

/// Why an act is not done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// Not in this state.
    NotNow(State),
}

impl Refusal {
    /// What stands in the way.
    pub fn message(&self) -> Message {
        match self {
            Refusal::NotNow(State::Open | State::Returned) => msg!("本人还在写，没有提交；提交以后再办"),
            Refusal::NotNow(State::Submitted) => msg!("已经提交，在等审核；审核以后再办"),
            Refusal::NotNow(State::Accepted) => msg!("已经审核通过，在等评定；要改请在评定时写明"),
            Refusal::NotNow(State::Rated) => msg!("已经评定；要改评请在评定里写明理由"),
            Refusal::NotNow(State::Withdrawn) => msg!("这份述职已经收回，只能看"),
        }
    }
}

impl State {
    /// The person may write.
    pub fn writes(self) -> bool {
        matches!(self, State::Open | State::Returned)
    }

    /// The state after an act.
    ///
    /// # Errors
    /// The refusal: the act is not one of this state.
    pub fn after(self, act: Act) -> Result<State, Refusal> {
        match (self, act) {
            (State::Open | State::Returned, Act::Save) => Ok(self),
            (State::Open | State::Returned, Act::Submit) => Ok(State::Submitted),
            (State::Submitted, Act::Return) => Ok(State::Returned),
            (State::Submitted, Act::Accept) => Ok(State::Accepted),
            (State::Accepted | State::Rated, Act::Rate) => Ok(State::Rated),
            (State::Open, Act::Withdraw) => Ok(State::Withdrawn),
            _ => Err(Refusal::NotNow(self)),
        }
    }
}

/// One answer of a report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The part's id.
    pub part: String,
    /// What is asked: the part's title, or a written duty.
    pub title: String,
    pub text: String,
    /// The report may go without it.
    #[serde(default)]
    pub optional: bool,
}

/// The answers a report asks for today: one for each written duty where a part says so, with what was written before. What
/// was written for a duty that is no more stays.
pub fn layout(parts: &[&Item<ReportPart>], duties: &[String], written: &[Answer]) -> Vec<Answer> {
    let mut out: Vec<Answer> = Vec::new();
    for part in parts {
        let titles: Vec<&str> = match part.fill {
            Fill::Duties if !duties.is_empty() => duties.iter().map(String::as_str).collect(),
            _ => vec![part.title.as_str()],
        };
        for title in titles {
            let old = written.iter().find(|a| a.part == part.id && a.title == title);
            out.push(Answer {
                part: part.id.clone(),
                title: title.to_owned(),
                text: old.map(|a| a.text.clone()).unwrap_or_default(),
                optional: part.optional,
            });
        }
        let gone = |a: &&Answer| a.part == part.id && !a.text.is_empty() && !out.iter().any(|o| same(o, a));
        let gone: Vec<Answer> = written.iter().filter(gone).cloned().collect();
        out.extend(gone.into_iter().map(|a| Answer { optional: true, ..a }));
    }
    out
}

fn same(a: &Answer, b: &Answer) -> bool {
    a.part == b.part && a.title == b.title
}

/// What a report lacks to be handed in: the answers' places in it.
pub fn check_report(answers: &[Answer]) -> Vec<(usize, Message)> {
    let fault = |a: &Answer| match a.optional && a.text.trim().is_empty() {
        true => None,
        false => text_fault(&a.text, TEXT, msg!("这一项还没有写")),
    };
    answers.iter().enumerate().filter_map(|(k, a)| Some((k, fault(a)?))).collect()
}

/// What an office says of a report that waits for it.
pub fn check_examined(act: Act, comment: &str) -> Option<Message> {
    match act {
        Act::Return => text_fault(comment, REASON, msg!("退回要写明理由：哪里不够、要补什么；本人看得到")),
        _ => text_fault(comment, REASON, msg!("请写审核意见；本人看得到")),
    }
}

/// A rating as typed.
#[derive(Clone, Debug, Default)]
pub struct Rated {
    pub rating: String,
    pub day: String,
    /// Which meeting.
    pub meeting: String,
    /// Who was present.
    pub present: String,
    pub minutes: String,
    /// Why an adverse word, or why anew.
    pub reason: String,
}

impl Rated {
    /// What is wrong with it. `again`: a rating stands already.
    pub fn check(&self, duty: &Duty, again: bool, today: &str) -> Faults {
        let mut faults = Faults::new();
        let bad_day = day_fault(&self.day, today);
        let on = if bad_day.is_some() { today } else { self.day.as_str() };
        let ratings = duty.ratings_on(on);
        let rating = ratings.iter().find(|r| r.id == self.rating);
        if rating.is_none() {
            faults.push(("rating", msg!("请选择评定等次")));
        }
        faults.extend(bad_day.map(|why| ("day", why)));
        let said = |text: &str, most, empty| text_fault(text, most, empty);
        faults.extend(said(&self.meeting, LINE, msg!("请写明是哪次会议")).map(|why| ("meeting", why)));
        faults.extend(said(&self.present, LINE, msg!("请写明哪些人到会")).map(|why| ("present", why)));
        faults.extend(said(&self.minutes, TEXT, msg!("请写会议怎样评议的")).map(|why| ("minutes", why)));
        if again || rating.is_some_and(|r| r.adverse) {
            let empty = match again {
                true => msg!("已经评定过；改评要写明理由，本人看得到"),
                false => msg!("评这个等次要写明理由，本人看得到"),
            };
            faults.extend(said(&self.reason, REASON, empty).map(|why| ("reason", why)));
        } else {
            faults.extend(long(&self.reason, REASON).map(|why| ("reason", why)));
        }
        faults
    }
}

/// How a stage of the duty cycle stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    Done,
    Now,
    Not,
}

/// What the duty cycle of a person in a year rests on.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cycle {
    /// Duties were written, and the person signed for all of them.
    pub set: bool,
    pub accepted: bool,
    /// Routine records of the year that stand.
    pub records: u64,
    pub report: Option<State>,
}

impl Cycle {
    /// The five stages: set, do, report, examine, rate (定职、履职、述职、考职、评职).
    pub fn stages(&self) -> [Stage; 5] {
        use State as S;
        let report = self.report.filter(|s| *s != S::Withdrawn);
        let handed_in = matches!(report, Some(S::Submitted | S::Accepted | S::Rated));
        let one = |done: bool, now: bool| match (done, now) {
            (true, _) => Stage::Done,
            (_, true) => Stage::Now,
            _ => Stage::Not,
        };
        [
            one(self.set && self.accepted, true),
            one(handed_in, self.set || self.records > 0),
            one(handed_in, report.is_some_and(State::writes)),
            one(matches!(report, Some(S::Accepted | S::Rated)), report == Some(S::Submitted)),
            one(report == Some(S::Rated), report == Some(S::Accepted)),
        ]
    }
}

#[cfg(test)]
mod tests;
