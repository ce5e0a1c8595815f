//! Which column of a table is what: by its heading, by the ids below it, or as the reader says. Pure.

use super::import::FAULTS;
use policy::Fact;
use standards::fold_name;
use std::collections::HashMap;
use tables::Table;

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    Code,
    Name,
    Township,
    /// A fact, by its place among the wanted ones.
    Fact(usize),
    Skip,
}

/// A column of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    pub role: Role,
}

/// A header as compared: width, blanks, case and brackets' kind forgiven.
fn folded(name: &str) -> String {
    fold_name(name).replace('，', ",").replace('：', ":")
}

const CODES: [&str; 7] = ["code", "代码", "村代码", "区划代码", "统计用区划代码", "行政区划代码", "村编码"];
const NAMES: [&str; 7] = ["name", "村", "村名", "村名称", "行政村", "village", "村(社区)"];
const TOWNSHIPS: [&str; 6] = ["township", "乡镇", "镇", "乡镇名称", "乡镇(街道)", "所属乡镇"];

/// What a header means, by id or label.
fn role_of(name: &str, facts: &[&Fact]) -> Role {
    let key = folded(name);
    let bare = |s: &str| s.split('(').next().unwrap_or_default().to_owned();
    let is = |words: &[&str]| words.iter().any(|w| folded(w) == key);
    if key.is_empty() {
        return Role::Skip;
    }
    if let Some(i) = facts.iter().position(|f| folded(&f.id) == key) {
        return Role::Fact(i);
    }
    if is(&CODES) {
        return Role::Code;
    }
    if is(&NAMES) {
        return Role::Name;
    }
    if is(&TOWNSHIPS) {
        return Role::Township;
    }
    if let Some(i) = facts.iter().position(|f| heading(f) == name || folded(&heading(f)) == key) {
        return Role::Fact(i);
    }
    if let Some(i) = facts.iter().position(|f| folded(&f.label) == key) {
        return Role::Fact(i);
    }
    // The unit or a remark in brackets may differ, as long as one fact alone is meant.
    let mut near = facts.iter().enumerate().filter(|(_, f)| bare(&folded(&f.label)) == bare(&key));
    match (near.next(), near.next()) {
        (Some((i, _)), None) => Role::Fact(i),
        _ => Role::Skip,
    }
}

/// A fact's heading in our own tables: the label with its unit.
pub fn heading(fact: &Fact) -> String {
    if fact.unit.is_empty() { fact.label.clone() } else { format!("{}（{}）", fact.label, fact.unit) }
}

/// How a choice of a column is written in forms.
pub fn role_id(role: Role, facts: &[&Fact]) -> String {
    match role {
        Role::Code => "code".to_owned(),
        Role::Name => "name".to_owned(),
        Role::Township => "township".to_owned(),
        Role::Fact(i) => format!("fact:{}", facts[i].id),
        Role::Skip => "-".to_owned(),
    }
}

fn role_by_id(id: &str, facts: &[&Fact]) -> Option<Role> {
    match id {
        "code" => Some(Role::Code),
        "name" => Some(Role::Name),
        "township" => Some(Role::Township),
        "-" => Some(Role::Skip),
        other => {
            let id = other.strip_prefix("fact:")?;
            facts.iter().position(|f| f.id == id).map(Role::Fact)
        }
    }
}

/// Whether a row is the second heading of our own tables: ids.
pub fn is_ids(cells: &[String], facts: &[&Fact]) -> bool {
    let known =
        |c: &&String| matches!(c.as_str(), "code" | "name" | "township") || facts.iter().any(|f| f.id == **c);
    cells.iter().any(|c| c == "code")
        && cells.iter().filter(|c| !c.is_empty() && *c != FAULTS).all(|c| known(&c))
}

/// The columns as proposed by the headings, or as `chosen` by the reader: `m0` to [`role_id`].
pub fn columns(table: &Table, facts: &[&Fact], chosen: &HashMap<String, String>) -> Vec<Column> {
    let ids = table.rows.first().map(|(_, cells)| cells).filter(|cells| is_ids(cells, facts));
    let names = table.header.names.iter().enumerate();
    names
        .map(|(i, name)| {
            let by_reader = chosen.get(&format!("m{i}")).and_then(|id| role_by_id(id, facts));
            let heading = ids.and_then(|cells| cells.get(i)).filter(|c| !c.is_empty()).unwrap_or(name);
            Column { name: name.clone(), role: by_reader.unwrap_or_else(|| role_of(heading, facts)) }
        })
        .collect()
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use policy::FactType;

    pub fn fact(id: &str, label: &str, kind: FactType) -> Fact {
        Fact {
            id: id.into(),
            label: label.into(),
            subject: "village".into(),
            kind,
            unit: "元".into(),
            choices: vec!["平稳".into(), "尖锐".into()],
            source: "reported".into(),
        }
    }

    #[test]
    fn headings_are_forgiven() {
        let (income, state) =
            (fact("income", "经营性收入", FactType::Money), fact("s", "矛盾状况", FactType::Choice));
        let facts = [&income, &state];
        let cases = [
            ("income", Role::Fact(0)),
            ("ＩＮＣＯＭＥ", Role::Fact(0)),
            ("经营性 收入", Role::Fact(0)),
            ("经营性收入（元）", Role::Fact(0)),
            ("经营性收入(万元)", Role::Fact(0)),
            ("矛盾　状况", Role::Fact(1)),
            ("村 名", Role::Name),
            ("代码", Role::Code),
            ("所属乡镇", Role::Township),
            ("备注", Role::Skip),
            ("", Role::Skip),
        ];
        for (heading, role) in cases {
            assert_eq!(role_of(heading, &facts), role, "{heading}");
        }
    }
}
