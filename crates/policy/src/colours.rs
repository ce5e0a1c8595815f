//! `colours.csv`: a decision table. Source: PACKS, "Colours".

use crate::condition::{Scope, unreadable};
use crate::facts::{Fact, FactType, ValueRef};
use crate::indicators::check_header;
use crate::zen::{Compiled, Outcome, Type, infer, lint_cell};
use kernel::{Fault, Message, Severity, key, msg};
use tables::Table;

/// The colours, worst first, with their Chinese.
pub const COLOURS: [(&str, &str); 4] =
    [("red", key!("红")), ("orange", key!("橙")), ("yellow", key!("黄")), ("green", key!("绿"))];

/// What an absent fact means to a test.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ClassifyMissing {
    /// The result is blocked.
    #[default]
    Block,
    /// 0 or false.
    Zero,
    /// The test fails.
    Skip,
}

/// One row.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Unique id.
    pub id: String,
    /// One test a column; `None` takes any.
    pub tests: Vec<Option<Compiled>>,
    /// red, orange, yellow or green.
    pub colour: String,
    /// high, medium, low, or empty.
    pub level: String,
    /// Role ids joined by `|`.
    pub lead: String,
    /// Measures.
    pub measures: String,
    /// Its clause.
    pub basis: String,
    /// A note for clerks.
    pub note: String,
    /// Line or sheet row.
    pub row: u32,
}

/// The whole table.
#[derive(Clone, Debug)]
pub struct ColourTable {
    /// The facts of the test columns (positions in the pack), in column order.
    pub facts: Vec<usize>,
    /// The rows in order.
    pub rules: Vec<Rule>,
    /// The file as faults name it.
    pub file: String,
}

/// What the table says of one subject.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Colouring {
    /// A row matches (its position).
    Rule(usize),
    /// A row might match, but facts are absent (positions in the pack, by id).
    Blocked(usize, Vec<usize>),
    /// No row matches.
    Undecided,
}

/// Why a row was passed, matched or blocked: for explanations.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Test {
    /// The cell takes any value.
    Any,
    /// The fact passes.
    Holds,
    /// The fact refutes the row.
    Refuted,
    /// The fact is absent and the test fails (`skip`).
    Skipped,
    /// The fact is absent, or the test gave no answer.
    Unknown,
}

impl ColourTable {
    /// The outcome of each test of a row.
    pub fn tests<'v>(
        &'v self,
        rule: &'v Rule,
        missing: &'v [ClassifyMissing],
        facts: &'v [Fact],
        value: &'v dyn Fn(usize) -> Option<ValueRef<'v>>,
    ) -> impl Iterator<Item = (usize, Test)> + 'v {
        self.facts.iter().zip(&rule.tests).map(move |(fact, test)| {
            let Some(test) = test else { return (*fact, Test::Any) };
            let found = match value(*fact) {
                Some(v) => Some(v),
                None => match missing[*fact] {
                    ClassifyMissing::Block => None,
                    ClassifyMissing::Zero => facts[*fact].zero(),
                    ClassifyMissing::Skip => return (*fact, Test::Skipped),
                },
            };
            let outcome = found.map(|v| test.run(&[v]));
            let test = match outcome {
                Some(Outcome::Bool(true)) => Test::Holds,
                Some(Outcome::Bool(false)) => Test::Refuted,
                _ => Test::Unknown,
            };
            (*fact, test)
        })
    }

    /// Rows in order; the first that no present fact refutes decides.
    pub fn decide<'v>(
        &'v self,
        missing: &'v [ClassifyMissing],
        facts: &'v [Fact],
        value: &'v dyn Fn(usize) -> Option<ValueRef<'v>>,
    ) -> Colouring {
        for (i, rule) in self.rules.iter().enumerate() {
            let mut unknown = Vec::new();
            let mut refuted = false;
            for (fact, test) in self.tests(rule, missing, facts, value) {
                match test {
                    Test::Refuted | Test::Skipped => {
                        refuted = true;
                        break;
                    }
                    Test::Unknown => unknown.push(fact),
                    Test::Any | Test::Holds => {}
                }
            }
            if refuted {
                continue;
            }
            if unknown.is_empty() {
                return Colouring::Rule(i);
            }
            unknown.sort_by(|a, b| facts[*a].id.cmp(&facts[*b].id));
            return Colouring::Blocked(i, unknown);
        }
        Colouring::Undecided
    }
}

const FIXED: [&str; 7] = ["rule", "colour", "level", "lead", "measures", "basis", "note"];

