//! Packs and tables written out in a test, run by the engines.
#![allow(dead_code, clippy::allow_attributes, reason = "each test file uses its own part")]
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use appraisal::{FactReader, MarkReader, OutFormat, Plan, appraise, propose, write_proposals, write_results};
use kernel::Lang;
use policy::{Pack, Source};
use std::collections::BTreeMap;
use std::fs;
use tables::Input;

/// The identity that every test pack shares, and four facts of every use.
pub const HEAD: &str = r#"
id = "t"
version = "1"
title = "测试"
[facts.x]
label = "甲"
type = "number"
source = "reported"
[facts.y]
label = "乙"
type = "number"
source = "registry"
[facts.ok]
label = "丙"
type = "bool"
source = "review"
[facts.kind]
label = "类"
type = "choice"
choices = ["强", "弱"]
source = "registry"
"#;

pub const COLUMNS: &str = "id,item,name,full,method,params,rater,aggregate,missing\n";

/// A pack from its parts: more of pack.toml, and rows of indicators.csv.
pub fn pack(more: &str, indicators: &str) -> Pack {
    let folder = tempfile::tempdir().unwrap();
    // Root keys must come before the tables of the head.
    fs::write(folder.path().join("pack.toml"), format!("{HEAD}\n{more}")).unwrap();
    fs::write(folder.path().join("indicators.csv"), format!("{COLUMNS}{indicators}")).unwrap();
    let (pack, findings) = Pack::read(&Source::open(folder.path()).unwrap());
    pack.unwrap_or_else(|| panic!("{:#?}", findings.iter().map(|f| f.line(Lang::En)).collect::<Vec<_>>()))
}

/// Everything an appraisal writes.
pub struct Written {
    pub results: String,
    pub proposals: String,
}

/// Runs an appraisal over tables as text.
pub fn run(pack: &Pack, facts: &str, marks: &str) -> Written {
    let folder = tempfile::tempdir().unwrap();
    let (facts_path, marks_path) = (folder.path().join("facts.csv"), folder.path().join("marks.csv"));
    fs::write(&facts_path, facts).unwrap();
    fs::write(&marks_path, if marks.is_empty() { "code,indicator,rater,mark\n" } else { marks }).unwrap();
    let (mut notices, mut faults) = (Vec::new(), Vec::new());
    let plan = Plan::new(pack);
    let facts = FactReader { pack, persons: pack.of_persons(), beside: None }
        .read(&Input::quiet(&facts_path), &mut notices, &mut faults)
        .unwrap_or_else(|_| panic!("facts"));
    let marks = MarkReader { plan: &plan, facts: &facts, beside: None }
        .read(&Input::quiet(&marks_path), &mut notices, &mut faults)
        .unwrap_or_else(|_| panic!("marks"));
    assert_eq!(faults.iter().map(|f| f.line(Lang::En)).collect::<Vec<_>>(), Vec::<String>::new());
    let done = appraise(&plan, &facts, &marks).unwrap();
    let mut results = Vec::new();
    write_results(&done, OutFormat::Csv, &mut results).unwrap();
    let mut proposals = Vec::new();
    write_proposals(pack, &facts, &propose(pack, &facts, Some(&done)), OutFormat::Csv, &mut proposals)
        .unwrap();
    Written { results: String::from_utf8(results).unwrap(), proposals: String::from_utf8(proposals).unwrap() }
}

/// One column of the results, by code.
pub fn column(written: &Written, name: &str) -> Vec<String> {
    let mut lines = written.results.lines();
    let at = lines
        .next()
        .unwrap()
        .split(',')
        .position(|c| c == name)
        .unwrap_or_else(|| panic!("no column {name}"));
    lines.map(|l| l.split(',').nth(at).unwrap().to_owned()).collect()
}

/// A facts table of fact `x` alone: one village a value, codes 990101101201 and on; empty is absent.
pub fn xs(values: &[&str]) -> String {
    let mut out = String::from("code,x\n");
    for (i, v) in values.iter().enumerate() {
        out.push_str(&format!("99010110{:04},{v}\n", 1201 + i));
    }
    out
}

/// The scores of one indicator over values of `x`.
pub fn scores(indicator: &str, values: &[&str]) -> Vec<String> {
    column(&run(&pack("", indicator), &xs(values), ""), "A")
}

/// How often each value occurs.
pub fn tally(values: &[String]) -> BTreeMap<&str, usize> {
    let mut out = BTreeMap::new();
    for v in values {
        *out.entry(v.as_str()).or_default() += 1;
    }
    out
}
