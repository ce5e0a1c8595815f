//! `yanzhen policy`: check, test, show, diff, hash, convert, schema.

use crate::common::{Csv, Folder, pack, run};
use crate::{MINI, PACKS, edited, json, mini};
use serde_json::Value;
use std::fs;

#[test]
fn check_counts_the_findings_and_names_their_places() {
    for id in PACKS {
        let found = json(&run(&["policy", "check", &pack(id), "--format", "json"]).ok().out);
        assert_eq!(found["faults"], 0, "{found}");
        let findings = found["findings"].as_array().expect("a list").len() as u64;
        assert_eq!(
            found["warnings"].as_u64().zip(found["notes"].as_u64()).map(|(w, n)| w + n),
            Some(findings)
        );
    }
    let folder = Folder::new();
    let bad = edited(
        &folder,
        "bad",
        MINI,
        "indicators.csv",
        &[("target=1000", "target=1e3;bogus=2"), ("fact=ok", "fact=okay")],
    );
    let ran = run(&["policy", "check", &bad]);
    let places = |l: &str| l.split('\t').take(4).map(|f| f.replace(&bad, "")).collect::<Vec<_>>().join(" ");
    let lines: Vec<String> = ran.err.lines().map(places).collect();
    let expected = [
        "/indicators.csv 2 params 1e3",
        "/indicators.csv 2 params fact=income;target=1e3;bogus=2",
        "/indicators.csv 5 params okay",
    ];
    assert_eq!(
        (ran.code, lines.iter().map(String::as_str).filter(|l| l.contains("params")).collect()),
        (2, expected.to_vec())
    );
    let ran = run(&["policy", "check", &bad, "--format", "json"]);
    let found = json(&ran.out);
    assert_eq!((ran.code, ran.err.as_str(), found["faults"].as_u64()), (2, "", Some(3)));
    assert!(
        found["findings"]
            .as_array()
            .expect("a list")
            .iter()
            .any(|f| f["line"] == 5 && f["value"] == "okay" && f["severity"] == "fault")
    );
    // Every command refuses the pack with the same faults and writes nothing.
    let [facts, _] = mini(&folder);
    let refused = run(&["appraise", &bad, "--facts", &facts]);
    assert_eq!(
        (refused.code, refused.out.as_str(), refused.err.lines().count()),
        (2, "", 3),
        "{}",
        refused.err
    );
}

#[test]
fn cases_pass_and_a_wrong_expectation_fails() {
    for id in PACKS {
        let list = json(&run(&["policy", "test", &pack(id), "--format", "json"]).ok().out);
        let list = list.as_array().expect("a list");
        assert!(list.len() >= 25 && list.iter().all(|c| c["passed"] == true && c["clause"] != ""), "{id}");
        let text = run(&["policy", "test", &pack(id)]).ok().out;
        assert_eq!(text.lines().filter(|l| l.starts_with('✓')).count(), list.len());
    }
    let folder = Folder::new();
    let old = "facts = { goals_due = 20, goals_done = 11, goal_rate_last_year = 50 }";
    let new = "facts = { goals_due = 20, goals_done = 12, goal_rate_last_year = 50 }";
    let wrong = edited(&folder, "wrong", &pack("county"), "cases/goals.toml", &[(old, new)]);
    let ran = run(&["policy", "test", &wrong, "--format", "json"]);
    let failed: Vec<Value> =
        json(&ran.out).as_array().expect("a list").iter().filter(|c| c["passed"] == false).cloned().collect();
    assert_eq!((ran.code, failed.len()), (2, 1));
    assert!(
        failed[0]["file"].as_str().is_some_and(|f| f.ends_with("goals.toml"))
            && failed[0]["title"] == "连续两年完成率不到六成"
    );
    assert_eq!(run(&["policy", "test", &wrong]).out.lines().filter(|l| l.starts_with('✗')).count(), 1);
}

