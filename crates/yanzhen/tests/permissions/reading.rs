//! What an answer says, wherever it says it.

use crate::fixture::Seen;
use std::io::Read;

/// Everything an answer says: its text, names of files and addresses in its headers, what is in its archives.
pub fn whole(seen: &Seen) -> String {
    let mut out = seen.text.clone();
    for value in seen.headers.values() {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        out.push('\n');
        out += &unescaped(&value);
    }
    if seen.bytes.starts_with(b"PK\x03\x04") {
        out += &unzipped(&seen.bytes);
    }
    out
}

/// Percent signs read.
pub fn unescaped(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut k = 0;
    while k < bytes.len() {
        let hex = |at: usize| text.get(at..at + 2).and_then(|h| u8::from_str_radix(h, 16).ok());
        match (bytes[k], hex(k + 1)) {
            (b'%', Some(byte)) => {
                out.push(byte);
                k += 3;
            }
            (byte, _) => {
                out.push(byte);
                k += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn unzipped(bytes: &[u8]) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("an archive");
    let mut out = String::new();
    for k in 0..archive.len() {
        let mut file = archive.by_index(k).expect("a part");
        let mut content = Vec::new();
        out += &file.name().expect("a name");
        file.read_to_end(&mut content).expect("its content");
        out += &if content.starts_with(b"PK\x03\x04") {
            unzipped(&content)
        } else {
            String::from_utf8_lossy(&content).into_owned()
        };
    }
    out
}
