//! The facts table: one row a subject, columns kept as columns.

use crate::columns::{Column, Numbers, Texts};
use kernel::{Fault, Message, msg, short_millionths};
use policy::{CaseSubject, Pack, Value, ValueRef};
use rustc_hash::FxHashSet;
use tables::{Block, Header, Input, Notice, ReadError, Scanned, scan};

/// A facts table, its subjects in ascending order of code.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The subject's own code as a number, for villages.
    pub villages: Vec<u64>,
    /// The subject's code as text, for persons; empty for villages.
    pub persons: Texts,
    /// `name`.
    pub names: Texts,
    /// `township`.
    pub townships: Texts,
    /// Line or sheet row.
    pub rows: Vec<u32>,
    /// One column for each of the pack's facts that the table has.
    pub columns: Vec<Option<Column>>,
    /// Whether the table's codes could not be read: marks cannot be held against them.
    pub partial: bool,
    /// Codes that stand in the table but are not codes: their marks are not reported again.
    odd: FxHashSet<String>,
}

impl Facts {
    /// Stands for a table that could not be read.
    pub fn unread() -> Self {
        Facts { partial: true, ..Facts::default() }
    }

    /// How many subjects.
    pub fn len(&self) -> usize {
        self.villages.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.villages.is_empty()
    }

    /// Whether the subjects are persons.
    pub fn of_persons(&self) -> bool {
        !self.persons.is_empty()
    }

    /// Writes a subject's code.
    pub fn push_code(&self, i: usize, out: &mut Vec<u8>) {
        if self.of_persons() {
            out.extend_from_slice(self.persons.get(i).as_bytes());
        } else {
            let mut digits = [b'0'; 12];
            let mut n = self.villages[i];
            for d in digits.iter_mut().rev() {
                *d = b'0' + (n % 10) as u8;
                n /= 10;
            }
            out.extend_from_slice(&digits);
        }
    }

    /// A subject's code.
    pub fn code(&self, i: usize) -> String {
        let mut out = Vec::new();
        self.push_code(i, &mut out);
        String::from_utf8_lossy(&out).into_owned()
    }

    /// The position of a code.
    pub fn find(&self, code: &str) -> Option<usize> {
        if self.of_persons() {
            let at = (0..self.len()).collect::<Vec<_>>().partition_point(|i| self.persons.get(*i) < code);
            (at < self.len() && self.persons.get(at) == code).then_some(at)
        } else {
            village_code(code).and_then(|v| self.villages.binary_search(&v).ok())
        }
    }

    /// Whether a code stands in the table, be it malformed.
    pub(crate) fn mentions(&self, code: &str) -> bool {
        self.odd.contains(code)
    }

