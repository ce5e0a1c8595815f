//! `[membership]`: how somebody comes into the party (发展党员): the stages and their terms, the steps that each asks, work at
//! the front that tests, what a year aims at, and from which stage somebody may go on into which pool.

mod tell;

pub(crate) use tell::{parts, tell};

use crate::items::{Item, items, title};
use crate::keys::Keys;
use crate::node::Node;
use crate::pack::Pack;
use crate::posts::{self, Reader, Setting};
use kernel::msg;

/// A stage (入党申请人, 入党积极分子, 发展对象, 预备党员, 正式党员).
#[derive(Clone, Debug, Default)]
pub struct Stage {
    /// Its place among the stages, from one.
    pub order: u32,
    /// Months at least before the next stage.
    pub months: u32,
    /// Front-line tests that were passed at least before the next stage.
    pub tests: u32,
    /// The political status that goes with it, GB/T 4762; empty where it stays.
    pub political: String,
    /// The step whose day begins it; empty where the decision's day does.
    pub starts: String,
    /// Its first day is the day of joining the party.
    pub joins: bool,
    /// It may be made longer, once.
    pub extends: bool,
}

/// What a stage asks.
#[derive(Clone, Debug, Default)]
pub struct Step {
    /// The stage's id.
    pub stage: String,
    /// Steps that come before it, by id.
    pub after: Vec<String>,
    /// Months in which it is due: after the stage began, or after the last step that comes before it.
    pub within_months: Option<u32>,
    /// Months between two of it; it goes on while the stage lasts.
    pub every_months: Option<u32>,
    /// How many at least.
    pub least: u32,
    /// How many names at least.
    pub people: u32,
    /// Hours at least, all together.
    pub hours: u32,
    /// Working days at least, from its first to its last.
    pub workdays: u32,
    /// Only after the stage's months are over.
    pub at_end: bool,
    /// A meeting is named.
    pub meeting: bool,
    /// A document's number is given.
    pub document: bool,
    /// What to look at.
    pub hint: String,
}

/// Source groups that are watched together.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// Their ids.
    pub sources: Vec<String>,
}

/// A kind of work at the front that tests.
#[derive(Clone, Debug, Default)]
pub struct Front {
    /// What to look at.
    pub hint: String,
}

/// How many a year aims at: who come into a stage, or into a pool.
#[derive(Clone, Debug, Default)]
pub struct Aim {
    /// The stage; empty where `pool` says what.
    pub stage: String,
    /// The pool.
    pub pool: String,
    /// How many at least.
    pub least: u32,
}

/// From which stage somebody may go on into a pool.
#[derive(Clone, Debug, Default)]
pub struct Onward {
    /// The pool.
    pub pool: String,
    /// The stage, or a later one.
    pub stage: String,
    /// The ground of entering, by `[[pools.entry_ground]]`.
    pub ground: String,
}

/// What one pack writes in `[membership]`.
#[derive(Clone, Debug, Default)]
pub struct MembershipSection {
    /// Full years at least to apply.
    pub min_age: Option<Setting<u32>>,
    /// Days before something is due on which it becomes a task.
    pub near_days: Option<Setting<u32>>,
    /// Months at least by which a stage is made longer.
    pub extend_min: Option<Setting<u32>>,
    /// Months at most by which a stage is made longer.
    pub extend_max: Option<Setting<u32>>,
    /// `[[membership.stage]]`
    pub stages: Vec<Item<Stage>>,
    /// `[[membership.step]]`
    pub steps: Vec<Item<Step>>,
    /// `[[membership.source]]`
    pub sources: Vec<Item<Sources>>,
    /// `[[membership.test]]`
    pub tests: Vec<Item<Front>>,
    /// `[[membership.target]]`
    pub targets: Vec<Item<Aim>>,
    /// `[[membership.reserve]]`
    pub reserves: Vec<Item<Onward>>,
}

/// What holds for a village and its people under the packs in force on a day.
#[derive(Clone, Debug, Default)]
pub struct Membership {
    /// Full years at least to apply.
    pub min_age: Setting<u32>,
    /// Days before something is due on which it becomes a task.
    pub near_days: Setting<u32>,
    /// Months at least by which a stage is made longer.
    pub extend_min: Setting<u32>,
    /// Months at most by which a stage is made longer.
    pub extend_max: Setting<u32>,
    stages: Vec<Item<Stage>>,
    steps: Vec<Item<Step>>,
    sources: Vec<Item<Sources>>,
    tests: Vec<Item<Front>>,
    targets: Vec<Item<Aim>>,
    reserves: Vec<Item<Onward>>,
}

