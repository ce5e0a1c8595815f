//! Posts of the county or a township: age down and education up against the last term and the target (W5), vacancies
//! present and foreseen, and teams that break a rule.

use super::day_text;
use super::village::vacancy_words;
use crate::slices::people::words::education;
use crate::slices::places::{Village, store as registry};
use crate::slices::posts::actions::{self, Empty};
use crate::slices::posts::checks;
use crate::slices::posts::lineup::{Lineup, Shape, one_decimal};
use crate::slices::posts::{posts_of, store, team};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use kernel::{Day, msg};
use platform::access::{Action, Part};
use platform::db::{Db, DbResult};
use platform::kit::thousands;
use platform::page::Page;
use platform::web::{Answer, App, Client, Failure, Html, Visitor, page_for};
use policy::posts::{Group, Posts, Track};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// Nine digits; empty for all townships.
    township: String,
}

/// Age and education of some people, now and at the end of the term before.
pub struct Trend {
    pub name: String,
    pub href: String,
    pub now: Shape,
    pub then: Shape,
    pub vacant: usize,
    pub soon: usize,
    pub breaches: usize,
}

impl Trend {
    fn figure(tenths: Option<u32>) -> String {
        tenths.map_or_else(|| "—".to_owned(), one_decimal)
    }

    pub fn age(&self) -> String {
        Self::figure(self.now.average_tenths())
    }

    pub fn age_then(&self) -> String {
        Self::figure(self.then.average_tenths())
    }

    pub fn educated(&self) -> String {
        Self::figure(self.now.educated_permille())
    }

    pub fn educated_then(&self) -> String {
        Self::figure(self.then.educated_permille())
    }

    pub fn women(&self) -> String {
        Self::figure(self.now.women_permille())
    }

    fn moved(now: Option<u32>, then: Option<u32>) -> (&'static str, String) {
        match (now, then) {
            (Some(now), Some(then)) if now < then => ("▼", one_decimal(then - now)),
            (Some(now), Some(then)) if now > then => ("▲", one_decimal(now - then)),
            (Some(_), Some(_)) => ("＝", String::new()),
            _ => ("", String::new()),
        }
    }

    /// Sign and size of the change of age.
    pub fn age_moved(&self) -> (&'static str, String) {
        Self::moved(self.now.average_tenths(), self.then.average_tenths())
    }

    /// Sign and size of the change of education.
    pub fn educated_moved(&self) -> (&'static str, String) {
        Self::moved(self.now.educated_permille(), self.then.educated_permille())
    }
}

/// A target and whether it is reached.
pub struct Goal {
    pub title: &'static str,
    pub said: String,
    pub target: String,
    pub basis: String,
    pub met: Option<bool>,
    /// Position of the bar and the tick, per cent.
    pub at: u32,
    pub tick: u32,
}

/// A village's seats that are or will be empty.
pub struct Gap {
    pub code: String,
    pub village: String,
    pub township: String,
    /// Titles of those that are.
    pub now: Vec<String>,
    /// Of those that will be, with why.
    pub soon: Vec<String>,
}

#[derive(Template)]
#[template(path = "posts/pages/overview.html")]
struct OverviewPage {
    page: Page,
    township: String,
    place: String,
    class: String,
    whole: Trend,
    rows: Vec<Trend>,
    goals: Vec<Goal>,
    gaps: Vec<Gap>,
    gaps_all: usize,
    months: u32,
    pack: String,
    today: String,
}

impl OverviewPage {
    fn people(&self) -> String {
        thousands(self.whole.now.people.into())
    }
}

