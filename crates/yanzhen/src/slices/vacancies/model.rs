//! Vacancies (空缺): which seats, who may fill them in which order, and why. Pure.

pub mod motion;
pub mod set;
pub mod team;

use kernel::{Day, MILLION, Quantity};
use platform::access::{Org, Target as Placed};
use policy::chains::{Reach, Step, condition_text, read_figure, said};
use policy::posts::Track;
use policy::{Chains, Item, Value, ValueRef, Verdict};
use std::collections::BTreeMap;
use succession::{Check, Found, Outcome, Standing};
use team::Team;

/// A seat that is empty, or will be.
#[derive(Clone, Debug)]
pub struct Seat {
    pub village: String,
    pub village_name: String,
    pub township: String,
    pub township_name: String,
    pub post: String,
    /// What the post is called there.
    pub title: String,
    pub track: Track,
    /// Which of the post's empty seats, from 1.
    pub nth: u32,
    pub why: Why,
    /// Who leaves, or left last; empty for nobody known.
    pub who: String,
    /// How the last holder left: an id of the ways out.
    pub way_out: String,
    /// The first day that it was empty; empty for unknown.
    pub since: String,
    /// The day by which there must be a plan; empty for unknown.
    pub due: String,
    /// What the motion on its way is; none without.
    pub motion: Option<i64>,
    /// Whom that motion is for.
    pub named: Option<i64>,
}

/// Why a seat is or will be empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// It is.
    Empty,
    /// The term ends on that day.
    Term(String),
    /// The holder reaches the age in that month.
    Age(u32, String),
}

impl Placed for Seat {
    fn org(&self) -> Org<'_> {
        Org { township: &self.township, village: &self.village }
    }
}

impl Seat {
    /// By what forms and addresses name it.
    pub fn key(&self) -> String {
        format!("{}.{}.{}", self.village, self.post, self.nth)
    }

    pub fn href(&self) -> String {
        format!("/vacancies/{}/{}", self.village, self.post)
    }

    /// Whether it is empty today.
    pub fn is_empty(&self) -> bool {
        self.why == Why::Empty
    }

    /// Full days that it has been empty.
    pub fn days(&self, today: Day) -> Option<i64> {
        let since: Day = self.since.parse().ok()?;
        Some(i64::from(today.since(since).ok()?.get_days()).max(0))
    }

    /// Whether the plan is overdue.
    pub fn late(&self, today: &str) -> bool {
        self.is_empty() && !self.due.is_empty() && self.due.as_str() < today && self.motion.is_none()
    }
}

/// A conclusion of a joint review (联审) that may still hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    pub person: i64,
    pub conclusion: String,
    /// Last day.
    pub valid_to: String,
    /// The document's number.
    pub document: String,
}

/// Somebody in a pool or a post, as chains look at people.
#[derive(Clone, Debug, Default)]
pub struct Candidate {
    pub id: i64,
    pub name: String,
    pub village: String,
    pub village_name: String,
    pub township: String,
    pub township_name: String,
    /// Full years; `None` for unknown.
    pub age: Option<u32>,
    pub woman: Option<bool>,
    /// GB/T 4658.
    pub education: String,
    /// GB/T 4658, the highest had full-time.
    pub full_time: String,
    /// GB/T 4762.
    pub political: String,
    /// Full years in the party; `None` for unknown.
    pub party_years: Option<u32>,
    pub source: String,
    /// The latest growth score, hundredths, and its quarter.
    pub growth: Option<(i64, String)>,
    /// Pools today, each since when.
    pub pools: Vec<(String, String)>,
    /// Posts today: post, village, since when.
    pub posts: Vec<(String, String, String)>,
    /// Full months in posts of both committees.
    pub served_months: u32,
    pub sanctioned: bool,
    pub review: Option<Review>,
}

