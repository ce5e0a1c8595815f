//! The other commands, and what all of them have in common: forms of output, languages, threads.

#[path = "../common/mod.rs"]
mod common;

mod languages;
mod output;
mod policy;

use common::{Csv, Folder, pack, run};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;

const PACKS: [&str; 5] = ["county", "gaotai", "hezhang", "jinan", "wucun"];
const MINI: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/mini");
const FACTS: &str = "code,name,township,income,people,rate,ok,since,kind\n\
    990101001201,\"例,一村\",示例镇,1234.5,4,7,否,2026-03-02,二类\n\
    990101001202,例二村,示例镇,500.25,3,85.5,是,2025-07-01,一类\n\
    990101001203,例三村,示例镇,500,,85.5,是,2025-07-01,一类\n";
const MARKS: &str = "code,indicator,rater,mark\n\
    990101001201,A3,unit:a,15.5\n990101001201,A3,unit:b,16\n\
    990101001202,A3,unit:a,20\n990101001202,A3,unit:b,0\n\
    990101001203,A3,unit:a,20\n990101001203,A3,unit:b,3\n";

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|e| panic!("{e}: {text}"))
}

/// Both tables of the small pack.
fn mini(folder: &Folder) -> [String; 2] {
    [folder.write("facts.csv", FACTS), folder.write("marks.csv", MARKS)]
}

/// A copy of a pack with some texts of a file replaced, each of which stands in it once.
fn edited(folder: &Folder, name: &str, from: &str, file: &str, changes: &[(&str, &str)]) -> String {
    for entry in fs::read_dir(from)
        .expect("the pack")
        .chain(fs::read_dir(format!("{from}/cases")).into_iter().flatten())
    {
        let path = entry.expect("an entry").path();
        let inner = path.strip_prefix(from).expect("inside").display().to_string();
        if path.is_file() {
            let mut text = fs::read_to_string(&path).expect("a text file");
            for (old, new) in changes.iter().filter(|_| inner == file) {
                assert_eq!(text.matches(old).count(), 1, "{old} in {file}");
                text = text.replace(old, new);
            }
            folder.write(&format!("{name}/{inner}"), text);
        }
    }
    folder.at(name)
}

/// The results of an appraisal by code, and the sum of bonus and pay proposed for each.
fn appraised(folder: &Folder, pack: &str, facts: &str, marks: &str) -> (Csv, BTreeMap<String, i64>) {
    let (out, to) = (folder.at("r.csv"), folder.at("p.csv"));
    run(&["appraise", pack, "--facts", facts, "--marks", marks, "--out", &out, "--proposals", &to]).ok();
    let (proposals, mut cost) = (Csv::read(&to), BTreeMap::new());
    for row in proposals.rows.iter().filter(|r| ["bonus", "pay"].contains(&proposals.cell(r, "action"))) {
        *cost.entry(proposals.cell(row, "code").to_owned()).or_insert(0) +=
            proposals.cents(row, "amount").unwrap_or(0);
    }
    (Csv::read(&out), cost)
}

#[test]
fn whatif_a_changed_weight_moves_ranks_and_equal_packs_move_nobody() {
    let folder = Folder::new();
    let [facts, marks] = folder.synth("jinan", 3, &[]);
    let (a, out) = (pack("jinan"), folder.at("whatif.csv"));
    let b = edited(
        &folder,
        "b",
        &a,
        "indicators.csv",
        &[
            ("F1,集体经济,经营性收益位次,4,", "F1,集体经济,经营性收益位次,9,"),
            ("N1,群众评价,群众满意度,4,", "N1,群众评价,群众满意度,1,"),
        ],
    );
    let all = ["whatif", &a, &b, "--facts", &facts, "--marks", &marks];
    run(&[&all[..], &["--out", &out]].concat()).ok();
    let table = Csv::read(&out);
    let ((in_a, cost_a), (in_b, cost_b)) =
        (appraised(&folder, &a, &facts, &marks), appraised(&folder, &b, &facts, &marks));
    assert_eq!(table.rows.len(), 293);
    let mut moved = [0, 0];
    for ((row, a), b) in table.rows.iter().zip(&in_a.rows).zip(&in_b.rows) {
        let code = table.cell(row, "code");
        for (own, was, now) in [
            ("total", "total_a", "total_b"),
            ("rank", "rank_a", "rank_b"),
            ("grade", "grade_a", "grade_b"),
            ("code", "code", "code"),
        ] {
            assert_eq!(
                [table.cell(row, was), table.cell(row, now)],
                [in_a.cell(a, own), in_b.cell(b, own)],
                "{own} of {code}"
            );
        }
        let costs = [&cost_a, &cost_b].map(|c| Some(c.get(code).copied().unwrap_or(0)));
        assert_eq!([table.cents(row, "cost_a"), table.cents(row, "cost_b")], costs, "{code}");
        moved[0] += u64::from(in_a.cell(a, "rank") != in_b.cell(b, "rank"));
        moved[1] += u64::from(in_a.cell(a, "grade") != in_b.cell(b, "grade"));
    }
    let found = json(&run(&[&all[..], &["--format", "json"]].concat()).ok().out);
    assert!(moved[0] > 100 && moved[1] > 10, "{moved:?}");
    assert_eq!([found["moved_rank"].as_u64(), found["moved_grade"].as_u64()], moved.map(Some));
    let yuan = |cost: &BTreeMap<String, i64>| {
        format!("{}.{:02}", cost.values().sum::<i64>() / 100, cost.values().sum::<i64>() % 100)
    };
    assert_eq!(found["cost"], Value::from(vec![yuan(&cost_a), yuan(&cost_b)]));
    assert_eq!(found["townships"].as_array().map(Vec::len), Some(17));

    let same =
        json(&run(&["whatif", &a, &a, "--facts", &facts, "--marks", &marks, "--format", "json"]).ok().out);
    assert_eq!([&same["moved_rank"], &same["moved_grade"]], [0, 0]);
    assert_eq!((same["changes"].as_array().map(Vec::len), &same["cost"][0]), (Some(0), &same["cost"][1]));
}

