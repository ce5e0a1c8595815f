//! Papers with weights, and the weighted total: exact, rounded once.

use crate::Value;
use kernel::{Message, Quantity, Ratio, Score, msg};

/// A paper of an exam: written, interview, or any other.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Paper {
    /// Its id in the pack.
    pub id: String,
    /// 笔试
    pub name: String,
    /// Its weight, per cent.
    pub weight: Quantity,
    /// Full marks.
    pub full: Score,
    /// Who stays below is in no list.
    pub pass: Option<Score>,
}

/// Papers that were checked, in their order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Papers {
    papers: Vec<Paper>,
    /// The weights added up: 100, or less for some of the papers.
    whole: i128,
    /// A number that all full marks divide.
    common: i128,
}

/// What is wrong with papers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PaperFault {
    /// There is none.
    None,
    /// An id stands twice.
    Twice(String),
    /// A weight is 0 or below.
    Weight(String),
    /// Full marks are 0 or below, or above 10,000.
    Full(String),
    /// The pass line is below 0 or above full marks.
    Pass(String),
    /// The weights do not add up to 100.
    Sum(Quantity),
    /// Too many different full marks to reckon with exactly.
    TooMany,
}

/// What a paper gives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Part {
    /// The paper, by position.
    pub paper: usize,
    /// The mark.
    pub mark: Score,
    /// What it adds to the total, exact, in points.
    pub exact: Ratio,
}

/// A weighted total.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Total {
    /// A part a paper.
    pub parts: Vec<Part>,
    /// The sum, exact, in points.
    pub exact: Ratio,
    /// The sum, rounded once, half away from zero, to hundredths.
    pub total: Score,
}

/// What comes of somebody's marks. Papers by position.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// A total that counts.
    Complete(Total),
    /// A total, but below the pass line of these papers: no rank, in no list.
    Below(Total, Vec<usize>),
    /// Disqualified in these papers: no total, no rank.
    Disqualified(Vec<usize>),
    /// Absent from these papers: no total, no rank.
    Absent(Vec<usize>),
    /// Marks of these papers are not settled: nothing can be said yet.
    Missing(Vec<usize>),
}

/// Papers and full marks within which exact sums stay far from the end of integers.
const MOST_FULL: i64 = 1_000_000;
const MOST_COMMON: i128 = 1_000_000_000_000;

