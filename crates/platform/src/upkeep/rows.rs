//! A database as text: one JSON value a line, the same from both engines.
//!
//! ```text
//! {"format":"yanzhen-rows/1", …}          the header: whose, by which program, what to expect
//! {"table":"audit","columns":["seq",…]}   a table begins
//! [1,1767225600000,null,"…"]              a row: whole numbers, texts, null; bytes in base64
//! {"sm3":"…"}                             the end: SM3 of every byte before this line
//! ```
//!
//! Tables stand in the order of the schema, rows in that of the primary key: what refers to something comes after it.

use super::{Hashing, Told, UpkeepError, Upkept, at, hex, shown};
use crate::county::CountyInfo;
use crate::db::{Db, DbError, DbResult, Kind, Row, Snapshot, Table, Tree, Value, now_ms, numbered};

use crate::values;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kernel::msg;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use sm3::{Digest, Sm3};
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;

const FORMAT: &str = "yanzhen-rows/1";
/// Rows asked for at once; of tables with bytes also no more than so many bytes.
const PAGE: i64 = 1000;
const PAGE_BYTES: i64 = 8 << 20;
/// Places of a statement and bytes of values brought in at once.
const PLACES: usize = 30_000;

/// The first line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// The form of the file.
    pub format: String,
    /// The version that wrote it.
    pub program: String,
    /// When, milliseconds since 1970.
    pub made_at: i64,
    /// The county; `None` for the control database.
    pub county: Option<County>,
    /// The migrations that had run, and when.
    pub migrations: Vec<(String, i64)>,
    /// The audit chain's head: `seq:hash`.
    pub audit: String,
    /// Fingerprints of the keys that open what is sealed in it.
    pub keys: Vec<String>,
    /// Each table's rows.
    pub rows: Vec<(String, u64)>,
}

/// A county as the header has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct County {
    /// Six digits.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Whether its data are invented.
    pub demo: bool,
}

#[derive(Serialize, Deserialize)]
struct Begin {
    table: String,
    columns: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct End {
    sm3: String,
}

impl Header {
    /// How many rows there are in all.
    pub fn total(&self) -> u64 {
        self.rows.iter().map(|(_, n)| n).sum()
    }

