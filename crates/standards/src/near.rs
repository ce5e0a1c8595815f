//! Words that look like a word: what to offer when one is not known.

/// The most that are offered.
const MOST: usize = 5;

/// The candidates that share characters with a text, nearest first, at most five.
pub(crate) fn near<'a, T: Copy>(text: &str, candidates: impl Iterator<Item = (&'a str, T)>) -> Vec<T> {
    // A long text is no word; it would only cost time.
    let text: Vec<char> = text.chars().take(40).collect();
    let mut scored: Vec<(u32, T)> = candidates
        .filter_map(|(word, value)| {
            let length = word.chars().count() + text.len();
            let shared = word.chars().filter(|c| text.contains(c)).count();
            let score = u32::try_from(shared * 2000 / length.max(1)).unwrap_or(0);
            (score >= 300).then_some((score, value))
        })
        .collect();
    scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    scored.into_iter().map(|(_, value)| value).take(MOST).collect()
}
