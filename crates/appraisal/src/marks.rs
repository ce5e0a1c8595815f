//! The marks table: one row a mark.

use crate::facts::{Facts, village_code};
use crate::plan::Plan;
use crate::score::ABSENT;
use kernel::{Fault, Message, Quantity, Score, msg, parse_millionths};
use policy::Method;
use rustc_hash::FxHashMap;
use std::cell::{Cell, RefCell};
use tables::{Block, Header, Input, Notice, ReadError, Scanned, scan};

/// Given, but empty: takes the place of the row, not of a mark.
const EMPTY: i32 = i32::MIN + 1;

/// Marks in hundredths, subject by subject, in the order of [`Plan::slots`].
#[derive(Clone, Debug, Default)]
pub struct Marks {
    cells: Vec<i32>,
    width: usize,
}

impl Marks {
    /// No marks for so many subjects.
    pub fn none(plan: &Plan<'_>, subjects: usize) -> Self {
        Marks { cells: vec![ABSENT; plan.slots.len() * subjects], width: plan.slots.len() }
    }

    /// The marks of a subject; [`ABSENT`] where there is none.
    #[inline]
    pub fn of(&self, subject: usize) -> &[i32] {
        &self.cells[subject * self.width..(subject + 1) * self.width]
    }

    /// Gives a mark in hundredths.
    pub fn set(&mut self, subject: usize, slot: usize, mark: i32) {
        self.cells[subject * self.width + slot] = mark;
    }

    /// How many marks there are.
    pub fn count(&self) -> usize {
        self.cells.iter().filter(|m| **m > EMPTY).count()
    }
}

/// Reads marks tables.
pub struct MarkReader<'a> {
    /// The pack, prepared.
    pub plan: &'a Plan<'a>,
    /// The facts whose subjects are marked.
    pub facts: &'a Facts,
    /// Another pack whose marks may stand in the table too; they are passed over.
    pub beside: Option<&'a Plan<'a>>,
}

struct Layout {
    /// Columns code, indicator, rater, mark and no other: rows can be foretold.
    usual: bool,
    code: Option<usize>,
    indicator: Option<usize>,
    rater: Option<usize>,
    mark: Option<usize>,
}

struct Lookup<'a> {
    villages: FxHashMap<u64, u32>,
    persons: FxHashMap<&'a str, u32>,
    slots: FxHashMap<&'a str, FxHashMap<&'a str, u32>>,
    /// Full and step of each slot.
    limits: Vec<(i32, i32)>,
    /// What stands between code and mark of each slot in a usual row: `,A2,unit:org,`.
    keys: Vec<Vec<u8>>,
    /// Indicators that are not rated.
    others: Vec<&'a str>,
}

/// Parsed rows: place among the cells and mark; beside them the sheet rows, which only a duplicate asks for.
#[derive(Default)]
struct Part {
    cells: Vec<(u32, i32)>,
    /// Runs of consecutive rows: position of the first of them among `cells`, its row.
    runs: Vec<(u32, u32)>,
    faults: Vec<Fault>,
}

impl Part {
    #[inline]
    fn keep(&mut self, row: u32, at: u32, mark: i32) {
        let k = self.cells.len() as u32;
        if self.runs.last().is_none_or(|(first, start)| start + (k - first) != row) {
            self.runs.push((k, row));
        }
        self.cells.push((at, mark));
    }

    /// The sheet row of a cell.
    fn row(&self, k: usize) -> u32 {
        let (first, row) = self.runs[self.runs.partition_point(|(first, _)| *first as usize <= k) - 1];
        row + k as u32 - first
    }
}

