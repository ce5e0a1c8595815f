//! A workbook's file looked through before it is parsed: what it would cost to open, and what cannot be read at all.
//!
//! An XLSX file is an archive of XML parts. Its directory says how large each part becomes, but a hostile directory lies,
//! so every part is inflated once, counted and thrown away. What the parser keeps many times over (names of styles, paths
//! of sheets) or takes on trust (how many strings are to come) is measured on the way. Nothing here holds more than the
//! file and one buffer.

use kernel::{Fault, Message, msg};
use memchr::{memchr, memchr_iter, memmem};
use std::collections::HashSet;
use std::io::{Cursor, Read};
use zip::ZipArchive;
use zip::result::ZipError;

/// The largest file of a workbook, bytes: a full sheet of text packs to about 100 MB.
pub const FILE: u64 = 128 << 20;
/// The most parts: a workbook has a few for every sheet and picture.
pub const PARTS: usize = 4096;
/// The largest part and all parts together, bytes unpacked. Sheets are read as a stream, so this bounds time, not memory.
pub const PART: u64 = 512 << 20;
/// See [`PART`].
pub const TOTAL: u64 = 1 << 30;
/// How much larger than packed a part above [`SMALL`] may be. Sheets pack 10 to 60 times; deflate ends at 1032.
pub const RATIO: u64 = 200;
/// Parts below this are no bombs, and no picture or other part without marks is larger.
const SMALL: u64 = 16 << 20;
/// The longest stretch without a mark, bytes: a cell holds 32,767 letters.
const STRETCH: u64 = 1 << 20;
/// Marks of the shared strings, some four a string, and the number of strings they may announce.
const STRINGS: u64 = 16 << 20;
/// Marks of styles and links; what is kept of each may be as long as the longest.
const STYLES: u64 = 600_000;
const STYLE_BYTES: u64 = 256 << 20;
/// The most sheets.
const SHEETS: u64 = 1024;
/// How much of a mark is looked at.
const LOOK: usize = 1024;

/// The first bytes of the container that old and encrypted Office files are.
pub const OLE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// What a workbook holds somewhere: what is nowhere need not be looked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Holds {
    pub merged: bool,
    pub formulas: bool,
}

/// Looks a workbook's file through, or says why it is not read as one. `label` is the file name that the fault carries.
pub fn check(bytes: &[u8], label: &str) -> Result<Holds, Fault> {
    let refuse = |(reason, mend): (Message, Message)| Fault::cell(label, 0, "", "", reason).mend(mend);
    if let Some(why) = foreign(bytes) {
        return Err(refuse(why));
    }
    look_through(bytes).map_err(|why| match why {
        Refused::Large => refuse((
            msg!("工作簿解开后太大，不像正常的表格"),
            msg!("请只留要导入的工作表，复制到新建的工作簿里另存为 xlsx 再试"),
        )),
        Refused::Macros => {
            refuse((msg!("工作簿带有宏，不读取"), msg!("请用表格软件打开，另存为不带宏的 xlsx 再试")))
        }
        Refused::Entities => refuse((
            msg!("工作簿里有自定义实体（DTD），正常的表格没有，不读取"),
            msg!("请把内容复制到新建的工作簿里另存为 xlsx 再试"),
        )),
        Refused::Other(kind) => refuse((msg!("这是{kind}，不是 xlsx 工作簿", kind = kind), resave())),
        Refused::Broken(why) => broken(label, &why),
    })
}

/// The fault of a workbook that cannot be parsed.
pub fn broken(label: &str, why: &str) -> Fault {
    let reason = msg!("工作簿打不开，可能没有传完整或不是 xlsx：{why}", why = why);
    Fault::cell(label, 0, "", "", reason).mend(resave())
}

fn resave() -> Message {
    msg!("请用表格软件打开后另存为 xlsx 再试")
}

/// What a file is that is no archive, and the mend.
fn foreign(bytes: &[u8]) -> Option<(Message, Message)> {
    if bytes.starts_with(OLE) {
        let wide = |name: &str| name.bytes().flat_map(|b| [b, 0]).collect::<Vec<u8>>();
        return Some(match memmem::find(bytes, &wide("EncryptedPackage")) {
            Some(_) => {
                (msg!("工作簿加了打开密码，读不了"), msg!("请用表格软件打开，去掉密码后另存为 xlsx 再试"))
            }
            None => (msg!("这是旧格式的文件（.xls 一类），读不了"), resave()),
        });
    }
    if is_markup(bytes) {
        return Some((msg!("这是网页或 XML，只是扩展名像表格"), resave()));
    }
    (bytes.len() as u64 > FILE).then(|| {
        let (size, most) = (bytes.len() as u64 >> 20, FILE >> 20);
        (
            msg!("工作簿有 {size} MB，最大 {most} MB", size = size, most = most),
            msg!("请分成几份，或另存为 CSV 再试"),
        )
    })
}

