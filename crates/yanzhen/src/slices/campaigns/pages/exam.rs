//! Marks typed twice, differences settled, totals, ranks and the list that goes on; seats and tickets.

use super::{campaign, tabs, text, under};
use crate::slices::campaigns::actions;
use crate::slices::campaigns::marking::{self, Standings, Typed, stored};
use crate::slices::campaigns::model::{Campaign, Entry, Faults as Found, Stage, Standing, State};
use crate::slices::campaigns::store::{entries, exams, steps};
use crate::slices::places::Desk;
use crate::slices::places::pages::status;
use askama::Template;
use axum::Form;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect, Response};
use kernel::{Message, Score, msg};
use platform::access::Authorized;
use platform::kit::{Choice, Faults, Link, Pager};
use platform::page::Page;
use platform::web::{Answer, Html};
use selection::{Draw, Standing as Stood};
use serde::Deserialize;
use std::collections::HashMap;

/// A cell of the grid: what this caller may type into, and what is known without telling the other's entry.
struct Cell {
    examiner: i64,
    /// Typed by whom, in words; empty before anybody did.
    said: String,
    /// `empty`, `once`, `settled`, `differs`.
    state: &'static str,
    value: String,
    may: bool,
    settle: bool,
    /// What was typed and not taken, and why.
    typed: String,
    error: String,
}

struct Row {
    e: Entry,
    cells: Vec<Cell>,
}

#[derive(Template)]
#[template(path = "campaigns/pages/marks.html")]
struct MarksPage {
    page: Page,
    c: Authorized<Campaign>,
    tabs: Vec<Choice>,
    stage: Option<Stage>,
    heads: Vec<String>,
    rows: Vec<Row>,
    runs: bool,
    unsettled: u64,
    faults: Faults,
    /// Marks that were not taken: the field and why. The others are saved.
    refused: Vec<(String, String)>,
    rooms: String,
    seated: bool,
    /// The reader can still type a mark on this page.
    enters: bool,
    pager: Pager,
    asked: Asked,
}

/// Which rows.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    q: String,
    page: Option<u64>,
}

/// Rows of a page.
const SIZE: u64 = 50;

fn paper(c: &Campaign, stages: &[Stage]) -> Option<Stage> {
    stages.iter().find(|s| s.seq == c.stage && s.work.is_paper() && c.state == State::Open).cloned()
}

pub async fn marks(desk: Desk, Path(id): Path<i64>, Query(asked): Query<Asked>) -> Answer<Response> {
    render(&desk, id, asked, &[], Found::new(), String::new()).await
}

/// A mark that was not taken: what was typed, and why.
struct Refused {
    entry: i64,
    examiner: i64,
    typed: String,
    why: Message,
}

impl Refused {
    fn of(typed: &[Typed], refused: Vec<(i64, i64, Message)>) -> Vec<Refused> {
        let one = |(entry, examiner, why)| {
            let typed = typed.iter().find(|t| (t.entry, t.examiner) == (entry, examiner));
            Refused { entry, examiner, typed: typed.map(|t| t.value.clone()).unwrap_or_default(), why }
        };
        refused.into_iter().map(one).collect()
    }
}