/// Full months from a day to a day (`2026-11-22`); `None` where one of them is no day.
pub fn months(from: &str, to: &str) -> Option<u32> {
    let (from, to): (Day, Day) = (from.parse().ok()?, to.parse().ok()?);
    let whole = i32::from(to.year() - from.year()) * 12 + i32::from(to.month() - from.month());
    u32::try_from(whole - i32::from(to.day() < from.day())).ok()
}

impl Candidate {
    /// Since when the person is where a group looks for its people, in its reach of a seat.
    fn since(&self, step: &Step, seat: &Seat) -> Option<&str> {
        let near = |village: &str, township: &str| match step.reach {
            Reach::Village => village == seat.village,
            Reach::Township => township == seat.township,
            Reach::County => true,
        };
        if !step.pool.is_empty() {
            let stay = self.pools.iter().find(|(pool, _)| *pool == step.pool)?;
            return near(&self.village, &self.township).then_some(stay.1.as_str());
        }
        let of = self.posts.iter().filter(|(post, village, _)| {
            *post == step.post && near(village, village.get(..9).unwrap_or_default())
        });
        of.map(|(_, _, since)| since.as_str()).min()
    }

    /// Whether the person holds the post somewhere: who changes places leaves a vacancy.
    fn holds(&self, post: &str) -> bool {
        self.posts.iter().any(|(held, ..)| held == post)
    }
}

/// The figures of somebody for a seat, by name; what is not known is not there.
fn figures(c: &Candidate, seat: &Seat, since: &str, team: &Team, day: &str) -> BTreeMap<&'static str, Value> {
    let whole = |n: u32| Value::Number(Quantity(i128::from(n) * MILLION));
    let label = |codes: &[standards::Code], code: &str| {
        standards::label_of(codes, code).map(|l| Value::Text(l.to_owned()))
    };
    let years = match c.political.as_str() {
        "" => None,
        "01" => c.party_years,
        _ => Some(0),
    };
    let review = c.review.as_ref().filter(|r| r.valid_to.as_str() >= day);
    let known = [
        ("age", c.age.map(whole)),
        ("woman", c.woman.map(Value::Bool)),
        ("education", label(&standards::EDUCATION, &c.education)),
        ("full_time_education", label(&standards::EDUCATION, &c.full_time)),
        ("political", label(&standards::POLITICAL_STATUS, &c.political)),
        ("party_member", (!c.political.is_empty()).then(|| Value::Bool(c.political == "01"))),
        ("party_years", years.map(whole)),
        ("source", (!c.source.is_empty()).then(|| Value::Text(c.source.clone()))),
        ("growth", c.growth.as_ref().map(|(n, _)| Value::Number(Quantity(i128::from(*n) * MILLION / 100)))),
        ("months", months(since, day).map(whole)),
        ("served", Some(Value::Bool(c.served_months > 0))),
        ("served_months", Some(whole(c.served_months))),
        ("sanctioned", Some(Value::Bool(c.sanctioned))),
        ("own_village", Some(Value::Bool(c.village == seat.village))),
        ("own_township", Some(Value::Bool(c.township == seat.township))),
        ("review", review.map(|r| Value::Text(r.conclusion.clone()))),
        ("team_size", Some(whole(team.len() as u32))),
        ("team_age", team.age_tenths().map(|n| Value::Number(Quantity(i128::from(n) * MILLION / 10)))),
        ("team_youngest", team.youngest().map(whole)),
        ("team_women", Some(whole(team.women()))),
        ("team_college", Some(whole(team.college()))),
        ("team_members", Some(whole(team.party()))),
    ];
    known.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

/// A condition as it was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    pub title: String,
    pub basis: String,
    /// What is asked: 年龄不超过45岁.
    pub wanted: String,
    /// What was found: 年龄 33岁.
    pub said: String,
    pub found: Found,
}

/// A part of fit as it was reckoned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FitPart {
    pub title: String,
    pub weight: u32,
    /// Hundredths of a hundredth; `None` where a figure is missing.
    pub given: Option<i64>,
    /// How: 成长积分÷100.
    pub how: String,
    /// The figures behind it.
    pub said: String,
    pub hint: String,
    pub basis: String,
}

