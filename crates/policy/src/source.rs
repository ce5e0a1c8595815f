//! A pack's files as read, before they mean anything: a folder or a workbook.

use crate::files::Files;
use crate::node::{Kind, Node, push_json_text};
use crate::workbook;
use kernel::{Fault, msg};
use sha2::{Digest, Sha256};
use std::fs;
use std::io;
use std::path::Path;
use tables::{Input, Notice, ReadError, Table, read_rows, read_text};

/// The tables a pack may hold beside `pack.toml`, in the order of the hash.
pub const TABLES: [&str; 3] = ["indicators.csv", "colours.csv", "review.csv"];

/// A pack's files.
#[derive(Clone, Debug)]
pub struct Source {
    /// The pack as the user named it; empty for one that is in memory.
    pub label: String,
    /// `pack.toml`.
    pub toml: Node,
    /// `indicators.csv`, `colours.csv`, `review.csv`, where present.
    pub tables: [Option<Table>; 3],
    /// `cases/*.toml`: file name and content, by name.
    pub cases: Vec<(String, Node)>,
    /// What could not be read.
    pub faults: Vec<Fault>,
    /// Remarks on files that were read all the same.
    pub notices: Vec<Notice>,
}

/// Why a pack could not be opened at all.
#[derive(Debug)]
pub struct OpenError {
    /// The file.
    pub path: String,
    /// The reason.
    pub error: io::Error,
}

impl Source {
    /// Opens a pack folder or an `.xlsx` workbook.
    pub fn open(path: &Path) -> Result<Source, OpenError> {
        Source::read(path, true)
    }

    /// Opens a pack for the engines, which have no use for its cases.
    pub fn open_rules(path: &Path) -> Result<Source, OpenError> {
        Source::read(path, false)
    }

    /// A pack of one `pack.toml`, for packs that the program carries.
    pub fn from_toml(label: &str, text: &str) -> Source {
        let mut source = Source {
            label: label.to_owned(),
            toml: Node::table(),
            tables: [None, None, None],
            cases: Vec::new(),
            faults: Vec::new(),
            notices: Vec::new(),
        };
        match Node::parse(text, &source.file("pack.toml")) {
            Ok(node) => source.toml = node,
            Err(fault) => source.faults.push(fault),
        }
        source
    }

    /// A pack whose files are in memory. Faults name the files without a folder.
    pub fn of(files: &Files) -> Source {
        let mut source = Source::rules_of(files);
        for (name, text) in files.cases() {
            match Node::parse(text, &format!("cases/{name}")) {
                Ok(node) => source.cases.push((name.to_owned(), node)),
                Err(fault) => source.faults.push(fault),
            }
        }
        source
    }

    /// The same for the engines, which have no use for its cases.
    pub fn rules_of(files: &Files) -> Source {
        let mut source = Source::from_toml("", files.text("pack.toml").unwrap_or_default());
        for (name, slot) in TABLES.iter().zip(&mut source.tables) {
            if let Some(text) = files.text(name) {
                let mut table = read_text(text, name);
                source.faults.append(&mut table.faults);
                *slot = Some(table);
            }
        }
        source
    }

    fn read(path: &Path, with_cases: bool) -> Result<Source, OpenError> {
        let failed = |p: &Path, error| OpenError { path: p.display().to_string(), error };
        let meta = fs::metadata(path).map_err(|e| failed(path, e))?;
        let mut source = Source {
            label: path.display().to_string(),
            toml: Node::table(),
            tables: [None, None, None],
            cases: Vec::new(),
            faults: Vec::new(),
            notices: Vec::new(),
        };
        if !meta.is_dir() {
            workbook::read(path, &mut source);
            return Ok(source);
        }
        let toml = path.join("pack.toml");
        if toml.exists() {
            source.toml = source.read_toml(&toml).map_err(|e| failed(&toml, e))?;
        } else {
            source.faults.push(
                Fault::cell(&toml.display().to_string(), 0, "", "", msg!("缺少 pack.toml"))
                    .mend(msg!("办法的文件夹里必须有 pack.toml")),
            );
        }
        for (i, name) in TABLES.iter().enumerate() {
            let file = path.join(name);
            if file.exists() {
                match read_rows(&Input::quiet(&file), &mut source.notices) {
                    Ok(mut table) => {
                        source.faults.append(&mut table.faults);
                        source.tables[i] = Some(table);
                    }
                    Err(ReadError::Io(p, e)) => return Err(failed(&p, e)),
                    Err(ReadError::Fault(fault)) => source.faults.push(*fault),
                }
            }
        }
        let cases = path.join("cases");
        if with_cases && cases.is_dir() {
            let mut files: Vec<_> = fs::read_dir(&cases)
                .map_err(|e| failed(&cases, e))?
                .filter_map(|e| e.ok().map(|e| e.path()))
                .filter(|p| p.extension().is_some_and(|e| e == "toml"))
                .collect();
            files.sort();
            for file in files {
                let node = source.read_toml(&file).map_err(|e| failed(&file, e))?;
                let name = file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
                source.cases.push((name, node));
            }
        }
        Ok(source)
    }