async fn render(
    desk: &Desk,
    id: i64,
    asked: Asked,
    refused: &[Refused],
    faults: Found,
    rooms: String,
) -> Answer<Response> {
    let mut page = desk.page("pools").await?;
    let (c, stages) = campaign(desk, id).await?;
    let stage = paper(&c, &stages);
    let runs = actions::runs(&desk.caller, &c);
    let link = Link::new(format!("/campaigns/{id}/marks")).with("q", &asked.q);
    page.path = link.to_string();
    let mut rows = Vec::new();
    let mut pager = Pager::new(1, 0, link.clone());
    let (mut unsettled, mut seated) = (0, false);
    let mut heads = Vec::new();
    if let Some(stage) = &stage {
        let filter = entries::Filter {
            standing: Standing::Running.id().to_owned(),
            stage: Some(stage.seq),
            q: asked.q.clone(),
            ..entries::Filter::default()
        };
        let part = &desk.caller.part;
        let total = entries::count(&desk.db, c.id, &filter, part).await?;
        pager = Pager::new(asked.page.unwrap_or(1), total, link);
        let shown = entries::list(&desk.db, c.id, &filter, part, (SIZE, pager.offset())).await?;
        unsettled = exams::unsettled(&desk.db, c.id, stage).await?;
        seated = shown.iter().any(|e| !e.ticket.is_empty());
        let numbers = marking::examiners(stage);
        heads = numbers
            .iter()
            .map(|n| if *n == 0 { stage.title.clone() } else { page.tn("考官 {n}", n) })
            .collect();
        let kept = exams::marks(&desk.db, c.id, stage.seq).await?;
        let of: HashMap<(i64, i64), &exams::Mark> = kept.iter().map(|m| ((m.entry, m.examiner), m)).collect();
        for e in shown {
            let cells = numbers
                .iter()
                .map(|n| {
                    let bad = refused.iter().find(|r| (r.entry, r.examiner) == (e.id, *n));
                    let error = bad.map(|r| (r.typed.clone(), page.m(&r.why)));
                    cell(&page, stage, (desk.caller.account, runs), *n, of.get(&(e.id, *n)).copied(), error)
                })
                .collect();
            rows.push(Row { e, cells });
        }
    }
    let bad = !faults.is_empty() || !refused.is_empty();
    let told = Faults::told(faults, page.lang);
    let refused = refused.iter().map(|r| (format!("m.{}.{}", r.entry, r.examiner), page.m(&r.why))).collect();
    let html = MarksPage {
        tabs: tabs(&page, &c, &stages, "/marks"),
        stage,
        heads,
        enters: rows.iter().any(|r: &Row| r.cells.iter().any(|c| c.may)),
        rows,
        runs,
        unsettled,
        faults: told,
        refused,
        rooms,
        seated,
        pager,
        asked,
        c,
        page,
    };
    Ok((status(bad), Html(html)).into_response())
}

fn cell(
    page: &Page,
    stage: &Stage,
    (account, runs): (i64, bool),
    examiner: i64,
    mark: Option<&exams::Mark>,
    error: Option<(String, String)>,
) -> Cell {
    let (typed, error) = error.unwrap_or_default();
    let full = Score(stage.terms.full);
    let both = mark.and_then(|m| marking::double(m, full).ok());
    let stood = both.as_ref().map_or(Stood::Empty, selection::DoubleEntry::standing);
    // What one typed is not shown to the other: the second entry is blind.
    let (state, value, said) = match (stood, mark) {
        (Stood::Settled(v) | Stood::Resolved(v), _) => ("settled", stored(v), String::new()),
        (Stood::Differs(a, b), Some(m)) => {
            ("differs", String::new(), format!("{} {}，{} {}", m.one_name, stored(a), m.two_name, stored(b)))
        }
        (Stood::Once, Some(m)) if m.one_by == Some(account) => {
            ("once", m.one.clone(), page.t("您录过，等另一个人录").to_owned())
        }
        (Stood::Once, _) => ("once", String::new(), page.t("已录一次").to_owned()),
        _ => ("empty", String::new(), String::new()),
    };
    let third = mark.is_some_and(|m| m.one_by != Some(account) && m.two_by != Some(account));
    Cell {
        examiner,
        said,
        state,
        value,
        may: runs
            && both.as_ref().is_none_or(|b| b.may_enter(&account))
            && !matches!(state, "settled" | "differs"),
        settle: runs && state == "differs" && third,
        typed,
        error,
    }
}

/// Types marks.
pub async fn enter(
    desk: Desk,
    Path(id): Path<i64>,
    Query(asked): Query<Asked>,
    Form(sent): Form<HashMap<String, String>>,
) -> Answer<Response> {
    let (c, _) = campaign(&desk, id).await?;
    let typed: Vec<Typed> = under(&sent, "m.")
        .filter_map(|(key, value)| {
            let (entry, examiner) = key.split_once('.')?;
            let (entry, examiner) = (entry.parse().ok()?, examiner.parse().ok()?);
            Some(Typed { entry, examiner, value: value.to_owned(), reason: String::new() })
        })
        .collect();
    match marking::enter(&desk.db, &desk.caller, &c, &typed).await? {
        Ok(refused) if refused.is_empty() => {
            let link = Link::new(format!("/campaigns/{id}/marks")).with("q", &asked.q);
            let page = asked.page.map(|p| p.to_string()).unwrap_or_default();
            Ok(Redirect::to(&link.with("page", &page).to_string()).into_response())
        }
        Ok(refused) => {
            let refused = Refused::of(&typed, refused);
            render(&desk, id, asked, &refused, Found::new(), String::new()).await
        }
        Err(faults) => render(&desk, id, asked, &[], faults, String::new()).await,
    }
}

