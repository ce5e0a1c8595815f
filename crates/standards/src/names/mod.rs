//! Names of people and villages made findable.

mod loosen;
mod place;
mod reading;
mod shapes;
mod simplify;
#[cfg(test)]
mod tests;

pub use loosen::{Key, Loosened, Reason, loosened};
pub use place::place_stem;
pub use reading::{blurred, fold_pinyin, readings_of};
pub use simplify::simplified;

use crate::fold_name;

/// What a name is sorted and found by. All keys are folded: half-width, lower case, no blanks and joining dots.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct NameKeys {
    /// The name [folded](crate::fold_name).
    pub folded: String,
    /// Folded and in simplified characters; a village's whole name.
    pub simplified: String,
    /// The reading by custom, joined: `shanli`; surnames and known places read right, ü as v. A village's without its ending.
    pub pinyin: String,
    /// Its initials: `sl`.
    pub initials: String,
    /// Every reading (at most [`MOST_READINGS`]), that by custom first.
    pub readings: Vec<String>,
    /// The reading by custom with southern sounds levelled: zh z, ch c, sh s, ng n, n l, v u.
    pub blurred: String,
    /// Sorts by reading syllable by syllable, shorter names first, then by character. Compare bytes.
    pub sort: String,
}

/// The most readings kept of a name.
pub const MOST_READINGS: usize = 16;
/// The most characters of a name that are read.
const MOST_READ: usize = 40;

impl NameKeys {
    /// The keys of a person's name.
    pub fn of_person(name: &str) -> NameKeys {
        let simplified = simplified(name);
        let read: String = simplified.chars().take(MOST_READ).collect();
        keys(name, simplified, &read, true)
    }

    /// The keys of a village's name. Readings, initials and the order leave out its ending (村, 社区, 村民委员会…).
    pub fn of_place(name: &str) -> NameKeys {
        let simplified = simplified(name);
        let read: String = place_stem(&simplified).chars().take(MOST_READ).collect();
        keys(name, simplified, &read, false)
    }

    /// Readings and their initials as one column, blanks around each: ` shanli sl danli dl `. `LIKE '% shan%'` finds what
    /// begins so.
    pub fn search_column(&self) -> String {
        let mut out = String::from(" ");
        for word in self.readings.iter().chain(std::iter::once(&self.initials)) {
            if !word.is_empty() && !out.contains(&format!(" {word} ")) {
                out.push_str(word);
                out.push(' ');
            }
        }
        out
    }
}

fn keys(name: &str, simplified: String, read: &str, person: bool) -> NameKeys {
    let custom = reading::customary(read, person);
    let initials = custom.iter().filter_map(|syllable| syllable.chars().next()).collect();
    let pinyin = custom.concat();
    // "!" stands before every letter, so a name comes before those that go on from it.
    let sort = format!("{} !{simplified}", custom.join(" "));
    let mut readings: Vec<String> = Vec::new();
    for syllables in reading::all(read, &custom) {
        let joined = syllables.concat();
        if !joined.is_empty() && !readings.contains(&joined) {
            readings.push(joined);
        }
    }
    NameKeys {
        folded: fold_name(name),
        blurred: reading::blurred(&pinyin),
        simplified,
        pinyin,
        initials,
        readings,
        sort,
    }
}
