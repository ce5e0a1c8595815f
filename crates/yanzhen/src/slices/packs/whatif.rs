//! What a draft would have made of a round: who changes grade, what it costs, who sits on a line.

use crate::slices::places::facts;
use appraisal::{FactReader, MarkReader, Plan, appraise, classify, propose, robust, whatif};
use kernel::{Message, msg};
use platform::access::Part;
use platform::db::{Db, DbResult};
use policy::{CaseSubject, Colouring, Pack};
use std::collections::HashMap;
use std::sync::Arc;

/// How often weights are shaken, and by how much.
pub const RUNS: u32 = 1_000;
/// Per cent.
pub const NOISE: u32 = 5;
const SEED: u64 = 1;
/// A grade kept less often than this, per cent, is on a line.
const ON_A_LINE: u32 = 90;

/// A round that was appraised: what stood there, in words, so that any pack may read it.
#[derive(Clone, Debug)]
pub struct RoundInput {
    /// Names it in addresses.
    pub id: i64,
    /// What a person calls it.
    pub title: String,
    /// The pack that it was appraised by.
    pub pack: Arc<Pack>,
    /// Each subject: code, a person's village, facts and marks as written. Nothing is expected.
    pub subjects: Vec<CaseSubject>,
    /// Name and township of each code.
    pub names: HashMap<String, [String; 2]>,
}

/// The county's rounds to try a draft on, the latest first.
///
/// TO FILL WHEN ROUNDS ARE MERGED: there are none yet.
///
/// # Errors
/// The database's.
pub async fn inputs_of_rounds(_db: &Db) -> DbResult<Vec<RoundInput>> {
    Ok(Vec::new())
}

/// A subject whose grade, rank or money changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    pub code: String,
    pub name: String,
    pub township: String,
    /// Totals in hundredths; `None` while incomplete.
    pub total: [Option<i64>; 2],
    /// Labels of the grades; empty for none.
    pub grade: [String; 2],
    /// Better (-1), worse (1) or not to be compared (0).
    pub direction: i32,
    /// Hundredths of a yuan.
    pub cost: [i64; 2],
}

/// The sums of a township.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Town {
    pub name: String,
    pub subjects: usize,
    pub better: usize,
    pub worse: usize,
    pub cost: [i64; 2],
}

/// A subject on a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Near {
    pub name: String,
    pub township: String,
    pub grade: String,
    /// How many of a thousand runs keep the grade.
    pub kept: u32,
}

/// The comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trial {
    pub subjects: usize,
    /// Those whose grade changes, better ones first, then by code.
    pub moved: Vec<Moved>,
    pub better: usize,
    pub worse: usize,
    pub ranks: usize,
    pub towns: Vec<Town>,
    /// Hundredths of a yuan.
    pub cost: [i64; 2],
    /// Cells and marks of the round that the draft cannot read.
    pub unread: usize,
    /// Of a thousand, how many runs keep a grade, on average.
    pub kept: u32,
    pub near: Vec<Near>,
}

/// What a pack can read of a round.
fn read(pack: &Pack, subjects: &[CaseSubject]) -> (Vec<CaseSubject>, usize) {
    let mut unread = 0;
    let own = subjects
        .iter()
        .map(|s| {
            let mut own = s.clone();
            own.facts.retain(|(id, cell)| match pack.fact(id) {
                None => false,
                Some(at) => {
                    let good = cell.trim().is_empty() || pack.facts[at].parse(cell.trim()).is_ok();
                    unread += usize::from(!good);
                    good
                }
            });
            own
        })
        .collect();
    (own, unread)
}

