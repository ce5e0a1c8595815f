//! Recovery codes: ten, each good once, for people whose phone is lost.

use super::{half_width, hex, random_chars};
use sm3::{Digest, Sm3};

/// Codes handed out at once.
pub const COUNT: usize = 10;
/// Characters of a code without its hyphen: 50 bits.
const LENGTH: usize = 10;
/// Crockford's base 32: no I, L, O or U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Fresh codes `XXXXX-XXXXX` to show once; store their [`hash`] only.
///
/// # Panics
/// Without a random source of the system.
pub fn codes() -> Vec<String> {
    let half = |part: &[char]| part.iter().collect::<String>();
    let code = |_| {
        let chars = random_chars(ALPHABET, LENGTH);
        format!("{}-{}", half(&chars[..LENGTH / 2]), half(&chars[LENGTH / 2..]))
    };
    (0..COUNT).map(code).collect()
}

/// The characters meant: case, blanks, hyphens and full width are forgiven, O is 0, I and L are 1.
pub fn normalise(typed: &str) -> String {
    let meant = |c: char| match half_width(c).to_ascii_uppercase() {
        '-' | '—' | '–' | '‐' | '−' => None,
        c if c.is_whitespace() => None,
        'O' => Some('0'),
        'I' | 'L' => Some('1'),
        c => Some(c),
    };
    typed.chars().filter_map(meant).collect()
}

/// What is stored: SM3 over the account's salt and the normalised code, 64 hex digits. Text that is no code
/// has a hash that no code has.
pub fn hash(salt: &str, typed: &str) -> String {
    let digest = Sm3::new()
        .chain_update(b"yanzhen/recovery")
        .chain_update((salt.len() as u64).to_be_bytes())
        .chain_update(salt)
        .chain_update(normalise(typed));
    hex(&digest.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_different_codes_of_the_form() {
        let codes = codes();
        let different: std::collections::HashSet<_> = codes.iter().collect();
        assert_eq!((codes.len(), different.len()), (COUNT, COUNT));
        for code in &codes {
            assert_eq!((code.len(), code.find('-')), (11, Some(5)), "{code}");
            assert_eq!(normalise(code), code.replace('-', ""));
        }
    }

    #[test]
    fn typing_is_forgiven() {
        let salt = "17";
        for typed in
            ["01A1B-2C3D4", "oia1b2c3d4", " OL a1b － 2c3d4 ", "０１Ａ１Ｂ—２ｃ３ｄ４", "0iAlB\u{3000}2C3D4"]
        {
            assert_eq!(normalise(typed), "01A1B2C3D4", "{typed}");
            assert_eq!(hash(salt, typed), hash(salt, "01A1B-2C3D4"), "{typed}");
        }
        for other in ["", "01A1B-2C3D", "01A1B-2C3D45", "01A1B-2C3DU", "01A1B-2C3D*", "零一甲乙丙"] {
            assert_ne!(hash(salt, other), hash(salt, "01A1B-2C3D4"), "{other}");
        }
    }

    #[test]
    fn hashes_belong_to_their_account_and_hide_the_code() {
        let hash_of = |salt| hash(salt, "01A1B-2C3D4");
        assert_eq!(hash_of("17").len(), 64);
        assert_ne!(hash_of("17"), hash_of("18"));
        assert_ne!(hash("1", "701A1-B2C3D4"), hash_of("17"), "salt and code do not run together");
    }
}
