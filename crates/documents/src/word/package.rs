//! The parts of a Word document into its ZIP, with what must not differ between two runs pinned.

use crate::DocumentFault;
use crate::form::Photo;
use docx_rs::XMLDocx;
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// Packs the parts. docx-rs would store them unpacked, date them by whatever features other crates switch on in `zip`,
/// and call every picture a PNG.
pub(super) fn pack(parts: XMLDocx, title: &str, photo: Option<&Photo>) -> Result<Vec<u8>, DocumentFault> {
    let extension = photo.map_or("png", |photo| photo.extension);
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::DEFAULT);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let mut add = |name: String, bytes: &[u8]| -> Result<(), DocumentFault> {
        zip.start_file(name, options).map_err(refused)?;
        zip.write_all(bytes).map_err(refused)
    };
    add("[Content_Types].xml".into(), &content_types(&parts.content_type, extension))?;
    for (name, bytes) in [
        ("_rels/.rels", &parts.rels),
        ("docProps/app.xml", &parts.doc_props.app),
        ("docProps/custom.xml", &parts.doc_props.custom),
        ("word/styles.xml", &parts.styles),
        ("word/settings.xml", &parts.settings),
        ("word/fontTable.xml", &parts.font_table),
        ("word/comments.xml", &parts.comments),
        ("word/commentsExtended.xml", &parts.comments_extended),
        ("word/numbering.xml", &parts.numberings),
        ("word/footnotes.xml", &parts.footnotes),
    ] {
        add(name.to_owned(), bytes)?;
    }
    add("word/document.xml".into(), &without_paragraph_ids(&parts.document))?;
    add("docProps/core.xml".into(), core(title).as_bytes())?;
    let relations =
        String::from_utf8_lossy(&parts.document_rels).replace("Photo.png", &format!("Photo.{extension}"));
    add("word/_rels/document.xml.rels".into(), relations.as_bytes())?;
    for (i, bytes) in parts.footers.iter().enumerate() {
        add(format!("word/footer{}.xml", i + 1), &without_paragraph_ids(bytes))?;
    }
    for (name, bytes) in &parts.media {
        add(format!("word/media/{name}.{extension}"), bytes)?;
    }
    Ok(zip.finish().map_err(refused)?.into_inner())
}

fn refused(error: impl ToString) -> DocumentFault {
    DocumentFault::Engine(error.to_string())
}

/// The type of JPEG beside that of PNG.
fn content_types(xml: &[u8], extension: &str) -> Vec<u8> {
    let text = String::from_utf8_lossy(xml);
    if extension == "png" || text.contains("Extension=\"jpg\"") {
        return text.into_owned().into_bytes();
    }
    text.replace("</Types>", "<Default Extension=\"jpg\" ContentType=\"image/jpeg\" /></Types>").into_bytes()
}

/// Title and a pinned date.
fn core(title: &str) -> String {
    let date = "2026-01-01T00:00:00Z";
    let w3c = |name: &str| format!("<dcterms:{name} xsi:type=\"dcterms:W3CDTF\">{date}</dcterms:{name}>");
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?><cp:coreProperties \
         xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><dc:title>{title}</dc:title>\
         <dc:creator>雁阵</dc:creator>{}{}</cp:coreProperties>",
        w3c("created"),
        w3c("modified")
    )
}

/// docx-rs numbers paragraphs by thread; nothing refers to these numbers.
fn without_paragraph_ids(xml: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(xml);
    let mut parts = text.split(" w14:paraId=\"");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str(part.split_once('"').map_or("", |(_, rest)| rest));
    }
    out.into_bytes()
}