/// A round under its own pack and under a draft. Takes seconds for a whole county: not for a thread that answers.
///
/// # Errors
/// Why the two cannot be compared.
pub fn tried(round: &RoundInput, draft: &Pack, runs: u32) -> Result<Trial, Message> {
    let packs = [&*round.pack, draft];
    if packs.iter().any(|p| !p.has_appraisal) {
        return Err(msg!("没有指标表的办法不考核，没有可比的"));
    }
    if packs[0].subject != packs[1].subject {
        return Err(msg!("两部办法考核的对象不同，不能比较"));
    }
    let plans = packs.map(Plan::new);
    let mut unread = 0;
    let mut facts = Vec::new();
    let mut marks = Vec::new();
    for (side, pack) in packs.into_iter().enumerate() {
        let (subjects, bad) = read(pack, &round.subjects);
        let mut faults = Vec::new();
        let reader = FactReader { pack, persons: pack.of_persons(), beside: None };
        let own = reader.from_case(&subjects, &mut faults);
        let rows: Vec<_> =
            subjects.iter().flat_map(|s| s.marks.iter().map(|m| (s.code.as_str(), m))).collect();
        let given =
            MarkReader { plan: &plans[side], facts: &own, beside: None }.from_cells(&rows, &mut faults);
        if side == 1 {
            unread = bad + faults.len();
        }
        facts.push(own);
        marks.push(given);
    }
    let large = |_| msg!("得分超出范围");
    let a = appraise(&plans[0], &facts[0], &marks[0]).map_err(large)?;
    let b = appraise(&plans[1], &facts[1], &marks[1]).map_err(large)?;
    let found =
        whatif((&a, &propose(packs[0], &facts[0], Some(&a))), (&b, &propose(packs[1], &facts[1], Some(&b))));
    let name = |i: usize| round.names.get(&facts[1].code(i)).cloned().unwrap_or_default();
    let grade = |side: usize, g: Option<usize>| {
        g.and_then(|g| packs[side].grades.get(g)).map(|g| g.label.clone()).unwrap_or_default()
    };
    let mut moved: Vec<Moved> = found
        .changes
        .iter()
        .filter(|c| c.moves_grade())
        .map(|c| {
            let [name, township] = name(c.subject);
            let grade = [grade(0, c.grade[0]), grade(1, c.grade[1])];
            let (code, direction) = (facts[1].code(c.subject), c.direction());
            Moved { code, name, township, total: c.total, grade, direction, cost: c.cost }
        })
        .collect();
    moved.sort_by_key(|m| m.direction);
    let township = |code: u64| {
        let first = (0..facts[1].len()).find(|i| facts[1].code(*i).starts_with(&format!("{code:09}")));
        first.map(|i| name(i)[1].clone()).filter(|n| !n.is_empty()).unwrap_or_else(|| format!("{code:09}"))
    };
    let towns = found
        .townships
        .iter()
        .map(|t| {
            let (name, subjects) = (township(t.code), t.subjects);
            Town { name, subjects, better: t.better, worse: t.worse, cost: t.cost }
        })
        .collect();
    let cost = [0, 1].map(|side| found.changes.iter().map(|c| c.cost[side]).sum());
    let (kept, near) = if draft.grades.is_empty() {
        (0, Vec::new())
    } else {
        let shaken = robust(&b, runs, f64::from(NOISE) / 100.0, SEED, &|_, _| {});
        let share = |n: u32| u32::try_from(u64::from(n) * 1_000 / u64::from(shaken.runs.max(1))).unwrap_or(0);
        let sum: u64 = shaken.subjects.iter().map(|s| u64::from(share(s.kept()))).sum();
        let mut near: Vec<Near> = shaken
            .subjects
            .iter()
            .filter(|s| share(s.kept()) < ON_A_LINE * 10)
            .map(|s| {
                let [name, township] = name(s.subject);
                let grade = grade(1, Some(usize::from(s.grade)));
                Near { name, township, grade, kept: share(s.kept()) }
            })
            .collect();
        near.sort_by_key(|n| n.kept);
        (u32::try_from(sum / shaken.subjects.len().max(1) as u64).unwrap_or(0), near)
    };
    Ok(Trial {
        subjects: found.changes.len(),
        better: found.changes.iter().filter(|c| c.direction() < 0).count(),
        worse: found.changes.iter().filter(|c| c.direction() > 0).count(),
        ranks: found.changes.iter().filter(|c| c.moves_rank()).count(),
        moved,
        towns,
        cost,
        unread,
        kept,
        near,
    })
}

/// A village that would be coloured otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recoloured {
    pub code: String,
    /// Ids of the colours; empty while blocked or undecided.
    pub colour: [String; 2],
    /// The rule that decides under the draft; empty for none.
    pub rule: String,
}

fn colour(pack: &Pack, outcome: &Colouring) -> (String, String) {
    match (&pack.colours, outcome) {
        (Some(table), Colouring::Rule(r)) => (table.rules[*r].colour.clone(), table.rules[*r].id.clone()),
        _ => Default::default(),
    }
}

/// The villages that a draft's table colours otherwise than its base does, over the facts of today.
///
/// # Errors
/// The database's.
pub async fn recoloured(db: &Db, base: &Pack, draft: &Pack) -> DbResult<Vec<Recoloured>> {
    let mut sides = Vec::new();
    for pack in [base, draft] {
        let rows = db.rows(facts::TABLE, facts::of_part(&Part::County)).await?;
        let (codes, facts) = facts::table(rows, pack).await?;
        sides.push((codes, classify(pack, &facts)));
    }
    let (codes, before) = &sides[0];
    let after = &sides[1].1;
    let each = codes.iter().zip(before.iter().zip(after)).map(|(code, (a, b))| {
        let ((was, _), (new, rule)) = (colour(base, a), colour(draft, b));
        Recoloured { code: code.clone(), colour: [was, new], rule }
    });
    Ok(each.filter(|r| r.colour[0] != r.colour[1]).collect())
}

#[cfg(test)]
mod tests;
