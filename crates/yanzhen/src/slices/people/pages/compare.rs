//! Two files side by side: which value is kept, and the merge itself after a page that says what it does.

use super::person_of;
use super::traces::history_value;
use crate::slices::people::say::say;
use crate::slices::people::twins::compare::{Comparison, Row, Side, compare};
use crate::slices::people::twins::{merge, store};
use crate::slices::people::{Field, Person, State};
use crate::slices::places::Desk;
use crate::slices::places::store::today;
use crate::slices::posts::pages::day_text;
use crate::slices::posts::{Holding, posts_of};
use askama::Template;
use axum::Form;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::msg;
use platform::access::{Action, Authorized};
use platform::audit::Outcome;
use platform::kit::Faults;
use platform::page::Page;
use platform::web::{Answer, Failure, Html};
use policy::people::People;
use policy::posts::Posts;
use std::collections::HashMap;

/// A field of both files as shown.
pub struct Shown {
    pub id: &'static str,
    pub title: &'static str,
    pub values: [String; 2],
    pub row: Row,
    /// The value of the file that goes is kept.
    pub gone: bool,
}

/// Two files with what was asked of them.
struct Both {
    kept: Authorized<Person>,
    gone: Authorized<Person>,
    compared: Comparison,
    rules: Posts,
}

#[derive(Template)]
#[template(path = "people/pages/compare.html")]
struct ComparePage {
    page: Page,
    kept: Person,
    gone: Person,
    rows: Vec<Shown>,
    /// Lists of both files: how many rows.
    counts: Vec<(&'static str, [i64; 2])>,
    overlaps: Vec<String>,
    /// Who said that they are not of one person, and when.
    denied: String,
    /// The page that asks for the last word.
    sure: bool,
    ground: String,
    faults: Faults,
}

impl ComparePage {
    /// The choices of the form before, to be sent again.
    fn chosen(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let open = self.rows.iter().filter(|r| r.row.differs() && !r.row.locked);
        open.map(|r| (r.id, if r.gone { "gone" } else { "kept" }))
    }

