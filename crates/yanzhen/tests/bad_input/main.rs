//! What the program does with tables as people hand them in: other encodings and forms give the same bytes;
//! what is wrong is said cell by cell, all at once, and nothing is written.

#[path = "../common/mod.rs"]
mod common;

mod cells;
mod forms;

use common::{Csv, Folder, Ran, pack, run};
use std::fs;

/// A pack with a fact of each type and one rated indicator.
const MINI: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/mini");

const FACTS: &str = "code,name,township,income,people,rate,ok,since,kind\n\
    990101001202,例二村,示例镇,500.25,3,85.5,是,2025-07-01,一类\n\
    990101001201,例一村,示例镇,1234.5,4,7,否,2026-03-02,二类\n";
const MARKS: &str = "code,indicator,rater,mark\n\
    990101001201,A3,unit:a,15.5\n990101001201,A3,unit:b,16\n\
    990101001202,A3,unit:a,20\n990101001202,A3,unit:b,0\n";
/// By hand: A1 40·min(1, income/1000), A2 20·rate/100, A3 the mean, A4 10 or 0, A5 people of 一类, else 5.
const RESULTS: &str = "\
    code,name,township,total,before_bonus,bonus,penalty,veto,rank,grade,status,missing,A1,A2,A3,A4,A5\n\
    990101001201,例一村,示例镇,62.15,62.15,0.00,0.00,,1,1,complete,,40.00,1.40,15.75,0.00,5.00\n\
    990101001202,例二村,示例镇,60.11,60.11,0.00,0.00,,2,2,complete,,20.01,17.10,10.00,10.00,3.00\n";
const PROPOSALS: &str =
    "code,consequence,action,applies_to,amount,basis\n990101001201,new,talk,village,,第九条\n";

fn appraise(folder: &Folder, facts: &str, marks: &str) -> Ran {
    let (out, proposals) = (folder.at("out.csv"), folder.at("proposals.csv"));
    run(&["appraise", MINI, "--facts", facts, "--marks", marks, "--out", &out, "--proposals", &proposals])
}

/// Both tables are read and give the bytes of `RESULTS`.
#[track_caller]
fn gives_the_results(folder: &Folder, facts: &str, marks: &str) -> Ran {
    let ran = appraise(folder, facts, marks).ok();
    assert_eq!(fs::read_to_string(folder.at("out.csv")).expect("results"), RESULTS);
    assert_eq!(fs::read_to_string(folder.at("proposals.csv")).expect("proposals"), PROPOSALS);
    ran
}

/// A run that ends in faults: each line's file, row, column and value; each says why.
#[track_caller]
fn faults(ran: &Ran) -> Vec<[String; 4]> {
    assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{ran:?}");
    let lines = ran.err.lines().map(|line| {
        let fields: Vec<&str> = line.split('\t').collect();
        assert!(fields.len() == 5 && !fields[4].is_empty(), "five fields, the last the reason: {line:?}");
        [0, 1, 2, 3].map(|i| fields[i].to_owned())
    });
    lines.collect()
}

