//! `policy diff`: what changed between two packs, in words.

use crate::pack::Pack;
use crate::rule::{full_text, line_text, missing_text, source_text};
use crate::show::{action_text, colour_text, lead_text, target_text};

/// A part of a pack: what it is, its id, its name, and its fields in words.
pub(crate) struct Part {
    pub kind: &'static str,
    pub id: String,
    pub name: String,
    pub fields: Vec<(&'static str, String)>,
}

/// What a change does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Op {
    /// Something is new.
    Add,
    /// Something is gone.
    Drop,
    /// Something stands otherwise.
    Set,
}

/// One change from one pack to another, in Chinese.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change {
    /// What it does.
    pub op: Op,
    /// What is changed, such as `指标 A1“经营性收益”`.
    pub what: String,
    /// Which of its fields; empty where the whole is meant.
    pub field: String,
    /// What stood there; may be empty.
    pub was: String,
    /// What stands there; may be empty.
    pub new: String,
}

impl Change {
    /// The change as a sentence.
    pub fn sentence(&self) -> String {
        let Change { op, what, field, was, new } = self;
        match (op, field.as_str(), was.is_empty(), new.is_empty()) {
            (Op::Drop, ..) => format!("删去{what}"),
            (Op::Add, ..) => format!("新增{what}：{new}"),
            (Op::Set, "", _, true) => what.clone(),
            (Op::Set, "", ..) => format!("{what}更名为“{new}”"),
            (Op::Set, _, true, _) => format!("{what}写明{field}：{new}"),
            (Op::Set, _, _, true) => format!("{what}不再写{field}（原为：{was}）"),
            (Op::Set, ..) => format!("{what}的{field}由“{was}”改为“{new}”"),
        }
    }
}

/// The changes from one pack to another, a Chinese sentence each; empty when nothing that is shown changed.
pub fn diff(a: &Pack, b: &Pack) -> Vec<String> {
    changes(a, b).iter().map(Change::sentence).collect()
}

/// The changes from one pack to another; empty when nothing that is shown changed.
pub fn changes(a: &Pack, b: &Pack) -> Vec<Change> {
    let (before, after) = (parts(a), parts(b));
    let mut out = Vec::new();
    let mut push = |op, what: String, field: &str, was: &str, new: &str| {
        out.push(Change { op, what, field: field.to_owned(), was: was.to_owned(), new: new.to_owned() });
    };
    for part in &before {
        if !after.iter().any(|p| p.kind == part.kind && p.id == part.id) {
            push(Op::Drop, part.title(), "", "", "");
        }
    }
    for part in &after {
        match before.iter().find(|p| p.kind == part.kind && p.id == part.id) {
            None => {
                let written = part.fields.iter().filter(|(_, v)| !v.is_empty());
                let fields: Vec<String> = written.map(|(k, v)| format!("{k}：{v}")).collect();
                push(Op::Add, part.title(), "", "", &fields.join("；"));
            }
            Some(old) => {
                if old.name != part.name {
                    push(Op::Set, old.title(), "", &old.name, &part.name);
                }
                let gone = old.fields.iter().filter(|(f, _)| part.field(f).is_empty()).map(|(f, _)| *f);
                let fields: Vec<&str> = part.fields.iter().map(|(f, _)| *f).collect();
                let fields = gone.filter(|f| !fields.contains(f)).chain(fields.iter().copied());
                for field in fields {
                    let (was, new) = (old.field(field), part.field(field));
                    if new != was {
                        push(Op::Set, part.title(), field, was, new);
                    }
                }
            }
        }
    }
    let order = |parts: &[Part], kind: &str, other: &[Part]| -> Vec<String> {
        let shared = |p: &&Part| p.kind == kind && other.iter().any(|q| q.kind == kind && q.id == p.id);
        parts.iter().filter(shared).map(|p| p.id.clone()).collect()
    };
    for kind in ["风险颜色第", "等次"] {
        if order(&before, kind, &after) != order(&after, kind, &before) {
            push(Op::Set, format!("{}的先后次序有变", kind.trim_end_matches('第')), "", "", "");
        }
    }
    out
}

impl Part {
    /// A field's words; empty where it has none.
    fn field(&self, name: &str) -> &str {
        self.fields.iter().find(|(f, _)| *f == name).map_or("", |(_, v)| v)
    }

    fn title(&self) -> String {
        match (self.id.is_empty(), self.name.is_empty()) {
            (true, _) => self.kind.to_owned(),
            (_, true) => format!("{} {}", self.kind, self.id),
            _ => format!("{} {}“{}”", self.kind, self.id, self.name),
        }
    }
}