impl Membership {
    /// What holds on a day (YYYY-MM-DD) under the packs that reach a village; see [`posts::Posts::in_force`].
    pub fn in_force<'p>(packs: impl IntoIterator<Item = &'p Pack>, day: &str) -> Membership {
        let mut out = Membership::default();
        let layers = posts::layers(packs, day);
        let sections: Vec<&MembershipSection> = layers.iter().filter_map(|p| p.membership()).collect();
        out.min_age = sections.iter().find_map(|s| s.min_age.clone()).unwrap_or_default();
        out.near_days = sections.iter().find_map(|s| s.near_days.clone()).unwrap_or_default();
        out.extend_min = sections.iter().find_map(|s| s.extend_min.clone()).unwrap_or_default();
        out.extend_max = sections.iter().find_map(|s| s.extend_max.clone()).unwrap_or_default();
        for s in sections {
            out.stages.extend(s.stages.iter().cloned());
            out.steps.extend(s.steps.iter().cloned());
            out.sources.extend(s.sources.iter().cloned());
            out.tests.extend(s.tests.iter().cloned());
            out.targets.extend(s.targets.iter().cloned());
            out.reserves.extend(s.reserves.iter().cloned());
        }
        out
    }

    /// The stages on a day, in their order.
    pub fn stages_on(&self, day: &str) -> Vec<&Item<Stage>> {
        let mut all = posts::on(&self.stages, day);
        all.sort_by_key(|s| s.order);
        all
    }

    /// A stage on a day.
    pub fn stage_on(&self, id: &str, day: &str) -> Option<&Item<Stage>> {
        self.stages_on(day).into_iter().find(|s| s.id == id)
    }

    /// The stage that follows.
    pub fn next_on(&self, id: &str, day: &str) -> Option<&Item<Stage>> {
        let all = self.stages_on(day);
        let at = all.iter().position(|s| s.id == id)?;
        all.get(at + 1).copied()
    }

    /// What a stage is called on a day, or was called.
    pub fn stage_title<'s>(&'s self, id: &'s str, day: &str) -> &'s str {
        title(&self.stages, id, day)
    }

    /// The steps that a stage asks on a day.
    pub fn steps_on(&self, stage: &str, day: &str) -> Vec<&Item<Step>> {
        posts::on(&self.steps, day).into_iter().filter(|s| s.stage == stage).collect()
    }

    /// What a step is called on a day, or was called.
    pub fn step_title<'s>(&'s self, id: &'s str, day: &str) -> &'s str {
        title(&self.steps, id, day)
    }

    /// The source groups that are watched on a day.
    pub fn sources_on(&self, day: &str) -> Vec<&Item<Sources>> {
        posts::on(&self.sources, day)
    }

    /// The kinds of work at the front on a day.
    pub fn tests_on(&self, day: &str) -> Vec<&Item<Front>> {
        posts::on(&self.tests, day)
    }

    /// What a kind of work at the front is called on a day, or was called.
    pub fn test_title<'s>(&'s self, id: &'s str, day: &str) -> &'s str {
        title(&self.tests, id, day)
    }

    /// What the year of a day aims at.
    pub fn targets_on(&self, day: &str) -> Vec<&Item<Aim>> {
        posts::on(&self.targets, day)
    }

    /// The pools that somebody of a stage may go on into on a day.
    pub fn onward_on(&self, stage: &str, day: &str) -> Vec<&Item<Onward>> {
        let stages = self.stages_on(day);
        let place = |id: &str| stages.iter().position(|s| s.id == id);
        let here = place(stage);
        let open = |r: &&Item<Onward>| here.is_some_and(|h| place(&r.stage).is_some_and(|asked| asked <= h));
        posts::on(&self.reserves, day).into_iter().filter(open).collect()
    }
}

