//! Reading `[[posts.check]]`.

use super::check::{Check, METHODS, Method};
use super::origin::{
    Reader, decimal, required_decimal, required_whole, required_word, whole, word, word_list,
};
use super::words::{AgeAt, Group, Kinship, Level, Track, Word, lawful_track, said_post};
use crate::keys::Keys;
use crate::node::Node;
use kernel::{Quantity, Severity, msg};
use standards::{EDUCATION, VillageKind, label_of};

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
            msg!(
                "{post}由选举产生，法律没有规定的条件不能作为必须",
                post = said_post(method.post().unwrap_or_default())
            ),
            Some(msg!("有法律、法规依据的写明在 basis；没有的改为 advise")),
        );
        reader.soften(Severity::Warning);
    } else if elected {
        keys.fault(
            "post",
            msg!("{post}由选举产生，不以党龄为条件", post = said_post(method.post().unwrap_or_default())),
            Some(msg!("改为 party_secretary 等党内职务")),
        );
    }
}

/// An optional percentage.
pub(crate) fn percent(keys: &Keys<'_>, key: &'static str) -> Option<Quantity> {
    decimal(keys, key, 0, 100)
}
