//! A seat answers "no objection" about people it chose, after saying that it looked.

use super::own_seat;
use crate::slices::places::Desk;
use crate::slices::places::pages::status;
use crate::slices::reviews::answering;
use crate::slices::reviews::model::{Faults as Found, JointReview, Seat, Subject};
use crate::slices::reviews::store::{answers, subjects};
use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::msg;
use platform::access::Authorized;
use platform::kit::Faults;
use platform::page::Page;
use platform::web::{Answer, Html};
use policy::review::Need;

#[derive(Template)]
#[template(path = "reviews/pages/several.html")]
struct SeveralPage {
    page: Page,
    seat: Seat,
    review: JointReview,
    open: Vec<(Subject, bool)>,
    place: bool,
    faults: Faults,
}

pub async fn show(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    let (seat, review) = own_seat(&desk, id).await?;
    render(&desk, seat, review, &[], Vec::new()).await
}

async fn render(
    desk: &Desk,
    seat: Authorized<Seat>,
    review: JointReview,
    chosen: &[i64],
    faults: Found,
) -> Answer<Response> {
    let mut page = desk.page("seat").await?;
    page.path = format!("/seat/{}/several", seat.id);
    let answered = answers::of_seat(&desk.db, seat.id).await?;
    let open = subjects::all(&desk.db, seat.review).await?.into_iter();
    let open = open.filter(|s| !answered.iter().any(|a| a.subject == s.id));
    let refused = !faults.is_empty();
    let html = SeveralPage {
        open: open.map(|s| (s.clone(), chosen.contains(&s.id))).collect(),
        place: seat.needs(Need::Place),
        faults: Faults::told(faults, page.lang),
        seat: (*seat).clone(),
        review,
        page,
    };
    Ok((status(refused), Html(html)).into_response())
}

/// Answers about those chosen.
pub async fn clear(
    desk: Desk,
    Path(id): Path<i64>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let (seat, review) = own_seat(&desk, id).await?;
    let chosen: Vec<i64> =
        pairs.iter().filter(|(n, _)| n == "chosen").filter_map(|(_, v)| v.parse().ok()).collect();
    if !pairs.iter().any(|(name, value)| name == "sure" && value == "1") {
        let why = vec![("sure", msg!("请确认已经逐一核对"))];
        return render(&desk, seat, review, &chosen, why).await;
    }
    match answering::clear_several(&desk.db, &desk.caller, &seat, &chosen).await? {
        Ok(_) => Ok(Redirect::to(&format!("/seat/{id}")).into_response()),
        Err(faults) => render(&desk, seat, review, &chosen, faults).await,
    }
}
