//! What a decision table covers: unreachable rows, overlaps, gaps.
//!
//! Each column's values fall into finitely many pieces (the points and open intervals between the constants that
//! its cells name, the choices, true and false). A row is then a box of piece sets, and coverage is box subtraction.
//! Cells that cannot be read this way never count as covering anything.

use crate::colours::{ClassifyMissing, ColourTable, Rule};
use crate::facts::{Fact, FactType};
use crate::zen::{Bound, Expr, Op};
use kernel::{Fault, Severity, msg};
use rust_decimal::Decimal;

type Set = Vec<bool>;

/// One column's pieces, each with the words for it.
struct Column {
    label: String,
    pieces: Vec<Piece>,
}

#[derive(Clone)]
enum Piece {
    Below(Decimal),
    At(Decimal),
    Between(Decimal, Decimal),
    Above(Decimal),
    AnyNumber,
    Truth(bool),
    Word(String),
    OtherWord,
    /// The fact is absent and its test fails.
    Absent,
}

/// A row: per column the pieces it takes; `exact` is false where a cell could not be read.
struct Row {
    sets: Vec<Set>,
    exact: bool,
}

const BUDGET: usize = 200_000;

/// Unreachable rows (faults), overlaps (notes) and gaps (warnings).
pub(crate) fn analyse(table: &ColourTable, facts: &[Fact], missing: &[ClassifyMissing]) -> Vec<Fault> {
    let columns: Vec<Column> = (0..table.facts.len())
        .map(|c| column(&facts[table.facts[c]], missing[table.facts[c]], table, c))
        .collect();
    let rows: Vec<Row> = table
        .rules
        .iter()
        .map(|rule| {
            let mut exact = true;
            let sets = rule
                .tests
                .iter()
                .zip(&columns)
                .map(|(test, column)| match test {
                    None => vec![true; column.pieces.len()],
                    Some(test) => column
                        .pieces
                        .iter()
                        .map(|p| {
                            holds(&test.expr, p).unwrap_or_else(|| {
                                exact = false;
                                true
                            })
                        })
                        .collect(),
                })
                .collect();
            Row { sets, exact }
        })
        .collect();
    let mut out = Vec::new();
    let finding = |row: u32, value: &str, reason| Fault::cell(&table.file, row, "rule", value, reason).at(1);
    for (i, rule) in table.rules.iter().enumerate() {
        let earlier: Vec<&Row> = rows[..i].iter().filter(|r| r.exact).collect();
        let mut budget = BUDGET;
        if matches!(uncovered(&rows[i].sets, &earlier, &mut budget), Some(None)) {
            out.push(
                finding(rule.row, &rule.id, msg!("这一行永远轮不到：前面的行已经全部覆盖"))
                    .mend(msg!("请删去，或移到前面，或收紧前面的行")),
            );
            continue;
        }
        let overlaps: Vec<&str> = table.rules[..i]
            .iter()
            .zip(&rows)
            .filter(|(other, row)| differs(other, rule) && intersects(&rows[i].sets, &row.sets))
            .map(|(other, _)| other.id.as_str())
            .collect();
        if !overlaps.is_empty() {
            out.push(
                finding(
                    rule.row,
                    &rule.id,
                    msg!("与前面结论不同的行有重叠：{rules}，重叠处以前面的行为准", rules = overlaps),
                )
                .severity(Severity::Note),
            );
        }
    }
    let whole: Vec<Set> = columns.iter().map(|c| vec![true; c.pieces.len()]).collect();
    let exact: Vec<&Row> = rows.iter().filter(|r| r.exact).collect();
    let mut budget = BUDGET;
    match uncovered(&whole, &exact, &mut budget) {
        Some(Some(gap)) => {
            let words: Vec<String> = columns
                .iter()
                .zip(&gap)
                .filter(|(_, set)| !set.iter().all(|p| *p))
                .filter_map(|(c, set)| {
                    set.iter().position(|p| *p).map(|i| format!("{}{}", c.label, c.pieces[i].words()))
                })
                .collect();
            let example = if words.is_empty() { "其余情形".to_owned() } else { words.join("，") };
            out.push(
                Fault::cell(
                    &table.file,
                    0,
                    "",
                    "",
                    msg!("有空档：{example}时没有一行适用，结果为待定", example = example),
                )
                .severity(Severity::Warning)
                .mend(msg!("如果有意留给人来定，可以不改；否则请加一行")),
            );
        }
        Some(None) => {}
        None => out.push(
            Fault::cell(&table.file, 0, "", "", msg!("表太大，没有查完空档和重叠")).severity(Severity::Note),
        ),
    }
    out
}