    /// A fact of a subject; `None` when absent.
    #[inline]
    pub fn value(&self, fact: usize, i: usize) -> Option<ValueRef<'_>> {
        self.columns.get(fact).and_then(Option::as_ref).and_then(|c| c.value(i))
    }

    /// The column of a numeric fact, where the table has it.
    pub fn numbers(&self, fact: usize) -> Option<&Numbers> {
        match &self.columns[fact] {
            Some(Column::Numbers(n)) => Some(n),
            _ => None,
        }
    }

    /// A bool fact.
    #[inline]
    pub fn bool(&self, fact: usize, i: usize) -> Option<bool> {
        match &self.columns[fact] {
            Some(Column::Bools(b)) => (b[i] < 2).then(|| b[i] == 1),
            _ => None,
        }
    }

    /// A text, date or choice fact; empty when absent.
    pub fn text(&self, fact: usize, i: usize) -> &str {
        match &self.columns[fact] {
            Some(Column::Texts(t)) => t.get(i),
            _ => "",
        }
    }

    /// Adds the rows of another part of the table.
    fn append(&mut self, part: Facts) {
        self.villages.extend_from_slice(&part.villages);
        self.rows.extend_from_slice(&part.rows);
        self.persons.append(&part.persons);
        self.names.append(&part.names);
        self.townships.append(&part.townships);
        self.odd.extend(part.odd);
        for (column, more) in self.columns.iter_mut().zip(&part.columns) {
            if let (Some(column), Some(more)) = (column, more) {
                column.append(more);
            }
        }
    }

    /// Makes room for so many more rows.
    fn reserve(&mut self, rows: usize) {
        self.villages.reserve(rows);
        self.rows.reserve(rows);
        self.columns.iter_mut().flatten().for_each(|c| c.reserve(rows));
    }

    /// Puts the subjects in ascending order of code; a code's second row is a fault.
    fn sort(&mut self, file: &str, code_col: u32, faults: &mut Vec<Fault>) {
        let mut order: Vec<u32> = (0..self.len() as u32).collect();
        let persons = self.of_persons();
        let compare = |a: &u32, b: &u32| {
            let (a, b) = (*a as usize, *b as usize);
            let by_code = if persons {
                self.persons.get(a).cmp(self.persons.get(b))
            } else {
                self.villages[a].cmp(&self.villages[b])
            };
            by_code.then(a.cmp(&b))
        };
        if !order.is_sorted_by(|a, b| compare(a, b).is_le()) {
            order.sort_unstable_by(compare);
        }
        for pair in order.windows(2) {
            let (a, b) = (pair[0] as usize, pair[1] as usize);
            let same = if persons {
                !self.persons.get(a).is_empty() && self.persons.get(a) == self.persons.get(b)
            } else {
                self.villages[a] == self.villages[b]
            };
            if same {
                faults.push(
                    Fault::cell(file, self.rows[b], "code", &self.code(b), msg!("这个代码在前面已经有一行"))
                        .mend(msg!("每个对象只留一行"))
                        .at(code_col),
                );
            }
        }
        if order.iter().enumerate().any(|(i, o)| i as u32 != *o) {
            self.villages = order.iter().map(|i| self.villages[*i as usize]).collect();
            self.rows = order.iter().map(|i| self.rows[*i as usize]).collect();
            for texts in [&mut self.persons, &mut self.names, &mut self.townships] {
                if !texts.is_empty() {
                    *texts = texts.permuted(&order);
                }
            }
            for column in self.columns.iter_mut().flatten() {
                *column = column.permuted(&order);
            }
        }
    }
}

/// A twelve-digit code as a number.
#[inline]
pub(crate) fn village_code(text: &str) -> Option<u64> {
    let bytes = text.as_bytes();
    if bytes.len() != 12 {
        return None;
    }
    bytes.iter().try_fold(0u64, |n, b| b.is_ascii_digit().then(|| n * 10 + u64::from(b - b'0')))
}

#[derive(Clone, Copy)]
enum Role {
    Code,
    Village,
    Name,
    Township,
    Fact(usize),
    Ignored,
}

struct Layout {
    roles: Vec<Role>,
    has_name: bool,
    has_township: bool,
}

/// Reads facts tables for a pack.
pub struct FactReader<'a> {
    /// The pack.
    pub pack: &'a Pack,
    /// Whether the subjects are persons (else villages).
    pub persons: bool,
    /// Another pack whose facts may stand in the table too; their columns are passed over.
    pub beside: Option<&'a Pack>,
}

