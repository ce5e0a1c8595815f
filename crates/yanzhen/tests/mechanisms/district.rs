//! J: the appraisal of a district's 293 villages, its grades and what they lead to.

use crate::common::{Csv, Folder, pack, run};
use crate::{Codes, appraise, codes, explained, indicators, marks_of, proposed, sums, trimmed, weighted};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

#[test]
fn j8_fifteen_items_sixty_three_indicators_twenty_six_raters() {
    let pack_rows = indicators("jinan");
    let items: BTreeSet<&str> = pack_rows.rows.iter().map(|r| pack_rows.cell(r, "item")).collect();
    assert_eq!((items.len(), pack_rows.rows.len()), (15, 63));
    let checked = run(&["policy", "check", &pack("jinan")]).ok();
    assert!(checked.out.contains("63 条指标"), "{}", checked.out);
    let folder = Folder::new();
    let [facts, marks] = folder.synth("jinan", 3, &[]);
    let (results, _) = appraise(&folder, "jinan", &facts, &marks);
    let scored: Vec<&str> = pack_rows
        .rows
        .iter()
        .filter(|r| pack_rows.cell(r, "method") != "veto")
        .map(|r| pack_rows.cell(r, "id"))
        .collect();
    assert_eq!(results.header[12..], scored);

    let report =
        run(&["raters", &pack("jinan"), "--facts", &facts, "--marks", &marks, "--format", "json"]).ok();
    let report: Value = serde_json::from_str(&report.out).expect("JSON");
    let raters: Vec<&str> =
        report["raters"].as_array().expect("raters").iter().filter_map(|r| r["rater"].as_str()).collect();
    let (units, townships): (Vec<_>, Vec<_>) = raters.iter().copied().partition(|r| r.starts_with("unit:"));
    assert_eq!((units.len(), townships.len()), (9, 17));
    let marks = Csv::read(&marks);
    let marked: BTreeSet<String> = marks
        .rows
        .iter()
        .map(|r| match marks.cell(r, "rater") {
            "township" => format!("township:{}", &marks.cell(r, "code")[..9]),
            unit => unit.to_owned(),
        })
        .collect();
    assert_eq!(marked, raters.iter().map(|r| r.to_string()).collect());

    // On the work (the team, by six raters) and on the person (the secretary, by three with weights).
    let (work, person) = (marks_of(&marks, "C1"), marks_of(&marks, "C2"));
    for row in &results.rows {
        let code = results.cell(row, "code");
        assert_eq!(results.cents(row, "C1"), trimmed(&work, code), "C1 of {code}");
        let expected = weighted(&person, code, &[("unit:org", 5), ("unit:discipline", 2), ("township", 3)]);
        assert_eq!(results.cents(row, "C2"), expected, "C2 of {code}");
    }
}

