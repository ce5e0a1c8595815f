//! An interview's panel: so many examiners mark, the highest and the lowest marks are dropped, the rest are averaged.

use kernel::{Message, Ratio, Score, msg};

/// How a panel's marks are joined; a pack says it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PanelRule {
    /// Examiners of a full panel.
    pub examiners: usize,
    /// The fewest who may mark, where some had to stand aside.
    pub least: usize,
    /// Highest marks dropped.
    pub highest: usize,
    /// Lowest marks dropped.
    pub lowest: usize,
    /// The highest mark that may be given.
    pub full: Score,
}

/// Why a panel has no score, or why its rule cannot be used. Examiners count from 1, as given.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PanelFault {
    /// The rule drops as many marks as the smallest panel has, or more.
    NothingLeft {
        /// Dropped.
        dropped: usize,
        /// The smallest panel.
        least: usize,
    },
    /// The smallest panel is larger than a full one.
    LeastAboveFull,
    /// Full marks must be above 0.
    Full,
    /// Fewer examiners than may mark.
    TooFew {
        /// Who marked or should have.
        given: usize,
        /// The fewest allowed.
        least: usize,
    },
    /// More than a full panel.
    TooMany {
        /// Who marked.
        given: usize,
        /// A full panel.
        examiners: usize,
    },
    /// An examiner has not marked.
    Missing {
        /// Which, from 1.
        examiner: usize,
    },
    /// A mark below 0 or above full marks.
    Range {
        /// Which, from 1.
        examiner: usize,
        /// The mark.
        mark: Score,
        /// The highest that may be given.
        full: Score,
    },
}

/// What became of a mark.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fate {
    /// Part of the mean.
    Counted,
    /// Dropped as one of the highest.
    Highest,
    /// Dropped as one of the lowest.
    Lowest,
}

/// An examiner's mark and what became of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Mark {
    /// As given.
    pub mark: Score,
    /// Counted or dropped.
    pub fate: Fate,
}

/// A panel's score.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PanelScore {
    /// The mean, exact, in points.
    pub exact: Ratio,
    /// The mean, rounded once, half away from zero, to hundredths.
    pub score: Score,
    /// The marks in the examiners' order.
    pub marks: Vec<Mark>,
    /// Equal marks of which one was dropped as highest and another counted: which of them is all the same.
    pub level_high: Option<Score>,
    /// The same at the lower end.
    pub level_low: Option<Score>,
}

impl PanelRule {
    /// What is wrong with the rule itself.
    pub fn check(&self) -> Vec<PanelFault> {
        let mut faults = Vec::new();
        let dropped = self.highest.saturating_add(self.lowest);
        if dropped >= self.least {
            faults.push(PanelFault::NothingLeft { dropped, least: self.least });
        }
        if self.least > self.examiners {
            faults.push(PanelFault::LeastAboveFull);
        }
        if self.full.0 <= 0 {
            faults.push(PanelFault::Full);
        }
        faults
    }

    /// The score of a panel's marks, an examiner each; whoever stood aside is left out, `None` is a mark that is missing.
    ///
    /// # Errors
    /// Every [`PanelFault`] at once.
    pub fn score(&self, marks: &[Option<Score>]) -> Result<PanelScore, Vec<PanelFault>> {
        let mut faults = self.check();
        let given = marks.len();
        if given < self.least {
            faults.push(PanelFault::TooFew { given, least: self.least });
        }
        if given > self.examiners {
            faults.push(PanelFault::TooMany { given, examiners: self.examiners });
        }
        for (i, mark) in marks.iter().enumerate() {
            match mark {
                None => faults.push(PanelFault::Missing { examiner: i + 1 }),
                Some(m) if m.0 < 0 || *m > self.full => {
                    faults.push(PanelFault::Range { examiner: i + 1, mark: *m, full: self.full });
                }
                Some(_) => {}
            }
        }
        if faults.is_empty() {
            Ok(self.joined(marks.iter().flatten().copied().collect()))
        } else {
            Err(faults)
        }
    }

