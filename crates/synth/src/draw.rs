//! Draws from models.

use crate::cell::{Cell, rounded};
use crate::dice::{Dice, exp};
use crate::model::Model;
use policy::{Fact, FactType};

/// A share that rises and falls with how well a subject does: about 0.85, 1 and more is perfect.
pub(crate) fn performance(dice: &mut Dice, quality: f64) -> f64 {
    if dice.chance(0.01) {
        // Something went wrong, as it does in good villages too.
        return dice.between(0.0, 0.7);
    }
    (0.85 + 0.07 * quality + 0.11 * dice.normal()).clamp(0.0, 1.06)
}

/// Draws a value; `row` holds what was drawn before.
pub(crate) fn draw(model: &Model, fact: &Fact, row: &[Cell], quality: f64, dice: &mut Dice) -> Cell {
    let number = |n: f64| Cell::Number(rounded(fact.kind, n));
    match model {
        Model::Line { worst, best } => {
            let value = worst + (best - worst) * performance(dice, quality);
            let low = if worst.min(*best) >= 0.0 { 0.0 } else { f64::NEG_INFINITY };
            let percent = fact.kind == FactType::Percent || fact.kind == FactType::Number;
            let high = match best {
                _ if fact.kind == FactType::Integer && best > worst => *best,
                50.0..=100.0 if percent => 100.0,
                _ => f64::INFINITY,
            };
            number(value.clamp(low, high))
        }
        Model::Ladder(steps) => {
            let at = performance(dice, quality).min(0.999) * (steps.len() - 1) as f64;
            let value = steps[at as usize] + (steps[at as usize + 1] - steps[at as usize]) * at.fract();
            let most = if fact.kind == FactType::Percent { 100.0 } else { f64::INFINITY };
            number(value.clamp(0.0, most))
        }
        Model::Down(limit) => number(limit * 0.7 * exp(-0.25 * quality + 0.4 * dice.normal())),
        Model::Money { median, spread } => {
            number(median * exp(spread * (0.45 * quality + 0.893 * dice.normal())))
        }
        Model::Ballot if dice.chance(0.004) => number(dice.between(51.0, 60.0)),
        Model::Ballot => number(60.0 + 38.0 * ((performance(dice, quality) - 0.5) / 0.5).clamp(0.0, 1.0)),
        Model::Rare { share, scale } => {
            if !dice.chance(share * (1.0 - 0.5 * quality).clamp(0.1, 2.5)) {
                return Cell::Number(0);
            }
            let mut n = 1.0;
            while n < 6.0 && dice.chance(0.3) {
                n += 1.0;
            }
            number(n * scale * if *scale > 1.0 { dice.between(0.5, 3.0) } else { 1.0 })
        }
        Model::Extra { most } => {
            if !dice.chance((0.35 + 0.15 * quality).clamp(0.05, 0.8)) {
                return Cell::Number(0);
            }
            let share = dice.unit();
            let value = most * (0.05 + 0.75 * share * share);
            number(if fact.kind == FactType::Integer { value.clamp(1.0, most.max(1.0)) } else { value })
        }
        Model::Count { zero, .. } if dice.chance(*zero) => Cell::Number(0),
        Model::Count { least, most, .. } => number((least + dice.below(most - least + 1)) as f64),
        Model::Part(of) => match row[*of] {
            Cell::Number(whole) => part(fact.kind, whole, dice, quality),
            _ => number(1.0),
        },
        Model::Goal(of) => match row[*of] {
            Cell::Number(n) => {
                number((n as f64 / 10_000.0 / (0.35 + 0.65 * performance(dice, quality))).round() * 100.0)
            }
            _ => number(100_000.0),
        },
        Model::Before(of) => match row[*of] {
            Cell::Number(n) => {
                number(n as f64 / 100.0 / (1.06 + 0.05 * quality + 0.1 * dice.normal()).max(0.6))
            }
            _ => number(0.0),
        },
        Model::Below { limit, share } => {
            let low = dice.chance(*share);
            let u = dice.unit();
            number(if low { limit * u * 0.98 } else { limit * (1.0 + u) })
        }
        Model::Chance { share, welcome } => {
            let slope = if *welcome { 0.07 } else { -0.4 * share };
            Cell::Bool(dice.chance(share + slope * quality))
        }
        Model::Choice => {
            // The first choices are the common ones.
            let (a, b) = (dice.below(fact.choices.len()), dice.below(fact.choices.len()));
            Cell::Choice(if dice.chance(0.4) { a.min(b) } else { a })
        }
        Model::Day(around) => Cell::Day(around - 900 + dice.below(1_150) as i64),
        Model::Paper(with) => {
            let wanted = match with.map(|w| row[w]) {
                Some(Cell::Bool(truth)) => truth,
                _ => dice.chance(0.3),
            };
            if wanted { Cell::Paper(1 + dice.below(900) as u32) } else { Cell::Absent }
        }
        Model::Grade(shares) => {
            let z = 0.4 * quality + 0.917 * dice.normal();
            let from_top = 1.0 / (1.0 + exp(1.702 * z));
            let id = shares.iter().find(|(sum, _)| from_top < *sum).map_or(1, |(_, id)| *id);
            Cell::Number(id * 100)
        }
    }
}

/// Some of a whole (hundredths).
fn part(kind: FactType, whole: i64, dice: &mut Dice, quality: f64) -> Cell {
    let share = performance(dice, quality);
    if kind != FactType::Integer {
        return Cell::Number(rounded(kind, whole as f64 / 100.0 * (0.5 + 0.55 * share)));
    }
    let n = whole / 100;
    let done = if n <= 60 {
        (0..n).filter(|_| dice.chance(share + 0.05)).count() as i64
    } else {
        (n as f64 * share.min(1.0)) as i64
    };
    Cell::Number(done * 100)
}
