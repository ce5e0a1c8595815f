//! How letters and statuses are closed: letters to the county's key, statuses to who holds receipt and words.

mod nouns;

use crate::wire::{Inquiry, Letter, Status};
use nouns::NOUNS;
use secrets::letter::{self, Reader, from_hex, keyed, padded, to_hex, unpadded};
use secrets::password::{Cost, Memory};
use secrets::{SealError, random};
use zeroize::Zeroizing;

/// What letters are sealed for; with the county's key, so that none passes for another county's.
const LETTER: &str = "yanzhen/letter/1";
const STATUS: &str = "yanzhen/status/1";
const INQUIRY: &str = "yanzhen/inquiry/1";
/// Letters of a link: about 99 bits, nobody guesses one.
const LINK: usize = 20;

/// Bytes of a tag.
const TAG: usize = 16;
/// The work of finding a status from receipt and words: a guess costs some milliseconds, and memory.
const COST: Cost = Cost { memory_kib: 4 << 10, passes: 2, lanes: 1 };

/// Letters of a receipt: none is taken for another.
const LETTERS: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";

/// Why a letter was not read.
#[derive(thiserror::Error, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unread {
    /// Not a letter, or not for this county's key.
    #[error(transparent)]
    Sealed(#[from] SealError),
    /// Opened, but not of this format.
    #[error("a letter of another format")]
    Format,
}

/// The county's side: opens letters.
#[derive(Debug)]
pub struct Opener(Reader);

impl Opener {
    /// With a new key.
    ///
    /// # Panics
    /// Without a random source of the system.
    pub fn random() -> Opener {
        Opener(Reader::random())
    }

    /// From a secret's 32 bytes; `None` for what is no key.
    pub fn of(secret: &[u8]) -> Option<Opener> {
        Reader::of(secret).map(Opener)
    }

    /// The secret's 32 bytes, to be stored sealed.
    pub fn secret(&self) -> Zeroizing<Vec<u8>> {
        self.0.secret()
    }

    /// What [`crate::wire::Site::key`] publishes.
    pub fn public(&self) -> String {
        self.0.public()
    }

    /// Opens a letter.
    ///
    /// # Errors
    /// Not a letter of this format, or not for this key.
    pub fn open(&self, sealed: &[u8]) -> Result<Letter, Unread> {
        let plain = Zeroizing::new(self.0.open(LETTER, sealed)?);
        let text = unpadded(&plain).ok_or(Unread::Format)?;
        serde_json::from_slice(text).map_err(|_| Unread::Format)
    }
}

/// Seals a letter to a county's public key; `None` where that is no key. Letters of all kinds are of the same few sizes.
///
/// # Panics
/// Without a random source of the system.
pub fn seal(key: &str, letter: &Letter) -> Option<Vec<u8>> {
    let text = Zeroizing::new(serde_json::to_vec(letter).ok()?);
    letter::seal_to(key, LETTER, &Zeroizing::new(padded(&text)))
}

/// Whether a text can stand as [`crate::wire::Site::key`].
pub fn is_key(key: &str) -> bool {
    letter::is_public_key(key)
}

/// What is handed to a sender: with both, and only with both, the own status is found.
#[derive(Clone, PartialEq, Eq)]
pub struct Slip {
    /// `BM26-7K4Q-P93X`
    pub receipt: String,
    /// `竹·桥·09`
    pub words: String,
}

impl std::fmt::Debug for Slip {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Slip(..)")
    }
}

impl Slip {
    /// The slip of a form by its token: the same each time it is sent. `kind` is two capitals (BM, TJ, YY).
    pub fn of(secret: &[u8; 32], kind: &str, year: i16, token: &str) -> Slip {
        let digest = keyed(secret, &[b"receipt", kind.as_bytes(), token.as_bytes()]);
        let (number, rest) = digest.split_first_chunk::<8>().expect("32 bytes begin with 8");
        let mut number = u64::from_be_bytes(*number);
        let mut letters = String::with_capacity(9);
        for at in 0..8 {
            if at == 4 {
                letters.push('-');
            }
            letters.push(char::from(LETTERS[(number % LETTERS.len() as u64) as usize]));
            number /= LETTERS.len() as u64;
        }
        let digits = u16::from_be_bytes([rest[2], rest[3]]) % 100;
        let (one, two) = (NOUNS[usize::from(rest[0])], NOUNS[usize::from(rest[1])]);
        Slip {
            receipt: format!("{kind}{:02}-{letters}", year.rem_euclid(100)),
            words: format!("{one}·{two}·{digits:02}"),
        }
    }

