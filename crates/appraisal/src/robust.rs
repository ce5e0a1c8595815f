//! How stable grades are when weights are a little otherwise. Source: PACKS, `yanzhen robust`.

use crate::engine::{Appraisal, bound, worst_cap};
use crate::grade::{NO_GRADE, fill};
use policy::TieKey;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use rayon::prelude::*;
use std::cmp::Ordering;

/// One subject over all runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RobustSubject {
    /// Position of the subject.
    pub subject: usize,
    /// Position of its grade as it stands.
    pub grade: u8,
    /// Runs in which it got each grade.
    pub counts: Vec<u32>,
}

impl RobustSubject {
    /// Runs in which it kept its grade.
    pub fn kept(&self) -> u32 {
        self.counts.get(usize::from(self.grade)).copied().unwrap_or(0)
    }
}

/// The outcome of all runs.
#[derive(Clone, Debug)]
pub struct Robust {
    /// How many runs.
    pub runs: u32,
    /// Complete subjects, in order of code.
    pub subjects: Vec<RobustSubject>,
}

/// Runs `runs` appraisals in which every scored indicator is multiplied by its own k, uniform in 1 -/+ `noise`
/// (a fraction), and the sum by F / sum(k * full). The generator is ChaCha8 seeded with `seed`, k drawn in file order.
pub fn robust(
    done: &Appraisal<'_>,
    runs: u32,
    noise: f64,
    seed: u64,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Robust {
    let plan = done.scorer.plan;
    let hundred: Vec<usize> =
        (0..plan.columns.len()).filter(|c| !plan.indicator(plan.columns[*c]).method.is_extra()).collect();
    let fulls: Vec<f64> = hundred.iter().map(|c| plan.indicator(plan.columns[*c]).full as f64).collect();
    let subjects: Vec<usize> = (0..done.subjects.len()).filter(|i| done.subjects[*i].complete).collect();
    // Column by column, so that one k meets all subjects at once.
    let scores: Vec<Vec<f64>> = hundred
        .iter()
        .map(|c| subjects.iter().map(|i| done.score(*i, *c).unwrap_or(0) as f64).collect())
        .collect();
    let prorated: Vec<Vec<usize>> = subjects.iter().map(|i| prorated_columns(done, *i, &hundred)).collect();
    let caps: Vec<u8> = subjects.iter().map(|i| worst_cap(plan, done.subjects[*i].vetoes)).collect();
    let position: rustc_hash::FxHashMap<u32, u32> =
        subjects.iter().enumerate().map(|(p, i)| (*i as u32, p as u32)).collect();
    let groups: Vec<Vec<u32>> =
        done.groups.iter().map(|g| g.order.iter().map(|i| position[i]).collect()).collect();

    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let ks: Vec<f64> = (0..runs as usize * hundred.len())
        .map(|_| {
            let unit = (rng.next_u64() >> 11) as f64 / (1u64 << 53) as f64;
            1.0 + noise * (2.0 * unit - 1.0)
        })
        .collect();
    let grades = plan.pack.grades.len();
    let n = subjects.len();
    let full = plan.full as f64;
    let finished = std::sync::atomic::AtomicU64::new(0);
    let run = |counts: &mut Vec<u32>, r: usize| {
        let k = &ks[r * hundred.len()..(r + 1) * hundred.len()];
        let mut sums = vec![0.0f64; n];
        for (column, k) in scores.iter().zip(k) {
            sums.iter_mut().zip(column).for_each(|(sum, score)| *sum += k * score);
        }
        let weight: f64 = fulls.iter().zip(k).map(|(f, k)| f * k).sum();
        let mut before = vec![0i64; n];
        let mut totals = vec![0i64; n];
        for p in 0..n {
            let lost: f64 = prorated[p].iter().map(|c| fulls[*c] * k[*c]).sum();
            before[p] = if weight > lost { rounded(sums[p] * full / (weight - lost)) } else { 0 };
            let s = &done.subjects[subjects[p]];
            totals[p] = bound(plan, before[p] + s.bonus + s.penalty);
        }
        let mut out = vec![NO_GRADE; n];
        for (members, group) in groups.iter().zip(&done.groups) {
            let mut order = members.clone();
            order.sort_unstable_by(|a, b| {
                totals[*b as usize]
                    .cmp(&totals[*a as usize])
                    .then_with(|| tie(done, &subjects, &before, *a, *b))
            });
            fill(&plan.pack.grades, &plan.pack.grading, &group.seats, &order, &totals, &caps, &mut out);
        }
        for (p, grade) in out.iter().enumerate() {
            if usize::from(*grade) < grades {
                counts[p * grades + usize::from(*grade)] += 1;
            }
        }
        let so_far = finished.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        if so_far.is_multiple_of(64) {
            progress(so_far, u64::from(runs));
        }
    };
    let counts = (0..runs as usize)
        .into_par_iter()
        .fold(
            || vec![0u32; n * grades],
            |mut counts, r| {
                run(&mut counts, r);
                counts
            },
        )
        .reduce(
            || vec![0u32; n * grades],
            |mut a, b| {
                a.iter_mut().zip(b).for_each(|(a, b)| *a += b);
                a
            },
        );
    let subjects = subjects
        .iter()
        .enumerate()
        .map(|(p, i)| RobustSubject {
            subject: *i,
            grade: done.subjects[*i].grade,
            counts: counts[p * grades..(p + 1) * grades].to_vec(),
        })
        .collect();
    Robust { runs, subjects }
}

/// Half away from zero; what falls a hair short of a half only by binary floats is a half.
fn rounded(value: f64) -> i64 {
    (value + 1e-7f64.copysign(value)).round() as i64
}

/// Positions (within the hundred) of the columns that are prorated for a subject.
fn prorated_columns(done: &Appraisal<'_>, i: usize, hundred: &[usize]) -> Vec<usize> {
    let plan = done.scorer.plan;
    if done.subjects[i].prorated == 0 {
        return Vec::new();
    }
    let prorated = |c: &usize| {
        done.score(i, *c).is_none() && plan.indicator(plan.columns[*c]).missing == policy::Missing::Prorate
    };
    hundred.iter().enumerate().filter(|(_, c)| prorated(c)).map(|(p, _)| p).collect()
}

fn tie(done: &Appraisal<'_>, subjects: &[usize], before: &[i64], a: u32, b: u32) -> Ordering {
    let plan = done.scorer.plan;
    for key in &plan.pack.grading.tie_break {
        let by_key = match key {
            TieKey::Code => break,
            TieKey::BeforeBonus => before[b as usize].cmp(&before[a as usize]),
            TieKey::Indicator(at) => match plan.column_of[*at] {
                Some(c) => done.score(subjects[b as usize], c).cmp(&done.score(subjects[a as usize], c)),
                None => Ordering::Equal,
            },
        };
        if by_key != Ordering::Equal {
            return by_key;
        }
    }
    a.cmp(&b)
}
