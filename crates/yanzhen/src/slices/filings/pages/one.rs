//! One filing: its steps, what it changes on which track, what was stopped, the checks, documents, the opinion.

use super::list::{said, sign, told_day, word_of};
use super::{Clock, clock};
use crate::slices::calendar::store::calendar;
use crate::slices::filings::look::{self, Teams};
use crate::slices::filings::model::{Act, Filing, Item, State};
use crate::slices::filings::store;
use crate::slices::people;
use crate::slices::places::store as registry;
use crate::slices::posts::checks::{Outcome, Verdict};
use crate::slices::posts::lineup::{Shape, one_decimal};
use crate::slices::posts::{self, posts_of};
use askama::Template;
use axum::extract::{Path, State as At};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::{Day, msg};
use platform::access::{Action, Authorized, Caller};
use platform::db::Db;
use platform::kit::{Choice, Event, Faults, Step};
use platform::page::Page;
use platform::web::{Answer, App, Client, Failure, Html, Visitor, page_for};
use policy::posts::{Change, Level, Posts, Track, WayIn, WayOut, Word};

/// A change as listed.
pub struct Line {
    pub id: i64,
    pub person: i64,
    pub name: String,
    pub title: String,
    pub word: &'static str,
    /// Announced: no proposal any more.
    pub carried: bool,
    pub reason: String,
    pub basis: String,
}

/// Who sits on an elected seat of the village, untouched.
pub struct Seat {
    pub person: i64,
    pub name: String,
    pub title: String,
    pub since: String,
    pub ends: String,
}

/// What was stopped: who, which post, what was asked.
pub struct Stopped {
    pub name: String,
    pub title: String,
    pub asked: &'static str,
}

/// A document that the filing needs.
pub struct Wanted {
    pub id: String,
    pub title: String,
    pub required: bool,
    pub brought: Vec<(i64, String)>,
}

/// A person of the team before and after.
pub struct Seen {
    pub name: String,
    pub before: String,
    pub after: String,
}

#[derive(Template)]
#[template(path = "filings/pages/one.html")]
struct FilingPage {
    page: Page,
    filing: Filing,
    village: String,
    township: String,
    lead: String,
    steps: Vec<Step>,
    clock: Option<Clock>,
    lines: Vec<Line>,
    seats: Vec<Seat>,
    stopped: Vec<Stopped>,
    checks: Vec<Outcome>,
    explain: Vec<(String, String, String)>,
    explained: Vec<(String, String)>,
    seen: Vec<Seen>,
    age_moved: String,
    wanted: Vec<Wanted>,
    missing: usize,
    events: Vec<Event>,
    drafting: bool,
    may_act: bool,
    may_decide: bool,
    opinions: Vec<Choice>,
    holds: Vec<Choice>,
    ways_out: Vec<Choice>,
    posts: Vec<Choice>,
    ways_in: Vec<Choice>,
    people: Vec<Choice>,
    refused: Refused,
    due: String,
    workdays: u32,
    today: String,
    appealable: bool,
}

/// A form that came back with faults.
#[derive(Default)]
pub struct Refused {
    /// `appoint`, `leave`, `opinion`, `act`, `document`.
    pub form: &'static str,
    pub faults: Faults,
    pub text: String,
    pub reason: String,
    pub basis: String,
    pub opinion: String,
}

impl FilingPage {
    fn fault(&self, form: &str, field: &str) -> &str {
        if self.refused.form == form { self.refused.faults.of(field) } else { "" }
    }

    fn decide_label(&self) -> String {
        let name = self.page.who.as_ref().map_or("", |w| w.name.as_str());
        self.page.m(&msg!("以 {name} 的名义出具意见", name = name))
    }

    fn withdraw_label(&self) -> String {
        self.page.m(&msg!("撤回 {no}", no = self.filing.no.as_str()))
    }

    /// What is not known of the days that the clock counts.
    fn clock_note(&self) -> String {
        let note = self.clock.as_ref().and_then(|c| c.note.as_ref());
        note.map_or_else(String::new, |n| self.page.m(n))
    }

