//! 任职备案表: what a township files with the county about posts in a village.

mod layout;

use crate::{DocumentFault, pdf, word};
use kernel::Day;

/// A filing to be printed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FilingForm {
    /// 备案号
    pub number: String,
    /// The county, whose organisation department replies.
    pub county: String,
    /// The township that files.
    pub township: String,
    /// The village.
    pub village: String,
    /// When it was filed.
    pub filed_on: Day,
    /// The acts, at least one.
    pub acts: Vec<FilingAct>,
    /// What was checked.
    pub checks: Vec<Check>,
    /// What is enclosed.
    pub documents: Vec<Enclosure>,
    /// Opinions, from the township up.
    pub opinions: Vec<Consent>,
    /// 批复文号, once there is one.
    pub reply_number: Option<String>,
    /// 核验码
    pub check_code: Option<String>,
    /// Whether people are invented.
    pub synthetic: bool,
}

/// An act about a person and a post.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FilingAct {
    /// The person.
    pub person: String,
    /// The post.
    pub post: String,
    /// What is done.
    pub kind: ActKind,
    /// Why.
    pub reason: String,
    /// On what basis: clause, meeting, result.
    pub basis: String,
}

/// What is done about a post.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ActKind {
    /// 任职
    Appoint,
    /// 免职; never of an elected seat.
    Remove,
    /// 选举结果登记: an elected seat is registered, nobody appoints to it.
    ElectedSeat,
}

/// Something that was checked before filing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Check {
    /// What.
    pub item: String,
    /// How it came out.
    pub finding: Finding,
    /// Number, date, remark.
    pub note: String,
}

/// How a check came out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Finding {
    /// 通过
    Passed,
    /// 未通过
    Failed,
    /// 待核
    Open,
    /// 不适用
    NotApplicable,
}

/// A document that goes with the filing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Enclosure {
    /// Its name.
    pub name: String,
    /// Its date.
    pub day: Option<Day>,
    /// Its pages; 0 unknown.
    pub pages: u32,
}

/// Somebody's opinion on the filing.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Consent {
    /// 乡镇党委意见, 县委组织部意见; `\n` ends a line of at most three characters
    pub title: String,
    /// What it says; blank to be filled by hand.
    pub text: String,
    /// Who signs.
    pub name: String,
    /// When.
    pub day: Option<Day>,
}

impl FilingForm {
    /// Word, A4.
    ///
    /// # Errors
    /// [`DocumentFault::Engine`].
    pub fn docx(&self) -> Result<Vec<u8>, DocumentFault> {
        word::form(&layout::form(self))
    }

    /// PDF, A4. What does not fit goes on to continuation sheets.
    ///
    /// # Errors
    /// [`DocumentFault::PdfNotBuilt`], [`DocumentFault::NoFonts`], [`DocumentFault::Engine`].
    pub fn pdf(&self) -> Result<Vec<u8>, DocumentFault> {
        pdf::form(&layout::form(self))
    }
}
