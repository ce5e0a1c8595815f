//! Values sealed at rest, and keyed digests to find and check them by.
//!
//! Sealed: version 1, key number (u32, big-endian), nonce (12 bytes), ciphertext, tag (16 bytes).
//! Sealed for one person: version 2, nonce, ciphertext, tag.
//! A digest: `key number:64 hex digits`.

use super::keys::{KeyRing, Purpose, hmac_sm3};
use super::{hex, random, same};
use aes_gcm::AesGcm;
use aes_gcm::aead::consts::U12;
use aes_gcm::aead::{Aead, KeyInit, Payload};
use kernel::{Lang, Message, msg};
use sm4::Sm4;
use zeroize::Zeroizing;

/// SM4-GCM with a 96-bit nonce and a 128-bit tag (RFC 8998).
type Sm4Gcm = AesGcm<Sm4, U12>;

const NONCE: usize = 12;
const TAG: usize = 16;
const BY_RING: u8 = 1;
const BY_PERSON: u8 = 2;

/// Why a sealed value does not open.
#[derive(thiserror::Error, Clone, Copy, PartialEq, Eq, Debug)]
#[error("{}", self.message().text(Lang::Zh))]
pub enum SealError {
    /// Too short, or of a version this program does not know.
    Malformed,
    /// Sealed under a key the ring no longer has: its number.
    UnknownKey(u32),
    /// Changed since it was sealed, or taken from another place.
    Forged,
}

impl SealError {
    /// The fault with its mend, for people.
    pub fn message(self) -> Message {
        match self {
            SealError::Malformed => msg!("加密内容残缺，或由更新的版本写成"),
            SealError::UnknownKey(id) => {
                msg!("密钥里没有 {id} 号；请从密钥备份里补上这一行", id = id)
            }
            SealError::Forged => msg!("加密内容被改过，或不是这一处的"),
        }
    }
}

fn cipher(key: &[u8; 32]) -> Sm4Gcm {
    let (sm4_key, _) = key.split_first_chunk::<16>().expect("32 bytes begin with 16");
    Sm4Gcm::new(sm4_key.into())
}

/// Nonce, ciphertext and tag after the head.
pub(super) fn lock(mut head: Vec<u8>, key: &[u8; 32], context: &str, plain: &[u8]) -> Vec<u8> {
    let nonce = random::<NONCE>();
    let payload = Payload { msg: plain, aad: context.as_bytes() };
    let locked = cipher(key).encrypt(&nonce.into(), payload).expect("a value is shorter than 64 GiB");
    head.extend_from_slice(&nonce);
    head.extend_from_slice(&locked);
    head
}

pub(super) fn unlock(body: &[u8], key: &[u8; 32], context: &str) -> Result<Vec<u8>, SealError> {
    let (nonce, locked) = body.split_first_chunk::<NONCE>().ok_or(SealError::Malformed)?;
    if locked.len() < TAG {
        return Err(SealError::Malformed);
    }
    let payload = Payload { msg: locked, aad: context.as_bytes() };
    cipher(key).decrypt(nonce.into(), payload).map_err(|_| SealError::Forged)
}

fn key_id(sealed: &[u8]) -> Option<(u32, &[u8])> {
    let (id, body) = sealed.strip_prefix(&[BY_RING])?.split_first_chunk::<4>()?;
    Some((u32::from_be_bytes(*id), body))
}

/// The field's length goes first, so that no two pairs of field and value read the same.
fn pair<'a>(length: &'a [u8; 8], field: &'a str, value: &'a str) -> [&'a [u8]; 3] {
    [length, field.as_bytes(), value.as_bytes()]
}

impl KeyRing {
    /// Seals under the newest key with SM4-GCM and a random nonce. The context, such as `account/17/phone`,
    /// is not kept but must be given again to open: a value moved to another row does not open there.
    /// One key may seal some 2³² values before nonces are likely to meet.
    ///
    /// # Panics
    /// Without a random source of the system.
    pub fn seal(&self, context: &str, plain: &[u8]) -> Vec<u8> {
        self.seal_for(Purpose::Seal, context, plain)
    }

    /// Opens what [`KeyRing::seal`] made.
    ///
    /// # Errors
    /// Malformed bytes, a key that has been retired, changed bytes or another context.
    pub fn open(&self, context: &str, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        self.open_for(Purpose::Seal, context, sealed)
    }

