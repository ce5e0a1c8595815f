//! Rules with their columns at hand: one rule meets many subjects. Source: PACKS, "Appraisal", the table of methods.

use crate::columns::Numbers;
use crate::plan::Names;
use crate::score::{Cell, Scorer, absent};
use kernel::{MILLION, Quantity, Ratio, round_half_away};
use policy::zen::Compiled;
use policy::{Indicator, Method, Missing, Points, Target};

/// An exact score before rounding: `num / den` hundredths of a point.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Exact {
    pub num: i128,
    pub den: i128,
}

impl Exact {
    pub fn hundredths(n: i64) -> Self {
        Exact { num: i128::from(n), den: 1 }
    }

    /// Millionths of a point.
    #[inline]
    pub fn points(n: i128) -> Self {
        match i64::try_from(n) {
            Ok(n) if n % 10_000 == 0 => Exact::hundredths(n / 10_000),
            _ => Exact { num: n, den: 10_000 },
        }
    }

    /// Points as a fraction.
    pub fn ratio(self) -> Ratio {
        Ratio::new(self.num, self.den * 100)
    }

    #[inline]
    pub fn cell(self) -> Cell {
        const LIMIT: i128 = 900_000_000_000_000;
        let rounded = round_half_away(self.num, self.den);
        if rounded.abs() > LIMIT { Cell::TooLarge } else { Cell::Score(rounded as i64) }
    }
}

/// A hundredth of a point in units of each * fact: millionths of millionths.
const UNITS: i128 = 10_000 * MILLION;

/// `a * b`; nearly always in 64 bits, where it is many times faster.
#[inline]
fn product(a: i128, b: i128) -> i128 {
    match (i64::try_from(a), i64::try_from(b)) {
        (Ok(x), Ok(y)) => x.checked_mul(y).map_or_else(|| a * b, i128::from),
        _ => a * b,
    }
}

#[inline]
fn times(full: i64, b: i128) -> i128 {
    product(i128::from(full), b)
}

/// What stands in the way of a score.
pub(crate) enum Gap {
    /// A fact or mark is absent; the indicator's `missing` says what that means.
    Missing,
    /// A formula or condition failed.
    Failed,
}

/// A numeric fact's column with what its absence means.
#[derive(Clone, Copy)]
pub(crate) struct Reading<'a> {
    column: Option<&'a Numbers>,
    zero: bool,
}

impl Reading<'_> {
    #[inline]
    pub fn get(self, i: usize) -> Option<i128> {
        match self.column.and_then(|c| c.get(i)) {
            None if self.zero => Some(0),
            found => found,
        }
    }
}

/// The target of a ratio. A fact below the least counts as missing.
#[derive(Clone, Copy)]
pub(crate) enum Aim<'a> {
    Number(i128),
    Fact(Reading<'a>, i128),
}

impl Aim<'_> {
    #[inline]
    pub fn get(self, i: usize) -> Option<i128> {
        match self {
            Aim::Number(n) => Some(n),
            Aim::Fact(reading, least) => {
                let found = reading.column.and_then(|c| c.get(i)).filter(|t| *t >= least);
                if found.is_none() && reading.zero { Some(0) } else { found }
            }
        }
    }
}

enum Form<'a> {
    Ratio(Reading<'a>, Aim<'a>),
    RatioDown(Reading<'a>, Aim<'a>),
    /// Fact, low, sign of high - low, its size.
    Linear(Reading<'a>, i128, i128, i128),
    Tiers(Reading<'a>, &'a [(Quantity, Points)], Points, bool),
    /// Deduct, bonus, penalty: base + each * fact within bounds, in [`UNITS`].
    Extra {
        fact: Reading<'a>,
        base: i128,
        each: i128,
        least: Option<i128>,
        most: Option<i128>,
    },
    Flag(usize),
    Ballot(Reading<'a>),
    Formula(&'a Compiled, &'a Names),
}

/// An indicator's rule with its columns at hand: one rule meets many subjects.
pub(crate) struct Rule<'a> {
    scorer: &'a Scorer<'a>,
    ind: &'a Indicator,
    form: Form<'a>,
}

