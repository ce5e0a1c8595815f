//! `[pools]`: which pools of people a place keeps, what structure they are to have, which seats every village is to have
//! filled from them, on what grounds somebody enters or leaves, and how growth is scored.

mod tell;

pub(crate) use tell::{parts, tell, who_text};

use crate::items::{Item, items, title};
use crate::keys::Keys;
use crate::node::Node;
use crate::pack::Pack;
use crate::posts::{self, Reader, Setting};
use kernel::{Quantity, msg};

/// A pool (后备人才库).
#[derive(Clone, Debug, Default)]
pub struct Pool {
    /// The posts that its people are meant for, by id.
    pub posts: Vec<String>,
    /// Source groups that it gathers, by id; empty for any.
    pub sources: Vec<String>,
}

/// Whom a target or a seat means. What is not said does not limit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Who {
    /// Full years at least.
    pub min_age: Option<u32>,
    /// Full years at most.
    pub max_age: Option<u32>,
    /// This class of education or a higher one, GB/T 4658.
    pub education: String,
    /// That education was had full-time.
    pub full_time: bool,
    /// Women.
    pub women: bool,
    /// One of these political statuses, GB/T 4762.
    pub political: Vec<String>,
    /// One of these source groups.
    pub sources: Vec<String>,
}

/// What is known of somebody for [`Who`]; empty for unknown.
#[derive(Clone, Debug, Default)]
pub struct Somebody<'a> {
    /// Full years.
    pub age: Option<u32>,
    /// The highest class of education, GB/T 4658.
    pub education: &'a str,
    /// The highest class that was had full-time, GB/T 4658.
    pub full_time: &'a str,
    /// A woman.
    pub woman: bool,
    /// GB/T 4762.
    pub political: &'a str,
    /// The source group's id.
    pub source: &'a str,
}

impl Who {
    /// Whether somebody is meant; what is unknown is not.
    pub fn fits(&self, s: &Somebody<'_>) -> bool {
        let class = if self.full_time { s.full_time } else { s.education };
        let aged = match (self.min_age, self.max_age, s.age) {
            (None, None, _) => true,
            (_, _, None) => false,
            (min, max, Some(age)) => min.is_none_or(|m| age >= m) && max.is_none_or(|m| age <= m),
        };
        let one_of = |all: &[String], it: &str| all.is_empty() || all.iter().any(|x| x == it);
        // The classes of GB/T 4658 fall as education rises.
        let schooled = self.education.is_empty() || !class.is_empty() && class <= self.education.as_str();
        aged && schooled
            && (!self.women || s.woman)
            && one_of(&self.political, s.political)
            && one_of(&self.sources, s.source)
    }
}

/// A share of a pool that is aimed at.
#[derive(Clone, Debug)]
pub struct Target {
    /// Under which heading it stands: 年龄梯度, 学历.
    pub group: String,
    /// Of whom.
    pub who: Who,
    /// Per cent at least.
    pub least: Option<Quantity>,
    /// Per cent at most.
    pub most: Option<Quantity>,
}

/// A seat that every village is to have filled: from a pool, or by the holder of a post.
#[derive(Clone, Debug)]
pub struct Seat {
    /// The pool whose members of the village count; empty where `post` says who.
    pub pool: String,
    /// The post whose holders count.
    pub post: String,
    /// Who of them counts.
    pub who: Who,
    /// How many at least.
    pub least: u32,
}

/// A ground of entering or leaving a pool.
#[derive(Clone, Copy, Debug)]
pub struct Ground {
    /// Against the person: decided only after the person was heard.
    pub adverse: bool,
    /// The person came to where the pool leads: into the two committees.
    pub converted: bool,
}

/// A part of the growth score (成长积分).
#[derive(Clone, Debug)]
pub struct Part {
    /// Full marks, hundredths.
    pub full: i64,
    /// What to look at.
    pub hint: String,
}

/// What one pack writes in `[pools]`.
#[derive(Clone, Debug, Default)]
pub struct PoolsSection {
    /// Months between two reviews.
    pub review_months: Option<Setting<u32>>,
    /// Per cent of those reviewed that a review proposes to warn, the lowest first.
    pub warn_percent: Option<Setting<Quantity>>,
    /// Working days in which somebody who is to leave is heard.
    pub hear_workdays: Option<Setting<u32>>,
    /// `[[pools.pool]]`
    pub pools: Vec<Item<Pool>>,
    /// `[[pools.target]]`
    pub targets: Vec<Item<Target>>,
    /// `[[pools.seat]]`
    pub seats: Vec<Item<Seat>>,
    /// `[[pools.entry_ground]]`
    pub entries: Vec<Item<Ground>>,
    /// `[[pools.exit_ground]]`
    pub exits: Vec<Item<Ground>>,
    /// `[[pools.score]]`
    pub scores: Vec<Item<Part>>,
}