    /// [`KeyRing::seal`] under the key of another purpose, such as [`Purpose::Totp`].
    ///
    /// # Panics
    /// Without a random source of the system.
    pub fn seal_for(&self, purpose: Purpose, context: &str, plain: &[u8]) -> Vec<u8> {
        let newest = self.newest();
        let mut head = Vec::with_capacity(5 + NONCE + plain.len() + TAG);
        head.push(BY_RING);
        head.extend_from_slice(&newest.id.to_be_bytes());
        lock(head, newest.key(purpose), context, plain)
    }

    /// Opens what [`KeyRing::seal_for`] made for the same purpose.
    ///
    /// # Errors
    /// As [`KeyRing::open`].
    pub fn open_for(&self, purpose: Purpose, context: &str, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let (id, body) = key_id(sealed).ok_or(SealError::Malformed)?;
        let master = self.by_id(id).ok_or(SealError::UnknownKey(id))?;
        unlock(body, master.key(purpose), context)
    }

    /// Whether a sealed value waits for re-sealing: not under the newest key, or not of this form at all.
    pub fn needs_rotation(&self, sealed: &[u8]) -> bool {
        key_id(sealed).is_none_or(|(id, _)| id != self.newest_id())
    }

    /// [`KeyRing::needs_rotation`] for the text of an index or a digest.
    pub fn digest_needs_rotation(&self, digest: &str) -> bool {
        digest.split_once(':').is_none_or(|(id, _)| id != self.newest_id().to_string())
    }

    /// Text to store beside a sealed value for exact search: HMAC-SM3 under the newest index key.
    /// The same value gives the same text within one field. Normalise the value first (blanks, case).
    pub fn index(&self, field: &str, value: &str) -> String {
        let length = (field.len() as u64).to_be_bytes();
        tag(self.newest(), Purpose::Index, &pair(&length, field, value))
    }

    /// The texts to look a value up by, one for each key of the ring, newest first: rows that have not been
    /// indexed anew since a rotation are found too.
    pub fn index_candidates(&self, field: &str, value: &str) -> Vec<String> {
        let length = (field.len() as u64).to_be_bytes();
        let parts = pair(&length, field, value);
        self.newest_first().map(|m| tag(m, Purpose::Index, &parts)).collect()
    }

    /// Keyed digest under the newest digest key. Check it with [`KeyRing::check_digest`].
    pub fn digest(&self, bytes: &[u8]) -> String {
        self.digest_for(Purpose::Digest, bytes)
    }

    /// Whether a digest was made from these bytes under any key of the ring. Takes the same time wherever
    /// they differ.
    pub fn check_digest(&self, bytes: &[u8], digest: &str) -> bool {
        self.digest_candidates(Purpose::Digest, bytes)
            .iter()
            .fold(false, |found, own| found | same(own.as_bytes(), digest.as_bytes()))
    }

    /// Keyed digest for another purpose, such as a session token that is stored only so.
    pub fn digest_for(&self, purpose: Purpose, bytes: &[u8]) -> String {
        tag(self.newest(), purpose, &[bytes])
    }

    /// The digests to look bytes up by, one for each key of the ring, newest first.
    pub fn digest_candidates(&self, purpose: Purpose, bytes: &[u8]) -> Vec<String> {
        self.newest_first().map(|m| tag(m, purpose, &[bytes])).collect()
    }

    /// Seals a person's key under the ring, to be stored once for each person.
    ///
    /// # Panics
    /// Without a random source of the system.
    pub fn wrap_key(&self, context: &str, key: &PersonKey) -> Vec<u8> {
        self.seal(&wrap_context(context), &*key.0)
    }

    /// Opens what [`KeyRing::wrap_key`] made; re-wrap it on rotation with both.
    ///
    /// # Errors
    /// As [`KeyRing::open`].
    pub fn unwrap_key(&self, context: &str, wrapped: &[u8]) -> Result<PersonKey, SealError> {
        let plain = Zeroizing::new(self.open(&wrap_context(context), wrapped)?);
        let key = plain.as_slice().try_into().map_err(|_| SealError::Malformed)?;
        Ok(PersonKey(Zeroizing::new(key)))
    }
}

/// A wrapped key and an ordinary value of the same place cannot stand for each other.
fn wrap_context(context: &str) -> String {
    format!("wrapped-key/{context}")
}