    fn clock_said(&self) -> String {
        self.clock.as_ref().map_or_else(String::new, |c| self.page.m(&c.said))
    }

    fn stop_line(&self, stopped: &Stopped) -> String {
        self.page.m(&msg!(
            "草稿中的“{name} {title} {asked}”没有写入。任何组织和个人不得指定、委派或撤换村民委员会成员（村委会组织法第十一条）。",
            name = stopped.name.as_str(),
            title = stopped.title.as_str(),
            asked = self.page.w(stopped.asked)
        ))
    }

    fn open(&self, form: &str) -> bool {
        self.refused.form == form
    }

    fn can(&self, act: &str) -> bool {
        let Some(act) = Act::by_id(act) else { return false };
        let role = if self.may_decide {
            platform::access::Role::CountyOffice
        } else {
            platform::access::Role::TownshipOffice
        };
        self.may_act && super::super::model::after(self.filing.state, act, role, self.filing.appeals).is_ok()
    }
}

/// A filing, if it is the caller's.
pub async fn filing_of(db: &Db, caller: &Caller, id: i64, action: Action) -> Answer<Authorized<Filing>> {
    Ok(caller.authorize(action, store::find(db, id).await?)?)
}

pub async fn show(
    At(app): At<App>,
    visitor: Visitor,
    Client(caller): Client,
    Path(id): Path<i64>,
) -> Answer<Response> {
    let (_, db) = app.county(&caller).await?;
    let filing = filing_of(&db, &caller, id, Action::ViewPosts).await?;
    render(&app, &visitor, &caller, &db, &filing, Refused::default()).await
}

