//! Pages of how somebody comes into the party.

pub mod acts;
pub mod new;
pub mod one;
pub mod overview;
pub mod own;

use super::model::{Act, Kind, State};
use super::terms::{Due, File};
use super::{membership_of, store};
use crate::slices::people::{Field, Person};
use crate::slices::places::store::today;
use crate::slices::posts::pages::day_text;
use kernel::{key, msg};
use platform::db::{Db, DbResult};
use platform::kit::Event;
use platform::page::Page;
use policy::Membership;

/// How a last day is marked: past, near, or neither.
fn tone(by: &str, near: &str, today: &str) -> &'static str {
    match by {
        "" => "",
        by if by < today => "stop",
        by if by <= near => "warn",
        _ => "",
    }
}

/// What is said of when something is due.
fn when(page: &Page, due: &Due, today: &str) -> String {
    if !due.waits.is_empty() {
        return page.m(&msg!("先办好“{title}”", title = due.waits.join("、")));
    }
    if due.stage && due.first.as_str() > today || !due.first.is_empty() && due.first.as_str() > today {
        return page.m(&msg!("最早 {day}", day = day_text(&due.first)));
    }
    match due.by.as_str() {
        "" => page.t("现在可以办").to_owned(),
        by => page.m(&msg!("{day}以前", day = day_text(by))),
    }
}

/// What happened in a course, in words, the first first.
fn told(page: &Page, rules: &Membership, file: &File, today: &str) -> Vec<Event> {
    let counted = file.acts.iter();
    counted.map(|a| Event::past(days(a), what(page, rules, a, today)).by(who(page, a))).collect()
}

fn days(a: &Act) -> String {
    match a.from_on.is_empty() {
        true => day_text(&a.day),
        false => format!("{}—{}", day_text(&a.from_on), day_text(&a.day)),
    }
}

fn what(page: &Page, rules: &Membership, a: &Act, today: &str) -> String {
    let head = match a.kind {
        Kind::Enter => page.m(&msg!("成为{stage}", stage = rules.stage_title(&a.item, today))),
        Kind::Step => rules.step_title(&a.item, today).to_owned(),
        Kind::Longer => page.m(&msg!("延长 {n} 个月", n = a.item.as_str())),
        Kind::End => page.t(State::by_id(&a.item).unwrap_or(State::Stopped).title()).to_owned(),
    };
    let hours = if a.hours > 0 { page.tn("{n} 学时", a.hours) } else { String::new() };
    let voided = match a.void_by.is_empty() {
        true => String::new(),
        false => page.m(&msg!("已作废：{why}", why = a.void_why.as_str())),
    };
    joined(&[&head, &a.people, &hours, &a.note, &voided])
}

fn who(page: &Page, a: &Act) -> String {
    let by = match (a.decided_by.is_empty(), a.void_by.is_empty()) {
        (_, false) => page.m(&msg!("{name} 作废", name = a.void_by.as_str())),
        (false, _) => page.m(&msg!("{name} 决定", name = a.decided_by.as_str())),
        (true, _) => String::new(),
    };
    joined(&[&a.meeting, &a.document, &by, &page.m(&msg!("{name} 登记", name = a.by.as_str()))])
}

/// Texts that are not empty, with a blank between them.
fn joined(parts: &[&str]) -> String {
    parts.iter().filter(|p| !p.is_empty()).copied().collect::<Vec<_>>().join("　")
}

/// A course as its person's own pages list it.
pub struct Own {
    pub id: i64,
    pub stage: String,
    pub state: &'static str,
    pub tone: &'static str,
    /// What is asked next, and when.
    pub next: String,
}

/// A person's courses for the own page, the latest first.
pub async fn own_courses(db: &Db, page: &Page, person: &Person) -> DbResult<Vec<Own>> {
    let files = store::of_person(db, person.id).await?;
    if files.is_empty() {
        return Ok(Vec::new());
    }
    let day = today();
    let rules = membership_of(db, person.get(Field::Village), &day).await?;
    let own = |file: &File| {
        let outlook = file.outlook(&rules, &day);
        let due = outlook.first().or_else(|| outlook.dues.first());
        Own {
            id: file.course.id,
            stage: rules.stage_title(&file.course.stage, &day).to_owned(),
            state: page.t(file.course.state.title()),
            tone: file.course.state.tone(),
            next: due.map(|d| format!("{}　{}", d.title, when(page, d, &day))).unwrap_or_default(),
        }
    };
    Ok(files.iter().map(own).collect())
}

/// A table of a person's copy: its title, its heads, its rows.
type Copied = (&'static str, &'static [&'static str], Vec<Vec<String>>);

/// What the copy of a person's file says of courses.
pub async fn copied(db: &Db, page: &Page, person: i64) -> DbResult<[Copied; 2]> {
    const HAPPENED: [&str; 4] = [key!("日期"), key!("内容"), key!("谁登记的"), key!("状态")];
    const FRONT: [&str; 5] = [key!("起止"), key!("做了什么"), key!("在哪里"), key!("鉴定"), key!("由谁鉴定")];
    let day = today();
    let (mut happened, mut fronts) = (Vec::new(), Vec::new());
    for file in store::of_person(db, person).await? {
        let rules = membership_of(db, &file.course.village, &day).await?;
        let state = page.t(file.course.state.title());
        happened.extend(
            file.acts
                .iter()
                .map(|a| vec![days(a), what(page, &rules, a, &day), who(page, a), state.to_owned()]),
        );
        fronts.extend(file.trials.iter().map(|t| {
            let finding = joined(&[page.t(t.finding.title()), &t.found_why]);
            let span = format!("{}—{}", t.from_on, t.to_on);
            vec![span, t.task.clone(), t.place.clone(), finding, joined(&[&t.found_on, &t.found_by])]
        }));
    }
    Ok([(key!("党员发展"), &HAPPENED, happened), (key!("一线考验"), &FRONT, fronts)])
}