/// Settles a difference.
pub async fn settle(
    desk: Desk,
    Path(id): Path<i64>,
    Form(sent): Form<HashMap<String, String>>,
) -> Answer<Response> {
    let (c, _) = campaign(&desk, id).await?;
    let number = |name: &str| text(&sent, name).parse().unwrap_or_default();
    let typed = Typed {
        entry: number("entry"),
        examiner: number("examiner"),
        value: text(&sent, "value"),
        reason: text(&sent, "reason"),
    };
    match marking::settle(&desk.db, &desk.caller, &c, &typed).await? {
        Ok(()) => Ok(Redirect::to(&format!("/campaigns/{id}/marks")).into_response()),
        Err(faults) => {
            let refused = faults.into_iter().map(|f| (typed.entry, typed.examiner, f.1)).collect();
            let refused = Refused::of(&[typed], refused);
            render(&desk, id, Asked::default(), &refused, Found::new(), String::new()).await
        }
    }
}

/// Seats everybody.
pub async fn seats(
    desk: Desk,
    Path(id): Path<i64>,
    Form(sent): Form<HashMap<String, String>>,
) -> Answer<Response> {
    let (c, _) = campaign(&desk, id).await?;
    let rooms = text(&sent, "rooms");
    match marking::arrange(&desk.db, &desk.caller, &c, &rooms).await? {
        Ok(_) => Ok(Redirect::to(&format!("/campaigns/{id}/marks")).into_response()),
        Err(faults) => render(&desk, id, Asked::default(), &[], faults, rooms).await,
    }
}

/// Somebody in the ranking.
struct Ranked {
    id: i64,
    who: String,
    marks: Vec<String>,
    total: String,
    rank: String,
    out: String,
    tone: &'static str,
    why: Vec<String>,
}

struct Group {
    name: String,
    seats: i64,
    on: Vec<Ranked>,
    rest: Vec<Ranked>,
    cut: String,
}

#[derive(Template)]
#[template(path = "campaigns/pages/ranking.html")]
struct RankingPage {
    page: Page,
    c: Authorized<Campaign>,
    tabs: Vec<Choice>,
    papers: Vec<String>,
    groups: Vec<Group>,
    pages: Vec<Choice>,
    may: bool,
    runs: bool,
    unsettled: u64,
    named: bool,
    confirmed: bool,
    shared: Vec<String>,
    faults: Faults,
    /// How a panel's mean is made, in words.
    panel: String,
}

/// A person's row of the ranking.
#[derive(Template)]
#[template(path = "campaigns/pages/rank_row.html")]
struct RankRow<'r> {
    page: &'r Page,
    r: &'r Ranked,
}

impl RankingPage {
    fn row(&self, r: &Ranked) -> String {
        RankRow { page: &self.page, r }.render().unwrap_or_default()
    }
}

/// Which place.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Which {
    place: String,
}

pub async fn ranking(desk: Desk, Path(id): Path<i64>, Query(which): Query<Which>) -> Answer<Response> {
    ranked(&desk, id, which, Found::new()).await
}

fn person(page: &Page, all: &Standings, i: usize, named: bool) -> Ranked {
    let (e, line) = (&all.entries[i], &all.ranking.lines()[i]);
    let mark = |r: &marking::Came| r.value.map(stored).unwrap_or_else(|| "—".to_owned());
    let drawn = all.drawn(i);
    let (out, tone) = match (e.standing, line.rank, drawn) {
        (Standing::Withdrawn, ..) => (page.t("已撤回").to_owned(), ""),
        (_, None, _) => (page.m(&all.goes_on(i).1), ""),
        (_, _, Some(Draw::On | Draw::OnLevel)) => {
            let into = all.into.as_ref().map(|(_, title)| title.clone()).unwrap_or_default();
            (format!("{}{into}", page.t("拟进")), "plan")
        }
        (_, _, Some(Draw::Waiting(turn))) => (page.tn("递补 {n}", turn), ""),
        _ => (String::new(), ""),
    };
    let number = if e.ticket.is_empty() { e.no.clone() } else { e.ticket.clone() };
    Ranked {
        id: e.id,
        who: if named { format!("{number}　{}", e.name) } else { number },
        marks: all.results[i].iter().map(mark).collect(),
        total: match &line.outcome {
            selection::Outcome::Complete(t) | selection::Outcome::Below(t, _) => t.total.to_string(),
            _ => "—".to_owned(),
        },
        rank: line.rank.map(|r| r.to_string()).unwrap_or_else(|| "—".to_owned()),
        out,
        tone,
        why: all.explain(i).iter().map(|m| all.named(&page.m(m))).collect(),
    }
}

