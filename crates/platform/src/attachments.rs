//! Attachments: files as evidence. Named, measured and looked into before they are kept; given out only to be saved.

use crate::db::{Db, DbError, DbResult, Event, WriteTx, new_id, now_ms};
use crate::secrets::sm3_hex;
use crate::values;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::response::{IntoResponse, Response};
use kernel::{Message, msg};

/// Longest name of a file, letters.
const NAME: usize = 120;

/// A file to keep.
#[derive(Clone, Debug)]
pub struct NewFile<'a> {
    /// Its name as the browser gave it.
    pub name: &'a str,
    /// Its content.
    pub bytes: &'a [u8],
    /// The kind of record it belongs to: `village`.
    pub kind: &'a str,
    /// The record's id or code.
    pub record: &'a str,
    /// Where in the org tree the record stands: a division code.
    pub part: &'a str,
}

/// A file that was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// Its id.
    pub id: i64,
    /// SM3 of its content.
    pub hash: String,
    /// Its name.
    pub name: String,
    /// Its type.
    pub mime: String,
    /// Bytes.
    pub size: i64,
    /// The kind of record it belongs to.
    pub kind: String,
    /// The record's id or code.
    pub record: String,
    /// Where the record stood when the file came.
    pub part: String,
    /// Who brought it.
    pub by_name: String,
    /// When, milliseconds since 1970.
    pub at: i64,
}

/// An allowed type and the endings that may carry it.
struct Kind {
    mime: &'static str,
    endings: &'static [&'static str],
}

