//! The second factor: time-based one-time codes (RFC 6238, SHA-1, 6 digits, 30 seconds).

use super::{half_width, random, same};
use totp_rs::{Algorithm, Builder, Secret, Totp};
use zeroize::Zeroizing;

/// Seconds a code stands for.
pub const STEP_SECONDS: u64 = 30;
/// Steps before and after now that are accepted: phones' clocks differ.
const WINDOW: u64 = 1;
const DIGITS: u8 = 6;
const ISSUER: &str = "雁阵";

/// Bytes of a secret: 160 bits (RFC 4226, section 4).
pub const SECRET: usize = 20;

/// A fresh secret to share with an authenticator, wiped on drop. Store it sealed.
///
/// # Panics
/// Without a random source of the system.
pub fn new_secret() -> Zeroizing<[u8; SECRET]> {
    Zeroizing::new(random())
}

/// The secret in groups of four letters and digits, for typing when no camera is at hand (RFC 4648 base 32).
pub fn typed(secret: &[u8]) -> String {
    let mut out = String::new();
    for (at, c) in base32(secret).chars().enumerate() {
        if at > 0 && at % 4 == 0 {
            out.push(' ');
        }
        out.push(c);
    }
    out
}

/// What an authenticator reads from the QR code. The account is shown to its owner in the app.
pub fn url(secret: &[u8], account: &str) -> String {
    // A colon separates issuer and account even when escaped.
    let account = percent(&account.replace([':', '：'], " "));
    let issuer = percent(ISSUER);
    let secret = base32(secret);
    format!(
        "otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}\
         &algorithm=SHA1&digits={DIGITS}&period={STEP_SECONDS}"
    )
}

/// The six digits at a time in Unix seconds. `None` unless the secret has [`SECRET`] bytes.
pub fn code(secret: &[u8], unix_seconds: u64) -> Option<String> {
    Some(totp(secret)?.generate(unix_seconds).to_string())
}

/// The step a code stands for, or `None` when it is wrong. Accepts the step of the time given (Unix seconds)
/// and one on each side, but no step at or before `last_step_used`: store the returned step and give it back
/// at the next check, and a code works once. Blanks and full-width digits are forgiven.
pub fn check(secret: &[u8], code: &str, unix_seconds: u64, last_step_used: Option<u64>) -> Option<u64> {
    let typed: String = code.chars().map(half_width).filter(|c| !c.is_whitespace()).collect();
    let totp = totp(secret)?;
    let now = unix_seconds / STEP_SECONDS;
    (now.saturating_sub(WINDOW)..=now + WINDOW)
        .filter(|step| last_step_used.is_none_or(|last| *step > last))
        .find(|step| same(totp.generate(step * STEP_SECONDS).to_string().as_bytes(), typed.as_bytes()))
}

fn totp(secret: &[u8]) -> Option<Totp> {
    let builder = Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(DIGITS)
        .with_step_duration(STEP_SECONDS)
        .with_secret(Secret::new_stack(secret.try_into().ok()?));
    Some(builder.build_noncompliant())
}

/// RFC 4648 base 32 without padding.
fn base32(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut out = String::new();
    for chunk in bytes.chunks(5) {
        let bits = chunk.iter().fold(0u64, |acc, b| acc << 8 | u64::from(*b)) << (8 * (5 - chunk.len()));
        for at in 0..(chunk.len() * 8).div_ceil(5) {
            out.push(char::from(LETTERS[(bits >> (35 - 5 * at) & 31) as usize]));
        }
    }
    out
}

/// All but the unreserved characters of RFC 3986 as `%XX`.
fn percent(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const RFC: &[u8] = b"12345678901234567890";

    fn at(time: u64) -> String {
        code(RFC, time).unwrap()
    }

    /// RFC 6238, appendix B, SHA-1: time and the last six of its eight digits.
    const VECTORS: [(u64, &str); 6] = [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ];

    #[test]
    fn codes_answer_as_rfc_6238_appendix_b() {
        for (time, code) in VECTORS {
            assert_eq!(at(time), code);
            assert_eq!(check(RFC, code, time, None), Some(time / 30));
        }
    }

    #[test]
    fn one_step_on_each_side_is_accepted_and_no_more() {
        let (time, code) = VECTORS[3];
        let step = time / 30;
        let begin = step * 30;
        for good in [begin - 30, begin, begin + 29, begin + 59] {
            assert_eq!(check(RFC, code, good, None), Some(step), "{good}");
        }
        for bad in [begin - 31, begin + 60] {
            assert_eq!(check(RFC, code, bad, None), None, "{bad}");
        }
        assert_eq!(check(RFC, &at(0), 0, None), Some(0));
    }

    #[test]
    fn a_code_works_once_and_older_ones_no_more() {
        let (time, code) = VECTORS[3];
        let step = check(RFC, code, time, None).unwrap();
        assert_eq!(check(RFC, code, time, Some(step)), None);
        assert_eq!(check(RFC, &at(time - 30), time, Some(step)), None);
        assert_eq!(check(RFC, &at(time + 30), time, Some(step)), Some(step + 1));
        assert_eq!(check(RFC, code, time, Some(step - 1)), Some(step));
    }

    #[test]
    fn typing_is_forgiven_and_other_codes_are_not() {
        let (time, code) = VECTORS[0];
        assert_eq!(code, "287082");
        for good in ["287 082", " 287082\n", "２８７０８２"] {
            assert_eq!(check(RFC, good, time, None), Some(1), "{good}");
        }
        for bad in ["", "287083", "87082", "0287082", "28708a", "二八七"] {
            assert_eq!(check(RFC, bad, time, None), None, "{bad}");
        }
        assert_eq!(check(b"short", code, time, None), None);
    }

    #[test]
    fn base32_answers_as_rfc_4648_section_10() {
        for (plain, text) in [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(base32(plain.as_bytes()), text);
        }
    }

    #[test]
    fn the_url_is_what_authenticators_read() {
        assert_eq!(
            url(RFC, "wang:li 甲"),
            "otpauth://totp/%E9%9B%81%E9%98%B5:wang%20li%20%E7%94%B2?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
             &issuer=%E9%9B%81%E9%98%B5&algorithm=SHA1&digits=6&period=30"
        );
        assert_eq!(typed(RFC), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        assert_ne!(new_secret(), new_secret());
    }
}
