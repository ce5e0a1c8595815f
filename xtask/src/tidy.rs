//! `cargo xtask tidy`: the rules of the house that a program can hold.

use crate::run::{Done, output, root, say};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What each crate may use of the others: arrows point down.
const ARROWS: [(&str, &[&str]); 13] = [
    ("kernel", &[]),
    ("tables", &["kernel"]),
    ("standards", &["kernel"]),
    ("policy", &["kernel", "tables", "standards"]),
    ("appraisal", &["kernel", "tables", "standards", "policy"]),
    ("synth", &["kernel", "tables", "standards", "policy"]),
    ("documents", &["kernel", "standards"]),
    ("secrets", &["kernel"]),
    ("platform", &["kernel", "secrets"]),
    ("public", &["kernel", "secrets", "standards"]),
    ("succession", &[]),
    ("selection", &["kernel"]),
    (
        "yanzhen",
        &[
            "kernel",
            "tables",
            "standards",
            "policy",
            "appraisal",
            "succession",
            "selection",
            "synth",
            "documents",
            "secrets",
            "platform",
            "public",
        ],
    ),
];

/// Crates that touch no runtime, database, web or clock.
const PURE: [&str; 10] = [
    "kernel",
    "tables",
    "standards",
    "policy",
    "appraisal",
    "succession",
    "selection",
    "synth",
    "documents",
    "secrets",
];
const IMPURE: [&str; 6] = ["tokio", "sqlx", "sea-orm", "axum", "reqwest", "chrono"];

/// The public's pages cannot read a county's database: nothing that could is among what they are made of.
const NO_DATABASE: &str = "public";
const DATABASES: [&str; 4] = ["sea-orm", "sqlx", "rusqlite", "postgres"];

/// Source files are split when they pass this many lines.
const LONGEST: usize = 520;

/// Checks them all and reports every fault at once.
pub fn run() -> Done {
    let files = files()?;
    let mut faults = Vec::new();
    arrows(&mut faults);
    sizes(&files, &mut faults);
    english(&files, &mut faults);
    rules_in_code(&files, &mut faults);
    clocks(&files, &mut faults);
    links(&files, &mut faults);
    for fault in &faults {
        say(fault);
    }
    if faults.is_empty() { Ok(()) } else { Err(format!("{} faults", faults.len())) }
}

/// The files that git tracks or would track.
fn files() -> Result<Vec<PathBuf>, String> {
    let listed = output("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"])?;
    let text = String::from_utf8_lossy(&listed.stdout).into_owned();
    Ok(text
        .split('\0')
        .filter(|p| !p.is_empty())
        .map(PathBuf::from)
        .filter(|p| root().join(p).exists())
        .collect())
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_default()
}

fn arrows(faults: &mut Vec<String>) {
    for (name, allowed) in ARROWS {
        let manifest = read(&Path::new("crates").join(name).join("Cargo.toml"));
        let section = manifest.split("[dependencies]").nth(1).unwrap_or_default();
        let section = section.split("\n[").next().unwrap_or_default();
        for line in section.lines() {
            let dependency = line.split(['.', ' ', '=']).next().unwrap_or_default();
            let own = ARROWS.iter().any(|(n, _)| *n == dependency);
            if own && !allowed.contains(&dependency) {
                faults.push(format!("crates/{name} must not use {dependency}: arrows point down"));
            }
            if name == NO_DATABASE && DATABASES.contains(&dependency) {
                faults.push(format!("crates/{name} knows no database and must not use {dependency}"));
            }
            if PURE.contains(&name) && IMPURE.contains(&dependency) {
                faults.push(format!("crates/{name} is pure and must not use {dependency}"));
            }
        }
    }
}

fn sizes(files: &[PathBuf], faults: &mut Vec<String>) {
    for path in files.iter().filter(|p| p.extension().is_some_and(|e| e == "rs")) {
        let lines = read(path).lines().count();
        if lines > LONGEST {
            faults.push(format!("{}: {lines} lines, split it (at most {LONGEST})", path.display()));
        }
    }
}

