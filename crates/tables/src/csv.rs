//! CSV text to records: comma, double quote, LF or CRLF.

use memchr::{memchr, memchr_iter, memrchr};

/// What stands wrong in a record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum CsvFault {
    /// A quote that is never closed.
    Unclosed,
    /// Text between a closing quote and the next comma.
    AfterQuote,
}

/// The length of the longest prefix of `text` that ends with a record end outside quotes.
/// `None` when there is none. `text` starts at a record start.
pub(crate) fn whole_records(text: &[u8]) -> Option<usize> {
    if memchr(b'"', text).is_none() {
        return memrchr(b'\n', text).map(|i| i + 1);
    }
    let mut last = None;
    let mut at = 0;
    while let Some((end, closed)) = record_end(text, at) {
        if !closed || end >= text.len() {
            break;
        }
        last = Some(end + 1);
        at = end + 1;
    }
    last
}

/// Index of the `\n` that ends the record starting at `at`, or the text's length, and whether every
/// quote in it is closed. `None` at the end of the text.
fn record_end(text: &[u8], at: usize) -> Option<(usize, bool)> {
    if at >= text.len() {
        return None;
    }
    let mut i = at;
    loop {
        // At a cell's start: only here may a quote open.
        if text.get(i) == Some(&b'"') {
            i += 1;
            loop {
                match memchr(b'"', &text[i..]) {
                    None => return Some((text.len(), false)),
                    Some(q) if text.get(i + q + 1) == Some(&b'"') => i += q + 2,
                    Some(q) => {
                        i += q + 1;
                        break;
                    }
                }
            }
        }
        while i < text.len() && text[i] != b',' && text[i] != b'\n' {
            i += 1;
        }
        if i >= text.len() || text[i] == b'\n' {
            return Some((i, true));
        }
        i += 1;
    }
}

/// `str::trim` with a fast path for cells that have nothing to trim.
#[inline]
fn trim(cell: &str) -> &str {
    match cell.as_bytes() {
        [] => cell,
        [first, .., last] if is_plain(*first) && is_plain(*last) => cell,
        [only] if is_plain(*only) => cell,
        _ => cell.trim(),
    }
}

#[inline]
fn is_plain(byte: u8) -> bool {
    byte > b' ' && byte < 0x7f
}

/// Like [`records`], but `shortcut(line, text from the record's start)` may take a record first: it answers
/// how many bytes it took, line end included, or 0. Only asked where the text has no quotes.
pub(crate) fn records_or(
    text: &str,
    first_line: u32,
    mut shortcut: impl FnMut(u32, &[u8]) -> usize,
    mut each: impl FnMut(u32, Result<&[&str], CsvFault>),
) {
    let bytes = text.as_bytes();
    if memchr(b'"', bytes).is_some() {
        return records(text, first_line, each);
    }
    let (mut at, mut line) = (0, first_line);
    while at < bytes.len() {
        let mut taken = shortcut(line, &bytes[at..]);
        if taken == 0 {
            taken = memchr(b'\n', &bytes[at..]).map_or(bytes.len() - at, |i| i + 1);
            records(&text[at..at + taken], line, &mut each);
        }
        at += taken;
        line += 1;
    }
}

/// Calls `each(position)` for every comma and line end. Cells are short: eight bytes looked at together find them
/// faster than a search begun anew at each.
#[inline]
fn each_end(bytes: &[u8], mut each: impl FnMut(usize)) {
    const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
    // The high bit of each byte that is zero.
    let zeros = |word: u64| !(((word & LOW) + LOW) | word | LOW);
    let alike = |byte: u8| u64::from_le_bytes([byte; 8]);
    let (words, rest) = bytes.as_chunks::<8>();
    for (k, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let mut found = zeros(word ^ alike(b',')) | zeros(word ^ alike(b'\n'));
        while found != 0 {
            each(k * 8 + found.trailing_zeros() as usize / 8);
            found &= found - 1;
        }
    }
    let tail = bytes.len() - rest.len();
    (0..rest.len()).filter(|i| matches!(rest[*i], b',' | b'\n')).for_each(|i| each(tail + i));
}

