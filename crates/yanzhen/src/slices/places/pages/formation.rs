//! The formation: every village of the reader's part at a glance, and its twin as a table.

use super::score_text;
use crate::slices::places::facts;
use crate::slices::places::model::Colour;
use crate::slices::places::store::{self, Beside, Tile, Township};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use kernel::{key, msg};
use platform::access::Part;
use platform::kit::{Choice, thousands};
use platform::page::Page;
use platform::web::{Answer, App, Client, Html, Visitor, page_for};
use serde::Deserialize;

/// What tiles are coloured by.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum By {
    #[default]
    Risk,
    Grade,
    Missing,
}

impl By {
    fn id(self) -> &'static str {
        match self {
            By::Risk => "risk",
            By::Grade => "grade",
            By::Missing => "missing",
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    by: By,
    view: String,
    township: String,
}

/// A tile ready to draw.
pub struct Drawn {
    pub code: String,
    pub short: String,
    /// Class letters: `o`, `o is-prop`, `n`, or a grade's `g2`.
    pub class: &'static str,
    /// What its colour says, in the reader's language.
    pub says: String,
    pub total: String,
    pub rank: String,
    order: (u8, i64),
}

/// A township and its villages, the worst nearest to its name.
pub struct Flock {
    pub code: String,
    pub name: String,
    /// `is-lead`, `is-left k2`, `is-right k2`.
    pub class: String,
    pub tiles: Vec<Drawn>,
    pub red: usize,
}

/// A line of the legend.
pub struct Count {
    pub class: &'static str,
    pub label: String,
    pub n: usize,
}

#[derive(Template)]
#[template(path = "places/pages/formation.html")]
struct FormationPage {
    page: Page,
    title: String,
    lead: String,
    told: String,
    by: By,
    table: bool,
    named: bool,
    by_choices: Vec<Choice>,
    view_choices: Vec<Choice>,
    villages: String,
    townships: usize,
    figures: Vec<(String, String, &'static str, String)>,
    counts: Vec<Count>,
    flocks: Vec<Flock>,
    waiting: usize,
    may_import: bool,
    crumb: Option<String>,
}

pub async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Client(caller): Client,
    Query(asked): Query<Asked>,
) -> Answer<Response> {
    let (county, db) = app.county(&caller).await?;
    let mut page = page_for(&app, &visitor, "formation").await?;
    // A township asked for is looked at only within the caller's own part.
    let part = match (&caller.part, asked.township.as_str()) {
        (Part::County, code) if code.len() == 9 => Part::Township(code.to_owned()),
        (own, _) => own.clone(),
    };
    let townships = store::townships(&db, &part).await?;
    if townships.is_empty() && part != Part::County {
        return Err(platform::web::Failure::NotFound);
    }
    let packs = facts::packs(&db, &store::today()).await?;
    let wanted = facts::wanted(&packs).len();
    let year = store::latest_year(&db).await?;
    let table = asked.view == "table";
    let beside = Beside {
        year: (asked.by == By::Grade || table).then_some(year.as_str()),
        facts: asked.by == By::Missing,
    };
    let tiles = store::tiles(&db, &part, beside).await?;
    let labels = |id: &str| -> String {
        let of = |p: &facts::Adopted| {
            p.pack.grades.iter().find(|g| g.id.to_string() == id).map(|g| g.label.clone())
        };
        packs.iter().find_map(of).unwrap_or_else(|| id.to_owned())
    };
    let villages = tiles.len();
    let waiting = tiles.iter().filter(|t| t.said.differs() || t.said.shown().is_some_and(|s| s.1)).count();
    let counts = count(&page, &tiles, asked.by, &labels, wanted);
    let drawn = |tile: &Tile| draw(&page, tile, asked.by, &labels, wanted);
    let single = townships.len() == 1;
    let flocks = flocks(&townships, &tiles, drawn);
    let scope = if single { townships.first().map(|t| t.name.clone()) } else { None };
    if let Some(place) = &mut page.place {
        place.part = scope.clone().unwrap_or_else(|| "全部乡镇".to_owned());
    }
    let name = scope.clone().unwrap_or_else(|| county.name.clone());
    let title = page.m(&msg!("{name}雁阵图", name = &name));
    let lead = page.m(&match asked.by {
        By::Risk => msg!("一格一村，风险高的靠近地名；点开看画像与依据。"),
        By::Grade => msg!("一格一村，按最近一次考核的等次着色；点开看得分与依据。"),
        By::Missing => msg!("一格一村，缺的事实越多越靠近地名；点开补齐。"),
    });
    let told = match (asked.by, facts::colouring(&packs)) {
        (By::Risk, Some(pack)) => page.m(&msg!("依据《{title}》研判", title = &pack.pack.title)),
        (By::Risk, None) => page.m(&msg!("还没有研判颜色的办法")),
        (By::Grade, _) if year.is_empty() => page.m(&msg!("还没有导入考核结果")),
        (By::Grade, _) => page.m(&msg!("{year} 年度考核", year = &year)),
        (By::Missing, _) => page.m(&msg!("全县办法一共要 {n} 项事实", n = wanted)),
    };
    let link = |by: By, view: &str| {
        let mut href = format!("/?by={}", by.id());
        if view == "table" {
            href.push_str("&view=table");
        }
        if single && caller.part == Part::County {
            href.push_str(&format!("&township={}", part.township()));
        }
        href
    };
    let view = if table { "table" } else { "" };
    let choice = |href: String, label: &'static str, on: bool| Choice::new(href, page.t(label)).on(on);
    let by_choices = vec![
        choice(link(By::Risk, view), key!("看风险"), asked.by == By::Risk),
        choice(link(By::Grade, view), key!("看等次"), asked.by == By::Grade),
        choice(link(By::Missing, view), key!("看缺项"), asked.by == By::Missing),
    ];
    let view_choices = vec![
        choice(link(asked.by, ""), key!("雁阵"), !table),
        choice(link(asked.by, "table"), key!("表格"), table),
    ];
    let crumb = (single && caller.part == Part::County).then(|| county.name.clone());
    let figures = figures(&page, &tiles, wanted, asked.by);
    let html = FormationPage {
        title,
        lead,
        told,
        by: asked.by,
        table,
        named: villages <= 50,
        by_choices,
        view_choices,
        villages: thousands(villages as u64),
        townships: townships.len(),
        figures,
        counts,
        flocks,
        waiting,
        may_import: caller.may(platform::access::Action::ManagePacks),
        crumb,
        page,
    };
    Ok(Html(html).into_response())
}

/// Figures that drive a decision: label, value, unit, what beneath.
fn figures(
    page: &Page,
    tiles: &[Tile],
    wanted: usize,
    by: By,
) -> Vec<(String, String, &'static str, String)> {
    let n = tiles.len();
    let share = |k: usize| {
        if n == 0 { "0.0".to_owned() } else { format!("{:.1}", k as f64 * 100.0 / n as f64) }
    };
    let count = |f: &dyn Fn(&Tile) -> bool| tiles.iter().filter(|t| f(t)).count();
    let shown = |c: Colour| move |t: &Tile| t.said.shown().is_some_and(|s| s.0 == c);
    let (red, orange) = (count(&shown(Colour::Red)), count(&shown(Colour::Orange)));
    let confirmed = count(&|t| t.said.confirmed.is_some());
    let blocked = count(&|t| t.blocked);
    let mut out = vec![
        (
            page.t("红色村").to_owned(),
            red.to_string(),
            "个",
            page.m(&msg!("占 {share}%", share = share(red))),
        ),
        (
            page.t("橙色村").to_owned(),
            orange.to_string(),
            "个",
            page.m(&msg!("占 {share}%", share = share(orange))),
        ),
        (
            page.t("颜色已确认").to_owned(),
            confirmed.to_string(),
            "个",
            page.m(&msg!("还有 {n} 个待确认", n = n - confirmed)),
        ),
        (page.t("缺事实，判不出").to_owned(), blocked.to_string(), "个", page.t("补齐后自动再判").to_owned()),
    ];
    if by == By::Missing && wanted > 0 {
        let have: i64 = tiles.iter().map(|t| t.facts.min(wanted as i64)).sum();
        let all = (wanted * n).max(1) as f64;
        let rate = format!("{:.1}", have as f64 * 100.0 / all);
        out.push((page.t("事实齐全率").to_owned(), rate, "%", page.m(&msg!("目标 {n}%", n = 100))));
    }
    out
}

fn grade_class(id: &str) -> &'static str {
    match id {
        "1" => "g1",
        "2" => "g2",
        "3" => "g3",
        "4" => "g4",
        _ => "is-n",
    }
}

