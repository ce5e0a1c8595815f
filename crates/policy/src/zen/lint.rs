//! What ZEN reads otherwise than a person.

use super::tree::{Expr, Op};
use super::types::TypeFault;
use kernel::{Severity, msg};
use zen_expression::lexer::{Lexer, LogicalOperator, Operator, TokenKind};

/// Findings in a condition or formula.
pub fn lint_expression(expr: &Expr) -> Vec<(Severity, TypeFault)> {
    let mut out = Vec::new();
    walk(expr, &mut out);
    out
}

/// Findings in a table cell; `text` is the cell as written.
pub fn lint_cell(text: &str, expr: &Expr) -> Vec<(Severity, TypeFault)> {
    let mut out = lint_expression(expr);
    let bump = bumpalo::Bump::new();
    let mut lexer = Lexer::new();
    let mut depth = 0i32;
    let (mut comma, mut and, mut or) = (false, false, false);
    if let Ok(tokens) = lexer.tokenize(&bump, text) {
        for token in tokens {
            match token.kind {
                TokenKind::Bracket(_) => match token.value {
                    "(" | "[" | "{" => depth += 1,
                    _ => depth -= 1,
                },
                TokenKind::Operator(Operator::Comma) if depth == 0 => comma = true,
                TokenKind::Operator(Operator::Logical(LogicalOperator::And)) if depth == 0 => and = true,
                TokenKind::Operator(Operator::Logical(LogicalOperator::Or)) if depth == 0 => or = true,
                _ => {}
            }
        }
    }
    let fault = |reason, mend| (Severity::Fault, TypeFault { reason, mend: Some(mend) });
    if comma && (and || or) {
        out.push(fault(msg!("一格里逗号与 and/or 混用，机器与人读法不同"), msg!("拆成两行，或只用一种")));
    } else if and && or {
        out.push(fault(msg!("一格里 and 与 or 混用，机器从左往右读，与人读法不同"), msg!("拆成两行")));
    }
    let mut names = Default::default();
    expr.names(&mut names);
    for name in names {
        out.push(fault(
            msg!("格里的词 {name} 没有加引号", name = &name),
            msg!("文字写成 \"{name}\"；一格只能检查本列的事实", name = &name),
        ));
    }
    out
}

fn walk(expr: &Expr, out: &mut Vec<(Severity, TypeFault)>) {
    match expr {
        Expr::Not(inner) if !matches!(**inner, Expr::Paren(_)) => out.push((
            Severity::Fault,
            TypeFault {
                reason: msg!("not 后面没有圆括号，机器只否定紧跟的一个词"),
                mend: Some(msg!("写成 not(…)")),
            },
        )),
        Expr::Other(_) => out.push((
            Severity::Warning,
            TypeFault {
                reason: msg!("这种写法查不了类型，只能到运算时才知道对错"),
                mend: Some(msg!("请尽量改用比较、and、or 和四则运算")),
            },
        )),
        Expr::Binary(Op::Mul, left, _) if ends_in_quotient(left) => out.push((
            Severity::Warning,
            TypeFault {
                reason: msg!("先除后乘，除不尽时会丢精度"),
                mend: Some(msg!("改成先乘后除，例如 a * c / b")),
            },
        )),
        _ => {}
    }
    expr.children(&mut |child| walk(child, out));
}

fn ends_in_quotient(expr: &Expr) -> bool {
    match expr.bare() {
        Expr::Binary(Op::Div, ..) => true,
        Expr::Binary(Op::Mul, left, right) => ends_in_quotient(left) || ends_in_quotient(right),
        _ => false,
    }
}
