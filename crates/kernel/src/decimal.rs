//! Decimal numbers read from their text, never through binary floats.

use crate::{Message, msg};
use std::fmt;

/// Millionths in one: the scale of every [`Quantity`].
pub const MILLION: i128 = 1_000_000;

/// An exact decimal in millionths: at most 15 digits before and 6 after the point.
/// Source: PACKS, "Identity and facts".
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub struct Quantity(pub i128);

/// What is wrong with a text that should be a number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NumberFault {
    /// Not of the form `-?digits(.digits)?`.
    Shape,
    /// Full-width digits or signs, as a Chinese input method types them.
    FullWidth,
    /// A thousands separator.
    Separator,
    /// An exponent, as spreadsheets print large numbers.
    Exponent,
    /// More than 15 digits before the point.
    TooManyDigits,
    /// More digits after the point than allowed (the limit).
    TooManyDecimals(usize),
}

impl NumberFault {
    /// Why the text is refused, with the mend.
    pub fn message(self) -> Message {
        match self {
            NumberFault::Shape => msg!("不是数字：只写数字、一个小数点，负数前加 -"),
            NumberFault::FullWidth => msg!("数字用了全角字符：请改为半角"),
            NumberFault::Separator => msg!("数字里有千分位分隔符：请去掉逗号"),
            NumberFault::Exponent => msg!("数字用了科学计数法：请写出全部数位"),
            NumberFault::TooManyDigits => msg!("小数点前超过 15 位"),
            NumberFault::TooManyDecimals(n) => msg!("小数点后最多 {n} 位", n = n),
        }
    }
}

/// Reads `-?digits(.digits)?` into millionths.
///
/// `max_decimals` is at most 6; digits before the point are at most 15.
#[inline]
pub fn parse_millionths(text: &[u8], max_decimals: usize) -> Result<i128, NumberFault> {
    debug_assert!(max_decimals <= 6);
    if let Some(value) = short_millionths(text, max_decimals) {
        return Ok(i128::from(value));
    }
    let (negative, digits) = match text.split_first() {
        Some((b'-', rest)) => (true, rest),
        _ => (false, text),
    };
    let mut whole: u64 = 0;
    let mut i = 0;
    while i < digits.len() && digits[i].is_ascii_digit() {
        if i >= 15 {
            break;
        }
        whole = whole * 10 + u64::from(digits[i] - b'0');
        i += 1;
    }
    let mut fraction: u64 = 0;
    let mut rest = &digits[i..];
    if i == 0 {
        return Err(shape(text));
    }
    if let Some((b'.', tail)) = rest.split_first() {
        let n = tail.iter().take_while(|b| b.is_ascii_digit()).count();
        if n == 0 || n != tail.len() {
            return Err(shape(text));
        }
        if n > max_decimals {
            return Err(NumberFault::TooManyDecimals(max_decimals));
        }
        for b in tail {
            fraction = fraction * 10 + u64::from(b - b'0');
        }
        for _ in n..6 {
            fraction *= 10;
        }
        rest = &[];
    }
    if !rest.is_empty() {
        let whole_digits = digits.iter().take_while(|b| b.is_ascii_digit()).count();
        let tail_is_plain = digits[whole_digits..].is_empty()
            || (digits[whole_digits] == b'.' && digits[whole_digits + 1..].iter().all(u8::is_ascii_digit));
        return Err(if whole_digits > 15 && tail_is_plain {
            NumberFault::TooManyDigits
        } else {
            shape(text)
        });
    }
    let value = if whole < 9_000_000_000_000 {
        i128::from((whole * 1_000_000 + fraction) as i64)
    } else {
        i128::from(whole) * MILLION + i128::from(fraction)
    };
    Ok(if negative { -value } else { value })
}

/// The usual case of [`parse_millionths`]: no sign, at most twelve digits. `None` sends everything else the long way.
#[inline]
pub fn short_millionths(text: &[u8], max_decimals: usize) -> Option<i64> {
    const SCALE: [i64; 7] = [1_000_000, 100_000, 10_000, 1_000, 100, 10, 1];
    if text.is_empty() || text.len() > 12 {
        return None;
    }
    let mut value: i64 = 0;
    for (i, b) in text.iter().enumerate() {
        let digit = b.wrapping_sub(b'0');
        if digit < 10 {
            value = value * 10 + i64::from(digit);
        } else if *b == b'.' && i > 0 {
            let tail = &text[i + 1..];
            if tail.is_empty() || tail.len() > max_decimals {
                return None;
            }
            for b in tail {
                let digit = b.wrapping_sub(b'0');
                if digit > 9 {
                    return None;
                }
                value = value * 10 + i64::from(digit);
            }
            return Some(value * SCALE[tail.len()]);
        } else {
            return None;
        }
    }
    Some(value * 1_000_000)
}

