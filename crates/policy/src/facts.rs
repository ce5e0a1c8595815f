//! Facts: typed observations about a subject. Source: PACKS, "Identity and facts".

use kernel::{Message, Quantity, is_day, msg, parse_millionths};

/// The type of a fact.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FactType {
    /// A decimal with six decimals at most.
    Number,
    /// A whole number.
    Integer,
    /// Yuan, two decimals at most.
    Money,
    /// As a number, with an optional final `%`; 85 and 85% both mean 85.
    Percent,
    /// true/false, 是/否, 1/0.
    Bool,
    /// YYYY-MM-DD.
    Date,
    /// Any text.
    Text,
    /// One of `choices`, compared exactly.
    Choice,
}

impl FactType {
    /// The types with their names in packs.
    pub const ALL: [(&'static str, FactType); 8] = [
        ("number", FactType::Number),
        ("integer", FactType::Integer),
        ("money", FactType::Money),
        ("percent", FactType::Percent),
        ("bool", FactType::Bool),
        ("date", FactType::Date),
        ("text", FactType::Text),
        ("choice", FactType::Choice),
    ];

    /// Whether values are quantities.
    pub fn is_numeric(self) -> bool {
        matches!(self, FactType::Number | FactType::Integer | FactType::Money | FactType::Percent)
    }

    /// The word a clerk reads.
    pub fn label(self) -> Message {
        match self {
            FactType::Number => msg!("数值"),
            FactType::Integer => msg!("整数"),
            FactType::Money => msg!("金额"),
            FactType::Percent => msg!("百分比"),
            FactType::Bool => msg!("是非"),
            FactType::Date => msg!("日期"),
            FactType::Text => msg!("文本"),
            FactType::Choice => msg!("选项"),
        }
    }
}

/// A fact that a pack declares.
#[derive(Clone, Debug)]
pub struct Fact {
    /// ASCII id: its column in facts tables and its name in expressions.
    pub id: String,
    /// Chinese label.
    pub label: String,
    /// `village`, `person`, `post` or `township`.
    pub subject: String,
    /// Its type.
    pub kind: FactType,
    /// Unit, such as 元.
    pub unit: String,
    /// The choices of a choice fact.
    pub choices: Vec<String>,
    /// Who owes it: `registry`, `reported`, `ballot`, `appraisal` or `review`.
    pub source: String,
}

/// The value of a fact that is present.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Value {
    /// Of the numeric types.
    Number(Quantity),
    /// Of a bool.
    Bool(bool),
    /// Of a date, text or choice.
    Text(String),
}

/// The value of a fact that is present, borrowed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ValueRef<'a> {
    /// Of the numeric types, in millionths.
    Number(i128),
    /// Of a bool.
    Bool(bool),
    /// Of a date, text or choice.
    Text(&'a str),
}

impl ValueRef<'_> {
    /// The value as one that owns its text.
    pub fn to_owned(self) -> Value {
        match self {
            ValueRef::Number(n) => Value::Number(Quantity(n)),
            ValueRef::Bool(b) => Value::Bool(b),
            ValueRef::Text(t) => Value::Text(t.to_owned()),
        }
    }
}

impl Value {
    /// The value, borrowed.
    pub fn borrow(&self) -> ValueRef<'_> {
        match self {
            Value::Number(q) => ValueRef::Number(q.0),
            Value::Bool(b) => ValueRef::Bool(*b),
            Value::Text(t) => ValueRef::Text(t),
        }
    }

    /// The value as text, as it would stand in a facts table.
    pub fn text(&self) -> String {
        match self {
            Value::Number(q) => q.to_string(),
            Value::Bool(b) => b.to_string(),
            Value::Text(s) => s.clone(),
        }
    }
}

impl Fact {
    /// Digits that may stand behind the point. Only for numeric types.
    #[inline]
    pub fn decimals(&self) -> usize {
        match self.kind {
            FactType::Money => 2,
            FactType::Integer => 0,
            _ => 6,
        }
    }

