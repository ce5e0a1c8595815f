//! Stored values in words.

use super::field::Field;
use crate::slices::posts::pages::day_text;
use kernel::Day;
use platform::page::Page;
use policy::people::People;
use standards::PartialDate;

/// A field's stored value as pages show it; sealed ones come opened and are masked by the caller.
pub fn say(page: &Page, people: &People, field: Field, value: &str, today: &str) -> String {
    if value.is_empty() {
        return String::new();
    }
    let label = |set: &'static [standards::Code]| {
        standards::label_of(set, value).map_or_else(|| value.to_owned(), |label| page.w(label))
    };
    match field {
        Field::Sex => match value {
            "1" => page.t("男").to_owned(),
            "2" => page.t("女").to_owned(),
            _ => String::new(),
        },
        Field::Ethnic => label(&standards::ETHNIC_GROUPS),
        Field::Marital => label(&standards::MARITAL_STATUS),
        Field::Political => label(&standards::POLITICAL_STATUS),
        Field::Education => label(&standards::EDUCATION),
        Field::Degree => label(&standards::DEGREES),
        Field::Birth | Field::PartyOn | Field::WorkOn | Field::ToldOn => day_text(value),
        Field::Source => source(people, value, today),
        _ => value.to_owned(),
    }
}

/// A source group's title; an id that no pack has stays as it is.
pub fn source(people: &People, id: &str, today: &str) -> String {
    let groups = people.source_groups_on(today);
    groups.iter().find(|g| g.id == id).map_or_else(|| id.to_owned(), |g| g.title.clone())
}

/// Full years on a day; none where the birth is not known.
pub fn age(birth: &str, day: &str) -> Option<u16> {
    let day: Day = day.parse().ok()?;
    birth.parse::<PartialDate>().ok()?.age_on(day).map(|a| a.years)
}

/// What a field of the history is called: a single value, a list, a post.
pub fn history_title(field: &str) -> &'static str {
    use super::parts::{Claim, CvLine, Education, FamilyMember, Merit, Part, PoolStay, Whereabouts};
    if let Some(field) = Field::by_id(field) {
        return field.title();
    }
    let parts = [
        (Education::FIELD, Education::TITLE),
        (CvLine::FIELD, CvLine::TITLE),
        (FamilyMember::FIELD, FamilyMember::TITLE),
        (Merit::FIELD, Merit::TITLE),
        (Whereabouts::FIELD, Whereabouts::TITLE),
        (PoolStay::FIELD, PoolStay::TITLE),
        (Claim::FIELD, Claim::TITLE),
        ("post", kernel::key!("职务")),
        ("duty", kernel::key!("定职")),
        ("accepted", kernel::key!("签收职责")),
        (crate::slices::duty::RECORD, kernel::key!("履职记录")),
        (crate::slices::duty::INSPECTION, kernel::key!("考察")),
        (crate::slices::duty::REPORT, kernel::key!("述职报告")),
        (super::corrections::FIELD, kernel::key!("更正申请")),
        (super::retention::FIELD, kernel::key!("到期删除")),
        ("state", kernel::key!("档案状态")),
        ("attachment", kernel::key!("材料")),
        ("account", kernel::key!("本人账号")),
        ("photo", kernel::key!("照片")),
        ("file", kernel::key!("建档")),
        ("merged", kernel::key!("合并档案")),
        ("proposal", kernel::key!("结果运用")),
    ];
    parts.into_iter().find(|(id, _)| *id == field).map_or("", |(_, title)| title)
}
