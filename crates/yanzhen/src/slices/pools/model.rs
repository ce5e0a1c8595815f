//! Pools (后备人才库): how a move into or out of one goes, and what the pools look like against what is aimed at. Pure.

use kernel::{Message, Quantity, key, msg};
use platform::access::{Org, Target as Placed};
use policy::Item;
use policy::pools::{Seat, Somebody, Target, Who};
use std::collections::BTreeMap;

/// Into a pool or out of it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Way {
    In,
    Out,
}

impl Way {
    pub fn id(self) -> &'static str {
        match self {
            Way::In => "in",
            Way::Out => "out",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Way::In => key!("入库"),
            Way::Out => key!("出库"),
        }
    }

    pub fn by_id(id: &str) -> Option<Way> {
        [Way::In, Way::Out].into_iter().find(|w| w.id() == id)
    }
}

/// Where a move stands. Nothing happens to a stay before somebody decided.
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
            State::Proposed => key!("待决定"),
            State::Decided => key!("已决定"),
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

/// A move of a person into a pool or out of it: proposed with a ground and a reason, decided by name.
#[derive(Clone, Debug)]
pub struct Move {
    pub id: i64,
    pub person: i64,
    pub person_name: String,
    pub village: String,
    pub village_name: String,
    pub township: String,
    pub township_name: String,
    /// The pool's id.
    pub pool: String,
    pub way: Way,
    /// The ground's id in the packs.
    pub ground: String,
    /// Against the person: decided only after the person was heard.
    pub adverse: bool,
    pub reason: String,
    /// The document's number, or the meeting that asked for it.
    pub document: String,
    pub state: State,
    /// The last day on which the person may say something before it is decided; empty where nobody must be heard.
    pub hear_until: String,
    pub own_words: String,
    pub own_at: Option<i64>,
    pub meeting: String,
    pub decided_by: String,
    pub decided_on: String,
    pub decision: String,
    /// The stay that it began or ended.
    pub stay: Option<i64>,
    pub by: String,
    pub at: i64,
    pub rev: i64,
}

impl Placed for Move {
    fn org(&self) -> Org<'_> {
        Org { township: &self.township, village: &self.village }
    }
}

/// Faults of a form: its field and what to do.
pub type Faults = Vec<(&'static str, Message)>;

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

/// What is wrong with a decision on a move, on a day.
pub fn decides(m: &Move, given: &Verdict, today: &str) -> Faults {
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
        out.push(("reason", msg!("不同意要写明理由，本人看得到")));
    }
    if m.adverse && given.verdict == "carried" && m.own_at.is_none() && today <= m.hear_until.as_str() {
        out.push((
            "verdict",
            msg!("要先听本人说：{day}以后，或本人说明以后再决定", day = m.hear_until.as_str()),
        ));
    }
    out
}

/// Somebody's growth score (成长积分) of a quarter.
#[derive(Clone, Debug)]
pub struct Score {
    pub id: i64,
    pub person: i64,
    pub person_name: String,
    pub village: String,
    pub township: String,
    /// `2026-Q4`
    pub quarter: String,
    /// Marks by part, hundredths.
    pub parts: BTreeMap<String, i64>,
    /// Hundredths.
    pub total: i64,
    pub by: String,
    pub at: i64,
    /// Who confirmed a warning; empty for none.
    pub warned_by: String,
    pub warned_on: String,
    pub warning: String,
    pub rev: i64,
}

impl Placed for Score {
    fn org(&self) -> Org<'_> {
        Org { township: &self.township, village: &self.village }
    }
}

/// The quarter of a day: `2026-11-22` is in `2026-Q4`.
pub fn quarter_of(day: &str) -> String {
    let month: u32 = day.get(5..7).and_then(|m| m.parse().ok()).unwrap_or(1);
    format!("{}-Q{}", day.get(..4).unwrap_or_default(), month.div_ceil(3))
}

/// Whether a text is a quarter as it is written.
pub fn is_quarter(text: &str) -> bool {
    text.split_once("-Q").is_some_and(|(year, n)| {
        year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit()) && matches!(n, "1" | "2" | "3" | "4")
    })
}

/// Whom a review proposes to warn: the lowest so many per cent of those scored, given as (id, total). Where the line runs through
/// people of one total, none of them is meant.
pub fn lowest(scored: &[(i64, i64)], percent: Quantity) -> Vec<i64> {
    let n = (percent.0.max(0) as u128 * scored.len() as u128 / (100 * kernel::MILLION as u128)) as usize;
    let mut by: Vec<(i64, i64)> = scored.to_vec();
    by.sort_by_key(|(id, total)| (*total, *id));
    let above = by.get(n).map(|(_, total)| *total);
    by.into_iter().take(n).filter(|(_, total)| Some(*total) != above).map(|(id, _)| id).collect()
}

/// Somebody in a pool, or who holds a post that a seat counts.
#[derive(Clone, Debug, Default)]
pub struct Member {
    pub id: i64,
    pub name: String,
    pub village: String,
    pub township: String,
    /// Full years today; `None` for unknown.
    pub age: Option<u32>,
    pub woman: bool,
    /// GB/T 4658, the highest.
    pub education: String,
    /// GB/T 4658, the highest had full-time.
    pub full_time: String,
    pub political: String,
    pub source: String,
    /// Pools today, by id.
    pub pools: Vec<String>,
    /// Posts held today, by id.
    pub posts: Vec<String>,
}

