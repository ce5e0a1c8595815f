//! Fields that are more than text.

use crate::dates::{PartialDate, Precision};
use std::fmt;

/// A date field of a form.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub enum DateField {
    /// Not filled in.
    #[default]
    Empty,
    /// `(无)`
    Nil,
    /// A date: `yyyyMM`, `yyyyMMdd`, `yyyy` or the same with dots.
    Date(PartialDate),
    /// Something else, kept as it was written.
    Text(String),
}

/// RuDangShiJian: when the Communist Party was joined, or which democratic party.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub enum PartyText {
    /// Not filled in.
    #[default]
    Empty,
    /// `(无)`
    Nil,
    /// Joined the Communist Party.
    Joined(PartialDate),
    /// A democratic party's name, or whatever else was written there.
    Named(String),
    /// `yyyyMM；name`: joined the Communist Party, and belongs to a democratic party.
    Both(PartialDate, String),
}

/// A photo as the file holds it.
#[derive(Clone, PartialEq, Eq)]
pub struct Photo {
    /// The picture's bytes.
    pub bytes: Vec<u8>,
}

/// What a photo's first bytes say it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PhotoKind {
    /// image/jpeg
    Jpeg,
    /// image/png
    Png,
    /// image/gif
    Gif,
    /// image/bmp
    Bmp,
}

impl PhotoKind {
    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            PhotoKind::Jpeg => "image/jpeg",
            PhotoKind::Png => "image/png",
            PhotoKind::Gif => "image/gif",
            PhotoKind::Bmp => "image/bmp",
        }
    }
}

impl Photo {
    /// What it is by its first bytes; none for anything else than JPEG, PNG, GIF and BMP.
    pub fn kind(&self) -> Option<PhotoKind> {
        match self.bytes.as_slice() {
            [0xff, 0xd8, 0xff, ..] => Some(PhotoKind::Jpeg),
            [0x89, b'P', b'N', b'G', ..] => Some(PhotoKind::Png),
            [b'G', b'I', b'F', b'8', ..] => Some(PhotoKind::Gif),
            [b'B', b'M', ..] => Some(PhotoKind::Bmp),
            _ => None,
        }
    }
}

impl fmt::Debug for Photo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Photo({} bytes)", self.bytes.len())
    }
}

/// What a field answers; none when it is blank or says none: `(无)`, `（无）`, `无`.
pub fn said(text: &str) -> Option<&str> {
    let text = text.trim();
    (!text.is_empty() && !is_nil(text) && text != "无").then_some(text)
}

fn is_nil(text: &str) -> bool {
    matches!(text, "(无)" | "（无）")
}

/// `yyyy`, `yyyyMM`, `yyyyMMdd`, or the last two with dots; one digit of a month or day is enough with dots.
pub(super) fn form_date(text: &str) -> Option<PartialDate> {
    let number = |s: &str| s.parse::<i16>().ok();
    if text.len() > 10 || !text.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return None;
    }
    let (year, month, day) = match (text.len(), text.contains('.')) {
        (4, false) => (text, "0", "0"),
        (6, false) => (&text[..4], &text[4..], "0"),
        (8, false) => (&text[..4], &text[4..6], &text[6..]),
        (_, true) => {
            let mut parts = text.split('.');
            let (year, month, day) = (parts.next()?, parts.next()?, parts.next().unwrap_or("0"));
            // `1985.1` may be October: dotted months have two digits, or another part follows.
            if parts.next().is_some() || year.len() != 4 || (month == "1" && day == "0") {
                return None;
            }
            (year, month, day)
        }
        _ => return None,
    };
    let date =
        PartialDate::new(number(year)?, number(month)?.try_into().ok()?, number(day)?.try_into().ok()?)?;
    // "198500" and "19850600" are no dates, "1985" is.
    let parts = [text.len() > 4, text.len() > 7 && (!text.contains('.') || text.matches('.').count() == 2)];
    let known = [date.precision() >= Precision::Month, date.precision() == Precision::Day];
    (parts == known).then_some(date)
}

impl DateField {
    /// Reads a field: see [`DateField::Date`].
    pub fn parse(text: &str) -> DateField {
        let text = text.trim();
        match form_date(text) {
            Some(date) => DateField::Date(date),
            None if text.is_empty() => DateField::Empty,
            None if is_nil(text) => DateField::Nil,
            None => DateField::Text(text.to_owned()),
        }
    }

    /// As the file holds it: `198506`.
    pub fn text(&self) -> String {
        match self {
            DateField::Empty => String::new(),
            DateField::Nil => "(无)".into(),
            DateField::Date(date) => date.compact(),
            DateField::Text(text) => text.clone(),
        }
    }

    /// The date, when it is one.
    pub fn date(&self) -> Option<PartialDate> {
        match self {
            DateField::Date(date) => Some(*date),
            _ => None,
        }
    }
}

impl From<PartialDate> for DateField {
    fn from(date: PartialDate) -> Self {
        DateField::Date(date)
    }
}

impl PartyText {
    /// Reads a field: a date, a name, or a date and a name with `；`, `;`, `，` or `、` between them.
    pub fn parse(text: &str) -> PartyText {
        let text = text.trim();
        if text.is_empty() {
            return PartyText::Empty;
        }
        if is_nil(text) {
            return PartyText::Nil;
        }
        if let Some(date) = form_date(text) {
            return PartyText::Joined(date);
        }
        if let Some((date, name)) = text.split_once(['；', ';', '，', '、'])
            && let Some(date) = form_date(date.trim())
            && !name.trim().is_empty()
        {
            return PartyText::Both(date, name.trim().to_owned());
        }
        PartyText::Named(text.to_owned())
    }

    /// As the file holds it.
    pub fn text(&self) -> String {
        match self {
            PartyText::Empty => String::new(),
            PartyText::Nil => "(无)".into(),
            PartyText::Joined(date) => date.compact(),
            PartyText::Named(name) => name.clone(),
            PartyText::Both(date, name) => format!("{}；{name}", date.compact()),
        }
    }

    /// When the Communist Party was joined.
    pub fn joined(&self) -> Option<PartialDate> {
        match self {
            PartyText::Joined(date) | PartyText::Both(date, _) => Some(*date),
            _ => None,
        }
    }
}
