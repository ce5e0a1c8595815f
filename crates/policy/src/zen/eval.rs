//! Running expressions.

use super::tree::{Bound, Expr, Op};
use crate::facts::ValueRef;
use kernel::Ratio;
use rust_decimal::Decimal;
use std::cmp::Ordering;
use std::collections::BTreeSet;
use zen_expression::expression::Standard;
use zen_expression::vm::VM;
use zen_expression::{Expression, Scope, Variable, compile_expression};
use zen_types::variable::VariableMap;

/// What an expression gave.
#[derive(Clone, PartialEq, Debug)]
pub enum Outcome {
    /// A number.
    Number(Decimal),
    /// A truth value.
    Bool(bool),
    /// `null`, an error, or any other type.
    Failed,
}

impl Outcome {
    /// The number as an exact fraction.
    pub fn ratio(&self) -> Option<Ratio> {
        match self {
            Outcome::Number(n) => Some(decimal_ratio(*n)),
            _ => None,
        }
    }
}

fn decimal_ratio(n: Decimal) -> Ratio {
    Ratio::new(n.mantissa(), 10i128.pow(n.scale()))
}

/// A value of the plain subset.
#[derive(Clone, Copy, Debug)]
enum Plain<'a> {
    /// A number in millionths: facts, and constants of six decimals at most.
    Micro(i128),
    Number(Decimal),
    Bool(bool),
    Text(&'a str),
    /// A day as `d()` gives it: ISO dates order as texts.
    Day(&'a str),
    Null,
}

impl Plain<'_> {
    fn number(self) -> Option<Decimal> {
        match self {
            Plain::Micro(n) => Some(decimal(n)),
            Plain::Number(n) => Some(n),
            _ => None,
        }
    }

    /// Compares numbers; `None` for anything else.
    fn compare(self, other: Self) -> Option<Ordering> {
        match (self, other) {
            (Plain::Micro(a), Plain::Micro(b)) => Some(a.cmp(&b)),
            (Plain::Day(a), Plain::Day(b)) => Some(a.cmp(b)),
            (a, b) => Some(a.number()?.cmp(&b.number()?)),
        }
    }

    fn equals(self, other: Self) -> bool {
        match (self, other) {
            (Plain::Bool(a), Plain::Bool(b)) => a == b,
            (Plain::Text(a), Plain::Text(b)) => a == b,
            (Plain::Null, Plain::Null) => true,
            (a, b) => a.compare(b) == Some(Ordering::Equal),
        }
    }
}

/// An expression of the plain subset, its names resolved to positions in [`Compiled::names`].
#[derive(Clone, Debug)]
enum Fast {
    Micro(i128),
    Number(Decimal),
    Bool(bool),
    Text(String),
    Null,
    Slot(usize),
    Not(Box<Fast>),
    Neg(Box<Fast>),
    And(Box<Fast>, Box<Fast>),
    Or(Box<Fast>, Box<Fast>),
    Binary(Op, Box<Fast>, Box<Fast>),
    /// A fact against a constant, the commonest condition: slot, operator, millionths.
    Against(usize, Op, i128),
    Cond(Box<Fast>, Box<Fast>, Box<Fast>),
    Within(Box<Fast>, Bound, Box<Fast>, Box<Fast>, Bound, bool),
    OneOf(Box<Fast>, Vec<Fast>, bool),
    Least(Vec<Fast>, bool),
    Day(Box<Fast>),
}

/// An expression ready to run.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// As written.
    pub text: String,
    /// Its tree.
    pub expr: Expr,
    /// The names it needs, ascending (`$` in a cell).
    pub names: Vec<String>,
    fast: Option<Fast>,
    zen: Expression<Standard>,
}

impl Compiled {
    /// Compiles a condition, formula or amount.
    pub fn expression(text: &str) -> Result<Self, String> {
        let expr = super::parse_expression(text)?;
        let zen = compile_expression(text).map_err(|e| e.to_string())?;
        Ok(Self::new(text, expr, zen, false))
    }

