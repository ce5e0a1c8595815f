//! What the audit's address asks for.

use super::CONTROL;
use crate::audit::{Filter, Outcome};
use crate::kit::Link;
use jiff::civil::Date;
use serde::Deserialize;

/// What the address asks for.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    pub of: String,
    pub who: String,
    pub action: String,
    pub outcome: String,
    pub record: String,
    pub from: String,
    pub to: String,
    pub page: String,
    /// The entry shown whole.
    pub entry: String,
}

/// Midnight of a day here, milliseconds.
fn midnight(day: Date) -> Option<i64> {
    Some(day.to_zoned(kernel::zone()).ok()?.timestamp().as_millisecond())
}

impl Asked {
    /// Without what cannot be meant: an unknown outcome, a day that is none.
    pub fn cleaned(mut self) -> Asked {
        for text in [&mut self.of, &mut self.who, &mut self.action, &mut self.record] {
            *text = text.trim().to_owned();
        }
        if self.of == CONTROL {
            self.of.clear();
        }
        let known = [Outcome::Done, Outcome::Denied, Outcome::Failed];
        if !known.iter().any(|o| o.as_str() == self.outcome) {
            self.outcome.clear();
        }
        for day in [&mut self.from, &mut self.to] {
            if day.parse::<Date>().is_err() {
                day.clear();
            }
        }
        self
    }

    pub fn filter(&self) -> Filter {
        let next = |day: Date| day.tomorrow().ok();
        Filter {
            actor: self.who.clone(),
            account: None,
            action: self.action.clone(),
            outcome: self.outcome.clone(),
            record: self.record.clone(),
            from: self.from.parse().ok().and_then(midnight),
            to: self.to.parse().ok().and_then(next).and_then(midnight),
        }
    }

    pub fn link(&self, path: &str) -> Link {
        let pairs = [
            ("of", &self.of),
            ("who", &self.who),
            ("action", &self.action),
            ("outcome", &self.outcome),
            ("record", &self.record),
            ("from", &self.from),
            ("to", &self.to),
        ];
        pairs.iter().fold(Link::new(path), |link, (name, value)| link.with(name, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_whole_and_nonsense_is_dropped() {
        let asked = Asked { from: "2026-11-18".into(), to: "2026-11-18".into(), ..Asked::default() };
        let filter = asked.cleaned().filter();
        let hours = (filter.to.unwrap_or_default() - filter.from.unwrap_or_default()) / 3_600_000;
        assert!((23..=25).contains(&hours));
        let asked = Asked { from: "2026-02-30".into(), outcome: "x".into(), ..Asked::default() }.cleaned();
        assert!(asked.from.is_empty() && asked.outcome.is_empty());
    }
}
