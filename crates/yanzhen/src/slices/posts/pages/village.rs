//! A village's team: the two tracks on a day, the checks, terms, vacancies, and everybody who ever held a post.

use super::day_text;
use crate::slices::people;
use crate::slices::people::words::{education, political};
use crate::slices::places::{self, Village, store as registry};
use crate::slices::posts::actions::{self, Empty, Vacancy};
use crate::slices::posts::checks::{self, Outcome, Verdict};
use crate::slices::posts::lineup::{Lineup, Member, Shape, one_decimal};
use crate::slices::posts::model::{Holding, ways_out};
use crate::slices::posts::store::{self, Term};
use crate::slices::posts::{posts_of, team};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::{Day, msg};
use platform::access::{Action, Authorized, Caller};
use platform::db::{Db, DbResult};
use platform::kit::{Choice, Faults};
use platform::page::Page;
use platform::web::{Answer, App, Client, Failure, Html, Visitor, page_for};
use policy::posts::{Group, Level, Post, Posts, Track, WayOut, Word};
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// The day looked at, `2026-11-22`; empty for today.
    on: String,
}

/// A seat as listed: one holder, or nobody.
pub struct Seat {
    pub title: String,
    pub post: String,
    pub files: bool,
    pub holder: Option<Holder>,
}

/// Who holds a seat.
pub struct Holder {
    pub holding: i64,
    pub person: i64,
    pub name: String,
    pub sex: &'static str,
    pub age: String,
    pub education: String,
    pub party: String,
    pub since: String,
    pub way: &'static str,
    pub ends: String,
    pub duty: Option<actions::Duty>,
    /// What the duty form begins with: the pack's duties of the post.
    pub suggested: String,
    pub ways: Vec<Choice>,
}

/// Whom the averages of a day count.
pub struct Counted {
    pub day: String,
    pub shape: Shape,
    /// Name, age, education, and whether it reaches the class looked at.
    pub members: Vec<(String, String, String, bool)>,
}

impl Counted {
    fn of(team: &Lineup, group: Group, class: &str) -> Counted {
        let member = |m: &Member| {
            let age = m.age(team.day).map(|a| a.to_string()).unwrap_or_default();
            let reaches = policy::posts::reaches(&m.education, class);
            (m.name.clone(), age, education(&m.education).to_owned(), reaches)
        };
        Counted {
            day: day_text(&team.day.to_string()),
            shape: Shape::of(team.group(group), team.day, class),
            members: team.group(group).map(member).collect(),
        }
    }

    pub fn average(&self) -> String {
        self.shape.average_tenths().map(one_decimal).unwrap_or_default()
    }

    pub fn educated(&self) -> String {
        self.shape.educated_permille().map(one_decimal).unwrap_or_default()
    }
}

/// A past or present hold as listed.
pub struct PastHold {
    pub title: String,
    pub person: i64,
    pub name: String,
    pub from: String,
    pub to: String,
    pub way_in: &'static str,
    pub way_out: &'static str,
    pub ground: String,
}

/// A form that came back with faults.
#[derive(Default)]
pub struct Refused {
    pub form: &'static str,
    /// The hold it is about; 0 for none.
    pub of: i64,
    pub faults: Faults,
    pub typed: super::change::Typed,
}

#[derive(Template)]
#[template(path = "posts/pages/village.html")]
struct TeamPage {
    page: Page,
    village: Village,
    on: String,
    on_text: String,
    is_today: bool,
    party: Vec<Seat>,
    elected: Vec<Seat>,
    hired: Vec<Seat>,
    checks: Vec<Outcome>,
    breaches: usize,
    shape: Shape,
    before: Option<Shape>,
    /// Who is counted, now and on the last day of the term before.
    counted: Vec<Counted>,
    class: String,
    terms: Vec<Term>,
    vacancies: Vec<(String, String)>,
    past: Vec<PastHold>,
    may_edit: bool,
    may_file: bool,
    people: Vec<Choice>,
    posts: Vec<Choice>,
    ways_in: Vec<Choice>,
    tracks: Vec<Choice>,
    refused: Refused,
}

