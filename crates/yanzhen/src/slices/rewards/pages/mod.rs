//! Pages of proposals, decisions, the tally and the documents of rounds.

pub mod bundle;
pub mod list;
pub mod many;
pub mod one;
pub mod own;
pub mod papers;
pub mod tally;

use super::model::{Proposal, State, yuan};
use crate::slices::appraisals::pages::results::grade;
use crate::slices::places::facts::adopted;
use crate::slices::places::model::date_text;
use platform::db::{Db, DbResult};
use platform::kit::Choice;
use platform::page::Page;
use policy::Pack;
use std::collections::HashMap;
use std::sync::Arc;

/// A proposal as a list shows it.
pub struct Line {
    pub p: Proposal,
    /// The grade's word; empty for none.
    pub grade: String,
    pub action: String,
    pub target: String,
    /// Yuan; empty where it is no sum.
    pub sum: String,
    pub state: &'static str,
    pub tone: &'static str,
    /// The rule in words, and the figures it used.
    pub rule: String,
    pub figures: String,
}

impl Line {
    /// Whom it is about: the person, or the village.
    pub fn whom(&self) -> &str {
        if self.p.person_name.is_empty() { &self.p.village_name } else { &self.p.person_name }
    }

    pub fn place(&self) -> String {
        format!("{} {}", self.p.township_name, self.p.village_name)
    }
}

/// Where a proposal stands, in words, with the tone of its tag.
pub fn stage(page: &Page, p: &Proposal) -> (&'static str, &'static str) {
    match (p.state, p.carried) {
        (State::Decided, Some(true)) if !p.done_on.is_empty() => (page.t("已落实"), "ok"),
        (State::Decided, Some(true)) => (page.t("决定执行"), "info"),
        (State::Decided, _) => (page.t("决定不执行"), ""),
        (State::Void, _) => (page.t("依法不能提出"), "stop"),
        (State::Dropped, _) => (page.t(State::Dropped.title()), ""),
        (state, _) => (page.t(state.title()), "plan"),
    }
}

/// A proposal as a list shows it, by its pack.
pub fn line(page: &Page, pack: &Pack, p: Proposal) -> Line {
    let (state, tone) = stage(page, &p);
    let (rule, figures) = p.because.split_once('\n').unwrap_or((p.because.as_str(), ""));
    Line {
        grade: grade(pack, &p.grade).1,
        action: page.w(policy::action_text(&p.action)),
        target: page.w(policy::target_text(&p.applies_to)),
        sum: p.sum().map(yuan).unwrap_or_default(),
        state,
        tone,
        rule: rule.to_owned(),
        figures: figures.to_owned(),
        p,
    }
}

/// The packs that proposals came from.
pub async fn packs(db: &Db, ids: Vec<i64>) -> DbResult<HashMap<i64, Arc<Pack>>> {
    let mut out = HashMap::new();
    for id in ids {
        if let std::collections::hash_map::Entry::Vacant(free) = out.entry(id) {
            free.insert(adopted(db, id).await?);
        }
    }
    Ok(out)
}

/// The actions as choices of a filter.
pub fn actions(page: &Page, on: &str) -> Vec<Choice> {
    Choice::pick(policy::ACTIONS.iter().map(|(id, title)| Choice::new(*id, page.t(title))).collect(), on)
}

/// A stored day as pages write it; empty for none.
pub fn day(day: &str) -> String {
    if day.is_empty() { String::new() } else { date_text(day) }
}