    /// Compiles a table cell; its one name is `$`.
    pub fn cell(text: &str) -> Result<Self, String> {
        let expr = super::parse_cell(text)?;
        let zen = zen_expression::compile_unary_expression(text).map_err(|e| e.to_string())?;
        Ok(Self::new(text, expr, Expression::new_standard(zen.bytecode().clone()), true))
    }

    fn new(text: &str, expr: Expr, zen: Expression<Standard>, unary: bool) -> Self {
        let mut names = BTreeSet::new();
        expr.names(&mut names);
        if unary {
            names.insert("$".to_owned());
        }
        let names: Vec<String> = names.into_iter().collect();
        let fast = fast(&expr, &names);
        Compiled { text: text.to_owned(), expr, names, fast, zen }
    }

    /// Runs it; `values` stand in the order of [`Compiled::names`].
    pub fn run(&self, values: &[ValueRef<'_>]) -> Outcome {
        debug_assert_eq!(values.len(), self.names.len());
        match &self.fast {
            Some(fast @ (Fast::Against(..) | Fast::Not(_))) => {
                truth(fast, values).map_or(Outcome::Failed, Outcome::Bool)
            }
            Some(fast) => match evaluate(fast, values) {
                Some(Plain::Bool(b)) => Outcome::Bool(b),
                Some(plain) => plain.number().map_or(Outcome::Failed, Outcome::Number),
                None => Outcome::Failed,
            },
            None => self.run_zen(values),
        }
    }

    /// Runs it over values found by position in [`Compiled::names`]; `None` when one of them is absent.
    #[inline]
    pub fn run_over<'v>(&self, mut value: impl FnMut(usize) -> Option<ValueRef<'v>>) -> Option<Outcome> {
        let n = self.names.len();
        let mut few = [ValueRef::Bool(false); 6];
        if n <= few.len() {
            for (i, slot) in few[..n].iter_mut().enumerate() {
                *slot = value(i)?;
            }
            return Some(self.run(&few[..n]));
        }
        let many: Vec<ValueRef<'v>> = (0..n).map(value).collect::<Option<_>>()?;
        Some(self.run(&many))
    }

