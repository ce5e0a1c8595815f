//! Where a value comes from and when it holds; reading values with their clause.

use super::words::Word;
use crate::keys::Keys;
use crate::node::{Kind, Node, Pos};
use kernel::{Fault, Quantity, Severity, msg};
use std::cell::RefCell;
use std::ops::Deref;
use std::sync::Arc;

/// The pack that says something, as every printed rule names it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PackRef {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: String,
    /// Its title.
    pub title: String,
    /// Its content's SHA-256, hexadecimal.
    pub hash: String,
}

/// A value with its clause and its pack: `*setting` is the value.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Setting<T> {
    /// The value.
    pub value: T,
    /// Its clause.
    pub basis: String,
    /// The pack that says so.
    pub pack: Arc<PackRef>,
}

impl<T> Deref for Setting<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// First and last day, YYYY-MM-DD; empty = open.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Dates {
    /// First day.
    pub from: String,
    /// Last day.
    pub to: String,
}

impl Dates {
    /// Whether a day (YYYY-MM-DD) lies in it.
    pub fn hold(&self, day: &str) -> bool {
        self.from.as_str() <= day && (self.to.is_empty() || day <= self.to.as_str())
    }

    /// Whether they share a day with others.
    pub(crate) fn meet(&self, other: &Dates) -> bool {
        let ends_before = |a: &Dates, b: &Dates| !a.to.is_empty() && a.to < b.from;
        !ends_before(self, other) && !ends_before(other, self)
    }
}

/// Something with an id that a pack says for some days.
pub(crate) trait Dated {
    fn id(&self) -> &str;
    fn dates(&self) -> &Dates;
    fn off(&self) -> bool;
    fn row(&self) -> u32;
}

macro_rules! dated {
    ($($type:ty),+) => {$(
        impl Dated for $type {
            fn id(&self) -> &str {
                &self.id
            }
            fn dates(&self) -> &Dates {
                &self.dates
            }
            fn off(&self) -> bool {
                self.off
            }
            fn row(&self) -> u32 {
                self.row
            }
        }
    )+};
}

dated!(
    super::Post,
    super::Check,
    super::Document,
    super::AgeLimit,
    crate::people::SourceGroup,
    crate::people::Claim,
    crate::people::Retention
);

/// What every item of a section needs to be read.
pub(crate) struct Reader<'a> {
    pub file: &'a str,
    pub findings: &'a RefCell<Vec<Fault>>,
    pub pack: Arc<PackRef>,
    /// The pack's own dates and clause: the items' defaults.
    pub dates: Dates,
    pub basis: String,
}

/// What every dated item has.
pub(crate) struct Frame {
    pub id: String,
    pub off: bool,
    pub basis: String,
    pub dates: Dates,
    pub row: u32,
}

