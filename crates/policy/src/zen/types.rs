//! Types of expressions: what `policy check` refuses before anything runs.

use super::tree::{Expr, Op};
use crate::facts::{FactType, is_date};
use kernel::{Message, msg};

/// The type of an expression's value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Type {
    /// A number.
    Number,
    /// A truth value.
    Bool,
    /// A text or choice.
    Text,
    /// A date fact, still text to ZEN.
    DateText,
    /// The result of `d()`.
    Date,
    /// `null`
    Null,
    /// A list or interval.
    List,
    /// Not known before it runs.
    Unknown,
}

impl Type {
    /// The word a clerk reads.
    pub fn label(self) -> Message {
        match self {
            Type::Number => msg!("数值"),
            Type::Bool => msg!("是非"),
            Type::Text => msg!("文本"),
            Type::DateText | Type::Date => msg!("日期"),
            Type::Null => msg!("空值"),
            Type::List => msg!("列表"),
            Type::Unknown => msg!("未知"),
        }
    }

    /// The type a fact has in expressions.
    pub fn of_fact(kind: FactType) -> Type {
        match kind {
            FactType::Bool => Type::Bool,
            FactType::Date => Type::DateText,
            FactType::Text | FactType::Choice => Type::Text,
            _ => Type::Number,
        }
    }
}

/// What is wrong in an expression, and the mend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeFault {
    /// What is wrong.
    pub reason: Message,
    /// What to do.
    pub mend: Option<Message>,
}

fn fault(faults: &mut Vec<TypeFault>, reason: Message, mend: Option<Message>) {
    let fault = TypeFault { reason, mend };
    if !faults.contains(&fault) {
        faults.push(fault);
    }
}

/// Infers the type of `expr`; `name` gives the type of a name, `None` when it is unknown;
/// `choices` the choices of a choice fact. Faults are added to `faults`.
pub fn infer(
    expr: &Expr,
    name: &dyn Fn(&str) -> Option<Type>,
    choices: &dyn Fn(&str) -> Vec<String>,
    faults: &mut Vec<TypeFault>,
) -> Type {
    let go = |e: &Expr, faults: &mut Vec<TypeFault>| infer(e, name, choices, faults);
    match expr {
        Expr::Null => Type::Null,
        Expr::Bool(_) => Type::Bool,
        Expr::Number(_) => Type::Number,
        Expr::Text(_) => Type::Text,
        Expr::Name(n) => match name(n) {
            Some(t) => t,
            None => {
                fault(
                    faults,
                    msg!("没有名为 {name} 的事实", name = n),
                    Some(msg!("请在 [facts.{name}] 里声明，或改正拼写；文字要加双引号", name = n)),
                );
                Type::Unknown
            }
        },
        Expr::Assign => {
            fault(faults, msg!("一个等号是赋值，不是比较"), Some(msg!("比较相等写两个等号 ==")));
            Type::Unknown
        }
        Expr::Other(names) => {
            for n in names.iter().filter(|n| *n != "$" && name(n).is_none()) {
                fault(faults, msg!("没有名为 {name} 的事实", name = n), None);
            }
            Type::Unknown
        }
        Expr::List(items) => {
            for item in items {
                go(item, faults);
            }
            Type::List
        }
        Expr::Interval(_, a, b, _) => {
            let (ta, tb) = (go(a, faults), go(b, faults));
            if unlike(ta, tb) {
                fault(faults, msg!("区间两端类型不同：{a} 与 {b}", a = ta.label(), b = tb.label()), None);
            }
            Type::List
        }
        Expr::Paren(a) => go(a, faults),
        Expr::Not(a) => {
            let t = go(a, faults);
            need(t, Type::Bool, &msg!("not"), faults);
            Type::Bool
        }
        Expr::Neg(a) => {
            let t = go(a, faults);
            need(t, Type::Number, &msg!("负号"), faults);
            Type::Number
        }
        Expr::Binary(Op::Coalesce, a, b) => {
            let (ta, tb) = (go(a, faults), go(b, faults));
            if ta == tb { ta } else { Type::Unknown }
        }
        Expr::Binary(op @ (Op::And | Op::Or), a, b) => {
            let word = if *op == Op::And { msg!("and") } else { msg!("or") };
            for side in [a, b] {
                let t = go(side, faults);
                need(t, Type::Bool, &word, faults);
            }
            Type::Bool
        }
        Expr::Binary(op, a, b) if op.is_comparison() => {
            let (ta, tb) = (go(a, faults), go(b, faults));
            compare(*op, (a, ta), (b, tb), choices, faults, &mut |e, f| infer(e, name, choices, f));
            Type::Bool
        }
        Expr::Binary(Op::Add, a, b) => {
            let (ta, tb) = (go(a, faults), go(b, faults));
            if ta == Type::Text && tb == Type::Text {
                return Type::Text;
            }
            for t in [ta, tb] {
                need(t, Type::Number, &msg!("加法"), faults);
            }
            Type::Number
        }
        Expr::Binary(_, a, b) => {
            for side in [a, b] {
                let t = go(side, faults);
                need(t, Type::Number, &msg!("算术"), faults);
            }
            Type::Number
        }
        Expr::Cond(c, a, b) => {
            let t = go(c, faults);
            need(t, Type::Bool, &msg!("? 前的条件"), faults);
            let (ta, tb) = (go(a, faults), go(b, faults));
            if ta == tb { ta } else { Type::Unknown }
        }
        Expr::Call(function, arguments) => {
            let types: Vec<Type> = arguments.iter().map(|a| go(a, faults)).collect();
            match function.as_str() {
                "abs" | "floor" | "ceil" | "round" | "trunc" => {
                    if let Some(t) = types.first() {
                        need(*t, Type::Number, &msg!("函数 {name}", name = function), faults);
                    }
                    Type::Number
                }
                "min" | "max" | "sum" | "avg" | "median" => {
                    if let Some(t) = types.first()
                        && !matches!(t, Type::List | Type::Unknown)
                    {
                        fault(
                            faults,
                            msg!("函数 {name} 要一个列表", name = function),
                            Some(msg!("写成 {name}([a, b])", name = function)),
                        );
                    }
                    Type::Number
                }
                "len" | "number" | "year" | "dayOfWeek" | "dayOfMonth" | "dayOfYear" | "weekOfYear" => {
                    Type::Number
                }
                "d" => Type::Date,
                "contains" | "startsWith" | "endsWith" | "matches" | "isNumeric" | "bool" => Type::Bool,
                "upper" | "lower" | "trim" | "string" | "type" => Type::Text,
                _ => Type::Unknown,
            }
        }
    }
}

