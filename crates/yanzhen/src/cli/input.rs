//! What several commands read: the pack, the facts, the marks; and where they write.

use super::{Done, Format, Stop, io_failed};
use crate::ui::{Progress, Ui};
use appraisal::{
    Appraisal, Excuses, FactReader, Facts, Lenient, MarkReader, Marks, OutFormat, Plan, TooLarge,
    appraise_excusing,
};
use kernel::{Fault, Message, Severity, msg};
use policy::{Missing, OpenError, Pack, Source};
use std::collections::HashSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use tables::{Input, Notice, ReadError, read_rows};

/// A pack and the facts it is applied to.
#[derive(clap::Args)]
pub struct PackAndFacts {
    /// 办法：文件夹或 xlsx 工作簿
    pub pack: PathBuf,
    /// 事实表（csv 或 xlsx）
    #[arg(long, value_name = "FILE")]
    pub facts: PathBuf,
}

/// What an appraisal needs.
#[derive(clap::Args)]
pub struct AppraisalTables {
    #[command(flatten)]
    pub given: PackAndFacts,
    /// 打分表（csv 或 xlsx）
    #[arg(long, value_name = "FILE")]
    pub marks: Option<PathBuf>,
    /// 缺项说明表（csv 或 xlsx）：code、indicator、rule（skip、prorate、zero）
    #[arg(long, value_name = "FILE")]
    pub excuses: Option<PathBuf>,
}

/// Reads the tables, appraises, and hands over the result.
pub fn appraised(
    ui: &Ui,
    tables: &AppraisalTables,
    then: impl FnOnce(&Pack, &Facts, &Appraisal<'_>) -> Done,
) -> Done {
    let pack = pack(ui, &tables.given.pack)?;
    if !pack.has_appraisal {
        return Err(Stop::Failed(msg!("这部办法没有 indicators.csv，不能考核")));
    }
    let plan = Plan::new(&pack);
    let mut findings = Findings::default();
    let facts = findings.facts(ui, &pack, &tables.given.facts, pack.of_persons())?;
    let marks = findings.marks(ui, &plan, &facts, tables.marks.as_deref())?;
    let given = findings.excuses(&pack, &facts, tables.excuses.as_deref())?;
    findings.settle(ui)?;
    let lenient = (!given.is_empty()).then(|| Lenient::of(&pack));
    let excuses = lenient.as_ref().map(|lenient| Excuses::new(lenient, given));
    let done = appraise_excusing(&plan, &facts, &marks, excuses.as_ref())
        .map_err(|t| too_large(ui, &plan, &facts, &tables.given.facts, t))?;
    let ended = then(&pack, &facts, &done);
    // The command is over: the operating system takes the memory back faster than the allocator would.
    std::mem::forget(done);
    std::mem::forget((facts, marks));
    ended
}

/// A score that no column can hold is a fault of the fact that made it.
pub fn too_large(ui: &Ui, plan: &Plan<'_>, facts: &Facts, path: &Path, found: TooLarge) -> Stop {
    let ind = plan.indicator(found.indicator);
    let fact = ind.method.fact();
    let id = fact.map(|f| plan.pack.facts[f].id.clone()).unwrap_or_default();
    let value =
        fact.and_then(|f| facts.value(f, found.subject)).map(|v| v.to_owned().text()).unwrap_or_default();
    let reason = msg!("指标 {id} 的得分超出 9 万亿", id = &ind.id);
    let fault = Fault::cell(&path.display().to_string(), facts.rows[found.subject], &id, &value, reason)
        .mend(msg!("请核对这个值，或在办法里给这项加上 cap"));
    ui.faults(&[fault]);
    Stop::Faults
}

/// Opens and reads a pack for the engines; its faults end the command.
pub fn pack(ui: &Ui, path: &Path) -> Result<Pack, Stop> {
    settled(ui, Source::open_rules(path))
}

/// Opens and reads a pack with its cases.
pub fn pack_with_cases(ui: &Ui, path: &Path) -> Result<Pack, Stop> {
    settled(ui, Source::open(path))
}

fn settled(ui: &Ui, source: Result<Source, OpenError>) -> Result<Pack, Stop> {
    let source =
        source.map_err(|e| Stop::Failed(msg!("{path}：{why}", path = e.path, why = e.error.to_string())))?;
    ui.notices(&source.notices);
    let (pack, findings) = Pack::read(&source);
    pack.ok_or_else(|| {
        let faults: Vec<Fault> = findings.into_iter().filter(|f| f.severity == Severity::Fault).collect();
        ui.faults(&faults);
        Stop::Faults
    })
}

/// Remarks and faults gathered while tables are read.
#[derive(Default)]
pub struct Findings<'a> {
    notices: Vec<Notice>,
    faults: Vec<Fault>,
    /// A second pack that the same tables serve.
    beside_pack: Option<&'a Pack>,
    beside_plan: Option<&'a Plan<'a>>,
}

impl<'a> Findings<'a> {
    /// For tables that also hold facts and marks of another pack.
    pub fn beside(plan: &'a Plan<'a>) -> Self {
        Findings { beside_pack: Some(plan.pack), beside_plan: Some(plan), ..Findings::default() }
    }

    /// Says what was found; faults end the command.
    pub fn settle(self, ui: &Ui) -> Result<(), Stop> {
        if self.faults.is_empty() {
            ui.notices(&self.notices);
            Ok(())
        } else {
            ui.faults(&self.faults);
            Err(Stop::Faults)
        }
    }

    fn take<T>(&mut self, read: Result<T, ReadError>, instead: impl FnOnce() -> T) -> Result<T, Stop> {
        match read {
            Ok(value) => Ok(value),
            Err(ReadError::Io(path, error)) => Err(io_failed(&path, &error)),
            Err(ReadError::Fault(fault)) => {
                self.faults.push(*fault);
                Ok(instead())
            }
        }
    }

