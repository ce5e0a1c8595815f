//! Results as CSV, JSON or a workbook. Source: PACKS, "Headless use", *Out*.

use crate::engine::Appraisal;
use crate::grade::NO_GRADE;
use policy::RESULT_COLUMNS;
use std::io::{self, Write};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use tables::{SheetCell, Workbook, in_order, push_csv_cell};

/// How results are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OutFormat {
    /// CSV.
    Csv,
    /// JSON, one object a line.
    Json,
    /// A workbook.
    Xlsx,
}

/// The header of a result: the fixed columns, then one for each scored indicator.
pub fn header<'a>(done: &Appraisal<'a>) -> Vec<&'a str> {
    let plan = done.scorer.plan;
    RESULT_COLUMNS.into_iter().chain(plan.columns.iter().map(|at| plan.indicator(*at).id.as_str())).collect()
}

/// A value of a result row.
enum Out<'a> {
    Text(&'a str),
    Owned(String),
    /// Hundredths.
    Score(Option<i64>),
    Rank(Option<u32>),
}

fn cells<'a>(done: &'a Appraisal<'_>, i: usize, mut each: impl FnMut(Out<'a>)) {
    let facts = done.scorer.facts;
    let plan = done.scorer.plan;
    let s = &done.subjects[i];
    let sum = |value| Out::Score(s.complete.then_some(value));
    each(Out::Text(facts.names.get(i)));
    each(Out::Text(facts.townships.get(i)));
    each(sum(s.total));
    each(sum(s.before_bonus));
    each(sum(s.bonus));
    each(sum(s.penalty));
    if s.vetoes == 0 {
        each(Out::Text(""))
    } else {
        each(Out::Owned(done.veto_ids(i).join("|")))
    }
    each(Out::Rank(s.complete.then_some(s.rank)));
    match plan.pack.grades.get(usize::from(s.grade)) {
        Some(grade) if s.grade != NO_GRADE => each(Out::Owned(grade.id.to_string())),
        _ => each(Out::Text("")),
    }
    each(Out::Text(if s.complete { "complete" } else { "incomplete" }));
    if s.complete {
        each(Out::Text(""))
    } else {
        each(Out::Owned(done.missing(i).join(";")))
    }
    for column in 0..plan.columns.len() {
        each(Out::Score(done.score(i, column)));
    }
}

/// The spelling of every score below 100: length and bytes.
static SPELLED: LazyLock<Vec<(u8, [u8; 5])>> = LazyLock::new(|| {
    (0..10_000u32)
        .map(|n| {
            let mut bytes = [0; 5];
            let text = format!("{}.{:02}", n / 100, n % 100);
            bytes[..text.len()].copy_from_slice(text.as_bytes());
            (text.len() as u8, bytes)
        })
        .collect()
});

/// Appends hundredths as a decimal with two places.
#[inline]
pub(crate) fn push_score(out: &mut Vec<u8>, hundredths: i64) {
    if let Some((length, bytes)) = usize::try_from(hundredths).ok().and_then(|n| SPELLED.get(n)) {
        // All five bytes at once, the length after: a copy of known size is one move.
        out.extend_from_slice(bytes);
        out.truncate(out.len() - (bytes.len() - usize::from(*length)));
        return;
    }
    let n = hundredths.unsigned_abs();
    if hundredths < 0 {
        out.push(b'-');
    }
    push_number(out, n / 100);
    let part = (n % 100) as u8;
    out.extend_from_slice(&[b'.', b'0' + part / 10, b'0' + part % 10]);
}

