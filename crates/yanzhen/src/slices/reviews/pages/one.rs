//! A joint review as the office follows it: the seats, the conclusions, the people to decide about.

use super::{run, share};
use crate::slices::places::Desk;
use crate::slices::places::pages::{day_text as moment_day, status};
use crate::slices::places::store::{today, villages};
use crate::slices::posts::pages::day_text;
use crate::slices::reviews::KIND;
use crate::slices::reviews::deciding::{self, Difficult};
use crate::slices::reviews::model::{Faults as Found, JointReview, Purpose, Seat, Subject};
use crate::slices::reviews::rules::review_of;
use crate::slices::reviews::store::{self, answers, desks, subjects};
use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use platform::access::{Action, Authorized, Part};
use platform::kit::{Choice, Faults};
use platform::page::Page;
use platform::web::{Answer, Html};
use policy::review::Conclusion;

/// A seat's cell of the panel.
pub struct Cell {
    pub seat: Seat,
    pub answered: u64,
    pub share: u64,
    pub word: String,
    pub tone: &'static str,
    pub under: String,
    /// May be reminded.
    pub late: bool,
}

/// A line of the summary.
pub struct Sum {
    pub n: usize,
    pub word: &'static str,
    pub tone: &'static str,
}

#[derive(Template)]
#[template(path = "reviews/pages/one.html")]
struct OnePage {
    page: Page,
    review: JointReview,
    sent: String,
    due: String,
    clock: String,
    cells: Vec<Cell>,
    sums: Vec<Sum>,
    open_seats: usize,
    people: usize,
    /// Those with a conclusion against them, the undecided first.
    named: Vec<Subject>,
    waiting: usize,
    objection_days: u32,
    lookback: bool,
    villages: Vec<Choice>,
    problems: Vec<Choice>,
    difficult: Vec<(desks::Difficult, String)>,
    typed: Difficult,
    faults: Faults,
}

fn tone(conclusion: Conclusion) -> &'static str {
    match conclusion {
        Conclusion::Clear => "",
        Conclusion::Verify | Conclusion::NotSuitable => "warn",
        Conclusion::MustNot => "stop",
    }
}

pub async fn show(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    let review = run(&desk, id).await?;
    render(&desk, review, Difficult::default(), Vec::new()).await
}

async fn cells(desk: &Desk, page: &Page, review: &JointReview, people: u64) -> Answer<Vec<Cell>> {
    let tallies = answers::tally(&desk.db, review.id).await?;
    let (clock, clock_tone) = super::clock(desk, page, &review.due_on).await?;
    let mut out = Vec::new();
    for seat in store::seats(&desk.db, review.id).await? {
        let (by, again) = tallies.get(&seat.id).copied().unwrap_or_default();
        let answered: u64 = by.iter().sum();
        let (word, tone) = match (seat.signed_at, seat.taken_at) {
            (Some(_), _) if again > 0 => (page.tn("复核 {n} 人", again), "warn"),
            (Some(_), _) => (page.t("已答复").to_owned(), "ok"),
            (None, None) => (page.t("未领取").to_owned(), "stop"),
            (None, Some(_)) => (clock.clone(), if clock_tone.is_empty() { "info" } else { clock_tone }),
        };
        let under = match seat.signed_at {
            Some(at) => format!("{} {}", moment_day(at), seat.signed_by),
            None if answered < people => page.tn("{n} 人待答", people - answered),
            None => page.t("待签发").to_owned(),
        };
        let late = seat.signed_at.is_none() || again > 0;
        out.push(Cell { answered, share: share(answered, people), word, tone, under, late, seat });
    }
    Ok(out)
}

