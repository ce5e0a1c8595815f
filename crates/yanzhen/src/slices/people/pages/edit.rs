//! Making a file and changing its single values.

use super::{person_of, rules};
use crate::slices::people::claims;
use crate::slices::people::input::{self, clashes};
use crate::slices::people::model::Values;
use crate::slices::people::parts::{self, Whereabouts};
use crate::slices::people::store::{self, Changed, New};
use crate::slices::people::{Field, Person};
use crate::slices::places::Village;
use crate::slices::places::store as registry;
use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::msg;
use platform::access::{Action, Caller};
use platform::db::{Db, now_ms};
use platform::kit::{Choice, Faults};
use platform::page::Page;
use platform::web::{Answer, App, Client, Failure, Html, Visitor, page_for};
use policy::people::People;
use std::collections::HashMap;

/// How a field is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    Select,
    Date,
}

/// A field of the form.
pub struct Asked {
    pub field: Field,
    pub label: &'static str,
    pub hint: &'static str,
    pub kind: Kind,
    pub value: String,
    pub options: Vec<Choice>,
    pub error: String,
    pub optional: bool,
    /// Sealed: the form begins empty, and empty leaves it as it is.
    pub kept: bool,
}

#[derive(Template)]
#[template(path = "people/pages/edit.html")]
struct EditPage {
    page: Page,
    /// `None` for a new file.
    person: Option<Person>,
    fields: Vec<Asked>,
    faults: Faults,
    rev: String,
    synthetic: bool,
}

fn codes(page: &Page, set: &[standards::Code], now: &str) -> Vec<Choice> {
    set.iter().map(|(id, label)| Choice::new(*id, page.w(label)).on(*id == now)).collect()
}

/// What a field is chosen from; nothing for one that is typed, and for the village.
pub fn options(page: &Page, people: &People, day: &str, field: Field, value: &str) -> Vec<Choice> {
    match field {
        Field::Sex => vec![
            Choice::new("1", page.t("男")).on(value == "1"),
            Choice::new("2", page.t("女")).on(value == "2"),
        ],
        Field::Ethnic => codes(page, &standards::ETHNIC_GROUPS, value),
        Field::Marital => codes(page, &standards::MARITAL_STATUS, value),
        Field::Political => codes(page, &standards::POLITICAL_STATUS, value),
        Field::Education => codes(page, &standards::EDUCATION, value),
        Field::Degree => codes(page, &standards::DEGREES, value),
        Field::Source => {
            let groups = people.source_groups_on(day);
            groups.iter().map(|g| Choice::new(&g.id, &g.title).on(g.id == value)).collect()
        }
        _ => Vec::new(),
    }
}

/// Whether a field is a day or a month.
pub fn is_date(field: Field) -> bool {
    matches!(field, Field::Birth | Field::PartyOn | Field::WorkOn)
}

/// Fields of the form: whereabouts have a form of their own.
fn asked_fields() -> impl Iterator<Item = Field> {
    use Field as F;
    Field::ALL.into_iter().filter(|f| !matches!(f, F::Whereabouts | F::Employment | F::Intention | F::ToldOn))
}

struct Shown<'a> {
    typed: &'a HashMap<String, String>,
    person: Option<&'a Person>,
}

impl Shown<'_> {
    /// What the form shows: what was typed, else what stands.
    fn value(&self, field: Field) -> String {
        match self.typed.get(field.id()) {
            Some(typed) => typed.clone(),
            None => self.person.map_or_else(String::new, |p| p.get(field).to_owned()),
        }
    }
}

