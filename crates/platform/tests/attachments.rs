//! Files as evidence, on every engine at hand.

mod common;

use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use common::engines;
use kernel::Lang;
use yanzhen_platform::attachments::{self, NewFile};
use yanzhen_platform::audit;
use yanzhen_platform::db::{Db, Event};

const LIMIT: u64 = 1 << 20;
const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n";

fn event() -> Event {
    Event {
        actor: Some(7), actor_name: "何例乙".into(), action: "attachment.add".into(), ..Event::default()
    }
}

fn file<'a>(name: &'a str, bytes: &'a [u8]) -> NewFile<'a> {
    NewFile { name, bytes, kind: "village", record: "990101101200", part: "990101101200" }
}

/// Stores a file; gives its id, or why not.
async fn store(db: &Db, name: &str, bytes: &[u8]) -> Result<i64, String> {
    let came = attachments::store(db, event(), LIMIT, file(name, bytes)).await.expect("the database answers");
    came.map_err(|m| m.text(Lang::Zh))
}

/// An archive with empty parts of these names.
fn archive(names: &[&str]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut directory = Vec::new();
    for name in names {
        let at = out.len() as u32;
        let size = (name.len() as u16).to_le_bytes();
        out.extend(b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0");
        out.extend([0; 12]);
        out.extend(size);
        out.extend([0; 2]);
        out.extend(name.as_bytes());
        directory.extend(b"PK\x01\x02\x14\0\x14\0\0\0\0\0\0\0\0\0");
        directory.extend([0; 12]);
        directory.extend(size);
        directory.extend([0; 12]);
        directory.extend(at.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let (at, count) = (out.len() as u32, (names.len() as u16).to_le_bytes());
    out.extend(&directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend(count);
    out.extend(count);
    out.extend((directory.len() as u32).to_le_bytes());
    out.extend(at.to_le_bytes());
    out.extend([0; 2]);
    out
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_comes_back_as_it_was() {
    for engine in engines().await {
        let db = engine.county().await;
        let id = store(&db, "C:\\桌面\\例山村 账目.pdf", PDF).await.expect("kept");
        let (found, bytes) = attachments::open(&db, id).await.expect("read").expect("there");
        assert_eq!(
            (found.name.as_str(), found.mime.as_str(), bytes.as_slice()),
            ("例山村 账目.pdf", "application/pdf", PDF)
        );
        assert_eq!((found.by_name.as_str(), found.size), ("何例乙", PDF.len() as i64));
        assert_eq!(attachments::find(&db, id).await.expect("read").as_ref(), Some(&found));
        assert_eq!(
            attachments::list(&db, "village", "990101101200").await.expect("read"),
            std::slice::from_ref(&found)
        );
        assert!(attachments::open(&db, 1).await.expect("read").is_none());

        // The same content under another name is kept once.
        store(&db, "b.pdf", PDF).await.expect("kept");
        let n = db.one("select count(*) from blob", vec![]).await.expect("read").expect("a row");
        assert_eq!(n.int(0).expect("a number"), 1);
        let row =
            db.one("select kind, record, actor_name from audit order by seq desc limit 1", vec![]).await;
        let row = row.expect("read").expect("an entry");
        assert_eq!(
            (row.text(0).expect("text"), row.text(1).expect("text")),
            ("village".into(), "990101101200".into())
        );
        assert_eq!(audit::verify(&db, None).await.expect("read").1, []);

        let answer = attachments::download(&found.name, &found.mime, bytes);
        let header = |name| answer.headers().get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
        assert_eq!(header(CONTENT_TYPE), "application/pdf");
        assert_eq!(header(X_CONTENT_TYPE_OPTIONS), "nosniff");
        let said = header(CONTENT_DISPOSITION);
        assert!(
            said.starts_with("attachment; filename*=UTF-8''%E4%BE%8B")
                && said.ends_with("%20%E8%B4%A6%E7%9B%AE.pdf"),
            "{said}"
        );
        engine.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_what_it_says_is_refused() {
    for engine in engines().await {
        let db = engine.county().await;
        let large = [PDF, &vec![b' '; LIMIT as usize]].concat();
        let book = archive(&["[Content_Types].xml", "_rels/.rels", "xl/workbook.xml"]);
        let macros = archive(&["[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"]);
        let other = archive(&["a.txt"]);
        for (name, bytes, why) in [
            ("名册.pdf", b"MZ\x90\0\x03\0\0\0\x04\0".as_slice(), "文件内容不是 .pdf 格式"),
            ("名册.exe", b"MZ\x90\0\x03\0\0\0\x04\0", "不收 .exe 文件"),
            ("名册.pdf", &large, "最大 1.0 MB"),
            ("空.pdf", b"", "文件是空的"),
            ("../../etc/cron.pdf", PDF, "文件名里不能有"),
            ("..\\..\\a.pdf", PDF, "文件名里不能有"),
            ("名册", PDF, "没有扩展名"),
            ("名册.png", PDF, "文件内容不是 .png 格式"),
            ("页.txt", b"<html><script>alert(1)</script></html>", "文件内容不是 .txt 格式"),
            ("页.svg", b"<svg onload=alert(1)>", "不收 .svg 文件"),
            ("脚本.csv", b"#!/bin/sh\nrm -rf /\n", "文件内容不是 .csv 格式"),
            ("账.xlsx", &macros, "带有宏"),
            ("账.xlsx", &other, "文件内容不是 .xlsx 格式"),
            ("账.docx", &book, "文件内容不是 .docx 格式"),
            ("账.xlsx", &book[..book.len() - 30], "文件内容不是 .xlsx 格式"),
            ("账.csv", b"a,b\0c", "文件内容不是 .csv 格式"),
        ] {
            let came = store(&db, name, bytes).await;
            assert!(came.as_ref().is_err_and(|m| m.contains(why)), "{name}: {came:?}");
        }
        for (name, bytes) in [
            ("账.xlsx", book.as_slice()),
            ("信.docx", &archive(&["word/document.xml", "[Content_Types].xml"])),
            ("账.csv", "村,收益\n例东村,43.20\n".as_bytes()),
            ("账.CSV", b"\xb4\xe5,\xca\xd5\xd2\xe6\r\n"),
            ("图.jpeg", b"\xff\xd8\xff\xe0\0\x10JFIF\0"),
            ("图.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
        ] {
            let came = store(&db, name, bytes).await;
            assert!(came.is_ok(), "{name}: {came:?}");
        }
        let n = db.one("select count(*) from attachment", vec![]).await.expect("read").expect("a row");
        assert_eq!(n.int(0).expect("a number"), 6);
        engine.close().await;
    }
}
