//! What can be wrong with rows, columns and cells.

use crate::common::{Folder, pack, run};
use crate::{FACTS, MARKS, appraise, faults};
use std::fs;

/// The faults as `row column value` for a facts and a marks table, which stand in that order.
fn found(facts: &str, marks: &str) -> [Vec<String>; 2] {
    let folder = Folder::new();
    let (facts, marks) = (folder.write("facts.csv", facts), folder.write("marks.csv", marks));
    let all = faults(&appraise(&folder, &facts, &marks));
    let count = all.iter().take_while(|f| f[0] == facts).count();
    assert!(all[count..].iter().all(|f| f[0] == marks), "facts before marks: {all:?}");
    let show = |f: &[String; 4]| f[1..].join(" ");
    [all[..count].iter().map(show).collect(), all[count..].iter().map(show).collect()]
}

fn found_in_facts(facts: &str) -> Vec<String> {
    let [faults, marks] = found(facts, "code,indicator,rater,mark\n");
    assert_eq!(marks, [""; 0]);
    faults
}

fn found_in_marks(rows: &str) -> Vec<String> {
    let [facts, faults] = found(FACTS, &format!("code,indicator,rater,mark\n{rows}"));
    assert_eq!(facts, [""; 0]);
    faults
}

#[test]
fn facts_of_a_wrong_type_or_spelling() {
    let one =
        |column: &str, value: &str| found_in_facts(&format!("code,{column}\n990101001201,\"{value}\"\n"));
    for (column, values) in [
        (
            "income",
            &[
                "1,234.5",
                "1.234",
                "1e3",
                "+5",
                "5元",
                ".5",
                "5.",
                "--5",
                "约三成",
                "１２",
                "1234567890123456",
                "1 2",
            ][..],
        ),
        ("people", &["4.0", "４", "1e2", "four", "3人"]),
        ("rate", &["85％", "85 %", "%", "85%%", "八成", "0.1234567"]),
        ("ok", &["大概", "TRUE", "True", "yes", "2", "是的"]),
        ("since", &["2026-02-30", "2026/3/2", "20260302", "2026-3-2", "2026-03-02 10:00:00", "46083"]),
        ("kind", &["三类", "一 类", "1"]),
        ("code", &[]),
    ] {
        for value in values {
            assert_eq!(one(column, value), [format!("2 {column} {value}")]);
        }
    }
    for code in ["99010100120", "9901010012011", "99010100120x", "９９０１０１００１２０１"] {
        assert_eq!(found_in_facts(&format!("code,people\n{code},1\n")), [format!("2 code {code}")]);
    }
    assert_eq!(found_in_facts("code,people\n,1\n"), ["2 code "]);
}

#[test]
fn rows_and_headers_out_of_shape() {
    for (table, expected) in [
        ("code,people\n990101001201\n990101001202,1,2\n", &["2  1", "3  3"][..]),
        ("code,people,people\n990101001201,1,1\n", &["1 people people"]),
        ("code,,people\n990101001201,1,1\n", &["1  "]),
        ("code,wages,people\n990101001201,1,1\n", &["1 wages wages"]),
        ("name,people\n例一村,1\n", &["1 code "]),
        ("", &["1 code "]),
        ("\n,,\n", &["1 code "]),
        ("code,people\n990101001201,\"1\n990101001202,2\n", &["2  "]),
        ("code,name\n990101001201,\"例一\"村\n", &["2  "]),
        (
            "code,people\n990101001201,1\n990101001202,2\n990101001201,1\n990101001201,3\n",
            &["4 code 990101001201", "5 code 990101001201"],
        ),
        // Lines count, not rows: a blank line, a quoted line end.
        (
            "\ncode,name,people\n\n990101001201,\"例\n一村\",x\n,,\n990101001202,,y\n",
            &["4 people x", "7 people y"],
        ),
    ] {
        assert_eq!(found_in_facts(table), expected, "{table:?}");
    }
    let header = |header: &str| found(FACTS, header)[1].clone();
    assert_eq!(header("code,rater\n"), ["1 indicator ", "1 mark "]);
    assert_eq!(header("code,indicator,rater,mark,score,mark\n"), ["1 score score", "1 mark mark"]);
    let extra = "code,name,township,note,indicator,rater,mark\n990101001201,n,t,x,A3,unit:c,1\n";
    assert_eq!(header(extra), ["2 rater unit:c"], "name, township, note are passed over");
}

