//! A pack's files as texts: what a county's database and a draft keep of a pack.

use crate::node::Node;
use crate::source::{Source, TABLES};
use std::collections::BTreeMap;
use std::io;
use std::path::Path;

const CASES: &str = "cases/";

/// The texts of a pack by file name: `pack.toml`, the tables, `cases/NAME.toml`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Files(BTreeMap<String, String>);

impl Files {
    /// The files of a pack's folder.
    ///
    /// # Errors
    /// A file is there and cannot be read as UTF-8.
    pub fn open(folder: &Path) -> io::Result<Files> {
        let mut files = Files::default();
        for name in ["pack.toml"].iter().chain(&TABLES) {
            let file = folder.join(name);
            if file.exists() {
                files.put(name, std::fs::read_to_string(file)?);
            }
        }
        let cases = folder.join("cases");
        if cases.is_dir() {
            for entry in std::fs::read_dir(cases)? {
                let path = entry?.path();
                if let Some(name) = path.file_name().map(|n| n.to_string_lossy()).filter(|n| is_case_name(n))
                {
                    files.put(&format!("{CASES}{name}"), std::fs::read_to_string(&path)?);
                }
            }
        }
        Ok(files)
    }

    /// Files from their JSON: an object of texts by name.
    ///
    /// # Errors
    /// It is no such object.
    pub fn from_json(bytes: &[u8]) -> serde_json::Result<Files> {
        serde_json::from_slice(bytes).map(Files)
    }

    /// The JSON that [`Files::from_json`] reads.
    pub fn json(&self) -> Vec<u8> {
        serde_json::to_vec(&self.0).unwrap_or_default()
    }

    /// A file's text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Writes a file over what stood there.
    pub fn put(&mut self, name: &str, text: impl Into<String>) {
        self.0.insert(name.to_owned(), text.into());
    }

    /// The pack's id as `pack.toml` writes it; empty where it cannot be read.
    pub fn id(&self) -> String {
        let root = Node::parse(self.text("pack.toml").unwrap_or_default(), "").ok();
        root.as_ref().and_then(|r| r.get("id")).map(Node::plain).unwrap_or_default()
    }

    /// The case files: name without folder, and text.
    pub fn cases(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().filter_map(|(name, text)| Some((name.strip_prefix(CASES)?, text.as_str())))
    }

    /// Writes them into a folder, which is made. Existing files of the same names are replaced.
    ///
    /// # Errors
    /// A file cannot be written.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        std::fs::create_dir_all(folder)?;
        if self.cases().next().is_some() {
            std::fs::create_dir_all(folder.join(CASES))?;
        }
        for (name, text) in &self.0 {
            tables::write_atomic(&folder.join(name), |out| io::Write::write_all(out, text.as_bytes()))?;
        }
        Ok(())
    }
}

impl From<&Source> for Files {
    /// The files as a reading of the pack writes them: without comments.
    fn from(source: &Source) -> Files {
        let mut files = Files::default();
        files.put("pack.toml", source.toml.document());
        for (name, table) in TABLES.iter().zip(&source.tables) {
            if let Some(table) = table {
                let rows = table.rows.iter().map(|(_, cells)| cells.as_slice());
                files.put(name, csv(&table.header.names, rows));
            }
        }
        for (name, node) in source.cases.iter().filter(|(name, _)| is_case_name(name)) {
            files.put(&format!("{CASES}{name}"), node.document());
        }
        files
    }
}

/// A table as CSV.
pub(crate) fn csv<'a>(header: &[String], rows: impl Iterator<Item = &'a [String]>) -> String {
    let mut out = Vec::new();
    tables::push_csv_row(&mut out, header);
    rows.for_each(|cells| tables::push_csv_row(&mut out, cells));
    String::from_utf8_lossy(&out).into_owned()
}

/// Whether a case file may be called so: a plain name ending in `.toml`, no path.
pub(crate) fn is_case_name(name: &str) -> bool {
    let harmful = |c: char| matches!(c, '/' | '\\' | ':') || c.is_control();
    name.len() > ".toml".len() && name.ends_with(".toml") && !name.starts_with('.') && !name.contains(harmful)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_file_is_a_plain_name() {
        for name in ["scores.toml", "总分.toml", "a-1_b.c.toml"] {
            assert!(is_case_name(name), "{name}");
        }
        for name in ["../up.toml", "a/b.toml", "a\\b.toml", ".toml", ".a.toml", "c:a.toml", "a.txt", ""] {
            assert!(!is_case_name(name), "{name}");
        }
    }
}
