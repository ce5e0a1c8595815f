//! The best set over several vacancies at once: chosen, held fast, held against another choice, adopted.

use super::{Change, MateRow, changes, mates, views};
use crate::slices::places::Desk;
use crate::slices::places::pages::status;
use crate::slices::places::store::today;
use crate::slices::posts::lineup::one_decimal;
use crate::slices::vacancies::actions::{fit_text, pack_text};
use crate::slices::vacancies::matching::{self, Whole};
use crate::slices::vacancies::model::motion::Faults as Found;
use crate::slices::vacancies::model::set::{Pair, Reason, Set, Table};
use crate::slices::vacancies::model::team::Team;
use crate::slices::vacancies::model::{Fitting, Seat};
use askama::Template;
use axum::body::Bytes;
use axum::extract::RawQuery;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::{Day, msg};
use platform::access::Action;
use platform::kit::{Choice, Faults};
use platform::page::Page;
use platform::web::{Answer, Failure, Html};
use std::collections::BTreeSet;

/// What an address or a form asks for.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    picks: Vec<String>,
    /// Seat and person held fast.
    locks: Vec<(String, i64)>,
    swap: String,
    team: String,
    /// Pairings of a form.
    pairs: Vec<(String, i64)>,
    reason: String,
}

/// `990101101200.party_secretary.1:12` as seat and person.
fn pairing(text: &str) -> Option<(String, i64)> {
    let (seat, person) = text.rsplit_once(':')?;
    Some((seat.to_owned(), person.parse().ok()?))
}

impl Asked {
    fn read(text: &[u8]) -> Asked {
        let mut out = Asked::default();
        for (name, value) in form_urlencoded::parse(text) {
            match name.as_ref() {
                "pick" if !out.picks.iter().any(|p| *p == value) => out.picks.push(value.into_owned()),
                "lock" => out.locks.extend(pairing(&value)),
                "swap" => out.swap = value.into_owned(),
                "team" => out.team = value.into_owned(),
                "pair" => out.pairs.extend(pairing(&value)),
                "reason" => out.reason = value.into_owned(),
                _ => {}
            }
        }
        out
    }

    /// The address with other locks and one thing more.
    fn href(&self, locks: &[(String, i64)], more: &str) -> String {
        let mut pairs = form_urlencoded::Serializer::new(String::new());
        for pick in &self.picks {
            pairs.append_pair("pick", pick);
        }
        for (seat, person) in locks {
            pairs.append_pair("lock", &format!("{seat}:{person}"));
        }
        if let Some((name, value)) = more.split_once('=') {
            pairs.append_pair(name, value);
        }
        format!("/vacancies/together?{}", pairs.finish())
    }
}

/// A seat of the set as read.
pub struct Row {
    pub seat: Seat,
    pub days: Option<i64>,
    pub person: i64,
    pub name: String,
    pub step: String,
    pub fit: String,
    pub parts: Fitting,
    pub why: String,
    pub held: bool,
    pub on: bool,
    /// Where it is held fast, let loose, held against others, shown with its team.
    pub lock: String,
    pub swap: String,
    pub team: String,
}

/// Another choice for a seat.
pub struct Other {
    pub person: i64,
    pub name: String,
    pub step: String,
    pub fit: String,
    pub cost: String,
    pub moved: String,
    pub lock: String,
}

#[derive(Template)]
#[template(path = "vacancies/pages/together.html")]
struct TogetherPage {
    page: Page,
    views: Vec<Choice>,
    seats: Vec<Choice>,
    all: usize,
    chosen: usize,
    late: usize,
    people: usize,
    filled: usize,
    fit: String,
    alone: String,
    clashes: usize,
    kept: usize,
    age: String,
    age_before: String,
    rows: Vec<Row>,
    unfilled: Vec<(Seat, String)>,
    swap: Option<(Seat, String)>,
    others: Vec<Other>,
    team: Option<Seat>,
    before: Vec<MateRow>,
    after: Vec<MateRow>,
    changes: Vec<Change>,
    parts: Vec<(String, String, u32, String)>,
    picks: Vec<String>,
    locks: Vec<String>,
    pack: String,
    again: String,
    reason: String,
    may: bool,
    faults: Faults,
}

