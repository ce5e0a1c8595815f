//! All courses: the year's figures against what is aimed at, how many stand in each stage by township, and what is due.

use super::{tone, when};
use crate::slices::membership::model::State;
use crate::slices::membership::terms::{File, Outlook};
use crate::slices::membership::{Rulebook, membership_of, near, store};
use crate::slices::people::pages::forms::failed;
use crate::slices::people::pages::rules as words;
use crate::slices::people::say;
use crate::slices::places::Desk;
use crate::slices::places::pages::file_day;
use crate::slices::places::store::today;
use crate::slices::pools;
use crate::slices::posts::pages::day_text;
use askama::Template;
use axum::extract::Query;
use axum::response::{IntoResponse, Response};
use documents::{Cell, Column, Format, Imprint, Roster};
use kernel::msg;
use platform::access::{Action, Part};
use platform::attachments;
use platform::audit::Outcome;
use platform::db::DbResult;
use platform::kit::{Choice, Link, Pager};
use platform::page::Page;
use platform::web::{Answer, Failure, Html};
use policy::Membership;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A figure of the year against its aim.
pub struct Aim {
    pub title: String,
    pub n: u64,
    /// Of a hundred.
    pub width: u64,
    pub goal: String,
    pub reached: bool,
    pub basis: String,
}

/// A township, or a village of it, and how many of it stand in each stage.
pub struct Row {
    pub name: String,
    pub href: String,
    /// The number, empty for none, and the list behind it.
    pub cells: Vec<(String, String)>,
    pub all: usize,
}

/// A course in the list.
pub struct Line {
    pub id: i64,
    pub name: String,
    pub place: String,
    pub source: String,
    pub stage: String,
    pub state: &'static str,
    pub tone: &'static str,
    pub since: String,
    pub next: String,
    pub when: String,
    pub clock: &'static str,
    pub lacks: usize,
}

#[derive(Template)]
#[template(path = "membership/pages/overview.html")]
struct OverviewPage {
    page: Page,
    tabs: Vec<Choice>,
    groups: Vec<Choice>,
    open: usize,
    due: usize,
    late: usize,
    year: String,
    aims: Vec<Aim>,
    entered: Vec<(String, u64)>,
    heads: Vec<String>,
    rows: Vec<Row>,
    shown: Vec<Choice>,
    lines: Vec<Line>,
    pager: Pager,
    export: String,
    may: bool,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// A group of sources of the packs; `other` for none of them.
    source: String,
    stage: String,
    township: String,
    village: String,
    /// `due`, `open`, `done` or `ended`.
    show: String,
    page: u64,
}

impl Asked {
    fn link(&self, path: &str) -> Link {
        Link::new(path)
            .with("source", &self.source)
            .with("stage", &self.stage)
            .with("township", &self.township)
            .with("village", &self.village)
    }
}

/// A course with what is asked of it next.
struct Known {
    file: File,
    outlook: Outlook,
    near: String,
}

impl Known {
    fn by(&self) -> &str {
        self.outlook.first().map_or("", |d| d.by.as_str())
    }

    fn due(&self) -> bool {
        !self.by().is_empty() && self.by() <= self.near.as_str()
    }
}

async fn known(desk: &Desk, state: State, day: &str) -> DbResult<Vec<Known>> {
    let files = store::of_part(&desk.db, &desk.caller.part, state).await?;
    let book = Rulebook::read(&desk.db, day).await?;
    let known = files.into_iter().map(|file| {
        let rules = book.of(&file.course.village);
        Known { outlook: file.outlook(&rules, day), near: near(&rules, day), file }
    });
    Ok(known.collect())
}

/// Whether a source is of a group of the packs.
fn of_group(rules: &Membership, group: &str, source: &str, day: &str) -> bool {
    let groups = rules.sources_on(day);
    match group {
        "" => true,
        "other" => !groups.iter().any(|g| g.sources.iter().any(|s| s == source)),
        id => groups.iter().any(|g| g.id == id && g.sources.iter().any(|s| s == source)),
    }
}

/// The courses that a filter means, those with the nearest last day first.
async fn listed(desk: &Desk, rules: &Membership, asked: &Asked, day: &str) -> DbResult<Vec<Known>> {
    let states: &[State] = match asked.show.as_str() {
        "done" => &[State::Done],
        "ended" => &[State::Stopped, State::Withdrawn],
        _ => &[State::Open],
    };
    let mut out = Vec::new();
    for state in states {
        out.extend(known(desk, *state, day).await?);
    }
    out.retain(|k| {
        let c = &k.file.course;
        (asked.stage.is_empty() || c.stage == asked.stage)
            && (asked.township.is_empty() || c.township == asked.township)
            && (asked.village.is_empty() || c.village == asked.village)
            && (asked.show != "due" || k.due())
            && of_group(rules, &asked.source, &c.source, day)
    });
    out.sort_by(|a, b| {
        let key = |k: &Known| (k.by().is_empty(), k.by().to_owned(), k.file.course.since.clone());
        key(a).cmp(&key(b))
    });
    Ok(out)
}

