//! A pack prepared for making data.

use crate::dice::Dicebox;
use crate::model::{Model, choose};
use crate::uses::uses;
use policy::{Fact, Method, Missing, Pack, Within};

/// One fact of the pack's subject.
pub(crate) struct FactPlan {
    /// Its position in the pack.
    pub at: usize,
    pub model: Model,
    /// Whether a clerk may believably have left it out.
    pub forgettable: bool,
}

/// One mark that every subject gets.
pub(crate) struct Slot {
    pub indicator: usize,
    /// Position among [`Plan::raters`].
    pub rater: usize,
    /// Full marks and step in hundredths.
    pub full: i64,
    pub step: i64,
    /// How generously this indicator is marked by all.
    pub ease: f64,
    pub forgettable: bool,
    /// `,indicator,rater,` of its rows.
    pub middle: Vec<u8>,
}

/// A pack prepared for making data.
pub(crate) struct Plan<'a> {
    pub pack: &'a Pack,
    /// In the order of the columns.
    pub facts: Vec<FactPlan>,
    /// Positions in `facts`, each after the one that it follows from.
    pub order: Vec<usize>,
    pub slots: Vec<Slot>,
    /// Every rater of marks, as spelled, in the pack's order.
    pub raters: Vec<String>,
}

impl<'a> Plan<'a> {
    pub fn new(pack: &'a Pack, dice: &Dicebox) -> Self {
        let all = uses(pack);
        let facts: Vec<FactPlan> = pack
            .facts
            .iter()
            .enumerate()
            .filter(|(_, f)| f.subject == pack.subject)
            .map(|(at, f)| FactPlan {
                at,
                model: choose(pack, f, &all[at]),
                forgettable: pack.grading.within != Within::Choice(at)
                    && (matches!(f.source.as_str(), "reported" | "ballot")
                        || all[at].scored && !all[at].blocks),
            })
            .collect();
        let mut plan = Plan { pack, facts, order: Vec::new(), slots: Vec::new(), raters: Vec::new() };
        plan.sort();
        for (at, ind) in pack.indicators.iter().enumerate() {
            let Method::Rated { step } = ind.method else { continue };
            let ease = 0.03 * dice.dice(b'i', &ind.id).normal();
            for name in &ind.raters {
                let rater = plan.raters.iter().position(|r| r == name).unwrap_or_else(|| {
                    plan.raters.push(name.clone());
                    plan.raters.len() - 1
                });
                let mut middle = Vec::new();
                middle.push(b',');
                tables::push_csv_cell(&mut middle, &ind.id);
                middle.push(b',');
                tables::push_csv_cell(&mut middle, name);
                middle.push(b',');
                let forgettable = ind.missing != Missing::Zero;
                plan.slots.push(Slot {
                    indicator: at,
                    rater,
                    full: ind.full,
                    step,
                    ease,
                    forgettable,
                    middle,
                });
            }
        }
        plan
    }

    pub fn fact(&self, i: usize) -> &'a Fact {
        &self.pack.facts[self.facts[i].at]
    }

    /// Parents first. A circle of facts, each measured by the next, is cut where it is met.
    fn sort(&mut self) {
        let n = self.facts.len();
        let mut done = vec![false; n];
        for start in 0..n {
            let mut chain = vec![start];
            while let Some(last) = chain.last().copied() {
                let parent = self.facts[last].model.parent();
                let parent = parent.and_then(|p| self.facts.iter().position(|f| f.at == p));
                match parent {
                    Some(p) if chain.contains(&p) => {
                        self.facts[last].model = Model::Count { least: 3, most: 12, zero: 0.0 };
                    }
                    Some(p) if !done[p] => chain.push(p),
                    _ => {
                        if !done[last] {
                            done[last] = true;
                            self.order.push(last);
                        }
                        chain.pop();
                    }
                }
            }
        }
    }
}
