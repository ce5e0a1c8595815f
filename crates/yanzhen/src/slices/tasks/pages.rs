//! The page of what waits.

use crate::slices::calendar;
use crate::slices::duty::model::State;
use crate::slices::duty::store::reports;
use crate::slices::filings;
use crate::slices::inquiries::store::Show;
use crate::slices::people::corrections;
use crate::slices::places::Desk;
use crate::slices::places::store::{today, village};
use crate::slices::{appraisals, campaigns, inquiries, membership, pools, reviews, rewards, vacancies};
use askama::Template;
use axum::response::{IntoResponse, Response};
use kernel::{Day, msg};
use platform::access::{Action, Role};
use platform::page::Page;
use platform::web::{Answer, Failure, Html};

/// Something to do.
pub struct Task {
    /// The last day, `2026-11-20`; empty where no clock runs.
    pub due: String,
    pub href: String,
    pub what: String,
    pub under: String,
    pub clock: String,
    pub tone: &'static str,
}

#[derive(Template)]
#[template(path = "tasks/tasks.html")]
struct TasksPage {
    page: Page,
    tasks: Vec<Task>,
    why: &'static str,
    office: bool,
    may_retain: bool,
    corrections: u64,
}

/// The most tasks on the page.
const MOST: u64 = 200;

