//! A pack: what its files mean.

use crate::cases::{self, Case};
use crate::colours::{self, ClassifyMissing, ColourTable};
use crate::condition::Scope;
use crate::consequences::{self, Consequence};
use crate::coverage;
use crate::facts::{Fact, FactType};
use crate::grading::{self, Grade, Grading, Rounding, TieKey, Within};
use crate::indicators::{self, Aggregate, Indicator, Method, Target};
use crate::keys::Keys;
use crate::node::{Kind, Node};
use crate::source::Source;
use kernel::{Fault, Quantity, Severity, msg};
use std::cell::RefCell;
use std::collections::BTreeSet;

/// How wide a pack reaches.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum PackScope {
    /// A county's measures.
    County,
    /// A town's, under a county's.
    Township,
    /// A village's own.
    Village,
}

/// A pack, ready for the engines.
#[derive(Clone, Debug)]
pub struct Pack {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: String,
    /// Its title.
    pub title: String,
    /// Who issued it.
    pub issuer: String,
    /// How wide it reaches.
    pub scope: PackScope,
    /// The pack it stands under; empty for none.
    pub parent: String,
    /// First day in force, YYYY-MM-DD.
    pub effective_from: String,
    /// Last day in force; empty while open.
    pub effective_to: String,
    /// Document number and title.
    pub basis: String,
    /// The facts it declares, in its order.
    pub facts: Vec<Fact>,
    /// `village` or `person`.
    pub subject: String,
    /// Least total, hundredths.
    pub total_min: Option<i64>,
    /// Greatest total, hundredths.
    pub total_max: Option<i64>,
    /// Weights of raters, as spelled.
    pub rater_weights: Vec<(String, Quantity)>,
    /// Whether it has `indicators.csv`.
    pub has_appraisal: bool,
    /// Its indicators in file order.
    pub indicators: Vec<Indicator>,
    /// Its grades, best first.
    pub grades: Vec<Grade>,
    /// How grades are given.
    pub grading: Grading,
    /// Its consequences in order.
    pub consequences: Vec<Consequence>,
    /// Its decision table.
    pub colours: Option<ColourTable>,
    /// `[classify.missing]` by fact position.
    pub classify_missing: Vec<ClassifyMissing>,
    /// Its cases.
    pub cases: Vec<Case>,
    /// SHA-256 of its content, hexadecimal.
    pub hash: String,
}

/// Sections that later stages read; they stay in the hash and are shown as they are.
const LATER: [&str; 9] =
    ["pools", "chains", "campaigns", "review", "training", "ballot", "ballots", "duty", "rewards"];

/// Ids that a fact or indicator must not take. Source: PACKS, "Identity and facts".
const RESERVED: [&str; 26] = [
    "code",
    "name",
    "township",
    "total",
    "before_bonus",
    "bonus",
    "penalty",
    "veto",
    "rank",
    "grade",
    "status",
    "missing",
    "full",
    "indicator",
    "rater",
    "mark",
    "note",
    "village",
    "county",
    "and",
    "or",
    "not",
    "in",
    "true",
    "false",
    "null",
];

const SUBJECTS: [&str; 4] = ["village", "person", "post", "township"];
const SOURCES: [&str; 5] = ["registry", "reported", "ballot", "appraisal", "review"];

fn count_faults(faults: &[Fault]) -> usize {
    faults.iter().filter(|f| f.severity == Severity::Fault).count()
}

impl Pack {
    /// Reads a pack. Findings of every severity come with it; `None` when one of them is a fault.
    pub fn read(source: &Source) -> (Option<Pack>, Vec<Fault>) {
        let findings = RefCell::new(source.faults.clone());
        let file = source.file("pack.toml");
        let keys = Keys::new(&source.toml, "", &file, &findings);
        let id = keys.required("id");
        if !id.is_empty() && !id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-') {
            keys.fault("id", msg!("编号只能用英文字母、数字、_ 和 -"), None);
        }
        let version = keys.required("version");
        let title = keys.required("title");
        let issuer = keys.text("issuer");
        let scope = keys.one_of(
            "scope",
            &[
                ("county", PackScope::County),
                ("township", PackScope::Township),
                ("village", PackScope::Village),
            ],
        );
        let parent = keys.text("parent");
        let effective_from = keys.date("effective_from");
        let effective_to = keys.date("effective_to");
        if !effective_to.is_empty() && effective_to < effective_from {
            keys.fault("effective_to", msg!("失效日期早于生效日期"), None);
        }
        let basis = keys.text("basis");
        let facts = read_facts(&keys, &file, &findings, source.tables[1].is_some());