impl FactReader<'_> {
    /// Reads a facts table. Faults of every row are collected; the table is of use only when there are none.
    pub fn read(
        &self,
        input: &Input<'_>,
        notices: &mut Vec<Notice>,
        faults: &mut Vec<Fault>,
    ) -> Result<Facts, ReadError> {
        let subject = if self.persons { "person" } else { "village" };
        let scanned = scan(
            input,
            |header| {
                let (layout, faults) = self.layout(header, subject);
                let mut facts = self.empty(&layout);
                facts.reserve(header.rows);
                (layout, (facts, faults))
            },
            |layout, block| self.parse(layout, block, &input.label()),
            |(facts, faults): &mut (Facts, Vec<Fault>), (part, mut found): (Facts, Vec<Fault>)| {
                facts.append(part);
                faults.append(&mut found);
            },
            notices,
        )?;
        let Scanned { header, store: (mut facts, mut found), faults: sheet, .. } = scanned;
        found.extend(sheet);
        let code_col = header.names.iter().position(|n| n == "code").map_or(0, |p| p as u32 + 1);
        facts.sort(&input.label(), code_col, &mut found);
        found.sort_by_key(|f| (f.row, f.col));
        faults.append(&mut found);
        Ok(facts)
    }

    fn empty(&self, layout: &Layout) -> Facts {
        let columns = self
            .pack
            .facts
            .iter()
            .enumerate()
            .map(|(i, f)| {
                let present = layout.roles.iter().any(|r| matches!(r, Role::Fact(p) if *p == i));
                present.then(|| Column::of(f.kind))
            })
            .collect();
        let partial = !layout.roles.iter().any(|r| matches!(r, Role::Code));
        Facts { columns, partial, ..Facts::default() }
    }

    fn layout(&self, header: &Header, subject: &str) -> (Layout, Vec<Fault>) {
        let mut faults = Vec::new();
        let fault = |col: usize, name: &str, reason: Message| {
            Fault::cell(&header.file, header.row.max(1), name, name, reason).at(col as u32 + 1)
        };
        let mut roles = Vec::new();
        for (c, name) in header.names.iter().enumerate() {
            let fact = self.pack.facts.iter().position(|f| f.id == *name && f.subject == subject);
            let role = match name.as_str() {
                "code" => Role::Code,
                "village" if self.persons => Role::Village,
                "name" => Role::Name,
                "township" => Role::Township,
                _ => fact.map_or(Role::Ignored, Role::Fact),
            };
            if name.is_empty() {
                faults.push(fault(c, name, msg!("第 {n} 列没有列名", n = c + 1)));
            } else if header.names[..c].contains(name) {
                faults.push(fault(c, name, msg!("列 {name} 出现两次", name = name)));
            } else if matches!(role, Role::Ignored)
                && !self.beside.is_some_and(|p| p.facts.iter().any(|f| f.id == *name && f.subject == subject))
            {
                faults.push(
                    fault(c, name, msg!("不认识的列 {name}", name = name))
                        .mend(msg!("办法里没有这个事实：请改正列名，或删去这一列")),
                );
            }
            let again = header.names[..c].contains(name);
            roles.push(if again { Role::Ignored } else { role });
        }
        let required: &[&str] = if self.persons { &["code", "village"] } else { &["code"] };
        for name in required {
            if !header.names.iter().any(|n| n == name) {
                faults.push(
                    Fault::cell(
                        &header.file,
                        header.row.max(1),
                        name,
                        "",
                        msg!("缺少列 {name}", name = *name),
                    )
                    .at(header.names.len() as u32 + 1),
                );
            }
        }
        let has = |wanted: fn(&Role) -> bool| roles.iter().any(wanted);
        let has_name = has(|r| matches!(r, Role::Name));
        let has_township = has(|r| matches!(r, Role::Township));
        (Layout { roles, has_name, has_township }, faults)
    }

    fn parse(&self, layout: &Layout, block: &Block, file: &str) -> (Facts, Vec<Fault>) {
        let mut facts = self.empty(layout);
        let mut faults = Vec::new();
        let rows = block.row_hint();
        facts.reserve(rows);
        block.each(&mut faults, |row, cells, faults| {
            facts.rows.push(row);
            let mut village = None;
            let mut named = false;
            for (c, (cell, role)) in cells.iter().zip(&layout.roles).enumerate() {
                let mut fault = |column: &str, reason: Message| {
                    faults.push(Fault::cell(file, row, column, cell, reason).at(c as u32 + 1));
                };
                match *role {
                    Role::Code if self.persons => {
                        if cell.is_empty() {
                            fault("code", msg!("缺少代码"));
                        } else if cell.contains(',') {
                            fault("code", msg!("人员编号里不能有逗号"));
                        }
                        facts.persons.push(cell);
                        named = true;
                    }
                    Role::Code | Role::Village => match village_code(cell) {
                        Some(code) => village = Some(code),
                        None => {
                            let column = if matches!(role, Role::Code) { "code" } else { "village" };
                            if !cell.is_empty() && matches!(role, Role::Code) {
                                facts.odd.insert((*cell).to_owned());
                            }
                            let reason = if cell.is_empty() {
                                msg!("缺少代码")
                            } else {
                                msg!("区划代码应为 12 位数字")
                            };
                            fault(column, reason);
                        }
                    },
                    Role::Name => facts.names.push(cell),
                    Role::Township => facts.townships.push(cell),
                    Role::Fact(f) => {
                        let Some(column) = &mut facts.columns[f] else { continue };
                        if cell.is_empty() {
                            column.push_absent();
                            continue;
                        }
                        let fact = &self.pack.facts[f];
                        let pushed = match column {
                            Column::Numbers(n) => match short_millionths(cell.as_bytes(), fact.decimals()) {
                                Some(v) => {
                                    n.push_small(v);
                                    continue;
                                }
                                None => fact.parse_number(cell).map(|v| n.push(Some(v))),
                            },
                            Column::Bools(b) => fact.parse_bool(cell).map(|v| b.push(u8::from(v))),
                            Column::Texts(t) => fact.check_text(cell).map(|()| t.push(cell)),
                        };
                        if let Err(reason) = pushed {
                            column.push_absent();
                            fault(&fact.id, reason);
                        }
                    }
                    Role::Ignored => {}
                }
            }
            // A malformed code still takes a place, so that positions stay aligned; the run ends in faults anyway.
            facts.villages.push(village.unwrap_or(u64::MAX - u64::from(row)));
            if self.persons && !named {
                facts.persons.push("");
            }
            if !layout.has_name {
                facts.names.push("");
            }
            if !layout.has_township {
                facts.townships.push("");
            }
        });
        (facts, faults)
    }

    /// Facts of a case's subjects.
    pub fn from_case(&self, subjects: &[CaseSubject], faults: &mut Vec<Message>) -> Facts {
        let mut facts = Facts {
            columns: self.pack.facts.iter().map(|f| Some(Column::of(f.kind))).collect(),
            ..Facts::default()
        };
        for (i, CaseSubject { code, village, facts: cells, .. }) in subjects.iter().enumerate() {
            let digits = if self.persons { village } else { code };
            match village_code(digits) {
                Some(v) => facts.villages.push(v),
                None => {
                    faults.push(msg!("区划代码应为 12 位数字"));
                    facts.villages.push(0);
                }
            }
            if self.persons {
                facts.persons.push(code);
            }
            facts.names.push("");
            facts.townships.push("");
            facts.rows.push(i as u32 + 1);
            for (id, _) in cells.iter().filter(|(id, _)| self.pack.fact(id).is_none()) {
                faults.push(msg!("没有名为 {name} 的事实", name = id));
            }
            for (fact, column) in self.pack.facts.iter().zip(facts.columns.iter_mut().flatten()) {
                let cell = cells
                    .iter()
                    .find(|(id, _)| *id == fact.id)
                    .map(|(_, c)| c.trim())
                    .filter(|c| !c.is_empty());
                let value = match cell.map(|c| fact.parse(c)) {
                    Some(Ok(value)) => Some(value),
                    Some(Err(reason)) => {
                        faults.push(reason);
                        None
                    }
                    None => None,
                };
                match (column, value) {
                    (Column::Numbers(n), Some(Value::Number(q))) => n.push(Some(q.0)),
                    (Column::Bools(b), Some(Value::Bool(v))) => b.push(u8::from(v)),
                    (Column::Texts(t), Some(Value::Text(s))) => t.push(&s),
                    (column, _) => column.push_absent(),
                }
            }
        }
        let mut twice = Vec::new();
        facts.sort("", 0, &mut twice);
        faults.extend(twice.into_iter().map(|f| f.reason));
        facts
    }
}
