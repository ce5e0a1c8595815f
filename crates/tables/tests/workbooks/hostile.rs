//! Workbooks that would cost too much or cannot be read: a fault that says why and what to do, and nothing else.

use crate::book::{Parts, book, lying, record_of, with_zeros};
use kernel::Lang;
use tables::{CELLS, COLUMNS, FAULTS, PARTS, SHEET_ROWS, sheets};

/// A row with one number.
const ROW: &str = "<row r=\"1\"><c r=\"A1\"><v>1</v></c></row>";
const STRINGS: &str = "xl/sharedStrings.xml";
const SHEET: &str = "xl/worksheets/sheet1.xml";

#[track_caller]
fn refused(bytes: &[u8], why: &str) {
    let fault = sheets(bytes, "册.xlsx").expect_err(why);
    let said = fault.explanation(Lang::Zh);
    assert!(fault.reason.text(Lang::Zh).contains(why), "{why} in {said}");
    assert!(fault.mend.is_some() && fault.file == "册.xlsx", "{said}");
    assert!(
        !fault.explanation(Lang::En).replace("名册", "").chars().any(|c| ('一'..'龥').contains(&c)),
        "{said}"
    );
}

#[track_caller]
fn refused_parts(parts: &Parts, why: &str) {
    refused(&parts.bytes(), why);
}

#[test]
fn bombs_are_too_large() {
    let large = "解开后太大";
    // The directory says it: four gigabytes.
    refused(&lying(book(ROW).bytes(), SHEET, u32::MAX - 1), large);
    // The directory is honest about much too little packed to much too much.
    let bomb = with_zeros(&book(ROW), "xl/worksheets/sheet2.xml", "<worksheet>", 64 << 20);
    refused(&bomb, large);
    // The directory lies.
    refused(&lying(bomb, "xl/worksheets/sheet2.xml", 900), "打不开");
    let parts = (0..PARTS).fold(book(ROW), |parts, i| parts.with(&format!("xl/media/{i}.txt"), ""));
    refused_parts(&parts, large);
}

#[test]
fn parts_over_each_other_are_too_large() {
    let name = "xl/worksheets/sheet2.xml";
    let mut bytes = with_zeros(&book(ROW), name, "<worksheet>", 12 << 20);
    let at = record_of(&bytes, name);
    let end = bytes.len() - 22;
    let (record, mut tail) = (bytes[at..end].to_vec(), bytes[end..].to_vec());
    bytes.truncate(end);
    for i in 0..1500 {
        let mut again = record.clone();
        again[46..50].copy_from_slice(format!("{i:04}").as_bytes());
        bytes.extend(again);
    }
    let count = u16::from_le_bytes([tail[10], tail[11]]) + 1500;
    let size = u32::from_le_bytes([tail[12], tail[13], tail[14], tail[15]]) + 1500 * record.len() as u32;
    tail[8..10].copy_from_slice(&count.to_le_bytes());
    tail[10..12].copy_from_slice(&count.to_le_bytes());
    tail[12..16].copy_from_slice(&size.to_le_bytes());
    bytes.extend(tail);
    refused(&bytes, "解开后太大");
}

#[test]
fn what_the_parser_would_take_on_trust_is_looked_at() {
    let large = "解开后太大";
    let strings = "<sst count=\"1\" uniqueCount=\"99999999999999\"><si><t>a</t></si></sst>";
    refused_parts(&book(ROW).with(STRINGS, strings), large);
    let hidden = "<?xml version='1.0' encoding='utf-16'?><sst/>";
    refused_parts(&book(ROW).with(STRINGS, hidden), "打不开");
    let wide: Vec<u8> = "<sst uniqueCount='9'/>".encode_utf16().flat_map(u16::to_le_bytes).collect();
    refused_parts(&book(ROW).with(STRINGS, wide), "打不开");
    let many: String = "<sheet name=\"a\" r:id=\"rId1\"/>".repeat(2000);
    refused_parts(&book(ROW).with("xl/workbook.xml", format!("<workbook>{many}</workbook>")), large);
    let format = "\"a\"".repeat(40_000).replace('"', "&quot;");
    let styles = format!(
        "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"{format}\"/></numFmts><cellXfs>{}</cellXfs></styleSheet>",
        "<xf numFmtId=\"164\"/>".repeat(20_000)
    );
    refused_parts(&book(ROW).with("xl/styles.xml", styles), large);
    let long = format!("<row><c t=\"inlineStr\"><is><t>{}</t></is></c></row>", "长".repeat(1 << 20));
    refused_parts(&book(&long), large);
    refused_parts(&book(ROW).with("XL/Worksheets\\Sheet1.xml", "<worksheet/>"), "打不开");
}

#[test]
fn entities_are_refused() {
    let lol = "<?xml version=\"1.0\"?><!DOCTYPE lolz [<!ENTITY lol \"lol\"><!ENTITY lol2 \"&lol;&lol;&lol;\">]>\
               <sst uniqueCount=\"1\"><si><t>&lol2;</t></si></sst>";
    refused_parts(&book(ROW).with(STRINGS, lol), "自定义实体");
    refused_parts(&book("<row><c t=\"str\"><v>&lol;</v></c></row>"), "打不开");
}