        let mut subject = "village".to_owned();
        let (mut total_min, mut total_max) = (None, None);
        let mut weight_nodes: Vec<&Node> = keys.node("rater_weights").into_iter().collect();
        if let Some(node) = keys.node("appraisal") {
            let own = Keys::new(node, "appraisal", &file, &findings);
            subject = own.one_of("subject", &[("village", "village"), ("person", "person")]).to_owned();
            total_min = own.hundredths("total_min");
            total_max = own.hundredths("total_max");
            if let (Some(min), Some(max)) = (total_min, total_max)
                && min > max
            {
                own.fault("total_min", msg!("total_min 大于 total_max"), None);
            }
            weight_nodes.extend(own.node("rater_weights"));
            own.finish();
        }
        let rater_weights = read_weights(&weight_nodes, &file, &findings);

        let grades: Vec<Grade> = keys
            .items("grades")
            .iter()
            .enumerate()
            .filter_map(|(i, n)| {
                grading::read_grade(Keys::new(n, &format!("grades[{}]", i + 1), &file, &findings))
            })
            .collect();
        check_grades(&grades, &keys);
        let grade_ids: Vec<i64> = grades.iter().map(|g| g.id).collect();

        let names = Scope { facts: &facts, subject: &subject, results: false };
        let has_appraisal = source.tables[0].is_some();
        let mut table_faults = Vec::new();
        let indicators = source.tables[0]
            .as_ref()
            .map(|t| indicators::read(t, names, &grade_ids, &mut table_faults))
            .unwrap_or_default();
        check_indicators(
            &indicators,
            &facts,
            &rater_weights,
            &source.file("indicators.csv"),
            &mut table_faults,
        );
        let colours = source.tables[1].as_ref().map(|t| colours::read(t, &facts, &mut table_faults));
        findings.borrow_mut().append(&mut table_faults);

