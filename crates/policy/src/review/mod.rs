//! `[review]` and `review.csv`: the joint review (县级联审): which seats answer, what each sees of a person, the negative
//! list, how many days each step has and how long a conclusion holds.

mod table;
mod tell;

pub(crate) use tell::{parts, tell};

use crate::items::{Item, items, title};
use crate::node::Node;
use crate::pack::Pack;
use crate::posts::{self, Reader, Setting};
use kernel::key;
use tables::Table;

/// What a seat concludes of a person.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Conclusion {
    /// Nothing was found.
    Clear,
    /// The seat has something to look into first.
    Verify,
    /// Not suitable; somebody decides.
    NotSuitable,
    /// Must not, as the negative list says in so many words.
    MustNot,
}

impl Conclusion {
    /// In the order of the keys 1 to 4.
    pub const ALL: [Conclusion; 4] =
        [Conclusion::Clear, Conclusion::MustNot, Conclusion::NotSuitable, Conclusion::Verify];

    /// As stored, and as `review.csv` writes it.
    pub fn id(self) -> &'static str {
        match self {
            Conclusion::Clear => "clear",
            Conclusion::MustNot => "must_not",
            Conclusion::NotSuitable => "not_suitable",
            Conclusion::Verify => "verify",
        }
    }

    /// In Chinese: a key of the catalogue.
    pub fn title(self) -> &'static str {
        match self {
            Conclusion::Clear => key!("无异议"),
            Conclusion::MustNot => key!("不得"),
            Conclusion::NotSuitable => key!("不宜"),
            Conclusion::Verify => key!("需核实"),
        }
    }

    /// By its id.
    pub fn by_id(id: &str) -> Option<Conclusion> {
        Conclusion::ALL.into_iter().find(|c| c.id() == id)
    }

    /// By its id or its Chinese, as a packet brings it back.
    pub fn read(text: &str) -> Option<Conclusion> {
        Conclusion::ALL.into_iter().find(|c| c.id() == text || c.title() == text)
    }

    /// Whether it is against the person, so that a clause of the negative list must carry it.
    pub fn is_adverse(self) -> bool {
        self != Conclusion::Clear
    }

    /// Whether the document it rests on must be named. What is still looked into may have none yet.
    pub fn needs_document(self) -> bool {
        matches!(self, Conclusion::MustNot | Conclusion::NotSuitable)
    }
}

/// What a seat may see of a person: the lawful six and nothing else.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Need {
    /// The name.
    Name,
    /// The sex.
    Sex,
    /// Year and month of birth.
    Birth,
    /// The identity number, masked; in full for half a minute, audited.
    Identity,
    /// The village and township.
    Place,
    /// What is applied for, or held.
    Post,
}

impl Need {
    /// All six.
    pub const ALL: [Need; 6] = [Need::Name, Need::Sex, Need::Birth, Need::Identity, Need::Place, Need::Post];

    /// As `review.csv` writes it.
    pub fn id(self) -> &'static str {
        match self {
            Need::Name => "name",
            Need::Sex => "sex",
            Need::Birth => "birth",
            Need::Identity => "identity",
            Need::Place => "place",
            Need::Post => "post",
        }
    }

    /// In Chinese: a key of the catalogue.
    pub fn title(self) -> &'static str {
        match self {
            Need::Name => key!("姓名"),
            Need::Sex => key!("性别"),
            Need::Birth => key!("出生"),
            Need::Identity => key!("证件号"),
            Need::Place => key!("所在村"),
            Need::Post => key!("报考或任职"),
        }
    }

    /// By its id.
    pub fn by_id(id: &str) -> Option<Need> {
        Need::ALL.into_iter().find(|n| n.id() == id)
    }
}

/// A seat (席位): a body that is asked.
#[derive(Clone, Debug, Default)]
pub struct Seat {
    /// Asked only where a batch says so.
    pub optional: bool,
    /// What it sees of a person.
    pub needs: Vec<Need>,
    /// A note for clerks.
    pub note: String,
}

/// A clause of the negative list (负面清单).
#[derive(Clone, Debug, Default)]
pub struct Clause {
    /// The conclusions that it can carry.
    pub permits: Vec<Conclusion>,
    /// How many years it reaches back; nought for without limit.
    pub years: u32,
    /// A note for clerks.
    pub note: String,
}

/// A kind of problem that a look-back (回头看) lists of a village.
#[derive(Clone, Debug, Default)]
pub struct Problem {
    /// What to look at.
    pub hint: String,
}

/// What one pack writes.
#[derive(Clone, Debug, Default)]
pub struct ReviewSection {
    /// Working days in which a seat answers.
    pub answer_workdays: Option<Setting<u32>>,
    /// Working days of a recheck, and of what a seat still looks into.
    pub recheck_workdays: Option<Setting<u32>>,
    /// Working days in which the person may object after being told.
    pub objection_workdays: Option<Setting<u32>>,
    /// Working days in which an objection is decided.
    pub decision_workdays: Option<Setting<u32>>,
    /// Months that a conclusion holds.
    pub valid_months: Option<Setting<u32>>,
    /// Whether seats may answer by a workbook.
    pub packet: Option<Setting<bool>>,
    /// `[[review.problem]]`
    pub problems: Vec<Item<Problem>>,
    /// Rows of `review.csv` of the kind `seat`.
    pub seats: Vec<Item<Seat>>,
    /// Rows of `review.csv` of the kind `clause`.
    pub clauses: Vec<Item<Clause>>,
}

