//! 干部任免审批表: the appointment form, both sides.

mod layout;

use crate::form::Photo;
use crate::{DocumentFault, pdf, word};
use kernel::Day;
use standards::Lrmx;

/// An appointment form to be printed: what is known of the person as [`Lrmx`] holds it, and what stands only on paper.
/// Blank texts stay blank, `(无)` is printed. Ages are computed, never given.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ApprovalForm {
    /// The person. Its own `age_date` is not read, `photo` may be JPEG or PNG.
    pub record: Lrmx,
    /// The day ages are computed for.
    pub age_date: Day,
    /// Of the reporting unit, whose name is in the record.
    pub reporting: Opinion,
    /// 审批机关意见
    pub approving: Opinion,
    /// 行政机关任免意见
    pub administrative: Opinion,
    /// 核验码: what a reader of the paper can look up.
    pub check_code: Option<String>,
    /// Whether the person is invented: each page says so.
    pub synthetic: bool,
}

/// An opinion on paper. Left out parts are blanks to be filled by hand.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Opinion {
    /// What it says.
    pub text: String,
    /// Whose seal goes here.
    pub signed_by: String,
    /// The day.
    pub day: Option<Day>,
}

impl ApprovalForm {
    /// The form of a person with blank opinions; synthetic when the identity number says so.
    pub fn of(record: Lrmx, age_date: Day) -> ApprovalForm {
        ApprovalForm {
            synthetic: record.is_synthetic(),
            record,
            age_date,
            reporting: Opinion::default(),
            approving: Opinion::default(),
            administrative: Opinion::default(),
            check_code: None,
        }
    }

    /// Word, A4, both sides. Text shrinks down to 10.5 pt; what is longer still lets its row grow over the page.
    ///
    /// # Errors
    /// [`DocumentFault::Photo`], [`DocumentFault::Engine`].
    pub fn docx(&self) -> Result<Vec<u8>, DocumentFault> {
        word::form(&layout::form(self, self.photo()?))
    }

    /// PDF, A4, sides one and two. Text shrinks down to 10.5 pt; what is longer still goes on to continuation sheets
    /// behind side two.
    ///
    /// # Errors
    /// [`DocumentFault::PdfNotBuilt`], [`DocumentFault::NoFonts`], [`DocumentFault::Photo`], [`DocumentFault::Engine`].
    pub fn pdf(&self) -> Result<Vec<u8>, DocumentFault> {
        pdf::form(&layout::form(self, self.photo()?))
    }

    fn photo(&self) -> Result<Option<Photo>, DocumentFault> {
        self.record.photo.as_ref().map(|photo| Photo::read(&photo.bytes)).transpose()
    }
}