/// What holds for a village and its people under the packs in force on a day.
#[derive(Clone, Debug, Default)]
pub struct Pools {
    /// Months between two reviews.
    pub review_months: Setting<u32>,
    /// Per cent of those reviewed that a review proposes to warn.
    pub warn_percent: Setting<Quantity>,
    /// Working days in which somebody who is to leave is heard.
    pub hear_workdays: Setting<u32>,
    pools: Vec<Item<Pool>>,
    targets: Vec<Item<Target>>,
    seats: Vec<Item<Seat>>,
    entries: Vec<Item<Ground>>,
    exits: Vec<Item<Ground>>,
    scores: Vec<Item<Part>>,
}

impl Pools {
    /// What holds on a day (YYYY-MM-DD) under the packs that reach a village; see [`posts::Posts::in_force`].
    pub fn in_force<'p>(packs: impl IntoIterator<Item = &'p Pack>, day: &str) -> Pools {
        let mut out = Pools::default();
        let layers = posts::layers(packs, day);
        let sections: Vec<&PoolsSection> = layers.iter().filter_map(|p| p.pools()).collect();
        out.review_months = sections.iter().find_map(|s| s.review_months.clone()).unwrap_or_default();
        out.warn_percent = sections.iter().find_map(|s| s.warn_percent.clone()).unwrap_or_default();
        out.hear_workdays = sections.iter().find_map(|s| s.hear_workdays.clone()).unwrap_or_default();
        for s in sections {
            out.pools.extend(s.pools.iter().cloned());
            out.targets.extend(s.targets.iter().cloned());
            out.seats.extend(s.seats.iter().cloned());
            out.entries.extend(s.entries.iter().cloned());
            out.exits.extend(s.exits.iter().cloned());
            out.scores.extend(s.scores.iter().cloned());
        }
        out
    }

    /// The pools on a day.
    pub fn pools_on(&self, day: &str) -> Vec<&Item<Pool>> {
        posts::on(&self.pools, day)
    }

    /// What a pool is called on a day, or was called.
    pub fn pool_title<'s>(&'s self, id: &'s str, day: &str) -> &'s str {
        title(&self.pools, id, day)
    }

    /// The targets on a day.
    pub fn targets_on(&self, day: &str) -> Vec<&Item<Target>> {
        posts::on(&self.targets, day)
    }

    /// The seats on a day.
    pub fn seats_on(&self, day: &str) -> Vec<&Item<Seat>> {
        posts::on(&self.seats, day)
    }

    /// The grounds of entering on a day.
    pub fn entries_on(&self, day: &str) -> Vec<&Item<Ground>> {
        posts::on(&self.entries, day)
    }

    /// The grounds of leaving on a day.
    pub fn exits_on(&self, day: &str) -> Vec<&Item<Ground>> {
        posts::on(&self.exits, day)
    }

    /// What a ground is called on a day, or was called.
    pub fn ground_title<'s>(&'s self, id: &'s str, day: &str) -> &'s str {
        match self.entries.iter().any(|i| i.id == id) {
            true => title(&self.entries, id, day),
            false => title(&self.exits, id, day),
        }
    }

    /// The parts of the growth score on a day.
    pub fn scores_on(&self, day: &str) -> Vec<&Item<Part>> {
        posts::on(&self.scores, day)
    }
}

/// Reads the section. Faults go to the reader's findings.
pub(crate) fn read<'a>(reader: &Reader<'a>, node: &'a Node) -> PoolsSection {
    let keys = reader.keys(node, "pools");
    let setting = |key, least, most| {
        reader.setting(&keys, "pools", key, move |k, key| posts::whole(k, key, least, most))
    };
    let out = PoolsSection {
        review_months: setting("review_months", 1, 12),
        warn_percent: reader.setting(&keys, "pools", "warn_percent", posts::percent),
        hear_workdays: setting("hear_workdays", 1, 60),
        pools: items(reader, &keys, "pools", "pool", |k, _| {
            Some(Pool { posts: k.texts("posts"), sources: k.texts("sources") })
        }),
        targets: items(reader, &keys, "pools", "target", target),
        seats: items(reader, &keys, "pools", "seat", seat),
        entries: items(reader, &keys, "pools", "entry_ground", ground),
        exits: items(reader, &keys, "pools", "exit_ground", ground),
        scores: items(reader, &keys, "pools", "score", |k, off| {
            let full = k.hundredths("full");
            if !off && full.is_none_or(|f| f <= 0) {
                k.fault("full", msg!("请写满分，大于零"), None);
                return None;
            }
            Some(Part { full: full.unwrap_or_default(), hint: k.text("hint") })
        }),
    };
    let _ = keys.node("basis");
    keys.finish();
    posts::once_a_day(reader, "pools.pool", &out.pools);
    posts::once_a_day(reader, "pools.target", &out.targets);
    posts::once_a_day(reader, "pools.seat", &out.seats);
    posts::once_a_day(reader, "pools.entry_ground", &out.entries);
    posts::once_a_day(reader, "pools.exit_ground", &out.exits);
    posts::once_a_day(reader, "pools.score", &out.scores);
    out
}

