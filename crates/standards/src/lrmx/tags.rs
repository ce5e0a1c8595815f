//! The XML of a form, event by event, within bounds. No DTD, no entity but the five of XML itself.

use super::{LrmxFault, MAX_DEPTH, MAX_ELEMENTS};
use kernel::{Message, msg};
use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

/// The longest start tag and the most attributes of one.
const LONGEST_TAG: usize = 4096;
const MOST_ATTRIBUTES: usize = 64;

/// Walks a document; remembers how many elements were opened.
pub(super) struct Parser<'a> {
    source: &'a str,
    reader: Reader<&'a [u8]>,
    elements: usize,
}

/// What comes next between elements.
pub(super) enum Tag<'a> {
    /// An element begins.
    Open(Start<'a>),
    /// The element around ends.
    Close,
    /// The document ends.
    End,
}

/// A start tag.
pub(super) struct Start<'a> {
    /// The element's name.
    pub name: &'a str,
    /// Whether it ends at once: `<X/>`.
    pub empty: bool,
    /// Bytes from the start of the document to its `<`.
    at: usize,
    /// Between `<` and `>`.
    inner: &'a str,
}

impl<'a> Parser<'a> {
    pub(super) fn new(source: &'a str) -> Self {
        Parser { source, reader: Reader::from_str(source), elements: 0 }
    }

    fn position(&self) -> usize {
        usize::try_from(self.reader.buffer_position()).unwrap_or(self.source.len()).min(self.source.len())
    }

    /// A fault where the parser stands.
    pub(super) fn fault(&self, element: &str, reason: Message) -> LrmxFault {
        let before = &self.source.as_bytes()[..self.position()];
        let lines = before.iter().filter(|b| **b == b'\n').count() + 1;
        LrmxFault::new(element, u32::try_from(lines).unwrap_or(0), reason)
    }

    /// The document ends too early.
    pub(super) fn unfinished(&self, element: &str) -> LrmxFault {
        self.fault(element, msg!("文件不完整")).mend(msg!("重新导出或重新拷贝这个文件"))
    }