impl TeamPage {
    fn average(&self) -> String {
        self.shape.average_tenths().map(one_decimal).unwrap_or_default()
    }

    fn educated(&self) -> String {
        self.shape.educated_permille().map(one_decimal).unwrap_or_default()
    }

    /// `比上届降 2.6 岁`.
    fn age_moved(&self) -> String {
        let (Some(now), Some(then)) =
            (self.shape.average_tenths(), self.before.and_then(Shape::average_tenths))
        else {
            return String::new();
        };
        let by = one_decimal(now.abs_diff(then));
        self.page.m(&match now.cmp(&then) {
            std::cmp::Ordering::Less => msg!("比上届降 {n} 岁", n = by),
            std::cmp::Ordering::Equal => msg!("与上届持平"),
            std::cmp::Ordering::Greater => msg!("比上届升 {n} 岁", n = by),
        })
    }

    fn education_moved(&self) -> String {
        let (Some(now), Some(then)) =
            (self.shape.educated_permille(), self.before.and_then(Shape::educated_permille))
        else {
            return String::new();
        };
        let by = one_decimal(now.abs_diff(then));
        self.page.m(&match now.cmp(&then) {
            std::cmp::Ordering::Less => msg!("比上届降 {n} 个百分点", n = by),
            std::cmp::Ordering::Equal => msg!("与上届持平"),
            std::cmp::Ordering::Greater => msg!("比上届升 {n} 个百分点", n = by),
        })
    }

    fn fault(&self, form: &str, of: i64, field: &str) -> &str {
        if self.refused.form == form && self.refused.of == of { self.refused.faults.of(field) } else { "" }
    }

    fn open(&self, form: &str, of: impl std::borrow::Borrow<i64>) -> bool {
        self.refused.form == form && self.refused.of == *of.borrow()
    }
}

impl Outcome {
    /// Class and sign of its mark.
    pub fn mark(&self) -> (&'static str, &'static str) {
        match (self.verdict, self.level) {
            (Verdict::Met, _) => ("ok", "✓"),
            (Verdict::Idle, _) => ("wait", "○"),
            (Verdict::Missed, Level::Must) => ("stop", "✕"),
            (Verdict::Missed | Verdict::Unknown, _) => ("warn", "▲"),
        }
    }

    /// What a reader should take from it.
    pub fn word(&self) -> &'static str {
        match (self.verdict, self.level) {
            (Verdict::Met, _) => kernel::key!("符合"),
            (Verdict::Idle, _) => kernel::key!("不适用"),
            (Verdict::Unknown, _) => kernel::key!("待核"),
            (Verdict::Missed, Level::Must) => kernel::key!("不合法定要求"),
            (Verdict::Missed, Level::Explain) => kernel::key!("需说明"),
            (Verdict::Missed, Level::Advise) => kernel::key!("提醒"),
        }
    }
}

/// A vacancy's seat and reason in words.
pub fn vacancy_words(page: &Page, v: &Vacancy) -> (String, String) {
    let why = match &v.why {
        Empty::Now => msg!("空缺"),
        Empty::Term(day) => msg!("{name} 的任期到 {day} 届满", name = v.who.as_str(), day = day_text(day)),
        Empty::Age(age, month) => {
            msg!("{name} 到 {day} 满 {age} 岁", name = v.who.as_str(), day = day_text(month), age = *age)
        }
    };
    (v.title.clone(), page.m(&why))
}

fn word_of<W: Word>(id: &str) -> &'static str {
    W::parse(id).map_or("", W::label)
}

/// A village, if it is the caller's.
pub async fn village_of(db: &Db, caller: &Caller, code: &str, action: Action) -> Answer<Authorized<Village>> {
    let found = places::store::village(db, code).await?;
    Ok(caller.authorize(action, found)?)
}

