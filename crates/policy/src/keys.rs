//! Reading a table of `pack.toml` key by key, every fault with its place.

use crate::node::{Entry, Kind, Node, Pos};
use kernel::{Fault, Message, NumberFault, Quantity, Severity, msg};
use std::cell::{Cell, RefCell};

/// One TOML table being read. Keys that nobody asks for are faults.
pub(crate) struct Keys<'a> {
    entries: &'a [Entry],
    at: Pos,
    path: String,
    file: &'a str,
    asked: RefCell<Vec<&'static str>>,
    forgiving: Cell<bool>,
    faults: &'a RefCell<Vec<Fault>>,
}

impl<'a> Keys<'a> {
    pub fn new(node: &'a Node, path: &str, file: &'a str, faults: &'a RefCell<Vec<Fault>>) -> Self {
        let entries = match &node.kind {
            Kind::Table(entries) => entries.as_slice(),
            _ => {
                let fault = Fault::cell(
                    file,
                    node.at.row,
                    path,
                    &node.plain(),
                    msg!("这里要一个表，不是{found}", found = node.kind_name()),
                );
                faults.borrow_mut().push(fault.at(node.at.col));
                &[]
            }
        };
        Keys {
            entries,
            at: node.at,
            path: path.to_owned(),
            file,
            asked: RefCell::default(),
            forgiving: Cell::new(false),
            faults,
        }
    }

    fn key_path(&self, key: &str) -> String {
        match (self.path.is_empty(), key.is_empty()) {
            (true, _) => key.to_owned(),
            (_, true) => self.path.clone(),
            _ => format!("{}.{key}", self.path),
        }
    }

    pub fn push(&self, at: Pos, key: &str, value: &str, reason: Message, mend: Option<Message>) {
        let mut fault = Fault::cell(self.file, at.row, &self.key_path(key), value, reason).at(at.col);
        fault.mend = mend;
        self.faults.borrow_mut().push(fault);
    }

    /// A finding of a severity.
    pub fn push_as(
        &self,
        severity: Severity,
        at: Pos,
        key: &str,
        value: &str,
        reason: Message,
        mend: Option<Message>,
    ) {
        self.push(at, key, value, reason, mend);
        if let Some(last) = self.faults.borrow_mut().last_mut() {
            last.severity = severity;
        }
    }

    /// A finding about the value of `key`, or about the table when the key is absent.
    pub fn fault(&self, key: &str, reason: Message, mend: Option<Message>) {
        let node = self.entries.iter().find(|e| e.key == key).map(|e| &e.value);
        self.push(
            node.map_or(self.at, |n| n.at),
            key,
            &node.map(Node::plain).unwrap_or_default(),
            reason,
            mend,
        );
    }

    pub fn has(&self, key: &str) -> bool {
        self.entries.iter().any(|e| e.key == key)
    }

