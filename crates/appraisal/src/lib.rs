//! Engines: facts and marks in; scores, grades, colours, proposals and explanations out.
//!
//! Exact to the hundredth, the same bytes whatever the number of threads. Source: PACKS.

mod cases;
mod classify;
mod columns;
mod engine;
mod excuses;
mod explain;
mod facts;
mod grade;
mod marks;
mod output;
mod plan;
mod proposals;
mod raters;
mod robust;
mod rule;

mod score;
mod whatif;

pub use cases::{CaseFailure, CaseReport, run_cases};
pub use classify::{Classified, classify, explain_colour, explain_colour_json, write_colours};
pub use columns::{Column, Numbers, Texts};
pub use engine::{Appraisal, Group, Subject, TooLarge, appraise, appraise_excusing};
pub use excuses::{Excuses, Lenient, RULES};
pub use explain::{Explanation, IndicatorExplanation, explain, explain_json};
pub use facts::{FactReader, Facts};
pub use grade::{NO_GRADE, fill, seats};
pub use marks::{MarkReader, Marks};
pub use output::{OutFormat, TableCell, header, write_results, write_table};
pub use plan::{Plan, Slot};
pub use proposals::{Proposal, Proposals, propose, write_proposals};
pub use raters::{IndicatorReport, RaterReport, Raters, Severity, raters};
pub use robust::{Robust, RobustSubject, robust};
pub use score::{ABSENT, Cell};
pub use whatif::{Change, TownshipChange, WhatIf, whatif};
