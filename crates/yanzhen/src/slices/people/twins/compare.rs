//! Two files side by side: what differs, and which value is kept.

use super::store::written;
use crate::slices::people::claims::recognised;
use crate::slices::people::parts::{self, Claim};
use crate::slices::people::store::open_all;
use crate::slices::people::{Field, Person};
use crate::slices::posts::{self, Holding};
use platform::access::Authorized;
use platform::db::{Db, DbResult};

/// One of two files.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    /// The file that goes on.
    Kept,
    /// The file that goes into it.
    Gone,
}

/// A field of both files.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    pub field: Field,
    /// Of the file kept and of the one that goes; sealed ones opened.
    pub values: [String; 2],
    /// Whose value is kept unless somebody chooses otherwise.
    pub side: Side,
    /// Only one of them was recognised from a document: there is nothing to choose.
    pub locked: bool,
    pub recognised: [bool; 2],
}

impl Row {
    pub fn differs(&self) -> bool {
        self.values[0] != self.values[1]
    }
}

/// Two files compared.
pub struct Comparison {
    /// Fields that one of them has, in the order of forms.
    pub rows: Vec<Row>,
    /// Holds of one post in one village on the same days: of the file kept, of the one that goes.
    pub overlaps: Vec<(Holding, Holding)>,
}

impl Comparison {
    /// The fields whose value comes from the file that goes: as chosen where there is a choice.
    pub fn taken(&self, chosen: impl Fn(Field) -> Option<Side>) -> Vec<Field> {
        let side = |row: &Row| if row.locked { row.side } else { chosen(row.field).unwrap_or(row.side) };
        self.rows.iter().filter(|r| r.differs() && side(r) == Side::Gone).map(|r| r.field).collect()
    }
}

/// Compares two files. Whoever shows it audits that both were opened.
pub async fn compare(db: &Db, kept: &Authorized<Person>, gone: &Authorized<Person>) -> DbResult<Comparison> {
    let mut of = Vec::new();
    for person in [kept, gone] {
        let claims = parts::of::<Claim>(db, person.id).await?;
        let firm: Vec<String> = recognised(&claims).into_iter().map(str::to_owned).collect();
        of.push((open_all(db, person).await?, firm, written(db, person.id).await?));
    }
    let persons: [&Person; 2] = [kept, gone];
    let mut rows = Vec::new();
    for field in Field::ALL {
        let value = |n: usize| match field.is_sealed() {
            true => of[n].0.get(&field).cloned().unwrap_or_default(),
            false => persons[n].get(field).to_owned(),
        };
        let values = [value(0), value(1)];
        if values.iter().all(String::is_empty) {
            continue;
        }
        let recognised = [0, 1].map(|n: usize| field.is_claim() && of[n].1.iter().any(|k| k == field.id()));
        let at = [0, 1].map(|n: usize| match field {
            // What a person said goes together: what was said last.
            Field::Whereabouts | Field::Employment | Field::Intention | Field::ToldOn => {
                persons[n].get(Field::ToldOn).to_owned()
            }
            _ => format!("{:020}", of[n].2.get(field.id()).copied().unwrap_or(persons[n].made_at)),
        });
        let (side, locked) = choose(&values, recognised, &at);
        rows.push(Row { field, values, side, locked, recognised });
    }
    let (own, other) =
        (posts::store::of_person(db, kept.id).await?, posts::store::of_person(db, gone.id).await?);
    Ok(Comparison { rows, overlaps: overlaps(&own, &other) })
}

/// Whose value is kept, and whether that is settled. What was recognised stands before what was not, a value before
/// none, the later written before the earlier; `at` are texts that rise with time.
fn choose(values: &[String; 2], recognised: [bool; 2], at: &[String; 2]) -> (Side, bool) {
    match (recognised, values[0].is_empty(), values[1].is_empty()) {
        _ if values[0] == values[1] => (Side::Kept, true),
        ([true, false], _, _) => (Side::Kept, true),
        ([false, true], _, _) => (Side::Gone, true),
        (_, false, true) => (Side::Kept, false),
        (_, true, false) => (Side::Gone, false),
        _ if at[1] > at[0] => (Side::Gone, false),
        _ => (Side::Kept, false),
    }
}

/// Holds of the same post in the same village that share days.
fn overlaps(own: &[Holding], other: &[Holding]) -> Vec<(Holding, Holding)> {
    let meet = |a: &Holding, b: &Holding| {
        a.village == b.village && a.post == b.post && a.from_on <= b.to_on && b.from_on <= a.to_on
    };
    own.iter()
        .flat_map(|a| other.iter().filter(move |b| meet(a, b)).map(move |b| (a.clone(), b.clone())))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_recognised_wins_then_what_is_there_then_the_newer() {
        let texts = |a: &str, b: &str| [a.to_owned(), b.to_owned()];
        let (early, late) = (texts("1", "2"), texts("2", "1"));
        let ask = |values: [String; 2], firm: [bool; 2], at: &[String; 2]| choose(&values, firm, at);
        assert_eq!(ask(texts("1985-06", "1986-01"), [true, false], &early), (Side::Kept, true));
        assert_eq!(ask(texts("1985-06", "1986-01"), [false, true], &late), (Side::Gone, true));
        assert_eq!(ask(texts("1985-06", "1986-01"), [true, true], &early), (Side::Gone, false));
        assert_eq!(ask(texts("种茶", ""), [false, false], &early), (Side::Kept, false));
        assert_eq!(ask(texts("", "种茶"), [false, false], &late), (Side::Gone, false));
        assert_eq!(ask(texts("养蜂", "种茶"), [false, false], &early), (Side::Gone, false));
        assert_eq!(ask(texts("养蜂", "种茶"), [false, false], &late), (Side::Kept, false));
        assert_eq!(ask(texts("种茶", "种茶"), [false, false], &early), (Side::Kept, true));
    }

    fn hold(id: i64, post: &str, from: &str, to: &str) -> Holding {
        Holding {
            id,
            village: "990101101200".into(),
            township: "990101101".into(),
            post: post.into(),
            track: policy::posts::Track::Party,
            title: String::new(),
            person: id,
            person_name: "王例甲".into(),
            term: None,
            from_on: from.into(),
            to_on: to.into(),
            way_in: String::new(),
            way_out: String::new(),
            ground_in: String::new(),
            ground_out: String::new(),
            filing: None,
            rev: 1,
        }
    }

    #[test]
    fn one_post_on_the_same_days_is_told() {
        let own = [hold(1, "party_secretary", "2021-01-01", "2024-12-31")];
        let ask = |post: &str, from: &str, to: &str| overlaps(&own, &[hold(2, post, from, to)]).len();
        assert_eq!(ask("party_secretary", "2024-12-31", "9999-12-31"), 1);
        assert_eq!(ask("party_secretary", "2025-01-01", "9999-12-31"), 0);
        assert_eq!(ask("party_deputy", "2021-01-01", "9999-12-31"), 0);
    }
}
