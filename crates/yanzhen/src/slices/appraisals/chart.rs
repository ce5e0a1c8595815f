//! The totals of a round in their order, with the lines of grades: a picture that page and print share.

use crate::slices::places::pages::score_text;
use appraisal::Appraisal;
use kernel::msg;
use platform::page::Page;

/// One bar: x, y and height in the picture's units, and the grade that colours it.
pub struct Bar {
    pub x: String,
    pub y: String,
    pub width: String,
    pub height: String,
    /// 1 best; 0 for none.
    pub grade: usize,
}

/// A line of grades, or of the scale.
pub struct Line {
    pub at: String,
    pub text: String,
}

/// The picture.
pub struct Bars {
    pub bars: Vec<Bar>,
    /// Where a grade ends: x, and how many stand before it.
    pub cuts: Vec<Line>,
    /// Heads of the grades: x and words.
    pub heads: Vec<Line>,
    /// The scale: y and points.
    pub scale: Vec<Line>,
    pub says: String,
}

const LEFT: f64 = 36.0;
const WIDTH: f64 = 710.0;
const TOP: f64 = 22.0;
const HEIGHT: f64 = 174.0;

/// The complete subjects of the largest group, best first; `None` where there are fewer than two.
pub fn bars(page: &Page, done: &Appraisal<'_>) -> Option<Bars> {
    let group = done.groups.iter().max_by_key(|g| g.order.len()).filter(|g| g.order.len() > 1)?;
    let total = |i: u32| done.subjects[i as usize].total as f64 / 100.0;
    let (first, last) = (total(*group.order.first()?), total(*group.order.last()?));
    let low = ((last - 5.0) / 10.0).floor() * 10.0;
    let high = first.max(low + 10.0);
    let n = group.order.len() as f64;
    let y = |v: f64| TOP + HEIGHT * (1.0 - (v - low) / (high - low));
    let step = WIDTH / n;
    let tenth = |v: f64| format!("{v:.1}");
    let bars = group
        .order
        .iter()
        .enumerate()
        .map(|(k, i)| {
            let top = y(total(*i));
            Bar {
                x: tenth(LEFT + k as f64 * step),
                y: tenth(top),
                width: tenth((step - 0.5).max(0.4)),
                height: tenth(TOP + HEIGHT - top),
                grade: match done.subjects[*i as usize].grade {
                    appraisal::NO_GRADE => 0,
                    g => usize::from(g) + 1,
                },
            }
        })
        .collect();
    let grades = &done.scorer.plan.pack.grades;
    let (mut cuts, mut heads, mut from) = (Vec::new(), Vec::new(), 0usize);
    for (g, grade) in grades.iter().enumerate() {
        // A vetoed subject stands by its total among better grades: a grade ends with its last.
        let own = |i: &u32| usize::from(done.subjects[*i as usize].grade) == g;
        let until = group.order.iter().rposition(own).map_or(from, |last| last + 1).max(from);
        if until > from {
            let middle = LEFT + (from + until) as f64 / 2.0 * step;
            let text = format!("{}·{}", grade.label, group.order.iter().filter(|i| own(i)).count());
            heads.push(Line { at: tenth(middle), text });
            if until < group.order.len() {
                cuts.push(Line { at: tenth(LEFT + until as f64 * step), text: until.to_string() });
            }
        }
        from = until;
    }
    let mut scale = Vec::new();
    let mut point = low;
    while point <= high {
        scale.push(Line { at: tenth(y(point)), text: format!("{point:.0}") });
        point += ((high - low) / 4.0 / 5.0).ceil().max(1.0) * 5.0;
    }
    let says = page.m(&msg!(
        "{n} 个对象按总分排列，最高 {first}，最低 {last}，虚线为等次切线",
        n = group.order.len(),
        first = score_text(done.subjects[*group.order.first()? as usize].total),
        last = score_text(done.subjects[*group.order.last()? as usize].total)
    ));
    Some(Bars { bars, cuts, heads, scale, says })
}
