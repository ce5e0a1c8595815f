//! Finding one person: a number by its sealed index, words as they are typed.

use super::none::{Hit, hits};
use super::sight::{Asked, Sight};
use crate::slices::people::Field;
use crate::slices::people::filter::Filter;
use crate::slices::people::listing::{self, Slice};
use crate::slices::people::search::{self, Typed};
use crate::slices::people::views;
use crate::slices::places::Desk;
use askama::Template;
use axum::Form;
use axum::extract::Query;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::{Message, msg};
use platform::access::Part;
use platform::audit::Outcome;
use platform::kit::Choice;
use platform::page::Page;
use platform::web::{Answer, Html, page_for};

/// The search box. Words go into the address of the list; numbers of persons are looked up here and go nowhere.
pub async fn find(desk: Desk, Form(fields): Form<Vec<(String, String)>>) -> Answer<Response> {
    let of = |name: &str| fields.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v.trim());
    let (q, rest) = (of("q"), of("rest"));
    match search::typed(q) {
        Typed::Words => {
            let mut pairs = views::pairs(rest);
            pairs.retain(|(name, _)| name != "page" && name != "q");
            pairs.push(("q".into(), q.into()));
            Ok(Redirect::to(&Asked::read(&pairs)?.link("/people").to_string()).into_response())
        }
        Typed::Broken(why) => answered(&desk, Vec::new(), Some(why)).await,
        Typed::Identity(number) => numbered(&desk, Field::Identity, &number).await,
        Typed::Phone(number) => numbered(&desk, Field::Phone, &number).await,
    }
}

/// Looks a number up in the caller's part: whose it is elsewhere answers as nobody's. Audited, without the number.
async fn numbered(desk: &Desk, field: Field, number: &str) -> Answer<Response> {
    let ids = listing::numbered(&desk.db, &desk.caller.part, field, number).await?;
    let record = if let [only] = ids.as_slice() { only.to_string() } else { String::new() };
    let mut event = desk.caller.event("people.find-number", "person", &record, desk.caller.part.code());
    event.note = format!("{}: {}", field.id(), ids.len());
    desk.db.record(event, Outcome::Done).await?;
    match ids.as_slice() {
        [only] => Ok(Redirect::to(&format!("/people/{only}")).into_response()),
        _ => answered(desk, ids, None).await,
    }
}

#[derive(Template)]
#[template(path = "people/pages/find.html")]
struct FindPage {
    page: Page,
    tabs: Vec<Choice>,
    hits: Vec<Hit>,
    /// Why what was typed is no number.
    why: String,
    township: bool,
}

async fn answered(desk: &Desk, ids: Vec<i64>, why: Option<Message>) -> Answer<Response> {
    let mut page = page_for(&desk.app, &desk.visitor, "people").await?;
    page.path = "/people".into();
    let asked = Asked::default();
    let sight = Sight::of(desk, &asked.filter).await?;
    let hits = hits(desk, &page, &sight, &ids).await?;
    let tabs = super::list::tabs(&page, desk, &sight, &asked).0;
    let why = why.map_or_else(String::new, |w| page.m(&w));
    let township = desk.caller.part != Part::County;
    Ok(Html(FindPage { page, tabs, hits, why, township }).into_response())
}

#[derive(Template)]
#[template(path = "people/pages/hits.html")]
struct HitsPage {
    page: Page,
    hits: Vec<Hit>,
    villages: Vec<Choice>,
    /// Where everybody who answers is listed.
    all: String,
    /// Digits are not looked up while they are typed.
    digits: bool,
    said: String,
}

/// The most that are shown while somebody types.
const MOST: u64 = 10;

/// Who answers to what is typed so far: a part of a page, for the search box and for pickers. Other filters hold too.
pub async fn suggest(desk: Desk, Query(pairs): Query<Vec<(String, String)>>) -> Answer<Response> {
    let asked = Asked::read(&pairs)?;
    let page = Page { lang: desk.visitor.lang, ..Page::default() };
    let q = asked.filter.q.as_str();
    let digits = q.bytes().filter(u8::is_ascii_digit).count() > 12 || asked.tells_a_number();
    let mut html = HitsPage {
        page,
        hits: Vec::new(),
        villages: Vec::new(),
        all: String::new(),
        digits,
        said: String::new(),
    };
    if digits || q.is_empty() {
        return Ok(Html(html).into_response());
    }
    let sight = Sight::of(&desk, &asked.filter).await?;
    let mut found = sight.condition(&desk, &asked.filter);
    let order = sight.order(&mut found, &asked.filter);
    let slice = Slice::first(MOST);
    let columns = [crate::slices::people::columns::Column::Posts];
    let (lines, _) = listing::rows(&desk.db, &found, &order, &columns, slice).await?;
    let hit = |line: &listing::Line| {
        let (posts, pools) = line.texts.first().and_then(|t| t.split_once(';')).unwrap_or_default();
        Hit {
            id: line.id,
            name: line.name.clone(),
            place: super::list::place(&sight, line),
            roles: sight.words.roles(&html.page, posts, pools),
            age: String::new(),
            why: String::new(),
        }
    };
    html.hits = lines.iter().map(hit).collect();
    if let [only] = sight.tokens.as_slice() {
        let villages = only.villages(sight.map.places(&desk.caller.part)).take(3);
        html.villages = villages.map(|v| Choice::new(format!("/villages/{}", v.code), &v.name)).collect();
    }
    html.said = html.page.m(&msg!("{n} 人相符", n = html.hits.len()));
    html.all = Filter { q: q.to_owned(), ..Filter::default() }.link("/people").to_string();
    Ok(Html(html).into_response())
}
