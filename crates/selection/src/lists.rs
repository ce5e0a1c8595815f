//! Lists drawn from a ranking at a ratio to the seats (1:3 for the interview, 1:1 for the inspection), and who waits behind
//! them (递补). Who is level on the border is on the list, all of them. Ranks are never renumbered: who leaves is left out, and
//! the list is drawn anew, so nobody who stood on it can fall off it.

use crate::{Outcome, Ranking};
use kernel::{Message, Quantity, msg};
use std::collections::BTreeSet;

/// A place and its seats.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    /// As the candidates name it.
    pub name: String,
    /// How many are sought.
    pub seats: usize,
}

/// Why no list can be drawn.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DrawFault {
    /// Fewer than one a seat, or more than a thousand.
    Ratio(Quantity),
    /// A place stands twice.
    Twice(String),
    /// Somebody competes for a place that has no seats written down.
    Unknown(String),
    /// Somebody who left is none of the candidates; from 1.
    Nobody(usize),
}

/// The list of a place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct List {
    /// The place and its seats.
    pub place: Place,
    /// Persons a seat.
    pub ratio: Quantity,
    /// How many the ratio asks for: seats times ratio, rounded up.
    pub wanted: usize,
    /// Who is on it, best first; more than `wanted` where several share the border.
    pub on: Vec<usize>,
    /// Who waits, best first, each with its turn from 1; who shares a rank shares the turn.
    pub waiting: Vec<(usize, usize)>,
    /// Who left, as given.
    pub left: Vec<usize>,
}

/// Where somebody stands to a list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Draw {
    /// On it.
    On,
    /// On it by sharing the rank on the border, which takes more than were wanted.
    OnLevel,
    /// Waits, the turn from 1.
    Waiting(usize),
    /// Left it, or the competition.
    Left,
    /// Has no rank.
    Unranked,
}

impl Ranking {
    /// The lists of all places in their order, without those who left.
    ///
    /// # Errors
    /// Every [`DrawFault`] at once.
    pub fn draw(
        &self,
        places: &[Place],
        ratio: Quantity,
        left: &[usize],
    ) -> Result<Vec<List>, Vec<DrawFault>> {
        let mut faults = Vec::new();
        if ratio < Quantity::whole(1) || ratio > Quantity::whole(1000) {
            faults.push(DrawFault::Ratio(ratio));
        }
        let mut names = BTreeSet::new();
        for place in places {
            if !names.insert(place.name.as_str()) {
                faults.push(DrawFault::Twice(place.name.clone()));
            }
        }
        let unknown = self.places().filter(|p| !names.contains(p));
        faults.extend(unknown.map(|p| DrawFault::Unknown(p.to_owned())));
        let nobody = left.iter().filter(|i| **i >= self.lines().len());
        faults.extend(nobody.map(|i| DrawFault::Nobody(i + 1)));
        if !faults.is_empty() {
            return Err(faults);
        }
        let gone: BTreeSet<usize> = left.iter().copied().collect();
        Ok(places.iter().map(|place| self.list(place, ratio, &gone)).collect())
    }

    fn list(&self, place: &Place, ratio: Quantity, gone: &BTreeSet<usize>) -> List {
        let asked = (place.seats as u128).saturating_mul(ratio.0.unsigned_abs());
        let wanted = usize::try_from(asked.div_ceil(kernel::MILLION as u128)).unwrap_or(usize::MAX);
        let here: Vec<usize> =
            self.order(&place.name).iter().copied().filter(|i| !gone.contains(i)).collect();
        let rank = |i: usize| self.lines()[i].rank;
        let border = wanted.checked_sub(1).and_then(|last| here.get(last)).map(|i| rank(*i));
        let cut = match border {
            // The rank on the border is taken whole.
            Some(border) => here.partition_point(|i| rank(*i) <= border),
            None => here.len().min(wanted),
        };
        let (on, behind) = here.split_at(cut);
        let turn = |i: &usize| (*i, 1 + behind.partition_point(|other| rank(*other) < rank(*i)));
        List {
            place: place.clone(),
            ratio,
            wanted,
            on: on.to_vec(),
            waiting: behind.iter().map(turn).collect(),
            left: gone.iter().copied().filter(|i| self.lines()[*i].place == place.name).collect(),
        }
    }