/// Reads the section. Faults go to the reader's findings.
pub(crate) fn read<'a>(reader: &Reader<'a>, node: &'a Node) -> MembershipSection {
    let keys = reader.keys(node, "membership");
    let setting = |key, least, most| {
        reader.setting(&keys, "membership", key, move |k, key| posts::whole(k, key, least, most))
    };
    let out = MembershipSection {
        min_age: setting("min_age", 16, 60),
        near_days: setting("near_days", 0, 180),
        extend_min: setting("extend_min", 1, 36),
        extend_max: setting("extend_max", 1, 36),
        stages: items(reader, &keys, "membership", "stage", stage),
        steps: items(reader, &keys, "membership", "step", step),
        sources: items(reader, &keys, "membership", "source", |k, off| {
            let sources = k.texts("sources");
            if !off && sources.is_empty() {
                k.fault("sources", msg!("请写来源群体的编号"), None);
            }
            Some(Sources { sources })
        }),
        tests: items(reader, &keys, "membership", "test", |k, _| Some(Front { hint: k.text("hint") })),
        targets: items(reader, &keys, "membership", "target", aim),
        reserves: items(reader, &keys, "membership", "reserve", onward),
    };
    let _ = keys.node("basis");
    if let (Some(min), Some(max)) = (&out.extend_min, &out.extend_max)
        && **min > **max
    {
        keys.fault("extend_min", msg!("至少 {min} 个月大于至多 {max} 个月", min = **min, max = **max), None);
    }
    keys.finish();
    posts::once_a_day(reader, "membership.stage", &out.stages);
    posts::once_a_day(reader, "membership.step", &out.steps);
    posts::once_a_day(reader, "membership.source", &out.sources);
    posts::once_a_day(reader, "membership.test", &out.tests);
    posts::once_a_day(reader, "membership.target", &out.targets);
    posts::once_a_day(reader, "membership.reserve", &out.reserves);
    out
}

fn number(keys: &Keys<'_>, key: &'static str, most: u32) -> u32 {
    posts::whole(keys, key, 0, most).unwrap_or_default()
}

fn stage(keys: &Keys<'_>, off: bool) -> Option<Stage> {
    let order = match off {
        true => posts::whole(keys, "order", 1, 20),
        false => posts::required_whole(keys, "order", 1, 20),
    };
    let political = keys.text("political");
    if !political.is_empty() && !standards::POLITICAL_STATUS.iter().any(|(c, _)| *c == political) {
        keys.fault("political", msg!("“{code}”不是 GB/T 4762 的政治面貌代码", code = &political), None);
    }
    Some(Stage {
        order: order.unwrap_or_default(),
        months: number(keys, "months", 120),
        tests: number(keys, "tests", 20),
        political,
        starts: keys.text("starts"),
        joins: keys.bool("joins").unwrap_or(false),
        extends: keys.bool("extends").unwrap_or(false),
    })
}

fn step(keys: &Keys<'_>, off: bool) -> Option<Step> {
    let stage = if off { keys.text("stage") } else { keys.required("stage") };
    let after = keys.texts("after");
    if after.contains(&keys.text("id")) {
        keys.fault("after", msg!("一步不能排在自己后面"), None);
    }
    let months = |key| posts::whole(keys, key, 1, 60);
    let (within_months, every_months) = (months("within_months"), months("every_months"));
    if within_months.is_some() && every_months.is_some() {
        keys.fault(
            "every_months",
            msg!("within_months 和 every_months 只写一个"),
            Some(msg!("只办一次的写 within_months，反复办的写 every_months")),
        );
    }
    Some(Step {
        stage,
        after,
        within_months,
        every_months,
        least: posts::whole(keys, "least", 1, 20).unwrap_or(1),
        people: number(keys, "people", 10),
        hours: number(keys, "hours", 1000),
        workdays: number(keys, "workdays", 60),
        at_end: keys.bool("at_end").unwrap_or(false),
        meeting: keys.bool("meeting").unwrap_or(false),
        document: keys.bool("document").unwrap_or(false),
        hint: keys.text("hint"),
    })
}

fn aim(keys: &Keys<'_>, off: bool) -> Option<Aim> {
    let (stage, pool) = (keys.text("stage"), keys.text("pool"));
    if !off && stage.is_empty() == pool.is_empty() {
        keys.fault(
            "stage",
            msg!("stage 和 pool 写一个，且只写一个"),
            Some(msg!("发展到哪一步写 stage，转入后备写 pool")),
        );
    }
    let least = match off {
        true => posts::whole(keys, "least", 1, 1_000_000),
        false => posts::required_whole(keys, "least", 1, 1_000_000),
    };
    Some(Aim { stage, pool, least: least.unwrap_or_default() })
}

fn onward(keys: &Keys<'_>, off: bool) -> Option<Onward> {
    let text = |key| if off { keys.text(key) } else { keys.required(key) };
    Some(Onward { pool: text("pool"), stage: text("stage"), ground: text("ground") })
}
