//! One vacancy: the chain over everybody eligible, each with a proof; the team before and after; another choice with a reason.

use super::{Change, MateRow, changes, mates, why_text};
use crate::slices::people::words::education;
use crate::slices::places::pages::{moment_text, score_text, status};
use crate::slices::places::store::today;
use crate::slices::places::{Desk, Village};
use crate::slices::posts::pages::day_text;
use crate::slices::vacancies::actions::{self, Lined, New, fit_text, line_of};
use crate::slices::vacancies::model::motion::Faults as Found;
use crate::slices::vacancies::model::{Candidate, Fitting, Group, Look, Proof, Seat};
use askama::Template;
use axum::Form;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect, Response};
use kernel::{Day, msg};
use platform::access::{Action, Authorized};
use platform::db::now_ms;
use platform::kit::{Choice, Faults};
use platform::page::Page;
use platform::web::{Answer, Failure, Html};
use serde::Deserialize;
use succession::Outcome;

/// Somebody of the chain as read.
pub struct Person {
    pub id: i64,
    pub name: String,
    /// Sex, age, education, years in the party.
    pub said: String,
    /// Village, since when there, growth score.
    pub under: String,
    pub place: usize,
    pub first: bool,
    pub tag: &'static str,
    pub proofs: Vec<Proof>,
    /// Why behind the one before.
    pub behind: String,
    pub fit: Fitting,
    pub fit_text: String,
}

/// Somebody who was passed over, or of whom a figure is missing.
pub struct Out {
    pub id: i64,
    pub name: String,
    pub under: String,
    pub why: String,
    /// A figure is missing: nobody was passed over.
    pub open: bool,
}

/// A group as read.
pub struct Step {
    pub nth: usize,
    pub title: String,
    pub basis: String,
    pub members: usize,
    pub good: usize,
    pub opened: bool,
    pub now: bool,
    pub people: Vec<Person>,
    pub rest: Vec<Person>,
    pub outs: Vec<Out>,
    /// How many of the outs were passed over.
    pub skipped: usize,
}

/// How many of a group stand by themselves; the rest folds.
const SHOWN: usize = 5;

#[derive(Template)]
#[template(path = "vacancies/pages/one.html")]
struct OnePage {
    page: Page,
    seat: Seat,
    seats: usize,
    why: String,
    days: Option<i64>,
    due: String,
    late: i64,
    steps: Vec<Step>,
    looked: usize,
    placed: usize,
    skipped: usize,
    busy: usize,
    beyond: bool,
    all: bool,
    first: Option<(i64, String)>,
    picked: String,
    after: Vec<MateRow>,
    changes: Vec<Change>,
    /// What the chosen one leaves: village and post.
    leaves: String,
    others: Vec<Choice>,
    letters: u32,
    comment_days: u32,
    reason: String,
    pack: String,
    at: String,
    may: bool,
    faults: Faults,
}

impl OnePage {
    fn title(&self) -> String {
        format!("{} {} {}", self.seat.township_name, self.seat.village_name, self.seat.title)
    }

    fn order(&self, nth: &usize) -> String {
        self.page.tn("第 {n} 顺位", nth)
    }