/// Whether a text begins as HTML or XML: what many systems export under the name of a table.
pub fn is_markup(bytes: &[u8]) -> bool {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    matches!(text, [b'<', next, ..] if next.is_ascii_alphabetic() || matches!(next, b'!' | b'?'))
}

enum Refused {
    Large,
    Macros,
    Entities,
    Other(Message),
    Broken(String),
}

impl From<ZipError> for Refused {
    fn from(e: ZipError) -> Self {
        Refused::Broken(e.to_string())
    }
}

fn look_through(bytes: &[u8]) -> Result<Holds, Refused> {
    // A record for each part stands in the directory: too many are not even read.
    if memmem::find_iter(bytes, b"PK\x01\x02").nth(PARTS).is_some() {
        return Err(Refused::Large);
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes))?;
    let mut names: HashSet<String> = HashSet::new();
    let (mut packed, mut total) = (0u64, 0u64);
    for i in 0..archive.len() {
        let part = archive.by_index_raw(i)?;
        // As the parser finds parts: two of one name would let it read another than was looked at.
        let name = part.name()?.replace('\\', "/").to_ascii_lowercase();
        packed = packed.saturating_add(part.compressed_size());
        total = total.saturating_add(part.size());
        if part.size() > PART || total > TOTAL || is_bomb(part.compressed_size(), part.size()) {
            return Err(Refused::Large);
        }
        if !names.insert(name) {
            return Err(Refused::Broken("a part stands twice".into()));
        }
    }
    // Parts that lie over each other unpack the same bytes again and again.
    if packed > bytes.len() as u64 {
        return Err(Refused::Large);
    }
    kind_of(&names)?;
    let (mut left, mut holds) = (TOTAL, Holds::default());
    for i in 0..archive.len() {
        let part = archive.by_index(i)?;
        let (name, packed) = (part.name()?.to_ascii_lowercase(), part.compressed_size());
        let found = Marks::of(&name, part, left.min(PART))?;
        left = left.saturating_sub(found.bytes);
        if is_bomb(packed, found.bytes) || found.is_costly(&name) {
            return Err(Refused::Large);
        }
        holds.merged |= found.holds.merged;
        holds.formulas |= found.holds.formulas;
    }
    Ok(holds)
}

fn is_bomb(packed: u64, unpacked: u64) -> bool {
    unpacked > SMALL && unpacked / RATIO > packed
}

/// What an archive is, by the names of its parts.
fn kind_of(names: &HashSet<String>) -> Result<(), Refused> {
    let any = |end: &str| names.iter().any(|n| n.ends_with(end));
    if any("vbaproject.bin") || names.iter().any(|n| n.contains("/macrosheets/")) {
        return Err(Refused::Macros);
    }
    let kind = match () {
        () if any("workbook.bin") => msg!("二进制工作簿（.xlsb）"),
        () if names.contains("word/document.xml") => msg!("文字文档（.docx）"),
        () if names.contains("content.xml") => msg!("OpenDocument 文件（.ods 一类）"),
        () if !names.contains("_rels/.rels") => msg!("压缩包"),
        () => return Ok(()),
    };
    Err(Refused::Other(kind))
}

/// What a part holds, counted while it is inflated.
#[derive(Debug, Default)]
struct Marks {
    bytes: u64,
    /// Marks `<`.
    count: u64,
    /// The longest stretch from one to the next.
    longest: u64,
    /// Marks named `sheet`.
    sheets: u64,
    /// The most strings that a table of strings announces.
    announced: u64,
    holds: Holds,
    markup: bool,
    /// A drawing, which may have a DTD; none is ever followed.
    drawing: bool,
}

