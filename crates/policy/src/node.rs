//! A TOML document as a tree that remembers where each value stands and how each number was written.

use kernel::{Fault, Message, msg};
use std::fmt::Write as _;
use toml_edit::{Document, Item, Value};

/// A place in a text file: line and character column, or sheet row and column. First = 1; 0 unknown.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Pos {
    /// Line or sheet row.
    pub row: u32,
    /// Character column or sheet column.
    pub col: u32,
}

/// A value and where it stands.
#[derive(Clone, Debug)]
pub struct Node {
    /// Where.
    pub at: Pos,
    /// What.
    pub kind: Kind,
}

/// The values of TOML. Numbers and dates keep their text.
#[derive(Clone, Debug)]
pub enum Kind {
    /// A string.
    Text(String),
    /// A number, without `_` and `+`.
    Number(String),
    /// A boolean.
    Bool(bool),
    /// A date or time.
    Date(String),
    /// An array, or an array of tables.
    List(Vec<Node>),
    /// A table.
    Table(Vec<Entry>),
}

/// A key and its value.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// Where the key stands.
    pub at: Pos,
    /// The value.
    pub value: Node,
}

impl Node {
    /// An empty table.
    pub fn table() -> Node {
        Node { at: Pos::default(), kind: Kind::Table(Vec::new()) }
    }

    /// The entry of a table, if this is one and has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        match &self.kind {
            Kind::Table(entries) => entries.iter().find(|e| e.key == key).map(|e| &e.value),
            _ => None,
        }
    }

    /// The word for this kind of value.
    pub fn kind_name(&self) -> Message {
        match self.kind {
            Kind::Text(_) => msg!("文本"),
            Kind::Number(_) => msg!("数字"),
            Kind::Bool(_) => msg!("是非"),
            Kind::Date(_) => msg!("日期"),
            Kind::List(_) => msg!("列表"),
            Kind::Table(_) => msg!("表"),
        }
    }

    /// The value as a person would write it in one cell.
    pub fn plain(&self) -> String {
        match &self.kind {
            Kind::Text(s) | Kind::Number(s) | Kind::Date(s) => s.clone(),
            Kind::Bool(b) => b.to_string(),
            Kind::List(_) | Kind::Table(_) => self.inline(),
        }
    }

    /// Canonical JSON for the hash: keys sorted by code point, numbers as strings without trailing zeros.
    pub fn canonical(&self, out: &mut String) {
        match &self.kind {
            Kind::Text(s) | Kind::Date(s) => push_json_text(out, s),
            Kind::Number(s) => push_json_text(out, &shortest(s)),
            Kind::Bool(b) => out.push_str(if *b { "true" } else { "false" }),
            Kind::List(items) => {
                out.push('[');
                for (i, item) in items.iter().enumerate() {
                    if i > 0 {
                        out.push(',');
                    }
                    item.canonical(out);
                }
                out.push(']');
            }
            Kind::Table(entries) => {
                let mut sorted: Vec<&Entry> = entries.iter().collect();
                sorted.sort_by(|a, b| a.key.cmp(&b.key));
                out.push('{');
                for (i, entry) in sorted.into_iter().enumerate() {
                    if i > 0 {
                        out.push(',');
                    }
                    push_json_text(out, &entry.key);
                    out.push(':');
                    entry.value.canonical(out);
                }
                out.push('}');
            }
        }
    }

    /// The value as TOML on one line.
    pub fn inline(&self) -> String {
        match &self.kind {
            Kind::Text(s) => toml_text(s),
            Kind::Number(s) | Kind::Date(s) => s.clone(),
            Kind::Bool(b) => b.to_string(),
            Kind::List(items) => {
                format!("[{}]", items.iter().map(Node::inline).collect::<Vec<_>>().join(", "))
            }
            Kind::Table(entries) if entries.is_empty() => "{}".to_owned(),
            Kind::Table(entries) => {
                let body: Vec<String> =
                    entries.iter().map(|e| format!("{} = {}", toml_key(&e.key), e.value.inline())).collect();
                format!("{{ {} }}", body.join(", "))
            }
        }
    }

    /// The table as a TOML document.
    pub fn document(&self) -> String {
        let mut out = String::new();
        self.write_table("", &mut out);
        out
    }

    fn write_table(&self, path: &str, out: &mut String) {
        let Kind::Table(entries) = &self.kind else { return };
        let join = |key: &str| {
            if path.is_empty() { toml_key(key) } else { format!("{path}.{}", toml_key(key)) }
        };
        for e in entries.iter().filter(|e| !e.value.is_section()) {
            let _ = writeln!(out, "{} = {}", toml_key(&e.key), e.value.inline());
        }
        for e in entries.iter().filter(|e| e.value.is_section()) {
            let path = join(&e.key);
            match &e.value.kind {
                Kind::List(items) => {
                    for item in items {
                        let _ = write!(out, "\n[[{path}]]\n");
                        item.write_table(&path, out);
                    }
                }
                _ => {
                    let _ = write!(out, "\n[{path}]\n");
                    e.value.write_table(&path, out);
                }
            }
        }
    }

    /// Tables and lists of tables get headers of their own in a document.
    fn is_section(&self) -> bool {
        match &self.kind {
            Kind::Table(_) => true,
            Kind::List(items) => {
                !items.is_empty() && items.iter().all(|i| matches!(&i.kind, Kind::Table(e) if !e.is_empty()))
            }
            _ => false,
        }
    }

    /// Reads a TOML document.
    pub fn parse(text: &str, file: &str) -> Result<Node, Fault> {
        let lines = Lines::new(text);
        let document = Document::parse(text).map_err(|e| {
            let at = lines.pos(e.span().map_or(0, |s| s.start));
            let found = text.lines().nth(at.row.max(1) as usize - 1).unwrap_or_default();
            Fault::cell(file, at.row, "", found, msg!("TOML 写法有误：{why}", why = e.message()))
                .at(at.col)
                .mend(msg!("请检查这一行的引号、括号和等号"))
        })?;
        Ok(from_item(document.as_item(), &lines))
    }
}

