//! What was made, for the file that stands beside it.

/// What was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// How many subjects.
    pub subjects: u64,
    /// How many marks.
    pub marks: u64,
    /// The raters that mark oddly on purpose: rater and 从严, 从宽 or 划一.
    pub raters: Vec<String>,
    /// The planted faults: file, line, column, what is wrong.
    pub planted: Vec<String>,
    /// The seed.
    pub seed: u64,
    /// The pack's id.
    pub pack_id: String,
    /// The pack's version.
    pub pack_version: String,
    /// The pack's hash.
    pub pack_hash: String,
}

impl Summary {
    /// `SYNTHETIC.json`: says that the data are invented, and out of what.
    pub fn json(&self) -> String {
        let mut out = String::from("{\n  \"synthetic\": true,\n  \"notice\": ");
        push(&mut out, "合成数据：由程序随机生成，不反映任何真实的村和人，不得用于评价。");
        out.push_str(",\n  \"generator\": ");
        push(&mut out, concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION")));
        for (key, value) in
            [("pack", &self.pack_id), ("pack_version", &self.pack_version), ("pack_hash", &self.pack_hash)]
        {
            out.push_str(&format!(",\n  \"{key}\": "));
            push(&mut out, value);
        }
        for (key, n) in [("seed", self.seed), ("subjects", self.subjects), ("marks", self.marks)] {
            out.push_str(&format!(",\n  \"{key}\": {n}"));
        }
        for (key, items) in [("raters", &self.raters), ("planted", &self.planted)] {
            out.push_str(&format!(",\n  \"{key}\": ["));
            for (i, item) in items.iter().enumerate() {
                out.push_str(if i == 0 { "\n    " } else { ",\n    " });
                push(&mut out, item);
            }
            out.push_str(if items.is_empty() { "]" } else { "\n  ]" });
        }
        out.push_str("\n}\n");
        out
    }
}

fn push(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
}