impl Member {
    fn somebody(&self, later: u32) -> Somebody<'_> {
        Somebody {
            age: self.age.map(|a| a + later),
            education: &self.education,
            full_time: &self.full_time,
            woman: self.woman,
            political: &self.political,
            source: &self.source,
        }
    }

    fn is(&self, who: &Who) -> bool {
        who.fits(&self.somebody(0))
    }
}

/// How a pool stands to a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    pub title: String,
    pub group: String,
    pub n: usize,
    pub of: usize,
    pub least: Option<Quantity>,
    pub most: Option<Quantity>,
    /// How many more the target asks for; of a target with a ceiling, how many fewer. Nought where it is reached.
    pub gap: usize,
    pub basis: String,
}

impl Share {
    /// Tenths of a per cent.
    pub fn tenths(&self) -> usize {
        (1000 * self.n + self.of / 2).checked_div(self.of).unwrap_or(0)
    }
}

/// The people of a pool against each target, in the packs' order; the number of the pool stays what it is.
pub fn structure(targets: &[&Item<Target>], members: &[&Member]) -> Vec<Share> {
    let of = members.len();
    targets
        .iter()
        .map(|t| {
            let n = members.iter().filter(|m| m.is(&t.who)).count();
            // Per cent in millionths of a hundred: the target's number of heads is rounded up, a ceiling's down.
            let heads = |q: Quantity| (q.0.max(0) as u128 * of as u128, 100 * kernel::MILLION as u128);
            let wanted = t.least.map(heads).map(|(a, b)| a.div_ceil(b) as usize);
            let allowed = t.most.map(heads).map(|(a, b)| (a / b) as usize);
            let short = wanted.map_or(0, |w| w.saturating_sub(n));
            let over = allowed.map_or(0, |w| n.saturating_sub(w));
            Share {
                title: t.title.clone(),
                group: t.group.clone(),
                n,
                of,
                least: t.least,
                most: t.most,
                gap: short.max(over),
                basis: t.basis.clone(),
            }
        })
        .collect()
}

/// Who fills a seat of a village.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filled {
    pub person: i64,
    pub name: String,
    pub age: Option<u32>,
    /// Will be too old for it in a year.
    pub soon: bool,
}

/// A seat of a village: who fills it, and how many are missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bench {
    pub filled: Vec<Filled>,
    /// Holders who are too old, too little schooled: there, but not counted.
    pub unfit: Vec<Filled>,
    pub missing: u32,
}

/// The seats of a village filled by these members, in the packs' order.
pub fn bench(seats: &[&Item<Seat>], members: &[&Member]) -> Vec<Bench> {
    seats
        .iter()
        .map(|seat| {
            let there = |m: &Member| match seat.pool.is_empty() {
                true => m.posts.iter().any(|p| *p == seat.post),
                false => m.pools.iter().any(|p| *p == seat.pool),
            };
            let filled = |m: &Member| Filled {
                person: m.id,
                name: m.name.clone(),
                age: m.age,
                soon: m.is(&seat.who) && !seat.who.fits(&m.somebody(1)),
            };
            let (fit, unfit): (Vec<&Member>, Vec<&Member>) =
                members.iter().copied().filter(|m| there(m)).partition(|m| m.is(&seat.who));
            Bench {
                missing: seat.least.saturating_sub(fit.len() as u32),
                filled: fit.into_iter().map(filled).collect(),
                // Of a pool's members those that do not fit are simply others; a post's holder is the one there is.
                unfit: if seat.pool.is_empty() {
                    unfit.into_iter().map(filled).collect()
                } else {
                    Vec::new()
                },
            }
        })
        .collect()
}

/// Those who entered in a year, and in which year how many of them came onto a committee.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cohort {
    pub entered: usize,
    pub converted: BTreeMap<String, usize>,
}

impl Cohort {
    pub fn all(&self) -> usize {
        self.converted.values().sum()
    }

    /// Tenths of a per cent.
    pub fn tenths(&self) -> usize {
        (1000 * self.all() + self.entered / 2).checked_div(self.entered).unwrap_or(0)
    }

    pub fn of(&self, year: &str) -> usize {
        self.converted.get(year).copied().unwrap_or_default()
    }
}

/// Cohorts by year of entry, of persons given as (first day in a pool, first day on a committee after it).
pub fn cohorts<'a>(
    entries: impl IntoIterator<Item = (&'a str, Option<&'a str>)>,
) -> BTreeMap<String, Cohort> {
    let mut out: BTreeMap<String, Cohort> = BTreeMap::new();
    for (from, seated) in entries {
        let year = |day: &str| day.get(..4).unwrap_or_default().to_owned();
        let cohort = out.entry(year(from)).or_default();
        cohort.entered += 1;
        if let Some(day) = seated {
            *cohort.converted.entry(year(day)).or_default() += 1;
        }
    }
    out
}

#[cfg(test)]
mod tests;
