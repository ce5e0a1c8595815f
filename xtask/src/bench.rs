//! `cargo xtask bench`

use crate::run::Done;

/// Measures speed and memory.
pub fn run(_args: &[String]) -> Done {
    Err("not here yet".into())
}
