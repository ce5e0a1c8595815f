//! One test for each mechanism of MISSION.md that packs and engines serve, through the command line on the
//! shipped packs. What is expected is worked out here, from the raw tables.

#[path = "../common/mod.rs"]
mod common;

mod colours;
mod county;
mod district;
mod people;

use common::{Csv, Folder, pack, run};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

type Codes = BTreeSet<String>;

/// `num / den` rounded half away from zero.
fn rounded(num: i64, den: i64) -> i64 {
    let away = (2 * num.abs() + den) / (2 * den);
    if num < 0 { -away } else { away }
}

/// Results and proposals of an appraisal.
fn appraise(folder: &Folder, id: &str, facts: &str, marks: &str) -> (Csv, Csv) {
    let (out, proposals) = (folder.at("results.csv"), folder.at("proposals.csv"));
    let args =
        ["appraise", &pack(id), "--facts", facts, "--marks", marks, "--out", &out, "--proposals", &proposals];
    run(&args).ok();
    (Csv::read(&out), Csv::read(&proposals))
}

fn explained(id: &str, facts: &str, marks: &str, code: &str) -> Value {
    let args =
        ["appraise", &pack(id), "--facts", facts, "--marks", marks, "--explain", code, "--format", "json"];
    serde_json::from_str(&run(&args).ok().out).expect("the explanation is JSON")
}

/// The codes of the rows for which something holds.
fn codes(table: &Csv, holds: impl Fn(&[String]) -> bool) -> Codes {
    table.rows.iter().filter(|r| holds(r)).map(|r| table.cell(r, "code").to_owned()).collect()
}

/// Whom a consequence is proposed for.
fn proposed(proposals: &Csv, id: &str) -> Codes {
    codes(proposals, |r| proposals.cell(r, "consequence") == id)
}

fn indicators(id: &str) -> Csv {
    Csv::read(&format!("{}/indicators.csv", pack(id)))
}

/// The marks of one indicator in hundredths, by code and rater.
fn marks_of(marks: &Csv, indicator: &str) -> BTreeMap<(String, String), i64> {
    let own = marks.rows.iter().filter(|r| marks.cell(r, "indicator") == indicator);
    own.filter_map(|r| {
        let key = (marks.cell(r, "code").to_owned(), marks.cell(r, "rater").to_owned());
        marks.cents(r, "mark").map(|m| (key, m))
    })
    .collect()
}

/// Mean weighted by `raters`, in hundredths; `None` unless all have marked.
fn weighted(marks: &BTreeMap<(String, String), i64>, code: &str, raters: &[(&str, i64)]) -> Option<i64> {
    let mark = |rater: &str| marks.get(&(code.to_owned(), rater.to_owned())).copied();
    let sum: Option<i64> = raters.iter().map(|(rater, w)| mark(rater).map(|m| m * w)).sum();
    sum.map(|s| rounded(s, raters.iter().map(|(_, w)| w).sum()))
}

/// Mean of the marks of a subject without the highest and the lowest, or of all when there are two or fewer.
fn trimmed(marks: &BTreeMap<(String, String), i64>, code: &str) -> Option<i64> {
    let mut own: Vec<i64> = marks.iter().filter(|((c, _), _)| c == code).map(|(_, m)| *m).collect();
    own.sort_unstable();
    let kept = if own.len() > 2 { &own[1..own.len() - 1] } else { &own[..] };
    (!kept.is_empty()).then(|| rounded(kept.iter().sum(), kept.len() as i64))
}

/// `before_bonus`, bonus, penalty and scale worked out from an explanation and the pack's indicators.
fn sums(explanation: &Value, indicators: &Csv) -> (i64, i64, i64, Option<String>) {
    let (mut sum, mut bonus, mut penalty, mut full, mut prorated) = (0, 0, 0, 0, 0);
    let list = explanation["indicators"].as_array().expect("indicators");
    assert_eq!(list.len(), indicators.rows.len());
    for (x, row) in list.iter().zip(&indicators.rows) {
        assert_eq!(x["id"], indicators.cell(row, "id"));
        assert_eq!(x["basis"], indicators.cell(row, "basis"));
        let score = x["score"].as_f64().map(|s| (s * 100.0).round() as i64);
        match indicators.cell(row, "method") {
            "veto" => assert_eq!(score, None),
            "bonus" => bonus += score.unwrap_or(0),
            "penalty" => penalty += score.unwrap_or(0),
            _ => {
                let own = indicators.cents(row, "full").expect("full marks");
                full += own;
                sum += score.unwrap_or(0);
                if score.is_none() && indicators.cell(row, "missing") == "prorate" {
                    prorated += own;
                }
            }
        }
    }
    let gcd = |mut a: i64, mut b: i64| {
        while b > 0 {
            (a, b) = (b, a % b);
        }
        a
    };
    let by = gcd(full, full - prorated);
    let scale = (prorated > 0).then(|| format!("{}/{}", full / by, (full - prorated) / by));
    (rounded(sum * full, full - prorated), bonus, penalty, scale)
}
