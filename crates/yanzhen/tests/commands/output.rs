//! Forms of output: CSV, JSON, workbooks; nothing to show; any number of threads.

use crate::common::{Csv, Folder, pack, run};
use crate::{FACTS, MINI, PACKS, json, mini};
use calamine::{Data, Reader, Xlsx, open_workbook};
use serde_json::Value;
use std::fs;

/// The JSON that a CSV table amounts to, `numbers` being the columns that stand bare.
fn as_json(table: &Csv, numbers: impl Fn(&str) -> bool) -> String {
    let object = |row: &Vec<String>| {
        let member = |(name, cell): (&String, &String)| match cell.as_str() {
            "" => format!("\"{name}\":null"),
            _ if numbers(name) => format!("\"{name}\":{cell}"),
            _ => format!("\"{name}\":{}", Value::from(cell.as_str())),
        };
        format!("{{{}}}", table.header.iter().zip(row).map(member).collect::<Vec<_>>().join(","))
    };
    format!("[\n{}\n]\n", table.rows.iter().map(object).collect::<Vec<_>>().join(",\n"))
}

#[test]
fn json_and_workbook_hold_what_the_csv_holds() {
    let folder = Folder::new();
    let [facts, marks] = mini(&folder);
    let appraise = ["appraise", MINI, "--facts", &facts, "--marks", &marks];
    let propose = ["propose", MINI, "--facts", &facts];
    let town = pack("wucun");
    let colours =
        folder.write("c.csv", "code,name,committee_complete\n990101001201,例一村,否\n990101001202,,是\n");
    let classify = ["classify", &town, "--facts", &colours];
    let bare = |c: &str| {
        ["total", "before_bonus", "bonus", "penalty", "rank", "amount"].contains(&c) || c.starts_with('A')
    };
    for command in [&appraise[..], &propose, &classify] {
        let out = |name: &str, more: &[&str]| {
            let path = folder.at(name);
            run(&[command, &["--out", &path], more].concat()).ok();
            path
        };
        let csv_path = out("t.csv", &[]);
        let (table, text) = (Csv::read(&csv_path), fs::read_to_string(&csv_path).expect("text"));
        assert!(!table.rows.is_empty() && !text.contains('\r'));
        assert_eq!(run(&[command, &["--out", "-"]].concat()).ok().out, text);
        assert_eq!(run(command).ok().out, text);
        for (name, more) in [("t.json", &[][..]), ("t.txt", &["--format", "json"])] {
            let text = fs::read_to_string(out(name, more)).expect("text");
            assert_eq!(text, as_json(&table, bare));
            assert_eq!(json(&text).as_array().map(Vec::len), Some(table.rows.len()));
        }
        let mut book: Xlsx<_> = open_workbook(out("t.xlsx", &[])).expect("a workbook");
        let sheet = book.worksheet_range_at(0).expect("a sheet").expect("readable");
        let shown = |(c, cell): (usize, &Data)| match cell {
            Data::Empty => String::new(),
            Data::String(text) => text.clone(),
            Data::Float(n) if table.header[c] == "rank" => n.to_string(),
            Data::Float(n) => format!("{n:.2}"),
            other => panic!("{other:?}"),
        };
        let rows: Vec<Vec<String>> =
            sheet.rows().map(|r| r.iter().enumerate().map(shown).collect()).collect();
        assert_eq!((&rows[0], &rows[1..]), (&table.header, &table.rows[..]));
    }
    assert!(fs::read_to_string(folder.at("t.csv")).is_ok_and(|t| t.contains("待定") || t.contains("R1")));
}

#[test]
fn every_json_is_json() {
    let folder = Folder::new();
    let ([facts, marks], mini_pack) = (mini(&folder), MINI);
    let tables = ["--facts", &facts, "--marks", &marks];
    let commands: [Vec<&str>; 9] = [
        [&["appraise", mini_pack], &tables[..]].concat(),
        [&["appraise", mini_pack, "--explain", "990101001202"], &tables[..]].concat(),
        vec!["propose", mini_pack, "--facts", &facts],
        [&["whatif", mini_pack, mini_pack], &tables[..]].concat(),
        [&["robust", mini_pack, "--runs", "3"], &tables[..]].concat(),
        [&["raters", mini_pack], &tables[..]].concat(),
        vec!["policy", "check", mini_pack],
        vec!["policy", "test", mini_pack],
        vec!["policy", "diff", mini_pack, mini_pack],
    ];
    for command in commands {
        let ran = run(&[&command[..], &["--format", "json"]].concat()).ok();
        let value = json(&ran.out);
        assert!(value.is_array() || value.is_object(), "{command:?}");
        assert!(
            ran.out.ends_with('\n') && !ran.out.contains("-0.0") && ran.err.is_empty(),
            "{command:?} {}",
            ran.out
        );
    }
}

