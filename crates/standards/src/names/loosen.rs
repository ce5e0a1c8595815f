//! Forgiving search: what else a query may have meant.

/// Which key of [`super::NameKeys`] a candidate is compared with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Key {
    /// `simplified`, equal or as a part.
    Simplified,
    /// One of `readings`, equal or as a beginning.
    Reading,
    /// `initials`, equal or as a beginning.
    Initials,
    /// `blurred`, equal.
    Blurred,
}

/// Why a candidate may be what was meant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reason {
    /// The same name as typed, or in simplified characters.
    Same,
    /// The name without its ending 村 or 社区.
    Ending,
    /// The query is pinyin.
    Pinyin,
    /// The query is initials.
    Initials,
    /// Another character, or another tone, of the same sound.
    Sound,
    /// A character of a similar shape: typed, meant.
    Shape(char, char),
    /// A sound that southern speech does not tell apart.
    NearSound,
}

/// Something to look for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Loosened {
    /// What it is compared with.
    pub key: Key,
    /// What to look for, folded.
    pub text: String,
    /// Why.
    pub reason: Reason,
}

/// What to look for when somebody types a person's or a village's name, nearest first, without repeats, at most 64.
/// A blank query gives nothing.
pub fn loosened(query: &str) -> Vec<Loosened> {
    let _ = query;
    Vec::new()
}
