//! `[duty]`: what is recorded of the year's work, how persons and villages are inspected, what a year-end report says
//! and the words that rate it.

mod tell;

pub(crate) use tell::{parts, tell};

use crate::facts::{Fact, FactType};
use crate::items::{items, title};
use crate::keys::Keys;
use crate::node::Node;
use crate::pack::Pack;
use crate::posts::{self, About, Fill, Reader, Setting, Word, required_word};

pub use crate::items::Item;
use kernel::{Fault, msg};
use std::cell::RefCell;

/// A kind of routine record (平时记录).
#[derive(Clone, Debug)]
pub struct RecordKind {
    /// What it is about.
    pub about: About,
    /// 1 speaks for the work, −1 against it, 0 neither.
    pub sign: i8,
    /// The fact of an appraisal that counts these records; empty for none.
    pub fact: String,
}

/// A way to inspect a person (考察方式).
#[derive(Clone, Copy, Debug)]
pub struct Method;

/// What an inspection looks at: a dimension of a person (德能勤绩廉), a diagnosis of a village (四诊).
#[derive(Clone, Debug)]
pub struct Aspect {
    /// What to look for.
    pub hint: String,
    /// Words of a level, the best first; without them no level is given.
    pub levels: Vec<String>,
}

/// A part of the year-end report (述职报告).
#[derive(Clone, Debug)]
pub struct ReportPart {
    /// How it is filled in.
    pub fill: Fill,
    /// What to write.
    pub hint: String,
    /// The report may go without it.
    pub optional: bool,
}

/// A word that rates a report (评职).
#[derive(Clone, Copy, Debug)]
pub struct Rating {
    /// Given only with a reason, which the person reads.
    pub adverse: bool,
}

/// What one pack writes in `[duty]`.
#[derive(Clone, Debug, Default)]
pub struct DutySection {
    /// Working days in which a report is written.
    pub report_workdays: Option<Setting<u32>>,
    /// Working days in which a report is examined.
    pub examine_workdays: Option<Setting<u32>>,
    /// `[[duty.record_kind]]`
    pub kinds: Vec<Item<RecordKind>>,
    /// `[[duty.method]]`
    pub methods: Vec<Item<Method>>,
    /// `[[duty.dimension]]`
    pub dimensions: Vec<Item<Aspect>>,
    /// `[[duty.diagnosis]]`
    pub diagnoses: Vec<Item<Aspect>>,
    /// `[[duty.report_part]]`
    pub report_parts: Vec<Item<ReportPart>>,
    /// `[[duty.rating]]`
    pub ratings: Vec<Item<Rating>>,
}

/// What holds for a village and its people under the packs in force on a day.
#[derive(Clone, Debug, Default)]
pub struct Duty {
    /// Working days in which a report is written.
    pub report_workdays: Setting<u32>,
    /// Working days in which a report is examined.
    pub examine_workdays: Setting<u32>,
    kinds: Vec<Item<RecordKind>>,
    methods: Vec<Item<Method>>,
    dimensions: Vec<Item<Aspect>>,
    diagnoses: Vec<Item<Aspect>>,
    report_parts: Vec<Item<ReportPart>>,
    ratings: Vec<Item<Rating>>,
}

impl Duty {
    /// What holds on a day (YYYY-MM-DD) under the packs that reach a village; see [`posts::Posts::in_force`].
    pub fn in_force<'p>(packs: impl IntoIterator<Item = &'p Pack>, day: &str) -> Duty {
        let mut out = Duty::default();
        let layers = posts::layers(packs, day);
        let sections: Vec<&DutySection> = layers.iter().filter_map(|p| p.duty()).collect();
        out.report_workdays = sections.iter().find_map(|s| s.report_workdays.clone()).unwrap_or_default();
        out.examine_workdays = sections.iter().find_map(|s| s.examine_workdays.clone()).unwrap_or_default();
        for s in sections {
            out.kinds.extend(s.kinds.iter().cloned());
            out.methods.extend(s.methods.iter().cloned());
            out.dimensions.extend(s.dimensions.iter().cloned());
            out.diagnoses.extend(s.diagnoses.iter().cloned());
            out.report_parts.extend(s.report_parts.iter().cloned());
            out.ratings.extend(s.ratings.iter().cloned());
        }
        out
    }

    /// The kinds of records about persons or villages, on a day.
    pub fn kinds_on(&self, about: About, day: &str) -> Vec<&Item<RecordKind>> {
        posts::on(&self.kinds, day).into_iter().filter(|k| k.about == about).collect()
    }

    /// A kind of records on a day.
    pub fn kind_on(&self, id: &str, day: &str) -> Option<&Item<RecordKind>> {
        posts::on(&self.kinds, day).into_iter().find(|k| k.id == id)
    }

    /// What a kind of records is called on a day, or was called.
    pub fn kind_title<'s>(&'s self, id: &'s str, day: &str) -> &'s str {
        title(&self.kinds, id, day)
    }

    /// The ways to inspect a person, on a day.
    pub fn methods_on(&self, day: &str) -> Vec<&Item<Method>> {
        posts::on(&self.methods, day)
    }

    /// What a way to inspect is called on a day, or was called.
    pub fn method_title<'s>(&'s self, id: &'s str, day: &str) -> &'s str {
        title(&self.methods, id, day)
    }

    /// What is looked at in a person (five dimensions) or a village (four diagnoses), on a day.
    pub fn aspects_on(&self, about: About, day: &str) -> Vec<&Item<Aspect>> {
        posts::on(self.aspects(about), day)
    }

    /// What a dimension or a diagnosis is called on a day, or was called.
    pub fn aspect_title<'s>(&'s self, about: About, id: &'s str, day: &str) -> &'s str {
        title(self.aspects(about), id, day)
    }

    fn aspects(&self, about: About) -> &[Item<Aspect>] {
        match about {
            About::Person => &self.dimensions,
            About::Village => &self.diagnoses,
        }
    }

    /// The parts of a report, on a day.
    pub fn report_parts_on(&self, day: &str) -> Vec<&Item<ReportPart>> {
        posts::on(&self.report_parts, day)
    }

    /// The words that rate a report, the best first, on a day.
    pub fn ratings_on(&self, day: &str) -> Vec<&Item<Rating>> {
        posts::on(&self.ratings, day)
    }

    /// What a rating is called on a day, or was called.
    pub fn rating_title<'s>(&'s self, id: &'s str, day: &str) -> &'s str {
        title(&self.ratings, id, day)
    }
}

