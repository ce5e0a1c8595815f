//! Passwords: the rules, hashing with Argon2id, and random ones to hand out.

use super::{half_width, random, random_chars};
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use kernel::{Message, msg};

/// Fewest characters.
pub const SHORTEST: usize = 10;
/// Most characters: what is longer was pasted by mistake.
pub const LONGEST: usize = 128;
/// Fewest of the four kinds: upper case, lower case, digits, others.
const KINDS: usize = 3;
/// This many characters alike or in sequence are too many.
const RUN: usize = 4;

/// Common beginnings of guessing lists, lower case, letters for look-alike digits and signs (see [`plain`]).
/// Runs and repeats have a rule of their own.
const COMMON: [&str; 34] = [
    "password",
    "passwd",
    "admin",
    "administrator",
    "root",
    "qwer",
    "qazwsx",
    "asdf",
    "zxcv",
    "1qaz",
    "iloveyou",
    "letmein",
    "welcome",
    "woaini",
    "wodemima",
    "mima",
    "5201314",
    "1314520",
    "147258",
    "147369",
    "258369",
    "159357",
    "112233",
    "123123",
    "123321",
    "12qw",
    "q1w2",
    "a1b2",
    "abc123",
    "123abc",
    "zuzhibu",
    "dangjian",
    "yanzhen",
    "changeme",
];

/// How much work a hash takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cost {
    /// Memory in KiB, at least 8 for each lane.
    pub memory_kib: u32,
    /// Passes over the memory, at least 1.
    pub passes: u32,
    /// Lanes, at least 1.
    pub lanes: u32,
}

/// Memory for [`Cost::derive_in`], empty until it is first used.
#[derive(Default)]
pub struct Memory(Vec<Block>);

impl std::fmt::Debug for Memory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Memory(..)")
    }
}

impl Default for Cost {
    fn default() -> Self {
        Cost::STANDARD
    }
}

/// A password could not be hashed: the cost is out of Argon2's bounds, or memory is short.
#[derive(thiserror::Error, Clone, PartialEq, Eq, Debug)]
#[error("password hashing: {0}")]
pub struct HashError(String);

impl Cost {
    /// For accounts: OWASP Password Storage Cheat Sheet, first choice for Argon2id with 19 MiB.
    pub const STANDARD: Cost = Cost { memory_kib: 19 * 1024, passes: 2, lanes: 1 };
    /// For tests only: some microseconds.
    pub const LEAST: Cost = Cost { memory_kib: 8, passes: 1, lanes: 1 };

    /// A key from a passphrase and a salt of at least 8 bytes.
    ///
    /// # Errors
    /// A cost out of bounds, a salt too short.
    pub fn derive(self, passphrase: &str, salt: &[u8], key: &mut [u8]) -> Result<(), HashError> {
        let done = self.argon2()?.hash_password_into(passphrase.as_bytes(), salt, key);
        done.map_err(|e| HashError(e.to_string()))
    }

    /// [`Cost::derive`] in memory that is at hand: for who derives often, so that the heap does not grow and shrink by it.
    ///
    /// # Errors
    /// As [`Cost::derive`].
    pub fn derive_in(
        self,
        memory: &mut Memory,
        passphrase: &str,
        salt: &[u8],
        key: &mut [u8],
    ) -> Result<(), HashError> {
        let argon2 = self.argon2()?;
        memory.0.resize(argon2.params().block_count(), Block::default());
        let done = argon2.hash_password_into_with_memory(passphrase.as_bytes(), salt, key, &mut memory.0);
        // What the derivation went through is as secret as its outcome.
        memory.0.fill(Block::default());
        done.map_err(|e| HashError(e.to_string()))
    }