/// The figures of the year: each aim, and for whoever sees a part alone its own number beside the county's aim.
async fn aims(desk: &Desk, page: &Page, rules: &Membership, day: &str) -> DbResult<Vec<Aim>> {
    let (db, part, year) = (&desk.db, &desk.caller.part, &day[..4]);
    let (entered, moved) = (store::entered(db, part, year).await?, store::moved(db, part, year).await?);
    let whole = matches!(part, Part::County);
    let aim = |a: &policy::Item<policy::membership::Aim>| {
        let n = if a.pool.is_empty() { entered.get(&a.stage) } else { moved.get(&a.pool) };
        let n = n.copied().unwrap_or_default();
        let least = u64::from(a.least);
        Aim {
            title: a.title.clone(),
            n,
            width: (n * 100 / least.max(1)).min(100),
            goal: match whole {
                true => page.tn("目标 {n} 人", least),
                false => page.tn("全县目标 {n} 人", least),
            },
            reached: !whole || n >= least,
            basis: a.basis.clone(),
        }
    };
    Ok(rules.targets_on(day).into_iter().map(aim).collect())
}

/// How many stand in each stage: by township, or by village where a township looks.
fn matrix(open: &[Known], stages: &[String], asked: &Asked, part: &Part) -> Vec<Row> {
    let whole = matches!(part, Part::County);
    let mut by: BTreeMap<&str, (&str, Vec<usize>)> = BTreeMap::new();
    for k in open {
        let c = &k.file.course;
        let (code, name) = match whole {
            true => (&c.township, &c.township_name),
            false => (&c.village, &c.village_name),
        };
        let row = by.entry(code.as_str()).or_insert_with(|| (name.as_str(), vec![0; stages.len()]));
        if let Some(at) = stages.iter().position(|s| *s == c.stage) {
            row.1[at] += 1;
        }
    }
    let key = if whole { "township" } else { "village" };
    by.into_iter()
        .map(|(code, (name, counts))| {
            let link = Link::new("/membership").with("source", &asked.source).with(key, code);
            let cell = |(at, n): (usize, &usize)| match n {
                0 => (String::new(), String::new()),
                n => (n.to_string(), link.with("stage", &stages[at]).with("show", "open").to_string()),
            };
            Row {
                name: name.to_owned(),
                href: link.with("show", "open").to_string(),
                cells: counts.iter().enumerate().map(cell).collect(),
                all: counts.iter().sum(),
            }
        })
        .collect()
}

