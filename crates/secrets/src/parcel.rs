//! What goes from one installation to another: signed with the sender's key (SM2 with SM3, GB/T 32918), sealed with a
//! passphrase that both sides know (Argon2id, SM4-GCM).
//!
//! Sealed: `YZP1`, salt (16 bytes), memory in KiB, passes and lanes (u32 each, big-endian), nonce, ciphertext, tag.

use super::password::{Cost, HashError};
use super::seal::{SealError, lock, unlock};
use super::{hex, random, sm3_hex, unhex};
use sm2::SecretKey;
use sm2::dsa::signature::{Signer as _, Verifier as _};
use sm2::dsa::{Signature, SigningKey, VerifyingKey};
use zeroize::Zeroizing;

/// What a signer is called in the hash of a signature where nothing else is agreed on (GM/T 0009).
const DISTINGUISHING: &str = "1234567812345678";

/// A key that signs.
pub struct Signer(SigningKey);

impl Signer {
    /// A new one.
    ///
    /// # Panics
    /// Without a random source of the system.
    pub fn random() -> Signer {
        loop {
            let bytes = Zeroizing::new(random::<32>());
            // All but a sliver of what may be drawn is a key.
            if let Some(signer) = Signer::of(&*bytes) {
                return signer;
            }
        }
    }

    /// From its secret's 32 bytes; `None` for what is no key.
    pub fn of(secret: &[u8]) -> Option<Signer> {
        let secret = SecretKey::from_slice(secret).ok()?;
        SigningKey::new(DISTINGUISHING, &secret).ok().map(Signer)
    }

    /// Its secret, to be stored sealed.
    pub fn secret(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(self.0.to_bytes().to_vec())
    }

    /// Its public side: an uncompressed point in hex digits.
    pub fn public(&self) -> String {
        hex(&self.0.verifying_key().to_sec1_bytes())
    }

    /// Signs bytes: r and s in hex digits.
    pub fn sign(&self, bytes: &[u8]) -> String {
        hex(&self.0.sign(bytes).to_bytes())
    }
}

/// Whether a signature is of these bytes by the key with that public side.
pub fn is_signed(public: &str, bytes: &[u8], signature: &str) -> bool {
    let key = unhex::<65>(public).and_then(|p| VerifyingKey::from_sec1_bytes(DISTINGUISHING, &p).ok());
    let signature = unhex::<64>(signature.trim()).and_then(|s| Signature::from_slice(&s).ok());
    matches!((key, signature), (Some(key), Some(signature)) if key.verify(bytes, &signature).is_ok())
}

/// What two offices read to each other to know a key: 32 hex digits in fours.
pub fn fingerprint(public: &str) -> String {
    let digest = sm3_hex(public.as_bytes());
    let fours: Vec<&str> = (0..8).filter_map(|n| digest.get(n * 4..n * 4 + 4)).collect();
    fours.join(" ")
}

/// Letters of a code that is read aloud and typed: none is taken for another.
const SPOKEN: &[u8] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";