/// Fit of a person to a seat.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fitting {
    pub parts: Vec<FitPart>,
    /// Hundredths of a hundredth; what is missing adds nothing.
    pub total: i64,
    /// Nothing is missing.
    pub whole: bool,
}

/// Somebody looked at in a group.
#[derive(Clone, Debug)]
pub struct Look {
    /// Position among the people given.
    pub person: usize,
    pub outcome: Outcome,
    pub proofs: Vec<Proof>,
    /// The figures of the order, as read, and for whoever is placed, which of them told the one from the one before.
    pub order: Vec<String>,
    pub told_by: Option<usize>,
    pub tie: bool,
    pub fit: Fitting,
}

impl Look {
    /// The place in the chain, from 1.
    pub fn place(&self) -> Option<usize> {
        match self.outcome {
            Outcome::Placed(n) => Some(n),
            _ => None,
        }
    }
}

/// A group of a chain with those who belong to it.
#[derive(Clone, Debug)]
pub struct Group {
    pub step: Item<Step>,
    pub members: Vec<usize>,
    /// Whether its people were looked at one by one: not where an earlier group has somebody, unless it was asked for.
    pub opened: bool,
    pub looks: Vec<Look>,
}

impl Group {
    pub fn placed(&self) -> impl Iterator<Item = &Look> {
        self.looks.iter().filter(|l| l.place().is_some())
    }

    pub fn skipped(&self) -> impl Iterator<Item = &Look> {
        self.looks.iter().filter(|l| l.place().is_none())
    }
}

/// The chain of a seat over everybody there is.
#[derive(Clone, Debug, Default)]
pub struct Line {
    pub groups: Vec<Group>,
}

impl Line {
    /// Those placed, in their order, each with the position of its group.
    pub fn placed(&self) -> impl Iterator<Item = (usize, &Look)> {
        self.groups.iter().enumerate().flat_map(|(g, group)| group.placed().map(move |l| (g, l)))
    }

    /// How many were looked at one by one, and how many were passed over.
    pub fn counts(&self) -> (usize, usize, usize) {
        let all: Vec<&Look> = self.groups.iter().flat_map(|g| &g.looks).collect();
        let placed = all.iter().filter(|l| l.place().is_some()).count();
        (all.len(), placed, all.len() - placed)
    }

    /// Where somebody stands.
    pub fn find(&self, people: &[Candidate], id: i64) -> Option<(usize, &Look)> {
        let mut all = self.groups.iter().enumerate().flat_map(|(g, s)| s.looks.iter().map(move |l| (g, l)));
        all.find(|(_, l)| people[l.person].id == id)
    }
}

/// Looks at everybody for a seat: group by group, each person in the first that takes it. Groups after the first with somebody
/// placed are only counted, unless `all`.
pub fn line_up(rules: &Chains, seat: &Seat, team: &Team, people: &[Candidate], day: &str, all: bool) -> Line {
    let steps = rules.steps_on(&seat.post, day);
    let mut groups: Vec<Group> = steps
        .iter()
        .map(|s| Group { step: (*s).clone(), members: Vec::new(), opened: false, looks: Vec::new() })
        .collect();
    let mut known: BTreeMap<usize, BTreeMap<&'static str, Value>> = BTreeMap::new();
    for (k, c) in people.iter().enumerate().filter(|(_, c)| !c.holds(&seat.post)) {
        for group in &mut groups {
            let Some(since) = c.since(&group.step, seat) else { continue };
            let own = figures(c, seat, since, team, day);
            if group.step.takes(|n| own.get(n).map(Value::borrow)) {
                group.members.push(k);
                known.insert(k, own);
                break;
            }
        }
    }
    let mut placed = 0;
    for group in &mut groups {
        if placed > 0 && !all {
            break;
        }
        group.opened = true;
        group.looks = look(rules, seat, group, &known, day, placed);
        placed += group.placed().count();
    }
    Line { groups }
}