/// The teams at the end of each village's term before, by village.
async fn before(
    db: &Db,
    part: &Part,
    posts: &Posts,
    on: Day,
) -> DbResult<(BTreeMap<String, Lineup>, HashMap<String, String>)> {
    let day = on.to_string();
    let mut begun: HashMap<String, String> = HashMap::new();
    for term in store::terms_of_part(db, part, &day).await? {
        if term.track == Track::Elected || !begun.contains_key(&term.village) {
            begun.insert(term.village, term.from_on);
        }
    }
    // Terms of a county begin in few days: one look at each.
    let mut days: Vec<&String> = begun.values().collect();
    days.sort();
    days.dedup();
    let mut out = BTreeMap::new();
    for first in days {
        let Some(then) = first.parse::<Day>().ok().and_then(|d| d.yesterday().ok()) else { continue };
        for (village, team) in team::teams(db, part, posts, then).await? {
            if begun.get(&village) == Some(first) {
                out.insert(village, team);
            }
        }
    }
    Ok((out, begun))
}

fn goals(page: &Page, posts: &Posts, whole: Shape, class: &str) -> Vec<Goal> {
    let mut out = Vec::new();
    let hundred = |q: kernel::Quantity| u32::try_from(q.0 / 1_000_000).unwrap_or(0);
    if let Some(target) = &posts.targets.average_age {
        let now = whole.average_tenths();
        out.push(Goal {
            title: page.t("平均年龄"),
            said: now.map_or_else(String::new, |n| page.m(&msg!("{n} 岁", n = one_decimal(n)))),
            target: page.m(&msg!("目标 ≤ {n} 岁", n = target.value)),
            basis: target.basis.clone(),
            met: now.map(|n| i128::from(n) * 100_000 <= target.value.0),
            at: now.map_or(0, |n| (n / 10).min(80) * 100 / 80),
            tick: hundred(target.value).min(80) * 100 / 80,
        });
    }
    if let Some(target) = &posts.targets.education {
        let now = whole.educated_permille();
        out.push(Goal {
            title: page.t("学历达标"),
            said: now.map_or_else(String::new, |n| {
                page.m(&msg!("{class}以上 {n}%", class = class, n = one_decimal(n)))
            }),
            target: page.m(&msg!("目标 ≥ {n}%", n = target.percent)),
            basis: target.basis.clone(),
            met: now.map(|n| i128::from(n) * 100_000 >= target.percent.0),
            at: now.map_or(0, |n| n / 10),
            tick: hundred(target.percent),
        });
    }
    if let Some(target) = &posts.targets.women_percent {
        let now = whole.women_permille();
        out.push(Goal {
            title: page.t("女性"),
            said: now.map_or_else(String::new, |n| page.m(&msg!("占 {n}%", n = one_decimal(n)))),
            target: page.m(&msg!("目标 ≥ {n}%", n = target.value)),
            basis: target.basis.clone(),
            met: now.map(|n| i128::from(n) * 100_000 >= target.value.0),
            at: now.map_or(0, |n| n / 10),
            tick: hundred(target.value),
        });
    }
    out
}

/// How many villages with gaps the page lists.
const LISTED: usize = 50;

