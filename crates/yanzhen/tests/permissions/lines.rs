//! Every route's line: the table's, and those that slices keep in files of their own.

use crate::table::Line;

/// All of them.
pub fn all() -> impl Iterator<Item = &'static Line> {
    crate::table::LINES
        .iter()
        .chain(crate::reviews::LINES)
        .chain(crate::inquiries::LINES)
        .chain(crate::membership::LINES)
        .chain(crate::vacancies::LINES)
        .chain(crate::campaigns::LINES)
}