pub(crate) fn who(keys: &Keys<'_>) -> Option<Who> {
    let (min_age, max_age) = (posts::whole(keys, "min_age", 0, 100), posts::whole(keys, "max_age", 0, 100));
    if let (Some(min), Some(max)) = (min_age, max_age)
        && min > max
    {
        keys.fault("min_age", msg!("最小年龄 {min} 大于最大年龄 {max}", min = min, max = max), None);
        return None;
    }
    let known = |codes: &[(&str, &str)], code: &str| codes.iter().any(|(c, _)| *c == code);
    let education = keys.text("education");
    let mut fine = true;
    if !education.is_empty() && !known(&standards::EDUCATION, &education) {
        keys.fault("education", msg!("“{code}”不是 GB/T 4658 的学历代码", code = &education), None);
        fine = false;
    }
    let political = keys.texts("political");
    for code in political.iter().filter(|p| !known(&standards::POLITICAL_STATUS, p)) {
        keys.fault("political", msg!("“{code}”不是 GB/T 4762 的政治面貌代码", code = code), None);
        fine = false;
    }
    fine.then(|| Who {
        min_age,
        max_age,
        education,
        full_time: keys.bool("full_time").unwrap_or(false),
        women: keys.bool("women").unwrap_or(false),
        political,
        sources: keys.texts("sources"),
    })
}

fn target(keys: &Keys<'_>, off: bool) -> Option<Target> {
    let (least, most) = (posts::percent(keys, "least"), posts::percent(keys, "most"));
    if !off && least.is_none() && most.is_none() {
        keys.fault(
            "least",
            msg!("没有写目标"),
            Some(msg!("写 least（至少百分之几）或 most（至多百分之几）")),
        );
    }
    Some(Target { group: keys.text("group"), who: who(keys)?, least, most })
}

fn seat(keys: &Keys<'_>, off: bool) -> Option<Seat> {
    let (pool, post) = (keys.text("pool"), keys.text("post"));
    if !off && pool.is_empty() == post.is_empty() {
        keys.fault(
            "pool",
            msg!("pool 和 post 写一个，且只写一个"),
            Some(msg!("后备席写 pool，在任的写 post")),
        );
    }
    let least = posts::whole(keys, "least", 1, 20).unwrap_or(1);
    Some(Seat { pool, post, who: who(keys)?, least })
}

fn ground(keys: &Keys<'_>, _off: bool) -> Option<Ground> {
    let (adverse, converted) =
        (keys.bool("adverse").unwrap_or(false), keys.bool("converted").unwrap_or(false));
    if adverse && converted {
        keys.fault("converted", msg!("转化不是对本人不利的事由"), None);
    }
    Some(Ground { adverse, converted })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn j2_a_seat_counts_who_fits_it() {
        let graduate = Who { education: "20".into(), full_time: true, ..Who::default() };
        let young = Who { max_age: Some(30), ..Who::default() };
        let of = |age, education, full_time| Somebody { age, education, full_time, ..Somebody::default() };
        // A bachelor by correspondence is none by full-time study; a master is more than a bachelor.
        assert!(!graduate.fits(&of(Some(28), "20", "30")));
        assert!(graduate.fits(&of(Some(28), "10", "10")));
        assert!(!graduate.fits(&of(Some(28), "", "")));
        assert!(young.fits(&of(Some(30), "", "")) && !young.fits(&of(Some(31), "", "")));
        assert!(!young.fits(&of(None, "20", "20")), "what is unknown does not count");
        let party = Who { political: vec!["01".into(), "02".into()], women: true, ..Who::default() };
        let member = Somebody { political: "02", woman: true, ..Somebody::default() };
        assert!(party.fits(&member) && !party.fits(&Somebody { woman: false, ..member }));
    }
}