/// Calls `each(line, cells or fault)` for every record of `text`; `line` counts from `first_line`.
/// Rows of empty cells are left out.
pub(crate) fn records<'a>(
    text: &'a str,
    first_line: u32,
    mut each: impl FnMut(u32, Result<&[&str], CsvFault>),
) {
    let mut line = first_line;
    let bytes = text.as_bytes();
    let mut cells: Vec<&'a str> = Vec::new();
    if memchr(b'"', bytes).is_none() {
        let mut start = 0;
        let mut finish = |cells: &mut Vec<&'a str>, cell: &'a str| {
            cells.push(trim(cell));
            if cells.iter().any(|c| !c.is_empty()) {
                each(line, Ok(cells));
            }
            cells.clear();
            line += 1;
        };
        each_end(bytes, |at| {
            let cell = &text[start..at];
            start = at + 1;
            if bytes[at] == b',' {
                cells.push(trim(cell));
            } else {
                finish(&mut cells, cell);
            }
        });
        if start < bytes.len() || !cells.is_empty() {
            finish(&mut cells, &text[start..]);
        }
        return;
    }
    let mut at = 0;
    while let Some((end, closed)) = record_end(bytes, at) {
        let record = &text[at..end];
        let record = record.strip_suffix('\r').unwrap_or(record);
        if closed {
            match split_quoted(record) {
                Err(fault) => each(line, Err(fault)),
                Ok(owned) if owned.iter().any(|c| !c.is_empty()) => {
                    let cells: Vec<&str> = owned.iter().map(String::as_str).collect();
                    each(line, Ok(&cells));
                }
                Ok(_) => {}
            }
        } else {
            each(line, Err(CsvFault::Unclosed));
        }
        line += memchr_iter(b'\n', &bytes[at..end]).count() as u32 + 1;
        at = end + 1;
    }
}

fn split_quoted(record: &str) -> Result<Vec<String>, CsvFault> {
    let mut cells = Vec::new();
    let mut rest = record;
    loop {
        if let Some(quoted) = rest.strip_prefix('"') {
            let mut cell = String::new();
            let mut tail = quoted;
            loop {
                let q = tail.find('"').ok_or(CsvFault::Unclosed)?;
                cell.push_str(&tail[..q]);
                tail = &tail[q + 1..];
                match tail.strip_prefix('"') {
                    Some(more) => {
                        cell.push('"');
                        tail = more;
                    }
                    None => break,
                }
            }
            cells.push(cell.trim().to_owned());
            let comma = tail.find(',').unwrap_or(tail.len());
            if !tail[..comma].trim().is_empty() {
                return Err(CsvFault::AfterQuote);
            }
            if comma == tail.len() {
                return Ok(cells);
            }
            rest = &tail[comma + 1..];
        } else {
            let comma = rest.find(',').unwrap_or(rest.len());
            cells.push(rest[..comma].trim().to_owned());
            if comma == rest.len() {
                return Ok(cells);
            }
            rest = &rest[comma + 1..];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<(u32, Result<Vec<String>, CsvFault>)> {
        let mut out = Vec::new();
        records(text, 1, |line, r| out.push((line, r.map(|c| c.iter().map(|s| s.to_string()).collect()))));
        out
    }

    #[test]
    fn plain_and_quoted_records_keep_their_lines() {
        let got = all("a, b\u{3000},c\r\n,,\n\"x,\"\"y\"\"\",\"two\nlines\",z\nlast,,");
        let row = |cells: &[&str]| Ok(cells.iter().map(|s| s.to_string()).collect::<Vec<_>>());
        assert_eq!(
            got,
            vec![
                (1, row(&["a", "b", "c"])),
                (3, row(&["x,\"y\"", "two\nlines", "z"])),
                (5, row(&["last", "", ""])),
            ]
        );
    }

    #[test]
    fn a_quote_inside_a_plain_cell_is_a_letter() {
        assert_eq!(all("5\" pipe,b\n")[0].1.as_ref().unwrap(), &["5\" pipe", "b"]);
    }

    #[test]
    fn broken_quotes_are_faults() {
        assert_eq!(all("a,\"b\n1,2\n"), vec![(1, Err(CsvFault::Unclosed))]);
        assert_eq!(all("\"a\"b,c\n")[0].1, Err(CsvFault::AfterQuote));
    }

    #[test]
    fn blocks_end_outside_quotes() {
        assert_eq!(whole_records(b"a,b\nc,d"), Some(4));
        assert_eq!(whole_records(b"a,\"b\nc\"\nd"), Some(8));
        assert_eq!(whole_records(b"a,\"b\nc"), None);
        assert_eq!(whole_records(b"x\na,\"b\nc"), Some(2));
    }
}