    /// The slip of a new link: its letters stand for receipt and words.
    ///
    /// # Panics
    /// Without a random source of the system.
    pub fn link() -> Slip {
        let mut letters = String::with_capacity(LINK);
        while letters.len() < LINK {
            // Bytes beyond the last whole round of letters are left out: each letter is as likely as any other.
            let fair =
                random::<32>().into_iter().filter(|b| usize::from(*b) < 256 / LETTERS.len() * LETTERS.len());
            let picked = fair.map(|b| char::from(LETTERS[usize::from(b) % LETTERS.len()]));
            letters.extend(picked.take(LINK - letters.len()));
        }
        Slip { receipt: letters, words: String::new() }
    }

    /// Reads a link's letters; `None` for what is none.
    pub fn of_link(letters: &str) -> Option<Slip> {
        let shaped = letters.len() == LINK && letters.bytes().all(|b| LETTERS.contains(&b));
        shaped.then(|| Slip { receipt: letters.to_owned(), words: String::new() })
    }

    /// Reads what somebody typed: blanks, dots, dashes, full-width signs and small letters are forgiven. `None` for what
    /// is no receipt or no words.
    pub fn read(receipt: &str, words: &str) -> Option<Slip> {
        Some(Slip { receipt: read_receipt(receipt)?, words: read_words(words)? })
    }
}

/// The ASCII form of a full-width character.
fn half_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        c => c,
    }
}

fn read_receipt(text: &str) -> Option<String> {
    let bare: String = text
        .chars()
        .map(|c| half_width(c).to_ascii_uppercase())
        .filter(char::is_ascii_alphanumeric)
        .take(13)
        .collect();
    let bytes = bare.as_bytes();
    let shaped = bytes.len() == 12
        && bytes[..2].iter().all(u8::is_ascii_uppercase)
        && bytes[2..4].iter().all(u8::is_ascii_digit)
        && bytes[4..].iter().all(|b| LETTERS.contains(b));
    shaped.then(|| format!("{}-{}-{}", &bare[..4], &bare[4..8], &bare[8..]))
}

fn read_words(text: &str) -> Option<String> {
    let bare: Vec<char> = text.chars().map(half_width).filter(|c| c.is_alphanumeric()).take(5).collect();
    match bare[..] {
        [one, two, a, b]
            if NOUNS.contains(&one) && NOUNS.contains(&two) && a.is_ascii_digit() && b.is_ascii_digit() =>
        {
            Some(format!("{one}·{two}·{a}{b}"))
        }
        _ => None,
    }
}

/// Where a status lies and what opens it: both from receipt and words alone.
pub struct Locker {
    /// Name of the file: 32 hex digits.
    pub tag: String,
    /// Its key.
    pub key: Zeroizing<[u8; 32]>,
}

impl std::fmt::Debug for Locker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Locker(..)")
    }
}

/// The locker of receipt and words at a county (by its public key, in small letters). Takes some milliseconds and 4 MiB:
/// call it off the async threads.
///
/// # Panics
/// When 4 MiB cannot be had.
pub fn locker(county_key: &str, slip: &Slip) -> Locker {
    locker_in(&mut Memory::default(), county_key, slip)
}

