//! What the program does with tables as people hand them in: other encodings and forms give the same bytes;
//! what is wrong is said cell by cell, all at once, and nothing is written.

mod common;

use common::{Csv, Folder, Ran, pack, run};
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook, Worksheet};
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
const PROPOSALS: &str = "code,consequence,action,applies_to,amount,basis\n990101001201,new,talk,village,,第九条\n";

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

fn gb18030(text: &str) -> Vec<u8> {
    let letters = [
        ('例', [0xc0, 0xfd]),
        ('一', [0xd2, 0xbb]),
        ('二', [0xb6, 0xfe]),
        ('村', [0xb4, 0xe5]),
        ('示', [0xca, 0xbe]),
        ('镇', [0xd5, 0xf2]),
        ('是', [0xca, 0xc7]),
        ('否', [0xb7, 0xf1]),
        ('类', [0xc0, 0xe0]),
    ];
    let bytes = |c: char| letters.iter().find(|l| l.0 == c).map_or_else(|| vec![c as u8], |l| l.1.to_vec());
    text.chars().flat_map(bytes).collect()
}

#[test]
fn utf8_gives_the_results_without_a_word() {
    let folder = Folder::new();
    let ran = gives_the_results(&folder, &folder.write("f.csv", FACTS), &folder.write("m.csv", MARKS));
    assert_eq!(ran.err, "");
    let table = Csv::read(&folder.at("out.csv"));
    assert_eq!(table.cents(&table.rows[0], "total"), Some(4000 + 140 + 1575 + 500));
}

#[test]
fn gb18030_is_read_with_a_notice_and_gives_the_same_bytes() {
    let folder = Folder::new();
    let facts = folder.write("f.csv", gb18030(FACTS));
    let ran = gives_the_results(&folder, &facts, &folder.write("m.csv", MARKS));
    assert!(ran.err.starts_with(&facts) && ran.err.contains("GB18030") && ran.err.lines().count() == 1, "{}", ran.err);
}

#[test]
fn byte_order_mark_crlf_blanks_and_column_order_change_nothing() {
    let folder = Folder::new();
    let crlf = |text: &str| text.replace('\n', "\r\n");
    let swapped = "\u{feff}kind,rate,name,\"code\",since,ok,people,income,township\n\n\
        \u{3000}一类 ,85.5%, 例二村,990101001202,2025-07-01,1,3,500.250000,示例镇\n\
        ,,,,,,,,\n\
        二类,7 ,\"例一村\",\t990101001201,2026-03-02,false,4,1234.5,示例镇";
    let money = swapped.replace("500.250000", "500.25");
    for (facts, marks) in [
        (format!("\u{feff}{FACTS}"), format!("\u{feff}{MARKS}")),
        (crlf(FACTS), crlf(MARKS)),
        (money.clone(), format!("{MARKS}\n,,,\n")),
        (crlf(&money), MARKS.trim_end().to_owned()),
    ] {
        let ran = gives_the_results(&folder, &folder.write("f.csv", facts), &folder.write("m.csv", marks));
        assert_eq!(ran.err, "");
    }
}

/// Writes a table as a sheet, numbers as numbers, with `special` for cells of its own.
fn sheet(table: &str, special: impl Fn(&mut Worksheet, u32, u16, &str) -> bool) -> Workbook {
    let mut book = Workbook::new();
    let page = book.add_worksheet();
    let table = Csv::parse(table);
    for (r, row) in std::iter::once(&table.header).chain(&table.rows).enumerate() {
        for (c, cell) in row.iter().enumerate() {
            let (r, c) = (r as u32, c as u16);
            if r > 0 && special(page, r, c, cell) {
                continue;
            }
            match cell.parse::<f64>() {
                Ok(number) => page.write_number(r, c, number),
                Err(_) => page.write_string(r, c, cell),
            }
            .expect("a cell");
        }
    }
    book
}

fn saved(folder: &Folder, name: &str, mut book: Workbook) -> String {
    folder.write(name, book.save_to_buffer().expect("a workbook"))
}