#[cold]
fn shape(text: &[u8]) -> NumberFault {
    let text = String::from_utf8_lossy(text);
    if text.chars().any(|c| matches!(c, '\u{ff01}'..='\u{ff5e}')) {
        return NumberFault::FullWidth;
    }
    let plain = |c: char| c.is_ascii_digit() || c == '.' || c == '-';
    if text.contains(',') && text.chars().all(|c| plain(c) || c == ',') {
        return NumberFault::Separator;
    }
    if text.starts_with(|c: char| c.is_ascii_digit() || c == '-')
        && text.contains(['e', 'E'])
        && text.chars().all(|c| plain(c) || matches!(c, 'e' | 'E' | '+'))
    {
        return NumberFault::Exponent;
    }
    NumberFault::Shape
}

impl Quantity {
    /// Reads a number of at most 6 decimals.
    pub fn parse(text: &str) -> Result<Self, NumberFault> {
        parse_millionths(text.as_bytes(), 6).map(Quantity)
    }

    /// A whole number.
    pub const fn whole(n: i64) -> Self {
        Quantity(n as i128 * MILLION)
    }

    /// Whether nothing stands behind the point.
    pub fn is_integer(self) -> bool {
        self.0 % MILLION == 0
    }

    /// The value in hundredths, when it has two decimals at most and fits.
    pub fn hundredths(self) -> Option<i64> {
        (self.0 % 10_000 == 0).then(|| i64::try_from(self.0 / 10_000).ok()).flatten()
    }
}

impl fmt::Display for Quantity {
    /// The shortest decimal: no trailing zeros, never `-0`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let magnitude = self.0.unsigned_abs();
        if self.0 < 0 {
            f.write_str("-")?;
        }
        write!(f, "{}", magnitude / MILLION as u128)?;
        let mut fraction = magnitude % MILLION as u128;
        if fraction != 0 {
            let mut width = 6;
            while fraction.is_multiple_of(10) {
                fraction /= 10;
                width -= 1;
            }
            write!(f, ".{fraction:0width$}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_plain_decimals() {
        for (text, value) in [
            ("0", 0),
            ("-0", 0),
            ("007", 7_000_000),
            ("12.5", 12_500_000),
            ("-3.000001", -3_000_001),
            ("999999999999999.999999", 999_999_999_999_999_999_999),
        ] {
            assert_eq!(parse_millionths(text.as_bytes(), 6), Ok(value), "{text}");
        }
    }

    #[test]
    fn refuses_everything_else_and_says_why() {
        for (text, fault) in [
            ("", NumberFault::Shape),
            ("-", NumberFault::Shape),
            (".5", NumberFault::Shape),
            ("5.", NumberFault::Shape),
            ("+5", NumberFault::Shape),
            ("5元", NumberFault::Shape),
            ("1.2.3", NumberFault::Shape),
            ("１２", NumberFault::FullWidth),
            ("1,234", NumberFault::Separator),
            ("1e5", NumberFault::Exponent),
            ("3.4E+11", NumberFault::Exponent),
            ("1234567890123456", NumberFault::TooManyDigits),
            ("1234567890123456.5", NumberFault::TooManyDigits),
            ("1.1234567", NumberFault::TooManyDecimals(6)),
        ] {
            assert_eq!(parse_millionths(text.as_bytes(), 6), Err(fault), "{text}");
        }
        assert_eq!(parse_millionths(b"1.234", 2), Err(NumberFault::TooManyDecimals(2)));
    }

    #[test]
    fn prints_the_shortest_form() {
        for (text, printed) in [("90.00", "90"), ("20", "20"), ("-0.50", "-0.5"), ("0.000001", "0.000001")] {
            assert_eq!(Quantity::parse(text).unwrap().to_string(), printed);
        }
    }
}
