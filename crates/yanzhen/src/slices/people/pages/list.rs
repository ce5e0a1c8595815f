//! The list of people: views, search, filters, chosen columns, what to do with those ticked.

use super::cells::{Cell, Eyes};
use super::chips::{Chip, Picks, chips};
use super::none;
use super::sight::{Asked, Found, SIZE, Sight};
use crate::slices::people::columns::{self, Column};
use crate::slices::people::filter::{Cut, View};
use crate::slices::people::listing::Line;
use crate::slices::people::views::Saved;
use crate::slices::places::Desk;
use askama::Template;
use axum::extract::Query;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::{key, msg};
use platform::access::Action;
use platform::kit::{self, Choice, Column as Head, Pager, thousands};
use platform::page::Page;
use platform::web::{Answer, Html, page_for};

/// A person's row.
pub struct Row {
    pub id: i64,
    pub name: String,
    pub place: String,
    pub cells: Vec<Cell>,
}

/// What the reader may do here.
pub struct May {
    pub edit: bool,
    pub import: bool,
    pub export: bool,
    pub merge: bool,
    pub receive: bool,
    /// Whether lists are typeset for print.
    pub print: bool,
}

#[derive(Template)]
#[template(path = "people/pages/list.html")]
struct ListPage {
    page: Page,
    /// The view's or the saved view's title.
    title: String,
    lead: String,
    tabs: Vec<Choice>,
    /// The saved view that is shown.
    saved: Option<Saved>,
    chips: Vec<Chip>,
    picks: Picks,
    /// The address without its filters.
    bare: String,
    /// What the search form keeps, as an address after `?`; and what views and exports take.
    rest: String,
    query: String,
    heads: Vec<Head>,
    classes: Vec<&'static str>,
    rows: Vec<Row>,
    pager: Pager,
    columns: String,
    /// Every column, those shown first, in their order.
    choices: Vec<Choice>,
    shown: usize,
    all: usize,
    may: May,
    /// What the export is called, and where it is.
    export: String,
    save: String,
    doing: String,
    /// `已选 # / 128 人`: the sign stands for how many.
    picked: String,
    everyone: String,
}

impl ListPage {
    /// Words of what a search leaves as it is.
    fn q(&self) -> &str {
        self.picks.kept.iter().find(|(name, _)| *name == "q").map_or("", |(_, q)| q)
    }

    /// The head of a cell's column, for rows that fold into cards; and whether it holds numbers.
    fn head(&self, at: &usize) -> &Head {
        &self.heads[*at + 2]
    }

    /// Classes of a column's cells.
    fn class(&self, at: &usize) -> &'static str {
        self.classes[*at]
    }

    /// Whether there is anything to keep as a view of one's own.
    fn own(&self) -> bool {
        !self.chips.is_empty() || self.query.contains("sort=") || self.query.contains("cols=")
    }
}

/// Whether an address came from a form: a name twice, or without a value.
fn untidy(pairs: &[(String, String)]) -> bool {
    let twice = |i: usize| pairs[..i].iter().any(|(n, _)| *n == pairs[i].0);
    pairs.iter().enumerate().any(|(i, (_, v))| v.is_empty() || twice(i))
}

pub async fn show(desk: Desk, Query(pairs): Query<Vec<(String, String)>>) -> Answer<Response> {
    let asked = Asked::read(&pairs)?;
    if asked.tells_a_number() {
        return Ok(Redirect::to("/people?sealed=1").into_response());
    }
    if untidy(&pairs) {
        return Ok(Redirect::to(&asked.link("/people").to_string()).into_response());
    }
    let mut page = page_for(&desk.app, &desk.visitor, "people").await?;
    let sight = Sight::of(&desk, &asked.filter).await?;
    let town = desk.caller.part.township();
    if let Some(place) = page.place.as_mut().filter(|_| !town.is_empty()) {
        place.part = sight.map.name(town).to_owned();
    }
    let columns = asked.columns(&desk);
    let found = sight.page(&desk, &asked.filter, &columns, (asked.page, SIZE)).await?;
    if found.total == 0 {
        let sealed = pairs.iter().any(|(n, _)| n == "sealed");
        return none::show(&desk, page, &sight, &asked, sealed).await;
    }
    Ok(Html(listed(&desk, page, &sight, &asked, &columns, found)).into_response())
}

/// A place as lists write it.
pub fn place(sight: &Sight, line: &Line) -> String {
    match (sight.map.name(&line.township), sight.map.name(&line.village)) {
        ("", village) => village.to_owned(),
        (town, "") => town.to_owned(),
        (town, village) => format!("{town} {village}"),
    }
}

