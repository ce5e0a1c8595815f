//! One indicator of one subject: exactly, then rounded once. Source: PACKS, "Appraisal".

use crate::facts::Facts;
use crate::plan::{Names, Plan};
use crate::rule::{Exact, Gap};
use kernel::MILLION;
use policy::{Aggregate, Condition, Indicator, Method, Missing, Target, ValueRef, Verdict};
use rayon::prelude::*;

/// An absent mark.
pub const ABSENT: i32 = i32::MIN;

/// What an indicator gives a subject.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cell {
    /// A score in hundredths.
    Score(i64),
    /// No score; the points are lost.
    Skipped,
    /// No score; the hundred is scaled.
    Prorated,
    /// The subject is incomplete.
    Blocked,
    /// A score that no column can hold: beyond nine trillion points.
    TooLarge,
}

/// A blocking absence: one entry of the `missing` column.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Absence {
    /// `<indicator>/<fact>/<rater cell>`
    Fact(String),
    /// `<indicator>/mark/<rater>`
    Mark(String),
    /// `<indicator>/expr/<rater cell>`
    Expression,
}

/// Scores the indicators of subjects.
pub struct Scorer<'a> {
    /// The pack, prepared.
    pub plan: &'a Plan<'a>,
    /// The facts.
    pub facts: &'a Facts,
    /// Per indicator of method `rank`: the score of each subject in hundredths, as cells.
    pub ranks: Vec<Option<Vec<Cell>>>,
}

