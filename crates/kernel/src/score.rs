//! Scores.

use std::fmt;

/// A score or a sum of money in hundredths (of a point, of a yuan).
/// Source: PACKS, "Exactness".
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub struct Score(pub i64);

impl fmt::Display for Score {
    /// Two decimals, `-` for negatives, never `-0.00`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let n = self.0.unsigned_abs();
        f.pad(&format!("{sign}{}.{:02}", n / 100, n % 100))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_two_decimals() {
        for (n, text) in [(0, "0.00"), (-5, "-0.05"), (691, "6.91"), (-12345, "-123.45")] {
            assert_eq!(Score(n).to_string(), text);
        }
    }
}