#[test]
fn show_writes_the_whole_pack_in_both_forms() {
    let folder = Folder::new();
    for id in PACKS {
        let [md, html] = ["md", "html"].map(|form| {
            let (shown, out) =
                (run(&["policy", "show", &pack(id), "--format", form]).ok().out, folder.at("shown"));
            run(&["policy", "show", &pack(id), "--format", form, "--out", &out]).ok();
            assert_eq!(fs::read_to_string(&out).expect("the document"), shown);
            shown
        });
        assert!(
            md.starts_with("# ")
                && html.starts_with("<!doctype html>")
                && html.trim_end().ends_with("</html>")
        );
        for (table, columns) in [
            ("indicators", &["id", "name", "basis", "note"][..]),
            ("colours", &["rule", "basis", "measures"]),
        ] {
            let path = format!("{}/{table}.csv", pack(id));
            if fs::metadata(&path).is_ok() {
                let table = Csv::read(&path);
                for (row, column) in table.rows.iter().flat_map(|r| columns.iter().map(move |c| (r, c))) {
                    let text = table.cell(row, column);
                    assert!(md.contains(text) && html.contains(text), "{id}: {text}");
                }
            }
        }
    }
    let marked = edited(&folder, "marked", MINI, "pack.toml", &[("小办法", "<b>甲|乙</b> & 丙")]);
    let html = run(&["policy", "show", &marked, "--format", "html"]).ok().out;
    assert!(html.contains("&lt;b&gt;甲|乙&lt;/b&gt; &amp; 丙") && !html.contains("<b>"), "{html}");
}

#[test]
fn diff_says_what_changed_and_the_hash_follows_content_alone() {
    let folder = Folder::new();
    let hash = |pack: &str| run(&["policy", "hash", pack]).ok().out.trim_end().to_owned();
    let heavier =
        edited(&folder, "heavier", MINI, "indicators.csv", &[("收入,40", "收入,30"), ("比例,20", "比例,30")]);
    let same =
        edited(&folder, "same", MINI, "indicators.csv", &[("收入,40", "收入, 40"), ("\nA5", "\n\nA5")]);
    let cased = edited(
        &folder,
        "cased",
        MINI,
        "pack.toml",
        &[("quota = 50", "quota = 50.00 # 一半"), ("total_max = 110", "total_max = 110.0")],
    );
    folder.write(
        "cased/cases/one.toml",
        "[[case]]\ntitle = \"一\"\nfacts = { rate = 50 }\nexpect = { scores = { A2 = 10 } }\n",
    );
    let own = hash(MINI);
    assert!(own.len() == 64 && own.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)));
    assert_eq!([hash(&same), hash(&cased)], [own.clone(), own.clone()]);
    let found = json(&run(&["policy", "diff", MINI, &heavier, "--format", "json"]).ok().out);
    assert_eq!([&found["from"], &found["to"]], [&own, &hash(&heavier)]);
    let changes: Vec<&str> =
        found["changes"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
    assert_eq!(changes.len(), 2);
    for (change, words) in changes.iter().zip([["A1", "收入", "40", "30"], ["A2", "比例", "20", "30"]]) {
        assert!(words.iter().all(|w| change.contains(w)), "{change}");
    }
    let text = run(&["policy", "diff", MINI, &heavier]).ok().out;
    assert!(changes.iter().all(|c| text.contains(c)));
    let none = json(&run(&["policy", "diff", MINI, &same, "--format", "json"]).ok().out);
    assert_eq!((none["changes"].as_array().map(Vec::len), &none["from"]), (Some(0), &none["to"]));
}

#[test]
fn convert_goes_there_and_back() {
    let folder = Folder::new();
    for id in PACKS {
        let (book, back) = (folder.at(&format!("{id}.xlsx")), folder.at(id));
        run(&["policy", "convert", &pack(id), &book]).ok();
        run(&["policy", "convert", &book, &back]).ok();
        let passed = |pack: &str| run(&["policy", "test", pack]).ok().out;
        for again in [&book, &back] {
            for command in ["hash", "show"] {
                assert_eq!(
                    run(&["policy", command, again]).ok().out,
                    run(&["policy", command, &pack(id)]).ok().out
                );
            }
            assert_eq!(passed(again), passed(&pack(id)), "{again}");
        }
        let refused = run(&["policy", "convert", &book, &back]);
        assert!(refused.code == 1 && refused.err.contains("--force"), "{refused:?}");
        run(&["policy", "convert", &book, &back, "--force"]).ok();
    }
}

#[test]
fn the_schema_is_the_one_beside_the_packs() {
    let schema = run(&["policy", "schema"]).ok().out;
    assert_eq!(json(&schema)["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert_eq!(fs::read_to_string(pack("pack.schema.json")).expect("the shipped schema"), schema);
}
