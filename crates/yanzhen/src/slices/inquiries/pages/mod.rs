//! Pages of asking people where they are.

pub mod call;
pub mod links;
pub mod list;

/// `2026-11-22` of a moment, as a page says it; empty for none.
fn on(at: Option<i64>) -> String {
    at.map(crate::slices::places::pages::day_text).unwrap_or_default()
}