    /// The kind of database.
    pub fn tree(&self) -> Tree {
        if self.county.is_some() { Tree::County } else { Tree::Control }
    }
}

/// Writes a database as it stands at one moment; gives the header.
pub async fn write(db: &Db, county: Option<&CountyInfo>, file: File, told: Told<'_>) -> Upkept<Header> {
    let tree = if county.is_some() { Tree::County } else { Tree::Control };
    let snapshot = db.snapshot().await?;
    let tables = snapshot.tables(tree).await?;
    let header = header(db, &snapshot, county, &tables).await?;
    let io = |e| UpkeepError::File("rows".into(), e);
    let mut out = Hashing::new(BufWriter::new(file));
    let total = header.total();
    let mut done = 0;
    line(&mut out, &header)?;
    for table in &tables {
        let columns = table.columns.iter().map(|c| c.name.clone()).collect();
        line(&mut out, &Begin { table: table.name.clone(), columns })?;
        let mut pages = Pages::new(table)?;
        while let Some(rows) = pages.next(&snapshot).await? {
            for row in &rows {
                let cells: Vec<Json> = table
                    .columns
                    .iter()
                    .enumerate()
                    .map(|(i, c)| cell(row, i, c.kind))
                    .collect::<DbResult<_>>()?;
                line(&mut out, &cells)?;
            }
            done += rows.len() as u64;
            told(done, total);
        }
    }
    let Hashing { mut to, sm3 } = out;
    line(&mut to, &End { sm3: hex(&sm3.finalize()) })?;
    to.into_inner().map_err(|e| io(e.into_error())).and_then(|file| file.sync_all().map_err(io))?;
    snapshot.end().await?;
    Ok(header)
}

async fn header(
    db: &Db,
    snapshot: &Snapshot,
    county: Option<&CountyInfo>,
    tables: &[Table],
) -> Upkept<Header> {
    let missing = || UpkeepError::Db(DbError::Missing);
    let head = snapshot.one("select seq, hash from audit_head where id = 1", vec![]).await?;
    let head = head.ok_or_else(missing)?;
    let mut rows = Vec::with_capacity(tables.len());
    for table in tables {
        let count = snapshot.one(&format!("select count(*) from \"{}\"", table.name), vec![]).await?;
        let count = count.ok_or_else(missing)?.int(0)?;
        rows.push((table.name.clone(), u64::try_from(count).unwrap_or_default()));
    }
    let marks = snapshot.rows("select name, at from migration order by name", vec![]).await?;
    // Only a county travels without its installation: what is sealed in it are the keys of persons.
    let sql = "select distinct substr(wrapped, 1, 5) from person_key where wrapped is not null";
    let mut used: Vec<String> = Vec::new();
    for row in snapshot.rows(sql, vec![]).await? {
        let head: Vec<u8> = row.get(0)?;
        if let Some(id) = head.get(1..5).and_then(|b| b.try_into().ok()) {
            used.push(u32::from_be_bytes(id).to_string());
        }
    }
    let mut keys = super::fingerprints(db.keys());
    if let Some(id) = used.iter().find(|id| !keys.iter().any(|k| super::number(k) == id.as_str())) {
        let id = id.as_str();
        return Err(UpkeepError::Refused(msg!("密钥里没有 {id} 号；请从密钥备份里补上这一行", id = id)));
    }
    if county.is_some() {
        keys.retain(|k| used.iter().any(|id| id == super::number(k)));
    }
    Ok(Header {
        format: FORMAT.into(),
        program: env!("CARGO_PKG_VERSION").into(),
        made_at: now_ms(),
        county: county.map(|c| County { code: c.code.clone(), name: c.name.clone(), demo: c.demo }),
        migrations: marks.iter().map(|r| Ok((r.text(0)?, r.int(1)?))).collect::<DbResult<_>>()?,
        audit: format!("{}:{}", head.int(0)?, head.text(1)?),
        keys,
        rows,
    })
}

fn line(out: &mut impl Write, value: &impl Serialize) -> Upkept<()> {
    let io = |e| UpkeepError::File("rows".into(), e);
    serde_json::to_writer(&mut *out, value).map_err(|e| io(e.into()))?;
    out.write_all(b"\n").map_err(io)
}

fn cell(row: &Row, at: usize, kind: Kind) -> DbResult<Json> {
    Ok(match kind {
        Kind::Int => row.get::<Option<i64>>(at)?.into(),
        Kind::Text => row.get::<Option<String>>(at)?.into(),
        Kind::Bytes => row.get::<Option<Vec<u8>>>(at)?.map(|b| STANDARD.encode(b)).into(),
    })
}

/// Walks a table in the order of its key, so many rows and bytes at a time.
struct Pages<'a> {
    table: &'a Table,
    /// Positions of the key's columns in the row.
    key: Vec<usize>,
    names: String,
    /// The key of the last row.
    last: Vec<Value>,
    /// What is measured already: how many rows go into each of the next pages.
    measured: Vec<i64>,
    over: bool,
}

impl<'a> Pages<'a> {
    fn new(table: &'a Table) -> Upkept<Self> {
        let columns = table.key();
        let names: Vec<String> = columns.iter().map(|c| format!("\"{}\"", c.name)).collect();
        let position = |name: &str| table.columns.iter().position(|c| c.name == name);
        let key: Vec<usize> = columns.iter().filter_map(|c| position(&c.name)).collect();
        if key.is_empty() {
            return Err(DbError::Version(format!("table {} has no primary key", table.name)).into());
        }
        let names = names.join(", ");
        Ok(Pages { table, key, names, last: Vec::new(), measured: Vec::new(), over: false })
    }

    fn query(&self, what: &str, limit: i64) -> (String, Vec<Value>) {
        let (key, mut values) = (&self.names, self.last.clone());
        let places = numbered(1, values.len());
        let after = if values.is_empty() { String::new() } else { format!("where ({key}) > ({places})") };
        values.push(limit.into());
        let n = values.len();
        (format!("select {what} from \"{}\" {after} order by {key} limit ${n}", self.table.name), values)
    }

    async fn next(&mut self, snapshot: &Snapshot) -> Upkept<Option<Vec<Row>>> {
        if self.over {
            return Ok(None);
        }
        let limit = self.limit(snapshot).await?;
        let (sql, values) = self.query(&self.table.quoted(), limit);
        let rows = snapshot.rows(&sql, values).await?;
        let Some(row) = rows.last() else {
            self.over = true;
            return Ok(None);
        };
        let kind = |i: usize| self.table.columns[i].kind;
        self.last = self.key.iter().map(|i| value(row, *i, kind(*i))).collect::<DbResult<_>>()?;
        Ok(Some(rows))
    }

