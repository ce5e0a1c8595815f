//! The forms of a date, one after another.

use super::{DateFault, DateNote, Loose, PartialDate, YEARS};
use kernel::Day;

/// Longer texts are no dates; it also bounds the work on hostile input.
const LONGEST: usize = 60;
/// Serial numbers with five digits up to the end of 2099: 10000 is 18 May 1927.
const SERIALS: std::ops::RangeInclusive<u64> = 10_000..=73_050;

pub(super) fn read(text: &str) -> Result<Loose, DateFault> {
    let text = text.trim();
    if text.is_empty() {
        return Err(DateFault::Empty);
    }
    if text.chars().count() > LONGEST {
        return Err(DateFault::Unreadable);
    }
    let text: String = without_time(text).chars().filter(|c| !c.is_whitespace()).map(plain).collect();
    let text = if text.chars().any(|c| numeral(c).is_some() || c == '元') { arabic(&text)? } else { text };
    let text = text.strip_suffix(['日', '号']).unwrap_or(&text);
    let text = text.strip_suffix(['月', '年']).unwrap_or(text);
    let mut groups: Vec<&str> = text.split(['.', '-', '/', '年', '月']).collect();
    if groups.iter().any(|g| g.is_empty() || !g.bytes().all(|b| b.is_ascii_digit())) {
        return Err(DateFault::Unreadable);
    }
    // A whole number printed as a fraction: 198506.0
    if groups.len() == 2 && groups[0].len() > 4 && groups[1] == "0" {
        groups.truncate(1);
    }
    match *groups.as_slice() {
        [whole] => undivided(whole),
        [year, rest] if rest.len() == 4 && year.len() == 4 && text.contains('.') => {
            dated(year, Some(&rest[..2]), Some(&rest[2..]))
        }
        [year, "1"] if year.len() == 4 && text.contains('.') => {
            let other = dated(year, Some("10"), None)?.date;
            Ok(Loose { note: Some(DateNote::January(other)), ..dated(year, Some("1"), None)? })
        }
        [year, month] if year.len() == 4 => dated(year, Some(month), None),
        [year, month, day] if year.len() == 4 => dated(year, Some(month), Some(day)),
        [.., year] if year.len() == 4 => Err(DateFault::Ambiguous),
        [year, _] | [year, _, _] if year.len() <= 2 => Err(DateFault::ShortYear),
        _ => Err(DateFault::Unreadable),
    }
}

pub(super) fn read_number(number: f64) -> Result<Loose, DateFault> {
    if !number.is_finite() || !(0.0..1e9).contains(&number) {
        return Err(DateFault::Unreadable);
    }
    // The time of the day is the serial's fraction.
    let number = if number >= 10_000.0 { number.floor() } else { number };
    read(&format!("{number}"))
}

/// Digits without a mark between them.
fn undivided(digits: &str) -> Result<Loose, DateFault> {
    let year_fits = |year: &str| year.parse().is_ok_and(|y: i16| YEARS.contains(&y));
    match digits.len() {
        4 if year_fits(digits) => dated(digits, None, None),
        6 if year_fits(&digits[..4]) => dated(&digits[..4], Some(&digits[4..]), None),
        8 if year_fits(&digits[..4]) => dated(&digits[..4], Some(&digits[4..6]), Some(&digits[6..])),
        5 => serial(digits),
        7 if year_fits(&digits[..4]) => Err(DateFault::Ambiguous),
        2 | 4 | 6 => Err(DateFault::ShortYear),
        8 => Err(DateFault::Year),
        _ => Err(DateFault::Unreadable),
    }
}

fn serial(digits: &str) -> Result<Loose, DateFault> {
    let number: u64 = digits.parse().map_err(|_| DateFault::Unreadable)?;
    if !SERIALS.contains(&number) {
        return Err(DateFault::Year);
    }
    // The 1900 system counts a 29 February 1900 that never was: day 61 is 1 March 1900, so day 0 is 30 December 1899.
    let since = std::time::Duration::from_secs(number * 86_400);
    let day =
        Day::new(1899, 12, 30).and_then(|zero| zero.checked_add(since)).map_err(|_| DateFault::Unreadable)?;
    Ok(Loose { date: PartialDate::from(day), note: Some(DateNote::Serial) })
}

