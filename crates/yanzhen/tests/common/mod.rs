//! Running the program as a user does, and reading what it wrote.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// How a run ended and what it said.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    /// The same run, which must have ended well.
    #[track_caller]
    pub fn ok(self) -> Self {
        assert_eq!(self.code, 0, "{self:?}");
        self
    }
}

/// Runs `yanzhen` with these arguments.
pub fn run<S: AsRef<OsStr>>(args: &[S]) -> Ran {
    let done = Command::new(env!("CARGO_BIN_EXE_yanzhen"))
        .args(args)
        .env_remove("YANZHEN_LANG")
        .output()
        .expect("the program starts");
    Ran {
        code: done.status.code().unwrap_or(-1),
        out: String::from_utf8(done.stdout).expect("UTF-8 on standard output"),
        err: String::from_utf8(done.stderr).expect("UTF-8 on standard error"),
    }
}

/// The path of a shipped pack.
pub fn pack(id: &str) -> String {
    shown(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs").join(id))
}

fn shown(path: &Path) -> String {
    path.to_str().expect("a UTF-8 path").to_owned()
}

/// A folder that goes when the test ends.
pub struct Folder(TempDir);

impl Folder {
    pub fn new() -> Self {
        Folder(tempfile::tempdir().expect("a temporary folder"))
    }

    /// A path in the folder.
    pub fn at(&self, name: &str) -> String {
        shown(&self.0.path().join(name))
    }

    /// Writes a file in the folder; gives its path.
    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = PathBuf::from(self.at(name));
        fs::create_dir_all(path.parent().expect("a folder")).expect("the folder is made");
        fs::write(&path, bytes).expect("the file is written");
        shown(&path)
    }

    /// Writes invented places of a shape and a pack's data for them: `facts.csv` and `marks.csv`.
    pub fn synth(&self, id: &str, seed: u32, more: &[&str]) -> [String; 2] {
        let (seed, places, pack) = (seed.to_string(), self.at("places.csv"), pack(id));
        run(&["synth", "places", "--like", id, "--seed", &seed, "--out", &places]).ok();
        let out = self.at("");
        let args = ["synth", "data", &pack, "--places", &places, "--seed", &seed, "--out", &out];
        run(&[&args[..], more].concat()).ok();
        [self.at("facts.csv"), self.at("marks.csv")]
    }
}

/// A CSV table.
#[derive(Clone, Debug, PartialEq)]
pub struct Csv {
    pub header: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

impl Csv {
    pub fn read(path: &str) -> Self {
        Csv::parse(&fs::read_to_string(path).unwrap_or_else(|e| panic!("{path}: {e}")))
    }

    pub fn parse(text: &str) -> Self {
        let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                '"' if quoted && chars.peek() == Some(&'"') => cell.extend(chars.next()),
                '"' => quoted = !quoted,
                ',' if !quoted => row.push(std::mem::take(&mut cell)),
                '\n' if !quoted => {
                    row.push(std::mem::take(&mut cell));
                    rows.push(std::mem::take(&mut row));
                }
                c => cell.push(c),
            }
        }
        assert!(row.is_empty() && cell.is_empty(), "the table ends with a line end");
        let header = rows.remove(0);
        Csv { header, rows }
    }

    /// The cell of a row in a named column.
    #[track_caller]
    pub fn cell<'a>(&self, row: &'a [String], column: &str) -> &'a str {
        let at = self.header.iter().position(|h| h == column);
        &row[at.unwrap_or_else(|| panic!("no column {column}"))]
    }

    /// A decimal cell in hundredths; `None` when it is empty.
    #[track_caller]
    pub fn cents(&self, row: &[String], column: &str) -> Option<i64> {
        let text = self.cell(row, column);
        let (sign, digits) = text.strip_prefix('-').map_or((1, text), |d| (-1, d));
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        let cents = format!("{whole}{part:0<2}");
        assert!(part.len() <= 2, "{text} has more than two decimals");
        (!text.is_empty()).then(|| sign * cents.parse::<i64>().unwrap_or_else(|e| panic!("{text}: {e}")))
    }
}
