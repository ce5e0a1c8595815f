//! How large text can be in a cell of Word, by counting: Word is not here to ask.

use super::TEXT;
use crate::form::Unit;

/// Line height in parts of the type size.
pub(super) const PITCH: f64 = 1.3;
/// The smallest type: 10.5 pt. Half points.
pub(super) const LEAST: usize = 21;
/// A point in mm.
const POINT: f64 = 25.4 / 72.0;

/// The largest of 12, 11.5, 11 and 10.5 pt, in half points, at which paragraphs fit a box in mm; the last if none does.
pub(super) fn fitting(units: &[Unit], width: f64, height: f64) -> usize {
    (LEAST..=TEXT).rev().find(|size| needed(units, width, *size) <= height).unwrap_or(LEAST)
}

/// Height of paragraphs in mm.
fn needed(units: &[Unit], width: f64, size: usize) -> f64 {
    let em = size as f64 / 2.0 * POINT;
    let lines: f64 = units
        .iter()
        .map(|unit| {
            let lead = if unit.lead.is_empty() { 0.0 } else { lead_ems() };
            // A line ends up to one character early, as punctuation does not begin the next.
            let room = ((width / em) - lead - 0.5).max(1.0);
            (ems(&unit.text) / room).ceil().max(1.0)
        })
        .sum();
    lines * em * PITCH
}

/// The column of the periods: `2013.09--2017.06` and a gap.
pub(super) fn lead_ems() -> f64 {
    9.0
}

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
        assert_eq!(fitting(&text(4), 24.0, 12.0), 24);
        // Two lines of five at 12 pt, three would be too high.
        assert_eq!(fitting(&text(11), 24.0, 11.5), 22);
        assert_eq!(fitting(&text(200), 24.0, 12.0), LEAST);
    }
}