fn draw(page: &Page, tile: &Tile, by: By, labels: &dyn Fn(&str) -> String, wanted: usize) -> Drawn {
    let lacking = wanted.saturating_sub(tile.facts as usize);
    let (class, says, order) = match by {
        By::Risk => match tile.said.shown() {
            Some((colour, proposed)) => {
                let word = page.t(colour.word());
                let says =
                    if proposed { page.m(&msg!("{word}（建议）", word = word)) } else { word.to_owned() };
                (risk_class(colour, proposed), says, (colour as u8, 0))
            }
            None if !tile.blocked => ("is-n", page.t("待定").to_owned(), (4, 0)),
            None => ("is-n", page.t("缺事实").to_owned(), (5, 0)),
        },
        By::Grade => match tile.grade.as_str() {
            "" => ("is-n", page.t("未定等").to_owned(), (9, 0)),
            id => {
                let worst_first = 4u8.saturating_sub(id.parse().unwrap_or(0));
                (grade_class(id), labels(id), (worst_first, -tile.rank.unwrap_or(0)))
            }
        },
        By::Missing => match lacking {
            0 => ("is-g", page.t("齐全").to_owned(), (1, 0)),
            n => ("is-n", page.m(&msg!("缺 {n} 项", n = n)), (0, -(n as i64))),
        },
    };
    Drawn {
        code: tile.code.clone(),
        short: tile.short.clone(),
        class,
        says,
        total: tile.total.map(score_text).unwrap_or_default(),
        rank: tile.rank.map(|r| r.to_string()).unwrap_or_default(),
        order,
    }
}

