//! Nobody answers: what was looked for and how it was loosened, who may be meant, which filter to drop, or that the
//! list is still empty. Nobody outside the caller's part is ever told of.

use super::cells::Eyes;
use super::chips::{Chip, chips, told};
use super::list::{place, tabs};
use super::sight::{Asked, Sight};
use crate::slices::people::columns::Column;
use crate::slices::people::filter::{Cut, Filter};
use crate::slices::people::listing::{self, Slice};
use crate::slices::people::near::{near, near_places};
use crate::slices::people::search::order;
use crate::slices::places::Desk;
use askama::Template;
use axum::response::{IntoResponse, Response};
use kernel::key;
use platform::access::{Action, Part};
use platform::kit::{Choice, Link, thousands};
use platform::page::Page;
use platform::web::{Answer, Html};

/// Somebody who may be meant, or whom a number is of.
pub struct Hit {
    pub id: i64,
    pub name: String,
    pub place: String,
    pub roles: String,
    pub age: String,
    pub why: String,
}

/// A filter to drop, and how many that gives.
pub struct Drop {
    pub title: &'static str,
    pub text: String,
    pub n: String,
    pub href: String,
}

#[derive(Template)]
#[template(path = "people/pages/none.html")]
pub struct NonePage {
    pub page: Page,
    pub q: String,
    pub tabs: Vec<Choice>,
    /// What the search form keeps.
    pub rest: String,
    pub hits: Vec<Hit>,
    /// Villages that may be meant.
    pub places: Vec<Choice>,
    /// How many are in use in the caller's part.
    pub all: String,
    pub filters: usize,
    pub chips: Vec<Chip>,
    /// The view without filters.
    pub bare: String,
    pub drops: Vec<Drop>,
    /// Nobody is there at all.
    pub empty: bool,
    pub may_edit: bool,
    /// A number was typed into the address.
    pub sealed: bool,
    pub township: bool,
}

impl NonePage {
    /// What is said where no filter alone is too strict.
    fn why(&self) -> &'static str {
        self.page.t(match self.filters {
            2.. => key!("这些条件下没有人，去掉其中任何一个也还是没有；请一次多去掉几个。"),
            _ => key!("这些条件下没有人。"),
        })
    }

    fn searched(&self) -> bool {
        !self.q.is_empty()
    }
}

pub async fn show(desk: &Desk, page: Page, sight: &Sight, asked: &Asked, sealed: bool) -> Answer<Response> {
    let filter = &asked.filter;
    let all = match sight.around.tallied(&Filter::default(), &sight.words, &desk.caller.part) {
        Some(n) => n,
        None => listing::count(&desk.db, &sight.condition(desk, &Filter::default())).await?,
    };
    let (hits, places) = match filter.q.is_empty() {
        true => (Vec::new(), Vec::new()),
        false => (
            alike(desk, &page, sight).await?,
            near_places(&sight.tokens, sight.map.places(&desk.caller.part)),
        ),
    };
    let places =
        places.into_iter().map(|p| Choice::new(format!("/people?village={}", p.code), &p.name)).collect();
    let cuts = filter.cuts();
    let mut drops = Vec::new();
    if cuts.len() + usize::from(!filter.view.id().is_empty()) > 1 {
        for cut in &cuts {
            let without = filter.without(*cut);
            let n = listing::count(&desk.db, &sight.condition(desk, &without)).await?;
            drops.push((n, *cut, without));
        }
        drops.retain(|(n, ..)| *n > 0);
        drops.sort_by_key(|(n, ..)| *n);
    }
    let drop = |(n, cut, without): (u64, Cut, Filter)| Drop {
        title: page.t(cut.title()),
        text: told(&page, sight, filter, cut),
        n: thousands(n),
        href: Asked { filter: without, page: 1, cols: asked.cols.clone() }.link("/people").to_string(),
    };
    let html = NonePage {
        drops: drops.into_iter().map(drop).collect(),
        q: filter.q.clone(),
        tabs: tabs(&page, desk, sight, asked).0,
        rest: Asked { filter: filter.without(Cut::Words), ..asked.clone() }.query(),
        hits,
        places,
        all: thousands(all),
        filters: cuts.len(),
        chips: chips(&page, sight, asked),
        bare: Link::new("/people").with("view", filter.view.id()).with("cols", &asked.cols).to_string(),
        empty: all == 0 && filter.state.is_none(),
        may_edit: desk.caller.may(Action::EditPeople),
        sealed,
        township: desk.caller.part != Part::County,
        page,
    };
    Ok(Html(html).into_response())
}

/// Persons of the caller's part whose names are near what was typed.
async fn alike(desk: &Desk, page: &Page, sight: &Sight) -> Answer<Vec<Hit>> {
    let candidates = listing::candidates(&desk.db, &desk.caller.part).await?;
    let near = near(&sight.tokens, &candidates);
    let ids: Vec<i64> = near.iter().map(|n| n.id).collect();
    let mut hits = hits(desk, page, sight, &ids).await?;
    let comma = if page.en() { ", " } else { "、" };
    for hit in &mut hits {
        if let Some(near) = near.iter().find(|n| n.id == hit.id) {
            hit.why = near.reasons.iter().map(|r| page.m(r)).collect::<Vec<_>>().join(comma);
        }
    }
    Ok(hits)
}

/// Some persons of the caller's part, in the order of their ids as given.
pub async fn hits(desk: &Desk, page: &Page, sight: &Sight, ids: &[i64]) -> Answer<Vec<Hit>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let columns = [Column::Posts, Column::Age];
    let found = listing::these(ids, &desk.caller.part);
    let slice = Slice::first(ids.len() as u64);
    let (mut lines, _) =
        listing::rows(&desk.db, &found, order(Filter::default().order()), &columns, slice).await?;
    lines.sort_by_key(|l| ids.iter().position(|id| *id == l.id));
    let eyes = Eyes::new(page, &sight.words, sight.today, None);
    let hit = |line: &listing::Line| {
        let mut cells =
            eyes.cells(&columns, line).into_iter().map(|c| if c.missing { String::new() } else { c.text });
        Hit {
            id: line.id,
            name: line.name.clone(),
            place: place(sight, line),
            roles: cells.next().unwrap_or_default(),
            age: cells.next().unwrap_or_default(),
            why: String::new(),
        }
    };
    Ok(lines.iter().map(hit).collect())
}
