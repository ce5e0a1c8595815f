//! The pools as a whole: their structure against what is aimed at, and every village's seats with those that stand empty.

use super::moves::tenths;
use super::tabs;
use crate::slices::people::pages::forms::failed;
use crate::slices::places::Desk;
use crate::slices::places::Village;
use crate::slices::places::pages::file_day;
use crate::slices::places::store::{self as places, today};
use crate::slices::pools::model::{Bench, Filled, Member, Share, bench, structure};
use crate::slices::pools::rules::{Poolbook, pools_of};
use crate::slices::pools::store;
use askama::Template;
use axum::extract::Query;
use axum::response::{IntoResponse, Response};
use documents::{Cell, Column, Format, Imprint, Roster};
use kernel::msg;
use platform::access::Action;
use platform::attachments;
use platform::audit::Outcome;
use platform::db::DbResult;
use platform::kit::{Choice, Link, Pager};
use platform::page::Page;
use platform::web::{Answer, Failure, Html};
use policy::pools::Seat;
use policy::{Item, Pools};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// A target as shown: the bar, the goal's place on it, and what is lacking in words.
pub struct Bar {
    pub title: String,
    pub percent: String,
    pub n: usize,
    /// Of a hundred.
    pub width: usize,
    pub goal: String,
    pub goal_text: String,
    pub gap: String,
    pub basis: String,
}

/// Targets under one heading.
pub struct Group {
    pub title: String,
    pub bars: Vec<Bar>,
}

/// A village's seats.
pub struct Row {
    pub village: Village,
    pub seats: Vec<Bench>,
    pub missing: u32,
}

/// A seat's head: its name, whom it asks for, and how many villages lack it.
pub struct Head {
    pub title: String,
    pub under: String,
    pub villages: usize,
    /// Of the most, in a hundred.
    pub share: usize,
}

/// A township and how many of its villages lack a seat.
pub struct Town {
    pub name: String,
    pub missing: usize,
    pub of: usize,
    pub share: usize,
    pub href: String,
}

#[derive(Template)]
#[template(path = "pools/pages/overview.html")]
struct OverviewPage {
    page: Page,
    tabs: Vec<Choice>,
    pools: Vec<Choice>,
    people: usize,
    kept: usize,
    groups: Vec<Group>,
    heads: Vec<Head>,
    rows: Vec<Row>,
    gaps: usize,
    said: String,
    shown: Vec<Choice>,
    towns: Vec<Town>,
    pager: Pager,
    months: u32,
    warn: String,
    workbook: String,
    may: bool,
}

impl OverviewPage {
    /// A holder of a seat as read: the name with the age.
    fn said(&self, f: &Filled) -> String {
        let aged = match f.age {
            Some(age) => format!("{} {}", f.name, self.page.tn("{n} 岁", age)),
            None => f.name.clone(),
        };
        if f.soon { format!("{aged}，{}", self.page.t("明年超龄")) } else { aged }
    }

    fn class(&self, b: &Bench) -> &'static str {
        match b.missing {
            0 if b.filled.iter().any(|f| f.soon) => "is-soon",
            0 => "",
            _ => "is-gap",
        }
    }

    /// What is said of an empty seat.
    fn gap(&self, b: &Bench) -> String {
        match (b.missing, b.filled.len()) {
            (0, _) => String::new(),
            (n, 0) => self.page.tn("缺 {n} 人", n),
            (n, there) => self.page.m(&msg!("缺 {n} 人，有 {there} 人", n = n, there = there)),
        }
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    pool: String,
    township: String,
    /// `gaps`, `soon` or `all`.
    show: String,
    page: u64,
}

impl Asked {
    fn link(&self, path: &str) -> Link {
        Link::new(path).with("pool", &self.pool).with("township", &self.township)
    }
}

fn under(page: &Page, seat: &Seat) -> String {
    let mut out = page.tn("不少于 {n} 人", seat.least);
    if let Some(age) = seat.who.max_age {
        out = page.tn("{n} 岁及以下", age);
    }
    out
}

/// What the reader's part has: every village with its seats, and who counts.
struct Whole {
    rows: Vec<Row>,
    seats: Vec<Item<Seat>>,
    members: Vec<Member>,
}

