//! What is wrong with a form.

use kernel::{Fault, Lang, Message, Severity};
use std::fmt;

/// Something wrong in an LRMX or LRM file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LrmxFault {
    /// The element (`ChuShengNianYue`, `JiaTingChengYuan/Item/XingMing`) or, in LRM, the field; empty for the file.
    pub element: String,
    /// Line of the file, first = 1; 0 unknown.
    pub line: u32,
    /// What is wrong.
    pub reason: Message,
    /// What to do about it.
    pub mend: Option<Message>,
}

impl LrmxFault {
    pub(crate) fn new(element: &str, line: u32, reason: Message) -> Self {
        LrmxFault { element: element.into(), line, reason, mend: None }
    }

    #[must_use]
    pub(crate) fn mend(mut self, mend: Message) -> Self {
        self.mend = Some(mend);
        self
    }

    /// The fault with its file, as lists of faults show it. The value is left out: forms are personal.
    pub fn in_file(self, file: &str) -> Fault {
        let fault = Fault::cell(file, self.line, &self.element, "", self.reason);
        match self.mend {
            Some(mend) => fault.mend(mend),
            None => fault,
        }
    }

    /// The same as a warning, for what [`super::Lrmx::doubts`] finds.
    pub fn as_warning(self, file: &str) -> Fault {
        self.in_file(file).severity(Severity::Warning)
    }
}

impl fmt::Display for LrmxFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.clone().in_file("").line(Lang::Zh))
    }
}
