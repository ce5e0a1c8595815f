//! Kinship: what an appellation in a family list means, and whether office-holders so related avoid one another.
//!
//! Source: 公务员回避规定 (2020), article 5: spouses; direct blood relatives; collateral blood relatives within three
//! generations (uncles and aunts by blood, brothers and sisters, cousins, nephews and nieces); near relatives by marriage
//! (the spouse's parents, the spouse's brothers and sisters and their spouses, the children's spouses and these spouses'
//! parents, the spouses of collateral blood relatives). Adoptive and step relatives count as blood. Which posts the rule
//! binds is a policy pack's matter.

mod terms;

use crate::fold_name;
use crate::near::near;
use kernel::{Message, msg};

/// The kind of relation, by the four classes of avoidance.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum KinClass {
    /// 夫妻关系
    Spouse,
    /// 直系血亲关系
    Direct,
    /// 三代以内旁系血亲关系
    Collateral,
    /// 近姻亲关系
    InLaw,
    /// A relative farther away, or a former one: no avoidance.
    Distant,
}

impl KinClass {
    /// How the rule calls it: a key of the catalogue.
    pub fn label(self) -> &'static str {
        match self {
            KinClass::Spouse => kernel::key!("夫妻关系"),
            KinClass::Direct => kernel::key!("直系血亲关系"),
            KinClass::Collateral => kernel::key!("三代以内旁系血亲关系"),
            KinClass::InLaw => kernel::key!("近姻亲关系"),
            KinClass::Distant => kernel::key!("其他亲属"),
        }
    }
}

/// What an appellation means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Kin {
    /// The usual appellation: 妻子 for 老婆, 儿子 for 长子.
    pub term: &'static str,
    /// How the pair is called: 夫妻, 父母子女, 祖孙, 兄弟姐妹, 叔侄, 舅甥, 堂亲, 表亲, 翁婿.
    pub pair: &'static str,
    /// Its class.
    pub class: KinClass,
    /// Generations above (positive) or below the person.
    pub generation: i8,
}

impl Kin {
    /// Whether office-holders so related must avoid one another.
    pub fn avoids(&self) -> bool {
        self.class != KinClass::Distant
    }
}

/// Why an appellation is not known.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KinFault {
    /// Known appellations that look like it, at most five.
    pub near: Vec<&'static str>,
}

impl KinFault {
    /// What is wrong, and what may have been meant.
    pub fn message(&self) -> Message {
        match self.near.is_empty() {
            true => msg!("不认得这个称谓"),
            false => msg!("不认得这个称谓，是不是 {near}", near = &self.near),
        }
    }
}

/// Every usual appellation, with its meaning and the other words for it.
pub fn known() -> impl Iterator<Item = (Kin, impl Iterator<Item = &'static str>)> {
    terms::TERMS.iter().map(|row| (row.kin(), row.others.split(' ').filter(|word| !word.is_empty())))
}

/// What an appellation means. Ranks (大, 二, 长, 次, 小), 亲, 胞, 同父异母 before it count for nothing.
///
/// # Errors
/// An unknown appellation, with those that look like it.
pub fn kin_from(appellation: &str) -> Result<Kin, KinFault> {
    let word = fold_name(appellation);
    let fault = || {
        let words = terms::TERMS.iter().map(|row| (row.term, row.term));
        let others = terms::TERMS.iter().flat_map(|row| row.others.split(' ').map(|other| (other, row.term)));
        let mut near = near(&word, words.chain(others));
        let mut seen = Vec::new();
        near.retain(|term| {
            !seen.contains(term) && {
                seen.push(*term);
                true
            }
        });
        KinFault { near }
    };
    let mut rest = word.as_str();
    loop {
        if let Some(row) = terms::TERMS.iter().find(|row| row.is(rest)) {
            return Ok(row.kin());
        }
        rest = terms::RANKS.iter().find_map(|rank| rest.strip_prefix(rank)).ok_or_else(fault)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn appellations_fall_into_the_classes_of_the_rule() {
        for (word, term, pair, class, generation) in [
            ("妻子", "妻子", "夫妻", KinClass::Spouse, 0),
            ("老公", "丈夫", "夫妻", KinClass::Spouse, 0),
            ("爱人", "配偶", "夫妻", KinClass::Spouse, 0),
            ("父亲", "父亲", "父母子女", KinClass::Direct, 1),
            ("长子", "儿子", "父母子女", KinClass::Direct, -1),
            ("二女儿", "女儿", "父母子女", KinClass::Direct, -1),
            ("养子", "养子", "父母子女", KinClass::Direct, -1),
            ("姥姥", "外祖母", "祖孙", KinClass::Direct, 2),
            ("外孙女", "外孙女", "祖孙", KinClass::Direct, -2),
            ("大哥", "哥哥", "兄弟姐妹", KinClass::Collateral, 0),
            ("三弟", "弟弟", "兄弟姐妹", KinClass::Collateral, 0),
            ("同父异母弟", "弟弟", "兄弟姐妹", KinClass::Collateral, 0),
            ("二叔", "叔父", "叔侄", KinClass::Collateral, 1),
            ("舅舅", "舅父", "舅甥", KinClass::Collateral, 1),
            ("堂弟", "堂弟", "堂亲", KinClass::Collateral, 0),
            ("表姐", "表姐", "表亲", KinClass::Collateral, 0),
            ("侄女", "侄女", "叔侄", KinClass::Collateral, -1),
            ("岳父", "岳父", "翁婿", KinClass::InLaw, 1),
            ("婆婆", "婆婆", "婆媳", KinClass::InLaw, 1),
            ("儿媳妇", "儿媳", "婆媳", KinClass::InLaw, -1),
            ("小舅子", "妻弟", "郎舅", KinClass::InLaw, 0),
            ("连襟", "连襟", "连襟", KinClass::InLaw, 0),
            ("亲家", "亲家", "亲家", KinClass::InLaw, 0),
            ("嫂子", "嫂子", "叔嫂", KinClass::InLaw, 0),
            ("侄媳", "侄媳", "姻亲", KinClass::InLaw, -1),
            ("表叔", "表叔", "远亲", KinClass::Distant, 1),
            ("前妻", "前妻", "前配偶", KinClass::Distant, 0),
        ] {
            assert_eq!(kin_from(word), Ok(Kin { term, pair, class, generation }), "{word}");
        }
        assert!(kin_from("妻弟").unwrap().avoids() && !kin_from("表叔").unwrap().avoids());
    }

    #[test]
    fn every_word_is_known_once() {
        let mut words: Vec<&str> = Vec::new();
        for (kin, others) in known() {
            assert_eq!(kin_from(kin.term), Ok(kin));
            words.push(kin.term);
            for other in others {
                assert_eq!(kin_from(other), Ok(kin), "{other}");
                words.push(other);
            }
        }
        let count = words.len();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), count);
    }

    #[test]
    fn strangers_are_refused_with_near_words() {
        assert!(kin_from("岳夫").unwrap_err().near.contains(&"岳父"));
        assert_eq!(kin_from("同事").unwrap_err(), KinFault { near: vec![] });
        assert!(kin_from("").is_err() && kin_from("大").is_err() && kin_from("大大大").is_err());
    }

    proptest! {
        #[test]
        fn no_word_panics(word in "\\PC{0,20}", ranks in "[大二长小亲]{0,30}") {
            let _ = kin_from(&word);
            let _ = kin_from(&ranks);
        }
    }
}
