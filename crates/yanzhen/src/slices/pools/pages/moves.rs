//! Who entered, who left, where those who left went, and how many of each year's entries came onto a committee.

use super::{Line, line, tabs};
use crate::slices::places::Desk;
use crate::slices::places::store::today;
use crate::slices::pools::model::{Cohort, State, Way, cohorts};
use crate::slices::pools::rules::pools_of;
use crate::slices::pools::store::{self, Filter};
use crate::slices::posts::committee_posts;
use askama::Template;
use axum::extract::Query;
use axum::response::{IntoResponse, Response};
use kernel::msg;
use platform::access::Action;
use platform::kit::{Choice, Link, Pager};
use platform::page::Page;
use platform::web::{Answer, Html};
use serde::Deserialize;
use std::collections::BTreeMap;

/// A year of entry: how many came in, and of them by year of conversion.
pub struct Row {
    pub year: String,
    pub entered: usize,
    /// The number, empty for none, and its class: the deeper, the larger its share of the entries.
    pub cells: Vec<(String, &'static str)>,
    pub all: usize,
    /// 27.4
    pub percent: String,
}

/// A ground and how many left by it this year; of ten, for the bar.
pub struct Exit {
    pub ground: String,
    pub n: u64,
    pub share: u64,
}

#[derive(Template)]
#[template(path = "pools/pages/moves.html")]
struct MovesPage {
    page: Page,
    tabs: Vec<Choice>,
    pools: Vec<Choice>,
    years: Vec<String>,
    rows: Vec<Row>,
    /// All cohorts in a sentence.
    said: String,
    exits: Vec<Exit>,
    left: u64,
    year: String,
    ways: Vec<Choice>,
    lines: Vec<Line>,
    pager: Pager,
    may: bool,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    pool: String,
    way: String,
    state: String,
    page: u64,
}

/// Up to a fortieth of the entries, two, three, and more.
const DEPTHS: [&str; 4] = ["k-1", "k-2", "k-3", "k-4"];

/// Tenths of a per cent as read.
pub fn tenths(n: usize) -> String {
    format!("{}.{}", n / 10, n % 10)
}

fn row(year: &str, cohort: &Cohort, years: &[String]) -> Row {
    let cell = |y: &String| match (cohort.of(y), cohort.entered) {
        _ if y.as_str() < year => (String::new(), "is-na"),
        (0, _) => (String::new(), ""),
        (n, of) => (n.to_string(), DEPTHS[(n * 40 / of.max(1)).min(3)]),
    };
    Row {
        year: year.to_owned(),
        entered: cohort.entered,
        cells: years.iter().map(cell).collect(),
        all: cohort.all(),
        percent: tenths(cohort.tenths()),
    }
}

pub async fn list(desk: Desk, Query(asked): Query<Asked>) -> Answer<Response> {
    let page = desk.page("pools").await?;
    let (db, part, day) = (&desk.db, &desk.caller.part, today());
    let pools = pools_of(db, part.code(), &day).await?;
    let seats = committee_posts(db, part, &day).await?;
    let seats: Vec<&str> = seats.iter().map(String::as_str).collect();
    let entries = store::entries(db, part, &asked.pool, &seats).await?;
    let all = cohorts(entries.iter().map(|(from, seated)| (from.as_str(), seated.as_deref())));
    let mut years: Vec<String> =
        all.keys().cloned().chain(all.values().flat_map(|c| c.converted.keys().cloned())).collect();
    years.sort();
    years.dedup();
    let entered: usize = all.values().map(|c| c.entered).sum();
    let converted: usize = all.values().map(Cohort::all).sum();
    let percent = (1000 * converted + entered / 2).checked_div(entered).unwrap_or(0);
    let said = page.m(&msg!(
        "入库 {entered} 人，已转化 {converted} 人，{percent}%。颜色越深，占本批的比例越高",
        entered = entered,
        converted = converted,
        percent = tenths(percent)
    ));
    let year = day[..4].to_owned();
    let exits = store::exits(db, part, &year).await?;
    let left: u64 = exits.values().sum();
    let mut by_ground: BTreeMap<String, u64> = BTreeMap::new();
    for (id, n) in &exits {
        // What was written without a ground of the measures counts by its head.
        let head = id.split(['：', '，', '（']).next().unwrap_or_default().trim();
        let ground = match head {
            "" => page.t("没有写事由").to_owned(),
            head => pools.ground_title(head, &day).to_owned(),
        };
        *by_ground.entry(ground).or_default() += n;
    }
    let most = by_ground.values().copied().max().unwrap_or(1).max(1);
    let mut exits: Vec<Exit> =
        by_ground.into_iter().map(|(ground, n)| Exit { ground, n, share: n * 100 / most }).collect();
    exits.sort_by(|a, b| b.n.cmp(&a.n).then_with(|| a.ground.cmp(&b.ground)));
    let filter = Filter { way: asked.way.clone(), state: asked.state.clone(), pool: asked.pool.clone() };
    let link = Link::new("/pools/moves").with("pool", &asked.pool);
    let way = |way: &str, state: &str, label| {
        let on = asked.way == way && asked.state == state;
        Choice::new(link.clone().with("way", way).with("state", state).to_string(), label).on(on)
    };
    let ways = vec![
        way("", "", page.t("全部")),
        way(Way::In.id(), "", page.t(Way::In.title())),
        way(Way::Out.id(), "", page.t(Way::Out.title())),
        way("", State::Proposed.id(), page.t(State::Proposed.title())),
    ];
    let here = link.clone().with("way", &asked.way).with("state", &asked.state);
    let pager = Pager::new(asked.page, store::count(db, &filter, part).await?, here);
    let found = store::moves(db, &filter, part, (pager.size, pager.offset())).await?;
    let waiting = store::waiting(db, part).await?;
    let mut choices = vec![Choice::new("/pools/moves", page.t("全部")).on(asked.pool.is_empty())];
    choices.extend(pools.pools_on(&day).into_iter().map(|p| {
        let href = Link::new("/pools/moves").with("pool", &p.id).to_string();
        Choice::new(href, p.title.as_str()).on(p.id == asked.pool)
    }));
    let html = MovesPage {
        tabs: tabs(&page, "/pools/moves", waiting, desk.caller.may(Action::RunReviews)),
        pools: choices,
        rows: all.iter().map(|(year, cohort)| row(year, cohort, &years)).collect(),
        years,
        said,
        exits,
        left,
        year,
        ways,
        lines: found.into_iter().map(|m| line(&page, &pools, m, &day)).collect(),
        pager,
        may: desk.caller.may(Action::ManagePools),
        page,
    };
    Ok(Html(html).into_response())
}
