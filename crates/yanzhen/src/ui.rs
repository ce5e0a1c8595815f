//! The terminal: language, colours, tables, progress, faults.

use comfy_table::{Cell, CellAlignment, ContentArrangement, Table, presets};
use indicatif::{ProgressBar, ProgressStyle};
use kernel::{Fault, Lang, Message, Severity, msg};
use std::io::{self, IsTerminal, Write};
use std::sync::Mutex;
use std::time::{Duration, Instant};
use tables::Notice;

/// How to talk to whoever runs the program.
#[derive(Clone, Copy, Debug)]
pub struct Ui {
    /// Language of messages.
    pub lang: Lang,
    /// Colours on standard output.
    pub colour: bool,
}

/// Where a column's text stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// Text.
    Left,
    /// Numbers.
    Right,
}

/// ANSI styles used on a terminal.
#[derive(Clone, Copy)]
pub enum Style {
    /// Headings.
    Bold,
    /// Asides.
    Dim,
    /// Trouble.
    Red,
    /// Attention.
    Orange,
    /// Caution.
    Yellow,
    /// Good.
    Green,
    /// Clauses and ids.
    Blue,
}

impl Ui {
    /// The message in the reader's language.
    pub fn t(&self, message: Message) -> String {
        message.text(self.lang)
    }

    /// A word of the packs' vocabulary in the reader's language.
    pub fn word(&self, zh: &str) -> String {
        kernel::word(zh, self.lang)
    }

    /// Words joined as the reader's language joins them.
    pub fn words(&self, words: &[&str]) -> String {
        let words: Vec<String> = words.iter().map(|w| self.word(w)).collect();
        words.join(if self.lang == Lang::Zh { "、" } else { ", " })
    }

    /// Styles a text when colours are on.
    pub fn paint(&self, style: Style, text: &str) -> String {
        if !self.colour || text.is_empty() {
            return text.to_owned();
        }
        let code = match style {
            Style::Bold => "1",
            Style::Dim => "2",
            Style::Red => "31",
            Style::Orange => "38;5;208",
            Style::Yellow => "33",
            Style::Green => "32",
            Style::Blue => "36",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }

    /// Prints a line of human text.
    pub fn say(&self, line: &str) {
        let _ = writeln!(io::stdout(), "{line}");
    }

    /// Prints a heading.
    pub fn heading(&self, message: Message) {
        self.say("");
        self.say(&self.paint(Style::Bold, &self.t(message)));
    }

    /// A table with CJK-aware columns. `wide` fits it to the terminal.
    pub fn table(&self, header: &[(Message, Align)], rows: impl IntoIterator<Item = Vec<String>>) -> String {
        let mut table = Table::new();
        table.load_style(presets::UTF8_FULL_CONDENSED).set_content_arrangement(ContentArrangement::Dynamic);
        if let Some(width) = terminal_width() {
            table.set_width(width);
        }
        let cell = |text: String, align: Align| {
            Cell::new(text).set_alignment(if align == Align::Right {
                CellAlignment::Right
            } else {
                CellAlignment::Left
            })
        };
        table.set_header(header.iter().map(|(h, a)| cell(self.t(h.clone()), *a)));
        for row in rows {
            table.add_row(row.into_iter().zip(header).map(|(c, (_, a))| cell(c, *a)));
        }
        table.to_string()
    }

    /// Shows findings: on a terminal as a table, else one line each.
    pub fn faults(&self, faults: &[Fault]) {
        let mut err = io::stderr().lock();
        if !io::stderr().is_terminal() {
            for fault in faults {
                let _ = writeln!(err, "{}", fault.line(self.lang));
            }
            return;
        }
        let header = [
            (msg!("级别"), Align::Left),
            (msg!("文件"), Align::Left),
            (msg!("行"), Align::Right),
            (msg!("列"), Align::Left),
            (msg!("值"), Align::Left),
            (msg!("问题与改法"), Align::Left),
        ];
        let rows = faults.iter().map(|f| {
            let level = match f.severity {
                Severity::Fault => msg!("错误"),
                Severity::Warning => msg!("警告"),
                Severity::Note => msg!("提示"),
            };
            vec![
                self.t(level),
                f.file.clone(),
                if f.row == 0 { String::new() } else { f.row.to_string() },
                f.column.clone(),
                f.value.clone(),
                f.explanation(self.lang),
            ]
        });
        let table = self.table(&header, rows);
        let _ = writeln!(err, "{table}");
    }

    /// Remarks on files that were read all the same.
    pub fn notices(&self, notices: &[Notice]) {
        for notice in notices {
            let _ = writeln!(io::stderr(), "{}: {}", notice.file, notice.message.text(self.lang));
        }
    }

    /// A failure that is no fault of the input: usage, files.
    pub fn failure(&self, message: Message) {
        let _ = writeln!(io::stderr(), "yanzhen: {}", message.text(self.lang));
    }
}

/// Columns of the terminal, or of `COLUMNS`; `None` when the output goes elsewhere.
fn terminal_width() -> Option<u16> {
    if !io::stdout().is_terminal() && !io::stderr().is_terminal() {
        return None;
    }
    let wanted = std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok());
    wanted.or_else(|| console::Term::stderr().size_checked().map(|(_, width)| width))
}

/// A progress bar that appears on anything over a second.
pub struct Progress {
    started: Instant,
    label: String,
    bar: Mutex<Option<ProgressBar>>,
}

impl Progress {
    /// Starts counting the second.
    pub fn new(label: String) -> Self {
        Progress { started: Instant::now(), label, bar: Mutex::new(None) }
    }

    /// So much done of so much.
    pub fn at(&self, done: u64, total: u64) {
        if self.started.elapsed() < Duration::from_secs(1) || !io::stderr().is_terminal() {
            return;
        }
        if let Ok(mut slot) = self.bar.lock() {
            let bar = slot.get_or_insert_with(|| {
                let bar = ProgressBar::new(total);
                if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {percent:>3}% {eta}") {
                    bar.set_style(style);
                }
                bar.set_message(self.label.clone());
                bar
            });
            bar.set_length(total);
            bar.set_position(done);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Ok(slot) = self.bar.lock()
            && let Some(bar) = slot.as_ref()
        {
            bar.finish_and_clear();
        }
    }
}
