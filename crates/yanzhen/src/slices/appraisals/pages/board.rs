//! The board of a round: where it stands, who still owes what, how the marks look, where the lines fall.

use super::preview::{Preview, preview};
use super::{acts, leads, led, seen, steps, tone};
use crate::slices::appraisals::actions::{self, Moved};
use crate::slices::appraisals::collect::raters;
use crate::slices::appraisals::given::Given;
use crate::slices::appraisals::model::{Act, Given as Form, Round, Sheet, State};
use crate::slices::appraisals::sheet::{Kind, columns, owed};
use crate::slices::appraisals::store;
use crate::slices::places::Desk;
use crate::slices::places::facts::adopted;
use crate::slices::places::pages::moment_text;
use askama::Template;
use axum::Form as Posted;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::msg;
use platform::db::{DbResult, Happened};
use platform::kit::{Choice, Event, Faults, Step};
use platform::page::Page;
use platform::web::{Answer, Failure, Html};
use policy::Pack;
use serde::Deserialize;
use std::collections::{BTreeMap, HashSet};

/// One cell of the matrix: how much of a rater's part of a township is there.
pub struct Cell {
    pub text: String,
    /// `is-full`, `is-part`, `is-none` or `is-na`, with ` is-odd`.
    pub class: String,
    pub href: String,
    pub says: String,
    pub done: usize,
    pub of: usize,
}

impl Cell {
    /// Where nothing is asked.
    fn none() -> Cell {
        let (text, href, says) = Default::default();
        Cell { text, class: "is-na".to_owned(), href, says, done: 0, of: 0 }
    }
}

/// A rater's row of the matrix.
pub struct Row {
    /// 0 for the row of all townships.
    pub sheet: i64,
    pub name: String,
    pub cells: Vec<Cell>,
    /// In per cent; empty where nothing is owed.
    pub done: String,
    pub submitted: String,
    pub retired: String,
}

/// An act that the page offers.
pub struct Offered {
    pub id: &'static str,
    pub title: &'static str,
    /// What stands in its way, a sentence each.
    pub refused: Vec<String>,
    pub reason: bool,
    pub decision: bool,
}

#[derive(Template)]
#[template(path = "appraisals/pages/board.html")]
struct BoardPage {
    page: Page,
    round: Round,
    pack: String,
    pack_id: i64,
    says: String,
    state: &'static str,
    tone: &'static str,
    steps: Vec<Step>,
    towns: Vec<(String, usize)>,
    rows: Vec<Row>,
    late: usize,
    leads: bool,
    offered: Vec<Offered>,
    gaps: usize,
    excused: usize,
    preview: Option<Preview>,
    events: Vec<Event>,
    faults: Faults,
    given: Form,
}

pub async fn show(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    render(&desk, id, Faults::new(), Form::default()).await
}

async fn render(desk: &Desk, id: i64, faults: Faults, given: Form) -> Answer<Response> {
    let round = seen(desk, id).await?;
    let (page, db) = (desk.page("rounds").await?, &desk.db);
    let pack = adopted(db, round.round.pack).await?;
    let leading = leads(desk, &round.round);
    let township = if leading { "" } else { round.township.as_str() };
    let round = &round.round;
    let subjects = store::subjects(db, round.id, township).await?;
    let sheets = store::sheets(db, round.id).await?;
    let excused = store::excuses(db, round.id).await?.len();
    let mut towns: BTreeMap<&str, (&str, usize)> = BTreeMap::new();
    for s in &subjects {
        towns.entry(&s.township).or_insert((&s.township_name, 0)).1 += 1;
    }
    // A preview is for who leads: whoever is rated never sees the own running result.
    let entering = !matches!(round.state, State::Draft | State::Cancelled);
    let look = if leading && entering { Some(Given::of(db, round).await?) } else { None };
    let gaps = look.as_ref().map(actions::gaps).transpose()?.unwrap_or_default();
    let preview = match &look {
        Some(given) => given
            .appraised(|done| preview(&page, done, &pack))
            .map_err(|t| Failure::Internal(format!("a score of {} is too large", t.subject)))?,
        None => Preview::default(),
    };
    let odd: HashSet<String> = preview.raters.iter().filter(|r| r.odd).map(|r| r.name.clone()).collect();
    let rows = matrix(&page, db, round, &pack, &sheets, &towns, &odd, leading).await?;
    let standing = actions::standing(db, round, &pack).await?;
    let offered = if leading { offered(&page, round, &standing) } else { Vec::new() };
    // What other offices did is for who leads; the round's own steps are for all.
    let mut events = store::happened(db, round.id).await?;
    events.retain(|e| leading || Act::by_id(&e.act).is_some());
    let html = BoardPage {
        says: says(&page, &pack, round, subjects.len(), &sheets),
        pack: format!("{} {}", pack.title, pack.version),
        pack_id: round.pack,
        state: page.t(round.state.title()),
        tone: tone(round.state),
        steps: steps(&page, round),
        towns: towns.values().map(|(name, n)| (short(name), *n)).collect(),
        late: standing.not_submitted,
        leads: leading,
        offered,
        gaps: gaps.len(),
        excused,
        preview: look.is_some().then_some(preview),
        events: events.iter().rev().take(12).map(|e| event(&page, e)).collect(),
        faults,
        given,
        rows,
        round: round.clone(),
        page,
    };
    let status = if html.faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok((status, Html(html)).into_response())
}

