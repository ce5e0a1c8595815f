//! The times that facts are of: `2025`, `2025-06`, `2025-Q3`, `2025-H1`, or empty for a fact without a period.

/// Whether a text is a period, or empty for none.
pub fn is_period(text: &str) -> bool {
    let (year, rest) = match text.split_once('-') {
        Some((year, rest)) => (year, Some(rest)),
        None => (text, None),
    };
    let digits = |t: &str, n: usize| t.len() == n && t.bytes().all(|b| b.is_ascii_digit());
    let part = match rest {
        None => true,
        Some("Q1" | "Q2" | "Q3" | "Q4" | "H1" | "H2") => true,
        Some(month) => digits(month, 2) && ("01"..="12").contains(&month),
    };
    text.is_empty() || (digits(year, 4) && part)
}

/// The order of a statement that puts the latest period of a column first: the one whose last month is later; of two that
/// end together the longer, which says more; none at all last. Both engines compare the digits alike.
macro_rules! latest_first {
    ($column:literal) => {
        concat!(
            "case when ", $column, " = '' then '' else substr(", $column, ", 1, 4) || case substr(", $column, ", 6) \
             when '' then '124' when 'H2' then '123' when 'Q4' then '122' when 'Q3' then '092' when 'H1' then '063' \
             when 'Q2' then '062' when 'Q1' then '032' else substr(", $column, ", 6) || '1' end end desc"
        )
    };
}
pub(super) use latest_first;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_years_halves_quarters_and_months() {
        for good in ["", "2025", "2025-01", "2025-12", "2025-Q4", "2025-H2"] {
            assert!(is_period(good), "{good}");
        }
        for bad in ["25", "2025-", "2025-00", "2025-13", "2025-Q5", "2025-H3", "2025-1", "去年", "2025-06-01"]
        {
            assert!(!is_period(bad), "{bad}");
        }
    }
}