    fn argon2(self) -> Result<Argon2<'static>, HashError> {
        let params = Params::new(self.memory_kib, self.passes, self.lanes, None)
            .map_err(|e| HashError(e.to_string()))?;
        Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
    }

    /// The PHC string of a password with a fresh salt: `$argon2id$v=19$m=…`.
    /// Blocks the thread for the work: call it off the async threads.
    ///
    /// # Errors
    /// A cost out of bounds.
    pub fn hash(self, password: &str) -> Result<String, HashError> {
        let salt = random::<16>();
        let hash = self.argon2()?.hash_password_with_salt(password.as_bytes(), &salt);
        hash.map(|h| h.to_string()).map_err(|e| HashError(e.to_string()))
    }

    /// Whether the password is the hashed one, at the hash's own cost. A hash that cannot be read never
    /// matches, and takes the work of one that can.
    pub fn verify(self, password: &str, hash: &str) -> bool {
        match PasswordHash::new(hash) {
            Ok(parsed) => Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok(),
            Err(_) => self.verify_nobody(password),
        }
    }

    /// The work of [`Cost::verify`] for a login that nobody has, so that time does not tell which logins
    /// exist. Always false.
    pub fn verify_nobody(self, password: &str) -> bool {
        let mut out = [0; Params::DEFAULT_OUTPUT_LEN];
        if let Ok(argon2) = self.argon2() {
            argon2.hash_password_into(password.as_bytes(), b"nobody's account", &mut out).ok();
        }
        std::hint::black_box(out);
        false
    }

    /// Whether a hash was made at another cost or by another algorithm: hash anew at the next login.
    pub fn outdated(self, hash: &str) -> bool {
        let own = format!("$argon2id$v=19$m={},t={},p={}$", self.memory_kib, self.passes, self.lanes);
        !hash.starts_with(&own)
    }
}

/// [`Cost::hash`] at the standard cost.
///
/// # Errors
/// Memory is short.
pub fn hash(password: &str) -> Result<String, HashError> {
    Cost::STANDARD.hash(password)
}

/// [`Cost::verify`] at the standard cost.
pub fn verify(password: &str, hash: &str) -> bool {
    Cost::STANDARD.verify(password, hash)
}

/// [`Cost::verify_nobody`] at the standard cost.
pub fn verify_nobody(password: &str) -> bool {
    Cost::STANDARD.verify_nobody(password)
}

/// All that is wrong with a new password; empty when it will do. Never repeats the password.
pub fn rules(password: &str, login: &str, name: &str) -> Vec<Message> {
    let chars: Vec<char> = password.chars().collect();
    let mut faults = Vec::new();
    if chars.len() < SHORTEST {
        faults.push(msg!("密码至少 {n} 位", n = SHORTEST));
    }
    if chars.len() > LONGEST {
        faults.push(msg!("密码最多 {n} 位", n = LONGEST));
    }
    if kinds(&chars) < KINDS {
        faults.push(msg!("大写字母、小写字母、数字、其他符号，至少要有 {n} 种", n = KINDS));
    }
    let folded = password.to_lowercase();
    // A login of one or two letters is in every other password by chance; names in characters are not.
    let login = login.trim().to_lowercase();
    if login.chars().count() > 2 && folded.contains(&login) {
        faults.push(msg!("密码里不要有登录名"));
    }
    let name = name.trim().to_lowercase();
    if name.chars().count() > if name.is_ascii() { 2 } else { 1 } && folded.contains(&name) {
        faults.push(msg!("密码里不要有姓名"));
    }
    if has_run(&chars) {
        faults.push(msg!("密码里不要有 {n} 个相同或挨着的字符，如 {n} 个 8 或 2345", n = RUN));
    }
    let (plain, folded) = (plain(&folded), folded.as_str());
    if COMMON.iter().any(|c| plain.contains(c) || folded.contains(c)) {
        faults.push(msg!("密码里有常见的组合，容易被猜到；请换一个"));
    }
    faults
}

