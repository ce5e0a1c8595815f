//! `[[posts.check]]`: what a village's bodies must be made of, by closed methods.

use super::origin::{Dates, PackRef, Reader, decimal, required_decimal, required_whole, required_word, whole, word, word_list};
use super::words::{AgeAt, Group, Kinship, Level, Track, Wanted, Word, known_title, lawful_track};
use crate::keys::Keys;
use crate::node::Node;
use kernel::{Quantity, Severity, msg};
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
            Method::Age { post, .. } | Method::Education { post, .. } | Method::PartyYears { post, .. } => Some(post),
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
            Method::Education { post, at_least } => format!("{}学历为{}以上", title(post), education_text(at_least)),
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
        self.method.text(title)
    }
}

pub(super) fn read<'a>(reader: &Reader<'a>, node: &'a Node, path: &str) -> Option<Check> {
    let keys = reader.keys(node, path);
    let frame = reader.frame(&keys, "id", node.at.row);
    let title = keys.text("title");
    let villages = match keys.text("villages").as_str() {
        "" => None,
        "villagers" => Some(VillageKind::Villagers),
        "residents" => Some(VillageKind::Residents),
        other => {
            let mend = msg!("可写：{words}", words = vec!["villagers", "residents"]);
            keys.fault("villages", msg!("没有“{value}”这种写法", value = other), Some(mend));
            None
        }
    };
    if frame.off {
        // Whatever else is written stays; nothing of it is used.
        keys.forgive();
        let level = word(&keys, "level").unwrap_or(Level::Advise);
        keys.finish();
        return Some(Check {
            id: frame.id,
            title,
            level,
            method: Method::Vacancy,
            villages,
            off: true,
            basis: frame.basis,
            dates: frame.dates,
            pack: reader.pack.clone(),
            row: frame.row,
        });
    }
    if title.trim().is_empty() {
        keys.fault("title", msg!("缺少 {key}", key = "title"), Some(msg!("请补上这一项")));
    }
    let level = required_word::<Level>(&keys, "level");
    let method = read_method(&keys);
    if let (Some(level), Some(method)) = (level, &method) {
        lawful(reader, &keys, level, method);
    }
    keys.finish();
    Some(Check {
        id: frame.id,
        title,
        level: level?,
        method: method?,
        villages,
        off: false,
        basis: frame.basis,
        dates: frame.dates,
        pack: reader.pack.clone(),
        row: frame.row,
    })
}

fn read_method(keys: &Keys<'_>) -> Option<Method> {
    let name = keys.required("method");
    let group = || required_word::<Group>(keys, "group");
    let post = || {
        let id = keys.required("post");
        (!id.is_empty()).then_some(id)
    };
    Some(match name.as_str() {
        "size" => {
            let (group, min, max) = (group(), required_whole(keys, "min", 0, 99), whole(keys, "max", 0, 99));
            let (group, min) = (group?, min?);
            in_order(keys, Some(min), max)?;
            Method::Size { group, min, max }
        }
        "women" => {
            let (group, min) = (group(), required_whole(keys, "min", 1, 99));
            Method::Women { group: group?, min: min? }
        }
        "kin" => {
            let (group, against) = (group(), word::<Group>(keys, "against"));
            let degrees = word_list::<Kinship>(keys, "degrees");
            if degrees.is_empty() {
                let all: Vec<&str> = Kinship::ALL.iter().map(|k| k.id()).collect();
                keys.fault("degrees", msg!("没有写明哪些亲属关系"), Some(msg!("可写：{words}", words = all)));
                return None;
            }
            Method::Kin { group: group?, against, degrees }
        }
        "concurrent_head" => Method::ConcurrentHead { wanted: required_word(keys, "wanted")? },
        "average_age" => {
            let (group, max) = (group(), required_decimal(keys, "max", 18, 100));
            Method::AverageAge { group: group?, max: max? }
        }
        "age" => {
            let (post, min, max) = (post(), whole(keys, "min", 16, 100), whole(keys, "max", 16, 100));
            let at = word::<AgeAt>(keys, "at");
            if !keys.has("min") && !keys.has("max") {
                keys.fault("", msg!("min 与 max 至少写一个"), None);
                return None;
            }
            in_order(keys, min, max)?;
            Method::Age { post: post?, min, max, at: at.unwrap_or(AgeAt::Now) }
        }
        "education_share" => {
            let (group, at_least) = (group(), education(keys, "at_least"));
            let min_percent = required_decimal(keys, "min_percent", 0, 100);
            Method::EducationShare { group: group?, at_least: at_least?, min_percent: min_percent? }
        }
        "education" => {
            let (post, at_least) = (post(), education(keys, "at_least"));
            Method::Education { post: post?, at_least: at_least? }
        }
        "party_years" => {
            let (post, min) = (post(), required_whole(keys, "min", 0, 80));
            Method::PartyYears { post: post?, min: min? }
        }
        "reserves" => Method::Reserves { min: required_whole(keys, "min", 0, 99)? },
        "vacancy" => Method::Vacancy,
        "" => return None,
        other => {
            // Which keys belong to it is unknown, so none is called unknown.
            keys.forgive();
            keys.fault(
                "method",
                msg!("没有“{value}”这种写法", value = other),
                Some(msg!("可写：{words}", words = METHODS.as_slice())),
            );
            return None;
        }
    })
}

fn in_order(keys: &Keys<'_>, min: Option<u32>, max: Option<u32>) -> Option<()> {
    if let (Some(min), Some(max)) = (min, max)
        && min > max
    {
        keys.fault("max", msg!("{low} 大于 {high}", low = "min", high = "max"), None);
        return None;
    }
    Some(())
}

/// A class of GB/T 4658.
pub(super) fn education(keys: &Keys<'_>, key: &'static str) -> Option<String> {
    let code = keys.required(key);
    if code.is_empty() {
        return None;
    }
    if label_of(&EDUCATION, &code).is_none() {
        let all: Vec<String> = EDUCATION.iter().map(|(c, l)| format!("{c} {l}")).collect();
        keys.fault(
            key,
            msg!("没有“{value}”这种写法", value = &code),
            Some(msg!("写 GB/T 4658 的代码：{words}", words = all)),
        );
        return None;
    }
    Some(code)
}

/// What no pack may ask of a seat that the villagers elect.
fn lawful(reader: &Reader<'_>, keys: &Keys<'_>, level: Level, method: &Method) {
    if level != Level::Must {
        return;
    }
    if matches!(method, Method::ConcurrentHead { .. }) {
        keys.fault(
            "level",
            msg!("村委会主任由村民直接选举产生（村民委员会组织法第十一条），“一肩挑”不能作为必须"),
            Some(msg!("改为 advise 或 explain")),
        );
        return;
    }
    let elected = method.post().is_some_and(|p| lawful_track(p) == Some(Track::Elected));
    if elected && !matches!(method, Method::PartyYears { .. }) {
        keys.fault(
            "level",
            msg!("{post}由选举产生，法律没有规定的条件不能作为必须", post = known_title(method.post().unwrap_or(""))),
            Some(msg!("有法律、法规依据的写明在 basis；没有的改为 advise")),
        );
        reader.soften(Severity::Warning);
    } else if elected {
        keys.fault(
            "post",
            msg!("{post}由选举产生，不以党龄为条件", post = known_title(method.post().unwrap_or(""))),
            Some(msg!("改为 party_secretary 等党内职务")),
        );
    }
}

/// An optional percentage.
pub(super) fn percent(keys: &Keys<'_>, key: &'static str) -> Option<Quantity> {
    decimal(keys, key, 0, 100)
}