#[test]
fn faults_leave_no_file_behind_and_none_changed() {
    let folder = Folder::new();
    let (good, bad) =
        (folder.write("good.csv", FACTS), folder.write("bad.csv", FACTS.replace(",500.25,", ",x,")));
    let marks = folder.write("m.csv", MARKS);
    let bad_marks = folder.write("bad_marks.csv", MARKS.replace("15.5", "15.25"));
    let town = pack("wucun");
    let (out, more) = (folder.at("out.csv"), folder.at("more.csv"));
    let commands: [&[&str]; 7] = [
        &["appraise", MINI, "--facts", &bad, "--marks", &marks, "--out", &out, "--proposals", &more],
        &["appraise", MINI, "--facts", &good, "--marks", &bad_marks, "--out", &out, "--proposals", &more],
        &["appraise", MINI, "--facts", &good, "--marks", &marks, "--out", &out, "--explain", "990101001299"],
        &["propose", MINI, "--facts", &bad, "--out", &out],
        &["classify", &town, "--facts", &bad, "--out", &out],
        &["whatif", MINI, MINI, "--facts", &bad, "--marks", &marks, "--out", &out],
        &["robust", MINI, "--facts", &bad, "--marks", &marks, "--out", &out, "--runs", "5"],
    ];
    let names = || fs::read_dir(folder.at("")).expect("the folder").count();
    let before = names();
    for command in commands {
        assert!(!faults(&run(command)).is_empty());
        assert_eq!(names(), before, "{command:?} left a file");
    }
    folder.write("out.csv", "old");
    folder.write("more.csv", "older");
    for command in commands {
        assert!(!faults(&run(command)).is_empty());
        let kept = [&out, &more].map(|f| fs::read_to_string(f).expect("the old file"));
        assert_eq!((kept, names()), (["old".into(), "older".into()], before + 2), "{command:?}");
    }
    let raters = ["raters", MINI, "--facts", &good, "--marks", &bad_marks, "--format", "json"];
    assert_eq!(faults(&run(&raters)), [[&bad_marks, "2", "mark", "15.25"].map(str::to_owned)]);
}

#[test]
fn missing_files_and_wrong_usage_exit_1() {
    let folder = Folder::new();
    let (facts, none) = (folder.write("f.csv", FACTS), folder.at("none.csv"));
    let (nowhere, jinan) = (folder.at("no/such/folder/out.csv"), pack("jinan"));
    let commands: [&[&str]; 14] = [
        &["appraise", MINI, "--facts", &none],
        &["appraise", MINI, "--facts", &facts, "--marks", &none],
        &["appraise", &none, "--facts", &facts],
        &["appraise", MINI, "--facts", &facts, "--out", &nowhere],
        &["appraise", MINI, "--facts", &folder.at("")],
        &["classify", MINI, "--facts", &facts],
        &["policy", "check", &none],
        &["policy", "convert", MINI, &facts],
        &["appraise", MINI],
        &["appraise", MINI, "--facts", &facts, "--format", "yaml"],
        &["robust", MINI, "--facts", &facts, "--runs", "0"],
        &["synth", "places", "--like", "atlantis"],
        &["synth", "data", &jinan, "--places", &none, "--out", &folder.at("d")],
        &["no-such-command"],
    ];
    for command in commands {
        let ran = run(command);
        assert_eq!((ran.code, ran.out.as_str()), (1, ""), "{command:?} {ran:?}");
        assert!(!ran.err.is_empty() && !ran.err.contains('\t') && !ran.err.contains("panicked"), "{ran:?}");
    }
    let ran = run(&["appraise", MINI, "--facts", &none]);
    assert!(ran.err.contains("none.csv"), "{}", ran.err);
}

#[test]
fn incomplete_subjects_are_no_fault() {
    let folder = Folder::new();
    let facts = folder.write("f.csv", FACTS.replace(",500.25,", ",,"));
    let marks = folder.write("m.csv", MARKS.replace("unit:b,16", "unit:b,"));
    let ran = appraise(&folder, &facts, &marks).ok();
    assert_eq!(ran.err, "");
    let table = Csv::read(&folder.at("out.csv"));
    let missing: Vec<&str> = table.rows.iter().map(|r| table.cell(r, "missing")).collect();
    assert_eq!(missing, ["A3/mark/unit:b", "A1/income/unit:a"]);
    for row in &table.rows {
        assert_eq!(table.cell(row, "status"), "incomplete");
        for empty in ["total", "before_bonus", "bonus", "penalty", "rank", "grade"] {
            assert_eq!(table.cell(row, empty), "");
        }
    }
    assert_eq!(table.cents(&table.rows[1], "A2"), Some(1710), "what could be computed is shown");
    // Without any marks, too.
    let ran = run(&["appraise", MINI, "--facts", &facts]).ok();
    assert_eq!(ran.out.matches("incomplete").count(), 2);
}
