//! What kinds of file there are.

/// A kind of file.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Format {
    /// A workbook.
    Xlsx,
    /// A Word document.
    Docx,
    /// Pages.
    Pdf,
}

impl Format {
    /// Its extension, without the point.
    pub fn extension(self) -> &'static str {
        match self {
            Format::Xlsx => "xlsx",
            Format::Docx => "docx",
            Format::Pdf => "pdf",
        }
    }

    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Format::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Format::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Format::Pdf => "application/pdf",
        }
    }

    /// Whether this program can write it: PDF only when it was built in, with its fonts.
    pub fn is_built(self) -> bool {
        self != Format::Pdf || crate::PDF_BUILT
    }
}
