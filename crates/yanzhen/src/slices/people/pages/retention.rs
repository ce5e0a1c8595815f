//! What is due for deletion, by which rule, since when; a person of the county office decides each.

use super::{person_of, rules};
use crate::slices::people::erase::{self, Erased};
use crate::slices::people::retention::{self, Candidate, Due, Hold, Record};
use crate::slices::people::{Field, Person};
use crate::slices::places::facts;
use crate::slices::places::store::{today, villages};
use crate::slices::places::{Desk, Village};
use crate::slices::posts::pages::day_text;
use askama::Template;
use axum::Form;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::{Day, msg};
use platform::access::{Action, Authorized, Part};
use platform::audit::Outcome;
use platform::kit::{Choice, Faults, Link, Pager};
use platform::page::Page;
use platform::web::{Answer, Failure, Html};
use policy::people::People;
use serde::Deserialize;
use std::collections::HashMap;

/// A record that is due, as listed.
pub struct Line {
    pub record: &'static str,
    pub title: String,
    pub keep: String,
    pub basis: String,
    pub pack: String,
    pub since: String,
    pub whole: bool,
    /// Kept until a day by somebody's decision.
    pub hold: Option<Hold>,
    pub until: String,
}

/// A file with what is due of it.
pub struct Row {
    pub person: i64,
    pub name: String,
    pub place: String,
    pub lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "people/pages/retention.html")]
struct ListPage {
    page: Page,
    rows: Vec<Row>,
    tabs: Vec<Choice>,
    pager: Pager,
    due: usize,
    held: usize,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// A record's id in packs, or `held`; empty for all that waits for a decision.
    show: String,
    page: u64,
}

fn line(due: Due, hold: Option<Hold>, day: &str) -> Line {
    let hold = hold.filter(|h| h.until.as_str() >= day);
    Line {
        record: due.record.id(),
        title: due.title,
        keep: due.keep,
        basis: due.basis,
        pack: due.pack,
        since: day_text(&due.since.to_string()),
        whole: due.record.is_whole(),
        until: hold.as_ref().map(|h| day_text(&h.until)).unwrap_or_default(),
        hold,
    }
}

fn parsed(day: &str) -> Answer<Day> {
    day.parse().map_err(|_| Failure::NotFound)
}

/// Everything that is due in the county.
pub async fn list(desk: Desk, Query(asked): Query<Asked>) -> Answer<Response> {
    let page = desk.page("tasks").await?;
    let (db, day) = (&desk.db, today());
    let now = parsed(&day)?;
    let packs = facts::packs(db, &day).await?;
    // A town's own pack may keep longer or shorter: the rules are read once for each township.
    let mut known: HashMap<String, People> = HashMap::new();
    let mut of = |village: &str| -> People {
        let township = village.get(..9).unwrap_or_default();
        let reaching = packs.iter().filter(|a| a.part.is_empty() || township.starts_with(&a.part));
        let read = || People::in_force(reaching.map(|a| &*a.pack), &day);
        known.entry(township.to_owned()).or_insert_with(read).clone()
    };
    let told = retention::told_until(&of(""), now).map(|d| d.to_string()).unwrap_or_default();
    let holds = retention::holds(db, None).await?;
    let places: HashMap<String, Village> =
        villages(db, &Part::County).await?.into_iter().map(|v| (v.code.clone(), v)).collect();
    let mut rows = Vec::new();
    for Candidate { person, name, village, facts } in retention::candidates(db, &told, None).await? {
        let due = retention::due_on(&facts, &of(&village), now).into_iter();
        let lines: Vec<Line> = due
            .map(|d| {
                let hold = holds.get(&(person, d.record.id().to_owned())).cloned();
                line(d, hold, &day)
            })
            .collect();
        if !lines.is_empty() {
            let place = places.get(&village).map(|v| format!("{} {}", v.township_name, v.short));
            rows.push(Row { person, name, place: place.unwrap_or_default(), lines });
        }
    }
    let is = |l: &Line, show: &str| match show {
        "held" => l.hold.is_some(),
        "" => l.hold.is_none(),
        record => l.hold.is_none() && l.record == record,
    };
    let count = |show: &str| rows.iter().flat_map(|r| &r.lines).filter(|l| is(l, show)).count();
    let link = |show: &str| Link::new("/people/retention").with("show", show);
    let titles = of("");
    let mut tabs = vec![("", page.t("待决定").to_owned())];
    for rule in titles.retention_on(&day) {
        if let Some(record) = Record::by_id(&rule.id) {
            tabs.push((record.id(), rule.title.clone()));
        }
    }
    tabs.push(("held", page.t("已暂缓").to_owned()));
    let show = tabs.iter().find(|(id, _)| *id == asked.show).map_or("", |(id, _)| id);
    let tabs = tabs
        .iter()
        .map(|(id, title)| {
            Choice::new(link(id).to_string(), title.clone()).hint(count(id).to_string()).on(*id == show)
        })
        .collect();
    let (due, held) = (count(""), count("held"));
    let mut rows: Vec<Row> = rows
        .into_iter()
        .map(|r| Row { lines: r.lines.into_iter().filter(|l| is(l, show)).collect(), ..r })
        .filter(|r| !r.lines.is_empty())
        .collect();
    let pager = Pager::new(asked.page, rows.len() as u64, link(show));
    let from = usize::try_from(pager.offset()).unwrap_or(usize::MAX).min(rows.len());
    let rows = rows.drain(from..).take(pager.size as usize).collect();
    Ok(Html(ListPage { rows, tabs, pager, due, held, page }).into_response())
}