    fn event(&mut self, element: &str) -> Result<Event<'a>, LrmxFault> {
        let event = match self.reader.read_event() {
            Ok(event) => event,
            Err(_) if self.position() >= self.source.len() => return Err(self.unfinished(element)),
            Err(_) => {
                return Err(self
                    .fault(element, msg!("标签没有配对或写错了"))
                    .mend(msg!("用任免审批表编辑器打开，重新另存")));
            }
        };
        match event {
            Event::DocType(_) => Err(self
                .fault("", msg!("文件里有 DTD 声明，为安全起见不读"))
                .mend(msg!("删去 <!DOCTYPE 一段后再试"))),
            Event::Start(_) | Event::Empty(_) => {
                self.elements += 1;
                match self.elements > MAX_ELEMENTS {
                    true => Err(self.fault(element, msg!("元素超过 {n} 个", n = MAX_ELEMENTS))),
                    false => Ok(event),
                }
            }
            event => Ok(event),
        }
    }

    /// The next tag inside an element that holds no text of its own.
    pub(super) fn tag(&mut self, inside: &str) -> Result<Tag<'a>, LrmxFault> {
        loop {
            let at = self.position();
            match self.event(inside)? {
                Event::Start(tag) => return self.start(&tag, at, false).map(Tag::Open),
                Event::Empty(tag) => return self.start(&tag, at, true).map(Tag::Open),
                Event::End(_) => return Ok(Tag::Close),
                Event::Eof => return Ok(Tag::End),
                Event::Text(text) if text.trim().is_empty() => {}
                Event::Comment(_) | Event::PI(_) | Event::Decl(_) => {}
                Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) if at == 0 => {
                    return Err(self
                        .fault("", msg!("不是 XML 文件"))
                        .mend(msg!("这不是任免审批表文件，请选 .lrmx 文件")));
                }
                Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) => {
                    return Err(self.fault(inside, msg!("元素之间有多余的文字")));
                }
                Event::DocType(_) => {}
            }
        }
    }

    fn start(&self, tag: &BytesStart<'_>, at: usize, empty: bool) -> Result<Start<'a>, LrmxFault> {
        let end = self.position();
        let inner = self.source.get(at..end).unwrap_or_default();
        let inner = inner.strip_prefix('<').and_then(|s| s.strip_suffix('>')).unwrap_or_default();
        let inner = if empty { inner.strip_suffix('/').unwrap_or(inner) } else { inner };
        let length = tag.name().as_ref().len();
        let name = inner.get(..length).unwrap_or_default();
        match is_name(name) && inner.len() <= LONGEST_TAG {
            true => Ok(Start { name, empty, at, inner }),
            false => Err(self.fault("", msg!("标签没有配对或写错了"))),
        }
    }

    /// The attributes of a start tag with the blank before them, checked.
    pub(super) fn attributes(&self, tag: &Start<'a>) -> Result<String, LrmxFault> {
        self.check_attributes(tag.name, tag.inner)?;
        let attributes = tag.inner[tag.name.len()..].trim();
        Ok(if attributes.is_empty() { String::new() } else { format!(" {attributes}") })
    }

    fn check_attributes(&self, name: &str, inner: &str) -> Result<(), LrmxFault> {
        let bad = || self.fault(name, msg!("标签里的属性写错了"));
        let tag = BytesStart::from_content(inner, name.len());
        let mut seen: Vec<String> = Vec::new();
        for attribute in tag.attributes().with_checks(false) {
            let attribute = attribute.map_err(|_| bad())?;
            let key = attribute.key.as_ref().to_owned();
            let value: &str = &attribute.value;
            let sound = is_name(&key) && !value.contains('<') && quick_xml::escape::unescape(value).is_ok();
            if !sound || seen.contains(&key) || seen.len() >= MOST_ATTRIBUTES {
                return Err(bad());
            }
            seen.push(key);
        }
        Ok(())
    }

    /// The text of an element that holds nothing else.
    pub(super) fn text(&mut self, tag: &Start<'a>) -> Result<String, LrmxFault> {
        let mut out = String::new();
        if tag.empty {
            return Ok(out);
        }
        loop {
            match self.event(tag.name)? {
                Event::Text(text) => out.push_str(&text.xml10_content()),
                Event::CData(text) => out.push_str(&text.xml10_content()),
                Event::GeneralRef(reference) => out.push(self.character(tag.name, &reference)?),
                Event::Comment(_) | Event::PI(_) => {}
                Event::End(_) => return Ok(out),
                Event::Eof => return Err(self.unfinished(tag.name)),
                Event::Start(_) | Event::Empty(_) | Event::Decl(_) | Event::DocType(_) => {
                    return Err(self.fault(tag.name, msg!("里面应只有文字，却有别的元素")));
                }
            }
        }
    }

    fn character(&self, element: &str, reference: &BytesRef<'_>) -> Result<char, LrmxFault> {
        let predefined = match reference.as_ref() {
            "lt" => Some('<'),
            "gt" => Some('>'),
            "amp" => Some('&'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            _ => reference.resolve_char_ref().ok().flatten(),
        };
        predefined.ok_or_else(|| {
            let name: String = reference.as_ref().chars().take(20).collect();
            self.fault(element, msg!("不认得的实体 &{name};", name = name))
                .mend(msg!("把 & 写成 &amp;，或直接写那个字"))
        })
    }

    /// The whole of an element as it stands in the source, checked but not understood.
    pub(super) fn element(&mut self, tag: &Start<'a>) -> Result<&'a str, LrmxFault> {
        self.check_attributes(tag.name, tag.inner)?;
        let mut depth = usize::from(!tag.empty);
        while depth > 0 {
            let at = self.position();
            match self.event(tag.name)? {
                Event::Start(inner) => {
                    let inner = self.start(&inner, at, false)?;
                    self.check_attributes(inner.name, inner.inner)?;
                    depth += 1;
                }
                Event::Empty(inner) => {
                    let inner = self.start(&inner, at, true)?;
                    self.check_attributes(inner.name, inner.inner)?;
                }
                Event::End(_) => depth -= 1,
                Event::Eof => return Err(self.unfinished(tag.name)),
                Event::GeneralRef(reference) => {
                    self.character(tag.name, &reference)?;
                }
                _ => {}
            }
            // The root and the family list stand around.
            if depth + 2 > MAX_DEPTH {
                return Err(self.fault(tag.name, msg!("元素套得太深，超过 {n} 层", n = MAX_DEPTH)));
            }
        }
        Ok(self.source.get(tag.at..self.position()).unwrap_or_default())
    }
}

/// Whether a text can name an element or an attribute.
fn is_name(text: &str) -> bool {
    let start = |c: char| c.is_alphabetic() || c == '_' || c == ':';
    let rest = |c: char| start(c) || c.is_numeric() || matches!(c, '-' | '.' | '·');
    text.chars().next().is_some_and(start) && text.chars().all(rest)
}