#[test]
fn robust_is_reproducible_and_without_noise_nothing_moves() {
    let folder = Folder::new();
    let [facts, marks] = folder.synth("jinan", 3, &[]);
    let jinan = pack("jinan");
    let (results, _) = appraised(&folder, &jinan, &facts, &marks);
    let robust = |noise: &str, seed: &str, threads: &str| {
        let out = folder.at("robust.csv");
        let args =
            ["robust", &jinan, "--facts", &facts, "--marks", &marks, "--runs", "40", "--threads", threads];
        let said =
            run(&[&args[..], &["--weight-noise", noise, "--seed", seed, "--out", &out, "--format", "json"]]
                .concat())
            .ok();
        (json(&said.out), Csv::read(&out))
    };
    let (still, table) = robust("0", "1", "2");
    let graded: Vec<_> = results.rows.iter().filter(|r| results.cell(r, "status") == "complete").collect();
    assert_eq!((table.rows.len(), still["mean_kept"].as_f64()), (graded.len(), Some(100.0)));
    for (row, own) in table.rows.iter().zip(graded) {
        assert_eq!(
            [table.cell(row, "code"), table.cell(row, "grade")],
            [results.cell(own, "code"), results.cell(own, "grade")]
        );
        assert_eq!(table.cell(row, "kept"), "100.00");
    }
    assert!(
        still["subjects"]
            .as_array()
            .expect("a list")
            .iter()
            .all(|s| s["kept"] == 100.0 && s["near_a_line"] == false)
    );
    let (found, table) = robust("5", "7", "1");
    assert_eq!((found.clone(), table.clone()), robust("5", "7", "2"), "same seed, same output");
    assert_ne!(table, robust("5", "8", "1").1, "another seed, another draw");
    for (row, subject) in table.rows.iter().zip(found["subjects"].as_array().expect("a list")) {
        let shares = ["grade_1", "grade_2", "grade_3", "grade_4"].map(|g| table.cents(row, g).unwrap_or(0));
        assert_eq!(shares.iter().sum::<i64>(), 10_000, "{row:?}");
        let own = table.cell(row, "grade").parse::<usize>().expect("a grade");
        assert_eq!(table.cents(row, "kept"), Some(shares[own - 1]));
        assert_eq!(subject["near_a_line"], shares[own - 1] < 9_000);
    }
    assert!(
        found["mean_kept"].as_f64().is_some_and(|m| (80.0..100.0).contains(&m)),
        "{}",
        found["mean_kept"]
    );
}

#[test]
fn raters_are_measured_against_each_other() {
    let folder = Folder::new();
    let [facts, marks] = folder.synth("jinan", 4, &[]);
    let found = json(
        &run(&["raters", &pack("jinan"), "--facts", &facts, "--marks", &marks, "--format", "json"]).ok().out,
    );
    let (marks, indicators) = (Csv::read(&marks), Csv::read(&format!("{}/indicators.csv", pack("jinan"))));
    let full: BTreeMap<&str, f64> = indicators
        .rows
        .iter()
        .map(|r| (indicators.cell(r, "id"), indicators.cents(r, "full").unwrap_or(0) as f64))
        .collect();
    let mut cells: BTreeMap<(&str, &str), Vec<(&str, f64)>> = BTreeMap::new();
    for row in &marks.rows {
        let [code, id, rater] = ["code", "indicator", "rater"].map(|c| marks.cell(row, c));
        let percent = marks.cents(row, "mark").map(|m| m as f64 * 100.0 / full[id]);
        cells.entry((code, id)).or_default().extend(percent.map(|p| (rater, p)));
    }
    let mean = |v: &[f64]| v.iter().sum::<f64>() / v.len() as f64;
    let mut last = f64::MIN;
    for rater in found["raters"].as_array().expect("a list") {
        let name = rater["rater"].as_str().expect("a name");
        let (own_name, within) =
            name.strip_prefix("township:").map_or((name, ""), |digits| ("township", digits));
        let (mut own, mut against) = (Vec::new(), Vec::new());
        for cell in cells.iter().filter(|((code, _), _)| code.starts_with(within)).map(|(_, cell)| cell) {
            for (_, percent) in cell.iter().filter(|(r, _)| *r == own_name) {
                own.push(*percent);
                let others: Vec<f64> = cell.iter().filter(|(r, _)| *r != own_name).map(|(_, p)| *p).collect();
                against.extend((!others.is_empty()).then(|| percent - mean(&others)));
            }
        }
        let close = |key: &str, wanted: f64| rater[key].as_f64().is_some_and(|v| (v - wanted).abs() < 1e-6);
        assert!(rater["marks"] == own.len() && close("mean", mean(&own)), "{rater}");
        assert!(rater["against"] != "cells" || close("severity", mean(&against)), "{rater}");
        assert_eq!(rater["against"] == "cells", !against.is_empty());
        let severity = rater["severity"].as_f64().expect("a number");
        assert!(severity >= last, "strictest first");
        last = severity;
    }
    assert!(
        found["indicators"]
            .as_array()
            .expect("a list")
            .iter()
            .any(|i| i["kendall_w"].as_f64().is_some_and(|w| w > 0.0 && w <= 1.0))
    );
}
