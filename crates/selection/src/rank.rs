//! Ranks inside each place: total first, then the papers that the pack lists for ties, in their order. Whoever is level in all
//! of them shares the rank, and people decide.

use crate::{Outcome, Papers, Value};
use kernel::{Message, Score, msg};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Somebody who competes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Candidate {
    /// The place competed for: a village, a township, a post.
    pub place: String,
    /// A settled value a paper, in the order of the papers; `None` while it is not settled.
    pub marks: Vec<Option<Value>>,
}

/// Why nothing can be ranked. Candidates count from 1, as given.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RankFault {
    /// A paper named for ties is none of the papers.
    UnknownTie(String),
    /// A paper stands twice among those for ties.
    TieTwice(String),
    /// Another number of marks than papers.
    Marks {
        /// Which, from 1.
        candidate: usize,
        /// Marks given.
        marks: usize,
        /// Papers.
        papers: usize,
    },
    /// A mark out of range.
    Range {
        /// Which, from 1.
        candidate: usize,
        /// The paper's name.
        paper: String,
        /// The mark.
        mark: Score,
    },
}

/// How ties of the total were broken for somebody.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TieBreak {
    /// How many others of the place have the same total.
    pub same_total: usize,
    /// Papers that had to be compared, by position, in order; empty where all others are level throughout.
    pub papers: Vec<usize>,
}

/// Somebody's place in the ranking.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// The place competed for.
    pub place: String,
    /// What came of the marks.
    pub outcome: Outcome,
    /// 1 and the number of those who are better; none for whoever has no total that counts.
    pub rank: Option<usize>,
    /// Ranked in this place.
    pub of: usize,
    /// How many others share the rank: people decide between them.
    pub level: usize,
    /// How ties were broken, where others have the same total.
    pub told_by: Option<TieBreak>,
}

/// Everybody ranked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ranking {
    papers: Papers,
    ties: Vec<usize>,
    lines: Vec<Line>,
    /// Who is ranked in each place, best first; who shares a rank as given.
    orders: BTreeMap<String, Vec<usize>>,
}

