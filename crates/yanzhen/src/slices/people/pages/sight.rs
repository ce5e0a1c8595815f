//! What every list of people begins with: the filter that was asked for and what it is read with.

use crate::slices::people::columns::{self, Column};
use crate::slices::people::filter::{Filter, Sort};
use crate::slices::people::listing::{self, Around, Count, Line, Slice};
use crate::slices::people::map::{Map, map};
use crate::slices::people::search::{self, Scene, Token, Typed, Where, order, tokens};
use crate::slices::people::words::{Words, words};
use crate::slices::places::Desk;
use crate::slices::places::store::today;
use kernel::{Day, msg};
use platform::access::Part;
use platform::account::columns_of;
use platform::db::DbResult;
use platform::kit::Link;
use platform::web::{Answer, Failure};
use std::sync::Arc;

/// The name of the table of people among the columns that an account chose.
pub const TABLE: &str = "people";
/// Rows of a page.
pub const SIZE: u64 = 50;

/// An address of the list, read.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    pub filter: Filter,
    /// From 1.
    pub page: u64,
    /// Columns that the address itself names; empty for those that the account chose.
    pub cols: String,
}

impl Asked {
    /// Reads the pairs of an address.
    pub fn read(pairs: &[(String, String)]) -> Answer<Asked> {
        let of = |name: &str| pairs.iter().rev().find(|(n, _)| n == name).map_or("", |(_, v)| v.trim());
        let filter =
            Filter::read(pairs.iter().map(|(n, v)| (n.as_str(), v.as_str()))).map_err(Failure::Bad)?;
        let page = match of("page") {
            "" => 1,
            text => text.parse().map_err(|_| {
                Failure::Bad(msg!("网址里的 {name} 填得不对：{value}", name = "page", value = text))
            })?,
        };
        let cols = of("cols");
        let cols = if cols.is_empty() { String::new() } else { columns::told(&columns::read(cols)) };
        Ok(Asked { filter, page, cols })
    }

    /// Its address without the page.
    pub fn link(&self, path: &str) -> Link {
        self.filter.link(path).with("cols", &self.cols)
    }

    /// The part of that address after `?`.
    pub fn query(&self) -> String {
        self.link("").to_string().trim_start_matches('?').to_owned()
    }

    /// Whether a person's number was typed where it would stand in an address.
    pub fn tells_a_number(&self) -> bool {
        search::typed(&self.filter.q) != Typed::Words
    }

    /// The columns to show: of the address, else of the account.
    pub fn columns(&self, desk: &Desk) -> Vec<Column> {
        let chosen = desk.visitor.session.as_ref().map_or("", |s| columns_of(&s.columns, TABLE));
        columns::read(if self.cols.is_empty() { chosen } else { &self.cols })
    }
}

/// What a filter is read with.
pub struct Sight {
    pub words: Arc<Words>,
    pub around: Around,
    /// The county's places.
    pub map: Arc<Map>,
    pub tokens: Vec<Token>,
    /// The caller's part.
    pub part: Part,
    pub today: Day,
}

/// Rows of a list, how many there are in all, and which page these are.
pub struct Found {
    pub lines: Vec<Line>,
    pub total: u64,
    pub page: u64,
}

impl Sight {
    /// Two statements: packs, and what stands around; a third where places changed.
    pub async fn of(desk: &Desk, filter: &Filter) -> Answer<Sight> {
        let day = today();
        let words = words(&desk.db, &desk.caller.part, &day).await?;
        let around = listing::around(&desk.db, desk.caller.account, &desk.caller.part, filter).await?;
        let map = map(&desk.db, &around.mark).await?;
        let tokens = tokens(&filter.q, map.places(&desk.caller.part));
        let today = day.parse().map_err(|e: jiff::Error| Failure::Internal(e.to_string()))?;
        Ok(Sight { words, around, map, tokens, part: desk.caller.part.clone(), today })
    }

    /// The condition of a filter in the caller's part.
    pub fn condition(&self, desk: &Desk, filter: &Filter) -> Where {
        let tokens = if filter.q.is_empty() { &[][..] } else { &self.tokens };
        let scene = Scene { part: &desk.caller.part, words: &self.words, today: self.today, tokens };
        search::condition(filter, &scene)
    }

    /// The order of a filter's rows.
    pub fn order(&self, found: &mut Where, filter: &Filter) -> String {
        if filter.is_loose() {
            search::nearness(found, &self.tokens)
        } else {
            order(filter.order()).to_owned()
        }
    }