async fn render(
    desk: &Desk,
    review: Authorized<JointReview>,
    typed: Difficult,
    faults: Found,
) -> Answer<Response> {
    let mut page = desk.page("pools").await?;
    page.path = format!("/reviews/{}", review.id);
    let rules = review_of(&desk.db, &review.sent_on).await?;
    let all = subjects::all(&desk.db, review.id).await?;
    let cells = cells(desk, &page, &review, all.len() as u64).await?;
    let open_seats = cells.iter().filter(|c| c.late).count();
    let count = |c: Conclusion| all.iter().filter(|s| s.is_settled() && s.conclusion == Some(c)).count();
    let mut sums: Vec<Sum> =
        [Conclusion::Clear, Conclusion::Verify, Conclusion::NotSuitable, Conclusion::MustNot]
            .into_iter()
            .map(|c| Sum { n: count(c), word: page.t(c.title()), tone: tone(c) })
            .collect();
    let unsettled = all.iter().filter(|s| !s.is_settled()).count();
    if unsettled > 0 {
        sums.insert(0, Sum { n: unsettled, word: page.t("席位未齐"), tone: "info" });
    }
    let mut named: Vec<Subject> =
        all.iter().filter(|s| s.conclusion.is_some_and(Conclusion::is_adverse)).cloned().collect();
    named.sort_by_key(|s| (s.decision.is_some(), s.seq));
    let lookback = review.purpose == Purpose::Lookback;
    let refused = !faults.is_empty();
    let difficult = desks::villages(&desk.db, review.id).await?.into_iter().map(|d| {
        let words: Vec<&str> = d.problems.iter().map(|p| rules.problem_title(p, &review.sent_on)).collect();
        let said = words.join("、");
        (d, said)
    });
    let places = if lookback { villages(&desk.db, &Part::County).await? } else { Vec::new() };
    let html = OnePage {
        sent: day_text(&review.sent_on),
        due: day_text(&review.due_on),
        clock: super::clock(desk, &page, &review.due_on).await?.0,
        sums,
        open_seats,
        people: all.len(),
        waiting: all.iter().filter(|s| s.waits()).count(),
        named,
        objection_days: *rules.objection_workdays,
        lookback,
        difficult: difficult.collect(),
        villages: places
            .iter()
            .map(|v| Choice::new(&v.code, format!("{} {}", v.township_name, v.short)))
            .collect(),
        problems: rules
            .problems_on(&review.sent_on)
            .iter()
            .map(|p| Choice::new(&p.id, &p.title).on(typed.problems.contains(&p.id)))
            .collect(),
        cells,
        typed,
        faults: Faults::told(faults, page.lang),
        review: (*review).clone(),
        page,
    };
    Ok((status(refused), Html(html)).into_response())
}

/// Reminds the seats that owe something: it stands on their desks.
pub async fn remind(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    let review = run(&desk, id).await?;
    let tallies = answers::tally(&desk.db, review.id).await?;
    let day = today();
    let mut tx = desk.db.write(desk.caller.event("reviews.remind", KIND, &id.to_string(), "")).await?;
    for seat in store::seats(&desk.db, id).await? {
        let again = tallies.get(&seat.id).map_or(0, |t| t.1);
        if seat.signed_at.is_none() || again > 0 {
            store::remind(&tx, seat.id, &day).await?;
            tx.changed(&id.to_string(), &format!("reminded-{}", seat.seat), None, Some(day.clone()));
        }
    }
    tx.commit().await?;
    Ok(Redirect::to(&format!("/reviews/{id}")).into_response())
}

/// Enters a difficult village into the register.
pub async fn difficult(
    desk: Desk,
    Path(id): Path<i64>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let review = run(&desk, id).await?;
    let mut given = Difficult::default();
    let mut code = String::new();
    for (name, value) in pairs {
        match name.as_str() {
            "village" => code = value,
            "problems" => given.problems.push(value),
            "lead" => given.lead = value,
            "due_on" => given.due_on = value,
            _ => {}
        }
    }
    if code.is_empty() {
        return render(&desk, review, given, vec![("village", kernel::msg!("请选一个村"))]).await;
    }
    let village = desk.village(&code, Action::KeepRegister).await?;
    match deciding::difficult(&desk.db, &desk.caller, &review, &village, &given).await? {
        Ok(_) => Ok(Redirect::to(&format!("/reviews/{id}#difficult")).into_response()),
        Err(faults) => render(&desk, review, given, faults).await,
    }
}
