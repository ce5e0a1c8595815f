//! The package: a ZIP of a manifest in the clear, its signature, and the sealed contents, a ZIP again. No database.

use super::contents::Contents;
use kernel::{Message, msg};
use platform::secrets::parcel::{self, Signer};
use platform::secrets::{SealError, sm3_hex};
use serde::{Deserialize, Serialize};
use standards::bundle::{read_files, write_many};

/// What the program calls the first form of packages.
const FORMAT: &str = "yanzhen-transfer-1";
const MANIFEST: &str = "manifest.json";
const SIGNATURE: &str = "signature.txt";
const SEALED: &str = "sealed.bin";
const PERSON: &str = "person.json";
const FORM: &str = "person.lrmx";
/// The most files of a package's contents.
const MOST_FILES: usize = 200;
/// The most bytes of a package's contents.
const MOST_BYTES: usize = 200 << 20;

/// What a package says of itself without its passphrase: nothing of whom it is about.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    format: String,
    /// The sending county's six digits.
    pub county: String,
    pub county_name: String,
    /// The county it is for, as the sender wrote it.
    pub to: String,
    /// `2026-11-22`.
    pub made_on: String,
    /// The public side of the county's key.
    pub public: String,
    /// SM3 of the sealed contents: by it a package is known again.
    pub digest: String,
}

/// A package whose signature holds; sealed still.
#[derive(Clone, Debug)]
pub struct Package {
    pub manifest: Manifest,
    sealed: Vec<u8>,
}

/// A file that travels with its record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Enclosed {
    pub contents: Contents,
    /// The appointment form.
    pub form: Vec<u8>,
    /// The bytes of each of the contents' files, in their order.
    pub files: Vec<Vec<u8>>,
}

/// Packs contents: the bytes of the package, and its manifest. Takes a tenth of a second and 64 MiB.
///
/// # Errors
/// Memory is short, or the packer holds no more.
pub fn pack(
    (county, county_name): (&str, &str),
    to: &str,
    made_on: &str,
    enclosed: &Enclosed,
    passphrase: &str,
    signer: &Signer,
) -> Result<(Vec<u8>, Manifest), String> {
    let wrong = |e: &dyn std::fmt::Display| e.to_string();
    let person = serde_json::to_vec(&enclosed.contents).map_err(|e| wrong(&e))?;
    let mut inner = vec![(PERSON.to_owned(), person), (FORM.to_owned(), enclosed.form.clone())];
    inner.extend(enclosed.files.iter().enumerate().map(|(n, bytes)| (format!("files/{n}"), bytes.clone())));
    let inner = write_many(&inner).map_err(|e| wrong(&e))?;
    let sealed = parcel::lock_with(passphrase, &inner).map_err(|e| wrong(&e))?;
    let manifest = Manifest {
        format: FORMAT.to_owned(),
        county: county.to_owned(),
        county_name: county_name.to_owned(),
        to: to.to_owned(),
        made_on: made_on.to_owned(),
        public: signer.public(),
        digest: sm3_hex(&sealed),
    };
    let told = serde_json::to_vec_pretty(&manifest).map_err(|e| wrong(&e))?;
    let signature = signer.sign(&told).into_bytes();
    let files = [(MANIFEST, told), (SIGNATURE, signature), (SEALED, sealed)];
    let files: Vec<(String, Vec<u8>)> = files.into_iter().map(|(n, b)| (n.to_owned(), b)).collect();
    Ok((write_many(&files).map_err(|e| wrong(&e))?, manifest))
}