/// The rules that an excuse may name.
pub fn rules(page: &Page) -> Vec<Choice> {
    vec![
        Choice::new("skip", page.t("不计分"))
            .hint(page.t("这一处没有分，分就失去了；几家合评的按已评的合成")),
        Choice::new("prorate", page.t("缺项折算")).hint(page.t("这一项不算，其余各项按比例放大到一百分")),
        Choice::new("zero", page.t("按零")).hint(page.t("没打的分按零分，没报的数按零")),
    ]
}

fn event(page: &Page, e: &Happened) -> Event {
    let title = match e.act.as_str() {
        "begin" => page.t("建草稿"),
        "registry" => page.t("从台账取数"),
        "remind" => page.t("催报"),
        "excuse" => page.t("说明缺项"),
        "retire" => page.t("评分单位退出"),
        "correct" => page.t("更正"),
        "table" => page.t("从表格取数"),
        "submit" | "sheet.submit" => page.t("提交评分表"),
        "sheet.ask" => page.t("申请退回评分表"),
        "return" | "sheet.return" => page.t("退回评分表"),
        act => Act::by_id(act).map_or("", |a| page.t(a.title())),
    };
    let note = if e.note.is_empty() { String::new() } else { format!("：{}", e.note) };
    Event::past(moment_text(e.at), format!("{title}{note}")).by(format!("{} {}", e.unit, e.by))
}

fn says(page: &Page, pack: &Pack, round: &Round, subjects: usize, sheets: &[Sheet]) -> String {
    let mut items: Vec<&str> = Vec::new();
    for i in &pack.indicators {
        if !items.contains(&i.item.as_str()) {
            items.push(&i.item);
        }
    }
    let (items, indicators, raters) = (items.len(), pack.indicators.len(), sheets.len());
    let told = if round.of_persons() {
        msg!(
            "{items} 项 {indicators} 指标，{raters} 家评分，{n} 人",
            items = items,
            indicators = indicators,
            raters = raters,
            n = subjects
        )
    } else {
        msg!(
            "{items} 项 {indicators} 指标，{raters} 家评分，{n} 个村",
            items = items,
            indicators = indicators,
            raters = raters,
            n = subjects
        )
    };
    page.m(&told)
}

/// A township's name without its kind: heads of narrow columns.
fn short(name: &str) -> String {
    let cut = ["街道", "镇", "乡"].iter().find_map(|kind| name.strip_suffix(kind));
    cut.filter(|c| c.chars().count() > 1).unwrap_or(name).to_owned()
}