/// The beginning of a text.
fn short(text: &str) -> String {
    match text.char_indices().nth(14) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

fn steps(page: &Page, filing: &Filing, clock: Option<&Clock>, checked: String) -> Vec<Step> {
    let at = match filing.state {
        State::Draft | State::Withdrawn => 0,
        State::Studied => 2,
        State::Received | State::More | State::Disagreed => 3,
        State::Agreed => 5,
        State::Announced => 6,
        State::Done => 7,
    };
    let words = [
        page.t("起草"),
        page.t("镇党委研究"),
        page.t("系统核对"),
        page.t("县级意见"),
        page.t("批复文号"),
        page.t("镇宣布任职"),
        page.t("交接与定职"),
    ];
    let unders = [
        filing.drafted_by.clone(),
        short(&filing.meeting),
        checked,
        clock.map_or_else(|| told_day(&filing.received_on), |c| page.m(&c.said)),
        filing.reply_no.clone(),
        told_day(&filing.announced_on),
        told_day(&filing.handed_on),
    ];
    let mut steps = Step::line(words, at);
    for (step, under) in steps.iter_mut().zip(unders) {
        step.under = under;
    }
    steps
}

/// People of the village and its township's files who can be appointed.
async fn people_of(db: &Db, caller: &Caller, filing: &Filing) -> Answer<Vec<Choice>> {
    if !caller.may(Action::DraftFiling) {
        return Ok(Vec::new());
    }
    let all = people::store::choices(db, &filing.village, true).await?;
    let of = |(id, name, birth, village): (i64, String, String, String)| {
        Choice::new(id.to_string(), format!("{name}（{}，{village}）", told_day(&birth)))
    };
    Ok(all.into_iter().map(of).collect())
}

/// A change as listed: proposed until it is announced.
fn listed(posts: &Posts, item: &Item, day: &str) -> Line {
    let carried = item.carried_at.is_some();
    Line {
        id: item.id,
        person: item.person,
        name: item.name.clone(),
        title: posts.title(&item.post, day).to_owned(),
        word: match item.change {
            Change::Appoint if carried => kernel::key!("任职"),
            Change::Appoint => kernel::key!("拟任职"),
            Change::Remove if carried => kernel::key!("免职"),
            Change::Remove => kernel::key!("拟免职"),
            _ => word_of::<WayOut>(&item.way),
        },
        carried,
        reason: item.reason.clone(),
        basis: item.basis.clone(),
    }
}

fn seen(teams: &Teams) -> Vec<Seen> {
    let titles = |team: &posts::lineup::Lineup, person: i64| -> String {
        let member = team.members.iter().find(|m| m.person == person);
        member.map_or_else(String::new, |m| {
            m.held.iter().map(|h| h.title.as_str()).collect::<Vec<_>>().join("、")
        })
    };
    let mut all: Vec<(i64, &str)> = Vec::new();
    for member in teams.before.members.iter().chain(&teams.after.members) {
        if !all.iter().any(|(p, _)| *p == member.person) {
            all.push((member.person, &member.name));
        }
    }
    all.into_iter()
        .map(|(person, name)| Seen {
            name: name.to_owned(),
            before: titles(&teams.before, person),
            after: titles(&teams.after, person),
        })
        .collect()
}

/// The page, perhaps with a form that was refused.
pub async fn render(
    app: &App,
    visitor: &Visitor,
    caller: &Caller,
    db: &Db,
    filing: &Authorized<Filing>,
    refused: Refused,
) -> Answer<Response> {
    let page = page_for(app, visitor, "filings").await?;
    let day = registry::today();
    let today = day.parse::<Day>().map_err(|_| Failure::NotFound)?;
    let posts = posts_of(db, &filing.village, &day).await?;
    let calendar = calendar(db).await?;
    let items = store::items(db, filing.id).await?;
    let village = registry::village(db, &filing.village).await?.ok_or(Failure::NotFound)?;
    let teams = look::teams(db, &posts, filing, &items).await?;
    let brought = store::documents(db, filing.id).await?;
    let wanted: Vec<Wanted> = look::wanted(&posts, &items, &brought)
        .into_iter()
        .map(|(d, _)| Wanted {
            id: d.id.clone(),
            title: d.title.clone(),
            required: d.required,
            brought: brought.iter().filter(|(id, ..)| *id == d.id).map(|(_, a, n)| (*a, n.clone())).collect(),
        })
        .collect();
    let missing = wanted.iter().filter(|w| w.required && w.brought.is_empty()).count();
    let clock = clock(filing, &calendar, today);
    let on = posts::store::of_village(db, &filing.village, &day).await?;
    let seats = on
        .iter()
        .filter(|h| h.track == Track::Elected && posts.post_on(&h.post, &day).is_some_and(|p| p.top))
        .map(|h| Seat {
            person: h.person,
            name: h.person_name.clone(),
            title: posts.title(&h.post, &day).to_owned(),
            since: told_day(&h.from_on),
            ends: teams
                .before
                .members
                .iter()
                .find(|m| m.person == h.person)
                .and_then(|m| m.holds(&h.post))
                .and_then(|held| held.term_ends)
                .map(|d| told_day(&d.to_string()))
                .unwrap_or_default(),
        })
        .collect();
    let stopped = filing
        .stopped
        .lines()
        .filter_map(|line| {
            let mut parts = line.split('\t');
            let (name, title, asked) = (parts.next()?, parts.next()?, parts.next()?);
            let asked = WayOut::ALL.iter().find(|w| w.label() == asked).map_or("", |w| w.label());
            Some(Stopped { name: name.to_owned(), title: title.to_owned(), asked })
        })
        .collect();
    let explained: Vec<(String, String)> = filing
        .explained
        .lines()
        .filter_map(|l| l.split_once('\t'))
        .map(|(id, text)| {
            let title = teams.checks.iter().find(|c| c.id == id).map_or(id, |c| c.title.as_str());
            (title.to_owned(), text.to_owned())
        })
        .collect();
    let explain = teams
        .checks
        .iter()
        .filter(|c| c.verdict == Verdict::Missed && c.level != Level::Advise)
        .map(|c| (c.id.clone(), c.title.clone(), page.m(&c.said)))
        .collect();
    let missed = teams.checks.iter().filter(|c| c.verdict == Verdict::Missed).count();
    let checked = page.m(&msg!("{n} 项，{m} 项未过", n = teams.checks.len(), m = missed));
    let group = posts.targets.group.unwrap_or(policy::posts::Group::TwoCommittees);
    let average = |t: &posts::lineup::Lineup| Shape::of(t.group(group), today, "30").average_tenths();
    let age_moved = match (average(&teams.before), average(&teams.after)) {
        (Some(was), Some(now)) if was != now => {
            page.m(&msg!("平均年龄 {a} → {b} 岁", a = one_decimal(was), b = one_decimal(now)))
        }
        _ => String::new(),
    };
    let events = store::happened(db, filing.id)
        .await?
        .into_iter()
        .map(|h| {
            let what = match h.act.as_str() {
                "draft" => page.t("起草").to_owned(),
                "add" => page.m(&msg!("写入 {what}", what = h.note.as_str())),
                "stopped" => page.m(&msg!("拦下 {what} 的选举席位事项", what = h.note.as_str())),
                act => {
                    let title = Act::by_id(act).map_or("", Act::title);
                    if h.note.is_empty() {
                        page.t(title).to_owned()
                    } else {
                        format!("{}：{}", page.t(title), h.note)
                    }
                }
            };
            Event::past(told_time(h.at), what).by(format!("{} {}", h.by, h.unit))
        })
        .collect();
    let drafting = filing.state == State::Draft && caller.may(Action::DraftFiling);
    let file_posts = |p: &&policy::posts::Post| p.track == Track::Party;
    let hold_choice = |h: &posts::Holding| {
        Choice::new(
            h.id.to_string(),
            format!("{} {} {}", sign(h.track), h.person_name, posts.title(&h.post, &day)),
        )
    };
    let words =
        |ways: Vec<WayOut>| ways.into_iter().map(|w| Choice::new(w.id(), page.w(w.label()))).collect();
    let people = if drafting { people_of(db, caller, filing).await? } else { Vec::new() };
    let html = FilingPage {
        lead: said(&posts, &items, &day),
        steps: steps(&page, filing, clock.as_ref(), checked),
        village: village.short.clone(),
        township: village.township_name.clone(),
        due: told_day(&filing.due_on),
        clock,
        lines: items.iter().map(|i| listed(&posts, i, &day)).collect(),
        seats,
        stopped,
        explain,
        explained,
        seen: seen(&teams),
        age_moved,
        checks: teams.checks,
        wanted,
        missing,
        events,
        drafting,
        may_act: caller.may(Action::DraftFiling),
        may_decide: caller.may(Action::DecideFiling),
        opinions: posts
            .filing
            .opinions
            .iter()
            .map(|o| {
                let hint = match o {
                    policy::posts::Opinion::Agree => page.t("生成批复与文号"),
                    policy::posts::Opinion::Disagree => page.t("须写理由，镇党委可申述一次"),
                    policy::posts::Opinion::CompleteFirst => page.t("期限停表，补齐后续计"),
                };
                Choice::new(o.id(), page.w(o.label())).hint(hint).on(o.id() == refused.opinion)
            })
            .collect(),
        holds: if drafting { on.iter().map(hold_choice).collect() } else { Vec::new() },
        ways_out: words(crate::slices::posts::model::ways_out(Track::Party)),
        posts: posts
            .posts_on(&day)
            .into_iter()
            .filter(file_posts)
            .map(|p| Choice::new(&p.id, &p.title))
            .collect(),
        ways_in: WayIn::ALL
            .iter()
            .filter(|w| Track::Party.takes(**w))
            .map(|w| Choice::new(w.id(), page.w(w.label())))
            .collect(),
        people,
        workdays: *posts.filing.county_answer_workdays,
        today: day,
        appealable: filing.state == State::Disagreed && filing.appeals == 0,
        filing: (**filing).clone(),
        page,
        refused,
    };
    let status = if html.refused.form.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok((status, Html(html)).into_response())
}

/// `2026年11月12日 16:20`
fn told_time(at: i64) -> String {
    let Ok(at) = jiff::Timestamp::from_millisecond(at) else { return String::new() };
    let at = at.to_zoned(kernel::zone());
    format!("{}年{}月{}日 {:02}:{:02}", at.year(), at.month(), at.day(), at.hour(), at.minute())
}