async fn render(
    app: &App,
    visitor: &Visitor,
    caller: &Caller,
    db: &Db,
    person: Option<&Person>,
    typed: &HashMap<String, String>,
    faults: Faults,
) -> Answer<Response> {
    let mut page = page_for(app, visitor, "people").await?;
    page.audited = person.is_some();
    let form = Shown { typed, person };
    let people = rules(db, caller.part.code()).await?;
    let day = registry::today();
    let villages = registry::villages(db, &caller.part).await?;
    let mut fields = Vec::new();
    for field in asked_fields() {
        let value = form.value(field);
        let options = match field {
            Field::Village => {
                let of = |v: &Village| Choice::new(&v.code, format!("{} {}", v.township_name, v.short));
                Choice::pick(villages.iter().map(of).collect(), &value)
            }
            _ => options(&page, &people, &day, field, &value),
        };
        let date = is_date(field);
        fields.push(Asked {
            field,
            label: page.t(field.title()),
            hint: if date { page.t("例如 1985-06 或 1985年6月") } else { "" },
            kind: if !options.is_empty() {
                Kind::Select
            } else if date {
                Kind::Date
            } else {
                Kind::Text
            },
            error: faults.of(field.id()).to_owned(),
            optional: !matches!(field, Field::Name | Field::Village),
            kept: field.is_sealed() && person.is_some(),
            value,
            options,
        });
    }
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let html = EditPage {
        person: person.cloned(),
        fields,
        faults,
        rev: typed
            .get("rev")
            .cloned()
            .unwrap_or_else(|| person.map(|p| p.rev.to_string()).unwrap_or_default()),
        synthetic: page.demo,
        page,
    };
    Ok((status, Html(html)).into_response())
}

/// The form of a new file.
pub async fn fresh(State(app): State<App>, visitor: Visitor, Client(caller): Client) -> Answer<Response> {
    let (_, db) = app.county(&caller).await?;
    render(&app, &visitor, &caller, &db, None, &HashMap::new(), Faults::new()).await
}

/// Reads the form into values; every fault at once.
fn read(
    page: &Page,
    typed: &HashMap<String, String>,
    person: Option<&Person>,
    villages: &[Village],
) -> (Values, Faults) {
    let mut values = Values::new();
    let mut faults = Faults::new();
    for field in asked_fields() {
        let Some(text) = typed.get(field.id()) else { continue };
        // An empty sealed field stays as it is: its form begins empty.
        if field.is_sealed() && person.is_some() && text.trim().is_empty() {
            continue;
        }
        match input::take(field, text) {
            Ok(taken) => {
                values.insert(field, taken.value);
            }
            Err(why) => faults.add(field.id(), page.m(&why)),
        }
    }
    let get = |f: Field| {
        values.get(&f).cloned().unwrap_or_else(|| person.map_or_else(String::new, |p| p.get(f).to_owned()))
    };
    if get(Field::Name).is_empty() && faults.of("name").is_empty() {
        faults.add("name", page.m(&msg!("请填姓名")));
    }
    let village = get(Field::Village);
    let stays = person.is_some_and(|p| p.get(Field::Village) == village);
    if village.is_empty() || !(stays || villages.iter().any(|v| v.code == village)) {
        faults.add("village", page.m(&msg!("请选择本地的村")));
    }
    for clash in clashes(&get(Field::Identity), &get(Field::Birth), &get(Field::Sex)) {
        faults.add("identity", page.m(&clash));
    }
    (values, faults)
}

/// Makes a file. A number that another file has is told, unless that file is out of the caller's sight.
pub async fn create(
    State(app): State<App>,
    visitor: Visitor,
    Client(caller): Client,
    Form(typed): Form<HashMap<String, String>>,
) -> Answer<Response> {
    let (county, db) = app.county(&caller).await?;
    let page = page_for(&app, &visitor, "people").await?;
    let villages = registry::villages(&db, &caller.part).await?;
    let (values, mut faults) = read(&page, &typed, None, &villages);
    if let Some(number) = values.get(&Field::Identity).filter(|v| !v.is_empty())
        && let Some(twin) = store::by_identity(&db, number).await?
    {
        let why = match caller.authorize(Action::ViewPeople, Some(twin)) {
            Ok(twin) => msg!("{name} 的档案已有这个身份证号", name = twin.name()),
            Err(_) => msg!("这个身份证号在本县已有档案；请与县委组织部核对"),
        };
        faults.add("identity", page.m(&why));
    }
    if county.demo && !values.get(&Field::Name).is_some_and(|n| n.contains('例')) {
        faults.add("name", page.m(&msg!("演示数据里只放虚构人物：姓名里要有“例”字")));
    }
    if !faults.is_empty() {
        return render(&app, &visitor, &caller, &db, None, &typed, faults).await;
    }
    let village = values.get(&Field::Village).cloned().unwrap_or_default();
    let mut tx = db.write(caller.event("people.add", "person", "", &village)).await?;
    let made = store::add(&mut tx, vec![New { values, synthetic: county.demo }]).await?;
    let Some(id) = made.first().copied() else { return Err(Failure::NotFound) };
    tx.event().record = id.to_string();
    tx.event().person = Some(id);
    tx.commit().await?;
    Ok(Redirect::to(&format!("/people/{id}")).into_response())
}

