//! Facts that make a decision table give a wanted colour.

use crate::cell::{Cell, rounded};
use crate::dice::Dice;
use crate::uses::constants;
use policy::{COLOURS, ColourTable, Colouring, FactType, Pack, Rule, Test, Value};

/// How often facts are mended before a colour is given up.
const TRIES: usize = 4_000;

/// Makes facts for colours.
pub(crate) struct Painter<'a> {
    pack: &'a Pack,
    table: &'a ColourTable,
    /// Per column of the table: the range of its numbers.
    ranges: Vec<(f64, f64)>,
}

impl<'a> Painter<'a> {
    /// `None` for packs that do not classify the subject.
    pub fn new(pack: &'a Pack) -> Option<Self> {
        let table = pack.colours.as_ref().filter(|_| pack.subject == "village")?;
        let ranges = (0..table.facts.len())
            .map(|column| {
                let mut found = Vec::new();
                for test in table.rules.iter().filter_map(|r| r.tests[column].as_ref()) {
                    constants(&test.expr, &mut found);
                }
                let least = found.iter().copied().fold(f64::INFINITY, f64::min);
                let most = found.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                match (least, most) {
                    _ if found.is_empty() => (0.0, 5.0),
                    // Small counts start at nothing; ages and scores stay near their lines.
                    (_, most) if (0.0..=3.0).contains(&most) => (0.0, most + 3.0),
                    (least, most) => (least - 0.25 * least.abs(), most + 0.1 * most.abs()),
                }
            })
            .collect();
        Some(Painter { pack, table, ranges })
    }

    /// The wanted colour of every subject: the numbers scaled by largest remainder, in an order by lot.
    pub fn targets(&self, n: usize, wanted: [usize; 4], dice: &mut Dice) -> Vec<u8> {
        let counts = scaled(n, wanted);
        let mut out: Vec<u8> =
            (0..4u8).flat_map(|c| std::iter::repeat_n(c, counts[usize::from(c)])).collect();
        dice.shuffle(&mut out);
        out
    }

    fn decide(&self, row: &[Cell]) -> Colouring {
        let facts = &self.pack.facts;
        let values: Vec<Option<Value>> = row.iter().zip(facts).map(|(cell, fact)| cell.value(fact)).collect();
        self.table.decide(&self.pack.classify_missing, facts, &|f| values[f].as_ref().map(Value::borrow))
    }

    /// Whether a row has the wanted colour.
    pub fn is(&self, row: &[Cell], target: u8) -> bool {
        matches!(self.decide(row), Colouring::Rule(r) if self.table.rules[r].colour == COLOURS[usize::from(target)].0)
    }

    /// Fills in the table's facts so that the target colour comes out; false when no way was found.
    pub fn paint(&self, row: &mut [Cell], target: u8, dice: &mut Dice) -> bool {
        let colour = COLOURS[usize::from(target)].0;
        let rules: Vec<&Rule> = self.table.rules.iter().filter(|r| r.colour == colour).collect();
        if rules.is_empty() {
            return false;
        }
        let mut chosen = rules[0];
        for attempt in 0..TRIES {
            if attempt % 200 == 0 {
                chosen = rules[dice.below(rules.len())];
                (0..self.table.facts.len()).for_each(|c| self.redraw(c, row, dice));
                self.force(chosen, row, dice);
            }
            match self.decide(row) {
                Colouring::Rule(r) if self.table.rules[r].colour == colour => return true,
                Colouring::Rule(r) | Colouring::Blocked(r, _) => {
                    // An earlier row stands in the way: change one of the facts that it tests.
                    let rule = &self.table.rules[r];
                    let tested: Vec<usize> =
                        (0..self.ranges.len()).filter(|c| rule.tests[*c].is_some()).collect();
                    if tested.is_empty() {
                        return false;
                    }
                    self.redraw(tested[dice.below(tested.len())], row, dice);
                    self.force(chosen, row, dice);
                }
                Colouring::Undecided => self.force(chosen, row, dice),
            }
        }
        false
    }

    /// Redraws the facts that refute a row.
    fn force(&self, rule: &Rule, row: &mut [Cell], dice: &mut Dice) {
        for _ in 0..64 {
            let facts = &self.pack.facts;
            let values: Vec<Option<Value>> =
                row.iter().zip(facts).map(|(cell, fact)| cell.value(fact)).collect();
            let value = |f: usize| values[f].as_ref().map(Value::borrow);
            let wrong: Vec<usize> = self
                .table
                .tests(rule, &self.pack.classify_missing, facts, &value)
                .enumerate()
                .filter(|(_, (_, t))| !matches!(t, Test::Any | Test::Holds))
                .map(|(column, _)| column)
                .collect();
            if wrong.is_empty() {
                return;
            }
            wrong.into_iter().for_each(|c| self.redraw(c, row, dice));
        }
    }

    fn redraw(&self, column: usize, row: &mut [Cell], dice: &mut Dice) {
        let at = self.table.facts[column];
        let fact = &self.pack.facts[at];
        row[at] = match fact.kind {
            FactType::Bool => Cell::Bool(dice.chance(0.5)),
            FactType::Choice => Cell::Choice(dice.below(fact.choices.len())),
            FactType::Text | FactType::Date => return,
            kind => {
                let (low, high) = self.ranges[column];
                // One decimal is as fine as an average age is told.
                Cell::Number(rounded(kind, (dice.between(low, high + 0.5) * 10.0).floor() / 10.0))
            }
        };
    }
}

/// `n` in the proportions of `wanted`, by largest remainder, equal remainders to the first.
fn scaled(n: usize, wanted: [usize; 4]) -> [usize; 4] {
    let sum = wanted.iter().sum::<usize>().max(1);
    let mut out = wanted.map(|w| w * n / sum);
    let mut order = [0, 1, 2, 3];
    order.sort_by_key(|i| std::cmp::Reverse(wanted[*i] * n % sum));
    let left = n - out.iter().sum::<usize>().min(n);
    order.into_iter().cycle().take(left).for_each(|i| out[i] += 1);
    out
}

#[cfg(test)]
mod tests {
    use super::scaled;

    #[test]
    fn numbers_are_scaled_by_largest_remainder() {
        assert_eq!(scaled(42, [6, 12, 14, 10]), [6, 12, 14, 10]);
        assert_eq!(scaled(293, [6, 12, 14, 10]), [42, 84, 97, 70]);
        assert_eq!(scaled(1, [6, 12, 14, 10]), [0, 0, 1, 0]);
        assert_eq!(scaled(3, [0, 0, 0, 1]), [0, 0, 0, 3]);
    }
}
