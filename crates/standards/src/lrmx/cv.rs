//! The CV: a line a spell.

use crate::dates::{PartialDate, Precision};

/// A line of a CV.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CvLine {
    /// `yyyy.MM--yyyy.MM  text`
    Spell {
        /// The first month, or year.
        from: PartialDate,
        /// The last; none when it goes on.
        to: Option<PartialDate>,
        /// What was done; `\n` where the form continues on a new line.
        text: String,
    },
    /// A line that says no spell, kept as it was written; `\n` as above.
    Text(String),
}

/// Blanks before a continuation: the width of `yyyy.MM--yyyy.MM  `.
const INDENT: usize = 18;
/// The width of a month: `yyyy.MM`.
const MONTH: usize = 7;

impl CvLine {
    /// What was done, or the line itself.
    pub fn text(&self) -> &str {
        match self {
            CvLine::Spell { text, .. } | CvLine::Text(text) => text,
        }
    }

    /// The text in one line: forms wrap it anywhere, so its parts are joined without a blank.
    pub fn flowing(&self) -> String {
        self.text().replace('\n', "")
    }
}

/// Reads a CV. Lines that start with blanks continue the one before; blank lines are dropped.
pub fn parse_cv(text: &str) -> Vec<CvLine> {
    let mut lines: Vec<CvLine> = Vec::new();
    for line in text.split(['\n', '\r']) {
        let indent = line.chars().take_while(|c| c.is_whitespace()).count();
        let words = line.trim();
        if words.is_empty() {
            continue;
        }
        let spell = spell(words);
        match lines.last_mut() {
            // A stray blank before a date is no continuation; under the text of the line above it is.
            Some(CvLine::Spell { text, .. } | CvLine::Text(text))
                if indent > 0 && (spell.is_none() || indent >= INDENT / 2) =>
            {
                if !text.is_empty() {
                    text.push('\n');
                }
                text.push_str(words);
            }
            _ => lines.push(spell.unwrap_or_else(|| CvLine::Text(words.to_owned()))),
        }
    }
    lines
}

/// Writes a CV: `yyyy.MM--yyyy.MM  text`, an open end as blanks, continuations under the text (18 blanks), CRLF between lines.
pub fn format_cv(lines: &[CvLine]) -> String {
    let mut out = String::new();
    for line in lines {
        let mut parts = line.text().split(['\n', '\r']).map(str::trim).filter(|part| !part.is_empty());
        let mut first = String::new();
        if let CvLine::Spell { from, to, .. } = line {
            let to = to.map(PartialDate::dotted).unwrap_or_default();
            first = format!("{:MONTH$}--{to:MONTH$}  ", from.dotted());
        }
        first.push_str(parts.next().unwrap_or_default());
        let first = first.trim_end();
        if first.is_empty() {
            continue;
        }
        if !out.is_empty() {
            out.push_str("\r\n");
        }
        out.push_str(first);
        for part in parts {
            out.push_str("\r\n");
            out.push_str(&" ".repeat(INDENT));
            out.push_str(part);
        }
    }
    out
}

/// A spell from a line without blanks around. Days, and an end before the start, leave the line as text.
fn spell(line: &str) -> Option<CvLine> {
    let (from, rest) = date(line)?;
    let rest = rest.trim_start();
    let stroke = |c: char| matches!(c, '-' | '—' | '–' | '－' | '―' | '─' | '~' | '～' | '至' | '到');
    let tail = rest.trim_start_matches(stroke);
    if tail.len() == rest.len() {
        return None;
    }
    let after_one_blank = tail.strip_prefix(char::is_whitespace).unwrap_or(tail);
    let (to, text) =
        match ["至今", "今", "现在", "现"].iter().find_map(|word| tail.trim_start().strip_prefix(word))
        {
            Some(text) if blank_or_end(text) => (None, text),
            // `2010.07--         2015 年起…`: blanks stand for the open end, what follows is text.
            _ => match date(after_one_blank) {
                Some((to, text)) => (Some(to), text),
                None if blank_or_end(tail) => (None, tail),
                None => return None,
            },
        };
    if to.is_some_and(|to| to.last() < from.first()) {
        return None;
    }
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '，' | ',' | '：' | ':'));
    Some(CvLine::Spell { from, to, text: text.to_owned() })
}

fn blank_or_end(text: &str) -> bool {
    text.chars().next().is_none_or(|c| c.is_whitespace() || matches!(c, '，' | ',' | '：' | ':'))
}

/// `yyyy.MM`, `yyyy.M`, `yyyy年M月` or `yyyy` at the start, and what follows. A day after it makes it none.
fn date(text: &str) -> Option<(PartialDate, &str)> {
    let (year, rest) = digits(text)?;
    if year.len() != 4 {
        return None;
    }
    let point = |c: char| matches!(c, '.' | '．' | '年' | '/');
    let month = rest.strip_prefix(point).and_then(digits);
    let (month, rest) = match month {
        Some((month, rest)) if month.len() <= 2 => (month, rest.strip_prefix('月').unwrap_or(rest)),
        Some(_) => return None,
        None => ("0", rest.strip_prefix('年').unwrap_or(rest)),
    };
    let more = |c: char| point(c) || c.is_ascii_digit() || c == '日';
    let date = PartialDate::new(year.parse().ok()?, month.parse().ok()?, 0)?;
    let zero = month.bytes().all(|b| b == b'0') && date.precision() == Precision::Year && month.len() == 2;
    (!zero && !rest.starts_with(more)).then_some((date, rest))
}

/// The ASCII digits at the start, at least one, and what follows.
fn digits(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}
