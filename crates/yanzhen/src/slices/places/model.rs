//! Places, their facts and what is said of them. Pure.

use platform::access::{Org, Target};

/// A village as the registry has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Village {
    /// Twelve digits.
    pub code: String,
    /// The committee's full name.
    pub name: String,
    /// The village's own: `例河村`.
    pub short: String,
    /// Its township's nine digits.
    pub township: String,
    /// The township's name.
    pub township_name: String,
    /// First day.
    pub valid_from: String,
    /// The day it ended; `9999-12-31` while it stands.
    pub valid_to: String,
}

impl Target for Village {
    fn org(&self) -> Org<'_> {
        Org { township: &self.township, village: &self.code }
    }
}

/// The day that ends nothing.
pub const FOREVER: &str = "9999-12-31";

/// The first day of places that stood before the registry began: older than any change.
pub const BEFORE: &str = "0001-01-01";

/// A day as stored, `2026-03-01`, as the pages write it: `2026年3月1日`.
pub fn date_text(day: impl AsRef<str>) -> String {
    match day.as_ref().parse::<jiff::civil::Date>() {
        Ok(d) => format!("{}年{}月{}日", d.year(), d.month(), d.day()),
        Err(_) => day.as_ref().to_owned(),
    }
}

/// Endings of committees' names, the longest first, and what remains of them.
const ENDINGS: [(&str, &str); 10] = [
    ("村村民委员会", "村"),
    ("社区居民委员会", "社区"),
    ("村民委员会", "村"),
    ("居民委员会", "社区"),
    ("社区村委会", "社区"),
    ("社区居委会", "社区"),
    ("村委会", "村"),
    ("居委会", "社区"),
    ("委员会", ""),
    ("村村", "村"),
];

/// A village's own name: the committee's without its ending.
pub fn short_name(name: &str) -> String {
    for (ending, left) in ENDINGS {
        if let Some(stem) = name.strip_suffix(ending) {
            let stem = if left == "村" { stem.strip_suffix('村').unwrap_or(stem) } else { stem };
            if !stem.is_empty() {
                return format!("{stem}{left}");
            }
        }
    }
    name.to_owned()
}

/// The key that names are sorted by: each letter's reading, unknown letters as they are.
pub fn sort_key(name: &str) -> String {
    use pinyin::ToPinyin;
    let mut out = String::new();
    for (c, reading) in name.chars().zip(name.to_pinyin()) {
        match reading {
            Some(reading) => out.push_str(reading.plain()),
            None => out.push(c),
        }
        out.push(' ');
    }
    out.trim_end().to_owned()
}

/// A colour as tiles and badges carry it: class letter, the pack's word, the word with its level.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Colour {
    Red,
    Orange,
    Yellow,
    Green,
}

impl Colour {
    pub const ALL: [Colour; 4] = [Colour::Red, Colour::Orange, Colour::Yellow, Colour::Green];

    /// As packs write it.
    pub fn id(self) -> &'static str {
        match self {
            Colour::Red => "red",
            Colour::Orange => "orange",
            Colour::Yellow => "yellow",
            Colour::Green => "green",
        }
    }

    pub fn by_id(id: &str) -> Option<Colour> {
        Colour::ALL.into_iter().find(|c| c.id() == id)
    }

    /// By the letter of its class.
    pub fn by_letter(letter: &str) -> Option<Colour> {
        Colour::ALL.into_iter().find(|c| c.letter() == letter)
    }

    /// The letter of its class.
    pub fn letter(self) -> &'static str {
        &self.id()[..1]
    }

    /// Its word: a key of the catalogue.
    pub fn word(self) -> &'static str {
        match self {
            Colour::Red => kernel::key!("红色"),
            Colour::Orange => kernel::key!("橙色"),
            Colour::Yellow => kernel::key!("黄色"),
            Colour::Green => kernel::key!("绿色"),
        }
    }

    /// Its word with the level: a key of the catalogue.
    pub fn badge(self) -> &'static str {
        match self {
            Colour::Red => kernel::key!("红 高"),
            Colour::Orange => kernel::key!("橙 中"),
            Colour::Yellow => kernel::key!("黄 低"),
            Colour::Green => kernel::key!("绿 稳"),
        }
    }
}

/// What is said of a village's risk.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Said {
    /// What the pack proposes; `None` where it cannot say or says nothing.
    pub proposed: Option<Colour>,
    /// What a person confirmed.
    pub confirmed: Option<Colour>,
    /// Who.
    pub by: String,
    /// When, milliseconds since 1970.
    pub at: Option<i64>,
    /// Why.
    pub reason: String,
    /// What the pack still misses: `rule/fact/source` joined by `;`.
    pub missing: String,
}

impl Said {
    /// The colour to show and whether it is only proposed.
    pub fn shown(&self) -> Option<(Colour, bool)> {
        self.confirmed.map(|c| (c, false)).or(self.proposed.map(|c| (c, true)))
    }

    /// Whether the pack now says something else than was confirmed.
    pub fn differs(&self) -> bool {
        matches!((self.confirmed, self.proposed), (Some(a), Some(b)) if a != b)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_their_endings() {
        let cases = [
            ("例河村村民委员会", "例河村"),
            ("例河村委会", "例河村"),
            ("例河村民委员会", "例河村"),
            ("例桥社区居民委员会", "例桥社区"),
            ("例桥居委会", "例桥社区"),
            ("例山林场生活区", "例山林场生活区"),
            ("村委会", "村委会"),
        ];
        for (name, short) in cases {
            assert_eq!(short_name(name), short);
        }
    }

    #[test]
    fn names_sort_by_reading() {
        let mut names = ["例中村", "例安村", "例北村"];
        names.sort_by_key(|n| sort_key(n));
        assert_eq!(names, ["例安村", "例北村", "例中村"]);
    }

    #[test]
    fn what_is_confirmed_is_shown_solid() {
        let mut said = Said { proposed: Some(Colour::Orange), ..Said::default() };
        assert_eq!(said.shown(), Some((Colour::Orange, true)));
        said.confirmed = Some(Colour::Yellow);
        assert_eq!(said.shown(), Some((Colour::Yellow, false)));
        assert!(said.differs());
    }
}