    fn differing(&self) -> usize {
        self.rows.iter().filter(|r| r.row.differs()).count()
    }
}

/// Both files, if both are the caller's and both are in use; a merged one sends to where it went.
async fn both(desk: &Desk, id: i64, other: i64) -> Answer<Result<Both, Response>> {
    let Desk { db, caller, .. } = desk;
    let kept = person_of(db, caller, id, Action::MergePeople).await?;
    let gone = person_of(db, caller, other, Action::MergePeople).await?;
    if id == other {
        return Err(Failure::Bad(msg!("请选两份不同的档案")));
    }
    for (one, elsewhere) in [(&kept, &gone), (&gone, &kept)] {
        if one.state == State::Merged {
            let to = one.merged_into.unwrap_or(elsewhere.id);
            return Ok(Err(Redirect::to(&format!("/people/{to}")).into_response()));
        }
        if !matches!(one.state, State::Active | State::Left | State::Dead) {
            return Err(Failure::Bad(msg!("这份档案已转出或删除，不能合并")));
        }
    }
    let compared = compare(db, &kept, &gone).await?;
    let rules = posts_of(db, kept.get(Field::Village), &today()).await?;
    Ok(Ok(Both { kept, gone, compared, rules }))
}

fn side(chosen: &HashMap<String, String>, field: Field) -> Option<Side> {
    match chosen.get(field.id()).map(String::as_str) {
        Some("gone") => Some(Side::Gone),
        Some("kept") => Some(Side::Kept),
        _ => None,
    }
}

fn shown(page: &Page, people: &People, both: &Both, row: &Row, taken: &[Field]) -> Shown {
    let day = today();
    let value = |n: usize| match row.field {
        Field::Village => [&both.kept, &both.gone][n].village_name.clone(),
        field if field.is_sealed() => {
            let value = row.values[n].as_str();
            let value = (!value.is_empty()).then_some(value);
            history_value(page, people, field.id(), value, &day)
        }
        field => say(page, people, field, &row.values[n], &day),
    };
    Shown {
        id: row.field.id(),
        title: page.t(row.field.title()),
        values: [value(0), value(1)],
        row: row.clone(),
        gone: taken.contains(&row.field),
    }
}

fn overlap(page: &Page, rules: &Posts, (a, b): &(Holding, Holding)) -> String {
    let span = |h: &Holding| {
        let to = if h.lasts() { page.t("今").to_owned() } else { day_text(&h.to_on) };
        format!("{}—{to}", day_text(&h.from_on))
    };
    let post = rules.title(&a.post, &a.from_on).to_owned();
    page.m(&msg!("{post}：一份是 {a}，另一份是 {b}", post = post, a = span(a), b = span(b)))
}

async fn render(
    desk: &Desk,
    both: Both,
    chosen: &HashMap<String, String>,
    sure: bool,
    faults: Faults,
) -> Answer<Response> {
    let mut page = desk.page("people").await?;
    page.audited = true;
    page.path = format!("/people/duplicates/{}/{}", both.kept.id, both.gone.id);
    let db = &desk.db;
    let people = super::rules(db, both.kept.get(Field::Village)).await?;
    let taken = both.compared.taken(|f| side(chosen, f));
    let rows = both.compared.rows.iter().map(|r| shown(&page, &people, &both, r, &taken)).collect();
    let counts = store::counts(db, both.kept.id, both.gone.id).await?;
    let overlaps = both.compared.overlaps.iter().map(|o| overlap(&page, &both.rules, o)).collect();
    let denied = match store::denied_by(db, both.kept.id, both.gone.id).await? {
        Some((by, at)) => format!("{by} {}", super::time_text(at)),
        None => String::new(),
    };
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let html = ComparePage {
        kept: (*both.kept).clone(),
        gone: (*both.gone).clone(),
        rows,
        counts: counts.into_iter().map(|(title, n)| (page.t(title), n)).collect(),
        overlaps,
        denied,
        sure,
        ground: chosen.get("ground").cloned().unwrap_or_default(),
        faults,
        page,
    };
    Ok((status, Html(html)).into_response())
}

/// Notes that both files were opened.
async fn opened(desk: &Desk, both: &Both) -> Answer<()> {
    for person in [&both.kept, &both.gone] {
        let (record, village) = (person.id.to_string(), person.get(Field::Village));
        desk.db.record(desk.caller.event("people.open", "person", &record, village), Outcome::Done).await?;
    }
    Ok(())
}

/// Both files side by side.
pub async fn show(
    desk: Desk,
    Path((id, other)): Path<(i64, i64)>,
    Query(chosen): Query<HashMap<String, String>>,
) -> Answer<Response> {
    let both = match both(&desk, id, other).await? {
        Ok(both) => both,
        Err(elsewhere) => return Ok(elsewhere),
    };
    opened(&desk, &both).await?;
    render(&desk, both, &chosen, false, Faults::new()).await
}

/// What the merge will do, before it is done.
pub async fn confirm(
    desk: Desk,
    Path((id, other)): Path<(i64, i64)>,
    Query(chosen): Query<HashMap<String, String>>,
) -> Answer<Response> {
    let both = match both(&desk, id, other).await? {
        Ok(both) => both,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let sure = both.compared.overlaps.is_empty();
    opened(&desk, &both).await?;
    render(&desk, both, &chosen, sure, Faults::new()).await
}

/// Merges.
pub async fn merge(
    desk: Desk,
    Path((id, other)): Path<(i64, i64)>,
    Form(chosen): Form<HashMap<String, String>>,
) -> Answer<Response> {
    let both = match both(&desk, id, other).await? {
        Ok(both) => both,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let page = desk.page("people").await?;
    let mut faults = Faults::new();
    let ground = chosen.get("ground").map_or("", |g| g.trim());
    if !(2..=200).contains(&ground.chars().count()) {
        faults.add("ground", page.t("请写明怎么知道是同一个人，2—200 个字"));
    }
    let taken = both.compared.taken(|f| side(&chosen, f));
    if faults.is_empty() {
        let persons = (&both.kept, &both.gone);
        let done = merge::merge(&desk.db, &desk.caller, &both.rules, persons, &both.compared, &taken, ground)
            .await?;
        match done {
            Ok(_) => return Ok(Redirect::to(&format!("/people/{id}")).into_response()),
            Err(why) => faults.add("ground", why.text(&page)),
        }
    }
    let sure = both.compared.overlaps.is_empty();
    render(&desk, both, &chosen, sure, faults).await
}

/// Remembers that two files are not of one person, or takes that back.
pub async fn deny(
    desk: Desk,
    Path((id, other)): Path<(i64, i64)>,
    Form(form): Form<HashMap<String, String>>,
) -> Answer<Response> {
    let both = match both(&desk, id, other).await? {
        Ok(both) => both,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let not = form.get("not").is_none_or(|n| n != "0");
    let verb = if not { "people.not-same" } else { "people.maybe-same" };
    let village = both.kept.get(Field::Village);
    let mut event = desk.caller.event(verb, "person", &id.to_string(), village);
    event.note = other.to_string();
    let tx = desk.db.write(event).await?;
    if not {
        store::deny(&tx, id, other, &desk.caller.name).await?;
    } else {
        store::allow(&tx, id, other).await?;
    }
    tx.commit().await?;
    let to = if not {
        "/people/duplicates?told=not".to_owned()
    } else {
        format!("/people/duplicates/{id}/{other}")
    };
    Ok(Redirect::to(&to).into_response())
}
