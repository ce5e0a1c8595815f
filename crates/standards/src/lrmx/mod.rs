//! LRMX, the appointment form (干部任免审批表): an XML file a person, root `Person`.
//!
//! Reading is free of order, trims, forbids DTDs and entities, and is bounded. Unknown elements are kept in place and
//! written back. Writing gives the usual order, UTF-8, CRLF: what is written reads back as the same [`Lrmx`], and
//! writing that gives the same bytes. Comments and processing instructions are not kept. Source: DOMAIN section 3.

mod cv;
mod doubts;
mod elements;
pub(crate) mod encoding;
mod fault;
mod fields;
#[cfg(test)]
mod properties;
mod read;
mod tags;
#[cfg(test)]
mod tests;
mod unknown;
mod write;

pub use cv::{CvLine, format_cv, parse_cv};
pub use fault::LrmxFault;
pub use fields::{DateField, PartyText, Photo, PhotoKind, said};
pub use unknown::{RootAttributes, Unknown};

pub(crate) use elements::fill;

use crate::{IdentityFault, IdentityNumber, Repaired};
use std::fmt;

/// The longest file that is read, in bytes.
pub const MAX_BYTES: usize = 20 << 20;
/// The largest photo, in bytes after Base64.
pub const MAX_PHOTO: usize = 5 << 20;
/// The most elements in a file.
pub const MAX_ELEMENTS: usize = 20_000;
/// The deepest nesting of elements.
pub const MAX_DEPTH: usize = 16;

/// The version written into new forms.
pub const VERSION: &str = "3.2.1.16";

/// An appointment form. Texts are trimmed, lines end with `\n`; blank means not filled in, and `(无)` stays as it was
/// written ([`said`] tells both from an answer). No age is ever stored.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Lrmx {
    /// XingMing, never blank in a form that was read.
    pub name: String,
    /// XingBie: 男, 女.
    pub sex: String,
    /// ChuShengNianYue
    pub birth: DateField,
    /// MinZu: 汉族.
    pub ethnicity: String,
    /// JiGuan, origin of the family.
    pub origin: String,
    /// ChuShengDi
    pub birthplace: String,
    /// RuDangShiJian: when the party was joined, or which democratic party.
    pub party: PartyText,
    /// CanJiaGongZuoShiJian
    pub work_start: DateField,
    /// DaoLingNianYue, when the age limit is reached; written only by some versions.
    pub age_limit: Option<DateField>,
    /// JianKangZhuangKuang
    pub health: String,
    /// ZhuanYeJiShuZhiWu
    pub technical_post: String,
    /// ShuXiZhuanYeYouHeZhuanChang
    pub strengths: String,
    /// QuanRiZhiJiaoYu_*
    pub full_time: Schooling,
    /// ZaiZhiJiaoYu_*
    pub part_time: Schooling,
    /// XianRenZhiWu
    pub post: String,
    /// NiRenZhiWu
    pub intended_post: String,
    /// NiMianZhiWu
    pub leaving_post: String,
    /// JianLi
    pub cv: Vec<CvLine>,
    /// JiangChengQingKuang
    pub rewards: String,
    /// NianDuKaoHeJieGuo
    pub appraisals: String,
    /// RenMianLiYou
    pub reason: String,
    /// JiaTingChengYuan/Item; items without a word are dropped.
    pub family: Vec<FamilyMember>,
    /// ChengBaoDanWei
    pub reporting_unit: String,
    /// GaiGeQianRenZhiNianLingJieXian, the age limit before the reform; written only by some versions.
    pub former_age_limit: Option<String>,
    /// JiSuanNianLingShiJian, the day ages are computed for.
    pub age_date: DateField,
    /// TianBiaoShiJian
    pub filled_on: DateField,
    /// TianBiaoRen
    pub filled_by: String,
    /// ShenFenZheng as written; see [`Lrmx::identity_number`].
    pub identity: String,
    /// ZhaoPian
    pub photo: Option<Photo>,
    /// Version: 3.2.1.6, 3.2.1.16.
    pub version: String,
    /// Elements this program does not know, in their order.
    pub unknown: Vec<Unknown>,
    /// Attributes of the root.
    pub root: RootAttributes,
}

/// Education of one kind. DOMAIN keeps two schools, as education and degree may come from different ones.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Schooling {
    /// `_XueLi`: 大学
    pub education: String,
    /// `_XueWei`: 工学学士
    pub degree: String,
    /// `_XueLi_BiYeYuanXiaoXi`: school and department of the education.
    pub education_school: String,
    /// `_XueWei_BiYeYuanXiaoXi`: school and department of the degree.
    pub degree_school: String,
}

/// A relative in the form.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct FamilyMember {
    /// ChengWei: 妻子; see [`crate::kinship`].
    pub appellation: String,
    /// XingMing
    pub name: String,
    /// ChuShengRiQi
    pub birth: DateField,
    /// ZhengZhiMianMao
    pub political_status: String,
    /// GongZuoDanWeiJiZhiWu: employer and post.
    pub work: String,
    /// Elements of the item that this program does not know.
    pub unknown: Vec<Unknown>,
}

impl Lrmx {
    /// A blank form of a person.
    pub fn of(name: &str) -> Lrmx {
        Lrmx { name: name.trim().to_owned(), version: VERSION.into(), ..Lrmx::default() }
    }

    /// Reads a form from the bytes of a file: UTF-8 with or without a mark, UTF-16 with one, GB18030 where declared or
    /// where nothing is declared and UTF-8 does not fit.
    ///
    /// # Errors
    /// The first thing that is wrong: element, line, reason and mend. Values that merely look odd are no faults, see
    /// [`Lrmx::doubts`].
    pub fn read(bytes: &[u8]) -> Result<Lrmx, LrmxFault> {
        read::form(bytes)
    }

    /// The form as a file: UTF-8 without a mark, usual order, CRLF line ends.
    pub fn write(&self) -> Vec<u8> {
        write::form(self)
    }

    /// What can be used but should be looked at: dates and CV lines that could not be read, an identity number that is
    /// wrong or that contradicts birth or sex, a photo that is no picture.
    pub fn doubts(&self) -> Vec<LrmxFault> {
        doubts::of(self)
    }

    /// The identity number; none when the field is blank or `(无)`.
    ///
    /// # Errors
    /// As [`crate::repair_identity`].
    pub fn identity_number(&self) -> Option<Result<Repaired, IdentityFault>> {
        said(&self.identity).map(crate::repair_identity)
    }

    /// Whether the form is of an invented person: its identity number lies under 99.
    pub fn is_synthetic(&self) -> bool {
        self.identity.parse::<IdentityNumber>().is_ok_and(|number| number.is_synthetic())
    }
}

impl FamilyMember {
    /// Whether the item says nothing.
    pub fn is_blank(&self) -> bool {
        *self == FamilyMember::default()
    }
}

impl fmt::Debug for Lrmx {
    /// Counts, never what the form says of a person.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lrmx")
            .field("cv", &self.cv.len())
            .field("family", &self.family.len())
            .field("photo", &self.photo)
            .field("unknown", &self.unknown.len())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for FamilyMember {
    /// Only the appellation.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FamilyMember").field("appellation", &self.appellation).finish_non_exhaustive()
    }
}
