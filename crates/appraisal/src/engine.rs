//! Scoring, ranking and grading of all subjects at once.

use crate::excuses::Excuses;
use crate::facts::Facts;
use crate::grade::{NO_GRADE, fill, seats};
use crate::marks::Marks;
use crate::plan::Plan;
use crate::score::{Absence, Cell, Scorer, groups};
use kernel::round_half_away;
use policy::{Method, TieKey, Within};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::cmp::Ordering;

/// A score that is not there.
const NO_SCORE: i32 = i32::MIN;
/// A score of more than twenty million points: it stands aside.
const WIDE: i32 = i32::MIN + 1;

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
    /// The absences that people excused.
    pub excuses: Option<&'a Excuses<'a>>,
    /// The marks.
    pub marks: &'a Marks,
    /// Scores in hundredths, subject by subject, in the order of [`Plan::columns`].
    scores: Vec<i32>,
    /// The few that need more, by position in `scores`.
    wide: FxHashMap<usize, i64>,
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
        let at = subject * stride(self.scorer.plan) + column;
        match self.scores[at] {
            NO_SCORE => None,
            WIDE => self.wide.get(&at).copied(),
            score => Some(i64::from(score)),
        }
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
            if self.excuses.is_some_and(|e| e.rule(i, at).is_some()) {
                continue;
            }
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
    appraise_excusing(plan, facts, marks, None)
}

/// The same, where people excused some absences.
pub fn appraise_excusing<'a>(
    plan: &'a Plan<'a>,
    facts: &'a Facts,
    marks: &'a Marks,
    excuses: Option<&'a Excuses<'a>>,
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
    let chunks: Vec<Result<Vec<(usize, i64)>, TooLarge>> = scores
        .par_chunks_mut(CHUNK * stride)
        .zip(subjects.par_chunks_mut(CHUNK))
        .enumerate()
        .map(|(chunk, (rows, subjects))| {
            let first = chunk * CHUNK;
            rows.fill(NO_SCORE);
            for (k, subject) in subjects.iter_mut().enumerate() {
                subject.group = group_of[first + k];
                subject.complete = subject.group != u32::MAX;
            }
            score_chunk(&scorer, excuses, first, marks, rows, subjects)
        })
        .collect();
    let mut wide = FxHashMap::default();
    for chunk in chunks {
        wide.extend(chunk?);
    }
    let mut out = Appraisal { scorer, excuses, marks, scores, wide, subjects, groups: Vec::new() };
    out.groups = members.into_par_iter().map(|members| order(&out, members)).collect();
    give_grades(&mut out);
    Ok(out)
}

/// Scores some consecutive subjects, indicator by indicator: one rule meets many subjects. Gives the wide scores.
fn score_chunk(
    scorer: &Scorer<'_>,
    excuses: Option<&Excuses<'_>>,
    first: usize,
    marks: &Marks,
    rows: &mut [i32],
    subjects: &mut [Subject],
) -> Result<Vec<(usize, i64)>, TooLarge> {
    let mut wide = Vec::new();
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
            let cell = match (cell, excuses) {
                (Cell::Blocked, Some(excuses)) => excuses.score(scorer, *at, i, marks.of(i)),
                (cell, _) => cell,
            };
            match cell {
                Cell::Score(score) => {
                    rows[k * stride + column] = match i32::try_from(score) {
                        Ok(small) if small > WIDE => small,
                        _ => {
                            wide.push((i * stride + column, score));
                            WIDE
                        }
                    };
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
            let i = first + k;
            let held = scorer.veto(*at, i).or_else(|| excuses?.veto(scorer, *at, i));
            match held {
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
    Ok(wide)
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
                    // No score comes last.
                    Some(c) => done.score(b as usize, c).cmp(&done.score(a as usize, c)),
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
    let given: Vec<Vec<(u32, u8)>> =
        done.groups.par_iter().map(|group| grade_group(done, plan, group)).collect();
    for (group, given) in done.groups.iter().zip(given) {
        for (i, (rank, grade)) in group.order.iter().zip(given) {
            let subject = &mut done.subjects[*i as usize];
            (subject.rank, subject.grade) = (rank, grade);
        }
    }
}

/// Rank and grade of each subject of a group, best first.
fn grade_group(done: &Appraisal<'_>, plan: &Plan<'_>, group: &Group) -> Vec<(u32, u8)> {
    let members = || group.order.iter().map(|i| &done.subjects[*i as usize]);
    let totals: Vec<i64> = members().map(|s| s.total).collect();
    let caps: Vec<u8> = members().map(|s| worst_cap(plan, s.vetoes)).collect();
    let order: Vec<u32> = (0..totals.len() as u32).collect();
    let mut grades = vec![NO_GRADE; totals.len()];
    fill(&plan.pack.grades, &plan.pack.grading, &group.seats, &order, &totals, &caps, &mut grades);
    let mut rank = 0;
    let ranked = grades.into_iter().enumerate().map(|(position, grade)| {
        if position == 0 || totals[position - 1] != totals[position] {
            rank = position as u32 + 1;
        }
        (rank, grade)
    });
    ranked.collect()
}