impl MarkReader<'_> {
    /// Reads a marks table. Faults of every row are collected.
    pub fn read(
        &self,
        input: &Input<'_>,
        notices: &mut Vec<Notice>,
        faults: &mut Vec<Fault>,
    ) -> Result<Marks, ReadError> {
        let lookup = self.lookup();
        let file = input.label();
        let scanned = scan(
            input,
            |header| {
                let (layout, faults) = layout(header);
                (layout, (Marks::none(self.plan, self.facts.len()), faults, Vec::new()))
            },
            |layout, block| self.parse(layout, &lookup, block, &file),
            |store: &mut (Marks, Vec<Fault>, Vec<(u32, u32)>), mut part: Part| {
                let (marks, faults, twice) = store;
                faults.append(&mut part.faults);
                for (k, (at, mark)) in part.cells.iter().enumerate() {
                    let cell = &mut marks.cells[*at as usize];
                    if *cell == ABSENT {
                        *cell = *mark;
                    } else {
                        twice.push((part.row(k), *at));
                    }
                }
            },
            notices,
        )?;
        let Scanned { header, store: (mut marks, mut found, twice), faults: sheet, .. } = scanned;
        found.extend(sheet);
        let code_col = header.names.iter().position(|n| n == "code").map_or(0, |p| p as u32 + 1);
        for (row, at) in twice {
            let (subject, slot) = (at as usize / marks.width, at as usize % marks.width);
            let slot = &self.plan.slots[slot];
            let id = &self.plan.indicator(slot.indicator).id;
            found.push(
                Fault::cell(
                    &file,
                    row,
                    "code",
                    &self.facts.code(subject),
                    msg!(
                        "{indicator} 由 {rater} 打的分在前面已经有一行",
                        indicator = id,
                        rater = &slot.rater
                    ),
                )
                .mend(msg!("每个对象、指标、评分单位只留一行"))
                .at(code_col),
            );
        }
        found.sort_by_key(|f| (f.row, f.col));
        faults.append(&mut found);
        for cell in marks.cells.iter_mut().filter(|c| **c == EMPTY) {
            *cell = ABSENT;
        }
        Ok(marks)
    }

    /// Marks from cells already in memory: code, then indicator, rater, mark. For cases.
    pub fn from_cells(&self, rows: &[(&str, &[String; 3])], faults: &mut Vec<Message>) -> Marks {
        let mut marks = Marks::none(self.plan, self.facts.len());
        let limits = self.lookup().limits;
        for (code, [indicator, rater, mark]) in rows {
            let (Some(subject), Some(slot)) = (self.facts.find(code), self.plan.slot(indicator, rater))
            else {
                faults.push(msg!("{indicator} 不由 {rater} 打分", indicator = indicator, rater = rater));
                continue;
            };
            match read_mark(mark, Some(limits[slot])) {
                Ok(EMPTY) => {}
                Ok(mark) => marks.set(subject, slot, mark),
                Err(reason) => faults.push(reason),
            }
        }
        marks
    }

    fn lookup(&self) -> Lookup<'_> {
        let mut slots: FxHashMap<&str, FxHashMap<&str, u32>> = FxHashMap::default();
        let (mut limits, mut keys) = (Vec::new(), Vec::new());
        for (i, slot) in self.plan.slots.iter().enumerate() {
            let ind = self.plan.indicator(slot.indicator);
            slots.entry(&ind.id).or_default().insert(&slot.rater, i as u32);
            let step = if let Method::Rated { step } = ind.method { step } else { 1 };
            limits.push((ind.full as i32, step as i32));
            keys.push(format!(",{},{},", ind.id, slot.rater).into_bytes());
        }
        let others = self
            .plan
            .pack
            .indicators
            .iter()
            .filter(|i| !matches!(i.method, Method::Rated { .. }))
            .map(|i| i.id.as_str())
            .collect();
        let (mut villages, mut persons) = (FxHashMap::default(), FxHashMap::default());
        if self.facts.of_persons() {
            persons = (0..self.facts.len()).map(|i| (self.facts.persons.get(i), i as u32)).collect();
        } else {
            villages = self.facts.villages.iter().enumerate().map(|(i, v)| (*v, i as u32)).collect();
        }
        Lookup { villages, persons, slots, limits, keys, others }
    }

    fn parse(&self, layout: &Layout, lookup: &Lookup<'_>, block: &Block, file: &str) -> Part {
        let rows = block.row_hint();
        let parsed = RefCell::new(Part { cells: Vec::with_capacity(rows), ..Part::default() });
        let mut faults = Vec::new();
        let width = self.plan.slots.len() as u32;
        let keep = |row: u32, subject: u32, slot: u32, mark: i32| {
            parsed.borrow_mut().keep(row, subject * width + slot, mark);
        };
        let (Some(code_at), Some(indicator_at), Some(rater_at), Some(mark_at)) =
            (layout.code, layout.indicator, layout.rater, layout.mark)
        else {
            block.each(&mut faults, |_, _, _| {});
            return Part { faults, ..Part::default() };
        };
        let persons = self.facts.of_persons();
        let usual = layout.usual && !persons && self.beside.is_none();
        let mut last_code = (String::new(), None);
        // Tables usually list the same cells in the same order for every subject: the next slot is a good guess.
        let next = Cell::new(0usize);
        let mut last_village = (u64::MAX, 0);
        let foretold = |row: u32, text: &[u8]| {
            if !usual {
                return 0;
            }
            let Some((village, slot, mark, taken)) = lookup.foretell(text, next.get()) else { return 0 };
            if village != last_village.0 {
                match lookup.villages.get(&village) {
                    Some(subject) => last_village = (village, *subject),
                    None => return 0,
                }
            }
            next.set((slot + 1) % lookup.limits.len());
            keep(row, last_village.1, slot as u32, mark);
            taken
        };
        block.each_or(&mut faults, foretold, |row, cells, faults| {
            let (code, indicator, rater, mark) =
                (cells[code_at], cells[indicator_at], cells[rater_at], cells[mark_at]);
            let mut fault = |at: usize, column: &str, value: &str, reason: Message| {
                faults.push(Fault::cell(file, row, column, value, reason).at(at as u32 + 1));
            };
            if code != last_code.0 {
                let found = if code.is_empty() {
                    None
                } else if persons {
                    lookup.persons.get(code).copied()
                } else {
                    village_code(code).and_then(|v| lookup.villages.get(&v).copied())
                };
                last_code = (code.to_owned(), found);
            }
            if self.beside.is_some_and(|p| p.slot(indicator, rater).is_some())
                && self.plan.slot(indicator, rater).is_none()
            {
                return;
            }
            let subject = last_code.1;
            if subject.is_none() && !self.facts.partial && !self.facts.mentions(code) {
                let reason = if code.is_empty() {
                    msg!("缺少代码")
                } else {
                    msg!("事实表里没有这个代码")
                };
                fault(code_at, "code", code, reason);
            }
            let slot = match lookup.slots.get(indicator) {
                None if lookup.others.contains(&indicator) => {
                    fault(indicator_at, "indicator", indicator, msg!("{id} 不是打分的指标", id = indicator));
                    None
                }
                None => {
                    fault(indicator_at, "indicator", indicator, msg!("没有名为 {id} 的指标", id = indicator));
                    None
                }
                Some(raters) => {
                    let slot = raters.get(rater).copied();
                    if slot.is_none() {
                        let mut known: Vec<&str> = raters.keys().copied().collect();
                        known.sort_unstable();
                        fault(
                            rater_at,
                            "rater",
                            rater,
                            msg!("{id} 不由它打分，应为：{raters}", id = indicator, raters = known),
                        );
                    }
                    slot
                }
            };
            if let Some(slot) = slot {
                next.set((slot as usize + 1) % lookup.limits.len());
            }
            let any_slot = || lookup.slots.get(indicator).and_then(|raters| raters.values().next().copied());
            let limits = slot.or_else(any_slot).map(|s| lookup.limits[s as usize]);
            let mark = read_mark(mark, limits).unwrap_or_else(|reason| {
                fault(mark_at, "mark", mark, reason);
                EMPTY
            });
            // A row at fault keeps its place: a second one of the same cell is reported all the same.
            if let (Some(subject), Some(slot)) = (subject, slot) {
                keep(row, subject, slot, mark);
            }
        });
        Part { faults, ..parsed.into_inner() }
    }
}

