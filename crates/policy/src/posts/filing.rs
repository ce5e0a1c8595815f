//! `[posts.filing]`: how the county answers filings, in how many days, under which numbers.

use super::origin::{Dates, PackRef, Reader, Setting, whole, word_list};
use super::words::{Change, Opinion, WayOut};
use crate::keys::Keys;
use crate::node::Node;
use kernel::msg;
use std::fmt::Write as _;
use std::sync::Arc;

/// A document that a filing must or may bring.
#[derive(Clone, Debug)]
pub struct Document {
    /// Its id, `[a-z_]+`.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// For which changes.
    pub changes: Vec<Change>,
    /// Whether the filing is incomplete without it.
    pub required: bool,
    /// A narrower pack does without it.
    pub off: bool,
    /// Its clause.
    pub basis: String,
    /// When it holds.
    pub dates: Dates,
    /// The pack that says so.
    pub pack: Arc<PackRef>,
    /// Where it stands in `pack.toml`.
    pub row: u32,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Piece {
    Text(String),
    Year,
    Issuer,
    Code,
    /// The running number, filled with zeros to a width.
    Count(usize),
}

/// What a number is made of: `{year}-备-{n:4}`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Pattern {
    text: String,
    pieces: Vec<Piece>,
}

/// What goes into a [`Pattern`].
#[derive(Clone, Copy, Debug)]
pub struct Number<'a> {
    /// `{year}`
    pub year: u32,
    /// `{n}`, from 1.
    pub n: u32,
    /// `{issuer}`: the short name of the office that answers.
    pub issuer: &'a str,
    /// `{code}`: the county's division code.
    pub code: &'a str,
}

impl Pattern {
    /// Reads a pattern; the message says what is wrong.
    pub fn parse(text: &str) -> Result<Pattern, kernel::Message> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let open = rest.find(['{', '}']).unwrap_or(rest.len());
            if open > 0 {
                pieces.push(Piece::Text(rest[..open].to_owned()));
                rest = &rest[open..];
                continue;
            }
            let Some(close) = rest.find('}').filter(|_| rest.starts_with('{')) else {
                return Err(msg!("花括号没有配对"));
            };
            let place = &rest[1..close];
            pieces.push(match place {
                "year" => Piece::Year,
                "issuer" => Piece::Issuer,
                "code" => Piece::Code,
                "n" => Piece::Count(1),
                other => match other.strip_prefix("n:").and_then(|w| w.parse::<usize>().ok()) {
                    Some(width @ 1..=9) => Piece::Count(width),
                    _ => return Err(msg!("没有“{value}”这种写法", value = format!("{{{other}}}"))),
                },
            });
            rest = &rest[close + 1..];
        }
        if pieces.iter().filter(|p| matches!(p, Piece::Count(_))).count() != 1 {
            return Err(msg!("要有一处、也只有一处 {place}", place = "{n}"));
        }
        Ok(Pattern { text: text.to_owned(), pieces })
    }

    /// As written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether the running number begins anew each year.
    pub fn yearly(&self) -> bool {
        self.pieces.contains(&Piece::Year)
    }

    /// The number in full.
    pub fn render(&self, number: &Number<'_>) -> String {
        let mut out = String::new();
        for piece in &self.pieces {
            let _ = match piece {
                Piece::Text(text) => write!(out, "{text}"),
                Piece::Year => write!(out, "{:04}", number.year),
                Piece::Issuer => write!(out, "{}", number.issuer),
                Piece::Code => write!(out, "{}", number.code),
                Piece::Count(width) => write!(out, "{:0width$}", number.n),
            };
        }
        out
    }
}

/// `[posts.filing]` as one pack writes it.
#[derive(Clone, Debug, Default)]
pub struct FilingPart {
    /// Working days in which the county answers.
    pub county_answer_workdays: Option<Setting<u32>>,
    /// Working days in which the documents follow.
    pub documents_workdays: Option<Setting<u32>>,
    /// Working days of public notice before an appointment.
    pub announce_workdays: Option<Setting<u32>>,
    /// Days in which work is handed over.
    pub handover_days: Option<Setting<u32>>,
    /// Working days in which the person concerned may ask for another look.
    pub appeal_workdays: Option<Setting<u32>>,
    /// The filing's own number.
    pub number: Option<Setting<Pattern>>,
    /// The number of the county's reply.
    pub reply: Option<Setting<Pattern>>,
    /// What the county may answer.
    pub opinions: Option<Setting<Vec<Opinion>>>,
    /// The posts whose changes are filed.
    pub posts: Option<Setting<Vec<String>>>,
    /// `[[posts.filing.document]]`
    pub documents: Vec<Document>,
}

