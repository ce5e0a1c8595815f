//! The endings of village names.

/// Endings of committees, longest first, and how much of each goes when the stem would be a single character.
const COMMITTEES: [(&str, &str); 8] = [
    ("社区居民委员会", "居民委员会"),
    ("社区居委会", "居委会"),
    ("村民委员会", "民委员会"),
    ("居民委员会", "居民委员会"),
    ("村委会", "委会"),
    ("居委会", "居委会"),
    ("行政村", "行政村"),
    ("自然村", "自然村"),
];
const KINDS: [&str; 3] = ["社区", "小区", "村"];

/// A village's name without its ending: 例家 for 例家村, 例家村村民委员会, 例家社区. A single character keeps its ending: 例村.
pub fn place_stem(name: &str) -> &str {
    let long = |stem: &str| stem.chars().nth(1).is_some();
    let mut stem = name;
    if let Some((whole, part)) = COMMITTEES.iter().find(|(whole, _)| stem.ends_with(whole)) {
        let short = stem.strip_suffix(whole).filter(|s| long(s));
        stem = short.or_else(|| stem.strip_suffix(part).filter(|s| long(s))).unwrap_or(stem);
    }
    KINDS.iter().find_map(|kind| stem.strip_suffix(kind)).filter(|s| long(s)).unwrap_or(stem)
}
