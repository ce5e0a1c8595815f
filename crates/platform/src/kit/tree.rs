//! A figure unfolded: the tree down to the raw fact, who entered it, and the clause.

use crate::page::{Page, escape};
use std::fmt::Write;

/// One branch or leaf of an explanation.
#[derive(Clone, Debug, Default)]
pub struct Node {
    /// What it is.
    pub label: String,
    /// Its value, as read. May be empty.
    pub value: String,
    /// After the value, small: `/ 30`.
    pub of: String,
    /// Where the rule stands: `第四条二`.
    pub clause: String,
    /// The raw fact behind it, with who entered it and when: name and text of each. Shown when unfolded.
    pub raw: Vec<(String, String)>,
    /// What it is made of.
    pub parts: Vec<Node>,
    /// Unfolded at first; what is unfolded is printed.
    pub open: bool,
}

impl Node {
    /// A node with its value.
    pub fn new(label: impl Into<String>, value: impl Into<String>) -> Self {
        Node { label: label.into(), value: value.into(), ..Self::default() }
    }

    /// With the rule's place.
    pub fn clause(mut self, clause: impl Into<String>) -> Self {
        self.clause = clause.into();
        self
    }

    /// With what stands after the value.
    pub fn of(mut self, of: impl Into<String>) -> Self {
        self.of = of.into();
        self
    }

    /// With a raw fact.
    pub fn raw(mut self, name: impl Into<String>, text: impl Into<String>) -> Self {
        self.raw.push((name.into(), text.into()));
        self
    }

    /// Made of parts.
    pub fn parts(mut self, parts: Vec<Node>) -> Self {
        self.parts = parts;
        self
    }

    /// Unfolded at first.
    pub fn open(mut self) -> Self {
        self.open = true;
        self
    }

    /// The list item of this node and all below it, as HTML. Texts are data: Chinese stays Chinese.
    pub fn html(&self, page: &Page) -> String {
        let mut out = String::new();
        self.write(page, 0, &mut out);
        out
    }

    fn write(&self, page: &Page, depth: usize, out: &mut String) {
        let leaf = self.parts.is_empty() && self.raw.is_empty();
        let _ = write!(out, "<li class=\"is-{depth}\">");
        if leaf {
            self.line(page, " yz-leaf", out);
        } else {
            out.push_str(if self.open { "<details open><summary>" } else { "<details><summary>" });
            self.line(page, "", out);
            out.push_str("</summary>");
            if !self.raw.is_empty() {
                out.push_str("<div class=\"yz-raw\"><dl class=\"yz-dl\">");
                for (name, text) in &self.raw {
                    let _ = write!(out, "<dt>{}</dt><dd>{}</dd>", page.zh(name), page.zh(text));
                }
                out.push_str("</dl></div>");
            }
            if !self.parts.is_empty() {
                out.push_str("<ul>");
                for part in &self.parts {
                    part.write(page, depth + 1, out);
                }
                out.push_str("</ul>");
            }
            out.push_str("</details>");
        }
        out.push_str("</li>");
    }

    /// Sign, label, clause, value. Inside a summary, so spans only.
    fn line(&self, page: &Page, class: &str, out: &mut String) {
        let _ = write!(
            out,
            "<span class=\"yz-node{class}\"><span class=\"yz-sign\" aria-hidden=\"true\"></span><span>{}</span>\
             <span class=\"yz-clause\">{}</span><span class=\"yz-val\">{}",
            page.zh(&self.label),
            page.zh(&self.clause),
            page.zh(&self.value)
        );
        if !self.of.is_empty() {
            let _ = write!(out, " <small>{}</small>", escape(&self.of));
        }
        out.push_str("</span></span>");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unfolds_and_escapes() {
        let node = Node::new("集体收入 <例>", "12.00")
            .of("/ 15")
            .clause("第六条")
            .parts(vec![Node::new("经营性收益", "43.20 万元").raw("填报", "例河镇 高例申")])
            .open();
        let html = node.html(&Page::default());
        assert!(html.starts_with("<li class=\"is-0\"><details open><summary><span class=\"yz-node\">"));
        assert!(html.contains("集体收入 &lt;例&gt;"));
        assert!(html.contains("<dt>填报</dt><dd>例河镇 高例申</dd>"));
        assert!(html.contains("<ul><li class=\"is-1\"><details><summary>"));
    }
}
