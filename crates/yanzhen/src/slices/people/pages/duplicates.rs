//! Files that may be of one person, and the merges that were made.

use super::{person_of, time_text};
use crate::slices::people::store::select;
use crate::slices::people::twins::pairs::{Pair, Reason, Strength, pairs};
use crate::slices::people::twins::store::{self, Merge};
use crate::slices::people::twins::undo;
use crate::slices::people::{Field, Person};
use crate::slices::places::Desk;
use crate::slices::places::store::today;
use crate::slices::posts::pages::day_text;
use crate::slices::posts::posts_of;
use askama::Template;
use axum::Form;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use platform::access::Action;
use platform::kit::{Choice, Link, Pager};
use platform::page::Page;
use platform::web::{Answer, Failure, Html};
use serde::Deserialize;
use std::collections::BTreeMap;

/// One of two files as listed.
pub struct One {
    pub id: i64,
    pub name: String,
    pub place: String,
    pub born: String,
}

impl One {
    fn of(person: &Person) -> One {
        One {
            id: person.id,
            name: person.name().to_owned(),
            place: format!("{} {}", person.township_name, person.village_name).trim().to_owned(),
            born: day_text(person.get(Field::Birth)),
        }
    }
}

/// A pair as listed.
pub struct Line {
    pub a: One,
    pub b: One,
    pub strength: Strength,
    /// What speaks for it, and what against.
    pub reasons: Vec<(String, bool)>,
}

impl Line {
    /// The tone of its tag.
    fn tone(&self) -> &'static str {
        match self.strength {
            Strength::Certain => "stop",
            Strength::Likely => "warn",
            Strength::Possible => "",
        }
    }
}

#[derive(Template)]
#[template(path = "people/pages/duplicates.html")]
struct DuplicatesPage {
    page: Page,
    lines: Vec<Line>,
    /// How many there are of each strength, and in all.
    tabs: Vec<Choice>,
    pager: Pager,
    /// Without a choice of strength there is nothing.
    none: bool,
    told: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    strength: String,
    page: u64,
    told: String,
}

/// The pairs of the caller's part, the surest first.
pub async fn show(desk: Desk, Query(asked): Query<Asked>) -> Answer<Response> {
    let mut page = desk.page("people").await?;
    page.path = "/people/duplicates".to_owned();
    let (db, part) = (&desk.db, &desk.caller.part);
    let (all, denied) = (store::candidates(db, part).await?, store::denied(db).await?);
    let found = tokio::task::spawn_blocking(move || pairs(&all, &denied)).await;
    let found = found.map_err(|e| Failure::Internal(e.to_string()))?;
    let strength = Strength::by_id(&asked.strength);
    let of = |s: Option<Strength>| found.iter().filter(move |p| s.is_none_or(|s| p.strength == s));
    let tab = |s: Option<Strength>| {
        let href = Link::new("/people/duplicates").with("strength", s.map_or("", Strength::id)).to_string();
        let label = s.map_or(page.t("全部"), |s| page.t(s.title()));
        Choice::new(href, label).hint(of(s).count().to_string()).on(strength == s)
    };
    let tabs: Vec<Choice> =
        std::iter::once(tab(None)).chain(Strength::ALL.into_iter().map(|s| tab(Some(s)))).collect();
    let total = of(strength).count() as u64;
    let link = Link::new("/people/duplicates").with("strength", strength.map_or("", Strength::id));
    let pager = Pager::new(asked.page, total, link);
    let skip = usize::try_from(pager.offset()).unwrap_or_default();
    let here: Vec<&Pair> =
        of(strength).skip(skip).take(usize::try_from(pager.size).unwrap_or_default()).collect();
    let ids: Vec<i64> = here.iter().flat_map(|p| [p.a, p.b]).collect();
    let mut persons: BTreeMap<i64, Person> = BTreeMap::new();
    if !ids.is_empty() {
        let places = platform::db::numbered(1, ids.len());
        let condition = format!("p.id in ({places})");
        let rows = select(db, &condition, "", ids.into_iter().map(Into::into).collect()).await?;
        persons.extend(rows.into_iter().map(|p| (p.id, p)));
    }
    let reason = |r: &Reason| (page.m(&r.message()), r.against());
    let line = |p: &&Pair| {
        Some(Line {
            a: One::of(persons.get(&p.a)?),
            b: One::of(persons.get(&p.b)?),
            strength: p.strength,
            reasons: p.reasons.iter().map(reason).collect(),
        })
    };
    let told = match asked.told.as_str() {
        "not" => page.t("已记下：不是同一个人。以后不再提示。").to_owned(),
        _ => String::new(),
    };
    let lines = here.iter().filter_map(line).collect();
    Ok(Html(DuplicatesPage { lines, tabs, pager, none: found.is_empty(), told, page }).into_response())
}

#[derive(Template)]
#[template(path = "people/pages/merges.html")]
struct MergesPage {
    page: Page,
    merges: Vec<(Merge, String, String)>,
    fault: String,
}

/// The merges of the caller's part, the latest first.
pub async fn merges(desk: Desk) -> Answer<Response> {
    listed(&desk, String::new()).await
}

async fn listed(desk: &Desk, fault: String) -> Answer<Response> {
    let mut page = desk.page("people").await?;
    page.path = "/people/merges".to_owned();
    let all = store::merges(&desk.db, &desk.caller.part, 200, 0).await?;
    let merges = all
        .into_iter()
        .map(|m| {
            let (at, undone) = (time_text(m.at), m.undone_at.map(time_text).unwrap_or_default());
            (m, at, undone)
        })
        .collect();
    let status = if fault.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok((status, Html(MergesPage { page, merges, fault })).into_response())
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Undo {
    merge: i64,
}

/// Makes two files of one again.
pub async fn undo(desk: Desk, Path(id): Path<i64>, Form(form): Form<Undo>) -> Answer<Response> {
    let Desk { db, caller, .. } = &desk;
    let kept = person_of(db, caller, id, Action::MergePeople).await?;
    let Some(found) = store::find(db, form.merge).await?.filter(|m| m.kept == id) else {
        return Err(Failure::Bad(kernel::msg!("没有这次合并；请从合并记录里选")));
    };
    let gone = person_of(db, caller, found.gone, Action::MergePeople).await?;
    let rules = posts_of(db, kept.get(Field::Village), &today()).await?;
    match undo::undo(db, caller, &rules, &found, (&kept, &gone)).await? {
        Ok(()) => Ok(Redirect::to(&format!("/people/{id}")).into_response()),
        Err(why) => {
            let page = desk.page("people").await?;
            listed(&desk, why.text(&page)).await
        }
    }
}