/// Every Chinese message has an English one.
fn english(files: &[PathBuf], faults: &mut Vec<String>) {
    let catalogue = read(Path::new("crates/kernel/locales/en.txt"));
    let lines: Vec<&str> = catalogue.lines().filter(|l| !l.is_empty() && !l.starts_with('#')).collect();
    if !lines.len().is_multiple_of(2) {
        faults.push("crates/kernel/locales/en.txt: lines must come in pairs".into());
    }
    let known: BTreeSet<&str> = lines.chunks(2).map(|pair| pair[0]).collect();
    let mut used = BTreeSet::new();
    let speaks = |p: &&PathBuf| p.extension().is_some_and(|e| e == "rs" || e == "html");
    for path in files.iter().filter(|p| p.starts_with("crates")).filter(speaks) {
        let text = read(path);
        used.extend(message_keys(&text));
        if path.starts_with("crates/yanzhen/src/cli") {
            used.extend(help_keys(&text));
        }
    }
    for key in &used {
        if !known.contains(key.as_str()) {
            faults.push(format!("no English for: {key}"));
        }
    }
    for key in known {
        if !used.contains(key) {
            faults.push(format!("English for a message that nobody uses: {key}"));
        }
    }
    for pair in lines.chunks_exact(2) {
        let places = |s: &str| {
            s.split('{')
                .skip(1)
                .filter_map(|p| p.split('}').next().map(str::to_owned))
                .collect::<BTreeSet<_>>()
        };
        if places(pair[0]) != places(pair[1]) {
            faults.push(format!("places differ: {} / {}", pair[0], pair[1]));
        }
    }
}

/// The keys of `msg!`, `key!`, `page.t` and `page.tn` in a source text or a template, escapes undone.
fn message_keys(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    let text =
        ["key!(", ".t(", ".tn("].iter().fold(text.to_owned(), |text, call| text.replace(call, "msg!("));
    for part in text.split("msg!(").skip(1) {
        let Some(literal) = part.trim_start().strip_prefix('"') else { continue };
        let mut key = String::new();
        let mut chars = literal.chars();
        while let Some(c) = chars.next() {
            match c {
                '"' => break,
                '\\' => key.extend(chars.next()),
                c => key.push(c),
            }
        }
        if !key.is_ascii() {
            out.push(key);
        }
    }
    out
}

/// Chinese doc comments of the command line: they are its help.
fn help_keys(text: &str) -> Vec<String> {
    let chinese = |s: &str| s.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    text.lines()
        .filter_map(|l| l.trim_start().strip_prefix("/// "))
        .filter(|l| chinese(l))
        .map(str::to_owned)
        .collect()
}

/// Door 3: no pack's rules in code.
fn rules_in_code(files: &[PathBuf], faults: &mut Vec<String>) {
    let product = |p: &&PathBuf| {
        p.starts_with("crates")
            && p.extension().is_some_and(|e| e == "rs")
            && !p.components().any(|c| c.as_os_str() == "tests")
    };
    for path in files.iter().filter(product) {
        let text = read(path);
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for word in ["operating_income", "500000", "500_000", "rectify-4"] {
            if code.contains(word) {
                faults.push(format!("{}: “{word}” belongs in a pack", path.display()));
            }
        }
    }
}

/// Door 1: pure crates take the civil day from jiff, never the time.
fn clocks(files: &[PathBuf], faults: &mut Vec<String>) {
    let pure = |p: &&PathBuf| {
        PURE.iter().any(|name| p.starts_with(Path::new("crates").join(name).join("src")))
            && p.extension().is_some_and(|e| e == "rs")
            && p.file_name().is_none_or(|n| n != "tests.rs")
    };
    for path in files.iter().filter(pure) {
        let text = read(path);
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        for word in ["Zoned::now", "Timestamp::now", "SystemTime::now", "Instant::now"] {
            if code.contains(word) {
                faults.push(format!("{}: pure crates know no clock, but “{word}”", path.display()));
            }
        }
    }
}

/// Links between the project's documents lead somewhere.
fn links(files: &[PathBuf], faults: &mut Vec<String>) {
    for path in files.iter().filter(|p| p.extension().is_some_and(|e| e == "md")) {
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        for part in read(path).split("](").skip(1) {
            let link = part.split([')', '#']).next().unwrap_or_default();
            if !link.is_empty() && !link.contains("://") && !root().join(&folder).join(link).exists() {
                faults.push(format!("{}: link to {link} leads nowhere", path.display()));
            }
        }
    }
}