fn kinds(chars: &[char]) -> usize {
    let tests: [fn(&char) -> bool; 4] = [
        |c| c.is_uppercase(),
        |c| c.is_lowercase(),
        |c| c.is_numeric(),
        |c| !c.is_uppercase() && !c.is_lowercase() && !c.is_numeric(),
    ];
    tests.iter().filter(|t| chars.iter().any(t)).count()
}

/// Whether characters are alike, or letters or digits go up or down one by one.
fn has_run(chars: &[char]) -> bool {
    let folded: Vec<char> = chars.iter().map(|c| half_width(*c).to_ascii_lowercase()).collect();
    folded.windows(RUN).any(|w| {
        let step =
            |d: i64| w.windows(2).all(|p| i64::from(u32::from(p[1])) - i64::from(u32::from(p[0])) == d);
        let ordered = w.iter().all(char::is_ascii_digit) || w.iter().all(char::is_ascii_lowercase);
        step(0) || ordered && (step(1) || step(-1))
    })
}

/// The letters behind look-alike signs, as in `P@ssw0rd`.
fn plain(lower: &str) -> String {
    lower
        .chars()
        .map(|c| match half_width(c) {
            '@' | '4' => 'a',
            '0' => 'o',
            '$' | '5' => 's',
            '!' | '1' => 'i',
            '3' => 'e',
            '7' => 't',
            c => c,
        })
        .collect()
}

