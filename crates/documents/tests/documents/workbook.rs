//! Workbooks, read again.

use crate::samples;
use calamine::{Data, Reader, Xlsx};
use documents::{Cell, Column, DocumentFault};
use std::io::{Cursor, Read};

fn rows(bytes: &[u8]) -> Vec<Vec<Data>> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    let name = book.sheet_names()[0].clone();
    book.worksheet_range(&name).unwrap().rows().map(<[Data]>::to_vec).collect()
}

fn sheet_xml(bytes: &[u8]) -> String {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    zip.by_name("xl/worksheets/sheet1.xml").unwrap().read_to_string(&mut text).unwrap();
    text
}

#[test]
fn a_roster_reads_back_with_its_types() {
    let bytes = samples::roster().xlsx().unwrap();
    let rows = rows(&bytes);
    assert_eq!(rows[0][0], Data::String("东河口镇村干部花名册".into()));
    assert_eq!(rows[2][1], Data::String("基本情况".into()));
    assert_eq!(rows[3][2], Data::String("身份证号".into()));
    let first = &rows[4];
    assert_eq!(first[0], Data::Float(1.0));
    assert_eq!(first[2], Data::String("990000196101010001".into()), "a code keeps its digits");
    assert_eq!(first[3], Data::String("1961.01".into()));
    assert_eq!(first[6], Data::Float(78.36));
    assert_eq!(first[7], Data::Float(43.200001));
    assert!(matches!(&first[8], Data::DateTime(day) if day.to_ymd_hms_milli().0 == 2026), "{:?}", first[8]);
}

#[test]
fn a_roster_prints_across_a4_with_its_heads_on_every_page() {
    let bytes = samples::roster().xlsx().unwrap();
    let xml = sheet_xml(&bytes);
    for wanted in [
        "paperSize=\"9\"",
        "orientation=\"landscape\"",
        "fitToHeight=\"0\"",
        "<mergeCell ref=\"A1:J1\"/>",
        "<mergeCell ref=\"B3:E3\"/>",
        "<mergeCell ref=\"A3:A4\"/>",
        "ySplit=\"4\"",
        "xSplit=\"2\"",
        "第 &amp;P 页 共 &amp;N 页",
        "sha256 7c1e04b9…9af2",
    ] {
        assert!(xml.contains(wanted), "{wanted}");
    }
    let mut zip = zip::ZipArchive::new(Cursor::new(&bytes)).unwrap();
    let mut book = String::new();
    zip.by_name("xl/workbook.xml").unwrap().read_to_string(&mut book).unwrap();
    assert!(book.contains("_xlnm.Print_Titles") && book.contains("$3:$4"), "{book}");
}

#[test]
fn committees_show_both_tracks_and_empty_seats() {
    let bytes = samples::committee().xlsx().unwrap();
    let rows = rows(&bytes);
    let text = |row: usize, column: usize| rows[row][column].to_string();
    assert_eq!(text(0, 0), "村“两委”班子一览表");
    assert_eq!([text(4, 2), text(4, 3), text(4, 4), text(4, 6)], ["毛岭村", "书记、主任", "党·选", "赵例甲"]);
    assert_eq!(text(4, 9), "57", "ages are of the table's day");
    assert_eq!([text(8, 4), text(8, 6), text(8, 7)], ["党", "空缺", ""]);
    assert!(text(29, 0).starts_with("共 5 个村（社区），25 席，空缺 5 席"), "{}", text(29, 0));
    assert!(sheet_xml(&bytes).contains("<mergeCell ref=\"C5:C9\"/>"), "a village spans its seats");
}

#[test]
fn what_cannot_be_drawn_is_said() {
    let mut roster = samples::roster();
    roster.rows[4].push(Cell::Empty);
    assert_eq!(roster.xlsx(), Err(DocumentFault::Ragged { row: 5, cells: 11, columns: 10 }));
    roster.columns.clear();
    assert_eq!(roster.xlsx(), Err(DocumentFault::Size));
}

#[test]
fn one_column_and_a_forbidden_title_make_a_workbook() {
    let mut roster = samples::roster();
    roster.title = "名单[1/2]".into();
    roster.columns = vec![Column::of("姓名", 6)];
    roster.rows = vec![vec![Cell::text("例甲")]];
    assert_eq!(rows(&roster.xlsx().unwrap())[3][0], Data::String("例甲".into()));
}

#[test]
fn the_same_roster_gives_the_same_bytes() {
    assert_eq!(samples::roster().xlsx(), samples::roster().xlsx());
    assert_eq!(samples::committee().xlsx(), samples::committee().xlsx());
}