#[expect(clippy::too_many_arguments, reason = "what the matrix shows, read once by the page")]
async fn matrix(
    page: &Page,
    db: &platform::db::Db,
    round: &Round,
    pack: &Pack,
    sheets: &[Sheet],
    towns: &BTreeMap<&str, (&str, usize)>,
    odd: &HashSet<String>,
    leading: bool,
) -> DbResult<Vec<Row>> {
    let counts = store::counts(db, round.id).await?;
    let facts = store::fact_counts(db, round.id).await?;
    let cell = |s: &Sheet, code: &str, town: &str, n: usize| {
        let cols = columns(pack, &s.rater);
        let marks = cols.iter().filter(|c| matches!(c.kind, Kind::Mark { .. })).count();
        let asked: Vec<&str> = cols
            .iter()
            .filter(|c| matches!(c.kind, Kind::Fact(_)) && owed(pack, c))
            .map(|c| c.id.as_str())
            .collect();
        let of = n * (marks + asked.len());
        let marked = counts.get(&(s.rater.clone(), code.to_owned())).copied().unwrap_or_default();
        let known: i64 = asked
            .iter()
            .map(|f| facts.get(&((*f).to_owned(), code.to_owned())).copied().unwrap_or_default())
            .sum();
        let done = usize::try_from(marked + known).unwrap_or_default().min(of);
        let (text, class) = match (done, of) {
            (_, 0) => (String::new(), "is-na"),
            (d, o) if d == o => ("✓".to_owned(), "is-full"),
            (0, o) => (page.tn("缺{n}", o), "is-none"),
            (d, o) => (format!("{d}/{o}"), "is-part"),
        };
        let ring = if odd.contains(&s.unit) && done > 0 { " is-odd" } else { "" };
        let says =
            msg!("{rater} {town}：{done} / {of}", rater = s.unit.as_str(), town = town, done = done, of = of);
        Cell {
            text,
            class: format!("{class}{ring}"),
            href: format!("/rounds/{}/sheets/{}", round.id, s.id),
            says: page.m(&says),
            done,
            of,
        }
    };
    let (of_towns, mut of_units): (Vec<&Sheet>, Vec<&Sheet>) =
        sheets.iter().partition(|s| !s.township.is_empty());
    let named = raters(pack);
    of_units.sort_by_key(|s| named.iter().position(|r| *r == s.rater));
    let unit = |s: &Sheet| Row {
        sheet: s.id,
        name: s.unit.clone(),
        cells: towns.iter().map(|(code, (town, n))| cell(s, code, town, *n)).collect(),
        done: String::new(),
        submitted: s.submitted_at.map(moment_text).unwrap_or_default(),
        retired: s.retired_for.clone(),
    };
    // A township sees its own sheet alone.
    let mut out: Vec<Row> = if leading { of_units.into_iter().map(unit).collect() } else { Vec::new() };
    if !of_towns.is_empty() {
        let own = |code: &str| of_towns.iter().find(|s| s.township == code);
        let cells = towns
            .iter()
            .map(|(code, (town, n))| own(code).map_or_else(Cell::none, |s| cell(s, code, town, *n)))
            .collect();
        let sent = of_towns
            .iter()
            .filter(|s| towns.contains_key(s.township.as_str()))
            .all(|s| s.submitted_at.is_some());
        out.push(Row {
            sheet: 0,
            name: page.tn("{n} 个乡镇自评", towns.len()),
            cells,
            done: String::new(),
            submitted: if sent { page.t("已交").to_owned() } else { String::new() },
            retired: String::new(),
        });
    }
    for row in &mut out {
        let (done, of) = row.cells.iter().fold((0, 0), |(d, o), c| (d + c.done, o + c.of));
        row.done = (100 * done).checked_div(of).map(|n| format!("{n}%")).unwrap_or_default();
    }
    Ok(out)
}

fn offered(
    page: &Page,
    round: &Round,
    standing: &crate::slices::appraisals::model::Standing,
) -> Vec<Offered> {
    acts(round.state)
        .iter()
        .map(|act| {
            // What a form can give is not in the way yet.
            let filled = Form {
                reason: "-".into(),
                meeting: "-".into(),
                meeting_on: "2000-01-01".into(),
                decided_by: "-".into(),
            };
            let refused = crate::slices::appraisals::model::after(round.state, *act, standing, &filled)
                .err()
                .unwrap_or_default();
            Offered {
                id: act.id(),
                title: page.t(act.title()),
                refused: refused.iter().map(|r| page.m(&r.message())).collect(),
                reason: act.wants_reason() || (*act == Act::Lock && standing.not_submitted > 0),
                decision: *act == Act::Publish,
            }
        })
        .collect()
}

/// What a form gives with an act.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ActForm {
    reason: String,
    meeting: String,
    meeting_on: String,
    decided_by: String,
}

/// Moves the round.
pub async fn act(
    desk: Desk,
    Path((id, act)): Path<(i64, String)>,
    Posted(form): Posted<ActForm>,
) -> Answer<Response> {
    let round = led(&desk, id).await?;
    let back = Redirect::to(&format!("/rounds/{id}"));
    let mut faults = Faults::new();
    let given = Form {
        reason: form.reason,
        meeting: form.meeting,
        meeting_on: form.meeting_on,
        decided_by: form.decided_by,
    };
    let lang = desk.visitor.lang;
    match act.as_str() {
        "refresh" => {
            actions::refresh(&desk.db, &desk.caller, &round).await?;
            return Ok(back.into_response());
        }
        "registry" => {
            actions::take_registry(&desk.db, &desk.caller, &round).await?;
            return Ok(back.into_response());
        }
        "remind" => {
            actions::remind(&desk.db, &desk.caller, &round).await?;
            return Ok(back.into_response());
        }
        _ => {}
    }
    let Some(act) = Act::by_id(&act) else { return Err(Failure::NotFound) };
    match actions::act(&desk.db, &desk.caller, &round, act, &given).await? {
        Moved::Done => return Ok(back.into_response()),
        Moved::Stale => faults.add("act", msg!("别人刚改过，请看一看再改").text(lang)),
        Moved::Refused(why) => why.iter().for_each(|r| faults.add("act", r.message().text(lang))),
    }
    render(&desk, id, faults, given).await
}