    fn read_toml(&mut self, path: &Path) -> io::Result<Node> {
        let label = path.display().to_string();
        let bytes = fs::read(path)?;
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
        let fault = match std::str::from_utf8(bytes) {
            Ok(text) => match Node::parse(text, &label) {
                Ok(node) => return Ok(node),
                Err(fault) => fault,
            },
            Err(_) => Fault::cell(&label, 0, "", "", msg!("不是 UTF-8 编码")).mend(msg!("请另存为 UTF-8")),
        };
        self.faults.push(fault);
        Ok(Node::table())
    }

    /// The label of one of the pack's files, as faults carry it.
    pub fn file(&self, name: &str) -> String {
        if self.label.is_empty() {
            name.to_owned()
        } else if self.is_workbook() {
            format!("{}#{name}", self.label)
        } else {
            format!("{}/{name}", self.label.trim_end_matches('/'))
        }
    }

    /// Whether the pack came from a workbook.
    pub fn is_workbook(&self) -> bool {
        self.label.to_ascii_lowercase().ends_with(".xlsx")
    }

    /// The one JSON text that the hash is taken of. Source: PACKS, "Hash".
    pub fn canonical(&self) -> String {
        let mut files: Vec<(&str, String)> = Vec::new();
        let mut toml = String::new();
        self.toml.canonical(&mut toml);
        files.push(("pack.toml", toml));
        for (name, table) in TABLES.iter().zip(&self.tables) {
            if let Some(table) = table {
                files.push((name, canonical_table(table)));
            }
        }
        files.sort();
        let mut out = String::from("{");
        for (i, (name, json)) in files.iter().enumerate() {
            if i > 0 {
                out.push(',');
            }
            push_json_text(&mut out, name);
            out.push(':');
            out.push_str(json);
        }
        out.push('}');
        out
    }

    /// SHA-256 of [`Source::canonical`], lower-case hexadecimal.
    pub fn hash(&self) -> String {
        Sha256::digest(self.canonical().as_bytes()).iter().map(|b| format!("{b:02x}")).collect()
    }

    /// Writes the pack as a folder. Existing files of the same names are replaced.
    pub fn write_folder(&self, path: &Path) -> io::Result<()> {
        Files::from(self).write(path)
    }

    /// Whether `pack.toml` holds anything.
    pub fn is_empty(&self) -> bool {
        matches!(&self.toml.kind, Kind::Table(entries) if entries.is_empty())
    }
}

fn canonical_table(table: &Table) -> String {
    let mut order: Vec<usize> = (0..table.header.names.len()).collect();
    order.sort_by(|a, b| table.header.names[*a].cmp(&table.header.names[*b]));
    let mut out = String::from("[");
    for (i, (_, cells)) in table.rows.iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        out.push('{');
        let mut first = true;
        for c in &order {
            let cell = &cells[*c];
            if cell.is_empty() {
                continue;
            }
            if !first {
                out.push(',');
            }
            first = false;
            push_json_text(&mut out, &table.header.names[*c]);
            out.push(':');
            push_json_text(&mut out, cell);
        }
        out.push('}');
    }
    out.push(']');
    out
}
