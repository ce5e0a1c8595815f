//! Policy packs: a place's measures (办法) as data. Read, check, show, compare, convert.
//!
//! The contract is PACKS; [`Source`] is a pack's files as read, [`Pack`] what they mean.

mod cases;
pub mod chains;
mod colours;
mod condition;
mod consequences;
mod coverage;
mod diff;
pub mod duty;
mod edit;
mod facts;
mod files;
mod grading;
mod indicators;
mod items;
mod keys;
mod node;
mod pack;
pub mod people;
pub mod pools;
pub mod posts;
mod rule;
mod schema;
mod show;
mod source;
mod workbook;
pub mod zen;

pub use cases::{Case, CaseSubject, Expect};
pub use chains::{Chains, ChainsSection};
pub use colours::{COLOURS, ClassifyMissing, ColourTable, Colouring, Rule, Test};
pub use condition::{Condition, Scope, Verdict};
pub use consequences::{ACTIONS, Amount, Consequence, TARGETS};
pub use diff::{Change, Op, changes, diff};
pub use duty::{Duty, DutySection};
pub use edit::{Column, Edit, Form, Grid, Section, place};
pub use facts::{Fact, FactType, Value, ValueRef, is_date};
pub use files::Files;
pub use grading::{Grade, Grading, Rounding, TieKey, Ties, Within};
pub use indicators::{Aggregate, Indicator, METHODS, Method, Missing, Points, Target};
pub use items::Item;
pub use node::{Entry, Kind, Node, Pos};
pub use pack::{Pack, PackScope, RESULT_COLUMNS};
pub use people::{People, PeopleSection};
pub use pools::{Pools, PoolsSection};
pub use posts::{Posts, PostsSection, national};
pub use rule::{missing_text, source_text};
pub use schema::schema;
pub use show::{Document, Format, action_text, colour_text, document, lead_words, target_text};
pub use source::{OpenError, Source, TABLES};
pub use workbook::write as workbook;
