//! What this program does not know, kept as it was found.

use super::LrmxFault;

/// The place inside the family list, after its items.
pub(super) const IN_FAMILY: &str = "JiaTingChengYuan/";

/// An element kept as it was found, and its place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unknown {
    pub(super) after: String,
    pub(super) name: String,
    pub(super) xml: String,
}

/// The attributes of the root as they were found (namespaces of other programs); usually none.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct RootAttributes(pub(super) String);

impl Unknown {
    /// An element from its text, `<X>…</X>`, placed after a known element (empty: at the start; `JiaTingChengYuan/`: in the
    /// family list, after its items).
    ///
    /// # Errors
    /// What is not exactly one well-formed element, what bears the name of a known one, and a place that is none.
    pub fn new(after: &str, xml: &str) -> Result<Unknown, LrmxFault> {
        super::read::lone_element(after, xml)
    }

    /// The element's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The element with its tags.
    pub fn xml(&self) -> &str {
        &self.xml
    }

    /// The known element it follows; empty at the start.
    pub fn after(&self) -> &str {
        &self.after
    }
}

impl RootAttributes {
    /// The attributes with the blank before them; empty when there are none.
    pub fn text(&self) -> &str {
        &self.0
    }
}
