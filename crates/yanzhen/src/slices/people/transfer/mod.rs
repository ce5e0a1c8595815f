//! A file handed to another county, and one taken in: a signed package that only its passphrase opens.
//!
//! - [`package`]: the package itself: what is in it, how it is sealed, signed, opened and checked.
//! - [`contents`]: a file as a package holds it; read from the tables.
//! - [`outgoing`]: hand over, wait for the receipt, cancel.
//! - [`incoming`]: open, look, take in, give a receipt.

pub mod contents;
pub mod incoming;
pub mod outgoing;
pub mod package;
