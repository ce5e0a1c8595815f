//! PDF by Typst, when feature `pdf` is on and the fonts were there at build time.

#[cfg(feature = "pdf")]
mod data;
#[cfg(feature = "pdf")]
mod fonts;
#[cfg(feature = "pdf")]
mod typeset;
#[cfg(feature = "pdf")]
mod world;

use crate::DocumentFault;
use crate::form::Form;
use crate::official::Official;
use crate::sheet::Sheet;

/// Whether this program can make PDF: built in, with fonts.
pub const PDF_BUILT: bool = cfg!(all(feature = "pdf", documents_fonts));

/// A form, with its continuation sheets.
#[cfg(feature = "pdf")]
pub(crate) fn form(form: &Form) -> Result<Vec<u8>, DocumentFault> {
    typeset::form(form)
}

/// A list, as many pages as it takes.
#[cfg(feature = "pdf")]
pub(crate) fn sheet(sheet: &Sheet) -> Result<Vec<u8>, DocumentFault> {
    typeset::sheet(sheet)
}

/// An official document.
#[cfg(feature = "pdf")]
pub(crate) fn official(official: &Official) -> Result<Vec<u8>, DocumentFault> {
    typeset::official(official)
}

#[cfg(not(feature = "pdf"))]
pub(crate) fn form(_: &Form) -> Result<Vec<u8>, DocumentFault> {
    Err(DocumentFault::PdfNotBuilt)
}

#[cfg(not(feature = "pdf"))]
pub(crate) fn sheet(_: &Sheet) -> Result<Vec<u8>, DocumentFault> {
    Err(DocumentFault::PdfNotBuilt)
}

#[cfg(not(feature = "pdf"))]
pub(crate) fn official(_: &Official) -> Result<Vec<u8>, DocumentFault> {
    Err(DocumentFault::PdfNotBuilt)
}
