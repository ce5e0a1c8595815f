//! What a pack does with each fact: from that its believable values follow.

use policy::zen::{Compiled, Expr, Op};
use policy::{Amount, Condition, FactType, Method, Missing, Pack, Target};

/// The uses of one fact.
#[derive(Clone, Debug, Default)]
pub(crate) struct Uses {
    /// Something is divided by it.
    pub divides: bool,
    /// ... and zero would make the subject incomplete or fail.
    pub never_zero: bool,
    /// It counts some of what this fact counts.
    pub part_of: Option<usize>,
    /// It is last year's value of this fact.
    pub before: Option<usize>,
    /// It is the goal that this sum is held against.
    pub goal_of: Option<usize>,
    /// A number that earns full marks, or the ends of a line (worst, best).
    pub line: Option<(f64, f64)>,
    /// A number that it should stay below.
    pub down: Option<f64>,
    /// Thresholds, worst first.
    pub tiers: Vec<f64>,
    /// ... reached from above.
    pub tiers_down: bool,
    /// Points are taken off for it.
    pub deduct: bool,
    /// Points below zero are given for it.
    pub penalty: bool,
    /// What earns the greatest bonus.
    pub bonus: Option<f64>,
    /// Full marks when true.
    pub flag: bool,
    /// Compared with the other subjects'.
    pub rank: bool,
    /// A share of votes.
    pub ballot: bool,
    /// It can veto.
    pub veto: bool,
    /// A formula or sum computes with it.
    pub computed: bool,
    /// Comparisons whose outcome is welcome.
    pub good: Vec<(Op, f64)>,
    /// Comparisons whose outcome is not.
    pub bad: Vec<(Op, f64)>,
    /// A condition names it.
    pub condition: bool,
    /// A day it is compared with.
    pub day: Option<String>,
    /// The bool that stands beside it in a condition.
    pub beside: Option<usize>,
    /// Absence makes some subject incomplete.
    pub blocks: bool,
    /// Some indicator scores it.
    pub scored: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Place {
    Formula,
    Veto,
    Good,
    Bad,
}

/// The uses of every fact of a pack, by position.
pub(crate) fn uses(pack: &Pack) -> Vec<Uses> {
    let mut all = vec![Uses::default(); pack.facts.len()];
    for ind in &pack.indicators {
        let blocks = ind.missing == Missing::Block;
        let mut own: Vec<usize> = ind.method.fact().into_iter().collect();
        match &ind.method {
            Method::Ratio { fact, target } => match target {
                Target::Number(n) => all[*fact].line = Some((0.45 * number(n.0), number(n.0))),
                Target::Fact(t) => {
                    own.push(*t);
                    share(pack, &mut all, *fact, *t, ind.missing != Missing::Prorate);
                }
            },
            Method::RatioDown { fact, target } => match target {
                Target::Number(n) => all[*fact].down = Some(number(n.0)),
                Target::Fact(t) => {
                    own.push(*t);
                    share(pack, &mut all, *fact, *t, true);
                }
            },
            Method::Linear { fact, low, high } => {
                // Some fall below the end of the line.
                let (low, high) = (number(low.0), number(high.0));
                all[*fact].line = Some((low - 0.25 * (high - low), high));
            }
            Method::Tiers { fact, tiers, down, .. } => {
                all[*fact].tiers_down = *down;
                all[*fact].tiers = tiers.iter().rev().map(|(at, _)| number(at.0)).collect();
            }
            Method::Deduct { fact, .. } => all[*fact].deduct = true,
            Method::Penalty { fact, .. } => all[*fact].penalty = true,
            Method::Bonus { fact, each, cap } => {
                let most = cap.filter(|_| each.0 > 0).map_or(3.0, |cap| cap as f64 / each.0 as f64);
                all[*fact].bonus = Some(most);
            }
            Method::Flag { fact } => all[*fact].flag = true,
            Method::Rank { fact, .. } => all[*fact].rank = true,
            Method::Ballot { fact } => all[*fact].ballot = true,
            Method::Formula { expr } => {
                own.extend(expr.names.iter().filter_map(|n| pack.fact(n)));
                walk(pack, &mut all, &expr.expr, Place::Formula);
            }
            Method::Veto { when, .. } => {
                own.extend(when.names().iter().filter_map(|n| pack.fact(n)));
                condition(pack, &mut all, when, Place::Veto);
            }
            Method::Rated { .. } => {}
        }
        for fact in own {
            all[fact].blocks |= blocks;
            all[fact].scored = true;
        }
    }
    for c in &pack.consequences {
        let welcome = matches!(c.action.as_str(), "bonus" | "pay" | "award_candidate");
        condition(pack, &mut all, &c.when, if welcome { Place::Good } else { Place::Bad });
        if let Some(Amount::Formula(f)) = &c.amount {
            walk(pack, &mut all, &f.expr, Place::Formula);
        }
    }
    all
}

/// Millionths as a number.
pub(crate) fn number(millionths: i128) -> f64 {
    millionths as f64 / 1_000_000.0
}

/// `part` is measured by `whole`. A sum is rather what a goal is set for.
fn share(pack: &Pack, all: &mut [Uses], part: usize, whole: usize, never_zero: bool) {
    if pack.facts[part].kind == FactType::Money {
        all[whole].goal_of.get_or_insert(part);
    } else if part != whole {
        all[part].part_of.get_or_insert(whole);
    }
    all[whole].divides = true;
    all[whole].never_zero |= never_zero;
}

fn condition(pack: &Pack, all: &mut [Uses], when: &Condition, place: Place) {
    for alternative in &when.alternatives {
        beside(pack, all, alternative);
        walk(pack, all, &alternative.expr, place);
    }
}

/// A document number stands beside the truth that it proves.
fn beside(pack: &Pack, all: &mut [Uses], alternative: &Compiled) {
    let facts = || alternative.names.iter().filter_map(|n| pack.fact(n));
    let truth = facts().find(|f| pack.facts[*f].kind == FactType::Bool);
    for text in facts().filter(|f| pack.facts[*f].kind == FactType::Text) {
        all[text].beside = all[text].beside.or(truth);
    }
}

fn fact(pack: &Pack, expr: &Expr) -> Option<usize> {
    match expr.bare() {
        Expr::Name(n) => pack.fact(n),
        _ => None,
    }
}

fn constant(expr: &Expr) -> Option<f64> {
    match expr.bare() {
        Expr::Number(n) => n.to_string().parse().ok(),
        Expr::Neg(inner) => constant(inner).map(|n| -n),
        _ => None,
    }
}

/// Every number in an expression.
pub(crate) fn constants(expr: &Expr, out: &mut Vec<f64>) {
    match constant(expr) {
        Some(n) => out.push(n),
        None => expr.children(&mut |child| constants(child, out)),
    }
}

/// The argument of `d(…)`.
fn day(expr: &Expr) -> Option<&Expr> {
    match expr.bare() {
        Expr::Call(name, args) if name == "d" => args.first().map(Expr::bare),
        _ => None,
    }
}

fn flip(op: Op) -> Op {
    match op {
        Op::Lt => Op::Gt,
        Op::Gt => Op::Lt,
        Op::Le => Op::Ge,
        Op::Ge => Op::Le,
        other => other,
    }
}

fn walk(pack: &Pack, all: &mut [Uses], expr: &Expr, place: Place) {
    if let Some(f) = fact(pack, expr) {
        match place {
            Place::Formula => all[f].computed = true,
            Place::Veto => all[f].veto = true,
            Place::Good | Place::Bad => all[f].condition = true,
        }
        return;
    }
    match expr {
        Expr::Binary(Op::Div, above, below) => {
            if let Some(whole) = fact(pack, below) {
                divided(pack, all, above, whole);
            }
        }
        Expr::Binary(Op::Sub, a, b) => {
            if let (Some(now), Some(then)) = (fact(pack, a), fact(pack, b))
                && now != then
            {
                all[then].before.get_or_insert(now);
            }
        }
        Expr::Binary(op, a, b) if op.is_comparison() => {
            compared(pack, all, *op, a, b, place);
            compared(pack, all, flip(*op), b, a, place);
        }
        _ => {}
    }
    expr.children(&mut |child| walk(pack, all, child, place));
}

fn compared(pack: &Pack, all: &mut [Uses], op: Op, a: &Expr, b: &Expr, place: Place) {
    if let (Some(Expr::Name(name)), Some(Expr::Text(text))) = (day(a), day(b))
        && let Some(f) = pack.fact(name)
    {
        all[f].day = Some(text.clone());
    }
    let (Some(f), Some(n)) = (fact(pack, a), constant(b)) else { return };
    match place {
        Place::Good => all[f].good.push((op, n)),
        Place::Bad => all[f].bad.push((op, n)),
        Place::Veto | Place::Formula => {}
    }
}

/// Counts above a fraction line are parts of what stands below it, each of the one before.
fn divided(pack: &Pack, all: &mut [Uses], above: &Expr, whole: usize) {
    let mut names = Vec::new();
    in_order(above, &mut names);
    let mut last = whole;
    for part in names.iter().filter_map(|n| pack.fact(n)) {
        if part != whole && pack.facts[part].kind == FactType::Integer {
            if all[part].part_of.is_none() {
                all[part].part_of = Some(last);
            }
            last = part;
        }
    }
    if last != whole {
        all[whole].divides = true;
        all[whole].never_zero = true;
    }
}

fn in_order(expr: &Expr, out: &mut Vec<String>) {
    match expr {
        Expr::Name(n) => out.push(n.clone()),
        _ => expr.children(&mut |child| in_order(child, out)),
    }
}