impl Lookup<'_> {
    /// Reads a row of `code,indicator,rater,mark` whose cells are those of the foretold slot: village, slot, mark and
    /// bytes taken. `None` sends anything out of the usual the long way: another slot, no mark, any fault.
    #[inline]
    fn foretell(&self, text: &[u8], slot: usize) -> Option<(u64, usize, i32, usize)> {
        let village = village_digits(text.first_chunk::<12>()?)?;
        let key = self.keys.get(slot)?;
        let rest = text[12..].strip_prefix(key.as_slice())?;
        let (full, step) = self.limits[slot];
        let (mut mark, mut decimals, mut point) = (0i32, 0, false);
        for (i, b) in rest.iter().enumerate().take(9) {
            match *b {
                b'0'..=b'9' => {
                    mark = mark * 10 + i32::from(b - b'0');
                    decimals += i32::from(point);
                }
                b'.' if !point && i > 0 => point = true,
                b'\n' if i > 0 && (!point || decimals > 0) => {
                    let mark = match decimals {
                        0 => mark.checked_mul(100)?,
                        1 => mark.checked_mul(10)?,
                        2 => mark,
                        _ => return None,
                    };
                    let fits = mark <= full && mark % step == 0;
                    return fits.then_some((village, slot, mark, 12 + key.len() + i + 1));
                }
                _ => return None,
            }
        }
        None
    }
}

