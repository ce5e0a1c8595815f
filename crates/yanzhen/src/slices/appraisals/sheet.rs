//! A mark sheet: which cells a rater owes, what may stand in them, and how they are written.

use super::collect::facts_of;
use super::model::{Round, Sheet, Subject};
use super::standing::{Standing, Stood};
use super::store::{self, Mark, RoundFact};
use crate::slices::places::store::today;
use kernel::{Message, Score, msg, parse_millionths};
use platform::access::{Authorized, Caller};
use platform::audit::Outcome;
use platform::db::{Db, DbResult, now_ms};
use policy::{FactType, Method, Pack};
use std::collections::HashMap;

/// A letter of full width as the narrow one.
fn narrow(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        c => c,
    }
}

/// What a mark's cell takes, in words.
pub fn bounds(full: i64, step: i64) -> Message {
    msg!(
        "请填 0 至 {full} 之间、{step} 的倍数",
        full = Score(full).to_string(),
        step = Score(step).to_string()
    )
}

/// What stands in a column.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A mark: full marks and step in hundredths.
    Mark { full: i64, step: i64 },
    /// A fact: its position in the pack.
    Fact(usize),
}

/// A column of a sheet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Column {
    /// The indicator's id, or the fact's.
    pub id: String,
    pub name: String,
    pub kind: Kind,
    /// Unit of a fact; empty for marks.
    pub unit: String,
    pub basis: String,
    pub note: String,
    /// Whether a second person of the office confirms it.
    pub second: bool,
}

impl Column {
    /// Reads what was typed: a mark in hundredths, or a fact as it is kept. Empty takes it away.
    ///
    /// # Errors
    /// Why it cannot stand there, and what could.
    pub fn read(&self, pack: &Pack, typed: &str) -> Result<Option<String>, Message> {
        let typed = typed.trim();
        if typed.is_empty() {
            return Ok(None);
        }
        // Input methods for Chinese give digits of full width.
        let narrow: String = typed.chars().map(narrow).filter(|c| !c.is_whitespace()).collect();
        match self.kind {
            Kind::Fact(at) => {
                let fact = &pack.facts[at];
                let wordy = matches!(fact.kind, FactType::Text | FactType::Choice);
                let read = fact.parse(if wordy { typed } else { &narrow })?;
                Ok(Some(match read {
                    policy::Value::Bool(true) => "是".to_owned(),
                    policy::Value::Bool(false) => "否".to_owned(),
                    other => other.text(),
                }))
            }
            Kind::Mark { full, step } => {
                let out = || bounds(full, step);
                let n = parse_millionths(narrow.as_bytes(), 6).map_err(|_| out())?;
                let mark = i64::try_from(n / 10_000).ok().filter(|_| n % 10_000 == 0).ok_or_else(out)?;
                if (0..=full).contains(&mark) && mark % step == 0 {
                    Ok(Some(mark.to_string()))
                } else {
                    Err(out())
                }
            }
        }
    }

    /// As people call it: a mark by its id and name, a fact by its name.
    pub fn label(&self) -> String {
        match self.kind {
            Kind::Mark { .. } => format!("{} {}", self.id, self.name),
            Kind::Fact(_) => self.name.clone(),
        }
    }

    /// As a cell shows what is kept.
    pub fn show(&self, kept: &str) -> String {
        match self.kind {
            Kind::Mark { .. } => kept.parse().map_or_else(|_| kept.to_owned(), |n| Score(n).to_string()),
            Kind::Fact(_) => kept.to_owned(),
        }
    }
}

