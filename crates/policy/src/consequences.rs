//! `[[consequences]]`: what is proposed, to whom, under which clause. Source: PACKS, "Consequences".

use crate::condition::{Condition, Scope};
use crate::keys::Keys;
use crate::node::{Kind, Node};
use crate::posts::whole;
use crate::zen::{Compiled, Type};
use kernel::{Fault, Quantity, Severity, key, msg};
use std::cell::RefCell;

/// Actions that may be proposed.
pub const ACTIONS: [(&str, &str); 10] = [
    ("bonus", key!("奖励")),
    ("rectify", key!("限期整改")),
    ("talk", key!("约谈")),
    ("warn", key!("警示")),
    ("adjust", key!("调整")),
    ("elevate", key!("提级管理")),
    ("award_candidate", key!("评优候选")),
    ("propose_removal", key!("建议免职")),
    ("training", key!("培训")),
    ("pay", key!("报酬")),
];

/// Whom a consequence applies to: the village, or a post.
pub const TARGETS: [(&str, &str); 7] = [
    ("village", key!("村")),
    ("party_secretary", key!("村党组织书记")),
    ("village_director", key!("村委会主任")),
    ("concurrent_head", key!("一肩挑负责人")),
    ("committee", key!("村“两委”成员")),
    ("officer", key!("乡村振兴专干")),
    ("reserve", key!("村级后备力量")),
];

/// The sum of a bonus or pay.
#[derive(Clone, Debug)]
pub enum Amount {
    /// A fixed sum in yuan.
    Fixed(Quantity),
    /// An expression in yuan.
    Formula(Compiled),
}

/// One consequence.
#[derive(Clone, Debug)]
pub struct Consequence {
    /// Its id.
    pub id: String,
    /// When it is proposed.
    pub when: Condition,
    /// One of [`TARGETS`].
    pub applies_to: String,
    /// One of [`ACTIONS`].
    pub action: String,
    /// The sum, where one is written.
    pub amount: Option<Amount>,
    /// Least months a holder held the post, in the appraised year and in the year before: only such a holder is proposed.
    pub held_months: Option<u32>,
    /// Its clause.
    pub basis: String,
    /// Where it stands in `pack.toml`.
    pub row: u32,
}

impl Consequence {
    /// How long a holder must have held the post, in Chinese; empty when it does not matter.
    pub fn held_text(&self) -> String {
        let words = |n| format!("当年和上一年任职都满 {n} 个月");
        self.held_months.map(words).unwrap_or_default()
    }

    /// Whether the condition or the sum names `total`, `rank` or `grade`.
    pub fn names_results(&self) -> Option<String> {
        let amount = match &self.amount {
            Some(Amount::Formula(f)) => f.names.clone(),
            _ => Vec::new(),
        };
        self.when.names().into_iter().chain(amount).find(|n| matches!(n.as_str(), "total" | "rank" | "grade"))
    }
}

pub(crate) fn read(
    node: &Node,
    index: usize,
    file: &str,
    scope: Scope<'_>,
    faults: &RefCell<Vec<Fault>>,
) -> Option<Consequence> {
    let keys = Keys::new(node, &format!("consequences[{}]", index + 1), file, faults);
    let before = faults.borrow().iter().filter(|f| f.severity == Severity::Fault).count();
    let id = keys.required("id");
    if !id.is_empty() && !id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-') {
        keys.fault("id", msg!("编号只能用英文字母、数字、_ 和 -"), None);
    }
    let when = keys.node("when");
    let any = keys.node("any");
    let texts: Vec<(String, &Node)> = match (when, any) {
        (Some(node), None) => match &node.kind {
            Kind::Text(s) => vec![(s.clone(), node)],
            _ => {
                keys.fault("when", msg!("应为文本，这里是{found}", found = node.kind_name()), None);
                Vec::new()
            }
        },
        (None, Some(Node { kind: Kind::List(items), .. })) if !items.is_empty() => {
            items.iter().map(|i| (i.plain(), i)).collect()
        }
        (None, Some(_)) => {
            keys.fault("any", msg!("any 要写成 [\"…\", \"…\"]"), None);
            Vec::new()
        }
        _ => {
            keys.fault("when", msg!("when 与 any 写且只写一个"), None);
            Vec::new()
        }
    };
    let mut alternatives = Vec::new();
    for (text, node) in texts {
        let (compiled, findings) = scope.compile(&text, Type::Bool);
        for (severity, f) in findings {
            keys.push(node.at, if any.is_some() { "any" } else { "when" }, &text, f.reason, f.mend);
            if let Some(last) = faults.borrow_mut().last_mut() {
                last.severity = severity;
            }
        }
        alternatives.extend(compiled);
    }
    let one_of = |key: &'static str, words: &[(&str, &str)]| {
        let word = keys.required(key);
        if !word.is_empty() && !words.iter().any(|(w, _)| *w == word) {
            let all: Vec<&str> = words.iter().map(|(w, _)| *w).collect();
            keys.fault(
                key,
                msg!("没有“{value}”这种写法", value = &word),
                Some(msg!("可写：{words}", words = all)),
            );
        }
        word
    };
    let applies_to = one_of("applies_to", &TARGETS);
    let action = one_of("action", &ACTIONS);
    if action == "propose_removal"
        && matches!(applies_to.as_str(), "village" | "village_director" | "committee")
    {
        keys.fault(
            "applies_to",
            msg!("免职只适用于党组织职务；村民委员会成员由村民选举产生，任何组织不得指定或撤换"),
            Some(msg!("改为 party_secretary，或改用 talk、rectify；选举职务依法经罢免、辞职或终止")),
        );
    }
    let amount = match keys.node("amount") {
        None => None,
        Some(Node { kind: Kind::Number(_), .. }) => keys.number("amount").map(Amount::Fixed),
        Some(node @ Node { kind: Kind::Text(text), .. }) => {
            let (compiled, findings) = scope.compile(text, Type::Number);
            for (severity, f) in findings {
                keys.push(node.at, "amount", text, f.reason, f.mend);
                if let Some(last) = faults.borrow_mut().last_mut() {
                    last.severity = severity;
                }
            }
            compiled.map(Amount::Formula)
        }
        Some(node) => {
            keys.fault("amount", msg!("应为数字，这里是{found}", found = node.kind_name()), None);
            None
        }
    };
    let held_months = whole(&keys, "held_months", 0, 12);
    if keys.has("held_months") && applies_to == "village" {
        keys.fault(
            "held_months",
            msg!("对象是村，没有任职时间"),
            Some(msg!("去掉 held_months，或把 applies_to 改为职务")),
        );
    }
    let basis = keys.text("basis");
    let row = node.at.row;
    keys.finish();
    let after = faults.borrow().iter().filter(|f| f.severity == Severity::Fault).count();
    (after == before).then_some(Consequence {
        id,
        when: Condition { alternatives, any: any.is_some() },
        applies_to,
        action,
        amount,
        held_months,
        basis,
        row,
    })
}