/// Ranks candidates inside their places; `ties` are ids of papers, the most telling first.
///
/// # Errors
/// Every [`RankFault`] at once.
pub fn rank(papers: &Papers, ties: &[&str], candidates: &[Candidate]) -> Result<Ranking, Vec<RankFault>> {
    let mut faults = Vec::new();
    let mut at = Vec::new();
    for id in ties {
        match papers.position(id) {
            None => faults.push(RankFault::UnknownTie((*id).to_owned())),
            Some(p) if at.contains(&p) => faults.push(RankFault::TieTwice((*id).to_owned())),
            Some(p) => at.push(p),
        }
    }
    for (i, c) in candidates.iter().enumerate() {
        check(papers, i, c, &mut faults);
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let line = |c: &Candidate| Line {
        place: c.place.clone(),
        outcome: papers.outcome(&c.marks),
        rank: None,
        of: 0,
        level: 0,
        told_by: None,
    };
    let mut lines: Vec<Line> = candidates.iter().map(line).collect();
    let mut orders: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (i, line) in lines.iter().enumerate() {
        let order = orders.entry(line.place.clone()).or_default();
        if matches!(line.outcome, Outcome::Complete(_)) {
            order.push(i);
        }
    }
    for order in orders.values_mut() {
        place(&mut lines, order, &at);
    }
    Ok(Ranking { papers: papers.clone(), ties: at, lines, orders })
}

fn check(papers: &Papers, i: usize, c: &Candidate, faults: &mut Vec<RankFault>) {
    let all = papers.all();
    if c.marks.len() != all.len() {
        faults.push(RankFault::Marks { candidate: i + 1, marks: c.marks.len(), papers: all.len() });
    }
    for (paper, value) in all.iter().zip(&c.marks) {
        if let Some(value) = value
            && let (Some(mark), Err(_)) = (value.mark(), value.within(paper.full))
        {
            faults.push(RankFault::Range { candidate: i + 1, paper: paper.name.clone(), mark });
        }
    }
}

/// Puts those of a place in order and writes their ranks.
fn place(lines: &mut [Line], order: &mut [usize], ties: &[usize]) {
    // The total, then each mark for ties: the larger first.
    let key = |line: &Line| -> Vec<Score> {
        match &line.outcome {
            Outcome::Complete(t) => {
                std::iter::once(t.total).chain(ties.iter().map(|p| t.parts[*p].mark)).collect()
            }
            _ => Vec::new(),
        }
    };
    order.sort_by_cached_key(|i| (Reverse(key(&lines[*i])), *i));
    let keys: Vec<Vec<Score>> = order.iter().map(|i| key(&lines[*i])).collect();
    // Runs of those level throughout.
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for k in 0..keys.len() {
        match runs.last_mut() {
            Some((from, to)) if keys[*from] == keys[k] => *to = k + 1,
            _ => runs.push((k, k + 1)),
        }
    }
    let common = |a: usize, b: usize| keys[a].iter().zip(&keys[b]).take_while(|(x, y)| x == y).count();
    for (r, (from, to)) in runs.iter().copied().enumerate() {
        let before = r.checked_sub(1).map_or(0, |p| common(runs[p].0, from));
        let after = runs.get(r + 1).map_or(0, |next| common(next.0, from));
        // In this order the neighbours agree for longest, and the first key is the total.
        let compared = before.max(after);
        // Those of one total stand together.
        let total = keys[from][0];
        let low = keys.partition_point(|k| k[0] > total);
        let same_total = keys.partition_point(|k| k[0] >= total) - low - 1;
        for i in &order[from..to] {
            let line = &mut lines[*i];
            line.rank = Some(from + 1);
            line.of = order.len();
            line.level = to - from - 1;
            let papers = ties[..compared.min(ties.len())].to_vec();
            line.told_by = (same_total > 0).then_some(TieBreak { same_total, papers });
        }
    }
}

impl Ranking {
    /// A line a candidate, as given.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// The papers.
    pub fn papers(&self) -> &Papers {
        &self.papers
    }

    /// The places that somebody competes for, in order of their names.
    pub fn places(&self) -> impl Iterator<Item = &str> {
        self.orders.keys().map(String::as_str)
    }

    /// Who is ranked in a place, best first, as positions among the candidates.
    pub fn order(&self, place: &str) -> &[usize] {
        self.orders.get(place).map_or(&[], Vec::as_slice)
    }

    /// Everybody of a place: those ranked, best first, then the others as given.
    pub fn everybody(&self, place: &str) -> Vec<usize> {
        let others =
            (0..self.lines.len()).filter(|i| self.lines[*i].place == place && self.lines[*i].rank.is_none());
        self.order(place).iter().copied().chain(others).collect()
    }

    /// Ranks that several share: places, ranks and who shares them, for people to decide.
    pub fn shared(&self) -> Vec<(&str, usize, Vec<usize>)> {
        let mut out: Vec<(&str, usize, Vec<usize>)> = Vec::new();
        for (place, order) in &self.orders {
            for i in order.iter().filter(|i| self.lines[**i].level > 0) {
                let Some(rank) = self.lines[*i].rank else { continue };
                match out.last_mut() {
                    Some((p, r, who)) if *p == place.as_str() && *r == rank => who.push(*i),
                    _ => out.push((place, rank, vec![*i])),
                }
            }
        }
        out
    }

    /// Figures, weights, total, and why this rank: a sentence each, without anybody else's name or mark.
    pub fn explain(&self, candidate: usize) -> Vec<Message> {
        let line = &self.lines[candidate];
        let mut out = self.papers.explain(&line.outcome);
        let Some(rank) = line.rank else { return out };
        out.push(msg!(
            "“{place}”共 {of} 人排名，{better} 人在前，列第 {rank} 名",
            place = &line.place,
            of = line.of,
            better = rank - 1,
            rank = rank
        ));
        let Some(tie) = &line.told_by else { return out };
        out.push(match tie.papers.is_empty() {
            true => msg!("另有 {n} 人总分相同", n = tie.same_total),
            false => msg!(
                "另有 {n} 人总分相同，依次比“{papers}”，分高的在前",
                n = tie.same_total,
                papers = self.papers.names(&tie.papers)
            ),
        });
        if line.level > 0 {
            let compared = self.papers.names(&self.ties);
            out.push(match compared.is_empty() {
                true => msg!("与另 {n} 人总分相同，办法没有写比什么：名次并列，由人决定", n = line.level),
                false => msg!(
                    "与另 {n} 人比到“{papers}”仍然相同：名次并列，由人决定",
                    n = line.level,
                    papers = compared
                ),
            });
        }
        out
    }
}

impl RankFault {
    /// What to tell the reader.
    pub fn message(&self) -> Message {
        match self {
            RankFault::UnknownTie(id) => msg!("同分时要比的“{id}”不是考试科目", id = id),
            RankFault::TieTwice(id) => msg!("同分时要比的“{id}”列了两次", id = id),
            RankFault::Marks { candidate, marks, papers } => msg!(
                "第 {candidate} 人有 {marks} 个分数，科目是 {papers} 个",
                candidate = *candidate,
                marks = *marks,
                papers = *papers
            ),
            RankFault::Range { candidate, paper, mark } => msg!(
                "第 {candidate} 人的“{paper}”{mark} 分超出范围",
                candidate = *candidate,
                paper = paper,
                mark = *mark
            ),
        }
    }
}
