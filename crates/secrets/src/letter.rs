//! Letters to one reader: whoever has the reader's public key seals, the reader alone opens (SM2 public-key encryption,
//! GB/T 32918.4, of a key of its own for every letter; SM4-GCM for what it says). And the small tools of those who write
//! them: keyed digests, sealing under a key that is at hand, padding that hides how long a text is.
//!
//! A letter: `YZL1`, the sealed key (C1 C3 C2, 129 bytes), nonce (12), ciphertext, tag (16).

use super::seal::{SealError, lock, unlock};
use super::{hex, keys, random, unhex};
use getrandom::SysRng;
use sm2::pke::{DecryptingKey, EncryptingKey};
use sm2::{PublicKey, SecretKey};
use zeroize::Zeroizing;

const MAGIC: &[u8; 4] = b"YZL1";
/// Bytes of an uncompressed point, the digest and the key itself.
const WRAPPED: usize = 65 + 32 + 32;
/// Version of what is sealed under a key at hand.
const BY_KEY: u8 = 3;

/// A reader of letters: the private side of a key. Wiped on drop.
pub struct Reader {
    key: DecryptingKey,
    secret: Zeroizing<[u8; 32]>,
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Reader(..)")
    }
}

impl Reader {
    /// A new one.
    ///
    /// # Panics
    /// Without a random source of the system.
    pub fn random() -> Reader {
        loop {
            // All but a sliver of what may be drawn is a key.
            if let Some(reader) = Reader::of(&*Zeroizing::new(random::<32>())) {
                return reader;
            }
        }
    }

    /// From its secret's 32 bytes; `None` for what is no key.
    pub fn of(secret: &[u8]) -> Option<Reader> {
        let bytes = Zeroizing::new(<[u8; 32]>::try_from(secret).ok()?);
        let secret = SecretKey::from_slice(&*bytes).ok()?;
        Some(Reader { key: DecryptingKey::new(secret), secret: bytes })
    }

    /// Its secret, to be stored sealed.
    pub fn secret(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(self.secret.to_vec())
    }

    /// Its public side: an uncompressed point in hex digits.
    pub fn public(&self) -> String {
        hex(&self.key.encrypting_key().to_sec1_bytes())
    }

    /// Opens what [`seal_to`] made for this reader in the same context.
    ///
    /// # Errors
    /// Not a letter; one for another reader, changed, or of another context.
    pub fn open(&self, context: &str, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let rest = sealed.strip_prefix(MAGIC).ok_or(SealError::Malformed)?;
        let (wrapped, body) = rest.split_first_chunk::<WRAPPED>().ok_or(SealError::Malformed)?;
        let key = Zeroizing::new(self.key.decrypt(wrapped).map_err(|_| SealError::Forged)?);
        let key = Zeroizing::new(<[u8; 32]>::try_from(key.as_slice()).map_err(|_| SealError::Malformed)?);
        unlock(body, &key, context)
    }
}

/// Whether a text is the public side of a key: a point of the curve in hex digits.
pub fn is_public_key(public: &str) -> bool {
    encrypting(public).is_some()
}

fn encrypting(public: &str) -> Option<EncryptingKey> {
    let key = PublicKey::from_sec1_bytes(&unhex::<65>(public)?).ok()?;
    Some(EncryptingKey::new(key))
}

/// Seals for the reader with that public key; `None` where it is no key.
///
/// # Panics
/// Without a random source of the system.
pub fn seal_to(public: &str, context: &str, plain: &[u8]) -> Option<Vec<u8>> {
    let reader = encrypting(public)?;
    let key = Zeroizing::new(random::<32>());
    let wrapped = reader.encrypt(&mut SysRng, &*key).ok()?;
    let head = [MAGIC.as_slice(), &wrapped].concat();
    Some(lock(head, &key, context, plain))
}

/// Seals under a key that is at hand.
///
/// # Panics
/// Without a random source of the system.
pub fn seal_with(key: &[u8; 32], context: &str, plain: &[u8]) -> Vec<u8> {
    lock(vec![BY_KEY], key, context, plain)
}

/// Opens what [`seal_with`] made.
///
/// # Errors
/// Malformed bytes; changed bytes, another key or another context.
pub fn open_with(key: &[u8; 32], context: &str, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
    unlock(sealed.strip_prefix(&[BY_KEY]).ok_or(SealError::Malformed)?, key, context)
}

/// HMAC-SM3 (GB/T 15852.2) over the parts, each with its length before it, so that no two lists read the same.
pub fn keyed(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let framed: Vec<u8> = parts
        .iter()
        .flat_map(|p| (p.len() as u64).to_be_bytes().into_iter().chain(p.iter().copied()))
        .collect();
    keys::hmac_sm3(key, &[&framed])
}

/// Lower-case hex digits.
pub fn to_hex(bytes: &[u8]) -> String {
    hex(bytes)
}