/// Reads a package and holds it to its signature.
///
/// # Errors
/// What is wrong with it, and what to do.
pub fn read(bytes: &[u8]) -> Result<Package, Message> {
    let broken = || msg!("不是完整的转递包；请让转出单位重新发送原来的文件，不要解开或改名里面的内容");
    let files = read_files(bytes, 3, MOST_BYTES).map_err(|_| broken())?;
    let [(first, told), (second, signature), (third, sealed)] = files.as_slice() else {
        return Err(broken());
    };
    if (first.as_str(), second.as_str(), third.as_str()) != (MANIFEST, SIGNATURE, SEALED) {
        return Err(broken());
    }
    let manifest: Manifest = serde_json::from_slice(told).map_err(|_| broken())?;
    if manifest.format != FORMAT {
        return Err(msg!("转递包由更新的版本做成；请先升级本系统"));
    }
    let signature = std::str::from_utf8(signature).unwrap_or_default();
    if !parcel::is_signed(&manifest.public, told, signature) {
        return Err(msg!("签名对不上：清单被改过，或签名不是转出单位的。没有打开，请与转出单位核对"));
    }
    if sm3_hex(sealed) != manifest.digest {
        return Err(msg!("摘要对不上：内容被改过或没有传完整。没有打开，请让转出单位重新发送"));
    }
    Ok(Package { manifest, sealed: sealed.clone() })
}

impl Package {
    /// Opens it. Takes a tenth of a second and 64 MiB.
    ///
    /// # Errors
    /// The passphrase is another, or what the sender put in does not fit together.
    pub fn open(&self, passphrase: &str) -> Result<Enclosed, Message> {
        let inner = parcel::open_with(passphrase, &self.sealed).map_err(|e| match e {
            SealError::Forged => msg!("口令不对；请向转出单位问清口令，注意大小写"),
            other => other.message(),
        })?;
        enclosed(&inner)
    }
}

/// The contents of a package that was opened, from the bytes of the inner archive or as they were kept since.
///
/// # Errors
/// What does not fit together.
pub fn enclosed(inner: &[u8]) -> Result<Enclosed, Message> {
    let broken = || msg!("转递包里的内容不完整；请让转出单位重新做一个");
    let mut files = read_files(inner, MOST_FILES, MOST_BYTES).map_err(|_| broken())?.into_iter();
    let (Some((person, json)), Some((form, lrmx))) = (files.next(), files.next()) else {
        return Err(broken());
    };
    if (person.as_str(), form.as_str()) != (PERSON, FORM) {
        return Err(broken());
    }
    let contents: Contents = serde_json::from_slice(&json).map_err(|_| broken())?;
    let files: Vec<Vec<u8>> = files.map(|(_, bytes)| bytes).collect();
    let whole = files.len() == contents.files.len()
        && files.iter().zip(&contents.files).all(|(bytes, file)| sm3_hex(bytes) == file.hash);
    if !whole || contents.values.get("name").is_none_or(String::is_empty) {
        return Err(broken());
    }
    Ok(Enclosed { contents, form: lrmx, files })
}