/// The facts as a workbook: codes and figures as numbers, the rate a percent cell, the date a date, one income a formula.
fn facts_book() -> Workbook {
    let mut book = sheet(FACTS, |page, r, c, cell| {
        let percent = Format::new().set_num_format("0.00%");
        match c {
            3 if r == 1 => page.write_formula(r, c, Formula::new("=500+0.25").set_result("500.25")),
            5 => page.write_number_with_format(r, c, if r == 1 { 0.855 } else { 0.07 }, &percent),
            6 if r == 2 => page.write_boolean(r, c, false),
            7 => {
                let date = ExcelDateTime::parse_from_str(cell).expect("a date");
                page.write_datetime_with_format(r, c, &date, &Format::new().set_num_format("yyyy-mm-dd"))
            }
            _ => return false,
        }
        .expect("a cell");
        true
    });
    // Formatted but empty rows and a formatted but empty column, as sheets have them.
    let page = book.worksheet_from_index(0).expect("the sheet");
    for r in 3..20 {
        (0..9).for_each(|c| drop(page.write_blank(r, c, &Format::new().set_bold())));
    }
    (0..3).for_each(|r| drop(page.write_blank(r, 11, &Format::new().set_bold())));
    book
}

#[test]
fn workbooks_give_the_same_bytes() {
    let folder = Folder::new();
    let facts = saved(&folder, "f.xlsx", facts_book());
    let marks = saved(&folder, "m.xlsx", sheet(MARKS, |_, _, _, _| false));
    assert_eq!(gives_the_results(&folder, &facts, &marks).err, "");
    // Whatever the ending says, a workbook is known by its content.
    let renamed = folder.write("f.csv", fs::read(&facts).expect("the workbook"));
    gives_the_results(&folder, &renamed, &folder.write("m.csv", MARKS));
}

#[test]
fn merged_and_error_cells_are_faults() {
    let folder = Folder::new();
    let mut book = facts_book();
    let page = book.worksheet_from_index(0).expect("the sheet");
    page.merge_range(1, 2, 2, 2, "示例镇", &Format::new()).expect("a region");
    page.write_formula(2, 3, Formula::new("=1/0").set_result("#DIV/0!")).expect("a formula");
    let facts = saved(&folder, "f.xlsx", book);
    let all = faults(&appraise(&folder, &facts, &folder.write("m.csv", MARKS)));
    let expected = [["2", "", "C2:C3"], ["3", "income", "#DIV/0!"]];
    assert_eq!(all, expected.map(|[row, column, value]| [&facts, row, column, value].map(str::to_owned)));
    assert!(fs::metadata(folder.at("out.csv")).is_err());
}

#[test]
fn workbook_faults_name_the_row_of_the_sheet() {
    let folder = Folder::new();
    let mut book = facts_book();
    let page = book.worksheet_from_index(0).expect("the sheet");
    page.write_number(22, 0, 99.0).expect("a code too short");
    page.write_string(22, 3, "１２").expect("full-width digits");
    page.write_number(22, 4, 1.5).expect("half a person");
    let facts = saved(&folder, "f.xlsx", book);
    let all = faults(&appraise(&folder, &facts, &folder.write("m.csv", MARKS)));
    let expected = [["23", "code", "99"], ["23", "income", "１２"], ["23", "people", "1.5"]];
    assert_eq!(all, expected.map(|[row, column, value]| [&facts, row, column, value].map(str::to_owned)));
}

