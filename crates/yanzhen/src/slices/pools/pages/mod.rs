//! Pages of the pools.

pub mod moves;
pub mod new;
pub mod one;
pub mod overview;
pub mod own;
pub mod review;

use super::model::{Move, State};
use crate::slices::posts::pages::day_text;
use platform::kit::Choice;
use platform::page::Page;
use policy::Pools;

/// The pages of the pools as tabs; `on` is the current one's path; `reviews`: the reader runs joint reviews.
pub(crate) fn tabs(page: &Page, on: &str, waiting: u64, reviews: bool) -> Vec<Choice> {
    let hint = if waiting == 0 { String::new() } else { waiting.to_string() };
    let mut out = vec![
        Choice::new("/pools", page.t("结构与后备席")).on(on == "/pools"),
        Choice::new("/people?view=reserves", page.t("在库名单")).on(on == "/people"),
        Choice::new("/pools/moves", page.t("进出与转化")).hint(hint).on(on == "/pools/moves"),
        Choice::new("/inquiries", page.t("去向核实")).on(on == "/inquiries"),
        Choice::new("/pools/review", page.t("季度评审")).on(on == "/pools/review"),
        Choice::new("/campaigns", page.t("公开选拔")),
        Choice::new("/membership", page.t("党员发展")).on(on == "/membership"),
        Choice::new("/vacancies", page.t("空缺递补")).on(on == "/vacancies"),
    ];
    if reviews {
        out.push(Choice::new("/reviews", page.t("县级联审")));
    }
    out
}

/// A move as read.
pub struct Line {
    pub m: Move,
    pub pool: String,
    pub ground: String,
    /// The day it was decided, else proposed.
    pub day: String,
    pub state: &'static str,
    pub tone: &'static str,
}

fn line(page: &Page, pools: &Pools, m: Move, today: &str) -> Line {
    let day = match m.state {
        State::Decided | State::Refused => day_text(&m.decided_on),
        _ => crate::slices::places::pages::day_text(m.at),
    };
    Line {
        pool: pools.pool_title(&m.pool, today).to_owned(),
        ground: pools.ground_title(&m.ground, today).to_owned(),
        day,
        state: page.t(m.state.title()),
        tone: m.state.tone(),
        m,
    }
}
