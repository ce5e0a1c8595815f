//! Believable values of a fact: a model chosen from its uses, and draws from it.

use crate::dice::{Dice, exp};
use crate::uses::Uses;
use policy::zen::Op;
use policy::{Fact, FactType, Pack, Value};

/// A fact's value. Numbers are hundredths.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Cell {
    Absent,
    Number(i64),
    Bool(bool),
    /// Position among the choices.
    Choice(usize),
    /// Days since 1970-01-01.
    Day(i64),
    /// The number of an invented document.
    Paper(u32),
}

/// Where a fact's values come from.
#[derive(Clone, Debug)]
pub(crate) enum Model {
    /// From worst to best, as the subject performs.
    Line { worst: f64, best: f64 },
    /// Steps from worst to best, equally likely to be climbed.
    Ladder(Vec<f64>),
    /// Stays below a number, mostly.
    Down(f64),
    /// Lognormal.
    Money { median: f64, spread: f64 },
    /// 60 to 98 per cent, hardly ever less.
    Ballot,
    /// Zero but for a share of the subjects.
    Rare { share: f64, scale: f64 },
    /// What bonuses are given for.
    Extra { most: f64 },
    /// A small count, equally likely between two ends; zero for a share of the subjects.
    Count { least: usize, most: usize, zero: f64 },
    /// Some of another fact.
    Part(usize),
    /// The goal for another fact.
    Goal(usize),
    /// Another fact a year before.
    Before(usize),
    /// Below a limit for a share of the subjects.
    Below { limit: f64, share: f64 },
    /// True for a share of the subjects; more often the better they are, if it is welcome.
    Chance { share: f64, welcome: bool },
    Choice,
    /// Around a day.
    Day(i64),
    /// A document where another fact is true, or for some.
    Paper(Option<usize>),
    /// The grade of last year: shares from the best, with ids.
    Grade(Vec<(f64, i64)>),
}

impl Model {
    /// The fact that must be drawn before.
    pub fn parent(&self) -> Option<usize> {
        match self {
            Model::Part(of) | Model::Goal(of) | Model::Before(of) => Some(*of),
            Model::Paper(with) => *with,
            _ => None,
        }
    }
}

/// A share that rises and falls with how well a subject does: about 0.85, 1 and more is perfect.
pub(crate) fn performance(dice: &mut Dice, quality: f64) -> f64 {
    (0.85 + 0.095 * quality + 0.11 * dice.normal()).clamp(0.0, 1.06)
}

/// The model of a fact.
pub(crate) fn choose(pack: &Pack, fact: &Fact, uses: &Uses) -> Model {
    match fact.kind {
        FactType::Bool if uses.flag => Model::Chance { share: 0.9, welcome: true },
        FactType::Bool if uses.veto => Model::Chance { share: 0.004, welcome: false },
        FactType::Bool if uses.condition => Model::Chance { share: 0.08, welcome: false },
        FactType::Bool => Model::Chance { share: 0.6, welcome: true },
        FactType::Choice => Model::Choice,
        FactType::Date => {
            let day = uses.day.as_deref().filter(|d| policy::is_date(d)).unwrap_or(&pack.effective_from);
            Model::Day(day_number(day))
        }
        FactType::Text => Model::Paper(uses.beside),
        _ if fact.id == "grade_last_year" => Model::Grade(shares(pack)),
        FactType::Money => money(uses),
        _ => count(fact, uses),
    }
}

fn money(uses: &Uses) -> Model {
    let reached = |list: &[(Op, f64)]| {
        let lines = list.iter().filter(|(op, n)| matches!(op, Op::Ge | Op::Gt) && *n > 0.0).map(|(_, n)| *n);
        lines.fold(f64::INFINITY, f64::min)
    };
    let line = reached(&uses.good).min(reached(&uses.bad));
    if let Some(of) = uses.goal_of {
        Model::Goal(of)
    } else if let Some(now) = uses.before {
        Model::Before(now)
    } else if uses.veto || uses.deduct || uses.penalty {
        Model::Rare { share: 0.01, scale: 600.0 }
    } else if let Some(anchor) = Some(line).filter(|l| l.is_finite()).or_else(|| uses.tiers.last().copied()) {
        // A quarter of the subjects reach the line: it stands 0.674 deviations above the median.
        Model::Money { median: anchor * exp(-0.674 * 0.85), spread: 0.85 }
    } else if let Some((worst, best)) = uses.line {
        Model::Line { worst, best }
    } else if uses.rank {
        Model::Money { median: 200_000.0, spread: 0.85 }
    } else if uses.good.iter().any(|(op, n)| *op == Op::Gt && *n == 0.0) {
        Model::Line { worst: -60_000.0, best: 50_000.0 }
    } else {
        Model::Money { median: 12_000.0, spread: 0.3 }
    }
}