fn tag(master: &super::keys::Master, purpose: Purpose, parts: &[&[u8]]) -> String {
    format!("{}:{}", master.id, hex(&hmac_sm3(master.key(purpose), parts)))
}

/// The key of one person's history. The values themselves stay in append-only tables; destroying the
/// wrapped key makes them unreadable for good. Wiped on drop.
pub struct PersonKey(Zeroizing<[u8; 32]>);

impl std::fmt::Debug for PersonKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PersonKey(..)")
    }
}

impl PersonKey {
    /// A fresh key.
    ///
    /// # Panics
    /// Without a random source of the system.
    pub fn random() -> PersonKey {
        PersonKey(Zeroizing::new(random()))
    }

    /// Seals a value of this person; the context as in [`KeyRing::seal`].
    ///
    /// # Panics
    /// Without a random source of the system.
    pub fn seal(&self, context: &str, plain: &[u8]) -> Vec<u8> {
        let mut head = Vec::with_capacity(1 + NONCE + plain.len() + TAG);
        head.push(BY_PERSON);
        lock(head, &self.sealing(), context, plain)
    }

    /// Opens what [`PersonKey::seal`] made.
    ///
    /// # Errors
    /// Malformed bytes; changed bytes, another person's key or another context.
    pub fn open(&self, context: &str, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let body = sealed.strip_prefix(&[BY_PERSON]).ok_or(SealError::Malformed)?;
        unlock(body, &self.sealing(), context)
    }

    fn sealing(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(hmac_sm3(&*self.0, &[b"yanzhen/person"]))
    }
}

#[cfg(test)]
mod tests {
    use super::super::unhex;
    use super::*;
    use sm4::cipher::BlockCipherEncrypt;

    const ONE: &str = "1:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    const TWO: &str = "2:8001020304050607f8090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

    fn old() -> KeyRing {
        KeyRing::parse(ONE).unwrap()
    }

    fn rotated() -> KeyRing {
        KeyRing::parse(&format!("{ONE}\n{TWO}")).unwrap()
    }

    fn only_new() -> KeyRing {
        KeyRing::parse(TWO).unwrap()
    }

    #[test]
    fn sm4_answers_as_gbt_32907_appendix_a() {
        let key = unhex::<16>("0123456789abcdeffedcba9876543210").unwrap();
        let mut block = key.into();
        Sm4::new(&key.into()).encrypt_block(&mut block);
        assert_eq!(hex(&block), "681edf34d206965e86b3e94f536e4246");
    }

    #[test]
    fn sm4_gcm_answers_as_rfc_8998_appendix_a1() {
        let mut key = [0; 32];
        key[..16].copy_from_slice(&unhex::<16>("0123456789abcdeffedcba9876543210").unwrap());
        let nonce = unhex::<12>("00001234567800000000abcd").unwrap();
        let aad = unhex::<20>("feedfacedeadbeeffeedfacedeadbeefabaddad2").unwrap();
        let plain: Vec<u8> =
            [0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff, 0xee, 0xaa].into_iter().flat_map(|b| [b; 8]).collect();
        let sealed = cipher(&key).encrypt(&nonce.into(), Payload { msg: &plain, aad: &aad }).unwrap();
        assert_eq!(
            hex(&sealed),
            "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735\
             d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d\
             83de3541e4c2b58177e065a9bf7b62ec"
        );
    }

    #[test]
    fn a_sealed_value_opens_only_in_its_place() {
        let ring = old();
        for plain in [&b""[..], b"13800001234", &[0xff; 5000]] {
            let sealed = ring.seal("account/17/phone", plain);
            assert_eq!((sealed[0], &sealed[1..5]), (1, &[0, 0, 0, 1][..]));
            assert_eq!(sealed.len(), 5 + NONCE + plain.len() + TAG);
            assert_eq!(ring.open("account/17/phone", &sealed).unwrap(), plain);
            for other in ["account/18/phone", "account/17/phon", ""] {
                assert_eq!(ring.open(other, &sealed), Err(SealError::Forged));
            }
            assert_eq!(ring.open_for(Purpose::Totp, "account/17/phone", &sealed), Err(SealError::Forged));
        }
        assert_ne!(ring.seal("c", b"x"), ring.seal("c", b"x"), "nonces differ");
    }