/// Contents as they are kept, sealed by the county's own keys, until they are taken in.
///
/// # Errors
/// The packer holds no more.
pub fn keep(enclosed: &Enclosed) -> Result<Vec<u8>, String> {
    let person = serde_json::to_vec(&enclosed.contents).map_err(|e| e.to_string())?;
    let mut inner = vec![(PERSON.to_owned(), person), (FORM.to_owned(), enclosed.form.clone())];
    inner.extend(enclosed.files.iter().enumerate().map(|(n, bytes)| (format!("files/{n}"), bytes.clone())));
    write_many(&inner).map_err(|e| e.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::slices::people::transfer::contents::File;

    fn made() -> (Vec<u8>, Enclosed, Signer) {
        let bytes = b"\x89PNG\r\n\x1a\nexample".to_vec();
        let mut contents = Contents { receipt: "ABCD-EFGH".into(), ..Contents::default() };
        contents.values.insert("name".into(), "陈例转".into());
        contents.values.insert("identity".into(), "99000019850603001X".into());
        contents.files.push(File { name: "例.png".into(), photo: false, hash: sm3_hex(&bytes), id: 7 });
        let enclosed = Enclosed { contents, form: b"<Person/>".to_vec(), files: vec![bytes] };
        let signer = Signer::random();
        let (zip, _) =
            pack(("990101", "例山县"), "例水县", "2026-11-22", &enclosed, "Li8shan-dao", &signer).unwrap();
        (zip, enclosed, signer)
    }

    #[test]
    fn what_is_packed_opens_with_its_passphrase_alone() {
        let (zip, enclosed, signer) = made();
        let package = read(&zip).unwrap();
        assert_eq!(
            (package.manifest.county.as_str(), &package.manifest.public),
            ("990101", &signer.public())
        );
        assert_eq!(package.open("Li8shan-dao").unwrap(), enclosed);
        assert_eq!(
            package.open("Li8shan-daO").unwrap_err().key(),
            "口令不对；请向转出单位问清口令，注意大小写"
        );
        // Nothing of the person travels in the clear.
        let clear = String::from_utf8_lossy(&zip).into_owned();
        assert!(!clear.contains("99000019850603001X") && !clear.contains("陈例转"));
        assert_eq!(super::enclosed(&keep(&enclosed).unwrap()).unwrap(), enclosed);
    }

    fn again(zip: &[u8], change: impl Fn(&mut Vec<(String, Vec<u8>)>)) -> Result<Package, Message> {
        let mut files = read_files(zip, 9, MOST_BYTES).unwrap();
        change(&mut files);
        read(&write_many(&files).unwrap())
    }

    #[test]
    fn what_was_changed_is_refused() {
        let (zip, ..) = made();
        assert!(again(&zip, |_| ()).is_ok());
        // A letter of the manifest, a digit of the signature, a byte of each region of what is sealed: magic, salt, cost,
        // nonce, ciphertext, tag.
        let said = |files: &mut Vec<(String, Vec<u8>)>| {
            files[0].1 =
                String::from_utf8(files[0].1.clone()).unwrap().replace("例水县", "例火县").into_bytes();
        };
        assert!(again(&zip, said).unwrap_err().key().starts_with("签名对不上"));
        let signed = |files: &mut Vec<(String, Vec<u8>)>| {
            files[1].1[5] = if files[1].1[5] == b'0' { b'1' } else { b'0' };
        };
        assert!(again(&zip, signed).unwrap_err().key().starts_with("签名对不上"));
        let sealed = read_files(&zip, 3, MOST_BYTES).unwrap()[2].1.len();
        for at in [0, 4, 20, 24, 32, 48, sealed - 17, sealed - 1] {
            let why = again(&zip, |files| files[2].1[at] ^= 1).unwrap_err();
            assert!(why.key().starts_with("摘要对不上"), "{at}");
        }
        // Signed anew by somebody else, it is somebody else's: the fingerprint tells.
        let forged = again(&zip, |files| {
            let forger = Signer::random();
            let mut manifest: Manifest = serde_json::from_slice(&files[0].1).unwrap();
            manifest.public = forger.public();
            files[0].1 = serde_json::to_vec_pretty(&manifest).unwrap();
            files[1].1 = forger.sign(&files[0].1).into_bytes();
        });
        assert_ne!(forged.unwrap().manifest.public, read(&zip).unwrap().manifest.public);
        for cut in [0, 10, zip.len() / 2, zip.len() - 1] {
            assert!(read(&zip[..cut]).is_err(), "{cut}");
        }
        assert!(again(&zip, |files| files.push(("more.txt".into(), vec![1]))).is_err());
        assert!(again(&zip, |files| files.swap(0, 2)).is_err());
        assert!(again(&zip, |files| drop(files.pop())).is_err());
        // A flipped byte of the archive is refused, or one that says nothing.
        let whole = read(&zip).unwrap();
        for at in (0..zip.len()).step_by(7) {
            let mut other = zip.clone();
            other[at] ^= 0x41;
            if let Ok(package) = read(&other) {
                assert_eq!((&package.manifest, &package.sealed), (&whole.manifest, &whole.sealed), "{at}");
            }
        }
    }

    #[test]
    fn a_bomb_is_not_inflated() {
        let zeros = vec![0; 64 << 20];
        let files = [(MANIFEST, zeros), (SIGNATURE, vec![1]), (SEALED, vec![1])];
        let zip = write_many(&files.map(|(n, b)| (n.to_owned(), b))).unwrap();
        assert!(zip.len() < 1 << 20);
        assert!(read(&zip).is_err());
    }
}
