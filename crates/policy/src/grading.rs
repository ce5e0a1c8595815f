//! `[[grades]]` and `[grading]`. Source: PACKS, "Grades".

use crate::condition::Scope;
use crate::facts::FactType;
use crate::indicators::Indicator;
use crate::keys::Keys;
use kernel::{Quantity, msg};

/// A grade; best first in the pack.
#[derive(Clone, Debug)]
pub struct Grade {
    /// Integer id.
    pub id: i64,
    /// Chinese label.
    pub label: String,
    /// Per cent of the group.
    pub quota: Option<Quantity>,
    /// Least total, hundredths.
    pub at_least: Option<i64>,
}

/// What makes a group.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Within {
    /// The first six digits.
    County,
    /// The first nine digits.
    Township,
    /// County and the value of a choice fact (its position).
    Choice(usize),
}

/// How seats come from quotas.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rounding {
    /// Whole parts, then one each by falling remainder.
    LargestRemainder,
    /// Down.
    Floor,
    /// Up.
    Ceil,
}

/// What happens when the last seat falls inside a run of equal totals.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ties {
    /// `tie_break` decides.
    TieBreak,
    /// The whole run gets the better grade.
    ShareBetter,
    /// The whole run goes to the next grade.
    ShareWorse,
}

/// A key that orders equal totals.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TieKey {
    /// An indicator's score (its position), higher first, empty last.
    Indicator(usize),
    /// Higher first.
    BeforeBonus,
    /// Ascending; always the last key.
    Code,
}

/// `[grading]`.
#[derive(Clone, Debug)]
pub struct Grading {
    /// Groups.
    pub within: Within,
    /// Seats.
    pub rounding: Rounding,
    /// Ties at a line.
    pub ties: Ties,
    /// Order of equal totals.
    pub tie_break: Vec<TieKey>,
    /// Whether the seat of a vetoed subject is filled by the next.
    pub refill: bool,
}

/// The words of `rounding`, the default first.
pub const ROUNDING: [(&str, Rounding); 3] =
    [("largest_remainder", Rounding::LargestRemainder), ("floor", Rounding::Floor), ("ceil", Rounding::Ceil)];
/// The words of `ties`, the default first.
pub const TIES: [(&str, Ties); 3] =
    [("tie_break", Ties::TieBreak), ("share_better", Ties::ShareBetter), ("share_worse", Ties::ShareWorse)];

pub(crate) fn read_grade(keys: Keys<'_>) -> Option<Grade> {
    let id = keys.number("id");
    let label = keys.required("label");
    let quota = keys.number("quota");
    // A limit that could not be read is still a limit: one fault, not two.
    let quota = quota.or_else(|| keys.has("quota").then_some(Quantity(0)));
    let at_least = keys.hundredths("at_least");
    let id = match id {
        Some(id) if id.is_integer() => Some((id.0 / kernel::MILLION) as i64),
        Some(_) => {
            keys.fault("id", msg!("等次的编号应为整数"), None);
            None
        }
        None => {
            if !keys.has("id") {
                keys.fault("id", msg!("缺少 {key}", key = "id"), Some(msg!("请补上这一项")));
            }
            None
        }
    };
    if quota.is_some_and(|q| q.0 < 0) {
        keys.fault("quota", msg!("比例不能是负数"), None);
    }
    keys.finish();
    Some(Grade { id: id?, label, quota, at_least })
}

pub(crate) fn read_grading(keys: Keys<'_>, names: Scope<'_>, indicators: &[Indicator]) -> Grading {
    let within = match keys.text("within").as_str() {
        "" | "county" => Within::County,
        "township" => Within::Township,
        other => match names
            .facts
            .iter()
            .position(|f| f.id == other && f.kind == FactType::Choice && f.subject == names.subject)
        {
            Some(fact) => Within::Choice(fact),
            None => {
                keys.fault(
                    "within",
                    msg!("within 只能写 county、township 或一个选项事实"),
                    Some(msg!("选项事实要在 [facts] 里声明为 choice")),
                );
                Within::County
            }
        },
    };
    let rounding = keys.one_of("rounding", &ROUNDING);
    let ties = keys.one_of("ties", &TIES);
    let tie_break = keys
        .texts("tie_break")
        .iter()
        .filter_map(|key| match key.as_str() {
            "before_bonus" => Some(TieKey::BeforeBonus),
            "code" => Some(TieKey::Code),
            id => match indicators.iter().position(|i| i.id == id) {
                Some(i) if indicators[i].method.is_veto() => {
                    keys.fault("tie_break", msg!("{id} 是否决，没有得分，不能用来排序", id = id), None);
                    None
                }
                Some(i) => Some(TieKey::Indicator(i)),
                None => {
                    keys.fault(
                        "tie_break",
                        msg!("没有名为 {id} 的指标", id = id),
                        Some(msg!("可写指标编号、before_bonus、code")),
                    );
                    None
                }
            },
        })
        .collect();
    let refill = keys.bool("refill").unwrap_or(false);
    keys.finish();
    Grading { within, rounding, ties, tie_break, refill }
}

impl Default for Grading {
    fn default() -> Self {
        Grading {
            within: Within::County,
            rounding: Rounding::LargestRemainder,
            ties: Ties::TieBreak,
            tie_break: Vec::new(),
            refill: false,
        }
    }
}