/// A code to be told by telephone: 16 letters in fours.
pub fn spoken_code() -> String {
    let letters = super::random_chars(SPOKEN, 16);
    letters.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

const MAGIC: &[u8; 4] = b"YZP1";
const CONTEXT: &str = "parcel";
/// Stronger than for accounts: whoever holds a parcel may guess for years.
const COST: Cost = Cost { memory_kib: 64 << 10, passes: 3, lanes: 1 };
/// What a parcel may ask of the machine that opens it.
const MOST: Cost = Cost { memory_kib: 256 << 10, passes: 10, lanes: 4 };

fn key(passphrase: &str, salt: &[u8], cost: Cost) -> Result<Zeroizing<[u8; 32]>, HashError> {
    let mut key = Zeroizing::new([0; 32]);
    cost.derive(passphrase, salt, &mut *key)?;
    Ok(key)
}

/// Seals bytes with a passphrase. Takes a tenth of a second and 64 MiB.
///
/// # Errors
/// Memory is short.
///
/// # Panics
/// Without a random source of the system.
pub fn lock_with(passphrase: &str, plain: &[u8]) -> Result<Vec<u8>, HashError> {
    let salt = random::<16>();
    let mut head = MAGIC.to_vec();
    head.extend_from_slice(&salt);
    for n in [COST.memory_kib, COST.passes, COST.lanes] {
        head.extend_from_slice(&n.to_be_bytes());
    }
    Ok(lock(head, &*key(passphrase, &salt, COST)?, CONTEXT, plain))
}

/// Opens what [`lock_with`] made.
///
/// # Errors
/// Not a parcel, one that asks for more work than it may, another passphrase, changed bytes.
pub fn open_with(passphrase: &str, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
    let rest = sealed.strip_prefix(MAGIC).ok_or(SealError::Malformed)?;
    let (salt, mut rest) = rest.split_first_chunk::<16>().ok_or(SealError::Malformed)?;
    let mut number = || {
        let (n, after) = rest.split_first_chunk::<4>().ok_or(SealError::Malformed)?;
        rest = after;
        Ok(u32::from_be_bytes(*n))
    };
    let cost = Cost { memory_kib: number()?, passes: number()?, lanes: number()? };
    if cost.memory_kib > MOST.memory_kib || cost.passes > MOST.passes || cost.lanes > MOST.lanes {
        return Err(SealError::Malformed);
    }
    let key = key(passphrase, salt, cost).map_err(|_| SealError::Malformed)?;
    unlock(rest, &key, CONTEXT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sm2_answers_as_gbt_32918_5_appendix_a() {
        // GB/T 32918.5-2017, A.2: the key pair, the message and a signature made with the standard's own random number.
        let secret = "3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8";
        let public = "0409F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020\
                      CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13";
        let signature = "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3\
                         B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA";
        let signer = Signer::of(&unhex::<32>(secret).unwrap()).unwrap();
        assert_eq!(signer.public(), public.to_lowercase());
        assert!(is_signed(public, b"message digest", signature));
        assert!(!is_signed(public, b"message digesu", signature));
    }

    #[test]
    fn only_the_key_that_signed_and_the_bytes_signed() {
        let (signer, other) = (Signer::random(), Signer::random());
        let signature = signer.sign(b"abc");
        assert!(is_signed(&signer.public(), b"abc", &signature));
        assert!(!is_signed(&other.public(), b"abc", &signature));
        assert!(!is_signed(&signer.public(), b"abd", &signature));
        for bad in ["", "00", &signature[2..], &signature.replace(&signature[..4], "zzzz")] {
            assert!(!is_signed(&signer.public(), b"abc", bad), "{bad}");
        }
        let again = Signer::of(&signer.secret()).unwrap();
        assert_eq!(again.public(), signer.public());
        assert_eq!(fingerprint(&signer.public()).len(), 39);
        assert!(Signer::of(&[0; 32]).is_none() && Signer::of(&[255; 32]).is_none());
    }

    #[test]
    fn a_parcel_opens_with_its_passphrase_alone() {
        let sealed = lock_with("例山到例水 2026", b"plain").unwrap();
        assert_eq!(open_with("例山到例水 2026", &sealed).unwrap(), b"plain");
        assert_eq!(open_with("例山到例水 2027", &sealed), Err(SealError::Forged));
        assert_eq!(open_with("例山到例水 2026", &sealed[..30]), Err(SealError::Malformed));
        let mut heavy = sealed.clone();
        heavy[20] = 0xff;
        assert_eq!(open_with("例山到例水 2026", &heavy), Err(SealError::Malformed));
        let mut forged = sealed;
        *forged.last_mut().unwrap() ^= 1;
        assert_eq!(open_with("例山到例水 2026", &forged), Err(SealError::Forged));
    }

    #[test]
    fn codes_are_read_aloud() {
        let code = spoken_code();
        assert_eq!((code.len(), code.matches('-').count()), (19, 3));
        assert_ne!(code, spoken_code());
    }
}
