//! How large text can be in a cell of Word, by counting: Word is not here to ask.

use super::TEXT;
use crate::form::Unit;

/// Type size in half points and line height in parts of it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Step {
    pub size: usize,
    pub pitch: f64,
}

impl Step {
    /// Height of a line, in mm.
    pub fn height(self) -> f64 {
        self.size as f64 / 2.0 * POINT * self.pitch
    }
}

/// Line height of printed words and of what stands beside them.
pub(super) const PITCH: f64 = 1.3;
/// The smallest type: 10.5 pt.
const LEAST: Step = Step { size: 21, pitch: PITCH };
/// Long texts have more air while there is room.
const AIRY: [Step; 2] = [Step { size: TEXT, pitch: 1.65 }, Step { size: TEXT, pitch: 1.45 }];
/// A point in mm.
const POINT: f64 = 25.4 / 72.0;

/// The largest of 12, 11.5, 11 and 10.5 pt at which paragraphs fit a box in mm; the last if none does.
pub(super) fn fitting(units: &[Unit], long: bool, width: f64, height: f64) -> Step {
    let airy = AIRY.into_iter().filter(|_| long);
    let close = (LEAST.size..=TEXT).rev().map(|size| Step { size, pitch: PITCH });
    airy.chain(close).find(|step| needed(units, width, *step) <= height).unwrap_or(LEAST)
}

/// Height of paragraphs in mm.
pub(super) fn needed(units: &[Unit], width: f64, step: Step) -> f64 {
    let em = step.size as f64 / 2.0 * POINT;
    let lines: f64 = units
        .iter()
        .map(|unit| {
            let lead = if unit.lead.is_empty() { 0.0 } else { LEAD };
            // A line ends up to one character early, as punctuation does not begin the next.
            let room = ((width / em) - lead - 0.5).max(1.0);
            (ems(&unit.text) / room).ceil().max(1.0)
        })
        .sum();
    lines * step.height()
}

/// The column of the periods, in ems: `2013.09--2017.06` and a gap.
pub(super) const LEAD: f64 = 9.0;

/// The width of a text in ems: full width one, the rest a half.
fn ems(text: &str) -> f64 {
    text.chars().map(|c| if (c as u32) < 0x2000 { 0.5 } else { 1.0 }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_shrink_and_stop_at_ten_and_a_half_points() {
        let text = |n: usize| Unit::lines(&"例".repeat(n));
        assert_eq!(fitting(&text(4), false, 24.0, 12.0).size, 24);
        // 24 mm hold five characters at 12 pt: eleven need three lines, two at 11 pt.
        assert_eq!(fitting(&text(11), false, 24.0, 11.5).size, 22);
        assert_eq!(fitting(&text(40), true, 100.0, 30.0), AIRY[0]);
        assert_eq!(fitting(&text(200), true, 24.0, 12.0), LEAST);
    }
}
