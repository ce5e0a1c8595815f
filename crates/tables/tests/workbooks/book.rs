//! Workbooks put together part by part, sound or not.

use std::io::{Cursor, Write};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const TYPES: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Types/>";
const RELS: &str = "<Relationships><Relationship Id=\"rId1\" \
    Type=\"http://x/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>";
const BOOK_RELS: &str = "<Relationships>\
    <Relationship Id=\"rId1\" Type=\"http://x/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/>\
    <Relationship Id=\"rId2\" Type=\"http://x/relationships/worksheet\" Target=\"worksheets/sheet2.xml\"/>\
    </Relationships>";
const BOOK: &str = "<workbook xmlns:r=\"r\"><sheets><sheet name=\"名册\" r:id=\"rId1\"/></sheets></workbook>";
/// Formats 0 General, 1 percent, 2 a day, 3 a day with its time.
const STYLES: &str = "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"yyyy-mm-dd hh:mm\"/></numFmts>\
    <cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"10\"/><xf numFmtId=\"14\"/><xf numFmtId=\"164\"/></cellXfs></styleSheet>";

/// A workbook's parts by name.
pub struct Parts(Vec<(String, Vec<u8>)>);

/// A workbook of one sheet with this `sheetData` content.
pub fn book(rows: &str) -> Parts {
    let mut out = Parts(Vec::new());
    for (name, text) in [
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", RELS),
        ("xl/workbook.xml", BOOK),
        ("xl/_rels/workbook.xml.rels", BOOK_RELS),
        ("xl/styles.xml", STYLES),
        ("xl/worksheets/sheet1.xml", &format!("<worksheet><sheetData>{rows}</sheetData></worksheet>")),
    ] {
        out = out.with(name, text);
    }
    out
}

impl Parts {
    /// With a part, in place of one of that name.
    pub fn with(mut self, name: &str, content: impl Into<Vec<u8>>) -> Parts {
        self.0.retain(|(n, _)| n != name);
        self.0.push((name.to_owned(), content.into()));
        self
    }

    /// The archive.
    pub fn bytes(&self) -> Vec<u8> {
        let mut out = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in &self.0 {
            out.start_file(name.as_str(), SimpleFileOptions::default()).expect("an archive in memory");
            out.write_all(content).expect("an archive in memory");
        }
        out.finish().expect("an archive in memory").into_inner()
    }
}

/// The archive with a part of `size` zeros after some text, which deflate packs a thousand times.
pub fn with_zeros(parts: &Parts, name: &str, head: &str, size: u64) -> Vec<u8> {
    let mut out = ZipWriter::new_append(Cursor::new(parts.bytes())).expect("an archive in memory");
    out.start_file(name, SimpleFileOptions::default()).expect("an archive in memory");
    out.write_all(head.as_bytes()).expect("an archive in memory");
    let zeros = vec![b' '; 1 << 20];
    (0..size >> 20).for_each(|_| out.write_all(&zeros).expect("an archive in memory"));
    out.finish().expect("an archive in memory").into_inner()
}

/// Where the directory's record of a part begins.
pub fn record_of(bytes: &[u8], name: &str) -> usize {
    let found = (0..bytes.len() - 46)
        .find(|i| bytes[*i..].starts_with(b"PK\x01\x02") && bytes[i + 46..].starts_with(name.as_bytes()));
    found.expect("a record")
}

/// The same archive whose directory says another unpacked size of a part.
pub fn lying(mut bytes: Vec<u8>, name: &str, size: u32) -> Vec<u8> {
    let at = record_of(&bytes, name) + 24;
    bytes[at..at + 4].copy_from_slice(&size.to_le_bytes());
    bytes
}