#[test]
fn facts_of_a_wrong_type_or_spelling() {
    let one = |column: &str, value: &str| found_in_facts(&format!("code,{column}\n990101001201,\"{value}\"\n"));
    for (column, values) in [
        ("income", &["1,234.5", "1.234", "1e3", "+5", "5元", ".5", "5.", "--5", "约三成", "１２", "1234567890123456", "1 2"][..]),
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
        ("code,people\n990101001201,1\n990101001202,2\n990101001201,1\n990101001201,3\n", &[
            "4 code 990101001201",
            "5 code 990101001201",
        ]),
        // Lines count, not rows: a blank line, a quoted line end.
        ("\ncode,name,people\n\n990101001201,\"例\n一村\",x\n,,\n990101001202,,y\n", &["4 people x", "7 people y"]),
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
    for mark in ["20.5", "-0.5", "-1", "15.25", "15.501", "１５", "优秀", "+15", "1e1", "15分", "15%", "999999999999999"] {
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
        ("990101001201,A3,unit:a,15\n990101001202,A3,unit:a,15\n990101001201,A3,unit:a,15", &["4 code 990101001201"]),
        ("990101001201,A3,unit:a,\n990101001201,A3,unit:a,15", &["3 code 990101001201"]),
    ] {
        assert_eq!(found_in_marks(&format!("{row}\n")), expected, "{row}");
    }
}

#[test]
fn a_second_row_of_a_mark_is_a_fault_whatever_the_marks_are_worth() {
    let two = |a: &str, b: &str| found_in_marks(&format!("990101001201,A3,unit:a,{a}\n990101001201,A3,unit:a,{b}\n"));
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
    assert_eq!(in_facts, [
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
    ]);
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
        .map(|[file, row, column, _]| format!("{} 第 {row} 行 {column}", &file[file.rfind('/').map_or(0, |i| i + 1)..]))
        .collect();
    let planted = note["planted"].as_array().expect("a list").iter().filter_map(|p| p.as_str()?.split('：').next());
    let mut planted: Vec<&str> = planted.collect();
    said.sort();
    planted.sort_unstable();
    assert_eq!((said.len(), said), (60, planted.iter().map(|p| p.to_string()).collect()));
}

#[test]
fn files_that_are_broken_as_a_whole() {
    let folder = Folder::new();
    let whole = fs::read(saved(&folder, "whole.xlsx", facts_book())).expect("the workbook");
    let marks = folder.write("m.csv", "code,indicator,rater,mark\n");
    for (name, bytes, row) in [
        ("cut.xlsx", &whole[..whole.len() / 2], "0"),
        ("short.xlsx", &whole[..100], "0"),
        ("text.xlsx", FACTS.as_bytes(), "0"),
        ("empty.xlsx", b"", "0"),
        ("cut.csv", &whole[..whole.len() / 2], "0"),
        ("bytes.csv", b"code,name\n990101001201,\xff\xff\n", "2"),
    ] {
        let facts = folder.write(name, bytes);
        let all = faults(&appraise(&folder, &facts, &marks));
        assert_eq!(all, [[facts.as_str(), row, "", ""].map(str::to_owned)], "{name}");
    }
    // The same for the marks.
    let (facts, cut) = (folder.write("f.csv", FACTS), folder.write("m.xlsx", &whole[..whole.len() / 2]));
    assert_eq!(faults(&appraise(&folder, &facts, &cut))[0][0], cut);
}

#[test]
fn marks_are_not_blamed_for_a_facts_table_that_could_not_be_read() {
    let folder = Folder::new();
    let marks = folder.write("m.csv", MARKS.replace("15.5", "15.25"));
    for (name, bytes) in [("cut.xlsx", "PK\u{3}\u{4}cut"), ("no_code.csv", "people\n1\n")] {
        let facts = folder.write(name, bytes);
        let all = faults(&appraise(&folder, &facts, &marks));
        assert_eq!(all.len(), 2, "the facts table, and the mark off its step: {all:?}");
        assert_eq!(([&all[0][0], &all[1][0]], &all[1][1..]), ([&facts, &marks], &["2", "mark", "15.25"].map(str::to_owned)[..]));
    }
}

#[test]
fn faults_leave_no_file_behind_and_none_changed() {
    let folder = Folder::new();
    let (good, bad) = (folder.write("good.csv", FACTS), folder.write("bad.csv", FACTS.replace(",500.25,", ",x,")));
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
    (folder.write("out.csv", "old"), folder.write("more.csv", "older"));
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
