//! LRM, the older appointment form: GBK, 33 quoted fields with commas between them. Source: DOMAIN section 3.

use crate::lrmx::{Lrmx, LrmxFault};
use kernel::msg;

/// Reads an LRM file into the form that LRMX gives.
///
/// # Errors
/// The first thing that is wrong: field, line, reason and mend.
pub fn read(_bytes: &[u8]) -> Result<Lrmx, LrmxFault> {
    Err(LrmxFault::new("", 0, msg!("是空的")))
}
