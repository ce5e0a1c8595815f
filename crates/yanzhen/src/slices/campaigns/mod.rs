//! Selection campaigns (公开选拔、招录): published from a pack, applied for by oneself or by recommendation, led through
//! their stages one by one, each outcome by name, up to the decision.
//!
//! The public's pages are a process of their own: `exchange` publishes to their folder and takes letters out of it.

pub mod actions;
pub mod deciding;
pub mod eligibility;
pub mod entering;
pub mod exchange;
pub mod marking;
pub mod model;
pub mod noticing;

mod rules;
pub mod store;

pub use model::{Campaign, Entry};
pub use rules::campaigns_of;