pub async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Client(caller): Client,
    Path(code): Path<String>,
    Query(asked): Query<Asked>,
) -> Answer<Response> {
    let (_, db) = app.county(&caller).await?;
    let village = village_of(&db, &caller, &code, Action::ViewPosts).await?;
    let on = if asked.on.is_empty() { registry::today() } else { asked.on };
    let Ok(on) = on.parse::<Day>() else { return Err(Failure::NotFound) };
    render(&app, &visitor, &caller, &db, &village, on, Refused::default()).await
}

pub(super) fn sex_word(sex: &str) -> &'static str {
    match sex {
        "1" => kernel::key!("男"),
        "2" => kernel::key!("女"),
        _ => "",
    }
}

/// The seats of a track on a day: holders in order, then the empty ones.
fn seats(
    posts: &Posts,
    lineup: &Lineup,
    holds: &[Holding],
    duties: &[actions::Duty],
    track: Track,
    on: Day,
) -> Vec<Seat> {
    let day = on.to_string();
    let mut out = Vec::new();
    let known: Vec<&Post> = posts.posts_on(&day).into_iter().filter(|p| p.track == track).collect();
    let of = |hold: &Holding| {
        let member = lineup.members.iter().find(|m| m.person == hold.person);
        let held = member.and_then(|m| m.holds(&hold.post));
        Holder {
            holding: hold.id,
            person: hold.person,
            name: hold.person_name.clone(),
            sex: member.map_or("", |m| sex_word(&m.sex)),
            age: member.and_then(|m| m.age(on)).map(|a| a.to_string()).unwrap_or_default(),
            education: member.map_or_else(String::new, |m| education(&m.education).to_owned()),
            party: member.map_or_else(String::new, |m| political(&m.political).to_owned()),
            since: day_text(&hold.from_on),
            way: word_of::<policy::posts::WayIn>(&hold.way_in),
            ends: held.and_then(|h| h.term_ends).map(|d| day_text(&d.to_string())).unwrap_or_default(),
            duty: duties.iter().find(|d| d.holding == hold.id).cloned(),
            suggested: posts.post_on(&hold.post, &day).map(|p| p.duties.join("\n")).unwrap_or_default(),
            ways: ways_out(hold.track).into_iter().map(|w| Choice::new(w.id(), w.label())).collect(),
        }
    };
    let seat = |id: &str, title: &str, holder: Option<Holder>| Seat {
        title: title.to_owned(),
        post: id.to_owned(),
        files: posts.filing.covers(id),
        holder,
    };
    for post in &known {
        let mine: Vec<&Holding> = holds.iter().filter(|h| h.post == post.id && h.track == track).collect();
        for hold in &mine {
            let title = if hold.title.is_empty() { &post.title } else { &hold.title };
            out.push(seat(&post.id, title, Some(of(hold))));
        }
        for _ in 0..post.vacant(mine.len() as u32) {
            out.push(seat(&post.id, &post.title, None));
        }
    }
    for hold in holds.iter().filter(|h| h.track == track && !known.iter().any(|p| p.id == h.post)) {
        out.push(seat(&hold.post, posts.title(&hold.post, &day), Some(of(hold))));
    }
    out
}

/// People of the village who can take a post, for the form.
async fn choices(db: &Db, village: &Village) -> DbResult<Vec<Choice>> {
    let all = people::store::choices(db, &village.code, false).await?;
    let of = |(id, name, birth, _): (i64, String, String, String)| {
        let said = if birth.is_empty() { name } else { format!("{name}（{}）", day_text(&birth)) };
        Choice::new(id.to_string(), said)
    };
    Ok(all.into_iter().map(of).collect())
}

