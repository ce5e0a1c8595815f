//! The count of a democratic recommendation meeting (民主推荐): ballots handed out, returned, valid; votes a name. Sums that do
//! not agree are told, every one at once; whether the meeting counts is the quorum's to say, who is put forward is people's.

use kernel::{Message, Ratio, msg};

/// A part of a whole that is asked for; a pack says it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Share {
    /// 2 of 2/3.
    pub num: u32,
    /// 3 of 2/3, above 0.
    pub den: u32,
    /// More than that (过半), not just as much (以上).
    pub over: bool,
}

/// Somebody's votes as counted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Vote {
    /// The name, and whatever tells namesakes apart.
    pub name: String,
    /// How many.
    pub votes: u32,
}

/// A meeting as it was counted and signed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Count {
    /// Who should come.
    pub due: u32,
    /// Who came.
    pub present: u32,
    /// Ballots handed out.
    pub handed_out: u32,
    /// Ballots returned.
    pub returned: u32,
    /// Of these valid.
    pub valid: u32,
    /// Of these invalid.
    pub invalid: u32,
    /// The most names a ballot may carry.
    pub names_a_ballot: u32,
    /// Votes a name.
    pub votes: Vec<Vote>,
}

/// Sums that do not agree.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CountFault {
    /// Nobody is due.
    NobodyDue,
    /// More came than were due.
    Present {
        /// Who came.
        present: u32,
        /// Who was due.
        due: u32,
    },
    /// More ballots handed out than people came.
    HandedOut {
        /// Ballots.
        handed_out: u32,
        /// People.
        present: u32,
    },
    /// More returned than handed out: the ballot must be held again.
    Returned {
        /// Returned.
        returned: u32,
        /// Handed out.
        handed_out: u32,
    },
    /// Valid and invalid are not what was returned.
    Valid {
        /// Valid ones.
        valid: u32,
        /// Invalid ones.
        invalid: u32,
        /// Returned.
        returned: u32,
    },
    /// A ballot must be able to carry a name.
    NoNames,
    /// A name is blank; from 1.
    Blank(usize),
    /// A name stands twice.
    Twice(String),
    /// Somebody has more votes than there are valid ballots.
    Votes {
        /// Who.
        name: String,
        /// Votes.
        votes: u32,
        /// Valid ballots.
        valid: u32,
    },
    /// All votes together are more than the valid ballots can carry.
    Sum {
        /// All votes.
        votes: u64,
        /// What they can carry.
        most: u64,
    },
    /// The quorum's fraction has no denominator, or asks for more than everybody.
    Quorum,
}

/// Somebody's place after the count.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Voted {
    /// Position among the votes given.
    pub vote: usize,
    /// 1 and the number of those with more votes.
    pub rank: usize,
    /// How many others have as many: people decide between them.
    pub level: usize,
    /// Of the valid ballots; none without any.
    pub share: Option<Ratio>,
}

/// A meeting whose sums agree.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Meeting {
    /// What was counted.
    pub count: Count,
    /// What must come for the meeting to count.
    pub quorum: Share,
    /// Whether so many came and at least one valid ballot was returned.
    pub holds: bool,
    /// Everybody, most votes first; as many votes: as given.
    pub order: Vec<Voted>,
}

impl Share {
    /// Whether a part of a whole is as much as asked for.
    pub fn holds(self, part: u32, whole: u32) -> bool {
        let (part, asked) = (u64::from(part) * u64::from(self.den), u64::from(whole) * u64::from(self.num));
        if self.over { part > asked } else { part >= asked }
    }

    fn is_usable(self) -> bool {
        self.den > 0 && self.num <= self.den && !(self.over && self.num == self.den)
    }

    /// 超过 1/2, 达到 2/3
    pub fn message(self) -> Message {
        if !self.over && self.den == 10_000 {
            // Hundredths of a per cent, as a pack's share is kept.
            let percent = kernel::Quantity(i128::from(self.num) * 10_000).to_string();
            return msg!("达到 {n}%", n = percent);
        }
        match self.over {
            true => msg!("超过 {num}/{den}", num = self.num, den = self.den),
            false => msg!("达到 {num}/{den}", num = self.num, den = self.den),
        }
    }
}

impl Count {
    /// Every sum that does not agree.
    pub fn check(&self) -> Vec<CountFault> {
        let mut faults = Vec::new();
        let mut fault = |wrong: bool, what: CountFault| {
            if wrong {
                faults.push(what);
            }
        };
        let Count { due, present, handed_out, returned, valid, invalid, .. } = *self;
        fault(due == 0, CountFault::NobodyDue);
        fault(present > due, CountFault::Present { present, due });
        fault(handed_out > present, CountFault::HandedOut { handed_out, present });
        fault(returned > handed_out, CountFault::Returned { returned, handed_out });
        let both = u64::from(valid) + u64::from(invalid);
        fault(both != u64::from(returned), CountFault::Valid { valid, invalid, returned });
        fault(self.names_a_ballot == 0, CountFault::NoNames);
        for (i, v) in self.votes.iter().enumerate() {
            let name = v.name.trim();
            fault(name.is_empty(), CountFault::Blank(i + 1));
            let twice = !name.is_empty() && self.votes[..i].iter().any(|other| other.name.trim() == name);
            fault(twice, CountFault::Twice(name.to_owned()));
            fault(v.votes > valid, CountFault::Votes { name: name.to_owned(), votes: v.votes, valid });
        }
        let votes: u64 = self.votes.iter().map(|v| u64::from(v.votes)).sum();
        let most = u64::from(valid) * u64::from(self.names_a_ballot);
        fault(votes > most, CountFault::Sum { votes, most });
        faults
    }