/// Bytes of hex digits of either case; `None` for anything else.
pub fn from_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    unhex(text)
}

/// Equality whose time depends on the lengths alone.
pub fn same(a: &[u8], b: &[u8]) -> bool {
    super::same(a, b)
}

/// The text with its length before it and zeros after it: 4 KiB, or twice as much until it fits.
pub fn padded(plain: &[u8]) -> Vec<u8> {
    const LEAST: usize = 4 << 10;
    let mut size = LEAST;
    while size < plain.len() + 4 {
        size *= 2;
    }
    let mut out = Vec::with_capacity(size);
    out.extend_from_slice(&u32::try_from(plain.len()).expect("a text is shorter than 4 GiB").to_be_bytes());
    out.extend_from_slice(plain);
    out.resize(size, 0);
    out
}

/// The text in what [`padded`] made.
pub fn unpadded(padded: &[u8]) -> Option<&[u8]> {
    let (length, rest) = padded.split_first_chunk::<4>()?;
    rest.get(..u32::from_be_bytes(*length) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sm2_opens_what_another_implementation_sealed() {
        // The vector of the crate's own test, C1 C3 C2; its key and text are of another implementation.
        let secret = unhex::<32>("3DDD2A3679BF6F1DFC3B49D3E99114718E48EC170EB4E4D3A82052DAB19E8B50").unwrap();
        let cipher = unhex::<106>(
            "041ed68db303f5bc6bce516d5a62e1cd16781d3007df6864d970a56d46a6cecca0e0d33bfc71e78c440ae6afeef1a18cce473b3e\
             27002189a058ddadc9182c80a3f13be66476ba6ef66d95a7fb11f30de441b3b66d566e48348bd830e584e7ec37f9b704ef32eba9055c",
        );
        let reader = Reader::of(&secret).unwrap();
        assert_eq!(reader.key.decrypt(&cipher.unwrap()).unwrap(), b"plaintext");
    }

    #[test]
    fn a_letter_opens_for_its_reader_in_its_context_alone() {
        let (reader, other) = (Reader::random(), Reader::random());
        for plain in [&b""[..], b"x", &[7; 9000]] {
            let sealed = seal_to(&reader.public(), "letter", plain).unwrap();
            assert_eq!(sealed.len(), 4 + WRAPPED + 12 + plain.len() + 16);
            assert_eq!(reader.open("letter", &sealed).unwrap(), plain);
            assert!(other.open("letter", &sealed).is_err() && reader.open("status", &sealed).is_err());
        }
        let again = Reader::of(&reader.secret()).unwrap();
        assert_eq!(again.public(), reader.public());
        assert!(
            Reader::of(&[0; 32]).is_none() && Reader::of(&[255; 32]).is_none() && Reader::of(b"x").is_none()
        );
    }

    #[test]
    fn any_changed_byte_and_any_cut_of_a_letter_is_noticed() {
        let reader = Reader::random();
        let sealed = seal_to(&reader.public(), "letter", b"x").unwrap();
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(reader.open("letter", &changed).is_err(), "byte {at}");
            assert!(reader.open("letter", &sealed[..at]).is_err(), "cut at {at}");
        }
    }

    #[test]
    fn no_key_is_taken_for_one() {
        let good = Reader::random().public();
        assert!(is_public_key(&good) && is_public_key(&good.to_uppercase()));
        let off_the_curve =
            format!("{}{}", &good[..good.len() - 1], if good.ends_with('0') { '1' } else { '0' });
        for bad in ["", "04", "zz", off_the_curve.as_str(), &"00".repeat(65)] {
            assert!(!is_public_key(bad) && seal_to(bad, "letter", b"x").is_none(), "{bad}");
        }
    }

    #[test]
    fn sizes_tell_no_lengths() {
        for length in [0, 1, 4091, 4092] {
            assert_eq!(padded(&vec![1; length]).len(), 4096, "{length}");
        }
        assert_eq!(padded(&[1; 4093]).len(), 8192);
        for plain in [&b""[..], b"abc", &[9; 5000]] {
            assert_eq!(unpadded(&padded(plain)).unwrap(), plain);
        }
        assert!(unpadded(b"").is_none() && unpadded(&[0, 0, 0, 9, 1]).is_none());
    }

    #[test]
    fn a_key_at_hand_seals_and_digests_keep_their_parts_apart() {
        let sealed = seal_with(&[1; 32], "status", b"x");
        assert_eq!(open_with(&[1; 32], "status", &sealed).unwrap(), b"x");
        assert!(
            open_with(&[2; 32], "status", &sealed).is_err() && open_with(&[1; 32], "other", &sealed).is_err()
        );
        assert!(open_with(&[1; 32], "status", b"").is_err());
        assert_ne!(keyed(b"k", &[b"ab", b"c"]), keyed(b"k", &[b"a", b"bc"]));
        assert_eq!(from_hex::<2>(&to_hex(&[1, 255])), Some([1, 255]));
    }
}