/// Whether two rows say anything different.
fn differs(a: &Rule, b: &Rule) -> bool {
    (&a.colour, &a.level, &a.lead, &a.measures) != (&b.colour, &b.level, &b.lead, &b.measures)
}

fn column(fact: &Fact, missing: ClassifyMissing, table: &ColourTable, index: usize) -> Column {
    let cells = || table.rules.iter().filter_map(|r| r.tests[index].as_ref());
    let mut pieces = match fact.kind {
        FactType::Bool => vec![Piece::Truth(true), Piece::Truth(false)],
        FactType::Choice => fact.choices.iter().map(|c| Piece::Word(c.clone())).collect(),
        FactType::Text => {
            let mut words = Vec::new();
            cells().for_each(|c| collect_words(&c.expr, &mut words));
            words.sort();
            words.dedup();
            words.into_iter().map(Piece::Word).chain([Piece::OtherWord]).collect()
        }
        _ => {
            let mut points = Vec::new();
            cells().for_each(|c| collect_numbers(&c.expr, &mut points));
            points.sort();
            points.dedup();
            let whole = matches!(fact.kind, FactType::Integer | FactType::Date);
            let mut pieces = Vec::new();
            match (points.first(), points.last()) {
                (Some(first), Some(last)) => {
                    pieces.push(Piece::Below(*first));
                    for (i, p) in points.iter().enumerate() {
                        if !whole || p.fract().is_zero() {
                            pieces.push(Piece::At(*p));
                        }
                        if let Some(next) = points.get(i + 1)
                            && (!whole || p.floor() + Decimal::ONE < *next)
                        {
                            pieces.push(Piece::Between(*p, *next));
                        }
                    }
                    pieces.push(Piece::Above(*last));
                }
                _ => pieces.push(Piece::AnyNumber),
            }
            pieces
        }
    };
    if missing == ClassifyMissing::Skip {
        pieces.push(Piece::Absent);
    }
    Column { label: fact.label.clone(), pieces }
}

fn collect_numbers(expr: &Expr, out: &mut Vec<Decimal>) {
    match expr {
        Expr::Number(n) => out.push(*n),
        Expr::Call(..) => out.extend(constant(expr)),
        Expr::Neg(inner) => {
            if let Expr::Number(n) = inner.bare() {
                out.push(-*n);
            }
        }
        _ => expr.children(&mut |c| collect_numbers(c, out)),
    }
}

fn collect_words(expr: &Expr, out: &mut Vec<String>) {
    match expr {
        Expr::Text(s) => out.push(s.clone()),
        _ => expr.children(&mut |c| collect_words(c, out)),
    }
}

impl Piece {
    fn words(&self) -> String {
        match self {
            Piece::Below(n) => format!("低于 {n}"),
            Piece::At(n) => format!("为 {n}"),
            Piece::Between(a, b) => format!("在 {a} 与 {b} 之间"),
            Piece::Above(n) => format!("超过 {n}"),
            Piece::AnyNumber => "为任意值".into(),
            Piece::Truth(b) => if *b { "为是" } else { "为否" }.into(),
            Piece::Word(w) => format!("为“{w}”"),
            Piece::OtherWord => "为其他".into(),
            Piece::Absent => "缺失".into(),
        }
    }

    /// A value inside the piece. Any will do: no constant lies inside an open piece.
    fn sample(&self) -> Option<Decimal> {
        Some(match self {
            Piece::Below(n) => *n - Decimal::ONE,
            Piece::At(n) => *n,
            Piece::Between(a, b) => (*a + *b) / Decimal::TWO,
            Piece::Above(n) => *n + Decimal::ONE,
            Piece::AnyNumber => Decimal::ZERO,
            _ => return None,
        })
    }
}