/// The form of a file's values.
pub async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Client(caller): Client,
    Path(id): Path<i64>,
) -> Answer<Response> {
    let (_, db) = app.county(&caller).await?;
    let person = person_of(&db, &caller, id, Action::EditPeople).await?;
    render(&app, &visitor, &caller, &db, Some(&person), &HashMap::new(), Faults::new()).await
}

/// Saves a file's values; those that contradict recognised ones wait for a decision.
pub async fn save(
    State(app): State<App>,
    visitor: Visitor,
    Client(caller): Client,
    Path(id): Path<i64>,
    Form(typed): Form<HashMap<String, String>>,
) -> Answer<Response> {
    let (_, db) = app.county(&caller).await?;
    let person = person_of(&db, &caller, id, Action::EditPeople).await?;
    let page = page_for(&app, &visitor, "people").await?;
    let villages = registry::villages(&db, &caller.part).await?;
    let (values, mut faults) = read(&page, &typed, Some(&person), &villages);
    let stale = typed.get("rev").is_some_and(|rev| *rev != person.rev.to_string());
    let told_stale = || page.m(&msg!("这份档案刚被别人改过；您填的还在，请核对后再存"));
    if stale {
        faults.add("name", told_stale());
    }
    if let Some(number) = values.get(&Field::Identity).filter(|v| !v.is_empty())
        && store::by_identity(&db, number).await?.is_some_and(|twin| twin.id != id)
    {
        faults.add("identity", page.m(&msg!("这个身份证号在本县已有档案；请与县委组织部核对")));
    }
    if !faults.is_empty() {
        let mut typed = typed;
        typed.insert("rev".into(), person.rev.to_string());
        return render(&app, &visitor, &caller, &db, Some(&person), &typed, faults).await;
    }
    let mut event = caller.event("people.edit", "person", &id.to_string(), person.get(Field::Village));
    event.person = Some(id);
    let mut tx = db.write(event).await?;
    let source = page.m(&msg!("{unit} 编辑", unit = caller.unit.as_str()));
    let applied = claims::apply(&mut tx, (caller.account, &caller.name), &person, &values, &source).await?;
    if applied.changed == Changed::Stale {
        tx.rollback().await?;
        faults.add("name", told_stale());
        return render(&app, &visitor, &caller, &db, Some(&person), &typed, faults).await;
    }
    tx.commit().await?;
    Ok(Redirect::to(&format!("/people/{id}")).into_response())
}

/// Notes where a person is and what it wants (H1).
pub async fn tell(
    State(app): State<App>,
    Client(caller): Client,
    Path(id): Path<i64>,
    Form(typed): Form<HashMap<String, String>>,
) -> Answer<Response> {
    let (_, db) = app.county(&caller).await?;
    let person = person_of(&db, &caller, id, Action::EditPeople).await?;
    let text = |name: &str, field: Field| -> Answer<String> {
        let typed = typed.get(name).map_or("", String::as_str);
        Ok(input::take(field, typed).map_err(Failure::Bad)?.value)
    };
    let said = Whereabouts {
        day: registry::today(),
        place: text("place", Field::Whereabouts)?,
        employment: text("employment", Field::Employment)?,
        intention: text("intention", Field::Intention)?,
        how: text("how", Field::Whereabouts)?,
        by_name: caller.name.clone(),
        at: now_ms(),
    };
    if said.place.is_empty() {
        return Err(Failure::Bad(msg!("请写现在去向，例如 在村、外出务工（苏州）")));
    }
    let mut event = caller.event("people.told", "person", &id.to_string(), person.get(Field::Village));
    event.person = Some(id);
    let mut tx = db.write(event).await?;
    if parts::tell(&mut tx, &person, &said).await? == Changed::Stale {
        tx.rollback().await?;
        return Err(Failure::Bad(msg!("这份档案刚被别人改过；请看过现在的再办")));
    }
    tx.commit().await?;
    Ok(Redirect::to(&format!("/people/{id}#told")).into_response())
}
