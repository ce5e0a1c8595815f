//! Consequences: what the rules propose. A person decides. Source: PACKS, "Consequences".

use crate::engine::Appraisal;
use crate::facts::Facts;
use crate::output::{OutFormat, TableCell, write_table};
use crate::plan::{Names, condition_names};
use kernel::{MILLION, Ratio};
use policy::{Amount, Consequence, Pack, ValueRef, Verdict};
use rayon::prelude::*;
use std::io::{self, Write};

/// One proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Position of the subject.
    pub subject: usize,
    /// Position of the consequence.
    pub consequence: usize,
    /// Which alternative of its condition holds.
    pub alternative: usize,
    /// Yuan in hundredths, where the consequence has a sum.
    pub amount: Option<i64>,
}

/// A consequence that could not be told for a subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Untold {
    /// Position of the subject.
    pub subject: usize,
    /// Position of the consequence.
    pub consequence: usize,
}

/// All proposals, by subject, then by consequence.
#[derive(Clone, Debug, Default)]
pub struct Proposals {
    /// What is proposed.
    pub made: Vec<Proposal>,
    /// What could not be told.
    pub untold: Vec<Untold>,
}

struct Ready<'a> {
    consequence: &'a Consequence,
    when: Vec<Names>,
    amount: Names,
}

/// Evaluates the consequences of a pack over facts, and over results where there are any.
pub fn propose(pack: &Pack, facts: &Facts, done: Option<&Appraisal<'_>>) -> Proposals {
    let ready: Vec<Ready<'_>> = pack
        .consequences
        .iter()
        .map(|c| Ready {
            consequence: c,
            when: condition_names(pack, &c.when),
            amount: match &c.amount {
                Some(Amount::Formula(f)) => f.names.iter().map(|n| pack.fact(n)).collect(),
                _ => Vec::new(),
            },
        })
        .collect();
    let chunk = |subjects: &[usize]| {
        let mut out = Proposals::default();
        for subject in subjects {
            of_subject(pack, facts, done, &ready, *subject, &mut out);
        }
        out
    };
    let subjects: Vec<usize> = (0..facts.len()).collect();
    let parts: Vec<Proposals> = subjects.par_chunks(1024).map(chunk).collect();
    let mut out = Proposals::default();
    for part in parts {
        out.made.extend(part.made);
        out.untold.extend(part.untold);
    }
    out
}

fn of_subject(
    pack: &Pack,
    facts: &Facts,
    done: Option<&Appraisal<'_>>,
    ready: &[Ready<'_>],
    subject: usize,
    out: &mut Proposals,
) {
    for (k, r) in ready.iter().enumerate() {
        let value = |fact: Option<usize>, name: &str| match fact {
            Some(fact) => facts.value(fact, subject),
            None => result(pack, done, subject, name),
        };
        let c = r.consequence;
        let verdict = c.when.evaluate(|a, n| value(r.when[a][n], &c.when.alternatives[a].names[n]));
        let mut untold = || out.untold.push(Untold { subject, consequence: k });
        match verdict {
            Verdict::Fails => {}
            Verdict::Open { .. } => untold(),
            Verdict::Holds(alternative) => match amount(c, &r.amount, &value) {
                Ok(amount) => out.made.push(Proposal { subject, consequence: k, alternative, amount }),
                Err(Unknown) => untold(),
            },
        }
    }
}

/// `total`, `rank` or `grade` of a complete subject.
fn result(
    pack: &Pack,
    done: Option<&Appraisal<'_>>,
    subject: usize,
    name: &str,
) -> Option<ValueRef<'static>> {
    let s = done.map(|d| &d.subjects[subject]).filter(|s| s.complete)?;
    let number = match name {
        "total" => i128::from(s.total) * 10_000,
        "rank" => i128::from(s.rank) * MILLION,
        "grade" => i128::from(pack.grades.get(usize::from(s.grade))?.id) * MILLION,
        _ => return None,
    };
    Some(ValueRef::Number(number))
}

/// A sum whose expression lacks a fact or fails.
struct Unknown;

/// The sum in hundredths.
fn amount<'v>(
    c: &Consequence,
    names: &Names,
    value: &dyn Fn(Option<usize>, &str) -> Option<ValueRef<'v>>,
) -> Result<Option<i64>, Unknown> {
    let ratio = match &c.amount {
        None => return Ok(None),
        Some(Amount::Fixed(q)) => Some(Ratio::new(q.0, MILLION)),
        Some(Amount::Formula(f)) => {
            f.run_over(|n| value(names[n], &f.names[n])).and_then(|outcome| outcome.ratio())
        }
    };
    ratio.and_then(Ratio::hundredths).map(Some).ok_or(Unknown)
}

/// Writes `code,consequence,action,applies_to,amount,basis`.
pub fn write_proposals(
    pack: &Pack,
    facts: &Facts,
    proposals: &Proposals,
    format: OutFormat,
    out: &mut (impl Write + Send),
) -> io::Result<()> {
    let header = ["code", "consequence", "action", "applies_to", "amount", "basis"];
    let row = |i: usize| {
        let p = &proposals.made[i];
        let c = &pack.consequences[p.consequence];
        vec![
            TableCell::Text(facts.code(p.subject)),
            TableCell::Text(c.id.clone()),
            TableCell::Text(c.action.clone()),
            TableCell::Text(c.applies_to.clone()),
            TableCell::Score(p.amount),
            TableCell::Text(c.basis.clone()),
        ]
    };
    write_table(format, &header, proposals.made.len(), row, out)
}
