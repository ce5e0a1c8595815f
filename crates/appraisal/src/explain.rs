//! The explanation of one subject, down to the raw figures.

use crate::engine::Appraisal;
use crate::output::push_json_string;
use crate::rule::Gap;
use crate::score::{ABSENT, Cell};
use kernel::{Ratio, Score};
use policy::{Method, Target, Value, ValueRef};

/// One indicator of the explanation.
#[derive(Clone, Debug)]
pub struct IndicatorExplanation {
    /// Its position in the pack.
    pub indicator: usize,
    /// The facts it used: position and value, by id.
    pub facts: Vec<(usize, Option<Value>)>,
    /// The marks: rater, hundredths.
    pub marks: Vec<(String, Option<i64>)>,
    /// The score before rounding, in points.
    pub exact: Option<Ratio>,
    /// The score in hundredths.
    pub score: Option<i64>,
    /// What the indicator gave.
    pub cell: Cell,
    /// For a veto: whether it holds; `None` when that cannot be told.
    pub veto: Option<bool>,
    /// For a rank: place and how many are counted.
    pub place: Option<(usize, usize)>,
}

/// The explanation of one subject.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// Position of the subject.
    pub subject: usize,
    /// Every indicator in file order.
    pub indicators: Vec<IndicatorExplanation>,
    /// F / (F - P), where indicators are prorated.
    pub scale: Option<Ratio>,
    /// Complete subjects of the group; `None` when the subject is not among them.
    pub n: Option<usize>,
    /// Seats of each grade in the group.
    pub seats: Vec<Option<u64>>,
}

/// Explains one subject.
pub fn explain(done: &Appraisal<'_>, subject: usize) -> Explanation {
    let plan = done.scorer.plan;
    let indicators = (0..plan.pack.indicators.len()).map(|at| explain_indicator(done, at, subject)).collect();
    let s = &done.subjects[subject];
    let left = plan.full - s.prorated;
    let scale = (s.prorated > 0 && left > 0).then(|| Ratio::new(i128::from(plan.full), i128::from(left)));
    let group = done.groups.get(s.group as usize);
    Explanation {
        subject,
        indicators,
        scale,
        n: group.filter(|_| s.complete).map(|g| g.order.len()),
        seats: group.map_or_else(|| vec![None; plan.pack.grades.len()], |g| g.seats.clone()),
    }
}

fn explain_indicator(done: &Appraisal<'_>, at: usize, i: usize) -> IndicatorExplanation {
    let plan = done.scorer.plan;
    let marks = done.marks.of(i);
    let excused = done.excuses.and_then(|e| e.instead(&done.scorer, at, i));
    let scorer = excused.as_ref().unwrap_or(&done.scorer);
    let ind = plan.indicator(at);
    let mut names: Vec<usize> = match &ind.method {
        Method::Formula { .. } | Method::Veto { .. } => {
            plan.names_of[at].iter().flatten().copied().flatten().collect()
        }
        method => method.fact().into_iter().collect(),
    };
    if let Method::Ratio { target: Target::Fact(t), .. } | Method::RatioDown { target: Target::Fact(t), .. } =
        ind.method
    {
        names.push(t);
    }
    names.sort_by(|a, b| plan.pack.facts[*a].id.cmp(&plan.pack.facts[*b].id));
    names.dedup();
    let own = plan.slots_of[at].clone();
    let cell = match (done.scorer.score(at, i, marks), done.excuses) {
        (Cell::Blocked, Some(excuses)) => excuses.score(&done.scorer, at, i, marks),
        (cell, _) => cell,
    };
    let exact = match &ind.method {
        Method::Rated { .. } => scorer.rated(at, &marks[own.clone()]).map(|e| e.ratio()),
        Method::Rank { .. } => match cell {
            Cell::Score(_) => rank_points(done, at, i),
            _ => None,
        },
        Method::Veto { .. } => None,
        _ => match scorer.exact(at, i) {
            Ok(exact) => Some(exact.ratio()),
            Err(Gap::Missing | Gap::Failed) => None,
        },
    };
    IndicatorExplanation {
        indicator: at,
        facts: names
            .into_iter()
            .map(|f| (f, done.scorer.facts.value(f, i).map(ValueRef::to_owned)))
            .collect(),
        marks: own
            .map(|s| (plan.slots[s].rater.clone(), (marks[s] != ABSENT).then(|| i64::from(marks[s]))))
            .collect(),
        exact,
        score: if let Cell::Score(score) = cell { Some(score) } else { None },
        cell,
        veto: if ind.method.is_veto() { scorer.veto(at, i) } else { None },
        place: done.scorer.rank_of(at, i),
    }
}