        let grading = match keys.node("grading") {
            Some(node) => {
                grading::read_grading(Keys::new(node, "grading", &file, &findings), &facts, &indicators)
            }
            None => Grading::default(),
        };
        if grading.rounding == Rounding::Floor && grades.iter().any(|g| g.quota.is_some()) {
            let quotas: i128 = grades.iter().filter_map(|g| g.quota).map(|q| q.0).sum();
            if quotas == 100 * kernel::MILLION {
                keys.fault(
                    "grading",
                    msg!("floor 舍去的名额都落到最后一等"),
                    Some(msg!("需要分满名额时用 largest_remainder")),
                );
                soften(&findings, Severity::Warning);
            }
        }
        let results = Scope { facts: &facts, subject: &subject, results: true };
        let consequences: Vec<Consequence> = keys
            .items("consequences")
            .iter()
            .enumerate()
            .filter_map(|(i, n)| consequences::read(n, i, &file, results, &findings))
            .collect();
        for (i, c) in consequences.iter().enumerate() {
            if consequences[..i].iter().any(|d| d.id == c.id) {
                let fault = Fault::cell(&file, c.row, "id", &c.id, msg!("编号 {id} 出现两次", id = &c.id));
                findings.borrow_mut().push(fault);
            }
        }
        let classify_missing = read_classify(&keys, &file, &facts, &findings);
        for later in LATER {
            if keys.node(later).is_some() {
                keys.fault(later, msg!("{key} 由以后的环节读取，这里原样保留", key = later), None);
                soften(&findings, Severity::Note);
            }
        }
        keys.finish();
        let cases = cases::read(source, &findings);
        let mut findings = findings.into_inner();
        let order = ["pack.toml", "indicators.csv", "colours.csv", "review.csv"].map(|f| source.file(f));
        let position = |f: &Fault| order.iter().position(|o| *o == f.file).unwrap_or(order.len());
        findings
            .sort_by(|a, b| (position(a), &a.file, a.row, a.col).cmp(&(position(b), &b.file, b.row, b.col)));
        findings.dedup();
        let pack = (count_faults(&findings) == 0).then(|| Pack {
            id,
            version,
            title,
            issuer,
            scope,
            parent,
            effective_from,
            effective_to,
            basis,
            facts,
            subject,
            total_min,
            total_max,
            rater_weights,
            has_appraisal,
            indicators,
            grades,
            grading,
            consequences,
            colours,
            classify_missing,
            cases,
            hash: source.hash(),
        });
        (pack, findings)
    }

    /// Everything `policy check` finds: reading, then the analysis of the tables.
    pub fn check(source: &Source) -> (Option<Pack>, Vec<Fault>) {
        let (pack, mut findings) = Pack::read(source);
        if let Some(pack) = &pack {
            if let Some(table) = &pack.colours {
                findings.extend(coverage::analyse(table, &pack.facts, &pack.classify_missing));
            }
            findings.extend(unused_facts(pack, source));
        }
        (pack, findings)
    }

    /// The position of a fact.
    pub fn fact(&self, id: &str) -> Option<usize> {
        self.facts.iter().position(|f| f.id == id)
    }

    /// Whether the subjects are persons.
    pub fn of_persons(&self) -> bool {
        self.subject == "person"
    }

    /// The weight of a rater; 0 when it has none.
    pub fn weight(&self, rater: &str) -> Quantity {
        self.rater_weights.iter().find(|(r, _)| r == rater).map_or(Quantity(0), |(_, w)| *w)
    }

    /// The label of a grade's id.
    pub fn grade_label(&self, id: i64) -> Option<&str> {
        self.grades.iter().find(|g| g.id == id).map(|g| g.label.as_str())
    }

    /// The facts a consequence, indicator, grade or colour may use: positions.
    fn used_facts(&self) -> BTreeSet<usize> {
        let mut used = BTreeSet::new();
        let mut name = |n: &String| {
            if let Some(p) = self.facts.iter().position(|f| f.id == *n) {
                used.insert(p);
            }
        };
        for i in &self.indicators {
            match &i.method {
                Method::Formula { expr } => expr.names.iter().for_each(&mut name),
                Method::Veto { when, .. } => when.names().iter().for_each(&mut name),
                _ => {}
            }
        }
        for c in &self.consequences {
            c.when.names().iter().for_each(&mut name);
            if let Some(consequences::Amount::Formula(f)) = &c.amount {
                f.names.iter().for_each(&mut name);
            }
        }
        for i in &self.indicators {
            used.extend(i.method.fact());
            if let Method::Ratio { target: Target::Fact(t), .. }
            | Method::RatioDown { target: Target::Fact(t), .. } = i.method
            {
                used.insert(t);
            }
        }
        if let Within::Choice(f) = self.grading.within {
            used.insert(f);
        }
        if let Some(table) = &self.colours {
            used.extend(&table.facts);
        }
        used
    }
}

fn soften(findings: &RefCell<Vec<Fault>>, severity: Severity) {
    if let Some(last) = findings.borrow_mut().last_mut() {
        last.severity = severity;
    }
}

fn unused_facts(pack: &Pack, source: &Source) -> Vec<Fault> {
    let used = pack.used_facts();
    let declared = source.toml.get("facts");
    pack.facts
        .iter()
        .enumerate()
        .filter(|(i, _)| !used.contains(i))
        .map(|(_, f)| {
            let at = declared.and_then(|d| d.get(&f.id)).map(|n| n.at).unwrap_or_default();
            Fault::cell(
                &source.file("pack.toml"),
                at.row,
                &format!("facts.{}", f.id),
                &f.id,
                msg!("事实 {name} 声明了但没有用到", name = &f.id),
            )
            .at(at.col)
            .severity(Severity::Note)
        })
        .collect()
}

