//! Identity numbers as tables hold them.

use super::{IdentityFault, IdentityNumber, Sex, check_character};
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

/// Longer texts hold more than a number.
const LONGEST: usize = 80;

/// Reads an identity number as people and spreadsheets write it.
///
/// # Errors
/// What cannot be mended without guessing: lost digits, a wrong check character, no date.
pub fn repair_identity(text: &str) -> Result<Repaired, IdentityFault> {
    let text = text.trim();
    if text.chars().count() > LONGEST {
        return Err(IdentityFault::Shape);
    }
    let half = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        // Look-alikes of X: Cyrillic, Greek, the sign of multiplication.
        'Х' | 'х' | 'Χ' | 'χ' | '×' => 'X',
        c => c,
    };
    let dropped = |c: &char| {
        !c.is_whitespace()
            && !matches!(
                c,
                '\'' | '"' | '`' | '‘' | '’' | '“' | '”' | '-' | '\u{200b}'..='\u{200f}' | '\u{feff}'
            )
    };
    // A minus belongs to scientific notation there, to nothing elsewhere.
    let mut clean: String = text.chars().map(half).filter(dropped).collect();
    clean.make_ascii_uppercase();
    if let Some(whole) = clean.strip_suffix(".0").filter(|whole| whole.len() == 15) {
        clean.truncate(whole.len());
    }
    let mut notes = Vec::new();
    if !clean.eq_ignore_ascii_case(text) {
        notes.push(IdentityNote::Cleaned);
    }
    let ends_in_zeros = clean.len() == 18 && clean.ends_with("000");
    let number = match clean.parse::<IdentityNumber>() {
        Err(IdentityFault::Old) => {
            notes.push(IdentityNote::Upgraded);
            upgrade(clean.as_bytes())?
        }
        // Spreadsheets keep fifteen digits of a number and fill up with zeros.
        Err(IdentityFault::Check(_)) if ends_in_zeros => return Err(IdentityFault::LostDigits),
        other => other?,
    };
    if ends_in_zeros {
        notes.push(IdentityNote::Zeros);
    }
    Ok(Repaired { number, notes })
}

/// Fifteen digits as eighteen: the year gets its 19, the check character is computed.
fn upgrade(old: &[u8]) -> Result<IdentityNumber, IdentityFault> {
    let (area, rest) = old.split_at_checked(6).ok_or(IdentityFault::Shape)?;
    let mut digits: Vec<u8> = [area, b"19", rest].concat();
    digits.push(check_character(&digits));
    std::str::from_utf8(&digits).map_err(|_| IdentityFault::Shape)?.parse()
}

