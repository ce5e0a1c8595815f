//! A joint review is opened: whom to ask about, and which seats beside those that must be.

use crate::slices::people::words::POOLS;
use crate::slices::people::{Person, store as people};
use crate::slices::places::Desk;
use crate::slices::places::pages::status;
use crate::slices::places::store::{today, townships};
use crate::slices::pools::pools_of;
use crate::slices::posts::{committee_posts, posts_of};
use crate::slices::reviews::model::{Faults as Found, Purpose};
use crate::slices::reviews::rules::review_of;
use crate::slices::reviews::store::desks;
use crate::slices::reviews::{NewReview, NewSubject, open};
use askama::Template;
use axum::Form;
use axum::extract::Query;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::msg;
use platform::access::Part;
use platform::db::{DbResult, Value};
use platform::kit::{Choice, Faults};
use platform::page::Page;
use platform::values;
use platform::web::{Answer, Html};
use std::collections::HashMap;

/// A seat as the form shows it.
pub struct SeatChoice {
    pub id: String,
    pub title: String,
    pub optional: bool,
    pub on: bool,
    /// The office that answers; empty while none is named.
    pub unit: String,
}

#[derive(Template)]
#[template(path = "reviews/pages/new.html")]
struct NewPage {
    page: Page,
    sent: Sent,
    purposes: Vec<Choice>,
    towns: Vec<Choice>,
    posts: Vec<Choice>,
    pools: Vec<Choice>,
    seats: Vec<SeatChoice>,
    lookback: bool,
    /// How many people the choice means; nobody is asked about yet.
    many: usize,
    days: u32,
    faults: Faults,
}

/// What a form says.
#[derive(Clone, Debug, Default)]
pub struct Sent {
    title: String,
    purpose: String,
    /// A township's nine digits; empty for the county.
    town: String,
    /// A post's id; empty for both committees.
    post: String,
    pool: String,
    optional: Vec<String>,
}

impl Sent {
    fn of(pairs: Vec<(String, String)>) -> Sent {
        let mut out = Sent::default();
        for (name, value) in pairs {
            match name.as_str() {
                "title" => out.title = value,
                "purpose" => out.purpose = value,
                "town" => out.town = value,
                "post" => out.post = value,
                "pool" => out.pool = value,
                "optional" => out.optional.push(value),
                _ => {}
            }
        }
        out
    }

    fn is_lookback(&self) -> bool {
        self.purpose != Purpose::Pool.id()
    }
}

pub async fn show(desk: Desk, Query(pairs): Query<Vec<(String, String)>>) -> Answer<Response> {
    render(&desk, Sent::of(pairs), Vec::new()).await
}

/// The people whom a form means, in the order of the roll.
async fn meant(desk: &Desk, sent: &Sent) -> DbResult<Vec<NewSubject>> {
    let day = today();
    let town = match Part::parse(&sent.town) {
        Some(Part::Township(town)) => town,
        _ => String::new(),
    };
    let posts = posts_of(&desk.db, "", &day).await?;
    let (mut condition, mut values): (String, Vec<Value>) =
        ("p.state = 'active' and ($1 = '' or p.township = $1)".to_owned(), values![town]);
    if sent.is_lookback() {
        let ids = match sent.post.is_empty() {
            true => committee_posts(&desk.db, &Part::County, &day).await?,
            false => vec![sent.post.clone()],
        };
        let held: Vec<String> =
            ids.iter().enumerate().map(|(i, _)| format!("p.posts like ${}", i + 2)).collect();
        if held.is_empty() {
            return Ok(Vec::new());
        }
        condition.push_str(&format!(" and ({})", held.join(" or ")));
        values.extend(ids.iter().map(|id| Value::from(format!("%|{}|%", id.replace(['%', '_'], "_")))));
    } else {
        condition.push_str(" and p.pools like $2");
        values.push(Value::from(format!("%|{}|%", sent.pool.replace(['%'], ""))));
    }
    let order = "order by p.township, p.village, p.post_rank, p.sort, p.id";
    let found = people::select(&desk.db, &condition, order, values).await?;
    let said = |p: &Person| {
        let ids: Vec<&str> = p.post_ids().map(|id| posts.title(id, &day)).collect();
        ids.join("、")
    };
    Ok(found.iter().map(|p| NewSubject { person: p.id, post: said(p) }).collect())
}

async fn render(desk: &Desk, sent: Sent, faults: Found) -> Answer<Response> {
    let mut page = desk.page("pools").await?;
    page.path = "/reviews/new".to_owned();
    let day = today();
    let rules = review_of(&desk.db, &day).await?;
    let posts = posts_of(&desk.db, "", &day).await?;
    let pools = pools_of(&desk.db, "", &day).await?;
    let offices: HashMap<String, String> =
        desks::all(&desk.db).await?.into_iter().map(|d| (d.seat, d.unit)).collect();
    let seats = rules.seats_on(&day).into_iter().map(|s| SeatChoice {
        id: s.id.clone(),
        title: s.title.clone(),
        optional: s.optional,
        on: sent.optional.contains(&s.id),
        unit: offices.get(&s.id).cloned().unwrap_or_default(),
    });
    let towns = townships(&desk.db, &Part::County).await?;
    let asked = !sent.purpose.is_empty() && (sent.is_lookback() || !sent.pool.is_empty());
    let many = if asked { meant(desk, &sent).await?.len() } else { 0 };
    let pool_choices = match pools.pools_on(&day) {
        all if all.is_empty() => POOLS.iter().map(|(id, title)| Choice::new(*id, page.t(title))).collect(),
        all => all.iter().map(|p| Choice::new(&p.id, &p.title)).collect(),
    };
    let refused = !faults.is_empty();
    let lookback = sent.is_lookback();
    let purpose = if lookback { Purpose::Lookback } else { Purpose::Pool };
    let html = NewPage {
        purposes: [Purpose::Lookback, Purpose::Pool]
            .map(|p| {
                Choice::new(format!("/reviews/new?purpose={}", p.id()), page.t(p.title())).on(p == purpose)
            })
            .into(),
        towns: Choice::pick(towns.iter().map(|t| Choice::new(&t.code, &t.name)).collect(), &sent.town),
        posts: Choice::pick(
            posts.posts_on(&day).iter().map(|p| Choice::new(&p.id, &p.title)).collect(),
            &sent.post,
        ),
        pools: Choice::pick(pool_choices, &sent.pool),
        seats: seats.collect(),
        lookback,
        many,
        days: *rules.answer_workdays,
        faults: Faults::told(faults, page.lang),
        sent: Sent { purpose: purpose.id().to_owned(), ..sent },
        page,
    };
    Ok((status(refused), Html(html)).into_response())
}

/// Opens it.
pub async fn create(desk: Desk, Form(pairs): Form<Vec<(String, String)>>) -> Answer<Response> {
    let sent = Sent::of(pairs);
    let Some(purpose) =
        Purpose::by_id(&sent.purpose).filter(|p| matches!(p, Purpose::Lookback | Purpose::Pool))
    else {
        return render(&desk, sent, vec![("purpose", msg!("请选用途"))]).await;
    };
    let new = NewReview {
        title: sent.title.clone(),
        purpose,
        source: None,
        subjects: meant(&desk, &sent).await?,
        optional: sent.optional.clone(),
    };
    match open(&desk.db, &desk.caller, &new).await? {
        Ok(id) => Ok(Redirect::to(&format!("/reviews/{id}")).into_response()),
        Err(faults) => render(&desk, sent, faults).await,
    }
}