fn read_facts(keys: &Keys<'_>, file: &str, findings: &RefCell<Vec<Fault>>, colours: bool) -> Vec<Fact> {
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
        } else if RESERVED.contains(&id.as_str()) || (colours && in_colours) {
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
                    Some(msg!("可写：{words}", words = words.join("、"))),
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

fn read_weights(nodes: &[&Node], file: &str, findings: &RefCell<Vec<Fault>>) -> Vec<(String, Quantity)> {
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

fn check_grades(grades: &[Grade], keys: &Keys<'_>) {
    for (i, g) in grades.iter().enumerate() {
        if grades[..i].iter().any(|h| h.id == g.id) {
            keys.fault("grades", msg!("等次编号 {id} 出现两次", id = g.id), None);
        }
        if i + 1 < grades.len() && g.quota.is_none() && g.at_least.is_none() {
            keys.fault(
                "grades",
                msg!("{label}既没有 quota 也没有 at_least，会拿走其余全部", label = &g.label),
                Some(msg!("只有最后一等可以两样都不写")),
            );
        }
    }
    let quotas: i128 = grades.iter().filter_map(|g| g.quota).map(|q| q.0).sum();
    if quotas > 100 * kernel::MILLION {
        keys.fault(
            "grades",
            msg!("各等次的比例合计 {sum}%，超过 100%", sum = Quantity(quotas)),
            Some(msg!("请调低某一等的 quota")),
        );
    }
}

fn check_indicators(
    indicators: &[Indicator],
    facts: &[Fact],
    weights: &[(String, Quantity)],
    file: &str,
    faults: &mut Vec<Fault>,
) {
    for (i, ind) in indicators.iter().enumerate() {
        let mut push = |column: &str, value: &str, reason, mend| {
            let mut fault = Fault::cell(file, ind.row, column, value, reason);
            fault.mend = mend;
            faults.push(fault);
        };
        let mut chars = ind.id.chars();
        let plain = chars.next().is_some_and(|c| c.is_ascii_alphabetic())
            && chars.all(|c| c.is_ascii_alphanumeric() || c == '_');
        if !plain {
            push(
                "id",
                &ind.id,
                msg!("编号 {id} 不合规矩", id = &ind.id),
                Some(msg!("以英文字母开头，只用英文字母、数字和 _")),
            );
        } else if RESERVED.contains(&ind.id.as_str()) {
            push("id", &ind.id, msg!("编号 {id} 是保留的词", id = &ind.id), Some(msg!("请换一个名字")));
        }
        if indicators[..i].iter().any(|j| j.id == ind.id) || facts.iter().any(|f| f.id == ind.id) {
            push(
                "id",
                &ind.id,
                msg!("编号 {id} 与别的指标或事实相同", id = &ind.id),
                Some(msg!("请换一个名字")),
            );
        }
        if ind.aggregate == Aggregate::Weighted {
            for rater in &ind.raters {
                if !weights.iter().any(|(r, w)| r == rater && w.0 > 0) {
                    push(
                        "aggregate",
                        "weighted",
                        msg!("{rater} 没有大于 0 的权重", rater = rater),
                        Some(msg!("请写在 [rater_weights] 里")),
                    );
                }
            }
        }
    }
    let sum: i64 =
        indicators.iter().filter(|i| !i.method.is_extra() && !i.method.is_veto()).map(|i| i.full).sum();
    if !indicators.is_empty() && sum != 10_000 {
        faults.push(
            Fault::cell(
                file,
                1,
                "full",
                &kernel::Score(sum).to_string(),
                msg!("各指标满分合计 {sum}，不是 100", sum = kernel::Score(sum)),
            )
            .severity(Severity::Warning),
        );
    }
}

fn read_classify(
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
                    Some(msg!("可写：{words}", words = "block、zero、skip")),
                );
                ClassifyMissing::Block
            }
        };
    }
    own.finish();
    out
}

/// Tie keys need the last word `code`; it is implied. Kept here so that `show` prints the whole order.
impl Grading {
    /// The order of equal totals with the implied `code`.
    pub fn full_order(&self) -> Vec<TieKey> {
        let mut keys = self.tie_break.clone();
        if !keys.contains(&TieKey::Code) {
            keys.push(TieKey::Code);
        }
        keys
    }
}