fn parts(pack: &Pack) -> Vec<Part> {
    let mut out = vec![Part {
        kind: "办法",
        id: String::new(),
        name: String::new(),
        fields: vec![
            ("编号", pack.id.clone()),
            ("版本", pack.version.clone()),
            ("名称", pack.title.clone()),
            ("发文机关", pack.issuer.clone()),
            ("上位办法", pack.parent.clone()),
            ("生效日期", pack.effective_from.clone()),
            ("失效日期", pack.effective_to.clone()),
            ("依据", pack.basis.clone()),
            ("总分下限", pack.total_min.map(line_text).unwrap_or_default()),
            ("总分上限", pack.total_max.map(line_text).unwrap_or_default()),
            ("公示工作日", pack.notice_workdays.to_string()),
            ("申诉答复工作日", pack.answer_workdays.to_string()),
        ],
    }];
    for (rater, weight) in &pack.rater_weights {
        out.push(Part {
            kind: "评分单位",
            id: rater.clone(),
            name: String::new(),
            fields: vec![("权重", weight.to_string())],
        });
    }
    for (rater, label) in &pack.rater_labels {
        out.push(Part {
            kind: "评分单位名称",
            id: rater.clone(),
            name: String::new(),
            fields: vec![("名称", label.clone())],
        });
    }
    for f in &pack.facts {
        out.push(Part {
            kind: "事实",
            id: f.id.clone(),
            name: f.label.clone(),
            fields: vec![
                ("类型", f.kind.label().text(kernel::Lang::Zh)),
                ("单位", f.unit.clone()),
                ("选项", f.choices.join("、")),
                ("来源", source_text(&f.source).to_owned()),
            ],
        });
    }
    for i in &pack.indicators {
        let raters: Vec<String> = i.raters.iter().map(|r| pack.rater_text(r)).collect();
        out.push(Part {
            kind: "指标",
            id: i.id.clone(),
            name: i.name.clone(),
            fields: vec![
                ("项", i.item.clone()),
                ("满分", if i.full == 0 { String::new() } else { full_text(i.full) }),
                ("算法", pack.rule_text(i)),
                ("提供者", raters.join("、")),
                ("复核", pack.second_text(i).to_owned()),
                ("缺失处理", missing_text(i.missing).to_owned()),
                ("依据", i.basis.clone()),
                ("说明", i.note.clone()),
            ],
        });
    }
    for g in &pack.grades {
        out.push(Part {
            kind: "等次",
            id: g.id.to_string(),
            name: g.label.clone(),
            fields: vec![
                ("比例", g.quota.map(|q| format!("{q}%")).unwrap_or_default()),
                ("分数线", g.at_least.map(line_text).unwrap_or_default()),
            ],
        });
    }
    if !pack.grades.is_empty() {
        let mut text = pack.grading_text();
        text.resize(4, String::new());
        let [within, seats, ties, refill] = [0, 1, 2, 3].map(|i| text[i].clone());
        out.push(Part {
            kind: "评等办法",
            id: String::new(),
            name: String::new(),
            fields: vec![("范围", within), ("名额", seats), ("同分", ties), ("递补", refill)],
        });
    }
    for c in &pack.consequences {
        out.push(Part {
            kind: "结果运用",
            id: c.id.clone(),
            name: String::new(),
            fields: vec![
                ("情形", pack.condition_text(&c.when)),
                ("对象", target_text(&c.applies_to).to_owned()),
                ("建议", action_text(&c.action).to_owned()),
                ("任职时间", c.held_text()),
                ("金额", pack.amount_text(c.amount.as_ref())),
                ("依据", c.basis.clone()),
            ],
        });
    }
    if let Some(table) = &pack.colours {
        for r in &table.rules {
            let tests = pack.row_text(table, r);
            out.push(Part {
                kind: "风险颜色第",
                id: r.id.clone(),
                name: String::new(),
                fields: vec![
                    ("情形", tests),
                    ("颜色", colour_text(&r.colour).to_owned()),
                    ("牵头", lead_text(&r.lead)),
                    ("措施", r.measures.clone()),
                    ("依据", r.basis.clone()),
                ],
            });
        }
        for (f, m) in pack.facts.iter().zip(&pack.classify_missing) {
            out.push(Part {
                kind: "颜色用的事实",
                id: f.id.clone(),
                name: f.label.clone(),
                fields: vec![(
                    "缺失处理",
                    match m {
                        crate::ClassifyMissing::Block => "缺了暂不能定",
                        crate::ClassifyMissing::Zero => "缺了按零算",
                        crate::ClassifyMissing::Skip => "缺了算不符合",
                    }
                    .to_owned(),
                )],
            });
        }
    }
    out.extend(pack.posts().map(|s| crate::posts::parts(pack, s)).unwrap_or_default());
    out.extend(pack.people().map(|s| crate::people::parts(pack, s)).unwrap_or_default());
    out.extend(pack.duty().map(|s| crate::duty::parts(pack, s)).unwrap_or_default());
    out.extend(pack.pools().map(|s| crate::pools::parts(pack, s)).unwrap_or_default());
    out.extend(pack.campaigns().map(|s| crate::campaigns::parts(pack, s)).unwrap_or_default());
    out.extend(pack.membership().map(|s| crate::membership::parts(pack, s)).unwrap_or_default());
    out.extend(pack.joint_review().map(|s| crate::review::parts(pack, s)).unwrap_or_default());
    out.extend(pack.chains().map(|s| crate::chains::parts(pack, s)).unwrap_or_default());
    out
}
