//! `[chains]`: who is looked at first when a seat falls vacant, what everybody must meet, in which order those of one group
//! come, and how the fit of a person to a post is reckoned.

mod figures;
mod tell;

pub use figures::{figure, figures, read as read_figure, said};
pub(crate) use tell::{parts, tell};

use crate::condition::{Condition, Verdict};
use crate::facts::ValueRef;
use crate::items::{Item, items};
use crate::keys::Keys;
use crate::node::{Kind, Node};
use crate::pack::Pack;
use crate::posts::{self, Reader, Setting};
use crate::zen::{Compiled, Outcome, Type};
use kernel::{Severity, msg};

/// How far from the vacancy a group's people may be.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum Reach {
    /// Of the village itself.
    #[default]
    Village,
    /// Of its township.
    Township,
    /// Of the county.
    County,
}

impl Reach {
    /// As packs spell it.
    pub const WORDS: [(&'static str, Reach); 3] =
        [("village", Reach::Village), ("township", Reach::Township), ("county", Reach::County)];

    /// In Chinese.
    pub fn label(self) -> &'static str {
        match self {
            Reach::Village => kernel::key!("本村"),
            Reach::Township => kernel::key!("本乡镇"),
            Reach::County => kernel::key!("全县"),
        }
    }
}

/// A group of a chain (顺位).
#[derive(Clone, Debug, Default)]
pub struct Step {
    /// The posts whose vacancies it is for.
    pub posts: Vec<String>,
    /// Its place in the chain, ascending.
    pub order: u32,
    /// The pool that its people are in; empty where `post` says who.
    pub pool: String,
    /// The post that its people hold.
    pub post: String,
    /// How far its people may be.
    pub reach: Reach,
    /// Who of them belongs to the group; whoever does not is looked at in a later one.
    pub when: Option<Condition>,
}

/// What everybody must meet who is to fill a seat.
#[derive(Clone, Debug)]
pub struct Demand {
    /// The posts whose vacancies it is for; empty for all.
    pub posts: Vec<String>,
    /// The groups whose people it is for; empty for all.
    pub steps: Vec<String>,
    /// What must hold. Of an item that is off, nothing.
    pub when: Option<Condition>,
}

/// A part of person-post fit (人岗相适).
#[derive(Clone, Debug)]
pub struct Fit {
    /// The posts it is reckoned for; empty for all.
    pub posts: Vec<String>,
    /// Its weight beside the others.
    pub weight: u32,
    /// From 0 to 1; beyond it is cut off. Of an item that is off, nothing.
    pub value: Option<Compiled>,
    /// What is looked at: what the post needs, the person can, the team lacks.
    pub hint: String,
}

/// What one pack writes in `[chains]`.
#[derive(Clone, Debug, Default)]
pub struct ChainsSection {
    /// Days from the vacancy until there must be a plan.
    pub plan_days: Option<Setting<u32>>,
    /// Days in which those who were passed over may say something.
    pub comment_days: Option<Setting<u32>>,
    /// The shortest reason for another choice, letters.
    pub reason_letters: Option<Setting<u32>>,
    /// By which figures those of one group are ordered, the most telling first; larger comes first, with `-` smaller.
    pub order: Option<Setting<Vec<String>>>,
    /// `[[chains.step]]`
    pub steps: Vec<Item<Step>>,
    /// `[[chains.condition]]`
    pub demands: Vec<Item<Demand>>,
    /// `[[chains.fit]]`
    pub fits: Vec<Item<Fit>>,
}

/// What holds for a village's vacancies under the packs in force on a day.
#[derive(Clone, Debug, Default)]
pub struct Chains {
    /// Days from the vacancy until there must be a plan.
    pub plan_days: Setting<u32>,
    /// Days in which those who were passed over may say something.
    pub comment_days: Setting<u32>,
    /// The shortest reason for another choice, letters.
    pub reason_letters: Setting<u32>,
    /// By which figures those of one group are ordered.
    pub order: Setting<Vec<String>>,
    steps: Vec<Item<Step>>,
    demands: Vec<Item<Demand>>,
    fits: Vec<Item<Fit>>,
}

impl Chains {
    /// What holds on a day (YYYY-MM-DD) under the packs that reach a village; see [`posts::Posts::in_force`].
    pub fn in_force<'p>(packs: impl IntoIterator<Item = &'p Pack>, day: &str) -> Chains {
        let mut out = Chains::default();
        let layers = posts::layers(packs, day);
        let sections: Vec<&ChainsSection> = layers.iter().filter_map(|p| p.chains()).collect();
        out.plan_days = sections.iter().find_map(|s| s.plan_days.clone()).unwrap_or_default();
        out.comment_days = sections.iter().find_map(|s| s.comment_days.clone()).unwrap_or_default();
        out.reason_letters = sections.iter().find_map(|s| s.reason_letters.clone()).unwrap_or_default();
        out.order = sections.iter().find_map(|s| s.order.clone()).unwrap_or_default();
        for s in sections {
            out.steps.extend(s.steps.iter().cloned());
            out.demands.extend(s.demands.iter().cloned());
            out.fits.extend(s.fits.iter().cloned());
        }
        out
    }