    /// Runs it by zen-expression alone.
    pub fn run_zen(&self, values: &[ValueRef<'_>]) -> Outcome {
        let mut map = VariableMap::default();
        for (name, value) in self.names.iter().zip(values) {
            map.insert(Variable::key(name), variable(*value));
        }
        let scope = Scope::new(Variable::from_object(map));
        match self.zen.evaluate_with_scope(&scope, &mut VM::new()) {
            Ok(Variable::Number(n)) => Outcome::Number(n),
            Ok(Variable::Bool(b)) => Outcome::Bool(b),
            _ => Outcome::Failed,
        }
    }
}

fn decimal(value: i128) -> Decimal {
    Decimal::from_i128_with_scale(value, 6)
}

/// A decimal of six places at most in millionths.
fn micro(n: Decimal) -> Option<i128> {
    let n = n.normalize();
    // Beyond this a decimal of six places could not be made of it again.
    const MOST: i128 = 10i128.pow(27);
    let micro = (n.scale() <= 6).then(|| n.mantissa().checked_mul(10i128.pow(6 - n.scale()))).flatten()?;
    (micro.abs() <= MOST).then_some(micro)
}

fn variable(value: ValueRef<'_>) -> Variable {
    match value {
        ValueRef::Number(n) => Variable::Number(decimal(n)),
        ValueRef::Bool(b) => Variable::Bool(b),
        ValueRef::Text(s) => Variable::String(s.into()),
    }
}

fn fast(expr: &Expr, names: &[String]) -> Option<Fast> {
    let boxed = |e: &Expr| fast(e, names).map(Box::new);
    let list = |items: &[Expr]| items.iter().map(|i| fast(i, names)).collect::<Option<Vec<_>>>();
    Some(match expr {
        Expr::Null => Fast::Null,
        Expr::Bool(b) => Fast::Bool(*b),
        Expr::Number(n) => micro(*n).map_or(Fast::Number(*n), Fast::Micro),
        Expr::Text(s) => Fast::Text(s.clone()),
        Expr::Name(n) => Fast::Slot(names.iter().position(|m| m == n)?),
        Expr::Paren(a) => fast(a, names)?,
        Expr::Not(a) => Fast::Not(boxed(a)?),
        Expr::Neg(a) => Fast::Neg(boxed(a)?),
        Expr::Binary(Op::And, a, b) => Fast::And(boxed(a)?, boxed(b)?),
        Expr::Binary(Op::Or, a, b) => Fast::Or(boxed(a)?, boxed(b)?),
        Expr::Binary(op @ (Op::In | Op::NotIn), a, b) => {
            let negate = *op == Op::NotIn;
            match b.bare() {
                Expr::Interval(l, x, y, r) => Fast::Within(boxed(a)?, *l, boxed(x)?, boxed(y)?, *r, negate),
                Expr::List(items) => Fast::OneOf(boxed(a)?, list(items)?, negate),
                _ => return None,
            }
        }
        Expr::Binary(Op::Coalesce | Op::Pow, ..) => return None,
        // ZEN coerces a text that meets a day: only day against day is plain.
        Expr::Binary(_, a, b) if is_day(a) != is_day(b) => return None,
        Expr::Binary(op, a, b) => match (fast(a, names)?, fast(b, names)?) {
            (Fast::Slot(slot), Fast::Micro(n)) if op.is_comparison() => Fast::Against(slot, *op, n),
            (a, b) => Fast::Binary(*op, Box::new(a), Box::new(b)),
        },
        Expr::Cond(c, a, b) => Fast::Cond(boxed(c)?, boxed(a)?, boxed(b)?),
        Expr::Call(f, args) if f == "d" && args.len() == 1 => match args[0].bare() {
            Expr::Name(_) => Fast::Day(boxed(&args[0])?),
            Expr::Text(day) if crate::facts::is_date(day) => Fast::Day(boxed(&args[0])?),
            _ => return None,
        },
        Expr::Call(f, args) if f == "min" || f == "max" => match args.as_slice() {
            [only] => match only.bare() {
                Expr::List(items) if !items.is_empty() => Fast::Least(list(items)?, f == "max"),
                _ => return None,
            },
            _ => return None,
        },
        _ => return None,
    })
}

fn is_day(expr: &Expr) -> bool {
    matches!(expr.bare(), Expr::Call(f, _) if f == "d")
}

/// The truth of a condition without the detour over values of any type; `None` is an error of the run.
fn truth(fast: &Fast, values: &[ValueRef<'_>]) -> Option<bool> {
    Some(match fast {
        Fast::Bool(b) => *b,
        Fast::Slot(i) => match values[*i] {
            ValueRef::Bool(b) => b,
            _ => return None,
        },
        Fast::Not(a) => !truth(a, values)?,
        Fast::Against(slot, op, n) => match (values[*slot], op) {
            (ValueRef::Number(v), Op::Eq) => v == *n,
            (ValueRef::Number(v), Op::Ne) => v != *n,
            (ValueRef::Number(v), Op::Lt) => v < *n,
            (ValueRef::Number(v), Op::Gt) => v > *n,
            (ValueRef::Number(v), Op::Le) => v <= *n,
            (ValueRef::Number(v), Op::Ge) => v >= *n,
            (_, Op::Eq) => false,
            (_, Op::Ne) => true,
            _ => return None,
        },
        other => match evaluate(other, values)? {
            Plain::Bool(b) => b,
            _ => return None,
        },
    })
}

/// `None` is an error of the run.
fn evaluate<'a>(fast: &'a Fast, values: &'a [ValueRef<'a>]) -> Option<Plain<'a>> {
    Some(match fast {
        Fast::Micro(n) => Plain::Micro(*n),
        Fast::Number(n) => Plain::Number(*n),
        Fast::Bool(b) => Plain::Bool(*b),
        Fast::Text(s) => Plain::Text(s),
        Fast::Null => Plain::Null,
        Fast::Slot(i) => match values[*i] {
            ValueRef::Number(n) => Plain::Micro(n),
            ValueRef::Bool(b) => Plain::Bool(b),
            ValueRef::Text(s) => Plain::Text(s),
        },
        Fast::Not(a) => Plain::Bool(!truth(a, values)?),
        Fast::Neg(a) => match evaluate(a, values)? {
            Plain::Micro(n) => Plain::Micro(-n),
            other => Plain::Number(-other.number()?),
        },
        // As in ZEN, the right side is the result when the left does not decide.
        Fast::And(a, b) => {
            if truth(a, values)? {
                evaluate(b, values)?
            } else {
                Plain::Bool(false)
            }
        }
        Fast::Or(a, b) => {
            if truth(a, values)? {
                Plain::Bool(true)
            } else {
                evaluate(b, values)?
            }
        }
        Fast::Cond(c, a, b) => {
            if truth(c, values)? {
                evaluate(a, values)?
            } else {
                evaluate(b, values)?
            }
        }
        Fast::Against(..) => Plain::Bool(truth(fast, values)?),
        Fast::Binary(op, a, b) => binary(*op, evaluate(a, values)?, evaluate(b, values)?)?,
        Fast::Within(a, l, x, y, r, negate) => {
            let (v, low, high) = (evaluate(a, values)?, evaluate(x, values)?, evaluate(y, values)?);
            v.number()?;
            let (above, below) = (v.compare(low)?, v.compare(high)?);
            let above = if *l == Bound::Closed { above.is_ge() } else { above.is_gt() };
            let below = if *r == Bound::Closed { below.is_le() } else { below.is_lt() };
            Plain::Bool((above && below) != *negate)
        }
        Fast::OneOf(a, items, negate) => {
            let value = evaluate(a, values)?;
            let mut found = false;
            for item in items {
                found |= evaluate(item, values)?.equals(value);
            }
            Plain::Bool(found != *negate)
        }
        Fast::Day(a) => match evaluate(a, values)? {
            Plain::Text(day) if crate::facts::is_date(day) => Plain::Day(day),
            _ => return None,
        },
        Fast::Least(items, greatest) => {
            let mut best: Option<Decimal> = None;
            for item in items {
                let n = evaluate(item, values)?.number()?;
                best = Some(match best {
                    Some(b) if *greatest => b.max(n),
                    Some(b) => b.min(n),
                    None => n,
                });
            }
            Plain::Number(best?)
        }
    })
}

fn binary<'a>(op: Op, a: Plain<'a>, b: Plain<'a>) -> Option<Plain<'a>> {
    Some(match op {
        Op::Eq => Plain::Bool(a.equals(b)),
        Op::Ne => Plain::Bool(!a.equals(b)),
        Op::Lt => Plain::Bool(a.compare(b)?.is_lt()),
        Op::Gt => Plain::Bool(a.compare(b)?.is_gt()),
        Op::Le => Plain::Bool(a.compare(b)?.is_le()),
        Op::Ge => Plain::Bool(a.compare(b)?.is_ge()),
        Op::Add => Plain::Number(a.number()?.checked_add(b.number()?)?),
        Op::Sub => Plain::Number(a.number()?.checked_sub(b.number()?)?),
        Op::Mul => Plain::Number(a.number()?.checked_mul(b.number()?)?),
        Op::Div => a.number()?.checked_div(b.number()?).map_or(Plain::Null, Plain::Number),
        Op::Rem => a.number()?.checked_rem(b.number()?).map_or(Plain::Null, Plain::Number),
        _ => return None,
    })
}
