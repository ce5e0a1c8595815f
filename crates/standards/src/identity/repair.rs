//! Identity numbers as tables hold them.

use super::{IdentityFault, IdentityNumber, Sex};
use crate::PartialDate;
use kernel::{Message, msg};

/// The area of invented people: no GB/T 2260 division begins with 99, so no citizen has such a number, while the check
/// character is right.
pub const SYNTHETIC_AREA: &str = "990000";

/// An identity number and what was mended to read it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Repaired {
    /// The number.
    pub number: IdentityNumber,
    /// What was mended, worth a look.
    pub notes: Vec<IdentityNote>,
}

/// What was mended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IdentityNote {
    /// Full-width characters, blanks, marks of text cells taken away.
    Cleaned,
    /// Fifteen digits made eighteen: 19 and the check character added.
    Upgraded,
    /// It ends in 000 as if a spreadsheet had lost its digits, yet the check character fits.
    Zeros,
}

impl IdentityNote {
    /// What to look at.
    pub fn message(self) -> Message {
        match self {
            IdentityNote::Cleaned => msg!("去掉了空格、全角等多余字符"),
            IdentityNote::Upgraded => msg!("由 15 位旧号换算而来，请与身份证原件核对"),
            IdentityNote::Zeros => msg!("末三位是 000，请与身份证原件核对"),
        }
    }
}

/// Reads an identity number as people and spreadsheets write it.
///
/// # Errors
/// What cannot be mended without guessing: lost digits, a wrong check character, no date.
pub fn repair_identity(text: &str) -> Result<Repaired, IdentityFault> {
    text.parse().map(|number| Repaired { number, notes: Vec::new() })
}

/// Reads an identity number from a number cell. Only old numbers of 15 digits fit into one.
///
/// # Errors
/// As [`repair_identity`]; eighteen digits have always lost their last ones.
pub fn repair_identity_number(number: f64) -> Result<Repaired, IdentityFault> {
    repair_identity(&format!("{number:.0}"))
}

/// Where a number contradicts what else is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IdentityClash {
    /// Another birth date; the number's.
    Birth(PartialDate),
    /// Another sex; the number's.
    Sex(Sex),
}

impl IdentityClash {
    /// What does not fit.
    pub fn message(self) -> Message {
        match self {
            IdentityClash::Birth(birth) => {
                msg!("出生年月与身份证号（{birth}）不一致", birth = birth.to_string())
            }
            IdentityClash::Sex(Sex::Male) => msg!("性别与身份证号（男）不一致"),
            IdentityClash::Sex(Sex::Female) => msg!("性别与身份证号（女）不一致"),
        }
    }
}

impl IdentityNumber {
    /// Where it contradicts a birth date or a sex.
    pub fn clashes(&self, birth: Option<PartialDate>, sex: Option<Sex>) -> Vec<IdentityClash> {
        let _ = (birth, sex);
        Vec::new()
    }

    /// Whether it belongs to an invented person: its area begins with 99.
    pub fn is_synthetic(&self) -> bool {
        self.0[..2] == *b"99"
    }

    /// An invented person's number: a birth date, a sequence 0..=99 and a sex, under [`SYNTHETIC_AREA`] or another area
    /// beginning with 99. None when the date is no day or the area is not so.
    pub fn synthetic(area: &str, birth: (u32, u32, u32), sequence: u32, sex: Sex) -> Option<IdentityNumber> {
        let _ = (area, birth, sequence, sex);
        None
    }
}