/// The points of the band a subject falls in.
fn rank_points(done: &Appraisal<'_>, at: usize, i: usize) -> Option<Ratio> {
    let Method::Rank { bands, .. } = &done.scorer.plan.indicator(at).method else { return None };
    let (rank, n) = done.scorer.rank_of(at, i)?;
    let held = |band: i128| 100 * rank as i128 * kernel::MILLION <= band * n as i128;
    let points = bands.iter().find(|(band, _)| held(band.0)).map_or(0, |(_, points)| *points);
    Some(Ratio::new(points, kernel::MILLION))
}

/// The explanation as one JSON object.
pub fn explain_json(done: &Appraisal<'_>, e: &Explanation) -> String {
    let plan = done.scorer.plan;
    let s = &done.subjects[e.subject];
    let mut out = Vec::new();
    let text =
        |out: &mut Vec<u8>, t: &str| out.extend_from_slice(serde_json::Value::from(t).to_string().as_bytes());
    let raw = |out: &mut Vec<u8>, t: &str| out.extend_from_slice(t.as_bytes());
    let or_null = |v: Option<i64>| v.map_or_else(|| "null".to_owned(), |v| Score(v).to_string());
    let ratio = |out: &mut Vec<u8>, r: Option<String>| match r {
        Some(r) => text(out, &r),
        None => raw(out, "null"),
    };
    raw(&mut out, "{\"code\":");
    text(&mut out, &done.scorer.facts.code(e.subject));
    raw(&mut out, ",\"indicators\":[");
    for (k, x) in e.indicators.iter().enumerate() {
        let ind = plan.indicator(x.indicator);
        raw(&mut out, if k == 0 { "{\"id\":" } else { ",{\"id\":" });
        text(&mut out, &ind.id);
        raw(&mut out, ",\"method\":");
        text(&mut out, ind.method.name());
        raw(&mut out, ",\"facts\":{");
        for (n, (fact, value)) in x.facts.iter().enumerate() {
            raw(&mut out, if n == 0 { "" } else { "," });
            text(&mut out, &plan.pack.facts[*fact].id);
            raw(&mut out, ":");
            match value {
                None => raw(&mut out, "null"),
                Some(Value::Text(t)) => text(&mut out, t),
                Some(value) => raw(&mut out, &value.text()),
            }
        }
        raw(&mut out, "},\"params\":{");
        for (n, (key, value)) in ind.params.iter().enumerate() {
            raw(&mut out, if n == 0 { "" } else { "," });
            text(&mut out, key);
            raw(&mut out, ":");
            text(&mut out, value);
        }
        raw(&mut out, "},\"basis\":");
        push_json_string(&mut out, &ind.basis);
        raw(&mut out, ",\"marks\":{");
        for (n, (rater, mark)) in x.marks.iter().enumerate() {
            raw(&mut out, if n == 0 { "" } else { "," });
            text(&mut out, rater);
            raw(&mut out, ":");
            raw(&mut out, &or_null(*mark));
        }
        raw(&mut out, "},\"exact\":");
        let exact =
            if ind.method.is_veto() { x.veto.map(|v| v.to_string()) } else { x.exact.map(|r| r.to_string()) };
        ratio(&mut out, exact);
        raw(&mut out, ",\"score\":");
        raw(&mut out, &or_null(x.score));
        raw(&mut out, "}");
    }
    raw(&mut out, "],\"scale\":");
    ratio(&mut out, e.scale.map(|r| format!("{}/{}", r.num, r.den)));
    for (name, value) in
        [("before_bonus", s.before_bonus), ("bonus", s.bonus), ("penalty", s.penalty), ("total", s.total)]
    {
        raw(&mut out, &format!(",\"{name}\":{}", or_null(s.complete.then_some(value))));
    }
    let rank = if s.complete { s.rank.to_string() } else { "null".to_owned() };
    let n = e.n.map_or_else(|| "null".to_owned(), |n| n.to_string());
    raw(&mut out, &format!(",\"rank\":{rank},\"n\":{n},\"seats\":{{"));
    for (k, (grade, seats)) in plan.pack.grades.iter().zip(&e.seats).enumerate() {
        let seats = seats.map_or_else(|| "null".to_owned(), |s| s.to_string());
        raw(&mut out, &format!("{}\"{}\":{seats}", if k == 0 { "" } else { "," }, grade.id));
    }
    raw(&mut out, "},\"grade\":");
    match plan.pack.grades.get(usize::from(s.grade)) {
        Some(grade) => text(&mut out, &grade.id.to_string()),
        None => raw(&mut out, "null"),
    }
    raw(&mut out, "}\n");
    String::from_utf8(out).unwrap_or_default()
}
