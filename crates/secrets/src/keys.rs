//! The one door to the county's master keys.

use super::{keyfile, random, unhex};
use hmac::{Hmac, KeyInit, Mac};
use kernel::{Lang, Message, msg};
use sm3::Sm3;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Where the master keys are.
#[derive(Clone, Debug)]
pub enum KeySource {
    /// A file that only its owner may read.
    File(PathBuf),
    /// The name of an environment variable that holds the same text; commas may stand for line ends.
    Env(String),
}

/// What a derived key is for. A key never serves two purposes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purpose {
    /// Sealing values at rest.
    Seal,
    /// Exact search over sealed values.
    Index,
    /// Keyed digests: audit chain, receipts.
    Digest,
    /// Second-factor secrets.
    Totp,
    /// Session tokens.
    Session,
}

impl Purpose {
    const ALL: [Purpose; 5] =
        [Purpose::Seal, Purpose::Index, Purpose::Digest, Purpose::Totp, Purpose::Session];

    /// The word in the derivation. Changing one makes all stored values of the purpose unreadable.
    fn word(self) -> &'static str {
        match self {
            Purpose::Seal => "seal",
            Purpose::Index => "index",
            Purpose::Digest => "digest",
            Purpose::Totp => "totp",
            Purpose::Session => "session",
        }
    }
}

/// What is wrong with a key file or variable.
#[derive(thiserror::Error, Debug)]
#[error("{}", self.message().text(Lang::Zh))]
#[expect(missing_docs, reason = "the messages below say each")]
pub enum KeyError {
    Read { path: PathBuf, source: std::io::Error },
    Write { path: PathBuf, source: std::io::Error },
    Variable { name: String },
    Exposed { path: PathBuf, mode: u32 },
    Line { line: usize },
    Order { line: usize, id: u32 },
    Weak { line: usize },
    Empty,
    Exists { path: PathBuf },
    Unknown { id: u32 },
    Newest { id: u32 },
}

impl KeyError {
    /// The fault with its mend, for people. Never holds key text.
    pub fn message(&self) -> Message {
        match self {
            KeyError::Read { path, source } => {
                msg!("读不了密钥文件 {path}：{error}", path = shown(path), error = source.to_string())
            }
            KeyError::Write { path, source } => {
                msg!("写不了密钥文件 {path}：{error}", path = shown(path), error = source.to_string())
            }
            KeyError::Variable { name } => msg!("没有设置环境变量 {name}", name = name),
            KeyError::Exposed { path, mode } => msg!(
                "密钥文件 {path} 别的用户也能读写（权限 {mode}）；请运行 chmod 600 {path}",
                path = shown(path),
                mode = format!("{mode:03o}")
            ),
            KeyError::Line { line } => {
                msg!("密钥第 {line} 行写得不对，应是“编号:64 位十六进制数”", line = *line)
            }
            KeyError::Order { line, id } => {
                msg!("密钥第 {line} 行的编号 {id} 应比上一行的大", line = *line, id = *id)
            }
            KeyError::Weak { line } => {
                msg!("密钥第 {line} 行不像随机生成的；请让系统新建密钥", line = *line)
            }
            KeyError::Empty => msg!("密钥文件里没有密钥"),
            KeyError::Exists { path } => msg!("{path} 已经有了，不覆盖", path = shown(path)),
            KeyError::Unknown { id } => msg!("没有 {id} 号密钥", id = *id),
            KeyError::Newest { id } => msg!("{id} 号是正在用的密钥，不能停用；请先新增一个", id = *id),
        }
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// One master key and the keys derived from it, wiped on drop.
pub(super) struct Master {
    pub id: u32,
    derived: [Zeroizing<[u8; 32]>; Purpose::ALL.len()],
}

impl Master {
    fn new(id: u32, key: &[u8; 32]) -> Self {
        Master {
            id,
            derived: Purpose::ALL.map(|p| {
                let label = format!("yanzhen/{}", p.word());
                Zeroizing::new(hmac_sm3(key, &[label.as_bytes()]))
            }),
        }
    }

    pub fn key(&self, purpose: Purpose) -> &[u8; 32] {
        &self.derived[purpose as usize]
    }
}

/// HMAC-SM3 (GB/T 15852.2) over the parts one after another.
pub(super) fn hmac_sm3(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sm3>::new_from_slice(key).expect("HMAC takes keys of any length");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// The numbered master keys, newest last. The newest seals; all of them open.
pub struct KeyRing {
    /// Never empty, ids strictly ascending.
    keys: Vec<Master>,
}

impl std::fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeyRing").field("ids", &self.ids()).finish_non_exhaustive()
    }
}

impl KeyRing {
    /// Reads the keys. Lines are `id:hex64`, ids positive and ascending; `#` begins a comment line.
    ///
    /// # Errors
    /// Unreadable source, a file that others may read, a line of another form, no key at all.
    pub fn load(source: &KeySource) -> Result<KeyRing, KeyError> {
        match source {
            KeySource::File(path) => KeyRing::parse(&keyfile::read(path)?),
            KeySource::Env(name) => {
                let text = std::env::var(name).map_err(|_| KeyError::Variable { name: name.clone() })?;
                KeyRing::parse(&Zeroizing::new(Zeroizing::new(text).replace(',', "\n")))
            }
        }
    }

