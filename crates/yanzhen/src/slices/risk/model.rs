//! The rectification register (整改台账): a village, its ground, measures closed one by one, the end with its proof. Pure.

use kernel::{Message, key, msg};
use platform::access::{Org, Target};

/// Why a village stands in the register.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Ground {
    Weak,
    LastGrade,
    Difficult,
    Red,
    Problem,
}

impl Ground {
    pub const ALL: [Ground; 5] =
        [Ground::Weak, Ground::LastGrade, Ground::Difficult, Ground::Red, Ground::Problem];

    pub fn id(self) -> &'static str {
        match self {
            Ground::Weak => "weak",
            Ground::LastGrade => "last_grade",
            Ground::Difficult => "difficult",
            Ground::Red => "red",
            Ground::Problem => "problem",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Ground::Weak => key!("软弱涣散村"),
            Ground::LastGrade => key!("考核末等村"),
            Ground::Difficult => key!("难点村"),
            Ground::Red => key!("红色村"),
            Ground::Problem => key!("突出问题"),
        }
    }

    pub fn by_id(id: &str) -> Option<Ground> {
        Ground::ALL.into_iter().find(|g| g.id() == id)
    }
}

/// What put a village into the register.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Source {
    Round,
    Colour,
    Inspection,
    Hand,
}

impl Source {
    pub const ALL: [Source; 4] = [Source::Round, Source::Colour, Source::Inspection, Source::Hand];

    pub fn id(self) -> &'static str {
        match self {
            Source::Round => "round",
            Source::Colour => "colour",
            Source::Inspection => "inspection",
            Source::Hand => "hand",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Source::Round => key!("考核结果"),
            Source::Colour => key!("颜色研判"),
            Source::Inspection => key!("督查反馈"),
            Source::Hand => key!("日常发现"),
        }
    }

    pub fn by_id(id: &str) -> Option<Source> {
        Source::ALL.into_iter().find(|s| s.id() == id)
    }
}

/// An entry of the register.
#[derive(Clone, Debug)]
pub struct Entry {
    pub id: i64,
    pub village: String,
    pub village_name: String,
    pub township: String,
    pub township_name: String,
    pub ground: Ground,
    /// In words: which round, which inspection.
    pub source: String,
    pub source_kind: Source,
    /// The decision that it came from.
    pub proposal: Option<i64>,
    pub opened_on: String,
    /// Empty while no day is set.
    pub due_on: String,
    pub measures: String,
    pub lead: String,
    pub by: String,
    pub at: i64,
    /// Empty while it is open.
    pub closed_on: String,
    pub closed_by: String,
    /// How it was found to be mended.
    pub closing: String,
    pub rev: i64,
    /// How many problems it lists, and how many are closed.
    pub items: i64,
    pub items_closed: i64,
}

impl Target for Entry {
    fn org(&self) -> Org<'_> {
        Org { township: &self.township, village: &self.village }
    }
}

impl Entry {
    pub fn is_open(&self) -> bool {
        self.closed_on.is_empty()
    }

    /// Whether its day is over.
    pub fn is_late(&self, today: &str) -> bool {
        self.is_open() && !self.due_on.is_empty() && self.due_on.as_str() < today
    }
}

/// One problem of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    pub id: i64,
    pub text: String,
    pub due_on: String,
    /// Empty while it is open.
    pub closed_on: String,
    pub closed_by: String,
    pub proof: String,
    pub attachment: Option<i64>,
}

impl Item {
    /// Whether it is open after its day.
    pub fn is_late(&self, today: &str) -> bool {
        self.closed_on.is_empty() && !self.due_on.is_empty() && self.due_on.as_str() < today
    }
}