/// Whether every value of a piece passes a cell's test; `None` when this cannot be told.
fn holds(expr: &Expr, piece: &Piece) -> Option<bool> {
    if matches!(piece, Piece::Absent) {
        return Some(false);
    }
    Some(match expr {
        Expr::Paren(a) => holds(a, piece)?,
        Expr::Not(a) => !holds(a, piece)?,
        Expr::Binary(Op::And, a, b) => holds(a, piece)? && holds(b, piece)?,
        Expr::Binary(Op::Or, a, b) => holds(a, piece)? || holds(b, piece)?,
        Expr::Binary(Op::In | Op::NotIn, a, b) if is_own(a) => {
            let inside = match b.bare() {
                Expr::Interval(l, x, y, r) => {
                    let (v, low, high) = (piece.sample()?, constant(x)?, constant(y)?);
                    (if *l == Bound::Closed { low <= v } else { low < v })
                        && (if *r == Bound::Closed { v <= high } else { v < high })
                }
                Expr::List(items) => {
                    let mut any = false;
                    for item in items {
                        any |= equals(piece, item)?;
                    }
                    any
                }
                _ => return None,
            };
            inside != matches!(expr, Expr::Binary(Op::NotIn, ..))
        }
        Expr::Binary(Op::Eq, a, b) if is_own(a) => equals(piece, b)?,
        Expr::Binary(Op::Ne, a, b) if is_own(a) => !equals(piece, b)?,
        Expr::Binary(op @ (Op::Lt | Op::Gt | Op::Le | Op::Ge), a, b) => {
            let (x, y) = match (is_own(a), is_own(b)) {
                (true, false) => (piece.sample()?, constant(b)?),
                (false, true) => (constant(a)?, piece.sample()?),
                _ => return None,
            };
            match op {
                Op::Lt => x < y,
                Op::Gt => x > y,
                Op::Le => x <= y,
                _ => x >= y,
            }
        }
        _ => return None,
    })
}

fn is_own(expr: &Expr) -> bool {
    match expr.bare() {
        Expr::Name(n) => n == "$",
        Expr::Call(f, args) if f == "d" => args.len() == 1 && is_own(&args[0]),
        _ => false,
    }
}

fn constant(expr: &Expr) -> Option<Decimal> {
    match expr.bare() {
        Expr::Number(n) => Some(*n),
        Expr::Neg(inner) => constant(inner).map(|n| -n),
        // A day as the number YYYYMMDD: days order as these numbers do.
        Expr::Call(f, args) if f == "d" => match args.first().map(Expr::bare) {
            Some(Expr::Text(day)) if crate::facts::is_date(day) => day.replace('-', "").parse().ok(),
            _ => None,
        },
        _ => None,
    }
}

fn equals(piece: &Piece, expr: &Expr) -> Option<bool> {
    match (piece, expr.bare()) {
        (Piece::Truth(a), Expr::Bool(b)) => Some(a == b),
        (Piece::Word(a), Expr::Text(b)) => Some(a == b),
        (Piece::OtherWord, Expr::Text(_)) => Some(false),
        (Piece::At(a), other) => constant(other).map(|b| *a == b),
        (Piece::Below(_) | Piece::Between(..) | Piece::Above(_), other) => constant(other).map(|_| false),
        _ => None,
    }
}

fn intersects(a: &[Set], b: &[Set]) -> bool {
    a.iter().zip(b).all(|(x, y)| x.iter().zip(y).any(|(p, q)| *p && *q))
}

/// A part of `area` that no row takes: `Some(None)` when there is none, `None` when the budget ran out.
fn uncovered(area: &[Set], rows: &[&Row], budget: &mut usize) -> Option<Option<Vec<Set>>> {
    *budget = budget.checked_sub(1)?;
    let Some(at) = rows.iter().position(|r| intersects(area, &r.sets)) else {
        return Some(Some(area.to_vec()));
    };
    let (row, rest) = (rows[at], &rows[at + 1..]);
    let mut inside = area.to_vec();
    for c in 0..area.len() {
        let outside: Set = inside[c].iter().zip(&row.sets[c]).map(|(a, r)| *a && !*r).collect();
        if outside.iter().any(|p| *p) {
            let mut part = inside.clone();
            part[c] = outside;
            if let Some(found) = uncovered(&part, rest, budget)? {
                return Some(Some(found));
            }
        }
        inside[c] = inside[c].iter().zip(&row.sets[c]).map(|(a, r)| *a && *r).collect();
    }
    Some(None)
}
