//! Numbers of people as lists and files show them, until somebody states a reason.

/// The characters without blanks and hyphens.
fn bare(text: &str) -> Vec<char> {
    text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect()
}

fn stars(count: usize) -> String {
    "*".repeat(count)
}

/// `138****5678`; of other numbers with at least 7 digits the last 4 stay, of shorter ones nothing.
pub fn mask_phone(phone: &str) -> String {
    let chars = bare(phone.trim().trim_start_matches("+86"));
    match chars.len() {
        11 if chars[0] == '1' => {
            format!("{}****{}", text(&chars[..3]), text(&chars[7..]))
        }
        n if n >= 7 => format!("{}{}", stars(n - 4), text(&chars[n - 4..])),
        n => stars(n),
    }
}

/// `3415********0*1*` for a resident identity number (GB 11643): prefecture, and the first and last digit of the
/// sequence number, enough to tell two people of one place apart. Eight stars stand for what is left out.
/// Of other documents the first two characters stay when there are at least 7.
pub fn mask_identity(number: &str) -> String {
    let chars = bare(number);
    match chars.len() {
        18 => format!("{}********{}*{}*", text(&chars[..4]), chars[14], chars[16]),
        n if n >= 7 => format!("{}{}", text(&chars[..2]), stars(n - 2)),
        n => stars(n),
    }
}

/// Stars and the last four digits of a bank account of at least 8 digits; of a shorter one nothing.
pub fn mask_bank(account: &str) -> String {
    let chars = bare(account);
    match chars.len() {
        n if n >= 8 => format!("{}{}", stars(n - 4), text(&chars[n - 4..])),
        n => stars(n),
    }
}

fn text(chars: &[char]) -> String {
    chars.iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phones() {
        for (phone, masked) in [
            ("13800005678", "138****5678"),
            ("138 0000 5678", "138****5678"),
            ("+86 138-0000-5678", "138****5678"),
            ("0564-3330123", "*******0123"),
            ("3330123", "***0123"),
            ("110", "***"),
            ("", ""),
        ] {
            assert_eq!(mask_phone(phone), masked, "{phone}");
        }
    }

    #[test]
    fn identity_numbers() {
        for (number, masked) in [
            ("341502199504010317", "3415********0*1*"),
            ("34150219950401103X", "3415********1*3*"),
            ("341502950401031", "34*************"),
            ("E12345678", "E1*******"),
            ("12345", "*****"),
            ("例例例例例例例", "例例*****"),
            ("", ""),
        ] {
            assert_eq!(mask_identity(number), masked, "{number}");
        }
    }

    #[test]
    fn bank_accounts() {
        assert_eq!(mask_bank("6217 0000 0000 0001 234"), "***************1234");
        assert_eq!(mask_bank("12345678"), "****5678");
        assert_eq!(mask_bank("1234567"), "*******");
    }
}