/// The page, perhaps with a form that was refused.
pub async fn render(
    app: &App,
    visitor: &Visitor,
    caller: &Caller,
    db: &Db,
    village: &Authorized<Village>,
    on: Day,
    refused: Refused,
) -> Answer<Response> {
    let page = page_for(app, visitor, "villages").await?;
    let day = on.to_string();
    let today = registry::today();
    let posts = posts_of(db, &village.code, &day).await?;
    let lineup = team::team(db, &village.code, &posts, on).await?;
    let terms = store::terms(db, &village.code).await?;
    let term = |track: Track| terms.iter().find(|t| t.track == track && t.from_on <= day && day <= t.to_on);
    let begun = term(Track::Elected).or(term(Track::Party)).map_or(day.as_str(), |t| t.from_on.as_str());
    let ever = store::ever_of_village(db, &village.code).await?;
    let holds: Vec<Holding> = ever.iter().filter(|h| h.on(&day)).cloned().rev().collect();
    let duties = actions::duties(db, &village.code).await?;
    let class = posts.targets.education.as_ref().map_or_else(|| "30".to_owned(), |t| t.at_least.clone());
    let group = posts.targets.group.unwrap_or(Group::TwoCommittees);
    let shape = Shape::of(lineup.group(group), on, &class);
    // The last day of the term before: what "down and up" is measured against.
    let last = begun.parse::<Day>().ok().filter(|_| begun != day).and_then(|d| d.yesterday().ok());
    let mut counted = vec![Counted::of(&lineup, group, &class)];
    let before = match last {
        Some(then) => {
            let team = team::team(db, &village.code, &posts, then).await?;
            counted.push(Counted::of(&team, group, &class));
            Some(Shape::of(team.group(group), then, &class)).filter(|s| s.people > 0)
        }
        None => None,
    };
    counted.retain(|c| c.shape.people > 0);
    let outcomes = checks::run(&posts, &village.code, &lineup, begun);
    let seats = |track| seats(&posts, &lineup, &holds, &duties, track, on);
    let vacancies = actions::vacancies(&village.code, &posts, &lineup);
    let past = ever
        .iter()
        .map(|h| PastHold {
            title: if h.title.is_empty() {
                posts.title(&h.post, &h.from_on).to_owned()
            } else {
                h.title.clone()
            },
            person: h.person,
            name: h.person_name.clone(),
            from: day_text(&h.from_on),
            to: if h.lasts() { String::new() } else { day_text(&h.to_on) },
            way_in: word_of::<policy::posts::WayIn>(&h.way_in),
            way_out: word_of::<WayOut>(&h.way_out),
            ground: if h.ground_out.is_empty() { h.ground_in.clone() } else { h.ground_out.clone() },
        })
        .collect();
    let may_edit = caller.may(Action::EditPosts) && day == today;
    let direct = |p: &&Post| !actions::must_file(&posts, p, caller);
    let post_choices: Vec<Choice> =
        posts.posts_on(&day).into_iter().filter(direct).map(|p| Choice::new(&p.id, &p.title)).collect();
    let ways_in = policy::posts::WayIn::ALL.iter().map(|w| Choice::new(w.id(), page.w(w.label()))).collect();
    let typed = &refused.typed;
    let html = TeamPage {
        on_text: day_text(&day),
        is_today: day == today,
        party: seats(Track::Party),
        elected: seats(Track::Elected),
        hired: seats(Track::Hired),
        breaches: outcomes.iter().filter(|o| o.is_breach()).count(),
        checks: outcomes,
        shape,
        before,
        counted,
        class: education(&class).to_owned(),
        vacancies: vacancies.iter().map(|v| vacancy_words(&page, v)).collect(),
        past,
        may_edit,
        may_file: caller.may(Action::DraftFiling),
        people: Choice::pick(if may_edit { choices(db, village).await? } else { Vec::new() }, &typed.person),
        posts: Choice::pick(post_choices, &typed.post),
        ways_in: Choice::pick(ways_in, &typed.way),
        tracks: Choice::pick(
            vec![
                Choice::new(Track::Party.id(), page.w(policy::posts::Team::PartyBranch.label())),
                Choice::new(Track::Elected.id(), page.w(policy::posts::Team::VillageCommittee.label())),
            ],
            &typed.track,
        ),
        village: (**village).clone(),
        on: day,
        terms,
        page,
        refused,
    };
    let status = if html.refused.form.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok((status, Html(html)).into_response())
}
