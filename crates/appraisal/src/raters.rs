//! How raters mark: severity, spread, straight-lining, agreement. Source: PACKS, `yanzhen raters`.

use crate::engine::Appraisal;
use crate::score::ABSENT;
use std::collections::BTreeMap;

/// A rater against the others.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Severity {
    /// Mean difference to the other raters of the same cells, per cent of full marks; below 0 is strict.
    Shared(f64),
    /// Nobody shares its cells: mean difference to all marks of the same item.
    Item(f64),
}

impl Severity {
    /// The difference.
    pub fn value(self) -> f64 {
        match self {
            Severity::Shared(v) | Severity::Item(v) => v,
        }
    }
}

/// One rater. Each township is a rater of its own.
#[derive(Clone, Debug)]
pub struct RaterReport {
    /// The rater as spelled; a township with its nine digits: `township:341502101`.
    pub rater: String,
    /// The township's name, where the facts give it.
    pub name: String,
    /// How many marks it gave.
    pub marks: usize,
    /// Mean mark, per cent of full.
    pub mean: f64,
    /// Against the others.
    pub severity: Severity,
    /// Standard deviation of its marks, per cent of full.
    pub spread: f64,
    /// Share of the commonest mark, indicator by indicator, 0..1.
    pub commonest: f64,
}

/// One indicator.
#[derive(Clone, Debug)]
pub struct IndicatorReport {
    /// Position of the indicator.
    pub indicator: usize,
    /// Kendall's W with ties, where two or more raters share three or more subjects.
    pub agreement: Option<f64>,
    /// Raters and subjects that W stands on.
    pub shared: (usize, usize),
    /// Share of the commonest score, 0..1.
    pub commonest: f64,
    /// Whether one value stands for over 95 % of the subjects.
    pub flat: bool,
}

/// The whole report.
#[derive(Clone, Debug)]
pub struct Raters {
    /// By severity, strictest first.
    pub raters: Vec<RaterReport>,
    /// Scored indicators in file order.
    pub indicators: Vec<IndicatorReport>,
}

#[derive(Default)]
struct Tally {
    name: String,
    percents: Vec<f64>,
    shared: Vec<f64>,
    to_item: Vec<f64>,
    values: BTreeMap<(usize, i32), usize>,
}

/// Reports on the raters and indicators of an appraisal.
pub fn raters(done: &Appraisal<'_>) -> Raters {
    let plan = done.scorer.plan;
    let facts = done.scorer.facts;
    let mut items: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    for i in 0..facts.len() {
        for (slot, mark) in plan.slots.iter().zip(done.marks.of(i)) {
            if *mark != ABSENT {
                let ind = plan.indicator(slot.indicator);
                let item = items.entry(&ind.item).or_default();
                item.0 += f64::from(*mark) * 100.0 / ind.full as f64;
                item.1 += 1.0;
            }
        }
    }
    let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
    for i in 0..facts.len() {
        let marks = done.marks.of(i);
        for (s, slot) in plan.slots.iter().enumerate().filter(|(s, _)| marks[*s] != ABSENT) {
            let ind = plan.indicator(slot.indicator);
            let percent = |mark: i32| f64::from(mark) * 100.0 / ind.full as f64;
            let own = percent(marks[s]);
            let township = slot.rater == "township";
            let rater = if township {
                format!("township:{:09}", facts.villages[i] / 1_000)
            } else {
                slot.rater.clone()
            };
            let tally = tallies.entry(rater).or_default();
            if township && tally.name.is_empty() {
                facts.townships.get(i).clone_into(&mut tally.name);
            }
            tally.percents.push(own);
            *tally.values.entry((slot.indicator, marks[s])).or_default() += 1;
            let others: Vec<f64> = plan.slots_of[slot.indicator]
                .clone()
                .filter(|o| *o != s && marks[*o] != ABSENT)
                .map(|o| percent(marks[o]))
                .collect();
            if !others.is_empty() {
                tally.shared.push(own - mean(&others));
            }
            let (sum, n) = items[ind.item.as_str()];
            tally.to_item.push(own - sum / n);
        }
    }
    let mut reports: Vec<RaterReport> = tallies
        .into_iter()
        .map(|(rater, t)| {
            let mut commonest: BTreeMap<usize, usize> = BTreeMap::new();
            for ((indicator, _), n) in &t.values {
                let most = commonest.entry(*indicator).or_default();
                *most = (*most).max(*n);
            }
            let mean_mark = mean(&t.percents);
            let variance = mean(&t.percents.iter().map(|p| (p - mean_mark).powi(2)).collect::<Vec<_>>());
            RaterReport {
                rater,
                name: t.name,
                marks: t.percents.len(),
                mean: mean_mark,
                severity: if t.shared.is_empty() {
                    Severity::Item(mean(&t.to_item))
                } else {
                    Severity::Shared(mean(&t.shared))
                },
                spread: variance.sqrt(),
                commonest: commonest.values().sum::<usize>() as f64 / t.percents.len() as f64,
            }
        })
        .collect();
    reports.sort_by(|a, b| a.severity.value().total_cmp(&b.severity.value()).then(a.rater.cmp(&b.rater)));
    let indicators = plan.columns.iter().enumerate().map(|(c, at)| indicator(done, c, *at)).collect();
    Raters { raters: reports, indicators }
}

