//! The owned syntax tree.

use bumpalo::Bump;
use rust_decimal::Decimal;
use std::collections::BTreeSet;
use zen_expression::functions::FunctionKind;
use zen_expression::lexer::{
    ArithmeticOperator as A, Bracket, ComparisonOperator as C, Lexer, LogicalOperator as L, Operator,
};
use zen_expression::parser::{Node, Parser};

/// Binary operators.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the names are the operators")]
pub enum Op {
    Add,
    Sub,
    Mul,
    Div,
    Rem,
    Pow,
    And,
    Or,
    Coalesce,
    Eq,
    Ne,
    Lt,
    Gt,
    Le,
    Ge,
    In,
    NotIn,
}

impl Op {
    /// Whether it compares.
    pub fn is_comparison(self) -> bool {
        matches!(self, Op::Eq | Op::Ne | Op::Lt | Op::Gt | Op::Le | Op::Ge | Op::In | Op::NotIn)
    }
}

/// One end of an interval.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bound {
    /// `[` on the left, `]` on the right.
    Closed,
    /// `(` on the left, `)` on the right.
    Open,
}

/// An expression.
#[derive(Clone, PartialEq, Debug)]
pub enum Expr {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A number.
    Number(Decimal),
    /// A quoted text.
    Text(String),
    /// A fact, or `total`, `rank`, `grade`; `$` in a cell.
    Name(String),
    /// `[a, b]`
    List(Vec<Expr>),
    /// `[a..b)`
    Interval(Bound, Box<Expr>, Box<Expr>, Bound),
    /// `not x`
    Not(Box<Expr>),
    /// `-x`
    Neg(Box<Expr>),
    /// `(x)`
    Paren(Box<Expr>),
    /// `a op b`
    Binary(Op, Box<Expr>, Box<Expr>),
    /// `c ? a : b`
    Cond(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `f(a, b)`
    Call(String, Vec<Expr>),
    /// `a = b`: an assignment, never meant in a pack.
    Assign,
    /// Anything else that ZEN can read: the names in it.
    Other(BTreeSet<String>),
}

impl Expr {
    /// Adds the names that the expression needs.
    pub fn names(&self, out: &mut BTreeSet<String>) {
        match self {
            Expr::Name(n) if n != "$" => {
                out.insert(n.clone());
            }
            Expr::Other(names) => out.extend(names.iter().filter(|n| *n != "$").cloned()),
            _ => self.children(&mut |child| child.names(out)),
        }
    }

    /// Calls `each` for every direct part.
    pub fn children<'a>(&'a self, each: &mut dyn FnMut(&'a Expr)) {
        match self {
            Expr::List(items) | Expr::Call(_, items) => items.iter().for_each(each),
            Expr::Interval(_, a, b, _) | Expr::Binary(_, a, b) => {
                each(a);
                each(b);
            }
            Expr::Not(a) | Expr::Neg(a) | Expr::Paren(a) => each(a),
            Expr::Cond(a, b, c) => {
                each(a);
                each(b);
                each(c);
            }
            _ => {}
        }
    }

