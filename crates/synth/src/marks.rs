//! Raters and their marks: severe, lenient, careless, and the township's own view.

use crate::dice::{Dice, Dicebox};
use crate::plan::{Plan, Slot};

/// How a rater marks.
#[derive(Clone, Copy)]
pub(crate) struct Style {
    /// Added to every share of full marks.
    offset: f64,
    /// How far the marks spread.
    spread: f64,
    /// The share of full marks that it nearly always gives.
    straight: Option<f64>,
}

/// The raters of a pack.
pub(crate) struct Raters {
    styles: Vec<Option<Style>>,
    dicebox: Dicebox,
    /// The odd ones, as the summary names them.
    pub odd: Vec<String>,
}

fn usual(dice: &mut Dice) -> Style {
    Style { offset: 0.02 * dice.normal(), spread: dice.between(0.05, 0.09), straight: None }
}

impl Raters {
    pub fn new(plan: &Plan<'_>, dicebox: &Dicebox) -> Self {
        let mut styles: Vec<Option<Style>> = plan
            .raters
            .iter()
            .map(|name| (name != "township").then(|| usual(&mut dicebox.dice(b'r', name))))
            .collect();
        // The odd ones must have marks enough to be found out by.
        let marks = |r: usize| plan.slots.iter().filter(|s| s.rater == r).count();
        let mut units: Vec<usize> = (0..styles.len()).filter(|r| styles[*r].is_some()).collect();
        dicebox.dice(b'o', "").shuffle(&mut units);
        units.sort_by_key(|r| marks(*r) < 2);
        let mut odd = Vec::new();
        let kinds =
            [("从严", -0.15, None), ("从宽", 0.09, None), ("划一", 0.0, Some(0.9)), ("从严", -0.13, None)];
        // With few raters most of them stay usual.
        let n = if units.len() >= 6 { 4 } else { units.len() / 2 };
        for (r, (word, offset, straight)) in units.into_iter().zip(kinds).take(n) {
            if let Some(style) = &mut styles[r] {
                style.offset = offset;
                style.straight = straight;
                odd.push(format!("{} {word}", plan.raters[r]));
            }
        }
        odd.sort();
        Raters { styles, dicebox: dicebox.clone(), odd }
    }

    /// The style of a township as a rater.
    pub fn township(&self, code: &str) -> Style {
        let mut dice = self.dicebox.dice(b't', code);
        Style { offset: 0.035 * dice.normal(), ..usual(&mut dice) }
    }

    /// A mark in hundredths.
    pub fn mark(&self, slot: &Slot, township: Style, quality: f64, dice: &mut Dice) -> i64 {
        let style = self.styles[slot.rater].unwrap_or(township);
        let own = 0.845 + slot.ease + style.offset + 0.062 * quality + style.spread * dice.normal();
        let share = match style.straight {
            Some(straight) if !dice.chance(0.06) => straight,
            _ => own,
        };
        let steps = slot.full / slot.step;
        let at = (share.clamp(0.0, 1.0) * steps as f64).round() as i64;
        at.min(steps) * slot.step
    }
}
