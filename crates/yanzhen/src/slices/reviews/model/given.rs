//! What an answer may say: a conclusion, a clause that carries it, a document number; there is room for nothing else. Pure.

use super::Faults;
use kernel::{Message, msg};
use policy::Item;
use policy::review::{Clause, Conclusion};

/// The longest document number, letters.
pub const DOCUMENT: usize = 60;

/// An answer as a form or a packet gives it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// An id, or its Chinese.
    pub conclusion: String,
    /// A clause's id.
    pub clause: String,
    pub document: String,
}

/// An answer that may be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Good {
    pub conclusion: Conclusion,
    pub clause: String,
    pub clause_title: String,
    pub document: String,
}

/// A document number in its usual brackets, or why it is none: a body, a year in brackets, a number, 号; nothing else finds room.
/// `例公行罚决字[2025]12号` is `例公行罚决字〔2025〕12号`, `（2024）例0102刑初123号` stays.
pub fn document_number(text: &str) -> Result<String, Message> {
    let bare: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let short = || msg!("文号要写到号，例如 {example}", example = "例公（演）行罚决字〔2025〕12号");
    if bare.chars().count() > DOCUMENT {
        return Err(msg!("文号最多 {n} 字", n = DOCUMENT));
    }
    let sentence = |c: char| {
        matches!(c, '，' | '。' | '；' | '：' | '、' | '？' | '！' | ',' | ';' | ':' | '\u{0}'..='\u{1f}')
    };
    if bare.contains(sentence) {
        return Err(msg!("这里只写文号，不写案情"));
    }
    let chars: Vec<char> = bare.chars().collect();
    let Some(body) = bare.strip_suffix('号') else { return Err(short()) };
    let digits = body.chars().rev().take_while(char::is_ascii_digit).count();
    if digits == 0 || digits > 6 {
        return Err(short());
    }
    let opens = |c: char| matches!(c, '〔' | '[' | '［' | '（' | '(' | '【');
    let closes = |c: char| matches!(c, '〕' | ']' | '］' | '）' | ')' | '】');
    let year_at = (0..chars.len()).find(|i| {
        let four = chars.get(i + 1..i + 5);
        opens(chars[*i])
            && four.is_some_and(|y| y.iter().all(char::is_ascii_digit) && (y[0] == '1' || y[0] == '2'))
            && chars.get(i + 5).is_some_and(|c| closes(*c))
    });
    let Some(at) = year_at else { return Err(short()) };
    // Words of a body or a court: two of them at least, beside the year and the number.
    if chars.iter().filter(|c| c.is_alphabetic() && **c != '号').count() < 2 {
        return Err(short());
    }
    let court = at == 0;
    let fixed = chars.iter().enumerate().map(|(i, c)| match (i == at, i == at + 5) {
        (true, _) => {
            if court {
                '（'
            } else {
                '〔'
            }
        }
        (_, true) => {
            if court {
                '）'
            } else {
                '〕'
            }
        }
        _ => *c,
    });
    Ok(fixed.collect())
}

/// What an answer says, or everything that is wrong with it. `again`: a recheck, which must come to a conclusion.
pub fn reads(clauses: &[&Item<Clause>], given: &Given, again: bool) -> Result<Good, Faults> {
    let mut faults = Faults::new();
    let conclusion = Conclusion::read(given.conclusion.trim());
    if conclusion.is_none() {
        faults.push(("conclusion", msg!("请选一个结论")));
    }
    if again && conclusion == Some(Conclusion::Verify) {
        faults.push(("conclusion", msg!("复核要给出结论，不能再填需核实")));
    }
    let (clause, document) = (given.clause.trim(), given.document.trim());
    let adverse = conclusion.is_some_and(Conclusion::is_adverse);
    let mut good = Good {
        conclusion: conclusion.unwrap_or(Conclusion::Clear),
        clause: String::new(),
        clause_title: String::new(),
        document: String::new(),
    };
    if conclusion == Some(Conclusion::Clear) && !(clause.is_empty() && document.is_empty()) {
        faults.push(("clause", msg!("无异议不写条款和文号")));
    }
    if adverse {
        // A packet may name a clause by its words.
        match clauses.iter().find(|c| c.id == clause || c.title == clause) {
            None => faults.push(("clause", msg!("请从负面清单选一条"))),
            Some(c) if !c.permits.contains(&good.conclusion) => {
                let said: Vec<&str> = c.permits.iter().map(|p| p.title()).collect();
                faults.push(("clause", msg!("按办法，这一条只能得出：{said}", said = said.join("、"))));
            }
            Some(c) => (good.clause, good.clause_title) = (c.id.clone(), c.title.clone()),
        }
        match document {
            "" if good.conclusion.needs_document() => {
                faults.push(("document", msg!("不得、不宜要写文号")));
            }
            "" => {}
            text => match document_number(text) {
                Ok(text) => good.document = text,
                Err(why) => faults.push(("document", why)),
            },
        }
    }
    if faults.is_empty() { Ok(good) } else { Err(faults) }
}
