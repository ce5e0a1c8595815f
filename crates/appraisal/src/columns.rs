//! Columns of facts, kept small: half a million villages fit in memory.

use policy::{FactType, ValueRef};
use rustc_hash::FxHashMap;

/// Texts end to end in one string; an empty text is absent.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    bytes: String,
    ends: Vec<u32>,
}

impl Texts {
    /// Adds a text.
    pub fn push(&mut self, text: &str) {
        self.bytes.push_str(text);
        self.ends.push(self.bytes.len() as u32);
    }

    /// The text at a position.
    pub fn get(&self, i: usize) -> &str {
        let start = if i == 0 { 0 } else { self.ends[i - 1] as usize };
        &self.bytes[start..self.ends[i] as usize]
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    pub(crate) fn append(&mut self, other: &Texts) {
        let base = self.bytes.len() as u32;
        self.bytes.push_str(&other.bytes);
        self.ends.extend(other.ends.iter().map(|e| e + base));
    }

    pub(crate) fn permuted(&self, order: &[u32]) -> Texts {
        let mut out =
            Texts { bytes: String::with_capacity(self.bytes.len()), ends: Vec::with_capacity(order.len()) };
        order.iter().for_each(|i| out.push(self.get(*i as usize)));
        out
    }
}

const NONE: i64 = i64::MIN;
const WIDE: i64 = i64::MIN + 1;

/// Millionths; the few that need more than 64 bits stand aside.
#[derive(Clone, Debug, Default)]
pub struct Numbers {
    small: Vec<i64>,
    wide: FxHashMap<u32, i128>,
}

impl Numbers {
    /// Adds a value.
    pub fn push(&mut self, value: Option<i128>) {
        let small = match value {
            None => NONE,
            Some(v) => match i64::try_from(v) {
                Ok(v) if v > WIDE => v,
                _ => {
                    self.wide.insert(self.small.len() as u32, v);
                    WIDE
                }
            },
        };
        self.small.push(small);
    }

    /// Adds a value that is known to be small.
    #[inline]
    pub fn push_small(&mut self, value: i64) {
        self.small.push(value);
    }

    /// The value at a position, in millionths.
    #[inline]
    pub fn get(&self, i: usize) -> Option<i128> {
        match self.small[i] {
            NONE => None,
            WIDE => self.wide.get(&(i as u32)).copied(),
            v => Some(i128::from(v)),
        }
    }

    pub(crate) fn append(&mut self, other: &Numbers) {
        let base = self.small.len() as u32;
        self.small.extend_from_slice(&other.small);
        self.wide.extend(other.wide.iter().map(|(i, v)| (i + base, *v)));
    }

    pub(crate) fn permuted(&self, order: &[u32]) -> Numbers {
        let mut out = Numbers { small: Vec::with_capacity(order.len()), wide: FxHashMap::default() };
        order.iter().for_each(|i| out.push(self.get(*i as usize)));
        out
    }
}

/// One fact's column.
#[derive(Clone, Debug)]
pub enum Column {
    /// Of the numeric types.
    Numbers(Numbers),
    /// 0, 1, or 2 for absent.
    Bools(Vec<u8>),
    /// Dates, texts, choices.
    Texts(Texts),
}

impl Column {
    /// An empty column for a type.
    pub fn of(kind: FactType) -> Column {
        match kind {
            FactType::Bool => Column::Bools(Vec::new()),
            k if k.is_numeric() => Column::Numbers(Numbers::default()),
            _ => Column::Texts(Texts::default()),
        }
    }

    /// Makes room for so many more values.
    pub(crate) fn reserve(&mut self, n: usize) {
        match self {
            Column::Numbers(c) => c.small.reserve(n),
            Column::Bools(c) => c.reserve(n),
            Column::Texts(c) => c.ends.reserve(n),
        }
    }

    /// The value at a position.
    #[inline]
    pub fn value(&self, i: usize) -> Option<ValueRef<'_>> {
        match self {
            Column::Numbers(n) => n.get(i).map(ValueRef::Number),
            Column::Bools(b) => (b[i] < 2).then(|| ValueRef::Bool(b[i] == 1)),
            Column::Texts(t) => Some(t.get(i)).filter(|t| !t.is_empty()).map(ValueRef::Text),
        }
    }

    pub(crate) fn append(&mut self, other: &Column) {
        match (self, other) {
            (Column::Numbers(a), Column::Numbers(b)) => a.append(b),
            (Column::Bools(a), Column::Bools(b)) => a.extend_from_slice(b),
            (Column::Texts(a), Column::Texts(b)) => a.append(b),
            _ => unreachable!("parts of one column have one type"),
        }
    }

    pub(crate) fn permuted(&self, order: &[u32]) -> Column {
        match self {
            Column::Numbers(n) => Column::Numbers(n.permuted(order)),
            Column::Bools(b) => Column::Bools(order.iter().map(|i| b[*i as usize]).collect()),
            Column::Texts(t) => Column::Texts(t.permuted(order)),
        }
    }

    pub(crate) fn push_absent(&mut self) {
        match self {
            Column::Numbers(n) => n.push(None),
            Column::Bools(b) => b.push(2),
            Column::Texts(t) => t.push(""),
        }
    }
}
