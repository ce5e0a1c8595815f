//! A chain of priority (递补次序): its steps are gone through in order, within a step those who pass every condition by their
//! order. Everybody who was looked at has a reason for the place, or for none.

/// What a condition found of somebody.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Found {
    /// It holds.
    Holds,
    /// It does not.
    Fails,
    /// What it asks for is not known: nobody is passed over for that silently, and nobody is put forward by it.
    Unknown,
}

/// A condition looked at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Check {
    /// The condition's id in the pack.
    pub id: String,
    /// What came of it.
    pub found: Found,
    /// The figure behind it, as read: `33 岁 ≤ 45`.
    pub said: String,
}

/// Somebody as the chain sees them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Standing {
    /// The first step of the chain whose group the person belongs to, from 0; `None` for none.
    pub step: Option<usize>,
    /// The step's conditions, in its order.
    pub checks: Vec<Check>,
    /// By what those of one step are ordered, the most telling first, larger before smaller: growth score in hundredths,
    /// days in post.
    pub order: Vec<i64>,
}

/// What became of somebody.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// The place in the chain, from 1.
    Placed(usize),
    /// Passed over: the conditions that fail, by position; none of them is unknown alone.
    Skipped(Vec<usize>),
    /// Nobody can say yet: the conditions whose figure is missing, by position.
    Open(Vec<usize>),
    /// In no group of the chain.
    Outside,
}

/// Somebody's place with the reason for it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// Position among those given.
    pub person: usize,
    /// What became of the person.
    pub outcome: Outcome,
    /// Of somebody who is placed: which place of `order` told it from the one before in the same step; `None` for the first of
    /// a step and for a tie.
    pub told_by: Option<usize>,
    /// Stands level with the one before: people decide.
    pub tie: bool,
}

/// Everybody in the chain's order: those placed first, then those passed over, those who wait for a figure, those outside; each
/// of these by step and as given.
pub fn order(all: &[Standing]) -> Vec<Line> {
    let outcome = |s: &Standing| {
        let at = |found: Found| -> Vec<usize> {
            (0..s.checks.len()).filter(|c| s.checks[*c].found == found).collect()
        };
        match (s.step, at(Found::Fails), at(Found::Unknown)) {
            (None, _, _) => Outcome::Outside,
            (_, fails, _) if !fails.is_empty() => Outcome::Skipped(fails),
            (_, _, unknown) if !unknown.is_empty() => Outcome::Open(unknown),
            _ => Outcome::Placed(0),
        }
    };
    let outcomes: Vec<Outcome> = all.iter().map(outcome).collect();
    let class = |i: usize| match outcomes[i] {
        Outcome::Placed(_) => 0,
        Outcome::Skipped(_) => 1,
        Outcome::Open(_) => 2,
        Outcome::Outside => 3,
    };
    let mut by: Vec<usize> = (0..all.len()).collect();
    by.sort_by(|a, b| {
        let key = |i: usize| (class(i), all[i].step.unwrap_or(usize::MAX));
        let within =
            if class(*a) == 0 { all[*b].order.cmp(&all[*a].order) } else { std::cmp::Ordering::Equal };
        key(*a).cmp(&key(*b)).then(within).then(a.cmp(b))
    });
    let mut out: Vec<Line> = Vec::with_capacity(by.len());
    let mut place = 0;
    for (k, i) in by.iter().copied().enumerate() {
        let before =
            k.checked_sub(1).map(|p| by[p]).filter(|p| class(*p) == 0 && all[*p].step == all[i].step);
        let (told_by, tie) = match (&outcomes[i], before) {
            (Outcome::Placed(_), Some(b)) => {
                let told = (0..all[i].order.len().max(all[b].order.len()))
                    .find(|n| all[i].order.get(*n) != all[b].order.get(*n));
                (told, told.is_none())
            }
            _ => (None, false),
        };
        let outcome = match &outcomes[i] {
            Outcome::Placed(_) => {
                place += 1;
                Outcome::Placed(place)
            }
            other => other.clone(),
        };
        out.push(Line { person: i, outcome, told_by, tie });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(found: Found) -> Check {
        Check { id: "age".into(), found, said: String::new() }
    }

    fn standing(step: Option<usize>, found: &[Found], order: &[i64]) -> Standing {
        Standing { step, checks: found.iter().copied().map(check).collect(), order: order.to_vec() }
    }

    #[test]
    fn j3_c11_who_comes_first_and_who_was_passed_over() {
        use Found::{Fails, Holds, Unknown};
        let all = [
            // A reserve of the township with the highest score comes after every officer.
            standing(Some(2), &[Holds], &[9010]),
            standing(Some(0), &[Holds, Holds], &[8420, 100]),
            standing(Some(0), &[Holds, Holds], &[8840, 100]),
            standing(Some(0), &[Holds, Fails], &[9990]),
            standing(None, &[], &[]),
            standing(Some(0), &[Unknown, Holds], &[9000]),
            standing(Some(0), &[Unknown, Fails], &[9000]),
            standing(Some(2), &[Holds], &[9010]),
        ];
        let lines = order(&all);
        let people: Vec<usize> = lines.iter().map(|l| l.person).collect();
        assert_eq!(people, [2, 1, 0, 7, 3, 6, 5, 4]);
        assert_eq!(lines[0].outcome, Outcome::Placed(1));
        assert_eq!(
            (&lines[1].outcome, lines[1].told_by, lines[1].tie),
            (&Outcome::Placed(2), Some(0), false)
        );
        // The first of another step is told by the step; level with the one before nothing tells.
        assert_eq!((lines[2].told_by, lines[2].tie), (None, false));
        assert_eq!((&lines[3].outcome, lines[3].told_by, lines[3].tie), (&Outcome::Placed(4), None, true));
        assert_eq!(lines[4].outcome, Outcome::Skipped(vec![1]));
        assert_eq!(
            lines[5].outcome,
            Outcome::Skipped(vec![1]),
            "a condition that fails tells more than one unknown"
        );
        assert_eq!(lines[6].outcome, Outcome::Open(vec![0]));
        assert_eq!(lines[7].outcome, Outcome::Outside);
        assert!(order(&[]).is_empty());
    }
}
