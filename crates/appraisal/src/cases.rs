//! `policy test`: the pack's own cases, run by the engines.

use crate::classify::{classify, row as colour_row};
use crate::engine::{Appraisal, appraise};
use crate::facts::{FactReader, Facts};
use crate::marks::MarkReader;
use crate::plan::Plan;
use crate::proposals::{Proposals, propose};
use kernel::{Message, Quantity, Score, msg};
use policy::{Case, CaseSubject, Colouring, Expect, Pack};

/// Something a case expected otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseFailure {
    /// The subject's code.
    pub code: String,
    /// What was compared, such as `scores.A1`.
    pub what: String,
    /// What went otherwise.
    pub message: Message,
}

/// The outcome of one case.
#[derive(Clone, Debug)]
pub struct CaseReport<'a> {
    /// The case.
    pub case: &'a Case,
    /// Empty when it passed.
    pub failures: Vec<CaseFailure>,
}

/// Runs every case of a pack.
pub fn run_cases(pack: &Pack) -> Vec<CaseReport<'_>> {
    let plan = Plan::new(pack);
    pack.cases.iter().map(|case| CaseReport { case, failures: run(pack, &plan, case) }).collect()
}

fn run(pack: &Pack, plan: &Plan<'_>, case: &Case) -> Vec<CaseFailure> {
    let mut faults = Vec::new();
    let facts =
        FactReader { pack, persons: pack.of_persons(), beside: None }.from_case(&case.subjects, &mut faults);
    let rows: Vec<_> =
        case.subjects.iter().flat_map(|s| s.marks.iter().map(|m| (s.code.as_str(), m))).collect();
    let marks = MarkReader { plan, facts: &facts, beside: None }.from_cells(&rows, &mut faults);
    if !faults.is_empty() {
        let failure = |message| CaseFailure { code: String::new(), what: "input".into(), message };
        return faults.into_iter().map(failure).collect();
    }
    let done = match pack.has_appraisal.then(|| appraise(plan, &facts, &marks)).transpose() {
        Ok(done) => done,
        Err(_) => {
            let message = msg!("得分超出范围");
            return vec![CaseFailure { code: String::new(), what: "scores".into(), message }];
        }
    };
    let results = Results {
        pack,
        facts: &facts,
        colours: classify(pack, &facts),
        proposals: propose(pack, &facts, done.as_ref()),
        done,
    };
    case.subjects.iter().flat_map(|s| compare(&results, s)).collect()
}

struct Results<'a> {
    pack: &'a Pack,
    facts: &'a Facts,
    done: Option<Appraisal<'a>>,
    colours: Vec<Colouring>,
    proposals: Proposals,
}

