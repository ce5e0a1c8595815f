//! Reading tables: whole, or in blocks on every core.

use crate::archive::{OLE, check, is_markup};
use crate::block::{Block, Content, broken_record};
use crate::csv::{CsvFault, records, whole_records};
use crate::order::{in_order, locked};
use crate::xlsx::read_sheet;
use encoding_rs::GB18030;
use kernel::{Fault, Message, msg};
use rayon::prelude::*;
use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// A remark on an input that was read all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The file.
    pub file: String,
    /// What to know about it.
    pub message: Message,
}

/// Why a table could not be read.
#[derive(Debug)]
pub enum ReadError {
    /// The file cannot be opened or read.
    Io(PathBuf, io::Error),
    /// The file is at fault.
    Fault(Box<Fault>),
}

/// What [`scan`] gives back.
pub struct Scanned<P, S> {
    /// The header.
    pub header: Header,
    /// The plan made from it.
    pub plan: P,
    /// Everything folded.
    pub store: S,
    /// Error cells and merged regions of a workbook.
    pub faults: Vec<Fault>,
}

/// A table's file and what to call while it is read.
pub struct Input<'a> {
    /// Path of a CSV or XLSX file.
    pub path: &'a Path,
    /// Called with bytes read and bytes in all.
    pub progress: &'a (dyn Fn(u64, u64) + Sync),
}

impl<'a> Input<'a> {
    /// A file read without progress.
    pub fn quiet(path: &'a Path) -> Self {
        Input { path, progress: &|_, _| {} }
    }

    /// The file as the user named it: what faults carry.
    pub fn label(&self) -> String {
        self.path.display().to_string()
    }
}

/// The header row.
#[derive(Clone, Debug, Default)]
pub struct Header {
    /// Column names, trimmed, in file order; empty when the table has no rows at all.
    pub names: Vec<String>,
    /// Its line or sheet row.
    pub row: u32,
    /// The file's label.
    pub file: String,
    /// About how many rows follow, from the size of the first ones.
    pub rows: usize,
}

/// The header's names and line, the text after it and that text's line.
type HeaderRow = (Vec<String>, u32, String, u32);

const BLOCK: usize = 1 << 18;

/// Reads a table in blocks: `open` makes the plan and the store from the header, `parse` turns blocks into
/// parts on every core, `fold` takes the parts in file order. `open` is called again when the file turns out
/// to be GB18030 after it began like UTF-8.
///
/// A table without any row gives an empty header.
pub fn scan<P: Sync, S: Send, T: Send>(
    input: &Input<'_>,
    mut open: impl FnMut(&Header) -> (P, S),
    parse: impl Fn(&P, &Block) -> T + Sync,
    mut fold: impl FnMut(&mut S, T) + Send,
    notices: &mut Vec<Notice>,
) -> Result<Scanned<P, S>, ReadError> {
    let io = |e| ReadError::Io(input.path.to_owned(), e);
    let mut file = File::open(input.path).map_err(io)?;
    let total = file.metadata().map_err(io)?.len();
    let mut magic = Vec::new();
    file.by_ref().take(64).read_to_end(&mut magic).map_err(io)?;
    let fault = |f: Fault| ReadError::Fault(Box::new(f));
    let extension = input.path.extension().map(|e| e.to_ascii_lowercase());
    if is_workbook(&magic) || extension.is_some_and(|e| e == "xlsx") {
        let sheet = read_sheet(input.path, None, &input.label()).map_err(fault)?;
        return scan_rows(input, sheet, &mut open, &parse, &mut fold);
    }
    if is_markup(&magic) {
        check(&magic, &input.label()).map(drop).map_err(fault)?;
    }
    let mut source = CsvSource::new(input, magic.chain(file), total);
    match source.scan(&mut open, &parse, &mut fold) {
        Err(Stop::NotUtf8) => {}
        Err(Stop::Io(e)) => return Err(io(e)),
        Err(Stop::Fault(fault)) => return Err(ReadError::Fault(fault)),
        Ok(done) => return Ok(done),
    }
    let bytes = std::fs::read(input.path).map_err(io)?;
    let text = gb18030(&bytes, &input.label()).map_err(fault)?;
    notices.push(Notice { file: input.label(), message: msg!("按 GB18030 编码读取") });
    let mut source = CsvSource::new(input, text.as_bytes(), text.len() as u64);
    match source.scan(&mut open, &parse, &mut fold) {
        Ok(done) => Ok(done),
        Err(Stop::Io(e)) => Err(io(e)),
        Err(Stop::Fault(fault)) => Err(ReadError::Fault(fault)),
        Err(Stop::NotUtf8) => unreachable!("decoded text is UTF-8"),
    }
}

/// Whether a file that begins so is read as a workbook: an archive, or the container of old and encrypted ones, which
/// are then refused by name.
pub(crate) fn is_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(OLE)
}