/// A number's text without trailing zeros after the point.
pub fn shortest(number: &str) -> String {
    if number.contains('.') && !number.contains(['e', 'E']) {
        number.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        number.to_owned()
    }
}

/// Appends a JSON string, non-ASCII as it is.
pub(crate) fn push_json_text(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            c if c < ' ' => {
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

pub(crate) fn toml_key(key: &str) -> String {
    let bare = !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    if bare { key.to_owned() } else { toml_text(key) }
}

fn toml_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c < ' ' || c == '\u{7f}' => {
                let _ = write!(out, "\\u{:04X}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    fn new(text: &'a str) -> Self {
        let mut starts = vec![0];
        starts.extend(text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i + 1));
        Lines { text, starts }
    }

    fn pos(&self, byte: usize) -> Pos {
        let row = self.starts.partition_point(|s| *s <= byte);
        let start = self.starts[row - 1];
        let col = self.text.get(start..byte).map_or(0, |s| s.chars().count());
        Pos { row: row as u32, col: col as u32 + 1 }
    }
}

fn from_item(item: &Item, lines: &Lines<'_>) -> Node {
    let at = item.span().map(|s| lines.pos(s.start)).unwrap_or_default();
    match item {
        Item::None => Node { at, kind: Kind::Table(Vec::new()) },
        Item::Value(value) => from_value(value, lines),
        Item::Table(table) => Node {
            at,
            kind: Kind::Table(
                table
                    .iter()
                    .map(|(key, item)| {
                        let value = from_item(item, lines);
                        let at =
                            table.key(key).and_then(|k| k.span()).map_or(value.at, |s| lines.pos(s.start));
                        Entry { key: key.to_owned(), at, value }
                    })
                    .collect(),
            ),
        },
        Item::ArrayOfTables(tables) => Node {
            at,
            kind: Kind::List(
                tables
                    .iter()
                    .map(|t| {
                        let mut node = from_item(&Item::Table(t.clone()), lines);
                        node.at = t.span().map(|s| lines.pos(s.start)).unwrap_or_default();
                        node
                    })
                    .collect(),
            ),
        },
    }
}

fn from_value(value: &Value, lines: &Lines<'_>) -> Node {
    let at = value.span().map(|s| lines.pos(s.start)).unwrap_or_default();
    let kind = match value {
        Value::String(s) => Kind::Text(s.value().clone()),
        // The text as written: numbers never pass through binary floats.
        Value::Integer(n) => {
            let raw = value.span().and_then(|s| lines.text.get(s)).unwrap_or_default().trim();
            let based = raw.is_empty() || raw.contains(['x', 'o', 'b']);
            Kind::Number(if based { n.value().to_string() } else { plain_number(raw) })
        }
        Value::Float(n) => {
            let raw = value.span().and_then(|s| lines.text.get(s)).unwrap_or_default().trim();
            Kind::Number(if raw.is_empty() { n.value().to_string() } else { plain_number(raw) })
        }
        Value::Boolean(b) => Kind::Bool(*b.value()),
        Value::Datetime(d) => Kind::Date(d.value().to_string()),
        Value::Array(items) => Kind::List(items.iter().map(|v| from_value(v, lines)).collect()),
        Value::InlineTable(table) => Kind::Table(
            table
                .iter()
                .map(|(key, value)| {
                    let value = from_value(value, lines);
                    Entry { key: key.to_owned(), at: value.at, value }
                })
                .collect(),
        ),
    };
    Node { at, kind }
}

fn plain_number(raw: &str) -> String {
    let number = raw.replace('_', "");
    number.strip_prefix('+').map(str::to_owned).unwrap_or(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_numbers_as_written_and_knows_where_things_stand() {
        let node = Node::parse("a = 90.00\nb = [1, 2.50]\n[t.x]\n\"名\" = \"值\"\n", "f")
            .unwrap_or_else(|f| panic!("{f:?}"));
        assert_eq!(node.get("a").map(Node::plain).as_deref(), Some("90.00"));
        let x = node.get("t").and_then(|t| t.get("x")).and_then(|x| x.get("名")).cloned();
        assert_eq!(x.map(|n| (n.at.row, n.at.col)), Some((4, 7)));
        let mut json = String::new();
        node.canonical(&mut json);
        assert_eq!(json, r#"{"a":"90","b":["1","2.5"],"t":{"x":{"名":"值"}}}"#);
    }

    #[test]
    fn a_document_survives_writing() {
        let text = "id = \"x\"\nn = 1.50\n[facts.a]\nchoices = [\"甲\", \"乙\\\"丙\"]\nempty = []\n[[grades]]\nid = 1\n[[grades]]\nid = 2\n[appraisal.rater_weights]\n\"unit:a\" = 0.30\n[classify]\n";
        let first = Node::parse(text, "f").unwrap_or_else(|f| panic!("{f:?}"));
        let again =
            Node::parse(&first.document(), "f").unwrap_or_else(|f| panic!("{f:?}\n{}", first.document()));
        let (mut a, mut b) = (String::new(), String::new());
        first.canonical(&mut a);
        again.canonical(&mut b);
        assert_eq!(a, b);
    }

    #[test]
    fn a_syntax_error_names_line_and_column() {
        let fault = Node::parse("a = 1\nb = \"x\nc = 2\n", "pack.toml").unwrap_err();
        assert_eq!((fault.row, fault.value.as_str()), (2, "b = \"x"));
    }
}
