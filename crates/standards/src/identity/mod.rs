//! Citizen identity numbers, GB 11643.

mod repair;

pub use repair::{
    IdentityClash, IdentityNote, Repaired, SYNTHETIC_AREA, repair_identity, repair_identity_number,
};

use kernel::{Message, is_day, msg};
use std::fmt;
use std::str::FromStr;

/// Sex as an identity number tells it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sex {
    /// GB/T 2261.1: 1
    Male,
    /// GB/T 2261.1: 2
    Female,
}

/// A valid identity number of 18 characters.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct IdentityNumber([u8; 18]);

/// Why a text is no identity number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IdentityFault {
    /// Not 17 digits and a digit or X.
    Shape,
    /// Fifteen digits: the form before 1999.
    Old,
    /// In scientific notation, as spreadsheets print long numbers: the last digits are lost.
    Spreadsheet,
    /// A number cell, or the text of one: the last three digits are lost, zeros stand for them.
    LostDigits,
    /// The birth date is no day of the calendar.
    Date,
    /// The check character does not fit; the one that would.
    Check(char),
}

impl IdentityFault {
    /// What is wrong.
    pub fn message(self) -> Message {
        match self {
            IdentityFault::Shape => msg!("身份证号应为 17 位数字加 1 位数字或 X"),
            IdentityFault::Old => msg!("是 15 位的旧身份证号：请换成 18 位"),
            IdentityFault::Spreadsheet => {
                msg!("身份证号被表格软件变成了科学计数法，末几位已经丢失：把单元格设为文本，再从原件重新录入")
            }
            IdentityFault::LostDigits => {
                msg!("身份证号的末三位被表格软件变成了 0，已经丢失：把单元格设为文本，再从原件重新录入")
            }
            IdentityFault::Date => msg!("身份证号里的出生日期不存在"),
            IdentityFault::Check(c) => msg!("身份证号的校验位不对，按前 17 位应为 {c}", c = c),
        }
    }
}

const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

fn check_character(digits: &[u8]) -> u8 {
    let sum: u32 = digits.iter().zip(WEIGHTS).map(|(d, w)| u32::from(d - b'0') * w).sum();
    b"10X98765432"[(sum % 11) as usize]
}

impl IdentityNumber {
    /// Year, month, day of birth.
    pub fn birth(&self) -> (u32, u32, u32) {
        let number =
            |range: std::ops::Range<usize>| self.0[range].iter().fold(0, |n, d| n * 10 + u32::from(d - b'0'));
        (number(6..10), number(10..12), number(12..14))
    }

    /// Sex: the 17th digit, odd for men.
    pub fn sex(&self) -> Sex {
        if (self.0[16] - b'0') % 2 == 1 { Sex::Male } else { Sex::Female }
    }

    /// The six digits of the place of first registration.
    pub fn region(&self) -> &str {
        std::str::from_utf8(&self.0[..6]).unwrap_or_default()
    }

    /// All 18 characters. Show them only where the law and the audit allow.
    pub fn reveal(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The first six and last two characters, the rest hidden.
    pub fn masked(&self) -> String {
        format!("{}**********{}", self.region(), &self.reveal()[16..])
    }
}

impl FromStr for IdentityNumber {
    type Err = IdentityFault;

    fn from_str(text: &str) -> Result<Self, IdentityFault> {
        let bytes = text.as_bytes();
        let scientific = |b: &u8| b.is_ascii_digit() || matches!(b, b'E' | b'e' | b'.' | b'+');
        if text.contains(['E', 'e']) && bytes.iter().all(scientific) {
            return Err(IdentityFault::Spreadsheet);
        }
        if bytes.len() == 15 && bytes.iter().all(u8::is_ascii_digit) {
            return Err(IdentityFault::Old);
        }
        let mut number = <[u8; 18]>::try_from(bytes).map_err(|_| IdentityFault::Shape)?;
        number[17] = number[17].to_ascii_uppercase();
        if !number[..17].iter().all(u8::is_ascii_digit)
            || !(number[17].is_ascii_digit() || number[17] == b'X')
        {
            return Err(IdentityFault::Shape);
        }
        let number = IdentityNumber(number);
        let (year, month, day) = number.birth();
        if !(1850..2200).contains(&year) || !is_day(year, month, day) {
            return Err(IdentityFault::Date);
        }
        match check_character(&number.0[..17]) {
            c if c == number.0[17] => Ok(number),
            c => Err(IdentityFault::Check(char::from(c))),
        }
    }
}

impl fmt::Debug for IdentityNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of GB 11643-1999 itself: 11010519491231002X.
    #[test]
    fn the_standards_example_is_valid() {
        let id: IdentityNumber = "11010519491231002x".parse().unwrap();
        assert_eq!(id.reveal(), "11010519491231002X");
        assert_eq!((id.birth(), id.sex(), id.region()), ((1949, 12, 31), Sex::Female, "110105"));
        assert_eq!(format!("{id:?}"), "110105**********2X");
    }

    #[test]
    fn each_fault_has_its_name() {
        let fault = |text: &str| text.parse::<IdentityNumber>().unwrap_err();
        assert_eq!(fault("110105194912310021"), IdentityFault::Check('X'));
        assert_eq!(fault("11010519490231002X"), IdentityFault::Date);
        assert_eq!(fault("110105491231002"), IdentityFault::Old);
        assert_eq!(fault("1.10105E+17"), IdentityFault::Spreadsheet);
        assert_eq!(fault("１１０１０５"), IdentityFault::Shape);
    }
}