fn gb18030<'a>(bytes: &'a [u8], label: &str) -> Result<Cow<'a, str>, Fault> {
    GB18030.decode_without_bom_handling_and_without_replacement(bytes).ok_or_else(|| {
        let at = std::str::from_utf8(bytes).err().map_or(0, |e| e.valid_up_to());
        let row = memchr::memchr_iter(b'\n', &bytes[..at]).count() as u32 + 1;
        Fault::cell(label, row, "", "", msg!("编码既不是 UTF-8 也不是 GB18030，文件可能已损坏"))
            .mend(msg!("请另存为 UTF-8 编码的 CSV"))
    })
}

/// The text of a CSV file held in memory.
pub(crate) fn decoded<'a>(bytes: &'a [u8], label: &str) -> Result<Cow<'a, str>, Fault> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.into()),
        Err(_) => gb18030(bytes, label),
    }
}

enum Stop {
    NotUtf8,
    Io(io::Error),
    Fault(Box<Fault>),
}

struct CsvSource<'a, R> {
    input: &'a Input<'a>,
    reader: R,
    total: u64,
    done: u64,
    /// Read but not yet handed out; starts at a record start.
    pending: Vec<u8>,
    line: u32,
    ended: bool,
}

impl<'a, R: Read + Send> CsvSource<'a, R> {
    fn new(input: &'a Input<'a>, reader: R, total: u64) -> Self {
        CsvSource { input, reader, total, done: 0, pending: Vec::new(), line: 1, ended: false }
    }

    /// The next whole records with the line of the first; `None` at the end.
    fn block(&mut self) -> io::Result<Option<(Vec<u8>, u32)>> {
        let mut want = BLOCK;
        loop {
            let have = self.pending.len();
            if have < want && !self.ended {
                let ask = (want - have) as u64;
                let got = self.reader.by_ref().take(ask).read_to_end(&mut self.pending)?;
                self.done += got as u64;
                self.ended = (got as u64) < ask;
                if self.line == 1 && have == 0 && self.pending.starts_with(b"\xef\xbb\xbf") {
                    self.pending.drain(..3);
                }
            }
            if self.pending.is_empty() {
                return Ok(None);
            }
            let cut = match whole_records(&self.pending) {
                _ if self.ended => self.pending.len(),
                Some(cut) => cut,
                None => {
                    want *= 2;
                    continue;
                }
            };
            let mut next = Vec::with_capacity(BLOCK);
            next.extend_from_slice(&self.pending[cut..]);
            self.pending.truncate(cut);
            let bytes = std::mem::replace(&mut self.pending, next);
            let line = self.line;
            self.line += memchr::memchr_iter(b'\n', &bytes).count() as u32;
            (self.input.progress)(self.done.min(self.total), self.total);
            return Ok(Some((bytes, line)));
        }
    }

    fn text(&mut self) -> Result<Option<(String, u32)>, Stop> {
        let Some((bytes, line)) = self.block().map_err(Stop::Io)? else { return Ok(None) };
        Ok(Some((String::from_utf8(bytes).map_err(|_| Stop::NotUtf8)?, line)))
    }

    fn scan<P: Sync, S: Send, T: Send>(
        &mut self,
        open: &mut impl FnMut(&Header) -> (P, S),
        parse: &(impl Fn(&P, &Block) -> T + Sync),
        fold: &mut (impl FnMut(&mut S, T) + Send),
    ) -> Result<Scanned<P, S>, Stop> {
        let file = self.input.label();
        let mut first = None;
        while first.is_none() {
            let Some((text, line)) = self.text()? else { break };
            first = split_header(&text, line)
                .map_err(|(row, f)| Stop::Fault(Box::new(broken_record(&file, row, f))))?;
        }
        let Some((names, row, rest, rest_line)) = first else {
            let header = Header { file, ..Header::default() };
            let (plan, store) = open(&header);
            return Ok(Scanned { header, plan, store, faults: Vec::new() });
        };
        let seen = rest.len().max(1) as u64;
        let in_sight = memchr::memchr_iter(b'\n', rest.as_bytes()).count() as u64 + 1;
        let rows = if self.ended { in_sight } else { in_sight * self.total / seen * 33 / 32 } as usize;
        let header = Header { names, row, file, rows };
        let (plan, store) = open(&header);
        let source = Mutex::new((self, Some((rest.into_bytes(), rest_line)), 0));
        let mut store = store;
        // Every core takes the next block and parses it.
        let make = || {
            let (at, bytes, line) = {
                let (source, first, read) = &mut *locked(&source);
                let block = match first.take() {
                    Some(first) => Some(first),
                    None => source.block().map_err(Stop::Io)?,
                };
                let Some((bytes, line)) = block else { return Ok(None) };
                *read += 1;
                (*read - 1, bytes, line)
            };
            let text = String::from_utf8(bytes).map_err(|_| Stop::NotUtf8)?;
            let content = Content::Csv { text, line };
            let block = Block { width: header.names.len(), file: header.file.clone(), content };
            Ok(Some((at, parse(&plan, &block))))
        };
        in_order(make, |part| {
            fold(&mut store, part);
            Ok(())
        })?;
        Ok(Scanned { header, plan, store, faults: Vec::new() })
    }
}

