//! Somebody's course: what is asked next and when, what happened, work at the front, and the form of what is done now.

use super::{told, tone, when};
use crate::slices::membership::model::{Course, Faults as Found, Finding, Given, State, Trial};
use crate::slices::membership::terms::{Next, Outlook};
use crate::slices::membership::{membership_of, near, store};
use crate::slices::people::pages::rules as words;
use crate::slices::people::say;
use crate::slices::places::Desk;
use crate::slices::places::pages::status;
use crate::slices::places::store::today;
use crate::slices::pools;
use crate::slices::posts::pages::day_text;
use askama::Template;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Response};
use platform::access::{Action, Authorized};
use platform::kit::{Choice, Event, Faults, Link};
use platform::page::Page;
use platform::web::{Answer, Html};
use policy::Membership;
use policy::membership::Step as Asked;
use serde::Deserialize;

/// What is done now, by its form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Do {
    #[default]
    Nothing,
    Step(String),
    Void(i64),
    Advance,
    Longer,
    End,
    Test,
    Finding(i64),
    Reserve,
}

impl Do {
    fn of(what: &str, item: &str) -> Do {
        let id = || item.parse().unwrap_or_default();
        match what {
            "step" => Do::Step(item.to_owned()),
            "void" => Do::Void(id()),
            "advance" => Do::Advance,
            "longer" => Do::Longer,
            "end" => Do::End,
            "test" => Do::Test,
            "finding" => Do::Finding(id()),
            "reserve" => Do::Reserve,
            _ => Do::Nothing,
        }
    }

    /// The address of its form on a course's page.
    fn link(&self, base: &Link) -> Link {
        let of = |what: &str, item: &str| base.with("do", what).with("item", item);
        match self {
            Do::Nothing => base.clone(),
            Do::Step(item) => of("step", item),
            Do::Void(id) => of("void", &id.to_string()),
            Do::Advance => of("advance", ""),
            Do::Longer => of("longer", ""),
            Do::End => of("end", ""),
            Do::Test => of("test", ""),
            Do::Finding(id) => of("finding", &id.to_string()),
            Do::Reserve => of("reserve", ""),
        }
    }
}

/// A step that is asked, as read.
pub struct Line {
    pub title: String,
    pub under: String,
    pub when: String,
    pub tone: &'static str,
    /// Where its form is; empty where it may not be done yet.
    pub href: String,
    pub basis: String,
}

/// Work at the front, as read.
pub struct Front {
    pub t: Trial,
    pub kind: String,
    pub days: String,
    pub found: String,
    pub state: &'static str,
    pub tone: &'static str,
}

/// A form: its head, where it goes, and which fields it has.
#[derive(Default)]
pub struct Sheet {
    pub title: String,
    pub hint: String,
    pub action: String,
    pub button: &'static str,
    /// What is chosen, with its label.
    pub items: Vec<Choice>,
    pub item_label: &'static str,
    /// Sent as it is.
    pub item: String,
    pub of: i64,
    pub from: &'static str,
    pub on: &'static str,
    pub meeting: bool,
    pub document: bool,
    pub document_optional: bool,
    pub people: bool,
    pub hours: bool,
    pub months: bool,
    pub work: bool,
    pub finding: Vec<Choice>,
    pub by: &'static str,
    pub note: &'static str,
    pub note_optional: bool,
}

#[derive(Template)]
#[template(path = "membership/pages/one.html")]
struct OnePage {
    page: Page,
    c: Course,
    stage: String,
    source: String,
    since: String,
    steps: Vec<platform::kit::Step>,
    lines: Vec<Line>,
    next: Option<Next>,
    first: String,
    lacks: Vec<String>,
    may_advance: bool,
    /// The stage may be made longer now.
    may_longer: bool,
    longer: i64,
    events: Vec<Event>,
    /// Steps of this stage that count: id and what they are.
    voidable: Vec<(i64, String)>,
    fronts: Vec<Front>,
    tests: u32,
    passed: usize,
    moving: Option<(i64, &'static str, &'static str)>,
    may_reserve: bool,
    may_test: bool,
    sheet: Option<Sheet>,
    given: Given,
    ended: String,
    may: bool,
    faults: Faults,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    r#do: String,
    item: String,
}

/// The course, if the caller may do that with it.
pub async fn course(desk: &Desk, id: i64, action: Action) -> Answer<Authorized<Course>> {
    Ok(desk.caller.authorize(action, store::find(&desk.db, id).await?)?)
}