impl Rule<'_> {
    /// The exact score. Inlined, so that the wide numbers stay in registers: handed over in memory they cost a stall.
    #[inline(always)]
    pub fn exact(&self, i: usize) -> Result<Exact, Gap> {
        let full = self.ind.full;
        let whole = Exact::hundredths(full);
        let nothing = Exact::hundredths(0);
        Ok(match &self.form {
            Form::Ratio(fact, target) => {
                let (fact, target) = (fact.get(i).ok_or(Gap::Missing)?, target.get(i).ok_or(Gap::Missing)?);
                if fact <= 0 || target == 0 {
                    nothing
                } else if fact >= target {
                    whole
                } else {
                    Exact { num: times(full, fact), den: target }
                }
            }
            Form::RatioDown(fact, target) => {
                let (fact, target) = (fact.get(i).ok_or(Gap::Missing)?, target.get(i).ok_or(Gap::Missing)?);
                if fact <= target { whole } else { Exact { num: times(full, target), den: fact } }
            }
            Form::Linear(fact, low, sign, den) => {
                let above = fact.get(i).ok_or(Gap::Missing)? - low;
                let num = if *sign < 0 { -above } else { above };
                Exact { num: times(full, num.clamp(0, *den)), den: *den }
            }
            Form::Tiers(fact, tiers, otherwise, down) => {
                let fact = fact.get(i).ok_or(Gap::Missing)?;
                let reached =
                    tiers.iter().find(|(line, _)| if *down { fact <= line.0 } else { fact >= line.0 });
                Exact::points(reached.map_or(*otherwise, |(_, points)| *points))
            }
            Form::Extra { fact, base, each, least, most } => {
                let sum = base + product(*each, fact.get(i).ok_or(Gap::Missing)?.max(0));
                let sum = least.map_or(sum, |least| sum.max(least));
                Exact { num: most.map_or(sum, |most| sum.min(most)), den: UNITS }
            }
            Form::Flag(fact) => match self.scorer.facts.bool(*fact, i) {
                Some(true) => whole,
                Some(false) => nothing,
                None if self.ind.missing == Missing::Zero => nothing,
                None => return Err(Gap::Missing),
            },
            Form::Ballot(fact) => {
                let fact = fact.get(i).ok_or(Gap::Missing)?;
                Exact { num: times(full, fact.clamp(0, 100 * MILLION)), den: 100 * MILLION }
            }
            Form::Formula(expr, names) => {
                let value = |n: usize| self.scorer.value(self.ind, names[n], i);
                let ratio = expr.run_over(value).ok_or(Gap::Missing)?.ratio().ok_or(Gap::Failed)?;
                // Held within 0..full by the sign and the cross product.
                if ratio.num <= 0 {
                    nothing
                } else if ratio.num / ratio.den > i128::from(full) / 100 {
                    whole
                } else {
                    let num = ratio.num * 100;
                    if num >= i128::from(full) * ratio.den { whole } else { Exact { num, den: ratio.den } }
                }
            }
        })
    }

    /// The score.
    #[inline]
    pub fn cell(&self, i: usize) -> Cell {
        match self.exact(i) {
            Ok(exact) => exact.cell(),
            Err(Gap::Missing) => absent(self.ind.missing),
            Err(Gap::Failed) => Cell::Blocked,
        }
    }
}

impl Scorer<'_> {
    pub(crate) fn reading(&self, ind: &Indicator, fact: usize) -> Reading<'_> {
        Reading { column: self.facts.numbers(fact), zero: ind.missing == Missing::Zero }
    }

    pub(crate) fn aim(&self, ind: &Indicator, target: Target, positive: bool) -> Aim<'_> {
        match target {
            Target::Number(q) => Aim::Number(q.0),
            Target::Fact(f) => Aim::Fact(self.reading(ind, f), if positive { 1 } else { 0 }),
        }
    }

    /// The rule of an indicator that is neither rated nor rank nor veto, its columns at hand.
    pub(crate) fn rule(&self, at: usize) -> Rule<'_> {
        let ind = self.plan.indicator(at);
        let full = ind.full;
        let form = match &ind.method {
            Method::Ratio { fact, target } => {
                Form::Ratio(self.reading(ind, *fact), self.aim(ind, *target, true))
            }
            Method::RatioDown { fact, target } => {
                Form::RatioDown(self.reading(ind, *fact), self.aim(ind, *target, false))
            }
            Method::Linear { fact, low, high } => {
                // A falling line is a rising one of negated facts.
                let sign = if high > low { 1 } else { -1 };
                Form::Linear(self.reading(ind, *fact), low.0, sign, sign * (high.0 - low.0))
            }
            Method::Tiers { fact, tiers, otherwise, down } => {
                Form::Tiers(self.reading(ind, *fact), tiers, *otherwise, *down)
            }
            Method::Deduct { fact, each, floor } => Form::Extra {
                fact: self.reading(ind, *fact),
                base: times(full, UNITS),
                each: -each.0,
                least: Some(product(*floor, MILLION)),
                most: None,
            },
            Method::Bonus { fact, each, cap } => Form::Extra {
                fact: self.reading(ind, *fact),
                base: 0,
                each: each.0,
                least: None,
                most: cap.map(|c| product(c, MILLION)),
            },
            Method::Penalty { fact, each, cap } => Form::Extra {
                fact: self.reading(ind, *fact),
                base: 0,
                each: -each.0,
                least: cap.map(|c| -product(c, MILLION)),
                most: None,
            },
            Method::Flag { fact } => Form::Flag(*fact),
            Method::Ballot { fact } => Form::Ballot(self.reading(ind, *fact)),
            Method::Formula { expr } => Form::Formula(expr, &self.plan.names_of[at][0]),
            Method::Rated { .. } | Method::Rank { .. } | Method::Veto { .. } => {
                unreachable!("scored from marks, from groups, or not at all")
            }
        };
        Rule { scorer: self, ind, form }
    }
}
