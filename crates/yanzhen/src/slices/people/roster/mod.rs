//! Rosters and appointment forms into files: read as offices send them, checked against what is known, shown before
//! anything is written, written as one batch, and taken back as one.
//!
//! - [`heads`]: where a sheet's heads stand, and what each column means;
//! - [`sheet`]: a sheet's rows, and [`form`]: appointment forms (LRMX, LRM, ZIP of them), both as [`Incoming`];
//! - [`check`]: what each would do;
//! - [`mod@write`] and [`batch`]: doing it and taking it back;
//! - [`upload`]: the file meanwhile, sealed.

pub mod batch;
pub mod check;
pub mod form;
pub mod heads;
pub mod known;
pub mod office;
pub mod sheet;
pub mod upload;
pub mod write;

use super::field::Field;
use super::model::Values;
use super::parts::{CvLine, Education, FamilyMember, Merit, Part};
use kernel::{Fault, Message};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What an import may do with rows: adding and changing are separate intentions.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// New persons are added, known ones changed.
    #[default]
    Both,
    /// Only new persons.
    Add,
    /// Only known ones.
    Update,
}

/// What happens where a file has a value and the table another. A blank cell never changes anything.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Over {
    /// The table's counts.
    #[default]
    Replace,
    /// The file's stays.
    Fill,
}

/// Where a row says that its person belongs, as written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    pub code: String,
    pub township: String,
    pub village: String,
}

/// A person as a row or a form tells it, nothing of it checked against what is known.
#[derive(Clone, Debug, Default)]
pub struct Incoming {
    /// The sheet's place among those of the workbook; 0 for forms.
    pub sheet: usize,
    /// The sheet's row (first = 1), or the form's place in its bundle.
    pub row: u32,
    /// Of a form, its file's name.
    pub file: String,
    pub place: Place,
    /// What could be read, in stored form, blanks left out. Village and source are not among them.
    pub values: Values,
    /// Cells as written, for those who check: sealed ones masked.
    pub said: BTreeMap<Field, String>,
    /// The posts as written.
    pub posts: String,
    /// Since when they are held: a stored day, or empty.
    pub posts_from: String,
    /// The group it comes from, as written.
    pub source: String,
    pub lists: Lists,
    /// What is worth a look.
    pub notes: Vec<Message>,
    pub faults: Vec<Fault>,
}

/// The lists of a form; of a row of a sheet none.
#[derive(Clone, Debug, Default)]
pub struct Lists {
    pub schooling: Vec<Education>,
    pub cv: Vec<CvLine>,
    pub family: Vec<FamilyMember>,
    pub merits: Vec<Merit>,
    pub photo: Option<Vec<u8>>,
    /// The whole form without its photo: what no field holds is written again from it.
    pub form: Option<Vec<u8>>,
}

impl Lists {
    /// Whether a list of another, by its table, is the same as here, and whether there is none here.
    fn beside(&self, other: &Lists, table: &str) -> (bool, bool) {
        fn both<T: PartialEq>(a: &[T], b: &[T]) -> (bool, bool) {
            (a == b, a.is_empty())
        }
        match table {
            Education::TABLE => both(&self.schooling, &other.schooling),
            CvLine::TABLE => both(&self.cv, &other.cv),
            FamilyMember::TABLE => both(&self.family, &other.family),
            Merit::TABLE => both(&self.merits, &other.merits),
            _ => (self.photo == other.photo, self.photo.is_none()),
        }
    }

    pub fn is_empty(&self) -> bool {
        let none = self.photo.is_none() && self.form.is_none();
        none && self.schooling.is_empty()
            && self.cv.is_empty()
            && self.family.is_empty()
            && self.merits.is_empty()
    }
}

impl Incoming {
    /// The person's name; empty for none.
    pub fn name(&self) -> &str {
        self.values.get(&Field::Name).map_or("", String::as_str)
    }

    /// A value, empty for none.
    pub fn get(&self, field: Field) -> &str {
        self.values.get(&field).map_or("", String::as_str)
    }

    /// A value beside what was written of it.
    pub fn take(&mut self, field: Field, value: String, said: &str) {
        self.said.insert(field, shown(field, said));
        if !value.is_empty() {
            self.values.insert(field, value);
        }
    }
}

/// A cell's text as pages and faults may show it: of sealed fields the ends alone.
pub fn shown(field: Field, text: &str) -> String {
    let text = text.trim();
    match field {
        Field::Identity => platform::secrets::mask_identity(text),
        Field::Phone => platform::secrets::mask_phone(text),
        Field::Bank => platform::secrets::mask_bank(text),
        Field::Health if !text.is_empty() => "＊＊".to_owned(),
        _ => text.to_owned(),
    }
}
