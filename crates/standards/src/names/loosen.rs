//! Forgiving search: what else a query may have meant.

use super::reading::{all, blurred, customary};
use super::{fold_pinyin, place_stem, shapes, simplified};
use crate::fold_name;
use kernel::{Message, msg};

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

impl Reason {
    /// What to tell beside the find; none when it is what was typed.
    pub fn message(self) -> Option<Message> {
        match self {
            Reason::Same => None,
            Reason::Ending => Some(msg!("不计村、社区等字")),
            Reason::Pinyin => Some(msg!("拼音相同")),
            Reason::Initials => Some(msg!("拼音首字母相同")),
            Reason::Sound => Some(msg!("同音")),
            Reason::Shape(typed, meant) => Some(msg!("形近：{typed}、{meant}", typed = typed, meant = meant)),
            Reason::NearSound => Some(msg!("近音")),
        }
    }
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

/// The most candidates.
const MOST: usize = 64;
/// Longer queries are no names; only themselves are looked for.
const LONGEST: usize = 20;
/// The most letters that may be initials.
const MOST_INITIALS: usize = 8;

/// What to look for when somebody types a person's or a village's name, nearest first, without repeats, at most 64.
/// A blank query gives nothing.
pub fn loosened(query: &str) -> Vec<Loosened> {
    let mut out: Vec<Loosened> = Vec::new();
    let mut push = |key: Key, text: String, reason: Reason| {
        let new = !text.is_empty() && !out.iter().any(|l| l.key == key && l.text == text);
        if new && out.len() < MOST {
            out.push(Loosened { key, text, reason });
        }
    };
    let name = simplified(query);
    push(Key::Simplified, name.clone(), Reason::Same);
    if name.is_empty() || name.chars().count() > LONGEST {
        return out;
    }
    if !name.chars().any(|c| c >= '\u{2e80}') {
        let typed = fold_pinyin(query);
        // Digits and other marks are no pinyin: 12组 is looked for as it is.
        if !fold_name(query).chars().any(|c| c.is_ascii_digit()) {
            push(Key::Reading, typed.clone(), Reason::Pinyin);
            if typed.len() <= MOST_INITIALS {
                push(Key::Initials, typed.clone(), Reason::Initials);
            }
            push(Key::Blurred, blurred(&typed), Reason::NearSound);
        }
        return out;
    }
    let stem = place_stem(&name).to_owned();
    push(Key::Simplified, stem.clone(), Reason::Ending);
    let readings = |name: &str, person: bool| {
        let custom = customary(name, person);
        all(name, &custom).into_iter().map(|syllables| syllables.concat()).collect::<Vec<_>>()
    };
    let (as_person, as_place) = (readings(&name, true), readings(&stem, false));
    for reading in as_person.iter().take(1).chain(as_place.iter().take(1)) {
        push(Key::Reading, reading.clone(), Reason::Sound);
    }
    for (at, typed) in name.char_indices() {
        for meant in shapes::like(typed) {
            let after = &name[at + typed.len_utf8()..];
            push(Key::Simplified, format!("{}{meant}{after}", &name[..at]), Reason::Shape(typed, meant));
        }
    }
    for reading in as_person.iter().chain(&as_place).skip(1) {
        push(Key::Reading, reading.clone(), Reason::Sound);
    }
    for reading in as_person.iter().take(1).chain(as_place.iter().take(1)) {
        push(Key::Blurred, blurred(reading), Reason::NearSound);
    }
    out
}
