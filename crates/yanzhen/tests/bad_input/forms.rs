//! Encodings and workbooks, sound and broken.

use crate::common::{Csv, Folder};
use crate::{FACTS, MARKS, appraise, faults, gives_the_results};
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook, Worksheet};
use std::fs;

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
    assert!(
        ran.err.starts_with(&facts) && ran.err.contains("GB18030") && ran.err.lines().count() == 1,
        "{}",
        ran.err
    );
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

/// The facts as a workbook: codes and figures as numbers, the rate a percent cell, the date a date, one income
/// a formula.
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