impl Scorer<'_> {
    /// A numeric fact in millionths, with `zero` applied.
    fn number(&self, ind: &Indicator, fact: usize, i: usize) -> Option<i128> {
        self.reading(ind, fact).get(i)
    }

    /// The exact score of an indicator that is neither rated nor rank nor veto.
    pub(crate) fn exact(&self, at: usize, i: usize) -> Result<Exact, Gap> {
        self.rule(at).exact(i)
    }

    /// A fact's value by position, with `zero` applied.
    pub(crate) fn value(&self, ind: &Indicator, fact: Option<usize>, i: usize) -> Option<ValueRef<'_>> {
        let fact = fact?;
        match self.facts.value(fact, i) {
            None if ind.missing == Missing::Zero => self.plan.pack.facts[fact].zero(),
            found => found,
        }
    }

    /// The score of an indicator; vetoes give `Skipped`.
    #[inline]
    pub fn score(&self, at: usize, i: usize, marks: &[i32]) -> Cell {
        let ind = self.plan.indicator(at);
        match &ind.method {
            Method::Rated { .. } => match self.rated(at, &marks[self.plan.slots_of[at].clone()]) {
                Some(exact) => exact.cell(),
                None => absent(ind.missing),
            },
            Method::Rank { .. } => match &self.ranks[at] {
                Some(cells) => cells[i],
                None => Cell::Skipped,
            },
            Method::Veto { .. } => Cell::Skipped,
            _ => self.rule(at).cell(i),
        }
    }

    /// The joined mark of a rated indicator; `None` where `missing` decides. `marks` are its own slots.
    #[inline]
    pub(crate) fn rated(&self, at: usize, marks: &[i32]) -> Option<Exact> {
        let ind = self.plan.indicator(at);
        if let [only] = marks {
            return match (*only, ind.missing) {
                (ABSENT, Missing::Zero) => Some(Exact::hundredths(0)),
                (ABSENT, _) => None,
                (mark, _) => Some(Exact::hundredths(i64::from(mark))),
            };
        }
        let any_absent = marks.contains(&ABSENT);
        match ind.missing {
            Missing::Block if any_absent => return None,
            Missing::Skip | Missing::Prorate if marks.iter().all(|m| *m == ABSENT) => return None,
            _ => {}
        }
        let zero = ind.missing == Missing::Zero;
        let present = marks.iter().filter_map(|m| match *m {
            ABSENT if zero => Some(0),
            ABSENT => None,
            mark => Some(i64::from(mark)),
        });
        let mean = |sum: i64, n: usize| Exact { num: i128::from(sum), den: n as i128 };
        Some(match ind.aggregate {
            Aggregate::Mean => {
                let (sum, n) = present.fold((0, 0), |(s, n), m| (s + m, n + 1));
                mean(sum, n)
            }
            Aggregate::Weighted => {
                let slots = &self.plan.slots[self.plan.slots_of[at].clone()];
                let given = marks.iter().zip(slots).filter(|(m, _)| zero || **m != ABSENT);
                let (num, den) = given.fold((0, 0), |(s, n), (m, slot)| {
                    let mark = if *m == ABSENT { 0 } else { i128::from(*m) };
                    (s + mark * slot.weight, n + slot.weight)
                });
                Exact { num, den }
            }
            Aggregate::Median => sorted(present, |sorted| {
                let n = sorted.len();
                if n % 2 == 1 { mean(sorted[n / 2], 1) } else { mean(sorted[n / 2 - 1] + sorted[n / 2], 2) }
            }),
            Aggregate::Trimmed(k) => sorted(present, |sorted| {
                let kept = if sorted.len() > 2 * k { &sorted[k..sorted.len() - k] } else { sorted };
                mean(kept.iter().sum(), kept.len())
            }),
        })
    }

    /// Whether a veto holds; `None` when it blocks.
    pub fn veto(&self, at: usize, i: usize) -> Option<bool> {
        let ind = self.plan.indicator(at);
        let Method::Veto { when, .. } = &ind.method else { return Some(false) };
        match self.condition(ind, when, &self.plan.names_of[at], i) {
            Verdict::Holds(_) => Some(true),
            Verdict::Fails => Some(false),
            Verdict::Open { broken: true, .. } => None,
            Verdict::Open { .. } if ind.missing == Missing::Block => None,
            Verdict::Open { .. } => Some(false),
        }
    }

    fn condition(&self, ind: &Indicator, when: &Condition, names: &[Names], i: usize) -> Verdict {
        when.evaluate(|alternative, name| self.value(ind, names[alternative][name], i))
    }

    /// The blocking absences of an indicator, in the order of the `missing` column.
    pub fn absences(&self, at: usize, i: usize, marks: &[i32]) -> Vec<Absence> {
        let ind = self.plan.indicator(at);
        let facts = &self.plan.pack.facts;
        let mut out = Vec::new();
        let mut lacking: Vec<&str> = Vec::new();
        match &ind.method {
            Method::Rated { .. } => {
                if ind.missing == Missing::Block {
                    let slots = self.plan.slots_of[at].clone();
                    let absent = slots.filter(|s| marks[*s] == ABSENT);
                    out.extend(absent.map(|s| Absence::Mark(self.plan.slots[s].rater.clone())));
                }
            }
            Method::Veto { when, .. } => {
                if let Verdict::Open { absent, broken } =
                    self.condition(ind, when, &self.plan.names_of[at], i)
                {
                    if absent && ind.missing == Missing::Block {
                        let names = &self.plan.names_of[at];
                        let lacking = when.lacking(|a, n| self.value(ind, names[a][n], i));
                        out.extend(lacking.into_iter().map(Absence::Fact));
                    }
                    if broken {
                        out.push(Absence::Expression);
                    }
                }
            }
            Method::Formula { expr } => {
                let absent = expr.names.iter().zip(&self.plan.names_of[at][0]);
                lacking.extend(
                    absent.filter(|(_, f)| self.value(ind, **f, i).is_none()).map(|(n, _)| n.as_str()),
                );
                if lacking.is_empty() && matches!(self.exact(at, i), Err(Gap::Failed)) {
                    out.push(Absence::Expression);
                }
            }
            method => {
                if let Method::Ratio { target: target @ Target::Fact(f), .. }
                | Method::RatioDown { target: target @ Target::Fact(f), .. } = method
                {
                    let positive = matches!(method, Method::Ratio { .. });
                    if self.aim(ind, *target, positive).get(i).is_none() {
                        lacking.push(&facts[*f].id);
                    }
                }
                if let Some(fact) = method.fact()
                    && self.facts.value(fact, i).is_none()
                    && !lacking.contains(&facts[fact].id.as_str())
                {
                    lacking.push(&facts[fact].id);
                }
                lacking.sort_unstable();
            }
        }
        if ind.missing == Missing::Block {
            out.extend(lacking.into_iter().map(|f| Absence::Fact(f.to_owned())));
        }
        out
    }

    /// The score of each subject by an indicator of method `rank`.
    pub fn rank_cells(&self, at: usize) -> Option<Vec<Cell>> {
        let ind = self.plan.indicator(at);
        let Method::Rank { fact, township, bands } = &ind.method else { return None };
        let mut cells = vec![absent(ind.missing); self.facts.len()];
        let scored = |group: &Vec<u32>| -> Vec<(u32, Cell)> {
            let mut counted: Vec<(i128, u32)> =
                group.iter().filter_map(|i| self.number(ind, *fact, *i as usize).map(|v| (v, *i))).collect();
            counted.sort_unstable_by_key(|(value, _)| std::cmp::Reverse(*value));
            let n = counted.len() as i128;
            let mut rank = 0;
            let ranked = counted.iter().enumerate().map(|(position, (value, i))| {
                if position == 0 || counted[position - 1].0 != *value {
                    rank = position as i128 + 1;
                }
                let band = bands.iter().find(|(band, _)| 100 * rank * MILLION <= band.0 * n);
                (*i, Exact::points(band.map_or(0, |(_, points)| *points)).cell())
            });
            ranked.collect()
        };
        let groups = groups(&self.facts.villages, if *township { 1_000 } else { 1_000_000 });
        let scored: Vec<Vec<(u32, Cell)>> = groups.par_iter().map(scored).collect();
        scored.into_iter().flatten().for_each(|(i, cell)| cells[i as usize] = cell);
        Some(cells)
    }

    /// Rank and size of the group, for explanations.
    pub fn rank_of(&self, at: usize, i: usize) -> Option<(usize, usize)> {
        let ind = self.plan.indicator(at);
        let Method::Rank { fact, township, .. } = &ind.method else { return None };
        let unit = if *township { 1_000 } else { 1_000_000 };
        let own = self.number(ind, *fact, i)?;
        let group = self.facts.villages[i] / unit;
        let counted: Vec<i128> = (0..self.facts.len())
            .filter(|j| self.facts.villages[*j] / unit == group)
            .filter_map(|j| self.number(ind, *fact, j))
            .collect();
        Some((1 + counted.iter().filter(|v| **v > own).count(), counted.len()))
    }
}