    pub fn node(&self, key: &'static str) -> Option<&'a Node> {
        let mut asked = self.asked.borrow_mut();
        if !asked.contains(&key) {
            asked.push(key);
        }
        self.entries.iter().find(|e| e.key == key).map(|e| &e.value)
    }

    /// A string; other values are faults. Empty when absent.
    pub fn text(&self, key: &'static str) -> String {
        match self.node(key) {
            None => String::new(),
            Some(Node { kind: Kind::Text(s), .. }) => s.clone(),
            Some(node) => {
                self.fault(
                    key,
                    msg!("应为文本，这里是{found}", found = node.kind_name()),
                    Some(msg!("给值加上双引号")),
                );
                String::new()
            }
        }
    }

    /// A string that must stand here.
    pub fn required(&self, key: &'static str) -> String {
        let text = self.text(key);
        if text.trim().is_empty()
            && (!self.has(key) || matches!(self.node(key), Some(Node { kind: Kind::Text(_), .. })))
        {
            self.fault(key, msg!("缺少 {key}", key = key), Some(msg!("请补上这一项")));
        }
        text
    }

    /// A date: a TOML date or a string YYYY-MM-DD.
    pub fn date(&self, key: &'static str) -> String {
        match self.node(key) {
            None => String::new(),
            Some(Node { kind: Kind::Text(s) | Kind::Date(s), .. }) => {
                if !s.is_empty() && !crate::facts::is_date(s) {
                    self.fault(key, msg!("应为日期：写成 2026-01-31 的样子"), None);
                }
                s.clone()
            }
            Some(node) => {
                self.fault(key, msg!("应为日期，这里是{found}", found = node.kind_name()), None);
                String::new()
            }
        }
    }

    /// A number as written.
    pub fn number(&self, key: &'static str) -> Option<Quantity> {
        match self.node(key)? {
            Node { kind: Kind::Number(s), .. } => match Quantity::parse(s) {
                Ok(q) => Some(q),
                Err(e) => {
                    self.fault(key, e.message(), None);
                    None
                }
            },
            node => {
                self.fault(
                    key,
                    msg!("应为数字，这里是{found}", found = node.kind_name()),
                    Some(msg!("数字不加引号")),
                );
                None
            }
        }
    }

    /// A number of two decimals at most, in hundredths.
    pub fn hundredths(&self, key: &'static str) -> Option<i64> {
        let q = self.number(key)?;
        let h = q.hundredths();
        if h.is_none() {
            self.fault(key, NumberFault::TooManyDecimals(2).message(), None);
        }
        h
    }

    pub fn bool(&self, key: &'static str) -> Option<bool> {
        match self.node(key)? {
            Node { kind: Kind::Bool(b), .. } => Some(*b),
            node => {
                self.fault(key, msg!("应为 true 或 false，这里是{found}", found = node.kind_name()), None);
                None
            }
        }
    }

    /// A list of strings.
    pub fn texts(&self, key: &'static str) -> Vec<String> {
        match self.node(key) {
            None => Vec::new(),
            Some(Node { kind: Kind::List(items), .. }) => items
                .iter()
                .filter_map(|item| match &item.kind {
                    Kind::Text(s) => Some(s.clone()),
                    _ => {
                        self.push(
                            item.at,
                            key,
                            &item.plain(),
                            msg!("列表里应为文本，这里是{found}", found = item.kind_name()),
                            None,
                        );
                        None
                    }
                })
                .collect(),
            Some(node) => {
                self.fault(
                    key,
                    msg!("应为列表，这里是{found}", found = node.kind_name()),
                    Some(msg!("写成 [\"甲\", \"乙\"]")),
                );
                Vec::new()
            }
        }
    }

    /// One of a set of words; the first when absent.
    pub fn one_of<T: Copy>(&self, key: &'static str, words: &[(&'static str, T)]) -> T {
        let text = self.text(key);
        if text.is_empty() && !self.has(key) {
            return words[0].1;
        }
        words.iter().find(|(w, _)| *w == text).map_or_else(
            || {
                let all: Vec<&str> = words.iter().map(|(w, _)| *w).collect();
                self.fault(
                    key,
                    msg!("没有“{value}”这种写法", value = &text),
                    Some(msg!("可写：{words}", words = all)),
                );
                words[0].1
            },
            |(_, v)| *v,
        )
    }

    /// The entries of a table at `key`.
    pub fn entries(&self, key: &'static str) -> &'a [Entry] {
        match self.node(key) {
            None => &[],
            Some(Node { kind: Kind::Table(entries), .. }) => entries,
            Some(node) => {
                self.fault(key, msg!("这里要一个表，不是{found}", found = node.kind_name()), None);
                &[]
            }
        }
    }

    /// The items of a list of tables at `key`.
    pub fn items(&self, key: &'static str) -> &'a [Node] {
        match self.node(key) {
            None => &[],
            Some(Node { kind: Kind::List(items), .. }) => items,
            Some(_) => {
                self.fault(key, msg!("应为多个表"), Some(msg!("每一项写成 [[{key}]]", key = key)));
                &[]
            }
        }
    }

    /// Lets keys pass that nobody asks for: what belongs here cannot be told.
    pub fn forgive(&self) {
        self.forgiving.set(true);
    }

    /// Reports the keys that nobody asked for.
    pub fn finish(self) {
        if self.forgiving.get() {
            return;
        }
        let asked = self.asked.borrow();
        for e in self.entries.iter().filter(|e| !asked.contains(&e.key.as_str())) {
            let near = asked.iter().min_by_key(|k| distance(k, &e.key)).filter(|k| distance(k, &e.key) <= 2);
            let mend = match near {
                Some(near) => msg!("是不是 {key}？", key = *near),
                None => msg!("这里可写：{keys}", keys = asked.as_slice()),
            };
            self.push(e.at, &e.key, &e.value.plain(), msg!("不认识的键 {key}", key = &e.key), Some(mend));
        }
    }
}

/// Edit distance, for "did you mean".
pub(crate) fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let cost = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = cost.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
