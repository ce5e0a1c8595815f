//! Why a document could not be made.

use kernel::{Message, msg};
use std::fmt;

/// Why a document could not be made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DocumentFault {
    /// The program was built without feature `pdf`.
    PdfNotBuilt,
    /// The program was built with feature `pdf`, but the fonts were not there.
    NoFonts,
    /// A photo is neither JPEG nor PNG, or its size cannot be read.
    Photo,
    /// A row has another number of cells than there are columns. Rows count from 1.
    Ragged {
        /// The row.
        row: usize,
        /// Its cells.
        cells: usize,
        /// The columns.
        columns: usize,
    },
    /// More than a sheet of a workbook holds, or no column at all.
    Size,
    /// The typesetter or the packer refused; its own words, for the log.
    Engine(String),
}

impl DocumentFault {
    /// What to tell the reader.
    pub fn message(&self) -> Message {
        match self {
            DocumentFault::PdfNotBuilt => msg!("本程序没有编入 PDF 排版，请改用 Word 或表格文件"),
            DocumentFault::NoFonts => {
                msg!("本程序编入了 PDF 排版但没有字体，请改用 Word 或表格文件，并告诉管理员")
            }
            DocumentFault::Photo => msg!("照片既不是 JPEG 也不是 PNG，或者已经损坏"),
            DocumentFault::Ragged { row, cells, columns } => msg!(
                "第 {row} 行有 {cells} 格，表头是 {columns} 列",
                row = *row,
                cells = *cells,
                columns = *columns
            ),
            DocumentFault::Size => msg!("行列数超出表格文件的容量，或者一列也没有"),
            DocumentFault::Engine(_) => msg!("文件没有排成，请告诉管理员"),
        }
    }
}

impl fmt::Display for DocumentFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DocumentFault::Engine(words) => write!(f, "{}: {words}", self.message().text(kernel::Lang::En)),
            _ => f.write_str(&self.message().text(kernel::Lang::En)),
        }
    }
}

impl std::error::Error for DocumentFault {}
