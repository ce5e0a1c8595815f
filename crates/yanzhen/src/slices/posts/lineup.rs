//! A village's team on a day, as checks look at it. Pure.

use kernel::Day;
use policy::posts::{Group, Team, Track};
use standards::PartialDate;

/// A relative that somebody's file names.
#[derive(Clone, Debug)]
pub struct Relative {
    /// As the file calls it: 妻子.
    pub relation: String,
    pub name: String,
    pub birth: Option<PartialDate>,
}

/// A post that a member holds.
#[derive(Clone, Debug)]
pub struct Held {
    pub post: String,
    pub title: String,
    pub track: Track,
    pub team: Team,
    pub top: bool,
    pub order: u32,
    /// Last day of the term; `None` without term.
    pub term_ends: Option<Day>,
}

/// A person of the team, once however many posts.
#[derive(Clone, Debug)]
pub struct Member {
    pub person: i64,
    pub name: String,
    /// GB/T 2261.1; empty when unknown.
    pub sex: String,
    pub birth: Option<PartialDate>,
    /// GB/T 4658; empty when unknown.
    pub education: String,
    /// GB/T 4762.
    pub political: String,
    pub party_on: Option<PartialDate>,
    pub held: Vec<Held>,
    pub family: Vec<Relative>,
}

impl Member {
    /// Full years on a day, by the custom of appointment forms.
    pub fn age(&self, day: Day) -> Option<u16> {
        self.birth?.age_on(day).map(|a| a.years)
    }

    /// Whether it belongs to a group.
    pub fn is_of(&self, group: Group) -> bool {
        self.held.iter().any(|h| group.holds(h.team))
    }

    pub fn holds(&self, post: &str) -> Option<&Held> {
        self.held.iter().find(|h| h.post == post)
    }
}

/// Whom a village has, on a day.
#[derive(Clone, Debug)]
pub struct Lineup {
    pub day: Day,
    pub members: Vec<Member>,
    /// People in the village's reserve on that day.
    pub reserves: u32,
}

impl Lineup {
    pub fn group(&self, group: Group) -> impl Iterator<Item = &Member> {
        self.members.iter().filter(move |m| m.is_of(group))
    }

    /// Who holds a post.
    pub fn holders<'l>(&'l self, post: &'l str) -> impl Iterator<Item = (&'l Member, &'l Held)> {
        self.members.iter().filter_map(move |m| m.holds(post).map(|h| (m, h)))
    }
}

/// Age, education and women of some people: what "age down, education up" follows (W5).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Shape {
    pub people: u32,
    /// Sum of full years, of those whose birth is known.
    pub years: u32,
    pub aged: u32,
    /// Those at or above the class that is looked at, of those whose education is known.
    pub educated: u32,
    pub schooled: u32,
    pub women: u32,
}

impl Shape {
    /// The shape of members on a day; `class` is GB/T 4658.
    pub fn of<'m>(members: impl IntoIterator<Item = &'m Member>, day: Day, class: &str) -> Shape {
        let mut out = Shape::default();
        for member in members {
            out.people += 1;
            if let Some(age) = member.age(day) {
                out.years += u32::from(age);
                out.aged += 1;
            }
            if !member.education.is_empty() {
                out.schooled += 1;
                out.educated += u32::from(policy::posts::reaches(&member.education, class));
            }
            out.women += u32::from(member.sex == "2");
        }
        out
    }

    /// Two shapes together.
    #[must_use]
    pub fn and(self, other: Shape) -> Shape {
        Shape {
            people: self.people + other.people,
            years: self.years + other.years,
            aged: self.aged + other.aged,
            educated: self.educated + other.educated,
            schooled: self.schooled + other.schooled,
            women: self.women + other.women,
        }
    }

    /// Average age in tenths of a year; `None` where no birth is known.
    pub fn average_tenths(self) -> Option<u32> {
        tenths(self.years, self.aged)
    }

    /// Share of the educated in tenths of a per cent.
    pub fn educated_permille(self) -> Option<u32> {
        tenths(self.educated * 100, self.schooled)
    }

    /// Share of women in tenths of a per cent.
    pub fn women_permille(self) -> Option<u32> {
        tenths(self.women * 100, self.people)
    }
}

/// Tenths of a quotient, rounded half up; `None` for nothing.
fn tenths(sum: u32, n: u32) -> Option<u32> {
    (n > 0).then(|| (sum * 20 + n) / (2 * n))
}

/// `438` as `43.8`.
pub fn one_decimal(tenths: u32) -> String {
    format!("{}.{}", tenths / 10, tenths % 10)
}
