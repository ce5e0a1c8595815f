//! Pages of the year's work.

pub mod inspection;
pub mod inspections;
pub mod own;
pub mod record;
pub mod records;
pub mod report;
pub mod reports;
pub mod summary;

use super::store::records::Subject;
use crate::slices::people::pages::person_of;
use crate::slices::people::{Person, State as Stand, store as people};
use crate::slices::places::pages::village::standing;
use crate::slices::places::store::{today, villages};
use crate::slices::places::{Desk, Village};
use crate::slices::posts::{self, posts_of, present};
use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::msg;
use platform::access::{Action, Authorized, Part};
use platform::audit::Outcome;
use platform::db::Db;
use platform::kit::{Choice, Faults};
use platform::page::Page;
use platform::web::{Answer, Failure, Html};
use std::collections::HashMap;

/// The three parts of the year's work.
fn tabs(page: &Page, current: &str) -> Vec<Choice> {
    let all = [
        ("/records", page.t("平时记录")),
        ("/inspections", page.t("考察和四诊")),
        ("/reports", page.t("年终述职")),
    ];
    all.into_iter().map(|(href, label)| Choice::new(href, label).on(href == current)).collect()
}

/// The standing villages of a part by code.
async fn places(db: &Db, part: &Part) -> Answer<HashMap<String, Village>> {
    Ok(villages(db, part).await?.into_iter().map(|v| (v.code.clone(), v)).collect())
}

/// `例河镇 例东村`; the code where the village is no more.
fn place_of(places: &HashMap<String, Village>, code: &str) -> String {
    places.get(code).map_or_else(|| code.to_owned(), |v| format!("{} {}", v.township_name, v.short))
}

/// Villages to choose from.
fn village_choices(places: &HashMap<String, Village>, chosen: &str) -> Vec<Choice> {
    let mut all: Vec<&Village> = places.values().collect();
    all.sort_by(|a, b| (&a.township, &a.code).cmp(&(&b.township, &b.code)));
    let choice =
        |v: &&Village| Choice::new(&v.code, format!("{} {}", v.township_name, v.short)).on(v.code == chosen);
    all.iter().map(choice).collect()
}

/// Years to choose from, this year among them, and all of them.
fn year_choices(page: &Page, mut years: Vec<String>, chosen: &str) -> Vec<Choice> {
    let now = super::model::year_of(&today()).to_owned();
    if !years.contains(&now) {
        years.push(now);
    }
    years.sort();
    years.reverse();
    let mut out: Vec<Choice> = years.iter().map(|y| Choice::new(y, y).on(y == chosen)).collect();
    out.push(Choice::new("all", page.t("全部年度")).on(chosen.is_empty()));
    out
}

/// The year that is asked for: this one, where nothing is; empty for all.
fn year_asked(asked: &str) -> String {
    match asked {
        "" => super::model::year_of(&today()).to_owned(),
        "all" => String::new(),
        year => year.chars().filter(char::is_ascii_digit).take(4).collect(),
    }
}

/// Whom a form is about, as found and authorized.
enum Chosen {
    Person(Authorized<Person>),
    Village(Authorized<Village>),
}

impl Chosen {
    fn subject(&self) -> Subject<'_> {
        match self {
            Chosen::Person(p) => Subject::Person(p),
            Chosen::Village(v) => Subject::Village(v),
        }
    }

    /// For what is written anew: a person in use, a village that stands.
    fn in_use(self) -> Answer<Chosen> {
        match &self {
            Chosen::Person(p) if p.state != Stand::Active => {
                Err(Failure::Bad(msg!("这份档案不在册，不能再记；要看以前的请到履职记录")))
            }
            Chosen::Village(v) => standing(v).map(|()| self),
            Chosen::Person(_) => Ok(self),
        }
    }
}

/// A person or, without one, a village that the caller may act on.
async fn chosen(desk: &Desk, person: Option<i64>, village: &str, action: Action) -> Answer<Chosen> {
    match person {
        Some(id) => Ok(Chosen::Person(person_of(&desk.db, &desk.caller, id, action).await?)),
        None => Ok(Chosen::Village(desk.village(village, action).await?)),
    }
}

/// The file of a person that a record was found for: whatever became of it.
async fn file_of(desk: &Desk, person: i64, action: Action) -> Answer<Authorized<Person>> {
    Ok(desk.caller.authorize(action, people::find(&desk.db, person).await?)?)
}

/// Notes that what is a person's was read.
async fn looked(desk: &Desk, person: Option<i64>, village: &str) -> Answer<()> {
    if let Some(id) = person {
        let event = desk.caller.event("duty.open", "person", &id.to_string(), village);
        desk.db.record(event, Outcome::Done).await?;
    }
    Ok(())
}

/// Somebody of a village to choose.
struct Candidate {
    href: String,
    name: String,
    titles: String,
}

#[derive(Template)]
#[template(path = "duty/pages/choose.html")]
struct ChoosePage {
    page: Page,
    tabs: Vec<Choice>,
    title: &'static str,
    /// Where the chosen leads: `/records/new`.
    base: &'static str,
    villages: Vec<Choice>,
    village: String,
    candidates: Vec<Candidate>,
    faults: Faults,
}

/// Whom it shall be about: first which village, then the village itself or somebody who holds a post in it.
async fn choose(
    desk: &Desk,
    (tab, base): (&str, &'static str),
    title: &'static str,
    village: &str,
    action: Action,
) -> Answer<Response> {
    let page = desk.page("duty").await?;
    let db = &desk.db;
    let all = places(db, &desk.caller.part).await?;
    let mut candidates = Vec::new();
    let mut name = String::new();
    if !village.is_empty() {
        let place = desk.village(village, action).await?;
        standing(&place)?;
        let day = today();
        let rules = posts_of(db, village, &day).await?;
        let holds = posts::store::of_village(db, village, &day).await?;
        let href = |what: &str| format!("{base}?{what}");
        candidates.push(Candidate {
            href: href(&format!("village={village}&about=village")),
            name: place.short.clone(),
            titles: page.t("这个村").to_owned(),
        });
        let mut seen: Vec<i64> = Vec::new();
        for hold in present(&holds, &rules, &day) {
            if seen.contains(&hold.person) {
                continue;
            }
            seen.push(hold.person);
            // Who serves here with the file elsewhere is not the caller's to write about.
            if file_of(desk, hold.person, action).await.is_err() {
                continue;
            }
            let own = holds.iter().filter(|h| h.person == hold.person);
            let titles: Vec<&str> = own.map(|h| rules.title(&h.post, &day)).collect();
            candidates.push(Candidate {
                href: href(&format!("person={}", hold.person)),
                name: hold.person_name.clone(),
                titles: titles.join("、"),
            });
        }
        name = format!("{} {}", place.township_name, place.short);
    }
    let html = ChoosePage {
        tabs: tabs(&page, tab),
        villages: village_choices(&all, village),
        title: page.t(title),
        village: name,
        faults: Faults::new(),
        base,
        candidates,
        page,
    };
    Ok(Html(html).into_response())
}

/// The status of a page that may have refused a form.
fn status(faults: &Faults) -> StatusCode {
    crate::slices::places::pages::status(!faults.is_empty())
}
