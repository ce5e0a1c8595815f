//! Kinship: what an appellation in a family list means, and whether office-holders so related avoid one another.
//!
//! Source: 公务员回避规定 (2020), article 5: spouses; direct blood relatives; collateral blood relatives within three
//! generations; near relatives by marriage. Adoptive and step relatives count as blood. Which posts the rule binds is a
//! policy pack's matter.

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
    /// A relative farther away: no avoidance.
    Distant,
}

/// What an appellation means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Kin {
    /// The usual appellation: 妻子 for 爱人（女）, 老婆.
    pub term: &'static str,
    /// How the pair is called: 夫妻, 父子, 兄弟姐妹, 翁婿.
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
    /// What is wrong.
    pub fn message(&self) -> Message {
        msg!("不认得这个称谓")
    }
}

/// Every appellation known, with its meaning.
pub fn known() -> &'static [(&'static str, Kin)] {
    &[]
}

/// What an appellation means.
///
/// # Errors
/// An unknown appellation, with those that look like it.
pub fn kin_from(appellation: &str) -> Result<Kin, KinFault> {
    let _ = appellation;
    Err(KinFault { near: Vec::new() })
}
