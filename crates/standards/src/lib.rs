//! National standards: division codes, identity numbers, code sets, dates as offices write them, names made findable,
//! appointment forms (LRMX, LRM), kinship.
//!
//! Source: DOMAIN, "Data standards".

pub mod bundle;
mod codes;
pub mod dates;
mod division;
mod fold;
mod identity;
pub mod kinship;
pub mod lrm;
pub mod lrmx;
pub mod names;
mod near;

pub use codes::{
    Code, CodeFault, DEGREES, EDUCATION, ETHNIC_GROUPS, MARITAL_STATUS, POLITICAL_STATUS, SEX, degree_from,
    education_from, ethnic_from, label_of, marital_from, political_from, sex_from,
};
pub use dates::{Age, PartialDate, parse_loose};
pub use division::{DivisionCode, DivisionFault, TownshipKind, VillageKind};
pub use fold::fold_name;
pub use identity::{
    IdentityClash, IdentityFault, IdentityNote, IdentityNumber, Repaired, SYNTHETIC_AREA, Sex,
    repair_identity, repair_identity_number,
};
pub use lrmx::{Lrmx, LrmxFault};
pub use names::{NameKeys, loosened};