    /// How many rows the next page takes: where there are bytes, their lengths are asked for first.
    async fn limit(&mut self, snapshot: &Snapshot) -> Upkept<i64> {
        let bytes = self.table.columns.iter().filter(|c| c.kind == Kind::Bytes);
        let lengths: Vec<String> = bytes.map(|c| format!("coalesce(length(\"{}\"), 0)", c.name)).collect();
        if lengths.is_empty() {
            return Ok(PAGE);
        }
        if self.measured.is_empty() {
            let (sql, values) = self.query(&format!("cast({} as bigint)", lengths.join(" + ")), PAGE);
            let (mut rows, mut sum) = (0, 0);
            for row in snapshot.rows(&sql, values).await? {
                let length = row.int(0)?;
                if rows > 0 && sum + length > PAGE_BYTES {
                    self.measured.push(rows);
                    (rows, sum) = (0, 0);
                }
                (rows, sum) = (rows + 1, sum + length);
            }
            self.measured.push(rows.max(1));
            self.measured.reverse();
        }
        Ok(self.measured.pop().unwrap_or(1))
    }
}

fn value(row: &Row, at: usize, kind: Kind) -> DbResult<Value> {
    Ok(match kind {
        Kind::Int => row.int(at)?.into(),
        Kind::Text => row.text(at)?.into(),
        Kind::Bytes => row.get::<Vec<u8>>(at)?.into(),
    })
}

/// Reads a file to its end: whole, unchanged, of a form this program knows. Nothing else is believed before.
pub fn check(path: &Path) -> Upkept<Header> {
    let damaged = || UpkeepError::Refused(msg!("{file} 残缺或被改过；请重新取一份", file = shown(path)));
    let mut file = BufReader::with_capacity(1 << 16, File::open(path).map_err(at(path))?);
    let (mut sm3, mut header, mut text) = (Sm3::new(), None, Vec::new());
    loop {
        text.clear();
        if file.read_until(b'\n', &mut text).map_err(at(path))? == 0 {
            return Err(damaged());
        }
        let Some(body) = text.strip_suffix(b"\n") else { return Err(damaged()) };
        if header.is_none() {
            let read: Header = serde_json::from_slice(body)
                .map_err(|_| UpkeepError::Refused(msg!("{file} 不是雁阵导出的文件", file = shown(path))))?;
            if read.format != FORMAT {
                let (file, format) = (shown(path), read.format);
                let said = msg!(
                    "{file} 的格式是 {format}，这个版本不认识；请用新版本",
                    file = file,
                    format = format
                );
                return Err(UpkeepError::Refused(said));
            }
            header = Some(read);
        } else if body.starts_with(b"{\"sm3\"") {
            let end: End = serde_json::from_slice(body).map_err(|_| damaged())?;
            text.clear();
            let more = file.read_until(b'\n', &mut text).map_err(at(path))?;
            return match header {
                Some(header) if more == 0 && end.sm3 == hex(&sm3.finalize()) => Ok(header),
                _ => Err(damaged()),
            };
        }
        sm3.update(&text);
    }
}

/// Brings the rows of a checked file into a fresh database in one transaction.
pub async fn fill(db: &Db, path: &Path, header: &Header, told: Told<'_>) -> Upkept<()> {
    let damaged = || UpkeepError::Refused(msg!("{file} 残缺或被改过；请重新取一份", file = shown(path)));
    db.migrate_as(header.tree(), &header.migrations).await?;
    let tables = db.tables(header.tree()).await?;
    let load = db.load().await?;
    // What migrations put in comes again with the rows.
    for table in tables.iter().rev() {
        empty(&load, table).await?;
    }
    let mut file = BufReader::with_capacity(1 << 16, File::open(path).map_err(at(path))?);
    let (mut text, mut done, total) = (String::new(), 0, header.total());
    file.read_line(&mut text).map_err(at(path))?;
    let mut into: Option<Filling<'_>> = None;
    let mut counts = Vec::new();
    loop {
        text.clear();
        file.read_line(&mut text).map_err(at(path))?;
        if text.starts_with('[') {
            let into = into.as_mut().ok_or_else(damaged)?;
            let cells: Vec<Json> = serde_json::from_str(&text).map_err(|_| damaged())?;
            let row = into.row(cells).ok_or_else(damaged)?;
            into.add(row, text.len(), &load).await?;
            done += 1;
            if done % 1000 == 0 {
                told(done, total);
            }
            continue;
        }
        if let Some(mut before) = into.take() {
            before.flush(&load).await?;
            counts.push((before.table.name.clone(), before.count));
        }
        if text.starts_with("{\"sm3\"") {
            break;
        }
        let begin: Begin = serde_json::from_str(&text).map_err(|_| damaged())?;
        let table = tables.iter().find(|t| t.name == begin.table).ok_or_else(damaged)?;
        empty(&load, table).await?;
        into = Some(Filling::new(table, &begin.columns).ok_or_else(damaged)?);
    }
    if counts != header.rows {
        return Err(damaged());
    }
    load.commit().await?;
    told(total, total);
    Ok(())
}

