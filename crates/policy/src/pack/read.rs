//! Parts of `pack.toml`: facts, weights and names of raters, what missing facts mean to colours.

use super::is_reserved;
use crate::campaigns::{self, CampaignsSection};
use crate::chains::{self, ChainsSection};
use crate::colours::ClassifyMissing;
use crate::duty::{self, DutySection};
use crate::facts::{Fact, FactType};
use crate::keys::Keys;
use crate::membership::{self, MembershipSection};
use crate::node::{Kind, Node};
use crate::people::{self, PeopleSection};
use crate::pools::{self, PoolsSection};
use crate::posts::{self, Dates, PackRef, PostsSection, Reader};
use crate::review::{self, ReviewSection};
use kernel::{Fault, Quantity, msg};
use std::cell::RefCell;
use std::sync::Arc;
use tables::Table;

const SUBJECTS: [&str; 4] = ["village", "person", "post", "township"];
const SOURCES: [&str; 5] = ["registry", "reported", "ballot", "appraisal", "review"];

pub(super) fn read_facts(
    keys: &Keys<'_>,
    file: &str,
    findings: &RefCell<Vec<Fault>>,
    colours: bool,
) -> Vec<Fact> {
    let mut out: Vec<Fact> = Vec::new();
    for entry in keys.entries("facts") {
        let own = Keys::new(&entry.value, &format!("facts.{}", entry.key), file, findings);
        let id = &entry.key;
        let mut chars = id.chars();
        let plain = chars.next().is_some_and(|c| c.is_ascii_alphabetic())
            && chars.all(|c| c.is_ascii_alphanumeric() || c == '_');
        let in_colours = matches!(id.as_str(), "rule" | "colour" | "level" | "lead" | "measures" | "basis");
        if !plain {
            own.push(
                entry.at,
                "",
                id,
                msg!("编号 {id} 不合规矩", id = id),
                Some(msg!("以英文字母开头，只用英文字母、数字和 _")),
            );
        } else if is_reserved(id) || (colours && in_colours) {
            own.push(entry.at, "", id, msg!("编号 {id} 是保留的词", id = id), Some(msg!("请换一个名字")));
        }
        let label = own.required("label");
        let kind = own.one_of("type", &FactType::ALL);
        if !own.has("type") {
            own.fault("type", msg!("缺少 {key}", key = "type"), Some(msg!("请补上这一项")));
        }
        let word = |key: &'static str, words: &[&str], default: &str| {
            let word = own.text(key);
            if word.is_empty() {
                return default.to_owned();
            }
            if !words.contains(&word.as_str()) {
                own.fault(
                    key,
                    msg!("没有“{value}”这种写法", value = &word),
                    Some(msg!("可写：{words}", words = words)),
                );
            }
            word
        };
        let subject = word("subject", &SUBJECTS, "village");
        let source = word("source", &SOURCES, "reported");
        let choices = own.texts("choices");
        if kind == FactType::Choice && choices.is_empty() {
            own.fault("choices", msg!("选项事实没有列出选项"), Some(msg!("写成 choices = [\"甲\", \"乙\"]")));
        } else if kind != FactType::Choice && !choices.is_empty() {
            own.fault(
                "choices",
                msg!("只有选项事实才列选项"),
                Some(msg!("把 type 改为 choice，或去掉 choices")),
            );
        }
        for (i, c) in choices.iter().enumerate() {
            if c.trim() != c || c.is_empty() || choices[..i].contains(c) {
                own.fault("choices", msg!("选项“{value}”为空、重复或首尾有空格", value = c), None);
            }
        }
        let unit = own.text("unit");
        own.finish();
        out.push(Fact { id: id.clone(), label, subject, kind, unit, choices, source });
    }
    out
}

pub(super) fn read_labels(keys: &Keys<'_>) -> Vec<(String, String)> {
    let mut out = Vec::new();
    for e in keys.entries("raters") {
        match &e.value.kind {
            Kind::Text(label) => out.push((e.key.clone(), label.clone())),
            _ => {
                let found = e.value.kind_name();
                let path = format!("raters.{}", e.key);
                keys.push(
                    e.at,
                    &path,
                    &e.value.plain(),
                    msg!("应为文本，这里是{found}", found = found),
                    None,
                );
            }
        }
    }
    out
}