async fn whole(desk: &Desk, pools: &Pools, day: &str) -> DbResult<Whole> {
    let (db, part) = (&desk.db, &desk.caller.part);
    let book = Poolbook::read(db, day).await?;
    let villages = places::villages(db, part).await?;
    let mut packs: HashMap<String, Arc<Pools>> = HashMap::new();
    for v in &villages {
        packs.insert(v.code.clone(), book.of(&v.code));
    }
    // The seats of the whole part stand first; a township's own follow.
    let mut seats: Vec<Item<Seat>> = pools.seats_on(day).into_iter().cloned().collect();
    for p in packs.values() {
        for seat in p.seats_on(day) {
            if !seats.iter().any(|s| s.id == seat.id) {
                seats.push(seat.clone());
            }
        }
    }
    let posts: Vec<&str> = seats.iter().map(|s| s.post.as_str()).filter(|p| !p.is_empty()).collect();
    let members = store::members(db, part, &posts, day).await?;
    let mut by_village: BTreeMap<&str, Vec<&Member>> = BTreeMap::new();
    for m in &members {
        by_village.entry(&m.village).or_default().push(m);
    }
    let none = Vec::new();
    let rows = villages
        .into_iter()
        .map(|village| {
            let there = by_village.get(village.code.as_str()).unwrap_or(&none);
            let own = &packs[&village.code];
            let own = own.seats_on(day);
            // A seat that this village's packs do without asks for nobody.
            let found = seats.iter().map(|seat| match own.iter().find(|s| s.id == seat.id) {
                Some(seat) => bench(&[seat], there).remove(0),
                None => Bench { filled: Vec::new(), unfit: Vec::new(), missing: 0 },
            });
            let seats: Vec<Bench> = found.collect();
            Row { missing: seats.iter().map(|s| s.missing).sum(), village, seats }
        })
        .collect();
    Ok(Whole { rows, seats, members })
}

fn bar(page: &Page, share: &Share) -> Bar {
    let tens = |q: kernel::Quantity| (q.0 / kernel::MILLION).to_string();
    let (goal, goal_text) = match (share.least, share.most) {
        (Some(q), _) => (tens(q), page.m(&msg!("目标 ≥{n}%", n = tens(q)))),
        (None, Some(q)) => (tens(q), page.m(&msg!("目标 ≤{n}%", n = tens(q)))),
        (None, None) => (String::new(), String::new()),
    };
    let gap = match (share.gap, share.least.is_some()) {
        (0, _) => String::new(),
        (n, true) => page.tn("差 {n} 人", n),
        (n, false) => page.tn("多 {n} 人", n),
    };
    Bar {
        title: share.title.clone(),
        percent: tenths(share.tenths()),
        n: share.n,
        width: share.tenths() / 10,
        goal,
        goal_text,
        gap,
        basis: share.basis.clone(),
    }
}

pub async fn show(desk: Desk, Query(asked): Query<Asked>) -> Answer<Response> {
    let page = desk.page("pools").await?;
    let (db, part, day) = (&desk.db, &desk.caller.part, today());
    let pools = pools_of(db, part.code(), &day).await?;
    let Whole { rows, seats, members } = whole(&desk, &pools, &day).await?;
    let inside = |m: &&Member| match asked.pool.as_str() {
        "" => !m.pools.is_empty(),
        pool => m.pools.iter().any(|p| p == pool),
    };
    let people: Vec<&Member> = members.iter().filter(inside).collect();
    let mut groups: Vec<Group> = Vec::new();
    for share in structure(&pools.targets_on(&day), &people) {
        let bar = bar(&page, &share);
        match groups.iter_mut().find(|g| g.title == share.group) {
            Some(group) => group.bars.push(bar),
            None => groups.push(Group { title: share.group, bars: vec![bar] }),
        }
    }
    let lacks: Vec<usize> =
        (0..seats.len()).map(|k| rows.iter().filter(|r| r.seats[k].missing > 0).count()).collect();
    let most = lacks.iter().copied().max().unwrap_or(0).max(1);
    let heads = seats
        .iter()
        .zip(&lacks)
        .map(|(seat, n)| Head {
            title: seat.title.clone(),
            under: under(&page, seat),
            villages: *n,
            share: n * 100 / most,
        })
        .collect();
    let (villages, gaps) = (rows.len(), rows.iter().filter(|r| r.missing > 0).count());
    let is_soon = |r: &Row| r.seats.iter().any(|s| s.filled.iter().any(|f| f.soon));
    let soon = rows.iter().filter(|r| is_soon(r)).count();
    let mut by_town: BTreeMap<&str, (String, usize, usize)> = BTreeMap::new();
    for r in &rows {
        let at =
            by_town.entry(&r.village.township).or_insert_with(|| (r.village.township_name.clone(), 0, 0));
        at.1 += usize::from(r.missing > 0);
        at.2 += 1;
    }
    let mut towns: Vec<Town> = by_town
        .into_iter()
        .filter(|(_, t)| t.1 > 0)
        .map(|(code, (name, missing, of))| Town {
            share: missing * 100 / of.max(1),
            href: Link::new("/pools").with("township", code).to_string(),
            name,
            missing,
            of,
        })
        .collect();
    towns.sort_by(|a, b| (b.missing, &a.name).cmp(&(a.missing, &b.name)));
    towns.truncate(6);
    let mut kept: Vec<Row> = rows
        .into_iter()
        .filter(|r| asked.township.is_empty() || r.village.township == asked.township)
        .filter(|r| match asked.show.as_str() {
            "all" => true,
            "soon" => is_soon(r),
            _ => r.missing > 0,
        })
        .collect();
    // Those that lack most stand first.
    kept.sort_by(|a, b| (b.missing, &a.village.code).cmp(&(a.missing, &b.village.code)));
    let link = asked.link("/pools");
    let tab = |show: &str, label: String| {
        let on = asked.show == show || asked.show.is_empty() && show == "gaps";
        Choice::new(link.clone().with("show", show).to_string(), label).on(on)
    };
    let shown = vec![
        tab("gaps", page.tn("只看缺口 {n}", gaps)),
        tab("soon", page.tn("明年超龄 {n}", soon)),
        tab("all", page.tn("全部 {n}", villages)),
    ];
    let pager = Pager::new(asked.page, kept.len() as u64, link.clone().with("show", &asked.show));
    let rows = kept.into_iter().skip(pager.offset() as usize).take(pager.size as usize).collect();
    let mut choices = vec![Choice::new("/pools", page.t("全部")).on(asked.pool.is_empty())];
    choices.extend(pools.pools_on(&day).into_iter().map(|p| {
        let n = members.iter().filter(|m| m.pools.contains(&p.id)).count();
        let href = Link::new("/pools").with("pool", &p.id).to_string();
        Choice::new(href, p.title.as_str()).hint(n.to_string()).on(p.id == asked.pool)
    }));
    let html = OverviewPage {
        tabs: tabs(&page, "/pools", store::waiting(db, part).await?, desk.caller.may(Action::RunReviews)),
        people: people.len(),
        kept: choices.len() - 1,
        pools: choices,
        groups,
        heads,
        rows,
        said: page.m(&msg!("{all} 村中 {gaps} 村有缺口；先看缺得最多的", all = villages, gaps = gaps)),
        gaps,
        shown,
        towns,
        pager,
        months: *pools.review_months,
        warn: (pools.warn_percent.0 / kernel::MILLION).to_string(),
        workbook: asked.link("/pools/bench.xlsx").to_string(),
        may: desk.caller.may(Action::ManagePools),
        page,
    };
    Ok(Html(html).into_response())
}