#[test]
fn j9_every_village_gets_a_profile_and_a_grade_of_four() {
    let folder = Folder::new();
    let [facts, marks] = folder.synth("jinan", 11, &[]);
    let (results, _) = appraise(&folder, "jinan", &facts, &marks);
    let pack_rows = indicators("jinan");
    assert_eq!(results.rows.len(), 293);
    let complete: Vec<_> = results.rows.iter().filter(|r| results.cell(r, "status") == "complete").collect();
    for row in &results.rows {
        let done = results.cell(row, "status") == "complete";
        assert_eq!(done, results.cell(row, "missing").is_empty());
        assert_eq!(done, ["1", "2", "3", "4"].contains(&results.cell(row, "grade")));
        let total = results.cents(row, "total");
        let better = complete.iter().filter(|r| results.cents(r, "total") > total).count();
        let rank = if done { (better + 1).to_string() } else { String::new() };
        assert_eq!(results.cell(row, "rank"), rank);
    }
    // Seats by largest remainder; what the quotas leave is the share of no grade.
    let n = complete.len();
    let quotas = [20, 40, 30, 10];
    let mut seats = quotas.map(|q| q * n / 100);
    let mut by_remainder = [0, 1, 2, 3];
    by_remainder.sort_by_key(|g| std::cmp::Reverse(quotas[*g] * n % 100));
    (0..n - seats.iter().sum::<usize>()).for_each(|i| seats[by_remainder[i]] += 1);
    // By total, satisfaction, growth of income, sum before bonus, code; a vetoed village waits for its cap.
    let mut order = complete.clone();
    order.sort_by_key(|r| {
        let keys = ["total", "N1", "F2", "before_bonus"].map(|c| std::cmp::Reverse(results.cents(r, c)));
        (keys, results.cell(r, "code"))
    });
    let cap = |r: &[String]| {
        let caps = [("V1", 3), ("V2", 2), ("V3", 1)];
        results
            .cell(r, "veto")
            .split('|')
            .filter_map(|v| caps.iter().find(|c| c.0 == v))
            .map(|c| c.1)
            .max()
            .unwrap_or(0)
    };
    for (grade, many) in [seats[0], seats[1], seats[2], n].into_iter().enumerate() {
        let taken: Codes = order
            .iter()
            .filter(|r| cap(r) <= grade)
            .take(many)
            .map(|r| results.cell(r, "code").to_owned())
            .collect();
        order.retain(|r| !taken.contains(results.cell(r, "code")));
        assert_eq!(codes(&results, |r| results.cell(r, "grade") == (grade + 1).to_string()), taken);
        assert!(!taken.is_empty());
    }
    assert!(order.is_empty() && complete.iter().any(|r| cap(r) > 0));

    let mut scaled = 0;
    for row in complete.iter().step_by(25) {
        let x = explained("jinan", &facts, &marks, results.cell(row, "code"));
        let cents = |key: &str| x[key].as_f64().map(|v| (v * 100.0).round() as i64);
        let (before, bonus, penalty, scale) = sums(&x, &pack_rows);
        assert_eq!(
            [cents("before_bonus"), cents("bonus"), cents("penalty")],
            [before, bonus, penalty].map(Some)
        );
        assert_eq!(x["scale"].as_str().map(str::to_owned), scale);
        scaled += usize::from(scale.is_some());
        assert_eq!(cents("total"), Some((before + bonus + penalty).clamp(0, 11_000)));
        for column in ["total", "before_bonus", "bonus", "penalty"] {
            assert_eq!(results.cents(row, column), cents(column));
        }
        assert_eq!(
            (x["grade"].as_str(), x["n"].as_u64()),
            (Some(results.cell(row, "grade")), Some(n as u64))
        );
        for (grade, own) in seats[..3].iter().enumerate() {
            assert_eq!(x["seats"][(grade + 1).to_string()], *own);
        }
        for (i, row_of) in x["indicators"].as_array().expect("indicators").iter().zip(&pack_rows.rows) {
            let full = pack_rows.cents(row_of, "full").unwrap_or(0) as f64 / 100.0;
            let params = &i["params"];
            let number = |key: &str| {
                let text = params[key].as_str()?;
                text.parse().ok().or_else(|| i["facts"][text].as_f64())
            };
            if let ("ratio", Some(score)) = (i["method"].as_str().expect("method"), i["score"].as_f64()) {
                let share: f64 = number("fact").unwrap_or(0.0) / number("target").expect("a target");
                assert!((score - full * share.clamp(0.0, 1.0)).abs() <= 0.005 + 1e-9, "{i}");
            }
        }
    }
    assert!(scaled > 0, "no village of the sample was prorated");
}

