//! Facts and marks for a pack, streamed.

use crate::cell::{Cell, push_hundredths};
use crate::colours::Painter;
use crate::dice::{Dice, Dicebox};
use crate::draw::draw;
use crate::faults::{Kind, Planting, full_width, sow, wrong};
use crate::marks::{Raters, Style};
use crate::places::Place;
use crate::plan::Plan;
use crate::summary::Summary;
use crate::vocabulary::person_name;
use kernel::{Lang, msg};
use policy::Pack;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::io::{self, Write};
use tables::{push_csv_cell, push_csv_row};

/// What every invented name begins with.
pub const MARK: &str = "〔合成〕";

/// Villages made at once on one core, and how many such chunks before they are written.
const CHUNK: usize = 128;
const CHUNKS: usize = 32;

/// One subject in twelve forgets, and then twelve times as much: what is missing comes in heaps.
const CARELESS: f64 = 1.0 / 12.0;

/// How data are made.
#[derive(Clone, Debug, PartialEq)]
pub struct DataOptions {
    /// The same seed gives the same bytes.
    pub seed: u64,
    /// Share left out of the marks that may believably be absent.
    pub missing_marks: f64,
    /// Share left out of the facts that may believably be absent.
    pub missing_facts: f64,
    /// How many faulty cells and rows to plant.
    pub faults: usize,
    /// Proportions of red, orange, yellow and green villages, for packs that classify.
    pub colours: [usize; 4],
    /// Persons of each village, for packs about persons.
    pub persons_per_village: usize,
}

impl Default for DataOptions {
    fn default() -> Self {
        DataOptions {
            seed: 1,
            missing_marks: 0.004,
            missing_facts: 0.004,
            faults: 0,
            colours: [6, 12, 14, 10],
            persons_per_village: 1,
        }
    }
}

/// A planted fault: whether in the marks, row within the part, column, what is wrong.
type Planted = (bool, u64, String, &'static str);

/// What one chunk of villages gave.
#[derive(Default)]
struct Part {
    facts: Vec<u8>,
    marks: Vec<u8>,
    subjects: u64,
    marked: u64,
    /// Rows in `facts` and `marks`.
    rows: [u64; 2],
    planted: Vec<Planted>,
    /// The first subject whose colour could not be made.
    unpainted: Option<String>,
}

struct Maker<'a> {
    plan: Plan<'a>,
    raters: Raters,
    painter: Option<Painter<'a>>,
    targets: Vec<u8>,
    faults: BTreeMap<usize, Vec<Planting>>,
    dicebox: Dicebox,
    options: &'a DataOptions,
    persons: usize,
}

/// Makes `facts.csv` and `marks.csv` for a pack. Memory does not grow with the number of places.
pub fn data(
    pack: &Pack,
    places: &[Place],
    options: &DataOptions,
    facts_out: &mut impl Write,
    marks_out: &mut impl Write,
) -> io::Result<Summary> {
    let dicebox = Dicebox::new(options.seed);
    let plan = Plan::new(pack, &dicebox);
    let persons = if pack.of_persons() { options.persons_per_village } else { 1 };
    let painter = Painter::new(pack);
    let targets = painter
        .as_ref()
        .map(|p| p.targets(places.len(), options.colours, &mut dicebox.dice(b'c', "")))
        .unwrap_or_default();
    let maker = Maker {
        raters: Raters::new(&plan, &dicebox),
        faults: sow(&plan, options.faults, places.len() * persons, &mut dicebox.dice(b'f', "")),
        plan,
        painter,
        targets,
        dicebox,
        options,
        persons,
    };
    let mut header = Vec::new();
    let before: &[&str] = if pack.of_persons() {
        &["code", "village", "name", "township"]
    } else {
        &["code", "name", "township"]
    };
    let ids = (0..maker.plan.facts.len()).map(|i| maker.plan.fact(i).id.as_str());
    push_csv_row(&mut header, before.iter().copied().chain(ids));
    facts_out.write_all(&header)?;
    marks_out.write_all(b"code,indicator,rater,mark\n")?;
    let mut summary = Summary {
        subjects: 0,
        marks: 0,
        raters: maker.raters.odd.clone(),
        planted: Vec::new(),
        seed: options.seed,
        pack_id: pack.id.clone(),
        pack_version: pack.version.clone(),
        pack_hash: pack.hash.clone(),
    };
    let mut lines = [2u64; 2];
    for (b, batch) in places.chunks(CHUNK * CHUNKS).enumerate() {
        let parts: Vec<Part> = batch
            .par_chunks(CHUNK)
            .enumerate()
            .map(|(c, places)| maker.part((b * CHUNKS + c) * CHUNK, places))
            .collect();
        for part in parts {
            if let Some(code) = part.unpainted {
                let why = msg!("按 colours.csv 造不出 {code} 要的颜色，请调整颜色比例", code = code);
                return Err(io::Error::new(io::ErrorKind::InvalidInput, why.text(Lang::Zh)));
            }
            facts_out.write_all(&part.facts)?;
            marks_out.write_all(&part.marks)?;
            summary.subjects += part.subjects;
            summary.marks += part.marked;
            for (marks, row, column, what) in part.planted {
                let (file, table) = if marks { ("marks.csv", 1) } else { ("facts.csv", 0) };
                summary.planted.push(format!("{file} 第 {} 行 {column}：{what}", lines[table] + row));
            }
            lines.iter_mut().zip(part.rows).for_each(|(line, rows)| *line += rows);
        }
    }
    Ok(summary)
}

