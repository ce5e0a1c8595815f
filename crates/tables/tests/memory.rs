//! The memory that hostile workbooks take, measured: alone in its process, for the peak is the process's.
#![cfg(target_os = "linux")]

#[path = "workbooks/book.rs"]
mod book;

use book::{book, lying, with_zeros};
use tables::sheets;

const MB: u64 = 1 << 20;
const ROW: &str = "<row r=\"1\"><c r=\"A1\"><v>1</v></c></row>";

/// The most memory this process held so far, bytes.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux has it");
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:")).expect("the peak");
    line.trim().trim_end_matches("kB").trim().parse::<u64>().expect("a number") * 1024
}

#[test]
fn bombs_take_no_more_memory_than_their_file() {
    let name = "xl/worksheets/sheet2.xml";
    // 300 MB in 300 KB, told and untold; 4 GB in 1 KB, as its directory says; strings that are only announced.
    let bomb = with_zeros(&book(ROW), name, "<worksheet>", 300 * MB);
    let files = [
        bomb.clone(),
        lying(bomb, name, 1000),
        lying(book(ROW).bytes(), "xl/worksheets/sheet1.xml", u32::MAX - 1),
        book(ROW).with("xl/sharedStrings.xml", "<sst uniqueCount=\"999999999\"/>").bytes(),
        // A cell in the last column of each row.
        book(
            &(1..40_000)
                .map(|r| format!("<row r=\"{r}\"><c r=\"XFD{r}\"><v>1</v></c></row>"))
                .collect::<String>(),
        )
        .bytes(),
    ];
    let before = peak();
    for (i, file) in files.iter().enumerate() {
        sheets(file, "").expect_err("a bomb");
        let rise = peak() - before;
        assert!(rise < 32 * MB, "file {i} of {} bytes took {} MB", file.len(), rise / MB);
    }
}