#[test]
fn an_empty_table_gives_the_header_alone() {
    let folder = Folder::new();
    let header = FACTS.lines().next().unwrap_or_default();
    let none = folder.write("none.csv", format!("{header}\n"));
    let town = folder.write("town.csv", "code\n");
    let wucun = pack("wucun");
    let results =
        "code,name,township,total,before_bonus,bonus,penalty,veto,rank,grade,status,missing,A1,A2,A3,A4,A5\n";
    for (command, wanted) in [
        (["appraise", MINI, "--facts", &none], results),
        (["propose", MINI, "--facts", &none], "code,consequence,action,applies_to,amount,basis\n"),
        (["classify", &wucun, "--facts", &town], "code,name,colour,rule,lead,measures,missing\n"),
    ] {
        assert_eq!(run(&command).ok().out, wanted);
        assert_eq!(run(&[&command[..], &["--format", "json"]].concat()).ok().out, "[]\n");
        let book = folder.at("none.xlsx");
        run(&[&command[..], &["--out", &book]].concat()).ok();
        let mut book: Xlsx<_> = open_workbook(book).expect("a workbook");
        let sheet = book.worksheet_range_at(0).expect("a sheet").expect("readable");
        let rows: Vec<String> = sheet
            .rows()
            .map(|r| r.iter().map(ToString::to_string).collect::<Vec<_>>().join(",") + "\n")
            .collect();
        assert_eq!(rows.concat(), wanted);
    }
}

#[test]
fn robust_over_nobody_has_no_negative_zero() {
    let folder = Folder::new();
    let none = folder.write("none.csv", "code\n");
    let ran = run(&["robust", MINI, "--facts", &none, "--runs", "3", "--format", "json"]).ok();
    let found = json(&ran.out);
    assert_eq!(found["subjects"].as_array().map(Vec::len), Some(0));
    assert!(
        !ran.out.contains("-0") && !run(&["robust", MINI, "--facts", &none]).ok().out.contains("-0"),
        "{}",
        ran.out
    );
}

#[test]
fn a_file_named_as_a_workbook_is_one_or_is_refused() {
    let folder = Folder::new();
    let [facts, marks] = mini(&folder);
    let tables = ["--facts", &facts, "--marks", &marks];
    for command in [&["whatif", MINI, MINI][..], &["robust", MINI, "--runs", "3"], &["appraise", MINI]] {
        let book = folder.at(&format!("{}.xlsx", command[0]));
        let ran = run(&[command, &tables, &["--out", &book]].concat());
        let written = fs::read(&book).unwrap_or_default();
        assert!(
            ran.code == 1 || written.starts_with(b"PK"),
            "{command:?}: {}",
            String::from_utf8_lossy(&written)
        );
    }
}

#[test]
fn any_number_of_threads_gives_the_same_bytes() {
    let folder = Folder::new();
    for id in PACKS {
        let [facts, marks] = folder.synth(id, 2, &[]);
        let commands: &[&[&str]] = match id {
            "wucun" => &[&["classify"], &["propose"]],
            _ => &[&["appraise", "--marks", &marks], &["appraise", "--marks", &marks, "--format", "json"]],
        };
        for command in commands {
            let [one, two, all] = [&["--threads", "1"][..], &["--threads", "2"], &[]].map(|threads| {
                let to = folder.at("p.csv");
                let proposals: &[&str] = if command[0] == "appraise" { &["--proposals", &to] } else { &[] };
                let said =
                    run(&[&command[..1], &[&pack(id), "--facts", &facts], &command[1..], proposals, threads]
                        .concat())
                    .ok();
                (said.out, fs::read(to).unwrap_or_default())
            });
            assert!(one.0.lines().count() > 5 && one == two && one == all, "{id} {command:?}");
        }
    }
}