/// Gives the values in ascending order; a dozen raters need no memory of their own.
#[inline]
fn sorted<T>(values: impl Iterator<Item = i64>, take: impl FnOnce(&[i64]) -> T) -> T {
    let mut few = [0i64; 12];
    let mut many = Vec::new();
    let mut n = 0;
    for value in values {
        if n < few.len() {
            few[n] = value;
        } else {
            if many.is_empty() {
                many.extend_from_slice(&few);
            }
            many.push(value);
        }
        n += 1;
    }
    let all = if many.is_empty() { &mut few[..n] } else { &mut many[..] };
    all.sort_unstable();
    take(all)
}

pub(crate) fn absent(missing: Missing) -> Cell {
    match missing {
        Missing::Block => Cell::Blocked,
        Missing::Prorate => Cell::Prorated,
        Missing::Skip | Missing::Zero => Cell::Skipped,
    }
}

/// Subjects by leading digits of their village, each group in ascending order.
pub(crate) fn groups(villages: &[u64], unit: u64) -> Vec<Vec<u32>> {
    let mut index = rustc_hash::FxHashMap::default();
    let mut out: Vec<Vec<u32>> = Vec::new();
    let mut last: Option<(u64, usize)> = None;
    for (i, village) in villages.iter().enumerate() {
        let key = village / unit;
        let at = match last {
            Some((k, at)) if k == key => at,
            _ => *index.entry(key).or_insert_with(|| {
                out.push(Vec::new());
                out.len() - 1
            }),
        };
        last = Some((key, at));
        out[at].push(i as u32);
    }
    out
}
