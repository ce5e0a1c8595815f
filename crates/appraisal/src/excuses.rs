//! Absences that people excused, cell by cell: each with the rule that applies to it instead of the pack's `block`.

use crate::facts::Facts;
use crate::plan::Plan;
use crate::score::{Cell, Scorer, absent};
use policy::{Method, Missing, Pack};
use rustc_hash::FxHashMap;

/// The rules an excuse may name.
pub const RULES: [Missing; 3] = [Missing::Skip, Missing::Prorate, Missing::Zero];

/// A pack as it would read if every indicator had one of [`RULES`].
pub struct Lenient([Pack; 3]);

impl Lenient {
    /// Of a pack.
    pub fn of(pack: &Pack) -> Self {
        Lenient(RULES.map(|rule| {
            let mut pack = pack.clone();
            pack.indicators.iter_mut().for_each(|i| i.missing = rule);
            pack
        }))
    }
}

/// Excused absences of an appraisal.
pub struct Excuses<'a> {
    plans: [Plan<'a>; 3],
    rules: FxHashMap<(usize, usize), Missing>,
}

impl<'a> Excuses<'a> {
    /// `given`: position of the subject, position of the indicator, rule.
    pub fn new(lenient: &'a Lenient, given: impl IntoIterator<Item = (usize, usize, Missing)>) -> Self {
        let rules = given.into_iter().map(|(subject, at, rule)| ((subject, at), rule)).collect();
        Excuses { plans: [0, 1, 2].map(|k| Plan::new(&lenient.0[k])), rules }
    }

    /// The rule of an excused cell.
    pub fn rule(&self, subject: usize, at: usize) -> Option<Missing> {
        self.rules.get(&(subject, at)).copied()
    }

    fn scorer<'s>(&'s self, facts: &'s Facts, rule: Missing) -> Option<Scorer<'s>> {
        let k = RULES.iter().position(|r| *r == rule)?;
        Some(Scorer { plan: &self.plans[k], facts, ranks: Vec::new() })
    }

    /// What scores an excused cell; `None` for a cell that is not excused.
    pub(crate) fn instead<'s>(&'s self, base: &Scorer<'s>, at: usize, subject: usize) -> Option<Scorer<'s>> {
        self.scorer(base.facts, self.rule(subject, at)?)
    }

    /// The score of a cell that blocks, if it is excused. An excused rank gives nothing: it has no place among others.
    pub(crate) fn score(&self, base: &Scorer<'_>, at: usize, i: usize, marks: &[i32]) -> Cell {
        let Some(rule) = self.rule(i, at) else { return Cell::Blocked };
        if let Method::Rank { .. } = base.plan.indicator(at).method {
            return absent(rule);
        }
        match self.scorer(base.facts, rule).map(|s| s.score(at, i, marks)) {
            // What no value mends, an expression that fails, is without score by every rule.
            None | Some(Cell::Blocked) => absent(rule),
            Some(cell) => cell,
        }
    }

    /// Whether a veto that cannot be told holds, if it is excused.
    pub(crate) fn veto(&self, base: &Scorer<'_>, at: usize, i: usize) -> Option<bool> {
        let scorer = self.scorer(base.facts, self.rule(i, at)?)?;
        Some(scorer.veto(at, i).unwrap_or(false))
    }
}
