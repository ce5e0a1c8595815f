//! `cases/*.toml`: the pack's own tests. Source: PACKS, "Cases".

use crate::keys::Keys;
use crate::node::{Kind, Node, Pos};
use crate::source::Source;
use kernel::{Fault, Severity, msg};
use std::cell::RefCell;

/// One case.
#[derive(Clone, Debug)]
pub struct Case {
    /// The file it stands in, as faults name it.
    pub file: String,
    /// Where.
    pub at: Pos,
    /// What it shows.
    pub title: String,
    /// The clause that decides it.
    pub clause: String,
    /// Its subjects; one when it was written without `subject`.
    pub subjects: Vec<CaseSubject>,
}

/// One subject of a case.
#[derive(Clone, Debug)]
pub struct CaseSubject {
    /// Its code.
    pub code: String,
    /// A person's village.
    pub village: String,
    /// Facts as written: id and cell.
    pub facts: Vec<(String, String)>,
    /// Indicator, rater, mark.
    pub marks: Vec<[String; 3]>,
    /// What is expected, as written: only what is named is compared.
    pub expect: Vec<(String, Expect)>,
}

/// An expectation as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expect {
    /// A word or number.
    Text(String),
    /// A list.
    List(Vec<String>),
    /// A table: key and value.
    Table(Vec<(String, String)>),
}

const VILLAGE: &str = "990101101201";

pub(crate) const EXPECTATIONS: [&str; 17] = [
    "scores",
    "total",
    "before_bonus",
    "bonus",
    "penalty",
    "veto",
    "rank",
    "grade",
    "status",
    "colour",
    "rule",
    "level",
    "lead",
    "measures",
    "proposals",
    "amounts",
    "missing",
];

pub(crate) fn read(source: &Source, findings: &RefCell<Vec<Fault>>) -> Vec<Case> {
    let mut out = Vec::new();
    for (name, node) in &source.cases {
        let file =
            if source.is_workbook() { source.file("cases") } else { source.file(&format!("cases/{name}")) };
        let keys = Keys::new(node, "", &file, findings);
        for (i, node) in keys.items("case").iter().enumerate() {
            out.extend(read_case(node, i, &file, findings));
        }
        keys.finish();
    }
    out
}

fn read_case(node: &Node, index: usize, file: &str, findings: &RefCell<Vec<Fault>>) -> Option<Case> {
    let before = findings.borrow().iter().filter(|f| f.severity == Severity::Fault).count();
    let path = format!("case[{}]", index + 1);
    let keys = Keys::new(node, &path, file, findings);
    let title = keys.required("title");
    let clause = keys.text("clause");
    let subjects: Vec<CaseSubject> = match keys.items("subject") {
        [] => vec![read_subject(&keys, VILLAGE)],
        several => several
            .iter()
            .enumerate()
            .map(|(i, node)| {
                let own = Keys::new(node, &format!("{path}.subject[{}]", i + 1), file, findings);
                let subject = read_subject(&own, "");
                if subject.code.is_empty() {
                    own.fault(
                        "code",
                        msg!("缺少 {key}", key = "code"),
                        Some(msg!("多个对象时每个都要写 code")),
                    );
                }
                own.finish();
                subject
            })
            .collect(),
    };
    if subjects.iter().all(|s| s.expect.is_empty()) {
        keys.fault(
            "expect",
            msg!("没有写预期结果，这条用例检查不到什么"),
            Some(msg!("例如 expect.total = 78.35")),
        );
    }
    keys.finish();
    let after = findings.borrow().iter().filter(|f| f.severity == Severity::Fault).count();
    (after == before).then(|| Case { file: file.to_owned(), at: node.at, title, clause, subjects })
}

fn read_subject(keys: &Keys<'_>, default_code: &str) -> CaseSubject {
    let code = keys.text("code");
    let village = keys.text("village");
    let facts = keys.entries("facts").iter().map(|e| (e.key.clone(), e.value.plain())).collect();
    let marks = match keys.node("marks") {
        None => Vec::new(),
        Some(Node { kind: Kind::List(rows), .. }) => rows
            .iter()
            .filter_map(|row| match &row.kind {
                Kind::List(cells) if cells.len() == 3 => {
                    Some([cells[0].plain(), cells[1].plain(), cells[2].plain()])
                }
                _ => {
                    let mend = Some(msg!("写成 [\"A2\", \"unit:agri\", 3.5]"));
                    keys.push(
                        row.at,
                        "marks",
                        &row.plain(),
                        msg!("打分要写 指标、评分单位、分数 三项"),
                        mend,
                    );
                    None
                }
            })
            .collect(),
        Some(node) => {
            keys.push(
                node.at,
                "marks",
                &node.plain(),
                msg!("应为列表，这里是{found}", found = node.kind_name()),
                None,
            );
            Vec::new()
        }
    };
    let mut expect = Vec::new();
    for e in keys.entries("expect") {
        if !EXPECTATIONS.contains(&e.key.as_str()) {
            let mend = Some(msg!("可写：{words}", words = EXPECTATIONS.as_slice()));
            keys.push(e.at, &e.key, &e.value.plain(), msg!("不认识的预期 {key}", key = &e.key), mend);
            continue;
        }
        let value = match &e.value.kind {
            Kind::List(items) => Expect::List(items.iter().map(Node::plain).collect()),
            Kind::Table(entries) => {
                Expect::Table(entries.iter().map(|e| (e.key.clone(), e.value.plain())).collect())
            }
            _ => Expect::Text(e.value.plain()),
        };
        expect.push((e.key.clone(), value));
    }
    expect.sort_by(|a, b| a.0.cmp(&b.0));
    CaseSubject {
        code: if code.is_empty() { default_code.to_owned() } else { code },
        village: if village.is_empty() { VILLAGE.to_owned() } else { village },
        facts,
        marks,
        expect,
    }
}
