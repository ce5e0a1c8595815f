//! Where a fact's believable values come from: a model chosen from its uses.

use crate::cell::day_number;
use crate::dice::exp;
use crate::uses::Uses;
use policy::zen::Op;
use policy::{Fact, FactType, Pack};

/// Where a fact's values come from.
#[derive(Clone, Debug)]
pub(crate) enum Model {
    /// From worst to best, as the subject performs.
    Line {
        worst: f64,
        best: f64,
    },
    /// Steps from worst to best, equally likely to be climbed.
    Ladder(Vec<f64>),
    /// Stays below a number, mostly.
    Down(f64),
    /// Lognormal.
    Money {
        median: f64,
        spread: f64,
    },
    /// 60 to 98 per cent, hardly ever less.
    Ballot,
    /// Zero but for a share of the subjects.
    Rare {
        share: f64,
        scale: f64,
    },
    /// What bonuses are given for.
    Extra {
        most: f64,
    },
    /// A small count, equally likely between two ends; zero for a share of the subjects.
    Count {
        least: usize,
        most: usize,
        zero: f64,
    },
    /// Some of another fact.
    Part(usize),
    /// The goal for another fact.
    Goal(usize),
    /// Another fact a year before.
    Before(usize),
    /// Below a limit for a share of the subjects.
    Below {
        limit: f64,
        share: f64,
    },
    /// True for a share of the subjects; more often the better they are, if it is welcome.
    Chance {
        share: f64,
        welcome: bool,
    },
    Choice,
    /// Around a day.
    Day(i64),
    /// A document where another fact is true, or for some.
    Paper(Option<usize>),
    /// The grade of last year: shares from the best, with ids.
    Grade(Vec<(f64, i64)>),
}

impl Model {
    /// The fact that must be drawn before.
    pub fn parent(&self) -> Option<usize> {
        match self {
            Model::Part(of) | Model::Goal(of) | Model::Before(of) => Some(*of),
            Model::Paper(with) => *with,
            _ => None,
        }
    }
}

/// The model of a fact.
pub(crate) fn choose(pack: &Pack, fact: &Fact, uses: &Uses) -> Model {
    match fact.kind {
        FactType::Bool if uses.flag => Model::Chance { share: 0.9, welcome: true },
        FactType::Bool if uses.veto => Model::Chance { share: 0.004, welcome: false },
        FactType::Bool if uses.condition => Model::Chance { share: 0.08, welcome: false },
        FactType::Bool => Model::Chance { share: 0.6, welcome: true },
        FactType::Choice => Model::Choice,
        FactType::Date => {
            let day = uses.day.as_deref().filter(|d| policy::is_date(d)).unwrap_or(&pack.effective_from);
            Model::Day(day_number(day))
        }
        FactType::Text => Model::Paper(uses.beside),
        _ if fact.id == "grade_last_year" => Model::Grade(shares(pack)),
        FactType::Money => money(uses),
        _ => count(fact, uses),
    }
}

fn money(uses: &Uses) -> Model {
    let reached = |list: &[(Op, f64)]| {
        let lines = list.iter().filter(|(op, n)| matches!(op, Op::Ge | Op::Gt) && *n > 0.0).map(|(_, n)| *n);
        lines.fold(f64::INFINITY, f64::min)
    };
    let line = reached(&uses.good).min(reached(&uses.bad));
    if let Some(of) = uses.goal_of {
        Model::Goal(of)
    } else if let Some(now) = uses.before {
        Model::Before(now)
    } else if uses.veto || uses.deduct || uses.penalty {
        Model::Rare { share: 0.005, scale: 600.0 }
    } else if let Some(anchor) = Some(line).filter(|l| l.is_finite()).or_else(|| uses.tiers.last().copied()) {
        // A quarter of the subjects reach the line: it stands 0.674 deviations above the median.
        Model::Money { median: anchor * exp(-0.674 * 0.85), spread: 0.85 }
    } else if let Some((worst, best)) = uses.line {
        Model::Line { worst, best }
    } else if uses.rank {
        Model::Money { median: 200_000.0, spread: 0.85 }
    } else if uses.good.iter().any(|(op, n)| *op == Op::Gt && *n == 0.0) {
        Model::Line { worst: -60_000.0, best: 50_000.0 }
    } else {
        Model::Money { median: 12_000.0, spread: 0.3 }
    }
}

