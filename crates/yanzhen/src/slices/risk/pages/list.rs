//! The register as a list: by ground, source, township and state; what is late; as a workbook.

use super::clock;
use crate::slices::calendar::store::calendar;
use crate::slices::people::pages::forms::failed;
use crate::slices::places::Desk;
use crate::slices::places::pages::file_day;
use crate::slices::places::store::{self as places, today};
use crate::slices::risk::model::{Entry, Ground, Source};
use crate::slices::risk::store::{self, Filter, Numbers};
use askama::Template;
use axum::extract::Query;
use axum::response::{IntoResponse, Response};
use documents::{Cell, Column, Format, Imprint, Roster};
use kernel::{Day, key, msg};
use platform::access::Action;
use platform::attachments;
use platform::audit::Outcome;
use platform::kit::{Choice, Link, Pager};
use platform::page::Page;
use platform::web::{Answer, Failure, Html};
use serde::Deserialize;

/// An entry as listed.
pub struct Line {
    pub e: Entry,
    pub ground: &'static str,
    pub kind: &'static str,
    pub clock: String,
    pub tone: &'static str,
}

#[derive(Template)]
#[template(path = "risk/pages/list.html")]
struct ListPage {
    page: Page,
    lines: Vec<Line>,
    tabs: Vec<Choice>,
    towns: Vec<Choice>,
    grounds: Vec<Choice>,
    sources: Vec<Choice>,
    numbers: Vec<(Numbers, String)>,
    state: String,
    open: u64,
    late: u64,
    closed: u64,
    may_keep: bool,
    narrowed: bool,
    pager: Pager,
    workbook: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    state: String,
    township: String,
    ground: String,
    source: String,
    page: u64,
}

impl Asked {
    fn filter(&self) -> Filter {
        let known = matches!(self.state.as_str(), "late" | "closed" | "all");
        Filter {
            township: self.township.clone(),
            ground: self.ground.clone(),
            source: self.source.clone(),
            state: if known { self.state.clone() } else { "open".to_owned() },
        }
    }

    fn link(&self, path: &str) -> Link {
        Link::new(path)
            .with("state", &self.filter().state)
            .with("township", &self.township)
            .with("ground", &self.ground)
            .with("source", &self.source)
    }
}

pub async fn show(desk: Desk, Query(asked): Query<Asked>) -> Answer<Response> {
    let page = desk.page("rewards").await?;
    let (db, part, day) = (&desk.db, &desk.caller.part, today());
    let now: Day = day.parse().map_err(|_| Failure::NotFound)?;
    let (filter, link) = (asked.filter(), asked.link("/rectification"));
    let calendar = calendar(db).await?;
    let mut counts = [0; 4];
    let states = ["open", "late", "closed", "all"];
    for (n, state) in counts.iter_mut().zip(states) {
        let filter = Filter { state: state.to_owned(), ..filter.clone() };
        *n = store::count(db, &filter, part, &day).await?;
    }
    let titles = [page.t("整改中"), page.t("超期"), page.t("已销号"), page.t("全部")];
    let tabs = states.iter().zip(titles).zip(counts).map(|((state, title), n)| {
        Choice::new(link.with("state", state).to_string(), title)
            .hint(n.to_string())
            .on(*state == filter.state)
    });
    let total = states.iter().position(|s| *s == filter.state).map_or(0, |at| counts[at]);
    let pager = Pager::new(asked.page, total, link.clone());
    let found = store::list(db, &filter, part, &day, (pager.size, pager.offset())).await?;
    let lines = found
        .into_iter()
        .map(|e| {
            let (clock, tone) = clock(&page, &e, &calendar, now);
            Line { ground: page.t(e.ground.title()), kind: page.t(e.source_kind.title()), clock, tone, e }
        })
        .collect();
    let towns = places::townships(db, part).await?;
    let towns = towns.into_iter().map(|t| Choice::new(t.code, t.name)).collect();
    let grounds = Ground::ALL.iter().map(|g| Choice::new(g.id(), page.t(g.title()))).collect();
    let sources = Source::ALL.iter().map(|s| Choice::new(s.id(), page.t(s.title()))).collect();
    let numbers = store::by_township(db, &filter, part, &day).await?;
    let html = ListPage {
        lines,
        tabs: tabs.collect(),
        towns: Choice::pick(towns, &asked.township),
        grounds: Choice::pick(grounds, &asked.ground),
        sources: Choice::pick(sources, &asked.source),
        numbers: numbers
            .into_iter()
            .map(|n| {
                let href = link.with("township", &n.township).with("state", "all").to_string();
                (n, href)
            })
            .collect(),
        state: filter.state,
        open: counts[0],
        late: counts[1],
        closed: counts[2],
        may_keep: desk.caller.may(Action::KeepRegister),
        narrowed: !(asked.township.is_empty() && asked.ground.is_empty() && asked.source.is_empty()),
        pager,
        workbook: asked.link("/rectification.xlsx").to_string(),
        page,
    };
    Ok(Html(html).into_response())
}