pub async fn show(desk: Desk) -> Answer<Response> {
    let page = desk.page("tasks").await?;
    let role = desk.caller.role;
    let office = matches!(role, Role::CountyOffice | Role::TownshipOffice);
    let mut tasks = Vec::new();
    let mut asked = 0;
    if office {
        let (db, part) = (&desk.db, &desk.caller.part);
        let calendar = calendar::calendar(db).await?;
        let now: Day = today().parse().map_err(|_| Failure::NotFound)?;
        asked = corrections::waiting(db, part).await?;
        for c in corrections::list(db, part, true, MOST, 0).await? {
            let place = village(db, &c.village).await?.map(|v| format!("{} {}", v.township_name, v.short));
            let clock = c.clock(&calendar, now);
            tasks.push(Task {
                href: format!("/corrections/{}", c.id),
                what: format!("{} {}：{}", page.t("答复更正申请"), c.name, page.t(c.field.title())),
                under: place.unwrap_or_default(),
                tone: clock.as_ref().map_or("", |c| c.tone()),
                clock: clock.map(|c| page.m(&c.said)).unwrap_or_default(),
                due: c.due_on,
            });
        }
        for f in filings::store::list(db, part, MOST).await?.into_iter().filter(|f| f.state.waits_for(role)) {
            let clock = filings::clock(&f, &calendar, now);
            tasks.push(Task {
                href: format!("/filings/{}", f.id),
                what: format!("{} {}", page.t("任职备案"), f.no),
                under: format!("{} {}", f.title, page.t(f.state.title())),
                tone: match &clock {
                    Some(c) if c.late => "stop",
                    Some(c) if c.near => "warn",
                    _ => "",
                },
                clock: clock.map(|c| page.m(&c.said)).unwrap_or_default(),
                due: f.due_on,
            });
        }
        // Reports are many at the end of a year: one line for all of them.
        let (reported, due) = reports::waiting(db, part, role).await?;
        if reported > 0 {
            let state = reports::waits_for(role).unwrap_or(State::Submitted);
            let clock = corrections::Due::by(&due, &calendar, now);
            tasks.push(Task {
                href: format!("/reports?year=all&show={}", state.id()),
                what: match state {
                    State::Accepted => page.tn("评定述职 {n} 份", reported),
                    _ => page.tn("审核述职 {n} 份", reported),
                },
                under: page.t("年终述职").to_owned(),
                tone: clock.as_ref().map_or("", |c| c.tone()),
                clock: clock.map(|c| page.m(&c.said)).unwrap_or_default(),
                due,
            });
        }
        let open = rewards::store::waiting(db, part).await?;
        if open > 0 {
            tasks.push(Task {
                href: "/rewards".to_owned(),
                what: page.tn("研究结果运用 {n} 条", open),
                under: page.t("考核评价").to_owned(),
                tone: "",
                clock: String::new(),
                due: String::new(),
            });
        }
        let moves = pools::store::waiting(db, part).await?;
        if moves > 0 {
            tasks.push(Task {
                href: "/pools/moves?state=proposed".to_owned(),
                what: page.tn("决定进出后备库 {n} 件", moves),
                under: page.t("后备人才库").to_owned(),
                tone: "",
                clock: String::new(),
                due: String::new(),
            });
        }
        tasks.extend(asking(&desk, &page).await?);
        for (n, due, what) in [applicants(&desk, &page).await?, objections(&desk, &page).await?] {
            if n == 0 {
                continue;
            }
            let clock = corrections::Due::by(&due, &calendar, now);
            tasks.push(Task {
                href: "/campaigns".to_owned(),
                what,
                under: page.t("公开选拔").to_owned(),
                tone: clock.as_ref().map_or("", |c| c.tone()),
                clock: clock.map(|c| page.m(&c.said)).unwrap_or_default(),
                due,
            });
        }
        let (courses, due) = membership::due(db, part).await?;
        if courses > 0 {
            let clock = corrections::Due::by(&due, &calendar, now);
            tasks.push(Task {
                href: "/membership?show=due#list".to_owned(),
                what: page.tn("办党员发展快到期的事 {n} 人", courses),
                under: page.t("党员发展").to_owned(),
                tone: clock.as_ref().map_or("", |c| c.tone()),
                clock: clock.map(|c| page.m(&c.said)).unwrap_or_default(),
                due,
            });
        }
        let (_, moved) = vacancies::store::count(db, part).await?;
        if moved > 0 {
            tasks.push(Task {
                href: "/vacancies/motions".to_owned(),
                what: page.tn("研究递补动议 {n} 件", moved),
                under: page.t("空缺递补").to_owned(),
                tone: "",
                clock: String::new(),
                due: String::new(),
            });
        }
        // Plans that are overdue: one line, by the one that is overdue longest.
        let day = crate::slices::places::store::today();
        let known = vacancies::store::gather::seats(db, part, &day).await?;
        let late: Vec<&str> = known.seats.iter().filter(|s| s.late(&day)).map(|s| s.due.as_str()).collect();
        if let Some(first) = late.iter().min() {
            tasks.push(Task {
                href: "/vacancies".to_owned(),
                what: page.tn("递补方案逾期 {n} 个空缺", late.len()),
                under: page.t("空缺递补").to_owned(),
                tone: "stop",
                clock: page.tn("最早 {n}到期", crate::slices::posts::pages::day_text(first)),
                due: (*first).to_owned(),
            });
        }
        for a in appraisals::appeals::list(db, 0, part).await? {
            if a.state != appraisals::appeals::AppealState::Asked {
                continue;
            }
            let clock = corrections::Due::by(&a.due_on, &calendar, now);
            tasks.push(Task {
                href: format!("/appeals/{}", a.id),
                what: page.t("答复考核申诉").to_owned(),
                under: a.by,
                tone: clock.as_ref().map_or("", |c| c.tone()),
                clock: clock.map(|c| page.m(&c.said)).unwrap_or_default(),
                due: a.due_on,
            });
        }
    }
    if desk.caller.may(Action::FillSheet) {
        let (db, caller) = (&desk.db, &desk.caller);
        for (sheet, round) in appraisals::store::sheets_for(db, &caller.unit, caller.part.township()).await? {
            if appraisals::sheet::open(&round, &sheet).is_err() {
                continue;
            }
            let (clock, tone) = appraisals::pages::sheets::clock(&desk, &page, &sheet).await?;
            tasks.push(Task {
                href: format!("/sheets/{}", sheet.id),
                what: format!("{} {}", page.t("填评分表"), round.title),
                under: sheet.unit,
                clock,
                tone,
                due: sheet.due_on,
            });
        }
    }
    if desk.caller.may(Action::RunReviews) {
        let waiting = reviews::store::waiting(&desk.db).await?;
        if waiting > 0 {
            tasks.push(Task {
                href: "/reviews".to_owned(),
                what: page.tn("决定联审结论 {n} 人", waiting),
                under: page.t("县级联审").to_owned(),
                tone: "",
                clock: String::new(),
                due: String::new(),
            });
        }
    }
    if desk.caller.may(Action::AnswerReviews) {
        let calendar = calendar::calendar(&desk.db).await?;
        let now: Day = today().parse().map_err(|_| Failure::NotFound)?;
        let asked = reviews::store::of_unit(&desk.db, &desk.caller.unit).await?;
        for a in asked.into_iter().filter(reviews::store::Asked::is_open) {
            let clock = corrections::Due::by(&a.review.due_on, &calendar, now);
            let reminded = match a.seat.reminded_on.as_str() {
                "" => String::new(),
                day => format!("　{}", page.tn("{n}催办", day)),
            };
            tasks.push(Task {
                href: format!("/seat/{}", a.seat.id),
                what: format!("{} {}", page.t("联审答复"), a.review.title),
                under: format!("{} {} / {}{reminded}", a.seat.title, a.answered, a.people),
                tone: clock.as_ref().map_or("", |c| c.tone()),
                clock: clock.map(|c| page.m(&c.said)).unwrap_or_default(),
                due: a.review.due_on,
            });
        }
    }
    // Without a clock comes last.
    tasks.sort_by(|a, b| (a.due.is_empty(), &a.due).cmp(&(b.due.is_empty(), &b.due)));
    let why = match role {
        Role::RaterUnit => page.t("考核开始后，本单位要打的分会排在这里，到期前提醒。"),
        Role::ReviewSeat => page.t("联审开始后，等您答复的人会排在这里，写明答复期限。"),
        _ => page.t("轮到您填报、确认或答复的事会按到期日排在这里，先到期的在前。"),
    };
    let html = TasksPage {
        may_retain: desk.caller.may(Action::ManageRetention),
        corrections: asked,
        tasks,
        why,
        office,
        page,
    };
    Ok(Html(html).into_response())
}

