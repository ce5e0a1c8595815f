//! Scoring, ranking and grading of all subjects at once.

use crate::facts::Facts;
use crate::grade::{NO_GRADE, fill, seats};
use crate::marks::Marks;
use crate::plan::Plan;
use crate::score::{Absence, Cell, Scorer, groups};
use kernel::round_half_away;
use policy::{Method, TieKey, Within};
use rayon::prelude::*;
use std::cmp::Ordering;

/// A score that is not there.
pub(crate) const NO_SCORE: i64 = i64::MIN;

/// The sums of one subject, in hundredths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subject {
    /// Whether nothing blocks.
    pub complete: bool,
    /// Sum of the hundred, scaled where indicators are prorated.
    pub before_bonus: i64,
    /// Sum of bonuses.
    pub bonus: i64,
    /// Sum of penalties, 0 or less.
    pub penalty: i64,
    /// All of it, within the bounds.
    pub total: i64,
    /// Full marks of the prorated indicators: P.
    pub prorated: i64,
    /// The vetoes that hold, a bit each in the order of [`Plan::vetoes`].
    pub vetoes: u64,
    /// 1 + number of complete subjects of the group with a greater total; 0 when incomplete.
    pub rank: u32,
    /// Position of the grade; [`NO_GRADE`] for none.
    pub grade: u8,
    /// Position of the group; `u32::MAX` when the grading fact is absent.
    pub group: u32,
}

/// A group of subjects that compete for grades.
#[derive(Clone, Debug)]
pub struct Group {
    /// Complete subjects, best first.
    pub order: Vec<u32>,
    /// Seats of each grade.
    pub seats: Vec<Option<u64>>,
}

/// The result of an appraisal.
pub struct Appraisal<'a> {
    /// What scored it, and from what.
    pub scorer: Scorer<'a>,
    /// The marks.
    pub marks: &'a Marks,
    /// Scores in hundredths, subject by subject, in the order of [`Plan::columns`].
    scores: Vec<i64>,
    /// Per subject.
    pub subjects: Vec<Subject>,
    /// The groups.
    pub groups: Vec<Group>,
}

/// A score beyond what a column holds: subject and indicator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLarge {
    /// Position of the subject.
    pub subject: usize,
    /// Position of the indicator.
    pub indicator: usize,
}

impl Appraisal<'_> {
    /// The score of a subject in a column; `None` where there is none.
    #[inline]
    pub fn score(&self, subject: usize, column: usize) -> Option<i64> {
        let score = self.row(subject)[column];
        (score != NO_SCORE).then_some(score)
    }

    /// The raw row of a subject.
    pub(crate) fn row(&self, subject: usize) -> &[i64] {
        let stride = stride(self.scorer.plan);
        &self.scores[subject * stride..(subject + 1) * stride]
    }

    /// The `missing` column of a subject: what blocks it.
    pub fn missing(&self, i: usize) -> Vec<String> {
        let plan = self.scorer.plan;
        let subject = &self.subjects[i];
        if subject.complete {
            return Vec::new();
        }
        if subject.prorated > 0 && subject.prorated == plan.full {
            return vec!["prorate".to_owned()];
        }
        let mut out = Vec::new();
        for (at, ind) in plan.pack.indicators.iter().enumerate() {
            for absence in self.scorer.absences(at, i, self.marks.of(i)) {
                out.push(match absence {
                    Absence::Fact(fact) => format!("{}/{fact}/{}", ind.id, ind.rater_cell),
                    Absence::Mark(rater) => format!("{}/mark/{rater}", ind.id),
                    Absence::Expression => format!("{}/expr/{}", ind.id, ind.rater_cell),
                });
            }
        }
        if let Within::Choice(fact) = plan.pack.grading.within
            && subject.group == u32::MAX
        {
            let fact = &plan.pack.facts[fact];
            out.push(format!("grading/{}/{}", fact.id, fact.source));
        }
        out
    }

    /// The ids of the vetoes that hold for a subject.
    pub fn veto_ids(&self, i: usize) -> Vec<&str> {
        let plan = self.scorer.plan;
        let held = |k: usize| self.subjects[i].vetoes >> k & 1 == 1;
        plan.vetoes
            .iter()
            .enumerate()
            .filter(|(k, _)| held(*k))
            .map(|(_, v)| plan.indicator(*v).id.as_str())
            .collect()
    }
}

