//! Editing a list of a file: schooling, career, family, merits. Rows that are left empty vanish.

use super::person_of;
use crate::slices::people::input;
use crate::slices::people::parts::{self, CvLine, Education, FamilyMember, Listed, Merit};
use crate::slices::people::store::Changed;
use crate::slices::people::{Field, Person};
use crate::slices::places::store::today;
use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::{Message, key, msg};
use platform::access::{Action, Authorized};
use platform::db::{Db, DbResult, WriteTx};
use platform::kit::{Choice, Faults};
use platform::page::Page;
use platform::web::{Answer, App, Client, Failure, Html, Visitor, page_for};
use std::collections::BTreeMap;

/// How a column is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Long,
    Date,
    Mode,
    Level,
    Merit,
}

/// A column of a list's form.
struct Column {
    id: &'static str,
    title: &'static str,
    kind: Kind,
}

const fn column(id: &'static str, title: &'static str, kind: Kind) -> Column {
    Column { id, title, kind }
}

const SCHOOLING: [Column; 7] = [
    column("mode", key!("教育类别"), Kind::Mode),
    column("level", key!("学历"), Kind::Level),
    column("degree", key!("学位"), Kind::Text),
    column("school", key!("毕业院校"), Kind::Text),
    column("major", key!("专业"), Kind::Text),
    column("from_on", key!("起"), Kind::Date),
    column("to_on", key!("止"), Kind::Date),
];
const CV: [Column; 3] = [
    column("from_on", key!("起"), Kind::Date),
    column("to_on", key!("止"), Kind::Date),
    column("text", key!("在哪里、做什么"), Kind::Long),
];
const FAMILY: [Column; 5] = [
    column("relation", key!("称谓"), Kind::Text),
    column("name", key!("姓名"), Kind::Text),
    column("birth", key!("出生年月"), Kind::Date),
    column("political", key!("政治面貌"), Kind::Text),
    column("work", key!("工作单位及职务"), Kind::Text),
];
const MERITS: [Column; 6] = [
    column("kind", key!("奖还是惩"), Kind::Merit),
    column("day", key!("日期"), Kind::Date),
    column("title", key!("名称"), Kind::Text),
    column("by_whom", key!("批准机关"), Kind::Text),
    column("document", key!("文号"), Kind::Text),
    column("until", key!("影响期到"), Kind::Date),
];

/// A list that has a form.
#[derive(Clone, Copy, PartialEq, Eq)]
enum List {
    Schooling,
    Cv,
    Family,
    Merits,
}

impl List {
    fn by_id(id: &str) -> Option<List> {
        Some(match id {
            "schooling" => List::Schooling,
            "cv" => List::Cv,
            "family" => List::Family,
            "merits" => List::Merits,
            _ => return None,
        })
    }

    fn id(self) -> &'static str {
        match self {
            List::Schooling => "schooling",
            List::Cv => "cv",
            List::Family => "family",
            List::Merits => "merits",
        }
    }

    fn title(self) -> &'static str {
        match self {
            List::Schooling => key!("学习经历"),
            List::Cv => key!("履历"),
            List::Family => key!("家庭成员"),
            List::Merits => key!("奖惩情况"),
        }
    }

    fn columns(self) -> &'static [Column] {
        match self {
            List::Schooling => &SCHOOLING,
            List::Cv => &CV,
            List::Family => &FAMILY,
            List::Merits => &MERITS,
        }
    }

    /// The column without which a row says nothing.
    fn needed(self) -> &'static str {
        match self {
            List::Schooling => "school",
            List::Cv => "text",
            List::Family => "relation",
            List::Merits => "title",
        }
    }
}

type Row = BTreeMap<&'static str, String>;

/// A cell of the form.
pub struct Cell {
    pub name: String,
    pub title: &'static str,
    pub value: String,
    pub options: Vec<Choice>,
    pub long: bool,
    pub error: String,
}