impl Marks {
    fn of(name: &str, mut part: impl Read, most: u64) -> Result<Marks, Refused> {
        let mut out = Marks { drawing: name.ends_with(".svg"), ..Marks::default() };
        let mut window: Vec<u8> = Vec::with_capacity(LOOK + (64 << 10));
        let mut last = 0;
        loop {
            let kept = window.len();
            let got = part.by_ref().take(64 << 10).read_to_end(&mut window);
            let got = got.map_err(|e| Refused::Broken(e.to_string()))? as u64;
            if out.bytes == 0 {
                out.markup = is_markup(&window);
                if matches!(window[..], [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [b'<', 0, ..] | [0, b'<', ..]) {
                    return Err(Refused::Broken("a part is UTF-16".into()));
                }
            }
            let start = out.bytes - kept as u64;
            out.bytes += got;
            if out.bytes > most || (!out.markup && out.bytes > SMALL) {
                return Err(Refused::Large);
            }
            // Marks whose first bytes are all here; the others wait for the next turn.
            let whole = if got == 0 { window.len() } else { window.len().saturating_sub(LOOK) };
            for at in memchr_iter(b'<', &window[..whole]) {
                let mark = start + at as u64;
                out.longest = out.longest.max(mark - last);
                last = mark;
                out.count += 1;
                out.look(&window[at + 1..window.len().min(at + LOOK)])?;
            }
            window.drain(..whole);
            if got == 0 {
                out.longest = out.longest.max(out.bytes - last);
                return Ok(out);
            }
        }
    }

    /// Looks at what follows a `<`.
    #[inline]
    fn look(&mut self, mark: &[u8]) -> Result<(), Refused> {
        match mark.first() {
            Some(b'!') if !self.drawing && mark.starts_with(b"!DOCTYPE") => {
                return Err(Refused::Entities);
            }
            // Another encoding would hide from these eyes what the parser sees.
            Some(b'?') if mark.starts_with(b"?xml") && !is_utf8(mark) => {
                return Err(Refused::Broken("a part is not UTF-8".into()));
            }
            Some(b'/' | b'!' | b'?') | None => return Ok(()),
            Some(_) => {}
        }
        let end = mark.iter().position(|b| matches!(b, b'>' | b'/' | b' ' | b'\t' | b'\r' | b'\n'));
        let Some(end) = end else {
            // A name that long is none; text of a picture may look so.
            return if self.markup { Err(Refused::Broken("a name is too long".into())) } else { Ok(()) };
        };
        let name = &mark[..end];
        match memchr(b':', name).map_or(name, |i| &name[i + 1..]) {
            b"sheet" => self.sheets += 1,
            b"f" => self.holds.formulas = true,
            b"mergeCell" => self.holds.merged = true,
            b"sst" => {
                let close = memchr(b'>', mark);
                let close = close.ok_or_else(|| Refused::Broken("a mark is too long".into()))?;
                for at in memmem::find_iter(&mark[..close], b"uniqueCount") {
                    let digits = mark[at..close].iter().skip_while(|b| !b.is_ascii_digit());
                    let digits = digits.take_while(|b| b.is_ascii_digit());
                    let n =
                        digits.fold(0u64, |n, b| n.saturating_mul(10).saturating_add(u64::from(b - b'0')));
                    self.announced = self.announced.max(n);
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Whether the parser would keep too much of it.
    fn is_costly(&self, name: &str) -> bool {
        let styles = [".rels", "styles.xml", "theme1.xml"].iter().any(|end| name.ends_with(end));
        (self.markup && self.longest > STRETCH)
            || self.sheets > SHEETS
            || self.announced > STRINGS / 2
            || (name.ends_with("sharedstrings.xml") && self.count > STRINGS)
            || (styles && (self.count > STYLES || self.count.saturating_mul(self.longest) > STYLE_BYTES))
    }
}

/// Whether an XML declaration says UTF-8 or nothing.
fn is_utf8(declaration: &[u8]) -> bool {
    let end = memmem::find(declaration, b"?>").unwrap_or(declaration.len());
    let Some(at) = memmem::find(&declaration[..end], b"encoding") else { return true };
    let value = declaration[at + 8..end].trim_ascii_start().strip_prefix(b"=").unwrap_or_default();
    let value = value.trim_ascii_start();
    let named = value.get(1..).unwrap_or_default();
    let named = named.split(|b| matches!(b, b'"' | b'\'')).next().unwrap_or_default();
    named.eq_ignore_ascii_case(b"utf-8") || named.eq_ignore_ascii_case(b"us-ascii")
}
