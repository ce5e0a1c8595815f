//! Who may apply: each condition of the measures judged by itself, with the figure that decided. Pure.

use super::model::{Entry, Faults, Form};
use crate::slices::people::say::age;
use kernel::{Message, msg};
use policy::Campaigns;
use policy::Item;
use policy::campaigns::{Condition, Offer};
use policy::pools::Somebody;

/// What an office found of a condition or a material.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// `condition` or `material`.
    pub kind: String,
    pub item: String,
    /// `ok`, `no` or `excepted`.
    pub verdict: String,
    pub note: String,
    pub by: String,
    pub at: i64,
}

/// What a condition came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judged {
    /// It is met.
    Met,
    /// It is not.
    Unmet,
    /// Declared, and not yet checked on the originals.
    Unchecked,
    /// Not met, and excepted by a decision.
    Excepted,
}

impl Judged {
    /// In Chinese.
    pub fn title(self) -> &'static str {
        match self {
            Judged::Met => kernel::key!("符合"),
            Judged::Unmet => kernel::key!("不符合"),
            Judged::Unchecked => kernel::key!("待核对"),
            Judged::Excepted => kernel::key!("破例"),
        }
    }

    /// The tone of its tag.
    pub fn tone(self) -> &'static str {
        match self {
            Judged::Met => "ok",
            Judged::Unmet => "stop",
            Judged::Unchecked | Judged::Excepted => "warn",
        }
    }

    /// Whether somebody may go on with it.
    pub fn lets_on(self) -> bool {
        matches!(self, Judged::Met | Judged::Excepted)
    }
}

/// A condition with what it came to.
#[derive(Clone, Debug)]
pub struct Line<'p> {
    pub condition: &'p Item<Condition>,
    pub judged: Judged,
    /// What is known that decided: the age, the education, the source group.
    pub figure: Message,
    /// What the office noted.
    pub check: Option<Check>,
}

/// A material with whether it is there.
#[derive(Clone, Debug)]
pub struct Paper<'p> {
    pub material: &'p Item<Offer>,
    pub check: Option<Check>,
}

impl Paper<'_> {
    /// Whether it is there and fine.
    pub fn there(&self) -> bool {
        self.check.as_ref().is_some_and(|c| c.verdict == "ok")
    }

    /// Whether an application cannot go on without it as it is.
    pub fn lacks(&self) -> bool {
        let refused = self.check.as_ref().is_some_and(|c| c.verdict == "no");
        refused || self.material.needed && !self.there()
    }
}

/// Every condition of a kind, judged for an applicant by the age on a day, most often the last day of applying.
pub fn judge<'p>(
    rules: &'p Campaigns,
    kind: &str,
    (entry, form): (&Entry, &Form),
    checks: &[Check],
    (rules_on, age_on): (&str, &str),
) -> Vec<Line<'p>> {
    let years = age(&entry.birth, age_on).map(u32::from);
    let somebody = Somebody {
        age: years,
        education: &entry.education,
        full_time: if entry.full_time { &entry.education } else { "" },
        woman: entry.sex == "2",
        political: &entry.political,
        source: &entry.source,
    };
    let found = |id: &str| checks.iter().find(|c| c.kind == "condition" && c.item == id).cloned();
    let one = |condition: &'p Item<Condition>| {
        let check = found(&condition.id);
        let verdict = check.as_ref().map_or("", |c| c.verdict.as_str());
        let declared = form.declares.contains(&condition.id);
        let judged = match (condition.declared, verdict) {
            (true, "ok") => Judged::Met,
            (true, "no") => Judged::Unmet,
            (true, "excepted") if condition.exception => Judged::Excepted,
            (true, _) if declared => Judged::Unchecked,
            (true, _) => Judged::Unmet,
            (false, _) if condition.met(&somebody) => Judged::Met,
            (false, "excepted") if condition.exception => Judged::Excepted,
            (false, _) => Judged::Unmet,
        };
        let figure = if condition.declared {
            match declared {
                true => msg!("本人已声明"),
                false => msg!("本人没有声明"),
            }
        } else {
            figure(condition, years, entry)
        };
        Line { condition, judged, figure, check }
    };
    rules.conditions_on(kind, rules_on).into_iter().map(one).collect()
}

/// What of an applicant a condition looks at.
fn figure(condition: &Condition, years: Option<u32>, entry: &Entry) -> Message {
    let aged = condition.any.iter().any(|w| w.min_age.is_some() || w.max_age.is_some());
    let schooled = condition.any.iter().any(|w| !w.education.is_empty());
    let learned = standards::label_of(&standards::EDUCATION, &entry.education).unwrap_or("—");
    let mode = match (schooled && condition.any.iter().any(|w| w.full_time), entry.full_time) {
        (false, _) => "",
        (true, true) => "全日制",
        (true, false) => "非全日制",
    };
    match (aged, schooled, years) {
        (true, _, Some(n)) => msg!("{n} 周岁", n = n),
        (true, _, None) => msg!("出生日期不清楚"),
        (false, true, _) => msg!("{education}", education = format!("{mode}{learned}")),
        (false, false, _) => match standards::label_of(&standards::POLITICAL_STATUS, &entry.political) {
            Some(label) => msg!("{political}", political = label),
            None => msg!("没有填"),
        },
    }
}

/// The materials of a kind with what was found of each.
pub fn papers<'p>(rules: &'p Campaigns, kind: &str, checks: &[Check], rules_on: &str) -> Vec<Paper<'p>> {
    let found = |id: &str| checks.iter().find(|c| c.kind == "material" && c.item == id).cloned();
    rules
        .materials_on(kind, rules_on)
        .into_iter()
        .map(|material| Paper { check: found(&material.id), material })
        .collect()
}

/// Why an application cannot pass the check yet: each condition that is not met or not looked at, each paper that lacks.
pub fn hinders(lines: &[Line<'_>], papers: &[Paper<'_>]) -> Faults {
    let mut out = Faults::new();
    for line in lines.iter().filter(|l| !l.judged.lets_on()) {
        let condition = line.condition.title.as_str();
        out.push((
            "conditions",
            match line.judged {
                Judged::Unchecked => msg!("“{condition}”还没有核对", condition = condition),
                _ => msg!("“{condition}”不符合", condition = condition),
            },
        ));
    }
    for paper in papers.iter().filter(|p| p.lacks()) {
        out.push(("materials", msg!("缺“{material}”", material = paper.material.title.as_str())));
    }
    out
}

/// What an applicant is to bring, in words: what an office looked at and found wanting. What nobody looked at yet is not
/// asked for.
pub fn needs(papers: &[Paper<'_>]) -> String {
    let lacking = papers.iter().filter(|p| p.check.as_ref().is_some_and(|c| c.verdict == "no")).map(|p| {
        match p.check.as_ref().map(|c| c.note.as_str()) {
            Some(note) if !note.is_empty() => format!("{}（{note}）", p.material.title),
            _ => p.material.title.clone(),
        }
    });
    lacking.collect::<Vec<_>>().join("、")
}