/// How filings go in a village, complete.
#[derive(Clone, Debug, Default)]
pub struct Filing {
    /// Working days in which the county answers, from the day the filing is complete.
    pub county_answer_workdays: Setting<u32>,
    /// Working days in which the documents follow, from the day of the change.
    pub documents_workdays: Setting<u32>,
    /// Working days of public notice before an appointment.
    pub announce_workdays: Setting<u32>,
    /// Days (not working days) in which work is handed over.
    pub handover_days: Setting<u32>,
    /// Working days in which the person concerned may ask for another look.
    pub appeal_workdays: Setting<u32>,
    /// The filing's own number.
    pub number: Setting<Pattern>,
    /// The number of the county's reply.
    pub reply: Setting<Pattern>,
    /// What the county may answer.
    pub opinions: Setting<Vec<Opinion>>,
    /// The posts whose changes are filed.
    pub posts: Setting<Vec<String>>,
    /// Of every day; [`Filing::documents_for`] chooses.
    pub(super) documents: Vec<Document>,
}

impl Filing {
    /// Whether changes in a post are filed with the county.
    pub fn covers(&self, post: &str) -> bool {
        self.posts.iter().any(|p| p == post)
    }

    /// The documents of a change on a day, the required ones first, else in the packs' order.
    pub fn documents_for(&self, change: Change, day: &str) -> Vec<&Document> {
        let mut out = super::on(&self.documents, day);
        out.retain(|d| d.changes.contains(&change));
        out.sort_by_key(|d| !d.required);
        out
    }

    /// The documents for the end of a post.
    pub fn documents_for_end(&self, way: WayOut, day: &str) -> Vec<&Document> {
        self.documents_for(way.change(), day)
    }
}

pub(super) fn read<'a>(reader: &Reader<'a>, node: &'a Node) -> FilingPart {
    const PATH: &str = "posts.filing";
    let keys = reader.keys(node, PATH);
    let days = |key: &'static str| reader.setting(&keys, PATH, key, |k, key| whole(k, key, 0, 365));
    let pattern = |key: &'static str| reader.setting(&keys, PATH, key, read_pattern);
    let mut out = FilingPart {
        county_answer_workdays: days("county_answer_workdays"),
        documents_workdays: days("documents_workdays"),
        announce_workdays: days("announce_workdays"),
        handover_days: days("handover_days"),
        appeal_workdays: days("appeal_workdays"),
        number: pattern("number"),
        reply: pattern("reply"),
        opinions: reader.setting(&keys, PATH, "opinions", |k, key| {
            let words = word_list::<Opinion>(k, key);
            if words.is_empty() {
                k.fault(key, msg!("列表是空的"), None);
            }
            (!words.is_empty()).then_some(words)
        }),
        posts: reader.setting(&keys, PATH, "posts", |k, key| Some(k.texts(key))),
        documents: Vec::new(),
    };
    for (i, node) in keys.items("document").iter().enumerate() {
        out.documents.extend(read_document(reader, node, &format!("{PATH}.document[{}]", i + 1)));
    }
    let _ = keys.node("basis");
    keys.finish();
    out
}

fn read_pattern(keys: &Keys<'_>, key: &'static str) -> Option<Pattern> {
    let text = keys.required(key);
    if text.is_empty() {
        return None;
    }
    match Pattern::parse(&text) {
        Ok(pattern) => Some(pattern),
        Err(why) => {
            let places = vec!["{year}", "{n}", "{n:4}", "{issuer}", "{code}"];
            keys.fault(key, why, Some(msg!("可写：{words}", words = places)));
            None
        }
    }
}

fn read_document<'a>(reader: &Reader<'a>, node: &'a Node, path: &str) -> Option<Document> {
    let keys = reader.keys(node, path);
    let frame = reader.frame(&keys, "id", node.at.row);
    let title = if frame.off { keys.text("title") } else { keys.required("title") };
    let changes = word_list::<Change>(&keys, "for");
    if changes.is_empty() && !frame.off {
        keys.fault("for", msg!("没有写明用于哪些变动"), Some(msg!("例如 for = [\"appoint\", \"remove\"]")));
    }
    let required = keys.bool("required").unwrap_or(true);
    keys.finish();
    Some(Document {
        id: frame.id,
        title,
        changes,
        required,
        off: frame.off,
        basis: frame.basis,
        dates: frame.dates,
        pack: reader.pack.clone(),
        row: frame.row,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_makes_numbers() {
        let number = Number { year: 2026, n: 7, issuer: "示组", code: "990101" };
        let make = |text: &str| Pattern::parse(text).unwrap().render(&number);
        assert_eq!(make("{year}-备-{n:4}"), "2026-备-0007");
        assert_eq!(make("{issuer}备〔{year}〕{n}号"), "示组备〔2026〕7号");
        assert!(
            Pattern::parse("{year}-{n}").unwrap().yearly() && !Pattern::parse("{code}{n}").unwrap().yearly()
        );
        for bad in ["{year}", "{n}{n}", "{n:0}", "{n:12}", "{m}{n}", "{n", "n}", ""] {
            assert!(Pattern::parse(bad).is_err(), "{bad}");
        }
    }
}