/// The most entries of a workbook.
const MOST: u64 = 100_000;

/// The same as a workbook. An audited read.
pub async fn workbook(desk: Desk, Query(asked): Query<Asked>) -> Answer<Response> {
    let page = desk.page("rewards").await?;
    let (db, part, day) = (&desk.db, &desk.caller.part, today());
    let now: Day = day.parse().map_err(|_| Failure::NotFound)?;
    let calendar = calendar(db).await?;
    let filter = asked.filter();
    let found = store::list(db, &filter, part, &day, (MOST, 0)).await?;
    let heads = [
        (key!("乡镇"), 8),
        (key!("村"), 8),
        (key!("事由"), 8),
        (key!("来源"), 16),
        (key!("列入日期"), 8),
        (key!("整改期限"), 8),
        (key!("牵头"), 8),
        (key!("措施"), 20),
        (key!("问题"), 5),
        (key!("已销"), 5),
        (key!("进展"), 10),
        (key!("销号说明"), 16),
    ];
    let on = |day: &str| day.parse::<Day>().map_or(Cell::Empty, Cell::Day);
    let row = |e: &Entry| {
        vec![
            Cell::text(&*e.township_name),
            Cell::text(&*e.village_name),
            Cell::text(page.t(e.ground.title())),
            Cell::text(&*e.source),
            on(&e.opened_on),
            on(&e.due_on),
            Cell::text(&*e.lead),
            Cell::text(&*e.measures),
            Cell::Whole(e.items),
            Cell::Whole(e.items_closed),
            Cell::text(clock(&page, e, &calendar, now).0),
            Cell::text(&*e.closing),
        ]
    };
    let title = page.m(&msg!("{place}整改台账", place = desk.county.name.as_str()));
    let roster = Roster {
        title: title.clone(),
        unit: desk.caller.unit.clone(),
        as_of: now,
        columns: heads.iter().map(|(head, width)| Column::of(page.t(head), *width)).collect(),
        fixed: 2,
        rows: found.iter().map(row).collect(),
        notes: vec![page.m(&msg!("共 {n} 条。", n = found.len()))],
        imprint: Imprint {
            printed_by: desk.caller.name.clone(),
            printed_at: platform::now().datetime(),
            pack: None,
            synthetic: desk.county.demo,
        },
    };
    let rows = found.len();
    let bytes = tokio::task::spawn_blocking(move || roster.xlsx()).await;
    let bytes = bytes.map_err(|e| Failure::Internal(e.to_string()))?.map_err(failed)?;
    let mut event = desk.caller.event("rectification.export", "county", "", part.code());
    event.note = format!("{rows} rows");
    desk.db.record(event, Outcome::Done).await?;
    let name = format!("{title}-{}.{}", file_day(), Format::Xlsx.extension());
    Ok(attachments::download(&name, Format::Xlsx.media_type(), bytes))
}