/// One subject while it is made.
struct Subject<'a> {
    code: String,
    place: &'a Place,
    name: String,
    quality: f64,
    /// How much more often than usual something is forgotten; 0 for most.
    careless: f64,
    plantings: &'a [Planting],
}

impl Maker<'_> {
    fn part(&self, first: usize, places: &[Place]) -> Part {
        let mut part = Part::default();
        let mut row = vec![Cell::Absent; self.plan.pack.facts.len()];
        let mut township: Option<(&str, f64, Style)> = None;
        for (i, place) in places.iter().enumerate() {
            let code = place.code.get(..9).unwrap_or(&place.code);
            let (_, level, style) = *match &mut township {
                Some(known) if known.0 == code => known,
                other => {
                    other.insert((code, self.dicebox.dice(b'l', code).normal(), self.raters.township(code)))
                }
            };
            let own = self.dicebox.dice(b'v', &place.code).normal();
            let village = 0.93 * own + 0.37 * level;
            for k in 0..self.persons {
                let at = (first + i) * self.persons + k;
                self.subject(at, place, k, village, style, &mut row, &mut part);
            }
        }
        part
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one loop")]
    fn subject(
        &self,
        at: usize,
        place: &Place,
        person: usize,
        village: f64,
        style: Style,
        row: &mut [Cell],
        part: &mut Part,
    ) {
        let persons = self.plan.pack.of_persons();
        let code = if persons { format!("P{}{:02}", place.code, person + 1) } else { place.code.clone() };
        let mut dice = self.dicebox.dice(b's', &code);
        let quality = if persons { 0.5 * village + 0.866 * dice.normal() } else { village };
        let name = match (persons, place.is_invented()) {
            (true, true) => MARK.to_owned() + &person_name(dice.below(1 << 16), dice.below(1 << 16)),
            (false, true) if !place.name.is_empty() => MARK.to_owned() + &place.name,
            _ => MARK.to_owned() + &code,
        };
        // Greater shares take more of the subjects, so that the sum stays what was asked for.
        let share = (2.0 * self.options.missing_marks.max(self.options.missing_facts)).clamp(CARELESS, 1.0);
        let careless = if dice.chance(share) { 1.0 / share } else { 0.0 };
        let plantings = self.faults.get(&at).map_or(&[][..], Vec::as_slice);
        let subject = Subject { code, place, name, quality, careless, plantings };
        row.fill(Cell::Absent);
        for i in &self.plan.order {
            let plan = &self.plan.facts[*i];
            row[plan.at] = draw(&plan.model, self.plan.fact(*i), row, quality, &mut dice);
        }
        let target = self.painter.as_ref().map(|p| (p, self.targets[at]));
        if let Some((painter, target)) = target
            && !painter.paint(row, target, &mut dice)
        {
            part.unpainted.get_or_insert_with(|| subject.code.clone());
        }
        for plan in self.plan.facts.iter().filter(|f| f.forgettable) {
            if dice.chance(careless * self.options.missing_facts) {
                let kept = std::mem::replace(&mut row[plan.at], Cell::Absent);
                if target.is_some_and(|(painter, target)| !painter.is(row, target)) {
                    row[plan.at] = kept;
                }
            }
        }
        self.write_facts(&subject, row, part);
        self.write_marks(&subject, style, &mut dice, part);
        part.subjects += 1;
    }

    fn write_facts(&self, subject: &Subject<'_>, row: &[Cell], part: &mut Part) {
        self.write_fact_row(subject, row, true, part);
        if subject.plantings.iter().any(|p| p.kind == Kind::DuplicateRow) {
            part.planted.push((false, part.rows[0], "code".to_owned(), Kind::DuplicateRow.label()));
            self.write_fact_row(subject, row, false, part);
        }
    }

    fn write_fact_row(&self, subject: &Subject<'_>, row: &[Cell], faulty: bool, part: &mut Part) {
        let out = &mut part.facts;
        push_csv_cell(out, &subject.code);
        out.push(b',');
        if self.plan.pack.of_persons() {
            push_csv_cell(out, &subject.place.code);
            out.push(b',');
        }
        push_csv_cell(out, &subject.name);
        out.push(b',');
        let place = subject.place;
        let named = place.is_invented() && !place.township.is_empty();
        push_csv_cell(out, if named { &place.township } else { &place.township_code });
        for (i, plan) in self.plan.facts.iter().enumerate() {
            let fact = self.plan.fact(i);
            out.push(b',');
            let planted = subject
                .plantings
                .iter()
                .find(|p| p.at == i && matches!(p.kind, Kind::WrongType | Kind::FullWidthFact));
            match planted.filter(|_| faulty) {
                None => row[plan.at].push(fact, out),
                Some(planting) => {
                    if planting.kind == Kind::WrongType {
                        out.extend_from_slice(wrong(fact.kind).as_bytes());
                    } else {
                        let mut text = Vec::new();
                        row[plan.at].push(fact, &mut text);
                        full_width(if text.is_empty() { b"12" } else { &text }, out);
                    }
                    part.planted.push((false, part.rows[0], fact.id.clone(), planting.kind.label()));
                }
            }
        }
        out.push(b'\n');
        part.rows[0] += 1;
    }

    fn write_marks(&self, subject: &Subject<'_>, style: Style, dice: &mut Dice, part: &mut Part) {
        for (i, slot) in self.plan.slots.iter().enumerate() {
            let mark = self.raters.mark(slot, style, subject.quality, dice);
            let planting = subject.plantings.iter().find(|p| p.at == i && p.kind.is_mark());
            if let Some(planting) = planting {
                self.write_faulty(subject, i, mark, planting.kind, part);
                continue;
            }
            if slot.forgettable && dice.chance(subject.careless * self.options.missing_marks) {
                // Some rows are not there at all, some have an empty cell.
                if dice.chance(0.5) {
                    part.marks.extend_from_slice(subject.code.as_bytes());
                    part.marks.extend_from_slice(&slot.middle);
                    part.marks.push(b'\n');
                    part.rows[1] += 1;
                }
                continue;
            }
            part.marks.extend_from_slice(subject.code.as_bytes());
            part.marks.extend_from_slice(&slot.middle);
            push_hundredths(mark, &mut part.marks);
            part.marks.push(b'\n');
            part.rows[1] += 1;
            part.marked += 1;
        }
    }

    fn write_faulty(&self, subject: &Subject<'_>, at: usize, mark: i64, kind: Kind, part: &mut Part) {
        let slot = &self.plan.slots[at];
        let mut text = Vec::new();
        push_hundredths(mark, &mut text);
        let mut row = |code: &str, middle: &[u8], mark: &[u8]| {
            for piece in [code.as_bytes(), middle, mark, b"\n"] {
                part.marks.extend_from_slice(piece);
            }
            part.rows[1] += 1;
            part.rows[1] - 1
        };
        let code = subject.code.as_str();
        let (line, column) = match kind {
            Kind::AboveFull => {
                text.clear();
                push_hundredths(slot.full + slot.step, &mut text);
                (row(code, &slot.middle, &text), "mark")
            }
            Kind::OffStep => {
                // Half a step more, or less where that would be above full marks.
                let low = mark.min(slot.full - slot.step);
                let thousandths = low * 10 + slot.step * 5;
                let mark = format!("{}.{:03}", thousandths / 1_000, thousandths % 1_000);
                (row(code, &slot.middle, mark.as_bytes()), "mark")
            }
            Kind::UnknownRater => {
                let id = &self.plan.pack.indicators[slot.indicator].id;
                (row(code, format!(",{id},unit:nobody,").as_bytes(), &text), "rater")
            }
            Kind::FullWidthMark => {
                let mut wide = Vec::new();
                full_width(&text, &mut wide);
                (row(code, &slot.middle, &wide), "mark")
            }
            Kind::WordMark => (row(code, &slot.middle, "优秀".as_bytes()), "mark"),
            Kind::UnknownCode => (row("999999999999", &slot.middle, &text), "code"),
            _ => {
                row(code, &slot.middle, &text);
                part.marked += 1;
                (row(code, &slot.middle, &text), "code")
            }
        };
        part.planted.push((true, line, column.to_owned(), kind.label()));
    }
}