    /// Why somebody is on the list of the own place or is not, a sentence each.
    pub fn explain_list(&self, list: &List, candidate: usize) -> Vec<Message> {
        let line = &self.lines()[candidate];
        let head = msg!(
            "{seats} 个名额，按 1:{ratio} 取 {wanted} 人",
            seats = list.place.seats,
            ratio = list.ratio,
            wanted = list.wanted
        );
        let rank = line.rank.unwrap_or_default();
        let why = match list.standing(self, candidate) {
            Draw::On => msg!("第 {rank} 名，在名单内", rank = rank),
            Draw::OnLevel => msg!(
                "第 {rank} 名并列，正在最后一个名额上：并列的全部列入，实有 {on} 人",
                rank = rank,
                on = list.on.len()
            ),
            Draw::Waiting(turn) if self.same_turn(list, turn) > 1 => msg!(
                "第 {rank} 名，不在名单内，与同名次的人同为递补第 {turn}，由人决定先后",
                rank = rank,
                turn = turn
            ),
            Draw::Waiting(turn) => {
                msg!("第 {rank} 名，不在名单内，递补第 {turn}", rank = rank, turn = turn)
            }
            Draw::Left => msg!("已经退出，不在名单内，由后面的人依次递补"),
            Draw::Unranked => match line.outcome {
                Outcome::Missing(_) => msg!("分数没有定，先不列名单"),
                _ => msg!("没有名次，不在名单内"),
            },
        };
        vec![head, why]
    }

    fn same_turn(&self, list: &List, turn: usize) -> usize {
        list.waiting.iter().filter(|(_, t)| *t == turn).count()
    }
}

impl List {
    /// Where somebody stands to it.
    pub fn standing(&self, ranking: &Ranking, candidate: usize) -> Draw {
        if self.left.contains(&candidate) {
            return Draw::Left;
        }
        if let Some((_, turn)) = self.waiting.iter().find(|(i, _)| *i == candidate) {
            return Draw::Waiting(*turn);
        }
        if !self.on.contains(&candidate) {
            return Draw::Unranked;
        }
        let rank = |i: usize| ranking.lines()[i].rank;
        let last = self.on.last().map(|i| rank(*i));
        if self.on.len() > self.wanted && last == Some(rank(candidate)) { Draw::OnLevel } else { Draw::On }
    }

    /// How many more were wanted than there are: seats may have to be taken back, by whoever may.
    pub fn short(&self) -> usize {
        self.wanted.saturating_sub(self.on.len())
    }

    /// How many stand on it beyond what was wanted, by sharing the rank on the border.
    pub fn beyond(&self) -> usize {
        self.on.len().saturating_sub(self.wanted)
    }
}

/// Who stands on the second list of a place and did not on the first, best first: they moved up when others left.
pub fn moved_up(before: &List, after: &List) -> Vec<usize> {
    after.on.iter().copied().filter(|i| !before.on.contains(i)).collect()
}

impl DrawFault {
    /// What to tell the reader.
    pub fn message(&self) -> Message {
        match self {
            DrawFault::Ratio(ratio) => msg!("比例 1:{ratio} 应在 1:1 到 1:1000 之间", ratio = *ratio),
            DrawFault::Twice(place) => msg!("岗位“{place}”列了两次", place = place),
            DrawFault::Unknown(place) => msg!("岗位“{place}”没有名额", place = place),
            DrawFault::Nobody(i) => msg!("退出的第 {i} 人不在考生之中", i = *i),
        }
    }
}