impl TogetherPage {
    fn given(&self, given: &Option<i64>) -> String {
        given.map_or_else(|| self.page.t("缺").to_owned(), fit_text)
    }
}

fn name_of(seat: &Seat) -> String {
    format!("{} {}", seat.village_name, seat.title)
}

fn why(page: &Page, whole: &Whole, pair: &Pair) -> String {
    let first = pair.first.map(|p| whole.people[p].name.as_str()).unwrap_or_default();
    match &pair.why {
        Reason::First => String::new(),
        Reason::Held => page.t("由人锁定").to_owned(),
        Reason::Clash(other) => {
            let name = name_of(&whole.seats[*other]);
            page.m(&msg!("撞车：{seat} 单独看也会取 {name}", seat = name, name = first))
        }
        Reason::Elsewhere(other) => {
            let name = name_of(&whole.seats[*other]);
            page.m(&msg!("第 1 位 {name} 合起来配到 {seat}", name = first, seat = name))
        }
        Reason::Fits => page.m(&msg!("同一顺位里比第 1 位 {name} 更适配", name = first)),
    }
}

fn rows(page: &Page, whole: &Whole, set: &Set, asked: &Asked, now: Day) -> Vec<Row> {
    let row = |pair: &Pair| {
        let (person, group, place, fit) = pair.given?;
        let (seat, c) = (&whole.seats[pair.seat], &whole.people[person]);
        let key = seat.key();
        let held = pair.why == Reason::Held;
        let mut locks: Vec<(String, i64)> = asked.locks.iter().filter(|l| l.0 != key).cloned().collect();
        if !held {
            locks.push((key.clone(), c.id));
        }
        let line = &whole.lines[pair.seat];
        Some(Row {
            days: seat.days(now),
            person: c.id,
            name: c.name.clone(),
            step: page.m(&msg!(
                "第 {order} 顺位 {step}，第 {place} 位",
                order = group + 1,
                step = line.groups[group].step.title.as_str(),
                place = place
            )),
            fit: fit_text(fit),
            parts: line.find(&whole.people, c.id).map(|(_, l)| l.fit.clone()).unwrap_or_default(),
            why: why(page, whole, pair),
            held,
            on: asked.pairs.is_empty() || asked.pairs.contains(&(key.clone(), c.id)),
            lock: asked.href(&locks, ""),
            swap: format!("{}#swap", asked.href(&asked.locks, &format!("swap={key}"))),
            team: format!("{}#team", asked.href(&asked.locks, &format!("team={key}"))),
            seat: seat.clone(),
        })
    };
    set.pairs.iter().filter_map(row).collect()
}

/// Why a seat stays empty.
fn empty(page: &Page, whole: &Whole, pair: &Pair) -> String {
    let line = &whole.lines[pair.seat];
    match (line.counts(), pair.first) {
        ((0, ..), _) => page.t("各顺位都没有人").to_owned(),
        (_, None) => page.t("无合格人选").to_owned(),
        _ => page.t("合格的人都配到了别处").to_owned(),
    }
}

