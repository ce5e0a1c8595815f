//! Codes from the words that offices write.

use super::Code;
use kernel::{Message, msg};

/// A word that is no value of a code set.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CodeFault {
    /// The word.
    pub text: String,
    /// Values that look like it, nearest first, at most five.
    pub near: Vec<Code>,
}

impl CodeFault {
    /// What is wrong.
    pub fn message(&self) -> Message {
        match self.near.is_empty() {
            true => msg!("不认得“{text}”", text = &self.text),
            false => msg!("不认得“{text}”", text = &self.text),
        }
    }
}

fn stub(text: &str) -> Result<Code, CodeFault> {
    Err(CodeFault { text: text.into(), near: Vec::new() })
}

/// Sex: 男, 女性, M, 1.
///
/// # Errors
/// A word that is none, with near ones.
pub fn sex_from(text: &str) -> Result<Code, CodeFault> {
    stub(text)
}
/// Marital status.
///
/// # Errors
/// A word that is none, with near ones.
pub fn marital_from(text: &str) -> Result<Code, CodeFault> {
    stub(text)
}
/// Political status.
///
/// # Errors
/// A word that is none, with near ones.
pub fn political_from(text: &str) -> Result<Code, CodeFault> {
    stub(text)
}
/// Education.
///
/// # Errors
/// A word that is none, with near ones.
pub fn education_from(text: &str) -> Result<Code, CodeFault> {
    stub(text)
}
/// Degree.
///
/// # Errors
/// A word that is none, with near ones.
pub fn degree_from(text: &str) -> Result<Code, CodeFault> {
    stub(text)
}
/// Ethnic group.
///
/// # Errors
/// A word that is none, with near ones.
pub fn ethnic_from(text: &str) -> Result<Code, CodeFault> {
    stub(text)
}
