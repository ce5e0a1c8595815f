//! Files that may be of one person: proposed with reasons, compared field by field, made one, and made two again.
//!
//! - [`pairs`]: which files may be of one person, and why. Pure.
//! - [`store`]: what is asked of the tables; what somebody said is not the same.
//! - [`compare`]: two files side by side, and which value is kept.
//! - [`merge`]: one file goes into the other; what moved is sealed.
//! - [`undo`]: both are restored.

pub mod compare;
pub mod merge;
pub mod pairs;
pub mod store;
pub mod undo;