/// Every village's seats as a workbook. An audited read.
pub async fn workbook(desk: Desk, Query(asked): Query<Asked>) -> Answer<Response> {
    let page = desk.page("pools").await?;
    let day = today();
    let pools = pools_of(&desk.db, desk.caller.part.code(), &day).await?;
    let Whole { rows, seats, .. } = whole(&desk, &pools, &day).await?;
    let said = |b: &Bench| {
        let mut out: Vec<String> = b.filled.iter().map(|f| f.name.clone()).collect();
        if b.missing > 0 {
            out.push(page.tn("缺 {n} 人", b.missing));
        }
        out.join("、")
    };
    let mut columns = vec![Column::of(page.t("乡镇"), 8), Column::of(page.t("村"), 8)];
    columns.extend(seats.iter().map(|s| Column::of(&s.title, 16)));
    columns.push(Column::of(page.t("缺"), 4));
    let rows: Vec<Vec<Cell>> = rows
        .iter()
        .filter(|r| asked.township.is_empty() || r.village.township == asked.township)
        .map(|r| {
            let mut cells = vec![Cell::text(&*r.village.township_name), Cell::text(&*r.village.short)];
            cells.extend(r.seats.iter().map(|b| Cell::text(said(b))));
            cells.push(Cell::Whole(i64::from(r.missing)));
            cells
        })
        .collect();
    let n = rows.len();
    let title = page.m(&msg!("{place}每村后备席", place = desk.county.name.as_str()));
    let roster = Roster {
        title: title.clone(),
        unit: desk.caller.unit.clone(),
        as_of: day.parse().map_err(|_| Failure::NotFound)?,
        columns,
        fixed: 2,
        rows,
        notes: vec![page.m(&msg!("共 {n} 条。", n = n))],
        imprint: Imprint {
            printed_by: desk.caller.name.clone(),
            printed_at: platform::now().datetime(),
            pack: None,
            synthetic: desk.county.demo,
        },
    };
    let bytes = tokio::task::spawn_blocking(move || roster.xlsx()).await;
    let bytes = bytes.map_err(|e| Failure::Internal(e.to_string()))?.map_err(failed)?;
    let mut event = desk.caller.event("pools.export", "county", "", desk.caller.part.code());
    event.note = format!("{n} rows");
    desk.db.record(event, Outcome::Done).await?;
    let name = format!("{title}-{}.{}", file_day(), Format::Xlsx.extension());
    Ok(attachments::download(&name, Format::Xlsx.media_type(), bytes))
}
