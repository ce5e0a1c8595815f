//! Conditions: `when = "…"`, or `any = ["…", "…"]`.

use crate::facts::{Fact, ValueRef};
use crate::zen::{Compiled, Outcome, Type, TypeFault, infer, lint_expression};
use kernel::{Message, Severity, msg};
use std::collections::BTreeSet;

/// A condition: it holds as soon as one of its expressions holds, whatever names the others lack.
#[derive(Clone, Debug)]
pub struct Condition {
    /// One expression for `when`, several for `any`.
    pub alternatives: Vec<Compiled>,
    /// Whether it was written as `any`.
    pub any: bool,
}

/// What a condition gave.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Holds; the position of the alternative that does.
    Holds(usize),
    /// Does not hold.
    Fails,
    /// Cannot be told.
    Open {
        /// Whether a name is absent; [`Condition::lacking`] says which.
        absent: bool,
        /// Whether an expression gave null, an error or no truth value.
        broken: bool,
    },
}

impl Condition {
    /// Evaluates; `value(alternative, name)` gives the value of a name by its position in
    /// [`Compiled::names`], `None` when it is absent.
    #[inline]
    pub fn evaluate<'v>(&self, mut value: impl FnMut(usize, usize) -> Option<ValueRef<'v>>) -> Verdict {
        let (mut absent, mut broken) = (false, false);
        for (i, alternative) in self.alternatives.iter().enumerate() {
            match alternative.run_over(|n| value(i, n)) {
                Some(Outcome::Bool(true)) => return Verdict::Holds(i),
                Some(Outcome::Bool(false)) => {}
                Some(_) => broken = true,
                None => absent = true,
            }
        }
        if absent || broken { Verdict::Open { absent, broken } } else { Verdict::Fails }
    }

    /// The absent names that keep it open, ascending.
    pub fn lacking<'v>(&self, mut value: impl FnMut(usize, usize) -> Option<ValueRef<'v>>) -> Vec<String> {
        let mut lacking = BTreeSet::new();
        for (i, alternative) in self.alternatives.iter().enumerate() {
            let names = alternative.names.iter().enumerate();
            lacking.extend(names.filter(|(n, _)| value(i, *n).is_none()).map(|(_, name)| name.clone()));
        }
        lacking.into_iter().collect()
    }

    /// Every name that some alternative needs, ascending.
    pub fn names(&self) -> Vec<String> {
        let all: BTreeSet<&String> = self.alternatives.iter().flat_map(|a| &a.names).collect();
        all.into_iter().cloned().collect()
    }

    /// As written.
    pub fn text(&self) -> String {
        self.alternatives.iter().map(|a| a.text.as_str()).collect::<Vec<_>>().join(" | ")
    }
}

/// What expressions may name: the facts, and in consequences `total`, `rank`, `grade`.
#[derive(Clone, Copy)]
pub struct Scope<'a> {
    /// The pack's facts.
    pub facts: &'a [Fact],
    /// The subject whose facts may be named.
    pub subject: &'a str,
    /// Whether results may be named.
    pub results: bool,
}

impl Scope<'_> {
    /// The type of a name.
    pub fn type_of(&self, name: &str) -> Option<Type> {
        if self.results && matches!(name, "total" | "rank" | "grade") {
            return Some(Type::Number);
        }
        self.facts.iter().find(|f| f.id == name && f.subject == self.subject).map(|f| Type::of_fact(f.kind))
    }

    fn choices(&self, name: &str) -> Vec<String> {
        self.facts.iter().find(|f| f.id == name).map(|f| f.choices.clone()).unwrap_or_default()
    }

    /// Compiles and checks an expression of the wanted type.
    pub fn compile(&self, text: &str, want: Type) -> (Option<Compiled>, Vec<(Severity, TypeFault)>) {
        let compiled = match Compiled::expression(text) {
            Ok(compiled) => compiled,
            Err(why) => return (None, vec![(Severity::Fault, unreadable(&why))]),
        };
        let mut found = Vec::new();
        let t = infer(&compiled.expr, &|n| self.type_of(n), &|n| self.choices(n), &mut found);
        if t != want && t != Type::Unknown && found.is_empty() {
            found.push(TypeFault {
                reason: msg!("这里要{want}，式子给出{found}", want = want.label(), found = t.label()),
                mend: None,
            });
        }
        let mut out: Vec<_> = found.into_iter().map(|f| (Severity::Fault, f)).collect();
        out.extend(lint_expression(&compiled.expr));
        (Some(compiled), out)
    }
}

/// ZEN's own complaint.
pub(crate) fn unreadable(why: &str) -> TypeFault {
    if why.starts_with('“') {
        return TypeFault {
            reason: msg!("式子里有不能用的字{why}", why = why),
            mend: Some(msg!("文字要加双引号；括号和符号用英文半角")),
        };
    }
    let reason: Message = msg!("式子读不懂：{why}", why = why);
    TypeFault { reason, mend: Some(msg!("请检查括号、引号和运算符")) }
}