    fn given(&self, given: &Option<i64>) -> String {
        given.map_or_else(|| self.page.t("缺").to_owned(), fit_text)
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// `1`: every group.
    all: String,
    /// With whom the team is shown.
    pick: Option<i64>,
}

fn said(page: &Page, c: &Candidate) -> String {
    let mut out = Vec::new();
    out.extend(c.woman.map(|w| page.t(if w { "女" } else { "男" }).to_owned()));
    out.extend(c.age.map(|n| page.tn("{n} 岁", n)));
    if !c.education.is_empty() {
        out.push(page.w(education(&c.education)));
    }
    if c.political == "01" {
        out.push(c.party_years.map_or_else(|| page.t("党员").to_owned(), |n| page.tn("党龄 {n} 年", n)));
    }
    out.join("，")
}

fn under(page: &Page, c: &Candidate, group: &Group) -> String {
    let since = match group.step.pool.is_empty() {
        true => c.posts.iter().find(|(p, ..)| *p == group.step.post).map(|(.., since)| since),
        false => c.pools.iter().find(|(p, _)| *p == group.step.pool).map(|(_, since)| since),
    };
    let mut out = vec![format!("{} {}", c.township_name, c.village_name)];
    out.extend(since.map(|s| page.tn("{n}起", day_text(s))));
    out.push(match &c.growth {
        Some((total, quarter)) => {
            page.m(&msg!("成长积分 {n}（{quarter}）", n = score_text(*total), quarter = quarter.as_str()))
        }
        None => page.t("没有成长积分").to_owned(),
    });
    out.join("，")
}

fn out(page: &Page, c: &Candidate, group: &Group, look: &Look) -> Out {
    let (open, at) = match &look.outcome {
        Outcome::Skipped(at) => (false, at.clone()),
        Outcome::Open(at) => (true, at.clone()),
        _ => (false, Vec::new()),
    };
    let why = at.iter().filter_map(|k| look.proofs.get(*k));
    let why: Vec<String> = why.map(|p| format!("{}；{}（{}）", p.said, p.wanted, p.basis)).collect();
    Out { id: c.id, name: c.name.clone(), under: under(page, c, group), why: why.join("；"), open }
}

/// Why somebody stands behind the one before, in words.
fn behind(page: &Page, lined: &Lined, group: &Group, look: &Look, before: Option<&Look>) -> String {
    let Some(b) = before else { return String::new() };
    let name = &lined.people[b.person].name;
    match look.told_by {
        _ if look.tie => page.m(&msg!("与 {name} 相同，由人定", name = name.as_str())),
        Some(k) => {
            let of = |l: &Look| l.order.get(k).cloned().unwrap_or_default();
            page.m(&msg!(
                "{own}，排在 {name} {other} 之后",
                own = of(look),
                name = name.as_str(),
                other = of(b)
            ))
        }
        None => page.m(&msg!("本顺位排在前面各顺位之后（{basis}）", basis = group.step.basis.as_str())),
    }
}

fn steps(page: &Page, lined: &Lined) -> Vec<Step> {
    let mut last: Option<&Look> = None;
    let first = lined.line.placed().next().map(|(g, l)| (g, l.person));
    let mut out_steps = Vec::new();
    for (g, group) in lined.line.groups.iter().enumerate() {
        let mut people = Vec::new();
        for look in group.placed() {
            let c = &lined.people[look.person];
            let is_first = first == Some((g, look.person));
            people.push(Person {
                id: c.id,
                name: c.name.clone(),
                said: said(page, c),
                under: under(page, c, group),
                place: look.place().unwrap_or_default(),
                first: is_first,
                tag: match (is_first, first.is_some_and(|f| f.0 == g)) {
                    (true, _) => page.t("拟推荐"),
                    (_, true) => page.t("次位"),
                    _ => page.t("顺位在后"),
                },
                behind: behind(page, lined, group, look, last),
                proofs: look.proofs.clone(),
                fit_text: fit_text(look.fit.total),
                fit: look.fit.clone(),
            });
            last = Some(look);
        }
        let good = people.len();
        let rest = people.split_off(good.min(SHOWN));
        let outs: Vec<Out> = group.skipped().map(|l| out(page, &lined.people[l.person], group, l)).collect();
        out_steps.push(Step {
            nth: g + 1,
            title: group.step.title.clone(),
            basis: group.step.basis.clone(),
            members: group.members.len(),
            good,
            opened: group.opened,
            now: first.is_some_and(|f| f.0 == g),
            people,
            rest,
            skipped: outs.iter().filter(|o| !o.open).count(),
            outs,
        });
    }
    out_steps
}

/// A post's vacancy of a village, with what the caller sees of it.
pub(super) async fn lined(
    desk: &Desk,
    (code, post): (&str, &str),
    action: Action,
    all: bool,
) -> Answer<(Authorized<Village>, Lined)> {
    let village = desk.village(code, action).await?;
    let found = line_of(&desk.db, &desk.caller, &village, post, all).await?.ok_or(Failure::NotFound)?;
    Ok((village, found))
}

pub async fn show(
    desk: Desk,
    Path((code, post)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Answer<Response> {
    let (_, lined) = lined(&desk, (&code, &post), Action::ViewPeople, asked.all == "1").await?;
    render(&desk, lined, &asked, String::new(), Vec::new()).await
}

async fn render(desk: &Desk, lined: Lined, asked: &Asked, reason: String, faults: Found) -> Answer<Response> {
    let mut page = desk.page("pools").await?;
    let day = today();
    let now: Day = day.parse().map_err(|_| Failure::NotFound)?;
    let seat = lined.seats.iter().find(|s| s.motion.is_none()).or(lined.seats.first());
    let seat = seat.cloned().ok_or(Failure::NotFound)?;
    let all = asked.all == "1";
    page.path = if all { format!("{}?all=1", seat.href()) } else { seat.href() };
    let (looked, placed, skipped) = lined.line.counts();
    let first = lined.line.placed().next();
    let chosen = asked.pick.and_then(|id| lined.placed(id)).or(first);
    let leaver = lined.team.mates.iter().find(|m| !seat.is_empty() && m.name == seat.who).map(|m| m.person);
    let after = chosen.map(|(_, l)| lined.team.with(&lined.people[l.person], &seat, leaver));
    let picked = chosen.map(|(_, l)| lined.people[l.person].name.clone()).unwrap_or_default();
    let leaves = chosen
        .filter(|(g, _)| lined.line.groups[*g].step.pool.is_empty())
        .map(|(g, l)| format!("{} {}", lined.people[l.person].village_name, lined.line.groups[g].step.title));
    let others: Vec<Choice> = lined
        .line
        .placed()
        .filter(|(_, l)| first.is_none_or(|f| f.1.person != l.person))
        .map(|(g, l)| {
            let c = &lined.people[l.person];
            let (place, step) = (l.place().unwrap_or_default(), &lined.line.groups[g].step.title);
            Choice::new(c.id.to_string(), format!("{place}　{}（{step}）", c.name))
                .on(asked.pick == Some(c.id))
        })
        .collect();
    let refused = !faults.is_empty();
    let late = if seat.late(&day) {
        let due = seat.due.parse::<Day>().ok().and_then(|d| now.since(d).ok());
        due.map_or(0, |s| i64::from(s.get_days()))
    } else {
        0
    };
    let html = OnePage {
        seats: lined.seats.len(),
        why: why_text(&page, &seat),
        days: seat.days(now).filter(|_| seat.is_empty()),
        due: day_text(&seat.due),
        late,
        steps: steps(&page, &lined),
        looked,
        placed,
        skipped,
        busy: lined.busy,
        beyond: lined.beyond,
        all,
        first: first.map(|(_, l)| (lined.people[l.person].id, lined.people[l.person].name.clone())),
        picked,
        changes: after.as_ref().map(|a| changes(&page, &lined.team, a)).unwrap_or_default(),
        after: after.as_ref().map(|a| mates(&page, a)).unwrap_or_default(),
        leaves: leaves.unwrap_or_default(),
        others,
        letters: *lined.rules.reason_letters,
        comment_days: *lined.rules.comment_days,
        reason,
        pack: lined.line.groups.first().map(|g| actions::pack_text(&g.step)).unwrap_or_default(),
        at: moment_text(now_ms()),
        may: desk.caller.may(Action::ManageVacancies) && seat.motion.is_none(),
        faults: Faults::told(faults, page.lang),
        seat,
        page,
    };
    Ok((status(refused), Html(html)).into_response())
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Sent {
    person: Option<i64>,
    reason: String,
}

/// Moves that somebody fills it.
pub async fn propose(
    desk: Desk,
    Path((code, post)): Path<(String, String)>,
    Form(sent): Form<Sent>,
) -> Answer<Response> {
    let village = desk.village(&code, Action::ManageVacancies).await?;
    let new = New { person: sent.person.unwrap_or_default(), reason: sent.reason };
    match actions::propose(&desk.db, &desk.caller, &village, &post, &new).await? {
        Ok(id) => Ok(Redirect::to(&format!("/vacancies/motions/{id}")).into_response()),
        Err(faults) => {
            let found = line_of(&desk.db, &desk.caller, &village, &post, true).await?;
            let lined = found.ok_or(Failure::NotFound)?;
            let asked = Asked { all: "1".into(), pick: sent.person };
            render(&desk, lined, &asked, new.reason, faults).await
        }
    }
}