fn compare(results: &Results<'_>, subject: &CaseSubject) -> Vec<CaseFailure> {
    let mut out = Vec::new();
    let Some(i) = results.facts.find(&subject.code) else { return out };
    let mut differ = |what: String, want: String, got: String| {
        let blank = |s: String| if s.is_empty() { "（空）".to_owned() } else { s };
        out.push(CaseFailure {
            code: subject.code.clone(),
            what,
            message: msg!("预期 {want}，实际 {got}", want = blank(want), got = blank(got)),
        });
    };
    let colour_case = subject
        .expect
        .iter()
        .any(|(k, _)| matches!(k.as_str(), "colour" | "rule" | "level" | "lead" | "measures"));
    for (what, want) in &subject.expect {
        match (what.as_str(), want) {
            ("scores", Expect::Table(scores)) => {
                for (id, want) in scores {
                    let got = score(results, i, id);
                    if !same_number(want, &got) {
                        differ(format!("scores.{id}"), want.clone(), got);
                    }
                }
            }
            ("amounts", Expect::Table(amounts)) => {
                for (id, want) in amounts {
                    let got = results
                        .proposals
                        .made
                        .iter()
                        .find(|p| p.subject == i && results.pack.consequences[p.consequence].id == *id)
                        .and_then(|p| p.amount)
                        .map(|a| Score(a).to_string())
                        .unwrap_or_default();
                    if !same_number(want, &got) {
                        differ(format!("amounts.{id}"), want.clone(), got);
                    }
                }
            }
            ("proposals" | "missing" | "veto", want) => {
                let mut want = match want {
                    Expect::List(items) => items.clone(),
                    Expect::Text(text) => {
                        text.split(['|', ';']).filter(|t| !t.is_empty()).map(str::to_owned).collect()
                    }
                    Expect::Table(_) => continue,
                };
                let mut got = list(results, i, what, colour_case);
                if what == "proposals" {
                    want.sort();
                    got.sort();
                }
                if want != got {
                    differ(what.clone(), want.join("；"), got.join("；"));
                }
            }
            (_, Expect::Text(want)) => {
                let got = word(results, i, what);
                let same = match what.as_str() {
                    "total" | "before_bonus" | "bonus" | "penalty" | "rank" | "grade" => {
                        same_number(want, &got)
                    }
                    _ => *want == got,
                };
                if !same {
                    differ(what.clone(), want.clone(), got);
                }
            }
            _ => differ(what.clone(), "?".into(), msg!("写法不对").text(kernel::Lang::Zh)),
        }
    }
    out
}

/// Two spellings of one number; or both empty.
fn same_number(want: &str, got: &str) -> bool {
    want == got || matches!((Quantity::parse(want), Quantity::parse(got)), (Ok(a), Ok(b)) if a == b)
}

fn score(results: &Results<'_>, i: usize, id: &str) -> String {
    let Some(done) = &results.done else { return String::new() };
    let plan = done.scorer.plan;
    let column = plan.pack.indicators.iter().position(|x| x.id == id).and_then(|at| plan.column_of[at]);
    column.and_then(|c| done.score(i, c)).map(|s| Score(s).to_string()).unwrap_or_default()
}

fn list(results: &Results<'_>, i: usize, what: &str, colour_case: bool) -> Vec<String> {
    match (what, &results.done) {
        ("proposals", _) => results
            .proposals
            .made
            .iter()
            .filter(|p| p.subject == i)
            .map(|p| results.pack.consequences[p.consequence].id.clone())
            .collect(),
        ("veto", Some(done)) => done.veto_ids(i).into_iter().map(str::to_owned).collect(),
        ("missing", Some(done)) if !colour_case => done.missing(i),
        ("missing", _) => {
            let cells = colour_row(results.pack, results.facts, i, &results.colours[i]);
            cells[6].split(';').filter(|c| !c.is_empty()).map(str::to_owned).collect()
        }
        _ => Vec::new(),
    }
}

fn word(results: &Results<'_>, i: usize, what: &str) -> String {
    if let Some(done) = &results.done {
        let s = &done.subjects[i];
        let sum = |v: i64| if s.complete { Score(v).to_string() } else { String::new() };
        match what {
            "total" => return sum(s.total),
            "before_bonus" => return sum(s.before_bonus),
            "bonus" => return sum(s.bonus),
            "penalty" => return sum(s.penalty),
            "rank" if s.complete => return s.rank.to_string(),
            "grade" => {
                return results
                    .pack
                    .grades
                    .get(usize::from(s.grade))
                    .map(|g| g.id.to_string())
                    .unwrap_or_default();
            }
            "status" => return if s.complete { "complete" } else { "incomplete" }.to_owned(),
            _ => {}
        }
    }
    let cells = colour_row(results.pack, results.facts, i, &results.colours[i]);
    match what {
        "colour" => cells[2].clone(),
        "rule" => cells[3].clone(),
        "lead" => cells[4].clone(),
        "measures" => cells[5].clone(),
        "level" => match (&results.colours[i], &results.pack.colours) {
            (Colouring::Rule(r), Some(table)) => table.rules[*r].level.clone(),
            _ => String::new(),
        },
        _ => String::new(),
    }
}
