//! Colours of villages by the pack's decision table. Source: PACKS, "Colours".

use crate::facts::Facts;
use crate::output::{OutFormat, TableCell, write_table};
use policy::{Colouring, Pack, Test};
use rayon::prelude::*;
use serde_json::json;
use std::io::{self, Write};

/// The outcome for each subject, in their order.
pub type Classified = Vec<Colouring>;

/// Classifies every subject. The pack must have `colours.csv`.
pub fn classify(pack: &Pack, facts: &Facts) -> Classified {
    let Some(table) = &pack.colours else { return vec![Colouring::Undecided; facts.len()] };
    (0..facts.len())
        .into_par_iter()
        .map(|i| table.decide(&pack.classify_missing, &pack.facts, &|fact| facts.value(fact, i)))
        .collect()
}

/// The header of a classification.
pub const HEADER: [&str; 7] = ["code", "name", "colour", "rule", "lead", "measures", "missing"];

/// One row: the cells of [`HEADER`].
pub(crate) fn row(pack: &Pack, facts: &Facts, i: usize, outcome: &Colouring) -> [String; 7] {
    let mut cells = [
        facts.code(i),
        facts.names.get(i).to_owned(),
        String::new(),
        String::new(),
        String::new(),
        String::new(),
        String::new(),
    ];
    let Some(table) = &pack.colours else { return cells };
    match outcome {
        Colouring::Rule(r) => {
            let rule = &table.rules[*r];
            cells[2].clone_from(&rule.colour);
            cells[3].clone_from(&rule.id);
            cells[4].clone_from(&rule.lead);
            cells[5].clone_from(&rule.measures);
        }
        Colouring::Blocked(r, lacking) => {
            let entries: Vec<String> = lacking
                .iter()
                .map(|f| format!("{}/{}/{}", table.rules[*r].id, pack.facts[*f].id, pack.facts[*f].source))
                .collect();
            cells[6] = entries.join(";");
        }
        Colouring::Undecided => {}
    }
    cells
}

/// Writes a classification.
pub fn write_colours(
    pack: &Pack,
    facts: &Facts,
    classified: &Classified,
    format: OutFormat,
    out: &mut (impl Write + Send),
) -> io::Result<()> {
    let cells = |i: usize| row(pack, facts, i, &classified[i]).into_iter().map(TableCell::Text).collect();
    write_table(format, &HEADER, classified.len(), cells, out)
}

/// Every row up to the one that decides, with the outcome of each of its tests: rule position, fact and test.
pub fn explain_colour(pack: &Pack, facts: &Facts, i: usize) -> Vec<(usize, Vec<(usize, Test)>)> {
    let Some(table) = &pack.colours else { return Vec::new() };
    let value = |fact: usize| facts.value(fact, i);
    let mut out = Vec::new();
    for (r, rule) in table.rules.iter().enumerate() {
        let tests: Vec<(usize, Test)> = table
            .tests(rule, &pack.classify_missing, &pack.facts, &value)
            .filter(|(_, t)| *t != Test::Any)
            .collect();
        let passed = tests.iter().any(|(_, t)| matches!(t, Test::Refuted | Test::Skipped));
        out.push((r, tests));
        if !passed {
            break;
        }
    }
    out
}

/// The explanation of one colour: `{code, colour, rule, lead, measures, missing, rules:[{id, colour, basis, tests:[{fact,
/// value, test, outcome}]}]}`; outcome is `holds`, `refuted`, `skipped` or `unknown`.
pub fn explain_colour_json(pack: &Pack, facts: &Facts, i: usize, outcome: &Colouring) -> serde_json::Value {
    let cells = row(pack, facts, i, outcome);
    let text = |t: &str| if t.is_empty() { json!(null) } else { json!(t) };
    let rules: Vec<_> = explain_colour(pack, facts, i)
        .into_iter()
        .filter_map(|(r, tests)| {
            let table = pack.colours.as_ref()?;
            let rule = &table.rules[r];
            let tests: Vec<_> = tests
                .into_iter()
                .map(|(fact, test)| {
                    let column = table.facts.iter().position(|f| *f == fact);
                    let cell = column.and_then(|c| rule.tests[c].as_ref()).map(|t| t.text.as_str());
                    let outcome = match test {
                        Test::Any | Test::Holds => "holds",
                        Test::Refuted => "refuted",
                        Test::Skipped => "skipped",
                        Test::Unknown => "unknown",
                    };
                    let value = facts.value(fact, i).map(|v| v.to_owned().text());
                    json!({ "fact": pack.facts[fact].id, "value": value, "test": cell, "outcome": outcome })
                })
                .collect();
            Some(json!({ "id": rule.id, "colour": rule.colour, "basis": text(&rule.basis), "tests": tests }))
        })
        .collect();
    json!({
        "code": cells[0], "colour": text(&cells[2]), "rule": text(&cells[3]), "lead": text(&cells[4]),
        "measures": text(&cells[5]), "missing": text(&cells[6]), "rules": rules,
    })
}
