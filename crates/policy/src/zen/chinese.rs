//! Expressions in Chinese.

use super::tree::{Bound, Expr, Op};
use rust_decimal::Decimal;

/// What names are called, and what a grade's number is called.
pub struct Labels<'a> {
    /// The Chinese label of a name.
    pub name: &'a dyn Fn(&str) -> String,
    /// The label of a grade id.
    pub grade: &'a dyn Fn(i64) -> Option<String>,
    /// The unit of a name, for numbers compared with it.
    pub unit: &'a dyn Fn(&str) -> String,
}

/// An expression as a secretary reads it.
pub fn chinese(expr: &Expr, labels: &Labels<'_>) -> String {
    match expr {
        Expr::Null => "空".into(),
        Expr::Bool(b) => if *b { "是" } else { "否" }.into(),
        Expr::Number(n) => number(*n),
        Expr::Text(s) => format!("“{s}”"),
        Expr::Name(n) => (labels.name)(n),
        Expr::List(items) => items.iter().map(|i| chinese(i, labels)).collect::<Vec<_>>().join("、"),
        Expr::Interval(l, a, b, r) => interval(*l, a, b, *r, "", labels),
        Expr::Not(a) => match a.bare() {
            Expr::Name(n) => format!("非{}", (labels.name)(n)),
            inner => format!("并非（{}）", chinese(inner, labels)),
        },
        Expr::Neg(a) => format!("负{}", chinese(a, labels)),
        Expr::Paren(a) => format!("（{}）", chinese(a, labels)),
        Expr::Cond(c, a, b) => {
            format!("若{}则{}，否则{}", chinese(c, labels), chinese(a, labels), chinese(b, labels))
        }
        Expr::Binary(Op::And, a, b) => format!("{}，且{}", chinese(a, labels), chinese(b, labels)),
        Expr::Binary(Op::Or, a, b) => format!("{}，或{}", chinese(a, labels), chinese(b, labels)),
        Expr::Binary(op, a, b) if op.is_comparison() => comparison(*op, a, b, labels),
        Expr::Binary(op, a, b) => {
            let sign = match op {
                Op::Add => "＋",
                Op::Sub => "－",
                Op::Mul => "×",
                Op::Div => "÷",
                Op::Rem => "除余",
                Op::Pow => "的乘方",
                _ => "，缺则",
            };
            format!("{}{sign}{}", chinese(a, labels), chinese(b, labels))
        }
        Expr::Call(f, args) => {
            let args = args.iter().map(|a| chinese(a, labels)).collect::<Vec<_>>().join("、");
            match f.as_str() {
                "d" => date(&args),
                "min" => format!("（{args}）中较小的"),
                "max" => format!("（{args}）中较大的"),
                "sum" => format!("（{args}）之和"),
                "floor" => format!("（{args}）取整"),
                "ceil" => format!("（{args}）进整"),
                "round" => format!("（{args}）四舍五入"),
                "abs" => format!("（{args}）的绝对值"),
                _ => format!("{f}（{args}）"),
            }
        }
        Expr::Assign => "（赋值）".into(),
        Expr::Other(names) => {
            format!("按{}计算的式子", names.iter().map(|n| (labels.name)(n)).collect::<Vec<_>>().join("、"))
        }
    }
}

/// A table cell as a secretary reads it: the fact's label with its test.
pub fn chinese_cell(expr: &Expr, fact: &str, labels: &Labels<'_>) -> String {
    let own = Labels {
        name: &|n| (labels.name)(if n == "$" { fact } else { n }),
        grade: labels.grade,
        unit: &|n| (labels.unit)(if n == "$" { fact } else { n }),
    };
    chinese(expr, &own)
}

