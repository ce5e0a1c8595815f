//! A pack prepared for scoring: where each mark and each score has its place.

use policy::{Aggregate, Condition, Indicator, Method, Pack};
use std::collections::HashMap;

/// The place of one rater's mark for one indicator.
#[derive(Clone, Debug)]
pub struct Slot {
    /// Position of the indicator.
    pub indicator: usize,
    /// The rater as spelled.
    pub rater: String,
    /// Its weight in millionths; 1 where the indicator is not weighted.
    pub weight: i128,
}

/// Positions of an expression's names among the facts; `None` for `total`, `rank`, `grade`.
pub(crate) type Names = Vec<Option<usize>>;

/// A pack prepared for scoring.
pub struct Plan<'a> {
    /// The pack.
    pub pack: &'a Pack,
    /// Every mark a subject can have.
    pub slots: Vec<Slot>,
    /// Per indicator: its slots.
    pub slots_of: Vec<std::ops::Range<usize>>,
    /// Per indicator: its score column; `None` for vetoes.
    pub column_of: Vec<Option<usize>>,
    /// Per score column: its indicator.
    pub columns: Vec<usize>,
    /// The vetoes: positions of their indicators.
    pub vetoes: Vec<usize>,
    /// Sum of full marks of all scored indicators, hundredths: F.
    pub full: i64,
    /// Per indicator: the names of its formula or veto, one list an alternative.
    pub(crate) names_of: Vec<Vec<Names>>,
    slot_index: HashMap<(String, String), usize>,
}

impl<'a> Plan<'a> {
    /// Prepares a pack.
    pub fn new(pack: &'a Pack) -> Self {
        let mut plan = Plan {
            pack,
            slots: Vec::new(),
            slots_of: Vec::new(),
            column_of: Vec::new(),
            columns: Vec::new(),
            vetoes: Vec::new(),
            full: 0,
            names_of: Vec::new(),
            slot_index: HashMap::new(),
        };
        for (i, ind) in pack.indicators.iter().enumerate() {
            let start = plan.slots.len();
            if matches!(ind.method, Method::Rated { .. }) {
                for rater in &ind.raters {
                    let weight = if ind.aggregate == Aggregate::Weighted { pack.weight(rater).0 } else { 1 };
                    plan.slot_index.insert((ind.id.clone(), rater.clone()), plan.slots.len());
                    plan.slots.push(Slot { indicator: i, rater: rater.clone(), weight });
                }
            }
            plan.slots_of.push(start..plan.slots.len());
            plan.names_of.push(match &ind.method {
                Method::Formula { expr } => vec![names(pack, &expr.names)],
                Method::Veto { when, .. } => condition_names(pack, when),
                _ => Vec::new(),
            });
            if ind.method.is_veto() {
                plan.vetoes.push(i);
                plan.column_of.push(None);
            } else {
                plan.column_of.push(Some(plan.columns.len()));
                plan.columns.push(i);
                if !ind.method.is_extra() {
                    plan.full += ind.full;
                }
            }
        }
        plan
    }

    /// The slot of an indicator's rater.
    pub fn slot(&self, indicator: &str, rater: &str) -> Option<usize> {
        self.slot_index.get(&(indicator.to_owned(), rater.to_owned())).copied()
    }

    /// An indicator by position.
    pub fn indicator(&self, i: usize) -> &'a Indicator {
        &self.pack.indicators[i]
    }
}

fn names(pack: &Pack, names: &[String]) -> Names {
    names.iter().map(|n| pack.fact(n)).collect()
}

/// The names of each alternative of a condition.
pub(crate) fn condition_names(pack: &Pack, condition: &Condition) -> Vec<Names> {
    condition.alternatives.iter().map(|a| names(pack, &a.names)).collect()
}
