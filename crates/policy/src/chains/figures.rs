//! What conditions and fits of a chain may name: figures of a person, of the place, of the team.

use crate::condition::Scope;
use crate::facts::{Fact, FactType, ValueRef};
use crate::zen::{Expr, Labels, chinese};
use std::sync::LazyLock;

/// The figures by name; the order is that in which they are offered.
static FIGURES: LazyLock<Vec<Fact>> = LazyLock::new(|| {
    use FactType::{Bool, Choice, Integer, Number, Text};
    let known: [(&str, &str, FactType, &str); 22] = [
        ("age", "年龄", Integer, "岁"),
        ("woman", "女性", Bool, ""),
        ("education", "学历", Choice, ""),
        ("full_time_education", "全日制学历", Choice, ""),
        ("political", "政治面貌", Choice, ""),
        ("party_member", "正式党员", Bool, ""),
        ("party_years", "党龄", Integer, "年"),
        ("source", "来源群体", Text, ""),
        ("growth", "成长积分", Number, "分"),
        ("months", "在岗、在库时间", Integer, "个月"),
        ("served", "任过村“两委”职务", Bool, ""),
        ("served_months", "任村“两委”职务时间", Integer, "个月"),
        ("sanctioned", "在处分影响期内", Bool, ""),
        ("own_village", "本村的人", Bool, ""),
        ("own_township", "本乡镇的人", Bool, ""),
        ("review", "有效的联审结论", Text, ""),
        ("team_size", "班子现有人数", Integer, "人"),
        ("team_age", "班子平均年龄", Number, "岁"),
        ("team_youngest", "班子最年轻的", Integer, "岁"),
        ("team_women", "班子女性人数", Integer, "人"),
        ("team_college", "班子大专及以上人数", Integer, "人"),
        ("team_members", "班子党员人数", Integer, "人"),
    ];
    let choices = |id: &str| -> Vec<String> {
        let of = |codes: &[(&str, &str)]| codes.iter().map(|(_, label)| (*label).to_owned()).collect();
        match id {
            "education" | "full_time_education" => of(&standards::EDUCATION),
            "political" => of(&standards::POLITICAL_STATUS),
            _ => Vec::new(),
        }
    };
    known
        .into_iter()
        .map(|(id, label, kind, unit)| Fact {
            id: id.to_owned(),
            label: label.to_owned(),
            subject: "person".to_owned(),
            kind,
            unit: unit.to_owned(),
            choices: choices(id),
            source: "registry".to_owned(),
        })
        .collect()
});

/// The figures that conditions, fits and orders may name.
pub fn figures() -> &'static [Fact] {
    &FIGURES
}

/// The figure of a name.
pub fn figure(id: &str) -> Option<&'static Fact> {
    FIGURES.iter().find(|f| f.id == id)
}

/// How expressions of a chain are compiled and typed.
pub(super) fn scope() -> Scope<'static> {
    Scope { facts: figures(), subject: "person", results: false }
}

/// An expression as a clerk reads it.
pub fn said(expr: &Expr) -> String {
    let labels = Labels {
        name: &|n| figure(n).map_or_else(|| n.to_owned(), |f| f.label.clone()),
        grade: &|_| None,
        unit: &|n| figure(n).map_or_else(String::new, |f| f.unit.clone()),
    };
    chinese(expr, &labels)
}

/// A figure's value as a clerk reads it: `年龄 33岁`.
pub fn read(id: &str, value: Option<ValueRef<'_>>) -> String {
    let Some(fact) = figure(id) else { return id.to_owned() };
    let text = match value {
        None => return format!("{}没有登记", fact.label),
        Some(ValueRef::Bool(true)) => "是".to_owned(),
        Some(ValueRef::Bool(false)) => "否".to_owned(),
        Some(ValueRef::Number(n)) => format!("{}{}", kernel::Quantity(n), fact.unit),
        Some(ValueRef::Text(t)) => t.to_owned(),
    };
    format!("{} {text}", fact.label)
}