    /// The chain of a post on a day, in its order. A chain is one pack's: the narrowest that has a step for the post says all
    /// of it.
    pub fn steps_on(&self, post: &str, day: &str) -> Vec<&Item<Step>> {
        let mut all = posts::on(&self.steps, day);
        all.retain(|s| s.posts.iter().any(|p| p == post));
        if let Some(first) = all.first().map(|s| s.pack.clone()) {
            all.retain(|s| s.pack == first);
        }
        all.sort_by_key(|s| s.order);
        all
    }

    /// What everybody must meet on a day who is to fill a post, of whatever group.
    pub fn demands_on(&self, post: &str, day: &str) -> Vec<&Item<Demand>> {
        let mut all = posts::on(&self.demands, day);
        all.retain(|d| d.posts.is_empty() || d.posts.iter().any(|p| p == post));
        all
    }

    /// The parts of fit for a post on a day.
    pub fn fits_on(&self, post: &str, day: &str) -> Vec<&Item<Fit>> {
        let mut all = posts::on(&self.fits, day);
        all.retain(|f| f.posts.is_empty() || f.posts.iter().any(|p| p == post));
        all
    }
}

impl Step {
    /// Whether somebody belongs to the group by its own condition; what is not known does not.
    pub fn takes<'v>(&self, value: impl Fn(&str) -> Option<ValueRef<'v>>) -> bool {
        self.when.as_ref().is_none_or(|w| matches!(verdict(w, &value), Verdict::Holds(_)))
    }
}

impl Demand {
    /// Whether somebody of a group must meet it.
    pub fn binds(&self, step: &str) -> bool {
        self.steps.is_empty() || self.steps.iter().any(|s| s == step)
    }

    /// What became of it: holds, does not, or a figure is missing.
    pub fn met<'v>(&self, value: impl Fn(&str) -> Option<ValueRef<'v>>) -> Verdict {
        self.when.as_ref().map_or(Verdict::Holds(0), |w| verdict(w, &value))
    }
}

impl Fit {
    /// What somebody is given, hundredths of a hundredth: 8000 for 0.8. `None` where a figure is missing.
    pub fn of<'v>(&self, value: impl Fn(&str) -> Option<ValueRef<'v>>) -> Option<i64> {
        let formula = self.value.as_ref()?;
        match formula.run_over(|n| value(&formula.names[n]))? {
            Outcome::Number(n) => {
                let ratio = Outcome::Number(n).ratio()?;
                Some(ten_thousandths(ratio).clamp(0, 10_000))
            }
            _ => None,
        }
    }
}

/// A fraction in ten-thousandths, rounded half up.
fn ten_thousandths(r: kernel::Ratio) -> i64 {
    i64::try_from(kernel::round_half_away(r.num.saturating_mul(10_000), r.den)).unwrap_or(i64::MAX)
}

fn verdict<'v>(when: &Condition, value: &impl Fn(&str) -> Option<ValueRef<'v>>) -> Verdict {
    when.evaluate(|a, n| value(&when.alternatives[a].names[n]))
}

/// A condition in Chinese.
pub fn condition_text(when: &Condition) -> String {
    let all: Vec<String> = when.alternatives.iter().map(|a| said(&a.expr)).collect();
    all.join("，或")
}

/// Reads the section. Faults go to the reader's findings.
pub(crate) fn read<'a>(reader: &Reader<'a>, node: &'a Node) -> ChainsSection {
    let keys = reader.keys(node, "chains");
    let setting = |key, least, most| {
        reader.setting(&keys, "chains", key, move |k, key| posts::whole(k, key, least, most))
    };
    let out = ChainsSection {
        plan_days: setting("plan_days", 1, 365),
        comment_days: setting("comment_days", 1, 30),
        reason_letters: setting("reason_letters", 2, 200),
        order: reader.setting(&keys, "chains", "order", order),
        steps: items(reader, &keys, "chains", "step", step),
        demands: items(reader, &keys, "chains", "condition", |k, off| {
            let when = expression(k, "when", Type::Bool, off);
            Some(Demand { posts: k.texts("posts"), steps: k.texts("steps"), when: when.map(single) })
        }),
        fits: items(reader, &keys, "chains", "fit", fit),
    };
    let _ = keys.node("basis");
    keys.finish();
    posts::once_a_day(reader, "chains.step", &out.steps);
    posts::once_a_day(reader, "chains.condition", &out.demands);
    posts::once_a_day(reader, "chains.fit", &out.fits);
    out
}

