//! `[[posts.check]]`: what a village's bodies must be made of, by closed methods.

use super::origin::{Dates, PackRef};
use super::words::{AgeAt, Group, Kinship, Level, Wanted, Word};
use kernel::Quantity;
use standards::{EDUCATION, VillageKind, label_of};
use std::sync::Arc;

/// How a check looks at a village. Persons in two posts count once; shares are of the holders there are.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Method {
    /// The group has at least `min` and at most `max` members.
    Size {
        /// Who is counted.
        group: Group,
        /// At least.
        min: u32,
        /// At most; `None` without bound.
        max: Option<u32>,
    },
    /// The group has at least `min` women.
    Women {
        /// Who is counted.
        group: Group,
        /// At least.
        min: u32,
    },
    /// No two members of the group (with `against`: no member of it and a member of the other) are such relatives.
    Kin {
        /// The one body.
        group: Group,
        /// The other body; `None`: within the group.
        against: Option<Group>,
        /// The relations meant.
        degrees: Vec<Kinship>,
    },
    /// One person holds both principal posts.
    ConcurrentHead {
        /// What is wanted.
        wanted: Wanted,
    },
    /// The group's average age is at most `max`.
    AverageAge {
        /// Who is counted.
        group: Group,
        /// Full years.
        max: Quantity,
    },
    /// The holder's age lies within the bounds.
    Age {
        /// The post's id.
        post: String,
        /// At least, full years.
        min: Option<u32>,
        /// At most, full years.
        max: Option<u32>,
        /// On which day.
        at: AgeAt,
    },
    /// At least `min_percent` of the group have this education or higher.
    EducationShare {
        /// Who is counted.
        group: Group,
        /// GB/T 4658.
        at_least: String,
        /// Per cent.
        min_percent: Quantity,
    },
    /// The holder has this education or higher.
    Education {
        /// The post's id.
        post: String,
        /// GB/T 4658.
        at_least: String,
    },
    /// The holder has been a party member for at least so many full years.
    PartyYears {
        /// The post's id.
        post: String,
        /// Full years.
        min: u32,
    },
    /// The village has at least so many reserves.
    Reserves {
        /// At least.
        min: u32,
    },
    /// Every post has at least its `seats_min` holders.
    Vacancy,
}

/// One check.
#[derive(Clone, Debug)]
pub struct Check {
    /// Its id, `[a-z_]+`.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// How hard it is.
    pub level: Level,
    /// How it looks.
    pub method: Method,
    /// The kind of village it is for; `None`: both.
    pub villages: Option<VillageKind>,
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

/// The methods as packs spell them.
pub const METHODS: [&str; 11] = [
    "size",
    "women",
    "kin",
    "concurrent_head",
    "average_age",
    "age",
    "education_share",
    "education",
    "party_years",
    "reserves",
    "vacancy",
];

impl Method {
    /// As packs spell it.
    pub fn id(&self) -> &'static str {
        match self {
            Method::Size { .. } => "size",
            Method::Women { .. } => "women",
            Method::Kin { .. } => "kin",
            Method::ConcurrentHead { .. } => "concurrent_head",
            Method::AverageAge { .. } => "average_age",
            Method::Age { .. } => "age",
            Method::EducationShare { .. } => "education_share",
            Method::Education { .. } => "education",
            Method::PartyYears { .. } => "party_years",
            Method::Reserves { .. } => "reserves",
            Method::Vacancy => "vacancy",
        }
    }

    /// The post it looks at, where it looks at one.
    pub fn post(&self) -> Option<&str> {
        match self {
            Method::Age { post, .. } | Method::Education { post, .. } | Method::PartyYears { post, .. } => {
                Some(post)
            }
            _ => None,
        }
    }

    /// The rule as a Chinese sentence without stop; `title` names posts.
    pub fn text(&self, title: &dyn Fn(&str) -> String) -> String {
        match self {
            Method::Size { group, min, max: Some(max) } if min == max => format!("{}{min}人", group.label()),
            Method::Size { group, min, max: Some(max) } => format!("{}{min}至{max}人", group.label()),
            Method::Size { group, min, max: None } => format!("{}不少于{min}人", group.label()),
            Method::Women { group, min } => format!("{}成员中妇女不少于{min}人", group.label()),
            Method::Kin { group, against, degrees } => {
                let kinds: Vec<&str> = degrees.iter().map(|d| d.label()).collect();
                let who = match against {
                    None => format!("{}成员之间", group.label()),
                    Some(other) => format!("{}成员与{}成员之间", group.label(), other.label()),
                };
                format!("{who}不得有{}关系", kinds.join("、"))
            }
            Method::ConcurrentHead { wanted } => {
                let both = "村党组织书记依法定程序担任村委会主任";
                match wanted {
                    Wanted::Encouraged => format!("鼓励{both}"),
                    Wanted::Neutral => format!("是否由{both}，不作要求"),
                    Wanted::Discouraged => format!("不提倡{both}"),
                }
            }
            Method::AverageAge { group, max } => format!("{}成员平均年龄不超过{max}周岁", group.label()),
            Method::Age { post, min, max, at } => {
                let when = if *at == AgeAt::TermEnd { "任期届满时" } else { "" };
                let bounds = match (min, max) {
                    (Some(min), Some(max)) => format!("在{min}至{max}周岁之间"),
                    (Some(min), None) => format!("不低于{min}周岁"),
                    (None, Some(max)) => format!("不超过{max}周岁"),
                    (None, None) => String::new(),
                };
                format!("{}{when}年龄{bounds}", title(post))
            }
            Method::EducationShare { group, at_least, min_percent } => {
                format!("{}成员中{}以上的不少于{min_percent}%", group.label(), education_text(at_least))
            }
            Method::Education { post, at_least } => {
                format!("{}学历为{}以上", title(post), education_text(at_least))
            }
            Method::PartyYears { post, min } => format!("{}党龄满{min}年", title(post)),
            Method::Reserves { min } => format!("村级后备力量不少于{min}人"),
            Method::Vacancy => "各岗位配齐应配人数".to_owned(),
        }
    }
}

/// The Chinese of a GB/T 4658 class, or the code.
pub(crate) fn education_text(code: &str) -> &str {
    label_of(&EDUCATION, code).unwrap_or(code)
}

impl Check {
    /// Whether it is for a kind of village; units like a village count as villages.
    pub fn covers(&self, kind: VillageKind) -> bool {
        match self.villages {
            None => true,
            Some(VillageKind::Residents) => kind == VillageKind::Residents,
            Some(_) => kind != VillageKind::Residents,
        }
    }

    /// The rule as a Chinese sentence without stop; `title` names posts.
    pub fn text(&self, title: &dyn Fn(&str) -> String) -> String {
        let text = self.method.text(title);
        match self.villages {
            Some(VillageKind::Residents) => text.replace(Group::VillageCommittee.label(), "居民委员会"),
            _ => text,
        }
    }
}