pub(super) fn read_weights(
    nodes: &[&Node],
    file: &str,
    findings: &RefCell<Vec<Fault>>,
) -> Vec<(String, Quantity)> {
    let mut out: Vec<(String, Quantity)> = Vec::new();
    for node in nodes {
        let Kind::Table(entries) = &node.kind else {
            findings.borrow_mut().push(
                Fault::cell(
                    file,
                    node.at.row,
                    "rater_weights",
                    &node.plain(),
                    msg!("这里要一个表，不是{found}", found = node.kind_name()),
                )
                .at(node.at.col),
            );
            continue;
        };
        for e in entries {
            let push = |reason| {
                let fault = Fault::cell(
                    file,
                    e.at.row,
                    &format!("rater_weights.{}", e.key),
                    &e.value.plain(),
                    reason,
                );
                findings.borrow_mut().push(fault.at(e.at.col));
            };
            let weight = match &e.value.kind {
                Kind::Number(text) => Quantity::parse(text).ok(),
                _ => None,
            };
            match weight {
                _ if out.iter().any(|(r, _)| *r == e.key) => {
                    push(msg!("{name} 的权重写了两次", name = &e.key))
                }
                Some(w) if w.0 >= 0 => out.push((e.key.clone(), w)),
                _ => push(msg!("权重应是不小于 0 的数字")),
            }
        }
    }
    out
}

pub(super) fn read_classify(
    keys: &Keys<'_>,
    file: &str,
    facts: &[Fact],
    findings: &RefCell<Vec<Fault>>,
) -> Vec<ClassifyMissing> {
    let mut out = vec![ClassifyMissing::Block; facts.len()];
    let Some(node) = keys.node("classify") else { return out };
    let own = Keys::new(node, "classify", file, findings);
    for e in own.entries("missing") {
        let value = e.value.plain();
        let push = |reason, mend| own.push(e.at, &format!("missing.{}", e.key), &value, reason, mend);
        let Some(fact) = facts.iter().position(|f| f.id == e.key) else {
            push(msg!("没有名为 {name} 的事实", name = &e.key), None);
            continue;
        };
        out[fact] = match value.as_str() {
            "block" => ClassifyMissing::Block,
            "skip" => ClassifyMissing::Skip,
            "zero" if facts[fact].zero().is_some() => ClassifyMissing::Zero,
            "zero" => {
                push(msg!("文本、日期和选项事实不能写 zero"), Some(msg!("改为 block 或 skip")));
                ClassifyMissing::Block
            }
            _ => {
                push(
                    msg!("没有“{value}”这种写法", value = &value),
                    Some(msg!("可写：{words}", words = vec!["block", "zero", "skip"])),
                );
                ClassifyMissing::Block
            }
        };
    }
    own.finish();
    out
}

/// What a pack says beside its engines.
pub(super) struct Sections {
    pub posts: Option<PostsSection>,
    pub people: Option<PeopleSection>,
    pub duty: Option<DutySection>,
    pub pools: Option<PoolsSection>,
    pub campaigns: Option<CampaignsSection>,
    pub membership: Option<MembershipSection>,
    pub joint_review: Option<ReviewSection>,
    pub chains: Option<ChainsSection>,
}

/// `[posts]`, `[people]` and the other sections of stages, `[review]` with its table; their items take the pack's dates and
/// clause where they have none of their own.
pub(super) fn read_sections(
    keys: &Keys<'_>,
    (file, csv): (&str, Option<&Table>),
    findings: &RefCell<Vec<Fault>>,
    pack: PackRef,
    dates: Dates,
    basis: &str,
) -> Sections {
    let reader = Reader { file, findings, pack: Arc::new(pack), dates, basis: basis.to_owned() };
    Sections {
        posts: keys.node("posts").map(|node| posts::read(&reader, node)),
        people: keys.node("people").map(|node| people::read(&reader, node)),
        duty: keys.node("duty").map(|node| duty::read(&reader, node)),
        pools: keys.node("pools").map(|node| pools::read(&reader, node)),
        campaigns: keys.node("campaigns").map(|node| campaigns::read(&reader, node)),
        membership: keys.node("membership").map(|node| membership::read(&reader, node)),
        joint_review: review::read(&reader, keys.node("review"), csv),
        chains: keys.node("chains").map(|node| chains::read(&reader, node)),
    }
}