#[derive(Template)]
#[template(path = "people/pages/lists.html")]
struct ListPage {
    page: Page,
    person: Person,
    title: &'static str,
    list: &'static str,
    rows: Vec<Vec<Cell>>,
    faults: Faults,
    family: bool,
}

fn rows_of<T: Listed>(kept: &[parts::Kept<T>], list: List) -> Vec<Row> {
    let row = |k: &parts::Kept<T>| {
        let json = serde_json::to_value(&k.part).unwrap_or_default();
        list.columns()
            .iter()
            .map(|c| (c.id, json.get(c.id).and_then(|v| v.as_str()).unwrap_or_default().to_owned()))
            .collect()
    };
    kept.iter().map(row).collect()
}

async fn load(db: &Db, person: i64, list: List) -> DbResult<Vec<Row>> {
    Ok(match list {
        List::Schooling => rows_of(&parts::of::<Education>(db, person).await?, list),
        List::Cv => rows_of(&parts::of::<CvLine>(db, person).await?, list),
        List::Family => rows_of(&parts::of::<FamilyMember>(db, person).await?, list),
        List::Merits => rows_of(&parts::of::<Merit>(db, person).await?, list),
    })
}

fn typed<T: Listed>(rows: &[Row]) -> Vec<T> {
    rows.iter().filter_map(|row| serde_json::from_value(serde_json::json!(row)).ok()).collect()
}

async fn write(tx: &mut WriteTx, person: &Person, list: List, rows: &[Row]) -> DbResult<Changed> {
    match list {
        List::Schooling => parts::replace(tx, person, &typed::<Education>(rows)).await,
        List::Cv => parts::replace(tx, person, &typed::<CvLine>(rows)).await,
        List::Family => parts::replace(tx, person, &typed::<FamilyMember>(rows)).await,
        List::Merits => parts::replace(tx, person, &typed::<Merit>(rows)).await,
    }
}

fn options(page: &Page, kind: Kind, value: &str) -> Vec<Choice> {
    let of = |all: &[(&str, &'static str)]| {
        all.iter().map(|(id, label)| Choice::new(*id, page.t(label)).on(*id == value)).collect()
    };
    match kind {
        Kind::Mode => of(&[("full", key!("全日制")), ("part", key!("在职"))]),
        Kind::Merit => of(&[("reward", key!("奖励")), ("sanction", key!("处分"))]),
        Kind::Level => {
            let code = |c: &standards::Code| Choice::new(c.0, page.w(c.1)).on(c.0 == value);
            standards::EDUCATION.iter().map(code).collect()
        }
        _ => Vec::new(),
    }
}

/// Empty rows that the form offers beyond those there are.
const SPARE: usize = 3;

async fn render(
    app: &App,
    visitor: &Visitor,
    person: &Person,
    list: List,
    mut rows: Vec<Row>,
    faults: Faults,
) -> Answer<Response> {
    let mut page = page_for(app, visitor, "people").await?;
    page.audited = true;
    rows.extend(std::iter::repeat_n(Row::new(), SPARE));
    let cells = rows
        .iter()
        .enumerate()
        .map(|(n, row)| {
            list.columns()
                .iter()
                .map(|c| {
                    let name = format!("{}-{n}", c.id);
                    let value = row.get(c.id).cloned().unwrap_or_default();
                    Cell {
                        error: faults.of(&name).to_owned(),
                        title: page.t(c.title),
                        options: options(&page, c.kind, &value),
                        long: c.kind == Kind::Long,
                        name,
                        value,
                    }
                })
                .collect()
        })
        .collect();
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let html = ListPage {
        title: page.t(list.title()),
        list: list.id(),
        rows: cells,
        family: list == List::Family,
        person: person.clone(),
        faults,
        page,
    };
    Ok((status, Html(html)).into_response())
}

/// The form of a list.
pub async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Client(caller): Client,
    Path((id, list)): Path<(i64, String)>,
) -> Answer<Response> {
    let (_, db) = app.county(&caller).await?;
    let person = person_of(&db, &caller, id, Action::EditPeople).await?;
    let list = List::by_id(&list).ok_or(Failure::NotFound)?;
    let rows = load(&db, id, list).await?;
    render(&app, &visitor, &person, list, rows, Faults::new()).await
}