impl Papers {
    /// Papers whose weights add up to 100.
    ///
    /// # Errors
    /// Every [`PaperFault`] at once.
    pub fn new(papers: Vec<Paper>) -> Result<Papers, Vec<PaperFault>> {
        let mut faults = Vec::new();
        if papers.is_empty() {
            return Err(vec![PaperFault::None]);
        }
        for (i, p) in papers.iter().enumerate() {
            if papers[..i].iter().any(|other| other.id == p.id) {
                faults.push(PaperFault::Twice(p.id.clone()));
            }
            if p.weight.0 <= 0 {
                faults.push(PaperFault::Weight(p.name.clone()));
            }
            if p.full.0 <= 0 || p.full.0 > MOST_FULL {
                faults.push(PaperFault::Full(p.name.clone()));
            } else if p.pass.is_some_and(|pass| pass.0 < 0 || pass > p.full) {
                faults.push(PaperFault::Pass(p.name.clone()));
            }
        }
        let sum = papers.iter().fold(0i128, |sum, p| sum.saturating_add(p.weight.0));
        if sum != Quantity::whole(100).0 {
            faults.push(PaperFault::Sum(Quantity(sum)));
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let common = papers.iter().try_fold(1i128, |common, p| {
            // The least common multiple by way of a reduced fraction.
            let step = Ratio::new(common, p.full.0.into()).den;
            Some(common * step).filter(|n| *n <= MOST_COMMON)
        });
        match common {
            Some(common) => Ok(Papers { papers, whole: sum, common }),
            None => Err(vec![PaperFault::TooMany]),
        }
    }

    /// Only these papers, by id, in the order of all: the total is again of a hundred, as the interview list is drawn from the
    /// written papers alone. `None` for an unknown id, and for none at all.
    pub fn only(&self, ids: &[&str]) -> Option<Papers> {
        let papers: Vec<Paper> =
            self.papers.iter().filter(|p| ids.contains(&p.id.as_str())).cloned().collect();
        let known = ids.iter().all(|id| self.position(id).is_some());
        let whole = papers.iter().map(|p| p.weight.0).sum();
        (known && !papers.is_empty()).then_some(Papers { papers, whole, common: self.common })
    }

    /// The papers.
    pub fn all(&self) -> &[Paper] {
        &self.papers
    }

    /// Where a paper stands.
    pub fn position(&self, id: &str) -> Option<usize> {
        self.papers.iter().position(|p| p.id == id)
    }

    /// What comes of marks, one a paper; a mark beyond the papers is not looked at, one too few is missing. A mark out of range
    /// is missing, too: [`Value::within`] refuses it where it is entered.
    pub fn outcome(&self, marks: &[Option<Value>]) -> Outcome {
        let value =
            |i: usize| marks.get(i).copied().flatten().and_then(|v| v.within(self.papers[i].full).ok());
        let at = |which: fn(Option<Value>) -> bool| -> Vec<usize> {
            (0..self.papers.len()).filter(|i| which(value(*i))).collect()
        };
        let disqualified = at(|v| v == Some(Value::Disqualified));
        if !disqualified.is_empty() {
            return Outcome::Disqualified(disqualified);
        }
        let absent = at(|v| v == Some(Value::Absent));
        if !absent.is_empty() {
            return Outcome::Absent(absent);
        }
        let missing = at(|v| v.is_none());
        if !missing.is_empty() {
            return Outcome::Missing(missing);
        }
        let marks: Vec<Score> = (0..self.papers.len()).filter_map(|i| value(i)?.mark()).collect();
        let total = self.total(&marks);
        let below: Vec<usize> =
            (0..marks.len()).filter(|i| self.papers[*i].pass.is_some_and(|pass| marks[*i] < pass)).collect();
        if below.is_empty() { Outcome::Complete(total) } else { Outcome::Below(total, below) }
    }

    /// Each mark as a share of its full marks, times its weight, of a hundred.
    fn total(&self, marks: &[Score]) -> Total {
        let part = |i: usize| {
            let paper = &self.papers[i];
            i128::from(marks[i].0) * paper.weight.0 * (self.common / i128::from(paper.full.0)) * 100
        };
        let den = self.common * self.whole;
        let parts = (0..marks.len())
            .map(|i| Part { paper: i, mark: marks[i], exact: Ratio::new(part(i), den) })
            .collect();
        let exact = Ratio::new((0..marks.len()).map(part).sum(), den);
        // A hundred at most.
        Total { parts, exact, total: Score(exact.hundredths().unwrap_or_default()) }
    }

    pub(crate) fn names(&self, papers: &[usize]) -> Vec<&str> {
        papers.iter().map(|i| self.papers[*i].name.as_str()).collect()
    }

    /// How the outcome came about, a sentence each.
    pub fn explain(&self, outcome: &Outcome) -> Vec<Message> {
        match outcome {
            Outcome::Complete(total) => self.explain_total(total),
            Outcome::Below(total, papers) => {
                let mut out = self.explain_total(total);
                out.extend(papers.iter().map(|i| {
                    let p = &self.papers[*i];
                    let mark = total.parts[*i].mark;
                    msg!(
                        "“{paper}”{mark} 分，没有达到合格线 {pass} 分：不排名次，不进名单",
                        paper = &p.name,
                        mark = mark,
                        pass = p.pass.unwrap_or_default()
                    )
                }));
                out
            }
            Outcome::Disqualified(papers) => {
                vec![msg!("“{papers}”取消资格：不计总分，不排名次", papers = self.names(papers))]
            }
            Outcome::Absent(papers) => {
                vec![msg!("“{papers}”缺考：不计总分，不排名次", papers = self.names(papers))]
            }
            Outcome::Missing(papers) => {
                vec![msg!("“{papers}”的分数还没有定：先不计总分", papers = self.names(papers))]
            }
        }
    }

    fn explain_total(&self, total: &Total) -> Vec<Message> {
        let mut out: Vec<Message> = total
            .parts
            .iter()
            .map(|part| {
                let p = &self.papers[part.paper];
                // Of a part of the papers a weight counts for more.
                let weight = Ratio::new(p.weight.0 * 100, self.whole);
                msg!(
                    "“{paper}”{mark} 分，满分 {full}，权重 {weight}%，计 {part}",
                    paper = &p.name,
                    mark = part.mark,
                    full = p.full,
                    weight = weight,
                    part = part.exact
                )
            })
            .collect();
        out.push(msg!("合计 {exact}，四舍五入一次为 {score}", exact = total.exact, score = total.total));
        out
    }
}

impl Outcome {
    /// The total, of those who have one.
    pub fn total(&self) -> Option<Score> {
        match self {
            Outcome::Complete(total) | Outcome::Below(total, _) => Some(total.total),
            Outcome::Disqualified(_) | Outcome::Absent(_) | Outcome::Missing(_) => None,
        }
    }
}

impl PaperFault {
    /// What to tell the reader.
    pub fn message(&self) -> Message {
        match self {
            PaperFault::None => msg!("没有列出任何考试科目"),
            PaperFault::Twice(id) => msg!("科目“{id}”列了两次", id = id),
            PaperFault::Weight(name) => msg!("“{name}”的权重应大于 0", name = name),
            PaperFault::Full(name) => msg!("“{name}”的满分应大于 0，不超过 10000", name = name),
            PaperFault::Pass(name) => msg!("“{name}”的合格线应在 0 到满分之间", name = name),
            PaperFault::Sum(sum) => msg!("各科权重合计 {sum}%，应为 100%", sum = *sum),
            PaperFault::TooMany => msg!("各科满分相差太杂，无法精确合计"),
        }
    }
}
