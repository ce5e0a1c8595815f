//! Results of an appraisal, brought in from a file that `yanzhen appraise` wrote. Reading is pure.

use kernel::{Fault, Message, msg, parse_millionths};
use std::collections::{HashMap, HashSet};
use tables::Table;

/// A village's result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Result {
    pub code: String,
    /// Hundredths of a point; `None` for a village that is not graded yet.
    pub total: Option<i64>,
    pub rank: Option<i64>,
    /// The grade's id; empty for none.
    pub grade: String,
}

/// Reads a table of results. Columns `code`, `total`, `rank` and `grade` are asked for, others are passed over.
/// `known` holds the county's villages; `grades` the ids that the pack gives.
pub fn read(
    table: &Table,
    known: &HashSet<String>,
    grades: &[String],
) -> std::result::Result<Vec<Result>, Vec<Fault>> {
    let file = &table.header.file;
    let names = &table.header.names;
    let column = |name: &str| names.iter().position(|n| n == name);
    let mut faults = table.faults.clone();
    for name in ["code", "total", "rank", "grade"] {
        if column(name).is_none() {
            let fault =
                Fault::cell(file, table.header.row.max(1), name, "", msg!("缺少列 {name}", name = name));
            faults.push(fault.mend(msg!("请用 yanzhen appraise 写出的结果表，不改列名")));
        }
    }
    let (Some(code_at), Some(total_at), Some(rank_at), Some(grade_at)) =
        (column("code"), column("total"), column("rank"), column("grade"))
    else {
        return Err(faults);
    };
    let mut seen: HashMap<&str, u32> = HashMap::new();
    let mut out = Vec::new();
    for (row, cells) in &table.rows {
        let mut fault = |column: &str, value: &str, reason: Message| {
            faults.push(Fault::cell(file, *row, column, value, reason));
        };
        let code = cells[code_at].as_str();
        if !known.contains(code) {
            fault("code", code, msg!("本县没有这个代码的村"));
        } else if let Some(first) = seen.insert(code, *row) {
            fault("code", code, msg!("和第 {n} 行重复", n = first));
        }
        let number = |text: &str, unit: i128| match text {
            "" => Ok(None),
            text => match parse_millionths(text.as_bytes(), 2) {
                Ok(n) if n % unit == 0 => Ok(i64::try_from(n / unit).ok()),
                Ok(_) => Err(msg!("应为整数")),
                Err(e) => Err(e.message()),
            },
        };
        let mut read = |at: usize, name: &str, unit: i128| {
            number(&cells[at], unit).unwrap_or_else(|why| {
                fault(name, &cells[at], why);
                None
            })
        };
        let (total, rank) = (read(total_at, "total", 10_000), read(rank_at, "rank", 1_000_000));
        let grade = cells[grade_at].clone();
        if !grade.is_empty() && !grades.contains(&grade) {
            fault("grade", &grade, msg!("办法里没有这个等次，应为：{grades}", grades = &grades.to_vec()));
        }
        if grade.is_empty() != total.is_none() {
            fault("grade", &grade, msg!("总分和等次要么都有，要么都空"));
        }
        out.push(Result { code: code.to_owned(), total, rank, grade });
    }
    if out.is_empty() && faults.is_empty() {
        faults.push(Fault::cell(file, 1, "", "", msg!("表里没有一行结果")));
    }
    if faults.is_empty() { Ok(out) } else { Err(faults) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tables::Header;

    fn table(names: &[&str], rows: &[&[&str]]) -> Table {
        let own = |cells: &[&str]| cells.iter().map(|c| c.to_string()).collect::<Vec<_>>();
        Table {
            header: Header { names: own(names), row: 1, file: "r.csv".into(), ..Header::default() },
            rows: rows.iter().enumerate().map(|(i, r)| (i as u32 + 2, own(r))).collect(),
            faults: Vec::new(),
        }
    }

    #[test]
    fn results_are_read_and_every_fault_is_told() {
        let known: HashSet<String> = ["990101100200", "990101100201"].map(String::from).into();
        let grades = ["1".to_owned(), "2".to_owned()];
        let names = ["code", "name", "total", "rank", "grade"];
        let good =
            table(&names, &[&["990101100200", "甲", "86.99", "1", "1"], &["990101100201", "乙", "", "", ""]]);
        let read_good = read(&good, &known, &grades).unwrap();
        assert_eq!((read_good[0].total, read_good[0].rank), (Some(8699), Some(1)));
        assert_eq!(read_good[1].total, None);
        let bad = table(
            &names,
            &[
                &["990101100200", "甲", "86.999", "1.5", "9"],
                &["990101100200", "甲", "80", "2", "2"],
                &["990101100999", "丙", "80", "3", ""],
            ],
        );
        let faults = read(&bad, &known, &grades).unwrap_err();
        let told: Vec<(u32, &str)> = faults.iter().map(|f| (f.row, f.column.as_str())).collect();
        assert_eq!(
            told,
            [(2, "total"), (2, "rank"), (2, "grade"), (2, "grade"), (3, "code"), (4, "code"), (4, "grade")]
        );
        assert_eq!(read(&table(&["code"], &[]), &known, &grades).unwrap_err().len(), 3);
    }
}