fn comparison(op: Op, a: &Expr, b: &Expr, labels: &Labels<'_>) -> String {
    let subject = chinese(a, labels);
    let (is_name, unit) = match a.bare() {
        Expr::Name(n) => (Some(n.as_str()), (labels.unit)(n)),
        _ => (None, String::new()),
    };
    if is_name == Some("grade") {
        let other = match b.bare() {
            Expr::Number(n) if n.scale() == 0 => i64::try_from(n.mantissa()).ok().and_then(labels.grade),
            _ => None,
        };
        let other = other.unwrap_or_else(|| chinese(b, labels));
        match op {
            Op::Eq => return format!("{subject}为{other}"),
            Op::Ne => return format!("{subject}不为{other}"),
            Op::Lt => return format!("{subject}好于{other}"),
            Op::Gt => return format!("{subject}差于{other}"),
            Op::Le => return format!("{subject}为{other}或更好"),
            Op::Ge => return format!("{subject}为{other}或更差"),
            _ => {}
        }
    }
    if is_name == Some("rank")
        && let Expr::Number(n) = b.bare()
    {
        match op {
            Op::Le => return format!("名次在前{n}名"),
            Op::Lt => return format!("名次在第{n}名之前"),
            Op::Gt => return format!("名次在第{n}名之后"),
            Op::Ge => return format!("名次为第{n}名或之后"),
            Op::Eq => return format!("名次为第{n}名"),
            _ => {}
        }
    }
    let is_day = |e: &Expr| matches!(e.bare(), Expr::Call(f, _) if f == "d");
    if is_day(a) || is_day(b) {
        let word = match op {
            Op::Lt => "早于",
            Op::Gt => "晚于",
            Op::Le => "不晚于",
            Op::Ge => "不早于",
            _ => word(op),
        };
        return format!("{subject}{word}{}", chinese(b, labels));
    }
    match (op, b.bare()) {
        (Op::Eq, Expr::Bool(true)) | (Op::Ne, Expr::Bool(false)) => format!("{subject}为是"),
        (Op::Eq, Expr::Bool(false)) | (Op::Ne, Expr::Bool(true)) => format!("{subject}为否"),
        (Op::In | Op::NotIn, Expr::Interval(l, x, y, r)) => {
            let not = if op == Op::In { "" } else { "不" };
            format!("{subject}{not}在{}", interval(*l, x, y, *r, &unit, labels))
        }
        (Op::In, Expr::List(_)) => format!("{subject}是{}之一", chinese(b, labels)),
        (Op::NotIn, Expr::List(_)) => format!("{subject}不是{}之一", chinese(b, labels)),
        (_, Expr::Number(n)) => format!("{subject}{}{}{unit}", word(op), number(*n)),
        _ => format!("{subject}{}{}", word(op), chinese(b, labels)),
    }
}

fn word(op: Op) -> &'static str {
    match op {
        Op::Eq => "为",
        Op::Ne => "不为",
        Op::Lt => "低于",
        Op::Gt => "超过",
        Op::Le => "不超过",
        Op::Ge => "达到",
        Op::In => "属于",
        _ => "不属于",
    }
}

fn interval(l: Bound, a: &Expr, b: &Expr, r: Bound, unit: &str, labels: &Labels<'_>) -> String {
    let end = |bound, at: &Expr| {
        let value = chinese(at, labels);
        match bound {
            Bound::Closed => format!("{value}{unit}（含）"),
            Bound::Open => format!("{value}{unit}（不含）"),
        }
    };
    format!("{}至{}之间", end(l, a), end(r, b))
}

/// Whole tens of thousands read as 万.
fn number(n: Decimal) -> String {
    let n = n.normalize();
    let wan = Decimal::from(10_000);
    if n.scale() == 0 && n.abs() >= wan && (n % Decimal::from(1_000)).is_zero() {
        format!("{}万", (n / wan).normalize())
    } else {
        n.to_string()
    }
}

fn date(quoted: &str) -> String {
    let text = quoted.trim_matches(['“', '”']);
    let parts: Vec<&str> = text.split('-').collect();
    match parts.as_slice() {
        [y, m, d] if crate::facts::is_date(text) => {
            format!("{y}年{}月{}日", m.trim_start_matches('0'), d.trim_start_matches('0'))
        }
        _ => text.to_owned(),
    }
}