/// Faults of a form: its field and what to do.
pub type Faults = Vec<(&'static str, Message)>;

/// What is wrong with measures as typed: day and texts.
pub fn dates(opened: &str, due: &str, today: &str) -> Faults {
    let mut out = Faults::new();
    if !policy::is_date(opened) {
        out.push(("opened_on", msg!("日期写成 2026-01-31 的样子")));
    } else if opened > today {
        out.push(("opened_on", msg!("这一天还没有到；请写已经发生的日期")));
    }
    if !due.is_empty() && !policy::is_date(due) {
        out.push(("due_on", msg!("日期写成 2026-01-31 的样子")));
    } else if !due.is_empty() && policy::is_date(opened) && due < opened {
        out.push(("due_on", msg!("整改期限早于列入的日期")));
    }
    out
}

/// What stands in the way of closing a problem.
pub fn closes_item(entry: &Entry, item: &Item, proof: &str) -> Faults {
    let mut out = Faults::new();
    if !entry.is_open() || !item.closed_on.is_empty() {
        out.push(("proof", msg!("已经销号，不能再改")));
    }
    if proof.trim().is_empty() {
        out.push(("proof", msg!("请写明凭什么销号：做了什么、谁核实、哪份材料")));
    }
    out
}

/// What stands in the way of ending an entry: every problem first, then the proof.
pub fn closes(entry: &Entry, items: &[Item], closing: &str) -> Faults {
    let mut out = Faults::new();
    if !entry.is_open() {
        out.push(("closing", msg!("已经销号，不能再改")));
    }
    let left = items.iter().filter(|i| i.closed_on.is_empty()).count();
    if left > 0 {
        out.push(("closing", msg!("还有 {n} 个问题没有销号", n = left)));
    }
    if closing.trim().is_empty() {
        out.push(("closing", msg!("请写明凭什么销号：做了什么、谁核实、哪份材料")));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> Entry {
        Entry {
            id: 1,
            village: "990101101200".into(),
            village_name: "例东村".into(),
            township: "990101101".into(),
            township_name: "例河镇".into(),
            ground: Ground::LastGrade,
            source: "2026 年度考核".into(),
            source_kind: Source::Round,
            proposal: None,
            opened_on: "2027-02-09".into(),
            due_on: "2027-03-01".into(),
            measures: String::new(),
            lead: String::new(),
            by: String::new(),
            at: 0,
            closed_on: String::new(),
            closed_by: String::new(),
            closing: String::new(),
            rev: 1,
            items: 0,
            items_closed: 0,
        }
    }

    fn item(closed: &str) -> Item {
        Item {
            id: 1,
            text: "村务公开不及时".into(),
            due_on: String::new(),
            closed_on: closed.into(),
            closed_by: String::new(),
            proof: String::new(),
            attachment: None,
        }
    }

    #[test]
    fn an_entry_ends_after_its_last_problem_and_with_proof() {
        let e = entry();
        let told = |faults: Faults| faults.len();
        assert_eq!(told(closes(&e, &[item(""), item("2027-02-20")], "")), 2, "one open, no proof");
        assert_eq!(told(closes(&e, &[item("2027-02-20")], "镇村核实")), 0);
        assert_eq!(told(closes(&e, &[], "镇村核实")), 0);
        let closed = Entry { closed_on: "2027-02-25".into(), ..entry() };
        assert_eq!(told(closes(&closed, &[], "镇村核实")), 1);
        assert_eq!(told(closes_item(&e, &item(""), " ")), 1);
        assert_eq!(told(closes_item(&e, &item("2027-02-20"), "照片")), 1);
        assert_eq!(told(closes_item(&closed, &item(""), "照片")), 1);
    }

    #[test]
    fn an_entry_is_late_from_the_day_after_its_day() {
        let e = entry();
        assert!(!e.is_late("2027-03-01"), "its last day");
        assert!(e.is_late("2027-03-02"));
        assert!(!Entry { closed_on: "2027-03-05".into(), ..entry() }.is_late("2027-04-01"));
        assert!(!Entry { due_on: String::new(), ..entry() }.is_late("2030-01-01"), "no day, no lateness");
    }

    #[test]
    fn faults_of_days_name_their_field() {
        let fields = |f: Faults| f.into_iter().map(|(field, _)| field).collect::<Vec<_>>();
        assert_eq!(fields(dates("", "明天", "2027-02-10")), ["opened_on", "due_on"]);
        assert_eq!(fields(dates("2027-02-11", "2027-02-01", "2027-02-10")), ["opened_on", "due_on"]);
        assert_eq!(fields(dates("2027-02-10", "2027-02-10", "2027-02-10")), Vec::<&str>::new());
    }
}