pub async fn show(desk: Desk, Path(id): Path<i64>, Query(q): Query<Wanted>) -> Answer<Response> {
    let course = course(&desk, id, Action::ViewPeople).await?;
    let given = Given { on: today(), ..Given::default() };
    render(&desk, course, Do::of(&q.r#do, &q.item), given, Vec::new()).await
}

/// What is found of work at the front, as read.
pub fn front(page: &Page, rules: &Membership, t: &Trial, today: &str) -> Front {
    let found = match t.finding {
        Finding::None => String::new(),
        _ => format!("{}　{} {}", t.found_why, day_text(&t.found_on), t.found_by),
    };
    Front {
        kind: rules.test_title(&t.kind, today).to_owned(),
        days: format!("{}—{}", day_text(&t.from_on), day_text(&t.to_on)),
        found,
        state: page.t(t.finding.title()),
        tone: t.finding.tone(),
        t: t.clone(),
    }
}

pub async fn render(
    desk: &Desk,
    course: Authorized<Course>,
    what: Do,
    given: Given,
    faults: Found,
) -> Answer<Response> {
    let mut page = desk.page("pools").await?;
    let link = Link::new(format!("/membership/{}", course.id));
    page.path = what.link(&link).to_string();
    let (db, day) = (&desk.db, today());
    let rules = membership_of(db, &course.village, &day).await?;
    let file = store::file(db, &course).await?;
    let Outlook { dues, next } = file.outlook(&rules, &day);
    let may = desk.caller.may(Action::ManageMembership);
    let near = near(&rules, &day);
    let stages = rules.stages_on(&day);
    let here = stages.iter().position(|s| s.id == course.stage);
    let now = if course.state == State::Done { stages.len() } else { here.unwrap_or(0) };
    let stage = stages.get(here.unwrap_or(usize::MAX));
    let lines = dues.iter().filter(|d| !d.stage).map(|d| Line {
        title: d.title.clone(),
        under: match d.least {
            1 => d.hint.clone(),
            n => format!("{} / {n}　{}", d.done, d.hint),
        },
        when: when(&page, d, &day),
        tone: tone(&d.by, &near, &day),
        href: match may && d.may(&day) {
            true => format!("{}#form", link.with("do", "step").with("item", &d.item)),
            false => String::new(),
        },
        basis: d.basis.clone(),
    });
    let lines = lines.collect();
    let lacks: Vec<String> = next.iter().flat_map(|n| n.lacks.iter().map(|m| page.m(m))).collect();
    let first = next.as_ref().map(|n| n.first.clone()).unwrap_or_default();
    let moving = match course.moving {
        Some(id) => pools::store::find(db, id).await?.map(|m| (id, m.state.title(), m.state.tone())),
        None => None,
    };
    let may_test = may && matches!(course.state, State::Open | State::Done);
    let voidable = file.acts.iter().filter(|a| {
        let step = a.kind == super::Kind::Step && a.void_by.is_empty();
        may && step && a.stage == course.stage && course.state == State::Open
    });
    let say_act =
        |a: &super::Act| (a.id, format!("{} {}", rules.step_title(&a.item, &day), day_text(&a.day)));
    let people = words(db, &course.village).await?;
    let sheet = may.then(|| sheet(&page, &rules, &file.trials, &course, &what, &day)).flatten();
    let sheet = sheet.map(|s| Sheet {
        items: Choice::pick(s.items, &given.item),
        finding: Choice::pick(s.finding, &given.finding),
        ..s
    });
    let refused = !faults.is_empty();
    let html = OnePage {
        stage: rules.stage_title(&course.stage, &day).to_owned(),
        source: say::source(&people, &course.source, &day),
        since: day_text(&course.since),
        steps: platform::kit::Step::line(stages.iter().map(|s| s.title.clone()), now),
        lines,
        may_advance: may && next.is_some() && lacks.is_empty() && first <= day,
        may_longer: may
            && course.state == State::Open
            && course.longer == 0
            && stage.is_some_and(|s| s.extends)
            && first <= day,
        longer: course.longer,
        first: day_text(&first),
        lacks,
        next,
        events: told(&page, &rules, &file, &day),
        voidable: voidable.map(say_act).collect(),
        fronts: file.trials.iter().map(|t| front(&page, &rules, t, &day)).collect(),
        tests: stage.map_or(0, |s| s.tests),
        passed: file.trials.iter().filter(|t| t.finding == Finding::Passed).count(),
        moving: moving.map(|(id, title, tone)| (id, page.t(title), tone)),
        may_reserve: may_test && !rules.onward_on(&course.stage, &day).is_empty(),
        may_test,
        sheet,
        given,
        ended: format!("{} {} {}", day_text(&course.ended_on), course.ended_by, course.ended_at),
        may: may && course.state == State::Open,
        faults: Faults::told(faults, page.lang),
        c: (*course).clone(),
        page,
    };
    Ok((status(refused), Html(html)).into_response())
}

/// The form of what is done now; none where there is nothing of the kind.
fn sheet(
    page: &Page,
    rules: &Membership,
    trials: &[Trial],
    course: &Course,
    what: &Do,
    day: &str,
) -> Option<Sheet> {
    let to = |act: &str| format!("/membership/{}/{act}", course.id);
    let decided = || Sheet {
        on: page.t("决定日期"),
        meeting: true,
        document: true,
        document_optional: true,
        by: page.t("由谁决定"),
        button: page.t("记下决定"),
        note: page.t("理由"),
        ..Sheet::default()
    };
    Some(match what {
        Do::Nothing => return None,
        Do::Step(id) => {
            let steps = rules.steps_on(&course.stage, day);
            let step = steps.iter().find(|s| s.id == *id)?;
            step_sheet(
                page,
                step,
                Sheet {
                    title: step.title.clone(),
                    item: id.clone(),
                    action: to("steps"),
                    ..Sheet::default()
                },
            )
        }
        Do::Void(id) => Sheet {
            title: page.t("作废一步").to_owned(),
            hint: page.t("登记错了的才作废；作废的和理由都留着").to_owned(),
            action: to("void"),
            of: *id,
            note: page.t("理由"),
            button: page.t("作废"),
            ..Sheet::default()
        },
        Do::Advance => {
            let next = rules.next_on(&course.stage, day)?;
            Sheet { title: next.title.clone(), action: to("advance"), note_optional: true, ..decided() }
        }
        Do::Longer => Sheet {
            title: page.t("延长").to_owned(),
            hint: page.t("只能延长一次；理由本人看得到").to_owned(),
            action: to("longer"),
            months: true,
            ..decided()
        },
        Do::End => Sheet {
            title: page.t("停止或退出").to_owned(),
            hint: page
                .t("预备党员须经支部大会讨论、上级党委批准；已认定的入党时间请在档案里另行处理")
                .to_owned(),
            action: to("end"),
            item_label: page.t("怎样结束"),
            items: [State::Stopped, State::Withdrawn].map(|s| Choice::new(s.id(), page.t(s.title()))).into(),
            ..decided()
        },
        Do::Test => Sheet {
            title: page.t("登记一线考验").to_owned(),
            action: to("tests"),
            item_label: page.t("哪一类任务"),
            items: rules.tests_on(day).iter().map(|t| Choice::new(&t.id, &t.title)).collect(),
            from: page.t("从哪天"),
            on: page.t("到哪天"),
            work: true,
            button: page.t("登记"),
            ..Sheet::default()
        },
        Do::Finding(id) => Sheet {
            title: trials.iter().find(|t| t.id == *id)?.task.clone(),
            hint: page.t("由了解情况的人鉴定，写明看到了什么").to_owned(),
            action: to("findings"),
            of: *id,
            on: page.t("鉴定日期"),
            by: page.t("由谁鉴定"),
            note: page.t("看到了什么"),
            finding: [Finding::Passed, Finding::Failed]
                .map(|f| Choice::new(f.id(), page.t(f.title())))
                .into(),
            button: page.t("记下鉴定"),
            ..Sheet::default()
        },
        Do::Reserve => Sheet {
            title: page.t("转入后备").to_owned(),
            hint: page.t("这里只提名；是否入库在后备人才库里由人决定").to_owned(),
            action: to("reserve"),
            item_label: page.t("库"),
            items: rules
                .onward_on(&course.stage, day)
                .iter()
                .map(|o| Choice::new(&o.pool, &o.title))
                .collect(),
            document: true,
            document_optional: true,
            note: page.t("理由"),
            button: page.t("提名入库"),
            ..Sheet::default()
        },
    })
}

/// The fields that a step asks.
fn step_sheet(page: &Page, step: &Asked, base: Sheet) -> Sheet {
    Sheet {
        hint: step.hint.clone(),
        from: if step.workdays > 0 { page.t("从哪天") } else { "" },
        on: if step.workdays > 0 { page.t("到哪天") } else { page.t("日期") },
        meeting: step.meeting,
        document: step.document,
        people: step.people > 0,
        hours: step.hours > 0,
        note: page.t("情况"),
        note_optional: true,
        button: page.t("登记"),
        ..base
    }
}