fn others(
    page: &Page,
    whole: &Whole,
    set: &Set,
    table: &Table<'_>,
    seat: usize,
    asked: &Asked,
) -> Vec<Other> {
    let key = whole.seats[seat].key();
    let locks: Vec<(String, i64)> = asked.locks.iter().filter(|l| l.0 != key).cloned().collect();
    table
        .costs(seat, set)
        .into_iter()
        .take(20)
        .map(|c| {
            let mut cost = Vec::new();
            if c.filled > 0 {
                cost.push(page.tn("少配 {n} 个", c.filled));
            }
            if c.later {
                cost.push(page.t("有人改用更后的顺位").to_owned());
            }
            cost.push(match c.lost {
                n if n > 0 => page.tn("总适配少 {n}", fit_text(n)),
                n if n < 0 => page.tn("总适配多 {n}", fit_text(-n)),
                _ => page.t("总适配不变").to_owned(),
            });
            let moved: Vec<String> = c.moved.iter().map(|s| name_of(&whole.seats[*s])).collect();
            let id = whole.people[c.person].id;
            let with: Vec<(String, i64)> = locks.iter().cloned().chain([(key.clone(), id)]).collect();
            Other {
                person: id,
                name: whole.people[c.person].name.clone(),
                step: page.m(&msg!("第 {order} 顺位，第 {place} 位", order = c.group + 1, place = c.place)),
                fit: fit_text(c.fit),
                cost: cost.join("，"),
                moved: moved.join("、"),
                lock: asked.href(&with, ""),
            }
        })
        .collect()
}

/// A village's team before the set and after it.
fn teams(whole: &Whole, set: &Set, village: &str) -> (Team, Team) {
    let before = whole.known.team(village);
    let mut after = before.clone();
    for pair in set.pairs.iter().filter(|p| whole.seats[p.seat].village == village) {
        if let Some((person, ..)) = pair.given {
            after = after.with(&whole.people[person], &whole.seats[pair.seat], None);
        }
    }
    (before, after)
}

/// Average age over the teams of every village that is given somebody, before and after.
fn ages(whole: &Whole, set: &Set) -> (String, String) {
    let filled = set.pairs.iter().filter(|p| p.given.is_some());
    let villages: BTreeSet<&str> = filled.map(|p| whole.seats[p.seat].village.as_str()).collect();
    let (mut before, mut after) = (Team::default(), Team::default());
    for village in villages {
        let (b, a) = teams(whole, set, village);
        before.mates.extend(b.mates);
        after.mates.extend(a.mates);
    }
    let said = |t: &Team| t.age_tenths().map_or_else(|| "—".to_owned(), one_decimal);
    (said(&before), said(&after))
}

pub async fn show(desk: Desk, RawQuery(query): RawQuery) -> Answer<Response> {
    let asked = Asked::read(query.unwrap_or_default().as_bytes());
    let whole = matching::whole(&desk.db, &desk.caller, &asked.picks).await?;
    render(&desk, &whole, &asked, Vec::new()).await
}

/// The pairings held fast, by position of their seats.
fn held(whole: &Whole, asked: &Asked) -> Vec<(usize, i64)> {
    let at = |key: &str| whole.seats.iter().position(|s| s.key() == key);
    asked.locks.iter().filter_map(|(key, person)| Some((at(key)?, *person))).collect()
}