    /// The expression without outer parentheses.
    pub fn bare(&self) -> &Expr {
        match self {
            Expr::Paren(inner) => inner.bare(),
            other => other,
        }
    }
}

/// Parses a condition, formula or amount. The error is ZEN's own text.
pub fn parse_expression(text: &str) -> Result<Expr, String> {
    parse(text, false)
}

/// Parses a table cell (a unary test). `$` stands for the column's fact.
pub fn parse_cell(text: &str) -> Result<Expr, String> {
    parse(text, true)
}

fn parse(text: &str, unary: bool) -> Result<Expr, String> {
    if text.len() > LONGEST {
        return Err(format!("> {LONGEST}"));
    }
    if let Some(c) = foreign(text) {
        return Err(format!("“{c}”"));
    }
    let bump = Bump::new();
    let mut lexer = Lexer::new();
    let tokens = lexer.tokenize(&bump, text).map_err(|e| e.to_string())?;
    let parser = Parser::try_new(&tokens, &bump).map_err(|e| e.to_string())?;
    let result = if unary { parser.unary().parse() } else { parser.standard().parse() };
    result.error().map_err(|e| e.to_string())?;
    Ok(convert(result.root))
}

/// Bytes of the longest expression: a clause of measures is far shorter, and depth stays bounded.
const LONGEST: usize = 2_000;

/// The first character outside quotes that no expression has.
fn foreign(text: &str) -> Option<char> {
    let mut quote = None;
    text.chars().find(|c| {
        match quote {
            Some(q) if q == *c => quote = None,
            Some(_) => return false,
            None if matches!(c, '"' | '\'' | '`') => quote = Some(*c),
            None => return !c.is_ascii(),
        }
        false
    })
}

fn convert(node: &Node<'_>) -> Expr {
    let boxed = |n: &Node<'_>| Box::new(convert(n));
    match node {
        Node::Null => Expr::Null,
        Node::Bool(b) => Expr::Bool(*b),
        Node::Number(n) => Expr::Number(*n),
        Node::String(s) => Expr::Text((*s).to_owned()),
        Node::Identifier(n) => Expr::Name((*n).to_owned()),
        Node::Array(items) => Expr::List(items.iter().map(|n| convert(n)).collect()),
        Node::Interval { left, right, left_bracket, right_bracket } => {
            let ends = match (left_bracket, right_bracket) {
                (Bracket::LeftSquareBracket, Bracket::RightSquareBracket) => (Bound::Closed, Bound::Closed),
                (Bracket::LeftSquareBracket, Bracket::RightParenthesis) => (Bound::Closed, Bound::Open),
                (Bracket::LeftParenthesis, Bracket::RightSquareBracket) => (Bound::Open, Bound::Closed),
                (Bracket::LeftParenthesis, Bracket::RightParenthesis) => (Bound::Open, Bound::Open),
                _ => return other(node),
            };
            Expr::Interval(ends.0, boxed(left), boxed(right), ends.1)
        }
        Node::Parenthesized(n) => Expr::Paren(boxed(n)),
        Node::Unary { node: n, operator } => match operator {
            Operator::Logical(L::Not) => Expr::Not(boxed(n)),
            Operator::Arithmetic(A::Subtract) => Expr::Neg(boxed(n)),
            Operator::Arithmetic(A::Add) => convert(n),
            _ => other(node),
        },
        Node::Binary { left, operator, right } => match operator_of(operator) {
            Some(op) => Expr::Binary(op, boxed(left), boxed(right)),
            None => other(node),
        },
        Node::Conditional { condition, on_true, on_false } => {
            Expr::Cond(boxed(condition), boxed(on_true), boxed(on_false))
        }
        Node::FunctionCall {
            kind: kind @ (FunctionKind::Internal(_) | FunctionKind::Deprecated(_)),
            arguments,
        } => Expr::Call(kind.to_string(), arguments.iter().map(|n| convert(n)).collect()),
        Node::Assignments { .. } => Expr::Assign,
        _ => other(node),
    }
}

fn operator_of(operator: &Operator) -> Option<Op> {
    Some(match operator {
        Operator::Arithmetic(A::Add) => Op::Add,
        Operator::Arithmetic(A::Subtract) => Op::Sub,
        Operator::Arithmetic(A::Multiply) => Op::Mul,
        Operator::Arithmetic(A::Divide) => Op::Div,
        Operator::Arithmetic(A::Modulus) => Op::Rem,
        Operator::Arithmetic(A::Power) => Op::Pow,
        Operator::Logical(L::And) => Op::And,
        Operator::Logical(L::Or) => Op::Or,
        Operator::Logical(L::NullishCoalescing) => Op::Coalesce,
        Operator::Comparison(C::Equal) => Op::Eq,
        Operator::Comparison(C::NotEqual) => Op::Ne,
        Operator::Comparison(C::LessThan) => Op::Lt,
        Operator::Comparison(C::GreaterThan) => Op::Gt,
        Operator::Comparison(C::LessThanOrEqual) => Op::Le,
        Operator::Comparison(C::GreaterThanOrEqual) => Op::Ge,
        Operator::Comparison(C::In) => Op::In,
        Operator::Comparison(C::NotIn) => Op::NotIn,
        _ => return None,
    })
}

fn other(node: &Node<'_>) -> Expr {
    let names = std::cell::RefCell::new(BTreeSet::new());
    node.walk(|n| {
        if let Node::Identifier(name) = n {
            names.borrow_mut().insert((*name).to_owned());
        }
    });
    Expr::Other(names.into_inner())
}