/// Scores a subject takes in the table: one column at least, so that chunks are never empty.
fn stride(plan: &Plan<'_>) -> usize {
    plan.columns.len().max(1)
}

/// Scores, ranks and grades every subject.
///
/// Fails only when a score is too large for a column.
pub fn appraise<'a>(
    plan: &'a Plan<'a>,
    facts: &'a Facts,
    marks: &'a Marks,
) -> Result<Appraisal<'a>, TooLarge> {
    let mut scorer = Scorer { plan, facts, ranks: Vec::new() };
    let ranks: Vec<_> =
        (0..plan.pack.indicators.len()).into_par_iter().map(|at| scorer.rank_cells(at)).collect();
    scorer.ranks = ranks;
    let (group_of, members) = group(plan, facts);
    let stride = stride(plan);
    // Zeroed memory costs nothing until a core touches it; each chunk fills its own part.
    let mut scores = vec![0; stride * facts.len()];
    let blank = Subject {
        complete: false,
        before_bonus: 0,
        bonus: 0,
        penalty: 0,
        total: 0,
        prorated: 0,
        vetoes: 0,
        rank: 0,
        grade: NO_GRADE,
        group: 0,
    };
    let mut subjects = vec![blank; facts.len()];
    const CHUNK: usize = 64;
    let too_large = scores
        .par_chunks_mut(CHUNK * stride)
        .zip(subjects.par_chunks_mut(CHUNK))
        .enumerate()
        .filter_map(|(chunk, (rows, subjects))| {
            let first = chunk * CHUNK;
            rows.fill(NO_SCORE);
            for (k, subject) in subjects.iter_mut().enumerate() {
                subject.group = group_of[first + k];
                subject.complete = subject.group != u32::MAX;
            }
            score_chunk(&scorer, first, marks, rows, subjects).err()
        })
        .min_by_key(|t| t.subject);
    if let Some(too_large) = too_large {
        return Err(too_large);
    }
    let mut out = Appraisal { scorer, marks, scores, subjects, groups: Vec::new() };
    out.groups = members.into_par_iter().map(|members| order(&out, members)).collect();
    give_grades(&mut out);
    Ok(out)
}

/// Scores some consecutive subjects, indicator by indicator: one rule meets many subjects.
fn score_chunk(
    scorer: &Scorer<'_>,
    first: usize,
    marks: &Marks,
    rows: &mut [i64],
    subjects: &mut [Subject],
) -> Result<(), TooLarge> {
    let plan = scorer.plan;
    let stride = stride(plan);
    for (column, at) in plan.columns.iter().enumerate() {
        let ind = plan.indicator(*at);
        let rule = match ind.method {
            Method::Rated { .. } | Method::Rank { .. } => None,
            _ => Some(scorer.rule(*at)),
        };
        for (k, subject) in subjects.iter_mut().enumerate() {
            let i = first + k;
            let cell = match &rule {
                Some(rule) => rule.cell(i),
                None => scorer.score(*at, i, marks.of(i)),
            };
            match cell {
                Cell::Score(score) => {
                    rows[k * stride + column] = score;
                    match ind.method {
                        Method::Bonus { .. } => subject.bonus += score,
                        Method::Penalty { .. } => subject.penalty += score,
                        _ => subject.before_bonus += score,
                    }
                }
                Cell::Skipped => {}
                Cell::Prorated if ind.method.is_extra() => {}
                Cell::Prorated => subject.prorated += ind.full,
                Cell::Blocked => subject.complete = false,
                Cell::TooLarge => return Err(TooLarge { subject: i, indicator: *at }),
            }
        }
    }
    for (bit, at) in plan.vetoes.iter().enumerate() {
        for (k, subject) in subjects.iter_mut().enumerate() {
            match scorer.veto(*at, first + k) {
                Some(true) => subject.vetoes |= 1 << bit,
                Some(false) => {}
                None => subject.complete = false,
            }
        }
    }
    for subject in subjects {
        if subject.prorated > 0 {
            let (full, left) = (i128::from(plan.full), i128::from(plan.full - subject.prorated));
            if left == 0 {
                subject.complete = false;
            } else {
                subject.before_bonus = round_half_away(i128::from(subject.before_bonus) * full, left) as i64;
            }
        }
        subject.total = bound(plan, subject.before_bonus + subject.bonus + subject.penalty);
    }
    Ok(())
}

