//! Pages of vacancies.

pub mod export;
pub mod list;
pub mod motions;
pub mod one;
pub mod own;
pub mod together;

use super::model::team::Team;
use super::model::{Seat, Why};
use crate::slices::people::words::education;
use crate::slices::posts::lineup::one_decimal;
use crate::slices::posts::pages::day_text;
use kernel::msg;
use platform::kit::Choice;
use platform::page::Page;
use policy::posts::{WayOut, Word};

/// The three views; `on` is the current one's path.
fn views(page: &Page, on: &str, ahead: usize) -> Vec<Choice> {
    let view = |path: &str, label: String| Choice::new(path, label).on(path == on);
    vec![
        view("/vacancies/together", page.t("一起配").to_owned()),
        view("/vacancies", page.t("逐个看").to_owned()),
        view("/vacancies/ahead", page.tn("将届满超龄 {n}", ahead)),
    ]
}

/// Why a seat is or will be empty, as read.
fn why_text(page: &Page, seat: &Seat) -> String {
    match &seat.why {
        Why::Term(day) => {
            page.m(&msg!("{name} 的任期到 {day} 届满", name = seat.who.as_str(), day = day_text(day)))
        }
        Why::Age(age, month) => page.m(&msg!(
            "{name} 到 {day} 满 {age} 岁",
            name = seat.who.as_str(),
            day = day_text(month),
            age = *age
        )),
        Why::Empty if seat.who.is_empty() => page.t("没有登记过谁任这个职务").to_owned(),
        Why::Empty => {
            let way = WayOut::parse(&seat.way_out).map_or("", |w| page.t(w.label()));
            page.m(&msg!(
                "原任 {name}，{day}起空缺 {way}",
                name = seat.who.as_str(),
                day = day_text(&seat.since),
                way = way
            ))
        }
    }
}

/// A team as a list: name, posts, sex, age, education, whether new.
pub struct MateRow {
    pub name: String,
    pub post: String,
    pub sex: &'static str,
    pub age: String,
    pub education: String,
    pub new: bool,
}

fn mates(page: &Page, team: &Team) -> Vec<MateRow> {
    let row = |m: &super::model::team::Mate| MateRow {
        name: m.name.clone(),
        post: m.titles.first().cloned().unwrap_or_default(),
        sex: page.t(if m.woman { "女" } else { "男" }),
        age: m.age.map(|a| a.to_string()).unwrap_or_default(),
        education: page.w(education(&m.education)),
        new: m.new,
    };
    team.mates.iter().map(row).collect()
}

/// A figure of a team before and after.
pub struct Change {
    pub name: &'static str,
    pub before: String,
    pub after: String,
    /// In words: 降 1.4 岁.
    pub moved: String,
    pub better: bool,
}

fn changes(page: &Page, before: &Team, after: &Team) -> Vec<Change> {
    let age = |t: &Team| t.age_tenths().map_or_else(|| "—".to_owned(), one_decimal);
    let share = |n: u32, t: &Team| format!("{n} / {}", t.len());
    let (was, is) = (before.age_tenths(), after.age_tenths());
    let aged = match (was, is) {
        (Some(a), Some(b)) if b < a => page.tn("降 {n} 岁", one_decimal(a - b)),
        (Some(a), Some(b)) if b > a => page.tn("升 {n} 岁", one_decimal(b - a)),
        _ => page.t("不变").to_owned(),
    };
    let counted = |a: u32, b: u32| match b.cmp(&a) {
        std::cmp::Ordering::Greater => page.tn("增 {n} 人", b - a),
        std::cmp::Ordering::Less => page.tn("减 {n} 人", a - b),
        std::cmp::Ordering::Equal => page.t("不变").to_owned(),
    };
    let row = |name, a: u32, b: u32| Change {
        name,
        before: share(a, before),
        after: share(b, after),
        moved: counted(a, b),
        better: b > a,
    };
    vec![
        Change {
            name: page.t("平均年龄"),
            before: age(before),
            after: age(after),
            moved: aged,
            better: matches!((was, is), (Some(a), Some(b)) if b < a),
        },
        row(page.t("大专及以上"), before.college(), after.college()),
        row(page.t("女性"), before.women(), after.women()),
        row(page.t("党员"), before.party(), after.party()),
    ]
}
