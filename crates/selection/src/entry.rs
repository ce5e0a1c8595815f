//! Marks entered twice: two people type each mark without seeing the other's. What agrees is settled; a difference is resolved
//! by a third person by name. Absent (缺考) and disqualified (取消资格) are values of their own, never a zero.

use kernel::{Message, Quantity, Score, msg};

/// What is entered for a candidate's paper.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Value {
    /// A mark, in hundredths.
    Mark(Score),
    /// Did not sit the paper: 缺考.
    Absent,
    /// The record of the exam room says disqualified: 取消资格.
    Disqualified,
}

/// Why a text is no value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ValueFault {
    /// Nothing was typed.
    Empty,
    /// Neither a number nor one of the words.
    Shape(Message),
    /// Below 0 or above full marks.
    Range {
        /// The mark.
        mark: Score,
        /// The highest that may be given.
        full: Score,
    },
}

/// A value by somebody; `P` is how the caller names people.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry<P> {
    /// Who typed it.
    pub by: P,
    /// What was typed.
    pub value: Value,
}

/// How a difference was resolved.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Resolution<P> {
    /// Who looked at the paper again.
    pub by: P,
    /// What stands on it.
    pub value: Value,
    /// What was found; never blank.
    pub reason: String,
}

/// The entries of one paper of one candidate.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DoubleEntry<P> {
    first: Option<Entry<P>>,
    second: Option<Entry<P>>,
    resolution: Option<Resolution<P>>,
}

/// Where a double entry stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// Nobody has typed it.
    Empty,
    /// One has; another must.
    Once,
    /// Both typed the same.
    Settled(Value),
    /// They differ; a third person must look.
    Differs(Value, Value),
    /// A third person said what stands.
    Resolved(Value),
}

/// Why an entry or a resolution is refused.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum EntryRefusal {
    /// The second entry, or the resolution, is by somebody who typed one already.
    SamePerson,
    /// Two entries are there.
    Full,
    /// Nothing differs, so nothing is to be resolved.
    NoDifference,
    /// It was resolved before.
    Resolved,
    /// A resolution says what was found.
    NoReason,
    /// The value itself.
    Value(ValueFault),
}

impl Value {
    /// Reads what is typed: a mark of two decimals at most within full marks, 缺考, 取消资格 or 违纪.
    ///
    /// # Errors
    /// [`ValueFault`].
    pub fn parse(text: &str, full: Score) -> Result<Value, ValueFault> {
        let text = text.trim();
        let value = match text {
            "" => return Err(ValueFault::Empty),
            "缺考" => Value::Absent,
            "取消资格" | "违纪" => Value::Disqualified,
            _ => {
                let number = Quantity::parse(text).map_err(|fault| ValueFault::Shape(fault.message()))?;
                let decimals = || ValueFault::Shape(kernel::NumberFault::TooManyDecimals(2).message());
                Value::Mark(Score(number.hundredths().ok_or_else(decimals)?))
            }
        };
        value.within(full)
    }

    /// The same value, if it may be given.
    ///
    /// # Errors
    /// [`ValueFault::Range`].
    pub fn within(self, full: Score) -> Result<Value, ValueFault> {
        match self {
            Value::Mark(mark) if mark.0 < 0 || mark > full => Err(ValueFault::Range { mark, full }),
            _ => Ok(self),
        }
    }

    /// The mark, of those who have one.
    pub fn mark(self) -> Option<Score> {
        match self {
            Value::Mark(mark) => Some(mark),
            Value::Absent | Value::Disqualified => None,
        }
    }

    /// As printed: `78.50`, 缺考, 取消资格.
    pub fn message(self) -> Message {
        match self {
            Value::Mark(mark) => msg!("{mark} 分", mark = mark),
            Value::Absent => msg!("缺考"),
            Value::Disqualified => msg!("取消资格"),
        }
    }
}

impl ValueFault {
    /// What to tell the reader.
    pub fn message(&self) -> Message {
        match self {
            ValueFault::Empty => msg!("没有填：写分数，没有参加的写“缺考”"),
            ValueFault::Shape(why) => {
                msg!("{why}；没有参加的写“缺考”，违纪的写“取消资格”", why = why.clone())
            }
            ValueFault::Range { mark, full } => {
                msg!("{mark} 分不在 0 到满分 {full} 之间", mark = *mark, full = *full)
            }
        }
    }
}

impl<P> Default for DoubleEntry<P> {
    fn default() -> Self {
        DoubleEntry { first: None, second: None, resolution: None }
    }
}