fn single(compiled: Compiled) -> Condition {
    Condition { alternatives: vec![compiled], any: false }
}

fn names(of: impl Fn(&crate::facts::Fact) -> bool) -> Vec<String> {
    figures().iter().filter(|f| of(f)).map(|f| f.id.clone()).collect()
}

/// The names that those of a group are ordered by: figures that are numbers.
fn order(keys: &Keys<'_>, key: &'static str) -> Option<Vec<String>> {
    let all = keys.texts(key);
    let numeric = |id: &str| figure(id).is_some_and(|f| f.kind.is_numeric());
    let unknown = all.iter().find(|n| !numeric(n.trim_start_matches('-')));
    if let Some(unknown) = unknown {
        let mend = msg!("可写：{words}", words = names(|f| f.kind.is_numeric()));
        keys.fault(key, msg!("不能按“{name}”排序", name = unknown), Some(mend));
        return None;
    }
    Some(all)
}

/// An expression over the figures, of a type.
fn expression(keys: &Keys<'_>, key: &'static str, want: Type, off: bool) -> Option<Compiled> {
    let (at, text) = match keys.node(key) {
        Some(Node { kind: Kind::Text(text), at }) => (*at, text.clone()),
        Some(Node { kind: Kind::Number(text), at }) if want == Type::Number => (*at, text.clone()),
        Some(other) => {
            keys.fault(key, msg!("应为文本，这里是{found}", found = other.kind_name()), None);
            return None;
        }
        None => {
            if !off {
                keys.fault(key, msg!("缺少 {key}", key = key), Some(msg!("请补上这一项")));
            }
            return None;
        }
    };
    if let Ok(compiled) = Compiled::expression(&text) {
        let unknown: Vec<&String> = compiled.names.iter().filter(|n| figure(n).is_none()).collect();
        if let Some(unknown) = unknown.first() {
            let mend = msg!("可写：{words}", words = names(|_| true));
            keys.push(at, key, &text, msg!("递补里没有名为 {name} 的项", name = *unknown), Some(mend));
            return None;
        }
    }
    let (compiled, findings) = figures::scope().compile(&text, want);
    let mut faulty = false;
    for (severity, found) in findings {
        faulty |= severity == Severity::Fault;
        keys.push_as(severity, at, key, &text, found.reason, found.mend);
    }
    compiled.filter(|_| !faulty)
}

fn step(keys: &Keys<'_>, off: bool) -> Option<Step> {
    let (pool, post) = (keys.text("pool"), keys.text("post"));
    if !off && pool.is_empty() == post.is_empty() {
        keys.fault(
            "pool",
            msg!("pool 和 post 写一个，且只写一个"),
            Some(msg!("从库里递补写 pool，从某个岗位的在任者里递补写 post")),
        );
    }
    let posts = keys.texts("posts");
    if !off && posts.is_empty() {
        keys.fault(
            "posts",
            msg!("没有写是哪些岗位的空缺"),
            Some(msg!("写岗位编号，如 [\"party_secretary\"]")),
        );
    }
    if posts.contains(&post) {
        keys.fault("post", msg!("不能由同一岗位的人递补"), None);
    }
    let order = posts::whole(keys, "order", 1, 99);
    if !off && !keys.has("order") {
        keys.fault("order", msg!("缺少 {key}", key = "order"), Some(msg!("请补上这一项")));
    }
    let when = if keys.has("when") { expression(keys, "when", Type::Bool, off).map(single) } else { None };
    let reach = keys.one_of("reach", &Reach::WORDS);
    Some(Step { posts, order: order.unwrap_or_default(), pool, post, reach, when })
}

fn fit(keys: &Keys<'_>, off: bool) -> Option<Fit> {
    let value = expression(keys, "value", Type::Number, off);
    let weight = posts::whole(keys, "weight", 1, 1000);
    if !off && !keys.has("weight") {
        keys.fault("weight", msg!("缺少 {key}", key = "weight"), Some(msg!("请补上这一项")));
    }
    Some(Fit {
        posts: keys.texts("posts"),
        weight: weight.unwrap_or_default(),
        value,
        hint: keys.text("hint"),
    })
}