fn unlike(a: Type, b: Type) -> bool {
    let class = |t| match t {
        Type::Date | Type::DateText => Some(1),
        Type::Number => Some(2),
        Type::Bool => Some(3),
        Type::Text => Some(4),
        Type::List => Some(5),
        Type::Null | Type::Unknown => None,
    };
    matches!((class(a), class(b)), (Some(a), Some(b)) if a != b)
}

fn need(found: Type, want: Type, place: &Message, faults: &mut Vec<TypeFault>) {
    if found != want && found != Type::Unknown {
        fault(
            faults,
            msg!(
                "{place}要{want}，这里是{found}",
                place = place.clone(),
                want = want.label(),
                found = found.label()
            ),
            None,
        );
    }
}

fn compare(
    op: Op,
    (a, ta): (&Expr, Type),
    (b, tb): (&Expr, Type),
    choices: &dyn Fn(&str) -> Vec<String>,
    faults: &mut Vec<TypeFault>,
    infer: &mut dyn FnMut(&Expr, &mut Vec<TypeFault>) -> Type,
) {
    let use_d = || Some(msg!("日期要写成 d(\"2026-01-31\")，两边都用 d()"));
    if matches!(op, Op::In | Op::NotIn) {
        let items: Vec<&Expr> = match b.bare() {
            Expr::List(items) => items.iter().collect(),
            Expr::Interval(_, x, y, _) => vec![x, y],
            _ if matches!(tb, Type::List | Type::Unknown) => Vec::new(),
            _ => {
                return fault(faults, msg!("in 的右边要列表或区间，这里是{found}", found = tb.label()), None);
            }
        };
        for item in items {
            let t = infer(item, &mut Vec::new());
            compare(Op::Eq, (a, ta), (item, t), choices, faults, infer);
        }
        return;
    }
    let is_iso = |e: &Expr| matches!(e.bare(), Expr::Text(s) if is_date(s));
    let raw_date = |t: Type, e: &Expr| t == Type::DateText || is_iso(e);
    // In a cell the fact cannot be wrapped: `>= d("2026-01-31")` is right as it stands.
    let in_cell =
        |e: &Expr, other: Type| matches!(e.bare(), Expr::Name(n) if n == "$") && other == Type::Date;
    if in_cell(a, tb) || in_cell(b, ta) {
        return;
    }
    if raw_date(ta, a) || raw_date(tb, b) {
        return fault(faults, msg!("日期没有用 d() 就比较"), use_d());
    }
    if unlike(ta, tb) {
        return fault(
            faults,
            msg!("比较的两边类型不同：{a} 与 {b}", a = ta.label(), b = tb.label()),
            Some(msg!("文字加双引号，数字不加")),
        );
    }
    if !matches!(op, Op::Eq | Op::Ne) {
        for t in [ta, tb] {
            if !matches!(t, Type::Number | Type::Date | Type::Unknown) {
                return fault(faults, msg!("{kind}不能比大小", kind = t.label()), None);
            }
        }
    }
    for (x, y) in [(a, b), (b, a)] {
        if let (Expr::Name(n), Expr::Text(s)) = (x.bare(), y.bare()) {
            let known = choices(n);
            if !known.is_empty() && !known.contains(s) {
                fault(
                    faults,
                    msg!("选项里没有“{value}”", value = s),
                    Some(msg!("可选：{choices}", choices = known)),
                );
            }
        }
    }
}