fn risk_class(colour: Colour, proposed: bool) -> &'static str {
    match (colour, proposed) {
        (Colour::Red, false) => "is-r",
        (Colour::Orange, false) => "is-o",
        (Colour::Yellow, false) => "is-y",
        (Colour::Green, false) => "is-g",
        (Colour::Red, true) => "is-r is-prop",
        (Colour::Orange, true) => "is-o is-prop",
        (Colour::Yellow, true) => "is-y is-prop",
        (Colour::Green, true) => "is-g is-prop",
    }
}

fn count(page: &Page, tiles: &[Tile], by: By, labels: &dyn Fn(&str) -> String, wanted: usize) -> Vec<Count> {
    let n = |f: &dyn Fn(&Tile) -> bool| tiles.iter().filter(|t| f(t)).count();
    let mut out = Vec::new();
    match by {
        By::Risk => {
            for colour in Colour::ALL {
                let n = n(&|t| t.said.shown().is_some_and(|s| s.0 == colour));
                out.push(Count { class: colour.letter(), label: page.t(colour.badge()).to_owned(), n });
            }
            let open = n(&|t| t.said.shown().is_none());
            if open > 0 {
                out.push(Count { class: "n", label: page.t("待定").to_owned(), n: open });
            }
        }
        By::Grade => {
            let mut ids: Vec<&str> =
                tiles.iter().map(|t| t.grade.as_str()).filter(|g| !g.is_empty()).collect();
            ids.sort_unstable();
            ids.dedup();
            for id in ids {
                out.push(Count { class: grade_class(id), label: labels(id), n: n(&|t| t.grade == id) });
            }
        }
        By::Missing => {
            let full = n(&|t| t.facts as usize >= wanted);
            out.push(Count { class: "g", label: page.t("齐全").to_owned(), n: full });
            out.push(Count { class: "n", label: page.t("有缺项").to_owned(), n: tiles.len() - full });
        }
    }
    out
}

/// One township leads, the others fly in pairs down the wings.
fn flocks(townships: &[Township], tiles: &[Tile], draw: impl Fn(&Tile) -> Drawn) -> Vec<Flock> {
    let mut out: Vec<Flock> = Vec::new();
    for (i, township) in townships.iter().enumerate() {
        let class = match i {
            0 => "is-lead".to_owned(),
            i => {
                let side = if i % 2 == 1 { "is-left" } else { "is-right" };
                format!("{side} k{}", i.div_ceil(2).min(8))
            }
        };
        let mut own: Vec<Drawn> = tiles.iter().filter(|t| t.township == township.code).map(&draw).collect();
        own.sort_by_key(|d| d.order);
        let red = own.iter().filter(|d| d.class.starts_with("is-r")).count();
        out.push(Flock { code: township.code.clone(), name: township.name.clone(), class, tiles: own, red });
    }
    out
}
