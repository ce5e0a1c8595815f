//! The best set of people over several vacancies at once (人岗相适, 一起配). Pure; `succession` finds the optimum.

use super::{Candidate, Line};
use std::collections::{BTreeMap, BTreeSet};
use succession::{Matching, Offer, Problem};

/// Why a seat is not given to the first of its own chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It is given to the first.
    First,
    /// It is given to the first, whom this other seat's chain has first too.
    Clash(usize),
    /// The first of its chain fits this other seat better.
    Elsewhere(usize),
    /// Another of the same group fits the seat better.
    Fits,
    /// Somebody held this pairing fast.
    Held,
}

/// A seat of the set.
#[derive(Clone, Debug)]
pub struct Pair {
    /// Position of the seat among those given.
    pub seat: usize,
    /// Position of the person among those given, its group and place in the chain, its fit.
    pub given: Option<(usize, usize, usize, i64)>,
    /// The first of the seat's own chain.
    pub first: Option<usize>,
    pub why: Reason,
}

/// A set.
#[derive(Clone, Debug)]
pub struct Set {
    pub pairs: Vec<Pair>,
    pub filled: usize,
    /// The fits added up.
    pub fit: i64,
    /// The same where each seat takes the first of its chain who is left, seat by seat.
    pub alone: i64,
    /// Seats whose first is another seat's first, too, beyond the first of them.
    pub clashes: usize,
    /// Seats to which nobody of an earlier group was free.
    pub kept: usize,
    /// How many people may fill one of the seats.
    pub people: usize,
}

/// What it costs to give a seat to somebody else.
#[derive(Clone, Debug)]
pub struct Cost {
    /// Position of the person.
    pub person: usize,
    pub place: usize,
    pub group: usize,
    pub fit: i64,
    /// Seats that would stand empty.
    pub filled: i64,
    /// Fit lost over all seats.
    pub lost: i64,
    /// Seats that would be given by a later group than in the best set.
    pub later: bool,
    /// Other seats that would be given to others.
    pub moved: Vec<usize>,
}

/// Seats with their chains, people numbered anew: only those who may fill one of them.
pub struct Table<'t> {
    lines: &'t [Line],
    people: Vec<usize>,
    problem: Problem,
    locks: BTreeMap<usize, usize>,
}