fn village_digits(text: &[u8; 12]) -> Option<u64> {
    text.iter().try_fold(0u64, |n, b| b.is_ascii_digit().then(|| n * 10 + u64::from(b - b'0')))
}

/// A mark in hundredths; `limits` are full marks and step, unknown where the row is at fault already.
fn read_mark(text: &str, limits: Option<(i32, i32)>) -> Result<i32, Message> {
    if text.is_empty() {
        return Ok(EMPTY);
    }
    let value = parse_millionths(text.as_bytes(), 6).map_err(|e| e.message())?;
    let Some((full, step)) = limits else { return Ok(EMPTY) };
    if value < 0 || value > i128::from(full) * 10_000 {
        return Err(msg!("打分应在 0 与满分 {full} 之间", full = Score(i64::from(full))));
    }
    if value % (i128::from(step) * 10_000) != 0 {
        return Err(msg!("打分应是 {step} 的倍数", step = Quantity(i128::from(step) * 10_000)));
    }
    Ok((value / 10_000) as i32)
}

fn layout(header: &Header) -> (Layout, Vec<Fault>) {
    let mut faults = Vec::new();
    let fault = |col: usize, name: &str, reason| {
        Fault::cell(&header.file, header.row.max(1), name, name, reason).at(col as u32 + 1)
    };
    for (c, name) in header.names.iter().enumerate() {
        if name.is_empty() {
            faults.push(fault(c, name, msg!("第 {n} 列没有列名", n = c + 1)));
        } else if header.names[..c].contains(name) {
            faults.push(fault(c, name, msg!("列 {name} 出现两次", name = name)));
        } else if !matches!(
            name.as_str(),
            "code" | "indicator" | "rater" | "mark" | "name" | "township" | "note"
        ) {
            faults.push(fault(c, name, msg!("不认识的列 {name}", name = name)).mend(msg!(
                "这里可写：{keys}",
                keys = vec!["code", "indicator", "rater", "mark", "name", "township", "note"]
            )));
        }
    }
    let position = |name: &str| header.names.iter().position(|n| n == name);
    let layout = Layout {
        usual: header.names == ["code", "indicator", "rater", "mark"],
        code: position("code"),
        indicator: position("indicator"),
        rater: position("rater"),
        mark: position("mark"),
    };
    for name in ["code", "indicator", "rater", "mark"] {
        if position(name).is_none() {
            faults.push(
                Fault::cell(&header.file, header.row.max(1), name, "", msg!("缺少列 {name}", name = name))
                    .at(header.names.len() as u32 + 1),
            );
        }
    }
    (layout, faults)
}
