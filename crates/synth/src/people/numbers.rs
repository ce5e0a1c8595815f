//! Numbers that nobody has.
//!
//! - Identity numbers: the six digits of the invented county, under 99, where GB/T 2260 has no division; the check
//!   character is right, so that programs take them.
//! - Phone numbers: eleven digits beginning with 100. Mobile numbers begin with 13 to 19; 100 opens the five-digit
//!   service numbers of carriers, so no person has a longer one.
//! - Bank accounts: nineteen digits beginning with 999. Cards issued in China begin with 3, 4, 5 or 6; the first digit 9
//!   is left to national bodies (ISO/IEC 7812), and none of them issues such numbers.

use super::Person;
use crate::dice::Dice;
use standards::{IdentityNumber, Sex};
use std::collections::BTreeSet;

#[derive(Default)]
pub(super) struct Numbers {
    taken: BTreeSet<String>,
    given: u32,
}

impl Numbers {
    /// Gives a person its numbers; `identity` holds the birthday until then.
    pub fn give(&mut self, person: &mut Person, county: &str, dice: &mut Dice) {
        self.given += 1;
        // The county's last digit keeps neighbours apart.
        let own = county.get(5..6).unwrap_or("0");
        person.phone = format!("100{own}{:07}", u64::from(self.given) * 37 % 10_000_000);
        if !person.bank.is_empty() {
            person.bank = format!("999{own}{:015}", u64::from(self.given) * 7_919 + 10_000_000);
        }
        let part = |text: &str, r: std::ops::Range<usize>| {
            text.get(r).and_then(|t| t.parse::<u32>().ok()).unwrap_or(1)
        };
        let born = person.identity.clone();
        let birth = (part(&born, 0..4), part(&born, 5..7), part(&born, 8..10));
        let sex = if person.sex == "2" { Sex::Female } else { Sex::Male };
        let first = dice.below(100) as u32;
        let free = (0..100).find_map(|n| {
            let number = IdentityNumber::synthetic(county, birth, (first + n) % 100, sex)?;
            let text = number.reveal().to_owned();
            self.taken.insert(text.clone()).then_some(text)
        });
        person.identity = free.unwrap_or_default();
    }
}