/// [`locker`] in memory that is at hand.
///
/// # Panics
/// As [`locker`].
pub fn locker_in(memory: &mut Memory, county_key: &str, slip: &Slip) -> Locker {
    let salt = keyed(b"yanzhen/locker/1", &[county_key.to_ascii_lowercase().as_bytes()]);
    let mut out = Zeroizing::new([0; TAG + 32]);
    let said = Zeroizing::new(format!("{}/{}", slip.receipt, slip.words));
    let derived = COST.derive_in(memory, &said, &salt[..16], &mut *out);
    derived.expect("the cost is within bounds and memory there");
    let (tag, rest) = out.split_first_chunk::<TAG>().expect("48 bytes begin with 16");
    Locker { tag: to_hex(tag), key: Zeroizing::new(rest.try_into().expect("32 bytes are left")) }
}

/// Whether a text can be a tag.
pub fn is_tag(tag: &str) -> bool {
    tag.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)) && from_hex::<TAG>(tag).is_some()
}

/// Seals a status for who has receipt and words.
///
/// # Panics
/// Without a random source of the system.
pub fn seal_status(key: &[u8; 32], status: &Status) -> Vec<u8> {
    close(key, STATUS, status)
}

/// Opens a status.
pub fn open_status(key: &[u8; 32], sealed: &[u8]) -> Option<Status> {
    disclose(key, STATUS, sealed)
}

/// Seals what a link asks for who holds the link.
///
/// # Panics
/// Without a random source of the system.
pub fn seal_inquiry(key: &[u8; 32], inquiry: &Inquiry) -> Vec<u8> {
    close(key, INQUIRY, inquiry)
}

/// Opens what a link asks.
pub fn open_inquiry(key: &[u8; 32], sealed: &[u8]) -> Option<Inquiry> {
    disclose(key, INQUIRY, sealed)
}

pub(crate) fn close<T: serde::Serialize>(key: &[u8; 32], context: &str, value: &T) -> Vec<u8> {
    let text = Zeroizing::new(serde_json::to_vec(value).expect("plain values are JSON"));
    letter::seal_with(key, context, &Zeroizing::new(padded(&text)))
}