fn push_number(out: &mut Vec<u8>, mut n: u64) {
    let mut digits = [0u8; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (n % 10) as u8;
        n /= 10;
        if n == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
}

fn csv_row(done: &Appraisal<'_>, i: usize, out: &mut Vec<u8>) {
    if done.scorer.facts.of_persons() {
        push_csv_cell(out, done.scorer.facts.persons.get(i));
    } else {
        done.scorer.facts.push_code(i, out);
    }
    cells(done, i, |cell| {
        out.push(b',');
        match cell {
            Out::Text(text) => push_csv_cell(out, text),
            Out::Owned(text) => push_csv_cell(out, &text),
            Out::Score(Some(score)) => push_score(out, score),
            Out::Rank(Some(rank)) => push_number(out, u64::from(rank)),
            Out::Score(None) | Out::Rank(None) => {}
        }
    });
    out.push(b'\n');
}

pub(crate) fn push_json_string(out: &mut Vec<u8>, text: &str) {
    if text.is_empty() {
        out.extend_from_slice(b"null");
    } else {
        out.extend_from_slice(serde_json::Value::from(text).to_string().as_bytes());
    }
}

fn json_row(done: &Appraisal<'_>, header: &[&str], i: usize, out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"code\":");
    push_json_string(out, &done.scorer.facts.code(i));
    let mut names = header[1..].iter();
    cells(done, i, |cell| {
        out.extend_from_slice(b",\"");
        out.extend_from_slice(names.next().copied().unwrap_or_default().as_bytes());
        out.extend_from_slice(b"\":");
        match cell {
            Out::Text(text) => push_json_string(out, text),
            Out::Owned(text) => push_json_string(out, &text),
            Out::Score(Some(score)) => push_score(out, score),
            Out::Rank(Some(rank)) => push_number(out, u64::from(rank)),
            Out::Score(None) | Out::Rank(None) => out.extend_from_slice(b"null"),
        }
    });
    out.push(b'}');
}

/// Writes the results in a format; rows by ascending code.
pub fn write_results(
    done: &Appraisal<'_>,
    format: OutFormat,
    out: &mut (impl Write + Send),
) -> io::Result<()> {
    let header = header(done);
    let n = done.subjects.len();
    match format {
        OutFormat::Csv => {
            out.write_all(header.join(",").as_bytes())?;
            out.write_all(b"\n")?;
            in_chunks(n, out, |i, bytes| csv_row(done, i, bytes))
        }
        OutFormat::Json => write_json_lines(n, out, |i, bytes| json_row(done, &header, i, bytes)),
        OutFormat::Xlsx => {
            let mut book = Workbook::default();
            let widths: Vec<f64> = header
                .iter()
                .map(|h| if matches!(*h, "code" | "name" | "township") { 16.0 } else { 9.0 })
                .collect();
            let rows = (0..n).map(|i| {
                let mut row = vec![SheetCell::Text(done.scorer.facts.code(i))];
                cells(done, i, |cell| {
                    row.push(match cell {
                        Out::Text(text) => SheetCell::from(text),
                        Out::Owned(text) => SheetCell::Text(text),
                        Out::Score(score) => {
                            score.map_or(SheetCell::Empty, |s| SheetCell::Score(s as f64 / 100.0))
                        }
                        Out::Rank(rank) => {
                            rank.map_or(SheetCell::Empty, |r| SheetCell::Integer(f64::from(r)))
                        }
                    });
                });
                row
            });
            book.sheet("results", &header, &widths, rows)?;
            out.write_all(&book.bytes()?)
        }
    }
}

/// A cell of a small table.
pub enum TableCell {
    /// Text; empty is absent.
    Text(String),
    /// Hundredths.
    Score(Option<i64>),
}

/// Writes a small table in a format.
pub fn write_table(
    format: OutFormat,
    header: &[&str],
    n: usize,
    row: impl Fn(usize) -> Vec<TableCell> + Sync,
    out: &mut (impl Write + Send),
) -> io::Result<()> {
    match format {
        OutFormat::Csv => {
            out.write_all(header.join(",").as_bytes())?;
            out.write_all(b"\n")?;
            in_chunks(n, out, |i, bytes| {
                for (k, cell) in row(i).into_iter().enumerate() {
                    if k > 0 {
                        bytes.push(b',');
                    }
                    match cell {
                        TableCell::Text(text) => push_csv_cell(bytes, &text),
                        TableCell::Score(score) => score.into_iter().for_each(|s| push_score(bytes, s)),
                    }
                }
                bytes.push(b'\n');
            })
        }
        OutFormat::Json => write_json_lines(n, out, |i, bytes| {
            for (k, (name, cell)) in header.iter().zip(row(i)).enumerate() {
                bytes.extend_from_slice(if k == 0 { b"{\"" } else { b",\"" });
                bytes.extend_from_slice(name.as_bytes());
                bytes.extend_from_slice(b"\":");
                match cell {
                    TableCell::Text(text) => push_json_string(bytes, &text),
                    TableCell::Score(Some(score)) => push_score(bytes, score),
                    TableCell::Score(None) => bytes.extend_from_slice(b"null"),
                }
            }
            bytes.push(b'}');
        }),
        OutFormat::Xlsx => {
            let mut book = Workbook::default();
            let rows = (0..n).map(|i| {
                row(i)
                    .into_iter()
                    .map(|cell| match cell {
                        TableCell::Text(text) => SheetCell::from(text.as_str()),
                        TableCell::Score(score) => {
                            score.map_or(SheetCell::Empty, |s| SheetCell::Score(s as f64 / 100.0))
                        }
                    })
                    .collect()
            });
            book.sheet("results", header, &vec![16.0; header.len()], rows)?;
            out.write_all(&book.bytes()?)
        }
    }
}

/// `[`, one object a line joined by `,`, `]`.
pub(crate) fn write_json_lines(
    n: usize,
    out: &mut (impl Write + Send),
    row: impl Fn(usize, &mut Vec<u8>) + Sync,
) -> io::Result<()> {
    if n == 0 {
        return out.write_all(b"[]\n");
    }
    out.write_all(b"[\n")?;
    in_chunks(n, out, |i, bytes| {
        row(i, bytes);
        bytes.extend_from_slice(if i + 1 < n { b",\n" } else { b"\n" });
    })?;
    out.write_all(b"]\n")
}

/// Formats rows on every core, writes them in order, holding a few thousand at a time.
pub(crate) fn in_chunks(
    n: usize,
    out: &mut (impl Write + Send),
    row: impl Fn(usize, &mut Vec<u8>) + Sync,
) -> io::Result<()> {
    const CHUNK: usize = 512;
    let next = AtomicUsize::new(0);
    let make = || {
        let at = next.fetch_add(1, Ordering::Relaxed);
        let rows = at * CHUNK..n.min((at + 1) * CHUNK);
        if rows.is_empty() {
            return Ok(None);
        }
        let mut bytes = Vec::with_capacity(rows.len() * 420);
        rows.for_each(|i| row(i, &mut bytes));
        Ok(Some((at, bytes)))
    };
    in_order(make, |bytes| out.write_all(&bytes))
}
