//! 公文: an official document after GB/T 9704-2012, as a draft that an office completes and seals.

mod word;

use crate::{Cell, Column, DocumentFault, pdf};
use kernel::Day;

/// An official document with its tables as annexes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Official {
    /// 发文机关标志; empty for a paper without a red head, as a report of a group is.
    pub issuer: String,
    /// 发文字号; none leaves its blanks.
    pub number: Option<String>,
    /// 标题
    pub title: String,
    /// 主送机关; empty for none, as a public notice has none.
    pub to: String,
    /// 正文
    pub body: Vec<Block>,
    /// 附件
    pub annexes: Vec<Annex>,
    /// 署名
    pub signer: String,
    /// 成文日期; none leaves its blanks.
    pub day: Option<Day>,
    /// 代拟稿: nobody has signed it yet.
    pub draft: bool,
    /// Whether people and figures are invented.
    pub synthetic: bool,
}

/// A paragraph of the text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Block {
    /// A heading of the first level, `一、……`.
    Heading(String),
    /// Text.
    Text(String),
}

/// A table behind the text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Annex {
    /// Its title.
    pub title: String,
    /// Its columns, at least one.
    pub columns: Vec<Column>,
    /// Its rows, a cell a column.
    pub rows: Vec<Vec<Cell>>,
}

/// What a document of invented people says at the foot of each page.
const MARK: &str = "〔合成〕演示数据　虚构人物";

impl Official {
    /// Word, A4.
    ///
    /// # Errors
    /// [`DocumentFault::Ragged`], [`DocumentFault::Size`], [`DocumentFault::Engine`].
    pub fn docx(&self) -> Result<Vec<u8>, DocumentFault> {
        self.checked()?;
        word::document(self)
    }

    /// PDF, A4.
    ///
    /// # Errors
    /// As [`Official::docx`], and [`DocumentFault::PdfNotBuilt`], [`DocumentFault::NoFonts`].
    pub fn pdf(&self) -> Result<Vec<u8>, DocumentFault> {
        self.checked()?;
        pdf::official(self)
    }

    fn checked(&self) -> Result<(), DocumentFault> {
        for annex in &self.annexes {
            let columns = annex.columns.len();
            if columns == 0 {
                return Err(DocumentFault::Size);
            }
            if let Some(row) = annex.rows.iter().position(|row| row.len() != columns) {
                return Err(DocumentFault::Ragged { row: row + 1, cells: annex.rows[row].len(), columns });
            }
        }
        Ok(())
    }

    /// The number as printed; blanks while there is none.
    pub(crate) fn numbered(&self) -> String {
        self.number.clone().unwrap_or_else(|| "〔　　　　〕　　号".to_owned())
    }

    /// The day as printed; blanks while there is none.
    pub(crate) fn dated(&self) -> String {
        crate::words::day_or_blanks(self.day)
    }

    /// The list of annexes under the text, a line each.
    pub(crate) fn listed(&self) -> Vec<String> {
        match self.annexes.as_slice() {
            [] => Vec::new(),
            [one] => vec![format!("附件：{}", one.title)],
            many => {
                let line = |(i, a): (usize, &Annex)| {
                    let lead = if i == 0 { "附件：" } else { "　　　" };
                    format!("{lead}{}．{}", i + 1, a.title)
                };
                many.iter().enumerate().map(line).collect()
            }
        }
    }

    /// Over an annex: `附件`, or `附件2` of several.
    pub(crate) fn over(&self, at: usize) -> String {
        if self.annexes.len() == 1 { "附件".to_owned() } else { format!("附件{}", at + 1) }
    }

    /// What stands at the foot of each page beside its number; empty for what is real.
    pub(crate) fn mark(&self) -> &'static str {
        if self.synthetic { MARK } else { "" }
    }
}