/// The tabs: everybody's views with how many where that is known without asking, then the account's own.
pub fn tabs(page: &Page, desk: &Desk, sight: &Sight, asked: &Asked) -> (Vec<Choice>, String, Option<Saved>) {
    let (filter, query) = (&asked.filter, asked.query());
    let saved = sight.around.views.iter().find(|v| v.query == query && !query.is_empty()).cloned();
    let mut tabs = Vec::new();
    for view in View::ALL {
        if view == View::OverAge && sight.words.over_age.is_none() {
            continue;
        }
        let n = match filter.state {
            None => sight.around.of_view(view, &sight.words, &desk.caller.part),
            Some(_) => None,
        };
        let href =
            if view.id().is_empty() { "/people".to_owned() } else { format!("/people?view={}", view.id()) };
        let on = saved.is_none() && filter.view == view;
        let label = page.m(&view.title(sight.words.days));
        tabs.push(Choice::new(href, label).hint(n.map_or_else(String::new, thousands)).on(on));
    }
    for view in &sight.around.views {
        let on = saved.as_ref().is_some_and(|s| s.id == view.id);
        tabs.push(
            Choice::new(format!("/people?{}", view.query), page.m(&msg!("我的·{name}", name = &view.name)))
                .on(on),
        );
    }
    let title = match &saved {
        Some(saved) => saved.name.clone(),
        None => page.m(&filter.view.title(sight.words.days)),
    };
    (tabs, title, saved)
}

fn listed(
    desk: &Desk,
    page: Page,
    sight: &Sight,
    asked: &Asked,
    columns: &[Column],
    found: Found,
) -> ListPage {
    let filter = &asked.filter;
    let eyes = Eyes::new(&page, &sight.words, sight.today, filter.age_on);
    let link = asked.link("/people");
    let now = filter.order().id();
    let mut heads = vec![
        Head::text(page.t(key!("姓名"))).sort("name", &now, &link),
        Head::text(page.t(key!("所在村"))).sort("village", &now, &link),
    ];
    for column in columns {
        let head = Head { number: column.is_number(), ..Head::text(page.t(column.title())) };
        heads.push(if column.sort().is_empty() { head } else { head.sort(column.sort(), &now, &link) });
    }
    let chips = chips(&page, sight, asked);
    let rows = found.lines.iter().map(|line| Row {
        id: line.id,
        name: line.name.clone(),
        place: place(sight, line),
        cells: eyes.cells(columns, line),
    });
    let rows = rows.collect();
    let (tabs, title, saved) = tabs(&page, desk, sight, asked);
    let total = thousands(found.total);
    let whole = match filter.state {
        None => sight.around.of_view(filter.view, &sight.words, &desk.caller.part),
        Some(_) => None,
    };
    let view = page.m(&filter.view.title(sight.words.days));
    let lead = match whole {
        Some(all) if all != found.total => page.m(&msg!(
            "每人一份档案。{view} {all} 人，当前条件下 {n} 人；点姓名看档案。",
            view = view,
            all = thousands(all),
            n = &total
        )),
        _ => page.m(&msg!("每人一份档案。{view} {n} 人；点姓名看档案。", view = view, n = &total)),
    };
    let others = Column::ALL.into_iter().filter(|c| !columns.contains(c)).map(|c| (c, false));
    let choices = columns.iter().map(|c| (*c, true)).chain(others);
    let choices = choices.map(|(c, on)| Choice::new(c.id(), page.t(c.title())).on(on)).collect();
    let may = May {
        edit: desk.caller.may(Action::EditPeople),
        import: desk.caller.may(Action::ImportPeople),
        export: desk.caller.may(Action::ExportPeople),
        merge: desk.caller.may(Action::MergePeople),
        receive: desk.caller.may(Action::TransferPeople),
        print: documents::PDF_BUILT,
    };
    let bare = kit::Link::new("/people").with("view", filter.view.id()).with("cols", &asked.cols).to_string();
    let rest = Asked { filter: filter.without(Cut::Words), ..asked.clone() }.query();
    ListPage {
        picks: Picks::of(&eyes, sight, asked),
        classes: columns
            .iter()
            .map(|c| match c {
                Column::Posts => " class=\"is-long is-full\"",
                c if c.is_number() => " class=\"yz-num\"",
                c if c.is_prose() => " class=\"is-long\"",
                _ => "",
            })
            .collect(),
        shown: columns.len() + 2,
        all: Column::ALL.len() + 2,
        save: filter.link("/people/export.xlsx").with("cols", &columns::told(columns)).to_string(),
        columns: columns::told(columns),
        export: page.m(&msg!("导出所见 {n} 人 {m} 列", n = &total, m = columns.len() + 2)),
        doing: page.tn("正在取 {n} 人的名单", &total),
        picked: page.m(&msg!("已选 {a} / {n} 人", a = "#", n = &total)),
        everyone: page.tn("选中符合条件的全部 {n} 人", &total),
        query: asked.query(),
        pager: Pager::new(found.page, found.total, link),
        page,
        title,
        lead,
        tabs,
        saved,
        chips,
        bare,
        rest,
        heads,
        rows,
        choices,
        may,
    }
}