    /// Reads a facts table.
    pub fn facts(&mut self, ui: &Ui, pack: &Pack, path: &Path, persons: bool) -> Result<Facts, Stop> {
        let progress = Progress::new(ui.t(msg!("读取事实")));
        let input = Input { path, progress: &|done, total| progress.at(done, total) };
        let read = FactReader { pack, persons, beside: self.beside_pack }.read(
            &input,
            &mut self.notices,
            &mut self.faults,
        );
        self.take(read, Facts::unread)
    }

    /// Reads a marks table.
    pub fn marks(
        &mut self,
        ui: &Ui,
        plan: &Plan<'_>,
        facts: &Facts,
        path: Option<&Path>,
    ) -> Result<Marks, Stop> {
        let Some(path) = path else { return Ok(Marks::none(plan, facts.len())) };
        let progress = Progress::new(ui.t(msg!("读取打分")));
        let input = Input { path, progress: &|done, total| progress.at(done, total) };
        let read = MarkReader { plan, facts, beside: self.beside_plan }.read(
            &input,
            &mut self.notices,
            &mut self.faults,
        );
        self.take(read, || Marks::none(plan, facts.len()))
    }
}

impl Findings<'_> {
    /// Reads a table of excuses: positions of subject and indicator, and the rule.
    pub fn excuses(
        &mut self,
        pack: &Pack,
        facts: &Facts,
        path: Option<&Path>,
    ) -> Result<Vec<(usize, usize, Missing)>, Stop> {
        let Some(path) = path else { return Ok(Vec::new()) };
        let read = read_rows(&Input::quiet(path), &mut self.notices).map(Some);
        let Some(table) = self.take(read, || None)? else { return Ok(Vec::new()) };
        self.faults.extend(table.faults);
        let file = path.display().to_string();
        let names = &table.header.names;
        let mut at = [0; 3];
        for (k, name) in ["code", "indicator", "rule"].into_iter().enumerate() {
            match names.iter().position(|n| n == name) {
                Some(column) => at[k] = column,
                None => {
                    let why = msg!("缺少列 {name}", name = name);
                    self.faults.push(Fault::cell(&file, table.header.row.max(1), name, "", why));
                }
            }
        }
        if !self.faults.is_empty() {
            return Ok(Vec::new());
        }
        let mut out = Vec::new();
        let mut seen = HashSet::new();
        for (row, cells) in &table.rows {
            let mut fault = |column: &str, value: &str, why: Message| {
                self.faults.push(Fault::cell(&file, *row, column, value, why));
            };
            let [code, id, rule] = at.map(|k| cells[k].as_str());
            let subject = facts.find(code);
            if subject.is_none() {
                fault("code", code, msg!("事实表里没有这个代码"));
            }
            let indicator = pack.indicators.iter().position(|i| i.id == id);
            if indicator.is_none() {
                fault("indicator", id, msg!("没有名为 {id} 的指标", id = id));
            }
            let rule = match rule {
                "skip" => Some(Missing::Skip),
                "prorate" => Some(Missing::Prorate),
                "zero" => Some(Missing::Zero),
                other => {
                    fault("rule", other, msg!("应为 skip、prorate 或 zero"));
                    None
                }
            };
            if !seen.insert((code.to_owned(), id.to_owned())) {
                fault("indicator", id, msg!("这个对象的这项指标在前面已经有一行"));
            }
            if let (Some(subject), Some(indicator), Some(rule)) = (subject, indicator, rule) {
                out.push((subject, indicator, rule));
            }
        }
        Ok(out)
    }
}

/// The format wanted: as said, else by the file's ending, else CSV.
pub fn format_of(wanted: Option<Format>, out: Option<&Path>) -> OutFormat {
    let ending = out.and_then(Path::extension).map(|e| e.to_ascii_lowercase());
    match (wanted, ending.as_deref().and_then(|e| e.to_str())) {
        (Some(Format::Xlsx), _) | (None, Some("xlsx")) => OutFormat::Xlsx,
        (Some(Format::Json), _) | (None, Some("json")) => OutFormat::Json,
        _ => OutFormat::Csv,
    }
}

/// The position of the subject to explain; an unknown code is a fault of the facts.
pub fn explained(ui: &Ui, facts: &Facts, path: &Path, code: Option<&String>) -> Result<Option<usize>, Stop> {
    let Some(code) = code else { return Ok(None) };
    if let Some(i) = facts.find(code) {
        return Ok(Some(i));
    }
    let file = path.display().to_string();
    ui.faults(&[Fault::cell(&file, 0, "code", code, msg!("事实表里没有这个代码"))]);
    Err(Stop::Faults)
}

/// Whether results go to a file, so that standard output is free for a summary.
pub fn to_file(out: Option<&PathBuf>) -> bool {
    out.is_some_and(|o| o.as_os_str() != "-")
}

/// Writes to a file, whole or not at all; `None` and `-` mean standard output.
pub fn write_out(
    out: Option<&PathBuf>,
    fill: impl Fn(&mut (dyn Write + Send)) -> io::Result<()>,
) -> Result<(), Stop> {
    match out {
        Some(path) if path.as_os_str() != "-" => {
            tables::write_atomic(path, |file| fill(file)).map_err(|e| io_failed(path, &e))
        }
        _ => {
            let mut stdout = io::BufWriter::new(io::stdout());
            match fill(&mut stdout).and_then(|()| stdout.flush()) {
                Err(e) if e.kind() == io::ErrorKind::BrokenPipe => Ok(()),
                other => other.map_err(|e| io_failed(Path::new("-"), &e)),
            }
        }
    }
}