pub(crate) fn read(table: &Table, facts: &[Fact], faults: &mut Vec<Fault>) -> ColourTable {
    let names = &table.header.names;
    let known: Vec<&str> = FIXED
        .into_iter()
        .chain(facts.iter().filter(|f| f.subject == "village").map(|f| f.id.as_str()))
        .collect();
    check_header(table, &known, &["rule", "colour"], faults);
    let columns: Vec<(usize, usize)> = names
        .iter()
        .enumerate()
        .filter(|(i, n)| !FIXED.contains(&n.as_str()) && !names[..*i].contains(n))
        .filter_map(|(i, n)| facts.iter().position(|f| f.id == *n && f.subject == "village").map(|f| (i, f)))
        .collect();
    let mut rules: Vec<Rule> = Vec::new();
    for (row, cells) in &table.rows {
        let column = |name: &str| names.iter().position(|n| n == name);
        let cell = |name: &str| column(name).map_or("", |c| cells[c].as_str()).to_owned();
        let mut push =
            |severity: Severity, name: &str, value: &str, reason: Message, mend: Option<Message>| {
                let col = column(name).map_or(0, |c| c as u32 + 1);
                let mut fault =
                    Fault::cell(&table.header.file, *row, name, value, reason).at(col).severity(severity);
                fault.mend = mend;
                faults.push(fault);
            };
        let id = cell("rule");
        if id.is_empty() {
            push(Severity::Fault, "rule", "", msg!("缺少 {key}", key = "rule"), Some(msg!("请补上这一项")));
        } else if rules.iter().any(|r| r.id == id) {
            push(Severity::Fault, "rule", &id, msg!("编号 {id} 出现两次", id = &id), None);
        }
        let tests = columns
            .iter()
            .map(|(c, f)| {
                let text = cells[*c].as_str();
                if text.is_empty() || text == "-" {
                    return None;
                }
                let fact = &facts[*f];
                match Compiled::cell(text) {
                    Err(why) => {
                        let fault = unreadable(&why);
                        push(Severity::Fault, &names[*c], text, fault.reason, fault.mend);
                        None
                    }
                    Ok(compiled) => {
                        for (severity, fault) in check_cell(&compiled, fact, facts) {
                            push(severity, &names[*c], text, fault.reason, fault.mend);
                        }
                        Some(compiled)
                    }
                }
            })
            .collect();
        let colour = cell("colour");
        if !COLOURS.iter().any(|(c, _)| *c == colour) {
            push(
                Severity::Fault,
                "colour",
                &colour,
                msg!("没有“{value}”这种写法", value = &colour),
                Some(msg!("可写：{words}", words = vec!["red", "orange", "yellow", "green"])),
            );
        }
        let level = cell("level");
        if !matches!(level.as_str(), "" | "high" | "medium" | "low") {
            push(
                Severity::Fault,
                "level",
                &level,
                msg!("没有“{value}”这种写法", value = &level),
                Some(msg!("可写：{words}", words = vec!["high", "medium", "low"])),
            );
        }
        rules.push(Rule {
            id,
            tests,
            colour,
            level,
            lead: cell("lead"),
            measures: cell("measures"),
            basis: cell("basis"),
            note: cell("note"),
            row: *row,
        });
    }
    ColourTable {
        facts: columns.into_iter().map(|(_, f)| f).collect(),
        rules,
        file: table.header.file.clone(),
    }
}

fn check_cell(compiled: &Compiled, fact: &Fact, facts: &[Fact]) -> Vec<(Severity, crate::zen::TypeFault)> {
    let scope = Scope { facts, subject: "village", results: false };
    let own = Type::of_fact(fact.kind);
    let mut found = Vec::new();
    let t = infer(
        &compiled.expr,
        // Bare words are reported by the lint; their type is left open here.
        &|n| if n == "$" { Some(own) } else { Some(scope.type_of(n).unwrap_or(Type::Unknown)) },
        &|n| if n == "$" && fact.kind == FactType::Choice { fact.choices.clone() } else { Vec::new() },
        &mut found,
    );
    if found.is_empty() && !matches!(t, Type::Bool | Type::Unknown) {
        found.push(crate::zen::TypeFault {
            reason: msg!("这里要{want}，式子给出{found}", want = Type::Bool.label(), found = t.label()),
            mend: None,
        });
    }
    let mut out: Vec<_> = found.into_iter().map(|f| (Severity::Fault, f)).collect();
    out.extend(lint_cell(&compiled.text, &compiled.expr));
    out
}