/// The first row that is not empty: its cells, its line, the text after it and that text's line.
fn split_header(text: &str, line: u32) -> Result<Option<HeaderRow>, (u32, CsvFault)> {
    let mut header: Option<(Result<Vec<String>, CsvFault>, u32)> = None;
    let mut next_line = None;
    records(text, line, |row, record| {
        if header.is_none() {
            header = Some((record.map(|c| c.iter().map(|s| s.to_string()).collect()), row));
        } else if next_line.is_none() {
            next_line = Some(row);
        }
    });
    let Some((names, row)) = header else { return Ok(None) };
    let names = names.map_err(|fault| (row, fault))?;
    let Some(next) = next_line else { return Ok(Some((names, row, String::new(), row + 1))) };
    let skip = (next - line) as usize;
    let at = memchr::memchr_iter(b'\n', text.as_bytes()).nth(skip - 1).map_or(text.len(), |i| i + 1);
    Ok(Some((names, row, text[at..].to_owned(), next)))
}

fn scan_rows<P: Sync, S, T: Send>(
    input: &Input<'_>,
    sheet: crate::xlsx::SheetRows,
    open: &mut impl FnMut(&Header) -> (P, S),
    parse: &(impl Fn(&P, &Block) -> T + Sync),
    fold: &mut impl FnMut(&mut S, T),
) -> Result<Scanned<P, S>, ReadError> {
    let mut rows = sheet.rows.into_iter().filter(|(_, c)| c.iter().any(|c| !c.trim().is_empty()));
    let mut header = Header { file: input.label(), ..Header::default() };
    if let Some((row, cells)) = rows.next() {
        header.row = row;
        header.names = cells.iter().map(|c| c.trim().to_owned()).collect();
        while header.names.last().is_some_and(String::is_empty) {
            header.names.pop();
        }
    }
    let mut blocks = Vec::new();
    loop {
        let rows: Vec<_> = rows.by_ref().take(4096).collect();
        if rows.is_empty() {
            break;
        }
        header.rows += rows.len();
        let content = Content::Rows(rows);
        blocks.push(Block { width: header.names.len(), file: header.file.clone(), content });
    }
    let (plan, mut store) = open(&header);
    let parts: Vec<T> = blocks.par_iter().map(|b| parse(&plan, b)).collect();
    parts.into_iter().for_each(|part| fold(&mut store, part));
    let mut faults = sheet.faults;
    for fault in faults.iter_mut().filter(|f| f.col > 0) {
        if let Some(name) = header.names.get(fault.col as usize - 1) {
            fault.column = name.clone();
        }
    }
    Ok(Scanned { header, plan, store, faults })
}

/// A small table, read whole.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// The header row.
    pub header: Header,
    /// Rows (line or sheet row, cells as wide as the header).
    pub rows: Vec<(u32, Vec<String>)>,
    /// Rows that could not be read.
    pub faults: Vec<Fault>,
}

type Rows = (Vec<(u32, Vec<String>)>, Vec<Fault>);

fn rows_of(_: &(), block: &Block) -> Rows {
    let (mut rows, mut faults) = Rows::default();
    block.each(&mut faults, |row, cells, _| {
        rows.push((row, cells.iter().map(|c| c.to_string()).collect()));
    });
    (rows, faults)
}

fn join(store: &mut Rows, part: Rows) {
    store.0.extend(part.0);
    store.1.extend(part.1);
}

/// Reads a CSV table that is in memory. `label` is what faults call it; a text that is no table is one fault.
pub fn read_text(text: &str, label: &str) -> Table {
    let input = Input::quiet(Path::new(label));
    let mut source = CsvSource::new(&input, text.as_bytes(), text.len() as u64);
    match source.scan(&mut |_: &Header| ((), Rows::default()), &rows_of, &mut join) {
        Ok(Scanned { header, store: (rows, mut faults), .. }) => {
            faults.sort_by_key(|f| (f.row, f.col));
            Table { header, rows, faults }
        }
        Err(Stop::Fault(fault)) => Table { faults: vec![*fault], ..Table::default() },
        Err(Stop::Io(_) | Stop::NotUtf8) => unreachable!("text in memory is read and is UTF-8"),
    }
}

/// Reads a whole table into memory.
pub fn read_rows(input: &Input<'_>, notices: &mut Vec<Notice>) -> Result<Table, ReadError> {
    let Scanned { header, store: (rows, mut faults), faults: sheet_faults, .. } =
        scan(input, |_| ((), Rows::default()), rows_of, join, notices)?;
    faults.extend(sheet_faults);
    faults.sort_by_key(|f| (f.row, f.col));
    Ok(Table { header, rows, faults })
}