fn indicator(done: &Appraisal<'_>, column: usize, at: usize) -> IndicatorReport {
    let plan = done.scorer.plan;
    let n = done.subjects.len();
    let mut values: BTreeMap<i64, usize> = BTreeMap::new();
    (0..n).filter_map(|i| done.score(i, column)).for_each(|s| *values.entry(s).or_default() += 1);
    let scored: usize = values.values().sum();
    let commonest =
        if scored == 0 { 0.0 } else { *values.values().max().unwrap_or(&0) as f64 / scored as f64 };
    let slots = plan.slots_of[at].clone();
    // Raters of whom nothing came are left out; the others are compared where all of them marked.
    let active: Vec<usize> = slots.filter(|s| (0..n).any(|i| done.marks.of(i)[*s] != ABSENT)).collect();
    let raters = active.len();
    let shared: Vec<Vec<i32>> = (0..n)
        .map(|i| active.iter().map(|s| done.marks.of(i)[*s]).collect::<Vec<_>>())
        .filter(|marks| marks.iter().all(|m| *m != ABSENT))
        .collect();
    let agreement = (raters >= 2 && shared.len() >= 3).then(|| kendall_w(&shared)).flatten();
    IndicatorReport {
        indicator: at,
        agreement,
        shared: (raters, shared.len()),
        commonest,
        flat: scored > 0 && commonest > 0.95,
    }
}

/// Kendall's coefficient of concordance with the correction for ties. `rows` are subjects, columns raters.
/// `None` when every rater gave every subject the same mark.
pub(crate) fn kendall_w(rows: &[Vec<i32>]) -> Option<f64> {
    let (n, m) = (rows.len(), rows.first()?.len());
    let mut sums = vec![0.0; n];
    let mut ties = 0.0;
    for column in (0..m).map(|rater| rows.iter().map(|row| row[rater]).collect::<Vec<i32>>()) {
        let mut order: Vec<usize> = (0..n).collect();
        order.sort_by_key(|i| column[*i]);
        let mut at = 0;
        while at < n {
            let value = column[order[at]];
            let end = (at..n).find(|k| column[order[*k]] != value).unwrap_or(n);
            let rank = (at + 1 + end) as f64 / 2.0;
            order[at..end].iter().for_each(|i| sums[*i] += rank);
            let t = (end - at) as f64;
            ties += t.powi(3) - t;
            at = end;
        }
    }
    let centre = m as f64 * (n as f64 + 1.0) / 2.0;
    let s: f64 = sums.iter().map(|r| (r - centre).powi(2)).sum();
    let (n, m) = (n as f64, m as f64);
    let most = m * m * (n.powi(3) - n) - m * ties;
    (most > 0.0).then(|| 12.0 * s / most)
}

fn mean(values: &[f64]) -> f64 {
    if values.is_empty() { 0.0 } else { values.iter().sum::<f64>() / values.len() as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three raters, four subjects. Ranks: rater 1: 1 2 3 4, rater 2: 1 3 2 4, rater 3: 2 1 3 4.
    /// Sums 4, 6, 8, 12; centre 7.5; S = 12.25 + 2.25 + 0.25 + 20.25 = 35; W = 12*35 / (9*60) = 0.7778.
    #[test]
    fn kendall_w_by_hand() {
        let rows = vec![vec![1, 1, 2], vec![2, 3, 1], vec![3, 2, 3], vec![4, 4, 4]];
        assert!((kendall_w(&rows).unwrap() - 420.0 / 540.0).abs() < 1e-12);
    }

    /// Two raters, three subjects, rater 2 ties the last two: ranks 1 2 3 and 1 2.5 2.5.
    /// Sums 2, 4.5, 5.5; centre 4; S = 4 + 0.25 + 2.25 = 6.5; ties 2^3-2 = 6.
    /// W = 12*6.5 / (4*24 - 2*6) = 78/84.
    #[test]
    fn kendall_w_with_ties_by_hand() {
        let rows = vec![vec![1, 1], vec![2, 5], vec![3, 5]];
        assert!((kendall_w(&rows).unwrap() - 78.0 / 84.0).abs() < 1e-12);
        assert_eq!(kendall_w(&[vec![1, 1], vec![1, 1], vec![1, 1]]), None);
    }
}
