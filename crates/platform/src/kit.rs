//! What the components of `templates/kit/macros.html` are given, and the gallery that shows them all.

mod curve;
mod gallery;
mod link;
mod tree;

use crate::page::Page;
use askama::Template;
use kernel::{Lang, Message, key};

pub use curve::{Curve, Dot, Knot};
pub use gallery::gallery;
pub use link::{Leap, Link, Pager, thousands};
pub use tree::Node;

/// Faults of a form: the field and what to type instead.
#[derive(Clone, Debug, Default)]
pub struct Faults(Vec<(String, String)>);

impl Faults {
    /// No fault yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// What an act told, field and message of each, in a reader's language.
    pub fn told<'f>(found: impl IntoIterator<Item = (&'f str, Message)>, lang: Lang) -> Self {
        Faults(found.into_iter().map(|(field, why)| (field.to_owned(), why.text(lang))).collect())
    }

    /// Notes a fault of a field; the text says what to type.
    pub fn add(&mut self, field: impl Into<String>, text: impl Into<String>) {
        self.0.push((field.into(), text.into()));
    }

    /// The first fault of a field, or nothing.
    pub fn of(&self, field: &str) -> &str {
        self.0.iter().find(|(f, _)| f == field).map_or("", |(_, text)| text)
    }

    /// Whether the form may go through.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Field and text of each, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(field, text)| (field.as_str(), text.as_str()))
    }
}

/// One of several: a part of `seg` or `tabs` (value is the address), an option of `select`, a radio of `choices`.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// Address, or the value a form sends.
    pub value: String,
    /// What is read.
    pub label: String,
    /// A line under the label, or the count of a tab. May be empty.
    pub hint: String,
    /// Chosen, or the page we are on.
    pub on: bool,
}

impl Choice {
    /// A choice that is not taken.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Choice { value: value.into(), label: label.into(), ..Self::default() }
    }

    /// With a line under it, or the count of a tab.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// Taken if so.
    pub fn on(mut self, on: bool) -> Self {
        self.on = on;
        self
    }

    /// Takes the choices whose value is the given one.
    pub fn pick(choices: Vec<Choice>, value: &str) -> Vec<Choice> {
        choices
            .into_iter()
            .map(|c| {
                let on = c.value == value;
                c.on(on)
            })
            .collect()
    }
}

/// One step of a process of the system.
#[derive(Clone, Debug, Default)]
pub struct Step {
    /// What the step does.
    pub word: String,
    /// How it went or how long it takes. May be empty.
    pub under: String,
    done: bool,
    now: bool,
}

impl Step {
    /// Steps in order: those before `now` are done, the one at `now` is under way. `now` past the end: all done.
    pub fn line<S: Into<String>>(words: impl IntoIterator<Item = S>, now: usize) -> Vec<Step> {
        let at = |(i, word): (usize, S)| Step {
            word: word.into(),
            under: String::new(),
            done: i < now,
            now: i == now,
        };
        words.into_iter().enumerate().map(at).collect()
    }

    /// Whether it is behind.
    pub fn done(&self) -> bool {
        self.done
    }

    /// Whether it is under way.
    pub fn now(&self) -> bool {
        self.now
    }
}

/// A thing checked, and what was found.
#[derive(Clone, Debug)]
pub struct Check {
    /// What is checked.
    pub word: &'static str,
    /// What was found.
    pub found: String,
    /// What to do about it; empty where all is well.
    pub advice: String,
    /// How it came out.
    pub state: Checked,
}

/// How a check came out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Checked {
    /// As it should be.
    Passed,
    /// It works, but.
    Warned,
    /// It does not work.
    Failed,
    /// Not yet looked at.
    Waiting,
}

