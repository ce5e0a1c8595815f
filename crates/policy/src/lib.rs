//! Policy packs: a place's measures (办法) as data. Read, check, show, compare, convert.
//!
//! The contract is PACKS; [`Source`] is a pack's files as read, [`Pack`] what they mean.

mod cases;
mod colours;
mod condition;
mod consequences;
mod coverage;

mod facts;
mod grading;
mod indicators;
mod keys;
mod node;
mod pack;


mod source;
mod workbook;
pub mod zen;

pub use cases::{Case, CaseSubject, Expect};
pub use colours::{COLOURS, ClassifyMissing, ColourTable, Colouring, Rule, Test};
pub use condition::{Condition, Scope, Verdict};
pub use consequences::{ACTIONS, Amount, Consequence, TARGETS};
pub use facts::{Fact, FactType, Value, is_date};
pub use grading::{Grade, Grading, Rounding, TieKey, Ties, Within};
pub use indicators::{Aggregate, Indicator, METHODS, Method, Missing, Points, Target};
pub use node::{Entry, Kind, Node, Pos};
pub use pack::{Pack, PackScope};
pub use source::{OpenError, Source};
pub use workbook::write as workbook;