/// A total within the pack's bounds.
pub(crate) fn bound(plan: &Plan<'_>, total: i64) -> i64 {
    let total = plan.pack.total_min.map_or(total, |min| total.max(min));
    plan.pack.total_max.map_or(total, |max| total.min(max))
}

/// The group of each subject (`u32::MAX` for none) and the members of each group.
fn group(plan: &Plan<'_>, facts: &Facts) -> (Vec<u32>, Vec<Vec<u32>>) {
    let members = match plan.pack.grading.within {
        Within::County => groups(&facts.villages, 1_000_000),
        Within::Township => groups(&facts.villages, 1_000),
        Within::Choice(fact) => {
            let mut by_value: std::collections::BTreeMap<(u64, &str), Vec<u32>> = Default::default();
            for i in 0..facts.len() {
                let value = if facts.columns[fact].is_some() { facts.text(fact, i) } else { "" };
                if !value.is_empty() {
                    by_value.entry((facts.villages[i] / 1_000_000, value)).or_default().push(i as u32);
                }
            }
            by_value.into_values().collect()
        }
    };
    let mut of = vec![u32::MAX; facts.len()];
    for (g, members) in members.iter().enumerate() {
        members.iter().for_each(|i| of[*i as usize] = g as u32);
    }
    (of, members)
}

/// Orders a group's complete subjects and counts its seats.
fn order(done: &Appraisal<'_>, mut members: Vec<u32>) -> Group {
    let plan = done.scorer.plan;
    members.retain(|i| done.subjects[*i as usize].complete);
    members.sort_unstable_by(|a, b| compare(done, *a, *b));
    let seats = seats(&plan.pack.grades, plan.pack.grading.rounding, members.len() as u64);
    Group { order: members, seats }
}

/// Total descending, then the tie keys, then code (the position) ascending.
fn compare(done: &Appraisal<'_>, a: u32, b: u32) -> Ordering {
    let (x, y) = (&done.subjects[a as usize], &done.subjects[b as usize]);
    y.total.cmp(&x.total).then_with(|| {
        for key in &done.scorer.plan.pack.grading.tie_break {
            let by_key = match key {
                TieKey::Code => break,
                TieKey::BeforeBonus => y.before_bonus.cmp(&x.before_bonus),
                TieKey::Indicator(at) => match done.scorer.plan.column_of[*at] {
                    // An empty score is the least i64: last.
                    Some(c) => done.row(b as usize)[c].cmp(&done.row(a as usize)[c]),
                    None => Ordering::Equal,
                },
            };
            if by_key != Ordering::Equal {
                return by_key;
            }
        }
        a.cmp(&b)
    })
}

/// The worst cap among the vetoes that hold.
pub(crate) fn worst_cap(plan: &Plan<'_>, vetoes: u64) -> u8 {
    let mut worst = NO_GRADE;
    for (k, at) in plan.vetoes.iter().enumerate() {
        if vetoes >> k & 1 == 1
            && let Method::Veto { cap, .. } = plan.indicator(*at).method
        {
            worst = if worst == NO_GRADE { cap as u8 } else { worst.max(cap as u8) };
        }
    }
    worst
}

fn give_grades(done: &mut Appraisal<'_>) {
    let plan = done.scorer.plan;
    let totals: Vec<i64> = done.subjects.iter().map(|s| s.total).collect();
    let caps: Vec<u8> = done.subjects.iter().map(|s| worst_cap(plan, s.vetoes)).collect();
    let mut grades = vec![NO_GRADE; done.subjects.len()];
    for group in &done.groups {
        fill(&plan.pack.grades, &plan.pack.grading, &group.seats, &group.order, &totals, &caps, &mut grades);
        let mut rank = 0;
        for (position, i) in group.order.iter().enumerate() {
            if position == 0 || totals[group.order[position - 1] as usize] != totals[*i as usize] {
                rank = position as u32 + 1;
            }
            let subject = &mut done.subjects[*i as usize];
            subject.rank = rank;
            subject.grade = grades[*i as usize];
        }
    }
}
