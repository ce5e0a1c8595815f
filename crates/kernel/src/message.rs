//! Messages: the Chinese text is the key, one catalogue holds the English.

use std::collections::HashMap;
use std::sync::OnceLock;

/// Language of messages. Pack text is data and stays as written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Lang {
    /// Chinese, the default.
    #[default]
    Zh,
    /// English.
    En,
}

/// An argument of a message: text, or a message of its own.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Arg {
    /// Printed as it is.
    Text(String),
    /// Printed in the reader's language.
    Message(Message),
    /// Joined as the reader's language joins lists.
    List(Vec<String>),
}

/// A Chinese template with `{name}` places and their arguments. Build it with [`msg!`](crate::msg).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Message {
    key: &'static str,
    args: Vec<(&'static str, Arg)>,
}

/// Builds a [`Message`](crate::Message): `msg!("最多 {n} 位", n = 6)`.
#[macro_export]
macro_rules! msg {
    ($key:literal $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::Message::new($key, vec![$((stringify!($name), $crate::Arg::from($value))),*])
    };
}

/// A Chinese word that has English in the catalogue: `key!("奖励")` is the word itself.
#[macro_export]
macro_rules! key {
    ($key:literal) => {
        $key
    };
}

/// A word of the catalogue in a language; other words stay as they are.
pub fn word(zh: &str, lang: Lang) -> String {
    match lang {
        Lang::Zh => zh.to_owned(),
        Lang::En => catalogue().get(zh).copied().unwrap_or(zh).to_owned(),
    }
}

impl Message {
    /// Used by [`msg!`](crate::msg).
    pub fn new(key: &'static str, args: Vec<(&'static str, Arg)>) -> Self {
        Message { key, args }
    }

    /// The Chinese template.
    pub fn key(&self) -> &'static str {
        self.key
    }

    /// The message in a language. A key without English is shown in Chinese.
    pub fn text(&self, lang: Lang) -> String {
        let template = match lang {
            Lang::Zh => self.key,
            Lang::En => catalogue().get(self.key).copied().unwrap_or(self.key),
        };
        let mut out = String::with_capacity(template.len() + 16);
        let mut rest = template;
        while let Some(open) = rest.find('{') {
            let Some(close) = rest[open..].find('}').map(|c| open + c) else { break };
            out.push_str(&rest[..open]);
            let name = &rest[open + 1..close];
            match self.args.iter().find(|(n, _)| *n == name) {
                Some((_, Arg::Text(text))) => out.push_str(text),
                Some((_, Arg::Message(message))) => out.push_str(&message.text(lang)),
                Some((_, Arg::List(items))) => {
                    out.push_str(&items.join(if lang == Lang::Zh { "、" } else { ", " }));
                }
                None => out.push_str(&rest[open..=close]),
            }
            rest = &rest[close + 1..];
        }
        out.push_str(rest);
        out
    }
}

impl From<Message> for Arg {
    fn from(message: Message) -> Self {
        Arg::Message(message)
    }
}

impl<S: ToString> From<&[S]> for Arg {
    fn from(items: &[S]) -> Self {
        Arg::List(items.iter().map(ToString::to_string).collect())
    }
}

impl<S: ToString> From<&Vec<S>> for Arg {
    fn from(items: &Vec<S>) -> Self {
        Arg::from(items.as_slice())
    }
}

impl<S: ToString> From<Vec<S>> for Arg {
    fn from(items: Vec<S>) -> Self {
        Arg::from(items.as_slice())
    }
}

macro_rules! text_args {
    ($($t:ty),*) => {$(
        impl From<$t> for Arg {
            fn from(value: $t) -> Self {
                Arg::Text(value.to_string())
            }
        }
    )*};
}
text_args!(
    &str,
    String,
    &String,
    char,
    usize,
    u8,
    u32,
    u64,
    i32,
    i64,
    i128,
    crate::Quantity,
    crate::Score,
    crate::Ratio
);

/// The English catalogue, Chinese template to English template.
/// `locales/en.txt` holds pairs of lines: the Chinese, the English, an empty line.
pub fn catalogue() -> &'static HashMap<&'static str, &'static str> {
    static CATALOGUE: OnceLock<HashMap<&'static str, &'static str>> = OnceLock::new();
    CATALOGUE.get_or_init(|| {
        let lines: Vec<&str> = include_str!("../locales/en.txt")
            .lines()
            .filter(|l| !l.is_empty() && !l.starts_with('#'))
            .collect();
        lines.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fills_places_in_both_languages() {
        let message = msg!("小数点后最多 {n} 位", n = 6usize);
        assert_eq!(message.text(Lang::Zh), "小数点后最多 6 位");
        assert_eq!(message.text(Lang::En), "at most 6 digits after the point");
    }
}