/// The columns that a rater owes: its marks in the pack's order, then the facts of indicators it answers for.
pub fn columns(pack: &Pack, rater: &str) -> Vec<Column> {
    let mut out: Vec<Column> = Vec::new();
    let mut facts: Vec<Column> = Vec::new();
    for (at, ind) in pack.indicators.iter().enumerate().filter(|(_, i)| i.raters.iter().any(|r| r == rater)) {
        if let Method::Rated { step } = ind.method {
            out.push(Column {
                id: ind.id.clone(),
                name: ind.name.clone(),
                kind: Kind::Mark { full: ind.full, step },
                unit: String::new(),
                basis: ind.basis.clone(),
                note: ind.note.clone(),
                second: pack.second_check.contains(&ind.id),
            });
            continue;
        }
        for f in facts_of(pack, at) {
            let fact = &pack.facts[f];
            if matches!(fact.source.as_str(), "reported" | "ballot") && !facts.iter().any(|c| c.id == fact.id)
            {
                facts.push(Column {
                    id: fact.id.clone(),
                    name: fact.label.clone(),
                    kind: Kind::Fact(f),
                    unit: fact.unit.clone(),
                    basis: ind.basis.clone(),
                    note: ind.note.clone(),
                    second: false,
                });
            }
        }
    }
    out.extend(facts);
    out
}

/// A cell as it stands.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Cell {
    /// As kept: hundredths, or the fact's text; empty for none.
    pub kept: String,
    pub note: String,
    pub by: String,
    pub at: i64,
    /// Who confirmed it, where a second person must; empty while nobody has.
    pub checked_by: String,
    pub evidence: Option<i64>,
}

/// The cells of a sheet by code and column; `township` limits a unit's to one township, empty for all.
pub async fn cells(
    db: &Db,
    sheet: &Authorized<Sheet>,
    columns: &[Column],
    township: &str,
) -> DbResult<HashMap<(String, String), Cell>> {
    let mut out = HashMap::new();
    for m in store::marks_of(db, sheet, township).await? {
        let cell = Cell {
            kept: m.mark.map(|m| m.to_string()).unwrap_or_default(),
            note: m.note,
            by: m.by,
            at: m.at,
            checked_by: m.checked_by,
            evidence: None,
        };
        out.insert((m.code, m.indicator), cell);
    }
    if columns.iter().any(|c| matches!(c.kind, Kind::Fact(_))) {
        let within = if sheet.township.is_empty() { township } else { &sheet.township };
        for f in store::facts_in(db, sheet.round, within).await? {
            if columns.iter().any(|c| c.id == f.fact) {
                let cell = Cell {
                    kept: f.value,
                    note: f.source,
                    by: f.by,
                    at: f.at,
                    checked_by: String::new(),
                    evidence: f.evidence,
                };
                out.insert((f.code, f.fact), cell);
            }
        }
    }
    Ok(out)
}

/// A cell as a form, a program or a workbook gives it.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct Entry {
    pub code: String,
    pub column: String,
    /// As typed; empty takes it away.
    pub value: String,
    /// As the sender last saw it, shown; `None` where it does not say. What changed since is not written over.
    pub was: Option<String>,
    /// A note beside the cell; `None` leaves it.
    pub note: Option<String>,
}

/// A cell that was not written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refused {
    pub code: String,
    pub column: String,
    pub value: String,
    pub reason: Message,
    /// What stands there now, shown, where somebody else changed it: value, who, when.
    pub now: Option<(String, String, i64)>,
}

/// What came of entries.
#[derive(Clone, Debug, Default)]
pub struct Entered {
    /// Cells as they stand now: code, column, shown.
    pub saved: Vec<(String, String, String)>,
    pub refused: Vec<Refused>,
    /// How many of the saved are other than before.
    pub changed: usize,
    pub at: i64,
    /// The audit entry's position, by which it is taken back; 0 where nothing was written.
    pub seq: i64,
}

/// Whether a sheet takes entries now.
///
/// # Errors
/// Why not.
pub fn open(round: &Round, sheet: &Sheet) -> Result<(), Message> {
    if !round.state.takes_entries() {
        return Err(msg!("这一轮已经锁定，不能再填；要改请联系组织部门退回"));
    }
    if sheet.retired_at.is_some() {
        return Err(msg!("这张评分表已经退出这一轮"));
    }
    if sheet.submitted_at.is_some() {
        return Err(msg!("评分表已经提交；要改请先申请退回"));
    }
    Ok(())
}

