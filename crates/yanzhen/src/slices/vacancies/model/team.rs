//! A village's team before and after somebody fills a seat. Pure.

use super::{Candidate, Seat};
use crate::slices::posts::lineup::{Lineup, Shape};
use policy::posts::Track;

/// GB/T 4658 classes from a junior college upwards: what 大专及以上 means.
const COLLEGE: &str = "30";

/// Somebody of a team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mate {
    pub person: i64,
    pub name: String,
    /// The posts, the first first.
    pub titles: Vec<String>,
    pub woman: bool,
    pub age: Option<u32>,
    /// GB/T 4658.
    pub education: String,
    pub party: bool,
    /// Comes with the seat.
    pub new: bool,
}

/// Those who hold party posts and elected seats of a village; hired people serve the team and are no part of it.
#[derive(Clone, Debug, Default)]
pub struct Team {
    pub mates: Vec<Mate>,
}

impl Team {
    /// Of a lineup.
    pub fn of(lineup: &Lineup) -> Team {
        let mates = lineup.members.iter().filter_map(|m| {
            let held: Vec<String> =
                m.held.iter().filter(|h| h.track != Track::Hired).map(|h| h.title.clone()).collect();
            (!held.is_empty()).then(|| Mate {
                person: m.person,
                name: m.name.clone(),
                titles: held,
                woman: m.sex == "2",
                age: m.age(lineup.day).map(u32::from),
                education: m.education.clone(),
                party: m.political == "01",
                new: false,
            })
        });
        Team { mates: mates.collect() }
    }

    /// The team with somebody in a seat; of a seat that somebody leaves, without that one where it was all.
    pub fn with(&self, c: &Candidate, seat: &Seat, leaves: Option<i64>) -> Team {
        let mut mates = self.mates.clone();
        if let Some(leaver) = leaves
            && let Some(k) = mates.iter().position(|m| m.person == leaver)
        {
            mates[k].titles.retain(|t| *t != seat.title);
            if mates[k].titles.is_empty() {
                mates.remove(k);
            }
        }
        if seat.track == Track::Hired {
            return Team { mates };
        }
        match mates.iter_mut().find(|m| m.person == c.id) {
            Some(there) => {
                there.titles.insert(0, seat.title.clone());
                there.new = true;
            }
            None => mates.insert(
                0,
                Mate {
                    person: c.id,
                    name: c.name.clone(),
                    titles: vec![seat.title.clone()],
                    woman: c.woman == Some(true),
                    age: c.age,
                    education: c.education.clone(),
                    party: c.political == "01",
                    new: true,
                },
            ),
        }
        Team { mates }
    }

    pub fn len(&self) -> usize {
        self.mates.len()
    }

    pub fn is_empty(&self) -> bool {
        self.mates.is_empty()
    }

    /// The average age in tenths, of those whose age is known.
    pub fn age_tenths(&self) -> Option<u32> {
        let known: Vec<u32> = self.mates.iter().filter_map(|m| m.age).collect();
        let shape = Shape { years: known.iter().sum(), aged: known.len() as u32, ..Shape::default() };
        shape.average_tenths()
    }

    pub fn youngest(&self) -> Option<u32> {
        self.mates.iter().filter_map(|m| m.age).min()
    }

    pub fn women(&self) -> u32 {
        self.mates.iter().filter(|m| m.woman).count() as u32
    }

    /// How many had a junior college or more.
    pub fn college(&self) -> u32 {
        self.mates.iter().filter(|m| policy::posts::reaches(&m.education, COLLEGE)).count() as u32
    }

    pub fn party(&self) -> u32 {
        self.mates.iter().filter(|m| m.party).count() as u32
    }
}