impl Checked {
    /// Its class.
    pub fn class(self) -> &'static str {
        match self {
            Checked::Passed => "ok",
            Checked::Warned => "warn",
            Checked::Failed => "stop",
            Checked::Waiting => "wait",
        }
    }

    /// Its sign.
    pub fn sign(self) -> &'static str {
        match self {
            Checked::Passed => "✓",
            Checked::Warned => "▲",
            Checked::Failed => "✕",
            Checked::Waiting => "○",
        }
    }

    /// Its word, a key of the catalogue.
    pub fn word(self) -> &'static str {
        match self {
            Checked::Passed => key!("通过"),
            Checked::Warned => key!("提醒"),
            Checked::Failed => key!("不通过"),
            Checked::Waiting => key!("未查"),
        }
    }
}

/// A column of a table.
#[derive(Clone, Debug, Default)]
pub struct Column {
    /// The head's text.
    pub label: String,
    /// Numbers stand right.
    pub number: bool,
    /// Where the head's link sorts by this column. Empty: cannot be sorted.
    pub href: String,
    /// Sorted by this column, largest first or smallest first.
    pub sorted: Option<Order>,
}

/// Which end of a sorted column comes first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Order {
    /// Smallest first.
    Up,
    /// Largest first.
    Down,
}

impl Order {
    /// Value of `aria-sort`.
    pub fn aria(self) -> &'static str {
        match self {
            Order::Up => "ascending",
            Order::Down => "descending",
        }
    }

    /// The sign beside the word.
    pub fn sign(self) -> &'static str {
        match self {
            Order::Up => "▴",
            Order::Down => "▾",
        }
    }
}

impl Column {
    /// A column of words.
    pub fn text(label: impl Into<String>) -> Self {
        Column { label: label.into(), ..Self::default() }
    }

    /// A column of numbers.
    pub fn number(label: impl Into<String>) -> Self {
        Column { label: label.into(), number: true, ..Self::default() }
    }

    /// Sorts by link: `sort=age` and `sort=-age`. `now` is the value of `sort` at present.
    pub fn sort(mut self, id: &str, now: &str, link: &Link) -> Self {
        let down = format!("-{id}");
        let (sorted, next) = if now == id {
            (Some(Order::Up), down)
        } else if now == down {
            (Some(Order::Down), id.to_owned())
        } else {
            (None, id.to_owned())
        };
        self.sorted = sorted;
        self.href = link.with("sort", &next).without("page").to_string();
        self
    }
}

/// One event of a timeline.
#[derive(Clone, Debug, Default)]
pub struct Event {
    /// When, as read: `2024年7月16日`.
    pub when: String,
    /// What.
    pub what: String,
    /// Who, which document. May be empty.
    pub by: String,
    /// It has happened.
    pub done: bool,
}

impl Event {
    /// Something that happened.
    pub fn past(when: impl Into<String>, what: impl Into<String>) -> Self {
        Event { when: when.into(), what: what.into(), by: String::new(), done: true }
    }

    /// Something to come.
    pub fn coming(when: impl Into<String>, what: impl Into<String>) -> Self {
        Event { done: false, ..Self::past(when, what) }
    }

    /// With who did it, or its document.
    pub fn by(mut self, by: impl Into<String>) -> Self {
        self.by = by.into();
        self
    }
}

/// A long task.
#[derive(Clone, Debug, Default)]
pub struct Job {
    /// What it does.
    pub title: String,
    /// How much is done.
    pub done: u64,
    /// Of how much; 0 while unknown.
    pub all: u64,
    /// Time left or how it ended, in words.
    pub left: String,
    /// Where a stream of server events tells its progress. Empty: no live change.
    pub stream: String,
    /// Where a post stops it. Empty: cannot be stopped.
    pub stop: String,
    /// It stopped on the way.
    pub stopped: bool,
}

#[derive(Template)]
#[template(source = r#"{% import "kit/macros.html" as kit %}{{ kit::job_body(job) }}"#, ext = "html")]
struct JobBody<'a> {
    page: &'a Page,
    job: &'a Job,
}

impl Job {
    /// What changes while the task runs: the data of a server event named `job`, on one line.
    pub fn body(&self, page: &Page) -> askama::Result<String> {
        Ok(JobBody { page, job: self }.render()?.replace(['\n', '\r'], " "))
    }
}