fn count(fact: &Fact, uses: &Uses) -> Model {
    let integer = fact.kind == FactType::Integer;
    let growth = fact.label.contains('增');
    if uses.ballot {
        return Model::Ballot;
    }
    if let Some(whole) = uses.part_of {
        return Model::Part(whole);
    }
    if let Some(of) = uses.goal_of {
        return Model::Goal(of);
    }
    if let Some(now) = uses.before {
        return Model::Before(now);
    }
    if let (Some(first), Some(last)) = (uses.tiers.first(), uses.tiers.last()) {
        let step = if uses.tiers_down { -1.0 } else { 1.0 };
        let mut steps = vec![(first - step).min(first * 0.5)];
        if step < 0.0 {
            steps = vec![(first + 1.0).max(first * 1.5)];
        }
        steps.extend(&uses.tiers);
        steps.push(if step > 0.0 { (last + 1.0).max(last * 1.2) } else { last * 0.8 });
        return Model::Ladder(steps);
    }
    if let Some((worst, best)) = uses.line {
        return Model::Line { worst, best };
    }
    if let Some(limit) = uses.down {
        return if integer && limit <= 3.0 {
            Model::Rare { share: 0.3, scale: 1.0 }
        } else {
            Model::Down(limit)
        };
    }
    let reached = |(op, n): &(Op, f64)| matches!(op, Op::Ge | Op::Gt) && *n > 0.0;
    if uses.deduct {
        Model::Rare { share: 0.25, scale: 1.0 }
    } else if let Some(most) = uses.bonus {
        Model::Extra { most }
    } else if uses.penalty {
        Model::Rare { share: 0.05, scale: 1.0 }
    } else if uses.veto {
        Model::Rare { share: 0.004, scale: 1.0 }
    } else if uses.rank {
        if growth { Model::Line { worst: -8.0, best: 12.0 } } else { Model::Line { worst: 55.0, best: 95.0 } }
    } else if uses.divides && integer {
        Model::Count { least: 3, most: 12, zero: if uses.never_zero { 0.0 } else { 0.06 } }
    } else if uses.divides {
        Model::Money { median: 1_500.0, spread: 0.5 }
    } else if let Some((_, limit)) = uses.good.iter().find(|l| reached(l)) {
        Model::Below { limit: *limit, share: 0.12 }
    } else if uses.bad.iter().any(reached) {
        Model::Rare { share: 0.15, scale: 1.0 }
    } else if let Some((_, limit)) = uses.bad.iter().find(|(op, _)| matches!(op, Op::Lt | Op::Le)) {
        match fact.kind {
            FactType::Percent => Model::Line { worst: limit - 50.0, best: 100.0 },
            _ => Model::Below { limit: *limit, share: 0.28 },
        }
    } else if fact.kind == FactType::Percent {
        if growth { Model::Line { worst: -8.0, best: 12.0 } } else { Model::Line { worst: 40.0, best: 98.0 } }
    } else if uses.condition && !uses.computed {
        Model::Rare { share: 0.15, scale: 1.0 }
    } else {
        Model::Count { least: 1, most: 4, zero: 0.08 }
    }
}

/// Shares of the grades from the best on, added up.
fn shares(pack: &Pack) -> Vec<(f64, i64)> {
    let n = pack.grades.len();
    let quotas: Vec<Option<f64>> =
        pack.grades.iter().map(|g| g.quota.map(|q| crate::uses::number(q.0))).collect();
    let known = n > 0 && quotas[..n - 1].iter().all(Option::is_some);
    let mut sum = 0.0;
    let usual = [20.0, 40.0, 30.0, 10.0];
    let ids: Vec<i64> = if n == 0 { (1..=4).collect() } else { pack.grades.iter().map(|g| g.id).collect() };
    let last = ids.len() - 1;
    ids.iter()
        .enumerate()
        .map(|(i, id)| {
            sum += if known { quotas[i].unwrap_or(100.0) } else { usual[i.min(3)] };
            (if i == last { 2.0 } else { sum / 100.0 }, *id)
        })
        .collect()
}