/// What a form of the page carries.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    record: String,
    ground: String,
    /// The person's name, typed once more.
    confirm: String,
    until: String,
    rev: String,
}

#[derive(Template)]
#[template(path = "people/pages/retain.html")]
struct OnePage {
    page: Page,
    person: Person,
    lines: Vec<Line>,
    typed: Typed,
    faults: Faults,
    /// Which form was refused: `erase` or `hold`.
    form: &'static str,
    who: String,
}

impl OnePage {
    /// What is wrong with a field of one record's form.
    fn fault(&self, form: &str, record: &str, field: &str) -> &str {
        if self.form == form && self.typed.record == *record { self.faults.of(field) } else { "" }
    }

    fn said<'s>(&'s self, form: &str, record: &str, value: &'s str) -> &'s str {
        if self.form == form && self.typed.record == *record { value } else { "" }
    }
}

/// What is due of one file, and the last day of whereabouts that are.
async fn due_of(desk: &Desk, person: &Person) -> Answer<(Vec<Due>, String)> {
    let now = parsed(&today())?;
    let people = rules(&desk.db, person.get(Field::Village)).await?;
    let told = retention::told_until(&people, now).map(|d| d.to_string()).unwrap_or_default();
    let found = retention::candidates(&desk.db, "", Some(person.id)).await?;
    let due = found.first().map(|c| retention::due_on(&c.facts, &people, now)).unwrap_or_default();
    Ok((due, told))
}

async fn render(
    desk: &Desk,
    person: &Authorized<Person>,
    form: &'static str,
    typed: Typed,
    faults: Faults,
) -> Answer<Response> {
    let mut page = desk.page("tasks").await?;
    page.audited = true;
    let holds = retention::holds(&desk.db, Some(person.id)).await?;
    let day = today();
    let lines = due_of(desk, person).await?.0.into_iter().map(|d| {
        let hold = holds.get(&(person.id, d.record.id().to_owned())).cloned();
        line(d, hold, &day)
    });
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let html = OnePage {
        lines: lines.collect(),
        who: desk.caller.name.clone(),
        typed: Typed { rev: person.rev.to_string(), ..typed },
        person: (**person).clone(),
        form,
        faults,
        page,
    };
    Ok((status, Html(html)).into_response())
}

