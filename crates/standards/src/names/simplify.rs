//! Traditional characters made simplified, one by one: names have no phrases to go by.

use crate::fold_name;
use std::sync::OnceLock;

const PAIRS: &str = include_str!("../../data/simplified.txt");

fn table() -> &'static [(char, char)] {
    static TABLE: OnceLock<Vec<(char, char)>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let pair = |line: &str| {
            let mut chars = line.chars();
            Some((chars.next()?, chars.next()?))
        };
        let mut table: Vec<_> =
            PAIRS.lines().filter(|line| !line.starts_with('#')).filter_map(pair).collect();
        table.sort_unstable();
        table
    })
}

/// A character in its simplified form.
pub(super) fn simple(c: char) -> char {
    if c < '\u{2e80}' {
        return c;
    }
    let table = table();
    table.binary_search_by_key(&c, |(from, _)| *from).map_or(c, |at| table[at].1)
}

/// A name folded and in simplified characters. 乾 stays as it is.
pub fn simplified(name: &str) -> String {
    fold_name(name).chars().map(simple).collect()
}
