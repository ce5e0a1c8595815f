//! Faults planted on purpose, for tests of error reports: each makes the readers report exactly one.

use crate::dice::Dice;
use crate::plan::Plan;
use policy::FactType;
use std::collections::BTreeMap;

/// A fault in one cell or row.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    AboveFull,
    OffStep,
    UnknownRater,
    FullWidthMark,
    WordMark,
    DuplicateMark,
    UnknownCode,
    FullWidthFact,
    WrongType,
    DuplicateRow,
}

const MARKS: [Kind; 7] = [
    Kind::AboveFull,
    Kind::OffStep,
    Kind::UnknownRater,
    Kind::FullWidthMark,
    Kind::WordMark,
    Kind::DuplicateMark,
    Kind::UnknownCode,
];

impl Kind {
    /// Whether it goes into the marks.
    pub fn is_mark(self) -> bool {
        MARKS.contains(&self)
    }

    pub fn label(self) -> &'static str {
        match self {
            Kind::AboveFull => "超过满分",
            Kind::OffStep => "不是分档的倍数",
            Kind::UnknownRater => "不认识的评分单位",
            Kind::FullWidthMark | Kind::FullWidthFact => "全角数字",
            Kind::WordMark => "不是数字",
            Kind::DuplicateMark => "重复的打分",
            Kind::UnknownCode => "不认识的代码",
            Kind::WrongType => "类型不符",
            Kind::DuplicateRow => "重复的对象",
        }
    }
}

/// A fault and where it goes: a slot for marks, a fact of the plan for facts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Planting {
    pub kind: Kind,
    pub at: usize,
}

/// The faults of each subject. As many as wanted, or as there is room for: each takes a cell of its own.
pub(crate) fn sow(
    plan: &Plan<'_>,
    wanted: usize,
    subjects: usize,
    dice: &mut Dice,
) -> BTreeMap<usize, Vec<Planting>> {
    let mut out: BTreeMap<usize, Vec<Planting>> = BTreeMap::new();
    let typed: Vec<usize> = (0..plan.facts.len()).filter(|i| plan.fact(*i).kind != FactType::Text).collect();
    let numeric: Vec<usize> = (0..plan.facts.len()).filter(|i| plan.fact(*i).kind.is_numeric()).collect();
    let slots: Vec<usize> = (0..plan.slots.len()).collect();
    let mut kinds = vec![Kind::DuplicateRow];
    if !typed.is_empty() {
        kinds.push(Kind::WrongType);
    }
    if !numeric.is_empty() {
        kinds.push(Kind::FullWidthFact);
    }
    if !slots.is_empty() {
        kinds.extend(MARKS);
    }
    let room = slots.len() + typed.len() + 1;
    let mut planted = 0;
    let mut misses = 0;
    // Subjects by lot: a taken cell is tried elsewhere, until there is clearly no room.
    while planted < wanted && subjects > 0 && misses < 64 * room {
        let subject = dice.below(subjects);
        let kind = kinds[planted % kinds.len()];
        let choices = match kind {
            Kind::DuplicateRow => &[0][..],
            Kind::WrongType => &typed,
            Kind::FullWidthFact => &numeric,
            _ => &slots,
        };
        let at = choices[dice.below(choices.len())];
        let own = out.entry(subject).or_default();
        let table = |k: Kind| (k.is_mark(), k == Kind::DuplicateRow);
        if own.iter().any(|p| p.at == at && table(p.kind) == table(kind)) {
            misses += 1;
            if misses % 8 == 0 {
                kinds.rotate_left(1);
            }
            continue;
        }
        own.push(Planting { kind, at });
        planted += 1;
    }
    out
}

/// The same text in full-width digits, as an input method types them.
pub(crate) fn full_width(text: &[u8], out: &mut Vec<u8>) {
    for b in text {
        match b {
            b'0'..=b'9' => {
                let wide = char::from_u32(0xff10 + u32::from(b - b'0')).unwrap_or('０');
                out.extend_from_slice(wide.encode_utf8(&mut [0; 4]).as_bytes());
            }
            _ => out.push(*b),
        }
    }
}

/// A text that is none of the type's.
pub(crate) fn wrong(kind: FactType) -> &'static str {
    match kind {
        FactType::Bool => "大概",
        FactType::Date => "去年冬天",
        FactType::Choice => "未列明",
        _ => "约三成",
    }
}