/// Takes away what migrations put into a table, and what triggers put there while rows came in: the file has it too.
async fn empty(load: &crate::db::Load, table: &Table) -> Upkept<()> {
    let sql = format!("select count(*) from \"{}\"", table.name);
    if load.one(&sql, vec![]).await?.ok_or(DbError::Missing)?.int(0)? > 0 {
        load.run(&format!("delete from \"{}\"", table.name), vec![]).await?;
    }
    Ok(())
}

/// A table being filled.
struct Filling<'a> {
    table: &'a Table,
    columns: String,
    kinds: Vec<Kind>,
    waiting: Vec<Vec<Value>>,
    bytes: usize,
    count: u64,
}

impl<'a> Filling<'a> {
    /// `None` unless the file has the table's columns, in whatever order.
    fn new(table: &'a Table, columns: &[String]) -> Option<Self> {
        let kind = |name: &String| table.columns.iter().find(|c| c.name == *name).map(|c| c.kind);
        let kinds: Vec<Kind> = columns.iter().map(kind).collect::<Option<_>>()?;
        let quoted: Vec<String> = columns.iter().map(|c| format!("\"{c}\"")).collect();
        let columns = quoted.join(", ");
        let same = kinds.len() == table.columns.len();
        same.then_some(Filling { table, columns, kinds, waiting: Vec::new(), bytes: 0, count: 0 })
    }

    fn row(&self, cells: Vec<Json>) -> Option<Vec<Value>> {
        if cells.len() != self.kinds.len() {
            return None;
        }
        let value = |(kind, cell): (&Kind, Json)| {
            Some(match (kind, cell) {
                (Kind::Int, Json::Null) => None::<i64>.into(),
                (Kind::Text, Json::Null) => None::<String>.into(),
                (Kind::Bytes, Json::Null) => None::<Vec<u8>>.into(),
                (Kind::Int, Json::Number(n)) => n.as_i64()?.into(),
                (Kind::Text, Json::String(text)) => text.into(),
                (Kind::Bytes, Json::String(text)) => STANDARD.decode(text).ok()?.into(),
                _ => return None,
            })
        };
        self.kinds.iter().zip(cells).map(value).collect()
    }

    async fn add(&mut self, row: Vec<Value>, bytes: usize, load: &crate::db::Load) -> Upkept<()> {
        self.waiting.push(row);
        self.bytes += bytes;
        self.count += 1;
        let full = (self.waiting.len() + 1) * self.kinds.len() > PLACES;
        if full || self.waiting.len() == 500 || self.bytes > PAGE_BYTES as usize {
            self.flush(load).await?;
        }
        Ok(())
    }

    async fn flush(&mut self, load: &crate::db::Load) -> Upkept<()> {
        let rows = std::mem::take(&mut self.waiting);
        self.bytes = 0;
        if rows.is_empty() {
            return Ok(());
        }
        let width = self.kinds.len();
        let places: Vec<String> = (0..rows.len())
            .map(|k| {
                let row: Vec<String> = (1..=width).map(|c| format!("${}", k * width + c)).collect();
                format!("({})", row.join(", "))
            })
            .collect();
        let sql =
            format!("insert into \"{}\" ({}) values {}", self.table.name, self.columns, places.join(", "));
        load.run(&sql, rows.into_iter().flatten().collect()).await?;
        Ok(())
    }
}

/// The head of a database's chain as a header has it.
pub async fn head(db: &Db) -> DbResult<String> {
    let sql = "select seq, hash from audit_head where id = $1";
    let row = db.one(sql, values![1i64]).await?.ok_or(DbError::Missing)?;
    Ok(format!("{}:{}", row.int(0)?, row.text(1)?))
}