/// A random password in groups, such as `km7a-Hx3w-pT9c-4yfe`: some 80 bits, no characters that look alike,
/// keeps the rules.
///
/// # Panics
/// Without a random source of the system.
pub fn random_password() -> String {
    // No 0 O o, 1 I l i, 5 S s, b B, g q, u v, Z z; capitals only where the shape differs from the small one.
    const ALPHABET: &[u8] = b"acdefhjkmnprtwxyADEFHMNRTY2346789";
    loop {
        let groups: Vec<String> = random_chars(ALPHABET, 16).chunks(4).map(|g| g.iter().collect()).collect();
        let password = groups.join("-");
        if rules(&password, "", "").is_empty() {
            return password;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_right_password_and_no_other() {
        let hash = Cost::LEAST.hash("雁阵-Tk8rn2").unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=8,t=1,p=1$"), "{hash}");
        assert!(verify("雁阵-Tk8rn2", &hash) && Cost::LEAST.verify("雁阵-Tk8rn2", &hash));
        for other in ["", "雁阵-Tk8rn", "雁阵-Tk8rn2 ", "雁阵-tk8rn2"] {
            assert!(!verify(other, &hash));
        }
        assert_ne!(hash, Cost::LEAST.hash("雁阵-Tk8rn2").unwrap(), "salts differ");
        assert!(Cost::STANDARD.outdated(&hash) && !Cost::LEAST.outdated(&hash));
    }

    #[test]
    fn unreadable_hashes_and_unknown_logins_never_match() {
        for hash in ["", "x", "$argon2id$v=19$m=8,t=1,p=1$", "$2b$10$abcdefghijklmnopqrstuv"] {
            assert!(!Cost::LEAST.verify("", hash), "{hash}");
        }
        assert!(!Cost::LEAST.verify_nobody("x"));
        assert!(Cost { memory_kib: 1, ..Cost::LEAST }.hash("x").is_err());
    }

    #[test]
    fn the_standard_cost_is_in_the_hash() {
        let hash = hash("x").unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(!Cost::STANDARD.outdated(&hash));
    }

    /// RFC 9106 gives vectors with a secret; this one is of the reference implementation's test.c
    /// (version 0x13, t=2, m=2^8, p=1, "password", "somesalt").
    #[test]
    fn argon2id_answers_as_the_reference_implementation() {
        let cost = Cost { memory_kib: 256, passes: 2, lanes: 1 };
        let mut out = [0; 32];
        cost.argon2().unwrap().hash_password_into(b"password", b"somesalt", &mut out).unwrap();
        assert_eq!(
            super::super::hex(&out),
            "9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe"
        );
    }

    #[test]
    fn memory_at_hand_derives_the_same_and_forgets() {
        let cost = Cost { memory_kib: 64, passes: 2, lanes: 1 };
        let (mut memory, mut plain) = (Memory::default(), [0; 32]);
        cost.derive("password", b"somesalt", &mut plain).unwrap();
        for _ in 0..2 {
            let mut out = [0; 32];
            cost.derive_in(&mut memory, "password", b"somesalt", &mut out).unwrap();
            assert_eq!(out, plain);
            assert!(memory.0.len() == 64 && memory.0.iter().all(|b| b.as_ref().iter().all(|n| *n == 0)));
        }
    }

    fn keys(password: &str) -> Vec<&'static str> {
        rules(password, "zhangsan", "张例三").iter().map(Message::key).collect()
    }

    const SHORT: &str = "密码至少 {n} 位";
    const FEW: &str = "大写字母、小写字母、数字、其他符号，至少要有 {n} 种";
    const HAS_RUN: &str = "密码里不要有 {n} 个相同或挨着的字符，如 {n} 个 8 或 2345";
    const HAS_COMMON: &str = "密码里有常见的组合，容易被猜到；请换一个";

    #[test]
    fn good_passwords_pass() {
        for good in ["Tk8rn2-wxe", "雁过留声Tk8293", "MaoLing 2016 cun", "xq9!xq9!xq9"] {
            assert!(keys(good).is_empty(), "{good}: {:?}", keys(good));
        }
    }

    #[test]
    fn each_rule_refuses_its_own() {
        for (bad, fault) in [
            ("Tk8rn2-wx", SHORT),
            ("tkrnwxecfh8", FEW),
            ("tk8rn2wxecfh", FEW),
            ("Tk8-ZhangSan", "密码里不要有登录名"),
            ("Tk8rn2张例三xx", "密码里不要有姓名"),
            ("Tk8rn2-9999", HAS_RUN),
            ("Tk8rn2-2345", HAS_RUN),
            ("Tk8rn2-8765", HAS_RUN),
            ("Tk8rn2-aBcD", HAS_RUN),
            ("Tk8rn2-２３４５", HAS_RUN),
            ("Tk8rn2。。。。", HAS_RUN),
            ("My-P@ssw0rd-8", HAS_COMMON),
            ("Qwer-8t9y2k", HAS_COMMON),
            ("Hi5201314-km", HAS_COMMON),
            ("Adm1n-8t92k", HAS_COMMON),
        ] {
            assert_eq!(keys(bad), [fault], "{bad}");
        }
        assert_eq!(keys(&"Tk8-".repeat(33)), ["密码最多 {n} 位"]);
    }

    #[test]
    fn all_faults_come_at_once_and_none_repeats_the_password() {
        assert_eq!(keys("1234"), [SHORT, FEW, HAS_RUN]);
        assert_eq!(keys(""), [SHORT, FEW]);
        for fault in rules("zhangsan", "zhangsan", "zhangsan") {
            assert!(!fault.text(kernel::Lang::En).contains("zhangsan"));
        }
    }

    #[test]
    fn short_logins_do_not_count() {
        assert!(rules("Tk8rn2-wxe", "k8", "n").is_empty());
        assert!(rules("Tk8rn2-wxe", "", "").is_empty());
    }

    #[test]
    fn random_passwords_keep_the_rules() {
        let drawn: std::collections::HashSet<String> = (0..200).map(|_| random_password()).collect();
        assert_eq!(drawn.len(), 200);
        for password in drawn {
            assert_eq!((password.len(), password.matches('-').count()), (19, 3));
            assert!(rules(&password, "zhangsan", "张例三").is_empty(), "{password}");
            assert!(!password.contains(|c| "0Oo1IliSs5ZzgqbB".contains(c)), "{password}");
        }
    }
}