    /// A page of a filter's rows: one statement, others where it was not known how many there are and the page asked for
    /// is past the end.
    pub async fn page(
        &self,
        desk: &Desk,
        filter: &Filter,
        columns: &[Column],
        (page, size): (u64, u64),
    ) -> DbResult<Found> {
        if let Some(total) = self.around.tallied(filter, &self.words, &desk.caller.part) {
            return self.counted(desk, filter, columns, (page, size), total).await;
        }
        let mut found = self.condition(desk, filter);
        let order = &self.order(&mut found, filter);
        let count = if filter.is_loose() { Count::Passing } else { Count::Apart };
        let slice = |page: u64| Slice { offset: (page - 1).saturating_mul(size), limit: size, count };
        let mut page = page.max(1);
        let (mut lines, mut total) = listing::rows(&desk.db, &found, order, columns, slice(page)).await?;
        if lines.is_empty() && page > 1 {
            let all = listing::count(&desk.db, &found).await?;
            page = last(all, size);
            (lines, total) = listing::rows(&desk.db, &found, order, columns, slice(page)).await?;
        }
        Ok(Found { lines, total, page })
    }

    /// A page of rows of which it is known how many there are; of the second half counted from the end, which is nearer.
    async fn counted(
        &self,
        desk: &Desk,
        filter: &Filter,
        columns: &[Column],
        (page, size): (u64, u64),
        total: u64,
    ) -> DbResult<Found> {
        let page = page.clamp(1, last(total, size));
        if total == 0 {
            return Ok(Found { lines: Vec::new(), total, page });
        }
        let found = self.condition(desk, filter);
        let (offset, sort) = ((page - 1) * size, filter.order());
        let limit = size.min(total - offset);
        if offset <= total / 2 {
            let slice = Slice { offset, limit, count: Count::Known };
            let (lines, _) = listing::rows(&desk.db, &found, order(sort), columns, slice).await?;
            return Ok(Found { lines, total, page });
        }
        let back = order(Sort { down: !sort.down, ..sort });
        let slice = Slice { offset: total - offset - limit, limit, count: Count::Known };
        let (mut lines, _) = listing::rows(&desk.db, &found, back, columns, slice).await?;
        lines.reverse();
        Ok(Found { lines, total, page })
    }
}

/// The last page of so many rows.
fn last(total: u64, size: u64) -> u64 {
    total.div_ceil(size).max(1)
}

/// Who is meant by a form of the list: those ticked, or all that its filter finds.
pub struct Picked {
    pub asked: Asked,
    /// Ids of those ticked; `None` for all.
    pub ids: Option<Vec<i64>>,
}

/// The most persons that are ticked one by one.
const TICKED: usize = 5_000;

impl Picked {
    /// Reads a form: `id` for each person, or `all`; `rest` is the list's address after `?`, `cols` its columns.
    pub fn read(fields: &[(String, String)]) -> Answer<Picked> {
        let of = |name: &str| fields.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v.as_str());
        let mut pairs = crate::slices::people::views::pairs(of("rest"));
        pairs.retain(|(name, _)| name != "page" && name != "cols");
        pairs.push(("cols".into(), of("cols").into()));
        let asked = Asked::read(&pairs)?;
        if of("all") == "1" {
            return Ok(Picked { asked, ids: None });
        }
        let ids: Vec<i64> =
            fields.iter().filter(|(n, _)| n == "id").filter_map(|(_, v)| v.parse().ok()).collect();
        match ids.len() {
            0 => Err(Failure::Bad(msg!("还没有勾选人；请勾选，或选中符合条件的全部"))),
            n if n > TICKED => Err(Failure::TooLarge),
            _ => Ok(Picked { asked, ids: Some(ids) }),
        }
    }

    /// The condition of those meant, in the caller's part.
    pub fn condition(&self, desk: &Desk, sight: &Sight) -> Where {
        match &self.ids {
            Some(ids) => listing::these(ids, &desk.caller.part),
            None => sight.condition(desk, &self.asked.filter),
        }
    }

    /// Their ids, in the list's order.
    pub async fn people(&self, desk: &Desk) -> Answer<Vec<i64>> {
        let sight = Sight::of(desk, &self.asked.filter).await?;
        let mut found = self.condition(desk, &sight);
        let order = sight.order(&mut found, &self.asked.filter);
        let all = Slice::first(listing::ALL);
        let (lines, _) = listing::rows(&desk.db, &found, &order, &[], all).await?;
        Ok(lines.into_iter().map(|l| l.id).collect())
    }
}