pub async fn show(desk: Desk, Query(asked): Query<Asked>) -> Answer<Response> {
    let page = desk.page("pools").await?;
    let (db, part, day) = (&desk.db, &desk.caller.part, today());
    let rules = membership_of(db, part.code(), &day).await?;
    let people = words(db, part.code()).await?;
    let mut open = known(&desk, State::Open, &day).await?;
    open.retain(|k| of_group(&rules, &asked.source, &k.file.course.source, &day));
    let due = open.iter().filter(|k| k.due()).count();
    let late = open.iter().filter(|k| !k.by().is_empty() && k.by() < day.as_str()).count();
    let stages = rules.stages_on(&day);
    // Whoever reached the last stage is done.
    let running: Vec<String> =
        stages.iter().take(stages.len().saturating_sub(1)).map(|s| s.id.clone()).collect();
    let group = |id: &str, title: &str| {
        let link = Link::new("/membership").with("source", id);
        Choice::new(link.to_string(), title).on(asked.source == id)
    };
    let mut groups = vec![group("", page.t("全部来源"))];
    groups.extend(rules.sources_on(&day).iter().map(|g| group(&g.id, &g.title)));
    groups.push(group("other", page.t("其他")));
    let link = asked.link("/membership");
    let show = if asked.show.is_empty() { "due" } else { asked.show.as_str() };
    let asked = Asked { show: show.to_owned(), ..asked.clone() };
    let tab = |id: &str, label: String| {
        Choice::new(format!("{}#list", link.with("show", id)), label).on(asked.show == id)
    };
    let shown = vec![
        tab("due", page.t("快到期的").to_owned()),
        tab("open", page.t(State::Open.title()).to_owned()),
        tab("done", page.t(State::Done.title()).to_owned()),
        tab("ended", page.t("停止、退出").to_owned()),
    ];
    let found = listed(&desk, &rules, &asked, &day).await?;
    let pager = Pager::new(asked.page, found.len() as u64, link.with("show", &asked.show));
    let entered = store::entered(db, part, &day[..4]).await?;
    let line = |k: &Known| {
        let c = &k.file.course;
        let first = k.outlook.first().or_else(|| k.outlook.dues.first());
        Line {
            id: c.id,
            name: c.person_name.clone(),
            place: format!("{} {}", c.township_name, c.village_name),
            source: say::source(&people, &c.source, &day),
            stage: rules.stage_title(&c.stage, &day).to_owned(),
            state: page.t(c.state.title()),
            tone: c.state.tone(),
            since: day_text(&c.since),
            next: first.map(|d| d.title.clone()).unwrap_or_default(),
            when: first.map(|d| when(&page, d, &day)).unwrap_or_default(),
            clock: tone(k.by(), &k.near, &day),
            lacks: k.outlook.next.as_ref().map_or(0, |n| n.lacks.len()),
        }
    };
    let lines = found.iter().skip(pager.offset() as usize).take(pager.size as usize).map(line).collect();
    let html = OverviewPage {
        tabs: pools::tabs(
            &page,
            "/membership",
            pools::store::waiting(db, part).await?,
            desk.caller.may(Action::RunReviews),
        ),
        aims: aims(&desk, &page, &rules, &day).await?,
        entered: stages
            .iter()
            .map(|s| (s.title.clone(), entered.get(&s.id).copied().unwrap_or_default()))
            .collect(),
        heads: stages.iter().take(running.len()).map(|s| s.title.clone()).collect(),
        rows: matrix(&open, &running, &asked, part),
        open: open.len(),
        due,
        late,
        year: day[..4].to_owned(),
        groups,
        shown,
        lines,
        pager,
        export: asked.link("/membership/export.xlsx").with("show", &asked.show).to_string(),
        may: desk.caller.may(Action::ManageMembership),
        page,
    };
    Ok(Html(html).into_response())
}

/// The listed courses as a workbook. An audited read.
pub async fn workbook(desk: Desk, Query(asked): Query<Asked>) -> Answer<Response> {
    let page = desk.page("pools").await?;
    let day = today();
    let (db, part) = (&desk.db, &desk.caller.part);
    let rules = membership_of(db, part.code(), &day).await?;
    let people = words(db, part.code()).await?;
    let found = listed(&desk, &rules, &asked, &day).await?;
    let row = |k: &Known| {
        let c = &k.file.course;
        let first = k.outlook.first().or_else(|| k.outlook.dues.first());
        let lacks = k.outlook.next.iter().flat_map(|n| n.lacks.iter().map(|m| page.m(m)));
        let passed = k.file.trials.iter().filter(|t| t.finding.id() == "passed").count();
        vec![
            Cell::text(&*c.township_name),
            Cell::text(&*c.village_name),
            Cell::text(&*c.person_name),
            Cell::text(say::source(&people, &c.source, &day)),
            Cell::text(rules.stage_title(&c.stage, &day)),
            Cell::text(&*c.since),
            Cell::text(first.map(|d| d.title.clone()).unwrap_or_default()),
            Cell::text(first.map(|d| d.by.clone()).unwrap_or_default()),
            Cell::text(lacks.collect::<Vec<_>>().join("；")),
            Cell::Whole(i64::try_from(passed).unwrap_or(i64::MAX)),
        ]
    };
    let rows: Vec<Vec<Cell>> = found.iter().map(row).collect();
    let n = rows.len();
    let title = page.m(&msg!("{place}党员发展", place = desk.county.name.as_str()));
    let heads = [
        (page.t("乡镇"), 8),
        (page.t("村"), 8),
        (page.t("姓名"), 6),
        (page.t("来源"), 10),
        (page.t("阶段"), 9),
        (page.t("从哪天"), 8),
        (page.t("接下来要办"), 14),
        (page.t("到期"), 8),
        (page.t("还缺"), 30),
        (page.t("一线考验合格"), 8),
    ];
    let roster = Roster {
        title: title.clone(),
        unit: desk.caller.unit.clone(),
        as_of: day.parse().map_err(|_| Failure::NotFound)?,
        columns: heads.map(|(head, wide)| Column::of(head, wide)).into(),
        fixed: 3,
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
    let mut event = desk.caller.event("membership.export", "county", "", part.code());
    event.note = format!("{n} rows");
    desk.db.record(event, Outcome::Done).await?;
    let name = format!("{title}-{}.{}", file_day(), Format::Xlsx.extension());
    Ok(attachments::download(&name, Format::Xlsx.media_type(), bytes))
}
