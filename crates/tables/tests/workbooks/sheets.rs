//! Workbooks as typed cells, and formulas by their stored value.

use crate::book::book;
use kernel::Lang;
use std::io::Write;
use tables::{Cell, Input, Region, Value, read_rows, sheets};

fn cell(text: &str, value: Value) -> Cell {
    Cell { text: text.into(), value }
}

#[test]
fn cells_keep_what_they_are() {
    let rows = "<row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><t>何例甲</t></is></c><c r=\"B2\"><v>410327199001011234</v></c>\
        <c r=\"C2\" s=\"1\"><v>0.855</v></c><c r=\"D2\" s=\"2\"><v>46053</v></c><c r=\"E2\" s=\"3\"><v>46053.5</v></c>\
        <c r=\"F2\" t=\"b\"><v>1</v></c><c r=\"G2\"/><c r=\"H2\" t=\"str\"><v> </v></c></row>\
        <row r=\"4\"><c r=\"B4\"><v>3</v></c></row>";
    let text = format!(
        "<worksheet><sheetData>{rows}</sheetData><mergeCells><mergeCell ref=\"A2:A4\"/></mergeCells></worksheet>"
    );
    let names = "<workbook xmlns:r=\"r\"><sheets><sheet name=\"名册\" r:id=\"rId1\"/>\
                 <sheet name=\"底表\" state=\"hidden\" r:id=\"rId2\"/></sheets></workbook>";
    let parts = book("").with("xl/worksheets/sheet1.xml", text).with("xl/workbook.xml", names);
    let bytes = parts.with("xl/worksheets/sheet2.xml", "<worksheet><sheetData/></worksheet>").bytes();
    let found = sheets(&bytes, "册.xlsx").unwrap();
    let all: Vec<_> = found.iter().map(|s| (s.name.as_str(), s.hidden, s.rows.len())).collect();
    assert_eq!(all, [("名册", false, 2), ("底表", true, 0)]);
    let sheet = &found[0];
    assert_eq!(sheet.merged, [Region { first: (2, 0), last: (4, 0) }]);
    let (year, month, day) = (2026, 1, 31);
    let expected = [
        cell("何例甲", Value::Text),
        cell("410327199001011260", Value::Number(410_327_199_001_011_234.0)),
        cell("85.5", Value::Number(0.855)),
        cell("2026-01-31", Value::Date { year, month, day, seconds: 0 }),
        cell("2026-01-31 12:00:00", Value::Date { year, month, day, seconds: 43_200 }),
        cell("true", Value::Bool(true)),
    ];
    assert_eq!(sheet.rows[0], (2, expected.to_vec()));
    assert_eq!((sheet.rows[1].0, sheet.at(4, 1).text.as_str()), (4, "3"));
    assert_eq!(sheet.at(4, 0).text, "何例甲", "a merged region speaks through its first cell");
    assert_eq!(sheet.at(9, 9), &Cell::default());
}

#[test]
fn a_csv_file_is_one_sheet_of_text() {
    let text = "姓名,代码\n,\n何例甲,\"001,2\"\n";
    let gb = encode(text);
    for bytes in [text.as_bytes(), format!("\u{feff}{text}").as_bytes(), &gb] {
        let found = sheets(bytes, "册.csv").unwrap();
        assert_eq!((found.len(), found[0].rows.len(), found[0].rows[1].0), (1, 2, 3));
        assert_eq!(found[0].at(3, 1), &cell("001,2", Value::Text));
    }
    let found = sheets("a,\"b\nc".as_bytes(), "册.csv").unwrap();
    assert_eq!(found[0].faults.len(), 1);
}

fn encode(text: &str) -> Vec<u8> {
    encoding_rs::GB18030.encode(text).0.into_owned()
}

#[test]
fn a_formula_without_its_value_is_a_fault_of_its_cell() {
    let rows = "<row r=\"1\"><c r=\"A1\" t=\"str\"><v>甲</v></c><c r=\"B1\" t=\"str\"><v>乙</v></c></row>\
        <row r=\"2\"><c r=\"A2\"><v>1</v></c><c r=\"B2\"><f>A2*2</f><v>2</v></c></row>\
        <row r=\"3\"><c r=\"A3\"><v>1</v></c><c r=\"B3\"><f>A3*2</f></c></row>\
        <row r=\"4\"><c r=\"A4\"><v>1</v></c><c r=\"B4\"><f t=\"shared\" si=\"0\"/><v></v></c></row>\
        <row r=\"5\"><c r=\"A5\"><v>1</v></c><c r=\"B5\" t=\"str\"><f>\"\"</f><v></v></c></row>\
        <row r=\"6\"><c r=\"A6\"><v>1</v></c><c r=\"B6\" s=\"1\"/></row>";
    let bytes = book(rows).bytes();
    let found = sheets(&bytes, "册.xlsx").unwrap();
    let said: Vec<_> = found[0].faults.iter().map(|f| (f.row, f.col, f.value.as_str())).collect();
    assert_eq!(said, [(3, 2, "B3"), (4, 2, "B4")]);
    assert_eq!(found[0].faults[0].reason.text(Lang::Zh), "公式没有存下结果");
    assert_eq!(found[0].at(2, 1).text, "2");

    let mut file = tempfile::Builder::new().suffix(".xlsx").tempfile().unwrap();
    file.write_all(&bytes).unwrap();
    let table = read_rows(&Input::quiet(file.path()), &mut Vec::new()).unwrap();
    let said: Vec<_> = table.faults.iter().map(|f| (f.row, f.column.as_str())).collect();
    assert_eq!(said, [(3, "乙"), (4, "乙")]);
    assert_eq!(table.rows.len(), 5);
}
