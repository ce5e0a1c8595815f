//! Pages of posts.

pub mod change;
pub mod overview;
pub mod profile;
pub mod table;
pub mod village;

/// `2026-01-15` as `2026年1月15日`, `2026-01` as `2026年1月`; other texts as they are.
pub(crate) fn day_text(day: &str) -> String {
    let parts: Vec<&str> = day.split('-').collect();
    let n = |t: &str| t.trim_start_matches('0').to_owned();
    match parts.as_slice() {
        [y, m, d] => format!("{y}年{}月{}日", n(m), n(d)),
        [y, m] => format!("{y}年{}月", n(m)),
        _ => day.to_owned(),
    }
}
