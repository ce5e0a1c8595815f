//! What every page knows: language, reader, place, and where the reader may go.

use kernel::{Arg, Lang, Message, catalogue};
use std::fmt;

/// The frame of a page. Templates hold it as the field `page`; `kit/base.html` and `kit/macros.html` read it.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// Language of the interface. Names and documents stay as written.
    pub lang: Lang,
    /// Large type, 大字.
    pub large: bool,
    /// Rows of every table: tight or standard; `None` as the page is drawn.
    pub tight: Option<bool>,
    /// Demonstration data are loaded.
    pub demo: bool,
    /// Token of the session's forms.
    pub csrf: String,
    /// This page's path and query: where the switches of language and type return.
    pub path: String,
    /// The rail's current item.
    pub current: &'static str,
    /// Who reads; nobody before login.
    pub who: Option<Who>,
    /// The place everything on the page is limited to.
    pub place: Option<Scope>,
    /// Where the search box of the header leads; no box without it.
    pub find: Option<&'static str>,
    /// What answers that box while it is typed in, with a part of a page; no answers without it.
    pub suggest: Option<&'static str>,
    /// Groups of the rail, only what this role may see.
    pub rail: Vec<Vec<RailItem>>,
    /// The time the page's data are of, `2026年11月18日 08:30`. Empty: not said.
    pub as_of: String,
    /// Seconds without an act after which the session ends; 0 never warns.
    pub idle_seconds: u32,
    /// What the last act came to, said once.
    pub flash: Option<Flash>,
    /// That this was read is in the audit. Lists are not audited; opening what is a person's own is.
    pub audited: bool,
}

/// Who reads the page.
#[derive(Clone, Debug, Default)]
pub struct Who {
    /// The account's id, not shown: keeps the drafts of two accounts apart.
    pub id: String,
    /// The person's name.
    pub name: String,
    /// The person's unit.
    pub unit: String,
    /// The role at work, a Chinese word of the catalogue or of the county.
    pub role: String,
}

/// The place a page is limited to.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// The county's name; of administrators a word of the catalogue.
    pub county: String,
    /// 全部乡镇, or a township's name.
    pub part: String,
    /// Where another part is chosen; empty where there is nothing to choose.
    pub href: &'static str,
}

/// One entry of the rail.
#[derive(Clone, Debug)]
pub struct RailItem {
    /// Compared with [`Page::current`].
    pub id: &'static str,
    /// The seal's one character, 阵.
    pub seal: &'static str,
    /// Its word, Chinese, in the catalogue.
    pub word: &'static str,
    /// Where it leads.
    pub href: &'static str,
    /// Things the reader must do there.
    pub count: u32,
    /// The letter after `g`.
    pub key: char,
}

/// What an act came to, shown as a toast on the next page.
#[derive(Clone, Debug, Default)]
pub struct Flash {
    /// What happened, in the reader's language.
    pub text: String,
    /// Where a post takes it back, if it can be taken back.
    pub undo: Option<String>,
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

    /// Which rows of how many: `第 1—50 条，共 8,412 条`.
    pub fn rows(&self, pager: &crate::kit::Pager) -> String {
        let (a, b, n) = (pager.first(), pager.last(), pager.all());
        self.m(&kernel::msg!("第 {a}—{b} 条，共 {n} 条", a = a, b = b, n = n))
    }

    /// A word that came as data, such as a role: in the catalogue or left as it is.
    pub fn w(&self, zh: &str) -> String {
        kernel::word(zh, self.lang)
    }

    /// Text that stays Chinese in both languages: escaped, and marked `lang="zh"` on an English page.
    pub fn zh(&self, text: impl AsRef<str>) -> Han {
        let text = text.as_ref();
        Han { html: escape(text), mark: self.en() && text.chars().any(is_han) }
    }

    /// ` lang="zh"` for an element whose text or attributes stay Chinese on an English page, else nothing.
    pub fn lang_of(&self, text: impl AsRef<str>) -> Han {
        let chinese = self.en() && text.as_ref().chars().any(is_han);
        Han { html: if chinese { " lang=\"zh\"".into() } else { String::new() }, mark: false }
    }

    /// The address of a style, script or picture.
    pub fn asset(&self, name: &str) -> String {
        crate::assets::url(name)
    }

    /// Whether the page is in English.
    pub fn en(&self) -> bool {
        self.lang == Lang::En
    }

    /// Classes of the document: size of type, rows of tables. May be empty.
    pub fn html_class(&self) -> &'static str {
        match (self.large, self.tight) {
            (false, None) => "",
            (true, None) => "yz-large",
            (false, Some(true)) => "yz-tight",
            (false, Some(false)) => "yz-roomy",
            (true, Some(true)) => "yz-large yz-tight",
            (true, Some(false)) => "yz-large yz-roomy",
        }
    }

    /// `lang` of the document.
    pub fn html_lang(&self) -> &'static str {
        if self.en() { "en" } else { "zh-CN" }
    }

    /// Minutes without an act after which the session ends.
    pub fn idle_minutes(&self) -> u32 {
        self.idle_seconds / 60
    }

    /// The first entries of the rail, for the bar of a phone.
    pub fn tabs(&self) -> impl Iterator<Item = &RailItem> {
        self.rail.iter().flatten().take(3)
    }
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

/// Text as HTML text or attribute.
pub(crate) fn escape(text: &str) -> String {
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

/// Whether a letter is Chinese.
pub(crate) fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}')
}