/// Reads an identity number from a number cell. Only old numbers of 15 digits fit into one.
///
/// # Errors
/// As [`repair_identity`]; eighteen digits have always lost their last ones.
pub fn repair_identity_number(number: f64) -> Result<Repaired, IdentityFault> {
    match number {
        n if !n.is_finite() || n.fract() != 0.0 => Err(IdentityFault::Shape),
        n if (1e14..1e15).contains(&n) => repair_identity(&format!("{n:.0}")),
        n if (1e17..1e18).contains(&n) => Err(IdentityFault::LostDigits),
        _ => Err(IdentityFault::Shape),
    }
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
    /// The birth date.
    pub fn birth_date(&self) -> Option<PartialDate> {
        let (year, month, day) = self.birth();
        PartialDate::new(year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?)
    }

    /// Where it contradicts a birth date or a sex.
    pub fn clashes(&self, birth: Option<PartialDate>, sex: Option<Sex>) -> Vec<IdentityClash> {
        let own = self.birth_date();
        let birth = birth.zip(own).filter(|(said, own)| !said.agrees(*own));
        let sex = sex.filter(|sex| *sex != self.sex());
        let birth = birth.map(|(_, own)| IdentityClash::Birth(own));
        birth.into_iter().chain(sex.map(|_| IdentityClash::Sex(self.sex()))).collect()
    }

    /// Whether it belongs to an invented person: its area begins with 99.
    pub fn is_synthetic(&self) -> bool {
        self.region().starts_with("99")
    }

    /// An invented person's number: birth (year, month, day), a sequence 0..=498 among those of one day and sex, under
    /// [`SYNTHETIC_AREA`] or another area beginning with 99. None when the date is no day, or area or sequence are not so.
    pub fn synthetic(area: &str, birth: (u32, u32, u32), sequence: u32, sex: Sex) -> Option<IdentityNumber> {
        if area.len() != 6 || !area.starts_with("99") || sequence > 498 {
            return None;
        }
        let (year, month, day) = birth;
        let order = match sex {
            Sex::Male => 2 * sequence + 1,
            Sex::Female => 2 * sequence + 2,
        };
        let digits = format!("{area}{year:04}{month:02}{day:02}{order:03}");
        if digits.len() != 17 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        format!("{digits}{}", char::from(check_character(digits.as_bytes()))).parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn repaired(text: &str) -> Result<(String, Vec<IdentityNote>), IdentityFault> {
        repair_identity(text).map(|r| (r.number.reveal().to_owned(), r.notes))
    }

    /// 11010519491231002X is the example of GB 11643-1999; its old form is 110105491231002.
    #[test]
    fn what_people_write_is_mended() {
        use IdentityNote::{Cleaned, Upgraded};
        let want = "11010519491231002X".to_owned();
        for (text, notes) in [
            ("11010519491231002X", vec![]),
            (" 11010519491231002x ", vec![]),
            ("１１０１０５１９４９１２３１００２Ｘ", vec![Cleaned]),
            ("110105 19491231 002X", vec![Cleaned]),
            ("'11010519491231002X", vec![Cleaned]),
            ("110105-19491231-002X", vec![Cleaned]),
            ("11010519491231002Х", vec![Cleaned]),
            ("110105491231002", vec![Upgraded]),
            ("110105491231002.0", vec![Cleaned, Upgraded]),
        ] {
            assert_eq!(repaired(text), Ok((want.clone(), notes)), "{text}");
        }
        assert_eq!(repair_identity_number(110_105_491_231_002.0).unwrap().notes, [Upgraded]);
    }

    #[test]
    fn what_is_lost_is_not_guessed() {
        for (text, fault) in [
            ("4.20102E+17", IdentityFault::Spreadsheet),
            ("4.20102198506031E+17", IdentityFault::Spreadsheet),
            ("４.20102e+17", IdentityFault::Spreadsheet),
            ("4E+17", IdentityFault::Spreadsheet),
            ("110105194912310000", IdentityFault::LostDigits),
            ("110105194912310021", IdentityFault::Check('X')),
            ("110105491331002", IdentityFault::Date),
            ("110105********002X", IdentityFault::Shape),
            ("", IdentityFault::Shape),
        ] {
            assert_eq!(repaired(text), Err(fault), "{text}");
        }
        assert_eq!(repair_identity(&"1".repeat(1 << 20)), Err(IdentityFault::Shape));
        assert_eq!(repair_identity_number(1.101_051_949_123_1e17), Err(IdentityFault::LostDigits));
        for n in [f64::NAN, f64::INFINITY, -1e17, 0.5, 42.0, 1e19] {
            assert_eq!(repair_identity_number(n), Err(IdentityFault::Shape), "{n}");
        }
    }

    #[test]
    fn zeros_that_fit_the_check_are_noted() {
        // 990000 19800101 200: 9*7 + 9*9 + 1*2 + 9*1 + 8*6 + 1*9 + 1*5 + 2*8 = 233, 233 mod 11 = 2, check X. Days and
        // sequences are tried until the check is 0.
        let fitting = (1..10u32)
            .flat_map(|day| (1..10).map(move |s| format!("990000198001{day:02}{s}00")))
            .find_map(|d| (check_character(d.as_bytes()) == b'0').then(|| format!("{d}0")));
        let fitting = fitting.unwrap();
        assert_eq!(repaired(&fitting).unwrap().1, [IdentityNote::Zeros]);
        assert_eq!(check_character(b"99000019800101200"), b'X');
    }

    #[test]
    fn clashes_are_told() {
        let number: IdentityNumber = "11010519491231002X".parse().unwrap();
        let birth = |text: &str| text.parse::<PartialDate>().ok();
        assert_eq!(number.clashes(birth("1949-12"), Some(Sex::Female)), []);
        assert_eq!(number.clashes(None, None), []);
        assert_eq!(
            number.clashes(birth("1949-11"), Some(Sex::Male)),
            [IdentityClash::Birth(birth("1949-12-31").unwrap()), IdentityClash::Sex(Sex::Female)]
        );
    }

    #[test]
    fn invented_numbers_are_of_no_place() {
        let number = IdentityNumber::synthetic(SYNTHETIC_AREA, (1985, 6, 3), 0, Sex::Male).unwrap();
        assert!(number.is_synthetic() && number.reveal().starts_with("99000019850603001"));
        assert!(!"11010519491231002X".parse::<IdentityNumber>().unwrap().is_synthetic());
        assert_eq!(IdentityNumber::synthetic("110105", (1985, 6, 3), 0, Sex::Male), None);
        assert_eq!(IdentityNumber::synthetic("990101", (1985, 2, 30), 0, Sex::Male), None);
        assert_eq!(IdentityNumber::synthetic("990101", (1985, 2, 3), 499, Sex::Male), None);
    }

    proptest! {
        #[test]
        fn invented_numbers_tell_birth_and_sex(y in 1900u32..2030, m in 1u32..=12, d in 1u32..=28, n in 0u32..=498, man in any::<bool>()) {
            let sex = if man { Sex::Male } else { Sex::Female };
            let number = IdentityNumber::synthetic("990101", (y, m, d), n, sex).unwrap();
            prop_assert_eq!((number.birth(), number.sex()), ((y, m, d), sex));
            let mut notes = repair_identity(number.reveal()).unwrap().notes;
            notes.retain(|note| *note != IdentityNote::Zeros);
            prop_assert!(notes.is_empty());
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,24}", digits in "[0-9xXE+. ']{0,20}") {
            let _ = repair_identity(&text);
            let _ = repair_identity(&digits);
        }
    }
}