const PDF: Kind = Kind { mime: "application/pdf", endings: &["pdf"] };
const PNG: Kind = Kind { mime: "image/png", endings: &["png"] };
const JPEG: Kind = Kind { mime: "image/jpeg", endings: &["jpg", "jpeg"] };
const XLSX: Kind =
    Kind { mime: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", endings: &["xlsx"] };
const DOCX: Kind = Kind {
    mime: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    endings: &["docx"],
};
const CSV: Kind = Kind { mime: "text/csv", endings: &["csv"] };
const TEXT: Kind = Kind { mime: "text/plain", endings: &["txt"] };

/// Keeps a file of at most `limit` bytes ([`crate::county::Settings::attachment_bytes`]); gives its id, or says why
/// not and what to do. The caller was authorized for the record before.
pub async fn store(
    db: &Db,
    mut event: Event,
    limit: u64,
    file: NewFile<'_>,
) -> DbResult<Result<i64, Message>> {
    let (name, mime) = match checked(&file, limit) {
        Ok(good) => good,
        Err(why) => return Ok(Err(why)),
    };
    if event.kind.is_empty() {
        (event.kind, event.record, event.part) = (file.kind.into(), file.record.into(), file.part.into());
    }
    let mut tx = db.write(event).await?;
    let id = put(&mut tx, &name, mime, &file).await?;
    tx.commit().await?;
    Ok(Ok(id))
}

/// The same inside a transaction, for files that come with their record: an entry of its change, by whoever makes it.
///
/// # Errors
/// The engine's. The inner one says why the file is not kept.
pub async fn keep(tx: &mut WriteTx, limit: u64, file: &NewFile<'_>) -> DbResult<Result<i64, Message>> {
    match checked(file, limit) {
        Ok((name, mime)) => Ok(Ok(put(tx, &name, mime, file).await?)),
        Err(why) => Ok(Err(why)),
    }
}

/// A file's name and type, if it may be kept.
fn checked(file: &NewFile<'_>, limit: u64) -> Result<(String, &'static str), Message> {
    let name = clean_name(file.name)?;
    size(file.bytes.len() as u64, limit)?;
    let mime = kind_of(&name, file.bytes)?;
    Ok((name, mime))
}

async fn put(tx: &mut WriteTx, name: &str, mime: &str, file: &NewFile<'_>) -> DbResult<i64> {
    let id = new_id();
    let hash = sm3_hex(file.bytes);
    let (by, by_name) = (tx.event().actor, tx.event().actor_name.clone());
    // The same content is kept once, whoever brings it.
    let sql = "insert into blob (hash, bytes) values ($1, $2) on conflict (hash) do nothing";
    tx.run(sql, values![hash.clone(), file.bytes.to_vec()]).await?;
    let sql = "insert into attachment (id, hash, name, mime, size, kind, record, part, by_account, by_name, at) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    let size = file.bytes.len() as i64;
    let (kind, record, part) = (file.kind, file.record, file.part);
    tx.run(sql, values![id, hash.as_str(), name, mime, size, kind, record, part, by, by_name, now_ms()])
        .await?;
    tx.changed("", "attachment", None, Some(hash));
    Ok(id)
}

const COLUMNS: &str = "a.id, a.hash, a.name, a.mime, a.size, a.kind, a.record, a.part, a.by_name, a.at";

fn of(row: &crate::db::Row) -> DbResult<Attachment> {
    Ok(Attachment {
        id: row.int(0)?,
        hash: row.text(1)?,
        name: row.text(2)?,
        mime: row.text(3)?,
        size: row.int(4)?,
        kind: row.text(5)?,
        record: row.text(6)?,
        part: row.text(7)?,
        by_name: row.text(8)?,
        at: row.int(9)?,
    })
}

/// What is known of a file without its content: whoever gives it out asks first whether the caller may see its record.
pub async fn find(db: &Db, id: i64) -> DbResult<Option<Attachment>> {
    let sql = format!("select {COLUMNS} from attachment a where a.id = $1 and a.ended_at is null");
    db.one(&sql, values![id]).await?.as_ref().map(of).transpose()
}

/// The files of a record, the newest first.
pub async fn list(db: &Db, kind: &str, record: &str) -> DbResult<Vec<Attachment>> {
    let sql = format!(
        "select {COLUMNS} from attachment a where a.kind = $1 and a.record = $2 and a.ended_at is null order by a.id desc"
    );
    db.rows(&sql, values![kind, record]).await?.iter().map(of).collect()
}

/// A file with its content, which is checked against its hash.
pub async fn open(db: &Db, id: i64) -> DbResult<Option<(Attachment, Vec<u8>)>> {
    let sql = format!(
        "select {COLUMNS}, b.bytes from attachment a join blob b on b.hash = a.hash \
         where a.id = $1 and a.ended_at is null"
    );
    let Some(row) = db.one(&sql, values![id]).await? else { return Ok(None) };
    let (found, bytes) = (of(&row)?, row.get::<Vec<u8>>(10)?);
    if sm3_hex(&bytes) != found.hash {
        return Err(DbError::Sealed(format!("attachment {id} is not what was stored")));
    }
    Ok(Some((found, bytes)))
}

/// Ends files, each with its hash, in a transaction: they are given out no more, and content that no other file has is
/// gone. The history keeps their hashes.
pub async fn end(tx: &mut WriteTx, files: &[(i64, String)]) -> DbResult<()> {
    for (id, hash) in files {
        tx.run("update attachment set ended_at = $2 where id = $1", values![*id, now_ms()]).await?;
        drop_content(tx, hash).await?;
        tx.changed("", "attachment", Some(hash.clone()), None);
    }
    Ok(())
}

/// Takes content away that no file has any more.
async fn drop_content(tx: &WriteTx, hash: &str) -> DbResult<()> {
    let sql = "delete from blob where hash = $1 and not exists \
               (select 1 from attachment a where a.hash = $1 and a.ended_at is null)";
    tx.run(sql, values![hash]).await.map(drop)
}

/// Ends files as [`end`] does and forgets their names, their hashes and where they belonged: for what law orders
/// deleted. Whoever does it tells the history.
pub async fn forget(tx: &WriteTx, files: &[(i64, String)]) -> DbResult<()> {
    for (id, hash) in files {
        let sql = "update attachment set name = '', record = '', hash = '', \
                   ended_at = coalesce(ended_at, $2) where id = $1";
        tx.run(sql, values![*id, now_ms()]).await?;
        drop_content(tx, hash).await?;
    }
    Ok(())
}

/// The answer that gives a file out: to be saved, never shown inside a page of ours.
pub fn download(name: &str, mime: &str, body: impl Into<axum::body::Body>) -> Response {
    let headers = [
        (CONTENT_TYPE, mime.to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename*=UTF-8''{}", percent(name))),
        (X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    (headers, body.into()).into_response()
}

/// RFC 8187: letters and digits as they are, all else as `%XX`.
fn percent(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
    text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

fn size(size: u64, limit: u64) -> Result<(), Message> {
    if size == 0 {
        return Err(msg!("文件是空的。请打开原文件看看，存好后再传。"));
    }
    if size > limit {
        let mb = |bytes: u64| format!("{:.1}", bytes as f64 / f64::from(1 << 20));
        let (size, limit) = (mb(size), mb(limit));
        return Err(msg!(
            "文件有 {size} MB，最大 {limit} MB。请压缩图片或分成几份再传。",
            size = size,
            limit = limit
        ));
    }
    Ok(())
}

/// The last part of a path, without what does not show, at most 120 letters with its ending kept.
fn clean_name(given: &str) -> Result<String, Message> {
    let mut parts = given.split(['/', '\\']);
    if parts.clone().any(|p| p.trim() == "..") {
        return Err(msg!("文件名里不能有“../”。请把文件改名后再传。"));
    }
    // Some browsers give the whole path.
    let last = parts.next_back().unwrap_or_default();
    let shown: String = last.chars().filter(|c| !c.is_control() && !is_hidden(*c)).collect();
    let shown = shown.trim_matches(|c: char| c.is_whitespace() || c == '.');
    let Some((stem, ending)) = shown.rsplit_once('.') else {
        return Err(msg!("文件名没有扩展名。请按原来的格式加上，例如 .pdf 或 .xlsx。"));
    };
    let stem = stem.trim();
    if stem.is_empty() || ending.len() > 8 {
        return Err(msg!("文件名没有扩展名。请按原来的格式加上，例如 .pdf 或 .xlsx。"));
    }
    let stem: String = stem.chars().take(NAME - 1 - ending.chars().count()).collect();
    Ok(format!("{stem}.{ending}"))
}

/// Marks that turn or hide text: a name that turns `exe.pdf` round must not read as a PDF.
fn is_hidden(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// What the content is; its name must say the same.
fn kind_of(name: &str, bytes: &[u8]) -> Result<&'static str, Message> {
    let ending = name.rsplit_once('.').map(|(_, e)| e.to_lowercase()).unwrap_or_default();
    let all = [PDF, PNG, JPEG, XLSX, DOCX, CSV, TEXT];
    if !all.iter().any(|k| k.endings.contains(&ending.as_str())) {
        return Err(msg!(
            "不收 .{ending} 文件。请另存为 PDF、PNG、JPG、XLSX、DOCX、TXT 或 CSV 再传。",
            ending = ending
        ));
    }
    let found = match infer::get(bytes).map(|t| t.mime_type()) {
        Some("application/pdf") => Some(PDF),
        Some("image/png") => Some(PNG),
        Some("image/jpeg") => Some(JPEG),
        // Office files are archives; the order of their parts differs from program to program.
        Some(_) if bytes.starts_with(b"PK\x03\x04") => office(bytes),
        Some(_) => None,
        None if is_text(bytes) => Some(if ending == "csv" { CSV } else { TEXT }),
        None => None,
    };
    match found {
        Some(kind) if kind.endings.contains(&ending.as_str()) => Ok(kind.mime),
        _ => Err(msg!(
            "文件内容不是 .{ending} 格式，或者带有宏。请用原来的软件打开，另存为 .{ending} 再传。",
            ending = ending
        )),
    }
}

/// A workbook or a document without macros, by the list of parts at the archive's end.
fn office(bytes: &[u8]) -> Option<Kind> {
    let parts = archive_parts(bytes)?;
    let has = |name: &str| parts.contains(&name.as_bytes());
    let macros = parts.iter().any(|p| p.to_ascii_lowercase().ends_with(b"vbaproject.bin"));
    match (has("[Content_Types].xml") && !macros, has("xl/workbook.xml"), has("word/document.xml")) {
        (true, true, false) => Some(XLSX),
        (true, false, true) => Some(DOCX),
        _ => None,
    }
}

/// Names in the central directory of a ZIP archive. Source: APPNOTE 4.3.12, 4.3.16.
fn archive_parts(bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let two = |at: usize| Some(usize::from(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?)));
    let four = |at: usize| usize::try_from(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?)).ok();
    let from = bytes.len().saturating_sub(22 + 65_535);
    let end = from + bytes.get(from..)?.windows(4).rposition(|w| w == b"PK\x05\x06")?;
    let (count, mut at) = (two(end + 10)?, four(end + 16)?);
    let mut names = Vec::with_capacity(count.min(1024));
    for _ in 0..count {
        if bytes.get(at..at + 4)? != b"PK\x01\x02" {
            return None;
        }
        let name = two(at + 28)?;
        names.push(bytes.get(at + 46..at + 46 + name)?);
        at += 46 + name + two(at + 30)? + two(at + 32)?;
    }
    Some(names)
}

/// UTF-8 or GB 18030 without control characters.
fn is_text(bytes: &[u8]) -> bool {
    let control = bytes.iter().any(|b| *b < 0x20 && !b"\t\r\n".contains(b) || *b == 0x7f);
    !control && (std::str::from_utf8(bytes).is_ok() || is_gb18030(bytes))
}

/// Whether the bytes are well formed. Source: GB 18030, one, two and four bytes a letter.
fn is_gb18030(bytes: &[u8]) -> bool {
    let mut at = 0;
    while let Some(first) = bytes.get(at) {
        at += match (first, bytes.get(at + 1), bytes.get(at + 2), bytes.get(at + 3)) {
            (0..=0x7f, ..) => 1,
            (0x81..=0xfe, Some(0x40..=0x7e | 0x80..=0xfe), ..) => 2,
            (0x81..=0xfe, Some(0x30..=0x39), Some(0x81..=0xfe), Some(0x30..=0x39)) => 4,
            _ => return false,
        };
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_paths_and_what_does_not_show() {
        let clean = |name: &str| clean_name(name).unwrap_or_else(|m| m.text(kernel::Lang::Zh));
        assert_eq!(clean("C:\\桌面\\例山村账目.xlsx"), "例山村账目.xlsx");
        assert_eq!(clean(" a\u{0}b\r\n.pdf "), "ab.pdf");
        assert_eq!(clean("审批\u{202e}fdp.exe"), "审批fdp.exe");
        assert_eq!(clean(&format!("{}.pdf", "例".repeat(300))).chars().count(), NAME);
        assert!(clean_name("../../etc/passwd.txt").is_err());
        assert!(clean_name("..\\a.txt").is_err());
        assert!(clean_name("附件").is_err() && clean_name(".pdf").is_err());
    }

    #[test]
    fn the_content_must_be_what_the_name_says() {
        assert_eq!(kind_of("a.pdf", b"%PDF-1.7\n...").ok(), Some("application/pdf"));
        assert!(kind_of("a.pdf", b"MZ\x90\x00\x03\x00\x00\x00").is_err());
        assert!(kind_of("a.exe", b"MZ\x90\x00").is_err());
        assert!(kind_of("a.txt", b"<!DOCTYPE html><script>1</script>").is_err());
        assert_eq!(kind_of("a.csv", "村,收益\n例东村,43.20\n".as_bytes()).ok(), Some("text/csv"));
        // 例山, in GB 18030.
        assert_eq!(kind_of("a.txt", b"\xc0\xfd\xc9\xbd\r\n").ok(), Some("text/plain"));
        assert!(kind_of("a.txt", b"\xc0").is_err());
        assert!(kind_of("a.xlsx", b"PK\x03\x04 no archive").is_err());
    }

    #[test]
    fn names_are_written_for_headers() {
        assert_eq!(percent("例 a.pdf"), "%E4%BE%8B%20a.pdf");
        let response = download("a\"b.pdf", "application/pdf", "x");
        let said = response.headers()[CONTENT_DISPOSITION].to_str().unwrap_or_default();
        assert_eq!(said, "attachment; filename*=UTF-8''a%22b.pdf");
    }
}
