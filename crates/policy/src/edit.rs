//! A pack edited part by part: each edit changes the text of one file and says in words what it did.
//!
//! `pack.toml` keeps its comments and its order; a table is written anew by rows. Nothing is judged here: what an edit
//! leaves wrong is what [`crate::Pack::check`] finds, and [`place`] says at which cell.

mod grid;
mod toml;

pub use grid::{Column, Form, Grid, Section, place};

use crate::files::{Files, csv};
use kernel::{Message, msg};
use tables::read_text;

/// One edit. Rows count from 0; cells are column and content.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Edit {
    /// Writes cells of a row; the others stay. A key of `pack.toml` whose cell is empty is taken out.
    Set {
        /// Where.
        section: Section,
        /// Which row.
        row: usize,
        /// What.
        cells: Vec<(String, String)>,
    },
    /// Puts a row at the end.
    Add {
        /// Where.
        section: Section,
        /// What.
        cells: Vec<(String, String)>,
    },
    /// Takes a row out.
    Drop {
        /// Where.
        section: Section,
        /// Which row.
        row: usize,
    },
    /// Lets a row change places with its neighbour.
    Move {
        /// Where.
        section: Section,
        /// Which row.
        row: usize,
        /// Towards the first, else towards the last.
        up: bool,
    },
}

impl Edit {
    fn section(&self) -> Section {
        match self {
            Edit::Set { section, .. }
            | Edit::Add { section, .. }
            | Edit::Drop { section, .. }
            | Edit::Move { section, .. } => *section,
        }
    }
}

impl Files {
    /// The files after an edit, and what it did in Chinese: empty where it changed nothing.
    ///
    /// # Errors
    /// The row is not there, the file cannot be read, or the section is written in a form that only a text editor can
    /// change: why, for a person.
    pub fn edited(&self, edit: &Edit) -> Result<(Files, String), Message> {
        let section = edit.section();
        let before = Grid::of(self, section);
        let gone = || msg!("这一行已经不在了，请看过现在的再改");
        let row = match edit {
            Edit::Set { row, .. } | Edit::Drop { row, .. } | Edit::Move { row, .. } => Some(*row),
            Edit::Add { .. } => None,
        };
        if row.is_some_and(|r| r >= before.rows.len()) {
            return Err(gone());
        }
        if let Edit::Move { row, up, .. } = edit
            && (if *up { *row == 0 } else { row + 1 == before.rows.len() })
        {
            return Err(msg!("已经在最前或最后，不能再移"));
        }
        let mut files = self.clone();
        match section.table() {
            Some(name) => files.put(name, self.table_edited(name, section, edit)?),
            None => {
                let text = self.text("pack.toml").unwrap_or_default();
                files.put("pack.toml", toml::edited(text, section, edit)?);
            }
        }
        let after = Grid::of(&files, section);
        let words = words(section, edit, &before, &after);
        Ok(if words.is_empty() { (self.clone(), words) } else { (files, words) })
    }

    fn table_edited(&self, name: &str, section: Section, edit: &Edit) -> Result<String, Message> {
        let mut table = read_text(self.text(name).unwrap_or_default(), name);
        if table.header.names.is_empty() {
            table.header.names = section.columns().iter().map(|c| c.key.to_owned()).collect();
        }
        let given = match edit {
            Edit::Set { cells, .. } | Edit::Add { cells, .. } => cells.as_slice(),
            _ => &[],
        };
        // A column that the file does not have yet comes with the first cell that fills it.
        let known = |key: &str| section.columns().iter().any(|c| c.key == key);
        for (key, value) in given {
            if !table.header.names.contains(key) && known(key) && !value.trim().is_empty() {
                table.header.names.push(key.clone());
                table.rows.iter_mut().for_each(|(_, cells)| cells.push(String::new()));
            }
        }
        let names = table.header.names.clone();
        let write = |cells: &mut Vec<String>| {
            for (key, value) in given {
                if let Some(at) = names.iter().position(|n| n == key) {
                    value.trim().clone_into(&mut cells[at]);
                }
            }
        };
        match edit {
            Edit::Set { row, .. } => write(&mut table.rows[*row].1),
            Edit::Add { .. } => {
                let mut cells = vec![String::new(); names.len()];
                write(&mut cells);
                if cells.iter().all(String::is_empty) {
                    return Err(msg!("新的一行还是空的，请先填"));
                }
                table.rows.push((0, cells));
            }
            Edit::Drop { row, .. } => drop(table.rows.remove(*row)),
            Edit::Move { row, up, .. } => table.rows.swap(*row, if *up { row - 1 } else { row + 1 }),
        }
        Ok(csv(&names, table.rows.iter().map(|(_, cells)| cells.as_slice())))
    }
}

/// What an edit did. Empty: nothing.
fn words(section: Section, edit: &Edit, before: &Grid, after: &Grid) -> String {
    match edit {
        Edit::Add { .. } => format!("新增{}", after.title(section, after.rows.len().saturating_sub(1))),
        Edit::Drop { row, .. } => format!("删去{}", before.title(section, *row)),
        Edit::Move { row, up, .. } => {
            format!("{}{}", before.title(section, *row), if *up { "上移一行" } else { "下移一行" })
        }
        Edit::Set { row, .. } => {
            let mut said = Vec::new();
            for (at, column) in after.columns.iter().enumerate() {
                let (was, new) = (before.cell(*row, &column.key), after.rows[*row].get(at).map_or("", |c| c));
                let label = &column.label;
                match (was.is_empty(), new.is_empty()) {
                    _ if was == new => {}
                    (true, _) => said.push(format!("写明{label}：{new}")),
                    (_, true) => said.push(format!("去掉{label}（原为：{was}）")),
                    _ => said.push(format!("{label}由“{was}”改为“{new}”")),
                }
            }
            if said.is_empty() {
                return String::new();
            }
            format!("{}：{}", before.title(section, *row), said.join("；"))
        }
    }
}

#[cfg(test)]
mod tests;
