//! Reading `indicators.csv`, every fault with its row and column.

use super::methods::read_method;
use super::{Aggregate, Indicator, METHODS, Missing, Points};
use crate::condition::Scope;
use crate::facts::{Fact, FactType};
use crate::pack::is_reserved;
use kernel::{Fault, Message, Quantity, Severity, msg};
use tables::Table;

const COLUMNS: [&str; 11] =
    ["id", "item", "name", "full", "method", "params", "rater", "aggregate", "missing", "basis", "note"];

/// One row while it is read.
pub(super) struct Row<'a> {
    pub(super) row: u32,
    pub(super) table: &'a Table,
    pub(super) cells: &'a [String],
    pub(super) faults: &'a mut Vec<Fault>,
    pub(super) scope: Scope<'a>,
    pub(super) full: i64,
    pub(super) params: Vec<(String, String)>,
    pub(super) used: Vec<&'static str>,
}

impl Row<'_> {
    pub(super) fn cell(&self, column: &str) -> &str {
        let position = self.table.header.names.iter().position(|n| n == column);
        position.map_or("", |p| self.cells[p].as_str())
    }

    pub(super) fn finding(
        &mut self,
        severity: Severity,
        column: &str,
        value: &str,
        reason: Message,
        mend: Option<Message>,
    ) {
        let col = self.table.header.names.iter().position(|n| n == column).map_or(0, |p| p as u32 + 1);
        let mut fault =
            Fault::cell(&self.table.header.file, self.row, column, value, reason).at(col).severity(severity);
        fault.mend = mend;
        self.faults.push(fault);
    }

    pub(super) fn fault(&mut self, column: &str, value: &str, reason: Message, mend: Option<Message>) {
        self.finding(Severity::Fault, column, value, reason, mend);
    }

    pub(super) fn param(&mut self, key: &'static str) -> Option<String> {
        self.used.push(key);
        self.params.iter().find(|(k, _)| k == key).map(|(_, v)| v.clone())
    }

    pub(super) fn required(&mut self, key: &'static str) -> Option<String> {
        let value = self.param(key);
        if value.is_none() {
            let all = self.cell("params").to_owned();
            self.fault(
                "params",
                &all,
                msg!("缺少参数 {key}", key = key),
                Some(msg!("在 params 里写 {key}=…", key = key)),
            );
        }
        value
    }

    pub(super) fn quantity(&mut self, key: &str, text: &str) -> Option<Quantity> {
        match Quantity::parse(text) {
            Ok(q) if q.0.unsigned_abs() > 10u128.pow(15) && key == "each" => {
                self.fault("params", text, msg!("{key} 太大，最多 9 位整数", key = key), None);
                None
            }
            Ok(q) => Some(q),
            Err(e) => {
                self.fault("params", text, msg!("{key}：{why}", key = key, why = e.message()), None);
                None
            }
        }
    }

    pub(super) fn number(&mut self, key: &'static str) -> Option<Quantity> {
        let text = self.required(key)?;
        self.quantity(key, &text)
    }

    pub(super) fn optional(&mut self, key: &'static str) -> Option<Quantity> {
        let text = self.param(key)?;
        self.quantity(key, &text)
    }

    pub(super) fn fact(&mut self, key: &'static str, wanted: &[FactType]) -> Option<usize> {
        let id = self.required(key)?;
        let Some(position) = self.scope.facts.iter().position(|f| f.id == id) else {
            self.fault(
                "params",
                &id,
                msg!("没有名为 {name} 的事实", name = &id),
                Some(msg!("请在 [facts.{name}] 里声明", name = &id)),
            );
            return None;
        };
        let fact: &Fact = &self.scope.facts[position];
        if fact.subject != self.scope.subject {
            let subject = fact.subject.clone();
            self.fault(
                "params",
                &id,
                msg!("事实 {name} 说的是 {subject}，不是考核的对象", name = &id, subject = subject),
                None,
            );
            return None;
        }
        let fits = wanted.contains(&fact.kind) || (wanted == [FactType::Number] && fact.kind.is_numeric());
        if !fits {
            let kind = fact.kind.label();
            self.fault(
                "params",
                &id,
                msg!("事实 {name} 是{kind}，这种方法用不了", name = &id, kind = kind),
                None,
            );
            return None;
        }
        Some(position)
    }

    /// Points, or the word `full`.
    pub(super) fn points(&mut self, key: &str, text: &str) -> Option<Points> {
        if text == "full" {
            return Some(i128::from(self.full) * 10_000);
        }
        let points = self.quantity(key, text)?.0;
        if points > i128::from(self.full) * 10_000 {
            self.finding(
                Severity::Warning,
                "params",
                text,
                msg!("给的分 {points} 超过满分", points = text),
                None,
            );
        }
        Some(points)
    }

    /// `a:b,c:d` pairs.
    pub(super) fn pairs(&mut self, key: &'static str) -> Option<Vec<(String, String)>> {
        let text = self.required(key)?;
        let mut out = Vec::new();
        for part in text.split(',') {
            match part.split_once(':') {
                Some((a, b)) => out.push((a.trim().to_owned(), b.trim().to_owned())),
                None => {
                    self.fault(
                        "params",
                        part,
                        msg!("{key} 里要写成 线:分", key = key),
                        Some(msg!("例如 50:5,30:4,else:0")),
                    );
                    return None;
                }
            }
        }
        Some(out)
    }
}