fn count(fact: &Fact, uses: &Uses) -> Model {
    let integer = fact.kind == FactType::Integer;
    let growth = fact.label.contains('增');
    if uses.ballot {
        return Model::Ballot;
    }
    if let Some(whole) = uses.part_of {
        return Model::Part(whole);
    }
    if let Some(of) = uses.goal_of {
        return Model::Goal(of);
    }
    if let Some(now) = uses.before {
        return Model::Before(now);
    }
    if let (Some(first), Some(last)) = (uses.tiers.first(), uses.tiers.last()) {
        let step = if first <= last { 1.0 } else { -1.0 };
        let mut steps = vec![(first - step).min(first * 0.5)];
        if step < 0.0 {
            steps = vec![(first + 1.0).max(first * 1.5)];
        }
        steps.extend(&uses.tiers);
        steps.push(if step > 0.0 { (last + 1.0).max(last * 1.2) } else { last * 0.8 });
        return Model::Ladder(steps);
    }
    if let Some((worst, best)) = uses.line {
        return Model::Line { worst, best };
    }
    if let Some(limit) = uses.down {
        return if integer && limit <= 3.0 { Model::Rare { share: 0.3, scale: 1.0 } } else { Model::Down(limit) };
    }
    let reached = |(op, n): &(Op, f64)| matches!(op, Op::Ge | Op::Gt) && *n > 0.0;
    if uses.deduct {
        Model::Rare { share: 0.25, scale: 1.0 }
    } else if let Some(most) = uses.bonus {
        Model::Extra { most }
    } else if uses.penalty {
        Model::Rare { share: 0.07, scale: 1.0 }
    } else if uses.veto {
        Model::Rare { share: 0.004, scale: 1.0 }
    } else if uses.rank {
        if growth { Model::Line { worst: -8.0, best: 12.0 } } else { Model::Line { worst: 55.0, best: 95.0 } }
    } else if uses.divides && integer {
        Model::Count { least: 3, most: 12, zero: if uses.never_zero { 0.0 } else { 0.06 } }
    } else if uses.divides {
        Model::Money { median: 1_500.0, spread: 0.5 }
    } else if let Some((_, limit)) = uses.good.iter().find(|l| reached(l)) {
        Model::Below { limit: *limit, share: 0.12 }
    } else if uses.bad.iter().any(reached) {
        Model::Rare { share: 0.15, scale: 1.0 }
    } else if let Some((_, limit)) = uses.bad.iter().find(|(op, _)| matches!(op, Op::Lt | Op::Le)) {
        match fact.kind {
            FactType::Percent => Model::Line { worst: limit - 15.0, best: 100.0 },
            _ => Model::Below { limit: *limit, share: 0.28 },
        }
    } else if fact.kind == FactType::Percent {
        if growth { Model::Line { worst: -8.0, best: 12.0 } } else { Model::Line { worst: 40.0, best: 98.0 } }
    } else if uses.condition && !uses.computed {
        Model::Rare { share: 0.15, scale: 1.0 }
    } else {
        Model::Count { least: 1, most: 4, zero: 0.08 }
    }
}