/// Writes cells of a sheet: good ones are written, each bad one is told with its reason, in one transaction. The same
/// value again changes nothing.
pub async fn enter(
    db: &Db,
    caller: &Caller,
    round: &Round,
    sheet: &Authorized<Sheet>,
    pack: &Pack,
    entries: &[Entry],
) -> DbResult<Entered> {
    let columns = columns(pack, &sheet.rater);
    let subjects = store::subjects(db, round.id, &sheet.township).await?;
    let names: HashMap<&str, &Subject> = subjects.iter().map(|s| (s.code.as_str(), s)).collect();
    let mut out = Entered { at: now_ms(), ..Entered::default() };
    let event = caller.event("round.enter", "round", &round.id.to_string(), &sheet.township);
    let mut tx = db.write(event).await?;
    // What was read before the turn came may be old: the sheet is asked once more.
    let (standing, now) = (store::find_in(&tx, round.id).await?, store::sheet_in(&tx, sheet.id).await?);
    let closed = match (&standing, &now) {
        (Some(round), Some(sheet)) => open(round, sheet).err(),
        _ => Some(msg!("这张评分表已经不在了")),
    };
    let (mut marks, mut facts) = (Vec::new(), Vec::new());
    let stand = Standing::of(&tx, round.id, &sheet.rater, &columns, entries).await?;
    for entry in entries {
        let mut refuse = |reason: Message, now| {
            out.refused.push(Refused {
                code: entry.code.clone(),
                column: entry.column.clone(),
                value: entry.value.clone(),
                reason,
                now,
            });
        };
        if let Some(why) = &closed {
            refuse(why.clone(), None);
            continue;
        }
        let Some(column) = columns.iter().find(|c| c.id == entry.column) else {
            refuse(msg!("这一项不由本单位评"), None);
            continue;
        };
        if !names.contains_key(entry.code.as_str()) {
            refuse(msg!("这一轮里没有这个对象，或不归本单位评"), None);
            continue;
        }
        let value = match column.read(pack, &entry.value) {
            Ok(value) => value,
            Err(why) => {
                refuse(why, None);
                continue;
            }
        };
        let key = (entry.code.as_str(), column.id.as_str());
        let Stood { kept, by, at, note } = stand.at(key.0, key.1);
        let shown = kept.as_deref().map(|k| column.show(k)).unwrap_or_default();
        let same_note = entry.note.as_ref().is_none_or(|n| n.trim() == note);
        if kept == value && same_note {
            out.saved.push((entry.code.clone(), entry.column.clone(), shown));
            continue;
        }
        if entry
            .was
            .as_ref()
            .is_some_and(|was| was.trim() != shown && column.read(pack, was) != Ok(kept.clone()))
        {
            refuse(msg!("别人已经改过这一格"), Some((shown, by.clone(), at)));
            continue;
        }
        out.changed += usize::from(kept != value);
        tx.changed(
            &format!("{}/{}", round.id, entry.code),
            &format!("{}/{}", column.id, sheet.rater),
            kept,
            value.clone(),
        );
        let now = value.as_deref().map(|k| column.show(k)).unwrap_or_default();
        out.saved.push((entry.code.clone(), entry.column.clone(), now));
        match (column.kind, value) {
            (Kind::Mark { .. }, value) => marks.push(Mark {
                code: entry.code.clone(),
                indicator: column.id.clone(),
                rater: sheet.rater.clone(),
                mark: value.and_then(|v| v.parse().ok()),
                note: entry.note.as_ref().map_or(note, |n| n.trim().to_owned()),
                by_account: Some(caller.account),
                by: caller.name.clone(),
                at: out.at,
                checked_by: String::new(),
                rev: 1,
            }),
            (Kind::Fact(_), Some(value)) => facts.push(RoundFact {
                code: entry.code.clone(),
                fact: column.id.clone(),
                value,
                source: entry
                    .note
                    .as_ref()
                    .map(|n| n.trim())
                    .filter(|n| !n.is_empty())
                    .map_or_else(|| sheet.unit.clone(), str::to_owned),
                day: today(),
                unit: sheet.unit.clone(),
                by: caller.name.clone(),
                at: out.at,
                evidence: None,
            }),
            (Kind::Fact(_), None) => store::drop_fact(&tx, round.id, key.0, key.1).await?,
        }
    }
    if out.changed == 0 && marks.is_empty() && facts.is_empty() {
        tx.rollback().await?;
        return Ok(out);
    }
    // One cell twice in one message: the later counts, and one statement takes a key once.
    let mut last: HashMap<(String, String), Mark> = HashMap::new();
    marks.into_iter().for_each(|m| drop(last.insert((m.code.clone(), m.indicator.clone()), m)));
    let mut last_facts: HashMap<(String, String), RoundFact> = HashMap::new();
    facts.into_iter().for_each(|f| drop(last_facts.insert((f.code.clone(), f.fact.clone()), f)));
    store::put_marks(&tx, round.id, &last.into_values().collect::<Vec<_>>()).await?;
    store::put_facts(&tx, round.id, &last_facts.into_values().collect::<Vec<_>>()).await?;
    out.seq = tx.commit_seq(Outcome::Done).await?;
    Ok(out)
}

