//! Rows of a table handed out together, to be parsed on any core.

use crate::csv::{CsvFault, records, records_or};
use kernel::{Fault, msg};

/// Some consecutive rows of a table.
pub struct Block {
    pub(crate) width: usize,
    pub(crate) file: String,
    pub(crate) content: Content,
}

pub(crate) enum Content {
    Csv { text: String, line: u32 },
    Rows(Vec<(u32, Vec<String>)>),
}

impl Block {
    /// Calls `each(row, cells)` for every row that has as many cells as the header; other rows become faults.
    pub fn each(&self, faults: &mut Vec<Fault>, mut each: impl FnMut(u32, &[&str], &mut Vec<Fault>)) {
        match &self.content {
            Content::Csv { text, line } => {
                records(text, *line, |row, record| self.take(row, record, faults, &mut each));
            }
            Content::Rows(rows) => {
                for (row, cells) in rows {
                    let mut refs: Vec<&str> = cells.iter().map(|c| c.trim()).collect();
                    while refs.len() > self.width && refs.last().is_some_and(|c| c.is_empty()) {
                        refs.pop();
                    }
                    if refs.iter().all(|c| c.is_empty()) {
                        continue;
                    }
                    if refs.len() > self.width {
                        faults.push(self.ragged(*row, refs.len()));
                        continue;
                    }
                    refs.resize(self.width, "");
                    each(*row, &refs, faults);
                }
            }
        }
    }

    /// About how many rows it holds: at least as many, but for rows at fault.
    pub fn row_hint(&self) -> usize {
        match &self.content {
            Content::Csv { text, .. } => memchr::memchr_iter(b'\n', text.as_bytes()).count() + 1,
            Content::Rows(rows) => rows.len(),
        }
    }

    /// Like [`Block::each`], but of plain CSV `shortcut(row, text from the row's start)` may take a row first: it
    /// answers how many bytes it took, line end included, or 0 for a row that is to be read the usual way.
    pub fn each_or(
        &self,
        faults: &mut Vec<Fault>,
        shortcut: impl FnMut(u32, &[u8]) -> usize,
        mut each: impl FnMut(u32, &[&str], &mut Vec<Fault>),
    ) {
        match &self.content {
            Content::Csv { text, line } => {
                records_or(text, *line, shortcut, |row, record| self.take(row, record, faults, &mut each));
            }
            Content::Rows(_) => self.each(faults, each),
        }
    }

    fn take(
        &self,
        row: u32,
        record: Result<&[&str], CsvFault>,
        faults: &mut Vec<Fault>,
        each: &mut impl FnMut(u32, &[&str], &mut Vec<Fault>),
    ) {
        match record {
            Ok(cells) if cells.len() == self.width => each(row, cells, faults),
            Ok(cells) => faults.push(self.ragged(row, cells.len())),
            Err(fault) => faults.push(broken_record(&self.file, row, fault)),
        }
    }

    fn ragged(&self, row: u32, found: usize) -> Fault {
        Fault::cell(
            &self.file,
            row,
            "",
            &found.to_string(),
            msg!("这一行有 {found} 格，表头有 {width} 格", found = found, width = self.width),
        )
        .mend(msg!("请补齐或删去多余的格；单元格里有逗号时用双引号括起来"))
    }
}

pub(crate) fn broken_record(file: &str, row: u32, fault: CsvFault) -> Fault {
    let reason = match fault {
        CsvFault::Unclosed => msg!("双引号没有配对，文件可能没有传完整"),
        CsvFault::AfterQuote => msg!("双引号之后还有文字"),
    };
    Fault::cell(file, row, "", "", reason)
}