#[test]
fn j10_grade_one_earns_ten_thousand_grade_four_is_rectified_twice_running_is_put_up_for_removal() {
    for seed in [3, 4] {
        let folder = Folder::new();
        let [facts, marks] = folder.synth("jinan", seed, &[]);
        let (results, proposals) = appraise(&folder, "jinan", &facts, &marks);
        let graded = |g: &str| codes(&results, |r| results.cell(r, "grade") == g);
        let rows = |id: &str| {
            proposals.rows.iter().filter(|r| proposals.cell(r, "consequence") == id).collect::<Vec<_>>()
        };
        let bonus = rows("bonus-grade-1");
        assert_eq!(proposed(&proposals, "bonus-grade-1"), graded("1"));
        assert_eq!(bonus.len(), graded("1").len(), "one each");
        assert!(bonus.iter().all(|r| proposals.cell(r, "amount") == "10000.00"));
        assert!(
            bonus
                .iter()
                .all(|r| [proposals.cell(r, "action"), proposals.cell(r, "applies_to")]
                    == ["bonus", "village"])
        );
        assert_eq!(proposed(&proposals, "rectify-4"), graded("4"));
        assert_eq!(codes(&proposals, |r| proposals.cell(r, "action") == "rectify"), graded("4"));
        let facts = Csv::read(&facts);
        let four_before = codes(&facts, |r| facts.cell(r, "grade_last_year") == "4");
        let twice: Codes = graded("4").intersection(&four_before).cloned().collect();
        assert!(!twice.is_empty() && twice.len() < graded("4").len());
        assert_eq!(codes(&proposals, |r| proposals.cell(r, "action") == "propose_removal"), twice);
        let removals = rows("removal-proposal");
        assert!(removals.iter().all(|r| proposals.cell(r, "applies_to") == "party_secretary"));
        assert_eq!(removals.len(), twice.len());
        assert!(removals.iter().all(|r| proposals.cell(r, "basis") == "第三十条"));
    }
}

#[test]
fn j11_collective_income_of_half_a_million_earns_the_packs_own_bonus() {
    let toml = fs::read_to_string(format!("{}/pack.toml", pack("jinan"))).expect("the pack");
    let scale = toml.split("id = \"collective-bonus\"").nth(1).expect("the consequence");
    let formula = scale.split("amount = \"").nth(1).and_then(|s| s.split('"').next()).expect("the amount");
    // `15000 + (operating_income >= 800000 ? 5000 : 0) + …`
    let mut terms = formula.split(" + ");
    let base: i64 = terms.next().and_then(|t| t.parse().ok()).expect("the base");
    let steps: Vec<(i64, i64)> = terms
        .map(|t| {
            let numbers: Vec<i64> =
                t.split(|c: char| !c.is_ascii_digit()).filter_map(|n| n.parse().ok()).collect();
            (numbers[0], numbers[1])
        })
        .collect();
    assert_eq!(steps.len(), 3);

    let folder = Folder::new();
    let [facts, marks] = folder.synth("jinan", 3, &[]);
    // One village exactly at the line, one a cent below, one at each step.
    let mut table = Csv::read(&facts);
    let at = table.header.iter().position(|h| h == "operating_income").expect("the column");
    for (row, income) in
        table.rows.iter_mut().zip(["500000", "499999.99", "800000", "999999.99", "1000000", "2000000.00"])
    {
        row[at] = income.to_owned();
    }
    let text = |row: &Vec<String>| row.join(",") + "\n";
    let facts = folder.write("f.csv", text(&table.header) + &table.rows.iter().map(text).collect::<String>());
    let (results, proposals) = appraise(&folder, "jinan", &facts, &marks);
    let mut expected = BTreeMap::new();
    for row in &table.rows {
        let Some(income) = table.cents(row, "operating_income") else { continue };
        if income >= 50_000_000 {
            let steps: i64 =
                steps.iter().filter(|(line, _)| income >= line * 100).map(|(_, more)| more).sum();
            expected.insert(table.cell(row, "code").to_owned(), Some((base + steps) * 100));
        }
    }
    assert_eq!(proposed(&proposals, "collective-bonus"), expected.keys().cloned().collect::<Codes>());
    for row in proposals.rows.iter().filter(|r| proposals.cell(r, "consequence") == "collective-bonus") {
        assert_eq!(proposals.cents(row, "amount"), expected[proposals.cell(row, "code")]);
        assert_eq!([proposals.cell(row, "action"), proposals.cell(row, "applies_to")], ["bonus", "village"]);
    }
    let incomplete = codes(&results, |r| results.cell(r, "status") == "incomplete");
    assert!(incomplete.iter().any(|c| expected.contains_key(c)), "a fact alone decides, complete or not");
    let amounts: BTreeSet<_> = expected.values().collect();
    assert!(amounts.len() == 4, "every step is met");
}
