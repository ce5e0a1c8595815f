//! National standards: division codes, identity numbers, code sets, name folding.
//!
//! Source: DOMAIN, "Data standards".

mod codes;
mod division;
mod fold;
mod identity;

pub use codes::{Code, EDUCATION, ETHNIC_GROUPS, POLITICAL_STATUS, SEX, label_of};
pub use division::{DivisionCode, DivisionFault, TownshipKind, VillageKind};
pub use fold::fold_name;
pub use identity::{IdentityFault, IdentityNumber, Sex};
