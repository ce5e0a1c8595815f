//! Statistical division codes: twelve digits, 2 + 2 + 2 + 3 + 3.

use kernel::{Message, msg};
use std::fmt;
use std::str::FromStr;

/// A twelve-digit statistical division code of a village.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct DivisionCode(u64);

/// Why a text is no division code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DivisionFault {
    /// Not twelve digits.
    Shape,
    /// A part that must not be zero is.
    Zero,
}

impl DivisionFault {
    /// What is wrong.
    pub fn message(self) -> Message {
        match self {
            DivisionFault::Shape => msg!("区划代码应为 12 位数字"),
            DivisionFault::Zero => msg!("区划代码的省、乡镇或村一段是零"),
        }
    }
}

/// What a township's three digits say. Source: DOMAIN, "Statistical division code".
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TownshipKind {
    /// 001-099
    Street,
    /// 100-199
    Town,
    /// 200-399
    Township,
    /// 400 and above: units like a township.
    Like,
}

/// What a village's three digits say.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum VillageKind {
    /// 001-199: residents' committee.
    Residents,
    /// 200-399: villagers' committee.
    Villagers,
    /// 400 and above: units like a village.
    Like,
}

impl DivisionCode {
    /// The code as a number.
    pub fn number(self) -> u64 {
        self.0
    }

    /// The county: the first six digits.
    pub fn county(self) -> u64 {
        self.0 / 1_000_000
    }

    /// The township: the first nine digits.
    pub fn township(self) -> u64 {
        self.0 / 1_000
    }

    /// The kind of its township.
    pub fn township_kind(self) -> TownshipKind {
        match self.township() % 1_000 {
            0..=99 => TownshipKind::Street,
            100..=199 => TownshipKind::Town,
            200..=399 => TownshipKind::Township,
            _ => TownshipKind::Like,
        }
    }

    /// The kind of the village.
    pub fn village_kind(self) -> VillageKind {
        match self.0 % 1_000 {
            0..=199 => VillageKind::Residents,
            200..=399 => VillageKind::Villagers,
            _ => VillageKind::Like,
        }
    }

    /// Whether it lies under 99, the reserve for invented places.
    pub fn is_invented(self) -> bool {
        self.0 / 10_000_000_000 == 99
    }
}

impl FromStr for DivisionCode {
    type Err = DivisionFault;

    fn from_str(text: &str) -> Result<Self, DivisionFault> {
        if text.len() != 12 || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(DivisionFault::Shape);
        }
        let code = DivisionCode(text.parse().map_err(|_| DivisionFault::Shape)?);
        if code.county() / 10_000 == 0
            || code.township().is_multiple_of(1_000)
            || code.0.is_multiple_of(1_000)
        {
            return Err(DivisionFault::Zero);
        }
        Ok(code)
    }
}

impl fmt::Display for DivisionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:012}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_names_its_levels() {
        let code: DivisionCode = "990101203217".parse().unwrap();
        assert_eq!(
            (code.county(), code.township(), code.to_string().as_str()),
            (990101, 990101203, "990101203217")
        );
        assert_eq!(
            (code.township_kind(), code.village_kind()),
            (TownshipKind::Township, VillageKind::Villagers)
        );
        assert!(code.is_invented());
    }

    #[test]
    fn other_texts_are_refused() {
        for text in ["", "99010120321", "9901012032170", "99010120321x", "９９０１０１２０３２１７"]
        {
            assert_eq!(text.parse::<DivisionCode>(), Err(DivisionFault::Shape), "{text}");
        }
        assert_eq!("990101000201".parse::<DivisionCode>(), Err(DivisionFault::Zero));
        assert_eq!("990101203000".parse::<DivisionCode>(), Err(DivisionFault::Zero));
    }

    #[test]
    fn every_kind_occurs() {
        let kinds = |code: &str| {
            let code: DivisionCode = code.parse().unwrap();
            (code.township_kind(), code.village_kind())
        };
        assert_eq!(kinds("990101001001"), (TownshipKind::Street, VillageKind::Residents));
        assert_eq!(kinds("990101100200"), (TownshipKind::Town, VillageKind::Villagers));
        assert_eq!(kinds("990101400498"), (TownshipKind::Like, VillageKind::Like));
    }
}