pub async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Client(caller): Client,
    Query(asked): Query<Asked>,
) -> Answer<Response> {
    let (county, db) = app.county(&caller).await?;
    let part = match (&caller.part, asked.township.as_str()) {
        (Part::County, "") => Part::County,
        (Part::County, code) => Part::Township(code.to_owned()),
        (own, code) if code.is_empty() || own.code() == code => own.clone(),
        _ => return Err(Failure::NotFound),
    };
    if !caller.may(Action::ViewPosts) {
        return Err(Failure::NotFound);
    }
    let page = page_for(&app, &visitor, "posts").await?;
    let day = registry::today();
    let on = day.parse::<Day>().map_err(|_| Failure::NotFound)?;
    let townships = registry::townships(&db, &part).await?;
    if part != Part::County && townships.is_empty() && matches!(part, Part::Township(_)) {
        return Err(Failure::NotFound);
    }
    let villages: HashMap<String, Village> =
        registry::villages(&db, &part).await?.into_iter().map(|v| (v.code.clone(), v)).collect();
    let posts = posts_of(&db, part.code(), &day).await?;
    let now = team::teams(&db, &part, &posts, on).await?;
    let (then, begun) = before(&db, &part, &posts, on).await?;
    let class = posts.targets.education.as_ref().map_or_else(|| "30".to_owned(), |t| t.at_least.clone());
    let group = posts.targets.group.unwrap_or(Group::TwoCommittees);
    let by_village = part != Part::County;
    let mut rows: BTreeMap<String, Trend> = BTreeMap::new();
    let (mut whole_now, mut whole_then) = (Shape::default(), Shape::default());
    let mut gaps = Vec::new();
    let empty = Lineup { day: on, members: Vec::new(), reserves: 0 };
    for (code, village) in &villages {
        let team = now.get(code).unwrap_or(&empty);
        let shape = Shape::of(team.group(group), on, &class);
        let past = then.get(code).map_or_else(Shape::default, |t| Shape::of(t.group(group), t.day, &class));
        // A county that has written down nobody has no vacancies yet.
        let vacant = if now.is_empty() { Vec::new() } else { actions::vacancies(code, &posts, team) };
        let breaches = if team.members.is_empty() {
            0
        } else {
            let first = begun.get(code).map_or(day.as_str(), String::as_str);
            // Kin and reserves need each village's files: its own page looks at them.
            checks::run(&posts, code, team, first)
                .iter()
                .filter(|o| o.is_breach() && o.method != "reserves")
                .count()
        };
        whole_now = whole_now.and(shape);
        whole_then = whole_then.and(past);
        let (key, name, href) = if by_village {
            (village.short.clone() + code, village.short.clone(), format!("/villages/{code}/posts"))
        } else {
            let t = &village.township;
            (t.clone(), village.township_name.clone(), format!("/posts?township={t}"))
        };
        let row = rows.entry(key).or_insert_with(|| Trend {
            name,
            href,
            now: Shape::default(),
            then: Shape::default(),
            vacant: 0,
            soon: 0,
            breaches: 0,
        });
        row.now = row.now.and(shape);
        row.then = row.then.and(past);
        row.breaches += breaches;
        let (empty, leaving): (Vec<_>, Vec<_>) = vacant.iter().partition(|v| v.why == Empty::Now);
        row.vacant += empty.len();
        row.soon += leaving.len();
        if !vacant.is_empty() {
            let why = |v: &&actions::Vacancy| {
                let (title, why) = vacancy_words(&page, v);
                format!("{title}（{why}）")
            };
            gaps.push(Gap {
                code: code.clone(),
                village: village.short.clone(),
                township: village.township_name.clone(),
                now: empty.iter().map(|v| v.title.clone()).collect(),
                soon: leaving.iter().map(why).collect(),
            });
        }
    }
    gaps.sort_by(|a, b| {
        (a.now.is_empty(), &a.township, &a.village).cmp(&(b.now.is_empty(), &b.township, &b.village))
    });
    let gaps_all = gaps.len();
    gaps.truncate(LISTED);
    let place = match &part {
        Part::County => county.name.clone(),
        Part::Township(_) => townships.first().map_or_else(String::new, |t| t.name.clone()),
        Part::Village(code) => villages.get(code).map_or_else(String::new, |v| v.short.clone()),
    };
    let class_name = page.w(education(&class));
    let rows: Vec<Trend> = rows.into_values().collect();
    let sum = |of: fn(&Trend) -> usize| rows.iter().map(of).sum();
    let whole = Trend {
        name: place.clone(),
        href: String::new(),
        now: whole_now,
        then: whole_then,
        vacant: sum(|r| r.vacant),
        soon: sum(|r| r.soon),
        breaches: sum(|r| r.breaches),
    };
    let html = OverviewPage {
        goals: goals(&page, &posts, whole_now, &class_name),
        township: if by_village { part.township().to_owned() } else { String::new() },
        place,
        class: class_name,
        whole,
        rows,
        gaps,
        gaps_all,
        months: *posts.foresee_months,
        today: day_text(&day),
        pack: posts
            .targets
            .average_age
            .as_ref()
            .map_or_else(String::new, |s| format!("{} {}", s.pack.title, s.pack.version)),
        page,
    };
    Ok(Html(html).into_response())
}
