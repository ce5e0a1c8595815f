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
pub use reading::{fold_pinyin, readings_of};
pub use simplify::simplified;

/// What a name is sorted and found by. All keys are folded: half-width, lower case, no blanks and joining dots.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct NameKeys {
    /// The name [folded](crate::fold_name).
    pub folded: String,
    /// Folded and in simplified characters.
    pub simplified: String,
    /// The reading by custom, joined: `shanli`; surnames and known places read right, ü as v.
    pub pinyin: String,
    /// Its initials: `sl`.
    pub initials: String,
    /// Every reading (at most [`MOST_READINGS`]), that by custom first.
    pub readings: Vec<String>,
    /// The reading by custom with southern sounds levelled: zh z, ch c, sh s, l n, -ng -n.
    pub blurred: String,
    /// Sorts by reading syllable by syllable, then by character.
    pub sort: String,
}

/// The most readings kept of a name.
pub const MOST_READINGS: usize = 16;

impl NameKeys {
    /// The keys of a person's name.
    pub fn of_person(name: &str) -> NameKeys {
        let _ = name;
        NameKeys::default()
    }

    /// The keys of a village's name, without its ending (村, 社区, 村民委员会…).
    pub fn of_place(name: &str) -> NameKeys {
        let _ = name;
        NameKeys::default()
    }

    /// Readings and their initials as one column for LIKE: ` shanli sl danli dl `.
    pub fn search_column(&self) -> String {
        String::new()
    }
}
