//! Invented persons: teams of villages over two terms, their reserves, who left, with believable files.
//!
//! Nobody is real: every name has 例 as its second character, identity numbers stand under an area that no division has,
//! phone numbers begin with 100 and bank accounts with 999 (see [`numbers`]). Everything follows from the seed, the
//! villages and the day; but for their numbers a village's people do not depend on which others stand beside it.

mod beside;
mod life;
mod names;
mod numbers;
mod seats;
mod team;
mod ties;
mod time;
mod words;

use crate::dice::Dicebox;
use crate::places::Place;
use numbers::Numbers;
use policy::posts::{Track, WayIn, WayOut};
use std::collections::BTreeMap;

/// The last day of what lasts.
pub const LASTS: &str = "9999-12-31";

/// What is known of a village beside its name; what is not is drawn.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Hint {
    /// The secretary's age, kept where it stands near retirement (55 and more); younger ones are drawn.
    pub secretary_age: Option<u32>,
    /// The average age of the two committees at least.
    pub team_age: Option<f64>,
    /// Whether every seat is filled.
    pub complete: Option<bool>,
    /// Reserves for secretary.
    pub reserves: Option<usize>,
}

/// Which persons to make.
#[derive(Clone, Debug)]
pub struct PeopleOptions<'a> {
    /// The same seed gives the same persons.
    pub seed: u64,
    /// The day they are looked at, YYYY-MM-DD: ages and what was told lately count from it.
    pub today: &'a str,
    /// Township after township is filled until so many persons are there.
    pub persons: usize,
    /// By village code.
    pub hints: &'a BTreeMap<String, Hint>,
}

/// A person with everything its file holds. Values are in stored form: codes of the national standards, partial days.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(missing_docs, reason = "the fields of a person file")]
pub struct Person {
    pub village: String,
    pub name: String,
    pub sex: &'static str,
    pub birth: String,
    pub ethnic: &'static str,
    pub origin: String,
    pub birthplace: String,
    pub marital: &'static str,
    pub identity: String,
    pub phone: String,
    pub bank: String,
    pub health: &'static str,
    pub political: &'static str,
    pub party_on: String,
    pub stage: &'static str,
    pub work_on: String,
    pub education: &'static str,
    pub degree: &'static str,
    pub technical: &'static str,
    pub strengths: &'static str,
    /// An id of the national pack's source groups.
    pub source: &'static str,
    /// The day the person left the county's cadres and pools; empty while in use.
    pub left_on: String,
    pub studies: Vec<Study>,
    pub cv: Vec<Spell>,
    pub family: Vec<Relative>,
    pub merits: Vec<Merit>,
    pub claims: Vec<Claim>,
    /// The latest last.
    pub told: Vec<Told>,
    pub stays: Vec<Stay>,
    pub holds: Vec<Hold>,
}

/// Schooling.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "plain values")]
pub struct Study {
    /// In service.
    pub part_time: bool,
    pub level: &'static str,
    /// As the diploma says it; empty for none.
    pub degree: &'static str,
    pub school: String,
    pub major: &'static str,
    pub from_on: String,
    pub to_on: String,
}

/// A line of the career.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "plain values")]
pub struct Spell {
    pub from_on: String,
    /// Empty while it lasts.
    pub to_on: String,
    pub text: String,
}

/// A relative; members under 14 have no name.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "plain values")]
pub struct Relative {
    pub relation: &'static str,
    pub name: String,
    pub birth: String,
    pub political: &'static str,
    pub work: String,
}

/// A reward or a sanction.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "plain values")]
pub struct Merit {
    pub sanction: bool,
    pub day: String,
    pub title: String,
    pub by_whom: String,
    pub document: String,
    /// The last day of a sanction's effect.
    pub until: String,
}

/// A claim to one of the verified values.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "plain values")]
pub struct Claim {
    /// The id of the person's field: birth, party_on, work_on, education, degree.
    pub kind: &'static str,
    pub value: String,
    pub document: &'static str,
    pub document_on: String,
    /// Recognised on a day; empty while it waits.
    pub recognised_on: String,
    /// Who entered it, and who recognised it.
    pub by: String,
}

/// Where a person said to be, and what it wants.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "plain values")]
pub struct Told {
    pub day: String,
    pub place: &'static str,
    pub employment: &'static str,
    pub intention: &'static str,
    pub how: &'static str,
    pub by: String,
}

/// A stay in a pool.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "plain values")]
pub struct Stay {
    /// `reserve` for everybody; beside it `secretary_reserve`, `returned_graduates`, `veterans`, `officers`.
    pub pool: &'static str,
    pub from_on: String,
    /// [`LASTS`] while it lasts.
    pub to_on: String,
    pub ground_in: String,
    pub ground_out: String,
}

/// A hold of a post.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "plain values")]
pub struct Hold {
    /// An id of [`policy::posts::KNOWN_POSTS`].
    pub post: &'static str,
    pub track: Track,
    /// As a residents' committee calls it; empty where the post's own title stands.
    pub title: String,
    /// Position among the village's terms; `None` for posts outside terms.
    pub term: Option<usize>,
    pub from_on: String,
    /// [`LASTS`] while it lasts.
    pub to_on: String,
    pub way_in: WayIn,
    pub way_out: Option<WayOut>,
    pub ground_in: String,
    pub ground_out: String,
}

/// A village's term.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "plain values")]
pub struct Term {
    pub track: Track,
    /// `第十二届`
    pub name: &'static str,
    pub from_on: String,
    pub to_on: String,
    pub ground: String,
    /// The day it really ended; empty while it runs.
    pub ended_on: String,
}

/// What is odd about a village or a person, on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Oddity {
    /// A seat stands empty.
    Vacancy,
    /// No woman in the villagers' committee.
    NoWoman,
    /// Relatives in the two committees.
    Kin,
    /// A secretary of sixty or more.
    Old,
    /// Nobody in reserve.
    NoReserve,
    /// A person has two files.
    Twice,
}

/// A village's people.
#[derive(Clone, Debug, PartialEq)]
pub struct Roster {
    /// Twelve digits.
    pub village: String,
    /// Party and elected track of the last term, then of the present one: [`Hold::term`] points here.
    pub terms: Vec<Term>,
    /// Those in office by rank, then officers, reserves, those who left.
    pub persons: Vec<Person>,
    /// What is odd here.
    pub odd: Vec<Oddity>,
}

/// Makes the people of villages, whole townships in the order given until `persons` are there.
pub fn people(places: &[Place], options: &PeopleOptions<'_>) -> Vec<Roster> {
    let dicebox = Dicebox::new(options.seed);
    let mut numbers = Numbers::default();
    let mut out: Vec<Roster> = Vec::new();
    let mut count = 0;
    let mut township = "";
    let none = Hint::default();
    for place in places {
        if place.township_code != township {
            if count >= options.persons {
                break;
            }
            township = &place.township_code;
        }
        let mut dice = dicebox.dice(b'v', &place.code);
        let hint = options.hints.get(&place.code).unwrap_or(&none);
        let mut roster = team::roster(place, hint, options.today, &mut dice);
        for person in &mut roster.persons {
            numbers.give(person, &place.county_code, &mut dice);
        }
        beside::twice(&mut roster, &mut dice);
        count += roster.persons.len();
        out.push(roster);
    }
    out
}