/// What is due of one file, and what may be decided.
pub async fn show(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    let person = person_of(&desk.db, &desk.caller, id, Action::ManageRetention).await?;
    let mut event = desk.caller.event("people.open", "person", &id.to_string(), person.get(Field::Village));
    event.note = "retention".into();
    desk.db.record(event, Outcome::Done).await?;
    render(&desk, &person, "", Typed::default(), Faults::new()).await
}

/// What both forms need: a record that is due, and a ground that tells nothing of the person.
async fn asked(
    desk: &Desk,
    page: &Page,
    person: &Authorized<Person>,
    typed: &Typed,
) -> Answer<(Option<Due>, String, Faults)> {
    let mut faults = Faults::new();
    let (due, told) = due_of(desk, person).await?;
    let due = due.into_iter().find(|d| d.record.id() == typed.record);
    if due.is_none() {
        faults.add("ground", page.m(&msg!("这一项没有到期，不能按保存期限办；请看现在到期的有哪些")));
    }
    let ground = typed.ground.trim();
    if ground.chars().count() < 4 {
        faults.add("ground", page.m(&msg!("请写明依据，至少四个字，例如 保存期满，经部务会同意")));
    } else if !retention::tells_nothing(person, ground) {
        faults.add("ground", page.m(&msg!("依据会留下来，里面不要写本人姓名")));
    }
    if typed.rev != person.rev.to_string() {
        faults.add("ground", page.m(&msg!("这份档案刚被别人改过；请看过现在的再办")));
    }
    Ok((due, told, faults))
}

/// Deletes what is due.
pub async fn erase(desk: Desk, Path(id): Path<i64>, Form(typed): Form<Typed>) -> Answer<Response> {
    let person = person_of(&desk.db, &desk.caller, id, Action::ManageRetention).await?;
    let page = desk.page("tasks").await?;
    let (due, told, mut faults) = asked(&desk, &page, &person, &typed).await?;
    if typed.confirm.trim() != person.name() {
        faults.add("confirm", page.m(&msg!("与档案上的姓名不一致；删除不能撤回，请照着写一遍")));
    }
    let holds = retention::holds(&desk.db, Some(id)).await?;
    if let Some(hold) = holds.get(&(id, typed.record.clone())).filter(|h| h.until >= today()) {
        faults.add(
            "ground",
            page.m(&msg!("已决定保存到 {day}，到那天以后才能删", day = day_text(&hold.until))),
        );
    }
    let Some(due) = due.filter(|_| faults.is_empty()) else {
        return render(&desk, &person, "erase", typed, faults).await;
    };
    let grounds = (due.basis.as_str(), typed.ground.trim());
    match erase::erase(&desk.db, &desk.caller, &person, due.record, grounds, &told).await? {
        Erased::Done => Ok(Redirect::to("/people/retention").into_response()),
        Erased::Stale => {
            faults.add("ground", page.m(&msg!("这份档案刚被别人改过；请看过现在的再办")));
            render(&desk, &person, "erase", typed, faults).await
        }
    }
}

/// Keeps what is due until a day.
pub async fn hold(desk: Desk, Path(id): Path<i64>, Form(typed): Form<Typed>) -> Answer<Response> {
    let person = person_of(&desk.db, &desk.caller, id, Action::ManageRetention).await?;
    let page = desk.page("tasks").await?;
    let (due, _, mut faults) = asked(&desk, &page, &person, &typed).await?;
    let until = typed.until.trim().parse::<Day>().ok().filter(|d| d.to_string() > today());
    if until.is_none() {
        faults.add("until", page.m(&msg!("请写以后的一天，例如 2027-06-30")));
    }
    let (Some(due), Some(until), true) = (due, until, faults.is_empty()) else {
        return render(&desk, &person, "hold", typed, faults).await;
    };
    let grounds = (due.basis.as_str(), typed.ground.trim());
    erase::hold(&desk.db, &desk.caller, &person, due.record, grounds, &until.to_string()).await?;
    Ok(Redirect::to("/people/retention?show=held").into_response())
}