/// Everybody of a group: conditions, order, fit.
fn look(
    rules: &Chains,
    seat: &Seat,
    group: &Group,
    known: &BTreeMap<usize, BTreeMap<&'static str, Value>>,
    day: &str,
    before: usize,
) -> Vec<Look> {
    let demands: Vec<_> =
        rules.demands_on(&seat.post, day).into_iter().filter(|d| d.binds(&group.step.id)).collect();
    let fits = rules.fits_on(&seat.post, day);
    let mut standings = Vec::new();
    let mut proven = Vec::new();
    for k in &group.members {
        let own = &known[k];
        let value = |n: &str| own.get(n).map(Value::borrow);
        let proofs: Vec<Proof> = demands
            .iter()
            .map(|d| Proof {
                title: d.title.clone(),
                basis: d.basis.clone(),
                wanted: d.when.as_ref().map(condition_text).unwrap_or_default(),
                said: figures_said(d.when.iter().flat_map(|w| w.names()), value),
                found: match d.met(value) {
                    Verdict::Holds(_) => Found::Holds,
                    Verdict::Fails => Found::Fails,
                    Verdict::Open { .. } => Found::Unknown,
                },
            })
            .collect();
        let checks = demands
            .iter()
            .zip(&proofs)
            .map(|(d, p)| Check { id: d.id.clone(), found: p.found, said: p.said.clone() })
            .collect();
        // Who has no such figure comes after those who have.
        let order = rules.order.iter().map(|name| ordered(name, value)).collect();
        standings.push(Standing { step: Some(0), checks, order });
        proven.push(proofs);
    }
    let lines = succession::order(&standings);
    lines
        .into_iter()
        .map(|line| {
            let k = group.members[line.person];
            let value = |n: &str| known[&k].get(n).map(Value::borrow);
            Look {
                person: k,
                outcome: match line.outcome {
                    Outcome::Placed(n) => Outcome::Placed(before + n),
                    other => other,
                },
                proofs: std::mem::take(&mut proven[line.person]),
                order: rules
                    .order
                    .iter()
                    .map(|n| n.trim_start_matches('-'))
                    .map(|n| read_figure(n, value(n)))
                    .collect(),
                told_by: line.told_by,
                tie: line.tie,
                fit: fitting(&fits, value),
            }
        })
        .collect()
}

fn figures_said<'v>(
    names: impl Iterator<Item = String>,
    value: impl Fn(&str) -> Option<ValueRef<'v>>,
) -> String {
    names.map(|n| read_figure(&n, value(&n))).collect::<Vec<_>>().join("，")
}

/// A figure of the order as `succession` compares it: larger first.
fn ordered<'v>(name: &str, value: impl Fn(&str) -> Option<ValueRef<'v>>) -> i64 {
    let bare = name.trim_start_matches('-');
    let Some(ValueRef::Number(n)) = value(bare) else { return i64::MIN };
    let n = i64::try_from(n).unwrap_or(i64::MAX);
    if name.starts_with('-') { -n } else { n }
}

fn fitting<'v>(
    fits: &[&Item<policy::chains::Fit>],
    value: impl Fn(&str) -> Option<ValueRef<'v>> + Copy,
) -> Fitting {
    let parts: Vec<FitPart> = fits
        .iter()
        .map(|f| FitPart {
            title: f.title.clone(),
            weight: f.weight,
            given: f.of(value),
            how: f.value.as_ref().map(|v| said(&v.expr)).unwrap_or_default(),
            said: figures_said(f.value.iter().flat_map(|v| v.names.clone()), value),
            hint: f.hint.clone(),
            basis: f.basis.clone(),
        })
        .collect();
    let weights: i64 = parts.iter().map(|p| i64::from(p.weight)).sum();
    let sum: i64 = parts.iter().map(|p| i64::from(p.weight) * p.given.unwrap_or(0)).sum();
    Fitting {
        total: if weights == 0 { 0 } else { (2 * sum + weights) / (2 * weights) },
        whole: parts.iter().all(|p| p.given.is_some()),
        parts,
    }
}

#[cfg(test)]
mod tests;
