//! Templates and data into PDF.

use super::fonts::FONTS;
use super::world::Desk;
use crate::DocumentFault;
use crate::form::Form;
use crate::official::Official;
use crate::sheet::Sheet;
use serde_json::Value;
use typst::comemo;
use typst::foundations::Smart;
use typst_layout::PagedDocument;
use typst_pdf::PdfOptions;

const FORM: &str = include_str!("../../templates/form.typ");
const SHEET: &str = include_str!("../../templates/sheet.typ");
const OFFICIAL: &str = include_str!("../../templates/official.typ");

/// Rounds that the typesetter remembers what it laid out; more keeps memory, less forgets within a batch.
const REMEMBERED: usize = 4;

/// A form, with its continuation sheets.
pub(super) fn form(form: &Form) -> Result<Vec<u8>, DocumentFault> {
    let name = match form.photo.as_ref().map(|photo| photo.extension) {
        Some("jpg") => "photo.jpg",
        _ => "photo.png",
    };
    let photo = form.photo.as_ref().map(|photo| (name, photo.bytes.clone()));
    typeset(FORM, &super::data::form(form), photo)
}

/// A list.
pub(super) fn sheet(sheet: &Sheet) -> Result<Vec<u8>, DocumentFault> {
    typeset(SHEET, &super::data::sheet(sheet), None)
}

/// An official document.
pub(super) fn official(official: &Official) -> Result<Vec<u8>, DocumentFault> {
    typeset(OFFICIAL, &super::data::official(official), None)
}

fn typeset(
    template: &str,
    data: &Value,
    photo: Option<(&'static str, Vec<u8>)>,
) -> Result<Vec<u8>, DocumentFault> {
    if FONTS.is_empty() {
        return Err(DocumentFault::NoFonts);
    }
    let files = [("data.json", data.to_string().into_bytes())].into_iter().chain(photo);
    let desk =
        Desk::new(&FONTS, template, files).ok_or_else(|| DocumentFault::Engine("file names".into()))?;
    let words = |faults: &[typst::diag::SourceDiagnostic]| {
        DocumentFault::Engine(
            faults.iter().map(|fault| fault.message.as_str()).collect::<Vec<_>>().join("; "),
        )
    };
    let document = typst::compile::<PagedDocument>(&desk).output.map_err(|faults| words(&faults))?;
    let options = PdfOptions { creator: Smart::Custom(Some("雁阵".into())), ..PdfOptions::default() };
    let bytes = typst_pdf::pdf(&document, &options).map_err(|faults| words(&faults))?;
    comemo::evict(REMEMBERED);
    Ok(bytes)
}
