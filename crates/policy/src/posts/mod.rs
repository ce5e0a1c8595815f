//! `[posts]`: a village's posts, what its bodies must be made of, targets, filing, foreseen vacancies.
//!
//! [`PostsSection`] is what one pack writes; [`Posts`] is what holds for a village: the narrowest pack in force says
//! each thing, and what no pack says stands in the embedded national defaults. Reference: `docs/pack-guide.zh.md`.

mod check;
mod check_read;
mod filing;
mod in_force;
mod origin;
mod read;
mod tell;
mod words;

pub use check::{Check, METHODS, Method};
pub use filing::{Document, Filing, FilingPart, Number, Pattern};
pub use in_force::{Posts, national};
pub use origin::{Dates, PackRef, Setting};
pub use words::{
    About, AgeAt, Change, Fill, Group, KNOWN_POSTS, KeepFrom, Kinship, Level, Opinion, Team, Track, Wanted,
    WayIn, WayOut, Word, known_title, lawful_track, reaches,
};

pub(crate) use check_read::percent;
pub(crate) use in_force::{layers, on};
pub(crate) use origin::{Dated, Reader, decimal, required_whole, required_word, whole, word};
pub(crate) use read::{is_word_id, once_a_day, read};
pub(crate) use tell::{parts, tell};

/// What `[people]` and `[duty]` borrow to tell themselves.
pub(crate) mod told {
    pub(crate) use super::tell::{
        Field, Line, dated_parts, dates_text, dropped, line, lines_part, lines_table, table,
    };
}

use kernel::Quantity;
use std::sync::Arc;

/// One post of a village.
#[derive(Clone, Debug)]
pub struct Post {
    /// A well-known id ([`KNOWN_POSTS`]) or the county's own, `[a-z_]+`.
    pub id: String,
    /// In Chinese, as the county calls it.
    pub title: String,
    /// By which law it is given and lost.
    pub track: Track,
    /// Its place in tables, ascending.
    pub order: u32,
    /// A principal post (村主职).
    pub top: bool,
    /// The body it belongs to.
    pub team: Team,
    /// Seats that every village must fill; fewer holders is a vacancy.
    pub seats_min: u32,
    /// Seats there are at most.
    pub seats_max: u32,
    /// Years of a term; `None` without term.
    pub term_years: Option<u32>,
    /// How a person may come into it.
    pub ways_in: Vec<WayIn>,
    /// How a person may leave it.
    pub ways_out: Vec<WayOut>,
    /// The written duty, a text each (set duty, 定职).
    pub duties: Vec<String>,
    /// A narrower pack does without it.
    pub off: bool,
    /// Its clause.
    pub basis: String,
    /// When it holds.
    pub dates: Dates,
    /// The pack that says so.
    pub pack: Arc<PackRef>,
    /// Where it stands in `pack.toml`.
    pub row: u32,
}

/// An education target: this share of the group at this class or higher.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EducationTarget {
    /// GB/T 4658.
    pub at_least: String,
    /// Per cent of the group.
    pub percent: Quantity,
}

/// `[posts.targets]`: against which "age down, education up" (一降一升) is followed, per village, township and county.
#[derive(Clone, Debug, Default)]
pub struct Targets {
    /// The people looked at; the two committees when no pack says.
    pub group: Option<Group>,
    /// Average age at most, full years.
    pub average_age: Option<Setting<Quantity>>,
    /// Share of an education class or higher.
    pub education: Option<Setting<EducationTarget>>,
    /// Share of women, per cent.
    pub women_percent: Option<Setting<Quantity>>,
    /// The day by which they should be reached, YYYY-MM-DD.
    pub by: Option<Setting<String>>,
}

/// An age at which a vacancy in a post is foreseen.
#[derive(Clone, Debug)]
pub struct AgeLimit {
    /// The post's id.
    pub id: String,
    /// Full years.
    pub age: u32,
    /// A narrower pack does without it.
    pub off: bool,
    /// Its clause.
    pub basis: String,
    /// When it holds.
    pub dates: Dates,
    /// The pack that says so.
    pub pack: Arc<PackRef>,
    /// Where it stands in `pack.toml`.
    pub row: u32,
}

/// `[posts.foresee]` as one pack writes it.
#[derive(Clone, Debug, Default)]
pub struct ForeseePart {
    /// Months looked ahead.
    pub months: Option<Setting<u32>>,
    /// `[[posts.foresee.age]]`
    pub ages: Vec<AgeLimit>,
}

/// What one pack writes in `[posts]`.
#[derive(Clone, Debug, Default)]
pub struct PostsSection {
    /// `[[posts.post]]`, in file order.
    pub posts: Vec<Post>,
    /// `[[posts.check]]`, in file order.
    pub checks: Vec<Check>,
    /// `[posts.targets]`
    pub targets: Targets,
    /// `[posts.filing]`
    pub filing: FilingPart,
    /// `[posts.foresee]`
    pub foresee: ForeseePart,
}

impl Post {
    /// Whether the party side may remove its holder: party posts whose pack names that way out.
    pub fn removable(&self) -> bool {
        self.track == Track::Party && self.ways_out.contains(&WayOut::Removed)
    }

    /// How many seats stand empty with so many holders.
    pub fn vacant(&self, holders: u32) -> u32 {
        self.seats_min.saturating_sub(holders)
    }
}