/// Takes back what one act of the caller entered in a sheet: each cell as it was before, where nobody changed it since.
pub async fn take_back(
    db: &Db,
    caller: &Caller,
    round: &Round,
    sheet: &Authorized<Sheet>,
    pack: &Pack,
    seq: i64,
) -> DbResult<Entered> {
    let columns = columns(pack, &sheet.rater);
    let own = format!("/{}", sheet.rater);
    let mut entries = Vec::new();
    for (record, past) in db.history_of(seq, "round.enter", caller.account).await? {
        let code = record.strip_prefix(&format!("{}/", round.id));
        let column = past.field.strip_suffix(&own).and_then(|id| columns.iter().find(|c| c.id == id));
        let (Some(code), Some(column)) = (code, column) else { continue };
        let show = |kept: &Option<String>| kept.as_deref().map(|k| column.show(k)).unwrap_or_default();
        entries.push(Entry {
            code: code.to_owned(),
            column: column.id.clone(),
            value: show(&past.was),
            was: Some(show(&past.became)),
            note: None,
        });
    }
    enter(db, caller, round, sheet, pack, &entries).await
}

/// How much of a sheet is done.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Done {
    pub filled: usize,
    pub of: usize,
    /// Filled cells that a second person has yet to confirm.
    pub unchecked: usize,
}

impl Done {
    pub fn left(self) -> usize {
        self.of - self.filled
    }

    /// Of cells; marks that a pack lets absent are not owed.
    pub fn count(
        pack: &Pack,
        columns: &[Column],
        subjects: &[Subject],
        cells: &HashMap<(String, String), Cell>,
    ) -> Done {
        let mut done = Done::default();
        for column in columns.iter().filter(|c| owed(pack, c)) {
            for subject in subjects {
                done.of += 1;
                let cell = cells.get(&(subject.code.clone(), column.id.clone()));
                let Some(cell) = cell.filter(|c| !c.kept.is_empty()) else { continue };
                done.filled += 1;
                done.unchecked += usize::from(column.second && cell.checked_by.is_empty());
            }
        }
        done
    }
}

/// Whether an empty cell of a column blocks: the pack's other rules say what an absence means.
pub fn owed(pack: &Pack, column: &Column) -> bool {
    let uses = |(at, i): (usize, &policy::Indicator)| match column.kind {
        Kind::Mark { .. } => i.id == column.id && i.missing == policy::Missing::Block,
        Kind::Fact(f) => i.missing == policy::Missing::Block && facts_of(pack, at).contains(&f),
    };
    pack.indicators.iter().enumerate().any(uses)
}