    #[test]
    fn any_changed_byte_and_any_cut_is_noticed() {
        let (ring, person) = (rotated(), PersonKey::random());
        let by_ring = ring.seal("c", b"13800001234");
        let by_person = person.seal("c", b"13800001234");
        for at in 0..by_ring.len() {
            for bit in 0..8 {
                let mut changed = by_ring.clone();
                changed[at] ^= 1 << bit;
                assert!(ring.open("c", &changed).is_err(), "byte {at} bit {bit}");
            }
            assert!(ring.open("c", &by_ring[..at]).is_err(), "cut at {at}");
        }
        for at in 0..by_person.len() {
            let mut changed = by_person.clone();
            changed[at] ^= 0x40;
            assert!(person.open("c", &changed).is_err(), "byte {at}");
            assert!(person.open("c", &by_person[..at]).is_err(), "cut at {at}");
        }
        assert_eq!(ring.open("c", &[&by_ring[..], b"x"].concat()), Err(SealError::Forged));
        assert_eq!(ring.open("c", b""), Err(SealError::Malformed));
    }

    #[test]
    fn rotation_opens_old_values_and_asks_to_reseal_them() {
        let sealed = old().seal("c", b"x");
        let ring = rotated();
        assert!(!old().needs_rotation(&sealed) && ring.needs_rotation(&sealed));
        let again = ring.seal("c", &ring.open("c", &sealed).unwrap());
        assert!(!ring.needs_rotation(&again) && ring.needs_rotation(b""));
        assert_eq!(only_new().open("c", &sealed), Err(SealError::UnknownKey(1)));
        assert_eq!(only_new().open("c", &again).unwrap(), b"x");
    }

    #[test]
    fn values_are_found_across_rotation() {
        let stored = old().index("phone", "13800001234");
        assert!(stored.starts_with("1:") && stored.len() == 66);
        assert_eq!(stored, old().index("phone", "13800001234"));
        let ring = rotated();
        let candidates = ring.index_candidates("phone", "13800001234");
        assert_eq!(candidates, [ring.index("phone", "13800001234"), stored.clone()]);
        assert!(ring.digest_needs_rotation(&stored) && !ring.digest_needs_rotation(&candidates[0]));
        assert_ne!(old().index("phone", "x"), old().index("identity", "x"));
        assert_ne!(old().index("ab", "c"), old().index("a", "bc"));
        assert_ne!(old().index("", "x")[2..], old().digest(b"x")[2..]);
    }

    #[test]
    fn digests_are_checked_under_every_key() {
        let stored = old().digest(b"entry");
        assert!(old().check_digest(b"entry", &stored) && rotated().check_digest(b"entry", &stored));
        assert!(!only_new().check_digest(b"entry", &stored) && !old().check_digest(b"other", &stored));
        assert!(!old().check_digest(b"entry", "") && !old().check_digest(b"entry", &stored[..65]));
        let session = rotated().digest_for(Purpose::Session, b"token");
        assert_eq!(rotated().digest_candidates(Purpose::Session, b"token")[0], session);
        assert_ne!(session, rotated().digest(b"token"));
    }

    #[test]
    fn a_person_s_values_die_with_the_wrapped_key() {
        let ring = old();
        let key = PersonKey::random();
        let wrapped = ring.wrap_key("person/9", &key);
        let value = key.seal("person/9/identity/1", "证件".as_bytes());
        let back = ring.unwrap_key("person/9", &wrapped).unwrap();
        assert_eq!(back.open("person/9/identity/1", &value).unwrap(), "证件".as_bytes());
        assert_eq!(back.open("person/9/identity/2", &value), Err(SealError::Forged));
        assert_eq!(PersonKey::random().open("person/9/identity/1", &value), Err(SealError::Forged));
        assert_eq!(ring.unwrap_key("person/8", &wrapped).unwrap_err(), SealError::Forged);
        assert_eq!(ring.open("person/9", &wrapped), Err(SealError::Forged));
        assert_eq!(ring.open("person/9", &value), Err(SealError::Malformed));
        let short = ring.seal("wrapped-key/person/9", b"short");
        assert_eq!(ring.unwrap_key("person/9", &short).unwrap_err(), SealError::Malformed);
        assert_eq!(format!("{key:?}"), "PersonKey(..)");
    }
}
