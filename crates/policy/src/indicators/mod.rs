//! `indicators.csv`: items and indicators. Source: PACKS, "Appraisal".

mod methods;
mod read;

use crate::condition::Condition;
use crate::zen::Compiled;
use kernel::Quantity;

pub(crate) use read::{check_header, read};

/// What a missing fact or mark means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Missing {
    /// The subject is incomplete.
    Block,
    /// 0, or false.
    Zero,
    /// No score, nothing added.
    Skip,
    /// No score, and the hundred is scaled.
    Prorate,
}

/// How several marks become one score.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Aggregate {
    /// Mean.
    Mean,
    /// Middle mark; of an even count the mean of the middle two.
    Median,
    /// The k highest and k lowest dropped, then the mean.
    Trimmed(usize),
    /// By `[rater_weights]`.
    Weighted,
}

/// A score of a tier or band in millionths of a point.
pub type Points = i128;

/// The target of `ratio` and `ratio_down`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Target {
    /// A number.
    Number(Quantity),
    /// A fact's position in the pack.
    Fact(usize),
}

/// How an indicator is scored. Facts are positions in the pack's list; quantities are millionths.
#[derive(Clone, Debug)]
pub enum Method {
    /// Marks given by raters.
    Rated {
        /// In hundredths.
        step: i64,
    },
    /// full * clamp(fact / target, 0, 1)
    Ratio {
        /// The fact.
        fact: usize,
        /// What earns full marks.
        target: Target,
    },
    /// full * clamp(target / fact, 0, 1)
    RatioDown {
        /// The fact.
        fact: usize,
        /// What still earns full marks.
        target: Target,
    },
    /// full * clamp((fact - low) / (high - low), 0, 1)
    Linear {
        /// The fact.
        fact: usize,
        /// Earns 0.
        low: Quantity,
        /// Earns full marks.
        high: Quantity,
    },
    /// The first threshold that the fact reaches.
    Tiers {
        /// The fact.
        fact: usize,
        /// Threshold and points, in order.
        tiers: Vec<(Quantity, Points)>,
        /// Points when none is reached.
        otherwise: Points,
        /// Whether "reaches" means `<=`.
        down: bool,
    },
    /// max(floor, full - each * fact)
    Deduct {
        /// The fact.
        fact: usize,
        /// Points a unit.
        each: Quantity,
        /// The least score.
        floor: Points,
    },
    /// min(cap, each * fact)
    Bonus {
        /// The fact.
        fact: usize,
        /// Points a unit.
        each: Quantity,
        /// The most.
        cap: Option<Points>,
    },
    /// -min(cap, each * fact)
    Penalty {
        /// The fact.
        fact: usize,
        /// Points a unit.
        each: Quantity,
        /// The most taken off.
        cap: Option<Points>,
    },
    /// full when true
    Flag {
        /// The fact.
        fact: usize,
    },
    /// By descending fact within a group.
    Rank {
        /// The fact.
        fact: usize,
        /// By township, not county.
        township: bool,
        /// Per cent of the group and points, in order.
        bands: Vec<(Quantity, Points)>,
    },
    /// full * fact / 100
    Ballot {
        /// The fact.
        fact: usize,
    },
    /// An expression held within 0..full.
    Formula {
        /// The expression.
        expr: Compiled,
    },
    /// Caps the grade.
    Veto {
        /// When it holds.
        when: Condition,
        /// Position of the grade it caps to.
        cap: usize,
    },
}

/// Names of the methods as packs write them.
pub const METHODS: [&str; 13] = [
    "rated",
    "ratio",
    "ratio_down",
    "linear",
    "tiers",
    "deduct",
    "bonus",
    "penalty",
    "flag",
    "rank",
    "ballot",
    "formula",
    "veto",
];

impl Method {
    /// As packs write it.
    pub fn name(&self) -> &'static str {
        match self {
            Method::Rated { .. } => "rated",
            Method::Ratio { .. } => "ratio",
            Method::RatioDown { .. } => "ratio_down",
            Method::Linear { .. } => "linear",
            Method::Tiers { .. } => "tiers",
            Method::Deduct { .. } => "deduct",
            Method::Bonus { .. } => "bonus",
            Method::Penalty { .. } => "penalty",
            Method::Flag { .. } => "flag",
            Method::Rank { .. } => "rank",
            Method::Ballot { .. } => "ballot",
            Method::Formula { .. } => "formula",
            Method::Veto { .. } => "veto",
        }
    }

    /// The one fact it scores, where there is just one (targets apart).
    pub fn fact(&self) -> Option<usize> {
        match self {
            Method::Ratio { fact, .. }
            | Method::RatioDown { fact, .. }
            | Method::Linear { fact, .. }
            | Method::Tiers { fact, .. }
            | Method::Deduct { fact, .. }
            | Method::Bonus { fact, .. }
            | Method::Penalty { fact, .. }
            | Method::Flag { fact }
            | Method::Rank { fact, .. }
            | Method::Ballot { fact } => Some(*fact),
            Method::Rated { .. } | Method::Formula { .. } | Method::Veto { .. } => None,
        }
    }

    /// Whether it stands on top of the hundred: bonus and penalty.
    pub fn is_extra(&self) -> bool {
        matches!(self, Method::Bonus { .. } | Method::Penalty { .. })
    }

    /// Whether it has no score of its own.
    pub fn is_veto(&self) -> bool {
        matches!(self, Method::Veto { .. })
    }
}

/// One row of `indicators.csv`.
#[derive(Clone, Debug)]
pub struct Indicator {
    /// ASCII id.
    pub id: String,
    /// The item it belongs to.
    pub item: String,
    /// Its name.
    pub name: String,
    /// Full marks in hundredths; 0 for bonus, penalty, veto.
    pub full: i64,
    /// How it is scored.
    pub method: Method,
    /// `params` as written: key and value.
    pub params: Vec<(String, String)>,
    /// The raters in order; one `system` when the cell is empty.
    pub raters: Vec<String>,
    /// The rater cell as written, `system` when empty.
    pub rater_cell: String,
    /// How marks are joined.
    pub aggregate: Aggregate,
    /// What missing means.
    pub missing: Missing,
    /// Its clause.
    pub basis: String,
    /// A note for clerks.
    pub note: String,
    /// Line or sheet row.
    pub row: u32,
}