/// Asking people where they are: answers that wait, calls to be made again, people whom nobody asked for too long.
async fn asking(desk: &Desk, page: &Page) -> Answer<Vec<Task>> {
    let (db, part, day) = (&desk.db, &desk.caller.part, crate::slices::places::store::today());
    let answered = inquiries::store::count(db, part, Show::Answered, &day).await?;
    let again = inquiries::store::calls_due(db, part, &day).await?;
    let (due, days) = inquiries::due(db, part).await?;
    let task = |n: u64, href: &str, what: String| {
        (n > 0).then(|| Task {
            href: href.to_owned(),
            what,
            under: page.t("去向核实").to_owned(),
            tone: "",
            clock: String::new(),
            due: String::new(),
        })
    };
    let all = [
        task(answered, "/inquiries?show=answered", page.tn("采用网上填的去向 {n} 人", answered)),
        task(again, "/inquiries?show=again", page.tn("再打电话问去向 {n} 人", again)),
        task(
            due,
            "/people?view=untold",
            page.m(&msg!("问去向 {n} 人，超过 {days} 天", n = due, days = days)),
        ),
    ];
    Ok(all.into_iter().flatten().collect())
}

/// What applicants asked and nobody answered: how many, by when, in words.
async fn applicants(desk: &Desk, page: &Page) -> Answer<(u64, String, String)> {
    let (n, due) = campaigns::store::asks::waiting(&desk.db, &desk.caller.part).await?;
    Ok((n, due, page.tn("答复报名人的询问 {n} 件", n)))
}

/// Objections to notices that nobody answered: how many, by when, in words.
async fn objections(desk: &Desk, page: &Page) -> Answer<(u64, String, String)> {
    let (n, due) = campaigns::store::asks::objections_waiting(&desk.db, &desk.caller.part).await?;
    Ok((n, due, page.tn("答复公示异议 {n} 件", n)))
}