    /// A ring from the text of a key file.
    ///
    /// # Errors
    /// A line of another form, no key at all.
    pub fn parse(text: &str) -> Result<KeyRing, KeyError> {
        let mut keys: Vec<Master> = Vec::new();
        for (at, line) in text.lines().enumerate() {
            let (line, text) = (at + 1, line.trim());
            if text.is_empty() || text.starts_with('#') {
                continue;
            }
            let (id, key) = parse_line(text).ok_or(KeyError::Line { line })?;
            if keys.last().is_some_and(|k| k.id >= id) {
                return Err(KeyError::Order { line, id });
            }
            // A key of one repeated byte was typed by someone, not drawn.
            if key.iter().all(|b| *b == key[0]) {
                return Err(KeyError::Weak { line });
            }
            keys.push(Master::new(id, &key));
        }
        if keys.is_empty() { Err(KeyError::Empty) } else { Ok(KeyRing { keys }) }
    }

    /// A ring of one fresh key that is kept nowhere: for tests and throw-away demonstrations.
    ///
    /// # Panics
    /// Without a random source of the system.
    pub fn throw_away() -> KeyRing {
        KeyRing { keys: vec![Master::new(1, &Zeroizing::new(random()))] }
    }

    /// Makes a key file of mode 600 with one random key, number 1.
    ///
    /// # Errors
    /// The file exists already, or cannot be written.
    pub fn create_file(path: &Path) -> Result<(), KeyError> {
        keyfile::create(path)
    }

    /// Appends a fresh key, which seals from the next load on. Returns its number.
    /// The file is replaced in one step and keeps its comments and its owner.
    ///
    /// # Errors
    /// Those of [`KeyRing::load`], or the file cannot be written.
    pub fn add_key(path: &Path) -> Result<u32, KeyError> {
        keyfile::add(path)
    }

    /// Removes an old key. Values still sealed under it can never be read again: re-seal first.
    ///
    /// # Errors
    /// Those of [`KeyRing::load`], no such key, the newest key, or the file cannot be written.
    pub fn retire(path: &Path, id: u32) -> Result<(), KeyError> {
        keyfile::retire(path, id)
    }

    /// Number of the key that seals.
    pub fn newest_id(&self) -> u32 {
        self.newest().id
    }

    /// Numbers of all keys, ascending.
    pub fn ids(&self) -> Vec<u32> {
        self.keys.iter().map(|k| k.id).collect()
    }

    /// The newest key derived for a purpose, HMAC-SM3(master, "yanzhen/" + word). Wiped on drop.
    pub fn purpose_key(&self, purpose: Purpose) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(*self.newest().key(purpose))
    }

    pub(super) fn newest(&self) -> &Master {
        self.keys.last().expect("a ring has a key")
    }

    pub(super) fn by_id(&self, id: u32) -> Option<&Master> {
        self.keys.iter().find(|k| k.id == id)
    }

    /// Newest first: most look-ups hit the first.
    pub(super) fn newest_first(&self) -> impl Iterator<Item = &Master> {
        self.keys.iter().rev()
    }
}