pub(crate) fn disclose<T: serde::de::DeserializeOwned>(
    key: &[u8; 32],
    context: &str,
    sealed: &[u8],
) -> Option<T> {
    let plain = Zeroizing::new(letter::open_with(key, context, sealed).ok()?);
    serde_json::from_slice(unpadded(&plain)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Form;
    use proptest::prelude::*;

    fn apply(name: &str) -> Letter {
        Letter::Apply {
            campaign: "2026".into(),
            receipt: "BM26-7K4Q-P93X".into(),
            words: "竹·桥·09".into(),
            at: 1,
            form: Form { name: name.into(), ..Form::default() },
        }
    }

    #[test]
    fn w6_letters_open_for_the_county_alone() {
        let (county, other) = (Opener::random(), Opener::random());
        let sealed = seal(&county.public(), &apply("汪例辰")).unwrap();
        assert_eq!(county.open(&sealed).unwrap(), apply("汪例辰"));
        assert!(matches!(other.open(&sealed), Err(Unread::Sealed(_))));
        assert!(!String::from_utf8_lossy(&sealed).contains("例辰"));
        assert_eq!(Opener::of(&county.secret()).unwrap().open(&sealed).unwrap(), apply("汪例辰"));
        assert!(seal("04", &apply("x")).is_none() && !is_key("04") && is_key(&county.public()));
        let other_text = letter::seal_to(&county.public(), LETTER, &padded(b"{}")).unwrap();
        assert_eq!(county.open(&other_text), Err(Unread::Format));
    }

    #[test]
    fn w6_the_size_of_a_letter_does_not_tell_its_kind() {
        let county = Opener::random();
        let withdraw =
            Letter::Withdraw { receipt: "BM26-7K4Q-P93X".into(), words: "竹·桥·09".into(), at: 1 };
        let sizes = [apply("汪例辰"), apply(&"例".repeat(300)), withdraw]
            .map(|l| seal(&county.public(), &l).unwrap().len());
        assert!(sizes.iter().all(|s| *s == sizes[0]), "{sizes:?}");
    }

    #[test]
    fn the_same_form_gets_the_same_slip_and_another_another() {
        let secret = [7; 32];
        let slip = Slip::of(&secret, "BM", 2026, "token");
        assert_eq!(slip, Slip::of(&secret, "BM", 2026, "token"));
        assert!(slip.receipt.starts_with("BM26-") && slip.receipt.len() == 14, "{}", slip.receipt);
        assert_eq!(slip.words.chars().count(), 6, "{}", slip.words);
        for other in [
            Slip::of(&secret, "BM", 2026, "other"),
            Slip::of(&[8; 32], "BM", 2026, "token"),
            Slip::of(&secret, "TJ", 2026, "token"),
        ] {
            assert!(other.receipt[5..] != slip.receipt[5..] && other.words != slip.words);
        }
    }

    #[test]
    fn typing_is_forgiven() {
        let own = Slip { receipt: "BM26-7K4Q-P93X".into(), words: "竹·桥·09".into() };
        for (receipt, words) in [
            ("BM26-7K4Q-P93X", "竹·桥·09"),
            ("bm26 7k4q p93x", "竹 桥 09"),
            ("ＢＭ２６－７Ｋ４Ｑ－Ｐ９３Ｘ", "竹桥０９"),
            (" BM267K4QP93X\n", "竹、桥。09"),
            ("BM26—7K4Q—P93X", "竹 · 桥 · 09"),
        ] {
            assert_eq!(Slip::read(receipt, words), Some(own.clone()), "{receipt} {words}");
        }
        for (receipt, words) in [
            ("", ""),
            ("BM26-7K4Q-P93", "竹·桥·09"),
            ("BM26-7K4Q-P93XX", "竹·桥·09"),
            ("BM26-7K4Q-P93O", "竹·桥·09"),
            ("2626-7K4Q-P93X", "竹·桥·09"),
            ("BM26-7K4Q-P93X", "竹·桥"),
            ("BM26-7K4Q-P93X", "竹·桥·0九"),
            ("BM26-7K4Q-P93X", "竹·桥·099"),
            ("BM26-7K4Q-P93X", "龘·桥·09"),
        ] {
            assert!(Slip::read(receipt, words).is_none(), "{receipt} {words}");
        }
    }

    #[test]
    fn a_status_is_found_and_opened_with_both_parts() {
        let key = Opener::random().public();
        let slip = Slip { receipt: "BM26-7K4Q-P93X".into(), words: "竹·桥·09".into() };
        let own = locker(&key, &slip);
        assert!(
            is_tag(&own.tag)
                && !is_tag("")
                && !is_tag("../../etc/passwd")
                && !is_tag(&own.tag.to_uppercase().replace(|c: char| c.is_ascii_digit(), "A"))
        );
        let again = locker(&key.to_uppercase(), &slip);
        assert_eq!((&own.tag, &*own.key), (&again.tag, &*again.key));
        let status = Status { receipt: slip.receipt.clone(), title: "报名".into(), ..Status::default() };
        let sealed = seal_status(&own.key, &status);
        assert_eq!(open_status(&own.key, &sealed), Some(status));
        for other in [
            locker(&key, &Slip { words: "竹·桥·08".into(), ..slip.clone() }),
            locker(&key, &Slip { receipt: "BM26-7K4Q-P93Y".into(), ..slip.clone() }),
            locker(&Opener::random().public(), &slip),
        ] {
            assert!(other.tag != own.tag && open_status(&other.key, &sealed).is_none());
        }
    }

    #[test]
    fn nouns_are_all_different() {
        let mut sorted = NOUNS.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(sorted.len(), 256);
    }

    proptest! {
        #[test]
        fn every_slip_is_read_back(token in ".{0,40}", seed in any::<[u8; 32]>()) {
            let slip = Slip::of(&seed, "TJ", 2031, &token);
            prop_assert_eq!(Slip::read(&slip.receipt, &slip.words), Some(slip.clone()));
        }

        #[test]
        fn no_text_breaks_the_reader(a in "\\PC{0,30}", b in "\\PC{0,30}") {
            let _ = Slip::read(&a, &b);
        }
    }
}