#[test]
fn other_files_are_named() {
    let with = |name: &str| book(ROW).with(name, "x");
    refused_parts(&with("xl/vbaProject.bin"), "带有宏");
    refused_parts(&with("xl/macrosheets/sheet1.xml"), "带有宏");
    refused_parts(&with("xl/workbook.bin"), ".xlsb");
    refused_parts(&with("word/document.xml"), ".docx");
    refused_parts(&with("content.xml"), ".ods");
    let mut old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    old.resize(4096, 0);
    refused(&old, "旧格式");
    old.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    refused(&old, "打开密码");
    refused("\u{feff}\n<html><table><tr><td>1</td></tr></table></html>".as_bytes(), "网页");
}

#[test]
fn broken_workbooks_are_broken() {
    let whole = book(ROW).bytes();
    for cut in [4, 30, whole.len() / 2, whole.len() - 1] {
        refused(&whole[..cut], "打不开");
    }
    for rows in [
        "<row r=\"1\"><c r=\"A1\"><v>1</v>",
        "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>7</v></c></row>",
        "<row r=\"1\"><c r=\"1A\"><v>1</v></c></row>",
        "<row r=\"1\"><c r=\"ZZZZZZZZZZ1\"><v>1</v></c></row>",
        "<row r=\"4294967296\"><c><v>1</v></c></row>",
        "<row r=\"99999999999\"><c><v>1</v></c></row>",
        "<row r=\"1\"><c r=\"A1\" t=\"d=\"><v>1</v></row>",
    ] {
        refused_parts(&book(rows), "打不开");
    }
    refused_parts(
        &book("<row r=\"2\"><c r=\"A2\"><v>1</v></c></row><row r=\"1\"><c r=\"A1\"><v>1</v></c></row>"),
        "排在后面",
    );
}

#[test]
fn the_format_s_own_size_costs_nothing_where_cells_are_blank() {
    let rows = "<row r=\"1\"><c r=\"A1\"><v>1</v></c><c r=\"XFD1\" s=\"1\"/></row><row r=\"1048576\"><c r=\"XFD1048576\" s=\"1\"/></row>";
    let text =
        format!("<worksheet><dimension ref=\"A1:XFD1048576\"/><sheetData>{rows}</sheetData></worksheet>");
    let found = sheets(&book(ROW).with(SHEET, text).bytes(), "").unwrap();
    assert_eq!((found[0].rows.len(), found[0].rows[0].1.len()), (1, 1));
}

#[test]
fn rows_columns_and_cells_have_an_end() {
    for (at, cell) in [("BDWGO1", "BDWGO1"), ("SG1", "SG1"), ("A1048577", "A1048577")] {
        let row = cell.trim_start_matches(char::is_alphabetic);
        let rows = format!("<row r=\"{row}\"><c r=\"{at}\"><v>1</v></c></row>");
        refused_parts(&book(&rows), &format!("单元格 {cell} 超出范围"));
    }
    let rows = |n: usize, col: &str| {
        (1..=n).map(|r| format!("<row r=\"{r}\"><c r=\"{col}{r}\"><v>1</v></c></row>")).collect::<String>()
    };
    refused_parts(&book(&rows(SHEET_ROWS as usize + 1, "A")), "超过 200000 行");
    refused_parts(&book(&rows(CELLS / COLUMNS as usize + 1, "SF")), "最多 1000 万格");
    let errors: String =
        (1..=FAULTS + 1).map(|r| format!("<row r=\"{r}\"><c t=\"e\"><v>#N/A</v></c></row>")).collect();
    refused_parts(&book(&errors), "出错的单元格超过");
    let merged: String = "<mergeCell ref=\"A1:B1\"/>".repeat(FAULTS + 1);
    let text = format!("<worksheet><sheetData/><mergeCells>{merged}</mergeCells></worksheet>");
    refused_parts(&book("").with(SHEET, text), "合并单元格太多");
}

/// A generator of the same numbers every time.
fn next(seed: &mut u64) -> usize {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*seed >> 33) as usize
}

#[test]
fn changed_parts_never_bring_the_program_down() {
    let rows = "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" s=\"2\"><v>46000</v></c>\
        <c r=\"C1\"><f t=\"shared\" ref=\"C1:C9\" si=\"0\">A1*2</f><v>2</v></c><c r=\"D1\" t=\"b\"><v>1</v></c></row>\
        <row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><t>例</t></is></c><c r=\"C2\"><f t=\"shared\" si=\"0\"/></c></row>";
    let merged = "<mergeCells count=\"1\"><mergeCell ref=\"A1:B1\"/></mergeCells>";
    let sheet = format!("<worksheet><sheetData>{rows}</sheetData>{merged}</worksheet>");
    let strings = "<sst count=\"1\" uniqueCount=\"1\"><si><t>例</t></si></sst>";
    let mut seed = 7;
    for round in 0..600 {
        let (name, mut text) = match round % 3 {
            0 => (STRINGS, strings.as_bytes().to_vec()),
            _ => (SHEET, sheet.clone().into_bytes()),
        };
        for _ in 0..=next(&mut seed) % 3 {
            if text.is_empty() {
                break;
            }
            let at = next(&mut seed) % text.len();
            match next(&mut seed) % 9 {
                0..3 => text[at] = next(&mut seed) as u8,
                3..5 => drop(text.remove(at)),
                5..8 => text.insert(at, b"<>/\"=&9:"[next(&mut seed) % 8]),
                _ => text.truncate(at.max(1)),
            }
        }
        let bytes = book(ROW).with(STRINGS, strings).with(SHEET, sheet.clone()).with(name, text).bytes();
        let _ = sheets(&bytes, "");
    }
}