    /// Reads a numeric cell into millionths. Only for numeric types.
    #[inline]
    pub fn parse_number(&self, cell: &str) -> Result<i128, Message> {
        let bytes = cell.as_bytes();
        let bytes = match self.kind {
            FactType::Percent => bytes.strip_suffix(b"%").unwrap_or(bytes),
            _ => bytes,
        };
        parse_millionths(bytes, self.decimals()).map_err(|fault| match (self.kind, fault) {
            (FactType::Integer, kernel::NumberFault::TooManyDecimals(_)) => {
                msg!("{label}应为整数", label = &self.label)
            }
            _ => msg!(
                "{label}应为{kind}：{why}",
                label = &self.label,
                kind = self.kind.label(),
                why = fault.message()
            ),
        })
    }

    /// Reads a bool cell.
    #[inline]
    pub fn parse_bool(&self, cell: &str) -> Result<bool, Message> {
        // "是" and "否" as their bytes: compared in registers, not by calls.
        match cell.as_bytes() {
            [b't', b'r', b'u', b'e'] | [0xe6, 0x98, 0xaf] | [b'1'] => Ok(true),
            [b'f', b'a', b'l', b's', b'e'] | [0xe5, 0x90, 0xa6] | [b'0'] => Ok(false),
            _ => Err(msg!("{label}应为是非：写 是/否、true/false 或 1/0", label = &self.label)),
        }
    }

    /// Checks a date, text or choice cell.
    #[inline]
    pub fn check_text(&self, cell: &str) -> Result<(), Message> {
        match self.kind {
            FactType::Date if !is_date(cell) => {
                Err(msg!("{label}应为日期：写成 2026-01-31 的样子", label = &self.label))
            }
            FactType::Choice if !self.choices.iter().any(|c| c == cell) => {
                Err(msg!("{label}只能是：{choices}", label = &self.label, choices = &self.choices))
            }
            _ => Ok(()),
        }
    }

    /// Reads any cell.
    pub fn parse(&self, cell: &str) -> Result<Value, Message> {
        match self.kind {
            FactType::Bool => self.parse_bool(cell).map(Value::Bool),
            FactType::Date | FactType::Text | FactType::Choice => {
                self.check_text(cell).map(|()| Value::Text(cell.to_owned()))
            }
            _ => self.parse_number(cell).map(|n| Value::Number(Quantity(n))),
        }
    }

    /// What `missing = "zero"` stands for: 0 or false. `None` where zero is not allowed.
    pub fn zero(&self) -> Option<ValueRef<'static>> {
        match self.kind {
            FactType::Bool => Some(ValueRef::Bool(false)),
            k if k.is_numeric() => Some(ValueRef::Number(0)),
            _ => None,
        }
    }
}

/// Whether a text is a day of the calendar as YYYY-MM-DD.
pub fn is_date(text: &str) -> bool {
    let b = text.as_bytes();
    if b.len() != 10 || b[4] != b'-' || b[7] != b'-' {
        return false;
    }
    let number = |r: std::ops::Range<usize>| {
        b[r].iter().try_fold(0u32, |n, d| d.is_ascii_digit().then(|| n * 10 + u32::from(d - b'0')))
    };
    let (Some(year), Some(month), Some(day)) = (number(0..4), number(5..7), number(8..10)) else {
        return false;
    };
    is_day(year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fact(kind: FactType) -> Fact {
        Fact {
            id: "f".into(),
            label: "甲".into(),
            subject: "village".into(),
            kind,
            unit: String::new(),
            choices: vec!["强".into(), "弱".into()],
            source: "reported".into(),
        }
    }

    #[test]
    fn each_type_reads_its_own_spelling() {
        let ok =
            |kind, cell: &str, text: &str| assert_eq!(fact(kind).parse(cell).unwrap().text(), text, "{cell}");
        let bad = |kind, cell: &str| assert!(fact(kind).parse(cell).is_err(), "{cell}");
        ok(FactType::Percent, "85%", "85");
        ok(FactType::Percent, "-0.5", "-0.5");
        bad(FactType::Percent, "85%%");
        ok(FactType::Money, "432000.50", "432000.5");
        bad(FactType::Money, "1.005");
        ok(FactType::Integer, "-3", "-3");
        bad(FactType::Integer, "3.0");
        ok(FactType::Bool, "是", "true");
        ok(FactType::Bool, "0", "false");
        bad(FactType::Bool, "TRUE");
        ok(FactType::Date, "2024-02-29", "2024-02-29");
        bad(FactType::Date, "2023-02-29");
        bad(FactType::Date, "2023.2.1");
        ok(FactType::Choice, "强", "强");
        bad(FactType::Choice, "强 ");
    }
}
