//! Conditions, formulas and table cells: ZEN expressions, parsed by zen-expression.
//!
//! zen-expression decides what an expression means. The tree here serves what it does not offer: the names an
//! expression needs, types, Chinese, ranges for table analysis, and evaluation of the plain subset without
//! building an environment per subject (checked against zen-expression by property tests).

mod chinese;
mod eval;
mod lint;
mod tree;
mod types;

pub use chinese::{Labels, chinese, chinese_cell};
pub use eval::{Compiled, Outcome};
pub use lint::{lint_cell, lint_expression};
pub use tree::{Bound, Expr, Op, parse_cell, parse_expression};
pub use types::{Type, TypeFault, infer};