async fn ranked(desk: &Desk, id: i64, which: Which, faults: Found) -> Answer<Response> {
    let mut page = desk.page("pools").await?;
    let (c, stages) = campaign(desk, id).await?;
    let part = &desk.caller.part;
    let last = stages.iter().filter(|s| s.work.is_paper() && s.begun_at.is_some()).map(|s| s.seq).max();
    let all = match last {
        Some(seq) => marking::standings(&desk.db, &c, seq).await?,
        None => None,
    };
    let now = paper(&c, &stages);
    let unsettled = match &now {
        Some(stage) => exams::unsettled(&desk.db, c.id, stage).await?,
        None => 0,
    };
    let confirmed = match last {
        Some(seq) => !steps::steps_of(&desk.db, c.id, seq).await?.is_empty(),
        None => false,
    };
    // Names are opened when the marks are settled: until then numbers stand for people.
    let named = now.is_none() || confirmed;
    let mut groups = Vec::new();
    let (mut papers, mut pages, mut shared, mut panel) = (Vec::new(), Vec::new(), Vec::new(), String::new());
    if let Some(all) = &all {
        papers = all
            .stages
            .iter()
            .map(|s| format!("{} {}%", s.title, kernel::Quantity(i128::from(s.terms.weight))))
            .collect();
        panel = all
            .stages
            .iter()
            .find(|s| s.terms.drop > 0 && s.work == policy::campaigns::Work::Interview)
            .map(|s| {
                page.m(&msg!("{n} 名考官，各去掉 {k} 个最高和最低", n = s.terms.examiners, k = s.terms.drop))
            })
            .unwrap_or_default();
        let mut places: Vec<_> = all
            .by_place()
            .into_iter()
            .filter(|(p, _)| part.township().is_empty() || p.township == part.township())
            .collect();
        let chosen = which.place.parse().unwrap_or_else(|_| places.first().map_or(0, |(p, _)| p.id));
        pages = places
            .iter()
            .map(|(p, _)| {
                let link = Link::new(format!("/campaigns/{id}/ranking")).with("place", &p.id.to_string());
                Choice::new(link.to_string(), p.name()).on(p.id == chosen)
            })
            .collect();
        places.retain(|(p, _)| p.id == chosen);
        for (place, order) in places {
            let list = all.lists.iter().find(|l| l.place.name == place.id.to_string());
            let on =
                |i: &usize| list.is_none_or(|l| l.on.contains(i)) && all.ranking.lines()[*i].rank.is_some();
            let (on, rest): (Vec<usize>, Vec<usize>) = order.into_iter().partition(on);
            let cut = list.map(|l| {
                page.m(&msg!(
                    "{seats} 个名额，取 {wanted} 人{beyond}",
                    seats = place.seats,
                    wanted = l.wanted,
                    beyond = if l.beyond() > 0 {
                        format!("，同分多 {} 人", l.beyond())
                    } else {
                        String::new()
                    }
                ))
            });
            groups.push(Group {
                name: place.name(),
                seats: place.seats,
                on: on.into_iter().map(|i| person(&page, all, i, named)).collect(),
                rest: rest.into_iter().map(|i| person(&page, all, i, named)).collect(),
                cut: cut.unwrap_or_default(),
            });
        }
        shared = all
            .ranking
            .shared()
            .iter()
            .filter(|(p, ..)| *p == chosen.to_string())
            .map(|(_, rank, who)| {
                page.m(&msg!("第 {rank} 名有 {n} 人完全同分，由人决定", rank = *rank, n = who.len()))
            })
            .collect();
    }
    page.path = Link::new(format!("/campaigns/{id}/ranking")).with("place", &which.place).to_string();
    let refused = !faults.is_empty();
    let html = RankingPage {
        tabs: tabs(&page, &c, &stages, "/ranking"),
        runs: actions::runs(&desk.caller, &c),
        may: actions::runs(&desk.caller, &c) && now.is_some() && !confirmed,
        papers,
        groups,
        pages,
        unsettled,
        named,
        confirmed,
        shared,
        panel,
        faults: Faults::told(faults, page.lang),
        c,
        page,
    };
    Ok((status(refused), Html(html)).into_response())
}

/// Confirms the list that goes on.
pub async fn confirm(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    let (c, _) = campaign(&desk, id).await?;
    match marking::confirm(&desk.db, &desk.caller, &c).await? {
        Ok(_) => Ok(Redirect::to(&format!("/campaigns/{id}/ranking")).into_response()),
        Err(faults) => ranked(&desk, id, Which::default(), faults).await,
    }
}
