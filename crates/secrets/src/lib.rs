//! Keys, sealed values, passwords, one-time codes and masks.
//!
//! Pure apart from the key file and the system's random source: no database, no web, no clock.
//! Algorithms: SM2 (GB/T 32918), SM3 (GB/T 32905), SM4 (GB/T 32907) in GCM as RFC 8998, Argon2id (RFC 9106), TOTP (RFC 6238).

mod keyfile;
mod keys;
pub mod letter;
mod mask;
pub mod parcel;
pub mod password;
mod qr;
pub mod recovery;
mod seal;
pub mod totp;

pub use keys::{KeyError, KeyRing, KeySource, Purpose};
pub use mask::{mask_bank, mask_identity, mask_phone};
pub use qr::qr_svg;
pub use seal::{PersonKey, SealError};

use sm3::{Digest, Sm3};

/// SM3 of the bytes, 64 lower-case hex digits (GB/T 32905). No key: for fingerprints of files, not of short secrets.
pub fn sm3_hex(bytes: &[u8]) -> String {
    hex(&Sm3::digest(bytes))
}

/// Bytes from the system's random source.
///
/// # Panics
/// When the system has none: nothing secret can be made on such a machine, and going on would be worse.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the system's random source answers");
    bytes
}

/// `count` characters drawn evenly from an ASCII alphabet of at most 256 letters.
fn random_chars(alphabet: &[u8], count: usize) -> Vec<char> {
    // Bytes past the last whole multiple are thrown away, or the first letters would come up more often.
    let limit = 256 - 256 % alphabet.len();
    let mut out = Vec::with_capacity(count);
    while out.len() < count {
        for byte in random::<32>().map(usize::from) {
            if byte < limit && out.len() < count {
                out.push(char::from(alphabet[byte % alphabet.len()]));
            }
        }
    }
    out
}

/// Lower-case hex digits.
fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        out.push(char::from(DIGITS[usize::from(byte >> 4)]));
        out.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    out
}

/// Bytes of hex digits of either case; `None` for anything else.
fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digits = text.as_bytes();
    if digits.len() != N * 2 {
        return None;
    }
    let mut out = [0; N];
    for (byte, pair) in out.iter_mut().zip(digits.chunks_exact(2)) {
        let high = char::from(pair[0]).to_digit(16)?;
        let low = char::from(pair[1]).to_digit(16)?;
        *byte = (high << 4 | low) as u8;
    }
    Some(out)
}

/// The ASCII form of a full-width character, as Chinese input methods type them; others as they are.
fn half_width(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        c => c,
    }
}

/// Equality whose time depends on the lengths alone.
fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && std::hint::black_box(a.iter().zip(b).fold(0, |acc, (x, y)| acc | (x ^ y))) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sm3_answers_as_gbt_32905_appendix_a() {
        assert_eq!(sm3_hex(b"abc"), "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
        let long = b"abcd".repeat(16);
        assert_eq!(sm3_hex(&long), "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732");
    }

    #[test]
    fn hex_goes_both_ways_and_refuses_other_text() {
        assert_eq!(hex(&[0, 0x9a, 0xff]), "009aff");
        assert_eq!(unhex("009AfF"), Some([0, 0x9a, 0xff]));
        for bad in ["", "00", "009aff0", "009afg", "+09aff", "汉字"] {
            assert_eq!(unhex::<3>(bad), None, "{bad}");
        }
    }

    #[test]
    fn random_characters_use_the_whole_alphabet() {
        let drawn = random_chars(b"abcde", 2000);
        assert_eq!(drawn.len(), 2000);
        for letter in 'a'..='e' {
            let times = drawn.iter().filter(|c| **c == letter).count();
            assert!((250..=550).contains(&times), "{letter}: {times}");
        }
    }

    #[test]
    fn equality_of_bytes() {
        assert!(same(b"", b"") && same(b"ab", b"ab"));
        assert!(!same(b"ab", b"ac") && !same(b"ab", b"abc") && !same(b"", b"a"));
    }
}