    /// The meeting's outcome under a quorum of those present to those due.
    ///
    /// # Errors
    /// Every [`CountFault`] at once.
    pub fn close(self, quorum: Share) -> Result<Meeting, Vec<CountFault>> {
        let mut faults = self.check();
        if !quorum.is_usable() {
            faults.push(CountFault::Quorum);
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let mut by: Vec<usize> = (0..self.votes.len()).collect();
        let votes = |i: usize| self.votes[i].votes;
        by.sort_by(|a, b| votes(*b).cmp(&votes(*a)).then(a.cmp(b)));
        let voted = |i: &usize| {
            let before = by.partition_point(|other| votes(*other) > votes(*i));
            let with = by.partition_point(|other| votes(*other) >= votes(*i));
            let share = (self.valid > 0).then(|| Ratio::new(votes(*i).into(), self.valid.into()));
            Voted { vote: *i, rank: before + 1, level: with - before - 1, share }
        };
        let order = by.iter().map(voted).collect();
        let holds = quorum.holds(self.present, self.due) && self.valid > 0;
        Ok(Meeting { quorum, holds, order, count: self })
    }
}

impl Meeting {
    /// Whether somebody's votes are such a share of the valid ballots, in a meeting that counts.
    pub fn reaches(&self, voted: &Voted, asked: Share) -> bool {
        self.holds && asked.holds(self.count.votes[voted.vote].votes, self.count.valid)
    }

    /// The figures, and whether the meeting counts, a sentence each.
    pub fn explain(&self) -> Vec<Message> {
        let c = &self.count;
        let mut out = vec![
            msg!("应到 {due} 人，实到 {present} 人", due = c.due, present = c.present),
            msg!(
                "发出 {out} 票，收回 {back} 票，有效 {valid} 票，无效 {invalid} 票",
                out = c.handed_out,
                back = c.returned,
                valid = c.valid,
                invalid = c.invalid
            ),
        ];
        let asked = self.quorum.message();
        out.push(match (self.holds, self.quorum.holds(c.present, c.due)) {
            (true, _) => msg!("实到人数{asked}，会议有效", asked = asked),
            (false, false) => msg!("实到人数没有{asked}，会议无效", asked = asked),
            (false, true) => msg!("没有一张有效票，会议无效"),
        });
        out
    }

    /// Somebody's votes, share and rank.
    pub fn explain_vote(&self, voted: &Voted) -> Message {
        let votes = self.count.votes[voted.vote].votes;
        let per_cent = voted.share.map_or(Ratio::new(0, 1), |s| {
            // Tenths of a per cent, rounded for reading only; the order is by votes.
            Ratio::new(kernel::round_half_away(s.num * 1000, s.den), 10)
        });
        let (valid, rank) = (self.count.valid, voted.rank);
        match voted.level {
            0 => msg!(
                "得 {votes} 票，占有效票 {valid} 张的 {share}%，列第 {rank}",
                votes = votes,
                valid = valid,
                share = per_cent,
                rank = rank
            ),
            n => msg!(
                "得 {votes} 票，占有效票 {valid} 张的 {share}%，与另 {n} 人并列第 {rank}，由人决定",
                votes = votes,
                valid = valid,
                share = per_cent,
                n = n,
                rank = rank
            ),
        }
    }
}

impl CountFault {
    /// What to tell the reader.
    pub fn message(&self) -> Message {
        match self {
            CountFault::NobodyDue => msg!("应到人数是 0"),
            CountFault::Present { present, due } => {
                msg!("实到 {present} 人多于应到 {due} 人", present = *present, due = *due)
            }
            CountFault::HandedOut { handed_out, present } => {
                msg!("发出 {n} 票多于实到 {present} 人", n = *handed_out, present = *present)
            }
            CountFault::Returned { returned, handed_out } => msg!(
                "收回 {back} 票多于发出 {out} 票：这次投票不能算，应重新投",
                back = *returned,
                out = *handed_out
            ),
            CountFault::Valid { valid, invalid, returned } => msg!(
                "有效 {valid} 票加无效 {invalid} 票，不等于收回 {back} 票",
                valid = *valid,
                invalid = *invalid,
                back = *returned
            ),
            CountFault::NoNames => msg!("每张票至少应能推荐 1 人"),
            CountFault::Blank(row) => msg!("第 {row} 行没有姓名", row = *row),
            CountFault::Twice(name) => msg!("“{name}”列了两次：同名的请加以区别", name = name),
            CountFault::Votes { name, votes, valid } => {
                msg!(
                    "“{name}”得 {votes} 票，有效票只有 {valid} 张",
                    name = name,
                    votes = *votes,
                    valid = *valid
                )
            }
            CountFault::Sum { votes, most } => {
                msg!("各人得票合计 {votes}，有效票最多能推荐 {most} 人次", votes = *votes, most = *most)
            }
            CountFault::Quorum => msg!("到会人数的要求写错了：应是不超过全体的一个分数"),
        }
    }
}
