//! Tables in and out: CSV and XLSX, encodings, quoting, whole or in blocks.
//!
//! One door for every table the system reads: cells arrive trimmed, as text, with the line or
//! sheet row they stand in; what cannot be read is a [`Fault`](kernel::Fault) that says where.
//! A workbook that would cost too much, has macros, a password or a DTD is refused before it is parsed: [`FILE`],
//! [`PARTS`], [`PART`], [`TOTAL`], [`RATIO`], [`ROWS`], [`COLUMNS`], [`CELLS`] and [`TEXT`] say how much is too much.
//! Source: PACKS, "Headless use", *In*.

mod archive;
mod block;
mod cell;
mod csv;
mod form;
mod order;
mod read;
mod sheets;
mod write;
mod xlsx;

pub use archive::{FILE, PART, PARTS, RATIO, TOTAL};
pub use block::Block;
pub use cell::{Cell, Value};
pub use form::{Form, FormColumn, Takes};
pub use order::in_order;
pub use read::{Header, Input, Notice, ReadError, Scanned, Table, read_rows, read_text, scan};
pub use sheets::{SHEET_ROWS, Sheet, sheets};
pub use write::{SheetCell, Workbook, push_csv_cell, push_csv_row, write_atomic};
pub use xlsx::{CELLS, COLUMNS, FAULTS, ROWS, Region, SheetRows, TEXT, read_sheet, sheet_names};