/// Reads `indicators.csv`. `grades` are the ids of the grades, best first.
pub(crate) fn read(
    table: &Table,
    scope: Scope<'_>,
    grades: &[i64],
    faults: &mut Vec<Fault>,
) -> Vec<Indicator> {
    let known = &COLUMNS;
    check_header(table, known, &["id", "item", "name", "full", "method"], faults);
    let mut out = Vec::new();
    for (row, cells) in &table.rows {
        let mut r =
            Row { row: *row, table, cells, faults, scope, full: 0, params: Vec::new(), used: Vec::new() };
        if let Some(indicator) = read_row(&mut r, grades) {
            out.push(indicator);
        }
    }
    out
}

/// Unknown, double, nameless and missing columns.
pub(crate) fn check_header(table: &Table, known: &[&str], required: &[&str], faults: &mut Vec<Fault>) {
    let header = &table.header;
    let fault = |col: usize, name: &str, reason| {
        Fault::cell(&header.file, header.row.max(1), name, name, reason).at(col as u32 + 1)
    };
    for (i, name) in header.names.iter().enumerate() {
        if name.is_empty() {
            faults.push(fault(i, name, msg!("第 {n} 列没有列名", n = i + 1)));
        } else if header.names[..i].contains(name) {
            faults.push(fault(i, name, msg!("列 {name} 出现两次", name = name)));
        } else if !known.contains(&name.as_str()) {
            let near = known.iter().min_by_key(|k| crate::keys::distance(k, name));
            let mend = match near.filter(|k| crate::keys::distance(k, name) <= 2) {
                Some(near) => msg!("是不是 {key}？", key = *near),
                None => msg!("这里可写：{keys}", keys = known),
            };
            faults.push(fault(i, name, msg!("不认识的列 {name}", name = name)).mend(mend));
        }
    }
    for name in required {
        if !header.names.iter().any(|n| n == name) {
            let fault =
                Fault::cell(&header.file, header.row.max(1), name, "", msg!("缺少列 {name}", name = *name));
            faults.push(fault.at(header.names.len() as u32 + 1));
        }
    }
}

fn read_row(r: &mut Row<'_>, grades: &[i64]) -> Option<Indicator> {
    let before = r.faults.iter().filter(|f| f.severity == Severity::Fault).count();
    let id = r.cell("id").to_owned();
    let name = r.cell("name").to_owned();
    for column in ["id", "name", "item"] {
        if r.cell(column).is_empty() {
            r.fault(column, "", msg!("缺少 {key}", key = column), Some(msg!("请补上这一项")));
        }
    }
    check_id(r, &id);
    let method = r.cell("method").to_owned();
    if !METHODS.contains(&method.as_str()) {
        r.fault(
            "method",
            &method,
            msg!("没有“{value}”这种方法", value = &method),
            Some(msg!("可写：{words}", words = METHODS.as_slice())),
        );
        return None;
    }
    let extra = matches!(method.as_str(), "bonus" | "penalty" | "veto");
    let full = r.cell("full").to_owned();
    if full.is_empty() && !extra {
        r.fault("full", "", msg!("缺少满分"), Some(msg!("请补上这一项")));
    } else if !full.is_empty() {
        match Quantity::parse(&full).map(Quantity::hundredths) {
            Ok(Some(h)) if extra && h != 0 => {
                r.fault(
                    "full",
                    &full,
                    msg!("加分、扣分和否决没有满分"),
                    Some(msg!("留空或写 0；上限写在 params 的 cap 里")),
                );
            }
            Ok(Some(h)) if (0..=100_000_000).contains(&h) && (extra || h > 0) => r.full = h,
            Ok(_) => r.fault("full", &full, msg!("满分应大于 0，最多两位小数"), None),
            Err(e) => r.fault("full", &full, e.message(), None),
        }
    }
    read_params(r);
    let missing = match r.cell("missing") {
        "" | "block" => Missing::Block,
        "zero" => Missing::Zero,
        "skip" => Missing::Skip,
        "prorate" => Missing::Prorate,
        other => {
            let other = other.to_owned();
            r.fault(
                "missing",
                &other,
                msg!("没有“{value}”这种写法", value = &other),
                Some(msg!("可写：{words}", words = vec!["block", "zero", "skip", "prorate"])),
            );
            Missing::Block
        }
    };
    let rater_cell = r.cell("rater").to_owned();
    let raters = read_raters(r, &rater_cell);
    let aggregate = read_aggregate(r, &method);
    let method = read_method(r, &method, missing, grades);
    let params_text = r.cell("params").to_owned();
    for (key, _) in r.params.clone() {
        if !r.used.contains(&key.as_str()) {
            let words = r.used.clone();
            r.fault(
                "params",
                &params_text,
                msg!("这种方法没有参数 {key}", key = &key),
                Some(msg!("可写：{words}", words = words)),
            );
        }
    }
    let after = r.faults.iter().filter(|f| f.severity == Severity::Fault).count();
    if after > before {
        return None;
    }
    Some(Indicator {
        id,
        item: r.cell("item").to_owned(),
        name,
        full: r.full,
        method: method?,
        params: r.params.clone(),
        raters,
        rater_cell: if rater_cell.is_empty() { "system".into() } else { rater_cell },
        aggregate,
        missing,
        basis: r.cell("basis").to_owned(),
        note: r.cell("note").to_owned(),
        row: r.row,
    })
}

