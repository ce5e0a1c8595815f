//! What every page knows: its reader's language and size of type, the county, and where the switches return.

use kernel::{Arg, Lang, Message, catalogue};
use std::fmt;

/// The frame of a page. Templates hold it as the field `page`; the macros of the page kit read it too.
#[derive(Clone, Debug)]
pub struct Page {
    /// Language of the interface. The county's text stays Chinese.
    pub lang: Lang,
    /// Large type.
    pub large: bool,
    /// This page's path, without a query.
    pub path: String,
    /// The form whose buttons the switches are: on pages that answer a form, so that nothing typed is lost.
    pub form: &'static str,
    /// The county's name.
    pub county: String,
    /// Whether everything is invented.
    pub demo: bool,
    /// Finds style and pictures.
    pub url: fn(&str) -> String,
}

impl Page {
    /// A word of the interface in the reader's language.
    pub fn t(&self, zh: &'static str) -> &'static str {
        match self.lang {
            Lang::Zh => zh,
            Lang::En => catalogue().get(zh).copied().unwrap_or(zh),
        }
    }

    /// A sentence with one place `{n}`.
    pub fn tn(&self, zh: &'static str, n: impl fmt::Display) -> String {
        self.m(&Message::new(zh, vec![("n", Arg::Text(n.to_string()))]))
    }

    /// A message in the reader's language.
    pub fn m(&self, message: &Message) -> String {
        message.text(self.lang)
    }

    /// A word that came as data: in the catalogue or left as it is, and then marked.
    pub fn w(&self, zh: &str) -> Han {
        self.zh(kernel::word(zh, self.lang))
    }

    /// Text that stays Chinese in both languages: escaped, and marked `lang="zh"` on an English page.
    pub fn zh(&self, text: impl AsRef<str>) -> Han {
        let text = text.as_ref();
        Han { html: escape(text), mark: self.en() && text.chars().any(is_han) }
    }

    /// ` lang="zh"` for an element whose text stays Chinese on an English page, else nothing.
    pub fn lang_of(&self, text: impl AsRef<str>) -> Han {
        let chinese = self.en() && text.as_ref().chars().any(is_han);
        Han { html: if chinese { " lang=\"zh\"".into() } else { String::new() }, mark: false }
    }

    /// The address of a style, script or picture.
    pub fn asset(&self, name: &str) -> String {
        (self.url)(name)
    }

    /// Whether the page is in English.
    pub fn en(&self) -> bool {
        self.lang == Lang::En
    }

    /// Class of the document.
    pub fn html_class(&self) -> &'static str {
        if self.large { "yz-large" } else { "" }
    }

    /// `lang` of the document.
    pub fn html_lang(&self) -> &'static str {
        if self.en() { "en" } else { "zh-CN" }
    }

    /// An address of these pages in the reader's language and size of type.
    pub fn to(&self, path: &str) -> String {
        with(path, self.en(), self.large, "")
    }

    /// An address with an id in it.
    pub fn at(&self, before: &str, id: &str, after: &str) -> String {
        self.to(&format!("{before}{id}{after}"))
    }

    /// This page in the other language. On the answer to a form: and nothing checked, nothing done.
    pub fn other_lang(&self) -> String {
        with(&self.path, !self.en(), self.large, self.stays())
    }

    /// This page in the other size of type.
    pub fn other_size(&self) -> String {
        with(&self.path, self.en(), !self.large, self.stays())
    }

    fn stays(&self) -> &'static str {
        if self.form.is_empty() { "" } else { "stay=1" }
    }
}

fn with(path: &str, en: bool, large: bool, more: &str) -> String {
    let parts = [if en { "lang=en" } else { "" }, if large { "large=1" } else { "" }, more];
    let parts: Vec<&str> = parts.into_iter().filter(|p| !p.is_empty()).collect();
    let (path, mark) = path.split_once('#').map_or((path, String::new()), |(p, m)| (p, format!("#{m}")));
    if parts.is_empty() { format!("{path}{mark}") } else { format!("{path}?{}{mark}", parts.join("&")) }
}

/// See [`Page::zh`].
#[derive(Clone, Debug)]
pub struct Han {
    html: String,
    mark: bool,
}

impl fmt::Display for Han {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.mark {
            write!(out, "<span lang=\"zh\">{}</span>", self.html)
        } else {
            out.write_str(&self.html)
        }
    }
}

impl askama::filters::HtmlSafe for Han {}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}')
}

/// Faults of a form: the field and what to type instead.
#[derive(Clone, Debug, Default)]
pub struct Faults(Vec<(String, Message)>, Lang);

impl Faults {
    /// No fault yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes a fault of a field; the text says what to type.
    pub fn add(&mut self, field: &str, text: Message) {
        self.0.push((field.to_owned(), text));
    }

    /// The same for a reader, only of these fields; all of them where there are none.
    #[must_use]
    pub fn told(mut self, lang: Lang, fields: &[&str]) -> Self {
        self.1 = lang;
        self.0.retain(|(field, _)| fields.is_empty() || fields.contains(&field.as_str()));
        self
    }

    /// The first fault of a field, or nothing.
    pub fn of(&self, field: &str) -> String {
        self.0.iter().find(|(f, _)| f == field).map(|(_, text)| text.text(self.1)).unwrap_or_default()
    }

    /// Whether the form may go through.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Field and text of each, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, String)> {
        self.0.iter().map(|(field, text)| (field.as_str(), text.text(self.1)))
    }
}

/// One of several, as a form offers it.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// What the form sends.
    pub value: String,
    /// What is read.
    pub label: String,
    /// Chosen.
    pub on: bool,
}

impl Choice {
    /// Choices of values and labels, with what is chosen.
    pub fn of(all: impl IntoIterator<Item = (String, String)>, chosen: &str) -> Vec<Choice> {
        all.into_iter().map(|(value, label)| Choice { on: value == chosen, value, label }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_keep_language_and_size() {
        let page = |lang, large, form| Page {
            lang,
            large,
            path: "/c/a".into(),
            form,
            county: String::new(),
            demo: false,
            url: str::to_owned,
        };
        let zh = page(Lang::Zh, false, "");
        assert_eq!(
            (zh.to("/status"), zh.other_lang(), zh.other_size()),
            ("/status".into(), "/c/a?lang=en".into(), "/c/a?large=1".into())
        );
        let en = page(Lang::En, true, "f");
        assert_eq!(en.to("/#x"), "/?lang=en&large=1#x");
        assert_eq!(
            (en.other_lang(), en.other_size()),
            ("/c/a?large=1&stay=1".into(), "/c/a?lang=en&stay=1".into())
        );
        assert_eq!(en.zh("例<").to_string(), "<span lang=\"zh\">例&lt;</span>");
        assert_eq!(zh.zh("例").to_string(), "例");
    }
}