fn dated(year: &str, month: Option<&str>, day: Option<&str>) -> Result<Loose, DateFault> {
    let number = |s: &str| match s.len() {
        1 | 2 | 4 => s.parse::<i16>().map_err(|_| DateFault::Unreadable),
        _ => Err(DateFault::Unreadable),
    };
    let year = number(year)?;
    if !YEARS.contains(&year) {
        return Err(DateFault::Year);
    }
    // 0 says "unknown" to PartialDate; written, it is a fault.
    let within = |part: Option<&str>, most: i16, fault: DateFault| match part {
        None => Ok(0),
        Some(part) if part.len() > 2 => Err(DateFault::Unreadable),
        Some(part) => match number(part)? {
            n if (1..=most).contains(&n) => i8::try_from(n).map_err(|_| fault),
            _ => Err(fault),
        },
    };
    let (month, day) = (within(month, 12, DateFault::Month)?, within(day, 31, DateFault::Day)?);
    let date = PartialDate::new(year, month, day).ok_or(DateFault::Day)?;
    Ok(Loose { date, note: None })
}

/// `1985-06-03 00:00:00` and `1985-06-03T00:00:00` without their time.
fn without_time(text: &str) -> &str {
    let clock = |tail: &str| {
        tail.contains(':') && tail.bytes().all(|b| b.is_ascii_digit() || matches!(b, b':' | b'.' | b'Z'))
    };
    match text.split_once(['T', ' ']) {
        Some((head, tail)) if clock(tail.trim()) => head,
        _ => text,
    }
}

/// Half-width, and one mark for every kind of point and stroke.
fn plain(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '。' | '·' | '、' => '.',
        '—' | '–' | '―' | '−' => '-',
        '號' => '号',
        c => c,
    }
}

/// A Chinese numeral's worth; ten and its multiples as they are.
fn numeral(c: char) -> Option<u32> {
    Some(match c {
        '〇' | '零' | '○' | '◯' => 0,
        '一' => 1,
        '二' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        '十' => 10,
        '廿' => 20,
        '卅' => 30,
        _ => return None,
    })
}

/// `一九八五年六月` as `1985年6月`. Years digit by digit, months and days as numbers.
fn arabic(text: &str) -> Result<String, DateFault> {
    let mut out = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(['年', '月', '日', '号']).unwrap_or(rest.len());
        let (segment, tail) = rest.split_at(end);
        match tail.chars().next() {
            Some('年') => segment.chars().for_each(|c| match numeral(c) {
                Some(digit @ 0..=9) => out.push_str(&digit.to_string()),
                _ => out.push(c),
            }),
            Some('月') if segment == "元" => out.push('1'),
            _ if segment.chars().all(|c| c.is_ascii_digit()) => out.push_str(segment),
            _ => out.push_str(&small_number(segment)?.to_string()),
        }
        let mark = tail.chars().next().map_or(0, char::len_utf8);
        out.push_str(&tail[..mark]);
        rest = &tail[mark..];
    }
    Ok(out)
}

/// `二十三` as 23, `廿三` as 23, `十` as 10.
fn small_number(text: &str) -> Result<u32, DateFault> {
    let (mut tens, mut ones) = (0, None);
    for c in text.chars() {
        match (numeral(c).ok_or(DateFault::Unreadable)?, tens, ones) {
            (10, 0, ones_before) => {
                tens = ones_before.unwrap_or(1) * 10;
                ones = None;
            }
            (n @ (20 | 30), 0, None) => tens = n,
            (digit @ 0..=9, _, None) => ones = Some(digit),
            _ => return Err(DateFault::Unreadable),
        }
    }
    Ok(tens + ones.unwrap_or(0))
}