/// An id's form, and whether it is taken.
fn check_id(r: &mut Row<'_>, id: &str) {
    let mut chars = id.chars();
    let plain = chars.next().is_none_or(|c| c.is_ascii_alphabetic())
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_');
    if !plain {
        let mend = msg!("以英文字母开头，只用英文字母、数字和 _");
        r.fault("id", id, msg!("编号 {id} 不合规矩", id = id), Some(mend));
    } else if is_reserved(id) {
        r.fault("id", id, msg!("编号 {id} 是保留的词", id = id), Some(msg!("请换一个名字")));
    } else if r.scope.facts.iter().any(|f| f.id == id) {
        r.fault("id", id, msg!("编号 {id} 与事实相同", id = id), Some(msg!("请换一个名字")));
    }
}

fn read_params(r: &mut Row<'_>) {
    let text = r.cell("params").to_owned();
    for part in text.split(';').map(str::trim).filter(|p| !p.is_empty()) {
        match part.split_once('=') {
            Some((key, value)) => {
                let key = key.trim().to_owned();
                if r.params.iter().any(|(k, _)| *k == key) {
                    r.fault("params", &text, msg!("参数 {key} 写了两次", key = &key), None);
                }
                r.params.push((key, value.trim().to_owned()));
            }
            None => r.fault("params", part, msg!("参数要写成 键=值"), Some(msg!("多个参数用分号隔开"))),
        }
    }
}

fn read_raters(r: &mut Row<'_>, cell: &str) -> Vec<String> {
    if cell.is_empty() {
        return vec!["system".to_owned()];
    }
    let raters: Vec<String> = cell.split('|').map(|p| p.trim().to_owned()).collect();
    for (i, rater) in raters.iter().enumerate() {
        let known = matches!(rater.as_str(), "township" | "county" | "ballot" | "system")
            || rater.strip_prefix("unit:").is_some_and(|id| !id.is_empty());
        if !known {
            r.fault(
                "rater",
                rater,
                msg!("没有“{value}”这种评分单位", value = rater),
                Some(msg!("可写 unit:编号、township、county、ballot、system，多个用 | 隔开")),
            );
        } else if raters[..i].contains(rater) {
            r.fault("rater", rater, msg!("评分单位 {name} 写了两次", name = rater), None);
        }
    }
    raters
}

fn read_aggregate(r: &mut Row<'_>, method: &str) -> Aggregate {
    let cell = r.cell("aggregate").to_owned();
    if method != "rated" && !cell.is_empty() {
        r.finding(Severity::Warning, "aggregate", &cell, msg!("只有 rated 用合并方式，这里不起作用"), None);
    }
    match cell.as_str() {
        "" | "mean" => Aggregate::Mean,
        "median" => Aggregate::Median,
        "weighted" => Aggregate::Weighted,
        other => match other.strip_prefix("trimmed:").and_then(|k| k.parse::<u32>().ok()) {
            Some(k) => Aggregate::Trimmed(k as usize),
            None => {
                r.fault(
                    "aggregate",
                    other,
                    msg!("没有“{value}”这种写法", value = other),
                    Some(msg!("可写：{words}", words = vec!["mean", "median", "trimmed:1", "weighted"])),
                );
                Aggregate::Mean
            }
        },
    }
}