/// Number and key of a line without blanks around it.
pub(super) fn parse_line(line: &str) -> Option<(u32, Zeroizing<[u8; 32]>)> {
    let (id, key) = line.split_once(':')?;
    let id = id.trim();
    if !id.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let id = id.parse().ok().filter(|id| *id > 0)?;
    Some((id, Zeroizing::new(unhex(key.trim())?)))
}

#[cfg(test)]
mod tests {
    use super::super::hex;
    use super::*;

    const ONE: &str = "1:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

    #[test]
    fn hmac_sm3_answers_as_openssl_and_as_the_definition() {
        // openssl dgst -sm3 -mac HMAC -macopt hexkey:0001…1f, over "abc".
        let key: [u8; 32] = std::array::from_fn(|i| i as u8);
        assert_eq!(
            hex(&hmac_sm3(&key, &[b"a", b"bc"])),
            "a8f95cf26f204957e7ca73c9602a25dda35f168b28103b51dfc968c810416b63"
        );
        for length in [0, 1, 32, 63, 64, 65, 200] {
            let key: Vec<u8> = (0..length).map(|i| i as u8).collect();
            assert_eq!(hmac_sm3(&key, &[b"message"]), by_definition(&key, b"message"), "{length}");
        }
    }

    /// RFC 2104 from the bare hash.
    fn by_definition(key: &[u8], message: &[u8]) -> [u8; 32] {
        use sm3::Digest;
        let mut block = [0u8; 64];
        match key.len() {
            0..=64 => block[..key.len()].copy_from_slice(key),
            _ => block[..32].copy_from_slice(&Sm3::digest(key)),
        }
        let inner = Sm3::digest([&block.map(|b| b ^ 0x36), message].concat());
        Sm3::digest([&block.map(|b| b ^ 0x5c)[..], &inner[..]].concat()).into()
    }

    #[test]
    fn purposes_have_different_keys_derived_as_written() {
        let ring = KeyRing::parse(ONE).unwrap();
        let master: [u8; 32] = std::array::from_fn(|i| i as u8);
        assert_eq!(*ring.purpose_key(Purpose::Seal), hmac_sm3(&master, &[b"yanzhen/seal"]));
        assert_eq!(*ring.purpose_key(Purpose::Session), hmac_sm3(&master, &[b"yanzhen/session"]));
        let mut all: Vec<_> = Purpose::ALL.iter().map(|p| *ring.purpose_key(*p)).collect();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), Purpose::ALL.len());
    }

    #[test]
    fn text_with_comments_and_blanks_is_read() {
        let text = format!("# county 341502\n\n {ONE} \r\n7: {}\n", "0A".repeat(31) + "0b");
        let ring = KeyRing::parse(&text).unwrap();
        assert_eq!((ring.ids(), ring.newest_id()), (vec![1, 7], 7));
        assert_eq!(format!("{ring:?}"), "KeyRing { ids: [1, 7], .. }");
    }

    #[test]
    fn bad_text_is_refused_with_its_line() {
        let key = &ONE[2..];
        for (text, line) in [
            (format!("0:{key}"), 1),
            (format!("# c\n-1:{key}"), 2),
            (format!("+1:{key}"), 1),
            (format!("4294967296:{key}"), 1),
            (format!(":{key}"), 1),
            (key.to_owned(), 1),
            (format!("{ONE}00"), 1),
            (ONE[..60].to_owned(), 1),
        ] {
            assert!(matches!(KeyRing::parse(&text), Err(KeyError::Line { line: l }) if l == line), "{text}");
        }
        let same = format!("{ONE}\n{ONE}");
        assert!(matches!(KeyRing::parse(&same), Err(KeyError::Order { line: 2, id: 1 })));
        assert!(matches!(KeyRing::parse(&format!("1:{}", "00".repeat(32))), Err(KeyError::Weak { line: 1 })));
        assert!(matches!(KeyRing::parse("# nothing\n"), Err(KeyError::Empty)));
    }

    #[test]
    fn a_missing_variable_is_named() {
        let fault = KeyRing::load(&KeySource::Env("YANZHEN_NO_SUCH_KEYS".into())).unwrap_err();
        assert_eq!(fault.to_string(), "没有设置环境变量 YANZHEN_NO_SUCH_KEYS");
        assert_eq!(
            fault.message().text(Lang::En),
            "the environment variable YANZHEN_NO_SUCH_KEYS is not set"
        );
    }
}
