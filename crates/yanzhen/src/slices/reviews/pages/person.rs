//! A person of a joint review: what the seats concluded, telling, objection, recheck, the decision and what may follow from it.

use super::asked_about;
use crate::slices::places::Desk;
use crate::slices::places::pages::{moment_text, status};
use crate::slices::places::store::today;
use crate::slices::posts::pages::day_text;
use crate::slices::posts::{self, posts_of};
use crate::slices::reviews::deciding;
use crate::slices::reviews::model::{Faults as Found, JointReview, Purpose, Subject, Verdict};
use crate::slices::reviews::store::{self, answers};
use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use platform::access::Authorized;
use platform::kit::{Choice, Faults, Link};
use platform::page::Page;
use platform::web::{Answer, Html};
use policy::posts::Track;
use serde::Deserialize;

/// What a seat said.
pub struct Said {
    pub seat: i64,
    pub title: String,
    pub word: &'static str,
    pub adverse: bool,
    pub clause: String,
    pub document: String,
    pub by: String,
    /// By when it answers anew.
    pub again: String,
    pub signed: bool,
}

/// A post that the person holds, and the lawful way of its track.
pub struct Held {
    pub title: String,
    pub elected: bool,
    pub village: String,
}

#[derive(Template)]
#[template(path = "reviews/pages/person.html")]
struct PersonPage {
    page: Page,
    s: Subject,
    review: JointReview,
    said: Vec<Said>,
    told: String,
    until: String,
    objected: String,
    answer_by: String,
    clock: String,
    decided: String,
    valid: String,
    /// A proposal to leave each pool of the person: title and address.
    exits: Vec<(String, String)>,
    held: Vec<Held>,
    decisions: Vec<Choice>,
    rechecks: Vec<Choice>,
    given: Verdict,
    faults: Faults,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Sent {
    decision: String,
    by: String,
    reason: String,
    seat: Option<i64>,
}

pub async fn show(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    let (s, review) = asked_about(&desk, id).await?;
    render(&desk, s, review, Verdict::default(), Vec::new()).await
}

async fn seats_said(desk: &Desk, page: &Page, s: &Subject) -> Answer<Vec<Said>> {
    let all = answers::of_subject(&desk.db, s.id).await?;
    let seats = store::seats(&desk.db, s.review).await?;
    let said = seats.into_iter().map(|seat| {
        let answer = all.iter().find(|a| a.seat == seat.id && a.signed_at.is_some());
        Said {
            seat: seat.id,
            word: answer.map_or(page.t("未签发"), |a| page.t(a.conclusion.title())),
            adverse: answer.is_some_and(|a| a.conclusion.is_adverse()),
            clause: answer.map(|a| a.clause_title.clone()).unwrap_or_default(),
            document: answer.map(|a| a.document.clone()).unwrap_or_default(),
            by: if answer.is_some() { seat.signed_by } else { String::new() },
            again: answer.map(|a| day_text(&a.recheck_due)).unwrap_or_default(),
            signed: answer.is_some(),
            title: seat.title,
        }
    });
    Ok(said.collect())
}

/// The person's posts, where a look-back ended against it: a party post ends by a filing, an elected seat only by its own ways.
async fn held(desk: &Desk, s: &Subject, review: &JointReview) -> Answer<Vec<Held>> {
    if review.purpose != Purpose::Lookback {
        return Ok(Vec::new());
    }
    let day = today();
    let rules = posts_of(&desk.db, &s.village, &day).await?;
    let all = posts::store::of_person(&desk.db, s.person).await?;
    let held = posts::present(&all, &rules, &day);
    let one = |h: &posts::Holding| Held {
        title: rules.title(&h.post, &day).to_owned(),
        elected: rules.post_on(&h.post, &day).is_none_or(|p| p.track != Track::Party),
        village: h.village.clone(),
    };
    Ok(held.into_iter().map(one).collect())
}

async fn render(
    desk: &Desk,
    s: Authorized<Subject>,
    review: JointReview,
    given: Verdict,
    faults: Found,
) -> Answer<Response> {
    let mut page = desk.page("pools").await?;
    page.path = format!("/reviews/people/{}", s.id);
    page.audited = true;
    let day = today();
    let said = seats_said(desk, &page, &s).await?;
    let pools = crate::slices::pools::pools_of(&desk.db, &s.village, &day).await?;
    let person = crate::slices::people::store::find(&desk.db, s.person).await?;
    let because = format!("{}：{}", review.title, s.clause_title);
    let exits = person.iter().flat_map(|p| p.pool_ids().map(str::to_owned).collect::<Vec<_>>()).map(|pool| {
        let link = Link::new("/pools/moves/new")
            .with("person", &s.person.to_string())
            .with("way", "out")
            .with("pool", &pool)
            .with("ground", "joint_review")
            .with("reason", &because)
            .with("document", &s.document);
        (pools.pool_title(&pool, &day).to_owned(), link.to_string())
    });
    let decisions = vec![
        Choice::new("go", page.t("继续")).hint(page.t("有利于本人，立即生效")),
        Choice::new("terminate", page.t("终止")).hint(page.t("先告知本人，期满或听取异议以后")),
    ];
    let rechecks = said
        .iter()
        .filter(|x| x.signed && x.again.is_empty())
        .map(|x| Choice::new(x.seat.to_string(), x.title.clone()))
        .collect();
    let ended = s.decision == Some(crate::slices::reviews::Decision::Terminate);
    let refused = !faults.is_empty();
    let html = PersonPage {
        told: day_text(&s.told_on),
        until: day_text(&s.object_until),
        objected: s.objected_at.map(moment_text).unwrap_or_default(),
        answer_by: day_text(&s.answer_by),
        clock: super::clock(desk, &page, &s.answer_by).await?.0,
        decided: format!("{} {}", day_text(&s.decided_on), s.decided_by),
        valid: day_text(&s.valid_to),
        exits: if ended { exits.collect() } else { Vec::new() },
        held: if ended { held(desk, &s, &review).await? } else { Vec::new() },
        said,
        decisions: Choice::pick(decisions, &given.decision),
        rechecks,
        given,
        faults: Faults::told(faults, page.lang),
        s: (*s).clone(),
        review,
        page,
    };
    Ok((status(refused), Html(html)).into_response())
}

fn back(id: i64) -> Response {
    Redirect::to(&format!("/reviews/people/{id}")).into_response()
}

/// Tells the person.
pub async fn tell(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    let (s, review) = asked_about(&desk, id).await?;
    match deciding::tell(&desk.db, &desk.caller, &review, &s).await? {
        Ok(()) => Ok(back(id)),
        Err(faults) => render(&desk, s, review, Verdict::default(), faults).await,
    }
}

/// Asks a seat to look again.
pub async fn recheck(desk: Desk, Path(id): Path<i64>, Form(sent): Form<Sent>) -> Answer<Response> {
    let (s, review) = asked_about(&desk, id).await?;
    match deciding::recheck(&desk.db, &desk.caller, &review, &s, sent.seat.unwrap_or_default()).await? {
        Ok(()) => Ok(back(id)),
        Err(faults) => render(&desk, s, review, Verdict::default(), faults).await,
    }
}

/// Decides.
pub async fn decide(desk: Desk, Path(id): Path<i64>, Form(sent): Form<Sent>) -> Answer<Response> {
    let (s, review) = asked_about(&desk, id).await?;
    let given = Verdict { decision: sent.decision, by: sent.by, reason: sent.reason };
    match deciding::decide(&desk.db, &desk.caller, &review, &s, &given).await? {
        Ok(()) => Ok(back(id)),
        Err(faults) => render(&desk, s, review, given, faults).await,
    }
}
