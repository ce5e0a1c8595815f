//! Names folded for comparison: what people type differently compares alike.

/// Folds a name: full-width to half-width, letters to lower case, blanks and joining dots dropped.
pub fn fold_name(name: &str) -> String {
    name.chars()
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
            '\u{3000}' => ' ',
            c => c,
        })
        .filter(|c| {
            !c.is_whitespace() && !matches!(c, '·' | '•' | '‧' | '・' | '．' | '.' | '\u{200b}' | '\u{feff}')
        })
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn spellings_of_one_name_fold_alike() {
        for (a, b) in [("例　某", "例某"), ("阿依·例", "阿依•例"), ("Ａ村", "a村"), ("例\u{200b}某 ", "例某")]
        {
            assert_eq!(fold_name(a), fold_name(b));
        }
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(name in "\\PC{0,20}") {
            let once = fold_name(&name);
            prop_assert_eq!(fold_name(&once), once);
        }
    }
}