impl<P: Clone + PartialEq> DoubleEntry<P> {
    /// As it was kept: entries in the order they were made, and the resolution.
    ///
    /// # Errors
    /// What [`DoubleEntry::enter`] and [`DoubleEntry::resolve`] refuse.
    pub fn of(
        entries: &[Entry<P>],
        resolution: Option<Resolution<P>>,
        full: Score,
    ) -> Result<Self, EntryRefusal> {
        let mut out = DoubleEntry::default();
        for entry in entries {
            out.enter(entry.by.clone(), entry.value, full)?;
        }
        if let Some(r) = resolution {
            out.resolve(r.by, r.value, &r.reason, full)?;
        }
        Ok(out)
    }

    /// One of the two types a value.
    ///
    /// # Errors
    /// [`EntryRefusal`]: typed twice by the same person, a third time, or a value that may not be given.
    pub fn enter(&mut self, by: P, value: Value, full: Score) -> Result<Standing, EntryRefusal> {
        let value = value.within(full).map_err(EntryRefusal::Value)?;
        match (&self.first, &self.second) {
            (None, _) => self.first = Some(Entry { by, value }),
            (Some(first), None) if first.by == by => return Err(EntryRefusal::SamePerson),
            (Some(_), None) => self.second = Some(Entry { by, value }),
            (Some(_), Some(_)) => return Err(EntryRefusal::Full),
        }
        Ok(self.standing())
    }

    /// A third person says what stands on the paper; it may be either value or another.
    ///
    /// # Errors
    /// [`EntryRefusal`]: nothing differs, resolved before, by one of the two, without a reason, or a value that may not be given.
    pub fn resolve(
        &mut self,
        by: P,
        value: Value,
        reason: &str,
        full: Score,
    ) -> Result<Standing, EntryRefusal> {
        match self.standing() {
            Standing::Differs(..) => {}
            Standing::Resolved(_) => return Err(EntryRefusal::Resolved),
            _ => return Err(EntryRefusal::NoDifference),
        }
        if self.entries().any(|entry| entry.by == by) {
            return Err(EntryRefusal::SamePerson);
        }
        if reason.trim().is_empty() {
            return Err(EntryRefusal::NoReason);
        }
        let value = value.within(full).map_err(EntryRefusal::Value)?;
        self.resolution = Some(Resolution { by, value, reason: reason.trim().to_owned() });
        Ok(self.standing())
    }

    /// Whether somebody may type a value now; whoever may not is told why by [`DoubleEntry::enter`].
    pub fn may_enter(&self, by: &P) -> bool {
        self.second.is_none() && self.first.as_ref().is_none_or(|first| first.by != *by)
    }

    /// The entries, in order.
    pub fn entries(&self) -> impl Iterator<Item = &Entry<P>> {
        self.first.iter().chain(&self.second)
    }

    /// How a difference was resolved.
    pub fn resolution(&self) -> Option<&Resolution<P>> {
        self.resolution.as_ref()
    }

    /// Where it stands.
    pub fn standing(&self) -> Standing {
        match (&self.first, &self.second, &self.resolution) {
            (None, _, _) => Standing::Empty,
            (Some(_), None, _) => Standing::Once,
            (Some(a), Some(b), _) if a.value == b.value => Standing::Settled(a.value),
            (Some(_), Some(_), Some(r)) => Standing::Resolved(r.value),
            (Some(a), Some(b), None) => Standing::Differs(a.value, b.value),
        }
    }

    /// What counts: nothing before both agree or the difference is resolved.
    pub fn value(&self) -> Option<Value> {
        match self.standing() {
            Standing::Settled(value) | Standing::Resolved(value) => Some(value),
            Standing::Empty | Standing::Once | Standing::Differs(..) => None,
        }
    }
}

impl EntryRefusal {
    /// What to tell the reader.
    pub fn message(&self) -> Message {
        match self {
            EntryRefusal::SamePerson => msg!("您已经录过这一份：另一遍和核对都要换人"),
            EntryRefusal::Full => msg!("这一份已经录了两遍"),
            EntryRefusal::NoDifference => msg!("两遍没有不同，不用核对"),
            EntryRefusal::Resolved => msg!("这一份的差异已经核对过"),
            EntryRefusal::NoReason => msg!("请写明核对试卷看到了什么"),
            EntryRefusal::Value(fault) => fault.message(),
        }
    }
}