async fn render(desk: &Desk, whole: &Whole, asked: &Asked, faults: Found) -> Answer<Response> {
    let mut page = desk.page("pools").await?;
    let now: Day = today().parse().map_err(|_| Failure::NotFound)?;
    page.path = asked.href(&asked.locks, "");
    let table = Table::new(&whole.lines, &whole.people, &held(whole, asked));
    let set = table.best();
    let seat_at = |key: &str| whole.seats.iter().position(|s| s.key() == key);
    let swap = seat_at(&asked.swap);
    let first = set.pairs.iter().find(|p| p.given.is_some()).map(|p| p.seat);
    let shown = seat_at(&asked.team).or(swap).or(first);
    let (before, after) = shown.map(|s| teams(whole, &set, &whole.seats[s].village)).unwrap_or_default();
    let day = today();
    let may_choose: Vec<&Seat> =
        whole.known.seats.iter().filter(|s| s.is_empty() && s.motion.is_none()).collect();
    let choices = may_choose
        .iter()
        .filter(|s| !whole.known.chains.of(&s.village).steps_on(&s.post, &day).is_empty())
        .map(|s| {
            let on = whole.seats.iter().any(|o| o.key() == s.key());
            Choice::new(s.key(), format!("{} {}", s.township_name, name_of(s))).on(on)
        });
    let (age_before, age) = ages(whole, &set);
    let refused = !faults.is_empty();
    let step = whole.lines.first().and_then(|l| l.groups.first());
    let html = TogetherPage {
        views: views(
            &page,
            "/vacancies/together",
            whole.known.seats.iter().filter(|s| !s.is_empty()).count(),
        ),
        seats: choices.collect(),
        all: whole.known.seats.iter().filter(|s| s.is_empty()).count(),
        chosen: whole.seats.len(),
        late: whole.seats.iter().filter(|s| s.late(&day)).count(),
        people: set.people,
        filled: set.filled,
        fit: fit_text(set.fit),
        alone: fit_text(set.alone),
        clashes: set.clashes,
        kept: set.kept,
        age,
        age_before,
        rows: rows(&page, whole, &set, asked, now),
        unfilled: set
            .pairs
            .iter()
            .filter(|p| p.given.is_none())
            .map(|p| (whole.seats[p.seat].clone(), empty(&page, whole, p)))
            .collect(),
        others: swap.map(|s| others(&page, whole, &set, &table, s, asked)).unwrap_or_default(),
        swap: swap.map(|s| {
            let own = set.pairs[s].given.map(|g| whole.people[g.0].name.clone());
            (whole.seats[s].clone(), own.unwrap_or_default())
        }),
        changes: shown.map(|_| changes(&page, &before, &after)).unwrap_or_default(),
        before: mates(&page, &before),
        after: mates(&page, &after),
        parts: shown
            .map(|s| whole.rules[s].fits_on(&whole.seats[s].post, &day))
            .unwrap_or_default()
            .into_iter()
            .map(|f| (f.title.clone(), f.hint.clone(), f.weight, f.basis.clone()))
            .collect(),
        team: shown.map(|s| whole.seats[s].clone()),
        picks: asked.picks.clone(),
        locks: asked.locks.iter().map(|(s, p)| format!("{s}:{p}")).collect(),
        pack: step.map(|g| pack_text(&g.step)).unwrap_or_default(),
        again: asked.href(&[], ""),
        reason: asked.reason.clone(),
        may: desk.caller.may(Action::ManageVacancies),
        faults: Faults::told(faults, page.lang),
        page,
    };
    Ok((status(refused), Html(html)).into_response())
}

/// Adopts what was shown: a motion for each pairing. What is no longer so is shown anew.
pub async fn adopt(desk: Desk, body: Bytes) -> Answer<Response> {
    let asked = Asked::read(&body);
    let whole = matching::whole(&desk.db, &desk.caller, &asked.picks).await?;
    let set = Table::new(&whole.lines, &whole.people, &held(&whole, &asked)).best();
    let now: Vec<(String, i64)> = set
        .pairs
        .iter()
        .filter_map(|p| Some((whole.seats[p.seat].key(), whole.people[p.given?.0].id)))
        .collect();
    if asked.pairs.iter().any(|p| !now.contains(p)) {
        return render(&desk, &whole, &asked, vec![("pair", msg!("人选有变化，请重新配"))]).await;
    }
    let pairs: Vec<(usize, i64)> = set
        .pairs
        .iter()
        .filter_map(|p| Some((p.seat, whole.people[p.given?.0].id)))
        .filter(|(s, person)| asked.pairs.contains(&(whole.seats[*s].key(), *person)))
        .collect();
    match matching::adopt(&desk.db, &desk.caller, &whole, &pairs, &asked.reason).await? {
        Ok(_) => Ok(Redirect::to("/vacancies/motions").into_response()),
        Err(faults) => render(&desk, &whole, &asked, faults).await,
    }
}