/// Reads the section. Faults go to the reader's findings.
pub(crate) fn read<'a>(reader: &Reader<'a>, node: &'a Node) -> DutySection {
    let keys = reader.keys(node, "duty");
    let days = |key| reader.setting(&keys, "duty", key, |k, key| posts::whole(k, key, 1, 120));
    let out = DutySection {
        report_workdays: days("report_workdays"),
        examine_workdays: days("examine_workdays"),
        kinds: items(reader, &keys, "duty", "record_kind", kind),
        methods: items(reader, &keys, "duty", "method", |_, _| Some(Method)),
        dimensions: items(reader, &keys, "duty", "dimension", aspect),
        diagnoses: items(reader, &keys, "duty", "diagnosis", aspect),
        report_parts: items(reader, &keys, "duty", "report_part", report_part),
        ratings: items(reader, &keys, "duty", "rating", |k, _| {
            Some(Rating { adverse: k.bool("adverse").unwrap_or(false) })
        }),
    };
    let _ = keys.node("basis");
    keys.finish();
    posts::once_a_day(reader, "duty.record_kind", &out.kinds);
    posts::once_a_day(reader, "duty.method", &out.methods);
    posts::once_a_day(reader, "duty.dimension", &out.dimensions);
    posts::once_a_day(reader, "duty.diagnosis", &out.diagnoses);
    posts::once_a_day(reader, "duty.report_part", &out.report_parts);
    posts::once_a_day(reader, "duty.rating", &out.ratings);
    out
}

fn kind(keys: &Keys<'_>, off: bool) -> Option<RecordKind> {
    let about = match off {
        true => posts::word::<About>(keys, "about").or(Some(About::Person)),
        false => required_word::<About>(keys, "about"),
    };
    let sign = match keys.number("sign") {
        None => Some(0),
        Some(q) => [-1, 0, 1].into_iter().find(|n| q.0 == i128::from(*n) * kernel::MILLION),
    };
    if sign.is_none() {
        keys.fault("sign", msg!("sign 只能是 1、0 或 -1"), Some(msg!("1 是好的，-1 是不好的，0 是只记事")));
    }
    Some(RecordKind { about: about?, sign: sign?, fact: keys.text("fact") })
}

fn aspect(keys: &Keys<'_>, _off: bool) -> Option<Aspect> {
    let levels = keys.texts("levels");
    if levels.len() == 1 {
        keys.fault(
            "levels",
            msg!("只有一个档次，分不出高低"),
            Some(msg!("至少写两个，最好的在前；不分档的不写")),
        );
    }
    Some(Aspect { hint: keys.text("hint"), levels })
}

fn report_part(keys: &Keys<'_>, off: bool) -> Option<ReportPart> {
    let fill = match off {
        true => posts::word::<Fill>(keys, "fill").or(Some(Fill::Text)),
        false => required_word::<Fill>(keys, "fill"),
    };
    let optional = keys.bool("optional").unwrap_or(false);
    Some(ReportPart { fill: fill?, hint: keys.text("hint"), optional })
}

/// A kind that counts towards a fact of the same pack counts towards one of its own subject, in whole numbers. A fact of
/// another pack is that pack's to tell.
pub(crate) fn facts_fit(section: &DutySection, facts: &[Fact], file: &str, findings: &RefCell<Vec<Fault>>) {
    for kind in section.kinds.iter().filter(|k| !k.fact.is_empty()) {
        let Some(fact) = facts.iter().find(|f| f.id == kind.fact) else { continue };
        let counts = matches!(fact.kind, FactType::Integer | FactType::Number);
        if fact.subject == kind.about.id() && counts {
            continue;
        }
        let reason = msg!("事实 {fact} 不能由这种记录计数", fact = &kind.fact);
        let mend = msg!("记录数只能作同一对象的整数或数值事实");
        let fault = Fault::cell(file, kind.row, "duty.record_kind", &kind.fact, reason).mend(mend);
        findings.borrow_mut().push(fault.at(1));
    }
}
