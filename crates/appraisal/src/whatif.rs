//! Two packs over the same facts and marks: who moves, and what it costs.

use crate::engine::Appraisal;
use crate::proposals::Proposals;
use policy::Pack;

/// One subject under both packs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Position of the subject.
    pub subject: usize,
    /// Totals in hundredths; `None` while incomplete.
    pub total: [Option<i64>; 2],
    /// Ranks.
    pub rank: [Option<u32>; 2],
    /// Positions of the grades.
    pub grade: [Option<usize>; 2],
    /// Sums of the proposed bonuses and pay, in hundredths of a yuan.
    pub cost: [i64; 2],
}

impl Change {
    /// Whether the rank differs.
    pub fn moves_rank(&self) -> bool {
        self.rank[0] != self.rank[1]
    }

    /// Whether the grade differs.
    pub fn moves_grade(&self) -> bool {
        self.grade[0] != self.grade[1]
    }

    /// Whether the grade gets better (-1), worse (1) or cannot be compared (0). Grades are compared by position.
    pub fn direction(&self) -> i32 {
        match self.grade {
            [Some(a), Some(b)] => (b > a) as i32 - (b < a) as i32,
            _ => 0,
        }
    }
}

/// The sums of one township.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TownshipChange {
    /// Nine digits.
    pub code: u64,
    /// Its name, where the facts give it.
    pub name: String,
    /// Subjects.
    pub subjects: usize,
    /// Subjects whose grade gets better.
    pub better: usize,
    /// Subjects whose grade gets worse.
    pub worse: usize,
    /// Costs.
    pub cost: [i64; 2],
}

/// The comparison.
#[derive(Clone, Debug)]
pub struct WhatIf {
    /// Every subject, in order of code.
    pub changes: Vec<Change>,
    /// Every township, in order of code.
    pub townships: Vec<TownshipChange>,
}

/// Compares two appraisals of the same subjects.
pub fn whatif(a: (&Appraisal<'_>, &Proposals), b: (&Appraisal<'_>, &Proposals)) -> WhatIf {
    let facts = a.0.scorer.facts;
    let n = facts.len();
    let costs = [cost(a.0.scorer.plan.pack, a.1, n), cost(b.0.scorer.plan.pack, b.1, n)];
    let mut changes = Vec::with_capacity(n);
    let mut townships: Vec<TownshipChange> = Vec::new();
    let mut index = rustc_hash::FxHashMap::default();
    for (subject, (cost_a, cost_b)) in costs[0].iter().zip(&costs[1]).enumerate() {
        let sides = [a.0, b.0].map(|d| {
            let s = &d.subjects[subject];
            let grade = usize::from(s.grade);
            (
                s.complete.then_some(s.total),
                s.complete.then_some(s.rank),
                (grade < d.scorer.plan.pack.grades.len()).then_some(grade),
            )
        });
        let change = Change {
            subject,
            total: sides.map(|s| s.0),
            rank: sides.map(|s| s.1),
            grade: sides.map(|s| s.2),
            cost: [*cost_a, *cost_b],
        };
        let code = facts.villages[subject] / 1_000;
        let at = *index.entry(code).or_insert_with(|| {
            let name = facts.townships.get(subject).to_owned();
            townships.push(TownshipChange { code, name, subjects: 0, better: 0, worse: 0, cost: [0, 0] });
            townships.len() - 1
        });
        let township = &mut townships[at];
        township.subjects += 1;
        township.better += usize::from(change.direction() < 0);
        township.worse += usize::from(change.direction() > 0);
        for side in 0..2 {
            township.cost[side] += change.cost[side];
        }
        changes.push(change);
    }
    townships.sort_by_key(|t| t.code);
    WhatIf { changes, townships }
}

/// Proposed bonuses and pay of each subject.
pub(crate) fn cost(pack: &Pack, proposals: &Proposals, n: usize) -> Vec<i64> {
    let mut out = vec![0; n];
    for p in &proposals.made {
        if matches!(pack.consequences[p.consequence].action.as_str(), "bonus" | "pay") {
            out[p.subject] += p.amount.unwrap_or(0);
        }
    }
    out
}
