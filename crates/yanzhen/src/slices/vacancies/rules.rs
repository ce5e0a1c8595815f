//! What the packs say of vacancies.

use crate::slices::posts::{Book, InForce};
use policy::{Chains, Pack};

impl InForce for Chains {
    fn in_force(packs: &[&Pack], day: &str) -> Chains {
        Chains::in_force(packs.iter().copied(), day)
    }
}

/// What holds for every village of the county.
pub type Chainbook = Book<Chains>;