    /// Of marks that were checked.
    fn joined(&self, marks: Vec<Score>) -> PanelScore {
        let mut by: Vec<usize> = (0..marks.len()).collect();
        // Of equal marks the examiner named first is taken as the higher: the sum is the same whichever is dropped.
        by.sort_by(|a, b| marks[*b].cmp(&marks[*a]).then(a.cmp(b)));
        let low = by.len() - self.lowest;
        let mut fates = vec![Fate::Counted; marks.len()];
        by[..self.highest].iter().for_each(|i| fates[*i] = Fate::Highest);
        by[low..].iter().for_each(|i| fates[*i] = Fate::Lowest);
        let counted = &by[self.highest..low];
        let sum: i128 = counted.iter().map(|i| i128::from(marks[*i].0)).sum();
        let exact = Ratio::new(sum, 100 * counted.len() as i128);
        let level = |outside: Option<&usize>, inside: Option<&usize>| {
            let (outside, inside) = (marks[*outside?], marks[*inside?]);
            (outside == inside).then_some(inside)
        };
        let level_high = level(by[..self.highest].last(), counted.first());
        let level_low = level(by[low..].first(), counted.last());
        // Marks lie within full marks, so their mean does, too.
        let score = Score(exact.hundredths().unwrap_or_default());
        let marks = marks.into_iter().zip(fates).map(|(mark, fate)| Mark { mark, fate }).collect();
        PanelScore { exact, score, marks, level_high, level_low }
    }
}

impl PanelScore {
    /// The marks of a fate, falling.
    pub fn of(&self, fate: Fate) -> Vec<Score> {
        let mut out: Vec<Score> = self.marks.iter().filter(|m| m.fate == fate).map(|m| m.mark).collect();
        out.sort_by(|a, b| b.cmp(a));
        out
    }

    /// What was dropped, what the mean is of, and the mean, a sentence each.
    pub fn explain(&self) -> Vec<Message> {
        let mut out = Vec::new();
        let (highest, counted, lowest) =
            (self.of(Fate::Highest), self.of(Fate::Counted), self.of(Fate::Lowest));
        if !highest.is_empty() {
            out.push(msg!("去掉最高分：{marks}", marks = highest));
        }
        if !lowest.is_empty() {
            out.push(msg!("去掉最低分：{marks}", marks = lowest));
        }
        for level in [self.level_high, self.level_low].into_iter().flatten() {
            out.push(msg!("另有考官同为 {mark}：去掉哪一个结果都一样", mark = level));
        }
        let n = counted.len();
        out.push(msg!("其余 {n} 个：{marks}", n = n, marks = counted));
        out.push(msg!("平均 {exact}，四舍五入一次为 {score}", exact = self.exact, score = self.score));
        out
    }
}

impl PanelFault {
    /// What to tell the reader.
    pub fn message(&self) -> Message {
        match *self {
            PanelFault::NothingLeft { dropped, least } => {
                msg!("要去掉 {dropped} 个分，最少的考官只有 {least} 名", dropped = dropped, least = least)
            }
            PanelFault::LeastAboveFull => msg!("最少考官数多于考官数"),
            PanelFault::Full => msg!("面试满分应大于 0"),
            PanelFault::TooFew { given, least } => {
                msg!("考官 {given} 名，至少要 {least} 名", given = given, least = least)
            }
            PanelFault::TooMany { given, examiners } => {
                msg!("考官 {given} 名，只设 {examiners} 名", given = given, examiners = examiners)
            }
            PanelFault::Missing { examiner } => msg!("第 {examiner} 名考官没有评分", examiner = examiner),
            PanelFault::Range { examiner, mark, full } => msg!(
                "第 {examiner} 名考官评 {mark} 分，应在 0 到 {full} 之间",
                examiner = examiner,
                mark = mark,
                full = full
            ),
        }
    }
}