/// Shares of the grades from the best on, added up.
fn shares(pack: &Pack) -> Vec<(f64, i64)> {
    let n = pack.grades.len();
    let quotas: Vec<Option<f64>> = pack.grades.iter().map(|g| g.quota.map(|q| crate::uses::number(q.0))).collect();
    let known = n > 0 && quotas[..n - 1].iter().all(Option::is_some);
    let mut sum = 0.0;
    let usual = [20.0, 40.0, 30.0, 10.0];
    let ids: Vec<i64> = if n == 0 { (1..=4).collect() } else { pack.grades.iter().map(|g| g.id).collect() };
    let last = ids.len() - 1;
    ids.iter()
        .enumerate()
        .map(|(i, id)| {
            sum += if known { quotas[i].unwrap_or(100.0) } else { usual[i.min(3)] };
            (if i == last { 2.0 } else { sum / 100.0 }, *id)
        })
        .collect()
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
            Cell::Number(n) => number((n as f64 / 10_000.0 / (0.35 + 0.65 * performance(dice, quality))).round() * 100.0),
            _ => number(100_000.0),
        },
        Model::Before(of) => match row[*of] {
            Cell::Number(n) => number(n as f64 / 100.0 / (1.06 + 0.05 * quality + 0.1 * dice.normal()).max(0.6)),
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
            let z = 0.75 * quality + 0.66 * dice.normal();
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

/// Hundredths, as fine as clerks write the type.
pub(crate) fn rounded(kind: FactType, n: f64) -> i64 {
    let unit: f64 = match kind {
        FactType::Integer | FactType::Money => 1.0,
        FactType::Percent => 10.0,
        _ => 100.0,
    };
    (n * unit).round() as i64 * (100.0 / unit) as i64
}

impl Cell {
    /// As the engines see it.
    pub fn value(self, fact: &Fact) -> Option<Value> {
        Some(match self {
            Cell::Absent => return None,
            Cell::Number(n) => Value::Number(kernel::Quantity(i128::from(n) * 10_000)),
            Cell::Bool(b) => Value::Bool(b),
            _ => {
                let mut text = Vec::new();
                self.push(fact, &mut text);
                Value::Text(String::from_utf8_lossy(&text).into_owned())
            }
        })
    }

    /// As it stands in a facts table.
    pub fn push(self, fact: &Fact, out: &mut Vec<u8>) {
        match self {
            Cell::Absent => {}
            Cell::Number(n) => push_hundredths(n, out),
            Cell::Bool(true) => out.extend_from_slice("是".as_bytes()),
            Cell::Bool(false) => out.extend_from_slice("否".as_bytes()),
            Cell::Choice(i) => tables::push_csv_cell(out, fact.choices.get(i).map_or("", String::as_str)),
            Cell::Day(day) => out.extend_from_slice(date(day).as_bytes()),
            Cell::Paper(n) => out.extend_from_slice(format!("〔合成〕文书第{n}号").as_bytes()),
        }
    }
}

/// Writes hundredths without trailing zeros.
pub(crate) fn push_hundredths(n: i64, out: &mut Vec<u8>) {
    if n < 0 {
        out.push(b'-');
    }
    let n = n.unsigned_abs();
    let mut digits = [0u8; 20];
    let mut at = digits.len();
    let mut whole = n / 100;
    loop {
        at -= 1;
        digits[at] = b'0' + (whole % 10) as u8;
        whole /= 10;
        if whole == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
    let (tenth, hundredth) = ((n / 10 % 10) as u8, (n % 10) as u8);
    if tenth + hundredth > 0 {
        out.extend_from_slice(&[b'.', b'0' + tenth]);
    }
    if hundredth > 0 {
        out.push(b'0' + hundredth);
    }
}

/// Days since 1970-01-01 of a valid YYYY-MM-DD.
fn day_number(date: &str) -> i64 {
    let part = |r: std::ops::Range<usize>| date.get(r).and_then(|t| t.parse::<i64>().ok()).unwrap_or(1);
    let (year, month, day) = (part(0..4), part(5..7), part(8..10));
    let y = if month <= 2 { year - 1 } else { year };
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    y * 365 + y / 4 - y / 100 + y / 400 + day_of_year - 719_468
}

/// YYYY-MM-DD of a day after the year 0.
fn date(day: i64) -> String {
    let z = day + 719_468;
    let era = z / 146_097;
    let doe = z % 146_097;
    let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    let year = yoe + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{:02}", doy - (153 * mp + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_go_there_and_back() {
        for text in ["1970-01-01", "2024-02-29", "2025-12-31", "2026-03-01"] {
            assert_eq!(date(day_number(text)), text);
        }
        assert_eq!(day_number("1970-01-02"), 1);
    }

    #[test]
    fn hundredths_are_short() {
        let text = |n| {
            let mut out = Vec::new();
            push_hundredths(n, &mut out);
            String::from_utf8(out).unwrap()
        };
        assert_eq!([0, 5, 50, 150, -1234, 43_200_000].map(text), ["0", "0.05", "0.5", "1.5", "-12.34", "432000"]);
    }
}