/// A cell read into its stored form.
fn take(kind: Kind, text: &str) -> Result<String, Message> {
    let text = text.trim();
    match kind {
        Kind::Date => Ok(input::take(Field::Birth, text)?.value),
        Kind::Long if text.chars().count() > 500 => Err(msg!("这一栏最多 {n} 个字", n = 500)),
        Kind::Long => Ok(text.to_owned()),
        Kind::Text => Ok(input::take(Field::Strengths, text)?.value),
        Kind::Mode | Kind::Level | Kind::Merit => Ok(text.to_owned()),
    }
}

/// Whether somebody is under 14, so that the appellation alone is kept.
fn is_child(birth: &str) -> bool {
    crate::slices::people::say::age(birth, &today()).is_some_and(|age| age < 14)
}

fn read(page: &Page, list: List, form: &BTreeMap<String, String>) -> (Vec<Row>, Faults) {
    let mut rows = Vec::new();
    let mut faults = Faults::new();
    for n in 0..200 {
        let cell = |c: &Column| form.get(&format!("{}-{n}", c.id)).map(|v| v.trim());
        if list.columns().iter().all(|c| cell(c).is_none()) {
            break;
        }
        let says = |c: &&Column| matches!(c.kind, Kind::Text | Kind::Long | Kind::Date);
        if list.columns().iter().filter(says).all(|c| cell(c).is_none_or(str::is_empty)) {
            continue;
        }
        let at = rows.len();
        let mut row = Row::new();
        for c in list.columns() {
            let text = cell(c).unwrap_or_default();
            match take(c.kind, text) {
                Ok(value) => {
                    row.insert(c.id, value);
                }
                Err(why) => {
                    faults.add(format!("{}-{at}", c.id), page.m(&why));
                    row.insert(c.id, text.to_owned());
                }
            }
        }
        if row.get(list.needed()).is_none_or(String::is_empty) {
            faults.add(
                format!("{}-{at}", list.needed()),
                page.m(&msg!("这一行缺了这一栏；不要的行请全部清空")),
            );
        }
        if list == List::Family && row.get("birth").is_some_and(|b| is_child(b)) {
            row = Row::from([("relation", row.remove("relation").unwrap_or_default())]);
        }
        rows.push(row);
    }
    (rows, faults)
}

/// Saves a list anew.
pub async fn save(
    State(app): State<App>,
    visitor: Visitor,
    Client(caller): Client,
    Path((id, list)): Path<(i64, String)>,
    Form(form): Form<BTreeMap<String, String>>,
) -> Answer<Response> {
    let (_, db) = app.county(&caller).await?;
    let person: Authorized<Person> = person_of(&db, &caller, id, Action::EditPeople).await?;
    let list = List::by_id(&list).ok_or(Failure::NotFound)?;
    let page = page_for(&app, &visitor, "people").await?;
    let (rows, mut faults) = read(&page, list, &form);
    if !faults.is_empty() {
        return render(&app, &visitor, &person, list, rows, faults).await;
    }
    let mut event = caller.event("people.edit", "person", &id.to_string(), person.get(Field::Village));
    event.person = Some(id);
    let mut tx = db.write(event).await?;
    let stale = form.get("rev").is_some_and(|rev| *rev != person.rev.to_string());
    if stale || write(&mut tx, &person, list, &rows).await? == Changed::Stale {
        tx.rollback().await?;
        faults.add("rev", page.m(&msg!("这份档案刚被别人改过；您填的还在，请核对后再存")));
        return render(&app, &visitor, &person, list, rows, faults).await;
    }
    tx.commit().await?;
    Ok(Redirect::to(&format!("/people/{id}?part=career")).into_response())
}
