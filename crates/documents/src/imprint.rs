//! Who printed what, when, under which pack.

use crate::words;
use jiff::civil::DateTime;

/// The last line of a printed roster. Source: design README, "Print".
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Imprint {
    /// Who printed it.
    pub printed_by: String,
    /// When, in the county's own time.
    pub printed_at: DateTime,
    /// The pack whose rules made the figures, if rules did.
    pub pack: Option<PackMark>,
    /// Whether people and figures are invented.
    pub synthetic: bool,
}

/// A pack as documents name it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PackMark {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// SHA-256 of its content, in hexadecimal.
    pub hash: String,
}

/// What a document of invented people says on each page.
pub(crate) const SYNTHETIC: &str = "演示数据　虚构人物";

impl Imprint {
    /// Left, middle and right of the line.
    pub(crate) fn parts(&self) -> [String; 3] {
        let pack = self.pack.as_ref().map(PackMark::text).unwrap_or_default();
        let synthetic = if self.synthetic { SYNTHETIC.to_owned() } else { String::new() };
        [format!("{}　{} 打印", words::moment(self.printed_at), self.printed_by), pack, synthetic]
    }
}

impl PackMark {
    /// `金安办法 2026 版 sha256 7c1e04b9…9af2`: enough of the hash to compare by eye.
    fn text(&self) -> String {
        let hash: String = match (self.hash.get(..8), self.hash.len().checked_sub(4)) {
            (Some(start), Some(cut)) if self.hash.len() > 14 && self.hash.is_ascii() => {
                format!("{start}…{}", &self.hash[cut..])
            }
            _ => self.hash.clone(),
        };
        format!("{} {} 版　sha256 {hash}", self.name, self.version)
    }
}
