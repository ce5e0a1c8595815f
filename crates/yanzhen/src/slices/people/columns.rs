//! The columns of a list of people that readers choose from. Pure.

use super::field::Field;
use kernel::key;

/// A column that may be chosen. Name and village always stand first; sealed values are no columns.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Column {
    /// Posts and pools.
    Posts,
    /// Full years on a day.
    Age,
    /// When the file was last changed.
    Changed,
    /// A single value of the file.
    Plain(Field),
}

use Column::{Age, Changed, Plain, Posts};

impl Column {
    /// All of them, in the order of the picker.
    pub const ALL: [Column; 22] = [
        Posts,
        Plain(Field::Sex),
        Age,
        Plain(Field::Education),
        Plain(Field::Political),
        Plain(Field::Source),
        Plain(Field::Intention),
        Plain(Field::ToldOn),
        Plain(Field::Birth),
        Plain(Field::Ethnic),
        Plain(Field::Origin),
        Plain(Field::Birthplace),
        Plain(Field::Marital),
        Plain(Field::PartyOn),
        Plain(Field::Stage),
        Plain(Field::WorkOn),
        Plain(Field::Degree),
        Plain(Field::Technical),
        Plain(Field::Strengths),
        Plain(Field::Whereabouts),
        Plain(Field::Employment),
        Changed,
    ];

    /// Those of a list whose reader chose none.
    pub const USUAL: usize = 8;

    /// As addresses and preferences have it.
    pub fn id(self) -> &'static str {
        match self {
            Posts => "posts",
            Age => "age",
            Changed => "changed",
            Plain(field) => field.id(),
        }
    }

    pub fn by_id(id: &str) -> Option<Column> {
        Column::ALL.into_iter().find(|c| c.id() == id)
    }

    /// Its head: a key of the catalogue.
    pub fn title(self) -> &'static str {
        match self {
            Posts => key!("职务和库"),
            Age => key!("年龄"),
            Changed => key!("档案更新"),
            Plain(field) => field.title(),
        }
    }

    /// Whether its texts may be long: others stand on one line.
    pub fn is_prose(self) -> bool {
        let prose =
            [Field::Strengths, Field::Intention, Field::Whereabouts, Field::Employment, Field::Technical];
        matches!(self, Plain(field) if prose.contains(&field)) || self == Posts
    }

    /// Numbers stand right.
    pub fn is_number(self) -> bool {
        self == Age
    }

    /// The order its head leads to.
    pub fn sort(self) -> &'static str {
        match self {
            Age => "age",
            Plain(Field::Education) => "education",
            Plain(Field::ToldOn) => "told",
            _ => "",
        }
    }

    /// Width on paper in full-width characters.
    pub fn width(self) -> u16 {
        match self {
            Age | Plain(Field::Sex) => 3,
            Plain(Field::Ethnic | Field::Marital | Field::Degree) => 4,
            Posts | Plain(Field::Strengths | Field::Intention | Field::Whereabouts | Field::Employment) => 10,
            _ => 7,
        }
    }

    /// What is asked of the table for it: one text.
    pub fn sql(self) -> String {
        match self {
            Posts => "p.posts || ';' || p.pools".to_owned(),
            Age => "p.birth".to_owned(),
            Changed => "cast(p.changed_at as text)".to_owned(),
            Plain(Field::ToldOn) => "p.told_on || ';' || p.pools".to_owned(),
            Plain(field) => format!("p.{}", field.id()),
        }
    }
}

/// Reads ids joined by points; what is no column is passed over. No column at all: the usual ones.
pub fn read(text: &str) -> Vec<Column> {
    let mut out: Vec<Column> = Vec::new();
    for column in text.split(['.', ',']).filter_map(Column::by_id) {
        if !out.contains(&column) {
            out.push(column);
        }
    }
    if out.is_empty() { Column::ALL[..Column::USUAL].to_vec() } else { out }
}

/// As [`read`] takes them.
pub fn told(columns: &[Column]) -> String {
    columns.iter().map(|c| c.id()).collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_is_no_column() {
        for field in Field::ALL.into_iter().filter(|f| f.is_sealed()) {
            assert_eq!(Column::by_id(field.id()), None, "{field:?}");
        }
        assert_eq!(read("phone.age.identity.age.sex"), [Age, Plain(Field::Sex)]);
        assert_eq!(read("bank"), Column::ALL[..8].to_vec());
        assert_eq!(told(&read("sex.phone.posts")), "sex.posts");
        assert_eq!(read(&told(&read(""))), read(""));
    }
}
