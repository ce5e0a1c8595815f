//! Tables in and out: CSV and XLSX, encodings, quoting, whole or in blocks.
//!
//! One door for every table the system reads: cells arrive trimmed, as text, with the line or
//! sheet row they stand in; what cannot be read is a [`Fault`](kernel::Fault) that says where.
//! Source: PACKS, "Headless use", *In*.

mod csv;
mod order;
mod read;
mod write;
mod xlsx;

pub use order::in_order;
pub use read::{Block, Header, Input, Notice, ReadError, Scanned, Table, read_rows, scan};
pub use write::{SheetCell, Workbook, push_csv_cell, push_csv_row, write_atomic};
pub use xlsx::{SheetRows, read_sheet, sheet_names};