/// What holds under the packs in force on a day.
#[derive(Clone, Debug, Default)]
pub struct Review {
    /// Working days in which a seat answers.
    pub answer_workdays: Setting<u32>,
    /// Working days of a recheck, and of what a seat still looks into.
    pub recheck_workdays: Setting<u32>,
    /// Working days in which the person may object after being told.
    pub objection_workdays: Setting<u32>,
    /// Working days in which an objection is decided.
    pub decision_workdays: Setting<u32>,
    /// Months that a conclusion holds.
    pub valid_months: Setting<u32>,
    /// Whether seats may answer by a workbook.
    pub packet: Setting<bool>,
    problems: Vec<Item<Problem>>,
    seats: Vec<Item<Seat>>,
    clauses: Vec<Item<Clause>>,
}

impl Review {
    /// What holds on a day (YYYY-MM-DD) under the packs that reach a place; see [`posts::Posts::in_force`].
    pub fn in_force<'p>(packs: impl IntoIterator<Item = &'p Pack>, day: &str) -> Review {
        let layers = posts::layers(packs, day);
        let sections: Vec<&ReviewSection> = layers.iter().filter_map(|p| p.joint_review()).collect();
        macro_rules! first {
            ($key:ident) => {
                sections.iter().find_map(|s| s.$key.clone()).unwrap_or_default()
            };
        }
        let mut out = Review {
            answer_workdays: first!(answer_workdays),
            recheck_workdays: first!(recheck_workdays),
            objection_workdays: first!(objection_workdays),
            decision_workdays: first!(decision_workdays),
            valid_months: first!(valid_months),
            packet: first!(packet),
            ..Review::default()
        };
        for s in sections {
            out.problems.extend(s.problems.iter().cloned());
            out.seats.extend(s.seats.iter().cloned());
            out.clauses.extend(s.clauses.iter().cloned());
        }
        out
    }

    /// The seats on a day.
    pub fn seats_on(&self, day: &str) -> Vec<&Item<Seat>> {
        posts::on(&self.seats, day)
    }

    /// What a seat is called on a day, or was called.
    pub fn seat_title<'s>(&'s self, id: &'s str, day: &str) -> &'s str {
        title(&self.seats, id, day)
    }

    /// The negative list on a day.
    pub fn clauses_on(&self, day: &str) -> Vec<&Item<Clause>> {
        posts::on(&self.clauses, day)
    }

    /// A clause on a day.
    pub fn clause_on(&self, id: &str, day: &str) -> Option<&Item<Clause>> {
        self.clauses_on(day).into_iter().find(|c| c.id == id)
    }

    /// What a clause says on a day, or said.
    pub fn clause_title<'s>(&'s self, id: &'s str, day: &str) -> &'s str {
        title(&self.clauses, id, day)
    }

    /// The kinds of problem of a look-back on a day.
    pub fn problems_on(&self, day: &str) -> Vec<&Item<Problem>> {
        posts::on(&self.problems, day)
    }

    /// What a kind of problem is called on a day, or was called.
    pub fn problem_title<'s>(&'s self, id: &'s str, day: &str) -> &'s str {
        title(&self.problems, id, day)
    }

    /// The pack whose days hold: what a batch names as its measures.
    pub fn pack(&self) -> &posts::PackRef {
        &self.answer_workdays.pack
    }
}

/// Reads the section and the table, either of which may be absent. Faults go to the reader's findings.
pub(crate) fn read<'a>(
    reader: &Reader<'a>,
    node: Option<&'a Node>,
    csv: Option<&'a Table>,
) -> Option<ReviewSection> {
    if node.is_none() && csv.is_none() {
        return None;
    }
    let mut out = ReviewSection::default();
    if let Some(node) = node {
        let keys = reader.keys(node, "review");
        let days = |key| reader.setting(&keys, "review", key, |k, key| posts::whole(k, key, 1, 60));
        out.answer_workdays = days("answer_workdays");
        out.recheck_workdays = days("recheck_workdays");
        out.objection_workdays = days("objection_workdays");
        out.decision_workdays = days("decision_workdays");
        out.valid_months =
            reader.setting(&keys, "review", "valid_months", |k, key| posts::whole(k, key, 1, 60));
        out.packet = reader.setting(&keys, "review", "packet", |k, key| k.bool(key));
        out.problems =
            items(reader, &keys, "review", "problem", |k, _| Some(Problem { hint: k.text("hint") }));
        let _ = keys.node("basis");
        keys.finish();
        posts::once_a_day(reader, "review.problem", &out.problems);
    }
    if let Some(csv) = csv {
        table::read(reader, csv, &mut out);
    }
    Some(out)
}