impl<'t> Table<'t> {
    /// Of chains over the same people, with pairings held fast as (seat, person's id). A pairing that the seat's chain does
    /// not have holds nothing.
    pub fn new(lines: &'t [Line], all: &[Candidate], held: &[(usize, i64)]) -> Table<'t> {
        let may: BTreeSet<usize> =
            lines.iter().flat_map(|l| l.placed().map(|(_, look)| look.person)).collect();
        let people: Vec<usize> = may.into_iter().collect();
        let locks: BTreeMap<usize, usize> = held
            .iter()
            .filter_map(|(seat, id)| {
                let look = lines.get(*seat)?.placed().find(|(_, l)| all[l.person].id == *id)?.1;
                Some((*seat, look.person))
            })
            .collect();
        let mut offers = Vec::new();
        for (seat, line) in lines.iter().enumerate() {
            for (step, look) in line.placed() {
                let fast = locks.get(&seat).is_none_or(|p| *p == look.person);
                let free = locks.iter().all(|(s, p)| *s == seat || *p != look.person);
                if let (true, Ok(person)) = (fast && free, people.binary_search(&look.person)) {
                    offers.push(Offer { vacancy: seat, person, step, fit: look.fit.total });
                }
            }
        }
        let problem = Problem::new(lines.len(), people.len(), offers);
        Table { lines, people, problem, locks }
    }

    /// Position among all people of somebody of the problem.
    fn whom(&self, m: &Matching, seat: usize) -> Option<usize> {
        m.person[seat].map(|p| self.people[p])
    }

    fn first(&self, seat: usize) -> Option<usize> {
        self.lines[seat].placed().next().map(|(_, l)| l.person)
    }

    /// Group, place and fit of somebody for a seat.
    fn stands(&self, seat: usize, person: usize) -> Option<(usize, usize, i64)> {
        let (group, look) = self.lines[seat].placed().find(|(_, l)| l.person == person)?;
        Some((group, look.place()?, look.fit.total))
    }

    /// The best set.
    pub fn best(&self) -> Set {
        self.told(&self.problem.solve())
    }

    fn told(&self, m: &Matching) -> Set {
        let seats = self.lines.len();
        let seat_of: BTreeMap<usize, usize> =
            (0..seats).filter_map(|s| Some((self.whom(m, s)?, s))).collect();
        let firsts: Vec<Option<usize>> = (0..seats).map(|s| self.first(s)).collect();
        let pairs: Vec<Pair> = (0..seats)
            .map(|seat| {
                let given = self
                    .whom(m, seat)
                    .and_then(|p| self.stands(seat, p).map(|(group, place, fit)| (p, group, place, fit)));
                let own = given.map(|g| g.0);
                let same =
                    (0..seats).find(|o| *o != seat && firsts[*o].is_some() && firsts[*o] == firsts[seat]);
                let why = match (firsts[seat], own) {
                    _ if self.locks.contains_key(&seat) => Reason::Held,
                    (Some(first), own) if own != Some(first) => match seat_of.get(&first) {
                        Some(other) => Reason::Elsewhere(*other),
                        None => Reason::Fits,
                    },
                    _ => same.map_or(Reason::First, Reason::Clash),
                };
                Pair { seat, given, first: firsts[seat], why }
            })
            .collect();
        // Seat by seat, each takes the first of its chain who is left.
        let (mut taken, mut alone) = (BTreeSet::new(), 0);
        for line in self.lines {
            if let Some((_, look)) = line.placed().find(|(_, l)| !taken.contains(&l.person)) {
                taken.insert(look.person);
                alone += look.fit.total;
            }
        }
        let known: Vec<usize> = firsts.iter().flatten().copied().collect();
        let different: BTreeSet<usize> = known.iter().copied().collect();
        let kept = pairs.iter().filter(|p| {
            p.given.is_some_and(|(_, group, ..)| {
                self.lines[p.seat].placed().all(|(g, look)| g >= group || seat_of.contains_key(&look.person))
            })
        });
        Set {
            filled: m.filled,
            fit: m.fit,
            alone,
            clashes: known.len() - different.len(),
            kept: kept.count(),
            people: self.people.len(),
            pairs,
        }
    }

    /// What each other choice for a seat costs against the best set, in the chain's order.
    pub fn costs(&self, seat: usize, best: &Set) -> Vec<Cost> {
        let Some(line) = self.lines.get(seat) else { return Vec::new() };
        let own = best.pairs[seat].given.map(|g| g.0);
        let steps = |set: &[Option<usize>]| -> Vec<usize> {
            let mut all: Vec<usize> = set
                .iter()
                .enumerate()
                .filter_map(|(s, p)| p.and_then(|p| self.stands(s, p)).map(|(g, ..)| g))
                .collect();
            all.sort_unstable();
            all
        };
        let now: Vec<Option<usize>> = best.pairs.iter().map(|p| p.given.map(|g| g.0)).collect();
        line.placed()
            .filter(|(_, l)| Some(l.person) != own)
            .filter_map(|(group, look)| {
                let person = self.people.binary_search(&look.person).ok()?;
                let other = self.problem.instead(seat, person)?;
                let then: Vec<Option<usize>> = (0..self.lines.len()).map(|s| self.whom(&other, s)).collect();
                Some(Cost {
                    person: look.person,
                    place: look.place()?,
                    group,
                    fit: look.fit.total,
                    filled: best.filled as i64 - other.filled as i64,
                    lost: best.fit - other.fit,
                    later: steps(&then) > steps(&now),
                    moved: (0..then.len()).filter(|s| *s != seat && then[*s] != now[*s]).collect(),
                })
            })
            .collect()
    }
}