#[test]
fn marks_that_cannot_stand() {
    let of = |mark: &str| found_in_marks(&format!("990101001201,A3,unit:a,{mark}\n"));
    for mark in [
        "20.5",
        "-0.5",
        "-1",
        "15.25",
        "15.501",
        "１５",
        "优秀",
        "+15",
        "1e1",
        "15分",
        "15%",
        "999999999999999",
    ] {
        assert_eq!(of(mark), [format!("2 mark {mark}")]);
    }
    for (row, expected) in [
        ("990101001299,A3,unit:a,15", &["2 code 990101001299"][..]),
        (",A3,unit:a,15", &["2 code "]),
        ("990101001201,A9,unit:a,15", &["2 indicator A9"]),
        ("990101001201,A1,unit:a,15", &["2 indicator A1"]),
        ("990101001201,a3,unit:a,15", &["2 indicator a3"]),
        ("990101001201,A3,unit:c,15", &["2 rater unit:c"]),
        ("990101001201,A3,a,15", &["2 rater a"]),
        ("990101001201,A3,unit:a", &["2  3"]),
        ("990101001299,A9,unit:c,优秀", &["2 code 990101001299", "2 indicator A9", "2 mark 优秀"]),
        (
            "990101001201,A3,unit:a,15\n990101001202,A3,unit:a,15\n990101001201,A3,unit:a,15",
            &["4 code 990101001201"],
        ),
        ("990101001201,A3,unit:a,\n990101001201,A3,unit:a,15", &["3 code 990101001201"]),
    ] {
        assert_eq!(found_in_marks(&format!("{row}\n")), expected, "{row}");
    }
}

#[test]
fn a_second_row_of_a_mark_is_a_fault_whatever_the_marks_are_worth() {
    let two = |a: &str, b: &str| {
        found_in_marks(&format!("990101001201,A3,unit:a,{a}\n990101001201,A3,unit:a,{b}\n"))
    };
    assert_eq!(two("15", "15"), ["3 code 990101001201"]);
    assert_eq!(two("20.5", "15"), ["2 mark 20.5", "3 code 990101001201"]);
    assert_eq!(two("15", "20.5"), ["3 code 990101001201", "3 mark 20.5"]);
}

#[test]
fn all_faults_at_once_facts_before_marks_by_row_then_column() {
    let facts = "code,name,income,people,rate,ok,since,kind,odd\n\
        990101001203,x,\"1,000\",４,85％,大概,2026-02-30,三类,1\n\
        990101001202,x,1,1,1,1,,,\n\
        99010100120,x,a,b,1,1,,,\n\
        990101001202,x,1,1\n\
        990101001202,x,1,1.5,1,1,,,\n";
    let marks = "code,indicator,rater,mark,odd\n\
        990101001202,A3,unit:b,99,\n\
        990101001299,A9,unit:a,1,\n\
        990101001202,A3,unit:a,0.3,\n";
    let [in_facts, in_marks] = found(facts, marks);
    assert_eq!(
        in_facts,
        [
            "1 odd odd",
            "2 income 1,000",
            "2 people ４",
            "2 rate 85％",
            "2 ok 大概",
            "2 since 2026-02-30",
            "2 kind 三类",
            "4 code 99010100120",
            "4 income a",
            "4 people b",
            "5  4",
            "6 code 990101001202",
            "6 people 1.5",
        ]
    );
    assert_eq!(in_marks, ["1 odd odd", "2 mark 99", "3 code 990101001299", "3 indicator A9", "4 mark 0.3"]);
}

#[test]
fn every_planted_fault_is_found_and_nothing_else() {
    let folder = Folder::new();
    let [facts, marks] = folder.synth("jinan", 5, &["--faults", "60"]);
    let note = fs::read_to_string(folder.at("SYNTHETIC.json")).expect("the note");
    let note: serde_json::Value = serde_json::from_str(&note).expect("JSON");
    let ran = run(&["appraise", &pack("jinan"), "--facts", &facts, "--marks", &marks]);
    // `facts.csv 第 40 行 env_score：全角数字`
    let mut said: Vec<String> = faults(&ran)
        .iter()
        .map(|[file, row, column, _]| {
            format!("{} 第 {row} 行 {column}", &file[file.rfind('/').map_or(0, |i| i + 1)..])
        })
        .collect();
    let planted =
        note["planted"].as_array().expect("a list").iter().filter_map(|p| p.as_str()?.split('：').next());
    let mut planted: Vec<&str> = planted.collect();
    said.sort();
    planted.sort_unstable();
    assert_eq!((said.len(), said), (60, planted.iter().map(|p| p.to_string()).collect()));
}

#[test]
fn marks_are_not_blamed_for_a_facts_table_that_could_not_be_read() {
    let folder = Folder::new();
    let marks = folder.write("m.csv", MARKS.replace("15.5", "15.25"));
    for (name, bytes) in [("cut.xlsx", "PK\u{3}\u{4}cut"), ("no_code.csv", "people\n1\n")] {
        let facts = folder.write(name, bytes);
        let all = faults(&appraise(&folder, &facts, &marks));
        assert_eq!(all.len(), 2, "the facts table, and the mark off its step: {all:?}");
        assert_eq!(
            ([&all[0][0], &all[1][0]], &all[1][1..]),
            ([&facts, &marks], &["2", "mark", "15.25"].map(str::to_owned)[..])
        );
    }
}
