//! Fractions: a score is computed exactly and rounded once.

use std::fmt;

/// `num / den` rounded half away from zero to a whole number. `den` must not be 0.
#[inline]
pub fn round_half_away(num: i128, den: i128) -> i128 {
    if den == 1 {
        return num;
    }
    let (num, den) = if den < 0 { (-num, -den) } else { (num, den) };
    if let (Ok(n), Ok(d)) = (i64::try_from(num), i64::try_from(den)) {
        let (q, r) = (n / d, n % d);
        let up = r.unsigned_abs() >= (d as u64).div_ceil(2);
        return i128::from(q) + if up { i128::from(n.signum()) } else { 0 };
    }
    let (q, r) = (num / den, num % den);
    let up = r.unsigned_abs() >= (den as u128).div_ceil(2);
    if up { q + num.signum() } else { q }
}

/// An exact fraction; `den` is positive. Shown as a decimal where it ends, else as `p/q`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ratio {
    /// Numerator.
    pub num: i128,
    /// Denominator, above 0.
    pub den: i128,
}

impl Ratio {
    /// `num / den`, reduced. `den` must not be 0.
    pub fn new(num: i128, den: i128) -> Self {
        let (num, den) = if den < 0 { (-num, -den) } else { (num, den) };
        let g = gcd(num.unsigned_abs(), den as u128) as i128;
        Ratio { num: num / g, den: den / g }
    }

    /// The value in hundredths, rounded half away from zero; `None` out of range.
    pub fn hundredths(self) -> Option<i64> {
        i64::try_from(round_half_away(self.num.checked_mul(100)?, self.den)).ok()
    }
}

fn gcd(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a.max(1)
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut twos, mut fives, mut rest) = (0u32, 0u32, self.den);
        while rest % 2 == 0 {
            rest /= 2;
            twos += 1;
        }
        while rest % 5 == 0 {
            rest /= 5;
            fives += 1;
        }
        let places = twos.max(fives);
        let scaled = 10i128.checked_pow(places).and_then(|p| self.num.checked_mul(p / self.den.min(p)));
        match scaled {
            Some(n) if rest == 1 && 10i128.pow(places) % self.den == 0 => {
                let unit = 10u128.pow(places);
                let sign = if n < 0 { "-" } else { "" };
                let (whole, part) = (n.unsigned_abs() / unit, n.unsigned_abs() % unit);
                if places == 0 {
                    write!(f, "{sign}{whole}")
                } else {
                    write!(f, "{sign}{whole}.{part:0width$}", width = places as usize)
                }
            }
            _ => write!(f, "{}/{}", self.num, self.den),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_halves_away_from_zero() {
        for (num, den, want) in [
            (5, 10, 1),
            (-5, 10, -1),
            (4, 10, 0),
            (15, 10, 2),
            (-15, 10, -2),
            (1, 3, 0),
            (2, 3, 1),
            (5, -10, -1),
            (0, 7, 0),
            (3, 2, 2),
            (7, 3, 2),
        ] {
            assert_eq!(round_half_away(num, den), want, "{num}/{den}");
            let big = 10i128.pow(25);
            assert_eq!(round_half_away(num * big, den * big), want, "{num}/{den} scaled");
        }
    }

    #[test]
    fn shows_decimals_where_they_end() {
        for (num, den, text) in [
            (1, 2, "0.5"),
            (-1, 8, "-0.125"),
            (10, 5, "2"),
            (1, 3, "1/3"),
            (-7, 6, "-7/6"),
            (0, 9, "0"),
            (6912, 1000, "6.912"),
        ] {
            assert_eq!(Ratio::new(num, den).to_string(), text);
        }
    }
}
