//! Faults: where something is wrong, what it is, and the mend.

use crate::{Lang, Message};

/// How bad a finding is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Severity {
    /// Cannot be used as it stands.
    Fault,
    /// Can be used; probably not what was meant.
    Warning,
    /// Worth knowing.
    Note,
}

/// One finding in an input file or a pack.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fault {
    /// How bad.
    pub severity: Severity,
    /// The file as the user named it, or its path inside the pack.
    pub file: String,
    /// Line of the CSV or TOML file (first = 1), or row of the sheet; 0 when the whole file is meant.
    pub row: u32,
    /// Character column within the line for text files, number of the column in tables (first = 1); 0 unknown.
    pub col: u32,
    /// Column name of a table or key path of a TOML file; may be empty.
    pub column: String,
    /// The offending text as found.
    pub value: String,
    /// What is wrong.
    pub reason: Message,
    /// What to do about it.
    pub mend: Option<Message>,
}

impl Fault {
    /// A fault of a table cell.
    pub fn cell(file: &str, row: u32, column: &str, value: &str, reason: Message) -> Self {
        Fault {
            severity: Severity::Fault,
            file: file.into(),
            row,
            col: 0,
            column: column.into(),
            value: value.into(),
            reason,
            mend: None,
        }
    }

    /// The same finding at a column number.
    #[must_use]
    pub fn at(mut self, col: u32) -> Self {
        self.col = col;
        self
    }

    /// The same finding with a mend.
    #[must_use]
    pub fn mend(mut self, mend: Message) -> Self {
        self.mend = Some(mend);
        self
    }

    /// The same finding at another severity.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// Reason and mend as one sentence.
    pub fn explanation(&self, lang: Lang) -> String {
        match &self.mend {
            None => self.reason.text(lang),
            Some(mend) => format!(
                "{}{}{}",
                self.reason.text(lang),
                if lang == Lang::Zh { "；" } else { "; " },
                mend.text(lang)
            ),
        }
    }

    /// `file<TAB>row<TAB>column<TAB>value<TAB>reason`, tabs and line ends inside the fields made blanks.
    pub fn line(&self, lang: Lang) -> String {
        let clean = |s: &str| s.replace(['\t', '\n', '\r'], " ");
        // A key path alone does not say where in the line a TOML value stands.
        let column = match self.file.ends_with(".toml") && self.col > 0 {
            true => format!("{} {}", self.col, self.column),
            false => self.column.clone(),
        };
        format!(
            "{}\t{}\t{}\t{}\t{}",
            clean(&self.file),
            self.row,
            clean(column.trim_end()),
            clean(&self.value),
            clean(&self.explanation(lang))
        )
    }
}