impl<'a> Reader<'a> {
    pub fn keys(&self, node: &'a Node, path: &str) -> Keys<'a> {
        Keys::new(node, path, self.file, self.findings)
    }

    /// Makes the last finding another severity.
    pub fn soften(&self, severity: Severity) {
        if let Some(last) = self.findings.borrow_mut().last_mut() {
            last.severity = severity;
        }
    }

    /// Id, dates, clause and `off` of an item.
    pub fn frame(&self, keys: &Keys<'_>, id_key: &'static str, row: u32) -> Frame {
        let id = keys.required(id_key);
        if !id.is_empty() && !super::is_word_id(&id) {
            keys.fault(id_key, msg!("编号 {id} 不合规矩", id = &id), Some(msg!("只用小写英文字母和 _")));
        }
        let own = Dates { from: keys.date("effective_from"), to: keys.date("effective_to") };
        let dates = Dates {
            from: if own.from.is_empty() { self.dates.from.clone() } else { own.from },
            to: if own.to.is_empty() { self.dates.to.clone() } else { own.to },
        };
        if !dates.to.is_empty() && dates.to < dates.from {
            keys.fault("effective_to", msg!("失效日期早于生效日期"), None);
        }
        let basis = self.basis_of(keys);
        if basis.is_empty() {
            keys.fault(
                "basis",
                msg!("没有写依据"),
                Some(msg!("写上条款；整部办法同一依据的，写在开头的 basis")),
            );
        }
        Frame { id, off: keys.bool("off").unwrap_or(false), basis, dates, row }
    }

    fn basis_of(&self, keys: &Keys<'_>) -> String {
        let own = keys.text("basis");
        if own.trim().is_empty() { self.basis.clone() } else { own }
    }

    fn set<T>(&self, value: T, basis: String) -> Setting<T> {
        Setting { value, basis, pack: self.pack.clone() }
    }

    /// A value that may stand alone or as `{ value = …, basis = "…" }`; alone it takes the table's clause.
    pub fn setting<T>(
        &self,
        keys: &Keys<'a>,
        path: &str,
        key: &'static str,
        read: impl Fn(&Keys<'a>, &'static str) -> Option<T>,
    ) -> Option<Setting<T>> {
        match keys.node(key)? {
            node @ Node { kind: Kind::Table(_), .. } => {
                let own = self.keys(node, &format!("{path}.{key}"));
                if !own.has("value") {
                    own.fault("value", msg!("缺少 {key}", key = "value"), Some(msg!("请补上这一项")));
                }
                let value = read(&own, "value");
                let basis = own.text("basis");
                let basis = if basis.trim().is_empty() { self.basis_of(keys) } else { basis };
                own.finish();
                value.map(|v| self.set(v, basis))
            }
            _ => read(keys, key).map(|v| self.set(v, self.basis_of(keys))),
        }
    }

    /// A value of several keys in a table of its own, with its own clause.
    pub fn table<T>(
        &self,
        keys: &Keys<'a>,
        path: &str,
        key: &'static str,
        read: impl Fn(&Keys<'a>) -> Option<T>,
    ) -> Option<Setting<T>> {
        let own = self.keys(keys.node(key)?, &format!("{path}.{key}"));
        let value = read(&own);
        let basis = own.text("basis");
        let basis = if basis.trim().is_empty() { self.basis_of(keys) } else { basis };
        own.finish();
        value.map(|v| self.set(v, basis))
    }
}

/// A whole number in a range.
pub(crate) fn whole(keys: &Keys<'_>, key: &'static str, least: u32, most: u32) -> Option<u32> {
    let q = keys.number(key)?;
    let n = q.0 / kernel::MILLION;
    if q.0 % kernel::MILLION == 0 && (i128::from(least)..=i128::from(most)).contains(&n) {
        return u32::try_from(n).ok();
    }
    keys.fault(key, msg!("应为 {least} 到 {most} 的整数", least = least, most = most), None);
    None
}

/// A whole number that must stand here.
pub(crate) fn required_whole(keys: &Keys<'_>, key: &'static str, least: u32, most: u32) -> Option<u32> {
    if !keys.has(key) {
        let _ = keys.node(key);
        keys.fault(key, msg!("缺少 {key}", key = key), Some(msg!("请补上这一项")));
    }
    whole(keys, key, least, most)
}

/// A decimal in a range.
pub(crate) fn decimal(keys: &Keys<'_>, key: &'static str, least: i64, most: i64) -> Option<Quantity> {
    let q = keys.number(key)?;
    let million = kernel::MILLION;
    if (i128::from(least) * million..=i128::from(most) * million).contains(&q.0) {
        return Some(q);
    }
    keys.fault(key, msg!("应在 {least} 与 {most} 之间", least = least, most = most), None);
    None
}

/// A decimal that must stand here.
pub(crate) fn required_decimal(
    keys: &Keys<'_>,
    key: &'static str,
    least: i64,
    most: i64,
) -> Option<Quantity> {
    if !keys.has(key) {
        let _ = keys.node(key);
        keys.fault(key, msg!("缺少 {key}", key = key), Some(msg!("请补上这一项")));
    }
    decimal(keys, key, least, most)
}

fn unknown<W: Word>(keys: &Keys<'_>, key: &str, word: &str) {
    let all: Vec<&str> = W::ALL.iter().map(|w| w.id()).collect();
    keys.fault(key, msg!("没有“{value}”这种写法", value = word), Some(msg!("可写：{words}", words = all)));
}

/// A closed word; `None` when absent or unknown.
pub(crate) fn word<W: Word>(keys: &Keys<'_>, key: &'static str) -> Option<W> {
    let text = keys.text(key);
    if text.is_empty()
        && (!keys.has(key) || !matches!(keys.node(key), Some(Node { kind: Kind::Text(_), .. })))
    {
        return None;
    }
    let found = W::parse(&text);
    if found.is_none() {
        unknown::<W>(keys, key, &text);
    }
    found
}

/// A closed word that must stand here.
pub(crate) fn required_word<W: Word>(keys: &Keys<'_>, key: &'static str) -> Option<W> {
    if !keys.has(key) {
        let _ = keys.node(key);
        let all: Vec<&str> = W::ALL.iter().map(|w| w.id()).collect();
        keys.fault(key, msg!("缺少 {key}", key = key), Some(msg!("可写：{words}", words = all)));
    }
    word(keys, key)
}

/// A list of closed words, each once, with their places.
pub(crate) fn word_places<W: Word>(keys: &Keys<'_>, key: &'static str) -> Vec<(W, Pos)> {
    let mut out: Vec<(W, Pos)> = Vec::new();
    let Some(Node { kind: Kind::List(items), .. }) = keys.node(key) else {
        // An absent key, or the fault of another kind.
        keys.texts(key);
        return out;
    };
    for item in items {
        let Kind::Text(text) = &item.kind else {
            let reason = msg!("列表里应为文本，这里是{found}", found = item.kind_name());
            keys.push(item.at, key, &item.plain(), reason, None);
            continue;
        };
        match W::parse(text) {
            None => {
                let all: Vec<&str> = W::ALL.iter().map(|w| w.id()).collect();
                let mend = msg!("可写：{words}", words = all);
                keys.push(item.at, key, text, msg!("没有“{value}”这种写法", value = text), Some(mend));
            }
            Some(w) if out.iter().any(|(o, _)| *o == w) => {
                keys.push(item.at, key, text, msg!("“{value}”写了两次", value = text), None);
            }
            Some(w) => out.push((w, item.at)),
        }
    }
    out
}

/// A list of closed words, each once.
pub(crate) fn word_list<W: Word>(keys: &Keys<'_>, key: &'static str) -> Vec<W> {
    word_places(keys, key).into_iter().map(|(w, _)| w).collect()
}
